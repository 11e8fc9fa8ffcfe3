"""Accepted returns become rows of the ledger: written down in the store first, then in the files of ``data/``.

A posting that was stopped before the files were in place is finished by the next one.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from ..opening import survey
from ..tables.atomic import recover
from ..tables.data_errors import Fault
from . import schema as s
from .journal import arrivals
from .projecting import DATA, RowChange, Texts, add_projection, add_rows, finish, place, row_key
from .store import Return, Store, added


@dataclass(frozen=True)
class Posted:
    """What a posting did: the returns that are posted, those kept back with what would be wrong, files changed by hand."""

    returns: tuple[Return, ...] = ()
    kept_back: tuple[tuple[Return, tuple[Fault, ...]], ...] = ()
    by_hand: tuple[str, ...] = ()


def post(store: Store, root: Path) -> Posted:
    """Post all returns that are accepted and not yet posted, in the order in which they arrived.

    A return with which the book would no longer be sound stays where it is, and is told.

    Raises:
        DataError: the tables cannot be read or written. What was accepted stays accepted.
    """
    folder = root / DATA
    recover(folder)
    with store.writing() as connection:
        by_hand = finish(connection, store, folder)
        waiting = store.to_post(connection)
        good, kept_back = _sound(store, connection, folder, waiting)
        texts, number = Texts(folder), None
        for one in good:
            found = _let_happen(texts, changes(texts, one, store.predecessor(one, connection)))
            number = added(connection, s.postings, return_id=one.id, at=store.time(connection))
            add_rows(connection, number, found)
        _let_happen(texts, arrivals(connection, store, texts))
        if files := texts.contents():
            add_projection(connection, store, files, number, placed=False)
    with store.writing() as connection:
        place(connection, store, folder)
    return Posted(tuple(good), tuple(kept_back), by_hand)


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


def _let_happen(texts: Texts, found: Sequence[RowChange]) -> Sequence[RowChange]:
    for change in found:
        texts.put(change)
    return found


def _sound(
    store: Store, connection: Connection, folder: Path, waiting: Sequence[Return]
) -> tuple[list[Return], list[tuple[Return, tuple[Fault, ...]]]]:
    """Return the returns that can all be posted, and each of the others with what the book would be wrong in."""
    if not waiting or not _faults(store, connection, folder, waiting):
        return list(waiting), []
    good: list[Return] = []
    bad = []
    for one in waiting:
        if faults := _faults(store, connection, folder, [*good, one]):
            bad.append((one, tuple(faults)))
        else:
            good.append(one)
    return good, bad


def _faults(store: Store, connection: Connection, folder: Path, returns: Sequence[Return]) -> list[Fault]:
    """Return what would be wrong in the book with these returns that is not wrong now."""
    texts = Texts(folder)
    for one in returns:
        _let_happen(texts, changes(texts, one, store.predecessor(one, connection)))
    with tempfile.TemporaryDirectory() as temporary:
        aside = Path(temporary) / DATA
        shutil.copytree(folder, aside)
        for path, content in texts.contents().items():
            (aside / path).write_bytes(content)
        after = survey(aside)
    known = Counter(replace(fault, row=None) for fault in (survey(folder) if after else ()))
    return [fault for fault in after if not known[replace(fault, row=None)]]
