"""The report as a PDF with an outline, set by Typst from ``report.typ``.

The document goes to Typst as JSON, never as markup: no name in a table can mean anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst

from ...present.style import drawn_alone
from ...tables.origins import Origin
from .model import Block, Document, Heading, Paragraph, Picture, Table
from .typesetting import typeset

TEMPLATE = Path(__file__).with_name("report.typ")
# The fonts come along, so that the PDF is the same on every computer: serif and bold for what is read, sans for
# what charts are drawn with. A system's fonts are asked only for characters that neither has.
FONTS = (Path(__file__).parent / "fonts", Path(__file__).parents[2] / "present" / "fonts")
SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
GETA = "〓"  # printers' sign for a character that they have not got
MOST_LACKING = 100
LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')
# Typst's own clock would make every file another one.
TIMESTAMP = 0
MARK = f"{Origin.SAMPLE.word}　企业一级的数据由程序生成，不说明任何真实企业的情况"  # of a document with a sample in it


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, font_paths=list(map(str, FONTS)))


def font_families() -> list[str]:
    """Name the fonts that there are."""
    return sorted(_fonts().families())


def write(document: Document) -> bytes:
    """Return the PDF; the same report with the same fonts gives the same bytes."""
    content = {
        "title": document.title,
        "mark": MARK if document.sample else "",
        "fonts": [SERIF, SANS],
        "summary": [_block(said) for said in document.summary],
        "blocks": [_block(block) for block in document.blocks],
    }
    found = _compiled(json.dumps(content, ensure_ascii=False))
    assert isinstance(found, bytes)
    return found


def _compiled(content: str) -> bytes:
    """Set the document; a character that no font has, as in a rare name, is printed as 〓."""
    for _ in range(MOST_LACKING):
        try:
            return typeset(
                TEMPLATE.read_bytes(),
                font_paths=_fonts(),
                timestamp=TIMESTAMP,
                sys_inputs={"report": content},
                pdf_standards=["ua-1"],
            )
        except typst.TypstError as error:
            lacking = LACKING.search(str(error))
            if not lacking:
                raise
            text = re.sub(r"\\u\{(\w+)\}", lambda m: chr(int(m[1], 16)), lacking[1])
            content = content.replace(text, GETA)
    raise ValueError(f"有{MOST_LACKING}个以上的字在字体里找不到，做不成PDF；请安装字体{SERIF}")


def as_json(pictures: Sequence[Picture]) -> str:
    """Pictures as Typst reads them."""
    return json.dumps([_block(picture) for picture in pictures], ensure_ascii=False)


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": block.printed, "outlined": not block.apparatus}
        case Paragraph():
            runs = [{"text": run.text, "strong": run.strong} for run in block.runs]
            return {"kind": "paragraph", "runs": runs}
        case Table():
            return {
                "kind": "table",
                "title": block.title,
                "header": block.header,
                "rows": block.rows,
                "numeric": sorted(block.numeric),
                "note": block.note,
                "origin": block.origin.word if block.origin else "",
            }
        case Picture():
            width, height = block.size
            return {
                "kind": "picture",
                "title": block.title,
                "alt": block.alt,
                "svg": drawn_alone(block.svg, SANS),
                "width": width,
                "height": height,
                "origin": block.origin.word if block.origin else "",
            }
