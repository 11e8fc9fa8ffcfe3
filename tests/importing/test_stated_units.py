"""Units of money and years in the words and formats of files: what is read, what is not taken for one."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from ledgers import empty, headers, rows_of, small_report, typed, workbook
from many import every

from stateassets.cli.main import main
from stateassets.importing import plan
from stateassets.importing.cells import Cleaner, UnclearError
from stateassets.importing.files.raw import Sheet, read_file
from stateassets.importing.units import below_table, displayed, in_header, said, statements, states_unit
from stateassets.importing.years import named, which
from stateassets.tables.declared import Column

AMOUNT = Column("amount", "金额", "number", "万元", "", False)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("2024年预算表  人民币：元", "元"),
        ("（人民币元）", "元"),
        ("金额单位:元", "元"),
        ("计量单位 千元", "千元"),
        ("币种：人民币 单位：元", "元"),
        ("注：除特别注明外，金额单位均为人民币元。", "元"),
        ("以上金额以万元列示", "万元"),
        ("单位：人、万元", "万元"),
        ("单位：百万元（保留两位小数）", "百万元"),
        ("单位：亿", "亿元"),
        ("金额单位：元；面积单位：平方米", "元"),
    ],
)
def test_a_unit_is_found_in_the_words_that_offices_use(text, unit):
    assert said(text) == {unit}


@pytest.mark.parametrize(
    "text",
    [
        "编制单位：元大公司",
        "单位：元/平方米",
        "单位：万人",
        "合同金额为500万元",
        "人民币500元",
        "亿元以上项目",
        "单位负责人：万元",
        "三元公司",
    ],
)
def test_an_amount_or_a_name_is_no_unit(text):
    assert said(text) == set()


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("金额（元）", "金额", "元"),
        ("金额/万元", "金额", "万元"),
        ("金额（含税，千元）", "金额", "千元"),
        ("月租金（元/平方米）", "月租金", "元/平方米"),
    ],
)
def test_a_header_says_its_unit_in_brackets_or_behind_a_stroke(header, name, unit):
    assert in_header(header) == (name, unit)


@every(
    ("stored", "code", "made"),
    [
        ("12345678", "0!.0,", "1234.5678"),
        ("12345678", '0"."0,', "1234.5678"),
        ("123456789", '0!.00,,"亿元"', "12345.6789"),
        ("1.5", '0.00"亿元"', "15000.00"),
        ("1.5", "0.00\\亿", "15000.00"),
        ("15000000", '#,##0.00"元"', "1500.00"),
        ("15000000", '#,##0.00_ "元"_ ', "1500.00"),
        ("123456", '0"万"0000"元"', "12.3456"),
        ("-5", '0.00"亿元";-0.00"亿元"', "-50000.00"),
        ("500", "￥#,##0.00", "0.05"),
        ("500", '[$¥-804]#,##0.00"万元"', "500.00"),
        ("7", 'G/通用格式"千元"', "0.70"),
        ("7", "#,##0.00_);[Red](#,##0.00)", "7.00"),
        ("7", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "7.00"),
        ("7", '0"户"', "7.00"),
        ("0", '0.00"元";-0.00"元";"-"', "0.00"),
    ],
)
def test_a_number_is_read_in_the_unit_that_its_format_shows(stored, code, made):
    assert Cleaner(AMOUNT, {}).read(displayed(Decimal(stored), code))[0] == made


@pytest.mark.parametrize(
    ("code", "unit", "words"),
    [
        ("#,##0,", "", "显示为8.5千"),
        ("#,##0,,", "万元", "与写明的单位万元一致"),
        ("0!.0,", "元", "显示为0.85万"),
        ('#,##0"元"', "万元", "显示为8500元"),
        ("[$$-409]#,##0", "", r"单位是“\$”"),
        ("[$¥-411]#,##0", "", "单位是“日元”"),
        ('0"万平方米"', "", "单位是“万平方米”"),
    ],
)
def test_a_format_that_says_something_else_than_the_file_is_refused(code, unit, words):
    with pytest.raises(UnclearError) as caught:
        Cleaner(AMOUNT, {}, unit).read(displayed(Decimal(8500), code))
    error = caught.value
    assert words.replace("\\", "") in f"{error.found}；{error.expected}"


@pytest.mark.parametrize(
    "code", ["0" + "," * 10**6, "[>1.2.3]0;0", "[>", '"', "\\", ";;;;;;", "[$", "0!", "", "0" * 250 + ","]
)
def test_a_format_that_no_excel_writes_breaks_nothing(code):
    assert str(displayed(Decimal(7), code)).startswith(("7", "0.0"))


def test_a_number_under_a_text_column_stays_the_number_that_is_stored():
    column = Column("id", "编号", "string", "", "", False)
    assert Cleaner(column, {}).read(displayed(Decimal(12), "￥#,##0"))[0] == "12"


def test_a_printed_figure_keeps_the_decimals_that_its_format_shows(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["公布数"], [5]])
    book = openpyxl.load_workbook(path)
    book.active["A2"].number_format = '0.0"亿元"'
    book.save(path)
    (value,) = read_file(path)[0].rows[1]
    assert Cleaner(Column("value", "公布数", "string", "", "", False), {}).read(value)[0] == "5.0"


def test_a_unit_of_some_amounts_or_two_at_once_is_none_of_all():
    assert said("单位：元、万元") == {"元", "万元"}
    for words in ("注：资产总额单位为亿元，其余为万元。", "注：薪酬单位为元。"):
        assert len(below_table((words,))) == 2
    assert below_table(("注：除其他说明外，本表金额单位均为元。",)) == {"元"}


def test_a_row_of_data_is_no_note_below_the_table():
    assert not below_table(("甲", "单位：元", "500")) and not states_unit(("甲", Decimal(1)))
    assert states_unit(("制表人：张三", "复核：李四", "单位：元"))


def test_two_units_are_both_told_with_their_places():
    sheet = Sheet("a.xlsx", "预算", [("单位：", "万元"), ("项目", "金额"), ("甲", Decimal(1)), ("注：单位为元。",)])
    assert [str(one) for one in statements(sheet, 1, 2)] == ["第1行写“万元”", "表下第4行写“元”"]


@every(
    ("text", "years"),
    [
        ("2023-2024年国有资本经营预算", ["2023", "2024"]),
        ("2023年和2024年", ["2023", "2024"]),
        ("2023—24年度", ["2023", "2024"]),
        ("23、24年", ["2023", "2024"]),
        ("二〇二三至二〇二四年", ["2023", "2024"]),
        ("2024年度（2024年12月31日）", ["2024"]),
        ("2024年1月1日至2024年12月31日", ["2024"]),
        ("2024年度 填报日期：2025年1月15日", ["2024"]),
        ("2024年度（上年2023年）", ["2024"]),
        ("截至2024年12月", ["2024"]),
        ("资产负债表（2019年版）截至2024-12-31", ["2024"]),
        ("二○二四年度", ["2024"]),
        ("24年度", ["2024"]),
        ("期限24年", []),
    ],
)
def test_a_title_names_its_years_and_no_others(text, years):
    assert named(text) == years


def test_a_file_name_of_another_year_than_the_title_is_told_and_a_day_in_it_is_none():
    assert which(Sheet("2023年预算.xlsx", "2024年", []), 0) == ("", "", "标题写2024年，文件名写2023年")
    assert which(Sheet("预算2025年3月报送.xlsx", "2024年", []), 0) == ("2024", "标题", "")


@pytest.fixture
def bare(tmp_path: Path) -> tuple[Path, Path]:
    """A book without a row of the budget, and last year's budget in 元 by somebody who does not say so."""
    root = small_report(tmp_path / "报告", "enterprises", "budget")
    rows = [[*typed("budget", row)[:-1], float(row["amount"]) * 10_000] for row in rows_of(root, "budget")]
    empty(root, "budget")
    return root, workbook(tmp_path / "预算.xlsx", [[h.partition("（")[0] for h in headers("budget")], *rows])


@pytest.mark.parametrize(("answer", "written"), [("元", True), ("", False), ("斤", False)])
def test_on_a_terminal_the_unit_of_a_silent_file_is_asked_for(bare, monkeypatch, capsys, answer, written):
    root, path = bare
    answers = {"金额是什么单位": answer, "输入": "是"}
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda words: next(a for key, a in answers.items() if key in words))
    assert main(["import", str(path), "--root", str(root)]) == (not written)
    assert bool(rows_of(root, "budget")) == written
    assert "没有写明金额的单位" in capsys.readouterr().out


def test_nobody_is_asked_where_the_command_runs_by_itself(bare, capsys):
    root, path = bare
    assert main(["import", str(path), "--root", str(root), "--yes"]) == 1
    assert "--unit 元" in capsys.readouterr().out and not rows_of(root, "budget")
    assert main(["import", str(path), "--root", str(root), "--yes", "--unit", "元"]) == 0


def test_a_cover_says_the_unit_of_sheets_that_do_not(bare):
    root, path = bare
    book = openpyxl.load_workbook(path)
    book.create_sheet("封面").append(["金额单位：元"])
    book.save(path)
    made = plan(root, [path])
    assert not made.refused and made.routes[0].unit == "元"
    assert any(note.kind == "没有写单位，按封面或说明页" for note in made.notes)


def test_two_files_are_asked_about_once_each_and_an_option_may_name_one(bare):
    root, path = bare
    other = path.with_name("另一张.xlsx")
    other.write_bytes(path.read_bytes())
    found = [fault for fault in plan(root, [path, other]).refused if fault.found.startswith("没有写明")]
    assert [fault.file for fault in found] == ["预算.xlsx", "另一张.xlsx"]
    found = [fault for fault in plan(root, [path, other], units=["预算.xlsx=元"]).refused if "没有写明" in fault.found]
    assert [fault.file for fault in found] == ["另一张.xlsx"]


@pytest.mark.parametrize(("unit", "remark", "refused"), [("万元", "金额单位：元", True), ("万元", "含500元", False)])
def test_a_row_whose_own_words_say_another_unit_is_refused(bare, unit, remark, refused):
    root, path = bare
    book = openpyxl.load_workbook(path)
    sheet = book.active
    sheet.insert_rows(1)
    sheet["A1"] = f"单位：{unit}"
    for row in sheet.iter_rows(min_row=3):
        row[-1].value /= 10_000
    sheet.cell(3, sheet.max_column + 1, remark)
    book.save(path)
    made = plan(root, [path])
    assert [fault.row for fault in made.refused if "这一行写" in fault.found] == [3] * refused
    assert bool(made.refused) == refused


def test_a_sheet_that_says_its_unit_does_not_take_that_of_the_option_for_other_files(bare):
    root, path = bare
    other = workbook(path.with_name("b.xlsx"), [["单位：元"], *openpyxl.load_workbook(path).active.values])
    made = plan(root, [path, other], units=["元"])
    assert not made.refused
    made = plan(root, [path, other], units=["万元"])
    assert [note.found for note in made.notes if note.kind.startswith("自己写明单位")] == ["元"]


def payments(tmp_path: Path, *amounts: float) -> tuple[Path, Path]:
    root = small_report(tmp_path / "报告", "enterprises", "large_payments")
    head = ["年度", "编号", "企业编号", "支付日期", "收款方", "用途", "金额", "批准日期"]
    rows = [[2023, f"Z{i}", "A", "2023-05-08", "某公司", "工程款", a, "2023-05-01"] for i, a in enumerate(amounts)]
    return root, workbook(tmp_path / "a.xlsx", [["单位：万元"], head, *rows], "大额支付台账")


def test_one_amount_thousands_of_times_its_owners_others_is_refused_until_it_is_confirmed(tmp_path):
    root, path = payments(tmp_path, 500, 501, 502, 5_000_000)
    (fault,) = plan(root, [path]).refused
    assert (fault.row, fault.column) == (6, "金额") and "疑似把元当万元填写" in fault.advice
    assert not plan(root, [path], units=["万元"]).refused


def test_an_amount_forty_times_the_others_is_no_mistake(tmp_path):
    root, path = payments(tmp_path, 500, 501, 502, 20_000)
    assert not plan(root, [path]).refused


def test_a_year_that_is_said_against_the_title_is_told(bare):
    root, path = bare
    rows = [[c for i, c in enumerate(row) if i] for row in openpyxl.load_workbook(path).active.values]
    other = workbook(path.with_name("b.xlsx"), [["2022年预算　单位：元"], *rows], "国有资本经营预算表")
    made = plan(root, [other], year=2023)
    assert any("--year（标题或文件名写2022年）" in note.kind for note in made.notes)
