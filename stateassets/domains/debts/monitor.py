"""How far each payment has got on a day: plan, source of funds, money ready, paid.

What is known on a day is what had happened by then. The monitor runs from the first to the last
day of the years in the table of debts:

- before it begins nothing is known, so there are no payments;
- a payment that was due before it begins and has no row counts as made on its day;
- after it ends nothing more is known: on a later day, what is owed and paid is that of the last day
  on record (``seen``), and what should have been done since is neither done nor late but ``UNSEEN``.

A payment that was due and has not been made stays owed. A debt that was repaid early owes nothing
from that day on. The debts of an enterprise that has left supervision are not looked at: whoever
took them over has them in its own name.

Dates that are no working days: a payment is made on the next working day (Civil Code, article 203);
a step before it has to be done by the last working day before (this book's own rule: so many months
ahead means at least so many).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from ...measures.exact import exact_sums
from ...tables.periods import OVERDUE, STATES, with_state
from ...tables.working_days import WorkingDays
from .schedule import instalments

Frames = Mapping[str, pd.DataFrame]
FLASH = "flash_reports"
DEBTS, PAYMENTS, WATCH, FUNDS = "debts", "debt_payments", "debt_watch", "debt_funds"
REPAID = "repaid"
# The column of ``debt_payments`` that says when a step was done.
DONE_ON = {"plan": "plan_made_on", "funds": "funds_secured_on", "ready": "funds_ready_on", REPAID: "paid_on"}
MONTHS = 12  # how far ahead the watch looks
UNSEEN = "unseen"  # due after the end of the record
STEP_STATES = {**STATES, UNSEEN: "没有记录"}


@dataclass(frozen=True)
class DebtMonitor:
    """The tables of debts, looked at on any day.

    ``years`` are those on record, by default those of the debts in the tables, which may be
    some enterprises' only.
    """

    frames: Frames
    years: tuple[int, ...] = ()
    changes: pd.DataFrame | None = None  # payments to come instead of others; see ``support``
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
    def working_days(self) -> WorkingDays:
        """Which days are working days."""
        return WorkingDays.of(self.frames)

    @cached_property
    def statements(self) -> pd.DataFrame:
        """What the flash statements say of cash and revenue, by month."""
        rows = self.frames[FLASH][["enterprise_id", "year", "month", "cash", "revenue"]]
        return rows.sort_values(["year", "month"], kind="stable")

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
        rows["pay_on"] = self.working_days.next(rows["due_on"])
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
        early = rows["prepaid_on"] <= day
        there = (rows["borrowed_on"] <= day) & ~(self._leaves <= day.year)
        there &= ~(early & (rows["due_on"] > rows["prepaid_on"]))
        rows, early = rows[there], early[there]
        known = {c: rows[c].where(rows[c] <= day) for c in DONE_ON.values()}
        known["paid_on"] = known["paid_on"].mask(early & known["paid_on"].isna(), rows["prepaid_on"])
        return rows.assign(**known)

    @cached_property
    def _leaves(self) -> pd.Series:
        """The year in which each payment's enterprise leaves supervision."""
        ids = self.payments["enterprise_id"]
        if "enterprises" not in self.frames:
            return pd.Series(np.nan, index=ids.index)
        enterprises = self.frames["enterprises"]
        return ids.map(dict(zip(enterprises["enterprise_id"], enterprises["end_year"], strict=True))).astype(float)

    def owed(self, day: pd.Timestamp) -> pd.DataFrame:
        """Return the debts with what is ``left`` of each on a day, in 万元, and its ``row``."""
        day = self.seen(day)
        if day not in self._owed:
            rows, debts = self.at(day), self.frames[DEBTS]
            left = exact_sums(rows.loc[rows["paid_on"].isna(), ["row", "pay_principal"]], "row", "pay_principal")
            self._owed[day] = debts.loc[left.index].assign(left=left, row=left.index)
        return self._owed[day]

    def coming(self, day: pd.Timestamp) -> pd.DataFrame:
        """Return the payments of the next twelve months, and those that should have been made.

        ``month`` is the number of the payment's, see ``ordinal``; one that should have been made
        belongs to the first. Those that fell due unseen are left out.
        """
        rows = self.planned(day)
        rows = rows[(rows["pay_on"] <= self.ends) | (rows["pay_on"] >= day)]
        return rows.assign(month=rows["month"].clip(lower=ordinal(months(day)[0])))

    def planned(self, day: pd.Timestamp) -> pd.DataFrame:
        """Return ``coming`` with what fell due unseen: all that was to be paid on the last day on record."""
        rows, last = self.at(day), horizon(day)
        rows = rows[rows["paid_on"].isna() & (rows["due_on"] <= last)]
        if self.changes is not None:
            rows = pd.concat([rows, self.changes[self.changes["due_on"] <= last]], ignore_index=True)
        return rows.assign(month=ordinals(rows["due_on"]).clip(lower=ordinal(months(self.seen(day))[0])))

    def with_changes(self, frames: Frames, changes: pd.DataFrame) -> DebtMonitor:
        """Return the monitor with ``changes`` and the funds of ``frames``: payments on record are the same."""
        made = replace(self, frames=frames, changes=changes)
        vars(made).update({name: known for name, known in vars(self).items() if name not in vars(made)})
        return made

    def steps(self, day: pd.Timestamp) -> pd.DataFrame:
        """Return one row for each step of the coming payments and of those on record so far.

        ``deadline``, ``done_on`` and ``state``, a code of ``STEP_STATES``.
        """
        rows = self.at(day)
        rows = rows[~rows["old"] & (rows["due_on"] <= horizon(day))]
        found = steps(rows, self.frames[WATCH], self.working_days)
        found = with_state(found, {"due": "deadline", "closed": "done_on"}, day)
        unseen = (found["state"] == OVERDUE) & (found["deadline"] > self.ends)
        return found.assign(state=found["state"].mask(unseen, UNSEEN))


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


@lru_cache(maxsize=128)
def horizon(day: pd.Timestamp) -> pd.Timestamp:
    """Return the last day of the months ahead."""
    return months(day)[-1].end_time.normalize()


def steps(payments: pd.DataFrame, watch: pd.DataFrame, working_days: WorkingDays) -> pd.DataFrame:
    """Return one row for each payment and step: ``deadline`` and ``done_on`` (empty: not done).

    Deadlines lie whole months before the contract's date (``plain``), on that day or the
    last working day before, but not before the borrowing; the payment itself is due on the working day.
    """
    ahead = dict(zip(watch["step"], watch["months"], strict=True))
    parts = []
    for step, n in ahead.items():
        plain = (payments["due_on"] - pd.DateOffset(months=int(n))).clip(lower=payments["borrowed_on"])
        deadline = working_days.last(plain).clip(lower=payments["borrowed_on"])
        parts.append(payments.assign(step=step, plain=plain, deadline=deadline, done_on=payments[DONE_ON[step]]))
    last = payments.assign(
        step=REPAID, plain=payments["due_on"], deadline=payments["pay_on"], done_on=payments["paid_on"]
    )
    return pd.concat([*parts, last], ignore_index=True)


def _nothing_done() -> pd.DataFrame:
    dates = {column: pd.Series(dtype="datetime64[ns]") for column in ("due_on", *DONE_ON.values())}
    return pd.DataFrame({"debt_id": pd.Series(dtype=str), **dates})
