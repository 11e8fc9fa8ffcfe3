"""A small book that is served, and a tab in which it is open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import small_book
from playwright.sync_api import Browser, Page, expect
from waiting import LONGEST

expect.set_options(timeout=LONGEST * 1000)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[small_book.Served]:
    """The book, served until the module's tests have ended."""
    made = small_book.Served(small_book.write(tmp_path_factory.mktemp("serving") / "book"))
    yield made
    made.clear()


@pytest.fixture
def tab(served: small_book.Served, browser: Browser) -> Iterator[Page]:
    """A tab in which the first chapter is open, when the book is up to date."""
    context = browser.new_context()
    context.set_default_timeout(LONGEST * 1000)
    page = context.new_page()
    page.goto(f"{served.address}{small_book.FIRST}.html")
    small_book.settled(page)
    yield page
    context.close()
