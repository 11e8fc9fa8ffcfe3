"""When a number can be divided by, so that one year compares with another as a rate, and what is said where not.

A rate of growth needs a base above zero. Where a number changes its sign words say what happened:
由盈转亏, of a loss in both years 减亏 or 增亏, of anything but a profit 由正转负.
"""

from __future__ import annotations

from typing import Any

INCOMPARABLE = "不可比"
PROFIT = ("利润", "创利")  # in the name of what is a profit, or a loss


def comparable(base: Any) -> Any:
    """Whether what is divided by such a base has a meaning, growth and shares alike; of an array, for each."""
    return base > 0


def rate(now: float, before: float) -> float | None:
    """Return the growth in per cent, None from a base at or below zero."""
    return float(100 * (now - before) / before) if comparable(before) else None


def turn(now: float, before: float, name_zh: str = "") -> str:
    """Return what is said in the place of a rate of growth, empty where the rate says it.

    ``name_zh`` is what the numbers are of: a profit is said to become a loss.
    """
    if before > 0 <= now:
        return ""
    if before == 0:
        return INCOMPARABLE
    profit = any(word in name_zh for word in PROFIT)
    if before > 0:
        return "由盈转亏" if profit else "由正转负"
    if now > 0:
        return "由亏转盈" if profit else "由负转正"
    if not profit:
        return INCOMPARABLE
    if now == before:
        return "与上年持平"
    return "不再亏损" if now == 0 else "减亏" if now > before else "增亏"
