"""Printed figures as people have them: one a row, in any order of columns, under everyday headers.

The one reader of lists of printed figures, for ``audit`` and ``import``: it finds the header, and
of each row which item, which kind (数额, 同比增速…), which number in which unit. A row that can be
read in no way, or in two, is a fault; what is not used is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache

from ..measures.claims import OTHER_KINDS
from ..measures.measures import CLAIM_KINDS, Measure
from ..measures.printed import PRINTED_NUMBER, Printed, UnreadableError, decimals_of, misstated, read_printed
from ..measures.registry import REGISTRY
from ..measures.units import UNITS
from ..tables.data_errors import Fault
from ..tables.text_files import half_width, odd_cells
from .cells import tidy
from .files.raw import Cell, Sheet, folded
from .rows import NOTE, Note

SEARCHED = 25  # rows in which the header stands
TYPED = (".csv", ".txt", ".tsv")  # where a percentage is what somebody typed, not what Excel shows
PRINTED = "公布数"  # in the name of a sheet or file: it holds nothing else
RULE = "rule"
RULES = {"true": "true", "false": "false", "成立": "true", "不成立": "false", "是": "true", "否": "false"}
# What a column is called; the name of the book's own column first.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "id": ("编号",),
    "region": ("地区", "区县", "地区名称", "行政区", "行政区划", "区域", "省市", "所属地区"),
    "region_level": ("级别", "地区级别", "行政级别"),
    "year": ("年度", "年份", "年", "报告年度", "所属年度", "会计年度"),
    "scope": ("口径", "范围", "统计口径", "数据口径", "统计范围"),
    "section": ("报告章节", "章节"),
    "indicator": ("指标编号", "指标代码"),
    "name_zh": ("项目", "名称", "指标", "指标名称", "项目名称", "指标项目"),
    "kind": ("种类", "类别", "类型", "数的种类", "指标类别"),
    "value": (
        *("印出的数", "公布数", "公布数值", "公布值", "公布的数", "印出数", "报告数", "报告公布数"),
        *("公布数字", "报告数字", "印出的数字", "数值", "数据", "数字"),
    ),
    "unit": ("单位", "计量单位"),
    "decimals": ("小数位数", "小数位", "小数点位数", "保留小数位数", "小数"),
    "qualifier": ("精确程度", "限定词"),
    "source_title": ("出处", "来源", "原文", "原文来源", "来源原文", "资料来源", "数据来源", "报告名称", "文件名称"),
    "source_url": ("网址", "链接", "原文链接", "来源网址"),
    "base": ("基期", "比较基期", "对比基期"),
    "of": ("占比的整体", "整体", "占什么的比重"),
    "sentence": ("原句", "原文句子"),
    "place": ("位置", "所在位置"),
    "note": ("备注", "说明"),
}
FIELDS = {folded(word): name for name, words in HEADERS.items() for word in (name, *words)}
# Which of these headers can be of nothing but a list of printed figures.
TELLING = {folded(word) for word in ("value", *HEADERS["value"])} - {folded(w) for w in ("数值", "数据", "数字")}
KINDS: Mapping[str, tuple[str, ...]] = {
    "level": (
        *("数额", "水平值", "水平", "绝对数", "绝对值", "总量", "余额", "期末数", "年末数", "本年数"),
        *("数值", "金额", "户数", "人数", "比率", "比例", "比重", "占比", "百分比"),
    ),
    "yoy_pct": ("同比增速", "增速", "增长率", "同比增长率", "增幅", "同比增幅", "同比增长"),
    "yoy_pp": ("增减百分点", "同比增减百分点", "百分点", "同比百分点"),
    "yoy_abs": ("增减额", "同比增减数", "同比增减额", "增减数", "增减量", "同比增量", "增量"),
    "share": ("所占比重", "占整体比重", "占整体的比重"),
    "cagr": ("年均增速", "年均增长率", "年均增长", "平均增速", "年均增幅"),
    "other_base": ("其他基期增减", "较其他基期增减", "比其他基期增减", "定基增减"),
    "target": ("目标", "目标数", "计划数"),
    RULE: ("规则",),
    "": ("同比", "同比增减", "增减", "同比变动", "变动", "同比变化", "比上年增减"),  # the unit says which
}
KIND_OF = {folded(word): kind for kind, words in KINDS.items() for word in words} | {
    folded(kind): kind for kind in (*CLAIM_KINDS, *OTHER_KINDS, RULE)
}
SINCE = re.compile(
    r"(?:的)?(?:同比|比上年|较上年|比上年同期)?(?:增速|增长率|增幅|增长|增减百分点|增减额|增减数|增减|变动|变化|下降)$|同比$"
)
QUALIFIERS = {
    "exact": ("整数计数", "准确", "精确"),
    "rounded": ("四舍五入",),
    "over": ("逾", "超过", "超", "逾，只给下限"),
    "more": ("余", "多", "余，只给下限"),
    "nearly": ("近", "接近", "不足"),
    "about": ("约", "左右"),
}
QUALIFIER_OF = {folded(word): name for name, words in QUALIFIERS.items() for word in (name, *words)}
MONEY_ABOVE = re.compile(
    r"(?:单位[:：为]?(?:人民币)?|\((?:人民币)?)(万亿元|亿元|万元|元)(?![/每\w])"
)  # 单位：亿元, （亿元）
UNIT_WORDS = {"百分点": "个百分点", "pct": "%", "人民币元": "元", "人民币万元": "万元", "人民币亿元": "亿元"}
SHORT_UNITS = {"亿": "亿元", "万": "万元", "万亿": "万亿元"}
USUAL_UNIT = {"yoy_pct": "%", "yoy_pp": "个百分点", "share": "%", "cagr": "%"}  # where a file says none
NEAREST = 3


@dataclass(frozen=True)
class Line:
    """One printed figure: its texts by field, and the row of the file that it stands in."""

    number: int
    texts: Mapping[str, str]
    measure: Measure | None = None
    item: str = ""  # what it is a number of, without what says 同比
    extra: tuple[str, ...] = ()  # of the columns that have no meaning here


@dataclass
class Listed:
    """A sheet of printed figures: its lines, and all that is to be told of it."""

    sheet: Sheet
    first: int  # the header's row, from 0
    columns: Mapping[str, int]
    units: Mapping[str, str]  # stated in a header's brackets
    unused: Mapping[int, str]
    lines: list[Line] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def header(self, name: str) -> str:
        """Return what the file calls a column; where it has none, what the book calls it."""
        at = self.columns.get(name)
        return HEADERS[name][0] if at is None else _text(self.sheet, self.first, at)

    def fault(self, number: int | None, name: str, found: str, expected: str, advice: str = "请改正后重试") -> None:
        """Note what is wrong in a cell."""
        self.faults.append(Fault(self.sheet.place, number, self.header(name), found, expected, advice))

    def note(self, kind: str, number: int, name: str, found: str, made: str) -> None:
        """Note what was changed on the way."""
        self.notes.append(Note(kind, self.sheet.place, number, self.header(name), found, made))


def find(sheet: Sheet) -> Listed | None:
    """Return a sheet as a list of printed figures, not read yet, or None if it is none."""
    best: Listed | None = None
    for first in range(min(SEARCHED, len(sheet.rows))):
        columns: dict[str, int] = {}
        units: dict[str, str] = {}
        unused: dict[int, str] = {}
        for at in range(len(sheet.rows[first])):
            word = _text(sheet, first, at)
            bare, unit = _bracketed(word)
            name = FIELDS.get(folded(word)) or (FIELDS.get(folded(bare)) if unit else None)
            if name and name not in columns:
                columns[name] = at
                units[name] = unit
            elif word:
                unused[at] = word
        item = "name_zh" in columns or "indicator" in columns
        if item and "value" in columns and (best is None or len(columns) > len(best.columns)):
            best = Listed(sheet, first, columns, units, unused)
    return best


def telling(found: Listed) -> bool:
    """Can the sheet be nothing but a list of printed figures, whatever it is called?"""
    word, _ = _bracketed(_text(found.sheet, found.first, found.columns["value"]))
    beside = any(name in found.columns for name in ("unit", "kind", "decimals")) or found.units.get("value")
    named = PRINTED in folded(f"{found.sheet.name}{found.sheet.file}")
    return [bool(beside), folded(word) in TELLING, named].count(True) > 1


def read(found: Listed, known: bool) -> Listed:
    """Read the lines; with ``known`` an item that is no measure of the book is a fault."""
    unclear: dict[str, list[str]] = {}
    blank = []
    twice = [w for at, w in found.unused.items() if FIELDS.get(folded(_bracketed(w)[0])) == "value"]
    if twice:
        found.fault(found.first + 1, "value", f"“{twice[0]}”也像公布数", "一列公布数", "只留一列，或给另一列改名")
        return found
    said = [[tidy(c)[0] if isinstance(c, Decimal | bool) else str(c or "") for c in row] for row in found.sheet.rows]
    for number, at, what, advice in odd_cells(said):
        if not _signed(said[number - 1][at]):
            column = _text(found.sheet, found.first, at) or f"第{at + 1}列"
            place = found.sheet.number(number - 1)
            found.faults.append(Fault(found.sheet.place, place, column, what, "看得见、长短合适的文字", advice))
    if found.faults:
        return found
    for index in range(found.first + 1, len(found.sheet.rows)):
        number, cells = found.sheet.number(index), _cells(found, index)
        filled = [text for text in said[index] if text.strip()]
        if not filled or filled == [text for text in said[found.first] if text.strip()]:
            continue
        width = len(found.sheet.rows[found.first])
        if any(text.strip() for text in said[index][width:]):
            found.faults.append(
                Fault(
                    found.sheet.place,
                    number,
                    None,
                    f"这一行有{len(said[index])}格",
                    f"{width}格",
                    "检查是否多了或少了逗号",
                )
            )
            continue
        if len(filled) == 1 and NOTE.fullmatch(folded(filled[0])):
            found.note("表下的说明不读", number, "name_zh", filled[0][:30], "")
            continue
        if odd := found.sheet.odd_rows.get(index):
            found.note(f"{odd}行照样导入", number, "name_zh", filled[0][:30], "")
        line = _line(found, number, cells, unclear, known)
        if line is None:
            blank.append(number)
        elif line.texts:
            extra = tuple(said[index][at] if at < len(said[index]) else "" for at in found.unused)
            found.lines.append(replace(line, extra=extra))
    for why, names in unclear.items():
        few = "、".join(names[:10]) + ("等" if len(names) > 10 else "")
        found.faults.append(
            Fault(
                found.sheet.place,
                None,
                found.header("indicator" if "indicator" in found.columns else "name_zh"),
                f"有{len(names)}个指标{why}：{few}",
                "书末“全部数字”一章里的指标，中文名、别称、编号都可以",
                "改成列出的名称之一",
            )
        )
    if blank:
        places = "、".join(f"第{n}行" for n in blank[:5]) + ("等" if len(blank) > 5 else "")
        found.note("还没有填公布数，略去", blank[0], "value", f"{len(blank)}行：{places}", "")
    return found


def _line(
    found: Listed, number: int, cells: Mapping[str, Cell], unclear: dict[str, list[str]], known: bool
) -> Line | None:
    """Return a row's figure, None where nothing is printed yet, and no texts where it is faulty."""
    texts = {name: tidy(cell)[0] for name, cell in cells.items() if cell not in (None, "")}
    faulty = len(found.faults) + sum(map(len, unclear.values()))
    kind = KIND_OF.get(folded(texts.get("kind", "")), None) if texts.get("kind") else "?"
    if kind is None:
        words = "、".join(words[0] for words in KINDS.values())
        found.fault(number, "kind", f"“{texts['kind']}”", words)
    if kind == RULE:
        return _rule(found, number, texts)
    try:
        printed = read_printed(texts.get("value", ""))
    except UnreadableError as error:
        found.fault(number, "value", f"“{texts['value']}”{error}", "不带单位的数字", "照原文写数，单位写在单位一列")
        printed = None
    else:
        if printed is None:
            return None
    measure, item = _measure(found, number, texts, unclear, known)
    if printed is None or kind is None:
        return Line(number, {})
    unit = _unit(found, number, texts, printed, measure)
    kind = _kind(kind, texts, item, printed, unit, measure)
    if kind in USUAL_UNIT and not unit:
        unit = USUAL_UNIT[kind]
    if not unit:
        found.fault(number, "unit", "空白", "这个数的单位，如亿元、%、户", "补上单位")
    number_text, decimals = _decimals(found, number, texts, printed, cells.get("value"))
    if printed.qualifier or number_text != str(texts.get("value", "")):
        found.note("数的写法", number, "value", texts.get("value", ""), number_text)
    qualifier = _qualifier(found, number, texts, printed)
    if not re.fullmatch(r"\d{4}|", year := half_width(texts.get("year", "")).removesuffix("度").removesuffix("年")):
        found.fault(number, "year", texts["year"], "四位年份")
    if len(found.faults) + sum(map(len, unclear.values())) > faulty:
        return Line(number, {})
    made = {
        "indicator": measure.name if measure else "",
        "kind": kind,
        "value": number_text,
        "unit": unit,
        "decimals": str(decimals),
        "qualifier": qualifier,
        "year": year,
    }
    known_name = bool(REGISTRY.by_name_zh(texts.get("name_zh", "")))
    return Line(
        number, {**texts, **made}, measure, texts["name_zh"] if known_name else measure.name_zh if measure else item
    )


def _rule(found: Listed, number: int, texts: Mapping[str, str]) -> Line | None:
    if not texts.get("value"):
        return None
    holds = RULES.get(texts["value"].casefold())
    if holds is None:
        found.fault(number, "value", f"“{texts['value']}”", "true（成立）或false（不成立）")
        return Line(number, {})
    measure = lookup(texts.get("indicator", "")) or lookup(texts.get("name_zh", ""))
    named = {"indicator": measure.name} if measure else {}
    fixed = {"kind": RULE, "value": holds, "decimals": "0", "qualifier": "exact", "unit": texts.get("unit", "")}
    return Line(number, {**texts, **named, **fixed}, measure, texts.get("name_zh", ""))


def _measure(
    found: Listed, number: int, texts: Mapping[str, str], unclear: dict[str, list[str]], known: bool
) -> tuple[Measure | None, str]:
    """Return the measure that a row is of, and its item's name without what says 同比."""
    by_id, name = texts.get("indicator", ""), texts.get("name_zh", "")
    measure = lookup(by_id) or (None if by_id else lookup(name))
    if measure is None and (by_id or known or not name):
        said = by_id or name
        if not said:
            found.fault(number, "name_zh", "空白", "这是什么数", "补上项目")
        else:
            close, several = nearest(said)
            why = "说不清是哪一个" if several else "不认识"
            asked = f"（是不是{'、'.join(f'“{c}”' for c in close)}？）" if close else ""
            unclear.setdefault(why, []).append(f"第{number}行“{said}”{asked}")
    item = name if REGISTRY.by_name_zh(name) else SINCE.sub("", name) or name
    return measure, item


def lookup(text: str) -> Measure | None:
    """Return the measure of a name: English, Chinese or alias, with or without 同比增速 behind it."""
    text = text.strip()
    if not text:
        return None
    exact = REGISTRY.get(text) or REGISTRY.by_name_zh(text)
    if exact:
        return exact
    names = _names()
    return names.get(folded(text)) or names.get(folded(SINCE.sub("", text)))


@lru_cache(maxsize=1)
def _names() -> dict[str, Measure]:
    """Return every Chinese name and alias, folded."""
    return {folded(word): m for m in REGISTRY.values() for word in (m.name_zh, *m.aliases)}


def nearest(text: str) -> tuple[list[str], bool]:
    """Return the Chinese names of measures that were perhaps meant, and whether ``text`` is part of several."""
    names = {name: measure.name_zh for name, measure in _names().items()}
    wanted = folded(SINCE.sub("", text))
    inside = sorted((name for name in names if len(wanted) > 1 and wanted in name), key=len)
    close = list(dict.fromkeys(names[n] for n in inside or get_close_matches(wanted, names, NEAREST, 0.6)))
    return close[:NEAREST], bool(inside) and len(close) > 1


def _kind(kind: str, texts: Mapping[str, str], item: str, printed: Printed, unit: str, measure: Measure | None) -> str:
    """Return a row's kind: as it says, else as its name, its words and its unit do."""
    since = item != texts.get("name_zh", item) or bool(printed.way)
    ratio = measure is not None and measure.unit != "个百分点"
    if kind == "?":
        kind = "" if since or (unit == "个百分点" and ratio) else "level"
    if kind:
        return kind
    return {"个百分点": "yoy_pp", "%": "yoy_pct", "": "yoy_pct"}.get(unit, "yoy_abs")


def _unit(found: Listed, number: int, texts: Mapping[str, str], printed: Printed, measure: Measure | None) -> str:
    given = [u for u in (texts.get("unit", ""), printed.unit) if u]
    stated = [_unit_word(u, measure) for u in given] or [_unit_word(found.units.get("value", ""), measure)]
    if len(set(stated)) > 1:
        found.fault(number, "unit", f"单位写了{'和'.join(given)}", "一个单位", "公布数里的单位和单位一列写成一样")
    if not stated[0] and measure is not None and UNITS.get(measure.unit, ("",))[0] == "money":
        return _sheet_unit(found)
    return stated[0]


def _unit_word(unit: str, measure: Measure | None) -> str:
    plain = half_width(unit).strip()
    money = measure is not None and UNITS.get(measure.unit, ("",))[0] == "money"
    return UNIT_WORDS.get(plain, SHORT_UNITS.get(plain, plain) if money else plain)


def _sheet_unit(found: Listed) -> str:
    """Return the unit of money that stands above the list, if there is just one."""
    above = " ".join(str(c) for row in found.sheet.rows[: found.first] for c in row if isinstance(c, str))
    units = {match[1] for match in MONEY_ABOVE.finditer(re.sub(r"\s", "", half_width(above)))}
    return units.pop() if len(units) == 1 else ""


def _decimals(found: Listed, number: int, texts: Mapping[str, str], printed: Printed, cell: Cell) -> tuple[str, int]:
    """Return the number as printed and its decimals; a cell of Excel's may lack noughts at its end."""
    said = half_width(texts.get("decimals", "")).removesuffix("位")
    said = said.partition(".")[0] if re.fullmatch(r"\d\.0+", said) else said
    if not said:
        return printed.text, printed.decimals
    if not re.fullmatch(r"[0-6]", said, re.ASCII):
        found.fault(number, "decimals", texts["decimals"], "原文的小数位数，如1")
        return printed.text, 0
    text, decimals = printed.text, int(said)
    shown = isinstance(cell, str) and cell.endswith("%") and not found.sheet.file.lower().endswith(TYPED)
    if (isinstance(cell, Decimal | int) or shown) and decimals > printed.decimals:
        text = f"{Decimal(text):.{decimals}f}"
    if misstated(text, decimals):
        found.fault(
            number,
            "decimals",
            f"{decimals}位小数，公布数“{text}”却有{decimals_of(text)}位",
            f"与“{text}”的小数位数一致",
            "照原文改正公布数或小数位数；小数位数空着就按公布数的",
        )
    return text, decimals


def _qualifier(found: Listed, number: int, texts: Mapping[str, str], printed: Printed) -> str:
    said = texts.get("qualifier", "")
    word = QUALIFIER_OF.get(folded(said)) if said else ""
    if word is None:
        found.fault(number, "qualifier", f"“{said}”", "、".join(words[0] for words in QUALIFIERS.values()))
        return ""
    return printed.qualifier or word


def _cells(found: Listed, index: int) -> dict[str, Cell]:
    """Return a row's cells by field; what is merged downwards holds for each row."""
    made: dict[str, Cell] = {}
    for name, at in found.columns.items():
        row, column = found.sheet.merged.get((index, at), (index, at))
        cells = found.sheet.rows[row]
        made[name] = cells[column] if column < len(cells) and column == at else None
    return made


def _signed(text: str) -> bool:
    """Is a cell that looks like a formula just a number, or the sign for nothing?"""
    plain = half_width(text).replace(",", "").strip()
    return bool(PRINTED_NUMBER.fullmatch(plain)) or set(plain) <= {"-", "—"}


def _text(sheet: Sheet, row: int, column: int) -> str:
    cells = sheet.rows[row]
    value = cells[column] if column < len(cells) else None
    return "" if value is None else str(value).strip()


def _bracketed(word: str) -> tuple[str, str]:
    """Return a header and the unit in brackets behind it: 公布数（亿元）."""
    match = re.fullmatch(r"(.+?)\((?:单位[:：])?([^()]+)\)", half_width(word))
    return (match[1], match[2]) if match else (word, "")
