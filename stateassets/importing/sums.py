"""Rows that are the sum of others without saying so: found by arithmetic, left out, told or asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from ..tables.data_errors import Fault
from ..tables.declared import Column, DeclaredTable
from .files.raw import folded
from .rows import PART_ROW, TOTAL_ROW, Note, Row
from .totals import bare

STRONG_CELLS, STRONG_ROWS = 4, 3  # amounts that agree at once, rows that are added up: no chance
PRECISE = 4  # digits of amounts that do not add up by chance
FARTHEST = 60  # rows that one row adds up, where they come after it
KEEP, SKIP = "keep", "skip"  # what the user may say of such rows
ALIKE = 2  # characters at the end of names that are of one kind: 甲公司, 乙公司


@dataclass
class Judged:
    """The rows to import, what is said of the others, and what is asked."""

    rows: list[Row]
    notes: list[Note] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def judge(
    table: DeclaredTable,
    rows: Sequence[Row],
    old: Sequence[Mapping[str, str]],
    word: str = "",
    left: Sequence[Row] = (),
) -> Judged:
    """Say of each row that adds up others whether it is imported.

    One that is called as its group is (利润收入 among the rows of 利润收入) is a total. One with an
    id of its own that does not add up all others of its sheet, or called as the rows are that it
    adds up, is data, which is told, unless its amounts have too many digits for chance. The rest is
    asked, unless ``old``, the table as it stands, has the row already: ``word`` is the user's
    answer. Asked are, too, rows that with the parts (其中) before them, ``left``, make up the row
    above those.
    """
    made = Judged(list(rows))
    held = {tuple(row.get(name, "") for name in table.key) for row in old}
    out: set[int] = set()
    for one in sums(table, rows):
        if _in(held, table, one.line.rows):
            continue
        said = f"{_listed(one.parts)}之和"
        data = _is_data(table, one)
        if _named_as_group(table, one.line) or (word == SKIP and not data):
            _tell(made, TOTAL_ROW, one.line, said)
            out.update(map(id, one.line.rows))
        elif word == KEEP or data:
            _tell(made, "数恰好是其他行之和，照样导入", one.line, said)
        else:
            found = f"“{one.line.name}”的数正好是{said}，没有写明是不是合计"
            made.faults.append(_asked(table, one.line, found, "合计"))
    for above, more in parts_after(table, rows, left):
        if word == KEEP or _in(held, table, [row for line in more for row in line.rows]):
            continue
        for line in more:
            if word == SKIP:
                _tell(made, PART_ROW, line, "")
                out.update(map(id, line.rows))
        if word != SKIP:
            found = f"{_listed(more)}与前面的“其中”相加正好是第{above.number}行“{above.name}”，没有写明是不是其中的"
            made.faults.append(_asked(table, more[0], found, "其中的"))
    made.rows = [row for row in rows if id(row) not in out]
    return made


def _in(held: set[tuple[str, ...]], table: DeclaredTable, rows: Sequence[Row]) -> bool:
    """Has the table as it stands all these rows?"""
    return all(tuple(row.texts.get(name, "") for name in table.key) in held for row in rows)


def _listed(parts: Sequence[Line]) -> str:
    said = "、".join(f"第{part.number}行" for part in parts[:STRONG_CELLS])
    return said + (f"等{len(parts)}行" if len(parts) > STRONG_CELLS else "")


def _tell(made: Judged, kind: str, line: Line, said: str) -> None:
    first = line.rows[0]
    made.notes.append(Note(kind, first.place, first.number, "", line.name, said))


def _asked(table: DeclaredTable, line: Line, found: str, what: str) -> Fault:
    first = line.rows[0]
    advice = f"是{what}，删去或加--sums {SKIP}；不是的，加--sums {KEEP}"
    return Fault(first.place, first.number, first.headers.get(_name(table)), found, "不与其他行重复", advice)


def _name(table: DeclaredTable) -> str:
    """The column that says what a row is of."""
    return next((k.column for k in table.foreign_keys if k.column in table.key), table.key[-1])


def _named_as_group(table: DeclaredTable, line: Line) -> bool:
    said = folded(bare(line.name))
    words = {folded(label) for labels in table.labels.values() for label in labels.values()}
    words |= {folded(row.texts.get(name, "")) for row in line.rows for name in table.key[:-1]}
    return len(table.key) > 1 and not any(k.column in table.key for k in table.foreign_keys) and said in words


def _is_data(table: DeclaredTable, one: Sum) -> bool:
    """Has a row a key of its own with too little against it, or a name like those that it adds up?"""
    if one.precise:
        return False
    if len(table.key) == 1:
        return not one.whole
    if any(k.column in table.key for k in table.foreign_keys):
        return not one.certain
    called = [part.name.strip() for part in (one.line, *one.parts)]
    return len({name[-ALIKE:] for name in called}) == 1 or max(map(len, called)) < ALIKE


@dataclass(frozen=True)
class Line:
    """What the rows of one thing hold together: its name, its amounts, and the rows."""

    name: str
    amounts: Mapping[tuple[str, ...], Decimal]  # the other columns of the key and the field -> amount
    rows: tuple[Row, ...]

    @property
    def number(self) -> int:
        """Where it first stands in the file."""
        return self.rows[0].number


@dataclass(frozen=True)
class Sum:
    """A line whose amounts are those of ``parts`` added up."""

    line: Line
    parts: tuple[Line, ...]
    whole: bool = False  # the parts are all other lines, several

    @property
    def certain(self) -> bool:
        """Whether so many amounts agree that it is no chance."""
        agree = sum(map(bool, self.line.amounts.values()))
        return agree >= STRONG_CELLS or (agree > 1 and len(self.parts) >= STRONG_ROWS)

    @property
    def precise(self) -> bool:
        """Whether all amounts have so many digits that it is no chance."""
        amounts = [amount for line in (self.line, *self.parts) for amount in line.amounts.values() if amount]
        return all(len(amount.normalize().as_tuple().digits) >= PRECISE for amount in amounts)


def sums(table: DeclaredTable, rows: Sequence[Row]) -> Iterator[Sum]:
    """Yield the lines that are the sum of those just above or just below them, in every amount.

    Lines are compared within a sheet and, where they are no enterprises, within a group (the same
    收支 and 科目); a line that is a sum ends what the next one may add up.
    """
    if not table.key:
        return
    fields = [c.name for c in table.columns if _adds(c) and c.name not in table.key]
    if not fields:
        return
    found: set[int] = set()
    for lines in _blocks(table, rows, fields):
        for one in _added(lines, len(table.key) == 1):
            if id(one.line.rows[0]) not in found:
                found.add(id(one.line.rows[0]))
                yield one


def _adds(column: Column) -> bool:
    """Whether amounts of a column can be added up: money and counts."""
    return column.unit == "万元" or (column.type == "integer" and bool(column.unit))


def _blocks(table: DeclaredTable, rows: Sequence[Row], fields: Sequence[str]) -> Iterator[list[Line]]:
    """Yield the lines that stand together, in the file's order.

    Enterprises (whatever a key refers to) are compared over all else that tells rows apart; other
    lines within the same of all else, and within the same of all else but the last.
    """
    refers = [k.column for k in table.foreign_keys if k.column in table.key]
    if refers or len(table.key) == 1:
        own = refers[:1] or list(table.key)
        within: list[list[str]] = [[]]
    else:
        own = list(table.key[-2:])
        within = [list(table.key[:-1]), list(table.key[:-2])]
    others = [name for name in table.key if name not in own] if refers else []
    for group_by in within:
        groups: dict[tuple[str, ...], dict[tuple[str, ...], list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            group = row.place, *(row.texts.get(name, "") for name in group_by)
            groups[group][tuple(row.texts.get(name, "") for name in own)].append(row)
        for group_lines in groups.values():
            yield [_line(name[-1], found, others, fields) for name, found in group_lines.items()]


def _line(name: str, rows: Sequence[Row], others: Sequence[str], fields: Sequence[str]) -> Line:
    amounts = {
        (*(row.texts.get(o, "") for o in others), field): amount
        for row in rows
        for field in fields
        if (amount := _decimal(row.texts.get(field, ""))) is not None
    }
    return Line(name, amounts, tuple(rows))


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _added(lines: Sequence[Line], only_above: bool) -> Iterator[Sum]:
    if only_above and (all_others := _below(lines, 0, len(lines))):
        yield Sum(lines[0], all_others, whole=True)
    start = 0
    above: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for at, line in enumerate(lines):
        if any(line.amounts.values()):
            if _same(line, above) and len(parts := _nonzero(lines[start:at])) > 1:
                yield Sum(line, parts, start == 0 and at == len(lines) - 1)
                start, above = at + 1, defaultdict(Decimal)
                continue
            if not only_above and (below := _below(lines, at)):
                yield Sum(line, below)
                start, above = at + 1, defaultdict(Decimal)
                continue
            if two := _of_two(lines, at):
                yield two
                continue
        for place, amount in line.amounts.items():
            above[place] += amount


def _of_two(lines: Sequence[Line], at: int) -> Sum | None:
    """Return a line as the sum of two beside it, if it is that by all other lines or by no chance."""
    for one, other in ((at - 2, at - 1), (at - 1, at + 1), (at + 1, at + 2)):
        if one < 0 or other >= len(lines):
            continue
        total = defaultdict(Decimal, lines[one].amounts)
        for place, amount in lines[other].amounts.items():
            total[place] += amount
        found = Sum(lines[at], (lines[one], lines[other]), whole=len(lines) == len((one, at, other)))
        if _same(lines[at], total) and len(_nonzero(found.parts)) > 1 and (found.whole or found.precise):
            return found
    return None


def _below(lines: Sequence[Line], at: int, least: int = 0) -> tuple[Line, ...]:
    """Return the lines just below one that add up to it, at ``least`` so many with itself, if any do."""
    total: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    if not any(lines[at].amounts.values()):
        return ()
    for end in range(at + 1, min(len(lines), max(least, at + 1 + FARTHEST))):
        for place, amount in lines[end].amounts.items():
            total[place] += amount
        if end > at + 1 and end - at + 1 >= least and _same(lines[at], total):
            parts = _nonzero(lines[at + 1 : end + 1])
            return parts if len(parts) > 1 else ()
    return ()


def _same(line: Line, total: Mapping[tuple[str, ...], Decimal]) -> bool:
    return all(line.amounts.get(place, 0) == amount for place, amount in total.items()) and all(
        place in total for place in line.amounts
    )


def _nonzero(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(line for line in lines if any(line.amounts.values()))


def parts_after(
    table: DeclaredTable, rows: Sequence[Row], left: Sequence[Row]
) -> Iterator[tuple[Line, tuple[Line, ...]]]:
    """Yield the lines above parts (其中) with the lines after these that make up the rest of them."""
    if not table.key:
        return
    fields = [c.name for c in table.columns if _adds(c) and c.name not in table.key]
    parts = {(row.place, row.number) for row in left}
    lines: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in sorted([*rows, *left], key=lambda row: (row.place, row.number)) if left else ():
        lines[row.place, row.number].append(row)
    own = _name(table)
    others = [name for name in table.key if name != own]
    listed = [(at in parts, _line(found[0].texts.get(own, ""), found, others, fields)) for at, found in lines.items()]
    for at, (is_part, line) in enumerate(listed):
        if is_part or at + 1 >= len(listed) or not listed[at + 1][0]:
            continue
        total: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
        more: list[Line] = []
        for part, below in listed[at + 1 : at + 1 + FARTHEST]:
            if part and more:
                break
            more += [] if part else [below]
            for place, amount in below.amounts.items():
                total[place] += amount
            if more and _same(line, total):
                yield line, tuple(more)
                break
