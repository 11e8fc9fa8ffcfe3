"""Another district's book says nothing that only the old book's report says, and next year's nothing that is of last year."""

import csv
import json
import re
import shutil
from pathlib import Path

import in_process
import pytest
import yaml
from importing import small_district
from paths import ROOT

from stateassets.chapters import contents
from stateassets.new_book.carry import OWN_CHOICE, TO_SEE, Step, _regrounded
from stateassets.pages import reference
from stateassets.report import Report
from stateassets.tables.declared import DataPackage

# Names, wordings and facts of the report that the repository's own book is about.
OLD = re.compile(
    r"大渡口|建桥|重庆|ddk|国资助[力推效势]|(?<!\d)631(?!\d)|六三一|三攻坚一盘活|乐堡|小面|K6K9|两增一降|五个明显提升"
)
PEERS = "7_peers"  # what named districts printed; the old one is one of them
SAME, OTHER = Step(2023, 2024, True, "甲区"), Step(2023, 2024, False, "乙区", "甲区2023年度报告")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return small_district.make(tmp_path_factory.mktemp("small") / "book")


def rows(book, path):
    with (book / "data" / path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("text", ["《大渡口区报告》", "“631”机制", "展现“国资助力”"])
def test_words_of_the_old_report_are_found(text):
    assert OLD.search(text)


def test_settings_and_terms_say_nothing_of_the_old_report(book):
    package = DataPackage.read(book / "data")
    found = {
        table.name: [row for row in rows(book, table.path) if OLD.search("｜".join(row.values()))]
        for table in package.tables.values()
        if not table.path.startswith(("ledger/", "claims/"))
    }
    assert {name: some for name, some in found.items() if some} == {}
    grounds = [row.get("basis", "") for t in package.tables.values() for row in rows(book, t.path)]
    assert not [text for text in grounds if "专项报告" in text]


def test_the_months_of_debt_control_are_the_districts_own_or_absent(book):
    assert "debt_watch" in DataPackage.read(book / "data").tables.absent
    assert "debt_watch" in DataPackage.read(ROOT / "data").tables


def test_parts_and_chapters_have_plain_titles_and_keep_their_numbers(book):
    toc = yaml.safe_load((book / "_toc.yml").read_text("utf-8"))
    captions = [part["caption"] for part in toc["parts"]]
    assert captions[1:5] == ["二（一）国企改革", "二（二）监督管理", "二（三）企业发展", "二（四）国企党建"]
    heads = {name: _heading(book, name) for name in ("enterprises", "system", "risks", "points")}
    assert heads == {
        "enterprises": "一（一）企业户数",
        "system": "二（一）1 国企改革",
        "risks": "二（二）2 风险防线",
        "points": "三（一）亏损企业和低效资产",
    }


def _heading(book: Path, chapter: str) -> str:
    cells = json.loads((book / f"{contents(book).place(chapter)}.ipynb").read_text("utf-8"))["cells"]
    return next(line[2:] for line in "".join(cells[0]["source"]).split("\n") if line.startswith("# "))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("专项报告二（二）所述到期债务监测机制；天数本书自定", "天数本书自定"),
        ("本书自定：专项报告二（二）以确权为资产处置创造条件", OWN_CHOICE),
        ("通行提法，原文待核；报告只有“四强四好”的名称", "通行提法，原文待核"),
        (
            "企业国有资产产权登记管理办法（国务院令第192号）；快报报送以后",
            "企业国有资产产权登记管理办法（国务院令第192号）；快报报送以后",
        ),
    ],
)
def test_grounds_in_the_old_report_go_and_others_stay(before, after):
    assert _regrounded({"basis": before}, OTHER, OWN_CHOICE) == {"basis": after}
    assert _regrounded({"basis": before}, SAME, OWN_CHOICE) == {"basis": before}


def test_what_is_said_of_a_year_goes_with_the_year_also_in_the_same_district():
    assert _regrounded({"why": "最近一个公布数；年度早一年"}, SAME, "") == {"why": "最近一个公布数"}
    assert _regrounded({"why": "同年、同口径里最高的"}, OTHER, "") == {"why": TO_SEE}


SOME = (
    "index",
    "1_basics/3_preservation",
    "2_reform/1_system",
    "2_reform/2_campaigns",
    "9_reference/3_data",
    "9_reference/5_questions",
)


@pytest.fixture(
    scope="module", params=[pytest.param(False, id="some"), pytest.param(True, marks=pytest.mark.slow, id="every")]
)
def texts(request, book):
    """What the chapters show in words, pictures' alternative texts among them."""
    shown = in_process.run_book(book, () if request.param else SOME, show=repr)
    assert in_process.faults(shown) == []
    return shown


def test_no_chapter_says_a_word_of_the_old_report(texts):
    said = {name: found[0] for name, text in texts.items() if PEERS not in name and (found := OLD.search(text))}
    assert said == {}


def test_small_amounts_are_told_in_units_in_which_they_are_not_nought(texts):
    assert not [name for name, text in texts.items() if re.search(r"(?<!\d)0\.0+亿元", text)]
    assert "利润总额：2068万元" in texts["index"] and "资产总额：135,100万元" in texts["index"]
    table = texts["2_reform/1_system"]
    assert "利润总额（万元）" in table and "｜-305｜311.3" in table and "资产总额（万元）" in table


def test_a_small_district_is_told_in_one_unit_throughout(texts):
    pages = {name: text for name, text in texts.items() if PEERS not in name and not name.startswith("9_")}
    assert not [name for name, text in pages.items() if re.search(r"\d亿元|（亿元）", text)]


def test_where_nobody_loses_one_sentence_says_so(texts):
    assert "没有要列的企业" not in "".join(texts.values())


def test_a_profit_that_became_a_loss_is_told_in_words(texts):
    assert "｜由盈转亏｜" in texts["2_reform/1_system"]
    assert not [name for name, text in texts.items() if "-228.6" in text]  # what the rate would be


def test_questions_and_ways_in_are_there_without_the_tables_of_some(texts):
    assert "0个问题" in texts["index"] and texts["index"].count("｜") >= 5
    assert "红色预警｜监管平台的红色预警到年末没有解除｜没有数据，没有查" in texts["9_reference/5_questions"]
    assert "从略" not in texts["index"] + texts["9_reference/5_questions"]


def test_chapters_that_have_left_are_named_with_what_brings_them_back(texts):
    assert "没有写的17章" in texts["index"]
    data = texts["9_reference/3_data"]
    assert "本书没有写的工作：17章" in data and "\n财务快报｜财务快报、资产负债率管控线\n" in data
    assert reference.not_told(Report(root=ROOT)) is None  # the repository's own book has them all


def test_what_the_report_printed_in_ten_thousands_is_told_so_everywhere(book, tmp_path):
    shutil.copytree(book, tmp_path / "book")
    file = tmp_path / "book" / "data" / "claims" / "report.csv"
    lines = file.read_text("utf-8-sig").splitlines(keepends=True)
    lines = [re.sub(r"(,total_profit,[^,]*,level),,亿元,1,", r"\1,2068,万元,0,", line) for line in lines]
    file.write_text("".join(lines), "utf-8-sig")
    report = Report(root=tmp_path / "book")
    told = [report.figure(f"total_profit{kind}").printed for kind in ("", ".last", ".change")]
    assert told == ["2068万元", "2553万元", "-485万元"] and report.figure("total_profit").state == "相符"
    assert report.table("各类", ["total_profit"], by="class").header[1] == "利润总额（万元）"
