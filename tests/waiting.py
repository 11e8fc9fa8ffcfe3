"""Waiting for what another process does: as long as a busy machine may take, and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable

LONGEST = 300  # seconds; what is not there by then never comes


def wait_for(true: Callable[[], object]) -> None:
    """Return as soon as something is true."""
    end = time.monotonic() + LONGEST
    while not true():
        assert time.monotonic() < end, "等了太久"
        time.sleep(0.05)
