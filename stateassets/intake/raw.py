"""What every kind of file is read into: sheets of raw cells, bounded, with their places."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from ..reading import MOST_COLUMNS, MOST_ROWS, read_text
from ..tables import DataError, Fault

Cell = str | int | Decimal | bool | datetime | date | time | None

MOST_BYTES = 300 * 2**20  # of one file, unpacked
MOST_CELLS = 4_000_000
LONGEST_CELL = 2_000  # characters: a note may be long, a book is no note

# Zero-width and direction marks, and controls other than line breaks and tabs.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e"
                    "\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]")  # fmt: skip
EXCEL = (".xlsx", ".xlsm")
TEXT = (".csv", ".txt", ".tsv")


@dataclass(frozen=True)
class Sheet:
    """A sheet as it came: ``rows[0]`` is row 1 as Excel counts.

    ``merged`` says for a cell (row, column, both from 0) inside a merged range which cell holds
    its value. ``table`` is set where the source itself says which table it is.
    """

    file: str
    name: str
    rows: list[tuple[Cell, ...]]
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    table: str = ""

    @property
    def place(self) -> str:
        """The sheet as messages call it."""
        return f"{self.file}“{self.name}”表" if self.name else self.file


def refusal(file: str, found: str, expected: str, advice: str) -> DataError:
    """Return the error for a file that cannot be read as a whole."""
    return DataError([Fault(file, None, None, found, expected, advice)])


def visible(text: str) -> str:
    """Return text without characters that cannot be seen."""
    return UNSEEN.sub("", text)


def shown_name(path: Path) -> str:
    """Return a file's name as it may stand in a message."""
    return visible(path.name).replace("\n", "").replace("\r", "")


class Meter:
    """Counts what a file holds and stops where it is more than any ledger."""

    def __init__(self, file: str) -> None:
        self.file, self.cells = file, 0

    def row(self, number: int, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """Return a row without empty cells at its end, counted.

        Raises:
            DataError: there are too many rows, columns or cells.
        """
        self.cells += len(cells)
        end = len(cells)
        while end and cells[end - 1] in (None, ""):
            end -= 1
        if (end and number > MOST_ROWS) or self.cells > MOST_CELLS:
            raise refusal(self.file, "行数太多", f"每张表不超过{MOST_ROWS}行、"
                          f"全部不超过{MOST_CELLS}格", "删去多余的行，或分成几个文件")  # fmt: skip
        if end > MOST_COLUMNS:
            raise refusal(
                self.file, f"第{number}行有{end}列", f"不超过{MOST_COLUMNS}列", "删去多余的列"
            )
        return cells[:end]


def read_file(path: Path) -> list[Sheet]:
    """Return the sheets of a workbook or a text file.

    Raises:
        DataError: it is missing, of another kind, damaged, locked or too large.
    """
    name = shown_name(path)
    suffix = path.suffix.lower()
    if not path.is_file():
        raise refusal(name, "没有这个文件", "要导入的文件", "检查文件名和所在的文件夹")
    if suffix in EXCEL:
        from .workbook import read_workbook

        return read_workbook(path, name)
    if suffix in TEXT:
        return [read_csv(path, name)]
    raise refusal(name, f"不认识的文件类型{visible(path.suffix)}", "Excel工作簿（.xlsx）或CSV",
                  "在Excel或WPS里另存为“Excel工作簿（.xlsx）”")  # fmt: skip


def read_csv(path: Path, name: str) -> Sheet:
    """Return a text file, UTF-8 or GBK, with commas or tabs between its cells."""
    import csv
    import io

    if path.stat().st_size > MOST_BYTES:
        raise refusal(name, "文件太大", f"不超过{MOST_BYTES // 2**20}MB", "分成几个文件")
    text = read_text(path)
    first = text.partition("\n")[0]
    meter, rows = Meter(name), []
    separator = "\t" if first.count("\t") > first.count(",") else ","
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1):
            rows.append(meter.row(number, tuple(cells)))
    except csv.Error:
        raise refusal(name, f"第{len(rows) + 1}行读不出", "CSV",
                      "检查这一行的引号，或在Excel里另存为“CSV UTF-8”") from None  # fmt: skip
    return Sheet(name, "", rows)


@lru_cache(maxsize=50_000)
def folded(text: object) -> str:
    """Return a name as it is compared: width, spaces, case, brackets and marks do not matter."""
    plain = unicodedata.normalize("NFKC", visible(str(text))).casefold()
    return re.sub(r"[\s()\[\]{}<>《》【】〔〕“”\"':：、，,。.·*＊_\-—/\\]", "", plain)
