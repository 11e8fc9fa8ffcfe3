"""Waiting for what another process does: as long as a busy machine may take, and no longer."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

LONGEST = 300  # seconds; what is not there by then never comes


def wait_for(true: Callable[[], object]) -> None:
    """Return as soon as something is true."""
    end = time.monotonic() + LONGEST
    while not true():
        assert time.monotonic() < end, "等了太久"
        time.sleep(0.05)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine gives; in a thread, since the browser's own loop may run in this one."""
    return ThreadPoolExecutor(1).submit(asyncio.run, asyncio.wait_for(work, LONGEST)).result(2 * LONGEST)


def line_of(process: subprocess.Popen[bytes]) -> bytes:
    """Return the next line that a process says; nothing if it says none in time, or has ended."""
    assert process.stdout
    reading = ThreadPoolExecutor(1).submit(process.stdout.readline)
    try:
        return reading.result(LONGEST)
    except TimeoutError:
        process.kill()  # which ends the line, too
        return b""
