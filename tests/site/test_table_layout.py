"""How a table sits on a phone, and what of it stays in sight."""

from __future__ import annotations

from pathlib import Path

import guards
from one_table import page_of
from playwright.sync_api import Browser

from stateassets.present.display import Cards, Markup, Part, Table, code, state

LATE = state("逾期未完成", "sa-check-bad")
REGISTER = Table(
    "隐患",
    ("隐患", "企业", "责任部门", "发现日期", "整改期限", "状态"),
    (
        *((f"第{n}处隐患", f"企业{n}", "安全环保部", f"2023-0{n}-01", "2023-12-31", LATE) for n in range(1, 7)),
        ("另一处隐患", "企业7", "", "2023-08-01", "2023-11-30", state("进行中", "sa-check-none")),
    ),
)


def test_on_a_phone_each_row_is_a_card_that_names_its_columns(browser: Browser, tmp_path: Path) -> None:
    with guards.opened(browser, page_of(REGISTER, tmp_path).as_uri(), width=390) as (page, _):
        assert guards.cut_off(page) == [] and guards.overflowing(page) == []
        row = page.locator("tbody tr").first
        name, late = (row.locator(cell).bounding_box() for cell in ("th", "td:nth-child(2)"))
        assert abs(name["y"] - late["y"]) < 30 and late["x"] + late["width"] <= 390  # side by side
        label = "e => getComputedStyle(e, '::before').content"
        assert row.locator("td").nth(0).evaluate(label) == '"状态"'
        assert row.locator("td").nth(2).evaluate(label) == '"责任部门"'
        blank = page.locator("tbody tr").last.locator("td:empty")
        assert blank.count() == 1 and not blank.is_visible()


def test_on_a_phone_a_card_is_still_a_row_of_a_table_to_a_screen_reader(browser: Browser, tmp_path: Path) -> None:
    with guards.opened(browser, page_of(REGISTER, tmp_path).as_uri(), width=390) as (page, _):
        assert page.get_by_role("row").count() == 8 and page.get_by_role("rowheader").count() == 7
        assert page.get_by_role("columnheader").count() == 6


SUM = "<mrow>" + "<mo>-</mo>".join(f"<mi>第{n}类资产的总面积</mi>" for n in range(1, 8)) + "</mrow>"
SHARE = "<mfrac><mi>职工人月数</mi><mn>12</mn></mfrac>"


def test_no_cell_of_a_card_scrolls_not_even_a_formula(browser: Browser, tmp_path: Path) -> None:
    rows = tuple(
        (
            f"指标{n}",
            Markup(f"式{n}", f"<math>{formula}</math>"),
            "97、102、107、113、118、123、129、135",
            "企业会计准则第33号",
            "表",
            "待核",
        )
        for n, formula in enumerate((SUM, SHARE))
    )
    formulas = Table("来历", ("指标", "公式", "行", "依据", "取自", "把握"), rows, frozenset({2}))
    scrolling = """all => all.filter(e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
      .map(e => e.textContent)"""
    with guards.opened(browser, page_of(formulas, tmp_path).as_uri(), width=390) as (page, _):
        high = "() => document.querySelector('td math').closest('td').clientHeight"
        assert page.locator(".sa-stack td").evaluate_all(scrolling) == [] and page.evaluate(high) > 70  # lines
        page.add_style_tag(content=".sa-stack math, .sa-stack math * { display: revert !important; }")
        assert page.evaluate(high) < 70  # one line, the end of which nobody sees
        page.add_style_tag(content=".sa-stack td { white-space: nowrap !important; }")
        assert len(page.locator(".sa-stack td").evaluate_all(scrolling)) == 3  # the sum and the long numbers


NAMED = Table(
    "列",
    ("列", "说明", "填写", "字段名"),
    (
        ("章节", "在报告的哪一节；还不知道的空着，以后再补", "可空", code("responsibilities")),
        ("指标", "由注册表中的哪个指标重算；导入时也可以写别称", "必填", code("first_level_enterprises")),
    ),
)
LINES = """e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => {
  const range = document.createRange(); range.selectNodeContents(n); return range.getClientRects().length; })"""


def test_a_field_name_is_broken_on_a_phone_between_its_words_only(browser: Browser, tmp_path: Path) -> None:
    with guards.opened(browser, page_of(NAMED, tmp_path).as_uri(), width=390) as (page, _):
        assert guards.overflowing(page) == []
        words = page.locator("td code")
        assert [words.nth(i).evaluate(LINES) for i in range(2)] == [[1], [1, 1, 1]]
        page.add_style_tag(content="td code { overflow-wrap: anywhere !important; }")
        assert words.first.evaluate(LINES) != [1]  # sectio/n


def test_headline_figures_side_by_side_stand_at_one_height(browser: Browser, tmp_path: Path) -> None:
    cards = Cards((("户数", Part("19户"), "同上年"), ("国有资本权益总额里归属于本级的部分和其余", Part("295亿元"), "")))
    with guards.opened(browser, page_of(NAMED, tmp_path).as_uri()) as (page, _):
        page.evaluate("html => { document.querySelector('article').innerHTML = html }", cards._repr_html_())
        tops = (
            "() => [...document.querySelectorAll('.sa-card-value')].map(e => Math.round(e.getBoundingClientRect().top))"
        )
        assert len(set(page.evaluate(tops))) == 1
        page.add_style_tag(content=".sa-card { display: block !important; }")
        assert len(set(page.evaluate(tops))) == 2


def test_a_narrow_table_stays_one_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    narrow = Table("户数", ("企业", "状态", "户数（户）"), (("甲", "完成", "1"), ("乙", "进行中", "2")), frozenset({2}))
    with guards.opened(browser, page_of(narrow, tmp_path).as_uri(), width=390) as (page, _):
        assert page.locator("tbody td").first.evaluate("e => getComputedStyle(e).display") == "table-cell"
        assert guards.cut_off(page) == []


def test_on_a_phone_a_card_says_what_its_first_cell_is_where_that_is_no_name(browser: Browser, tmp_path: Path) -> None:
    label = "e => getComputedStyle(e, '::before').content"
    due = [(f"2023-0{n}-28", *row[1:]) for n, row in enumerate(REGISTER.rows, 1)]
    dated = Table("付款", ("应付日期", *REGISTER.header[1:]), tuple(due))
    for table, said in ((REGISTER, "none"), (dated, '"应付日期"')):
        with guards.opened(browser, page_of(table, tmp_path).as_uri(), width=390) as (page, _):
            assert page.locator("tbody th").first.evaluate(label) == said
            assert page.locator("thead tr").evaluate(label) == '"排序："'
            names = page.locator("thead th").evaluate_all("all => all.map(e => e.getBoundingClientRect().x)")
            assert len(names) == 6 and min(names[:3]) < max(names[:3])  # side by side, however short


def test_a_table_with_more_rows_below_fades_there_until_the_last_is_in_sight(browser: Browser, tmp_path: Path) -> None:
    faded = "e => getComputedStyle(e).getPropertyValue('--sa-sunk')"
    rows = tuple((f"企业{n}", "有") for n in range(60))
    for table, said in (
        (Table("户", ("企业", "状态"), rows[:4]), ["0px", "0px"]),
        (Table("户", ("企业", "状态"), rows), ["48px", "0px"]),
    ):
        with guards.opened(browser, page_of(table, tmp_path).as_uri()) as (page, _):
            frame = page.locator(".sa-frame")
            found = [frame.evaluate(faded)]
            frame.evaluate("e => e.scrollTo(0, e.scrollHeight)")
            page.wait_for_timeout(50)
            assert [*found, frame.evaluate(faded)] == said
            page.add_style_tag(content=".sa-frame { animation: none !important; }")
            frame.evaluate("e => e.scrollTo(0, 0)")
            assert frame.evaluate(faded) == "0px"  # as it was: nobody saw that there was more


def test_headings_and_first_column_stay_in_sight_with_their_lines(browser: Browser, tmp_path: Path) -> None:
    table = Table("台账", tuple(f"第{n}列的名称" for n in range(40)), tuple((f"{n}",) * 40 for n in range(90)))
    with guards.opened(browser, page_of(table, tmp_path).as_uri()) as (page, _):
        frame = page.locator(".sa-frame")
        frame.evaluate("e => e.scrollTo(900, 900)")
        edge, head, first = (
            page.locator(one).bounding_box() for one in (".sa-frame", "thead th >> nth=3", "tbody tr:nth-child(60) th")
        )
        assert abs(head["y"] - edge["y"]) < 4 and abs(first["x"] - edge["x"]) < 2
        # A line that belonged to the table, not to the cell, would scroll away below it.
        assert page.locator("table").evaluate("e => getComputedStyle(e).borderCollapse") == "separate"
        assert page.locator("tbody th").first.evaluate("e => getComputedStyle(e).borderBottomWidth") == "1px"


def test_headings_of_a_table_without_a_frame_of_its_own_stay_below_the_pages_header(
    browser: Browser, real_site: Path
) -> None:
    with guards.opened(browser, (real_site / "notebooks/3_supervision/2_risks.html").as_uri()) as (page, _):
        data = page.locator(".sa-chart details:has(tbody tr:nth-child(30))").first
        data.evaluate("e => { e.open = true; }")
        rows = data.locator("tbody tr")
        rows.nth(20).evaluate(
            "e => scrollTo({ top: e.getBoundingClientRect().top + scrollY - 200, behavior: 'instant' })"
        )
        bar, head = page.locator(".bd-header-article").bounding_box(), data.locator("thead th").first.bounding_box()
        assert rows.nth(0).bounding_box()["y"] < 0 and abs(head["y"] - bar["y"] - bar["height"]) < 2
