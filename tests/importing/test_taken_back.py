"""What was corrected is not set back by an older file unless somebody says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledgers import rows_of, small_report, workbook

from stateassets.cli.main import main
from stateassets.importing import plan
from stateassets.importing.history import LOG
from stateassets.importing.telling import lines
from stateassets.tables.data_errors import DataError

HEAD = ["年度", "月份", "企业编号", "月平均职工人数"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_report(tmp_path / "报告", "enterprises", "headcount")


def file(tmp_path: Path, name: str, *counts: int) -> Path:
    return workbook(tmp_path / name, [HEAD, *([2023, month, "A", n] for month, n in enumerate(counts, 1))])


def first(root: Path) -> list[str]:
    rows = [r for r in rows_of(root, "headcount") if (r["year"], r["enterprise_id"]) == ("2023", "A")]
    return [r["headcount"] for r in rows[:2]]


def test_a_cell_that_an_import_corrected_is_not_set_back_by_the_older_file(root: Path, tmp_path: Path) -> None:
    old = file(tmp_path, "填报.xlsx", 101, 102)
    plan(root, [old]).write()
    plan(root, [file(tmp_path, "更正.xlsx", 101, 103)]).write()
    again = plan(root, [old])
    (fault,) = again.refused
    assert "现在是“103”，文件里又是“102”" in str(fault) and "更正.xlsx从“102”更正为“103”" in str(fault)
    assert "会改回更正过的1格" in "\n".join(lines(again)) and "--take-back" in str(fault)
    with pytest.raises(DataError):
        again.write()
    assert first(root) == ["101", "103"]


def test_a_row_corrected_by_hand_after_its_import_is_not_set_back_either(root: Path, tmp_path: Path) -> None:
    old = file(tmp_path, "填报.xlsx", 101, 102)
    plan(root, [old]).write()
    path = root / "data/ledger/headcount.csv"
    path.write_text(path.read_text("utf-8-sig").replace("2023,2,A,102", "2023,2,A,104"), "utf-8-sig")
    (fault,) = plan(root, [old]).refused
    assert "填报.xlsx导入过，此后更正过" in str(fault)


def test_with_the_users_word_it_is_set_back(root: Path, tmp_path: Path) -> None:
    old = file(tmp_path, "填报.xlsx", 101, 102)
    plan(root, [old]).write()
    plan(root, [file(tmp_path, "更正.xlsx", 101, 103)]).write()
    assert main(["import", str(old), "--root", str(root), "--take-back", "--yes"]) == 0
    assert first(root) == ["101", "102"]


def test_a_value_that_nobody_had_before_is_an_ordinary_correction(root: Path, tmp_path: Path) -> None:
    plan(root, [file(tmp_path, "填报.xlsx", 101, 102)]).write()
    plan(root, [file(tmp_path, "更正.xlsx", 101, 103)]).write()
    made = plan(root, [file(tmp_path, "再更正.xlsx", 101, 105)])
    assert not made.refused and not made.taken_back


def test_the_same_file_twice_takes_nothing_back(root: Path, tmp_path: Path) -> None:
    old = file(tmp_path, "填报.xlsx", 101, 102)
    plan(root, [old]).write()
    again = plan(root, [old])
    assert again.empty and not again.refused and not again.taken_back


def test_a_log_that_cannot_be_read_is_said_in_one_sentence(root: Path, tmp_path: Path) -> None:
    (root / "data" / LOG).write_text("{", "utf-8")
    with pytest.raises(DataError, match=rf"{LOG}：读不出"):
        plan(root, [file(tmp_path, "填报.xlsx", 101)])
