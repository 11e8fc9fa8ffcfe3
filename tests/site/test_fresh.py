"""Whatever was built before, a page shows what today's tables give."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sample_book

from stateassets.book.build_cache import Snapshot
from stateassets.cache import Store

PAGE = "notebooks/enterprises.html"
MARKER = ".fresh.json"
TABLE = "data/ledger/enterprises.csv"


class Book:
    """A small book, its builds, and how often its notebook ran."""

    def __init__(self, root: Path) -> None:
        self.root = sample_book.write(root / "book")
        self.site = sample_book.site(self.root)
        self.doctrees = self.site.with_name(".doctrees")
        self.runs = root / "runs"

    def build(self) -> int:
        """Build as a person would; returns the exit status."""
        return sample_book.build(self.root, RUNS=str(self.runs)).returncode

    def ran(self) -> int:
        """How many times the notebook has run so far."""
        return len(self.runs.read_text())

    def page(self) -> str:
        """The page that shows the sum of the table."""
        return (self.site / PAGE).read_text("utf-8")

    def put(self, name: str, content: str) -> None:
        """Write a file of the project."""
        (self.root / name).write_text(content, "utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, Path]:
    """A book that has been built once: 1000 + 234 = 1,234; and a copy of its folder."""
    folder = tmp_path_factory.mktemp("fresh")
    made = Book(folder / "a")
    assert made.build() == 0
    assert "资产合计" in made.page() and ">1,234<" in made.page()
    return made, shutil.copytree(folder / "a", folder / "kept")


@pytest.fixture
def book(built: tuple[Book, Path]) -> Book:
    """The built book as it was, in its place: Sphinx knows again what it has read there."""
    made, kept = built
    shutil.rmtree(made.root.parent)
    shutil.copytree(kept, made.root.parent)
    return made


@pytest.mark.slow
def test_a_changed_table_changes_the_page_on_a_plain_second_build(book: Book) -> None:
    book.put(TABLE, "id,assets\nA,1000\nB,235\n")
    assert book.build() == 0
    assert ">1,235<" in book.page() and ">1,234<" not in book.page()


def test_nothing_runs_again_when_nothing_changed(book: Book) -> None:
    before = (book.site / PAGE).stat().st_mtime_ns
    assert book.build() == 0
    assert book.ran() == 1
    assert (book.site / PAGE).stat().st_mtime_ns == before


@pytest.mark.slow
def test_a_changed_formula_in_the_package_runs_everything_again(book: Book) -> None:
    book.put("stateassets/__init__.py", "RATE = 2\n")
    assert book.build() == 0
    assert book.ran() == 2


@pytest.mark.parametrize("folder", ["project", ".hidden/project"])
def test_every_table_counts_wherever_the_project_lies(tmp_path: Path, folder: str) -> None:
    table = tmp_path / folder / "data/claims/a.csv"
    table.parent.mkdir(parents=True)
    table.write_text("1")
    before = Snapshot.take(tmp_path / folder, {})
    (table.parent / ".a.csv.swp").write_text("an editor's, not a table")
    assert Snapshot.take(tmp_path / folder, {}) == before
    table.write_text("2")
    assert Snapshot.take(tmp_path / folder, {}) != before


@pytest.mark.slow
def test_a_failing_cell_fails_the_build_and_leaves_the_last_good_page(book: Book) -> None:
    good = book.page()
    book.put(TABLE, "id,assets\nA,一千\n")
    assert book.build() != 0
    assert book.page() == good
    # The table is put back: nothing of the failed build may count as built.
    book.put(TABLE, "id,assets\nA,1000\nB,234\n")
    assert book.build() == 0
    assert book.ran() == 2 and ">1,234<" in book.page()  # the first run still holds


@pytest.mark.slow
def test_an_interrupted_build_is_built_again(book: Book) -> None:
    (book.doctrees / MARKER).unlink()  # what a build leaves that was stopped while it wrote
    (book.site / PAGE).write_text("半页", "utf-8")
    assert book.build() == 0
    assert book.ran() == 1 and ">1,234<" in book.page()


@pytest.mark.slow
def test_a_half_written_executed_notebook_is_run_again(book: Book) -> None:
    book.put(STYLE, (book.root / STYLE).read_text("utf-8") + "\n")  # something to build that runs no notebook
    for entry in Store(book.root).every("chapters"):
        os.truncate(entry.path, entry.path.stat().st_size - 1)
    assert book.build() == 0
    assert book.ran() == 2


def put_keeping_time(path: Path, old: str, new: str) -> None:
    """Change a file so that neither its size nor its time tells."""
    before, text = path.stat(), path.read_text("utf-8")
    assert old in text and len(old.encode()) == len(new.encode())
    path.write_text(text.replace(old, new, 1), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.slow
def test_a_row_and_a_style_count_even_where_size_and_time_are_kept(book: Book) -> None:
    put_keeping_time(book.root / TABLE, "234", "235")
    put_keeping_time(book.root / STYLE, "sa-", "sb-")
    assert book.build() == 0
    assert ">1,235<" in book.page() and ">1,234<" not in book.page()
    assert (book.site / "_static/book.css").read_text("utf-8") == (book.root / STYLE).read_text("utf-8")


STYLE = "stateassets/book/static/book.css"


def content(page: Path) -> bytes:
    """What a file holds, but for the checksum that myst-nb's style sheet gets only once it lies there."""
    return re.sub(rb"[?]v=\w+", b"", page.read_bytes())


RUN_NOTHING = ("a table that no chapter reads", "a text", "a style")
# The edition and corrections, which this book is too small for: tests/book/test_build_cache.py.
CHANGES: dict[str, Callable[[Book], object]] = {
    "a row": lambda one: one.put(TABLE, "id,assets\nA,1000\nB,235\n"),
    "a table that no chapter reads": lambda one: one.put("data/ledger/other.csv", "id\n1\n"),
    "a text": lambda one: one.put("notebooks/assets.md", "# 资产负债情况\n\n资产总额为700.1亿元。\n"),
    "a formula": lambda one: one.put("stateassets/__init__.py", "RATE = 2\n"),
    "a style": lambda one: put_keeping_time(one.root / STYLE, "sa-", "sb-"),
    "a template": lambda one: put_keeping_time(
        next((one.root / "stateassets/book/templates").rglob("*.html")), "class", "style"
    ),
    "a library": lambda one: one.put("requirements.txt", "pandas==0\n"),
    "the title": lambda one: put_keeping_time(one.root / "data/datapackage.json", "某区", "我区"),
    "the contents": lambda one: one.put(
        "_toc.yml", "format: jb-book\nroot: index\nchapters:\n  - file: notebooks/enterprises\n"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", CHANGES)
def test_a_second_build_gives_the_same_site_as_a_first_one(book: Book, tmp_path: Path, what: str) -> None:
    """Pages that stay, tables and search too, and nothing is left that belongs to neither."""
    first = Book(tmp_path / "first")
    status = []
    for one in (book, first):
        CHANGES[what](one)
        status.append(one.build())
    assert status == [0, 0]
    assert book.ran() == 1 or what not in RUN_NOTHING
    files = {p.relative_to(first.site) for p in first.site.rglob("[!.]*") if p.is_file()}
    assert files == {p.relative_to(book.site) for p in book.site.rglob("[!.]*") if p.is_file()}

    assert [name for name in files if content(book.site / name) != content(first.site / name)] == []


@pytest.mark.slow
def test_going_back_to_an_earlier_state_runs_nothing_again(book: Book) -> None:
    before = content(book.site / PAGE)
    for rows, runs in (("id,assets\nA,1000\nB,235\n", 2), ("id,assets\nA,1000\nB,234\n", 2)):
        book.put(TABLE, rows)
        assert book.build() == 0 and book.ran() == runs
    assert content(book.site / PAGE) == before


def test_another_changed_page_is_found_and_neither_runs_the_notebook_nor_compiles_a_template_again(book: Book) -> None:
    kept = {p: p.stat().st_mtime_ns for p in (book.doctrees / "templates").iterdir()}
    book.put("notebooks/assets.md", "# 资产负债情况\n\n资产总额为700.1亿元。\n")
    assert book.build() == 0 and kept
    assert book.ran() == 1
    assert "700.1亿元" in (book.site / "search-index.js").read_text("utf-8")
    assert {p: p.stat().st_mtime_ns for p in (book.doctrees / "templates").iterdir()} == kept


@pytest.mark.slow
def test_who_has_myst_nb_run_the_notebooks_gets_the_same_page(book: Book) -> None:
    settings = (book.root / "_config.yml").read_text("utf-8")
    book.put("_config.yml", settings.replace('execute_notebooks: "off"', "execute_notebooks: force"))
    assert book.build() == 0
    assert book.ran() == 2 and ">1,234<" in book.page()


@pytest.mark.slow
def test_a_page_that_left_the_book_leaves_the_site_and_the_search(book: Book) -> None:
    book.put("_toc.yml", "format: jb-book\nroot: index\nchapters:\n  - file: notebooks/enterprises\n")
    book.put("index.md", "# 报告总览\n\n只剩一章。\n")
    assert book.build() == 0
    assert not (book.site / "notebooks/assets.html").exists()
    assert "assets.html" not in (book.site / "search-index.js").read_text("utf-8")


@pytest.mark.slow
def test_a_declared_table_that_is_not_there_stops_the_build_with_its_name(book: Book) -> None:
    (book.root / TABLE).unlink()
    result = sample_book.build(book.root)
    assert result.returncode != 0
    assert "数据包里声明的表不存在：ledger/enterprises.csv" in result.stdout + result.stderr


@pytest.mark.slow
def test_the_marker_tells_neither_the_time_nor_the_machine(book: Book, tmp_path: Path) -> None:
    text = (book.site / MARKER).read_text("utf-8")
    assert str(book.root.parent) not in text
    mine = json.loads(text)
    assert set(mine) == {"code", "looks", "made", "tables", "documents"}
    other = Book(tmp_path / "elsewhere")
    assert other.build() == 0
    theirs = json.loads((other.site / MARKER).read_text("utf-8"))
    del mine["made"], theirs["made"]  # of the pages as they are: a first build's have no ?v= of a style yet
    assert theirs == mine
