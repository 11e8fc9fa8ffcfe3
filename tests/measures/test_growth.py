"""A rate of growth is given only where it means something; words tell the rest."""

import pytest

from stateassets.measures.growth import INCOMPARABLE, rate, turn


@pytest.mark.parametrize(
    ("before", "now", "grown"),
    [(200, 250, 25.0), (200, 150, -25.0), (200, 0, -100.0), (0, 5, None), (-200, 300, None), (-200, -100, None)],
)
def test_there_is_a_rate_only_from_a_base_above_zero(before, now, grown):
    assert rate(now, before) == grown


@pytest.mark.parametrize(
    ("before", "now", "profit", "other"),
    [
        (200, 250, "", ""),
        (200, 0, "", ""),
        (237.1, -304.8, "由盈转亏", "由正转负"),
        (-304.8, 120, "由亏转盈", "由负转正"),
        (-300, -100, "减亏", INCOMPARABLE),
        (-100, -300, "增亏", INCOMPARABLE),
        (-100, -100, "与上年持平", INCOMPARABLE),
        (-100, 0, "不再亏损", INCOMPARABLE),
        (0, 5, INCOMPARABLE, INCOMPARABLE),
        (0, -5, INCOMPARABLE, INCOMPARABLE),
    ],
)
def test_a_change_of_sign_is_told_in_words(before, now, profit, other):
    assert turn(now, before, "利润总额") == profit
    assert turn(now, before, "人均创利") == profit
    assert turn(now, before, "经营活动现金流量净额") == other
