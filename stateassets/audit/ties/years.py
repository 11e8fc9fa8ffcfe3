"""One report against the report of the year before."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ...measures.claims import Claim
from ...measures.units import half_up
from .. import vocabulary as words
from ..findings import CONFLICT, CONSISTENT, DOUBT, ROUNDING, SCOPE, UNIT, Finding
from ..span import Span, UndefinedError, opening_of, span_of
from .reports import Reports
from .telling import as_printed, due, finding, readings, verdict_of

BETWEEN_YEARS = "两年之间"


def across_years(report: Reports) -> Iterator[Finding]:
    """A year's growth against the levels of both years, as two reports print them."""
    for growth in report.claims:
        if growth.kind not in ("yoy_pct", "yoy_abs", "yoy_pp") or growth.times:
            continue
        if (growth.scope, growth.year, growth.item) in report.ambiguous:
            continue  # last year's may be of another period
        level = report.get(growth.scope, growth.year, growth.item)
        first = report.level_before(growth, growth.year - 1)
        if first and level and not (first.misfit or level.misfit or growth.misfit) and growth not in report.explained:
            yield from _across(report, first, level, growth)


def retold(report: Reports) -> Iterator[Finding]:
    """Last year's number as this year's report prints it, against last year's own report."""
    for again, own in report.retold:
        if again.misfit or own.misfit:
            continue
        said = f"{own.year}年{own.item}当年报告印出{own.printed}，以后的报告印出{again.printed}"
        if span_of(own).meets(span_of(again)):
            verdict = CONSISTENT if own.size == again.size else ROUNDING
            yield finding(verdict, BETWEEN_YEARS, [own, again], f"{said}：相符。")
        else:
            message = f"{said}：口径变化或追溯调整可以解释，请说明。"
            yield finding(SCOPE, BETWEEN_YEARS, [own, again], message, f"当年报告为{own.printed}")


def _across(report: Reports, first: Claim, level: Claim, growth: Claim) -> Iterator[Finding]:
    try:
        computed = _growth(first, level, growth.kind)
        opening = opening_of(level, growth) if growth.kind == "yoy_pct" else span_of(level) - span_of(growth)
    except UndefinedError:
        return
    used = [first, level, growth]
    how = f"{growth.item}上年印出{first.printed}，本年{level.printed}"
    if computed.meets(span_of(growth)):
        said = f"{how}，与{growth.describe()}相符。"
        yield finding(verdict_of(computed, growth), BETWEEN_YEARS, used, said)
        return
    for other in readings(growth):
        if first.size > 0 and _growth(first, level, other.kind).meets(span_of(other)):
            yield finding(
                UNIT,
                "百分点与百分比",
                used,
                f"{how}，“{growth.printed}”写作“{other.printed}”才相符。",
                f"应为{other.printed}",
            )
            return
    last = report.get(growth.scope, first.year, growth.item, growth.kind)
    would = f"{how}，算得{as_printed(computed.middle, growth)}，{growth.describe()}"
    together = len({claim.source for claim in used}) == 1  # no restatement explains what one report prints
    if last and growth.kind == "yoy_pct" and _copied(last, growth):
        yield finding(
            CONFLICT if together else DOUBT,
            "疑沿用上年增速",
            [last, *used],
            f"{would}，与上年印出的增速{last.printed}相同，疑似沿用。",
            due(computed.middle, growth),
        )
        return
    if together:
        said = f"{would}：同一份报告里的这几个数不能同时成立，请对照原文核对。"
        yield finding(CONFLICT, BETWEEN_YEARS, used, said, due(computed.middle, growth))
        return
    if opening.middle <= 0 < first.size:
        # Growth from what is not above zero tells nothing of last year's number.
        yield finding(
            SCOPE,
            BETWEEN_YEARS,
            used,
            f"{would}：不一致，请对照原文核对，口径有变化的请说明。",
            due(computed.middle, growth),
        )
        return
    implied, before = as_printed(opening.middle, first), last_years(growth.item)
    yield finding(
        SCOPE,
        BETWEEN_YEARS,
        used,
        f"{would}：说明{before}是{implied}，与上年印出的{first.printed}不同，口径变化或追溯调整可以解释，请说明。",
        f"{before}{implied}",
    )


def _growth(first: Claim, level: Claim, kind: str) -> Span:
    grown = span_of(level) - span_of(first)
    return 100 * grown / span_of(first) if kind == "yoy_pct" else grown


def last_years(item: str) -> str:
    """Say what a number of the year before is called: that of a balance stands at the year's beginning."""
    return "年初数" if words.AT_ONE_DAY.search(item) else "上年数"


def _copied(last: Claim, now: Claim) -> bool:
    decimals = min(last.decimals, now.decimals)
    if Fraction(now.text) == 0:
        return False
    return half_up(Fraction(last.text), decimals) == half_up(Fraction(now.text), decimals)
