"""Long tables in a browser: the box that filters, the headings that sort."""

from __future__ import annotations

from pathlib import Path

import guards
import pytest
from playwright.sync_api import Browser, Page
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


def page_of(table: Table, folder: Path) -> Path:
    """A page with one table, as the book makes it, that needs no server."""
    path = folder / "page.html"
    path.write_text(
        f'<!doctype html><html lang="zh-CN" data-theme="light"><meta charset="utf-8">'
        f'<link rel="stylesheet" href="{(STATIC / "outputs.css").as_uri()}">'
        f'<link rel="stylesheet" href="{(STATIC / "book.css").as_uri()}">'
        f'<body><article class="bd-article">{table._repr_html_()}</article>'
        f'<script src="{(STATIC / "tables.js").as_uri()}"></script></body></html>',
        "utf-8",
    )
    return path


def alerts_like(rows: tuple = ROWS) -> Table:
    filters = {0: (), 1: LEVELS, 2: MODULES}
    return Table("预警", ("企业", "级别", "模块", "情况"), rows, filters=filters)


@pytest.fixture
def menus(browser: Browser, tmp_path: Path):
    with guards.opened(browser, page_of(alerts_like(), tmp_path).as_uri()) as (opened, _):
        yield opened


def shown(page: Page) -> list[tuple[str, ...]]:
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
    window = guards.context(browser, java_script_enabled=False)
    try:
        page = window.new_page()
        page.goto(page_of(alerts_like(), tmp_path).as_uri())
        assert page.locator("tbody tr:visible").count() == 20
        assert page.locator("select").count() == 0
    finally:
        window.close()


def test_a_short_table_has_no_menu(browser: Browser, tmp_path: Path) -> None:
    url = page_of(alerts_like(ROWS[:5]), tmp_path).as_uri()
    with guards.opened(browser, url) as (opened, _):
        assert opened.locator("select").count() == 0


def test_menus_do_not_make_a_phone_scroll_sideways(browser: Browser, tmp_path: Path) -> None:
    url = page_of(alerts_like(), tmp_path).as_uri()
    with guards.opened(browser, url, width=375) as (opened, _):
        assert opened.locator("select").count() == 3
        assert guards.overflowing(opened) == []


def test_a_value_from_a_table_is_never_markup(browser: Browser, tmp_path: Path) -> None:
    """A name is data: neither the heading's list of values nor a menu makes an element of it."""
    odd = '"><b>甲</b>'
    table = Table("预警", ("企业",), ((odd,),) * 12, filters={0: (odd,)})
    with guards.opened(browser, page_of(table, tmp_path).as_uri()) as (opened, _):
        assert opened.locator("b").count() == 0
        assert opened.locator("option").all_inner_texts() == ["全部", odd]


@pytest.mark.parametrize(("columns", "fades"), [(40, ["40px", "0px"]), (6, ["0px", "0px"])])
def test_a_table_that_goes_on_to_the_right_fades_there(
    browser: Browser, tmp_path: Path, columns: int, fades: list[str]
) -> None:
    header = ("企业", *(f"年末资产总额{n}（亿元）" for n in range(columns)))
    table = Table("表", header, (("甲", *("1" * columns)),), frozenset(range(1, columns + 1)))
    with guards.opened(browser, page_of(table, tmp_path).as_uri()) as (page, _):
        fade = "e => getComputedStyle(e).getPropertyValue('--sa-fade')"
        frame = page.locator(".sa-frame")
        assert frame.evaluate(fade) == fades[0]
        frame.evaluate("e => e.scrollTo(9999, 0)")
        guards.wait_until(page, lambda: frame.evaluate(fade) == fades[1])
