"""Of which year a report's numbers are, where its title names another."""

from __future__ import annotations

import pytest

from stateassets.reading.model import Block, BlockKind, Document
from stateassets.reading.read import read_numbers

ANSWER = "丙县人民政府关于县人大常委会2021年度国有资产管理情况审议意见研究处理情况的报告"


def report(title: str, *texts: str) -> Document:
    paragraphs = (Block(BlockKind.PARAGRAPH, text, number) for number, text in enumerate(texts, 1))
    return Document("丙县.txt", "txt", (Block(BlockKind.TITLE, title, 0), *paragraphs))


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2022年，县属企业资产总额61.3亿元。", 2022),
        ("2022年县属企业资产总额61.3亿元。", 2022),
        ("县属企业资产总额61.3亿元。", 2021),
        ("县属企业资产总额61.3亿元。2022年，将再压减企业4户。", 2021),
        ("县属企业资产总额61.3亿元。2022年5月，县政府召开会议2次。", 2021),
    ],
)
def test_an_answer_to_what_was_said_of_a_year_tells_of_the_next_if_it_has_figures_of_it(text: str, year: int) -> None:
    found = read_numbers(report(ANSWER, text)).found
    assert [one.claim.year for one in found if one.text == "61.3亿元"] == [year]
