"""Are the shares possible, and do they fit the roster?

What cannot be (more than the whole, somebody who holds itself, a share other than the roster's)
is a fault. What may be but should not (a part that nobody registered) is a warning's business.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CENT, CheckedTable, Frames, check, childless, each_row
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.hierarchy import ENTERPRISE, STATE, WHOLE, circles

HALF = WHOLE / 2
ROSTER, STAKES, AFFILIATES = "enterprises", "shareholdings", "affiliates"


@check(STAKES, ROSTER)
def known_persons(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Whoever is held, or holds, is an enterprise or a legal person off the roster."""
    stakes = CheckedTable(package, frames, STAKES)
    known = set(frames[ROSTER]["enterprise_id"])
    known |= set(frames[AFFILIATES]["id"]) if AFFILIATES in frames else set()
    if AFFILIATES in frames:
        for index, held in stakes.frame["held_id"].items():
            if held not in known:
                yield stakes.fault(
                    index, "held_id", f"“{held}”", "企业名录或名录以外法人台账里的编号", "先登记这户法人，或改正编号"
                )
    for index, row in each_row(stakes.frame):
        inside, holder = row["holder_kind"] == ENTERPRISE, row["holder_id"]
        if inside != bool(holder):
            yield stakes.fault(
                index,
                "holder_id",
                f"“{holder}”" if holder else "空白",
                "已登记法人的编号" if inside else "空白，因为股东不是监管企业",
            )
        elif inside and AFFILIATES in frames and holder not in known:
            yield stakes.fault(
                index, "holder_id", f"“{holder}”", "企业名录或名录以外法人台账里的编号", "先登记这户法人，或改正编号"
            )


@check(STAKES)
def at_most_the_whole(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Nobody is held for more than a hundred per cent, and nobody holds itself."""
    stakes = CheckedTable(package, frames, STAKES)
    for held, rows in stakes.frame.groupby("held_id", sort=False):
        total = float(rows["share"].sum())
        if total > WHOLE + CENT:
            yield stakes.fault(rows.index[-1], "share", f"{held}各股东的持股比例合计{total:g}%", "不超过100%")
    for circle in circles(stakes.frame):
        index = stakes.frame.index[stakes.frame["held_id"] == circle[0]][0]
        yield stakes.fault(index, "holder_id", f"持股绕成了圈：{'→'.join(circle)}", "一级一级通到出资人机构")


@check(STAKES, ROSTER)
def shares_fit_the_roster(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """The parent on the roster holds the share that the roster says; the state holds level 1."""
    stakes = CheckedTable(package, frames, STAKES)
    sums = stakes.frame.groupby(["held_id", "holder_kind", "holder_id"])["share"].sum()
    for row in frames[ROSTER].to_dict("records"):
        if not row["start_year"] <= package.year or row["end_year"] <= package.year:
            continue
        key, parent = row["enterprise_id"], row["parent_id"]
        told = float(sums.get((key, ENTERPRISE if parent else STATE, parent), 0.0))
        if abs(told - row["ownership"]) > CENT:
            at = stakes.frame.index[stakes.frame["held_id"] == key]
            yield stakes.fault(
                at[0] if len(at) else None,
                "share",
                f"{key}的{f'上级企业{parent}' if parent else '出资人机构'}持股{told:g}%",
                f"企业名录的上级持股比例{row['ownership']:g}%",
            )


@check(STAKES, AFFILIATES)
def off_the_roster(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Whoever is off the roster is held by somebody, and controlled unless participated in."""
    others, stakes = CheckedTable(package, frames, AFFILIATES), frames[STAKES].rename(columns={"id": "key"})
    held = CheckedTable(package, frames, STAKES)
    held.frame = stakes.assign(id=stakes["held_id"])
    yield from childless(held, "held_id", others, "股东")
    inside = stakes[stakes["holder_kind"] == ENTERPRISE].groupby("held_id")["share"].sum()
    words, known = others.table.labels["kind"], set(stakes["held_id"])
    for index, row in each_row(others.frame):
        share = float(inside.get(row["id"], 0.0))
        if row["id"] in known and (row["kind"] == "participated") == (share > HALF):
            yield others.fault(index, "kind", words[row["kind"]], f"与监管企业合计持股{share:g}%相符的情形")
        if row["registered_on"] < row["founded_on"]:
            yield others.fault(
                index,
                "registered_on",
                f"{row['registered_on']:%Y-%m-%d}",
                f"不早于成立日期{row['founded_on']:%Y-%m-%d}",
            )
