"""Codes that differ in width or case only: ＱＹ０１０１ and qy0101 are QY0101 if that is registered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ...tables.declared import DeclaredTable
from ...tables.text_files import half_width
from ..files.raw import visible
from ..rows import Note, Row

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-/#]*", re.ASCII)
AS_REGISTERED = "编号的全角、大小写按登记的写"


class Codes:
    """The codes that are registered; one that is another's in capital letters only is itself."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = set(known)
        self._folded: dict[str, set[str]] = {}
        for code in self.known:
            self._folded.setdefault(_folded(code), set()).add(code)

    def find(self, text: str) -> str:
        """Return the registered code that ``text`` is, or nothing."""
        if text in self.known:
            return text
        half = half_width(visible(text)).strip()
        if half in self.known:
            return half
        found = self._folded.get(_folded(text), set()) if CODE.fullmatch(half) else set()
        return next(iter(found)) if len(found) == 1 else ""

    def written(self, text: str) -> str:
        """Return ``text`` as the table writes it: as registered, a new code in plain letters."""
        half = half_width(text).strip()
        return self.find(text) or (half if CODE.fullmatch(half) else text)


def align(table: DeclaredTable, rows: Sequence[Row], old: Sequence[Mapping[str, str]], notes: list[Note]) -> None:
    """Write the codes in a table's own key as the rows that it has already do."""
    named = {key.column for key in table.foreign_keys} | set(table.labels)
    for name in table.key:
        column = table.column(name)
        if name in named or column.type != "string":
            continue
        codes = Codes(row[name] for row in old if row.get(name))
        for row in rows:
            text = row.texts.get(name, "")
            if text in codes.known:
                continue
            written = codes.written(text)
            if text and written != text:
                header = row.headers.get(name, column.title)
                notes.append(Note(AS_REGISTERED, row.place, row.number, header, text, written))
                row.texts[name] = written


def _folded(code: str) -> str:
    return half_width(visible(code)).strip().casefold()
