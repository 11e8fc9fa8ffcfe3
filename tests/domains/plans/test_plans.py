"""What next year's report can be asked, and what makes a plan one that cannot be judged."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from stateassets import Report
from stateassets.domains.plans import page as plans_page
from stateassets.domains.plans.page import (
    answer_table,
    ladder,
    loss_table,
    losses,
    met,
    plan_table,
    plans,
    scope_of,
    talk_days,
    working_days,
)
from stateassets.measures.ledger import DISTRICT, ENTERPRISE, GROUP, ScopeError
from stateassets.tables.origins import Origin
from stateassets.tables.working_days import WorkingDays

SECTIONS = ("三（一）", "三（二）", "三（三）")


@pytest.fixture(scope="module")
def report():
    return Report()


@pytest.mark.parametrize(
    ("direction", "value", "target", "reached"),
    [
        ("up", 10, 10, True),
        ("up", 9.9, 10, False),
        ("up", 11, 10, True),
        ("down", 57.1, 57.1, True),
        ("down", 57.2, 57.1, False),
        ("down", 50, 57.1, True),
        ("reach", 100, 100, True),
        ("reach", 99.9, 100, False),
        ("reach", 3, 0, False),
    ],
)
def test_a_target_is_met_at_it_or_beyond_it(direction, value, target, reached):
    assert met(direction, value, target) is reached


def test_every_task_tells_from_where_how_far_who_and_until_when(report):
    for section in SECTIONS:
        chosen = plans(report, section)
        assert chosen
        table = plan_table(Report(section), "{year}年的安排")
        assert table.origin is Origin.SAMPLE and table.caption == "2023年的安排"
        assert len(table.rows) == len(chosen)
        assert all(len(row) == len(table.header) for row in table.rows)
        for plan in chosen:
            assert plan.due.year == 2024
            assert not met(plan.direction, plan.now.number, plan.target)
    assert sum(len(plans(report, s)) for s in SECTIONS) == report.figure("plans").number


def test_a_baseline_is_the_figure_of_its_scope(report):
    found = {
        plan.now.scope.id: plan.now
        for s in SECTIONS
        for plan in plans(report, s)
        if plan.now.measure.name == "own_profit"
    }
    income = report.ledger.frames["income_statement"].query("year == 2023 and basis == 'individual'")
    profit = income.set_index("enterprise_id")["total_profit"]
    assert set(found) == {"F2", "B2", "D2"}
    for key, figure in found.items():
        assert figure.value == pytest.approx(profit[key])


def test_distance_is_in_words(report):
    plan = next(
        p for p in plans(report, "三（三）") if p.now.scope.by == DISTRICT and p.now.measure.name == "debt_ratio"
    )
    assert plan.distance == plan.target - Decimal("57.6")
    assert plan.printed_distance == f"减少{abs(plan.distance)}个百分点"
    assert plan.printed_target == f"降到{plan.target}%"


def test_every_task_carries_out_something_the_report_commits_to(report):
    said = dict(zip(*(report.ledger.frames["commitments"][c] for c in ("id", "section")), strict=True))
    for section in SECTIONS:
        assert {said[plan.commitment] for plan in plans(report, section)} == {section}


def test_a_task_for_what_the_report_does_not_commit_to_is_named(data):
    row = data.change("plans", lambda r: r.update(commitment_id="Z99"), id="JH001")
    assert "“Z99”在所指的表里找不到" in data.fault("plans.csv", f"第{row}行", "commitment_id")


def test_a_scope_is_the_owners_or_the_district(report):
    assert scope_of(report.ledger, DISTRICT, "A").by == DISTRICT
    assert scope_of(report.ledger, GROUP, "A").id == "A"
    assert scope_of(report.ledger, ENTERPRISE, "F2").name_zh == "二级企业F2"
    with pytest.raises(ScopeError, match="F2不在这个范围里"):
        scope_of(report.ledger, GROUP, "F2")


# --- a plan that cannot be judged ----------------------------------------------------------------


def test_a_plan_that_is_reached_already_is_named(data):
    row = data.change("plans", lambda r: r.update(target="60"), indicator="debt_ratio", scope="district")
    found = data.fault("plans.csv", f"第{row}行“目标值（target）”列")
    assert "60%，今年已是57.6%；应为：今年还没有达到的值" in found


def test_a_target_that_prints_as_todays_number_is_reached(data):
    data.change("plans", lambda r: r.update(target="57.6"), indicator="debt_ratio", scope="district")
    assert data.fault("plans.csv", "57.6%，今年已是57.6%")


def test_an_unknown_measure_is_named(data):
    row = data.change("plans", lambda r: r.update(indicator="happiness"), id="JH001")
    assert "没有“happiness”这个指标" in data.fault(f"第{row}行“判断指标（indicator）”列")


def test_a_scope_that_a_measure_does_not_have_is_named(data):
    row = data.change("plans", lambda r: r.update(indicator="budget_revenue"), id="JH001")
    assert "没有这一口径的数" in data.fault(f"第{row}行“判断范围（scope）”列")
    data.change("plans", lambda r: r.update(scope="galaxy"), id="JH002")
    assert data.fault("“galaxy”", "只能是district（全区）")


def test_a_group_plan_of_a_second_level_company_is_named(data):
    row = data.change("plans", lambda r: r.update(scope="group"), id="JH001")
    assert "F2不是一级企业" in data.fault(f"第{row}行“牵头企业（enterprise_id）”列")


def test_a_plan_due_this_year_is_named(data):
    change = {"opened_on": "2023-11-01", "due_on": "2023-12-31"}
    row = data.change("plans", lambda r: r.update(change), id="JH001")
    assert "2023-12-31；应为：2024年的日期" in data.fault(f"第{row}行“完成期限（due_on）”列")


def test_owners_in_a_circle_do_not_hang_the_check(data):
    data.change("enterprises", lambda r: r.update(parent_id="F2"), enterprise_id="F")
    assert any("绕成了圈" in fault for fault in data.faults())


# --- what the registers tell ---------------------------------------------------------------------


def test_an_idle_asset_with_rent_is_named(data):
    row = data.change("idle_assets", lambda r: r.update(yearly_rent="5.00"), status="idle")
    assert "闲置资产有租金5.00万元" in data.fault("idle_assets.csv", f"第{row}行", "年租金")


def test_listing_more_than_the_books_hold_is_named(data):
    data.change("idle_assets", lambda r: r.update(book_value="900000.00"), enterprise_id="F")
    assert "不大于资产负债表的存货、投资性房地产和固定资产" in data.fault("F清单资产合计")


def test_more_young_people_than_people_are_named(data):
    row = data.change("talents", lambda r: r.update(of_which_under_40="99"), rung="middle")
    assert "99人；应为：不大于人数" in data.fault("talents.csv", f"第{row}行")


def test_loss_makers_are_those_below_zero_worst_first(report):
    found = losses(report.figures("own_profit", ENTERPRISE))
    assert [f.scope.id for f in found] == ["F2", "B2"]
    table = loss_table(report, "亏损企业")
    assert [getattr(row[0], "text", row[0]) for row in table.rows] == ["二级企业F2", "二级企业B2"]
    assert all("扭亏为盈" in row[3] for row in table.rows)


def test_a_task_of_turning_to_profit_aims_above_zero(report):
    rows = report.ledger.frames["plans"]
    turning = rows[rows["title"].str.contains("扭亏为盈")]
    assert len(turning) and (turning["target"].astype(float) > 0).all()


def test_working_days_leave_weekends_and_holidays_out():
    holidays = pd.DataFrame(
        {
            "from_on": pd.to_datetime(["2023-03-08", "2023-03-18"]),
            "to_on": pd.to_datetime(["2023-03-09", "2023-03-18"]),
            "kind": ["rest", "work"],
            "title": "节",
        }
    )
    frame = pd.DataFrame(
        {
            "a": pd.to_datetime(["2023-03-03", "2023-03-03", "2023-03-06"]),  # Friday, Friday, Monday
            "b": pd.to_datetime(["2023-03-06", None, "2023-03-20"]),
        }
    )
    days = working_days(frame, "a", "b", WorkingDays.of({}))
    assert days[0] == 1 and pd.isna(days[1]) and days[2] == 10
    # Of the ten, two are off; a Saturday is worked in exchange.
    assert working_days(frame, "a", "b", WorkingDays.of({"holidays": holidays}))[2] == 9


def test_answers_are_counted_by_kind(report):
    rows = answer_table(report, "答复").rows
    assert sum(int(row[1]) for row in rows) == report.figure("major_matters").number
    late = sum(int(row[5]) for row in rows)
    done = report.figure("major_matters_done").number
    assert late == done - report.figure("major_matters_in_time").number


def test_the_ladder_and_the_talks_are_complete(report):
    rows, rungs = ladder(report)
    assert len(rows) == 6 and len(rungs) == 4
    assert sum(sum(people) for _, people in rows) == report.figure("talents").number
    talks = talk_days(report)
    assert len(talks) == report.figure("talks").number
    assert all(isinstance(day, date) and day.year == 2023 for _, day, _ in talks)


def test_checks_are_silent_without_their_tables(data):
    from stateassets.tables.validation import checks, open_checked

    package, frames = open_checked(data.folder)
    own = [one for one in checks() if one.module == "stateassets.domains.plans.checks"]
    for name in ("plans", "idle_assets", "talents"):
        assert [f for check in own for f in check(package, {name: frames[name]})] == []


def test_a_name_that_the_report_only_mentions_is_told_from_the_glossary(report):
    (row,) = [r for r in report.ledger.frames["terms"].to_dict("records") if r["term"] == "三攻坚一盘活"]
    assert row["definition"] in repr(plans_page.term(report, "三攻坚一盘活"))
    assert repr(plans_page.term(report, "没有这个名词")) == ""


def test_managers_were_moved_by_each_of_the_ways_that_the_report_names(report):
    assert all(report.figure(f"appointments_{way}").value > 0 for way in ("competed", "lowest", "incapable"))
