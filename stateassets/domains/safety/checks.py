"""Do hazards agree with the inspections that found them, and notices with the hazards?"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CheckedTable, Frames, check
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
    for index, row in assets.frame.iterrows():
        done = row["closed_on"] == row["closed_on"]
        if (row["step"] == "registered") != done:
            words = assets.table.labels["step"]
            yield assets.fault(
                index,
                "step",
                words[row["step"]],
                f"{words['registered']}，因为已填办结日期" if done else "没有办结的步骤，因为没有办结日期",
            )
