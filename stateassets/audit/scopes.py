"""Whose numbers: what the words of a scope say, and which scopes make up which.

A scope is read as a kind of assets, a level of government, a body, a tier of enterprises and
whatever else is said. Scopes that differ in just one of these, and name all there is of it, add up
to the scope that leaves it open: 省属企业 and 市县企业 to 全省国有企业. Nothing here knows a region.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

ENTERPRISE, FINANCIAL, ADMINISTRATIVE = "企业", "金融企业", "行政事业性"
TOTAL = "合计"  # several kinds together

# What is said, by the feature that it is said of; of words that hold each other the longer comes first.
LEVELS = {
    "中央": ("中央", "央企"),
    "地方": ("地方",),
    "省级": ("省本级", "省属", "省级", "省直", "自治区直属", "自治区本级", "区直"),
    "市县": ("市县属", "市县", "地市属", "地市", "市州"),
    "市级": ("市本级", "市属", "市级", "市直"),
    "区县": ("县(市、区)", "县市区", "区县属", "区县", "县区", "区属", "县属", "区级", "县级"),
}
BODIES = {"行政单位": ("行政单位",), "事业单位": ("事业单位",)}
TIERS = {f"{n}级": (f"{n}级及以下", f"{n}级") for n in "一二三四五"}
KINDS = {
    ENTERPRISE: ("不含金融企业", "不含金融业", "不含金融", "非金融企业", "非金融"),
    FINANCIAL: ("金融企业", "金融类", "金融"),
    ADMINISTRATIVE: ("行政事业性", "行政事业单位", "行政事业"),
}
# Kinds that a total may be of, the fullest first.
KINDS_OF_TOTAL = {
    "三类": (ENTERPRISE, FINANCIAL, ADMINISTRATIVE),
    "两类": (ENTERPRISE, ADMINISTRATIVE),
    "企业+行政事业": (ENTERPRISE, ADMINISTRATIVE),
    "企业+金融": (ENTERPRISE, FINANCIAL),
}
TOTALS = re.compile(r"全口径|[各四三两]类(?:国有)?(?:资产|合计|总计|$)|合计|总计")
# Sets of values that are all there is of a feature, in which nothing overlaps.
ALL_OF = {
    "level": (("中央", "地方"), ("省级", "市县"), ("省级", "市级", "区县"), ("市级", "区县")),
    "body": (("行政单位", "事业单位"),),
}
LEVEL = re.compile("|".join(re.escape(word) for words in LEVELS.values() for word in words))
PLACE = re.compile(r"([^省市区县州]{2,}?)(?:省|市|区|县|州|自治区|自治州)")
PERIOD = re.compile(r"\((?:[^()]*(?:\d+-\d+月|\d+月[末底]|[上下]半年|季度|月报|快报|全年)[^()]*)\)")
# Names of one scope; patterns.
ALIKE = {
    "企业": "^(?:国有企业|国企|企业国有资产|企业)$",
    "行政事业性": "^行政事业(?:性国有资产|性资产|单位|单位国有资产|性)$",
}
COUNTED = re.compile(r"\((\d+)户\)")
SAYS_NOTHING = re.compile(
    r"国有资产|国有资本|国有及国有控股|国有控股|国有独资|国有|资产|国企|企业|单位|系统|领域|区域|"
    r"全国|全省|全市|全区|全县|全自治区|我[国省市区县]|本[省市区县]|合计|总计|总体|全部|各级|两级|三级|全级次|的|类|性|[()\s“”]"
)


@dataclass(frozen=True)
class Scope:
    """What the words of a scope say; an empty field is left open. ``rest`` makes it a scope of its own."""

    kind: str = ENTERPRISE
    kinds: tuple[str, ...] = ()  # of a total that names them
    level: str = ""
    body: str = ""
    tier: str = ""
    rest: str = ""
    period: str = ""


@lru_cache(maxsize=5_000)
def scope_of(words: str, region: str = "") -> Scope:
    """Return what the words of a scope say; the region's own name says nothing."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", words))
    for name in PLACE.findall(region):
        text = text.replace(name, "", 1)
    period = "".join(PERIOD.findall(text))
    text = COUNTED.sub("", PERIOD.sub("", text))
    nothing_else = "国有资产" in text and not re.search(r"企业|单位|行政|金融", text) and not LEVEL.search(text)
    if nothing_else or TOTALS.search(text):
        kinds = next((kinds for word, kinds in KINDS_OF_TOTAL.items() if word in text), ())
        return Scope(TOTAL, kinds, period=period)
    found: dict[str, Any] = {}
    for name, values in (("kind", KINDS), ("body", BODIES), ("level", LEVELS), ("tier", TIERS)):
        for value, spellings in values.items():
            said = next((word for word in spellings if word in text), None)
            if said and name not in found:
                found[name], text = value, text.replace(said, "", 1)
    kind = found.pop("kind", ADMINISTRATIVE if "body" in found else ENTERPRISE)
    rest = SAYS_NOTHING.sub("", LEVEL.sub("", text) if "level" in found else text).strip(":-")
    return Scope(kind, **found, rest=re.sub("^[省市区县]$", "", rest), period=period)


def without_everything(scope: str) -> str:
    """Return a scope without words that say only that all of it is meant: 全区国有企业 and 企业国有资产 are 企业."""
    text = unicodedata.normalize("NFKC", scope)
    text = re.sub(r"^全[国省市区县州](?=.)|\(不含金融[企业类]*\)$", "", text)
    for name, alike in ALIKE.items():
        text = re.sub(alike, name, text)
    return text


@dataclass(frozen=True)
class Parts:
    """Scopes that make up a scope; ``sure`` if their words say so, else only if the numbers agree somewhere.

    ``closed`` if the parts named are all there can be; else they may fall short of the whole, and
    exceed it only where they are not known to lie ``apart``.
    """

    whole: str
    parts: tuple[str, ...]
    closed: bool = True
    sure: bool = True
    apart: bool = False


def made_up(scopes: Iterable[str], region: str = "", counted_whole: int | None = None) -> Iterator[Parts]:
    """Yield which of the scopes of one region and year make up one another, by their words.

    ``counted_whole`` is the number of enterprises in all: scopes that say their own number, as
    某类(5户), are its parts if these numbers add up to it.
    """
    present: dict[Scope, list[str]] = {}
    names = list(dict.fromkeys(scopes))
    for words in names:
        present.setdefault(scope_of(words, region), []).append(words)
    yield from _by_feature(present)
    yield from _by_tier(present, names)
    yield from _by_kind(present)
    yield from _by_prefix(present, names)
    counts = {name: int(found[1]) for name in names if (found := COUNTED.search(name))}
    if len(counts) > 1 and sum(counts.values()) == counted_whole and Scope() in present:
        yield Parts(present[Scope()][0], tuple(counts))


def _by_feature(present: Mapping[Scope, list[str]]) -> Iterator[Parts]:
    for feature, sets in ALL_OF.items():
        for whole in present:
            if getattr(whole, feature) or whole.tier or whole.kind == TOTAL:
                continue
            for values in sets:
                parts = [_with(whole, feature, value) for value in values]
                if all(part in present for part in parts):
                    # Another scope of the same level may be a part of its own (市直部门监管企业).
                    beside = any(s.rest and replace(s, rest="") in parts for s in present)
                    yield from _each(present, whole, parts, sure=not beside)
                    break


def _with(scope: Scope, feature: str, value: str) -> Scope:
    return replace(scope, level=value) if feature == "level" else replace(scope, body=value)


def _by_tier(present: Mapping[Scope, list[str]], names: Sequence[str]) -> Iterator[Parts]:
    tiers = {scope.tier: present[scope][0] for scope in present if scope.tier and not scope.rest}
    first = [name for name in TIERS if name in tiers]
    if len(first) < 2 or list(TIERS)[: len(first)] != first:
        return
    parts = tuple(tiers[name] for name in first)
    wholes = [n for s, ns in present.items() if s.kind == ENTERPRISE and not s.tier and not s.rest for n in ns]
    before = [name for name in names[: names.index(parts[0])] if name in wholes] or wholes[:1]
    if before:  # the one that the report spoke of last
        yield Parts(before[-1], parts, closed="及以下" in parts[-1], apart=True)


def _by_prefix(present: Mapping[Scope, list[str]], names: Sequence[str]) -> Iterator[Parts]:
    for prefix in dict.fromkeys(name.partition(":")[0] for name in names if ":" in name):
        parts = tuple(name for name in names if name.startswith(f"{prefix}:"))
        whole = present.get(Scope(), [""])[0] if prefix.startswith("按") else prefix
        if len(parts) > 1 and whole in names:
            yield Parts(whole, parts, closed=prefix.startswith("按"))


def _by_kind(present: Mapping[Scope, list[str]]) -> Iterator[Parts]:
    for total in present:
        if total.kind != TOTAL:
            continue
        kinds = total.kinds or (ENTERPRISE, FINANCIAL, ADMINISTRATIVE)
        parts = [kind for kind in kinds if Scope(kind, period=total.period) in present]
        if len(parts) > 1 and (parts == list(kinds) or not total.kinds):
            sure = bool(total.kinds)  # 合计 that does not say of what may be of two kinds or of three
            yield from _each(present, total, [Scope(kind, period=total.period) for kind in parts], sure)


def _each(present: Mapping[Scope, list[str]], whole: Scope, parts: list[Scope], sure: bool = True) -> Iterator[Parts]:
    """Yield the parts of each name of a whole: the first name of each, and all where they may be several things."""
    names = [present[part] for part in parts]
    alone = all(len(some) == 1 for some in names)
    for name in present[whole]:
        yield Parts(name, tuple(some[0] for some in names), sure=sure and alone)
        if not alone:
            yield Parts(name, tuple(one for some in names for one in some), sure=False)


def inside(part: str, whole: str, region: str = "") -> bool:
    """Tell whether the words of one scope say that it lies inside another."""
    if part.startswith(f"{whole}(") and not COUNTED.search(part) and not PERIOD.search(part):
        return True
    p, w = scope_of(part, region), scope_of(whole, region)
    if p == w or p.period != w.period or w.rest != "" or w.tier:
        return False
    if w.kind == TOTAL:
        return p.kind != TOTAL and (not w.kinds or p.kind in w.kinds) and p.rest == ""
    same = p.kind == w.kind and p.rest == ""
    return same and (w.level in ("", p.level)) and (w.body in ("", p.body))
