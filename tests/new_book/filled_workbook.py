"""The workbook of a new book, filled in as a person does: typed below the headers, sheet by sheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import openpyxl
from ledgers import declared, typed
from openpyxl.worksheet.worksheet import Worksheet

from stateassets.importing.overview import HEADERS, OVERVIEW, WORDS
from stateassets.new_book.workbook import heading, sheet_name
from stateassets.tables.declared import DataPackage

WORKBOOK = "填报.xlsx"
Rows = Mapping[str, list[dict[str, str]]]


def ledger_rows(source: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of each ledger that a report has."""
    found = {}
    for name, table in DataPackage.read(source / "data").tables.items():
        if table.path.startswith("ledger/"):
            path = source / "data" / table.path
            with path.open(encoding="utf-8-sig", newline="") as file:
                found[name] = list(csv.DictReader(file))
    return found


def fill(book: Path, target: Path, rows: Rows, states: Mapping[str, str] | None = None) -> Path:
    """Type rows below the headers of a new book's workbook, and what is said of its tables.

    ``states`` are the words of the overview, by table name.
    """
    made = openpyxl.load_workbook(book / WORKBOOK)
    for name, lines in rows.items():
        _type(made[declared(name)["title"]], name, lines)
    overview = made[OVERVIEW]
    for name, word in (states or {}).items():
        overview.cell(_row_of(overview, declared(name)["title"]), 2, word)
    made.save(target)
    return target


def fill_some(book: Path, target: Path, rows: Rows, states: Mapping[str, str] | None = None) -> Path:
    """Do as ``fill``, in a workbook that has the overview and these tables' sheets alone, which is quickly made."""
    every = DataPackage.read(book / "data").tables
    tables = {**every, **every.absent}
    made = openpyxl.Workbook()
    overview = made.active
    overview.title = OVERVIEW
    overview.append(HEADERS)
    for name, table in tables.items():
        overview.append([table.title, (states or {}).get(name, WORDS[table.absent])])
    for name, lines in rows.items():
        sheet = made.create_sheet(sheet_name(tables[name]))
        sheet.append([*map(heading, tables[name].columns)])
        _type(sheet, name, lines)
    made.save(target)
    return target


def _type(sheet: Worksheet, name: str, lines: Iterable[dict[str, str]]) -> None:
    for row, line in enumerate(lines, 2):
        for column, value in enumerate(typed(name, line), 1):
            if value is not None:
                sheet.cell(row, column, value)


def _row_of(sheet: Worksheet, title: str) -> int:
    return next(row for row, (cell, *_) in enumerate(sheet.iter_rows(), 1) if cell.value == title)
