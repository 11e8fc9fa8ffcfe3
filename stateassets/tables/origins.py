"""The three origins of what a book shows: real, the book's own, sample.

A table says its origin in ``datapackage.json``; one in which rows of several origins stand together
has a column ``origin`` that marks each row (blank: real), and then its rows say it. What rests on
several tables has the origin that vouches for least: a sample row makes it a sample, else a threshold
of the book's own makes it the book's own. A value that was printed stays real even where a sample
reproduces it: the sample was made to.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

COLUMN = "origin"  # of a table, marks its rows
TITLE = "来源"  # what that column is called on a page


class Origin(StrEnum):
    """Where something comes from, the surest first; each is also the code in the tables."""

    REAL = "real"
    OWN = "own"
    SAMPLE = "sample"

    @property
    def word(self) -> str:
        """What the book calls it."""
        return WORDS[self]

    @property
    def meaning(self) -> str:
        """What that means, in half a sentence."""
        return MEANINGS[self]


WORDS = {Origin.REAL: "真实", Origin.OWN: "自定", Origin.SAMPLE: "示例"}
MEANINGS = {
    Origin.REAL: "报告印出的，或者单位填报的，有出处",
    Origin.OWN: "本书自己定的预警线、权重和规则，各地可以改动",
    Origin.SAMPLE: "由程序生成，不说明任何真实企业的情况",
}
_SUREST_FIRST = tuple(Origin)


def weakest(origins: Iterable[Origin]) -> Origin:
    """Return the origin of what rests on things of these origins; of nothing, it is real."""
    return max(origins, key=_SUREST_FIRST.index, default=Origin.REAL)


def of_row(mark: str) -> Origin:
    """Return the origin of a row whose column ``origin`` holds ``mark``; a blank is real."""
    return Origin(mark or Origin.REAL)


def of_table(declared: str, marks: Iterable[str] | None) -> Origin:
    """Return a table's origin: what its rows' marks say, without such a column what is declared."""
    return Origin(declared) if marks is None else weakest(map(of_row, set(marks)))
