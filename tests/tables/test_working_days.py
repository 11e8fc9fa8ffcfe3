"""Working days: weekends, the State Council's holidays, and the weekend days worked in exchange."""

import pandas as pd
import pytest

from stateassets.tables.working_days import WorkingDays

DAYS = pd.to_datetime


@pytest.fixture(scope="module")
def days(report):
    return WorkingDays.of(report.ledger.frames)


@pytest.mark.parametrize(
    ("day", "following", "before"),
    [
        ("2024-06-28", "2024-06-28", "2024-06-28"),  # a Friday
        ("2024-06-29", "2024-07-01", "2024-06-28"),  # a Saturday
        ("2023-09-29", "2023-10-07", "2023-09-28"),  # a holiday of eight days; the Saturday after is worked
        ("2023-10-08", "2023-10-08", "2023-10-08"),  # a Sunday that is worked
        ("2024-01-01", "2024-01-02", "2023-12-29"),  # one day that joins a weekend, across the year's end
        ("2024-02-09", "2024-02-09", "2024-02-09"),  # the day before the spring festival was no day off that year
        ("2025-01-28", "2025-02-05", "2025-01-27"),  # the year after, it was
        ("2029-10-01", "2029-10-01", "2029-10-01"),  # not arranged yet: a Monday is a Monday
    ],
)
def test_a_day_moves_to_the_next_working_day_or_the_last(days, day, following, before):
    assert days.next(pd.Timestamp(day)) == pd.Timestamp(following)
    assert days.last(pd.Timestamp(day)) == pd.Timestamp(before)


def test_without_the_arrangement_only_weekends_are_known():
    days = WorkingDays.of({})
    column = pd.Series(DAYS(["2023-10-02", "2023-10-07", None]))
    assert days.next(column).tolist()[:2] == list(DAYS(["2023-10-02", "2023-10-09"]))
    assert days.why(pd.Timestamp("2023-10-07")) == "周末"


def test_every_day_off_of_the_years_on_record_is_arranged_once_and_the_year_has_its_days(days, report):
    """Eleven days off a year by the State Council until 2024: what is more is worked on weekends."""
    for year in (2022, 2023, 2024):
        span = pd.Series(pd.date_range(f"{year}-01-01", f"{year}-12-31"))
        weekdays = (span.dt.day_of_week < 5).sum()
        off = weekdays - days.works(span).sum()  # weekdays off, less weekend days worked
        assert 9 <= off <= 12, year
    rows = report.ledger.frames["holidays"]
    every = [day for row in rows.itertuples() for day in pd.date_range(row.from_on, row.to_on)]
    assert len(every) == len(set(every))
    assert all(day.day_of_week >= 5 for day in days.on)


def test_working_days_are_counted_from_the_day_after_over_the_holidays(days):
    """Friday 20 January 2023, before the Spring Festival of 21 to 27; 28 and 29, a weekend, are worked."""
    friday, weekend = pd.Timestamp("2023-01-20"), pd.Timestamp("2023-01-29")
    assert days.between(friday, weekend) == 2
    assert days.after(friday, 2) == weekend
    assert days.between(friday, friday) == 0


def test_another_arrangement_is_known_at_once(report):
    """What is kept for all who ask is kept by what the table says."""
    frames, day = dict(report.ledger.frames), pd.Timestamp("2023-10-07")
    before = WorkingDays.of(frames).after(pd.Timestamp("2023-09-28"), 1)
    rows = frames["holidays"]
    frames["holidays"] = rows[rows["kind"] != "rest"]
    assert (before, WorkingDays.of(frames).after(pd.Timestamp("2023-09-28"), 1)) == (day, pd.Timestamp("2023-09-29"))
    assert WorkingDays.of({}).next(day) == pd.Timestamp("2023-10-09")  # a Saturday like any other
