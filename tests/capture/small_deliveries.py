"""Deliveries as tests make them: the sample's own rows, changed where a test says so, as sheets and as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

from stateassets.capture.arrivals import Examination, Finding
from stateassets.capture.parts import Standing, period_of
from stateassets.importing import Sheet
from stateassets.tables.declared import DeclaredTable

Rows = Sequence[Mapping[str, str]]
Change = Callable[[dict[str, str]], object]


def headers(table: DeclaredTable) -> list[str]:
    """The table's columns as a filling form writes them, units said."""
    return [f"{c.title}（{c.unit}）" if c.unit else c.title for c in table.columns]


def own_rows(standing: Standing, table: str, owner: str, period: str = "", change: Change | None = None) -> Rows:
    """The rows of an enterprise in the sample, of a period or of all, each changed."""
    rows = [dict(row) for row in standing.old(table, owner) if not period or period_of(row) == period]
    assert rows, (table, owner, period)
    for row in rows if change else ():
        assert change is not None
        change(row)
    return rows


def grid(table: DeclaredTable, rows: Rows) -> list[tuple[str, ...]]:
    """A header and rows, codes in the words of the table."""
    words = table.labels
    body = [
        tuple(words.get(c.name, {}).get(row.get(c.name, ""), row.get(c.name, "")) for c in table.columns)
        for row in rows
    ]
    return [tuple(headers(table)), *body]


def sheet(table: DeclaredTable, rows: Rows, name: str = "来件.csv") -> Sheet:
    """A sheet that is called as its table."""
    return Sheet(name, table.title, grid(table, rows))


def workbook(sheets: Iterable[tuple[str, Sequence[Sequence[object]]]]) -> bytes:
    """An .xlsx of sheets by name; numbers as numbers."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        made = book.create_sheet(name)
        for row in rows:
            made.append([_typed(cell) for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _typed(cell: object) -> object:
    try:
        return float(str(cell)) if isinstance(cell, str) and cell and not cell.startswith("0") else cell
    except ValueError:
        return cell


def csv_file(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """A text file of rows."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def told(found: Iterable[Finding]) -> str:
    """All findings in words."""
    return "\n".join(f"{one.kind} {one.cell} {one.fault}" for one in found)


def faults(found: Examination) -> str:
    """The faults in words."""
    return told(found.faults)
