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
            "改成一列“收支”",
        ),
        "没有科目": ([*FORM[:3], ["甲公司上缴利润", 10, "资本性支出", 10]], "说不清属于哪一类"),
    }
    for name, (rows, said) in cases.items():
        _, made = imported(tmp_path / name, rows)
        assert any(said in f"{fault.found}{fault.advice}" for fault in made.refused), (name, made.refused)
        assert made.empty, name
