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


def rerounded(change: Claim, level: Claim | None, amount: Claim | None = None) -> Interval:
    """Return the true values that a change may stand for if it came of rounded numbers.

    ``level`` is this year's number and ``amount`` the change in amount, where they are printed; of
    growth without either one more digit is granted.
    """
    exact = change.interval
    if exact.low is None or exact.high is None or change.kind == "level":
        return exact
    if change.kind in ("yoy_pp", "yoy_abs"):
        digit = last_digit(level) if level else last_digit(change)
        return _wider(exact, exact.low - digit, exact.high + digit)
    now, half = _size(change, level, amount)
    if now is None:
        return _wider(exact, exact.low - last_digit(change), exact.high + last_digit(change))
    if now <= half or exact.low <= -100:
        return exact
    first = [now / (1 + end / 100) for end in (exact.high, exact.low)]
    if first[0] <= half:
        return exact
    low, high = (now - half) / (first[1] + half), (now + half) / (first[0] - half)
    return _wider(exact, 100 * (low - 1), 100 * (high - 1))


def _size(change: Claim, level: Claim | None, amount: Claim | None) -> tuple[Fraction | None, Fraction]:
    """Return about how large the number is that grew, and half of what its last digit is worth."""
    if level:
        return level.size, last_digit(level) / 2
    if amount and change.size:
        before = 100 * amount.size / change.size
        return before + amount.size, last_digit(amount) / 2
    return None, Fraction(0)


def _wider(exact: Interval, low: Fraction, high: Fraction) -> Interval:
    assert exact.low is not None and exact.high is not None
    return Interval(min(exact.low, low), max(exact.high, high), high_closed=True)
