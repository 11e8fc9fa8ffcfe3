"""Accepted returns become rows of the ledger: written down in the store first, then in the files of ``data/``.

A posting that was stopped before the files were in place is finished by the next one. One return's rows are held
at a time, however many are posted.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from ..opening import survey
from ..tables.atomic import recover
from ..tables.data_errors import DataError, Fault
from . import schema as s
from .journal import arrivals
from .parts import period_of, way_to_owner
from .projecting import DATA, RowChange, Texts, add_projection, add_rows, changed_since, finish, place, row_key, rows_of
from .store import Return, Store, added

MOST_LOOKS = 5  # at tables that somebody is changing


@dataclass(frozen=True)
class Posted:
    """What a posting did, returns without their rows.

    ``kept_back`` are those that are not posted, each with what would be wrong, ``overtaken`` those of which a later
    revision is posted, ``by_hand`` the files that somebody changed.
    """

    returns: tuple[Return, ...] = ()
    kept_back: tuple[tuple[Return, tuple[Fault, ...]], ...] = ()
    by_hand: tuple[str, ...] = ()
    overtaken: tuple[Return, ...] = ()


def post(store: Store, root: Path) -> Posted:
    """Post all returns that are accepted and not yet posted, in the order in which they arrived.

    A return with which the book would no longer be sound stays where it is, and is told; one of which a later
    revision is posted already is sent back.

    Raises:
        DataError: the tables cannot be read or written, or somebody changes them all the time. What was accepted
            stays accepted.
    """
    folder = root / DATA
    recover(folder)
    with store.writing() as connection:
        overtaken = store.send_back_overtaken(connection)
        trial, by_hand = _tried(store, connection, folder)
        trial.let_happen(arrivals(connection, store, trial.texts))
        if files := trial.texts.contents():
            add_projection(connection, store, files, trial.numbers[-1] if trial.numbers else None, placed=False)
    with store.writing() as connection:
        place(connection, store, folder)
    return Posted(tuple(trial.good), tuple(trial.bad), by_hand, tuple(overtaken))


def _tried(store: Store, connection: Connection, folder: Path) -> tuple[_Trial, tuple[str, ...]]:
    """Return the book with all that can be posted, and the files changed by hand, of tables in which nobody writes meanwhile.

    Raises:
        DataError: somebody does each time.
    """
    by_hand: dict[str, None] = {}
    for _ in range(MOST_LOOKS):
        by_hand |= dict.fromkeys(finish(connection, store, folder))
        trial, point = _Trial(store, connection, folder), connection.begin_nested()
        trial.take(store.to_post(connection))
        if not (changing := changed_since(connection, trial.texts)):
            point.commit()
            return trial, tuple(by_hand)
        point.rollback()
    raise DataError([Fault(changing[0], None, None, "读的时候一直在改", "读完以前不变", "等改完了再运行一次")])


def changes(texts: Texts, one: Return, before: Return | None) -> list[RowChange]:
    """Return what a return changes: its rows, and those that its predecessor had and it no longer has.

    A column that the return has not got stays as it is.
    """
    table = texts.package.tables[one.key.table]
    now, mine = texts.of(table.name), {row_key(table, row): row for row in one.rows}
    found = []
    for key, row in mine.items():
        old = now.get(key)
        new = {c.name: row.get(c.name, (old or {}).get(c.name, "")) for c in table.columns}
        if new != old:
            found.append(RowChange(table.name, key, old and dict(old), new))
    for row in before.rows if before else ():
        if (key := row_key(table, row)) not in mine and key in now:
            found.append(RowChange(table.name, key, dict(now[key]), None))
    return found


def owner_in(texts: Texts, name: str, row: Mapping[str, str]) -> str:
    """Return whose a row is, itself or by the row that it points to; empty where it is nobody's."""
    way = way_to_owner(texts.package, name)
    value = row.get(way[0], "") if way else ""
    if not way or not way[1]:
        return value
    there = texts.of(way[1]).get((value,))
    return owner_in(texts, way[1], there) if there else ""


def taken(texts: Texts, one: Return, found: Sequence[RowChange]) -> Iterator[Fault]:
    """Yield a fault for each row of another enterprise or period that a return would replace.

    Examining refuses such keys; but what came since was not there to be examined.
    """
    table = texts.package.tables[one.key.table]
    for change in found if table.key else ():
        if not change.before or not change.after:
            continue
        there = owner_in(texts, table.name, change.before), period_of(change.before)
        if there[0] != one.key.enterprise_id or there[1] not in ("", one.key.period):
            column = table.column(table.key[-1]).title
            told = f"“{'、'.join(change.key)}”已经在别的报送里"
            yield Fault(one.file_name, None, column, told, "没有用过的编号", "退回企业换一个编号，或在那一份里更正")


class _Trial:
    """The book with returns in it: its tables as texts; each posting is written down as it is tried."""

    def __init__(self, store: Store, connection: Connection, folder: Path) -> None:
        self.store, self.connection, self.folder, self.texts = store, connection, folder, Texts(folder)
        self.good: list[Return] = []
        self.bad: list[tuple[Return, tuple[Fault, ...]]] = []
        self.numbers: list[int] = []  # of the postings

    def take(self, waiting: Sequence[Return]) -> None:
        """Post what can be posted: all together, or else each half as far as it can."""
        if not waiting:
            return
        point, many = self.connection.begin_nested(), len(self.numbers)
        faults = [fault for one in waiting for fault in self._post(one)] or self.faults()
        if not faults:
            point.commit()
            self.good += waiting
            return
        point.rollback()
        del self.numbers[many:]
        self.texts = Texts(self.folder)
        self.let_happen(rows_of(self.connection, self.numbers))
        if len(waiting) == 1:
            self.bad.append((waiting[0], tuple(faults)))
            return
        half = len(waiting) // 2
        self.take(waiting[:half])
        self.take(waiting[half:])

    def _post(self, one: Return) -> list[Fault]:
        """Write down a posting and let it happen; return what forbids it."""
        whole = replace(one, rows=self.store.rows_of(self.connection, one.id))
        found = changes(self.texts, whole, self.store.predecessor(one, self.connection))
        faults = list(taken(self.texts, one, found))
        self.let_happen(found)
        self.numbers.append(added(self.connection, s.postings, return_id=one.id, at=self.store.time(self.connection)))
        add_rows(self.connection, self.numbers[-1], found)
        return faults

    def let_happen(self, found: Iterable[RowChange]) -> None:
        """Put changes into the texts."""
        for change in found:
            self.texts.put(change)

    def faults(self) -> list[Fault]:
        """Return what would be wrong in the book that is not wrong now."""
        with tempfile.TemporaryDirectory() as temporary:
            aside = Path(temporary) / DATA
            shutil.copytree(self.folder, aside)
            for path, content in self.texts.contents().items():
                (aside / path).write_bytes(content)
            after = survey(aside)
        known = Counter(replace(fault, row=None) for fault in (survey(self.folder) if after else ()))
        return [fault for fault in after if not known[replace(fault, row=None)]]
