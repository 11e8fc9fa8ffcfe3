"""Numbers as reports printed them, and what each of them stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from ..tables.notation import grouped
from .measures import CLAIM_KINDS, Kind, Measure, moved
from .registry import REGISTRY
from .units import HALF_UP, HEDGES, UNITS, Interval, base_size, factor, printed_interval, to_decimal

# Scopes that are not enterprises outside finance, or only some trade of them.
OTHER_ASSETS = ("金融企业", "行政事业", "全口径", "合计", ":")

# What a report says besides levels and changes on last year, and how such a number is named. They are
# compared with other numbers, but enter no formula.
OTHER_KINDS = {"share": "占比", "cagr": "年均", "other_base": "较{base}", "target": "目标"}
PLANNED = ("target", "rule")  # of these nothing can be checked
PER_HEAD = ("人均", "平均工资", "平均薪酬", "平均年薪")  # in the name of an amount a head

# The columns of a file of printed figures, as collected from other governments.
REPORT_COLUMNS = (
    "region",
    "year",
    "scope",
    "name_zh",
    "kind",
    "value",
    "unit",
    "decimals",
    "source_title",
    "source_url",
)


@dataclass(frozen=True)
class Claim:
    """One printed number. ``text`` is the number as printed: its decimals are data.

    ``kind`` is ``level`` (a stock, flow, ratio or count), ``yoy_pct``, ``yoy_pp`` and ``yoy_abs``
    (growth, points and amount against last year), ``share`` (part of a whole, per cent), ``cagr``
    (average yearly growth), ``other_base`` (a change against anything but last year, the unit says
    which), ``target`` (a plan: no claim) or ``rule``. ``base`` is what a change is measured against:
    上年, 年初, 上月, a year such as 2020, or other words of the report; empty for last year and for levels.
    ``of`` is what a share is a share of, in the report's words (总资产, 全市, 年度计划), or what a level is told as a
    part of (其中), empty if it does not say.
    ``rounding`` says how the last digit came about (``units.ROUNDINGS``).
    """

    id: str
    region: str
    year: int
    scope: str
    section: str
    indicator: str | None
    name_zh: str
    kind: str
    text: str
    unit: str
    decimals: int
    qualifier: str
    source: str
    url: str = ""
    base: str = ""
    of: str = ""
    rounding: str = HALF_UP

    @property
    def measure(self) -> Measure | None:
        """The measure that recomputes it, None where this book knows none."""
        return REGISTRY.get(self.indicator) if self.indicator else None

    @property
    def item(self) -> str:
        """What it is a number of, by its standard name."""
        return self.measure.name_zh if self.measure else self.name_zh

    @property
    def misfit(self) -> str:
        """Why its unit cannot be that of such a number, or empty."""
        kind, unit = self.as_kind, self.unit
        if kind is None:
            return ""
        if kind.suffix == "yoy":
            return "" if unit == "%" else f"增速的单位不能是{unit}"
        if kind.suffix == "change" and unit in ("%", "个百分点"):
            ratio = self.measure is None or self.measure.unit == "%"
            return "" if ratio else f"{self.item}不是比率，增减不能用{unit}"
        if self.measure is None:
            return "" if unit in UNITS else f"不认识的单位“{unit}”"
        if self.per_head:
            unit = f"{unit}/人" if self.measure.unit.endswith("/人") and not unit.endswith("/人") else unit
            unit = unit if self.measure.unit.endswith("/人") else unit.removesuffix("/人")
        try:
            factor(unit, self.measure.unit)
        except ValueError as error:
            return str(error)
        return ""

    @property
    def as_kind(self) -> Kind | None:
        """Level, growth or change; None for anything else, and for growth told in times (增长1.8倍)."""
        return None if self.times else CLAIM_KINDS.get(self.kind)

    @property
    def times(self) -> bool:
        """Is it growth told in times, which may mean by so many times, or to so many times?"""
        return self.kind == "yoy_pct" and self.unit == "倍"

    @property
    def per_head(self) -> bool:
        """Is it an amount a head, whether or not its unit says so (93万元, 93万元/人)?"""
        return any(word in self.item or word in self.name_zh for word in PER_HEAD)

    @property
    def base_year(self) -> int | None:
        """The year at whose end stands what a change is measured against, None where that is no year."""
        if self.base in ("", "上年", "年初", "上年末", "上年底"):
            return self.year - 1 if self.base or self.kind.startswith("yoy") else None
        found = re.fullmatch(r"(\d{4})年?(初|末|底|度)?", self.base)
        return int(found[1]) - (found[2] == "初") if found else None

    @property
    def base_words(self) -> str:
        """What a change is measured against, in words."""
        return f"{self.base}年" if self.base.isdigit() else self.base or "其他基期"

    @property
    def size(self) -> Fraction:
        """Its number in the base unit (money: 万元), exactly as printed."""
        return Fraction(self.text) * base_size(self.unit)

    @property
    def bounded(self) -> bool:
        """Does it say both how small and how large its number may be? (逾230 does not)"""
        return self.kind not in PLANNED and None not in (self.interval.low, self.interval.high)

    @property
    def figure_id(self) -> str:
        """The id of the figure that recomputes it, e.g. ``total_assets.yoy``."""
        suffix = self.as_kind.suffix if self.as_kind else ""
        return ".".join(part for part in (self.indicator or self.id, suffix) if part)

    @property
    def printed(self) -> str:
        """The number with its unit, as the report prints it; a long one in groups."""
        if self.kind == "rule":
            return "成立" if self.text == "true" else "不成立"
        before, behind = HEDGES.get(self.qualifier, ("", ""))
        return f"{before}{grouped(self.text)}{behind}{self.unit}"

    @property
    def over(self) -> bool:
        """Was it printed with a word that says it is not exact (逾250项, 40余处, 约4亿元)?"""
        return self.qualifier in HEDGES

    @property
    def interval(self) -> Interval:
        """The true values that print as this number, in the base unit of its measure."""
        return _interval(self.text, self.decimals, self.qualifier, self.rounding, self.unit)

    @property
    def stands_for(self) -> str:
        """The true values that print as this number, in words and in its printed unit."""
        if self.kind == "rule":
            return self.printed
        found = self.interval.scaled(1 / base_size(self.unit))
        if found.low is not None and found.low == found.high:
            return f"恰好{_plain(found.low)}{self.unit}"
        ends = (
            (found.low, "不小于" if found.low_closed else "大于"),
            (found.high, "不大于" if found.high_closed else "小于"),
        )
        return "、".join(f"{word}{_plain(end)}{self.unit}" for end, word in ends if end is not None)

    def describe(self) -> str:
        """Name and printed number in one phrase, a growth or change in words that say which way."""
        kind = self.as_kind
        if kind is None:
            other = OTHER_KINDS.get(self.kind, "").format(base=self.base_words)
            if self.kind in ("cagr", "other_base"):
                return f"{self.name_zh}{other}{moved(self.printed, growth=self.unit == '%')}"
            return f"{self.name_zh}{'' if other in self.name_zh else other}{self.printed}"
        if kind.formula is None:
            return f"{self.name_zh}{self.printed}"
        if kind.name_zh[:2] in self.name_zh:  # how it is named says already that it is a growth
            return f"{self.name_zh}为{self.printed}"
        return f"{self.name_zh}{kind.told(self.printed)}"


@lru_cache(maxsize=20_000)
def _interval(text: str, decimals: int, qualifier: str, rounding: str, unit: str) -> Interval:
    """Of one claim an audit asks this hundreds of times."""
    return printed_interval(text, decimals, qualifier, rounding).scaled(base_size(unit))


def _plain(end: Fraction) -> str:
    """Return an end of an interval, which is a decimal number, without noughts behind."""
    text = f"{to_decimal(end):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def own_claims(
    rows: Iterable[Mapping[str, object]], region: str, year: int, scope: str, source: str
) -> tuple[Claim, ...]:
    """Return this report's claims from the rows of the table ``claims``.

    A row whose number is blank is not printed yet, and no claim.
    """
    return tuple(
        Claim(
            id=str(row["id"]),
            region=region,
            year=year,
            scope=scope,
            section=str(row["section"]),
            indicator=str(row["indicator"]),
            name_zh=str(row["name_zh"]),
            kind=str(row["kind"]),
            text=str(row["value"]),
            unit=str(row["unit"] or ""),
            decimals=int(str(row["decimals"])),
            qualifier=str(row["qualifier"]),
            source=source,
        )
        for row in rows
        if row["value"]
    )


def collected_claims(rows: Iterable[Mapping[str, object]]) -> tuple[Claim, ...]:
    """Return claims from rows with the columns of ``REPORT_COLUMNS``, numbered as Excel does."""
    return tuple(
        collected_claim(f"第{number}行", {name: str(value) for name, value in row.items()})
        for number, row in enumerate(rows, 2)
    )


def collected_claim(id: str, row: Mapping[str, str]) -> Claim:
    """Return the claim of one row with the columns of ``REPORT_COLUMNS``.

    ``indicator``, ``qualifier``, ``base`` and ``of`` may be there besides; else the first two follow from the name
    and the unit.
    """
    name_zh, kind, unit = row["name_zh"].strip(), row["kind"], row["unit"].strip()
    measure = REGISTRY.get(row.get("indicator", "")) or REGISTRY.by_name_zh(name_zh)
    return Claim(
        id=id,
        region=row["region"],
        year=int(row["year"]),
        scope=row["scope"],
        section="",
        indicator=measure.name if measure else None,
        name_zh=name_zh,
        kind=kind,
        text=row["value"].strip(),
        unit=unit,
        decimals=int(row["decimals"]),
        qualifier=row.get("qualifier") or usual_qualifier(unit, kind),
        source=row["source_title"],
        url=row["source_url"],
        base=row.get("base", "").strip(),
        of=row.get("of", "").strip(),
    )


def usual_qualifier(unit: str, kind: str) -> str:
    """Return how a number of a unit is meant where nothing else is said: counts exactly."""
    return "exact" if unit in ("户", "家", "个") and kind != "yoy_pct" else "rounded"


def agrees(claim: Claim, value: object) -> bool:
    """Tell whether a recomputed value (in the measure's base unit) prints as the report did."""
    if claim.kind == "rule":
        return value is (claim.text == "true")
    if value is None:
        return False
    return value in claim.interval  # type: ignore[operator]


def newest_by_region(claims: Iterable[Claim], figure_id: str) -> list[Claim]:
    """Return one printed figure a region (its newest of a whole year), largest first."""
    indicator, _, suffix = figure_id.partition(".")
    newest: dict[tuple[str, str], Claim] = {}
    for claim in claims:
        same = claim.indicator == indicator and claim.as_kind and claim.as_kind.suffix == suffix
        if not same or claim.misfit or any(word in claim.scope for word in OTHER_ASSETS):
            continue
        key = (claim.region, claim.scope)
        if key not in newest or newest[key].year < claim.year:
            newest[key] = claim
    return sorted(newest.values(), key=lambda claim: claim.size, reverse=True)
