"""What can be true and is yet suspicious."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from .. import vocabulary as words
from ..findings import DOUBT, Finding, telling
from .reports import Reports, standard
from .telling import finding


def factors_not_deducted(report: Reports) -> Iterator[Finding]:
    """A preservation rate whose excess is the growth of equity to the digit."""
    for scope, year, _ in report.groups():
        rate = report.get(scope, year, "保值增值率")
        for name in ("国有资本及权益总额", "所有者权益"):
            growth = report.get(scope, year, name, "yoy_pct")
            if not rate or not growth or rate.decimals != growth.decimals or not rate.decimals:
                continue
            if Fraction(rate.text) - 100 == Fraction(growth.text) != 0:
                yield finding(
                    DOUBT,
                    "客观因素没有剔除",
                    [growth, rate],
                    f"{rate.describe()}，超出100%的部分与{growth.describe()}逐位相同："
                    "像是直接用年末数除以年初数，没有剔除客观增减因素。",
                )
                break


def same_value(report: Reports) -> Iterator[Finding]:
    """The same telling number in two neighbouring items: perhaps copied."""
    equal = [{standard(name) for name in pair} for pair in words.EQUAL_BY_RULE]
    for _, _, claims in report.groups():
        for one, other in pairwise(claims):
            same = (one.text, one.unit, one.kind) == (other.text, other.unit, other.kind)
            money = one.kind == "level" and one.unit in words.ADDITIVE_UNITS
            items = {one.item, other.item}
            if same and money and telling(one.text) and len(items) == 2 and items not in equal:
                yield finding(
                    DOUBT,
                    "相邻两项相同",
                    [one, other],
                    f"相邻的{one.item}和{other.item}都印作{one.printed}，疑似重复录入。",
                )
