"""Put the domains together, year by year, and check the result against the printed report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from stateassets.domains.financial_statements.measures import DECREASES, INCREASES

from . import budget, equity, headcount, income, statements, value_added
from .enterprises import BY_ID, GROUPS, YEARS, in_year, members
from .money import WAN, Row, apportion, units
from .statements import Lines, Sheets
from .targets import ROUGH_NON_STATE, Claim, Targets, Year, draw_targets, misprinted

Streams = Callable[[str], np.random.Generator]
SUBJECTS = ("targets", "headcount", "debts", "assets", "equity", "income", "budget", "causes", "added", "earlier")


def streams(seed: int) -> Streams:
    """Return one random stream a subject, so that one subject's change moves no other's numbers."""
    made = {name: np.random.default_rng([seed, i]) for i, name in enumerate(SUBJECTS)}
    return made.__getitem__


@dataclass
class Sample:
    """Everything that was made; ``sheets`` are the moments, the other parts go by year.

    ``first`` is what everybody holds, owes and is worth at the first moment, ``targets`` what each year adds up to.
    """

    people: headcount.Headcount
    targets: Mapping[int, Year]
    first: tuple[Lines, Lines, Lines] = ({}, {}, {})
    sheets: list[Sheets] = field(default_factory=list)
    incomes: dict[int, income.Income] = field(default_factory=dict)
    budgets: dict[int, budget.Lines] = field(default_factory=dict)
    changes: dict[int, equity.Changes] = field(default_factory=dict)
    added: dict[int, dict[str, Row]] = field(default_factory=dict)

    def totals(self) -> dict[int, dict[str, Fraction]]:
        """Return the district's totals by year and quantity, money in 万元."""
        return {year: self._totals(moment, year) for moment, year in enumerate(YEARS, start=1)}

    def _totals(self, moment: int, year: int) -> dict[str, Fraction]:
        amounts: dict[str, int] = {}
        for prefix, at in (("opening_", self.sheets[moment - 1]), ("", self.sheets[moment])):
            for column in ("total_assets", "total_liabilities", "non_state_equity"):
                amounts[prefix + column] = sum(at.consolidated(g)[column] for g in GROUPS)
        for column in ("revenue", "total_profit", "net_profit"):
            amounts[column] = sum(self.incomes[year].consolidated(g)[column] for g in GROUPS)
        causes = [(factor, n) for (_, factor), (n, _) in self.changes[year].items()]
        amounts["objective_increase"] = sum(n for factor, n in causes if factor in INCREASES)
        amounts["objective_decrease"] = sum(n for factor, n in causes if factor in DECREASES)
        amounts["value_added"] = sum(row["value_added"] for row in self.added[year].values())
        lines = [(side, category, n) for (side, category, _), n in self.budgets[year].items()]
        for side in ("revenue", "expenditure"):
            amounts[f"budget_{side}"] = sum(n for s, _, n in lines if s == side)
        amounts["budget_transfer"] = sum(n for _, c, n in lines if c == "transfer_to_general")
        counts = {
            "person_months": sum(n for (y, *_), n in self.people.items() if y == year),
            "first_level_enterprises": sum(p.level == 1 for p in in_year(year)),
            "second_level_enterprises": sum(p.level == 2 for p in in_year(year)),
            "lower_level_enterprises": 0,
        }
        money = {name: Fraction(n, WAN) for name, n in amounts.items()}
        return money | {name: Fraction(n) for name, n in counts.items()}


class Assembly:
    """The moving parts while the sample is made, one year after the other."""

    def __init__(self, target: Targets, rng: Streams) -> None:
        self.rng = rng
        self.targets = dict(zip(YEARS, (target.last, target.now), strict=True))
        people = headcount.make({y: t.person_months for y, t in self.targets.items()}, rng("headcount"))
        self.sample = Sample(people, self.targets)
        self.debts = statements.make_debts(
            (target.earlier_liabilities, *(t.total_liabilities for t in self.targets.values())), rng("debts")
        )
        # State capital at the three moments, and what of its change is objective.
        self.state = [0] + [t.total_assets - t.total_liabilities - ROUGH_NON_STATE for t in self.targets.values()]
        self.objective = {YEARS[0]: target.earlier_objective}
        self.state[0] = units((self.state[1] - target.earlier_objective) / target.last.preservation)
        self.objective[YEARS[1]] = units(self.state[2] - target.now.preservation * self.state[1])
        self.weights: dict[str, statements.Weights] = {}
        self._open()

    def _open(self) -> None:
        first = YEARS[0]
        shares = apportion(self.state[0], list(statements.GROUP_STATE.values()))
        self.equity: Lines = {}
        state = dict(zip(statements.GROUP_STATE, shares, strict=True))
        outside = statements.first_outside()
        self.assets = self._spread(0, first, {g: state[g] + outside.get(g, 0) for g in GROUPS})
        for group in GROUPS:
            self.equity |= statements.first_equity(
                group, state[group], self.assets, self.debts[0], first, self.rng("equity")
            )
        self.sample.first = self.assets, self.debts[0], self.equity
        self.sample.sheets.append(statements.sheets(self.assets, self.debts[0], self.equity))

    def _spread(self, moment: int, year: int, worth: Mapping[str, int]) -> Lines:
        """Spread each group's assets (its debts plus what it is worth) over its companies."""
        lines: Lines = {}
        for group in GROUPS:
            who = members(group, year)
            self.weights[group] = statements.drift(
                self.weights.get(group),
                who,
                {p.enterprise_id: p.assets for p in who},
                statements.HOLDS,
                statements.ASSETS,
                moment - 1,
                self.rng("assets"),
            )
            owed = sum(sum(self.debts[moment][p.enterprise_id].values()) for p in who)
            lines |= statements.spread(worth[group] + owed, self.weights[group])
        return lines

    def add_year(self, moment: int, year: int) -> None:
        """Make a year: income, budget, causes, closing balance sheets, value added."""
        target, made, rng = self.targets[year], self.sample, self.rng
        opening, closing = self.debts[moment - 1], self.debts[moment]
        result = made.incomes[year] = income.make(
            year,
            target,
            made.people,
            {e: (opening.get(e, {}), row) for e, row in closing.items()},
            statements.dividends(self.equity),
            rng("income"),
        )
        lines = made.budgets[year] = budget.make(target, rng("budget"))
        profits = {g: result.state_profit(g) for g in GROUPS}
        # What neither profit nor an objective cause explains is a change of fair values.
        grown = self.state[moment] - self.state[moment - 1]
        made.changes[year] = equity.make(
            year,
            self.objective[year],
            profits,
            budget.by_group(lines, "profit"),
            grown - self.objective[year] - sum(profits.values()),
            rng("causes"),
        )
        worth = self._roll(year, moment, result)
        self.assets = self._spread(moment, year, worth)
        made.sheets.append(statements.sheets(self.assets, closing, self.equity))
        before, after = made.sheets[-2:]
        made.added[year] = value_added.make(year, target.value_added, result, made.people, before, after, rng("added"))

    def _roll(self, year: int, moment: int, result: income.Income) -> dict[str, int]:
        """Move everybody's equity on by a year; return what each group is then worth."""
        nets = {e: statements.net(row, self.debts[moment - 1][e]) for e, row in self.assets.items()}
        rolled: Lines = {}
        worth = {}
        for group in GROUPS:
            own = {e: n for e, n in nets.items() if BY_ID[e].group == group}
            moved = equity.movement(self.sample.changes[year], group)
            rolled |= statements.roll(group, year, self.equity, own, result, moved)
            before = self.sample.sheets[-1].consolidated(group)
            state = before["owners_equity"] - before["non_state_equity"] + sum(moved.values())
            worth[group] = state + statements.outside_share(rolled, group)
        self.equity = rolled
        return worth


def faults(sheets: list[Sheets]) -> Iterator[str]:
    """Yield every sheet that does not balance and every amount that cannot be negative but is."""
    held = (*statements.ASSETS, *statements.DEBTS, "paid_in_capital", "capital_reserve")
    for moment, at in enumerate(sheets):
        whole = {f"{group}合并": at.consolidated(group) for group in GROUPS}
        inside = {f"{group}抵销": at.elimination[group] for group in GROUPS}
        for name, row in (at.individual | whole | inside).items():
            if row["total_assets"] != row["total_liabilities"] + row["owners_equity"]:
                yield f"第{moment}个时点{name}的资产负债表不平衡"
        for name, row in (at.individual | whole).items():
            yield from (f"第{moment}个时点{name}的{column}为负数" for column in held if row.get(column, 0) < 0)


def make(claims: Mapping[str, Claim], seed: int) -> Sample:
    """Return the sample.

    Raises:
        RuntimeError: a sheet is impossible, or a figure would not print as the report printed it.
    """
    rng = streams(seed)
    assembly = Assembly(draw_targets(claims, rng("targets")), rng)
    for moment, year in enumerate(YEARS, start=1):
        assembly.add_year(moment, year)
    sample = assembly.sample
    wrong = [*faults(sample.sheets), *misprinted(claims, sample.totals(), YEARS[-1])]
    if wrong:
        raise RuntimeError("示例底表有误：" + "；".join(wrong))
    return sample
