"""Numbers whose unit cannot be that of such a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from ...measures.claims import Claim
from ...measures.measures import Quantity
from ...measures.units import with_unit
from .. import vocabulary as words
from ..findings import UNIT, Finding
from .reports import Reports
from .telling import OTHER_MONEY, PER_CENT, POINTS, finding, listed, readings

LEAST_RATE = 50  # a preservation rate below this would mean half the capital lost: it is a growth
FAR = 30  # no total of a report is so many times what it was or will be in it
SUBJECT, MAGNITUDE = "百分点与百分比", "数量级"


def units(report: Reports) -> Iterator[Finding]:
    """Numbers whose unit cannot be that of such a number, whatever else was printed."""
    for claim in report.claims:
        if _is_growth_as_rate(claim):
            text = with_unit(100 + Fraction(claim.text), claim.unit, claim.decimals)
            yield finding(
                UNIT,
                "增长率当作保值增值率",
                [claim],
                f"保值增值率以100%为不增不减，“{claim.printed}”像是增长率；是增长率的，加上100%，写作“{text}”。",
                f"加上100%是{text}",
            )
        elif claim.kind == POINTS[0] and claim.unit == PER_CENT[1] and not claim.misfit:
            yield _should_read(claim, POINTS, "比率的增减应说百分点，印作%会被读成相对增幅", [])
        elif claim.kind in (POINTS[0], PER_CENT[0]) and claim.unit == POINTS[1] and _is_no_ratio(report, claim):
            yield _should_read(claim, PER_CENT, f"{claim.item}不是比率，增减不能用百分点", _evidence(report, claim))
        elif claim.kind in ("share", "cagr") and claim.unit == POINTS[1]:
            yield _should_read(claim, (claim.kind, PER_CENT[1]), "占比和年均增速不能用百分点", [])
        elif claim.kind == "other_base" and claim.unit == POINTS[1] and _is_amount(report, claim):
            yield _should_read(claim, (claim.kind, PER_CENT[1]), f"{claim.item}不是比率，增减不能用百分点", [])
        elif claim.kind == PER_CENT[0] and claim.unit == POINTS[1]:
            yield _should_read(claim, PER_CENT, "相对增幅不能用百分点", _evidence(report, claim))


def changes_of_ratios(report: Reports) -> Iterator[Finding]:
    """A ratio's change printed as growth in per cent, unless other numbers show that it is one."""
    for claim in report.claims:
        if (claim.kind, claim.unit) != PER_CENT or claim in report.confirmed or claim in report.explained:
            continue
        level = report.get(claim.scope, claim.year, claim.item)
        if level and level.unit == "%":
            yield _should_read(claim, POINTS, "比率的增减应说百分点，印作%会被读成相对增幅", [level])


def magnitudes(report: Reports) -> Iterator[Finding]:
    """Money that is of another size than all else its report prints of the item, and of that size in another unit."""
    printed: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in (*report.all, *report.other_periods):
        if claim.kind == "level" and _has_a_size(claim):
            printed.setdefault((claim.source, claim.scope, claim.item), []).append(claim)
    for claims in printed.values():
        sizes = sorted(claim.size for claim in claims)
        middle = sizes[len(sizes) // 2]
        for claim in claims:
            rest = [other for other in claims if _alike(other.size, claim.size)]
            if _alike(claim.size, middle) or len(rest) > 1:
                continue
            others = [other for other in claims if other is not claim]
            for would in readings(claim, {other.unit for other in others}):
                if _alike(would.size, middle):
                    message = (
                        f"{claim.describe()}，与同一份报告里的{listed(others)}不在一个数量级：单位像是印错了，"
                        f"“{claim.printed}”写作“{would.printed}”才相当。"
                    )
                    yield finding(UNIT, MAGNITUDE, [*others, claim], message, f"应为{would.printed}")


def parts_too_large(report: Reports) -> Iterator[Finding]:
    """A part many times its whole, and less than it in another unit of the report (结转2260亿元 of 48080万元)."""
    for scope, year, claims in report.groups():
        for composition in words.ITEMS:
            whole = report.get(scope, year, composition.whole)
            if not whole or whole.unit not in OTHER_MONEY or whole.size <= 0:
                continue
            for name in composition.parts:
                part = report.get(scope, year, name)
                if not part or part.unit not in OTHER_MONEY or part.size < FAR * whole.size:
                    continue
                for would in readings(part, {claim.unit for claim in claims} - {part.unit}):
                    if would.size <= whole.size:
                        message = (
                            f"{part.describe()}，比它所在的{whole.describe()}大得多：单位像是印错了，"
                            f"“{part.printed}”写作“{would.printed}”才在其内。"
                        )
                        yield finding(UNIT, MAGNITUDE, [whole, part], message, f"应为{would.printed}")


def _has_a_size(claim: Claim) -> bool:
    """Is it an amount of money that changes from year to year by parts, not by thousands?"""
    steady = isinstance(claim.measure, Quantity) and claim.measure.nonnegative
    return steady and not claim.misfit and claim.unit in OTHER_MONEY and claim.size > 0


def _alike(one: Fraction, two: Fraction) -> bool:
    return max(one, two) < FAR * min(one, two)


def _should_read(claim: Claim, right: tuple[str, str], why: str, used: list[Claim]) -> Finding:
    would = replace(claim, kind=right[0], unit=right[1])
    message = f"{why}：{claim.item}增减“{claim.printed}”应写作“{would.printed}”。"
    return finding(UNIT, SUBJECT, [*used, claim], message, f"应为{would.printed}")


def _is_no_ratio(report: Reports, claim: Claim) -> bool:
    level = report.get(claim.scope, claim.year, claim.item)
    amount = claim.measure is not None and claim.measure.unit != "%"
    return amount or (level is not None and level.unit != "%")


def _is_amount(report: Reports, claim: Claim) -> bool:
    if claim.base_year is None:
        return False  # 比一季度加快1.2个百分点 is said of growth
    level = report.get(claim.scope, claim.year, claim.item)
    return level is not None and level.unit in words.ADDITIVE_UNITS


def _is_growth_as_rate(claim: Claim) -> bool:
    rate = claim.indicator == "preservation_rate" and claim.kind == "level"
    return rate and claim.unit == "%" and Fraction(claim.text) < LEAST_RATE


def _evidence(report: Reports, claim: Claim) -> list[Claim]:
    kinds = ("level", "yoy_abs")
    return [c for k in kinds if (c := report.get(claim.scope, claim.year, claim.item, k))]
