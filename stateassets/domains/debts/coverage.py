"""Is the money there? Each month's payments against cash, committed and hoped-for funds.

Everything is cumulative from the day looked at and in 万元. Stated assumptions:

- cash is that of the last flash statement up to the day, with the registered funds received and
  without the payments made since; a share of it is reserved (``debt_cash_reserved`` of
  ``platform_limits``) and repays nothing;
- funds count in the month in which they are expected: committed if a contract or a decision was
  there by the day, else hoped for; what should have come by the day and did not, counts no more;
- new borrowing costs the enterprise's average rate, paid monthly from the month after;
- nothing else comes in or goes out, and within a month no order of payments is looked at;
- a payment that should have been made is owed in the first month;
- on a day after the end of the record, everything is reckoned from the last day on record on: payments
  and funds of the time that nobody saw count as planned, and the twelve months after the day are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...measures.exact import ONE, exact_sums, whole
from ...tables.periods import end_of_month
from .monitor import FUNDS, DebtMonitor, Frames, months, ordinal, ordinals
from .schedule import day_count
from .structure import average_cost

REFINANCING = "refinancing"
COMMITTED, HOPED = "committed", "hoped"
CENT = 0.01  # 万元; whoever owes less owes nothing


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


def statement(monitor: DebtMonitor, day: pd.Timestamp) -> pd.DataFrame:
    """Return each enterprise's last flash statement of a month that had ended by the day."""
    rows = monitor.statements
    last = day.year * 12 + day.month - (not day.is_month_end)
    rows = rows.iloc[: np.searchsorted(rows["year"] * 12 + rows["month"], last, side="right")]
    return rows.drop_duplicates("enterprise_id", keep="last").set_index("enterprise_id")


def since_statement(monitor: DebtMonitor, day: pd.Timestamp, stated: pd.DataFrame) -> pd.Series:
    """Return by enterprise the funds received less the payments made after its statement, up to the day."""
    if stated.empty:
        return pd.Series(dtype=float)
    ended = end_of_month(stated["year"], stated["month"]).to_numpy()
    paid = monitor.at(day)
    parts = [(paid, "paid_on", -(paid["pay_principal"] + paid["pay_interest"]))]
    if FUNDS in monitor.frames:
        funds = monitor.frames[FUNDS]
        parts.append((funds, "received_on", funds["amount"]))
    whose, moved = [], []
    for rows, on, amounts in parts:
        known = np.flatnonzero(rows[on] <= day)
        places = stated.index.get_indexer(rows["enterprise_id"].iloc[known])
        since = (places >= 0) & (rows[on].to_numpy()[known] > ended[places])
        whose.append(places[since])
        moved.append(amounts.to_numpy(dtype=float)[known[since]])
    amounts = whole(np.concatenate(moved))
    sums = np.zeros(len(stated), dtype=amounts.dtype)
    np.add.at(sums, np.concatenate(whose), amounts)
    return pd.Series((sums / ONE).astype(float), stated.index)


def expected(frames: Frames, day: pd.Timestamp) -> pd.DataFrame:
    """Return the funds that were expected on a day, ``certainty`` committed or hoped."""
    if FUNDS not in frames:
        return pd.DataFrame(columns=["enterprise_id", "source", "amount", "month", "certainty"])
    rows = frames[FUNDS]
    rows = rows[(rows["known_on"] <= day) & (rows["expected_on"] > day) & ~(rows["received_on"] <= day)]
    sure = rows["committed_on"] <= day
    return rows.assign(month=ordinals(rows["expected_on"]), certainty=np.where(sure, COMMITTED, HOPED))


def monthly(monitor: DebtMonitor, day: pd.Timestamp, shock: Shock = NONE) -> pd.DataFrame:
    """Return one row for each enterprise that owes anything and each of the next twelve months.

    Of the month: ``principal``, ``interest``, ``committed``, ``hoped`` (net of what new borrowing
    costs), ``refinancing`` (before that) and ``lost`` revenue. From the day on: ``due`` (payments
    and what is lost), ``in_place``, ``firm`` (with what is committed) and ``all`` (with what is
    hoped for); each of the three as a percentage of ``due`` under ``covers_…``, missing where
    nothing is due or cash is not known; ``short`` is what is lacking, never negative.
    """
    return _by_row(ahead_of(monitor, day), shock)


def _by_row(ahead: Ahead, shock: Shock) -> pd.DataFrame:
    who, of = ahead.grid.who, months(ahead.day)
    keys = {"enterprise_id": np.repeat(who, len(of)), "month": np.tile(of, len(who))}
    return pd.DataFrame(keys | {name: table.ravel() for name, table in ahead.under(shock).items()})


def under_each(monitor: DebtMonitor, day: pd.Timestamp, shocks: Mapping[str, Shock]) -> pd.DataFrame:
    """Return ``monthly`` under each of several shocks, by name in ``scenario``."""
    ahead = ahead_of(monitor, day)
    parts = [_by_row(ahead, shock).assign(scenario=name) for name, shock in shocks.items()]
    return pd.concat(parts, ignore_index=True)


def by_month(monitor: DebtMonitor, day: pd.Timestamp, shock: Shock = NONE) -> tuple[pd.Index, dict[str, np.ndarray]]:
    """Return the amounts of ``monthly`` by enterprise (down) and month ahead (across), and the enterprises."""
    ahead = ahead_of(monitor, day)
    return ahead.grid.who, ahead.under(shock)


def ahead_of(monitor: DebtMonitor, day: pd.Timestamp) -> Ahead:
    """Return what there is to be reckoned with in the months after a day."""
    coming, seen = monitor.planned(day), monitor.seen(day)
    owed, frames = monitor.owed(seen), monitor.frames
    grid = _Grid(
        pd.Index(sorted({*owed["enterprise_id"], *coming["enterprise_id"]})),
        pd.period_range(months(seen)[0], months(day)[-1], freq="M"),
    )
    stated = statement(monitor, seen)
    cash = (stated["cash"] + since_statement(monitor, seen, stated)).reindex(grid.who)
    stated = stated.reindex(grid.who)
    funds, cells = expected(frames, seen), grid.cells(coming)
    anew, of_funds = (funds["source"] == REFINANCING).to_numpy(), grid.cells(funds)
    own = {certainty: (funds["certainty"] == certainty).to_numpy() for certainty in (COMMITTED, HOPED)}
    kept = 1 - limit(frames, "debt_cost_follows") / 100
    usable = cash.clip(lower=0) * (1 - limit(frames, "debt_cash_reserved") / 100)
    return Ahead(
        day,
        seen,
        grid,
        coming,
        cells,
        grid.sums(cells, coming["pay_principal"]),
        grid.evenly(usable),
        {name: grid.sums(of_funds, funds["amount"].where(which & anew)) for name, which in own.items()},
        {name: grid.sums(of_funds, funds["amount"].where(which & ~anew)) for name, which in own.items()},
        average_cost(owed).reindex(grid.who).fillna(0.0).to_numpy(),
        (stated["revenue"] / stated["month"]).clip(lower=0).fillna(0.0),
        kept,
    )


@dataclass(frozen=True)
class Ahead:
    """What there is in the months after ``day``, in whatever scenario, as ``seen`` by a day on record.

    ``coming`` are the payments and ``cells`` where each belongs; ``principal`` and ``in_place`` stand by enterprise
    (down) and month (across), as do, by certainty, the funds to be borrowed ``anew`` and the ``other`` ones. ``rate`` is
    what each enterprise pays for its debts, ``revenue`` what it takes in a month, of which ``kept`` is lost where it is.
    """

    day: pd.Timestamp
    seen: pd.Timestamp
    grid: _Grid
    coming: pd.DataFrame
    cells: np.ndarray
    principal: np.ndarray
    in_place: np.ndarray
    anew: Mapping[str, np.ndarray]
    other: Mapping[str, np.ndarray]
    rate: np.ndarray
    revenue: pd.Series
    kept: float

    def under(self, shock: Shock) -> dict[str, np.ndarray]:
        """Return the amounts of ``monthly`` if things go so much worse."""
        grid, interest = self.grid, self.coming["pay_interest"]
        if shock.rate:
            interest = interest + _dearer(self.coming, self.seen, shock.rate)
        rate = self.rate + shock.rate
        found = {"principal": self.principal, "interest": grid.sums(self.cells, interest), "refinancing": grid.nothing}
        for certainty in (COMMITTED, HOPED):
            new = self.anew[certainty] * (1 + shock.refinancing / 100)
            cost = (_so_far(new) - new) * rate[:, None] / 1200
            found[certainty] = self.other[certainty] + new - cost
            found["refinancing"] = found["refinancing"] + new
        found["lost"] = grid.evenly(self.revenue * -shock.revenue / 100 * self.kept)
        found["in_place"] = self.in_place
        due = found["due"] = _so_far(found["principal"] + found["interest"] + found["lost"])
        found["firm"] = found["in_place"] + _so_far(found[COMMITTED])
        found["all"] = found["firm"] + _so_far(found[HOPED])
        for name, money in (("place", "in_place"), ("firm", "firm"), ("all", "all")):
            found[f"covers_{name}"] = found[money] / np.where(due >= CENT, due, np.nan) * 100
        lacking = np.maximum(due - found["all"], 0)
        found["short"] = np.where((due >= CENT) | np.isnan(lacking), lacking, 0.0)
        return {name: table[:, -len(months(self.day)) :] for name, table in found.items()}


@dataclass(frozen=True)
class _Grid:
    """Amounts by enterprise (down) and month ahead (across)."""

    who: pd.Index
    ahead: pd.PeriodIndex

    @property
    def nothing(self) -> np.ndarray:
        return np.zeros((len(self.who), len(self.ahead)))

    def cells(self, rows: pd.DataFrame) -> np.ndarray:
        """Return where rows with ``enterprise_id`` and ``month`` belong, counted row by row; -1: nowhere."""
        down = self.who.get_indexer(rows["enterprise_id"])
        across = (rows["month"] - ordinal(self.ahead[0])).to_numpy(dtype=int)
        inside = (down >= 0) & (across >= 0) & (across < len(self.ahead))
        return np.where(inside, down * len(self.ahead) + across, -1)

    def sums(self, cells: np.ndarray, amounts: pd.Series) -> np.ndarray:
        """Add up amounts by their cells; what belongs nowhere is left out."""
        added, inside = whole(amounts), cells >= 0
        table = np.zeros(len(self.who) * len(self.ahead), dtype=added.dtype)
        np.add.at(table, cells[inside], added[inside])
        return (table / ONE).astype(float).reshape(len(self.who), len(self.ahead))

    def evenly(self, amounts: pd.Series) -> np.ndarray:
        """Return an enterprise's amount in each of its months."""
        return self.nothing + amounts.to_numpy(dtype=float)[:, None]


def _so_far(months: np.ndarray) -> np.ndarray:
    """Return what the months come to up to each of them."""
    return np.asarray(whole(months).cumsum(axis=1) / ONE)


def _dearer(coming: pd.DataFrame, day: pd.Timestamp, points: float) -> pd.Series:
    """Return what a higher rate adds to each payment of a floating debt, from the day on."""
    since = coming["from_on"].clip(lower=day)
    days = (coming["due_on"] - since).dt.days.clip(lower=0) / day_count(coming["kind"])
    return (coming["owed"] * points / 100 * days).where(coming["rate_kind"] == "floating", 0.0)


def tightest(rows: pd.DataFrame, column: str = "covers_all") -> pd.DataFrame:
    """Return each enterprise's month with the lowest coverage, the earliest of equals."""
    known = rows[rows[column].notna()].sort_values([column, "month"], kind="stable")
    return known.drop_duplicates("enterprise_id")


def total(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the months of all enterprises together; one's surplus does not pay another's debts.

    ``lacking`` adds up what each is short of.
    """
    columns = ["principal", "interest", "committed", "hoped", "refinancing", "lost", "due", "in_place", "firm", "all"]
    whole = exact_sums(rows, "month", [*columns, "short"])
    return whole.rename(columns={"short": "lacking"}).reset_index()
