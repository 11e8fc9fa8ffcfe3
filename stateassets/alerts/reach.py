"""How far the data reach: what is known on a day after their end, and what should have come in by then.

Nothing that happened after the last year on record is in the tables. On a later day the rules
therefore look at the last day on record; what is said of the day itself is only what was bound to
happen: returns whose date has passed (``platform_returns``) and payments that fell due ``unseen``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from ..tables.periods import month_end, year_end
from ..tables.working_days import DAY, WorkingDays

RETURNS, ROSTER = "platform_returns", "roster"
NEXT, WORKING = "next", "working"  # a day off gives way to the next working day; only working days are counted
MONTHS = {"month": 1, "quarter": 3, "year": 12}  # that a period lasts
Frames = Mapping[str, pd.DataFrame]
NO_FRAMES: Frames = {}


def data_begin(frames: Frames) -> pd.Timestamp | None:
    """Return the first day on record, None where nobody is under supervision yet."""
    years = frames[ROSTER]["year"] if ROSTER in frames else ()
    return pd.Timestamp(int(min(years)), 1, 1) if len(years) else None


def data_end(frames: Frames) -> pd.Timestamp | None:
    """Return the last day on record, None where nobody is under supervision yet."""
    years = frames[ROSTER]["year"] if ROSTER in frames else ()
    return year_end(int(max(years))) if len(years) else None


# --- returns -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Return:
    """A period's return of one table: until when it was due, and how long it is overdue on the day."""

    table: str
    period: pd.Timestamp
    due_on: pd.Timestamp
    days: int


def due_on(returns: pd.DataFrame, table: str, periods: pd.Series, frames: Frames = NO_FRAMES) -> pd.Series:
    """Return the day by which a table's rows of each period (by its last day) have to be in.

    Where the setting counts working days, or moves a day off to the next of them, ``frames`` hold
    the holidays; without them weekends alone are off.
    """
    row = returns.set_index("id").loc[table]
    month = month_end(month_end(periods) + pd.DateOffset(months=int(row["due_months"])))
    count, counting = int(row["due_day"]), row.get("counting", "")
    if counting == WORKING:
        days = WorkingDays.of(frames)
        last = {end: days.after(end - pd.offsets.MonthBegin(1) - DAY, count) for end in month.unique()}
        return month.map(last).clip(upper=month)
    day = month - pd.to_timedelta((month.dt.day - count).clip(lower=0), unit="D")
    return WorkingDays.of(frames).next(day) if counting == NEXT else day


def last_period(frame: pd.DataFrame, every: str) -> pd.Timestamp | None:
    """Return the last day of the last period for which a table has rows, None without any."""
    if frame.empty:
        return None
    year = int(frame["year"].max())
    within = 1 if every == "year" else int(frame.loc[frame["year"] == year, every].max())
    return month_end(pd.Timestamp(year, within * MONTHS[every], 1))


def next_returns(frames: Frames) -> list[Return]:
    """Return for each table that comes in regularly the first return that is not on record, in their order."""
    return [found for row in _regular(frames) for found in _coming(frames, row, 1)]


def overdue_returns(frames: Frames, day: pd.Timestamp) -> list[Return]:
    """Return the returns after the last on record of their table that were due before the day, oldest first."""
    found = []
    for row in _regular(frames):
        last = last_period(frames[row["id"]], row["every"])
        most = max(0, (day.year - last.year) * 12 + day.month - last.month) if last is not None else 0
        found += [r for r in _coming(frames, row, most // MONTHS[row["every"]]) if r.due_on < day]
    return sorted((_aged(r, day) for r in found), key=lambda r: (r.due_on, r.table))


def _regular(frames: Frames) -> Iterator[Mapping[str, str]]:
    if RETURNS in frames:
        yield from (row for row in frames[RETURNS].to_dict("records") if row["id"] in frames)


def _coming(frames: Frames, row: Mapping[str, str], count: int) -> list[Return]:
    last = last_period(frames[row["id"]], row["every"])
    if last is None or count < 1:
        return []
    step = MONTHS[row["every"]]
    periods = pd.Series([month_end(last + pd.DateOffset(months=step * n)) for n in range(1, count + 1)])
    days = due_on(frames[RETURNS], row["id"], periods, frames)
    return [Return(row["id"], period, day, 0) for period, day in zip(periods, days, strict=True)]


def _aged(found: Return, day: pd.Timestamp) -> Return:
    return Return(found.table, found.period, found.due_on, (day - found.due_on).days)


# --- payments that nobody saw --------------------------------------------------------------------

# Columns of what a reader returns: whose payment, what it is called, when it was due, how much (万元).
COLUMNS = ["enterprise_id", "title", "due_on", "amount"]
Reader = Callable[[Frames, pd.Timestamp, pd.Timestamp], pd.DataFrame]
READERS: dict[str, tuple[tuple[str, ...], Reader]] = {}


def falls_due(name: str, *tables: str) -> Callable[[Reader], Reader]:
    """Register what returns, of the tables, the payments due after one day and up to another."""

    def register(reader: Reader) -> Reader:
        READERS[name] = tables, reader
        return reader

    return register


def unseen(frames: Frames, day: pd.Timestamp) -> pd.DataFrame:
    """Return the payments that fell due after the end of the data and before the day, earliest first.

    Columns: ``kind`` (what registered them), ``enterprise_id``, ``title``, ``due_on``, ``amount`` in
    万元. Whether they were made nobody knows.
    """
    end = data_end(frames)
    parts = [
        reader(frames, end, day)[COLUMNS].assign(kind=name)
        for name, (tables, reader) in READERS.items()
        if end is not None and day > end and set(tables) <= set(frames)
    ]
    found = pd.concat(parts) if parts else pd.DataFrame(columns=["kind", *COLUMNS])
    return found.sort_values(["due_on", "enterprise_id", "title"], ignore_index=True)
