"""The book is built aside and put in place in one step: nobody ever finds half a book.

Sphinx opens a page for writing and fills it, so a build that is killed, or runs out of disk,
would leave a torn page where the last good one was. Here it writes into a copy beside the site.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import IO

from ..tables.troubles import TROUBLES

try:
    import fcntl
except ImportError:  # not on Windows: there two builds at once are up to the user
    fcntl = None  # type: ignore[assignment]

LOCK = "lock"
HERE, EXCHANGE = -100, 2  # AT_FDCWD, RENAME_EXCHANGE of renameat2(2)


class BusyError(Exception):
    """Another build of the same book is under way; the message says which, in Chinese."""


def lock(folder: Path) -> IO[str]:
    """Return the build's lock, held until it is closed or the process ends, however it ends.

    Raises:
        BusyError: another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = (folder / LOCK).open("a+", encoding="utf-8")
    if fcntl:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.seek(0)
            who = held.read().strip()
            held.close()
            raise BusyError(f"另一个程序（进程号{who or '不明'}）正在生成这本书。请等它结束后再运行。") from None
    held.truncate(0)
    held.write(str(os.getpid()))
    held.flush()
    return held


def place(site: Path) -> Path:
    """Where a site is built before it is put in place: beside it, so on the same disk."""
    return site.with_name(f".{site.name}.next")


def _before(site: Path) -> Path:
    return site.with_name(f".{site.name}.before")


def begin(site: Path, without: Collection[str] = ()) -> Path:
    """Return a copy of the last good site, to be built on; what an earlier build left goes.

    ``without`` are folders of it that ``add`` may copy later. A copy, not links: Sphinx writes into the files themselves.
    """
    before = _before(site)
    if before.is_dir() and not (site.is_dir() and any(site.iterdir())):
        with contextlib.suppress(OSError):
            site.rmdir()
        before.rename(site)  # stopped between the two steps of ``put``
    clear(site)
    if site.is_dir():
        shutil.copytree(site, place(site), ignore=lambda folder, _: without if Path(folder) == site else ())
    else:
        place(site).mkdir(parents=True)
    return place(site)


def add(site: Path, folders: Iterable[str]) -> None:
    """Copy folders that ``begin`` went without."""
    for name in folders:
        if (site / name).is_dir():
            shutil.copytree(site / name, place(site) / name)


def link(file: Path, other: Path) -> None:
    """Have another path lead to a file that nobody is going to write into."""
    try:
        other.hardlink_to(file)
    except OSError:  # not on every disk
        shutil.copyfile(file, other)


def put(site: Path) -> None:
    """Put what was built in the site's place; the site that was there goes."""
    if not _exchanged(place(site), site):
        if site.is_dir():
            site.rename(_before(site))
        place(site).rename(site)
    clear(site)


def clear(site: Path) -> None:
    """Remove all that lies beside a site because of its builds."""
    for folder in (place(site), _before(site)):
        shutil.rmtree(folder, ignore_errors=True)


def leave(site: Path, held: IO[str]) -> None:
    """Clear up after a build, then let the next one begin; to call it twice does no harm."""
    if not held.closed:
        clear(site)
        held.close()


def _exchanged(new: Path, old: Path) -> bool:
    """Exchange two folders in one step, where the system can."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    return not rename(HERE, os.fsencode(new), HERE, os.fsencode(old), EXCHANGE)


class WriteFaults(logging.Handler):
    """Hears what Sphinx only warns of: a file that could not be written, as on a full disk."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[OSError] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the system's errors that a warning tells of.

        Raises:
            OSError: nothing more can be written.
        """
        arguments = record.args if isinstance(record.args, tuple) else ()
        for one in arguments:
            if isinstance(one, OSError):
                self.found.append(one)
                if one.errno in TROUBLES:
                    raise one
