"""A report as a Word file with what was found as comments at the numbers.

A Word file keeps all that it has: runs are only cut in two where a number begins and ends, each half
with the formatting of the whole. Of any other format a new file is made of the text.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import groupby, islice
from typing import Any

import docx
from docx.document import Document as WordFile
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from ..audit.findings import QUIET
from ..importing.claims import UNSAID
from .marked_page import resting, visible
from .marks import PENDING, TOLD, Marked, Number
from .model import Block, BlockKind, Document

AUTHOR, INITIALS = "读数和审核", "审"
FONT = "宋体"
DELETED = (qn("w:del"), qn("w:moveFrom"))
DEEPEST = 9  # of Word's headings


def with_comments(marked: Marked, originals: Sequence[bytes | None] = ()) -> tuple[bytes, bool]:
    """Return a Word file with comments, and whether it is the report's own with comments put in.

    That is so of one report of which ``originals`` holds the Word file, unless that has macros or is
    made so that it cannot be written again.
    """
    if len(marked.readings) == 1 and originals and originals[0] is not None:
        file = _opened(originals[0])
        if file is not None:
            _comment(file, marked, 0)
            return _saved(file), True
    file = docx.Document()
    _chinese(file)
    for at, reading in enumerate(marked.readings):
        places = _typed(file, reading.document)
        for number in _told(marked, at):
            _comment_on(file, places[number.place.block], number.place.start, number.place.end, said(marked, number))
    return _saved(file), False


def said(marked: Marked, number: Number) -> str:
    """Return what a comment says of a number."""
    lines = [f"【{number.mark}】{number.text}"]
    if number.found:
        claim = number.found.claim
        base = f"，与{claim.base}相比" if claim.base else ""
        lines.append(
            f"读作：{claim.year}年，{claim.scope or f'口径{UNSAID}'}，{claim.describe()}{base}（{claim.stands_for}）。"
        )
    if number.why:
        lines.append(f"{number.why}。")
    for at in number.findings:
        finding = marked.findings[at]
        if finding.verdict in QUIET:
            continue
        pending = f"（{PENDING}）" if marked.pending(at) else ""
        right = f"{finding.expected}。" if finding.expected else ""
        lines.append(f"{finding.verdict}{pending}：{finding.message}{right}依据：{resting(finding)}。")
    return visible("\n".join(lines))


def _told(marked: Marked, report: int) -> list[Number]:
    return [n for n in marked.numbers if n.report == report and n.mark in TOLD]


def _opened(content: bytes) -> WordFile | None:
    try:
        return docx.Document(io.BytesIO(content))
    except (ValueError, KeyError, OSError):  # macros, relations that lead nowhere
        return None


def _saved(file: WordFile) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


# --- the report's own file -----------------------------------------------------------------------


def _comment(file: WordFile, marked: Marked, report: int) -> None:
    blocks = marked.readings[report].document.blocks
    paragraphs = list(file.element.iter(qn("w:p")))
    for number in _told(marked, report):
        block = blocks[number.place.block]
        end = next((b.source for b in blocks[number.place.block :] if b.source > block.source), len(paragraphs))
        own = paragraphs[block.source : end if block.kind == BlockKind.CELL else block.source + 1]
        before = [b for b in blocks[: number.place.block] if b.source == block.source and b.table == block.table]
        words = block.text[number.place.start : number.place.end]
        nth = sum(b.text.count(words) for b in before) + block.text[: number.place.start].count(words)
        text = said(marked, number)
        for paragraph in own:
            here = "".join(_text(run) for run in _runs(paragraph))
            if (count := here.count(words)) > nth:
                start = _nth(here, words, nth)
                _comment_on(file, paragraph, start, start + len(words), text)
                break
            nth -= count
        else:  # a note under the text, or characters that Word cuts otherwise: said at the paragraph
            whole = next((p for p in (*own, *reversed(paragraphs)) if any(map(_text, _runs(p)))), None)
            if whole is not None:
                _comment_on(file, whole, 0, sum(len(_text(run)) for run in _runs(whole)), text)


def _nth(text: str, words: str, nth: int) -> int:
    at = text.find(words)
    for _ in range(nth):
        at = text.find(words, at + len(words))
    return at


def _comment_on(file: WordFile, paragraph: Any, start: int, end: int, text: str) -> None:
    """Put a comment at characters of a paragraph's text."""
    _cut(paragraph, start)
    _cut(paragraph, end)
    inside, at = [], 0
    for run in _runs(paragraph):
        length = len(_text(run))
        if length and start <= at and at + length <= end:
            inside.append(run)
        at += length
    if inside:
        owner = Paragraph(paragraph, file)
        file.add_comment([Run(run, owner) for run in inside], text, author=AUTHOR, initials=INITIALS)


def _runs(paragraph: Any) -> Iterator[Any]:
    """The runs of a paragraph that are text of it: not deleted ones, not those of a box that hangs on it."""
    for run in paragraph.iter(qn("w:r")):
        above = list(run.iterancestors())
        if next(x for x in above if x.tag == qn("w:p")) is paragraph and not any(x.tag in DELETED for x in above):
            yield run


def _text(run: Any) -> str:
    return "".join(x.text or "" for x in run if x.tag == qn("w:t"))


def _cut(paragraph: Any, at: int) -> None:
    """Make a run end at a character of a paragraph's text; both halves look as the whole did."""
    done = 0
    for run in list(_runs(paragraph)):
        length = len(_text(run))
        if done < at < done + length:
            rest = deepcopy(run)
            _keep(run, 0, at - done)
            _keep(rest, at - done, length)
            run.addnext(rest)
            return
        done += length


def _keep(run: Any, start: int, end: int) -> None:
    """Leave of a run its formatting and the characters from ``start`` to ``end``, with what stands among them."""
    done = 0
    for child in list(run):
        if child.tag == qn("w:rPr"):
            continue
        if child.tag != qn("w:t"):
            if not (start < done <= end or (start == done and start == 0)):
                run.remove(child)
            continue
        text = child.text or ""
        part = text[max(0, start - done) : max(0, end - done)]
        done += len(text)
        if part:
            child.text = part
            child.set(qn("xml:space"), "preserve")
        else:
            run.remove(child)


# --- a new file ----------------------------------------------------------------------------------


def _typed(file: WordFile, document: Document) -> list[Any]:
    """Write a document's blocks; return the paragraph of each."""
    places: list[Any] = []
    for table, group in groupby(document.blocks, key=lambda b: b.table if b.kind == BlockKind.CELL else 0):
        if table:
            places += _typed_table(file, list(group))
            continue
        for block in group:
            if block.kind == BlockKind.PARAGRAPH:
                paragraph = file.add_paragraph()
            else:
                paragraph = file.add_heading(
                    level=0 if block.kind == BlockKind.TITLE else min(max(1, block.level), DEEPEST)
                )
            places.append(_write(paragraph, block.text))
    return places


def _typed_table(file: WordFile, cells: Sequence[Block]) -> Iterator[Any]:
    rows = max(c.row + c.rows - 1 for c in cells)
    columns = max(c.column + c.columns - 1 for c in cells)
    table = file.add_table(rows, columns, style="Table Grid")
    for cell in cells:
        place = table.cell(cell.row - 1, cell.column - 1)
        if cell.rows > 1 or cell.columns > 1:
            place = place.merge(table.cell(cell.row + cell.rows - 2, cell.column + cell.columns - 2))
        yield _write(next(islice(place.paragraphs, 1)), cell.text)


def _write(paragraph: Paragraph, text: str) -> Any:
    """Write text so that its characters can be counted again, a blank for what a Word file cannot hold."""
    paragraph.add_run("".join(c if _of_xml(c) else " " for c in text))
    return paragraph._p


def _of_xml(c: str) -> bool:
    """Can a Word file hold the character in its text, without making an element of it?"""
    return c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff"


def _chinese(file: WordFile) -> None:
    """Let the plain template write Chinese in a Chinese font."""
    normal = file.styles["Normal"]
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
