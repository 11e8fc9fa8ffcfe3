"""Long pages in a browser: of repeated blocks one is chosen, appendices are folded, and all is still found."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import guards
import pytest
from playwright.sync_api import Browser, Page
from test_tables import page_of

from stateassets.present.blocks import choice, folded
from stateassets.present.display import Table

NAMES = ("甲", "乙", "丙")
SCREEN = 900  # pixels, of guards.opened
# What the page may be long, in screens of 1280 by 900 pixels: it was 16, 48 and 28.
LONG = {"4_results/1_evaluation": 11, "9_reference/3_data": 4, "10_platform/9_alerts": 8}


def sheet(name: str) -> Table:
    rows = tuple((f"{name}的指标{n}", str(n)) for n in range(14))
    return Table(f"{name}的指标", ("指标", "数"), rows, frozenset({1}), place=f"表-{name}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return page_of(choice("企业", ((n, sheet(n)) for n in NAMES)), folded(sheet("附")), folder=tmp_path)


@pytest.fixture
def page(browser: Browser, path: Path):
    with guards.opened(browser, path.as_uri()) as (opened, _):
        yield opened


def seen(page: Page) -> list[str]:
    """The names of the tables that can be read."""
    frames = page.locator(".sa-frame").all()
    return [
        str(frame.get_attribute("aria-label"))
        for frame in frames
        if frame.evaluate("frame => frame.checkVisibility({contentVisibilityAuto: true})")
    ]


def place(page: Page) -> str:
    return unquote(urlsplit(page.url).fragment)


def test_of_repeated_blocks_one_is_shown_and_the_list_shows_another(page: Page) -> None:
    assert seen(page) == ["甲的指标"]
    menu = page.get_by_label("企业")
    assert menu.locator("option").all_inner_texts() == [*NAMES, "全部（3）"]
    menu.select_option("丙")
    assert seen(page) == ["丙的指标"] and place(page) == "表-丙"
    menu.select_option("全部（3）")
    assert seen(page) == ["甲的指标", "乙的指标", "丙的指标"]


def test_the_keyboard_goes_from_block_to_block(page: Page) -> None:
    before, after = page.get_by_role("button", name="上一个"), page.get_by_role("button", name="下一个")
    assert before.is_disabled()
    after.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert seen(page) == ["丙的指标"] and after.is_disabled()
    before.focus()
    page.keyboard.press("Space")
    assert seen(page) == ["乙的指标"]


def test_the_chosen_block_survives_back_and_reload_and_can_be_sent(browser: Browser, page: Page) -> None:
    before = page.evaluate("history.length")
    page.get_by_label("企业").select_option("乙")
    assert page.evaluate("history.length") == before
    page.goto("about:blank")
    page.go_back()
    assert seen(page) == ["乙的指标"] and page.get_by_label("企业").input_value() == "1"
    page.reload()
    assert seen(page) == ["乙的指标"]
    with guards.opened(browser, page.url) as (sent, _):
        assert seen(sent) == ["乙的指标"]


@pytest.mark.parametrize("name", ["丙", "附"])
def test_a_link_opens_what_it_leads_to(page: Page, name: str) -> None:
    page.evaluate("name => { location.hash = `表-${name}`; }", name)
    guards.wait_until(page, lambda: f"{name}的指标" in seen(page))
    top = page.locator(f"figure[id='表-{name}']").bounding_box()
    assert top is not None and 0 <= top["y"] < SCREEN


@pytest.mark.parametrize("name", ["丙", "附"])
def test_an_address_that_was_sent_opens_what_it_leads_to(browser: Browser, path: Path, name: str) -> None:
    with guards.opened(browser, f"{path.as_uri()}#{quote(f'表-{name}')}") as (page, _):
        assert f"{name}的指标" in seen(page)
        top = page.locator(f"figure[id='表-{name}']").bounding_box()
        assert top is not None and 0 <= top["y"] < SCREEN
    with guards.opened(browser, f"{path.as_uri()}?{quote(f'表-{name}.查找')}={quote('指标3')}") as (page, _):
        assert f"{name}的指标" in seen(page)
        assert page.locator(f"figure[id='表-{name}'] tbody tr:visible").count() == 1


def test_an_address_that_leads_nowhere_shows_the_first(browser: Browser, path: Path) -> None:
    with guards.opened(browser, f"{path.as_uri()}#%E0%A4%A") as (page, _):
        assert seen(page) == ["甲的指标"]


def test_what_the_browser_finds_is_opened(page: Page) -> None:
    """The browser's own search fires the event of the element that it found."""
    for name in ("丙", "附"):
        figure = page.locator(f"figure[id='表-{name}']")
        assert f"{name}的指标" not in seen(page)
        assert page.locator(f".sa-block:has(figure[id='表-{name}'])").count() == 0 or (
            figure.evaluate("f => f.closest('.sa-block').getAttribute('hidden')") == "until-found"
        )
        figure.evaluate("f => f.dispatchEvent(new Event('beforematch', {bubbles: true}))")
        assert f"{name}的指标" in seen(page)


def test_paper_has_every_block_and_every_appendix_and_no_list(page: Page) -> None:
    page.emulate_media(media="print")
    assert seen(page) == ["甲的指标", "乙的指标", "丙的指标", "附的指标"]
    assert page.locator("select:visible, button:visible:not(thead button), summary:visible").count() == 0


def test_without_scripts_every_block_is_there(browser: Browser, path: Path) -> None:
    with guards.window(browser, java_script_enabled=False) as page:
        page.goto(path.as_uri())
        assert [page.locator("figcaption").nth(n).is_visible() for n in range(4)] == [True, True, True, False]
        page.locator("summary").click()
        assert page.locator("figcaption").nth(3).is_visible()


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_a_long_page_is_some_screens_long_and_its_contents_lead_into_its_blocks(
    browser: Browser, real_site: Path, name: str
) -> None:
    with guards.opened(browser, (real_site / "notebooks" / f"{name}.html").as_uri()) as (page, _):
        assert page.evaluate("document.documentElement.scrollHeight") <= LONG[name] * SCREEN
        blocks = page.locator(".sa-block")
        listed = page.locator(".page-toc ul ul a")
        if blocks.count() <= 30:
            assert listed.count() == blocks.count() > 1
            listed.last.click()
        else:  # the table of all tables is its contents
            page.locator("figure[id='表-本书用到的全部表'] tbody th a").last.click()
        guards.wait_until(page, blocks.last.locator(".sa-frame").is_visible)


def test_the_row_that_an_alert_was_taken_from_is_opened(browser: Browser, real_site: Path) -> None:
    with guards.opened(browser, (real_site / "notebooks/10_platform/9_alerts.html").as_uri()) as (page, _):
        link = page.locator("figure[id='表-查看期内的全部预警'] td:last-child a[href*='#row-']").first
        row = page.locator(f"[id='{unquote(urlsplit(str(link.get_attribute('href'))).fragment)}']")
        assert not row.is_visible() or row.evaluate("r => !r.closest('.sa-block').hidden")
        link.click()
        guards.wait_until(page, row.is_visible)
        box = row.bounding_box()
        assert box is not None and 0 <= box["y"] < SCREEN
