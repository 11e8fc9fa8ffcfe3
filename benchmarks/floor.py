"""The processor time of a book's cells, each run once in one process that has everything imported.

Run ``python -m benchmarks.floor NOTEBOOKS…`` in a book's folder: it prints seconds. What a build can save
by going about it otherwise is what it takes beyond this, and beyond making each page once: less than that
no way of running the chapters takes, whatever it keeps ready.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell

from stateassets import Report
from stateassets.notebooks import session

LONGEST = 900  # seconds that it may take
LIST = "--list"  # print which modules the chapters import, in the place of the time


def run(notebooks: Iterable[Path]) -> float:
    """Run the cells of notebooks as a kernel does, what they show drawn up too; return processor seconds.

    Raises:
        SystemExit: a cell failed.
    """
    shell = InteractiveShell.instance()
    session.load_ipython_extension(shell)
    chapters = [(path, nbformat.read(path, as_version=4).cells) for path in notebooks]
    begun = time.process_time()
    ledger = Report(root=Path.cwd()).ledger
    ledger.share()  # the tables are read once
    for path, cells in chapters:
        gc.freeze()  # IPython searches for garbage when it forgets a chapter, a kernel is just ended
        with contextlib.chdir(path.parent), contextlib.redirect_stdout(StringIO()) as said:
            shell.reset(new_session=False)
            for cell in cells:
                if cell.cell_type == "code" and not shell.run_cell(cell.source).success:
                    raise SystemExit(f"{path}：{said.getvalue()[-2000:]}")
            for report in shell.user_ns.values():  # what many ask for is worked out once
                if isinstance(report, Report) and report.ledger.content == ledger.content:
                    ledger._known.update(report.ledger._known)
    return time.process_time() - begun


def imported(notebooks: Iterable[Path]) -> list[str]:
    """Return which modules the notebooks need, found by running them in a process of its own.

    Raises:
        SystemExit: a cell failed.
    """
    command = [sys.executable, "-m", "benchmarks.floor", LIST, *map(str, notebooks)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout.split()


def main(*arguments: str) -> None:
    """Print the seconds, or with ``--list`` the modules."""
    warnings.simplefilter("ignore")
    notebooks = [Path(name).resolve() for name in arguments if name != LIST]
    if LIST in arguments:
        run(notebooks)
        print("\n".join(sorted(sys.modules)))
        return
    for name in imported(notebooks):
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    print(run(notebooks))


if __name__ == "__main__":
    os.environ.setdefault("MPLBACKEND", "agg")
    main(*sys.argv[1:])
