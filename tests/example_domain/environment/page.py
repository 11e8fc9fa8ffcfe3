"""Discharges as their chapter shows them: each outlet's year against its permit."""

from __future__ import annotations

from ...measures.units import with_unit
from ...present.display import Table
from ...report import Report
from ...tables.periods import year_end
from .alerts import TABLE, AlertContext, monthly


def outlets(report: Report, caption: str) -> Table:
    """Set each outlet's discharge of the year against its permit, the fullest first."""
    declared = report.package.tables[TABLE]
    seen = monthly(AlertContext(report.ledger.frames, year_end(report.year)))
    rows = seen[(seen["year"] == report.year) & (seen["month"] == 12)]
    rows = rows.assign(used=rows["so_far"] / rows["year_permitted"] * 100).sort_values("used", ascending=False)
    header = ("企业", "排放口", "污染物", "全年排放（吨）", "全年许可（吨）", "使用率（%）")
    lines = tuple(
        (
            report.enterprise(row["enterprise_id"]),
            row["subject"],
            declared.labels["pollutant"][row["pollutant"]],
            *(with_unit(row[name], "", 1) for name in ("so_far", "year_permitted", "used")),
        )
        for row in rows.to_dict("records")
    )
    return Table(report.text(caption), header, lines, frozenset({3, 4, 5}), declared.origin == "sample")
