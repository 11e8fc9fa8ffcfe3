"""报告说 stands only before what the report states: sources say it through one function, the build looks at pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import nbformat
import pytest
from paths import ROOT
from sphinx.errors import ExtensionError

from stateassets.book import build, standing
from stateassets.domains.statements.page import states
from stateassets.present.attribution import ATTRIBUTED, put_into_its_mouth
from stateassets.report import Report

# What the report or other reports state, row by row.
STATED = {"statements.csv", "published_reports.csv"}
WORDS = "报告" + "提出"  # parted, as this file is looked through as well


def sources() -> Iterable[tuple[str, str]]:
    """(path, text) of all that a page's words come from; of notebooks what was typed."""
    for folder, ending in (("stateassets", "*.py"), ("stateassets", "*.yml"), ("tools", "*.py"), ("data", "*.csv")):
        for path in sorted((ROOT / folder).rglob(ending)):
            if path.name not in STATED:
                yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8-sig")
    for path in sorted([*(ROOT / "notebooks").rglob("*.ipynb"), *(ROOT / "stateassets").rglob("*.ipynb")]):
        if ".ipynb_checkpoints" not in path.parts:
            cells = json.loads(path.read_text("utf-8"))["cells"]
            yield path.relative_to(ROOT).as_posix(), "\n".join("".join(cell["source"]) for cell in cells)


def attributing(texts: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{path}: {found.group()}" for path, text in texts for found in ATTRIBUTED.finditer(text)]


def test_no_source_says_itself_what_the_report_states() -> None:
    assert len(list(sources())) > 300
    assert attributing(sources()) == []


@pytest.mark.parametrize("text", [f"{WORDS}、下一年完成的工作", "专项报告" + "列出指标名称", "报告" + "说有明显提升"])
def test_a_source_that_does_is_found(text: str) -> None:
    assert len(attributing([("page.py", text)])) == 1


@pytest.mark.parametrize(
    "text", ["报告没有说明", "报告没有给出", "报告说" + "明了原因", "重大事项报告审批", "报告写了三条"]
)
def test_what_says_nothing_in_its_name_is_let_pass(text: str) -> None:
    assert attributing([("page.py", text)]) == []


def test_a_statement_of_the_table_may_be_told_and_the_same_words_before_something_else_may_not(report: Report) -> None:
    told = report.say("{goal}。", goal=states(report, "benchmarking.improvements"))._repr_html_()
    assert WORDS in told and put_into_its_mouth(told) == []
    assert put_into_its_mouth(told + f"<p>{WORDS}，人数要增加。</p>") == [WORDS]
    assert put_into_its_mouth(f'<svg aria-label="{WORDS}的图"></svg>') == [WORDS]


def executed(words: str) -> str:
    """A notebook that was run, with these words in what a cell shows."""
    cell = nbformat.v4.new_code_cell("report.say()", id="a")
    cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": f"<p>{words}</p>"})]
    prose = nbformat.v4.new_markdown_cell(f"## 概况\n\n{words}", id="b")
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell, prose]))


def test_the_build_looks_at_what_cells_show_and_at_prose() -> None:
    assert standing.attributions(executed(f"{WORDS}增加人数")) == [WORDS, WORDS]
    assert standing.attributions(executed("人数减少")) == []


def test_the_build_stops_and_names_the_chapter(tmp_path: Path) -> None:
    chapter = {"n/1_people": tmp_path / "n/1_people.ipynb"}
    with pytest.raises(ExtensionError, match=rf"n/1_people\.ipynb：页面上有“{WORDS}”.*请改掉"):
        build.refuse_attributions(tmp_path, chapter, lambda name: executed(f"{WORDS}增加人数"))
    build.refuse_attributions(tmp_path, chapter, lambda name: executed("人数减少"))
    build.refuse_attributions(tmp_path, chapter, lambda name: None)
