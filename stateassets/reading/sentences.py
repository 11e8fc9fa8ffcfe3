"""The sentences of a document, counted through from 1 as a reader would count them.

A title is one. Paragraphs and headings are cut after 。；！？ with the closing quotes and brackets
behind them. A row of a table is one; a caption or 单位：亿元 right above a table belongs to its first row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .model import Block, BlockKind, Document

END = re.compile(r"[。；！？;!?]+[”’」』》〉）)\]】〕\"']*")
CAPTION = re.compile(r"\s*(附?[表图]\s*[一二三四五六七八九十\d]|[（(\[]?(金额)?(计量)?单位\s*[：:])")
LONGEST_CAPTION = 60
BETWEEN_CELLS = "\u3000"


@dataclass(frozen=True)
class Sentence:
    """A sentence: its number from 1, the blocks (from 0) that it stands in, its characters and its text.

    ``start`` and ``end`` count characters of the text of the one block of a sentence of prose; a row
    of a table takes its blocks whole, ``start`` is 0 and ``end`` the length of the last.
    """

    number: int
    blocks: tuple[int, ...]
    start: int
    end: int
    text: str


def sentences(document: Document) -> list[Sentence]:
    """Return the sentences of a document in order."""
    found: list[Sentence] = []
    for blocks, start, end, text in _pieces(document.blocks):
        found.append(Sentence(len(found) + 1, blocks, start, end, text))
    return found


def _pieces(blocks: Sequence[Block]) -> Iterator[tuple[tuple[int, ...], int, int, str]]:
    at = 0
    while at < len(blocks):
        row = _row(blocks, at)
        if row:
            cells = tuple(range(at, at + row))
            text = BETWEEN_CELLS.join(blocks[i].text.strip() for i in cells)
            yield cells, 0, len(blocks[cells[-1]].text), text
            at += row
            continue
        for start, end in _cut(blocks[at]):
            yield (at,), start, end, blocks[at].text[start:end]
        at += 1


def _row(blocks: Sequence[Block], at: int) -> int:
    """Return how many blocks from here make one row of a table, with the captions above; 0 for prose."""
    end = at
    while end < len(blocks) and _caption(blocks[end]):
        end += 1
    if end == len(blocks) or blocks[end].kind is not BlockKind.CELL:
        return 0
    first = blocks[end]
    if end > at and first.row != 1:
        return 0
    while end < len(blocks) and (blocks[end].table, blocks[end].row) == (first.table, first.row):
        end += 1
    return end - at


def _caption(block: Block) -> bool:
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
