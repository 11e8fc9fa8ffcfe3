"""Numbers in tables: a row's head and a column's head say what each cell is.

A head is an item (资产总额), a scope (行政单位), a change (同比增长), a share (占比), a year (2023年末) or
several of these; a unit stands in the head (（亿元）), in the row, or above the table (单位：亿元).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .discourse import LAST_YEAR, PLAN, RATIO, Discourse, Said
from .model import Block
from .nouns import Ref, bare, is_scope, read_phrase, scope_name
from .phrases import Amount
from .vocabulary import context_of, items_pattern, section_names, units_pattern, vocabulary

NUMBER = re.compile(r"(?P<sign>[-▲△↓+]|（)?(?P<number>\d+(?:\.\d+)?)(?P<unit>%|‰|个?百分点|[万亿]*元|户|家|个|人|倍)?）?")
TOTAL = re.compile(r"合计|总计|小计|总额合计|共计")
RANK = re.compile(r"^(?:序号|编号|行次|代码|栏次|排名|名次|电话)$")


@dataclass(frozen=True)
class _Head:
    """What a row's or a column's head says."""

    item: str | None = None
    scope: str | None = None
    year: int = 0
    kind: str = ""  # a kind of change, or share
    base: str = ""
    sign: int = 1
    unit: str = ""
    total: bool = False
    rank: bool = False
    planned: bool = False


def read_table(cells: Sequence[tuple[Block, str]], captions: Sequence[str], talk: Discourse) -> list[tuple[int, Said]]:
    """Return what the numbers of a table's cells are, each with the index of its cell.

    Args:
        cells: the cells in order, each with its plain text.
        captions: the plain texts right above the table, the nearest last.
        talk: the talk around the table, for scope and year.
    """
    grid: dict[tuple[int, int], int] = {}
    for index, (block, _) in enumerate(cells):
        for row in range(block.row, block.row + block.rows):
            for column in range(block.column, block.column + block.columns):
                grid.setdefault((row, column), index)
    rows, columns = sorted({row for row, _ in grid}), sorted({column for _, column in grid})
    text = {place: cells[index][1] for place, index in grid.items()}
    first = next((row for row in rows if _data_row(row, columns, text)), None)
    if first is None:
        return []
    unit = _unit_above([*captions, *(text.get((row, column), "") for row in rows if row < first for column in columns)])
    column_heads = {
        column: _head(_joined(text.get((row, column), "") for row in rows if row < first), talk) for column in columns
    }
    unit_columns = {c for c in columns if re.fullmatch("(?:计量|金额)?单位", text.get((first - 1, c), ""))}
    labels = [column for column in columns if not any(NUMBER.fullmatch(text.get((r, column), "")) for r in rows if r >= first)]
    labels = [column for column in labels if column <= next((c for c in columns if c not in labels), columns[-1])]
    unlike = any(re.search("行政|事业|金融", text.get((row, column), "")) for row in rows for column in labels)
    said: list[tuple[int, Said]] = []
    done: set[int] = set()
    outer: str | None = None
    last_item: dict[int, str] = {}
    for row in (row for row in rows if row >= first):
        label = _joined(text.get((row, column), "") for column in labels if column not in unit_columns)
        head = _head(label, talk)
        own_unit = next((text.get((row, column), "") for column in unit_columns), "")
        if own_unit and not head.unit:
            head = replace(head, unit=own_unit)
        numbers = [column for column in columns if NUMBER.fullmatch(text.get((row, column), ""))]
        if not numbers:
            if head.scope is not None and label:
                outer = head.scope
            continue
        before: _Head | None = None
        for column in columns:
            index = grid.get((row, column))
            if index is None or index in done or column in labels:
                continue
            found = NUMBER.fullmatch(cells[index][1])
            if not found:
                if re.search(r"\d", cells[index][1]):
                    said += [(index, one) for one in talk.read(_tokens(cells[index][1]))]
                    done.add(index)
                continue
            done.add(index)
            column_head = column_heads[column]
            if before and column_head.kind and not column_head.item:
                column_head = replace(column_head, item=before.item, unit=column_head.unit)
            one = _cell(found, column_head, head, unit, outer, unlike, talk)
            said.append((index, one))
            if column_head.item and not column_head.kind:
                before = column_head
    return said


def _tokens(text: str):  # type: ignore[no-untyped-def]
    from .tokens import tokens

    return tokens(text)


def _joined(texts) -> str:  # type: ignore[no-untyped-def]
    kept: list[str] = []
    for text in texts:
        if text and text not in kept:
            kept.append(text)
    return "／".join(kept)


def _data_row(row: int, columns: Sequence[int], text: dict[tuple[int, int], str]) -> bool:
    """Is this the first row with numbers (years and column numbers are none)?"""
    cells = [text.get((row, column), "") for column in columns]
    numbers = [c for c in cells if NUMBER.fullmatch(c)]
    years = all(re.fullmatch(r"(?:19|20)\d{2}", c) for c in numbers)
    counters = [c for c in numbers if c.isdigit()] == [str(n) for n in range(1, len(numbers) + 1)] and len(numbers) > 2
    return bool(numbers) and not years and not counters and bool(cells[0]) and not NUMBER.fullmatch(cells[0]) or (
        len(numbers) > 1 and not years and not counters
    )


def _unit_above(texts: Sequence[str]) -> str:
    """Return the unit that stands above a table (单位：亿元), empty where several or none do."""
    for text in reversed(texts):
        found = re.search(rf"(?:单位|金额单位)[：:]({units_pattern()})(?:、%|，%|、{units_pattern()})*", text)
        if found:
            return found[1]
    return ""


def _head(text: str, talk: Discourse) -> _Head:
    """Return what a head says."""
    if not text:
        return _Head()
    unit = ""
    for found in re.finditer(rf"[（(](?:单位[：:])?({units_pattern()})[）)]|／({units_pattern()})$", text):
        unit = found[1] or found[2]
    text = re.sub(rf"[（(](?:单位[：:])?{units_pattern()}[）)]", "", text)
    if RANK.match(text):
        return _Head(rank=True)
    head = _Head(unit="个百分点" if unit in ("百分点", "个百分点") else unit)
    item, scope = None, None
    for part in text.split("／"):
        piece = re.sub(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.、]|其中[：，]?|[—-]+|[①-⑳])+", "", part)
        piece = re.sub(r"(?:(?:19|20)\d{2}年)(?:末|底)?(?=[比较](?:19|20))", "", piece)
        year = re.search(r"(?<![比较])((?:19|20)\d{2})(?:年)?(?:度|末|底|初|年初|年末)*", piece)
        compared = re.search(r"[比较]((?:19|20)\d{2})年(?:末|底|同期)?", piece)
        if compared:
            piece = piece.replace(compared.group(), "")
        elif year:
            head = replace(head, year=int(year[1]) - (1 if "初" in year.group() else 0))
            piece = piece.replace(year.group(), "")
        elif found := re.search(r"(?:上年|去年)(?:年?末|同期|数|末数)?|年初数|期初数|(?:年|期)初余额", piece):
            if not re.search("较|比|增", piece):
                head = replace(head, year=talk.year - 1)
                piece = piece.replace(found.group(), "")
        piece = re.sub(r"(?:本年|当年|今年|本期|期末|年末)(?:数|余额|累计)?|期末余额", "", piece)
        if done := re.search(r"(?:完成|为|占)(?P<plan>(?:年度|全年|年初)?(?:预算|计划|目标))(?:数|任务)?的?(?:比例|比重|%)*", piece):
            head = replace(head, kind="share", base=done["plan"])
            continue
        change = re.search(
            r"(?:同比|较上年末?|比上年末?|较年初|比年初|环比|年均)?(?:增速|增幅|增长率|增长|增减额|增减|增加额|增加|变动|变化|下降|提高|上升|降幅|±|\+/-)+(?:情况|额|率|幅度?|%)*",
            piece,
        ) or re.search(r"同比|环比|较年初|较上年", piece)
        if change and not re.search("增加值", piece):
            if compared and not change.group().startswith(("同比", "环比")):
                from_year = int(compared[1])
                compared_base = LAST_YEAR if from_year == talk.year - 1 else str(from_year)
            else:
                compared_base = ""
            base = compared_base or _base(change.group())
            kind = "cagr" if "年均" in change.group() else "change"
            absolute = "abs" if re.search("额|减(?!率|幅)", change.group()) and not re.search("%|率|幅|速", change.group()) else kind
            head = replace(head, kind=absolute if kind == "change" else kind, base=base, sign=-1 if re.fullmatch(r".*(?:降幅|下降).*", change.group()) else 1)
            piece = piece.replace(change.group(), "")
        elif found := re.search(r"占[^／]*(?:比重|比例|比|份额)|占比|比重|所占[^／]*|构成比?|占.*(?=%)", piece):
            head = replace(head, kind="share")
            piece = piece.replace(found.group(), "")
        if TOTAL.fullmatch(bare(piece) or piece):
            head = replace(head, total=True)
            continue
        piece = piece.strip("：， ")
        piece = re.sub(r"(?:\d{1,2}—)?\d{1,2}月(?:份|末)?|前\d+个月|[一二三四]季度|上半年", "", piece)
        if not piece or bare(piece) in ("", *vocabulary()["plain_heads"]) or piece in vocabulary()["plain_heads"]:
            continue
        if re.search("(?:预算|计划|目标)数?$", piece):
            head = replace(head, planned=True)
            continue
        names = section_names(context_of(talk.section))
        plain = re.sub(r"（.*?）", "", piece)
        if plain in names or piece in names:
            # 国有资产 at a row's head beside items is a class, not the item
            item = names.get(plain, names.get(piece))
            continue
        if is_scope(piece) or re.search("国有资产$", plain):
            scope = scope_name(piece) if not re.search("国有资产$", plain) else piece
            continue
        refs = read_phrase(piece, context_of(talk.section))
        if len(refs) == 1:
            item = refs[0].item or item
            scope = refs[0].scope if refs[0].scope is not None else scope
        else:
            item = piece
    return replace(head, item=item, scope=scope)


def _item_of_section(talk: Discourse) -> str | None:
    """Return the item that the nearest heading names, for a row of totals."""
    context = context_of(talk.section)
    found = items_pattern(context).findall(talk.section.rpartition("／")[2])
    return section_names(context)[found[0]] if found else None


def _base(words: str) -> str:
    """Return what a change in a head is against."""
    return "年初" if "年初" in words else "上月" if "环比" in words else LAST_YEAR


def _cell(found: re.Match[str], column: _Head, row: _Head, above: str, outer: str | None, unlike: bool, talk: Discourse) -> Said:
    """Return what the number of a cell is."""
    start, end = found.span("number")[0], found.end("unit") if found["unit"] else found.end("number")
    sign = -1 if found["sign"] in ("-", "▲", "△", "↓", "（") else 1
    if found["sign"] == "-":
        start -= 1
    amount = Amount(found["number"], "", "", start, end)
    blank = Said(amount, start, end)
    if column.rank or row.rank:
        return replace(blank, why="序号", claims=False)
    if talk.plans or column.planned or row.planned:
        return replace(blank, why=PLAN, claims=False)
    kind = column.kind or row.kind
    first, second = (column, row) if column.kind else (row, column)
    head = first if first.kind else column
    item = column.item or row.item
    scopes = [scope for scope in (row.scope, column.scope) if scope is not None]
    if column.item and row.item and column.item != row.item:
        scopes.append(row.item if is_scope(row.item) else "")
        if not scopes[-1]:
            scopes.pop()
            if column.kind or not row.scope:
                item, scopes = column.item, [*scopes, row.item]
    total = row.total or column.total
    whole = "合计" if unlike else ""  # parts of unlike assets have no common name
    scope = scopes[0] if scopes else (whole or talk.section_scope) if total else (outer or talk.scope)
    if outer and scopes and scope != outer and re.fullmatch(vocabulary()["levels"], outer):
        scope = outer + scope
    if not item and total:
        item = _item_of_section(talk)
    unit = found["unit"] or head.unit or column.unit or row.unit
    if kind in ("share",) and not found["unit"]:
        unit = head.unit or "%"
    if kind == "share" and found["number"] in ("100", "100.0", "100.00") and (row.total or column.total):
        return replace(blank, why="合计的占比", claims=False)
    ratio = bool(item and RATIO.search(item))
    if not unit:
        unit = ("个百分点" if ratio else "%") if kind in ("change", "cagr") else "%" if ratio else above
    unit = "个百分点" if unit == "百分点" else unit
    if not item and unit in ("户", "家"):
        item = "户数"
    if not item:
        return replace(blank, why="表头没有说是什么的数")
    if not unit:
        return replace(blank, why="表里没有写单位")
    value = ("-" if sign * head.sign < 0 else "") + found["number"]
    year = column.year or row.year or talk.year
    base = ""
    if kind == "share":
        plain_name = item.endswith(("占比", "比重")) or head.base != ""  # of a plan, not of a whole
        name, said = item if plain_name else item + "占比", "share"
    elif kind:
        name = item
        said = "yoy_pp" if ratio and unit in ("%", "个百分点") else "yoy_pct" if unit in ("%", "倍") else "yoy_abs"
        if kind == "abs" and unit in ("%",) and not ratio:
            said = "yoy_pct"
        if head.base != LAST_YEAR:
            said, base = "other_base", head.base
        said = "cagr" if kind == "cagr" else said
    else:
        name, said = item, "level"
    return replace(blank, kind=said, scope=scope or "", item=name, year=year, value=value, unit=unit, base=base)
