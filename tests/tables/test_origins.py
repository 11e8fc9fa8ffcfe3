"""Real, the book's own, sample: one word for each table and row, and never a better one than is true."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from paths import ROOT
from small_data import small_data

from stateassets.book.downloads import copy_tables, origin_of
from stateassets.present.columns import Column, table
from stateassets.present.registers import Register
from stateassets.tables.addresses import download_path
from stateassets.tables.declaration import faults_in
from stateassets.tables.declarations import descriptor
from stateassets.tables.declared import DeclaredTable
from stateassets.tables.origins import Origin, of_table, weakest
from stateassets.tables.periods import with_state, year_end
from stateassets.tables.validation import check, open_checked

MARKS = {"real": "真实", "own": "自定", "sample": "示例"}
HEADER = ["id", "title", "due_on", "closed_on", "origin"]


def folder_of(root: Path, *rows: tuple[str, ...], declared: str = "real", **column: object) -> Path:
    """A data folder whose one table, a register, marks its rows."""
    folder = small_data(root)
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    columns = {
        "id": "编号",
        "title": "活动",
        "due_on": {"title": "期限", "type": "date", "optional": True},
        "closed_on": {"title": "办结日期", "type": "date", "optional": True},
        "origin": {"title": "来源", "codes": MARKS} | column,
    }
    register = {"title": "title", "due": "due_on", "closed": "closed_on"}
    made = descriptor("", "things", {"title": "台账", "meaning": "", "register": register, "columns": columns})
    made |= {"path": "things.csv", "origin": declared, "sources": [{"title": "测试"}], "grain": "item"}
    package["resources"] = [made]
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    with (folder / "things.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return folder


REAL = ("1", "小面文化节", "", "", "real")
SAMPLE = ("2", "读书会", "2023-05-01", "2023-04-01", "sample")
FILED = ("3", "音乐节", "2023-05-01", "", "")


def opened(folder: Path) -> DeclaredTable:
    package, _ = open_checked(folder)
    return package.tables["things"]


def test_a_sample_outweighs_the_books_own_and_that_the_real() -> None:
    assert weakest(Origin) is Origin.SAMPLE
    assert weakest([Origin.REAL, Origin.OWN]) is Origin.OWN
    assert weakest([]) is Origin.REAL


@pytest.mark.parametrize(
    ("marks", "expected"),
    [(None, "own"), ([], "real"), (["real", ""], "real"), (["real", "own"], "own"), (["", "sample", "real"], "sample")],
)
def test_a_table_is_what_its_rows_say_and_without_marks_what_is_declared(
    marks: list[str] | None, expected: str
) -> None:
    assert of_table("own", marks) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [([REAL, SAMPLE], Origin.SAMPLE), ([REAL], Origin.REAL), ([FILED], Origin.REAL), ([REAL, FILED], Origin.REAL)],
)
def test_one_sample_row_makes_a_table_a_sample_and_a_blank_is_real(tmp_path: Path, rows, expected) -> None:
    folder = folder_of(tmp_path / "data", *rows, declared="sample")
    assert not check(folder)
    assert opened(folder).origin is expected
    resource = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"][0]
    assert origin_of(resource, folder / "things.csv") is expected, "the download says the same"


def test_a_table_without_rows_is_what_is_declared(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "data", declared="own")
    resource = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"][0]
    assert origin_of(resource, folder / "things.csv") is Origin.OWN


def test_a_mark_that_is_none_is_a_fault_that_says_what_may_stand_there(tmp_path: Path) -> None:
    [fault] = check(folder_of(tmp_path / "data", ("1", "读书会", "", "", "maybe")))
    assert "“maybe”" in str(fault) and "real（真实）" in str(fault)


def test_a_column_called_origin_that_means_something_else_is_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "data", codes={"home": "国产", "abroad": "进口"})
    [fault] = faults_in(json.loads((folder / "datapackage.json").read_text("utf-8")))
    assert "这一列不是各行的来源" in str(fault) and "real、own、sample" in str(fault)


def test_the_mark_may_be_left_blank_whatever_is_declared(tmp_path: Path) -> None:
    assert not check(folder_of(tmp_path / "data", FILED, optional=False))


@pytest.mark.parametrize(("origin", "name"), [("real", "a.csv"), ("own", "自定-a.csv"), ("sample", "示例-a.csv")])
def test_a_file_that_is_not_real_says_so_by_its_name(origin: str, name: str) -> None:
    assert download_path("ledger/a.csv", origin) == f"data/ledger/{name}"


# --- what a reader sees --------------------------------------------------------------------------


def register_of(folder: Path) -> Register:
    package, frames = open_checked(folder)
    declared = package.tables["things"]
    return Register(declared, with_state(frames["things"], declared.register, year_end(2023)), str, 2023)


def cells(shown) -> list[list[str]]:
    return [[cell if isinstance(cell, str) else cell.text for cell in row] for row in shown.rows]


def test_a_register_marks_real_and_sample_rows_and_what_a_report_does_not_say(tmp_path: Path) -> None:
    listed = register_of(folder_of(tmp_path / "data", REAL, SAMPLE, FILED)).listing("活动")
    assert listed.origin is Origin.SAMPLE
    assert listed.header == ("编号", "活动", "期限", "办结日期", "状态", "来源")
    assert {row[0]: row[1:] for row in cells(listed)} == {
        "1": ["小面文化节", "报告未载", "报告未载", "未载期限", "真实"],
        "2": ["读书会", "2023-05-01", "2023-04-01", "按期完成", "示例"],
        "3": ["音乐节", "2023-05-01", "", "逾期未完成", "真实"],  # filed: still open, and no report's matter
    }
    few = register_of(folder_of(tmp_path / "data", REAL, SAMPLE)).listing("活动", ["title", "origin"])
    assert few.header == ("活动", "状态", "来源"), "said once, last, whoever asks for it"


def test_items_one_below_the_other_say_where_each_comes_from(tmp_path: Path) -> None:
    register = register_of(folder_of(tmp_path / "data", REAL, SAMPLE))
    assert "小面文化节〔真实〕（未载期限）" in repr(register.nested("活动", "id", ["id"], "逐项"))


def test_a_chapters_own_table_of_such_rows_marks_them_too(tmp_path: Path) -> None:
    _, frames = open_checked(folder_of(tmp_path / "data", REAL, SAMPLE))
    shown = table("活动", [Column("活动", "title"), Column("期限", "due_on")], frames["things"])
    assert cells(shown) == [["小面文化节", "报告未载", "真实"], ["读书会", "2023-05-01", "示例"]]
    assert "sa-row-origin sa-real" in shown._repr_html_()


def test_the_site_offers_the_rows_with_their_marks_in_words(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "data", REAL, FILED)
    resources = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]
    copy_tables(folder, tmp_path / "site", resources)
    page = BeautifulSoup((tmp_path / "site/data/things.html").read_text("utf-8"), "html.parser")
    assert [row.find_all("td")[-1].get_text() for row in page.select("tbody tr")] == ["真实", "真实"]
    assert (tmp_path / "site/data/things.csv").read_bytes() == (folder / "things.csv").read_bytes()


# --- the tables of this book ---------------------------------------------------------------------


def test_each_table_of_this_book_says_its_source_and_what_the_book_sets_is_its_own() -> None:
    for one in json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))["resources"]:
        words = "；".join(source["title"] for source in one["sources"])
        assert "还没有写明来源" not in words, one["name"]
        assert (one["origin"] == "own") == ("本书自定" in words or "本书建议" in words), one["name"]
