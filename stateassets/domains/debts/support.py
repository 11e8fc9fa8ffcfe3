"""What lenders do for a debt (extension, replacement, lower rate), and what that changes.

A row of ``debt_support`` says the terms before and after. Support in force by the last day on
record stands in the debts' terms already; support to come does not, until it is looked at by
``supported``. Stated assumptions:

- what is left on the day of effect is repaid, at the new rate and until the new date, in the way
  and with the intervals that the debt has; fees are not known;
- interest for the time before that day is paid as it was to be;
- the money that was meant for the old debt (``fund_id``) does not come any more.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection

import numpy as np
import pandas as pd

from ...measures.exact import exact_sum, exact_sums
from .monitor import DEBTS, FUNDS, MONTHS, DebtMonitor
from .schedule import instalments

SUPPORT = "debt_support"
IN_FORCE, AGREED, TALKED = "in_force", "agreed", "talked"
STANDS = {IN_FORCE: "已生效", AGREED: "已签订", TALKED: "商谈中"}
EXTENSION, REPLACEMENT, LOWER_RATE = "extension", "replacement", "lower_rate"
BEFORE, AFTER = "before", "after"
AMOUNTS = ["owed", "pay_principal", "pay_interest"]


def known(monitor: DebtMonitor, day: pd.Timestamp) -> pd.DataFrame:
    """Return the support that was known of on a day, with its ``stand`` and the debt's own columns.

    ``left`` is what is owed, by the debt's terms, on the day of effect, in 万元.
    """
    day = monitor.seen(day)
    if SUPPORT not in monitor.frames:
        return pd.DataFrame(columns=["id", "debt_id", "stand", "left"])
    rows = monitor.frames[SUPPORT].drop(columns=["year", "enterprise_id"], errors="ignore")
    rows = rows[rows["proposed_on"] <= day]
    agreed = rows["agreed_on"] <= day
    stands = np.select([agreed & (rows["effective_on"] <= day), agreed], [IN_FORCE, AGREED], TALKED)
    debts = monitor.frames[DEBTS].drop(columns=["year"])
    debts = debts.rename(columns={"id": "debt_id", "kind": "debt_kind", "lender": "debt_lender"})
    rows = rows.assign(stand=pd.Series(stands, index=rows.index, dtype=str)).merge(debts, on="debt_id")
    return rows.assign(left=_left(monitor, rows))


def _left(monitor: DebtMonitor, rows: pd.DataFrame) -> list[float]:
    due = monitor.payments[["debt_id", "due_on", "pay_principal"]]
    return [
        exact_sum(due.loc[(due["debt_id"] == debt) & (due["due_on"] >= day), "pay_principal"])
        for debt, day in zip(rows["debt_id"], rows["effective_on"], strict=True)
    ]


def payments(rows: pd.DataFrame, when: str) -> pd.DataFrame:
    """Return every payment, from the day of effect on, by the terms ``before`` or ``after``.

    ``rows`` are those of ``known``. Columns as ``DebtMonitor.payments`` has them, ``support_id`` beside.
    """
    terms = rows.rename(columns={"id": "support_id"}).assign(
        id=rows["debt_id"],
        kind=rows["debt_kind"],
        principal=rows["left"],
        borrowed_on=rows["effective_on"],
        due_on=rows[f"due_{when}"],
        rate=rows[f"rate_{when}"],
        prepaid_on=pd.NaT,
    )
    return instalments(terms.reset_index(drop=True)).rename(columns={"due_on": "ends_on", "pay_due_on": "due_on"})


def effects(monitor: DebtMonitor, day: pd.Timestamp) -> pd.DataFrame:
    """Return ``known`` with what each row of support saves or puts off, in 万元.

    ``less_principal`` and ``less_interest``: how much less is paid in the year from the day of effect;
    ``whole_interest``: how much less interest until the debt is repaid (negative: more).
    """
    rows = known(monitor, day)
    if rows.empty:
        return rows.assign(less_principal=0.0, less_interest=0.0, whole_interest=0.0)
    sums = {}
    for when in (BEFORE, AFTER):
        paid = payments(rows, when)
        effective = paid["support_id"].map(rows.set_index("id")["effective_on"])
        year = paid[paid["due_on"] <= effective + pd.DateOffset(months=MONTHS)]
        sums[when] = (
            pd.DataFrame(
                {
                    "less_principal": exact_sums(year, "support_id", "pay_principal"),
                    "less_interest": exact_sums(year, "support_id", "pay_interest"),
                    "whole_interest": exact_sums(paid, "support_id", "pay_interest"),
                }
            )
            .reindex(rows["id"])
            .fillna(0.0)
        )
    return rows.merge((sums[BEFORE] - sums[AFTER]).reset_index(names="id"), on="id")


def supported(monitor: DebtMonitor, day: pd.Timestamp, stands: Collection[str]) -> DebtMonitor:
    """Return the monitor as it would be with the support to come that stands as named.

    Its coming payments are those of the changed terms; what has been paid is not touched.
    """
    rows = known(monitor, day)
    rows = rows[rows["stand"].isin(stands)]
    if rows.empty or (rows := rows[rows["effective_on"] > monitor.ends]).empty:
        return monitor
    off = payments(rows, BEFORE)
    off[AMOUNTS] = -off[AMOUNTS]
    changes = pd.concat([off, payments(rows, AFTER)], ignore_index=True)
    changes = changes.assign(pay_on=monitor.working_days.next(changes["due_on"]))
    frames = ChainMap[str, pd.DataFrame]({}, monitor.frames)  # type: ignore[arg-type]  # only the first is written to
    if FUNDS in frames:
        frames[FUNDS] = frames[FUNDS][~frames[FUNDS]["id"].isin(rows["fund_id"])]
    return monitor.with_changes(frames, changes)
