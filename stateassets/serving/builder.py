"""The process that has imported what a build needs, and forks one process for each build.

``python -m stateassets.serving.builder FD FOLDER``: FD is one end of a socket pair, FOLDER holds what is made
meanwhile. A request is a line of JSON:
``take_away`` (whether the files to take away are made), ``first`` (the open pages) and ``hurried`` (whether
these show alerts and little else), or ``stop``, or ``ready``: while nobody waits, a process for the next build
loads all that is read of neither chapters nor tables, and goes on when there is something to build, unless
anything that it has read has changed: then another begins anew. ``end`` says that the other end closes
because it was told to. The
pages that are made first are put into ``shown``, below the folder for what is temporary. What comes back are
lines: ``reading`` (a build that is stopped from here on costs the next one time), ``shown`` (the pages that are
made first are there), ``told`` (what went wrong, nothing if all went well), and ``ended`` when the build's
process has. When the other end closes, the build is killed and this process ends. Where there is no fork, it
builds once, and ends.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import logging
import os
import re
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

import yaml

from ..book import own_files
from ..chapters import stamp
from ..editions import edition as editions
from ..notebooks import available, forks, warm_up
from ..notebooks.provisioner import Forked, Server
from ..notebooks.standby import ALERTS, WHOLE
from .once import STRICT

LIBRARIES = ("jupyter_book.cli.main", "jupyter_book.sphinx", "stateassets.book.extension")
SHOWN = "shown"  # a folder
MODULES = "modules"  # a file with what a build has imported
STALE = 3  # how a build ends for which something else had been got ready than there is now
LONGEST = 2  # seconds that a build waits for one that was stopped
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
TRACEBACK = re.compile(
    r"\n(?:An error occurred while executing the following cell:\n)?\s*(?:\x1b\[[0-9;]*m)*-{5,}"
    r".*?(?=\n\S+\.(?:ipynb|md)：|\n书没有生成|\Z)",
    re.DOTALL,
)


class Standby:
    """The process from which each build has its server of kernels."""

    def __init__(self) -> None:
        self.process, self.end = forks.connected("stateassets.notebooks.standby")

    def server(self, alerts_only: bool = False) -> socket.socket:
        """Return the end of a connection to a new server of kernels, which may know the alerts and nothing else yet.

        Raises:
            OSError: the process has ended.
        """
        mine, its = socket.socketpair()
        with its:
            socket.send_fds(self.end, [ALERTS if alerts_only else WHOLE], [its.fileno()])
        return mine


@dataclass
class Begun:
    """A process that builds, or has got ready to: its number, where it is asked, its folder, and whether its
    request may be given to another."""

    pid: int
    end: socket.socket
    folder: Path
    standby: Standby | None
    request: dict[str, Any] | None = None

    def ask(self, request: dict[str, Any]) -> None:
        """Have it build; that it has ended is told as of any build."""
        self.request = request
        with contextlib.suppress(OSError):
            self.end.sendall(json.dumps(request).encode() + b"\n")

    def kill(self) -> None:
        """Kill it, with all that it has begun."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def clear(self) -> None:
        """Remove what it leaves."""
        self.end.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Builder:
    """Begins builds, says how they end, and imports beforehand what the last one has needed."""

    def __init__(self, control: socket.socket, own: Path) -> None:
        self.control = control
        self.own, self.told_to_end = own, False  # the folder of whoever serves, and whether that lives on
        self.standby: Standby | None = None
        self.build: Begun | None = None  # the process that builds, if one does
        self.ready: Begun | None = None  # the one that is going to

    def main(self) -> None:
        """Build when asked to, until the other end closes."""
        woken, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.stand_by()
        imported(LIBRARIES)
        own_files.known(Path.cwd()).look()
        while True:
            ready = select.select([self.control.fileno(), woken], [], [])[0]
            if woken in ready:
                os.read(woken, 512)
                self.look()
            if self.control.fileno() in ready:
                received = self.control.recv(1 << 16)
                for line in received.splitlines():
                    self.do(json.loads(line))
                if not received:
                    self.stop()
                    self.give_up()
                    tidy(Path.cwd())
                    if not self.told_to_end:  # who serves was killed, else it clears its folder away itself
                        shutil.rmtree(self.own, ignore_errors=True)
                    return

    def stand_by(self) -> None:
        """Have a process that kernels come from."""
        warm_up()
        if available() and (self.standby is None or self.standby.process.poll() is not None):
            self.standby = Standby()

    def do(self, request: dict[str, Any]) -> None:
        """Do what was asked for."""
        if request.get("stop"):
            self.stop()
        self.told_to_end = self.told_to_end or "end" in request
        if "take_away" in request:
            self.begin(request)
        elif "ready" in request and forks.available() and not self.build and not self.ready:
            self.stand_by()
            self.ready = self.begun()

    def begin(self, request: dict[str, Any]) -> None:
        """Have a process build, the one that is ready if there is one."""
        self.stand_by()
        if self.ready and self.ready.standby is not self.standby:  # its kernels would come from one that has ended
            self.give_up()
        if forks.available():
            self.build, self.ready = self.ready or self.begun(), None
            self.build.ask(request)
        else:
            mine, its = socket.socketpair()
            Begun(0, mine, Path(), None).ask(request)
            build(its, Path(tempfile.mkdtemp(prefix="build-")), self.say, self.standby)

    def begun(self) -> Begun:
        """Return a process that gets ready to build."""
        folder, (mine, its) = Path(tempfile.mkdtemp(prefix="build-")), socket.socketpair()
        gc.freeze()  # what is shared stays shared, and a build that looks at all objects sees its own
        parent = os.getpid()
        if not (pid := os.fork()):
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            forks.die_with_parent(parent)
            os.setpgid(0, 0)
            mine.close()
            build(its, folder, self.say, self.standby)
        its.close()
        return Begun(pid, mine, folder, self.standby)

    def give_up(self) -> None:
        """End the process that is ready."""
        if self.ready:
            self.ready.kill()
            self.ready.clear()
            self.ready = None

    def stop(self) -> None:
        """Kill the build under way, with all that it has begun, and say that it has ended."""
        if self.build:
            self.build.kill()
            self.ended(self.build)

    def look(self) -> None:
        """Look whether the build has ended, or the process that is ready for one."""
        for one in filter(None, (self.build, self.ready)):
            with contextlib.suppress(ChildProcessError):
                pid, status = os.waitpid(one.pid, os.WNOHANG)
                if pid and one is self.ready:
                    self.give_up()
                elif pid and one.request and os.waitstatus_to_exitcode(status) == STALE:
                    one.clear()
                    self.begin(one.request)
                elif pid:
                    self.ended(one)

    def ended(self, build: Begun) -> None:
        """Clear up after a build."""
        self.build = None
        with contextlib.suppress(OSError):
            imported((build.folder / MODULES).read_text("utf-8").split())
        build.clear()
        self.say(ended=True)
        own_files.known(Path.cwd()).look()  # the next one has less to read

    def say(self, **words: Any) -> None:
        """Tell the other end."""
        with contextlib.suppress(OSError):
            self.control.sendall(json.dumps(words).encode() + b"\n")


def imported(names: list[str] | tuple[str, ...]) -> None:
    """Import modules, as far as they can be."""
    for name in names:
        if name not in sys.modules:
            with contextlib.suppress(Exception):
                importlib.import_module(name)


class Heard(logging.Handler):
    """What Sphinx warns of: in a strict build each is a fault."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning with its place."""
        place = str(getattr(record, "location", None) or "")
        self.told.append(f"{place}：{record.getMessage()}" if place else record.getMessage())


def build(asked: socket.socket, folder: Path, say: Callable[..., None], standby: Standby | None) -> NoReturn:
    """Be a build, of what is asked for at one end of a socket, and never return."""
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    status = 1
    with (folder / "log").open("w+", encoding="utf-8") as log:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(log.fileno(), stream.fileno())
        try:
            told = faults(asked, folder.parent / SHOWN, say, standby)
            sys.stdout.flush(), sys.stderr.flush()
            if told == [""]:  # it has failed and nobody knows why
                log.seek(0)
                told = [COLOUR.sub("", log.read())[-2000:]]
            (folder / MODULES).write_text("\n".join(sys.modules), "utf-8")
            atexit._run_exitfuncs()
            say(told=told)
            status = 0
        except BaseException:
            say(told=[f"生成书的程序出错：{traceback.format_exc()}"])
        finally:
            os._exit(status)


def faults(asked: socket.socket, shown: Path, say: Callable[..., None], standby: Standby | None) -> list[str]:
    """Build, after having got ready for it; return what went wrong, in Chinese."""
    from sphinx.errors import ExtensionError

    from ..book import build as book

    tables, heard, raised, root = Forked(), Heard(), list[BaseException](), Path.cwd()
    before = read_beforehand(root)
    given = waited = False

    def wait() -> None:
        """Wait for what is asked, and build so."""
        nonlocal given, waited
        with asked.makefile("rb") as lines:
            request = json.loads(lines.readline())
        if standby:
            with contextlib.suppress(OSError):  # it has ended: the kernels come as in any build
                Server.given(standby.server(request.get("hurried", False)), tables)
                given = True
        waited = True
        book.manner = book.Manner(
            takes_away=request["take_away"],
            first=frozenset(request["first"]),
            shown=shown,
            showing=lambda: say(shown=True),
            hears=(heard,),
            before_running=before_running,
            reading=lambda: say(reading=True),
            has_kernels=given,
            hold=hold,
        )
        if lock := wait_for_lock(root):
            lock.close()

    def hold() -> None:
        if read_beforehand(root) != before:
            os._exit(STALE)

    def before_running() -> None:
        tables.started.wait() if given else None
        if tables.faults:
            raise ExtensionError("\n".join(tables.faults))

    book.manner = book.Manner(has_kernels=standby is not None, wait=wait, hold=hold)
    import jupyter_book.sphinx
    from jupyter_book.cli.main import main

    jupyter_book.sphinx.handle_exception = lambda app, arguments, error, stream: raised.append(error)
    failed = False
    try:
        main(["build", ".", *STRICT, "-q"], standalone_mode=False)
    except (Exception, SystemExit) as error:
        failed = True
        if isinstance(error, Exception):  # else an exit code, which says nothing
            raised = raised or [error]
    if not waited:  # it has failed before anything was asked for
        wait()
        hold()
    told = [without_traceback(str(error)) for error in raised if str(error)] or heard.told
    return told or [""] if failed or raised else []


def read_beforehand(root: Path) -> object:
    """Return what a build has read before it is asked for, to be compared: all files by their content, but of
    chapters and tables only which there are; what Sphinx has kept; and which chapters there are to be."""

    def later(name: str) -> bool:
        return name.endswith(".ipynb") or (name.startswith("data/") and not name.endswith((".json", ".yml")))

    files = {name: "" if later(name) else what for name, what in own_files.known(root).look().items()}
    kept = root / "_build" / ".doctrees" / "environment.pickle"
    with contextlib.suppress(Exception):  # whatever is wrong, the build tells of it
        listed = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
        return files, stamp(kept) if kept.is_file() else (), editions.contents(root, listed, editions.chosen(root))
    return files


def without_traceback(words: str) -> str:
    """Return what went wrong in cells without where in the program that was."""
    return COLOUR.sub("", TRACEBACK.sub("", words))


def wait_for_lock(root: Path) -> IO[str] | None:
    """Wait for what a build that was stopped has begun to end, which it does by itself.

    Returns:
        The lock, which nobody else then holds; None if somebody goes on building.
    """
    from ..book import staging

    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        with contextlib.suppress(staging.BusyError):
            return staging.lock(root / "_build" / ".doctrees")
        time.sleep(0.02)
    return None


def tidy(root: Path) -> None:
    """Remove what a build that was stopped has left beside the site."""
    from ..book import staging

    if lock := wait_for_lock(root):
        with lock:
            staging.clear(root / "_build" / "html")


def main() -> None:
    """Serve the other end of the socket whose descriptor is the first argument; the second is its folder."""
    Builder(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2])).main()


if __name__ == "__main__":
    main()
