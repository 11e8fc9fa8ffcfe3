"""District totals that print as the report printed them.

Only the claims are read; no printed figure stands in the code. Each total is drawn inside the
interval its printed figure stands for, away from both ends, and a draw is kept only if every
figure that rests on several totals prints right as well.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stateassets.measures.measures import CLAIM_KINDS
from stateassets.measures.registry import REGISTRY
from stateassets.measures.units import half_up, in_unit, printed_interval

from .money import WAN, YI, units

Draw = Callable[[str], Fraction]
STATEMENTS = frozenset(
    ("roster", "balance_sheet", "income_statement", "equity_changes", "value_added", "headcount", "budget")
)
ROUGH_NON_STATE = 200 * WAN  # only to steer the draw; the real one comes from the statements
MARGIN = Fraction(1, 10)  # share of an interval that a kept figure stays away from either end
EARLIER_DEBT_GROWTH = Fraction(37, 1000)  # free: 2022's opening liabilities are nowhere printed
EARLIER_OBJECTIVE = 7 * YI  # free: so are 2022's objective factors


@dataclass(frozen=True)
class Claim:
    """One printed figure; ``low`` to ``high`` are the true values that print as it."""

    claim_id: str
    indicator: str
    kind: str
    value: str
    unit: str
    decimals: int
    low: Fraction
    high: Fraction

    def at(self, share: Fraction) -> Fraction:
        """Return the value that lies ``share`` of the way from ``low`` to ``high``."""
        return self.low + share * (self.high - self.low)

    def holds(self, value: Fraction, margin: Fraction = Fraction(0)) -> bool:
        """Say whether ``value`` lies inside, ``margin`` of the width from either end."""
        return self.at(margin) <= value <= self.at(1 - margin)


class Year(NamedTuple):
    """One year's district totals, money in 0.01 万元."""

    total_assets: int
    total_liabilities: int
    preservation: Fraction  # preservation rate as a plain ratio
    revenue: int
    total_profit: int
    value_added: int
    person_months: int
    budget_revenue: int
    budget_transfer: int


class Targets(NamedTuple):
    """What the ledger has to add up to."""

    last: Year
    now: Year
    earlier_liabilities: int
    earlier_objective: int


def read_claims(path: Path) -> dict[str, Claim]:
    """Return the claims that a sum of rows can answer, by id."""
    claims = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] not in CLAIM_KINDS or not _of_statements(row["indicator"]):
                continue
            decimals = int(row["decimals"])
            interval = printed_interval(row["value"], decimals, row["qualifier"])
            assert interval.low is not None and interval.high is not None
            claims[row["id"]] = Claim(
                row["id"],
                row["indicator"],
                row["kind"],
                row["value"],
                row["unit"],
                decimals,
                interval.low,
                interval.high,
            )
    return claims


def _of_statements(indicator: str) -> bool:
    return indicator in REGISTRY and all(
        q.how == "sum" and q.table in STATEMENTS for q in REGISTRY.quantities_of(indicator)
    )


def read_counts(path: Path) -> dict[str, int]:
    """Return what the report printed about registers, by claim id: the number of rows to make."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            row["id"]: int(row["value"])
            for row in csv.DictReader(file)
            if row["kind"] == "level" and row["decimals"] == "0" and row["value"].isdigit()
        }


def _before(now: Fraction | int, growth: Fraction) -> Fraction:
    return now / (1 + growth / 100)


def _balances(claims: Mapping[str, Claim], draw: Draw) -> tuple[int, int, int, int]:
    """Draw assets and liabilities of both years until the figures made from them print too."""
    for _ in range(10_000):
        assets, debts = (units(draw(f"{n}.total"), YI) for n in ("assets", "liabilities"))
        assets_before = units(_before(assets, draw("assets.total.yoy")))
        debts_before = units(_before(debts, draw("liabilities.total.yoy")))
        ratio, ratio_before = (Fraction(100 * d, a) for d, a in ((debts, assets), (debts_before, assets_before)))
        state = assets - debts - ROUGH_NON_STATE
        state_before = assets_before - debts_before - ROUGH_NON_STATE
        checks = {
            "debt_ratio": ratio,
            "debt_ratio.change": ratio - ratio_before,
            "state_capital.total": Fraction(state, YI),
            "state_capital.total.yoy": Fraction(100 * (state - state_before), state_before),
        }
        if all(claims[name].holds(value, MARGIN) for name, value in checks.items()):
            return assets_before, debts_before, assets, debts
    raise RuntimeError("公布数之间找不到相容的资产、负债和权益")


def draw_targets(claims: Mapping[str, Claim], rng: np.random.Generator) -> Targets:
    """Return district totals from which every claim prints as printed.

    Raises:
        RuntimeError: no totals print as the balance-sheet claims.
    """

    def between(low: int, high: int) -> Draw:
        return lambda name: claims[name].at(Fraction(int(rng.integers(low, high + 1)), 1000))

    central = between(300, 700)
    balances = _balances(claims, between(100, 900))
    # A rise near the printed one, so that the rates of both years differ as printed.
    rate = central("preservation_rate")
    rate_before = rate - between(470, 530)("preservation_rate.change")
    revenue, profit = (units(central(name), YI) for name in ("revenue", "profit.total"))
    revenue_before = units(_before(revenue, central("revenue.yoy")))
    profit_before = units(_before(profit, central("profit.total.yoy")))
    per_head = central("profit_per_capita")
    per_head_before = _before(per_head, central("profit_per_capita.yoy"))
    months, months_before = (
        units(12 * Fraction(p, WAN) / each) for p, each in ((profit, per_head), (profit_before, per_head_before))
    )
    productivity = central("labour_productivity")
    productivity_before = _before(productivity, central("labour_productivity.yoy"))
    added, added_before = (
        units(each * m / 12, WAN) for each, m in ((productivity, months), (productivity_before, months_before))
    )
    budget, transfer = (int(claims[f"budget.{n}"].value) for n in ("revenue", "transfer"))
    budget_before, transfer_before = (
        units(_before(amount, central(f"budget.{name}.yoy")))
        for amount, name in ((budget, "revenue"), (transfer, "transfer"))
    )
    return Targets(
        Year(
            balances[0],
            balances[1],
            rate_before / 100,
            revenue_before,
            profit_before,
            added_before,
            months_before,
            budget_before * WAN,
            transfer_before * WAN,
        ),
        Year(balances[2], balances[3], rate / 100, revenue, profit, added, months, budget * WAN, transfer * WAN),
        units(balances[1] / (1 + EARLIER_DEBT_GROWTH)),
        EARLIER_OBJECTIVE,
    )


def value_in(indicator: str, amounts: Mapping[str, Fraction]) -> Fraction:
    """Return a measure's value from a year's district totals."""
    return Fraction(REGISTRY.evaluate(indicator, lambda quantity: amounts[quantity.name]))


def misprinted(claims: Mapping[str, Claim], totals: Mapping[int, Mapping[str, Fraction]], year: int) -> list[str]:
    """Return what does not print as printed, in Chinese; ``totals`` are in 万元 by quantity."""
    found = []
    for claim in claims.values():
        now, before = (value_in(claim.indicator, totals[y]) for y in (year, year - 1))
        formula = CLAIM_KINDS[claim.kind].formula
        value = now if formula is None else formula(now, before)
        if claim.kind == "level":
            value = in_unit(value, claim.unit)
        printed = str(half_up(value, claim.decimals))
        if Fraction(printed) != Fraction(claim.value):
            found.append(f"{claim.claim_id}：公布{claim.value}，重算{printed}")
    return found
