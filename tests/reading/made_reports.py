"""Reports of 某区 in every format, the smallest that show something, for a test to read or to spoil."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

import docx
import typst

from stateassets.book.takeaway.pdf import FONTS, SERIF

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TITLE = "某区2023年度企业国有资产情况"
SENTENCES = ("年末资产总额100.5亿元，同比增长5.1%。", "负债总额57.9亿元，资产负债率57.6%。")
TEXT = f"{TITLE}\n　　{''.join(SENTENCES)}\n"
TABLE = (("项目", "资产总额", "同比"), ("一级企业", "60.5", "5.0%"), ("二级企业", "40.0", "5.3%"))


def word(body: str, parts: dict[str, bytes | str] | None = None) -> bytes:
    """Return a Word file with this body; ``parts`` are put in, or in place of others."""
    stream = io.BytesIO()
    docx.Document().save(stream)
    return repacked(stream.getvalue(), {"word/document.xml": main_part(body), **(parts or {})})


def main_part(body: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{WORD}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        f'xmlns:wps="urn:shapes"><w:body>{body}</w:body></w:document>'
    )


def repacked(content: bytes, parts: dict[str, bytes | str], without: str = "") -> bytes:
    """Return an archive with some parts put in, or in place of others, and ``without`` one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts and name != without:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return stream.getvalue()


def archive(parts: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return stream.getvalue()


def paragraph(*runs: str, style: str = "") -> str:
    """Return a paragraph of Word: runs of plain text, or of markup as it is."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{''.join(run if run.startswith('<') else text_run(run) for run in runs)}</w:p>"


def text_run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def cell(content: str, properties: str = "") -> str:
    inside = content if content.startswith("<") else paragraph(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def table(rows: Iterable[Iterable[str]]) -> str:
    """Return a table of Word: of cells' texts, or of markup as it is."""
    made = ("".join(one if one.startswith("<w:tc>") else cell(one) for one in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in made)}</w:tbl>"


def pdf(markup: str, paper: str = 'paper: "a5", margin: 50pt') -> bytes:
    """Return the PDF that Typst sets of some markup."""
    head = f'#set page({paper})\n#set text(font: "{SERIF}", size: 12pt, lang: "zh")\n'
    head += "#set par(justify: true, first-line-indent: (amount: 2em, all: true))\n"
    fonts = typst.Fonts(include_system_fonts=True, font_paths=list(map(str, FONTS)))
    made = typst.compile((head + markup).encode(), font_paths=fonts)
    assert isinstance(made, bytes)
    return made


def bare_pdf(pages: int = 1, more: str = "", trailer: str = "") -> bytes:
    """Return a PDF written by hand: empty pages, and whatever else."""
    kids = " ".join(f"{3 + n} 0 R" for n in range(pages))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>"]
    objects += [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] {more} >>"] * pages
    content, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{one}\nendobj\n".encode()
    start = len(content)
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    return content + end.encode()


def page(body: str, head: str = '<meta charset="utf-8">') -> bytes:
    """Return a web page in UTF-8."""
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()
