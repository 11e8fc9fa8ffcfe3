"""Where every number of a chapter comes from: formula with the values put in, rows, claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from ..measures.figures import DIFFERS, RULE_WORDS, Figure
from ..measures.ledger import source_of
from ..measures.measures import KINDS, Indicator, Measure, Quantity
from ..measures.registry import REGISTRY
from ..measures.units import base_size, half_up
from ..tables.addresses import DATA_PAGE, ranges, table_page
from ..tables.notation import grouped
from ..tables.periods import STATES
from .display import CORRECTIONS, ORIGINS, READ, Cell, Markup, Passage, joined, link
from .markup import badge, in_lines, marked
from .typesetting import written

if TYPE_CHECKING:
    from ..report import Report

MOST_RANGES = 12  # row numbers said one by one; the rest is seen on the table's page
YEARS_BACK = {"": (0,), "last": (1,)}  # of a figure's year; growth and change look at both
KIND_WORDS = {"now": "本年数", "before": "上年数"}


@dataclass(frozen=True)
class Origin:
    """What can be said of where one figure comes from, line by line."""

    figure: Figure
    lines: tuple[Markup, ...]

    @property
    def head(self) -> str:
        """Name, scope, year and the number as printed."""
        f = self.figure
        return f"{f.name_zh}，{f.scope.name_zh}，{f.year}年：{f.printed}"

    def html(self) -> str:
        """Return the entry, a place to link to."""
        lines = "".join(f"<br>{line.html}" for line in self.lines)
        place = escape(self.figure.place)
        return f'<li id="{place}">{badge(self.figure.origin)}<strong>{escape(self.head)}</strong>{lines}</li>'

    def __repr__(self) -> str:
        return "\n  ".join([marked(self.figure.origin) + self.head, *(line.text for line in self.lines)])


@dataclass(frozen=True)
class Origins:
    """The list at a chapter's end: one entry a figure, and the tables that the chapter read."""

    figures: tuple[Origin, ...]
    tables: tuple[Markup, ...] = field(default=())

    def __repr__(self) -> str:
        read = "本章读过的表：" + "、".join(table.text for table in self.tables)
        return "\n".join([*map(repr, self.figures), read])

    def _repr_html_(self) -> str:
        read = joined(self.tables).html if self.tables else "无"
        count = f"（{len(self.figures)}个）" if self.figures else ""
        entries = "".join(origin.html() for origin in self.figures)
        listed = f'<ol class="sa-origin-list">{entries}</ol>' if entries else ""
        return in_lines(
            f'<details class="sa-origins" id="{ORIGINS}"><summary>每个数字的来历{count}</summary>'
            f'<p id="{READ}">没有单列的数，由本章的计算过程从这些表里直接数出、算出：{read}。</p>'
            f"{listed}</details>"
        )


def trace(report: Report, figure: Figure) -> Passage:
    """Return what is said of where one figure comes from, line by line, as running text."""
    entry = Origin(figure, tuple(_lines(report, figure)))
    lines = (entry.head, *(line.text for line in entry.lines))
    return Passage(tuple((_plain(line),) for line in lines), "sa-trace", figure.origin)


def origins(report: Report, figures: Iterable[Figure]) -> Origins:
    """Return where the figures come from, and the tables that the chapter has read so far."""
    found = tuple(Origin(f, tuple(_lines(report, f))) for f in figures)
    seen = [name for name, t in report.package.tables.items() if name in report.ledger.frames.seen and not t.awaited]
    return Origins(found, tuple(_table(report, name) for name in seen))


def _lines(report: Report, figure: Figure) -> Iterator[Markup]:
    measure = report.measure(figure.measure.name)
    if measure.definition and isinstance(measure, Indicator):
        yield _plain(f"含义：{measure.definition}")
    for step in _steps(report, figure):
        yield _plain(step)
    for quantity, year in _taken(figure):
        yield _from(report, quantity, figure, year)
    doubt = "" if measure.confidence == "A" else "（待核）"
    yield _plain(f"依据：{measure.basis}{doubt}")
    if figure.claim:
        state = "不符" if figure.state == DIFFERS else "相符"
        yield _plain(f"报告印出：{figure.claim.printed}，与{figure.rests_on.word}底表重算的{state}")


def _plain(text: str) -> Markup:
    return Markup(text, escape(text))


# --- the formula ------------------------------------------------------------------------------


def _years(figure: Figure) -> tuple[int, ...]:
    return tuple(figure.year - back for back in YEARS_BACK.get(figure.kind.suffix, (0, 1)))


def _steps(report: Report, figure: Figure) -> Iterator[str]:
    """Say the formula in words and in numbers, then those of the indicators that it needs."""
    if figure.value is None:
        yield "没有数：底表里没有要用的数，或者上年数不能作比较的基数"
        return
    if figure.kind.formula is not None and figure.kind is not KINDS["last"]:
        years = dict(zip(KIND_WORDS, _years(figure), strict=True))
        numbers = {key: _exact(report, figure.measure, figure, year) for key, year in years.items()}
        unit = figure.unit
        yield _step(figure.name_zh, figure.kind.formula, KIND_WORDS, numbers, figure.value, unit)
    for year in _years(figure):
        for measure in _indicators(figure.measure.name):
            words = {name: REGISTRY[name].name_zh for name in measure.inputs}
            numbers = {name: _exact(report, REGISTRY[name], figure, year) for name in words}
            value = report.ledger.value(measure.name, figure.scope, year)
            name = f"{year}年{measure.name_zh}"
            yield _step(name, measure.formula, words, numbers, value, measure.unit)


def _step(
    name: str, formula: object, words: dict[str, str], numbers: dict[str, str], value: float | None, unit: str
) -> str:
    return "＝".join((name, written(formula, words), written(formula, numbers), _number(value, unit)))


def _indicators(name: str) -> tuple[Indicator, ...]:
    """Return the indicators that a measure rests on, itself first, each once."""
    measure = REGISTRY[name]
    if isinstance(measure, Quantity):
        return ()
    assert isinstance(measure, Indicator)
    found = {measure.name: measure}
    for part in measure.inputs:
        found.update((i.name, i) for i in _indicators(part))
    return tuple(found.values())


def _exact(report: Report, measure: Measure, figure: Figure, year: int) -> str:
    value = report.ledger.value(measure.name, figure.scope, year)
    return _number(value, measure.unit)


def _number(value: float | None, unit: str) -> str:
    """Return a value as it stands in the tables (money: 万元), so that it can be reckoned again."""
    if value is None:
        return "没有数"
    if isinstance(value, bool):
        return RULE_WORDS[value]
    text = str(half_up(value, 2))
    return grouped(text.rstrip("0").rstrip(".") if "." in text else text) + base_unit(unit)


def base_unit(unit: str) -> str:
    """Return the unit in which the tables hold what is printed in another."""
    base = {"亿元": "万元", "元": "万元", "元/人": "万元/人"}.get(unit, unit)
    return base if base != unit or base_size(unit) == 1 else unit.removeprefix("万")  # 万户: kept as single ones


# --- the rows ---------------------------------------------------------------------------------


def _taken(figure: Figure) -> Iterator[tuple[Quantity, int]]:
    for quantity in REGISTRY.quantities_of(figure.measure.name):
        for year in _years(figure):
            yield quantity, year


def _from(report: Report, quantity: Quantity, figure: Figure, year: int) -> Markup:
    """Say which rows of which table a quantity was taken from, and what they come to."""
    name = source_of(quantity.table)
    declared = report.package.tables[name]
    rows = report.ledger.rows_of(quantity, figure.scope, year)
    chosen = "".join(condition(report, name, c, values) for c, values in quantity.where.items())
    titles = {column.name: column.title for column in declared.columns}
    column = f"“{titles[quantity.column]}”" if quantity.column in titles else ""
    total = _exact(report, quantity, figure, year)
    told = f"{column}{chosen}，{year}年，{_said(rows)}，{quantity.name_zh}{total}"
    # What was printed is real, whatever reproduces it: then the table says what it is itself.
    whose = f"{declared.origin.word}底表" if declared.origin is not figure.origin else ""
    start = _plain(f"取自{whose}：")
    taken = quantity.column if quantity.column in titles else ""
    page = link(declared.title, report.to_site(table_page(name, rows, taken, quantity.how)))
    return joined([start, page, told, *_corrected(report, name, rows)], "")


def _corrected(report: Report, table: str, rows: Sequence[int]) -> Iterator[Cell]:
    """Say which cells of the rows are not as they came."""
    for made in report.package.corrections:
        if made.table == table and made.at in rows:
            title = report.package.tables[table].column(made.column).title
            yield _plain(f"；其中第{made.at}行“{title}”有更正：{made.changed}（")
            yield report.page(made.state, DATA_PAGE, CORRECTIONS)
            yield _plain(f"，{made.reason}）")


def condition(report: Report, table: str, column: str, values: Sequence[object]) -> str:
    """Say which rows of a table are counted, by what a column holds in them."""
    declared = report.package.tables[table]
    known = {c.name: c.title for c in declared.columns}
    labels = declared.labels.get(column, STATES if column == "state" else {})
    words = "、".join(labels.get(str(value), str(value)) for value in values)
    return f"（{known.get(column, '状态')}为{words}）"


def _said(rows: Sequence[int]) -> str:
    if not rows:
        return "没有行"
    found = ranges(rows)
    words = "、".join(str(a) if a == b else f"{a}至{b}" for a, b in found[:MOST_RANGES])
    return f"第{words}行" if len(found) <= MOST_RANGES else f"第{words}等{len(rows)}行"


def _table(report: Report, name: str) -> Markup:
    declared = report.package.tables[name]
    page = link(declared.title, report.to_site(table_page(name)))
    mark = f"（{declared.origin.word}）"
    return Markup(page.text + mark, page.html + mark)
