"""Where a computer gives less than usual, notebooks run all the same, or one sentence says what to do."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jupyter_client import KernelClient, KernelManager
from jupyter_client.localinterfaces import localhost
from jupyter_client.provisioning.local_provisioner import LocalPortCache
from paths import ROOT
from small_notebook import kernel_of, notebook, ordinary
from waiting import LONGEST, wait_for

from stateassets.notebooks import COLD, available, provisioner, warm_up
from stateassets.notebooks.run import run
from stateassets.tables import dependency_log

warm = pytest.mark.skipif(not available(), reason="这个系统上没有可用的fork")


@pytest.fixture(params=[pytest.param("", marks=warm, id="forked"), pytest.param("1", id="ordinary")])
def either(request, monkeypatch) -> None:
    """Kernels of either kind."""
    monkeypatch.setenv(COLD, request.param)


@pytest.fixture
def small(tmp_path) -> Iterator[Callable[..., Path]]:
    """Mount a disk of a few kilobytes."""
    mounted: list[Path] = []

    def mount(options: str) -> Path:
        place = tmp_path / f"disk{len(mounted)}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if os.geteuid() or subprocess.run(command, capture_output=True, check=False, timeout=LONGEST).returncode:
            pytest.skip("只有管理员能挂载一块小磁盘。")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", "-l", str(place)], check=True, timeout=LONGEST)


def full(mount: Callable[..., Path]) -> Path:
    """A disk on which there is no room for anything."""
    place = mount("size=4k,nr_inodes=2")
    (place / "there").write_bytes(b"x" * 4096)
    return place


def shown(found) -> str:
    assert not found.fault
    return found.notebook.cells[0].outputs[0]["data"]["text/plain"]


def cell(tmp_path: Path, source: str = "20 + 22") -> Path:
    return notebook(tmp_path / "a.ipynb", source)


# --- where sockets and temporary files lie -------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("either")
def test_a_folder_for_temporary_files_may_have_a_name_that_is_too_long_for_sockets(tmp_path, monkeypatch):
    long = tmp_path / ("长" * 30) / ("b" * 100)
    long.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    monkeypatch.setenv("TMPDIR", str(long))
    assert shown(run([cell(tmp_path, "import tempfile\ntempfile.gettempdir() == " + repr(str(long)))])[0]) == "True"
    assert not list(long.iterdir())


@pytest.mark.slow
@pytest.mark.usefixtures("either")
def test_kernels_start_where_there_is_no_place_for_sockets(tmp_path, monkeypatch):
    monkeypatch.setattr(provisioner, "short_folder", lambda: None)
    assert shown(run([cell(tmp_path)])[0]) == "42"


def test_a_place_for_sockets_is_short_and_of_ones_own():
    folder = Path(provisioner.short_folder() or "")
    try:
        assert len(os.fsencode(folder / "s-9")) < 100 and folder.stat().st_mode & 0o777 == 0o700
    finally:
        folder.rmdir()


@pytest.mark.usefixtures("either")
@pytest.mark.parametrize(
    ("how", "told"), [("size=64k,ro", "磁盘只能读"), ("full", "磁盘满了")], ids=["read-only", "full"]
)
def test_a_disk_for_temporary_files_that_takes_none_is_told_in_one_sentence(tmp_path, monkeypatch, small, how, told):
    place = full(small) if how == "full" else small(how)
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    fault = run([cell(tmp_path)])[0].fault
    assert fault.startswith("内核没有启动：") and told in fault and "请" in fault and "\n" not in fault


@pytest.mark.slow
@pytest.mark.usefixtures("either")
@pytest.mark.parametrize("how", ["size=64k,ro", "full"], ids=["read-only", "full"])
def test_a_home_that_takes_nothing_does_no_harm_and_is_not_told_of_in_a_cell(tmp_path, monkeypatch, small, how):
    place = full(small) if how == "full" else small(how)
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(place))
    assert shown(run([cell(tmp_path)])[0]) == "42"


def test_where_nothing_temporary_can_be_written_the_sentence_says_where_to(tmp_path, monkeypatch):
    def nowhere() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    assert "把环境变量TMPDIR设为一个能写的文件夹" in run([cell(tmp_path)])[0].fault


RECORDING = """import os, sys
from stateassets.tables import dependency_log
dependency_log.start()
open(os.path.join(sys.argv[1], "data", "a.csv")).close()
print("went on")
"""


def test_what_was_read_counts_as_not_recorded_where_the_record_finds_no_room(tmp_path, small):
    """Rather than as half of it, with which a page would stay old."""
    place = full(small)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.csv").touch()
    done = subprocess.run(
        [sys.executable, "-c", RECORDING, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, dependency_log.VARIABLE: str(place / "there")},  # where there is something, and no room
        capture_output=True,
        text=True,
        check=True,
        timeout=LONGEST,
    )
    assert done.stdout == "went on\n" and not (place / "there").exists()


# --- ports ----------------------------------------------------------------------------------------


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else has."""
    with socket.socket() as other:
        other.bind((localhost(), 0))
        other.listen()
        yield other.getsockname()[1]


def losing(monkeypatch, taken: int, times: int) -> list[int]:
    """Have that port chosen for a kernel, as if it had been lost in between."""
    find, lost = LocalPortCache.find_available_port, []

    def choose(self, ip: str) -> int:
        if len(lost) < times:
            lost.append(taken)
            return taken
        return find(self, ip)

    monkeypatch.setattr(LocalPortCache, "find_available_port", choose)
    return lost


@pytest.mark.slow
def test_a_kernel_whose_port_was_lost_to_another_is_started_again(tmp_path, monkeypatch, taken):
    ordinary(monkeypatch)
    lost = losing(monkeypatch, taken, 1)
    assert shown(run([cell(tmp_path)])[0]) == "42" and lost


def test_a_kernel_that_ends_at_once_each_time_is_told(tmp_path, monkeypatch):
    path = kernel_of(cell(tmp_path), tmp_path, monkeypatch, "exit 3")
    fault = run([path])[0].fault
    assert fault == "内核没有启动：内核一启动就退出了。请看上面内核自己说的原因"


@pytest.mark.slow
@pytest.mark.usefixtures("either")
def test_kernels_of_the_books_own_take_no_ports(tmp_path, monkeypatch):
    monkeypatch.setattr(LocalPortCache, "find_available_port", None)
    assert shown(run([cell(tmp_path)])[0]) == "42"


@pytest.mark.slow
def test_many_ordinary_kernels_start_side_by_side(tmp_path, monkeypatch):
    monkeypatch.setenv(COLD, "1")
    found = run([notebook(tmp_path / f"{n}.ipynb", str(n)) for n in range(10)], side_by_side=8)
    assert [shown(one) for one in found] == [str(n) for n in range(10)]


# --- slow computers --------------------------------------------------------------------------------


def asking(monkeypatch, then: Callable[[], None], after: int = 2) -> list[int]:
    """Do something once a kernel has been asked a few times whether it is there."""
    ask, asked = KernelClient.kernel_info, []

    def counted(self, *rest, **named):
        asked.append(1)
        if len(asked) == after:
            then()
        return ask(self, *rest, **named)

    monkeypatch.setattr("jupyter_client.asynchronous.AsyncKernelClient.kernel_info", counted)
    return asked


@pytest.mark.slow
def test_a_kernel_that_is_slow_to_answer_is_waited_for(tmp_path, monkeypatch):
    note = tmp_path / "pid"
    slow = f"echo $$ > '{note}'; kill -STOP $$; exec '{sys.executable}' -m ipykernel_launcher -f {{connection_file}}"
    path = kernel_of(cell(tmp_path), tmp_path, monkeypatch, slow)

    def go_on() -> None:
        wait_for(lambda: note.exists() and note.read_text())
        pid = int(note.read_text())
        wait_for(lambda: "T (stopped)" in Path(f"/proc/{pid}/status").read_text())
        os.kill(pid, signal.SIGCONT)

    asked = asking(monkeypatch, go_on)
    assert shown(run([path])[0]) == "42" and len(asked) >= 2


@pytest.mark.slow
@pytest.mark.usefixtures("either")
def test_a_kernel_that_stands_still_in_a_cell_goes_on_when_it_can(tmp_path):
    """As on a computer that was put to sleep: who looks after it is not the kernel's own thread."""
    wakes = "import os, signal, subprocess\nsubprocess.Popen(['sh', '-c', f'kill -STOP {os.getpid()}; kill -CONT {os.getpid()}']).wait()"
    assert shown(run([cell(tmp_path, wakes)])[0]) == "0"


# --- nobody is there -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("either")
@pytest.mark.parametrize("asks", ["input('谁？')", "import getpass\ngetpass.getpass()"], ids=["input", "getpass"])
def test_a_cell_that_asks_for_input_is_told_at_once_with_what_to_do(tmp_path, asks):
    (found,) = run([notebook(tmp_path / "a.ipynb", "1", asks)], timeout=LONGEST)
    assert (
        found.fault
        == "第2个代码格要人从键盘输入（input、getpass），这样运行时没有人回答。请把要输入的内容写进表里或代码里"
    )


# --- a kernel that runs stays ----------------------------------------------------------------------


@pytest.mark.slow
@warm
def test_a_kernel_goes_on_when_another_is_started_after_a_source_has_changed(tmp_path, monkeypatch):
    """As in JupyterLab: a template is saved, and the next chapter opened."""
    warm_up()
    manager = KernelManager(kernel_name="python3")
    manager.kernel_spec.metadata["kernel_provisioner"] = {"provisioner_name": "stateassets-warm"}
    manager.start_kernel()
    try:
        first = provisioner.Server.running()
        os.utime(ROOT / "stateassets" / "present" / "typesetting.py")
        assert shown(run([cell(tmp_path)])[0]) == "42"
        assert provisioner.Server.running() is not first
        assert manager.is_alive() and first.process.poll() is None
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(LONGEST)
        client.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)
    wait_for(lambda: first.process.poll() is not None)  # with its last kernel


@warm
def test_a_kernel_that_nobody_waits_for_any_more_ends_as_soon_as_it_starts(monkeypatch):
    late = provisioner.Forked()
    late.give_up()
    sleeper = subprocess.Popen(["sleep", "600"])
    late.hear({"pid": sleeper.pid})
    assert sleeper.wait(LONGEST) == -signal.SIGKILL
