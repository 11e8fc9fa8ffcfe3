"""Vertical statements: whatever way they are set out, their amounts come to the right columns or are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import empty, small_report
from many import every
from paths import ROOT

from stateassets.importing import Plan, plan
from stateassets.importing.files.raw import Cell, Sheet
from stateassets.importing.headers import Names, Reading, recognise
from stateassets.importing.layouts import flatten
from stateassets.importing.layouts.adding import Line, add_up
from stateassets.importing.layouts.forms import declared as forms_declared
from stateassets.importing.layouts.forms import forms, label
from stateassets.importing.layouts.heads import Roster, When, head, moments, owner_stated, plain
from stateassets.importing.rows import Rows
from stateassets.tables.declared import DataPackage

TOTALS = {"total_assets": "资产总计", "total_liabilities": "负债合计", "owners_equity": "所有者权益（或股东权益）合计"}


@cache
def names() -> Names:
    return Names(DataPackage.read(ROOT / "data"))


def balance_columns() -> dict[str, str]:
    """The amounts of a balance sheet by their titles, totals as enterprises call them."""
    table = names().package.tables["balance_sheet"]
    return {c.name: TOTALS.get(c.name, c.title) for c in table.columns if c.unit == "万元"}


def read(sheet: Sheet, wanted: str = "") -> tuple[list[dict[str, str]], list[str], list[str]]:
    """The rows that a sheet gives, what is refused, and what is told."""
    flat = flatten(sheet, names(), wanted)
    rows, told = [], [f"{note.kind}：{note}" for note in flat.notes]
    for one in flat.sheets:
        reading = recognise(one, names())
        assert isinstance(reading, Reading), reading
        part = Rows(one, reading, names())
        assert not part.faults
        rows += [row.texts for row in part.rows]
    return rows, [str(fault) for fault in flat.faults], told


def sheet(
    *rows: Sequence[Cell], name: str = "报表", merged: Mapping[tuple[int, int], tuple[int, int]] | None = None
) -> Sheet:
    return Sheet("报表.xlsx", name, [tuple(row) for row in rows], dict(merged or {}))


def titled(*lines: Sequence[Cell], when: str = "2023年12月31日", heads: Sequence[str] = ("期末余额",)) -> Sheet:
    return sheet(("资产负债表",), ("编制单位：一级企业A", when, "单位：万元"), ("项目", *heads), *lines)


SMALL = [
    ("货币资金", 10), ("应收账款", 20), ("其他应收款", 5), ("流动资产合计", 35), ("固定资产", 65), ("资产总计", 100),
    ("短期借款", 30), ("负债合计", 30), ("实收资本", 50), ("未分配利润", 20), ("所有者权益合计", 70),
]  # fmt: skip


def with_line(name: str, *lines: tuple[str, Cell]) -> list[tuple[str, Cell]]:
    """The small statement with a line's place taken by others."""
    return [one for old in SMALL for one in (lines if old[0] == name else (old,))]


# --- whatever the statement looks like -------------------------------------------------------------

amount = st.integers(-(10**9), 10**10).map(lambda hundredths: Decimal(hundredths) / 100)


@st.composite
def balance(draw: st.DrawFn) -> dict[str, Decimal]:
    """Any balance sheet of which the identities hold."""
    table = names().package.tables["balance_sheet"]
    found = {name: draw(amount) for name in balance_columns() if name not in TOTALS}
    sums = {i.total: i for i in table.identities if "owners_equity" not in dict(i.parts)}
    for total in ("total_assets", "total_liabilities"):
        found[total] = sum((found[name] * sign for name, sign in sums[total].parts), Decimal(0))
    found["owners_equity"] = found["total_assets"] - found["total_liabilities"]
    others = [name for name, _ in sums["owners_equity"].parts if name != "retained_earnings"]
    found["retained_earnings"] = found["owners_equity"] - sum((found[n] for n in others), Decimal(0))
    return found


@st.composite
def set_out(draw: st.DrawFn) -> tuple[list[tuple[dict[str, Decimal], dict[str, Decimal]]], list[Sheet]]:
    """Statements of some enterprises, each set out in a way of its own, in any order."""
    made, sheets = [], []
    for owner in draw(st.permutations(["一级企业A", "二级企业A1", "二级企业A2"]))[: draw(st.integers(1, 3))]:
        closing, opening = draw(balance()), draw(balance())
        made.append(({"owner": owner, **closing}, opening))
        sheets.append(_form(draw, owner, closing, opening))
    return made, sheets


def _form(draw: st.DrawFn, owner: str, closing: dict[str, Decimal], opening: dict[str, Decimal]) -> Sheet:
    unit, factor = draw(st.sampled_from([("元", 10_000), ("万元", 1), ("千元", 10)]))
    heads = draw(st.sampled_from([
        ("期末余额", "年初余额"), ("期末数", "期初数"), ("年末余额", "上年年末余额"), ("期 末 余 额", "年 初 余 额"),
        ("2023年12月31日", "2022年12月31日"), ("2023-12-31", "2022-12-31"), ("2023年末", "2023年初"),
    ]))  # fmt: skip
    numbered, spaced, texts = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    halves = draw(st.booleans())
    opening_first = draw(st.booleans())

    def words(n: int, title: str) -> str:
        number = draw(st.sampled_from(["", f"{n}、", f"{n}.", "　　", "  ", f"（{n}）", "△", "一、"]))
        return number + ("　".join(title) if spaced else title)

    def cell(value: Decimal) -> Cell:
        scaled = value * factor
        return f"{scaled:,.2f}" if texts else scaled.normalize() + 0

    lines = []
    for n, (name, title) in enumerate(balance_columns().items(), 1):
        amounts = (
            [cell(opening[name]), cell(closing[name])] if opening_first else [cell(closing[name]), cell(opening[name])]
        )
        lines.append([words(n, title), *([n] if numbered else []), *amounts])
    head = ["项目", *(["行次"] if numbered else []), *(reversed(heads) if opening_first else heads)]
    if halves:
        cut = list(balance_columns()).index("short_term_borrowings")
        blank = [None] * len(head)
        left, right = lines[:cut], lines[cut:]
        lines = [[*(left[i] if i < len(left) else blank), *right[i]] for i in range(len(right))]
        head = head * 2
    above = draw(st.sampled_from([
        [("资产负债表",), (f"编制单位：{owner}", "2023年12月31日", f"单位：{unit}")],
        [(f"{owner}资产负债表",), ("2023年12月31日",), (f"金额单位：{unit}",)],
        [("资 产 负 债 表",), ("编制单位：", owner), ("日期：2023年12月31日",), (f"单位：人民币{unit}",)],
        [(f"编报单位:{owner}（盖章）      2023年12月31日      单位：{unit}",)],
    ]))  # fmt: skip
    return sheet(*above, head, *lines, name=draw(st.sampled_from(["资产负债表", "Sheet1", owner])))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(set_out())
def test_any_balance_sheet_set_out_in_any_way_is_read_back_exactly(drawn):
    made, sheets = drawn
    ids = {"一级企业A": "A", "二级企业A1": "A1", "二级企业A2": "A2"}
    for (closing, opening), form in zip(made, sheets, strict=True):
        rows, refused, _ = read(form)
        assert not refused
        found = {row["moment"]: row for row in rows}
        for moment, amounts in (("closing", closing), ("opening", opening)):
            row = found[moment]
            assert (row["year"], row["enterprise_id"], row["basis"]) == ("2023", ids[closing["owner"]], "individual")
            assert {n: Decimal(row[n]) for n in balance_columns()} == {n: amounts[n] for n in balance_columns()}


@settings(max_examples=30, deadline=None)
@given(balance(), st.sampled_from([*balance_columns()]), st.integers(1, 10**6))
def test_an_amount_that_is_wrong_by_more_than_rounding_is_refused(closing, wrong, by):
    lines = [(title, closing[n] + (Decimal(by) if n == wrong else 0)) for n, title in balance_columns().items()]
    rows, refused, _ = read(titled(*lines))
    assert refused and not rows and all("与各项之和差" in one for one in refused)


# --- which line goes where -------------------------------------------------------------------------


def test_lines_that_make_up_one_column_are_summed_and_shown():
    (row,), refused, told = read(titled(*SMALL))
    assert not refused
    assert (row["receivables"], row["cash"], row["retained_earnings"]) == ("25.00", "10.00", "20.00")
    assert any("应收款项25＝应收账款20+其他应收款5" in one for one in told)


@pytest.mark.parametrize(
    "lines",
    [
        [("其他应收款", 5), ("其中：应收利息", 2), ("应收股利", 1)],  # within it
        [("其他应收款", 2), ("应收利息", 2), ("应收股利", 1)],  # beside it: only so do the totals add up
        [("其他应收款", 5), ("  其中：应收利息", 2), ("        押金", 1)],
        [("应收利息", 5)],
    ],
)
def test_of_which_lines_are_added_only_where_the_totals_say_so(lines):
    (row,), refused, _ = read(titled(*with_line("其他应收款", *lines)))
    assert not refused and row["receivables"] == "25.00"


def test_a_line_without_a_column_goes_to_the_rest_only_where_the_total_holds_it():
    lines = with_line("其他应收款", ("待处理流动资产净损失", 5))
    (row,), refused, told = read(titled(*lines))
    assert not refused and row["other_current_assets"] == "5.00"
    assert any(one.startswith("按合计数归入") and "待处理流动资产净损失 5" in one for one in told)
    (row,), refused, told = read(titled(*SMALL, ("或有负债", 7)))
    assert not refused and any("没有对应的列" in one and "或有负债 7" in one for one in told)


def test_a_line_without_a_column_that_two_groups_could_hold_is_refused():
    short = [line for line in with_line("其他应收款", ("待处理财产损溢", 5)) if line[0] != "流动资产合计"]
    _, refused, _ = read(titled(*short))
    assert any("差额正好是“待处理财产损溢”（第6行）" in one for one in refused)


def test_fixed_assets_are_what_is_left_after_depreciation():
    lines = with_line("固定资产", ("固定资产原价", 90), ("减：累计折旧", 25), ("固定资产净值", 65), ("在建工程", 0))
    (row,), refused, _ = read(titled(*lines))
    assert not refused and row["fixed_assets"] == "65.00"
    lines = with_line("固定资产", ("固定资产原价", 90), ("减：累计折旧", 25))
    (row,), refused, _ = read(titled(*lines))
    assert not refused and row["fixed_assets"] == "65.00"


def test_a_total_that_the_statement_lacks_is_computed_and_said():
    (row,), refused, told = read(titled(*[line for line in SMALL if line[0] != "负债合计"]))
    assert not refused and row["total_liabilities"] == "30.00"
    assert any("没有写合计，按各项相加" in one and "负债总额" in one for one in told)


def profit(*lines: tuple[str, Cell], head: str = "本期金额", when: str = "2023年度") -> Sheet:
    return sheet(("利润表",), ("编制单位：一级企业A", when, "单位：万元"), ("项目", head), *lines)


PROFIT = [
    ("一、营业收入", 100), ("减：营业成本", 60), ("税金及附加", 2), ("管理费用", 10), ("财务费用", 8),
    ("加：其他收益", 5), ("投资收益", 3), ("三、利润总额", 28), ("减：所得税费用", 7), ("四、净利润", 21),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "gives", "profit_"),
    [
        (("资产减值损失（损失以“-”号填列）", -4), "1.00", 24),
        (("减：资产减值损失", 4), "1.00", 24),
        (("资产减值损失", 4), "1.00", 24),  # only so does the profit come out
        (("资产减值损失", 4), "9.00", 32),
        (("加：营业外收入", 4), "9.00", 32),
        (("减：营业外支出", 4), "1.00", 24),
    ],
)
def test_what_is_a_gain_and_what_a_loss_is_said_by_the_form_and_borne_out_by_the_profit(line, gives, profit_):
    lines = [*PROFIT[:7], line, ("三、利润总额", profit_), ("减：所得税费用", 7), ("四、净利润", profit_ - 7)]
    (row,), refused, _ = read(profit(*lines))
    assert not refused and row["other_income"] == gives


def test_a_profit_or_net_profit_that_does_not_come_out_is_refused_with_its_line():
    for at, word in ((7, "利润总额"), (9, "净利润")):
        lines = [(name, value + 1 if n == at else value) for n, (name, value) in enumerate(PROFIT)]
        _, refused, _ = read(profit(*lines))
        assert any(f"第{4 + at}行“" in one and word in one for one in refused)


def test_the_year_before_is_a_row_that_never_takes_a_rows_place():
    form = sheet(("利润表",), ("编制单位：一级企业A", "2023年度", "单位：万元"), ("项目", "本期金额", "上期金额"),
                 *[(name, value, value) for name, value in PROFIT])  # fmt: skip
    flat = flatten(form, names())
    assert [(o.compares) for o in flat.sheets[0].origins[-2:]] == [False, True]


def test_a_year_before_all_of_the_books_years_is_left_out_and_said():
    form = sheet(("利润表",), ("编制单位：一级企业A", "2022年度", "单位：万元"), ("项目", "本期金额", "上期金额"),
                 *[(name, value, value) for name, value in PROFIT])  # fmt: skip
    rows, refused, told = read(form)
    assert not refused and [row["year"] for row in rows] == ["2022"] and any("书里没有这一年" in one for one in told)


def test_a_table_without_a_basis_takes_single_statements_only():
    lines = [("劳动者报酬", 1), ("生产税净额", 2), ("固定资产折旧", 3), ("营业盈余", 4), ("增加值", 10)]
    above = ("编制单位：一级企业A", "2023年度", "单位：万元")
    (row,), refused, _ = read(sheet(("增加值构成表",), above, ("项目", "本年数"), *lines))
    assert not refused and row["value_added"] == "10.00"
    rows, refused, told = read(sheet(("增加值构成表（合并）",), above, ("项目", "本年数"), *lines))
    assert not rows and not refused and any("只收单户数" in one for one in told)


def test_whole_yuan_may_be_off_by_rounding_and_nothing_else():
    lines = [(name, value * 10_000 + (name == "资产总计")) for name, value in SMALL]
    above = ("编制单位：一级企业A", "2023年12月31日")
    for unit, sound in (("单位：元", True), ("单位：万元", False)):
        rows, refused, _ = read(sheet(("资产负债表",), (*above, unit), ("项目", "期末余额"), *lines))
        assert bool(rows) is sound and bool(refused) is not sound
    lines[5] = ("资产总计", 1_000_100)
    _, refused, _ = read(sheet(("资产负债表",), (*above, "单位：元"), ("项目", "期末余额"), *lines))
    assert refused


# --- whose, of when, in which column ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2024年12月31日", When(2024, 12, 31)),
        ("二〇二四年十二月三十一日", When(2024, 12, 31)),
        ("2024-12-31", When(2024, 12, 31)),
        ("20241231", When(2024, 12, 31)),
        ("2024年度", When(2024)),
        ("2024年6月", When(2024, 6)),
        ("2024年1-6月", When(2024, 6, 0, True)),
        ("2024年1月1日至2024年12月31日", When(2024, 12, 31, True)),
        ("2024年第三季度", When(2024, 9)),
    ],
)
def test_a_date_above_a_statement_is_read_in_every_usual_way(text, when):
    assert moments(plain(text)) == [when]


@every(
    ("words", "role"),
    [
        ("期末余额", "closing"),
        ("年初余额", "opening"),
        ("上年年末余额", "opening"),
        ("本期金额（元）", "current"),
        ("本年累计金额", "to_date"),
        ("上年同期", "prior"),
        ("本月数", "month"),
        ("2023年12月31日", "date"),
        ("比年初增减", ""),
        ("增减率", ""),
        ("年初余额（调整前）", ""),
        ("本年预算数", ""),
        ("行次", ""),
        ("附注编号", ""),
    ],
)
def test_a_columns_head_says_what_it_holds_or_that_it_is_none(words, role):
    assert head([words], Roster(())).role == role


@pytest.mark.parametrize(
    ("text", "name", "mark"),
    [
        ("减：营业成本", "营业成本", "减"),
        ("　　其中：应收利息", "应收利息", "其中"),
        ("四、利润总额（亏损总额以“－”号填列）", "利润总额", ""),
        ("所有者权益（或股东权益）合计", "所有者权益合计", ""),
        ("（一）1. △货 币 资 金", "货币资金", ""),
        ("一年内到期的非流动资产", "一年内到期的非流动资产", ""),
    ],
)
def test_a_lines_name_is_known_without_numbers_marks_and_asides(text, name, mark):
    assert (label(text).name, label(text).mark) == (name, mark)


ROSTER = Roster([
    {"enterprise_id": "QY01", "name_zh": "甲城市建设集团有限公司"},
    {"enterprise_id": "QY0101", "name_zh": "甲置业有限公司"},
    {"enterprise_id": "QY03", "name_zh": "丙公共服务有限公司"},
])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("丙公司", {"QY03"}),
        ("甲置业", {"QY0101"}),
        ("甲城建集团", {"QY01"}),
        ("qy0101", {"QY0101"}),
        ("甲公司", {"QY01", "QY0101"}),
        ("丁公司", set()),
        ("丙服务置业有限公司", set()),
    ],
)
def test_a_short_name_is_whoever_it_fits_and_one_that_fits_several_is_nobodys(text, meant):
    assert ROSTER.called(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("甲置业有限公司2024年财务报表（终稿）", {"QY0101"}),
        ("03_丙公共服务_资产负债表", {"QY03"}),
        ("QY01-2024", {"QY01"}),
        ("资产负债表", set()),
        ("Sheet1", set()),
        ("2024年合并报表", set()),
    ],
)
def test_the_name_of_a_sheet_or_file_may_say_whose_it_is(text, meant):
    assert ROSTER.within(text) == meant


def test_the_enterprise_stands_after_its_label_or_beside_it():
    for rows in (
        [("编制单位：甲公司（盖章）",)],
        [("编 制 单 位 ：", "甲公司")],
        [("编制单位:甲公司   2024年   单位：元",)],
    ):
        assert owner_stated(rows) == "甲公司"
    assert owner_stated([("编制单位：", None, "单位：元")]) == ""


def test_two_columns_that_would_be_one_row_are_refused_unless_they_agree():
    lines = [(name, value, value) for name, value in SMALL]
    (row,), refused, _ = read(titled(*lines, heads=("期末余额", "期末数")))
    assert not refused and row["cash"] == "10.00"
    lines[0] = ("货币资金", 10, 11)
    _, refused, _ = read(titled(*lines, heads=("期末余额", "期末数")))
    assert any("同一口径、同一时点" in one for one in refused)


def test_changes_and_budgets_beside_the_amounts_are_not_read_and_said():
    lines = [(name, value, 1) for name, value in SMALL]
    rows, refused, told = read(titled(*lines, heads=("期末余额", "比年初增减")))
    assert not refused and len(rows) == 1 and any("没有用到的列" in one and "比年初增减" in one for one in told)


def test_a_statement_of_another_table_than_the_user_names_is_left_out_and_said():
    rows, refused, told = read(titled(*SMALL), wanted="income_statement")
    assert not rows and not refused and any("指明的是另一张表" in one for one in told)


def test_a_list_that_names_statement_lines_is_no_statement():
    lines = [("货币资金", 1), ("存货", 2), ("货币资金", 3), ("存货", 4), ("货币资金", 5), ("存货", 6), ("资产总计", 7)]
    form = sheet(("项目", "金额"), *lines)
    assert flatten(form, names()).sheets == [form]


@pytest.mark.parametrize("name", sorted(forms_declared()))
def test_every_declared_line_goes_to_a_column_of_its_table(name):
    raw = forms_declared()[name]
    table = names().package.tables[raw["table"]]
    assert set(raw["items"]) <= {c.name for c in table.columns if c.unit == "万元"}
    form = next(f for f in forms(names()) if f.name == name)
    assert set(form.rest.values()) <= set(raw["items"])
    for terms in form.totals.values():
        assert all(term.name in raw["items"] or form.knows(term.name) for term in terms)


def test_a_total_that_two_readings_bear_out_is_unclear():
    form = next(f for f in forms(names()) if f.name == "资产负债表")
    table = names().package.tables["balance_sheet"]
    lines = [
        ("其他应收款", 20),
        ("应收利息", 5),
        ("其他应付款", 30),
        ("资产总计", 25),
        ("存货盘盈", 5),
        ("流动资产合计", 25),
    ]
    read_ = add_up(form, table.identities[:1], [Line(n, label(t), Decimal(v)) for n, (t, v) in enumerate(lines)])
    assert {part.line.label.text for part in read_.unclear} == {"应收利息", "存货盘盈"}


# --- months ----------------------------------------------------------------------------------------


def test_a_months_statements_are_returns_of_that_month_and_nothing_else():
    lines = [(name, value, value) for name, value in SMALL]
    balance_ = titled(*lines, when="2023年6月30日", heads=("期末余额", "年初余额"))
    (row,), refused, _ = read(balance_)
    assert not refused and (row["year"], row["month"], row["cash"], row["total_assets"]) == (
        "2023",
        "6",
        "10.00",
        "100.00",
    )
    (row,), refused, _ = read(profit(*PROFIT, head="本年累计金额", when="2023年6月"))
    assert not refused and (row["month"], row["revenue"], row["total_profit"]) == ("6", "100.00", "28.00")
    _, refused, _ = read(balance_, wanted="balance_sheet")
    assert any("不是年末" in one for one in refused)


def test_a_months_own_figure_is_never_taken_for_the_years():
    _, refused, _ = read(profit(*PROFIT, when="2023年12月"))
    assert any("可能是当月数，也可能是累计数" in one for one in refused)
    (row,), refused, _ = read(profit(*PROFIT, when="2023年1-12月"))
    assert not refused and row["year"] == "2023"
    form = sheet(("现金流量表",), ("编制单位：一级企业A", "2023年6月", "单位：万元"), ("项目", "本年累计金额"),
                 ("经营活动现金流入小计", 9), ("经营活动现金流出小计", 4), ("经营活动产生的现金流量净额", 5))  # fmt: skip
    rows, refused, told = read(form)
    assert not rows and not refused and any("不是全年的" in one for one in told)


def test_the_book_refuses_no_statement_for_want_of_a_unit_that_its_own_cells_state():
    lines = [(name, f"{value}万元") for name, value in SMALL]
    (row,), refused, _ = read(titled(*lines))
    assert not refused and row["receivables"] == "25.00"
    lines[0] = ("货币资金", 100000)
    _, refused, _ = read(titled(*lines))
    assert refused


# --- beside what the book has ------------------------------------------------------------------------

CASH = [("经营活动现金流入小计", 9), ("经营活动现金流出小计", 4), ("经营活动产生的现金流量净额", 5)]


def imported(
    folder: Path, *forms_: tuple[str, str, Sequence[tuple[str, Cell]], Sequence[tuple[str, Cell]] | None]
) -> Plan:
    """What importing statements (title, year, lines, lines of the year before) into an empty table does."""
    root = small_report(folder / "书", "enterprises", "income_statement")
    empty(root, "income_statement")
    book = openpyxl.Workbook()
    for title, year, lines, before in forms_:
        page = book.create_sheet(f"{title}{year}")
        page.append([title])
        page.append(["编制单位：一级企业A", f"{year}年度", "单位：万元"])
        page.append(["项目", "本期金额", *(["上期金额"] if before else [])])
        for n, line in enumerate(lines):
            page.append([*line, *([before[n][1]] if before else [])])
    book.save(folder / "报表.xlsx")
    return plan(root, [folder / "报表.xlsx"])


def rows_made(made: Plan) -> dict[str, list[str]]:
    assert not made.refused, made.refused
    (content,) = made.files.values()
    return {line.split(",")[0]: line.split(",") for line in content.decode("utf-8-sig").splitlines()[1:]}


def test_profit_and_cash_flow_make_one_row(tmp_path):
    made = imported(tmp_path, ("利润表", "2023", PROFIT, None), ("现金流量表", "2023", CASH, None))
    amounts = " ".join(rows_made(made)["2023"][3:])
    assert amounts == "100.00 60.00 2.00 10.00 8.00 5.00 3.00 28.00 7.00 21.00 5.00"
    assert any(note.kind == "两张表合成一行" for note in made.notes)


def test_without_the_cash_flow_a_new_row_is_refused(tmp_path):
    made = imported(tmp_path, ("利润表", "2023", PROFIT, None))
    assert any("经营活动现金流量净额" in str(fault) for fault in made.refused) and not made.files


def test_a_years_own_statement_counts_before_the_next_ones_column(tmp_path):
    restated = [(name, value + (name == "一、营业收入") + ("利润" in name)) for name, value in PROFIT]
    made = imported(
        tmp_path,
        ("利润表", "2023", PROFIT, restated),
        ("现金流量表", "2023", CASH, CASH),
        ("利润表", "2022", PROFIT, None),
        ("现金流量表", "2022", CASH, None),
    )
    found = rows_made(made)
    assert (found["2023"][3], found["2022"][3], found["2022"][10]) == ("100.00", "100.00", "28.00")
    assert any("与那一年自己的报表不同" in note.kind for note in made.notes)


def test_the_books_own_year_before_stays_and_what_differs_is_said(tmp_path):
    restated = [(name, value + (name == "一、营业收入") + ("利润" in name)) for name, value in PROFIT]
    made = imported(tmp_path, ("利润表", "2022", PROFIT, None), ("现金流量表", "2022", CASH, None))
    made.write()
    page = openpyxl.load_workbook(tmp_path / "报表.xlsx")
    for name in page.sheetnames:
        if name.startswith("利润"):
            form = page[name]
            form["B2"], form["C3"] = "2023年度", "上期金额"
            for n, (_, value) in enumerate(restated):
                form.cell(4 + n, 3, value)
        elif name.startswith("现金"):
            page[name]["B2"] = "2023年度"
    page.save(tmp_path / "次年.xlsx")
    again = plan(made.folder.parent, [tmp_path / "次年.xlsx"])
    assert not again.refused and again.changes[0].new == 1 and not again.changes[0].changed
    said = [note for note in again.notes if "书里的没有改" in note.kind]
    assert [(note.found, note.made) for note in said] == [("101.00", "100.00"), ("29.00", "28.00"), ("22.00", "21.00")]


# --- what stands over the columns ------------------------------------------------------------------


def owing_2000(*heads: str) -> Sheet:
    """A balance sheet of which the liabilities are 2000, with these heads."""
    lines = [("货币资金", 5000), ("资产总计", 5000), ("短期借款", 2000), ("负债合计", 2000), ("实收资本", 3000),
             ("所有者权益合计", 3000)]  # fmt: skip
    rows = [(name, *(amount if n == len(heads) - 1 else 0 for n in range(len(heads)))) for name, amount in lines]
    above = [("资产负债表",), ("编制单位：一级企业A", "2023年12月31日", "单位：万元")]
    return sheet(*above, ("项目", *heads), *rows)


def test_an_amount_of_2000_is_no_year_over_the_lines_below_it() -> None:
    for heads in (("甲", "乙"), ("数一", "数二"), ("", "")):
        one = owing_2000(*heads)
        flat = flatten(one, names())
        assert flat.sheets == [one] and not flat.faults, heads  # no statement is seen in it


def test_what_was_audited_counts_and_what_was_not_is_said() -> None:
    rows, faults, told = read(owing_2000("未审数", "审计调整", "审定数"))
    assert not faults and [row["cash"] for row in rows] == ["5000.00"], (rows, faults)
    assert any("没有用到的列" in one and "未审数" in one for one in told)


def test_a_column_may_be_of_an_enterprise_by_its_short_name_and_a_total_is_of_none() -> None:
    roster = Roster([{"enterprise_id": "H", "name_zh": "某区联合会计服务有限公司"}], "某区")
    assert head(["联合会计公司"], roster).owner == "H"
    for word in ("合计", "小计", "本年合计", "数量"):
        assert head([word], roster).owner == "", word
