"""What every check says in the same words: a finding, a comparison, what is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from ...measures.claims import Claim
from ...measures.units import base_size, half_up, with_unit
from ...tables.notation import grouped
from .. import vocabulary as words
from ..findings import CONFLICT, CONSISTENT, INCOMPARABLE, ROUNDING, Finding, near
from ..span import Span, span_of


def as_printed(value: Fraction, like: Claim) -> str:
    return with_unit(value / base_size(like.unit), like.unit, like.decimals)


def verdict_of(computed: Span, printed: Claim) -> str:
    if computed.middle in printed.interval:
        return CONSISTENT
    return ROUNDING if computed.meets(span_of(printed)) else CONFLICT


def finding(verdict: str, subject: str, claims: Sequence[Claim], message: str, expected: str = "") -> Finding:
    last = claims[-1]
    return Finding(last.region, last.year, last.scope, verdict, subject, tuple(claims), expected, message)


def compared(
    subject: str, parts: Sequence[Claim], how: str, computed: Span, printed: Claim, failed: str = CONFLICT
) -> Finding:
    """A printed number against what others give; ``failed`` is the verdict if they disagree."""
    verdict = verdict_of(computed, printed)
    result = as_printed(computed.middle, printed)
    said = {CONSISTENT: "一致", ROUNDING: "差额在四舍五入允许之内"}.get(verdict, "不一致")
    message = f"{how}，得{result}；{printed.item}印出{printed.printed}：{said}。"
    if verdict in (CONSISTENT, ROUNDING):
        return finding(verdict, subject, [*parts, printed], message)
    if failed == CONFLICT:
        message += "请对照原文核对这几个数。"
    return finding(failed, subject, [*parts, printed], message, due(computed.middle, printed))


def due(value: Fraction, printed: Claim) -> str:
    """Say what a number should be if it lies near what was printed, else what others give."""
    text = str(half_up(value / base_size(printed.unit), printed.decimals))
    return f"{'应为' if near(printed.text, text) else '算得'}{grouped(text)}{printed.unit}"


def listed(claims: Sequence[Claim]) -> str:
    return "、".join(c.describe() for c in claims)


# How else a printed number may have been meant.
OTHER_MONEY = {"万元": ("亿元",), "亿元": ("万元", "万亿元"), "万亿元": ("亿元",)}
POINTS, PER_CENT = ("yoy_pp", "个百分点"), ("yoy_pct", "%")


def readings(claim: Claim, units: Iterable[str] = ()) -> Iterator[Claim]:
    """What a number may have been meant to say; ``units`` are those that its report uses elsewhere."""
    for unit in OTHER_MONEY.get(claim.unit, ()):
        if unit in units:
            yield replace(claim, unit=unit)
    ratio = claim.measure is not None and claim.measure.unit == "%"
    for was, would in ((POINTS, PER_CENT), (PER_CENT, POINTS)):
        if ratio and (claim.kind, claim.unit) == was:
            yield replace(claim, kind=would[0], unit=would[1])


def only_unit_wrong(parts: Sequence[Claim], whole: Claim, units: Iterable[str]) -> tuple[Claim, Claim] | None:
    """Return the one number whose other unit makes a sum right, and how it then reads."""
    known, fits = set(units), []
    for claim in (*parts, whole):
        for other in readings(claim, known):
            if other.unit == claim.unit:
                continue
            some = [other if c is claim else c for c in parts]
            added = sum((span_of(c) for c in some[1:]), span_of(some[0]))
            if added.meets(span_of(other if claim is whole else whole)):
                fits.append((claim, other))
    return fits[0] if len(fits) == 1 else None


FEW = 3  # a part so many times its whole is no misprint


def of_some_only(whole: Claim, part: Claim) -> bool:
    """Does a count that a part exceeds many times tell of some of the whole (其中6户超过3000亿元), not of all?"""
    return whole.unit in words.COUNTS and FEW * whole.size < part.size


def meaningless(subject: str, used: Sequence[Claim], below: Claim, claim: Claim) -> Finding:
    return finding(
        INCOMPARABLE,
        subject,
        [*used, claim],
        f"{below.describe()}不大于零，{claim.describe()}没有通常的意义，请改说各数本身。",
    )
