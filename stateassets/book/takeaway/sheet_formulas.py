"""The workbook's formulas: sums, and the way from the rows of a table to a printed number.

A quantity is a sum of a sheet's rows under conditions, an indicator the registry's own formula
over cells: the fifth reader of that formula passes in cells and gets what Excel computes. Each
formula carries the value that the book computed, which Excel shows until it computes itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import fsum
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from ...measures.claims import Claim
from ...measures.figures import AGREES, DIFFERS
from ...measures.ledger import ROSTER, ScopeError
from ...measures.measures import CHANGE, YOY, Indicator, Quantity
from ...measures.registry import REGISTRY
from ...measures.units import UNITS, base_size
from ...present.typesetting import written
from ...report import Report
from ...tables.declared import DeclaredTable, LackingError
from ...tables.origins import Origin
from ...tables.periods import CLOSED, LATE, OPEN, OVERDUE, STATE_WORDS, UNKNOWN
from ...tables.region import ALL, DISTRICT, KINDS

FIRST = 4  # the row of a table's header, counted from 0
TOTALS = (
    *(ALL + kind for kind in (DISTRICT, *KINDS)),
    "合计",
    "总计",
)  # how a row of totals, or a column of them, is called
# Numbers of these are not added up: rates, points, moments and lengths of time.
NOT_ADDED = {"%", "‰", "个百分点", "倍", "分", "年", "月", "个月", "天", "岁", "元"}
EXCEL = str.maketrans("＋－×÷（）", "+-*/()")
NOW, BEFORE, GROWTH, CHANGED = 2, 3, 4, 5  # the columns of the recomputation
PRINTED, AGAIN = 2, 3  # those of the check
STATE = "state"  # the column that a register's dates tell
ENTERPRISES, START, END = "enterprises", "start_year", "end_year"


@dataclass(frozen=True)
class Formula:
    """A formula, without its equals sign, and what it comes to."""

    text: str
    value: Any


@dataclass(frozen=True)
class Link:
    """Words that lead to a sheet."""

    text: str
    sheet: str


Value = str | int | float | date | None | Formula | Link


def at(column: int, row: int) -> str:
    """Return a cell's address; ``column`` counts from 0, ``row`` as Excel does."""
    return f"{xl_col_to_name(column)}{row}"


@dataclass(frozen=True)
class Place:
    """Where a declared table stands: its sheet, the names of its columns, how many rows it has."""

    sheet: str
    columns: tuple[str, ...]
    rows: int

    def range(self, column: str) -> str:
        """Return the cells of a column.

        Raises:
            LookupError: the sheet has no such column.
        """
        if column not in self.columns:
            raise LookupError(column)
        letter = xl_col_to_name(self.columns.index(column))
        return f"'{self.sheet}'!${letter}${FIRST + 2}:${letter}${FIRST + 1 + max(1, self.rows)}"


def state(due: str, closed: str, year: int, value: str) -> Formula:
    """Return how a register's item stands at the year's end, as ``tables.periods`` tells it, from its two dates."""
    day, words = f"DATE({year},12,31)", STATE_WORDS
    done = f'IF(AND({due}<>"",{closed}>{due}),"{words[LATE]}","{words[CLOSED]}")'
    waiting = f'IF({due}="","{words[UNKNOWN]}",IF({due}<{day},"{words[OVERDUE]}","{words[OPEN]}"))'
    return Formula(f'IF(AND({closed}<>"",{closed}<={day}),{done},{waiting})', words[value])


# ------------------------------------------------------------------------------------------ sums


def _addable(unit: str) -> bool:
    return bool(unit) and unit not in NOT_ADDED and "/" not in unit


def _number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def added(units: Sequence[str], rows: Sequence[Sequence[Value]]) -> list[int]:
    """Return the columns that can be added; none where a row has the totals already, or there is but one."""
    if len(rows) < 2 or any(row[0] in TOTALS for row in rows):
        return []
    return [i for i, unit in enumerate(units) if _addable(unit) and any(_number(row[i]) for row in rows)]


def subtotal(column: int, rows: Sequence[Sequence[Value]]) -> Formula:
    """Return the sum of the rows of a column that a filter leaves; at first it leaves all."""
    cells = (row[column] for row in rows)
    values = [cell.value if isinstance(cell, Formula) else cell for cell in cells]
    whole = f"{at(column, FIRST + 2)}:{at(column, FIRST + 1 + len(rows))}"
    return Formula(f"SUBTOTAL(109,{whole})", fsum(v for v in values if isinstance(v, int | float)))


def summed(
    header: Sequence[str], units: Sequence[str], rows: Sequence[Sequence[Value]]
) -> tuple[tuple[Value, ...], ...]:
    """Return a table's rows, the totals in it as sums wherever they are exactly what the printed numbers add up to."""
    made = [list(row) for row in rows]
    totals = [i for i, row in enumerate(rows) if row[0] in TOTALS]
    if totals == [len(rows) - 1] and len(rows) > 2:
        for column, unit in enumerate(units):
            if _addable(unit) and _adds_up([row[column] for row in rows[:-1]], rows[-1][column]):
                cells = f"{at(column, FIRST + 2)}:{at(column, FIRST + len(rows))}"
                made[-1][column] = Formula(f"SUM({cells})", rows[-1][column])
    for column, name in enumerate(header):
        last = column
        while last + 1 < len(header) and all(_number(row[last + 1]) for row in rows):
            last += 1
        if name.partition("（")[0] not in TOTALS or last == column:
            continue
        if all(_adds_up(row[column + 1 : last + 1], row[column]) for row in rows):
            for i, row in enumerate(made, FIRST + 2):
                if not isinstance(row[column], Formula):
                    row[column] = Formula(f"SUM({at(column + 1, i)}:{at(last, i)})", row[column])
    return tuple(map(tuple, made))


def _adds_up(parts: Sequence[Value], total: Value) -> bool:
    if not _number(total) or not all(_number(part) for part in parts):
        return False
    return sum(Decimal(str(part)) for part in parts) == Decimal(str(total))


# ------------------------------------------------------------------------- from rows to a number


@dataclass(frozen=True)
class Recomputed:
    """The rows of the recomputation, the row of each measure as Excel counts, and the origin of all."""

    sheet: str
    rows: tuple[tuple[Value, ...], ...]
    place: Mapping[str, int]
    origin: Origin | None

    def checked(self, claim: Claim, shown: Value, state: str, row: int) -> tuple[Formula, Formula] | None:
        """Return the recomputed number, rounded as the claim is, and how the two agree; None where no cell has it.

        ``shown`` and ``state`` are what the book says of it; ``row`` is that of the claim, as Excel counts.
        """
        name, kind = claim.figure_id.partition(".")[0], claim.as_kind
        if kind is None or name not in self.place or not _number(shown):
            return None
        column = {YOY.suffix: GROWTH, CHANGE.suffix: CHANGED}.get(kind.suffix, NOW)
        if self.rows[self.place[name] - FIRST - 2][column] in (None, ""):
            return None
        size = base_size(claim.unit)
        cell = f"{self.sheet}!{at(column, self.place[name])}" + (f"/{size}" if size != 1 else "")
        same = f"{at(PRINTED, row)}={at(AGAIN, row)}"
        if claim.over:
            stands = claim.interval.scaled(1 / size)
            ends = ((stands.low, ">", stands.low_closed), (stands.high, "<", stands.high_closed))
            told = [
                f"{cell}{sign}{'=' if closed else ''}{float(end):g}" for end, sign, closed in ends if end is not None
            ]
            same = f"AND({','.join(told)})"
        number = Formula(f"ROUND({cell},{claim.decimals})", shown)
        return number, Formula(f'IF({same},"{AGREES}","{DIFFERS}")', state)


def recomputed(report: Report, told: Iterable[str], places: Mapping[str, Place], sheet: str) -> Recomputed:
    """Return the measures that a report prints or tells (``told``), each from rows or from other measures."""
    values = {name: v for name in _needed(report, told) if (v := _values(report, name)) and v[0] is not None}
    place = {name: FIRST + 2 + i for i, name in enumerate(values)}
    rows = tuple(_row(report, name, values, place, places) for name in values)
    return Recomputed(sheet, rows, place, report.ledger.origin(list(values)) if values else None)


def _needed(report: Report, told: Iterable[str]) -> list[str]:
    """Name measures and whatever their formulas need, in the registry's order: what is needed comes first."""
    found: set[str] = set()

    def need(name: str) -> None:
        if name in REGISTRY and name not in found:
            found.add(name)
            measure = REGISTRY[name]
            for part in measure.inputs if isinstance(measure, Indicator) else ():
                need(part)

    for name in (*(claim.figure_id.partition(".")[0] for claim in report.claims), *told):
        need(name)
    return [name for name in REGISTRY if name in found]


def _values(report: Report, name: str) -> tuple[float | None, float | None] | None:
    """Return this year's value and the last's for the district; None where its tables are not there."""
    try:
        now, before = (report.ledger.value(name, report.whole, year) for year in (report.year, report.year - 1))
    except (LackingError, ScopeError):
        return None
    return None if isinstance(now, bool) or isinstance(before, bool) else (now, before)


def _row(
    report: Report,
    name: str,
    values: Mapping[str, tuple[float | None, float | None]],
    place: Mapping[str, int],
    places: Mapping[str, Place],
) -> tuple[Value, ...]:
    measure, row = REGISTRY[name], place[name]
    now, before = values[name]
    cells: list[Value] = []
    for column, year, value in ((NOW, report.year, now), (BEFORE, report.year - 1, before)):
        text = ""
        if value is not None and isinstance(measure, Quantity):
            text = _counted(measure, year, report.package.tables, places)
        elif value is not None and isinstance(measure, Indicator):
            known = all(part in values and values[part][column - NOW] is not None for part in measure.inputs)
            inputs = {part: at(column, place[part]) for part in measure.inputs if part in place}
            text = _over_cells(measure.formula, inputs) if known else ""
        cells.append(Formula(text, value) if text else value)
    for kind in (YOY, CHANGE):
        known = now is not None and before is not None and (kind is CHANGE or before > 0)
        both, formula = {"now": at(NOW, row), "before": at(BEFORE, row)}, kind.formula
        cells.append(Formula(_over_cells(formula, both), formula(now, before)) if known and formula else None)
    return (measure.name_zh, _base_unit(measure.unit), *cells, _source(measure, places), measure.basis)


def _over_cells(formula: Any, cells: Mapping[str, str]) -> str:
    """Return a formula of the registry, or of a kind, as Excel computes it from cells."""
    return written(formula, cells).translate(EXCEL)


def _source(measure: Any, places: Mapping[str, Place]) -> Value:
    if isinstance(measure, Indicator):
        return "、".join(REGISTRY[part].name_zh for part in measure.inputs)
    table = ENTERPRISES if measure.table == ROSTER else measure.table
    return Link(places[table].sheet, places[table].sheet) if table in places else ""


def _base_unit(unit: str) -> str:
    """Return the unit in which values are held: of money 万元."""
    dimension = UNITS[unit][0] if unit in UNITS else ""
    base = (name for name, (kind, size) in UNITS.items() if kind == dimension and size == 1)
    return next(base, unit) if base_size(unit) != 1 else unit


def _counted(quantity: Quantity, year: int, tables: Mapping[str, DeclaredTable], places: Mapping[str, Place]) -> str:
    """Return a quantity as Excel takes it from the rows of a sheet, empty where these alone do not tell it."""
    try:
        if quantity.table == ROSTER:
            return _on_roster(quantity, year, tables[ENTERPRISES], places[ENTERPRISES])
        table, place = tables[quantity.table], places[quantity.table]
        when = list(_in_year(table, place, year))
        if quantity.how == "distinct":
            return _different(place.range(quantity.column), [*when, *_where(quantity, table, place)], table)
        return _under(quantity, place, [*when, *_where(quantity, table, place)])
    except LookupError:
        return ""


Condition = tuple[str, str]  # cells, and what Excel compares them with


def _in_year(table: DeclaredTable, place: Place, year: int) -> Iterator[Condition]:
    if "year" in place.columns:
        yield place.range("year"), str(year)
    else:
        dates = place.range(table.dated_by)
        yield dates, f'">="&DATE({year},1,1)'
        yield dates, f'"<="&DATE({year},12,31)'
    if "basis" in place.columns:
        yield place.range("basis"), _literal(table.labels.get("basis", {}).get("consolidated", "consolidated"))


def _where(quantity: Quantity, table: DeclaredTable, place: Place) -> Iterator[Condition]:
    for column, values in quantity.where.items():
        words = STATE_WORDS if column == STATE else table.labels.get(column, {})
        wanted = [_literal(words.get(str(value), value)) for value in values]
        yield place.range(column), wanted[0] if len(wanted) == 1 else f"{{{','.join(wanted)}}}"


def _literal(value: Any) -> str:
    """Return a value as a formula compares with it.

    Raises:
        LookupError: Excel would take it for a comparison or a pattern.
    """
    if not isinstance(value, str):
        return str(value)
    if value[:1] in "<>=" or set(value) & set("*?~"):
        raise LookupError(value)
    return '"' + value.replace('"', '""') + '"'


def _under(quantity: Quantity, place: Place, conditions: Sequence[Condition]) -> str:
    """Return a sum or count of rows under conditions.

    Raises:
        LookupError: it is neither.
    """
    told = ",".join(f"{cells},{wanted}" for cells, wanted in conditions)
    if quantity.how == "sum":
        text = f"SUMIFS({place.range(quantity.column)},{told})"
    elif quantity.how == "count":
        text = f"COUNTIFS({told})"
    else:
        raise LookupError(quantity.how)
    several = sum(wanted.startswith("{") for _, wanted in conditions)
    if several > 1:
        raise LookupError(quantity.name)
    return f"SUMPRODUCT({text})" if several else text


def _different(cells: str, conditions: Sequence[Condition], table: DeclaredTable) -> str:
    """Return how many different values there are: each row counts for one over how many are like it.

    Raises:
        LookupError: a condition is more than one equality.
    """
    if any(wanted.startswith(("{", '"<', '">')) for _, wanted in conditions):
        raise LookupError(table.name)
    met = "*".join(f"({where}={wanted})" for where, wanted in conditions)
    alike = ",".join(f"{where},{where}" for where, _ in conditions)
    return f'SUMPRODUCT({met}/COUNTIFS({alike},{cells},{cells}&""))'


def _on_roster(quantity: Quantity, year: int, table: DeclaredTable, place: Place) -> str:
    """Return how many enterprises are under supervision in a year: begun by then, and not ended.

    Raises:
        LookupError: it is no such number.
    """
    if quantity.how != "sum":
        raise LookupError(quantity.how)
    begun = (place.range(START), f'"<="&{year}')
    counted = Quantity(**{**vars(quantity), "how": "count"})
    both = ((place.range(END), end) for end in ('""', f'">"&{year}'))
    return "+".join(_under(counted, place, [begun, end, *_where(quantity, table, place)]) for end in both)
