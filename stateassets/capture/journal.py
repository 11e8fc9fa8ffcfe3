"""What the store knows of arrivals as rows of the book's own tables, so that chapters read tables alone.

The tables ``returns``, ``return_findings``, ``return_changes`` and ``alert_notes`` are declared by ``domains/returns``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd
from sqlalchemy import Connection, select

from ..alerts.engine import SETTINGS as RULES
from ..alerts.reach import RETURNS as SETTINGS
from ..domains.returns.handling import NOTES
from ..domains.returns.obligations import ACCEPTED, CHANGES, CORRECTION, FINDINGS, SENT_BACK, WAITING, recorded
from ..domains.returns.obligations import TABLE as RETURNS
from ..tables.declared import DataPackage
from ..tables.loading import typed
from ..tables.reading import read_table
from ..tables.working_days import HOLIDAYS
from . import schema as s
from .projecting import RowChange, Texts, row_key, rows_of
from .store import POSTED, Return, ReturnKey, Store
from .store import SENT_BACK as REFUSED

STATES = {POSTED: ACCEPTED, REFUSED: SENT_BACK}  # what is accepted and not posted yet still waits
STAFF = "监管人员"
DAY = len("2023-06-30")
Row = dict[str, str]


def earlier(texts: Texts) -> dict[ReturnKey, int]:
    """Return the last revision of each return that a book's table has."""
    found: dict[ReturnKey, int] = {}
    for row in texts.of(RETURNS).values() if RETURNS in texts.package.tables else ():
        key = ReturnKey(row["table"], row["enterprise_id"], row["period"])
        found[key] = max(found.get(key, 0), int(row["revision"]))
    return found


def arrivals(connection: Connection, store: Store, texts: Texts) -> Iterator[RowChange]:
    """Yield what the book's tables of arrivals and of what was done about alerts do not have yet, or have otherwise.

    They are many where many returns are revised: whoever takes one may let it happen before the next.
    """
    if RETURNS not in texts.package.tables:
        return
    returns = list(store.found(connection))
    people = _people(connection)
    rows = _returns(returns, texts, people)
    corrections = [one for one, row in zip(returns, rows, strict=True) if row["timing"] == CORRECTION]
    made = {RETURNS: rows, FINDINGS: _findings(connection, returns, texts.package)}
    made[CHANGES] = _changes(connection, corrections, texts.package)
    if NOTES in texts.package.tables:
        made[NOTES] = _notes(connection, texts, people)
    for name in [name for name in made if name in texts.package.tables]:
        table, now = texts.package.tables[name], texts.of(name)
        for row in made[name]:
            whole = {column.name: row.get(column.name, "") for column in table.columns}
            key = row_key(table, whole)
            if now.get(key) != whole:
                yield RowChange(name, key, now.get(key), whole)


def _people(connection: Connection) -> dict[str, str]:
    """Return who signs in under which login, by the newest account of each."""
    a = s.accounts.c
    return dict(connection.execute(select(a.login, a.name).where(a.name != "").order_by(a.id)).all())


def _returns(returns: Sequence[Return], texts: Texts, people: Mapping[str, str]) -> list[Row]:
    """Return the store's returns as rows; whether one was late depends on those that the table has besides."""
    names = {row["enterprise_id"]: row["name_zh"] for row in texts.of("enterprises").values()}
    ours = [_return(one, names, people) for one in returns]
    table = texts.package.tables[RETURNS]
    every = dict(texts.of(RETURNS)) | {row_key(table, row): row for row in ours}
    frame = pd.DataFrame([dict(row) for row in every.values()]).astype({"revision": int})
    frame[["arrived_on", "decided_on"]] = frame[["arrived_on", "decided_on"]].apply(pd.to_datetime)
    told = recorded(_calendar(texts.package), frame).set_index(list(table.key))
    for row in ours:
        known = told.loc[(row["table"], row["enterprise_id"], row["period"], int(row["revision"]))]
        days = known["days_late"]
        row |= {
            "year": str(known["year"]),
            "timing": known["timing"],
            "days_late": "" if days != days else f"{days:.0f}",
        }
    return ours


def _return(one: Return, names: Mapping[str, str], people: Mapping[str, str]) -> Row:
    state = STATES.get(one.state, WAITING)
    decided = state != WAITING
    return _key(one) | {
        "arrived_on": one.arrived_at[:DAY],
        "channel": one.channel,
        "sender": names.get(one.sender, one.sender) or STAFF,
        "state": state,
        "decided_on": one.decided_at[:DAY] if decided else "",
        "decided_by": "、".join(people.get(by, by) for by in one.decided_by.split("、")) if decided else "",
        "reason": one.reason if state == SENT_BACK else "",
    }


def _calendar(package: DataPackage) -> dict[str, pd.DataFrame]:
    """Return the settings that say when returns are due, and the holidays, typed."""
    there = [package.tables[name] for name in (SETTINGS, HOLIDAYS) if name in package.tables]
    return {table.name: typed(read_table(package, table)[0]) for table in there}


def _findings(connection: Connection, returns: Iterable[Return], package: DataPackage) -> Iterator[Row]:
    f = s.findings.c
    by_id = {one.id: one for one in returns}
    told = select(f.return_id, f.kind, f.field, f.found).where(f.return_id.is_not(None), f.kind != s.BEYOND)
    counted = Counter(tuple(row) for row in connection.execute(told))
    for (number, kind, field, found), count in counted.items():
        one = by_id[number]
        titles = {column.name: column.title for column in package.tables[one.key.table].columns}
        yield _key(one) | {"kind": kind, "column": titles.get(field, ""), "found": found, "count": str(count)}


def _changes(connection: Connection, corrections: Iterable[Return], package: DataPackage) -> Iterator[Row]:
    """Yield the cells that a later revision changed."""
    p = s.postings.c
    postings = dict(connection.execute(select(p.return_id, p.id).where(p.return_id.is_not(None))).all())
    for one in corrections:
        for change in rows_of(connection, [postings[one.id]]):
            before, after = change.before or {}, change.after or {}
            for column in package.tables[one.key.table].columns:
                old, new = before.get(column.name, ""), after.get(column.name, "")
                if old != new:
                    yield _key(one) | {"column": column.title, "before": old, "after": new}


def _notes(connection: Connection, texts: Texts, people: Mapping[str, str]) -> list[Row]:
    """Return what was noted about alerts; the same said twice on a day is one row.

    A note about a rule or an enterprise that the book no longer has stays in the store alone.
    """
    rules = {row["id"] for row in texts.of(RULES).values()}
    enterprises = {row["enterprise_id"] for row in texts.of("enterprises").values()}
    table = texts.package.tables[NOTES]
    found: dict[tuple[str, ...], Row] = {}
    for note in connection.execute(select(s.alert_notes).order_by(s.alert_notes.c.id)):
        if note.rule in rules and note.enterprise_id in enterprises:
            row = {name: getattr(note, name) for name in ("rule", "enterprise_id", "subject", "kind", "text")}
            row |= {"noted_on": note.at[:DAY], "by": people.get(note.by, note.by)}
            found.setdefault(row_key(table, row), row)
    return list(found.values())


def _key(one: Return) -> Row:
    return {**one.key._asdict(), "revision": str(one.revision)}
