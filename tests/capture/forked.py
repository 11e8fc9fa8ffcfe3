"""Processes to be killed at any moment, forked from one that has imported what they need and has no threads."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from stores import Clock

from stateassets.capture.posting import post
from stateassets.capture.store import Store

# Not from this process: a fork has its threads' locks, but not the threads that would let go of them.
FORKED = get_context("forkserver")
FORKED.set_forkserver_preload(["stateassets.capture.posting", "stateassets.capture.store", "stateassets.cli.platform"])


def platform(root: Path) -> None:
    """Be the platform, as it is without the time in which it is imported."""
    from stateassets.cli.main import main

    sys.exit(main(["platform", "--no-book", "--root", str(root)]))


def post_until(root: Path, address: str, point: int, calls: Any) -> None:
    """Post, in a process of its own that kills itself at the so manieth call."""
    store, seen = Store.open(root, address, clock=Clock()), 0

    def traced(frame: Any, *_: object) -> None:
        nonlocal seen
        if any(part in frame.f_code.co_filename for part in ("capture", "atomic")):
            seen += 1
            if seen == point:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(traced)
    post(store, root)
    sys.setprofile(None)
    calls.value = seen
