"""The tables under ``data/``: what ``datapackage.json`` declares, read tolerantly, checked.

What can be read in only one way is read (GBK, full-width digits, thousands separators, Chinese
headers); everything else is a fault that says where it is and what to do.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from math import nan
from pathlib import Path
from typing import Any

import pandas as pd

from .conforming import conforms

# A whole number of 万元 this large is more than any district owns: yuan were typed.
LARGEST_AMOUNT = 10**9
# Amounts in 元 are ten thousand times those in 万元; a real change never comes near it.
YUAN_JUMP = 2_000

# What a table's rows are: one or more for each enterprise and year, for each first-level group,
# or items as they occur (``covers`` says of whom there must be some).
ENTERPRISE, GROUP, ITEM = "enterprise", "group", "item"

NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
UNIT_IN_HEADER = re.compile(r"(.+?)\((.+)\)")


@dataclass(frozen=True)
class Fault:
    """What is wrong in a table, where, and what to do. ``row`` counts as Excel does."""

    file: str
    row: int | None
    column: str | None
    found: str
    expected: str
    advice: str

    def __str__(self) -> str:
        row = f"第{self.row}行" if self.row else ""
        column = f"“{self.column}”列" if self.column else ""
        return f"{self.file}{row}{column}：{self.found}；应为：{self.expected}。{self.advice}。"

    def as_dict(self) -> dict[str, Any]:
        """Return the fault's parts, for programs."""
        return asdict(self)


class DataError(Exception):
    """The data cannot be used; ``faults`` are all that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


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


@dataclass(frozen=True)
class DataPackage:
    """What a report's data folder declares."""

    root: Path
    title: str
    region: str
    year: int
    scope: str
    tables: Mapping[str, Table]

    @classmethod
    def read(cls, data_dir: Path) -> DataPackage:
        """Read ``datapackage.json``.

        Raises:
            DataError: it is missing, not JSON, or lacks a part.
        """
        file = "datapackage.json"
        try:
            raw = json.loads(read_text(data_dir / file))
            tables = {r["name"]: _declared(r) for r in raw["resources"]}
            return cls(
                data_dir, raw["title"], raw["region"], int(raw["year"]), raw["scope"], tables
            )
        except json.JSONDecodeError as error:
            fault = Fault(
                file, error.lineno, None, "不是正确的JSON", "数据清单", "从备份恢复这个文件"
            )
        except KeyError as error:
            fault = Fault(file, None, None, f"缺少{error}", "完整的数据清单", "补上后重试")
        raise DataError([fault])


def _declared(raw: Mapping[str, Any]) -> Table:
    columns = tuple(
        Column(
            f["name"], f["title"], f["type"], f.get("unit", ""), f.get("description", ""),
            bool(f.get("constraints", {}).get("required")),
        )
        for f in raw["schema"]["fields"]
    )  # fmt: skip
    return Table(raw["name"], raw["title"], raw["path"], raw["description"], raw["origin"],
                 tuple(raw["sources"]), columns, raw)  # fmt: skip


# --- reading -----------------------------------------------------------------------------------


def read_text(path: Path) -> str:
    """Return a text file's content, UTF-8 or GBK.

    Raises:
        DataError: the file is missing or is no text.
    """
    try:
        content = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        fault = Fault(path.name, None, None, "没有这个文件", f"{path.parent.name}文件夹里有它",
                      "放入文件，或在datapackage.json里删去这张表")  # fmt: skip
        raise DataError([fault]) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataError([Fault(path.name, None, None, "不是文本文件", "CSV（UTF-8或GBK编码）",
                           "在Excel里另存为“CSV UTF-8”")])  # fmt: skip


def plain_number(text: str) -> str:
    """Return a number written in full width or with thousands separators in plain digits.

    Text that is not a number in exactly one reading comes back unchanged.
    """
    tidy = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    return tidy.replace(",", "") if NUMBER.fullmatch(tidy) else text


@dataclass
class _Sheet:
    """A table's cells as read, headers already field names."""

    table: Table
    header: list[str]
    rows: list[list[str]]

    def fault(self, row: int | None, column: str | None, found: str, expected: str,
              advice: str = "请改正后重试") -> Fault:  # fmt: skip
        names = {c.name: c.label for c in self.table.columns}
        return Fault(self.table.path, row, names.get(column or "", column), found, expected, advice)


def _read(package: DataPackage, table: Table) -> tuple[_Sheet, list[Fault]]:
    try:
        text = read_text(package.root / table.path)
    except DataError as error:
        renamed = [Fault(table.path, f.row, f.column, f.found, f.expected, f.advice)
                   for f in error.faults]  # fmt: skip
        return _Sheet(table, [], []), renamed
    lines = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]
    while lines and not any(lines[-1]):
        lines.pop()
    sheet = _Sheet(table, lines[0] if lines else [], lines[1:])
    if not sheet.rows:
        return sheet, [sheet.fault(None, None, "表中没有数据", "至少一行数据", "填入数据")]
    return sheet, [*_name_columns(sheet), *_read_numbers(sheet), *_read_dates(sheet)]


def _name_columns(sheet: _Sheet) -> Iterator[Fault]:
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
                yield sheet.fault(1, column.name, f"表头写的单位是{match[2]}", column.unit or "没有单位",
                                  "换算成规定的单位后再填")  # fmt: skip


def _read_numbers(sheet: _Sheet) -> Iterator[Fault]:
    numeric = {c.name: c for c in sheet.table.columns if c.type in ("number", "integer")}
    for number, row in enumerate(sheet.rows, 2):
        for i, name in enumerate(sheet.header[: len(row)]):
            if name not in numeric or not row[i]:
                continue
            row[i] = plain_number(row[i])
            whole = numeric[name].type == "integer"
            if not re.fullmatch(r"[+-]?\d+" if whole else r"[+-]?\d+(\.\d+)?", row[i]):
                yield sheet.fault(number, name, f"“{row[i]}”", "整数" if whole else "数字")
                row[i] = ""


def _read_dates(sheet: _Sheet) -> Iterator[Fault]:
    """Write every date as 2023-05-08, whichever of the usual ways it came in."""
    dates = {c.name for c in sheet.table.columns if c.type == "date"}
    for number, row in enumerate(sheet.rows, 2):
        for i, name in enumerate(sheet.header[: len(row)]):
            if name in dates and row[i]:
                typed, row[i] = row[i], _iso(row[i])
                if not row[i]:
                    yield sheet.fault(number, name, f"“{typed}”", "日期，如2023-05-08")


def _iso(text: str) -> str:
    match = DATE.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        return date(*map(int, match.groups())).isoformat() if match else ""
    except ValueError:  # such as 31 June
        return ""


# --- checking against what is declared -----------------------------------------------------------

CONSTRAINTS = {
    "required": "不能空着",
    "enum": "只能是{}",
    "minimum": "不小于{}",
    "maximum": "不大于{}",
}


def _schema_faults(sheets: Mapping[str, _Sheet], already: set[tuple[str, int | None, str | None]],
                   ) -> Iterator[Fault]:  # fmt: skip
    """Check cells and keys by the Table Schema standard, then references between tables."""
    for sheet in sheets.values():
        labels = list(_label_faults(sheet))
        yield from labels
        if labels:
            continue  # cells under the wrong header would all be faults
        _in_declared_order(sheet)
        schema = {k: v for k, v in sheet.table.raw["schema"].items() if k != "foreignKeys"}
        cells = (tuple(sheet.header), *map(tuple, sheet.rows))
        found = [_in_chinese(sheet, error) for error in _errors(json.dumps(schema), cells)]
        for fault in (*found, *_references(sheet, sheets)):
            if (fault.file, fault.row, fault.column) not in already:
                yield fault


def _label_faults(sheet: _Sheet) -> Iterator[Fault]:
    declared = [column.name for column in sheet.table.columns]
    for name in declared:
        if name not in sheet.header:
            yield sheet.fault(1, name, "没有这一列", "表头有这一列", "补上这一列")
    for number, name in enumerate(sheet.header):
        if name not in declared:
            yield sheet.fault(
                1, name or f"第{number + 1}列", "多出这一列", "只有规定的列", "删去这一列"
            )
        elif name in sheet.header[:number]:
            yield sheet.fault(1, name, "这一列出现了两次", "每列一次", "删去重复的一列")


def _in_declared_order(sheet: _Sheet) -> None:
    """Put the columns in the declared order: a header says which column is which."""
    declared = [column.name for column in sheet.table.columns]
    order = [sheet.header.index(name) for name in declared]
    if order != sorted(order):
        whole = [row for row in sheet.rows if len(row) == len(declared)]
        for row in whole:
            row[:] = [row[i] for i in order]
        sheet.header = declared


@lru_cache(maxsize=256)
def _errors(schema: str, cells: tuple[tuple[str, ...], ...]) -> tuple[Any, ...]:
    """Validate a table, once for the same content: a program may look at its data many times."""
    if conforms(json.loads(schema), cells[0], cells[1:]):
        return ()
    from frictionless import Resource, Schema

    resource = Resource(
        data=[list(row) for row in cells], schema=Schema.from_descriptor(json.loads(schema))
    )
    report = resource.validate(limit_errors=1000)
    return tuple(error for task in report.tasks for error in task.errors)


def _references(sheet: _Sheet, sheets: Mapping[str, _Sheet]) -> Iterator[Fault]:
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
                yield sheet.fault(number, column, f"“{row[here]}”在所指的表里找不到", "已登记的编号",
                                  "先在所指的表里登记，或改正编号")  # fmt: skip


def _in_chinese(sheet: _Sheet, error: Any) -> Fault:
    row = getattr(error, "row_number", None)
    column = getattr(error, "field_name", None) or getattr(error, "label", None) or None
    cell = getattr(error, "cell", None)
    found = f"“{cell}”" if cell else "空白"
    match error.type:
        case "blank-row":
            return sheet.fault(row, None, "整行空白", "没有空行", "删去这一行")
        case "missing-cell" | "extra-cell":
            return sheet.fault(row, column, "这一行的格数与表头不一致", f"{len(sheet.header)}格",
                               "检查是否多了或少了逗号")  # fmt: skip
        case "primary-key":
            key = "、".join(sheet.table.column(name).title for name in sheet.table.key)
            return sheet.fault(row, key, "与前面某一行重复", "每行唯一", "删去重复的一行")
        case "type-error":
            return sheet.fault(row, column, found, "符合本列类型的值")
        case "constraint-error":
            return sheet.fault(row, column, found, _constraint(sheet, column, error.note))
        case _:
            return sheet.fault(row, column, f"{error.type}：{error.note}", "符合表的规定")


def _constraint(sheet: _Sheet, column: str | None, note: str) -> str:
    field = next(f for f in sheet.table.raw["schema"]["fields"] if f["name"] == column)
    labels = sheet.table.labels.get(column or "", {})
    for name, words in CONSTRAINTS.items():
        if f'"{name}"' in note:
            limit = field["constraints"][name]
            if name == "enum":
                limit = "、".join(f"{v}（{labels[v]}）" if v in labels else str(v) for v in limit)
            return words.format(limit)
    return note


# --- typed frames --------------------------------------------------------------------------------


def _frame(sheet: _Sheet) -> pd.DataFrame:
    cells = dict(zip(sheet.header, zip(*sheet.rows, strict=True), strict=True))
    types = tuple((column.name, column.type) for column in sheet.table.columns)
    return _typed(types, tuple(cells[name] for name, _ in types)).copy(deep=False)


@lru_cache(maxsize=256)
def _typed(types: tuple[tuple[str, str], ...], cells: tuple[tuple[str, ...], ...]) -> pd.DataFrame:
    """Return a table's frame, made once for the same content."""
    return pd.DataFrame({
        name: _column(kind, column) for (name, kind), column in zip(types, cells, strict=True)
    })  # fmt: skip


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
            yield Fault(table.path, int(index) + 2, table.column(str(largest)).label,
                        f"{amount:.2f}，是同一企业其他各期的上千倍或超出合理数额", "以万元为单位的金额",
                        "疑似把元当万元填写，请除以10000")  # fmt: skip


def load(package: DataPackage) -> dict[str, pd.DataFrame]:
    """Return every declared table as a typed frame.

    Numbers are numbers, optional blanks NaN (numbers) or empty (text).

    Raises:
        DataError: with all faults of all tables.
    """
    sheets, faults = {}, []
    for name, table in package.tables.items():
        sheet, found = _read(package, table)
        faults += found
        if sheet.rows:
            sheets[name] = sheet
    faults += _schema_faults(sheets, {(f.file, f.row, f.column) for f in faults})
    if not faults:
        frames = {name: _frame(sheet) for name, sheet in sheets.items()}
        faults += [f for n, t in package.tables.items() for f in _yuan_faults(t, frames[n])]
    if faults:
        raise DataError(faults)
    return frames
