"""A chapter on a book that lacks something says what is left out and why, and hides nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_notebook import notebook, ordinary

from stateassets.notebooks.run import run
from stateassets.present.missing_data import if_there, named_in, together
from stateassets.tables.declared import NoTableError

CELLS = (
    "from stateassets.tables.declared import NoTableError",
    "raise NoTableError('安全隐患台账', True)\nhazards, (first, *rest) = 1, (2, 3)",
    "assets = 1\nraise NoTableError('无证资产台账')",
    "raise NoTableError('谈话台账')\nfor talk in ():\n    later = talk",
    "hazards + 1",
    "def use():\n    return later\nuse()",
    "further = rest",
    "further",
    "assets",
)


@pytest.fixture(autouse=True, params=["warm", "ordinary"])
def kernels(request, monkeypatch):
    """The book's own kernels, or those of a machine where nothing is installed for Jupyter."""
    if request.param == "ordinary":
        ordinary(monkeypatch)


def ran(path: Path, *cells: str):
    (found,) = run([notebook(path, *cells)])
    return found


def said(found) -> list[str]:
    return ["".join(o["data"]["text/plain"] for o in cell.outputs) for cell in found.notebook.cells]


def test_each_cell_says_what_it_lacks_itself(tmp_path):
    found = ran(tmp_path / "a.ipynb", *CELLS)
    hazards = "“安全隐患台账”本年没有记录，这里从略。"
    assets, talks = (f"本书没有“{n}”这张表，这里从略。" for n in ("无证资产台账", "谈话台账"))
    assert not found.fault
    assert said(found) == ["", hazards, assets, talks, hazards, talks, hazards, hazards, "1"]


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["unknown + 1", "1 / 0", "unknown"])
def test_a_mistake_in_a_chapter_stays_a_mistake(tmp_path, wrong):
    found = ran(tmp_path / "a.ipynb", *CELLS, wrong)
    assert f"第{len(CELLS) + 1}个代码格出错" in found.fault


def test_the_names_that_a_cell_gives_are_known():
    assert named_in("a, (b, *c) = x\nd: int = 1\nfor e in y: f = e\nz") == set("abcdef")


def test_of_many_tables_that_are_not_there_only_the_first_are_named():
    lacking = [f"本书没有“{name}”这张表" for name in "甲乙丙丁戊"]
    assert together(lacking[:4]) == "本书没有“甲”“乙”“丙”“丁”这4张表。本章与此有关的内容从略。"
    assert together(lacking) == "本书没有“甲”“乙”“丙”“丁”等5张表。本章与此有关的内容从略。"


def test_reasons_are_told_together_each_once():
    reasons = [
        "本书没有“甲”这张表",
        "还没有录入“资产负债率”的公布数",
        "“乙”本年没有记录",
        "本书没有“甲”这张表",
        "另一种缘由",
    ]
    said = "本书没有“甲”这张表；“乙”本年没有记录；还没有录入“资产负债率”的公布数；另一种缘由。本章与此有关的内容从略。"
    assert together(reasons) == said


def test_where_nothing_was_entered_no_single_figure_is_named():
    assert (
        together(["还没有录入“资产负债率”的公布数", "还没有录入公布数"]) == "还没有录入公布数。本章与此有关的内容从略。"
    )


def test_what_a_book_lacks_can_be_done_without():
    def lacking():
        raise NoTableError("甲")

    assert if_there(lacking, ()) == () and if_there(lambda: 3, 0) == 3
    with pytest.raises(ZeroDivisionError):  # a mistake stays a mistake
        if_there(lambda: 1 / 0, 0)
