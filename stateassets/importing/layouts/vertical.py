"""Vertical statements: a line for each item, a column for each moment or period."""

from __future__ import annotations

from ..headers import Names
from ..raw import Sheet
from .flat import Flat


def unfold(sheet: Sheet, names: Names, wanted: str) -> Flat | None:
    """Return the sheet unfolded, or None where it has another shape."""
    return None
