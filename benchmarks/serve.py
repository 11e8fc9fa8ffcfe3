"""How long it takes from saving something to seeing it on the open page, with ``make serve``.

Run ``python -m benchmarks.serve [REPEATS] [BUILDS]`` (default: 10 and 3). On one copy of the whole book a
row, a chapter's text and a style are saved REPEATS times each while a browser shows the chapter; what is
measured ends when the browser shows it. On another copy the same is saved and followed by
``jupyter-book build``, BUILDS times (0: not at all). A save is made a second after everything before it is finished, Word and PDF too.
The result is printed and written to ``docs/serve_times.md``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from .build import CHAPTER, DOCS, TABLE, Copy, first_chapters, told

NAMES = ("chromium", "chromium-browser", "google-chrome")
ROWS = ("2023,revenue,dividend,参股企业股利", "2023,revenue,dividend,产业基金收益分配")
SHEET = "stateassets/book/static/book.css"
PATIENCE = 600_000  # milliseconds
BUILD = "jupyter-book build（秒，中位数）"
STEPS = {"row": ("底表改了一行", 3.0), "text": ("一章的文字改了", 1.5), "style": ("样式改了", 0.5)}  # and the goal


class Saves:
    """What is saved in a copy of the book, each time something else."""

    def __init__(self, copy: Copy) -> None:
        self.copy, self.number = copy, 1

    def row(self) -> str:
        """Save another row; return when the page shows it, in JavaScript.

        Each time another one: what was saved before would be kept. Two rows of one kind change by as much,
        so that all the checks still pass.
        """
        path = self.copy.root / TABLE
        text = path.read_text("utf-8")
        for row, cents in zip(ROWS, (self.number, -self.number), strict=True):
            text = re.sub(f"({row},)(.*)", lambda m, by=cents: f"{m[1]}{Decimal(m[2]) + Decimal(by) / 100}", text)
        self.number += 1
        path.write_text(text, "utf-8")
        return ""

    def text(self) -> str:
        """Save another sentence; return when the page shows it."""
        self.number += 1
        path, words = self.copy.root / CHAPTER, f"这是第{self.number}次改动。"
        notebook = json.loads(path.read_text("utf-8"))
        cell = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"][-1]
        cell["source"] = [*cell["source"], f"\n\n{words}"]
        path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
        return f"document.querySelector('article').textContent.includes('{words}')"

    def style(self) -> str:
        """Save another style; return when the page shows it."""
        self.number += 1
        path = self.copy.root / SHEET
        path.write_text(f"{path.read_text('utf-8')}\nbody {{ --saved: {self.number}; }}\n", "utf-8")
        return f"getComputedStyle(document.body).getPropertyValue('--saved').trim() === '{self.number}'"


def settled(page: Page) -> None:
    """Wait until everything is up to date, the files to take away too."""
    page.wait_for_function(
        "document.querySelector('#sa-live[data-state=ok]')?.textContent === '已是最新。'", timeout=PATIENCE
    )


def served(folder: Path, repeats: int) -> dict[str, list[float]]:
    """Return the seconds from each save to the page that shows it."""
    copy = Copy(folder / "served", first_chapters(0))
    with (folder / "told").open("w", encoding="utf-8") as log:
        command = [sys.executable, "-m", "stateassets", "serve", "--port", "0"]
        env = {**copy.env, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(command, cwd=copy.root, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            while not (found := re.search(r"http://\S+/", (folder / "told").read_text("utf-8"))):
                time.sleep(0.1)
            with sync_playwright() as playwright:
                name = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
                browser = playwright.chromium.launch(executable_path=name, args=["--no-sandbox", "--disable-gpu"])
                page = browser.new_page()
                page.goto(f"{found[0]}{CHAPTER.removesuffix('.ipynb')}.html")
                settled(page)
                saves = Saves(copy)
                return {what: [_seconds(page, getattr(saves, what), what) for _ in range(repeats)] for what in STEPS}
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE / 1000)


def _seconds(page: Page, save: Callable[[], str], what: str) -> float:
    before = page.evaluate("document.querySelector('script[data-made]')?.dataset.made ?? ''")
    begun = time.perf_counter()
    seen = save() or f"![undefined, '{before}'].includes(document.querySelector('script[data-made]')?.dataset.made)"
    page.wait_for_function(seen, timeout=PATIENCE)
    seconds = time.perf_counter() - begun
    told(f"{STEPS[what][0]}：{seconds:.2f}秒")
    page.wait_for_timeout(1000)  # until the note is no longer that of the time before
    settled(page)
    page.wait_for_timeout(1000)  # nobody saves at that moment
    return seconds


def built(folder: Path, repeats: int) -> dict[str, list[float]]:
    """Return the seconds that a build takes after each save."""
    copy = Copy(folder / "built", first_chapters(0))
    copy.build()
    saves, found = Saves(copy), dict[str, list[float]]()
    for what in STEPS:
        for _ in range(repeats):
            getattr(saves, what)()
            found.setdefault(what, []).append(copy.build())
            told(f"{STEPS[what][0]}，jupyter-book build：{found[what][-1]:.1f}秒")
    return found


def table(pages: dict[str, list[float]], builds: dict[str, list[float]]) -> str:
    """Return what was found, as Markdown, with the builds where any were measured."""
    count, load = len(pages["row"]), os.getloadavg()[0]
    lines = [
        f"同一次运行里测的：整本书，从保存到浏览器里看见，各{count}遍；"
        f"{os.cpu_count()}个核，测完时系统负载{load:.1f}。",
        "",
        "| 保存了什么 | 目标（秒） | 中位数（秒） | 最快至最慢（秒） |" + (f" {BUILD} |" if builds else ""),
        "|---|---:|---:|---:|" + ("---:|" if builds else ""),
    ]
    for what, (words, goal) in STEPS.items():
        seconds = pages[what]
        other = f" {statistics.median(builds[what]):.1f} |" if builds else ""
        spread = f"{min(seconds):.2f}至{max(seconds):.2f}"
        lines.append(f"| {words} | {goal} | {statistics.median(seconds):.2f} | {spread} |{other}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and write down."""
    given = [int(word) for word in sys.argv[1:]]
    repeats, builds = given + [10, 3][len(given) :]
    with tempfile.TemporaryDirectory() as folder:
        found = table(served(Path(folder), repeats), built(Path(folder), builds) if builds else {})
    print(found)
    (DOCS / "serve_times.md").write_text(found, "utf-8")


if __name__ == "__main__":
    main()
