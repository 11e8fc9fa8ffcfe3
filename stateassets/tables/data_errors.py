"""What is wrong in the data, where, and what to do: the one way in which an analyst is told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

# Control and format characters, halves of a character, separators of lines and paragraphs.
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
LONGEST_QUOTE = 200  # characters of a cell that a message repeats
EMPTY = "表中没有数据"  # how a fault ends that tells of a table without rows


@dataclass(frozen=True)
class Fault:
    """What is wrong in a table, where, and what to do. ``row`` counts as Excel does."""

    file: str
    row: int | None
    column: str | None
    found: str
    expected: str
    advice: str

    def __str__(self) -> str:
        row = f"第{self.row}行" if self.row else ""
        column = f"“{visible(self.column)}”列" if self.column else ""
        found, expected = visible(self.found), visible(self.expected, 10 * LONGEST_QUOTE)
        return f"{visible(self.file)}{row}{column}：{found}；应为：{expected}。{self.advice}。"

    def as_dict(self) -> dict[str, Any]:
        """Return the fault's parts, for programs."""
        return {key: visible(value) if isinstance(value, str) else value for key, value in asdict(self).items()}


class Gap(Fault):
    """What is not there yet: a table that nobody has filled in, a month that is still to come."""


def nearest(word: str, known: Iterable[str], most: int = 3) -> str:
    """Ask whether one of the names that are most like a word was meant; nothing if none is."""
    names = list(known)
    inside = [name for name in names if word and word in name]
    like = list(dict.fromkeys([*inside, *get_close_matches(word, names, most, 0.5)]))[:most]
    return f"是不是{'、'.join(f'“{name}”' for name in like)}？" if like else ""


class DataError(Exception):
    """The data cannot be used; ``faults`` are all that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def hidden(text: str) -> str:
    """Return the first character that nobody sees and that no cell needs, empty if there is none.

    Control characters (a line break and a tab may stand in a cell), marks that turn the direction
    of reading or take no room, halves of a character, and the sign of one lost in conversion.
    """
    if text.isprintable() and "\ufffd" not in text:
        return ""
    return next(
        (c for c in text if c not in "\n\r\t" and (unicodedata.category(c) in UNSEEN or c in "\ufffd\ufffe\uffff")), ""
    )


def visible(text: str, most: int = LONGEST_QUOTE) -> str:
    """Return text as a message may repeat it: on one line, nothing hidden in it, not too long."""
    shown = text if len(text) <= most else f"{text[:most]}……（共{len(text)}个字符）"
    if not hidden(shown) and not re.search(r"[\n\r\t]", shown):
        return shown
    return "".join(f"〔U+{ord(c):04X}〕" if hidden(c) or c in "\n\r\t" else c for c in shown)
