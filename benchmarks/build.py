"""How long it takes to compute and build the book, against the stock ways of doing so.

Run ``python -m benchmarks.build [--quick]``; ``--help`` lists what else may be said. Everything is
measured on copies of this book, in turn, in one run, so that ratios hold on any machine; this book's
ways ``--repeats`` times, the others, which take minutes each, ``--stock`` times:

- stock: ``jupyter-book build`` with notebooks run by myst-nb (``execute_notebooks: force``), and
  ``pytest --nbval`` without this book's conftest, ``nbconvert --execute`` and ``myst build`` (with
  ``jupyter_server``) where they are installed, each with ordinary kernels, one after the other;
- this book's: the same commands as a reader of the README types them;
- the limit: the processor time of what must be done once whoever does it, the chapters' cells in one
  process that has everything imported (``benchmarks.floor``), and reading and writing each page when all
  cells have been run. No build with as many processors is faster than their sum, shared among them;
- memory: the most that a build and all that it starts have at once (``benchmarks.memory``), in a build
  of its own, since looking takes time.

The last part shows how the time grows up to ``--most`` chapters (copies of one), with two cores against
one, and with enterprises. What was found is written at the end, into ``docs/``: a table (Markdown and
CSV) with the limits that are asked for, and a picture. A run that was stopped goes on where it was, as
long as the program is the same. ``--quick`` takes three minutes, for four chapters, and writes beside
(``_build/benchmark/``). Install jupyter_server where ``myst`` is, not here: it brings along what
jsonschema then imports at every start, which takes seconds.
"""

from __future__ import annotations

import argparse
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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import yaml

from benchmarks.memory import available, peak, processor
from stateassets import Report
from stateassets.measures.ledger import DISTRICT, GROUP, Ledger, ScopeError
from stateassets.measures.registry import REGISTRY
from stateassets.notebooks import COLD, VARIABLE, fingerprint
from stateassets.present.charts import bars
from stateassets.tables.files import files_in

ROOT = Path(__file__).parents[1]
DOCS, PICTURES = ROOT / "docs", ROOT / "docs" / "pictures"
LEFT_OUT = shutil.ignore_patterns("_build", ".git", ".venv*", "__pycache__", ".*_cache", "docs")
TABLE = "data/ledger/budget.csv"  # one chapter of those measured reads it
CHANGED = (",dividend,参股企业股利,491.00", ",other_revenue,参股企业股利,491.00")
CHAPTER = "notebooks/1_basics/4_budget.ipynb"
COPIES = "notebooks/copies"
TIMEOUT = 900  # seconds that one command may take
BUILT, NOT_RUN = "📚 Built ", "⛔"  # MyST: the content is there; a cell could not be run
STOCK, OWN = "stock", "own"
# Set, it has each of some processes translate the package for itself, in every build (as in the Makefile).
UNKEPT = "PYTHONDONTWRITEBYTECODE"
SECONDS, PROCESSOR, MEGABYTES = "秒", "处理器秒", "MB"


@dataclass(frozen=True)
class Step:
    """What is measured: its words in table and picture, its unit, the step that it is compared with, and
    the limit: of the ratio where it is compared, else of itself."""

    words: str
    against: str = ""
    most: float | None = None
    unit: str = SECONDS


STEPS = {
    "stock cold": Step("通行做法：jupyter-book build，从头"),
    "own cold": Step("本书：jupyter-book build，从头", "stock cold", 0.10),
    "stock again": Step("通行做法：什么都没有改，再建一遍"),
    "own again": Step("本书：jupyter-book build，什么都没有改", "stock again", 0.6),
    "own make again": Step("本书：make book做的，什么都没有改", "stock again", 0.6),
    "own row": Step("本书：底表改了一行", "own cold", 0.10),
    "own text": Step("本书：一章的文字改了", "own cold"),
    "stock nbval": Step("通行做法：pytest --nbval"),
    "own nbval": Step("本书：pytest --nbval", "stock nbval", 0.15),
    "own after nbval": Step("本书：核对之后再建书", "own cold"),
    "nbconvert": Step("通行做法：nbconvert --execute"),
    "myst": Step("通行做法：myst build --execute（只算内容）"),
    "own memory": Step("本书：从头建书，全部进程最多用的内存", most=1200, unit=MEGABYTES),
    "cells": Step("极限：每格算一遍，都在一个进程里", unit=PROCESSOR),
    "pages": Step("极限：每页读一遍、写一遍，连同检索和带走的文件", unit=PROCESSOR),
}
INDEX = "notebooks/index.ipynb"
QUICK = 4  # chapters
HELD = 40  # chapters from which the limits are meant


class Copy:
    """A copy of the book in a folder of its own, with some of its chapters."""

    def __init__(self, folder: Path, chapters: list[str], stock: bool = False, whole: bool = False) -> None:
        """``whole``: the contents list all chapters, though only some are looked at."""
        self.root = folder
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        self.chapters = chapters
        self.env = {k: v for k, v in os.environ.items() if k not in (VARIABLE, COLD, UNKEPT)}
        self.env["PYTHONPATH"] = str(folder)
        if not whole and (stock or set(chapters) != set(first_chapters(0))):
            lines = [f"  - file: {name.removesuffix('.ipynb')}\n" for name in chapters]
            head = "format: jb-book\nroot: notebooks/index\nchapters:\n"
            (self.root / "_toc.yml").write_text(head + "".join(lines), "utf-8")
        if stock:
            self.env[COLD] = "1"
            (self.root / "notebooks" / "conftest.py").unlink()
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
        return self.run(*self._build(), cores=cores)

    @staticmethod
    def _build() -> tuple[str, ...]:
        return str(Path(sys.executable).with_name("jupyter-book")), "build", "."

    def command(self) -> float:
        """Build the book as ``make book`` does."""
        return self.python("stateassets", "build")

    def memory(self) -> float:
        """Return the most that a build has at once, in MB."""
        return peak(self._build(), self.root, self.env, TIMEOUT)

    def cells(self) -> float:
        """Return the processor seconds of the chapters' cells, each run once in one process."""
        command = (sys.executable, "-m", "benchmarks.floor", INDEX, *self.chapters)
        done = subprocess.run(
            command, cwd=self.root, env=self.env, capture_output=True, text=True, check=False, timeout=TIMEOUT
        )
        if done.returncode:
            raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
        return float(done.stdout.split()[-1])

    def pages(self) -> float:
        """Return the processor seconds of reading and writing all pages, of a book that has been built:
        of making it from what has been run, less those of finding that there is nothing to do."""
        for folder in ("html", ".doctrees"):
            shutil.rmtree(self.root / "_build" / folder)
        return processor(self.build) - processor(self.build)

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
        process.wait(TIMEOUT)
        if not said or BUILT not in said[-1] or any(NOT_RUN in line for line in said):
            raise SystemExit("".join(said)[-3000:])
        return seconds

    def check(self, *options: str) -> float:
        """Compare the chapters with their stored outputs."""
        return self.python("pytest", "--nbval", "-q", "-p", "no:cacheprovider", *options, INDEX, *self.chapters)


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
    own, all_of_it = Copy(folder / OWN, chapters), set(chapters) == set(first_chapters(0))
    checked = Copy(folder / "checked", chapters, whole=True)

    def row() -> float:
        one_row(own)
        return own.build()

    def text() -> float:
        own.change(CHAPTER, "# ", "#  ")
        return own.build()

    yield "own cold", own.build
    yield "own again", own.build
    own.command()  # else it is the first, and the book was not built by it
    yield "own make again", own.command
    yield "own row", row
    yield "own text", text
    yield "pages", own.pages
    yield "cells", own.cells
    yield "own nbval", checked.check
    if all_of_it:
        yield "own after nbval", checked.build
    if available():
        yield "own memory", Copy(folder / "weighed", chapters).memory


def stock_steps(folder: Path, chapters: list[str], quick: bool) -> Iterator[tuple[str, Callable[[], float]]]:
    """Yield what is measured of other ways, in order; ``quick`` leaves out what no limit is set against."""
    stock = Copy(folder / STOCK, chapters, stock=True)
    yield "stock cold", stock.build
    yield "stock again", stock.build
    yield "stock nbval", Copy(folder / "stock checked", chapters, stock=True, whole=True).check
    if quick:
        return
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


class Notes:
    """What a run has measured so far, kept in a file, so that one that was stopped goes on where it was."""

    def __init__(self, path: Path, of: str) -> None:
        self.path, self.of = path, of
        self.groups: dict[str, dict[str, float]] = {}
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads(path.read_text("utf-8"))
            if kept["of"] == of:
                self.groups = kept["groups"]

    def once(self, name: str, measure: Callable[[], dict[str, float]]) -> dict[str, float]:
        """Return what a group of steps came to, measured now unless it was before."""
        if name not in self.groups:
            self.groups[name] = measure()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps({"of": self.of, "groups": self.groups}), "utf-8")
        return self.groups[name]

    def forget(self) -> None:
        """Begin anew next time."""
        self.path.unlink(missing_ok=True)


def measured(steps: Iterable[tuple[str, Callable[[], float]]]) -> dict[str, float]:
    """Return what each step comes to."""
    found = {}
    for name, measure in steps:
        try:
            found[name] = measure()
        except (SystemExit, subprocess.TimeoutExpired) as error:
            if name != "myst":  # whose theme needs a network
                raise
            told(f"myst：{str(error)[-300:]}")
            continue
        told(f"{STEPS[name].words}：{found[name]:.1f}{STEPS[name].unit}")
    return found


def compared(
    repeats: int, stock: int, chapters: list[str], notes: Notes, quick: bool = False
) -> dict[str, list[float]]:
    """Return what every step came to, repeat by repeat."""

    def group(steps: Callable[[Path], Iterator[tuple[str, Callable[[], float]]]]) -> dict[str, float]:
        with tempfile.TemporaryDirectory() as folder:
            return measured(steps(Path(folder)))

    found: dict[str, list[float]] = {}
    for repeat in range(1, max(repeats, stock) + 1):
        groups = []
        if repeat <= repeats:
            groups.append(notes.once(f"{OWN} {repeat}", lambda: group(lambda f: own_steps(f, chapters))))
        if repeat <= stock:
            groups.append(notes.once(f"{STOCK} {repeat}", lambda: group(lambda f: stock_steps(f, chapters, quick))))
        for name, value in (item for one in groups for item in one.items()):
            found.setdefault(name, []).append(value)
    return found


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


def table(found: dict[str, list[float]], growth: dict[str, float], held: bool = True) -> list[list[str]]:
    """Return the rows of the table, the header first: median, spread, ratio, and whether they are as asked."""
    rows = [["做什么", "中位数", "单位", "最小至最大", "与什么比", "倍数", "至多", "是否达到"]]
    for name, step in STEPS.items():
        values = found.get(name)
        if not values:
            rows.append([step.words, "没有测", "", "没有装，或没有网络，或不在这一遍里", "", "", "", ""])
            continue
        median, other = statistics.median(values), found.get(step.against)
        ratio = median / statistics.median(other) if other else None
        compared = ratio if step.against else median
        rows.append(
            [
                step.words,
                f"{median:.1f}",
                step.unit,
                f"{min(values):.1f}至{max(values):.1f}",
                STEPS[step.against].words if step.against else "",
                "" if ratio is None else f"{ratio:.2f}",
                "" if step.most is None else f"{step.most:g}{'倍' if step.against else step.unit}",
                ""
                if not held or step.most is None or compared is None
                else "达到"
                if compared <= step.most
                else "没有达到",
            ]
        )
    rows += [[words, f"{one:.2f}", SECONDS, "一次", "", "", "", ""] for words, one in growth.items()]
    return rows


def limit(found: dict[str, list[float]], cores: int) -> str:
    """Say how near this book's cold build is to what no build can go below."""
    if not all(found.get(name) for name in ("cells", "pages", "own cold")):
        return ""
    cells, pages, cold = (statistics.median(found[name]) for name in ("cells", "pages", "own cold"))
    least = (cells + pages) / cores
    return (
        f"极限：每格算一遍用{cells:.1f}处理器秒，每页读写一遍用{pages:.1f}处理器秒，一共{cells + pages:.1f}处理器秒；"
        f"{cores}个核一直用满，也要{least:.1f}秒。本书从头建一遍用{cold:.1f}秒，是它的{cold / least:.2f}倍。"
    )


def write(
    folder: Path, rows: list[list[str]], found: dict[str, list[float]], chapters: int, pictures: Path | None = None
) -> None:
    """Write the table into a folder, and the picture into it or one of its own."""
    pictures = pictures or folder
    pictures.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    line, *lines = ("| " + " | ".join(row) + " |" for row in rows)
    own, stock = (len(found.get(f"{whose} cold", ())) for whose in (OWN, STOCK))
    cores = len(os.sched_getaffinity(0))
    told = f"同一次运行里测的：{chapters}章，本书的做法各{own}遍，别的做法各{stock}遍，{cores}个核。"
    text = "\n".join([told, "", line, "|---|---:|---|---:|---|---:|---:|---|", *lines]) + "\n"
    if near := limit(found, cores):
        text += f"\n{near}\n"
    (folder / "build_times.md").write_text(text, "utf-8")
    with (folder / "build_times.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    medians = [
        (STEPS[name].words, statistics.median(values)) for name, values in found.items() if STEPS[name].unit == SECONDS
    ]
    picture = bars(
        medians,
        unit=SECONDS,
        decimals=1,
        origin=None,
        ranked=False,
        caption=f"{chapters}章要算多久",
        alt="，".join(f"{w}{s:.1f}秒" for w, s in medians),
    )
    (pictures / "build_times.svg").write_text(picture.svg, "utf-8")
    print(text)


def chosen(arguments: list[str] | None) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.build", description="与通常的做法比，要多久")
    parser.add_argument("--quick", action="store_true", help="三分钟看一遍：少几章，各测一遍，不写进docs")
    parser.add_argument("--repeats", type=int, default=3, help="本书的做法各测几遍（默认3）")
    parser.add_argument("--stock", type=int, default=1, help="别的做法各测几遍（默认1）")
    parser.add_argument("--chapters", type=int, default=0, help="测前几章（默认0，全书）")
    parser.add_argument("--most", type=int, default=40, help="看时间怎样随章数增长，到几章（默认40，0不看）")
    asked = parser.parse_args(arguments)
    if asked.quick:
        asked.repeats, asked.stock, asked.chapters, asked.most = 1, 1, asked.chapters or QUICK, 0
    return asked


def main(arguments: list[str] | None = None) -> None:
    """Measure everything, then write what was found."""
    asked = chosen(arguments)
    chapters, beside = first_chapters(asked.chapters), ROOT / "_build" / "benchmark"
    computing = fingerprint.together(ROOT, files_in(ROOT / fingerprint.PACKAGE), (), map(str, vars(asked).items()))
    notes = Notes(beside / "notes.json", computing)
    found = compared(asked.repeats, asked.stock, chapters, notes, asked.quick)
    growth: dict[str, float] = {}
    if asked.most:
        most = asked.most
        counts = sorted({max(1, most // 10), max(1, most * 3 // 10), most})
        growth |= notes.once("chapters", lambda: growth_in_chapters(counts))
        growth |= notes.once("enterprises", lambda: growth_in_enterprises([1, 10, 150]))
    rows = table(found, growth, len(chapters) >= HELD)
    if asked.quick:
        write(beside, rows, found, len(chapters))
    else:
        write(DOCS, rows, found, len(chapters), PICTURES)
    notes.forget()


if __name__ == "__main__":
    main()
