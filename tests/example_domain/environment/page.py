"""Discharges as their chapter shows them: each outlet's year against its permit."""

from __future__ import annotations

from ...alerts.page import at_year_end
from ...present.columns import Column, coded, enterprise, table
from ...present.display import Table
from ...report import Report
from .alerts import TABLE, monthly


def outlets(report: Report, caption: str) -> Table:
    """Set each outlet's discharge of the year against its permit, the fullest first."""
    seen = monthly(at_year_end(report))
    rows = seen[(seen["year"] == report.year) & (seen["month"] == 12)]
    rows = rows.assign(used=rows["so_far"] / rows["year_permitted"] * 100).sort_values("used", ascending=False)
    columns = (
        enterprise(report),
        Column("排放口", "subject"),
        coded(report, TABLE, "pollutant", "污染物"),
        Column("全年排放", "so_far", "吨", 1),
        Column("全年许可", "year_permitted", "吨", 1),
        Column("使用率", "used", "%", 1),
    )
    return table(report.text(caption), columns, rows, origin=report.origin_of(TABLE))
