"""Words of a header that say a year, a quarter, a month or several months."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ..cells import CHINESE

YEAR, QUARTER, MONTH = "year", "quarter", "month"
FIRST_YEAR, LAST_YEAR = 1990, 2100
LIKELY = range(FIRST_YEAR, LAST_YEAR)
ENGLISH = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
TENS = re.compile(r"[一二三四五六七八九十]{1,3}")
THIS, LAST = "本年", "上年"  # of a year that the title says

_YEAR = r"(?:(?P<year>(?:19|20)\d\d|'?\d\d(?=年))年?(?:度)?[-./·]?)?"
# What a month's or quarter's column may add: 1月末, 1月份数, 一季度完成.
_REST = r"(?:份|末|底)?(?:数|额|金额|实际|实绩|完成|完成数|实际数|发生额)?"
PATTERNS = (
    re.compile(_YEAR + r"第?(?P<quarter>[1-4一二三四])季(?:度)?" + _REST),
    re.compile(_YEAR + r"q(?P<quarter>[1-4])"),
    re.compile(r"'?(?P<year>[1-9]\d)[-./]?(?:q(?P<quarter>[1-4])|(?<=[-./])(?P<month>1[0-2]|0?[1-9])月)"),
    re.compile(r"q(?P<quarter>[1-4])[-./']?(?P<year>(?:19|20)\d\d)?"),
    re.compile(_YEAR + r"(?P<month>1[0-2]|0?[1-9])月" + _REST),
    re.compile(r"(?P<year>(?:19|20)\d\d)(?:[-./](?P<month>1[0-2]|0?[1-9])|(?P<packed>0[1-9]|1[0-2]))"),
    re.compile(r"(?P<year>(?:19|20)\d\d)[-/](?P<month>0\d|1[0-2])[-/]\d\d(?:00:00:00)?"),
    re.compile(
        rf"(?P<english>{'|'.join(f'{m[:3]}(?:{m[3:]})?' for m in ENGLISH)}|sept)\.?[-./']?(?P<year>20\d\d|\d\d)?"
    ),
    re.compile(r"(?P<year>(?:19|20)\d\d)年?(?:度|全年)?(?P<end>)" + _REST),
    re.compile(r"(?P<relative>本年|上年|去年|本期|上期)(?:度|同期)?(?:累计)?(?:数|额|金额|发生额|实际|实际数)?"),
)
SPAN = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)年?)?(?:(?P<first>1[0-2]|[1-9])月?[-~至到—](?P<last>1[0-2]|[1-9])月(?:份)?"
    r"|(?P<half>上半年|下半年)|(?P<half2>半年)|前(?P<quarters>[一二三])季度?)(?:累计|合计|小计|数|平均)*"
)
WHOLE = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)年?(?:度)?)?(?:(?:全年|年度|本年|月|季|年|各月|各季|各年|四个季度|十二个月|12个月)?"
    r"(?P<how>合计|小计|总计|共计|累计|汇总|总数|总和|平均|均值|均)(?:数|额|金额|值|人数)?|全年(?:数|额)?)"
)
_MONTH = r"(?P<mark>[-./])(?P<month>0?[1-9]|1[0-2])"
YEAR_MONTH = re.compile(rf"(?P<year>(?:19|20)\d\d){_MONTH}")
SHORT_YEAR_MONTH = re.compile(rf"'?(?P<year>[1-9]\d){_MONTH}")
NUMBER = re.compile(r"'?[\d.,/-]+", re.ASCII)
FEWEST_IN_ORDER = 2  # months of which more show whether they go up or down
MEAN = "均"


@dataclass(frozen=True)
class Period:
    """What a header says of time: ``fields`` are the columns that it fills.

    ``span`` are the months (or quarters) that a column adds up, None for a single period;
    ``relative`` is 本年 or 上年, of a year that the header does not say.
    """

    fields: tuple[tuple[str, int], ...] = ()
    span: tuple[int, ...] | None = None
    mean: bool = False
    relative: str = ""

    @property
    def kinds(self) -> set[str]:
        """The columns that the header fills."""
        return {name for name, _ in self.fields}


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Return a header word as it is compared: half width, no spaces, lower case."""
    said = unicodedata.normalize("NFKC", text).casefold()
    said = re.sub(r"\s", "", said).replace("−", "-").replace("–", "-")
    said = re.sub(r"[〇零一二三四五六七八九]{4}(?=年)", lambda m: m[0].translate(CHINESE), said)
    return re.sub(rf"({TENS.pattern})(?=月)", lambda m: str(_chinese(m[1])), said)


def _chinese(text: str) -> int:
    tens, ten, ones = text.partition("十")
    if not ten:
        return int(text.translate(CHINESE)) if len(text) == 1 else 0
    return int((tens.translate(CHINESE) or "1") + (ones.translate(CHINESE) or "0"))


@lru_cache(maxsize=20_000)
def period(text: str) -> Period | None:
    """Return what a header word says if it says a time and nothing else."""
    said = plain(text)
    for pattern in PATTERNS:
        if match := pattern.fullmatch(said):
            found = _fields(match.groupdict())
            if found:
                return found
    if match := SPAN.fullmatch(said):
        return _span(match)
    if match := WHOLE.fullmatch(said):
        fields = ((YEAR, int(match["year"])),) if match["year"] else ()
        return Period(fields, (), MEAN in (match["how"] or ""))
    return None


def _fields(said: dict[str, str | None]) -> Period | None:
    if said.get("relative"):
        return Period(relative=THIS if str(said["relative"]).startswith("本") else LAST)
    fields: list[tuple[str, int]] = []
    year = (said.get("year") or "").lstrip("'")
    if year:
        fields.append((YEAR, int(year) if len(year) == 4 else 2000 + int(year)))
    if quarter := said.get("quarter"):
        fields.append((QUARTER, QUARTERS[quarter]))
    month = said.get("month") or said.get("packed")
    if english := said.get("english"):
        month = str(next(at for at, name in enumerate(ENGLISH, 1) if name[:3] == english[:3]))
    if month:
        fields.append((MONTH, int(month)))
    return Period(tuple(fields)) if fields and all(v in LIKELY for n, v in fields if n == YEAR) else None


def _span(match: re.Match[str]) -> Period:
    fields = ((YEAR, int(match["year"])),) if match["year"] else ()
    if match["first"]:
        months = range(int(match["first"]), int(match["last"]) + 1)
    elif match["quarters"]:
        months = range(1, 3 * QUARTERS[match["quarters"]] + 1)
    else:
        months = range(7, 13) if match["half"] == "下半年" else range(1, 7)
    return Period(fields, tuple(months), MEAN in match[0])


def months_of(found: Period) -> tuple[int, ...]:
    """Return the months that a quarter or a span of months is made of, all of a year's if it says none."""
    quarter = dict(found.fields).get(QUARTER)
    if quarter:
        return tuple(range(3 * quarter - 2, 3 * quarter + 1))
    return found.span or tuple(range(1, 13))


def year_months(words: Sequence[str]) -> dict[int, str]:
    """Return the headers that say a year and a month with a mark between them as 2024.10: by their place in the row.

    24.01 and 24/1 do so only where all headers of the row that are numbers do. What is written as
    2024.1 may have lost its last nought in Excel: it is October or January by the months beside
    it, and blank where these do not tell.
    """
    said = {at: plain(word) for at, word in enumerate(words)}
    numbers = {word for word in said.values() if NUMBER.fullmatch(word)}
    shorts = [m for m in map(SHORT_YEAR_MONTH.fullmatch, numbers) if m]
    years = sorted({int(m["year"]) for m in shorts})
    short = len(shorts) == len(numbers) > 1 and years == list(range(years[0], years[-1] + 1))
    pattern = SHORT_YEAR_MONTH if short else YEAR_MONTH
    found = [(at, m) for at, word in said.items() if (m := pattern.fullmatch(word))]
    counted = [12 * int(m["year"][-2:]) + int(m["month"]) for _, m in found]
    made = {}
    for place, (at, match) in enumerate(found):
        year, month = f"20{match['year']}"[-4:], match["month"]
        if match["mark"] == "." and month == "1":
            month = _first_or_tenth(counted[max(0, place - 2) : place], counted[place], counted[place + 1 : place + 3])
        made[at] = f"{year}.{int(month):02d}" if month else ""
    return made


def _first_or_tenth(before: Sequence[int], january: int, after: Sequence[int]) -> str:
    """Return 1 or 10, what a month is by those beside it (each counted from one beginning), or nothing."""
    october = january + 9
    beside = {"1": {january - 1, january + 1}, "10": {october - 1, october + 1}}
    near = [m for m, around in beside.items() if {*before[-1:]} & around or {*after[:1]} & {max(around)}]
    if len(near) != 1:
        rows = {m: [*before, month, *after] for m, month in (("1", january), ("10", october))}
        near = [
            m
            for m, row in rows.items()
            if len(row) > FEWEST_IN_ORDER
            and (all(b > a for a, b in pairwise(row)) or all(b < a for a, b in pairwise(row)))
        ]
    return near[0] if len(near) == 1 else ""
