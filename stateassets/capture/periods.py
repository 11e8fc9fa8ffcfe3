"""Which return a row of the ledger belongs to: whose it is, and of which period."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..tables.declared import DataPackage, DeclaredTable
from .arrivals import ReturnKey

Texts = Mapping[str, str]


def period_of(table: DeclaredTable, row: Texts) -> str:
    """Return a row's period, 2023-06, 2023Q2 or 2023; empty where its table has no years."""
    year = row.get("year", "")
    if not year and table.dated_by:
        year = row.get(table.dated_by, "")[:4]
    if month := row.get("month", ""):
        return f"{year}-{int(month):02d}"
    if quarter := row.get("quarter", ""):
        return f"{year}Q{quarter}"
    return year


def owners(
    package: DataPackage, texts: Callable[[str], list[dict[str, str]]]
) -> Callable[[str], Callable[[Texts], str]]:
    """Return, for a table, what says whose a row is; ``texts`` are the rows of a table as they stand.

    A row's enterprise is in it, or in the row that it refers to: a balance's account. It is empty where a row
    is nobody's.
    """
    known: dict[str, Callable[[Texts], str]] = {}

    def of(name: str) -> Callable[[Texts], str]:
        if name not in known:
            known[name] = _owner(package, texts, of, package.tables[name])
        return known[name]

    return of


def _owner(
    package: DataPackage,
    texts: Callable[[str], list[dict[str, str]]],
    of: Callable[[str], Callable[[Texts], str]],
    table: DeclaredTable,
) -> Callable[[Texts], str]:
    if any(c.name == "enterprise_id" for c in table.columns):
        return lambda row: row.get("enterprise_id", "")
    for key in table.foreign_keys:
        if key.table != table.name and key.table in package.tables:
            theirs = of(key.table)
            whose = {row.get(key.target, ""): theirs(row) for row in texts(key.table)}
            if any(whose.values()):
                column = key.column
                return lambda row: whose.get(row.get(column, ""), "")
    return lambda row: ""


def key_of(table: DeclaredTable, owner: Callable[[Texts], str], row: Texts) -> ReturnKey:
    """Return the return that a row belongs to."""
    return ReturnKey(table.name, owner(row), period_of(table, row))
