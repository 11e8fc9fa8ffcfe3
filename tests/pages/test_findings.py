"""What the cover opens with: findings from made-up printed figures, which, in what order, and none without ground."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest
from paths import ROOT
from printed_claims import claim, printed

from stateassets import chapters
from stateassets.audit import Implied
from stateassets.audit.findings import CONFLICT, CONSISTENT, UNIT
from stateassets.audit.findings import Finding as Audited
from stateassets.measures.registry import REGISTRY
from stateassets.pages import findings, questions
from stateassets.pages.questions import Material
from stateassets.tables.addresses import question_place, slug


def per_head(growth: str, *more):
    """Profit rose by a fifth, profit per head by ``growth``: at 140 % heads fell from about 1000 to 500."""
    return printed(
        claim("total_profit", "5.0", "亿元"),
        claim("total_profit.yoy", "20.0", "%"),
        claim("profit_per_capita", "100", "万元"),
        claim("profit_per_capita.yoy", growth, "%"),
        *more,
    )


def apart(profit: str, budget: str):
    return claim("total_profit.yoy", profit, "%"), claim("budget_revenue.yoy", budget, "%")


def rules(known: Material) -> list[str]:
    return [finding.rule for finding in findings.found(known)]


def words(facts) -> str:
    """What a finding says, its ranges as numbers left out."""
    said = (f if isinstance(f, str) else f.text if isinstance(f, findings.Said) else "…" for f in facts)
    return "".join(said)


def lead(known: Material) -> str:
    return words(findings.found(known)[0].leads)


# --- which ---------------------------------------------------------------------------------------


def test_a_ratio_that_rose_because_its_divisor_fell_is_a_finding():
    (found,) = [f for f in findings.found(per_head("140.0")) if f.rule == "shrunken_divisors"]
    # At least from 4.95/1.2005 over 100.5/2.3995 to 5.05 over 99.5: 984.5 to 507.5, by 48.4 %.
    assert words(found.leads) == "平均职工人数至少减少48.4%，人均创利同比增长140.0%"
    assert words(found.more) == "由…降到…，报告没有印出。"
    assert "shrunken_divisors" not in rules(per_head("20.0"))  # heads need not have fallen


def test_half_is_said_only_where_it_is_surely_more():
    assert lead(per_head("163.8")).startswith("平均职工人数减少一半以上")
    assert not lead(per_head("140.0")).startswith("平均职工人数减少一半")


def test_a_numerator_that_fell_while_its_ratio_rose_is_a_finding():
    def productivity(growth: str) -> Material:
        return per_head(
            "140.0", claim("labour_productivity", "150.0", "万元/人"), claim("labour_productivity.yoy", growth, "%")
        )

    # 7.5 after 150/1.8 = 83.3 times about 1000, 8.3: fallen. After 150/2.4 = 62.5 times 1000, 6.25: risen.
    (fell,) = [f for f in findings.found(productivity("80.0")) if f.rule == "fallen_numerators"]
    assert words(fell.leads).startswith("增加值至少减少") and "全员劳动生产率同比增长80.0%" in words(fell.leads)
    assert "只因为分母减少得更多" in words(fell.more)
    assert "fallen_numerators" not in rules(productivity("140.0"))


@pytest.mark.parametrize(
    ("profit", "budget", "told"),
    [("18", "-21.9", True), ("18", "21.9", False), ("-18", "21.9", False), ("0.4", "-0.4", False)],
)
def test_growths_that_go_apart_are_a_finding_if_they_do_by_more_than_a_point(profit, budget, told):
    known = printed(*apart(profit, budget))
    assert ("opposite_growths" in rules(known)) is told
    if told:
        assert lead(known) == "利润总额同比增长18%，国有资本经营预算收入同比下降21.9%"


def capital(growth: str, rate: str) -> Material:
    return printed(
        claim("state_capital", "300.0", "亿元"),
        claim("state_capital.yoy", growth, "%"),
        claim("preservation_rate", rate, "%"),
    )


@pytest.mark.parametrize(
    ("growth", "rate", "said"),
    [
        ("8.7", "101.5", "国有资本及权益总额同比增长8.7%，其中客观因素净增加…"),
        ("1.0", "104.0", "国有资本及权益总额同比增长1.0%，而客观因素净减少…"),
        ("-8.7", "98.5", "国有资本及权益总额同比下降8.7%，其中客观因素净减少…"),
    ],
)
def test_capital_that_grew_or_shrank_otherwise_than_by_earning_is_a_finding(growth, rate, said):
    (found,) = [f for f in findings.found(capital(growth, rate)) if f.rule == "unnamed_factors"]
    assert words(found.leads) == said
    (size,) = [fact for fact in found.leads if isinstance(fact, Implied)]
    assert 0 < size.low < size.high


def test_capital_that_grew_by_what_was_earned_is_none():
    assert "unnamed_factors" not in rules(capital("8.7", "108.7"))


def test_what_the_audit_finds_wrong_is_a_finding_and_what_agrees_is_none():
    def audited(verdict: str) -> Material:
        wrong = Audited("某区", 2023, "", verdict, "占比", (claim("debt_ratio", "50.0", "%"),), "", "说明。")
        return Material(findings=[wrong])

    assert lead(audited(UNIT)) == "“占比”这一处要更正" and not findings.found(audited(CONSISTENT))


# --- in what order -------------------------------------------------------------------------------


def test_what_moved_more_comes_first():
    weighty, slight = (
        per_head("140.0", *apart_) for apart_ in ([apart("20.0", "-60.0")[1]], [apart("20.0", "-3.0")[1]])
    )
    order = [[r for r in rules(known) if r != "moves"] for known in (weighty, slight)]
    assert order == [["opposite_growths", "shrunken_divisors"], ["shrunken_divisors", "opposite_growths"]]


def test_figures_that_cannot_all_be_true_come_before_all_else():
    known = printed(
        claim("total_assets", "100.0", "亿元"),
        claim("total_liabilities", "51.0", "亿元"),
        claim("debt_ratio", "50.0", "%"),
        *apart("90.0", "-90.0"),
    )
    assert rules(known) == ["contradictions", "opposite_growths"]
    assert lead(known) == "报告印出的3个数字不可能同时成立"
    # Told once, though the audit of all reports finds it, too.
    again = Audited("某区", 2023, "", CONFLICT, "占比", known.claims[:1], "", "说明。")
    assert rules(replace(known, findings=[again])) == rules(known)


def test_there_are_six_at_most_and_the_weightiest_stay():
    wrong = [Audited("某区", 2023, "", UNIT, f"第{n}处", (), "", "说明。") for n in range(9)]
    known = replace(printed(*apart("18", "-21.9")), findings=wrong)
    assert rules(known) == ["contradictions"] * findings.MOST


def test_other_movements_fill_up_to_three_and_no_more():
    # Debts were 45 % of 90.9 and are 50 % of 100.0: 40.9, then 50.0.
    known = printed(
        claim("total_assets", "100.0", "亿元"),
        claim("total_assets.yoy", "10.0", "%"),
        claim("debt_ratio", "50.0", "%"),
        claim("debt_ratio.change", "5.0", "个百分点"),
    )
    assert set(rules(known)) == {"moves"} and len(rules(known)) <= findings.FEWEST
    assert any(words(f.leads).startswith("负债总额至少增加2") for f in findings.found(known))


# --- and none ------------------------------------------------------------------------------------


def test_without_ground_there_is_none():
    assert findings.found(Material()) == ()
    assert findings.found(printed(claim("total_assets", "100.0", "亿元"))) == ()
    assert findings.shown(SimpleNamespace(claims=())) is None  # type: ignore[arg-type]


def test_at_least_is_never_too_much():
    heads = REGISTRY["average_headcount"]
    before, now = Implied(heads, 2022, 1000.0, 1000.0, ()), Implied(heads, 2023, 900.1, 900.1, ())
    assert findings.least_fall(before, now) == Decimal("9.9")  # 9.99
    assert findings.least_rise(now, before) == Decimal("11.0")  # 11.09…


# --- this book's ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found(report):
    return findings.found(Material(claims=report.claims, verdict=report.audit))


def test_this_report_halves_its_staff_and_the_cover_says_so_first(found):
    said = [words(f.leads) for f in found]
    assert said[0] == "平均职工人数减少一半以上，全员劳动生产率同比增长104.6%，人均创利同比增长163.8%"
    assert "利润总额同比增长18%，国有资本经营预算收入同比下降21.9%" in said
    assert "国有资本及权益总额同比增长8.7%，其中客观因素净增加…" in said
    assert any(one.startswith("增加值至少减少4.9%，全员劳动生产率同比增长104.6%") for one in said)
    assert 3 <= len(said) <= 6 and [f.weight for f in found] == sorted((f.weight for f in found), reverse=True)


def test_each_leads_to_the_section_where_it_is_derived(report, found):
    asked = {question_place(q.rule, "".join(p for p in q.asks if isinstance(p, str))) for q in questions.found(report)}
    for finding in found:
        path = ROOT / f"{chapters.contents(ROOT).place(finding.chapter)}.ipynb"
        cells = json.loads(path.read_text("utf-8"))["cells"]
        headings = {slug("".join(c["source"]).lstrip("# ")) for c in cells if "".join(c["source"]).startswith("## ")}
        assert finding.place in headings | asked, finding.rule


def test_they_are_marked_real_and_their_numbers_say_where_they_come_from(report, monkeypatch):
    monkeypatch.chdir(ROOT / "notebooks")
    shown = findings.shown(report)
    assert repr(shown).startswith("【真实】平均职工人数减少一半以上")
    html = shown._repr_html_()
    assert html.count("sa-real") == html.count("<li>") == 4
    assert 'data-figure="labour_productivity.yoy"' in html and "9_reference/1_audit.html#" in html
