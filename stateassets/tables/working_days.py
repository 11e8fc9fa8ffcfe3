"""Which days are working days: weekends, and the State Council's arrangement of each year's holidays.

The arrangement is the table ``holidays``: days off, and the weekend days worked in exchange. Of a
year that it does not hold only the weekends are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
        rows = frames[HOLIDAYS].to_dict("records") if HOLIDAYS in frames else []
        days = [(day, row) for row in rows for day in pd.date_range(row["from_on"], row["to_on"])]
        return cls(
            {day: row["title"] for day, row in days if row["kind"] == REST},
            frozenset(day for day, row in days if row["kind"] != REST),
        )

    def works(self, days: pd.Series) -> np.ndarray:
        """Return whether each day is a working day; an unknown day passes for one."""
        weekend = (days.dt.day_of_week >= SATURDAY) & ~days.isin(list(self.on))
        return ~(weekend | days.isin(list(self.off))).to_numpy()

    def between(self, first: pd.Timestamp, last: pd.Timestamp) -> int:
        """Return how many working days follow the first day, up to the last one."""
        return int(self.works(pd.Series(pd.date_range(first + DAY, last))).sum())

    def after(self, day: pd.Timestamp, count: int) -> pd.Timestamp:
        """Return the day that is so many working days later."""
        for _ in range(count):
            day = self.next(day + DAY)
        return day

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
        while not (works := self.works(days)).all():
            days = days.where(works, days + step)
        return days

    def why(self, day: pd.Timestamp) -> str:
        """Return why nobody works on a day: the holiday, or 周末."""
        return self.off.get(day, WEEKEND)
