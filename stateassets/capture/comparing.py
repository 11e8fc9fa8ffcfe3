"""Doubts: what is declared right and yet improbable, held against the enterprise's own rows.

Each comparison is a generator of doubts over one enterprise's tables as they are with what came. A
doubt stops nothing: it is shown, and may be answered in a sentence. How far is too far stands in the
table ``return_tolerances`` and is said in each doubt; without the table nothing is compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from statistics import median

import pandas as pd

from ..domains.returns.tolerances import tolerances
from ..tables.checking import CENT
from ..tables.declared import Column, DataPackage, DeclaredTable
from ..tables.notation import ten_thousands

MONEY = "万元"
TIMES = ("year", "quarter", "month")


@dataclass(frozen=True)
class Doubt:
    """What is improbable: in which table, in which of its rows (by index) and column, and what to do."""

    table: str
    column: str
    index: int | None
    found: str
    expected: str
    advice: str


@dataclass(frozen=True)
class Compared:
    """What comparisons look at: one enterprise's tables with what came, whose rows begin at index ``begin``.

    ``periods`` are those that came, by table: 2023-06, 2023Q2, 2023.
    """

    package: DataPackage
    enterprise_id: str
    frames: Mapping[str, pd.DataFrame]
    begin: int
    periods: Mapping[str, Collection[str]]

    @cached_property
    def tolerances(self) -> Mapping[str, float]:
        """How far is too far, by id; percentages as shares of one."""
        return tolerances(self.frames)

    @cached_property
    def pasts(self) -> tuple[tuple[str, Past], ...]:
        """The values that came with those of the periods before them, each with its table."""
        return tuple((name, past) for name in self.periods for past in _pasts(self, self.package.tables[name]))

    def new(self, table: str) -> pd.DataFrame:
        """Return the rows of a table that came."""
        frame = self.frames[table]
        return frame[frame.index >= self.begin]

    def came(self, *tables: str) -> bool:
        """Tell whether any of the tables came and all are there."""
        return all(name in self.frames for name in tables) and any(self.periods.get(name) for name in tables)


Comparison = Callable[[Compared], Iterator[Doubt]]
COMPARISONS: dict[str, Comparison] = {}
OF_THE_PAST: list[Comparison] = []  # those that look at a value's own past: of one cell the first says it most plainly


def comparison(title: str, past: bool = False) -> Callable[[Comparison], Comparison]:
    """Register the decorated generator of doubts under what staff call it."""

    def register(run: Comparison) -> Comparison:
        COMPARISONS[title] = run
        if past:
            OF_THE_PAST.append(run)
        return run

    return register


def compare(compared: Compared) -> Iterator[Doubt]:
    """Yield what all comparisons doubt; a value's own past speaks once of a cell."""
    seen = set()
    for run in COMPARISONS.values() if compared.tolerances else ():
        for doubt in run(compared):
            cell = doubt.table, doubt.column, doubt.index
            if run not in OF_THE_PAST or cell not in seen:
                yield doubt
            if run in OF_THE_PAST:
                seen.add(cell)


# --- against the past ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Past:
    """A value that came, and those of the same thing in the periods before, oldest first."""

    index: int
    column: Column
    value: float
    before: tuple[float, ...]
    tolerances: Mapping[str, float]

    @cached_property
    def usual(self) -> tuple[float, float]:
        """From where to where it usually is: the median, and on both sides so many times the spread."""
        middle = self.middle
        spread = median(abs(value - middle) for value in self.before) * self.tolerances["spread"]
        width = max(
            spread, abs(middle) * self.tolerances["share"], self.tolerances["small"] if self.column.unit == MONEY else 2
        )
        return middle - width, middle + width

    @cached_property
    def middle(self) -> float:
        """The median of the periods before."""
        return median(self.before)


def _pasts(compared: Compared, table: DeclaredTable) -> Iterator[Past]:
    """Yield each amount or count that came with enough periods before it.

    What is added up from the beginning of the year is compared as what each month added, where the month
    before is there.
    """
    times = [name for name in TIMES if name in table.key]
    things = [name for name in table.key if name not in times]
    frame = compared.frames[table.name]
    columns = [c for c in table.columns if c.unit and c.type in ("number", "integer") and c.name not in table.key]
    if "year" not in times or not columns or len(frame) <= compared.tolerances["periods_least"]:
        return
    most, least = int(compared.tolerances["periods"]), int(compared.tolerances["periods_least"])
    lines: dict[tuple[object, ...], list[tuple[tuple[int, ...], int, tuple[float, ...]]]] = defaultdict(list)
    when = list(zip(*(frame[name].tolist() for name in times), strict=True))
    what = list(zip(*(frame[name].tolist() for name in things), strict=True)) if things else [()] * len(frame)
    values = list(zip(*(frame[c.name].astype(float).tolist() for c in columns), strict=True))
    for thing, time, index, row in zip(what, when, frame.index.tolist(), values, strict=True):
        lines[thing].append((time, index, row))
    for line in lines.values():
        line.sort()
        places = [at for at, (_, index, _) in enumerate(line) if index >= compared.begin]
        for number, column in enumerate(columns) if places else ():
            listed = [row[number] for _, _, row in line]
            if column.title.startswith("累计"):
                listed = _added([time for time, _, _ in line], listed)
            for at in places:
                before = tuple(value for value in listed[max(0, at - most) : at] if value == value)
                if len(before) >= least and listed[at] == listed[at]:
                    yield Past(line[at][1], column, listed[at], before, compared.tolerances)


def _added(times: Sequence[tuple[int, ...]], values: Sequence[float]) -> list[float]:
    """Return what each month added to an amount that is added up from January on; nan where none can tell."""
    made = []
    for at, (time, value) in enumerate(zip(times, values, strict=True)):
        year, month = time[0], time[-1]
        if month == 1:
            made.append(value)
        else:
            made.append(value - values[at - 1] if at and times[at - 1] == (year, month - 1) else nan)
    return made


@comparison("金额的单位与以往各期不同", past=True)
def unit_slips(compared: Compared) -> Iterator[Doubt]:
    """An amount a thousand or ten thousand times the usual one, or so small a part of it, is in another unit."""
    wide = 1 + compared.tolerances["slip"]
    for name, past in compared.pasts:
        usual, value = abs(past.middle), abs(past.value)
        if past.column.unit != MONEY or usual < compared.tolerances["small"] * CENT or not value:
            continue
        for times, unit in ((1_000, "千元"), (10_000, "元")):
            for large, ratio in ((True, value / usual), (False, usual / value)):
                if times / wide <= ratio <= times * wide:
                    what = f"疑似把{unit}当{MONEY}填写" if large else f"疑似填成了大{times}倍的单位"
                    said = _said(past.column, past.value, past.column.title.startswith("累计"))
                    yield Doubt(
                        name,
                        past.column.name,
                        past.index,
                        f"{said}，约为以往各期中位数{_number(past.column, past.middle)}的{'' if large else '1/'}{times}{'倍' if large else ''}，{what}",
                        _range(past),
                        "核对金额的单位，填错的改正；没有错的，写明原因",
                    )


@comparison("正负号与以往各期相反", past=True)
def sign_changes(compared: Compared) -> Iterator[Doubt]:
    """What was of one sign in all periods before is now of the other."""
    for name, past in compared.pasts:
        if past.column.title.startswith("累计"):
            continue  # what a month adds may well be a loss
        positive, negative = all(v > 0 for v in past.before), all(v < 0 for v in past.before)
        if (positive and past.value < 0) or (negative and past.value > 0):
            kind = "正数" if positive else "负数"
            yield Doubt(
                name,
                past.column.name,
                past.index,
                f"{_number(past.column, past.value)}，以往{len(past.before)}期都是{kind}",
                f"{kind}，如以往各期（中位数{_number(past.column, past.middle)}）",
                "核对正负号，填错的改正；没有错的，写明原因",
            )


@comparison("与以往各期相比突然变化", past=True)
def jumps(compared: Compared) -> Iterator[Doubt]:
    """A value far outside of where it usually was."""
    for name, past in compared.pasts:
        low, high = past.usual
        if not low <= past.value <= high:
            said = _said(past.column, past.value, past.column.title.startswith("累计"))
            yield Doubt(name, past.column.name, past.index, said, _range(past), "核对后改正；没有错的，写明变化的原因")


def _range(past: Past) -> str:
    low, high = past.usual
    return (
        f"{_number(past.column, low)}至{_number(past.column, high)}（以往{len(past.before)}期，中位数"
        f"{_number(past.column, past.middle)}，上下各取离散度的{past.tolerances['spread']:g}倍，不小于中位数的{past.tolerances['share'] * 100:g}%）"
    )


def _said(column: Column, value: float, added: bool) -> str:
    return f"{'当月增加' if added else ''}{_number(column, value)}"


def _number(column: Column, value: float) -> str:
    if column.unit == MONEY:
        return ten_thousands(value)
    return f"{value:.2f}".rstrip("0").rstrip(".") + column.unit


# --- against the other returns of the month ----------------------------------------------------------


@comparison("账户余额合计与快报的货币资金")
def accounts_and_cash(compared: Compared) -> Iterator[Doubt]:
    """All accounts' balances of a month come to about the cash of its flash statement."""
    if not compared.came("account_balances", "flash_reports"):
        return
    times = ["year", "month"]
    balances, flash = compared.frames["account_balances"], compared.frames["flash_reports"]
    held = balances.groupby(times)["balance"].sum()
    for (year, month), rows in flash.groupby(times):
        came = {
            table
            for table in ("account_balances", "flash_reports")
            if f"{year}-{month:02d}" in compared.periods.get(table, ())
        }
        if not came or (year, month) not in held.index:
            continue
        cash, total = float(rows["cash"].iloc[-1]), float(held[year, month])
        if abs(total - cash) > max(compared.tolerances["cash"] * abs(cash), compared.tolerances["small"]):
            own = "flash_reports" in came
            new = rows.index[-1]
            yield Doubt(
                "flash_reports" if own else "account_balances",
                "cash" if own else "balance",
                int(new) if own else None,
                f"{year}年{month}月账户余额合计{ten_thousands(total)}，快报的货币资金{ten_thousands(cash)}，相差{ten_thousands(abs(total - cash))}",
                f"两者相差不超过{compared.tolerances['cash'] * 100:g}%",
                "补上漏登的账户，或改正快报；没有错的，写明差在哪里",
            )


@comparison("人均人工成本与上年")
def pay_and_staff(compared: Compared) -> Iterator[Doubt]:
    """A year's labour cost for each of the staff is about the year before's."""
    if not compared.came("payroll", "headcount"):
        return
    pay, staff = compared.frames["payroll"], compared.frames["headcount"]
    mean = staff.groupby("year")["headcount"].mean()
    total = pay.groupby("year")["total"].sum()
    each = (total / mean[mean > 0]).dropna()
    new = compared.new("payroll")
    came = {p[:4] for table in ("payroll", "headcount") for p in compared.periods.get(table, ())}
    for year in sorted(each.index):
        if str(year) not in came or year - 1 not in each.index or not each[year - 1]:
            continue
        change = float(each[year] / each[year - 1] - 1)
        if abs(change) > compared.tolerances["pay"]:
            own = new.index[new["year"] == year]
            table = "payroll" if len(own) else "headcount"
            yield Doubt(
                table,
                "total" if len(own) else "headcount",
                int(own[0]) if len(own) else None,
                f"{year}年人均人工成本{ten_thousands(float(each[year]))}，上年{ten_thousands(float(each[year - 1]))}，"
                f"{'增长' if change > 0 else '下降'}{abs(change) * 100:.0f}%",
                f"与上年相差不超过{compared.tolerances['pay'] * 100:g}%",
                "核对工资总额和职工人数；没有错的，写明原因",
            )


# --- against the annual accounts ---------------------------------------------------------------------

# Column of December's flash statement -> statement and column of the annual accounts of the year.
ANNUAL = {
    "revenue": ("income_statement", "revenue"),
    "total_profit": ("income_statement", "total_profit"),
    "cash": ("balance_sheet", "cash"),
    "total_assets": ("balance_sheet", "total_assets"),
}


@comparison("12月快报与年度决算")
def flash_and_annual(compared: Compared) -> Iterator[Doubt]:
    """What December's flash statement says of the year is about what the annual accounts say."""
    if not any(compared.periods.get(name) for name in ("flash_reports", *(name for name, _ in ANNUAL.values()))):
        return
    if "flash_reports" not in compared.frames:
        return
    flash = compared.frames["flash_reports"]
    december = flash[flash["month"] == 12]
    for column, (statement, other) in ANNUAL.items():
        if statement not in compared.frames:
            continue
        annual = compared.frames[statement]
        annual = annual[annual["basis"] == "individual"]
        if "moment" in annual:
            annual = annual[annual["moment"] == "closing"]
        for index, year, said in zip(december.index, december["year"], december[column], strict=True):
            rows = annual[annual["year"] == year]
            came = index >= compared.begin or (len(rows) and rows.index[-1] >= compared.begin)
            if not came or rows.empty:
                continue
            due, value = float(rows[other].iloc[-1]), float(said)
            if abs(value - due) > max(compared.tolerances["annual"] * abs(due), compared.tolerances["small"]):
                own = index >= compared.begin
                tables = compared.package.tables
                yield Doubt(
                    "flash_reports" if own else statement,
                    column if own else other,
                    int(index) if own else int(rows.index[-1]),
                    f"{year}年12月快报的{tables['flash_reports'].column(column).title}{ten_thousands(value)}，"
                    f"{tables[statement].title}的{tables[statement].column(other).title}{ten_thousands(due)}，"
                    f"相差{ten_thousands(abs(value - due))}",
                    f"相差不超过{compared.tolerances['annual'] * 100:g}%",
                    "核对两张表；审计调整等原因请写明",
                )
