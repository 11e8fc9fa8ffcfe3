"""A budget whose income and spending stand side by side is read; what cannot be told says what to do."""

from __future__ import annotations

from pathlib import Path

from ledgers import rows_of, small_report, workbook

from stateassets.importing import plan

FORM = [
    ["2023年国有资本经营预算收支表"],
    ["", "", "", "单位：万元"],
    ["收入", "金额", "支出", "金额"],
    ["利润收入", 30, "资本性支出", 50],
    ["甲公司上缴利润", 10, "补充甲公司资本金", 50],
    ["乙公司上缴利润", 20, "其他支出", ""],
    ["清算收入", 25, "审计费", 5],
    ["收入总计", 55, "支出总计", 55],
]


def imported(tmp_path: Path, rows: list[list[object]]):
    root = small_report(tmp_path / "报告", "budget")
    return root, plan(root, [workbook(tmp_path / "预算.xlsx", rows)], whole=True)


def test_each_side_becomes_rows_of_its_own(tmp_path: Path) -> None:
    root, made = imported(tmp_path, FORM)
    assert not made.refused, made.refused
    made.write()
    found = {
        (r["side"], r["category"], r["line"], float(r["amount"]))
        for r in rows_of(root, "budget")
        if r["year"] == "2023"
    }
    assert found == {
        ("revenue", "profit", "甲公司上缴利润", 10.0),
        ("revenue", "profit", "乙公司上缴利润", 20.0),
        ("revenue", "liquidation", "清算收入", 25.0),
        ("expenditure", "capital_spending", "补充甲公司资本金", 50.0),
        ("expenditure", "other_spending", "审计费", 5.0),
    }


def test_forms_that_cannot_be_told_say_what_to_do(tmp_path: Path) -> None:
    trial = [["科目余额表"], ["科目编码", "科目名称", "期初借方", "期初贷方"], ["1001", "库存现金", 5, ""]]
    cases = {
        "科目余额表": (trial, "请从财务软件导出资产负债表和利润表"),
        "另有一列": (
            [FORM[0], FORM[1], ["收入", "金额", "支出", "金额", "比上年"], ["利润收入", 1, "其他支出", 1, 3]],
            "收入和支出并排，说不清哪一列是金额（另有比上年），应为两边各一列名称、一列金额",
        ),
        "小计不等": (
            [*FORM[:3], ["利润收入", 31, "资本性支出", 30], ["甲公司上缴利润", 30, "注资", 30]],
            "下面各项相加是30",
        ),
        "合计下面": ([*FORM, ["上年结转", 5, "结转下年", 5]], "“上年结转”上面没有科目"),
        "没有科目": ([*FORM[:3], ["甲公司上缴利润", 10, "资本性支出", 10]], "说不清属于哪一类"),
    }
    for name, (rows, said) in cases.items():
        _, made = imported(tmp_path / name, rows)
        assert any(said in f"{fault.found}，应为{fault.expected}，{fault.advice}" for fault in made.refused), (
            name,
            made.refused,
        )
        assert made.empty, name


def test_enterprises_across_say_how_to_turn_the_sheet(tmp_path: Path) -> None:
    root = small_report(tmp_path / "报告", "enterprises", "headcount")
    owners = [row["enterprise_id"] for row in rows_of(root, "enterprises")][:2]
    sheet = [["各户情况"], ["栏目", *owners], ["一月", 5, 6], ["二月", 5, 7]]
    made = plan(root, [workbook(tmp_path / "横排.xlsx", sheet)])
    assert len(made.refused) == 1 and made.empty
    assert owners[0] in made.refused[0].found and "改成竖排：企业编号一列" in made.refused[0].advice
    sheet[1][2] = "别的"
    assert "改成竖排" not in plan(root, [workbook(tmp_path / "一户.xlsx", sheet)]).refused[0].advice
