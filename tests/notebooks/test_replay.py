"""nbval as this book runs it gives each cell the verdict that nbval alone gives, whatever it is asked for."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from many import each
from nbformat import v4
from paths import ROOT

from stateassets.notebooks import COLD, VARIABLE, warm_up

PNG = "iVBORw0KGgo="
OTHER_PNG = "iVBORw0KGgp="


def cell(source, *outputs, tags=(), count=1):
    metadata = {"tags": list(tags)} if tags else {}
    return v4.new_code_cell(source, outputs=list(outputs), execution_count=count, metadata=metadata)


def said(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def gave(text, **others):
    return v4.new_output("execute_result", data={"text/plain": text, **others}, execution_count=1)


def shown(text, **others):
    return v4.new_output("display_data", data={"text/plain": text, **others})


def failed(name, value):
    return v4.new_output("error", ename=name, evalue=value, traceback=[])


# What each cell stores is what its notebook gives when run from end to end, unless `wrong` says otherwise.
COUNT = "n = globals().get('n', 0) + 1\nn"
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
        cell("# NBVAL_SKIP\ny = 1"),
        cell("'y' in globals()", gave("False")),  # as nbval sees it
        cell("# NBVAL_IGNORE_OUTPUT\n1", gave("2")),
        cell("# PYTEST_VALIDATE_IGNORE_OUTPUT\n1", gave("2")),
        cell("# NBVAL_CHECK_OUTPUT\n1", gave("2")),  # wrong
        cell("# NBVAL_CHECK_OUTPUT\n1", gave("1")),
        cell("# NBVAL_RAISES_EXCEPTION\n1 / 0", failed("ZeroDivisionError", "division by zero")),
        cell("# NBVAL_RAISES_EXCEPTION\n1 / 0", failed("ZeroDivisionError", "another")),  # wrong
        cell("1 / 0"),  # wrong
        cell("3", gave("3")),
    ],
    "tags": [
        cell("1", gave("2"), tags=["nbval-ignore-output", "hide-input"]),
        cell("1", gave("2"), tags=["nbval-check-output"]),  # wrong
        cell("1 / 0", failed("ZeroDivisionError", "division by zero"), tags=["raises-exception"]),
        cell("1 / 0", failed("ZeroDivisionError", "another"), tags=["nbval-raises-exception", "raises-exception"]),
        cell("z = 1", tags=["nbval-skip"]),  # the last but one: those before it can be repeated
        cell("'z' in globals()", gave("True")),  # wrong
    ],
    "not_run_by_the_book": [
        cell("w = 1", tags=["skip-execution"]),
        cell("'w' in globals()", gave("True")),
        cell("  ", said("旧")),  # wrong: it says nothing
    ],
    "outputs": [
        cell("import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')", said("a\nc\n"), said("b\n", "stderr")),
        cell("print('10%\\r20%')", said("20%\n")),
        cell("from IPython.display import HTML, display\ndisplay(HTML('<b>1</b>'))", shown("x", **{"text/html": "<b>1</b>"})),
        cell("HTML('<b>1</b>')", gave("<IPython.core.display.HTML object>", **{"text/html": "<b>1</b>"})),
        cell("display({'image/png': 'iVBORw0KGgo='}, raw=True)", v4.new_output("display_data", data={"image/png": OTHER_PNG})),
        cell("1"),  # wrong: it shows something
        cell("2;", gave("2")),  # wrong: it shows nothing
        cell("'2023年12月31日'", gave("'2024年1月1日'")),  # wrong, unless dates do not count
        cell("never", count=None),  # wrong
        cell("5", gave("5"), count=None),  # wrong: has outputs, and no number
    ],
    "taken_back": [
        cell("from IPython.display import clear_output, display\nprint('a')\nclear_output()\nprint('b')", said("b\n")),
        cell("shown = display(1, display_id='d')", shown("2")),
        cell("shown.update(2)"),
    ],
    "numbers": [cell("6", gave("6")), cell("7", gave("7")), cell("Out[1]", gave("6")), cell("_ + 1", gave("8"))],
    "fine": [cell("a = 1\na", gave("1")), cell("a + 1", gave("2"))],
    "slow": [
        cell("import time\n1", gave("1")),
        cell("time.sleep(2)\n2", gave("2")),
        cell("3", gave("3")),
    ],
}
SANITIZE = "regex: \\d+年\\d+月\\d+日\nreplace: 某日\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book of small notebooks, and nothing else."""
    root = tmp_path_factory.mktemp("book")
    (root / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks/conftest.py", root / "notebooks")
    (root / "pytest.ini").write_text("[pytest]\n")
    (root / "sanitize.cfg").write_text(SANITIZE, "utf-8")
    for name, cells in BOOK.items():
        write(root, name, *cells)
    return root


def write(root: Path, name: str, *cells) -> Path:
    spec = {"name": "python3", "display_name": "x", "language": "python"}
    path = root / f"notebooks/{name}.ipynb"
    nbformat.write(v4.new_notebook(cells=list(cells), metadata={"kernelspec": spec}), path)
    return path


@dataclass
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


class Backwards:
    """A plugin that changes the order."""

    def pytest_collection_modifyitems(self, items):
        items.reverse()


def verdicts(root: Path, *options: str, alone: bool = False, plugins: Sequence[object] = ()) -> Verdicts:
    """Run nbval with the book's own conftest, or alone."""
    found = Verdicts()
    own = sys.modules.get("conftest"), list(sys.path)
    before = Path.cwd()
    os.chdir(root)
    cache = ["-o", f"cache_dir={root}/.cache-{alone}"]
    how = ["--noconftest"] if alone else []
    try:
        found.code = pytest.main(
            ["--nbval", "-q", "--rootdir", str(root), "-c", str(root / "pytest.ini"), *cache, *how, *options],
            plugins=[found, *plugins],
        )
    finally:
        os.chdir(before)
        sys.modules["conftest"], sys.path[:] = own
    return found


def differences(one: Verdicts, other: Verdicts) -> list[str]:
    return [
        f"{node}: nbval {one.of.get(node)}, here {other.of.get(node)}"
        for node in {**one.of, **other.of}
        if one.of.get(node) != other.of.get(node)
    ]


def nb(*names: str) -> list[str]:
    return [f"notebooks/{name}.ipynb" for name in names]


ASKED: Mapping[str, list[str]] = {
    "all": ["notebooks", "--deselect=notebooks/slow.ipynb"],
    "lax": ["--nbval-lax", *nb("comments", "tags", "outputs")],
    "this environment's kernel": ["--nbval-current-env", *nb("fine")],
    "a named kernel": ["--nbval-kernel-name=python3", *nb("fine")],
    "a kernel that is not there": ["--nbval-kernel-name=nothing", *nb("fine")],
    "not for long": ["--nbval-cell-timeout=0.5", *nb("slow")],
    "dates do not count": ["--nbval-sanitize-with=sanitize.cfg", *nb("outputs")],
    "one cell that stands alone": [f"{nb('order')[0]}::Cell 0"],
    "one cell that needs others": [f"{nb('order')[0]}::Cell 2"],
    "two cells, the other way round": [f"{nb('order')[0]}::Cell 1", f"{nb('order')[0]}::Cell 0"],
    "cells by a word": ["-k", "Cell 0 or Cell 3", *nb("order", "tags")],
    "without one cell": [f"--deselect={nb('order')[0]}::Cell 1", *nb("order")],
    "up to the first failure": ["-x", *nb("order", "comments")],
    "up to the second failure": ["--maxfail=2", *nb("order", "comments")],
    "only which cells there are": ["--collect-only", *nb("order", "tags")],
    "keeping nothing": ["-p", "no:cacheprovider", *nb("order")],
    "a first time": nb("order", "fine"),
    "what failed the last time": ["--lf", *nb("order", "fine")],
    "what failed the last time, first": ["--ff", *nb("order", "fine")],
    "step by step": ["--sw", *nb("order")],
    "step by step, from where it stopped": ["--sw", *nb("order")],
}


def test_each_way_of_asking_gives_the_verdicts_of_nbval_alone(book):
    warm_up()

    def holds(options):
        alone = verdicts(book, *options, alone=True)
        assert alone.of, "no cells"
        found = differences(alone, verdicts(book, *options))
        assert not found, "\n".join(found)

    each(ASKED, holds)
