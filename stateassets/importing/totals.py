"""Names of rows that say again what other rows say: totals, and parts (其中)."""

from __future__ import annotations

import re
import unicodedata

from .files.raw import visible

WORDS = ("合计", "小计", "总计", "共计", "累计", "汇总")
_WORD = "|".join(WORDS)
# A name that ends in such a word, whatever stands before: 收入小计, 合计数, 甲集团合计(万元), 合计5户.
TOTAL = re.compile(
    rf".*(?:{_WORD})(?:数|额|金额|数额|值)?(?:[一二三四五六七八九十]|\d+)?(?:[户家项人笔个宗件])?|(?:sub|grand)?total"
)
PURE = re.compile(
    rf"(?:本[年月季页次]|全[区县市省部]|各户|以上)*(?:{_WORD})(?:数|额|金额)?(?:[一二三四五六七八九十]|\d+)?(?:[户家项人笔个宗件])?"
    r"|(?:sub|grand)?total|(?:过|转|接)(?:次|下)页|(?:承|接)(?:前|上)页"  # what a page adds up for the next
)
HINT = re.compile("[计汇页]|total", re.IGNORECASE)
BRACKETS = re.compile(r"\([^()]*\)$")
ENUMERATED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)[、.]?|\d{1,3}[、.](?!\d))"
)
PART = re.compile(r"其中(?!之|间)|(?:包括|含)[::]")
PART_OF_TITLE = re.compile(r"(?:其中|包括|含)[::]")


def bare(text: str) -> str:
    """Return a name without spaces, numbering, brackets and marks at its end."""
    said = re.sub(r"\s", "", unicodedata.normalize("NFKC", visible(text))).casefold()
    said = ENUMERATED.sub("", said).partition("=")[0].replace(":", "").rstrip(".。,;…-—*")
    return BRACKETS.sub("", said)


def is_total(text: str, *, named: bool = True) -> bool:
    """Whether a name is that of a total: ``named`` also where something stands before the word.

    A name that only holds such a word is none: 某共计算机公司, 总计划部, 累计折旧.
    """
    if not HINT.search(text):
        return False  # most names
    said = bare(text)
    return bool((TOTAL if named else PURE).fullmatch(said)) and (len(said) <= 40)


def is_part(text: str, *, title: bool = False) -> bool:
    """Whether a name says that its row is part of the row above; in a title only with a colon."""
    if not ("其" in text or "含" in text or "包" in text):
        return False
    said = re.sub(r"\s", "", unicodedata.normalize("NFKC", visible(text))).lstrip("-—(")
    return bool((PART_OF_TITLE if title else PART).match(said))


def indented(text: str) -> int:
    """How far a name is moved to the right by spaces; a full-width one counts twice."""
    if not text[:1].isspace():
        return 0
    seen = visible(text)
    spaces = seen[: len(seen) - len(seen.lstrip())]
    return sum(2 if c == "\u3000" else 1 for c in spaces)
