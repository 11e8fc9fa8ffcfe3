"""What the report states, one by one: its kind, its words, and what in the book answers it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...report import Report

TABLE = "statements"
# How one can check a statement: by a number that it prints, by this book's tables alone, or not at all.
COUNTED, SEEN, WORDS = "印出数字", "只看底表", "只有文字"
WAYS = (COUNTED, SEEN, WORDS)
PRINTED = re.compile(r"\{([^{}]*)\}")  # in a statement's text: the id of a printed figure
BETWEEN_NAMES = "、"


@dataclass(frozen=True)
class Statement:
    """One thing that the report states.

    ``text`` names printed figures by their ids in braces; ``names`` are words of the report's
    own. ``claims`` are ids of printed figures, ``measures`` of figures (``debt_ratio``,
    ``debt_ratio.change``), ``registers`` names of tables; ``chapter`` is the one that tells of it.
    """

    id: str
    section: str
    kind: str
    text: str
    names: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    chapter: str = ""

    @property
    def way(self) -> str:
        """How it can be checked: one of ``WAYS``."""
        return COUNTED if self.claims else SEEN if self.measures or self.registers else WORDS

    @property
    def printed(self) -> tuple[str, ...]:
        """The ids of the printed figures that its text names."""
        return tuple(PRINTED.findall(self.text))


def statements(report: Report) -> tuple[Statement, ...]:
    """Return what the report states, in its order; nothing where no such table came with the data."""
    return report.ledger.once(TABLE, lambda: _read(report))


def _read(report: Report) -> tuple[Statement, ...]:
    if TABLE not in report.ledger.frames:
        return ()
    return tuple(statement(row) for row in report.ledger.frames[TABLE].to_dict("records"))


def statement(row: dict[str, str]) -> Statement:
    """Return the statement of a row of the table."""
    return Statement(
        row["id"],
        row["section"],
        row["kind"],
        row["text_zh"],
        tuple(filter(None, row["names"].split(BETWEEN_NAMES))),
        tuple(row["claims"].split()),
        tuple(row["measures"].split()),
        tuple(row["register"].split()),
        row["chapter"],
    )


def numbers(found: Iterable[Statement], kinds: Iterable[str]) -> list[tuple[str, list[int]]]:
    """Return for each kind that there is how many statements of it can be checked in each of ``WAYS``."""
    pairs = [(one.kind, one.way) for one in found]
    rows = [(kind, [pairs.count((kind, way)) for way in WAYS]) for kind in kinds]
    return [row for row in rows if any(row[1])]


def about(found: Sequence[Statement], what: str) -> Statement | None:
    """Return the first statement with that id, else the first that prints, or is checked by, ``what``."""
    ways = (
        lambda one: one.id == what,
        lambda one: what in one.printed,
        lambda one: what in (*one.claims, *one.measures, *one.registers),
    )
    return next((one for fits in ways for one in found if fits(one)), None)
