"""Numbers in tables: the heads of its row and its column say what each cell is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .discourse import Discourse
from .heads import Head, read_head
from .model import Block
from .nouns import is_scope, scope_name
from .phrases import Amount
from .said import LAST_YEAR, PLAN, RATIO, STATE_EQUITY, Said
from .tokens import tokens
from .vocabulary import context_of, items_pattern, section_names, units_pattern, vocabulary

NUMBER = re.compile(
    r"(?P<sign>[-▲△↓+]|（-?)?(?P<number>\d+(?:\.\d+)?)(?P<unit>%|‰|个?百分点|[万亿]*元|户|家|个|人|倍)?）?"
)
NEGATIVE = ("-", "▲", "△", "↓", "（", "（-")
LONGEST_CAPTION = 40
OF_SHARES = re.compile("占比|比重|所占|构成比")
ANY_AMOUNT = ("金额", "货币", "本表", "表中")
COUNTED = re.compile(r"(?:.*(?P<unit>[户家人个宗件项处套辆台座])数|(?P<people>.*(?:职工|人员)(?:人数)?))")
CAPTION = re.compile(
    r"(?:表\d+)?\s*(?:(?:19|20)\d{2}年(?:度|末)?)?(?P<who>.+?)的?(?:主要|各项)?(?:经济|财务)?(?:指标|数据|情况|报表)(?:：.*|（[^）]*）)?"
)
NO_BASE = "带正负号的像是变动，表头没有说是什么的变动"
NOT_APART = "表里不止一个数读出来是同一个，看不出各是谁的"
UNLIKE = re.compile("行政|事业|金融")  # assets that have no other name together than 合计


@dataclass(frozen=True)
class _Grid:
    """A table's cells by row and column; a merged cell stands at all its places."""

    cells: Sequence[tuple[Block, str]]
    at: dict[tuple[int, int], int]
    rows: Sequence[int]
    columns: Sequence[int]

    def text(self, row: int, column: int) -> str:
        """Return the plain text at a place, empty where there is no cell."""
        index = self.at.get((row, column))
        return "" if index is None else self.cells[index][1]

    def number(self, row: int, column: int) -> re.Match[str] | None:
        """Return the number at a place, if there is nothing else."""
        return NUMBER.fullmatch(self.text(row, column))


@dataclass(frozen=True)
class _Around:
    """What holds for all numbers of a table: the units above it, whether its rows are of unlike assets, the talk."""

    units: tuple[tuple[str, str], ...]  # what a unit is said of (人数, empty for all), and the unit
    unlike: bool
    talk: Discourse
    outer: str | None = None  # the scope of a row that heads the rows below
    caption: str | None = None  # the scope that the line above the table names
    told: bool = False  # the line above dates it in a year that is told of: no plan, wherever it stands


def read_table(cells: Sequence[tuple[Block, str]], captions: Sequence[str], talk: Discourse) -> list[tuple[int, Said]]:
    """Return what the numbers of a table's cells are, each with the index of its cell.

    Args:
        cells: the cells in order, each with its plain text.
        captions: the plain texts right above the table, the nearest last.
        talk: the talk around the table, for scope and year.
    """
    grid = _grid(cells)
    first = next((row for row in grid.rows if _holds_numbers(grid, row)), None)
    if first is None:
        return _sentences(grid, talk)
    heads_of_columns = [row for row in grid.rows if row < first]
    body = [row for row in grid.rows if row >= first]
    columns = {column: read_head((grid.text(r, column) for r in heads_of_columns), talk) for column in grid.columns}
    columns = _equity_beside_assets(columns, grid, heads_of_columns)
    labels = _labels(grid, body)
    units = {c for c in labels if _column_of_units(grid, c, heads_of_columns, body)}
    around = _Around(
        _units_above([*captions, *(grid.text(row, column) for row in heads_of_columns for column in grid.columns)]),
        any(UNLIKE.search(grid.text(row, column)) for row in body for column in labels),
        talk,
        _scope_above(captions),
        _scope_above(captions),
        bool(captions) and talk.tells_of(captions[-1]),
    )
    if around.units and {unit for _, unit in around.units} == {"%"} and any(map(OF_SHARES.search, captions)):
        columns = {c: head if head.kind else replace(head, kind="share", unit="%") for c, head in columns.items()}
    said: list[tuple[int, Said]] = []
    done: set[int] = set()
    for row in body:
        head = read_head((grid.text(row, column) for column in labels if column not in units), talk)
        unit = next((grid.text(row, column) for column in units), "")
        head = replace(head, unit=head.unit or unit)
        if not any(grid.number(row, column) for column in grid.columns if column not in labels):
            around = replace(around, outer=head.scope if head.scope is not None else around.outer)
        said += _row(grid, row, head, {c: h for c, h in columns.items() if c not in labels}, around, done)
    return _told_apart(_without_changes_of_nothing(said, grid))


def _column_of_units(grid: _Grid, column: int, heads: Sequence[int], body: Sequence[int]) -> bool:
    """Does a column headed 单位 hold units (亿元), not organisations?"""
    headed = any(re.fullmatch("(?:计量|金额)?单位", grid.text(row, column)) for row in heads)
    cells = [text for row in body if (text := grid.text(row, column))]
    return headed and all(re.fullmatch(f"{units_pattern()}|[—-]", text) for text in cells)


def _equity_beside_assets(columns: dict[int, Head], grid: _Grid, heads: Sequence[int]) -> dict[int, Head]:
    """Read a column 国有资产 beside 资产总额 and 负债总额 as what of the assets is the state's own."""
    if not {"资产总额", "负债总额"} <= {head.item for head in columns.values()}:
        return columns
    return {
        column: replace(head, item=STATE_EQUITY, scope=None)
        if any(re.fullmatch(r"国有资产(?:（净[^）]*）)?", grid.text(row, column)) for row in heads)
        else head
        for column, head in columns.items()
    }


def _without_changes_of_nothing(said: list[tuple[int, Said]], grid: _Grid) -> list[tuple[int, Said]]:
    """Leave levels unplaced where the row or column prints a plus: they are changes, and no head says of what."""
    plus = [block for block, text in grid.cells if text.startswith("+") and NUMBER.fullmatch(text)]
    rows, columns = {block.row for block in plus}, {block.column for block in plus}

    def changes(at: int) -> bool:
        block = grid.cells[at][0]
        return block.column in columns or (block.row in rows and not _other_kinds(grid, block.row))

    return [
        (at, replace(one, why=NO_BASE) if one.kind == "level" and not one.why and changes(at) else one)
        for at, one in said
    ]


def _other_kinds(grid: _Grid, row: int) -> bool:
    """Does a row print numbers with and without a sign, levels beside changes?"""
    return any(found and not found["sign"] for found in (grid.number(row, column) for column in grid.columns))


def _told_apart(said: list[tuple[int, Said]]) -> list[tuple[int, Said]]:
    """Leave unplaced what the heads do not tell apart: cells that would be the same number with other values.

    So it is in a register, whose rows are cases, and where a column's head was not understood.
    """
    values: dict[tuple[object, ...], set[tuple[str, str]]] = {}

    def what(one: Said) -> tuple[object, ...]:
        return one.kind, one.scope, one.item, one.year, one.base

    for _, one in said:
        if one.claims and not one.why:
            values.setdefault(what(one), set()).add((one.value, one.unit))
    alike = {key for key, several in values.items() if len(several) > 1}
    return [
        (at, replace(one, why=NOT_APART) if one.claims and not one.why and what(one) in alike else one)
        for at, one in said
    ]


def _sentences(grid: _Grid, talk: Discourse) -> list[tuple[int, Said]]:
    """Return what the numbers are of a table whose cells are texts; serial numbers at the left are none."""
    said: list[tuple[int, Said]] = []
    done: set[int] = set()
    for row in grid.rows:
        talk.begin_paragraph()
        for column in grid.columns:
            index = grid.at.get((row, column))
            if index is not None and index not in done and not grid.number(row, column):
                done.add(index)
                said += [(index, one) for one in talk.read(tokens(grid.text(row, column)))]
    return said


def _grid(cells: Sequence[tuple[Block, str]]) -> _Grid:
    at: dict[tuple[int, int], int] = {}
    for index, (block, _) in enumerate(cells):
        for row in range(block.row, block.row + block.rows):
            for column in range(block.column, block.column + block.columns):
                at.setdefault((row, column), index)
    return _Grid(cells, at, sorted({row for row, _ in at}), sorted({column for _, column in at}))


def _holds_numbers(grid: _Grid, row: int) -> bool:
    """Is this a row of numbers, and not one of years or of columns counted through?"""
    numbers = [found["number"] for column in grid.columns if (found := grid.number(row, column))]
    years = all(re.fullmatch(r"(?:19|20)\d{2}", number) for number in numbers)
    counted = len(numbers) > 2 and numbers == [str(n) for n in range(1, len(numbers) + 1)]
    labelled = not grid.number(row, grid.columns[0]) and bool(grid.text(row, grid.columns[0]))
    return bool(numbers) and not years and not counted and (labelled or len(numbers) > 1)


def _labels(grid: _Grid, body: Sequence[int]) -> list[int]:
    """Return the columns at the left that hold no numbers but serial ones."""
    labels: list[int] = []
    for column in grid.columns:
        numbers = [found["number"] for row in body if (found := grid.number(row, column))]
        if numbers and not (column == grid.columns[0] and numbers == [str(n) for n in range(1, len(numbers) + 1)]):
            break
        labels.append(column)
    return [column for column in labels if not any(grid.number(row, column) for row in body)]


def _units_above(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the units that stand above a table, each with what it is said of.

    单位：亿元、户 holds for all, 金额单位：亿元；人数单位：人 and 面积：公顷；价款：万元 for what is named.
    """
    unit = units_pattern()
    listed = re.compile(
        rf"([\u4e00-\u9fff]{{0,6}})[：:]({unit}(?:（[^）]*）)?(?:[、，,/和]{unit}(?:（[^）]*）)?)*)(?=$|[；;，,。）)])"
    )
    for text in reversed(texts):
        named = re.search(rf"（({unit}(?:[、，,/和]{unit})*)）$", text) if CAPTION.fullmatch(text) else None
        if named:  # 表1 甲公司主要指标（亿元）
            return tuple(("", one) for one in re.findall(unit, named[1]))
        found = [
            (_label(label), one)
            for label, units in listed.findall(text)
            if "单位" in label or len(text) <= LONGEST_CAPTION
            for one in re.findall(unit, units)
        ]
        if found:
            return tuple(("" if label in ANY_AMOUNT else label, one) for label, one in found)
    return ()


def _label(words: str) -> str:
    """Return what a unit is said of by the words before it (人数单位: 人数; 收益情况　单位: all)."""
    if not words.endswith("单位"):
        return words
    label = words.removesuffix("单位").removesuffix("计量")
    return label if len(label) < 3 or label in ANY_AMOUNT else ""


def _scope_above(captions: Sequence[str]) -> str | None:
    """Return whose table it is, if the line right above says it (表3 甲公司的主要指标)."""
    caption = re.sub("[（(]?(?:金额|计量|货币)?单位[：:].*", "", captions[-1]) if captions else ""
    found = CAPTION.fullmatch(caption)
    who = re.sub("分(?:行业|板块|地区|企业|单位|级次|类别|类型|领域)$", "", found["who"]) if found else ""
    return scope_name(who) or None if is_scope(who) else None


def _row(
    grid: _Grid, row: int, head: Head, columns: dict[int, Head], around: _Around, done: set[int]
) -> list[tuple[int, Said]]:
    """Return what the numbers of a row are; ``done`` are the cells that were read before, merged ones."""
    said: list[tuple[int, Said]] = []
    item: str | None = None  # of the column before: 占比 and 同比 are of it
    scope: str | None = None
    for column, column_head in columns.items():
        index = grid.at.get((row, column))
        if index is None or index in done:
            continue
        done.add(index)
        found = grid.number(row, column)
        if found is None:
            said += [(index, one) for one in around.talk.read(tokens(grid.text(row, column)))]
            continue
        if column_head.kind and not column_head.item and item:
            column_head = replace(column_head, item=item)
        elif column_head.kind and not column_head.item and scope and column_head.scope is None:
            column_head = replace(column_head, scope=scope)
        elif not column_head.kind:
            item, scope = column_head.item, column_head.scope
        said.append((index, _cell(found, column_head, head, around)))
    return said


def _cell(found: re.Match[str], column: Head, row: Head, around: _Around) -> Said:
    """Return what the number of a cell is."""
    start = found.start() if found["sign"] == "-" else found.start("number")
    end = found.end("unit") if found["unit"] else found.end("number")
    said = Said(Amount(found["number"], "", "", start, end), start, end)
    total = row.total or column.total
    marked = column if column.kind else row
    if column.serial or row.serial:
        return replace(said, why="序号", claims=False)
    planned = (around.talk.plans and not around.told) or column.planned or row.planned
    itself = total or row.item in vocabulary()["money_items"]  # the total, or its item
    if marked.kind == "share" and itself and not marked.of_plan and float(found["number"]) == 100:
        return replace(said, why="合计的占比", claims=False)
    item, scope = _what(column, row, around)
    unit = found["unit"] or _unit(marked, column, row, item, around)
    if not item and unit in vocabulary()["units"]["enterprises"]:
        item = "户数"
    if not item and total:
        item = "合计"  # of unlike items
    if planned and not (item and unit):
        return replace(said, why=PLAN, claims=False)
    if not item:
        return replace(said, why="表头没有说是什么的数")
    if not unit:
        return replace(said, why="表里没有写单位")
    kind, base = ("target", "") if planned else _kind(marked, item, unit)
    if kind == "share" and not marked.of_plan and not item.endswith(("占比", "比重")):
        item += "占比"
    negative = (found["sign"] in NEGATIVE) != marked.falls
    value = ("-" if negative else "") + found["number"]
    year = column.year or row.year or around.talk.section_year or around.talk.year
    return replace(said, kind=kind, scope=scope, item=item, year=year, value=value, unit=unit, base=base, of=marked.of)


def _what(column: Head, row: Head, around: _Around) -> tuple[str | None, str]:
    """Return item and scope of a cell; where both heads are items, the row's is a scope or a part."""
    item = column.item or row.item
    scope = row.scope if row.scope is not None else column.scope
    if scope is None and column.item and row.item and column.item != row.item:
        known = section_names(context_of(around.talk.section)).values()
        turned = row.item in known and column.item not in known and not column.kind  # items down, whose they are across
        item, scope = (row.item, column.item) if turned else (column.item, row.item)
    elif scope is not None and is_scope(row.item or "") and column.item:
        item = column.item
    elif row.scope is not None and column.scope and column.item:
        part = re.sub("(?<=级)$", "企业" if item == "户数" else "", column.scope)
        if not row.scope or re.fullmatch("全[国省市区县州]", row.scope):
            scope = part
        else:
            item = part + column.item  # 商业类: 一级企业户数
    total = row.total or column.total
    if not item and total:
        item = _item_of_section(around.talk)
    if scope is None:
        whole = "合计" if around.unlike else around.caption or around.talk.section_scope
        scope = whole if total else around.outer or around.talk.scope
    elif around.outer and re.fullmatch(vocabulary()["levels"], around.outer) and scope != around.outer:
        scope = around.outer + scope
    return item, scope


def _item_of_section(talk: Discourse) -> str | None:
    """Return the item that the nearest heading names, for a row of totals."""
    context = context_of(talk.section)
    found = items_pattern(context).findall(talk.section.rpartition("／")[2])
    return section_names(context)[found[0]] if found else None


def _unit(marked: Head, column: Head, row: Head, item: str | None, around: _Around) -> str:
    """Return the unit of a number that is printed without one."""
    ratio = bool(RATIO.search(item or ""))
    above = [unit for _, unit in around.units]
    if marked.kind in ("share", "change", "cagr"):
        if marked.unit in ("%", "‰", "个百分点", "倍"):
            return marked.unit
        return "个百分点" if ratio and marked.kind != "share" else "%"
    if marked.kind == "amount" and not marked.unit and "%" in above and not ratio:
        return "%"  # 单位：亿元、%: only changes can be the per cent
    if marked.kind == "amount" and not marked.unit and ratio:
        return "个百分点"  # what a ratio rose by, in a column of amounts: no growth of it in %
    return column.unit or row.unit or ("%" if ratio else _unit_of(item or "", around.units))


def _unit_of(item: str, above: Sequence[tuple[str, str]]) -> str:
    """Return the unit above a table that an item has: what is counted has one of its own."""
    named = next((unit for label, unit in above if label and label in item), "")
    counted = COUNTED.fullmatch(item)
    if named or not counted:
        amounts = [unit for label, unit in above if not label and unit != "%"]
        return named or next(
            (unit for unit in amounts if unit not in vocabulary()["units"]["counts"]), "".join(amounts[:1])
        )
    own = counted["unit"] or "人"
    units = [unit for _, unit in above if unit.lstrip("万千百亿") in vocabulary()["units"]["counts"]]
    alike = ("户", "家", "个") if own in "户家个" else (own, "名") if own == "人" else (own,)
    return next((unit for unit in units if unit.lstrip("万千百亿") in alike), own)


def _kind(marked: Head, item: str, unit: str) -> tuple[str, str]:
    """Return kind and base of a number, as claims have them."""
    if marked.kind in ("", "share", "cagr"):
        return marked.kind or "level", marked.base if marked.kind == "cagr" and marked.base != LAST_YEAR else ""
    if marked.base != LAST_YEAR:
        return "other_base", marked.base
    if RATIO.search(item) and unit in ("%", "个百分点"):
        return "yoy_pp", ""
    return ("yoy_pct" if unit in ("%", "倍") else "yoy_abs"), ""
