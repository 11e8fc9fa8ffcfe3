"""Printed figures come in as people have them: into this report's table, or into that of all others."""

import csv
import io
import shutil
from decimal import Decimal

import openpyxl
import pytest
import small_district
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from many import every
from paths import ROOT

from stateassets.importing import plan
from stateassets.importing.claims import Whose, read_claims
from stateassets.importing.files.raw import Sheet
from stateassets.importing.printed import KINDS, QUALIFIERS, find, lookup, nearest, read
from stateassets.importing.telling import lines
from stateassets.measures.measures import CLAIM_KINDS
from stateassets.measures.printed import UnreadableError, misstated, read_printed
from stateassets.measures.registry import REGISTRY
from stateassets.measures.units import printed_interval
from stateassets.tables.data_errors import DataError
from stateassets.tables.declared import DataPackage

OWN, OTHERS = "claims/report.csv", "claims/published_reports.csv"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A new book of 某区 2024, of which only the roster is filled in."""
    return small_district.make(tmp_path_factory.mktemp("book") / "fresh", {small_district.ROSTER})


def workbook(path, *rows, sheet="Sheet1"):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def written(made, path):
    assert made.refused == []
    content = made.files.get(path) or (made.folder / path).read_bytes()
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def told(made):
    return "\n".join([*lines(made), *map(str, made.refused)])


def by_id(rows):
    return {row["id"]: row for row in rows}


# --- this report's own ---------------------------------------------------------------------------


def test_figures_named_in_chinese_find_their_rows_in_a_new_book(fresh, tmp_path):
    path = workbook(
        tmp_path / "公布数.xlsx",
        ["序号", "指标", "公布数", "单位", "种类", "小数位数", "原文", "录入人"],
        [1, "总资产", "12.50", "亿元", "数额", 2, "第1页", "甲"],
        [2, "负债总额同比", "下降3.1%", None, None, None, "第1页", "甲"],
        [3, "平均资产负债率", "-1.4", "个百分点", "同比增减", 1, "第2页", "甲"],
        [4, "统筹推进项目", "逾250", "项", "数额", 0, "第2页", "乙"],
    )
    made = plan(fresh, [path], tables=["本报告公布数"])
    rows = by_id(written(made, OWN))
    assert (rows["total_assets"]["value"], rows["total_assets"]["decimals"]) == ("12.50", "2")
    assert (rows["total_liabilities.yoy"]["value"], rows["total_liabilities.yoy"]["unit"]) == ("-3.1", "%")
    assert (rows["debt_ratio.change"]["kind"], rows["debt_ratio.change"]["value"]) == ("yoy_pp", "-1.4")
    assert "没有用到的列：原文、序号、录入人" in told(made)


def test_a_hedge_is_kept_with_its_number(fresh, tmp_path):
    said = {"逾250": "over", "250余": "more", "近250": "nearly", "约250": "about", "250": "rounded"}
    for text, qualifier in said.items():
        path = workbook(tmp_path / "a.xlsx", ["指标", "公布数", "单位"], ["营业收入", text, "亿元"])
        row = by_id(written(plan(fresh, [path]), OWN))["revenue"]
        assert (row["value"], row["qualifier"]) == ("250", qualifier)


def test_what_a_book_holds_comes_back_unchanged_in_codes_and_in_words(tmp_path):
    labels = DataPackage.read(ROOT / "data").tables["claims"].labels
    with (ROOT / "data" / OWN).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    titles = {c.name: c.title for c in DataPackage.read(ROOT / "data").tables["claims"].columns}
    words = [[labels.get(name, {}).get(row[name], row[name]) for name in titles] for row in rows]
    path = workbook(tmp_path / "网页抄来.xlsx", list(titles.values()), *words)
    for file in (path, ROOT / "data" / OWN):
        made = plan(ROOT, [file])
        assert made.refused == [] and made.files == {}
        (change,) = made.changes
        assert (change.new, len(change.changed), change.same) == (0, 0, len(rows))


def test_everything_that_the_book_lists_of_other_reports_comes_back_unchanged(tmp_path):
    table = DataPackage.read(ROOT / "data").tables["published_reports"]
    with (ROOT / "data" / OTHERS).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [c.name for c in reversed(table.columns)]  # in another order, under Chinese headers and words
    path = tmp_path / "各地.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([table.column(name).title for name in names])
        writer.writerows([table.labels.get(n, {}).get(row[n], row[n]) for n in names] for row in rows)
    made = plan(ROOT, [path])
    (change,) = made.changes
    assert made.refused == [] and (change.name, change.new, change.same) == ("published_reports", 0, len(rows))
    read = read_claims(path)
    assert len(read.claims) == len(rows) and not read.unused


def test_indicators_that_are_unknown_or_several_are_one_error_each_with_names_that_are_near(fresh, tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        ["指标", "公布数", "单位"],
        ["资负率", "60.0", "%"],
        ["利润率", "5.0", "%"],
        ["负债综额", "6.0", "亿元"],
    )
    made = plan(fresh, [path])
    unknown, several = made.refused
    assert "有2个指标不认识：第2行“资负率”（是不是“资产负债率”？）、第4行“负债综额”" in str(unknown)
    assert "有1个指标说不清是哪一个：第3行“利润率”（是不是“净利润率”、" in str(several)


@pytest.mark.parametrize(
    ("name", "cell", "words"), [("地区", "乙区", "“乙区”；应为：某区"), ("年度", "2023", "“2023”；应为：2024")]
)
def test_another_regions_or_years_figures_are_not_taken_for_this_reports(fresh, tmp_path, name, cell, words):
    path = workbook(tmp_path / "a.xlsx", [name, "指标", "公布数", "单位"], [cell, "资产总额", "5.0", "亿元"])
    made = plan(fresh, [path], tables=["本报告公布数"])
    assert words in told(made) and "--table 各地公布数" in told(made)


def test_several_scopes_are_not_mixed(fresh, tmp_path):
    scope = DataPackage.read(fresh / "data").scope
    rows = [["资产总额", "5.0", "亿元", scope], ["负债总额", "3.0", "亿元", "全口径"]]
    path = workbook(tmp_path / "a.xlsx", ["指标", "公布数", "单位", "口径"], *rows)
    assert "“全口径”；应为：" in told(plan(fresh, [path]))


def test_a_figure_printed_twice_wants_its_id(tmp_path):
    book = tmp_path / "book"
    shutil.copytree(ROOT / "data", book / "data")
    file = book / "data" / OWN
    text = file.read_text("utf-8-sig")
    (line,) = [one for one in text.splitlines() if one.startswith("debt_ratio,")]
    file.write_text(text + line.replace("debt_ratio,", "debt_ratio.again,", 1) + "\n", "utf-8-sig")
    path = workbook(tmp_path / "a.xlsx", ["指标", "公布数", "单位"], ["资产负债率", "57.5", "%"])
    assert "debt_ratio、debt_ratio.again之一" in told(plan(book, [path]))


def test_numbers_still_to_be_printed_are_left_as_they_are_and_counted(fresh, tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", ["指标", "公布数", "单位"], ["营业收入", "", "亿元"], ["资产总额", "—", "亿元"]
    )
    made = plan(fresh, [path])
    assert "还没有填公布数，略去" in told(made) and "2行：第2行、第3行" in told(made) and made.files == {}


def test_a_table_that_only_has_an_item_and_a_number_is_no_list_of_printed_figures(fresh, tmp_path):
    path = workbook(tmp_path / "a.xlsx", ["项目", "数值", "单位"], ["食堂开支", "3", "万元"])
    assert "认不出是哪张表" in told(plan(fresh, [path]))


def test_the_new_books_own_sheet_goes_through(fresh):
    made = plan(fresh, [fresh / "填报.xlsx"])
    assert OWN not in made.files and not any("本报告公布数" in str(fault) for fault in made.refused)


# --- for the audit -------------------------------------------------------------------------------


def claims(tmp_path, *rows, whose=None):
    path = workbook(tmp_path / "2023年报告.xlsx", *rows)
    return read_claims(path, whose)


def test_what_a_file_does_not_say_is_taken_from_its_titles_its_name_or_the_book_and_told(tmp_path):
    head = ["指标", "公布数", "单位"]
    read = claims(
        tmp_path, ["乙区2022年度公布数"], head, ["资产总额", "5.0", "亿元"], whose=Whose("甲区", None, "全区")
    )
    (claim,) = read.claims
    assert (claim.region, claim.year, claim.scope, claim.decimals) == ("甲区", 2022, "全区", 1)
    assert {note.column for note in read.notes} == {"地区", "年度", "口径"}
    assert claims(tmp_path, head, ["资产总额", "5.0", "亿元"]).claims[0].year == 2023  # by the file's name


def test_a_year_that_nobody_says_is_asked_for(tmp_path):
    path = workbook(tmp_path / "公布数.xlsx", ["指标", "公布数", "单位"], ["资产总额", "5.0", "亿元"])
    with pytest.raises(DataError, match="加上年度列，或用--year 2023指明"):
        read_claims(path)


def test_cells_that_are_numbers_get_back_the_noughts_that_were_printed(tmp_path):
    read = claims(
        tmp_path, ["指标", "公布数", "单位", "小数位数"], ["资产总额", 5, "亿元", 2], ["负债总额", 3.5, "亿元", None]
    )
    assert [(c.text, c.decimals) for c in read.claims] == [("5.00", 2), ("3.5", 1)]


def test_a_percentage_of_excels_gets_back_its_noughts_too(tmp_path):
    book = openpyxl.Workbook()
    for row in (["指标", "公布数", "小数位数"], ["资产负债率", 0.05, 1]):
        book.active.append(row)
    book.active["B2"].number_format = "0.0%"
    book.save(tmp_path / "2023年.xlsx")
    (claim,) = read_claims(tmp_path / "2023年.xlsx").claims
    assert (claim.text, claim.unit, claim.decimals) == ("5.0", "%", 1)


def test_a_unit_in_the_header_or_above_it_holds_for_money_only(tmp_path):
    head = ["指标", "公布数（万元）"]
    assert claims(tmp_path, head, ["资产总额", "5.0"]).claims[0].unit == "万元"
    above = claims(tmp_path, ["单位：亿元"], ["指标", "公布数", "种类"], ["资产总额", "5.0", "数额"])
    assert above.claims[0].unit == "亿元"
    with pytest.raises(DataError, match="这个数的单位"):
        claims(tmp_path, ["单位：亿元"], ["指标", "公布数", "种类"], ["企业户数", "5", "数额"])


def test_what_is_hidden_is_told(tmp_path):
    book = openpyxl.Workbook()
    for row in (["指标", "公布数", "单位"], ["资产总额", "5.0", "亿元"], ["负债总额", "3.0", "亿元"]):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.create_sheet("旧数").sheet_state = "hidden"
    cover = book.create_sheet("封面")
    for row in (["项目", "数据"], ["食堂开支", "约三成"]):
        cover.append(row)
    book.save(tmp_path / "2023年.xlsx")
    read = read_claims(tmp_path / "2023年.xlsx")
    assert len(read.claims) == 2 and [note.row for note in read.notes if "隐藏的行" in note.kind] == [3]
    assert [place.partition("“")[2] for place in read.ignored] == ["旧数”表（隐藏的工作表）", "封面”表"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["指标", "公布数", "公布数值"], ["资产总额", "5.0", "6.0"]], "也像公布数"),
        ([["指标", "公布数", "种类", "单位"], ["资产总额", "5.0", "翻番", "亿元"]], "“翻番”；应为：数额、同比增速"),
        ([["指标", "公布数", "精确程度", "单位"], ["资产总额", "5.0", "大概齐", "亿元"]], "“大概齐”；应为：整数计数"),
        ([["指标", "公布数", "单位"], [None, "5.0", "亿元"]], "空白；应为：这是什么数"),
        ([["指标", "公布数", "单位", "地区"], ["资产总额", "5.0", "亿元", None]], "空白；应为：地区"),
        ([["指标", "公布数", "种类"], ["职工只减不增", "大体成立", "规则"]], "true（成立）或false（不成立）"),
        ([["说明"], ["没有数"]], "公布数文件须有这一列"),
        ([["指标", "公布数", "单位"], ["资产总额", "—", "亿元"]], "至少一行公布数"),
    ],
)
def test_what_cannot_be_read_in_one_way_is_refused(tmp_path, rows, words):
    with pytest.raises(DataError) as refused:
        claims(tmp_path, *rows)
    assert words in str(refused.value)


def test_every_kind_and_qualifier_has_words_and_the_books_own_are_among_them():
    assert set(CLAIM_KINDS) < set(KINDS)
    for name in ("claims", "published_reports"):
        labels = DataPackage.read(ROOT / "data").tables[name].labels
        assert all(word in KINDS[kind] for kind, word in labels["kind"].items())
        assert all(word in QUALIFIERS[code] for code, word in labels["qualifier"].items())


def test_a_measure_is_found_by_any_of_its_names():
    for measure in REGISTRY.values():
        for name in (measure.name, measure.name_zh, *measure.aliases):
            assert lookup(name) == measure
    assert lookup("净资产收益率(平均净资产)") == REGISTRY["return_on_equity"]
    assert (
        lookup("资产总额同比增速") == REGISTRY["total_assets"]
        and lookup("总资产增长率") == REGISTRY["asset_growth_rate"]
    )
    assert lookup("") is None and nearest("净资产收益率") == (["净资产收益率（平均净资产）"], False)


# --- one number ----------------------------------------------------------------------------------


@every(
    ("text", "number", "unit", "qualifier"),
    [
        ("696.9", "696.9", "", ""),
        ("１，２３４．５０亿元", "1234.50", "亿元", ""),
        ("-21.9%", "-21.9", "%", ""),
        ("下降21.9%", "-21.9", "%", ""),
        ("同比增长约5.1％", "5.1", "%", "about"),
        ("下降1.4个百分点", "-1.4", "个百分点", ""),
        ("下降0.0%", "0.0", "%", ""),
        ("+5.1", "5.1", "", ""),
        ("逾250项", "250", "项", "over"),
        ("超过230亿元", "230", "亿元", "over"),
        ("40余处", "40", "处", "more"),
        ("200多条", "200", "条", "more"),
        ("近93万元", "93", "万元", "nearly"),
        ("不足5户", "5", "户", "nearly"),
        ("230亿元左右", "230", "亿元", "about"),
        ("4亿元以上", "4", "亿元", "over"),
        ("148.1万元/人", "148.1", "万元/人", ""),
        ("−3.0", "-3.0", "", ""),
    ],
)
def test_a_number_is_read_out_of_the_words_around_it(text, number, unit, qualifier):
    found = read_printed(text)
    assert (found.text, found.unit, found.qualifier) == (number, unit, qualifier)


@pytest.mark.parametrize("text", ["", "—", "/", " ", "无"])
def test_a_sign_for_nothing_is_no_number(text):
    assert read_printed(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("百余", "不是一个数"),
        ("5.1至5.3", "不是一个数"),
        ("1,23", "不是一个数"),
        ("1e9", "不是一个数"),
        ("1/0", "不是一个数"),
        ("±5.1%", "带±"),
        ("696.9±0.1", "带±"),
        ("下降-5.1%", "又带正负号"),
        ("约40余", "前后都说了约数"),
        ("预计5.1", "数前面的“预计”读不懂"),
    ],
)
def test_what_is_no_number_or_could_be_two_is_refused(text, words):
    with pytest.raises(UnreadableError, match=words):
        read_printed(text)


@pytest.mark.parametrize(("text", "decimals", "sound"), [("5.0", 1, True), ("5", 1, False), ("696.94", 1, False)])
def test_a_number_has_the_decimals_that_are_stated(text, decimals, sound):
    assert (misstated(text, decimals) == "") == sound


def test_what_hedged_numbers_stand_for():
    about = printed_interval("230", 0, "about")
    assert (about.low, about.high) == (225, 235) and 235 not in about
    assert printed_interval("4.60", 2, "about").low * 100 == 455  # [4.55, 4.65)
    nearly = printed_interval("93", 0, "nearly")
    assert nearly.low is None and 93 in nearly and 94 not in nearly


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from(["", "亿元", "%", "个百分点", "户"]), st.booleans())
def test_every_number_comes_back_from_the_usual_ways_of_writing_it(value, unit, wide):
    text = f"{value:,.2f}{unit}"
    shown = "".join(chr(ord(c) + 0xFEE0) if wide and "!" <= c <= "~" else c for c in text)
    assert read_printed(shown).text == f"{value:.2f}" and read_printed(shown).unit == unit


cell = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.integers(-(10**6), 10**6).map(Decimal),
    st.sampled_from(
        ["资产总额", "5.0", "亿元", "数额", "逾40", "下降3%", "—", "2023", "同比", "1", "某区", "±1", "注：略"]
    ),
)
HEADER = ("地区", "年度", "口径", "指标", "种类", "公布数", "单位", "小数位数", "精确程度", "出处")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(cell, max_size=11), min_size=1, max_size=5))
def test_whatever_stands_in_a_list_is_a_figure_with_its_own_decimals_or_a_fault_that_is_told(rows):
    found = find(Sheet("报告.xlsx", "", [HEADER, *map(tuple, rows)]))
    read(found, known=False)
    for line in found.lines:
        text = line.texts["value"]
        assert line.texts["kind"] == "rule" or misstated(text, int(line.texts["decimals"])) == ""
        assert line.texts["unit"] or line.texts["kind"] == "rule"
    assert all(str(fault).startswith("报告.xlsx") for fault in found.faults)
