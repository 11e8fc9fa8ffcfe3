"""投资: over plan, past its date, without the return that was promised."""

from __future__ import annotations

import pandas as pd

from .months import now, waiting
from .registry import Sight, warning

MODULE = "investment"


def projects(sight: Sight) -> pd.DataFrame:
    """Return the investments as they stand."""
    return now(sight.frames["investments"], sight.as_of)


def unfinished(sight: Sight) -> pd.DataFrame:
    """Return the investments that are past their date, month by month."""
    return waiting(sight.frames["investments"], "due_on", "finished_on", sight.as_of)


def mature(sight: Sight) -> pd.DataFrame:
    """Return the investments that were finished long enough ago to give a return."""
    months = int(sight.limit("return_months"))
    found = projects(sight)
    return found[found["finished_on"] + pd.DateOffset(months=months) <= sight.as_of]


@warning(MODULE, projects, "investments", decimals=1, said="{subject}超出批准总投资{value}")
def investment_over(invested, planned):
    """累计完成投资超出批准总投资的比例"""
    return (invested - planned) / planned * 100


@warning(MODULE, unfinished, "investments", said="末{subject}逾期{value}没有完成")
def investment_late(days):
    """计划完成日期以后仍没有完成的天数"""
    return days


@warning(
    MODULE,
    mature,
    "investments",
    "platform_limits",
    decimals=1,
    said="{subject}的回报率与可研相差{value}",
)
def investment_idle(yearly_return, invested, expected_return):
    """投产满规定月数的项目，实际年回报率与可研年回报率之差，占可研年回报率的比重"""
    return (yearly_return / invested * 100 - expected_return) / expected_return * 100
