"""Who owes what by when, and how it stands on a day: worked out by hand, and what always holds."""

import pandas as pd
import pytest
from data_copy import rewrite
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import ROOT

from stateassets.domains.returns.obligations import (
    COLUMNS,
    DONE,
    IN_REVIEW,
    LATE_DONE,
    MISSING,
    NOT_DUE,
    OWED,
    RETURNED,
    STATES,
    end_of,
    in_words,
    known,
    obligations,
    owed,
    period_of,
    recorded,
)


def day(text):
    return pd.Timestamp(text)


HOLIDAYS = pd.read_csv(
    ROOT / "data/settings/holidays.csv", parse_dates=["from_on", "to_on"], encoding="utf-8-sig"
)  # the State Council's own


def frames(every="month", due_months=1, due_day=10, counting="calendar", whose="all", returns=(), **more):
    """One table, t, owed by A (from 2022), A1 below it (from 2023) and B (gone in 2023)."""
    names = ["table", "enterprise_id", "period", "revision", "arrived_on", "state", "decided_on"]
    sent = pd.DataFrame(list(returns), columns=names).assign(timing="")
    sent["year"] = sent["period"].str[:4].astype(int)
    for name in ("arrived_on", "decided_on"):
        sent[name] = pd.to_datetime(sent[name])
    setting = {"id": "t", "every": every, "due_months": due_months, "due_day": due_day, "counting": counting}
    setting |= {"whose": whose, "from_on": pd.NaT, "to_on": pd.NaT, **more}
    roster = {
        "enterprise_id": ["A", "A1", "B"],
        "level": [1, 2, 1],
        "start_year": [2022, 2023, 2022],
        "end_year": [float("nan"), float("nan"), 2023],
    }
    found = {"platform_returns": pd.DataFrame([setting]), "enterprises": pd.DataFrame(roster), "holidays": HOLIDAYS}
    return {**found, "t": pd.DataFrame({"year": [2022]}), **({"returns": sent} if len(sent) else {})}


def accepted(period, came, decided, revision=1, owner="A"):
    return ("t", owner, period, revision, came, "accepted", decided)


def sent_back(period, came, decided, revision=1):
    return ("t", "A", period, revision, came, "sent_back", decided)


def of(found, owner, period):
    (row,) = found[(found["enterprise_id"] == owner) & (found["period"] == period)].to_dict("records")
    return row


# --- by when -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counting", "every", "months", "count", "period", "due"),
    [
        ("calendar", "month", 1, 10, "2023-05", "2023-06-10"),  # a Saturday, and it stays one
        ("next", "month", 1, 10, "2023-05", "2023-06-12"),  # so the Monday
        ("next", "month", 1, 10, "2023-08", "2023-09-11"),  # the 10th is a Sunday
        ("next", "year", 4, 30, "2022", "2023-05-04"),  # a Sunday, then 1 May to 3 May are off
        ("next", "quarter", 1, 15, "2022Q3", "2022-10-17"),  # a Saturday
        ("working", "month", 1, 7, "2022-12", "2023-01-11"),  # 3, 4, 5, 6, 9, 10, 11: the 1st and 2nd are off
        ("working", "month", 1, 7, "2023-09", "2023-10-13"),  # 7 and 8 October are worked: 7, 8, 9, 10, 11, 12, 13
        ("working", "month", 1, 31, "2023-01", "2023-02-28"),  # so many working days no month has
        ("calendar", "quarter", 1, 31, "2023Q1", "2023-04-30"),  # a month without the day
    ],
)
def test_it_is_due_on_the_calendar_day_the_next_working_day_or_so_many_working_days_on(
    counting, every, months, count, period, due
):
    tables = frames(every, months, count, counting)
    found = owed(tables, day("2023-12-31"))
    assert of(found, "A", period)["due_on"] == day(due)


@pytest.mark.parametrize(
    ("text", "end", "words"),
    [
        ("2023-06", "2023-06-30", "2023年6月"),
        ("2024-02", "2024-02-29", "2024年2月"),
        ("2023Q2", "2023-06-30", "2023年第2季度"),
        ("2023", "2023-12-31", "2023年"),
    ],
)
def test_a_period_is_a_text_that_says_its_last_day(text, end, words):
    assert end_of(text) == day(end) and in_words(text) == words
    every = {7: "month", 6: "quarter", 4: "year"}[len(text)]
    assert period_of(day(end), every) == text


@pytest.mark.parametrize(
    "text", ["", "23-06", "2023-6", "2023-13", "2023-00", "2023Q5", "2023q1", "2023年", " 2023", "2023-06 "]
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError, match=f"“{text}”不是时期"):
        end_of(text)


# --- by whom -------------------------------------------------------------------------------------


def test_an_enterprise_owes_from_its_first_year_until_the_year_in_which_it_leaves():
    found = owed(frames(), day("2023-12-31"))
    periods = {owner: sorted(own["period"]) for owner, own in found.groupby("enterprise_id")}
    assert periods["A"][0] == "2022-01" and periods["A"][-1] == "2023-12" and len(periods["A"]) == 24
    assert periods["A1"][0] == "2023-01" and len(periods["A1"]) == 12
    assert periods["B"][-1] == "2022-12" and len(periods["B"]) == 12


def test_a_table_of_first_level_enterprises_is_owed_by_them():
    assert set(owed(frames(whose="first_level"), day("2023-12-31"))["enterprise_id"]) == {"A", "B"}


def test_accounts_are_owed_by_who_has_one_at_the_month_s_end():
    tables = frames(whose="accounts")
    assert owed(tables, day("2023-12-31")).empty  # nobody is known to have one
    tables["bank_accounts"] = pd.DataFrame(
        {
            "enterprise_id": ["A", "A1"],
            "opened_on": pd.to_datetime(["2021-05-01", "2023-03-15"]),
            "closed_on": pd.to_datetime(["2022-02-28", None]),
        }
    )
    found = owed(tables, day("2023-12-31"))
    assert sorted(found.loc[found["enterprise_id"] == "A", "period"]) == [
        "2022-01"
    ]  # closed on the last day of February
    assert min(found.loc[found["enterprise_id"] == "A1", "period"]) == "2023-03"


def test_projects_are_owed_for_each_quarter_in_which_one_ran():
    tables = frames("quarter", 1, 15, whose="projects")
    tables["investments"] = pd.DataFrame(
        {
            "year": [2023, 2023],
            "enterprise_id": ["A", "A1"],
            "started_on": pd.to_datetime(["2022-11-01", "2023-04-01"]),
            "finished_on": pd.to_datetime(["2023-01-20", None]),
        }
    )
    found = owed(tables, day("2023-12-31"))
    assert {tuple(row) for row in found[["enterprise_id", "period"]].to_numpy()} == {
        ("A", "2023Q1"),  # it was finished in it; the list of 2023 does not speak of 2022
        *(("A1", f"2023Q{quarter}") for quarter in (2, 3, 4)),
    }


def test_a_setting_says_from_when_to_when():
    tables = frames(from_on=day("2022-03-01"), to_on=day("2022-05-30"))
    found = owed(tables, day("2023-12-31"))
    assert sorted(set(found["period"])) == ["2022-03", "2022-04"]  # May ends on the 31st


def test_the_returns_say_from_which_year_on_where_the_setting_does_not():
    tables = frames(returns=[accepted("2023-01", "2023-02-03", "2023-02-06")])
    assert min(owed(tables, day("2023-12-31"))["period"]) == "2023-01"


def test_nothing_is_owed_without_settings_or_enterprises():
    tables = frames()
    for name in ("platform_returns", "enterprises"):
        rest = {key: value for key, value in tables.items() if key != name}
        assert obligations(rest, day("2023-12-31")).empty
        assert list(obligations(rest, day("2023-12-31")).columns) == COLUMNS


# --- how it stands -------------------------------------------------------------------------------

# May 2023 of A, due on Saturday 10 June.
STANDS = {
    "nothing came": ([], {"2023-06-10": (NOT_DUE, 0), "2023-06-11": (MISSING, 1), "2023-07-10": (MISSING, 30)}),
    "in time": (
        [accepted("2023-05", "2023-06-09", "2023-06-13")],
        {
            "2023-06-08": (NOT_DUE, 0),
            "2023-06-09": (IN_REVIEW, 0),
            "2023-06-12": (IN_REVIEW, 0),
            "2023-06-13": (DONE, 0),
        },
    ),
    "on the day": ([accepted("2023-05", "2023-06-10", "2023-06-10")], {"2023-06-10": (DONE, 0)}),
    "late": (
        [accepted("2023-05", "2023-06-14", "2023-06-20")],
        {"2023-06-13": (MISSING, 3), "2023-06-14": (IN_REVIEW, 4), "2023-07-30": (LATE_DONE, 4)},
    ),
    "sent back and in again": (
        [sent_back("2023-05", "2023-06-07", "2023-06-08"), accepted("2023-05", "2023-06-12", "2023-06-13", 2)],
        {
            "2023-06-07": (IN_REVIEW, 0),
            "2023-06-08": (RETURNED, 0),
            "2023-06-11": (RETURNED, 1),
            "2023-06-12": (IN_REVIEW, 2),
            "2023-06-13": (LATE_DONE, 2),
        },
    ),
    "sent back, not in again": (
        [sent_back("2023-05", "2023-06-07", "2023-06-08")],
        {"2023-06-10": (RETURNED, 0), "2023-06-20": (RETURNED, 10)},
    ),
    "corrected later": (
        [accepted("2023-05", "2023-06-09", "2023-06-13"), accepted("2023-05", "2023-07-20", "2023-07-21", 2)],
        {"2023-07-20": (DONE, 0), "2023-08-01": (DONE, 0)},  # a correction is no late return
    ),
    "a correction was sent back": (
        [accepted("2023-05", "2023-06-09", "2023-06-13"), sent_back("2023-05", "2023-07-20", "2023-07-21", 2)],
        {"2023-08-01": (DONE, 0)},
    ),
}


@pytest.mark.parametrize("case", STANDS)
def test_an_obligation_stands_as_what_was_known_on_the_day_says(case):
    returns, days = STANDS[case]
    for when, (state, late) in days.items():
        row = of(
            obligations(frames(returns=[accepted("2022-01", "2022-02-01", "2022-02-01"), *returns]), day(when)),
            "A",
            "2023-05",
        )
        assert (row["state"], row["days_late"]) == (state, late), when


def test_it_says_when_it_came_and_when_it_was_accepted():
    back, again = sent_back("2023-05", "2023-06-07", "2023-06-08"), accepted("2023-05", "2023-06-12", "2023-06-13", 2)
    tables = frames(returns=[again, back])  # in whatever order
    row = of(obligations(tables, day("2023-06-09")), "A", "2023-05")
    assert row["arrived_on"] == day("2023-06-07") and row["accepted_on"] is pd.NaT
    row = of(obligations(tables, day("2023-06-13")), "A", "2023-05")
    assert (row["arrived_on"], row["accepted_on"]) == (day("2023-06-12"), day("2023-06-13"))


def test_what_was_decided_after_the_day_was_waiting_then():
    rows = frames(returns=[sent_back("2023-05", "2023-06-07", "2023-06-08")])["returns"]
    assert known(rows, day("2023-06-06")).empty
    (row,) = known(rows, day("2023-06-07")).to_dict("records")
    assert row["state"] == "waiting" and row["decided_on"] is pd.NaT


def test_a_return_is_recorded_with_its_year_and_whether_it_was_late():
    """Due on 10 June: sent back, then two days late; the correction is neither."""
    tables = frames(
        returns=[
            sent_back("2023-05", "2023-06-07", "2023-06-08"),
            accepted("2023-05", "2023-06-12", "2023-06-13", 2),
            accepted("2023-05", "2023-07-20", "2023-07-21", 3),
            accepted("2023-06", "2023-07-10", "2023-07-11"),
        ]
    )
    made = recorded(tables, tables["returns"].drop(columns=["year", "timing"]))
    assert made["timing"].tolist() == ["", "late", "correction", "on_time"]
    assert made["days_late"].fillna(-1).tolist() == [-1, 2, -1, 0]
    assert made["year"].tolist() == [2023] * 4


# --- what always holds ---------------------------------------------------------------------------


@st.composite
def histories(draw):
    """Some returns of A for some months, each after the one before, decided or waiting."""
    rows = []
    for month in draw(st.sets(st.integers(1, 12), max_size=4)):
        when = day(f"2022-{month:02d}-01") + pd.offsets.MonthEnd(1)
        for revision in range(1, draw(st.integers(1, 3)) + 1):
            when += pd.Timedelta(days=draw(st.integers(1, 40)))
            state = draw(st.sampled_from(["accepted", "sent_back", "waiting"]))
            decided = when + pd.Timedelta(days=draw(st.integers(0, 20)))
            rows.append(("t", "A", f"2022-{month:02d}", revision, when, state, None if state == "waiting" else decided))
            when = max(when, decided)
    return rows


@settings(max_examples=20, deadline=None)
@given(histories(), st.integers(0, 700), st.integers(0, 200))
def test_each_obligation_has_one_state_and_lateness_never_shrinks(returns, first, more):
    tables = frames(returns=returns)
    now, later = day("2022-01-01") + pd.Timedelta(days=first), day("2022-01-01") + pd.Timedelta(days=first + more)
    one, other = obligations(tables, now), obligations(tables, later)
    for found, when in ((one, now), (other, later)):
        assert not found.duplicated(OWED).any() and set(found["state"]) <= set(STATES)
        assert (found["days_late"] >= 0).all()
        ends = pd.to_datetime(found["period"].map(end_of))
        assert (ends <= when).all()
        years = ends.dt.year
        assert not ((found["enterprise_id"] == "A1") & (years < 2023)).any()  # nobody owes before it is there
        assert not ((found["enterprise_id"] == "B") & (years >= 2023)).any()  # nor after it has gone
    both = one.merge(other, on=OWED, suffixes=("", "_later"))
    assert len(both) == len(one)
    waits = both["accepted_on"].isna()
    assert (both["days_late_later"] >= both["days_late"]).all()
    settled = both[~waits]
    assert (settled["state"] == settled["state_later"]).all() and (
        settled["days_late"] == settled["days_late_later"]
    ).all()


# --- the sample ----------------------------------------------------------------------------------


def test_the_sample_s_returns_say_of_themselves_what_follows_from_the_settings(report):
    tables = report.ledger.frames
    told = ["year", "timing", "days_late"]
    made = recorded(tables, tables["returns"].drop(columns=told))
    for name in told:
        assert made[name].fillna(-1).tolist() == tables["returns"][name].fillna(-1).tolist(), name


def test_flash_statements_are_late_here_as_their_own_rule_says(report):
    """The rule of the flash module counts from the same deadline, whichever way it is reached."""
    from stateassets.alerts.page import at_year_end
    from stateassets.domains.flash.alerts import returns as flash_returns

    rows = flash_returns(at_year_end(report))
    late = {(r["enterprise_id"], f"{r['year']}-{r['month']:02d}"): r["days_late"] for r in rows.to_dict("records")}
    found = obligations(report.ledger.frames, day("2023-12-31")).query("table == 'flash_reports'")
    found = found[found["due_on"] <= day("2023-12-31")]
    here = {(r["enterprise_id"], r["period"]): r["days_late"] for r in found.to_dict("records")}
    assert here == {key: max(days, 0) for key, days in late.items()} and len(here) == 18 * 12 + 19 * 11


def test_a_deadline_by_working_days_moves_the_alert_s_deadline_too(data):
    """January 2022's seventh working day in February is the 15th: the 1st to the 6th are off."""
    from stateassets.alerts.page import at_year_end
    from stateassets.domains.flash.alerts import returns as flash_returns
    from stateassets.report import Report

    rewrite(data, "platform_returns", lambda r: r.update(counting="working", due_day="7"), id="flash_reports")
    rows = flash_returns(at_year_end(Report(root=data.folder.parent)))
    january = rows[(rows["year"] == 2022) & (rows["month"] == 1)]
    assert set(january["due_on"]) == {day("2022-02-15")}
