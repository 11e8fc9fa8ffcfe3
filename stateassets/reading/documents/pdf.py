"""PDF files by pypdfium2: lines to paragraphs over lines and pages, tables as rows of cells."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from itertools import count, groupby
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ...tables.text_files import refuse
from ..model import Block, BlockKind, Document
from .bounds import MOST_CHARACTERS, MOST_PAGES, SHORTER, bounded
from .kinds import UNLOCK
from .lines import join
from .pdf_lines import Char, PageLine, PageSize, columns, furniture, goes_on, lines_of, margins, placed, usual_pitch
from .scans import Recogniser, read_scan
from .shapes import told_by_form

FEW = 5  # characters a page: fewer are a stamp or a page number on a picture


def read_pdf(path: Path, name: str, recogniser: Recogniser | None = None) -> Document:
    """Return a PDF as a document; one of pictures only is recognised.

    Raises:
        DataError: it is locked, damaged, has too many pages or characters, or pictures that nothing recognises.
    """
    try:
        file = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            refuse(name, "加了密码", "没有密码的PDF", UNLOCK)
        refuse(name, "读不出，可能已经损坏或不完整", "完整的PDF", "请对方重新发送，或在浏览器里打开后打印成PDF")
    try:
        if len(file) > MOST_PAGES:
            refuse(name, f"有{len(file)}页", f"不超过{MOST_PAGES}页", SHORTER)
        if len(file) == 0:
            refuse(name, "没有一页", "有文字的PDF", "请对方重新发送")
        pages, sizes = _pages(file, name)
        if sum(len(line.text) for lines in pages for line in lines) < FEW * len(pages):
            return read_scan(file, name, recogniser)
    finally:
        file.close()
    beside = furniture(pages, sizes)
    left_out = ("页码、页眉和页脚",) if beside else ()
    kept = [line for p, lines in enumerate(pages) for at, line in enumerate(lines) if (p, at) not in beside]
    return Document(name, "pdf", tuple(bounded(told_by_form(blocks_of(kept)), name)), left_out)


def blocks_of(lines: Sequence[PageLine]) -> Iterator[Block]:
    """Yield the blocks of a document's lines, pages one after the other; ``source`` counts the lines."""
    if not lines:
        return
    edges, pitch = margins(lines), usual_pitch(lines)
    tables = count(1)
    numbered = list(enumerate(lines))
    for tabular, group in groupby(_runs(numbered), key=lambda one: one[1]):
        run = [item for item, _ in group]
        if tabular:
            yield from _table(run, next(tables))
            continue
        held: list[tuple[int, PageLine]] = []
        for at, line in run:
            if held and not goes_on(held[-1][1], line, edges, pitch):
                yield _paragraph(held)
                held = []
            held.append((at, line))
        if held:
            yield _paragraph(held)


def _runs(lines: Sequence[tuple[int, PageLine]]) -> Iterator[tuple[tuple[int, PageLine], bool]]:
    """Yield each line with whether it is a row of a table: two or more lines of several parts, one below the other."""
    parted = [len(line.segments) > 1 for _, line in lines]
    for at, item in enumerate(lines):
        near = (at and parted[at - 1]) or (at + 1 < len(lines) and parted[at + 1])
        yield item, bool(parted[at] and near)


def _paragraph(lines: Sequence[tuple[int, PageLine]]) -> Block:
    return Block(BlockKind.PARAGRAPH, join(line.text for _, line in lines), lines[0][0], page=lines[0][1].page)


def _table(lines: Sequence[tuple[int, PageLine]], table: int) -> Iterator[Block]:
    spans = columns([line for _, line in lines])
    for row, (at, line) in enumerate(lines, 1):
        for segment in line.segments:
            column, covered = placed(segment, spans)
            yield Block(
                BlockKind.CELL, segment.text, at, page=line.page, table=table, row=row, column=column, columns=covered
            )


def _pages(file: pdfium.PdfDocument, name: str) -> tuple[list[list[PageLine]], list[PageSize]]:
    pages, sizes, characters = [], [], 0
    for number in range(len(file)):
        try:
            page = file[number]
            chars = list(_chars(page))
        except pdfium.PdfiumError:
            refuse(name, f"第{number + 1}页读不出，可能已经损坏", "完整的PDF", "请对方重新发送")
        characters += len(chars)
        if characters > MOST_CHARACTERS:
            refuse(name, f"文字超过{MOST_CHARACTERS // 10_000}万字", f"不超过{MOST_CHARACTERS // 10_000}万字", SHORTER)
        pages.append(lines_of(chars, number + 1))
        sizes.append(PageSize(*page.get_size()))
        page.close()
    return pages, sizes


def _chars(page: pdfium.PdfPage) -> Iterator[Char]:
    """Yield the characters that a page prints, as it is shown."""
    text = page.get_textpage()
    box = pdfium_c.FS_RECTF()
    turn = page.get_rotation()
    width, height = page.get_size()
    for at in range(text.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(text, at)
        if code in (0, 0xFFFE, 0xFFFF, 13, 10) or pdfium_c.FPDFText_IsGenerated(text, at) == 1:
            continue
        if not pdfium_c.FPDFText_GetLooseCharBox(text, at, ctypes.byref(box)):
            continue
        yield Char(chr(code), *_turned(box.left, box.bottom, box.right, box.top, turn, width, height))
    text.close()


def _turned(
    x0: float, y0: float, x1: float, y1: float, turn: int, width: float, height: float
) -> tuple[float, float, float, float]:
    """Return a box on a page as the page is shown, turned clockwise."""
    if turn == 90:
        return y0, height - x1, y1, height - x0
    if turn == 180:
        return width - x1, height - y1, width - x0, height - y0
    if turn == 270:
        return width - y1, x0, width - y0, x1
    return x0, y0, x1, y1
