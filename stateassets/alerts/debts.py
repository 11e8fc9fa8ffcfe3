"""The watch over debts: is the plan made, the money found and the money ready in good time?

The steps and how many months before the due date each has to be done are rows of the table
``debt_watch``. A date that the earlier month does not have (31 August, six months back) is that
month's last day; weekends are not moved.
"""

from __future__ import annotations

import pandas as pd

from .months import waiting
from .registry import Sight, warning

MODULE = "funds"
DEBTS, WATCH = "debts", "debt_watch"
# The column of ``debts`` that says when a step was done.
DONE_ON = {"plan": "plan_made_on", "funds": "funds_secured_on", "ready": "funds_ready_on",
           "repaid": "repaid_on"}  # fmt: skip


def steps(debts: pd.DataFrame, watch: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each debt and step: ``deadline`` and ``done_on`` (empty: not done)."""
    months = {**dict(zip(watch["step"], watch["months"], strict=True)), "repaid": 0}
    debts = debts.assign(row=debts.index)
    parts = [
        debts.assign(
            step=step,
            deadline=debts["due_on"] - pd.DateOffset(months=int(ahead)),
            done_on=debts[DONE_ON[step]],
        )
        for step, ahead in months.items()
    ]
    return pd.concat(parts, ignore_index=True)


def late(sight: Sight, step: str) -> pd.DataFrame:
    """Return for each debt and month's end how many days a step is late; done: none."""
    found = steps(sight.frames[DEBTS], sight.frames[WATCH])
    own = found[found["step"] == step].set_index("row")
    return waiting(own, "deadline", "done_on", sight.as_of)


def plan(sight: Sight) -> pd.DataFrame:
    """Return the plans' lateness."""
    return late(sight, "plan")


def funds(sight: Sight) -> pd.DataFrame:
    """Return the lateness of finding the money."""
    return late(sight, "funds")


def ready(sight: Sight) -> pd.DataFrame:
    """Return the lateness of having the money ready."""
    return late(sight, "ready")


def repayment(sight: Sight) -> pd.DataFrame:
    """Return the lateness of repayment itself."""
    return late(sight, "repaid")


@warning(MODULE, plan, DEBTS, WATCH, said="末{subject}还款计划逾期{value}没有制定")
def debt_plan_late(days):
    """到期债务的还款计划在规定月数之前制定，逾期的天数"""
    return days


@warning(MODULE, funds, DEBTS, WATCH, said="末{subject}还款资金来源逾期{value}没有落实")
def debt_funds_late(days):
    """到期债务的还款资金来源在规定月数之前落实，逾期的天数"""
    return days


@warning(MODULE, ready, DEBTS, WATCH, said="末{subject}还款资金逾期{value}没有备足")
def debt_ready_late(days):
    """到期债务的还款资金在规定月数之前备足，逾期的天数"""
    return days


@warning(MODULE, repayment, DEBTS, WATCH, said="末{subject}逾期{value}没有偿还")
def debt_repayment_late(days):
    """债务到期以后没有偿还的天数"""
    return days
