"""`pytest --nbval notebooks` in warm kernels; a chapter it has proved need not run for the book.

nbval runs each notebook and compares with the outputs stored in it. Where all agree, the stored
notebook is what a run gives, so it is kept as the executed one (see stateassets/book/fresh.py).
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from stateassets import edition
from stateassets.book.fresh import Executed, Snapshot
from stateassets.kernels import reads, warm_up

ROOT = Path(__file__).parents[1]
RECORDS = pytest.StashKey[Path]()
SNAPSHOT = pytest.StashKey[Snapshot]()
LEFT = pytest.StashKey[Counter[Path]]()  # cells of each notebook that have not passed


def pytest_configure(config: pytest.Config) -> None:
    """Choose the kernels, and a place for the records of what they read."""
    warm_up()
    os.environ[edition.VARIABLE] = edition.INTERNAL  # whose outputs are stored
    config.stash[RECORDS] = Path(tempfile.mkdtemp(prefix="reads-"))


def _notebook(item: pytest.Item) -> Path | None:
    return item.path if item.path.suffix == ".ipynb" else None


def _name(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix()


def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Look at everything once, before anything runs."""
    session.config.stash[LEFT] = Counter(filter(None, map(_notebook, items)))
    paths = {_name(path): path for path in session.config.stash[LEFT]}
    session.config.stash[SNAPSHOT] = Snapshot.take(ROOT, paths)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tell the kernel that is about to start where to keep its record."""
    if path := _notebook(item):
        os.environ[reads.VARIABLE] = str(item.config.stash[RECORDS] / _name(path).replace("/", "."))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Keep a notebook when its last cell has passed."""
    report = yield
    path = _notebook(item)
    if path and report.when == "call" and report.passed:
        left = item.config.stash[LEFT]
        left[path] -= 1
        whole = not item.config.getoption("keyword") and "::" not in "".join(item.config.args)
        if not left[path] and whole:
            record = Path(os.environ[reads.VARIABLE])
            text = path.read_text("utf-8")
            if record.exists() and "image/png" not in text:  # which nbval does not compare
                Executed(ROOT).keep(
                    _name(path), text, reads.recorded(record), item.config.stash[SNAPSHOT]
                )
    return report
