"""Warnings: levels at, just below and above each line; how an alert lives; what a rule needs."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateassets.alerts import (
    BLUE,
    CLEARED,
    NEW,
    NONE,
    RED,
    RULES,
    STILL,
    YELLOW,
    Rule,
    Setting,
    alerts,
    watch,
)
from stateassets.alerts.flash import oddness
from stateassets.alerts.registry import warning

HIGH = {BLUE: 62.0, YELLOW: 65.0, RED: 70.0}


def setting(thresholds=None, worse="higher", stays=None):
    return Setting("r", "规则", "%", worse, thresholds or HIGH, stays, "某部门", "本书自定")


# --- levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "level"),
    [(61.99, NONE), (62, BLUE), (64.99, BLUE), (65, YELLOW), (69.99, YELLOW), (70, RED), (99, RED)],
)
def test_a_value_that_reaches_a_line_has_its_level(value, level):
    assert setting().level(value) == level


@pytest.mark.parametrize(
    ("value", "level"),
    [(-29.9, NONE), (-30, BLUE), (-59.9, BLUE), (-60, YELLOW), (-100, RED), (-250, RED)],
)
def test_where_less_is_worse_the_lines_go_down(value, level):
    falling = setting({BLUE: -30.0, YELLOW: -60.0, RED: -100.0}, worse="lower")
    assert falling.level(value) == level


def test_a_level_that_a_rule_does_not_use_is_skipped():
    assert setting({RED: 1.0}).level(0.99) == NONE
    assert setting({RED: 1.0}).level(1) == RED


def test_what_is_not_known_has_no_level():
    assert setting().level(float("nan")) == NONE


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.sampled_from(["higher", "lower"]))
def test_worsening_a_value_never_lowers_its_level(value, by, worse):
    lines = HIGH if worse == "higher" else {BLUE: -30.0, YELLOW: -60.0, RED: -100.0}
    one = setting(lines, worse)
    assert one.level(value + by if worse == "higher" else value - by) >= one.level(value)


@pytest.mark.parametrize(
    ("thresholds", "worse", "stays", "words"),
    [
        ({BLUE: 65.0, YELLOW: 62.0}, "higher", None, "没有按蓝、黄、红依次升高"),
        ({YELLOW: 65.0, RED: 65.0}, "higher", None, "没有按蓝、黄、红依次升高"),
        ({BLUE: -60.0, RED: -30.0}, "lower", None, "没有按蓝、黄、红依次降低"),
        (HIGH, "sideways", None, "不认识的方向"),
        (HIGH, "higher", 1, "持续期数至少是2期"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_in_chinese(thresholds, worse, stays, words):
    with pytest.raises(ValueError, match=words):
        setting(thresholds, worse, stays)


def test_a_rule_without_any_line_is_refused():
    with pytest.raises(ValueError, match="都空着"):
        Setting("r", "规则", "%", "higher", {}, None, "某部门", "本书自定")


# --- life ----------------------------------------------------------------------------------------

RULE = Rule("r", "flash", ("t",), lambda sight: pd.DataFrame(), 1, "末为{value}", lambda x: x)


def found(values, stays=None, as_of="2023-06-30", **columns):
    """The alerts of one enterprise whose months from January on have these values."""
    ends = pd.date_range("2023-01-31", periods=len(values), freq="ME")
    seen = pd.DataFrame({"enterprise_id": "A", "subject": "", "period": ends, "x": values,
                         "rows": range(2, 2 + len(values)), **columns})  # fmt: skip
    return list(alerts(RULE, setting(stays=stays), seen[seen["x"] != -1], pd.Timestamp(as_of)))


def test_an_alert_lives_from_its_first_month_until_the_value_is_good_again():
    (one,) = found([50, 63, 66, 50, 50, 50])
    assert (one.first_seen.month, one.period.month, one.cleared.month) == (2, 3, 4)
    assert (one.level, one.worst, one.periods, one.life) == (YELLOW, YELLOW, 2, CLEARED)


def test_what_comes_back_is_another_alert():
    first, second = found([63, 50, 63, 63, 63, 71])
    assert first.life == CLEARED and not first.open
    assert (second.first_seen.month, second.life, second.level) == (3, STILL, RED)


def test_an_alert_of_the_month_of_the_look_is_new():
    (one,) = found([50, 50, 50, 50, 50, 66])
    assert one.life == NEW and one.periods == 1


def test_an_alert_carries_value_line_row_and_sentence():
    (one,) = found([50, 50, 50, 50, 50, 66.25])
    assert (one.enterprise_id, one.value, one.threshold, one.rows) == ("A", 66.25, 65.0, (7,))
    assert one.sentence == "2023年6月末为66.3%，达到预警线65.0%，为黄色"


def test_a_month_without_a_return_neither_clears_an_alert_nor_makes_it_longer():
    (one,) = found([63, -1, 63, -1, -1, -1])
    assert one.periods == 2 and one.open


def test_an_improvement_shows_as_the_milder_level_and_the_worst_is_kept():
    (one,) = found([71, 66, 63, 63, 63, 63])
    assert (one.level, one.worst) == (BLUE, RED)


def test_enterprises_and_items_do_not_mix():
    seen = found([63, 63, 63, 63], enterprise_id=["A", "A", "B", "B"], subject=["x", "y", "x", "x"])
    assert [(a.enterprise_id, a.subject, a.periods) for a in seen] == [
        ("A", "x", 1), ("A", "y", 1), ("B", "x", 2),
    ]  # fmt: skip


# --- persistence ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ([66, 66], YELLOW),  # one short of three
        ([66, 66, 66], RED),
        ([66, 66, 63, 66, 66], YELLOW),  # a blue in between starts the count again
        ([71, 66, 66], RED),  # red counts as at least yellow
        ([63, 63, 63], BLUE),  # a blue does not rise
    ],
)
def test_a_yellow_that_stays_three_months_turns_red(values, level):
    assert found(values, stays=3)[-1].level == level


def test_without_a_number_of_months_a_yellow_stays_yellow():
    assert found([66] * 12)[-1].level == YELLOW


def test_a_raised_alert_says_so_and_keeps_the_line_that_was_reached():
    (one,) = found([66, 66, 66], stays=3)
    assert one.raised and one.threshold == 65.0
    assert "已连续3期，升为红色" in one.sentence


# --- rules ---------------------------------------------------------------------------------------


def test_two_rules_cannot_have_one_name():
    name = next(iter(RULES))
    with pytest.raises(ValueError, match="预警规则重复"):
        warning("flash", RULE.view, "t", said="", name=name)(lambda x: x)


def test_a_rule_whose_table_is_absent_is_silent():
    rules = pd.DataFrame([{
        "id": "flash_debt_ratio", "name": "x", "unit": "%", "worse": "higher", "blue": 1.0,
        "yellow": None, "red": None, "stays": None, "audience": "x", "basis": "x",
    }])  # fmt: skip
    assert watch({"warning_rules": rules}, pd.Timestamp("2023-12-31")) == []


def test_a_formula_is_read_by_a_person_too():
    assert RULES["flash_debt_ratio"].formula(60, 80) == 75
    assert RULES["flash_own_line"].formula(60, 80, 70) == 5
    assert RULES["flash_profit"].formula(-50, -100) == 50  # a loss halved is better by half
    assert RULES["flash_profit"].formula(-20, 100) == -120
    assert RULES["pay_against_profit"].formula(110, 100, 80, 100) == pytest.approx(30)


def test_what_is_odd_is_measured_against_ones_own_past():
    past = [10.0, 12, 14, 10, 12, 14]  # median 12, median distance 2
    odd = oddness(pd.Series([*past, 30.0]))
    assert odd[:6].isna().all()  # too little past
    assert odd[6] == pytest.approx(18 / (2 * 1.4826))


def test_a_past_that_never_moved_says_nothing():
    (still,) = [oddness(pd.Series([5.0] * 8)).iloc[-1]]
    assert not still < float("inf")  # NaN or infinite: not an observation
