"""Balance sheets: outside assets and debts first, then what a group holds of and owes itself.

Outside assets of a group are its outside debts plus its equity, so the sheets balance by
construction. What a company has more than its own debts and equity, its head has lent it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .enterprises import BY_ID, GROUPS, PROFILES, Profile, members
from .income import Income
from .money import WAN, Row, add, apportion, subtract, text, total, units

ASSETS = (
    "cash",
    "receivables",
    "inventories",
    "other_current_assets",
    "long_term_equity",
    "investment_property",
    "fixed_assets",
    "other_noncurrent_assets",
)
DEBTS = (
    "short_term_borrowings",
    "payables",
    "other_current_liabilities",
    "long_term_borrowings",
    "bonds_payable",
    "other_noncurrent_liabilities",
)
EQUITY = ("paid_in_capital", "capital_reserve", "other_comprehensive_income", "retained_earnings", "non_state_equity")

# What each role holds and owes outside its group, in per cent, in the order above.
HOLDS = {
    "holder": (7, 11, 4, 3, 31, 19, 6, 19),
    "fund": (12, 5, 0, 9, 52, 3, 1, 18),
    "lessor": (5, 6, 3, 2, 1, 64, 12, 7),
    "builder_head": (5, 17, 47, 5, 5, 6, 6, 9),
    "builder": (3, 15, 66, 6, 0, 3, 3, 4),
    "operator": (8, 9, 2, 3, 2, 31, 37, 8),
    "service": (27, 42, 4, 5, 0, 0, 18, 4),
}
OWES = {
    "holder": (6, 9, 6, 26, 46, 7),
    "fund": (9, 14, 8, 62, 0, 7),
    "lessor": (8, 16, 7, 60, 0, 9),
    "builder_head": (5, 13, 8, 39, 28, 7),
    "builder": (7, 31, 13, 42, 0, 7),
    "operator": (11, 21, 10, 50, 0, 8),
    "service": (10, 63, 22, 0, 0, 5),
}
# Weights of the groups (亿元, free choices): debts at all moments, state capital at the first.
GROUP_DEBTS = {
    "A": (103.4, 107.1, 110.8),
    "B": (37.3, 37.0, 34.7),
    "C": (117.6, 123.6, 129.2),
    "D": (79.1, 82.9, 85.4),
    "E": (31.4, 32.2, 33.7),
    "F": (8.9, 8.7, 7.6),
}
GROUP_STATE = {"A": 87.6, "B": 43.2, "C": 60.4, "D": 42.7, "E": 23.1, "F": 6.4}
# The company with an outside owner is small: its equity is given, 万元.
SHARED_EQUITY = {"paid_in_capital": 1500, "capital_reserve": 180, "retained_earnings": 252}
HEAD_RETAINED = {"A": 0.10, "B": 0.12, "C": 0.07, "D": 0.08, "E": 0.06, "F": 0.09}
HEAD_FAIR_VALUE = {"A": 0.035, "B": 0.02, "C": 0.004, "D": 0.003, "E": 0.003, "F": 0.002}
RETAINED = {
    "A1": 0.16,
    "A2": 0.08,
    "B1": 0.10,
    "B2": -0.07,
    "C1": 0.06,
    "C2": 0.05,
    "D1": 0.05,
    "D2": 0.02,
    "E1": 0.05,
    "F1": 0.12,
    "F2": -0.10,
}
PAYOUT = 0.05  # dividends as a share of opening retained earnings
PASSED_ON = 0.85  # share of new capital that a head passes on to its companies, by their size
NEW_CAPITAL = 20_000 * WAN

Weights = dict[tuple[str, str], float]  # (enterprise, line) -> weight
Lines = dict[str, Row]  # enterprise -> lines


def drift(
    before: Weights | None,
    profiles: tuple[Profile, ...],
    sizes: Mapping[str, float],
    mixes: Mapping[str, tuple[float, ...]],
    lines: tuple[str, ...],
    year_index: int,
    rng: np.random.Generator,
) -> Weights:
    """Return the weights of each company's lines, a little away from those of a year before."""
    weights: Weights = {}
    for p in profiles:
        for line, share in zip(lines, mixes[p.role], strict=True):
            key = (p.enterprise_id, line)
            fresh = sizes[p.enterprise_id] * share * rng.uniform(0.6, 1.4)
            step = rng.uniform(0.93, 1.08) * (p.growth[year_index] if year_index >= 0 else 1)
            weights[key] = before[key] * step if before and key in before else fresh
    return weights


def spread(amount: int, weights: Weights) -> Lines:
    """Split a group's amount over its companies and lines."""
    lines: Lines = {}
    for (enterprise, line), part in zip(weights, apportion(amount, list(weights.values())), strict=True):
        lines.setdefault(enterprise, {})[line] = part
    return lines


def net(assets: Row, debts: Row) -> int:
    """Return outside assets less outside debts."""
    return sum(assets.values()) - sum(debts.values())


def first_outside() -> Row:
    """Return what outside owners have in each group at the first moment."""
    own = sum(SHARED_EQUITY.values()) * WAN
    return {p.group: own * (100 - p.ownership) // 100 for p in PROFILES if p.ownership < 100}


def first_equity(group: str, state: int, assets: Lines, debts: Lines, year: int, rng: np.random.Generator) -> Lines:
    """Return everybody's equity at the first moment; the head's is what the group's leaves."""
    equity: Lines = {}
    head, *companies = members(group, year)
    for p in companies:
        e = p.enterprise_id
        if p.ownership < 100:
            equity[e] = {column: n * WAN for column, n in SHARED_EQUITY.items()}
            continue
        own = net(assets[e], debts[e])
        worth = units(own * rng.uniform(0.78, 0.98))
        retained = units(own * RETAINED[e])
        capital = worth - retained
        paid = units(capital * rng.uniform(0.3, 0.6), step=500 * WAN)
        equity[e] = {"paid_in_capital": paid, "capital_reserve": capital - paid, "retained_earnings": retained}
    left = state - sum(row["retained_earnings"] * BY_ID[e].ownership // 100 for e, row in equity.items())
    paid = units(state * rng.uniform(0.18, 0.3), step=1000 * WAN)
    own_retained = units(state * HEAD_RETAINED[group])
    fair_value = units(state * HEAD_FAIR_VALUE[group])
    equity[head.enterprise_id] = {
        "paid_in_capital": paid,
        "capital_reserve": left - paid - own_retained - fair_value,
        "other_comprehensive_income": fair_value,
        "retained_earnings": own_retained,
    }
    return equity


def dividends(equity: Lines) -> dict[str, int]:
    """Return what second-level companies pay out of opening retained earnings."""
    return {
        e: units(PAYOUT * row["retained_earnings"], step=10 * WAN)
        for e, row in equity.items()
        if BY_ID[e].level > 1 and row["retained_earnings"] > 0
    }


def roll(group: str, year: int, before: Lines, nets: Mapping[str, int], income: Income, moved: Row) -> Lines:
    """Return everybody's equity a year later.

    ``nets`` are the companies' outside assets less debts at the opening, by which new capital
    is passed on; ``moved`` is what the year's causes do to the group's state capital.
    """
    equity: Lines = {}
    _, *companies = members(group, year)
    capital = moved.get("paid_in_capital", 0) + moved.get("capital_reserve", 0)
    whole = sum(nets.values())
    state_retained = 0
    for p in companies:
        e = p.enterprise_id
        if e not in before:
            equity[e] = {"paid_in_capital": NEW_CAPITAL}
        elif p.ownership < 100:
            equity[e] = dict(before[e])
        else:
            passed = units(capital * PASSED_ON * nets[e] / whole, step=100 * WAN)
            equity[e] = add(before[e], {"capital_reserve": passed})
        earned = income.rows[e]["net_profit"] - income.dividends.get(e, 0)
        equity[e] = add(equity[e], {"retained_earnings": earned})
        state_retained += earned * p.ownership // 100
    # The group's retained earnings that the companies did not move, the head did.
    equity[group] = subtract(add(before[group], moved), {"retained_earnings": state_retained})
    return equity


def rolled_back(group: str, year: int, after: Lines, nets: Mapping[str, int], income: Income, moved: Row) -> Lines:
    """Return everybody's equity a year before: what ``roll`` would make ``after`` of, where ``nets`` say who gets how much."""
    equity: Lines = {}
    _, *companies = members(group, year)
    capital = moved.get("paid_in_capital", 0) + moved.get("capital_reserve", 0)
    whole = sum(nets.values())
    state_retained = 0
    for p in companies:
        e = p.enterprise_id
        earned = income.rows[e]["net_profit"] - income.dividends.get(e, 0)
        passed = 0 if p.ownership < 100 else units(capital * PASSED_ON * nets[e] / whole, step=100 * WAN)
        equity[e] = subtract(after[e], {"capital_reserve": passed, "retained_earnings": earned})
        state_retained += earned * p.ownership // 100
    equity[group] = add(subtract(after[group], moved), {"retained_earnings": state_retained})
    return equity


def outside_share(equity: Lines, group: str) -> int:
    """Return what outside owners have in a group's companies."""
    return sum(
        sum(row.values()) * (100 - BY_ID[e].ownership) // 100 for e, row in equity.items() if BY_ID[e].group == group
    )


@dataclass(frozen=True)
class Sheets:
    """One moment: every legal person's sheet and every group's elimination, totals included."""

    individual: Lines
    elimination: Lines

    def consolidated(self, group: str) -> Row:
        """Return a group's consolidated sheet."""
        own = (row for e, row in self.individual.items() if BY_ID[e].group == group)
        return subtract(add(*own), self.elimination[group])


def with_totals(row: Row) -> Row:
    """Return the row with its three totals."""
    return row | {
        "total_assets": total(row, ASSETS),
        "total_liabilities": total(row, DEBTS),
        "owners_equity": total(row, EQUITY),
    }


def sheets(assets: Lines, debts: Lines, equity: Lines) -> Sheets:
    """Join the parts: each head's investments in its companies, and loans both ways."""
    individual = {e: add(assets[e], debts[e], equity[e]) for e in equity}
    elimination: Lines = {group: {} for group in GROUPS}
    for e, own in equity.items():
        p = BY_ID[e]
        if p.level == 1:
            continue
        capital = own["paid_in_capital"] + own.get("capital_reserve", 0)
        invested = capital * p.ownership // 100
        lent = net(assets[e], debts[e]) - sum(own.values())
        lender, borrower = (p.group, e) if lent > 0 else (e, p.group)
        individual[p.group] = add(individual[p.group], {"long_term_equity": invested})
        individual[lender] = add(individual[lender], {"receivables": abs(lent)})
        individual[borrower] = add(individual[borrower], {"payables": abs(lent)})
        outside = {c: n * (100 - p.ownership) // 100 for c, n in own.items()}
        elimination[p.group] = add(
            elimination[p.group],
            {
                "long_term_equity": invested,
                "receivables": abs(lent),
                "payables": abs(lent),
                "paid_in_capital": own["paid_in_capital"],
                "capital_reserve": own.get("capital_reserve", 0),
                # Outside owners' part of later earnings leaves the state's columns for their own.
                "retained_earnings": outside.get("retained_earnings", 0),
                "non_state_equity": -sum(outside.values()),
            },
        )
    return Sheets(
        {e: with_totals(row) for e, row in individual.items()},
        {group: with_totals(row) for group, row in elimination.items()},
    )


def make_debts(totals: Sequence[int], rng: np.random.Generator) -> list[Lines]:
    """Return everybody's outside debts at the three moments."""
    moments: list[Lines] = []
    weights: dict[str, Weights] = {}
    for moment, amount in enumerate(totals):
        year = 2022 if moment < 2 else 2023
        shares = apportion(amount, [GROUP_DEBTS[g][moment] for g in GROUPS])
        lines: Lines = {}
        for group, share in zip(GROUPS, shares, strict=True):
            who = members(group, year)
            sizes = {p.enterprise_id: p.debts for p in who}
            weights[group] = drift(weights.get(group), who, sizes, OWES, DEBTS, moment - 1, rng)
            lines |= spread(share, weights[group])
        moments.append(lines)
    return moments


def balance_rows(year: int, opening: Sheets, closing: Sheets, columns: list[str]) -> Iterator[dict[str, object]]:
    """Yield a year's balance-sheet rows; who is new opens with zeros."""
    for moment, at in (("opening", opening), ("closing", closing)):
        for group in GROUPS:
            rows = [
                (p.enterprise_id, "individual", at.individual.get(p.enterprise_id, {})) for p in members(group, year)
            ]
            rows += [(group, "elimination", at.elimination[group]), (group, "consolidated", at.consolidated(group))]
            for e, basis, row in rows:
                yield {
                    "year": year,
                    "enterprise_id": e,
                    "basis": basis,
                    "moment": moment,
                    **{c: text(row.get(c, 0)) for c in columns},
                    "restatement": "",
                }


def income_rows(year: int, income: Income, columns: list[str]) -> Iterator[dict[str, object]]:
    """Yield a year's income-statement rows."""
    for group in GROUPS:
        rows = [(p.enterprise_id, "individual", income.rows[p.enterprise_id]) for p in members(group, year)]
        rows += [(group, "elimination", income.elimination(group)), (group, "consolidated", income.consolidated(group))]
        for e, basis, row in rows:
            yield {"year": year, "enterprise_id": e, "basis": basis, **{c: text(row.get(c, 0)) for c in columns}}
