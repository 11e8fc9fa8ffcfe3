"""Whatever happens to a unit, a process or a worker: the others complete, and what is missing is named with why."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
from hard_work import hard
from paths import ROOT

from stateassets.cli.main import main
from stateassets.engines.adapters import LOST, Cluster, EngineError, Here, Outcome, Processes
from stateassets.engines.lake import LakeError, Unit, add, districts
from stateassets.engines.runs import run
from stateassets.engines.work import Task, program, why

SECONDS = 60.0  # in which anything here has to be done by processes of this one's
PATIENCE = 300.0  # for a cluster: killed workers are started anew, each a whole Python on a busy machine


def tasks(folder: Path, *names: str) -> list[Task]:
    return [Task(Unit(name, name, folder), "") for name in names]


def told(outcomes: Iterator[Outcome]) -> tuple[list[str], dict[str, str]]:
    """Return which units are complete, and why the others are not."""
    done, missing = [], {}
    for outcome in outcomes:
        name = outcome.task.unit.name
        if outcome.content is None:
            missing[name] = outcome.why
        else:
            assert outcome.content.decode().endswith(f" {name}")
            done.append(name)
    return sorted(done), missing


# --- processes -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_process_that_is_killed_costs_nothing_and_one_that_always_is_names_its_unit(tmp_path):
    work_list = tasks(tmp_path, "a", "killed once", "always killed", "fails", "b")
    done, missing = told(Processes(2, SECONDS, hard).run(work_list))
    assert done == ["a", "b", "killed once"]
    assert "这一户的数不对" in missing["fails"]
    assert "处理它的进程被终止了3次，多半是内存不够" in missing["always killed"]


@pytest.mark.slow
def test_what_hangs_is_not_waited_for_without_end(tmp_path):
    start = time.monotonic()
    done, missing = told(Processes(2, 8.0, hard).run(tasks(tmp_path, "hangs", "a", "b")))
    assert done == ["a", "b"] and "不再等" in missing["hangs"]
    assert time.monotonic() - start < SECONDS


# --- cluster -------------------------------------------------------------------------------------


def started(*words: str, **more: str) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "tests" / "engines")))
    environment = os.environ | {"PYTHONPATH": paths, "PYTHONUTF8": "1"} | more
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def worker(address: str, folder: Path) -> subprocess.Popen[bytes]:
    """Start a worker with a nanny that ends it where it takes too much memory."""
    limits = ("--nthreads", "1", "--nworkers", "1", "--memory-limit", "600MB", "--no-dashboard")
    return started("worker", address, *limits, "--local-directory", str(folder), "--death-timeout", "30")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[str]:
    """The address of a scheduler with one worker, each a process of its own."""
    if not _installed():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("dask.distributed is not there")
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    own = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    processes = [
        started(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file), **own
        )
    ]
    try:
        end = time.monotonic() + SECONDS
        while not file.exists() or not file.read_text():
            assert time.monotonic() < end and processes[0].poll() is None
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        processes.append(worker(address, folder))
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)


def _installed() -> bool:
    try:
        import distributed  # noqa: F401
    except ModuleNotFoundError:
        return False
    return True


@pytest.mark.slow
def test_a_cluster_completes_though_a_worker_is_killed_and_names_what_fails_or_takes_too_much(cluster, tmp_path):
    names = ("a", "killed once", "fails", "grows", "b")
    done, missing = told(Cluster(cluster, PATIENCE, function=hard).run(tasks(tmp_path, *names)))
    assert done == ["a", "b", "killed once"]
    assert "这一户的数不对" in missing["fails"]
    assert "处理它的进程被终止了2次，多半是内存不够" in missing["grows"]


@pytest.mark.slow
def test_what_stood_beside_a_unit_that_kills_its_worker_is_not_blamed(cluster, tmp_path):
    beside = [f"b{n}" for n in range(5)]
    done, missing = told(Cluster(cluster, PATIENCE, function=hard).run(tasks(tmp_path, "always killed", *beside)))
    assert done == beside and [*missing] == ["always killed"]


@pytest.mark.parametrize(
    ("status", "again"), [("lost", True), ("pending", True), ("finished", True), ("cancelled", False)]
)
def test_a_result_that_went_with_its_worker_is_waited_for_again_one_that_was_cancelled_is_missing(
    status, again, tmp_path
):
    class Gone:
        def __init__(self):
            self.status = status

        def result(self, timeout):
            raise TimeoutError

    (task,) = tasks(tmp_path, "a")
    outcome = Cluster("tcp://127.0.0.1:1")._outcome(task, Gone())
    assert outcome is None if again else outcome.why == LOST


@pytest.mark.slow
def test_a_worker_that_joins_late_takes_its_part(cluster, tmp_path):
    pids, done, late = set(), [], None
    try:
        names = [f"waits {n}" for n in range(60)]
        for outcome in Cluster(cluster, PATIENCE, function=hard).run(tasks(tmp_path, *names)):
            late = late or worker(cluster, tmp_path)
            assert outcome.content
            pids.add(outcome.content.split()[0])
            done.append(outcome.task.unit.name)
        assert sorted(done) == sorted(names) and len(pids) == 2
    finally:
        if late:
            late.terminate()
            late.wait(15)


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_as_this_process(cluster, lake):
    name, folder = next(iter(districts(lake).items()))

    task = Task(Unit(name, name, folder.resolve()), program())
    (here,), (there,) = Here().run([task]), Cluster(cluster, PATIENCE).run([task])
    assert here.content and here == there


def test_a_cluster_that_is_not_there_is_said_so():
    if not _installed():
        pytest.skip("dask.distributed is not there")
    with pytest.raises(EngineError, match="连不上集群"):
        list(Cluster("tcp://127.0.0.1:9", connect=2.0).run([]))


# --- runs ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lake(report, tmp_path_factory) -> Path:
    """A lake of two districts with the same tables."""
    folder = tmp_path_factory.mktemp("lake")
    for region in ("甲区", "乙区"):
        add(report.package, report.ledger.frames.frames, folder, region)
    return folder


class Stopped(Here):
    """An engine that is stopped after its first unit."""

    def run(self, tasks):
        yield from super().run(tasks[:1])
        raise KeyboardInterrupt


@pytest.mark.slow
def test_a_stopped_run_goes_on_where_it_was_and_a_changed_table_is_done_again(lake, tmp_path, report):
    with pytest.raises(KeyboardInterrupt):
        run(lake, tmp_path, Stopped())
    again = run(lake, tmp_path, Here())
    assert again.known == 1 and len(again.results) == 2 and not again.missing
    add(report.package, dict(report.ledger.frames.frames, rules=report.ledger.frames["rules"].iloc[:-1]), lake, "甲区")
    assert run(lake, tmp_path, Here(lambda task: b'{"region":"","unit":""}')).known == 1


class Disturbed(Here):
    """An engine beside which somebody writes one district's table again."""

    def __init__(self, table: Path) -> None:
        super().__init__(lambda task: b'{"region":"","unit":""}')
        self.table = table

    def run(self, tasks):
        self.table.write_bytes(self.table.read_bytes())
        yield from super().run(tasks)


def test_a_district_whose_files_change_meanwhile_is_missing_with_why_and_not_kept(lake, tmp_path):
    table = next((lake / "region=甲区").rglob("*.parquet"))
    found = run(lake, tmp_path, Disturbed(table))
    assert found.missing == {"甲区": "计算的时候这个区的文件有改动，请再运行一次"} and [*found.results] == ["乙区"]
    assert run(lake, tmp_path, Here(lambda task: b'{"region":"","unit":""}')).known == 1


@pytest.mark.slow
def test_a_district_is_what_its_book_says_whole_or_in_parts(lake, tmp_path, report, monkeypatch):
    """Cut at its first-level groups, and with texts numbered as in large tables, it says the same."""
    shutil.copytree(lake / "region=乙区", tmp_path / "lake" / "region=乙区")  # one is enough
    lake = tmp_path / "lake"
    whole = run(lake, tmp_path / "whole", Here()).together()["districts"]["乙区"]
    monkeypatch.setattr("stateassets.engines.lake.LARGE", 1)
    parts = run(lake, tmp_path / "parts", Here(), most_rows=6000)
    assert len(parts.results) > 2
    cut = parts.together()["districts"]["乙区"]
    assert cut["figures"] == whole["figures"]
    key = json.dumps
    assert sorted(map(key, cut["alerts"])) == sorted(map(key, whole["alerts"]))
    from stateassets.alerts.engine import find_alerts
    from stateassets.tables.periods import year_end

    book = find_alerts(report.ledger.frames, year_end(report.year))
    assert whole["alerts"] == json.loads(json.dumps([a.as_dict() for a in book]))
    values = {tuple(row[:4]): row[4] for row in whole["figures"]}
    assert values["district", "全区", report.year, "total_assets"] == float(report.figure("total_assets").value)


def test_who_asks_learns_what_is_missing_and_why(lake, tmp_path, capsys):
    broken = tmp_path / "lake" / "region=丙区"
    broken.mkdir(parents=True)
    (broken / "headcount.parquet").write_bytes(b"PAR1")
    assert main(["at-scale", str(tmp_path / "lake"), "--workers", "1"]) == 1
    out, err = capsys.readouterr()
    assert "1/1 丙区没有做成：“" in err and "headcount.parquet”不是完整的Parquet文件" in err and "缺丙区：" in out
    assert main(["at-scale", str(tmp_path / "nothing")]) == 2
    assert "里没有数据湖" in capsys.readouterr().err
    with pytest.raises(LakeError):
        districts(tmp_path / "nothing")
    (other,) = Here().run([Task(Unit("丁区", "丁区", broken), "another program")])
    assert "不是同一版" in other.why

    (gone,) = Here().run([Task(Unit("丁区", "丁区", tmp_path / "gone"), program())])
    assert "那里看不到文件夹" in gone.why
    empty = tmp_path / "lake" / "empty"
    empty.mkdir()
    (lacking,) = Here().run([Task(Unit("丁区", "丁区", empty), program())])
    assert "里没有datapackage.json，不知道是哪一地区" in lacking.why


@pytest.mark.parametrize("number", ["-1", "0", "两个"])
def test_what_is_no_number_of_processes_is_a_wrong_call(tmp_path, capsys, number):
    with pytest.raises(SystemExit) as wrong:
        main(["at-scale", str(tmp_path), f"--workers={number}"])
    assert wrong.value.code == 2 and f"“{number}”不是进程的个数，要写1或更大的整数" in capsys.readouterr().err


def test_why_there_is_no_result_is_told_in_chinese(tmp_path, monkeypatch):
    assert why(KeyError("due_on")) == "表里没有due_on这一列"
    assert "Parquet文件读不出来，或少了要用的列：no such column" in why(duckdb.BinderException("no such column"))
    assert "内存不够" in why(duckdb.OutOfMemoryException("failed to allocate"))

    class Future:
        status = "cancelled"

    monkeypatch.setitem(sys.modules, "distributed", ModuleType("distributed"))
    (task,) = tasks(tmp_path, "a")
    assert "与集群失去联系，或任务被取消" in Cluster("")._outcome(task, Future()).why
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError, match="没有安装dask"):
        list(Cluster("tcp://127.0.0.1:9").run([]))


def test_a_book_goes_into_a_lake_by_one_word(tmp_path, capsys):
    lake = tmp_path / "lake"
    words = ["at-scale", str(lake), "--add", "--workers", "1"]
    assert main(words) == 0
    assert "做完1个单位，其中0个以前已经算好" in capsys.readouterr().out
    assert main(words[:2]) == 0
    assert "做完1个单位，其中1个以前已经算好" in capsys.readouterr().out
