"""A run over a lake: what is known already is taken, the rest worked out; each unit's result is kept at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..cache.store import Store
from ..tables import files
from .adapters import Engine, Outcome
from .lake import ALERTS, FIGURES, MOST_ROWS, districts, fingerprints, stamps, units
from .work import Task, program

KIND = "units"
MOVED = "计算的时候这个区的文件有改动，请再运行一次"
RESULT = "results.json"
Told = Callable[[int, int, str, str], None]  # done, of all, which, why not (empty: it is complete)


@dataclass
class Run:
    """What came of a run: results by unit, and why of each other there is none; ``known`` were there before."""

    results: dict[str, bytes] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    known: int = 0

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
    """
    kept, by, done = Store(out), f"{program()} {as_of}", Run()
    tasks: list[Task] = []
    reads: dict[str, Mapping[str, str]] = {}
    places = districts(lake)
    before = {region: stamps(folder) for region, folder in places.items()}
    for region, folder in places.items():
        hashes = fingerprints(folder)
        for unit in units(region, folder.resolve(), most_rows):
            reads[unit.name] = hashes
            if found := kept.find(KIND, unit.name, by, hashes):
                done.results[unit.name] = found[1]
            else:
                tasks.append(Task(unit, program(), as_of))
    done.known = len(done.results)
    for outcome in engine.run(tasks):
        region = outcome.task.unit.region
        if outcome.content is not None and stamps(places[region]) != before[region]:
            outcome = replace(outcome, content=None, why=MOVED)  # of which files it is nobody knows
        _note(done, outcome)
        if outcome.content is not None:
            kept.keep(KIND, outcome.task.unit.name, by, reads[outcome.task.unit.name], outcome.content)
        if told:
            told(len(done.results) + len(done.missing), len(reads), outcome.task.unit.name, outcome.why)
    out.mkdir(parents=True, exist_ok=True)
    files.write(out / RESULT, json.dumps(done.together(), ensure_ascii=False, sort_keys=True))
    return done


def _note(done: Run, outcome: Outcome) -> None:
    if outcome.content is None:
        done.missing[outcome.task.unit.name] = outcome.why
    else:
        done.results[outcome.task.unit.name] = outcome.content
