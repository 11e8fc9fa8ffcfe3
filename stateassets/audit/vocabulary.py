"""What words of any report mean for each other: parts and wholes, shares, who lies inside whom.

Words only: no region, no year, no figure. A report's own names come here by the registry's
aliases (``stateassets.domains``), so 净资产 and 所有者权益 are one item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

ENTERPRISES = "企业国有资产不含金融"
ADMINISTRATIVE = "行政事业性"
FINANCIAL = "金融企业"
TWO_KINDS = "全口径(企业+行政事业)"


@dataclass(frozen=True)
class Composition:
    """A whole and its parts; ``closed`` if the parts named are all there can be."""

    whole: str
    parts: tuple[str, ...]
    closed: bool


def _by_unit(item: str) -> Composition:
    return Composition(item, (f"行政单位{item}", f"事业单位{item}"), closed=True)


# Items that add up to an item.
ITEMS = (
    Composition("资产总额", ("负债总额", "所有者权益"), closed=True),
    Composition("户数", ("一级企业户数", "二级企业户数", "三级企业户数", "四级企业户数"), closed=False),
    *map(_by_unit, ("资产总额", "负债总额", "净资产")),
    Composition(
        "资产总额",
        (
            "流动资产",
            "长期投资",
            "长期股权投资",
            "固定资产",
            "在建工程",
            "无形资产",
            "长期待摊费用",
            "其他非流动资产",
            "其他资产",
        ),
        closed=False,
    ),
    Composition("负债总额", ("流动负债", "长期负债", "非流动负债"), closed=False),
    Composition(
        "实收资本", ("实收资本-国有资本", "实收资本-集体资本", "实收资本-民营资本", "实收资本-外商资本"), closed=False
    ),
    Composition("国资预算总收入", ("国资预算总支出", "国资预算结转"), closed=True),
    Composition("企业国有资产评估价值总额", ("处置资产进场交易总额", "评估入账资产总额"), closed=True),
)

# Scopes that add up to a scope.
SCOPES = (
    Composition(ENTERPRISES, ("中央企业", "地方国企"), closed=True),
    Composition("企业+金融合计", (ENTERPRISES, FINANCIAL), closed=True),
    Composition("三类国有资产合计", (ENTERPRISES, FINANCIAL, ADMINISTRATIVE), closed=True),
    Composition(TWO_KINDS, (ENTERPRISES, ADMINISTRATIVE), closed=True),
)
# A scope that holds every other scope of its region.
ALL_INCLUSIVE = ("全口径",)

# What can be added up over scopes (a ratio cannot), and what can never be negative.
ADDITIVE_UNITS = ("元", "万元", "亿元", "万亿元", "户", "家", "个", "人", "万人", "万户")
NEVER_NEGATIVE = ("资产总额", "负债总额", "户数", "营业收入")
# Items that a rule makes equal, or that are equal where nobody else owns a share.
EQUAL_BY_RULE = (
    {"国有资本经营预算收入", "国有资本经营预算支出"},
    {"所有者权益", "国有资本及权益总额"},
    {"净利润", "归母净利润"},
    {"所有者权益", "归母净资产"},
)

SHARE_OF_ASSETS = re.compile(r"(.+)占总资产")
SHARE_OF_WHOLE = re.compile(r"(资产|负债|权益|营业收入|利润)占(比|两类合计比重)")
SHARE_ITEMS = {"资产": "资产总额", "负债": "负债总额", "权益": "所有者权益", "营业收入": "营业收入", "利润": "利润总额"}
COUNTED = re.compile(r".+\((\d+)户\)")

# Ways to make a return on equity: (profit, equity); the denominator is a further choice.
RETURNS = {"净资产收益率": (("净利润", "所有者权益"), ("归母净利润", "归母净资产"))}


def wholes(scopes: Iterable[str], counted_whole: int | None) -> list[Composition]:
    """Return how a region's scopes make up one another, by the words of their names.

    ``counted_whole`` is the number of enterprises in all: scopes that say their own number, as
    某类(5户), are its parts if these numbers add up to it.
    """
    present = list(dict.fromkeys(scopes))
    found = [c for c in SCOPES if c.whole in present and set(c.parts) <= set(present)]
    prefixes = dict.fromkeys(s.partition(":")[0] for s in present if ":" in s)
    for prefix in prefixes:
        parts = tuple(s for s in present if s.startswith(f"{prefix}:"))
        if prefix.startswith("按"):
            found.append(Composition(ENTERPRISES, parts, closed=True))
        else:
            found.append(Composition(prefix, parts, closed=False))
    counts = {s: int(m[1]) for s in present if (m := COUNTED.fullmatch(s))}
    if counts and sum(counts.values()) == counted_whole:
        found.append(Composition(ENTERPRISES, tuple(counts), closed=True))
    return [c for c in found if c.whole in present and len(c.parts) > 1]


def inside(part: str, whole: str) -> bool:
    """Tell whether one scope's name says that it lies inside another's."""
    if part == whole:
        return False
    return whole in ALL_INCLUSIVE or (part.startswith(f"{whole}(") and not COUNTED.fullmatch(part))
