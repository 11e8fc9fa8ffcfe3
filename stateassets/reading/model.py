"""What is read: a document of blocks, and the numbers found in it.

Offsets count characters of ``Block.text``, which is the document's own text, unchanged: whoever
marks a number finds it again there. Sentences are counted through the whole document, the first
block's first being 1; a table's row is one sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a document is opened in a process of its own, which needs no measures
    from ..measures.claims import Claim


class BlockKind(StrEnum):
    """What a block of a document is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    CELL = "cell"  # one cell of a table; merged cells stand once, at their first place


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or table cell, with where it stands.

    ``source`` is its number in the document's own order (a Word file's body paragraph, a text
    file's line, an HTML element), by which a comment is put back; ``page`` only where pages are known.
    ``turns`` are the offsets at which the text goes on on the next page. ``table``, ``row`` and
    ``column`` (from 1) only of cells, with how many rows and columns it covers.
    """

    kind: BlockKind
    text: str
    source: int
    page: int | None = None
    turns: tuple[int, ...] = ()
    level: int = 0  # of a heading, 1 is the highest
    table: int = 0
    row: int = 0
    column: int = 0
    rows: int = 1
    columns: int = 1

    def page_at(self, offset: int) -> int | None:
        """The page on which a character stands, None where pages are not known."""
        return None if self.page is None else self.page + sum(turn <= offset for turn in self.turns)


@dataclass(frozen=True)
class Document:
    """A report's text as blocks in the order of reading; page furniture is left out and told in ``left_out``."""

    name: str
    format: str
    blocks: tuple[Block, ...]
    left_out: tuple[str, ...] = ()
    scanned: bool = False  # its characters were recognised in a picture: every number awaits a look


@dataclass(frozen=True)
class Place:
    """Where a number stands: block (from 0), characters of its text, sentence (from 1)."""

    block: int
    start: int
    end: int
    sentence_no: int
    page: int | None = None

    @property
    def words(self) -> str:
        """The place as a reader is told it."""
        page = f"第{self.page}页" if self.page else ""
        return f"{page}第{self.sentence_no}句"


@dataclass(frozen=True)
class Found:
    """A printed number that was read as a claim: the claim, the words as printed, its sentence and place."""

    claim: Claim
    text: str
    sentence: str
    place: Place


@dataclass(frozen=True)
class Unplaced:
    """A number that could not be placed (未识别): nothing is guessed of it but its sentence and why."""

    text: str
    sentence: str
    place: Place
    why: str


@dataclass(frozen=True)
class NoClaim:
    """A number that states nothing about the state of affairs: a date, a document's number, a target …"""

    text: str
    place: Place
    why: str


@dataclass(frozen=True)
class Reading:
    """A document and all its numbers, each in exactly one of the three lists, in the order of the text."""

    document: Document
    region: str
    year: int
    found: tuple[Found, ...]
    unplaced: tuple[Unplaced, ...] = ()
    no_claims: tuple[NoClaim, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What the audit reads."""
        return tuple(one.claim for one in self.found)
