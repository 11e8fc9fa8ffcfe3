"""Interval arithmetic: what a formula can give when its inputs are printed numbers.

The fifth reader of the registry's formulas. Ends count as inside, so a span may be a little too
wide and never too narrow: what it rules out is impossible.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..measures.claims import Claim
from ..measures.growth import comparable
from ..measures.units import Interval


class UndefinedError(ArithmeticError):
    """A formula divides by something that may be zero."""


class IncomparableError(UndefinedError):
    """A formula divides by something that is zero or negative: what it gives has no meaning."""


@dataclass(frozen=True)
class Span:
    """All numbers from ``low`` to ``high``; ``middle`` is the printed number's own value."""

    low: Fraction
    high: Fraction
    middle: Fraction

    @classmethod
    def of(cls, interval: Interval, middle: Fraction) -> Span:
        """Return what a printed number stands for; an open side ends at the number itself."""
        low = middle if interval.low is None else interval.low
        high = middle if interval.high is None else interval.high
        return cls(low, high, middle)

    def meets(self, other: Span) -> bool:
        """Tell whether the two have a number in common."""
        return self.low <= other.high and other.low <= self.high

    @staticmethod
    def _as(other: Any) -> Span:
        if isinstance(other, Span):
            return other
        value = Fraction(other)
        return Span(value, value, value)

    def __add__(self, other: Any) -> Span:
        o = self._as(other)
        return Span(self.low + o.low, self.high + o.high, self.middle + o.middle)

    def __neg__(self) -> Span:
        return Span(-self.high, -self.low, -self.middle)

    def __sub__(self, other: Any) -> Span:
        return self + -self._as(other)

    def __rsub__(self, other: Any) -> Span:
        return -self + other

    def __mul__(self, other: Any) -> Span:
        o = self._as(other)
        ends = [a * b for a in (self.low, self.high) for b in (o.low, o.high)]
        return Span(min(ends), max(ends), self.middle * o.middle)

    def __truediv__(self, other: Any) -> Span:
        o = self._as(other)
        if not (comparable(o.high) and comparable(o.middle)):
            raise IncomparableError("除数不大于零")
        if o.low <= 0:
            raise UndefinedError("除数可能是零")
        ends = [a / b for a in (self.low, self.high) for b in (o.low, o.high)]
        return Span(min(ends), max(ends), self.middle / o.middle)

    def __rtruediv__(self, other: Any) -> Span:
        return self._as(other) / self

    __radd__, __rmul__ = __add__, __mul__


def span_of(claim: Claim) -> Span:
    """Return the true values that print as a claim, in base units."""
    return Span.of(claim.interval, claim.size)


def opening_of(level: Claim, growth: Claim) -> Span:
    """Return last year's value by this year's and its growth; a loss grown out of a gain is one too."""
    now, grown = span_of(level), 1 + span_of(growth) / 100
    return -now / -grown if grown.high < 0 else now / grown
