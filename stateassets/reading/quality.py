"""How good the reader is: measured on sets of reports whose numbers people had written out, and told with its misses."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..measures.units import half_up
from ..present.columns import Column, table
from ..present.display import Part, Passage, Table
from ..tables.notation import grouped
from ..tables.origins import Origin

MEASURED = Path(__file__).with_name("measured.csv")
COLUMNS = ("set", "documents", "numbers", "found", "right", "verdicts", "misses")
NOT_YET = "读数准不准还没有测。"


@dataclass(frozen=True)
class Measured:
    """One set of reports: how many documents and numbers it has, how many numbers were found and read
    right in every field, how many documents got the right verdict, and what was missed, in words."""

    set: str
    documents: int
    numbers: int
    found: int
    right: int
    verdicts: int
    misses: str = ""


def measured(path: Path = MEASURED) -> tuple[Measured, ...]:
    """Return what was measured, in the order of the file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple(_measured(row) for row in csv.DictReader(file))


def _measured(row: Mapping[str, str]) -> Measured:
    documents, numbers, found, right, verdicts = (int(row[name]) for name in COLUMNS[1:6])
    return Measured(row["set"], documents, numbers, found, right, verdicts, row["misses"])


def quality(sets: Sequence[Measured] | None = None) -> Table | Passage:
    """Return the three figures of each set apart: found, read right, judged right, each of how many."""
    rows = measured() if sets is None else sets
    if not rows:
        return Passage(((Part(NOT_YET),),))
    columns = (
        Column("报告集", "set"),
        Column("报告", "documents", unit="份", decimals=0),
        Column("公布数", "numbers", unit="个", decimals=0),
        Column("找到", lambda m: _of(m.found, m.numbers), numeric=True),
        Column("各项都读对", lambda m: _of(m.right, m.numbers), numeric=True),
        Column("结论判对", lambda m: _of(m.verdicts, m.documents), numeric=True),
        Column("没有读对的", lambda m: re.sub(r"\d[\d.]+", lambda number: grouped(number[0]), m.misses)),
    )
    return table("读数和审核准不准", columns, rows, origin=Origin.REAL)


def _of(part: int, whole: int) -> str:
    """Return a count with its share; hundred per cent only where all of it is meant."""
    if not whole:
        return str(part)
    share = half_up(100 * part / whole, 1)
    return f"{part}（{'不足' if share == 100 and part < whole else ''}{share:f}%）"
