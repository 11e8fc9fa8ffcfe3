"""The sentences of a document, counted through from 1 as a reader would count them.

A title is one. Paragraphs and headings are cut after 。；！？ with the closing quotes and brackets
behind them. A row of a table is one; the rows of its header belong to the caption or the 单位：亿元
right above it, or else to the first row below.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, takewhile

from .model import Block, BlockKind, Document

END = re.compile(r"[。；！？;!?]+[”’」』》〉）)\]】〕\"']*")
CAPTION = re.compile(
    r"\s*(附?[表图]\s*[一二三四五六七八九十\d]|[（(\[]?(金额|计量|货币)*单位\s*[：:]|[（(](金额|计量|货币)*单位[^）)]*[）)]\s*$)"
)
LONGEST_CAPTION = 60
NUMBER = re.compile(r"[-+−—(]*\d[\d,.\s]*[%‰)]*")
YEAR = re.compile(r"(19|20)\d\d")
BETWEEN_CELLS = "\u3000"

Piece = tuple[tuple[int, ...], int, int]


@dataclass(frozen=True)
class Sentence:
    """A sentence: its number from 1, the blocks (from 0) that it stands in, its characters and its text.

    ``start`` and ``end`` count characters of the one block of a sentence of prose. A row of a table
    takes its blocks whole: ``start`` is 0, ``end`` the length of the last one's text.
    """

    number: int
    blocks: tuple[int, ...]
    start: int
    end: int
    text: str


def sentences(document: Document) -> list[Sentence]:
    """Return the sentences of a document in order; every character but blanks is in one."""
    blocks = document.blocks
    found: list[Sentence] = []
    for inside, start, end in _pieces(blocks):
        if len(inside) == 1:
            text = blocks[inside[0]].text[start:end]
        else:
            text = BETWEEN_CELLS.join(blocks[at].text.strip() for at in inside)
        found.append(Sentence(len(found) + 1, inside, start, end, text))
    return found


def _pieces(blocks: Sequence[Block]) -> Iterator[Piece]:
    """Yield blocks, start and end of each sentence."""
    at = 0
    while at < len(blocks):
        if not blocks[at].table:
            if not (_caption(blocks[at]) and at + 1 < len(blocks) and blocks[at + 1].table):
                yield from (((at,), start, end) for start, end in _cut(blocks[at]))
            at += 1
            continue
        size = len(list(next(groupby(islice(blocks, at, None), key=lambda block: block.table))[1]))
        above = (at - 1,) if at and _caption(blocks[at - 1]) else ()
        yield from _rows(blocks, range(at, at + size), above)
        at += size


def _rows(blocks: Sequence[Block], cells: Sequence[int], above: tuple[int, ...]) -> Iterator[Piece]:
    """Yield the sentences of a table; ``above`` is the caption's block."""
    rows: dict[int, list[int]] = {}
    for at in cells:
        rows.setdefault(blocks[at].row, []).append(at)
    listed = [tuple(row) for row in rows.values()]
    header = list(takewhile(lambda row: not any(_number(blocks[at].text) for at in row), listed))
    if len(header) == len(listed):  # words only: every row says something
        header = []
    body = listed[len(header) :]
    top = above + tuple(at for row in header for at in row)
    pieces = [top, *body] if above else [top + body[0], *body[1:]]
    for piece in pieces:
        yield piece, 0, len(blocks[piece[-1]].text)


def _number(text: str) -> bool:
    """Is a cell a number? A year is the name of a column."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return bool(NUMBER.fullmatch(plain)) and not YEAR.fullmatch(plain)


def _caption(block: Block) -> bool:
    """Is a block what stands above a table: its title, its unit?"""
    if block.kind is BlockKind.CELL or len(block.text) > LONGEST_CAPTION or END.search(block.text):
        return False
    return bool(CAPTION.match(block.text))


def _cut(block: Block) -> Iterator[tuple[int, int]]:
    """Yield from where to where a block's sentences reach, without blanks at their ends."""
    text = block.text
    ends = [] if block.kind is BlockKind.TITLE else [found.end() for found in END.finditer(text)]
    start = 0
    for end in [*ends, len(text)]:
        piece = text[start:end]
        if piece.strip():
            yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        start = end
