"""Months and quarters whose cells say their year too: 2024年1月, 2024-01, 202401, 2024年一季度, a day of Excel's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from ..tables.text_files import half_width
from .files.raw import Cell

YEAR, MONTH, QUARTER = "year", "month", "quarter"
# 2024.1 is none of them: Excel holds October, 2024.10, so.
PATTERNS = {
    MONTH: re.compile(
        r"((?:19|20)\d\d)(?:年|[-/])(1[0-2]|0?[1-9])(?:月份?)?|((?:19|20)\d\d)\.?(1[0-2]|0[1-9])", re.ASCII
    ),
    QUARTER: re.compile(r"((?:19|20)\d\d)年?[-/.]?第?([1-4一二三四])季度?|((?:19|20)\d\d)年?[-/.]?Q([1-4])", re.I),
}


def parted(cell: Cell, name: str) -> tuple[str, Cell]:
    """Return the year that a month or quarter says, empty where it says none, and what is left of the cell."""
    if name == MONTH and isinstance(cell, date):
        return str(cell.year), str(cell.month)
    match = PATTERNS[name].fullmatch(half_width(str(cell)).replace(" ", ""))
    if cell is None or match is None:
        return "", cell
    year, period = filter(None, match.groups())
    return year, period.lstrip("0")


def years(cells: Iterable[Cell], name: str) -> list[str]:
    """Return the years that the months or quarters of a column say, none where one of them says no year."""
    said = [parted(cell, name) for cell in cells if cell not in (None, "")]
    plain = any(not year and str(rest).strip()[:1].isdigit() for year, rest in said)
    return [] if plain else sorted({year for year, _ in said if year})
