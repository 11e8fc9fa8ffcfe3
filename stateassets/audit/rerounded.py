"""What a change can truly be where it was reckoned from numbers that had been rounded before.

63.63 less 62.87 is 0.76, whatever the two were before they were rounded: a change in points or in
amount may be off by one unit of the level's last digit, and growth of a small amount by more than
its own rounding. Such a difference is 尾差, never an error.
"""

from __future__ import annotations

from fractions import Fraction

from ..measures.claims import Claim
from ..measures.units import Interval, base_size


def last_digit(claim: Claim) -> Fraction:
    """Return what one unit of a printed number's last digit is worth, in base units."""
    return Fraction(0) if claim.qualifier == "exact" else base_size(claim.unit) / 10**claim.decimals


def rerounded(change: Claim, level: Claim | None) -> Interval:
    """Return the true values that a change may stand for if it came of rounded levels, this year's being ``level``."""
    exact = change.interval
    if exact.low is None or exact.high is None or change.kind == "level":
        return exact
    if change.kind in ("yoy_pp", "yoy_abs"):
        digit = last_digit(level) if level else last_digit(change)
        return Interval(exact.low - digit, exact.high + digit, high_closed=True)
    if level is None or level.size <= 0 or exact.low <= -100:
        return exact
    half = last_digit(level) / 2
    first = [level.size / (1 + end / 100) for end in (exact.high, exact.low)]
    if first[0] <= half or level.size <= half:
        return exact
    low, high = (level.size - half) / (first[1] + half), (level.size + half) / (first[0] - half)
    return Interval(100 * (low - 1), 100 * (high - 1), high_closed=True)
