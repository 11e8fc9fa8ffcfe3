"""Units: which one a file states, wherever it states it, and what that makes of a number.

A unit is said by words (a title, a corner, a header, a note below the table, a sheet's or a
file's name), by a cell (500元, ￥500) or by the format in which a cell's number is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from .files.raw import Cell, Sheet

MONEY = "万元"  # what tables hold money in
# unit -> (the unit that tables use, how many of those it is)
UNITS: Mapping[str, tuple[str, Decimal]] = {
    "元": (MONEY, Decimal("0.0001")),
    "百元": (MONEY, Decimal("0.01")),
    "千元": (MONEY, Decimal("0.1")),
    "万元": (MONEY, Decimal(1)),
    "十万元": (MONEY, Decimal(10)),
    "百万元": (MONEY, Decimal(100)),
    "千万元": (MONEY, Decimal(1000)),
    "亿元": (MONEY, Decimal(10_000)),
    "m2": ("平方米", Decimal(1)),
    "㎡": ("平方米", Decimal(1)),
    "平米": ("平方米", Decimal(1)),
    "万平方米": ("平方米", Decimal(10_000)),
    "名": ("人", Decimal(1)),
    "月": ("个月", Decimal(1)),
    "‰": ("%", Decimal("0.1")),
    "季度": ("个月", Decimal(3)),
    "年": ("个月", Decimal(12)),
    "百分点": ("个百分点", Decimal(1)),
    "元/m2": ("元/平方米", Decimal(1)),
    "元/㎡": ("元/平方米", Decimal(1)),
}
OF_MONEY = tuple(unit for unit, (base, _) in UNITS.items() if base == MONEY)
COUNTS = {0: "", 2: "百", 3: "千", 4: "万", 5: "十万", 6: "百万", 7: "千万", 8: "亿"}  # power of ten -> its word
PLAIN_COUNTS = ("万", "亿")  # said without 元 they leave no doubt in an amount of money


def how_many(unit: str, base: str) -> Decimal | None:
    """Return how many ``base`` one ``unit`` is, None if it is a unit of something else."""
    plain = unicodedata.normalize("NFKC", unit).strip()
    plain = re.sub(r"^(人民币|RMB|CNY|[¥￥])\s*(?=.)", "", plain, flags=re.I)
    if plain == base:
        return Decimal(1)
    here, there = UNITS.get(plain), UNITS.get(base, (base, Decimal(1)))
    return here[1] / there[1] if base and here and here[0] == there[0] else None


# --- said in words ---------------------------------------------------------------------------------

_UNIT = r"((?:[百千万亿]|十万|百万|千万)?元|万|亿)"
_RMB = r"(?:人民币|RMB|CNY|[¥￥])?\s*"
_ENDS = r"(?![/每\w%])"  # 元/平方米 is none of money, 元大公司 no unit at all
_OPEN, _CLOSE = r"[(\[【〔]", r"[)\]】〕]"
_OTHERS = r"(?:[^\s。;:：()\d、,，/元]{1,6}[、,，/和及]\s*){0,3}"  # 单位：人、万元
_SAYS = r"[^。;,，、\d]{0,6}?"
STATED = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # 单位：元, 金额单位为人民币元, 计量单位 元; not 编制单位：…
        rf"(?<![制报送款管任业属总用供设工批办位])(?:单位|\bUnit)\s*(?:[:：为是]|均为|一律为|都是)?"
        rf"\s*{_OPEN}?\s*{_OTHERS}{_RMB}[:：]?\s*{_OPEN}?{_UNIT}(?:人民币|计|列示|填列|填报|表示)?{_ENDS}",
        # 本表金额均为元, 金额以万元计, 数据按亿元填列
        rf"(?:金额|数据|数字|数值|货币|本表|表内|表中){_SAYS}(?:[为以按系:：])\s*{_RMB}{_UNIT}(?:为单位|计算|计|列示|填列|填报|反映|表示)?{_ENDS}",
        rf"[以按]\s*{_RMB}{_UNIT}(?:为(?:计量|金额|货币)?单位|计算|计|列示|填列|填报|反映|表示){_ENDS}",
        # 人民币：元, 人民币（万元）, RMB 元
        rf"(?:人民币|币种|RMB|CNY)\s*[:：]?\s*(?:人民币)?\s*{_OPEN}?\s*{_UNIT}\s*{_CLOSE}?{_ENDS}",
        # （元）, （人民币万元）, （金额：元）, （万元、%）
        rf"{_OPEN}\s*(?:金额|币种)?\s*[:：]?\s*{_RMB}{_UNIT}\s*(?:[、,，;和及]\s*[^()\[\]]*)?{_CLOSE}",
        rf"{_OPEN}[^()\[\]]{{0,12}}[、,，;:：]\s*{_RMB}{_UNIT}\s*{_CLOSE}",
    )
)
# Other money than this country's.
_FOREIGN = (
    r"(?:美元|美金|港元|港币|港幣|欧元|日元|日圆|英镑|澳元|澳大利亚元|加元|加拿大元|新加坡元|新加坡币|瑞士法郎|瑞郎|卢布|韩元|韩圆"
    r"|泰铢|澳门元|澳门币|新台币|台币|外币|US\$|HK\$|[$€£₩₽]|(?:USD|HKD|EUR|JPY|GBP|AUD|CAD|SGD|CHF|RUB|KRW|THB|MOP|TWD)(?![A-Z]))"
)
FOREIGN = re.compile(_FOREIGN, re.I)
_FOREIGN_UNIT = rf"((?:[十百千万亿]{{1,2}})?\s*{_FOREIGN})"
FOREIGN_SAID = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # 单位：万美元, 币种：美元, 单位：万元（美元）
        rf"(?<![制报送款管任业属总用供设工批办位])(?:单位|\bUnit)\s*(?:[:：为是]|均为|一律为|都是)?\s*{_OPEN}?\s*{_OTHERS}{_FOREIGN_UNIT}(?!\w)",
        rf"(?:币种|货币|币别|\bCurrency)\s*(?:[:：为是]|均为|一律为)?\s*{_OPEN}?\s*{_FOREIGN_UNIT}",
        rf"(?:单位|\bUnit)\s*[:：为是]?\s*[百千万亿]{{0,2}}元?\s*{_OPEN}\s*{_FOREIGN_UNIT}\s*{_CLOSE}",
    )
)
# （万美元）, 金额以美元列示: so unless the same words say 元 too.
FOREIGN_HINTED = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_OPEN}\s*(?:金额|单位)?\s*[:：]?\s*{_FOREIGN_UNIT}\s*{_CLOSE}",
        rf"(?:[以按]|金额均?为|数据均?为)\s*{_FOREIGN_UNIT}(?:为(?:计量|金额|货币)?单位|计算|计(?![价息])|列示|填列|填报|反映|表示|$)",
        rf"^\s*{_FOREIGN_UNIT}\s*$",
        rf"[-_－—–~\s]\s*{_FOREIGN_UNIT}(?:版|表|口径)?\s*$",
    )
)
MORE = re.compile(rf"\s*[、,，或和及]\s*{_RMB}{_UNIT}{_ENDS}", re.I)  # the second of 元、万元
ALONE = re.compile(rf"{_OPEN}?{_RMB}{_UNIT}{_CLOSE}?", re.I)  # a cell that holds nothing else
HEADER = re.compile(r"(.+?)\s*[(\[]\s*(?:单位[:：]?)?([^()\[\]]+)[)\]]\s*")
HEADER_END = re.compile(rf"(.+?)\s*[/,，、:：_\-—\s]\s*(?:单位[:：]?\s*)?({_RMB}{_UNIT})")  # 金额/元
TAXED = re.compile(r"不?含(?:增值)?税(?:价|额|金额)?|价税合计")  # how an amount is meant, no unit
CORNER = re.compile(r"[(\[]?\s*(计量|金额|货币|人民币|单位)")
COLUMN = re.compile(r"(计量|金额|货币)?单位|币种|货币")  # of the column that says each row's unit
PARTLY = "只说一部分"  # a unit, but not of all amounts
PART = re.compile(
    r"其[余他它](?:[^，。；]{0,4})(?:[为以按]|单位)|分别|(?:(?<!金)额|酬|工资|资产|负债|利润|收入|支出|费用?|成本|本金|余款)单位"
)
BEGINS = re.compile(r"[(（【]?\s*(?:备?注\d*[:：、]?|说明[:：]?)?\s*(?:本表)?(?:计量|金额|货币|人民币)?单位")
NUMBER = re.compile(r"[¥￥+-]?[\d,.]+%?")
NAMED = re.compile(rf"(?:^|[-_－—–~\s]){_RMB}{_UNIT}(?:版|表|口径)?$|{_UNIT}(?:版|口径)$", re.I)  # 预算表_万元


def said(text: str) -> set[str]:
    """Return the units of money that a text states for what it stands over."""
    plain = unicodedata.normalize("NFKC", text)
    if "元" not in plain and "万" not in plain and "亿" not in plain:
        return set()
    found = [match for pattern in STATED for match in pattern.finditer(plain)]
    again = [more for match in found if (more := MORE.match(plain, match.end(1)))]
    return {_whole(match[1]) for match in (*found, *again)}


def foreign(text: str) -> set[str]:
    """Return the units of foreign money that a text states for what it stands over: 万美元."""
    plain = unicodedata.normalize("NFKC", text)
    if not FOREIGN.search(plain):
        return set()
    found = {match[1] for pattern in FOREIGN_SAID for match in pattern.finditer(plain)}
    if not found and not said(plain):
        found = {match[1] for pattern in FOREIGN_HINTED for match in pattern.finditer(plain)}
    return {unit.replace(" ", "") for unit in found}


def is_foreign(unit: str) -> bool:
    """Tell whether a unit is one of foreign money."""
    return bool(FOREIGN.search(unicodedata.normalize("NFKC", unit)))


def alone(text: str) -> str:
    """Return the unit of money that a text is, or nothing."""
    match = ALONE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return _whole(match[1]) if match else ""


def _named(name: str) -> set[str]:
    """The units of money that the name of a sheet or a file states."""
    plain = unicodedata.normalize("NFKC", name).strip()
    match = NAMED.search(plain)
    return said(name) | foreign(name) | ({_whole(match[1] or match[2])} if match else set())


def _whole(unit: str) -> str:
    return unit if unit.endswith("元") else f"{unit}元"


def says_unit(value: Cell) -> bool:
    """Tell whether a cell with an amount says its unit itself: 500元, ￥500."""
    return isinstance(value, str) and bool(re.search(r"[元万亿¥￥]|人民币|RMB|CNY", value, re.I))


def in_header(text: str) -> tuple[str, str] | None:
    """Return a header's name and the unit that stands with it: 金额（元）, 金额/元."""
    plain = unicodedata.normalize("NFKC", text).replace("\n", "").strip()
    if match := HEADER.fullmatch(plain):
        if match[2].strip().upper() in (*CHINESE_MONEY[:-1], "单位"):
            return match[1], ""  # 金额（人民币）
        if TAXED.fullmatch(match[2].strip()):
            return match[1], ""  # 金额（含税）
        units = said(f"({match[2]})")
        known = match[2].strip() in UNITS or len(units) != 1
        return match[1], match[2].strip() if known else units.pop()
    match = HEADER_END.fullmatch(plain)
    return (match[1], _whole(match[3])) if match else None


def is_corner(header: str) -> bool:
    """Tell whether a header that belongs to no column says the unit of the whole sheet."""
    return bool(CORNER.match(unicodedata.normalize("NFKC", header)) or alone(header))


def unit_row(sheet: Sheet, index: int, numbers: Collection[int]) -> dict[int, str]:
    """Return the units that a row below the header says for columns of numbers, if it is one."""
    row = sheet.rows[index] if index < len(sheet.rows) else ()
    filled = {at: cell.strip(" ()（）") for at, cell in enumerate(row) if isinstance(cell, str) and cell.strip()}
    short = all(at in numbers and re.fullmatch(r"[^\d\s]{1,6}", word) for at, word in filled.items())
    if not short or len(filled) < sum(cell not in (None, "") for cell in row):
        return {}
    return filled if any(alone(word) for word in filled.values()) else {}


def unit_column(sheet: Sheet, headers: Mapping[int, str], data: int) -> int | None:
    """Return the column that says each row's unit of money, if there is one."""
    for at, header in headers.items():
        if COLUMN.fullmatch(re.sub(r"\s", "", header)):
            words = {str(row[at]).strip() for row in sheet.rows[data:] if at < len(row) and row[at] not in (None, "")}
            if words and all(alone(word) or is_foreign(word) or _rmb(word) for word in words):
                return at
    return None


def _rmb(word: str) -> bool:
    return word.upper() in CHINESE_MONEY


def of_row(value: Cell) -> str:
    """Return the unit that a row's own cell for it says, nothing where it says only 人民币."""
    word = str(value or "").strip()
    return alone(word) or ("" if _rmb(word) else word)


@dataclass(frozen=True)
class Statement:
    """A unit of money that is said for a whole sheet, and where."""

    unit: str
    where: str

    def __str__(self) -> str:
        return f"{self.where}写“{self.unit}”"


def statements(sheet: Sheet, first: int, data: int, corners: Iterable[str] = ()) -> tuple[Statement, ...]:
    """Return what is said of money's unit for a whole sheet, once for each unit.

    ``first`` is the header's first row and ``data`` the first below it; ``corners`` are words
    that stand in the header over no number.
    """
    found: dict[str, Statement] = {}
    for unit, where in _everywhere(sheet, first, data, corners):
        found.setdefault(unit, Statement(unit, where))
    return tuple(found.values())


def _everywhere(sheet: Sheet, first: int, data: int, corners: Iterable[str]) -> Iterator[tuple[str, str]]:
    for index, row in enumerate(sheet.rows[:first]):
        words = [cell.strip() for cell in row if isinstance(cell, str) and cell.strip()]
        units = said(" ".join(words)) | foreign(" ".join(words)) | {alone(word) for word in words}
        yield from ((unit, f"第{sheet.number(index)}行") for unit in sorted(units - {""}))
    for corner in corners:
        yield from (
            (unit, f"表头“{corner}”") for unit in sorted((said(corner) | foreign(corner) | {alone(corner)}) - {""})
        )
    for index in range(data, len(sheet.rows)):
        for unit in sorted(below_table(sheet.rows[index])):
            yield unit, f"表下第{sheet.number(index)}行"
    yield from ((unit, "工作表名") for unit in sorted(_named(sheet.name)))
    yield from ((unit, "文件名") for unit in sorted(_named(re.sub(r"\.\w+$", "", sheet.file).rpartition("/")[2])))


def of_form(sheet: Sheet, elsewhere: Collection[int] = ()) -> tuple[Statement, ...]:
    """Return what a form says of money's unit anywhere but ``elsewhere``, before its rows are made into others."""
    found: dict[str, Statement] = {}
    for index, row in enumerate(sheet.rows):
        if index in elsewhere:
            continue
        words = [cell for cell in row if isinstance(cell, str) and cell.strip()]
        units = below_table(row)
        if len(words) > 1 and len(words) == sum(cell not in (None, "") for cell in row):  # may be its header
            units = units | {unit for word in words if (unit := (in_header(word) or ("", ""))[1]) in OF_MONEY}
        for unit in sorted(units):
            found.setdefault(unit, Statement(unit, f"第{sheet.number(index)}行"))
    return tuple(found.values())


def below_table(cells: Sequence[Cell]) -> set[str]:
    """Return the units of money that a row without any number states: it is no data but a note."""
    filled = [cell for cell in cells if cell not in (None, "")]
    if not 0 < len(filled) <= 8 or any(not isinstance(cell, str) or NUMBER.fullmatch(cell.strip()) for cell in filled):
        return set()
    words = " ".join(map(str, filled))
    found = said(words) | foreign(words)
    return found | {PARTLY} if found and PART.search(words) else found


def states_unit(cells: Sequence[Cell]) -> bool:
    """Tell whether a row is a note about units and nothing else."""
    words = [str(cell) for cell in cells if cell not in (None, "")] if below_table(cells) else []
    return bool(words) and (len(words) < 3 or any(said(word) and BEGINS.match(word) for word in words))


# --- said by the format of a number ----------------------------------------------------------------

LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|_.|\*.|\[\$([^\]-]*)(?:-([^\]]*))?\]|\[[^\]]*\]|(.)', re.S)
CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d{1,30}(?:\.\d{1,30})?)\]", re.ASCII)
LONGEST_FORMAT = 255  # characters, of any that Excel can write
PLACES = "0#?"
SIGNS = ("¥", "￥")
CHINESE_MONEY = ("¥", "￥", "CN¥", "RMB", "CNY", "人民币", "元")
# Formats that a Chinese Excel knows by number and does not write out.
BY_NUMBER = {5: "¥#,##0", 6: "¥#,##0", 7: "¥#,##0.00", 8: "¥#,##0.00", 42: "¥#,##0", 44: "¥#,##0.00"}


@dataclass(frozen=True)
class Section:
    """One section of a number format: how much it divides by, and the unit that it writes."""

    power: int = 0  # the number is shown divided by 10**power
    unit: str = ""
    condition: tuple[str, Decimal] | None = None


class Displayed(str):
    """A number as its format shows it, with what the format adds: 1.5亿元, ￥500, 1234.5678万."""

    __slots__ = ("code", "stored")
    code: str
    stored: str


def displayed(value: Decimal, code: str) -> Cell:
    """Return a number in the unit that its format shows; a format that says none leaves it.

    The text is exact, whatever decimals the format shows: 12345678 in ``0!.0,`` is 1234.5678万.
    """
    section = _section(value, code)
    if section is None or not (section.power or section.unit):
        return value
    shown = value
    if section.power:
        shown = value.scaleb(-section.power)
        shown = shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown.normalize()
    unit = section.unit
    if section.power and unit in ("", *SIGNS):
        unit = COUNTS.get(section.power, f"10的{section.power}次方")
    text = f"{unit}{shown:f}" if unit in SIGNS else f"{shown:f}{unit}"
    made = Displayed(text)
    made.code, made.stored = code, f"{value:f}"
    return made


@lru_cache(maxsize=1_000)
def says(code: str) -> bool:
    """Tell whether a number format has a unit or divides what it shows."""
    return any(section.power or section.unit for section in _sections(code))


def _section(value: Decimal, code: str) -> Section | None:
    """The section of a format that shows a value."""
    sections = _sections(code)
    for section in sections:
        if section.condition and _holds(value, *section.condition):
            return section
    plain = [section for section in sections if not section.condition]
    if len(plain) < len(sections):
        return plain[0] if plain else None
    if value == 0 and len(sections) > 2:
        return Section()  # nought is nought in any unit
    return sections[1] if value < 0 and len(sections) > 1 else sections[0]


def _holds(value: Decimal, sign: str, bound: Decimal) -> bool:
    return {
        "<": value < bound,
        ">": value > bound,
        "=": value == bound,
        "<=": value <= bound,
        ">=": value >= bound,
        "<>": value != bound,
    }[sign]


@lru_cache(maxsize=1_000)
def _sections(code: str) -> tuple[Section, ...]:
    if len(code) > LONGEST_FORMAT:
        return (Section(),)
    plain = re.sub(r"G/通用格式|General", "0", code, flags=re.I)
    parts: list[list[tuple[str, str]]] = [[]]
    conditions: list[tuple[str, Decimal] | None] = [None]
    for match in LITERAL.finditer(plain):
        quoted, escaped, currency, _, mark = match.groups()
        if mark == ";":
            parts.append([])
            conditions.append(None)
        elif condition := CONDITION.fullmatch(match[0]):
            conditions[-1] = condition[1], Decimal(condition[2])
        elif mark and (mark in PLACES or mark in ".,%"):
            parts[-1].append((mark, ""))
        elif currency:
            sign = _currency(currency.strip(), match[4] or "")
            parts[-1].append(("$", sign))
        elif text := quoted or escaped or mark:
            parts[-1].append(("", unicodedata.normalize("NFKC", text)))
    return tuple(_read(part, condition) for part, condition in zip(parts[:4], conditions, strict=False))


def _currency(sign: str, locale: str) -> str:
    """The sign of Chinese money, or the other currency as it is written."""
    yen = sign in SIGNS and locale.upper() not in ("", "804", "ZH-CN", "1004", "C04", "1404", "404", "409", "2052")
    return "日元" if yen else SIGNS[0] if sign.upper() in CHINESE_MONEY else sign


def _read(tokens: list[tuple[str, str]], condition: tuple[str, Decimal] | None) -> Section:
    places = [at for at, (mark, _) in enumerate(tokens) if mark and mark in PLACES]
    if not places or any(mark == "%" for mark, _ in tokens):
        return Section(condition=condition)
    first, last = places[0], places[-1]
    point = next((at for at in range(first, last + 1) if tokens[at][0] == "."), None)
    whole_end = max((at for at in places if point is None or at < point), default=first)
    power = 3 * sum(tokens[at][0] == "," for at in range(last + 1, len(tokens)))
    if point is not None:
        power += 3 * sum(tokens[at][0] == "," for at in range(whole_end + 1, point))
    drawn = next((at for at in range(first, whole_end) if tokens[at] == ("", ".")), None)
    if drawn is not None:  # a point that is only drawn: 0!.0
        power += sum(at > drawn for at in places if point is None or at < point)
    signs = {text.strip() for mark, text in tokens if mark == "$"} - {"", *SIGNS}
    if other := next((sign for sign in signs if not re.search(r"[元万亿千百]", sign) or FOREIGN.search(sign)), ""):
        return Section(power, other, condition)  # whatever money it is, it is not Chinese
    before = "".join(text for mark, text in tokens[:first] if mark in ("", "$"))
    after = "".join(text for mark, text in tokens[last + 1 :] if mark in ("", "$"))
    return Section(power, _written(before.strip(), after.strip()), condition)


def _written(before: str, after: str) -> str:
    """The unit among the words around a number: behind it, then before it, then a currency's sign."""
    bare = after.strip("()[] ")
    if foreign := FOREIGN.search(bare) or FOREIGN.search(before):
        return foreign[0]
    match = re.match(rf"{_RMB}{_UNIT}整?(?![/每\w])", bare, re.I)
    if match:
        return match[1]
    if re.match(r"(?:元|千|万|亿|十万|百万).", bare):
        return bare  # 元/平方米, 万人: their column will say whether it takes them
    units = said(before) or {alone(before)} - {""}
    if len(units) == 1:
        return units.pop()
    return SIGNS[0] if any(sign in before + bare for sign in (*SIGNS, "人民币", "RMB", "CNY")) else ""
