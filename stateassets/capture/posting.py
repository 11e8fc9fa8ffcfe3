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
        good, kept_back = _sound(store, connection, folder, store.to_post(connection))
        number = None
        for one, found in good.made:
            number = added(connection, s.postings, return_id=one.id, at=store.time(connection))
            add_rows(connection, number, found)
        good.let_happen(arrivals(connection, store, good.texts))
        if files := good.texts.contents():
            add_projection(connection, store, files, number, placed=False)
    with store.writing() as connection:
        place(connection, store, folder)
    return Posted(tuple(one for one, _ in good.made), tuple(kept_back), by_hand)


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


class _Trial:
    """The book with some returns in it: its tables as texts, and what each return changes."""

    def __init__(self, store: Store, connection: Connection, folder: Path, returns: Sequence[Return]) -> None:
        self.folder, self.texts = folder, Texts(folder)
        self.made: list[tuple[Return, list[RowChange]]] = []
        for one in returns:
            found = changes(self.texts, one, store.predecessor(one, connection))
            self.let_happen(found)
            self.made.append((one, found))

    def let_happen(self, found: Sequence[RowChange]) -> None:
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


def _sound(
    store: Store, connection: Connection, folder: Path, waiting: Sequence[Return]
) -> tuple[_Trial, list[tuple[Return, tuple[Fault, ...]]]]:
    """Return the book with all returns that can be posted, and each of the others with what would be wrong."""
    whole = _Trial(store, connection, folder, waiting)
    if not waiting or not whole.faults():
        return whole, []
    good, bad = _Trial(store, connection, folder, ()), []
    for one in waiting:
        trial = _Trial(store, connection, folder, [*(kept for kept, _ in good.made), one])
        if faults := trial.faults():
            bad.append((one, tuple(faults)))
        else:
            good = trial
    return good, bad
