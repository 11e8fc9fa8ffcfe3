"""A recognised sheet as rows of its table: cells read, totals and notes left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from ..tables.data_errors import Fault
from ..tables.declared import Column, DeclaredTable
from ..tables.text_files import half_width
from . import dated
from .cells import CODED, IN_WORDS, NO_NUMBER, REMEMBERED, Cleaner, UnclearError, tidy
from .files.raw import Cell, Sheet, folded, letters, visible
from .headers import CERTAIN, Names, Reading, Target
from .margins import Margins
from .names.learned import OPTION
from .totals import indented, is_part, is_total
from .units import MONEY, OF_MONEY, of_row, said, says_unit, states_unit

TOTAL_ROW, PART_ROW = "合计行不导入", "其中行不导入"
NAMELESS, DITTO_NOTE = "没有写名称，各数正好是上面各行之和", "同上，取上一行的"
COMES_AGAIN = frozenset((str, datetime, date, Decimal))  # types of cells; True is no 1, what is displayed no text
EACH_ITS_OWN = "各行所写的"
DITTO = frozenset(("同上", "〃", "″", "”", "''", '"'))  # as the row above
BESIDE = "只有序号、备注或表头以外有字的行不导入"
NOTE = re.compile(
    r"(备注|附注|注\d*|说明|填表说明|填表人|制表人?|编制人|审核人?|复核人?|单位负责人|负责人|会计主管"
    r"|填报日期|制表日期|报出日期|联系电话|数据来源|资料来源).*"
)
# What some word of every row says that is left out, or a space with which its name begins.
LEFT_OUT = re.compile(r"^\s|[计汇页其含包备附注说填制编审复单负会报联数资]|total", re.I | re.M)
MANY = 3  # columns that are wanting, told one by one
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
    count: int = 1  # places, of which ``row`` is the first

    def __str__(self) -> str:
        column = f"“{self.column}”列" if self.column else ""
        made = f"→“{self.made}”" if self.made else ""
        more = f"，共{self.count}处" if self.count > 1 else ""
        said = f"“{self.found}”{made}" if self.found or not made else f"填“{self.made}”"
        return f"{self.place}第{self.row}行{'起' if more else ''}{column}：{said}{more}"


@dataclass(slots=True)
class Row:
    """One row for a table: its texts by field, and where it came from."""

    place: str
    number: int
    texts: dict[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)  # field -> header in the file, one for many rows
    compares: bool = False  # is only held against the row that the table has already
    unsaid: frozenset[str] = frozenset()  # amounts whose unit nothing states
    bare: frozenset[str] = frozenset()  # percentages that come without a word of their unit
    first: str = ""  # what stands first in it
    numbers: frozenset[str] = frozenset()  # fields of text that were numbers in the file

    def fault(self, column: str | None, found: str, expected: str, advice: str = "请改正后重试") -> Fault:
        """Return a fault that tells of this row's place in the file."""
        return Fault(self.place, self.number, self.headers.get(column or "", column), found, expected, advice)


class Rows:
    """The rows of a sheet, the notes of what was changed, and the faults."""

    def __init__(self, sheet: Sheet, reading: Reading, names: Names) -> None:
        self.sheet, self.reading, self.names = sheet, reading, names
        self.table: DeclaredTable = reading.table
        self.notes: list[Note] = []
        self.faults: list[Fault] = []
        self.rows: list[Row] = []
        self.left: list[Row] = []  # parts of the row above them (其中)
        self.marks: list[tuple[Row, str, str, str]] = []  # row, field, header, what says that there is nothing
        codes = names.codes[self.table.name]
        self.cleaners: dict[int, Cleaner] = {}
        for at, target in {**reading.targets, **reading.spare}.items():
            self._cleaner(at, target, names)
        self.key = sorted(at for at, t in reading.targets.items() if t.field in self.table.key)
        self.codes = {at: codes[t.field] for at, t in reading.targets.items() if codes.get(t.field)}
        self.periods = {at: t.field for at, t in reading.targets.items() if t.field in dated.PATTERNS}
        self._place = sheet.place
        self._money = any(cleaner.column.unit == MONEY for cleaner in self.cleaners.values())
        self._last: tuple[Cell, ...] = ()  # the row of data before
        self._telling = [t.field for t in reading.targets.values() if not _adds(self.table.column(t.field))]
        self._headers: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}  # by what the columns of a row are given
        self._read_before: dict[int, dict[Cell, str]] = {at: {} for at in reading.targets}
        self._split: set[int] = set()  # columns that are known to say other things than their rivals
        self._below: int | None = None  # how far the row is moved in whose parts are being left out
        self._indent = 0
        for at in sorted(sheet.hidden_columns & reading.targets.keys()):
            header = reading.targets[at].header
            self.notes.append(Note("隐藏的列照样导入", sheet.place, reading.first + 1, "", header, ""))
        self._tell_units()
        self._fixed = {name: value for name, (value, _) in reading.given.items()}
        for name, (value, whence) in reading.given.items():
            self.notes.append(
                Note(
                    f"没有这一列，按{whence}填写",
                    sheet.place,
                    reading.first + 1,
                    self.table.column(name).title,
                    "",
                    value or EACH_ITS_OWN,
                )
            )
        if not self.faults:
            self._read()

    def _tell_units(self) -> None:
        """Say where the unit of amounts comes from that neither the title nor their own header states."""
        reading, place = self.reading, self.sheet.place
        last = self.sheet.rows[reading.data - 1]
        if (at := reading.units_at) is not None:
            header = str(last[at]) if at < len(last) else letters(at)
            self.notes.append(Note("金额的单位按各行写的", place, self.sheet.number(reading.data - 1), header, "", ""))
        for at, target in reading.targets.items():
            below = str(last[at] or "").strip(" ()（）") if at < len(last) else ""
            if target.unit and below == target.unit and below not in target.header:
                number = self.sheet.number(reading.data - 1)
                self.notes.append(Note("金额的单位取自表头下一行", place, number, target.header, below, ""))

    def _cleaner(self, at: int, target: Target, names: Names) -> None:
        column, name = self.table.column(target.field), self.table.name
        words, doubted = names.cells[name][column.name], names.doubted[name][column.name]
        unit = target.unit or (self.reading.unit if column.unit in OF_MONEY else "")
        called = self.table.labels.get(column.name)
        try:
            self.cleaners[at] = Cleaner(column, words, unit, self.sheet.since, doubted, called)
        except UnclearError as error:
            self.faults.append(
                Fault(
                    self.sheet.place, self.reading.first + 1, target.header, error.found, error.expected, error.advice
                )
            )

    def _read(self) -> None:
        groups = list(dict.fromkeys(t.given for t in self.reading.targets.values() if t.given))
        header = _texts(self.sheet.rows[self.reading.first])
        margins = Margins(self.sheet, self.reading)
        self._tell_above(margins)
        simple = not (margins.width or margins.bare or self.sheet.merged)  # nothing stands outside, nothing is joined
        for index in range(self.reading.data, len(self.sheet.rows)):
            cells = self.sheet.rows[index]
            if not any((isinstance(c, str) and c.strip()) or c not in (None, "") for c in reversed(cells)):
                continue  # what is merged from above needs no row of its own
            cells = self._filled(index)
            if self._plainly_data(cells, header, index):
                why, name = "", ""
                self._below, self._indent = None, 0
            else:
                why, name = self._left_out(cells, header, index)
            if why:
                self.left += self._unsaid(index, cells, groups) if why == PART_ROW else []
                name = name.strip() or next(str(c) for c in cells if c not in (None, ""))
                self.notes.append(Note(why, self.sheet.place, self.sheet.number(index), "", name[:30], ""))
                continue
            if not simple and (wrong := [*margins.look(index), *self._joined(index)]):
                self.faults += wrong
                continue
            if not self._says_anything(index):
                first = next(str(c) for c in cells if c not in (None, ""))
                self.notes.append(Note(BESIDE, self.sheet.place, self.sheet.number(index), "", first[:30], ""))
                continue
            if odd := self.sheet.odd_rows.get(index):
                first = next(str(c) for c in cells if c not in (None, ""))
                self.notes.append(
                    Note(f"{odd}行照样导入", self.sheet.place, self.sheet.number(index), "", first[:30], "")
                )
            rows = [row for given in groups or [()] if (row := self._row(index, cells, given))]
            self._last = cells
            if all(map(self._adds_up, rows)) and rows:
                self.notes.append(Note(TOTAL_ROW, self.sheet.place, self.sheet.number(index), "", NAMELESS, ""))
            else:
                self.rows += rows
        for index, at, cell, number in margins.unclaimed():
            if number:
                self.faults.append(margins.bare_number(index, at, cell))
            else:
                place, row_number, said = self.sheet.place, self.sheet.number(index), str(cell)[:40]
                self.notes.append(Note("没有表头的格没有导入", place, row_number, letters(at), said, ""))

    def _tell_above(self, margins: Margins) -> None:
        """Refuse a sheet with another table above the one that is read; tell of other numbers there."""
        for index, head in margins.above():
            place, number, above = self.sheet.place, self.sheet.number(index), self.sheet.number(head)
            said = [folded(cell) for cell in self.sheet.rows[head] if isinstance(cell, str) and cell.strip()]
            known = max(sum(word in words for word in said) for words in self.names.columns.values())
            if known < CERTAIN or 2 * known < len(said):
                first = next(str(cell) for cell in self.sheet.rows[index] if cell not in (None, ""))
                self.notes.append(Note("表头上方有数，没有读", place, number, "", first[:30], ""))
                continue
            found = f"第{above}行起是另一张表，有数没有读：读的是第{self.reading.first + 1}行起的{self.table.title}"
            advice = "把两张表分开放在两个工作表里，再导入"
            self.faults.append(Fault(place, number, None, found, "一个工作表里只有一张表", advice))
            return

    def _unsaid(self, index: int, cells: Sequence[Cell], groups: Sequence[tuple[tuple[str, str], ...]]) -> list[Row]:
        """Return the rows of a part as they would be, without what is said of their cells."""
        faults, notes, marks = len(self.faults), len(self.notes), len(self.marks)
        rows = [row for given in groups or [()] if (row := self._row(index, cells, given))]
        del self.faults[faults:], self.notes[notes:], self.marks[marks:]
        return rows

    def _adds_up(self, row: Row) -> bool:
        """Is a row that says of nothing what it is the sum of those above it, in every amount that it has?"""
        if any(map(row.texts.get, self._telling)):
            return False
        texts = {t.field: row.texts.get(t.field, "") for t in self.reading.targets.values()}
        amounts = {name: Decimal(text) for name, text in texts.items() if text and Decimal(text)}
        return (
            len(self.rows) > 1
            and bool(amounts)
            and all(
                amount == sum(Decimal(one.texts.get(name) or 0) for one in self.rows)
                for name, amount in amounts.items()
            )
        )

    def _filled(self, index: int) -> tuple[Cell, ...]:
        """A row's cells; one merged downwards holds for each row, as does 同上, unless it is an amount."""
        cells = self.sheet.rows[index]
        if not DITTO.isdisjoint(cells):
            cells = tuple(self._ditto(index, at, cell) for at, cell in enumerate(cells))
        if not self.sheet.merged:
            return cells
        width = max((at for at in self.cleaners), default=-1) + 1
        made = list(cells) + [None] * (width - len(cells))
        for at in self.cleaners:
            if self._holds(at) and (above := self._above(index, at)) is not None:
                made[at] = above
        return tuple(made)

    def _ditto(self, index: int, at: int, cell: Cell) -> Cell:
        """Return what a cell says that says 同上: what stands above it, unless that is an amount."""
        above = self._last[at] if at < len(self._last) else None
        if cell not in DITTO or above in (None, "") or at not in self.cleaners or not self._holds(at):
            return cell
        header = (self.reading.targets.get(at) or self.reading.spare[at]).header
        self.notes.append(Note(DITTO_NOTE, self.sheet.place, self.sheet.number(index), header, str(cell), str(above)))
        return above

    def _says_anything(self, index: int) -> bool:
        """Does a row have something of its own in a column that is read? One that is only numbered has not."""
        cells = self.sheet.rows[index]
        return any(at < len(cells) and str("" if cells[at] is None else cells[at]).strip() for at in self.cleaners)

    def _above(self, index: int, at: int) -> Cell:
        """The value of a cell that is merged into one further up."""
        top, left = self.sheet.merged.get((index, at), (index, at))
        above = self.sheet.rows[top] if self.reading.data <= top < index and left == at else ()
        return above[at] if at < len(above) else None

    def _holds(self, at: int) -> bool:
        """Does a column say what each row is, as a name, a date, a year or a level does?"""
        column = self.cleaners[at].column
        return column.name in self.table.key or column.type not in ("number", "integer") or _is_level(column)

    def _joined(self, index: int) -> Iterator[Fault]:
        """An amount merged over several rows is nobody's."""
        if not self.sheet.merged:
            return
        for at, target in self.reading.targets.items():
            above = None if self._holds(at) else self._above(index, at)
            if above not in (None, ""):
                yield Fault(
                    self.sheet.place,
                    self.sheet.number(index),
                    target.header,
                    f"“{above}”与上面的行合并成一格，说不清是每行都是，还是几行一共",
                    "每行一个数",
                    "取消合并，每行填各自的数",
                )

    def _left_out(self, cells: Sequence[Cell], header: Sequence[str], index: int) -> tuple[str, str]:
        """Say why a row holds no data, and its name: a total, a note below the table, the header again."""
        first = next((c for c in cells if isinstance(c, str) and c.strip()), "")
        if name := self._is_total(cells, first):
            return TOTAL_ROW, name
        if name := self._is_part(cells, first):
            return PART_ROW, name
        said = folded(first)
        if header and said == header[0] and header == _texts(cells):
            return "重复的表头不导入", first
        if index == self.reading.data and self._counts(cells):
            return "栏次行不导入", first
        if states_unit(cells):
            return "表下的说明不导入", first
        if said and NOTE.fullmatch(said):
            keyless = not any(at < len(cells) and cells[at] not in (None, "") for at in self.key)
            if keyless or sum(cell not in (None, "") for cell in cells) <= 2:
                return "表下的说明不导入", first
        return "", ""

    def _plainly_data(self, cells: Sequence[Cell], header: Sequence[str], index: int) -> bool:
        """Is there nothing in a row's texts by which a row could be left out? So it is with most, seen at once."""
        texts = [cell for cell in cells if isinstance(cell, str)]
        if index == self.reading.data or len(texts) in (0, len(header)) or LEFT_OUT.search("\n".join(texts)):
            return False
        return any(not isinstance(cell, str) and cell is not None for cell in cells)

    def _is_total(self, cells: Sequence[Cell], first: str) -> str:
        """Return the name by which a row is a total: its first text, or what should tell it from others.

        A row with an id of its own is one only if nothing but the word stands there.
        """
        own = len(self.table.key) == 1
        keyed = own and any(at < len(cells) and cells[at] not in (None, "", first) for at in self.key)
        said = [text for at, text in self._keys(cells) if is_total(text, named=not own) and not self._coded(at, text)]
        if is_total(first, named=not keyed) and not any(self._coded(at, first) for at in self.codes):
            said.append(first)
        if own and not keyed:
            said += [c for c in cells if isinstance(c, str) and is_total(c)]
        return said[0] if said else ""

    def _is_part(self, cells: Sequence[Cell], first: str) -> str:
        """Return the name by which a row is a part of the one above: 其中, or moved in below such a row."""
        names = [*(text for _, text in self._keys(cells)), first]
        moved = max(map(indented, names))
        said = [name for name in names[:-1] if is_part(name)] + [first] * is_part(first, title=True)
        if said:
            self._below = self._indent if self._below is None else self._below
            return said[0]
        if self._below is not None and moved > self._below:
            return next(name for name in names if indented(name) == moved)
        self._below, self._indent = None, moved
        return ""

    def _keys(self, cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
        """Yield the texts by which a row is told from others, with their columns."""
        for at in self.key:
            if at < len(cells) and isinstance(text := cells[at], str) and text.strip():
                yield at, text

    def _coded(self, at: int, text: str) -> bool:
        """Is a text a word of the table's own, or may it be one: 汇总 says how a statement was made."""
        known = self.codes.get(at)
        return known is not None and (folded(text) in known or "汇总" in text)

    def _counts(self, cells: Sequence[Cell]) -> bool:
        """Does a row number the columns, as forms do below their header?"""
        filled = [str(cell).strip() for cell in cells if cell not in (None, "")]
        enough = len(filled) > max(2, len(self.reading.targets) // 2)
        if not enough or not all(map(COUNTED.fullmatch, filled)):
            return False
        numbers = [int(re.sub(r"\D", "", cell)) for cell in filled if re.search(r"\d", cell)]
        return all(b == a + 1 for a, b in pairwise(numbers))

    def _row(self, index: int, cells: Sequence[Cell], given: tuple[tuple[str, str], ...]) -> Row | None:
        headers = self._called(index, given)
        first = next((str(c).strip() for c in cells if c not in (None, "")), "")
        row = Row(self._place, self.sheet.number(index), {**self._fixed, **dict(given)}, headers, first=first)
        row.compares = bool(self.sheet.origins) and self.sheet.origins[index].compares
        said_years = {}
        for at, name in self.periods.items():
            year, rest = dated.parted(cells[at], name) if at < len(cells) else ("", None)
            if year:
                said_years[name] = year, str(cells[at])
                cells = (*cells[:at], rest, *cells[at + 1 :])
        empty = True
        for at, target in self.reading.targets.items():
            if target.given and target.given != given:
                continue
            value = cells[at] if at < len(cells) else None
            if value is None:
                text = ""
            elif type(value) in COMES_AGAIN and (known := self._read_before[at].get(value)) is not None:
                text = known
            else:
                text = self._cell(row, at, cells)
            empty = empty and (not text or not target.given)
            row.texts[target.field] = text
        for name, (year, found) in said_years.items():
            self._dated(row, name, year, found)
        if given and empty:
            return None  # no amount under this head
        self._aside(row, cells)
        for at, target in self.reading.spare.items():
            text = self._cell(row, at, cells)
            if text:
                row.texts[f"{target.field}?{at}"] = text
                if at in self.reading.rivals and target.given in ((), given):
                    self._held_against(row, at, text)
        return row

    def _remember(self, at: int, value: Cell, text: str) -> None:
        """Keep how a cell was read of which nothing is to be said: names, codes and days come again."""
        known = self._read_before.setdefault(at, {})
        if len(known) >= REMEMBERED:
            known.clear()
        known[value] = text

    def _called(self, index: int, given: tuple[tuple[str, str], ...]) -> dict[str, str]:
        """Return what the file calls each field of a row."""
        if given not in self._headers or self.sheet.origins:
            self._headers[given] = {
                target.field: self.sheet.header(index, at, target.header)
                for at, target in self.reading.targets.items()
                if not target.given or target.given == given
            }
        return self._headers[given]

    def _dated(self, row: Row, name: str, year: str, found: str) -> None:
        """Take the year that a month says itself; refuse one that is not the row's, or the user's."""
        whence = self.reading.given.get("year", ("", ""))[1]
        said = row.texts.get("year", "")
        if "year" not in self.reading.fields or said == year or (whence and not whence.startswith("--year")):
            row.texts["year"] = year
        elif said:
            self.faults.append(
                row.fault(name, f"“{found}”不是{said}年的", f"{said}年的{self.table.column(name).title}")
            )

    def _held_against(self, row: Row, at: int, text: str) -> None:
        """Refuse the first row in which two columns that are called the same say different things."""
        first = self.reading.rivals[at]
        one, other = self.reading.targets[first], self.reading.spare[at]
        said = row.texts.get(one.field, "")
        if self.cleaners[at].numeric and self.cleaners[first].unit != self.cleaners[at].unit:
            said, text = _as_coarse(said, text)  # the same in 元 and, rounded, in 万元
        if said != text and at not in self._split:
            self._split.add(at)
            columns = f"{letters(first)}列和{letters(at)}列都是“{self.table.column(one.field).title}”"
            found = f"{columns}，一处是“{said or '空白'}”，一处是“{text}”"
            self.faults.append(Fault(row.place, row.number, other.header, found, "一列", "只留一列，或给另一列改名"))

    def _aside(self, row: Row, cells: Sequence[Cell]) -> None:
        """Refuse a row whose own words (a remark, a name with 元 in brackets) say another unit than it is read in."""
        if not self._money:
            return
        words = [cell for cell in cells if isinstance(cell, str) and ("单位" in cell or "元" in cell)]
        units = {unit: word for word in words for unit in said(word)}
        for at, cleaner in self.cleaners.items() if units else ():
            target = self.reading.targets.get(at)
            if target and cleaner.column.unit == MONEY and not target.unit and row.texts.get(target.field):
                read = MONEY if target.field in row.unsaid else self.reading.unit
                other = next((w for unit, w in units.items() if read and unit != read), "")
                if other and self.reading.units_at is None:
                    header = row.headers.get(target.field, target.header)
                    found = f"这一行写“{other[:30]}”，{f'整张表写“{read}”' if self.reading.unit else '别处没有写单位'}"
                    advice = "把单位写在这一格里，如500元，或改成一致"
                    self.faults.append(Fault(row.place, row.number, header, found, "同一个金额单位", advice))

    def _cell(self, row: Row, at: int, cells: Sequence[Cell]) -> str:
        value = cells[at] if at < len(cells) else None
        if value is None or (isinstance(value, str) and not visible(value).strip()):
            return ""
        cleaner = self.cleaners[at]
        target = self.reading.targets.get(at) or self.reading.spare[at]
        header = row.headers.get(target.field, target.header)
        try:
            if self.reading.units_at is not None and cleaner.column.unit == MONEY and not target.unit:
                own = of_row(cells[self.reading.units_at] if self.reading.units_at < len(cells) else None)
                cleaner = Cleaner(cleaner.column, {}, own) if own else cleaner
            text, kinds = cleaner.read(value)
        except UnclearError as error:
            self.faults.append(Fault(row.place, row.number, header, error.found, error.expected, error.advice))
            return ""
        said_before, silent = (len(self.notes), len(self.marks)), True
        column = cleaner.column
        if text and not cleaner.unit and column.unit == MONEY and not says_unit(value):
            row.unsaid |= {target.field}
            silent = False
        if text and column.unit == "%" and not cleaner.unit and header != target.field:
            said = isinstance(value, str) and ("%" in half_width(value) or IN_WORDS in kinds)
            row.bare |= frozenset() if said else {target.field}
            silent = False
        if not cleaner.numeric and isinstance(value, int | Decimal):
            row.numbers |= {target.field}
            silent = False
        for kind in kinds:
            if kind == NO_NUMBER and at in self.reading.targets:
                self.marks.append((row, target.field, header, tidy(value)[0]))
                continue
            found = tidy(str(value) if len(str(value)) <= 40 else f"{str(value)[:40]}……")[0]
            made = cleaner.called.get(text, text) if kind == CODED else text
            if kind != CODED or folded(found) != folded(made):  # the table's own word is no change
                self.notes.append(Note(kind, row.place, row.number, header, found, made))
        alike = column.type == "integer" or not isinstance(value, Decimal)  # 5.0 and 5 are not written alike elsewhere
        if (
            type(value) in COMES_AGAIN
            and alike
            and silent
            and said_before == (len(self.notes), len(self.marks))
            and self.reading.units_at is None
        ):
            self._remember(at, value, text)
        return text


def _as_coarse(*numbers: str) -> tuple[str, ...]:
    """Return numbers with as many decimals as the one that has fewest."""
    read = [Decimal(number).normalize() for number in numbers if number]
    if len(read) < len(numbers):
        return numbers
    places = min(max(0, -int(number.as_tuple().exponent)) for number in read)
    return tuple(f"{round(number, places):f}" for number in read)


def _adds(column: Column) -> bool:
    """Amounts and counts are what totals add up."""
    return column.unit == MONEY or (column.type == "integer" and bool(column.unit))


def _is_level(column: Column) -> bool:
    """Years, months, levels and grades are whole numbers of nothing."""
    return column.type == "integer" and not column.unit


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [folded(cell) for cell in cells if isinstance(cell, str) and cell.strip()]


def wanting(
    rows: Sequence[Row],
    table: DeclaredTable,
    fields: set[str],
    perhaps: Sequence[tuple[str, str]] = (),
    besides: Mapping[str, str] | None = None,
) -> Iterator[Fault]:
    """Yield a fault for each required column that rows new to the table have not got.

    ``perhaps`` are headers that are not used, with the title that they may mean, ``besides`` what
    else helps, by column.
    """
    if not rows:
        return
    lacking = [column.title for column in table.columns if column.required and column.name not in fields]
    more = {column.title: said for column in table.columns if (said := (besides or {}).get(column.name))}
    same = [
        f'；“{word}”如果就是“{title}”，加上{OPTION} "{word}={title}"' for word, title in perhaps if title in lacking
    ]
    if len(lacking) > MANY:
        helps = dict.fromkeys(more[title] for title in lacking if title in more)
        found, advice = f"没有{len(lacking)}列：{'、'.join(lacking)}", f"补上这些列{''.join((*helps, *same))}"
        yield Fault(rows[0].place, None, None, found, "新增的行要有这些列", advice)
        return
    for title in lacking:
        own = [one for one in same if f'={title}"' in one]
        advice = f"补上“{title}”列{more.get(title, '')}{''.join(own)}"
        yield Fault(rows[0].place, None, title, "没有这一列", "新增的行要有这一列", advice)
