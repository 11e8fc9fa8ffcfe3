"""One scope, one year: which numbers no true values print as."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from ...measures.claims import Claim
from ...measures.units import HALF_UP, base_size, half_up
from ...tables.notation import grouped
from .. import vocabulary as words
from ..comparable import may_be_negative
from ..findings import CONFLICT, CONSISTENT, INCOMPARABLE, OPEN, ROUNDING, UNIT, Finding, near
from ..model import Model
from ..span import span_of
from .reports import Reports
from .telling import finding, listed, readings

TOGETHER = "能否同时成立"


MOST_TOGETHER = 400  # numbers of one scope and year: the search for conflicts takes the cube of them
FEW = 1000  # more printed numbers than these are a wide range


def possible(report: Reports) -> Iterator[Finding]:
    """Sets of numbers that no true values print as, one after the other, smallest first."""
    groups: dict[tuple[str, int], list[Claim]] = {}
    for claim in report.all:
        groups.setdefault((report.called(claim.scope, claim.year), claim.year), []).append(claim)
    for claims in groups.values():
        usable = [c for c in claims if c not in report.explained]
        several = _of_several_things(usable)
        usable = [c for c in usable if c not in several]
        usable = [c for c in usable if c.item not in words.RETURNS]  # whose denominator nobody knows
        usable = [c for c in usable if c.kind == "level" or c.item not in words.SIZES]
        if len(usable) > MOST_TOGETHER:
            said = f"同一口径、同一年度的数有{len(usable)}个，超过{MOST_TOGETHER}个，没有判定能否同时成立：请分成几份再审。"
            yield finding(OPEN, TOGETHER, usable, said)
            continue
        bearing = _bearing(tuple(replace(claim, rounding=HALF_UP) for claim in usable))
        standing = [claim for number, claim in enumerate(usable) if number in bearing]
        if not standing:
            continue
        model = Model(standing, report.time_limit_ms)  # what stands alone would only slow the search
        whole, answer = len(standing), str(model.decide(standing))
        if answer == "unsat":  # perhaps only for those who reckon from rounded numbers
            model = Model(standing, report.time_limit_ms, loose=True)
            while standing and (answer := str(model.decide(standing))) == "unsat":
                conflict = model.smallest_conflict(standing)
                told = _unless_negative(model, conflict) or _explain(model, standing, conflict, report)
                yield told
                dropped = set(told.claims[-1:]) if told.expected else set(conflict)
                standing = [c for c in standing if c not in dropped]
            if answer == "sat" and len(standing) == whole:
                said = "由已经四舍五入的数再算，就都相符：差额在四舍五入允许之内。"
                yield finding(ROUNDING, TOGETHER, standing, f"{whole}个有联系的数{said}")
        elif answer == "sat":
            yield finding(CONSISTENT, TOGETHER, standing, f"{whole}个有联系的数可以同时成立。")
        if answer == "unknown":
            yield finding(OPEN, TOGETHER, standing, "在规定时间内没有判定这些数能否同时成立。")


@lru_cache(maxsize=4_000)  # who asks what other ways to round would leave asks for the same claims again
def _bearing(claims: tuple[Claim, ...]) -> frozenset[int]:
    """Return the numbers of the claims that others bear on, for which it is all the same how they were rounded."""
    core = {*Model(claims, asked=False).core()}
    return frozenset(number for number, claim in enumerate(claims) if claim in core)


def _of_several_things(claims: Sequence[Claim]) -> set[Claim]:
    """Return levels of what does not say of what it is (项目, 收缴率) and is printed with several numbers."""
    told: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.kind == "level" and claim.measure is None and words.UNSAID.fullmatch(claim.item):
            told.setdefault(claim.item, []).append(claim)
    several = (c for c in told.values() if not all(span_of(c[0]).meets(span_of(other)) for other in c[1:]))
    return {claim for alike in several for claim in alike}


def limits(report: Reports) -> Iterator[Finding]:
    """What can never be below nought, and is."""
    for claim in report.claims:
        if claim.measure is None or may_be_negative(claim.measure) or claim.misfit:
            continue
        lowest = {"level": 0, "yoy_pct": -100}.get(claim.kind)
        if lowest is not None and not claim.times and span_of(claim).high < lowest:
            said = f"{claim.describe()}，但{claim.item}不会小于零，请对照原文核对。"
            yield finding(CONFLICT, "不会小于零", [claim], said)


def _unless_negative(model: Model, conflict: Sequence[Claim]) -> Finding | None:
    """Say that numbers can stand together only if something divided by is not above zero."""
    if not model.possible_below_zero(conflict):
        return None
    return finding(
        INCOMPARABLE,
        "上年数或分母不大于零",
        conflict,
        f"{listed(conflict)}，只有上年数或分母不大于零才能同时成立，那时增速或比率没有通常的意义："
        "确是这样的，请改说增减多少；不是的，请对照原文核对这几个数。",
    )


def _explain(model: Model, standing: Sequence[Claim], conflict: Sequence[Claim], report: Reports) -> Finding:
    """Say which number of a conflict is wrong, if the other numbers tell."""
    together = f"{listed(conflict)}不能同时成立"
    culprits, rewritten = [], []
    for claim in conflict:
        rest = [c for c in standing if c is not claim]
        if str(model.decide(rest)) != "sat":
            continue
        culprits.append(claim)
        for other in readings(claim, report.units(claim)):
            model.add(other)
            if str(model.decide([*rest, other])) == "sat" and _range(model, rest, claim):
                rewritten.append((claim, other))
    if len(rewritten) == 1:
        ((claim, other),) = rewritten
        return finding(
            UNIT,
            "单位或写法",
            [*(c for c in conflict if c is not claim), claim],
            f"{together}；“{claim.printed}”写作“{other.printed}”就一致，请对照原文核对。",
            f"应为{other.printed}",
        )
    if len(culprits) != 1:
        return finding(CONFLICT, "不能同时成立", conflict, f"{together}，其中至少一个有误，请对照原文逐个核对。")
    (culprit,) = culprits
    ends = _range(model, [c for c in standing if c is not culprit], culprit)
    due = f"，由其余各数算得{_from_to(ends, culprit)}" if ends else ""
    return finding(
        CONFLICT,
        "不能同时成立",
        [*(c for c in conflict if c is not culprit), culprit],
        f"{together}。其余各数都能成立，有误的是{culprit.describe()}{due}，请对照原文核对。",
        _nearest(ends, culprit) if ends else "",
    )


def _range(model: Model, rest: Sequence[Claim], claim: Claim) -> tuple[str, str] | None:
    """Return what a number can be by all others, as it would be printed; None if they leave it open."""
    size = base_size(claim.unit)
    found = model.range_of(model.term_of(claim), size / 10**claim.decimals / 10, rest)
    if found is None:
        return None
    low, high = (str(half_up(end / size, claim.decimals)) for end in found)
    return low, high


def _from_to(ends: tuple[str, str], claim: Claim) -> str:
    low, high = map(grouped, ends)
    return f"{low}{claim.unit}" if low == high else f"{low}至{high}{claim.unit}"


def _nearest(ends: tuple[str, str], claim: Claim) -> str:
    """Say what a number should be if just one possible number lies near what was printed."""
    low, high = (int(Fraction(end) * 10**claim.decimals) for end in ends)
    few = range(low, high + 1) if high - low < FEW else ()
    texts = [str(half_up(Fraction(n, 10**claim.decimals), claim.decimals)) for n in few]
    close = [text for text in texts if near(claim.text, text)]
    return f"应为{grouped(close[0])}{claim.unit}" if len(close) == 1 else f"算得{_from_to(ends, claim)}"
