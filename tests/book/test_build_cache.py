"""Before a build knows its chapters, it knows whether a notebook has to be run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from nbformat import read, v4, write, writes

from stateassets.book.build_cache import Executed, Snapshot
from stateassets.editions.edition import EditionError
from stateassets.notebooks.provisioner import Server

NAME = "notebooks/a"


@pytest.fixture(autouse=True, scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have kernels from a server that finds no report to work things out of: these notebooks ask for none of it."""
    Server.stop()
    with chdir(tmp_path_factory.mktemp("nowhere")):
        yield
    Server.stop()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book with a table that one notebook reads and one that nobody reads."""
    for name in ("data", "notebooks", "stateassets"):
        (tmp_path / name).mkdir()
    (tmp_path / "data/datapackage.json").write_text("{}", "utf-8")
    (tmp_path / "data/read.csv").write_text("1", "utf-8")
    (tmp_path / "data/other.csv").write_text("1", "utf-8")
    save(tmp_path)
    return tmp_path


def save(book: Path, text: str = "资产", code: str = "1 + 1", kernel: str = "python3") -> None:
    """Write the notebook, without results."""
    cells = [v4.new_markdown_cell(text, id="text"), v4.new_code_cell(code, id="code")]
    metadata = {"kernelspec": {"name": kernel, "display_name": kernel}}
    write(v4.new_notebook(cells=cells, metadata=metadata), book / f"{NAME}.ipynb")


def ran(book: Path) -> str:
    """Run the notebook if it has to be, and return what is then kept of it."""
    paths = {NAME: book / f"{NAME}.ipynb"}
    now, executed = Snapshot.take(book, paths), Executed(book)
    executed.fill(paths, now)
    return executed.find(NAME, now) or ""


def run(book: Path) -> None:
    """Keep the notebook as if it had been run."""
    path = book / f"{NAME}.ipynb"
    now, notebook = Snapshot.take(book, {NAME: path}), read(path, 4)
    notebook.cells[1].outputs = [v4.new_output("stream", text="kept")]
    Executed(book).keep(NAME, writes(notebook), [book / "data/read.csv"], now)


def test_a_changed_text_runs_nothing_again(book):
    run(book)
    save(book, text="负债")
    assert not Executed(book).surely_waiting()
    assert "负债" in (found := ran(book)) and "kept" in found and "资产" not in found


def test_where_nothing_has_been_run_yet_everything_is_waiting(book):
    assert Executed(book).surely_waiting()


def test_a_book_without_notebooks_waits_for_nothing(book):
    (book / f"{NAME}.ipynb").unlink()
    assert not Executed(book).surely_waiting()


def test_nothing_waits_when_all_is_as_it_was_run(book):
    run(book)
    (book / "data/other.csv").write_text("2", "utf-8")
    assert not Executed(book).surely_waiting()


@pytest.mark.parametrize(
    "changed", [f"{NAME}.ipynb", "data/read.csv", "data/corrections.yml", "stateassets/a.py", "requirements.txt"]
)
def test_whatever_a_notebook_depends_on_makes_it_wait(book, changed):
    run(book)
    (book / changed).write_text("changed", "utf-8")
    assert Executed(book).surely_waiting()


def test_what_was_run_for_one_edition_is_not_taken_for_the_other(book, monkeypatch):
    run(book)
    monkeypatch.setenv("STATEASSETS_EDITION", "public")
    now = Snapshot.take(book, {NAME: book / f"{NAME}.ipynb"})
    assert Executed(book).waiting([NAME], now) == [NAME]


def test_a_notebook_that_is_gone_is_not_waited_for(book):
    run(book)
    (book / f"{NAME}.ipynb").unlink()
    assert not Executed(book).surely_waiting()


def test_an_edition_that_there_is_not_is_told(book, monkeypatch):
    monkeypatch.setenv("STATEASSETS_EDITION", "secret")
    with pytest.raises(EditionError):
        Executed(book).surely_waiting()


@pytest.fixture
def two(book: Path) -> dict[str, Path]:
    """Two notebooks: one that can be run, one that cannot."""
    found = {"notebooks/fine": "1 + 1", "notebooks/bad": "1 / 0"}
    for name, source in found.items():
        write(v4.new_notebook(cells=[v4.new_code_cell(source)]), book / f"{name}.ipynb")
    return {name: book / f"{name}.ipynb" for name in found}


def test_a_notebook_is_kept_as_soon_as_it_has_been_run(book, two):
    now, executed = Snapshot.take(book, two), Executed(book)
    seen: list[tuple[str, bool]] = []
    faults = executed.fill(
        two, now, lambda path, *_: seen.append((path.stem, executed.holds(f"notebooks/{path.stem}", now)))
    )
    assert sorted(seen) == [("bad", False), ("fine", True)]
    assert list(faults) == ["notebooks/bad"] and executed.waiting(two, now) == ["notebooks/bad"]


def test_what_ran_while_a_table_was_saved_is_kept_for_neither(book):
    changing = "from pathlib import Path\nfor p in Path.cwd().parents[0].rglob('read.csv'): p.write_text('2')"
    save(book, code=changing)
    paths = {NAME: book / f"{NAME}.ipynb"}
    before, executed = Snapshot.take(book, paths), Executed(book)
    faults = executed.fill(paths, before)
    assert (book / "data/read.csv").read_text("utf-8") == "2"
    assert faults == {NAME: "计算的时候底表有改动（data/read.csv），请再运行一次"}
    assert executed.waiting(paths, before) and executed.waiting(paths, Snapshot.take(book, paths))
    assert not executed.fill(paths, Snapshot.take(book, paths)) and ran(book)


def test_a_notebook_that_cannot_be_kept_ends_the_run(book, two, monkeypatch):
    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Executed, "keep", full)
    with pytest.raises(OSError, match="disk full"):
        Executed(book).fill(two, Snapshot.take(book, two))


# At the end: for the other edition another server of kernels is started.
@pytest.mark.slow
@pytest.mark.parametrize("changed", ["code", "kernel", "data/read.csv", "public"])
def test_a_changed_text_goes_with_no_result_of_another_code_kernel_table_or_edition(book, monkeypatch, changed):
    run(book)
    if changed == "public":
        monkeypatch.setenv("STATEASSETS_EDITION", "public")
    elif changed.startswith("data"):
        (book / changed).write_text("changed", "utf-8")
    save(book, "负债", "1 + 2" if changed == "code" else "1 + 1", "nothing" if changed == "kernel" else "python3")
    assert Executed(book).surely_waiting()
    assert "kept" not in ran(book)
