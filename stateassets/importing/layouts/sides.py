"""Forms with two sides: what comes in stands left, what goes out right, each with its names and amounts.

So the budget of state capital comes: 收入 | 金额 | 支出 | 金额. Each side becomes rows of its own, whose
code says which side it is. What cannot be told surely is refused with what to do: the same is done with
a trial balance (科目余额表), which says of accounts what a balance sheet says of its items.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from ...tables.data_errors import Fault
from ...tables.notation import NUMBER, plain_number
from ..files.raw import Cell, Origin, Sheet, folded
from ..headers import SEARCHED, Names
from ..rows import Note
from ..totals import is_total
from .flat import Flat

SIDES = {"收入": "收入", "支出": "支出", "本年收入": "收入", "本年支出": "支出"}
AMOUNTS = {"金额", "预算数", "决算数", "执行数"}
TOTAL_WORDS = ("收入总计", "支出总计", "收入合计", "支出合计", "本年收入合计", "本年支出合计")
BUDGET, LEFT, RIGHT = "budget", "revenue", "expenditure"
TRIAL = {"科目编码", "科目代码", "会计科目编码"}
DEBIT_CREDIT = ("借方", "贷方")
TRIAL_ADVICE = "请从财务软件导出资产负债表和利润表（项目、期末余额、年初余额）再导入；科目余额表还没有结转成报表项目"
SIDES_ADVICE = "改成一列“收支”、一列“科目”、一列“项目”、一列“金额”，收入和支出各占各的行"


def unfold(sheet: Sheet, names: Names, _wanted: str) -> Flat | None:
    """Return a budget of two sides as one list; None where the sheet is no such form."""
    for at, row in enumerate(sheet.rows[:SEARCHED]):
        said = [folded(str(cell)) if cell is not None else "" for cell in row]
        below = [folded(str(c)) if c is not None else "" for r in sheet.rows[at : at + 2] for c in r]
        if TRIAL & set(said) and all(any(word in text for text in below) for word in DEBIT_CREDIT):
            found = "是科目余额表：按科目列借方、贷方"
            return Flat(faults=[Fault(sheet.place, at + 1, None, found, "按报表项目列的表", TRIAL_ADVICE)])
        if BUDGET in names.package.tables and (places := _places(said)):
            return _listed(sheet, names, at, said, places)
    return None


def _places(said: list[str]) -> tuple[int, int] | None:
    """Return the columns in which the left and the right side begin, if a header has both."""
    left = [at for at, text in enumerate(said) if text in SIDES and SIDES[text] == "收入"]
    right = [at for at, text in enumerate(said) if text in SIDES and SIDES[text] == "支出"]
    return (left[0], right[0]) if len(left) == len(right) == 1 and left[0] < right[0] else None


def _listed(sheet: Sheet, names: Names, at: int, said: list[str], places: tuple[int, int]) -> Flat:
    left, right = places
    spans = {LEFT: (left, right), RIGHT: (right, len(said))}
    amounts = {
        side: [n for n in range(start + 1, end) if said[n].partition("(")[0] in AMOUNTS]
        for side, (start, end) in spans.items()
    }
    other = [
        said[n] for s, (start, end) in spans.items() for n in range(start + 1, end) if said[n] and n not in amounts[s]
    ]
    if any(len(found) != 1 for found in amounts.values()) or other:
        found = f"收入和支出并排，说不清哪一列是金额{f'（另有{other[0]}）' if other else ''}"
        return Flat(faults=[Fault(sheet.place, at + 1, None, found, "两边各一列名称、一列金额", SIDES_ADVICE)])
    table = names.package.tables[BUDGET]
    titles = [table.column(name).title for name in ("side", "category", "line", "amount")]
    unit = str(sheet.rows[at][amounts[LEFT][0]])
    codes, members = table.labels["category"], table.members["category"]["side"]
    made, origins = [*sheet.rows[:at], (*titles[:3], unit if "(" in folded(unit) else titles[3])], []
    origins = [Origin(number) for number in range(1, at + 2)]
    notes, faults = [], []
    for side, (start, _) in spans.items():
        allowed = {folded(codes[code]): codes[code] for code in members[side]}
        category, subtotals = "", []
        for number, row in enumerate(sheet.rows[at + 1 :], at + 2):
            name, amount = _cell(row, start), _cell(row, amounts[side][0])
            text = folded(str(name)) if name is not None else ""
            if not text and amount in (None, ""):
                continue
            header = {3: f"{said[start]}/{said[amounts[side][0]]}"}
            if text in TOTAL_WORDS or is_total(text):
                notes.append(Note("合计行不导入", sheet.place, number, "", str(name), ""))
                category = ""  # what comes below a total is no item of a category above it
            elif text in allowed:
                category = allowed[text]
                has_parts = _has_parts(sheet, number, start, allowed)
                if amount not in (None, "") and not has_parts:
                    made.append((table.labels["side"][side], category, category, amount))
                    origins.append(Origin(number, header))
                elif amount not in (None, ""):
                    notes.append(Note("小计行不导入", sheet.place, number, "", str(name), ""))
                    subtotals.append((number, str(name), amount, len(made)))
            elif category and text:
                made.append((table.labels["side"][side], category, str(name).strip(), amount))
                origins.append(Origin(number, header))
            else:
                found = f"“{name or amount}”上面没有科目，说不清属于哪一类"
                faults.append(Fault(sheet.place, number, said[start], found, "、".join(allowed.values()), SIDES_ADVICE))
        faults += _unequal(sheet, subtotals, made, start, said)
    odd = {n: word for n, origin in enumerate(origins) if (word := sheet.odd_rows.get(origin.number - 1))}
    flat = replace(
        sheet, rows=made, origins=tuple(origins), merged={}, table=BUDGET, odd_rows=odd, hidden_columns=frozenset()
    )
    return Flat([] if faults else [flat], notes, faults)


def _unequal(
    sheet: Sheet,
    subtotals: Sequence[tuple[int, str, Cell, int]],
    made: Sequence[tuple[Cell, ...]],
    start: int,
    said: list[str],
) -> Iterator[Fault]:
    """Yield a fault for each category whose amount is not the sum of the items below it."""
    for number, name, amount, first in subtotals:
        items = [_number(row[3]) for row in made[first:] if row[1] == made[first][1]]
        if (due := sum(items)) != _number(amount):
            found = f"“{name}”是{amount}，下面各项相加是{due}"
            yield Fault(
                sheet.place, number, said[start], found, "科目等于它下面各项之和", "核对各项，补上漏的或改正金额"
            )


def _number(cell: Cell) -> Decimal:
    """Return an amount, nothing where none is written; what is no number is told when the rows are read."""
    text = plain_number(str(cell)) if cell is not None else ""
    return Decimal(text) if NUMBER.fullmatch(text) else Decimal(0)


def _has_parts(sheet: Sheet, number: int, start: int, allowed: dict[str, str]) -> bool:
    """Whether the line below a category's, on its side, is one of its items."""
    below = next((c for row in sheet.rows[number:] if (c := _cell(row, start)) not in (None, "")), None)
    text = folded(str(below)) if below is not None else ""
    return bool(text) and text not in allowed and text not in TOTAL_WORDS and not is_total(text)


def _cell(row: tuple[Cell, ...], at: int) -> Cell:
    return row[at] if at < len(row) else None
