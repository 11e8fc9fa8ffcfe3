"""What an analyst is told when a table is wrong: file, row, column, what to do."""

import json

import pytest
from many import every

from stateassets.tables.declared import DataPackage
from stateassets.tables.notation import plain_number
from stateassets.tables.validation import checks


def test_the_data_that_ship_are_sound(data):
    assert data.faults() == []


# --- files and columns ---------------------------------------------------------------------------


def test_a_missing_file_is_named(data):
    data.path("headcount").unlink()
    data.fault("ledger/headcount.csv", "没有这个文件", "datapackage.json")


def test_an_empty_table_is_named(data):
    data.write("budget", [], header=["year", "side", "category", "line", "amount"])
    data.fault("ledger/budget.csv", "没有数据")


def test_a_missing_column_is_named(data):
    rows = data.rows("budget")
    for row in rows:
        del row["amount"]
    data.write("budget", rows)
    data.fault("ledger/budget.csv第1行", "金额（amount）", "没有这一列")


def test_an_extra_column_is_named(data):
    rows = [{**row, "备注二": "x"} for row in data.rows("budget")]
    data.write("budget", rows)
    data.fault("ledger/budget.csv第1行", "备注二", "多出这一列")


def test_chinese_headers_with_their_unit_are_read(data):
    rows = data.rows("budget")
    data.write("budget", rows, header=["年度", "收支", "科目", "项目", "金额（万元）"])
    assert data.faults() == []


def test_a_header_in_yuan_is_refused(data):
    rows = data.rows("budget")
    data.write("budget", rows, header=["年度", "收支", "科目", "项目", "金额（元）"])
    data.fault("ledger/budget.csv第1行", "金额（amount）", "表头写的单位是元", "万元")


def test_gbk_is_read(data):
    data.write("enterprises", data.rows("enterprises"), encoding="gbk")
    assert data.faults() == []


# --- cells ---------------------------------------------------------------------------------------


def test_text_where_a_number_belongs_is_named(data):
    row = data.change("income_statement", lambda r: r.update(revenue="约三千"))
    data.fault(f"ledger/income_statement.csv第{row}行", "营业收入（revenue）", "“约三千”", "数字")


@pytest.mark.parametrize("text", ["nan", "inf", "1,23", "1.2.3", "--5", "1e5", "=1+1"])
def test_what_is_no_number_in_one_reading_is_refused(data, text):
    row = data.change("income_statement", lambda r: r.update(revenue=text))
    data.fault(f"第{row}行", "营业收入（revenue）", text)


@every("text", ["1.0000001", "1234567890.123456"])  # less than a 分; more digits than a float keeps
def test_an_amount_that_is_no_whole_number_of_cents_is_refused(data, text):
    row = data.change("income_statement", lambda r: r.update(revenue=text))
    expected = "到分为止的金额：小数不超过6位，一共不超过15位"
    data.fault(
        f"income_statement.csv第{row}行", "营业收入（revenue）", f"“{text}”", expected, "以万元为单位四舍五入到分"
    )


def test_an_amount_in_cents_is_taken_with_noughts_behind(data):
    data.change("income_statement", lambda r: r.update(revenue=f"{r['revenue']}000000"))
    assert data.faults() == []


def test_an_amount_that_64_bits_do_not_hold_in_cents_is_refused(data):
    row = data.change("income_statement", lambda r: r.update(revenue="9000000000001"))
    data.fault(
        f"income_statement.csv第{row}行", "营业收入（revenue）", "“9000000000001”", "绝对值不大于9000000000000的数"
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("１２３４．５０", "1234.50"),
        ("1,234.50", "1234.50"),
        ("１，２３４", "1234"),
        ("−12.00", "-12.00"),
        ("1,23", "1,23"),
        ("12,3456", "12,3456"),
    ],
)
def test_full_width_digits_and_thousands_separators_are_read_where_unambiguous(text, plain):
    assert plain_number(text) == plain


def test_full_width_amounts_in_a_table_change_nothing(data):
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    data.change("budget", lambda r: r.update(amount=r["amount"].translate(wide)))
    assert data.faults() == []


def test_an_unknown_code_is_named_with_the_codes_allowed(data):
    row = data.change("balance_sheet", lambda r: r.update(basis="合并"))
    data.fault(f"第{row}行", "报表口径（basis）", "“合并”", "consolidated（合并）")


def test_an_empty_cell_that_must_be_filled_is_named(data):
    row = data.change("headcount", lambda r: r.update(headcount=""))
    data.fault(f"第{row}行", "headcount", "空白", "不能空着")


def test_a_duplicate_key_is_named(data):
    rows = data.rows("value_added")
    data.write("value_added", [*rows, rows[0]])
    data.fault(f"ledger/value_added.csv第{len(rows) + 2}行", "重复")


def test_an_empty_row_in_the_middle_is_named(data):
    rows = data.rows("budget")
    blank = dict.fromkeys(rows[0], "")
    data.write("budget", [*rows[:3], blank, *rows[3:]])
    data.fault("ledger/budget.csv第5行", "空白")


# --- 元 where 万元 belongs -------------------------------------------------------------------------


def in_yuan(row):
    for key, value in row.items():
        if key not in {"year", "enterprise_id"}:
            row[key] = f"{float(value) * 10_000:.2f}"


def test_a_row_typed_in_yuan_is_named(data):
    row = data.change("value_added", in_yuan)
    data.fault(f"ledger/value_added.csv第{row}行", "疑似把元当万元填写")


def test_one_amount_typed_in_yuan_is_named(data):
    def spoil(row):
        row["value_added"] = f"{float(row['value_added']) * 10_000:.2f}"

    row = data.change("value_added", spoil)
    data.fault(f"第{row}行", "增加值（value_added）", "疑似把元当万元填写")


# --- enterprises ---------------------------------------------------------------------------------


def test_an_unknown_parent_is_named(data):
    row = data.change("enterprises", lambda r: r.update(parent_id="Z9"), enterprise_id="A1")
    data.fault(f"ledger/enterprises.csv第{row}行", "上级企业编号", "“Z9”")


def test_a_circle_of_parents_is_named_link_by_link(data):
    data.change("enterprises", lambda r: r.update(parent_id="A2"), enterprise_id="A1")
    data.change("enterprises", lambda r: r.update(parent_id="A1"), enterprise_id="A2")
    data.fault("parent_id", "绕成了圈", "A1→A2→A1")


def test_a_level_that_does_not_follow_its_parent_is_named(data):
    row = data.change("enterprises", lambda r: r.update(level="3"), enterprise_id="A1")
    data.fault(f"第{row}行", "企业层级", "比上级企业A低一级")


def test_an_unknown_enterprise_in_a_statement_is_named(data):
    row = data.change("income_statement", lambda r: r.update(enterprise_id="Q"))
    data.fault(f"ledger/income_statement.csv第{row}行", "企业编号", "“Q”")


def test_an_enterprise_without_rows_is_named(data):
    rows = [r for r in data.rows("value_added") if r["enterprise_id"] != "C1"]
    data.write("value_added", rows)
    data.fault("ledger/value_added.csv", "C1", "没有")


def test_a_missing_month_is_named(data):
    rows = data.rows("headcount")
    data.write("headcount", rows[1:])
    data.fault("ledger/headcount.csv", "缺1月")


# --- accounts ------------------------------------------------------------------------------------


def times(column, factor):
    def change(row):
        row[column] = f"{float(row[column]) * factor:.2f}"

    return change


def test_assets_half_as_large_again_break_a_named_identity(data):
    where = {"enterprise_id": "B", "basis": "consolidated", "year": "2023", "moment": "closing"}
    row = data.change("balance_sheet", times("total_assets", 1.5), **where)
    data.fault(f"第{row}行", "资产总额（total_assets）", "资产总额等于负债总额加所有者权益")


@pytest.mark.slow
@pytest.mark.parametrize("table", ["balance_sheet", "income_statement", "value_added"])
def test_every_declared_identity_is_checked(data, table):
    package = json.loads((data.folder / "datapackage.json").read_text(encoding="utf-8"))
    declared = next(r for r in package["resources"] if r["name"] == table)
    for identity in declared["identities"]:
        original = data.rows(table)

        part = identity["parts"][0].lstrip("-")

        def add(row, name=part):
            row[name] = f"{float(row[name]) + 1:.2f}"

        row = data.change(table, add)
        data.fault(f"第{row}行", identity["title"])
        data.write(table, original)


def test_a_consolidated_figure_smaller_than_its_parts_allow_is_named(data):
    def spoil(row):
        row["revenue"] = f"{float(row['revenue']) - 50:.2f}"
        row["total_profit"] = f"{float(row['total_profit']) - 50:.2f}"
        row["net_profit"] = f"{float(row['net_profit']) - 50:.2f}"

    row = data.change("income_statement", spoil, enterprise_id="B", basis="consolidated")
    data.fault(f"第{row}行", "营业收入（revenue）", "小于各户允许的数", "差50.00万元")


def test_a_group_without_eliminations_is_named(data):
    rows = [
        r
        for r in data.rows("income_statement")
        if (r["enterprise_id"], r["basis"], r["year"]) != ("B", "elimination", "2023")
    ]
    data.write("income_statement", rows)
    data.fault("ledger/income_statement.csv", "没有B的合并抵销额")


def test_consolidated_rows_below_the_first_level_are_named(data):
    row = data.change(
        "income_statement", lambda r: r.update(enterprise_id="B1"), enterprise_id="B", basis="elimination"
    )
    data.fault(f"第{row}行", "只有一级企业填合并和抵销")


def test_a_year_without_opening_balances_is_named(data):
    rows = [
        r
        for r in data.rows("balance_sheet")
        if (r["year"], r["moment"], r["enterprise_id"]) != ("2023", "opening", "C2")
    ]
    data.write("balance_sheet", rows)
    data.fault("ledger/balance_sheet.csv", "C2，2023年没有年初数")


def move_a_cent_of_equity(row):
    for column, change in (("paid_in_capital", 5.0), ("capital_reserve", -5.0)):
        row[column] = f"{float(row[column]) + change:.2f}"


OPENING = {"year": "2023", "moment": "opening", "enterprise_id": "C2"}


def test_an_opening_balance_unlike_last_years_closing_needs_a_reason(data):
    row = data.change("balance_sheet", move_a_cent_of_equity, **OPENING)
    data.fault(f"第{row}行", "实收资本", "上年年末数", "年初数调整原因")
    data.change("balance_sheet", lambda r: r.update(restatement="会计差错更正"), **OPENING)
    assert not [f for f in data.faults() if f"第{row}行" in f]


def test_a_reason_without_a_difference_would_hide_the_next_one(data):
    row = data.change("balance_sheet", lambda r: r.update(restatement="会计差错更正"), **OPENING)
    data.fault(f"第{row}行", "“会计差错更正”", "年初数与上年年末数相同", "删去原因")


def test_only_an_opening_balance_has_a_reason(data):
    closing = {**OPENING, "moment": "closing"}
    row = data.change("balance_sheet", lambda r: r.update(restatement="口径变化"), **closing)
    data.fault(f"第{row}行", "“口径变化”", "只有年初数需要说明", "年初那一行")


def test_what_happened_on_a_day_counts_for_that_days_year(data):
    row = data.change("talks", lambda r: r.update(year=str(int(r["year"]) - 1)))
    data.fault("ledger/talks.csv", f"第{row}行“年度（year）”列", "同年")


def test_a_day_that_is_not_known_says_nothing_of_the_year(data):
    data.change("decisions", lambda r: r.update(year=str(int(r["year"]) - 1)), meeting_on="")
    assert not [fault for fault in data.faults() if "同年" in fault]


def test_a_missing_year_is_named(data):
    rows = [r for r in data.rows("budget") if r["year"] != "2022"]
    data.write("budget", rows)
    data.fault("ledger/budget.csv", "没有2022年的数据")


def only_this_year(data, names):
    for name in names:
        rows = data.rows(name)
        data.write(name, [r for r in rows if r["year"] == "2023"], header=list(rows[0]))


def test_a_book_of_its_own_year_alone_is_sound(data):
    every = [name for name, table in DataPackage.read(data.folder).tables.items() if table.path.startswith("ledger/")]
    only_this_year(data, [name for name in every if "year" in data.rows(name)[0]])
    assert [fault for fault in data.faults() if "没有2022年" in fault or "2022年的数据" in fault] == []


def test_a_statement_without_last_year_is_named_while_others_have_it(data):
    only_this_year(data, ["balance_sheet"])
    data.fault("ledger/balance_sheet.csv", "没有2022年的数据")


def test_equity_that_does_not_roll_forward_is_named_with_the_gap(data):
    row = data.rows("equity_changes")[0]
    data.change("equity_changes", lambda r: r.update(amount=f"{float(r['amount']) + 7:.2f}"))
    data.fault(f"{row['enterprise_id']}，{row['year']}年", "年末国有资本", "差-7.00万元")


def test_a_negative_objective_factor_is_named(data):
    row = data.change("equity_changes", times("amount", -1), factor="transfer_in")
    data.fault(f"ledger/equity_changes.csv第{row}行", "正数")


def test_equity_changes_of_a_lower_level_enterprise_are_named(data):
    row = data.change("equity_changes", lambda r: r.update(enterprise_id="A1"))
    data.fault(f"第{row}行", "不是一级企业")


def test_spending_entered_as_revenue_is_named(data):
    row = data.change("budget", lambda r: r.update(side="revenue"), category="expense_spending")
    data.fault(f"ledger/budget.csv第{row}行", "“费用性支出”不属于“收入”")


def test_a_budget_that_does_not_balance_is_named_with_the_gap(data):
    data.change("budget", lambda r: r.update(amount=f"{float(r['amount']) + 3:.2f}"))
    data.fault("ledger/budget.csv", "收支相差3.00万元")


def test_an_enterprise_outside_supervision_has_no_figures(data):
    row = next(
        n for n, r in enumerate(data.rows("value_added"), 2) if (r["enterprise_id"], r["year"]) == ("D1", "2023")
    )
    data.change("enterprises", lambda r: r.update(end_year="2023"), enterprise_id="D1")
    data.fault(f"ledger/value_added.csv第{row}行", "不在监管范围")


def test_checking_writes_nothing(data):
    data.change("budget", times("amount", 3))
    before = {p: p.read_bytes() for p in data.folder.rglob("*") if p.is_file()}
    assert data.faults()
    assert before == {p: p.read_bytes() for p in data.folder.rglob("*") if p.is_file()}


def test_a_table_that_is_not_declared_is_not_asked_for(data):
    path = data.folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["resources"] = [r for r in package["resources"] if r["name"] in {"terms", "claims"}]
    path.write_text(json.dumps(package, ensure_ascii=False), encoding="utf-8")
    assert data.faults() == []
    assert checks()


def test_a_broken_data_package_is_named(data):
    (data.folder / "datapackage.json").write_text("{", encoding="utf-8")
    data.fault("datapackage.json", "不是正确的JSON")


def test_columns_may_come_in_any_order(data):
    rows = [dict(reversed(row.items())) for row in data.rows("headcount")]
    data.write("headcount", rows)
    assert data.faults() == []


def test_a_wrong_header_is_told_once_and_not_again_for_every_cell(data):
    rows = [dict(list(row.items())[1:]) for row in data.rows("headcount")]
    data.write("headcount", rows)
    assert [f for f in data.faults() if "headcount" in f] == [data.fault("headcount", "没有这一列")]


def test_a_book_without_restatements_is_sound(data):
    """Its openings then say in a word why they differ."""
    for year, owner, basis in (
        *(("2020", "F", "individual"), ("2020", "F", "consolidated")),
        *(("2021", "E1", "individual"), ("2021", "E", "consolidated")),
    ):
        where = {"year": year, "moment": "opening", "enterprise_id": owner, "basis": basis}
        data.change("balance_sheet", lambda r: r.update(restatement="会计政策变更"), **where)
    data.path("restatements").unlink()
    file = data.folder / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    package["resources"] = [table for table in package["resources"] if table["name"] != "restatements"]
    file.write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    assert data.faults() == []
