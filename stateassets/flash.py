"""Monthly flash statements as their chapter shows them: the month, the year so far, the lines."""

from __future__ import annotations

from datetime import date

import pandas as pd

from .alerts import Sight
from .alerts.flash import TABLE, month_end, returns, statements
from .display import Cell, Table
from .lifecycle import CLOSED, LATE, OVERDUE, STATES, year_end
from .printing import with_unit
from .report import Report


def seen(report: Report) -> pd.DataFrame:
    """Return every statement up to the year's end with what is worked out from it."""
    rows = statements(Sight(report.ledger.frames, year_end(report.year)))
    return rows.assign(debt_ratio=rows["total_liabilities"] / rows["total_assets"] * 100)


def sample(report: Report) -> bool:
    """Whether the statements are a sample."""
    return report.package.tables[TABLE].origin == "sample"


def newest(report: Report) -> pd.DataFrame:
    """Return each enterprise's last statement of the report's year."""
    rows = seen(report)
    rows = rows[rows["year"] == report.year]
    return rows.sort_values("period").groupby("enterprise_id", sort=False).tail(1)


def overview(report: Report, caption: str) -> Table:
    """Return the last month, the year so far and the same time of the year before, by enterprise.

    Single companies' statements: their sum would count dealings between them twice, so there is
    no total.
    """
    header = ("企业", "月份", "当月营业收入（万元）", "累计营业收入（万元）", "同比（%）", "当月利润总额（万元）",
              "累计利润总额（万元）", "上年同期（万元）", "货币资金（万元）")  # fmt: skip
    rows = tuple(
        (
            report.enterprise(row["enterprise_id"]), f"{row['month']}月", _money(row["month_revenue"]),
            _money(row["revenue"]), _growth(row["revenue"], row["last_revenue"]),
            _money(row["month_total_profit"]), _money(row["total_profit"]),
            _money(row["last_total_profit"]), _money(row["cash"]),
        )
        for row in newest(report).sort_values("enterprise_id").to_dict("records")
    )  # fmt: skip
    return Table(
        report.text(caption), header, rows, frozenset(range(2, len(header))), sample=sample(report)
    )


def _money(value: float) -> str:
    return with_unit(value, "", 0) if value == value else "—"


def _growth(now: float, before: float) -> Cell:
    return with_unit((now - before) / before * 100, "", 1) if before > 0 else "—"


def against_lines(report: Report) -> list[tuple[str, float, float]]:
    """Return (enterprise, its own control line, its debt ratio), closest to its line first."""
    rows = newest(report)
    rows = rows.assign(over=rows["debt_ratio"] - rows["control_line"])
    rows = rows.sort_values("over", ascending=False)
    return [
        (
            report.ledger.name_of(r["enterprise_id"]),
            float(r["control_line"]),
            float(r["debt_ratio"]),
        )
        for r in rows.to_dict("records")
    ]


def by_month(report: Report, enterprise_id: str, column: str) -> list[tuple[str, float]]:
    """Return one column of an enterprise's statements by month of the report's year."""
    rows = seen(report)
    rows = rows[(rows["enterprise_id"] == enterprise_id) & (rows["year"] == report.year)]
    rows = rows[rows[column].notna()]
    return [(f"{m}月", float(v)) for m, v in zip(rows["month"], rows[column], strict=True)]


def profit_panels(report: Report, enterprises: list[str]) -> list[tuple[str, list[tuple[str, float]]]]:  # fmt: skip
    """Return each month's own profit of some enterprises, one panel each."""
    return [
        (report.ledger.name_of(key), by_month(report, key, "month_total_profit"))
        for key in dict.fromkeys(enterprises)
    ]


def return_days(report: Report) -> list[tuple[str, date, str]]:
    """Return (enterprise, day, state) of this year's returns that were late or never came.

    A return that never came stands on the day on which it was due.
    """
    rows = returns(Sight(report.ledger.frames, year_end(report.year)))
    rows = rows[(rows["days_late"] > 0) & (rows["due_on"].dt.year == report.year)]
    here = rows["submitted_on"].where(rows["subject"] == "")
    return [
        (
            report.ledger.name_of(row["enterprise_id"]),
            (row["due_on"] if pd.isna(day) else day).date(),
            STATES[OVERDUE if pd.isna(day) else LATE],
        )
        for row, day in zip(rows.to_dict("records"), here, strict=True)
    ]


def discipline(report: Report) -> dict[str, int]:
    """Return how many returns were due by the year's end, in time, late, missing, corrected."""
    day = year_end(report.year)
    rows = returns(Sight(report.ledger.frames, day))
    missing = int((rows["subject"] != "").sum())
    late = int((rows["days_late"] > 0).sum()) - missing
    sent = report.ledger.frames["flash_reports"]
    known = month_end(sent["year"], sent["month"]) <= day
    return {
        "due": len(rows), "late": late, "missing": missing, CLOSED: len(rows) - late - missing,
        "revised": int(sent.loc[known, "revised_on"].notna().sum()),
    }  # fmt: skip
