"""All tables as one workbook: cover, contents, notes, the check, then one table a sheet.

Numbers are numbers, units stand in the header, and text is only ever text: what starts like a
formula is written as a string and marked so that editing the cell does not wake it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ...editions.edition import INTERNAL, PUBLIC
from ...opening import open_checked
from ...present.markup import REAL, SAMPLE
from ...tables.declared import DeclaredTable
from ...tables.validation import fingerprint
from .model import Document, Table

Value = str | int | float | date | None
ORIGIN = {True: f"{SAMPLE}（由程序生成，不说明任何真实企业的情况）", False: REAL}
COVER, CONTENTS, NOTES, CHECKED, COLUMNS = "封面", "目录", "说明", "核对", "列说明"
NUMBER = re.compile(r"[+−-]?\d[\d,]*(\.\d+)?")
WITH_UNIT = re.compile(r"([+−-]?\d[\d,]*(?:\.\d+)?)(%|[^\d\s.,]{1,6})")
PRINTED = re.compile(r"(逾?-?\d[\d,]*(?:\.\d+)?余?)(.*)")
UNSAFE = tuple("=+-@\t\r|")
FIRST = 4  # the row of a table's header, counted from 0
WIDEST = 60
NOTE_LINES = (
    "“核对”把报告印出的每一个数字与由底表重算的数字并排列出。",
    "“表1”起是专项报告里的表，编号与Word和PDF文件一致；其后是全部底表，表里的代码已换成中文。",
    "每张表第二行写明性质：“示例”的数据由程序生成，不说明任何真实企业的情况；“真实”的数据不是程序生成的，出处见“数据”一章。",
    "单位写在表头里。金额单位未另写明的，底表一律为万元。",
    "报告里的表按印出的小数位数四舍五入；底表是未经四舍五入的数。",
    "空白格表示没有这个数或不适用，不是0。负数前有减号。",
    "工作簿里没有公式、宏和外部链接。",
)


@dataclass(frozen=True)
class Sheet:
    """One table as the workbook holds it; ``formats`` are the columns' number formats."""

    name: str
    title: str
    section: str
    sample: bool
    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""


def write(document: Document, data: Path, edition: str = INTERNAL) -> bytes:
    """Return the workbook of a report's tables and of those in ``data`` that an edition shows.

    It is the same every time.

    Raises:
        DataError: the tables cannot be read.
    """
    printed = (_printed(table) for table in document.tables)
    sheets = [_checks(document), *printed, *declared(data, fingerprint(data), edition)]
    return _book(document, _unique(sheets))


@cache
def declared(data: Path, _content: str, edition: str) -> tuple[Sheet, ...]:
    """Return the sheets of the tables in ``data`` as they are now, and of what they declare.

    Raises:
        DataError: the tables cannot be read.
    """
    package, frames = open_checked(data)
    shown = (n for n, table in package.tables.items() if edition != PUBLIC or not table.internal)
    tables = (_declared(package.tables[name], frames[name]) for name in shown)
    return (*tables, _columns(package.tables))


# --------------------------------------------------------------------------------- what it holds


def number(text: str) -> int | float | None:
    """A number as printed, None where the text is not one."""
    tidy = text.replace("−", "-").replace(",", "")
    if not NUMBER.fullmatch(text):
        return None
    return float(tidy) if "." in tidy else int(tidy)


def _checks(document: Document) -> Sheet:
    rows = []
    for table in document.checks:
        for name, printed, again, state in table.rows:
            first, second = PRINTED.fullmatch(printed), PRINTED.fullmatch(again)
            if first and second and first[2] == second[2]:
                values = (_value(first[1]), _value(second[1]), first[2])
            else:
                values = (printed, again, "")
            rows.append((table.section, name, *values, state))
    header = ("报告章节", "公布的数字", "报告印出", "由底表重算", "单位", "核对")
    sample = any(table.sample for table in document.checks)
    return Sheet(CHECKED, "公布数与重算数逐项核对", "全部", sample, header, tuple(rows))


def _value(text: str) -> Value:
    found = number(text)
    return text if found is None else found


def _printed(table: Table) -> Sheet:
    columns = [[row[i] for row in table.rows] for i in range(len(table.header))]
    header = list(table.header)
    values: list[Sequence[Value]] = list(columns)
    for i in table.numeric:
        unit = _common_unit(columns[i])
        if unit:
            header[i] += f"（{unit}）"
            columns[i] = [cell.removesuffix(unit) for cell in columns[i]]
        values[i] = [_value(cell) for cell in columns[i]]
    rows = tuple(zip(*values, strict=True))
    return Sheet(f"表{table.number}", table.title, table.section, table.sample, tuple(header), rows, table.note)


def _common_unit(cells: Sequence[str]) -> str:
    """The unit that all numbers of a column carry, to be said once, in the header."""
    found = [WITH_UNIT.fullmatch(cell) for cell in cells if NUMBER.match(cell)]
    units = {match[2] if match else "" for match in found}
    return units.pop() if len(units) == 1 else ""


def _declared(table: DeclaredTable, frame: pd.DataFrame) -> Sheet:
    header = tuple(c.title + (f"（{c.unit}）" if c.unit else "") for c in table.columns)
    columns = [[_cell(value, table.labels.get(c.name, {})) for value in frame[c.name].tolist()] for c in table.columns]
    rows = tuple(zip(*columns, strict=True))
    return Sheet(
        _sheet_name(table.title), table.title, "底表", table.origin == "sample", header, rows, table.description
    )


def _cell(value: Any, words: Mapping[str, str]) -> Value:
    if value != value:  # as only NaN and NaT are
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        return words.get(value, value)
    return words.get(str(value), value) if words else value


def _columns(tables: Mapping[str, DeclaredTable]) -> Sheet:
    rows = tuple((t.title, c.title, c.unit, c.description) for t in tables.values() for c in t.columns)
    header = ("表", "列", "单位", "说明")
    return Sheet(COLUMNS, "底表各列的含义", "底表", False, header, rows)


def _sheet_name(title: str) -> str:
    """A title as Excel allows it to name a sheet."""
    return re.sub(r"[\[\]:*?/\\']", "", title)[:28]


def _unique(sheets: Sequence[Sheet]) -> list[Sheet]:
    taken, made = {COVER, CONTENTS, NOTES}, []
    for sheet in sheets:
        name, again = sheet.name, 1
        while name.lower() in taken:
            again += 1
            name = f"{sheet.name}{again}"
        taken.add(name.lower())
        made.append(replace(sheet, name=name))
    return made


# ------------------------------------------------------------------------------- how it is written


def _book(document: Document, sheets: Sequence[Sheet]) -> bytes:
    stream = io.BytesIO()
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, {"in_memory": True, **never}) as book:
        # Excel asks for a moment; a fixed one keeps the bytes the same.
        book.set_properties({"title": document.title, "created": datetime(2000, 1, 1, tzinfo=UTC)})
        pen = _Pen(book)
        sample = any(sheet.sample for sheet in sheets)
        about = (f"共{len(sheets)}张表", "从“目录”可以跳到每一张表，读数前请先看“说明”。")
        pen.page(COVER, (document.title, f"性质：{'含' if sample else ''}{ORIGIN[sample]}", *about))
        pen.contents(sheets)
        pen.page(NOTES, ("说明", *NOTE_LINES))
        for index, sheet in enumerate(sheets, 1):
            pen.table(sheet, f"table_{index}")
    return stream.getvalue()


class _Pen:
    """Writes sheets into a workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.format = cache(self._format)  # each look is made once

    def _format(self, **look: Any) -> Format:
        return self.book.add_format({"font_name": "宋体", "valign": "top", **look})

    def text(self, at: Worksheet, row: int, column: int, words: str, **look: Any) -> None:
        """Write text that stays text."""
        if words.startswith(UNSAFE):
            look["quote_prefix"] = True
        at.write_string(row, column, words, self.format(**look))

    def page(self, name: str, lines: Sequence[str]) -> None:
        """A sheet of running text."""
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 0, 100)
        for row, line in enumerate(lines):
            look = {"bold": True, "font_size": 16} if row == 0 else {}
            self.text(sheet, row, 0, line, text_wrap=True, **look)

    def contents(self, sheets: Sequence[Sheet]) -> None:
        """The list of all tables, each with a link."""
        rows = [(s.name, s.title, s.section, SAMPLE if s.sample else REAL, len(s.rows)) for s in sheets]
        header = ("工作表", "表题", "章节", "性质", "行数")
        place = self.table(Sheet(CONTENTS, "目录", "", False, header, tuple(rows)), "contents", "")
        for row, sheet in enumerate(sheets, FIRST + 1):
            address = f"internal:'{sheet.name}'!A1"
            link = self.format(font_color="#1b5e9e", underline=1)
            place.write_url(row, 0, address, link, string=sheet.name)

    def table(self, sheet: Sheet, name: str, origin: str | None = None) -> Worksheet:
        """A table on a sheet of its own: title, what it is, the way back, then the table."""
        place = self.book.add_worksheet(sheet.name)
        self.text(place, 0, 0, sheet.title, bold=True, font_size=14)
        nature = f"性质：{ORIGIN[sheet.sample]}" if origin is None else origin
        self.text(place, 1, 0, nature)
        if sheet.name != CONTENTS:
            place.write_url(2, 0, f"internal:'{CONTENTS}'!A1", self.format(underline=1), string="回到目录")
        if sheet.note:
            self.text(place, 3, 0, sheet.note)
        header = _distinct(sheet.header)
        for row, values in enumerate(sheet.rows, FIRST + 1):
            for column, value in enumerate(values):
                self.value(place, row, column, value)
        last = FIRST + max(1, len(sheet.rows))  # Excel wants at least one row
        look = self.format(bold=True, text_wrap=True, bottom=1)
        columns = [{"header": words, "header_format": look} for words in header]
        place.add_table(
            FIRST,
            0,
            last,
            len(header) - 1,
            {"name": name, "columns": columns, "style": "Table Style Light 1", "banded_rows": False},
        )
        for column, width in enumerate(_widths(header, sheet.rows)):
            place.set_column(column, column, width)
        place.freeze_panes(FIRST + 1, 0)
        return place

    def value(self, place: Worksheet, row: int, column: int, value: Value) -> None:
        """Write one cell as what it is."""
        if value is None or value == "":
            return
        if isinstance(value, str):
            self.text(place, row, column, value, text_wrap=len(value) > WIDEST / 2)
        elif isinstance(value, date):
            place.write_datetime(
                row, column, datetime(value.year, value.month, value.day), self.format(num_format="yyyy-mm-dd")
            )
        else:
            decimals = len(str(value).partition(".")[2]) if isinstance(value, float) else 0
            shown = "0." + "0" * min(decimals, 6) if decimals else "0"
            place.write_number(row, column, value, self.format(num_format=shown))


def _distinct(header: Sequence[str]) -> list[str]:
    """Excel wants each column of a table to have a name of its own."""
    made: list[str] = []
    for words in header:
        again, name = 1, words
        while name in made:
            again += 1
            name = f"{words}{again}"
        made.append(name)
    return made


def _widths(header: Sequence[str], rows: Sequence[Sequence[Value]]) -> Iterator[float]:
    for i, name in enumerate(header):
        longest = max((_width(str(row[i])) for row in rows if row[i] is not None), default=0)
        yield min(max(longest, _width(name), 8), WIDEST) + 2


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(1 if char < "\u2000" else 2 for char in text)
