"""`pytest --nbval notebooks`, quickly, and its failures in words a reader of the book knows.

nbval would run each notebook in a kernel, one after the other, and compare with the outputs stored in
it. Here those that have not been run as they are now are run first, side by side, and kept (see
stateassets/book/build_cache.py), and nbval is given a kernel that repeats what came out, cell by cell,
as long as it is asked for the notebook's cells from the first on. Asked for any other (after a cell
that is skipped, in another order, for one alone), it goes over to a kernel in which just what nbval
asked for has been run. So the verdicts are nbval's own: tests/notebooks/test_replay.py has them side by
side. Where a cell's outputs differ, the failure lists what moved, as `python -m stateassets accept` does.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from stateassets import notebooks
from stateassets.book.build_cache import Executed, Snapshot
from stateassets.editions import edition
from stateassets.notebooks.run import ASKS, MOST_SECONDS
from stateassets.tables.data_errors import DataError
from stateassets.tables.troubles import trouble

ROOT = Path(__file__).parents[1]
ROWS = pytest.StashKey[str | None]()  # that are not those accepted last, in words; None: not known
RAN = pytest.StashKey[list[int]]()  # of a notebook: the cells that nbval asked for, in order
KEPT = pytest.StashKey[list[Any]]()  # and its cells of code as they came out, if they are known
MOVED = "stateassets_moved"  # in a report: the notebook, if the cell shows something else than what is stored
# What nbval hears otherwise than it ends up in a notebook: outputs taken back or withheld, numbers of cells.
HEARD_OTHERWISE = re.compile(
    r"clear_output|display_id|update_display|;\s*(#.*)?\Z|"
    r"execution_count|%(hist|re)|\b(In|Out)\s*\[|\b_(i{1,3}\d*|ih|oh|\d+)\b"
)
NOT_RUN = "skip-execution"  # a cell's tag, of which nbval knows nothing
NBVAL_SECONDS = 2000  # for one cell, if nothing else is asked for


class Replay:
    """Stands for nbval's kernel as long as it is asked for what was run already, in that order."""

    def __init__(self, cells: Sequence[Any]) -> None:
        self.cells = cells
        self.done = 0
        self.messages: Iterator[dict[str, Any]] = iter(())

    def has_next(self, cell: Any) -> bool:
        """Whether the next cell that was run is this one."""
        return self.done < len(self.cells) and same(self.cells[self.done], cell)

    def execute_cell_input(self, source: str, allow_stdin: bool = False) -> str:
        """Take the next cell, which is the one asked for."""
        cell = self.cells[self.done]
        self.done += 1
        outputs = cell.outputs if source.strip() else ()  # what holds nothing was not run
        self.messages = iter([*map(self._message, outputs), self._idle()])
        return str(self.done)

    def _message(self, output: Any) -> dict[str, Any]:
        return {"msg_type": output.output_type, "content": output, **self._answers()}

    def _idle(self) -> dict[str, Any]:
        return {"msg_type": "status", "content": {"execution_state": "idle"}, **self._answers()}

    def _answers(self) -> dict[str, Any]:
        return {"parent_header": {"msg_id": str(self.done)}}

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


def same(one: Any, other: Any) -> bool:
    """Whether two cells are the same, whatever they gave."""
    return one.get("id") == other.get("id") and one.source == other.source


def code(notebook: Any) -> list[Any]:
    """Return a notebook's cells of code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def repeatable(notebook: Any) -> bool:
    """Whether nbval hears from a kernel what ends up in the notebook."""
    return not any(
        HEARD_OTHERWISE.search(cell.source) or NOT_RUN in cell.metadata.get("tags", ()) for cell in code(notebook)
    )


def _replay(file: IPyNbFile, cells: Sequence[Any]) -> None:
    """Set nbval's collector of a notebook up without starting a kernel."""
    file.kernel = Replay(cells)
    file.setup_sanitize_files()


def pytest_configure(config: pytest.Config) -> None:
    """Choose the kernels, and what they compute."""
    notebooks.warm_up()
    os.environ[edition.VARIABLE] = edition.INTERNAL  # whose outputs are stored
    option = config.option
    asked_for = getattr(option, "nbval", False) or getattr(option, "nbval_lax", False)
    others = getattr(option, "dist", "no") != "no" or hasattr(config, "workerinput")
    if asked_for and not others and not option.collectonly:
        asked = [config.invocation_params.dir / path for path in config.args]
        paths = {_name(path): path for place in asked for path in (place, *place.rglob("*.ipynb")) if _in_book(path)}
        if Executed(ROOT).waiting(paths, Snapshot.take(ROOT, paths)):
            notebooks.start()  # while notebooks are collected


def _in_book(path: Path) -> bool:
    return path.suffix == ".ipynb" and path.is_relative_to(ROOT) and path.is_file()


def _name(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give all cells of a notebook to one process, in order: each needs those before it."""
    if config.option.dist in {"load", "worksteal"}:
        from xdist.scheduler import LoadScopeScheduling

        return LoadScopeScheduling(config, log)
    return None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Run side by side what has not been run as it is now; nbval is given what came out."""
    option, chosen = session.config.option, {}
    for item in session.items:
        if isinstance(item, IPyNbCell) and _in_book(item.path):
            chosen.setdefault(item.parent, []).append(item)
    # Who asks for certain kernels, or not to wait for long, asks how it runs.
    asked = (option.nbval_kernel_name, option.nbval_current_env, getattr(option, "cov_source", None))
    if not chosen or option.collectonly or any(asked) or option.nbval_cell_timeout < MOST_SECONDS:
        return
    if option.nbval_cell_timeout == NBVAL_SECONDS:
        option.nbval_cell_timeout = MOST_SECONDS
    names = {file: _name(file.path) for file in chosen if repeatable(file.nb)}
    now, executed = Snapshot.take(ROOT, {name: file.path for file, name in names.items()}), Executed(ROOT)
    # Only what nbval would run from end to end. With several processes, each runs its own part while it compares.
    whole = {name: file.path for file, name in sorted(names.items(), key=lambda pair: pair[1]) if _whole(chosen[file])}
    if not hasattr(session.config, "workerinput"):
        try:
            executed.fill(whole, now, partial(_progress, session))
        except OSError as error:  # such as a full disk
            _tell(session, f"没有预先运行各章，由nbval逐章运行：{trouble(error)}。")
    for file, name in names.items():
        if cells := _cells(executed, name, now):
            file.stash[KEPT] = cells
            file.setup = partial(_replay, file, cells)


def _whole(items: Sequence[IPyNbCell]) -> bool:
    """Whether these are all cells of a notebook, in its order, and none is skipped."""
    return [item.cell for item in items if not item.options["skip"]] == code(items[0].parent.nb)


def _cells(executed: Executed, name: str, now: Snapshot) -> list[Any]:
    """Return the cells of code of a notebook as it was kept, none if it is not."""
    text = executed.find(name, now)
    return code(nbformat.v4.reads(text)) if text else []


def _progress(session: pytest.Session, path: Path, seconds: float, done: int, of: int) -> None:
    """Show progress; what went wrong, nbval finds again and tells with its cell."""
    _tell(session, f"计算{done}/{of} {path.relative_to(ROOT).as_posix()}（{seconds:.1f}秒）")


def _tell(session: pytest.Session, words: str) -> None:
    if reporter := session.config.pluginmanager.get_plugin("terminalreporter"):
        reporter.write_line(words)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Go over to a real kernel where a cell is not the next one that was run."""
    yield
    if not isinstance(item, IPyNbCell):
        return
    file = item.parent
    if isinstance(file.kernel, Replay) and not (file.kernel.has_next(item.cell) or item.options["skip"]):
        done = file.kernel.cells[: file.kernel.done]
        IPyNbFile.setup(file)
        for cell in done:
            asked = file.kernel.execute_cell_input(cell.source, allow_stdin=False)
            file.kernel.await_reply(asked, timeout=item.config.option.nbval_cell_timeout)
    file.stash.setdefault(RAN, []).append(item.cell_num)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Say first what moved in a cell that does not show what is stored."""
    report = yield
    if isinstance(item, IPyNbCell) and report.when == "call" and report.failed and item.test_outputs is not None:
        moved, words = _told(item)
        setattr(report, MOVED, f"{_name(item.path)}.ipynb" if moved else "")
        if words:
            report.longrepr = f"{words}\n\n{report.longrepr}"
    return report


def _told(item: IPyNbCell) -> tuple[bool, str]:
    """Say why a cell failed, if it is not its code, and whether it shows something else than is stored.

    A cell that was not run after all those before it may fail for that alone: what counts is what the whole
    notebook gave.
    """
    file, outputs, words = item.parent, item.test_outputs, ""
    cell, where = f"第{item.cell_num + 1}个代码格", os.path.relpath(item.path, ROOT)
    if any(output.get("ename") == "StdinNotImplementedError" for output in outputs):
        words = f"{cell}{ASKS}。"
    elif file.stash[RAN] != list(range(item.cell_num + 1)):
        missing = [str(n + 1) for n in range(item.cell_num) if n not in file.stash[RAN]]
        left_out = f"没有先运行它前面的第{'、'.join(missing)}个代码格" if missing else "没有按顺序运行"
        words = f"这次{left_out}，{cell}可能只是因此不符；整本运行：pytest --nbval {where}"
        outputs = next((kept.outputs for kept in file.stash.get(KEPT, ()) if same(kept, item.cell)), None)
        if outputs is not None and not _moved(item, where, outputs):
            words += "\n整本运行时，这一格与存档相同。"
    moved = _moved(item, where, outputs)
    return bool(moved), "\n".join(filter(None, [words, *moved]))


def _moved(item: IPyNbCell, where: str, outputs: Any) -> list[str]:
    """List what moved in a cell; nothing if nothing did, or if its code failed."""
    from stateassets.baseline.moves import failure, figures_of, once, output_moves, titled

    stored = item.parent.nb
    if not outputs or any(output["output_type"] == "error" for output in outputs):
        return []
    moves = once(output_moves(item.cell.outputs, outputs, figures_of(stored)))
    if not moves:
        return []
    return failure(titled(stored), where, item.cell_num + 1, moves)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a row that is not as it was accepted fail, even where no chapter shows it."""
    # With several processes, the results come together in the one that started them.
    if session.config.option.collectonly or hasattr(session.config, "workerinput"):
        return
    from stateassets.baseline.reviewing import rows_in_short

    try:
        rows = rows_in_short(ROOT)
    except DataError as error:
        rows = f"（表有错：{error.faults[0]}）"
    session.config.stash[ROWS] = rows
    if rows and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which rows of the tables are not those accepted last, and what to do."""
    from stateassets.baseline.made_from import otherwise, stored

    failed = [report for report in terminalreporter.stats.get("failed", ()) if getattr(report, MOVED, False)]
    moved = list(dict.fromkeys(getattr(report, MOVED) for report in failed))
    rows = terminalreporter.config.stash.get(ROWS, "")
    if not (moved or rows):
        return
    before = stored(ROOT)
    why = "；".join(dict.fromkeys(otherwise(ROOT, name, before) for name in moved))
    none = "不知道，没有上次存档的表" if rows is None else f"没有；{why}"
    terminalreporter.section("各章的结果与存档不同" if moved else "表里有改动还没有确认")
    terminalreporter.line(f"与上次存档相比变了的行：{rows or none}")
    terminalreporter.line("逐条看清并存档：python -m stateassets accept")
