"""Is the money there? Each month's payments against cash, committed and hoped-for funds.

Everything is cumulative from the day looked at and in 万元. Stated assumptions:

- cash is that of the last flash statement up to the day; a share of it is reserved
  (``debt_cash_reserved`` of ``platform_limits``) and repays nothing;
- funds count in the month in which they are expected: committed if a contract or a decision was
  there by the day, else hoped for; what should have come by the day and did not, counts no more;
- new borrowing costs the enterprise's average rate, paid monthly from the month after;
- nothing else comes in or goes out, and within a month no order of payments is looked at;
- a payment that should have been made is owed in the first month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .schedule import day_count
from .structure import average_cost
from .watch import FUNDS, Frames, Record, months

REFINANCING = "refinancing"
COMMITTED, HOPED = "committed", "hoped"


@dataclass(frozen=True)
class Shock:
    """What a scenario changes: revenue and refinancing in %, interest in percentage points."""

    revenue: float = 0.0
    rate: float = 0.0
    refinancing: float = 0.0


NONE = Shock()


def limit(frames: Frames, name: str) -> float:
    """Return one of the ``platform_limits``."""
    rows = frames["platform_limits"]
    return float(rows.loc[rows["id"] == name, "value"].iloc[0])


def statement(frames: Frames, day: pd.Timestamp) -> pd.DataFrame:
    """Return each enterprise's last flash statement of a month that had ended by the day."""
    rows = frames["flash_reports"]
    ended = rows["year"] * 12 + rows["month"] <= day.year * 12 + day.month - (not day.is_month_end)
    rows = rows[ended].sort_values(["year", "month"], kind="stable")
    return rows.groupby("enterprise_id").tail(1).set_index("enterprise_id")


def expected(frames: Frames, day: pd.Timestamp) -> pd.DataFrame:
    """Return the funds that were expected on a day, ``certainty`` committed or hoped."""
    if FUNDS not in frames:
        return pd.DataFrame(columns=["enterprise_id", "source", "amount", "month", "certainty"])
    rows = frames[FUNDS]
    rows = rows[(rows["known_on"] <= day) & (rows["expected_on"] > day)
                & ~(rows["received_on"] <= day)]  # fmt: skip
    sure = rows["committed_on"] <= day
    return rows.assign(month=rows["expected_on"].dt.to_period("M"),
                       certainty=np.where(sure, COMMITTED, HOPED))  # fmt: skip


def monthly(record: Record, day: pd.Timestamp, shock: Shock = NONE) -> pd.DataFrame:
    """Return one row for each enterprise that owes anything and each of the next twelve months.

    Of the month: ``principal``, ``interest``, ``committed``, ``hoped`` (net of what new borrowing
    costs), ``refinancing`` (before that) and ``lost`` revenue. From the day on: ``due`` (payments
    and what is lost), ``in_place``, ``firm`` (with what is committed) and ``all`` (with what is
    hoped for); each of the three as a percentage of ``due`` under ``covers_…``, missing where
    nothing is due or cash is not known; ``short`` is what is lacking, never negative.
    """
    day = record.seen(day)
    frames, ahead = record.frames, months(day)
    coming, owed = record.coming(day), record.owed(day)
    who = sorted(set(owed["enterprise_id"]) | set(coming["enterprise_id"]))
    stated = statement(frames, day).reindex(who)

    def grid(rows: pd.DataFrame, column: str) -> pd.DataFrame:
        table = rows.pivot_table(
            index="enterprise_id", columns="month", values=column, aggfunc="sum", observed=True
        )
        return table.reindex(index=who, columns=ahead).fillna(0.0).astype(float)

    coming = coming.assign(interest=coming["pay_interest"] + _dearer(coming, day, shock.rate))
    principal, interest = grid(coming, "pay_principal"), grid(coming, "interest")
    rate = average_cost(owed).reindex(who).fillna(0.0) + shock.rate
    funds, kept = expected(frames, day), 1 + shock.refinancing / 100
    money, borrowed = {}, 0 * principal
    for certainty in (COMMITTED, HOPED):
        own = funds[funds["certainty"] == certainty]
        new = grid(own[own["source"] == REFINANCING], "amount") * kept
        cost = (new.cumsum(axis=1) - new).mul(rate / 1200, axis=0)
        money[certainty] = grid(own[own["source"] != REFINANCING], "amount") + new - cost
        borrowed = borrowed + new
    follows = limit(frames, "debt_cost_follows") / 100
    revenue = (stated["revenue"] / stated["month"]).clip(lower=0)
    lost = (0 * principal).add(revenue * -shock.revenue / 100 * (1 - follows), axis=0)
    usable = stated["cash"].clip(lower=0) * (1 - limit(frames, "debt_cash_reserved") / 100)
    place = (0 * principal).add(usable, axis=0)
    due = (principal + interest + lost).cumsum(axis=1)
    firm = place + money[COMMITTED].cumsum(axis=1)
    everything = firm + money[HOPED].cumsum(axis=1)
    short = (due - everything).clip(lower=0).where(due > 0, 0.0)
    parts = {
        "principal": principal, "interest": interest, **money, "refinancing": borrowed,
        "lost": lost, "due": due, "in_place": place, "firm": firm, "all": everything,
        "covers_place": place / due.where(due > 0) * 100,
        "covers_firm": firm / due.where(due > 0) * 100,
        "covers_all": everything / due.where(due > 0) * 100,
        "short": short.where(place.notna()),
    }  # fmt: skip
    index = pd.MultiIndex.from_product([who, ahead], names=["enterprise_id", "month"])
    columns = {name: table.to_numpy().ravel() for name, table in parts.items()}
    return pd.DataFrame(columns, index=index).reset_index()


def _dearer(coming: pd.DataFrame, day: pd.Timestamp, points: float) -> pd.Series:
    """Return what a higher rate adds to each payment of a floating debt, from the day on."""
    since = coming["from_on"].clip(lower=day)
    days = (coming["due_on"] - since).dt.days.clip(lower=0) / day_count(coming["kind"])
    return (coming["owed"] * points / 100 * days).where(coming["rate_kind"] == "floating", 0.0)


def tightest(rows: pd.DataFrame, column: str = "covers_all") -> pd.DataFrame:
    """Return each enterprise's month with the lowest coverage, the earliest of equals."""
    known = rows[rows[column].notna()].sort_values([column, "month"], kind="stable")
    return known.groupby("enterprise_id", sort=False).head(1)


def total(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the months of all enterprises together; one's surplus does not pay another's debts.

    ``lacking`` adds up what each is short of.
    """
    columns = ["principal", "interest", "committed", "hoped", "refinancing", "lost", "due",
               "in_place", "firm", "all"]  # fmt: skip
    whole = rows.groupby("month")[[*columns, "short"]].sum()
    return whole.rename(columns={"short": "lacking"}).reset_index()
