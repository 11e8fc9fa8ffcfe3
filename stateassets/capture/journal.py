"""What the store knows of arrivals as rows of the book's own tables, so that chapters read tables alone.

The tables ``returns``, ``return_findings`` and ``return_changes`` are declared by ``domains/returns``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection, select

from ..tables.declared import DeclaredTable
from . import schema as s
from .projecting import RowChange, Texts, row_key, rows_of
from .store import ACCEPTED, POSTED, SENT_BACK, Return, ReturnKey, Store

RETURNS, FINDINGS, CHANGES = "returns", "return_findings", "return_changes"
STATES = {POSTED: "accepted", ACCEPTED: "accepted", SENT_BACK: "sent_back"}
WAITING = "waiting"
DAY = len("2023-06-30")


def earlier(texts: Texts) -> dict[ReturnKey, int]:
    """Return the last revision of each return that a book's table has."""
    found: dict[ReturnKey, int] = {}
    for row in texts.of(RETURNS).values() if RETURNS in texts.package.tables else ():
        key = ReturnKey(row["table"], row["enterprise_id"], row["period"])
        found[key] = max(found.get(key, 0), int(row["revision"]))
    return found


def arrivals(connection: Connection, store: Store, texts: Texts) -> list[RowChange]:
    """Return what the book's tables of arrivals do not have yet, or have otherwise."""
    returns = list(store.all(connection))
    makers = {RETURNS: _returns, FINDINGS: _findings, CHANGES: _changes}
    found = []
    for name, made in makers.items():
        if (table := texts.package.tables.get(name)) is None:
            continue
        now = texts.of(name)
        for row in made(connection, returns, texts):
            whole = {c.name: row.get(c.name, "") for c in table.columns}
            key = row_key(table, whole)
            if now.get(key) != whole:
                found.append(RowChange(name, key, now.get(key), whole))
    return found


def _returns(connection: Connection, returns: Iterable[Return], texts: Texts) -> Iterator[dict[str, str]]:
    for one in returns:
        yield _key(one) | {
            "arrived_on": one.arrived_at[:DAY],
            "channel": one.channel,
            "sender": one.sender,
            "state": STATES.get(one.state, WAITING),
            "decided_on": one.decided_at[:DAY],
            "decided_by": one.decided_by,
            "reason": one.reason,
        }


def _findings(connection: Connection, returns: Iterable[Return], texts: Texts) -> Iterator[dict[str, str]]:
    f = s.findings.c
    by_id = {one.id: one for one in returns}
    rows = connection.execute(select(f.return_id, f.kind, f.column, f.found).where(f.return_id.is_not(None)))
    counted = Counter((row.return_id, row.kind, row.column or "", row.found) for row in rows)
    for (number, kind, column, found), count in counted.items():
        yield _key(by_id[number]) | {"kind": kind, "column": column, "found": found, "count": str(count)}


def _changes(connection: Connection, returns: Iterable[Return], texts: Texts) -> Iterator[dict[str, str]]:
    """Yield the cells that a later revision changed, by the row's key in words."""
    p = s.postings.c
    postings = dict(connection.execute(select(p.return_id, p.id).where(p.return_id.is_not(None))).all())
    for one in returns:
        if one.state != POSTED or one.revision == 1:
            continue
        table = texts.package.tables[one.key.table]
        for change in rows_of(connection, [postings[one.id]]):
            for column, before, after in _cells(table, change):
                yield _key(one) | {"item": "、".join(change.key), "column": column, "before": before, "after": after}


def _cells(table: DeclaredTable, change: RowChange) -> Iterator[tuple[str, str, str]]:
    before, after = change.before or {}, change.after or {}
    for column in table.columns:
        old, new = before.get(column.name, ""), after.get(column.name, "")
        if old != new:
            yield column.name, old, new


def _key(one: Return) -> dict[str, str]:
    key: Mapping[str, str] = one.key._asdict()
    return {**key, "revision": str(one.revision)}
