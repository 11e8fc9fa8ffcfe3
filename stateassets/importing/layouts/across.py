"""Months, quarters and moments that stand across the sheet."""

from __future__ import annotations

from ..headers import Names
from ..raw import Sheet
from .flat import Flat


def unfold(sheet: Sheet, names: Names, wanted: str) -> Flat | None:
    """Return the sheet unfolded, or None where it has another shape."""
    return None
