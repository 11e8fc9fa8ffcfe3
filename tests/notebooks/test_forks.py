"""Work in forks gives what it would give here, and no fork outlives its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest
from paths import ROOT
from waiting import LONGEST, wait_for

from stateassets.notebooks import forks

needs_forks = pytest.mark.skipif(not forks.available(), reason="there are no forks here")


READY: list[int] = []


def ready() -> list[int]:
    """Note this process; return those that were noted in it."""
    READY.append(os.getpid())
    return READY


def halved(number: int) -> float:
    if number < 0:
        raise ValueError("below nought")
    return number / 2


@needs_forks
def test_work_side_by_side_gives_every_result_once():
    assert sorted(forks.side_by_side(halved, 9)) == [n / 2 for n in range(9)]


@needs_forks
def test_work_side_by_side_that_is_killed_is_told():
    with pytest.raises(BrokenExecutor, match="分出去的进程没有给出结果，也许是内存不够"):
        list(forks.side_by_side(lambda _: os.kill(os.getpid(), signal.SIGKILL), 3))


COUNTING = """import multiprocessing, threading
from stateassets.notebooks import forks
list(forks.side_by_side(abs, 3))
print(threading.Thread(target=print).name, multiprocessing.Process().name)
"""


@needs_forks
def test_work_side_by_side_leaves_the_names_of_threads_and_processes_as_they_were():
    told = subprocess.run(
        [sys.executable, "-c", COUNTING], cwd=ROOT, capture_output=True, text=True, check=True, timeout=LONGEST
    )
    assert told.stdout == "Thread-1 (print) Process-1\n"


@pytest.mark.parametrize("forked", [True, False])
def test_work_beside_gives_its_result_or_its_error(monkeypatch, forked):
    monkeypatch.setattr(forks, "available", lambda: forked and sys.platform.startswith("linux"))
    with forks.helper() as helper:
        assert helper.submit(halved, 5).result(LONGEST) == 2.5
        with pytest.raises(ValueError, match="below nought"):
            helper.submit(halved, -1).result(LONGEST)
        assert helper.submit(halved, 7).result(LONGEST) == 3.5


@needs_forks
def test_a_helper_finds_again_what_it_has_made_ready():
    with forks.helper() as helper:
        one, two = helper.submit(ready), helper.submit(ready)
        assert two.result(LONGEST) == one.result(LONGEST) * 2 and os.getpid() not in one.result(LONGEST)
    assert not READY


@needs_forks
def test_begun_work_is_waited_for_and_counts_by_what_it_writes(tmp_path):
    wait = forks.begin(lambda: (tmp_path / "made").write_text(str(os.getpid())))
    fail = forks.begin(lambda: halved(-1))  # says nothing, as if there had been nothing to do
    wait()
    fail()
    assert int((tmp_path / "made").read_text()) != os.getpid()


@needs_forks
def test_a_helper_that_was_killed_tells_so_with_the_results():
    helper = forks.helper()
    lost = helper.submit(os.kill, helper.submit(os.getpid).result(LONGEST), signal.SIGKILL)
    with pytest.raises(BrokenExecutor):
        lost.result(LONGEST)
    with pytest.raises(BrokenExecutor):
        helper.submit(halved, 5).result(LONGEST)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except FileNotFoundError:
        return False


PROGRAM = """import os, sys, time
from stateassets.notebooks import forks

def work(*_):
    with open(sys.argv[1], "a") as file:
        print(os.getpid(), file=file, flush=True)
    time.sleep(600)

ways = {
    "side_by_side": lambda: list(forks.side_by_side(work, 2)),
    "helper": lambda: forks.helper().submit(work).result(),
    "begin": lambda: forks.begin(work)(),
}
ways[sys.argv[2]]()
"""


@needs_forks
@pytest.mark.parametrize("how", ["side_by_side", "helper", "begin"])
def test_no_fork_outlives_a_process_that_is_killed(tmp_path, how):
    note = tmp_path / "pids"
    note.touch()
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(note), how])
    wait_for(lambda: note.read_text())
    process.send_signal(signal.SIGKILL)
    process.wait(LONGEST)
    pids = [int(line) for line in note.read_text().split()]
    wait_for(lambda: not any(map(alive, pids)))
    assert os.getpid() not in pids
