"""Whatever stops a build, the last good book stays whole, and the next build works."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sample_book
from paths import ROOT
from waiting import LONGEST, line_of

from stateassets.book import staging as aside
from stateassets.tables import files

TABLE = "data/ledger/enterprises.csv"
PAGE = "notebooks/enterprises.html"
CHANGED = "id,assets\nA,1000\nB,235\n"
# Put at the end of a module of the throw-away book: what happens once its pages are written.
STOPPED = """

def remove_unused(*_):
    import os, signal
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job has none
    os.kill(os.getpid(), signal.{})
"""


def content(site: Path) -> dict[str, str]:
    """What every file of a site holds."""
    return {
        p.relative_to(site).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in site.rglob("*")
        if p.is_file()
    }


def leavings(site: Path) -> list[str]:
    """What lies beside a site because of its builds."""
    return sorted(p.name for p in site.parent.iterdir() if p.name.startswith(f".{site.name}."))


class Book:
    """A throw-away book that has been built, and can be spoilt and put right."""

    def __init__(self, root: Path) -> None:
        self.root = sample_book.write(root / "book")
        self.site = sample_book.site(self.root)
        self.spoilt: dict[Path, bytes] = {}

    def spoil(self, name: str, text: str, add: bool = False) -> None:
        """Replace a file of the project, or add to its end."""
        path = self.root / name
        self.spoilt.setdefault(path, path.read_bytes())
        path.write_bytes((path.read_bytes() if add else b"") + text.encode())

    def put_right(self) -> None:
        """Give every spoilt file its content again."""
        for path, before in self.spoilt.items():
            path.write_bytes(before)
        self.spoilt.clear()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The book, built once: 1000 + 234 = 1,234."""
    book = Book(tmp_path_factory.mktemp("half"))
    result = sample_book.build(book.root)
    assert result.returncode == 0, result.stdout + result.stderr
    assert leavings(book.site) == []
    return book


@pytest.fixture
def book(built: Book) -> Iterator[Book]:
    """The built book, put right after each test."""
    yield built
    built.put_right()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "left"), [("SIGKILL", [".html.next"]), pytest.param("SIGINT", [], marks=pytest.mark.slow)]
)
def test_a_build_stopped_while_it_writes_leaves_the_last_book_and_the_next_one_works(
    book: Book, how: str, left: list[str]
) -> None:
    good = content(book.site)
    book.spoil(TABLE, CHANGED)
    book.spoil("stateassets/book/prune_assets.py", STOPPED.format(how), add=True)
    stopped = sample_book.build(book.root)
    assert stopped.returncode != 0
    assert content(book.site) == good and leavings(book.site) == left
    book.put_right()
    book.spoil(TABLE, CHANGED)
    assert sample_book.build(book.root).returncode == 0
    assert ">1,235<" in (book.site / PAGE).read_text("utf-8")
    assert leavings(book.site) == []


@pytest.mark.slow
def test_a_notebook_that_fails_leaves_the_last_book_and_says_so(book: Book) -> None:
    good = content(book.site)
    book.spoil(TABLE, "id,assets\nA,一千\n")
    failed = sample_book.build(book.root)
    assert failed.returncode != 0
    assert content(book.site) == good and leavings(book.site) == []
    assert "_build/html里还是上一次生成的" in failed.stdout


@pytest.mark.slow
def test_a_warning_in_a_strict_build_leaves_the_last_book(book: Book) -> None:
    good = content(book.site)
    book.spoil("notebooks/assets.md", "# 资产负债情况\n\n[没有的地方](#nowhere)\n")
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "-n"]
    failed = subprocess.run(
        [*command, "--keep-going"], cwd=book.root, capture_output=True, text=True, check=False, timeout=LONGEST
    )
    assert failed.returncode != 0 and "nowhere" in failed.stderr
    assert content(book.site) == good and leavings(book.site) == []


@pytest.mark.slow
def test_a_page_that_cannot_be_written_fails_the_build_though_sphinx_only_warns(book: Book) -> None:
    good = content(book.site)
    folder = "\n\n_end = end\ndef begin(site, doctrees, now):\n    (site / 'notebooks/assets.html')"
    folder += ".unlink()\n    (site / 'notebooks/assets.html').mkdir()\n    return set(now.sources)\n"
    book.spoil("stateassets/book/build_cache.py", folder, add=True)
    failed = sample_book.build(book.root)
    assert failed.returncode != 0
    assert content(book.site) == good and leavings(book.site) == []


def refused(book: Book) -> str:
    """Build where the disk takes nothing; return what is said, when all else is as it was."""
    good = content(book.site)
    book.spoil(TABLE, CHANGED.replace("235", "236"))  # what no build has made: else there is nothing to write
    failed = sample_book.build(book.root)
    assert failed.returncode != 0 and "Traceback" not in failed.stderr
    assert content(book.site) == good and leavings(book.site) == []
    return failed.stderr


@pytest.mark.slow
def test_a_full_disk_leaves_the_last_book_and_says_what_to_do(book: Book, tmp_path: Path) -> None:
    place = book.root / "_build"
    size = sum(p.stat().st_size // 4096 + 1 for p in place.rglob("*")) * 4096  # in pages
    kept = tmp_path / "kept"
    shutil.copytree(place, kept)
    full = ["mount", "-t", "tmpfs", "-o", f"size={size + (1 << 18)}", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(full, capture_output=True, check=False, timeout=LONGEST).returncode:
        pytest.skip("只有管理员能挂载一块小磁盘。")
    try:
        shutil.copytree(kept, place, dirs_exist_ok=True)
        assert "请删去不用的文件，再运行一遍" in refused(book)
    finally:
        subprocess.run(["umount", str(place)], check=True, timeout=LONGEST)


@pytest.mark.slow
def test_a_disk_that_can_only_be_read_leaves_the_last_book_and_says_what_to_do(book: Book) -> None:
    place = str(book.root / "_build")
    if (
        os.geteuid()
        or subprocess.run(
            ["mount", "--bind", place, place], capture_output=True, check=False, timeout=LONGEST
        ).returncode
    ):
        pytest.skip("只有管理员能让一块磁盘只能读。")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True, timeout=LONGEST)
        assert "书没有生成：文件所在的磁盘只能读，不能写。请换一个能写的文件夹。" in refused(book)
    finally:
        subprocess.run(["umount", place], check=True, timeout=LONGEST)


@pytest.mark.slow
def test_a_cell_that_asks_for_input_fails_the_build_at_once_and_is_named(book: Book) -> None:
    path = book.root / "notebooks/enterprises.ipynb"
    book.spoil(
        path.relative_to(book.root).as_posix(), path.read_text("utf-8").replace("total = sum(", "input(); total = sum(")
    )
    failed = sample_book.build(book.root)
    told = "notebooks/enterprises.ipynb：第1个代码格要人从键盘输入（input、getpass），这样运行时没有人回答。"
    assert failed.returncode != 0 and told in failed.stderr and "Traceback" not in failed.stderr


@pytest.mark.slow
def test_a_second_build_at_the_same_time_is_told_to_wait_and_spoils_nothing(book: Book) -> None:
    good = content(book.site)
    with aside.lock(book.root / "_build" / ".doctrees"):
        refused = sample_book.build(book.root)
    assert refused.returncode != 0
    assert f"另一个程序（进程号{os.getpid()}）正在生成这本书" in refused.stderr
    assert content(book.site) == good


def test_the_lock_of_a_build_that_was_killed_stops_nobody(tmp_path: Path) -> None:
    code = "import sys, time, pathlib; from stateassets.book import staging\n"
    code += "held = staging.lock(pathlib.Path(sys.argv[1])); print('held', flush=True); time.sleep(600)"
    other = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert line_of(other) == b"held\n"
        with pytest.raises(aside.BusyError, match=str(other.pid)):
            aside.lock(tmp_path)
    finally:
        other.kill()
        other.wait(LONGEST)
    with aside.lock(tmp_path):
        assert (tmp_path / aside.LOCK).read_text() == str(os.getpid())


@pytest.mark.parametrize("can", [True, False], ids=["exchanged", "renamed"])
def test_a_site_is_put_in_place_whole_wherever_it_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can: bool
) -> None:
    if not can:
        monkeypatch.setattr(aside, "_exchanged", lambda new, old: False)
    site = tmp_path / "html"
    for text in ("old", "new"):
        new = aside.begin(site)
        (new / "index.html").write_text(text)
        assert text == "old" or (site / "index.html").read_text() == "old"
        aside.put(site)
        assert (site / "index.html").read_text() == text and leavings(site) == []


def test_a_site_taken_away_between_two_renames_is_put_back(tmp_path: Path) -> None:
    site = tmp_path / "html"
    site.mkdir()
    (site / "index.html").write_text("old")
    aside.begin(site)
    site.rename(tmp_path / ".html.before")
    site.mkdir()  # Sphinx makes it if it is not there
    aside.begin(site)
    assert (site / "index.html").read_text() == "old" and leavings(site) == [".html.next"]


def test_pages_that_did_not_change_keep_their_time(tmp_path: Path) -> None:
    site = tmp_path / "html"
    site.mkdir()
    (site / "index.html").write_text("same")
    os.utime(site / "index.html", (1, time.time()))
    before = (site / "index.html").stat().st_mtime_ns
    assert (aside.begin(site) / "index.html").stat().st_mtime_ns == before


def test_what_sphinx_could_not_write_is_heard_and_other_warnings_are_not() -> None:
    heard = aside.WriteFaults()

    def hear(*arguments: object) -> None:
        heard.handle(logging.LogRecord("sphinx", logging.WARNING, "", 1, "%s", arguments, None))

    hear()
    hear("a.html", ValueError("other"))
    hear("a.html", IsADirectoryError(21, "a folder"))
    assert [fault.errno for fault in heard.found] == [21]
    with pytest.raises(OSError, match="full"):  # of hundreds of files: the first is enough
        hear("a.html", OSError(28, "full"))


def test_a_file_that_cannot_be_written_keeps_its_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.ipynb"
    files.write(path, "old")

    def full(self: Path, _content: bytes) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        files.write(path, "new")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
