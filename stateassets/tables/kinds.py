"""A district's own kinds: what columns may hold besides what is declared, in the table ``kinds``.

Codes that law or formulas know are declared in ``tables.yml``. A column marked ``open`` there may
hold more: a district says in ``kinds`` (table, column, kind) into which classes it puts its
enterprises, or that its hazards are of kinds of which this book has not heard. A kind is its own
code. An open column without declared codes holds what ``kinds`` lists for it, in that order, or
anything while nothing is listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from .data_errors import DataError, Fault
from .declared import Column, DeclaredTable, Tables
from .text_files import inside, read_rows

TABLE = "kinds"
COLUMNS = ("table", "column", "kind")


def with_own(tables: Tables, root: Path) -> Tables:
    """Return the tables with what a district's ``kinds`` lets their columns hold besides.

    Raises:
        DataError: a kind is said of a column that is not there, or not open.
    """
    if TABLE not in tables or not (path := inside(root, tables[TABLE].path)).is_file():
        return tables
    header, *rows = read_rows(path) or [[]]
    titles = {column.title: column.name for column in tables[TABLE].columns}
    names = [titles.get(cell, cell) for cell in header]
    if not set(COLUMNS) <= set(names):
        return tables  # told when the table itself is checked
    at = [names.index(name) for name in COLUMNS]
    every = (*tables.values(), *tables.absent.values())
    known = {word: table for table in every for word in (table.name, table.title)}
    found: dict[str, dict[str, list[str]]] = {}
    faults = []
    for number, row in enumerate(rows, 2):
        if len(row) <= max(at) or not all(row[one] for one in at):
            continue  # told as well
        title, called, kind = (row[one] for one in at)
        table = known.get(title)
        column = next((c for c in table.columns if called in (c.name, c.title)), None) if table else None
        if table is None or column is None or not column.open:
            faults.append(_fault(tables[TABLE], number, title, called, table, every))
        else:
            found.setdefault(table.name, {}).setdefault(column.name, []).append(kind)
    if faults:
        raise DataError(faults)
    return Tables(_opened(table, found[table.name]) if table.name in found else table for table in every)


def _opened(table: DeclaredTable, kinds: Mapping[str, Sequence[str]]) -> DeclaredTable:
    columns = tuple(_with(column, kinds.get(column.name, ())) for column in table.columns)
    labels = {
        name: dict(words) | {kind: kind for kind in kinds.get(name, ()) if kind not in words}
        for name, words in table.labels.items()
    }
    return replace(table, columns=columns, labels=labels)


def _with(column: Column, kinds: Sequence[str]) -> Column:
    return replace(column, enum=tuple(dict.fromkeys((*column.enum, *kinds)))) if kinds else column


def _fault(
    own: DeclaredTable,
    number: int,
    title: str,
    called: str,
    table: DeclaredTable | None,
    every: Sequence[DeclaredTable],
) -> Fault:
    names = {name: own.column(name).label for name in COLUMNS}
    if table is None:
        return Fault(own.path, number, names["table"], f"没有名叫“{title}”的表", "表名", "写表的全名，如企业名录")
    may = "、".join(c.title for c in table.columns if c.open)
    open_ones = "、".join(t.title for t in every if any(c.open for c in t.columns))
    expected = f"{table.title}里可以自己分类的列：{may}" if may else f"可以自己分类的表：{open_ones}"
    return Fault(own.path, number, names["column"], f"“{called}”不能自己分类", expected, "改正列名，或删去这一行")
