"""财务快报: monthly flash statements, their returns, and the annual statements they come to.

Revenue and profit are cumulative from January; a month's own is the difference to the month
before, unknown where that one is missing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...alerts.reach import RETURNS, due_on
from ...alerts.rules import AlertContext, warning
from ...tables.periods import end_of_month, month_end

MODULE = "flash"
TABLE = "flash_reports"
FLOWS = ("revenue", "total_profit")
PAST = 12  # months of an enterprise's own past that an outlier is measured against
ENOUGH = 6
NOT_IN = "没有报送的"
NORMAL = 1.4826  # makes the median absolute deviation comparable with a standard deviation


def statements(context: AlertContext) -> pd.DataFrame:
    """Return one row for each statement of a month up to the day's, whenever it came in.

    Beside the columns of the table: ``month_revenue`` and ``month_total_profit``, the same of
    the year before under ``last_…`` for every amount, ``control_line``, ``revisions`` (of the
    last twelve statements), and ``oddness`` of the month's revenue.
    """
    rows = context.frames[TABLE]
    rows = rows.assign(period=end_of_month(rows["year"], rows["month"]), rows=rows.index + 2, subject="")
    rows = rows[rows["period"] <= month_end(context.as_of)]
    rows = rows.sort_values(["enterprise_id", "period"], ignore_index=True)
    before = rows.groupby(["enterprise_id", "year"])
    follows = before["month"].diff() == 1
    for flow in FLOWS:
        own = before[flow].diff().where(follows)
        rows[f"month_{flow}"] = own.where(rows["month"] != 1, rows[flow])
    keys = ["enterprise_id", "year", "month"]
    amounts = [*FLOWS, "cash", *(f"month_{flow}" for flow in FLOWS)]
    last = rows[[*keys, *amounts]].rename(columns={name: f"last_{name}" for name in amounts})
    rows = rows.merge(last.assign(year=last["year"] + 1), on=keys, how="left")
    if "control_lines" in context.frames:
        lines = context.frames["control_lines"][["year", "enterprise_id", "control_line"]]
        rows = rows.merge(lines, on=["year", "enterprise_id"], how="left")
    known = rows["revised_on"].notna() & (rows["revised_on"] <= context.as_of)
    revised = known.astype(float).groupby(rows["enterprise_id"])
    rows["revisions"] = revised.rolling(PAST, min_periods=1).sum().droplevel(0)
    rows["oddness"] = oddness(rows["month_revenue"], rows["enterprise_id"])
    return rows


def oddness(values: pd.Series, owners: pd.Series | None = None) -> pd.Series:
    """Return how many robust standard deviations each value lies from its owner's own past.

    Unknown with fewer than ``ENOUGH`` known values in the ``PAST`` rows before it, or if these do
    not vary. Rows are in the order of time within each owner.
    """
    own = values.groupby(owners if owners is not None else np.zeros(len(values)))
    past = np.column_stack([own.shift(n).to_numpy(dtype=float) for n in range(1, PAST + 1)])
    enough = np.isfinite(past).sum(axis=1) >= ENOUGH
    middle, spread = np.full((2, len(values)), np.nan)
    middle[enough] = np.nanmedian(past[enough], axis=1)
    spread[enough] = np.nanmedian(np.abs(past[enough] - middle[enough, None]), axis=1)
    return (values - middle).abs() / (spread * NORMAL)


def returns(context: AlertContext) -> pd.DataFrame:
    """Return one row for each statement that was due by the day, with how many days it was late.

    One that has not come in is late by the days until now, and a subject of its own: the next
    month's being in time does not bring it in.
    """
    active_enterprises, reports = context.frames["roster"], context.frames[TABLE]
    due = active_enterprises[["enterprise_id", "year"]].merge(pd.DataFrame({"month": range(1, 13)}), how="cross")
    due = due[due["year"].isin(context.covered(TABLE))]
    due["period"] = end_of_month(due["year"], due["month"])
    due["due_on"] = due_on(context.frames[RETURNS], TABLE, due["period"], context.frames)
    due = due[due["due_on"] <= context.as_of]
    keys = ["enterprise_id", "year", "month"]
    sent = reports.assign(rows=reports.index + 2)[[*keys, "submitted_on", "rows"]]
    due = due.merge(sent, on=keys, how="left")
    came = due["submitted_on"] <= context.as_of
    waited = due["submitted_on"].where(came, context.as_of) - due["due_on"]
    rows = [(int(row),) if here else () for row, here in zip(due["rows"], came, strict=True)]
    return due.assign(days_late=waited.dt.days, subject=np.where(came, "", NOT_IN), rows=rows)


def december(context: AlertContext) -> pd.DataFrame:
    """Return December's cumulative revenue beside the annual statement's, as a gap without sign."""
    seen = statements(context).query("month == 12")
    annual = context.frames["income_statement"].query("basis == 'individual'")
    annual = annual[["year", "enterprise_id", "revenue"]].rename(columns={"revenue": "annual"})
    seen = seen.merge(annual, on=["year", "enterprise_id"])
    return seen.assign(gap=(seen["revenue"] - seen["annual"]).abs())


@warning(MODULE, statements, TABLE, decimals=1, message="末资产负债率{value}")
def flash_debt_ratio(total_liabilities, total_assets):
    """快报的资产负债率对全区统一的管控线"""
    return total_liabilities / total_assets * 100


@warning(MODULE, statements, TABLE, "control_lines", decimals=1, message="末资产负债率高出自身管控线{value}")
def flash_own_line(total_liabilities, total_assets, control_line):
    """快报的资产负债率对该企业自己的管控线，高出多少个百分点"""
    return total_liabilities / total_assets * 100 - control_line


@warning(MODULE, statements, TABLE, decimals=1, message="累计利润总额比上年同期变动{value}")
def flash_profit(total_profit, last_total_profit):
    """累计利润总额比上年同期的增减率；上年同期为亏损的，以亏损额的绝对值为分母"""
    return (total_profit - last_total_profit) / abs(last_total_profit) * 100


@warning(MODULE, statements, TABLE, decimals=1, message="末货币资金比上年同期变动{value}")
def flash_cash(cash, last_cash):
    """月末货币资金比上年同月末的增减率"""
    return (cash - last_cash) / last_cash * 100


@warning(MODULE, statements, TABLE, decimals=1, message="当月营业收入偏离自身以往{value}")
def flash_outlier(oddness):
    """当月营业收入偏离该企业此前各月中位数多少个稳健标准差（1.4826倍绝对中位差）"""
    return oddness


@warning(MODULE, statements, TABLE, message="为止最近各期快报更正{value}")
def flash_revised(revisions):
    """最近十二期快报中报出以后又更正的次数"""
    return revisions


@warning(MODULE, returns, TABLE, "roster", RETURNS, message="{subject}快报晚报{value}")
def flash_late(days_late):
    """快报报送日期晚于期限的天数；没有报送的，算到查看日"""
    return days_late


@warning(MODULE, december, TABLE, "income_statement", decimals=1, message="累计营业收入与年度决算相差{value}")
def flash_annual(gap, annual):
    """十二月快报累计营业收入与年度决算单户报表之差，占决算数的比重"""
    return gap / annual * 100
