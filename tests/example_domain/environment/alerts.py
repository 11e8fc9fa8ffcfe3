"""环保: outlets that discharge more than they may, or that do not report."""

from __future__ import annotations

import pandas as pd

from ...alerts.months import subject, waiting
from ...alerts.rules import AlertContext, warning
from ...tables.periods import end_of_month, month_end

MODULE = "environment"
TABLE = "discharges"


def monthly(context: AlertContext) -> pd.DataFrame:
    """Return each outlet's months until the day, in 吨.

    ``so_far`` is what it has discharged in the year by then, ``year_permitted`` what it may in the
    whole year.
    """
    rows = context.frames[TABLE]
    year = ["id", "year"]
    rows = rows.assign(
        rows=rows.index + 2,
        period=end_of_month(rows["year"], rows["month"]),
        subject=subject(rows),
        year_permitted=rows.groupby(year)["permitted"].transform("sum"),
    )
    rows = rows[rows["period"] <= month_end(context.as_of)].sort_values([*year, "month"])
    return rows.assign(so_far=rows.groupby(year)["discharged"].cumsum())


def reports(context: AlertContext) -> pd.DataFrame:
    """Return each outlet's monthly report from its due date on, month by month."""
    rows = context.frames[TABLE]
    told = rows["title"] + rows["year"].astype(str) + "年" + rows["month"].astype(str) + "月的报告"
    return waiting(rows.assign(title=told), "due_on", "reported_on", context.as_of)


@warning(MODULE, monthly, TABLE, decimals=1, message="{subject}当月排放量为许可量的{value}")
def discharge_month(discharged, permitted):
    """每个排放口当月排放量占当月许可量的比重"""
    return discharged / permitted * 100


@warning(MODULE, monthly, TABLE, decimals=1, message="为止{subject}本年已排放全年许可量的{value}")
def discharge_year(so_far, year_permitted):
    """每个排放口本年累计排放量占全年许可量的比重"""
    return so_far / year_permitted * 100


@warning(MODULE, reports, TABLE, message="末{subject}逾期{value}没有报送")
def discharge_unreported(days):
    """报送期限以后仍没有报送当月排放量的天数"""
    return days
