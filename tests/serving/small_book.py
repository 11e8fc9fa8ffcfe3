"""A small book of the whole package and few tables, served as ``make serve`` does, and a browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

import nbformat
from ledgers import small_report
from paths import ROOT
from playwright.sync_api import Page, expect
from waiting import LONGEST, wait_for

PARTS = ("stateassets", "_config.yml", "pyproject.toml")  # of this repository
TABLES = ("enterprises", "balance_sheet", "budget")  # without the first two there is no ledger
TABLE = "data/ledger/budget.csv"
FIRST, SECOND = "notebooks/first", "notebooks/second"
SUM = """import csv
from decimal import Decimal
from IPython.display import HTML
with open("../data/ledger/budget.csv", encoding="utf-8-sig") as file:
    rows = list(csv.DictReader(file))
HTML(f'<p id="sum">{sum(Decimal(row["amount"]) for row in rows if row["category"] == "dividend")}</p>')"""
LONG = "\n\n".join(f"第{number}段。" for number in range(80))
VERSION = """import stateassets
from IPython.display import HTML
HTML(f'<p id="version">{stateassets.__version__}</p>')"""
CONTENTS = "format: jb-book\nroot: index\nchapters:\n  - file: notebooks/first\n  - file: notebooks/second\n"
OTHER = "notebooks/third.md"


def chapter(path: Path, title: str, code: str, text: str = "") -> None:
    """Write a chapter."""
    cells = [
        nbformat.v4.new_markdown_cell(f"# {title}", id="title"),
        nbformat.v4.new_code_cell(code, id="code", metadata={"tags": ["hide-input"]}),
        nbformat.v4.new_markdown_cell(f"说明。\n\n{LONG}\n\n## 末节\n\n{text}", id="text"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.parent.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def write(root: Path) -> Path:
    """Write the book and return its folder."""
    root.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, root / part)
        else:
            shutil.copyfile(ROOT / part, root / part)
    (root / "_toc.yml").write_text(CONTENTS, "utf-8")
    (root / "index.md").write_text("# 首页\n\n一本小书。\n", "utf-8")
    chapter(root / f"{FIRST}.ipynb", "第一章", SUM)
    chapter(root / f"{SECOND}.ipynb", "第二章", VERSION)
    return small_report(root, *TABLES)


def environment() -> dict[str, str]:
    """What the commands run in: the book's own package."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "STATEASSETS_COLD_KERNELS")}


class Served:
    """The book while it is served."""

    def __init__(self, root: Path) -> None:
        self.root, self.site = root, root / "_build" / "html"
        self.temporary = Path(tempfile.mkdtemp(prefix="t-"))
        self.told: IO[str] = (self.temporary / "told").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "stateassets", "serve", "--port", "0"],
            cwd=root,
            env={**environment(), "TMPDIR": str(self.temporary), "PYTHONUNBUFFERED": "1"},
            stdout=self.told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        wait_for(lambda: "http://" in self.words() or self.process.poll() is not None)
        found = re.search(r"http://127\.0\.0\.1:\d+/", self.words())
        assert found, self.words()
        self.address = found[0]

    def words(self) -> str:
        """What has been said in the terminal."""
        return (self.temporary / "told").read_text("utf-8")

    def builds(self) -> int:
        """How many builds have ended well, but for those of the files to take away."""
        return len(re.findall(r"^已更新", self.words(), re.M))

    def change(self, name: str, old: str, new: str) -> None:
        """Change a file, as an editor that puts a new one in its place."""
        path = self.root / name
        text = path.read_text("utf-8")
        assert old in text
        self.put(name, text.replace(old, new, 1))

    def put(self, name: str, text: str) -> None:
        """Write a file, all at once."""
        half = self.root / f"{name}~"
        half.write_text(text, "utf-8")
        half.replace(self.root / name)

    def processes(self) -> dict[str, int]:
        """The processes that serve and build, by what they are; and those that these have begun."""
        return processes(self.temporary)

    def end(self, how: signal.Signals = signal.SIGINT) -> int:
        """End it and return its exit code."""
        self.process.send_signal(how)
        try:
            return self.process.wait(LONGEST)
        except subprocess.TimeoutExpired:  # so that nothing that a test has begun outlives it
            self.process.kill()
            raise

    def clear(self) -> None:
        """End it however it is, and remove what the test has made."""
        if self.process.poll() is None:
            self.end(signal.SIGTERM)
        self.told.close()
        shutil.rmtree(self.temporary, ignore_errors=True)


def processes(temporary: Path) -> dict[str, int]:
    """The processes that keep temporary files there or below, each by the module that it runs."""
    found: dict[str, int] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"TMPDIR={temporary}".encode() not in (place / "environ").read_bytes():
                continue
            words = (place / "cmdline").read_bytes().split(b"\0")
            state = (place / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            name = next((w.decode() for w in words if w.startswith(b"stateassets")), words[0].decode())
            while name in found:
                name += "+"
            found[name] = int(place.name)
    return found


def build(root: Path) -> Path:
    """Build a book as ``make book`` does, and return its site."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "-n", "--keep-going"]
    done = subprocess.run(
        command, cwd=root, env=environment(), capture_output=True, text=True, check=False, timeout=LONGEST
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "_build" / "html"


def settled(page: Page) -> None:
    """Wait until everything is up to date."""
    expect(page.locator("#sa-live[data-state=ok]")).to_have_text("已是最新。")
