"""一企一策: why a company loses money, where it would break even, what would close the gap.

The bridge splits the change of profit into volume, margin, cost, finance and one-off parts that
add up to it exactly. Volume and margin share the change of gross profit by the mean of both
years, so neither depends on which is taken first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Money = float  # 万元


@dataclass(frozen=True)
class Statement:
    """A year's income statement."""

    revenue: Money
    operating_cost: Money
    taxes_and_surcharges: Money
    period_expenses: Money
    interest_expense: Money
    other_income: Money
    investment_income: Money

    @property
    def gross(self) -> Money:
        """Revenue less operating cost."""
        return self.revenue - self.operating_cost

    @property
    def profit(self) -> Money:
        """Profit before tax."""
        return (
            self.gross
            - self.taxes_and_surcharges
            - self.period_expenses
            - self.interest_expense
            + self.other_income
            + self.investment_income
        )


def bridge(before: Statement, now: Statement) -> list[tuple[str, Money]]:
    """Return (cause, its part of the change of profit) in order; the parts add up to the change.

    A company without revenue in one of the years has no margin in it: the whole change of gross
    profit is then volume.
    """
    gross = now.gross - before.gross
    volume = gross
    if before.revenue > 0 and now.revenue > 0:
        mean = (before.gross / before.revenue + now.gross / now.revenue) / 2
        volume = (now.revenue - before.revenue) * mean
    return [
        ("业务量", volume),
        ("毛利率", gross - volume),
        (
            "税费和期间费用",
            before.taxes_and_surcharges + before.period_expenses - now.taxes_and_surcharges - now.period_expenses,
        ),
        ("财务费用", before.interest_expense - now.interest_expense),
        ("补贴和投资收益", now.other_income + now.investment_income - before.other_income - before.investment_income),
    ]


@dataclass(frozen=True)
class BreakEven:
    """The revenue at which profit is nil: at least that much, or (``most``) at most that much."""

    revenue: Money
    most: bool


def break_even(year: Statement) -> BreakEven | None:
    """Return the revenue at which profit is nil, None where no revenue brings it there.

    Operating cost and taxes move with revenue; expenses, interest, subsidies and investment
    income stay as they are. Who loses on each sale breaks even only where subsidies pay for more
    than what stays, and then at no more than so much revenue.
    """
    if year.revenue <= 0:
        return None
    margin = 1 - (year.operating_cost + year.taxes_and_surcharges) / year.revenue
    fixed = year.period_expenses + year.interest_expense - year.other_income - year.investment_income
    if margin > 0:
        return BreakEven(max(fixed / margin, 0.0), most=False)
    return BreakEven(fixed / margin, most=True) if margin < 0 and fixed < 0 else None


def with_change(year: Statement, revenue: float, cost: float) -> Statement:
    """Return a year with revenue changed by a rate (costs moving along) and the costs of each
    unit of revenue changed by another; rates in per cent."""
    size, dearer = 1 + revenue / 100, 1 + cost / 100
    return Statement(
        year.revenue * size,
        year.operating_cost * size * dearer,
        year.taxes_and_surcharges * size,
        year.period_expenses,
        year.interest_expense,
        year.other_income,
        year.investment_income,
    )


def scenarios(year: Statement, revenues: Sequence[float], costs: Sequence[float]) -> list[tuple[float, list[Money]]]:
    """Return (change of revenue, profit for each change of unit cost), changes in per cent."""
    return [(r, [with_change(year, r, c).profit for c in costs]) for r in revenues]


@dataclass(frozen=True)
class Option:
    """Something that could be done; ``effect`` is what it adds to a year's profit, 万元.

    ``rests_on`` are the columns of the income statement, or the asset's id; ``own`` says that no
    asset of another company of the group is needed.
    """

    kind: str
    title: str
    effect: Money
    rests_on: tuple[str, ...]
    own: bool = True

    def closes(self, gap: Money) -> bool:
        """Would it alone close a gap?"""
        return self.effect >= gap


@dataclass(frozen=True)
class IdleAsset:
    """An idle asset; ``market_rent`` is 元 a month and square metre, None where unknown."""

    id: str
    title: str
    holder: str
    area: float
    book_value: Money
    market_rent: float | None


def letting(asset: IdleAsset, occupancy: float) -> Money | None:
    """Return a year's rent at the market's price, at an occupancy in per cent."""
    if asset.market_rent is None:
        return None
    return asset.area * asset.market_rent * 12 / 10_000 * occupancy / 100


def selling(asset: IdleAsset, interest: float) -> Money:
    """Return the interest that a sale at book value saves in a year, at a rate in per cent."""
    return asset.book_value * interest / 100


# What each measure of 瘦身 works on, with the column that it rests on.
SLIMMING = (
    ("price", "提价", "revenue", "收费标准提高"),
    ("cost", "降本", "operating_cost", "营业成本压降"),
    ("expenses", "瘦身", "period_expenses", "管理和销售费用压降"),
    ("interest", "降息", "interest_expense", "财务费用压降"),
)


def options(year: Statement, assets: Sequence[IdleAsset], rates: Mapping[str, float], own: str) -> list[Option]:
    """Return everything that could be done, largest effect first.

    ``rates`` are the assumptions in per cent (``price``, ``cost``, ``expenses``, ``interest``,
    ``occupancy``, ``sale_interest``); ``own`` is the company's id, for assets that others hold.
    """
    found = [
        Option(kind, f"{words}{rates[key]:g}%", getattr(year, column) * rates[key] / 100, (column,))
        for key, kind, column, words in SLIMMING
        if getattr(year, column) > 0
    ]
    lost = year.taxes_and_surcharges - year.gross
    if lost > 0:
        columns = ("revenue", "operating_cost", "taxes_and_surcharges")
        found.append(Option("止损", "停掉毛利抵不上税金的业务", lost, columns))
    for asset in assets:
        mine, rent = asset.holder == own, letting(asset, rates["occupancy"])
        if rent is not None:
            found.append(Option("盘活", f"{asset.title}出租", rent, (asset.id,), mine))
        saved = selling(asset, rates["sale_interest"])
        found.append(Option("盘活", f"{asset.title}出售还债", saved, (asset.id,), mine))
    return sorted(found, key=lambda o: -o.effect)


def needed(options: Sequence[Option], gap: Money) -> list[Option] | None:
    """Return the fewest options that together close a gap, None where all together do not.

    What the company can do by itself comes first; an asset is let or sold, not both, and a column
    of the statement is worked on once.
    """
    chosen: list[Option] = []
    used: set[str] = set()
    for option in sorted(options, key=lambda o: (not o.own, -o.effect)):
        if used & set(option.rests_on):
            continue
        chosen.append(option)
        used |= set(option.rests_on)
        if sum(o.effect for o in chosen) >= gap:
            return chosen
    return None
