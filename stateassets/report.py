"""The one object that a chapter talks to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from . import audit as auditing
from . import domains  # noqa: F401  (they register what the report counts and checks)
from .chapters import PROFILES, contents
from .editions.edition import KNOWN, PUBLIC, EditionError, chosen, in_book
from .measures.claims import Claim, collected_claims, own_claims
from .measures.exact import exact_sums
from .measures.figures import AGREES, DIFFERS, NOT_RECOMPUTED, Figure, FigureNumber
from .measures.growth import INCOMPARABLE
from .measures.ledger import DISTRICT, ENTERPRISE, GROUP, Scope, ScopeError, source_of
from .measures.measures import KINDS, YOY, Measure, Quantity
from .measures.registry import REGISTRY
from .measures.restated import restated
from .measures.units import SMALL, Number, amount_in, base_size, factor, half_up, in_unit, told_in, with_unit
from .opening import open_ledger
from .present import missing_data as gaps
from .present import provenance, sheet
from .present.columns import origin_mark, printed_item
from .present.directions import typed
from .present.display import (
    Cards,
    Cell,
    Gap,
    Markup,
    Part,
    Passage,
    Sentence,
    Table,
    Together,
    link,
    named,
    state,
    without_blanks,
)
from .present.narration import tell
from .present.readings import FINDINGS, readings
from .present.registers import Register, cell_text, heading
from .present.typesetting import formula
from .present.words import NOT_GIVEN
from .tables.addresses import row_place, table_page
from .tables.data_errors import DataError, Fault
from .tables.declared import NO_CLAIMS, NOT_PRINTED, DeclaredTable, LackingError, NoFigureError, NotPrintedError
from .tables.origins import COLUMN, Origin, weakest
from .tables.relations import with_parent
from .tables.root import PACKAGE_FILE, find_root

ROSTER = "enterprises"  # the table of all enterprises
PUBLISHED = "published_reports"  # the table of what other reports printed
# How money is printed on a page about one group: in 亿元 with one decimal, as the report prints
# the district's, a small company's profit would be nought.
CLOSE_UP = {GROUP: ("亿元", 2), ENTERPRISE: ("万元", 0)}
# A district whose assets are smaller is told in 万元 throughout, unless its report printed otherwise.
SCALE, SMALL_DISTRICT = "total_assets", 1_000_000  # the measure; 万元, that is 100亿元
NO_LAST_YEAR = "上年没有可比数"
MOST_YEARS = 10  # that a history shows
STATE_CSS = {AGREES: "sa-check-ok", DIFFERS: "sa-check-bad", NOT_RECOMPUTED: "sa-check-none"}


@cache
def _way(here: str, root: Path, folder: str) -> str:
    """Return what leads from here to what lies in a folder below the root."""
    way = Path(os.path.relpath(root / folder, here)).as_posix()
    return "" if way == "." else f"{way}/"


class Report:
    """A report's ledger, its printed figures, and the sentences, tables and pictures of both.

    ``section`` is the report's section that a chapter narrates, e.g. 一（二）: its printed
    figures are the ones that ``checks`` shows.
    """

    def __init__(self, section: str = "", root: Path | None = None) -> None:
        self.section = section
        self.root = root or find_root()
        try:
            self.edition = chosen(self.root)
        except EditionError as error:
            raise DataError(
                [Fault(PACKAGE_FILE.name, None, "edition", f"“{error.found}”", KNOWN, "请改正，或改正EDITION的写法")]
            ) from None
        self.ledger = open_ledger(self.root / "data")
        self.package = self.ledger.package
        self.year = self.package.year
        self.here = self.whole
        self._used: dict[str, None] = {}  # the measures asked for
        self._shown: dict[str, Figure] = {}  # the figures that a reader sees, by their place
        sheet.carry()

    def at(self, scope: Scope) -> Report:
        """Return the report seen from a scope, e.g. one group.

        Its figures are that scope's where nothing else is said, its tables and registers hold
        only that scope's rows; ``sources`` of either names what both used.
        """
        view = copy(self)
        view.here = scope
        return view

    def aside(self) -> Report:
        """Return the report for reckoning: what is asked of it does not count among the numbers
        of the chapter, unless the chapter shows it."""
        view = copy(self)
        view._used, view._shown = {}, {}
        return view

    def supposing(self, table: str, number: int, **cells: object) -> Report:
        """Return the report as it would be if a row (``number`` as Excel counts) had other cells.

        In memory only: no file is touched, and this report stays as it is.

        Raises:
            NoTableError: the book has no such table.
            ValueError: the table has no such row or column.
        """
        view = self.aside()
        view.ledger = self.ledger.supposing(table, number, cells)
        view.package = view.ledger.package
        return view

    # --- figures -------------------------------------------------------------------------

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Everything that the report printed."""
        return self.ledger.once("claims", self._read_claims)

    def _read_claims(self) -> tuple[Claim, ...]:
        if "claims" not in self.ledger.frames:
            return ()
        package = self.package
        rows = self.ledger.frames["claims"].to_dict("records")
        return own_claims(rows, package.region, self.year, package.scope, package.title)

    @cached_property
    def _claim_of(self) -> dict[str, Claim]:
        return {claim.figure_id: claim for claim in self.claims}

    @cached_property
    def whole(self) -> Scope:
        """The district as a whole."""
        return self.ledger.scopes(DISTRICT)[0]

    def figure(self, figure_id: str, scope: Scope | None = None, year: int | None = None) -> Figure:
        """Return a figure, e.g. ``total_assets`` or ``total_assets.yoy``, default: of ``here``.

        Raises:
            KeyError: no such measure or kind.
            ScopeError: the measure is not known for such a scope.
        """
        name, _, suffix = figure_id.partition(".")
        measure, kind = REGISTRY[name], KINDS[suffix]
        where, when = scope or self.here, year or self.year
        claimed = where == self.whole and when == self.year
        value = self.ledger.value(name, where, when, kind)
        claim = self._claim_of.get(figure_id) if claimed else None
        self._used[name] = None
        figure = Figure(
            measure=self._close_up(measure, where),
            kind=kind,
            scope=where,
            year=when,
            value=value,
            rests_on=self.ledger.origin([name]),
            claim=claim,
            turn=self.ledger.turn(name, where, when) if kind is YOY and claim is None else "",
            alone=value is None and kind.formula is not None and self.ledger.value(name, where, when - 1) is None,
            restated="" if kind.formula is None or value is None else opened(when, *self.restated(name, where, when)),
        )
        return replace(figure, told_in=self._told_in(figure))

    def restated(self, name: str, scope: Scope | None = None, year: int | None = None) -> tuple[str, str]:
        """Say by how much a year opens otherwise than the year before closed, and why; empty where it does not in print."""
        found = restated(self.ledger, name, scope or self.here, year or self.year)
        if found is None:
            return "", ""
        measure = REGISTRY[name]
        unit, decimals = (SMALL[0], 2) if measure.unit in SMALL else (measure.unit, measure.decimals)
        size = abs(in_unit(found.by, unit))
        if not half_up(size, decimals):
            return "", ""
        told = with_unit(size, "个百分点" if unit == "%" else unit, decimals)
        return f"{measure.name_zh}比上年末{'少' if found.by < 0 else '多'}{told}", found.words

    def history(self, name: str, scope: Scope | None = None, most: int = MOST_YEARS) -> tuple[Figure, ...]:
        """Return a measure's figures of the years up to this one, oldest first, at most so many, all told alike.

        Years of which there is no number are left out.
        """
        years = [year for year in self.ledger.years if year <= self.year][-most:]
        figures = [self.figure(name, scope, year) for year in years]
        told = figures[-1].told_in or (figures[-1].unit, figures[-1].decimals)
        return tuple(replace(f, told_in=told) for f in figures if f.value is not None)

    def _told_in(self, figure: Figure) -> tuple[str, int] | None:
        """Return the unit and decimals in which a figure is told, None for its own: as the report printed
        it, else as fits the size that its measure has on this page, or its own if it would be nought."""
        name, own = figure.measure.name, (figure.unit, figure.decimals)
        if figure.unit not in SMALL or figure.value is None:
            return None
        if figure.claim:
            return figure.claim.unit, figure.decimals
        claim = self._claim_of.get(name)
        if claim and self.here == self.whole:
            told = own if claim.unit == figure.unit else (claim.unit, claim.decimals)
        elif self._small and not claim:
            told = self._of_small(figure)
        else:
            told = told_in(*own, [self._size(name, figure.year) or figure.value])
        if told == own and not half_up(in_unit(figure.value, own[0]), own[1]):
            told = told_in(*own, [figure.value])
        return None if told == own else told

    @cached_property
    def _small(self) -> bool:
        """Whether the district is so small that its amounts are told in 万元: the scale of the whole book."""
        claim = self._claim_of.get(SCALE)
        try:
            size = claim.size if claim else self.ledger.value(SCALE, self.whole, self.year)
        except (ScopeError, LackingError):
            return False
        return size is not None and 0 < size < SMALL_DISTRICT

    def _of_small(self, figure: Figure) -> tuple[str, int]:
        """Return the unit and decimals of a measure that a small district's report did not print, the same on
        each page: whole 万元, or as fits what it comes to for the district."""
        measure = REGISTRY[figure.measure.name]
        decimals = 0 if measure.unit != SMALL[0] else figure.kind.decimals(measure)
        try:
            size = self.ledger.value(measure.name, self.whole, self.year)
        except ScopeError:
            size = None
        return told_in(SMALL[0], decimals, [size or figure.value or 0])

    def fitting(self, unit: str, decimals: int, amounts: Iterable[Number]) -> tuple[str, int]:
        """Return the unit and decimals in which amounts of money (万元) that are no measure's are told in this book."""
        if self._small and unit in SMALL and not self.claims:
            return told_in(SMALL[0], decimals if unit == SMALL[0] else 0, amounts)
        return told_in(unit, decimals, amounts)

    def _size(self, name: str, year: int) -> float | None:
        """Return what a measure comes to for this page's scope, None where that is not known."""
        try:
            return self.ledger.value(name, self.here, year)
        except ScopeError:
            return None

    def part(self, figure: Figure, text: str = "") -> Part:
        """Return a figure as a page shows it (default: as printed), to be listed by ``sources``."""
        self._shown.setdefault(figure.place, figure)
        return Part(text or figure.printed, figure)

    def _close_up(self, measure: Measure, where: Scope) -> Measure:
        if self.here == self.whole or where.by not in CLOSE_UP or measure.unit != "亿元":
            return measure
        unit, decimals = CLOSE_UP[where.by]
        return replace(measure, unit=unit, decimals=decimals)

    def figures(self, figure_id: str, by: str, largest_first: bool = False) -> tuple[Figure, ...]:
        """Return a figure for every scope of a kind (class, group, enterprise) in ``here``."""
        found = tuple(self.figure(figure_id, s) for s in self.ledger.inside(self.here, by))
        return tuple(sorted(found, key=lambda f: -f.number)) if largest_first else found

    def since(self, name: str, kind: str = "yoy") -> Figure | str:
        """Return this year against the last as ``kind``, or as a difference where that says more.

        A rate of growth means nothing of a rate, of a count of companies, or from nought; across zero
        words tell it.
        """
        for suffix in ("change",) if by_difference(REGISTRY[name]) else (kind, "change"):
            figure = self.figure(f"{name}.{suffix}")
            if figure.turn not in ("", INCOMPARABLE) or (not figure.turn and figure.value is not None):
                return figure
        return NO_LAST_YEAR

    def recomputed(self, claim: Claim) -> Figure | None:
        """Return the figure that recomputes a printed one, None where no table can yet."""
        try:
            return self.figure(claim.figure_id, self.whole)
        except (KeyError, ScopeError):
            return None

    def claim(self, figure_id: str) -> Claim:
        """Return the printed figure that ``figure_id`` recomputes.

        Raises:
            NotPrintedError: the report printed no such figure.
        """
        if figure_id not in self._claim_of:
            raise NotPrintedError(NOT_PRINTED.format(self.figure(figure_id).name_zh))
        return self._claim_of[figure_id]

    @staticmethod
    def exact(figure: Figure) -> FigureNumber:
        """Return a figure's unrounded number in its printed unit (for pictures that add up).

        Raises:
            NoFigureError: there is none.
        """
        if figure.value is None:
            whose = "" if figure.scope.by == DISTRICT else f"{figure.scope.name_zh}的"
            name, why = (figure.measure.name_zh, NO_LAST_YEAR) if figure.alone else (figure.name_zh, "没有这个数")
            raise NoFigureError(f"{whose}{name}，{why}")
        return FigureNumber(in_unit(figure.value, figure.unit), figure)

    def need(self, *figure_ids: str) -> None:
        """Ask for numbers without which a whole cell says nothing.

        Raises:
            NoFigureError: there is none.
        """
        for figure_id in figure_ids:
            self.exact(self.figure(figure_id))

    # --- passages, cards -----------------------------------------------------------------

    def conclusion(self, *templates: str, rests_on: Any = (), **named: object) -> Passage:
        """The chapter's answer, first thing on the page; ``rests_on`` as of ``say``."""
        return self._passage(templates, named, "sa-conclusion", rests_on)

    def say(self, *templates: str, rests_on: Any = (), **named: object) -> Passage:
        """Paragraphs in the running text; see ``stateassets.present.narration`` for templates.

        ``rests_on`` lists the tables that values given by hand were counted from: these vouch for the
        passage as the figures do.
        """
        return self._passage(templates, named, "", rests_on)

    def _passage(
        self, templates: Iterable[str], named: dict[str, object], css: str, rests_on: Iterable[str] = ()
    ) -> Passage:
        told = (self._told(template, named) for template in templates)
        sentences = tuple(s for s in told if any(part.text for part in s))
        sentences += tuple((Part(f"（{note}。）"),) for note in notes_of(f for s in sentences for f in figures_in(s)))
        self._shown.update((f.place, f) for s in sentences for f in figures_in(s))
        origins = [f.origin for s in sentences for f in figures_in(s)]
        if tables := list(rests_on):
            origins += filter(None, [self.origin_of(*tables)])
        return Passage(sentences, css, weakest(origins) if origins else None)

    def _told(self, template: str, named: dict[str, object]) -> Sentence:
        try:
            return self._tell(template, named)
        except LackingError as error:
            return (_gap(f"（{gaps.words(error)}）"),)

    def _tell(self, template: str, named: dict[str, object]) -> Sentence:
        facts = {
            "year": self.year,
            "last_year": self.year - 1,
            "whole": self.package.whole,
            "own": self.package.own,
            "region": self.package.region,
            "here": self.here.name_zh,
        }
        return tell(template, self.figure, {**facts, **named})

    def text(self, template: str, **named: object) -> str:
        """A filled template as plain text (for captions and alt texts)."""
        return "".join(part.text for part in self._tell(template, named))

    def cards(
        self, *figure_ids: str, against: str = "", beside: Callable[[Figure], Iterable[str]] | None = None
    ) -> Cards:
        """Headline figures; each card adds what the kind ``against`` says, e.g. ``yoy``.

        ``beside`` gives further notes on a figure, such as what its class has.
        """
        shown = [self.figure(figure_id) for figure_id in figure_ids]
        cards = tuple(
            (f.name_zh, self.part(f), "；".join([*self._card_note(f, against), *(beside(f) if beside else ())]))
            for f in shown
        )
        return Cards(cards)

    def _card_note(self, figure: Figure, against: str) -> Iterable[str]:
        if against:
            since = self.since(figure.measure.name, against)
            if isinstance(since, str):
                yield since
            else:
                yield since.phrase + (f"（{since.origin.word}）" if since.origin is not figure.origin else "")
                yield from notes_of([since])

    # --- tables --------------------------------------------------------------------------

    def table(self, caption: str, figure_ids: Sequence[str], by: str, total: bool = True) -> Table:
        """One row a scope in ``here``, one column a figure; ``total`` adds the row of ``here``.

        A column that nobody has a number for, for want of a year before, is left out.

        Raises:
            NoFigureError: no column is left.
        """
        scopes = [*self.ledger.inside(self.here, by), *([self.here] if total else [])]
        asked = [self._column(figure_id, scopes) for figure_id in figure_ids]
        columns = [column for column in asked if not all(f.alone for f in column)]
        if not columns:
            raise NoFigureError(f"“{self.text(caption)}”，{NO_LAST_YEAR}")
        header = ["企业" if by in ("group", "enterprise") else "类别"]
        header += [f"{column[0].name_zh}（{column[0].told_unit}）" for column in columns]
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (self._name(scope), *(self.part(column[i], _bare(column[i])) for column in columns))
            for i, scope in enumerate(scopes)
        )
        origin = weakest(figure.origin for column in columns for figure in column)
        numeric = frozenset(range(1, len(header)))
        notes = notes_of(figure for column in columns for figure in column)
        return Table(self.text(caption), tuple(header), rows, numeric, origin, note="；".join(notes))

    def _column(self, figure_id: str, scopes: Sequence[Scope]) -> list[Figure]:
        """Return a figure for several scopes, all told in one unit: as it was printed, or as fits them all."""
        figures = [self.figure(figure_id, scope) for scope in scopes]
        figures = [replace(f, measure=figures[0].measure) for f in figures]
        first = next((f for f in figures if f.claim), figures[0])
        told = first.told_in
        if self._small and first.measure.name not in self._claim_of:
            told = next((f.told_in for f in figures if f.value), told)
        elif not first.claim and first.unit in SMALL:
            told = told_in(first.unit, first.decimals, [f.value for f in figures if f.value])
        return [replace(f, told_in=told) for f in figures]

    def _name(self, scope: Scope) -> Cell:
        if scope == self.here and scope.by == GROUP:
            return "合并报表"
        return self.enterprise(scope.id) if scope.by in ("group", "enterprise") else scope.name_zh

    def rows(
        self, caption: str, table: str, without: Sequence[str] = (), whole: bool = False, **where: object
    ) -> Table:
        """The rows of a table as they stand, codes in words, columns with one value left out.

        ``without`` names columns that only a program reads; ``whole`` keeps columns that hold the same in all rows.
        """
        declared, frame = self.package.tables[table], self._frame(table)
        frame = frame.drop(columns=list(without))
        for column, value in where.items():
            frame = frame[frame[column] == value].drop(columns=column)
        shown = [c for c in declared.columns if c.name in frame]
        numeric = frozenset(i for i, c in enumerate(shown) if c.unit)
        header = tuple(map(heading, shown))
        rows = tuple(tuple(self._cell(declared, c.name, record) for c in shown) for record in frame.to_dict("records"))
        return without_blanks(
            Table(self.text(caption), header, rows, numeric, declared.origin, internal=declared.internal, whole=whole)
        )

    def roster(self, caption: str) -> Table:
        """Every enterprise as its table has it, by its id; the names lead to their groups' pages."""
        listed, columns = self.rows(caption, ROSTER), self.package.tables[ROSTER].columns
        own, place = ([c.name for c in columns].index(name) for name in ("enterprise_id", "name_zh"))
        rows = []
        for key, row in zip(self._frame(ROSTER)["enterprise_id"], listed.rows, strict=True):
            cells = list(row)
            cells[own], cells[place] = key, self._called(key)
            rows.append(tuple(cells))
        header = tuple(columns[own].title if i == own else title for i, title in enumerate(listed.header))
        return replace(listed, header=header, rows=tuple(rows))

    def _called(self, enterprise_id: str) -> Markup:
        name, root = self.ledger.name_of(enterprise_id), self.ledger.root(enterprise_id)
        page = self.address(f"{PROFILES}/{root}")
        told = "" if root == enterprise_id else f"属于{self.ledger.name_of(root)}"
        return named("企业", name, f"enterprise-{enterprise_id}", told, address=page)

    def cited(self, caption: str, table: str, numbers: Iterable[int]) -> Table:
        """Some rows of a table as they stand, by their numbers in Excel, each a place to link to."""
        declared, frame = self.package.tables[table], self.ledger.frames[table]
        rows = tuple(
            (
                Markup(str(n), f'<span id="{row_place(table, n)}">{n}</span>'),
                *(self._cell(declared, c.name, record) for c in declared.columns),
            )
            for n in sorted(set(numbers))
            for record in frame.loc[[n - 2]].to_dict("records")
        )
        numeric = frozenset(i for i, c in enumerate(declared.columns, 1) if c.unit)
        header = ("行", *map(heading, declared.columns))
        return Table(self.text(caption), header, rows, numeric, declared.origin, internal=declared.internal)

    def origin_of(self, *tables: str) -> Origin:
        """Return the origin of what rests on tables; those that did not come with the data say nothing."""
        known = self.package.tables
        return weakest(known[name].origin for name in tables if name in known)

    def _frame(self, table: str) -> pd.DataFrame:
        return self.ledger.within(self.ledger.frames[table], self.here)

    def _cell(self, declared: DeclaredTable, column: str, record: dict[Any, Any]) -> Cell:
        if column == COLUMN:
            return origin_mark(record[column])
        text = cell_text(record[column], declared.column(column).unit, declared.column(column).type)
        if not text and printed_item(record):
            return NOT_GIVEN
        if column.endswith("enterprise_id") and text:
            return self.enterprise(text)
        if column == "table" and text in self.package.tables:
            return self.package.tables[text].title
        return declared.labels.get(column, {}).get(text, text)

    def to_site(self, path: str) -> str:
        """Return the address, from the chapter's page, of what lies at ``path`` in the book."""
        folder, _, name = path.rpartition("/")
        return _way(os.getcwd(), self.root, folder) + name

    def enterprise(self, enterprise_id: str) -> Cell:
        """An enterprise's name, linked to the page of its group, except on that page."""
        name, root = self.ledger.name_of(enterprise_id), self.ledger.root(enterprise_id)
        return name if root == self.here.id else self.page(name, f"{PROFILES}/{root}")

    def page(self, text: str, chapter: str, place: str = "") -> Cell:
        """A link to a chapter, e.g. ``alerts``; its text if there is none such.

        ``place`` is what the link names after ``#``.
        """
        address = self.address(chapter, place)
        return link(text, address) if address else text

    def address(self, chapter: str, place: str = "") -> str:
        """Return a chapter's address from the page of this one; empty if the edition has none such."""
        path = contents(self.root).place(chapter)
        notebook = self.root / f"{path}.ipynb"
        if not path or not notebook.is_file() or not in_book(self.root, notebook, self.edition):
            return ""
        return self.to_site(f"{path}.html") + (f"#{place}" if place else "")

    def rows_page(self, text: str, table: str) -> Cell:
        """A link to the page with a table's rows; its text where the edition does not show them."""
        hidden = self.edition == PUBLIC and self.package.tables[table].internal
        return text if hidden else link(text, self.to_site(table_page(table)))

    def register(self, table: str, *through: str, **where: object) -> Register:
        """The items of a register, e.g. ``report.register("compliance_measures")``.

        ``through`` are foreign keys whose rows' columns are wanted too, as ``key.column``.

        Raises:
            KeyError: no such table or key, or the table is not declared as a register.
        """
        declared, frame = self.package.tables[table], self._frame(table)
        for key in through:
            declared, frame = with_parent(self.package, self.ledger.frames, declared, frame, key)
        return Register(declared, frame, self.enterprise, self.year).of(**where)

    def sums(
        self, table: str, codes: str, unit: str, column: str = "amount", **where: object
    ) -> list[tuple[str, float]]:
        """Return this year's amounts by code, in words, in the declared order, signs applied."""
        declared, frame = self.package.tables[table], self._frame(table)
        frame = frame[frame["year"] == self.year]
        for name, value in where.items():
            frame = frame[frame[name] == value]
        signs = declared.signs.get(codes, {})
        amounts = exact_sums(frame, codes, column)
        return [
            (label, amount_in(amounts[code], unit) * signs.get(code, 1))
            for code, label in declared.labels[codes].items()
            if code in amounts
        ]

    def sources(self) -> Together:
        """Where the numbers of this chapter come from: its measures, then each single number."""
        if self.section:
            self.checks()  # whose figures are shown below: they have entries too
        return Together((*([self._measures_used()] if self._used else []), self.origins()))

    def origins(self) -> provenance.Origins:
        """Where each single number that this chapter has shown comes from."""
        return provenance.origins(self, self._shown.values())

    def _measures_used(self) -> Table:
        needed = self._needed()
        rows = tuple(self._source(name) for name in REGISTRY if name in needed)
        origin = self.ledger.origin(tuple(self._used))
        header = ("指标", "公式或口径", "取自", "依据")
        return Table("本章数字的来历", header, rows, origin=origin)

    def _needed(self) -> set[str]:
        found, waiting = set(), list(self._used)
        while waiting:
            name = waiting.pop()
            found.add(name)
            waiting += getattr(REGISTRY[name], "inputs", ())
        return found

    def _source(self, name: str) -> tuple[Cell, ...]:
        measure = self.measure(name)
        doubt = "" if measure.confidence == "A" else "（待核）"
        tables = dict.fromkeys(self._where_from(q) for q in REGISTRY.quantities_of(name))
        return (measure.name_zh, self.formula(name), "；".join(tables), measure.basis + doubt)

    def measure(self, name: str) -> Measure:
        """Return a measure as this book tells it: what rests on another district's report does not say so."""
        return REGISTRY[name].elsewhere() if self.package.borrowed else REGISTRY[name]

    def formula(self, name: str) -> Markup:
        """Return a measure's formula as people read it, drawn once."""
        return self.ledger.once(("formula", name), lambda: formula(self.measure(name)))

    def _where_from(self, quantity: Quantity) -> str:
        name = source_of(quantity.table)
        table = self.package.tables[name]
        titles = {column.name: column.title for column in table.columns}
        if quantity.column not in titles:
            return table.title
        return f"{table.title}“{titles[quantity.column]}”"

    # --- checks and audit ----------------------------------------------------------------

    def checks(self, section: str | None = None) -> Table | Passage:
        """Each printed figure of this chapter's section against the recomputed one."""
        section = self.section if section is None else section
        chosen = [c for c in self.claims if section in ("", c.section)]
        if not chosen:
            return Passage(((Part(gaps.NOTHING_PRINTED if self.claims else gaps.NOT_ENTERED),),))
        states = [self.check_state(claim) for claim in chosen]
        rows = tuple(
            (claim.name_zh, claim.printed, self._recomputed_text(claim), state(s, STATE_CSS[s]))
            for claim, s in zip(chosen, states, strict=True)
        )
        note = "，".join(f"{s}{states.count(s)}项" for s in STATE_CSS if s in states)
        header = ("公布的数字", "报告印出", "由底表重算", "核对")
        origin = self.ledger.origin(tuple(self._used) or ("total_assets",))
        caption = f"与公布报告逐项核对：{note}"
        return Table(caption, header, rows, frozenset({1, 2}), origin, whole=True)

    def check_state(self, claim: Claim) -> str:
        """相符, 不符 or 尚未重算."""
        figure = self.recomputed(claim)
        return NOT_RECOMPUTED if figure is None else figure.state

    def count(self, wanted: str) -> int:
        """How many printed figures are in a state."""
        return [self.check_state(claim) for claim in self.claims].count(wanted)

    def _recomputed_text(self, claim: Claim) -> Cell:
        figure = self.recomputed(claim)
        return "—" if figure is None else self.part(figure, figure.exact)

    @property
    def collected(self) -> tuple[Claim, ...]:
        """What other reports printed; empty where no such table came with the data."""
        return self.ledger.once("collected", self._read_collected)

    def _read_collected(self) -> tuple[Claim, ...]:
        frames = self.ledger.frames
        if PUBLISHED not in frames:
            return ()
        return collected_claims(frames[PUBLISHED].to_dict("records"))

    @property
    def examination(self) -> auditing.Examination:
        """What the audit finds in them. Real data only."""
        return self.ledger.once("examination", lambda: auditing.examine(self.collected))

    @property
    def audit(self) -> auditing.Verdict:
        """Are the printed figures possible together, and what do they imply? Real data only.

        Raises:
            NotPrintedError: no printed figure has been entered.
        """
        if not self.claims:
            raise NotPrintedError(NO_CLAIMS)
        return self.ledger.once("audit", lambda: auditing.audit(self.claims)[0])

    def implied(self, name: str, year: int | None = None) -> str:
        """The implied range of an unprinted figure in words, e.g. 486.6至502.7人."""
        for found in self.audit.implied:
            if found.measure.name == name and found.year == (year or self.year):
                return implied_range(found)
        raise NotPrintedError(f"公布数推不出{REGISTRY[name].name_zh}的范围")

    def implied_way(self, name: str) -> str:
        """Return whether the printed figures imply a rise or a fall on the year before."""
        ends = {f.year: (f.low, f.high) for f in self.audit.implied if f.measure.name == name}
        if self.year not in ends or self.year - 1 not in ends:
            raise NotPrintedError(f"公布数推不出{REGISTRY[name].name_zh}的范围")
        (low, high), (low_before, high_before) = ends[self.year], ends[self.year - 1]
        return "上升" if low > high_before else "下降" if high < low_before else "升降不能确定"

    # --- pictures ------------------------------------------------------------------------

    def draw(
        self,
        chart: Callable[..., Any],
        *rows: Any,
        caption: str,
        finding: str | None = None,
        alt: str = "",
        each: str = "户",
        names: dict[str, object] | None = None,
        **options: Any,
    ) -> Any:
        """Draw a chart, ``origin`` defaulting to that of the measures used.

        ``caption`` says what it is of and gives it its address; ``finding`` what is seen in it, by default what
        its kind tells by itself; ``alt`` more of that, for who does not see it. All are templates, whose
        fields may be figures and what the rows tell (``present/readings.py``); ``each`` counts a row.
        What shows a figure's number (``exact``, ``Figure.number``) leads to where that comes from.
        Where the rows give no such picture (there are none, all are nought), a sentence stands in its place.

        Raises:
            ChartError: one of the texts states a direction or an extreme that no figure gives, or nothing can be
                drawn truthfully.
        """
        from .present.style import ChartError, UndrawableError

        kind = getattr(chart, "__name__", "")
        if finding is None:
            finding = FINDINGS.get(kind, "")
        whole = self.package.whole
        if "{whole}" in finding and not any(label.startswith(whole) for label in _labels(rows)):
            raise ChartError(f"图“{caption}”的标题“{finding}”说到{whole}，图里没有画，请画上或者不说。")
        for template in (caption, finding, alt):
            if words := typed(template, (REGISTRY[name].name_zh for name in REGISTRY)):
                raise ChartError(
                    f"图“{caption}”的文字“{template}”里的“{words[0]}”不是由数得出的。"
                    "请改用花括号里的字段，如{drawn.ways}、{debt_ratio.change}。"
                )
        options.setdefault("origin", self.ledger.origin(tuple(self._used)))
        if options.get("unit") in SMALL:
            rows, options = _fitting(rows, options, self.fitting)
        named = names or {}
        told = self.text(caption, **named)
        try:
            seen = readings(kind, rows, options, each)
            if seen is None:
                return chart(*rows, caption=told, alt=told, **options)  # says what the rows lack
            named = {**seen, **named}
            found, more = (self.text(template, **named).rstrip("；。") for template in (finding, alt))
            notes = notes_of(n.figure for n in _numbers(rows) if isinstance(n, FigureNumber))
            found = "；".join(filter(None, (found, *notes)))
            drawn = chart(*rows, caption=told, alt="；".join(filter(None, (found, more))) or told, **options)
            drawn = replace(drawn, finding=found)
        except UndrawableError as error:
            return Passage(((Part(f"“{told}”：{error}，不画图。"),),))
        for number in _numbers(rows):
            if isinstance(number, FigureNumber):
                self.part(number.figure)
        return drawn

    def amounts(self, *figure_ids: str) -> list[tuple[str, float]]:
        """(name, unrounded number in its printed unit) of some figures, for a picture."""
        return [(f.name_zh, self.exact(f)) for f in map(self.figure, figure_ids)]

    def pairs(self, name: str, by: str, whole: bool = False) -> list[tuple[str, float, float]]:
        """(scope, last year's number, this year's), unrounded, for a before-and-after picture of those with both.

        ``whole`` puts the district first.

        Raises:
            NoFigureError: no scope has both.
        """
        levels = (DISTRICT, by) if whole else (by,)
        both = [(self.figure(f"{name}.last", f.scope), f) for level in levels for f in self.figures(name, level)]
        found: list[tuple[str, float, float]] = [
            (now.scope.name_zh, self.exact(then), self.exact(now))
            for then, now in both
            if then.value is not None and now.value is not None
        ]
        if not found:
            raise NoFigureError(f"{REGISTRY[name].name_zh}，{NO_LAST_YEAR}")
        return found

    def structure(self) -> tuple[list[tuple[str, str, list[str]]], set[str]]:
        """Return (group, class, names of its other members) for each group, and who is new."""
        roster, names = self.ledger.frames["roster"], dict[str, str]()
        active = roster[roster["year"] == self.year]
        members: dict[str, list[str]] = {}
        classes: dict[str, str] = {}
        for row in active.to_dict("records"):
            root = self.ledger.root(row["enterprise_id"])
            names[row["enterprise_id"]] = row["name_zh"]
            if root == row["enterprise_id"]:
                classes[root] = row["class_zh"]
                members.setdefault(root, [])
            else:
                members.setdefault(root, []).append(row["name_zh"])
        groups = [(names[root], classes[root], members[root]) for root in classes]
        return groups, set(active[active["start_year"] == self.year]["name_zh"])


def _gap(text: str) -> Gap:
    return Gap(text, gaps.gap(text))


def _fitting(
    rows: tuple[Any, ...], options: dict[str, Any], told_in: Callable[..., tuple[str, int]]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return a picture's rows and options in the unit that fits the amounts in them."""
    unit = options["unit"]
    sizes = sorted(abs(n) * base_size(unit) for n in _numbers(rows) if n)
    told, decimals = told_in(unit, options["decimals"], sizes)
    if sizes and told == unit and decimals > 1 and told_in(unit, decimals, sizes[:1])[0] != unit:
        larger = told_in(unit, 1, sizes[-1:])  # hundredths of 亿元 say too little of the smallest
        told, decimals = (told, decimals) if larger[0] == unit else larger
    by = factor(unit, told)
    return _scaled(rows, by) if by != 1 else rows, {**options, "unit": told, "decimals": decimals}


def _labels(rows: Any) -> Iterator[str]:
    """Yield the words in a picture's rows, which name what is drawn."""
    if isinstance(rows, str):
        yield rows
    elif isinstance(rows, list | tuple):
        for row in rows:
            yield from _labels(row)


def _numbers(rows: Any) -> Iterator[float]:
    """Yield the numbers in a picture's rows; whole ones are no amounts but months and the like."""
    if isinstance(rows, float):
        yield rows
    elif isinstance(rows, list | tuple):
        for row in rows:
            yield from _numbers(row)


def _scaled(rows: Any, by: Fraction) -> Any:
    if isinstance(rows, float):
        return FigureNumber(rows * by, rows.figure) if isinstance(rows, FigureNumber) else rows * by
    return type(rows)(_scaled(row, by) for row in rows) if type(rows) in (list, tuple) else rows


def implied_range(found: auditing.Implied) -> str:
    """Return an implied range in words."""
    unit, decimals = found.measure.unit, found.measure.decimals
    low, high = (in_unit(end, unit) for end in (found.low, found.high))
    if with_unit(low, unit, decimals) == with_unit(high, unit, decimals):
        return with_unit(low, unit, decimals)
    return f"{with_unit(low, '', decimals)}至{with_unit(high, unit, decimals)}"


def by_difference(measure: Measure) -> bool:
    """Whether one year of a measure is told against another by the difference: a rate, a count of companies."""
    return measure.unit in ("%", "户", "家")


def opened(year: int, what: str, why: str) -> str:
    """Say that a year opens otherwise than the year before closed, empty where there is nothing to say."""
    return f"{year}年年初的{what}" + (f"：{why}" if why else "") if what else ""


def notes_of(figures: Iterable[Figure]) -> tuple[str, ...]:
    """Return what is to be told of figures that compare two years, each once: an opening that was restated."""
    return tuple(dict.fromkeys(figure.restated for figure in figures if figure.restated))


def figures_in(sentence: Sentence) -> list[Figure]:
    """Return the figures that a sentence names."""
    return [part.figure for part in sentence if isinstance(part, Part) and part.figure]


def _bare(figure: Figure) -> str:
    return figure.exact.removesuffix(figure.told_unit)
