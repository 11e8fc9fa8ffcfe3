"""One cell at a time: what it says, in the table's own unit and notation, and what was changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches

from ..tables.declared import Column
from ..tables.notation import iso_date, plain_number
from ..tables.text_files import half_width
from .files.raw import LONGEST_CELL, SINCE_1900, Cell, folded, visible
from .units import COUNTS, MONEY, OF_MONEY, PLAIN_COUNTS, Displayed, how_many

BLANKS = {"-", "--", "---", "—", "——", "———", "–", "―", "─", "/", "//", "\\", "无", "空", "n/a", "na", "nil", "不适用"}
NO_NUMBER = "没有数的记号"
CODED = "换成规定的说法"
IN_WORDS = "文字换成数"
ERRORS = {"#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"}
LIKE_FORMULA = re.compile(r"[=@\t\r]|[+-]\s*[A-Za-z(]")
WITH_UNIT = re.compile(r"([-+]?[\d,.]+)\s*(\D{1,6})", re.ASCII)
CURRENCY = re.compile(r"(?:人民币|rmb|cny|[¥￥])\s*(?=[-+(.\d])|\s*[¥￥]$", re.I)
SPACED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?", re.ASCII)  # 1 234.50
UNIT_LIKE = re.compile(r"^[^\W\d_]+$|[%‰℃²³/$€£¥￥]")  # 户, 平方米, 元/吨; no mark of a note, no aside in brackets
POWER = re.compile(r"[+-]?\d(?:\.\d{1,15})?e[+-]?\d{1,2}", re.ASCII | re.I)  # 1.2e3
BEHIND = re.compile(r"([\d,.]+)-", re.ASCII)  # 1234.50-, as accounting programs print it
TRIANGLE = re.compile(r"[▲△▼▽].*\d.*")
ABOUT = re.compile(r"(?:大?约|近|超过?|逾|不足).*\d.*|.*\d\D{0,3}(?:左右|上下|以上|以下|余|多)")
TIMED = re.compile(r"(.*\d日?)[ T]+(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?", re.ASCII)
PLAIN = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII)
CHINESE = str.maketrans("〇零一二三四五六七八九", "00123456789")
CHINESE_DATE = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月"
    r"([一二三四五六七八九十]{1,3})日?"
)
SHORT_YEAR = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", re.ASCII)
YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", re.ASCII)
NO_SUCH_DAY = re.compile(r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?", re.ASCII)
CALCULATED = re.compile(r"[A-Za-z\u4e00-\u9fff]+\s*[-+×*]")  # LPR+50BP
RANGE = re.compile(r".*\d[%％]?\s*[-~～至到—]\s*\d.*")
NO_DAY = re.compile(r"\d{4}([-/.年])(\d{1,2})月?", re.ASCII)
PERIOD = re.compile(r"第?([\d〇零一二三四五六七八九十]{1,4})(年度?|月份?|季度?)", re.ASCII)
YEARLY = re.compile(r"(?:^|_)year$")  # columns that hold a year
# A year with more about it: 2015年3月, 2015.03.01, 自2015年起.
IN_A_YEAR = re.compile(
    r"自?([〇零一二三四五六七八九\d]{4})(?:年起|年以来|年\d{1,2}月(?:\d{1,2}日)?|[./-]\d{1,2}(?:[./-]\d{1,2})?)",
    re.ASCII,
)
# What stands in the place of a date that there is not yet.
NOT_YET = {
    *(
        "未完成",
        "尚未完成",
        "未完工",
        "未竣工",
        "未整改",
        "未办结",
        "未销号",
        "未归还",
        "未还",
        "未解除",
        "未销户",
        "未退租",
    ),
    *(
        "未提前还款",
        "未提前还清",
        "未交付",
        "进行中",
        "整改中",
        "办理中",
        "推进中",
        "在建",
        "在办",
        "在租",
        "至今",
        "存续",
    ),
}
# A day as Excel counts them, 1990 to 2100.
SERIALS = range(32_874, 73_415)
REMEMBERED = 2_000  # cells of a column that are read once: years, codes and names come again
LARGEST = Decimal(10) ** 15  # beyond, Excel itself no longer has every digit
SMALLEST_MONEY = Decimal("0.000001")  # a 分 in 万元


SHOWN = re.compile("的数字格式“(?P<code>.*)”显示为")  # of a format that makes another number of what is stored


AGAIN = "请改正后重试"


class UnclearError(Exception):
    """A cell cannot be read in exactly one way."""

    def __init__(self, found: str, expected: str, advice: str = AGAIN) -> None:
        super().__init__(found)
        self.found, self.expected, self.advice = found, expected, advice


class Cleaner:
    """Reads the cells of one column; ``unit`` is what the file says its numbers are in.

    ``labels`` are the words for the column's codes, folded; ``doubted`` those that may mean
    several, with what they may mean; ``called`` is what the book calls each code. ``since`` is the
    day from which the file counts days.

    Raises:
        UnclearError: the column cannot hold numbers in that unit.
    """

    def __init__(
        self,
        column: Column,
        labels: Mapping[str, str],
        unit: str = "",
        since: date = SINCE_1900,
        doubted: Mapping[str, tuple[str, ...]] | None = None,
        called: Mapping[str, str] | None = None,
    ) -> None:
        self.column, self.labels, self.since = column, labels, since
        self.doubted, self.called = doubted or {}, called or {}
        self._known: dict[object, tuple[str, tuple[str, ...]]] = {}
        self.values = set(map(str, column.enum))
        self.yearly = column.type == "integer" and bool(YEARLY.search(column.name))
        self.numeric = column.type in ("number", "integer")
        self.unit = unit if self.numeric else ""
        self.factor = factor(self.unit, column) if self.unit else Decimal(1)

    def read(self, value: Cell) -> tuple[str, tuple[str, ...]]:
        """Return the cell's text as the table holds it, and what was changed on the way.

        Raises:
            UnclearError: it has no reading, or more than one.
        """
        if value is None or value == "":
            return "", ()
        key = (type(value), str(value) if isinstance(value, Decimal) else value)
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = self._read(value)
        return self._known[key]

    def _read(self, value: Cell) -> tuple[str, tuple[str, ...]]:
        if isinstance(value, Displayed) and not self.numeric:
            value = Decimal(value.stored)
        text, notes = tidy(value)
        if self.numeric:
            found, more = self._number(text, value)
        elif self.column.type == "date" and not self.column.required and folded(text) in NOT_YET:
            found, more = "", ("没有日期的记号",)
        elif self.column.type == "date":
            found, more = _date(text, value, self.since)
        else:
            found, more = self._text(text, value)
        return found, (*notes, *more)

    def _text(self, text: str, value: Cell) -> tuple[str, tuple[str, ...]]:
        if isinstance(value, date):
            return iso_date(str(value)[:10]), ()
        if isinstance(value, Decimal):
            if abs(value) >= LARGEST:
                raise UnclearError(text, "编号的每一位数字", "Excel只保留15位：先把这一列设为“文本”再填")
            return text, ()
        if text in self.values:
            return text, ()
        if (code := self.labels.get(folded(text)) if self.labels else None) is not None:
            return code, (CODED,) if code != text else ()
        if not self.column.required and half_width(text).casefold() in BLANKS:
            return "", ("没有内容的记号",)
        if not self.column.open and (self.values or self.doubted):
            self._unknown(text)
        if LIKE_FORMULA.match(text):
            raise UnclearError(f"“{_brief(text)}”像公式", "文字", "删去开头的符号")
        return text, ()

    def _unknown(self, text: str) -> None:
        """Refuse what is no code's word; to guess would be to write something else.

        Raises:
            UnclearError: it is none, or may be several.
        """
        words = list(dict.fromkeys(word for word in self.labels if self.labels[word] in self.values))
        if several := self.doubted.get(folded(text)):
            found, like = f"“{_brief(text)}”可能是{'，也可能是'.join(several)}", several[0]
        elif self.values:
            nearest = get_close_matches(folded(text), words, 1, 0.5)
            like = self._called(self.labels[nearest[0]]) if nearest else ""
            found = f"“{_brief(text)}”" + (f"，像是“{like}”" if like else "")
        else:
            return
        expected = "、".join(self._called(value) for value in map(str, self.column.enum)) or "、".join(several or ())
        if like:
            raise UnclearError(found, expected, f'改成其中一个，或加上--same "{_brief(text)}={like}"这样的选项指明')
        advice = f'改成其中一个；就是其中一种的，加上--same "{_brief(text)}=……"，等号后写是哪一种'
        raise UnclearError(found, expected, advice)

    def _called(self, code: str) -> str:
        return self.called.get(code, code)

    def _number(self, text: str, value: Cell) -> tuple[str, tuple[str, ...]]:
        column = self.column
        notes: list[str] = []
        if isinstance(value, datetime | date):
            part = value.year if self.yearly else {"month": value.month}.get(column.name)
            if part is None:
                raise UnclearError(f"日期{value:%Y-%m-%d}", _kind(column), "把这一格的格式改成“常规”")
            return str(part), ("日期中取年月",)
        if self.labels and (said := self.labels.get(folded(text))) is not None and isinstance(value, str):
            return said, (IN_WORDS,) if said != text else ()
        if self.doubted:
            self._unknown(text)
        if self.yearly and not column.required and folded(text) in NOT_YET:
            return "", ("没有日期的记号",)
        bare = half_width(text).replace("−", "-").strip()
        plain = CURRENCY.sub("", bare, count=1).strip()
        currency = plain != bare
        if plain.casefold() in BLANKS:
            return "", (NO_NUMBER,)
        scale = self.factor
        if plain.startswith("(") and re.fullmatch(r"\([\d,.]+\)", plain):
            plain, notes = "-" + plain[1:-1], [*notes, "括号表示的负数"]
        elif match := BEHIND.fullmatch(plain):
            plain, notes = "-" + match[1], [*notes, "写在后面的负号"]
        elif SPACED.fullmatch(plain):
            plain, notes = plain.replace(" ", ""), [*notes, "千位分隔符或全角数字"]
        elif isinstance(value, str) and POWER.fullmatch(plain):
            plain, notes = f"{Decimal(plain):f}", [*notes, "科学记数"]
        elif TRIANGLE.fullmatch(plain):
            raise UnclearError(f"“{_brief(text)}”", _kind(column), "三角号可能是负数，也可能是增减：负数写成-12.5")
        elif ABOUT.fullmatch(plain):
            raise UnclearError(f"“{_brief(text)}”是约数", _kind(column), "填准确的数")
        if self.yearly and column.name != "year" and (match := IN_A_YEAR.fullmatch(plain)):
            plain, notes = _chinese_number(match[1]), [*notes, "取其年度"]
        elif (self.yearly or column.name in ("month", "quarter")) and (match := PERIOD.fullmatch(plain)):
            plain, notes = _chinese_number(match[1]), [*notes, "去掉单位"]
        elif match := WITH_UNIT.fullmatch(plain):
            plain, own = match[1], match[2].strip()
            scale = self._own(own, value)
            if isinstance(value, Displayed):
                notes = [f"数字格式“{value.code}”的单位：按{own}读"]
            else:
                notes.append("去掉单位" if scale == 1 else f"{own}换算为{column.unit}")
        elif currency:
            scale = scale if self.unit or not column.unit else factor("元", column)
            notes.append("去掉单位" if scale == self.factor else f"货币符号后没有单位，按元换算为{column.unit}")
        tight = plain_number(plain)
        if not PLAIN.fullmatch(tight):
            advice = "填一个数" if RANGE.fullmatch(plain) else "填写算出的数" if CALCULATED.search(plain) else AGAIN
            raise UnclearError(f"“{_brief(text)}”", f"{_kind(column)}{self._in_words()}", advice)
        if tight != plain or (isinstance(value, str) and plain_number(text) != text):
            notes.append("千位分隔符或全角数字")
        number = Decimal(tight) * scale
        if scale != 1 and self.unit and self.factor == scale:
            notes.append(f"换算为{column.unit}")
        if abs(number) >= LARGEST:
            raise UnclearError(f"“{_brief(text)}”", "不超过15位的数")
        return self._written(number, notes), tuple(notes)

    def _in_words(self) -> str:
        """Say in which words a number may be written, one for each, where there are any: 按月 for 1."""
        said: dict[str, str] = {}
        for word, value in self.labels.items():
            if not word.isascii():
                said.setdefault(value, word)
        return f"，也可以写{'、'.join(said.values())}" if said else ""

    def _own(self, own: str, value: Cell) -> Decimal:
        """How many of the column's units one is of the unit that a cell itself states.

        Raises:
            UnclearError: it is a unit of something else, or the file says another elsewhere.
        """
        column = self.column
        counted = column.unit in OF_MONEY and own in COUNTS.values()
        unit = f"{own}元" if counted else own
        if isinstance(value, Displayed):
            other = self.unit if self.unit and factor(self.unit, column) != how_many(unit, column.unit) else ""
            if other or (counted and not self.unit and own not in PLAIN_COUNTS):
                raise UnclearError(
                    f"{value.stored}的数字格式“{value.code}”显示为{value}",
                    f"与写明的单位{other}一致" if other else "格式不改变的数，或写明单位",
                    "把数字格式改为“常规”，并核对数和单位",
                )
        elif counted and own not in PLAIN_COUNTS:
            unit = own  # 5千 is no way to write an amount
        return factor(unit, column)

    def _written(self, number: Decimal, notes: list[str]) -> str:
        number = number + 0  # minus nought is nought
        if self.column.type == "integer":
            if number != number.to_integral_value():
                raise UnclearError(f"“{number:f}”", "整数")
            return str(int(number))
        if self.column.unit == MONEY:
            fen = number.quantize(SMALLEST_MONEY, ROUND_HALF_UP)
            if fen != number:
                notes.append("四舍五入到分")
            return money(fen)
        return f"{number:f}"


def money(number: Decimal) -> str:
    """Return an amount in 万元 as a table holds it."""
    whole, _, decimals = f"{number + 0:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def tidy(value: Cell) -> tuple[str, tuple[str, ...]]:
    """Return a cell as text without what cannot be seen.

    Raises:
        UnclearError: it is an error of Excel's, or longer than any entry.
    """
    if isinstance(value, bool):
        return ("是" if value else "否"), ()
    if isinstance(value, Decimal):
        return f"{value:f}" if value.adjusted() < 40 else str(value), ()
    raw = str(value)
    if raw.isprintable() and len(raw) <= LONGEST_CELL and raw[:1] != "#":
        return raw.strip(), ()  # most cells
    if len(raw) > LONGEST_CELL:
        raise UnclearError(f"有{len(raw)}个字", f"不超过{LONGEST_CELL}个字", "缩短这一格")
    seen = visible(raw)
    line = re.sub(r"\s*[\r\n\t]+\s*", " ", seen).strip()
    if line.upper() in ERRORS:
        raise UnclearError(f"公式出错：{line}", "公式算出的数", "在Excel里改正公式后重新保存")
    notes = [] if seen == raw else ["删去看不见的字符"]
    if re.search(r"[\r\n\t]", seen.strip()):
        notes.append("换行改为空格")
    return line, tuple(notes)


def factor(unit: str, column: Column) -> Decimal:
    """Return how many of the column's units one ``unit`` is.

    Raises:
        UnclearError: it is a unit of something else.
    """
    count = how_many(unit, column.unit)
    if count is None and not UNIT_LIKE.search(unit):
        raise UnclearError(f"数后面有“{_brief(unit)}”", "只有数", "把数以外的字移到备注")
    if count is None:
        raise UnclearError(
            f"单位是“{_brief(unit)}”",
            f"单位{column.unit}" if column.unit else "没有单位的数",
            f"换算成{column.unit}后再导入" if column.unit else "去掉单位",
        )
    return count


def _date(text: str, value: Cell, since: date) -> tuple[str, tuple[str, ...]]:
    if isinstance(value, datetime):
        return value.date().isoformat(), ("去掉时刻",) if value.time() != time() else ()
    if isinstance(value, date):
        return value.isoformat(), ()
    if (timed := TIMED.fullmatch(half_width(text).strip())) and not text.rstrip("0:. ").endswith(timed[1]):
        return _date(timed[1], timed[1], since)[0], ("去掉时刻",)
    plain = half_width(text).replace(" ", "")
    if plain.casefold() in BLANKS:
        return "", ("没有日期的记号",)
    if match := CHINESE_DATE.fullmatch(plain):
        month, day = (_chinese_number(part) for part in match.groups()[1:])
        found = iso_date(f"{match[1].translate(CHINESE)}-{month}-{day}")
        if found:
            return found, ("中文日期",)
    whole = re.fullmatch(r"(\d{1,8})(\.0+)?", plain, re.ASCII)
    if whole and int(whole[1]) + (since - SINCE_1900).days in SERIALS:
        how = "日期序列数" if since == SINCE_1900 else f"日期序列数，文件用{since.year}日期系统"
        return (since + timedelta(int(whole[1]))).isoformat(), (how,)
    if whole and len(whole[1]) == 8:
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:8]}"
    plain = re.sub(r"(?<=\d)(T?)0?0:00(:00)?(\.0+)?$", "", plain) if ":" in plain else plain
    found = iso_date(plain)
    if not found:
        raise _no_date(text, plain)
    return found, () if found == text else ("日期写法",)


def _no_date(text: str, plain: str) -> UnclearError:
    """Say of what is no date what it lacks, where that is seen: the century, the day, the month."""
    said, expected = f"“{_brief(text)}”", "日期，如2023-05-08"
    if YEAR_LAST.fullmatch(plain):
        return UnclearError(f"{said}的年份写在后面，说不清哪个是月", expected, "年写在前面，如2024-05-06")
    if SHORT_YEAR.fullmatch(plain):
        return UnclearError(f"{said}的年份不是四位，说不清哪个是年", expected, "写成四位的年份，如2024-05-06")
    if NO_SUCH_DAY.fullmatch(plain):
        return UnclearError(f"没有{said}这一天", expected, "核对月和日")
    if match := NO_DAY.fullmatch(plain):
        # Excel holds 2024.10 as 2024.1.
        month = "，月份也请核对：Excel把2024.10存成2024.1" if match[1] == "." and len(match[2]) == 1 else ""
        return UnclearError(f"{said}没有写是哪一日", expected, f"补上日{month}")
    if re.fullmatch(r"\d{4}年?", plain, re.ASCII):
        return UnclearError(f"{said}只有年份", expected, "补上月和日")
    return UnclearError(said, expected)


def _chinese_number(text: str) -> str:
    """Return 二十一, 二〇二三 or 12 in digits."""
    if text.isdigit():
        return text
    tens, ten, ones = text.partition("十")
    if not ten:
        return text.translate(CHINESE)
    return f"{tens.translate(CHINESE) or '1'}{ones.translate(CHINESE) or '0'}"


def _kind(column: Column) -> str:
    return "整数" if column.type == "integer" else "数字"


def _brief(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}……"
