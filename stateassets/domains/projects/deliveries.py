"""What was settled before homes were delivered, what only afterwards, and when each project was signed off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...present.columns import Column, enterprise, table
from ...present.display import Table
from ...present.words import title_with_id
from ...tables.periods import year_end

if TYPE_CHECKING:
    from ...report import Report

DELIVERIES, PROBLEMS = "housing_deliveries", "housing_problems"
BEFORE, AFTER, LEFT = "交付前解决", "交付后解决", "没有解决"
SETTLED, OUTLASTED, UNSETTLED, WAITING = "交付前全部解决", "交付后才解决完", "交付后还没有解决完", "还没有交付"


def settling(report: Report) -> pd.DataFrame:
    """Return the deliveries with their problems: how many, settled before and after, left, and how it ended.

    What was settled on the day of the delivery was settled before it.
    """
    frames, end = report.ledger.frames, year_end(report.year)
    deliveries = frames[DELIVERIES]
    deliveries = deliveries[deliveries["year"] == report.year]
    day = deliveries.set_index("id")["delivered_on"]
    day = day.where(day <= end)
    problems = frames[PROBLEMS]
    problems = problems.assign(delivered_on=problems["delivery_id"].map(day))
    done = problems["closed_on"] <= end
    late = done & (problems["closed_on"] > problems["delivered_on"])
    counts = pd.DataFrame({"before": done & ~late, "after": late, "left": ~done}).groupby(problems["delivery_id"]).sum()
    found = deliveries.assign(delivered_on=deliveries["id"].map(day))
    for column in counts:
        found[column] = found["id"].map(counts[column]).fillna(0).astype(int)
    return found.assign(ended=[_ended(row) for row in found.to_dict("records")])


def _ended(row: dict) -> str:
    if pd.isna(row["delivered_on"]):
        return WAITING
    return UNSETTLED if row["left"] else OUTLASTED if row["after"] else SETTLED


def by_delivery(report: Report) -> tuple[list[tuple[str, list[int]]], list[str]]:
    """Return (delivery, its problems settled before, after, left), and what the three parts are called."""
    rows = settling(report)[["title", "before", "after", "left"]].to_numpy().tolist()
    return [(title, numbers) for title, *numbers in rows if sum(numbers)], [BEFORE, AFTER, LEFT]


def settled(report: Report, caption: str) -> Table:
    """Return each delivery from its problems to its signing off by the municipal department."""
    columns = (
        enterprise(report),
        Column("项目", title_with_id),
        Column("问题", lambda row: row["before"] + row["after"] + row["left"], "个", 0),
        Column(BEFORE, "before", "个", 0),
        Column(AFTER, "after", "个", 0),
        Column(LEFT, "left", "个", 0),
        Column("交付日期", "delivered_on"),
        Column("市级部门销号", "closed_on"),
        Column("结论", "ended", menu=(UNSETTLED, OUTLASTED, SETTLED, WAITING)),
    )
    origin = report.origin_of(DELIVERIES, PROBLEMS)
    return table(report.text(caption), columns, settling(report), origin=origin, internal=True)


def numbers(report: Report) -> dict[str, str]:
    """Return for sentences: how many deliveries had all settled before, and how many had not."""
    ended = settling(report)["ended"].value_counts()
    return {
        "before": f"{ended.get(SETTLED, 0)}个",
        "later": f"{ended.get(OUTLASTED, 0)}个",
        "unsettled": f"{ended.get(UNSETTLED, 0)}个",
    }
