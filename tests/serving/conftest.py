"""A browser, and a small book that is served."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_book
from playwright.sync_api import Browser, Page, expect, sync_playwright
from waiting import LONGEST

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
expect.set_options(timeout=LONGEST * 1000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A Chromium; without one the tests are skipped here and fail on a build server."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("没有找到Chromium。")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[small_book.Served]:
    """The book, served until the module's tests have ended."""
    made = small_book.Served(small_book.write(tmp_path_factory.mktemp("serving") / "book"))
    yield made
    made.clear()


@pytest.fixture
def tab(served: small_book.Served, chromium: Browser) -> Iterator[Page]:
    """A tab in which the first chapter is open, when the book is up to date."""
    context = chromium.new_context()
    context.set_default_timeout(LONGEST * 1000)
    page = context.new_page()
    page.goto(f"{served.address}{small_book.FIRST}.html")
    settled(page)
    yield page
    context.close()


def settled(page: Page) -> None:
    """Wait until everything is up to date."""
    expect(page.locator("#sa-live[data-state=ok]")).to_have_text("已是最新。")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder for a project."""
    return tmp_path
