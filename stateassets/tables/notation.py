"""Numbers and dates in the usual ways of writing them, brought into one."""

from __future__ import annotations

import re
from datetime import date

from .text_files import half_width

# ASCII: other scripts' digits are no numbers to the programs that read on.
NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


def plain_number(text: str) -> str:
    """Return a number written in full width or with thousands separators in plain digits.

    Text that is not a number in exactly one reading comes back unchanged.
    """
    tidy = half_width(text).replace("−", "-").strip()
    return tidy.replace(",", "") if NUMBER.fullmatch(tidy) else text


def iso_date(text: str) -> str:
    """Return a date, written in any of the usual ways, as 2023-05-08; empty if it is none."""
    match = DATE.fullmatch(half_width(text))
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:  # such as 31 June
        return ""
    return day.isoformat() if day and EARLIEST <= day <= LATEST else ""
