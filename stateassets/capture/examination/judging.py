"""The rows of a delivery are judged as importing judges them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...importing.fractions import fractions
from ...importing.merging import Merge
from ...importing.names.kinds import new_kinds
from ...importing.rows import Rows
from ...importing.sizes import doubts, sizes
from ...importing.sums import judge
from ...tables.kinds import TABLE as KINDS
from ..parts import NOBODY, period_of
from .delivery import Delivery
from .owners import LEDGER, old_rows, whose_rows


def judge_rows(delivery: Delivery) -> None:
    """Judge amounts, fractions, sums and kinds, and merge the rows with those that stand."""
    whose = whose_rows(delivery)
    by_table: dict[str, list[Rows]] = {}
    for part in delivery.parts:
        by_table.setdefault(part.table.name, []).append(part)
    old = {}
    for name, parts in by_table.items():
        owners = dict.fromkeys(whose[id(row)] for part in parts for row in part.rows)
        old[name] = [row for owner in owners or {NOBODY: None} for row in delivery.standing.old(name, owner)]
    asked, small = doubts(delivery.parts, old, (), lambda: _amounts(delivery, whose))
    delivery.faults += [*asked, *small]
    for name, parts in by_table.items():
        merge = Merge(delivery.standing.package, parts[0].table, parts, _concerned(old[name], parts))
        delivery.faults += fractions(merge.table, merge.rows, merge.old)
        judged = judge(merge.table, merge.rows, merge.old, "", merge.left)
        merge.rows = judged.rows
        delivery.notes += judged.notes
        delivery.faults += judged.faults
        every = old_rows(delivery, merge.table) if any(c.open for c in merge.table.columns) else []
        new, faults = new_kinds(merge.table, merge.rows, every, delivery.standing.names.cells.get(name, {}))
        delivery.faults += faults
        for kind in new:
            if kind.row and KINDS in {t.name for t in delivery.standing.every}:
                delivery.faults.append(
                    kind.row.fault(
                        kind.column.name,
                        f"“{kind.word}”是没有登记过的类别",
                        "已有的类别",
                        "改成已有的一种；确是新的一类，请国资监管机构先在“本区分类”表里登记",
                    )
                )
        merge.merge(whole=False)
        delivery.faults += merge.faults
        delivery.notes += merge.notes
        delivery.merges[name] = merge


def _amounts(delivery: Delivery, whose: Mapping[int, str]) -> Iterator[tuple[str, list]]:
    """Yield the amounts of other tables of the same enterprises, by which a unit may be told."""
    owners = dict.fromkeys(whose.values())
    for name, table in delivery.standing.package.tables.items():
        if table.money and table.path.startswith(LEDGER) and delivery.standing.owned(name):
            rows = [row for owner in owners for row in delivery.standing.old(name, owner)]
            if found := list(sizes(rows, table.money)):
                yield table.title, found


def _concerned(old: Sequence[dict[str, str]], parts: Sequence[Rows]) -> list[dict[str, str]]:
    """Return the rows that stand of the periods that came; all, where rows are held against those of another."""
    rows = [row for part in parts for row in part.rows]
    periods = {period_of(row.texts) for row in rows}
    if any(row.compares for row in rows) or "" in periods:
        return list(old)
    return [row for row in old if period_of(row) in periods]
