"""Which days are working days: weekends, and the State Council's arrangement of each year's holidays.

The arrangement is the table ``holidays``: days off, and the weekend days worked in exchange. Of a
year that it does not hold only the weekends are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

HOLIDAYS = "holidays"
REST, WEEKEND = "rest", "周末"
SATURDAY = 5
DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class WorkingDays:
    """``off``: day -> the holiday that it belongs to; ``on``: the weekend days that are worked."""

    off: Mapping[pd.Timestamp, str]
    on: frozenset[pd.Timestamp]

    @classmethod
    def of(cls, frames: Mapping[str, pd.DataFrame]) -> WorkingDays:
        """Return those of the tables; where ``holidays`` did not come with them, weekends alone are off."""
        if HOLIDAYS not in frames:
            return _arranged()
        return _arranged(*frames[HOLIDAYS][["from_on", "to_on", "kind", "title"]].itertuples(index=False, name=None))

    def works(self, days: pd.Series) -> np.ndarray:
        """Return whether each day is a working day; an unknown day passes for one."""
        weekend = (days.dt.day_of_week >= SATURDAY) & ~days.isin(self._on)
        return ~(weekend | days.isin(self._off)).to_numpy()

    @cached_property
    def _on(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(list(self.on))

    @cached_property
    def _off(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(list(self.off))

    @cached_property
    def _after(self) -> dict[tuple[pd.Timestamp, int], pd.Timestamp]:
        return {}

    def between(self, first: pd.Timestamp, last: pd.Timestamp) -> int:
        """Return how many working days follow the first day, up to the last one."""
        return int(self.works(pd.Series(pd.date_range(first + DAY, last))).sum())

    def after(self, day: pd.Timestamp, count: int) -> pd.Timestamp:
        """Return the day that is so many working days later."""
        if (day, count) not in self._after:
            later = day
            for _ in range(count):
                later = self.next(later + DAY)
            self._after[day, count] = later
        return self._after[day, count]

    def next(self, days: Any) -> Any:
        """Return the days, or the first working days after those that are none."""
        return self._moved(days, DAY)

    def last(self, days: Any) -> Any:
        """Return the days, or the last working days before those that are none."""
        return self._moved(days, -DAY)

    def _moved(self, days: Any, step: pd.Timedelta) -> Any:
        if isinstance(days, pd.Timestamp):  # asked for often: no series for one day
            while days in self.off or (days.day_of_week >= SATURDAY and days not in self.on):
                days += step
            return days
        nth, kinds = pd.factorize(days)  # most rows are of a few hundred days
        moved = pd.DatetimeIndex([self._moved(day, step) for day in kinds]).as_unit(days.dt.unit)
        return pd.Series(moved.take(nth, fill_value=pd.NaT), days.index, name=days.name)

    def why(self, day: pd.Timestamp) -> str:
        """Return why nobody works on a day: the holiday, or 周末."""
        return self.off.get(day, WEEKEND)


@lru_cache(maxsize=8)
def _arranged(*rows: tuple[pd.Timestamp, pd.Timestamp, str, str]) -> WorkingDays:
    """Return the days that rows of ``holidays`` say: asked for by every table of every batch."""
    days = [(day, kind, title) for first, last, kind, title in rows for day in pd.date_range(first, last)]
    return WorkingDays(
        {day: title for day, kind, title in days if kind == REST},
        frozenset(day for day, kind, _ in days if kind != REST),
    )
