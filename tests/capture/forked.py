"""Processes to be killed at any moment, forked from one that has imported what they need and has no threads."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from stores import Clock

from stateassets.capture.posting import post
from stateassets.capture.store import Store

# Not from this process: a fork has its threads' locks, but not the threads that would let go of them.
FORKED = get_context("forkserver")
FORKED.set_forkserver_preload(
    [f"stateassets.{name}" for name in ("capture.platform", "capture.examining", "importing", "cli.platform")]
)
ROOMS = tuple(map(os.path.normpath, ("stateassets/capture", "tables/atomic")))  # whose calls count


@contextmanager
def killed_at(point: int, calls: Any) -> Iterator[None]:
    """Kill this process at the so manieth call of a function that writes; note how many there were if there is none."""
    seen, counts = 0, dict[str, bool]()

    def called(frame: Any, *_: object) -> None:
        nonlocal seen
        file = frame.f_code.co_filename
        if file not in counts:
            counts[file] = any(room in file for room in ROOMS)
        if counts[file]:
            seen += 1
            if seen == point:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.settrace(called)
    try:
        yield
    finally:
        sys.settrace(None)
    calls.value = seen


def points(calls: int, many: int) -> list[int]:
    """Return so many points among the calls, evenly, the first and the last among them."""
    return [1 + (calls - 1) * number // (many - 1) for number in range(many)]


def platform_until(root: Path, point: int, calls: Any) -> None:
    """Be the platform until it has nothing left to do; what lies in the inbox is whole at the first look."""
    from stateassets.capture import inbox
    from stateassets.capture import platform as running
    from stateassets.cli.main import main

    inbox.QUIET = running.QUIET = running.MOMENT = 0.0
    with killed_at(point, calls):
        code = main(["platform", "--once", "--no-book", "--root", str(root)])
    sys.exit(code)


def post_until(root: Path, address: str, point: int, calls: Any) -> None:
    """Post, in a process of its own that kills itself at the so manieth call."""
    store = Store.open(root, address, clock=Clock())
    with killed_at(point, calls):
        post(store, root)
