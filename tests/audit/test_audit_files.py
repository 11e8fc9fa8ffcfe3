"""Files of printed figures as people have them: what the audit says of each."""

import csv
import re
import shlex

import pytest
from paths import CASES

from stateassets.cli.main import main

FOLDER = CASES / "audit"
with (FOLDER / "cases.csv").open(encoding="utf-8-sig", newline="") as file:
    FOUND = list(csv.DictReader(file))


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case["id"])
def test_a_file_of_printed_figures_is_audited_as_it_is_meant(case, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # no book is near: a file of printed figures needs none
    code = main(["audit", str(FOLDER / case["file"]), *shlex.split(case["options"])])
    said = capsys.readouterr().out
    holds = {"found": re.search(case["told"], said), "not": not re.search(case["told"], said), "clean": code == 0}
    assert all(holds[word] for word in case["accept"].split("+")), said


def test_a_third_of_the_cases_are_sound_files():
    assert sum("clean" in case["accept"] for case in FOUND) * 3 >= len(FOUND)
