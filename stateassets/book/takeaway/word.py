"""The report as a Word file in the layout of official documents (GB/T 9704—2012).

What it looks like stands in ``report.docx`` beside this module, a template that is opened and
changed in Word: page, grid, fonts (named, not embedded), styles, header and page numbers. Here it
is filled, each block in the style that the template has for it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, Twips
from docx.text.paragraph import Paragraph as WordParagraph

from ...cache import Store
from ...cache.store import sha
from ...tables.origins import Origin
from .model import Block, Document, Heading, Paragraph, Picture, Run, Table
from .pdf import MARK, as_json, font_families
from .typesetting import typeset

KIND = "pictures"  # in the cache
TEMPLATE = Path(__file__).with_name("report.docx")
# GB/T 9704—2012, 5.2: a type area of 156 mm by 225 mm; lengths of tables are in twips (1/20 pt).
WIDTH, HEIGHT = Mm(156).twips, Mm(225).twips
# Longer ones stand in the workbook: nobody reads them in a meeting.
MOST_ROWS = 40
WORD = re.compile(r"[!-~−]+")
CHARACTER = 210  # of a table's text
PICTURE = 0.85  # of the text's width
PPI = 200
DRAWN = b"""#for p in json(bytes(sys.inputs.pictures)) {
    page(width: p.width * 1pt, height: p.height * 1pt, margin: (x: 3pt, y: 1pt), fill: white,
         image(bytes(p.svg), format: "svg", width: 100%)) }"""
MOST_OF_A_PROPERTY = 255  # characters, in Word
BODY = "Normal"  # the style of a paragraph that names none
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file knows


def write(document: Document, store: Store | None = None) -> bytes:
    """Return the Word file; the same report gives the same bytes. What is kept is not drawn again."""
    report = document.plain()
    filled = _Filled(_pictures(report.pictures, store))
    filled.file.core_properties.title = _clean(report.title)[:MOST_OF_A_PROPERTY]
    filled.paragraph("Title", report.title)
    if report.sample:
        filled.paragraph("Mark", f"（{Origin.SAMPLE.word}）")
        for header in (filled.file.sections[0].header, filled.file.sections[0].even_page_header):
            header.paragraphs[0].add_run(MARK)
    for block in report.blocks:
        filled.add(block)
    stream = io.BytesIO()
    filled.file.save(stream)
    return _same_bytes(stream)


def draw(document: Document, store: Store) -> None:
    """Draw the pictures that are not kept yet, and keep them."""
    _pictures(document.plain().pictures, store)


def _same_bytes(stream: io.BytesIO) -> bytes:
    """Return a zip file without the time at which it was made, the same on every system."""
    made = io.BytesIO()
    with zipfile.ZipFile(stream) as parts, zipfile.ZipFile(made, "w") as file:
        for name in parts.namelist():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            file.writestr(info, parts.read(name))
    return made.getvalue()


def _pictures(pictures: Sequence[Picture], store: Store | None) -> list[bytes]:
    """Return pictures as PNG; only those that are not kept are drawn."""
    by = sha(f"{version('typst')} {PPI} {DRAWN!r} {font_families()}")
    names = [sha(as_json([picture])) for picture in pictures]
    kept = {name: found[1] for name in names if store and (found := store.find(KIND, name, by, {}))}
    missing = {name: p for name, p in zip(names, pictures, strict=True) if name not in kept}
    for name, png in zip(missing, _drawn(list(missing.values())), strict=True):
        kept[name] = png
        if store:
            store.keep(KIND, name, by, {}, png)
    return [kept[name] for name in names]


def _drawn(pictures: Sequence[Picture]) -> list[bytes]:
    """Draw pictures as PNG: older Words show no SVG."""
    if not pictures:
        return []
    found = typeset(DRAWN, format="png", ppi=PPI, sys_inputs={"pictures": as_json(pictures)})
    return found if isinstance(found, list) else [bytes(found or b"")]


class _Filled:
    """The template as it is filled; ``pictures`` are the document's, drawn, in its order."""

    def __init__(self, pictures: Sequence[bytes]) -> None:
        self.file: WordFile = docx.Document(str(TEMPLATE))
        self.three_lines = next(style for style in self.file.styles if style.style_id == "ThreeLines")
        self.drawn = iter(pictures)

    def add(self, block: Block) -> None:
        """Add a block of the report."""
        match block:
            case Heading():
                self.paragraph(f"Heading{block.level}", block.printed)
            case Paragraph():
                self.paragraph(BODY, *block.runs)
            case Table():
                self.table(block)
            case Picture():
                self.picture(block)

    def paragraph(self, style: str, *content: Run | str) -> WordParagraph:
        """Add a paragraph of the template's style of that id."""
        made = self.file.add_paragraph()
        if style != BODY:
            made._p.style = style  # by its id: python-docx looks for it among all styles each time
        for part in content:
            run = part if isinstance(part, Run) else Run(part)
            made.add_run(_clean(run.text)).bold = True if run.strong else None
        return made

    def table(self, table: Table) -> None:
        """Add a table with its caption above and its note below; a long one is only named."""
        self.paragraph("TableCaption", table.title)
        if len(table.rows) > MOST_ROWS:
            words = f"（共{len(table.rows)}行，列在随附工作簿的“表{table.number}”里。）"
            self.paragraph("TableNote", words)
            return
        made = self.file.add_table(2, len(table.header), self.three_lines)
        made.autofit = False
        named = OxmlElement("w:tblCaption")
        named.set(qn("w:val"), _clean(table.title))
        made._tbl.tblPr.append(named)
        widths = column_widths(table, WIDTH)
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Twips(width)
        head, pattern = made.rows
        for row, style in ((head, "TableHead"), (pattern, "TableText")):
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for i, (cell, width) in enumerate(zip(row._tr.tc_lst, widths, strict=True)):
                cell.width = Twips(width)
                cell.p_lst[0].style = style
                if i in table.numeric:
                    cell.p_lst[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        head._tr.trPr.append(OxmlElement("w:tblHeader"))
        # Rows are copies of one: made cell by cell they would take seconds.
        made._tbl.remove(pattern._tr)
        for texts in table.rows:
            made._tbl.append(_row(deepcopy(pattern._tr), texts))
        _row(head._tr, table.header)
        self.paragraph("TableNote", table.note)

    def picture(self, picture: Picture) -> None:
        """Add a picture, with what it shows in words, and its caption."""
        width, height = picture.size
        scale = min(PICTURE * WIDTH / 20 / width, 0.6 * HEIGHT / 20 / height)
        run = self.paragraph("Picture").add_run()
        shown = run.add_picture(io.BytesIO(next(self.drawn)), Pt(width * scale), Pt(height * scale))
        properties = shown._inline.docPr
        properties.set("name", f"图{picture.number}")
        properties.set("descr", _clean(picture.alt))
        self.paragraph("PictureCaption", picture.title)


def _row(row: Any, texts: Sequence[str]) -> Any:
    """Fill a row's empty cells."""
    for cell, text in zip(row.tc_lst, texts, strict=True):
        cell.p_lst[0].add_r().text = _clean(text)
    return row


def _clean(text: str) -> str:
    """Return text without what XML cannot hold."""
    return "".join(
        c for c in text if (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff") or c == "\t"
    )


def column_widths(table: Table, whole: int) -> list[int]:
    """Share a width among columns by how much they hold; a number or date is never broken."""
    least, wanted = [], []
    for i, name in enumerate(table.header):
        cells = [row[i] for row in table.rows]
        lengths = sorted(map(_length, cells)) or [0.0]
        usual = lengths[int(0.9 * (len(lengths) - 1))]
        unbroken = [_length(word) for cell in cells for word in WORD.findall(cell)]
        named = 6.0 if i == 0 else 3.0  # the first column says what a row is of
        least.append(max([2.0, min(lengths[-1], named), *unbroken]) + 1)
        wanted.append(max(least[-1], min(usual, 30.0) + 1, min(_length(name) / 2, 6.0) + 1))
    at_least, at_most = CHARACTER * sum(least), CHARACTER * sum(wanted)
    if at_least >= whole or at_most <= whole:  # all get more, or less, alike
        shares = least if at_least >= whole else wanted
        widths = [int(whole * share / sum(shares)) for share in shares]
    else:  # each its least, and what is left by what is still wanted
        part = (whole - at_least) / (at_most - at_least)
        pairs = zip(least, wanted, strict=True)
        widths = [int(CHARACTER * (low + part * (high - low))) for low, high in pairs]
    widths[-1] += whole - sum(widths)
    return widths


def _length(text: str) -> float:
    """How many Chinese characters wide a text is."""
    return sum(0.5 if char < "\u2000" else 1.0 for char in text)
