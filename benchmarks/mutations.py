"""Does the guard guard? Spoil the data and the formulas one at a time, and see what turns red.

Run ``python -m benchmarks.mutations [NAME…]``; a name is a table, a column (``table.column``) or a
formula, default all. Every column of every table is changed in one row (``--seed`` chooses it),
every formula of the registry and every warning rule gives something else, every condition on rows
is left out. A change is **caught** by what an analyst would see red: a check of the tables, a
stored result of a chapter (nbval), a unit test, or, where none of these looks at it, the comparison
with the tables accepted last; the cheapest guard is asked first and the first that notices is
named. What nothing has to notice stands in ``harmless.yaml`` with the reason; a
reason that is no longer needed fails, as does a change that nobody notices.

Each change is tried in a fork of one process that has read everything, and only with the checks
and chapters that looked at the table or the formula when nothing was changed.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import functools
import io
import json
import os
import pickle
import random
import re
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

import stateassets.domains  # noqa: F401  (they register the measures)
from stateassets import report
from stateassets.alerts.rules import RULES
from stateassets.baseline.rows import changes_between
from stateassets.measures import ledger
from stateassets.measures.ledger import AGGREGATES, Counted, Ledger
from stateassets.measures.measures import Indicator, Quantity, Registry
from stateassets.measures.registry import REGISTRY
from stateassets.notebooks.server import preload
from stateassets.opening import open_ledger
from stateassets.present.charts.base import Canvas, Chart, Row
from stateassets.tables import loading, reading, validation
from stateassets.tables.checking import Check
from stateassets.tables.declared import DataPackage

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
CASES = "test_planted_alerts.py"  # with a case of every warning rule
HARMLESS = Path(__file__).with_name("harmless.yaml")
CHECK, CHAPTER, TEST, ROW = "check", "chapter", "test", "row"
IGNORED, MISSED = "harmless", "missed"
CRASH = "没有说清楚："  # a check that fails instead of saying what is wrong
CAUGHT = (CHECK, CHAPTER, TEST, ROW)
KINDS = (*CAUGHT, IGNORED, MISSED)
SLOWEST = 600  # seconds that one change may take
WORKERS = os.cpu_count() or 1


@dataclass(frozen=True)
class Mutation:
    """One change; ``name`` is what it changes: ``table.column``, or a formula.

    ``row`` counts the rows of cells from 0, and ``cell`` is what they say after the change.
    """

    name: str
    kind: str  # column, formula, rule, condition or aggregate
    row: int = 0
    old: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Outcome:
    """What happened: the kind of guard that noticed, and which one."""

    mutation: Mutation
    kind: str
    by: str = ""
    seconds: float = 0.0


@dataclass
class Chapter:
    """What a notebook shows, and what it looked at, when nothing was changed."""

    path: Path
    shown: list[str]
    tables: set[str]
    measures: set[str]
    seconds: float


@dataclass(frozen=True)
class Look:
    """A check, the tables that it asked for by name, and whether it went through all of them."""

    check: Check
    names: set[str]
    through: bool
    seconds: float

    def faults(self, world: World, frames: Mapping[str, pd.DataFrame], table: str) -> list[Any]:
        """Return what the check says when this table has changed."""
        if not self.through:
            return list(self.check(world.package, frames)) if table in self.names else []
        near = {name: frames[name] for name in (*self.names, table) if name in frames}
        return list(self.check(world.package, near))


@dataclass
class World:
    """Everything as it is, read once."""

    package: DataPackage
    sheets: dict[str, Any]
    frames: dict[str, pd.DataFrame]
    checks: list[Look] = field(default_factory=list)  # the cheapest first
    chapters: list[Chapter] = field(default_factory=list)

    @classmethod
    def read(cls, data: Path) -> World:
        """Read the tables and note which of them each check looks at."""
        package, frames = validation.open_checked(data)
        sheets = {name: reading.read_table(package, table)[0] for name, table in package.tables.items()}
        for sheet in sheets.values():
            loading._in_declared_order(sheet)
        world = cls(package, sheets, frames)
        for check in validation.checks():
            seen, begun = Seen(frames), time.perf_counter()
            list(check(package, seen))
            world.checks.append(Look(check, seen.names, seen.through, time.perf_counter() - begun))
        world.checks.sort(key=lambda look: look.seconds)
        return world


class Seen(Mapping[str, pd.DataFrame]):
    """Tables that remember which of them were looked at."""

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        self.frames, self.names, self.through = frames, set[str](), False

    def __getitem__(self, name: str) -> pd.DataFrame:
        self.names.add(name)
        return self.frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)

    def items(self) -> Any:
        """Go through all tables, one after the other."""
        self.through = True
        return self.frames.items()


# --- what is changed -------------------------------------------------------------------------


def changes(world: World, seed: int) -> Iterator[Mutation]:
    """Yield one change for each column of each table, in a row chosen by ``seed``."""
    for name, sheet in world.sheets.items():
        for at, column in enumerate(sheet.header):
            chance = random.Random(f"{seed}.{name}.{column}")
            rows = range(len(sheet.rows))
            full = [row for row in rows if sheet.rows[row][at]]
            row = chance.choice(full or rows)
            old = sheet.rows[row][at]
            cell = another(world, name, column, old, chance)
            yield Mutation(f"{name}.{column}", "column", row, old, cell)


def another(world: World, table: str, column: str, old: str, chance: random.Random) -> str:
    """Return a plausible other cell: one that only its meaning can betray."""
    declared, sheet = world.package.tables[table], world.sheets[table]
    facts = declared.column(column)
    limits = {name: end for name in ("minimum", "maximum") if (end := getattr(facts, name)) is not None}
    codes = [str(code) for code in facts.enum]
    for key in declared.foreign_keys:
        if key.column == column:
            target = world.sheets[key.table]
            there = target.header.index(key.target)
            codes = sorted({row[there] for row in target.rows})
    if others := [code for code in codes if code != old]:
        return chance.choice(others)
    at = sheet.header.index(column)
    match facts.type:
        case "date":
            return (date.fromisoformat(old or f"{world.package.year}-06-01") + timedelta(31)).isoformat()
        case "number" | "integer":
            return moved(old or "0", limits, facts.type == "integer")
        case _:
            values = {row[at] for row in sheet.rows}
            if values <= {"true", "false", ""}:
                return "false" if old == "true" else "true"
            if re.fullmatch(r"-?\d+(\.\d+)?", old):
                return moved(old, {}, "." not in old)
            return f"{old}（改）"


def moved(old: str, limits: Mapping[str, Any], whole: bool) -> str:
    """Return a whole number one off, another a tenth, inside its limits."""
    value = float(old)
    step = 1.0 if whole else max(1.0, round(abs(value) / 10))
    new = value + step if value + step <= float(limits.get("maximum", "inf")) else value - step
    new = max(new, float(limits.get("minimum", "-inf")))
    decimals = len(old.partition(".")[2])
    return str(int(new)) if whole else f"{new:.{decimals}f}"


def formulas() -> Iterator[Mutation]:
    """Yield one change for each formula, condition, way of adding up and warning rule."""
    for name, measure in REGISTRY.items():
        if isinstance(measure, Indicator):
            yield Mutation(name, "formula")
        elif isinstance(measure, Quantity):
            for column in measure.where:
                yield Mutation(f"{name}?{column}", "condition")
    yield from (Mutation(f"aggregate:{name}", "aggregate") for name in AGGREGATES)
    yield from (Mutation(f"warning:{name}", "rule") for name in RULES)


def spoiled(formula: Callable[..., Any]) -> Callable[..., Any]:
    """Return a formula that gives a thousandth more, or the opposite where it is a rule."""

    @functools.wraps(formula)
    def other(*values: Any, **named: Any) -> Any:
        found = formula(*values, **named)
        if not is_rule(formula):
            return found * 1.001
        return not found if isinstance(found, bool) else ~found

    return other


@functools.cache
def is_rule(formula: Callable[..., Any]) -> bool:
    """Does a formula say yes or no?"""
    import inspect

    names = inspect.signature(formula).parameters
    return isinstance(formula(**{n: 3.0 + 7 * i for i, n in enumerate(names)}), bool)


def touched(mutation: Mutation) -> set[str]:
    """Return the measures that a change of a formula reaches directly; empty: any."""
    if mutation.kind == "aggregate":
        how = mutation.name.removeprefix("aggregate:")
        return {n for n, m in REGISTRY.items() if isinstance(m, Quantity) and m.how == how}
    return {mutation.name.partition("?")[0]} if mutation.kind in ("formula", "condition") else set()


def spoil(mutation: Mutation) -> None:
    """Change a formula in this process."""
    name, _, column = mutation.name.partition("?")
    if mutation.kind == "formula":
        measure = REGISTRY[name]
        assert isinstance(measure, Indicator)
        other = spoiled(measure.formula)
        REGISTRY._measures[name] = replace(measure, formula=other)
        module = sys.modules[measure.formula.__module__]
        if getattr(module, name, None) is measure.formula:
            setattr(module, name, other)
    elif mutation.kind == "condition":
        quantity = REGISTRY[name]
        assert isinstance(quantity, Quantity)
        left = {key: value for key, value in quantity.where.items() if key != column}
        REGISTRY._measures[name] = replace(quantity, where=left)
    elif mutation.kind == "aggregate":
        name = name.removeprefix("aggregate:")
        before = AGGREGATES[name]

        def other_sum(counted: Counted, column: str) -> Any:
            return before(counted, column) + 1

        AGGREGATES[name] = other_sum
    else:
        name = name.removeprefix("warning:")
        RULES[name] = replace(RULES[name], formula=spoiled(RULES[name].formula))


# --- what notices ------------------------------------------------------------------------------


def found_by_checks(world: World, mutation: Mutation) -> tuple[str, dict[str, pd.DataFrame]]:
    """Return what the checks say of a changed cell, empty if nothing, and the changed tables.

    The other cell fits its column (``another``), so the schema can only say that a key is there
    twice.
    """
    name, column = mutation.name.split(".")
    sheet = world.sheets[name]
    at = sheet.header.index(column)
    row = sheet.rows[mutation.row] = list(sheet.rows[mutation.row])
    row[at] = mutation.cell
    try:
        key = [sheet.header.index(part) for part in sheet.table.key]
        keys = {tuple(one[i] for i in key) for one in sheet.rows}
        if key and len(keys) < len(sheet.rows):
            return "主键重复", {}
        for other in world.sheets.values():
            for fault in _astray(other, name, world.sheets):
                return str(fault), {}
        frames = {**world.frames, name: loading.typed(sheet)}
        for fault in loading.yuan_faults(sheet.table, frames[name]):
            return str(fault), {}
        for look in world.checks:
            for fault in look.faults(world, frames, name):
                return str(fault), {}
        return "", frames
    finally:
        row[at] = mutation.old


def _astray(sheet: Any, changed: str, sheets: Mapping[str, Any]) -> Iterator[Any]:
    """Yield references between the changed table and another that lead nowhere."""
    keys = sheet.table.foreign_keys
    refers = {key.table for key in keys}
    if changed in refers or (sheet.table.name == changed and keys):
        yield from loading._references(sheet, sheets)


def show(path: Path) -> Iterator[str]:
    """Run a notebook's cells in this process; yield what each shows, as nbval compares it."""
    from IPython.core.displayhook import DisplayHook  # noqa: F401 (so that display is loaded)

    os.chdir(path.parent)
    space: dict[str, Any] = {"__name__": "__main__"}
    shown: list[str] = []
    import IPython.display

    IPython.display.display = lambda *things: shown.extend(map(_text, things))
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(tree, str(path), "exec"), space)
            if last:
                value = eval(compile(ast.Expression(last.value), str(path), "eval"), space)
                if value is not None:
                    shown.append(_text(value))
        yield "\n".join([printed.getvalue(), *shown])
        shown.clear()


def without_drawing() -> None:
    """Let pictures in this process be their words and their data, which is what may be wrong."""

    def chart(self: Canvas, data: Sequence[Row], caption: str, alt: str) -> Chart:
        return Chart("", alt, caption, tuple(map(tuple, data)), self.origin)

    Canvas.chart = chart  # type: ignore[method-assign]


def _text(thing: Any) -> str:
    html = getattr(thing, "_repr_html_", None)
    return f"{thing!r}\n{html() if html else ''}"


def with_tables(world: World, frames: Mapping[str, pd.DataFrame], known: ledger.Known) -> None:
    """Let every report of this process be one of these tables.

    ``known`` is what has been worked out from them, and takes in what else the chapters work out.
    """
    shallow = {name: frame.copy(deep=False) for name, frame in frames.items()}

    def opened(data: Path) -> Ledger:
        made = Ledger(world.package, shallow)
        made._known = known
        return made

    report.open_ledger = opened


def shared() -> ledger.Known:
    """Return what ``preload`` worked out from the tables as they are."""
    (known,) = ledger._SHARED.values()
    return dict(known._known)


def found_by_chapters(chapters: Iterable[Chapter]) -> str:
    """Return the first chapter that shows something else, or fails, empty if none does."""
    for chapter in chapters:
        name = chapter.path.relative_to(NOTEBOOKS).with_suffix("").as_posix()
        try:
            for number, (now, before) in enumerate(zip(show(chapter.path), chapter.shown, strict=True), 1):
                if now != before:
                    return f"{name}第{number}个代码格"
        except Exception as error:
            return f"{name}：{type(error).__name__}：{error}"
    return ""


def found_by_tests(mutation: Mutation) -> str:
    """Return the first unit test that fails, empty if none does; only those that speak of it."""
    import pytest

    name = mutation.name.removeprefix("warning:").removeprefix("aggregate:").partition("?")[0]
    if mutation.kind == "rule":
        modules = sorted((ROOT / "tests/alerts").glob("test_*.py"), key=lambda path: path.name != CASES)
    else:
        modules = [
            p
            for p in sorted((ROOT / "tests").rglob("test_*.py"))
            if "site" not in p.parts and re.search(rf"\b{name}\b", p.read_text("utf-8"))
        ]
    os.chdir(ROOT)
    ledger._SHARED.clear()  # a test works out itself what it asks for
    report.open_ledger = open_ledger
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = (
            pytest.main([*map(str, modules), "-x", "-q", "-p", "no:cacheprovider", "-m", "not slow"]) if modules else 0
        )
    failed = re.search(r"^FAILED (\S+)", said.getvalue(), re.MULTILINE)
    return (failed[1] if failed else f"exit {code}") if code else ""


def found_by_rows(world: World, frames: Mapping[str, pd.DataFrame]) -> str:
    """Return the rows that are not those accepted last, which nbval names at its end."""
    changes = changes_between(world.package, world.frames, world.package, frames)
    return "；".join(map(str, changes))


def found(world: World, mutation: Mutation) -> tuple[str, str]:
    """Make a change and return the kind of guard that notices and what it is."""
    if mutation.kind == "column":
        table = mutation.name.split(".")[0]
        _, frames = found_by_checks(world, mutation)  # asked before: they say nothing
        known = {key: (it, names) for key, (it, names) in shared().items() if table not in names}
        with_tables(world, frames, known)
        readers = [c for c in world.chapters if table in c.tables]
        readers.sort(key=lambda c: not any(mutation.old in shown for shown in c.shown))
    else:
        with_tables(world, world.frames, {})
        reached = touched(mutation)
        readers = [c for c in world.chapters if not reached or reached & c.measures]
        spoil(mutation)
        if mutation.kind == "rule" and (test := found_by_tests(mutation)):
            return TEST, test
    if chapter := found_by_chapters(readers):
        return CHAPTER, chapter
    if mutation.kind not in ("column", "rule") and (test := found_by_tests(mutation)):
        return TEST, test
    if mutation.kind == "column" and (row := found_by_rows(world, frames)):
        return ROW, row
    return MISSED, ""


# --- forks -----------------------------------------------------------------------------------


def in_fork(work: Callable[[], Any], seconds: float = SLOWEST) -> Any:
    """Return what ``work`` returns in a fork of this process, which nothing then remembers."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(reader)
            with open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
                os.dup2(nowhere.fileno(), 2)
            answer = pickle.dumps(work())
            with os.fdopen(writer, "wb") as pipe:
                pipe.write(answer)
        except BaseException as error:
            with contextlib.suppress(OSError), os.fdopen(writer, "wb") as pipe:
                pipe.write(pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}")))
        finally:
            os._exit(0)
    os.close(writer)
    answer, end = b"", time.monotonic() + seconds
    with os.fdopen(reader, "rb") as pipe:
        while select.select([pipe], [], [], max(0.0, end - time.monotonic()))[0]:
            piece = os.read(pipe.fileno(), 1 << 20)
            if not piece:
                break
            answer += piece
        else:
            os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return pickle.loads(answer) if answer else TimeoutError(f"超过{seconds}秒")


_WORLD: list[World] = []  # for the workers, which are forks


def _baseline(path: Path) -> Chapter:
    world = _WORLD[0]

    def work() -> Chapter:
        begun, seen, measures = time.perf_counter(), set[str](), set[str]()
        with_tables(world, world.frames, {})
        noted = ledger.Frames.note

        def note(self: ledger.Frames, *names: str) -> None:
            seen.update(source for one in names for source in ledger.MADE_OF.get(one, (one,)))
            noted(self, *names)

        ledger.Frames.note = note  # type: ignore[method-assign]
        evaluate = Registry.evaluate

        def evaluated(self: Registry, name: str, value_of: Any) -> Any:
            measures.add(name)
            return evaluate(self, name, value_of)

        values_of = Ledger._values_of

        def values(self: Ledger, name: str, by: str) -> Any:
            measures.add(name)
            return values_of(self, name, by)

        Registry.evaluate = evaluated  # type: ignore[method-assign]
        Ledger._values_of = values  # type: ignore[method-assign]
        shown = list(show(path))
        return Chapter(path, shown, seen, measures, time.perf_counter() - begun)

    answer = in_fork(work)
    if isinstance(answer, Exception):
        raise RuntimeError(f"{path}: {answer}")
    return answer


def _try(mutation: Mutation) -> Outcome:
    begun, world = time.perf_counter(), _WORLD[0]
    told = ""
    if mutation.kind == "column":  # without a fork: nothing stays changed
        try:
            told = found_by_checks(world, mutation)[0]
        except Exception as error:
            told = f"{CRASH}{type(error).__name__}：{error}"
    if told or not world.chapters:
        answer: Any = (CHECK, told) if told else (MISSED, "")
    else:
        answer = in_fork(lambda: found(world, mutation))
    if isinstance(answer, Exception):
        answer = (MISSED, f"没有结果：{answer}")
    return Outcome(mutation, *answer, round(time.perf_counter() - begun, 2))


def prepare(chapters: Sequence[Path] | None = None) -> World:
    """Read everything and run the chapters as they are, cheapest first."""
    preload()
    without_drawing()
    world = World.read(ROOT / "data")
    _WORLD[:] = [world]
    paths = sorted(NOTEBOOKS.rglob("*.ipynb")) if chapters is None else chapters
    if not paths:
        return world
    with get_context("fork").Pool(WORKERS) as pool:
        world.chapters = sorted(pool.map(_baseline, paths, 1), key=lambda c: c.seconds)
    return world


def run(
    mutations: Sequence[Mutation], harmless: Mapping[str, str], tell: Callable[[Outcome], None] = lambda _: None
) -> list[Outcome]:
    """Try changes; one that nothing notices and that is listed is harmless."""
    done = []
    with get_context("fork").Pool(WORKERS) as pool:
        for outcome in pool.imap_unordered(_try, mutations):
            if outcome.kind == MISSED and outcome.mutation.name in harmless:
                outcome = replace(outcome, kind=IGNORED, by=harmless[outcome.mutation.name])
            tell(outcome)
            done.append(outcome)
    return done


# --- what is told ------------------------------------------------------------------------------


def read_harmless(path: Path = HARMLESS) -> dict[str, str]:
    """Return the changes that nothing has to notice, each with the reason."""
    return {str(name): str(why) for name, why in (yaml.safe_load(path.read_text("utf-8")) or {}).items()}


def needless(outcomes: Iterable[Outcome], harmless: Mapping[str, str], known: set[str]) -> list[str]:
    """Return entries of the list of harmless changes that something notices, or that are of nothing."""
    noticed = {o.mutation.name for o in outcomes if o.kind in CAUGHT}
    return sorted(name for name in harmless if name in noticed or name not in known)


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return a table of who noticed how many changes, and the share of them all."""
    lines = ["what was changed  " + "".join(f"{kind:>10}" for kind in (*KINDS, "all"))]
    for what in ("column", "formula", "condition", "aggregate", "rule"):
        count = Counter(o.kind for o in outcomes if o.mutation.kind == what)
        if count:
            numbers = [*(count[kind] for kind in KINDS), count.total()]
            lines.append(f"{what:<18}" + "".join(f"{n:>10}" for n in numbers))
    caught = sum(o.kind in CAUGHT for o in outcomes)
    missed = sum(o.kind == MISSED for o in outcomes)
    due = caught + missed
    share = 100 * caught / due if due else 100.0
    known = sum(o.kind == ROW for o in outcomes)
    return "\n".join(
        [
            *lines,
            f"caught: {caught} of {due} that matter ({share:.1f} %), "
            f"{known} of them only as a row that differs from those accepted",
        ]
    )


def main() -> int:
    """Try the changes named and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seed", type=int, default=0, help="chooses the rows that are changed")
    parser.add_argument("--sample", type=int, help="try so many changes only, chosen by the seed")
    parser.add_argument("--checks", action="store_true", help="ask the checks of the tables only")
    parser.add_argument("--json", type=Path, help="keep what happened in this file")
    options = parser.parse_args()
    begun = time.perf_counter()
    world = prepare([] if options.checks else None)
    print(f"prepared in {time.perf_counter() - begun:.0f} s", flush=True)
    every = [*changes(world, options.seed), *formulas()]
    possible = [m for m in every if m.kind == "column" or not options.checks]
    wanted = [
        m
        for m in possible
        if not options.names or {m.name, m.name.split(".")[0], m.name.partition("?")[0]} & set(options.names)
    ]
    if options.sample:
        wanted = random.Random(options.seed).sample(wanted, min(options.sample, len(wanted)))
    harmless = read_harmless()

    def tell(outcome: Outcome) -> None:
        m = outcome.mutation
        what = f"{m.name} row {m.row + 2}: {m.old!r} -> {m.cell!r}" if m.kind == "column" else m.name
        print(f"{outcome.kind:>8}  {what}  {outcome.by[:160]}  ({outcome.seconds} s)", flush=True)

    outcomes = run(wanted, harmless, tell)
    print(summary(outcomes))
    print(f"in {time.perf_counter() - begun:.0f} s")
    if options.json:
        rows = [{**o.mutation.__dict__, "found": o.kind, "by": o.by, "seconds": o.seconds} for o in outcomes]
        options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")
    old = needless(outcomes, harmless, {m.name for m in every})
    for name in old:
        print(f"no longer harmless, or no longer there: {name}")
    return 1 if old or any(o.kind == MISSED for o in outcomes) else 0


if __name__ == "__main__":
    raise SystemExit(main())
