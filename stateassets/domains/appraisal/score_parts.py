"""What a score is made of, what moved it, and what one step up would bring.

Every line's contribution is in points of the total score, and all of them add up to it exactly:
a basic indicator gives its points, a corrective one what it multiplies onto its part, the cap of
a part and the floor at nought stand as lines of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .guards import deduction
from .result import IndicatorValue, Result, evaluate
from .scheme import ASSESSED, BASIC
from .scoring import band as band_of
from .scoring import band_name, next_standard

GUARDS, FLOOR, SCOPE = "红线扣分", "扣到零分为止", "适用的指标有变，权重重新分担"
TINY = 1e-9


def contributions(result: Result) -> dict[str, float]:
    """Return what each line gives to the score; the values add up to it."""
    quantitative, assessed = result.side_shares
    found: dict[str, float] = {}
    if quantitative:
        for line in result.of(BASIC):
            found[line.indicator.title] = quantitative * line.points
        titles = {i.id: i.title for i in result.scheme.indicators}
        for part in result.parts:
            for key, (weight, single) in part.singles.items():
                found[titles[key]] = quantitative * part.basic * weight * (single - 1)
            capped = part.points - part.basic * part.coefficient
            if capped:
                found[f"{part.name}封顶"] = quantitative * capped
    if assessed:
        for line in result.of(ASSESSED):
            found[line.indicator.title] = assessed * line.points
    if result.penalties:
        found[GUARDS] = -deduction(result.penalties)
    below = result.score - sum(found.values())
    if below > TINY:  # only the floor at nought can lift the sum
        found[FLOOR] = below
    return found


def change(now: Result, before: Result) -> list[tuple[str, float]]:
    """Return (line, points by which it raised or lowered the score), largest first.

    A basic indicator's line is what its own value moved, at the mean of both years' weights; what
    came from indicators that apply in one of the years only, and so from weights handed on, is
    one line for all. The lines add up to the change of the score.
    """
    new, old = contributions(now), contributions(before)
    moved = {key: new.get(key, 0.0) - old.get(key, 0.0) for key in dict.fromkeys((*new, *old))}
    earlier = {line.indicator.id: line for line in before.of(BASIC)}
    scope = 0.0
    for line in now.of(BASIC):
        was, title = earlier[line.indicator.id], line.indicator.title
        weights = [x.effective * r.side_shares[0] for x, r in ((line, now), (was, before))]
        own = 0.0
        if line.applies and was.applies:
            own = ((line.share or 0.0) - (was.share or 0.0)) * sum(weights) / 2
        scope += moved.get(title, 0.0) - own
        moved[title] = own
    moved[SCOPE] = scope
    found = [(key, points) for key, points in moved.items() if abs(points) > TINY]
    return sorted(found, key=lambda pair: -abs(pair[1]))


@dataclass(frozen=True)
class ScoreStep:
    """What reaching the next better band on one indicator would bring, all else equal.

    ``gain`` is in points of the total score; in a corrected scheme it can be negative, since a
    better basic indicator lowers the coefficient that corrects its part.
    """

    indicator: str
    title: str
    value: float
    wanted: float
    band: str
    gain: float


def steps(
    result: Result, readings: Mapping[str, IndicatorValue], weights: Mapping[str, float] | None = None
) -> list[ScoreStep]:
    """Return a step for each indicator that is not yet in the best band, largest gain first."""
    found = []
    for line in result.lines:
        value, standard, direction = line.reading.value, line.standard, line.indicator.direction
        if not line.applies or standard is None or value is None:
            continue
        wanted = next_standard(value, standard, direction)
        if wanted is None:
            continue
        better = {**readings, line.indicator.id: IndicatorValue(wanted)}
        after = evaluate(result.scheme, result.subject, result.year, better, result.penalties, weights)
        found.append(
            ScoreStep(
                line.indicator.id,
                line.indicator.title,
                value,
                wanted,
                band_name(band_of(value, standard, direction) - 1),
                after.score - result.score,
            )
        )
    return sorted(found, key=lambda s: -s.gain)
