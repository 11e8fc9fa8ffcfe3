"""A chapter explains a term where it first uses it, by mouse, finger, keyboard or link."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import guards
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect

from stateassets.book import glossary

ENTRIES = """<article class="bd-article"><table><tr><td>
<span id="term-equity" data-kind="名词" data-told="资产减&quot;负债&quot;" data-others="净资产、权益"
data-mark="first">所有者权益</span><span id="term-claims" data-kind="名词" data-told="印出来的数"
data-mark="first">公布数</span><span id="measure-roe" data-kind="指标">净资产收益率</span>
</td></tr></table><p>净资产</p></article>"""
CHAPTER = "notebooks/assets.html"
TERM = ".bd-article a.sa-term[data-name='所有者权益']"
BOX = "#sa-explain"


@pytest.fixture
def pages(tmp_path: Path) -> tuple[Path, Path]:
    """A page of entries, and a chapter still without text."""
    (words := tmp_path / "reference" / "words.html").parent.mkdir()
    (chapter := tmp_path / "part" / "chapter.html").parent.mkdir()
    words.write_text(ENTRIES, "utf-8")
    return words, chapter


def finished(pages: tuple[Path, Path], body: str) -> BeautifulSoup:
    page = f'<nav><p>净资产</p></nav><article class="bd-article">{body}</article>'
    pages[1].write_text(page, "utf-8")
    glossary.finish(pages, pages[1:])
    return BeautifulSoup(pages[1].read_text("utf-8"), "html.parser")


def terms(page: BeautifulSoup) -> list[str]:
    return [str(tag.parent).replace(str(tag), f"[{tag.text}]") for tag in page.select("a.sa-term")]


def test_the_first_use_by_any_name_is_marked_and_only_that(pages) -> None:
    page = finished(pages, "<p>净资产不少。</p><p>所有者权益、净资产。</p>")
    assert terms(page) == ["<p>[净资产]不少。</p>"]
    link = page.select_one("a.sa-term")
    assert link["href"] == "../reference/words.html#term-equity"
    assert (link["data-name"], link["data-explain"]) == ("所有者权益", '资产减"负债"')


def test_a_longer_name_and_a_longer_word_are_not_cut(pages) -> None:
    page = finished(pages, "<p>净资产收益率用公布数字算。</p><p>公布数和净资产。</p>")
    assert [tag.text for tag in page.select("a.sa-term")] == ["公布数", "净资产"]
    assert "净资产收益率用公布数字算。" in str(page)


def test_headings_links_code_tables_pictures_and_menus_stay_as_they_are(pages) -> None:
    body = (
        "<h2>净资产</h2><p><a href='#'>净资产</a><code>净资产</code></p><pre>净资产</pre>"
        "<figure><table><tr><td><p>净资产</p></td></tr></table><figcaption>净资产</figcaption></figure>"
        '<p class="caption">净资产</p>'
    )
    page = finished(pages, body)
    assert terms(page) == [] and body.replace("'", '"') in str(page)


def test_a_second_build_marks_nothing_twice_and_a_new_meaning_is_told(pages) -> None:
    finished(pages, "<p>净资产和<strong>公布数</strong></p>")
    once = pages[1].read_text("utf-8")
    written = pages[1].stat().st_mtime_ns
    glossary.finish(pages, pages)
    assert pages[1].read_text("utf-8") == once and pages[1].stat().st_mtime_ns == written
    assert once.count("sa-term") == 2
    pages[0].write_text(ENTRIES.replace("印出来的数", "报告里的数"), "utf-8")
    glossary.finish(pages, pages[:1])
    assert pages[1].read_text("utf-8") == once.replace("印出来的数", "报告里的数")


def test_the_page_of_entries_is_left_alone(pages) -> None:
    finished(pages, "<p>净资产</p>")
    assert pages[0].read_text("utf-8") == ENTRIES


# ------------------------------------------------------------------------------- in the browser


@contextmanager
def opened(browser: Browser, site: Path, **options: Any) -> Iterator[Page]:
    with guards.window(browser, **options) as page:
        page.goto(f"{site.as_uri()}/{CHAPTER}")
        yield page


def told(page: Page) -> None:
    expect(page.locator(BOX)).to_be_visible()
    expect(page.locator(BOX)).to_contain_text("所有者权益：资产减负债")


def test_a_mouse_that_rests_on_a_term_shows_what_it_means(browser: Browser, small_site: Path) -> None:
    with opened(browser, small_site) as page:
        page.locator(TERM).hover()
        told(page)


def test_a_finger_shows_what_a_term_means(browser: Browser, small_site: Path) -> None:
    with opened(browser, small_site, width=390, height=800, has_touch=True) as page:
        page.locator(TERM).tap()
        told(page)


def test_the_keyboard_shows_it_and_leads_to_the_entry(browser: Browser, small_site: Path) -> None:
    with opened(browser, small_site) as page:
        page.locator(TERM).focus()
        page.keyboard.press("Enter")
        told(page)
        page.keyboard.press("Escape")
        expect(page.locator(TERM)).to_be_focused()
        page.keyboard.press("Enter")
        page.locator(f"{BOX} a").click()
        page.wait_for_url("**/enterprises.html#term-equity")


def test_without_scripts_a_term_leads_to_its_entry(browser: Browser, small_site: Path) -> None:
    with opened(browser, small_site, java_script_enabled=False) as page:
        page.locator(TERM).click()
        assert unquote(page.url).endswith("/enterprises.html#term-equity")
