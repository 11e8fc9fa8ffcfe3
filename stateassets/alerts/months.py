"""How long something has been waiting, looked at on the last day of each month."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..tables.periods import month_end

MONTH = 365.25 / 12  # days


def waiting(items: pd.DataFrame, since: str, until: str, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return one row for each item and month's end from the date ``since`` on.

    ``days`` is how long it has been waiting, ``open`` whether it still is. The last row of an
    item that is done by the day is that of the month of ``until``, with zero days; one that was
    done before anyone could look has no row. The day itself takes the place of the running
    month's end. A date that is no working day counts like any other. Items need a ``title`` and
    an ``id``, which make the ``subject``.
    """
    items = items.assign(rows=items.index + 2)
    items = items[items[since] <= as_of]
    done = (items[until] <= as_of).to_numpy()
    first, (today,) = months(items[since]), months([as_of])
    last = np.where(done, months(items[until].fillna(as_of)), today)
    looked = ~done | (last > first)
    items, first, last = items[looked], first[looked], last[looked]
    items = items.assign(subject=subject(items))
    counts = last - first + 1
    found = items.iloc[np.repeat(np.arange(len(items)), counts)].reset_index(drop=True)
    nth = np.arange(len(found)) - np.repeat(np.cumsum(counts) - counts, counts)
    found["period"] = last_days(np.repeat(first, counts) + nth).astype(items[since].dtype)
    day = found["period"].clip(upper=as_of)
    still = ~(found[until] <= day)
    return found.assign(days=(day - found[since]).dt.days.where(still, 0), open=still)


def months(days: Any) -> np.ndarray:
    """Return how many months after January 1970 each day lies."""
    return np.asarray(days, dtype="datetime64[M]").astype(np.int64)


def last_days(months: np.ndarray) -> np.ndarray:
    """Return the last day of each month, given as ``months`` numbers them."""
    return (months + 1).astype("datetime64[M]").astype("datetime64[D]") - 1


def now(items: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the items as they stand on the day; since when they have so stood is not known.

    A state that was entered for a later year is not known yet.
    """
    items = items.assign(rows=items.index + 2)
    if "year" in items:
        items = items[items["year"] <= as_of.year]
    return items.assign(period=month_end(as_of), subject=subject(items), snapshot=True)


def subject(items: pd.DataFrame) -> pd.Series:
    """Return what an item is called in a sentence."""
    return items["title"] + "（" + items["id"] + "）"
