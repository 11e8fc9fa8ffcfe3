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
PATIENCE = 600.0  # seconds after which a workbook that is not whole is taken as it is


@dataclass
class Inbox:
    """The folder, and what was seen of its files by the last look."""

    folder: Path
    seen: dict[Path, tuple[int, int, float]] = field(default_factory=dict)  # size, time of change, since when

    def take(self, receiver: Receiver) -> list[tuple[Delivery, list[Return]]]:
        """Take the files that are whole; what is being copied is left until it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        found = []
        for path in sorted(self._whole(), key=self._since):
            content = path.read_bytes()
            inside = path.relative_to(self.folder)
            sender = inside.parts[0] if len(inside.parts) > 1 else ""
            receipt = f"{hashlib.sha256(content).hexdigest()} {inside.as_posix()}"[:200]
            found.append(receiver.receive(content, path.name, INBOX, sender, receipt))
            self._move(path, found[-1][0])
        return found

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
        """Move a file to those that were taken; whatever else has its name there stays."""
        target = self.folder / TAKEN / delivery.received_at[:10] / f"{delivery.id}_{path.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
        self.seen.pop(path, None)

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


def _complete(path: Path) -> bool:
    """Return whether a workbook has its end; what is no zip file has no end that could be looked for."""
    if path.suffix.lower() not in ZIPPED:
        return path.stat().st_size > 0
    try:
        return zipfile.is_zipfile(path)
    except OSError:
        return False
