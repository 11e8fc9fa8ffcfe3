"""Shared by the tests of the site: one small book, and the real book."""

from __future__ import annotations

import fcntl
import functools
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import guards
import pytest
import sample_book
from paths import ROOT
from playwright.sync_api import expect

from stateassets.cache.store import PLACE

expect.set_options(timeout=guards.LONGEST * 1000)
# A folder allows a page less than a web server does: what works there represents both.
HOW = ["file", pytest.param("http", marks=pytest.mark.slow)]


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built pages of a throw-away book."""
    return _built_once(tmp_path_factory, "small", sample_book.write)


@pytest.fixture(scope="session")
def real_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of this repository's own book, built once from a copy that has never been built."""
    if not (ROOT / "_toc.yml").exists() or not list(ROOT.glob("notebooks/**/*.ipynb")):
        pytest.skip("还没有_toc.yml或笔记本，没有书可以检查。")
    return _built_once(tmp_path_factory, "real", _copy)


@pytest.hookimpl(trylast=True)  # when those that were not asked for are gone
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where every page is looked at, some of them need not be looked at before."""
    every = {item.nodeid for item in items if item.nodeid.endswith("[every]")}
    some = [item for item in items if item.nodeid.replace("[telling]", "[every]") in every - {item.nodeid}]
    if some:
        config.hook.pytest_deselected(items=some)
        items[:] = [item for item in items if item not in set(some)]


def _copy(root: Path) -> None:
    """Copy this repository's book, and what nbval or a build has just proved need not run again."""
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*sample_book.LEFT_OUT))
    if (ROOT / PLACE).is_dir():
        shutil.copytree(ROOT / PLACE, root / PLACE)


def _built_once(factory: pytest.TempPathFactory, name: str, write: Callable[[Path], object]) -> Path:
    """Build the book that ``write`` writes, or wait while another worker does; return its site."""
    place = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # all workers of one run have the same folder above
        place = place.parent
    place /= name
    place.mkdir(exist_ok=True)
    root, told = place / "book", place / "told.txt"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when its holder ends, however it ends
        if not told.is_file():
            write(root)
            result = sample_book.build(root)
            told.write_text("" if result.returncode == 0 else result.stdout + result.stderr)
    assert not told.read_text(), told.read_text()
    return sample_book.site(root)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line of log for each."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session", params=HOW)
def real_address(request: pytest.FixtureRequest, real_site: Path) -> Iterator[str]:
    """The real book's address: opened from a folder, and from a web server."""
    with served(real_site, request.param) as found:
        yield found


@pytest.fixture(scope="session", params=HOW)
def address(request: pytest.FixtureRequest, small_site: Path) -> Iterator[str]:
    """The small book's address: opened from a folder, and from a web server."""
    with served(small_site, request.param) as found:
        yield found


@contextmanager
def served(site: Path, how: str) -> Iterator[str]:
    """A site's address: as a folder (``file``), or from a web server."""
    if how == "file":
        yield site.as_uri()
        return
    handler = functools.partial(Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
