"""How long it takes to compute and build the book, against the stock ways of doing so.

Run ``python -m benchmarks.build [REPEATS] [STOCK] [CHAPTERS] [MOST]`` (default: 3, 1, 0 and 40; 0
are all). Everything is measured on copies of this book, in turn, in one run, so that ratios hold on
any machine; this book's ways REPEATS times, the others, which take minutes each, STOCK times:

- stock: ``jupyter-book build`` with notebooks run by myst-nb (``execute_notebooks: force``),
  ``pytest --nbval``, ``nbconvert --execute`` and ``myst build`` (with ``jupyter_server``) where they
  are installed, each with ordinary kernels, one after the other;
- this book's: the same commands as a reader of the README types them.

The last part shows how the time grows up to MOST chapters (copies of one), with two cores against
one, and with enterprises. What was found is written at the end, into ``docs/``: a table (Markdown
and CSV) and a picture. Install jupyter_server where ``myst`` is, not here: it brings along what
jsonschema then imports at every start, which takes seconds.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import yaml

from stateassets import Report
from stateassets.measures.ledger import DISTRICT, GROUP, Ledger, ScopeError
from stateassets.measures.registry import REGISTRY
from stateassets.notebooks import COLD, VARIABLE
from stateassets.present.charts import bars

ROOT = Path(__file__).parents[1]
DOCS, PICTURES = ROOT / "docs", ROOT / "docs" / "pictures"
LEFT_OUT = shutil.ignore_patterns("_build", ".git", ".venv", "__pycache__", ".*_cache", "docs")
TABLE = "data/ledger/budget.csv"  # one chapter of those measured reads it
CHANGED = (",dividend,参股企业股利,491.00", ",other_revenue,参股企业股利,491.00")
CHAPTER = "notebooks/1_basics/4_budget.ipynb"
COPIES = "notebooks/copies"
TIMEOUT = 900  # seconds that one command may take
BUILT, NOT_RUN = "📚 Built ", "⛔"  # MyST: the content is there; a cell could not be run
STOCK, OWN = "stock", "own"
# What is measured -> the words of table and picture, and what it is compared with.
STEPS = {
    "stock cold": ("通行做法：jupyter-book build，从头", ""),
    "own cold": ("本书：jupyter-book build，从头", "stock cold"),
    "stock again": ("通行做法：什么都没有改，再建一遍", ""),
    "own again": ("本书：什么都没有改，再建一遍", "stock again"),
    "own row": ("本书：底表改了一行", "own cold"),
    "own text": ("本书：一章的文字改了", "own cold"),
    "stock nbval": ("通行做法：pytest --nbval", ""),
    "own nbval": ("本书：pytest --nbval", "stock nbval"),
    "own after nbval": ("本书：核对之后再建书", "own cold"),
    "nbconvert": ("通行做法：nbconvert --execute", ""),
    "myst": ("通行做法：myst build --execute（只算内容）", ""),
}


class Copy:
    """A copy of the book in a folder of its own, with some of its chapters."""

    def __init__(self, folder: Path, chapters: list[str], stock: bool = False) -> None:
        self.root = folder
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        self.chapters = chapters
        self.env = {k: v for k, v in os.environ.items() if k not in (VARIABLE, COLD)}
        self.env["PYTHONPATH"] = str(folder)
        if stock or set(chapters) != set(first_chapters(0)):
            lines = [f"  - file: {name.removesuffix('.ipynb')}\n" for name in chapters]
            head = "format: jb-book\nroot: notebooks/index\nchapters:\n"
            (self.root / "_toc.yml").write_text(head + "".join(lines), "utf-8")
        if stock:
            self.env[COLD] = "1"
            self.change("_config.yml", 'execute_notebooks: "off"', "execute_notebooks: force")

    def change(self, name: str, old: str, new: str) -> None:
        """Change a file, once."""
        path = self.root / name
        text = path.read_text("utf-8")
        if old not in text:
            raise SystemExit(f"{name}里没有“{old}”")
        path.write_text(text.replace(old, new, 1), "utf-8")

    def run(self, *command: str, cores: int = 0) -> float:
        """Run a command in the copy; return the seconds it took."""

        def pin() -> None:
            if cores:
                os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])

        begun = time.perf_counter()
        done = subprocess.run(
            command,
            cwd=self.root,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
            preexec_fn=pin,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return time.perf_counter() - begun

    def python(self, *arguments: str, cores: int = 0) -> float:
        """Run a Python module."""
        return self.run(sys.executable, "-m", *arguments, cores=cores)

    def build(self, cores: int = 0) -> float:
        """Build the book."""
        return self.run(str(Path(sys.executable).with_name("jupyter-book")), "build", ".", cores=cores)

    def content(self) -> float:
        """Let MyST run the notebooks and build its content, up to where it asks for its theme."""
        begun = time.perf_counter()
        process = subprocess.Popen(
            ["myst", "build", "--execute"],
            cwd=self.root,
            env=self.env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        end = partial(os.killpg, process.pid, signal.SIGKILL)  # its Jupyter server too
        late = threading.Timer(TIMEOUT, end)
        late.start()
        said = []
        assert process.stdout
        for line in process.stdout:
            said.append(line)
            if BUILT in line:
                break
        seconds = time.perf_counter() - begun
        late.cancel()
        with contextlib.suppress(ProcessLookupError):  # it has ended, and all that it started
            end()
        process.wait()
        if not said or BUILT not in said[-1] or any(NOT_RUN in line for line in said):
            raise SystemExit("".join(said)[-3000:])
        return seconds

    def check(self, *options: str) -> float:
        """Compare the chapters with their stored outputs."""
        return self.python(
            "pytest", "--nbval", "-q", "-p", "no:cacheprovider", *options, "notebooks/index.ipynb", *self.chapters
        )


def first_chapters(count: int) -> list[str]:
    """Return the paths of the book's first chapters (0: all), the one to be changed among them."""
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
    entries = [entry for part in parts for entry in part["chapters"]]
    names = [f"{entry['file']}.ipynb" for entry in entries if "file" in entry]
    for entry in entries:
        found = sorted(ROOT.glob(f"{entry['glob']}.ipynb")) if "glob" in entry else ()
        names += [path.relative_to(ROOT).as_posix() for path in found]
    found = list(dict.fromkeys([CHAPTER, *names]))
    return found[:count] if count else found


def one_row(copy: Copy) -> None:
    """Change one row of a table, so that numbers move and all the checks still pass."""
    copy.change(TABLE, *CHANGED)


def own_steps(folder: Path, chapters: list[str]) -> Iterator[tuple[str, Callable[[], float]]]:
    """Yield what is measured of this book, in order: each step finds what those before it left."""
    own, checked = Copy(folder / OWN, chapters), Copy(folder / "checked", chapters)

    def row() -> float:
        one_row(own)
        return own.build()

    def text() -> float:
        own.change(CHAPTER, "# ", "#  ")
        return own.build()

    yield "own cold", own.build
    yield "own again", own.build
    yield "own row", row
    yield "own text", text
    yield "own nbval", checked.check
    yield "own after nbval", checked.build


def stock_steps(folder: Path, chapters: list[str]) -> Iterator[tuple[str, Callable[[], float]]]:
    """Yield what is measured of other ways, in order."""
    stock = Copy(folder / STOCK, chapters, stock=True)
    yield "stock cold", stock.build
    yield "stock again", stock.build
    yield "stock nbval", stock.check
    if find_spec("nbconvert"):
        command = ("nbconvert", "--to", "html", "--execute", "--output-dir", str(folder / "html"))
        yield "nbconvert", lambda: stock.python(*command, *chapters)
    if shutil.which("myst"):
        entries = "".join(f"    - file: {name}\n" for name in chapters)
        config = f"version: 1\nproject:\n  toc:\n{entries}site:\n  template: book-theme\n"
        (stock.root / "myst.yml").write_text(config, "utf-8")
        settings = stock.root / ".jupyter"
        kernel = settings / "kernels" / "python3"
        kernel.mkdir(parents=True)
        allowed = '{"ServerApp": {"allow_root": true}}'  # as whom a benchmark may have to run
        (settings / "jupyter_server_config.json").write_text(allowed, "utf-8")
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"})
        (kernel / "kernel.json").write_text(spec, "utf-8")
        stock.env |= {"JUPYTER_CONFIG_DIR": str(settings), "JUPYTER_PATH": str(settings)}
        yield "myst", stock.content


def compared(repeats: int, stock: int, chapters: list[str]) -> dict[str, list[float]]:
    """Return the seconds of every step, repeat by repeat."""
    seconds: dict[str, list[float]] = {}
    for repeat in range(max(repeats, stock)):
        with tempfile.TemporaryDirectory() as folder:
            others = stock_steps(Path(folder), chapters) if repeat < stock else ()
            own = own_steps(Path(folder), chapters) if repeat < repeats else ()
            for name, measure in (*own, *others):
                try:
                    seconds.setdefault(name, []).append(measure())
                except (SystemExit, subprocess.TimeoutExpired) as error:
                    if name != "myst":  # whose theme needs a network
                        raise
                    told(f"myst：{str(error)[-300:]}")
                    continue
                told(f"第{repeat + 1}遍，{STEPS[name][0]}：{seconds[name][-1]:.1f}秒")
    return seconds


def growth_in_chapters(counts: list[int]) -> dict[str, float]:
    """Return the seconds of a cold build with copies of one chapter, on two cores and on one."""
    found = {}
    plans = [(count, 0) for count in counts]
    if len(os.sched_getaffinity(0)) > 1:
        plans += [(counts[len(counts) // 2], cores) for cores in (1, 2)]
    for count, cores in plans:
        with tempfile.TemporaryDirectory() as folder:
            names = [f"{COPIES}/{number:03}.ipynb" for number in range(count)]
            copy = Copy(Path(folder) / OWN, names)
            (copy.root / COPIES).mkdir()
            for name in names:
                shutil.copyfile(ROOT / CHAPTER, copy.root / name)
            label = f"{count}章，从头" + (f"，只用{cores}个核" if cores else "")
            found[label] = copy.build(cores)
            told(f"{label}：{found[label]:.1f}秒")
    return found


def many(report: Report, copies: int) -> Ledger:
    """Return a ledger with the sample's enterprises, and all that is theirs, several times over."""
    tables, every = report.package.tables, report.ledger.frames.frames
    frames = {name: every[name] for name in tables if name in every}
    ids = {name: {"enterprise_id"} for name, frame in frames.items() if "enterprise_id" in frame}
    for name in ids:
        for key in tables[name].foreign_keys:
            if key.table in ids:
                ids[name].add(key.column)
                ids[key.table].add(key.target)
    return Ledger(
        report.package,
        {name: _many(frame, ids[name], copies) if name in ids else frame for name, frame in frames.items()},
    )


def _many(frame: pd.DataFrame, ids: set[str], copies: int) -> pd.DataFrame:
    def renamed(column: pd.Series, copy: int) -> pd.Series:
        return column.where(column.isna() | (column == ""), column + f"-{copy}")

    parts = [frame.assign(**{c: renamed(frame[c], n) for c in ids}) for n in range(copies)]
    return pd.concat(parts, ignore_index=True)


def growth_in_enterprises(copies: list[int]) -> dict[str, float]:
    """Return the seconds in which all measures are worked out, of the district and each group."""
    report, found = Report(root=ROOT), {}
    for count in copies:
        ledger = many(report, count)
        scopes = [(by, ledger.scopes(by)[0]) for by in (DISTRICT, GROUP)]
        begun = time.perf_counter()
        for name in REGISTRY:
            for _, scope in scopes:
                try:
                    ledger.value(name, scope, report.year)
                except ScopeError:
                    continue
        label = f"{len(ledger.frames['enterprises'])}户企业，全部指标（全区和各集团）"
        found[label] = time.perf_counter() - begun
        told(f"{label}：{found[label]:.2f}秒")
    return found


def told(words: str) -> None:
    """Say how far it has got."""
    print(f"  {words}", file=sys.stderr, flush=True)


def table(seconds: dict[str, list[float]], growth: dict[str, float]) -> list[list[str]]:
    """Return the rows of the table, the header first: median, spread, ratio."""
    rows = [["做什么", "中位数（秒）", "最快至最慢（秒）", "与什么比", "倍数"]]
    for name, (words, against) in STEPS.items():
        found = seconds.get(name)
        if not found:
            rows.append([words, "没有测", "这里没有装，或没有网络取它的主题", "", ""])
            continue
        other = seconds.get(against)
        ratio = f"{statistics.median(found) / statistics.median(other):.2f}" if other else ""
        rows.append(
            [
                words,
                f"{statistics.median(found):.1f}",
                f"{min(found):.1f}至{max(found):.1f}",
                STEPS[against][0] if against else "",
                ratio,
            ]
        )
    rows += [[words, f"{one:.2f}", "一次", "", ""] for words, one in growth.items()]
    return rows


def write(rows: list[list[str]], seconds: dict[str, list[float]], chapters: int) -> None:
    """Write the table and the picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    line, *lines = ("| " + " | ".join(row) + " |" for row in rows)
    own, stock = (len(seconds[f"{whose} cold"]) for whose in (OWN, STOCK))
    cores = len(os.sched_getaffinity(0))
    told = f"同一次运行里测的：{chapters}章，本书的做法各{own}遍，别的做法各{stock}遍，{cores}个核。"
    text = "\n".join([told, "", line, "|---|---:|---:|---|---:|", *lines]) + "\n"
    (DOCS / "build_times.md").write_text(text, "utf-8")
    with (DOCS / "build_times.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    medians = [(STEPS[name][0], statistics.median(found)) for name, found in seconds.items()]
    picture = bars(
        medians,
        unit="秒",
        decimals=1,
        origin=None,
        ranked=False,
        caption=f"{chapters}章要算多久",
        alt="，".join(f"{w}{s:.1f}秒" for w, s in medians),
    )
    (PICTURES / "build_times.svg").write_text(picture.svg, "utf-8")
    print(text)


def main(repeats: int = 3, stock: int = 1, chapters: int = 0, most: int = 40) -> None:
    """Measure everything, then write what was found."""
    chosen = first_chapters(chapters)
    seconds = compared(repeats, stock, chosen)
    growth = growth_in_chapters(sorted({max(1, most // 10), max(1, most * 3 // 10), most}))
    growth |= growth_in_enterprises([1, 10, 150])
    write(table(seconds, growth), seconds, len(chosen))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
