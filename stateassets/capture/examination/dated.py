"""The day on which a return was filed, where its rows do not say it: that of its arrival.

Whether that is late follows from when it was due, which rest days and holidays put off (``alerts.reach.due_on``).
"""

from __future__ import annotations

from dataclasses import replace

from ...importing.rows import Note, Rows
from ...importing.together import FILED
from .delivery import Delivery
from .owners import whose_rows

FILLED, WHENCE = "没有写报送日期，按收到的日期填写", "收到的日期"


def date_rows(delivery: Delivery) -> None:
    """Give rows without the day of filing that of the arrival; a row that stands already keeps its own."""
    dated = [part for part in delivery.parts if any(c.name == FILED and c.required for c in part.table.columns)]
    whose = whose_rows(delivery) if dated and delivery.day else {}
    for part in dated if delivery.day else ():
        table = part.table
        keys = {
            tuple(row.get(name, "") for name in table.key)
            for owner in dict.fromkeys(whose[id(row)] for row in part.rows)
            for row in delivery.standing.old(table.name, owner)
        }
        for row in part.rows:
            if row.texts.get(FILED):
                continue
            row.texts.pop(FILED, None)
            if tuple(row.texts.get(name, "") for name in table.key) not in keys:
                row.texts[FILED] = delivery.day
                title = table.column(FILED).title
                delivery.notes.append(Note(FILLED, row.place, row.number, title, "", f"{delivery.day}（{WHENCE}）"))
        _know_column(part, delivery.day)


def _know_column(part: Rows, day: str) -> None:
    """Let a column that the sheet has not got count as said."""
    if FILED not in part.reading.fields:
        part.reading = replace(part.reading, given={**part.reading.given, FILED: (day, WHENCE)})
