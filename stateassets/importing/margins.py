"""What stands outside of a table: lines longer than its header, cells under no header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from ..tables.data_errors import Fault
from ..tables.text_files import half_width
from .files.raw import Cell, Sheet, letters
from .headers import Reading, header_words
from .totals import is_total

HEAD, TAIL = re.compile(r"[¥￥]?[+-]?\d{1,3}", re.ASCII), re.compile(r"\d{3}(\.\d+)?\D{0,3}", re.ASCII)
CENTS = re.compile(r"\d{3}\.\d+", re.ASCII)
LIKE_NUMBER = re.compile(r"[¥￥$(+-]*[\d,]*\.?\d+\)?[%％]?(元|千元|万元|百万元|亿元)?", re.ASCII)
OF_A_ROW = 3  # cells of a row of some table; a note has fewer
QUOTED = '金额里有逗号的写在引号里（"1,234.50"），或去掉逗号'


class Margins:
    """Looks at the rows that are data; ``left`` are then the cells that no header claims, by column."""

    def __init__(self, sheet: Sheet, reading: Reading) -> None:
        self.sheet, self.reading = sheet, reading
        self.left: dict[int, list[tuple[int, Cell]]] = {}
        rows = range(reading.first, reading.data)
        widths = [] if sheet.origins else sheet.widths
        self.width = max((widths[row] for row in rows), default=0) if widths else 0
        widest = max(map(len, sheet.rows[reading.data :]), default=0)
        headed = header_words(sheet, reading)
        self.bare = [] if sheet.origins else [at for at in range(widest) if at >= len(headed) or not headed[at]]

    def look(self, index: int) -> Iterator[Fault]:
        """Take in a row of data; yield what is wrong with it as a whole."""
        cells = self.sheet.rows[index]
        if self.width:
            more = self.sheet.widths[index] - self.width
            behind = [str(cell) for cell in cells[self.width :] if cell not in (None, "")]
            if more > 0 and (behind or _parted(cells)):
                said = f"，多出“{'”“'.join(behind)}”" if behind else ""
                yield self._fault(index, f"比表头多{more}格{said}", f"每行{self.width}格")
                return
            if parted := self._cents_in_text(cells):
                yield self._fault(index, f"“{parted[0]}”和“{parted[1]}”像是被逗号分开的一个数", "一格里一个数")
                return
        for at in self.bare:
            if at < len(cells) and cells[at] not in (None, "") and str(cells[at]).strip():
                self.left.setdefault(at, []).append((index, cells[at]))

    def unclaimed(self) -> Iterator[tuple[int, int, Cell, bool]]:
        """Yield row (from 0), column, cell of what stands under no header, and whether it is a number."""
        for at, found in sorted(self.left.items()):
            numbered = _numbered([cell for _, cell in found])
            for index, cell in found:
                yield index, at, cell, not numbered and _is_number(cell)

    def above(self) -> Iterator[tuple[int, int]]:
        """Yield each row of numbers above the table's header that has words for its columns above it, and these."""
        headed: int | None = None
        for index in range(self.reading.first if not self.sheet.origins else 0):
            cells = [cell for cell in self.sheet.rows[index] if cell not in (None, "")]
            numbers = sum(map(_is_number, cells))
            if len(cells) > 1 and not numbers:
                headed = index
            elif headed is not None and numbers and len(cells) >= OF_A_ROW and not is_total(str(cells[0])):
                yield index, headed

    def bare_number(self, index: int, at: int, cell: Cell) -> Fault:
        """Return the fault of a number that no header says what it is."""
        return Fault(
            self.sheet.place,
            self.sheet.number(index),
            letters(at),
            f"“{cell}”上面没有表头",
            "每个数都在有表头的列里",
            "给这一列加上表头（不用导入的写“备注”），或删去这些格",
        )

    def _fault(self, index: int, found: str, expected: str) -> Fault:
        return Fault(self.sheet.place, self.sheet.number(index), None, found, expected, QUOTED)

    def _cents_in_text(self, cells: Sequence[Cell]) -> tuple[Cell, Cell] | None:
        """Find an amount whose end stands in the next column, which holds no numbers."""
        targets, table = self.reading.targets, self.reading.table
        for at, target in targets.items():
            if at + 1 not in targets or at + 1 >= len(cells):
                continue
            kinds = table.column(target.field).type, table.column(targets[at + 1].field).type
            if kinds[0] == "number" and kinds[1] == "string":
                head, tail = str(cells[at] or "").strip(), str(cells[at + 1] or "").strip()
                if HEAD.fullmatch(head) and CENTS.fullmatch(tail):
                    return head, tail
        return None


def longer_lines(sheet: Sheet, unfolded: Sequence[Sheet]) -> Iterator[Fault]:
    """Yield a fault for each line of a form in a text file that is longer than the form's header.

    ``unfolded`` is what the form was made into. A row of it comes from the line that its amounts
    stand in, where periods stand across; else from the line of the header.
    """
    wrong: dict[int, int] = {}
    for flat in unfolded:
        origins = Counter(origin.number for origin in flat.origins)
        again = [number for number, times in origins.items() if times > 1]
        if not sheet.widths or not again:
            continue
        top = min(again) - 1 if flat.widths else min(again)
        width = max(sheet.widths[:top], default=0) if flat.widths else sheet.widths[top - 1]
        for number in again if flat.widths else range(top + 1, len(sheet.rows) + 1):
            cells = sheet.rows[number - 1]
            behind = any(cell not in (None, "") for cell in cells[width:])
            if sheet.widths[number - 1] > width and (behind or _parted(cells)):
                wrong[number] = width
    for number, width in sorted(wrong.items()):
        more = sheet.widths[number - 1] - width
        yield Fault(sheet.place, number, None, f"比表头多{more}格", f"每行{width}格", QUOTED)


def _parted(cells: Sequence[Cell]) -> bool:
    """Does a row hold what may be one number that a comma has parted?"""
    texts = [half_width(str(cell or "")).strip() for cell in cells]
    return any(HEAD.fullmatch(one) and TAIL.fullmatch(other) for one, other in pairwise(texts))


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        return bool(LIKE_NUMBER.fullmatch(half_width(cell).replace(" ", "")))
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def _numbered(cells: Sequence[Cell]) -> bool:
    """Do cells count the rows from 1? Nobody puts a header above that."""
    return len(cells) > 1 and [str(cell).strip() for cell in cells] == [str(n) for n in range(1, len(cells) + 1)]
