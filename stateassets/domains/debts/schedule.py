"""From a debt's terms to its payments.

Payment dates are counted back from the contract's due date in whole months; where a month has no
such day (29 February, 31 June) it is that month's last. What is then left after the borrowing is
a first, shorter period. A date that falls on no working day stays the contract's: when it
is paid is said by ``monitor``.

Interest: bonds pay rate x months / 12 for a full period and by days / 365 for a shorter first
one; everything else pays by days / 360. Equal payments (等额本息) reckon in equal periods.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

BULLET, EQUAL_PRINCIPAL, ANNUITY = "bullet", "equal_principal", "annuity"
BOND = "bond"
BOND_DAYS, OTHER_DAYS = 365.0, 360.0


def months_before(day: pd.Series, months: np.ndarray) -> pd.Series:
    """Return the days that lie whole months before, or the month's last where there is none."""
    months_since = day.dt.year.to_numpy() * 12 + day.dt.month.to_numpy() - 1 - months
    first = pd.to_datetime(
        pd.DataFrame({"year": months_since // 12, "month": months_since % 12 + 1, "day": 1})
    ).set_axis(day.index)
    last = first.dt.days_in_month.to_numpy()
    return first + pd.to_timedelta(np.minimum(day.dt.day.to_numpy(), last) - 1, unit="D")


def day_count(kind: pd.Series) -> np.ndarray:
    """Return how many days a year of interest has for each kind of debt."""
    return np.where(kind == BOND, BOND_DAYS, OTHER_DAYS)


def instalments(debts: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each payment of each debt, in order of time within each.

    Columns of ``debts`` are kept, with ``row`` (where the debt stands in its table), and beside
    them ``from_on`` and ``pay_due_on`` (the period), ``owed`` (principal during the period),
    ``pay_principal`` and ``pay_interest`` in 万元, not rounded.
    """
    dated = _dates(debts.assign(row=debts.index))
    if dated.empty:
        return dated.assign(owed=0.0, pay_principal=0.0, pay_interest=0.0)
    terms = dated["principal"].to_numpy(dtype=float)
    left = np.where(dated["repayment"] == ANNUITY, _annuity_left(dated), _even_left(dated))
    first = (dated["number"] == 1).to_numpy()
    owed = np.where(first, terms, np.concatenate([[0.0], (terms * left)[:-1]]))
    return dated.assign(owed=owed, pay_principal=owed - terms * left, pay_interest=owed * _interest_share(dated)).drop(
        columns=["number", "count", "whole"]
    )


def _dates(debts: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each payment: ``number`` of ``count``, ``whole`` unless the period is short."""
    every = debts["interest_months"].to_numpy(dtype=int)
    due, borrowed = debts["due_on"], debts["borrowed_on"]
    span = (due.dt.year - borrowed.dt.year) * 12 + due.dt.month - borrowed.dt.month
    most = np.where(every > 0, span.to_numpy() // np.maximum(every, 1) + 1, 1).clip(min=0)
    rows = debts.loc[debts.index.repeat(most)].reset_index(drop=True)
    back = np.concatenate([np.arange(n)[::-1] for n in most]) if len(most) else np.array([])
    step = rows["interest_months"].to_numpy(dtype=int)
    rows["back"] = back.astype(int)
    rows["pay_due_on"] = months_before(rows["due_on"], rows["back"].to_numpy() * step)
    before = months_before(rows["due_on"], (rows["back"].to_numpy() + 1) * step)
    rows["from_on"] = before.where(step > 0, rows["borrowed_on"]).clip(lower=rows["borrowed_on"])
    rows["whole"] = (before >= rows["borrowed_on"]) & (step > 0)
    rows = rows[rows["pay_due_on"] > rows["borrowed_on"]].reset_index(drop=True)
    rows["number"] = rows.groupby("row").cumcount() + 1
    rows["count"] = rows.groupby("row")["number"].transform("max")
    return rows


def _even_left(rows: pd.DataFrame) -> np.ndarray:
    """Return the part of the principal that is left after each payment, repaid at once or evenly."""
    step = rows["interest_months"].to_numpy(dtype=float)
    every = rows["principal_months"].fillna(0).to_numpy(dtype=float)
    repays = rows["back"] == 0
    even = (rows["repayment"] != BULLET) & (every > 0)
    repays |= even & ((rows["back"] * step) % np.where(every > 0, every, 1) == 0)
    done = repays.groupby(rows["row"]).cumsum()
    return 1 - (done / repays.groupby(rows["row"]).transform("sum")).to_numpy(dtype=float)


def _annuity_left(rows: pd.DataFrame) -> np.ndarray:
    """Return the part of the principal that is left after each of several equal payments."""
    rate = (rows["rate"] / 100 * rows["interest_months"] / 12).to_numpy(dtype=float)
    count, number = rows["count"].to_numpy(dtype=float), rows["number"].to_numpy(dtype=float)
    grown, whole = np.expm1(number * np.log1p(rate)), np.expm1(count * np.log1p(rate))
    bearing = rate > 1e-9  # what is less is no interest at all
    return np.where(bearing, 1 - grown / np.where(bearing, whole, 1), 1 - number / count)


def _interest_share(rows: pd.DataFrame) -> np.ndarray:
    """Return a period's interest as a part of the principal owed in it."""
    days = (rows["pay_due_on"] - rows["from_on"]).dt.days / day_count(rows["kind"])
    equal = (rows["repayment"] == ANNUITY) | ((rows["kind"] == BOND) & rows["whole"])
    years = np.where(equal, rows["interest_months"] / 12, days)
    return (rows["rate"] / 100).to_numpy(dtype=float) * years
