"""Numbers explain themselves in place, and without a script lead to where they are explained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import guards
import pytest
from paths import ROOT
from playwright.sync_api import Browser, Page, expect

CHAPTER = "notebooks/1_basics/2_assets_and_debt.html"
FIGURE = ".sa-conclusion a.sa-figure[data-figure='debt_ratio']"
BOX = "#sa-explain"


@contextmanager
def opened(browser: Browser, site: Path, **options: Any) -> Iterator[Page]:
    with guards.window(browser, **options) as page:
        page.goto(f"{site.as_uri()}/{CHAPTER}")
        yield page


def test_a_box_is_placed_by_its_own_height_not_by_the_one_before(browser: Browser, tmp_path: Path) -> None:
    link = '<a class="sa-figure" style="position:absolute;top:{}px" href="#{}">{}</a>'
    body = link.format(520, "short", "短") + link.format(340, "long", "长")
    told = f'<ol><li id="short">一句。<li id="long">{"<p>很多句。</p>" * 12}</ol>'
    script = (ROOT / "stateassets/book/static/explain.js").read_text("utf-8")
    style = "#sa-explain { position: fixed; inset: auto; margin: 0; overflow: auto; }"

    def above(script: str) -> bool:
        """Whether the second box stands where it has more room."""
        html = f'<html><meta charset="utf-8"><style>{style}</style><body>{body}{told}<script>{script}</script>'
        (path := tmp_path / "page.html").write_text(f"<!doctype html>{html}", "utf-8")
        with guards.opened(browser, path.as_uri()) as (page, _):
            page.set_viewport_size({"width": 800, "height": 600})
            for words in ("短", "长"):
                page.get_by_text(words, exact=True).first.click()
                expect(page.locator(BOX)).to_be_visible()
            at = page.locator(BOX).bounding_box()
            return at is not None and at["y"] + at["height"] <= 340

    assert above(script)
    assert not above(script.replace('box.style.maxHeight = "";', ""))


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_number_shows_where_it_comes_from(browser: Browser, real_site: Path, width: int, scheme: str) -> None:
    with opened(browser, real_site, width=width, height=700, mode=scheme) as page:
        page.locator(FIGURE).click()
        box = page.locator(BOX)
        expect(box).to_be_visible()
        for words in ("含义", "负债总额÷资产总额×100", "第", "报告印出", "相符", "示例"):
            expect(box).to_contain_text(words)
        at = box.bounding_box()
        assert at and at["x"] >= 0 and at["x"] + at["width"] <= width
        assert at["y"] >= 0 and at["y"] + at["height"] <= 700


def test_the_keyboard_opens_it_walks_its_links_and_comes_back(browser: Browser, real_site: Path) -> None:
    with opened(browser, real_site) as page:
        page.locator(FIGURE).focus()
        page.keyboard.press("Enter")
        expect(page.locator(BOX)).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.locator(f"{BOX} a").first).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(BOX)).to_be_hidden()
        expect(page.locator(FIGURE)).to_be_focused()


@pytest.mark.slow
def test_its_link_opens_the_table_with_the_rows_marked(browser: Browser, real_site: Path) -> None:
    with opened(browser, real_site) as page:
        page.locator(FIGURE).click()
        page.locator(f"{BOX} a").first.click()
        page.wait_for_url("**/data/balance_sheet.html*")
        rows = unquote(page.url).split("rows=")[1].split("&")[0].split(",")
        marked = page.locator("tr.sa-cited").evaluate_all("rows => rows.map(r => r.id)")
        assert marked == [f"row-{n}" for n in rows] and len(marked) > 1
        page.get_by_label("只看用到的").check()
        assert page.locator("tbody tr:visible").count() == len(rows)


def test_a_counted_number_shows_how_it_was_computed(browser: Browser, real_site: Path) -> None:
    with guards.window(browser) as page:
        page.goto(f"{real_site.as_uri()}/notebooks/9_reference/3_data.html")
        page.locator("a.sa-counted").first.click()
        expect(page.locator(f"{BOX} pre")).to_contain_text("report.conclusion(")


def test_without_scripts_a_number_leads_to_its_entry(browser: Browser, real_site: Path) -> None:
    with opened(browser, real_site, java_script_enabled=False) as page:
        page.locator(FIGURE).click()
        assert unquote(page.url).endswith("#figure-debt_ratio-2023")
        expect(page.locator("li:target")).to_contain_text("负债总额÷资产总额×100")


def test_paper_shows_neither_the_list_nor_the_underlining(browser: Browser, real_site: Path) -> None:
    with opened(browser, real_site) as page:
        page.emulate_media(media="print")
        expect(page.locator(".sa-origins")).to_be_hidden()
        line = page.locator(FIGURE).evaluate("a => getComputedStyle(a).textDecorationLine")
        assert line == "none"
