"""How much memory a command and all that it starts take at most, each shared page counted once.

Linux says of each process what it has, a page that n processes share counted as an nth (PSS): summed over
the processes, that is what the machine has to have. Forked kernels share most of theirs.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

EVERY = 0.1  # seconds between two looks
MARK = "STATEASSETS_MEASURED"  # in the environment of all that the command starts, whoever its parent is
PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
KB_OF_MB = 1024


def available() -> bool:
    """Whether this machine says it."""
    return Path("/proc/self/smaps_rollup").is_file()


def marked(word: str) -> Iterator[int]:
    """Yield the processes whose environment holds a word."""
    wanted = f"{MARK}={word}".encode()
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # ended, or somebody else's
            if wanted in (place / "environ").read_bytes().split(b"\0"):
                yield int(place.name)


def taken(processes: Sequence[int]) -> float:
    """Return what processes have together, in MB."""
    found = 0
    for process in processes:
        with contextlib.suppress(OSError):  # it has ended
            match = PSS.search(Path(f"/proc/{process}/smaps_rollup").read_text())
            found += int(match[1]) if match else 0
    return found / KB_OF_MB


def peak(command: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float) -> float:
    """Run a command and return the most that it and all that it started had at once, in MB.

    Raises:
        SystemExit: it failed.
    """
    word, most, ended = uuid.uuid4().hex, 0.0, threading.Event()

    def look() -> None:
        nonlocal most
        while not ended.wait(EVERY):
            most = max(most, taken(list(marked(word))))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        done = subprocess.run(
            command, cwd=cwd, env={**env, MARK: word}, capture_output=True, text=True, check=False, timeout=timeout
        )
    finally:
        ended.set()
        watcher.join(timeout)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return most


def processor(run: Callable[[], object]) -> float:
    """Return the processor seconds of all that was started, waited for and ended inside."""
    before = os.times()
    run()
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


if __name__ == "__main__":
    print(f"{peak(sys.argv[1:], Path.cwd(), os.environ, 3600):.0f}")
