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


def test_nothing_runs_again_when_nothing_changed(book: Book) -> None:
    before = (book.site / PAGE).stat().st_mtime_ns
    assert book.build() == 0
    assert book.ran() == 1
    assert (book.site / PAGE).stat().st_mtime_ns == before


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


def everything(site: Path) -> dict[str, bytes]:
    """What all files of a site hold, by name."""
    return {p.relative_to(site).as_posix(): content(p) for p in site.rglob("[!.]*") if p.is_file()}


def marked(one: Book) -> dict[str, object]:
    """What a site's marker says, but for the pages as they are: a first build's have no ?v= of a style yet."""
    text = (one.site / MARKER).read_text("utf-8")
    assert str(one.root.parent) not in text
    found: dict[str, object] = json.loads(text)
    assert set(found) == {"code", "looks", "made", "tables", "documents"}
    del found["made"]
    return found


RUN_NOTHING = ("a table that no chapter reads", "a text", "a style")
NEW_ROWS, ONE_CHAPTER = "id,assets\nA,1000\nB,235\n", "format: jb-book\nroot: index\nchapters:\n  - file: {}\n"
LEFT, TITLE = "notebooks/assets", sample_book.TITLE.encode()
# The edition and corrections, which this book is too small for: tests/book/test_build_cache.py.
CHANGES: dict[str, Callable[[Book], object]] = {
    "a library": lambda one: one.put("requirements.txt", "pandas==0\n"),
    "a formula": lambda one: one.put("stateassets/__init__.py", "RATE = 2\n"),
    "a table that no chapter reads": lambda one: one.put("data/ledger/other.csv", "id\n1\n"),
    "a style": lambda one: put_keeping_time(one.root / STYLE, "sa-", "sb-"),
    "a row": lambda one: one.put(TABLE, NEW_ROWS),
    "a text": lambda one: one.put(f"{LEFT}.md", "# 资产负债情况\n\n资产总额为700.1亿元。\n"),
    "the contents": lambda one: (
        one.put("_toc.yml", ONE_CHAPTER.format("notebooks/enterprises")),
        one.put("index.md", "# 报告总览\n\n只剩一章。\n"),
    ),
    "the title": lambda one: put_keeping_time(one.root / "data/datapackage.json", "某区", "我区"),
    "a template": lambda one: put_keeping_time(
        next((one.root / "stateassets/book/templates").rglob("*.html")), "class", "style"
    ),
}


@pytest.mark.slow
def test_a_second_build_gives_the_same_site_as_a_first_one(book: Book, tmp_path: Path) -> None:
    """Pages that stay, tables and search too, and nothing is left that belongs to neither.

    One change follows another in one book. After each the whole site is compared with what it has to be: as it was,
    where nothing of the change is to be seen, or as a first build of all changes so far makes it; or no file shows
    what was before. The markers tell neither the time nor the machine, and so are the same, too.
    """
    site, made = everything(book.site), []

    def second(what: str) -> dict[str, bytes]:
        CHANGES[what](book)
        made.append(what)
        ran = book.ran()
        assert book.build() == 0, what
        assert book.ran() == ran or what not in RUN_NOTHING, what
        return everything(book.site)

    def first() -> dict[str, bytes]:
        one = Book(tmp_path / str(len(made)))
        for what in made:
            CHANGES[what](one)
        assert one.build() == 0 and marked(one) == marked(book)
        return everything(one.site)

    def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
        return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))

    assert differing(second("a library"), site) == []
    ran = book.ran()
    assert differing(second("a formula"), site) == []
    assert book.ran() == ran + 1
    assert differing(second("a table that no chapter reads"), site) == []
    styled = {**site, "_static/book.css": (book.root / STYLE).read_bytes().replace(b"sa-", b"sb-", 1)}
    assert styled != site and differing(second("a style"), styled) == []

    ran, rows = book.ran(), second("a row")
    assert book.ran() == ran + 1
    assert ">1,235<" in book.page() and ">1,234<" not in book.page()
    assert b"1,235" in rows["search-index.js"] and b"1,235" not in site["search-index.js"]
    texts = second("a text")
    assert differing(texts, first()) == []

    gone = second("the contents")
    assert f"{LEFT}.html" in texts and f"{LEFT}.html" not in gone
    assert differing(gone, first()) == []
    named = second("the title")
    assert [name for name, text in named.items() if TITLE in text] == []
    assert [name for name, text in gone.items() if TITLE in text and "我区".encode() not in named[name]] == []
    assert differing(second("a template"), first()) == []


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
def test_a_declared_table_that_is_not_there_stops_the_build_with_its_name(book: Book) -> None:
    (book.root / TABLE).unlink()
    result = sample_book.build(book.root)
    assert result.returncode != 0
    assert "数据包里声明的表不存在：ledger/enterprises.csv" in result.stdout + result.stderr
