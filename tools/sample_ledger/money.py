"""Whole-number money: every amount inside the generator is an ``int`` of 0.01 万元.

Integers make every accounting identity hold exactly; only writing turns them into text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import floor

WAN = 100  # units in one 万元
YI = 10_000 * WAN  # units in one 亿元

Row = dict[str, int]


def units(amount: float | Fraction, size: int = 1, step: int = 1) -> int:
    """Return ``amount`` times ``size`` as a whole number of units, a multiple of ``step``."""
    return floor(amount * size / step + Fraction(1, 2)) * step


def text(amount: int) -> str:
    """Return an amount as 万元 with two decimals, e.g. ``-0.05``."""
    whole, cents = divmod(abs(amount), WAN)
    return f"{'-' if amount < 0 else ''}{whole}.{cents:02d}"


def apportion(total: int, weights: Sequence[float], step: int = 1) -> list[int]:
    """Split ``total`` in proportion to ``weights`` so that the parts add up to it exactly.

    Parts are multiples of ``step``; the largest fractions get what rounding left over.

    Raises:
        ValueError: a weight is negative, all are zero, or ``total`` is not a multiple of ``step``.
    """
    if min(weights) < 0 or not sum(weights) or total % step:
        raise ValueError(f"无法把{total}按{list(weights)}分摊")
    whole = sum(weights)
    exact = [total // step * weight / whole for weight in weights]
    parts = [floor(part) for part in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total // step - sum(parts)]:
        parts[i] += 1
    return [part * step for part in parts]


def add(*rows: Mapping[str, int]) -> Row:
    """Return the sum of rows, column by column; a missing column is zero."""
    columns = dict.fromkeys(column for row in rows for column in row)
    return {column: sum(row.get(column, 0) for row in rows) for column in columns}


def subtract(row: Mapping[str, int], less: Mapping[str, int]) -> Row:
    """Return ``row`` less ``less``, column by column; a missing column is zero."""
    return add(row, {column: -amount for column, amount in less.items()})


def total(row: Mapping[str, int], columns: Iterable[str]) -> int:
    """Return the sum of some columns; a column written ``-name`` counts negative."""
    return sum(-row.get(c[1:], 0) if c.startswith("-") else row.get(c, 0) for c in columns)
