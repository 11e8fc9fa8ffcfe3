"""Forms that hold a table in another shape, unfolded: a row for what one row of the table holds.

Each layout is a module with ``unfold``: it returns None where a sheet is not of its shape. What
it makes keeps the rows above the form's header (title, unit, who filled it in) and says with
``Sheet.origins`` where each row stands in the file, so that everything after it works as for
any other sheet.
"""

from __future__ import annotations

from ..files.raw import Sheet
from ..headers import Names
from . import across, printed, sides, vertical
from .flat import Flat

__all__ = ["Flat", "flatten"]

LAYOUTS = (printed.unfold, sides.unfold, vertical.unfold, across.unfold)


def flatten(sheet: Sheet, names: Names, wanted: str = "") -> Flat:
    """Return a sheet as flat sheets; ``wanted`` is the table that the user says it is."""
    if not sheet.hidden:
        for unfold in LAYOUTS:
            found = unfold(sheet, names, wanted)
            if found is not None:
                return found
    return Flat([sheet])
