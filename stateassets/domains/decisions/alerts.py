"""三重一大: no meeting or too late, quorum, votes, recusal, legal review, and what came of it."""

from __future__ import annotations

import pandas as pd

from ...alerts.months import subject, waiting
from ...alerts.rules import AlertContext, warning
from ...tables.periods import month_end

MODULE = "decisions"
LINES = "decision_lines"


def meetings(context: AlertContext) -> pd.DataFrame:
    """Return the matters in the month of their meeting."""
    held = context.frames["decisions"]
    held = held[held["meeting_on"] <= context.as_of]
    return held.assign(
        rows=held.index + 2,
        subject=subject(held),
        period=month_end(held["meeting_on"]),
        ahead=(held["meeting_on"] - held["executed_on"]).dt.days,
    )


def unmet(context: AlertContext) -> pd.DataFrame:
    """Return the matters above their kind's line since their execution, month by month."""
    rows = context.frames["decisions"]
    line = rows["kind"].map(context.frames[LINES].set_index("kind")["line"])
    return waiting(rows[rows["amount"] >= line], "executed_on", "meeting_on", context.as_of)


def executed(context: AlertContext) -> pd.DataFrame:
    """Return the matters in the month in which their execution began."""
    begun = context.frames["decisions"]
    begun = begun[begun["executed_on"] <= context.as_of]
    return begun.assign(rows=begun.index + 2, subject=subject(begun), period=month_end(begun["executed_on"]))


def pending(context: AlertContext) -> pd.DataFrame:
    """Return the matters since their decision, month by month, until their execution."""
    return waiting(context.frames["decisions"], "meeting_on", "executed_on", context.as_of)


def unreviewed(context: AlertContext) -> pd.DataFrame:
    """Return the matters that were decided without a legal review, month by month."""
    return waiting(context.frames["decisions"], "meeting_on", "reviewed_on", context.as_of)


@warning(MODULE, unmet, "decisions", LINES, message="末{subject}已执行{value}而没有会议决策")
def decision_unmet(days):
    """达到集体决策标准的事项，开始执行以后仍没有会议决策的天数"""
    return days


@warning(MODULE, meetings, "decisions", message="{subject}在会议以前{value}已经执行")
def decision_early(ahead):
    """开始执行日期早于会议日期的天数"""
    return ahead


@warning(MODULE, meetings, "decisions", decimals=1, message="{subject}的到会比例为{value}")
def decision_quorum(present, members):
    """实到人数占应到人数的比重"""
    return present / members * 100


@warning(MODULE, executed, "decisions", decimals=1, message="{subject}已执行，而赞成只占应到的{value}")
def decision_votes(in_favour, members):
    """已经执行的事项，赞成人数占应到人数的比重，过半数才算通过"""
    return in_favour / members * 100


@warning(MODULE, meetings, "decisions", message="{subject}应当回避而没有回避{value}")
def decision_recusal(to_recuse, recused):
    """应回避人数减去实际回避人数"""
    return to_recuse - recused


@warning(MODULE, unreviewed, "decisions", message="末{subject}涉及{value}，已经决策而没有法律审核")
def decision_unreviewed(amount, open):
    """已经会议决策而没有法律审核的事项金额"""
    return amount * open


@warning(MODULE, executed, "decisions", decimals=1, message="{subject}的执行金额超出决策金额{value}")
def decision_beyond(executed_amount, amount):
    """执行金额超出决策金额的比例"""
    return (executed_amount - amount) / amount * 100


@warning(MODULE, pending, "decisions", message="末{subject}决策以后{value}没有执行")
def decision_stale(days):
    """会议决策以后仍没有开始执行的天数"""
    return days
