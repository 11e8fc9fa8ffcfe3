"""Which way numbers went and which is the largest, in words that the numbers choose.

Numbers are compared as they are printed: what prints alike is alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from ..measures.units import Number, half_up, to_decimal, with_unit

Rows = Sequence[tuple[str, Number]]
MOST_NAMED = 3  # of several that are alike; more are counted


class Vocabulary(NamedTuple):
    """How one speaks of a kind of number."""

    ways: tuple[str, str, str]  # up, down, neither
    to: tuple[str, str]  # up to, down to
    most: tuple[str, str]  # the largest, the smallest
    moved: tuple[str, str]  # what rose most, what fell most
    against: tuple[str, str, str]  # above, below, like another


RATES = Vocabulary(
    ("上升", "下降", "持平"), ("升至", "降至"), ("最高", "最低"), ("升幅最大", "降幅最大"), ("高于", "低于", "等于")
)
AMOUNTS = Vocabulary(
    ("增加", "减少", "持平"), ("增至", "减至"), ("最多", "最少"), ("增加最多", "减少最多"), ("多于", "少于", "等于")
)


def is_rate(unit: str) -> bool:
    """Tell whether numbers of a unit are high or low, not many or few, and have no sum."""
    return unit == "%" or "/" in unit


@dataclass(frozen=True)
class Speech:
    """Words about numbers of one unit, printed with so many decimals."""

    unit: str
    decimals: int
    write: Callable[[Number], str] | None = None  # instead of rounding to the decimals

    @cached_property
    def words(self) -> Vocabulary:
        return RATES if is_rate(self.unit) else AMOUNTS

    def say(self, value: Number) -> str:
        """A number with its unit."""
        if self.write:
            return f"{self.write(float(value))}{self.unit}"
        return with_unit(value, self.unit, self.decimals)

    def size(self, difference: Number) -> str:
        """How large a difference is, without sign; between rates in 个百分点."""
        unit = "个百分点" if self.unit == "%" else self.unit
        return with_unit(abs(to_decimal(difference)), unit, self.decimals)

    def gap(self, before: Number, now: Number) -> Decimal:
        """The difference as it is printed: 57.6 after 59.1 may be 1.4 less, as the report says, too."""
        return half_up(to_decimal(now) - to_decimal(before), self.decimals)

    def sign(self, before: Number, now: Number) -> int:
        """1, -1 or 0: up, down or no difference in print."""
        gap = self.gap(before, now)
        return (gap > 0) - (gap < 0)

    def way(self, before: Number, now: Number) -> str:
        """上升, 下降 or 持平."""
        return self.words.ways[_place(self.sign(before, now))]

    def ways(self, pairs: Iterable[tuple[Number, Number]], each: str) -> str:
        """How many went which way (``each``: what one is counted with): 6户均下降, 4户上升、2户下降."""
        return _counted([self.sign(*pair) for pair in pairs], self.words.ways, each)

    def signs(self, values: Iterable[Number], each: str) -> str:
        """The same of numbers that are changes themselves."""
        return self.ways([(0, value) for value in values], each)

    def course(self, before: Number, now: Number) -> str:
        """由59.1%降至57.6%，下降1.4个百分点, or that it stayed."""
        if not self.sign(before, now):
            return f"保持在{self.say(now)}"
        return f"{self.from_to(before, now)}，{self.moved(before, now)}"

    def from_to(self, before: Number, now: Number) -> str:
        """由59.1%降至57.6%; across or below zero a change alone."""
        to = (
            self.words.to[_place(self.sign(before, now))]
            if min(before, now) >= 0 and self.sign(before, now)
            else "变为"
        )
        return f"由{self.say(before)}{to}{self.say(now)}"

    def moved(self, before: Number, now: Number) -> str:
        """下降1.4个百分点, or 持平."""
        gap = self.gap(before, now)
        return self.way(before, now) + (self.size(gap) if gap else "")

    def most(self, rows: Rows, least: bool = False) -> str:
        """最高的是甲，107.9%; empty without rows or where all are printed alike."""
        printed = [half_up(value, self.decimals) for _, value in rows]
        if len(set(printed)) < 2:
            return ""
        end = min(printed) if least else max(printed)
        names = [label for (label, _), value in zip(rows, printed, strict=True) if value == end]
        both = "都是" if len(names) > 1 else ""
        return f"{self.words.most[least]}的是{named(names)}，{both}{self.say(end)}"

    def range(self, rows: Rows) -> str:
        """Both ends, or that all are alike."""
        if not rows:
            return ""
        if high := self.most(rows):
            return f"{high}；{self.most(rows, least=True)}"
        return f"{'都' if len(rows) > 1 else ''}是{self.say(rows[0][1])}"

    def share(self, rows: Rows) -> str:
        """甲最多，320.3亿元，占43.9%: who has most, and how much of all; of rates no share."""
        printed = [half_up(value, self.decimals) for _, value in rows]
        if len(set(printed)) < 2:
            return self.range(rows)
        end, total = max(printed), sum(to_decimal(value) for _, value in rows)
        names = [label for (label, _), value in zip(rows, printed, strict=True) if value == end]
        told = f"{named(names)}{self.words.most[0]}，{'各' if len(names) > 1 else ''}{self.say(end)}"
        if is_rate(self.unit) or min(printed) < 0 or len(names) > 1 or not total:
            return told
        return f"{told}，占{percent(max(to_decimal(value) for _, value in rows), total)}"

    def largest_move(self, rows: Sequence[tuple[str, Number, Number]]) -> str:
        """降幅最大的是甲，由56.9%降至54.7%; empty where nothing moved."""
        gaps = [self.gap(before, now) for _, before, now in rows]
        if not any(gaps):
            return ""
        far = max(map(abs, gaps))
        label, before, now = next(row for row, gap in zip(rows, gaps, strict=True) if abs(gap) == far)
        names = [row[0] for row, gap in zip(rows, gaps, strict=True) if abs(gap) == far]
        if len(names) > 1:
            return f"变动最大的是{named(names)}，各变动{self.size(far)}"
        sign = self.sign(before, now)
        if len(rows) == 1:
            return f"{label}{self.course(before, now)}"
        return f"{self.words.moved[_place(sign)]}的是{label}，{self.from_to(before, now)}"

    def against(self, rows: Sequence[tuple[str, Number, Number]], one: str, other: str, each: str) -> str:
        """How ``other`` stands to ``one``, as in 1户快报高于管控线、18户低于; and who stands out.

        Where they lie on both sides, those on the side of fewer; else, who is farthest off.
        """
        signs = [self.sign(before, now) for _, before, now in rows]
        above, below, like = self.words.against
        found = Counter(signs)
        if len(rows) == 1:
            told = f"{rows[0][0]}{other}{self.words.against[_place(signs[0])]}{one}"
        elif len(found) == 1:
            told = f"{len(rows)}{each}{other}均{self.words.against[_place(signs[0])]}{one}"
        else:
            first, *rest = [
                f"{found[sign]}{each}{{}}{word}" for sign, word in ((1, above), (-1, below), (0, like)) if found[sign]
            ]
            told = "、".join([first.format(other) + one, *(part.format("") for part in rest)])
        gaps = [(label, self.gap(before, now)) for label, before, now in rows]
        if not any(gap for _, gap in gaps) or len(rows) == 1:
            return told
        few = min((1, -1), key=lambda sign: found[sign])
        if 0 < found[few] < found[-few]:
            out = sorted(((n, gap) for n, gap in gaps if gap * few > 0), key=lambda row: -abs(row[1]))
            size = f"{'最多' if len({gap for _, gap in out}) > 1 else ''}相差{self.size(out[0][1])}"
            return f"{told}；{self.words.against[_place(few)]}的是{named([n for n, _ in out])}，{size}"
        far = max(abs(gap) for _, gap in gaps)
        return f"{told}；相差最大的是{named([n for n, gap in gaps if abs(gap) == far])}，相差{self.size(far)}"


def percent(part: Number, whole: Number) -> str:
    """A share as sentences say it, with one decimal."""
    return with_unit(to_decimal(part) / to_decimal(whole) * 100, "%", 1)


def named(names: Sequence[str]) -> str:
    """Some names, or how many more there are."""
    if len(names) <= MOST_NAMED:
        return "、".join(names)
    return f"{'、'.join(names[:MOST_NAMED])}等{len(names)}个"


def tally(words: Iterable[str], each: str, order: Sequence[str] = ()) -> str:
    """How often each word comes: 红色3项、黄色2项; in the order given, else the commonest first."""
    found = Counter(words)
    known = [word for word in order if word in found] or [word for word, _ in found.most_common()]
    return "、".join(f"{word}{found[word]}{each}" for word in known)


def commonest(words: Iterable[str], each: str) -> str:
    """最多的是3月，9项; empty where no word comes oftener than the others."""
    found = Counter(words)
    return Speech(each, 0).most(list(found.items()))


def _place(sign: int) -> int:
    return (2, 0, 1)[sign]


def _counted(signs: Sequence[int], ways: Sequence[str], each: str) -> str:
    found = Counter(signs)
    if not signs:
        return ""
    if len(signs) == 1:
        return ways[_place(signs[0])]
    if len(found) == 1:
        return f"{len(signs)}{each}均{ways[_place(signs[0])]}"
    return "、".join(f"{found[sign]}{each}{ways[_place(sign)]}" for sign in (1, -1, 0) if found[sign])


# --- what is typed -------------------------------------------------------------------------------

FIELD = re.compile(r"\{[^{}]*\}")
# Words that hold such a character and state no direction: names of things, and what neither rises nor falls.
HARMLESS = re.compile(
    "|".join(
        (
            "升降|增减|增速|增幅|降幅|升幅|增值|减值|增加值|增量|增效|增信|增资|减资|增持|减持|增发|增补|新增|减免|减税|降费",
            "减亏|增盈|压降|降本|降杠杆|减排|削减|核增|核减|只减不增|只增不减|加减|提升|升级|晋升|升学|上升通道|增长极|增长点",
            "工资增长机制|逐月不增",
            "最低工资|最低生活保障|最高人民|最高(?:预警)?级别|最高额|最终|最新|最近一[期次年]",
            r"最.的几[户份项家个笔处]",  # which rows were chosen, and in which order they stand
            r"[^，；。：（]*在上(?=$|[，；。（）])",
        )
    )
)
CLAIMS = re.compile(
    "[升降增减涨跌]|最[高低多少大小好差快慢早晚长短重轻强弱优深浅]|[高低多少大小快慢优差]于|[均各都][升降增减有无]"
    "|超过|不足|不到|不及|领先|落后于|居首|首位|末位|翻番|持平|加重|减轻|扩大|收窄|缩小|好转|恶化|改善|提高|回落|过半|一半"
)


def typed(template: str, terms: Iterable[str] = ()) -> list[str]:
    """Return the words of a template that state a direction, an extreme or a comparison without figures.

    What fields fill in is made of figures. ``terms`` are names of measures and the like, which state nothing.
    """
    text = FIELD.sub("◇", template)
    if not CLAIMS.search(text):
        return []
    for term in sorted(terms, key=len, reverse=True):
        text = text.replace(term, "◇")
    return CLAIMS.findall(HARMLESS.sub("◇", text))
