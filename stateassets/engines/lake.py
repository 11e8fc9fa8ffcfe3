"""A lake: a folder of Parquet files with the tables of any number of districts, too large for one frame.

Each district has a folder ``region=…`` with its declaration (``datapackage.json``) and one file a table, or several
in ``year=…`` below it; a lake of one district may be that folder itself. ``__row`` is a row's place in its table,
from zero; ``__owner``, in tables whose rows are somebody's, is the enterprise. Rows sorted by owner are found fast.

DuckDB is needed for this room only; the extra ``cluster`` brings it.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from ..alerts.rules import NUMBERED, RULES
from ..cache.store import sha
from ..chapters import stamp
from ..tables.declared import DataPackage
from ..tables.hierarchy import groups, owners
from ..tables.working_days import HOLIDAYS

ROW, OWNER = "__row", "__owner"
REGION, ENDING, DECLARATION = "region=", ".parquet", "datapackage.json"
MEMORY = "200MB"  # that DuckDB may take in each process, beside the batch itself
MOST_ROWS = 1_500_000  # of a unit; what is larger is cut at its first-level groups
LARGE, MOST_KINDS = 100_000, 20_000  # rows of a large table; different texts of a column worth numbering
FIGURES, ALERTS = "figures", "alerts"


@dataclass(frozen=True)
class Unit:
    """What is worked out at once: a district, or the alerts of some of its first-level groups.

    ``enterprises`` are those of whole groups; none are named where all of the district's are meant.
    """

    region: str
    name: str
    folder: Path
    wanted: tuple[str, ...] = (FIGURES, ALERTS)
    enterprises: tuple[str, ...] = ()


class LakeError(ValueError):
    """A folder is no lake; said in Chinese."""


class Store:
    """A district's tables in Parquet files."""

    def __init__(self, folder: Path) -> None:
        self.db = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY})
        self.db.execute("SET enable_progress_bar = false")
        files: dict[str, list[str]] = {}
        for path in parquet_files(folder):
            files.setdefault(path.stem, []).append(str(path))
        self.names = sorted(files)
        for name in self.names:
            # A year in a folder's name is in the rows as well.
            parts = self.db.read_parquet(files[name], union_by_name=True, hive_partitioning=False)
            parts.create_view(name)
        self.columns = {name: self.db.table(name).columns for name in self.names}

    def years(self) -> dict[str, set[int]]:
        """Return the years that each table covers."""
        return {
            name: {y for (y,) in self.db.sql(f"SELECT DISTINCT year FROM {name}").fetchall()}
            for name in self.names
            if "year" in self.columns[name]
        }

    def rows(self) -> int:
        """Return how many rows all tables have."""
        return sum(self.rows_of(name) for name in self.names)

    def rows_of(self, name: str) -> int:
        """Return how many rows a table has."""
        found = self.db.sql(f"SELECT count(*) FROM {name}").fetchall()
        return int(found[0][0])

    def batches(self, size: int) -> Iterator[tuple[str, ...]]:
        """Yield the enterprises of whole groups, together ``size`` or the last group more."""
        parents = self.db.sql("SELECT enterprise_id, parent_id FROM enterprises ORDER BY enterprise_id").fetchall()
        batch: list[str] = []
        for members in groups(dict(parents)).values():
            batch += members
            if len(batch) >= size:
                yield tuple(batch)
                batch = []
        if batch:
            yield tuple(batch)

    def frames(
        self, enterprises: Sequence[str] = (), names: Collection[str] = (), coded: bool = False
    ) -> dict[str, pd.DataFrame]:
        """Return tables (default: all), those that say whose their rows are with these enterprises' only.

        With ``coded``, repeated texts of large ``NUMBERED`` tables are categories: a number a row instead of a text.
        """
        if enterprises:
            self.db.register("wanted", pd.DataFrame({OWNER: pd.Series(enterprises, dtype=object)}))
        found: dict[str, pd.DataFrame] = {}
        for name in self.names:
            if names and name not in names:
                continue
            own = f"SEMI JOIN wanted USING ({OWNER})" if enterprises and OWNER in self.columns[name] else ""
            read = [c for c in self.columns[name] if c != OWNER]
            repeated = self._repeated(name, own) if coded else {}
            columns = (f"{_quoted(c)}::{repeated[c]} AS {_quoted(c)}" if c in repeated else _quoted(c) for c in read)
            rows = self.db.execute(f"SELECT {', '.join(columns)} FROM {name} {own}").df().set_index(ROW)
            # One thread keeps the order; files of several years may lie in another.
            found[name] = (rows if rows.index.is_monotonic_increasing else rows.sort_index()).rename_axis(None)
        return found

    def _repeated(self, name: str, own: str) -> dict[str, str]:
        """Return an enumeration for each column of a large table that holds the same texts again and again."""
        if name not in NUMBERED or self.rows_of(name) < LARGE:
            return {}
        kinds = dict(zip(self.columns[name], map(str, self.db.table(name).types), strict=True))
        texts = [column for column, kind in kinds.items() if kind == "VARCHAR" and column != OWNER]
        counts = ", ".join(f"approx_count_distinct({_quoted(column)})" for column in texts)
        (numbers,) = self.db.execute(f"SELECT {counts} FROM {name} {own}").fetchall() if texts else ((),)
        found: dict[str, str] = {}
        for column, count in zip(texts, numbers, strict=True):
            if count < MOST_KINDS:
                here, kind = _quoted(column), f"kind_{len(found)}"
                different = f"SELECT DISTINCT {here} FROM {name} {own} WHERE {here} IS NOT NULL ORDER BY 1"
                self.db.execute(f"DROP TYPE IF EXISTS {kind}")
                self.db.execute(f"CREATE TYPE {kind} AS ENUM ({different})")
                found[column] = kind
        return found


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def parquet_files(folder: Path) -> list[Path]:
    """Return the files of a district's tables."""
    return sorted(folder.rglob(f"*{ENDING}"))


def districts(lake: Path) -> dict[str, Path]:
    """Return the folders of a lake's districts, by region.

    Raises:
        LakeError: there is none.
    """
    found = {path.name.removeprefix(REGION): path for path in sorted(lake.glob(f"{REGION}*")) if path.is_dir()}
    if not found and any(lake.glob(f"*{ENDING}")):
        found = {lake.name: lake}
    if not found:
        raise LakeError(
            f"“{lake}”里没有数据湖：要有{REGION}…的文件夹，里面是各表的{ENDING}文件。请检查写的是不是这个文件夹，"
            "或先加--add把本报告的表写进去"
        )
    return found


def units(region: str, folder: Path, most_rows: int = MOST_ROWS) -> list[Unit]:
    """Return what a district is worked out in: at once, or if that were too much, its groups' alerts in parts.

    Raises:
        LakeError: its folder cannot be used.
    """
    whole = Unit(region, region, folder)
    try:
        store = Store(folder)
        rows = store.rows()
        if rows <= most_rows or "enterprises" not in store.names:
            return [whole]
        size = max(1, store.rows_of("enterprises") * most_rows // rows)
        parts = list(store.batches(size))
    except duckdb.Error:
        return [whole]  # whoever works on it says what is wrong with it
    named = (Unit(region, f"{region}：{part[0]}等{len(part)}户", folder, (ALERTS,), part) for part in parts)
    return [Unit(region, f"{region}：数字", folder, (FIGURES,)), *named]


def fingerprints(folder: Path) -> dict[str, str]:
    """Return a hash of each file that a district's units are made from."""
    return {p.relative_to(folder).as_posix(): sha(p.read_bytes()) for p in _made_from(folder)}


def stamps(folder: Path) -> dict[str, tuple[int, ...]]:
    """Return what is another for each of these files as soon as it is, without reading any."""
    return {p.relative_to(folder).as_posix(): stamp(p) for p in _made_from(folder)}


def _made_from(folder: Path) -> list[Path]:
    return [p for p in [*parquet_files(folder), folder / DECLARATION] if p.is_file()]


# --- writing -------------------------------------------------------------------------------------


def tables() -> set[str]:
    """Return the tables that the rules look at, with those that say what the rules are."""
    return {name for rule in RULES.values() for name in rule.tables} | {
        "enterprises",
        "roster",
        HOLIDAYS,
        "warning_rules",
        "platform_limits",
    }


def owned(package: DataPackage, frames: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """Return a table with ``__row`` and, if its rows are somebody's, ``__owner``."""
    frame, whose = frames[name], owners(package, frames, name)
    numbered = frame.rename_axis(ROW).reset_index()
    return numbered if whose is None else numbered.assign(**{OWNER: whose.to_numpy()})


def keep(package: DataPackage, frames: Mapping[str, pd.DataFrame], folder: Path, names: Collection[str] = ()) -> None:
    """Write tables (default: those that the rules look at) into a folder of Parquet files."""
    with duckdb.connect() as db:
        for name in sorted(set(names or tables()) & set(frames)):
            db.register("frame", owned(package, frames, name))
            db.sql("FROM frame").write_parquet(str(folder / f"{name}{ENDING}"))


def add(package: DataPackage, frames: Mapping[str, pd.DataFrame], lake: Path, region: str = "") -> Path:
    """Write all tables of a book into a lake, in the place of what it has of the district; return the folder."""
    folder = lake / f"{REGION}{region or package.region}"
    half = lake / f".{folder.name}"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    keep(package, frames, half, set(frames))
    shutil.copy(package.root / DECLARATION, half / DECLARATION)
    shutil.rmtree(folder, ignore_errors=True)
    half.rename(folder)
    return folder
