"""The first sheet after the notes of a workbook to fill in: which tables the district has.

A table that is said not to be there, or to have nothing in it this year, is marked ``absent`` in
``datapackage.json`` on import; one that has rows in the workbook is no longer absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..tables.data_errors import DataError, Fault
from ..tables.declaration import ESSENTIAL
from ..tables.declared import NOTHING_THIS_YEAR
from ..tables.kinds import TABLE as KINDS
from ..tables.text_files import inside, read_rows
from .files.raw import Sheet, folded

OVERVIEW = "表目录"
HEADERS = ("表", "本区有没有", "说明")
HERE, NOWHERE, NOTHING = "有", "本区没有", "本年没有"
STATES = {HERE: False, NOWHERE: True, NOTHING: NOTHING_THIS_YEAR}  # word -> ``absent``
WORDS = {state: word for word, state in STATES.items()}
LONGEST_NAME = 31  # of a sheet, in Excel


def sheet_title(title: str) -> str:
    """Return what the sheet of a table of this title is called."""
    return title[:LONGEST_NAME]


@dataclass(frozen=True)
class Said:
    """A table that the book has from now on, or has no longer."""

    title: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.title}：“{self.before}”→“{self.after}”"


def answers(table: str) -> tuple[str, ...]:
    """Return what may be said of a table, given its name."""
    return (HERE,) if table in ESSENTIAL else tuple(STATES)


def decide(
    sheets: Sequence[Sheet], raw: Mapping[str, Any], folder: Path
) -> tuple[dict[str, Any], list[Said], list[Fault]]:
    """Return the declaration as the overviews among ``sheets`` want it, what differs, and faults.

    ``folder`` holds the tables as they stand.
    """
    made = {**raw, "resources": [dict(resource) for resource in raw["resources"]]}
    filled = {folded(sheet.name): _rows(sheet) for sheet in sheets if sheet.name}
    told: list[Said] = []
    faults: list[Fault] = []
    entries = {
        title: (place, row, word)
        for sheet in sheets
        if is_overview(sheet)
        for title, place, row, word in _entries(sheet)
    }
    for resource in made["resources"]:
        place, row, word = entries.get(folded(resource["title"]), ("", 0, HERE))
        came = filled.get(folded(sheet_title(resource["title"])), 0)
        before = resource.get("absent", False)
        after = STATES.get(word, before)
        if word == HERE:
            after = before if not came else False
        if resource["name"] == KINDS and not came and _held(folder, resource):
            after = before  # what imports have registered since the workbook was made
        if after and after != before:
            faults += _against(resource, came or _held(folder, resource), place, row, word)
        elif after is True:  # what is typed into the sheet of a table that there is not would be lost
            faults += _against(resource, came, place, row, word)
        if word not in answers(resource["name"]):
            faults.append(
                Fault(place, row, HEADERS[1], f"“{word}”", "、".join(answers(resource["name"])), "从下拉里选一个")
            )
        if after != before:
            resource["absent"] = after
            told.append(Said(resource["title"], WORDS[before], WORDS[after]))
        if not after:
            resource.pop("absent", None)
    return made, told, faults


def is_overview(sheet: Sheet) -> bool:
    """Tell whether a sheet says which tables there are."""
    return folded(sheet.name) == folded(OVERVIEW)


def _entries(sheet: Sheet) -> Iterator[tuple[str, str, int, str]]:
    """Yield (table, folded; the sheet; the row; what is said of the table)."""
    for number, cells in enumerate(sheet.rows, 1):
        title, word = (str(c or "").strip() for c in (*cells, None, None)[:2])
        if title and (title, word) != HEADERS[:2]:
            yield folded(title), sheet.place, number, word or HERE


def _against(resource: Mapping[str, Any], rows: int, place: str, row: int, word: str) -> Iterable[Fault]:
    if rows:
        yield Fault(
            place,
            row,
            HEADERS[1],
            f"写着“{word}”，“{resource['title']}”却有{rows}行",
            "空的表",
            f"改为“{HERE}”，或删去这张表的各行（工作簿里的这一页和data/{resource['path']}）",
        )


def _rows(sheet: Sheet) -> int:
    """Count what stands below a sheet's header."""
    return sum(any(cell not in (None, "") for cell in row) for row in sheet.rows[1:])


def _held(folder: Path, resource: Mapping[str, Any]) -> int:
    """Count the rows that a table has already."""
    try:
        return max(0, len(read_rows(inside(folder, resource["path"]))) - 1)
    except DataError:
        return 0
