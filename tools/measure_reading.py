"""Measure the reader on sets of reports and write what the book says of it (stateassets/reading/measured.csv).

    python -m tools.measure_reading SCORER NAME=FOLDER [NAME=FOLDER …]

A FOLDER holds reports with ``gold.csv`` (every number that is a claim) and ``verdicts.csv`` (file, verdict,
also_ok). SCORER is the Python file of the sets' own scoring: its ``read``, ``match``, ``agree`` and ``FIELDS``
say which found number is which and whether a field is right. A claim read of a number that is none is told
among what was missed.
"""

from __future__ import annotations

import csv
import runpy
import sys
from dataclasses import astuple
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import stateassets.domains  # noqa: F401  (fills the registry)
from stateassets.audit import examine
from stateassets.reading.quality import COLUMNS, MEASURED, Measured
from stateassets.reading.reports import Source, mark, read_report
from stateassets.tables.data_errors import DataError
from tools.score_reading import COLUMNS as FOUND_COLUMNS
from tools.score_reading import row

MOST_TOLD = 5  # misses of one kind by name


def main(scorer: str, *sets: str) -> None:
    """Measure each set and replace the table."""
    scoring = runpy.run_path(scorer)
    measured = [measure(name, Path(folder), scoring) for name, _, folder in (one.partition("=") for one in sets)]
    with MEASURED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(map(astuple, measured))
    for one in measured:
        print(one)


def measure(name: str, folder: Path, scoring: dict[str, Any]) -> Measured:
    """Return what the reader and the audit make of one set."""
    verdicts = scoring["read"](folder / "verdicts.csv")
    sources = {case["file"]: source for case in verdicts if (source := _read(folder / case["file"]))}
    judged = {
        case["file"]: case["file"] in sources
        and _told(sources[case["file"]]) in {case["verdict"], *case.get("also_ok", "").split("|")}
        for case in verdicts
    }
    gold, found = scoring["read"](folder / "gold.csv"), _found(sources, scoring)
    pairs: dict[int, int] = scoring["match"](gold, found)
    claims = [at for at, number in enumerate(gold) if number["kind"] != "target"]
    hit = [at for at in claims if at in pairs]
    right = [at for at in hit if all(scoring["agree"](x, gold[at], found[pairs[at]]) for x in scoring["FIELDS"])]
    misses = {
        "没有找到": [gold[at]["text"] for at in claims if at not in pairs],
        "读错": [gold[at]["text"] for at in hit if at not in right],
        "不是公布数而读作公布数": [one["text"] for at, one in enumerate(found) if at not in set(pairs.values())],
        "结论不对": [file for file, good in judged.items() if not good],
    }
    told = "；".join(f"{what}：{_some(texts)}" for what, texts in misses.items() if texts)
    return Measured(name, len(judged), len(claims), len(hit), len(right), sum(judged.values()), told)


def _read(path: Path) -> Source | None:
    """Return a report as it is read; of one that the reader refuses nothing is found and nothing judged."""
    try:
        return read_report(path)
    except DataError:
        return None


def _told(source: Source) -> str:
    return str(mark([source], examine).verdict)


def _found(sources: dict[str, Source], scoring: dict[str, Any]) -> list[dict[str, str]]:
    """Return what was read as the scoring reads it from a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "found.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, FOUND_COLUMNS)
            writer.writeheader()
            writer.writerows(row(name, one) for name, source in sources.items() for one in source.reading.found)
        found: list[dict[str, str]] = scoring["read"](path)
    return found


def _some(texts: list[str]) -> str:
    """Return the first of them; their digits are not grouped, the page groups digits as it does everywhere."""
    more = f"等{len(texts)}个" if len(texts) > MOST_TOLD else ""
    return "、".join(text.replace(",", "") for text in texts[:MOST_TOLD]) + more


if __name__ == "__main__":
    main(*sys.argv[1:])
