"""The benchmark of the build says what it measured, against which limit, and goes on where it was stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ledgers import small_report
from paths import ROOT
from small_notebook import notebook
from waiting import LONGEST

from benchmarks import build, memory

FOUND = {
    "stock cold": [400.0],
    "own cold": [40.0, 30.0, 50.0],
    "own row": [5.0, 4.0, 3.0],
    "cells": [20.0],
    "pages": [12.0],
    "own memory": [1300.0],
}
needs_linux = pytest.mark.skipif(not memory.available(), reason="no /proc/*/smaps_rollup here")


def rows() -> dict[str, dict[str, str]]:
    header, *found = build.table(FOUND, {})
    return {row[0]: dict(zip(header, row, strict=True)) for row in found}


def test_a_step_is_its_median_its_spread_and_a_ratio_against_a_limit() -> None:
    cold = rows()[build.STEPS["own cold"].words]
    assert (cold["中位数"], cold["最小至最大"], cold["倍数"], cold["至多"]) == ("40.0", "30.0至50.0", "0.10", "0.1倍")
    assert cold["是否达到"] == "达到"
    assert rows()[build.STEPS["own row"].words]["倍数"] == "0.10"  # 4 of 40
    held = rows()[build.STEPS["own memory"].words]
    assert (held["中位数"], held["单位"], held["至多"], held["是否达到"]) == ("1300.0", "MB", "1200MB", "没有达到")


def test_what_was_not_measured_is_said_and_not_held_to_its_limit() -> None:
    missing = rows()[build.STEPS["own nbval"].words]
    assert (missing["中位数"], missing["是否达到"]) == ("没有测", "")


def test_a_few_chapters_are_not_held_to_the_limits_of_a_book() -> None:
    assert {row[-1] for row in build.table(FOUND, {}, held=False)[1:]} == {""}


def test_the_limit_is_the_processor_time_shared_among_the_cores() -> None:
    told = build.limit(FOUND, 2)  # (20 + 12) / 2 = 16; 40 / 16 = 2.5
    assert "一共32.0处理器秒；2个核一直用满，也要16.0秒" in told and "是它的2.50倍" in told
    assert build.limit({"own cold": [40.0]}, 2) == ""


def test_every_limit_is_of_a_step_that_is_measured() -> None:
    assert {step.against for step in build.STEPS.values()} - {""} <= set(build.STEPS)
    held = {name: step.most for name, step in build.STEPS.items() if step.most}
    again = {"own again": 0.6, "own make again": 0.6}
    assert held == again | {"own cold": 0.10, "own row": 0.10, "own nbval": 0.15, "own memory": 1200}


def test_a_run_that_was_stopped_goes_on_where_it_was_unless_the_program_changed(tmp_path: Path) -> None:
    path, asked = tmp_path / "notes.json", []

    def measure() -> dict[str, float]:
        asked.append(1)
        return {"own cold": 1.5}

    for of, count in (("甲", 1), ("甲", 1), ("乙", 2)):
        assert build.Notes(path, of).once("own 1", measure) == {"own cold": 1.5}
        assert len(asked) == count
    build.Notes(path, "乙").forget()
    assert not path.exists()


def test_a_quick_run_is_of_few_chapters_once() -> None:
    asked = build.chosen(["--quick"])
    assert (asked.repeats, asked.stock, asked.chapters, asked.most) == (1, 1, build.QUICK, 0)
    assert build.chosen([]).chapters == 0 and len(build.first_chapters(0)) >= 40
    assert len(build.first_chapters(build.QUICK)) == build.QUICK


@needs_linux
def test_the_memory_of_all_that_a_command_starts_counts_whoever_its_parent_is(tmp_path: Path) -> None:
    held = "import time; b = bytearray(60 * 2**20); time.sleep(1.5)"
    start = f"import subprocess, sys; [subprocess.Popen([sys.executable, '-c', {held!r}]) for _ in 'ab']"
    alone = f"{start}\nimport time; time.sleep(1.5)"
    most = memory.peak([sys.executable, "-c", alone], tmp_path, os.environ, 60)
    assert 120 < most < 300  # two processes with 60 MB each, and three interpreters


@needs_linux
def test_a_command_that_fails_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="nothing"):
        memory.peak([sys.executable, "-c", "raise SystemExit('nothing')"], tmp_path, os.environ, 60)


def test_processor_time_is_of_what_was_run_not_of_waiting() -> None:
    busy = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    spent = memory.processor(
        lambda: subprocess.run([sys.executable, "-c", f"{busy}\ntime.sleep(1)"], check=True, timeout=LONGEST)
    )
    assert 0.3 <= spent < 1.0


@pytest.mark.slow  # starts three processes that import everything
def test_cells_are_timed_without_what_they_import_and_a_failed_one_is_told(tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import time\nend = time.process_time() + 2\nwhile time.process_time() < end: pass\n")
    path = notebook(tmp_path / "n.ipynb", "import slow", "1 + 1")
    bad = notebook(tmp_path / "bad.ipynb", "1 / 0")
    small_report(tmp_path, "enterprises", "balance_sheet")
    command, env = [sys.executable, "-m", "benchmarks.floor"], {**os.environ, "PYTHONPATH": f"{ROOT}:{tmp_path}"}
    done = subprocess.run(
        [*command, path], cwd=tmp_path, env=env, capture_output=True, text=True, check=True, timeout=LONGEST
    )
    assert 0 < float(done.stdout.split()[-1]) < 2
    failed = subprocess.run(
        [*command, bad], cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=LONGEST
    )
    assert failed.returncode and "bad.ipynb" in failed.stderr and "ZeroDivisionError" in failed.stderr
