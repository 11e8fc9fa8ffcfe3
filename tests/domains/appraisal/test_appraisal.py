"""What a district can rely on when it appraises its enterprises."""

import csv
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from many import every

from stateassets import Report
from stateassets.cli.main import main
from stateassets.domains.appraisal import guards, pay
from stateassets.domains.appraisal import page as pages
from stateassets.domains.appraisal.appraisal import Appraisal
from stateassets.domains.appraisal.certainty import certainty
from stateassets.domains.appraisal.guards import Penalty
from stateassets.domains.appraisal.plans import (
    IdleAsset,
    Statement,
    break_even,
    bridge,
    letting,
    needed,
    options,
    scenarios,
    selling,
)
from stateassets.domains.appraisal.qualitative import agreement, concordance, trimmed_mean
from stateassets.domains.appraisal.result import IndicatorValue, evaluate, ranked
from stateassets.domains.appraisal.scheme import (
    ASSESSED,
    BASIC,
    Grade,
    Scheme,
    SchemeError,
    ScoredIndicator,
    Subject,
    read,
)
from stateassets.domains.appraisal.score_parts import change, contributions, steps
from stateassets.domains.appraisal.scoring import Standard, band, band_name, next_standard, share
from stateassets.domains.appraisal.turnarounds import turnarounds
from stateassets.measures.ledger import Ledger
from stateassets.measures.registry import REGISTRY
from stateassets.present.charts import ChartError, bands
from stateassets.tables.origins import Origin
from stateassets.tables.validation import open_checked

COEFFICIENTS = (1.0, 0.8, 0.6, 0.4, 0.2)
LAWS = settings(max_examples=120, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def report():
    return Report("二（三）1")


def spoil(data, table, change, **where):
    """Change the first fitting row of a settings table; return its Excel row number."""
    path = data.folder / "settings" / f"{table}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    number, row = next((n, r) for n, r in enumerate(rows, 2) if all(r[k] == v for k, v in where.items()))
    change(row)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return number


# --- 功效系数法 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "weight", "standards", "points"),
    [  # worked examples of 国资发评价〔2006〕157号
        (6.35, 30, (14.6, 6.0, -0.5, -10.2, -23.6), 24.24),
        (6.66, 12, (17.8, 11.9, 6.8, -1.5, -6.1), 7.16),
    ],
)
def test_the_worked_examples_come_out(value, weight, standards, points):
    assert round(weight * share(value, Standard(standards), "more", COEFFICIENTS), 2) == points


FIVE = st.lists(st.integers(-500, 500), min_size=5, max_size=5).map(
    lambda v: tuple(sorted(map(float, v), reverse=True))
)
VALUE = st.floats(-1000, 1000)


def standard_for(direction, five):
    if direction == "more":
        return Standard(five)
    if direction == "less":
        return Standard(five[::-1])
    least = min(five)
    return Standard(tuple(v - least for v in five[::-1]), best=(40.0, 55.0))


@LAWS
@given(five=FIVE, a=VALUE, b=VALUE, direction=st.sampled_from(["more", "less"]))
def test_a_better_value_never_scores_less(five, a, b, direction):
    standard = standard_for(direction, five)
    worse, better = sorted((a, b), reverse=direction == "less")
    earned = [share(v, standard, direction, COEFFICIENTS) for v in (worse, better)]
    assert 0 <= earned[0] <= earned[1] <= 1


@LAWS
@given(five=FIVE, a=VALUE, b=VALUE)
def test_in_a_band_who_lies_nearer_never_scores_less(five, a, b):
    standard = standard_for("band", five)
    nearer, further = sorted((a, b), key=lambda v: max(40 - v, v - 55, 0))
    assert share(nearer, standard, "band", COEFFICIENTS) >= share(further, standard, "band", COEFFICIENTS)


@LAWS
@given(five=FIVE.filter(lambda f: len(set(f)) == 5))
def test_the_curve_has_no_jump_but_the_rules_own_below_the_worst_standard(five):
    standard = Standard(five)
    for edge, coefficient in zip(five, COEFFICIENTS, strict=True):
        at = share(edge, standard, "more", COEFFICIENTS)
        just_below = share(edge - 1e-7, standard, "more", COEFFICIENTS)
        assert at == pytest.approx(coefficient)
        if edge == five[-1]:
            assert just_below == 0  # the rule: below 较差 nothing
        else:
            assert just_below == pytest.approx(at, abs=1e-6)


def test_edges_are_answered_as_stated():
    usual = Standard((10.0, 6.0, 3.0, 1.0, -2.0))
    assert share(10, usual, "more", COEFFICIENTS) == 1 == share(99, usual, "more", COEFFICIENTS)
    assert share(-2, usual, "more", COEFFICIENTS) == 0.2
    assert share(-2.01, usual, "more", COEFFICIENTS) == 0
    equal = Standard((10.0, 6.0, 6.0, 1.0, -2.0))  # 良好 and 平均 the same: the better one counts
    assert share(6, equal, "more", COEFFICIENTS) == 0.8
    assert band_name(band(6, equal, "more")) == "良好"
    assert share(5.999, equal, "more", COEFFICIENTS) < 0.6
    assert share(3, Standard((3.0,) * 5), "more", COEFFICIENTS) == 1


def test_the_band_that_is_best_has_two_sides():
    ratio = Standard((0.0, 5.0, 10.0, 15.0, 25.0), best=(40.0, 55.0))
    assert share(40, ratio, "band", COEFFICIENTS) == 1 == share(55, ratio, "band", COEFFICIENTS)
    assert share(60, ratio, "band", COEFFICIENTS) == pytest.approx(0.8)
    assert share(32.5, ratio, "band", COEFFICIENTS) == pytest.approx(0.7)  # 7.5 below the band
    assert next_standard(62, ratio, "band") == 60 and next_standard(33, ratio, "band") == 35
    assert next_standard(50, ratio, "band") is None


# --- a scheme of our own -------------------------------------------------------------------------

GRADES = tuple(
    Grade(g, s, f, r, 5, a, b)
    for g, s, f, r, a, b in [
        ("A", 85, 1, 10, 1.5, 2.0),
        ("B", 70, 0.8, 8, 1.0, 1.5),
        ("C", 50, 0.6, 5, 0.5, 1.0),
        ("D", 40, 0.3, 2, 0.2, 0.5),
        ("E", 0, 0, 0, 0.0, 0.2),
    ]
)
ME = Subject("X", "甲", "commercial", "", "")
LADDER = {"excellent": 100, "good": 80, "average": 60, "low": 40, "poor": 20}  # share = value / 100


def indicator(key, part="一", role=BASIC, missing="redistribute"):
    return ScoredIndicator(key, key, part, role, "m", "", "more", missing, "测试", "A")


def scheme(indicators, weights, quantitative=100, correction=None, draws=40):
    rows = {
        "weights": tuple({"class": "", "enterprise_id": "", "indicator": k, "weight": w} for k, w in weights.items()),
        "shares": ({"class": "", "quantitative": quantitative},),
        "standards": tuple(
            {
                "indicator": i.id,
                "industry": "",
                "scale": "",
                "book_year": 2023,
                "best_from": float("nan"),
                "best_to": float("nan"),
                **LADDER,
            }
            for i in indicators
            if i.role != ASSESSED
        ),
    }
    return Scheme(
        "s", "办法", "group", COEFFICIENTS, correction, 20, 25, draws, "测试", "A", tuple(indicators), GRADES, rows
    )


def values(**found):
    return {k: IndicatorValue(v) if v is not None else IndicatorValue(None, "没有数据") for k, v in found.items()}


PLAIN = scheme([indicator("a"), indicator("b"), indicator("c", "二")], {"a": 30, "b": 20, "c": 50})


def test_a_score_is_the_weighted_sum_of_shares():
    assert evaluate(PLAIN, ME, 2023, values(a=50, b=90, c=40)).score == pytest.approx(15 + 18 + 20)


@LAWS
@given(st.lists(st.floats(0, 120), min_size=3, max_size=3), st.floats(0, 50), st.integers(0, 2))
def test_a_better_indicator_never_lowers_a_score_without_correction(found, more, which):
    keys = "abc"
    one = dict(zip(keys, found, strict=True))
    other = one | {keys[which]: one[keys[which]] + more}
    low, high = (evaluate(PLAIN, ME, 2023, values(**v)).score for v in (one, other))
    assert low <= high + 1e-9


@LAWS
@given(st.floats(0.1, 50), st.lists(st.floats(0, 120), min_size=3, max_size=3))
def test_weights_scale_out_of_the_shares(by, found):
    weights = {"a": 30.0, "b": 20.0, "c": 50.0}
    given_ = values(**dict(zip("abc", found, strict=True)))
    plain = evaluate(PLAIN, ME, 2023, given_)
    scaled = evaluate(PLAIN, ME, 2023, given_, weights={k: w * by for k, w in weights.items()})
    assert scaled.score == pytest.approx(plain.score * by)


def test_the_weight_of_what_does_not_apply_goes_to_its_part_and_is_shown():
    found = evaluate(PLAIN, ME, 2023, values(a=None, b=50, c=50))
    assert [x.effective for x in found.lines] == [0, 50, 50]
    assert found.score == pytest.approx(50)
    assert found.line("a").why == "没有数据，权重由同一部分的其他指标分担"
    whole_part = evaluate(PLAIN, ME, 2023, values(a=None, b=None, c=50))
    assert whole_part.line("c").effective == 100


@pytest.mark.parametrize(
    ("missing", "score", "words"), [("full", 30 + 10 + 25, "按满分计"), ("zero", 10 + 25, "按零分计")]
)
def test_a_scheme_may_give_full_marks_or_none_instead(missing, score, words):
    own = scheme([indicator("a", missing=missing), indicator("b"), indicator("c", "二")], {"a": 30, "b": 20, "c": 50})
    found = evaluate(own, ME, 2023, values(a=None, b=50, c=50))
    assert found.score == pytest.approx(score)
    assert found.line("a").why.endswith(words)


def test_a_missing_standard_is_a_reason_and_no_score():
    standards = {"a": None, "b": Standard(tuple(map(float, LADDER.values()))), "c": None}
    found = evaluate(PLAIN, ME, 2023, values(a=70, b=70, c=70), standards=standards)
    assert found.line("a").why.startswith("没有标准值")
    assert found.score == pytest.approx(70)


def test_a_side_that_nobody_assessed_hands_its_share_over():
    own = scheme([indicator("a"), indicator("q", "定性", ASSESSED)], {"a": 100, "q": 100}, 70)
    assert evaluate(own, ME, 2023, values(a=50, q=90)).score == pytest.approx(35 + 27)
    alone = evaluate(own, ME, 2023, values(a=50, q=None))
    assert alone.score == pytest.approx(50) and alone.qualitative is None


def test_nobodys_weights_are_refused():
    with pytest.raises(SchemeError, match="没有甲所属类别的权重"):
        evaluate(replace(PLAIN, rows={**PLAIN.rows, "weights": ()}), ME, 2023, {})


CORRECTED = scheme(
    [
        indicator("a"),
        indicator("k", role="corrective", missing="neutral"),
        indicator("n", role="corrective", missing="neutral"),
    ],
    {"a": 100, "k": 60, "n": 40},
    correction=(0.7, 1.3),
)


def test_corrective_indicators_multiply_their_part():
    # basic 50 of 100: analysis 0.5; k earns 0.7: 1 + 0.7 - 0.5 = 1.2; n does not apply: 1
    found = evaluate(CORRECTED, ME, 2023, values(a=50, k=70, n=None))
    assert found.parts[0].coefficient == pytest.approx(0.6 * 1.2 + 0.4)
    assert found.score == pytest.approx(50 * 1.12)
    assert found.line("n").why == "没有数据，不作修正"


def test_a_correction_is_bounded_and_a_part_never_exceeds_its_weight():
    low = evaluate(CORRECTED, ME, 2023, values(a=90, k=0, n=0))
    assert low.score == pytest.approx(90 * 0.7)
    top = evaluate(CORRECTED, ME, 2023, values(a=100, k=100, n=100))
    assert top.score == pytest.approx(100)


# --- what moved it -------------------------------------------------------------------------------

MAYBE = st.one_of(st.none(), st.floats(-50, 150))


@LAWS
@given(st.lists(MAYBE, min_size=6, max_size=6), st.floats(0, 80), st.booleans())
def test_the_parts_of_a_decomposition_add_up(found, points, corrected):
    own = CORRECTED if corrected else PLAIN
    keys = "akn" if corrected else "abc"
    event = Penalty("1", "X", "安全生产", "事故", "事故", points, "")
    before = evaluate(own, ME, 2022, values(**dict(zip(keys, found[:3], strict=True))))
    now = evaluate(own, ME, 2023, values(**dict(zip(keys, found[3:], strict=True))), [event])
    for one in (before, now):
        assert sum(contributions(one).values()) == pytest.approx(one.score, abs=1e-7)
    assert sum(p for _, p in change(now, before)) == pytest.approx(now.score - before.score, abs=1e-6)


def test_a_step_up_brings_what_reaching_it_brings():
    given_ = values(a=50, b=95, c=100)
    found = steps(evaluate(PLAIN, ME, 2023, given_), given_)
    assert [(s.indicator, s.wanted, s.band) for s in found] == [("a", 60, "平均"), ("b", 100, "优秀")]
    assert found[0].gain == pytest.approx(30 * 0.1) and found[1].gain == pytest.approx(20 * 0.05)


# --- guard rails ---------------------------------------------------------------------------------


def test_a_deduction_takes_points_off_and_never_below_nought():
    minor = Penalty("1", "X", "安全生产", "一般事故", "碰撞", 3, "")
    assert evaluate(PLAIN, ME, 2023, values(a=50, b=50, c=50), [minor]).score == pytest.approx(47)
    assert minor.reason == "安全生产：碰撞（一般事故），扣3分"
    gross = replace(minor, points=90)
    assert evaluate(PLAIN, ME, 2023, values(a=50, b=50, c=50), [gross]).score == 0


def test_a_veto_caps_the_grade_and_with_it_the_rank():
    veto = Penalty("1", "X", "生态环保", "重大事件", "泄漏", 0, "D")
    best = evaluate(PLAIN, ME, 2023, values(a=100, b=100, c=100), [veto])
    other = evaluate(PLAIN, replace(ME, id="Y"), 2023, values(a=55, b=55, c=55))
    assert best.score == 100 and best.grade.grade == "D" and best.vetoed
    assert ranked([best, other]) == {"X": 2, "Y": 1}
    assert guards.grade(30, GRADES, [veto]).grade == "E"  # a cap never lifts


@pytest.mark.parametrize(
    ("score", "wanted"), [(100, "A"), (85, "A"), (84.99, "B"), (70, "B"), (50, "C"), (40, "D"), (39.9, "E"), (0, "E")]
)
def test_grades_begin_where_the_rule_says(score, wanted, report):
    for name in ("district", "national"):
        grades = read(report.ledger.frames, name).grades
        assert guards.grade(score, grades).grade == wanted


# --- assessors -----------------------------------------------------------------------------------


def test_the_trimmed_mean_drops_both_ends():
    assert trimmed_mean([60, 80, 82, 84, 100]) == 82
    assert trimmed_mean([80, 90]) == 85 and trimmed_mean([]) is None


def test_agreement_is_kendalls_w_by_hand():
    assert concordance([[1, 2, 3], [1, 2, 3], [1, 2, 3]]) == 1
    assert concordance([[1, 2, 3], [3, 2, 1]]) == 0
    # sums of ranks 4, 5, 9: S = 4 + 1 + 9 = 14; 12 * 14 / (9 * 24) = 7 / 9
    assert concordance([[1, 2, 3], [2, 1, 3], [1, 2, 3]]) == pytest.approx(7 / 9)
    # ties: ranks 1.5 1.5 3 / 1 2 3: sums 2.5 3.5 6, S = 6.5; 78 / (4 * 24 - 2 * 6) = 0.9286
    assert concordance([[5, 5, 9], [1, 2, 3]]) == pytest.approx(78 / 84)
    assert concordance([[1, 2, 3]]) is None and concordance([[5, 5], [7, 7]]) is None
    assert agreement(None) == "无法判断" and agreement(0.2) == "分歧较大"


# --- how sure ------------------------------------------------------------------------------------


def appraised(**scores):
    subjects = {k: replace(ME, id=k) for k in scores}
    given_ = {k: values(a=v, b=v, c=v) for k, v in scores.items()}
    return [evaluate(PLAIN, subjects[k], 2023, given_[k]) for k in scores], given_


def test_a_wide_lead_holds_in_every_draw_and_a_tie_of_strengths_does_not():
    results, given_ = appraised(X=90, Y=45)
    assert certainty(PLAIN, results, given_).order == 1
    given_ = {"X": values(a=90, b=50, c=50), "Y": values(a=50, b=50, c=74.1)}
    close = [evaluate(PLAIN, replace(ME, id=k), 2023, v) for k, v in given_.items()]
    found = certainty(PLAIN, close, given_)
    assert 0 < found.order < 1
    assert sum(found.ranks["X"].values()) == pytest.approx(1)
    assert found == certainty(PLAIN, close, given_)  # the seed is fixed
    assert found.likely("X", 1.0) == (1, 2)


# --- pay -----------------------------------------------------------------------------------------


def test_pay_follows_results_by_hand():
    b = GRADES[1]
    assert pay.wage_growth(5, b) == 4.0  # 5 % of profit, factor 0.8
    assert pay.wage_growth(50, b) == 8 and pay.wage_growth(-3, b) == -3
    assert pay.wage_growth(-40, b) == -5 and pay.wage_growth(None, b) == 0
    assert pay.pay_multiple(77.5, b, GRADES) == pytest.approx(1.25)  # half way from 70 to 85
    assert pay.pay_multiple(100, GRADES[0], GRADES) == 2.0
    assert pay.pay_multiple(95, GRADES[3], GRADES) == 0.5  # a veto: the grade's top at most
    found = pay.effect(77.5, b, GRADES, (100, 105), (200, 203), (16, 18))
    assert found.wage_due == pytest.approx(208) and found.pay_due == pytest.approx(20)
    assert pay.effect(77.5, b, GRADES, (-5, 10), (200, 203), (16, 18)).wage_growth == 0


# --- the eight indicators, by hand ---------------------------------------------------------------

HAND = {
    "debt_ratio": ({"total_liabilities": 60, "total_assets": 100}, 60),
    "asset_growth_rate": ({"total_assets": 110, "opening_total_assets": 100}, 10),
    "return_on_assets": ({"net_profit": 3, "total_assets": 110, "opening_total_assets": 90}, 3),
    "operating_cash_ratio": ({"operating_cash_flow": 12, "revenue": 48}, 25),
    "labour_productivity": ({"value_added": 500, "person_months": 120}, 50),
    "net_margin": ({"net_profit": 6, "revenue": 48}, 12.5),
    "profit_per_capita": ({"total_profit": 80, "person_months": 120}, 8),
    # national, annex 1
    "return_on_equity": (
        {
            "net_profit": 5,
            "total_assets": 100,
            "total_liabilities": 40,
            "opening_total_assets": 80,
            "opening_total_liabilities": 40,
        },
        10,
    ),
    "return_on_total_assets": (
        {"total_profit": 4, "interest_expense": 2, "total_assets": 110, "opening_total_assets": 90},
        6,
    ),
    "sales_margin": ({"revenue": 50, "operating_cost": 40, "taxes_and_surcharges": 2}, 16),
    "cost_margin": (
        {
            "total_profit": 5,
            "operating_cost": 40,
            "taxes_and_surcharges": 2,
            "period_expenses": 5,
            "interest_expense": 3,
        },
        10,
    ),
    "interest_cover": ({"total_profit": 4, "interest_expense": 2}, 3),
    "quick_ratio": (
        {
            "cash": 10,
            "receivables": 20,
            "inventories": 30,
            "other_current_assets": 6,
            "short_term_borrowings": 10,
            "payables": 15,
            "other_current_liabilities": 5,
        },
        120,
    ),
    "interest_bearing_ratio": (
        {"short_term_borrowings": 10, "long_term_borrowings": 20, "bonds_payable": 10, "total_liabilities": 80},
        50,
    ),
}


@every("name", HAND)
def test_an_indicator_is_what_its_source_says(name):
    inputs, wanted = HAND[name]
    assert REGISTRY.evaluate(name, lambda q: inputs[q.name]) == pytest.approx(wanted)


def test_an_indicator_of_the_property_register_is_scored_like_any_other(report):
    line = Appraisal.of(report, by="enterprise").result("A2").line("vacancy_rate")
    scope = report.ledger.scope("enterprise", "A2")
    assert line.reading.value == report.figure("vacancy_rate", scope).value


# --- the district's own tables -------------------------------------------------------------------


def test_both_schemes_run_on_the_same_engine(report):
    eight, national = (Appraisal.of(report, name) for name in ("district", "national"))
    assert len(eight.scheme.of(BASIC)) == 8 == report.figure("evaluation_indicators").number
    assert len(national.scheme.of(BASIC)) == 8 and len(national.scheme.of("corrective")) == 14
    assert len(national.scheme.of(ASSESSED)) == 8
    for one in (eight, national):
        assert len(one.results) == 6
        assert all(0 <= r.score <= 100 for r in one.results)


def test_what_the_ledger_lacks_is_said_and_not_invented(report):
    result = Appraisal.of(report, "national").result("A")
    missing = {x.indicator.title: x.why for x in result.lines if not x.applies}
    assert missing == dict.fromkeys(("不良资产比率", "或有负债比率", "技术投入比率"), "没有数据，不作修正")


def test_legal_persons_can_be_evaluated_and_an_own_set_of_weights_counts(report):
    everybody = Appraisal.of(report, "district", by="enterprise")
    assert len(everybody.results) == 19
    weights = {s.id: everybody.scheme.weights(s)["vacancy_rate"] for s in everybody.subjects}
    assert (weights["E"], weights["A"], weights["F"]) == (20, 10, 20)
    assert everybody.before("D3") is None and everybody.change("D3") == []


@pytest.mark.parametrize(
    ("table", "column", "names", "words"),
    [
        ("headcount", "headcount", {"labour_productivity", "profit_per_capita"}, "平均职工人数为零"),
        ("income_statement", "revenue", {"operating_cash_ratio", "net_margin"}, "营业收入为零"),
    ],
)
def test_who_has_no_staff_or_no_revenue_is_told_why(table, column, names, words):
    bare = Report("二（三）1")
    package, frames = open_checked(bare.root / "data")
    frame = frames[table].copy()
    frame.loc[frame["enterprise_id"] == "A1", column] = 0
    bare.ledger = Ledger(package, {**frames, table: frame})
    result = Appraisal.of(bare, "district", by="enterprise").result("A1")
    for name in names:
        assert result.line(name).why.startswith(words)
        assert result.line(name).effective == 0
    assert sum(x.effective for x in result.of(BASIC)) == pytest.approx(100)


def test_a_negative_denominator_does_not_apply(report):
    national = Appraisal.of(report, "national", by="enterprise")
    assert national.result("F2").line("cash_cover").why == "净利润为负数，不作修正"


def test_the_change_on_the_page_adds_up_for_everybody(report):
    for name in ("district", "national"):
        one = Appraisal.of(report, name)
        for r in one.results:
            moved = sum(points for _, points in one.change(r.subject.id))
            assert moved == pytest.approx(r.score - one.before(r.subject.id).score, abs=1e-6)


def test_pages_say_sample_and_name_what_is_unsure(report):
    own = Appraisal.of(report)
    for shown in (
        pages.score_table(own, "表"),
        pages.sheet(own, "A").parts[0],
        pages.detail_table(own, "A"),
        pages.pay_table(own, "表"),
    ):
        assert shown.origin is Origin.SAMPLE
    said = repr(pages.scheme_table(own, "表"))
    assert "报告没有给公式，取净利润除以平均资产总额（待核）" in said
    assert "国务院国资委“一利五率”｜" not in said and "一利五率”\n" in said


def test_the_picture_puts_values_of_all_units_among_the_same_bands(report):
    drawn = pages.picture(Appraisal.of(report), "A")
    rows = {row[0]: row[1:] for row in drawn.data}
    assert rows["资产负债率"] == ("优秀", "优秀", "53.5%")
    assert rows["资产空置率"][0] == "—"  # nothing known of the year before
    with pytest.raises(ChartError, match="不在各档之内"):
        bands([("甲", None, 6.5, "1%")], pages.SLOTS, "上年", "今年", caption="图", alt="图", origin=Origin.SAMPLE)
    with pytest.raises(ChartError, match="没有数据"):
        bands([], pages.SLOTS, "上年", "今年", caption="图", alt="图", origin=Origin.SAMPLE)


def test_the_command_prints_and_gives_json(capsys, report):
    assert main(["evaluate", "--root", str(report.root)]) == 0
    out = capsys.readouterr().out
    assert "一级企业A｜" in out and "示例" in out and "共评价6户" in out
    assert main(["evaluate", "--scheme", "national", "--json", "--root", str(report.root)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["origin"] == "sample" and len(found["results"]) == 6
    assert len(found["results"][0]["indicators"]) == 30
    assert main(["evaluate", "--scheme", "moon", "--root", str(report.root)]) == 2
    assert "没有评价办法“moon”；有：district、national" in capsys.readouterr().err
    assert main(["evaluate", "--year", "1999", "--root", str(report.root)]) == 2


# --- tables that are wrong -----------------------------------------------------------------------

WRONG = {
    "over": (
        "evaluation_weights",
        {"weight": "25"},
        {"class": "commercial", "indicator": "net_margin"},
        ("权重（weight）", "商业类的定量（基本）指标权重合计110", "应为：100"),
    ),
    "under": (
        "evaluation_weights",
        {"weight": "0"},
        {"class": "welfare", "indicator": "service"},
        ("权重（weight）", "公益类的定性指标权重合计65", "应为：100"),
    ),
    "own set": (
        "evaluation_weights",
        {"weight": "11"},
        {"enterprise_id": "E", "indicator": "net_margin"},
        ("E的定量（基本）指标权重合计101",),
    ),
    "order": ("evaluation_standards", {"good": "2"}, {"indicator": "return_on_assets"}, ("从优秀到较差依次降低",)),
    "band": (
        "evaluation_standards",
        {"best_from": "60"},
        {"indicator": "debt_ratio"},
        ("最佳区间下限（best_from）", "下限不高于上限"),
    ),
    "measure": (
        "evaluation_indicators",
        {"measure": "luck"},
        {"id": "net_margin"},
        ("取自哪个数（measure）", "“luck”", "登记的指标编号"),
    ),
    "neutral": ("evaluation_indicators", {"missing": "neutral"}, {"id": "net_margin"}, ("不适用时（missing）",)),
    "grade": ("evaluation_grades", {"from_score": "5"}, {"grade": "E"}, ("最低一级不从零分起",)),
    "veto": ("evaluation_guards", {"cap_grade": "Z"}, {"id": "env_major"}, ("评价等级表里的等级",)),
    "coefficients": ("evaluation_schemes", {"good": "0.1"}, {"scheme": "district"}, ("依次降低",)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_named_with_file_row_and_column(name, data):
    table, broken, where, words = WRONG[name]
    spoil(data, table, lambda row: row.update(broken), **where)
    said = data.fault(f"settings/{table}.csv第", "行", *words)
    assert "”列：" in said


def test_scores_of_what_nobody_assesses_are_named(data):
    row = data.change("evaluation_scores", lambda r: r.update(item="luck"))
    assert "“luck”" in data.fault(f"evaluation_scores.csv第{row}行", "定性指标（item）")


# --- 一企一策 ------------------------------------------------------------------------------------

MONEY = st.floats(0, 1e4)
YEAR = st.builds(Statement, st.floats(1, 1e4), *[MONEY] * 6)


@LAWS
@given(YEAR, YEAR)
def test_a_bridge_adds_up_to_the_change_of_profit(before, now):
    parts = bridge(before, now)
    assert [name for name, _ in parts] == ["业务量", "毛利率", "税费和期间费用", "财务费用", "补贴和投资收益"]
    assert sum(p for _, p in parts) == pytest.approx(now.profit - before.profit, abs=1e-6)


def test_a_bridge_by_hand():
    before = Statement(100, 80, 2, 10, 4, 1, 0)  # gross margin 20 %
    now = Statement(120, 102, 3, 9, 5, 3, 0)  # gross margin 15 %
    parts = dict(bridge(before, now))
    assert parts["业务量"] == pytest.approx(20 * 0.175)
    assert parts["毛利率"] == pytest.approx(-0.05 * 110)
    assert (parts["税费和期间费用"], parts["财务费用"], parts["补贴和投资收益"]) == (0, -1, 2)
    fresh = Statement(0, 0, 0, 0, 0, 0, 0)
    assert dict(bridge(fresh, now))["业务量"] == 18


@LAWS
@given(YEAR)
def test_at_break_even_revenue_profit_is_nil(year):
    even = break_even(year)
    if even and even.revenue > 0:
        rate = (even.revenue / year.revenue - 1) * 100
        at = scenarios(year, [rate], [0.0])[0][1][0]
        assert at == pytest.approx(0, abs=1e-6 * max(1.0, even.revenue, year.revenue))


def test_break_even_by_hand():
    assert break_even(Statement(100, 70, 5, 30, 5, 0, 0)).revenue == pytest.approx(140)
    assert break_even(Statement(100, 110, 5, 30, 5, 0, 0)) is None  # loses on each sale
    shrinking = break_even(Statement(100, 110, 0, 5, 0, 10, 0))  # subsidies exceed what stays
    assert shrinking.most and shrinking.revenue == pytest.approx(50)
    assert break_even(Statement(0, 0, 0, 5, 0, 0, 0)) is None


RATES = {"price": 3, "cost": 5, "expenses": 10, "interest": 15, "occupancy": 80, "sale_interest": 4.5}


def test_idle_assets_and_slimming_by_hand():
    shop = IdleAsset("PH1", "商铺", "X", 1000, 400, 50)
    assert letting(shop, 80) == pytest.approx(48) and selling(shop, 4.5) == pytest.approx(18)
    year = Statement(100, 110, 5, 30, 4, 0, 0)
    found = options(year, [shop, replace(shop, id="PH2", holder="Y", market_rent=None)], RATES, "X")
    effects = [o.effect for o in found]
    assert effects == sorted(effects, reverse=True)
    assert {o.title: round(o.effect, 2) for o in found if o.own} == {
        "商铺出租": 48,
        "商铺出售还债": 18,
        "停掉毛利抵不上税金的业务": 15,
        "营业成本压降5%": 5.5,
        "收费标准提高3%": 3,
        "管理和销售费用压降10%": 3,
        "财务费用压降15%": 0.6,
    }
    assert [o.title for o in needed(found, 40)] == ["商铺出租"]
    # sold after let would count the shop twice; stopping uses the rows of price and cost
    assert [o.title for o in needed(found, 64)] == ["商铺出租", "停掉毛利抵不上税金的业务", "管理和销售费用压降10%"]
    assert needed(found, 1000) is None


def test_every_loss_making_company_has_a_plan(report):
    found = turnarounds(report)
    lost = {f.scope.id: f.number for f in report.figures("own_profit", "enterprise") if f.number < 0}
    assert {t.scope.id: -round(t.gap, 1) for t in found} == lost and lost
    for t in found:
        assert t.needed and sum(o.effect for o in t.needed) >= t.gap
        assert sum(p for _, p in t.bridge) == pytest.approx(t.now.profit - t.before.profit)
