"""The validation of a data folder: its tables are loaded, and every check is made on them.

What is known to be sound is not looked at again. The checks are those of ``declared_checks`` and
of every domain; whoever validates imports the domains, as ``stateassets.opening`` does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from .addresses import KINDS
from .atomic import recover
from .checking import Frames, checks
from .corrections import told
from .data_errors import DataError, Fault, Gap
from .declaration import FILE
from .declared import DataPackage, DeclaredTable, Tables
from .files import hash_of, lies_in
from .loading import Loaded, load, load_filled
from .origins import COLUMN, of_table

VALUE = "value"  # the column of a form of printed figures that is filled in
MOST_KEPT = 4  # contents of data folders that a process remembers to be sound
MOST_LOOKS = 5  # at a folder whose files somebody is changing
Found = TypeVar("Found")
_VALIDATED: dict[str, Validated] = {}  # by ``fingerprint``, the last one last
_FAULTY: dict[str, tuple[Fault, ...]] = {}  # what is wrong in those that are not
_FILLED: dict[str, Validated] = {}  # what could be read of these, where each of its cells is sound


@dataclass(frozen=True)
class Validated:
    """A data folder in which nothing is wrong.

    ``files`` are hashes of its files by path, ``looked_at`` is which tables each check looked at.
    """

    package: DataPackage
    loaded: Loaded
    files: Mapping[str, str]
    looked_at: Mapping[str, frozenset[str]]

    @property
    def content(self) -> str:
        """The folder's ``fingerprint``."""
        return _together(self.files)

    def unchanged(self, files: Mapping[str, str]) -> Loaded:
        """Return the tables that are the same in a folder with these files, which declares the same.

        Not those that were corrected: what is in their files is not what is here.
        """
        corrected = {entry.table for entry in self.loaded.corrections}
        same = {
            name: frame
            for name, frame in self.loaded.frames.items()
            if name not in corrected
            and (now := files.get(path := self.package.tables[name].path))
            and now == self.files.get(path)
        }
        return Loaded(self.loaded.sheets, same)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return its tables, for somebody who may add columns of their own."""
        return {name: frame.copy(deep=False) for name, frame in self.loaded.frames.items()}


class RecordingTables(Mapping[str, pd.DataFrame]):
    """Tables that note which of them are looked at. Which there are is declared, and no secret."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> pd.DataFrame:
        self.seen.add(name)
        return self._frames[name]

    def __contains__(self, name: object) -> bool:
        return name in self._frames

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)


def check(data_dir: Path) -> list[Fault]:
    """Return everything that is wrong in a data folder; nothing is written."""
    try:
        open_checked(data_dir)
    except DataError as error:
        if all(isinstance(fault, Gap) for fault in error.faults):
            return survey(data_dir)  # what is there already is told of as well
        return list(error.faults)
    return []


def open_checked(data_dir: Path) -> tuple[DataPackage, dict[str, pd.DataFrame]]:
    """Return the package and its tables.

    Raises:
        DataError: with every fault found; accounts are checked once the tables can be read.
    """
    package, frames, _ = open_known(data_dir)
    return package, frames


def open_known(data_dir: Path) -> tuple[DataPackage, dict[str, pd.DataFrame], str]:
    """Return the package, its tables and the folder's ``fingerprint``.

    Raises:
        DataError: as ``open_checked``.
    """
    sound = looked_through(data_dir)
    return replace(sound.package, root=data_dir), sound.tables(), sound.content


def looked_through(data_dir: Path) -> Validated:
    """Return what a folder was found to hold.

    The same content is checked once in a process, and in the kernels that are forked from it; of
    another content, only what differs.

    Raises:
        DataError: as ``open_checked``.
    """
    recover(data_dir)
    content = _together(hashes(data_dir))
    if content in _VALIDATED:
        return _VALIDATED[content]
    know(sound := _prove_still(data_dir))
    return sound


def _prove_still(data_dir: Path) -> Validated:
    """Look through a folder in which nothing changes meanwhile: what was read is what the hashes are of.

    Raises:
        DataError: as ``open_checked``, or files change all the time.
    """
    for _ in range(MOST_LOOKS):
        files = hashes(data_dir)
        try:
            found: Validated | DataError = prove(data_dir, files)
        except DataError as error:
            found = error
        now = hashes(data_dir)
        if now != files:
            continue
        if isinstance(found, DataError):
            raise found
        return found
    changing = sorted(name for name in files.keys() | now.keys() if files.get(name) != now.get(name))
    raise DataError([Fault(changing[0], None, None, "读的时候一直在改", "读完以前不变", "等改完了再运行一次")])


def prove(data_dir: Path, files: Mapping[str, str]) -> Validated:
    """Look through a folder with these files, but not again at what is known to be sound.

    Raises:
        DataError: as ``open_checked``.
    """
    sound, faults = _look_through(data_dir, files, whole=True)
    if faults:
        raise DataError(faults)
    return sound


def _look_through(data_dir: Path, files: Mapping[str, str], whole: bool) -> tuple[Validated, list[Fault]]:
    """Return what a folder with these files holds, and its faults.

    Raises:
        DataError: the tables cannot be read or, with ``whole``, are not all filled.
    """
    before = next((s for s in reversed(_VALIDATED.values()) if _alike(s.files, files)), None)
    package = replace(before.package, root=data_dir) if before else DataPackage.read(data_dir)
    filled = () if whole else (s for s in reversed(_FILLED.values()) if _alike(s.files, files))
    read = before or next(iter(filled), None)
    proved = read.unchanged(files) if read else None
    loaded, faults = (load(package, proved), []) if whole else load_filled(package, proved)
    if faults and all(isinstance(fault, Gap) for fault in faults):
        _keep(_FILLED, _together(files), Validated(package, loaded, files, {}))
    package = replace(package, corrections=loaded.corrections, tables=_as_marked(package.tables, loaded.frames))
    if faults:  # only what is there is looked at
        package = replace(package, tables=Tables(package.tables[name] for name in loaded.frames))
    same = {name for name, frame in loaded.frames.items() if before and frame is before.loaded.frames.get(name)}
    looked_at: dict[str, frozenset[str]] = {}
    found: list[Fault] = []
    for one in checks():
        if before and before.looked_at.get(one.name, {""}) <= same:
            looked_at[one.name] = before.looked_at[one.name]
            continue
        frames = RecordingTables(loaded.frames)
        found += one(package, frames)
        looked_at[one.name] = one.tables | frames.seen  # a table that is not there may come
    faults += [told(fault, loaded.corrections, package.tables) for fault in found]
    return Validated(package, loaded, files, looked_at), faults


def _alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Tell whether folders with these files declare the same."""
    return all(one.get(file) == other.get(file) for file in (FILE, KINDS))


def _keep(kept: dict[str, Found], content: str, found: Found) -> None:
    while len(kept) >= MOST_KEPT:
        del kept[next(iter(kept))]
    kept[content] = found


def _as_marked(tables: Tables, frames: Frames) -> Tables:
    """Return the tables with the origins that their rows say."""
    every = (*tables.values(), *tables.absent.values())
    return Tables(
        replace(
            t,
            origin=of_table(t.origin, frames[t.name][COLUMN] if t.marked and t.name in frames else None),
            awaited=t.name in frames and _is_blank(t, frames[t.name]),
        )
        for t in every
    )


def _is_blank(table: DeclaredTable, frame: pd.DataFrame) -> bool:
    """Tell whether a table is a form of which nothing is filled in: rows whose values are all blank."""
    form = any(c.name == VALUE and not c.required for c in table.columns)
    return form and len(frame) > 0 and not any(str(text).strip() for text in frame[VALUE])


def known(content: str) -> Validated | None:
    """Return what is known of a folder with that ``fingerprint``."""
    return _VALIDATED.get(content)


def know(sound: Validated) -> None:
    """Remember that a folder is sound, found here or, by the same program, in an earlier run."""
    _keep(_VALIDATED, sound.content, sound)


def survey(data_dir: Path) -> list[Fault]:
    """Return every fault of a folder that may not be filled yet: what is there is checked.

    As with ``open_known``, the same content is checked once, and of another what differs.

    Raises:
        DataError: the folder's own declarations cannot be read.
    """
    files = hashes(data_dir)
    content = _together(files)
    if content not in _VALIDATED and content not in _FAULTY:
        seen, faults = _look_through(data_dir, files, whole=False)
        if not faults:
            know(seen)
            return []
        _keep(_FAULTY, content, tuple(faults))
    return list(_FAULTY.get(content, ()))


def hashes(data_dir: Path) -> dict[str, str]:
    """Return a hash of each file in a data folder, by its path in there; empty if unreadable or a link out of it."""
    return {
        path.relative_to(data_dir).as_posix(): ""
        if path.is_symlink() and not lies_in(data_dir, path)
        else hash_of(path)
        for path in sorted(p for p in data_dir.rglob("*") if p.is_file())
    }


def fingerprint(data_dir: Path) -> str:
    """Return a hash of everything in a data folder."""
    return _together(hashes(data_dir))


def _together(files: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
