"""nbval as this book runs it gives each cell the verdict that nbval alone gives, whatever it is asked for."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from many import each
from nbformat import v4
from paths import ROOT
from small_data import small_data

from stateassets.book.build_cache import Executed, Snapshot
from stateassets.editions import edition
from stateassets.notebooks import warm_up


def cell(source, *outputs, tags=(), count=1):
    metadata = {"tags": list(tags)} if tags else {}
    return v4.new_code_cell(source, outputs=list(outputs), execution_count=count, metadata=metadata)


def said(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def gave(text):
    return v4.new_output("execute_result", data={"text/plain": text}, execution_count=1)


def shown(**data):
    return v4.new_output("display_data", data=data)


def html(text, plain=None):
    return shown(**{"text/html": text}, **({"text/plain": plain} if plain else {}))


def png(text):
    return shown(**{"image/png": text})


def failed(name, value):
    return v4.new_output("error", ename=name, evalue=value, traceback=[])


# Where a cell has no mark, it gives what is stored when its notebook is run from end to end.
COUNT = "n = globals().get('n', 0) + 1\nn"
DIVIDED = failed("ZeroDivisionError", "division by zero")
WRONG = failed("ZeroDivisionError", "another")
BOOK = {
    "order": [
        v4.new_markdown_cell("# 次序"),
        cell(COUNT, gave("1")),
        cell(COUNT, gave("2")),  # the same source, another result
        cell("m = n * 10\nm", gave("20")),
        cell("print('变动', m)", said("变动 99\n")),  # wrong
        cell("n, m", gave("(2, 20)")),
    ],
    "comments": [
        cell("# NBVAL_IGNORE_OUTPUT\n1", gave("2")),
        cell("# PYTEST_VALIDATE_IGNORE_OUTPUT\n1", gave("2")),
        cell("# NBVAL_CHECK_OUTPUT\n1", gave("2")),  # wrong
        cell("# NBVAL_CHECK_OUTPUT\n1", gave("1")),
    ],
    "tags": [
        cell("1", gave("2"), tags=["nbval-ignore-output", "hide-input"]),
        cell("1", gave("2"), tags=["nbval-check-output"]),  # wrong
        cell("1 / 0", DIVIDED, tags=["raises-exception"]),
        cell("1 / 0", WRONG, tags=["nbval-raises-exception", "raises-exception"]),  # wrong
    ],
    "skipped": [
        cell("x = 1\nx", gave("1")),
        cell("# NBVAL_SKIP\ny = 1"),
        cell("'y' in globals(), x", gave("(False, 1)")),  # as nbval has it
        cell("z = 1", tags=["nbval-skip"]),
        cell("'z' in globals()", gave("True")),  # wrong, as nbval has it
    ],
    "raising": [
        cell("# NBVAL_RAISES_EXCEPTION\n1 / 0", DIVIDED),
        cell("# NBVAL_RAISES_EXCEPTION\n1 / 0", WRONG),  # wrong
        cell("变动"),  # wrong
        cell("input()"),  # wrong: nobody answers
        cell("3", gave("3")),
    ],
    "not_run_by_the_book": [cell("w = 1", tags=["skip-execution"]), cell("'w' in globals()", gave("True"))],
    "blank": [
        cell("  ", said("旧")),  # wrong: it says nothing
        cell("1"),  # wrong: it shows something
        cell("5", gave("5"), count=None),  # wrong: has outputs, and no number
    ],
    "outputs": [
        cell("import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')", said("a\nc\n"), said("b\n", "stderr")),
        cell("print('10%\\r20%')", said("20%\n")),
        cell(
            "from IPython.display import HTML, display\ndisplay({'text/html': '<b>1</b>'}, raw=True)", html("<b>1</b>")
        ),
        cell("display(HTML('<b>1</b>'))", html("<b>2</b>", "<IPython.core.display.HTML object>")),  # wrong
        cell("display({'image/png': 'iVBORw0KGgo='}, raw=True)", png("iVBORw0KGgp=")),  # pictures do not count
        cell("'2023年12月31日'", gave("'2024年1月1日'")),  # wrong, unless dates do not count
    ],
    "taken_back": [
        cell("from IPython.display import clear_output, display\nprint('a')\nclear_output()\nprint('b')", said("b\n")),
        cell("shown = display(1, display_id='d')", shown(**{"text/plain": "2"})),  # as the book has it
        cell("shown.update(2)"),
    ],
    "withheld": [cell("2;")],  # wrong: nbval has no numbers, for which IPython looks up what it keeps back
    "numbers": [cell("6", gave("6")), cell("7", gave("7")), cell("Out[1]", gave("6")), cell("_", gave("7"))],
    "fine": [cell("a = 1\na", gave("1")), cell("a + 1", gave("2"))],
    "slow": [cell("import time\n1", gave("1")), cell("time.sleep(9)\n2", gave("2")), cell("3", gave("3"))],
}
SANITIZE = "regex: \\d+年\\d+月\\d+日\nreplace: 某日\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book of small notebooks that has been built, as far as they can be run."""
    return made(tmp_path_factory.mktemp("book"))


def made(root: Path, *names: str) -> Path:
    """Make a book of some of the notebooks, all if none is named."""
    for folder in ("data", "baseline"):
        table = small_data(root / folder) / "things.csv"
        table.write_text(table.read_text("utf-8").replace("一二", "12"), "utf-8")  # all in order
    (root / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks/conftest.py", root / "notebooks")
    (root / "pytest.ini").write_text("[pytest]\n")
    (root / "sanitize.cfg").write_text(SANITIZE, "utf-8")
    paths = {f"notebooks/{name}": write(root, name, *BOOK[name]) for name in names or BOOK}
    with edition.internal():
        Executed(root).fill(paths, Snapshot.take(root, paths))
    return root


def write(root: Path, name: str, *cells) -> Path:
    spec = {"name": "python3", "display_name": "x", "language": "python"}
    path = root / f"notebooks/{name}.ipynb"
    nbformat.write(v4.new_notebook(cells=list(cells), metadata={"kernelspec": spec}), path)
    return path


@dataclass(eq=False)  # pytest asks for a plugin's hash
class Verdicts:
    """What pytest said of each cell, and which cell its words name; and all that it printed."""

    of: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    code: int = 0

    def pytest_itemcollected(self, item):
        self.of.setdefault(item.nodeid, ("not run", ()))

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            outcome = "xfailed" if hasattr(report, "wasxfail") else report.outcome
            text = re.sub(r"\x1b\[[0-9;]*m", "", str(report.longrepr)) if report.failed else ""
            self.of[report.nodeid] = (f"{report.when} {outcome}", tuple(re.findall(r"^Cell \d+: .*", text, re.M)))
            self.texts.append(text)


def verdicts(root: Path, *options: str, alone: bool = False) -> Verdicts:
    """Run nbval as the book has it, or alone: with kernels of its own for every cell."""
    found = Verdicts()
    where = ["--rootdir", str(root), "-c", str(root / "pytest.ini"), "-o", f"cache_dir={root}/.cache-{alone}"]
    how = ["--noconftest"] if alone else []
    with contextlib.chdir(root):
        found.code = pytest.main(["--nbval", "-q", *where, *how, *options], plugins=[found])
    return found


def differences(one: Verdicts, other: Verdicts) -> list[str]:
    return [
        f"{node}: nbval {one.of.get(node)}, here {other.of.get(node)}"
        for node in {**one.of, **other.of}
        if one.of.get(node) != other.of.get(node)
    ]


def nb(*names: str) -> list[str]:
    return [f"notebooks/{name}.ipynb" for name in names]


ORDER = "notebooks/order.ipynb"
ASKED: Mapping[str, list[str]] = {
    "all": ["notebooks", "--deselect=notebooks/slow.ipynb"],
    "lax": ["--nbval-lax", *nb("comments", "tags", "outputs")],
    "this environment's kernel": ["--nbval-current-env", *nb("fine")],
    "a named kernel": ["--nbval-kernel-name=python3", *nb("fine")],
    "a kernel that is not there": ["--nbval-kernel-name=nothing", *nb("fine")],
    "not for long": ["--nbval-cell-timeout=4", *nb("slow")],
    "dates do not count": ["--nbval-sanitize-with=sanitize.cfg", *nb("outputs")],
    "one cell that stands alone": [f"{ORDER}::Cell 0"],
    "one cell that needs others": [f"{ORDER}::Cell 2"],
    "two cells, the other way round": [f"{ORDER}::Cell 1", f"{ORDER}::Cell 0"],
    "cells by a word": ["-k", "1 or 3", *nb("order", "tags")],
    "without one cell": [f"--deselect={ORDER}::Cell 1", *nb("order")],
    "up to the first failure": ["-x", *nb("order", "tags")],
    "up to the second failure": ["--maxfail=2", *nb("order", "tags")],
    "only which cells there are": ["--collect-only", *nb("order")],
    "backwards": ["-p", "backwards", *nb("order", "fine")],
    "keeping nothing": ["-p", "no:cacheprovider", *nb("order")],
    "a first time": nb("order", "fine"),
    "what failed the last time": ["--lf", *nb("order", "fine")],
    "what failed the last time, first": ["--ff", *nb("order", "fine")],
    "step by step": ["--sw", *nb("order")],
    "step by step, from where it stopped": ["--sw", *nb("order")],
    "from outside the book": ["../outside.ipynb", *nb("fine")],
}


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    """Let a run in this process change nothing for other tests; there is a plugin to be had."""
    warm_up()
    monkeypatch.setenv(edition.VARIABLE, edition.INTERNAL)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    monkeypatch.setitem(sys.modules, "conftest", sys.modules.get("conftest"))
    backwards = "def pytest_collection_modifyitems(items):\n    items.reverse()\n"
    (tmp_path / "backwards.py").write_text(backwards)


@pytest.mark.slow
def test_each_way_of_asking_gives_the_verdicts_of_nbval_alone(book):
    shutil.copy(book / "notebooks/tags.ipynb", book.parent / "outside.ipynb")

    def holds(options):
        alone, own = verdicts(book, *options, alone=True), verdicts(book, *options)
        assert alone.of
        assert (alone.code, []) == (own.code, differences(alone, own))

    each(ASKED, holds)


@pytest.mark.slow
def test_several_processes_give_the_verdicts_of_one(book):
    names = nb("order", "tags", "fine")
    alone, own = verdicts(book, *names, alone=True), verdicts(book, "-n", "2", "--dist", "load", *names)
    assert len(own.of) == 11 and not differences(alone, own)


def test_what_was_run_already_is_not_run_again(book, monkeypatch):
    def start(*_, **__):
        raise AssertionError("a kernel was started")

    monkeypatch.setattr("nbval.plugin.RunningKernel", start)
    found = verdicts(book, *nb("order", "comments", "tags", "blank", "outputs", "fine"))
    assert {outcome for outcome, _ in found.of.values()} == {"call passed", "call failed"}
    assert verdicts(book, f"{ORDER}::Cell 2").of[f"{ORDER}::Cell 2"][0] == "setup failed"


# What is planted, by what is done wrong then, and the notebook on which that shows.
PLANTED = {
    "the next cell whatever is asked for": ("and same(self.cells[self.done], cell)", "", "skipped"),
    "what the book does not run": ('NOT_RUN = "skip-execution"', 'NOT_RUN = "never"', "not_run_by_the_book"),
    "outputs that were taken back": ("HEARD_OTHERWISE.search(cell.source)", "False", "taken_back"),
    "what a blank cell stores": ("cell.outputs if source.strip() else ()", "cell.outputs", "blank"),
    "cells that were not asked for": ("cells[: file.kernel.done]", "cells", "skipped"),
}


@pytest.mark.slow
def test_a_difference_from_nbval_is_seen(tmp_path):
    names = sorted({name for *_, name in PLANTED.values()})
    root = made(tmp_path, *names)
    conftest = root / "notebooks/conftest.py"
    right = conftest.read_text("utf-8")
    alone = {name: verdicts(root, *nb(name), alone=True) for name in names}
    assert [one for name in names for one in differences(alone[name], verdicts(root, *nb(name)))] == []

    def holds(planted):
        old, new, name = planted
        assert old in right
        conftest.write_text(right.replace(old, new), "utf-8")
        assert differences(alone[name], verdicts(root, *nb(name)))

    each(PLANTED, holds)


# --- what is said ----------------------------------------------------------------------------------

MOVED = ("次序（notebooks/order.ipynb）第4个代码格变动1处", "变动 99 → 变动 20")
BLAMED = "公式、程序或文字变了"


@pytest.mark.slow
def test_a_cell_that_moved_is_named_with_old_and_new_however_it_is_asked_for(book, capsys):
    verdicts(book, *nb("order"))  # so that something failed the last time

    def holds(options):
        verdicts(book, *options)
        text = capsys.readouterr().out
        assert all(words in text for words in (*MOVED, BLAMED)), text

    ways = ("what failed the last time", "up to the first failure", "backwards", "keeping nothing")
    asked = {name: ASKED[name] for name in ways}
    each({**asked, "side by side": ["-n", "2", *nb("order", "fine")], "one cell": [f"{ORDER}::Cell 3"]}, holds)


def test_a_cell_that_was_run_without_those_before_it_is_told_so(book, capsys):
    verdicts(book, f"{ORDER}::Cell 2")
    text = capsys.readouterr().out
    assert "没有先运行它前面的第1、2个代码格" in text and "整本运行：pytest --nbval notebooks/order.ipynb" in text
    assert "整本运行时，这一格与存档相同" in text and BLAMED not in text
    verdicts(book, *nb("skipped"))  # which nbval leaves out whatever is asked for
    text = capsys.readouterr().out
    assert "第5个代码格变动1处" in text and "没有先运行" not in text


def test_a_cell_whose_code_fails_is_no_figure_that_moved(book, capsys):
    verdicts(book, *nb("raising"))
    text = capsys.readouterr().out
    assert "变动" in text and "第4个代码格要人从键盘输入" in text and BLAMED not in text


@pytest.mark.slow
def test_a_cell_that_comes_out_otherwise_each_time_is_found_where_nothing_kept_is_used(tmp_path):
    root = made(tmp_path, "fine")
    path = write(root, "chance", cell("import random\nrandom.random()", gave("0.5")))
    with edition.internal():
        now, executed = Snapshot.take(root, {"notebooks/chance": path}), Executed(root)
        executed.fill({"notebooks/chance": path}, now)
        path.write_text(executed.find("notebooks/chance", now), "utf-8")  # as its results are stored
    assert verdicts(root, *nb("chance")).code == 0  # compared with the same run
    in_make = "--nbval --nbval-current-env notebooks"
    assert in_make in (ROOT / "Makefile").read_text("utf-8")
    assert verdicts(root, "--nbval-current-env", *nb("chance")).code == 1


def damaged(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(content.replace(b"4711", b"4712") if how == "altered" else content[: len(content) // 2])


@pytest.mark.slow
@pytest.mark.parametrize("how", ["gone", "cut off", "altered"])
def test_a_kept_notebook_that_is_damaged_is_run_again(tmp_path, capsys, how):
    root = made(tmp_path, "fine")
    path = write(root, "fine", cell("4710 + 1", gave("4711")))
    assert verdicts(root, "notebooks").code == 0
    kept = [p for p in (root / "_build").rglob("*") if p.is_file() and b"4711" in p.read_bytes()]
    assert kept
    for one in kept:
        damaged(one, how)
    assert verdicts(root, "notebooks").code == 0
    assert BLAMED not in capsys.readouterr().out and path.exists()


@pytest.mark.slow
def test_a_notebook_that_changed_since_it_was_kept_is_run_as_it_is(tmp_path):
    root = made(tmp_path, "fine", "order")
    write(root, "order", *BOOK["order"][3:], *BOOK["order"][1:3])
    write(root, "fine", cell("b = 3\nb", gave("3")), *BOOK["fine"])
    alone, own = verdicts(root, "notebooks", alone=True), verdicts(root, "notebooks")
    assert not differences(alone, own)


@pytest.mark.slow
def test_where_nothing_can_be_kept_nbval_runs_the_notebooks_itself(tmp_path, capsys):
    root = made(tmp_path, "fine")
    shutil.rmtree(root / "_build")
    (root / "_build").write_text("没有地方")
    assert verdicts(root, "notebooks").code == 0
    assert "没有预先运行" in capsys.readouterr().out


@pytest.mark.slow
def test_a_kernel_that_is_not_there_is_told_by_nbval(tmp_path):
    root = made(tmp_path, "fine")
    path = root / "notebooks/fine.ipynb"
    path.write_text(path.read_text("utf-8").replace('"python3"', '"nothing"'), "utf-8")
    assert not differences(verdicts(root, "notebooks", alone=True), verdicts(root, "notebooks"))


@pytest.mark.slow
def test_a_row_that_was_not_accepted_is_a_red_build_but_no_cell_of_it(tmp_path, capsys):
    root = made(tmp_path, "fine")
    table = root / "data/things.csv"
    table.write_text(table.read_text("utf-8").replace("12.00", "13.00"), "utf-8")
    assert verdicts(root, "notebooks").code == 1
    assert "台账第3行" in capsys.readouterr().out
    assert verdicts(root, "notebooks", "--collect-only").code == 0


def test_nbval_asks_its_kernel_for_nothing_that_the_replay_lacks():
    import nbval.plugin

    spec = importlib.util.spec_from_file_location("replay", ROOT / "notebooks/conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    asked = set(re.findall(r"kernel\.(\w+)\(", inspect.getsource(nbval.plugin)))
    assert {"execute_cell_input", "await_reply", "get_message"} <= asked
    assert [name for name in asked if not hasattr(module.Replay, name)] == []
