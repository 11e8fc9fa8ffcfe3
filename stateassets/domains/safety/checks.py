"""Do hazards agree with the inspections that found them, and notices with the hazards?"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CheckedTable, Frames, check, each_row
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage


@check("hazards", "safety_inspections")
def hazards(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A hazard is found on the day of its inspection."""
    found, visits = (CheckedTable(package, frames, name) for name in ("hazards", "safety_inspections"))
    for index, row, visit in found.pairs("inspection_id", visits):
        if row["opened_on"] != visit["inspected_on"]:
            yield found.fault(
                index,
                "opened_on",
                f"{row['opened_on']:%Y-%m-%d}",
                f"检查{visit['id']}的日期{visit['inspected_on']:%Y-%m-%d}",
            )


@check("hazards", "safety_notices")
def notices(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A notice goes to the enterprise that has the hazard, not before it was found."""
    sent, found = (CheckedTable(package, frames, name) for name in ("safety_notices", "hazards"))
    for index, row, hazard in sent.pairs("hazard_id", found):
        if row["enterprise_id"] != hazard["enterprise_id"]:
            yield sent.fault(
                index,
                "enterprise_id",
                row["enterprise_id"],
                f"{hazard['enterprise_id']}（隐患{hazard['id']}所在的企业）",
            )
        if row["issued_on"] < hazard["opened_on"]:
            yield sent.fault(
                index, "issued_on", f"{row['issued_on']:%Y-%m-%d}", f"不早于发现隐患的{hazard['opened_on']:%Y-%m-%d}"
            )


@check("titleless_assets")
def titles(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """An asset is at the last step exactly if its registration is done."""
    assets = CheckedTable(package, frames, "titleless_assets")
    for index, row in each_row(assets.frame):
        done = row["closed_on"] == row["closed_on"]
        if (row["step"] == "registered") != done:
            words = assets.table.labels["step"]
            yield assets.fault(
                index,
                "step",
                words[row["step"]],
                f"{words['registered']}，因为已填办结日期" if done else "没有办结的步骤，因为没有办结日期",
            )


@check("hazard_listings", "hazards")
def listings(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Exactly the listed hazards are under supervision, from their finding till after their closing."""
    listed, found = (CheckedTable(package, frames, name) for name in ("hazard_listings", "hazards"))
    words = found.table.labels["level"]
    for index, row, hazard in listed.pairs("hazard_id", found):
        if hazard["level"] != "listed":
            yield listed.fault(
                index,
                "hazard_id",
                f"隐患{hazard['id']}的等级是{words[hazard['level']]}",
                f"等级是{words['listed']}的隐患",
                "改正隐患编号，或隐患台账里的等级",
            )
        if row["listed_on"] < hazard["opened_on"]:
            yield listed.fault(
                index, "listed_on", f"{row['listed_on']:%Y-%m-%d}", f"不早于发现日期{hazard['opened_on']:%Y-%m-%d}"
            )
        lifted, closed = row["lifted_on"], hazard["closed_on"]
        if lifted == lifted and not lifted >= closed:
            yield listed.fault(
                index,
                "lifted_on",
                f"{lifted:%Y-%m-%d}",
                f"不早于销号日期{closed:%Y-%m-%d}" if closed == closed else "空着，因为隐患没有销号",
            )
    twice = listed.frame.duplicated("hazard_id")
    for index in listed.frame.index[twice]:
        yield listed.fault(index, "hazard_id", f"{listed.frame.at[index, 'hazard_id']}写了两行", "每条隐患一行")
    years = set(listed.frame["year"])
    known = set(listed.frame["hazard_id"])
    for index, hazard in each_row(found.frame):
        if hazard["level"] == "listed" and hazard["year"] in years and hazard["id"] not in known:
            yield found.fault(
                index, "level", f"{hazard['id']}是{words['listed']}", "在挂牌督办台账里有一行", "补上这一行，或改正等级"
            )


@check("hazard_reinspections", "hazards")
def reinspections(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A hazard is inspected again after it was found, and closed only if the last time was passed."""
    seen, found = (CheckedTable(package, frames, name) for name in ("hazard_reinspections", "hazards"))
    words = seen.table.labels["result"]
    for index, row, hazard in seen.pairs("hazard_id", found):
        if row["inspected_on"] < hazard["opened_on"]:
            yield seen.fault(
                index,
                "inspected_on",
                f"{row['inspected_on']:%Y-%m-%d}",
                f"不早于发现日期{hazard['opened_on']:%Y-%m-%d}",
            )
        if (row["result"] == "failed") != bool(row["remaining"]):
            yield seen.fault(
                index,
                "remaining",
                f"{words[row['result']]}，{'填了' if row['remaining'] else '空着'}",
                f"复查{words['failed']}的填，{words['passed']}的空着",
            )
    before = seen.frame.assign(closed_on=seen.frame["hazard_id"].map(found.frame.set_index("id")["closed_on"]))
    before = before[before["inspected_on"] <= before["closed_on"]].sort_values("inspected_on", kind="stable")
    last = before.drop_duplicates("hazard_id", keep="last")
    for index, row in each_row(last[last["result"] == "failed"]):
        yield seen.fault(
            index,
            "result",
            f"隐患{row['hazard_id']}在{row['closed_on']:%Y-%m-%d}销号，此前最后一次复查{words['failed']}",
            f"销号以前最后一次复查{words['passed']}",
            "补上合格的复查，或改正销号日期",
        )
