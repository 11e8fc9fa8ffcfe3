"""All tables as one workbook: cover, contents, notes, the check, the recomputation, then one table a sheet.

Numbers are numbers, units stand in the header, and text is only ever text: what starts like a
formula is written as a string and marked so that editing the cell does not wake it. The formulas
are this package's own (``sheet_formulas.py``): sums, and the way from a table's rows to a printed number.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from ...report import Report
from ...tables.declared import DeclaredTable
from ...tables.origins import COLUMN, Origin, of_row, weakest
from ...tables.periods import with_state, year_end
from ...tables.validation import fingerprint
from .model import Document, Paragraph, Table, sheet_name
from .sheet_formulas import (
    FIRST,
    STATE,
    Formula,
    Link,
    Place,
    Recomputed,
    Value,
    added,
    at,
    recomputed,
    state,
    subtotal,
    summed,
)

COVER, CONTENTS, NOTES, CHECKED, AGAIN, COLUMNS = "封面", "目录", "说明", "核对", "重算", "列说明"
NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?")
WITH_UNIT = re.compile(r"([+-]?\d[\d,]*(?:\.\d+)?)(%|[^\d\s.,]{1,6})")
PRINTED = re.compile(r"(逾?-?\d[\d,]*(?:\.\d+)?余?)(.*)")
UNSAFE = tuple("=+-@\t\r|")
UNIT = re.compile(r"（([^（）]{1,6})）$")  # at the end of a header
WIDEST = 60
MOST_DECIMALS = 6
TABLE, OTHERS = "报告里的表", "底表"  # what a sheet holds
MIXED = {"basis", "moment", "month"}  # columns of tables whose rows do not add up
FILTERED, STATE_AT_END = "筛选后合计", "年末状态"
NOTE_LINES = (
    "“核对”把报告印出的每一个数字与由底表重算的数字并排列出；重算的数是公式，取自“重算”。",
    "“重算”从底表逐步算到每个指标：汇总数按条件加总底表的行，指标用汇总数计算，全是公式，可以逐格追查。"
    "没有公式的格子，要看上下级或别的表才能算，写的是程序算出的数。",
    "以“表1”开头的一页起是专项报告里的表，编号与Word和PDF文件一致；其后是全部底表，表里的代码已换成中文。",
    "表头上方的“筛选后合计”只加筛选后看得见的行：同一张表里有几个年度、几种口径，先筛选再看合计。",
    "每张表第二行写明性质："
    + "；".join(f"“{o.word}”是{o.meaning}" for o in Origin)
    + "。两种行在一张表里的，“来源”一列逐行写明。",
    "单位写在表头里。金额单位未另写明的，底表一律为万元。",
    "报告里的表按印出的小数位数四舍五入；底表是未经四舍五入的数。",
    "空白格表示没有这个数或不适用，不是0。负数前有减号。",
    "合计、年末状态、“重算”和“核对”里有公式；没有宏，也没有外部链接。",
)


@dataclass(frozen=True)
class Sheet:
    """One table as the workbook holds it.

    ``about`` says what it holds, ``formats`` are its columns' number formats, ``units`` their units;
    ``table`` and ``columns`` are the names of a declared table and of its columns.
    """

    name: str
    title: str
    section: str
    origin: Origin | None
    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""
    about: str = ""
    formats: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    table: str = ""
    columns: tuple[str, ...] = ()


def write(document: Document, data: Path, edition: str = INTERNAL, known: Report | None = None) -> bytes:
    """Return the workbook of a report's tables and of those in ``data`` that an edition shows.

    It is the same every time; ``known`` is the report of these tables, if it is open already.

    Raises:
        DataError: the tables cannot be read.
    """
    tables = _unique([*map(_printed, document.tables), *declared(data, fingerprint(data), edition)])
    places = {s.table: Place(s.name, s.columns, len(s.rows)) for s in tables if s.table}
    report = known or Report(root=data.parent)
    found = recomputed(report, _told(document), places, AGAIN)
    return _book(document, [_checks(document, report, found), _again(report, found), *tables])


def _told(document: Document) -> list[str]:
    """Name the measures of the figures that the report tells."""
    texts = (b for b in (*document.summary, *document.blocks) if isinstance(b, Paragraph))
    return [run.figure.partition(".")[0] for text in texts for run in text.runs if run.figure]


@cache
def declared(data: Path, _content: str, edition: str) -> tuple[Sheet, ...]:
    """Return the sheets of the tables in ``data`` as they are now, and of what they declare.

    Raises:
        DataError: the tables cannot be read.
    """
    package, frames = open_checked(data)
    shown = (n for n, table in package.tables.items() if edition != PUBLIC or not table.internal)
    tables = (_declared(package.tables[name], frames[name], package.year) for name in shown)
    return (*tables, _columns(package.tables))


# --------------------------------------------------------------------------------- what it holds


def number(text: str) -> int | float | None:
    """A number as printed, None where the text is not one."""
    tidy = text.replace(",", "")
    if not NUMBER.fullmatch(text):
        return None
    return float(tidy) if "." in tidy else int(tidy)


def _checks(document: Document, report: Report, found: Recomputed) -> Sheet:
    claims = {(claim.section, claim.name_zh): claim for claim in report.claims}
    rows: list[tuple[Value, ...]] = []
    for table in document.checks:
        for name, printed, again, said in table.rows:
            first, second = PRINTED.fullmatch(printed), PRINTED.fullmatch(again)
            values: tuple[Value, Value, str] = (printed, again, "")
            if first and second and first[2] == second[2]:
                values = (_value(first[1]), _value(second[1]), first[2])
            claim = claims.get((table.section, name))
            formulas = found.checked(claim, values[1], said, FIRST + len(rows) + 2) if claim else None
            recomputed_as, agrees = formulas or (values[1], said)
            rows.append((table.section, name, values[0], recomputed_as, values[2], agrees))
    header = ("报告章节", "公布的数字", "报告印出", "由底表重算", "单位", "核对")
    origin = weakest(table.origin for table in document.checks if table.origin)
    about = "报告印出的每个数字，与由底表重算的并排；重算的数取自“重算”"
    formats = ("", "", "General", "General", "", "")
    return Sheet(CHECKED, "公布数与重算数逐项核对", "全部", origin, header, tuple(rows), "", about, formats)


def _again(report: Report, found: Recomputed) -> Sheet:
    """The measures of the report, from the tables' rows to the printed numbers, in formulas."""
    header = ("指标", "单位", f"{report.year}年", f"{report.year - 1}年", "同比增速（%）", "同比增减", "取自", "依据")
    title = f"由底表重算的指标：{report.package.whole}数，没有四舍五入"
    about = "报告用到的每个指标怎样从底表的行算出来，全是公式"
    formats = ("", "", *("#,##0.00",) * 4, "", "")
    return Sheet(AGAIN, title, "全部", found.origin, header, found.rows, "", about, formats)


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
    units = tuple(
        match[1] if (match := UNIT.search(words)) and i in table.numeric else "" for i, words in enumerate(header)
    )
    formats = tuple(_format(units[i], cells) if i in table.numeric else "" for i, cells in enumerate(columns))
    rows = summed(header, units, tuple(zip(*values, strict=True)))
    about = f"{TABLE}，在{table.section}"
    return Sheet(
        table.sheet, table.title, table.section, table.origin, tuple(header), rows, table.note, about, formats, units
    )


def _format(unit: str, cells: Iterable[str]) -> str:
    """The number format of a column: as many decimals as its cells have, thousands set apart where it has a unit."""
    decimals = min(
        max((len(cell.partition(".")[2]) for cell in cells if NUMBER.fullmatch(cell)), default=0), MOST_DECIMALS
    )
    return ("#,##0" if unit else "0") + ("." + "0" * decimals if decimals else "")


def _common_unit(cells: Sequence[str]) -> str:
    """The unit that all numbers of a column carry, to be said once, in the header."""
    found = [WITH_UNIT.fullmatch(cell) for cell in cells if NUMBER.match(cell)]
    units = {match[2] if match else "" for match in found}
    return units.pop() if len(units) == 1 else ""


def _declared(table: DeclaredTable, frame: pd.DataFrame, year: int) -> Sheet:
    header = [c.title + (f"（{c.unit}）" if c.unit else "") for c in table.columns]
    names, units = [c.name for c in table.columns], [c.unit for c in table.columns]
    columns = [_cells(table, c.name, frame[c.name].tolist()) for c in table.columns]
    numbers = ([str(cell) for cell in cells if isinstance(cell, int | float)] for cells in columns)
    formats = [_format(unit, cells) for unit, cells in zip(units, numbers, strict=True)]
    if table.dates and STATE not in names:
        columns.append(_states(table, frame, names, year))
        header, names, units, formats = [*header, STATE_AT_END], [*names, STATE], [*units, ""], [*formats, ""]
    return Sheet(
        sheet_name(table.title),
        table.title,
        OTHERS,
        table.origin,
        tuple(header),
        tuple(zip(*columns, strict=True)),
        about=table.description,
        formats=tuple(formats),
        units=tuple(units),
        table=table.name,
        columns=tuple(names),
    )


def _states(table: DeclaredTable, frame: pd.DataFrame, names: Sequence[str], year: int) -> list[Value]:
    """How each item of a register stands at the year's end, which its dates tell."""
    due, closed = (names.index(table.dates[which]) for which in ("due", "closed"))
    states = with_state(frame, table.dates, year_end(year))[STATE]
    return [state(at(due, row), at(closed, row), year, word) for row, word in enumerate(states, FIRST + 2)]


def _cells(table: DeclaredTable, column: str, values: Sequence[Any]) -> list[Value]:
    if column == COLUMN:
        return [of_row(mark).word for mark in values]
    return [_cell(value, table.labels.get(column, {})) for value in values]


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
    return Sheet(COLUMNS, "底表各列的含义", OTHERS, None, header, rows, "", "每张底表的每一列是什么，用什么单位")


def _unique(sheets: Sequence[Sheet]) -> list[Sheet]:
    taken, made = {COVER, CONTENTS, NOTES, CHECKED, AGAIN}, []
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
        held = {sheet.origin for sheet in sheets}
        kinds = "、".join(origin.word for origin in Origin if origin in held)
        about = (f"共{len(sheets)}张表", "从“目录”可以跳到每一张表，读数前请先看“说明”。")
        pen.page(COVER, (document.title, f"性质：各表分别是{kinds}", *about))
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
        rows = tuple(
            (Link(s.name, s.name), s.title, s.about, s.section, s.origin.word if s.origin else "", len(s.rows))
            for s in sheets
        )
        header = ("工作表", "表题", "内容", "章节", "性质", "行数")
        self.table(Sheet(CONTENTS, "目录", "", None, header, rows, formats=("", "", "", "", "", "#,##0")), "contents")

    def table(self, sheet: Sheet, name: str) -> None:
        """A table on a sheet of its own: title, what it is, the way back, its sums, then the table."""
        place = self.book.add_worksheet(sheet.name)
        self.text(place, 0, 0, sheet.title, bold=True, font_size=14)
        told = [f"性质：{sheet.origin.word}（{sheet.origin.meaning}）。"] if sheet.origin else []
        self.text(place, 1, 0, "".join([*told, sheet.note or sheet.about]))
        if sheet.name != CONTENTS:
            self.value(place, 2, 0, Link("回到目录", CONTENTS), "")
        header = _distinct(sheet.header)
        formats = sheet.formats or ("",) * len(header)
        for row, values in enumerate(sheet.rows, FIRST + 1):
            for column, (value, shown) in enumerate(zip(values, formats, strict=True)):
                self.value(place, row, column, value, shown)
        self.sums(place, sheet, formats)
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
        for column, width in enumerate(_widths(header, sheet.rows, formats)):
            place.set_column(column, column, width)
        place.freeze_panes(FIRST + 1, 1)

    def sums(self, place: Worksheet, sheet: Sheet, formats: Sequence[str]) -> None:
        """Above the header of each column that can be added, the sum of the rows that a filter leaves.

        Not above what the report shows, which has its own sums, nor where rows of several bases, moments or
        months stand one below the other.
        """
        if not sheet.table or MIXED & set(sheet.columns):
            return
        columns = added(sheet.units, sheet.rows)
        if not columns:
            return
        if 0 not in columns:
            self.text(place, FIRST - 1, 0, FILTERED, bold=True)
        for column in columns:
            self.value(place, FIRST - 1, column, subtotal(column, sheet.rows), formats[column], bold=True)

    def value(self, place: Worksheet, row: int, column: int, value: Value, shown: str, **look: Any) -> None:
        """Write one cell as what it is; ``shown`` is its column's number format."""
        if value is None or value == "":
            return
        if isinstance(value, Link):
            look = self.format(font_color="#1b5e9e", underline=1)
            place.write_url(row, column, f"internal:'{value.sheet}'!A1", look, string=value.text)
        elif isinstance(value, Formula):
            numeric = {"num_format": shown} if shown else {}
            place.write_formula(row, column, f"={value.text}", self.format(**numeric, **look), value.value)
        elif isinstance(value, str):
            self.text(place, row, column, value, text_wrap=_width(value) > WIDEST)
        elif isinstance(value, date):
            place.write_datetime(
                row, column, datetime(value.year, value.month, value.day), self.format(num_format="yyyy-mm-dd")
            )
        else:
            place.write_number(row, column, value, self.format(num_format=shown or "General", **look))


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


def _widths(header: Sequence[str], rows: Sequence[Sequence[Value]], formats: Sequence[str]) -> Iterator[float]:
    for i, name in enumerate(header):
        longest = max((_width(_shown(row[i], formats[i])) for row in rows if row[i] is not None), default=0)
        yield min(max(longest, min(_width(name), WIDEST // 3), 8), WIDEST) + 2


def _shown(value: Value, shown: str) -> str:
    """A cell as wide as it is printed, about."""
    if isinstance(value, Link):
        return value.text
    if isinstance(value, Formula):
        return _shown(value.value, shown)
    if isinstance(value, int | float) and shown.startswith("#,##0"):
        return f"{value:,.{len(shown.partition('.')[2])}f}"
    return str(value)


@cache  # names and words stand in many cells
def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(1 if char < "\u2000" else 2 for char in text)
