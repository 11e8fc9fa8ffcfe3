"""Every page of this repository's own book in a browser, which loads it once for all that is asked of it."""

from __future__ import annotations

from pathlib import Path

import guards
import pytest
from barriers import CHAPTERS, CONDENSED, barriers
from playwright.sync_api import Browser, Page

READ, BARRIERS = "read", "barriers"
# Of each kind of page one.
TELLING = (
    "notebooks/index",
    "notebooks/1_basics/2_assets_and_debt",
    "notebooks/3_supervision/2_risks",
    "notebooks/8_profiles/B",
    "notebooks/10_platform/9_alerts",
    "search",
)
Found = dict[str, dict[str, list[str]]]  # of each page by its name what is wrong, by the question


def unreadable(page: Page) -> list[str]:
    """What of a page that has been loaded is English, wider than a screen, or cut off."""
    found = guards.english(page.content())
    guards.end_transitions(page)  # else a table is measured while the theme's sides slide in
    for width in sorted(guards.WIDTHS, reverse=True):  # first as it was loaded
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width}像素：{wide}" for wide in guards.overflowing(page) + guards.cut_off(page)]
    return found


@pytest.fixture(scope="module")
def every(browser: Browser, real_site: Path) -> Found:
    """What is wrong with each page, and with one that shows a table's rows."""
    found, seen = Found(), set[str]()
    rows = sorted((real_site / "data").glob("*.html"))[0]
    for path in (*guards.pages(real_site), rows):
        with guards.opened(browser, path.as_uri()) as (page, elsewhere):
            read = unreadable(page) if path != rows else []
            page.evaluate(CONDENSED)  # which then is laid out again in less time
            page.set_viewport_size({"width": max(guards.WIDTHS), "height": 900})
            without = () if path.relative_to(real_site).as_posix() == "notebooks/index.html" else CHAPTERS
            found[str(path.relative_to(real_site))] = {
                BARRIERS: barriers(page, without, seen),  # after which a page is not as it was
                READ: read + elsewhere,
            }
    return found


@pytest.fixture(scope="module")
def telling(browser: Browser, real_site: Path) -> Found:
    """What cannot be read of a page of each kind."""
    names = [f"{name}.html" for name in TELLING]
    assert {real_site / name for name in names} <= set(guards.pages(real_site))
    found = Found()
    for name in names:
        with guards.opened(browser, (real_site / name).as_uri()) as (page, elsewhere):
            found[name] = {READ: unreadable(page) + elsewhere}
    return found


def wrong(found: Found, question: str) -> dict[str, list[str]]:
    """The pages with which something is wrong."""
    return {name: told[question] for name, told in found.items() if told[question]}


@pytest.mark.parametrize("pages", ["telling", pytest.param("every", marks=pytest.mark.slow)])
def test_every_page_can_be_read_without_network_in_chinese_on_any_screen(
    request: pytest.FixtureRequest, pages: str
) -> None:
    assert wrong(request.getfixturevalue(pages), READ) == {}


@pytest.mark.slow
def test_no_page_has_a_grave_barrier_in_light_or_dark(every: Found) -> None:
    assert len(every) > len(TELLING) and wrong(every, BARRIERS) == {}
