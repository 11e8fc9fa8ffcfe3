"""Round numbers at which an axis is labelled."""

from __future__ import annotations

from math import ceil, floor, log10


def step(span: float, most: int) -> float:
    """Return the smallest round step (1, 2, 5 and their tenfolds) that divides a span into at most so many."""
    if span <= 0:
        return 1.0
    size = 10.0 ** floor(log10(span / most))
    return next(size * by for by in (1, 2, 5, 10, 20) if span / (size * by) <= most)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers from at or below ``low`` to at or above ``high``."""
    by = step(high - low, most)
    return [n * by for n in range(floor(round(low / by, 9)), ceil(round(high / by, 9)) + 1)]


def places(values: list[float]) -> int:
    """Return how many decimals tell labels apart."""
    return next(n for n in range(7) if all(abs(value - round(value, n)) < 1e-9 for value in values) or n == 6)
