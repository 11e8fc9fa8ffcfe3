"""The lists that the report names: what the next week, month and quarter ask for.

A list looks from the day after on: seven days, one month, three months. Overdue payments and
steps stand on each until they are done; what fell due after the record ends has a list of its own,
``unseen``, for nobody knows whether it was done. Weekly: every payment and step, for those who do the
work. Monthly: every payment, with how far its preparation has got. Quarterly: one line an
enterprise, for those who decide.
"""

from __future__ import annotations

import pandas as pd

from ...measures.exact import exact_sums
from ...tables.periods import LATE, OPEN, OVERDUE, month_end
from .coverage import monthly
from .monitor import MONTHS, REPAID, UNSEEN, DebtMonitor

WEEK = pd.DateOffset(days=7)
MONTH = pd.DateOffset(months=1)
QUARTER = pd.DateOffset(months=3)
YEAR = pd.DateOffset(months=MONTHS)


def last_day(day: pd.Timestamp, span: pd.DateOffset) -> pd.Timestamp:
    """Return the last day of a list; months that begin after a month's end are whole."""
    end = day + span
    whole = day.is_month_end and span is not WEEK
    return month_end(end) if whole else end


def weekly(monitor: DebtMonitor, day: pd.Timestamp) -> pd.DataFrame:
    """Return the open steps (payments among them) due within seven days, or overdue, by deadline."""
    steps = monitor.steps(day)
    open_ = steps["state"].isin([OPEN, OVERDUE]) & (steps["deadline"] <= last_day(day, WEEK))
    return steps[open_].sort_values(["deadline", "enterprise_id", "debt_id"], ignore_index=True)


def payments(monitor: DebtMonitor, day: pd.Timestamp, span: pd.DateOffset) -> pd.DataFrame:
    """Return the payments of a span, one row each, with the ``state`` of every step as a column."""
    steps = monitor.steps(day)
    end = last_day(day, span)
    unpaid = steps[(steps["step"] == REPAID) & steps["state"].isin([OPEN, OVERDUE])]
    rows = unpaid[unpaid["due_on"] <= end]
    states = steps.pivot(index=["debt_id", "due_on"], columns="step", values="state")
    rows = rows.drop(columns=["step", "state", "plain", "deadline", "done_on"])
    rows = rows.merge(states.reset_index(), on=["debt_id", "due_on"], how="left")
    return rows.sort_values(["due_on", "enterprise_id", "debt_id"], ignore_index=True)


def quarterly(monitor: DebtMonitor, day: pd.Timestamp) -> pd.DataFrame:
    """Return for each enterprise that has to pay within the quarter what, and how it stands.

    ``payments``, ``principal``, ``interest``, ``late`` (steps overdue on the day), and of its
    coverage at the quarter's end ``covers_place``, ``covers_firm`` and ``covers_all``.
    """
    rows = payments(monitor, day, QUARTER)
    steps = monitor.steps(day)
    groups = rows.groupby("enterprise_id")
    found = exact_sums(rows, "enterprise_id", ["pay_principal", "pay_interest"])
    found = found.set_axis(["principal", "interest"], axis=1).assign(payments=groups.size())
    late = steps[steps["state"] == OVERDUE].groupby("enterprise_id").size()
    found["late"] = late.reindex(found.index).fillna(0).astype(int)
    cover = monthly(monitor, day)
    end = last_day(day, QUARTER).to_period("M")
    cover = cover[cover["month"] == end].set_index("enterprise_id")
    columns = ["covers_place", "covers_firm", "covers_all"]
    return found.join(cover[columns]).sort_values("principal", ascending=False).reset_index()


def unseen(monitor: DebtMonitor, day: pd.Timestamp) -> pd.DataFrame:
    """Return the steps that fell due after the end of the record and before the day, by deadline."""
    steps = monitor.steps(day)
    found = steps[steps["state"] == UNSEEN]
    return found.sort_values(["deadline", "enterprise_id", "debt_id"], ignore_index=True)


def missed(monitor: DebtMonitor, day: pd.Timestamp) -> pd.DataFrame:
    """Return the steps on record so far that were done late or are overdue, overdue first."""
    steps = monitor.steps(day)
    found = steps[steps["state"].isin([OVERDUE, LATE])]
    found = found.assign(rank=(found["state"] != OVERDUE))
    return found.sort_values(["rank", "deadline", "debt_id"], ignore_index=True)
