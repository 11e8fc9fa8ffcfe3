"""`pytest --nbval notebooks` in warm kernels, its failures in words a reader of the book knows; what
it runs need not run for the book, nor the other way round.

nbval would run each notebook, one after the other, and compare with the outputs stored in it. Here
those that have not been run as they are now are run first, side by side, and kept (see
stateassets/book/build_cache.py); nbval is given what came out to compare. Where it does not agree, the
failure lists what moved, as `python -m stateassets accept` does (see stateassets/accepting). A
notebook that fails is run once more by nbval itself, which tells its cell.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
import pytest

from stateassets.baseline.moves import failure, figures_of, once, output_moves, titled
from stateassets.baseline.reviewing import document, rows_in_short
from stateassets.book.build_cache import Executed, Snapshot
from stateassets.editions import edition
from stateassets.notebooks import warm_up
from stateassets.notebooks.run import ASKS, MOST_SECONDS
from stateassets.tables.data_errors import DataError

ROOT = Path(__file__).parents[1]
ROWS = pytest.StashKey[str]()  # that are not those accepted last, in words


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
    """Choose the kernels, and what they compute."""
    warm_up()
    os.environ[edition.VARIABLE] = edition.INTERNAL  # whose outputs are stored
    if config.pluginmanager.hasplugin("nbval"):
        config.option.nbval_cell_timeout = min(config.option.nbval_cell_timeout, MOST_SECONDS)


def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Run side by side what has not been run as it is now; nbval is given what came out."""
    files = {item.parent for item in items if item.path.suffix == ".ipynb"}
    chosen = {document(ROOT, file.path): file for file in files}
    paths = {name: file.path for name, file in sorted(chosen.items())}
    now, executed = Snapshot.take(ROOT, paths), Executed(ROOT)
    # With several processes, each runs its own part while it compares.
    if not (hasattr(session.config, "workerinput") or session.config.option.collectonly):
        executed.fill(paths, now, partial(_tell, session))
    for name, file in chosen.items():
        if text := executed.find(name, now):
            file.setup = partial(_replay, file, text)


def _tell(session: pytest.Session, path: Path, seconds: float, done: int, of: int) -> None:
    """Show progress; what went wrong, nbval finds again and tells with its cell."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    reporter.write_line(f"计算{done}/{of} {path.relative_to(ROOT).as_posix()}（{seconds:.1f}秒）")


def _moved(item: pytest.Item, path: Path) -> str:
    """Say what moved in a cell; empty if nothing did, as when its code failed."""
    stored = item.parent.nb
    if any(output["output_type"] == "error" for output in item.test_outputs):
        return ""
    moves = once(output_moves(item.cell.outputs, item.test_outputs, figures_of(stored)))
    if not moves:
        return ""
    place = path.relative_to(ROOT).as_posix()
    return "\n".join(failure(titled(stored), place, item.cell_num + 1, moves))


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


@pytest.hookimpl(wrapper=True, specname="pytest_runtest_makereport")
def pytest_say_who_is_asked(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Say of a cell that asks for input what to do."""
    report = yield
    shown = getattr(item, "test_outputs", None) or ()
    if any(output.get("ename") == "StdinNotImplementedError" for output in shown):
        report.longrepr = f"第{item.cell_num + 1}个代码格{ASKS}。\n\n{report.longrepr}"
    return report
