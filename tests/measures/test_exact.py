"""Money is exact: whole 分 added up, divided once; the same digits in any order and however the rows are grouped."""

import copy
import pickle
import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from many import every
from paths import ROOT

from stateassets.measures.exact import Column, Exact, exact_sum, exact_sums, exactly, to_decimal, weighted, whole
from stateassets.measures.figures import FigureNumber
from stateassets.measures.ledger import CLASS, DISTRICT, ENTERPRISE, GROUP, Ledger
from stateassets.measures.units import amount_in, half_up, in_unit, with_unit
from stateassets.report import Report

REPORT = Report(root=ROOT)
# Amounts in 分, up to 1000亿元 each, and of those that are not added up ten times what a district may own.
CENTS = st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=30)
LARGE = st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=30)


def held(cents):
    """Amounts in 万元 as a table holds them: 12 分 are 0.000012."""
    return [float(f"{Decimal(n).scaleb(-6):f}") for n in cents]


@given(CENTS, st.randoms())
def test_a_sum_is_that_of_the_decimals_in_any_order_and_in_any_groups(cents, shuffled):
    total = Fraction(sum(cents), 10**6)
    amounts = held(cents)
    shuffled.shuffle(amounts)
    assert exact_sum(amounts).exact == exact_sum(pd.Series(amounts)).exact == total
    rows = pd.DataFrame({"amount": amounts, "group": [shuffled.randrange(4) for _ in amounts]})
    sums = exact_sums(rows, "group", "amount")
    assert sum(map(Exact, sums)).exact == total  # a float carries each of the sums
    running = exactly(rows["amount"], lambda amount: amount.cumsum())
    assert Exact(running.iloc[-1]).exact == total


@given(LARGE)
def test_an_amount_in_a_table_is_a_whole_number_of_cents(cents):
    assert whole(held(cents)).tolist() == cents
    assert [to_decimal(amount) for amount in held(cents)] == [Decimal(n).scaleb(-6) for n in cents]


def test_sums_that_64_bits_do_not_hold_are_exact_too():
    assert exact_sum([9e12] * 3).exact == 27 * 10**12
    assert whole([9e12, 9e12, 1.5]).tolist() == [9 * 10**18, 9 * 10**18, 1_500_000]


def test_a_missing_amount_adds_nothing():
    assert exact_sum([1.5, float("nan")]) == 1.5
    assert whole([]).sum() == exact_sum([]) == 0


# --- figures ---------------------------------------------------------------------------------------


def split(sheet, column, parts):
    """Return a table in which an amount stands in two rows instead of one, all rows shuffled."""
    first, rest = sheet.copy(), sheet.copy()
    first[list(REPORT.package.tables["income_statement"].money)] = 0.0
    cents = whole(sheet[column])
    first[column] = [parts.randint(-(10**9), 10**9) / 10**6 for _ in cents]
    rest[column] = held((cents - whole(first[column])).tolist())
    both = pd.concat([first, rest], ignore_index=True)
    return both.sample(frac=1, random_state=parts.randrange(2**31)).reset_index(drop=True)


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_shuffled_and_split_rows_give_the_same_digits_of_every_scope(parts):
    table, column = "income_statement", "total_profit"
    frames = dict(REPORT.ledger.frames)
    other = Ledger(REPORT.package, frames | {table: split(frames[table], column, parts)})
    for by in (DISTRICT, CLASS, GROUP, ENTERPRISE):
        for scope in REPORT.ledger.scopes(by):
            for name in ("total_profit", "profit_per_capita", "return_on_total_assets"):
                told = [one.value(name, scope, REPORT.year) for one in (REPORT.ledger, other)]
                assert [repr(v) for v in told[:1]] == [repr(v) for v in told[1:]], (name, scope)


def test_floats_added_up_would_depend_on_the_order():
    """What is guarded against: the same three amounts, one after another."""
    assert (0.1 + 0.2) + 0.3 != 0.1 + (0.2 + 0.3)
    assert exact_sum([0.1, 0.2, 0.3]) == exact_sum([0.3, 0.2, 0.1]) == 0.6


def of_one_group(assets, liabilities):
    """A ledger in which the district owns and owes just so much, in 万元."""
    sheet = REPORT.ledger.frames["balance_sheet"].copy()
    sheet[["total_assets", "total_liabilities"]] = 0.0
    rows = sheet[(sheet["year"] == REPORT.year) & (sheet["moment"] == "closing") & (sheet["basis"] == "consolidated")]
    sheet.loc[rows.index[0], ["total_assets", "total_liabilities"]] = assets, liabilities
    return Ledger(REPORT.package, {**REPORT.ledger.frames, "balance_sheet": sheet})


@every(
    ("liabilities", "printed"),
    [
        (5_765_000.0, "57.7%"),  # of 1000亿元 just 57.65 %
        (5_764_999.999999, "57.6%"),  # one 分 less; twelve digits of the ratio would read 57.6500000000
    ],
)
def test_a_ratio_one_cent_below_the_edge_is_rounded_down(liabilities, printed):
    ratio = of_one_group(10_000_000.0, liabilities).value("debt_ratio", REPORT.whole, REPORT.year)
    assert with_unit(ratio, "%", 1) == printed


def test_twelve_digits_would_round_that_ratio_up():
    """What was printed before: the float without its noise, and with it the 分."""
    cleaned = Decimal(format(5_764_999.999999 / 10_000_000 * 100, ".12g"))
    assert half_up(cleaned, 1) == Decimal("57.7")


def test_an_amount_one_cent_below_the_edge_is_rounded_down():
    """696.95亿元 less one 分: 6,969,499.999999万元, in twelve digits 6,969,500."""
    assert with_unit(amount_in(6_969_499.999999, "亿元"), "亿元", 1) == "696.9亿元"
    assert with_unit(in_unit(6_969_500.0, "亿元"), "亿元", 1) == "697.0亿元"


def test_a_growth_is_divided_once():
    """From 3 to 4: a third, whose hundredfold is a hundred thirds and not 33.33333333333333."""
    growth = 100 * (Exact(4) - Exact(3)) / Exact(3)
    assert isinstance(growth, Exact) and growth.exact == Fraction(100, 3)


# --- the numbers themselves ---------------------------------------------------------------------------


@given(st.fractions(-1000, 1000), st.fractions(-1000, 1000), st.integers(-9, 9))
def test_arithmetic_among_exact_numbers_is_that_of_fractions(a, b, n):
    x, y = Exact(a), Exact(b)
    assert ((x + y).exact, (x - n).exact, (n - x).exact, (x * y).exact) == (a + b, a - n, n - a, a * b)
    assert (-x).exact == -a and abs(x).exact == abs(a)
    if b:
        assert (x / y).exact == a / b and (n / y).exact == n / b
    assert type(x + 0.5) is float  # with a float there is nothing exact
    assert float(x) == a.numerator / a.denominator  # the nearest float


def test_an_exact_number_is_kept_and_copied_with_its_fraction():
    third = Exact(Fraction(1, 3))
    figure = FigureNumber(Fraction(1, 3), REPORT.figure("total_assets"))
    for one in (third, figure):
        assert copy.copy(one).exact == pickle.loads(pickle.dumps(one)).exact == Fraction(1, 3)


@given(st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=1, max_size=8))
def test_a_column_reckons_as_each_of_its_numbers_would(pairs):
    left, right = (Column(np.array(numbers, dtype=object), 10) for numbers in zip(*pairs, strict=True))
    ratio, rule = 100 * (left - right) / right + 1, left <= right
    for place, (a, b) in enumerate(pairs):
        expected = Fraction(100 * (a - b), b) + 1 if b > 0 else None  # nothing is divided by what is not above zero
        found = ratio.at(place)
        assert (found.exact if found is not None else None) == expected
        assert rule[place] == (a <= b)
    assert np.array_equal(
        ratio.floats, [float("nan") if b <= 0 else ratio.at(i) for i, (_, b) in enumerate(pairs)], True
    )


def test_what_is_not_known_breaks_no_rule_and_has_no_value():
    known = np.array([True, False])
    column = Column(np.array([5, 0], dtype=object), 1, known)
    assert (column + 1).at(1) is None
    assert [bool(v) for v in column >= 0] == [True, False]
    assert [bool(v) for v in column < 6] == [True, False] and not (column > 5).any()


def test_an_average_is_weighted_exactly():
    """3 % of 100 and 6 % of 200 are 5 % of 300; of nothing there is no average."""
    assert weighted([3.0, 6.0], [100.0, 200.0]) == 5
    assert np.isnan(weighted([3.0], [0.0]))


def test_the_property_would_see_a_lost_cent():
    """Floats summed one after another do lose one: the shuffled sums of a seeded table differ."""
    rows = random.Random(1).sample(range(10**13, 10**15), 200)
    sums = {sum(held(random.Random(seed).sample(rows, len(rows)))) for seed in range(20)}
    assert len(sums) > 1
