"""Openings that are not last year's closings: which figures they touch, why, and by how much.

A growth rate compares two closings. Where the later year opens otherwise than the earlier one closed, part of it
is no growth; whoever tells the one tells the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..tables.checking import CENT
from ..tables.declared import DeclaredTable
from ..tables.declared_checks import RESTATEMENTS, SHEET
from .ledger import ENTERPRISE, Ledger, Scope
from .measures import Quantity
from .registry import REGISTRY


@dataclass(frozen=True)
class Restated:
    """What a measure closed a year with, what the next one (``year``) opened with, and why (reason, grounds)."""

    year: int
    before: float
    after: float
    why: tuple[tuple[str, str], ...]

    @property
    def by(self) -> float:
        """How much more the year opened with."""
        return self.after - self.before

    @property
    def words(self) -> str:
        """Why, as a sentence says it: each reason with its grounds."""
        return "；".join(f"{reason}（{grounds}）" if grounds else reason for reason, grounds in self.why)


def restated(ledger: Ledger, name: str, scope: Scope, year: int) -> Restated | None:
    """Return how a year's opening of a measure was restated, None where it opens as the year before closed.

    What is of a year and not of a day, such as revenue, has no opening.
    """
    if year not in ledger.once("restated years", lambda: frozenset(_years(ledger.frames[SHEET]))):
        return None
    openings, quantities = ledger.once("openings", _openings), REGISTRY.quantities_of(name)
    if not all(q.name in openings and q.table == SHEET for q in quantities):
        return None
    before = ledger.value(name, scope, year - 1)
    parts = {q.name: ledger.value(openings[q.name], scope, year) for q in quantities}
    if before is None or None in parts.values():
        return None
    try:
        after = float(REGISTRY.evaluate(name, lambda quantity: parts[quantity.name]))
    except ZeroDivisionError:
        return None
    if abs(after - before) <= CENT * bool(before):
        return None
    columns = _parts(ledger.package.tables[SHEET], {q.column for q in quantities})
    return Restated(year, before, after, tuple(dict.fromkeys(_reasons(ledger, columns, scope, year))))


def _openings() -> dict[str, str]:
    """Return the quantity that a year opens with, by the one that the year before closes with."""
    every = (REGISTRY[name] for name in REGISTRY)
    return {q.opening_of: q.name for q in every if isinstance(q, Quantity) and q.opening_of}


def _years(sheet: pd.DataFrame) -> Iterator[int]:
    """Yield the years in which some row opens otherwise than it closed."""
    keys = ["year", "enterprise_id", "basis"]
    amounts = [c for c in sheet.select_dtypes("number").columns if c != "year"]
    closing = sheet[sheet["moment"] == "closing"].assign(year=lambda rows: rows["year"] + 1).set_index(keys)[amounts]
    opening = sheet[sheet["moment"] == "opening"].set_index(keys)[amounts]
    common = closing.index.intersection(opening.index)
    gaps = (opening.loc[common] - closing.loc[common]).abs().max(axis=1) > CENT
    yield from {int(year) for year in gaps[gaps].index.get_level_values("year")}


def _parts(table: DeclaredTable, columns: set[str]) -> set[str]:
    """Return columns with the lines that make them up."""
    totals = {identity.total for identity in table.identities}
    lines = {
        part
        for identity in table.identities
        if identity.total in columns and not {name for name, _ in identity.parts} & totals
        for part, _ in identity.parts
    }
    return columns | lines


def _reasons(ledger: Ledger, columns: set[str], scope: Scope, year: int) -> Iterator[tuple[str, str]]:
    """Yield (reason, grounds): those of the lines, or what the balance sheet itself says."""
    basis = "individual" if scope.by == ENTERPRISE else "consolidated"

    def own(table: str, **where: Any) -> list[Mapping[Any, Any]]:
        frame = ledger.within(ledger.frames[table], scope)
        for column, value in {"year": year, "basis": basis, **where}.items():
            frame = frame[frame[column] == value]
        return frame.to_dict("records")

    lines = [row for row in own(RESTATEMENTS) if row["item"] in columns] if RESTATEMENTS in ledger.frames else []
    yield from ((row["why"], row["grounds"]) for row in lines)
    told = {"", *(row["why"] for row in lines)}
    yield from ((row["restatement"], "") for row in own(SHEET, moment="opening") if row["restatement"] not in told)
