"""The enterprises' tables, and the values of measures for any scope.

District, class and group totals are sums of the first-level groups' **consolidated** rows;
a legal person's own value comes from its individual row. Adding up individual statements
counts inside dealings twice, so asking for it is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from ..tables import dependency_log as reads
from ..tables import table_parts
from ..tables.declared import DataPackage, LackingError, Tables
from ..tables.hierarchy import above, roots
from ..tables.origins import Origin, weakest
from ..tables.periods import with_state, year_end
from .exact import ONE, Column, whole
from .growth import comparable, turn
from .measures import KINDS, Indicator, Kind, Quantity
from .registry import REGISTRY

DISTRICT, CLASS, GROUP, ENTERPRISE = "district", "class", "group", "enterprise"
WHOLE = "全区"  # the id of the district's scope in any region; what readers see is ``DataPackage.whole``
NOBODY = -1  # in the place of a scope's number, or of a place on the spine
FIRST_ROW = 2  # as Excel counts: the first holds the header
ROSTER = "roster"  # made here: each enterprise in each year in which it is under supervision
MADE_OF = {ROSTER: ("enterprises", "balance_sheet")}  # whose years the statements give

T = TypeVar("T")
# What has been worked out, with the names of the tables that it rests on.
Known = dict[Hashable, tuple[Any, tuple[str, ...]]]
_SHARED: dict[str, Ledger] = {}  # by content of the data


def shared(package: DataPackage, content: str) -> Ledger | None:
    """Return a ledger of that content that knows what the shared one does, None if none is shared."""
    return _SHARED[content]._like(package) if content in _SHARED else None


def source_of(table: str) -> str:
    """Return the declared table that the rows of one come from, mostly itself."""
    return MADE_OF.get(table, (table,))[0]


class ScopeError(ValueError):
    """A measure was asked for in a way that would give a wrong number."""


@dataclass(frozen=True)
class Scope:
    """Whose value: the district, a class of enterprises, a first-level group, a legal person."""

    by: str
    id: str
    name_zh: str


@dataclass(frozen=True)
class Counted:
    """The rows that a quantity is taken from: which of a table they are, whose, and in which place of the spine.

    ``scopes`` are numbers of scopes, ``places`` those of a year and scope among ``size``; both may be ``NOBODY``.
    """

    table: pd.DataFrame
    rows: np.ndarray
    scopes: np.ndarray
    places: np.ndarray
    size: int

    def column(self, name: str) -> Any:
        """Return what a column holds in these rows."""
        return self.table[name].array.take(self.rows)


def _added(numbers: np.ndarray, places: np.ndarray, size: int) -> np.ndarray:
    """Return the sum of numbers at each place."""
    totals = np.zeros(size + 1, dtype=numbers.dtype)  # the last is nobody's
    np.add.at(totals, places, numbers)
    return totals[:NOBODY]


def _total(counted: Counted, column: str) -> np.ndarray:
    return _added(whole(counted.column(column)), counted.places, counted.size)


def _number(counted: Counted, column: str) -> np.ndarray:
    return _added(np.ones_like(counted.places), counted.places, counted.size)


def _different(counted: Counted, column: str) -> np.ndarray:
    """Count the different things that a column holds; what is missing is one."""
    codes, kinds = pd.factorize(counted.column(column), use_na_sentinel=False)
    most = max(len(kinds), 1)
    places = np.unique(counted.places * most + codes) // most
    return _added(np.ones_like(places), places, counted.size)


def _rises(counted: Counted, column: str) -> np.ndarray:
    """Count the months in which a scope's total is above that of the month before."""
    months = [counted.scopes, *(np.asarray(counted.column(name)) for name in ("year", "month"))]
    order = np.lexsort(months[::-1])
    if not order.size:
        return np.zeros(counted.size, dtype=np.int64)
    months = [part[order] for part in months]
    begins = np.flatnonzero(np.append(True, np.any([part[1:] != part[:-1] for part in months], axis=0)))
    scopes = months[0][begins]
    totals = np.add.reduceat(whole(counted.column(column))[order], begins)
    rose = np.append(False, (totals[1:] > totals[:-1]) & (scopes[1:] == scopes[:-1]))
    return _added(rose.astype(np.int64), counted.places[order][begins], counted.size)


# How a quantity is taken from its rows: (rows, column) -> one number a place of the spine. What is added up are whole
# millionths.
AGGREGATES: dict[str, Callable[[Counted, str], np.ndarray]] = {
    "sum": _total,
    "count": _number,
    "distinct": _different,
    "rises": _rises,
}


class Frames(Mapping[str, pd.DataFrame]):
    """Tables by name; which of them a chapter looks at is recorded.

    ``seen`` are the names of the tables looked at so far, in that order; to look at ``frames``
    themselves is not recorded. That a table is there is declared, and nothing that was read in it.
    """

    def __init__(self, package: DataPackage, frames: Mapping[str, pd.DataFrame]) -> None:
        self._package, self.frames = package, frames
        self._paths = {name: str(package.root / table.path) for name, table in package.tables.items()}
        self.seen: dict[str, None] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        self.note(name)
        if name not in self.frames:
            raise self._package.tables.lacking(name)
        return self.frames[name]

    def __contains__(self, name: object) -> bool:
        if isinstance(name, str) and name in self._package.tables:
            self.seen[name] = None
        return name in self.frames

    def need(self, *names: str) -> None:
        """Ask for tables that columns of another one come from.

        Raises:
            NoTableError: the book does not have one of them.
        """
        for name in names:
            self[name]

    def note(self, *names: str) -> None:
        """Note that tables were looked at, or what was made of them."""
        for one in names:
            for name in MADE_OF.get(one, (one,)):
                if name in self._paths:
                    reads.note(self._paths[name])
                    self.seen[name] = None

    @contextmanager
    def part_of(self, name: str, column: str, words: Iterable[str]) -> Iterator[None]:
        """Let only some rows of a table count as read inside: those with one of the words in a column.

        Whoever uses it looks at no other rows, but may ask from which year on there are any.
        """
        with reads.overlooked(), self.noting() as seen:
            yield
        self.note(*(other for other in seen if other != name))
        if name in seen:
            path = self._package.root / self._package.tables[name].path
            for part in (table_parts.rows_with(path, column, words), table_parts.least(path, "year")):
                reads.note(part)

    @contextmanager
    def noting(self) -> Iterator[dict[str, None]]:
        """Give the names of the tables that are looked at inside."""
        outer, self.seen = self.seen, {}
        try:
            yield self.seen
        finally:
            outer |= self.seen  # the same dictionary goes on: somebody may hold it
            self.seen = outer

    def __iter__(self) -> Iterator[str]:
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)


def _at(values: Column | np.ndarray, place: int) -> float | None:
    return values.at(place) if isinstance(values, Column) else bool(values[place])


def _against(kind: Kind, now: float | None, before: float | None) -> float | None:
    """Return what a kind of figure makes of a year and the year before."""
    assert kind.formula
    if kind.suffix == "last":
        return before
    if now is None or before is None or (kind.suffix == "yoy" and not comparable(before)):
        return None
    found = kind.formula(now, before)
    return found if isinstance(found, float) else float(found)


class Ledger:
    """Values of measures computed from rows.

    ``frames`` are checked tables by name, as ``stateassets.tables.validation.open_checked`` gives
    them; ``content`` is the fingerprint of the folder that they come from.
    """

    def __init__(self, package: DataPackage, frames: Mapping[str, pd.DataFrame], content: str = "") -> None:
        self.package = package
        known = {name: self._with_state(name, self._with_owner(name, frame, frames)) for name, frame in frames.items()}
        self.content = content
        self._known: Known = {}
        self.frames = Frames(package, known)
        if "enterprises" in frames:
            with reads.overlooked():  # whoever looks at it has looked at what it is made of
                known[ROSTER] = self._roster()
            self.frames.seen.clear()

    def _like(self, package: DataPackage) -> Ledger:
        """Return a ledger of the same content that knows what this one does."""
        ledger = copy(self)
        frames = {name: frame.copy(deep=False) for name, frame in self.frames.frames.items()}
        ledger.package, ledger.frames = package, Frames(package, frames)
        ledger._known = dict(self._known)
        return ledger

    def supposing(self, table: str, number: int, cells: Mapping[str, object]) -> Ledger:
        """Return a ledger in which one row (``number`` as Excel counts) has other cells; nothing else changes.

        In memory only. What rests on the table is then a sample: nobody filed such a row.

        Raises:
            NoTableError: the book has no such table.
            ValueError: the table has no such row or column.
        """
        declared, place = self.package.tables[table], number - FIRST_ROW
        frames = {name: frame for name, frame in self.frames.frames.items() if name != ROSTER}
        self.frames.note(table)
        if place not in frames[table].index:
            raise ValueError(f"{declared.title}没有第{number}行：行号照Excel的数法，表头是第1行")
        if strange := [name for name in cells if name not in {c.name for c in declared.columns}]:
            raise ValueError(f"{declared.title}没有“{'”“'.join(strange)}”列：列名见“数据”一章")
        frame = frames[table].copy()
        frame.loc[place, list(cells)] = list(cells.values())
        every = (*self.package.tables.values(), *self.package.tables.absent.values())
        supposed = Tables(replace(t, origin=Origin.SAMPLE) if t.name == table else t for t in every)
        return Ledger(replace(self.package, tables=supposed), {**frames, table: frame}, self.content)

    def share(self) -> None:
        """Let ledgers that are opened with the same content from now on know what this one does.

        For the process that kernels are forked from: formulas must not change afterwards.
        """
        _SHARED[self.content] = self

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` gives, worked out once; the tables it rests on count as looked at.

        ``key`` says what it is; ``make`` depends on nothing but it and this ledger. What it gives
        is shared, so nobody may change it.
        """
        if key not in self._known:
            with self.frames.noting() as seen:
                value = make()
            self._known[key] = value, tuple(seen)
        value, names = self._known[key]
        self.frames.note(*names)
        return value

    def _with_owner(self, name: str, frame: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Say whose the rows are where the row that their ``owner`` key points to says it."""
        table = self.package.tables.get(name)
        if table is None or not table.owner:
            return frame
        to = next(key for key in table.foreign_keys if key.column == table.owner)
        if to.table not in frames:
            return frame
        # No series: pandas takes categories of two tables for each other by their place.
        owners = dict(zip(frames[to.table][to.target], frames[to.table]["enterprise_id"], strict=True))
        return frame.assign(enterprise_id=frame[table.owner].map(owners))

    def _with_state(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        table = self.package.tables.get(name)
        if table is None or not table.dates:
            return frame
        return with_state(frame, table.dates, year_end(self.package.year))

    # --- enterprises ---------------------------------------------------------------------

    @property
    def years(self) -> tuple[int, ...]:
        """The years that the statements cover."""
        return self.once(
            "years", lambda: tuple(sorted(int(year) for year in self.frames["balance_sheet"]["year"].unique()))
        )

    @property
    def _enterprises(self) -> dict[str, dict[str, Any]]:
        def make() -> dict[str, dict[str, Any]]:
            records = self.frames["enterprises"].to_dict("records")
            return {str(record["enterprise_id"]): record for record in records}

        return self.once("enterprises", make)

    def name_of(self, enterprise_id: str) -> str:
        """Return an enterprise's Chinese name."""
        return str(self._enterprises[enterprise_id]["name_zh"])

    def root(self, enterprise_id: str) -> str:
        """Return the first-level group that an enterprise belongs to."""
        return self.once("roots", lambda: roots(above(self.frames)))[enterprise_id]

    def _roster(self) -> pd.DataFrame:
        """One row for each enterprise and each year in which it is under supervision."""
        enterprises = self.frames["enterprises"]
        years = pd.DataFrame({"year": self.years})
        rows = enterprises.merge(years, how="cross")
        end = rows["end_year"].fillna(float("inf"))
        rows = rows[(rows["start_year"] <= rows["year"]) & (rows["year"] < end)]
        return rows.assign(one=1)

    def scope_of(self, by: str) -> dict[str, str]:
        """Return enterprise -> the id of the group, class or legal person it counts for."""
        return self.once(("scope_of", by), lambda: self._scope_of(by))

    def _scope_of(self, by: str) -> dict[str, str]:
        if by == ENTERPRISE:
            return {key: key for key in self._enterprises}
        groups = {key: self.root(key) for key in self._enterprises}
        if by == GROUP:
            return groups
        return {key: str(self._enterprises[root]["class_zh"]) for key, root in groups.items()}

    def scopes(self, by: str, year: int | None = None) -> tuple[Scope, ...]:
        """Return the scopes of a kind, in the order of the enterprise table; classes as the district lists them."""
        when = year or self.package.year
        return self.once(("scopes", by, when), lambda: self._scopes(by, when))

    def _scopes(self, by: str, year: int) -> tuple[Scope, ...]:
        if by == DISTRICT:
            return (Scope(DISTRICT, WHOLE, self.package.whole),)
        if by == CLASS:
            there = dict.fromkeys(e["class_zh"] for e in self._enterprises.values())
            listed = [str(kind) for kind in self.package.tables["enterprises"].column("class_zh").enum]
            names = dict.fromkeys((*(kind for kind in listed if kind in there), *there))
            return tuple(Scope(CLASS, name, name) for name in names)
        active = self.frames[ROSTER]
        ids = set(active[active["year"] == year]["enterprise_id"])
        return tuple(
            Scope(by, key, e["name_zh"])
            for key, e in self._enterprises.items()
            if key in ids and (by == ENTERPRISE or not e["parent_id"])
        )

    def scope(self, by: str, enterprise_id: str) -> Scope:
        """Return the scope of a kind that an enterprise belongs to: its class, its group."""
        if by == DISTRICT:
            return self.scopes(DISTRICT)[0]
        key = self.scope_of(by)[enterprise_id]
        return Scope(by, key, key if by == CLASS else self.name_of(key))

    def inside(self, scope: Scope, by: str) -> tuple[Scope, ...]:
        """Return this year's scopes of a kind that lie in ``scope``: the members of a group."""
        if scope.by == DISTRICT:
            return self.scopes(by)
        whose = self.scope_of(scope.by)
        return tuple(s for s in self.scopes(by) if whose.get(s.id) == scope.id)

    def within(self, frame: pd.DataFrame, scope: Scope) -> pd.DataFrame:
        """Return the rows of a table that are about enterprises in ``scope``.

        Raises:
            ScopeError: the table does not say whose its rows are.
        """
        if scope.by == DISTRICT:
            return frame
        if "enterprise_id" not in frame:
            raise ScopeError(f"所在的表不按企业分列，没有{scope.name_zh}的行")
        return frame[frame["enterprise_id"].map(self.scope_of(scope.by)) == scope.id]

    # --- values --------------------------------------------------------------------------

    def value(self, name: str, scope: Scope, year: int, kind: Kind = KINDS[""]) -> float | None:
        """Return a measure's value in base units (money: 万元), None where it has none.

        Raises:
            ScopeError: the measure's table does not know such scopes.
        """
        now = self._value(name, scope, year)
        return now if kind.formula is None else _against(kind, now, self._value(name, scope, year - 1))

    def values(self, name: str, by: str, kind: Kind = KINDS[""]) -> dict[tuple[int, str], float | None]:
        """Return for each year and scope (by its id) of a kind what ``value`` gives for it, all at once.

        Raises:
            ScopeError: the measure's table does not know such scopes.
        """
        values = self._values_of(name, by)
        found = {key: _at(values, place) for key, place in self._place(by).items()}
        if kind.formula is None:
            return found
        return {
            (year, scope): _against(kind, now, found.get((year - 1, scope))) for (year, scope), now in found.items()
        }

    def turn(self, name: str, scope: Scope, year: int) -> str:
        """Return what is said in the place of a measure's rate of growth, empty where the rate says it."""
        now, before = self._value(name, scope, year), self._value(name, scope, year - 1)
        return "" if now is None or before is None else turn(now, before, REGISTRY[name].name_zh)

    def all_values(self, by: str) -> pd.DataFrame:
        """Return every measure of every scope of a kind: a row each year and scope, a column each measure.

        In base units, of a rule truths, NaN where there is no value; the same digits as ``value``. The index is
        (``year``, ``scope``, its id) in the order of ``years`` and ``scopes``. A measure that the tables do not give
        for such scopes is no column.
        """
        spine, found = self._spine(by), {}
        for name in REGISTRY:
            try:
                values = self._values_of(name, by)
            except (ScopeError, LackingError):
                continue
            found[name] = values.floats if isinstance(values, Column) else values
        columns = tuple(zip(*spine, strict=True)) or ((), ())
        return pd.DataFrame(found, pd.MultiIndex.from_arrays(columns, names=("year", "scope")))

    def _value(self, name: str, scope: Scope, year: int) -> float | None:
        values, place = self._values_of(name, scope.by), self._place(scope.by).get((year, scope.id))
        return None if place is None else _at(values, place)

    def _check_scope(self, quantity: Quantity, by: str) -> None:
        if quantity.table not in self.frames:
            raise self.package.tables.lacking(quantity.table)
        if not self._knows(quantity, by):
            raise ScopeError(f"{quantity.name_zh}没有这一口径的数：所在的表不按它分列")

    def _knows(self, quantity: Quantity, by: str) -> bool:
        frame = self.frames[quantity.table]
        if "enterprise_id" not in frame:
            return by == DISTRICT
        if by != ENTERPRISE or "basis" in frame:
            return True
        table = self.package.tables.get(quantity.table)
        return table is None or table.grain != GROUP

    def total(self, name: str, year: int, basis: str = "consolidated") -> float | None:
        """Return the district's total of a measure on a stated basis.

        Raises:
            ScopeError: ``basis`` is not consolidated, where inside dealings would count twice.
        """
        if basis != "consolidated":
            raise ScopeError(
                f"{self.package.whole}数只能由一级企业合并报表相加：单户报表相加会把内部投资和往来重复计算"
            )
        return self._value(name, self.scopes(DISTRICT)[0], year)

    def _values_of(self, name: str, by: str) -> Column | np.ndarray:
        """Return a measure's value for every year and scope of a kind, in the order of the spine; a rule's as truths.

        Raises:
            NoTableError: the book has no such table.
            ScopeError: a table does not know such scopes.
        """
        measure = REGISTRY[name]

        def make() -> Column | np.ndarray:
            if isinstance(measure, Quantity):
                self._check_scope(measure, by)
                return self._sums(measure, by)
            assert isinstance(measure, Indicator)
            found: Column | np.ndarray = measure.formula(**{part: self._values_of(part, by) for part in measure.inputs})
            return found

        return self.once(("values", name, by), make)

    def _spine(self, by: str) -> tuple[tuple[int, str], ...]:
        """Return every year and scope of a kind for which there may be a value."""
        return self.once(
            ("spine", by), lambda: tuple((year, scope.id) for year in self.years for scope in self.scopes(by, year))
        )

    def _place(self, by: str) -> dict[tuple[int, str], int]:
        return self.once(("place", by), lambda: {key: place for place, key in enumerate(self._spine(by))})

    def _sums(self, quantity: Quantity, by: str) -> Column:
        """Return what a quantity comes to, in the order of the spine.

        No rows are a zero in a year that the table covers, and unknown in any other.
        """
        counted = Counted(
            self.frames[quantity.table],
            rows := self._rows(quantity, by),
            self._whose(quantity.table, by)[rows],
            self._places(quantity.table, by)[rows],
            len(self._spine(by)),
        )
        totals = AGGREGATES[quantity.how](counted, quantity.column)
        return Column(totals, ONE if quantity.how == "sum" else 1, self._covered(quantity.table, by))

    def _rows(self, quantity: Quantity, by: str) -> np.ndarray:
        """Return which rows of its table a quantity is taken from: of the statements that count for a kind of scope."""
        table, where = quantity.table, tuple(quantity.where.items())
        basis = "individual" if by == ENTERPRISE else "consolidated"

        def make() -> np.ndarray:
            frame = self.frames[table]
            conditions = [*where, ("basis", (basis,))] if "basis" in frame else where
            taken = np.ones(len(frame), dtype=bool)
            for column, values in conditions:
                taken &= np.asarray(frame[column].isin(values))
            return np.flatnonzero(taken)

        return self.once(("rows", table, basis, where), make)

    def _numbers(self, by: str) -> dict[str, int]:
        """Return a number for the id of each scope of a kind that an enterprise counts for."""
        ids = [WHOLE] if by == DISTRICT else dict.fromkeys(self.scope_of(by).values())
        return {key: number for number, key in enumerate(ids)}

    def _whose(self, table: str, by: str) -> np.ndarray:
        """Return the number of the scope that each row of a table is about."""

        def enterprises() -> np.ndarray:
            return pd.Index(list(self._enterprises)).get_indexer(self.frames[table]["enterprise_id"])

        def scopes() -> np.ndarray:
            numbers = self._numbers(by)
            return np.array([*(numbers[scope] for scope in self.scope_of(by).values()), NOBODY])

        def make() -> np.ndarray:
            if by == DISTRICT:
                return np.zeros(len(self.frames[table]), dtype=np.int64)
            rows = self.once(("enterprises of", table), enterprises)
            return self.once(("numbers", by), scopes)[rows]

        return self.once(("whose", table, by), make)

    def _places(self, table: str, by: str) -> np.ndarray:
        """Return the place on the spine that each row of a table counts for."""

        def years() -> np.ndarray:
            return pd.Index(list(self.years)).get_indexer(self.frames[table]["year"])

        def make() -> np.ndarray:
            whose = self._whose(table, by)
            return self._grid(by)[self.once(("years in", table), years), whose]

        return self.once(("places", table, by), make)

    def _grid(self, by: str) -> np.ndarray:
        """Return the places on the spine by year and number of scope; the last of both are none."""

        def make() -> np.ndarray:
            years, numbers = {year: n for n, year in enumerate(self.years)}, self._numbers(by)
            grid = np.full((len(years) + 1, len(numbers) + 1), NOBODY)
            for place, (year, scope) in enumerate(self._spine(by)):
                grid[years[year], numbers.get(scope, NOBODY)] = place
            grid[:, NOBODY] = NOBODY  # no enterprise counts for such a class
            return grid

        return self.once(("grid", by), make)

    def _covered(self, table: str, by: str) -> np.ndarray:
        """Return whether a table covers the year of each place of the spine."""

        def make() -> np.ndarray:
            return np.isin([year for year, _ in self._spine(by)], self.frames[table]["year"].unique())

        return self.once(("covered", table, by), make)

    def rows_of(self, quantity: Quantity, scope: Scope, year: int) -> tuple[int, ...]:
        """Return the numbers, as Excel counts, of the rows that a quantity is taken from."""
        by, table = scope.by, quantity.table

        def make() -> dict[tuple[int, str], tuple[int, ...]]:
            rows, ids = self._rows(quantity, by), [*self._numbers(by), ""]
            whose, years, lines = (
                self._whose(table, by)[rows],
                self.frames[table]["year"].iloc[rows],
                self._lines(table),
            )
            found: dict[tuple[int, str], list[int]] = {}
            for when, number, line in zip(years, whose, lines[rows], strict=True):
                found.setdefault((when, ids[number]), []).append(int(line))
            return {key: tuple(sorted(numbers)) for key, numbers in found.items()}

        return self.once(("rows of", quantity.name, by), make).get((year, scope.id), ())

    def _lines(self, table: str) -> np.ndarray:
        """Return the number of each row as Excel counts those of the table that it is declared in."""
        frame = self.frames[table]
        if table != ROSTER:
            return np.asarray(frame.index) + FIRST_ROW
        lines = {enterprise: line for line, enterprise in enumerate(self._enterprises, FIRST_ROW)}
        return np.asarray(frame["enterprise_id"].map(lines))

    def origin(self, names: Sequence[str]) -> Origin:
        """Return the origin of what measures rest on."""
        tables = {q.table for name in names for q in REGISTRY.quantities_of(name)}
        tables = {source_of(t) for t in tables}
        return weakest(self.package.tables[t].origin for t in tables if t in self.package.tables)
