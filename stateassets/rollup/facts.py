"""The facts of a published book, read back: what ``book.takeaway.facts`` wrote, looked at before it is believed.

A file may be old, of another program, or changed by hand; whatever it is ends in one fault that says what
stands where. Numbers are decimals of the file's own digits, in the base unit of their measure (万元, %).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any, NoReturn

from ..book.takeaway.facts import (
    BOOK,
    HUNDREDTHS,
    ORIGIN,
    PREFIX,
    PRINTED,
    REGION,
    REPORT,
    SCOPE,
    SCOPES,
    STATED,
    YUAN,
    Concept,
    parts,
)
from ..measures.claims import Claim, usual_qualifier
from ..measures.measures import KINDS, LEVEL
from ..measures.registry import REGISTRY
from ..measures.units import HEDGES, UNITS, Interval, printed_interval
from ..tables.data_errors import DataError, Fault, hidden
from ..tables.origins import Origin

WHOLE_GROUP, ALONE = "group", "enterprise"
SINGLE = (f"{WHOLE_GROUP}:", f"{ALONE}:")  # how scopes of what may belong elsewhere begin
LARGEST = 64 * 1024**2  # bytes; a district's internal edition has some 3 MB
MOST_FACTS = 500_000
LONGEST_NAME = 60
DOCUMENT = "https://xbrl.org/2021/xbrl-json"
AGAIN = "请对方用现在的程序重新生成书，再取facts.json，不要手改"
MOST_DIGITS = 24  # before the point, and behind it
NUMBER = re.compile(rf"-?\d{{1,{MOST_DIGITS}}}(?:\.\d{{1,{MOST_DIGITS}}})?", re.ASCII)
MOMENT = re.compile(r"(\d{4})-01-01T00:00:00(?:/(\d{4})-01-01T00:00:00)?", re.ASCII)
SAID = re.compile(r"[^-\d]*(-?\d[\d,]*(?:\.\d+)?)(.*)", re.ASCII)
YEARS = range(1990, 2101)
HOW = {"": "", REPORT: "rounded", **{f"{REPORT}_{word}": word for word in HEDGES}}
ORIGINS = {origin.value: origin for origin in Origin}
CLAIMED = {"": "level", "yoy": "yoy_pct", "change": "yoy_abs"}
LEAD, WHOSE = f"{PREFIX}:", f"{REGION}:"
CENT = Decimal("0.01")  # of a yuan: to this computed money is told


@dataclass(frozen=True, slots=True)
class Fact:
    """A number of a district: ``value`` in the base unit; ``interval`` what it stands for if it was printed."""

    figure_id: str
    scope: str  # empty for the whole district, else class:…, group:…, enterprise:…
    year: int
    value: Decimal
    origin: Origin
    qualifier: str = ""  # empty for a computed number, else how it was printed
    printed: str = ""
    decimals: int = 0  # of what was printed

    @property
    def stated(self) -> bool:
        """Was it printed by a report?"""
        return bool(self.qualifier)

    @property
    def interval(self) -> Interval:
        """The true values that it stands for: of a computed number itself alone."""
        exact = Fraction(self.value)
        if not self.stated:
            return Interval(exact, exact, high_closed=True)
        text, unit = _number_and_unit(self.printed)
        size = UNITS[unit][1] if unit in UNITS else Fraction(1)
        kind = CLAIMED.get(self.figure_id.partition(".")[2], "level")
        how = self.qualifier if self.qualifier != "rounded" else usual_qualifier(unit, kind)
        return printed_interval(text, self.decimals, how).scaled(size)

    def as_claim(self, region: str, scope: str, source: str) -> Claim | None:
        """Return a printed number as the audit takes it; None of one that was computed."""
        if not self.stated:
            return None
        name, _, suffix = self.figure_id.partition(".")
        text, unit = _number_and_unit(self.printed)
        kind = "yoy_pp" if suffix == "change" and unit == "个百分点" else CLAIMED[suffix]
        how = self.qualifier if self.qualifier != "rounded" else usual_qualifier(unit, kind)
        measure = REGISTRY[name]
        return Claim(
            f"{region}{self.year}年{measure.name_zh}{KINDS[suffix].name_zh}",
            region,
            self.year,
            scope,
            "",
            name,
            measure.name_zh,
            kind,
            text,
            unit,
            self.decimals,
            how,
            source,
        )


@dataclass(frozen=True)
class District:
    """What one source says of one district; ``scope`` is empty where it does not say whose numbers these are."""

    region: str
    facts: tuple[Fact, ...]
    names: Mapping[str, str] = field(default_factory=dict)  # of scopes
    scope: str = ""
    title: str = ""
    source: str = ""
    unknown: int = 0  # facts of concepts that this program does not know
    alerts: tuple[Mapping[str, str], ...] | None = None  # None where no ledger was there to be looked at
    enterprises: bool = False  # does it tell of single groups or enterprises?

    @property
    def years(self) -> tuple[int, ...]:
        """The years of which it has a number of the whole district."""
        return tuple(sorted({fact.year for fact in self.facts if not fact.scope}))

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The origins of its numbers of the whole district."""
        return tuple(dict.fromkeys(fact.origin for fact in self.facts if not fact.scope))


@lru_cache(maxsize=10_000)
def concept_of(figure_id: str) -> Concept | None:
    """Return what a figure's id names; None where this program knows no such thing."""
    name, _, suffix = figure_id.partition(".")
    return Concept(REGISTRY[name], KINDS[suffix]) if name in REGISTRY and suffix in CLAIMED else None


def name_of(figure_id: str) -> str:
    """Return what a figure is called."""
    name, _, suffix = figure_id.partition(".")
    return REGISTRY[name].name_zh + KINDS[suffix].name_zh


def read(content: bytes, source: str) -> District:
    """Return the district of a ``facts.json``.

    Raises:
        DataError: it is not what a book publishes, or was changed since.
    """
    if len(content) > LARGEST:
        _refuse(source, f"文件有{len(content) / 1024**2:.0f}MB", f"不大于{LARGEST // 1024**2}MB的facts.json")
    try:
        told = json.loads(content)
        facts = told.get("facts") if isinstance(told, dict) else None
        if not isinstance(facts, dict) or content.count(b'"concept"') != len(facts):
            told = json.loads(content, object_pairs_hook=_once)  # slow, and names what is written twice
    except RecursionError:
        _refuse(source, "嵌套太深", "书的facts.json")
    except _TwiceError as twice:
        _refuse(source, f"“{twice}”写了两次", "每一项写一次")
    except ValueError:  # no JSON, no UTF-8, a number of thousands of digits
        _refuse(source, "不是正确的JSON", "书的facts.json")
    return _district(told, source)


def _district(told: Any, source: str) -> District:
    kind = told.get("documentInfo") if isinstance(told, dict) else None
    if not isinstance(kind, dict) or kind.get("documentType") != DOCUMENT:
        _refuse(source, "不是书的facts.json", f"documentType是{DOCUMENT}")
    facts = told.get("facts")
    if not isinstance(facts, dict) or not facts:
        _refuse(source, "里面没有数", "facts里一个数一项")
    if len(facts) > MOST_FACTS:
        _refuse(source, f"有{len(facts)}个数", f"不多于{MOST_FACTS}个")
    about, names = told.get(BOOK, {}), told.get(SCOPES, {})
    if not isinstance(about, dict) or not isinstance(names, dict):
        _refuse(source, "书名或范围的写法不对", "对照表")
    region = ""
    found: dict[tuple[str, str, int, bool], Fact] = {}
    unknown = 0
    for place, one in facts.items():
        whose, fact = _fact(one, place, source)
        if region and whose != region:
            _refuse(source, f"既有“{region}”的数，又有“{whose}”的数", "一个文件只写一个地区", place)
        region = whose
        if fact is None:
            unknown += 1
            continue
        key = (fact.figure_id, fact.scope, fact.year, bool(fact.qualifier))
        if key in found and found[key].value != fact.value:
            _refuse(source, "同一个数写了两次，两次不同", "一个数一个值", place)
        found[key] = fact
    if not any(not fact.scope for fact in found.values()):
        _refuse(source, "没有一个认识的全区的数", "至少有一个这个程序的指标，是全区的")
    district = District(
        region,
        tuple(found.values()),
        {_word(k, source): _word(v, source) for k, v in names.items()},
        _word(about.get("scope", ""), source),
        _word(about.get("title", ""), source, 10 * LONGEST_NAME),
        source,
        unknown,
        enterprises=any(fact.scope.startswith(SINGLE) for fact in found.values()),
    )
    refuse_changed(district)
    return district


def without_singles(district: District, kept: Collection[tuple[str, str]]) -> District:
    """Return the district without the numbers of single groups and enterprises, but for ``kept``: (district, scope)."""
    facts = tuple(f for f in district.facts if not f.scope.startswith(SINGLE) or (district.region, f.scope) in kept)
    return replace(district, facts=facts)


def _fact(one: Any, place: str, source: str) -> tuple[str, Fact | None]:
    """Return whose number it is and the number; None where this program does not know what it is of."""
    try:
        told = one["dimensions"]
        concept, entity, period, value, decimals = (
            told["concept"],
            told["entity"],
            told["period"],
            one["value"],
            one["decimals"],
        )
        origin, stated = one[ORIGIN], told.get(STATED, "").removeprefix(LEAD)
        scope, printed = told.get(SCOPE, ""), one.get(PRINTED, "")
        own, lies = _of(concept), _years(period)
        known, ahead = origin in ORIGINS, stated in HOW
    except (KeyError, TypeError, AttributeError):
        _refuse(source, "这一项缺内容", "有值、位数、指标、地区、时期和来源", place)
    if not (concept.startswith(LEAD) and type(entity) is str and entity.startswith(WHOSE) and len(entity) > len(WHOSE)):
        _refuse(source, "不是这个程序的指标和地区", f"{LEAD}…和{WHOSE}…", place)
    if type(value) is not str or not NUMBER.fullmatch(value):
        expected = f"写成文字的一个数（JSON里带引号，Parquet里是文字列），小数点前后各不超过{MOST_DIGITS}位"
        _refuse(source, f"“{value}”不是这样的数", expected, place)
    if type(decimals) is not int or abs(decimals) > 24:
        _refuse(source, f"位数“{decimals}”不对", "整数", place)
    if not known:
        _refuse(source, f"来源“{origin}”不认识", f"{'、'.join(ORIGINS)}之一", place)
    if not ahead or type(printed) is not str:
        _refuse(source, f"“{stated}”不是公布的写法", "report或report_加限定词", place)
    if bool(stated) != bool(printed):
        _refuse(source, "公布数没有写印出来的样子，或算出的数写了", "公布数写明印成什么", place)
    if lies is None:
        _refuse(source, f"时期“{period}”不对", "一年，或年初、年末的一天", place)
    region = _word(entity.removeprefix(WHOSE), source)
    if own is None:
        return region, None
    begins, before, moment = lies
    year = before if moment and own.closing else begins
    number = Decimal(value).scaleb(own.shift)
    fact = Fact(own.figure_id, sys.intern(_word(scope, source)), year, number, ORIGINS[origin], HOW[stated], printed)
    return region, _as_printed(fact, source, place) if stated else fact


@dataclass(frozen=True)
class _Known:
    """What is known of a concept: its figure, by how many places a number is shifted, whether it is of a year's end."""

    figure_id: str
    shift: int
    closing: bool


@lru_cache(maxsize=10_000)
def _of(concept: str) -> _Known | None:
    figure_id = concept.removeprefix(LEAD)
    found = concept_of(figure_id)
    if found is None:
        return None
    shift = -4 if found.dimension.startswith("money") else 2 if found.dimension in HUNDREDTHS else 0
    return _Known(figure_id, shift, found.moment == "closing")


@lru_cache(maxsize=1_000)
def _years(period: str) -> tuple[int, int, bool] | None:
    """Return the year in which a period begins, the one before, and whether it is a moment."""
    dates = MOMENT.fullmatch(period)
    if not dates or int(dates[1]) not in YEARS or (dates[2] and int(dates[2]) != int(dates[1]) + 1):
        return None
    return int(dates[1]), int(dates[1]) - 1, not dates[2]


def _as_printed(fact: Fact, source: str, place: str) -> Fact:
    """Return a printed number with its decimals, if its words and its value are one number."""
    text, unit = _number_and_unit(fact.printed)
    size = UNITS[unit][1] if unit in UNITS else Fraction(1)
    try:
        alike = Fraction(text) * size == Fraction(fact.value)
    except (ValueError, InvalidOperation):
        alike = False
    if not alike:
        _refuse(source, f"印的是“{fact.printed}”，值却不是这个数", "值和印出来的是同一个数", place)
    made = replace(fact, decimals=len(text.partition(".")[2]))
    claim = made.as_claim("", "", source)
    if claim and claim.misfit:
        _refuse(source, f"印的是“{fact.printed}”，{claim.misfit}", f"{name_of(fact.figure_id)}的单位", place)
    return made


def _number_and_unit(printed: str) -> tuple[str, str]:
    """Return the number and the unit in what was printed: 逾250项 is 250 and 项."""
    match = SAID.fullmatch(printed)
    if not match:
        return "", ""
    return match[1].replace(",", ""), match[2].removeprefix(HEDGES["more"][1])


def refuse_changed(district: District) -> None:
    """Refuse computed numbers that are the sum of others in the same file and do not come to it.

    Raises:
        DataError: naming the sum; some number in it was changed since the book was made.
    """
    values = {(f.figure_id, f.scope, f.year): f.value for f in district.facts if not f.stated}
    for (name, scope, year), value in values.items():
        weights = _parts(name)
        own = [values.get((part, scope, year)) for part in weights]
        if not weights or None in own:
            continue
        total = sum((weight * v for weight, v in zip(weights.values(), own, strict=True) if v is not None), Decimal(0))
        money = concept_of(name) is not None and REGISTRY[name].unit in ("万元", "亿元")
        if abs(total - value) > (len(own) + 1) * (CENT / YUAN if money else Decimal("1e-6")):
            words = "、".join(REGISTRY[part].name_zh for part in weights)
            whose = f"“{district.names.get(scope, scope)}”的" if scope else ""
            _refuse(
                district.source,
                f"{whose}{REGISTRY[name].name_zh}是{_plain(value)}，由{words}算出的却是{_plain(total)}，有人改过其中一个数",
                "各数是同一次计算的结果",
                f"{year}年",
            )


@lru_cache(maxsize=5_000)
def _parts(figure_id: str) -> Mapping[str, int]:
    concept = concept_of(figure_id)
    return parts(figure_id) if concept and concept.kind is LEVEL else {}


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _word(text: Any, source: str, longest: int = LONGEST_NAME) -> str:
    """Return a name if it is one that a page may show."""
    if not isinstance(text, str) or not _is_name(text, longest):
        _refuse(source, "有一个名称太长，或含有看不见的或不能用的字符", f"不超过{longest}个字的名称")
    return text


@lru_cache(maxsize=20_000)
def _is_name(text: str, longest: int) -> bool:
    return len(text) <= longest and not hidden(text) and not re.search(r"[\n\r\t<>/\\|=]", text)


class _TwiceError(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        raise _TwiceError(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return made


def _refuse(source: str, found: str, expected: str, place: str = "") -> NoReturn:
    where = f"{source}里的{place}" if place else source
    raise DataError([Fault(where, None, None, found, expected, AGAIN)])


def claims_of(districts: Iterable[District]) -> Iterator[Claim]:
    """Yield all that districts printed of themselves as a whole."""
    for district in districts:
        for fact in district.facts:
            claim = fact.as_claim(district.region, district.scope, district.source) if not fact.scope else None
            if claim:
                yield claim
