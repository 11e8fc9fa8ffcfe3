"""The rules that ask: for each, data that raise its question and the nearest that do not."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from printed_claims import claim, printed

from stateassets.alerts import RED, RULES, YELLOW, Alert
from stateassets.audit.findings import CONFLICT, CONSISTENT, DOUBT, SCOPE, Finding
from stateassets.measures.figures import Figure
from stateassets.measures.ledger import Scope
from stateassets.measures.measures import KINDS
from stateassets.measures.registry import REGISTRY
from stateassets.pages import questions
from stateassets.pages.questions import Material, YearTarget, rules
from stateassets.report import Report
from stateassets.tables.origins import Origin

DISTRICT = Scope("district", "district", "全区")
GROUP = Scope("group", "A", "一级企业A")


def figure(name: str, value: float | None, scope: Scope = DISTRICT) -> Figure:
    return Figure(REGISTRY[name], KINDS[""], scope, 2023, value, Origin.SAMPLE)


def asked(rule, known: Material) -> list[str]:
    return [questions.lead([question]) for question in rule(known)]


# --- printed numbers -----------------------------------------------------------------------------


def balance(debts: str) -> Material:
    return printed(
        claim("total_assets", "100.0", "亿元"),
        claim("total_liabilities", debts, "亿元"),
        claim("debt_ratio", "50.0", "%"),
    )


def test_numbers_that_cannot_all_be_true_raise_a_question():
    (question,) = rules.conflicts(balance("51.0"))
    assert question.real and len(question.evidence) == 3
    assert not asked(rules.conflicts, balance("50.0"))
    assert not asked(rules.conflicts, Material())


def finding(verdict: str) -> Finding:
    return Finding("某区", 2023, "", verdict, "占比", (claim("debt_ratio", "50.0", "%"),), "", "说明")


@pytest.mark.parametrize(("verdict", "raised"), [(DOUBT, 1), (SCOPE, 1), (CONSISTENT, 0)])
def test_what_the_audit_doubts_or_wants_explained_is_asked(verdict, raised):
    assert len(asked(rules.corrections, Material(findings=[finding(verdict)]))) == raised


def test_a_conflict_is_asked_once():
    known = replace(balance("51.0"), findings=[finding(CONFLICT)])
    assert asked(rules.conflicts, known) and not asked(rules.corrections, known)
    assert asked(rules.corrections, Material(findings=[finding(CONFLICT)]))


def test_a_difference_from_the_tables_is_real_only_where_the_tables_are():
    pair = claim("total_assets", "100.0", "亿元"), figure("total_assets", 990_000)
    (question,) = rules.differences(Material(differing=[pair]))
    assert not question.real
    assert questions.lead([question]).startswith("资产总额印出100.0亿元，由底表重算是99.0亿元")
    known = Material(differing=[(pair[0], replace(pair[1], rests_on=Origin.REAL))])
    assert [q.real for q in rules.differences(known)] == [True]
    assert not asked(rules.differences, Material(claims=[pair[0]]))


def per_head(growth: str) -> Material:
    return printed(
        claim("total_profit", "5.0", "亿元"),
        claim("total_profit.yoy", "20.0", "%"),
        claim("profit_per_capita", "100", "万元"),
        claim("profit_per_capita.yoy", growth, "%"),
    )


def test_a_ratio_that_grew_because_its_divisor_fell_raises_a_question():
    (question,) = rules.shrinking_divisors(per_head("140.0"))
    said = questions.lead([question])
    assert said.startswith("平均职工人数由") and "人均创利的提高" in said
    assert "降到492.5至507.5人" in said  # 4.95 to 5.05亿元 over 100.5 to 99.5万元
    assert ("利润总额同比增速印出", question.evidence[1][1]) == question.evidence[1]


@pytest.mark.parametrize("growth", ["20.0", "-10.0"])
def test_a_ratio_that_grew_no_faster_than_its_dividend_raises_none(growth):
    assert not asked(rules.shrinking_divisors, per_head(growth))


def test_only_what_the_whole_formula_is_divided_by_is_a_divisor():
    assert rules.divisors(REGISTRY["profit_per_capita"]) == ("average_headcount",)
    assert rules.divisors(REGISTRY["preservation_rate"]) == ("opening_state_capital",)
    assert rules.divisors(REGISTRY["objective_net_increase"]) == ()


def capital(rate: str) -> Material:
    return printed(
        claim("state_capital", "100.0", "亿元"),
        claim("state_capital.yoy", "8.7", "%"),
        claim("preservation_rate", rate, "%"),
    )


def test_growth_of_capital_beyond_what_was_preserved_raises_a_question():
    (question,) = rules.unexplained_factors(capital("101.5"))
    assert len(question.evidence) == 2 and question.real
    assert not asked(rules.unexplained_factors, capital("108.7"))


def preserved(change: str) -> Material:
    return printed(claim("preservation_rate", "101.5", "%"), claim("preservation_rate.change", change, "个百分点"))


def test_a_last_year_that_may_lie_on_either_side_of_keeping_raises_a_question():
    assert asked(rules.last_year_unclear, preserved("2"))
    assert not asked(rules.last_year_unclear, preserved("1"))  # 100.0 at least, as one would print
    assert not asked(rules.last_year_unclear, preserved("3"))


def moves(profit: str, budget: str) -> Material:
    return Material(claims=[claim("total_profit.yoy", profit, "%"), claim("budget_revenue.yoy", budget, "%")])


def test_numbers_that_went_opposite_ways_raise_a_question():
    (question,) = rules.opposite_ways(moves("18", "-0.1"))
    assert question.whom == rules.TREASURY
    assert not asked(rules.opposite_ways, moves("18", "0.0"))
    assert not asked(rules.opposite_ways, moves("-18", "-0.1"))


def beside(text: str, *others: str) -> Material:
    mine = claim("debt_ratio", text, "%")
    places = [claim("debt_ratio", o, "%", region=f"区{i}") for i, o in enumerate(others)]
    return Material(claims=[mine], peers={mine: places})


def test_a_rate_beyond_all_other_places_raises_a_question():
    (question,) = rules.unlike_peers(beside("70.1", "50.0", "60.0", "70.0"))
    assert "高于" in questions.lead([question]) and "区2" in question.evidence[0][0]
    (question,) = rules.unlike_peers(beside("49.9", "50.0", "60.0", "70.0"))
    assert "低于" in questions.lead([question]) and "区0" in question.evidence[0][0]
    assert not asked(rules.unlike_peers, beside("70.0", "50.0", "60.0", "70.0"))
    assert not asked(rules.unlike_peers, beside("70.1", "50.0", "60.0"))  # too few


def test_an_amount_is_not_compared_with_places_of_another_size():
    mine = claim("total_assets", "900.0", "亿元")
    places = [claim("total_assets", n, "亿元") for n in ("1.0", "2.0", "3.0")]
    assert not asked(rules.unlike_peers, Material(claims=[mine], peers={mine: places}))


def test_numbers_printed_as_more_than_a_round_one_raise_one_question():
    vague = claim("projects_total", "250", "项", "over")
    (question,) = rules.over_round_numbers(Material(claims=[vague, vague]))
    assert len(question.evidence) == 2
    exact = replace(vague, qualifier="exact")
    assert not asked(rules.over_round_numbers, Material(claims=[exact]))


def test_a_rate_printed_as_all_of_it_raises_a_question():
    full = claim("party_coverage", "100", "%")
    assert asked(rules.full_marks, Material(claims=[full]))
    for other in (replace(full, text="99.9", decimals=1), claim("preservation_rate", "100.0", "%")):
        assert not asked(rules.full_marks, Material(claims=[other]))


# --- tables --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def alert(report: Report) -> Alert:
    material = questions.material(report)
    return material.alerts[0]


def test_open_red_warnings_raise_one_question_for_each_module(alert):
    known = Material(alerts=[alert, alert], modules={alert.rule.module: "资金"}, alerts_origin=Origin.SAMPLE)
    (question,) = rules.red_alerts(known)
    assert questions.lead([question]).startswith("资金方面有2项") and not question.real
    for other in (replace(alert, level=YELLOW), replace(alert, cleared=alert.period)):
        assert not asked(rules.red_alerts, replace(known, alerts=[other]))
    assert alert.level == RED and set(RULES) >= {alert.rule.id}


def result(score: float, *penalties: str) -> SimpleNamespace:
    reasons = tuple(SimpleNamespace(reason=reason) for reason in penalties)
    return SimpleNamespace(subject=SimpleNamespace(name="一级企业A"), score=score, penalties=reasons)


def test_an_event_that_cost_points_raises_a_question():
    (question,) = rules.red_lines(Material(results=[(result(80, "罚款", "事故"), None)]))
    assert question.evidence == (("罚款",), ("事故",))
    assert not asked(rules.red_lines, Material(results=[(result(80), None)]))


def test_a_lower_score_as_printed_raises_a_question():
    assert asked(rules.lower_scores, Material(results=[(result(79.9), result(80.0))]))
    for before in (result(79.94), result(79.0), None):
        assert not asked(rules.lower_scores, Material(results=[(result(79.9), before)]))


def target(value: float | None, direction: str) -> YearTarget:
    return YearTarget("一级企业A", figure("debt_ratio", value, GROUP), 60.0, direction, "60.0%")


def test_a_target_that_was_not_reached_raises_a_question():
    missed = [target(59.9, "more"), target(60.1, "less")]
    (question,) = rules.missed_targets(Material(targets=missed))
    assert len(question.evidence) == 2 and not question.real
    for met in (
        target(60.0, "more"),
        target(60.0, "less"),
        target(59.96, "more"),
        target(10, "band"),
        target(None, "more"),
    ):
        assert not asked(rules.missed_targets, Material(targets=[met]))


def test_a_loss_without_a_plan_raises_a_question():
    assert asked(rules.unplanned_losses, Material(losses=[figure("own_profit", -3.0, GROUP)]))
    assert not asked(rules.unplanned_losses, Material())


# --- together ------------------------------------------------------------------------------------


def test_questions_from_printed_numbers_come_first():
    known = replace(moves("18", "-1"), targets=[target(59.0, "more")])
    assert [q.real for q in questions.ask(known)] == [True, False]


def test_every_rule_has_a_test_of_its_own():
    tested = Path(__file__).read_text("utf-8")
    assert all(f"rules.{name}" in tested for name in questions.RULES)


def test_where_nothing_is_found_the_page_says_so(report):
    nothing = questions.ask(Material())
    assert nothing == ()
    for shown in (questions.listing(report, nothing, real=True), questions.picture(nothing)):
        assert repr(shown) == "没有要追问的地方。"
    assert questions.lead(nothing) == "没有要追问的地方。"
    assert {row[2] for row in questions.rule_table(nothing).rows} == {"0"}


def typed(source: str) -> list[str]:
    """Sentences in which a digit was typed."""
    texts = (n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant))
    return [t for t in texts if isinstance(t, str) and re.search(r"[一-鿿]", t) and re.search(r"\d", t)]


def test_no_question_has_a_number_typed_into_it():
    assert typed(Path(rules.__file__).read_text("utf-8")) == []
    assert typed('asks = f"增长{x}，共3户"')


def test_every_printed_number_in_a_question_leads_to_where_it_comes_from(report):
    known = moves("18", "-21.9")
    mine = [c for c in report.claims if c.figure_id in ("total_profit.yoy", "budget_revenue.yoy")]
    shown = questions.listing(report, questions.ask(replace(known, claims=mine)), real=True)
    html = shown._repr_html_()
    for each in mine:
        assert f'data-figure="{each.figure_id}"' in html and each.printed in html
    assert (
        "一（四）国有资本经营预算" in html and 'id="question-opposite_ways-利润增加而国有资本经营预算收入减少"' in html
    )
