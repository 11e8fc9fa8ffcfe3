"""What was done about alerts: each has a state by its notes, and what comes back begins anew."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from stateassets.alerts.page import AlertsPage
from stateassets.domains.returns import handling as told
from stateassets.domains.returns.handling import DONE, NOBODY, NOTES, OPEN, SAID

SEEN = pd.Timestamp(2023, 6, 30)
KEY = ("flash_debt_ratio", "F2", "")


@pytest.fixture(scope="module")
def alert(report):
    """An open alert of the sample, first seen in June 2023."""
    return replace(next(a for a in AlertsPage(report).alerts if a.key == KEY), first_seen=SEEN)


def of(alert, *notes, asked="2023-12-31"):
    """How an alert stands with notes: kind, day, text; by the end of a year, in a book of 2022 to 2023."""
    columns = ("kind", "noted_on", "text", "rule", "enterprise_id", "subject", "by")
    rows = [(*note, *alert.key, "王某") for note in notes]
    table = pd.DataFrame(rows, columns=columns).astype({"noted_on": "datetime64[ns]"})
    frames = {NOTES: table, "roster": pd.DataFrame({"year": [2022, 2023]})}
    watch = SimpleNamespace(
        report=SimpleNamespace(ledger=SimpleNamespace(frames=frames)),
        asked=pd.Timestamp(asked),
        of=lambda opened: SimpleNamespace(alerts=[alert] if opened else []),
    )
    (found,) = told.handling(watch)
    return found


ASSIGNED, ANSWERED = ("assigned", "2023-07-03", "王某"), ("answered", "2023-07-10", "已约谈")
REMINDED, SETTLED = ("reminded", "2023-07-20", "王某"), ("settled", "2023-08-01", "约谈以后办结")


def test_its_notes_say_how_an_alert_stands(alert):
    cases = {
        "nothing was noted": ((), NOBODY, 0),
        "somebody answers for it": ((ASSIGNED,), OPEN, 0),
        "and was reminded twice": ((ASSIGNED, REMINDED, ("reminded", "2023-07-27", "王某")), OPEN, 2),
        "and said what is done": ((ASSIGNED, REMINDED, ANSWERED), SAID, 1),
        "and is through with it": ((ASSIGNED, ANSWERED, SETTLED), DONE, 0),
        "as noted in the month in which it was first seen": ((("assigned", "2023-06-02", "王某"),), OPEN, 0),
    }
    found = {name: of(alert, *notes) for name, (notes, _, _) in cases.items()}
    assert {n: (f.state, f.reminders) for n, f in found.items()} == {n: case[1:] for n, case in cases.items()}
    said = found["and said what is done"]
    assert (said.responsible, said.answer, said.answered_on) == ("王某", "已约谈", pd.Timestamp(2023, 7, 10))


def test_the_last_of_a_kind_counts(alert):
    later = of(alert, ("assigned", "2023-09-01", "李某"), ASSIGNED, ANSWERED, ("answered", "2023-09-02", "改为分期"))
    assert (later.responsible, later.answer) == ("李某", "改为分期")


def test_what_was_settled_and_is_seen_again_is_open_again(alert):
    again = replace(alert, first_seen=pd.Timestamp(2023, 11, 30))
    assert of(again, ASSIGNED, ANSWERED, SETTLED).state == NOBODY
    assert of(again, ASSIGNED, ANSWERED, SETTLED, ("assigned", "2023-12-04", "李某")).state == OPEN


def test_a_year_that_is_over_shows_its_own_notes_and_the_last_one_all_since(alert):
    """December's alert is told in January: nobody would see what was done about it otherwise."""
    early = replace(alert, first_seen=pd.Timestamp(2022, 12, 31))
    notes = ("assigned", "2022-12-20", "王某"), ("answered", "2024-01-08", "已约谈")
    assert of(early, *notes, asked="2022-12-31").state == OPEN
    assert of(early, *notes, asked="2023-12-31").state == SAID


def test_the_sample_tells_what_became_of_its_alerts(report):
    """As the rows of alert_notes.csv say."""
    found = {one.alert.key: one for one in told.handling(AlertsPage(report))}
    assert (found[KEY].responsible, found[KEY].reminders, found[KEY].state) == ("财务监管岗", 1, SAID)
    late = found["flash_late", "B2", "没有报送的"]
    assert (late.state, late.reminders) == (OPEN, 2)
    text = str(told.counted(AlertsPage(report)))
    counts = [sum(one.state == kind for one in found.values()) for kind in told.STATES]
    assert all(f"{count}项" in text for count in (len(found), *counts))
    shown = told.listing(AlertsPage(report), "预警")
    assert len(shown.rows) == len(found) - counts[0] > 0


def test_a_book_without_the_table_says_nobody_answers(alert):
    frames = {"roster": pd.DataFrame({"year": [2023]})}
    watch = SimpleNamespace(
        report=SimpleNamespace(ledger=SimpleNamespace(frames=frames)),
        asked=pd.Timestamp(2023, 12, 31),
        of=lambda opened: SimpleNamespace(alerts=[alert]),
    )
    assert [one.state for one in told.handling(watch)] == [NOBODY]
