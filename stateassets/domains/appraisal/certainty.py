"""How sure a rank is: weights and standards varied within stated bounds, drawn many times.

In each draw every weight is multiplied by its own factor and the weights of a role are brought
back to 100; the five standards of an indicator move together by a part of their mean distance.
All subjects see the same draw. The seed is fixed, so the same data give the same shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .result import IndicatorValue, Result, evaluate, ranked
from .scheme import ASSESSED, FULL_MARKS, ROLES, Scheme
from .scoring import Standard

SEED = 20231231


@dataclass(frozen=True)
class Certainty:
    """``ranks`` gives each subject's share of draws by rank, ``order`` the share of draws in
    which everybody's rank within the class is the stated one; both 0 to 1."""

    draws: int
    weights_vary: float
    standards_vary: float
    order: float
    ranks: Mapping[str, Mapping[int, float]]

    def holds(self, subject: str, rank: int) -> float:
        """Return the share of draws in which a subject has the rank."""
        return self.ranks[subject].get(rank, 0.0)

    def likely(self, subject: str, share: float = 0.9) -> tuple[int, int]:
        """Return the narrowest run of ranks, as first and last, that holds in such a share."""
        own = self.ranks[subject]
        places = range(min(own), max(own) + 1)
        runs = [(a, b) for a in places for b in places if a <= b]
        enough = [r for r in runs if sum(own.get(n, 0.0) for n in range(r[0], r[1] + 1)) >= share - 1e-9]
        return min(enough, key=lambda r: (r[1] - r[0], r[0]))


def certainty(
    scheme: Scheme, results: Sequence[Result], readings: Mapping[str, Mapping[str, IndicatorValue]], seed: int = SEED
) -> Certainty:
    """Return how often the ranks of ``results`` hold; ``readings`` are by subject."""
    rng = np.random.default_rng(seed)
    stated = ranked(results)
    counts: dict[str, dict[int, int]] = {r.subject.id: {} for r in results}
    held = 0
    for _ in range(scheme.draws):
        factors = _draw(scheme, rng, scheme.weights_vary)
        moves = _draw(scheme, rng, scheme.standards_vary)
        drawn = ranked(
            [
                evaluate(
                    scheme,
                    r.subject,
                    r.year,
                    readings[r.subject.id],
                    r.penalties,
                    varied_weights(scheme, {x.indicator.id: x.weight for x in r.lines}, factors),
                    {
                        x.indicator.id: _moved(x.standard, moves[x.indicator.id])
                        for x in r.lines
                        if x.indicator.role != ASSESSED
                    },
                )
                for r in results
            ]
        )
        held += drawn == stated
        for key, rank in drawn.items():
            counts[key][rank] = counts[key].get(rank, 0) + 1
    shares = {key: {n: count / scheme.draws for n, count in sorted(own.items())} for key, own in counts.items()}
    return Certainty(scheme.draws, scheme.weights_vary, scheme.standards_vary, held / scheme.draws, shares)


def _draw(scheme: Scheme, rng: np.random.Generator, bound: float) -> dict[str, float]:
    drawn = rng.uniform(-bound, bound, len(scheme.indicators)) / FULL_MARKS
    return {i.id: float(d) for i, d in zip(scheme.indicators, drawn, strict=True)}


def varied_weights(scheme: Scheme, weights: Mapping[str, float], factors: Mapping[str, float]) -> dict[str, float]:
    """Return weights moved by their factors, those of each role adding up to what they did."""
    found: dict[str, float] = {}
    for role in ROLES:
        own = {i.id: weights[i.id] for i in scheme.of(role) if i.id in weights}
        moved = {key: weight * (1 + factors[key]) for key, weight in own.items()}
        whole = sum(moved.values())
        found |= {key: m * sum(own.values()) / whole for key, m in moved.items()} if whole else own
    return found


def _moved(standard: Standard | None, move: float) -> Standard | None:
    if standard is None:
        return None
    step = abs(standard.values[0] - standard.values[-1]) / (len(standard.values) - 1)
    return Standard(tuple(v + move * step for v in standard.values), standard.best, standard.source)
