"""Tables of text: commas, tabs, semicolons or bars between cells, UTF-8, UTF-16 or GBK."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import islice
from pathlib import Path

from ...tables.text_files import MOST_COLUMNS, read_text
from .raw import Cell, Meter, Sheet, refusal

SEPARATORS = ",\t;|；，"
LOOKED_AT = 200  # lines by which the separator is told


def read_delimited(path: Path, name: str) -> Sheet:
    """Return a text file as a sheet.

    Raises:
        DataError: it is no text, a quotation mark is left open, or it is too large.
    """
    text = read_text(path, utf_16=True)
    first, _, rest = text.partition("\n")
    said = first.strip().lower()
    told = said.startswith("sep=") and len(said) <= 5  # as Excel is told
    separator = (said[4:] or "\t") if told else _separator(text)
    meter, widths = Meter(name), list[int]()
    rows: list[tuple[Cell, ...]] = []
    if told:
        rows, widths, text = [()], [0], rest
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append(meter.row(len(rows) + 1, tuple(cells)))
            widths.append(len(cells))
    except csv.Error:
        raise refusal(
            name, f"第{len(rows) + 1}行读不出", "CSV", "检查这一行的引号，或在Excel里另存为“CSV UTF-8”"
        ) from None
    return Sheet(name, "", rows, widths=tuple(widths))


def _separator(text: str) -> str:
    """Return what stands between cells: what divides most lines into the same number of them."""
    lines = list(islice(io.StringIO(text[: LOOKED_AT * 2000], newline=""), LOOKED_AT))

    def score(separator: str) -> tuple[int, int]:
        counts: Counter[int] = Counter()
        try:
            for cells in csv.reader(lines, delimiter=separator):
                counts[min(len(cells), MOST_COLUMNS)] += 1
        except csv.Error:  # a cell too long: said when it is read
            pass
        counts.pop(0, None), counts.pop(1, None)
        return max(((times, cells) for cells, times in counts.items()), default=(0, 0))

    return max(SEPARATORS, key=score)
