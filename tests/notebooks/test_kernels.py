"""Warm kernels: fresh, isolated, told by name when they fail, and gone when their builder is."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient import NotebookClient
from paths import ROOT
from small_notebook import kernel_of, notebook
from waiting import LONGEST, line_of, wait_for

from stateassets.notebooks import COLD, LOAD, NAME, VARIABLE, available, provisioner
from stateassets.notebooks.run import run

CHAPTER = ROOT / "notebooks/1_basics/4_budget.ipynb"
warm = pytest.mark.skipif(not available(), reason="这个系统上没有可用的fork")


def outputs(found) -> list[object]:
    return [c.outputs for c in found.notebook.cells if c.cell_type == "code"]


def text(found, cell: int) -> str:
    return found.notebook.cells[cell].outputs[0]["data"]["text/plain"]


@warm
def test_a_kernel_is_forked_and_has_the_imports_done(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "import sys, os\n'pandas' in sys.modules", "os.getppid()")
    (found,) = run([path])
    assert text(found, 0) == "True" and int(text(found, 1)) != os.getpid()


def test_every_notebook_has_a_namespace_of_its_own(tmp_path):
    one = notebook(tmp_path / "a.ipynb", "import pandas\nvalue = pandas.value = 1")
    other = notebook(tmp_path / "b.ipynb", "import pandas\n'value' in globals(), hasattr(pandas, 'value')")
    run([one])
    assert text(run([other])[0], 0) == "(False, False)"


def test_a_notebook_runs_in_its_own_folder(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "import os\nos.path.exists('a.ipynb')")
    assert text(run([path])[0], 0) == "True"


@pytest.mark.slow
def test_ordinary_kernels_give_the_same_outputs(monkeypatch):
    (forked,) = run([CHAPTER])
    monkeypatch.setenv(COLD, "1")
    monkeypatch.delenv(VARIABLE, raising=False)
    (ordinary,) = run([CHAPTER])
    assert not forked.fault and not ordinary.fault
    assert json.dumps(outputs(forked)) == json.dumps(outputs(ordinary))


@pytest.mark.slow
@pytest.mark.parametrize("cold", ["", "1"])
def test_the_books_provisioner_has_the_session_loaded_whoever_asks_for_the_kernel(tmp_path, monkeypatch, cold):
    monkeypatch.setenv(COLD, cold)
    monkeypatch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", NAME)
    path = notebook(tmp_path / "a.ipynb", "get_ipython().extension_manager.loaded")
    read = nbformat.read(path, as_version=4)
    NotebookClient(read).execute()
    assert "stateassets.notebooks.session" in read.cells[0].outputs[0]["data"]["text/plain"]


@pytest.mark.slow
def test_notebooks_can_be_run_from_where_an_event_loop_is_running(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "1 + 1")

    async def within():
        return run([path])

    with ThreadPoolExecutor(1) as thread:  # the browser's driver may have a loop in this one
        (found,) = thread.submit(asyncio.run, within()).result(LONGEST)
    assert text(found, 0) == "2"


# --- what goes wrong is told ---------------------------------------------------------------------


def test_an_error_names_the_cell_and_the_others_still_run(tmp_path):
    bad = notebook(tmp_path / "bad.ipynb", "1", "1 / 0")
    good = notebook(tmp_path / "good.ipynb", "2")
    failed, fine = run([bad, good])
    assert failed.fault.startswith("第2个代码格出错：ZeroDivisionError")
    assert not fine.fault and text(fine, 0) == "2"


def test_a_kernel_that_dies_is_told_with_its_cell(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "1", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert run([path])[0].fault.startswith("第2个代码格运行时内核意外退出")


def test_a_kernel_that_does_not_answer_is_told_and_does_not_stay(tmp_path, monkeypatch):
    note = tmp_path / "pid"
    silent = f"echo $$ > '{note}'; exec sleep 600"  # a shell has begun long before the time is over
    monkeypatch.setattr("stateassets.notebooks.run.MOST_SECONDS", 2)
    path = kernel_of(notebook(tmp_path / "a.ipynb", "1"), tmp_path, monkeypatch, silent)
    assert run([path])[0].fault == "内核没有启动：内核没有应答。请关掉其他程序，再运行一遍"
    assert not alive(int(note.read_text()))


def test_a_cell_that_hangs_is_stopped_and_told(tmp_path):
    path = notebook(tmp_path / "a.ipynb", "import time\ntime.sleep(600)")
    begun = time.monotonic()
    assert "第1个代码格运行超过2秒" in run([path], timeout=2)[0].fault
    assert time.monotonic() - begun < LONGEST


# --- nobody is left behind -----------------------------------------------------------------------


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
@warm
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_process_outlives_its_builder_whatever_ends_it(tmp_path, how):
    note = tmp_path / "pids"
    cell = f"import os, time\nopen({str(note)!r}, 'w').write(f'{{os.getpid()}} {{os.getppid()}}')\ntime.sleep(600)"
    path = notebook(tmp_path / "a.ipynb", cell)
    program = (
        "import sys; from pathlib import Path; from stateassets.notebooks.run import run; run([Path(sys.argv[1])])"
    )
    builder = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True
    )
    wait_for(lambda: note.exists() and len(note.read_text().split()) == 2)
    kernel, server = map(int, note.read_text().split())
    assert alive(kernel) and alive(server)
    os.kill(builder.pid, how)
    builder.wait(LONGEST)
    wait_for(lambda: not alive(kernel) and not alive(server))


@warm
@pytest.mark.slow
def test_kernels_end_with_their_server(tmp_path):
    note = tmp_path / "pids"
    cell = (
        f"import os, signal, time\nopen({str(note)!r}, 'w').write(str(os.getpid()))\n"
        "os.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(600)"
    )
    (found,) = run([notebook(tmp_path / "a.ipynb", cell)])
    assert "内核意外退出" in found.fault
    wait_for(lambda: not alive(int(note.read_text())))
    assert text(run([notebook(tmp_path / "b.ipynb", "3")])[0], 0) == "3"  # from a new server


@warm
@pytest.mark.parametrize("at_once", [True, False])
def test_a_server_that_is_not_ready_yet_ends_with_its_builder_too(at_once):
    program = (
        "import socket, sys\nfrom stateassets.notebooks.server import end_with\n"
        "connection = socket.socket(fileno=int(sys.argv[1]))\nend_with(connection)\nprint('busy', flush=True)\n"
        "while True: pass"
    )
    here, there = socket.socketpair()
    with there:
        server = subprocess.Popen(
            [sys.executable, "-c", program, str(there.fileno())],
            cwd=ROOT,
            pass_fds=[there.fileno()],
            stdout=subprocess.PIPE,
        )
    if not at_once:
        here.sendall(b"{}")  # a request that waits does not end it
        assert line_of(server) == b"busy\n" and server.poll() is None
    here.close()
    try:
        assert server.wait(LONGEST) == 0
    finally:
        server.kill()


def test_what_a_notebook_started_ends_with_it(tmp_path):
    cell = "import subprocess\nsubprocess.Popen(['sleep', '600']).pid"
    (found,) = run([notebook(tmp_path / "a.ipynb", cell)])
    wait_for(lambda: not alive(int(text(found, 0))))


@warm
def test_where_the_server_gives_no_kernel_an_ordinary_one_runs_and_says_why(tmp_path, monkeypatch, caplog):
    """As on a machine that is out of memory: the server is there, and does not get to answer."""
    monkeypatch.setattr(provisioner, "STARTING", 0.01)
    server = provisioner.Server.running()
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        (found,) = run([notebook(tmp_path / "a.ipynb", "import os\nos.getppid()")])
    finally:
        server.process.kill()
        provisioner.Server.stop()
    assert text(found, 0) == str(os.getpid())
    assert "预热进程没有启动内核，改用普通内核" in caplog.text


# --- nothing stale -------------------------------------------------------------------------------


UNFORKED = """import os, socket, threading
from stateassets.notebooks import server

def no(*_):
    raise OSError("no more processes")

os.fork = no
here, there = socket.socketpair()

def ask():
    here.sendall(b'{"id": 7, "argv": [], "cwd": ".", "env": {}}\\n')
    print(here.recv(999).decode().strip(), flush=True)
    here.close()

threading.Thread(target=ask).start()
server.serve(there)
"""


@warm
def test_a_server_that_cannot_fork_says_so_and_goes_on():
    told = subprocess.run([sys.executable, "-c", UNFORKED], cwd=ROOT, capture_output=True, text=True, timeout=LONGEST)
    assert (told.stdout, told.stderr) == ('{"id": 7}\n', "")


@pytest.mark.slow
@warm
def test_a_source_changed_since_the_server_started_is_read_anew(tmp_path):
    module = ROOT / "stateassets" / "present" / "typesetting.py"
    first, second = (notebook(tmp_path / f"{n}.ipynb", "import os\nos.getppid()") for n in "ab")
    before = text(run([first])[0], 0)
    os.utime(module)
    assert text(run([second])[0], 0) != before


# --- what was read -------------------------------------------------------------------------------


@warm
def test_exactly_the_tables_that_a_chapter_looks_at_are_recorded():
    (found,) = run([CHAPTER])
    names = {path.stem for path in found.reads}
    assert "budget" in names and not names & {"headcount", "projects", "debts", "hazards"}


@warm
def test_a_table_that_a_cell_opens_itself_is_recorded_too(tmp_path):
    table = tmp_path / "data" / "own.csv"
    table.parent.mkdir()
    table.write_text("a\n1\n")
    path = notebook(tmp_path / "a.ipynb", "import pandas as pd\npd.read_csv('data/own.csv')")
    assert run([path])[0].reads == (table,)


@warm
def test_jupyter_finds_the_warm_kernels_by_their_name():
    assert NAME in KernelProvisionerFactory.instance().get_provisioner_entries()


def test_the_kernel_offered_to_jupyterlab_loads_the_session():
    assert LOAD in json.loads((ROOT / "stateassets/notebooks/kernelspec/kernel.json").read_text("utf-8"))["argv"]


@warm
def test_jupyterlab_offers_a_kernel_that_is_forked(monkeypatch):
    from jupyter_client import KernelManager

    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(ROOT)
    kernel = KernelManager(kernel_name="stateassets")
    kernel.start_kernel()
    try:
        assert isinstance(kernel.provisioner.process, provisioner.Forked)
    finally:
        kernel.shutdown_kernel(now=True)
