"""Amounts added up as whole numbers and divided once: the same digits in any order, on any engine.

A table holds an amount in 万元 with at most six decimals: a 分 is the last of them (``tables.reading`` refuses
more). A float carries such a number without loss, so tables may hold floats; but floats are not added up. What is
added up are whole millionths (of money: 分), and what is divided is kept as a fraction until it is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from ..tables.reading import PLACES
from .growth import comparable

ONE = 10**PLACES  # so many whole millionths; of 万元: 分
# Up to here a float times a million is nearer to the right whole number than to any other.
FLOATS_REACH = 2**51 // ONE
MOST = 2**63 - 1  # that 64 bits hold
EVERY = 2**53  # up to here a float is each whole number, so that dividing two of them rounds once
SIGNIFICANT_DIGITS = 12  # of a float that was computed; the rest is noise

Number = int | float | Decimal | Fraction
Amounts = TypeVar("Amounts", pd.Series, pd.DataFrame)


class Exact(float):
    """A float that knows the fraction that it is nearest to. Among such and whole numbers arithmetic stays exact."""

    exact: Fraction

    def __new__(cls, value: Number) -> Exact:
        """Make it of any number; of a float, of the decimal that was meant."""
        fraction = to_fraction(value)
        made = super().__new__(cls, fraction.numerator / fraction.denominator)
        made.exact = fraction
        return made

    def __getnewargs__(self) -> tuple[Fraction]:  # type: ignore[override]  # float's own takes one
        """Let it be copied and kept."""
        return (self.exact,)

    def __neg__(self) -> float:
        return Exact(-self.exact)

    def __abs__(self) -> float:
        return Exact(abs(self.exact))


def _reckoned(name: str) -> Callable[[Exact, Any], Any]:
    with_fraction, with_float = getattr(Fraction, name), getattr(float, name)

    def reckon(self: Exact, other: Any) -> Any:
        if isinstance(other, Exact | Fraction | int):
            return Exact(with_fraction(self.exact, other.exact if isinstance(other, Exact) else other))
        return with_float(self, other)

    return reckon


for _name in ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv"):
    setattr(Exact, f"__{_name}__", _reckoned(f"__{_name}__"))


def to_decimal(value: Number) -> Decimal:
    """Return ``value`` as a decimal: of a float the one that was meant, which is what a table could hold or,
    if it holds no such number, its first 12 digits."""
    if isinstance(value, Exact):
        value = value.exact
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    if isinstance(value, Decimal | int):
        return Decimal(value)
    held = float(f"{value:.{PLACES}f}") == value and abs(value) < FLOATS_REACH
    return Decimal(format(value, ".15g" if held else f".{SIGNIFICANT_DIGITS}g"))


def to_fraction(value: Number) -> Fraction:
    """Return the number that is meant, exactly."""
    if isinstance(value, Exact):
        return value.exact
    if isinstance(value, Fraction):
        return value
    return Fraction(value if isinstance(value, int) else to_decimal(value))


# --- sums ----------------------------------------------------------------------------------------


def whole(values: Any) -> np.ndarray:
    """Return numbers as whole millionths (of 万元: 分), what is missing as nought.

    As 64 bits, or as Python's integers where the sum of them all might not fit.
    """
    numbers = np.nan_to_num(np.asarray(values, dtype=float), nan=0.0)
    sizes = np.abs(numbers)
    near = sizes <= FLOATS_REACH
    if near.all() and sizes.sum() * ONE <= MOST // 2:  # half: the sum of the sizes is itself a float
        return np.rint(numbers * ONE).astype(np.int64)
    found = np.rint(np.where(near, numbers, 0.0) * ONE).astype(np.int64).astype(object)
    found[~near] = [round(to_fraction(n) * ONE) for n in numbers[~near].tolist()]
    return found


def exact_sum(values: Iterable[Number] | pd.Series) -> Exact:
    """Return the sum of amounts; what is missing counts as nought."""
    return Exact(Fraction(int(whole(values if isinstance(values, pd.Series) else list(values)).sum()), ONE))


def weighted(values: Iterable[Number], weights: Iterable[Number]) -> Exact | float:
    """Return the average of values by weights; NaN where these come to nothing."""
    pairs = [(to_fraction(v), to_fraction(w)) for v, w in zip(values, weights, strict=True) if v == v and w == w]
    whole_weight = sum(w for _, w in pairs)
    return Exact(sum(v * w for v, w in pairs) / whole_weight) if whole_weight > 0 else float("nan")


def exactly(amounts: Amounts, reckon: Callable[[Amounts], Any]) -> Any:
    """Return what sums and differences of amounts come to: reckoned in whole 分, as floats that carry the result."""
    if isinstance(amounts, pd.DataFrame):
        ints = pd.DataFrame({name: whole(amounts[name]) for name in amounts}, index=amounts.index)
    else:
        ints = pd.Series(whole(amounts), index=amounts.index, name=amounts.name)
    return reckon(ints) / ONE


def exact_sums(rows: pd.DataFrame, by: Any, amounts: str | list[str]) -> Any:
    """Return the sums of one or several columns of amounts for each value of ``by``, as pandas groups."""
    names = [amounts] if isinstance(amounts, str) else amounts
    return rows.assign(**{name: whole(rows[name]) for name in names}).groupby(by)[amounts].sum() / ONE


# --- formulas ------------------------------------------------------------------------------------


class Column:
    """A measure's values as formulas reckon with them: fractions of whole numbers, where they are ``known``.

    Numbers are held in 64 bits as long as what is made of them is sure to fit, then as Python's integers. What is
    divided by zero or by a negative number has no value: a return on negative equity or a share of a loss would be
    a number that tells nothing.
    """

    def __init__(self, over: Any, under: Any = 1, known: Any = True) -> None:
        self.over, self.under, self.known = _held(over), _held(under), known
        self._values: dict[int, Exact | None] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep what it is made of, not the values that were asked for: a fraction is slow to copy, quick to make."""
        return Column, (self.over, self.under, self.known)

    def at(self, place: int) -> Exact | None:
        """Return one value, None where there is none."""
        if place not in self._values:
            over, under, known = (part[place] for part in self._parts)
            self._values[place] = Exact(Fraction(int(over), int(under))) if known else None
        return self._values[place]

    @property
    def floats(self) -> np.ndarray:
        """All values, each the nearest float, NaN where there is none."""
        over, under, known = self._parts
        if max(_most(over), _most(under)) > EVERY:
            over = over.astype(object)  # Python divides integers of any size to the nearest float
        return np.where(known, over / under, np.nan).astype(float)

    @cached_property
    def _parts(self) -> tuple[np.ndarray, ...]:
        return np.broadcast_arrays(self.over, self.under, self.known)

    def __add__(self, other: Any) -> Column:
        other = _column(other)
        known = self.known & other.known
        if np.array_equal(self.under, other.under):  # amounts of one kind
            return Column(_sum(self.over, other.over), self.under, known)
        over = _sum(_product(self.over, other.under), _product(other.over, self.under))
        return Column(over, _product(self.under, other.under), known)

    def __neg__(self) -> Column:
        return Column(-self.over, self.under, self.known)

    def __sub__(self, other: Any) -> Column:
        return self + -_column(other)

    def __rsub__(self, other: Any) -> Column:
        return -self + other

    def __mul__(self, other: Any) -> Column:
        other = _column(other)
        return Column(_product(self.over, other.over), _product(self.under, other.under), self.known & other.known)

    def __truediv__(self, other: Any) -> Column:
        other = _column(other)
        can = comparable(other.over)
        over, under = self.over, other.over
        if not np.array_equal(self.under, other.under):  # amounts of one kind are as their numbers
            over, under = _product(over, other.under), _product(self.under, under)
        return Column(over, np.where(can, under, 1), self.known & other.known & can)

    def __rtruediv__(self, other: Any) -> Column:
        return _column(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __le__(self, other: Any) -> Any:
        difference = self - other
        return (difference.over <= 0).astype(bool) & difference.known

    def __ge__(self, other: Any) -> Any:
        return -self <= -_column(other)

    def __lt__(self, other: Any) -> Any:
        difference = self - other
        return (difference.over < 0).astype(bool) & difference.known

    def __gt__(self, other: Any) -> Any:
        return -self < -_column(other)


def _column(number: Any) -> Column:
    if isinstance(number, Column):
        return number
    fraction = to_fraction(number)
    return Column(fraction.numerator, fraction.denominator)


def _held(numbers: Any) -> np.ndarray:
    """Return whole numbers, or one, as an array."""
    if isinstance(numbers, np.ndarray):
        return numbers
    return np.array(numbers, dtype=np.int64 if abs(numbers) <= MOST else object)


def _most(numbers: np.ndarray) -> int:
    """Return the largest size of numbers, or more than 64 bits hold where they are Python's already."""
    if numbers.dtype == object:
        return MOST + 1
    return max(int(numbers.max(initial=0)), -int(numbers.min(initial=0)))


def _sum(one: np.ndarray, other: np.ndarray) -> Any:
    return np.add(*_wide(one, other, _most(one) + _most(other)))


def _product(one: np.ndarray, other: np.ndarray) -> Any:
    return np.multiply(*_wide(one, other, _most(one) * _most(other)))


def _wide(one: np.ndarray, other: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers as they are if ``most``, which they may come to, fits 64 bits, else as Python's integers."""
    return (one, other) if most <= MOST else (one.astype(object), other.astype(object))
