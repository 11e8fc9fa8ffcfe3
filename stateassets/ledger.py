"""The enterprises' tables, and the values of measures for any scope.

District, class and group totals are sums of the first-level groups' **consolidated** rows;
a legal person's own value comes from its individual row. Adding up individual statements
counts inside dealings twice, so asking for it is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from .catalogue import REGISTRY
from .kernels import reads
from .lifecycle import with_state, year_end
from .measures import KINDS, Kind, Quantity
from .tables import DataPackage

DISTRICT, CLASS, GROUP, ENTERPRISE = "district", "class", "group", "enterprise"
WHOLE = "全区"
SCOPE, ROW = "__scope", "__row"  # beside a table's own columns, one of which may be called scope
FIRST_ROW = 2  # as Excel counts: the first holds the header


class ScopeError(ValueError):
    """A measure was asked for in a way that would give a wrong number."""


@dataclass(frozen=True)
class Scope:
    """Whose value: the district, a class of enterprises, a first-level group, a legal person."""

    by: str
    id: str
    name_zh: str


def _aggregated(expression: Callable[[str], Any]) -> Callable[[Any, str, str], Any]:
    def aggregate(rows: Any, column: str, name: str) -> Any:
        return rows.group_by("year", SCOPE).agg(expression(column).alias(name))

    return aggregate


def _rises(rows: Any, column: str, name: str) -> Any:
    """Count the months in which a scope's total is above that of the month before."""
    monthly = rows.group_by("year", "month", SCOPE).agg(nw.col(column).sum())
    before = nw.col(column).shift(1).over(SCOPE, order_by=["year", "month"])
    rose = (nw.col(column) > before).fill_null(False)
    return (
        monthly.with_columns(rose.cast(nw.Int64).alias(name))
        .group_by("year", SCOPE)
        .agg(nw.col(name).sum())
    )


# How a quantity is taken from its rows: (rows, column, name) -> one row a year and scope.
AGGREGATES: dict[str, Callable[[Any, str, str], Any]] = {
    "sum": _aggregated(lambda column: nw.col(column).sum()),
    "count": _aggregated(lambda column: nw.len()),
    "distinct": _aggregated(lambda column: nw.col(column).n_unique()),
    "rises": _rises,
}


class Frames(Mapping[str, pd.DataFrame]):
    """Tables by name; which of them a chapter looks at is recorded.

    ``seen`` are the names of the tables looked at so far, in that order.
    """

    def __init__(self, package: DataPackage, frames: Mapping[str, pd.DataFrame]) -> None:
        self._package, self._frames = package, frames
        self.seen: dict[str, None] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if table := self._package.tables.get(name):
            reads.note(self._package.root / table.path)
            self.seen[name] = None
        if name not in self._frames:
            raise self._package.tables.lacking(name)
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)


class Ledger:
    """Values of measures computed from rows.

    ``frames`` are checked tables by name, as ``stateassets.soundness.open_checked`` gives them.
    """

    def __init__(self, package: DataPackage, frames: Mapping[str, pd.DataFrame]) -> None:
        self.package = package
        known = {
            name: self._with_state(name, self._with_owner(name, frame, frames))
            for name, frame in frames.items()
        }
        self.frames = Frames(package, known)
        if "enterprises" in frames:
            known["roster"] = self._roster()
        self._values: dict[tuple[str, str], dict[tuple[int, str], Any]] = {}
        self._rows: dict[tuple[str, str], dict[tuple[int, str], tuple[int, ...]]] = {}

    @classmethod
    def open(cls, data_dir: Path) -> Ledger:
        """Open the tables under ``data_dir``.

        Raises:
            stateassets.tables.DataError: with every fault found in them.
        """
        from .soundness import open_checked

        with reads.overlooked():  # checking looks at everything
            package, frames = open_checked(data_dir)
        return cls(package, frames)

    def _with_owner(self, name: str, frame: pd.DataFrame, frames: Mapping[str, pd.DataFrame]
                    ) -> pd.DataFrame:  # fmt: skip
        """Say whose the rows are where the row that their ``owner`` key points to says it."""
        table = self.package.tables.get(name)
        key = table.raw.get("owner") if table else None
        if table is None or not key:
            return frame
        refers = next(
            k["reference"] for k in table.raw["schema"]["foreignKeys"] if k["fields"] == key
        )
        if refers["resource"] not in frames:
            return frame
        parents = frames[refers["resource"]].set_index(refers["fields"])["enterprise_id"]
        return frame.assign(enterprise_id=frame[key].map(parents))

    def _with_state(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        table = self.package.tables.get(name)
        dates = (table.raw.get("register") or table.raw.get("term")) if table else None
        return with_state(frame, dates, year_end(self.package.year)) if dates else frame

    # --- enterprises ---------------------------------------------------------------------

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years that the statements cover."""
        return tuple(sorted(int(y) for y in self.frames["balance_sheet"]["year"].unique()))

    @cached_property
    def _enterprises(self) -> dict[str, dict[str, Any]]:
        records = self.frames["enterprises"].to_dict("records")
        return {str(record["enterprise_id"]): record for record in records}

    def name_of(self, enterprise_id: str) -> str:
        """Return an enterprise's Chinese name."""
        return str(self._enterprises[enterprise_id]["name_zh"])

    def root(self, enterprise_id: str) -> str:
        """Return the first-level group that an enterprise belongs to."""
        parent = self._enterprises[enterprise_id]["parent_id"]
        return self.root(parent) if parent else enterprise_id

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
        if by == ENTERPRISE:
            return {key: key for key in self._enterprises}
        roots = {key: self.root(key) for key in self._enterprises}
        if by == GROUP:
            return roots
        return {key: str(self._enterprises[root]["class_zh"]) for key, root in roots.items()}

    def scopes(self, by: str, year: int | None = None) -> tuple[Scope, ...]:
        """Return the scopes of a kind, in the order of the enterprise table."""
        if by == DISTRICT:
            return (Scope(DISTRICT, WHOLE, WHOLE),)
        if by == CLASS:
            names = dict.fromkeys(e["class_zh"] for e in self._enterprises.values())
            return tuple(Scope(CLASS, name, name) for name in names)
        active = self.frames["roster"]
        ids = set(active[active["year"] == (year or self.package.year)]["enterprise_id"])
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
        if kind.formula is None:
            return now
        before = self._value(name, scope, year - 1)
        if kind.suffix == "last":
            return before
        if now is None or before is None or (kind.suffix == "yoy" and before <= 0):
            return None
        return float(kind.formula(now, before))

    def _value(self, name: str, scope: Scope, year: int) -> float | None:
        for quantity in REGISTRY.quantities_of(name):
            self._check_scope(quantity, scope.by)
        value = self._values_of(name, scope.by).get((year, scope.id))
        if value is None or pd.isna(value) or abs(value) == float("inf"):
            return None
        return bool(value) if isinstance(value, bool | np.bool_) else value

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
                "全区数只能由一级企业合并报表相加：单户报表相加会把内部投资和往来重复计算"
            )
        return self._value(name, self.scopes(DISTRICT)[0], year)

    def _values_of(self, name: str, by: str) -> dict[tuple[int, str], Any]:
        """Return a measure's value for every year and scope of a kind, worked out once."""
        if (name, by) not in self._values:
            wide = self._spine(by)
            for quantity in REGISTRY.quantities_of(name):
                wide = wide.join(self._sums(quantity, by), on=["year", SCOPE], how="left")
                wide = wide.with_columns(self._zero_where_known(quantity))
            value = REGISTRY.evaluate(name, lambda q: nw.col(q.name))
            rows = wide.select("year", SCOPE, value.alias("value")).to_native()
            self._values[name, by] = {
                (int(year), str(scope)): found
                for year, scope, found in rows.itertuples(index=False, name=None)
            }
        return self._values[name, by]

    def _spine(self, by: str) -> Any:
        rows = [
            {"year": year, SCOPE: scope.id}
            for year in self.years
            for scope in self.scopes(by, year)
        ]
        return nw.from_native(pd.DataFrame(rows))

    def _sums(self, quantity: Quantity, by: str) -> Any:
        rows = self._counted(quantity, by, self.frames[quantity.table])
        return AGGREGATES[quantity.how](rows, quantity.column, quantity.name)

    def _counted(self, quantity: Quantity, by: str, frame: pd.DataFrame) -> Any:
        """Return the rows of a table that a quantity is taken from, each with its scope."""
        rows = nw.from_native(frame)
        for column, values in quantity.where.items():
            rows = rows.filter(nw.col(column).is_in(values))
        if "basis" in rows.columns:
            basis = "individual" if by == ENTERPRISE else "consolidated"
            rows = rows.filter(nw.col("basis") == basis)
        return self._with_scope(rows, by)

    def rows_of(self, quantity: Quantity, scope: Scope, year: int) -> tuple[int, ...]:
        """Return the numbers, as Excel counts, of the rows that a quantity is taken from."""
        key = (quantity.name, scope.by)
        if key not in self._rows:
            frame = self.frames[quantity.table]
            numbers = pd.Series(frame.index + FIRST_ROW, frame.index)
            if quantity.table == "roster":  # made of the enterprises' rows, one for each year
                lines = {e: n for n, e in enumerate(self._enterprises, FIRST_ROW)}
                numbers = frame["enterprise_id"].map(lines)
            rows = self._counted(quantity, scope.by, frame.assign(**{ROW: numbers})).to_native()
            found = rows.groupby(["year", SCOPE])[ROW].agg(lambda n: tuple(sorted(n)))
            self._rows[key] = found.to_dict()
        return self._rows[key].get((year, scope.id), ())

    def _zero_where_known(self, quantity: Quantity) -> Any:
        """No rows are a zero in a year that the table covers, and unknown in any other."""
        covered = [int(year) for year in self.frames[quantity.table]["year"].unique()]
        sums = nw.col(quantity.name)
        nothing = sums.is_null() & nw.col("year").is_in(covered)
        return nw.when(nothing).then(nw.lit(0.0)).otherwise(sums).alias(quantity.name)

    def _with_scope(self, rows: Any, by: str) -> Any:
        if by == DISTRICT:
            return rows.with_columns(nw.lit(WHOLE).alias(SCOPE))
        if by == ENTERPRISE:
            return rows.with_columns(nw.col("enterprise_id").alias(SCOPE))
        scopes = pd.DataFrame(self.scope_of(by).items(), columns=["enterprise_id", SCOPE])
        return rows.join(nw.from_native(scopes), on="enterprise_id", how="left")

    def origin(self, names: Sequence[str]) -> str:
        """Return ``sample`` if any of the measures rests on a sample table, else ``real``."""
        tables = {q.table for name in names for q in REGISTRY.quantities_of(name)}
        tables = {"enterprises" if t == "roster" else t for t in tables}
        origins = {self.package.tables[t].origin for t in tables if t in self.package.tables}
        return "sample" if "sample" in origins else "real"
