"""The declared tables, read, corrected, checked against their schemas, as typed frames."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from math import nan
from typing import Any

import pandas as pd

from . import corrections, fast_schema
from .data_errors import DataError, Fault, Gap
from .declared import Correction, DataPackage, DeclaredTable
from .fast_schema import CellError, errors
from .reading import ReadTable, read_cells, read_dates, read_numbers

# A whole number of 万元 this large is more than any district owns: yuan were typed.
LARGEST_AMOUNT = 10**9
# Amounts in 元 are ten thousand times those in 万元; a real change never comes near it.
YUAN_JUMP = 2_000
MOST_FAULTS = 200  # told of one table, so that the last one can still be read

# --- checking against what is declared -----------------------------------------------------------

CONSTRAINTS = {"required": "不能空着", "enum": "只能是{}", "minimum": "不小于{}", "maximum": "不大于{}"}


def _schema_faults(
    sheets: Mapping[str, ReadTable], proved: Container[str], already: set[tuple[str, int | None, str | None]]
) -> Iterator[Fault]:
    """Check cells and keys by the Table Schema standard, then references between tables."""
    for name, sheet in sheets.items():
        found = [] if name in proved else list(_label_faults(sheet))
        yield from found
        if found:
            continue  # cells under the wrong header would all be faults
        if name not in proved:
            _in_declared_order(sheet)
            wrong = errors(sheet.table.columns, sheet.table.key, sheet.rows)
            found = [in_chinese(sheet, error) for error in islice(wrong, MOST_FAULTS)]
        for fault in (*found, *_references(sheet, sheets)):
            if (fault.file, fault.row, fault.column) not in already:
                yield fault


def _label_faults(sheet: ReadTable) -> Iterator[Fault]:
    declared = [column.name for column in sheet.table.columns]
    for name in declared:
        if name not in sheet.header:
            yield sheet.fault(1, name, "没有这一列", "表头有这一列", "补上这一列")
    for number, name in enumerate(sheet.header):
        if name not in declared:
            yield sheet.fault(1, name or f"第{number + 1}列", "多出这一列", "只有规定的列", "删去这一列")
        elif name in sheet.header[:number]:
            yield sheet.fault(1, name, "这一列出现了两次", "每列一次", "删去重复的一列")


def _in_declared_order(sheet: ReadTable) -> None:
    """Put the columns in the declared order: a header says which column is which."""
    declared = [column.name for column in sheet.table.columns]
    order = [sheet.header.index(name) for name in declared]
    if order != sorted(order):
        whole = [row for row in sheet.rows if len(row) == len(declared)]
        for row in whole:
            row[:] = [row[i] for i in order]
        sheet.header = declared


def _references(sheet: ReadTable, sheets: Mapping[str, ReadTable]) -> Iterator[Fault]:
    """A reference into a table that could not be read says nothing."""
    for key in sheet.table.foreign_keys:
        column, target, referred = key.column, sheets.get(key.table), key.target
        if not target or referred not in target.header or column not in sheet.header:
            continue
        known = {row[at] for row in target.rows if len(row) > (at := target.header.index(referred))}
        here = sheet.header.index(column)
        for number, row in enumerate(sheet.rows, 2):
            if len(row) > here and row[here] and row[here] not in known:
                yield sheet.fault(
                    number, column, f"“{row[here]}”在所指的表里找不到", "已登记的编号", "先在所指的表里登记，或改正编号"
                )


def in_chinese(sheet: ReadTable, error: CellError) -> Fault:
    """Return what the schema finds wrong in words."""
    found = f"“{error.cell}”" if error.cell else "空白"
    match error.kind:
        case fast_schema.BLANK_ROW:
            return sheet.fault(error.row, None, "整行空白", "没有空行", "删去这一行")
        case fast_schema.MISSING_CELL | fast_schema.EXTRA_CELL:
            expected = f"{len(sheet.header)}格"
            column = error.column or None
            return sheet.fault(error.row, column, "这一行的格数与表头不一致", expected, "检查是否多了或少了逗号")
        case fast_schema.KEY:
            key = "、".join(sheet.table.column(name).title for name in sheet.table.key)
            return sheet.fault(error.row, key, "与前面某一行重复", "每行唯一", "删去重复的一行")
        case fast_schema.TYPE:
            return sheet.fault(error.row, error.column, found, "符合本列类型的值")
        case _:
            return sheet.fault(error.row, error.column, found, _constraint(sheet, error))


def _constraint(sheet: ReadTable, error: CellError) -> str:
    column, labels = sheet.table.column(error.column), sheet.table.labels.get(error.column, {})
    limit = getattr(column, error.kind)
    if error.kind == fast_schema.ENUM:
        limit = "、".join(f"{v}（{labels[v]}）" if v in labels else v for v in map(str, column.enum))
    return CONSTRAINTS[error.kind].format(limit)


# --- typed frames --------------------------------------------------------------------------------


def typed(sheet: ReadTable) -> pd.DataFrame:
    """Return a table's cells as a frame of its declared types; nothing may be wrong in them."""
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


def yuan_faults(table: DeclaredTable, frame: pd.DataFrame) -> Iterator[Fault]:
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

    sheets: dict[str, ReadTable] = field(default_factory=dict)
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
    entries = corrections.read(package.root, package.tables)
    same = dict(proved.frames) if proved else {}
    for entry in entries:
        same.pop(entry.table, None)
    sheets, faults = {}, []
    for name, table in package.tables.items():
        if proved and name in same:
            sheets[name] = proved.sheets[name]
            continue
        sheet, found = read_cells(package, table)
        faults += _first(found)
        if sheet.rows:
            sheets[name] = sheet
    new = [name for name in sheets if name not in same]
    placed, unfit = corrections.apply(entries, sheets)
    for name in new:
        faults += _first([*read_numbers(sheets[name]), *read_dates(sheets[name])])
    faults += [*unfit, *_schema_faults(sheets, same, {(f.file, f.row, f.column) for f in faults})]
    frames = {}
    if all(isinstance(fault, Gap) for fault in faults):
        frames = {name: same[name] if name in same else typed(s) for name, s in sheets.items()}
        for name in new:
            faults += yuan_faults(package.tables[name], frames[name])
    told = [corrections.told(fault, placed, package.tables) for fault in faults]
    return Loaded(sheets, frames, placed), told
