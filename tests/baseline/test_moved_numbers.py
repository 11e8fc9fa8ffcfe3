"""A number that moved is a red build that names the chapter, the old and the new value."""

import csv
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from kept_results import take_along
from paths import ROOT
from waiting import LONGEST

from stateassets.baseline.moves import output_moves
from stateassets.report import Report
from stateassets.tables.validation import check

CHAPTER = "notebooks/1_basics/2_assets_and_debt.ipynb"


def copied(tmp_path):
    """Return a copy of what one chapter needs."""
    for folder in ("data", "stateassets", "notebooks/8_profiles"):  # names lead to profiles
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    (tmp_path / CHAPTER).parent.mkdir()
    shutil.copy(ROOT / CHAPTER, tmp_path / CHAPTER)
    shutil.copy(ROOT / "notebooks/conftest.py", tmp_path / "notebooks")
    take_along(tmp_path)
    return tmp_path


@pytest.fixture
def book(tmp_path):
    """A copy, to be changed."""
    return copied(tmp_path)


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """A copy with the tables that were accepted, whose chapter has been compared; and what came of it."""
    made = copied(tmp_path_factory.mktemp("compared"))
    shutil.copytree(ROOT / "baseline", made / "baseline")
    return made, nbval(made)


def nbval(book):
    """Run the chapter against its stored outputs; return the exit code and what was said."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", CHAPTER, "-q", "-p", "no:cacheprovider"],
        cwd=book,
        env={**os.environ, "PYTHONPATH": str(book)},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    return done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


def add(row, amount, *columns):
    for column in columns:
        row[column] = f"{float(row[column]) + amount:.2f}"


def multiply_assets(book, enterprise, times, whole):
    """Multiply one group head's assets of the year; ``whole`` keeps every identity."""
    path = book / "data/ledger/balance_sheet.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    year = str(max(int(row["year"]) for row in rows))
    here = [r for r in rows if (r["year"], r["enterprise_id"], r["moment"]) == (year, enterprise, "closing")]
    own = next(r for r in here if r["basis"] == "individual")
    grown = round((times - 1) * float(own["total_assets"]), 2)
    if not whole:
        add(own, grown, "total_assets")
    for row in here if whole else ():
        if row["basis"] != "elimination":
            add(row, grown, "other_noncurrent_assets", "total_assets", "payables", "total_liabilities")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.slow  # in the quick run, what is stored comes out before a row is changed
def test_what_is_stored_still_comes_out(compared):
    assert compared[1][0] == 0


def test_assets_that_no_longer_equal_their_parts_are_named(book):
    multiply_assets(book, "B", 1.5, whole=False)
    said = "\n".join(map(str, check(book / "data")))
    assert "资产总额" in said and "资产各项之和等于资产总额" in said


def test_a_consistent_change_moves_sentence_chart_table_and_check(book):
    before = Report(root=book).figure("total_assets").printed
    multiply_assets(book, "B", 1.5, whole=True)
    assert check(book / "data") == []
    after = Report(root=book).figure("total_assets").printed
    assert before != after
    code, said = nbval(book)
    assert code == 1
    assert CHAPTER in said and f"{before} → {after}" in said and "公式、程序或文字变了" not in said
    notebook = nbformat.read(book / CHAPTER, as_version=4)
    code_cells = [c.source for c in notebook.cells if c.cell_type == "code"]
    moved = "".join(code_cells[int(n)] for n in set(re.findall(r"::Cell (\d+)", said)))
    for kind in ("conclusion", "draw", "table", "checks"):
        assert f"report.{kind}(" in moved, kind


@pytest.mark.slow  # in the quick run, a number that moves shows that nbval compares
def test_a_stale_stored_output_is_caught(book):
    notebook = nbformat.read(book / CHAPTER, as_version=4)
    now = Report(root=book).figure("total_assets").printed
    outputs = [o for c in notebook.cells for o in c.get("outputs", ()) if "data" in o]
    shown = next(o for o in outputs if now in o["data"]["text/plain"])
    shown["data"]["text/plain"] = shown["data"]["text/plain"].replace(now, "旧数")
    nbformat.write(notebook, book / CHAPTER)
    code, said = nbval(book)
    assert code == 1
    assert CHAPTER in said and "旧数" in said and now in said


@pytest.mark.slow
def test_a_changed_row_that_no_chapter_shows_is_a_red_build_until_it_is_accepted(compared):
    book, (code, _) = compared
    assert code == 0
    path = book / "data/ledger/budget.csv"
    text = path.read_text("utf-8-sig").replace("一级企业A上缴利润", "一级企业A上交利润", 1)
    path.write_text(text, "utf-8-sig")
    code, said = nbval(book)
    assert code == 1
    assert "表里有改动还没有确认" in said and "预算" in said and "stateassets accept" in said


def test_a_mark_that_says_real_instead_of_sample_is_told_with_what_stands_under_it():
    def output(marks):
        text = f"<div class='sa-conclusion'><p>{marks}资产<b>6亿元</b>。</p><p>负债3亿元。</p></div>"
        return [{"data": {"text/html": text}}]

    sample, real = (
        f'<span class="sa-origin sa-{css}">{word}</span>' for css, word in (("sample", "示例"), ("real", "真实"))
    )
    assert [str(m) for m in output_moves(output(sample), output(real), {})] == ["标记　资产6亿元。：示例 → 真实"]
    assert [str(m) for m in output_moves(output(sample), output(""), {})] == ["标记　资产6亿元。：示例 → （没有了）"]
    assert output_moves(output(sample), output(sample), {}) == []
