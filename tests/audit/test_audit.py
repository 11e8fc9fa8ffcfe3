"""What the audit decides about printed numbers."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import ROOT

from stateassets.audit import IMPOSSIBLE, POSSIBLE, Model, audit
from stateassets.measures.claims import Claim
from stateassets.measures.units import half_up
from stateassets.report import Report


@pytest.fixture(scope="module")
def claims():
    return Report(root=ROOT).claims


def claim(indicator, text, unit, kind="level", qualifier="rounded"):
    decimals = len(text.partition(".")[2])
    return Claim(
        f"{indicator}.{kind}",
        "某区",
        2023,
        "企业",
        "",
        indicator,
        indicator,
        kind,
        text,
        unit,
        decimals,
        qualifier,
        "某报告",
    )


def altered(claims, id, text):
    assert id in {c.id for c in claims}
    return [replace(c, text=text) if c.id == id else c for c in claims]


def test_the_report_as_printed_is_possible(claims):
    (verdict,) = audit(claims, implied=False)
    assert verdict.state == POSSIBLE
    assert verdict.conflict == ()


def test_liabilities_two_digits_off_are_impossible_and_the_conflict_is_small(claims):
    (verdict,) = audit(altered(claims, "liabilities.total", "401.9"))
    assert verdict.state == IMPOSSIBLE
    assert 2 <= len(verdict.conflict) <= 3
    assert "liabilities.total" in {c.id for c in verdict.conflict}


def test_a_conflict_can_spare_none_of_its_claims(claims):
    (verdict,) = audit(altered(claims, "liabilities.total", "401.9"))
    for left_out in verdict.conflict:
        rest = [c for c in verdict.conflict if c is not left_out]
        assert audit(rest, implied=False)[0].state == POSSIBLE


def worked_ranges():
    """Bounds worked out by hand from the printed intervals (万元, 人)."""
    profit, per_head, productivity = (45_500, 46_500), (92.5, 93.5), (148.05, 148.15)
    heads = (profit[0] / per_head[1], profit[1] / per_head[0])
    return {
        ("average_headcount", 2023): heads,
        ("value_added", 2023): (heads[0] * productivity[0], heads[1] * productivity[1]),
    }


@pytest.mark.slow
@pytest.mark.parametrize(("name", "year"), list(worked_ranges()))
def test_implied_ranges_are_as_tight_as_by_hand(claims, name, year):
    found = {(i.measure.name, i.year): i for i in audit(claims)[0].implied}[name, year]
    low, high = worked_ranges()[name, year]
    assert found.low == pytest.approx(low, rel=1e-4)
    assert found.high == pytest.approx(high, rel=1e-4)
    assert {c.id for c in found.rests_on} >= {"profit.total", "profit_per_capita"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "year", "low", "high"),  # the design's figures, in printed units
    [
        ("average_headcount", 2022, 1083.1, 1128.8),
        ("value_added", 2022, 7.84, 8.18),
        ("objective_net_increase", 2023, 19.2, 19.9),
    ],
)
def test_implied_ranges_lie_within_what_was_worked_out_before(claims, name, year, low, high):
    found = {(i.measure.name, i.year): i for i in audit(claims)[0].implied}[name, year]
    size = 10_000 if found.measure.unit == "亿元" else 1
    slack = 0.5 * 10**-found.measure.decimals
    assert low - slack <= found.low / size <= found.high / size <= high + slack
    assert found.high - found.low > 0.5 * (high - low) * size


def test_a_claim_that_no_formula_knows_is_reported_not_dropped(claims):
    (verdict,) = audit(claims, implied=False)
    assert len(verdict.claims) + len(verdict.unread) == len(claims)


def test_a_part_larger_than_its_whole_is_impossible():
    printed = [claim("budget_transfer", "11", "万元"), claim("budget_expenditure", "9", "万元")]
    assert audit(printed)[0].state == IMPOSSIBLE


def test_units_are_brought_together():
    printed = [claim("total_assets", "1.00", "亿元"), claim("total_liabilities", "6000", "万元")]
    assert audit([*printed, claim("debt_ratio", "60.0", "%")])[0].state == POSSIBLE
    assert audit([*printed, claim("debt_ratio", "61.0", "%")])[0].state == IMPOSSIBLE


money = st.integers(min_value=1_000, max_value=10_000_000)


def growth(now, before):
    return half_up(100 * (now - before) / before, 1)


@settings(max_examples=60, deadline=None)
@given(assets=money, before=money, part=st.integers(1, 99), part_before=st.integers(1, 99))
def test_a_rounded_truth_is_never_called_a_conflict(assets, before, part, part_before):
    debts, debts_before = assets * part / 100, before * part_before / 100
    ratio, ratio_before = 100 * debts / assets, 100 * debts_before / before
    printed = [
        claim("total_assets", str(half_up(assets / 10_000, 1)), "亿元"),
        claim("total_assets", str(growth(assets, before)), "%", "yoy_pct"),
        claim("total_liabilities", str(half_up(debts / 10_000, 1)), "亿元"),
        claim("total_liabilities", str(growth(debts, debts_before)), "%", "yoy_pct"),
        claim("debt_ratio", str(half_up(ratio, 1)), "%"),
        claim("debt_ratio", str(half_up(ratio - ratio_before, 1)), "个百分点", "yoy_pp"),
    ]
    assert audit(printed, implied=False)[0].state == POSSIBLE


def test_the_time_limit_reaches_the_solver(claims):

    model = Model(claims, time_limit_ms=1)
    assert str(model.decide()) in {"unknown", "sat"}  # an honest answer, and no hang


def test_without_a_solver_the_same_numbers_are_tied_and_bear_on_each_other(report):
    groups: dict[object, list[object]] = {}
    for one in (*report.claims, *report.collected):
        groups.setdefault((one.region, one.scope, one.year), []).append(one)
    told = [(Model(some), Model(some, asked=False)) for some in groups.values()]
    assert all((one.tied(), one.core()) == (other.tied(), other.core()) for one, other in told)
    assert any(one.core() for one, _ in told) and any(one.tied() != one.core() for one, _ in told)


@pytest.mark.slow
def test_the_implied_ranges_are_the_same_whatever_was_asked_before(report):
    first = audit(report.claims)
    Model(report.claims).decide()  # in the solver's memory that the process shares
    assert audit(report.claims) == first
