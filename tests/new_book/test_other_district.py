"""Another district's book, all the way: a new book, its workbook filled in, imported, and run.

The chapters know no district, no year and no enterprise: they run on it unchanged.
"""

import html
import json
import re
import shutil
from dataclasses import replace

import in_process
import other_district
import pytest
from data_copy import empty_tables
from filled_workbook import WORKBOOK, fill, fill_some, ledger_rows
from ledgers import declared
from many import every
from notebook_guards import NOTEBOOKS
from paths import ROOT

from stateassets.cli.main import main
from stateassets.domains.flash import page as flash
from stateassets.domains.funds import page as funds
from stateassets.importing import plan
from stateassets.measures.ledger import Ledger
from stateassets.report import Report
from stateassets.tables.declared import DataPackage, NoTableError, Tables
from stateassets.tables.validation import check

pytestmark = pytest.mark.slow  # small districts stand for it: test_new_book, test_any_sound_book

PROFILES = "8_profiles"
STATES = {"events": "本区没有", "information_platforms": "本区没有", "training_courses": "本年没有"}
OTHERS = "7_peers"  # narrates what named districts printed in named years
YEAR, WHERE = re.compile(r"(?<![\d.])20[12]\d(?!\d)"), re.compile("大渡口|重庆")
ENTERPRISE = re.compile(r"级企业[A-F]\d?(?![A-Z\d甲乙丙丁])|[\"'][A-F]\d?[\"']")


def known(source):
    """What a chapter's source takes for granted about the sample."""
    return [m.group() for p in (YEAR, WHERE, ENTERPRISE) for m in p.finditer(source)]


@pytest.mark.parametrize("source", ['Report("B1")', "{year}年，即2023年", "大渡口区有", "一级企业A亏损"])
def test_a_source_that_knows_the_sample_is_found(source):
    assert known(source)


@every("path", [p for p in NOTEBOOKS if p.parent.name != PROFILES], ids=lambda path: path.stem)
def test_no_chapter_names_the_district_a_year_or_an_enterprise(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert known("\n".join("".join(cell["source"]) for cell in cells)) == []


@pytest.fixture(scope="module")
def typed_in(tmp_path_factory):
    """What the district has on its enterprises."""
    return ledger_rows(other_district.make(tmp_path_factory.mktemp("other")))


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """The district's new book, with nothing filled in."""
    folder = tmp_path_factory.mktemp("new") / "book"
    words = ["new", "--root", str(ROOT), str(folder), "--region", other_district.REGION]
    assert main([*words, "--year", str(2023 + other_district.LATER)]) == 0
    return folder


@pytest.fixture(scope="module")
def filled(empty, typed_in, tmp_path_factory):
    """The new book's workbook, filled in; the district has nothing of what only the report's own rows tell."""
    target = tmp_path_factory.mktemp("filled") / WORKBOOK
    return fill(empty, target, typed_in, STATES)


@pytest.fixture(scope="module")
def book(empty, filled, tmp_path_factory):
    """The district's book with its workbook imported."""
    folder = tmp_path_factory.mktemp("imported") / "book"
    shutil.copytree(empty, folder)
    assert main(["import", "--root", str(folder), str(filled), "--yes"]) == 0
    return folder


@pytest.fixture
def spare(empty, tmp_path):
    """A copy of the empty book's data, to spoil."""
    shutil.copytree(empty / "data", tmp_path / "book" / "data")
    return tmp_path / "book"


def plain(rows):
    """Rows as they are compared: 5.0 and 5 are one number."""
    number = re.compile(r"-?\d+\.\d+")
    return [
        {name: text.rstrip("0").rstrip(".") if number.fullmatch(text) else text for name, text in row.items()}
        for row in rows
    ]


def test_the_tables_hold_what_was_typed(book, typed_in):
    held = ledger_rows(book)
    assert {name: plain(rows) for name, rows in held.items()} == {name: plain(rows) for name, rows in typed_in.items()}


def test_the_other_district_is_sound(book, capsys):
    assert list(map(str, check(book / "data"))) == []
    assert main(["check", "--root", str(book)]) == 0
    assert "数据检查通过" in capsys.readouterr().out


def test_the_same_workbook_a_second_time_changes_nothing(book, filled, capsys):
    before = {p: p.read_bytes() for p in (book / "data").rglob("*") if p.is_file()}
    assert main(["import", "--root", str(book), str(filled), "--yes"]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[-1] == "与现有的表相同，没有要写入的。"
    assert "更正｜" not in told and len(told.splitlines()) < 20  # short enough to be read
    assert before == {p: p.read_bytes() for p in (book / "data").rglob("*") if p.is_file()}


def test_a_corrected_cell_is_the_one_change_that_is_listed(book, empty, typed_in, tmp_path, capsys):
    rows = list(map(dict, typed_in["hazards"]))
    column = next(c["name"] for c in declared("hazards")["schema"]["fields"] if c["title"].startswith("隐患"))
    row, old = 3, rows[1][column]
    rows[1][column] = "改过的隐患"
    made = fill(empty, tmp_path / WORKBOOK, {"hazards": rows}, STATES)
    assert main(["import", "--root", str(book), str(made), "--dry-run"]) == 0
    told = capsys.readouterr().out
    changes = [line for line in told.splitlines() if "更正｜" in line]
    assert len(changes) == 1 and f"“{old}”→“改过的隐患”" in changes[0]
    assert changes[0].endswith(f"“安全隐患台账”表第{row}行）") and "可以写入：1张表有变化。" in told


def test_sheets_may_be_filled_and_imported_little_by_little(spare, empty, typed_in, tmp_path, capsys):
    """Those who begin with a list that points to others are told what is still to come."""
    first = {name: typed_in[name] for name in ("shareholdings", "hazards")}
    made = fill_some(empty, tmp_path / "first.xlsx", first)
    assert main(["import", "--root", str(spare), str(made), "--yes"]) == 0
    assert "已写入。" in capsys.readouterr().out
    second = {name: typed_in[name] for name in ("enterprises", "balance_sheet", "restatements")}
    made = fill_some(empty, tmp_path / "second.xlsx", second)
    assert main(["import", "--root", str(spare), str(made), "--yes"]) == 0
    capsys.readouterr()
    held = ledger_rows(spare)
    assert {name for name, rows in held.items() if rows} == {*first, *second}
    assert main(["check", "--root", str(spare)]) == 1
    told = capsys.readouterr().out
    unfilled = empty_tables(spare / "data")
    assert f"还没有填的表{unfilled}张：利润及现金流量表、" in told and "“表目录”一页写明" in told


def test_what_the_overview_says_of_a_table_is_shown_and_then_declared(spare, empty, tmp_path, capsys):
    states = {"events": "本区没有", "equity_transfers": "本年没有"}
    made = fill_some(empty, tmp_path / WORKBOOK, {}, states)
    assert main(["import", "--root", str(spare), str(made), "--yes"]) == 0
    told = capsys.readouterr().out
    assert "文旅活动：“有”→“本区没有”" in told and "产权转让台账：“有”→“本年没有”" in told
    tables = DataPackage.read(spare / "data").tables
    assert set(tables.absent) - set(DataPackage.read(empty / "data").tables.absent) == set(states)
    assert "本书没有“文旅活动”这张表" in str(tables.lacking("events"))
    assert "“产权转让台账”本年没有记录" in str(tables.lacking("equity_transfers"))
    assert plan(spare, [made]).empty


def test_a_table_that_is_filled_after_all_is_there_again(spare, empty, typed_in, tmp_path):
    states = {"hazards": "本年没有"}
    plan(spare, [fill_some(empty, tmp_path / "a.xlsx", {}, states)]).write()
    assert "hazards" not in DataPackage.read(spare / "data").tables
    later = plan(spare, [fill_some(empty, tmp_path / "b.xlsx", {"hazards": typed_in["hazards"]})])
    later.write()
    assert "hazards" in DataPackage.read(spare / "data").tables
    assert plain(ledger_rows(spare)["hazards"]) == plain(typed_in["hazards"])


def test_what_the_overview_cannot_say_is_refused(spare, empty, typed_in, tmp_path):
    rows = {"hazards": typed_in["hazards"]}
    states = {"hazards": "本年没有", "events": "没听过", "enterprises": "本区没有"}
    made = plan(spare, [fill_some(empty, tmp_path / WORKBOOK, rows, states)])
    for told in ("写着“本年没有”，“安全隐患台账”却有", "从下拉里选一个", "“本区没有”；应为：有"):
        found = [str(fault) for fault in made.refused if told in str(fault)]
        assert found and "“表目录”表第" in found[0], told
    assert not made.files


def test_a_book_cannot_declare_that_it_has_no_roster(spare):
    file = spare / "data" / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    next(r for r in package["resources"] if r["name"] == "enterprises")["absent"] = True
    file.write_text(json.dumps(package), "utf-8")
    assert "写着没有这张表；应为：企业名录，各章都要用到" in str(check(spare / "data")[0])


@pytest.mark.parametrize(
    ("name", "asks"),
    [("control_lines", flash.over_lines), ("control_lines", flash.against_lines), ("bank_accounts", funds.months)],
)
def test_what_rests_on_a_table_that_is_left_out_names_that_table(name, asks):
    """Also where only a column of the table is needed beside another table's rows."""
    report = Report(root=ROOT)
    frames = {key: frame for key, frame in report.ledger.frames.items() if key != "roster"}
    every = report.package.tables
    tables = Tables(replace(table, absent=True) if key == name else table for key, table in every.items())
    del frames[name]
    report.ledger = Ledger(replace(report.package, tables=tables), frames)
    with pytest.raises(NoTableError, match=f"本书没有“{every[name].title}”这张表"):
        asks(report)


def shown(thing):
    """What there is to read of what a cell gives, what tooltips and screen readers say too; pictures aside."""
    page = getattr(thing, "_repr_html_", str)()
    return html.unescape(re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)) + f"\n{thing!r}"


SOME = {
    "index",
    "1_basics/2_assets_and_debt",
    "4_results/3_responsibility",
    "9_reference/1_audit",
    "9_reference/4_figures",
    "10_platform/9_alerts",
}


def test_every_chapter_runs_on_another_district_and_speaks_of_it_alone(book):
    texts = in_process.run_book(book, show=shown)
    assert in_process.faults(texts) == []
    assert set(texts) >= SOME | {f"{PROFILES}/0{n}" for n in range(1, 6)}
    speaks_of_itself(texts)


def speaks_of_itself(texts):
    """The chapters are about this district alone, and say what it does not have."""
    gone = re.compile(rf"级企业[A-F]\d?(?![A-Z\d甲乙丙丁])|公司0?{ord(other_district.GONE) - 64:02}")
    astray = {
        name: found[0]
        for name, text in texts.items()
        if not name.startswith(OTHERS) and (found := WHERE.search(text) or gone.search(text))
    }
    assert astray == {}
    assert "2027年末" in texts["index"]
    assert "本书没有“文旅活动”这张表" in texts["4_results/3_responsibility"]
    assert "还没有录入公布数" in texts["9_reference/1_audit"]
    assert "报告印出的还没有录入" in texts["9_reference/4_figures"]
