"""Which growth rates, ratios and shares have a meaning: what they divide by is above zero.

Growth from a loss, the debt ratio of assets that are none, a share of a loss: such a number can
be reckoned and printed, but it tells nothing, and nothing follows from it. It is found by the
signs of what was printed, said once (不可比), and kept out of every other check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from ..measures import growth
from ..measures.claims import Claim
from ..measures.measures import KINDS, Indicator, Kind, Measure
from ..measures.registry import REGISTRY
from .findings import INCOMPARABLE, Finding
from .span import IncomparableError, Span, UndefinedError, span_of
from .vocabulary import SIZES

GROWTH, CHANGE = "yoy_pct", "yoy_abs"
Get = Callable[[Claim, int, str], Claim | None]
Level = Callable[[str, int, str], Claim | None]  # of a scope, a year and an item
SAY_AMOUNT = "没有通常的意义：请改说增减多少，或说扭亏、由盈转亏、增亏、减亏。"


@dataclass(frozen=True)
class Sign:
    """One more reader of formulas: can a value be negative, and is it divided by one that can?"""

    negative: bool
    unsure: bool = False  # it is divided by something that may be zero or negative

    def _with(self, other: Any, negative: bool = False, divided: bool = False) -> Sign:
        o = other if isinstance(other, Sign) else Sign(other < 0)
        return Sign(self.negative or o.negative or negative, self.unsure or o.unsure or (divided and o.negative))

    def __add__(self, other: Any) -> Sign:
        return self._with(other)

    def __sub__(self, other: Any) -> Sign:
        return self._with(other, negative=True)

    def __truediv__(self, other: Any) -> Sign:
        return self._with(other, divided=True)

    def __rtruediv__(self, other: Any) -> Sign:
        return Sign(other < 0) / self

    def __neg__(self) -> Sign:
        return Sign(True, self.unsure)

    __radd__ = __mul__ = __rmul__ = __add__
    __rsub__ = __sub__


@lru_cache(maxsize=2_000)
def sign(name: str, kind: Kind = KINDS[""]) -> Sign:
    """Return what is known of a measure's sign; an item that no registry knows can be negative."""
    level = Sign(True)
    if name in REGISTRY:
        level = REGISTRY.evaluate(name, lambda q: Sign(not q.nonnegative))
    return level if kind.formula is None else kind.formula(level, level)


def may_be_negative(measure: Measure | None) -> bool:
    """Tell whether a level of the measure can be below zero (a profit can, assets cannot)."""
    return measure is None or sign(measure.name).negative


def base_is_positive(level: Claim | None, growth: Claim) -> bool:
    """Tell whether a level and its growth show that the year before was above zero."""
    return level is not None and span_of(level).low > 0 and (1 + span_of(growth) / 100).low > 0


def incomparable(claims: Sequence[Claim]) -> list[Finding]:
    """Return a finding for each growth rate and ratio of one region that has no meaning.

    The last claim of a finding is the one that it is about.
    """
    by: dict[tuple[str, int, str, str], Claim] = {}
    for claim in claims:
        if not claim.misfit and claim.bounded:
            by.setdefault((claim.scope, claim.year, claim.item, claim.kind), claim)

    def get(like: Claim, years_back: int, kind: str) -> Claim | None:
        return by.get((like.scope, like.year - years_back, like.item, kind))

    def level(scope: str, year: int, item: str) -> Claim | None:
        return by.get((scope, year, item, "level"))

    found = {}
    for claim in claims:
        if not claim.misfit and claim.bounded:
            told = next(_told(claim, get, level), None)
            if told:
                found[claim] = told
    return list(found.values())


def _told(claim: Claim, get: Get, level: Level) -> Iterator[Finding]:
    if claim.kind == GROWTH and claim.item not in SIZES:
        yield from _of_growth(claim, get)
    if isinstance(claim.measure, Indicator):
        for years_back in (0, 1) if claim.kind != "level" else (0,):
            used: list[Claim] = []
            try:
                from_formula(claim.measure, partial(level, claim.scope, claim.year - years_back), used)
            except IncomparableError:
                parts = "、".join(c.describe() for c in used)
                yield _finding(
                    [*used, claim], f"{parts}：{claim.describe()}的分母不大于零，没有通常的意义，请改说各数本身。"
                )
            except (LookupError, UndefinedError):
                continue


def _of_growth(claim: Claim, get: Get) -> Iterator[Finding]:
    before, level, change = get(claim, 1, "level"), get(claim, 0, "level"), get(claim, 0, CHANGE)
    if before and not growth.comparable(span_of(before).middle):
        yield _finding(
            [*filter(None, (before, level)), claim],
            f"{claim.item}上年印出{before.printed}，不大于零，{claim.describe()}{SAY_AMOUNT}",
        )
    if level and change and (span_of(level) - span_of(change)).low <= 0:
        yield _finding(
            [level, change, claim],
            f"{level.describe()}、{change.describe()}，上年数不大于零或接近零，{claim.describe()}{SAY_AMOUNT}",
        )
    if level and not before and may_be_negative(claim.measure):
        grown = 1 + span_of(claim) / 100
        if (span_of(level).low > 0 and grown.high <= 0) or (span_of(level).high < 0 and grown.low > 0):
            yield _finding(
                [level, claim], f"{level.describe()}、{claim.describe()}，只有上年数是负数才能这样，增速{SAY_AMOUNT}"
            )


def _finding(claims: Sequence[Claim], message: str) -> Finding:
    last = claims[-1]
    return Finding(last.region, last.year, last.scope, INCOMPARABLE, "上年数或分母不大于零", tuple(claims), "", message)


def from_formula(measure: Indicator, printed: Callable[[str], Claim | None], used: list[Claim]) -> Span:
    """Return what a formula gives for printed numbers, found by their Chinese names and noted in ``used``.

    Raises:
        LookupError: a number that it needs was not printed.
        UndefinedError: it divides by what may be zero.
        IncomparableError: it divides by what is zero or negative.
    """
    values = {}
    for name in measure.inputs:
        part = REGISTRY[name]
        claim = printed(part.name_zh)
        if claim and not claim.misfit:
            used.append(claim)
            values[name] = span_of(claim)
        elif isinstance(part, Indicator):
            values[name] = from_formula(part, printed, used)
        else:
            raise LookupError(name)
    computed: Span = measure.formula(**values)
    return computed


def comparable(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the claims of one region without those that have no meaning."""
    given = tuple(claims)
    without = {finding.claims[-1] for finding in incomparable(given)}
    return tuple(c for c in given if c not in without)
