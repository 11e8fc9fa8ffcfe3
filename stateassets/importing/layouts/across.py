"""Months, quarters, years and moments that stand across the sheet: a row is made for each.

A column's header says a period (1月, 2024Q1, 2023年), and perhaps a measure (营业收入) and codes
(年初). What adds others up (平均, 合计, 全年, a quarter among months) is not imported but compared.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from ...tables.data_errors import Fault
from ...tables.declared import Column, DeclaredTable
from ...tables.notation import plain_number
from ...tables.text_files import half_width
from ..cells import BLANKS
from ..files.raw import Cell, Origin, Sheet, folded
from ..headers import DEEPEST, SEARCHED, Names, Paths, header_readings, text_above
from ..rows import COUNTED, NOTE, Note
from ..years import which
from .flat import Flat
from .periods import ENGLISH, LAST, MEAN, MONTH, QUARTER, YEAR, Period, months_of, period, plain, year_months

FEWEST = 2  # periods that stand across
INDICATORS = {folded(word) for word in ("指标", "指标名称", "统计指标", "项目", "科目", "指标项")}
TWELVE = {str(month) for month in range(1, 13)}
MONTH_NUMBER = re.compile(r"1[0-2]|[1-9]")
HINT = re.compile(
    r"[月季年期初末]|(?:19|20)\d\d|q[1-4]|'?[1-9]\d[-./](?:0?[1-9]|1[0-2])$|" + "|".join(m[:3] for m in ENGLISH)
)  # of a time
YEAR_AND_CODE = re.compile(r"((?:19|20)\d\d)年?(.+)")
YEAR_END = re.compile(r"((?:19|20)\d\d)[-年./]12[-月./]31日?(?:00:00:00)?")


@dataclass(frozen=True)
class Head:
    """What a column of amounts says: when, what, and codes; ``adds`` where it adds others up."""

    at: int
    words: str  # as the file has it
    when: Period = field(default_factory=Period)
    codes: tuple[tuple[str, str], ...] = ()
    measure: str = ""  # the field
    unit: str = ""

    @property
    def place(self) -> tuple[tuple[str, str], ...]:
        """The fields that tell this column's rows from those of others."""
        return (*((name, str(value)) for name, value in self.when.fields), *self.codes)

    @property
    def adds(self) -> bool:
        """Whether the column says a sum or a mean of others by its name."""
        return self.when.span is not None


@dataclass
class Form:
    """A sheet as a form of one table: its header, what tells rows apart, and the amounts."""

    table: DeclaredTable
    first: int
    depth: int
    paths: list[tuple[str, ...]]
    ids: dict[int, str]  # column -> field, empty where none is known
    amounts: list[Head]
    sums: list[Head]
    unclear: list[str]  # months that may be January or October

    @property
    def score(self) -> tuple[int, int, int]:
        """The better form says more with less."""
        return (
            len(self.amounts) + sum(map(bool, self.ids.values())),
            sum(len(h.place) for h in self.amounts),
            -self.depth,
        )


def unfold(sheet: Sheet, names: Names, wanted: str) -> Flat | None:
    """Return the sheet unfolded, or None where it has another shape."""
    forms: dict[str, Form] = {}
    certain = wanted or sheet.table or names.title(sheet.name or sheet.file.rpartition(".")[0])
    named = [certain] if certain else names.within(f"{sheet.name} {text_above(sheet, SEARCHED)} {sheet.file}")
    hints = [sum(map(_hints, row)) or _numbers(row) for row in sheet.rows[: SEARCHED + DEEPEST]]
    if max(hints, default=0) < FEWEST:
        return None
    paths = Paths(sheet)
    for candidates in (named, [] if certain else list(names.package.tables)):
        for name in candidates:
            found = _form(sheet, paths, names, names.package.tables[name], hints, candidates is named)
            if found:
                forms[name] = found
        if forms:
            break
    if not forms:
        return None
    best = max(form.score for form in forms.values())
    alike = [form for form in forms.values() if form.score == best]
    if len(alike) > 1:
        titles = "、".join(form.table.title for form in alike)
        advice = f"用--table {alike[0].table.title}指明，或把工作表改名为表名"
        return Flat(faults=[Fault(sheet.place, alike[0].first + 1, None, f"可能是{titles}", "只能是一张表", advice)])
    return _Unfolding(sheet, names, alike[0]).made()


def _hints(cell: Cell) -> int:
    """Say whether a cell may be a time: 2 for 月份, which stands above the numbers of months."""
    said = plain(str(cell)) if cell is not None else ""
    return 2 if said in ("月份", "月") else int(bool(HINT.search(said)))


def _numbers(row: Sequence[Cell]) -> int:
    """Count the months of a row that has the numbers of all twelve."""
    said = {str(cell).strip() for cell in row}
    return len(TWELVE) if said >= TWELVE else 0


# --- what the header says --------------------------------------------------------------------------


def _form(
    sheet: Sheet, paths: Paths, names: Names, table: DeclaredTable, hints: Sequence[int], named: bool
) -> Form | None:
    """Return the best reading of a sheet as a form of a table with periods across.

    ``hints`` counts for each row what may be a time, ``named`` says that the sheet names the table.
    """
    if not {YEAR, QUARTER, MONTH} & set(table.key):
        return None
    best: Form | None = None
    words = _Words(names, table)
    for first in range(min(SEARCHED, len(sheet.rows))):
        if not sheet.rows[first]:
            continue
        for depth in range(1, min(DEEPEST, len(sheet.rows) - first) + 1):
            if max(hints[first : first + depth]) < FEWEST:
                continue
            found = _header(sheet, paths, words, first, depth, named)
            if found and (best is None or found.score > best.score):
                best = found
    return best


def _header(sheet: Sheet, paths_of: Paths, words: _Words, first: int, depth: int, named: bool) -> Form | None:
    table = words.table
    paths = list(paths_of(first, depth))
    last = [path[-1] if path else "" for path in paths]
    tails = year_months(last)
    unclear = [last[at] for at, word in tails.items() if not word]
    tails = {at: word or f"20{plain(last[at])[-4:]}" for at, word in tails.items()}
    if set(last) >= TWELVE:
        tails |= {at: f"{word}月" for at, word in enumerate(last) if word in TWELVE}
    heads: list[Head] = []
    ids: dict[int, str] = {}
    for at, path in enumerate(paths):
        told = (*path[:-1], tails[at]) if at in tails else path
        head = words.head(at, told, "/".join(path)) if path else None
        if head:
            heads.append(head)
        elif path:
            ids[at] = words.field(path)
    heads = words.measured(heads, f"{sheet.name} {text_above(sheet, first)}", named)
    form = Form(table, first, depth, paths, ids, *_sorted(heads, table), unclear)
    known = {name for name in ids.values() if name in table.key}
    periods = {(head.place, head.when.relative) for head in form.amounts}
    if len(periods) < FEWEST or not known or not _holds(sheet, form, words):
        return None
    return form


def _holds(sheet: Sheet, form: Form, words: _Words) -> bool:
    """Stand numbers below the header, not words of a header still?"""
    row = form.first + form.depth
    below = [_cell(sheet, row, head.at) for head in form.amounts] if row < len(sheet.rows) else []
    return not any(
        isinstance(cell, str) and cell.strip() and _number(cell) is None and words.says(head.at, cell)
        for head, cell in zip(form.amounts, below, strict=False)
    )


def _sorted(heads: Sequence[Head], table: DeclaredTable) -> tuple[list[Head], list[Head]]:
    """Return the columns to import and those that add them up: of months and quarters the months."""
    kinds = {name for head in heads if not head.adds for name in head.when.kinds}
    finest = next((kind for kind in (MONTH, QUARTER) if kind in kinds), YEAR)
    if finest not in table.key:
        return [], []
    amounts = [
        h
        for h in heads
        if not h.adds and (finest in h.when.kinds or (finest == YEAR and (h.when.relative or h.codes or h.place)))
    ]
    sums = []
    for head in heads:
        if head in amounts:
            continue
        when = head.when if head.adds else replace(head.when, span=months_of(head.when))
        sums.append(replace(head, when=when))
    return amounts, sums


class _Words:
    """What the words of a header may be in one table."""

    def __init__(self, names: Names, table: DeclaredTable) -> None:
        self.names, self.table = names, table
        self.columns = names.columns[table.name]
        self.codes = {name: words for name, words in names.codes[table.name].items() if name in table.key}
        self.amounts = [c for c in table.columns if is_amount(c) and c.name not in table.key]

    def field(self, path: Sequence[str]) -> str:
        """Return the column that a header names, or nothing."""
        for text in (path[-1], "".join(path)):
            for name, _ in header_readings(text):
                if found := self.columns.get(folded(name)):
                    return found[0]
        return ""

    def head(self, at: int, path: Sequence[str], words: str) -> Head | None:
        """Return what a column of amounts says, None if it is none with a time or a code of its own."""
        head = Head(at, words)
        for number, text in enumerate(path):
            under = self.columns.get(folded(path[number - 1]), ("",))[0] if number else ""
            found = self._read(head, text, under)
            if found is None:
                return None
            head = found
        said = head.when.fields or head.when.relative or head.adds
        return head if said or (head.codes and head.measure) else None

    def _read(self, head: Head, text: str, under: str) -> Head | None:
        for name, unit in reversed(header_readings(text)):
            with_unit = replace(head, unit=unit or head.unit) if not unit or "元" in unit or len(unit) < 3 else head
            if found := self._whole(with_unit, name, under):
                return found
        parts = header_readings(text)[-1]
        if parts[1]:  # 营业收入(2024年)
            found = self._whole(head, parts[0], under)
            return self._whole(found, parts[1], under) if found else None
        said = plain(text)
        for cut in range(1, len(said)):  # 2024年营业收入, 资产总额年初数
            for one, other in ((said[:cut], said[cut:]), (said[cut:], said[:cut])):
                column = self.columns.get(folded(other))
                if column and self._measure(column[0]) and (found := self._time(head, one)):
                    return replace(found, measure=column[0])
        return None

    def says(self, at: int, text: str) -> bool:
        """Whether a text may stand in the header of a column of amounts."""
        return self._read(Head(at, text), text, "") is not None

    def _whole(self, head: Head, text: str, under: str) -> Head | None:
        column = self.columns.get(folded(text))
        if column and self._measure(column[0]):
            return replace(head, measure=column[0])
        if under == MONTH and MONTH_NUMBER.fullmatch(plain(text)):
            return replace(head, when=_both(head.when, Period(((MONTH, int(plain(text))),))))
        if column:
            return head if column[0] in (YEAR, QUARTER, MONTH) else None
        return self._time(head, text)

    def _measure(self, name: str) -> bool:
        return any(c.name == name for c in self.amounts)

    def _time(self, head: Head, text: str) -> Head | None:
        codes = [(name, code) for name, known in self.codes.items() if (code := known.get(folded(text)))]
        if codes:
            return replace(head, codes=(*head.codes, codes[0]))
        said = plain(text)
        moments = self.codes.get("moment", {})
        if moments and (match := YEAR_END.fullmatch(said)):
            said = f"{match[1]}年末"
        if moments and (match := YEAR_AND_CODE.fullmatch(said)):
            code = moments.get(folded(f"年{match[2]}")) or moments.get(folded(match[2]))
            if code:
                year = Period(((YEAR, int(match[1])),))
                return replace(head, when=_both(head.when, year), codes=(*head.codes, ("moment", code)))
        when = period(text)
        return replace(head, when=_both(head.when, when)) if when else None

    def measured(self, heads: Sequence[Head], above: str, named: bool) -> list[Head]:
        """Return the columns with their measure: the only one that the table has, or the title names."""
        only = [c.name for c in self.amounts if c.required] if named else []
        if len(only) != 1:
            said = folded(above)
            told = {w: f for w, (f, _) in self.columns.items() if self._measure(f) and w in said}
            longest = max(map(len, told), default=0)
            only = list({f for w, f in told.items() if len(w) == longest})
        default = only[0] if len(only) == 1 else ""
        named = any(h.measure for h in heads if not h.adds)
        found = [h if h.measure or (named and h.adds) else replace(h, measure=default) for h in heads]
        return [h for h in found if h.measure or h.adds]


def is_amount(column: Column) -> bool:
    """Whether a column holds what can stand below a period."""
    return column.type in ("number", "integer")


def _both(one: Period, other: Period) -> Period:
    """Return what a head and the head above it say together: 2024年 above 1月; 上半年 above 1月 says no more."""
    fields = {**dict(one.fields), **dict(other.fields)}
    finer = {QUARTER, MONTH} & other.kinds
    span = other.span if other.span is not None or finer else one.span
    return Period(tuple(fields.items()), span, one.mean or other.mean, other.relative or one.relative)


# --- the rows --------------------------------------------------------------------------------------


class _Unfolding:
    """Makes the rows of a form."""

    def __init__(self, sheet: Sheet, names: Names, form: Form) -> None:
        self.sheet, self.names, self.form, self.table = sheet, names, form, form.table
        self.flat = Flat()
        self.data = form.first + form.depth
        self.amounts = self._dated(form.amounts)
        self.sums = list(form.sums)
        self.measures = list(dict.fromkeys(h.measure for h in self.amounts))
        self.fields = list(dict.fromkeys(name for h in self.amounts for name, _ in h.place))
        # A number that is of no period cannot be told of each; a measure beside its periods is their sum.
        self.ids = {}
        for at, name in form.ids.items():
            if name and is_amount(self.table.column(name)) and name not in self.table.key:
                whole = Period(span=(), mean=MEAN in form.paths[at][-1])
                self.sums.append(Head(at, "/".join(form.paths[at]), whole, measure=name))
            else:
                self.ids[at] = name
        self.blank: dict[int, list[str]] = {}  # the periods that rows have nothing in
        self.used: dict[int, bool] = {}  # whether a column has a number in any row
        self.groups: dict[tuple[tuple[str, str], ...], list[Head]] = defaultdict(list)
        for head in self.amounts:
            self.groups[head.place].append(head)

    def _dated(self, heads: Sequence[Head]) -> list[Head]:
        """Return the heads with 本年 and 上年 as years, which the title must say."""
        if not any(h.when.relative for h in heads):
            return list(heads)
        year, _, _ = which(self.sheet, self.form.first)
        if not year:
            said = "、".join(sorted({h.words for h in heads if h.when.relative}))
            self._fault(None, f"“{said}”是哪一年", "能认出的年度", "在表的标题里写明年度，如2024年度")
            return list(heads)
        this = int(year)
        return [
            replace(h, when=replace(h.when, relative="", fields=((YEAR, this - (h.when.relative == LAST)),)))
            if h.when.relative
            else h
            for h in heads
        ]

    def _fault(self, column: str | None, found: str, expected: str, advice: str) -> None:
        self.flat.faults.append(Fault(self.sheet.place, self.data, column, found, expected, advice))

    def made(self) -> Flat:
        """Return the flat sheet with its notes and faults."""
        self._look()
        if self.flat.faults:
            return self.flat
        rows: list[tuple[Cell, ...]] = list(self.sheet.rows[: self.form.first])
        origins = [Origin(number + 1) for number in range(self.form.first)]
        odd = {at: how for at, how in self.sheet.odd_rows.items() if at < self.form.first}
        for number, cells in enumerate(self._head()):
            rows.append(cells)
            origins.append(Origin(self.form.first + number + 1))
        for index in range(self.data, len(self.sheet.rows)):
            for cells, headers in self._unfolded(index):
                if index in self.sheet.odd_rows:
                    odd[len(rows)] = self.sheet.odd_rows[index]
                rows.append(cells)
                origins.append(Origin(index + 1, headers))
        self._told()
        unseen = frozenset(new for new, at in enumerate(self.ids) if at in self.sheet.hidden_columns)
        flat = replace(
            self.sheet,
            rows=rows,
            merged={},
            table=self.table.name,
            odd_rows=odd,
            hidden_columns=unseen,
            origins=tuple(origins),
        )
        self.flat.sheets.append(flat)
        return self.flat

    def _look(self) -> None:
        """Find what in the header can be read in two ways."""
        for word in self.form.unclear:
            found = f"“{word}”可能是1月，也可能是10月（Excel把{word}0显示成{word}）"
            self._fault(word, found, "说得清的月份", "写成2024年1月或2024年10月这样")
        for heads in self.groups.values():
            for measure, count in Counter(h.measure for h in heads).items():
                if count > 1:
                    said = "、".join(f"“{h.words}”" for h in heads if h.measure == measure)
                    self._fault(heads[0].words, f"{said}是同一期", "每期一列", "改正表头")
        for measure in self.measures:
            units = {h.unit for h in self.amounts if h.measure == measure}
            if len(units) > 1:
                self._fault(
                    None,
                    f"各期的单位不同：{'、'.join(sorted(u or '没有写' for u in units))}",
                    "一个单位",
                    "各期用同一个单位",
                )
        lacking = [h.words for h in self.amounts if {n for n, _ in h.place} != set(self.fields)]
        if lacking:
            self._fault(lacking[0], f"“{lacking[0]}”与其他列写法不同，说不清是哪一期", "各列写明同样的期间", "改正表头")
        self._look_at_indicators()
        both = [name for name in self.fields if name in self.ids.values()]
        for name in both:
            title = self.table.column(name).title
            self._fault(title, f"表里有“{title}”列，表头又按{title}横排", "只写一处", f"删去“{title}”列")

    def _look_at_indicators(self) -> None:
        """Refuse a column that says of each row what its amounts are, unless all are what is imported."""
        words = self.names.columns[self.table.name]
        for at, name in self.ids.items():
            if name or folded(self.form.paths[at][-1]) not in INDICATORS:
                continue
            cells = [_cell(self.sheet, index, at) for index in range(self.data, len(self.sheet.rows))]
            for said in dict.fromkeys(str(c).strip() for c in cells if c not in (None, "")):
                if words.get(folded(said), ("",))[0] not in self.measures:
                    header = "/".join(self.form.paths[at])
                    wanted = "、".join(self.table.column(m).title for m in self.measures)
                    self._fault(header, f"有的行是“{said[:20]}”", f"各行都是{wanted}", "只留这些行，其他指标另列一张表")
                    return

    def _head(self) -> list[tuple[Cell, ...]]:
        """Return the header of the flat sheet: what tells rows apart, the periods, the measures."""
        kept = [self.form.paths[at] for at in self.ids]
        depth = max(map(len, kept), default=1)
        titles = [(self.table.column(name).title,) for name in self.fields]
        units = {h.measure: h.unit for h in self.amounts}
        for name in self.measures:
            titles.append(
                (f"{self.table.column(name).title}（{units[name]}）" if units[name] else self.table.column(name).title,)
            )
        return [tuple(path[row] if row < len(path) else None for path in (*kept, *titles)) for row in range(depth)]

    def _unfolded(self, index: int) -> Iterator[tuple[tuple[Cell, ...], Mapping[int, str]]]:
        """Yield the rows that one row of the form makes, each with its columns' headers."""
        ids = tuple(self._id(index, at, name) for at, name in self.ids.items())
        first = next((str(c) for c in ids if c not in (None, "")), "")
        amounts = [_cell(self.sheet, index, h.at) for h in (*self.amounts, *self.sums)]
        if not first and all(c in (None, "") for c in amounts):
            return
        if self._repeats(index) or (index == self.data and self._counts(index)):
            kind = "重复的表头不导入" if self._repeats(index) else "栏次行不导入"
            self.flat.notes.append(Note(kind, self.sheet.place, index + 1, "", first[:30], ""))
            return
        filled = False
        start, blank = len(ids) + len(self.fields), []
        for place, heads in self.groups.items():
            by_measure = {h.measure: h for h in heads}
            cells = [_cell(self.sheet, index, by_measure[m].at) if m in by_measure else None for m in self.measures]
            if not self._says(cells, heads):
                blank.append(heads[0].words)
                continue
            filled = True
            at_period = {len(ids) + number: heads[0].words for number in range(len(self.fields))}
            headers = {start + n: by_measure[m].words for n, m in enumerate(self.measures) if m in by_measure}
            told = dict(place)
            yield (*ids, *(told[name] for name in self.fields), *cells), {**headers, **at_period}
        if not filled:
            if NOTE.fullmatch(folded(first)) or all(c in (None, "") for c in amounts):
                yield ids, {}  # a note or a heading: what comes after says so
            else:
                self._left(index, first, "一期也没有填数的行不导入")
        else:
            self.blank[index] = blank
            self._compare(index)

    def _left(self, index: int, found: str, kind: str) -> None:
        self.flat.notes.append(Note(kind, self.sheet.place, index + 1, "", found[:30], ""))

    def _says(self, cells: Sequence[Cell], heads: Sequence[Head]) -> bool:
        """Does a row say something of a period? A mark for nothing does in amounts of a period that has numbers."""
        for cell, measure in zip(cells, self.measures, strict=True):
            if cell in (None, "") or (isinstance(cell, str) and not cell.strip()):
                continue
            if not is_mark(cell):
                return True
            if self.table.column(measure).unit == "万元" and self._used(heads):
                return True
        return False

    def _used(self, heads: Sequence[Head]) -> bool:
        """Has a period a number in any row?"""
        for head in heads:
            if head.at not in self.used:
                rows = range(self.data, len(self.sheet.rows))
                self.used[head.at] = any(_number(_cell(self.sheet, i, head.at)) is not None for i in rows)
        return any(self.used[head.at] for head in heads)

    def _id(self, index: int, at: int, name: str) -> Cell:
        """A cell beside the periods; one merged downwards holds for each row."""
        top, left = self.sheet.merged.get((index, at), (index, at))
        if left != at or top < self.data:
            return _cell(self.sheet, index, at)
        return _cell(self.sheet, top, at)

    def _repeats(self, index: int) -> bool:
        return tuple(self.sheet.rows[index]) == tuple(self.sheet.rows[self.data - 1])

    def _counts(self, index: int) -> bool:
        """Does a row number the columns?"""
        filled = [str(c).strip() for c in self.sheet.rows[index] if c not in (None, "")]
        numbers = [int(re.sub(r"\D", "", c)) for c in filled if re.search(r"\d", c)]
        steps = all(b == a + 1 for a, b in pairwise(numbers))
        return len(filled) > len(self.amounts) and all(map(COUNTED.fullmatch, filled)) and steps

    # --- what is said of it ---

    def _told(self) -> None:
        place, row = self.sheet.place, self.data
        for name in self.fields:
            said = list(dict.fromkeys(h.words for h in self.amounts))
            kind = "横排的期间逐期成行"
            shown = "、".join(said) if len(said) <= 4 else f"{said[0]}、{said[1]}……{said[-1]}"
            self.flat.notes.append(Note(kind, place, row, "", shown, self.table.column(name).title))
        for head in self.sums:
            own = (not head.measure or head.measure in self.measures) and head.when.relative != LAST
            kind = "合计、平均等列不导入" if own else "说不清是哪一期的列不导入"
            self.flat.notes.append(Note(kind, place, row, head.words, head.words, ""))
        for at in sorted(self.sheet.hidden_columns & {h.at for h in self.amounts}):
            self.flat.notes.append(Note("隐藏的列照样导入", place, row, "/".join(self.form.paths[at]), "", ""))
        rows = list(self.blank.items())
        never = [w for w in dict.fromkeys(w for _, b in rows for w in b) if all(w in b for _, b in rows)]
        for words in never:
            self.flat.notes.append(Note("没有填数的期间不成行", place, row, words, "各行", ""))
        for index, blank in rows:
            for words in (w for w in blank if w not in never):
                self.flat.notes.append(Note("没有填数的期间不成行", place, index + 1, words, "空白", ""))

    def _compare(self, index: int) -> None:
        """Tell where a sum or mean that the form has is not that of its periods."""
        for head in self.sums:
            if (head.measure and head.measure not in self.measures) or head.when.relative == LAST:
                continue
            said = _number(_cell(self.sheet, index, head.at))
            of = [h for h in self.amounts if (not head.measure or h.measure == head.measure) and _within(h, head)]
            cells = [_cell(self.sheet, index, h.at) for h in of]
            filled = [c for c in cells if c not in (None, "") and str(c).strip() and not is_mark(c)]
            parts = [number for cell in filled if (number := _number(cell)) is not None]
            several = len(self.measures) > 1 and not head.measure
            if said is None or several or not parts or len(parts) < len(filled):  # 310人 is read later
                continue
            exact = sum(parts, Decimal(0)) / (len(parts) if head.when.mean else 1)
            if abs(exact - said) > _tolerance(said, parts, head.when.mean):
                kind = f"{'平均' if head.when.mean else '合计'}与各期算出的不符"
                made = f"{exact.quantize(Decimal('0.01')).normalize():f}"
                self.flat.notes.append(Note(kind, self.sheet.place, index + 1, head.words, f"{said:f}", made))


def _within(head: Head, whole: Head) -> bool:
    """Is a column's period within what another adds up?"""
    said, of = dict(head.when.fields), dict(whole.when.fields)
    if YEAR in of and YEAR in said and of[YEAR] != said[YEAR]:
        return False
    if set(whole.codes) - set(head.codes):
        return False
    if not whole.when.span:
        return True
    if MONTH in said:
        return said[MONTH] in whole.when.span
    return QUARTER in said and 3 * said[QUARTER] in whole.when.span and 3 * said[QUARTER] - 2 in whole.when.span


def _tolerance(said: Decimal, parts: Sequence[Decimal], mean: bool) -> Decimal:
    """How far a rounded sum or mean may be from that of rounded parts."""
    step = Decimal(1).scaleb(int(min(said.as_tuple().exponent, 0))) / 2
    fine = Decimal(1).scaleb(int(min(min(p.as_tuple().exponent for p in parts), 0))) / 2
    whole = fine == Decimal("0.5")
    return step + (0 if whole else fine * (1 if mean else len(parts))) if mean or not whole else Decimal(0)


def is_mark(cell: Cell) -> bool:
    """Whether a cell holds a mark that says there is nothing."""
    return isinstance(cell, str) and half_width(cell).replace("−", "-").strip("¥￥ ").casefold() in BLANKS


def _cell(sheet: Sheet, row: int, column: int) -> Cell:
    cells = sheet.rows[row]
    return cells[column] if column < len(cells) else None


def _number(cell: Cell) -> Decimal | None:
    if isinstance(cell, bool) or cell in (None, ""):
        return None
    try:
        found = Decimal(plain_number(str(cell)))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
