"""What earlier imports brought and corrected, so that a later file takes nothing back unsaid.

``data/imports.jsonl`` has a line for each import that changed a table: the day, the files, a
digest of each row as it came, and each corrected cell with what it was and became.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ..tables.data_errors import DataError, Fault
from .rows import Row

LOG = "imports.jsonl"


@dataclass(frozen=True)
class Replaced:
    """A row that an import would change: the table, its key, what came, the cells that differ."""

    table: str
    key: tuple[str, ...]
    row: Row
    cells: tuple[tuple[str, str, str, str], ...]  # field, title, old, new


@dataclass(frozen=True)
class TakenBack:
    """A cell that a file would set back to what it was before it was corrected."""

    said: str  # the row
    place: str
    row: int
    header: str
    old: str
    new: str
    since: str  # when and by what it was corrected, or when the row came before

    def __str__(self) -> str:
        return f"{self.said}：“{self.header}”现在是“{self.old}”，文件里又是“{self.new}”：{self.since}（{self.place}第{self.row}行）"

    @property
    def fault(self) -> Fault:
        """The same as what stands against the import."""
        found = f"{self.said}现在是“{self.old or '空白'}”，文件里又是“{self.new or '空白'}”：{self.since}"
        advice = "文件是旧的就不要导入；确实要改回的，加--take-back"
        return Fault(self.place, self.row, self.header, found, "更正过的不再改回", advice)


WRITTEN = json.JSONEncoder(ensure_ascii=False).encode  # as json.dumps, which makes one for each row


@dataclass
class History:
    """The imports so far; ``before`` is the log as it stands, None if there is none."""

    before: bytes | None = None
    rows: dict[tuple[str, str], str] = field(default_factory=dict)  # table, digest -> when it came
    cells: dict[tuple[str, ...], str] = field(default_factory=dict)  # table, key, field, was, now -> when
    worked_out: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)  # table -> keys of rows of no file

    @classmethod
    def read(cls, folder: Path) -> History:
        """Read the log of a data folder.

        Raises:
            DataError: it is there and cannot be read.
        """
        path = folder / LOG
        if not path.is_file():
            return cls()
        made = cls(path.read_bytes())
        try:
            for line in (made.before or b"").decode().splitlines():
                one = json.loads(line)
                when = f"{one['on']}由{'、'.join(one['files'])}"
                for table, digests in one["rows"].items():
                    made.rows.update({(table, digest): when for digest in digests})
                for table, key, name, was, now in one["cells"]:
                    made.cells[table, *key, name, was, now] = when
                for table, keys in one.get("worked_out", {}).items():
                    made.worked_out.setdefault(table, set()).update(map(tuple, keys))
        except (ValueError, KeyError, TypeError, AttributeError):
            advice = "从备份恢复，或删去这个文件（此后不再知道以前更正过什么）"
            raise DataError([Fault(LOG, None, None, "读不出", "以前各次导入的记录", advice)]) from None
        return made

    def taken_back(self, replaced: Iterable[Replaced], said: Mapping[int, str]) -> list[TakenBack]:
        """Return the cells that would be set back; ``said`` calls rows by their identity in words."""
        found = []
        for one in replaced:
            came = self.rows.get((one.table, digest(one.row)))
            for name, title, old, new in one.cells:
                corrected = self.cells.get((one.table, *one.key, name, new, old))
                if corrected:
                    since = f"{corrected}从“{new or '空白'}”更正为“{old or '空白'}”"
                elif came:
                    since = f"这一行{came}导入过，此后更正过"
                else:
                    continue
                row = one.row
                header = row.headers.get(name, title)
                found.append(TakenBack(said[id(row)], row.place, row.number, header, old, new, since))
        return found

    def with_import(
        self,
        files: Sequence[str],
        rows: Mapping[str, Sequence[Row]],
        replaced: Iterable[Replaced],
        worked_out: Mapping[str, Sequence[tuple[str, ...]]],
    ) -> bytes:
        """Return the log with one more import, of today."""
        entry: dict[str, Any] = {
            "on": date.today().isoformat(),
            "files": list(files),
            "rows": {table: list(map(digest, found)) for table, found in rows.items()},
            "cells": [[one.table, one.key, name, old, new] for one in replaced for name, _, old, new in one.cells],
        }
        if said := {table: keys for table, keys in worked_out.items() if keys}:
            entry["worked_out"] = said
        return (self.before or b"") + json.dumps(entry, ensure_ascii=False).encode() + b"\n"


def digest(row: Row) -> str:
    """Return what tells a row as it came from others: the same columns with the same contents."""
    said = sorted((name, text) for name, text in row.texts.items() if "?" not in name)
    return hashlib.sha256(WRITTEN(said).encode()).hexdigest()[:16]
