"""The state capital budget: five kinds of revenue, three of spending, and the transfer.

Whole 万元 throughout; the profit lines are what the groups' equity hands over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from .enterprises import BY_ID
from .money import WAN, apportion, text
from .targets import Year

# (category, line, weight); a line that names a group is paid by or to that group.
REVENUE = (
    ("profit", "A", 36.0),
    ("profit", "B", 11.0),
    ("profit", "C", 17.0),
    ("profit", "D", 9.0),
    ("profit", "E", 3.5),
    ("dividend", "参股企业股利", 8.0),
    ("dividend", "产业基金收益分配", 3.0),
    ("transfer_of_rights", "参股股权挂牌转让", 7.5),
    ("liquidation", "歇业企业清算结余", 1.2),
    ("other_revenue", "以前年度预算资金收回", 3.8),
)
SPENDING = (
    ("capital_spending", "C", 38.0),
    ("capital_spending", "D", 21.0),
    ("expense_spending", "国有企业退休人员社会化管理补助", 17.0),
    ("expense_spending", "国资监管一体化平台运行维护", 11.0),
    ("other_spending", "国有企业改革成本补助", 9.0),
    ("other_spending", "国有资本经营预算审计评价", 4.0),
)
WORDS = {"profit": "上缴利润", "capital_spending": "资本金"}

Lines = dict[tuple[str, str, str], int]  # (side, category, line) -> amount; line may be a group


def make(target: Year, rng: np.random.Generator) -> Lines:
    """Return a year's lines; both sides add up to the target's revenue."""
    direct = target.budget_revenue - target.budget_transfer
    lines: Lines = {}
    for side, plan, amount in (("revenue", REVENUE, target.budget_revenue), ("expenditure", SPENDING, direct)):
        weights = [weight * rng.uniform(0.8, 1.2) for *_, weight in plan]
        parts = apportion(amount, weights, WAN)
        lines |= {(side, c, line): part for (c, line, _), part in zip(plan, parts, strict=True)}
    lines["expenditure", "transfer_to_general", "调入一般公共预算"] = target.budget_transfer
    return lines


def by_group(lines: Lines, category: str) -> dict[str, int]:
    """Return a category's lines that name a group: group -> amount."""
    return {line: n for (_, c, line), n in lines.items() if c == category and line in BY_ID}


def rows(budgets: Mapping[int, Lines]) -> Iterator[dict[str, object]]:
    """Yield the table's rows."""
    for year, lines in budgets.items():
        for (side, category, line), amount in lines.items():
            named = BY_ID[line].name_zh + WORDS[category] if line in BY_ID else line
            yield {"year": year, "side": side, "category": category, "line": named, "amount": text(amount)}
