"""Who owes which table for which period by when, and how each obligation stands on a day.

What is owed follows from the settings (``platform_returns``) and the roster: an enterprise owes from
the year in which it comes under supervision until the year in which it leaves, and only what it has:
a table of accounts is owed by whoever has one. A period is a text: 2023-06, 2023Q2 or 2023.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from ...alerts.reach import RETURNS as SETTINGS
from ...alerts.reach import due_on
from ...tables.periods import end_of_month, month_end, year_end

TABLE, FINDINGS, CHANGES = "returns", "return_findings", "return_changes"
ENTERPRISES = "enterprises"
MONTH, QUARTER, YEAR = "month", "quarter", "year"
MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}  # that a period lasts
ACCEPTED, SENT_BACK, WAITING = "accepted", "sent_back", "waiting"  # what became of a return
ON_TIME, LATE, CORRECTION = "on_time", "late", "correction"
FIRST_LEVEL = "first_level"
OWED = ["table", "enterprise_id", "period"]  # what tells obligations apart
COLUMNS = [*OWED, "due_on", "arrived_on", "accepted_on", "days_late", "state"]
Frames = Mapping[str, pd.DataFrame]

# The states of an obligation, most pressing first.
MISSING, RETURNED, IN_REVIEW, LATE_DONE, NOT_DUE, DONE = (
    *("未报", "已退回未补", "待审", "迟报已采纳", "未到期", "已采纳"),
)
STATES = (MISSING, RETURNED, IN_REVIEW, LATE_DONE, NOT_DUE, DONE)
OPEN = (MISSING, RETURNED, IN_REVIEW)  # something has still to be done about them


@dataclass(frozen=True)
class Holding:
    """What an enterprise must have to owe a table: rows that begin and end; one that ends in a period
    still counts for it if ``to_the_end`` is false."""

    table: str
    began: str
    ended: str
    to_the_end: bool


HOLDINGS = {
    "accounts": Holding("bank_accounts", "opened_on", "closed_on", to_the_end=True),
    "projects": Holding("investments", "started_on", "finished_on", to_the_end=False),
}


# --- periods -------------------------------------------------------------------------------------


def period_of(end: pd.Timestamp, every: str) -> str:
    """Return what the period that ends on a day is called."""
    match every:
        case "month":
            return f"{end:%Y-%m}"
        case "quarter":
            return f"{end.year}Q{end.quarter}"
    return str(end.year)


@lru_cache(maxsize=512)  # many returns are of one period
def end_of(period: str) -> pd.Timestamp:
    """Return the last day of a period.

    Raises:
        ValueError: it is no period.
    """
    year, quarter, month = period[:4], period[4:5] == "Q", period[4:5] == "-"
    if period != period.strip() or not year.isdigit() or len(year) != 4:
        raise ValueError(f"“{period}”不是时期")
    if len(period) == 4:
        return year_end(int(year))
    number = period[5:]
    if quarter and number in ("1", "2", "3", "4"):
        return end_of_month(int(year), 3 * int(number))
    if month and len(number) == 2 and number.isdigit() and 1 <= int(number) <= 12:
        return end_of_month(int(year), int(number))
    raise ValueError(f"“{period}”不是时期")


def kind_of(period: str) -> str:
    """Return how long a period is, as ``every`` of the settings says it."""
    return {4: YEAR, 6: QUARTER}.get(len(period), MONTH)


def in_words(period: str) -> str:
    """Return a period in words: 2023年6月, 2023年第2季度, 2023年."""
    year, number = period[:4], period[5:]
    match kind_of(period):
        case "month":
            return f"{year}年{int(number)}月"
        case "quarter":
            return f"{year}年第{number}季度"
    return f"{year}年"


def return_place(name: str, enterprise_id: str, period: str) -> str:
    """Return what a link to an enterprise's returns of a period names after ``#``."""
    return f"return-{name}-{enterprise_id}-{period}"


# --- what is owed --------------------------------------------------------------------------------


def owed(frames: Frames, as_of: pd.Timestamp, years: Collection[int] = ()) -> pd.DataFrame:
    """Return every obligation of a period that has ended by a day: ``table``, ``enterprise_id``,
    ``period``, ``ends_on``, ``due_on``, by table as the settings list them.

    Without a date ``from_on`` of its own a table is owed from the first year that the returns cover
    (``years``, where ``frames`` hold a part of them), or else the table itself.
    """
    known = years or (set(frames[TABLE]["year"]) if TABLE in frames else ())
    parts = []
    for row in frames[SETTINGS].to_dict("records") if SETTINGS in frames else ():
        begins = min(known, default=None) or _first_year(frames, row["id"])
        if begins is not None and ENTERPRISES in frames:
            parts.append(_owed(frames, row, pd.Timestamp(int(begins), 1, 1), as_of))
    empty = pd.DataFrame({name: pd.Series(dtype=str) for name in OWED} | dict.fromkeys(("ends_on", "due_on"), _NO_DAYS))
    return pd.concat([p for p in parts if len(p)] or [empty], ignore_index=True)


_NO_DAYS = pd.Series(dtype="datetime64[ns]")


def _first_year(frames: Frames, table: str) -> int | None:
    return int(frames[table]["year"].min()) if table in frames and len(frames[table]) else None


def _owed(frames: Frames, row: Mapping[str, object], begins: pd.Timestamp, as_of: pd.Timestamp) -> pd.DataFrame:
    table, every = str(row["id"]), str(row["every"])
    first = max(begins, from_on) if (from_on := _day(row.get("from_on"))) is not None else begins
    last = min(as_of, to_on) if (to_on := _day(row.get("to_on"))) is not None else as_of
    ends = pd.date_range(first, last, freq={MONTH: "ME", QUARTER: "QE", YEAR: "YE"}[every])
    periods = pd.DataFrame({"ends_on": pd.Series(ends)})
    periods["period"] = [period_of(end, every) for end in ends]
    periods["due_on"] = due_on(frames[SETTINGS], table, periods["ends_on"], frames)
    roster = frames[ENTERPRISES]
    found = roster[["enterprise_id", "level", "start_year", "end_year"]].merge(periods, how="cross")
    year = found["ends_on"].dt.year
    found = found[(found["start_year"] <= year) & ~(found["end_year"] <= year)]
    if row.get("whose") == FIRST_LEVEL:
        found = found[found["level"] == 1]
    if holding := HOLDINGS.get(str(row.get("whose") or "")):
        found = found.merge(
            _holders(frames, holding, periods["ends_on"], MONTHS[every]), on=["enterprise_id", "ends_on"]
        )
    return found.assign(table=table)[[*OWED, "ends_on", "due_on"]].sort_values(
        ["ends_on", "enterprise_id"], kind="stable"
    )


def _day(value: object) -> pd.Timestamp | None:
    return value if isinstance(value, pd.Timestamp) and value == value else None


def _holders(frames: Frames, holding: Holding, ends: pd.Series, months: int) -> pd.DataFrame:
    """Return who has what a table is about, at each period's end."""
    if holding.table not in frames:
        return pd.DataFrame({"enterprise_id": pd.Series(dtype=str), "ends_on": _NO_DAYS})
    rows = frames[holding.table]
    rows = rows[[c for c in ("enterprise_id", "year", holding.began, holding.ended) if c in rows]]
    rows = rows.merge(pd.DataFrame({"ends_on": ends}), how="cross")
    since = rows["ends_on"] if holding.to_the_end else month_end(rows["ends_on"] - pd.DateOffset(months=months))
    here = (rows[holding.began] <= rows["ends_on"]) & ~(rows[holding.ended] <= since)
    if "year" in rows:  # a list of what there was in a year says nothing of another
        here &= rows["year"] == rows["ends_on"].dt.year
    return rows.loc[here, ["enterprise_id", "ends_on"]].drop_duplicates()


# --- how it stands -------------------------------------------------------------------------------


def obligations(frames: Frames, as_of: pd.Timestamp, years: Collection[int] = ()) -> pd.DataFrame:
    """Return every obligation of a period that has ended by a day, and how it stands on that day.

    Columns: ``table``, ``enterprise_id``, ``period``, ``due_on``; ``arrived_on`` of the return that
    was accepted first, or of the last one while none is; ``accepted_on``; ``days_late``, until the
    arrival or, of what is not here or was sent back, until the day; and ``state``, one of ``STATES``.
    What arrived or was decided after the day is not known. ``years`` is as for ``owed``.
    """
    found = owed(frames, as_of, years)
    sent = known(frames[TABLE], as_of) if TABLE in frames else _NO_RETURNS
    accepted = sent[sent["state"] == ACCEPTED].drop_duplicates(OWED)
    newest = sent.drop_duplicates(OWED, keep="last")
    met = accepted[[*OWED, "arrived_on", "decided_on"]].rename(columns={"decided_on": "accepted_on"})
    last = newest[[*OWED, "arrived_on", "state"]].rename(columns={"arrived_on": "last_on", "state": "last"})
    found = found.merge(met, on=OWED, how="left").merge(last, on=OWED, how="left")
    done, here = found["accepted_on"].notna(), found["last"] == WAITING
    found["arrived_on"] = found["arrived_on"].where(done, found["last_on"])
    reached = found["arrived_on"].where(done | here, as_of)
    found["days_late"] = (reached - found["due_on"]).dt.days.clip(lower=0)
    late = found["days_late"] > 0
    cases = [done & late, done, here, found["last"] == SENT_BACK, found["due_on"] < as_of]
    found["state"] = np.select(cases, [LATE_DONE, DONE, IN_REVIEW, RETURNED, MISSING], NOT_DUE)
    return found[COLUMNS]


_NO_RETURNS = pd.DataFrame(
    {name: pd.Series(dtype=str) for name in (*OWED, "state", "timing")}
    | dict.fromkeys(("arrived_on", "decided_on"), _NO_DAYS)
)


def known(returns: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the returns that had arrived by a day, in the order of their revisions; one that was
    decided later was waiting then."""
    rows = returns[returns["arrived_on"] <= as_of].sort_values([*OWED, "revision"], kind="stable")
    decided = rows["decided_on"] <= as_of
    return rows.assign(
        state=rows["state"].where(decided, WAITING),
        decided_on=rows["decided_on"].where(decided),
        timing=rows["timing"].where(decided, ""),
    )


def recorded(frames: Frames, returns: pd.DataFrame) -> pd.DataFrame:
    """Return returns with what follows from them and the settings: ``year``, ``timing``, ``days_late``.

    ``returns`` has all returns of the periods that it names, with the other columns of the table.
    """
    rows = returns.sort_values([*OWED, "revision"], kind="stable")
    ends = pd.to_datetime(rows["period"].map(end_of))
    done = rows["state"] == ACCEPTED
    first = ~rows[done].duplicated(OWED)
    first = first.reindex(rows.index, fill_value=False)
    due = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns]")
    for table, own in rows.groupby("table").groups.items():
        if table in set(frames[SETTINGS]["id"]):
            due[own] = due_on(frames[SETTINGS], str(table), ends[own], frames)
    days = (rows["arrived_on"] - due).dt.days.clip(lower=0).where(first)
    timing = np.select([days == 0, days > 0, done & ~first], [ON_TIME, LATE, CORRECTION], "")
    return rows.assign(year=ends.dt.year, timing=timing, days_late=days).loc[returns.index]
