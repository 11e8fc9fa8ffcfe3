"""The unit of work: one pure function from a unit of a lake to its figures and alerts, the same everywhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from .. import domains  # noqa: F401  (they register what is counted and warned of)
from ..alerts.engine import find_alerts
from ..cache.store import sha
from ..measures.ledger import CLASS, DISTRICT, ENTERPRISE, GROUP, ROSTER, Ledger, ScopeError
from ..measures.registry import REGISTRY
from ..tables.declared import DataPackage, LackingError
from ..tables.periods import year_end
from ..tables.troubles import trouble
from .batches import uncollected
from .lake import ALERTS, DECLARATION, FIGURES, Store, Unit, tables

KINDS = (DISTRICT, CLASS, GROUP, ENTERPRISE)
ENTERPRISES = "enterprises"
LIBRARIES = ("duckdb", "narwhals", "numpy", "pandas")
ANOTHER = "那里的程序或程序库与这里的不是同一版，请装成一样的再运行"
NO_PLACE = "那里看不到文件夹“{}”：数据湖要放在每台机器都以同一路径看得到的地方"
NO_DECLARATION = "文件夹里没有{}，不知道是哪一地区、哪一年的表，数字算不出来"


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
    unit = task.unit
    if task.program != program():
        raise WorkError(ANOTHER)
    if not unit.folder.is_dir():
        raise WorkError(NO_PLACE.format(unit.folder))
    store = Store(unit.folder)
    found: dict[str, Any] = {"region": unit.region, "unit": unit.name}
    if FIGURES in unit.wanted:
        found[FIGURES] = figures(_ledger(_package(unit.folder), store))
    if ALERTS in unit.wanted:
        frames = store.frames(unit.enterprises, tables(), coded=True)
        day = pd.Timestamp(task.as_of) if task.as_of else year_end(_package(unit.folder).year)
        with uncollected():
            found[ALERTS] = [a.as_dict() for a in find_alerts(frames, day, years=store.years())]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _package(folder: Path) -> DataPackage:
    if not (folder / DECLARATION).is_file():
        raise WorkError(NO_DECLARATION.format(DECLARATION))
    return DataPackage.read(folder)


def figures(ledger: Ledger) -> list[list[Any]]:
    """Return every measure that has a value: kind of scope, scope, year, measure, value."""
    found = []
    for by in KINDS:
        for year in ledger.years:
            for scope in ledger.scopes(by, year):
                for name in REGISTRY:
                    try:
                        value = ledger.value(name, scope, year)
                    except (ScopeError, LackingError):
                        continue
                    if value is not None:
                        found.append([by, scope.id, year, name, value if isinstance(value, bool) else float(value)])
    return found


def _ledger(package: DataPackage, store: Store) -> Ledger:
    """Return a district's ledger of the tables that measures are counted from."""
    counted = {q.table for name in REGISTRY for q in REGISTRY.quantities_of(name)}
    keys = [key.table for name in counted if name in package.tables for key in package.tables[name].foreign_keys]
    frames = store.frames(names={*counted, *keys, ENTERPRISES} - {ROSTER})
    return Ledger(package, frames)


def why(error: BaseException) -> str:
    """Return in Chinese why a unit could not be worked out."""
    match error:
        case WorkError():
            return str(error)
        case duckdb.OutOfMemoryException():
            return trouble(MemoryError())
        case duckdb.Error():
            return f"Parquet文件读不出来，或少了要用的列：{str(error).splitlines()[0]}"
        case KeyError():
            return f"表里没有{error.args[0]}这一列"
    return trouble(error)
