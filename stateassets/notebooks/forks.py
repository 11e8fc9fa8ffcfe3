"""Work done in forks of this process and in processes beside it, which end when it does, whatever ends it."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from functools import partial
from itertools import islice
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

T = TypeVar("T")
PR_SET_PDEATHSIG = 1


def available() -> bool:
    """Whether this process can be forked. macOS has fork, but its libraries do not survive it."""
    return sys.platform.startswith("linux")


def connected(module: str, *words: str, **options: Any) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Run a module in a process of its own; return it, and this end of what connects both.

    The module is given the descriptor of the other end, then ``words``, and ends when this end closes:
    Ctrl+C is for this process alone. ``options`` are those of ``Popen``.
    """
    mine, its = socket.socketpair()
    with its:
        command = [sys.executable, "-m", module, str(its.fileno()), *words]
        return (
            subprocess.Popen(
                command, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL, start_new_session=True, **options
            ),
            mine,
        )


def die_with_parent(parent: int) -> None:
    """Have this fork killed when its parent ends, even if that is killed itself."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)


def end_with_spawner() -> None:
    """Have this process, which ``multiprocessing`` began, end when its parent does, however that ends."""
    if (parent := parent_process()) is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _as_fork(parent: int) -> None:
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    gc.freeze()  # what is shared stays shared


def begin(work: Callable[[], object]) -> Callable[[], object]:
    """Begin some work in a fork of which only what it writes counts; return what waits for it.

    No thread is left in this process, which may be forked again before the work has ended.
    """
    parent = os.getpid()
    pid = os.fork()
    if not pid:
        try:
            _as_fork(parent)
            work()
        finally:
            os._exit(0)
    return lambda: os.waitpid(pid, 0)


def side_by_side(work: Callable[[int], T], count: int) -> Iterator[T]:
    """Yield what ``work`` gives for each number below ``count``, in any order, each in a fork.

    Nothing is counted in this process, as ``multiprocessing`` counts threads and processes to name them.

    Raises:
        BrokenExecutor: a fork ended without a result.
    """
    numbers = iter(range(count))
    running: dict[int, Callable[[], object]] = {}

    def into(writer: int, number: int) -> None:
        with open(writer, "wb") as pipe:
            pickle.dump(work(number), pipe)

    def start(how_many: int) -> None:
        for number in islice(numbers, how_many):
            reader, writer = os.pipe()
            running[reader] = begin(partial(into, writer, number))
            os.close(writer)

    start(os.cpu_count() or 1)
    while running:
        for reader in select.select(running, [], [])[0]:
            with open(reader, "rb") as pipe:
                found = pipe.read()
            running.pop(reader)()
            if not found:
                raise BrokenExecutor("分出去的进程没有给出结果，也许是内存不够")
            start(1)
            yield pickle.loads(found)


def helper() -> Executor:
    """Return a fork that does one work after the other beside this process, or what stands in.

    It begins with the first work. Where there are no forks, work is done here and at once.
    """
    if available():
        return Beside(1, get_context("fork"), _as_fork, (os.getpid(),))
    return Here()


class Beside(ProcessPoolExecutor):
    """Does work in a fork. That this was killed is told with the results, not when work is given."""

    def submit(self, work: Callable[..., T], /, *given: Any, **named: Any) -> Future[T]:
        """Have some work done; return what it will give or raise."""
        try:
            return super().submit(work, *given, **named)
        except BrokenExecutor as error:
            lost: Future[T] = Future()
            lost.set_exception(error)
            return lost


class Here(Executor):
    """Does work at once, in this process."""

    def submit(self, work: Callable[..., T], /, *given: Any, **named: Any) -> Future[T]:
        """Do some work; return what it gave or raised."""
        done: Future[T] = Future()
        try:
            done.set_result(work(*given, **named))
        except Exception as error:
            done.set_exception(error)
        return done
