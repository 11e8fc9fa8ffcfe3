"""Do investments agree with their quarters, and their dates with each other?"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CENT, CheckedTable, Frames, check, each_row
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.notation import ten_thousands

MONTHS = 3  # in a quarter
DONE = 100.0  # per cent


@check("investments", "investment_progress")
def quarters_add_up(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What was put in before the year and in its quarters is what was put in so far."""
    projects, quarters = (CheckedTable(package, frames, n) for n in ("investments", "investment_progress"))
    sums = quarters.frame.groupby("investment_id")["amount"].sum()
    for index, row in each_row(projects.frame):
        told = row["invested_before"] + float(sums.get(row["id"], 0.0))
        if abs(told - row["invested"]) > CENT * (4 + 1):
            yield projects.fault(
                index,
                "invested",
                f"{ten_thousands(row['invested'])}",
                f"上年末累计加本年各季度完成投资{ten_thousands(told)}",
            )


@check("investments", "investment_progress")
def work_goes_on(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Work never falls back, begins after the start, and is whole exactly if it was finished."""
    projects, quarters = (CheckedTable(package, frames, n) for n in ("investments", "investment_progress"))
    before: dict[str, float] = {}
    rows = quarters.frame.sort_values(["investment_id", "year", "quarter"], kind="stable")
    ordered = CheckedTable(package, {"investment_progress": rows}, "investment_progress")
    for index, row, project in ordered.pairs("investment_id", projects):
        key, work = row["investment_id"], row["progress"]
        started, finished = project["started_on"], project["finished_on"]
        at = (row["year"], row["quarter"])
        if at < (started.year, (started.month - 1) // MONTHS + 1):
            yield quarters.fault(
                index, "quarter", f"{row['year']}年第{row['quarter']}季度", f"不早于开工或出资日期{started:%Y-%m-%d}"
            )
        if work < before.get(key, 0.0):
            yield quarters.fault(index, "progress", f"{work:g}%", f"不低于上一季度的{before[key]:g}%")
        before[key] = work
        due = finished == finished and at >= (finished.year, (finished.month - 1) // MONTHS + 1)
        if due != (work >= DONE):
            expected = "100%，因为已填实际完成日期" if due else "不到100%，因为那时还没有完成"
            yield quarters.fault(index, "progress", f"{work:g}%", expected)
