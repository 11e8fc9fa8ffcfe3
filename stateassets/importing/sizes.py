"""Amounts whose unit no file states: what speaks for which one, and what has to be asked.

An amount is never taken for 万元 in silence. Where the book has rows of the same table their
sizes decide; where it has none the unit is asked for, once a file, with what can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from math import log10
from statistics import median

from ..tables.data_errors import Fault
from ..tables.declared import DeclaredTable
from .files.raw import Sheet, folded
from .headers import NOT_TABLES, Reading
from .rows import Note, Row, Rows
from .units import MONEY, OF_MONEY, alone, how_many, is_foreign, of_form

OPTION = "--unit"
NOT_SAID = "没有写明金额的单位"
OTHERS = ("元", "千元", "百万元", "亿元")  # what an amount may be in that is not in 万元
UNSAID = 2.0  # powers of ten from earlier rows at which an amount without a unit is in doubt
SAID = 3.3, 4.7  # … at which even one with a unit is: it looks like 元 for 万元
JUMP, GAP = 3_000, 100  # of single amounts: times the usual one, times the largest of the others
FEW = 3  # amounts of an owner that do not yet say what is usual
TOLD = 3  # columns, and other tables to compare with, that are told
OWNER = "enterprise_id"

Book = Callable[[], Iterable[tuple[str, Sequence[Decimal]]]]  # title -> amounts of a table, where there are any


class Spoken:
    """What is said of the unit of money besides in a table's sheet: by the user, a cover, a form.

    ``texts`` are the user's: 元, or 预算.xlsx=元; ``sheets`` the files as they came.
    """

    def __init__(self, texts: Sequence[str], sheets: Sequence[Sheet]) -> None:
        self.units: dict[str, str] = {}  # file or sheet, folded (nothing: all) -> unit
        self.faults: list[Fault] = []
        self.only = len({sheet.file for sheet in sheets}) == 1
        self._forms = {sheet.place: sheet for sheet in sheets}
        self._covers: dict[str, set[str]] = {}
        for sheet in sheets:
            if folded(sheet.name) in NOT_TABLES:
                self._covers.setdefault(sheet.file, set()).update(one.unit for one in of_form(sheet))
        for text in texts:
            self._take(text, sheets)

    def _take(self, text: str, sheets: Sequence[Sheet]) -> None:
        name, _, word = text.rpartition("=")
        unit = alone(word)
        known = {"", *(folded(name) for sheet in sheets for name in (sheet.file, sheet.name))}
        if unit not in OF_MONEY:
            self.faults.append(
                Fault(OPTION, None, None, f"“{word}”不是金额的单位", "、".join(OF_MONEY), f"如{OPTION} 元")
            )
        elif folded(name) not in known:
            files = "、".join(dict.fromkeys(sheet.file for sheet in sheets))
            self.faults.append(
                Fault(OPTION, None, None, f"没有名叫“{name}”的文件或工作表", files, "写上面的文件名之一")
            )
        else:
            self.units[folded(name)] = unit

    def _named(self, sheet: Sheet) -> str:
        return (self.units.get(folded(sheet.name), "") if sheet.name else "") or self.units.get(folded(sheet.file), "")

    def given(self, sheet: Sheet) -> str:
        """Return the unit that the user says a sheet is in, or nothing."""
        return self._named(sheet) or self.units.get("", "")

    def settle(self, sheet: Sheet, reading: Reading) -> tuple[Reading, list[Fault], list[Note]]:
        """Return the reading with the one unit of money that holds for the sheet, if there is one.

        The sheet and the user must agree; a cover is asked only where both are silent.
        """
        named = self._named(sheet)
        wanted = self.given(sheet)
        form = self._forms.get(sheet.place, sheet)
        elsewhere = sheet.elsewhere if reading.stated else ()  # several statements: each its own unit
        before = of_form(form, elsewhere) if form is not sheet else ()
        stated = tuple({one.unit: one for one in (*before, *reading.stated)}.values())
        reading = replace(reading, stated=stated)
        words = [one.unit for one in stated]
        columns = {c.name: c for c in reading.table.columns}
        money = [t for t in reading.targets.values() if columns[t.field].unit == MONEY]
        silent = not all(t.unit for t in money)
        if not stated:
            return self._covered(sheet, reading, wanted, silent)
        if money and silent and (foreign := [one for one in stated if is_foreign(one.unit)]):
            found = "，".join(map(str, stated))
            advice = f"换算成人民币，改正{foreign[0].where}的单位后再导入；{OPTION}不能换算外币"
            settled = replace(reading, unit=MONEY)
            return settled, [Fault(sheet.place, None, None, f"{found}，是外币", "人民币金额", advice)], []
        if len(stated) > 1 and sheet.elsewhere and silent:
            found, advice = "，".join(map(str, stated)), "把各张报表分到各自的工作表，各写各的单位"
            several = Fault(sheet.place, None, None, f"有几张报表，{found}", "每张报表一个金额单位", advice)
            return replace(reading, unit=words[0]), [several], []
        if wanted in words or (len(stated) == 1 and not wanted):
            return replace(reading, unit=wanted or words[0]), [], []
        if not silent:  # each header says its own, or there is no money
            return replace(reading, unit=words[0]), [], []
        if len(stated) == 1 and not (named or self.only):
            note = Note(f"自己写明单位，不按{OPTION}", sheet.place, reading.first + 1, "", words[0], "")
            return replace(reading, unit=words[0]), [], [note]
        told = "，".join([*map(str, stated), *([f"{OPTION}说“{wanted}”"] if wanted else [])])
        advice = f"改正不对的一处；都不能改的，核实后用{OPTION} {sheet.file}=元 这样的写法指明其中一个"
        return replace(reading, unit=words[0]), [Fault(sheet.place, None, None, told, "同一个金额单位", advice)], []

    def _covered(
        self, sheet: Sheet, reading: Reading, wanted: str, silent: bool
    ) -> tuple[Reading, list[Fault], list[Note]]:
        covers = self._covers.get(sheet.file, set())
        if wanted or len(covers) != 1 or not silent:
            return replace(reading, unit=wanted), [], []
        (unit,) = covers
        note = Note("没有写单位，按封面或说明页", sheet.place, reading.first + 1, "", unit, "")
        return replace(reading, unit=unit), [], [note]


class Amounts:
    """The amounts of one part of a file, by column, beside those that the table already has."""

    def __init__(self, part: Rows, old: Sequence[Mapping[str, str]]) -> None:
        self.part, self.old = part, old
        self.table: DeclaredTable = part.table
        self.fields = [c.name for c in self.table.columns if c.unit == MONEY and c.name in part.reading.fields]
        self.unsaid = [(row, f, v) for row, f, v in self._all(part.rows) if f in row.unsaid]
        self.own = {f: [v for row, g, v in self._all(part.rows) if g == f and f not in row.unsaid] for f in self.fields}

    def _all(self, rows: Iterable[Row]) -> Iterator[tuple[Row, str, Decimal]]:
        for row in rows:
            for name in self.fields:
                if value := amount(row.texts.get(name, "")):
                    yield row, name, value

    @property
    def declared(self) -> bool:
        """Whether the file is in the book's own form, whose amounts are in 万元: columns by their names."""
        targets = self.part.reading.targets.values()
        return bool(self.part.sheet.table) or all(t.header == t.field for t in targets if t.field in self.fields)

    def apart(self) -> float | None:
        """By how many powers of ten the amounts differ from earlier ones; None if there are none.

        Amounts that say their unit themselves count as earlier ones: nothing is nearer.
        """
        found = []
        unsaid = bool(self.unsaid)
        for name in self.fields:
            if unsaid:
                new = [v for _, field, v in self.unsaid if field == name]
                old = [*self.own[name], *filter(None, (amount(row.get(name, "")) for row in self.old))]
            else:
                new = self.own[name]
                old = [v for row in self.old if (v := amount(row.get(name, "")))]
            if new and old:
                found.append(log10(median(new) / median(old)))
        return median(found) if found else None

    def jumps(self) -> Iterator[Fault]:
        """Yield a fault for each amount far above all usual ones of its owner, or of all where no unit is said."""
        for name in self.fields:
            cells = [(row, v) for row, field, v in self._all(self.part.rows) if field == name]
            owned: dict[str, list[Decimal]] = {}
            for texts, v in [(row, amount(row.get(name, ""))) for row in self.old] + [(r.texts, v) for r, v in cells]:
                if v:
                    owned.setdefault(texts.get(OWNER, ""), []).append(v)
            limits = {owner: _far_above(sorted(found)) for owner, found in owned.items() if owner or self.unsaid}
            whole = _far_above(sorted(v for found in owned.values() for v in found)) if self.unsaid else None
            for row, value in cells:
                owner = row.texts.get(OWNER, "")
                limit = limits.get(owner) or (whole if len(owned[owner]) < FEW else None)
                if limit and value >= limit:
                    yield row.fault(
                        name,
                        f"{value:f}，是其他数的上千倍",
                        "与其他数单位相同的金额",
                        f"疑似把元当万元填写：核对这一格的单位；没有错的，加{OPTION} {self.part.reading.unit or MONEY}确认",
                    )


def _far_above(ordered: Sequence[Decimal]) -> Decimal | None:
    """Return from where on the few largest of some amounts, in their order, are far above the others."""
    for at in range(len(ordered) - 1, max(1, (len(ordered) - 1) // 2), -1):
        if ordered[at] >= GAP * ordered[at - 1] and ordered[at] >= JUMP * median(ordered[:at]):
            return ordered[at]
    return None


def amount(text: str) -> Decimal | None:
    """Return the size of an amount as a table holds it, None for nothing and for nought."""
    try:
        return abs(Decimal(text)) or None if text else None
    except InvalidOperation:
        return None


def doubts(
    parts: Sequence[Rows], old: Mapping[str, Sequence[Mapping[str, str]]], confirmed: Collection[str], book: Book
) -> tuple[list[Fault], list[Fault]]:
    """Return what has to be asked, once a file, and amounts that look like 元 for 万元.

    The second list is of what matters only where all else is right: amounts that look too small.
    ``old`` holds the rows that each table has already; ``confirmed`` the files and sheets, folded,
    whose unit the user says.
    """
    asked: tuple[dict[str, list[Amounts]], dict[str, list[Amounts]]] = {}, {}
    first: list[Fault] = []
    last: list[Fault] = []
    for part in parts:
        amounts = Amounts(part, old[part.table.name])
        apart = amounts.apart()
        small = apart is not None and apart < 0
        sure = {"", folded(part.sheet.file), folded(part.sheet.name)}
        if amounts.unsaid and not amounts.declared:
            if apart is None or abs(apart) > UNSAID:
                asked[small].setdefault(part.sheet.file, []).append(amounts)
            else:
                first += amounts.jumps()
        elif not sure & set(confirmed):
            if apart is not None and SAID[0] <= abs(apart) <= SAID[1]:
                (last if small else first).append(_improbable(amounts, apart))
            else:
                first += amounts.jumps()
    first += [_question(file, found, book) for file, found in asked[False].items()]
    last += [_question(file, found, book) for file, found in asked[True].items() if file not in asked[False]]
    return first, last


def _improbable(amounts: Amounts, apart: float) -> Fault:
    unit = amounts.part.reading.unit
    return Fault(
        amounts.part.sheet.place,
        None,
        None,
        f"{f'写明单位“{unit}”，但' if unit else ''}金额约为{amounts.table.title}已有各行的{_times(apart)}",
        "与已有各行相近的金额",
        f"疑似{'把元当万元填写' if apart > 0 else '把万元当元填写'}：核对单位；"
        + (f"没有错的用{OPTION} {unit}确认" if unit else f"用{OPTION} 元或{OPTION} 万元指明"),
    )


def _times(apart: float) -> str:
    power = round(abs(apart))
    return f"10的{power}次方倍" if apart > 0 else f"10的{power}次方分之一"


def _question(file: str, found: Sequence[Amounts], book: Book) -> Fault:
    """What is the unit? Says what can be compared and which unit it speaks for."""
    headers = dict.fromkeys(row.headers.get(name, name) for one in found for row, name, _ in one.unsaid)
    row, name, largest = max((cell for one in found for cell in one.unsaid), key=lambda cell: cell[2])
    said = f"最大的数{largest.normalize():f}（第{row.number}行“{row.headers.get(name, name)}”列）按元是"
    said += f"{_short(largest * (how_many('元', MONEY) or 1))}万元，按万元是{_short(largest)}万元"
    return Fault(
        file,
        None,
        None,
        f"{NOT_SAID}（{'、'.join(list(headers)[:TOLD])}{'等列' if len(headers) > TOLD else '列'}）",
        "标题、表头或表下写明单位，如“单位：万元”",
        f"核实后加{OPTION} 元或{OPTION} 万元等（几个文件不一样的，写成{OPTION} {file}=元）。"
        f"{'；'.join([said, *_speaks(found, book)])}",
    )


def _speaks(found: Sequence[Amounts], book: Book) -> Iterator[str]:
    """Say what the amounts can be compared with, and which unit is the nearest to it."""
    ours = [value for one in found for _, _, value in one.unsaid]
    same = [(f"{one.table.title}已有的", v) for one in found if (v := sizes(one.old, one.fields))]
    titles = {one.table.title for one in found}
    others = [(f"{title}的", v) for title, v in book() if title not in titles]
    compared = same or sorted(others, key=lambda one: -len(one[1]))[:TOLD]
    for title, known in compared:
        middle, usual = float(median(ours)), float(median(known))
        near = min((MONEY, *OTHERS), key=lambda unit: abs(log10(middle * float(how_many(unit, MONEY) or 1) / usual)))
        yield f"{title}金额居中的{_short(median(known))}万元、最大的{_short(max(known))}万元，按{near}读最相近"
    if not compared:
        yield "书里还没有可以比较的金额"


def sizes(rows: Iterable[Mapping[str, str]], fields: Sequence[str]) -> list[Decimal]:
    """Return the sizes of all amounts in some columns."""
    return [v for row in rows for name in fields if (v := amount(row.get(name, "")))]


def _short(value: Decimal) -> str:
    return f"{value:.2f}" if value >= Decimal("0.01") else f"{value.normalize():f}"
