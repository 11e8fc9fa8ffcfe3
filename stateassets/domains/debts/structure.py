"""What the debts are made of on a day: by kind, by cost, by when the principal falls due."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...measures.exact import exact_sum, exact_sums, weighted
from .monitor import DebtMonitor

# Lower ends of the bands of yearly cost, in %, and of the time left, in months.
COST_BANDS = (0.0, 3.5, 4.5, 5.5, 6.5)
TIME_BANDS = {0: "三个月以内", 3: "三个月到半年", 6: "半年到一年", 12: "一年到三年", 36: "三年到五年", 60: "五年以上"}


def average_cost(owed: pd.DataFrame) -> pd.Series:
    """Return each enterprise's rates averaged by what is owed at them; nothing owed: no rate."""
    sums = exact_sums(owed.assign(cost=owed["rate"] * owed["left"]), "enterprise_id", ["cost", "left"])
    return sums["cost"] / sums["left"].where(sums["left"] > 0)


def whole_cost(owed: pd.DataFrame) -> float:
    """Return the average rate of all debts, NaN if nothing is owed."""
    return weighted(owed["rate"], owed["left"])


def by_kind(owed: pd.DataFrame) -> pd.DataFrame:
    """Return for each kind how many debts there are, what is ``left`` and the average ``rate``."""
    groups = owed.groupby("kind", sort=False)
    found = pd.DataFrame({"items": groups.size(), "left": exact_sums(owed, "kind", "left")})
    found = found.loc[list(dict.fromkeys(owed["kind"]))]
    found["rate"] = [whole_cost(rows) for _, rows in groups]
    return found


def by_cost(owed: pd.DataFrame) -> list[tuple[str, float]]:
    """Return what is owed by band of yearly cost, cheapest first."""
    ends = [*COST_BANDS[1:], np.inf]
    return [
        (_band(low, high), exact_sum(owed.loc[(owed["rate"] >= low) & (owed["rate"] < high), "left"]))
        for low, high in zip(COST_BANDS, ends, strict=True)
    ]


def _band(low: float, high: float) -> str:
    if not low:
        return f"低于{high:g}%"
    return f"{low:g}%及以上" if high == np.inf else f"{low:g}%到{high:g}%"


def by_time(monitor: DebtMonitor, day: pd.Timestamp) -> list[tuple[str, float]]:
    """Return the principal that is left by when it falls due; what is overdue is due at once."""
    day, rows = monitor.seen(day), monitor.at(day)
    rows = rows[rows["paid_on"].isna()]
    starts = [day + pd.DateOffset(months=n) for n in TIME_BANDS]
    ends = [*starts[1:], pd.Timestamp.max]
    amounts = []
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        inside = (rows["due_on"] <= end) & ((rows["due_on"] > start) | (place == 0))
        amounts.append(exact_sum(rows.loc[inside, "pay_principal"]))
    return list(zip(TIME_BANDS.values(), amounts, strict=True))


def within_year(monitor: DebtMonitor, day: pd.Timestamp) -> pd.Series:
    """Return for each debt the principal that falls due within a year, by the debt's row."""
    day, rows = monitor.seen(day), monitor.at(day)
    soon = rows["paid_on"].isna() & (rows["due_on"] <= day + pd.DateOffset(years=1))
    return exact_sums(rows.loc[soon, ["row", "pay_principal"]], "row", "pay_principal")
