"""Monthly headcount: whole people, falling, adding up to the year's person-months.

The printed figures bound the path: profit per head and its growth leave an average of about 1,106
people in one year and 495 in the next, and the number may only fall. So the months of the second
year add up to less than six times the December before, and whoever leaves has to leave early in
it. Street-cleaning and property staff go with their trade, in batches from January to April; all
others change by ones and twos.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .enterprises import YEARS, in_year
from .money import apportion

MONTHS = range(1, 13)
LAST = MONTHS[-1]
Headcount = dict[tuple[int, int, str], int]  # (year, month, enterprise) -> people
# Whose trade leaves: the share of those who go that is still there in January, February, March.
LEAVING = {"F": (0.5, 0.2, 0.1), "F1": (0.52, 0.22, 0.08), "F2": (0.6, 0.3, 0.1)}
# Planted: a company that takes somebody on in a month in which the district still falls.
HIRES = ("C1", 6)


def make(person_months: dict[int, int], rng: np.random.Generator) -> Headcount:
    """Return headcount by year, month and enterprise for the given totals."""
    people: Headcount = {}
    for index, year in enumerate(YEARS):
        profiles = in_year(year)
        # Each company's year first, then its months: nobody's total wanders.
        own = apportion(person_months[year], [p.staff[index] for p in profiles])
        for profile, months in zip(profiles, own, strict=True):
            key = profile.enterprise_id
            fall = rng.uniform(0.02, 0.06)
            shape = [1 - fall * (m - 6.5) / 12 for m in MONTHS]
            if year == YEARS[-1] and key in LEAVING:
                shape = _batches(people[year - 1, LAST, key], months, LEAVING[key])
            by_month = sorted(apportion(months, shape), reverse=True)
            if year == YEARS[-1] and key == HIRES[0]:
                by_month = _with_hire(by_month, HIRES[1])
            people |= {(year, month, key): number for month, number in zip(MONTHS, by_month, strict=True)}
    return people


def _batches(before: int, months: int, left: tuple[float, ...]) -> list[float]:
    """Return a year's path from ``before`` people to those who stay, ``months`` in all.

    Raises:
        RuntimeError: nobody could stay.
    """
    stay = (months - before * sum(left)) / (len(MONTHS) - sum(left))
    if stay < 1:
        raise RuntimeError("职工人数从上年末降到本年平均数，没有一条只减不增的路")
    return [stay + (before - stay) * (left[m - 1] if m <= len(left) else 0) for m in MONTHS]


def _with_hire(by_month: list[int], month: int) -> list[int]:
    """Return the same person-months with somebody taken on in ``month``: one fewer the month before, one more later."""
    made = list(by_month)
    made[month - 2] -= 1
    later = next(m for m in range(month - 1, LAST) if made[m] < by_month[m - 1])
    made[later] += 1
    return made


def person_months(people: Headcount, year: int, enterprise_id: str) -> int:
    """Return one enterprise's person-months of a year."""
    return sum(people[year, month, enterprise_id] for month in MONTHS)


def rows(people: Headcount) -> Iterator[dict[str, object]]:
    """Yield the table's rows in the order of its key."""
    for (year, month, enterprise_id), number in sorted(people.items()):
        yield {"year": year, "month": month, "enterprise_id": enterprise_id, "headcount": number}
