"""Income statements of every legal person, bottom up from what each one does.

Revenue adds up to the district's revenue without sales inside a group. Subsidies (other income)
close the distance between what the businesses earn and the district's profit, as they do in life.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from . import headcount as people_of
from .enterprises import BY_ID, YEARS, Profile, in_year
from .headcount import Headcount
from .money import WAN, Row, add, apportion, subtract, total, units
from .targets import Year

BORROWINGS = ("short_term_borrowings", "long_term_borrowings", "bonds_payable")
PROFIT = (
    "revenue",
    "-operating_cost",
    "-taxes_and_surcharges",
    "-period_expenses",
    "-interest_expense",
    "other_income",
    "investment_income",
)
BORROWING_COST = 0.045
RETURN_UNIT = 100 * WAN  # what one point of Profile.returns earns


@dataclass(frozen=True)
class Make:
    """How a role earns: rates on revenue, the share of interest not capitalised, cash kept."""

    surcharges: float
    overhead: float
    desk_share: float  # share of pay that is overhead rather than operating cost
    expensed: float
    tax: float
    cash: float


MAKES = {
    "holder": Make(0.045, 0.09, 0.9, 0.30, 0.25, -0.35),
    "fund": Make(0.012, 0.14, 0.9, 0.25, 0.25, 0.18),
    "lessor": Make(0.088, 0.06, 0.5, 0.42, 0.25, 0.46),
    "builder_head": Make(0.019, 0.035, 0.8, 0.10, 0.25, -0.55),
    "builder": Make(0.016, 0.024, 0.6, 0.06, 0.25, -0.38),
    "operator": Make(0.028, 0.05, 0.35, 0.22, 0.25, 0.31),
    "service": Make(0.007, 0.03, 0.15, 0.60, 0.10, 0.07),
}
# (seller, buyer, share of the seller's outside revenue): services inside a group.
INSIDE_SALES = (
    ("A2", "A", 0.03),
    ("B2", "B", 0.32),
    ("C1", "C", 0.04),
    ("D2", "D", 0.15),
    ("D3", "D", 0.40),
    ("E2", "E", 0.11),
    ("F1", "F", 0.03),
    ("F2", "F", 0.06),
)
# 万元 a year for one person, all costs of employment included.
PAY = {
    "holder": 17.6,
    "fund": 18.0,
    "lessor": 14.8,
    "builder_head": 16.9,
    "builder": 15.7,
    "operator": 13.6,
    "service": 12.1,
}


def step_of(profile: Profile) -> int:
    """Return the step on which outside owners' share of an amount is a whole unit."""
    return Fraction(100 - profile.ownership, 100).denominator


def pay(profile: Profile, people: Headcount, year: int) -> int:
    """Return a year's cost of employment; pay rises a little from year to year."""
    months = people_of.person_months(people, year, profile.enterprise_id)
    rise = 1.035 ** (year - YEARS[0])
    return units(PAY[profile.role] * rise * months / 12, WAN)


def inside_sales(outside: Mapping[str, int]) -> dict[tuple[str, str], int]:
    """Return sales inside groups: (seller, buyer) -> amount."""
    return {
        (seller, buyer): units(outside[seller] * share) for seller, buyer, share in INSIDE_SALES if seller in outside
    }


@dataclass(frozen=True)
class Income:
    """A year's individual statements, and what its groups sold and paid inside."""

    rows: dict[str, Row]
    inside: dict[tuple[str, str], int]
    dividends: dict[str, int]

    def elimination(self, group: str) -> Row:
        """Return what consolidation takes out: sales inside and dividends to the head."""
        sales = sum(n for (seller, _), n in self.inside.items() if seller[0] == group)
        paid = sum(n * BY_ID[e].ownership // 100 for e, n in self.dividends.items() if e[0] == group)
        return {
            "revenue": sales,
            "operating_cost": sales,
            "investment_income": paid,
            "total_profit": paid,
            "net_profit": paid,
        }

    def consolidated(self, group: str) -> Row:
        """Return a group's consolidated statement."""
        own = (row for e, row in self.rows.items() if BY_ID[e].group == group)
        return subtract(add(*own), self.elimination(group))

    def state_profit(self, group: str) -> int:
        """Return a group's consolidated net profit less outside owners' part."""
        outside = sum(
            row["net_profit"] * (100 - BY_ID[e].ownership) // 100
            for e, row in self.rows.items()
            if BY_ID[e].group == group
        )
        return self.consolidated(group)["net_profit"] - outside


def make(
    year: int,
    target: Year,
    people: Headcount,
    debts: Mapping[str, tuple[Row, Row]],
    dividends: dict[str, int],
    rng: np.random.Generator,
) -> Income:
    """Return a year's income statements.

    ``debts`` are each enterprise's opening and closing liabilities, ``dividends`` what
    second-level companies pay out.

    Raises:
        RuntimeError: the businesses earn more than the target, so subsidies would be negative.
    """
    profiles = in_year(year)
    index = max(0, year - YEARS[0])  # earlier years have the first one's weights
    weights = [p.revenue[index] * rng.uniform(0.97, 1.03) for p in profiles]
    outside = dict(zip((p.enterprise_id for p in profiles), apportion(target.revenue, weights), strict=True))
    inside = inside_sales(outside)
    rows: dict[str, Row] = {}
    for p in profiles:
        e, how = p.enterprise_id, MAKES[p.role]
        sold = outside[e] + sum(n for (seller, _), n in inside.items() if seller == e)
        bought = sum(n for (_, buyer), n in inside.items() if buyer == e)
        borrowed = sum(total(row, BORROWINGS) for row in debts[e]) / 2
        overhead = how.overhead * sold * rng.uniform(0.9, 1.1)
        rows[e] = {
            "revenue": sold,
            "operating_cost": units(sold * (1 - p.margin * rng.uniform(0.95, 1.05))) + bought,
            "taxes_and_surcharges": units(how.surcharges * sold * rng.uniform(0.9, 1.1)),
            "period_expenses": units(how.desk_share * pay(p, people, year) + overhead),
            "interest_expense": units(borrowed * BORROWING_COST * how.expensed),
            "investment_income": units(p.returns * RETURN_UNIT * rng.uniform(0.85, 1.1)),
        }
    gap = target.total_profit - sum(total(row, PROFIT) for row in rows.values())
    if gap <= 0:
        raise RuntimeError(f"{year}年经营所得已高于利润总额，其他收益将为负数")
    subsidies = apportion(gap, [p.subsidy * rng.uniform(0.9, 1.1) for p in profiles])
    for p, subsidy in zip(profiles, subsidies, strict=True):
        row = rows[p.enterprise_id]
        row["other_income"] = subsidy
        # Most returns were taxed where they were earned; part of the subsidies is not taxed.
        taxable = total(row, PROFIT) - units(0.7 * row["investment_income"] + 0.3 * subsidy)
        row["income_tax"] = max(0, units(MAKES[p.role].tax * taxable))
        row["investment_income"] += sum(
            n * BY_ID[paid_by].ownership // 100
            for paid_by, n in dividends.items()
            if BY_ID[paid_by].group == p.enterprise_id
        )
        row["total_profit"] = total(row, PROFIT)
        row["income_tax"] += (row["total_profit"] - row["income_tax"]) % step_of(p)
        row["net_profit"] = row["total_profit"] - row["income_tax"]
        row["operating_cash_flow"] = units(MAKES[p.role].cash * row["revenue"] * rng.uniform(0.6, 1.4))
    return Income(rows, inside, dividends)
