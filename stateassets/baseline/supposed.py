"""What a change made in memory only would be told as: by ``accept`` of its rows, by nbval of its outputs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from ..chapters import contents
from ..present.display import Passage, Program
from ..present.provenance import origins
from ..report import Report, figures_in
from ..tables.declared import Tables
from .moves import code_cells, failure, origins_in, output_moves, page_of, titled
from .rows import changes_between


def rows(report: Report, supposed: Report, table: str) -> Program:
    """Which rows of a table differ, each with its key, its old and its new cells."""
    package = replace(report.package, tables=Tables([report.package.tables[table]]))
    earlier, now = ({table: one.ledger.frames[table]} for one in (report, supposed))
    changes = changes_between(package, earlier, package, now)
    return Program("\n".join(map(str, changes)) or "没有改动", "改了的行")


def outputs(report: Report, chapter: str, cell: str, before: Passage, after: Passage) -> Program:
    """What ``pytest --nbval`` says where a cell of a chapter, known by its id, gives another passage than is stored."""
    figures = [f for sentence in before.sentences for f in figures_in(sentence)]
    known = origins_in(page_of([_output(origins(report.aside(), figures))]))
    moves = output_moves([_output(before)], [_output(after)], known)
    if not moves:
        return Program("通过：与存档相同", "nbval的结果")
    place = f"{contents(report.root).place(chapter)}.ipynb"
    notebook = json.loads((report.root / place).read_text("utf-8"))
    number = [one.get("id") for one in code_cells(notebook)].index(cell) + 1
    return Program("\n".join(failure(titled(notebook), place, number, moves)), "nbval的结果")


def _output(shown: Any) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": {"text/html": shown._repr_html_(), "text/plain": repr(shown)}}
