"""Value added of every legal person, income approach; the four parts add up to it.

Compensation follows headcount, net production tax lies above the surcharges in the income
statement, depreciation follows fixed assets. The surplus is what is left: near profit before
interest, without what came from investments, so it is negative where the business loses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from .enterprises import BY_ID
from .headcount import Headcount
from .income import Income, pay
from .money import Row, apportion, text, units
from .statements import Sheets

DEPRECIATION = {"fixed_assets": 0.022, "investment_property": 0.004}


def make(
    year: int,
    target: int,
    income: Income,
    people: Headcount,
    opening: Sheets,
    closing: Sheets,
    rng: np.random.Generator,
) -> dict[str, Row]:
    """Return a year's rows by enterprise; value added adds up to ``target``.

    Raises:
        RuntimeError: the target is below what the companies add without any interest.
    """
    made: dict[str, Row] = {}
    for e, statement in income.rows.items():
        held = (
            (sheet.individual.get(e, {}).get(column, 0) / 2 * rate)
            for sheet in (opening, closing)
            for column, rate in DEPRECIATION.items()
        )
        surplus = statement["total_profit"] - statement["investment_income"]
        made[e] = {
            "compensation": pay(BY_ID[e], people, year),
            "net_production_tax": units(statement["taxes_and_surcharges"] * rng.uniform(1.25, 1.7)),
            "depreciation": units(sum(held) * rng.uniform(0.85, 1.15)),
            "operating_surplus": surplus,
        }
    # What the loans earned for the lender is value added too: interest closes the distance.
    gap = target - sum(sum(row.values()) for row in made.values())
    if gap < 0:
        raise RuntimeError(f"{year}年各企业已有的增加值高于全区数，无法分摊")
    weights = [income.rows[e]["interest_expense"] * rng.uniform(0.8, 1.2) for e in made]
    for row, part in zip(made.values(), apportion(gap, weights), strict=True):
        row["operating_surplus"] += part
        row["value_added"] = sum(row.values())
    return made


def rows(by_year: Mapping[int, dict[str, Row]]) -> Iterator[dict[str, object]]:
    """Yield the table's rows in the order of its key."""
    for year, made in by_year.items():
        for e, row in made.items():
            yield {"year": year, "enterprise_id": e, **{c: text(n) for c, n in row.items()}}
