"""Percentages that look like fractions: 0.0435 in a column of percent, where 4.35 may be meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from ..tables.data_errors import Fault
from ..tables.declared import DeclaredTable
from .rows import Row

WHOLE = 100


def fractions(table: DeclaredTable, rows: Sequence[Row], old: Sequence[Mapping[str, str]]) -> Iterator[Fault]:
    """Yield a fault for each column of a sheet in which percentages look like fractions of one.

    Only numbers that come without any word or sign of their unit are looked at, and of these those up to 1. Where
    others of the column say that they are per cent, each may be a fraction. Where larger ones stand beside them,
    those below 1 are percentages unless a hundred times as much is as large as those. A column of nothing but 1 may
    be of wholes where a share cannot be more than 100. What ``old``, the table as it stands, says just so is not
    asked again.
    """
    held = {tuple(row.get(name, "") for name in table.key): row for row in old}
    for place in dict.fromkeys(row.place for row in rows):
        for column in table.columns if any(row.bare for row in rows if row.place == place) else ():
            here = [row for row in rows if row.place == place and column.name in row.bare]
            if not here:
                continue
            beside = [row for row in rows if row.place == place and row.texts.get(column.name)]
            larger = [number for row in beside if (number := _number(row, column.name)) > 1]
            wholes = len(beside) > len(here) or (not larger and column.maximum == WHOLE)
            small = [
                row
                for row in here
                if (0 < (number := _number(row, column.name)) <= 1 and wholes) or _may_be_fraction(number, larger)
            ]
            before = [held.get(tuple(row.texts.get(name, "") for name in table.key), {}) for row in small]
            if all(
                (said := was.get(column.name, "")) and abs(Decimal(said)) == _number(row, column.name)
                for was, row in zip(before, small, strict=True)
            ):
                continue
            first, number = small[0], Decimal(small[0].texts[column.name])
            header = first.headers.get(column.name, column.title)
            yield first.fault(
                column.name,
                f"没有写单位，这一列{len(here)}个数里有{len(small)}个不大于1，如{number:f}，说不清是{number:f}%还是{(number * WHOLE).normalize():f}%",
                "写明单位的百分数",
                f"本来就是百分数的，列名写成“{header}（%）”；是小数的，把这一列的格式改为百分比",
            )


def _number(row: Row, column: str) -> Decimal:
    """Return the size of what stands in a cell, 0 where that is no number."""
    try:
        return abs(Decimal(row.texts.get(column, "")))
    except InvalidOperation:
        return Decimal(0)


def _may_be_fraction(number: Decimal, larger: Sequence[Decimal]) -> bool:
    if not 0 < number < 1:
        return False
    return not larger or (10 * number < min(larger) and min(larger) / 2 <= 100 * number <= 2 * max(larger))
