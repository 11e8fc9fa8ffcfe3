"""A folder as a group sends it: every file in it is read or named, and one page says what was understood."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import small_district

from stateassets.cli.main import main
from stateassets.importing import plan
from stateassets.importing.page import page
from stateassets.new_book import begin
from stateassets.new_book import plan as planned

LEDGERS = small_district.LEDGERS


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new book of the registers that the small district keeps, not filled in."""
    folder = tmp_path_factory.mktemp("books") / "书"
    begin(planned(small_district.ROOT, folder, region="某区", year=2024, keeps=("财务报表", "职工人数月报")))
    return folder


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """What the groups sent, in folders of theirs."""
    folder = tmp_path / "报来"
    for number, path in enumerate(sorted(LEDGERS.glob("*.csv"))):
        (folder / f"{number % 2}组").mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / f"{number % 2}组" / path.name)
    return folder


def test_a_folder_of_files_makes_the_book_in_one_command(empty: Path, sent: Path, tmp_path: Path, capsys) -> None:
    book = tmp_path / "书"
    shutil.copytree(empty, book)
    assert main(["import", "--root", str(book), str(sent), "--yes"]) == 0
    told = capsys.readouterr().out
    assert "读懂7个文件里的7张工作表" in told and told.endswith("已写入。\n")
    assert main(["check", "--root", str(book)]) == 0


@pytest.mark.slow
def test_what_is_no_table_is_named_by_where_it_lies_and_an_open_workbooks_lock_is_passed_over(empty, sent) -> None:
    (sent / "0组" / "说明.docx").write_bytes(b"PK")
    (sent / "0组" / "~$报表.xlsx").write_bytes(b"")
    made = plan(empty, [sent])
    assert [name for name in made.ignored if "说明" in name] == ["0组/说明.docx（不是表格文件）"]
    assert not any("~$" in text for text in [*made.ignored, *map(str, made.refused)])


@pytest.mark.slow
def test_two_files_of_one_name_are_told_apart_by_their_folders(empty: Path, sent: Path) -> None:
    for group in ("0组", "1组"):
        (sent / group / "坏.csv").write_text("姓名,年龄\n甲,乙\n", "utf-8")
    found = [fault.file for fault in plan(empty, [sent]).refused]
    assert found == ["0组/坏.csv", "1组/坏.csv"]


@pytest.mark.slow
def test_a_file_that_was_sent_twice_is_said_and_counts_once(empty: Path, sent: Path) -> None:
    shutil.copy(sent / "0组" / "balance_sheet.csv", sent / "1组" / "balance_sheet.csv")
    made = plan(empty, [sent])
    assert not made.refused
    assert [note.found for note in made.notes if note.kind == "与另一个文件相同"] == ["1组/balance_sheet.csv"]
    (balance,) = (change for change in made.changes if change.name == "balance_sheet")
    assert balance.new == len((LEDGERS / "balance_sheet.csv").read_text("utf-8-sig").splitlines()) - 1


@pytest.mark.slow
def test_the_page_says_of_whom_a_table_has_nothing(empty: Path, sent: Path) -> None:
    path = sent / "1组" / "headcount.csv"
    path = path if path.exists() else sent / "0组" / "headcount.csv"
    rows = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join(row for row in rows if "QY0201" not in row), "utf-8")
    told = "\n".join(page(plan(empty, [sent])))
    assert "没有1户：" in told


@pytest.mark.slow
def test_however_many_files_there_are_the_page_stays_one_page(empty: Path, sent: Path) -> None:
    for number in range(60):
        (sent / f"坏{number}.csv").write_text("姓名,年龄\n甲,乙\n", "utf-8")
        (sent / f"图{number}.png").write_bytes(b"")
    assert len(list(page(plan(empty, [sent])))) < 45


def test_an_empty_folder_is_refused(empty: Path, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    (refused,) = plan(empty, [tmp_path / "空"]).refused
    assert "文件夹里有0个文件" in str(refused)
