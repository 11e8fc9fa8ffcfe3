"""A book's chapters run in this process, cell after cell as a kernel runs them: some tens a second."""

from __future__ import annotations

import ast
import functools
import html
import importlib
import json
import re
import traceback
from collections.abc import Callable, Collection
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from stateassets.measures import ledger
from stateassets.pages.profile_notebooks import refresh
from stateassets.present.missing_data import named_in, words
from stateassets.report import Report
from stateassets.tables.declared import LackingError

EXAMINE = importlib.import_module("stateassets.audit.examine")  # the package's name for it is the function's
# Other places' printed figures are the same in every book: three quarters of a run went into them.
_examined = functools.cache(EXAMINE._examine_region)
HIDDEN = re.compile(r"<(svg|style|script)\b.*?</\1>", re.S)
BREAKS = re.compile(r"</(p|tr|li|div|h\d|caption|figcaption|summary)>")


def run_book(book: Path, only: Collection[str] = (), show: Callable[[Any], str] | None = None) -> dict[str, str]:
    """Return what each chapter shows, by name; that of a cell which fails begins with 出错.

    ``show`` says what there is to read of a cell's value, by default what stands on the page.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "_SHARED", {})  # what this book shares, no other test inherits
        patch.setattr(EXAMINE, "_examine_region", _examined)
        report = Report(root=book)
        report.ledger.share()  # with the kernels of a build, too
        refresh(report)
        folder = book / "notebooks"
        paths = {p.relative_to(folder).with_suffix("").as_posix(): p for p in folder.glob("**/*.ipynb")}
        wanted = {name: path for name, path in sorted(paths.items()) if not only or name in only}
        return {name: run_chapter(path, show or _text) for name, path in wanted.items()}


def faults(shown: dict[str, str]) -> list[str]:
    """Return what went wrong, chapter by chapter."""
    return [f"{name}：{line}" for name, text in shown.items() for line in text.splitlines() if line.startswith("出错")]


def run_chapter(path: Path, show: Callable[[Any], str]) -> str:
    """Run one notebook and return what a reader sees, pictures aside."""
    names: dict[str, Any] = {}
    lacking: dict[str, LackingError] = {}
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(path.read_text("utf-8"))["cells"]]
    with chdir(path.parent):
        shown = "\n".join(_run(source, names, lacking, show) if kind == "code" else source for kind, source in cells)
    if isinstance(report := names.get("report"), Report):
        report.ledger.share()  # the next chapter need not work it out again
    return shown


@functools.cache  # many books have the same chapters
def _compiled(source: str) -> tuple[CodeType, CodeType | None]:
    """What a cell does, and what it shows at last."""
    body = ast.parse(source)
    last = body.body.pop() if body.body and isinstance(body.body[-1], ast.Expr) else None
    shown = compile(ast.Expression(last.value), "cell", "eval") if isinstance(last, ast.Expr) else None
    return compile(body, "cell", "exec"), shown


def _run(source: str, names: dict[str, Any], lacking: dict[str, LackingError], show: Callable[[Any], str]) -> str:
    does, shows = _compiled(source)
    try:
        with redirect_stdout(StringIO()) as displayed:
            exec(does, names)
            thing = eval(shows, names) if shows else None
        return displayed.getvalue() + ("" if thing is None else show(thing))
    except (LackingError, NameError) as error:
        why = error if isinstance(error, LackingError) else lacking.get(error.name or "")
        if why is None:
            return _told(error)
        lacking.update(dict.fromkeys(named_in(source), why))
        return words(why)
    except Exception as error:
        return _told(error)


def _told(error: Exception) -> str:
    where = [f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
    return f"出错 {type(error).__name__}: {error} {'>'.join(where[-3:])}".replace("\n", " ")


def _text(thing: Any) -> str:
    show = getattr(thing, "_repr_html_", None)
    plain = BREAKS.sub("\n", HIDDEN.sub("[图]", show())) if show else repr(thing)
    return html.unescape(re.sub(r"\n\s*\n+", "\n", re.sub(r"<[^>]+>", "", re.sub(r"</t[dh]>", "|", plain))))
