"""What a reader can rely on for every page, shown on the throw-away book."""

from __future__ import annotations

import csv
from pathlib import Path

import guards
import pytest
import sample_book
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

NAMES = ("index", "search", "notebooks/assets", "notebooks/enterprises")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_every_screen_speaks_chinese_and_loads_nothing_from_another_host(
    browser: Browser, address: str, name: str
) -> None:
    with guards.opened(browser, f"{address}/{name}.html") as (page, elsewhere):
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        for width in guards.WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert guards.overflowing(page) == [], width
        page.keyboard.press("Control+k")  # which loads the search
        page.wait_for_load_state("networkidle")
        assert guards.english(page.content()) == []
    assert elsewhere == []


def test_no_page_names_a_foreign_script_or_style(small_site: Path) -> None:
    assert guards.foreign_loads(small_site) == []


def test_no_page_shows_asterisks(small_site: Path) -> None:
    for path in guards.pages(small_site):
        assert guards.asterisks(path.read_text("utf-8")) == []


def test_the_title_is_the_data_packages(small_site: Path) -> None:
    page = BeautifulSoup((small_site / "notebooks/assets.html").read_text("utf-8"), "html.parser")
    assert page.title and sample_book.TITLE in page.title.text
    assert page.select_one(".bd-sidebar-primary").text.strip().startswith(sample_book.TITLE)


def test_a_formula_is_mathml_and_needs_no_script(small_site: Path) -> None:
    page = (small_site / "index.html").read_text("utf-8")
    assert page.count("<math") == 2
    assert "mathjax.js" not in page.lower() and "tex-mml" not in page


def test_tables_can_be_downloaded_and_a_sample_is_named_so(small_site: Path) -> None:
    with (small_site / "data/ledger/示例-enterprises.csv").open(encoding="utf-8") as file:
        assert [row["assets"] for row in csv.DictReader(file)] == ["1000", "234"]
    offered = {p.relative_to(small_site).as_posix() for p in small_site.glob("data/**/*.csv")}
    assert offered == {"data/ledger/示例-enterprises.csv"}


def test_numbers_stand_right_under_heads_that_stand_right(browser: Browser, small_site: Path) -> None:
    url = f"{small_site.as_uri()}/notebooks/enterprises.html"
    with guards.opened(browser, url) as (page, _):
        sides = page.locator(".sa-number").evaluate_all("cells => cells.map(c => getComputedStyle(c).textAlign)")
    assert set(sides) == {"right"}


def test_on_paper_there_is_no_code_and_no_navigation(browser: Browser, small_site: Path) -> None:
    url = f"{small_site.as_uri()}/notebooks/enterprises.html"
    with guards.opened(browser, url) as (page, _):
        page.emulate_media(media="print")
        for gone in (".bd-sidebar-primary", ".bd-header-article", "details.hide", ".cell_input"):
            assert not any(part.is_visible() for part in page.locator(gone).all())
        for stays in (".bd-article h1", ".sa-conclusion", ".sa-frame table", ".sa-chart svg"):
            assert page.locator(stays).first.is_visible()


def test_one_switch_shows_and_hides_how_the_whole_page_was_computed(browser: Browser, small_site: Path) -> None:
    url = f"{small_site.as_uri()}/notebooks/enterprises.html"
    with guards.opened(browser, url) as (page, _):
        code = page.locator(".cell_input")
        switch = page.locator(".btn-code-button")

        def shown() -> list[bool]:
            return [part.is_visible() for part in code.all()]

        assert len(shown()) == 2 and not any(shown())
        switch.focus()
        page.keyboard.press("Enter")
        assert all(shown()) and switch.get_attribute("aria-pressed") == "true"
        page.keyboard.press("Enter")
        assert not any(shown())


def test_without_scripts_each_cell_still_opens(browser: Browser, small_site: Path) -> None:
    with guards.window(browser, java_script_enabled=False) as page:
        page.goto(f"{small_site.as_uri()}/notebooks/enterprises.html")
        first = page.locator("details.hide").first
        first.locator("summary").click()
        assert first.locator(".cell_input").is_visible()
