"""Long tables in a browser: the box that filters, the headings that sort."""

from __future__ import annotations

from pathlib import Path

import guards
import pytest
from playwright.sync_api import Browser, Page

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


def test_headings_sort_numbers_as_numbers_with_the_keyboard(page: Page) -> None:
    table = page.locator(LONGEST)
    head = table.locator("thead th.sa-number").first
    column = head.evaluate("th => th.cellIndex") + 1
    head.locator("button").focus()
    page.keyboard.press("Enter")
    cells = table.locator(f"tbody tr > :nth-child({column})").all_inner_texts()
    numbers = [float(cell) for cell in cells]
    assert numbers == sorted(numbers) and head.get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Enter")
    cells = table.locator(f"tbody tr > :nth-child({column})").all_inner_texts()
    assert [float(cell) for cell in cells] == sorted(numbers, reverse=True)


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
