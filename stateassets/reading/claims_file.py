"""What was read of reports as a file of printed figures, which ``audit`` reads back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from ..importing.claims import UNSAID
from ..importing.printed import HEADERS, KINDS, QUALIFIERS
from ..measures.claims import REPORT_COLUMNS
from ..tables.data_errors import hidden
from ..tables.text_files import like_formula
from .model import Found, Reading

# ``audit`` reads all of them; ``sentence`` and ``place`` are for people.
COLUMNS = (
    *REPORT_COLUMNS[:4],
    "indicator",
    *REPORT_COLUMNS[4:8],
    "qualifier",
    "base",
    "sentence",
    "place",
    *REPORT_COLUMNS[8:],
)
LONGEST = 500  # characters of a sentence in a cell
WIDE = {"sentence": 60, "name_zh": 20, "source_title": 24}  # characters of a column in a workbook
SUFFIXES = (".csv", ".xlsx")


def rows(readings: Iterable[Reading]) -> list[dict[str, str]]:
    """Return what was read as rows of ``COLUMNS``, in the order of the texts."""
    return [_row(reading, found) for reading in readings for found in reading.found]


def as_csv(readings: Iterable[Reading]) -> bytes:
    """Return the claims as CSV with the columns and kinds of the book's own tables."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(readings))
    return text.getvalue().encode("utf-8-sig")


def as_workbook(readings: Sequence[Reading]) -> bytes:
    """Return the claims as an Excel file with Chinese headers and kinds; every cell is text, as printed."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("公布数")
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@", "text_wrap": True})
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(COLUMNS):
            sheet.set_column(column, column, WIDE.get(name, 12))
            sheet.write_string(0, column, HEADERS[name][0], bold)
        for number, row in enumerate(rows(readings), 1):
            for column, name in enumerate(COLUMNS):
                sheet.write_string(number, column, _in_words(name, row[name]), text)
    return out.getvalue()


def _row(reading: Reading, found: Found) -> dict[str, str]:
    claim = found.claim
    values: dict[str, Any] = {
        "region": claim.region or UNSAID,
        "year": claim.year,
        "scope": claim.scope or UNSAID,
        "name_zh": claim.name_zh,
        "indicator": claim.indicator or "",
        "kind": claim.kind,
        "value": claim.text,
        "unit": claim.unit,
        "decimals": claim.decimals,
        "qualifier": claim.qualifier,
        "base": claim.base,
        "sentence": found.sentence,
        "place": found.place.words,
        "source_title": claim.source or reading.document.name,
        "source_url": claim.url,
    }
    return {name: str(value) if name == "value" else cell(str(value)) for name, value in values.items()}


def cell(text: str) -> str:
    """Return text of a report as a cell that every spreadsheet takes for text: short, seen, no formula."""
    plain = "".join(c for c in re.sub(r"\s+", " ", text) if not hidden(c)).strip()
    plain = plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
    return f"“{plain}”" if like_formula(plain) else plain


def _in_words(name: str, value: str) -> str:
    if name == "kind":
        return KINDS[value][0]
    return QUALIFIERS[value][0] if name == "qualifier" and value else value
