"""The files that a book is made from, as they are now, and the wish to look at them again."""

from __future__ import annotations

import ast
import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from ..book.own_files import OwnFiles

SHEETS = "stateassets/book/static/"  # below the project
UNLOADED = (SHEETS, "stateassets/book/templates/", "stateassets/serving/static/")  # read anew whenever needed
LIBRARIES = ".txt"  # which are used
STEP = 20  # milliseconds without a change after which several count as one
LOST = 5  # seconds after which files are looked at anyway: not every disk tells of changes


class Sources(OwnFiles):
    """A book's files while somebody works on them."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.read: dict[str, str] | None = None  # programs that Python can read, or that were there at first

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
