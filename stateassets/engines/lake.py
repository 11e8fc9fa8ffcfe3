"""Tables too large for one frame: kept by DuckDB, looked at group by group with the same rules.

DuckDB is needed for this module only; ``requirements-dev.txt`` names the version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib import import_module
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pandas as pd

from ..tables.declared import DataPackage
from ..tables.hierarchy import groups, owners
from ..tables.working_days import HOLIDAYS
from ..alerts.engine import Alert, find_alerts, in_order
from ..alerts.rules import RULES

ROW, OWNER = "__row", "__owner"
MEMORY = "200MB"  # that DuckDB may take in each process, beside the batch itself


class Store:
    """A folder with one Parquet file for each table that the rules look at.

    ``__row`` is a row's place in its table, from zero; ``__owner``, in tables whose rows are
    somebody's, is the enterprise. Rows sorted by owner are found fast.
    """

    def __init__(self, folder: Path) -> None:
        self.db = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY})
        self.db.execute("SET enable_progress_bar = false")
        self.names = sorted(path.stem for path in folder.glob("*.parquet"))
        for name in self.names:
            self.db.execute(f"CREATE VIEW {name} AS FROM read_parquet('{folder / name}.parquet')")
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
        counts = (self.db.sql(f"SELECT count(*) FROM {name}").fetchall() for name in self.names)
        return sum(int(found[0][0]) for found in counts)

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

    def frames(self, enterprises: Sequence[str]) -> dict[str, pd.DataFrame]:
        """Return all tables, those that say whose their rows are with these enterprises' only."""
        wanted = pd.DataFrame({OWNER: pd.Series(enterprises, dtype=object)})
        self.db.register("wanted", wanted)
        found = {}
        for name in self.names:
            owned = OWNER in self.columns[name]
            own = f"SEMI JOIN wanted USING ({OWNER})" if owned else ""
            rows = self.db.sql(f"FROM {name} {own} ORDER BY {ROW}").df().set_index(ROW)
            found[name] = rows.rename_axis(None).drop(columns=[OWNER] if owned else [])
        return found


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


def keep(package: DataPackage, frames: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write the tables that the rules look at into a folder of Parquet files."""
    with duckdb.connect() as db:
        for name in sorted(tables() & set(frames)):
            db.register("frame", owned(package, frames, name))
            db.sql("FROM frame").write_parquet(str(folder / f"{name}.parquet"))


def find_alerts_in(folder: Path, as_of: pd.Timestamp, *, size: int = 100, workers: int = 2) -> list[Alert]:
    """Return what ``find_alerts`` returns for the tables in a folder, some groups at a time.

    Each of ``workers`` processes holds the rows of about ``size`` enterprises.
    """
    store = Store(folder)
    batches, years = list(store.batches(size)), store.years()
    rules = partial(import_module, "stateassets.domains")  # a new process knows none yet
    with ProcessPoolExecutor(workers, get_context("spawn"), rules) as pool:
        found = pool.map(_look, repeat(folder), batches, repeat(as_of), repeat(years))
        return in_order(alert for part in found for alert in part)


def _look(folder: Path, enterprises: Sequence[str], as_of: pd.Timestamp, years: Mapping[str, set[int]]) -> list[Alert]:
    return find_alerts(Store(folder).frames(enterprises), as_of, years=years)
