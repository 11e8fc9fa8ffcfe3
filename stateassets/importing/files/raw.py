"""What every kind of file is read into: sheets of raw cells, bounded, with their places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from ...tables.data_errors import DataError, Fault
from ...tables.text_files import MOST_COLUMNS, MOST_ROWS, plain_file

Cell = str | int | Decimal | bool | datetime | date | time | None

MOST_CELLS = 4_000_000
LONGEST_CELL = 2_000  # characters: a note may be long, a book is no note

# Zero-width and direction marks, and controls other than line breaks and tabs.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
HIDDEN, STRUCK = "隐藏的", "有删除线的"  # rows that somebody may have meant to leave out
SINCE_1900, SINCE_1904 = date(1899, 12, 30), date(1904, 1, 1)  # day 0, as Excel counts days
BOOKS = (".xlsx", ".xlsm", ".xls", ".et", ".ett", ".ods", ".xlt", ".xltx", ".xlsb")
TEXTS = (".csv", ".txt", ".tsv", ".tab", ".prn")
READABLE = (*BOOKS, *TEXTS)


@dataclass(frozen=True)
class Origin:
    """Where a row stands in the file if its sheet was made out of a form.

    ``number`` counts as Excel does; ``headers`` are the words of columns (from 0) that this row
    took from elsewhere than the sheet's header. With ``compares`` the row is only held against the
    one that the table has already, not put in its place.
    """

    number: int
    headers: Mapping[int, str] = field(default_factory=dict)
    compares: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet as it came: ``rows[0]`` is row 1 as Excel counts, unless ``origins`` say otherwise.

    ``merged`` says for a cell (row, column, both from 0) inside a merged range which cell holds
    its value. ``table`` is set where the source itself says which table it is. Of a hidden sheet
    only the name is known; ``odd_rows`` (by what is odd of each, HIDDEN or STRUCK) and
    ``hidden_columns`` count from 0. ``since`` is the day from which the file counts days. ``widths`` says of a text file with how many cells, empty
    ones too, each line of the file was written.
    """

    file: str
    name: str
    rows: list[tuple[Cell, ...]]
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    table: str = ""
    hidden: bool = False
    odd_rows: Mapping[int, str] = field(default_factory=dict)
    hidden_columns: frozenset[int] = frozenset()
    origins: tuple[Origin, ...] = ()
    since: date = SINCE_1900
    widths: tuple[int, ...] = ()
    unfolded: str = ""  # the table whose rows a form was made into
    elsewhere: frozenset[int] = frozenset()  # the form's rows, from 0, that are of its other statements

    def number(self, index: int) -> int:
        """Return which row of the file ``rows[index]`` is."""
        return self.origins[index].number if self.origins else index + 1

    def header(self, index: int, column: int, otherwise: str) -> str:
        """Return what the file calls a column where ``rows[index]`` stands."""
        return self.origins[index].headers.get(column, otherwise) if self.origins else otherwise

    @property
    def place(self) -> str:
        """The sheet as messages call it."""
        return f"{self.file}“{self.name}”表" if self.name else self.file


def merged(areas: Iterable[tuple[int, int, int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for each cell of areas (top, left, bottom, right) which cell holds its value."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    joined = 0
    for top, left, bottom, right in areas:
        joined += max(0, bottom - top + 1) * max(0, right - left + 1)
        if joined > MOST_ROWS:
            break
        found |= {(row, at): (top, left) for row in range(top, bottom + 1) for at in range(left, right + 1)}
    return found


def odd_rows(hidden: Iterable[int], struck: Iterable[int]) -> dict[int, str]:
    """Return what is odd of each row, from 0, that is hidden or has something struck through."""
    return dict.fromkeys(struck, STRUCK) | dict.fromkeys(hidden, HIDDEN)


def letters(column: int) -> str:
    """Return what Excel calls a column, from 0."""
    found = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        found, column = chr(ord("A") + letter) + found, column - 1
    return found


def refusal(file: str, found: str, expected: str, advice: str) -> DataError:
    """Return the error for a file that cannot be read as a whole."""
    return DataError([Fault(file, None, None, found, expected, advice)])


def no_result(place: str, row: int, column: str, advice: str = "请在Excel里打开并重新保存") -> DataError:
    """Return the error for a formula whose result the file does not hold."""
    return DataError([Fault(place, row, column, "公式没有计算结果", "公式已经算出的数", advice)])


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

    def skip(self, rows: int) -> None:
        """Count rows without anything; they take room all the same."""
        self.cells += rows

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
            raise refusal(
                self.file,
                "行数太多",
                f"每张表不超过{MOST_ROWS}行、全部不超过{MOST_CELLS}格",
                "删去多余的行，或分成几个文件",
            )
        if end > MOST_COLUMNS:
            raise refusal(self.file, f"第{number}行有{end}列", f"不超过{MOST_COLUMNS}列", "删去多余的列")
        return cells[:end]


def read_file(path: Path, name: str = "") -> list[Sheet]:
    """Return the sheets of a workbook or a text file, by what is inside whatever its name says.

    ``name`` is what messages call it.

    Raises:
        DataError: it is missing, of another kind, damaged, locked or too large.
    """
    from . import inside

    name = name or shown_name(path)
    try:
        plain_file(path, name, "要导入的文件")
        return inside.read(path, name)
    except PermissionError:
        raise refusal(name, "没有权限读这个文件", "可以读的文件", "请在文件属性里允许读取，或请管理员处理") from None


@lru_cache(maxsize=50_000)
def folded(text: object) -> str:
    """Return a name as it is compared: width, spaces, case, brackets and marks do not matter."""
    plain = unicodedata.normalize("NFKC", visible(str(text))).casefold()
    return re.sub(r"[\s()\[\]{}<>《》【】〔〕“”\"':：、，,。.·*＊_\-—/\\]", "", plain)
