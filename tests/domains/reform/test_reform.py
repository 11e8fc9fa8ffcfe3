"""The headcount rule, where people and capital went, and what moved a figure."""

import math
from copy import copy

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateassets.domains.staff import headcount
from stateassets.measures.decomposition import DecompositionError, by_scope, contributions, decompose, log_mean
from stateassets.measures.ledger import Ledger
from stateassets.present.display import Passage
from stateassets.report import Report
from stateassets.tables.declared import NoFigureError

# --- the rule ------------------------------------------------------------------------------------


def people(*counts):
    """One company's headcount, from December of the year before."""
    months = [(2022, 12), *((2023, m) for m in range(1, len(counts)))]
    return pd.DataFrame(
        [(y, m, "X", n) for (y, m), n in zip(months, counts, strict=True)],
        columns=["year", "month", "enterprise_id", "headcount"],
    )


def test_a_rise_is_named_with_month_and_numbers():
    assert headcount.rises(people(10, 9, 9, 11, 8), 2023) == [("X", 2023, 3, 9, 11)]


def test_january_is_compared_with_december():
    assert headcount.rises(people(10, 12), 2023) == [("X", 2023, 1, 10, 12)]


def test_the_year_before_is_not_this_years_breach():
    assert headcount.rises(people(10, 12), 2022) == []


def test_a_companys_first_month_is_no_rise():
    assert headcount.rises(people(10, 9).iloc[1:], 2023) == []


def test_the_page_names_each_breach_or_says_that_there_is_none(report):
    named = headcount.breaches(report)
    frame = report.ledger.frames["headcount"]
    assert len(named.rows) == len(headcount.rises(frame, report.year))
    flat = {**report.ledger.frames, "headcount": frame.assign(headcount=5)}
    calm = copy(report)
    calm.ledger = Ledger(report.package, flat)
    assert isinstance(headcount.breaches(calm), Passage)


def test_the_rule_fails_for_the_district_if_its_total_rises(data):
    assert Report(root=data.folder.parent).figure("headcount_only_decrease").printed == "成立"
    rows = data.rows("headcount")
    for row in rows:
        if row["year"] == "2023" and row["month"] == "6":
            row["headcount"] = str(int(row["headcount"]) + 3)
    data.write("headcount", rows)
    assert "职工人数由" in "\n".join(data.faults())  # and the movements no longer explain it


def test_movements_that_do_not_explain_the_headcount_are_named(data):
    rows = data.rows("staff_movements")
    gone = rows.pop(0)
    data.write("staff_movements", rows)
    data.fault("ledger/staff_movements.csv", gone["enterprise_id"], f"{gone['month']}月", "补上漏记的变动")


def test_capital_moves_that_differ_from_the_changes_of_equity_are_named(data):
    data.change("capital_moves", lambda row: row.update(amount="1.00"), id="ZB001")
    data.fault("ledger/capital_moves.csv", "各笔合计", "国有资本变动表所列")


def test_capital_moves_only_between_first_level_groups(data):
    data.change("capital_moves", lambda row: row.update(to_enterprise_id="C1"), id="ZB001")
    data.fault("ledger/capital_moves.csv第2行", "划入企业", "C1", "一级企业的编号")


# --- one story of who came and who left ----------------------------------------------------------


def by_month(report):
    """Headcount by enterprise (rows) and (year, month), 0 where there is nobody yet."""
    frame = report.ledger.frames["headcount"]
    return frame.pivot_table(index="enterprise_id", columns=["year", "month"], values="headcount", fill_value=0)


def test_movements_lead_from_last_december_to_this_one_for_every_enterprise_and_month(report):
    people = by_month(report)
    moves = report.ledger.frames["staff_movements"]
    leave = moves["kind"].isin(["resignation", "retirement", "transfer", "placement"])
    net = (
        moves.assign(net=moves["people"].where(~leave, -moves["people"]))
        .groupby(["enterprise_id", "month"])["net"]
        .sum()
    )
    for enterprise in people.index:
        now = people.at[enterprise, (2022, 12)]
        for month in range(1, 13):
            now += net.get((enterprise, month), 0)
            assert now == people.at[enterprise, (2023, month)], (enterprise, month)


def test_months_average_to_the_people_that_the_printed_figures_imply(report):
    """人均创利93万元 of 4.6亿元 is 495 people; a year before 35.25万元 of 3.90亿元 is 1,106."""
    people = by_month(report).sum()
    assert people[2023].mean() == pytest.approx(46000 / 93, rel=0.015)
    assert people[2022].mean() == pytest.approx(46000 / 1.18 / (93 / 2.638), rel=0.015)
    assert report.figure("average_headcount").value == pytest.approx(people[2023].mean())


def test_the_district_falls_every_month_and_the_large_falls_lie_inside_the_year(report):
    totals = by_month(report).sum()
    steps = totals.diff().iloc[1:]
    assert (steps <= 0).all()
    within = -steps[2023].iloc[1:].sum()  # from January to December
    assert within > 0.5 * (totals[2022, 12] - totals[2023, 12])


def test_the_rule_is_looked_at_on_each_level(report):
    found = {words: (number, rose) for words, number, rose in headcount.by_level(report)}
    assert {words: number for words, (number, _) in found.items()} == {
        "全区": 1,
        "各类企业": 3,
        "各一级企业": 6,
        "各户企业": 19,
    }
    assert found["全区"][1] == []
    assert headcount.in_words(found["各户企业"][1]) == "二级企业C1（6月多1人）"
    assert "一级企业D（1月多" in headcount.in_words(found["各一级企业"][1])  # D3 is set up
    shown = headcount.levels_table(report, "各级")
    assert shown.rows[0] == ("全区", "1", "0", "没有")
    assert headcount.told(report)["levels"].startswith("全区没有，")


def test_a_scope_that_rose_several_times_is_named_once():
    rose = [("甲", headcount.Rise("A", 2024, 4, 10, 11)), ("乙", headcount.Rise("B", 2024, 4, 5, 7))]
    rose.append(("甲", headcount.Rise("A", 2024, 8, 11, 14)))
    assert headcount.in_words(rose) == "甲（4月多1人、8月多3人）；乙（4月多2人）"


def test_the_picture_of_people_holds_the_months_in_which_they_left(report):
    panels = headcount.series(report, "class", whole=True)
    assert [title for title, _ in panels] == ["全区", *[s.name_zh for s in report.ledger.scopes("class")]]
    totals = by_month(report).sum()
    months = [(year, month) for year in (2022, 2023) for month in range(1, 13)]
    assert panels[0][1] == [(f"{year}年{month}月", totals[year, month]) for year, month in months]
    falls = {months[i]: totals[months[i]] - totals[months[i - 1]] for i in range(1, len(months))}
    year, month = min(falls, key=falls.get)
    assert f"{year}年{month}月" in dict(panels[0][1]) and f"{year}年1月" != panels[0][1][0][0]  # and what was before
    new = dict(headcount.series(report, "enterprise"))["二级企业D3"]
    assert [month for month, _ in new] == [f"2023年{m}月" for m in range(1, 13)]


def test_the_year_that_is_marked_says_what_it_brought(report):
    before, now = report.figure("staff_at_year_end.last").number, report.figure("staff_at_year_end").number
    assert before > now
    assert headcount.year_of(report) == ("2022年12月", "2023年12月", f"一年减少{before - now:g}人")


def test_the_bridge_of_people_adds_up(report):
    start, steps, end = headcount.bridge(report)
    assert start[1] + sum(people for _, people in steps) == end[1] == report.figure("staff_at_year_end").value
    assert sum(-people for _, people in steps if people < 0) == report.figure("staff_left").value


def test_a_company_that_is_set_up_says_where_its_people_come_from(data):
    rows = [r for r in data.rows("staff_movements") if r["kind"] != "moved_in"]
    data.write("staff_movements", rows)
    data.fault("ledger/staff_movements.csv", "D3", "2023年1月", "由0人变为")


# --- decomposition -------------------------------------------------------------------------------

positive = st.floats(1e-3, 1e6)


def test_a_product_whose_one_factor_doubles_changes_by_it_alone():
    parts = contributions({"a": 3, "b": 5}, {"a": 6, "b": 5}, {"a": 1, "b": 1})
    assert parts == {"a": pytest.approx(15), "b": 0}


def test_the_textbook_mean():
    assert log_mean(math.e, 1) == pytest.approx(math.e - 1)
    assert log_mean(7, 7) == 7


@given(positive, positive, positive, positive)
def test_parts_add_up_to_the_change_and_turning_time_round_turns_their_sign(a, b, c, d):
    powers = {"x": 1, "y": -1}
    before, now = {"x": a, "y": b}, {"x": c, "y": d}
    there, back = contributions(before, now, powers), contributions(now, before, powers)
    change = c / d - a / b
    assert sum(there.values()) == pytest.approx(change, rel=1e-6, abs=1e-9 * (c / d + a / b))
    assert there["x"] == pytest.approx(-back["x"], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("bad", [0, -1])
def test_what_is_not_positive_cannot_be_split(bad):
    with pytest.raises(NoFigureError, match="x不是正数"):
        contributions({"x": bad, "y": 1}, {"x": 1, "y": 1}, {"x": 1, "y": -1})


def test_a_figures_parts_add_up_in_its_printed_unit(report):
    for name, powers in {
        "labour_productivity": {"value_added": 1, "average_headcount": -1},
        "debt_ratio": {"total_liabilities": 1, "total_assets": -1},
    }.items():
        parts = decompose(report, name, **powers)
        change = report.exact(report.figure(f"{name}.change"))
        assert sum(part for _, part in parts) == pytest.approx(change)


def test_a_figure_that_is_no_such_product_is_refused(report):
    with pytest.raises(DecompositionError, match="不是这些因素的乘积"):
        decompose(report, "labour_productivity", total_profit=1, average_headcount=-1)


def test_groups_parts_add_up_to_the_districts_change(report):
    change = report.exact(report.figure("revenue.change"))
    assert sum(part for _, part in by_scope(report, "revenue", "group")) == pytest.approx(change)
