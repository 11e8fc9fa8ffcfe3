"""The files that a book is made from, as they are now, and the wish to look at them again."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from fnmatch import fnmatch, translate
from functools import lru_cache
from pathlib import Path

import yaml

from ..chapters import stamp
from ..notebooks.fingerprint import inside, sha

ALWAYS = ("data", "stateassets")  # left out of Sphinx's documents, but not of what pages are made from
ROOT_FILES = (".yml", ".toml", ".txt", ".md", ".ipynb")
# What programs put beside a file while they save it: vim, Emacs, LibreOffice, Excel, downloads.
LEAVINGS = ("*~", "~*", "#*#", "4913", "*.tmp", "*.part", "*.bak", "*.orig", "*.swp", "*.lock", "*.pyc")
IS_LEAVING = re.compile("|".join(map(translate, LEAVINGS))).match
SHEETS = "stateassets/book/static/"  # below the project
UNLOADED = (SHEETS, "stateassets/book/templates/", "stateassets/serving/static/")  # read anew whenever needed
LIBRARIES = ".txt"  # which are used
STEP = 20  # milliseconds without a change after which several count as one
LOST = 5  # seconds after which files are looked at anyway: not every disk tells of changes


class Sources:
    """A book's files with a hash of each; a file is read only when its ``stamp`` has changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.known: dict[Path, tuple[tuple[int, ...], str]] = {}
        self.read: dict[str, str] | None = None  # programs that Python can read, or that were there at first

    def folders(self) -> list[Path]:
        """The folders that count."""
        return [path for path in sorted(self.root.iterdir()) if path.is_dir() and self.counts(path)]

    def counts(self, path: Path) -> bool:
        """Whether what lies at the top of the project may be part of the book."""
        if path.name.startswith((".", "_build", "__pycache__")):
            return False
        if path.name in ALWAYS:
            return True
        return not any(fnmatch(path.name, pattern) for pattern in self.left_out())

    def left_out(self) -> list[str]:
        """The patterns of what the book's settings leave out."""
        settings = self.root / "_config.yml"
        try:
            return _left_out(settings, stamp(settings))
        except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):  # told when the book is built
            return [".venv", ".venv-lab", ".venv-xbrl", "venv", "build", "dist", "tests", "docs"]

    def look(self) -> dict[str, str]:
        """Return a hash of every file by its path below the project, as it is now."""
        top = [p for p in self.root.iterdir() if p.suffix in ROOT_FILES and p.is_file() and self.counts(p)]
        found, here = {}, f"{self.root.as_posix()}/"
        for path in [*top, *(path for folder in self.folders() for path in inside(folder))]:
            if IS_LEAVING(path.name):
                continue
            try:
                key = stamp(path)
                if self.known.get(path, ((), ""))[0] != key:
                    self.known[path] = key, sha(path)
            except OSError:  # gone meanwhile
                continue
            found[path.as_posix().removeprefix(here)] = self.known[path][1]
        return found

    def unreadable(self, now: Mapping[str, str]) -> list[str]:
        """Say which programs that were changed Python cannot read, and where: no build need find that out."""
        programs = {name: what for name, what in now.items() if name.endswith(".py")}
        found = []
        for name in () if self.read is None else differences(self.read, programs):
            try:
                ast.parse((self.root / name).read_bytes(), name)
            except SyntaxError as error:
                found.append(f"{name}第{error.lineno}行Python读不懂：{error.msg}。请改正后再保存。")
                programs.pop(name, None)
            except (OSError, ValueError):  # gone meanwhile, or told by the build
                continue
        self.read = programs
        return found

    async def changes(self) -> AsyncIterator[None]:
        """Yield whenever it may be worth looking: several changes at once, and those of one save, are one."""
        from watchfiles import awatch  # here: who only looks answers sooner

        wake = asyncio.Event()

        async def watch(paths: list[Path], recursive: bool) -> None:
            async for _ in awatch(*paths, step=STEP, recursive=recursive, watch_filter=None):
                wake.set()

        while True:
            folders = self.folders()
            watching = [asyncio.create_task(watch([self.root], False)), asyncio.create_task(watch(folders, True))]
            try:
                while folders == self.folders() and not any(task.done() for task in watching):
                    await happened(wake, LOST)
                    wake.clear()
                    yield
            finally:
                for task in watching:
                    task.cancel()


@lru_cache
def _left_out(settings: Path, changed: tuple[int, ...]) -> list[str]:
    found = yaml.safe_load(settings.read_text("utf-8"))
    return [str(pattern) for pattern in found["exclude_patterns"]]


async def happened(event: asyncio.Event, seconds: float | None) -> bool:
    """Wait for an event, at most so long; return whether it has happened.

    Not by ``asyncio.wait_for``: before Python 3.12 that forgets that its task was cancelled if the event
    happens at the same moment, and whoever was told to end would go on.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Name the files that have changed, come or gone."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def is_sheet(name: str) -> bool:
    """Whether a file is a style sheet, which is shown without a build."""
    return name.startswith(SHEETS) and name.endswith(".css")


def is_loaded(name: str) -> bool:
    """Whether a file is one that a process keeps as it was when it began."""
    return (name.startswith("stateassets/") and not name.startswith(UNLOADED)) or name.endswith(LIBRARIES)


def told(names: list[str]) -> str:
    """Say which files have changed."""
    few = "、".join(names[:3])
    return few + (f"等{len(names)}个文件" if len(names) > 3 else "") + "有改动"
