"""What a reader can rely on when the book says whether pay follows results."""

import pytest

from stateassets import Report
from stateassets.domains.appraisal.appraisal import Appraisal
from stateassets.domains.market import page as pay
from stateassets.domains.market.page import Facts, PayVerdict, verdict


@pytest.fixture(scope="module")
def report():
    return Report("二（一）3")


def judged(profit, wages, people=(100, 100), value=(1000, 1000)):
    """The verdict on a company whose (before, now) are given."""
    before, now = (Facts(*(pair[year] for pair in (profit, wages, people, value))) for year in (0, 1))
    return verdict("甲", now, before)


# --- the rule ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profit", "wages", "consistent", "why"),
    [
        ((100, 110), (50, 53), True, "没有超过效益增幅"),
        ((100, 110), (50, 60), False, "工资总额增幅高于效益增幅"),
        ((100, 110), (50, 45), False, "效益增长而工资总额下降"),
        ((100, 110), (50, 49.6), True, "没有超过效益增幅"),  # less than one per cent is no change
        ((100, 80), (50, 45), True, "效益下降，工资总额随之下降"),
        ((100, 80), (50, 50), False, "效益下降，工资总额没有下降"),
        ((100, 80), (50, 52), False, "效益下降，工资总额没有下降"),
        ((100, 100.5), (50, 52), False, "工资总额增幅高于效益增幅"),
    ],
)
def test_wages_follow_profit(profit, wages, consistent, why):
    found = judged(profit, wages)
    assert found.consistent is consistent
    assert why in found.why


@pytest.mark.parametrize(
    ("profit", "results", "wages", "consistent"),
    [
        ((-100, -40), "减亏", (50, 49), True),
        ((-100, -40), "减亏", (50, 55), False),
        ((-100, -140), "增亏", (50, 55), False),
        ((20, -40), "由盈转亏", (50, 50), True),
        ((20, -40), "由盈转亏", (50, 55), False),
        ((-40, 20), "扭亏为盈", (50, 55), True),
    ],
)
def test_a_loss_has_a_direction_and_no_rate(profit, results, wages, consistent):
    found = judged(profit, wages)
    assert found.results == results and found.profit_growth is None
    assert found.consistent is consistent


def test_a_company_without_a_year_before_is_not_judged():
    found = verdict("乙", Facts(10, 5, 8, 20), None)
    assert found.consistent is None and found.state == pay.NOT_COMPARED
    assert found.sentence == "乙：上年没有可比的数，不作比较。"


def test_an_exception_is_told_in_a_sentence_with_its_numbers():
    found = judged((200, 250), (100, 90), people=(50, 40))
    assert found.sentence == (
        "甲：利润总额增长25.0%，工资总额下降10.0%，效益增长而工资总额下降（平均职工人数下降20.0%，人均工资增长12.5%）。"
    )


def test_wages_per_head_are_held_against_productivity():
    assert judged((100, 120), (50, 55), value=(1000, 1200)).within_productivity is True
    assert judged((100, 120), (50, 55), value=(1000, 1050)).within_productivity is False


def test_each_kind_of_exception_is_counted():
    found = [PayVerdict("甲", False, "一"), PayVerdict("乙", False, "一"), PayVerdict("丙", True, "二")]
    assert pay.kinds(found) == "一的2户"
    assert pay.kinds(found[2:]) == "没有例外"


def test_every_company_of_the_year_gets_a_verdict(report):
    found = pay.verdicts(report)
    assert len(found) == 19
    assert [v.name for v in found if v.consistent is None] == ["二级企业D3"]
    said = repr(pay.exceptions(report, found)).splitlines()
    assert len(said) == sum(v.consistent is False for v in found)
    assert all(line.startswith("【示例】") for line in said)


def test_exceptions_stand_first_and_none_is_said_too(report):
    found = pay.verdicts(report)
    states = [row[-1].text for row in pay.verdict_table(report, found, "表").rows]
    assert states == sorted(states, key=["例外", "不比较", "一致"].index)
    assert "没有例外" in repr(pay.exceptions(report, []))


# --- heads ---------------------------------------------------------------------------------------


def test_pairs_are_counted_by_hand():
    found = pay.order([("甲", 90, 40), ("乙", 85, 42), ("丙", 80, 38), ("丁", 80, 41)])
    # paid against the score: 甲乙, 甲丁; with it: 甲丙, 乙丙, 乙丁; 丙 and 丁 scored the same
    assert (found.agree, found.disagree, found.tied, found.pairs) == (3, 2, 1, 6)
    assert found.inverted == (("甲", "乙"), ("甲", "丁"))
    assert pay.inversions(found).startswith("甲的得分高于乙，正职薪酬却低于乙；")
    assert pay.inversions(pay.order([("甲", 2, 2), ("乙", 1, 1)])) == "得分高的，正职薪酬都不低。"


def test_the_score_beside_a_heads_pay_is_the_one_that_the_appraisal_computes(report):
    scores = {r.subject.name: r.score for r in Appraisal.of(report).results}
    found = pay.heads(report)
    assert {head.name: head.score for head in found} == scores
    assert [head.score for head in found] == sorted(scores.values(), reverse=True)
    shown = pay.heads_table(report, "得分和薪酬")
    assert [row[1] for row in shown.rows] == [f"{head.score:.1f}" for head in found]
    assert pay.mean_score([pay.Head("甲", 80.0, 40.0), pay.Head("乙", 75.5, 38.0)]) == "77.8分"
    assert pay.mean_score([]) == "—"


def test_no_other_table_holds_a_score_of_an_enterprise(report):
    """One score for each enterprise and year: only what assessors gave on single items is entered."""
    entered = [
        (name, column.name)
        for name, table in report.package.tables.items()
        for column in table.columns
        if "得分" in column.title and "enterprise_id" in {c.name for c in table.columns}
    ]
    assert entered == [("evaluation_scores", "score")]


def test_shares_of_grades_add_up(report):
    rows, names = pay.grades(report)
    assert names == ["优秀", "良好", "称职", "基本称职", "不称职"]
    assert len(rows) == 19
    assert all(sum(shares) == pytest.approx(100) for _, shares in rows)


# --- the tables ----------------------------------------------------------------------------------


def test_labour_cost_that_is_not_the_compensation_is_named(data):
    def change(row):
        row["other_pay"] = f"{float(row['other_pay']) + 3:.2f}"
        row["total"] = f"{float(row['total']) + 3:.2f}"

    row = data.change("payroll", change, enterprise_id="C1", year="2023")
    stated = next(r for r in data.rows("value_added") if (r["year"], r["enterprise_id"]) == ("2023", "C1"))[
        "compensation"
    ]
    found = data.fault("payroll.csv", f"第{row}行", "人工成本合计（total）")
    assert f"二级企业C1，2023年人工成本{float(stated) + 3:.2f}万元；应为：{stated}万元" in found


def test_parts_that_are_not_the_whole_are_named(data):
    row = data.change("payroll", lambda r: r.update(basic_pay="1.00"), enterprise_id="A")
    assert "三项之和等于人工成本合计" in data.fault("payroll.csv", f"第{row}行")


@pytest.mark.parametrize("people", ["0", "60"])
def test_appraised_people_who_are_not_the_staff_are_named(data, people):
    data.change("appraisals", lambda r: r.update(people=people), enterprise_id="A", grade="B")
    found = data.fault("appraisals.csv", "人数（people）", "一级企业A，2023年各等次合计")
    there = next(
        r["headcount"]
        for r in data.rows("headcount")
        if (r["year"], r["month"], r["enterprise_id"]) == ("2023", "12", "A")
    )
    assert f"年末职工{there}人" in found


def test_checks_are_silent_without_their_tables(data):
    from stateassets.tables.validation import checks, open_checked

    package, frames = open_checked(data.folder)
    own = [one for one in checks() if one.module == "stateassets.domains.market.checks"]
    for check in own:
        assert list(check(package, {})) == []
    for name in ("payroll", "appraisals"):
        assert [f for check in own for f in check(package, {name: frames[name]})] == []
