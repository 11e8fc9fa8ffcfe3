"""Which of the report's tables a notebook really reads: recorded, so that only these count.

Opening a report reads every table, to check it; that is overlooked. What a chapter then takes
from the ledger is noted, and so is any file under ``data/`` that it opens itself, and any chapter
that it looks up.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "STATEASSETS_READS"  # the file in which a kernel keeps its record


class _Record:
    """What has been read so far; written at once, since a kernel may be killed."""

    def __init__(self) -> None:
        self.to: str | None = None
        self.known: set[str] = set()
        self.overlooking = 0

    def note(self, path: str) -> None:
        if self.to and not self.overlooking and path not in self.known:
            self.known.add(path)
            self.write(f"{path}\n")

    def write(self, text: str) -> None:
        """Add to the record; without room for it there is none, rather than half of one."""
        assert self.to
        try:
            with open(self.to, "ab", 0) as record:
                if record.write(text.encode()) < len(text.encode()):
                    raise OSError
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(self.to)
            self.to = None


_RECORD = _Record()


def start() -> None:
    """Record from now on, if the environment says where."""
    _RECORD.to = os.environ.get(VARIABLE)
    if _RECORD.to:
        _RECORD.write("")  # a record, even if nothing is read
        sys.addaudithook(_opened)


def note(path: Path | str) -> None:
    """Note that a file was read, or what was made of it; or a part of it (``table_parts``)."""
    _RECORD.note(str(path))


@contextmanager
def overlooked() -> Iterator[None]:
    """Do not record what is read inside."""
    _RECORD.overlooking += 1
    try:
        yield
    finally:
        _RECORD.overlooking -= 1


def recorded(to: Path) -> list[Path]:
    """Return what a kernel has read, in the order in which it did."""
    return [Path(line) for line in to.read_text("utf-8").splitlines()] if to.exists() else []


def _opened(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str):
        path = os.path.abspath(arguments[0])
        if f"{os.sep}data{os.sep}" in path and "site-packages" not in path:
            _RECORD.note(path)
