"""The cells of a table's file, tidied where they can be read in only one way.

Other encodings, Chinese headers, full-width digits, thousands separators and the usual ways of
writing a date are read; everything else is a fault that says where it is and what to do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .data_errors import EMPTY, DataError, Fault, Gap
from .declaration import ESSENTIAL
from .declared import DataPackage, DeclaredTable
from .notation import EARLIEST, LATEST, iso_date, plain_number
from .text_files import inside, odd_cells, read_rows

# Nothing on a district's books is bigger, and this many 万元 in 分 are a whole number of 64 bits.
LARGEST_NUMBER = 9 * 10**12
MONEY, PLACES = "万元", 6  # whose sixth decimal is a 分
MOST_DIGITS = 15  # of which a float, and Excel, loses nothing

FILL = "填入数据"
LEAVE_OUT = (
    "；本区没有这张表、或本年一项也没有的，在填报工作簿的“表目录”一页写明后导入，"
    '或在datapackage.json里这张表的name下面加一行："absent": true,（连同逗号）'
)

WHOLE, DECIMAL = (re.compile(pattern, re.ASCII) for pattern in (r"[+-]?\d+", r"[+-]?\d+(\.\d+)?"))
# What surely is a number as it should be, whatever its unit.
SHORT_WHOLE, SHORT = (re.compile(pattern, re.ASCII) for pattern in (r"-?\d{1,9}", r"-?\d{1,9}(\.\d{1,6})?"))
UNIT_IN_HEADER = re.compile(r"(.+?)\((.+)\)")


@dataclass
class ReadTable:
    """A table's cells as read, headers already field names; rows are counted from 0."""

    table: DeclaredTable
    header: list[str]
    rows: list[list[str]]

    def fault(
        self, row: int | None, column: str | None, found: str, expected: str, advice: str = "请改正后重试"
    ) -> Fault:
        names = {c.name: c.label for c in self.table.columns}
        return Fault(self.table.path, row, names.get(column or "", column), found, expected, advice)

    def cell(self, row: int, column: str) -> str:
        """Return a cell, empty where the row is too short to have it."""
        at = self.header.index(column)
        return self.rows[row][at] if at < len(self.rows[row]) else ""

    def put(self, row: int, column: str, text: str) -> None:
        """Change a cell; a row too short to have it stays as it is."""
        at = self.header.index(column)
        if at < len(self.rows[row]):
            self.rows[row][at] = text


def read_table(package: DataPackage, table: DeclaredTable) -> tuple[ReadTable, list[Fault]]:
    """Return a table's cells, tidied where they can be read in only one way, and the faults."""
    sheet, faults = read_cells(package, table)
    return sheet, [*faults, *read_numbers(sheet), *read_dates(sheet)]


def read_cells(package: DataPackage, table: DeclaredTable) -> tuple[ReadTable, list[Fault]]:
    try:
        lines = read_rows(inside(package.root, table.path))
    except DataError as error:
        return ReadTable(table, [], []), [_of_table(table, fault) for fault in error.faults]
    sheet = ReadTable(table, lines[0] if lines else [], lines[1:])
    if not sheet.rows and not (lines and table.occasional):
        gap = f"“{table.title}”{EMPTY}"
        return sheet, [Gap(table.path, None, None, gap, "至少一行数据", _to_fill(table, FILL))]
    named = list(_name_columns(sheet))
    odd = [
        sheet.fault(
            row,
            (sheet.header[column : column + 1] or [""])[0] or f"第{column + 1}列",
            found,
            "看得见、长短合适的文字",
            advice,
        )
        for row, column, found, advice in odd_cells(lines)
    ]
    return (ReadTable(table, [], []), odd) if odd else (sheet, named)


def _to_fill(table: DeclaredTable, what: str) -> str:
    """Say what to do about a table without rows."""
    return what if table.name in ESSENTIAL else what + LEAVE_OUT


def _of_table(table: DeclaredTable, fault: Fault) -> Fault:
    """Return a fault of a table's file; one that is not there may be left out."""
    advice = _to_fill(table, "放入文件") if isinstance(fault, Gap) else fault.advice
    return replace(fault, file=table.path, advice=advice)


def _name_columns(sheet: ReadTable) -> Iterator[Fault]:
    """Turn Chinese headers into field names; a header that states another unit is a fault."""
    names = {c.name: c for c in sheet.table.columns} | {c.title: c for c in sheet.table.columns}
    titles = {unicodedata.normalize("NFKC", key): column for key, column in names.items()}
    for number, header in enumerate(sheet.header):
        tidy = unicodedata.normalize("NFKC", header)
        match = UNIT_IN_HEADER.fullmatch(tidy)
        if tidy in titles:
            sheet.header[number] = titles[tidy].name
        elif match and match[1] in titles:
            column = titles[match[1]]
            sheet.header[number] = column.name
            if match[2] != column.unit:
                yield sheet.fault(
                    1, column.name, f"表头写的单位是{match[2]}", column.unit or "没有单位", "换算成规定的单位后再填"
                )


def read_numbers(sheet: ReadTable) -> Iterator[Fault]:
    numeric = {c.name: c for c in sheet.table.columns if c.type in ("number", "integer")}
    places = [(i, name, numeric[name].type == "integer") for i, name in enumerate(sheet.header) if name in numeric]
    for number, row in enumerate(sheet.rows, 2):
        for i, name, whole in places:
            if i >= len(row) or not row[i] or (SHORT_WHOLE if whole else SHORT).fullmatch(row[i]):
                continue
            row[i] = plain_number(row[i])
            if not (WHOLE if whole else DECIMAL).fullmatch(row[i]):
                yield sheet.fault(number, name, f"“{row[i]}”", "整数" if whole else "数字")
                row[i] = ""
            elif abs(float(row[i])) > LARGEST_NUMBER:
                yield sheet.fault(number, name, f"“{row[i]}”", f"绝对值不大于{LARGEST_NUMBER}的数")
                row[i] = ""
            elif numeric[name].unit == MONEY and not _whole_cents(row[i]):
                expected = f"到分为止的金额：小数不超过{PLACES}位，一共不超过{MOST_DIGITS}位"
                yield sheet.fault(number, name, f"“{row[i]}”", expected, "以万元为单位四舍五入到分")
                row[i] = ""


def _whole_cents(text: str) -> bool:
    """Tell whether an amount in 万元 is a whole number of 分, with no more digits than a float holds."""
    whole, _, decimals = text.lstrip("+-").partition(".")
    decimals = decimals.rstrip("0")
    return len(decimals) <= PLACES and len((whole + decimals).lstrip("0")) <= MOST_DIGITS


def read_dates(sheet: ReadTable) -> Iterator[Fault]:
    """Write every date as 2023-05-08, whichever of the usual ways it came in."""
    dates = {c.name for c in sheet.table.columns if c.type == "date"}
    for number, row in enumerate(sheet.rows, 2):
        for i, name in enumerate(sheet.header[: len(row)]):
            if name in dates and row[i]:
                typed, row[i] = row[i], iso_date(row[i])
                if not row[i]:
                    span = f"{EARLIEST.year}至{LATEST.year}年的日期，如2023-05-08"
                    yield sheet.fault(number, name, f"“{typed}”", span)
