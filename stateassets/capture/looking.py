"""The alerts after a posting, or of a new day: what became of each since the last look."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, select

from ..alerts import reach
from ..alerts.engine import Alert
from ..alerts.levels import LEVELS
from ..alerts.rules import RULES, Rule
from ..domains.returns.obligations import TABLE as RETURNS
from ..opening import open_ledger
from . import schema as s
from .effect import CHANGES, AlertKey, became, concerned, members, touched_alerts
from .projecting import DATA, unplaced
from .store import Store, added

DAY = len("2023-06-30")
KNOWN, NEW, RAISED, LOWERED, CLEARED = "known", "new", "raised", "lowered", "cleared"
EVENTS = dict(zip((NEW, RAISED, LOWERED, CLEARED), CHANGES, strict=True))
CODES = {word: code for code, word in EVENTS.items()}


@dataclass(frozen=True)
class AlertEvent:
    """What became of an alert: its number, what it is about, and the sentence that says what happened."""

    id: int
    key: AlertKey
    event: str
    level: int
    sentence: str

    @property
    def module(self) -> str:
        """The module whose rule it is."""
        return RULES[self.key[0]].module if self.key[0] in RULES else ""

    @property
    def told(self) -> str:
        """The event in words."""
        level = f"，{LEVELS[self.level]}" if self.event != CLEARED else ""
        return f"{EVENTS[self.event]}{level}：{self.sentence}"


def about(row: Any) -> AlertKey:
    """Return what alert a row of the store is about."""
    return row.rule, row.enterprise_id, row.subject


def columns(key: AlertKey) -> dict[str, str]:
    """Return what an alert is about as the store's columns."""
    return dict(zip(("rule", "enterprise_id", "subject"), key, strict=True))


def look(store: Store, root: Path) -> list[AlertEvent]:
    """Look at the alerts of what was posted since the last look, of all where a day has passed; return what is new.

    Each change is found once: what the last look saw is written down with it.

    Raises:
        DataError: the tables are not sound.
    """
    if not _due(store):
        return []
    open_ledger(root / DATA)  # what takes long, before others wait
    with store.writing() as connection:
        if unplaced(connection):  # the tables do not have yet what was posted
            return []
        ledger = open_ledger(root / DATA)
        last, newest = _last(connection)
        day = _day(store, ledger.frames)
        if last is not None and (last.posting_id, last.as_of) == (newest, day.isoformat()):
            return []
        same_day = last is not None and last.as_of == day.isoformat()
        rules, posted = _touched(connection, last.posting_id or 0) if last and same_day else (list(RULES.values()), ())
        group = members(ledger.frames, posted) if posted else set(ledger.frames["enterprises"]["enterprise_id"])
        every = touched_alerts(ledger, posted, pd.Timestamp(day), rules)
        found = {a.key: a for a in every if a.open}
        number = added(connection, s.looks, posting_id=newest, as_of=day.isoformat(), at=store.time(connection))
        if last is None:
            _write(connection, store, number, ((key, KNOWN, a.level, a.sentence) for key, a in found.items()))
            return []
        names = {rule.id for rule in rules}
        before = {k: v for k, v in standing(connection).items() if k[0] in names and k[1] in group}
        return _write(connection, store, number, _changes(before, found))


def _due(store: Store) -> bool:
    """Return whether anything was posted since the last look, or a day has begun; it is asked every few seconds."""
    with store.reading() as connection:
        last, newest = _last(connection)
    return last is None or last.posting_id != newest or last.at[:DAY] != store.time()[:DAY]


def _last(connection: Connection) -> tuple[Any, int | None]:
    """Return the last look, none before the first, and the number of the newest posting."""
    last = connection.execute(select(s.looks).order_by(s.looks.c.id.desc()).limit(1)).first()
    return last, connection.scalar(select(func.max(s.postings.c.id)))


def standing(connection: Connection) -> dict[AlertKey, tuple[int, str]]:
    """Return the open alerts as of the last look: level and sentence by what they are about."""
    found: dict[AlertKey, tuple[int, str]] = {}
    for row in connection.execute(select(s.alert_events).order_by(s.alert_events.c.id)):
        key = about(row)
        if row.event == CLEARED:
            found.pop(key, None)
        else:
            found[key] = row.level, row.sentence
    return found


def _changes(
    before: Mapping[AlertKey, tuple[int, str]], now: Mapping[AlertKey, Alert]
) -> Iterable[tuple[AlertKey, str, int, str]]:
    levels = {key: level for key, (level, _) in before.items()}
    for key, kind in became(levels, {key: alert.level for key, alert in now.items()}):
        level, sentence = (now[key].level, now[key].sentence) if key in now else before[key]
        yield key, CODES[kind], level, sentence


def _write(
    connection: Connection, store: Store, look_id: int, found: Iterable[tuple[AlertKey, str, int, str]]
) -> list[AlertEvent]:
    at, made = store.time(connection), []
    for key, event, level, sentence in found:
        values = {**columns(key), "event": event, "level": level, "sentence": sentence, "at": at}
        number = added(connection, s.alert_events, look_id=look_id, **values)
        made.append(AlertEvent(number, key, event, level, sentence))
    return made


def _touched(connection: Connection, since: int) -> tuple[list[Rule], Collection[str]]:
    """Return the rules that read a table that was posted to, and the enterprises; none where it may be any of them.

    What somebody changed by hand may be anybody's.
    """
    p, r = s.postings.c, s.posted_rows.c
    by_hand = connection.scalar(select(p.id).where(p.id > since, p.return_id.is_(None)).limit(1))
    tables = set(connection.scalars(select(r.table_name).where(r.posting_id > since).distinct()))
    if by_hand is not None:
        return list(RULES.values()), ()
    query = select(s.returns.c.enterprise_id).join(s.postings, p.return_id == s.returns.c.id).where(p.id > since)
    return concerned(tables | {RETURNS}), set(connection.scalars(query))  # each posting is a line there, too


def _day(store: Store, frames: Mapping[str, pd.DataFrame]) -> date:
    """Return the day that the rules look at: today, or the last one on record."""
    today, end = store.clock().date(), reach.data_end(frames)
    return min(today, end.date()) if end is not None else today
