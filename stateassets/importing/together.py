"""Statements that make one row together, where a part of the row has not come."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..tables.data_errors import Fault
from ..tables.declared import DeclaredTable
from .layouts.forms import declared
from .rows import Note, Row
from .years import how_to_say

FILED = "submitted_on"  # what a statement says above itself
UNFINISHED = "上年的数不全，这一行不导入"


def missing(table: DeclaredTable, row: Row, fields: Collection[str]) -> list[str]:
    """Return the required columns that a row lacks and others of its table, with ``fields``, have."""
    return [c.name for c in table.columns if c.required and c.name not in row.texts and c.name in fields]


def statement(table: DeclaredTable, columns: Collection[str]) -> str:
    """Return the statement that brings columns of a table, the shortest that has them all, or nothing."""
    having = [
        (len(form["items"]), name)
        for name, form in declared().items()
        if form["table"] == table.name and set(columns) <= set(form["items"])
    ]
    return min(having)[1] if having else ""


def left_out(table: DeclaredTable, row: Row, lacking: Sequence[str], said: str) -> Note:
    """Say that the year before, which came only in part, is not imported."""
    what = "、".join(table.column(name).title for name in lacking)
    return Note(UNFINISHED, row.place, row.number, "", said, f"没有{what}")


def apart(table: DeclaredTable, row: Row, lacking: Sequence[str], others: Sequence[Row], said: str) -> Fault | None:
    """Return a fault if what a row lacks has come for another year or basis of the same enterprise."""
    for other in others:
        differing = [n for n in table.key if other.texts.get(n) != row.texts.get(n)]
        if other is row or not set(lacking) <= other.texts.keys() or set(differing) - {"year", "basis"}:
            continue
        if not differing or other.compares or set(other.texts) >= set(row.texts):
            continue
        words = "、".join(table.column(name).title for name in differing)
        labels = table.labels
        here, there = (
            "、".join(labels.get(n, {}).get(one.texts.get(n, ""), one.texts.get(n, "")) for n in differing)
            for one in (row, other)
        )
        return row.fault(
            None,
            f"{said}只有一部分；另一部分在{other.place}，两张表的{words}不同：这里是{here}，那里是{there}",
            f"合成一行的两张表{words}相同",
            f"改正写错的{words}，或换成同一{words}的报表",
        )
    return None


def besides(table: DeclaredTable, lacking: Collection[str], year: int) -> dict[str, str]:
    """Return what else helps where columns have not come at all, to be said after 补上…列; ``year`` is the book's."""
    several = sum(form["table"] == table.name for form in declared().values()) > 1
    made = {name: f"，或与{said}一起导入" for name in lacking if several and (said := statement(table, [name]))}
    monthly = [name for name, form in declared().items() if form.get("monthly") == table.name]
    if monthly:
        made = dict.fromkeys(lacking, f"，或与同一个月的{'、'.join(monthly)}一起导入")
        made[FILED] = "，或在报表上方写“填报日期：”和日期"
    return made | {"year": how_to_say(year)}
