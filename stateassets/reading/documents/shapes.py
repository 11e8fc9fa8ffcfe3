"""What a line is by its form: a title, a heading of some level, page furniture; the same for every format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..model import Block, BlockKind

NUMERAL = "[一二三四五六七八九十百]+"
# How sections are numbered in Chinese official writing, the highest level first.
NUMBERED = (
    re.compile(rf"(第{NUMERAL}[章部编]|{NUMERAL}、)"),
    re.compile(rf"([（(]{NUMERAL}[）)]|第{NUMERAL}[节条])"),
    re.compile(r"\d{1,2}(?:[.．、](?!\d)|(?:\.\d{1,2}){1,3}\s)"),
    re.compile(r"[（(]\d{1,2}[）)]"),
)
# What begins a new paragraph beside numbered sections: ① and lists.
LISTED = re.compile("[①-⑳]|[—\\-•·●◆■]\\s*(?=\\D)|注[：:]|附[件：:]")
ENDED = re.compile(r"[。！？；!?;][”’」』》）)\]】〕]*\s*$")  # a sentence, by the mark behind it
INNER = re.compile("[，。；！？,;!?]")  # marks that no heading has
CONTENTS = re.compile(r"([.…·．]\s*){5,}\s*[\dⅠ-Ⅻivx]{1,5}\s*$|^\s*目\s*[录次]\s*$")
BRACKETS = (("（", "）"), ("(", ")"), ("《", "》"), ("“", "”"), ("〔", "〕"), ("【", "】"))
STOPS = re.compile("[。；！？;!?]")
COUNTED = re.compile("\\d(?:[万亿]?元|[%％户家个])")
MARKS = ("：", ":", "，", ",", "、")
LONGEST_ENTRY = 200
LONGEST_HEADING = 60
LONGEST_TITLE = 80


def section_level(text: str) -> int:
    """Return the level (from 1) of the number that a text begins with, 0 where it begins with none."""
    plain = text.lstrip()
    return next((level for level, form in enumerate(NUMBERED, 1) if form.match(plain)), 0)


def begins_paragraph(text: str) -> bool:
    """Tell whether a line begins as only a paragraph's first line does."""
    return bool(section_level(text)) or bool(LISTED.match(text.lstrip()))


def ends_sentence(text: str) -> bool:
    """Tell whether a line ends where a sentence does."""
    return bool(ENDED.search(text))


def left_open(text: str, following: str) -> bool:
    """Tell whether a text opens a bracket or a quotation that the following line closes."""
    return any(text.count(first) > text.count(last) and last in following for first, last in BRACKETS)


def heading_level(text: str) -> int:
    """Return the level of a heading that is told by its number alone, 0 where a text is none.

    A heading has no mark behind it, and commas only where it states no number.
    """
    level = section_level(text)
    if not level or len(text) > LONGEST_HEADING or text.rstrip().endswith(MARKS):
        return 0
    if INNER.search(text) and (STOPS.search(text) or COUNTED.search(text)):
        return 0
    return level


def like_title(text: str) -> bool:
    """Could a report's first lines be its title?"""
    return len(text) <= LONGEST_TITLE and not INNER.search(text) and not section_level(text)


def listed_in_contents(text: str) -> bool:
    """Tell whether a line is an entry of a table of contents: words, dots, a page."""
    return bool(CONTENTS.search(text[-LONGEST_ENTRY:]))


def told_by_form(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks with the title and the headings that only their form tells."""
    first = True
    for block in blocks:
        if block.kind is not BlockKind.PARAGRAPH:
            first = False
            yield block
            continue
        level = heading_level(block.text)
        if first and like_title(block.text):
            yield replace(block, kind=BlockKind.TITLE)
        elif level:
            yield replace(block, kind=BlockKind.HEADING, level=level)
        else:
            yield block
        first = False
