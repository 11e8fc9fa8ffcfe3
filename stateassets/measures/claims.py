"""Numbers as reports printed them, and what each of them stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from ..tables.data_errors import DataError, Fault
from ..tables.text_files import odd_cells, read_rows
from .measures import CLAIM_KINDS, Kind, Measure
from .registry import REGISTRY
from .units import MORE_THAN, UNITS, Interval, base_size, factor, printed_interval

# As a report prints it: plain digits, a decimal point, no exponent and no fraction.
PRINTED_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,6})?", re.ASCII)

# Scopes that are not enterprises outside finance, or only some trade of them.
OTHER_ASSETS = ("金融企业", "行政事业", "全口径", "合计", ":")

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
    """One printed number. ``text`` is the number as printed: its decimals are data."""

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

    @property
    def measure(self) -> Measure | None:
        """The measure that recomputes it, None where this book knows none."""
        return REGISTRY.get(self.indicator or "")

    @property
    def item(self) -> str:
        """What it is a number of, by its standard name."""
        return self.measure.name_zh if self.measure else self.name_zh

    @property
    def misfit(self) -> str:
        """Why its unit cannot be that of such a number, or empty."""
        kind, unit = self.as_kind, self.unit
        if kind is None or kind.suffix == "yoy":
            return "" if unit == "%" or kind is None else f"增速的单位不能是{unit}"
        if kind.suffix == "change" and unit in ("%", "个百分点"):
            ratio = self.measure is None or self.measure.unit == "%"
            return "" if ratio else f"{self.item}不是比率，增减不能用{unit}"
        if self.measure is None:
            return "" if unit in UNITS else f"不认识的单位“{unit}”"
        try:
            factor(unit, self.measure.unit)
        except ValueError as error:
            return str(error)
        return ""

    @property
    def as_kind(self) -> Kind | None:
        """Level, growth or change; None for a rule."""
        return CLAIM_KINDS.get(self.kind)

    @property
    def size(self) -> Fraction:
        """Its number in the base unit (money: 万元), exactly as printed."""
        return Fraction(self.text) * base_size(self.unit)

    @property
    def figure_id(self) -> str:
        """The id of the figure that recomputes it, e.g. ``total_assets.yoy``."""
        suffix = self.as_kind.suffix if self.as_kind else ""
        return ".".join(part for part in (self.indicator or self.id, suffix) if part)

    @property
    def printed(self) -> str:
        """The number with its unit, as the report prints it."""
        if self.kind == "rule":
            return "成立" if self.text == "true" else "不成立"
        before, behind = MORE_THAN.get(self.qualifier, ("", ""))
        return f"{before}{self.text}{behind}{self.unit}"

    @property
    def over(self) -> bool:
        """Was it printed as more than a round number (逾250项, 40余处)?"""
        return self.qualifier in MORE_THAN

    @property
    def interval(self) -> Interval:
        """The true values that print as this number, in the base unit of its measure."""
        printed = printed_interval(self.text, self.decimals, self.qualifier)
        return printed.scaled(base_size(self.unit))

    def describe(self) -> str:
        """Name and printed number in one phrase."""
        growth = self.as_kind.name_zh if self.as_kind else ""
        name = self.name_zh if growth[:2] in self.name_zh and growth else self.name_zh + growth
        return f"{name}{self.printed}"


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


def read_claims(path: Path) -> tuple[Claim, ...]:
    """Read a file of printed figures with the columns of ``REPORT_COLUMNS``.

    Raises:
        DataError: the file is missing, lacks a column, or a row cannot be read; every fault
            names file, row and column.
    """
    header, *cells = read_rows(path) or [[]]
    rows = [dict(zip(header, row, strict=False)) for row in cells]
    missing = [c for c in REPORT_COLUMNS if not rows or c not in header]
    if missing:
        raise DataError(
            [
                Fault(
                    path.name,
                    1,
                    column,
                    "没有这一列" if rows else "表中没有数据",
                    "公布数文件须有这一列",
                    "照审计样表补上表头和数据",
                )
                for column in missing
            ]
        )
    faults = [
        Fault(path.name, row, f"第{column + 1}列", found, "看得见、长短合适的文字", advice)
        for row, column, found, advice in odd_cells([header, *cells])
    ]
    for number, row in enumerate(cells, 2):
        if len(row) == len(header):
            faults += _faults(path, number, rows[number - 2])
        else:
            faults.append(
                Fault(path.name, number, None, f"这一行有{len(row)}格", f"{len(header)}格", "检查是否多了或少了逗号")
            )
    if faults:
        raise DataError(faults)
    return collected_claims(rows)


def collected_claims(rows: Iterable[Mapping[str, object]]) -> tuple[Claim, ...]:
    """Return claims from rows with the columns of ``REPORT_COLUMNS``, numbered as Excel does."""
    return tuple(
        _collected(number, {name: str(value) for name, value in row.items()}) for number, row in enumerate(rows, 2)
    )


def _faults(path: Path, number: int, row: Mapping[str, str]) -> Iterator[Fault]:
    def fault(column: str, expected: str) -> Fault:
        return Fault(path.name, number, column, row[column] or "空白", expected, "请改正后重试")

    if not re.fullmatch(r"\d{4}", row["year"], re.ASCII):
        yield fault("year", "四位年份")
    if not re.fullmatch(r"[0-6]", row["decimals"], re.ASCII):
        yield fault("decimals", "原文的小数位数，如1")
    if row["kind"] not in (*CLAIM_KINDS, "rule"):
        yield fault("kind", "、".join(CLAIM_KINDS))
    if not PRINTED_NUMBER.fullmatch(row["value"]):
        yield fault("value", "不带单位的数字")


def _collected(number: int, row: Mapping[str, str]) -> Claim:
    name_zh, kind, unit = row["name_zh"].strip(), row["kind"], row["unit"].strip()
    measure = REGISTRY.by_name_zh(name_zh)
    return Claim(
        id=f"第{number}行",
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
        qualifier=row.get("qualifier") or _qualifier(unit, kind),
        source=row["source_title"],
        url=row["source_url"],
    )


def _qualifier(unit: str, kind: str) -> str:
    return "exact" if unit in ("户", "家", "个") and kind != "yoy_pct" else "rounded"


def agrees(claim: Claim, value: object) -> bool:
    """Tell whether a recomputed value (in the measure's base unit) prints as the report did."""
    if claim.kind == "rule":
        return value is (claim.text == "true")
    if value is None:
        return False
    return float(value) in claim.interval  # type: ignore[arg-type]


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
