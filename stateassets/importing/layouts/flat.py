"""What unfolding a form gives."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...tables.data_errors import Fault
from ..files.raw import Sheet
from ..rows import Note


@dataclass
class Flat:
    """Flat sheets, what was changed or left out in making them, and what cannot be read."""

    sheets: list[Sheet] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
