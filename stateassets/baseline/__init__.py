"""Accepting new results: what moved in the stored outputs, which rows made it move, storing them.

The baseline is what was accepted last: the outputs stored in the notebooks, and the tables that
they were computed from, kept in ``baseline/`` so that rows can be compared without Git, with a note
of the program and of what each chapter read (``made_from``).
"""

from .reviewing import Chapter, Review, review
from .stale import Stale, stale
from .storing import StoreError, store

__all__ = ["Chapter", "Review", "Stale", "StoreError", "review", "stale", "store"]
