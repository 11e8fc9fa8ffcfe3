"""Tables in a browser: headings that sort, the box that filters, what is set in the page's address."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import guards
import pytest
from playwright.sync_api import Browser, Locator, Page
from sample_book import ROOT

from stateassets.present.display import Table, state
from stateassets.present.words import NOT_GIVEN

PROJECTS = "notebooks/4_results/3_responsibility.html"
LONGEST = "figure.sa-table:has(.sa-filter):has(figcaption:has-text('统筹推进的项目'))"


@pytest.fixture
def page(browser: Browser, real_site: Path):
    with guards.opened(browser, (real_site / PROJECTS).as_uri()) as (opened, _):
        opened.wait_for_selector(LONGEST)
        yield opened


def visible(page: Page) -> list[str]:
    return page.locator(LONGEST).locator("tbody tr:visible").all_inner_texts()


def test_typing_words_leaves_the_rows_that_have_them_all(page: Page) -> None:
    everything = visible(page)
    page.locator(LONGEST).locator("input").fill("在建 老旧小区")
    left = visible(page)
    assert 0 < len(left) < len(everything)
    assert left == [row for row in everything if "在建" in row and "老旧小区" in row]
    assert page.locator(LONGEST).locator("[role=status]").inner_text() == f"共{len(left)}行"


def test_what_is_not_there_is_said_and_clearing_brings_all_back(page: Page) -> None:
    everything = visible(page)
    box = page.locator(LONGEST).locator("input")
    box.fill("没有这个项目")
    assert visible(page) == []
    assert page.locator(LONGEST).locator("[role=status]").inner_text() == "没有这样的行"
    box.fill("")
    assert len(visible(page)) == len(everything)


def amount(cell: str) -> float:
    return float(cell.replace(",", ""))


def test_headings_sort_numbers_as_numbers_with_the_keyboard(page: Page) -> None:
    table = page.locator(LONGEST)
    head = table.locator("thead th.sa-number").first
    column = head.evaluate("th => th.cellIndex") + 1
    head.locator("button").focus()
    page.keyboard.press("Enter")
    cells = table.locator(f"tbody tr > :nth-child({column})").all_inner_texts()
    numbers = [amount(cell) for cell in cells if cell != NOT_GIVEN]
    assert numbers == sorted(numbers) and cells[len(numbers) :] == [NOT_GIVEN] * (len(cells) - len(numbers))
    assert head.get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Enter")
    cells = table.locator(f"tbody tr > :nth-child({column})").all_inner_texts()
    assert [amount(cell) for cell in cells[: len(numbers)]] == sorted(numbers, reverse=True)  # the rest stays last


def test_a_short_table_has_no_box(page: Page) -> None:
    short = page.locator("figure.sa-table:not(:has(.sa-filter))").first
    assert short.locator("tbody tr").count() < 12


def test_paper_keeps_the_headings_and_says_what_a_filter_left_out(page: Page) -> None:
    table = page.locator(LONGEST)
    page.emulate_media(media="print")
    assert not table.locator(".sa-filter").is_visible()
    assert all(table.locator("thead th").all_inner_texts())
    page.emulate_media(media="screen")
    table.locator("input").fill("在建")
    page.emulate_media(media="print")
    assert table.locator("[role=status]").is_visible()


def test_a_word_does_not_match_across_two_cells(page: Page) -> None:
    table = page.locator(LONGEST)
    row = table.locator("tbody tr").first
    one, other = row.locator("th, td").all_inner_texts()[:2]
    table.locator("input").fill(one[-1] + other[0])
    inside = any(one[-1] + other[0] in cell for cell in row.locator("th, td").all_inner_texts())
    assert row.is_visible() == inside
    table.locator("input").fill(other)
    assert row.is_visible()


# --- menus ---------------------------------------------------------------------------------------

LEVELS, MODULES = ("红色", "黄色", "蓝色"), ("资金", "资产", "产权")
ROWS = tuple((f"企业{n % 5}", state(LEVELS[n % 3], "sa-level"), MODULES[n % 2], f"第{n}件事") for n in range(20))
STATIC = ROOT / "stateassets" / "book" / "static"


def page_of(*shown: Any, folder: Path) -> Path:
    """A page with tables, as the book makes it, that needs no server."""
    path = folder / "page.html"
    scripts = "".join(f'<script src="{(STATIC / name).as_uri()}"></script>' for name in ("blocks.js", "tables.js"))
    path.write_text(
        f'<!doctype html><html lang="zh-CN" data-theme="light"><meta charset="utf-8">'
        f'<link rel="stylesheet" href="{(STATIC / "outputs.css").as_uri()}">'
        f'<link rel="stylesheet" href="{(STATIC / "book.css").as_uri()}">'
        f'<body><article class="bd-article"><section id="top"><h1>页</h1>'
        f"{''.join(one._repr_html_() for one in shown)}</section></article>{scripts}</body></html>",
        "utf-8",
    )
    return path


def alerts_like(rows: tuple = ROWS, place: str = "表-预警") -> Table:
    filters = {0: (), 1: LEVELS, 2: MODULES}
    return Table("预警", ("企业", "级别", "模块", "情况"), rows, filters=filters, place=place)


@pytest.fixture
def menus(browser: Browser, tmp_path: Path):
    with guards.opened(browser, page_of(alerts_like(), folder=tmp_path).as_uri()) as (opened, _):
        yield opened


def shown(page: Page | Locator) -> list[tuple[str, ...]]:
    rows = page.locator("tbody tr:visible").all()
    return [tuple(row.locator("th, td").all_inner_texts()) for row in rows]


def test_a_menu_offers_the_values_that_occur_in_the_declared_order(menus: Page) -> None:
    assert menus.get_by_label("级别").locator("option").all_inner_texts() == ["全部", *LEVELS]
    # nothing is about 产权, and names without an order are sorted
    assert menus.get_by_label("模块").locator("option").all_inner_texts() == ["全部", "资金", "资产"]
    assert menus.locator("select").first.locator("option").all_inner_texts() == [
        "全部",
        *(f"企业{n}" for n in range(5)),
    ]


def test_menus_and_words_leave_the_rows_that_fit_them_all(menus: Page) -> None:
    menus.get_by_label("级别").select_option("红色")
    assert {row[1] for row in shown(menus)} == {"红色"} and len(shown(menus)) == 7
    menus.get_by_label("模块").select_option("资产")
    assert [row[3] for row in shown(menus)] == ["第3件事", "第9件事", "第15件事"]
    menus.locator("input").fill("第15")
    assert [row[3] for row in shown(menus)] == ["第15件事"]
    assert menus.locator("[role=status]").inner_text() == "共1行"
    menus.get_by_label("模块").select_option("资金")
    assert shown(menus) == []
    assert menus.locator("[role=status]").inner_text() == "没有这样的行"
    for label in ("级别", "模块"):
        menus.get_by_label(label).select_option("全部")
    menus.locator("input").fill("")
    assert len(shown(menus)) == 20 and menus.locator("[role=status]").inner_text() == ""


def test_menus_work_with_the_keyboard_alone(menus: Page) -> None:
    menus.locator("input").focus()
    menus.keyboard.press("Tab")
    menus.keyboard.press("Tab")
    assert menus.evaluate("document.activeElement.tagName") == "SELECT"
    menus.keyboard.press("ArrowDown")
    assert {row[1] for row in shown(menus)} == {"红色"}


def test_sorting_keeps_what_a_menu_hides(menus: Page) -> None:
    menus.get_by_label("级别").select_option("黄色")
    menus.locator("thead button", has_text="情况").click()
    assert {row[1] for row in shown(menus)} == {"黄色"}


def test_paper_says_what_was_chosen_and_shows_no_controls(menus: Page) -> None:
    menus.emulate_media(media="print")
    assert not menus.locator(".sa-filter").is_visible()  # nothing is left out
    menus.emulate_media(media="screen")
    assert not menus.locator(".sa-chosen").is_visible()
    menus.get_by_label("级别").select_option("红色")
    menus.locator("input").fill("第3件")
    menus.emulate_media(media="print")
    said = menus.locator(".sa-chosen")
    assert said.is_visible() and said.inner_text() == "只列出一部分（级别：红色；含有：第3件），全表20行。"
    assert not menus.locator("select").first.is_visible()
    assert len(shown(menus)) == 1


def test_without_scripts_the_table_is_whole(browser: Browser, tmp_path: Path) -> None:
    with guards.window(browser, java_script_enabled=False) as page:
        page.goto(page_of(alerts_like(), folder=tmp_path).as_uri())
        assert page.locator("tbody tr:visible").count() == 20
        assert page.locator("select").count() == 0


def test_a_short_table_has_no_menu(browser: Browser, tmp_path: Path) -> None:
    url = page_of(alerts_like(ROWS[:5]), folder=tmp_path).as_uri()
    with guards.opened(browser, url) as (opened, _):
        assert opened.locator("select").count() == 0


def test_menus_do_not_make_a_phone_scroll_sideways(browser: Browser, tmp_path: Path) -> None:
    url = page_of(alerts_like(), folder=tmp_path).as_uri()
    with guards.opened(browser, url, width=375) as (opened, _):
        assert opened.locator("select").count() == 3
        assert guards.overflowing(opened) == []


def test_a_value_from_a_table_is_never_markup(browser: Browser, tmp_path: Path) -> None:
    """A name is data: neither the heading's list of values nor a menu makes an element of it."""
    odd = '"><b>甲</b>'
    table = Table("预警", ("企业",), ((odd,),) * 12, filters={0: (odd,)})
    with guards.opened(browser, page_of(table, folder=tmp_path).as_uri()) as (opened, _):
        assert opened.locator("b").count() == 0
        assert opened.locator("option").all_inner_texts() == ["全部", odd]


@pytest.mark.parametrize(("columns", "fades"), [(40, ["40px", "0px"]), (6, ["0px", "0px"])])
def test_a_table_that_goes_on_to_the_right_fades_there(
    browser: Browser, tmp_path: Path, columns: int, fades: list[str]
) -> None:
    header = ("企业", *(f"年末资产总额{n}（亿元）" for n in range(columns)))
    table = Table("表", header, (("甲", *("1" * columns)),), frozenset(range(1, columns + 1)))
    with guards.opened(browser, page_of(table, folder=tmp_path).as_uri()) as (page, _):
        fade = "e => getComputedStyle(e).getPropertyValue('--sa-fade')"
        frame = page.locator(".sa-frame")
        assert frame.evaluate(fade) == fades[0]
        frame.evaluate("e => e.scrollTo(9999, 0)")
        guards.wait_until(page, lambda: frame.evaluate(fade) == fades[1])


# --- what is set stands in the address -------------------------------------------------------------

SET = {"表-预警.企业": "企业1", "表-预警.级别": "黄色", "表-预警.查找": "件事", "表-预警.排序": "情况 降序"}
LEFT = ["第16件事", "第1件事"]  # of the 20 rows those of 企业1 (1, 6, 11, 16) that are 黄色 (1, 4, 7, … 19), last first


def lying(page: Page) -> list[str]:
    """Menus that say other than what the rows show: a chosen value that a visible row does not have, or one
    that a hidden row alone would have been hidden for."""
    return page.evaluate(
        """() => [...document.querySelectorAll("figure.sa-table")].flatMap(figure => {
          const heads = [...figure.querySelectorAll("thead th")].map(th => th.textContent.trim());
          const set = [...figure.querySelectorAll(".sa-filter select")].map(select =>
            [heads.indexOf(select.parentElement.firstChild.textContent.trim()), select.value]);
          const words = (figure.querySelector("input[type=search]")?.value || "").split(/\\s+/).filter(Boolean);
          return [...figure.querySelectorAll("tbody tr")].filter(row => row.hidden !==
            !(set.every(([at, value]) => !value || row.cells[at].textContent.trim() === value)
              && words.every(word => row.textContent.includes(word)))).map(row => row.textContent);
        })"""
    )


def in_address(page: Page) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(page.url).query))


def address(**sent: str) -> str:
    return "&".join(f"{quote(key)}={quote(value)}" for key, value in sent.items())


def choose(page: Page) -> None:
    page.get_by_label("企业").select_option("企业1")
    page.get_by_label("级别").select_option("黄色")
    page.locator("input").fill("件事")
    for _ in range(2):
        page.locator("thead button", has_text="情况").click()


def test_what_is_set_stands_in_the_address_and_survives_back_forward_and_reload(menus: Page) -> None:
    choose(menus)
    guards.wait_until(menus, lambda: in_address(menus) == SET)
    here = menus.url
    menus.goto("about:blank")
    for again in (menus.go_back, menus.reload):
        again()
        assert menus.url == here and lying(menus) == []
        assert [row[3] for row in shown(menus)] == LEFT
        assert menus.get_by_label("级别").input_value() == "黄色" and menus.locator("input").input_value() == "件事"
        head = menus.locator("thead th", has_text="情况")
        assert head.get_attribute("aria-sort") == "descending"
    menus.go_forward()
    menus.go_back()
    assert [row[3] for row in shown(menus)] == LEFT and lying(menus) == []


def test_a_menu_that_says_what_the_rows_do_not_show_is_noticed(menus: Page) -> None:
    assert lying(menus) == []
    menus.locator("select").nth(1).evaluate("menu => { menu.value = '红色'; }")  # as a browser restores it
    assert len(lying(menus)) == 13


def test_setting_a_filter_gives_back_nothing_more_to_go_through(menus: Page) -> None:
    before = menus.evaluate("history.length")
    choose(menus)
    guards.wait_until(menus, lambda: in_address(menus) == SET)
    assert menus.evaluate("history.length") == before


def test_an_address_that_was_sent_opens_what_was_set_with_the_table_in_sight(browser: Browser, tmp_path: Path) -> None:
    before = Table("长表", ("行",), tuple((f"第{n}行",) for n in range(150)), place="表-长")
    page_of(before, before, before, alerts_like(), folder=tmp_path)
    path = (tmp_path / "page.html").as_uri()
    with guards.opened(browser, f"{path}?{address(**SET)}") as (page, _):
        figure = page.locator("figure[id='表-预警']")
        assert [row[3] for row in shown(figure)] == LEFT and lying(page) == []
        box = figure.bounding_box()
        assert box is not None and 0 <= box["y"] <= 900 - box["height"] and page.evaluate("scrollY") > 0


def test_tables_of_one_page_do_not_disturb_each_other_nor_what_else_the_address_says(
    browser: Browser, tmp_path: Path
) -> None:
    path = page_of(alerts_like(), alerts_like(place="表-预警-2"), folder=tmp_path).as_uri()
    with guards.opened(browser, f"{path}?rows=3,9&x=%41") as (page, _):
        one, other = page.locator("figure").all()
        one.get_by_label("级别").select_option("红色")
        other.get_by_label("级别").select_option("蓝色")
        other.locator("thead button", has_text="企业").click()
        assert {row[1] for row in shown(one)} == {"红色"} and {row[1] for row in shown(other)} == {"蓝色"}
        said = in_address(page)
        assert said["表-预警.级别"] == "红色" and said["表-预警-2.级别"] == "蓝色"
        assert urlsplit(page.url).query.startswith("rows=3,9&x=%41&")
        one.get_by_role("button", name="清除筛选").click()
        assert len(shown(one)) == 20 and {row[1] for row in shown(other)} == {"蓝色"}
        assert "表-预警.级别" not in in_address(page) and in_address(page)["表-预警-2.级别"] == "蓝色"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"表-预警.级别": "紫色"}, "级别：紫色"),
        ({"表-预警.颜色": "红色"}, "颜色：红色"),
        ({"表-预警.排序": "颜色 升序"}, "排序：颜色 升序"),
        ({"表-预警.排序": "情况"}, "排序：情况"),
    ],
)
def test_what_an_address_says_that_a_table_does_not_have_hides_nothing_and_is_told(
    browser: Browser, tmp_path: Path, sent: dict[str, str], told: str
) -> None:
    path = page_of(alerts_like(), folder=tmp_path).as_uri()
    with guards.opened(browser, f"{path}?{address(**sent)}&%E0%A4%A") as (page, _):
        assert len(shown(page)) == 20
        assert page.locator("figure [role=status]").inner_text() == f"地址里的“{told}”这张表没有，没有采用。"


def test_a_table_that_the_page_does_not_have_is_told(browser: Browser, tmp_path: Path) -> None:
    path = page_of(alerts_like(), folder=tmp_path).as_uri()
    sent = address(**{"表-没有.级别": "红色", "表-预警.级别": "红色"})
    with guards.opened(browser, f"{path}?{sent}") as (page, _):
        assert len(shown(page)) == 7  # what it has is set all the same
        assert page.locator("h1 + [role=status]").inner_text().startswith("地址里说的“表-没有”，本页没有这样的表")


def test_an_address_by_a_tables_former_name_still_sets_it(browser: Browser, tmp_path: Path) -> None:
    path = page_of(alerts_like(), folder=tmp_path)
    text = path.read_text("utf-8").replace("<figure", '<span id="表-旧名"></span><figure')
    path.write_text(text, "utf-8")
    with guards.opened(browser, f"{path.as_uri()}?{address(**{'表-旧名.级别': '红色'})}") as (page, _):
        assert len(shown(page)) == 7


def test_one_button_clears_what_is_set_and_is_there_only_then(menus: Page) -> None:
    assert not menus.locator(".sa-filter button").is_visible()
    choose(menus)
    button = menus.locator(".sa-filter button")
    assert button.inner_text() == "清除筛选和排序"
    button.click()
    assert len(shown(menus)) == 20 and shown(menus)[0][3] == "第0件事"
    assert not button.is_visible() and menus.evaluate("document.activeElement.tagName") == "INPUT"
    assert in_address(menus) == {}


# --- sorting ---------------------------------------------------------------------------------------


@pytest.fixture
def sorted_by(browser: Browser, tmp_path: Path):
    """Sorts one column of a table of two; gives the cells in their order, and what is told."""

    def sort(cells: list[str], times: int = 1, numeric: bool = True, **more: Any) -> tuple[list[str], str]:
        rows = tuple((f"行{n}", cell) for n, cell in enumerate(cells))
        table = Table("表", ("行", "值"), rows, frozenset({1} if numeric else ()), place="表-一", **more)
        with guards.opened(browser, page_of(table, folder=tmp_path).as_uri()) as (page, _):
            for _ in range(times):
                page.locator("thead button", has_text="值").click()
            told = page.locator("[role=status]")
            return page.locator("tbody td").all_inner_texts(), told.inner_text() if told.count() else ""

    return sort


def test_numbers_of_different_units_are_never_sorted_among_each_other(sorted_by) -> None:
    mixed = ["146.1万元/人", "5.1%", "9000万元", "2.4个百分点", "63.0%", "0.8亿元", "7500万元/人"]
    up, told = sorted_by(mixed)
    assert up == ["146.1万元/人", "7500万元/人", "5.1%", "63.0%", "0.8亿元", "9000万元", "2.4个百分点"]
    assert told == "单位不同的分开排：万元/人；%；万元、亿元；个百分点"
    assert sorted_by(mixed, 2)[0] == [
        "7500万元/人",
        "146.1万元/人",
        "63.0%",
        "5.1%",
        "9000万元",
        "0.8亿元",
        "2.4个百分点",
    ]
    assert sorted_by(["5%", "12%", "-3%"]) == (["-3%", "5%", "12%"], "")


def test_a_unit_in_a_column_of_its_own_counts(browser: Browser, tmp_path: Path) -> None:
    rows = (("甲", "30", "%"), ("乙", "2", "亿元"), ("丙", "9", "%"), ("丁", "300", "万元"))
    table = Table("表", ("行", "数值", "单位"), rows, frozenset({1}))
    with guards.opened(browser, page_of(table, folder=tmp_path).as_uri()) as (page, _):
        page.locator("thead button", has_text="数值").click()
        assert page.locator("tbody th").all_inner_texts() == ["丙", "甲", "丁", "乙"]


@pytest.mark.parametrize(
    ("numeric", "cells", "expected"),
    [
        # what is falling is less than nothing, what is about a number is that number
        (True, ["同比增长5.1%", "同比下降1.4%", "逾3%"], ["同比下降1.4%", "逾3%", "同比增长5.1%"]),
        (
            True,
            ["1,210", "−7", "", "不适用", "300", "—", "报告未载"],
            ["−7", "300", "1,210", "不适用", "", "—", "报告未载"],
        ),
        (False, ["2023-12-01", "", "2023-02-10", "没有批准"], ["2023-02-10", "2023-12-01", "没有批准", ""]),
        (
            False,
            ["2023年三季度", "2023年", "2023年12月", "2022年", "2023年一季度", "2023年上半年", "2023年9月"],
            ["2022年", "2023年一季度", "2023年上半年", "2023年9月", "2023年三季度", "2023年12月", "2023年"],
        ),
        (
            False,
            ["2023年11月起", "2023年2月的现状", "2022年12月起"],
            ["2022年12月起", "2023年2月的现状", "2023年11月起"],
        ),
        (False, ["第十二", "第二", "第一", "第三"], ["第一", "第二", "第三", "第十二"]),
        (False, ["三级企业", "一级企业", "二级企业"], ["一级企业", "二级企业", "三级企业"]),
        (False, ["二（十）", "二（九）", "一（三）2"], ["一（三）2", "二（九）", "二（十）"]),
        (False, ["企业10", "企业9", "企业2"], ["企业2", "企业9", "企业10"]),
        (False, ["3/6", "1/6", "2/6"], ["1/6", "2/6", "3/6"]),
    ],
)
def test_each_kind_of_value_is_sorted_as_a_person_would(sorted_by, numeric, cells, expected) -> None:
    assert sorted_by(cells, numeric=numeric)[0] == expected


def test_a_menus_values_are_sorted_in_their_declared_order(sorted_by) -> None:
    cells = ["蓝色", "红色", "黄色", "红色"]
    assert sorted_by(cells, numeric=False, filters={1: LEVELS})[0] == ["红色", "红色", "黄色", "蓝色"]


def test_a_sum_stays_below_what_it_sums_either_way_and_a_third_press_gives_the_order_back(
    browser: Browser, tmp_path: Path
) -> None:
    for word in ("合计", "全区"):
        rows = (("甲", "2"), ("乙", "3"), ("丙", "1"), (word, "6"))
        table = Table("表", ("企业", "户数（户）"), rows, frozenset({1}), place="表-一")
        with guards.opened(browser, page_of(table, folder=tmp_path).as_uri()) as (page, _):
            button = page.locator("thead button", has_text="户数")
            for expected in ("丙甲乙", "乙甲丙", "甲乙丙"):
                button.click()
                assert "".join(page.locator("tbody th").all_inner_texts()) == expected + word
            assert in_address(page) == {}


def test_every_table_of_three_rows_shows_that_it_sorts_and_how_but_not_on_paper(
    browser: Browser, tmp_path: Path
) -> None:
    path = page_of(
        Table("表", ("企业", "数"), (("甲", "1"),) * 3), Table("表", ("企业",), (("甲",),) * 2), folder=tmp_path
    )
    with guards.opened(browser, path.as_uri()) as (page, _):
        signs = """() => [...document.querySelectorAll("thead th")].map(th =>
          getComputedStyle(th.querySelector("button") || th, "::after").content.replace(/[^↕↑↓]/g, ""))"""
        assert page.locator("input").count() == 0
        assert page.evaluate(signs) == ["↕", "↕", ""]
        first = page.locator("thead button").first
        first.focus()
        for key, sign, said in (("Enter", "↑", "ascending"), ("Space", "↓", "descending")):
            page.keyboard.press(key)
            assert page.evaluate(signs) == [sign, "↕", ""]
            assert page.locator("thead th").first.get_attribute("aria-sort") == said
        page.emulate_media(media="print")
        assert page.evaluate(signs) == ["", "", ""]
        assert page.locator("thead th").all_inner_texts() == ["企业", "数", "企业"]
        assert page.locator(".sa-filter:visible").count() == 0
