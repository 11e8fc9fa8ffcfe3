"""Code knows a chapter's name, the contents know its place: a chapter may be moved and renumbered."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest
from many import every
from paths import ROOT

from stateassets.book.downloads import copy_tables
from stateassets.chapters import contents
from stateassets.pages import cover, figure_index
from stateassets.pages.questions import rules
from stateassets.report import Report

NUMBERED = re.compile(r"(?:^|/)\d+_[a-z]")
MOVES = {
    "10_platform/9_alerts": "2_reform/7_alerts",
    "9_reference/3_data": "1_basics/8_data",
    "8_profiles": "4_profiles",
}


def toc(root: Path, text: str) -> Path:
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: index\n{text}", "utf-8")
    return root


def test_a_chapter_is_named_as_its_file_without_the_number(tmp_path: Path) -> None:
    toc(
        tmp_path,
        "chapters:\n  - file: notebooks/10_platform/9_alerts\n  - file: intro\n  - glob: notebooks/8_profiles/*\n",
    )
    found = contents(tmp_path)
    assert [found.place(name) for name in ("alerts", "intro", "profiles/A", "profiles/12_b")] == [
        "notebooks/10_platform/9_alerts",
        "intro",
        "notebooks/8_profiles/A",
        "notebooks/8_profiles/12_b",
    ]
    assert not any(found.place(name) for name in ("9_alerts", "platform/alerts", "A", "", "others/A"))


def test_chapters_that_would_share_a_name_are_named_with_their_folders(tmp_path: Path) -> None:
    toc(tmp_path, "parts:\n  - chapters:\n    - file: n/1_a/2_audit\n    - file: n/2_b/1_audit\n")
    found = contents(tmp_path)
    assert (found.place("a/audit"), found.place("b/audit"), found.place("audit")) == (
        "n/1_a/2_audit",
        "n/2_b/1_audit",
        "",
    )


def test_contents_that_change_are_read_again_and_without_any_there_are_no_chapters(tmp_path: Path) -> None:
    assert contents(tmp_path).place("a") == ""
    assert contents(toc(tmp_path, "chapters:\n  - file: n/1_a\n")).place("a") == "n/1_a"
    assert contents(toc(tmp_path, "chapters:\n  - file: n/longer/2_a\n")).place("a") == "n/longer/2_a"


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the book in which chapters have other folders and numbers."""
    root = tmp_path_factory.mktemp("moved")
    for folder in ("data", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder)
    text = (ROOT / "_toc.yml").read_text("utf-8")
    for before, after in MOVES.items():
        text = text.replace(before, after)
        suffix = "" if before == "8_profiles" else ".ipynb"
        (root / "notebooks" / f"{before}{suffix}").rename(root / "notebooks" / f"{after}{suffix}")
    (root / "_toc.yml").write_text(text, "utf-8")
    return root


def test_links_lead_to_a_chapter_wherever_it_was_moved(moved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(moved / "notebooks")
    report = Report(root=moved)
    assert [report.address(name) for name in ("alerts", "data", "profiles/A")] == [
        "2_reform/7_alerts.html",
        "1_basics/8_data.html",
        "4_profiles/A.html",
    ]
    assert report.address("nowhere") == "" and report.page("字", "nowhere") == "字"
    assert "4_profiles/A.html" in report.enterprise("A").html
    assert "8_profiles" not in report.roster("企业")._repr_html_()
    index = figure_index.table(report, figure_index.entries(report), "全部数字")
    assert "notebooks" not in index._repr_html_()


def test_a_tables_page_leads_to_the_chapter_that_has_the_columns(moved: Path, tmp_path: Path) -> None:
    tables = [{"name": "t", "path": "terms.csv", "origin": "real", "title": "词", "schema": {"fields": []}}]
    path = next((moved / "data").rglob("terms.csv")).relative_to(moved / "data").as_posix()
    copy_tables(moved / "data", tmp_path, [tables[0] | {"path": path}])
    assert '"../notebooks/1_basics/8_data.html#table-t"' in (tmp_path / "data/t.html").read_text("utf-8")


def test_a_moved_chapter_about_enterprises_is_still_not_public(moved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATEASSETS_EDITION", "public")
    report = Report(root=moved)
    assert [report.address(name) for name in ("alerts", "profiles/A")] == ["", ""]
    assert report.address("data")


def test_every_chapter_that_the_package_names_is_in_the_book() -> None:
    known = [item for module in (cover, rules) for item in vars(module).items()]
    names = [value for name, value in known if name in CHAPTERS and isinstance(value, str)]
    assert len(names) >= 12 and all(contents(ROOT).place(name) for name in names)


CHAPTERS = {
    *(
        "FIRST",
        "FIGURES",
        "QUESTIONS",
        "GLOSSARY",
        "DATA",
        "RULES",
        "YEARS",
        "CLASSES",
        "PEERS",
        "SCORES",
        "LESSON",
        "COMPARE",
    ),
    *("EVALUATION", "POINTS", "CENTRE", "AUDIT", "OWN"),
}


# The book over many districts is laid out by the module that writes it.
OWN_BOOK = ROOT / "stateassets/rollup/book.py"


@every("path", sorted({*(ROOT / "stateassets").rglob("*.py")} - {OWN_BOOK}), ids=lambda path: path.stem)
def test_no_code_knows_where_a_chapter_lies(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    told = {
        id(n.body[0].value)
        for n in ast.walk(tree)
        if hasattr(n, "body") and n.body and isinstance(n.body, list) and isinstance(n.body[0], ast.Expr)
    }
    texts = (
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in told
    )
    assert not [text for text in texts if NUMBERED.search(text)]
