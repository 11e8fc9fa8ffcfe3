"""Rows that say again what others say are left out by name, or asked; real names stay."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import ROOT, rows_of, small_report, workbook
from many import every

from stateassets.importing import Plan, plan
from stateassets.importing.rows import Row
from stateassets.importing.sums import sums
from stateassets.importing.telling import lines
from stateassets.importing.totals import indented, is_part, is_total
from stateassets.tables.declared import DataPackage

HEAD = ["年度", "收支", "科目", "项目", "金额"]
PAYMENTS = ["年度", "编号", "企业编号", "支付日期", "收款方", "用途", "金额", "审批日期"]


@every(
    "name",
    [
        *("合计", "小 计", "合计数", "合计（万元）", "合计：5户", "收入小计", "本年支出合计", "（一）收入合计"),
        *("一、收入合计", "合计=1+2", "小计一", "以上合计", "全区总计", "甲集团合计", "共计3项", "Total", "1.合计"),
    ],
)
def test_a_total_is_known_by_its_word_whatever_stands_before_it(name: str) -> None:
    assert is_total(name)


@pytest.mark.parametrize(
    "name",
    ["某某共计算机公司", "总计划部", "累计折旧", "合计会计师事务所", "小计量所", "设计院", "统计局", "汇总表", "审计"],
)
def test_a_name_that_only_holds_the_word_is_no_total(name: str) -> None:
    assert not is_total(name)


def test_of_a_row_with_an_id_only_the_bare_word_makes_a_total() -> None:
    assert is_total("合计", named=False) and not is_total("三季度材料款合计", named=False)


def test_a_part_is_known_by_its_word_and_in_a_title_only_with_a_colon() -> None:
    assert is_part("其中：乙公司") and is_part("　其中乙公司") and is_part("其中：一期", title=True)
    assert not is_part("其中之一") and not is_part("其中两处维修", title=True) and not is_part("含山公司")


def test_a_full_width_space_moves_a_name_in_twice_as_far() -> None:
    assert (indented("乙"), indented("  乙"), indented("　　乙")) == (0, 2, 4)


# --- by arithmetic -----------------------------------------------------------------------------


def found(table: str, *rows: dict[str, str]) -> list[tuple[str, int]]:
    """The lines that are sums, each with how many rows it adds up."""
    declared = DataPackage.read(ROOT / "data").tables[table]
    return [(s.line.name, len(s.parts)) for s in sums(declared, [Row("表", n, r) for n, r in enumerate(rows, 2)])]


def line(name: str, amount: str, category: str = "profit") -> dict[str, str]:
    return {"year": "2024", "side": "revenue", "category": category, "line": name, "amount": amount}


def month(enterprise: str, number: int, count: int) -> dict[str, str]:
    return {"year": "2024", "month": str(number), "enterprise_id": enterprise, "headcount": str(count)}


def test_a_sum_is_found_below_its_rows_and_above_them() -> None:
    assert found("budget", line("甲", "1"), line("乙", "2"), line("丙", "3")) == [("丙", 2)]
    assert found("budget", line("丙", "3"), line("甲", "1"), line("乙", "2")) == [("丙", 2)]


def test_a_second_subtotal_adds_up_what_comes_after_the_first() -> None:
    rows = [line("甲", "1"), line("乙", "2"), line("一组", "3"), line("丙", "4"), line("丁", "5"), line("二组", "9")]
    assert found("budget", *rows) == [("一组", 2), ("二组", 2)]


def test_one_row_noughts_and_rows_of_another_group_make_no_sum() -> None:
    assert found("budget", line("甲", "3"), line("乙", "3")) == []
    assert found("budget", line("甲", "3"), line("乙", "0"), line("丙", "3")) == []
    other = {**line("甲", "1"), "side": "expenditure"}
    assert found("budget", other, line("乙", "2"), line("丙", "3")) == []


def test_an_enterprise_is_a_sum_only_if_it_is_one_in_every_month() -> None:
    always = [month(e, m, n) for m in (1, 2) for e, n in (("A", 10 + m), ("B", 5), ("C", 15 + m))]
    once = [*always[:-1], month("C", 2, 18)]
    assert found("headcount", *always) == [("C", 2)] and found("headcount", *once) == []


def test_no_row_of_the_books_own_ledgers_is_taken_for_a_sum() -> None:
    package = DataPackage.read(ROOT / "data")
    for table in package.tables.values():
        if table.path.startswith("ledger/"):
            rows = [Row("表", number, row) for number, row in enumerate(rows_of(ROOT, table.name), 2)]
            assert not [one.line.name for one in sums(table, rows)], table.title


# --- in an import --------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_report(tmp_path / "报告", "enterprises", "budget")


def told(made: Plan) -> str:
    return "\n".join(lines(made))


def budget(tmp_path: Path, *names: tuple[str, float]) -> Path:
    rows = [[2031, "收入", "利润收入", name, amount] for name, amount in names]
    spent = [2031, "支出", "资本性支出", "设备购置", sum(amount for _, amount in names)]
    return workbook(tmp_path / "预算.xlsx", [HEAD, *rows, spent], "国有资本经营预算表")


def test_what_is_left_out_is_said_by_its_own_name_with_its_row(root: Path, tmp_path: Path) -> None:
    words = told(plan(root, [budget(tmp_path, ("甲公司上缴", 100), ("其中：乙公司", 40), ("收入小计", 100))]))
    assert "其中行不导入：1处" in words and "第3行：“其中：乙公司”" in words
    assert "合计行不导入：1处" in words and "第4行：“收入小计”" in words


def test_a_row_that_is_in_the_book_already_is_not_asked_about_again(root: Path, tmp_path: Path) -> None:
    path = budget(tmp_path, ("甲公司上缴", 100), ("乙公司上缴", 140), ("市属企业", 240))
    asked = plan(root, [path])
    assert any("正好是第2行、第3行之和" in str(f) and "--sums" in str(f) for f in asked.refused)
    plan(root, [path], sums="keep").write()
    again = plan(root, [path])
    assert again.empty and not again.refused, told(again)


def test_new_rows_are_listed_by_their_keys(root: Path, tmp_path: Path) -> None:
    words = told(plan(root, [budget(tmp_path, ("甲公司上缴", 100))]))
    assert "新增｜2031、收入、利润收入、甲公司上缴；2031、支出、资本性支出、设备购置" in words


# --- what is not there ---------------------------------------------------------------------------


def test_a_dash_is_nought_in_a_statement_and_said_once_a_column(tmp_path: Path) -> None:
    root = small_report(tmp_path / "报告", "enterprises", "value_added")
    head = ["年度", "企业编号", "劳动者报酬", "生产税净额", "固定资产折旧", "营业盈余", "增加值"]
    rows = [[2023, e, 5, "—", 1, "/", 6] for e in ("A", "B")]
    made = plan(root, [workbook(tmp_path / "a.xlsx", [head, *rows], "增加值构成表")])
    notes = {n.column: (n.made, n.count) for n in made.notes if "按0" in n.kind}
    assert notes == {"生产税净额": ("0", 2), "营业盈余": ("0", 2)}
    cells = {title: new for title, _, new in made.changes[0].changed[0].cells}
    assert cells["生产税净额"] == cells["营业盈余"] == "0.00"


def test_a_blank_amount_that_leaves_the_sum_short_is_asked_once_a_column(tmp_path: Path) -> None:
    root = small_report(tmp_path / "报告", "enterprises", "value_added")
    head = ["年度", "企业编号", "劳动者报酬", "生产税净额", "固定资产折旧", "营业盈余", "增加值"]
    rows = [[2023, e, 5, None, 1, 1, 9] for e in ("A", "B")]
    made = plan(root, [workbook(tmp_path / "a.xlsx", [head, *rows], "增加值构成表")])
    (fault,) = made.refused
    assert "“生产税净额”列：有2格没有数（第2、3行：空着）" in str(fault) and "--blank 0" in str(fault)


def test_a_dash_for_the_amount_of_a_payment_is_not_nought_unless_the_user_says_so(tmp_path: Path) -> None:
    root = small_report(tmp_path / "报告", "enterprises", "large_payments")
    row = [2023, "ZF999", "B", "2023-05-06", "施工单位", "工程款", "—", "2023-05-05"]
    path = workbook(tmp_path / "a.xlsx", [PAYMENTS, row], "大额支付台账")
    assert any("有1格没有数（第2行：“—”）" in str(f) for f in plan(root, [path]).refused)
    made = plan(root, [path], blank="0")
    assert any(n.made == "0" and n.column == "金额" for n in made.notes), told(made)


def test_tolerances_are_those_of_rounded_amounts() -> None:
    from stateassets.importing.layouts.across import _tolerance

    assert _tolerance(Decimal("93"), [Decimal("30"), Decimal("31")], False) == 0
    assert _tolerance(Decimal("1.00"), [Decimal("0.33")] * 3, False) == Decimal("0.020")
