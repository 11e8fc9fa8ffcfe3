"""How one number is reckoned, from a row to a sentence and a check: for the chapter that shows its code."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..measures.claims import Claim
from ..measures.figures import AGREES, DIFFERS, Figure
from ..measures.ledger import FIRST_ROW, GROUP, Scope, source_of
from ..measures.measures import Indicator, Quantity
from ..measures.registry import REGISTRY
from ..measures.units import in_unit, to_decimal, with_unit
from ..present.columns import Column
from ..present.columns import table as table_of
from ..present.display import Cell, Part, Passage, Program, Table, state
from ..present.typesetting import in_line
from ..report import STATE_CSS, Report
from ..tables.addresses import ranges
from ..tables.declared import NO_CLAIMS, NOT_PRINTED, NotPrintedError
from ..tables.declared_checks import consolidation, identities
from ..tables.origins import weakest

LARGEST = "total_assets"  # the measure by which a group is the largest
FACTS = ("name", "name_zh", "table", "column", "where", "how", "unit", "decimals", "basis")  # of a quantity
ROW, COUNTED = "__row", "__counted"  # beside a table's own columns


# --- from rows to a number ----------------------------------------------------------------------


def largest(report: Report) -> Scope:
    """Return the group with the largest assets."""
    return report.aside().figures(LARGEST, GROUP, largest_first=True)[0].scope


def rows(report: Report, name: str, scope: Scope) -> Table:
    """The rows that a quantity's table has of a group in the report's year, and which of them it counts."""
    quantity = _quantity(name)
    declared, frame = report.package.tables[quantity.table], report.ledger.frames[quantity.table]
    counted = report.ledger.rows_of(quantity, scope, report.year)
    frame = frame[(frame["year"] == report.year) & (frame["enterprise_id"] == scope.id)]
    frame = frame.assign(**{ROW: frame.index + FIRST_ROW, COUNTED: (frame.index + FIRST_ROW).isin(counted)})
    told = [c for c in declared.columns if c.name in declared.key and c.name not in ("year", "enterprise_id")]
    column = declared.column(quantity.column)
    columns = (
        Column("行", ROW, decimals=0),
        *(Column(c.title, _in_words(declared.labels.get(c.name, {}), c.name)) for c in told),
        Column(column.title, quantity.column, unit=column.unit, decimals=2),
        Column("计入", lambda row: "计入" if row[COUNTED] else "不计"),
    )
    caption = f"{scope.name_zh}在{declared.title}里的行，{report.year}年"
    return table_of(caption, columns, frame, origin=declared.origin, internal=declared.internal)


def _in_words(labels: Any, name: str) -> Any:
    return lambda row: labels.get(str(row[name]), str(row[name]))


def adding(report: Report, name: str) -> Table:
    """What each group's rows give of a quantity, and the district's sum of them, in 万元 as the table holds them."""
    quantity = _quantity(name)
    whole = report.figure(name)
    found = (*report.figures(name, GROUP, largest_first=True), whole)
    columns = (
        Column("企业", lambda f: "合计" if f is whole else report.enterprise(f.scope.id)),
        Column("行", lambda f: _runs(report.ledger.rows_of(quantity, f.scope, f.year)), numeric=True),
        Column(f"{quantity.name_zh}（万元）", lambda f: report.part(f, _amount(f)), numeric=True),
    )
    return table_of(f"{report.year}年{quantity.name_zh}，逐行相加", columns, found, origin=whole.rests_on)


def _quantity(name: str) -> Quantity:
    measure = REGISTRY[name]
    assert isinstance(measure, Quantity)
    return measure


def _amount(figure: Figure) -> str:
    return "—" if figure.value is None else with_unit(figure.value, "", 2)


def _runs(numbers: tuple[int, ...]) -> str:
    return "、".join(str(a) if a == b else f"{a}至{b}" for a, b in ranges(numbers))


def registered(name: str) -> Program:
    """How a measure is registered: an indicator's formula as it stands in the package, a quantity's facts."""
    measure = REGISTRY[name]
    if isinstance(measure, Indicator):
        return Program(inspect.getsource(measure.formula).rstrip(), f"{measure.name_zh}的公式")
    facts = (f"{field} = {getattr(measure, field)!r}" for field in FACTS)
    return Program("\n".join(facts), f"{measure.name_zh}的登记")


def unrounded(figure: Figure) -> str:
    """Return a figure in its own unit as it was reckoned; rounding is for the page."""
    if figure.value is None or figure.is_rule:
        return figure.exact
    return f"{to_decimal(float(in_unit(figure.value, figure.unit))):f}{figure.unit}"


def path(report: Report, figure_id: str, sentence: str) -> list[tuple[str, str]]:
    """Return (step, what it gives) of an indicator of the district, from its rows to a sentence of a template."""
    report.need(figure_id)
    figure = report.figure(figure_id)
    measure, inputs = figure.measure, REGISTRY.quantities_of(figure.measure.name)
    assert isinstance(measure, Indicator)
    claim, check = figure.claim, "没有印出的数可以核对"
    if claim:
        check = f"印出的{claim.printed}，真实值{claim.stands_for}：{figure.state}"
    return [
        ("底表的行", "；".join(_tables_read(report, inputs))),
        ("汇总数", "，".join(f"{f.name_zh}{f.printed}" for f in (report.figure(q.name) for q in inputs))),
        ("公式", in_line(measure)),
        ("计算指标", f"{unrounded(figure)}，印成{figure.printed}"),
        ("核对", check),
        ("句子", report.text(sentence)),
    ]


def _tables_read(report: Report, quantities: tuple[Quantity, ...]) -> Iterator[str]:
    found: dict[str, set[int]] = {}
    for quantity in quantities:
        numbers = report.ledger.rows_of(quantity, report.whole, report.year)
        found.setdefault(source_of(quantity.table), set()).update(numbers)
    for name, lines in found.items():
        yield f"{report.package.tables[name].title}第{_runs(tuple(sorted(lines)))}行"


def told(steps: list[tuple[str, str]]) -> str:
    """Say a path in one sentence, for those who do not see its picture."""
    return "；".join(f"{name}：{what}" for name, what in steps)


def counted(report: Report, *names: str) -> int:
    """Return how many rows of tables some measures of the district rest on."""
    quantities = {q.name: q for name in names for q in REGISTRY.quantities_of(name)}.values()
    numbers = {source_of(q.table): set[int]() for q in quantities}
    for q in quantities:
        numbers[source_of(q.table)].update(report.ledger.rows_of(q, report.whole, report.year))
    return sum(map(len, numbers.values()))


# --- from a number to its check -----------------------------------------------------------------


def checked(report: Report, *figure_ids: str) -> Table:
    """What printed figures stand for, and whether the recomputed values lie inside.

    Raises:
        NotPrintedError: none of them was printed.
    """
    figures = [report.figure(figure_id) for figure_id in figure_ids]
    found = [(f, f.claim) for f in figures if f.claim]
    if not found:
        raise NotPrintedError(NOT_PRINTED.format(figures[0].name_zh) if report.claims else NO_CLAIMS)
    columns = (
        Column("数字", lambda pair: pair[0].name_zh),
        Column("报告印出", lambda pair: pair[1].printed, numeric=True),
        Column("真实值应当", lambda pair: pair[1].stands_for),
        Column("重算，没有舍入", lambda pair: unrounded(pair[0]).removesuffix(pair[0].unit), numeric=True),
        Column("核对", lambda pair: state(pair[0].state, STATE_CSS[pair[0].state])),
    )
    return table_of("印出的数代表一段取值", columns, found, origin=weakest(f.rests_on for f in figures))


# --- a changed row ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slip:
    """A cell with another amount than it had: of the table's row ``number``, as Excel counts."""

    table: str
    number: int
    column: str
    old: float
    new: float


def slip(report: Report, name: str) -> Slip:
    """Return a slip in the largest group's row that turns a quantity of the district the other way.

    It is off by twice the district's change, so that what grew falls by as much; where there is none, or
    nothing would be left, by a tenth of the district's total. Nothing but the district's numbers decides
    how much: whoever sees what moves learns nothing of the row, as the public edition wants it.
    """
    report = report.aside()
    quantity, whole = _quantity(name), report.figure(name).value or 0.0
    number = report.ledger.rows_of(quantity, largest(report), report.year)[0]
    old = float(report.ledger.frames[quantity.table].loc[number - FIRST_ROW, quantity.column])
    off = 2 * (report.figure(f"{name}.change").value or 0.0)
    return Slip(
        quantity.table, number, quantity.column, old, round(old - (off if off and off < whole else whole / 10), 2)
    )


def faults(supposed: Report, table: str) -> Table | Passage:
    """What the identities and the consolidation of a table find in it, in memory."""
    frames = {name: supposed.ledger.frames[name] for name in ("enterprises", table)}
    found = [fault for check in (identities, consolidation) for fault in check(supposed.package, frames)]
    if not found:
        return Passage(((Part("勾稽没有发现问题。"),),))
    columns = (
        Column("行", lambda fault: fault.row or "", numeric=True),
        Column("列", lambda fault: (fault.column or "").partition("（")[0]),
        Column("现在", "found"),
        Column("应为", "expected"),
    )
    declared = supposed.package.tables[table]
    caption = f"{declared.title}，检查发现的问题"
    return table_of(caption, columns, found, origin=declared.origin, internal=declared.internal)


def moved(report: Report, supposed: Report, *figure_ids: str) -> Table:
    """Figures of the district as they are and as they would be, and whether they are as was printed."""
    pairs = [(report.figure(name), supposed.figure(name)) for name in figure_ids]
    columns = (
        Column("数字", lambda pair: pair[0].name_zh),
        Column("现在", lambda pair: report.part(pair[0], pair[0].phrase), numeric=True),
        Column("改了以后", lambda pair: pair[1].phrase, numeric=True),
        Column("核对", lambda pair: _turn(*pair)),
    )
    return table_of("改一格，哪些数跟着变", columns, pairs, origin=weakest(after.rests_on for _, after in pairs))


def _turn(before: Figure, after: Figure) -> Cell:
    if not after.state:
        return "没有印出"
    words = after.state if before.state == after.state else f"{before.state}变成{after.state}"
    return state(words, STATE_CSS[after.state])


def turned(report: Report, supposed: Report, table: str) -> list[Claim]:
    """Return the printed figures resting on a table that the report recomputes, and the supposed one does not."""
    report, supposed = report.aside(), supposed.aside()
    return [
        claim
        for claim in report.claims
        if claim.measure
        and table in {q.table for q in REGISTRY.quantities_of(claim.measure.name)}
        and (report.check_state(claim), supposed.check_state(claim)) == (AGREES, DIFFERS)
    ]


def in_short(report: Report, name: str) -> str:
    """Say what a slip of typing in one row would do."""
    made, figure_id = slip(report, name), f"{name}.yoy"
    supposed = report.supposing(made.table, made.number, **{made.column: made.new})
    before, after = report.aside().figure(figure_id), supposed.figure(figure_id)
    red = len(turned(report, supposed, made.table))
    first = f"其中一格{'少' if made.new < made.old else '多'}录一笔，{before.measure.name_zh}"
    what = f"就由{before.phrase}变成{after.phrase}" if before.comparable else f"就变成{supposed.figure(name).printed}"
    return f"{first}{what}{f'，{red}个公布数由相符变成不符' if red else ''}"
