"""How long something has been waiting, looked at on the last day of each month."""

from __future__ import annotations

import pandas as pd

MONTH = 365.25 / 12  # days


def waiting(items: pd.DataFrame, since: str, until: str, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return one row for each item and month's end from the date ``since`` on.

    ``days`` is how long it has been waiting, zero once the date ``until`` has come; ``open`` says
    whether it still is. The day itself takes the place of the running month's end. Items need a
    ``title`` and an ``id``, which make the ``subject``.
    """
    items = items.assign(rows=items.index + 2)
    items = items[items[since] <= as_of]
    first = items[since].min() if len(items) else as_of
    ends = pd.date_range(first, as_of + pd.offsets.MonthEnd(0), freq="ME", normalize=True)
    found = items.merge(pd.DataFrame({"period": ends}), how="cross")
    found = found[found[since] <= found["period"]]
    day = found["period"].clip(upper=as_of)
    still = ~(found[until] <= day)
    days = (day - found[since]).dt.days.where(still, 0)
    return found.assign(days=days, open=still, subject=subject(found))


def now(items: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the items as they stand on the day; since when they have so stood is not known."""
    return items.assign(
        rows=items.index + 2, period=as_of + pd.offsets.MonthEnd(0), subject=subject(items),
        snapshot=True,
    )  # fmt: skip


def subject(items: pd.DataFrame) -> pd.Series:
    """Return what an item is called in a sentence."""
    return items["title"] + "（" + items["id"] + "）"
