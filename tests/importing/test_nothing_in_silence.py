"""What would change its meaning, or be lost, without a word: it is read rightly and told, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ledgers import empty, rows_of, small_report

from stateassets.importing import Plan, plan
from stateassets.importing.dated import MONTH, QUARTER, parted, years
from stateassets.importing.telling import lines

A, A1 = "一级企业A", "二级企业A1"
PEOPLE = ["年度", "月份", "企业名称", "人数"]
PAID = ["年度", "编号", "企业名称", "支付日期", "收款方", "用途", "金额（万元）"]
ROSTER = ["企业编号", "企业名称", "级次", "上级企业", "持股比例", "类别", "主业", "纳入年度"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with enterprises and three empty ledgers."""
    made = small_report(tmp_path_factory.mktemp("书"), "enterprises", "headcount", "large_payments", "debts")
    for name in ("headcount", "large_payments", "debts"):
        empty(made, name)
    return made


def into(root: Path, folder: Path, sheet: str, *rows: Sequence[Any], formats: str = "", **said: Any) -> Plan:
    """What a workbook of these rows would bring; ``formats`` is the number format of its fifth column."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for number in range(2, len(rows) + 1) if formats else ():
        page.cell(number, 5).number_format = formats
    path = folder / "台账.xlsx"
    book.save(path)
    return plan(root, [path], **said)


def told(made: Plan) -> str:
    return "\n".join(lines(made))


def came(made: Plan, table: str, *columns: str) -> list[tuple[str, ...]]:
    """The rows of a table that is written, without those that stood there."""
    (content,) = [text for path, text in made.files.items() if path.endswith(f"/{table}.csv")]
    header, *rows = (line.split(",") for line in content.decode("utf-8-sig").splitlines())
    return [tuple(row[header.index(name)] for name in columns) for row in rows]


# --- two tables in one sheet -----------------------------------------------------------------------


def test_a_table_above_the_one_that_is_read_is_not_lost(root: Path, tmp_path: Path) -> None:
    payment = [2023, "ZF1", A, "2023-03-01", "某厂", "设备", 12.5]
    first = [["职工人数月报"], PEOPLE, [2023, 1, A, 5], [2023, 2, A, 6], []]
    made = into(root, tmp_path, "Sheet1", *first, ["大额支付台账"], PAID, payment)
    assert [f.row for f in made.refused] == [3] and "第2行起是另一张表，有数没有读" in told(made)


def test_titles_dates_units_and_totals_above_a_table_are_no_other_table(root: Path, tmp_path: Path) -> None:
    payment = [2023, "ZF1", A, "2023-03-01", "某厂", "设备", 12.5]
    for above in (
        [["大额支付台账"], ["填报单位：某区", None, "2023年12月31日"]],
        [["填报单位", "某区", "联系电话"], ["期间", 2023]],
        [["合计", "笔数", "金额"], ["合计", 1, 12.5]],
        [["表号", 3, "页数", 1]],
        [["填报单位", "某区", "填表人", "张三"], ["户数", 5, "单位", "万元"]],
    ):
        made = into(root, tmp_path, "大额支付台账", *above, PAID, payment)
        assert not made.refused and made.changes[0].new == 1, (above, told(made))


def test_numbers_under_words_that_are_no_columns_are_told(root: Path, tmp_path: Path) -> None:
    payment = [2023, "ZF1", A, "2023-03-01", "某厂", "设备", 12.5]
    made = into(root, tmp_path, "大额支付台账", ["路灯", "座椅", "树"], [3, 4, 5], PAID, payment)
    assert not made.refused and "表头上方有数，没有读" in told(made) and "第2行：“3”" in told(made)


# --- months that say their year --------------------------------------------------------------------


def test_a_month_that_says_its_year_is_of_that_year(root: Path, tmp_path: Path) -> None:
    rows = [["2022年12月", A, 5], ["202301", A, 6], ["2023-02", A, 7], [datetime(2023, 3, 1), A, 8]]
    made = into(root, tmp_path, "职工人数月报", PEOPLE[1:], *rows)
    assert not made.refused, told(made)
    assert came(made, "headcount", "year", "month") == [("2022", "12"), ("2023", "1"), ("2023", "2"), ("2023", "3")]
    assert "没有这一列，按“月份”列填写" in told(made) and "各行所写的" in told(made)


def test_a_month_of_another_year_than_its_row_is_refused(root: Path, tmp_path: Path) -> None:
    for cell in (datetime(2023, 2, 1), "2023年2月", "2023-02", "202302"):
        made = into(root, tmp_path, "职工人数月报", PEOPLE, [2022, cell, A, 5])
        assert [(f.row, f.column) for f in made.refused] == [(2, "月份")], (cell, told(made))
        assert "不是2022年的；应为：2022年的月份" in told(made), cell
        said = into(root, tmp_path, "职工人数月报", PEOPLE[1:], [cell, A, 5], year=2022)
        assert "不是2022年的" in told(said), cell


def test_a_month_of_its_rows_own_year_is_that_month(root: Path, tmp_path: Path) -> None:
    for cell in (datetime(2023, 2, 1), "2023年2月", "2023-02", "202302", "2月", 2):
        made = into(root, tmp_path, "职工人数月报", PEOPLE, [2023, cell, A, 5])
        assert came(made, "headcount", "year", "month") == [("2023", "2")], (cell, told(made))


@pytest.mark.parametrize(
    ("kind", "cell", "found"),
    [
        (MONTH, "2023年1月", ("2023", "1")), (MONTH, "２０２３－１０", ("2023", "10")), (MONTH, "2023.10", ("2023", "10")),
        (MONTH, "2023.1", ("", "2023.1")),  # January, or the October of Excel
        (MONTH, "1月", ("", "1月")), (MONTH, 202313, ("", 202313)), (MONTH, None, ("", None)),
        (QUARTER, "2023年第一季度", ("2023", "一")), (QUARTER, "2023Q4", ("2023", "4")), (QUARTER, "一季度", ("", "一季度")),
    ],
)  # fmt: skip
def test_year_and_period_of_a_cell_are_told_apart(kind: str, cell: Any, found: tuple[str, Any]) -> None:
    assert parted(cell, kind) == found


def test_a_column_in_which_one_month_says_no_year_says_none() -> None:
    assert years(["2023年1月", None, "2024年1月", "合计"], MONTH) == ["2023", "2024"]
    assert years(["2023年1月", "2月"], MONTH) == [] and years([1, 2], MONTH) == []


# --- shares ----------------------------------------------------------------------------------------


def shares(root: Path, folder: Path, *cells: Any, header: str = "持股比例", formats: str = "") -> Plan:
    rows = [
        [f"X{n}", f"新企业{n}号", "一级", None, cell, "城乡建设发展类", "供水", 2023] for n, cell in enumerate(cells)
    ]
    names = [header if name == "持股比例" else name for name in ROSTER]
    return into(root, folder, "企业名录", names, *rows, formats=formats)


def test_shares_that_may_be_fractions_of_one_are_asked_about(root: Path, tmp_path: Path) -> None:
    for cells in ([1, 1], [1, 0.6], [1, "60%"], [1, "全资"], [1, 0.6, "100%"], ["0.51", 100, 60], [1, 0.51, 1, 1]):
        made = shares(root, tmp_path, *cells)
        assert {f.column for f in made.refused} == {"持股比例"}, (cells, told(made))
        assert "说不清是" in told(made) and "列名写成“持股比例（%）”" in told(made), cells


def test_shares_that_say_what_they_are_are_read(root: Path, tmp_path: Path) -> None:
    for cells, header, formats, due in (
        ([100, 60, 1], "持股比例", "", ["100", "60", "1"]),
        (["100%", "60％"], "持股比例", "", ["100", "60"]),
        ([1, 0.6], "持股比例", "0%", ["100", "60"]),
        ([1, 1], "持股比例（%）", "", ["1", "1"]),
        (["全资", 60], "持股比例", "", ["100", "60"]),
    ):
        made = shares(root, tmp_path, *cells, header=header, formats=formats)
        assert not made.refused, (cells, told(made))
        found = [text for (text,) in came(made, "enterprises", "ownership")]
        assert [float(one) for one in found[-len(due) :]] == [float(one) for one in due], cells


# --- one enterprise, two ids -----------------------------------------------------------------------


def test_an_enterprise_that_comes_again_under_another_id_is_refused(root: Path, tmp_path: Path) -> None:
    known = next(row for row in rows_of(root, "enterprises") if row["level"] == "1" and not row["end_year"])
    name, own = known["name_zh"], known["enterprise_id"]
    same = ["X9", name, "一级", None, "100%", known["class_zh"], "供水", 2023]
    made = into(root, tmp_path, "企业名录", ROSTER, same)
    assert f"X9和{own}都叫“{name}”" in told(made) and f"编号写成{own}" in told(made)
    again = into(root, tmp_path, "企业名录", ROSTER, [own, *same[1:]])
    assert not any("都叫" in str(fault) for fault in again.refused)
    ended = into(root, tmp_path, "企业名录", [*ROSTER, "退出监管年度"], [*same, 2023])
    assert not any("都叫" in str(fault) for fault in ended.refused)


# --- 同上, and rows that only add up ---------------------------------------------------------------


def test_ditto_marks_say_what_stands_above_but_no_amount(root: Path, tmp_path: Path) -> None:
    rows = [[2023, 1, A, 5], ["〃", "〃", A1, 6], ["同上", 2, "同上", 7]]
    made = into(root, tmp_path, "职工人数月报", PEOPLE, *rows)
    assert came(made, "headcount", "year", "month", "headcount") == [("2023", m, n) for m, n in ("15", "16", "27")]
    assert "同上，取上一行的：4处" in told(made)
    made = into(root, tmp_path, "职工人数月报", PEOPLE, [2023, 1, A, 5], [2023, 2, A, "同上"])
    assert [(f.row, f.column) for f in made.refused] == [(3, "人数")], told(made)


def test_a_row_that_says_nothing_but_the_sum_of_those_above_is_a_total(root: Path, tmp_path: Path) -> None:
    paid = [[2023, f"ZF{n}", A, "2023-03-01", "某厂", "设备", amount] for n, amount in enumerate((12.5, 30, 7))]
    nothing = [None] * 6
    made = into(root, tmp_path, "大额支付台账", PAID, *paid, [*nothing, 49.5])
    assert not made.refused and made.changes[0].new == 3, told(made)
    assert "没有写名称，各数正好是上面各行之和" in told(made)
    wrong = into(root, tmp_path, "大额支付台账", PAID, *paid, [*nothing, 49.6])
    assert {f.row for f in wrong.refused} == {5}, told(wrong)


def test_what_a_page_carries_over_is_no_row(root: Path, tmp_path: Path) -> None:
    paid = [[2023, f"ZF{n}", A, "2023-03-01", "某厂", "设备", amount] for n, amount in enumerate((12.5, 30))]
    for word in ("过次页", "转下页", "承前页", "接上页"):
        carried = [None, word, None, None, None, None, 12.5]
        made = into(root, tmp_path, "大额支付台账", PAID, paid[0], carried, paid[1])
        assert not made.refused and made.changes[0].new == 2, (word, told(made))


# --- units and years -------------------------------------------------------------------------------


def test_a_unit_just_behind_a_header_is_that_of_its_amounts(root: Path, tmp_path: Path) -> None:
    for header, amount, due in (
        ("金额元", 125000, "12.50"),
        ("金额万元", 12.5, "12.50"),
        ("金额亿元", 0.00125, "12.50"),
    ):
        names = [*PAID[:-1], header]
        made = into(root, tmp_path, "大额支付台账", names, [2023, "ZF1", A, "2023-03-01", "某厂", "设备", amount])
        assert came(made, "large_payments", "amount") == [(due,)], (header, told(made))


def test_rows_of_a_year_after_the_books_are_told(root: Path, tmp_path: Path) -> None:
    rows = [[year, 1, A, 5] for year in (2023, 2024)]
    made = into(root, tmp_path, "职工人数月报", PEOPLE, *rows)
    assert "比这本书的年度晚，照样导入" in told(made) and "第3行：“2024年”" in told(made)
    assert "比这本书的年度晚" not in told(into(root, tmp_path, "职工人数月报", PEOPLE, rows[0]))
