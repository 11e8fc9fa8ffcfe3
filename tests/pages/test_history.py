"""What a reader of the years of a figure can rely on."""

from __future__ import annotations

from functools import cache

import pytest
from paths import ROOT

from stateassets.measures import decomposition
from stateassets.measures.ledger import GROUP
from stateassets.pages import history
from stateassets.report import Report
from stateassets.tables.declared import NoFigureError

YEARS = [2019, 2020, 2021, 2022, 2023]
PER_HEAD = {"value_added": 1, "average_headcount": -1}


@cache
def report() -> Report:
    return Report(root=ROOT)


def test_a_figure_shows_all_its_years_as_each_stands_at_most_so_many() -> None:
    figures = report().history("total_assets")
    assert [figure.year for figure in figures] == YEARS
    assert [figure.value for figure in figures] == [report().figure("total_assets", year=year).value for year in YEARS]
    assert figures[-1].exact == "696.9亿元"  # as the report printed it
    assert [figure.year for figure in report().history("total_assets", most=3)] == YEARS[-3:]


def test_a_table_that_has_no_earlier_years_shows_those_that_it_has() -> None:
    assert [figure.year for figure in report().history("labour_cost")] == YEARS[-2:]


def test_the_block_has_a_row_a_year_then_the_change_and_the_pace() -> None:
    chart, table = history.shown(report(), "total_assets", "debt_ratio").parts
    first, *_, last, moved, pace = table.rows
    assert [row[0] for row in table.rows[:5]] == [f"{year}年" for year in YEARS]
    assert (last[1].text, last[2].text) == ("696.9", "57.6")
    by_hand = float(last[1].text) - float(first[1].text)
    assert float(moved[1]) == pytest.approx(by_hand, abs=0.11) and moved[2].endswith("个百分点")
    assert float(pace[1].rstrip("%")) == pytest.approx(100 * ((696.9 / float(first[1].text)) ** 0.25 - 1), abs=0.06)
    assert pace[2] == "—"  # a ratio does not grow
    assert "2019年到2023年，资产总额由" in chart.finding and "资产负债率由" in chart.alt


def test_a_book_of_one_year_has_nothing_to_compare(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = report().history("total_assets")
    monkeypatch.setattr(Report, "history", lambda *_, **__: whole[-1:])
    with pytest.raises(NoFigureError, match="只有一年的数，没有历年可比"):
        history.shown(report(), "total_assets")
    with pytest.raises(NoFigureError, match="没有历年可比"):
        history.decomposed(report(), "labour_productivity", "图", **PER_HEAD)


def test_a_change_between_any_two_years_is_all_accounted_for() -> None:
    for since, until in ((2019, 2023), (2020, 2022), (2022, 2023)):
        parts = decomposition.decompose(report(), "labour_productivity", since=since, until=until, **PER_HEAD)
        ends = [report().exact(report().figure("labour_productivity", year=year)) for year in (since, until)]
        assert sum(part for _, part in parts) == pytest.approx(ends[1] - ends[0])
        groups = decomposition.by_scope(report(), "revenue", GROUP, since, until)
        ends = [report().exact(report().figure("revenue", year=year)) for year in (since, until)]
        assert sum(part for _, part in groups) == pytest.approx(ends[1] - ends[0])


def test_what_compares_two_years_tells_that_the_later_one_was_restated() -> None:
    group = next(scope for scope in report().ledger.scopes(GROUP) if scope.id == "F")
    told = report().figure("total_assets.yoy", group, 2020).restated
    assert told.startswith("2020年年初的资产总额比上年末少186.40万元：") and "准则第28号" in told
    assert report().figure("total_assets", group, 2020).restated == ""  # a level compares nothing
    assert report().figure("revenue.yoy", group, 2020).restated == ""  # what is of a year has no opening
    assert report().figure("total_assets.yoy", group).restated == ""  # 2023 opens as 2022 closed
    earlier = Report(root=ROOT)
    earlier.year = 2021
    whole = earlier.say("负债总额{total_liabilities.yoy}。")
    assert "负债总额比上年末多1264.00万元：首次执行新租赁准则" in repr(whole)
    assert "首次执行新租赁准则" in earlier.table("{year}年", ["total_liabilities.yoy"], by=GROUP).note
