"""Are a table's cells as its schema declares them? What the Table Schema standard asks, quickly.

Whole columns are looked at first, value by value, which nearly always shows that nothing is wrong;
only where something is are the rows gone through cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from .declared import Column
from .notation import value_of

TYPE, MISSING_CELL, EXTRA_CELL, BLANK_ROW, KEY = "type", "missing cell", "extra cell", "blank row", "key"
REQUIRED, ENUM, MINIMUM, MAXIMUM = "required", "enum", "minimum", "maximum"  # the constraint that is broken
FIRST_ROW = 2  # as Excel counts: the first holds the header


@dataclass(frozen=True)
class CellError:
    """What is wrong in a row, which counts as Excel does; ``column`` is empty for a whole row."""

    kind: str
    row: int
    column: str = ""
    cell: str = ""


def errors(columns: Sequence[Column], key: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[CellError]:
    """Yield what is wrong in a table, row by row.

    ``rows`` are cells as text, blank where there is nothing, in the order of ``columns``; ``key``
    names the columns that tell rows apart.
    """
    judges = [cache(partial(_broken, column, *_limits(column))) for column in columns]
    again = _repeated([column for column in columns if column.name in key], columns, rows)
    regular = all(len(row) == len(columns) and any(row) for row in rows)
    cells = zip(*rows, strict=True) if regular else ()
    if (
        regular
        and not again
        and not any(
            judge(c)
            for column, judge, own in zip(columns, judges, cells, strict=False)
            for c in _worth(column, set(own))
        )
    ):
        return
    for at, row in enumerate(rows):
        if not any(row[: len(columns)]):
            yield CellError(BLANK_ROW, at + FIRST_ROW)
        else:
            yield from _row_errors(columns, judges, row, at + FIRST_ROW)
        if at in again:
            yield CellError(KEY, at + FIRST_ROW)


def _worth(column: Column, cells: set[str]) -> set[str]:
    """Return the cells that may be wrong: in a column of any text only that there is none."""
    free = column.type == "string" and column.minimum is None and column.maximum is None and not column.enum
    return cells & {""} if free else cells


def _row_errors(
    columns: Sequence[Column], judges: Sequence[Callable[[str], tuple[str, ...]]], row: Sequence[str], number: int
) -> Iterator[CellError]:
    cells = [*row, *[""] * (len(columns) - len(row))]
    for column, judge, cell in zip(columns, judges, cells, strict=False):
        yield from (CellError(kind, number, column.name, cell) for kind in judge(cell))
    yield from (CellError(EXTRA_CELL, number) for _ in row[len(columns) :])
    yield from (CellError(MISSING_CELL, number, column.name) for column in columns[len(row) :])


def _limits(column: Column) -> tuple[Any, Any, set[Any]]:
    """Return the least, the greatest and all values that a column may hold."""
    low, high = (None if end is None else value_of(column.type, end) for end in (column.minimum, column.maximum))
    return low, high, {value_of(column.type, value) for value in column.enum}


def _broken(column: Column, low: Any, high: Any, allowed: set[Any], cell: str) -> tuple[str, ...]:
    """Return the kinds of errors of one cell: its type, else the constraints that it breaks."""
    if not cell:
        return (REQUIRED,) if column.required else ()
    value = value_of(column.type, cell)
    if value is None:
        return (TYPE,)
    wrong = {
        MINIMUM: low is not None and value < low,
        MAXIMUM: high is not None and value > high,
        ENUM: bool(allowed) and value not in allowed,
    }
    return tuple(kind for kind, broken in wrong.items() if broken)


def _repeated(key: Sequence[Column], columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> set[int]:
    """Return the rows, counted from 0, whose key has no value or is an earlier row's.

    Keys are compared by value, whichever way a number is written.
    """
    if not key:
        return set()
    reads: list[tuple[int, Callable[[str], Any]]] = [
        (columns.index(c), str if c.type == "string" else cache(partial(value_of, c.type))) for c in key
    ]
    seen: set[tuple[Any, ...]] = {(None,) * len(key)}
    found = set()
    for at, row in enumerate(rows):
        values = tuple(read(row[place]) if len(row) > place and row[place] else None for place, read in reads)
        if values in seen:
            found.add(at)
        seen.add(values)
    return found
