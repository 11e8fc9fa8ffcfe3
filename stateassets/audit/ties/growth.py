"""Ratios by their formulas, growth against levels and changes of one report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from ...measures.claims import Claim
from ...measures.measures import Indicator
from ...measures.units import base_size, with_unit
from .. import vocabulary as words
from ..comparable import from_formula
from ..findings import CONSISTENT, Finding
from ..rerounded import last_digit
from ..span import Span, UndefinedError, opening_of, span_of
from .reports import Reports
from .telling import compared, finding, listed


def ratios(report: Reports) -> Iterator[Finding]:
    """Ratios and rates against the numbers that they are made of."""
    for scope, year, claims in report.groups():
        for claim in claims:
            if isinstance(claim.measure, Indicator) and claim.kind == "level" and not claim.misfit:
                used: list[Claim] = []
                printed = partial(report.get, scope, year)
                try:
                    computed = from_formula(claim.measure, printed, used)
                except (LookupError, UndefinedError):
                    continue
                if claim not in report.explained and report.explained.isdisjoint(used):
                    how = f"由{listed(used)}计算"
                    yield compared("按公式计算", used, how, computed, claim)


def growths(report: Reports) -> Iterator[Finding]:
    """Growth in per cent against the level and the change in amount of the same item."""
    for scope, year, claims in report.groups():
        for claim in claims:
            level = report.get(scope, year, claim.item)
            change = report.get(scope, year, claim.item, "yoy_abs")
            if claim.kind != "yoy_pct" or claim.misfit or claim.times or not level or not change or level.misfit:
                continue
            if not report.explained.isdisjoint((claim, level, change)):
                continue
            try:
                grown, half = span_of(change), last_digit(level) / 2
                grown = Span(grown.low - half, grown.high + half, grown.middle)
                now = span_of(level)
                if claim.item in words.SIZES:
                    grown, now = -grown, -now
                computed = 100 * grown / (now - grown)
            except UndefinedError:
                continue
            how = f"由{listed([level, change])}计算增速"
            yield compared("增减额与增速", [level, change], how, computed, claim)


def openings_agree(report: Reports) -> Iterator[Finding]:
    """Growth of assets, liabilities and equity give openings that balance (增速三角)."""
    items = ("资产总额", "负债总额", "所有者权益")
    for scope, year, _ in report.groups():
        claims = [report.get(scope, year, i, k) for i in items for k in ("level", "yoy_pct")]
        if not all(claims) or not report.explained.isdisjoint(claims):
            continue
        present = [c for c in claims if c]
        try:
            opening = [opening_of(level, growth) for level, growth in _pairs(present)]
        except UndefinedError:
            continue
        assets, debts, equity = opening
        if (assets - debts).meets(equity):
            unit = present[0].unit
            size = base_size(unit)
            sums = [with_unit(s.middle / size, unit, present[0].decimals) for s in opening]
            yield finding(
                CONSISTENT,
                "增速三角",
                present,
                f"由年末数和增速倒推年初：资产{sums[0]}，负债{sums[1]}，权益{sums[2]}，在四舍五入允许之内相符。",
            )


def _pairs(claims: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    return zip(claims[::2], claims[1::2], strict=True)


def told_in_times(report: Reports) -> Iterator[Finding]:
    """Growth told in times against growth in per cent and levels: by so many times, or to so many."""
    for claim in report.claims:
        if not claim.times:
            continue
        level, growth = (report.get(claim.scope, claim.year, claim.item, kind) for kind in ("level", "yoy_pct"))
        first = report.level_before(claim, claim.year - 1)
        grown = None
        if growth and not growth.times and not growth.misfit:
            grown, used = span_of(growth) / 100, [growth]
        elif level and first and first.size > 0:
            grown, used = span_of(level) / span_of(first) - 1, [first, level]
        if grown is None:
            continue
        printed = span_of(claim)
        computed = grown + 1 if (grown + 1).meets(printed) else grown
        yield compared("增长倍数", used, f"由{listed(used)}算增长倍数", computed, claim)


def differences_of_growth(report: Reports) -> Iterator[Finding]:
    """How far one item's growth is ahead of another's, in points."""
    for claim in report.claims:
        said = words.AHEAD.fullmatch(claim.name_zh)
        if not said or claim.unit != "个百分点":
            continue
        one, other = (report.get(claim.scope, claim.year, said[n], "yoy_pct") for n in (1, 2))
        if one and other and not (one.times or other.times or one.misfit or other.misfit):
            computed, slack = span_of(one) - span_of(other), last_digit(claim)
            if claim.size < 0 < computed.middle or computed.middle < 0 < claim.size:
                computed = -computed  # it is said which way by words
            computed = Span(computed.low - slack, computed.high + slack, computed.middle)
            yield compared("增速之差", [one, other], f"{one.describe()}与{other.describe()}之差", computed, claim)
