"""The years before those that the report speaks of, made backwards from the moment at which these begin.

Nothing of them was printed, so their paths are free: each year's totals lie a little below the next year's.
What is made last is each year's opening, which is the next earlier year's closing; where a restatement says
otherwise the two differ by it alone. Every draw comes from a random stream of its own, so that the years
that the report speaks of stay as they are, to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

import numpy as np

from . import budget, equity, headcount, income, statements, value_added
from .assemble import Sample, faults
from .enterprises import BY_ID, GROUPS, YEARS, in_year, members
from .equity import Cause
from .money import WAN, YI, Row, subtract, text, total, units
from .statements import ASSETS, DEBTS, EQUITY, Lines, Sheets
from .targets import Year

T = TypeVar("T")
FIRST = 2019
BEFORE = tuple(range(FIRST, YEARS[0]))  # the years made here

PLAN = {
    2019: (
        Cause("A", "state_investment", 0.80, "区财政注资"),
        Cause("B", "transfer_in", 0.62, "园区配套用房无偿划入"),
        Cause("C", "state_investment", 0.35, "项目资本金注入，含国有资本经营预算资本性支出"),
        Cause("C", "transfer_in", 1.95, "储备地块配套资产无偿划入"),
        Cause("D", "state_investment", 0.90, "项目资本金注入，含国有资本经营预算资本性支出"),
        Cause("E", "transfer_in", 0.44, "公共停车场资产无偿划入"),
    ),
    2020: (
        Cause("A", "transfer_in", 1.10, "行政事业单位经营性房产无偿划入"),
        Cause("C", "state_investment", 1.25, "项目资本金注入，含国有资本经营预算资本性支出"),
        Cause("C", "transfer_in", 1.40, "安置房配套商业无偿划入"),
        Cause("D", "state_investment", 0.30, "项目资本金注入，含国有资本经营预算资本性支出"),
        Cause("D", "transfer_in", 1.18, "市政管网资产无偿划入"),
        Cause("F", "approved_write_off", 0.02, "报废清扫车辆净损失经批准核销"),
    ),
    2021: (
        Cause("A", "state_investment", 1.00, "区财政注资"),
        Cause("B", "transfer_out", 0.21, "园区道路移交管理单位"),
        Cause("C", "state_investment", 0.40, "项目资本金注入，含国有资本经营预算资本性支出"),
        Cause("C", "transfer_in", 2.35, "储备地块配套资产无偿划入"),
        Cause("D", "state_investment", 0.70, "项目资本金注入，含国有资本经营预算资本性支出"),
        Cause("E", "transfer_in", 0.52, "公共空间经营权无偿划入"),
    ),
}


class Pace(NamedTuple):
    """How many times the year before a year's totals are, and its other comprehensive income (亿元)."""

    revenue: float
    profit: float
    added: float
    debts: float
    people: float
    budget: float
    objective: float  # 亿元
    fair_value: float


# Of the year after, against which the year is set: 2021 against 2022 …
PACE = {
    2021: Pace(0.952, 0.961, 0.968, 0.962, 1.012, 0.930, 4.2, 0.6),
    2020: Pace(0.925, 0.902, 0.949, 0.948, 1.009, 0.910, 4.8, -0.4),
    2019: Pace(1.036, 1.045, 0.985, 0.955, 1.006, 1.020, 4.6, 0.5),
}


class Restatement(NamedTuple):
    """Lines of one company that a year opens with otherwise than the year before closed with."""

    year: int
    enterprise_id: str
    amounts: Mapping[str, int]  # line -> how much more it opens with
    why: str
    basis: str


RESTATEMENTS = (
    Restatement(
        2020,
        "F",
        {"receivables": -186 * WAN - 40, "retained_earnings": -186 * WAN - 40},
        "以前年度多计的物业服务收入更正，冲减应收款项和留存收益",
        "企业会计准则第28号——会计政策、会计估计变更和差错更正",
    ),
    Restatement(
        2021,
        "E1",
        {"other_noncurrent_assets": 1_264 * WAN, "other_noncurrent_liabilities": 1_264 * WAN},
        "首次执行新租赁准则，租入的停车场地确认使用权资产和租赁负债",
        "企业会计准则第21号——租赁（财会〔2018〕35号）",
    ),
)


# Planted: a company that makes losses in the years of the report earns a little in the year before them, by what
# its head passes on of the subsidies.
LAST_GAIN = ("B2", 12 * WAN)


@dataclass
class Earlier:
    """What was made of each earlier year; a year's ``sheets`` are its opening and its closing."""

    people: headcount.Headcount = field(default_factory=dict)
    sheets: dict[int, tuple[Sheets, Sheets]] = field(default_factory=dict)
    incomes: dict[int, income.Income] = field(default_factory=dict)
    budgets: dict[int, budget.Lines] = field(default_factory=dict)
    changes: dict[int, equity.Changes] = field(default_factory=dict)
    added: dict[int, dict[str, Row]] = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """What everybody holds, owes outside its group and is worth at one moment."""

    assets: Lines
    debts: Lines
    equity: Lines

    @property
    def sheets(self) -> Sheets:
        """The balance sheets that these make."""
        return statements.sheets(self.assets, self.debts, self.equity)

    def without(self, restated: Restatement) -> Moment:
        """Return the moment as it was before a restatement: what the year before closed with."""
        parts = {"assets": (self.assets, ASSETS), "debts": (self.debts, DEBTS), "equity": (self.equity, EQUITY)}
        changed = {}
        for name, (lines, columns) in parts.items():
            less = {c: n for c, n in restated.amounts.items() if c in columns}
            own = {restated.enterprise_id: subtract(lines[restated.enterprise_id], less)}
            changed[name] = {**lines, **own}
        return replace(self, **changed)


def make(sample: Sample, rng: np.random.Generator) -> Earlier:
    """Return the years before the sample's first, the latest made first.

    Raises:
        RuntimeError: a sheet is impossible, or a year's parts come to more than its totals.
    """
    made, at, target = Earlier(), Moment(*sample.first), sample.targets[YEARS[0]]
    people = sample.people
    for year in reversed(BEFORE):
        target = _target(target, PACE[year])
        people = people | _people(people, year, PACE[year].people, rng)
        at = _year(made, year, at, target, people, rng)
        for restated in RESTATEMENTS:
            if restated.year == year:
                at = at.without(restated)
    if wrong := list(faults([sheet for year in BEFORE for sheet in made.sheets[year]])):
        raise RuntimeError("示例底表有误：" + "；".join(wrong))
    made.people = {key: number for key, number in people.items() if key[0] < YEARS[0]}
    return made


def _target(after: Year, pace: Pace) -> Year:
    revenue = units(after.budget_revenue / WAN * pace.budget, WAN, WAN)
    return after._replace(
        revenue=units(after.revenue * pace.revenue),
        total_profit=units(after.total_profit * pace.profit),
        value_added=units(after.value_added * pace.added),
        budget_revenue=revenue,
        budget_transfer=units(after.budget_transfer / WAN * pace.budget, WAN, WAN),
    )


def _people(after: headcount.Headcount, year: int, pace: float, rng: np.random.Generator) -> headcount.Headcount:
    """Return a year's months: each company's number falls slowly to that of the next January."""
    people: headcount.Headcount = {}
    for p in in_year(year):
        last = after[year + 1, 1, p.enterprise_id]
        begin = last * (1 + (pace - 1) * 2 * rng.uniform(0.4, 1.6))
        for month in headcount.MONTHS:
            left = (headcount.LAST - month) / headcount.LAST
            people[year, month, p.enterprise_id] = last + int((begin - last) * left + 0.5)
    return people


def _year(
    made: Earlier, year: int, closing: Moment, target: Year, people: headcount.Headcount, rng: np.random.Generator
) -> Moment:
    """Make a year that ends with ``closing``; return the moment at which it opens."""
    pace = PACE[year]
    debts = _before(closing.debts, pace.debts, rng)
    paid = statements.dividends(closing.equity)
    owed = {e: (debts[e], row) for e, row in closing.debts.items()}
    result = made.incomes[year] = income.make(year, target, people, owed, paid, rng)
    if year == YEARS[0] - 1:
        _lift(result, *LAST_GAIN)
    lines = made.budgets[year] = budget.make(target, rng)
    profits = {g: result.state_profit(g) for g in GROUPS}
    changes = made.changes[year] = equity.make(
        year,
        units(pace.objective, YI),
        profits,
        budget.by_group(lines, "profit"),
        units(pace.fair_value, YI),
        rng,
        PLAN[year],
    )
    own: Lines = {}
    assets: Lines = {}
    for group in GROUPS:
        moved = equity.movement(changes, group)
        nets = {p.enterprise_id: total(closing.assets[p.enterprise_id], ASSETS) for p in members(group, year)}
        own |= statements.rolled_back(group, year, closing.equity, nets, result, moved)
        worth = sum(sum(own[p.enterprise_id].values()) for p in members(group, year))
        worth -= _invested(own, group)
        weights = {
            (p.enterprise_id, line): n * rng.uniform(0.97, 1.03)
            for p in members(group, year)
            for line, n in closing.assets[p.enterprise_id].items()
        }
        assets |= statements.spread(worth + sum(sum(debts[e].values()) for e in nets), weights)
    opening = Moment(assets, debts, own)
    made.sheets[year] = opening.sheets, closing.sheets
    made.added[year] = value_added.make(year, target.value_added, result, people, *made.sheets[year], rng)
    return opening


def _lift(result: income.Income, enterprise_id: str, profit: int) -> None:
    """Let a company end a year with a profit; its group stays as it is."""
    own, head = result.rows[enterprise_id], result.rows[BY_ID[enterprise_id].group]
    more = profit - own["net_profit"]
    for row, amount in ((own, more), (head, -more)):
        for column in ("other_income", "total_profit", "net_profit"):
            row[column] += amount


def _before(closing: Lines, pace: float, rng: np.random.Generator) -> Lines:
    """Return everybody's debts a year before."""
    return {
        e: {line: units(n * pace * rng.uniform(0.94, 1.06)) for line, n in row.items()} for e, row in closing.items()
    }


def _invested(equity_lines: Lines, group: str) -> int:
    """Return what a group's head has put into its companies, which consolidation takes out."""
    return sum(
        (row["paid_in_capital"] + row.get("capital_reserve", 0)) * BY_ID[e].ownership // 100
        for e, row in equity_lines.items()
        if BY_ID[e].group == group and BY_ID[e].level > 1
    )


def balance_rows(earlier: Earlier, columns: list[str]) -> Iterator[dict[str, object]]:
    """Yield the balance-sheet rows of all earlier years; an opening that was restated says why."""
    reasons = {
        (one.year, *whose): one.why
        for one in RESTATEMENTS
        for whose in ((one.enterprise_id, "individual"), (BY_ID[one.enterprise_id].group, "consolidated"))
    }
    for year in BEFORE:
        for row in statements.balance_rows(year, *earlier.sheets[year], columns):
            told = reasons.get((year, row["enterprise_id"], row["basis"]), "") if row["moment"] == "opening" else ""
            yield row | {"restatement": told}


def income_rows(earlier: Earlier, columns: list[str]) -> Iterator[dict[str, object]]:
    """Yield the income-statement rows of all earlier years."""
    for year in BEFORE:
        yield from statements.income_rows(year, earlier.incomes[year], columns)


def in_order(made: Mapping[int, T]) -> dict[int, T]:
    """Return what was made backwards in the order of the years."""
    return {year: made[year] for year in BEFORE}


def restatement_rows(earlier: Earlier) -> Iterator[dict[str, object]]:
    """Yield a row for each line that opens otherwise than it closed: the company's, then its group's."""
    for year, owner, amounts, why, basis in RESTATEMENTS:
        closed, opened = earlier.sheets[year - 1][1], earlier.sheets[year][0]
        group = BY_ID[owner].group
        rows = [(owner, "individual", closed.individual[owner], opened.individual[owner])]
        rows += [(group, "consolidated", closed.consolidated(group), opened.consolidated(group))]
        for e, of, before, after in rows:
            for item in amounts:
                yield {
                    "year": year,
                    "enterprise_id": e,
                    "basis": of,
                    "item": item,
                    "before": text(before[item]),
                    "after": text(after[item]),
                    "why": why,
                    "grounds": basis,
                }
