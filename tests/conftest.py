"""What most test modules begin with: the report that ships, data that a test may spoil, a browser."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from data_copy import Data
from paths import ROOT

from stateassets.report import Report

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # A test of this book does not reach out either.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that have slow tests: all workers would wait for one that is begun last."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True, scope="module")
def settled() -> None:
    """Leave what is there already out of every later search for garbage: pytest within a test searches five times."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def report() -> Report:
    """The report of this repository; each module its own, for a report notes what was asked."""
    return Report(root=ROOT)


@pytest.fixture
def data(tmp_path: Path) -> Data:
    """A copy of the data."""
    return Data(tmp_path)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium; without one the tests are skipped here and fail on a build server."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not found:
        reason = "没有找到Chromium：请安装，或用环境变量CHROMIUM指明它的位置。"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=OPTIONS)
        yield chromium
        chromium.close()
