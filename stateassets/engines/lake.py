"""A lake: a folder of Parquet files with the tables of any number of districts, too large for one frame.

Each district has a folder ``region=…`` with its declaration (``datapackage.json``) and one file a table, or several
in ``year=…`` below it; a lake of one district may be that folder itself. ``__row`` is a row's place in its table,
from zero; ``__owner``, in tables whose rows are somebody's, is the enterprise. Rows sorted by owner are found fast.

DuckDB is needed for this room only; the extra ``cluster`` brings it.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from ..alerts.rules import RULES
from ..cache.store import sha
from ..chapters import stamp
from ..tables.declared import DataPackage
from ..tables.hierarchy import groups, owners
from ..tables.troubles import TROUBLES, trouble
from ..tables.working_days import HOLIDAYS

ROW, OWNER = "__row", "__owner"
REGION, ENDING, DECLARATION = "region=", ".parquet", "datapackage.json"
MEMORY = "200MB"  # that DuckDB may take in each process, beside the batch itself
MOST_ROWS = 1_500_000  # of a unit; what is larger is cut at its first-level groups
LARGE, MOST_KINDS = 100_000, 20_000  # rows of a large table; different texts of a column worth numbering
FIGURES, ALERTS = "figures", "alerts"
AT_ONCE = 10_000  # rows that are read to see whether a file can be
GONE = "读的时候“{}”不见了：请看数据湖所在的磁盘或网络文件夹是不是还连着，再运行一遍"
CLOSED = "没有权限读“{}”：请管理员放开权限"
BROKEN = "“{}”不是完整的Parquet文件，多半没有写完：请把这个文件重新写一遍"
UNLIKE = "“{}”各个文件的列对不上，不能当一张表读：请把这张表的文件重新写一遍"
NOT_WRITTEN = "没有写成“{}”：{}"
IN_THE_WAY = "“{}”是文件，不是文件夹。请换一个文件夹，或把它移走"


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
    """A folder is no lake, or a file in it cannot be read; said in Chinese."""


class WriteError(RuntimeError):
    """Something cannot be written; said in Chinese, with where and what to do."""


class Store:
    """A district's tables in Parquet files."""

    def __init__(self, folder: Path) -> None:
        self.db = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY})
        self.db.execute("SET enable_progress_bar = false")
        self.folder = folder
        self.files: dict[str, list[Path]] = {}
        for path in parquet_files(folder):
            self.files.setdefault(path.stem, []).append(path)
        self.names = sorted(self.files)
        for name in self.names:
            with self._reading(name):
                # A year in a folder's name is in the rows as well.
                paths = list(map(str, self.files[name]))
                self.db.read_parquet(paths, union_by_name=True, hive_partitioning=False).create_view(name)
        self.columns = {name: self.db.table(name).columns for name in self.names}

    @contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        """Say of an error that comes up inside which of a table's files it is about."""
        try:
            yield
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            raise LakeError(self._told(name, error)) from error

    def _told(self, name: str, error: duckdb.Error) -> str:
        for path in self.files[name]:
            if not path.exists():
                return GONE.format(path)
            if not os.access(path, os.R_OK):
                return CLOSED.format(path)
            try:
                rows = self.db.execute("FROM read_parquet(?)", [str(path)])
                while rows.fetchmany(AT_ONCE):
                    pass
            except duckdb.Error as own:
                return in_words(own) or BROKEN.format(path)
        return in_words(error) or UNLIKE.format(name)

    def types(self, name: str) -> dict[str, str]:
        """Return what each column of a table is held as."""
        return dict(zip(self.columns[name], map(str, self.db.table(name).types), strict=True))

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
        self,
        enterprises: Sequence[str] = (),
        names: Collection[str] = (),
        coded: Collection[str] = (),
        columns: Mapping[str, Collection[str]] | None = None,
    ) -> dict[str, pd.DataFrame]:
        """Return tables (default: all), those that say whose their rows are with these enterprises' only.

        Of tables that ``columns`` names only these columns. Repeated texts of large ``coded`` tables are categories:
        a number a row instead of a text.
        """
        if enterprises:
            self.db.register("wanted", pd.DataFrame({OWNER: pd.Series(enterprises, dtype=object)}))
        found: dict[str, pd.DataFrame] = {}
        for name in self.names:
            if names and name not in names:
                continue
            with self._reading(name):
                own = f"SEMI JOIN wanted USING ({OWNER})" if enterprises and OWNER in self.columns[name] else ""
                found[name] = self._frame(name, (columns or {}).get(name, self.columns[name]), own, name in coded)
        return found

    def _frame(self, name: str, columns: Collection[str], own: str, coded: bool) -> pd.DataFrame:
        read = [c for c in self.columns[name] if c != OWNER and (c == ROW or c in columns)]
        repeated = self._repeated(name, read, own) if coded else {}
        told = (f"{_quoted(c)}::{repeated[c]} AS {_quoted(c)}" if c in repeated else _quoted(c) for c in read)
        rows = self.db.execute(f"SELECT {', '.join(told)} FROM {name} {own}").df().set_index(ROW)
        # One thread keeps the order; files of several years may lie in another.
        return (rows if rows.index.is_monotonic_increasing else rows.sort_index()).rename_axis(None)

    def _repeated(self, name: str, columns: Collection[str], own: str) -> dict[str, str]:
        """Return an enumeration for each column of a large table that holds the same texts again and again."""
        if self.rows_of(name) < LARGE:
            return {}
        texts = [column for column, kind in self.types(name).items() if kind == "VARCHAR" and column in columns]
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


def in_words(error: duckdb.Error) -> str:
    """Return in Chinese what the disk did, empty where an error of DuckDB's tells of something else."""
    number = next((n for n in (*TROUBLES, errno.EACCES) if n and os.strerror(n) in str(error)), 0)
    return trouble(OSError(number, "")) if number else ""


def in_the_way(path: Path) -> Path | None:
    """Return what is no folder but stands where one is wanted, None if nothing does."""
    return next((p for p in (path, *path.parents) if p.exists() and not p.is_dir()), None)


def not_written(place: Path, folder: Path, error: Exception) -> WriteError:
    """Return the error that says why something cannot be written in a folder, and what to do."""
    if found := in_the_way(folder):
        return WriteError(NOT_WRITTEN.format(place, IN_THE_WAY.format(found)))
    words = in_words(error) if isinstance(error, duckdb.Error) else trouble(error)
    return WriteError(NOT_WRITTEN.format(place, words or str(error).splitlines()[0]))


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
    """Return what a district is worked out in: at once, or if that were too much, its groups' alerts in parts."""
    whole = Unit(region, region, folder)
    try:
        store = Store(folder)
        rows = store.rows()
        if rows <= most_rows or "enterprises" not in store.names:
            return [whole]
        size = max(1, store.rows_of("enterprises") * most_rows // rows)
        parts = list(store.batches(size))
    except (LakeError, duckdb.Error):
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
    """Write all tables of a book into a lake, in the place of what it has of the district; return the folder.

    Raises:
        WriteError: it cannot be written; the lake is as it was.
    """
    folder = lake / f"{REGION}{region or package.region}"
    half, old = (lake / f".{folder.name}{ending}" for ending in ("", ".old"))
    made = [path for path in (lake, *lake.parents) if not path.exists()]
    try:
        for left in (half, old):
            shutil.rmtree(left, ignore_errors=True)
        half.mkdir(parents=True)
        keep(package, frames, half, set(frames))
        shutil.copy(package.root / DECLARATION, half / DECLARATION)
        if folder.exists():
            folder.rename(old)
        half.rename(folder)
    except BaseException as error:
        shutil.rmtree(half, ignore_errors=True)
        with suppress(OSError):
            if old.exists():
                old.rename(folder)
        for path in made:
            with suppress(OSError):
                path.rmdir()
        if isinstance(error, OSError | duckdb.Error):
            raise not_written(folder, lake, error) from error
        raise
    shutil.rmtree(old, ignore_errors=True)
    return folder
