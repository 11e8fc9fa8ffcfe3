"""How well reports are read that were written for it, scored by the gold that came with them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT

SETS = ROOT.parent / "shared" / "reading"
SEED = ROOT.parent / "shared" / "report" / "report_2023.txt"
SCORE = SETS / "score.py"

pytestmark = pytest.mark.skipif(not SCORE.exists(), reason="没有用来评分的报告")


def scored(folder: Path, gold: Path, work: Path) -> dict[str, float]:
    """Read the reports of a folder and return the scores by name, in per cent."""
    found = work / "found.csv"
    reader = [sys.executable, str(ROOT / "tools" / "score_reading.py"), str(folder), str(found)]
    subprocess.run(reader, check=True, cwd=ROOT, capture_output=True, timeout=600)
    told = subprocess.run(
        [sys.executable, str(SCORE), str(gold), str(found)],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
    )
    lines = re.findall(r"^\s*([a-z ]+?)\s+\d+/\d+ = ([\d.]+)%$", told.stdout, flags=re.MULTILINE)
    return {name: float(value) for name, value in lines}


def test_almost_all_numbers_are_found_and_read_right_and_no_value_is_wrong(tmp_path: Path) -> None:
    scores = scored(SETS, SETS / "gold.csv", tmp_path)
    assert scores["recall"] >= 98
    assert scores["value"] == 100
    assert scores["all seven"] >= 95


def test_all_numbers_of_the_districts_own_report_are_read_right(tmp_path: Path) -> None:
    gold = SETS / "dadukou_2023_gold.csv"
    (tmp_path / "gold.csv").write_bytes(gold.read_bytes())
    name = gold.read_text(encoding="utf-8-sig").splitlines()[1].split(",")[0]
    (tmp_path / name).write_bytes(SEED.read_bytes())
    scores = scored(tmp_path, gold, tmp_path)
    assert (scores["recall"], scores["precision"], scores["all seven"]) == (100, 100, 100)
