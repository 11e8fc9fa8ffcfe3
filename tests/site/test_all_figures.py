"""The table of all figures in a browser, as a page that needs no server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

import guards
import pytest
from paths import ROOT
from playwright.sync_api import Browser, Page
from test_tables import page_of

from stateassets.pages import figure_index as inventory
from stateassets.report import Report

NAME, STATE, VALUE, UNIT, PRINTED, SINCE = 0, 1, 2, 3, 4, 6


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    report = Report(root=ROOT)
    table = inventory.table(report, inventory.entries(report), "全部数字")
    return page_of(table, folder=tmp_path_factory.mktemp("figures")).as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with guards.opened(browser, address) as (opened, _):
        yield opened


def rows(page: Page) -> list[list[str]]:
    """The texts of the rows that are seen."""
    return page.evaluate(
        "() => [...document.querySelectorAll('tbody tr')].filter(row => !row.hidden)"
        ".map(row => [...row.cells].map(cell => cell.textContent.trim()))"
    )


def numbers(page: Page, column: int) -> list[tuple[str, float] | None]:
    """The unit and the number of each row: a unit of its own, else that of the column 单位; 亿元 and 万元 in 元."""
    found = []
    for row in rows(page):
        match = re.match(r"[^\d.+-]*([+-]?[\d.]+)(.*)", row[column].replace(",", ""))
        unit = (match[2] or row[UNIT]) if match else ""
        times = {"亿": 1e8, "万": 1e4}.get(unit[:1], 1)
        found.append((re.sub("^[亿万]", "", unit), float(match[1]) * times) if match else None)
    return found


def head(page: Page, column: int):
    return page.locator("thead th").nth(column)


def assert_sorted(found: list[tuple[str, float] | None], down: bool) -> None:
    known = [one for one in found if one is not None]
    assert known and None not in found[: len(known)]  # what is no number comes last, either way
    runs = [[number for _, number in run] for _, run in groupby(known, lambda one: one[0])]
    assert all(run == sorted(run, reverse=down) for run in runs)
    assert len(runs) == len({unit for unit, _ in known})  # a unit stands together


def test_a_click_on_a_heading_sorts_by_number_and_a_second_one_turns_it_round(page: Page) -> None:
    for column in (VALUE, PRINTED, SINCE):
        for down in (False, True):
            head(page, column).locator("button").click()
            assert_sorted(numbers(page, column), down)
            said = head(page, column).get_attribute("aria-sort")
            assert said == ("descending" if down else "ascending")
    assert page.locator("th[aria-sort=ascending], th[aria-sort=descending]").count() == 1


def test_the_keyboard_alone_sorts_and_filters(page: Page) -> None:
    page.locator(".sa-filter input").focus()
    page.keyboard.type("资产 相符")
    names = [row[NAME] for row in rows(page)]
    assert names and all("相符" in row[STATE] for row in rows(page))
    assert {"资产总额", "资产负债率"} <= set(names)
    for _ in range(6):  # four menus, clearing, then the frame
        page.keyboard.press("Tab")
    for _ in range(VALUE + 1):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "数值"
    page.keyboard.press("Enter")
    assert_sorted(numbers(page, VALUE), down=False)
    page.keyboard.press("Space")
    assert_sorted(numbers(page, VALUE), down=True)
    assert sorted(row[NAME] for row in rows(page)) == sorted(names)


def test_menus_leave_what_was_printed_and_what_is_in_one_unit(page: Page) -> None:
    page.get_by_label("核对").select_option("相符")
    assert len(rows(page)) == 59
    page.get_by_label("单位").select_option("亿元")
    assert {row[UNIT] for row in rows(page)} == {"亿元"}
    assert page.locator("[role=status]").inner_text() == f"共{len(rows(page))}行"


def test_without_scripts_every_figure_stands_there(browser: Browser, address: str) -> None:
    with guards.window(browser, java_script_enabled=False) as opened:
        opened.goto(address)
        seen = opened.locator("tbody tr:visible").count()
        assert seen == opened.locator("tbody tr").count() > 64


def test_on_a_phone_the_name_stays_beside_its_numbers(browser: Browser, address: str) -> None:
    with guards.opened(browser, address, width=390) as (opened, _):
        assert guards.overflowing(opened) == []
        opened.locator(".sa-frame").evaluate("frame => frame.scrollLeft = 400")
        box = opened.locator("tbody th").first.bounding_box()
        assert box is not None and 0 <= box["x"] < 60
