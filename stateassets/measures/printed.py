"""A printed number as reports write it: 下降21.9%, 逾230亿元, 40余处, １，２３４．５.

What is read is the number with its own decimals, its unit, and how exactly it was meant; what can
be read in no way, or in two, is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..tables.notation import plain_number
from ..tables.text_files import half_width
from .units import UNITS

# As a table of printed figures holds it: plain digits, a decimal point, no exponent, no fraction.
PRINTED_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,6})?", re.ASCII)
WITH_WORDS = re.compile(
    r"(?P<before>[^\d.,+±-]*)(?P<number>[+±-]?\d[\d,]*(?:\.\d+)?)(?P<more>[余多]?)(?P<unit>.*?)(?P<behind>以上|左右|上下)?",
    re.ASCII | re.DOTALL,
)
SINCE = re.compile(r"^(同比|比上年|较上年|与上年相比|上年同期)")
UP = ("增长", "增加", "上升", "提高", "提升", "增幅", "↑")
DOWN = ("下降", "减少", "降低", "回落", "降幅", "↓")
HEDGED = {
    "over": ("逾", "超", "超过", "突破", "大于", "高于"),
    "nearly": ("近", "将近", "接近", "不足", "不到", "低于", "小于"),
    "about": ("约", "大约", "约为", "大概"),
}
BEHIND = {"以上": "over", "左右": "about", "上下": "about", "余": "more", "多": "more"}
PLAIN = ("", "为", "是", "达", "达到", "共", "计", "￥", "¥")
NO_NUMBER = ("", "-", "--", "—", "——", "/", "无", "未公布", "未印出")


class UnreadableError(ValueError):
    """A text is no printed number, or could be two; the message says what it is."""


@dataclass(frozen=True)
class Printed:
    """What a text says: the number as printed, the unit beside it, how exactly, and which way.

    ``way`` is 1 or -1 where words say that it grew or fell, which the number's sign then follows.
    """

    text: str
    unit: str = ""
    qualifier: str = ""
    way: int = 0

    @property
    def decimals(self) -> int:
        """How many decimals were printed."""
        return decimals_of(self.text)


def decimals_of(text: str) -> int:
    """Return how many decimals a number was printed with."""
    return len(text.partition(".")[2])


def misstated(text: str, decimals: int) -> str:
    """Say what is wrong if a number was not printed with as many decimals as is stated, else nothing."""
    return "" if decimals_of(text) == decimals else f"{decimals}位小数"


def read_printed(text: str) -> Printed | None:
    """Return what a text says, None where nothing was printed.

    Raises:
        UnreadableError: it is no number, or could be two.
    """
    plain = re.sub(r"\s", "", half_width(text).replace("−", "-").replace("－", "-"))
    if plain in NO_NUMBER:
        return None
    match = WITH_WORDS.fullmatch(plain)
    if not match:
        raise UnreadableError("不是一个数")
    if "±" in match["number"] or "±" in plain:
        raise UnreadableError("带±，不是印出的一个数")
    way, qualifier = _words(match["before"])
    if match["more"] or match["behind"]:
        if qualifier:
            raise UnreadableError("前后都说了约数")
        qualifier = BEHIND[match["more"] or match["behind"]]
    number, unit = plain_number(match["number"]), match["unit"]
    if (
        not PRINTED_NUMBER.fullmatch(number)
        or re.search(r"[\d.,]", unit)
        or (unit and unit not in UNITS and len(unit) > 6)
    ):
        raise UnreadableError("不是一个数")
    if way and number.startswith(("-", "+")):
        raise UnreadableError("话里说了增减，数又带正负号")
    number = number.removeprefix("+")
    return Printed(f"-{number}" if way < 0 and float(number) else number, unit, qualifier, way)


def _words(before: str) -> tuple[int, str]:
    """Return which way and how exactly the words before a number say it.

    Raises:
        UnreadableError: some of them are unknown.
    """
    left, way = SINCE.sub("", before), 0
    for words, step in ((UP, 1), (DOWN, -1)):
        for word in words:
            if left.startswith(word):
                left, way = left.removeprefix(word).removeprefix("了"), step
    if left in PLAIN:
        return way, ""
    for qualifier, hedges in HEDGED.items():
        if left in hedges or left.removeprefix("为") in hedges:
            return way, qualifier
    raise UnreadableError(f"数前面的“{before}”读不懂")
