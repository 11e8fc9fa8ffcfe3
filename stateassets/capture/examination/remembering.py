"""What is known of the book as it stands, from one delivery to the next."""

from __future__ import annotations

import re
from collections import Counter

from ...importing.files.raw import Sheet, folded
from ...importing.headers import Reading
from ...tables.checking import Check
from ..parts import Part, Standing
from .rows import Given, run, where

REMEMBERED = 500  # headers of sheets of which it is known which table they are, and hundreds of checks' faults


class Remembered:
    """A book as it stands, with what was found out about it; of another state of the book there is another one."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self._before: dict[tuple[frozenset[str], str, frozenset[str]], Counter[object]] = {}
        self._recognised: dict[object, tuple[tuple[object, ...], str]] = {}

    def recalled(self, sheet: Sheet) -> str:
        """Return the table that a sheet with the same words down to the end of its header was, or nothing."""
        head, table = self._recognised.get(called(sheet), ((), ""))
        return table if table and tuple(sheet.rows[: len(head)]) == head else ""

    def remember(self, sheet: Sheet, reading: Reading) -> None:
        """Keep which table a sheet was recognised as."""
        while len(self._recognised) >= REMEMBERED:
            del self._recognised[next(iter(self._recognised))]
        self._recognised[called(sheet)] = tuple(sheet.rows[: reading.data]), reading.table.name

    def faults_before(self, part: Part, check: Check, names: frozenset[str]) -> Counter[object]:
        """Return what a check finds in the rows of a part as they stand, without any return."""
        key = frozenset(part.members), check.name, names
        if key not in self._before:
            if len(self._before) > 100 * REMEMBERED:
                self._before.clear()
            found = run(check, self.standing, Given(part, {}, names))
            self._before[key] = Counter(map(where, found))
        return self._before[key]


def called(sheet: Sheet) -> tuple[str, str]:
    """Return by what names a sheet is told: its own, and its file's without what changes from month to month."""
    return folded(sheet.name), re.sub(r"[\dA-Za-z]+", "", folded(sheet.file.rpartition(".")[0]))
