"""Can the printed numbers of one report all be true together, and what do they imply?

If no true values print as all of them, the smallest set of claims that cannot stand together is
named; if some do, the ranges of what was not printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from ..measures.claims import Claim
from ..measures.measures import Measure
from ..measures.units import base_size
from .comparable import comparable
from .model import Model
from .periods import of_other_periods

# Implied ranges are found to this part of the last printed digit.
STEPS_PER_DIGIT = 100
POSSIBLE, IMPOSSIBLE, UNDECIDED = "可以同时成立", "不能同时成立", "未决"


@dataclass(frozen=True)
class Implied:
    """The range of a figure that was not printed, in base units, and what it rests on."""

    measure: Measure
    year: int
    low: float
    high: float
    rests_on: tuple[Claim, ...]


@dataclass(frozen=True)
class Verdict:
    """The audit of one region, year and scope."""

    region: str
    year: int
    scope: str
    state: str
    claims: tuple[Claim, ...]
    tied: tuple[Claim, ...] = ()
    conflict: tuple[Claim, ...] = ()
    implied: tuple[Implied, ...] = ()
    unread: tuple[Claim, ...] = ()


def audit(claims: Iterable[Claim], implied: bool = True) -> list[Verdict]:
    """Audit printed numbers, each region, year and scope by itself.

    ``implied`` also works out the ranges of what was not printed, which takes longer.
    """

    def key(claim: Claim) -> tuple[str, int, str]:
        return claim.region, claim.year, claim.scope

    ordered = sorted(claims, key=key)
    meaning = {c for _, region in groupby(ordered, lambda c: c.region) for c in comparable(region)}
    return [_audit_one(*where, tuple(group), meaning, implied) for where, group in groupby(ordered, key)]


def _audit_one(
    region: str, year: int, scope: str, claims: tuple[Claim, ...], meaning: set[Claim], implied: bool
) -> Verdict:
    other = of_other_periods(claims)
    read = Model([c for c in claims if c in meaning and c not in other], asked=False)
    tied, core = read.tied(), read.core()
    unread = tuple(c for c in claims if c not in read.claims)
    model = Model(core, repeatable=True)
    answer, loose = str(model.decide()), False
    if answer == "unsat":  # perhaps only for those who reckon from rounded numbers
        model, loose = Model(core, repeatable=True, loose=True), True
        answer = str(model.decide())
    state = {"sat": POSSIBLE, "unsat": IMPOSSIBLE}.get(answer, UNDECIDED)
    conflict = model.smallest_conflict() if state == IMPOSSIBLE else ()
    if conflict and model.possible_below_zero(model.claims):  # a growth or ratio among them has no meaning
        return Verdict(region, year, scope, POSSIBLE, read.claims, tied, unread=unread)
    # What stands alone implies nothing about other figures, and would only slow the search.
    ranges = tuple(_implied(Model(tied, repeatable=True, loose=loose), year)) if implied and state == POSSIBLE else ()
    return Verdict(region, year, scope, state, read.claims, tied, conflict, ranges, unread)


def _implied(model: Model, year: int) -> Iterable[Implied]:
    for measure, offset in model.unprinted():
        step = base_size(measure.unit) / 10**measure.decimals / STEPS_PER_DIGIT
        term = model.term(measure.name, offset)
        found = model.range_of(term, step)
        if found is None:
            continue
        low, high = found
        half = step * STEPS_PER_DIGIT / 2
        if measure.unit == "%" and low < half and high >= 100 - half:
            continue  # printed, it is nought to a hundred: any ratio of the kind lies there
        reasons = model.reasons(model.beyond(term, low - 2 * step, -1), model.beyond(term, high + 2 * step, 1))
        rests_on = tuple(c for c in model.claims if c in reasons)
        if rests_on:  # else it holds of any report whatever, and tells nothing
            yield Implied(measure, year + offset, float(low), float(high), rests_on)
