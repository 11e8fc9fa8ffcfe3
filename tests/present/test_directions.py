"""Words for directions, extremes and comparisons: worked out by hand, and what may not be typed instead."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path

import pytest
from many import every
from notebook_guards import TERMS, chart_texts
from paths import ROOT

from stateassets.present.directions import Speech, commonest, tally, typed

RATE, PEOPLE, MONEY = Speech("%", 1), Speech("人", 0), Speech("亿元", 1)
FALLEN = [("甲", 54.7, 53.5), ("乙", 46.4, 45.0), ("丙", 56.9, 54.7)]


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([(1, 2), (3, 4), (5, 6)], "3户均上升"),
        ([(2, 1), (4, 3)], "2户均下降"),
        ([(1, 1.04), (2, 1.96)], "2户均持平"),  # no difference in print
        ([(1, 2), (3, 4), (5, 5), (6, 2)], "2户上升、1户下降、1户持平"),
        ([(1, 2)], "上升"),
        ([], ""),
    ],
)
def test_how_many_went_which_way(pairs: list[tuple[float, float]], words: str) -> None:
    assert RATE.ways(pairs, "户") == words


def test_people_and_money_increase_where_rates_rise() -> None:
    assert PEOPLE.ways([(10, 5), (7, 6)], "户") == "2户均减少"
    assert MONEY.course(10, 12.5) == "由10.0亿元增至12.5亿元，增加2.5亿元"
    assert Speech("万元/人", 1).way(72.4, 148.1) == "上升"


def test_a_course_gives_the_difference_of_the_numbers_not_of_their_print() -> None:
    # The report says of 59.1 % and 57.6 % that the ratio fell by 1.4 points: 59.05 less 57.64.
    assert RATE.course(59.05, 57.64) == "由59.1%降至57.6%，下降1.4个百分点"
    assert RATE.course(57.61, 57.64) == "保持在57.6%"
    assert Speech("万元", 1).course(-439.4, -51.6) == "由-439.4万元变为-51.6万元，增加387.8万元"


def test_the_largest_move_is_named_with_its_ends() -> None:
    assert RATE.largest_move(FALLEN) == "降幅最大的是丙，由56.9%降至54.7%"
    assert PEOPLE.largest_move([("甲", 670, 43), ("乙", 79, 80)]) == "减少最多的是甲，由670人减至43人"
    assert PEOPLE.largest_move([("甲", 5, 8), ("乙", 9, 6)]) == "变动最大的是甲、乙，各变动3人"
    assert PEOPLE.largest_move([("甲", 5, 5), ("乙", 6, 6)]) == ""


def test_extremes_name_all_that_share_them() -> None:
    assert RATE.most([("甲", 107.94), ("乙", 100.5)]) == "最高的是甲，107.9%"
    assert RATE.most([("甲", 107.94), ("乙", 100.5)], least=True) == "最低的是乙，100.5%"
    assert PEOPLE.most([("甲", 5), ("乙", 5), ("丙", 1)]) == "最多的是甲、乙，都是5人"
    assert PEOPLE.most([(name, 5) for name in "甲乙丙丁"] + [("戊", 1)]) == "最多的是甲、乙、丙等4个，都是5人"
    assert PEOPLE.most([("甲", 5), ("乙", 5)]) == ""  # nobody has most
    assert PEOPLE.range([("甲", 5), ("乙", 5)]) == "都是5人"


def test_the_largest_has_its_share_where_there_is_a_sum() -> None:
    assert MONEY.share([("甲", 30), ("乙", Fraction(10))]) == "甲最多，30.0亿元，占75.0%"
    assert RATE.share([("甲", 30), ("乙", 10)]) == "甲最高，30.0%"  # rates have no sum
    assert MONEY.share([("甲", 30), ("乙", -10)]) == "甲最多，30.0亿元"


def test_of_two_series_those_are_named_that_lie_where_few_do_even_if_others_are_farther_off() -> None:
    lines = [("甲", 62.0, 62.7), ("乙", 70.0, 25.3), ("丙", 65.0, 62.5)]
    told = RATE.against(lines, "管控线", "快报", "户")
    assert told == "1户快报高于管控线、2户低于；高于的是甲，相差0.7个百分点"


def test_two_series_are_compared_row_by_row() -> None:
    over = [("甲", 70.0, 73.8), ("乙", 60.0, 57.8), ("丙", 65.0, 62.5)]
    assert RATE.against(over, "管控线", "快报", "户") == "1户快报高于管控线、2户低于；高于的是甲，相差3.8个百分点"
    assert RATE.against([*over, ("丁", 70.0, 80.0), ("戊", 9.0, 8.0)], "管控线", "快报", "户").endswith(
        "；高于的是丁、甲，最多相差10.0个百分点"
    )
    assert RATE.against(over[1:], "管控线", "快报", "户").startswith("2户快报均低于管控线；")
    even = [("甲", 70.0, 70.5), ("乙", 60.0, 50.0)]
    assert RATE.against(even, "管控线", "快报", "户").endswith("；相差最大的是乙，相差10.0个百分点")
    assert PEOPLE.against([("甲", 5, 5)], "定员", "职工", "户") == "甲职工等于定员"


def test_words_are_counted_in_the_order_that_was_asked_for() -> None:
    assert tally(["黄", "红", "黄"], "项") == "黄2项、红1项"
    assert tally(["黄", "红", "黄"], "项", order=["红", "黄", "蓝"]) == "红1项、黄2项"
    assert commonest(["3月", "3月", "4月"], "项") == "最多的是3月，2项"
    assert commonest(["3月", "4月"], "项") == ""


# --- what is typed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "template",
    [
        "各一级企业有升有降，见下表",  # of six that all fell
        "{whole}资产负债率下降{debt_ratio.change:abs}",
        "亏损最多的是{name}",
        "{bank}最多，占{share}",
        "高于管控线的{n}户",
        "各有增减，均有好转",
        "职工人数持平",
        "不到一半的{poor}",
        "最高的是{high}",
    ],
)
def test_a_direction_that_no_figure_gives_is_found(template: str) -> None:
    assert typed(template, TERMS)


@pytest.mark.parametrize(
    "template",
    [
        "国有资本保值增值率：各地公布数，深色的是本区",
        "全员劳动生产率的变化由增加值和职工人数各带来多少",
        "上升通道里的企业",
        "计提的减值准备，降本增效的措施",
        "按最低工资标准发的岗位",
        "各类企业国有资本及权益比上年的增减",
        "资产总额同比增速、工资总额升降",
        "在建项目的时间进度和形象进度，落后最多的在上",
        "短缺最多的几户企业每月末还剩的偿债资金",
        "标“新增”的是本年纳入监管的企业",
        "职工人数上升的月数",  # a measure is called so
        "{whole}{staff.change:增加|减少|变动}{staff.change:abs}，{drawn.ways}",
    ],
)
def test_terms_and_what_figures_fill_in_state_no_direction(template: str) -> None:
    assert typed(template, TERMS) == []


def drawn_in(source: str) -> list[str]:
    return [words[0] for _, text in chart_texts(ast.parse(source)) for words in [typed(text, TERMS)] if words]


MODULES = sorted(p for p in (ROOT / "stateassets").rglob("*.py") if "charts" not in p.relative_to(ROOT).parts)


@every("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_picture_that_the_package_draws_says_a_direction_that_was_typed(path: Path) -> None:
    assert drawn_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.slow
def test_the_search_through_the_package_follows_names_and_sees_the_pictures_there_are() -> None:
    assert drawn_in('def f(): return bars(rows, alt=f"最高的是{high}")') == ["最高"]
    assert drawn_in('def f():\n    told = "下降" if x else ""\n    return report.draw(bars, rows, alt=told)') == ["降"]
    assert drawn_in('def f(): return replace(drawn, finding="甲增加")') == ["增"]
    assert drawn_in('def f(): return report.table("甲增加", caption="甲增加")') == []  # no picture
    assert drawn_in("def f(): return bars(rows, alt=speech.most(rows))") == []
    assert sum(1 for path in MODULES for _ in chart_texts(ast.parse(path.read_text(encoding="utf-8")))) >= 15
