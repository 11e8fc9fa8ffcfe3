"""投资: planted events are found, their nearest neighbours are not, wrong tables are named."""

import pandas as pd
import pytest

from stateassets.alerts import RED, RULES, YELLOW, AlertContext, find_alerts
from stateassets.alerts.page import AlertsPage
from stateassets.domains.investment import page as investment
from stateassets.domains.investment.alerts import progress, reasons, so_far
from stateassets.tables.origins import Origin
from stateassets.tables.periods import year_end

END = year_end(2023)


@pytest.fixture(scope="module")
def seen(report):
    return AlertsPage(report, "investment")


def about(seen, rule):
    return {(a.enterprise_id, a.subject.split("（")[0]) for a in seen.of(rules=[rule]).alerts if a.open}


# --- what was planted, and what is just in order -------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "enterprise", "level"),
    [
        ("investment_banned", "A1", RED),
        ("investment_unapproved", "A", YELLOW),
        ("investment_year_over", "E", YELLOW),
        ("investment_over", "D1", YELLOW),
        ("investment_non_main", "F", YELLOW),
        ("investment_slow", "C2", YELLOW),
        ("investment_ahead", "D2", YELLOW),
        ("investment_idle", "B1", RED),
    ],
)
def test_a_planted_event_is_the_only_one_of_its_kind(seen, rule, enterprise, level):
    found = [a for a in seen.of(rules=[rule]).alerts if a.open]
    assert [(a.enterprise_id, a.level) for a in found] == [(enterprise, level)]


def test_an_approved_investment_abroad_a_minority_share_and_a_fund_are_quiet(seen, report):
    named = dict(about(seen, "investment_unapproved"))
    assert named == {"A": "境外：海外仓储公司股权"}
    needing = investment.special(report)
    assert {"境外园区运营公司股权", "产业引导子基金出资", "沥青材料公司股权收购"} <= set(needing["title"])


def test_a_little_outside_the_main_business_is_quiet(seen, report):
    rows = report.ledger.frames["investments"].query("business == 'non_main'")
    assert "E" in set(rows["enterprise_id"])
    assert {e for e, _ in about(seen, "investment_non_main")} == {"F"}


# --- worked by hand ------------------------------------------------------------------------------

PROJECTS = pd.DataFrame(
    {
        "id": ["1", "2"],
        "enterprise_id": ["A1", "A"],
        "title": ["甲", "乙"],
        "business": ["main", "non_main"],
        "planned": [1000.0, 400.0],
        "invested_before": [300.0, 0.0],
        "started_on": pd.to_datetime(["2022-12-31", "2023-01-01"]),
        "due_on": pd.to_datetime(["2024-12-30", "2023-12-31"]),  # 730 and 364 days
    }
)
QUARTERS = pd.DataFrame(
    {
        "year": 2023,
        "quarter": [1, 2, 1],
        "investment_id": ["1", "1", "2"],
        "planned_amount": [150.0, 100.0, 50.0],
        "amount": [100.0, 150.0, 50.0],
        "progress": [20.0, 30.0, 10.0],
    }
)


def sight(report, as_of="2023-12-31", **frames):
    return AlertContext({**report.ledger.frames, **frames}, pd.Timestamp(as_of))


def test_time_money_and_work_by_hand(report):
    rows = progress(sight(report, investments=PROJECTS, investment_progress=QUARTERS))
    first = rows[rows["investment_id"] == "1"]
    assert first["spent"].tolist() == pytest.approx([40, 55])  # 400 and 550 of 1000
    assert first["elapsed"].tolist() == pytest.approx([90 / 730 * 100, 181 / 730 * 100])


def test_time_never_counts_for_more_than_the_whole(report):
    past = PROJECTS.assign(due_on=pd.Timestamp("2023-02-01"))
    rows = progress(sight(report, investments=past, investment_progress=QUARTERS))
    assert rows["elapsed"].max() == 100


def test_a_groups_year_so_far_by_hand(report):
    rows = so_far(sight(report, investments=PROJECTS, investment_progress=QUARTERS))
    assert rows["enterprise_id"].unique().tolist() == ["A"]
    assert rows["done"].tolist() == [150, 300] and rows["outside"].tolist() == [50, 50]
    assert rows["year_plan"].tolist() == [300, 300]
    over, outside = RULES["investment_year_over"], RULES["investment_non_main"]
    assert over.values(rows).tolist() == [-50, 0]
    assert outside.values(rows).tolist() == pytest.approx([100 / 3, 50 / 3])


def test_a_share_of_just_half_is_not_control_and_a_cent_more_is(report):
    rows = report.ledger.frames["investments"].head(2)
    rows = rows.assign(share=[50.0, 50.01], place="home", list_id="")
    assert reasons(sight(report, investments=rows)).tolist() == ["不控股：", ""]


def test_an_approval_clears_the_warning_in_its_month(report):
    rows = report.ledger.frames["investments"]
    rows = rows.assign(
        approved_on=rows["approved_on"].where(rows["title"] != "海外仓储公司股权", pd.Timestamp("2023-07-03"))
    )
    frames = {**report.ledger.frames, "investments": rows}
    (alert,) = find_alerts(frames, END, [RULES["investment_unapproved"]])
    assert (alert.first_seen.month, alert.cleared.month) == (3, 7)


def test_an_earlier_day_does_not_know_later_quarters(report):
    rows = progress(sight(report, "2023-05-10"))
    assert set(rows["quarter"]) == {1}


# --- the chapter ---------------------------------------------------------------------------------


def test_the_chapters_numbers_agree_with_the_warnings(report, seen):
    told = investment.numbers(report)
    assert told["unapproved"] == f"{len(about(seen, 'investment_unapproved'))}项"
    assert told["forbidden"] == f"{len(about(seen, 'investment_banned'))}项"


def test_what_is_left_of_the_plan_begins_with_the_whole_and_ends_with_what_was_not_done(report):
    first, *_, last = investment.left(report)
    plan, done = (report.exact(report.figure(f"investment_year_{n}")) for n in ("plan", "done"))
    assert first[1:] == pytest.approx((plan, plan))
    assert last[1:] == pytest.approx((0, plan - done), abs=1e-9)


def test_every_table_of_the_chapter_says_that_it_is_a_sample(report):
    for table in (investment.special_table, investment.plan_table, investment.standing_table):
        assert table(report, "x").origin is Origin.SAMPLE


# --- tables that are wrong -----------------------------------------------------------------------


def test_quarters_that_do_not_add_up_are_named(data):
    row = data.change("investments", lambda r: r.update(invested="1.00"), id="TZ020")
    data.fault(f"ledger/investments.csv第{row}行", "累计完成投资", "1.00万元", "本年各季度完成投资")


def test_work_that_falls_back_is_named(data):
    rows = data.rows("investment_progress")
    key = next(r["investment_id"] for r in rows if r["quarter"] == "2" and float(r["progress"]) > 1)
    row = data.change("investment_progress", lambda r: r.update(progress="0.1"), investment_id=key, quarter="2")
    data.fault(f"ledger/investment_progress.csv第{row}行", "季末形象进度", "0.1%", "不低于上一季度")


def test_whole_work_without_a_day_on_which_it_was_finished_is_named(data):
    rows = data.rows("investments")
    key = next(r["id"] for r in rows if not r["finished_on"])
    row = data.change("investment_progress", lambda r: r.update(progress="100"), investment_id=key, quarter="4")
    data.fault(f"ledger/investment_progress.csv第{row}行", "不到100%，因为那时还没有完成")


def test_an_item_that_is_not_on_the_negative_list_is_named(data):
    row = data.change("investments", lambda r: r.update(list_id="J9"), id="TZ001")
    data.fault(f"ledger/investments.csv第{row}行", "负面清单事项", "“J9”在所指的表里找不到")
