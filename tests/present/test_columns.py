"""Columns of a page's table: what a cell shows, the heading, which columns hold numbers."""

from datetime import date
from typing import NamedTuple

import pandas as pd
import pytest

from stateassets.present.columns import Column, table
from stateassets.present.display import state
from stateassets.present.words import day, number, percent, title_with_id

NAN = float("nan")


class Row(NamedTuple):
    """A row that is no mapping."""

    name: str
    amount: float | None


@pytest.mark.parametrize(
    ("column", "row", "shown"),
    [
        (Column("金额", "amount", "万元", 0), {"amount": 12.5}, "13"),
        (Column("金额", "amount", "万元", 0), Row("甲", 12.5), "13"),
        (Column("金额", 1, "万元", 1), ("甲", 12.25), "12.3"),
        (Column("金额", "amount", "万元", 0), {"amount": NAN}, ""),
        (Column("金额", "amount", "万元", 0, "—"), {"amount": None}, "—"),
        (Column("日期", "on"), {"on": pd.Timestamp("2023-12-31 08:00")}, "2023-12-31"),
        (Column("日期", "on"), {"on": date(2023, 1, 2)}, "2023-01-02"),
        (Column("日期", "on"), {"on": pd.NaT}, ""),
        (Column("行数", len), [1, 2, 3], "3"),
        (Column("名称", "name"), Row("甲", None), "甲"),
    ],
)
def test_a_cell_shows_the_rows_value(column, row, shown):
    assert column.cell(row) == shown


def test_a_cell_that_is_markup_stays_as_it_is():
    mark = state("相符", "sa-check-ok")
    assert Column("核对", lambda row: mark).cell({}) is mark


def test_a_table_is_made_of_its_columns():
    columns = (
        Column("企业", "name"),
        Column("金额", "amount", "万元", 0),
        Column("户数", "count", decimals=0, menu=()),
        Column("目标", "name", numeric=True),
    )
    made = table("表", columns, pd.DataFrame({"name": ["甲"], "amount": [1.5], "count": [2]}), if_empty="没有。")
    assert made.header == ("企业", "金额（万元）", "户数", "目标")
    assert made.rows == (("甲", "2", "2", "甲"),)
    assert made.numeric == {1, 2, 3} and made.filters == {2: ()} and made.note == ""


@pytest.mark.parametrize(("note", "shown"), [("", "没有。"), ("单位：分。", "单位：分。")])
def test_a_table_without_rows_says_so_unless_it_has_a_note(note, shown):
    assert table("表", (Column("企业", "name"),), [], note=note, if_empty="没有。").note == shown


def test_numbers_shares_and_days_in_words():
    assert (number(1.25, 1), number(None), number(NAN)) == ("1.3", "—", "—")
    assert (percent(1, 3), percent(1, 0)) == ("33.3", "—")
    assert (day(pd.Timestamp("2023-05-01")), day(pd.NaT), day(None, "没有批准")) == ("2023-05-01", "", "没有批准")
    assert title_with_id({"title": "厂房", "id": "F1"}) == "厂房（F1）"


def test_a_column_with_nothing_in_it_is_not_shown():
    columns = (Column("事项", 0), Column("说明", 1), Column("金额", 2, "万元", 0), Column("类别", 3, menu=()))
    made = table("表", columns, [("甲", "", 5.0, "一"), ("乙", "", 6.0, "二")])
    assert made.header == ("事项", "金额（万元）", "类别")
    assert made.rows == (("甲", "5", "一"), ("乙", "6", "二"))
    assert made.numeric == {1} and made.filters == {2: ()}


def test_a_table_without_rows_and_the_first_column_stay_as_they_are():
    columns = (Column("事项", 0), Column("说明", 1))
    assert table("表", columns, []).header == ("事项", "说明")
    assert table("表", columns, [("", "甲")]).header == ("事项", "说明")
