"""The inbox: a folder into which files are put; those that are whole are taken and moved, never lost.

``收件/A1/快报.xlsx`` is sent by the enterprise A1, ``收件/快报.xlsx`` by the staff. What was taken lies in
``收件/.已收/2023-06-30/``.
"""

from __future__ import annotations

import hashlib
import os
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..tables.text_files import LARGEST_FILE
from .receiving import Receiver
from .schema import INBOX
from .store import Delivery, Return

TAKEN, TOO_LARGE = ".已收", ".太大"
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart")
ZIPPED = (".xlsx", ".xlsm", ".ods")
QUIET = 1.0  # seconds for which a file must not have changed
SHORTLY = 2.0  # seconds after that for which it is worth looking again at once
PATIENCE = 600.0  # seconds after which a workbook that is not whole is taken as it is


@dataclass
class Inbox:
    """The folder, and what was seen of its files by the last look."""

    folder: Path
    seen: dict[Path, tuple[int, int, float]] = field(default_factory=dict)  # size, time of change, since when

    def take(self, receiver: Receiver) -> list[tuple[Delivery, list[Return]]]:
        """Take the files that are whole; what is being copied is left until it is.

        Raises:
            OSError: some could not be read or moved; all others were taken.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        found, wrong = [], list[OSError]()
        for path in sorted(self._whole(), key=self._since):
            try:
                if taken := self._taken(path, receiver):
                    found.append((taken[0], receiver.look_through(*taken)))
            except OSError as error:
                wrong.append(error)
        if wrong and not found:  # else they are told of by the next look
            raise wrong[0]
        return found

    def due(self) -> bool:
        """Tell whether a file that was seen may have been left alone for long enough by now."""
        now = time.monotonic()
        return any(QUIET <= now - since < QUIET + SHORTLY for *_, since in self.seen.values())

    def _taken(self, path: Path, receiver: Receiver) -> tuple[Delivery, bytes] | None:
        """Take a file into the store and move it; none where somebody has just put another in its place."""
        with suppress(FileNotFoundError):  # gone since
            content = path.read_bytes()
            if _state(path) != self.seen[path][:2]:
                return None
            inside = path.relative_to(self.folder)
            sender = inside.parts[0] if len(inside.parts) > 1 else ""
            receipt = f"{hashlib.sha256(content).hexdigest()} {inside.as_posix()}"[:200]
            delivery = receiver.store.deliver(content, path.name, INBOX, sender, receipt)
            self._move(path, delivery)
            return delivery, content
        return None

    def _whole(self) -> Iterator[Path]:
        now, there = time.monotonic(), set()
        for path in _files(self.folder):
            try:
                state = path.stat()
            except OSError:
                continue  # gone since
            there.add(path)
            size, changed, since = self.seen.get(path, (-1, -1, now))
            if (size, changed) != (state.st_size, state.st_mtime_ns):
                since = now
                if path.suffix.lower() in ZIPPED:  # its end says that it is whole: its own times may be believed
                    since -= max(time.time() - max(state.st_mtime, state.st_ctime), 0.0)
            self.seen[path] = state.st_size, state.st_mtime_ns, since
            if state.st_size > LARGEST_FILE:
                self._aside(path)
            elif now - since >= QUIET and (_complete(path) or now - since >= PATIENCE):
                yield path
        for path in set(self.seen) - there:
            del self.seen[path]

    def _since(self, path: Path) -> tuple[int, Path]:
        """Return in which order files are taken: as they were last changed."""
        return self.seen[path][1], path

    def _move(self, path: Path, delivery: Delivery) -> None:
        """Move a file to those that were taken; whatever else has its name there stays.

        What somebody put in its place at the last moment goes back, to be taken by the next look.
        """
        target = self.folder / TAKEN / delivery.received_at[:10] / f"{delivery.id}_{path.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
        seen = self.seen.pop(path, None)
        if seen and _state(target) != seen[:2]:
            os.replace(target, path.with_stem(f"{path.stem}_{delivery.id}") if path.exists() else path)

    def _aside(self, path: Path) -> None:
        target = self.folder / TOO_LARGE / path.relative_to(self.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of the inbox and of the enterprises' folders in it, no links, nothing hidden or unfinished."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith((".", "~$")) for part in inside.parts)
        if not hidden and not path.is_symlink() and path.is_file() and path.suffix.lower() not in UNFINISHED:
            yield path


def _state(path: Path) -> tuple[int, int]:
    """Return what tells whether a file is still the same: its size and the time of its last change."""
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def _complete(path: Path) -> bool:
    """Return whether a workbook has its end; what is no zip file has no end that could be looked for."""
    if path.suffix.lower() not in ZIPPED:
        return path.stat().st_size > 0
    try:
        return zipfile.is_zipfile(path)
    except OSError:
        return False
