"""Flash statements and control lines.

Flash statements come to the annual ones but for small differences. Some events are planted for
the warnings to find: see ``PLANTED``.
"""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from ..enterprises import YEARS, Profile, in_year
from ..headcount import LEAVING, MONTHS
from ..money import text, units
from ..registers import Context, working_day

STREAM = "platform"
Row = dict[str, object]
FLOWS = ("revenue", "total_profit")
STOCKS = ("cash", "total_assets", "total_liabilities")
LINES = {"holder": 55, "fund": 50, "lessor": 55, "builder_head": 60, "builder": 65, "operator": 60, "service": 70}
# Planted: (what, enterprise, year, month).
MISSING = ("B2", 2023, 10)
SLUMP = ("E1", 2023, (4, 5, 6))  # months of loss, made good later
ODD_MONTH = ("D1", 2023, 8)  # revenue of a month typed three times too large
LATE = {("F2", 2023, 3): 9, ("D2", 2022, 8): 5, ("F1", 2023, 7): 18, ("C2", 2023, 5): 4}
REVISED = {("C2", 2023, 2), ("C2", 2023, 4), ("C2", 2023, 9), ("A1", 2022, 11), ("E", 2023, 6)}
OFF_ANNUAL = {("D2", 2022): 1.043}  # December's revenue against the annual statement
CASH_SHORT = {("F", 2023): (6, 7, 8)}  # months in which cash fell to a third
PLANTED = (MISSING, SLUMP, ODD_MONTH, LATE, REVISED, OFF_ANNUAL, CASH_SHORT)


def tables(context: Context) -> dict[str, list[Row]]:
    """Return flash statements and control lines."""
    return {
        "flash_reports": _flash(context),
        "control_lines": [
            {"year": year, "enterprise_id": p.enterprise_id, "control_line": LINES[p.role]}
            for year in YEARS
            for p in in_year(year)
        ],
    }


# --- flash statements ----------------------------------------------------------------------------


def _flash(context: Context) -> list[Row]:
    rows = []
    for moment, year in enumerate(YEARS, start=1):
        for p in in_year(year):
            months = _months(context, p, year, moment)
            for month, amounts in enumerate(months, start=1):
                if (p.enterprise_id, year, month) != MISSING:
                    rows.append(
                        {
                            "year": year,
                            "month": month,
                            "enterprise_id": p.enterprise_id,
                            **{name: text(amount) for name, amount in amounts.items()},
                            **_sent(context, p.enterprise_id, year, month),
                        }
                    )
    return rows


def _months(context: Context, p: Profile, year: int, moment: int) -> list[dict[str, int]]:
    key, rng = p.enterprise_id, context.rng
    closing = context.sample.sheets[moment].individual[key]
    opening = context.sample.sheets[moment - 1].individual.get(key)
    annual = context.sample.incomes[year].rows[key]
    months: list[dict[str, int]] = [{} for _ in range(12)]
    for flow in FLOWS:
        shares = rng.normal(1, 0.05, 12) + (0.12 if flow == "total_profit" else 0.06) * _SEASON
        if flow == "revenue" and year == YEARS[-1] and p.role == "service" and key in LEAVING:
            # Its revenue goes with its people.
            shares *= [context.sample.people[year, month, key] for month in MONTHS]
        if flow == "total_profit" and (key, year) == SLUMP[:2]:
            for month in SLUMP[2]:
                shares[month - 1] -= 3.0
        end = annual[flow] * (1 + rng.uniform(-0.004, 0.004))
        if flow == "revenue":
            end *= OFF_ANNUAL.get((key, year), 1.0)
        done = (shares / shares.sum()).cumsum()
        for month in range(12):
            months[month][flow] = units(float(end * done[month]))
    if (key, year) == ODD_MONTH[:2]:
        month = ODD_MONTH[2] - 1
        months[month]["revenue"] += 2 * (months[month]["revenue"] - months[month - 1]["revenue"])
    for stock in STOCKS:
        start = opening[stock] if opening else closing[stock] * 0.92
        wobble = rng.normal(0, 0.05 if stock == "cash" else 0.004, 12)
        wobble[-1] *= 0.1
        for month in range(12):
            level = start + (closing[stock] - start) * (month + 1) / 12
            if stock == "cash" and month + 1 in CASH_SHORT.get((key, year), ()):
                level *= 0.36
            months[month][stock] = units(float(level * (1 + wobble[month])))
    return months


_SEASON = pd.Series([-1, -2, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1]).to_numpy()


def _sent(context: Context, key: str, year: int, month: int) -> Row:
    end = (pd.Timestamp(year, month, 1) + pd.offsets.MonthEnd(0)).date()
    days = 10 + LATE[key, year, month] if (key, year, month) in LATE else int(context.rng.integers(4, 11))
    sent = end + timedelta(days=days)
    if (key, year, month) not in LATE:
        sent = max(working_day(sent), end + timedelta(days=1))
    revised = ""
    if (key, year, month) in REVISED or (key, year, month) == ODD_MONTH:
        revised = working_day(sent + timedelta(days=int(context.rng.integers(6, 20))))
    return {"submitted_on": sent, "revised_on": revised}
