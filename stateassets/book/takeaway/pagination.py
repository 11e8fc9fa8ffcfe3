"""On which page of the Word file each part of it will stand, reckoned without Word.

The template's lines have exact heights and Chinese characters one width, so that the pages can be
counted: the contents are filled when the file is opened, and Word sets them right when it updates
its fields. Lengths are in twips (1/20 pt).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import ceil

PIECE = re.compile(r"[!-~]+|.", re.DOTALL)  # a word or number is never broken
STAYS = "，。；：、！？）》〉”’％…—"  # never begins a line


@dataclass(frozen=True)
class Look:
    """What a style of the template makes of a text: its size in points, the height of a line, and what is around it."""

    size: float
    line: int
    before: int = 0
    after: int = 0
    indent: int = 0  # of the first line
    tight: int = 0  # by how much characters are closer than they are wide
    stays: bool = False  # on the page of what follows
    first: bool = False  # on its page

    def lines(self, text: str, width: int) -> int:
        """Return how many lines a text takes."""
        wide, narrow = self.size * 20 - self.tight, self.size * 10 - self.tight
        count, used = 1, float(self.indent)
        for piece in PIECE.findall(text):
            length = wide if piece >= "\u2000" else narrow * len(piece)
            if used + length > width and piece not in STAYS:
                count, used = count + ceil(length / width), length % width
            else:
                used += length
        return count


@dataclass
class Pages:
    """Counts the pages while lines, rows and pictures are added; what is kept together goes together.

    ``found`` are the pages on which what was marked begins.
    """

    height: int
    page: int = 1
    used: int = 0
    found: dict[str, int] = field(default_factory=dict)
    kept: list[int] = field(default_factory=list)  # heights that wait for what they stay with
    marked: list[str] = field(default_factory=list)  # what begins with them

    def turn(self) -> None:
        """Begin a new page."""
        self._place()
        if self.used:
            self.page, self.used = self.page + 1, 0

    def mark(self, name: str) -> None:
        """Note that what is added next is looked for by this name."""
        self.marked.append(name)

    def add(self, height: int, stays: bool = False, again: int = 0) -> None:
        """Add what is not broken; ``stays``: with what follows.

        ``again`` is the height of what is repeated where it begins a new page.
        """
        self.kept.append(height)
        if not stays:
            self._place(again)

    def paragraph(self, look: Look, text: str, width: int) -> None:
        """Add a paragraph, which may be broken between lines."""
        heights = [look.line] * look.lines(text, width)
        heights[0] += look.before
        heights[-1] += look.after
        for height in heights:
            self.add(height, look.stays)

    def _place(self, again: int = 0) -> None:
        whole = sum(self.kept)
        if self.used and self.used + whole > self.height:
            self.page, self.used = self.page + 1, again
        self.found.update(dict.fromkeys(self.marked, self.page))
        self.used += whole
        while self.used > self.height:  # higher than a page
            self.page, self.used = self.page + 1, self.used - self.height
        self.kept, self.marked = [], []
