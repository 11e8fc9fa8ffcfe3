"""A recognised sheet as rows of its table: cells read, totals and notes left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from ..tables.data_errors import Fault
from ..tables.declared import DeclaredTable
from .cells import Cleaner, UnclearError, tidy
from .headers import Names, Reading, Target
from .learned import OPTION
from .raw import Cell, Sheet, folded

TOTAL = re.compile(
    r"(本[年月季页次])?(全[区县市省部]|各户)?(合计|小计|总计|共计|累计)(数|金额|[一二三四五六七八九十\d])?"
)
SUM = "计"  # in every word for a total
NOTE = re.compile(
    r"(备注|附注|注\d*|说明|填表说明|填表人|制表人?|编制人|审核人?|复核人?|单位负责人|负责人|会计主管"
    r"|填报日期|制表日期|报出日期|联系电话|数据来源|资料来源).*"
)
COUNTED = re.compile(r"\(?\d{1,3}\)?|[甲乙丙丁戊己庚辛]|栏次|行次|序号|—+|-+")


@dataclass(frozen=True)
class Note:
    """Something that was changed on the way, and where."""

    kind: str
    place: str
    row: int
    column: str
    found: str
    made: str

    def __str__(self) -> str:
        column = f"“{self.column}”列" if self.column else ""
        made = f"→“{self.made}”" if self.made else ""
        return f"{self.place}第{self.row}行{column}：“{self.found}”{made}"


@dataclass
class Row:
    """One row for a table: its texts by field, and where it came from."""

    place: str
    number: int
    texts: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)  # field -> header in the file
    numbers: set[str] = field(default_factory=set)  # fields of text that were numbers in the file

    def fault(self, column: str | None, found: str, expected: str, advice: str = "请改正后重试") -> Fault:
        """Return a fault that tells of this row's place in the file."""
        return Fault(self.place, self.number, self.headers.get(column or "", column), found, expected, advice)


class Rows:
    """The rows of a sheet, the notes of what was changed, and the faults."""

    def __init__(self, sheet: Sheet, reading: Reading, names: Names) -> None:
        self.sheet, self.reading = sheet, reading
        self.table: DeclaredTable = reading.table
        self.notes: list[Note] = []
        self.faults: list[Fault] = []
        self.rows: list[Row] = []
        self.cleaners: dict[int, Cleaner] = {}
        for at, target in {**reading.targets, **reading.spare}.items():
            self._cleaner(at, target, names)
        self.key = {at for at, t in reading.targets.items() if t.field in self.table.key}
        for at in sorted(sheet.hidden_columns & reading.targets.keys()):
            header = reading.targets[at].header
            self.notes.append(Note("隐藏的列照样导入", sheet.place, reading.first + 1, "", header, ""))
        self._fixed = {name: value for name, (value, _) in reading.given.items()}
        for name, (value, whence) in reading.given.items():
            self.notes.append(
                Note(
                    f"没有这一列，按{whence}填写",
                    sheet.place,
                    reading.first + 1,
                    self.table.column(name).title,
                    "",
                    value,
                )
            )
        if not self.faults:
            self._read()

    def _cleaner(self, at: int, target: Target, names: Names) -> None:
        column, name = self.table.column(target.field), self.table.name
        words, doubted = names.cells[name][column.name], names.doubted[name][column.name]
        unit = target.unit or (self.reading.unit if column.unit == "万元" else "")
        try:
            self.cleaners[at] = Cleaner(column, words, unit, doubted, self.table.labels.get(column.name))
        except UnclearError as error:
            self.faults.append(
                Fault(
                    self.sheet.place, self.reading.first + 1, target.header, error.found, error.expected, error.advice
                )
            )

    def _read(self) -> None:
        groups = list(dict.fromkeys(t.given for t in self.reading.targets.values() if t.given))
        header = _texts(self.sheet.rows[self.reading.first])
        for index in range(self.reading.data, len(self.sheet.rows)):
            cells = self._filled(index)
            if not any((isinstance(c, str) and c.strip()) or c not in (None, "") for c in cells):
                continue
            why = self._left_out(cells, header, index)
            if why:
                first = next(str(c) for c in cells if c not in (None, ""))
                self.notes.append(Note(why, self.sheet.place, self.sheet.number(index), "", first[:30], ""))
                continue
            if index in self.sheet.hidden_rows:
                first = next(str(c) for c in cells if c not in (None, ""))
                self.notes.append(
                    Note("隐藏的行照样导入", self.sheet.place, self.sheet.number(index), "", first[:30], "")
                )
            for given in groups or [()]:
                row = self._row(index, cells, given)
                if row is not None:
                    self.rows.append(row)

    def _filled(self, index: int) -> tuple[Cell, ...]:
        """A row's cells; a cell merged downwards holds for each row, unless it is an amount."""
        cells = self.sheet.rows[index]
        if not self.sheet.merged:
            return cells
        width = max((at for at in self.cleaners), default=-1) + 1
        made = list(cells) + [None] * (width - len(cells))
        for at, cleaner in self.cleaners.items():
            top, left = self.sheet.merged.get((index, at), (index, at))
            is_key = cleaner.column.name in self.table.key
            if top < index and left == at and (is_key or not cleaner.numeric):
                above = self.sheet.rows[top]
                made[at] = above[at] if at < len(above) else None
        return tuple(made)

    def _left_out(self, cells: Sequence[Cell], header: Sequence[str], index: int) -> str:
        """Say why a row holds no data: a total, a note below the table, the header again."""
        first = next((c for c in cells if isinstance(c, str) and c.strip()), "")
        leading = [first, *(cells[at] for at in self.key if at < len(cells))]
        if any(isinstance(c, str) and SUM in c and TOTAL.fullmatch(folded(c)) for c in leading):
            return "合计行不导入"
        said = folded(first)
        if header and said == header[0] and header == _texts(cells):
            return "重复的表头不导入"
        if index == self.reading.data and self._counts(cells):
            return "栏次行不导入"
        if said and NOTE.fullmatch(said):
            keyless = not any(at < len(cells) and cells[at] not in (None, "") for at in self.key)
            if keyless or sum(cell not in (None, "") for cell in cells) <= 2:
                return "表下的说明不导入"
        return ""

    def _counts(self, cells: Sequence[Cell]) -> bool:
        """Does a row number the columns, as forms do below their header?"""
        filled = [str(cell).strip() for cell in cells if cell not in (None, "")]
        enough = len(filled) > max(2, len(self.reading.targets) // 2)
        if not enough or not all(map(COUNTED.fullmatch, filled)):
            return False
        numbers = [int(re.sub(r"\D", "", cell)) for cell in filled if re.search(r"\d", cell)]
        return all(b == a + 1 for a, b in pairwise(numbers))

    def _row(self, index: int, cells: Sequence[Cell], given: tuple[tuple[str, str], ...]) -> Row | None:
        headers = {
            target.field: self.sheet.header(index, at, target.header)
            for at, target in self.reading.targets.items()
            if not target.given or target.given == given
        }
        row = Row(self.sheet.place, self.sheet.number(index), {**self._fixed, **dict(given)}, headers)
        empty = True
        for at, target in self.reading.targets.items():
            if target.given and target.given != given:
                continue
            text = self._cell(row, at, cells)
            empty = empty and (not text or not target.given)
            row.texts[target.field] = text
        if given and empty:
            return None  # no amount under this head
        for at, target in self.reading.spare.items():
            text = self._cell(row, at, cells)
            if text:
                row.texts[f"{target.field}?{at}"] = text
        return row

    def _cell(self, row: Row, at: int, cells: Sequence[Cell]) -> str:
        value = cells[at] if at < len(cells) else None
        if value is None:
            return ""
        cleaner = self.cleaners[at]
        target = self.reading.targets.get(at) or self.reading.spare[at]
        header = row.headers.get(target.field, target.header)
        try:
            text, kinds = cleaner.read(value)
        except UnclearError as error:
            self.faults.append(Fault(row.place, row.number, header, error.found, error.expected, error.advice))
            return ""
        if not cleaner.numeric and isinstance(value, int | Decimal):
            row.numbers.add(target.field)
        for kind in kinds:
            found = str(value) if len(str(value)) <= 40 else f"{str(value)[:40]}……"
            self.notes.append(Note(kind, row.place, row.number, header, tidy(found)[0], text))
        return text


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [folded(cell) for cell in cells if isinstance(cell, str) and cell.strip()]


def wanting(
    rows: Sequence[Row], table: DeclaredTable, fields: set[str], perhaps: Mapping[str, str] | None = None
) -> Iterator[Fault]:
    """Yield a fault for each required column that rows new to the table have not got.

    ``perhaps`` are headers, by the title that they may mean.
    """
    if not rows:
        return
    for column in table.columns:
        if column.required and column.name not in fields:
            advice = f"补上“{column.title}”列"
            if word := (perhaps or {}).get(column.title):
                advice += f'；“{word}”如果就是它，加上{OPTION} "{word}={column.title}"'
            yield Fault(rows[0].place, None, column.title, "没有这一列", "新增的行要有这一列", advice)
