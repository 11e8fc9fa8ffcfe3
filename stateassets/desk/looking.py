"""What pages show of the store, newest or most urgent first, in bounded pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select

from ..capture import schema as s
from ..capture.store import ACCEPTED, POSTED, SENT_BACK, WAITING, Delivery, Return, Store
from .desk import Owed

A_PAGE = 50  # rows
MOST_SORTED = 5000  # returns that wait and are put in order; of more, the oldest


@dataclass(frozen=True)
class Duty:
    """A return that is owed, and what has become of it. ``days_late`` counts to its acceptance or to today."""

    owed: Owed
    newest: Return | None
    days_late: int
    done: bool

    @property
    def word(self) -> str:
        """What is to be done about it."""
        if self.done:
            return "已采纳"
        if self.newest is None:
            return "已报送" if self.owed.arrived_on else "未报送"
        return "已退回，待重报" if self.newest.state == SENT_BACK else "已报送，待审"


def duties(store: Store, owed: Sequence[Owed], today: date, enterprise_id: str = "") -> list[Duty]:
    """Return what is owed, what is not done first, and of that what is latest."""
    newest: dict[Any, Return] = {}
    good: dict[Any, Return] = {}
    for one in store.returns(enterprise_id=enterprise_id):
        newest[one.key] = one
        if one.state in (ACCEPTED, POSTED):
            good[one.key] = one
    found = []
    for duty in owed:
        if enterprise_id and duty.enterprise_id != enterprise_id:
            continue
        key = (duty.table, duty.enterprise_id, duty.period)
        accepted = good.get(key)
        arrived = date.fromisoformat(accepted.arrived_at[:10]) if accepted else duty.arrived_on
        done = accepted is not None or duty.accepted_on is not None
        late = ((arrived or duty.due_on if done else today) - duty.due_on).days
        found.append(Duty(duty, newest.get(key), late, done))
    return sorted(found, key=lambda d: (d.done, -d.days_late if not d.done else 0, d.owed.table))


def queue(
    store: Store, owed: Sequence[Owed], *, state: str, enterprise_id: str = "", table: str = "", page: int = 1
) -> tuple[list[tuple[Return, int | None]], int]:
    """Return a page of returns in a state, each with the days that it came late, and how many there are.

    The days are None where the return is not owed. Those that wait are in the order in which they are to be looked at: the latest, then the oldest;
    the others begin with the newest.
    """
    r = s.returns.c
    asked = [(r.enterprise_id, enterprise_id), (r.table_name, table)]
    conditions = [store.is_(state), *(column == value for column, value in asked if value)]
    with store.reading() as connection:
        numbers = list(connection.scalars(select(r.id).where(*conditions).order_by(r.id)))
    due = {(one.table, one.enterprise_id, one.period): one.due_on for one in owed}

    def late(one: Return) -> int | None:
        on = due.get((one.key.table, one.key.enterprise_id, one.key.period))
        return (date.fromisoformat(one.arrived_at[:10]) - on).days if on else None

    first = (page - 1) * A_PAGE
    if state == WAITING:
        rows = [(one, late(one)) for one in _returns(store, numbers[:MOST_SORTED])]
        return sorted(rows, key=lambda row: (-max(row[1] or 0, 0), row[0].id))[first : first + A_PAGE], len(numbers)
    rows = [(one, late(one)) for one in _returns(store, numbers[::-1][first : first + A_PAGE])]
    return rows[::-1], len(numbers)


def tables(store: Store, owed: Sequence[Owed]) -> set[str]:
    """Return the tables that are owed or have arrived."""
    with store.reading() as connection:
        return {one.table for one in owed} | set(connection.scalars(select(s.returns.c.table_name).distinct()))


def _returns(store: Store, numbers: Sequence[int]) -> list[Return]:
    with store.reading() as connection:
        return list(store.found(connection, s.returns.c.id.in_(numbers)))


@dataclass(frozen=True)
class Arrival:
    """A delivery, whether it was examined, and its returns."""

    delivery: Delivery
    examined: bool
    returns: Sequence[Return]


def arrivals(store: Store, sender: str = "", page: int = 1) -> tuple[list[Arrival], int]:
    """Return a page of deliveries, newest first, and how many there are."""
    d = s.deliveries.c
    of_sender = [d.sender == sender] if sender else []
    with store.reading() as connection:
        count = connection.scalar(select(func.count()).select_from(s.deliveries).where(*of_sender)) or 0
        query = select(s.deliveries).where(*of_sender).order_by(d.id.desc()).limit(A_PAGE).offset((page - 1) * A_PAGE)
        found = [Delivery(**row._mapping, first=False) for row in connection.execute(query)]
        numbers = [one.id for one in found]
        done = set(
            connection.scalars(select(s.examinations.c.delivery_id).where(s.examinations.c.delivery_id.in_(numbers)))
        )
        returns = list(store.found(connection, s.returns.c.delivery_id.in_(numbers)))
    return [Arrival(one, one.id in done, [r for r in returns if r.delivery_id == one.id]) for one in found], count


def arrival(store: Store, number: int) -> Arrival | None:
    """Return one delivery."""
    delivery = store.delivery(number)
    if delivery is None:
        return None
    return Arrival(delivery, store.examined(number), store.returns(delivery_id=number))


def decisions(store: Store, numbers: Sequence[int]) -> Sequence[Row[Any]]:
    """Return all that was decided about returns, in order."""
    with store.reading() as connection:
        query = select(s.decisions).where(s.decisions.c.return_id.in_(numbers)).order_by(s.decisions.c.id)
        return connection.execute(query).all()


def answers(store: Store, findings: Sequence[int]) -> Sequence[Row[Any]]:
    """Return all that was said of findings, in order."""
    with store.reading() as connection:
        query = select(s.answers).where(s.answers.c.finding_id.in_(findings)).order_by(s.answers.c.id)
        return connection.execute(query).all()


def log(store: Store, who: str = "", page: int = 1) -> tuple[Sequence[Row[Any]], int]:
    """Return a page of the log, newest first, and how many entries there are."""
    condition = [s.log.c.who == who] if who else []
    with store.reading() as connection:
        count = connection.scalar(select(func.count()).select_from(s.log).where(*condition)) or 0
        query = select(s.log).where(*condition).order_by(s.log.c.id.desc())
        return connection.execute(query.limit(A_PAGE).offset((page - 1) * A_PAGE)).all(), count
