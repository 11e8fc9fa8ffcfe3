"""Percentages that look like fractions: 0.0435 in a column of percent, where 4.35 may be meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from ..tables.data_errors import Fault
from ..tables.declared import DeclaredTable
from .rows import Row

PERCENT = "%"


def fractions(table: DeclaredTable, rows: Sequence[Row], old: Sequence[Mapping[str, str]]) -> Iterator[Fault]:
    """Yield a fault for each column of a sheet whose percentages all look like fractions of one.

    Only numbers that come without any word or sign of their unit are looked at, and of these only
    a column in which none is above 1 and some is no whole number. What ``old``, the table as it
    stands, says just so is not asked again.
    """
    held = {tuple(row.get(name, "") for name in table.key): row for row in old}
    for place in dict.fromkeys(row.place for row in rows):
        for column in table.columns if any(row.bare for row in rows if row.place == place) else ():
            here = [row for row in rows if row.place == place and column.name in row.bare]
            numbers = [abs(Decimal(row.texts[column.name])) for row in here]
            if not numbers or max(numbers) > 1 or all(n == n.to_integral_value() for n in numbers):
                continue
            before = [held.get(tuple(row.texts.get(name, "") for name in table.key), {}) for row in here]
            if all(
                (said := was.get(column.name, "")) and abs(Decimal(said)) == n
                for was, n in zip(before, numbers, strict=True)
            ):
                continue
            first = next(row for row, n in zip(here, numbers, strict=True) if n != n.to_integral_value())
            number = Decimal(first.texts[column.name])
            header = first.headers.get(column.name, column.title)
            yield first.fault(
                column.name,
                f"没有写单位，这一列{len(here)}个数都不超过1，如{number:f}，说不清是{number:f}%还是{(number * 100).normalize():f}%",
                "写明单位的百分数",
                f"本来就是百分数的，列名写成“{header}（%）”；是小数的，把这一列的格式改为百分比",
            )
