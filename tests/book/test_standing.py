"""What every chapter says alike is written once, and stands on every page that shows what it explains."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from pathlib import Path

import nbformat
import pytest
from paths import ROOT

from stateassets.book import standing
from stateassets.present import missing_data
from stateassets.report import Report
from stateassets.tables.declared import NoTableError


def typed(paths: Iterable[Path]) -> list[str]:
    """Name the notebooks in which a standing sentence is typed."""
    return [p.stem for p in paths if any(text[: standing.FIRST] in p.read_text("utf-8") for text in standing.TEXTS)]


def page(heading: str, shown: str = "<table></table>") -> str:
    """An executed notebook: a heading, a cell with what it shows, another heading."""
    cell = nbformat.v4.new_code_cell("report.sources()", id="b")
    cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": shown})]
    cells = [nbformat.v4.new_markdown_cell(heading, id="a"), cell, nbformat.v4.new_markdown_cell("## 结果", id="c")]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


def prose(notebook: str) -> list[str]:
    return ["".join(c["source"]) for c in standing.parsed(notebook)["cells"] if c["cell_type"] == "markdown"]


def test_no_notebook_types_what_stands_in_all() -> None:
    # The alert centre tells of its rules at length, in words of its own.
    paths = [p for p in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts]
    assert len(paths) > 30
    assert set(typed([*paths, ROOT / "stateassets/pages/profile.ipynb"])) <= {"9_alerts"}


def test_a_notebook_that_types_one_is_found(tmp_path: Path) -> None:
    path = tmp_path / "chapter.ipynb"
    path.write_text(page(f"## 数字从哪里来\n\n{standing.ALL_BELOW}"), "utf-8")
    assert typed([path]) == ["chapter"]


CALLS = {"report.sources(": standing.SOURCES, "report.checks(": standing.CHECKS, "beside(": standing.REPORT_AND_DATA}


def without_heading(paths: list[Path]) -> list[str]:
    """Name the notebooks in which what a standing sentence speaks of stands under another heading."""
    found = []
    for path in paths:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        for before, cell in itertools.pairwise(cells):
            for call, heading in CALLS.items():
                if call in "".join(cell["source"]) and "".join(before["source"]).partition("\n")[0] != heading:
                    found.append(path.stem)
    return found


def test_what_the_sentences_speak_of_stands_under_their_headings() -> None:
    paths = [p for p in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts]
    assert without_heading([*paths, ROOT / "stateassets/pages/profile.ipynb"]) == []


def test_another_heading_is_found(tmp_path: Path) -> None:
    path = tmp_path / "chapter.ipynb"
    path.write_text(page("## 来历"), "utf-8")
    assert without_heading([path]) == ["chapter"]


@pytest.mark.parametrize(
    ("heading", "shown", "text"),
    [
        (standing.SOURCES, f"<caption>{standing.MEASURES}</caption>", standing.TABLE_BELOW),
        (standing.SOURCES, "<ul></ul>", standing.ALL_BELOW),
        (standing.CHECKS, "<table></table>", standing.ROUNDED),
        (standing.WARNING_RULES, "<table></table>", standing.RULES),
        (standing.REPORT_AND_DATA, "<table></table>", standing.STATED),
    ],
)
def test_a_heading_that_recurs_has_its_sentence_below_it_once(heading: str, shown: str, text: str) -> None:
    first, second = prose(page(heading, shown))
    assert first == f"{heading}\n\n{standing.told(text)}"
    assert second == "## 结果"


def test_words_of_the_chapters_own_stay_behind_the_sentence() -> None:
    first, _ = prose(page(f"{standing.CHECKS}\n\n另有两项没有印出。"))
    assert first == f"{standing.CHECKS}\n\n{standing.ROUNDED}\n\n另有两项没有印出。"


def test_a_sentence_that_a_chapter_has_typed_is_not_said_twice() -> None:
    first, _ = prose(page(f"{standing.CHECKS}\n\n{standing.ROUNDED}"))
    assert first.count(standing.ROUNDED) == 1


def test_a_notebook_without_such_headings_stays_as_it_is() -> None:
    plain = page("## 排放和许可", f"<caption>{standing.MEASURES}</caption>")
    assert standing.parsed(plain) == json.loads(plain)


def test_where_nothing_is_compared_the_page_does_not_say_how_numbers_are() -> None:
    first, _ = prose(page(standing.CHECKS, f"<p>{missing_data.NOTHING_PRINTED}</p>"))
    assert first == standing.CHECKS


def test_where_no_printed_figure_has_been_entered_the_page_has_no_heading_for_comparing() -> None:
    assert prose(page(standing.CHECKS, f"<p>{missing_data.NOT_ENTERED}</p>")) == ["## 结果"]


def test_a_section_without_printed_figures_says_so_by_itself(report: Report) -> None:
    assert repr(report.checks("三（一）")) == missing_data.NOTHING_PRINTED


def test_no_notebook_types_that_a_section_has_no_printed_figures() -> None:
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        assert not [text for text in prose(path.read_text("utf-8")) if "没有印出数字" in text], path


def test_where_nothing_of_the_reports_has_been_entered_the_page_has_no_heading_for_it() -> None:
    assert prose(page(standing.REPORT_AND_DATA, "")) == ["## 结果"]


# --- what a chapter leaves out ----------------------------------------------------------------------


def chapter(*parts: str | list[str]) -> str:
    """An executed notebook: text is Markdown, a list what a code cell shows."""
    cells = []
    for number, part in enumerate(parts):
        if isinstance(part, str):
            cells.append(nbformat.v4.new_markdown_cell(part, id=f"c{number}"))
            continue
        cell = nbformat.v4.new_code_cell("report.say()", id=f"c{number}")
        cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": html}) for html in part]
        cells.append(cell)
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


def told(notebook: str) -> list[str]:
    """What a reader sees of a chapter, cell by cell."""
    cells = standing.parsed(notebook)["cells"]
    return ["".join(c["source"]) if c["cell_type"] == "markdown" else standing._shown(c) for c in cells]


HAZARDS, TALKS, NONE = (
    missing_data.Note(missing_data.words(NoTableError(name, nothing)))._repr_html_()
    for name, nothing in (("安全隐患台账", False), ("谈话台账", False), ("“三重一大”决策台账", True))
)


def test_what_is_left_out_is_said_once_below_the_conclusion() -> None:
    found = told(chapter("(x)=\n# 章", ["<p>结论</p>" + HAZARDS], [TALKS], "## 甲", ["<p>表</p>"], [HAZARDS], [NONE]))
    said = "本书没有“安全隐患台账”“谈话台账”这2张表；“‘三重一大’决策台账”本年没有记录。本章与此有关的内容从略。"
    assert found == ["(x)=\n# 章", "<p>结论</p>", f'<p class="sa-note">{said}</p>', "## 甲", "<p>表</p>"]


def test_without_a_conclusion_it_is_said_below_the_title() -> None:
    found = told(chapter("# 章", [HAZARDS], "## 甲", ["<p>表</p>"]))
    assert found[0] == "# 章" and "本书没有“安全隐患台账”这张表。" in found[1] and found[2:] == ["## 甲", "<p>表</p>"]


def test_a_section_that_shows_nothing_has_no_heading() -> None:
    found = told(chapter("# 章", ["<p>结论</p>"], "## 甲\n\n怎样看表。", [HAZARDS], "### 细看", [TALKS], "## 乙", [""]))
    assert found[0::2] == ["# 章", f'<p class="sa-note">{missing_data.together(reasons(HAZARDS, TALKS))}</p>']
    assert found[1] == "<p>结论</p>" and len(found) == 3


def test_a_section_stays_for_what_stands_in_a_part_of_it() -> None:
    assert told(chapter("# 章", "## 甲", [HAZARDS], "### 细看", ["<p>表</p>"]))[2:] == [
        "## 甲",
        "### 细看",
        "<p>表</p>",
    ]
    prose_only = chapter("# 章", "## 怎样审\n\n照公式。", "## 乙", ["<p>表</p>"])
    assert told(prose_only) == ["# 章", "## 怎样审\n\n照公式。", "## 乙", "<p>表</p>"]


def reasons(*notes: str) -> list[str]:
    return [reason for note in notes for reason in missing_data.without_gaps(note)[1]]
