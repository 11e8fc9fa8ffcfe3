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


def test_a_number_is_made_whole_alike_whatever_stands_beside_it():
    """One that 64 bits do not hold makes Python's integers of all, and others of none."""
    assert whole([1.000001, 9e15]).tolist() == [1_000_001, 9 * 10**21]
    assert whole([2e9] * 3).tolist() == [2 * 10**15] * 3
    assert whole([2e9] * 5000).dtype == object  # together 10**19


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


AMOUNTS = st.sampled_from([10**6, 10**15, 10**20, 10**25]).flatmap(lambda most: st.integers(-most, most))
SUMMED = ("total_profit", "net_profit")


@settings(max_examples=4, deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_all_values_have_the_digits_of_each_whatever_the_rows(cents, chance):
    """Amounts past what a float carries (2**53 分) and past 64 bits, rows shuffled and enterprises regrouped."""
    frames = dict(REPORT.ledger.frames)
    sheet = frames["income_statement"].sample(frac=1, random_state=chance.randrange(2**31)).reset_index(drop=True)
    for column in SUMMED:
        sheet[column] = held([chance.choice(cents) for _ in sheet.index])
    enterprises = frames["enterprises"].copy()
    tops = enterprises.index[enterprises["parent_id"] == ""]
    enterprises.loc[tops, "class_zh"] = [chance.choice(list(enterprises["class_zh"])) for _ in tops]
    del frames["roster"]
    ledger = Ledger(REPORT.package, frames | {"income_statement": sheet, "enterprises": enterprises})
    whose = {by: ledger.scope_of(by) for by in (CLASS, GROUP, ENTERPRISE)}
    for by in (DISTRICT, CLASS, GROUP, ENTERPRISE):
        told = ledger.all_values(by)
        basis = "individual" if by == ENTERPRISE else "consolidated"
        rows = sheet[sheet["basis"] == basis]
        for year in ledger.years:
            for scope in ledger.scopes(by, year):
                for name in (*SUMMED, "profit_per_capita", "return_on_equity", "headcount_only_decrease"):
                    one, value = told.loc[(year, scope.id), name], ledger.value(name, scope, year)
                    assert pd.isna(one) if value is None else repr(float(one)) == repr(float(value)), (name, scope)
                own = rows[(rows["year"] == year)]
                if by != DISTRICT:
                    own = own[own["enterprise_id"].map(whose[by]) == scope.id]
                for column in SUMMED:  # against Python's fractions
                    total = sum((Fraction(int(n), 10**6) for n in whole(own[column])), Fraction(0))
                    assert ledger.value(column, scope, year).exact == total


def test_all_values_leave_out_what_such_scopes_are_not_known_for_and_note_what_they_rest_on():
    frames = {name: frame for name, frame in REPORT.ledger.frames.items() if name not in ("roster", "headcount")}
    ledger = Ledger(REPORT.package, frames)
    ledger.frames.seen.clear()
    groups = ledger.all_values(GROUP)
    assert "total_assets" in groups and "budget_revenue" not in groups  # the budget is nobody's
    assert "average_headcount" not in groups  # there is no such table
    assert {"balance_sheet", "budget"} <= set(ledger.frames.seen)
    assert groups.index.tolist() == [(year, s.id) for year in ledger.years for s in ledger.scopes(GROUP, year)]
    assert "budget_revenue" in ledger.all_values(DISTRICT)


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


def test_a_column_is_kept_without_the_values_that_were_asked_for():
    column = Column(np.array([1, 2]), 3, np.array([True, False]))
    small = len(pickle.dumps(column))
    assert (column.at(0).exact, column.at(1)) == (Fraction(1, 3), None)
    assert len(pickle.dumps(column)) == small
    again = pickle.loads(pickle.dumps(column))
    assert (again.at(0).exact, again.at(1)) == (Fraction(1, 3), None)


# Small numbers, those that a float just carries, that 64 bits just hold, and that they do not.
SIZES = st.sampled_from([99, 2**31, 2**53 + 1, 2**62, 2**63 - 1, 10**25])
NUMBERS = SIZES.flatmap(lambda most: st.integers(-most, most))


def as_held(numbers):
    """Whole numbers as sums give them: 64 bits where they fit."""
    return np.array(numbers, dtype=np.int64 if max(map(abs, numbers)) < 2**63 else object)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=8))
def test_a_column_reckons_as_each_of_its_numbers_would(pairs):
    left, right = (Column(as_held(numbers), 10) for numbers in zip(*pairs, strict=True))
    ratio, rule = 100 * (left - right) / right + 1, left <= right
    for place, (a, b) in enumerate(pairs):
        expected = Fraction(100 * (a - b), b) + 1 if b > 0 else None  # nothing is divided by what is not above zero
        found = ratio.at(place)
        assert (found.exact if found is not None else None) == expected
        assert rule[place] == (a <= b)
    assert np.array_equal(
        ratio.floats, [float("nan") if b <= 0 else ratio.at(i) for i, (_, b) in enumerate(pairs)], True
    )
    times, sums = left * right * 3, left + right / 7
    assert [times.at(i).exact for i in range(len(pairs))] == [Fraction(3 * a * b, 100) for a, b in pairs]
    assert [sums.at(i).exact for i in range(len(pairs))] == [Fraction(7 * a + b, 70) for a, b in pairs]
    assert times.floats.tolist() == [times.at(i) for i in range(len(pairs))]


def test_what_64_bits_do_not_hold_goes_on_as_pythons_integers():
    """And what they do stays in them: a growth of billions, of which one 分 counts."""
    most = np.array([2**62, 1])
    assert (most * most)[0] == 0  # what numpy alone makes of it
    assert Column(most).over.dtype == np.int64
    assert ((Column(most) * Column(most)).at(0)).exact == 2**124
    assert (Column(most) + Column(most)).at(0).exact == 2**63
    cents = np.array([10**15, 10**15 + 1])
    growth = 100 * (Column(cents) - Column(cents[::-1])) / Column(cents[::-1])
    assert growth.over.dtype == growth.under.dtype == np.int64
    assert growth.at(1).exact == Fraction(100, 10**15)


@given(st.integers(2**53, 2**63 - 1), st.integers(1, 2**63 - 1))
def test_a_float_is_the_nearest_however_large_what_is_divided(over, under):
    """Dividing two floats would round three times."""
    column = Column(np.array([over, -over]), np.array([under, 1]))
    assert column.floats.tolist() == [over / under, -float(over)] == [column.at(0), column.at(1)]


def test_dividing_floats_would_be_another_number():
    over, under = 2**53 + 1, 3
    assert float(over) / under != over / under


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
