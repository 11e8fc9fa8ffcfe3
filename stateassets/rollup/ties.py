"""A whole's number is the sum of its parts': which are, and whether printed intervals allow it.

Only sums of ends of intervals are needed for that, no solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..measures.claims import Claim
from ..measures.measures import Quantity
from ..measures.registry import REGISTRY
from ..measures.units import Interval
from .coverage import additive


def exactly(value: Fraction | int) -> Interval:
    """Return the interval of one value."""
    return Interval(Fraction(value), Fraction(value), high_closed=True)


NOTHING = exactly(0)


def negative(of: Interval) -> Interval:
    """Return what an interval's values are with the other sign."""
    low, high = (None if end is None else -end for end in (of.high, of.low))
    return Interval(low, high, of.high_closed, of.low_closed)


def added(some: Iterable[Interval]) -> Interval:
    """Return what intervals come to: an end is open if one of theirs is, and lost if one of theirs is."""
    given = list(some)
    lows, highs = [one.low for one in given], [one.high for one in given]
    return Interval(
        None if None in lows else sum((end for end in lows if end is not None), Fraction(0)),
        None if None in highs else sum((end for end in highs if end is not None), Fraction(0)),
        all(one.low_closed for one in given),
        all(one.high_closed for one in given),
    )


@dataclass(frozen=True)
class Tie:
    """A measure of the whole is its parts' sum, or, where some part is not there, no less than that.

    ``off`` is what the parts count beyond the whole, in base units: what two of them report both. It is an interval
    where nobody knows whether the whole counts what one of them reports and none of them owns.
    """

    whole: str
    parts: tuple[str, ...]
    name: str
    complete: bool = True
    off: Interval = NOTHING

    def holds(self, claim: Claim) -> bool:
        """Tell whether a claim is one of the amounts that are tied."""
        return (claim.indicator, claim.kind) == (self.name, "level") and claim.region in (self.whole, *self.parts)

    def without(self, some: Iterable[str], together: Interval) -> Tie:
        """Return the tie of the other parts, where some come to what lies in an interval."""
        left_out = set(some)
        rest = tuple(part for part in self.parts if part not in left_out)
        return replace(self, parts=rest, off=added([self.off, negative(together)]))


def ties_of(
    whole: str,
    parts: Sequence[str],
    claims: Sequence[Claim],
    missing: Iterable[str],
    off: Callable[[str], Interval | None],
) -> tuple[Tie, ...]:
    """Return which printed numbers of a whole are sums of its parts' printed ones.

    Where a part has not come, or did not print the number, the others' sum is only a lower bound, and that
    only of what cannot be below nought. ``off`` tells what the parts count beyond the whole; None if nobody knows.
    """
    printed: dict[str, set[str]] = {}
    for claim in claims:
        if claim.kind == "level" and claim.bounded and claim.indicator and additive(claim.indicator):
            printed.setdefault(claim.indicator, set()).add(claim.region)
    all_here = not list(missing)
    found = []
    for name, regions in printed.items():
        those = tuple(part for part in parts if part in regions)
        complete, beyond = all_here and len(those) == len(parts), off(name)
        if whole in regions and those and beyond is not None and (complete or _nonnegative(name)):
            found.append(Tie(whole, those, name, complete, beyond))
    return tuple(found)


def _nonnegative(name: str) -> bool:
    measure = REGISTRY[name]
    return isinstance(measure, Quantity) and measure.nonnegative


def levels(claims: Iterable[Claim], name: str) -> dict[str, Claim]:
    """Return the printed amount of a measure by district."""
    return {c.region: c for c in claims if c.indicator == name and c.kind == "level" and c.bounded}


def broken(tie: Tie, claims: Iterable[Claim]) -> bool:
    """Tell whether the printed amounts cannot keep to a tie; not where one of them was left out."""
    printed = levels(claims, tie.name)
    if not printed.keys() >= {tie.whole, *tie.parts}:
        return False
    parts = [printed[part].interval for part in tie.parts]
    return disjoint(added([printed[tie.whole].interval, tie.off]), parts, tie.complete)


def fewest(tie: Tie, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the fewest printed amounts that show a tie broken, the whole's last.

    Where none can be below nought, as few parts as already exceed the whole; else all are needed.
    """
    printed = levels(claims, tie.name)
    total, parts = printed[tie.whole], [printed[part] for part in tie.parts]
    most = added([total.interval, tie.off])
    largest = sorted(parts, key=lambda claim: claim.interval.low or 0, reverse=True)
    for count in range(1, len(largest) + 1) if _nonnegative(tie.name) else ():
        some = largest[:count]
        if disjoint(most, [claim.interval for claim in some], complete=False):
            return (*(claim for claim in parts if claim in some), total)
    return (*parts, total)


def disjoint(total: Interval, parts: Sequence[Interval], complete: bool = True) -> bool:
    """Tell whether no values in some intervals come to one in another (or, if not ``complete``, to less)."""
    reached = added(parts)
    return _below(total, reached) or (complete and _below(reached, total))


def _below(one: Interval, other: Interval) -> bool:
    """Is all of one interval less than all of another?"""
    if one.high is None or other.low is None:
        return False
    return one.high < other.low or (one.high == other.low and not (one.high_closed and other.low_closed))
