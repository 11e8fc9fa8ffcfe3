"""The one object that a rollup's chapters talk to: its members, their numbers, sums, order, and the audit."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial
from pathlib import Path
from typing import NoReturn

from ..measures.claims import Claim
from ..measures.measures import KINDS, Measure
from ..measures.registry import REGISTRY
from ..measures.units import Interval, in_unit, with_unit
from ..tables.data_errors import DataError, Fault
from ..tables.origins import Origin, weakest
from ..tables.root import find_root
from ..tables.text_files import written
from .coverage import SAY_IT, Coverage, additive, alike, comparable_in_spite, refusal
from .facts import District, Fact, claims_of
from .membership import COLUMNS as LISTED
from .membership import Expected, Member, members, read_list
from .order import Place, Spread, places, spread
from .own_tables import Tables, is_quantity
from .ownership import COLUMNS as REGISTERED
from .ownership import Owned, Transfer, read_register, scopes_of, transfers, unmatched, value_of
from .ties import added, exactly, ties_of
from .together import Answer, examine

FOLDER = "rollup"  # below data/
DISTRICTS, FACTS, ALERTS = (f"{FOLDER}/{name}.csv" for name in ("districts", "facts", "alerts"))
LIST, REGISTER = (f"{FOLDER}/{name}.csv" for name in ("expected", "register"))
DISTRICT_COLUMNS = ("region", "scope", "title", "source", "unknown", "ledger", "enterprises")
FACT_COLUMNS = ("region", "figure", "scope", "year", "value", "origin", "qualifier", "printed", "decimals")
ALERT_COLUMNS = ("region", "rule", "level", "enterprise", "period", "sentence", "origin")
CLASS = "class:"
BOUNDED = ("rounded", "exact", "about")  # printed so that both ends are known


@dataclass(frozen=True)
class Sum:
    """What districts of one scope come to together, as an interval, and what was counted elsewhere."""

    figure_id: str
    year: int
    coverage: Coverage
    regions: tuple[str, ...]
    interval: Interval
    origin: Origin
    moved: tuple[Transfer, ...] = ()

    @property
    def value(self) -> Fraction:
        """The number in the middle of what it may be; of computed numbers the sum itself."""
        assert self.interval.low is not None and self.interval.high is not None
        return (self.interval.low + self.interval.high) / 2

    @property
    def sure(self) -> bool:
        """Is it one number?"""
        return self.interval.low == self.interval.high


def figure_parts(figure_id: str) -> tuple[Measure, str]:
    """Return the measure as a figure prints it, and its name."""
    name, _, suffix = figure_id.partition(".")
    kind = KINDS[suffix]
    return kind.of(REGISTRY[name]), REGISTRY[name].name_zh + kind.name_zh


def told(figure_id: str, value: Fraction) -> str:
    """Return a value in the base unit as the figure is printed."""
    measure, _ = figure_parts(figure_id)
    return with_unit(in_unit(value, measure.unit), measure.unit, measure.decimals)


class Rollup:
    """Any number of districts, each as it said of itself."""

    def __init__(
        self, districts: Mapping[str, District], expected: Sequence[Expected] = (), register: Sequence[Owned] = ()
    ) -> None:
        self.districts, self.expected, self.register = districts, tuple(expected), tuple(register)
        self.members = members(districts, expected)
        self.by = {member.region: member for member in self.members}
        self._transfers: dict[int, tuple[Transfer, ...]] = {}  # by year

    @classmethod
    def open(cls, root: Path | None = None) -> Rollup:
        """Return the rollup of a book that ``write`` made.

        Raises:
            DataError: its tables cannot be read.
        """
        return read(root or find_root())

    # --- who -----------------------------------------------------------------------------

    @cached_property
    def wholes(self) -> tuple[Member, ...]:
        """Those whose printed numbers are of several districts together: cities over their districts."""
        return tuple(member for member in self.members if member.is_whole and not member.missing)

    @cached_property
    def parts(self) -> tuple[Member, ...]:
        """The districts that came and are no whole of others."""
        return tuple(member for member in self.members if not member.is_whole and not member.missing)

    @cached_property
    def missing(self) -> tuple[Member, ...]:
        """Those who are expected and have not come."""
        return tuple(member for member in self.members if member.missing)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """All years of which somebody has a number."""
        return tuple(sorted({year for member in self.members for year in member.years}))

    @property
    def year(self) -> int:
        """The newest year."""
        return self.years[-1]

    @property
    def has_ledgers(self) -> bool:
        """Was any district's ledger there to be looked at?"""
        return any(one.alerts is not None for one in self.districts.values())

    # --- numbers -------------------------------------------------------------------------

    @cached_property
    def _facts(self) -> dict[tuple[str, int, str], dict[str, Fact]]:
        """The number of each district by (figure, year, scope): the printed one where it has two ends, else the computed."""
        found: dict[tuple[str, int, str], dict[str, Fact]] = {}
        for region, one in self.districts.items():
            for fact in one.facts:
                here = found.setdefault((fact.figure_id, fact.year, fact.scope), {})
                if region not in here or (fact.stated and fact.qualifier in BOUNDED):
                    here[region] = fact
        return found

    def facts(self, figure_id: str, year: int, scope: str = "", wholes: bool = False) -> dict[str, Fact]:
        """Return the number of each district that has one, without those that are wholes of others."""
        found = self._facts.get((figure_id, year, scope), {})
        return {r: f for r, f in found.items() if r in self.by and self.by[r].is_whole == wholes}

    def kept(self, year: int) -> tuple[str, ...]:
        """Return the figures of which some district has a number in a year, in the registry's order."""
        found = {figure for figure, when, scope in self._facts if when == year and not scope}
        order = {name: place for place, name in enumerate(REGISTRY)}
        return tuple(sorted(found, key=lambda figure: (order[figure.partition(".")[0]], figure)))

    def origin(self, facts: Iterable[Fact]) -> Origin:
        """Return the origin of what rests on facts."""
        return weakest({fact.origin for fact in facts})

    def places(self, figure_id: str, year: int) -> dict[str, Place]:
        """Return between which places each district stands; amounts only among districts of its own scope."""
        facts = self.facts(figure_id, year)
        if comparable_in_spite(figure_id):
            return places({region: fact.interval for region, fact in facts.items()})
        found: dict[str, Place] = {}
        for regions in alike({region: self.by[region].coverage for region in facts}).values():
            found |= places({region: facts[region].interval for region in regions})
        return found

    def spread(self, figure_id: str, year: int, regions: Iterable[str] | None = None) -> Spread | None:
        """Return the spread over districts (default: all that have the number)."""
        facts = self.facts(figure_id, year)
        return spread([Fraction(facts[r].value) for r in (facts if regions is None else regions) if r in facts])

    def refusal(self, figure_id: str, year: int) -> str:
        """Say why the districts' numbers are not added; empty if they can be."""
        facts = self.facts(figure_id, year)
        if not additive(figure_id):
            return f"{figure_parts(figure_id)[1]}不是可以相加的数：合计的比率要由分子、分母的合计另算。"
        return refusal({region: self.by[region].coverage for region in facts})

    def sums(self, figure_id: str, year: int) -> tuple[Sum, ...]:
        """Return the sum of each set of districts of one scope that is said, the largest set first; never of unlike ones."""
        if not additive(figure_id):
            return ()
        facts = self.facts(figure_id, year)
        moved = self.transfers(year)
        found = []
        for coverage, regions in alike({region: self.by[region].coverage for region in facts}).items():
            if not coverage.said:
                continue
            here = self._for_sum([facts[region] for region in regions], regions, figure_id, year)
            if any(None in (fact.interval.low, fact.interval.high) for fact in here):
                continue
            found.append(
                Sum(
                    figure_id,
                    year,
                    coverage,
                    tuple(regions),
                    self._added(here, regions, figure_id, year),
                    self.origin(here),
                    tuple(one for one in moved if set(one.reported) & set(regions)),
                )
            )
        return tuple(found)

    def _for_sum(self, facts: list[Fact], regions: Sequence[str], figure_id: str, year: int) -> list[Fact]:
        """Return the computed numbers, which are exact, where all have one that is vouched for no less than what was printed."""
        computed = self._computed.get((figure_id, year), {})
        exact = [computed[region] for region in regions if region in computed]
        return exact if len(exact) == len(facts) and self.origin(exact) == self.origin(facts) else facts

    @cached_property
    def _computed(self) -> dict[tuple[str, int], dict[str, Fact]]:
        found: dict[tuple[str, int], dict[str, Fact]] = {}
        for region, one in self.districts.items():
            for fact in one.facts:
                if not fact.stated and not fact.scope:
                    found.setdefault((fact.figure_id, fact.year), {})[region] = fact
        return found

    def _added(self, facts: Sequence[Fact], regions: Sequence[str], figure_id: str, year: int) -> Interval:
        """Add intervals, without what counts elsewhere."""
        low = sum((fact.interval.low or Fraction(0) for fact in facts), Fraction(0))
        high = sum((fact.interval.high or Fraction(0) for fact in facts), Fraction(0))
        off = Fraction(0)
        for one in self.transfers(year):
            for region, scope in one.off:
                if region in regions:
                    off += self._of(region, figure_id, scope, year)
            if one.onto and one.owner in regions:
                off -= self._of(one.onto[0], figure_id, one.onto[1], year)
        ends = (all(fact.interval.low_closed for fact in facts), all(fact.interval.high_closed for fact in facts))
        return Interval(low - off, high - off, *ends)

    def owned(self, region: str, figure_id: str, year: int) -> Fraction | None:
        """Return a district's number by ownership: without what belongs elsewhere, with what others report of it."""
        fact = self.facts(figure_id, year).get(region)
        if fact is None or not additive(figure_id):
            return None
        value = Fraction(fact.value)
        for one in self.transfers(year):
            value -= sum((self._of(r, figure_id, s, year) for r, s in one.off if r == region), Fraction(0))
            if one.onto and one.owner == region:
                value += self._of(one.onto[0], figure_id, one.onto[1], year)
        return value

    def _of(self, region: str, figure_id: str, scope: str, year: int) -> Fraction:
        return value_of(self.districts[region].facts, figure_id, scope, year) or Fraction(0)

    def transfers(self, year: int) -> tuple[Transfer, ...]:
        """Return what does not count where it was reported."""
        if year not in self._transfers:
            self._transfers[year] = transfers(self.districts, self.register, year) if self.register else ()
        return self._transfers[year]

    @cached_property
    def unmatched(self) -> tuple[Owned, ...]:
        """Lines of the register that are of nothing that anybody reports."""
        return unmatched(self.districts, self.by, self.register)

    def classes(self, figure_id: str, year: int) -> dict[str, dict[str, Fact]]:
        """Return the number of each class of enterprises, by the class's name, in each district that has it."""
        found: dict[str, dict[str, Fact]] = {}
        for (figure, when, scope), facts in self._facts.items():
            if figure == figure_id and when == year and scope.startswith(CLASS):
                for region, fact in facts.items():
                    name = self.districts[region].names.get(scope, scope.removeprefix(CLASS))
                    found.setdefault(name, {})[region] = fact
        return found

    def sizes(self, year: int, by: str = "total_assets") -> dict[str, list[str]]:
        """Return the districts in three sets of a size by their assets: the smallest third, the middle, the largest."""
        facts = self.facts(by, year)
        ordered = sorted(facts, key=lambda region: (facts[region].value, region))
        third = -(-len(ordered) // 3)
        names = ("较小的三分之一", "居中的三分之一", "较大的三分之一")
        cut = [ordered[:third], ordered[third : 2 * third], ordered[2 * third :]]
        return {name: some for name, some in zip(names, cut, strict=True) if some}

    # --- together ------------------------------------------------------------------------

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """Whether what each whole and its parts printed of each year can all be true."""
        claims: dict[tuple[str, int], list[Claim]] = {}
        for claim in claims_of(self.districts.values()):
            claims.setdefault((claim.region, claim.year), []).append(claim)
        found = []
        for whole in self.wholes:
            parts = [member for member in self.members if member.parent == whole.region]
            for year in whole.years:
                here = [one for one in parts if year in one.years]
                owed = [one.region for one in parts if year not in one.years and (not one.since or one.since <= year)]
                regions = [whole.region, *(one.region for one in here)]
                own = [claim for region in regions for claim in claims.get((region, year), ())]
                if not claims.get((whole.region, year)):
                    continue
                why = self._why_not(whole, here, year)
                beyond = partial(self._beyond, inside={whole.region, *(one.region for one in parts)}, year=year)
                ties = () if why else ties_of(whole.region, regions[1:], own, owed, beyond)
                found.append(examine(whole.region, year, own, ties, self._tables(regions, year), why))
        return tuple(found)

    def _tables(self, regions: Iterable[str], year: int) -> Tables:
        """Return the computed quantities of districts, of a year and of the one before."""
        return Tables(
            year,
            {
                (region, fact.figure_id, fact.year): Fraction(fact.value)
                for region in regions
                for fact in self.districts[region].facts
                if not fact.scope and not fact.stated and fact.year in (year - 1, year) and is_quantity(fact.figure_id)
            },
        )

    def _why_not(self, whole: Member, parts: Sequence[Member], year: int) -> str:
        """Say why the whole's numbers are not compared with its parts' sums; empty if they can be."""
        if len({one.coverage.assets for one in (whole, *parts)}) > 1 or not whole.coverage.said:
            return refusal({one.region: one.coverage for one in (whole, *parts)}) or SAY_IT
        here = {one.region for one in parts}
        unclear = [one.words for one in self.transfers(year) if here & set(one.unclear)]
        return "；".join(unclear)

    def _beyond(self, name: str, inside: Collection[str], year: int) -> Interval | None:
        """Return what a whole's parts count of a measure beyond the whole; None where a report does not have it.

        Of an enterprise that one of them reports and somebody else owns, or the other way round, nobody knows
        whether the whole counts it: it may be there or not.
        """
        found = [exactly(0)]
        for one in self.transfers(year):
            here = [place for place in one.off if place[0] in inside]
            owned = one.owner in inside
            places = here or ([one.onto] if owned and one.onto else [])
            values = [value_of(self.districts[region].facts, name, scope, year) for region, scope in places]
            known = [value for value in values if value is not None]
            if len(known) < len(values):
                return None
            if not places:
                continue
            if owned and one.owner in one.reported:
                found.append(exactly(sum(known)))
            elif owned and here:  # one of them counts for the owner
                found.append(exactly(sum(known[1:])))
            else:
                beyond = known[0] if here else -known[0]
                found.append(Interval(min(beyond, Fraction(0)), max(beyond, Fraction(0)), high_closed=True))
                found.append(exactly(sum(known[1:])))
        return added(found)

    def figure_name(self, figure_id: str) -> str:
        """Return what a figure is called."""
        return figure_parts(figure_id)[1]


# --- the rollup as files ------------------------------------------------------------------------


def files(rollup: Rollup) -> dict[str, bytes]:
    """Return the tables of a rollup, by their paths below ``data/``."""
    kept = scopes_of(rollup.register)
    districts, facts, alerts = [], [], []
    for region, one in rollup.districts.items():
        told_names = [f"{scope}={name}" for scope, name in one.names.items() if scope.startswith(CLASS)]
        districts.append(
            (
                region,
                one.scope,
                one.title,
                one.source,
                str(one.unknown),
                "" if one.alerts is None else "1",
                "1" if one.enterprises else "",
                "|".join(told_names),
            )
        )
        for fact in one.facts:
            if fact.scope == "" or fact.scope.startswith(CLASS) or (region, fact.scope) in kept:
                facts.append(
                    (
                        region,
                        fact.figure_id,
                        fact.scope,
                        str(fact.year),
                        f"{fact.value:f}",
                        fact.origin.value,
                        fact.qualifier,
                        fact.printed,
                        str(fact.decimals),
                    )
                )
        alerts += [(region, *(alert[name] for name in ALERT_COLUMNS[1:])) for alert in one.alerts or ()]
    made = {
        DISTRICTS: written((*DISTRICT_COLUMNS, "classes"), districts),
        FACTS: written(FACT_COLUMNS, facts),
        ALERTS: written(ALERT_COLUMNS, alerts),
    }
    if rollup.expected:
        rows = [(e.region, e.parent, e.scope, str(e.since or "")) for e in rollup.expected]
        made[LIST] = written(LISTED, rows)
    if rollup.register:
        made[REGISTER] = written(
            REGISTERED,
            [
                (o.region, o.enterprise, o.code, o.name, o.owner, str(o.since or ""), str(o.until % 9999 or ""))
                for o in rollup.register
            ],
        )
    return made


def read(root: Path) -> Rollup:
    """Return the rollup whose tables lie in a book.

    Raises:
        DataError: they are not there or were spoilt.
    """
    data = root / "data"
    alerts: dict[str, list[dict[str, str]]] = {}
    for row in _rows(data / ALERTS, ALERT_COLUMNS):
        alerts.setdefault(row["region"], []).append(row)
    facts: dict[str, list[Fact]] = {}
    for row in _rows(data / FACTS, FACT_COLUMNS):
        try:
            facts.setdefault(row["region"], []).append(
                Fact(
                    row["figure"],
                    row["scope"],
                    int(row["year"]),
                    Decimal(row["value"]),
                    Origin(row["origin"]),
                    row["qualifier"],
                    row["printed"],
                    int(row["decimals"]),
                )
            )
        except (ValueError, ArithmeticError):
            _spoilt(FACTS)
    districts = {}
    for row in _rows(data / DISTRICTS, (*DISTRICT_COLUMNS, "classes")):
        names = dict(pair.partition("=")[::2] for pair in row["classes"].split("|") if pair)
        region = row["region"]
        districts[region] = District(
            region,
            tuple(facts.get(region, ())),
            names,
            row["scope"],
            row["title"],
            row["source"],
            int(row["unknown"]),
            tuple(alerts.get(region, ())) if row["ledger"] else None,
            bool(row["enterprises"]),
        )
    expected = read_list(data / LIST) if (data / LIST).is_file() else ()
    register = read_register(data / REGISTER) if (data / REGISTER).is_file() else ()
    return Rollup(districts, expected, register)


def _rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a table of the rollup's own; it may be longer than those that people bring."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        _spoilt(path.name)
    header, *rows = csv.reader(io.StringIO(text, newline="")) if text else ([],)
    if tuple(header) != tuple(columns) or any(len(row) != len(columns) for row in rows):
        _spoilt(path.name)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _spoilt(name: str) -> NoReturn:
    raise DataError([Fault(name, None, None, "不是汇总时写下的样子", "汇总命令写的表", "请重新运行rollup命令")])
