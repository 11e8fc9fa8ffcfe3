"""功效系数法: what share of its weight a value earns between five standard values.

国资发评价〔2006〕157号: between two neighbouring standards the share runs straight from the worse
one's coefficient to the better one's; at or above 优秀 it is the best coefficient; below 较差 it is
zero, so the one jump of the curve lies at the worst standard, where the rule itself has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BANDS = {"excellent": "优秀", "good": "良好", "average": "平均", "low": "较低", "poor": "较差"}
BELOW = "较差以下"
MORE, LESS, BAND = "more", "less", "band"


@dataclass(frozen=True)
class Standard:
    """Five standard values, best first, in the measure's base unit.

    For an indicator of which a band is best, ``best`` is that band and the values are how far
    outside of it a value may lie. ``source`` says whose standard it is.
    """

    values: tuple[float, ...]
    best: tuple[float, float] | None = None
    source: str = ""


def judged(value: float, standard: Standard, direction: str) -> tuple[float, tuple[float, ...]]:
    """Return value and standards turned so that more is better."""
    if direction == MORE:
        return value, standard.values
    if direction == BAND:
        assert standard.best is not None
        low, high = standard.best
        value = max(low - value, value - high, 0.0)
    return -value, tuple(-v for v in standard.values)


def band(value: float, standard: Standard, direction: str) -> int:
    """Return which band a value lies in: 0 is 优秀, 5 lies below 较差.

    On equal standards the better one counts.
    """
    value, levels = judged(value, standard, direction)
    return next((i for i, level in enumerate(levels) if value >= level), len(levels))


def share(value: float, standard: Standard, direction: str, coefficients: Sequence[float]) -> float:
    """Return the share of its weight that a value earns, from 0 to the best coefficient.

    >>> share(6.35, Standard((14.6, 6.0, -0.5, -10.2, -23.6)), MORE, (1, .8, .6, .4, .2)) * 30
    24.244186046511626
    """
    at = band(value, standard, direction)
    value, levels = judged(value, standard, direction)
    if at == len(levels):
        return 0.0
    if at == 0:
        return coefficients[0]
    # The band's lower standard is reached and the upper one is not, so the two differ.
    efficacy = (value - levels[at]) / (levels[at - 1] - levels[at])
    return coefficients[at] + efficacy * (coefficients[at - 1] - coefficients[at])


def next_standard(value: float, standard: Standard, direction: str) -> float | None:
    """Return the value that just reaches the next better band, None where there is none."""
    at = band(value, standard, direction)
    if at == 0:
        return None
    wanted = standard.values[at - 1]
    if direction != BAND:
        return wanted
    assert standard.best is not None
    low, high = standard.best
    return high + wanted if value > high else low - wanted


def band_name(at: int) -> str:
    """Return a band in words."""
    return [*BANDS.values(), BELOW][at]
