"""Amounts that are not there: marks such as — and /, and cells left blank.

In a statement a mark is nought, as is a blank cell where the statement's own sums come out with
nought. In a register (rows with an id of their own) and in what no sum proves, a mark or a blank
may as well mean that nobody knows: it is asked once a column, ``--blank 0`` says that it is nought.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from ..tables.data_errors import Fault
from ..tables.declared import Column, DeclaredTable
from .rows import Note, Row, Rows

Cell = tuple[Row, str, str, str]  # the row, the field, the header, what stands there

MONEY, NOUGHT, BLANK = "万元", "0.00", "空白"
BASIS, ELIMINATION = "basis", "elimination"
LISTED = 5  # rows that a message names
NEAR = Decimal("0.01")  # 万元: what sums of rounded amounts may differ by, for each amount


def settle(part: Rows, nought: bool = False) -> None:
    """Fill in what is nought, leave out rows without any amount, and ask about the rest.

    ``nought`` is the user's word that blank cells and marks in required amounts and counts are 0.
    """
    table = part.table
    wanted = {t.field: table.column(t.field) for t in part.reading.targets.values() if _amount(table.column(t.field))}
    if not wanted or part.faults:
        _tell(part, "没有数的记号", part.marks, "")
        return
    marks = {(id(row), name): found for row, name, _, found in part.marks}
    if not nought:
        part.rows = [row for row in part.rows if not _left_out(part, row, wanted, marks)]
    kept = {id(row) for row in part.rows}
    zero: list[Cell] = []
    proven: list[Cell] = []
    asked: list[Cell] = []
    for row in part.rows:
        blank = [n for n, c in wanted.items() if c.required and row.texts.get(n) == ""]
        if not blank:
            continue
        told = [(row, n, row.headers.get(n, n), marks.get((id(row), n), BLANK)) for n in blank]
        sure = told if nought else [one for one in told if one[3] != BLANK and _is_statement(table, one[1])]
        for _, name, _, _ in sure:
            row.texts[name] = _nought(table, name)
        rest = [one for one in told if one not in sure]
        right = {name for _, name, _, _ in rest if _proven(table, row, name)}
        for name in right:
            row.texts[name] = NOUGHT
        zero += sure
        proven += [one for one in rest if one[1] in right]
        asked += [one for one in rest if one[1] not in right]
    optional = [m for m in part.marks if id(m[0]) in kept and not table.column(m[1]).required]
    _tell(part, "没有数的记号", optional, "")
    _tell(part, "必填的数里没有数的记号和空格，按0", zero, "0")
    _tell(part, "必填的金额空着，表内各项相加正好，按0", proven, "0")
    part.faults += _asked(part, asked)


def _amount(column: Column) -> bool:
    """Whether a column holds money or counts things: what can be nought."""
    return column.type in ("number", "integer") and (
        column.unit == MONEY or (column.type == "integer" and bool(column.unit))
    )


def _left_out(part: Rows, row: Row, wanted: Mapping[str, Column], marks: Mapping[tuple[int, str], str]) -> bool:
    """Leave out a row that says nothing: all its amounts are blank, and nothing else is said."""
    table = part.table
    own = [n for n in row.headers if n in row.texts and n not in table.key]
    required = [n for n, c in wanted.items() if c.required and n in row.headers]
    if (
        len(table.key) < 2
        or not required
        or _cancels(table, row)
        or any(row.texts[n] or (id(row), n) in marks for n in own)
    ):
        return False
    said = "、".join(t for n in table.key if n in row.headers and (t := row.texts.get(n, "")))
    part.notes.append(Note("没有填数的行不导入", row.place, row.number, "", (said or row.first)[:40], ""))
    return True


def _is_statement(table: DeclaredTable, name: str) -> bool:
    """Whether a mark in a column of money is nought: rows of a register have an id of their own."""
    return len(table.key) > 1 and table.column(name).unit == MONEY


def _nought(table: DeclaredTable, name: str) -> str:
    return NOUGHT if table.column(name).unit == MONEY else "0"


def _proven(table: DeclaredTable, row: Row, name: str) -> bool:
    """Do the row's own sums come out if its blank amounts are nought?"""
    concerned = [i for i in table.identities if name == i.total or any(name == part for part, _ in i.parts)]
    if not concerned:
        return False
    for identity in table.identities:
        parts = [(identity.total, -1), *identity.parts]
        if any(n not in row.texts for n, _ in parts):
            return False
        if abs(sum((Decimal(row.texts[n] or 0) * sign for n, sign in parts), Decimal(0))) > NEAR * len(parts):
            return False
    return True


def _cancels(table: DeclaredTable, row: Row) -> bool:
    """Is a row what consolidation takes out? Where it is blank, the consolidated amounts prove it."""
    return table.consolidation and row.texts.get(BASIS) == ELIMINATION


def _tell(part: Rows, kind: str, cells: Iterable[Cell], made: str) -> None:
    """Say once a column how many cells were taken for nothing or nought."""
    columns: dict[str, list[tuple[Row, str]]] = defaultdict(list)
    for row, _, header, found in cells:
        columns[header].append((row, found))
    for header, found_in in columns.items():
        row, _ = found_in[0]
        said = "、".join(dict.fromkeys(found for _, found in found_in))
        part.notes.append(Note(kind, row.place, row.number, header, said, made, len(found_in)))


def _asked(part: Rows, cells: Sequence[Cell]) -> Iterable[Fault]:
    columns: dict[tuple[str, str], list[tuple[Row, str]]] = defaultdict(list)
    for row, name, header, found in cells:
        columns[name, header].append((row, found))
    for (_, header), found_in in columns.items():
        rows = list(dict.fromkeys(str(row.number) for row, _ in found_in))
        listed = "、".join(rows[:LISTED]) + ("等" if len(rows) > LISTED else "")
        said = "、".join(dict.fromkeys("空着" if found == BLANK else f"“{found}”" for _, found in found_in))
        yield Fault(
            part.sheet.place,
            found_in[0][0].number,
            header,
            f"有{len(found_in)}格没有数（第{listed}行：{said}）",
            "填上数，没有发生的写0",
            "确实都是0的，加--blank 0",
        )
