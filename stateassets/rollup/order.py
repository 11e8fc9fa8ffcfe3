"""How sure an order is: a printed number is an interval, so a place among others is a range of places."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..measures.units import Interval

End = tuple[Fraction, int]


@dataclass(frozen=True)
class Place:
    """Between which places, the largest being the first, something stands."""

    best: int
    worst: int

    @property
    def sure(self) -> bool:
        """Is there one place only?"""
        return self.best == self.worst

    @property
    def words(self) -> str:
        """The place as a sentence says it."""
        return f"第{self.best}" if self.sure else f"第{self.best}至第{self.worst}之间"


@dataclass(frozen=True)
class Spread:
    """The smallest, the quartiles and the largest of some values, interpolated between neighbours."""

    count: int
    low: Fraction
    first: Fraction
    median: Fraction
    third: Fraction
    high: Fraction


def _low(interval: Interval) -> End | None:
    """The lower end; an open one lies a hair above its number."""
    return None if interval.low is None else (interval.low, 0 if interval.low_closed else 1)


def _high(interval: Interval) -> End | None:
    return None if interval.high is None else (interval.high, 0 if interval.high_closed else -1)


def places(values: Mapping[str, Interval]) -> dict[str, Place]:
    """Return between which places each stands, whatever the true values are; equal ones share the better place.

    One is surely ahead of another if all that it may be is more than all that the other may be.
    """
    lows = sorted(end for one in values.values() if (end := _low(one)))
    highs = sorted(end for one in values.values() if (end := _high(one)))
    found = {}
    for name, own in values.items():
        low, high = _low(own), _high(own)
        ahead = len(lows) - bisect_right(lows, high) if high else 0
        behind = bisect_left(highs, low) if low else 0
        found[name] = Place(ahead + 1, len(values) - behind)
    return found


def spread(values: Sequence[Fraction]) -> Spread | None:
    """Return the median, the quartiles and the ends; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None

    def at(part: Fraction) -> Fraction:
        place = part * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (place - below) * (ordered[above] - ordered[below])

    quarter = Fraction(1, 4)
    return Spread(len(ordered), ordered[0], at(quarter), at(2 * quarter), at(3 * quarter), ordered[-1])
