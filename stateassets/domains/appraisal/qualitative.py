"""What several assessors gave: the trimmed mean, and how far they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from ...measures.units import Number


def trimmed_mean(scores: Sequence[Number]) -> float | None:
    """Return the mean without the highest and the lowest score; of one or two, the plain mean.

    None where nobody scored.
    """
    if not scores:
        return None
    kept = sorted(scores)[1:-1] if len(scores) > 2 else scores
    return float(sum(float(s) for s in kept) / len(kept))


def ranks(scores: Sequence[Number]) -> list[float]:
    """Return ranks from 1 (lowest); equal scores share the mean of their places."""
    ordered = sorted(scores)
    return [
        (2 * ordered.index(s) + ordered.count(s) + 1) / 2  # mean of the places from first to last
        for s in scores
    ]


def concordance(scores: Sequence[Sequence[Number]]) -> float | None:
    """Return Kendall's W of assessors (rows) over objects (columns): 1 is one order, 0 is none.

    W = 12 S / (m^2 (n^3 - n) - m T) with T the sum of t^3 - t over ties (Kendall and Babington
    Smith, "The problem of m rankings", Annals of Mathematical Statistics 10, 1939; the
    correction for ties as in Kendall, Rank Correlation Methods). None where there are fewer than
    two assessors or objects, or where nobody told any apart.
    """
    m, n = len(scores), len(scores[0]) if scores else 0
    if m < 2 or n < 2:
        return None
    ranked = [ranks(row) for row in scores]
    sums = [sum(column) for column in zip(*ranked, strict=True)]
    spread = sum((s - m * (n + 1) / 2) ** 2 for s in sums)
    ties = sum(t**3 - t for t in chain.from_iterable(Counter(row).values() for row in scores))
    most = m**2 * (n**3 - n) - m * ties
    return 12 * spread / most if most else None


def agreement(w: float | None) -> str:
    """Return Kendall's W in words."""
    if w is None:
        return "无法判断"
    return "高度一致" if w >= 0.7 else "大体一致" if w >= 0.4 else "分歧较大"
