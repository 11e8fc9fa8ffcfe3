"""The tables under ``data/``: what ``datapackage.json`` declares, read tolerantly, checked.

What can be read in only one way is read (GBK, full-width digits, thousands separators, Chinese
headers); everything else is a fault that says where it is and what to do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..editions.edition import is_public
from .data_errors import EMPTY, DataError, Fault, Gap
from .declaration import ESSENTIAL, faults_in
from .fast_schema import conforms
from .text_files import half_width, inside, odd_cells, read_json, read_rows

if TYPE_CHECKING:
    from .corrections import Correction

# A whole number of 万元 this large is more than any district owns: yuan were typed.
LARGEST_AMOUNT = 10**9
# Amounts in 元 are ten thousand times those in 万元; a real change never comes near it.
YUAN_JUMP = 2_000
# Beyond this a computer no longer keeps every 分 apart, and nothing on a district's books is so big.
LARGEST_NUMBER = 10**13
MOST_FAULTS = 200  # told of one table, so that the last one can still be read

FILL = "填入数据"
LEAVE_OUT = (
    "；本区没有这张表、或本年一项也没有的，在填报工作簿的“表目录”一页写明后导入，"
    '或在datapackage.json里这张表的name下面加一行："absent": true,（连同逗号）'
)

# What ``absent`` says of a register in which nothing had to be entered this year.
NOTHING_THIS_YEAR = "this year"

# What a table's rows are: one or more for each enterprise and year, for each first-level group,
# or items as they occur (``covers`` says of whom there must be some).
ENTERPRISE, GROUP, ITEM = "enterprise", "group", "item"

# ASCII: other scripts' digits are no numbers to the programs that read on.
NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)
WHOLE, DECIMAL = (re.compile(pattern, re.ASCII) for pattern in (r"[+-]?\d+", r"[+-]?\d+(\.\d+)?"))
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
UNIT_IN_HEADER = re.compile(r"(.+?)\((.+)\)")


@dataclass(frozen=True)
class Column:
    """A declared column."""

    name: str
    title: str
    type: str
    unit: str
    description: str
    required: bool

    @property
    def label(self) -> str:
        """Chinese title with field name, as messages call the column."""
        return f"{self.title}（{self.name}）"


@dataclass(frozen=True)
class Table:
    """A declared table; ``raw`` is its whole descriptor."""

    name: str
    title: str
    path: str
    description: str
    origin: str
    sources: tuple[Mapping[str, str], ...]
    columns: tuple[Column, ...]
    raw: Mapping[str, Any]

    @property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """Column -> code -> Chinese word."""
        return self.raw.get("labels", {})

    @property
    def internal(self) -> bool:
        """Whether its rows are left out of the public edition, as all are that nobody declared."""
        return not is_public(self.raw)

    @property
    def grain(self) -> str:
        """Whose row a row is: every enterprise's, every first-level group's, or an item's."""
        return str(self.raw.get("grain", ENTERPRISE))

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell rows apart."""
        return tuple(self.raw["schema"].get("primaryKey", ()))

    def column(self, name: str) -> Column:
        """Return a column by field name."""
        return next(c for c in self.columns if c.name == name)

    @property
    def money(self) -> tuple[str, ...]:
        """The columns held in 万元."""
        return tuple(c.name for c in self.columns if c.unit == "万元")


class LackingError(KeyError):
    """The book does not have what a chapter asks for; the message says in Chinese what."""

    def __str__(self) -> str:
        return str(self.args[0])


class NoTableError(LackingError):
    """A table was asked for that the book does not have; ``title`` is what it is called."""

    def __init__(self, title: str, nothing: bool = False) -> None:
        super().__init__(f"“{title}”本年没有记录" if nothing else f"本书没有“{title}”这张表")


class NotPrintedError(LackingError):
    """A printed figure was asked for that has not been entered."""


class Tables(dict[str, Table]):
    """The tables that a book has, by name; to ask for another raises ``NoTableError``.

    ``absent`` are those that it declares and leaves out.
    """

    def __init__(self, declared: Iterable[Table]) -> None:
        every = tuple(declared)
        super().__init__((t.name, t) for t in every if not t.raw.get("absent"))
        self.absent = {t.name: t for t in every if t.name not in self}

    def __missing__(self, name: str) -> Table:
        raise self.lacking(name)

    def lacking(self, name: str) -> NoTableError:
        """Return the error that says in Chinese which table is not there."""
        if name not in self.absent:
            return NoTableError(name)
        table = self.absent[name]
        return NoTableError(table.title, table.raw["absent"] == NOTHING_THIS_YEAR)


@dataclass(frozen=True)
class DataPackage:
    """What a report's data folder declares."""

    root: Path
    title: str
    region: str
    year: int
    scope: str
    tables: Tables
    corrections: tuple[Correction, ...] = ()  # those made, once the tables are loaded
    # What else columns and codes are called: {"columns": {field: words}, "codes": {field: {code: words}}}
    synonyms: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, data_dir: Path) -> DataPackage:
        """Read ``datapackage.json``.

        Raises:
            DataError: it is missing, not JSON, or does not declare tables as it must.
        """
        return cls.of(read_json(data_dir / "datapackage.json"), data_dir)

    @classmethod
    def of(cls, raw: Any, data_dir: Path) -> DataPackage:
        """Return the package that ``raw`` declares, with its tables below ``data_dir``.

        Raises:
            DataError: it does not declare tables as it must.
        """
        faults = list(faults_in(raw))
        if faults:
            raise DataError(faults)
        tables = Tables(_declared(r) for r in raw["resources"])
        return cls(
            data_dir, raw["title"], raw["region"], raw["year"], raw["scope"], tables, synonyms=raw.get("synonyms", {})
        )


def _declared(raw: Mapping[str, Any]) -> Table:
    columns = tuple(
        Column(
            f["name"],
            f["title"],
            f["type"],
            f.get("unit", ""),
            f.get("description", ""),
            bool(f.get("constraints", {}).get("required")),
        )
        for f in raw["schema"]["fields"]
    )
    return Table(
        raw["name"], raw["title"], raw["path"], raw["description"], raw["origin"], tuple(raw["sources"]), columns, raw
    )


# --- reading -----------------------------------------------------------------------------------


def plain_number(text: str) -> str:
    """Return a number written in full width or with thousands separators in plain digits.

    Text that is not a number in exactly one reading comes back unchanged.
    """
    tidy = half_width(text).replace("−", "-").strip()
    return tidy.replace(",", "") if NUMBER.fullmatch(tidy) else text


@dataclass
class Sheet:
    """A table's cells as read, headers already field names; rows are counted from 0."""

    table: Table
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


def read_sheet(package: DataPackage, table: Table) -> tuple[Sheet, list[Fault]]:
    """Return a table's cells, tidied where they can be read in only one way, and the faults."""
    sheet, faults = _cells(package, table)
    return sheet, [*faults, *_read_numbers(sheet), *_read_dates(sheet)]


def _cells(package: DataPackage, table: Table) -> tuple[Sheet, list[Fault]]:
    try:
        lines = read_rows(inside(package.root, table.path))
    except DataError as error:
        return Sheet(table, [], []), [_of_table(table, fault) for fault in error.faults]
    sheet = Sheet(table, lines[0] if lines else [], lines[1:])
    if not sheet.rows:
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
    return (Sheet(table, [], []), odd) if odd else (sheet, named)


def _to_fill(table: Table, what: str) -> str:
    """Say what to do about a table without rows."""
    return what if table.name in ESSENTIAL else what + LEAVE_OUT


def _of_table(table: Table, fault: Fault) -> Fault:
    """Return a fault of a table's file; one that is not there may be left out."""
    advice = _to_fill(table, "放入文件") if isinstance(fault, Gap) else fault.advice
    return replace(fault, file=table.path, advice=advice)


def _name_columns(sheet: Sheet) -> Iterator[Fault]:
    """Turn Chinese headers into field names; a header that states another unit is a fault."""
    names = {c.name: c for c in sheet.table.columns} | {c.title: c for c in sheet.table.columns}
    for number, header in enumerate(sheet.header):
        tidy = unicodedata.normalize("NFKC", header)
        match = UNIT_IN_HEADER.fullmatch(tidy)
        titles = {unicodedata.normalize("NFKC", key): column for key, column in names.items()}
        if tidy in titles:
            sheet.header[number] = titles[tidy].name
        elif match and match[1] in titles:
            column = titles[match[1]]
            sheet.header[number] = column.name
            if match[2] != column.unit:
                yield sheet.fault(
                    1, column.name, f"表头写的单位是{match[2]}", column.unit or "没有单位", "换算成规定的单位后再填"
                )


def _read_numbers(sheet: Sheet) -> Iterator[Fault]:
    numeric = {c.name: c for c in sheet.table.columns if c.type in ("number", "integer")}
    for number, row in enumerate(sheet.rows, 2):
        for i, name in enumerate(sheet.header[: len(row)]):
            if name not in numeric or not row[i]:
                continue
            row[i] = plain_number(row[i])
            whole = numeric[name].type == "integer"
            if not (WHOLE if whole else DECIMAL).fullmatch(row[i]):
                yield sheet.fault(number, name, f"“{row[i]}”", "整数" if whole else "数字")
                row[i] = ""
            elif abs(float(row[i])) > LARGEST_NUMBER:
                yield sheet.fault(number, name, f"“{row[i]}”", f"绝对值不大于{LARGEST_NUMBER}的数")
                row[i] = ""


def _read_dates(sheet: Sheet) -> Iterator[Fault]:
    """Write every date as 2023-05-08, whichever of the usual ways it came in."""
    dates = {c.name for c in sheet.table.columns if c.type == "date"}
    for number, row in enumerate(sheet.rows, 2):
        for i, name in enumerate(sheet.header[: len(row)]):
            if name in dates and row[i]:
                typed, row[i] = row[i], iso_date(row[i])
                if not row[i]:
                    span = f"{EARLIEST.year}至{LATEST.year}年的日期，如2023-05-08"
                    yield sheet.fault(number, name, f"“{typed}”", span)


def iso_date(text: str) -> str:
    """Return a date, written in any of the usual ways, as 2023-05-08; empty if it is none."""
    match = DATE.fullmatch(half_width(text))
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:  # such as 31 June
        return ""
    return day.isoformat() if day and EARLIEST <= day <= LATEST else ""


# --- checking against what is declared -----------------------------------------------------------

CONSTRAINTS = {"required": "不能空着", "enum": "只能是{}", "minimum": "不小于{}", "maximum": "不大于{}"}


def _schema_faults(
    sheets: Mapping[str, Sheet], proved: Container[str], already: set[tuple[str, int | None, str | None]]
) -> Iterator[Fault]:
    """Check cells and keys by the Table Schema standard, then references between tables."""
    for name, sheet in sheets.items():
        found = [] if name in proved else list(_label_faults(sheet))
        yield from found
        if found:
            continue  # cells under the wrong header would all be faults
        if name not in proved:
            _in_declared_order(sheet)
            schema = {k: v for k, v in sheet.table.raw["schema"].items() if k != "foreignKeys"}
            found = [_in_chinese(sheet, e) for e in _errors(schema, sheet.header, sheet.rows)]
        for fault in (*found, *_references(sheet, sheets)):
            if (fault.file, fault.row, fault.column) not in already:
                yield fault


def _label_faults(sheet: Sheet) -> Iterator[Fault]:
    declared = [column.name for column in sheet.table.columns]
    for name in declared:
        if name not in sheet.header:
            yield sheet.fault(1, name, "没有这一列", "表头有这一列", "补上这一列")
    for number, name in enumerate(sheet.header):
        if name not in declared:
            yield sheet.fault(1, name or f"第{number + 1}列", "多出这一列", "只有规定的列", "删去这一列")
        elif name in sheet.header[:number]:
            yield sheet.fault(1, name, "这一列出现了两次", "每列一次", "删去重复的一列")


def _in_declared_order(sheet: Sheet) -> None:
    """Put the columns in the declared order: a header says which column is which."""
    declared = [column.name for column in sheet.table.columns]
    order = [sheet.header.index(name) for name in declared]
    if order != sorted(order):
        whole = [row for row in sheet.rows if len(row) == len(declared)]
        for row in whole:
            row[:] = [row[i] for i in order]
        sheet.header = declared


def _errors(schema: dict[str, Any], header: list[str], rows: list[list[str]]) -> list[Any]:
    """Validate a table."""
    if conforms(schema, header, rows):
        return []
    from frictionless import Resource, Schema

    cells = [list(row) for row in (header, *rows)]
    resource = Resource(data=cells, schema=Schema.from_descriptor(deepcopy(schema)))
    report = resource.validate(limit_errors=MOST_FAULTS)
    return [error for task in report.tasks for error in task.errors]


def _references(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Fault]:
    """A reference into a table that could not be read says nothing."""
    for key in sheet.table.raw["schema"].get("foreignKeys", ()):
        column = key["fields"]
        target = sheets.get(key["reference"]["resource"] or sheet.table.name)  # blank: itself
        referred = key["reference"]["fields"]
        if not target or referred not in target.header or column not in sheet.header:
            continue
        known = {row[at] for row in target.rows if len(row) > (at := target.header.index(referred))}
        here = sheet.header.index(column)
        for number, row in enumerate(sheet.rows, 2):
            if len(row) > here and row[here] and row[here] not in known:
                yield sheet.fault(
                    number, column, f"“{row[here]}”在所指的表里找不到", "已登记的编号", "先在所指的表里登记，或改正编号"
                )


def _in_chinese(sheet: Sheet, error: Any) -> Fault:
    row = getattr(error, "row_number", None)
    column = getattr(error, "field_name", None) or getattr(error, "label", None) or None
    cell = getattr(error, "cell", None)
    found = f"“{cell}”" if cell else "空白"
    match error.type:
        case "blank-row":
            return sheet.fault(row, None, "整行空白", "没有空行", "删去这一行")
        case "missing-cell" | "extra-cell":
            return sheet.fault(
                row, column, "这一行的格数与表头不一致", f"{len(sheet.header)}格", "检查是否多了或少了逗号"
            )
        case "primary-key":
            key = "、".join(sheet.table.column(name).title for name in sheet.table.key)
            return sheet.fault(row, key, "与前面某一行重复", "每行唯一", "删去重复的一行")
        case "type-error":
            return sheet.fault(row, column, found, "符合本列类型的值")
        case _:  # constraint-error: a table's form lets nothing else be declared
            return sheet.fault(row, column, found, _constraint(sheet, column, error.note))


def _constraint(sheet: Sheet, column: str | None, note: str) -> str:
    field = next(f for f in sheet.table.raw["schema"]["fields"] if f["name"] == column)
    labels = sheet.table.labels.get(column or "", {})
    name = note.removeprefix('constraint "').partition('"')[0]
    limit = field["constraints"][name]
    if name == "enum":
        limit = "、".join(f"{v}（{labels[v]}）" if v in labels else str(v) for v in limit)
    return CONSTRAINTS[name].format(limit)


# --- typed frames --------------------------------------------------------------------------------


def _frame(sheet: Sheet) -> pd.DataFrame:
    cells = dict(zip(sheet.header, zip(*sheet.rows, strict=True), strict=True))
    return pd.DataFrame({c.name: _column(c.type, cells[c.name]) for c in sheet.table.columns})


def _column(kind: str, cells: tuple[str, ...]) -> Any:
    if kind == "string":
        return pd.Series(cells, dtype=str)
    if kind == "date":
        return pd.to_datetime(pd.Series([cell or None for cell in cells]), format="%Y-%m-%d")
    if kind == "integer" and "" not in cells:
        return pd.Series([int(cell) for cell in cells], dtype="int64")
    return pd.Series([float(cell) if cell else nan for cell in cells], dtype="float64")


def _yuan_faults(table: Table, frame: pd.DataFrame) -> Iterator[Fault]:
    """Find rows whose money was typed in 元: ten thousand times what their neighbours hold."""
    money = list(table.money)
    if not money:
        return
    sizes = frame[money].abs().max(axis=1)
    periods = {"year", "month", "moment"}
    key = [name for name in table.key if name not in periods] or money[:1]
    whose = [frame[name] for name in key]
    smallest = sizes.where(sizes > 0).groupby(whose).transform("min")
    # Only what dwarfs its smallest neighbour can dwarf the usual one.
    for index in sizes.index[(sizes > LARGEST_AMOUNT) | (sizes > YUAN_JUMP * smallest)]:
        same = (frame[key] == frame.loc[index, key]).all(axis=1)
        others = sizes[same].drop(index)
        usual = others[others > 0].median()
        if sizes[index] > LARGEST_AMOUNT or sizes[index] > YUAN_JUMP * usual:
            largest = frame.loc[index, money].abs().astype(float).idxmax()
            amount = frame.loc[index, largest]
            yield Fault(
                table.path,
                int(index) + 2,
                table.column(str(largest)).label,
                f"{amount:.2f}，是同一企业其他各期的上千倍或超出合理数额",
                "以万元为单位的金额",
                "疑似把元当万元填写，请除以10000",
            )


def _first(faults: list[Fault]) -> list[Fault]:
    """Return not more faults of one table than a person reads."""
    left = len(faults) - MOST_FAULTS
    if left <= 0:
        return faults
    more = Fault(faults[0].file, None, None, f"还有{left}个问题没有列出", "没有问题", "先改正前面列出的，再检查一遍")
    return [*faults[:MOST_FAULTS], more]


@dataclass(frozen=True)
class Loaded:
    """The tables of a data folder that have rows, read and corrected, by name.

    ``corrections`` are those that were made, with their rows.
    """

    sheets: dict[str, Sheet] = field(default_factory=dict)
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()


def load(package: DataPackage, proved: Loaded | None = None) -> Loaded:
    """Return every declared table as a typed frame, corrected.

    Numbers are numbers, optional blanks NaN (numbers) or empty (text). The tables in ``proved``
    are surely the same as there, and are not read again.

    Raises:
        DataError: with all faults of all tables and of the corrections.
    """
    loaded, faults = load_filled(package, proved)
    if faults:
        raise DataError(faults)
    return loaded


def load_filled(package: DataPackage, proved: Loaded | None = None) -> tuple[Loaded, list[Fault]]:
    """Return the tables that have rows, as ``load`` does, and every fault.

    There are no frames while anything but a gap is found: what is wrong cannot be typed.

    Raises:
        DataError: the list of corrections cannot be read.
    """
    from . import corrections

    entries = corrections.read(package.root, package.tables)
    same = dict(proved.frames) if proved else {}
    for entry in entries:
        same.pop(entry.table, None)
    sheets, faults = {}, []
    for name, table in package.tables.items():
        if proved and name in same:
            sheets[name] = proved.sheets[name]
            continue
        sheet, found = _cells(package, table)
        faults += _first(found)
        if sheet.rows:
            sheets[name] = sheet
    new = [name for name in sheets if name not in same]
    placed, unfit = corrections.apply(entries, sheets)
    for name in new:
        faults += _first([*_read_numbers(sheets[name]), *_read_dates(sheets[name])])
    faults += [*unfit, *_schema_faults(sheets, same, {(f.file, f.row, f.column) for f in faults})]
    frames = {}
    if all(isinstance(fault, Gap) for fault in faults):
        frames = {name: same[name] if name in same else _frame(s) for name, s in sheets.items()}
        for name in new:
            faults += _yuan_faults(package.tables[name], frames[name])
    told = [corrections.told(fault, placed, package.tables) for fault in faults]
    return Loaded(sheets, frames, placed), told
