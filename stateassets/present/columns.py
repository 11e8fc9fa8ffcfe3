"""Tables of a page built from columns: each says its title, its value in a row, unit and decimals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..tables.origins import COLUMN, TITLE, Origin, of_row
from .display import Cell, Markup, Part, Table, state, without_blanks
from .words import NOT_GIVEN, day, number

if TYPE_CHECKING:
    from ..report import Report


@dataclass(frozen=True)
class Column:
    """A column of a page's table.

    ``value`` is the name of a row's field or attribute (a number: its place in the row), or a function that returns the value of a row. A value
    that is a cell already is shown as it is; a number with ``decimals`` is rounded, a date
    written out, and what is missing shown as ``missing``, of a printed item as 报告未载. A column with a ``unit`` or with
    ``decimals`` is ``numeric`` unless it says otherwise. ``menu`` are the values to filter by, in
    their order (empty: in the order of spelling). One ``decides`` what a row comes to where no title
    says so (``arrangement.DECIDING``): it is shown second.
    """

    title: str
    value: str | int | Callable[[Any], Any]
    unit: str = ""
    decimals: int | None = None
    missing: str = ""
    numeric: bool | None = None
    menu: Sequence[str] | None = None
    decides: bool = False

    @property
    def header(self) -> str:
        """The title, with the unit."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title

    @property
    def is_numeric(self) -> bool:
        """Whether the column holds numbers."""
        return bool(self.unit) or self.decimals is not None if self.numeric is None else self.numeric

    def cell(self, row: Any) -> Cell:
        """Return the cell of a row."""
        value = self.value(row) if callable(self.value) else _field(row, self.value)
        if isinstance(value, (Part, Markup)) or (isinstance(value, str) and value):
            return value
        if value is None or value != value or value == "":  # NaN and NaT differ from themselves
            return NOT_GIVEN if printed_item(row) else self.missing
        if isinstance(value, date):
            return day(value)
        return str(value) if self.decimals is None else number(value, self.decimals)


def printed_item(row: Any) -> bool:
    """Whether a row is an item as a report printed it, among others: what it lacks nobody can enter."""
    return isinstance(row, Mapping) and row.get(COLUMN) == Origin.REAL


def _field(row: Any, name: str | int) -> Any:
    return row[name] if isinstance(name, int) or isinstance(row, Mapping) else getattr(row, name)


def table(
    caption: str,
    columns: Sequence[Column],
    rows: pd.DataFrame | Iterable[Any],
    *,
    origin: Origin | None = None,
    note: str = "",
    if_empty: str = "",
    internal: bool = False,
    place: str = "",
) -> Table:
    """Return the table of a frame's rows, or of any rows; ``if_empty`` is its note without rows.

    ``origin`` is that of what its rows rest on. Rows of a frame that say their own get a column for it.
    """
    if isinstance(rows, pd.DataFrame) and COLUMN in rows:
        columns = (*columns, MARKS)
    records = rows.to_dict("records") if isinstance(rows, pd.DataFrame) else rows
    cells = tuple(tuple(column.cell(row) for column in columns) for row in records)
    made = Table(
        caption,
        tuple(column.header for column in columns),
        cells,
        frozenset(i for i, column in enumerate(columns) if column.is_numeric),
        origin,
        note or ("" if cells else if_empty),
        place,
        {i: column.menu for i, column in enumerate(columns) if column.menu is not None},
        internal,
        next((i for i, column in enumerate(columns) if column.decides), None),
    )
    return without_blanks(made)


def origin_mark(mark: str) -> Markup:
    """Return what a row's column ``origin`` says, as a page shows it."""
    found = of_row(mark)
    return state(found.word, f"sa-row-origin sa-{found}")


MARKS = Column(TITLE, lambda row: origin_mark(_field(row, COLUMN)))


def enterprise(report: Report, title: str = "企业", field: str = "enterprise_id") -> Column:
    """Return the column with a row's enterprise, linked to the page of its group."""
    return Column(title, lambda row: report.enterprise(_field(row, field)))


def coded(report: Report, table: str, field: str, title: str) -> Column:
    """Return the column with a code of a table in words."""
    labels = report.package.tables[table].labels[field]
    return Column(title, lambda row: labels[_field(row, field)])
