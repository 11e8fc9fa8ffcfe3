"""What checks between tables share: rows that point to rows, and whose group an owner is in."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, cast

import pandas as pd

from .data_errors import Fault
from .declared import DataPackage
from .relations import roots

Frames = Mapping[str, pd.DataFrame]
CENT = 0.01  # amounts are rounded to 0.01万元
# Where buildings and land stand in a balance sheet.
HOLDING = ["inventories", "investment_property", "fixed_assets"]


class Tied:
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

    def pairs(self, key: str, parents: Tied) -> Iterator[tuple[Hashable, Any, Any]]:
        """Yield (index, row, the row that its ``key`` points to)."""
        by_id = {row["id"]: row for row in parents.frame.to_dict("records")}
        for index, row in zip(self.frame.index, self.frame.to_dict("records"), strict=True):
            yield index, row, by_id[row[key]]


def childless(children: Tied, key: str, parents: Tied, what: str) -> Iterator[Fault]:
    """Yield a fault for each row of ``parents`` to which no row of ``children`` points."""
    used = set(children.frame[key])
    for index, row in parents.frame.iterrows():
        if row["id"] not in used:
            yield parents.fault(
                index,
                "title",
                f"“{row['title']}”（{row['id']}）没有{what}",
                f"至少一项{what}",
                f"在{children.table.title}里补上",
            )


def too_early(children: Tied, column: str, key: str, parents: Tied, after: str) -> Iterator[Fault]:
    """Yield a fault where a row's date lies before one of the row that it points to."""
    for index, row, parent in children.pairs(key, parents):
        if row[column] < parent[after]:
            yield children.fault(
                index,
                column,
                f"{row[column]:%Y-%m-%d}",
                f"不早于{parents.table.column(after).title}{parent[after]:%Y-%m-%d}",
            )


def outsiders(children: Tied, key: str, parents: Tied, frames: Frames) -> Iterator[Fault]:
    """Yield a fault where a row's enterprise is of another group than its parent's."""
    root = roots(frames)
    for index, row, parent in children.pairs(key, parents):
        owner, due = row["enterprise_id"], parent["enterprise_id"]
        if root.get(owner) != root.get(due):
            yield children.fault(index, "enterprise_id", owner, f"{due}或同一集团的企业")


def on_the_books(assets: Tied, frames: Frames, what: str) -> Iterator[Fault]:
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
                f"{key[1]}{what}合计{total:.2f}万元",
                f"不大于资产负债表的存货、投资性房地产和固定资产{held[key]:.2f}万元",
            )


def not_first_level(tied: Tied, frames: Frames, column: str = "enterprise_id") -> Iterator[Fault]:
    """Yield a fault for each row whose ``column`` names a lower-level enterprise."""
    root = roots(frames)
    for index, owner in tied.frame[column].items():
        if owner and root.get(owner) != owner:
            yield tied.fault(index, column, owner, "一级企业的编号")
