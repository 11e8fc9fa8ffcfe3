"""Formulas, checked against worked examples from the rules, and read by all readers."""

import numpy as np
import pytest
import sympy
from many import every

from stateassets.domains.financial_statements import measures as statements
from stateassets.measures.exact import ONE, Column
from stateassets.measures.measures import CHANGE, YOY, Indicator, Measure, Quantity, Registry
from stateassets.measures.registry import REGISTRY
from stateassets.present.typesetting import formula


def indicators():
    return [m for m in REGISTRY.values() if isinstance(m, Indicator)]


def test_preservation_rate_leaves_objective_factors_out():
    # Order 9 of the state-asset commission, art. on the rate: closing 1,100 of which 80 came
    # without payment and 30 were handed over, opening 1,000: (1100 - 80 + 30) / 1000.
    assert statements.preservation_rate(1100, 80, 30, 1000) == 105


def test_debt_ratio_is_pooled_not_a_mean_of_ratios():
    # Two firms: 90 of 100 and 10 of 900. Mean of ratios 45.6 %, pooled 10 %.
    assert statements.debt_ratio(90 + 10, 100 + 900) == 10


def test_state_capital_takes_out_other_owners():
    assert statements.state_capital(statements.owners_equity(1000, 600), 40) == 360


def test_productivity_and_profit_per_head_share_one_headcount():
    heads = statements.average_headcount(12 * 50)
    assert statements.labour_productivity(5000, heads) == 100
    assert statements.profit_per_capita(4000, heads) == 80


def test_growth_and_change():
    assert YOY.formula(110, 100) == 10
    assert CHANGE.formula(57, 59) == -2


def test_growth_of_a_ratio_prints_as_per_cent_and_its_change_as_points():
    assert YOY.of(REGISTRY["debt_ratio"]).unit == "%"
    assert CHANGE.of(REGISTRY["debt_ratio"]).unit == "个百分点"
    assert CHANGE.of(REGISTRY["total_assets"]).unit == "亿元"


@every("measure", indicators(), ids=lambda m: m.name)
def test_one_formula_gives_ledger_page_and_person_the_same_value(measure):
    whole = {name: 3 + 7 * i for i, name in enumerate(measure.inputs)}
    numbers = {name: float(number) for name, number in whole.items()}
    by_hand = measure.formula(**numbers)
    in_ledger = measure.formula(**{name: Column(np.array([number]) * ONE, ONE) for name, number in whole.items()})
    symbols = {n: sympy.Symbol(n) for n in numbers}
    on_page = measure.formula(**symbols).subs({symbols[n]: v for n, v in numbers.items()})
    if isinstance(by_hand, bool):  # a rule holds or does not
        assert bool(in_ledger[0]) is by_hand and bool(on_page) is by_hand
    else:
        assert in_ledger.at(0) == pytest.approx(by_hand)
        assert float(on_page) == pytest.approx(by_hand)


@every("measure", indicators(), ids=lambda m: m.name)
def test_every_formula_is_typeset_with_the_names_that_readers_know(measure):
    drawn = formula(measure).html
    assert drawn.startswith("<math")
    for name in measure.inputs:
        zh = REGISTRY[name].name_zh
        assert zh in drawn or zh.encode("ascii", "xmlcharrefreplace").decode() in drawn
        assert name not in drawn


def test_every_measure_says_where_its_definition_comes_from():
    assert all(m.basis and m.definition for m in REGISTRY.values())


def test_a_measure_without_a_source_is_refused():
    with pytest.raises(ValueError, match="依据"):
        Measure("x", "某指标", "%", 1, basis=" ")


def test_a_name_taken_twice_is_refused():
    registry = Registry()
    registry.add(Quantity("a", "甲", "万元", 0, "某规则", aliases=("乙",)))
    with pytest.raises(ValueError, match="编号重复"):
        registry.add(Quantity("a", "丙", "万元", 0, "某规则"))
    with pytest.raises(ValueError, match="名称重复"):
        registry.add(Quantity("b", "乙", "万元", 0, "某规则"))


def test_a_formula_over_something_unknown_is_refused():
    registry = Registry()
    with pytest.raises(ValueError, match="missing"):
        registry.add(Indicator("b", "乙", "%", 1, "某规则", formula=lambda missing: missing))


def test_other_names_lead_to_the_measure():
    assert REGISTRY.by_name_zh("净资产").name == "owners_equity"
    assert REGISTRY.by_name_zh(" 保值增值率 ").name == "preservation_rate"
    assert REGISTRY.by_name_zh("没有的指标") is None
