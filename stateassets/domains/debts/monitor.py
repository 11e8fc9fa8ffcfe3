"""How far each payment has got on a day: plan, source of funds, money ready, paid.

What is known on a day is what had happened by then. The monitor runs from the first to the last
day of the years in the table of debts:

- before it begins nothing is known, so there are no payments;
- a payment that was due before it begins and has no row counts as made on its day;
- after it ends nothing more is known: a later day is looked at as its last day.

A payment that was due and has not been made stays owed. A debt that was repaid early owes nothing
from that day on. The debts of an enterprise that has left supervision are not looked at: whoever
took them over has them in its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import pandas as pd

from ...tables.periods import with_state
from .schedule import instalments, working_day

Frames = Mapping[str, pd.DataFrame]
DEBTS, PAYMENTS, WATCH, FUNDS = "debts", "debt_payments", "debt_watch", "debt_funds"
REPAID = "repaid"
# The column of ``debt_payments`` that says when a step was done.
DONE_ON = {"plan": "plan_made_on", "funds": "funds_secured_on", "ready": "funds_ready_on", REPAID: "paid_on"}
MONTHS = 12  # how far ahead the watch looks


@dataclass(frozen=True)
class DebtMonitor:
    """The tables of debts, looked at on any day.

    ``years`` are those on record, by default those of the debts in the tables, which may be
    some enterprises' only.
    """

    frames: Frames
    years: tuple[int, ...] = ()
    _known: dict[pd.Timestamp, pd.DataFrame] = field(default_factory=dict, repr=False)
    _owed: dict[pd.Timestamp, pd.DataFrame] = field(default_factory=dict, repr=False)

    @cached_property
    def begins(self) -> pd.Timestamp:
        """The first day on record."""
        return pd.Timestamp(int(min(self.years or self.frames[DEBTS]["year"])), 1, 1)

    @cached_property
    def ends(self) -> pd.Timestamp:
        """The last day on record."""
        return pd.Timestamp(int(max(self.years or self.frames[DEBTS]["year"])), 12, 31)

    def seen(self, day: pd.Timestamp) -> pd.Timestamp:
        """Return the day, or the last on record if it is later."""
        return min(day, self.ends)

    @cached_property
    def payments(self) -> pd.DataFrame:
        """Every payment with what was ever done about it; see ``instalments`` for the columns.

        Beside them: ``debt_id``, ``pay_on`` (the working day) and the columns of ``DONE_ON``.
        """
        rows = instalments(self.frames[DEBTS]).rename(
            columns={"id": "debt_id", "due_on": "ends_on", "pay_due_on": "due_on"}
        )
        done = self.frames[PAYMENTS] if PAYMENTS in self.frames else _nothing_done()
        rows = rows.merge(
            done[["debt_id", "due_on", *DONE_ON.values()]].assign(has_row=True), on=["debt_id", "due_on"], how="left"
        )
        rows["pay_on"] = working_day(rows["due_on"])
        rows["old"] = rows.pop("has_row").isna() & (rows["due_on"] < self.begins)
        rows["paid_on"] = rows["paid_on"].mask(rows["old"], rows["pay_on"])
        return rows

    def at(self, day: pd.Timestamp) -> pd.DataFrame:
        """Return the payments of the debts that there were on a day, with what was known then."""
        day = self.seen(day)
        if day not in self._known:
            self._known[day] = self._at(day)
        return self._known[day]

    def _at(self, day: pd.Timestamp) -> pd.DataFrame:
        rows = self.payments
        if day < self.begins - pd.Timedelta(days=1):
            return rows.iloc[:0]
        rows = rows[(rows["borrowed_on"] <= day) & ~rows["enterprise_id"].isin(self._left(day))]
        known = {c: rows[c].where(rows[c] <= day) for c in DONE_ON.values()}
        rows = rows.assign(**known)
        early = rows["prepaid_on"] <= day
        rows["paid_on"] = rows["paid_on"].mask(early & rows["paid_on"].isna(), rows["prepaid_on"])
        return rows[~(early & (rows["due_on"] > rows["prepaid_on"]))]

    def _left(self, day: pd.Timestamp) -> set[str]:
        if "enterprises" not in self.frames:
            return set()
        enterprises = self.frames["enterprises"]
        return set(enterprises.loc[enterprises["end_year"] <= day.year, "enterprise_id"])

    def owed(self, day: pd.Timestamp) -> pd.DataFrame:
        """Return the debts with what is ``left`` of each on a day, in 万元, and its ``row``."""
        day = self.seen(day)
        if day not in self._owed:
            rows, debts = self.at(day), self.frames[DEBTS]
            left = rows[rows["paid_on"].isna()].groupby("row")["pay_principal"].sum()
            self._owed[day] = debts.loc[left.index].assign(left=left, row=left.index)
        return self._owed[day]

    def coming(self, day: pd.Timestamp) -> pd.DataFrame:
        """Return the payments of the next twelve months, and those that should have been made.

        ``month`` is the number of the payment's, see ``ordinal``; one that should have been made
        belongs to the first.
        """
        day, rows = self.seen(day), self.at(day)
        rows = rows[rows["paid_on"].isna() & (rows["due_on"] <= horizon(day))]
        return rows.assign(month=ordinals(rows["due_on"]).clip(lower=ordinal(months(day)[0])))

    def steps(self, day: pd.Timestamp) -> pd.DataFrame:
        """Return one row for each step of the coming payments and of those on record so far.

        ``deadline``, ``done_on`` and ``state``, a code of ``periods.STATES``.
        """
        day, rows = self.seen(day), self.at(day)
        rows = rows[~rows["old"] & (rows["due_on"] <= horizon(day))]
        found = steps(rows, self.frames[WATCH])
        return with_state(found, {"due": "deadline", "closed": "done_on"}, day)


@lru_cache(maxsize=128)
def months(day: pd.Timestamp) -> pd.PeriodIndex:
    """Return the twelve calendar months ahead: the rest of the day's, or from the next one on."""
    first = (day + pd.Timedelta(days=1)).to_period("M")
    return pd.period_range(first, periods=MONTHS, freq="M")


def ordinal(month: pd.Period | pd.Timestamp) -> int:
    """Return a month's number: months since the year nought."""
    return month.year * 12 + month.month - 1


def ordinals(days: pd.Series) -> pd.Series:
    """Return the numbers of the days' months."""
    return days.dt.year * 12 + days.dt.month - 1


def horizon(day: pd.Timestamp) -> pd.Timestamp:
    """Return the last day of the months ahead."""
    return months(day)[-1].end_time.normalize()


def steps(payments: pd.DataFrame, watch: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each payment and step: ``deadline`` and ``done_on`` (empty: not done).

    Deadlines lie whole months before the contract's date, but not before the borrowing; the
    payment itself is due on the working day.
    """
    ahead = dict(zip(watch["step"], watch["months"], strict=True))
    parts = [
        payments.assign(
            step=step,
            deadline=(payments["due_on"] - pd.DateOffset(months=int(n))).clip(lower=payments["borrowed_on"]),
            done_on=payments[DONE_ON[step]],
        )
        for step, n in ahead.items()
    ]
    last = payments.assign(step=REPAID, deadline=payments["pay_on"], done_on=payments["paid_on"])
    return pd.concat([*parts, last], ignore_index=True)


def _nothing_done() -> pd.DataFrame:
    dates = {column: pd.Series(dtype="datetime64[ns]") for column in ("due_on", *DONE_ON.values())}
    return pd.DataFrame({"debt_id": pd.Series(dtype=str), **dates})
