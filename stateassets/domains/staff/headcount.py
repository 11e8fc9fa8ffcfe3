"""The headcount rule 只减不增, tested for each enterprise and month."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from ...present.columns import Column, enterprise, table
from ...present.display import Part, Passage, Table

if TYPE_CHECKING:
    from ...report import Report


class Rise(NamedTuple):
    """A month in which an enterprise had more people than in the month before."""

    enterprise_id: str
    year: int
    month: int
    before: int
    now: int


def rises(headcount: pd.DataFrame, year: int) -> list[Rise]:
    """Return every breach of the rule in a year, in the order of months.

    A company's first month under supervision sets it up and is no rise.
    """
    rows = headcount.sort_values(["enterprise_id", "year", "month"])
    before = rows.groupby("enterprise_id")["headcount"].shift(1)
    found = rows.assign(before=before)[(rows["headcount"] > before) & (rows["year"] == year)]
    found = found.sort_values(["month", "enterprise_id"])
    return [
        Rise(str(r["enterprise_id"]), int(r["year"]), int(r["month"]), int(r["before"]), int(r["headcount"]))
        for r in found.to_dict("records")
    ]


def breaches(report: Report) -> Table | Passage:
    """Each breach named: whose, when, from how many to how many."""
    frame = report.ledger.frames["headcount"]
    origin = report.origin_of("headcount")
    found = rises(frame, report.year)
    if not found:
        months = int((frame["year"] == report.year).sum())
        text = f"逐户逐月核对了{months}个数，没有一户在哪个月比上个月多。"
        return Passage(((Part(text),),), origin=origin)
    columns = (
        enterprise(report),
        Column("月份", lambda rise: f"{rise.year}年{rise.month}月"),
        Column("上月人数", "before", decimals=0),
        Column("本月人数", "now", decimals=0),
    )
    return table("职工人数增加的企业和月份", columns, found, origin=origin)


def series(report: Report, by: str) -> list[tuple[str, list[tuple[str, float]]]]:
    """Return each scope's headcount by month of the year, for small pictures."""
    frame = report.ledger.frames["headcount"]
    frame = frame[frame["year"] == report.year]
    scope_of = report.ledger.scope_of(by)
    sums = frame.groupby([frame["enterprise_id"].map(scope_of), "month"])["headcount"].sum()
    names = {scope.id: scope.name_zh for scope in report.ledger.scopes(by)}
    return [
        (names[key], [(f"{month}月", float(sums[key, month])) for month in range(1, 13)])
        for key in names
        if key in sums.index.get_level_values(0)
    ]
