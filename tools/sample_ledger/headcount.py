"""Monthly headcount: whole people, falling slowly, adding up to the year's person-months.

Most street-cleaning and property staff leave with the transfer at the turn of the year.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .enterprises import YEARS, in_year
from .money import apportion

MONTHS = range(1, 13)
Headcount = dict[tuple[int, int, str], int]  # (year, month, enterprise) -> people


def make(person_months: dict[int, int], rng: np.random.Generator) -> Headcount:
    """Return headcount by year, month and enterprise for the given totals."""
    people: Headcount = {}
    for index, year in enumerate(YEARS):
        profiles = in_year(year)
        # Each company's year first, then its months: nobody's total wanders.
        own = apportion(person_months[year], [p.staff[index] for p in profiles])
        for profile, months in zip(profiles, own, strict=True):
            fall = rng.uniform(0.02, 0.06)
            shape = [1 - fall * (m - 6.5) / 12 for m in MONTHS]
            by_month = sorted(apportion(months, shape), reverse=True)
            for month, number in zip(MONTHS, by_month, strict=True):
                people[year, month, profile.enterprise_id] = number
    return people


def person_months(people: Headcount, year: int, enterprise_id: str) -> int:
    """Return one enterprise's person-months of a year."""
    return sum(people[year, month, enterprise_id] for month in MONTHS)


def rows(people: Headcount) -> Iterator[dict[str, object]]:
    """Yield the table's rows in the order of its key."""
    for (year, month, enterprise_id), number in sorted(people.items()):
        yield {"year": year, "month": month, "enterprise_id": enterprise_id, "headcount": number}
