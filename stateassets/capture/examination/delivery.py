"""One delivery on its way: its rows, what was found so far, and where that stands in the file."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from ...importing.files.raw import Sheet, letters
from ...importing.merging import Merge
from ...importing.rows import Note, Row, Rows
from ...tables.data_errors import Fault
from ...tables.declared import DeclaredTable
from ..arrivals import Finding, ReturnKey
from .advice import in_the_file
from .remembering import Remembered


@dataclass
class Come:
    """The rows of one return, with where each came from."""

    key: ReturnKey
    texts: list[dict[str, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


class Delivery:
    """One delivery on its way through reading and checking."""

    def __init__(
        self,
        book: Remembered,
        sheets: Sequence[Sheet],
        sender: str | None,
        known: str,
        tables: Collection[str] | None,
        day: str,
    ) -> None:
        self.book, self.standing, self.sheets = book, book.standing, sheets
        self.sender, self.known, self.tables, self.day = sender, known, tables, day
        self.year = int(known[:4]) if re.match(r"\d{4}", known) else None
        self.parts: list[Rows] = []
        self.read: list[Rows] = []  # all parts, also those of which nothing is kept
        self.notes: list[Note] = []
        self.faults: list[Fault] = []
        self.found: list[Finding] = []
        self.beyond: list[Finding] = []
        self.merges: dict[str, Merge] = {}
        self.come: dict[ReturnKey, Come] = {}
        self.keys: dict[tuple[str, int], ReturnKey] = {}  # where a row stands -> its return

    @property
    def file(self) -> str:
        """The name of the file that was sent."""
        return self.sheets[0].file if self.sheets else ""

    def changed_by(self, note: Note) -> list[ReturnKey]:
        """Return the returns in whose rows something was changed: that of its row, or all of a sheet where it is many."""
        own = self.keys.get((note.place, note.row))
        if own and note.count == 1:
            return [own]
        return list(dict.fromkeys(key for (place, _), key in self.keys.items() if place == note.place))

    def here(self, table: DeclaredTable, fault: Fault, rows: Sequence[tuple[Come, Row]], at: int | None) -> Fault:
        """Tell a fault of a table's row where it stands in the file."""
        if at is None or not 0 <= at < len(rows):
            return replace(fault, column=title_of(table, fault))
        row = rows[at][1]
        field_name = field_of(table, fault)
        header = row.headers.get(field_name, title_of(table, fault))
        if field_name and field_name not in row.headers and (part := self.merges[table.name].part(row)):
            header = f"{table.column(field_name).title}/{part}"
        return replace(fault, file=row.place, row=row.number, column=header)

    def sheet_named(self, place: str) -> str:
        """Return the name of the sheet at a place."""
        return next((sheet.name for sheet in self.sheets if sheet.place == place), "")

    def finding(self, kind: str, fault: Fault, column: str = "") -> Finding:
        """Return a finding with its cell, where the file says which that is."""
        key = self.keys.get((fault.file, fault.row or 0))
        name, at = column, None
        for part in self.read:
            if part.sheet.place == fault.file:
                for position, target in part.reading.targets.items():
                    if (column and target.field == column) or (
                        fault.column and fault.column in (target.header, part.table.column(target.field).title)
                    ):
                        name, at = target.field, position
                        break
                flat = not part.sheet.origins
                cell = f"{letters(at)}{fault.row}" if flat and at is not None and fault.row else ""
                if name or not fault.column:
                    return Finding(kind, key, in_the_file(fault), name, part.sheet.name, cell)
        return Finding(kind, key, in_the_file(fault), name, self.sheet_named(fault.file))


def field_of(table: DeclaredTable, fault: Fault) -> str:
    """Return the column that a fault is about, nothing where it is about none."""
    return next((c.name for c in table.columns if fault.column in (c.label, c.title, c.name)), "")


def title_of(table: DeclaredTable, fault: Fault) -> str | None:
    """Return the title of the column that a fault is about."""
    name = field_of(table, fault)
    return table.column(name).title if name else fault.column
