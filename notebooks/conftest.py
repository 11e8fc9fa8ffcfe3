"""`pytest --nbval notebooks` in warm kernels, its failures in words a reader of the book knows; what
it has proved need not run for the book, nor the other way round.

nbval runs each notebook and compares with the outputs stored in it. Where all agree, the stored
notebook is what a run gives, so it is kept as the executed one (see stateassets/book/fresh.py).
Where an executed one is kept already, whose code, package, libraries and tables are today's, nbval
is given its outputs to compare. Where they do not agree, the failure lists what moved, as `python -m
stateassets accept` does (see stateassets/accepting).
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
import pytest

from stateassets import edition
from stateassets.accepting.moves import figures_of, once, output_moves, titled
from stateassets.accepting.reviewing import rows_in_short
from stateassets.book.fresh import Executed, Snapshot
from stateassets.kernels import reads, warm_up
from stateassets.tables import DataError

ROOT = Path(__file__).parents[1]
RECORDS = pytest.StashKey[Path]()
ROWS = pytest.StashKey[str]()  # that are not those accepted last, in words
SNAPSHOT = pytest.StashKey[Snapshot]()
MOST_MOVES = 12  # listed for one cell
LEFT = pytest.StashKey[Counter[Path]]()  # cells of each notebook that have not passed


MOST_SECONDS = 300  # for one cell, as in the book's build; nbval would wait for half an hour


class Replay:
    """Stands for nbval's kernel: answers each cell with the outputs of an executed notebook."""

    def __init__(self, text: str) -> None:
        cells = nbformat.reads(text, as_version=4).cells
        self.cells = iter([cell for cell in cells if cell.cell_type == "code"])
        self.messages: Iterator[dict[str, Any]] = iter(())
        self.number = 0

    def execute_cell_input(self, source: str, allow_stdin: bool = False) -> str:
        """Take the next cell, which is the one asked for."""
        cell = next(self.cells)
        assert cell.source == source
        self.number += 1
        self.messages = iter([*map(self._message, cell.outputs), self._idle()])
        return str(self.number)

    def _message(self, output: nbformat.NotebookNode) -> dict[str, Any]:
        return {"msg_type": output.output_type, "content": output, **self._answers()}

    def _idle(self) -> dict[str, Any]:
        return {"msg_type": "status", "content": {"execution_state": "idle"}, **self._answers()}

    def _answers(self) -> dict[str, Any]:
        return {"parent_header": {"msg_id": str(self.number)}}

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        """Give the next message of the cell."""
        for message in self.messages:
            return message
        raise Empty

    def is_alive(self) -> bool:
        """Whether there is more to come: there always is."""
        return True

    def nothing(self, *_args: object, **_named: object) -> None:
        """Do what a real kernel would have to do."""

    await_reply = await_idle = interrupt = stop = nothing


def _replay(file: Any, text: str) -> None:
    """Set nbval's collector of a notebook up without starting a kernel."""
    file.kernel = Replay(text)
    file.setup_sanitize_files()


def pytest_configure(config: pytest.Config) -> None:
    """Choose the kernels, and a place for the records of what they read."""
    warm_up()
    os.environ[edition.VARIABLE] = edition.INTERNAL  # whose outputs are stored
    if config.pluginmanager.hasplugin("nbval"):
        config.option.nbval_cell_timeout = min(config.option.nbval_cell_timeout, MOST_SECONDS)
    config.stash[RECORDS] = Path(tempfile.mkdtemp(prefix="reads-"))


def _notebook(item: pytest.Item) -> Path | None:
    return item.path if item.path.suffix == ".ipynb" else None


def _name(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix()


def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Look at everything once, before anything runs."""
    session.config.stash[LEFT] = Counter(filter(None, map(_notebook, items)))
    paths = {_name(path): path for path in session.config.stash[LEFT]}
    session.config.stash[SNAPSHOT] = now = Snapshot.take(ROOT, paths)
    kept = {path: Executed(ROOT).find(name, now) for name, path in paths.items()}
    for file in {item.parent for item in items if _notebook(item)}:
        if text := kept[file.path]:
            file.setup = partial(_replay, file, text)


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
    if path and report.when == "call" and report.failed and item.test_outputs:
        report.longrepr = _moved(item, path) or report.longrepr
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


def _moved(item: pytest.Item, path: Path) -> str:
    """Say what moved in a cell; empty if nothing did, as when its code failed."""
    stored = item.parent.nb
    if any(output["output_type"] == "error" for output in item.test_outputs):
        return ""
    moves = once(output_moves(item.cell.outputs, item.test_outputs, figures_of(stored)))
    if not moves:
        return ""
    lines = [f"  {move}" for move in moves[:MOST_MOVES]]
    if len(moves) > MOST_MOVES:
        lines.append(f"  等{len(moves)}处")
    where = f"{titled(stored)}（{path.relative_to(ROOT).as_posix()}）第{item.cell_num + 1}个代码格"
    return "\n".join([f"{where}变动{len(moves)}处：", *lines])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a row that is not as it was accepted fail, even where no chapter shows it."""
    if hasattr(session.config, "workerinput"):  # the others' results come together elsewhere
        return
    try:
        rows = rows_in_short(ROOT)
    except DataError as error:
        rows = f"（表有错：{error.faults[0]}）"
    session.config.stash[ROWS] = rows
    if rows and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which rows of the tables are not those accepted last, and what to do."""
    failed = terminalreporter.stats.get("failed", ())
    rows = terminalreporter.config.stash.get(ROWS, "")
    moved = any("变动" in str(report.longrepr) for report in failed)
    if not (moved or rows):
        return
    terminalreporter.section("各章的结果与存档不同" if moved else "表里有改动还没有确认")
    terminalreporter.line(f"与上次存档相比变了的行：{rows or '没有，是公式、程序或文字变了'}")
    terminalreporter.line("逐条看清并存档：python -m stateassets accept")
