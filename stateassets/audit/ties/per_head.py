"""Amounts a head against the amount in all and the number of heads."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ...measures.claims import Claim
from .. import vocabulary as words
from ..findings import CONFLICT, QUIET, SCOPE, UNIT, Finding
from ..span import UndefinedError, span_of
from .reports import Reports
from .telling import compared, finding

SUBJECT = "人均数"
AVERAGE = "平均"  # in the name of the number of heads that an amount a head is of
OTHER_HEADS = (Fraction(1, 2), Fraction(2))  # the heads at a year's end are a half to twice its average


def per_head(report: Reports) -> Iterator[Finding]:
    """An amount a head, where a report prints what it is made of."""
    for claim in report.claims:
        said = words.PER_HEAD.fullmatch(claim.name_zh)
        if claim.kind != "level" or not said or claim.misfit or claim.name_zh in words.HEADS:
            continue
        total = _first(report, claim, words.OF_HEADS.get(said["of"], (said["of"], f"{said['of']}总额")))
        heads = _first(report, claim, words.HEADS)
        if not total or not heads or heads.unit not in ("人", "万人") or total.misfit or heads.misfit:
            continue
        try:
            computed = span_of(total) / span_of(heads)
        except UndefinedError:
            continue
        found = compared(SUBJECT, [total, heads], f"{total.describe()}除以{heads.describe()}", computed, claim)
        last = report.level_before(heads, claim.year - 1)
        yield found if found.verdict in QUIET else _explained(found, computed.middle, claim, heads, last)


def _first(report: Reports, claim: Claim, names: tuple[str, ...]) -> Claim | None:
    return next((c for name in names if (c := report.get(claim.scope, claim.year, name))), None)


def _explained(found: Finding, computed: Fraction, claim: Claim, heads: Claim, last: Claim | None) -> Finding:
    """Say whether a unit, or another number of heads, explains an amount a head; ``last`` were the heads a year before."""
    for power in (1, 3, 4, 8):
        for times in (Fraction(10**power), Fraction(1, 10**power)):
            if span_of(claim).low <= computed * times <= span_of(claim).high:
                message = f"{found.message}相差10的{power}次方倍，像是单位写错。"
                return finding(UNIT, "单位或写法", found.claims, message, found.expected)
    ends = [one.size for one in (heads, last) if one and one.unit == heads.unit]
    needed = heads.size * computed / claim.size if claim.size else Fraction(0)  # heads that the amount a head is of
    if AVERAGE not in heads.item and OTHER_HEADS[0] * min(ends) < needed < OTHER_HEADS[1] * max(ends):
        message = f"{found.message}人均数应除以全年平均人数，印出的若是年末人数，请说明口径。"
        return finding(SCOPE, SUBJECT, found.claims, message, found.expected)
    return finding(CONFLICT, SUBJECT, found.claims, found.message, found.expected)
