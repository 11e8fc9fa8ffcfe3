"""Accepting new results: what moved in the stored outputs, which rows made it move, storing them.

The baseline is what was accepted last: the outputs stored in the notebooks, and the tables that
they were computed from, kept in ``baseline/`` so that rows can be compared without Git, with a note
of the program and of what each chapter read (``made_from``).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .reviewing import Chapter, Review, review
    from .staleness import Stale, stale
    from .storing import StoreError, store

__all__ = ["Chapter", "Review", "Stale", "StoreError", "review", "stale", "store"]
# Loaded when asked for: the chapter that uses ``supposed`` needs nothing of what runs notebooks.
HOMES = {
    **dict.fromkeys(("Chapter", "Review", "review"), "reviewing"),
    **dict.fromkeys(("Stale", "stale"), "staleness"),
    **dict.fromkeys(("StoreError", "store"), "storing"),
}


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
