"""PDF files by pypdfium2: lines to paragraphs over lines and pages, tables as rows of cells."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ...tables.text_files import refuse
from ..model import Block, BlockKind, Document
from .bounds import MOST_PAGES, SHORTER, ScannedPages, bounded, few_enough
from .kinds import UNLOCK
from .lines import join
from .pdf_lines import Char, Margins, PageLine, PageSize, furniture, goes_on, margins, usual_pitch
from .pdf_tables import PageTable, Rule, tables_of
from .shapes import ends_sentence, listed_in_contents, section_level, told_by_form

THIN = 3.0  # points; what is thinner is a rule
MOST_CORNERS = 2_000  # of one path
SAME_EDGE = 4.0  # points by which the columns of a table may differ from page to page
LARGER = 1.08  # times the usual size: a heading's characters
UNPRINTED = 32  # codes below it print nothing
SMALLER = 0.92  # times it: those of notes
FEW = 5  # characters a page: fewer are a stamp or a page number on a picture


@dataclass(frozen=True)
class Page:
    """What a page holds: lines from top to bottom, and tables."""

    lines: tuple[PageLine, ...]
    tables: tuple[PageTable, ...] = ()

    @property
    def characters(self) -> int:
        cells = (len(cell.text) for table in self.tables for cell in table.cells)
        return sum(len(line.text) for line in self.lines) + sum(cells)


def read_pdf(path: Path, name: str) -> Document:
    """Return a PDF as a document.

    Raises:
        DataError: it is locked, damaged, or has too many pages or characters, or none.
        ScannedPages: its pages are pictures.
    """
    with opened(path, name) as file:
        pages, sizes = _pages(file, name)
        if sum(page.characters for page in pages) < FEW * len(pages):
            raise ScannedPages(len(pages))
    return made(name, pages, sizes)


@contextmanager
def opened(path: Path, name: str) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF that has pages, and not too many.

    Raises:
        DataError: it is locked or damaged, or has none or too many.
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
            refuse(name, "一页也没有", "有文字的PDF", "请对方重新发送")
        yield file
    finally:
        file.close()


def made(name: str, pages: Sequence[Page], sizes: Sequence[PageSize], scanned: bool = False) -> Document:
    """Return the document that pages of lines and tables make, without page furniture and contents."""
    beside = furniture([page.lines for page in pages], sizes)
    left_out = ["页码、页眉和页脚"] if beside else []
    texts = []
    for number, page in enumerate(pages):
        lines = [line for at, line in enumerate(page.lines) if (number, at) not in beside]
        texts.append([line for line in lines if not listed_in_contents(line.text)])
        if len(texts[-1]) < len(lines) and "目录" not in left_out:
            left_out.append("目录")
    texts, notes = _without_notes(texts)
    kept: list[PageLine | PageTable] = []
    for page, lines in zip(pages, texts, strict=True):
        kept += sorted([*lines, *page.tables], key=lambda item: -item.y1)
    kept += notes
    blocks = tuple(bounded(told_by_form(blocks_of(kept, sizes)), name))
    return Document(name, "pdf", blocks, tuple(left_out), scanned)


def _without_notes(pages: Sequence[list[PageLine]]) -> tuple[list[list[PageLine]], list[PageLine]]:
    """Return the lines of each page, and the notes at the foot of those whose last sentence goes on overleaf."""
    usual = _usual_size([line for lines in pages for line in lines])
    kept, notes = [], []
    for lines in pages:
        body = list(lines)
        while body and body[-1].em < SMALLER * usual:
            body.pop()
        if not body or ends_sentence(body[-1].text):
            body = lines
        kept.append(body)
        notes += lines[len(body) :]
    return kept, notes


def _usual_size(lines: Sequence[PageLine]) -> float:
    """Return the size of most characters."""
    return median([line.em for line in lines for _ in line.text]) if lines else 0.0


def blocks_of(items: Sequence[PageLine | PageTable], sizes: Sequence[PageSize]) -> Iterator[Block]:
    """Yield the blocks of a document's lines and tables, pages one after the other; ``source`` counts them."""
    lines = [item for item in items if isinstance(item, PageLine)]
    edges, pitch = _margins(lines, sizes), usual_pitch(lines)
    usual = _usual_size(lines)
    held: list[tuple[int, PageLine]] = []
    table, rows = 0, 0
    last: PageTable | None = None
    header: tuple[str, ...] = ()
    for at, item in enumerate(items):
        if held and not (isinstance(item, PageLine) and goes_on(held[-1][1], item, edges[item.page], pitch)):
            yield _paragraph(held, usual)
            held = []
        if isinstance(item, PageLine):
            held.append((at, item))
            last = None
            continue
        if not last or not _goes_on_overleaf(last, item):
            table, rows = table + 1, 0
            header = ()
        elif _header(item) == header:  # printed again on the next page
            item = _without_header(item)
        if not rows:
            header = _header(item)
        yield from _table(item, at, table, rows)
        rows += item.rows
        last = item
    if held:
        yield _paragraph(held, usual)


def _margins(lines: Sequence[PageLine], sizes: Sequence[PageSize]) -> dict[int, Margins]:
    """Return the margins of each page: those of all pages of its width together."""
    by_width: dict[int, list[PageLine]] = defaultdict(list)
    for line in lines:
        by_width[round(sizes[line.page - 1].width)].append(line)
    return {line.page: edges for same in by_width.values() for edges in [margins(same)] for line in same}


def _paragraph(lines: Sequence[tuple[int, PageLine]], usual: float) -> Block:
    """Return the block that lines make: a heading where they are larger than ``usual`` and end no sentence."""
    text, (source, first) = join(line.text for _, line in lines), lines[0]
    headed = source > 0 and first.em > LARGER * usual and not ends_sentence(text)
    kind, level = (BlockKind.HEADING, section_level(text) or 1) if headed else (BlockKind.PARAGRAPH, 0)
    turns = [
        len(join(line.text for _, line in lines[:at]))
        for at in range(1, len(lines))
        if lines[at][1].page > lines[at - 1][1].page
    ]
    return Block(kind, text, source, page=first.page, turns=tuple(turns), level=level)


def _goes_on_overleaf(table: PageTable, following: PageTable) -> bool:
    """Is a table on the next page the same, by where its columns are?"""
    return (
        following.page == table.page + 1
        and len(following.edges) == len(table.edges)
        and all(abs(a - b) <= SAME_EDGE for a, b in zip(table.edges, following.edges, strict=True))
    )


def _header(table: PageTable) -> tuple[str, ...]:
    return tuple(cell.text for cell in table.cells if cell.row == 1)


def _without_header(table: PageTable) -> PageTable:
    cells = tuple(cell._replace(row=cell.row - 1) for cell in table.cells if cell.row > 1)
    return replace(table, cells=cells) if cells else table


def _table(table: PageTable, source: int, number: int, above: int) -> Iterator[Block]:
    for text, row, column, rows, columns in table.cells:
        yield Block(
            BlockKind.CELL,
            text,
            source,
            page=table.page,
            table=number,
            row=above + row,
            column=column,
            rows=rows,
            columns=columns,
        )


def _pages(file: pdfium.PdfDocument, name: str) -> tuple[list[Page], list[PageSize]]:
    pages, sizes, characters = [], [], 0
    for number in range(len(file)):
        try:
            page = file[number]
            chars, rules = list(_chars(page)), list(_rules(page))
        except pdfium.PdfiumError:
            refuse(name, f"第{number + 1}页读不出，可能已经损坏", "完整的PDF", "请对方重新发送")
        characters += len(chars)
        few_enough(characters, name)
        tables, lines = tables_of(chars, rules, number + 1)
        pages.append(Page(tuple(lines), tuple(tables)))
        sizes.append(PageSize(*page.get_size()))
        page.close()
    return pages, sizes


def _chars(page: pdfium.PdfPage) -> Iterator[Char]:
    """Yield the characters that a page prints, as it is shown."""
    text = page.get_textpage()
    box = pdfium_c.FS_RECTF()
    turn = page.get_rotation()
    width, height = page.get_size()
    high = 0
    for at in range(text.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(text, at)
        if 0xD800 <= code < 0xDC00:  # the first half of a rare character
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0
        high = 0
        if code < UNPRINTED or code in (0xFFFE, 0xFFFF) or pdfium_c.FPDFText_IsGenerated(text, at) == 1:
            continue
        if not pdfium_c.FPDFText_GetLooseCharBox(text, at, ctypes.byref(box)):
            continue
        yield Char(chr(code), *_turned(box.left, box.bottom, box.right, box.top, turn, width, height))
    text.close()


def _rules(page: pdfium.PdfPage) -> Iterator[Rule]:
    """Yield the straight lines that a page draws itself: thin areas, and the sides of what is stroked."""
    turn = page.get_rotation()
    width, height = page.get_size()
    for item in page.get_objects([pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=1):
        left, low, right, high = item.get_bounds()
        x0, y0, x1, y1 = _turned(left, low, right, high, turn, width, height)
        if min(x1 - x0, y1 - y0) <= THIN:
            yield Rule(x0, y0, x1, y1)
        elif _stroked(item):
            for a, b in pairwise(_corners(item)):
                left, low, right, high = _turned(
                    min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]), turn, width, height
                )
                if min(right - left, high - low) <= THIN:
                    yield Rule(left, low, right, high)


def _stroked(item: pdfium.PdfObject) -> bool:
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    return bool(pdfium_c.FPDFPath_GetDrawMode(item, ctypes.byref(filled), ctypes.byref(stroked)) and stroked.value)


def _corners(item: pdfium.PdfObject) -> list[tuple[float, float]]:
    """Return the points of a path on its page, as far as rules of a table go."""
    matrix = item.get_matrix()
    found = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for at in range(min(pdfium_c.FPDFPath_CountSegments(item), MOST_CORNERS)):
        segment = pdfium_c.FPDFPath_GetPathSegment(item, at)
        if pdfium_c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
            found.append(matrix.on_point(x.value, y.value))
    return found


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
