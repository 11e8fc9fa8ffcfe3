"""What examining a delivery gives: the returns in it, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..importing.rows import Note
from ..tables.data_errors import Fault
from .schema import DOUBT, FAULT


class ReturnKey(NamedTuple):
    """Which return it is: one table of one enterprise for one period (2023-06, 2023Q2 or 2023)."""

    table: str
    enterprise_id: str
    period: str


@dataclass(frozen=True)
class ReturnRows:
    """One table of one enterprise for one period as it came.

    ``rows`` hold every column of the table as text in the table's own notation, ``places`` where each stood:
    the sheet and the row as Excel counts.
    """

    table: str
    enterprise_id: str
    period: str
    rows: tuple[Mapping[str, str], ...]
    places: tuple[tuple[str, int], ...] = ()

    @property
    def key(self) -> ReturnKey:
        """What it is a return of."""
        return ReturnKey(self.table, self.enterprise_id, self.period)


@dataclass(frozen=True)
class Finding:
    """What is wrong (``fault``) or doubtful (``doubt``) in a delivery.

    ``key`` is the return that it is about, None if it is about the file; ``cell`` the address in ``sheet`` where
    it is known, such as C7; ``field`` the table's column.
    """

    kind: str
    key: ReturnKey | None
    fault: Fault
    field: str = ""
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Examination:
    """What a delivery holds, and what was found.

    ``findings`` are what its sender may see; ``beyond`` are faults that tell of others' rows, for staff only.
    ``notes`` say what was changed in reading, ``changed`` the same by the returns whose rows it was.
    """

    returns: tuple[ReturnRows, ...] = ()
    findings: tuple[Finding, ...] = ()
    beyond: tuple[Finding, ...] = ()
    notes: tuple[Note, ...] = ()
    changed: tuple[tuple[ReturnKey, Note], ...] = ()

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that stop it."""
        return tuple(one for one in self.findings if one.kind == FAULT)

    @property
    def doubts(self) -> tuple[Finding, ...]:
        """The findings that may be answered."""
        return tuple(one for one in self.findings if one.kind == DOUBT)
