"""Which column of a table comes second, what its caption says of all rows, what fits a phone and a page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from stateassets.present.columns import Column, table
from stateassets.present.display import Table, link, state

LATE, OPEN = state("逾期未完成", "sa-check-bad"), state("进行中", "sa-check-none")
ROWS = (("甲公司", "2023", "年报", "2023-04-30", LATE, "12"), ("乙公司", "2023", "月报", "2023-05-31", OPEN, "12"))
LIST = Table("未办事项", ("企业", "年度", "事项", "期限", "状态", "天数（天）"), ROWS, frozenset({5}))


def header(shown: Table) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', shown._repr_html_())


def test_what_a_row_comes_to_stands_second_and_what_all_have_alike_in_the_caption() -> None:
    assert header(LIST) == ["企业", "状态", "事项", "期限", "天数（天）"]
    assert (
        '未办事项<small class="sa-shared">（年度均为<span data-column="年度">2023</span>）</small>'
        in LIST._repr_html_()
    )
    lines = repr(LIST).splitlines()
    assert lines[0] == "未办事项（年度均为2023）" and lines[2] == "甲公司｜逾期未完成｜年报｜2023-04-30｜12"
    assert LIST.header[1] == "年度"  # the chapter's own stays as it made it


def test_numbers_that_are_alike_by_chance_stay_and_so_does_the_first_column() -> None:
    alike = replace(LIST, rows=tuple(("甲公司", *row[1:]) for row in ROWS))
    assert {"企业", "天数（天）"} <= set(header(alike))


def test_a_blank_column_is_told_as_blank_and_a_link_stays_one() -> None:
    rows = [(n, link("集团", "a.html"), "", LATE if n == "甲" else OPEN) for n in "甲乙"]
    shown = Table("表", ("企业", "上级", "办结日期", "状态"), tuple(rows))
    assert header(shown) == ["企业", "状态"]
    assert (
        '（上级均为<span data-column="上级"><a href="a.html">集团</a></span>；办结日期均空着）' in shown._repr_html_()
    )


def test_what_several_columns_have_alike_is_said_once() -> None:
    rows = [(n, "报告未载", "报告未载", "真实", state) for n, state in (("甲", LATE), ("乙", OPEN))]
    shown = Table("表", ("事件", "企业", "地点", "来源", "状态"), tuple(rows))
    assert repr(shown).splitlines()[0] == "表（企业、地点均为报告未载；来源均为真实）"
    columns = re.findall(r'data-column="([^"]*)"', shown._repr_html_())
    assert columns == ["企业", "地点", "来源"]  # each is found by who reads the page by program


@pytest.mark.parametrize(
    "shown",
    [
        replace(LIST, whole=True),
        replace(LIST, rows=ROWS[:1]),  # of one row everything is alike
        replace(LIST, rows=tuple((*row[:1], "很长的一句话" * 5, *row[2:]) for row in ROWS)),
    ],
)
def test_a_column_stays_where_the_table_is_whole_or_a_caption_could_not_say_it(shown: Table) -> None:
    assert "年度" in header(shown) and "sa-shared" not in shown._repr_html_()


def test_at_least_two_columns_stay() -> None:
    assert header(Table("表", ("企业", "状态"), (("甲", OPEN), ("乙", OPEN)))) == ["企业", "状态"]


def test_of_several_columns_the_weightiest_decides_and_a_chapter_may_choose_another() -> None:
    columns = [Column(title, i) for i, title in enumerate(("企业", "事项", "状态", "级别"))]
    rows = [("甲", "一", "进行中", "红色"), ("乙", "二", "已解除", "黄色")]
    assert header(table("表", columns, rows)) == ["企业", "级别", "事项", "状态"]
    columns[1] = replace(columns[1], decides=True)
    assert header(table("表", [columns[0], *columns[2:], columns[1]], [(r[0], *r[1:]) for r in rows]))[1] == "事项"


def test_a_menu_goes_with_its_column() -> None:
    shown = replace(LIST, filters={4: ("逾期未完成",), 3: ()})
    assert re.findall(r'<th scope="col"[^>]*data-filter="([^"]*)"[^>]*>([^<]*)', shown._repr_html_()) == [
        ("逾期未完成", "状态"),
        ("", "期限"),
    ]


def test_a_narrow_table_stays_one_on_a_phone_and_the_widest_is_turned_on_paper() -> None:
    narrow = Table("表", ("企业", "户数（户）"), (("甲", "1"), ("乙", "2")), frozenset({1}))
    assert "<table>" in narrow._repr_html_()
    wide = Table("表", tuple(f"第{n}项" for n in range(24)), (tuple(f"{n}" for n in range(24)),))
    assert 'class="sa-stack sa-turned"' in wide._repr_html_()


def test_a_heading_on_a_card_is_text_whatever_it_is() -> None:
    odd = "甲'}\\ \"</style>"
    html = Table("表", ("企业", odd, "丙", "丁"), (("甲", *("很长的一句话" * 5,) * 3),))._repr_html_()
    assert r"--c2:&#x27;甲\27 }\5c \20 &quot;&lt;/style&gt;&#x27;" in html
