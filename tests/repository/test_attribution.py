"""报告说 stands only before what the report states: sources say it through one function, the build looks at pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import nbformat
import pytest
from many import every
from paths import ROOT
from sphinx.errors import ExtensionError

from stateassets.book import build, standing
from stateassets.domains.statements.page import states
from stateassets.present.attribution import ATTRIBUTED, attributed, put_into_its_mouth
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
    return [f"{path}: {words}" for path, text in texts for words in attributed(text)]


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


R = "报" + "告"


@every("before", ["按照", "根据", "依照", "依据", "遵照", "援引", "引用", "据", "照", "如", "从", "由", ""])
def test_such_words_are_found_wherever_the_pattern_finds_them(before: str) -> None:
    text = "".join(
        f"<p>见{before}{own}{R}{verb}增长。</p>" for own in ("", "专项") for verb in ("说", "提出", "看", "的要求，")
    )
    found = [words.group() for words in ATTRIBUTED.finditer(text)]
    assert found and attributed(text) == found


@every("between", ["", "中", "里", "还", "也", "并", "曾", "又", "正文中", "中还", "里并", "第二部分"])
@every(
    "verb",
    [
        "指出",
        "说",
        "提出",
        "提到",
        "披露",
        "承诺",
        "写道",
        "表示",
        "强调",
        "明确",
        "要求",
        "列出",
        "介绍",
        "认为",
        "称",
        "写明",
    ],
)
def test_every_usual_way_to_attribute_is_seen(between: str, verb: str) -> None:
    assert attributed(f"{R}{between}{verb}，人数要增加。") == [f"{R}{between}{verb}"]


@every(
    "text",
    [
        *(f"{how}{R}，人数增加。" for how in ("据", "根据", "按照", "依据", "按", "据专项", "根据本", "据区政府的")),
        *(f"按{R}{what}，人数要增加。" for what in ("要求", "的要求", "安排", "所说", "的说法")),
        *(f"从{R}{what}，人数增加。" for what in ("看", "来看", "可以看出", "中可以看出", "里看", "可知")),
        f"《某区2023年度企业国有资产管理情况专项{R}》提出，人数增加。",
        f"根据《某区企业国有资产管理情况专项{R}》，人数增加。",
        f"专项{R}写明，人数增加。",
        f"某市某区的{R}提出，人数增加。",
        f"<b>{R}</b>提出，人数增加。",
        f"{R}对职工人数提出，要增加。",
        f"{R}在二（一）1里承诺，人数增加。",
        f"{R}提出明年增加人数。",
        f"{R}写到，人数增加。",
    ],
)
def test_so_is_what_names_the_source_first_and_what_stands_in_a_title_or_in_bold(text: str) -> None:
    assert len(attributed(text)) == 1


@every(
    "text",
    [
        f"{R}没有写怎样平均。",
        f"{R}没有提出目标，也没有列出名称。",
        f"{R}未载。{R}公布数｜{R}印出的数字。",
        f"重算的数按{R}印出的小数位数四舍五入。",
        f"照{R}的章节，每章先结论。",
        f"按{R}的次序一项一行，名称照{R}；",
        f"重大事项{R}审批制度，请示{R}工作程序要明确。",
        f"请示{R}要求写清事由。",
        f"根据重大事项{R}制度，事前审批。",
        f"周{R}要求在周五前报送。",
        f"数据{R}按月生成，凭证据{R}。",
        f"按{R}期逐月列出，按{R}日期排序。",
        f"{R}的下一步安排。{R}用语｜提出",
        f"鄂州市的{R}提出，资产总额增长。",
        f"其他地区的{R}里列出了户数，外地{R}称。",
        f"国务院的{R}指出，总额增长。",
        f"{R}写到的国资监管平台。{R}只提到名称。",
        f"从{R}期末看，余额减少。",
        f"{R}里的数字和公报里的不同，下面列出。",
    ],
)
def test_the_books_own_sentences_and_reports_of_others_are_let_pass(text: str) -> None:
    assert attributed(text) == []


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
