"""Numbers and dates in the usual ways of writing them, brought into one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from .text_files import half_width

# How a cell of each type of column is written once it is brought into one way, and read.
PATTERNS = {
    "integer": re.compile(r"[+-]?\d+", re.ASCII),
    "number": re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII),
    "date": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    "string": re.compile(r".*", re.DOTALL),
}
READ: dict[str, Callable[[str], Any]] = {"integer": int, "number": Decimal, "date": date.fromisoformat, "string": str}

# ASCII: other scripts' digits are no numbers to the programs that read on.
NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
# A number in plain digits that is long enough to be read in groups.
LONG_NUMBER = re.compile(r"([+-]?)(\d{5,})(\.\d+)?", re.ASCII)


def plain_number(text: str) -> str:
    """Return a number written in full width or with thousands separators in plain digits.

    Text that is not a number in exactly one reading comes back unchanged.
    """
    tidy = half_width(text).replace("−", "-").strip()
    return tidy.replace(",", "") if NUMBER.fullmatch(tidy) else text


def is_year(text: str) -> bool:
    """Whether a text is a year in four plain digits."""
    return len(text) == 4 and text.isascii() and text.isdigit()


def grouped(number: Decimal | str) -> str:
    """Return a number as everything that is read writes it: 12,345.67.

    Five digits and more before the point stand in groups of three. Four stay together, as reports
    print them (5697万元) and GB/T 15835-2011 (5.1.3) allows; a year is then never a sum of money.
    What is no number in plain digits comes back as it is.
    """
    text = str(number)
    found = LONG_NUMBER.fullmatch(text)
    return f"{found[1]}{int(found[2]):,}{found[3] or ''}" if found else text


def ten_thousands(amount: float) -> str:
    """Return an amount in 万元 as a message says it, to the hundred."""
    return f"{grouped(f'{amount:.2f}')}万元"


def iso_date(text: str) -> str:
    """Return a date, written in any of the usual ways, as 2023-05-08; empty if it is none."""
    match = DATE.fullmatch(half_width(text))
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:  # such as 31 June
        return ""
    return day.isoformat() if day and EARLIEST <= day <= LATEST else ""


def value_of(kind: str, written: object) -> Any:
    """Return a value of a column of that type, None where nothing of the type is written."""
    text = str(written)
    try:
        return READ[kind](text) if PATTERNS[kind].fullmatch(text) else None
    except ValueError:  # no such day, or an integer of thousands of digits
        return None
