"""Which files count, and that no change of them is missed."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from waiting import run

from stateassets.serving.sources import Sources, differences, happened, is_loaded, is_sheet, told

SETTINGS = "exclude_patterns: [_build, docs, data, stateassets, README.md]\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A project with a file of each kind."""
    for name, text in {
        "_config.yml": SETTINGS,
        "_toc.yml": "root: index\n",
        "index.md": "# 首页\n",
        "README.md": "no page",
        "docs/a.md": "no page",
        "data/a.csv": "a\n1\n",
        "stateassets/a.py": "",
        "notebooks/a.ipynb": "{}",
        "_build/html/index.html": "made",
        ".git/HEAD": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_what_the_settings_leave_out_does_not_count_but_data_and_package_do(book: Path) -> None:
    assert set(Sources(book).look()) == {
        "_config.yml", "_toc.yml", "index.md", "data/a.csv", "stateassets/a.py", "notebooks/a.ipynb"
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["~$a.csv", ".~lock.a.csv#", "a.csv~", "#a.csv#", ".a.csv.swp", "4913", "a.csv.tmp", ".ipynb_checkpoints/a.ipynb"],
)
def test_what_programs_put_beside_a_file_does_not_count(book: Path, name: str) -> None:
    sources = Sources(book)
    before = sources.look()
    (book / "data" / name).parent.mkdir(exist_ok=True)
    (book / "data" / name).write_text("no table")
    assert sources.look() == before


def test_a_save_that_changes_nothing_is_no_change_and_one_that_keeps_time_and_size_is(book: Path) -> None:
    sources, table = Sources(book), book / "data/a.csv"
    before = sources.look()
    os.utime(table)
    assert differences(before, sources.look()) == []
    facts = table.stat()
    half = book / "data/a.csv~"
    half.write_text("a\n2\n", "utf-8")
    os.utime(half, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    half.replace(table)  # another file in its place
    assert differences(before, sources.look()) == ["data/a.csv"]


def test_a_file_that_goes_and_comes_back_is_a_change_only_in_between(book: Path) -> None:
    sources, table = Sources(book), book / "data/a.csv"
    before = sources.look()
    table.rename(book / "elsewhere")
    assert differences(before, sources.look()) == ["data/a.csv"]
    (book / "elsewhere").rename(table)
    assert differences(before, sources.look()) == []


@pytest.mark.parametrize("settings", ["", "exclude_patterns: [", "exclude_patterns: 3", None])
def test_settings_that_cannot_be_read_hide_no_table(book: Path, settings: str | None) -> None:
    (book / "_config.yml").unlink()
    if settings is not None:
        (book / "_config.yml").write_text(settings, "utf-8")
    assert {"data/a.csv", "notebooks/a.ipynb"} <= set(Sources(book).look())


def test_changes_wake_wherever_they_are_also_in_a_folder_that_is_new(book: Path) -> None:
    async def wait() -> list[list[str]]:
        sources, found = Sources(book), []
        changes = sources.changes()
        before = sources.look()
        for name in ("data/a.csv", "_toc.yml", "new/a.md", "new/b.md"):
            (book / name).parent.mkdir(exist_ok=True)
            (book / name).write_text(name, "utf-8")
            while not (changed := differences(before, sources.look())):
                await anext(changes)
            found.append(changed)
            before = sources.look()
        await changes.aclose()
        return found

    assert run(wait()) == [["data/a.csv"], ["_toc.yml"], ["new/a.md"], ["new/b.md"]]


def test_what_a_process_has_loaded_is_told_from_what_is_read_anew() -> None:
    assert is_loaded("stateassets/book/build.py") and is_loaded("stateassets/domains/budget/tables.yml")
    assert is_loaded("requirements.txt") and not is_loaded("data/a.csv")
    assert not is_loaded("stateassets/book/static/book.css") and not is_loaded("stateassets/book/templates/search.html")
    assert is_sheet("stateassets/book/static/book.css") and not is_sheet("stateassets/book/static/search.js")


def test_of_many_changed_files_three_are_named() -> None:
    assert told(["a", "b"]) == "a、b有改动"
    assert told(["a", "b", "c", "d"]) == "a、b、c等4个文件有改动"


def test_a_program_that_python_cannot_read_is_told_before_anything_is_built_until_it_can(book: Path) -> None:
    sources = Sources(book)
    assert sources.unreadable(sources.look()) == []  # what was there at first, a build tells of
    (book / "stateassets/a.py").write_text("a = 1\nb = (\n", "utf-8")
    for _ in range(2):
        (told_of,) = sources.unreadable(sources.look())
        assert told_of.startswith("stateassets/a.py第2行Python读不懂：")
    (book / "stateassets/a.py").write_text("a = 1\nb = ()\n", "utf-8")
    assert sources.unreadable(sources.look()) == []


@pytest.mark.parametrize("steps", range(4))
def test_who_is_told_to_end_ends_also_when_a_file_changes_at_that_moment(steps: int) -> None:
    async def goes_on() -> bool:
        event = asyncio.Event()
        waiting = asyncio.create_task(happened(event, 60))
        await asyncio.sleep(0.01)
        event.set()
        for _ in range(steps):  # the loop's, between the change and the word to end
            await asyncio.sleep(0)
        told = waiting.cancel()
        await asyncio.wait([waiting], timeout=10)
        return told and not waiting.cancelled()

    assert not run(goes_on())


def test_a_wait_says_whether_something_has_happened() -> None:
    async def both() -> tuple[bool, bool]:
        event = asyncio.Event()
        before = await happened(event, 0.01)
        event.set()
        return before, await happened(event, 0.01)

    assert run(both()) == (False, True)
