"""A report that prints several levels of one item in one year speaks of several periods or things.

702.3亿元 of one month beside 3218.5亿元 since January contradict nothing. The first is kept with
the changes that follow it; what belongs to the others is set aside, unless the two differ as a
misprint does.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..measures.claims import Claim
from ..measures.units import base_size, half_up
from . import vocabulary as words
from .findings import near, telling
from .span import span_of

WHY = "同一项目还印了别的数，分不清是哪一期、哪一项的"
UNITS_APART = (10**4, 10**8)  # what one unit of money is of another


def of_other_periods(claims: Sequence[Claim]) -> set[Claim]:
    """Return the claims that speak of another period or thing than the first of their item."""
    first: dict[tuple[str, str, int, str, str], Claim] = {}
    other: set[tuple[str, str, int, str]] = set()  # items of which another level was printed last
    found = set()
    for claim in claims:
        if not claim.bounded or claim.as_kind is None:
            continue
        item = (claim.source, claim.scope, claim.year, claim.item)
        told = first.setdefault((*item, claim.kind), claim)
        differs = told is not claim and not _same(told, claim)
        if claim.kind == "level":
            (other.add if differs else other.discard)(item)
        if differs or item in other:
            found.add(claim)
    return found


def _same(one: Claim, two: Claim) -> bool:
    """Can two numbers be one, or have been one before a misprint?"""
    if span_of(one).meets(span_of(two)):
        return True
    if {one.unit, two.unit} <= set(words.COUNTS) and not (telling(one.text) and telling(two.text)):
        return False  # 5户企业…，7户企业…: of each so many, not the whole twice
    if near(one.text, two.text):
        return True
    rough = max(one, two, key=lambda c: base_size(c.unit) / 10**c.decimals)
    texts = [str(half_up(c.size / base_size(rough.unit), rough.decimals)) for c in (one, two)]
    if near(*texts):
        return True
    low, high = sorted((abs(one.size), abs(two.size)))
    return low > 0 and any(abs(high / low / times - 1) < 1 / 100 for times in UNITS_APART)
