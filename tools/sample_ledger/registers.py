"""What every domain's registers are made of: who, when, and how it went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from stateassets.tables.working_days import HOLIDAYS, WorkingDays

from .assemble import Sample
from .enterprises import YEARS

YEAR = YEARS[-1]
SETTINGS = Path(__file__).resolve().parents[2] / "data" / "settings"
DEPARTMENTS = ("综合办公室", "财务部", "投资发展部", "风控法务部", "运营管理部", "党群人事部")
SATURDAY = 5
WORKING_DAYS = WorkingDays.of(
    {HOLIDAYS: pd.read_csv(SETTINGS / f"{HOLIDAYS}.csv", parse_dates=["from_on", "to_on"], encoding="utf-8-sig")}
)
WEEKDAYS_OFF = frozenset(day.date() for day in WORKING_DAYS.off if day.year == YEAR)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Context:
    """What a domain may use: the statements, what the report printed, its own random stream.

    ``counts`` holds the report's printed whole numbers by claim id, e.g. ``compliance.tasks``;
    ``made`` the tables of the domains that stand before it in ``DOMAINS``.
    """

    sample: Sample
    counts: Mapping[str, int]
    rng: np.random.Generator
    made: Mapping[str, Iterable[dict[str, object]]] = field(default_factory=dict)

    def pick(self, choices: Sequence[Item], weights: Sequence[float] | None = None) -> Item:
        """Return one of ``choices``."""
        p = None if weights is None else np.array(weights) / sum(weights)
        return choices[int(self.rng.choice(len(choices), p=p))]

    def day(self, first: date, last: date) -> date:
        """Return a working day between two days, both included where they are working days."""
        day = first + timedelta(days=int(self.rng.integers(0, (last - first).days + 1)))
        return max(working_day(day), first)

    def life(
        self, first: date, last: date, days: tuple[int, int], late: float = 0.1, unfinished: float = 0.1
    ) -> dict[str, object]:
        """Return an item's dates: opened between two days, due some ``days`` later, closed or not.

        A share ``late`` of those that are done was done after the due date; what would be done
        after the year's end is open, and a share ``unfinished`` of what was due is overdue.
        """
        opened = self.day(first, last)
        span = int(self.rng.integers(days[0], days[1] + 1))
        due = working_day(opened + timedelta(days=span))
        if self.rng.random() < late:
            closed = due + timedelta(days=int(self.rng.integers(1, 31)))
        else:
            closed = due - timedelta(days=int(self.rng.integers(0, max(1, span // 2))))
        closed = working_day(closed)
        done = closed.year <= YEAR and self.rng.random() >= unfinished
        return {"opened_on": opened, "due_on": due, "closed_on": closed if done else ""}


def working_day(day: date) -> date:
    """Return a day, or the last working day before it."""
    while day.weekday() >= SATURDAY or day in WEEKDAYS_OFF:
        day -= timedelta(days=1)
    return day


def numbered(prefix: str, count: int) -> list[str]:
    """Return ``count`` ids such as ``HG001``."""
    return [f"{prefix}{i:03d}" for i in range(1, count + 1)]
