"""Sentences whose words follow from the numbers."""

import re
from dataclasses import replace

import pytest

from stateassets.measures.figures import Figure
from stateassets.measures.ledger import Scope
from stateassets.measures.measures import KINDS
from stateassets.measures.registry import REGISTRY
from stateassets.present.display import Passage, Table
from stateassets.present.narration import TemplateError, tell
from stateassets.tables.origins import Origin

WHOLE = Scope("district", "全区", "全区")


def figure(figure_id, value, scope=WHOLE):
    name, _, suffix = figure_id.partition(".")
    return Figure(REGISTRY[name], KINDS[suffix], scope, 2023, value, rests_on=Origin.SAMPLE)


def say(template, **values):
    figures = {key.replace("__", "."): v for key, v in values.items()}
    lookup = {key: figure(key, value) for key, value in figures.items()}
    return "".join(part.text for part in tell(template, lookup.__getitem__, {}))


@pytest.mark.parametrize(
    ("figure_id", "value", "words"),
    [
        ("total_assets.yoy", 5.06, "同比增长5.1%"),
        ("total_assets.yoy", -5.06, "同比下降5.1%"),
        ("total_assets.yoy", 0.04, "与上年持平"),  # what prints as nought is no growth
        ("total_assets.yoy", None, "不适用"),
        ("debt_ratio.change", 1.4, "同比上升1.4个百分点"),
        ("debt_ratio.change", -1.4, "同比下降1.4个百分点"),
        ("enterprises.change", 1, "同比增加1户"),
        ("enterprises.change", -2, "同比减少2户"),
        ("total_assets", 12_345_678, "1234.6亿元"),
        ("total_profit", -12_000, "-1.2亿元"),
    ],
)
def test_words_follow_from_the_value(figure_id, value, words):
    assert figure(figure_id, value).phrase == words


def test_a_template_takes_the_word_that_fits_the_sign():
    template = "负债{total_liabilities.yoy:上升|下降|持平}"
    assert say(template, total_liabilities__yoy=3.0) == "负债上升"
    assert say(template, total_liabilities__yoy=-3.0) == "负债下降"
    assert say(template, total_liabilities__yoy=0.01) == "负债持平"


@pytest.mark.parametrize(("assets", "debts", "word"), [(5.0, 3.0, "快于"), (3.0, 5.0, "慢于"), (4.0, 4.0, "等于")])
def test_a_template_compares_two_figures(assets, debts, word):
    template = "{total_assets.yoy:快于|慢于|等于:total_liabilities.yoy}"
    assert say(template, total_assets__yoy=assets, total_liabilities__yoy=debts) == word


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{no_such_thing}", "“{no_such_thing}”既不是登记的指标"),
        ("{total_assets:多|少}", "“多|少”应当正好有三个词：正、负、零"),
        ("{total_assets:loud}", "不认识的写法“loud”"),
        ("{total_assets:多|少|平:debt_ratio}", "“total_assets”与“debt_ratio”不能比较"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(template, told):
    with pytest.raises(TemplateError, match=re.escape(told)):
        say(template, total_assets=1.0, debt_ratio=1.0)


def test_names_from_tables_are_data_and_never_markup():
    evil = Scope("group", "A", "<script>alert(1)</script>")
    passage = Passage((tell("{x}", {"x": figure("total_assets", 1, evil)}.__getitem__, {}),))
    table = Table("表", ("企业",), ((evil.name_zh,),))
    assert "<script" not in passage._repr_html_() + table._repr_html_()


def test_what_rests_on_sample_rows_says_so_in_text_and_on_the_page():
    sentence = tell("{total_assets}", lambda _: figure("total_assets", 1), {})
    passage = Passage((sentence,), origin=Origin.SAMPLE)
    assert "示例" in repr(passage)
    assert "示例" in passage._repr_html_()
    assert "【真实】" in repr(Passage((sentence,), origin=Origin.REAL))


def test_a_column_of_sentences_gets_room_and_one_of_words_does_not():
    table = Table("题", ("名", "情况", "状态"), (("甲", "字" * 30, "在建"),))
    html = table._repr_html_()
    assert '<th scope="col" class="sa-long">情况' in html and '<td class="sa-long">' in html
    assert html.count("sa-long") == 2


# --- what there is not -----------------------------------------------------------------------------


def without_last_year(template, named=None, **values):
    lookup = {key.replace("__", "."): figure(key.replace("__", "."), value) for key, value in values.items()}
    lookup = {key: replace(f, alone=f.value is None) for key, f in lookup.items()}
    return "".join(part.text for part in tell(template, lookup.__getitem__, named or {}))


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("资产{total_assets}，{total_assets.yoy}；负债少。", "资产1.0亿元；负债少。"),
        ("资产{total_assets}，{total_assets.yoy}：增长{total_assets.yoy:快|慢|平}。", "资产1.0亿元。"),
        ("资产{total_assets.yoy:多|少|平}，是{total_assets}。", "是1.0亿元。"),
        ("资产{total_assets}（上年{total_assets.last}，今年不同）；负债少。", "负债少。"),
        ("资产由{total_assets.last}变为{total_assets}", ""),
    ],
)
def test_a_clause_that_needs_a_year_before_the_first_is_left_out(template, told):
    values = {"total_assets": 10_000, "total_assets__yoy": None, "total_assets__last": None}
    assert without_last_year(template, **values) == told


def test_a_clause_whose_value_nobody_knows_is_left_out():
    assert without_last_year("好的{good}户，坏的{bad}户；完。", {"good": 3, "bad": None}) == "好的3户；完。"


def test_a_comparison_with_what_is_not_known_is_no_equality():
    template = "完了，资产{total_assets.yoy:快于|慢于|等于:total_liabilities.yoy}负债。"
    assert say(template, total_assets__yoy=None, total_liabilities__yoy=1.0) == "完了。"
    assert say(template, total_assets__yoy=1.0, total_liabilities__yoy=None) == "完了。"


def test_growth_from_nothing_or_less_is_told_as_a_difference():
    told = "利润{total_profit.yoy}。"
    assert say(told, total_profit__yoy=None, total_profit__change=50_000) == "利润同比增加5.0亿元。"
    assert say(told, total_profit__yoy=None, total_profit__change=0) == "利润与上年持平。"
    assert say("完了，利润{total_profit.yoy:signed}。", total_profit__yoy=None) == "完了。"
