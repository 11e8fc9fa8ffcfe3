"""A chart can be seen as large as the window, with mouse or keyboard, in light and dark."""

from __future__ import annotations

from pathlib import Path

import guards
import pytest
from playwright.sync_api import Browser, expect

CHAPTER = "notebooks/enterprises.html"
LARGER = "figure.sa-chart .sa-larger"
BOX = "#sa-enlarged"


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_keyboard_enlarges_a_chart_and_comes_back(
    browser: Browser, small_site: Path, width: int, mode: str
) -> None:
    url = f"{small_site.as_uri()}/{CHAPTER}"
    with guards.opened(browser, url, width, mode) as (page, _):
        before = page.locator("figure.sa-chart > svg").bounding_box()
        page.locator(LARGER).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="三类企业户数")).to_be_visible()
        now = page.locator(f"{BOX} svg").bounding_box()
        frame = page.locator(BOX).bounding_box()
        assert before and now and frame and now["width"] > before["width"] * 1.2
        assert frame["x"] >= 0 and frame["x"] + frame["width"] <= width
        assert guards.overflowing(page) == []
        expect(page.locator(BOX)).to_contain_text("示例")
        page.keyboard.press("Escape")
        expect(page.locator(BOX)).to_be_hidden()
        expect(page.locator(LARGER)).to_be_focused()


def test_a_mouse_enlarges_and_closes_it(browser: Browser, small_site: Path) -> None:
    with guards.opened(browser, f"{small_site.as_uri()}/{CHAPTER}") as (page, _):
        page.locator(LARGER).click()
        page.get_by_role("button", name="关闭").click()
        expect(page.locator(BOX)).to_be_hidden()


def test_paper_has_no_button(browser: Browser, small_site: Path) -> None:
    with guards.opened(browser, f"{small_site.as_uri()}/{CHAPTER}") as (page, _):
        page.emulate_media(media="print")
        expect(page.locator(LARGER)).to_be_hidden()


def test_the_picture_says_sample_once_on_the_page(browser: Browser, small_site: Path) -> None:
    """Its own word, for who takes it elsewhere, is hidden where the caption says it."""
    with guards.opened(browser, f"{small_site.as_uri()}/{CHAPTER}") as (page, _):
        page.locator("figure.sa-chart > svg").evaluate(
            """svg => svg.insertAdjacentHTML("beforeend",
              "<g class='sa-drawn'><text x='9' y='9'>示例</text></g>")"""
        )
        expect(page.locator("figure.sa-chart .sa-drawn")).to_be_hidden()
        expect(page.locator("figure.sa-chart figcaption .sa-sample")).to_be_visible()
