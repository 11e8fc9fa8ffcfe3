"""比一比: any enterprises, indicators and years beside each other.

The page carries every figure that the ledger has, as ``contents`` says them, and a script
(``book/static/compare.js``) shows the ones that a reader picks. Without scripts, and in Jupyter, it is a
table of the headline indicators of the first-level groups.

Nothing is reckoned twice: values come from the ledger, changes and their words from the report's own
figures. What is left to the script is to round half up and to choose one unit for a column, by the
rules of ``measures/units.py``, whose facts it is given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from ..chapters import PROFILES
from ..domains import DOMAINS
from ..measures.figures import AGREES, RULE_WORDS, Figure
from ..measures.growth import turn
from ..measures.ledger import CLASS, DISTRICT, ENTERPRISE, GROUP, Ledger, Scope, ScopeError, source_of
from ..measures.measures import CHANGE, YOY, Indicator, Kind, Measure, Quantity
from ..measures.registry import REGISTRY
from ..measures.units import SMALL, UNITS, Number, base_size, in_unit, to_fraction, with_unit
from ..present.display import Passage, Table
from ..present.markup import in_lines
from ..present.provenance import KIND_WORDS, base_unit, condition
from ..present.typesetting import written
from ..report import Report, by_difference
from ..tables import declarations
from ..tables.addresses import in_runs, table_page
from ..tables.declared import LackingError
from ..tables.origins import Origin
from .figure_index import entries
from .profiles import RATIOS, SIZES

HEADLINES = (*SIZES, *RATIOS)
STILL = ("total_assets", "debt_ratio", "total_profit", "preservation_rate")  # of the table
FIRST = "debt_ratio"  # what the page shows before anything is picked
# What the figures of each kind of scope are of.
LEVELS = {
    DISTRICT: ("{whole}", "各一级企业合并报表相加"),
    CLASS: ("企业类别", "本类一级企业合并报表相加"),
    GROUP: ("一级企业（合并）", "合并报表，内部往来已抵销"),
    ENTERPRISE: ("各级公司（单户）", "单户报表，内部往来没有抵销，相加不等于合并数"),
}
# Why there is no figure: what a cell says, and what it means.
SCOPE, YEAR, OUTSIDE, NONE = "s", "y", "o", "n"
WHY = {
    SCOPE: ("不分列", "指标所在的表不按这一级登记"),
    YEAR: ("没有底表", "指标所在的表没有这一年的行"),
    OUTSIDE: ("不在监管", "这一年不在监管范围内"),
    NONE: ("算不出", "公式要用的数没有，或者要除的数不大于零"),
}
BETWEEN_YEARS, BETWEEN_SCOPES, DITTO = ";", "|", "="
ALIKE = ("domain", "unit", "decimals", "base", "origin", "kind", "changes")  # of many measures: each set stands once
MOST_DECIMALS, MORE_PLACES = 2, 1  # of amounts beside each other (numbers.js); one more is cut, not rounded
PARTS = "evaluation_indicators"  # the table of what appraisals score by
MAIN = "主要数字"
OWN_STATEMENT = "（单户）"
MOST_ROWS = 8  # that a link to a table marks; more are found there by the enterprise's name
FIELDS = {name: f"{{{name}}}" for name in KIND_WORDS}
WIDGET, DATA = "sa-compare", "sa-compare-data"


@dataclass(frozen=True)
class Comparison:
    """The widget: what it picks from, and the table that stands in its place without scripts."""

    table: Table
    contents: Mapping[str, Any]

    def __repr__(self) -> str:
        counts = "，".join(f"{what}{len(self.contents[key])}" for key, what in COUNTED.items())
        return f"{counts}\n{self.table!r}"

    def _repr_html_(self) -> str:
        return in_lines(
            f'<div id="{WIDGET}"><script type="application/json" id="{DATA}">{_lines(self.contents)}</script>'
            f"{self.table._repr_html_()}</div>"
        )


COUNTED = {"scopes": "范围", "measures": "指标", "years": "年度"}


def _lines(contents: Mapping[str, Any]) -> str:
    """Return contents as JSON that a page can hold, a measure or a scope a line."""

    def told(value: Any) -> str:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text.replace("<", "\\u003c")  # names are data, whatever they look like

    parts = []
    for key, value in contents.items():
        many = isinstance(value, list) and value and isinstance(value[0], dict)
        parts.append(f"{told(key)}:" + ("[\n" + ",\n".join(map(told, value)) + "\n]" if many else told(value)))
    return "{" + ",\n".join(parts) + "}"


def comparison(report: Report, caption: str) -> Comparison:
    """Return the widget for a report; ``caption`` is that of the table that needs no script."""
    named = [name for name in STILL if _is_known(report, name)]
    return Comparison(report.table(caption, named, by=GROUP), contents(report))


def _is_known(report: Report, name: str) -> bool:
    try:
        report.aside().figure(name)
    except (LackingError, ScopeError):
        return False
    return True


def conclusion(report: Report) -> Passage:
    """Say which group stands highest and lowest in what the page shows first, and what else it can show."""
    every = sorted((f for f in report.figures(FIRST, GROUP) if f.value is not None), key=lambda f: -f.number)
    years, ledger = report.ledger.years, report.ledger
    apart = "，{highest}最高，为{high}，{lowest}最低，为{low}；{whole}{together}。"
    ends: dict[str, object] = {}
    if len(every) > 1:
        high, low = every[0], every[-1]
        ends = {"high": high, "low": low, "highest": high.scope.name_zh, "lowest": low.scope.name_zh}
    return report.conclusion(
        "{year}年，{groups}户一级企业的{name}" + apart if ends else "{year}年，{whole}{name}{together}。",
        "{groups}户一级企业、{companies}户公司的{measures}个指标，{span}的，都可以在这里任选来比。",
        groups=len(ledger.scopes(GROUP)),
        companies=len(ledger.scopes(ENTERPRISE)),
        measures=len(measures(report)),
        span="至".join(f"{year}年" for year in dict.fromkeys((years[0], years[-1]))),
        name=REGISTRY[FIRST].name_zh,
        together=report.figure(FIRST),
        **ends,
    )


# --- what there is to pick ------------------------------------------------------------------------


def scopes(ledger: Ledger) -> tuple[Scope, ...]:
    """Return every scope that has figures in any year: the district, classes, groups, single enterprises."""
    years = sorted(ledger.years, reverse=True)
    return tuple(dict.fromkeys(scope for by in LEVELS for year in years for scope in ledger.scopes(by, year)))


def measures(report: Report) -> tuple[Measure, ...]:
    """Return the measures that the book has figures of, in the order of the registry."""
    known = dict.fromkeys(e.figure.measure.name for e in entries(report) if e.figure)
    return tuple(report.measure(name) for name in REGISTRY if name in known)


def code(scope: Scope) -> str:
    """Return how an address names a scope, e.g. ``group:A``."""
    return scope.by if scope.by == DISTRICT else f"{scope.by}:{scope.id}"


def presets(report: Report) -> dict[str, list[str]]:
    """Return measures that are looked at together: the headlines, then the parts of the schemes of appraisal."""
    found = {MAIN: list(HEADLINES)}
    frames = report.ledger.frames
    if PARTS in frames:
        for row in frames[PARTS].sort_values("year", ascending=False, kind="stable").to_dict("records"):
            name = str(row["measure"] or "").partition(".")[0]
            if name in REGISTRY and name not in (part := found.setdefault(str(row["part"]), [])):
                part.append(name)
    known = {measure.name for measure in measures(report)}
    kept = {part: [name for name in names if name in known] for part, names in found.items()}
    return {part: names for part, names in kept.items() if names}


@cache
def _domains() -> dict[str, str]:
    """Return what the domain of a table or of a module of formulas is called."""
    found, folders = dict[str, str](), dict[str, str]()
    for table, declared in declarations.read().items():
        found[table] = declared.domain
        folders[Path(declared.file).parent.name] = declared.domain
    return found | {domain.__name__: folders.get(domain.__name__.rpartition(".")[2], "") for domain in DOMAINS}


def domain(report: Report, measure: Measure) -> str:
    """Return what the domain is called that a measure belongs to, of one that belongs to none its table."""
    if isinstance(measure, Indicator):
        return _domains().get(measure.formula.__module__.rpartition(".")[0], "")
    assert isinstance(measure, Quantity)
    table = source_of(measure.table)
    return _domains().get(table) or report.package.tables[table].title


# --- what the page carries ------------------------------------------------------------------------


def contents(report: Report) -> dict[str, Any]:
    """Return everything that the widget shows.

    ``scopes`` with code, name, level and page; ``measures`` with their place in ``alike`` (unit, decimals, origin
    and what else many have in common) and, for each level that knows them, ``values`` (scope by scope in the order of ``scopes``, year by year, in the base unit: money in
    万元) and ``since`` (the change on the year before, as printed); ``sources`` say which rows quantities are
    taken from; the rest are the facts that the script prints by.
    """
    report = report.aside()
    every, ledger = scopes(report.ledger), report.ledger
    listed = measures(report)
    sources = _Sources(report, every)
    told = [_measure(report, measure, every, sources) for measure in listed]
    alike: dict[tuple[tuple[str, Any], ...], int] = {}
    for one in told:
        common = tuple((key, one.pop(key)) for key in ALIKE if key in one)
        one["alike"] = alike.setdefault(common, len(alike))
    return {
        "year": report.year,
        "years": list(ledger.years),
        "levels": {by: {"name": report.text(name), "told": told} for by, (name, told) in LEVELS.items()},
        "why": {key: {"word": word, "told": told} for key, (word, told) in WHY.items()},
        "origins": {origin: origin.word for origin in Origin},
        "rules": [*RULE_WORDS.values()],
        "units": {unit: _zeros(size) for unit, (_, size) in UNITS.items() if size != 1},
        "small": list(SMALL),
        "kinds": {
            kind.suffix: {"name": kind.name_zh, "formula": written(kind.formula, FIELDS), "words": KIND_WORDS}
            for kind in (YOY, CHANGE)
        },
        "first": FIRST,
        "presets": presets(report),
        "scopes": [_scope(report, scope) for scope in every],
        "alike": [dict(common) for common in alike],
        "measures": told,
        "sources": sources.found,
        "bases": [*sources.bases],
    }


def _scope(report: Report, scope: Scope) -> dict[str, Any]:
    told = {"code": code(scope), "by": scope.by, "name": scope.name_zh}
    if scope.by in (GROUP, ENTERPRISE):
        root = report.ledger.root(scope.id)
        told["page"] = report.address(f"{PROFILES}/{root}")
        if scope.by == ENTERPRISE:
            told["in"] = report.ledger.name_of(root)
            if scope.id == root:  # by its own statement it is another thing than by the group's
                told["name"] += OWN_STATEMENT
    return told


def _zeros(size: Fraction) -> int:
    """Return by how many places a number in a unit is shifted against the base unit: 亿元 is 4 of 万元."""
    return len(str(size.numerator)) - len(str(size.denominator))


def _measure(report: Report, measure: Measure, every: Sequence[Scope], sources: _Sources) -> dict[str, Any]:
    here = report.figure(measure.name, report.whole)
    unit, decimals = here.told_in or (here.unit, here.decimals)
    told: dict[str, Any] = {
        "code": measure.name,
        "name": measure.name_zh,
        "others": [*measure.aliases],
        "domain": domain(report, measure),
        "unit": unit,
        "decimals": decimals,
        "base": base_unit(measure.unit),
        "origin": here.rests_on,
        "kind": _since(measure).suffix,
        "changes": _since(measure).unit(measure),
        "basis": sources.basis(measure),
    }
    told["printed"] = [report.year] * _is_printed(here)
    told["changed"] = [report.year] * _is_printed(
        report.figure(f"{measure.name}.{_since(measure).suffix}", report.whole)
    )
    if isinstance(measure, Indicator):
        names = {name: f"{{{name}}}" for name in measure.inputs}
        told |= {"definition": measure.definition, "formula": written(measure.formula, names)}
    else:
        assert isinstance(measure, Quantity)
        told["source"] = sources.of(measure)
    places = max(MOST_DECIMALS, decimals - _zeros(base_size(unit))) + MORE_PLACES
    values = {by: _values(report, measure.name, by, every, places) for by in LEVELS}
    told["values"] = {by: text for by, text in values.items() if text}
    since = {by: _changes(report, measure, by, every) for by, text in values.items() if text}
    told["since"] = {by: text for by, text in since.items() if text.strip(BETWEEN_YEARS + BETWEEN_SCOPES)}
    return {key: value for key, value in told.items() if value not in ("", [], {})}


def _laid_out(ledger: Ledger, every: Iterable[Scope], by: str, cell: Callable[[Scope, int], str]) -> str:
    """Return a cell for each scope of a kind and each year, as one short text."""
    mine, years = [scope for scope in every if scope.by == by], ledger.years
    return packed([cell(scope, year) for year in years] for scope in mine)


def packed(rows: Iterable[Sequence[str]]) -> str:
    """Return rows of cells as one text: first cells that are all alike stand once, a row like the one before is a ditto.

    >>> packed([["1", "1", "2"], ["1", "1", "2"], ["0", "0", "0"]])
    '1;2|=|0'
    """
    told: list[str] = []
    before: Sequence[str] | None = None
    for row in rows:
        alike = next((n for n, cell in enumerate(row) if cell != row[0]), len(row))
        told.append(DITTO if row == before else BETWEEN_YEARS.join(row[max(alike - 1, 0) :]))
        before = row
    return BETWEEN_SCOPES.join(told)


def _values(report: Report, name: str, by: str, every: Sequence[Scope], places: int) -> str:
    """Return a measure's values for a kind of scope, empty where its tables do not know such scopes."""
    ledger = report.ledger
    try:
        values = ledger.values(name, by)
    except ScopeError:
        return ""
    missing = {year: _missing(ledger, name, year) for year in ledger.years}

    def cell(scope: Scope, year: int) -> str:
        value = values.get((year, scope.id), OUTSIDE)
        if isinstance(value, str):
            return value
        return missing[year] if value is None else exact(value, places)

    return _laid_out(ledger, every, by, cell)


def exact(value: Number, places: int) -> str:
    """Return a value cut to so many places, so that rounding it half up to fewer gives what the value gives.

    A rule's is in words.
    """
    if isinstance(value, bool):
        return RULE_WORDS[value]
    whole = to_fraction(value)
    cut = abs(whole.numerator) * 10**places // whole.denominator
    text = f"{Decimal(cut if whole > 0 else -cut).scaleb(-places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _missing(ledger: Ledger, name: str, year: int) -> str:
    covered = all(year in _years(ledger, quantity.table) for quantity in REGISTRY.quantities_of(name))
    return NONE if covered else YEAR


def _years(ledger: Ledger, table: str) -> frozenset[int]:
    return ledger.once(("years of", table), lambda: frozenset(map(int, ledger.frames[table]["year"])))


def _changes(report: Report, measure: Measure, by: str, every: Sequence[Scope]) -> str:
    ledger, kind = report.ledger, _since(measure)
    values = ledger.values(measure.name, by)
    if any(isinstance(value, bool) for value in values.values()):
        return ""  # a rule holds or does not
    unit, decimals = kind.unit(measure), kind.decimals(measure)
    since = ledger.values(measure.name, by, kind)

    def figure(scope: Scope, year: int) -> str:
        if year - 1 not in ledger.years:
            return ""
        figure = report.figure(f"{measure.name}.{kind.suffix}", scope, year)
        return _bare(figure.exact, figure.told_unit) if figure.turn or figure.value is not None else ""

    def cell(scope: Scope, year: int) -> str:
        now, before = (values.get((when, scope.id)) for when in (year, year - 1))
        if now is None or before is None:
            return ""
        words, value = turn(now, before, measure.name_zh) if kind is YOY else "", since[year, scope.id]
        return words or ("" if value is None else _bare(with_unit(in_unit(value, unit), unit, decimals), unit))

    # What was printed is told as it was printed, and an amount as fits its size.
    return _laid_out(ledger, every, by, figure if by == DISTRICT or unit in SMALL else cell)


def _is_printed(figure: Figure) -> bool:
    """Whether the report printed this number itself, not that it is over a round one."""
    return figure.state == AGREES and not figure.over


def _since(measure: Measure) -> Kind:
    """Return the kind by which a measure is told against the year before."""
    return CHANGE if by_difference(measure) else YOY


def _bare(told: str, unit: str) -> str:
    return told.removesuffix(unit).replace(",", "")


class _Sources:
    """Where measures come from: which rows quantities are taken from, and the rules that measures follow;
    what several share stands once, in ``found`` and ``bases``."""

    def __init__(self, report: Report, every: Sequence[Scope]) -> None:
        self.report, self.every = report, every
        self.found: list[dict[str, Any]] = []
        self.bases: dict[str, int] = {}
        self._places: dict[tuple[str, str], int] = {}

    def basis(self, measure: Measure) -> int:
        """Return the place in ``bases`` of the rule that a measure follows."""
        doubt = "" if measure.confidence == "A" else "（待核）"
        return self.bases.setdefault(measure.basis + doubt, len(self.bases))

    def of(self, quantity: Quantity) -> dict[str, Any]:
        """Return the place of its rows in ``found``, and what of them it takes."""
        name = source_of(quantity.table)
        chosen = "".join(condition(self.report, name, c, values) for c, values in quantity.where.items())
        key = (quantity.table, chosen)
        if key not in self._places:
            self._places[key] = len(self.found)
            self.found.append(self._rows(quantity, name, chosen))
        titles = {column.name: column.title for column in self.report.package.tables[name].columns}
        told = {"rows": self._places[key], "column": titles.get(quantity.column, "")}
        return {key: value for key, value in told.items() if value != ""}

    def _rows(self, quantity: Quantity, name: str, chosen: str) -> dict[str, Any]:
        report, ledger = self.report, self.report.ledger

        def cell(scope: Scope, year: int) -> str:
            rows = ledger.rows_of(quantity, scope, year)
            return in_runs(rows) if len(rows) <= MOST_ROWS else f"x{len(rows)}"

        told = {"table": report.package.tables[name].title, "page": report.to_site(table_page(name)), "where": chosen}
        known = {by: _laid_out(ledger, self.every, by, cell) for by in LEVELS if _knows(ledger, quantity, by)}
        return {key: value for key, value in told.items() if value} | {"rows": known}


def _knows(ledger: Ledger, quantity: Quantity, by: str) -> bool:
    try:
        ledger.value(quantity.name, ledger.scopes(by)[0], ledger.package.year)
    except (ScopeError, IndexError):
        return False
    return True
