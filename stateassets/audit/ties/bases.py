"""Changes against other years than the last: growth since a year, average growth a year."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from ...measures.claims import Claim
from ...measures.units import to_decimal
from ..findings import CONFLICT, CONSISTENT, ROUNDING, Finding
from ..rerounded import last_digit
from ..span import Span, UndefinedError, span_of
from .reports import Reports
from .telling import as_printed, compared, due, finding

SUBJECT, AVERAGE = "其他基期", "年均增速"


def since_a_year(report: Reports) -> Iterator[Finding]:
    """A change against another year than the last, against the levels or the growth of both years."""
    for claim in report.claims:
        first_year = claim.base_year
        if claim.kind != "other_base" or first_year is None or not first_year < claim.year:
            continue
        level, first = report.get(claim.scope, claim.year, claim.item), report.level_before(claim, first_year)
        if level and first and not (level.misfit or first.misfit):
            yield from _since(claim, level, first)
        elif claim.unit == "%" and (grown := _chained(report, claim, first_year)):
            used, times = grown
            how = "、".join(c.describe() for c in used)
            yield compared(SUBJECT, used, f"由各年增速（{how}）连乘", 100 * (times - 1), claim)


def _since(claim: Claim, level: Claim, first: Claim) -> Iterator[Finding]:
    grown = span_of(level) - span_of(first)
    try:
        computed = 100 * grown / span_of(first) if claim.unit == "%" and level.unit != "%" else grown
    except UndefinedError:
        return
    how = f"{claim.item}{first.year}年{first.printed}，{level.year}年{level.printed}"
    yield compared(SUBJECT, [first, level], how, computed, claim)


def _chained(report: Reports, claim: Claim, first_year: int) -> tuple[list[Claim], Span] | None:
    """Return the growth rates of each year since, and how many times the number has become."""
    years = range(first_year + 1, claim.year + 1)
    used = [g for y in years if (g := report.get(claim.scope, y, claim.item, "yoy_pct")) and g.unit == "%"]
    if len(used) < len(years) or len(used) < 2:
        return None
    times = 1 + span_of(used[0]) / 100
    for growth in used[1:]:
        times = times * (1 + span_of(growth) / 100)
    return used, times


def against_others(report: Reports) -> Iterator[Finding]:
    """A ratio against the same ratio of another scope that the words name (低于全市平均10.09个百分点)."""
    for claim in report.claims:
        if claim.kind != "other_base" or claim.unit != "个百分点" or claim.base_year is not None:
            continue
        level = report.get(claim.scope, claim.year, claim.item)
        named = claim.base.removesuffix("平均").removesuffix("水平").removesuffix("平均")
        wholes = [s for s in report.years[claim.year] if named and s.startswith(named) and s != claim.scope]
        whole = report.get(wholes[0], claim.year, claim.item) if len(wholes) == 1 else None
        if level and whole and level.unit == whole.unit == "%":
            gap = span_of(level) - span_of(whole)
            if (gap.middle < 0) != (claim.size < 0):
                gap = -gap  # 优于 says which way by words
            yield compared(SUBJECT, [level, whole], f"{level.printed}与{whole.scope}{whole.printed}之差", gap, claim)


def averages(report: Reports) -> Iterator[Finding]:
    """Average yearly growth against the levels of both ends, or against the growth in all."""
    for claim in report.claims:
        first_year = claim.base_year
        if claim.kind != "cagr" or claim.unit != "%" or first_year is None or not first_year < claim.year - 1:
            continue
        level, first = report.get(claim.scope, claim.year, claim.item), report.level_before(claim, first_year)
        total = report.get(claim.scope, claim.year, claim.item, "other_base")
        if level and first and first.size > 0 and level.size > 0 and not (level.misfit or first.misfit):
            yield _average(claim, [first, level], span_of(level) / span_of(first), claim.year - first_year)
        if total and total.unit == "%" and total.base_year == first_year and total not in report.explained:
            yield _average(claim, [total], 1 + span_of(total) / 100, claim.year - first_year)
        elif not (level and first) and (grown := _chained(report, claim, first_year)):
            yield _average(claim, *grown, claim.year - first_year)


def _average(claim: Claim, used: list[Claim], times: Span, years: int) -> Finding:
    """Say whether a number that became so many times itself in so many years grew by so much a year."""
    rate = _root(times.middle, years)
    printed = 1 + span_of(claim) / 100
    low, high = printed.low**years, printed.high**years
    how = "、".join(f"{c.year}年{c.describe()}" if c.kind == "level" else c.describe() for c in used)
    how = f"由{how}算{years}年平均，得{as_printed(rate, claim)}"
    said = f"{how}；{claim.item}印出{claim.printed}"
    if times.low <= high and low <= times.high:
        verdict = CONSISTENT if rate in claim.interval else ROUNDING
        return finding(verdict, AVERAGE, [*used, claim], f"{said}：相符。")
    mean = 100 * (times - 1) / years
    slack = last_digit(claim)
    if mean.low - slack <= span_of(claim).high and span_of(claim).low <= mean.high + slack:
        said += f"，正是总增幅除以{years}：把算术平均当成了几何平均"
    return finding(CONFLICT, AVERAGE, [*used, claim], f"{said}，不一致。请对照原文核对这几个数。", due(rate, claim))


def _root(times: Fraction, years: int) -> Fraction:
    """Return the growth a year in per cent, to more digits than are printed."""
    return 100 * (Fraction(to_decimal(times) ** (Decimal(1) / years)) - 1)
