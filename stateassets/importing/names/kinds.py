"""Kinds that a district uses and this book has not heard of: told, registered, never a slip of the pen.

A word that no open column knows is a new kind of the district's and goes into the table ``kinds``
with the import; one that is nearly a kind that there is already is asked about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from ...tables.data_errors import Fault
from ...tables.declared import Column, DeclaredTable
from ..files.raw import folded
from ..rows import Note, Row
from .learned import OPTION

NEW, WHERE = "新的类别，登记在“本区分类”表", "本区分类"
ALIKE = 0.82  # 城市建设发展类 and 城乡建设发展类


@dataclass(frozen=True)
class Kind:
    """A kind that is new to a column, with the row that has it first; without one, rows have it already."""

    table: DeclaredTable
    column: Column
    word: str
    row: Row | None = None

    @property
    def entry(self) -> dict[str, str]:
        """The row of ``kinds`` that registers it."""
        return {"table": self.table.title, "column": self.column.title, "kind": self.word}


def new_kinds(
    table: DeclaredTable, rows: Sequence[Row], old: Sequence[Mapping[str, str]], words: Mapping[str, Mapping[str, str]]
) -> tuple[list[Kind], list[Fault]]:
    """Return the kinds that ``rows`` bring to a table's open columns, and the faults of what is nearly one.

    ``words`` are those that are known for each column's codes, folded.
    """
    found: list[Kind] = []
    faults: list[Fault] = []
    for column in (c for c in table.columns if c.open):
        listed = list(map(str, column.enum))
        held = list(dict.fromkeys(row[column.name] for row in old if row.get(column.name)))
        labels = table.labels.get(column.name, {})
        said = {word: labels.get(code, code) for word, code in words.get(column.name, {}).items()}
        said |= {folded(labels.get(word, word)): labels.get(word, word) for word in (*listed, *held)}
        new: dict[str, Row] = {}
        for row in rows:
            word = row.texts.get(column.name, "")
            if not word or word in listed or word in held or word in new:
                continue
            if like := _like(folded(word), said):
                faults.append(_nearly(row, column, word, said[like]))
            else:
                new[word] = row
        if new:
            found += [Kind(table, column, word) for word in held if word not in listed]
            found += [Kind(table, column, word, row) for word, row in new.items()]
    return found, faults


def _like(word: str, known: Collection[str]) -> str:
    """Return the known word that another is nearly, or of which it says more or less; nothing if none."""
    within = [one for one in known if min(len(one), len(word)) > 1 and (one in word or word in one)]
    return next(iter((*get_close_matches(word, known, 1, ALIKE), *sorted(within, key=len, reverse=True))), "")


def _nearly(row: Row, column: Column, word: str, like: str) -> Fault:
    advice = f'同一类的，改成“{like}”，或加上{OPTION} "{word}={like}"；确是另一类的，先在“{WHERE}”表（settings/kinds.csv）里登记'
    return row.fault(column.name, f"“{word}”很像“{like}”", "已有的类别或新的类别", advice)


def told(kinds: Sequence[Kind]) -> Iterator[Note]:
    """Yield what is said of kinds that are registered."""
    for kind in kinds:
        if kind.row:
            header = kind.row.headers.get(kind.column.name, kind.column.title)
            yield Note(NEW, kind.row.place, kind.row.number, header, kind.word, "")
