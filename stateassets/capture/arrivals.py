"""What examining a delivery gives: the returns in it, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..tables.data_errors import Fault


class ReturnKey(NamedTuple):
    """Which return it is: one table of one enterprise for one period (2023-06, 2023Q2 or 2023)."""

    table: str
    enterprise_id: str
    period: str


@dataclass(frozen=True)
class ReturnRows:
    """The rows of one return, field -> text as the table's file holds it; ``places``: where each stood, sheet and row."""

    key: ReturnKey
    rows: tuple[Mapping[str, str], ...]
    places: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Finding:
    """What was found: ``kind`` fault or doubt, of which return (none: of the whole file), and at which cell (B7)."""

    kind: str
    fault: Fault
    key: ReturnKey | None = None
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Examination:
    """All returns of one delivery, and all findings."""

    returns: tuple[ReturnRows, ...]
    findings: tuple[Finding, ...]
