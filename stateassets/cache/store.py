"""What was made once, kept under ``_build/cache`` by one rule.

An entry has a kind, a name and a content, and says what the content depends on: ``by``, one hash of
all that makes it (code, libraries, words such as the edition), and ``reads``, a hash of each thing
that it was really made from. It holds as long as ``by`` and all of ``reads`` are what they were. An
entry is one file, written whole, with a hash of its content: one that is damaged, of another form
or gone is as good as none, and its content is made again. Of a name there may be several entries,
so that what goes back to an earlier state makes nothing again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..tables import files

PLACE = Path("_build") / "cache"  # below the project
FORM = 1  # of a file's first line
MOST_ALIKE = 4  # entries of one name
MOST_BYTES = 400_000_000  # of all together
LONGEST_UNUSED = 60 * 24 * 3600  # seconds


def sha(content: bytes | str) -> str:
    """SHA-256 of what is in a file, or of a text."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


@dataclass(frozen=True)
class Entry:
    """Something kept; ``made`` is a hash of its content, ``since`` when it was kept, in seconds."""

    kind: str
    name: str
    edition: str
    by: str
    reads: Mapping[str, str]
    made: str
    since: int
    path: Path

    def holds(self, by: str, now: Mapping[str, str]) -> bool:
        """Whether it would be made the same by what makes it and from what there is."""
        return self.by == by and all(now.get(name) == before for name, before in self.reads.items())

    def content(self) -> bytes | None:
        """Return what was kept, None where that is not what the file holds."""
        try:
            _, _, content = self.path.read_bytes().partition(b"\n")
        except OSError:
            return None
        return content if sha(content) == self.made else None


class Store:
    """What is kept of a book; two processes may use it at once."""

    def __init__(self, root: Path) -> None:
        self.folder = root / PLACE

    def find(self, kind: str, name: str, by: str, now: Mapping[str, str]) -> tuple[Entry, bytes] | None:
        """Return the entry of that name that holds, with its content."""
        return next((found for e in self.of(kind, name) if e.holds(by, now) and (found := _used(e))), None)

    def last(self, kind: str, name: str, by: str) -> bytes | None:
        """Return what was made last by what makes it now, from whatever: to begin from."""
        return next((found[1] for e in self.of(kind, name) if e.by == by and (found := _used(e))), None)

    def keep(
        self, kind: str, name: str, by: str, reads: Mapping[str, str], content: bytes | str, edition: str = ""
    ) -> None:
        """Keep something.

        Raises:
            OSError: it cannot be written.
        """
        content = content.encode() if isinstance(content, str) else content
        depends = {"kind": kind, "name": name, "edition": edition, "by": by, "reads": dict(reads)}
        head = {**depends, "form": FORM, "made": sha(content), "since": int(time.time())}
        path = self._folder(kind, name) / _address(depends)
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, json.dumps(head, ensure_ascii=False).encode() + b"\n" + content)
        for old in _newest(path.parent)[MOST_ALIKE:]:
            old.unlink(missing_ok=True)

    def of(self, kind: str, name: str) -> Iterator[Entry]:
        """Yield the entries of a name, the one used last first."""
        yield from filter(None, map(_entry, _newest(self._folder(kind, name))))

    def every(self, kind: str = "*") -> Iterator[Entry]:
        """Yield all that is kept, or all of a kind."""
        yield from filter(None, (_entry(path) for *_, path in _files(self.folder.glob(f"{kind}/*/*"))))

    def trim(self) -> None:
        """Take away what was not used for long, then what was not used longest, until the rest is small enough."""
        room, now = MOST_BYTES, time.time()
        for used, size, path in sorted(_files(self.folder.glob("*/*/*")), reverse=True):
            room -= size
            if room < 0 or now - used > LONGEST_UNUSED:
                path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Take everything away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _folder(self, kind: str, name: str) -> Path:
        return self.folder / kind / sha(name)[:32]


def _files(paths: Iterable[Path]) -> Iterator[tuple[float, int, Path]]:
    """Yield when each file was used last, its size and itself; not those being written or gone by now."""
    for path in paths:
        with suppress(OSError):
            if not path.name.startswith("."):
                stat = path.stat()
                yield stat.st_mtime, stat.st_size, path


def _newest(folder: Path) -> list[Path]:
    try:
        return [path for *_, path in sorted(_files(folder.iterdir()), reverse=True)]
    except OSError:  # there is none
        return []


def _address(depends: Mapping[str, Any]) -> str:
    return sha(json.dumps(depends, sort_keys=True))


def _entry(path: Path) -> Entry | None:
    try:
        with path.open("rb") as file:
            head = json.loads(file.readline())
        form, made, since = (head.pop(name) for name in ("form", "made", "since"))
        whole = form == FORM and _address(head) == path.name
        return Entry(**head, made=made, since=since, path=path) if whole else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _used(entry: Entry) -> tuple[Entry, bytes] | None:
    content = entry.content()
    if content is None:
        return None
    with suppress(OSError):  # a disk that can only be read
        os.utime(entry.path)
    return entry, content
