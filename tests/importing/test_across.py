"""Periods across a sheet: whatever is put across comes back row for row, and what it says is said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ledgers import declared, rows_of, small_report, typed, workbook
from many import every

from stateassets.importing import Plan, plan
from stateassets.importing.layouts.periods import MONTH, QUARTER, YEAR, period, year_months
from stateassets.importing.telling import lines

ENTERPRISES = ("enterprises",)
WORDS = {
    MONTH: ("一月", "二月", "3月", "4月份", "05月", "６月", "Jul", "8 月", "九月", "十月", "十一月", "十二月"),
    QUARTER: ("一季度", "第二季度", "3季度", "Q4"),
}


def across(root: Path, name: str, kind: str) -> list[list[Any]]:
    """A table's rows with a column for each period and measure, a row for all else, of one year."""
    fields = declared(name)["schema"]["fields"]
    key = declared(name)["schema"]["primaryKey"]
    measures = [f["name"] for f in fields if f["name"] not in key and f["type"] in ("number", "integer")]
    rows = [r for r in rows_of(root, name) if r["year"] == "2023"]
    beside = [n for n in key if n not in (YEAR, kind)]
    titles = {f["name"]: f["title"] for f in fields}
    header = [titles[n] for n in beside], ["" for _ in beside]
    for word in WORDS[kind]:
        header[0].extend([word] + [""] * (len(measures) - 1))
        header[1].extend(titles[m] for m in measures)
    made: dict[tuple[str, ...], dict[int, list[Any]]] = {}
    for row in rows:
        cells = dict(zip((f["name"] for f in fields), typed(name, row), strict=True))
        made.setdefault(tuple(row[n] for n in beside), {})[int(row[kind])] = [cells[m] for m in measures]
    blank = [""] * len(measures)
    body = [
        [*names, *(cell for at in range(1, len(WORDS[kind]) + 1) for cell in periods.get(at, blank))]
        for names, periods in made.items()
    ]
    return [[f"2023年{declared(name)['title']}"], *map(list, header), *body]


@pytest.mark.parametrize(
    ("name", "kind", "beside"),
    [
        ("headcount", MONTH, ()),
        ("staff_movements", MONTH, ()),
        ("account_balances", MONTH, ("accounts",)),
        ("project_investment", QUARTER, ("projects",)),
        ("investment_progress", QUARTER, ("investments",)),
    ],
)
def test_a_table_put_across_comes_back_row_for_row(tmp_path: Path, name: str, kind: str, beside: Sequence[str]) -> None:
    root = small_report(tmp_path / "报告", *ENTERPRISES, *beside, name)
    made = plan(root, [workbook(tmp_path / "横排.xlsx", across(root, name, kind))])
    count = sum(row["year"] == "2023" for row in rows_of(root, name))
    (change,) = made.changes
    assert not made.refused, told(made)
    assert (change.new, change.same, len(change.changed)) == (0, count, 0), told(made)


def told(made: Plan) -> str:
    return "\n".join(lines(made))


@every(
    ("word", "fields"),
    [
        ("1月", {MONTH: 1}),
        ("十二月份", {MONTH: 12}),
        ("二〇二四年一月", {YEAR: 2024, MONTH: 1}),
        ("24年3月", {YEAR: 2024, MONTH: 3}),
        ("202401", {YEAR: 2024, MONTH: 1}),
        ("24.10月", {YEAR: 2024, MONTH: 10}),
        ("24Q3", {YEAR: 2024, QUARTER: 3}),
        ("2024.01", {YEAR: 2024, MONTH: 1}),
        ("2024-12", {YEAR: 2024, MONTH: 12}),
        ("2024-01-01 00:00:00", {YEAR: 2024, MONTH: 1}),
        ("Jan-24", {YEAR: 2024, MONTH: 1}),
        ("第一季度", {QUARTER: 1}),
        ("2024Q1", {YEAR: 2024, QUARTER: 1}),
        ("2023年度", {YEAR: 2023}),
    ],
)
def test_a_period_is_understood_in_the_usual_ways_of_writing(word: str, fields: dict[str, int]) -> None:
    found = period(word)
    assert found is not None and dict(found.fields) == fields and found.span is None


@pytest.mark.parametrize("word", ["13月", "0月", "五季度", "月份", "1月计划", "120", "项目", "1980", "mark", "May be"])
def test_what_is_no_period_is_not_taken_for_one(word: str) -> None:
    assert period(word) is None


@pytest.mark.parametrize(
    "word", ["平均", "合计", "全年", "上半年", "1-3月", "1—6月累计", "前三季度", "2024年合计", "月均"]
)
def test_a_column_that_adds_others_up_is_known_by_its_word(word: str) -> None:
    found = period(word)
    assert found is not None and found.span is not None


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("2023.9 2023.1", "2023.09 2023.10"),
        ("2023.1 2023.11", "2023.10 2023.11"),
        ("2023.12 2023.11 2023.1", "2023.12 2023.11 2023.10"),
        ("2023.1 2023.2", "2023.01 2023.02"),
        ("2023.1 2023.4 2023.7 2023.1", "2023.01 2023.04 2023.07 2023.10"),
        ("2022.12 2023.1", "2022.12 2023.01"),
        ("24.01 24.02 24.10", "2024.01 2024.02 2024.10"),
        ("24/1 24/2 24/10", "2024.01 2024.02 2024.10"),
        ("24-01 24-10", "2024.01 2024.10"),
        ("'24.9 '24.1 '24.11", "2024.09 2024.10 2024.11"),
        ("24.01 12.5", ""),  # amounts
        ("24.01 24.13", ""),
    ],
)
def test_a_month_is_known_by_those_beside_it(words: str, months: str) -> None:
    assert " ".join(year_months(words.split()).values()) == months


@pytest.mark.parametrize("words", ["2023.1 2023.9", "24.1 24.9", "2023.6 2023.1", "2022.1 2023.1"])
def test_what_may_be_january_or_october_is_neither(words: str) -> None:
    assert "" in year_months(words.split()).values()


HEAD = ["单位名称", "1月", "2月", "3月", "一季度"]


def test_a_quarter_among_months_is_compared_and_not_imported(tmp_path: Path) -> None:
    root = small_report(tmp_path / "报告", *ENTERPRISES, "headcount")
    rows = [["2023年职工人数月报"], HEAD, ["A", 30, 31, 32, 93], ["B", 30, 31, 32, 94]]
    made = plan(root, [workbook(tmp_path / "a.xlsx", rows)])
    words = told(made)
    assert "第4行“一季度”列：“94”→“93”" in words and "第3行“一季度”列" not in words
    assert "合计、平均等列不导入：1处" in words
    assert sum(r.rows for r in made.routes) == 6


def test_the_columns_of_quarters_are_refused_where_the_table_wants_months(tmp_path: Path) -> None:
    root = small_report(tmp_path / "报告", *ENTERPRISES, "headcount")
    rows = [["2023年职工人数月报"], ["单位名称", "一季度", "二季度"], ["A", 30, 31]]
    assert plan(root, [workbook(tmp_path / "a.xlsx", rows)]).refused


def test_a_fault_in_a_form_names_the_column_as_the_file_has_it(tmp_path: Path) -> None:
    root = small_report(tmp_path / "报告", *ENTERPRISES, "headcount")
    rows = [["2023年职工人数月报"], ["单位名称", "2023年", ""], ["", "1月", "2月"], ["A", 30, "约30"]]
    (fault,) = plan(root, [workbook(tmp_path / "a.xlsx", rows, merge=["A2:A3", "B2:C2"])]).refused
    assert "第4行“2023年/2月”列：“约30”" in str(fault)


def test_columns_of_different_units_or_years_are_refused(tmp_path: Path) -> None:
    root = small_report(tmp_path / "报告", *ENTERPRISES, "headcount")
    units = [["2023年职工人数月报"], ["单位名称", "1月（人）", "2月（名）"], ["A", 30, 31]]
    assert "各期的单位不同" in told(plan(root, [workbook(tmp_path / "a.xlsx", units)]))
    years = [["2023年职工人数月报"], ["单位名称", "2023年1月", "2月"], ["A", 30, 31]]
    assert "与其他列写法不同" in told(plan(root, [workbook(tmp_path / "b.xlsx", years)]))
    both = [["2023年职工人数月报"], ["单位名称", "月份", "1月", "2月"], ["A", 1, 30, 31]]
    assert "表头又按月份横排" in told(plan(root, [workbook(tmp_path / "c.xlsx", both)]))


def test_cumulated_amounts_of_this_and_last_year_are_two_years(tmp_path: Path) -> None:
    root = small_report(tmp_path / "报告", *ENTERPRISES, "value_added")
    head = ["单位名称", "增加值", "", "劳动者报酬", ""]
    rows = [["2023年度增加值构成表"], head, ["", *("本年累计", "上年同期") * 2], ["A", 5, 4, 3, 2]]
    made = plan(root, [workbook(tmp_path / "a.xlsx", rows, "增加值构成表")])
    changed = {change.key: {title: new for title, _, new in change.cells} for change in made.changes[0].changed}
    assert changed == {
        "2023、A": {"增加值": "5.00", "劳动者报酬": "3.00"},
        "2022、A": {"增加值": "4.00", "劳动者报酬": "2.00"},
    }


def test_last_years_column_beside_months_is_neither_imported_nor_compared(tmp_path: Path) -> None:
    root = small_report(tmp_path / "报告", *ENTERPRISES, "headcount")
    head = ["单位名称", "1月", "2月", "本年累计", "上年同期"]
    rows = [["2023年职工人数月报"], head, ["A", "30人", 31, 62, 7], ["B", 30, 31, 62, 7]]
    words = told(plan(root, [workbook(tmp_path / "a.xlsx", rows)]))
    assert "说不清是哪一期的列不导入：1处" in words and "合计与各期算出的不符：1处" in words
    assert "第4行“本年累计”列：“62”→“61”" in words


def test_half_years_over_their_months_say_nothing_more(tmp_path: Path) -> None:
    root = small_report(tmp_path / "报告", *ENTERPRISES, "headcount")
    months = [f"{month}月" for month in range(1, 13)]
    head = ["单位名称", "2023年上半年", *[None] * 5, "2023年下半年", *[None] * 5]
    rows = [["职工人数月报"], head, [None, *months], ["一级企业A", *range(901, 913)]]
    made = plan(root, [workbook(tmp_path / "横排.xlsx", rows)])
    changed = {one.key.split("、")[1]: one.cells[0][2] for change in made.changes for one in change.changed}
    assert changed == {str(n): str(900 + n) for n in range(1, 13)}, told(made)
