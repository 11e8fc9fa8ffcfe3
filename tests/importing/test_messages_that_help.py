"""A refusal says what is wrong with just this cell, and offers nothing that would be wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ledgers import empty, rows_of, small_report, workbook

from stateassets.importing import Plan, plan
from stateassets.importing.cells import Cleaner, UnclearError
from stateassets.importing.files.raw import Sheet
from stateassets.importing.headers import Names, Reading, most_like, near
from stateassets.importing.names.shortened import Called
from stateassets.importing.telling import lines
from stateassets.tables.declared import Column, DataPackage

A = "一级企业A"
DEBT = ["编号", "借款单位", "债务名称", "贷款银行", "债务类型", "借款金额(万元)", "月利率(‰)", "借款日", "到期日"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = small_report(tmp_path_factory.mktemp("书"), "enterprises", "headcount", "debts", "flash_reports", "claims")
    for name in ("headcount", "debts"):
        empty(made, name)
    return made


def told(made: Plan) -> str:
    return "\n".join(lines(made))


def test_a_cell_that_is_no_date_or_number_is_told_by_what_it_lacks() -> None:
    day = Column("due_on", "到期日期", "date", "", "", True)
    rate = Column("rate", "年利率", "number", "%", "", True)
    for column, text, found, advice in (
        (day, "05/06/2027", "年份写在后面", "年写在前面"),
        (day, "24/5/6", "年份不是四位", "写成四位的年份"),
        (day, "2027-02-30", "没有“2027-02-30”这一天", "核对月和日"),
        (day, "2027年13月1日", "没有“2027年13月1日”这一天", "核对月和日"),
        (day, "2027年5月", "没有写是哪一日", "补上日"),
        (rate, "LPR+50BP", "“LPR+50BP”", "填写算出的数"),
        (rate, "4.35%-4.5%", "“4.35%-4.5%”", "填一个数"),
        (rate, "4.35～4.5", "“4.35～4.5”", "填一个数"),
        (rate, "4.35*", "数后面有“*”", "移到备注"),
        (rate, "4.35（浮动）", "数后面有“(浮动)”", "移到备注"),
        (rate, "4.35万元", "单位是“万元”", "换算成%"),
    ):
        with pytest.raises(UnclearError) as refused:
            Cleaner(column, {}).read(text)
        assert found in refused.value.found and advice in refused.value.advice, (text, vars(refused.value))


def test_dates_and_numbers_that_are_right_are_still_read() -> None:
    day = Column("due_on", "到期日期", "date", "", "", True)
    rate = Column("rate", "年利率", "number", "%", "", True)
    for column, cell, text in (
        (day, "2027-2-28", "2027-02-28"), (day, date(2027, 2, 28), "2027-02-28"), (day, "2027年5月6日", "2027-05-06"),
        (rate, "4.35%", "4.35"), (rate, "43.5‰", "4.35"), (rate, "-4.35", "-4.35"),
    ):  # fmt: skip
        assert Cleaner(column, {}).read(cell)[0] == text, cell


def test_a_rate_of_a_month_is_never_offered_as_that_of_a_year(root: Path) -> None:
    names = Names(DataPackage.read(root / "data"))
    for header, offered in (("月利率(‰)", False), ("日利率", False), ("年利息率", True)):
        headers = [header if word == DEBT[6] else word for word in DEBT]
        row: list[Any] = ["ZW1", A, "流贷", "农行", "银行借款", 3000, "3.6", "2023-05-06", "2026-05-06"]
        sheet = Sheet("债务.xlsx", "有息债务台账", [tuple(headers), tuple(row)])
        found = most_like(sheet, names)
        assert isinstance(found, Reading)
        assert (header, "年利率") in set(near(sheet, found)) if offered else header not in dict(near(sheet, found))


def test_who_was_meant_is_told_by_the_name_itself_and_not_by_region_and_legal_form() -> None:
    called = Called({"S": "云溪县水务有限公司", "C": "云溪县城市建设投资集团有限公司"}, {}, "云溪县")
    assert called.near("云溪县文旅有限公司") == []
    assert called.near("云溪县城市建设投资有限公司") == ["云溪县城市建设投资集团有限公司"]
    assert called.near("水务局有限公司") == ["云溪县水务有限公司"]


def test_a_row_without_its_key_is_told_so_and_what_two_rows_differ_in(root: Path, tmp_path: Path) -> None:
    header = ["年度", "月份", "企业名称", "人数"]
    blank = workbook(tmp_path / "甲.xlsx", [header, [2023, None, A, 5], [2023, None, A, 6]], "职工人数月报")
    assert "“月份”列：空着；应为：每行都写明月份" in told(plan(root, [blank]))
    twice = workbook(tmp_path / "乙.xlsx", [header, [2023, 1, A, 5], [2023, 1, A, 6]], "职工人数月报")
    assert "重复而内容不同（月平均职工人数“5”、“6”）" in told(plan(root, [twice]))


def test_the_year_that_is_offered_is_the_books(root: Path, tmp_path: Path) -> None:
    year = DataPackage.read(root / "data").year
    path = workbook(tmp_path / "甲.xlsx", [["月份", "企业名称", "人数"], [1, A, 5]], "职工人数月报")
    assert f"年度也可以用--year {year}指明" in told(plan(root, [path]))


def test_what_may_stand_in_a_column_that_is_lacking_is_said(tmp_path: Path) -> None:
    root = small_report(tmp_path / "书", "enterprises", "balance_sheet")
    header = ["年度", "企业名称", "年初资产总额", "年末资产总额", "年初负债总额", "年末负债总额"]
    path = workbook(tmp_path / "甲.xlsx", [["单位：万元"], header, [2023, A, 1, 2, 0, 1]], "资产负债表")
    assert "在表里加上报表口径（单户、合并、抵销）" in told(plan(root, [path]))


def test_one_fault_is_said_once(root: Path, tmp_path: Path) -> None:
    lines_ = [["货币资金", 1, 2], ["资产总计", 1, 2], ["负债合计", 0, 0], ["所有者权益合计", 1, 2]]
    head = [
        ["资产负债表"],
        ["编制单位：无名有限公司", "2023年12月31日", "单位：万元"],
        ["项目", "期末余额", "年初余额"],
    ]
    made = plan(root, [workbook(tmp_path / "报表.xlsx", [*head, *lines_], "资产负债表")])
    assert len(set(made.refused)) == len(made.refused)


def test_a_month_that_came_in_part_says_what_to_bring_with_it(root: Path, tmp_path: Path) -> None:
    owner = next(row["name_zh"] for row in rows_of(root, "enterprises") if row["level"] == "1")
    profit = [
        ["利润表"], [f"编制单位：{owner}", "2024年1月", "单位：万元"], ["项目", "本月数", "本年累计数"],
        ["一、营业收入", 10, 10], ["三、利润总额", 1, 1], ["四、净利润", 1, 1],
    ]  # fmt: skip
    made = plan(root, [workbook(tmp_path / "利润表.xlsx", profit, "利润表")])
    assert made.refused and "一起导入" in told(made) and "填报日期：" in told(made), told(made)


# --- lists of printed figures ----------------------------------------------------------------------


def test_a_list_of_printed_figures_is_known_by_its_unit_or_its_name(root: Path, tmp_path: Path) -> None:
    region = DataPackage.read(root / "data").region
    for name, rows in (
        ("数字.xlsx", [["指标", "公布数（亿元）"], ["资产总额", "700.0"]]),
        ("公布数.xlsx", [["指标名称", "数值", "计量单位"], ["资产总额", "700.0", "亿元"]]),
        ("数字.xlsx", [["指标", "公布数字", "单位"], ["资产总额", "700.0", "亿元"]]),
        ("公布数.xlsx", [["指标", "数字", "单位"], ["资产总额", "700.0", "亿元"]]),
        ("数字.xlsx", [["地区", "年度", "指标", "公布数", "单位"], [region, 2023, "资产总额", "700.0", "亿元"]]),
    ):
        made = plan(root, [workbook(tmp_path / name, rows)])
        assert [c.key for change in made.changes for c in change.changed] == ["assets.total"], (rows, told(made))


def test_a_list_of_printed_figures_without_units_is_asked_for_them(root: Path, tmp_path: Path) -> None:
    made = plan(root, [workbook(tmp_path / "公布数.xlsx", [["指标", "公布数"], ["资产总额", "700.0"]])])
    assert [f.row for f in made.refused] == [2] and "单位" in told(made), told(made)


def test_numbers_of_items_that_are_no_indicators_are_no_list(root: Path, tmp_path: Path) -> None:
    made = plan(root, [workbook(tmp_path / "统计.xlsx", [["项目", "数值", "单位"], ["路灯", "70", "盏"]])])
    assert "认不出是哪张表" in told(made)
