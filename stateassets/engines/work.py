"""The unit of work: one pure function from a unit of a lake to its figures and alerts, the same everywhere."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from .. import domains  # noqa: F401  (they register what is counted and warned of)
from ..alerts.engine import find_alerts
from ..alerts.rules import NUMBERED
from ..cache.store import sha
from ..measures.ledger import CLASS, DISTRICT, ENTERPRISE, GROUP, ROSTER, Ledger
from ..measures.registry import REGISTRY
from ..tables.data_errors import DataError
from ..tables.declared import DataPackage, LackingError
from ..tables.periods import year_end
from ..tables.troubles import trouble
from .batches import uncollected
from .lake import ALERTS, DECLARATION, ENDING, FIGURES, LakeError, Store, Unit, in_words, tables

KINDS = (DISTRICT, CLASS, GROUP, ENTERPRISE)
ENTERPRISES = "enterprises"
FEW = 5  # things of one kind that a message names
LIBRARIES = ("duckdb", "numpy", "pandas")
ANOTHER = "那里的程序或程序库与这里的不是同一版，请装成一样的再运行"
NO_PLACE = "那里看不到文件夹“{}”：数据湖要放在每台机器都以同一路径看得到的地方，算的时候不能移走"
NO_DECLARATION = "文件夹“{}”里没有{}，不知道是哪一地区、哪一年的表，数字算不出来：请把这一地区data文件夹里的放进去"
NO_TABLES = "缺少{}：请把这些文件放进文件夹“{}”，或在那一地区的报告里加--add重新写入"
NO_COLUMNS = "“{}”的文件{}缺少{}：请重新写这张表"
WRONG_TYPES = "“{}”的文件{}里{}：请照datapackage.json里的类型重新写这张表"
# What a column of each declared type may be held as, and what people call that.
HELD = {
    "string": ("文字", ("VARCHAR", "ENUM")),
    "number": (
        "数",
        ("DOUBLE", "DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"),
    ),
    "integer": ("整数", ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "DOUBLE")),
    "date": ("日期", ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")),
}


class WorkError(ValueError):
    """A unit cannot be worked out; said in Chinese."""


@dataclass(frozen=True)
class Task:
    """A unit, the day to look at (empty: the end of the report's year), and by which program it is to be done."""

    unit: Unit
    program: str
    as_of: str = ""


@cache
def program() -> str:
    """Return a hash of what makes results: the package's code and its libraries."""
    root = Path(__file__).parents[1]
    made_of = sorted(p for p in root.rglob("*") if p.suffix in (".py", ".yml", ".json") and p.is_file())
    files = (f"{p.relative_to(root).as_posix()} {sha(p.read_bytes())}" for p in made_of)
    return sha("\n".join([*files, *(f"{name} {version(name)}" for name in LIBRARIES)]))


def work(task: Task) -> bytes:
    """Return the figures and alerts of a unit, as JSON; the same bytes on every engine.

    Raises:
        WorkError: it cannot be worked out here.
    """
    try:
        return _worked_out(task)
    except Exception as error:
        raise WorkError(why(error)) from error


def _worked_out(task: Task) -> bytes:
    unit = task.unit
    if task.program != program():
        raise WorkError(ANOTHER)
    if not unit.folder.is_dir():
        raise WorkError(NO_PLACE.format(unit.folder))
    store, package = Store(unit.folder), _package(unit.folder)
    needed = (set(counted(package)) if FIGURES in unit.wanted else set()) | (
        tables() if ALERTS in unit.wanted else set()
    )
    if faults := list(unfit(package, store, needed)):
        raise WorkError("；".join(faults))
    found: dict[str, Any] = {"region": unit.region, "unit": unit.name}
    if FIGURES in unit.wanted:
        found[FIGURES] = figures(ledger_of(package, store))
    if ALERTS in unit.wanted:
        frames = store.frames(unit.enterprises, tables(), coded=NUMBERED)
        day = pd.Timestamp(task.as_of) if task.as_of else year_end(package.year)
        with uncollected():
            found[ALERTS] = [a.as_dict() for a in find_alerts(frames, day, years=store.years())]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _package(folder: Path) -> DataPackage:
    if not (folder / DECLARATION).is_file():
        raise WorkError(NO_DECLARATION.format(folder, DECLARATION))
    return DataPackage.read(folder)


def unfit(package: DataPackage, store: Store, needed: Collection[str]) -> Iterator[str]:
    """Yield in Chinese which of the tables that are needed a district's folder lacks, and what is wrong with others."""
    declared = [table for name, table in package.tables.items() if name in needed]
    lacking = [f"“{table.title}”的{table.name}{ENDING}" for table in declared if table.name not in store.names]
    if ROSTER in needed and ROSTER not in store.names:
        lacking.append(f"{ROSTER}{ENDING}")
    if lacking:
        yield NO_TABLES.format(few(lacking), store.folder)
    for table in declared:
        if table.name in store.names:
            held, file = store.types(table.name), f"{table.name}{ENDING}"
            gone = [f"“{column.label}”列" for column in table.columns if column.name not in held]
            if gone:
                yield NO_COLUMNS.format(table.title, file, few(gone))
            wrong = [
                f"“{column.label}”列存的是{held[column.name]}，不是{HELD[column.type][0]}"
                for column in table.columns
                if column.name in held and not _fits(column.type, held[column.name])
            ]
            if wrong:
                yield WRONG_TYPES.format(table.title, file, few(wrong))


def _fits(declared: str, held: str) -> bool:
    return declared not in HELD or held.partition("(")[0] in HELD[declared][1]


def few(things: Sequence[str]) -> str:
    """List things, of many the first."""
    return "、".join(things[:FEW]) + (f"等{len(things)}处" if len(things) > FEW else "")


def figures(ledger: Ledger) -> list[list[Any]]:
    """Return every measure that has a value: kind of scope, scope, year, measure, value."""
    found: list[list[Any]] = []
    for by in KINDS:
        values = ledger.all_values(by)
        rows = zip(*(values[name].tolist() for name in values), strict=True)
        for (year, scope), row in zip(values.index.to_list(), rows, strict=True):
            there = zip(values.columns, row, strict=True)
            found += [[by, scope, year, name, value] for name, value in there if value == value]
    return found


def counted(package: DataPackage) -> dict[str, set[str]]:
    """Return the tables that measures are counted from, with the columns that they and whose rows these are need."""
    found: dict[str, set[str]] = {ENTERPRISES: {column.name for column in package.tables[ENTERPRISES].columns}}
    for quantity in (q for name in REGISTRY for q in REGISTRY.quantities_of(name) if q.table != ROSTER):
        own = {"year", "month", "basis", "enterprise_id", quantity.column, *quantity.where}
        found.setdefault(quantity.table, set()).update(own)
    for table in [package.tables[name] for name in found if name in package.tables]:
        found[table.name] |= {table.owner, *table.dates.values()}
        for key in table.foreign_keys:
            if key.column == table.owner:
                found.setdefault(key.table, set()).update({key.target, "enterprise_id"})
    return found


def ledger_of(package: DataPackage, store: Store) -> Ledger:
    """Return a district's ledger of the tables that measures are counted from."""
    columns = counted(package)
    return Ledger(package, store.frames(names=columns, coded=columns, columns=columns))


def why(error: BaseException) -> str:
    """Return in Chinese why a unit could not be worked out."""
    match error:
        case WorkError() | LakeError() | LackingError():
            return str(error)
        case DataError():
            return f"{str(error.faults[0]).removesuffix('。')}；共{len(error.faults)}个问题，请改正后重试"
        case duckdb.OutOfMemoryException():
            return trouble(MemoryError())
        case duckdb.Error():
            return in_words(error) or f"Parquet文件读不出来，或少了要用的列：{str(error).splitlines()[0]}"
        case KeyError():
            return f"表里没有{error.args[0]}这一列"
    return trouble(error)
