"""How the columns of a table stand on screen and paper, whatever the table is about.

What a row comes to (its state, its verdict) stands right behind what the row is about, where no
width cuts it off; what all rows share is said once, in the caption; and how much room a column
needs at least follows from what its cells hold. Widths are counted in em of the table's text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

Rows = Sequence[Sequence[str]]  # what the cells say

# The titles of columns that say what a row comes to, without their units. Of several in a table the
# one named first here decides.
DECIDING = (
    *("级别", "核对", "档次", "合起来看", "工资是否随岗位走", "薪酬与等级", "工资与效益"),
    *("状态", "督办状态", "类内名次", "名次", "等级", "是否达到", "是否朝这个方向变", "走到哪一步", "判断"),
    *("能否独自扭亏", "连续无人无收入", "产权登记", "程序", "专项批准", "批准", "复查结果", "结果", "比较", "结论"),
    *("风险评判", "可比性", "可否核对", "后果", "进展见", "完成率", "落实率", "够付", "现金够付", "总分"),
)
UNIT = re.compile(r"（[^（）]*）$")
CODE = re.compile(r"[A-Z]{0,4}\d", re.ASCII)
LONGEST_SHARED = 24  # characters of a value that a caption can say
LEFT = 2  # columns that a table keeps

SENTENCE = 24  # characters from which a cell is read like a sentence
SHORT, NORMAL, LONG = 6.2, 4.6, 7.5  # em: of cells that stay in one line; of others at least; of sentences at least
HEAD = 3.0  # em that the heading of a narrow column needs
PADDING = 1.1  # em beside each cell
PHONE, PAGE, TURNED = 24, 58, 82  # em that a phone has, a page of paper, and a page at its smallest print
SMALL = 0.55  # em of a digit or a Latin letter


def deciding(header: Sequence[str], chosen: int | None = None) -> int | None:
    """Return which column decides: the chosen one, else by its title; None if none does."""
    if chosen is not None:
        return chosen
    titles = [UNIT.sub("", title) for title in header]
    return next((titles.index(name) for name in DECIDING if name in titles[1:] and titles.index(name)), None)


def shared(rows: Rows, among: Collection[int]) -> tuple[int, ...]:
    """Return which of the columns ``among`` hold the same in every row, short enough for a caption."""
    if len(rows) < 2:
        return ()
    same = (i for i in sorted(among) if len({row[i] for row in rows}) == 1)
    return tuple(i for i in same if len(rows[0][i]) <= LONGEST_SHARED)


def order(header: Sequence[str], rows: Rows, numeric: Collection[int], chosen: int | None) -> tuple[int, ...]:
    """Return which columns are shown, in their order; those left out are ``shared``.

    The first stays, for it names the rows; so does what decides, which is what a row is looked at for; and so do
    numbers, which are alike only by chance.
    """
    found = deciding(header, chosen)
    told = shared(rows, set(range(1, len(header))) - {*numeric, found})
    told = told[: max(0, len(header) - LEFT)]
    kept = [i for i in range(len(header)) if i not in told]
    if found in kept[1:]:
        kept.insert(1, kept.pop(kept.index(found)))
    return tuple(kept)


def is_code(text: str) -> bool:
    """Whether a cell holds a number, a date or what an item is filed under, and no name."""
    return bool(CODE.match(text))


def width(text: str) -> float:
    """Return about how wide a text is."""
    return sum(1 if unicodedata.east_asian_width(char) in "WF" else SMALL for char in text)


def room(header: Sequence[str], rows: Rows, unbroken: Collection[int]) -> float:
    """Return how wide a table is at least, its cells broken as far as they can be read, some columns' never."""
    return sum(_least([row[i] for row in rows], i in unbroken) + PADDING for i in range(len(header)))


def kind(cells: Sequence[str]) -> str:
    """Return whether a column holds words and dates (``short``), names (``normal``) or sentences (``long``)."""
    if max(map(width, cells), default=0) <= SHORT:
        return "short"
    return "long" if max(map(len, cells)) >= SENTENCE else "normal"


def _least(cells: Sequence[str], unbroken: bool) -> float:
    if unbroken or kind(cells) == "short":
        return max(*map(width, cells), HEAD) if cells else HEAD
    return LONG if kind(cells) == "long" else NORMAL
