"""What was done about alerts: who answers for each, what they said, how often they were reminded, whether it is settled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from ...alerts.page import level_mark
from ...alerts.reach import data_end
from ...present.columns import Column, table
from ...present.display import Passage, Table
from ...present.words import NOTHING, day

if TYPE_CHECKING:
    from ...alerts import Alert
    from ...alerts.page import AlertsPage

NOTES = "alert_notes"
ASSIGNED, ANSWERED, REMINDED, SETTLED = "assigned", "answered", "reminded", "settled"
NOBODY, OPEN, SAID, DONE = "没有责任人", "等待说明", "已说明", "已办结"
STATES = (NOBODY, OPEN, SAID, DONE)


class Handling(NamedTuple):
    """An alert with what was done about it by a day."""

    alert: Alert
    responsible: str
    answer: str
    answered_on: pd.Timestamp | None
    reminders: int
    state: str


def handling(watch: AlertsPage) -> list[Handling]:
    """Return the open alerts, as the page lists them, each with what was noted about it by the page's day.

    At the end of the data all notes count: what the last month shows is dealt with in the months after it.
    What was settled and appeared again is open again: only notes since it was first seen count.
    """
    frames = watch.report.ledger.frames
    notes: dict[object, pd.DataFrame] = {}
    if NOTES in frames:
        known, end = frames[NOTES].sort_values("noted_on", kind="stable"), data_end(frames)
        if end is not None and watch.asked < end:
            known = known[known["noted_on"] <= watch.asked]
        notes = dict(iter(known.groupby(["rule", "enterprise_id", "subject"])))
    return [_of(alert, notes.get(alert.key)) for alert in watch.of(opened=True).alerts]


def _of(alert: Alert, notes: pd.DataFrame | None) -> Handling:
    if notes is not None:
        notes = notes[notes["noted_on"] >= alert.first_seen.replace(day=1)]
    if notes is None or notes.empty:
        return Handling(alert, "", "", None, 0, NOBODY)
    last = {kind: own.iloc[-1] for kind, own in notes.groupby("kind")}
    answer, assigned = last.get(ANSWERED), last.get(ASSIGNED)
    state = DONE if SETTLED in last else SAID if answer is not None else OPEN
    return Handling(
        alert,
        "" if assigned is None else assigned["text"],
        "" if answer is None else answer["text"],
        None if answer is None else answer["noted_on"],
        int((notes["kind"] == REMINDED).sum()),
        state,
    )


def counted(watch: AlertsPage) -> Passage:
    """Say how many open alerts have somebody who answers for them, and how many of these have said what is done."""
    found = handling(watch)
    counts = {state: sum(one.state == state for one in found) for state in STATES}
    if not found:
        return watch.report.say("{year}年末没有未解除的预警。")
    return watch.report.say(
        "{year}年末未解除的{all}预警中，{nobody}还没有责任人，{open}在等待说明，{said}已有说明，{done}已办结、预警仍在。",
        rests_on=[NOTES],
        all=f"{len(found)}项",
        nobody=f"{counts[NOBODY]}项",
        open=f"{counts[OPEN]}项",
        said=f"{counts[SAID]}项",
        done=f"{counts[DONE]}项",
    )


def listing(watch: AlertsPage, caption: str) -> Table | Passage:
    """Return the open alerts about which something was noted, the most pressing first."""
    report = watch.report
    found: Sequence[Handling] = [one for one in handling(watch) if one.state != NOBODY]
    columns = (
        Column("企业", lambda one: report.enterprise(one.alert.enterprise_id)),
        Column("办理", "state", menu=STATES),
        Column("级别", lambda one: level_mark(one.alert.level)),
        Column("预警", lambda one: one.alert.sentence),
        Column("责任人", "responsible"),
        Column("说明", lambda one: _answer(one)),
        Column("催办", "reminders", unit="次", decimals=0),
    )
    return table(report.text(caption), columns, found, origin=report.origin_of(NOTES))


def _answer(one: Handling) -> str:
    return f"{one.answer}（{day(one.answered_on)}）" if one.answered_on is not None else NOTHING
