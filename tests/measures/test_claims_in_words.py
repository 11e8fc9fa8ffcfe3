"""A printed growth is told in one way wherever a sentence names it: 同比下降5.9%, never 同比增速-5.9%."""

from __future__ import annotations

import pytest
from printed_claims import claim


@pytest.mark.parametrize(
    ("figure_id", "value", "unit", "told"),
    [
        ("revenue.yoy", "-5.9", "%", "营业收入同比下降5.9%"),
        ("revenue.yoy", "5.9", "%", "营业收入同比增长5.9%"),
        ("revenue.yoy", "0.0", "%", "营业收入与上年持平"),
        ("debt_ratio.change", "-1.4", "个百分点", "资产负债率同比下降1.4个百分点"),
        ("total_profit", "-3", "亿元", "利润总额-3亿元"),
    ],
)
def test_a_growth_is_told_in_words_that_say_which_way(figure_id: str, value: str, unit: str, told: str) -> None:
    assert claim(figure_id, value, unit).describe() == told
