"""The files of ``data/`` as the store knows them: what they hold after each posting, and whether they are in place.

What was known on any day can be rebuilt to the byte from this alone.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Select, func, insert, select

from ..tables.atomic import replace_all
from ..tables.data_errors import DataError, Fault
from ..tables.declared import DataPackage, DeclaredTable
from ..tables.reading import read_table
from ..tables.text_files import written
from . import schema as s
from .store import Store, added, as_text, keep, kept

DATA = "data"
MOST_LOOKS = 5  # at files that somebody is changing
Key = tuple[str, ...]


@dataclass(frozen=True)
class RowChange:
    """A row before and after; one of them is none where it is new or gone."""

    table: str
    key: Key
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None


class Texts:
    """The tables of a data folder as texts, each row by its key, in the order of the file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.package = folder, DataPackage.read(folder)
        self._tables: dict[str, dict[Key, dict[str, str]]] = {}

    def of(self, name: str) -> Mapping[Key, Mapping[str, str]]:
        """Return the rows of a table by key."""
        return self._rows(name)

    def put(self, change: RowChange) -> None:
        """Let a change happen."""
        rows = self._rows(change.table)
        if change.after is None:
            rows.pop(change.key, None)
        else:
            rows[change.key] = dict(change.after)

    def contents(self) -> dict[str, bytes]:
        """Return path -> content of the tables' files that are no longer what is on the disk."""
        found = {}
        for name, rows in self._tables.items():
            table = self.package.tables[name]
            header = [column.name for column in table.columns]
            content = written(header, ([row.get(c, "") for c in header] for row in rows.values()))
            if content != content_of(self.folder / table.path):
                found[table.path] = content
        return found

    def paths(self) -> list[str]:
        """Return the paths of the tables that were read."""
        return [self.package.tables[name].path for name in self._tables]

    def _rows(self, name: str) -> dict[Key, dict[str, str]]:
        if name not in self._tables:
            table = self.package.tables[name]
            sheet, _ = read_table(self.package, table)
            rows = (dict(zip(sheet.header, row, strict=False)) for row in sheet.rows)
            self._tables[name] = {row_key(table, row): row for row in rows}
        return self._tables[name]


def row_key(table: DeclaredTable, row: Mapping[str, str]) -> Key:
    """Return what tells a row of a table apart from others."""
    return tuple(row.get(name, "") for name in table.key or [c.name for c in table.columns])


def between(name: str, old: Mapping[Key, Mapping[str, str]], new: Mapping[Key, Mapping[str, str]]) -> list[RowChange]:
    """Return what changed of a table's rows."""
    return [
        RowChange(name, key, old.get(key), new.get(key))
        for key in dict.fromkeys([*old, *new])
        if old.get(key) != new.get(key)
    ]


# --- rows and files in the store -----------------------------------------------------------------


def add_rows(connection: Connection, posting: int, found: Iterable[RowChange]) -> None:
    """Write down rows before and after a posting."""
    rows = [
        {
            "posting_id": posting,
            "table_name": change.table,
            "key": as_text(list(change.key)),
            "before": None if change.before is None else as_text(dict(change.before)),
            "after": None if change.after is None else as_text(dict(change.after)),
        }
        for change in found
    ]
    if rows:
        connection.execute(insert(s.posted_rows), rows)


def rows_of(connection: Connection, postings: Sequence[int]) -> Iterator[RowChange]:
    """Yield the rows that postings changed, in their order."""
    query = select(s.posted_rows).where(s.posted_rows.c.posting_id.in_(postings)).order_by(s.posted_rows.c.id)
    for row in connection.execute(query):
        before, after = (None if told is None else json.loads(told) for told in (row.before, row.after))
        yield RowChange(row.table_name, tuple(json.loads(row.key)), before, after)


def add_projection(
    connection: Connection, store: Store, files: Mapping[str, bytes | None], posting: int | None, placed: bool
) -> None:
    """Write down files of ``data/`` as they are after a posting (none: it is gone), and whether they are there already."""
    number = added(connection, s.projections, posting_id=posting, at=store.time(connection))
    rows = [
        {"projection_id": number, "path": path, "sha256": None if content is None else keep(connection, content)}
        for path, content in files.items()
    ]
    connection.execute(insert(s.projected_files), rows)
    if placed:
        added(connection, s.placed, projection_id=number, at=store.time())


def files_known(connection: Connection, below: int = 0, day: str = "") -> dict[str, str]:
    """Return path -> SHA-256 of each file, now, before a projection, or at the end of a day."""
    p, f = s.projections.c, s.projected_files.c
    query = select(f.path, f.sha256).join(s.projections, p.id == f.projection_id).order_by(f.id)
    if below:
        query = query.where(p.id < below)
    if day:
        query = query.where(func.substr(p.at, 1, len(day)) <= day)
    found = dict(connection.execute(query).all())
    return {path: digest for path, digest in found.items() if digest}


def unplaced(connection: Connection) -> list[int]:
    """Return the projections whose files may not be in place yet, oldest first."""
    done = select(s.placed.c.projection_id)
    query = select(s.projections.c.id).where(s.projections.c.id.not_in(done)).order_by(s.projections.c.id)
    return list(connection.scalars(query))


# --- the folder ----------------------------------------------------------------------------------


def finish(connection: Connection, store: Store, folder: Path) -> tuple[str, ...]:
    """Bring store and folder together; return the files that somebody changed by hand.

    The first time all files are taken into the store. What a posting wrote down and did not come to put in
    place is put in place. What was changed by hand is written down as that, row by row.
    """
    known = files_known(connection)
    if not known:
        add_projection(connection, store, _disk(folder), None, placed=True)
        return ()
    place(connection, store, folder)
    disk = _disk(folder)
    changed = {path: content for path, content in disk.items() if _digest(content) != known.get(path)}
    gone: dict[str, bytes | None] = {path: None for path in known if path not in disk}
    if not changed and not gone:
        return ()
    number = added(connection, s.postings, return_id=None, at=store.time(connection))
    _rows_by_hand(connection, folder, number, known, [*changed, *gone])
    add_projection(connection, store, {**changed, **gone}, number, placed=True)
    return tuple(sorted([*changed, *gone]))


def place(connection: Connection, store: Store, folder: Path) -> None:
    """Put in place the files that were written down and are not there.

    A file that somebody changed after a posting was stopped keeps what they changed and gets what was posted.

    Raises:
        DataError: they cannot be written; the next look tries again.
    """
    waiting = unplaced(connection)
    if not waiting:
        return
    for look in range(MOST_LOOKS):
        held, files = _to_place(connection, folder, waiting)
        try:
            if files:
                replace_all(folder, files, {path: content or None for path, content in held.items()})
            break
        except DataError:
            if look == MOST_LOOKS - 1 or all(content_of(folder / path) == held[path] for path in held):
                raise
    for number in waiting:
        added(connection, s.placed, projection_id=number, at=store.time())


def _to_place(
    connection: Connection, folder: Path, waiting: Sequence[int]
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return what the files of projections hold now, those only that are to be replaced, and what they are to hold."""
    now, before = files_known(connection), files_known(connection, below=min(waiting))
    query = select(s.projected_files.c.path).where(s.projected_files.c.projection_id.in_(waiting)).distinct()
    held: dict[str, bytes] = {}
    files: dict[str, bytes] = {}
    others = set()
    for path in connection.scalars(query):
        held[path] = content = content_of(folder / path)
        if _digest(content) == before.get(path) or (not content and path not in before):
            files[path] = kept(connection, now[path])
        elif _digest(content) != now[path]:
            others.add(path)
    if others:
        texts = Texts(folder)
        for change in rows_of(connection, list(connection.scalars(_postings_above(min(waiting))))):
            if texts.package.tables[change.table].path in others:
                texts.put(change)
        files |= texts.contents()
    return {path: held[path] for path in files}, files


def changed_since(connection: Connection, texts: Texts) -> list[str]:
    """Return the files among those read that are no longer what the store knows: somebody writes in them."""
    known = files_known(connection)
    return [path for path in texts.paths() if _digest(content_of(texts.folder / path)) != known.get(path, _digest(b""))]


def _postings_above(projection: int) -> Select[tuple[int]]:
    """Select the postings whose files are in a projection or in later ones."""
    p = s.projections.c
    last = select(func.coalesce(func.max(p.posting_id), 0)).where(p.id < projection).scalar_subquery()
    return select(s.postings.c.id).where(s.postings.c.id > last).order_by(s.postings.c.id)


def _rows_by_hand(
    connection: Connection, folder: Path, number: int, known: Mapping[str, str], paths: Iterable[str]
) -> None:
    """Write down which rows of which tables were changed by hand."""
    with tempfile.TemporaryDirectory() as temporary:
        then = Path(temporary)
        for path, digest in known.items():
            (then / path).parent.mkdir(parents=True, exist_ok=True)
            (then / path).write_bytes(kept(connection, digest))
        old, new = Texts(then), Texts(folder)
        for name, table in new.package.tables.items():
            if table.path in paths and table.path in known and name in old.package.tables:
                add_rows(connection, number, between(name, old.of(name), new.of(name)))


def _disk(folder: Path) -> dict[str, bytes]:
    """Return the files of a data folder that are the book's."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    own = sorted(path.as_posix() for path in paths if not any(part.startswith(".") for part in path.parts))
    return {path: content_of(folder / path) for path in own}


def content_of(path: Path) -> bytes:
    """Return a file's bytes, none where it is not there.

    Raises:
        DataError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        told = Fault(path.name, None, None, f"读不出来（{error.strerror}）", "能读的文件", "检查权限后重试")
        raise DataError([told]) from None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
