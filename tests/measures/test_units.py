"""Rounding, units and what a printed number stands for."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from many import every

from stateassets.measures.units import (
    CLOSED,
    HALF_EVEN,
    HALF_UP,
    TRUNCATED,
    factor,
    half_up,
    in_unit,
    printed_interval,
    told_in,
    with_unit,
)

DECIMALS = st.integers(min_value=0, max_value=3)


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),  # half up, where round() would give 2
        (-2.5, 0, "-3"),
        (57.65, 1, "57.7"),
        (57.6499, 1, "57.6"),
        (1.005, 2, "1.01"),  # the float lies below the tie; the decimal that was meant does not
        (-0.04, 1, "0.0"),
        (0.1 + 0.2, 1, "0.3"),
    ],
)
def test_ties_round_away_from_zero_on_the_decimal_that_was_meant(value, decimals, printed):
    assert str(half_up(value, decimals)) == printed


@pytest.mark.parametrize(
    ("unit", "into", "expected"),
    [
        ("亿元", "万元", 10_000),
        ("元", "万元", Fraction(1, 10_000)),
        ("万亿元", "亿元", 10_000),
        ("万人", "人", 10_000),
        ("户", "家", 1),
    ],
)
def test_units_of_one_kind_convert(unit, into, expected):
    assert factor(unit, into) == expected


@pytest.mark.parametrize(("unit", "into"), [("亿元", "人"), ("%", "个百分点"), ("斤", "万元")])
def test_units_of_different_kinds_are_refused_by_name(unit, into):
    with pytest.raises(ValueError, match=unit):
        factor(unit, into)


def test_money_held_in_ten_thousands_prints_as_the_report_does():
    assert with_unit(in_unit(123_456, "亿元"), "亿元", 1) == "12.3亿元"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (5697, "5697万元"),  # as the report prints it
        (9999.5, "10,000万元"),
        (12345, "12,345万元"),
        (-1234567, "-1,234,567万元"),
        (0, "0万元"),
    ],
)
def test_from_five_digits_on_they_stand_in_groups_of_three(value: float, shown: str) -> None:
    assert with_unit(value, "万元", 0) == shown


def test_decimals_are_not_grouped() -> None:
    assert with_unit(12345.6789, "平方米", 4) == "12,345.6789平方米"


@pytest.mark.parametrize(
    ("text", "decimals", "qualifier", "inside", "outside"),
    [
        ("12.3", 1, "rounded", ["12.25", "12.34999"], ["12.35", "12.24999"]),
        # ties go away from zero: -1.45 prints as -1.5, -1.35 as -1.4
        ("-1.4", 1, "rounded", ["-1.35", "-1.44999"], ["-1.45", "-1.34999"]),
        ("7", 0, "exact", ["7"], ["7.1", "6.9"]),
        ("40", 0, "over", ["40", "1000"], ["39.9"]),
        ("40", 0, "more", ["40", "1000"], ["39.9"]),
        ("0.0", 1, "rounded", ["0", "-0.0499", "0.0499"], ["0.05", "-0.05"]),
    ],
)
def test_a_printed_number_stands_for_exactly_the_values_that_print_like_it(text, decimals, qualifier, inside, outside):
    interval = printed_interval(text, decimals, qualifier)
    assert all(Fraction(value) in interval for value in inside)
    assert not any(Fraction(value) in interval for value in outside)


@pytest.mark.parametrize(
    ("text", "rounding", "inside", "outside"),
    [
        ("12.3", TRUNCATED, ["12.3", "12.39999"], ["12.4", "12.29999"]),
        ("-1.4", TRUNCATED, ["-1.4", "-1.49999"], ["-1.5", "-1.39999"]),
        ("0.0", TRUNCATED, ["0.09999", "-0.09999"], ["0.1", "-0.1"]),
        # ties go to the even digit: 12.25 prints as 12.2, 12.35 as 12.4
        ("12.3", HALF_EVEN, ["12.25001", "12.34999"], ["12.25", "12.35"]),
        ("12.4", HALF_EVEN, ["12.35", "12.45"], ["12.34999", "12.45001"]),
        ("12.3", CLOSED, ["12.25", "12.35"], ["12.24999", "12.35001"]),
        ("12.3", HALF_UP, ["12.25"], ["12.35"]),
    ],
)
def test_another_way_to_round_stands_for_other_values(text, rounding, inside, outside):
    interval = printed_interval(text, 1, rounding=rounding)
    assert all(Fraction(value) in interval for value in inside)
    assert not any(Fraction(value) in interval for value in outside)


@given(st.fractions(min_value=-10_000, max_value=10_000), DECIMALS)
def test_every_value_lies_in_the_interval_of_what_it_prints_as(value, decimals):
    printed = half_up(value, decimals)
    assert value in printed_interval(str(printed), decimals)


@given(st.decimals(min_value=-9999, max_value=9999, places=3), DECIMALS)
def test_rounding_moves_a_value_by_at_most_half_a_digit(value, decimals):
    assert abs(half_up(value, decimals) - value) <= Decimal(5).scaleb(-decimals - 1)


@every(
    ("unit", "decimals", "amounts", "told"),
    [
        ("亿元", 1, [6_969_000], ("亿元", 1)),  # 696.9亿元
        ("亿元", 1, [13_509], ("亿元", 1)),  # 1.4亿元
        ("亿元", 1, [10_000], ("亿元", 1)),  # 1.0亿元: two digits
        ("亿元", 1, [9_499], ("万元", 0)),  # would be 0.9亿元
        ("亿元", 1, [-304.8], ("万元", 0)),  # would be 0.0亿元
        ("亿元", 2, [9_499], ("亿元", 2)),  # 0.95亿元
        ("亿元", 2, [415], ("万元", 0)),  # would be 0.04亿元
        ("亿元", 1, [11_392, -6], ("万元", 0)),  # one of a few 亿元, the other would be nought
        ("亿元", 1, [6_969_000, 6], ("亿元", 1)),  # beside hundreds nought is what it comes to
        ("亿元", 1, [13_509, 0], ("亿元", 1)),  # nothing is nought in any unit
        ("亿元", 1, [4], ("万元", 1)),
        ("亿元", 1, [], ("亿元", 1)),
        ("万元", 0, [5697], ("万元", 0)),
        ("万元", 0, [3.8], ("万元", 1)),  # 人均创利 of 3.8万元
        ("%", 1, [0.01], ("%", 1)),
        ("人", 0, [3], ("人", 0)),
    ],
)
def test_amounts_are_told_in_a_unit_in_which_they_can_be_read(unit, decimals, amounts, told):
    assert told_in(unit, decimals, amounts) == told
