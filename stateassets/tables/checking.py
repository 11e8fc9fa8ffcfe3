"""The registry of checks on loaded tables, and what checks share.

A check is a generator of faults. It names the tables that it needs; a district that has no such
table leaves it out, and the checks that need it say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd

from .data_errors import Fault
from .declared import DataPackage
from .hierarchy import above, roots
from .notation import ten_thousands

Frames = Mapping[str, pd.DataFrame]
# Each amount is rounded to 0.01万元, so a sum of n amounts may be off by n times half of it.
CENT = 0.01
# Where buildings and land stand in a balance sheet.
HOLDING = ["inventories", "investment_property", "fixed_assets"]


@dataclass(frozen=True)
class Check:
    """A check that is made where ``tables`` are there; ``run`` may ask for others as well.

    One that reckons the report's ``figures`` needs the rows of everybody.
    """

    run: Callable[[DataPackage, Frames], Iterator[Fault]]
    tables: frozenset[str]
    figures: bool = False

    @property
    def module(self) -> str:
        """The module that it stands in."""
        return self.run.__module__

    @property
    def name(self) -> str:
        """What it is called, with its module."""
        return f"{self.module}.{self.run.__qualname__}"

    def __call__(self, package: DataPackage, frames: Frames) -> Iterator[Fault]:
        """Yield what is wrong, nothing where a table is missing that it needs."""
        return self.run(package, frames) if frames.keys() >= self.tables else iter(())


class Registry:
    """All checks, in the order in which their faults are told; complete once it is sealed."""

    def __init__(self) -> None:
        self._checks: list[Check] = []
        self._sealed = False

    def add(self, check: Check) -> None:
        """Add a check.

        Raises:
            RuntimeError: the registry is sealed.
        """
        if self._sealed:
            raise RuntimeError(f"检查{check.name}登记得太晚：请在所属的领域里导入")
        self._checks.append(check)

    def seal(self, modules: Sequence[str]) -> None:
        """Take no more checks: these ``modules`` have them all, and are told of in that order."""
        place = {module: number for number, module in enumerate(modules)}
        self._checks.sort(key=lambda check: place[check.module])
        self._sealed = True

    def all(self) -> tuple[Check, ...]:
        """Return all checks.

        Raises:
            RuntimeError: it is not sealed, so that some would be missing.
        """
        if not self._sealed:
            raise RuntimeError("各领域的检查还没有登记：请先导入stateassets.domains")
        return tuple(self._checks)


CHECKS = Registry()


def check(*tables: str, figures: bool = False) -> Callable[[Callable[[DataPackage, Frames], Iterator[Fault]]], Check]:
    """Register the decorated generator of faults as a check that needs ``tables``, and everybody's for ``figures``."""

    def register(run: Callable[[DataPackage, Frames], Iterator[Fault]]) -> Check:
        made = Check(run, frozenset(tables), figures)
        CHECKS.add(made)
        return made

    return register


def checks() -> tuple[Check, ...]:
    """Return all checks.

    Raises:
        RuntimeError: the domains are not imported.
    """
    return CHECKS.all()


class CheckedTable:
    """A table with its rows, for faults that name the file, the row and the column."""

    def __init__(self, package: DataPackage, frames: Frames, name: str) -> None:
        self.table, self.frame = package.tables[name], frames[name]

    def fault(
        self, index: Hashable | None, column: str, found: str, expected: str, advice: str = "请核对后改正"
    ) -> Fault:
        """Return a fault; ``index`` is the row's, None where no row is to blame."""
        row = None if index is None else int(cast(int, index)) + 2
        label = self.table.column(column).label
        return Fault(self.table.path, row, label, found, expected, advice)

    def pairs(self, key: str, parents: CheckedTable) -> Iterator[tuple[Hashable, Any, Any]]:
        """Yield (index, row, the row that its ``key`` points to)."""
        by_id = {row["id"]: row for row in parents.frame.to_dict("records")}
        for index, row in each_row(self.frame):
            yield index, row, by_id[row[key]]


def each_row(frame: pd.DataFrame) -> Iterator[tuple[Any, Any]]:
    """Yield (index, row), as ``iterrows`` does, which makes a series of each row and takes ten times as long."""
    return zip(frame.index, frame.to_dict("records"), strict=True)


def childless(children: CheckedTable, key: str, parents: CheckedTable, what: str) -> Iterator[Fault]:
    """Yield a fault for each row of ``parents`` to which no row of ``children`` points."""
    used = set(children.frame[key])
    for index, row in each_row(parents.frame):
        if row["id"] not in used:
            yield parents.fault(
                index,
                "title",
                f"“{row['title']}”（{row['id']}）没有{what}",
                f"至少一项{what}",
                f"在{children.table.title}里补上",
            )


def too_early(children: CheckedTable, column: str, key: str, parents: CheckedTable, after: str) -> Iterator[Fault]:
    """Yield a fault where a row's date lies before one of the row that it points to."""
    for index, row, parent in children.pairs(key, parents):
        if row[column] < parent[after]:
            yield children.fault(
                index,
                column,
                f"{row[column]:%Y-%m-%d}",
                f"不早于{parents.table.column(after).title}{parent[after]:%Y-%m-%d}",
            )


def outsiders(children: CheckedTable, key: str, parents: CheckedTable, frames: Frames) -> Iterator[Fault]:
    """Yield a fault where a row's enterprise is of another group than its parent's."""
    root = roots(above(frames))
    for index, row, parent in children.pairs(key, parents):
        owner, due = row["enterprise_id"], parent["enterprise_id"]
        if root.get(owner) != root.get(due):
            yield children.fault(index, "enterprise_id", owner, f"{due}或同一集团的企业")


def on_the_books(assets: CheckedTable, frames: Frames, what: str) -> Iterator[Fault]:
    """Yield a fault for each owner whose assets are worth more than its balance sheet holds."""
    keys = ["year", "enterprise_id"]
    sheet = frames["balance_sheet"].query("basis == 'individual' and moment == 'closing'")
    held = sheet.set_index(keys)[HOLDING].sum(axis=1)
    for key, rows in assets.frame.groupby(keys, sort=False):
        total = float(rows["book_value"].sum())
        if key in held.index and total > held[key] + CENT * len(rows):
            yield assets.fault(
                rows.index[0],
                "book_value",
                f"{key[1]}{what}合计{ten_thousands(total)}",
                f"不大于资产负债表的存货、投资性房地产和固定资产{ten_thousands(held[key])}",
            )


def not_first_level(table: CheckedTable, frames: Frames, column: str = "enterprise_id") -> Iterator[Fault]:
    """Yield a fault for each row whose ``column`` names a lower-level enterprise."""
    root = roots(above(frames))
    for index, owner in table.frame[column].items():
        if owner and root.get(owner) != owner:
            yield table.fault(index, column, owner, "一级企业的编号")
