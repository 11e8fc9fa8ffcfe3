"""Numbers whose unit cannot be that of such a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from ...measures.claims import Claim
from ...measures.units import with_unit
from ..findings import UNIT, Finding
from .reports import Reports
from .telling import PER_CENT, POINTS, finding

LEAST_RATE = 50  # a preservation rate below this would mean half the capital lost: it is a growth


def units(report: Reports) -> Iterator[Finding]:
    """Numbers whose unit cannot be that of such a number, whatever else was printed."""
    for claim in report.claims:
        if claim.kind == POINTS[0] and _is_no_ratio(report, claim):
            right = replace(claim, kind=PER_CENT[0], unit=PER_CENT[1])
            yield finding(
                UNIT,
                "百分点与百分比",
                [*_growth_evidence(report, claim), claim],
                f"{claim.item}不是比率，增减不能用百分点：“{claim.printed}”应写作“{right.printed}”。",
                f"应为{right.printed}",
            )
        elif _is_growth_as_rate(claim):
            text = with_unit(100 + Fraction(claim.text), claim.unit, claim.decimals)
            yield finding(
                UNIT,
                "增长率当作保值增值率",
                [claim],
                f"保值增值率以100%为不增不减，“{claim.printed}”像是增长率；是增长率的，加上100%，写作“{text}”。",
                f"加上100%是{text}",
            )


def _is_no_ratio(report: Reports, claim: Claim) -> bool:
    level = report.get(claim.scope, claim.year, claim.item)
    return bool(claim.misfit) or (level is not None and level.unit != "%")


def _is_growth_as_rate(claim: Claim) -> bool:
    rate = claim.indicator == "preservation_rate" and claim.kind == "level"
    return rate and claim.unit == "%" and Fraction(claim.text) < LEAST_RATE


def _growth_evidence(report: Reports, claim: Claim) -> list[Claim]:
    kinds = ("level", "yoy_abs")
    return [c for k in kinds if (c := report.get(claim.scope, claim.year, claim.item, k))]
