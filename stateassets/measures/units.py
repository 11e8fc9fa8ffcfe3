"""How numbers are written: units, rounding, and what a printed number stands for.

Rounding is half up, on decimals, and happens here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isfinite

from ..tables.notation import grouped
from .exact import Exact, Number, to_decimal, to_fraction

__all__ = ["Number", "to_decimal", "to_fraction"]

# unit -> (dimension, size in the dimension's base unit)
UNITS: dict[str, tuple[str, Fraction]] = {
    "元": ("money", Fraction(1, 10_000)),
    "万元": ("money", Fraction(1)),
    "亿元": ("money", Fraction(10_000)),
    "万亿元": ("money", Fraction(100_000_000)),
    "人": ("people", Fraction(1)),
    "万人": ("people", Fraction(10_000)),
    "元/人": ("money per head", Fraction(1, 10_000)),
    "万元/人": ("money per head", Fraction(1)),
    "%": ("ratio", Fraction(1)),
    "成": ("ratio", Fraction(10)),
    "个百分点": ("points", Fraction(1)),
    "次": ("times", Fraction(1)),
    "户": ("count", Fraction(1)),
    "万户": ("count", Fraction(10_000)),
    "家": ("count", Fraction(1)),
    "个": ("count", Fraction(1)),
    "倍": ("times", Fraction(1)),
    "平方米": ("area", Fraction(1)),
    "万平方米": ("area", Fraction(10_000)),
}

SMALL = ("万元", "亿元")  # small amounts of the second are told in the first


def half_up(value: Number, decimals: int) -> Decimal:
    """Round ``value`` half up (ties away from zero) to ``decimals`` places."""
    if not isfinite(value):
        return to_decimal(value)
    exact = to_fraction(value) * 10**decimals
    digits = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return Decimal(-digits if exact < 0 else digits).scaleb(-decimals)  # never -0.0


def factor(unit: str, into: str) -> Fraction:
    """Return how many ``into`` one ``unit`` is.

    Raises:
        ValueError: a unit is unknown or the two measure different things.
    """
    if unit == into:
        return Fraction(1)
    try:
        (dimension, size), (other_dimension, other_size) = UNITS[unit], UNITS[into]
    except KeyError as missing:
        raise ValueError(f"不认识的单位：{missing.args[0]}") from None
    if dimension != other_dimension:
        raise ValueError(f"单位“{unit}”不能换算成“{into}”")
    return size / other_size


def base_size(unit: str) -> Fraction:
    """Return the size of a unit in its dimension's base unit; 1 for a unit of its own kind."""
    return UNITS[unit][1] if unit in UNITS else Fraction(1)


def in_unit(value: Number, unit: str) -> Fraction:
    """Return a value held in the base unit of its dimension (money: 万元) in ``unit``."""
    return to_fraction(value) / base_size(unit)


def amount_in(value: Number, unit: str) -> float:
    """Return an amount held in 万元 in ``unit``, as a picture takes it."""
    return Exact(in_unit(value, unit))


def with_unit(value: Number, unit: str, decimals: int) -> str:
    """Return ``value`` as the report prints it, e.g. ``696.9亿元``, ``57.6%`` or ``12,345万元``."""
    return f"{grouped(half_up(value, decimals))}{unit}"


def told_in(unit: str, decimals: int, amounts: Iterable[Number]) -> tuple[str, int]:
    """Return the unit and the decimals in which amounts, held in 万元, are told beside each other.

    As they are meant to be, unless the largest would print with a single digit or none, or one of a
    few 亿元 and less as nought: then in 万元, whole ones from ten upwards.
    """
    sizes = sorted(abs(in_unit(amount, unit)) for amount in amounts if amount) if unit in SMALL else []
    if not sizes:
        return unit, decimals
    digits = half_up(sizes[-1], decimals) >= Decimal(10).scaleb(-decimals)
    if unit == SMALL[0]:
        return unit, decimals if digits or decimals else 1
    if digits and (sizes[-1] >= 10 or half_up(sizes[0], decimals)):
        return unit, decimals
    return told_in(SMALL[0], 0, [size * base_size(unit) for size in sizes])


@dataclass(frozen=True)
class Interval:
    """The true values that print as one number; ``None`` is an open end at infinity."""

    low: Fraction | None
    high: Fraction | None
    low_closed: bool = True
    high_closed: bool = False

    def __contains__(self, value: Number) -> bool:
        exact = to_fraction(value)
        above = self.low is None or exact > self.low or (self.low_closed and exact == self.low)
        below = self.high is None or exact < self.high or (self.high_closed and exact == self.high)
        return above and below

    def scaled(self, by: Fraction) -> Interval:
        """Return the interval in another unit (``by`` > 0)."""
        low, high = (None if end is None else end * by for end in (self.low, self.high))
        return Interval(low, high, self.low_closed, self.high_closed)


# Numbers that were not printed as rounded ones: the word before or behind (逾250项, 40余处, 近93万元).
HEDGES = {"over": ("逾", ""), "more": ("", "余"), "nearly": ("近", ""), "about": ("约", "")}


# What a printed number may stand for, by how its last digit came about. Half up is assumed; the
# last closes both ends, as XBRL Calculations 1.1 does, so that it fits any way to round.
HALF_UP, HALF_EVEN, TRUNCATED, CLOSED = "half-up", "half-even", "truncate", "closed"
ROUNDINGS = {
    HALF_UP: "四舍五入",
    HALF_EVEN: "四舍六入五成双",
    TRUNCATED: "截去尾数",
    CLOSED: "两端都算在内（XBRL Calculations 1.1）",
}


def printed_interval(text: str, decimals: int, qualifier: str = "rounded", rounding: str = HALF_UP) -> Interval:
    """Return what a printed number stands for.

    ``696.9`` with one decimal is [696.85, 696.95), ``-1.4`` is (-1.45, -1.35] because
    ties round away from zero; ``over`` (逾) and ``more`` (余) are only a lower bound, ``nearly`` (近)
    only an upper one, ``about`` (约) is rounded at the last digit that is not nought, ``exact`` one
    value. ``rounding`` is one of ``ROUNDINGS``.
    """
    value = Fraction(text)
    if qualifier in ("over", "more"):
        return Interval(value, None)
    if qualifier == "nearly":
        return Interval(None, value, high_closed=True)
    if qualifier == "exact":
        return Interval(value, value, high_closed=True)
    step = Fraction(1, 10**decimals)
    if qualifier == "about":
        whole = str(abs(value / step))
        step *= 10 ** (len(whole) - len(whole.rstrip("0")) if value else 0)
    return _rounded(value, step, rounding)


def _rounded(value: Fraction, step: Fraction, rounding: str) -> Interval:
    """Return what is printed as ``value`` where numbers are kept to multiples of ``step``."""
    low, high = value - step / 2, value + step / 2
    if rounding == TRUNCATED:  # towards nought
        if value > 0:
            return Interval(value, value + step)
        return Interval(value - step, value or step, low_closed=False, high_closed=value < 0)
    if rounding == CLOSED or (rounding == HALF_EVEN and (value / step) % 2 == 0):
        return Interval(low, high, high_closed=True)
    if rounding == HALF_EVEN:
        return Interval(low, high, low_closed=False)
    if value > 0:
        return Interval(low, high)
    if value < 0:
        return Interval(low, high, low_closed=False, high_closed=True)
    return Interval(low, high, low_closed=False)
