"""``python -m stateassets build`` checks and builds the book, and does nothing where nothing has changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import small_book
from data_copy import Data
from paths import ROOT
from waiting import LONGEST

from stateassets import book as extension
from stateassets.book.origins import BARE, CHECKED, SITE, Origins
from stateassets.cache import site as sites
from stateassets.cli.main import main
from stateassets.serving import once
from stateassets.serving.once import NotBuiltError

FILES = {
    "_config.yml": "exclude_patterns: [tests, docs]",
    "_toc.yml": "root: index",
    "requirements.txt": "pandas==1",
    "index.md": "# 首页",
    "data/datapackage.json": "{}",
    "data/ledger/budget.csv": "a\n1\n",
    "notebooks/1_basics/first.ipynb": "{}",
    "stateassets/measures/units.py": "",
    "stateassets/book/static/book.css": "",
    "stateassets/book/templates/page.html": "",
    "tests/test_one.py": "",
    "docs/one.md": "",
}
PAGES = {
    "index.html": '<meta http-equiv="Refresh" content="0; url=notebooks/first.html" />',
    "search.html": "检索",
    "notebooks/first.html": "第一章",
    "_static/book.css": "",
    "data/budget.csv": "a\n1\n",
    "downloads/report.docx": "W",
    ".buildinfo": "",
}


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files, by their path in a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def mark(site: Path) -> None:
    """Mark a site as the build that made it does."""
    (site / sites.MARKER).write_text(json.dumps({sites.MADE: sites.content(site)}), "utf-8")


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book that was built, without what a real one says."""
    libraries = tmp_path / "libraries"
    (libraries / "pandas-1.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(libraries)])
    monkeypatch.delenv("STATEASSETS_EDITION", raising=False)
    root = tmp_path / "book"
    write(root, FILES)
    write(root / SITE, PAGES)
    mark(root / SITE)
    Origins.look(root).keep(CHECKED)
    return root


def put(name: str, text: str = "changed") -> Callable[[Path], object]:
    """Return what writes a file of the book."""
    return lambda root: write(root, {name: text})


def gone(name: str) -> Callable[[Path], object]:
    """Return what deletes a file of the book."""
    return lambda root: (root / name).unlink()


def another_library(root: Path) -> None:
    libraries = root.parent / "libraries"
    (libraries / "pandas-1.dist-info").rename(libraries / "pandas-2.dist-info")


def same_time_and_size(root: Path) -> None:
    path = root / "data/ledger/budget.csv"
    before = path.stat()
    path.write_text("a\n2\n", "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


# What is changed, by what it is. After each the book has to be built again.
CHANGES: dict[str, Callable[[Path], object]] = {
    "a table": put("data/ledger/budget.csv"),
    "a table's number, but neither its time nor its size": same_time_and_size,
    "a new table": put("data/ledger/new.csv"),
    "a table that is gone": gone("data/ledger/budget.csv"),
    "the declaration of the tables": put("data/datapackage.json", '{"edition": "public"}'),
    "a chapter": put("notebooks/1_basics/first.ipynb"),
    "a new chapter": put("notebooks/8_profiles/A.ipynb"),
    "a chapter at another place": put("parts/one.md"),
    "a formula": put("stateassets/measures/units.py"),
    "a style": put("stateassets/book/static/book.css"),
    "a template": put("stateassets/book/templates/page.html"),
    "the settings": put("_config.yml", "exclude_patterns: [tests]"),
    "the contents": put("_toc.yml", "root: other"),
    "the first page": put("index.md"),
    "which libraries are asked for": put("requirements.txt"),
    "a library's version": another_library,
    "the edition": lambda root: os.environ.__setitem__("STATEASSETS_EDITION", "public"),
    "Python": lambda root: setattr(sys, "version", f"{sys.version} changed"),
    **{f"the site's {name}, changed by hand": put(f"{SITE}/{name}") for name in PAGES},
    **{f"the site's {name}, deleted": gone(f"{SITE}/{name}") for name in (*PAGES, sites.MARKER)},
    "a page that nobody made": put(f"{SITE}/more.html"),
    "the whole site": lambda root: shutil.rmtree(root / SITE),
    "the whole cache": lambda root: shutil.rmtree(root / "_build/cache"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_of_what_a_book_is_made_from_and_of_what_was_made_is_noticed(
    book: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version", sys.version)  # put back afterwards, as is the edition
    monkeypatch.setenv("STATEASSETS_EDITION", "")
    assert Origins.look(book).is_built()
    CHANGES[what](book)
    assert not Origins.look(book).is_built()


@pytest.mark.parametrize(
    "harmless", [put("tests/test_one.py"), put("docs/one.md"), put(".git/index"), put("data/~$budget.csv")]
)
def test_what_no_page_comes_from_does_not_count(book: Path, harmless: Callable[[Path], object]) -> None:
    harmless(book)
    assert Origins.look(book).is_built()


def test_what_is_put_back_and_what_has_only_another_time_is_no_change(book: Path) -> None:
    put("data/ledger/budget.csv")(book)
    put("data/ledger/budget.csv", FILES["data/ledger/budget.csv"])(book)
    os.utime(book / "_toc.yml", (1, 1))
    os.utime(book / SITE / "search.html", (1, 1))
    assert Origins.look(book).is_built()


def test_a_site_that_another_build_has_made_of_something_else_is_not_taken_for_it(book: Path) -> None:
    put(f"{SITE}/notebooks/first.html")(book)
    mark(book / SITE)
    assert not Origins.look(book).is_built()


def test_what_changes_while_the_book_is_built_counts_as_changed(book: Path) -> None:
    put("data/ledger/budget.csv", "before")(book)
    origins = Origins.look(book)
    put("data/ledger/budget.csv", "meanwhile")(book)
    origins.keep(CHECKED)
    assert not Origins.look(book).is_built()


def test_a_bare_build_is_not_taken_for_one_that_has_checked_all_tables(book: Path) -> None:
    put("index.md")(book)
    Origins.look(book).keep(BARE)
    assert Origins.look(book).is_built() and Origins.look(book).is_built(BARE)
    assert not Origins.look(book).is_built(CHECKED)


OWN = "/usr/bin/jupyter-book"


@pytest.mark.parametrize(
    ("words", "site", "plain"),
    [
        ((OWN, "build", "."), SITE, True),
        (("/usr/bin/jb", "build", ".", "-W", "-n", "--keep-going"), SITE, True),
        ((OWN, "build", ".", "--all"), SITE, False),
        ((OWN, "build", ".", "--builder", "linkcheck"), SITE, False),
        ((OWN, "build", "."), Path("elsewhere"), False),
        (("stateassets/__main__.py", "build"), SITE, False),
    ],
)
def test_only_a_plain_build_of_the_site_may_be_left_out(
    words: tuple[str, ...], site: Path, plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Origins, "look", lambda root: "looked at")
    monkeypatch.setattr(sys, "argv", list(words))
    assert bool(extension.of_a_plain_build(ROOT, ROOT / site)) == plain


def test_a_book_that_another_package_makes_is_built_as_always(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [OWN, "build", "."])
    assert extension.of_a_plain_build(tmp_path, tmp_path / SITE) is None
    (tmp_path / "stateassets").mkdir()
    assert extension.of_a_plain_build(tmp_path, tmp_path / SITE) is None


def test_what_cannot_be_looked_at_is_told_by_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(root: Path) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(Origins, "look", gone)
    monkeypatch.setattr(sys, "argv", [OWN, "build", "."])
    assert extension.of_a_plain_build(ROOT, ROOT / SITE) is None


def test_a_built_book_is_known_without_loading_what_builds_it(book: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom stateassets.book.origins import Origins\n"
        f"Origins.look(Path({str(book)!r})).is_built()\n"
        "print(*{'sphinx', 'pandas', 'numpy', 'nbformat', 'jupyter_book', 'watchfiles'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=LONGEST
    )
    assert done.stdout.split() == []


# --- the command -----------------------------------------------------------------------------------


def test_a_book_in_which_nothing_has_changed_is_left_alone_and_told(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(once, "own_package", lambda root: None)
    assert main(["build", "--root", str(book)]) == 0
    index = book.resolve() / SITE / "index.html"
    assert capsys.readouterr().out == f"没有改动，书还是上一次生成的，用浏览器打开：{index}\n"
    assert main(["build", "--json", "--root", str(book)]) == 0
    assert json.loads(capsys.readouterr().out) == {"changed": False, "index": str(index)}


def test_faulty_tables_stop_a_build_before_it_begins(
    data: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(root: Path) -> None:
        raise AssertionError

    monkeypatch.setattr(once, "build", never)
    data.change("budget", lambda row: row.update(amount="x"))
    root = data.folder.parent
    assert main(["build", "--root", str(root)]) == 1
    assert "budget.csv" in capsys.readouterr().out
    assert not (root / SITE).exists()


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "_build").write_text("a file", "utf-8")
    with pytest.raises(NotBuiltError, match=r"^书没有生成：不能写.*占了要写的文件夹的名字。请把它移走或改名。$"):
        once.writable(tmp_path)


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a book's folder, with its own package."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env=small_book.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )


def bare(root: Path) -> subprocess.CompletedProcess[str]:
    """Build as Jupyter Book does."""
    return run(root, str(Path(sys.executable).with_name("jupyter-book")), "build", ".")


def content(site: Path) -> dict[str, bytes]:
    """All that is in a site, but for its marker, and for the sum in the address of a style sheet: a first build's
    pages lack that of MyST-NB's, which is written after them."""
    files = {p.relative_to(site).as_posix(): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    return {name: re.sub(rb"\.css\?v=\w+", b".css", what) for name, what in files.items() if name != sites.MARKER}


def differing(site: Path, good: dict[str, bytes]) -> list[str]:
    """Name the files of a site that are not as they were."""
    now = content(site)
    return sorted(name for name in {**now, **good} if now.get(name) != good.get(name))


@pytest.mark.slow
def test_it_builds_again_only_what_it_must_mends_what_was_changed_by_hand_and_keeps_a_good_book(tmp_path: Path) -> None:
    root = small_book.write(tmp_path / "book")
    site, build = root / SITE, ("-m", "stateassets", "build")
    first = run(root, *build)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "数据检查通过" in first.stdout and f"书已生成，用浏览器打开：{site / 'index.html'}" in first.stdout
    assert run(root, *build).stdout.startswith("没有改动")
    assert "没有改动" in bare(root).stdout
    (site.with_name("cache") / "books").rename(site.with_name("books"))  # the note that nothing need be built
    for told in ("build succeeded", "没有改动"):
        assert told in bare(root).stdout
    good = content(site)

    for name in ("search.html", "_static/book.css", "data/示例-budget.csv"):
        (site / name).write_text("by hand", "utf-8")
    (site / f"{small_book.FIRST}.html").unlink()
    mended = run(root, *build)
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert "数据检查通过" in mended.stdout and differing(site, good) == []  # no bare build had checked the tables
    assert run(root, *build).stdout.startswith("没有改动")

    chapter = root / f"{small_book.FIRST}.ipynb"
    kept = chapter.read_text("utf-8")
    chapter.write_text(kept.replace("import csv", "import nothing"), "utf-8")
    failed = run(root, *build)
    assert failed.returncode == 1 and failed.stderr.endswith("书没有生成，原因见上。\n")
    assert "jupyter_book" not in failed.stderr and differing(site, good) == []  # the trace is the cell's alone
    chapter.write_text(kept, "utf-8")
    assert run(root, *build).stdout.startswith("没有改动")


def test_a_bare_build_that_cannot_make_its_folder_says_so_in_one_sentence(tmp_path: Path) -> None:
    for name in ("_config.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "stateassets").symlink_to(ROOT / "stateassets")
    write(tmp_path, {"_toc.yml": "format: jb-book\nroot: index\n", "index.md": "# 首页\n", "_build": "a file"})
    done = bare(tmp_path)
    assert done.returncode and "书没有生成：没有找到" in done.stderr and "Traceback" not in done.stderr, done.stderr
