"""Watching the book's files, building when they have changed, showing what was built."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer

from ..chapters import contents
from ..notebooks.forks import connected
from .once import NotBuiltError, writable
from .pages import Site
from .sources import Sources, differences, happened, is_loaded, is_sheet, told

QUIET = 3  # seconds without a save after which the files to take away are made
TABLES, WARNINGS = "data/", "alerts"  # what lies there brings warnings; the chapter that lists them
LATER = "已是最新。Word、PDF和工作簿稍后更新。"
OTHERS = "这一页已更新，其余各页正在重算……"
LOST = "生成书的进程被意外结束，也许是内存不够。再保存一次就重新生成。"
END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotServeError(Exception):
    """Somebody else listens at that port, or the book cannot be written; the message says which, in Chinese."""


class Builder:
    """The process that builds, seen from here; started when it is needed."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.folder = root, folder
        self.process: subprocess.Popen[bytes] | None = None
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def start(self) -> None:
        """Start the process, if it does not run."""
        if self.process and self.process.poll() is None:
            return
        paths = [str(self.root), *filter(None, [os.environ.get("PYTHONPATH")])]
        env = {**os.environ, "TMPDIR": str(self.folder), "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}
        self.process, mine = connected("stateassets.serving.builder", str(self.folder), cwd=self.root, env=env)
        self.reader, self.writer = await asyncio.open_connection(sock=mine)

    def say(self, **words: Any) -> None:
        """Ask for something."""
        self.writer.write(json.dumps(words).encode() + b"\n")

    def get_ready(self) -> None:
        """Have it load for the next build what it can, if it runs."""
        if self.process and self.process.poll() is None:
            self.say(ready=True)

    async def hear(self) -> dict[str, Any]:
        """Return what it says next, nothing if it has ended."""
        with contextlib.suppress(OSError):
            if line := await self.reader.readline():
                return dict(json.loads(line))
        return {}

    async def end(self) -> None:
        """End the process and all that it has begun."""
        if self.process:
            with contextlib.suppress(OSError):  # it has ended
                self.say(end=True)
            self.writer.close()
            await asyncio.to_thread(self.process.wait)
            self.process = None


class Serving:
    """The book that somebody works on."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.sources = root, Sources(root)
        self.shown = folder / "shown"  # pages that were made before the others
        self.site = Site(root / "_build" / "html", self.shown)
        self.builder = Builder(root, folder)
        self.looked: dict[str, str] = {}  # the files as they were when the last build began
        self.sheets: dict[str, str] = {}  # the style sheets that are shown
        self.ended = ("ok", "")  # how the last build did
        self.wake = asyncio.Event()

    async def watch(self) -> None:
        """Wake whoever waits when files have changed."""
        async for _ in self.sources.changes():
            self.wake.set()

    async def work(self) -> None:
        """Build what has changed, and in quiet what can wait."""
        owed = False
        while True:
            self.wake.clear()
            now = self.sources.look()
            changed = differences(self.looked, now)
            self.restyle(now)
            if any(not is_sheet(name) for name in changed):
                if self.looked and any(map(is_loaded, changed)):
                    await self.builder.end()
                say(f"{told(changed)}，正在重算……" if self.looked else "正在生成……")
                owed = await self.build(now, take_away=False)
            elif changed or owed:
                self.settle()
                if not await happened(self.wake, QUIET):
                    owed = not await self.build(now, take_away=True)
            else:
                self.settle()
                await self.wake.wait()

    def settle(self) -> None:
        """Tell how the last build ended, if one was stopped since and there is nothing to build any more."""
        self.builder.get_ready()
        if self.site.state["state"] == "building":
            self.site.tell(*self.ended)

    def restyle(self, now: dict[str, str]) -> None:
        """Show style sheets at once; the pages that name them follow."""
        sheets = {name: what for name, what in now.items() if is_sheet(name)}
        if self.sheets and (changed := differences(self.sheets, sheets)):
            self.site.restyle([Path(name).name for name in changed])
        self.sheets = sheets

    async def build(self, now: dict[str, str], take_away: bool) -> bool:
        """Build, unless files change meanwhile, the open pages before the others; return whether all went well."""
        begun, before = time.monotonic(), self.looked
        self.looked = now
        if not take_away:
            self.site.tell("building")
        faults: list[str] | None = self.sources.unreadable(now)
        faults = faults or await self.ask(now, take_away, self.first(differences(before, now) if before else []))
        if not faults and self.shown.is_dir():
            say(f"打开的页面已更新，用时{time.monotonic() - begun:.1f}秒，其余各页正在重算……")
            faults = await self.ask(now, take_away, [])
        if faults is None:  # stopped for what has changed meanwhile: what is shown already stays until there is more
            self.looked = before
            return False
        if faults:
            self.ended = "failed", "\n".join(faults)
            self.site.tell(*self.ended)
            say("没有生成，页面还是上一次的：", *faults)
            return False
        shutil.rmtree(self.shown, ignore_errors=True)
        self.ended = "ok", "" if take_away else LATER
        self.site.tell(*self.ended)
        what = "Word、PDF和工作簿也已更新" if take_away else "已更新"
        say(f"{what}，用时{time.monotonic() - begun:.1f}秒。")
        return True

    def first(self, changed: list[str]) -> list[str]:
        """Name the documents that somebody waits for: those that are open, and where tables have changed the warnings."""
        warns = any(name.startswith(TABLES) for name in changed)
        warnings = contents(self.root).place(WARNINGS) if warns else ""
        return list(dict.fromkeys([*self.site.open_documents(), *([warnings] if warnings else [])]))

    async def ask(self, now: dict[str, str], take_away: bool, first: list[str]) -> list[str] | None:
        """Have the book built; return what went wrong, None if it was stopped because files have changed."""
        await self.builder.start()
        hurried = first == [contents(self.root).place(WARNINGS)]
        self.builder.say(take_away=take_away, first=first, hurried=hurried)
        return await self.hear(now)

    async def hear(self, now: dict[str, str]) -> list[str] | None:
        """Return how a build went, None if it was stopped because files have changed."""
        faults, stopped, may_stop = [LOST], False, True
        hearing = asyncio.create_task(self.builder.hear())
        waiting = asyncio.create_task(self.wake.wait())
        try:
            while True:
                done, _ = await asyncio.wait({hearing, waiting}, return_when=asyncio.FIRST_COMPLETED)
                if waiting in done:
                    self.wake.clear()
                    found = self.sources.look()
                    self.restyle(found)
                    changed = [name for name in differences(now, found) if not is_sheet(name)]
                    if changed and may_stop and not stopped:
                        stopped = True
                        self.builder.say(stop=True)
                    waiting = asyncio.create_task(self.wake.wait())
                if hearing in done:
                    words = hearing.result()
                    if not words:
                        await self.builder.end()
                    if not words or "ended" in words:
                        return None if stopped else faults
                    if "shown" in words:
                        self.site.tell("building", OTHERS)
                    may_stop = may_stop and "reading" not in words
                    if "told" in words:
                        faults, may_stop = words["told"], False
                    hearing = asyncio.create_task(self.builder.hear())
        finally:
            waiting.cancel()
            hearing.cancel()


def say(*lines: str) -> None:
    """Tell in the terminal."""
    print(*lines, sep="\n", flush=True)


def serve(root: Path, port: int) -> None:
    """Serve the book in a folder at a port of this machine, until it is told to end.

    Raises:
        CannotServeError: somebody else listens there, or nothing can be written into the folder.
    """
    try:
        writable(root)
    except NotBuiltError as error:
        raise CannotServeError(str(error)) from error
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise CannotServeError(
            f"端口{port}正被别的程序使用。请结束它，或换一个端口，如make serve PORT={port + 1}。"
        ) from error
    folder = Path(tempfile.mkdtemp(prefix="serve-"))
    try:
        asyncio.run(_serve(root, listening, folder))
    finally:
        listening.close()
        shutil.rmtree(folder, ignore_errors=True)
        if any((root / "_build").glob(".html.*")):  # the builder was killed: else it has tidied up
            from .builder import tidy

            tidy(root)


async def _serve(root: Path, listening: socket.socket, folder: Path) -> None:
    serving, end = Serving(root, folder), asyncio.Event()
    for number in END:
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    listening.setblocking(False)
    server = HTTPServer(serving.site.application())
    server.add_socket(listening)
    say(f"请打开 http://127.0.0.1:{listening.getsockname()[1]}/ ，保存了什么，页面就更新什么。按Ctrl+C结束。")
    tasks = [asyncio.create_task(one) for one in (serving.watch(), serving.work(), end.wait())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await serving.builder.end()
        server.stop()
