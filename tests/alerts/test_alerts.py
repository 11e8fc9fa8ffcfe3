"""Warnings: levels at, just below and above each line; how an alert lives; what a rule needs."""

from dataclasses import replace
from itertools import combinations, pairwise

import hypothesis
import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from many import every
from paths import ROOT

from stateassets.alerts import (
    BLUE,
    CLEARED,
    NEW,
    NONE,
    RED,
    RULES,
    STILL,
    YELLOW,
    AlertContext,
    Rule,
    Setting,
    alerts,
    find_alerts,
    settings,
    since,
)
from stateassets.alerts.engine import settled
from stateassets.alerts.levels import with_time
from stateassets.alerts.months import waiting
from stateassets.alerts.rules import warning
from stateassets.domains.flash.alerts import oddness
from stateassets.engines.batches import find_alerts_in
from stateassets.engines.lake import Store, keep

HIGH = {BLUE: 62.0, YELLOW: 65.0, RED: 70.0}


def setting(thresholds=None, worse="higher", stays=None):
    return Setting("r", "规则", "%", worse, thresholds or HIGH, stays, "某部门", "本书自定")


# --- levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "level"), [(61.99, NONE), (62, BLUE), (64.99, BLUE), (65, YELLOW), (69.99, YELLOW), (70, RED), (99, RED)]
)
def test_a_value_that_reaches_a_line_has_its_level(value, level):
    assert setting().level(value) == level


@pytest.mark.parametrize(
    ("value", "level"), [(-29.9, NONE), (-30, BLUE), (-59.9, BLUE), (-60, YELLOW), (-100, RED), (-250, RED)]
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


@every(
    ("rule", "row", "level"),
    [
        # 70 % of 8.3 is 5.81: as floats 69.99999999999999 %
        ("flash_debt_ratio", {"total_liabilities": 5.81, "total_assets": 8.3}, RED),
        # one 分 less is below the line
        ("flash_debt_ratio", {"total_liabilities": 5.809999, "total_assets": 8.3}, YELLOW),
        # of 1000亿元 one 分 is one in 10^13: as floats they print alike
        ("flash_debt_ratio", {"total_liabilities": 7e6, "total_assets": 1e7}, RED),
        ("flash_debt_ratio", {"total_liabilities": 6_999_999.999999, "total_assets": 1e7}, YELLOW),
        # what was added up in floats on the way
        ("flash_debt_ratio", {"total_liabilities": 7 * (0.1 + 0.2), "total_assets": 3.0}, RED),
    ],
)
def test_a_ratio_reaches_a_line_where_its_amounts_do(rule, row, level):
    """The guideline of 70 % is reached by just 70 %, however floats would divide."""
    seen = pd.DataFrame([row])
    values = settled(RULES[rule], setting(), seen, np.asarray(RULES[rule].values(seen), dtype=float))
    assert setting().level(values[0]) == level


def test_floats_alone_would_miss_the_line():
    assert setting().level(5.81 / 8.3 * 100) == YELLOW


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
    seen = pd.DataFrame(
        {"enterprise_id": "A", "subject": "", "period": ends, "x": values, "rows": range(2, 2 + len(values)), **columns}
    )
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
    assert [(a.enterprise_id, a.subject, a.periods) for a in seen] == [("A", "x", 1), ("A", "y", 1), ("B", "x", 2)]


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
        warning("flash", RULE.view, "t", message="", name=name)(lambda x: x)


def test_a_rule_whose_table_is_absent_is_silent():
    rules = pd.DataFrame(
        [
            {
                "id": "flash_debt_ratio",
                "name": "x",
                "unit": "%",
                "worse": "higher",
                "blue": 1.0,
                "yellow": None,
                "red": None,
                "stays": None,
                "audience": "x",
                "basis": "x",
            }
        ]
    )
    assert find_alerts({"warning_rules": rules}, pd.Timestamp("2023-12-31")) == []


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


def test_enterprises_do_not_share_a_past():
    one, other = [10.0, 12, 14, 10, 12, 14, 30], [900.0, 950, 900, 950, 900, 950, 920]
    together = oddness(pd.Series([*one, *other]), pd.Series([*"A" * 7, *"B" * 7]))
    assert together.tolist()[6] == oddness(pd.Series(one)).tolist()[6]
    assert together.tolist()[13] == oddness(pd.Series(other)).tolist()[6]


def test_a_past_that_never_moved_says_nothing():
    (still,) = [oddness(pd.Series([5.0] * 8)).iloc[-1]]
    assert not still < float("inf")  # NaN or infinite: not an observation


# --- every rule ----------------------------------------------------------------------------------

CASES = yaml.safe_load((ROOT / "tests" / "cases" / "warnings.yaml").read_text(encoding="utf-8"))
END = pd.Timestamp("2023-12-31")


@pytest.fixture(scope="module")
def frames(report):
    return report.ledger.frames


def first_year(frames):
    return int(frames["roster"]["year"].min())


@pytest.fixture(scope="module")
def decided(frames):
    return settings(frames)


def valued(name, row):
    """What a rule makes of one row, as a number."""
    return float(RULES[name].values(pd.DataFrame([row]))[0])


def moved(case):
    """The one number in which a case that fires differs from its neighbour that does not, if so."""
    (key, *others) = [key for key, value in case["fires"].items() if value != case["not"][key]]
    return "" if others or isinstance(case["fires"][key], bool) else key


# A table of many numbers is judged as fast as one number: ten of these try as many as a hundred pairs.
TABLES = hypothesis.settings(max_examples=10)


def growing(most):
    """Numbers from nought to ``most``, each not below the one before."""
    return st.lists(st.floats(0, most), min_size=2, max_size=20).map(sorted)


@every("name", CASES)
@TABLES
@given(st.data())
def test_a_value_further_beyond_the_line_never_has_a_lower_level(decided, name, data):
    setting, value = decided[name], valued(name, CASES[name]["fires"])
    way = 1 if setting.worse == "higher" else -1
    levels = setting.levels([value + way * more for more in data.draw(growing(10 * abs(value) + 10))])
    assert levels[0] > 0 and all(one <= more for one, more in pairwise(levels))


@every("name", [name for name in CASES if moved(CASES[name])])
@TABLES
@given(st.data())
def test_moving_on_from_the_case_that_is_safe_past_the_one_that_fires_never_lowers_the_level(decided, name, data):
    """The formula and the direction of its setting point the same way."""
    case, setting = CASES[name], decided[name]
    key = moved(case)
    start, step = case["fires"][key], case["fires"][key] - case["not"][key]
    # A denominator keeps its sign: beyond zero a ratio means something else.
    room = 0.999 * -start / step if start * step < 0 else 1e5
    ends = [start + step * times for times in data.draw(growing(room))]
    levels = setting.levels(RULES[name].values(pd.DataFrame([case["fires"] | {key: end} for end in ends])))
    assert all(before <= after for before, after in pairwise(levels))


def test_the_test_of_direction_can_fail(decided):
    """A rule set the wrong way round lowers its level as things get worse."""
    right = decided["flash_debt_ratio"]
    wrong = replace(right, worse="lower", thresholds={BLUE: 90.0, YELLOW: 80.0, RED: 70.0})
    case = CASES["flash_debt_ratio"]["fires"]
    ratios = [valued("flash_debt_ratio", case | {"total_liabilities": x}) for x in (75, 95)]
    assert list(right.levels(ratios)) == [RED, RED] and wrong.level(ratios[0]) > wrong.level(ratios[1])


LEVEL_ROWS = st.lists(st.sampled_from([NONE, BLUE, YELLOW, RED]), min_size=1, max_size=30)


@given(LEVEL_ROWS, st.one_of(st.none(), st.integers(2, 8)), st.integers(1, 3))
def test_time_never_lowers_a_level_and_a_worse_month_never_a_later_one(levels, stays, owners):
    now = pd.Series(levels)
    owner = pd.Series([i * owners // len(levels) for i in range(len(levels))])
    assert (with_time(now, owner, stays) >= now).all()
    for place in range(len(levels)):
        worse = now.copy()
        worse[place] = min(RED, worse[place] + 1)
        assert (with_time(worse, owner, stays) >= with_time(now, owner, stays)).all()


@every("name", CASES)
def test_every_rule_can_be_reckoned_again_with_fractions(decided, name):
    row = CASES[name]["fires"]
    value = valued(name, row)
    line = replace(setting(), thresholds={RED: value * (1 + 1e-12) + 1e-12})  # so near that it is looked at again
    again = settled(RULES[name], line, pd.DataFrame([row]), np.array([value]))
    assert again[0] == pytest.approx(value, rel=1e-12)


@every("name", CASES)
def test_a_rule_that_lets_a_yellow_turn_red_does_so_in_the_last_of_its_periods(decided, name):
    stays = decided[name].stays
    yellow = pd.Series([YELLOW] * 12)
    found = with_time(yellow, pd.Series([0] * 12), stays).tolist()
    assert found == ([YELLOW] * 12 if stays is None else [YELLOW] * (stays - 1) + [RED] * (13 - stays))


def never_fired(rules, decided, cases, found):
    """The rules that reached no level, in their case or on the tables that ship."""
    fired = {
        name
        for name, case in cases.items()
        if name in decided and decided[name].level(valued(name, case["fires"])) > NONE
    }
    return sorted(set(rules) - fired - {alert.rule.id for alert in found})


def test_every_rule_has_fired(frames, decided):
    assert never_fired(RULES, decided, CASES, find_alerts(frames, END)) == []


def test_a_rule_that_never_fired_is_reported(frames, decided):
    found = [a for a in find_alerts(frames, END) if a.rule.id != "lease_cheap"]
    case = CASES["lease_cheap"]
    cases = CASES | {"lease_cheap": {"fires": case["not"], "not": case["not"]}}
    assert never_fired(RULES, decided, cases, found) == ["lease_cheap"]
    assert never_fired(RULES, decided, {}, found).count("lease_cheap") == 1


@every("name", RULES)
def test_a_view_shows_what_the_engine_and_the_formula_need(frames, name):
    rule = RULES[name]
    seen = rule.view(AlertContext(frames, END))
    needed = {"enterprise_id", "subject", "period", "rows", *rule.inputs}
    assert seen.empty or needed <= set(seen)
    assert (seen["period"] == seen["period"] + pd.offsets.MonthEnd(0)).all()
    assert (seen["period"] <= END).all()


@every("name", CASES)
def test_a_zero_in_any_place_is_an_ordinary_number_or_not_an_observation(decided, name):
    rule, fires = RULES[name], CASES[name]["fires"]
    for key in rule.inputs:
        row = fires | {key: 0, "enterprise_id": "A", "subject": "", "period": END, "rows": 2}
        for a in alerts(rule, decided[name], pd.DataFrame([row]), END):
            assert np.isfinite(a.value)


# --- days that are not ordinary ------------------------------------------------------------------


def test_before_the_first_year_of_the_roster_nothing_is_known(frames):
    for year in (1999, first_year(frames) - 1):
        assert find_alerts(frames, pd.Timestamp(year, 12, 31)) == []


def test_in_the_first_month_the_watch_has_begun(frames):
    assert isinstance(find_alerts(frames, pd.Timestamp("2022-01-31")), list)
    reports = frames["flash_reports"]
    bad = {**frames, "flash_reports": reports.assign(total_liabilities=reports["total_assets"])}
    found = find_alerts(bad, pd.Timestamp("2022-01-31"), [RULES["flash_debt_ratio"]])
    assert len(found) == reports.query("year == 2022 and month == 1").shape[0]


def test_a_state_entered_for_a_later_year_is_not_known_yet(frames):
    rules = [RULES["lease_cheap"]]
    assert find_alerts(frames, END, rules) and find_alerts(frames, pd.Timestamp("2022-12-31"), rules) == []


def test_an_enterprise_that_ceased_leaves_with_the_beginning_of_that_year(frames):
    """It ceased in mid-2023: its year of leaving is 2023, and no month of 2023 is looked at."""
    enterprises = frames["enterprises"].copy()
    enterprises.loc[enterprises["enterprise_id"] == "F2", "end_year"] = 2023
    gone = {**frames, "enterprises": enterprises}
    (own,) = [a for a in find_alerts(gone, END, [RULES["flash_debt_ratio"]]) if a.enterprise_id == "F2"]
    assert own.life == CLEARED and f"{own.period:%Y-%m}" == "2022-12"
    assert f"{own.cleared:%Y-%m-%d}" == "2023-01-31"
    stays = find_alerts(gone, pd.Timestamp("2022-12-31"), [RULES["flash_debt_ratio"]])
    assert [a.open for a in stays if a.enterprise_id == "F2"] == [True]


def item(since, until=None):
    return pd.DataFrame(
        {
            "id": ["X"],
            "title": ["借款"],
            "enterprise_id": ["A"],
            "since": pd.to_datetime([since]),
            "until": pd.to_datetime([until]),
        }
    )


@pytest.mark.parametrize(
    ("since", "until", "day", "shown"),
    [
        # due on 29 February: that day is the month's end, so nothing has been waited yet
        ("2024-02-29", None, "2024-03-31", [("2024-02-29", 0), ("2024-03-31", 31)]),
        # due on a Saturday: it is not moved to the Monday
        ("2023-07-01", None, "2023-07-31", [("2023-07-31", 30)]),
        # past long before: counted from that day, one row for each month's end
        ("2022-11-15", None, "2023-01-10", [("2022-11-30", 15), ("2022-12-31", 46), ("2023-01-31", 56)]),
        ("2023-03-30", "2023-04-02", "2023-12-31", [("2023-03-31", 1), ("2023-04-30", 0)]),
        ("2023-03-10", "2023-03-20", "2023-12-31", []),  # done before anyone could look
        ("2023-03-10", "2023-02-20", "2023-12-31", []),  # done ahead of time
        ("2023-03-10", "2024-01-05", "2023-03-31", [("2023-03-31", 21)]),  # done later: not known
        ("2023-05-10", None, "2023-03-31", []),  # not yet due
    ],
)
def test_waiting_is_looked_at_on_month_ends_until_it_is_over(since, until, day, shown):
    found = waiting(item(since, until), "since", "until", pd.Timestamp(day))
    assert [(f"{p:%Y-%m-%d}", d) for p, d in zip(found["period"], found["days"], strict=True)] == shown
    assert found["open"].tolist() == [days > 0 or until is None for _, days in shown]


def every_month(items, as_of):
    """``waiting`` as one would write it first: each item in each month."""
    items = items.assign(rows=items.index + 2, subject=items["title"] + "（" + items["id"] + "）")
    ends = pd.date_range("2022-01-31", as_of + pd.offsets.MonthEnd(0), freq="ME")
    found = items.merge(pd.DataFrame({"period": ends}), how="cross")
    found = found[found["since"] <= found["period"].clip(upper=as_of)]
    day = found["period"].clip(upper=as_of)
    still = ~(found["until"] <= day)
    return found.assign(days=(day - found["since"]).dt.days.where(still, 0), open=still)


DAYS = st.integers(0, 700).map(lambda n: pd.Timestamp("2022-01-01") + pd.Timedelta(days=n))


@given(st.lists(st.tuples(DAYS, st.none() | DAYS), min_size=1, max_size=8), DAYS)
def test_following_items_only_while_they_wait_gives_the_same_alerts(dates, as_of):
    items = pd.DataFrame(
        {
            "id": [str(n) for n in range(len(dates))],
            "title": "项",
            "enterprise_id": "A",
            "since": pd.to_datetime([one for one, _ in dates]),
            "until": pd.to_datetime([end for _, end in dates]),
        }
    )
    rule = Rule("r", "m", ("t",), RULE.view, 0, "{subject}{value}", lambda days: days)
    lines = setting({BLUE: 1.0, YELLOW: 30.0, RED: 90.0})
    short, long = (
        [a.as_dict() for a in alerts(rule, lines, seen, as_of)]
        for seen in (waiting(items, "since", "until", as_of), every_month(items, as_of))
    )
    assert short == long


# --- tables too large for one frame --------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2023-12-31", "2023-03-15", "2018-06-30"])
def test_group_by_group_from_files_the_same_rules_say_the_same(report, frames, tmp_path, day):
    keep(report.package, frames, tmp_path)
    apart = find_alerts_in(tmp_path, pd.Timestamp(day), size=1)  # a group at a time
    whole = find_alerts(frames, pd.Timestamp(day))
    assert [a.as_dict() for a in apart] == [a.as_dict() for a in whole]
    assert bool(whole) == (pd.Timestamp(day).year >= first_year(frames))


def test_a_batch_is_made_of_whole_groups(report, frames, tmp_path):
    keep(report.package, frames, tmp_path)
    batches = list(Store(tmp_path).batches(4))
    roots = [{key[0] for key in batch} for batch in batches]
    assert sorted(key for batch in batches for key in batch) == sorted(frames["enterprises"]["enterprise_id"])
    assert all(not one & other for one, other in combinations(roots, 2))


def test_what_is_new_is_told_against_the_month_before():
    (before,) = found([66], as_of="2023-01-31")
    now = found([66, 66, 50], as_of="2023-03-31") + found([66, 66, 66], as_of="2023-03-31")
    assert [a.life for a in since(now, [before])] == [CLEARED, STILL]
    assert [a.life for a in since(now, [])] == [CLEARED, NEW]


def test_what_belongs_to_an_enterprise_through_another_row_goes_with_it(report, frames, tmp_path):
    """A payment names its debt, and the debt its enterprise."""
    keep(report.package, frames, tmp_path)
    own = Store(tmp_path).frames(["E", "E1", "E2"])
    debts = frames["debts"]
    wanted = set(debts.loc[debts["enterprise_id"].isin(["E", "E1", "E2"]), "id"])
    assert set(own["debt_payments"]["debt_id"]) <= wanted
    everything = frames["debt_payments"]
    assert len(own["debt_payments"]) == everything["debt_id"].isin(wanted).sum()
    row = own["debt_payments"].index[-1]
    assert everything.at[row, "debt_id"] == own["debt_payments"].at[row, "debt_id"]
    assert own["warning_rules"].equals(frames["warning_rules"])  # a setting is everyone's
