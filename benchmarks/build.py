"""How long it takes to compute and build the book, against the stock ways of doing so.

Run ``python -m benchmarks.build [REPEATS] [CHAPTERS]`` (default: once, all chapters). Everything is
measured on copies of this book, in turn, in one run:

- stock: ``jupyter-book build`` with notebooks run by myst-nb (``execute_notebooks: force``),
  ``pytest --nbval``, ``nbconvert --execute``, each with ordinary kernels, one after the other;
- this book's: the same commands as a reader of the README types them.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from stateassets.kernels import COLD, VARIABLE

ROOT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns("_build", ".git", ".venv", "__pycache__", ".*_cache")
TABLE, OLD, NEW = "data/ledger/risk_reviews.csv", "债务和资金风险", "资金和债务风险"
CHAPTER = "notebooks/1_basics/4_budget.ipynb"


class Copy:
    """A copy of the book in a folder of its own, with some of its chapters."""

    def __init__(self, folder: Path, chapters: int | None, stock: bool) -> None:
        self.root = folder
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        if chapters is not None:
            self._keep(chapters)
        self.env = {k: v for k, v in os.environ.items() if k not in (VARIABLE, COLD)}
        self.env["PYTHONPATH"] = str(folder)
        if stock:
            self.env[COLD] = "1"
            self.change("_config.yml", 'execute_notebooks: "off"', "execute_notebooks: force")

    def _keep(self, chapters: int) -> None:
        """Leave out all but the first chapters, from the contents only: links still lead on."""
        lines = (self.root / "_toc.yml").read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if "- file:" in line][:chapters]
        head = [line for line in lines[:2] if line.startswith(("format", "root"))]
        text = "".join([*head, "chapters:\n", *(line[4:] for line in kept)])
        (self.root / "_toc.yml").write_text(text, "utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Change a file, once."""
        path = self.root / name
        text = path.read_text("utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new, 1), "utf-8")

    def run(self, *command: str) -> float:
        """Run a command in the copy; return the seconds it took."""
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=self.root, env=self.env,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return time.perf_counter() - begun

    def build(self) -> float:
        """Build the book."""
        return self.run("jupyter_book", "build", ".")


def ways(folder: Path, chapters: int | None) -> dict[str, Callable[[], float]]:
    """What is measured, in order: each step finds what the steps before it left."""
    stock = Copy(folder / "stock", chapters, stock=True)
    own = Copy(folder / "own", chapters, stock=False)
    checked = Copy(folder / "checked", chapters, stock=False)
    workers = ("-n", "2", "--dist", "loadscope")
    notebooks = sorted(str(p) for p in (own.root / "notebooks").rglob("*.ipynb"))

    def row_changed() -> float:
        own.change(TABLE, OLD, NEW)
        return own.build()

    def chapter_changed() -> float:
        own.change(CHAPTER, "# ", "#  ")
        return own.build()

    def without_outputs() -> float:
        return stock.run("nbconvert", "--to", "html", "--execute", "--output-dir",
                         str(folder / "converted"), *notebooks)  # fmt: skip

    return {
        "stock build, cold": stock.build,
        "stock build, again": stock.build,
        "own build, cold": own.build,
        "own build, nothing changed": own.build,
        "own build, one row changed": row_changed,
        "own build, one chapter's text changed": chapter_changed,
        "stock nbval": lambda: stock.run("pytest", "--nbval", "notebooks", "-q"),
        "own nbval, two workers": lambda: checked.run(
            "pytest", "--nbval", "notebooks", "-q", *workers
        ),
        "own build after it": checked.build,
        "nbconvert --execute": without_outputs,
    }


AGAINST = {"own build, cold": "stock build, cold", "own build, nothing changed": "stock build, again",
           "own build, one row changed": "own build, cold",
           "own build, one chapter's text changed": "own build, cold",
           "own nbval, two workers": "stock nbval"}  # fmt: skip


def main(repeats: int = 1, chapters: int | None = None) -> None:
    """Measure and print a table: median, spread, and the ratio to what one would otherwise use."""
    seconds: dict[str, list[float]] = {}
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            for name, way in ways(Path(folder), chapters).items():
                seconds.setdefault(name, []).append(way())
                print(f"  {name}: {seconds[name][-1]:.1f} s", file=sys.stderr, flush=True)
    print("| what | median s | spread | ratio to |\n|---|---|---|---|")
    for name, found in seconds.items():
        ratio = ""
        if name in AGAINST:
            other = statistics.median(seconds[AGAINST[name]])
            ratio = f"{statistics.median(found) / other:.2f} × {AGAINST[name]}"
        spread = f"{min(found):.1f} to {max(found):.1f}"
        print(f"| {name} | {statistics.median(found):.1f} | {spread} | {ratio} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
