"""The alerts that postings brought, and what is written about each: who answers for it, what they say, its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select

from ..capture import schema as s
from ..capture.looking import about
from ..capture.store import RefusedError, Store
from ..capture.telling import note
from .looking import A_PAGE
from .pages import NOTES


@dataclass(frozen=True)
class Warned:
    """An alert by its newest event, with all that was written about it."""

    event: Row[Any]
    notes: Sequence[Row[Any]]

    @property
    def responsible(self) -> str:
        """Who answers for it, as last written."""
        return next((noted.text for noted in reversed(self.notes) if noted.kind == s.ASSIGNED), "")

    @property
    def settled(self) -> bool:
        """Whether it was settled after its newest event."""
        return any(noted.kind == s.SETTLED and noted.at >= self.event.at for noted in self.notes)


def warned(store: Store, enterprise_id: str = "", page: int = 1) -> tuple[list[Warned], int]:
    """Return a page of alerts, newest first, and how many there are."""
    e, n = s.alert_events.c, s.alert_notes.c
    of = [e.enterprise_id == enterprise_id] if enterprise_id else []
    newest = select(func.max(e.id)).where(*of).group_by(e.rule, e.enterprise_id, e.subject)
    with store.reading() as connection:
        count = connection.scalar(select(func.count()).select_from(newest.subquery())) or 0
        query = select(s.alert_events).where(e.id.in_(newest)).order_by(e.id.desc())
        events = connection.execute(query.limit(A_PAGE).offset((page - 1) * A_PAGE)).all()
        notes = connection.execute(
            select(s.alert_notes).where(n.enterprise_id.in_({one.enterprise_id for one in events})).order_by(n.id)
        ).all()
    return [Warned(one, [noted for noted in notes if about(noted) == about(one)]) for one in events], count


def write(store: Store, event_id: int, kind: str, said: str, by: str) -> bool:
    """Write something about the alert of an event; return whether there is such an event.

    Raises:
        RefusedError: nothing is said, or it is no kind of note.
    """
    if kind not in NOTES or not said:
        raise RefusedError("请选择事项，并写明内容")
    with store.writing() as connection:
        event = connection.execute(select(s.alert_events).where(s.alert_events.c.id == event_id)).first()
        if event is None:
            return False
        note(connection, store, about(event), kind, by, said)
    return True
