"""What the cover shows before anybody scrolls."""

from __future__ import annotations

from pathlib import Path

import guards
import pytest
from playwright.sync_api import Browser

FIRST = ".sa-findings > li:first-child"


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_the_first_finding_and_what_the_sample_proves_are_within_the_first_screen(
    browser: Browser, real_site: Path, width: int, height: int
) -> None:
    with guards.window(browser, width, height) as page:
        page.goto((real_site / "notebooks" / "index.html").as_uri())
        for shown in (page.locator(FIRST), page.get_by_text("示例是照着公布数做的").first):
            box = shown.bounding_box()
            assert box and box["y"] >= 0 and box["y"] + box["height"] <= height, shown
        assert page.locator(FIRST).inner_text().startswith("真实")
        found = page.locator(".sa-findings, .sa-cards, .sa-ways").evaluate_all("all => all.map(one => one.className)")
        assert found == ["sa-findings", "sa-cards", "sa-ways"]
        links = page.locator(".sa-findings > li").evaluate_all(
            "all => all.map(li => [...li.querySelectorAll('p > span > a')].length)"
        )
        assert 3 <= len(links) <= 6 and set(links) == {1}
