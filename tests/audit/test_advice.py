"""The audit's advice makes sense: what has no meaning is said to have none, what is proposed lies near."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from test_examine import ENTERPRISES, loud, of_two_reports, row

from stateassets.audit import IMPOSSIBLE, POSSIBLE, audit, examine
from stateassets.audit.comparable import may_be_negative, sign
from stateassets.audit.findings import ALARMS, CONFLICT, INCOMPARABLE, NOTICES, SCOPE, near
from stateassets.audit.ties.telling import OTHER_MONEY
from stateassets.measures.claims import collected_claims
from stateassets.measures.measures import KINDS
from stateassets.measures.registry import REGISTRY
from stateassets.measures.units import base_size, half_up

# --- what has no meaning -------------------------------------------------------------------------


def profits(before, now, growth, *more):
    return [
        row("利润总额", before, "亿元", year=2022),
        row("利润总额", now, "亿元"),
        row("利润总额", growth, "%", "yoy_pct"),
        *more,
    ]


@pytest.mark.parametrize(
    ("before", "now", "growth"),
    [
        ("-2.00", "3.00", "250.0"),  # a loss turned into a gain, by the loss without its sign
        ("-2.00", "3.00", "-250.0"),  # the same, by the formula
        ("-2.00", "-3.00", "50.0"),  # a larger loss
        ("-2.00", "-1.00", "-50.0"),
        ("0.00", "1.00", "100.0"),  # from nothing
    ],
)
def test_growth_from_what_is_not_above_zero_is_not_comparable_and_nothing_is_proposed(before, now, growth):
    rows = profits(before, now, growth)
    (found,) = loud(*rows)
    assert found.verdict == INCOMPARABLE and found.expected == ""
    assert f"上年印出{before}亿元，不大于零" in found.message and "请改说增减多少" in found.message
    assert [i.measure.name for v in audit(collected_claims(rows)) for i in v.implied] == []


def test_growth_from_a_gain_into_a_loss_is_a_number_as_any_other():
    # from 2.00 to -3.00: -250 %
    assert loud(*profits("2.00", "-3.00", "-250.0")) == []
    (found,) = loud(*profits("2.00", "-3.00", "-205.0"))
    assert found.verdict == CONFLICT and "算得-250.0%" in found.message
    (found,) = loud(*of_two_reports(*profits("2.00", "-3.00", "-205.0")))
    assert found.verdict == SCOPE and "算得-250.0%" in found.message


def test_a_loss_that_the_change_in_amount_gives_away_is_one():
    # 3.00 - 5.00 = -2.00 a year before
    rows = [
        row("利润总额", "3.00", "亿元"),
        row("利润总额", "5.00", "亿元", "yoy_abs"),
        row("利润总额", "250.0", "%", "yoy_pct"),
    ]
    (found,) = loud(*rows)
    assert found.verdict == INCOMPARABLE and "上年数不大于零或接近零" in found.message


@pytest.mark.parametrize(("now", "growth"), [("3.00", "-250.0"), ("-3.00", "50.0")])
def test_a_loss_that_the_growth_itself_gives_away_is_one(now, growth):
    rows = [row("净利润", now, "亿元"), row("净利润", growth, "%", "yoy_pct")]
    (found,) = loud(*rows)
    assert found.verdict == INCOMPARABLE and "只有上年数是负数才能这样" in found.message


def test_assets_that_fall_by_more_than_all_are_a_conflict_not_a_negative_base():
    rows = [row("资产总额", "3.00", "亿元"), row("资产总额", "-250.0", "%", "yoy_pct")]
    assert [f.verdict for f in loud(*rows)] == [CONFLICT]


def test_a_return_on_negative_equity_is_not_comparable():
    rows = [row("净利润", "1.00", "亿元"), row("净资产", "-5.00", "亿元"), row("净资产收益率", "-20.00", "%")]
    (found,) = loud(*rows)
    assert found.verdict == INCOMPARABLE and "净资产年末或年初不大于零" in found.message


def test_a_ratio_of_nothing_is_not_comparable():
    rows = [row("资产总额", "0.0", "亿元"), row("负债总额", "2.0", "亿元"), row("资产负债率", "200.0", "%")]
    (found,) = loud(*rows)
    assert found.verdict == INCOMPARABLE and "资产负债率200.0%的分母不大于零" in found.message


def test_a_share_of_a_loss_is_not_comparable():
    rows = [
        row("利润总额", "-2.00", "亿元"),
        row("利润总额", "1.00", "亿元", scope="按行业:工业"),
        row("利润占比", "-50.00", "%", scope="按行业:工业"),
    ]
    (found,) = loud(*rows)
    assert found.verdict == INCOMPARABLE and "没有通常的意义" in found.message
    zero = [row("资产总额", "0", "亿元"), row("货币资金", "1", "亿元"), row("货币资金占总资产", "9.70", "%")]
    assert [f.verdict for f in loud(*zero)] == [INCOMPARABLE]


def test_gains_above_a_whole_that_holds_losses_are_no_doubt():
    # two of several parts gain 5 and 4 of 6: another part lost 3
    rows = [
        row("利润总额", "6.00", "亿元", scope="市属企业"),
        row("利润总额", "5.00", "亿元", scope="市属企业:甲集团"),
        row("利润总额", "4.00", "亿元", scope="市属企业:乙集团"),
    ]
    (found,) = loud(*rows)
    assert found.verdict not in ALARMS and "-3.00亿元" in found.expected


def test_what_only_a_negative_denominator_explains_is_asked_about():
    # 1.00 / -20 % = -5.00 of equity, which nobody printed
    rows = [row("净利润", "1.00", "亿元"), row("净资产收益率（平均净资产）", "-20.00", "%")]
    (found,) = loud(*rows)
    assert found.verdict == INCOMPARABLE and "只有上年数或分母不大于零才能同时成立" in found.message
    assert [v.state for v in audit(collected_claims(rows))] == [POSSIBLE]
    assets = [row("资产总额", "1.0", "亿元"), row("负债总额", "2.0", "亿元"), row("资产负债率", "-200.0", "%")]
    assert [v.state for v in audit(collected_claims(assets))] == [IMPOSSIBLE]


@pytest.mark.parametrize("growth", ["-100.0", "0.0"])
def test_a_number_of_which_nothing_is_left_stops_no_check(growth):
    items = ("资产总额", "负债总额", "净资产")
    rows = [row(i, "0.0", "亿元") for i in items] + [row(i, growth, "%", "yoy_pct") for i in items]
    rows += [row("净利润", "0.0", "亿元"), row("净资产收益率", "0.00", "%"), row("资产负债率", "0.0", "%")]
    rows += [row(i, "0.0", "亿元", year=2022) for i in items] + [row("货币资金占总资产", "0.0", "%")]
    examine(collected_claims(rows))  # raises nothing
    audit(collected_claims(rows))


def test_a_formula_says_whether_what_it_divides_by_can_be_negative():
    assert not may_be_negative(REGISTRY["total_assets"]) and may_be_negative(REGISTRY["total_profit"])
    assert may_be_negative(None) and may_be_negative(REGISTRY["owners_equity"])
    assert not sign("debt_ratio").unsure and sign("return_on_equity").unsure
    assert sign("total_profit", KINDS["yoy"]).unsure and not sign("revenue", KINDS["yoy"]).unsure


# --- what is proposed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "other", "is_near"),
    [
        ("68.0", "60.0", True),  # a digit
        ("45.9", "54.9", True),  # a pair
        ("69.6", "66.9", True),  # a pair across the point
        ("41.7", "401.7", True),  # a digit left out
        ("69.6", "696.9", False),  # the point moved
        ("45.9", "44.4", False),
        ("-21.9", "21.9", False),
        ("5", "5.0", False),
        ("60.0", "60.0", False),
        ("123", "321", False),
    ],
)
def test_near_is_one_digit_or_one_swapped_pair(printed, other, is_near):
    assert near(printed, other) == near(other, printed) == is_near


def test_a_unit_that_the_report_uses_nowhere_else_is_not_proposed():
    rows = [row("负债总额", "6.0", "亿元"), row("资产负债率", "45.9", "%"), row("国有资本及权益总额", "7.5", "亿元")]
    (found,) = loud(*rows)
    assert found.verdict == CONFLICT and "不能同时成立" in found.message and "万亿元" not in found.message
    elsewhere = row("地区生产总值", "1.2", "万亿元")  # where it says nothing of the three
    (found,) = loud(*rows, elsewhere)
    assert found.verdict == CONFLICT and "万亿元" not in f"{found.message}{found.expected}"


def test_what_is_far_from_the_printed_number_is_computed_not_proposed():
    rows = [
        row("资产总额", "1000.0", "亿元"),
        row("负债总额", "600.0", "亿元"),
        row("净资产", "400.0", "亿元"),
        row("资产负债率", "75.9", "%"),
    ]
    (found,) = loud(*rows)
    assert found.expected == "算得60.0%" and "应为" not in found.message
    (found,) = loud(*rows[:3], row("资产负债率", "90.0", "%"))
    assert found.expected == "应为60.0%"


# --- laws ----------------------------------------------------------------------------------------

LAWS = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
signed = st.integers(-(10**7), 10**7).map(lambda n: Fraction(n, 100))  # 万元
positive = st.integers(10**4, 10**8).map(lambda n: Fraction(n, 100))


def printed(name, value, unit, decimals, kind="level", **where):
    return row(name, str(half_up(value / base_size(unit), decimals)), unit, kind, **where)


@st.composite
def results_of_any_sign(draw):
    """The printed truth of a region whose profit and equity may be negative in both years."""
    decimals, unit = draw(st.integers(0, 3)), draw(st.sampled_from(["万元", "亿元"]))
    years = {}
    for year in (2022, 2023):
        years[year] = {
            "资产总额": draw(positive),
            "负债总额": draw(positive),
            "利润总额": draw(signed),
            "净利润": draw(signed),
            "营业收入": draw(positive),
        }
        years[year]["净资产"] = years[year]["资产总额"] - years[year]["负债总额"]
    was, now = years[2022], years[2023]
    rows = []
    for name, value in now.items():
        rows.append(printed(name, value, unit, decimals))
        rows.append(printed(name, was[name], unit, decimals, year=2022))
        rows.append(printed(name, value - was[name], unit, decimals, "yoy_abs"))
        if was[name]:
            rows.append(printed(name, 100 * (value - was[name]) / was[name], "%", decimals, "yoy_pct"))
    rows.append(printed("资产负债率", 100 * now["负债总额"] / now["资产总额"], "%", decimals))
    rows.append(printed("净利润率", 100 * now["净利润"] / now["营业收入"], "%", decimals))
    average = (now["净资产"] + was["净资产"]) / 2
    if average:
        rows.append(printed("净资产收益率（平均净资产）", 100 * now["净利润"] / average, "%", decimals))
    levels = [r["value"] for r in rows if r["kind"] == "level" and r["unit"] != "%"]
    assume(len(levels) == len(set(levels)))  # two items alike by chance are what a doubt is about
    keep = draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    return [r for r, kept in zip(rows, keep, strict=True) if kept]


@pytest.mark.slow
@LAWS
@given(results_of_any_sign())
def test_a_rounded_truth_of_any_sign_raises_no_alarm(rows):
    found = loud(*rows)
    assert [f.message for f in found if f.verdict != INCOMPARABLE] == []
    assert {v.state for v in audit(collected_claims(rows), implied=False)} <= {POSSIBLE}


@pytest.mark.slow
@LAWS
@given(results_of_any_sign())
def test_growth_from_a_printed_loss_is_never_checked_or_used(rows):
    losses = {r["name_zh"] for r in rows if r["year"] == 2022 and r["kind"] == "level" and Fraction(r["value"]) <= 0}
    growths = {r["name_zh"] for r in rows if r["kind"] == "yoy_pct"} & losses
    told = [f for f in loud(*rows) if f.verdict == INCOMPARABLE]
    said = {f.claims[-1].name_zh for f in told if f.claims[-1].kind == "yoy_pct"}
    assert growths <= said and not any("应为" in f.message + f.expected for f in told)


@st.composite
def misprinted(draw):
    """Numbers that belong together, one of which has a wrong digit; (rows, which one)."""
    decimals, unit = draw(st.integers(0, 2)), draw(st.sampled_from(["万元", "亿元"]))
    debts, equity = draw(positive), draw(positive)
    rows = [
        printed("资产总额", debts + equity, unit, decimals),
        printed("负债总额", debts, unit, decimals),
        printed("净资产", equity, unit, decimals),
    ]
    if draw(st.booleans()):
        rows.append(printed("资产负债率", 100 * debts / (debts + equity), "%", 1))
    at = draw(st.integers(0, len(rows) - 1))
    text = rows[at]["value"]
    place = draw(st.sampled_from([i for i, c in enumerate(text) if c.isdigit()]))
    digit = draw(st.sampled_from([d for d in "0123456789" if d != text[place]]))
    changed = text[:place] + digit + text[place + 1 :]
    return [{**r, "value": changed} if i == at else r for i, r in enumerate(rows)]


def within_rounding(rows):
    (assets, debts, equity), half = (
        [Fraction(r["value"]) for r in rows[:3]],
        Fraction(3, 2 * 10 ** rows[0]["decimals"]),
    )
    return abs(assets - debts - equity) <= half


@LAWS
@given(misprinted())
def test_one_digit_changed_in_a_sum_is_found_or_lies_within_rounding(rows):
    assert within_rounding(rows) or any(f.verdict in (*ALARMS, *NOTICES) for f in loud(*rows))


PROPOSED = re.compile(r"应(?:写作“?|为)(-?\d+(?:\.\d+)?)(元|万元|亿元|万亿元|%|个百分点)")


def told_apart(finding):
    """(the claim that is said to be wrong, text, unit) of each thing proposed."""
    for text, unit in PROPOSED.findall(f"{finding.message} {finding.expected}"):
        yield finding.claims[-1], text, unit


@pytest.mark.slow
@LAWS
@given(st.one_of(misprinted(), results_of_any_sign()), st.data())
def test_nothing_is_proposed_that_is_not_near_what_was_printed(rows, data):
    if rows and data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(rows) - 1))
        unit = data.draw(st.sampled_from(["万元", "亿元", "万亿元", "%", "个百分点"]))
        rows = [{**r, "unit": unit} if i == at else r for i, r in enumerate(rows)]
    claims = collected_claims(rows)
    for finding in examine(claims).findings:
        for claim, text, unit in told_apart(finding):
            others = {c.unit for c in claims if c is not claim}
            step = text == claim.text and unit in others and unit in OTHER_MONEY.get(claim.unit, ())
            kind = text == claim.text and {unit, claim.unit} == {"%", "个百分点"}
            assert step or kind or (unit == claim.unit and near(claim.text, text)), finding.message


def test_a_claim_that_has_no_meaning_is_kept_out_whatever_its_place_in_the_file():
    rows = profits("-2.00", "3.00", "250.0")
    claims = collected_claims(rows)
    turned = tuple(replace(c) for c in reversed(claims))
    assert {f.verdict for f in examine(claims).findings} == {f.verdict for f in examine(turned).findings}
    assert all(f.scope == ENTERPRISES for f in examine(claims).findings)
