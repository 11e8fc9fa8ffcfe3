"""The book as it stands, cut by whose rows they are: what one return touches, and no more.

A book of three thousand enterprises is opened once; a return of one of them is held against the
rows of its own group, in which all checks and rules look (``alerts.rules``).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from ..domains.returns.obligations import end_of
from ..importing.headers import Names
from ..importing.names import learned
from ..importing.names.references import Register
from ..importing.names.shortened import Called
from ..opening import domains as _domains  # noqa: F401  (what they check is known once they are imported)
from ..tables.addresses import KINDS
from ..tables.data_errors import DataError
from ..tables.declaration import FILE
from ..tables.declared import DataPackage, DeclaredTable
from ..tables.hierarchy import chain
from ..tables.loading import Loaded, load_filled
from ..tables.validation import known, open_known

ROSTER, OWNER = "enterprises", "enterprise_id"
NOBODY = ""  # whose rows are that belong to no enterprise
KEPT = 64  # groups whose rows are kept cut out
Texts = Mapping[str, str]


def state_of(data_dir: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Return what tells whether a data folder is still the same: each file's place, size and time."""
    found, waiting = [], [str(data_dir)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting.append(entry.path)
                else:
                    stat = entry.stat()
                    found.append((entry.path, stat.st_size, stat.st_mtime_ns, stat.st_ino))
    return tuple(sorted(found))


def period_of(texts: Texts) -> str:
    """Return the period that a row says it is of: 2023-06, 2023Q2 or 2023; empty where it says none."""
    year = texts.get("year", "")
    if year and (month := texts.get("month", "")):
        return f"{year}-{month.zfill(2)}"
    if year and (quarter := texts.get("quarter", "")):
        return f"{year}Q{quarter}"
    return year


def way_to_owner(package: DataPackage, name: str) -> tuple[str, str] | None:
    """Return (column, table that it points to) by which rows are somebody's; the table is empty for the id itself."""
    table = package.tables.get(name)
    if table is None:
        return None
    if any(c.name == OWNER for c in table.columns):
        return OWNER, ""
    for key in table.foreign_keys:
        if key.table != name and key.table in package.tables and way_to_owner(package, key.table):
            return key.column, key.table
    return None


def is_period(period: str) -> bool:
    """Tell whether a year, a quarter or a month is one."""
    try:
        end_of(period)
    except ValueError:
        return False
    return True


def periods_of(frame: pd.DataFrame) -> list[str]:
    """Return of each row of a typed table the period that it is of; empty where the table says no time."""
    if "year" not in frame:
        return [""] * len(frame)
    unit = next((one for one in ("month", "quarter") if one in frame), "")
    if not unit:
        return [str(int(year)) for year in frame["year"].tolist()]
    pairs = zip(frame["year"].tolist(), frame[unit].tolist(), strict=True)
    return [f"{int(y)}-{int(n):02d}" if unit == "month" else f"{int(y)}Q{int(n)}" for y, n in pairs]


class Standing:
    """A book's declared package, its words and its rows, by whose they are.

    ``before`` is the book as it stood: what things are called is taken from there if nothing says otherwise now.

    Raises:
        DataError: the tables cannot be read. What is only missing is no hindrance.
    """

    def __init__(self, data_dir: Path, before: Standing | None = None) -> None:
        self.data_dir, self.state = data_dir, state_of(data_dir)
        self.looked_at: Mapping[str, frozenset[str]] = {}
        try:
            self.package, _frames, content = open_known(data_dir)
            sound = known(content)
            assert sound is not None
            self.loaded, self.looked_at = sound.loaded, sound.looked_at
            self.sound = True
        except DataError:
            self.package, self.loaded = self._unfilled(data_dir)
            self.sound = False
        self.frames: Mapping[str, pd.DataFrame] = self.loaded.frames
        self.names: Names = (
            before.names
            if before and self.said == before.said
            else Names(self.package, learned.read(data_dir, [t.title for t in self.every]))
        )
        self._owners: dict[str, pd.Series | None] = {}
        self._ids: dict[str, dict[str, str]] = {}
        self._places: dict[str, dict[str, np.ndarray]] = {}
        self._old: dict[tuple[str, str], list[dict[str, str]]] = {}
        self._keys: dict[str, dict[tuple[str, ...], tuple[str, str]]] = {}
        self._parts: dict[frozenset[str], Part] = {}
        self._registers: dict[tuple[str, str | None], Register] = {}

    @staticmethod
    def _unfilled(data_dir: Path) -> tuple[DataPackage, Loaded]:
        package = DataPackage.read(data_dir)
        loaded, faults = load_filled(package)
        if not loaded.frames and faults:
            raise DataError(faults)
        return package, loaded

    @property
    def said(self) -> tuple[tuple[str, int, int, int], ...]:
        """The state of the files that say what tables, columns and kinds are called."""
        paths = {str(self.data_dir / name) for name in (FILE, KINDS, learned.FILE)}
        return tuple(one for one in self.state if one[0] in paths)

    @property
    def every(self) -> tuple[DeclaredTable, ...]:
        """All tables, also those that the book leaves out."""
        return *self.package.tables.values(), *self.package.tables.absent.values()

    # --- who is who ----------------------------------------------------------------------------

    @cached_property
    def named(self) -> dict[str, str]:
        """The enterprises' names by id."""
        frame = self.frames.get(ROSTER)
        return {} if frame is None else dict(zip(frame[OWNER], frame["name_zh"], strict=True))

    @cached_property
    def above(self) -> dict[str, str]:
        """Enterprise -> its parent on the roster."""
        frame = self.frames.get(ROSTER)
        return {} if frame is None else dict(zip(frame[OWNER], frame["parent_id"], strict=True))

    def root(self, enterprise: str) -> str:
        """Return the first-level enterprise of a group."""
        return chain(self.above, enterprise)[-1]

    def called(self, sender: str | None) -> Called:
        """Return what enterprises are called; a sender is told of no other."""
        names = self.named if sender is None else {k: n for k, n in self.named.items() if k == sender}
        return Called(names, self.names.learned.names(), self.package.region)

    # --- whose rows ----------------------------------------------------------------------------

    def owned(self, name: str) -> bool:
        """Tell whether a table's rows belong to enterprises, by a column or by what they point to."""
        return self._way(name) is not None

    def _way(self, name: str) -> tuple[str, str] | None:
        """Return by what rows are somebody's (``way_to_owner``)."""
        return way_to_owner(self.package, name)

    def said_by(self, name: str) -> str:
        """Return the column that says whose a table's rows are, itself or by what it points to."""
        way = self._way(name)
        return way[0] if way else ""

    def whose(self, name: str, texts: Texts, coming: Mapping[str, Mapping[str, str]]) -> str:
        """Return whose a row is; ``coming`` are the owners of rows that come with it, by table and id."""
        way = self._way(name)
        if way is None:
            return NOBODY
        value = texts.get(way[0], "")
        if not way[1]:
            return value
        return coming.get(way[1], {}).get(value) or self._by_id(way[1]).get(value, "")

    def _by_id(self, name: str) -> dict[str, str]:
        if name not in self._ids:
            owners, key = self.owners(name), self.package.tables[name].key[0]
            self._ids[name] = {} if owners is None else dict(zip(self.frames[name][key], owners, strict=True))
        return self._ids[name]

    def owners(self, name: str) -> pd.Series | None:
        """Return whose each row of a table is, None where its rows are nobody's."""
        if name not in self._owners:
            way, frame = self._way(name), self.frames.get(name)
            if way is None or frame is None:
                self._owners[name] = None
            elif not way[1]:
                self._owners[name] = frame[OWNER]
            else:
                self._owners[name] = frame[way[0]].map(self._by_id(way[1])).fillna("")
        return self._owners[name]

    def places(self, name: str) -> dict[str, np.ndarray]:
        """Return the positions of each owner's rows in a table."""
        if name not in self._places:
            owners = self.owners(name)
            self._places[name] = {} if owners is None else dict(owners.groupby(owners).indices.items())
        return self._places[name]

    def pointing(self, name: str) -> list[tuple[str, str]]:
        """Return the tables that there are, each with the column, whose rows point to rows of a table."""
        return [
            (table.name, key.column)
            for table in self.package.tables.values()
            for key in table.foreign_keys
            if key.table == name and table.name != name and table.name in self.frames
        ]

    def old(self, name: str, owner: str) -> list[dict[str, str]]:
        """Return an owner's rows of a table as texts; all rows of one whose rows are nobody's."""
        key = name, owner
        if key not in self._old:
            if len(self._old) > 100 * KEPT:
                self._old.clear()
            sheet = self.loaded.sheets.get(name)
            rows = sheet.rows if sheet else []
            if self.owned(name):
                rows = [rows[at] for at in self.places(name).get(owner, ())]
            self._old[key] = [dict(zip(sheet.header, row, strict=False)) for row in rows] if sheet else []
        return self._old[key]

    def taken(self, name: str) -> dict[tuple[str, ...], tuple[str, str]]:
        """Return of each key in a table whose row has it, and of which period."""
        if name not in self._keys:
            sheet, table, owners = self.loaded.sheets.get(name), self.package.tables[name], self.owners(name)
            found: dict[tuple[str, ...], tuple[str, str]] = {}
            whose = [NOBODY] * len(sheet.rows if sheet else ()) if owners is None else list(owners)
            for row, owner in zip(sheet.rows if sheet else (), whose, strict=True):
                assert sheet is not None
                texts = dict(zip(sheet.header, row, strict=False))
                found[tuple(texts.get(column, "") for column in table.key)] = owner, period_of(texts)
            self._keys[name] = found
        return self._keys[name]

    def register(self, name: str, sender: str | None) -> Register:
        """Return the ids and names in a table; a sender finds those of its own rows only.

        Of the roster it may name every enterprise, but is not told which there are.
        """
        key = name, sender
        if key not in self._registers:
            if len(self._registers) > 100 * KEPT:
                self._registers.clear()
            sheet, target = self.loaded.sheets.get(name), self.package.tables[name].key[:1]
            rows = self.old(name, sender) if sender and self.owned(name) and name != ROSTER else None
            if rows is None:
                rows = [dict(zip(sheet.header, row, strict=False)) for row in sheet.rows] if sheet else []
            made = Register(self.package.tables[name].title, target[0] if target else "", rows)
            if sender and name == ROSTER:
                made.said = {}
            self._registers[key] = made
        return self._registers[key]

    def part(self, enterprises: Iterable[str]) -> Part:
        """Return the tables with the rows of the groups of these enterprises only."""
        roots = frozenset(self.root(one) for one in enterprises if one)
        if roots not in self._parts:
            while len(self._parts) >= KEPT:
                del self._parts[next(iter(self._parts))]
            self._parts[roots] = Part(self, {one for one in self.above if self.root(one) in roots})
        return self._parts[roots]


class Part(Mapping[str, pd.DataFrame]):
    """The tables with the rows of some enterprises, and of nobody, numbered as they are; cut when asked for."""

    def __init__(self, standing: Standing, members: Collection[str]) -> None:
        self.standing, self.members = standing, members
        self.known: dict[str, pd.DataFrame] = {}
        self._returns: dict[str, dict[tuple[str, str], list[int]]] = {}

    def without(self, name: str, gone: Collection[tuple[str, str]]) -> pd.DataFrame:
        """Return a table without the rows of some enterprises of some periods (empty: whatever period)."""
        frame = self[name]
        if name not in self._returns:
            owners = self.standing.owners(name)
            whose = [NOBODY] * len(frame) if owners is None else owners.loc[frame.index].tolist()
            found: dict[tuple[str, str], list[int]] = {}
            for at, one in enumerate(zip(whose, periods_of(frame), strict=True)):
                found.setdefault(one, []).append(at)
            self._returns[name] = found
        places = [at for one in gone for at in self._returns[name].get(one, ())]
        return frame.drop(index=frame.index[places]) if places else frame

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.known:
            frame = self.standing.frames[name]
            if self.standing.owners(name) is not None:
                places = self.standing.places(name)
                whose = [places[one] for one in (*self.members, NOBODY) if one in places]
                frame = frame.iloc[np.sort(np.concatenate(whose)) if whose else []]
            self.known[name] = frame
        return self.known[name]

    def __contains__(self, name: object) -> bool:
        return name in self.standing.frames

    def __iter__(self) -> Iterator[str]:
        return iter(self.standing.frames)

    def __len__(self) -> int:
        return len(self.standing.frames)
