"""A run over a lake: what is known already is taken, the rest worked out; each unit's result is kept at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..cache.store import Store
from ..tables import files
from ..tables.troubles import trouble
from .adapters import Engine, Outcome
from .lake import (
    ALERTS,
    FIGURES,
    MOST_ROWS,
    NOT_WRITTEN,
    WriteError,
    districts,
    fingerprints,
    not_written,
    stamps,
    units,
)
from .work import Task, program, why

KIND = "units"
MOVED = "计算的时候这个区的文件有改动，请再运行一次"
RESULT, PROBE = "results.json", ".probe"
FOLDER = "已经有一个同名的文件夹。请把它移走，或用--out另写一个文件夹"
Told = Callable[[int, int, str, str], None]  # done, of all, which, why not (empty: it is complete)


@dataclass
class Run:
    """What came of a run: results by unit, and why of each other there is none; ``known`` were there before.

    ``not_kept`` says why not all are kept for the next run, empty if they are.
    """

    results: dict[str, bytes] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    known: int = 0
    not_kept: str = ""

    def together(self) -> dict[str, Any]:
        """Return all figures and alerts, by district, and what is missing."""
        parts = [json.loads(self.results[name]) for name in sorted(self.results)]
        found: dict[str, Any] = {}
        for part in parts:
            own = found.setdefault(part["region"], {FIGURES: [], ALERTS: []})
            for what in (FIGURES, ALERTS):
                own[what] += part.get(what, [])
        return {"districts": found, "missing": self.missing}


def run(
    lake: Path, out: Path, engine: Engine, as_of: str = "", told: Told | None = None, most_rows: int = MOST_ROWS
) -> Run:
    """Work out all units of a lake.

    What a run that was stopped had worked out is found in ``out`` and holds as long as the district's files, the
    program and the day are the same.

    Raises:
        LakeError: there is no lake.
        EngineError: the engine cannot be used.
        WriteError: the results cannot be written.
    """
    places = districts(lake)
    _ready(out)
    kept, by, done = Store(out), f"{program()} {as_of}", Run()
    tasks: list[Task] = []
    reads: dict[str, Mapping[str, str]] = {}
    before: dict[str, Mapping[str, tuple[int, ...]]] = {}
    for region, folder in places.items():
        try:
            before[region], hashes = stamps(folder), fingerprints(folder)
        except OSError as error:
            done.missing[region] = why(error)
            continue
        for unit in units(region, folder.resolve(), most_rows):
            reads[unit.name] = hashes
            if found := kept.find(KIND, unit.name, by, hashes):
                done.results[unit.name] = found[1]
            else:
                tasks.append(Task(unit, program(), as_of))
    done.known = len(done.results)
    total = len(reads) + len(done.missing)
    for outcome in engine.run(tasks):
        unit = outcome.task.unit
        if outcome.content is not None and _moved(places[unit.region], before[unit.region]):
            outcome = replace(outcome, content=None, why=MOVED)  # of which files it is nobody knows
        _note(done, outcome)
        if outcome.content is not None:
            try:
                kept.keep(KIND, unit.name, by, reads[unit.name], outcome.content)
            except OSError as error:
                done.not_kept = trouble(error)  # the others can still be worked out
        if told:
            told(len(done.results) + len(done.missing), total, unit.name, outcome.why)
    _write(out, json.dumps(done.together(), ensure_ascii=False, sort_keys=True))
    return done


def _ready(out: Path) -> None:
    """See before anything is worked out whether results can be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        files.write(out / PROBE, b"")
        (out / PROBE).unlink()
    except OSError as error:
        raise not_written(out, out, error) from error
    if (out / RESULT).is_dir():
        raise WriteError(NOT_WRITTEN.format(out / RESULT, FOLDER))


def _write(out: Path, text: str) -> None:
    try:
        files.write(out / RESULT, text)
    except OSError as error:
        raise not_written(out / RESULT, out, error) from error


def _moved(folder: Path, before: Mapping[str, tuple[int, ...]]) -> bool:
    try:
        return stamps(folder) != before
    except OSError:  # it is going away just now
        return True


def _note(done: Run, outcome: Outcome) -> None:
    if outcome.content is None:
        done.missing[outcome.task.unit.name] = outcome.why
    else:
        done.results[outcome.task.unit.name] = outcome.content
