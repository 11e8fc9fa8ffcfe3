"""A register as a chapter uses it: counts by state, progress by owner, what is late, the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from html import escape
from typing import Any

import pandas as pd

from ..tables.declared import Column as DeclaredColumn
from ..tables.declared import DeclaredTable
from ..tables.notation import grouped
from ..tables.origins import COLUMN, of_row
from ..tables.periods import CLOSED, LATE, OPEN, OVERDUE, STATE_WORDS, STATES, UNKNOWN, end_of_month
from .columns import Column, table
from .display import Cell, Markup, Table, state

STATE_CSS = {OVERDUE: "sa-check-bad", OPEN: "sa-check-none", LATE: "sa-check-none", CLOSED: "sa-check-ok"}
STATE_CSS[UNKNOWN] = "sa-check-none"


class Register:
    """The items of one register, those of unknown state and then the most pressing first.

    ``names`` turns an enterprise's id into the cell that shows it.
    """

    def __init__(self, declared: DeclaredTable, frame: pd.DataFrame, names: Callable[[str], Cell], year: int) -> None:
        self.declared, self.names, self.year = declared, names, year
        self.dates: Mapping[str, str] = declared.register
        pressing = frame["state"].map({code: i for i, code in enumerate(STATES)})
        order = pd.DataFrame({"state": pressing, "due": frame[self.dates["due"]]})
        self.frame = frame.loc[order.sort_values(["state", "due"], kind="stable", na_position="first").index]

    def __len__(self) -> int:
        return len(self.frame)

    def of(self, *states: str, **where: object) -> Register:
        """Return the items in some states (default: any) whose columns hold the values given."""
        frame = self.frame
        if states:
            frame = frame[frame["state"].isin(states)]
        for column, value in where.items():
            frame = frame[frame[column] == value]
        found = copy(self)
        found.frame = frame  # in the order that it was in
        return found

    def counts(self, by: str) -> list[tuple[Cell, list[int]]]:
        """Return for each value of a column how many items it has in each of ``STATES``."""
        known = self.frame[self.frame["state"].isin(STATES)]
        wide = pd.crosstab(known[by], known["state"])
        wide = wide.reindex(columns=list(STATES), fill_value=0)
        wide = wide.sort_values(list(STATES), ascending=False, kind="stable")
        return [
            (self._word(by, key), [int(n) for n in row]) for key, row in zip(wide.index, wide.to_numpy(), strict=True)
        ]

    def stacks(self, by: str) -> list[tuple[str, list[int]]]:
        """Return ``counts`` with plain names, for a picture."""
        return [(_plain(name), n) for name, n in self.counts(by)]

    def progress(self, caption: str, by: str = "enterprise_id") -> Table:
        """How far each owner (or kind) has come, the one with most overdue first."""
        columns = (
            Column(heading(self.declared.column(by)), 0),
            Column("合计", lambda row: sum(row[1]), decimals=0),
            *(
                Column(title, _nth(i), decimals=0, decides=code == OVERDUE)
                for i, (code, title) in enumerate(STATES.items())
            ),
        )
        return table(caption, columns, self.counts(by), origin=self.declared.origin)

    def listing(self, caption: str, columns: Sequence[str] | None = None) -> Table:
        """The items themselves, overdue first; ``columns`` default to all that say something."""
        names = columns or [c.name for c in self.declared.columns if c.name != "year"]
        shown = (*(self._column(n) for n in names if n != COLUMN), Column("状态", lambda row: _mark(row["state"])))
        return table(caption, shown, self.frame, origin=self.declared.origin, internal=self.declared.internal)

    def days(self, which: str, by: str = "enterprise_id") -> list[tuple[str, date, str]]:
        """Return (value of a column in words, date, state) of each item that has the date, for a calendar."""
        dated = self.frame[self.frame[self.dates[which]].notna()]
        return [
            (_plain(self._word(by, row[by])), row[self.dates[which]].date(), STATE_WORDS[row["state"]])
            for row in dated.sort_values(by, kind="stable").to_dict("records")
        ]

    def nested(self, caption: str, key: str, columns: Sequence[str], items: str) -> Table:
        """One row for each value of ``key``: its ``columns``, then its items with their states.

        What has the most pressing item comes first.
        """
        title = self.declared.register["title"]
        shown = (
            *(replace(self._column(name), numeric=False) for name in columns),
            Column(items, lambda row: _items(row["items"])),
        )
        rows = [
            {
                **group.iloc[0],
                "items": [(row[title], _mark(row["state"]), row.get(COLUMN)) for row in group.to_dict("records")],
            }
            for _, group in self.frame.groupby(key, sort=False)
        ]
        return table(caption, shown, rows, origin=self.declared.origin, internal=self.declared.internal)

    def burn_down(self) -> list[tuple[str, int, int, int]]:
        """Return (month, items still planned to be open, items really open, those overdue) at each month's end."""
        opened, due, closed = (
            self.frame[self.dates[name]] if name in self.dates else None for name in ("opened", "due", "closed")
        )
        assert due is not None and closed is not None
        found = []
        for month in range(1, 13):
            day = end_of_month(self.year, month)
            there = opened <= day if opened is not None else due.notna()
            planned = int((there & (due > day)).sum())
            left = there & (closed.isna() | (closed > day))
            found.append((f"{month}月", planned, int(left.sum()), int((left & (due < day)).sum())))
        return found

    def _word(self, column: str, value: Any) -> Cell:
        if column.endswith("enterprise_id"):
            return self.names(str(value))
        return self.declared.labels.get(column, {}).get(str(value), str(value))

    def _column(self, name: str) -> Column:
        """Return a declared column as the page shows it: codes in words, enterprises by name."""
        declared = self.declared.column(name)
        return Column(heading(declared), lambda row: self._cell(declared, row[name]), numeric=bool(declared.unit))

    def _cell(self, declared: DeclaredColumn, value: Any) -> Cell:
        text = cell_text(value, declared.unit, declared.type)
        return self._word(declared.name, text) if text else ""


def _plain(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.text


def _nth(i: int) -> Callable[[tuple[Cell, list[int]]], int]:
    return lambda row: row[1][i]


def _mark(code: str) -> Markup:
    return state(STATE_WORDS[code], STATE_CSS[code])


def _items(items: Iterable[tuple[str, Markup, str | None]]) -> Markup:
    """Return titles with their states, and where rows say it their origins, one below the other."""
    marked = [(title if mark is None else f"{title}〔{of_row(mark).word}〕", state) for title, state, mark in items]
    text = "；".join(f"{title}（{mark.text}）" for title, mark in marked)
    lines = "".join(f"<li>{escape(title)} {mark.html}</li>" for title, mark in marked)
    return Markup(text, f'<ul class="sa-items">{lines}</ul>')


def heading(column: DeclaredColumn) -> str:
    """Return a column's heading on a page, where an enterprise stands by its name."""
    title = column.title
    if column.name.endswith("enterprise_id"):
        title = title.removesuffix("编号")
    return f"{title}（{column.unit}）" if column.unit else title


def cell_text(value: Any, unit: str = "", kind: str = "") -> str:
    """Return a table's value as a page shows it; blank for what is missing.

    ``kind`` is the column's type: a whole number is shown as one, though blanks beside it made it
    a float.
    """
    if value is None or value != value:  # NaN and NaT differ from themselves
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float):
        text = f"{value:.0f}" if kind == "integer" else f"{value:.2f}" if unit else f"{value:g}"
    else:
        text = str(value)
    return grouped(text) if unit else text  # without one it may be a code
