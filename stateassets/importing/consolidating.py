"""What consolidation leaves to arithmetic: enterprises send their statements, not what was eliminated between them.

Where all members of a group have their own statements and the group its consolidated one, what was eliminated is
their difference. A group of one enterprise is consolidated as that is, and nothing is eliminated. It is offered, and
done when asked for. What a file or the book says itself is never replaced, unless it was worked out here before and
the statements have changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..tables.declared import DeclaredTable
from ..tables.hierarchy import groups
from .cells import money
from .rows import Note, Row

Key = tuple[str, ...]
OWN, TOGETHER, BETWEEN = "individual", "consolidated", "elimination"
SIZES = ("total_assets", "revenue")  # what a group has no more of than its members together
WORKED_OUT = "合并抵销额按各户单户数之和减合并数算出"
ALONE = "没有下级企业，合并数同单户数，抵销额为0"
OFFERED = "没有合并抵销额，可以算出：按各户单户数之和减合并数，没有下级企业的合并数同单户数，加--work-out"
TOO_LARGE = "合并数大于各户单户数之和，没有算抵销额：核对是不是少了下级企业的报表"


@dataclass(frozen=True)
class Worked:
    """The rows that were worked out, and what is said of them."""

    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()


def work_out(
    table: DeclaredTable,
    rows: Sequence[Row],
    old: Sequence[Mapping[str, str]],
    roster: Sequence[Mapping[str, str]],
    before: Collection[Key],
    asked: bool,
) -> Worked:
    """Return the rows that follow from ``rows``, a table's that come in, and from ``old``, those that it has.

    ``roster`` are the enterprises, ``before`` the keys of rows that were worked out earlier. What was not is only
    worked out if it is ``asked`` for, else offered.
    """
    if not table.consolidation or not roster:
        return Worked()
    known = {_key(table, one): one for one in old}
    coming = {_key(table, row.texts): row for row in rows if not (row.compares and _key(table, row.texts) in known)}
    every = {**known, **{key: row.texts for key, row in coming.items()}}
    made: list[Row] = []
    notes: list[Note] = []
    for root, members in _groups(roster).items():
        for period, first in _periods(table, coming.values(), members).items():
            found = {m: every.get(_place(table, period, m, OWN)) for m in members}
            if any(found[m] is None for m in members if _due(members[m], first.texts)):
                continue
            own = [texts for texts in found.values() if texts]
            together, between = (_place(table, period, root, basis) for basis in (TOGETHER, BETWEEN))
            free = [key for key in (together, between) if key not in coming and (key not in known or key in before)]
            if between not in free or not own:
                continue
            alone = len(own) == 1 and together in free and bool(found.get(root))
            if not alone and together not in every:
                continue
            if not asked and between not in before:
                notes.append(Note(OFFERED, first.place, first.number, "", _said(table, between), ""))
                continue
            total = own[0] if alone else every[together]
            texts = {name: _sum(own, name) - Decimal(total.get(name) or 0) for name in table.money}
            if any(texts.get(name, Decimal(0)) < -len(own) for name in SIZES):
                notes.append(Note(TOO_LARGE, first.place, first.number, "", _said(table, between), ""))
                continue
            amounts = {name: money(amount) for name, amount in texts.items()}
            if alone:
                made.append(_row(table, together, {name: own[0].get(name, "") for name in table.money}, first))
            made.append(_row(table, between, amounts, first))
            notes.append(Note(ALONE if alone else WORKED_OUT, first.place, first.number, "", _said(table, between), ""))
    return Worked(tuple(made), tuple(notes))


def _groups(roster: Sequence[Mapping[str, str]]) -> dict[str, dict[str, Mapping[str, str]]]:
    """First-level enterprise -> the enterprises of its group, each with its row of the roster."""
    people = {one["enterprise_id"]: one for one in roster if one.get("enterprise_id")}
    parents = {own: one.get("parent_id", "") for own, one in people.items()}
    return {root: {own: people[own] for own in members} for root, members in groups(parents).items()}


def _periods(table: DeclaredTable, rows: Iterable[Row], members: Collection[str]) -> dict[Key, Row]:
    """Return the years and moments of which rows of a group come in, each with the first of them."""
    found: dict[Key, Row] = {}
    for row in rows:
        if row.texts.get("enterprise_id") in members:
            found.setdefault(_place(table, _key(table, row.texts), "", ""), row)
    return found


def _due(member: Mapping[str, str], period: Mapping[str, str]) -> bool:
    """Must an enterprise have a statement of its own? One that came in the year has no opening balances."""
    year, start, end = int(period["year"]), member.get("start_year") or "0", member.get("end_year") or "9999"
    first = int(start) + (period.get("moment") == "opening")
    return first <= year < int(end)


def _key(table: DeclaredTable, texts: Mapping[str, str]) -> Key:
    return tuple(texts.get(name, "") for name in table.key)


def _place(table: DeclaredTable, period: Key, owner: str, basis: str) -> Key:
    """Return the key of a row of the same year and moment."""
    other = {"enterprise_id": owner, "basis": basis}
    return tuple(other.get(name, text) for name, text in zip(table.key, period, strict=True))


def _sum(rows: Iterable[Mapping[str, str]], name: str) -> Decimal:
    return sum((Decimal(row.get(name) or 0) for row in rows), Decimal(0))


def _row(table: DeclaredTable, key: Key, amounts: Mapping[str, str], first: Row) -> Row:
    texts = {**dict(zip(table.key, key, strict=True)), **amounts}
    return Row(first.place, first.number, texts, compares=first.compares)


def _said(table: DeclaredTable, key: Key) -> str:
    labels = table.labels
    return "、".join(labels.get(name, {}).get(text, text) for name, text in zip(table.key, key, strict=True))
