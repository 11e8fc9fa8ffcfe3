"""Ratios that can be made in several ways: which denominator fits?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...measures.claims import Claim
from ...measures.units import base_size, half_up
from .. import vocabulary as words
from ..findings import CONFLICT, CONSISTENT, INCOMPARABLE, ROUNDING, SCOPE, Finding, near, telling
from ..span import IncomparableError, Span, UndefinedError, opening_of, span_of
from .reports import Reports
from .telling import as_printed, finding, verdict_of

AVERAGE, SUBJECT = "平均", "收益率的分母"
SCALES = {"%": 100, "次": 1}


def returns(report: Reports) -> Iterator[Finding]:
    """Returns and turnovers: which denominator fits (average is the rule; opening, closing)?"""
    for scope, year, claims in report.groups():
        for claim in claims:
            if claim.kind == "level" and claim.name_zh in words.RETURNS and claim.unit in SCALES:
                try:
                    tried = list(_conventions(report, scope, year, claim))
                    yield from _which_fits(claim, tried) if tried else _mixed(report, scope, year, claim)
                except IncomparableError:
                    ways = words.RETURNS[claim.name_zh]
                    used = [c for _, name, *_ in ways if (c := report.get(scope, year, name))]
                    of = f"{claim.describe()}没有通常的意义，请改说{ways[0][0]}和{ways[0][3]}本身"
                    yield finding(
                        INCOMPARABLE, SUBJECT, [*dict.fromkeys(used), claim], f"{ways[0][3]}年末或年初不大于零，{of}。"
                    )
                except UndefinedError:
                    continue


def _mixed(report: Reports, scope: str, year: int, claim: Claim) -> Iterator[Finding]:
    """A return on all equity, other shareholders' too, of a profit without theirs, and at its closing balance."""
    names = words.MIXED_RETURNS.get(claim.name_zh)
    if not names:
        return
    profit, equity = (report.get(scope, year, name) for name in names)
    growth = report.get(scope, year, names[1], "yoy_pct")
    if not profit or not equity or not growth or profit.misfit or equity.misfit:
        return
    closing = span_of(equity)
    average = span_of(profit) / ((opening_of(equity, growth) + closing) / 2) * SCALES[claim.unit]
    at_closing = verdict_of(span_of(profit) / closing * SCALES[claim.unit], claim)
    if at_closing != CONSISTENT or verdict_of(average, claim) == CONSISTENT:
        return
    due = f"按平均{equity.item}算得{as_printed(average.middle, claim)}"
    message = (
        f"{claim.item}印出{claim.printed}，与{profit.describe()}除以年末{equity.describe()}相符；"
        f"分子不含少数股东而分母含，规定的分母又是平均数，{due}，请说明口径。"
    )
    yield finding(SCOPE, SUBJECT, [profit, equity, growth, claim], message, due)


Tried = tuple[str, list[Claim], Span]


def _conventions(report: Reports, scope: str, year: int, claim: Claim) -> Iterator[Tried]:
    times = SCALES[claim.unit]
    for profit_name, equity_name, whose, called in words.RETURNS[claim.name_zh]:
        profit, equity = (report.get(scope, year, n) for n in (profit_name, equity_name))
        growth = report.get(scope, year, equity_name, "yoy_pct")
        if not profit or not equity or profit.misfit or equity.misfit:
            continue
        closing = span_of(equity)
        last = report.level_before(equity, year - 1)
        if since := growth or last:
            opening = opening_of(equity, since) if growth else span_of(since)
            used = [profit, equity, since]
            yield f"{whose}{AVERAGE}{called}", used, span_of(profit) / ((opening + closing) / 2) * times
            yield f"{whose}年初{called}", used, span_of(profit) / opening * times
        yield f"{whose}年末{called}", [profit, equity], span_of(profit) / closing * times


def _which_fits(claim: Claim, tried: Sequence[Tried]) -> Iterator[Finding]:
    results = [(name, used, verdict_of(span, claim)) for name, used, span in tried]
    by_rule_first = sorted(results, key=lambda r: (AVERAGE not in r[0], r[2] != CONSISTENT))
    quiet = [r for r in by_rule_first if r[2] in (CONSISTENT, ROUNDING)]
    fitting = [r for r in quiet if AVERAGE in r[0] or r[2] == CONSISTENT] or quiet
    averages = [(name, used, span) for name, used, span in tried if AVERAGE in name]
    printed = f"{claim.item}印出{claim.printed}"
    if fitting and (AVERAGE in fitting[0][0] or not averages):
        name, used, verdict = fitting[0]
        message = f"{printed}，与按{name}计算的相符。"
        yield finding(verdict, SUBJECT, [*used, claim], message)
    elif averages:  # else the rule's own denominator cannot be had, and nothing is known
        alike = [a for a in averages if fitting and a[1][0] is fitting[0][1][0]]
        by_rule, used, span = min(alike or averages, key=lambda a: abs(a[2].middle - claim.size))
        due = f"按{by_rule}算得{as_printed(span.middle, claim)}"
        other = f"与按{fitting[0][0]}计算的相符" if fitting else "年末、年初、平均各种分母都不相符"
        message = f"{printed}，{other}；规定的分母是{by_rule.removeprefix('归母')}，{due}，请说明口径。"
        used = fitting[0][1] if fitting else used
        misprint = () if fitting else _misprinted(claim, tried)
        if misprint:
            message = f"{printed}，{other}；按{misprint[0]}应为{misprint[1]}，像是印错，请对照原文核对。"
            yield finding(CONFLICT, SUBJECT, [*used, claim], message, f"应为{misprint[1]}")
            return
        yield finding(SCOPE, SUBJECT, [*used, claim], message, due)


def _misprinted(claim: Claim, tried: Sequence[Tried]) -> tuple[str, str] | tuple[()]:
    """Return the way that gives a number which the printed one could have become by a misprint, and that number."""
    if not telling(claim.text):
        return ()
    for name, _, span in tried:
        due = half_up(span.middle / base_size(claim.unit), claim.decimals)
        if near(claim.text, str(due)):
            return name, f"{due}{claim.unit}"
    return ()
