"""Parts of tables that a chapter rests on: some rows of a table, or its first year, and not all of it.

A part has an address that begins with its file's: ``data/ledger/returns.csv#table=payroll,headcount`` are the
rows that have one of these words in a column, ``data/ledger/returns.csv#least=year`` is the least number in one.
Whoever keeps what a chapter read keeps such an address beside those of whole files, and what it holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from .data_errors import DataError
from .text_files import read_rows

MARK, LEAST = "#", "least"


def rows_with(path: str | Path, column: str, words: Iterable[str]) -> str:
    """Return the address of the rows that have one of some words in a column."""
    return f"{path}{MARK}{column}={','.join(sorted(words))}"


def least(path: str | Path, column: str) -> str:
    """Return the address of the least number in a column."""
    return f"{path}{MARK}{LEAST}={column}"


def file_of(address: str) -> str:
    """Return the file that an address is of, or of a part of."""
    return address.partition(MARK)[0]


def is_part(address: str) -> bool:
    """Tell whether an address is of a part of a file."""
    return MARK in address


def content(root: Path, address: str) -> bytes:
    """Return what a part holds, the same bytes for the same rows; the whole file where it cannot be told apart.

    Raises:
        OSError: there is no such file.
    """
    name, _, asked = address.partition(MARK)
    column, _, said = asked.partition("=")
    try:
        header, *rows = read_rows(root / name)
        at = header.index(said if column == LEAST else column)
        if column == LEAST:
            return str(min((float(row[at]) for row in rows), default="")).encode()
        words = set(said.split(","))
        return json.dumps([row for row in rows if row[at] in words], ensure_ascii=False).encode()
    except (DataError, ValueError, IndexError):
        return (root / name).read_bytes()
