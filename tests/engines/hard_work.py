"""Units that go wrong in every way, by their names; imported by the workers of the tests' cluster."""

from __future__ import annotations

import os
import signal
import time

from stateassets.engines.work import Task

STEP = 40_000_000  # bytes
HELD = 100  # seconds


def hard(task: Task) -> bytes:
    """Return who did it and the unit's name, unless that says otherwise."""
    name, folder = task.unit.name, task.unit.folder
    mark = folder / f"{name}.tried"
    if name.startswith("waits"):
        time.sleep(0.4)
    if name.startswith("killed") and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("always killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("fails"):
        raise ValueError("这一户的数不对")
    if name.startswith("hangs"):
        time.sleep(60)
    if name.startswith("grows"):
        taken = []
        for _ in range(50):
            taken.append(bytearray(os.urandom(64) * (STEP // 64)))
            time.sleep(0.15)
        time.sleep(HELD)  # until somebody on a busy machine comes to look
    return f"{os.getpid()} {name}".encode()
