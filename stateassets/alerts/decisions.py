"""三重一大: decisions after the fact, without a quorum or without a legal review."""

from __future__ import annotations

import pandas as pd

from .months import subject, waiting
from .registry import Sight, warning

MODULE = "decisions"


def meetings(sight: Sight) -> pd.DataFrame:
    """Return the matters in the month of their meeting."""
    held = sight.frames["decisions"]
    held = held[held["meeting_on"] <= sight.as_of]
    return held.assign(
        rows=held.index + 2, subject=subject(held), period=held["meeting_on"] + pd.offsets.MonthEnd(0),
        ahead=(held["meeting_on"] - held["executed_on"]).dt.days,
    )  # fmt: skip


def unreviewed(sight: Sight) -> pd.DataFrame:
    """Return the matters that were decided without a legal review, month by month."""
    return waiting(sight.frames["decisions"], "meeting_on", "reviewed_on", sight.as_of)


@warning(MODULE, meetings, "decisions", said="{subject}在会议以前{value}已经执行")
def decision_early(ahead):
    """开始执行日期早于会议日期的天数"""
    return ahead


@warning(MODULE, meetings, "decisions", decimals=1, said="{subject}的到会比例为{value}")
def decision_quorum(present, members):
    """实到人数占应到人数的比重"""
    return present / members * 100


@warning(MODULE, unreviewed, "decisions", said="末{subject}涉及{value}，已经决策而没有法律审核")
def decision_unreviewed(amount, open):
    """已经会议决策而没有法律审核的事项金额"""
    return amount * open
