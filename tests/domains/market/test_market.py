"""What a reader can rely on when the book says whether pay follows results."""

import pandas as pd
import pytest
from data_copy import rewrite

from stateassets import Report
from stateassets.alerts import BLUE, RED, RULES, YELLOW, AlertContext, Setting, find_alerts
from stateassets.domains.appraisal import guards
from stateassets.domains.appraisal.appraisal import Appraisal
from stateassets.domains.appraisal.scheme import Grade
from stateassets.domains.market import heads, linkage, posts
from stateassets.domains.market import page as pay
from stateassets.domains.market.page import Facts, PayVerdict, verdict
from stateassets.tables.origins import Origin


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
        ((-40, 20), "由亏转盈", (50, 55), True),
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


# --- wages, profit and productivity together -----------------------------------------------------


@pytest.mark.parametrize(
    ("productivity", "average", "held"),
    [
        (5.0, 4.9, True),
        (5.0, 5.0, True),
        (5.0, 5.1, False),
        (-3.0, 0.9, True),  # less than one per cent is no change
        (-3.0, 1.1, False),
        (-3.0, -2.0, True),
        (None, 2.0, None),
        (2.0, None, None),
    ],
)
def test_wages_a_head_follow_productivity(productivity, average, held):
    assert linkage.follows(productivity, average) is held


@pytest.mark.parametrize(
    ("profit", "wages", "value", "word"),
    [
        ((100, 120), (50, 55), (1000, 1200), "两项都一致"),
        ((100, 120), (50, 55), (1000, 1050), "只与效益一致"),
        ((100, 90), (50, 52), (1000, 1100), "只与劳动生产率一致"),
        ((100, 90), (50, 52), (1000, 900), "两项都不一致"),
    ],
)
def test_a_company_is_told_with_which_of_both_its_wages_agree(profit, wages, value, word):
    assert linkage.joint(judged(profit, wages, value=value)) == word


def test_a_company_without_a_year_before_is_not_compared_with_productivity_either():
    assert linkage.joint(verdict("乙", Facts(10, 5, 8, 20), None)) == pay.NOT_COMPARED


def test_companies_are_counted_by_how_wages_are_linked():
    both, one = judged((100, 120), (50, 55), value=(1000, 1200)), judged((100, 120), (50, 55), value=(1000, 1050))
    assert linkage.kinds([both, one, both]) == "只与效益一致的1户，两项都一致的2户"


def test_every_company_stands_in_the_table_of_both_links_what_disagrees_first(report):
    found = pay.verdicts(report)
    words = [row[-1].text for row in linkage.link_table(report, found, "表").rows]
    assert len(words) == 19 and words == sorted(words, key=linkage.JOINT.index)


# --- posts ---------------------------------------------------------------------------------------

RULE = Setting("post_pay_off", "", "%", "higher", {BLUE: 1.0, YELLOW: 5.0, RED: 15.0}, None, "", "")


@pytest.mark.parametrize(
    ("paid", "standard", "word"),
    [
        (8000, 8000, "随岗位调了"),
        (7921, 8000, "随岗位调了"),  # 0.99 per cent less
        (7920, 8000, "调了，与岗位标准不符"),
        (9000, 8000, "调了，与岗位标准不符"),
        (None, 8000, "岗位变了，工资没有调"),
        (float("nan"), 8000, "岗位变了，工资没有调"),
    ],
)
def test_pay_moves_with_the_post_to_what_the_post_is_worth(paid, standard, word):
    assert posts.verdict(paid, standard, RULE) == word


def test_what_went_wrong_stands_first_and_counts_add_up(report):
    table = posts.change_table(report, "表")
    words = [row[-1].text for row in table.rows]
    assert words == sorted(words, key=list(posts.CSS).index) and words[0] == posts.UNPAID
    counts = posts.numbers(report)
    assert counts["changes"] == len(words) == counts["moved"] + counts["unpaid"] + counts["off"]
    assert repr(posts.say(report, "{changes}人次。")).startswith("【示例】")


def change_of_post(**cells):
    row = {
        "year": 2023,
        "id": "BD001",
        "enterprise_id": "A",
        "title": "主管到经理",
        "reason": "competition",
        "from_post": "主管",
        "to_post": "经理",
        "from_pay": 7000.0,
        "to_pay": float("nan"),
        "moved_on": pd.Timestamp("2023-03-10"),
        "paid_from": pd.NaT,
    }
    return pd.DataFrame([row | cells]).astype({"paid_from": "datetime64[ns]"})


def raised(report, rule, changes, day="2023-12-31"):
    grades = pd.DataFrame({"year": [2023], "enterprise_id": ["A"], "post": ["经理"], "grade": [5], "pay": [10000.0]})
    frames = {**report.ledger.frames, "post_changes": changes, "post_grades": grades}
    return find_alerts(frames, pd.Timestamp(day), [RULES[rule]])


def test_a_change_that_is_not_paid_is_an_alert_that_grows_with_time(report):
    """From 10 March: 51 days to 30 April, 112 to 30 June, 296 to the year's end."""
    levels = {
        day: [a.level for a in raised(report, "post_pay_late", change_of_post(), day)]
        for day in ("2023-03-31", "2023-04-30", "2023-06-30", "2023-12-31")
    }
    assert levels == {"2023-03-31": [], "2023-04-30": [BLUE], "2023-06-30": [YELLOW], "2023-12-31": [RED]}


def test_an_alert_is_cleared_by_the_pay_that_follows(report):
    paid = change_of_post(paid_from=pd.Timestamp("2023-05-01"), to_pay=10000.0)
    (alert,) = raised(report, "post_pay_late", paid)
    assert not alert.open and f"{alert.cleared:%Y-%m}" == "2023-05"
    assert raised(report, "post_pay_off", paid) == []


@pytest.mark.parametrize(("to_pay", "level"), [(9901, None), (9900, BLUE), (10500, YELLOW), (7000, RED)])
def test_pay_that_is_not_the_new_posts_is_an_alert(report, to_pay, level):
    """A change of post at the old pay of 7000 is 30 per cent off the new post's 10000."""
    paid = change_of_post(paid_from=pd.Timestamp("2023-04-01"), to_pay=float(to_pay))
    assert [a.level for a in raised(report, "post_pay_off", paid)] == [level] * (level is not None)


def test_what_was_not_paid_by_a_day_has_no_wrong_pay_on_it(report):
    paid = change_of_post(paid_from=pd.Timestamp("2023-09-01"), to_pay=7000.0)
    assert raised(report, "post_pay_off", paid, "2023-08-31") == []
    view = RULES["post_pay_off"].view(AlertContext(report.ledger.frames, pd.Timestamp("2022-12-31")))
    assert view.empty


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"to_post": "掌柜"}, "新岗位（to_post）", "岗位工资标准里这户企业的岗位"),
        ({"from_post": "掌柜"}, "原岗位（from_post）", "岗位工资标准里这户企业的岗位"),
        ({"to_pay": ""}, "新岗位工资（to_pay）", "新工资和起算日期都填"),
        ({"paid_from": ""}, "新工资起算日期（paid_from）", "新工资和起算日期都填"),
        ({"paid_from": "2023-01-01"}, "新工资起算日期（paid_from）", "不早于到岗日期"),
    ],
)
def test_a_change_of_post_that_cannot_be_is_named(data, change, column, words):
    row = data.change("post_changes", lambda r: r.update(change), enterprise_id="C1")
    assert words in data.fault("post_changes.csv", f"第{row}行", f"“{column}”列")


# --- heads' own appraisal ------------------------------------------------------------------------


def grade(name, from_score, pay_from, pay_to):
    return Grade(name, from_score, 1, 10, 2, pay_from, pay_to)


GRADES = (grade("A", 85, 1.5, 2), grade("B", 70, 1, 1.5), grade("C", 0, 0, 1))


def head(score, basic, performance, name="甲"):
    return heads.Head(name, name, {}, score, guards.grade(score, GRADES), basic, performance)


def test_a_heads_score_is_weighed_by_hand():
    weights = {"performance": 60, "politics": 20, "conduct": 20}
    assert heads.weighted({"performance": 70, "politics": 80, "conduct": 90}, weights) == pytest.approx(76)
    assert heads.weighted({"performance": 70, "politics": 80}, weights) is None


@pytest.mark.parametrize(("score", "name"), [(85, "A"), (84.9, "B"), (70, "B"), (3, "C")])
def test_a_score_that_reaches_a_grade_has_it(score, name):
    assert guards.grade(score, GRADES).grade == name


@pytest.mark.parametrize(
    ("score", "performance", "word"),
    [
        (80, 20.0, heads.WITHIN),
        (80, 30.0, heads.WITHIN),
        (80, 30.2, heads.ABOVE),
        (80, 19.8, heads.UNDER),
        (60, 24.0, heads.ABOVE),
        (80, None, heads.UNKNOWN),
    ],
)
def test_pay_is_held_against_what_the_grade_allows(score, performance, word):
    """Basic pay is 20: the grade B from 70 on allows 1 to 1.5 of it."""
    assert head(score, 20.0, performance).verdict == word


def test_heads_are_counted_by_hand():
    found = [head(88, 20.0, 30.0, "甲"), head(80, 20.0, 32.0, "乙"), head(75, 20.0, 22.0, "丙")]
    assert heads.numbers(found) == {
        "heads": 3,
        "within": 2,
        "above": 1,
        "under": 0,
        "grades": "A级1人、B级2人",
        "pairs": 3,
        "agree": 2,
    }


def test_a_heads_business_results_are_the_enterprises_yearly_score(report):
    scores = {r.subject.id: r.score for r in Appraisal.of(report).results}
    found = heads.heads(report)
    assert {h.enterprise_id: h.scores["performance"] for h in found} == scores
    table = heads.head_table(report, found, "表")
    assert len(table.rows) == 6 and table.internal and table.origin is Origin.SAMPLE


def test_weights_that_do_not_add_up_are_named(data):
    rewrite(data, "head_appraisal_weights", lambda r: r.update(weight="50"), id="performance")
    assert "各项权重合计90；应为：100" in data.fault("head_appraisal_weights.csv", "权重（weight）")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"aspect": "performance"}, "企业的年度考核得分由本书算出，不在这里填"),
        ({"aspect": "performance"}, "A2023年没有政治素质的得分"),
    ],
)
def test_a_head_is_scored_on_what_is_assessed_and_on_all_of_it(data, change, words):
    data.change("head_appraisals", lambda r: r.update(change), enterprise_id="A", year="2023", aspect="politics")
    assert words in data.fault("head_appraisals.csv", words)
