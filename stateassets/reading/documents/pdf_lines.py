"""Where characters stand on a page: grouped to lines, lines to paragraphs and to rows of tables."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from .lines import join
from .shapes import INNER, begins_paragraph, ends_sentence, left_open

COLUMN_GAP = 1.6  # ems between what stands in two columns of a table
HANGING = 0.08  # ems behind a mark that is not set close to what follows
CLOSING, OPENING = "。，、；：！？）》」』】〕”’", "（《「『【〔“‘"
WORD_GAP = 0.15  # ems between two Latin words
INDENT = 1.2  # ems by which a paragraph's first line is set in
SHORT = 1.0  # ems that a line leaves free though the next word had room
HALF = 0.5  # of the width
RARE = 0.1  # of the full lines begin at the margin, at least: the others are first lines, set in
PAGE_EDGE = 0.12  # of a page's height: where page numbers, running headers and footers stand
PAGE_NUMBER = re.compile(
    r"[—\-–_·\s]*(第?\s*[\dⅠ-ⅻivxIVX]{1,5}\s*页?)\s*([,，/／]?\s*(共|of)?\s*\d{1,5}\s*页?)?[—\-–_·\s]*$"
)
UNBROKEN = re.compile(r"[\w.,:%+\-/]*[%‰]?[，。；、：！？”’）》]*", re.ASCII)


class Char(NamedTuple):
    """A character and its box: points from the page's lower left corner as it is shown."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Segment:
    """Characters of a line that stand close together."""

    text: str
    chars: tuple[Char, ...]

    @property
    def x0(self) -> float:
        first = self.chars[0]
        return (first.x0 + first.x1) / 2 if first.text in OPENING else first.x0

    @property
    def x1(self) -> float:
        last = self.chars[-1]
        return (last.x0 + last.x1) / 2 if last.text in CLOSING else last.x1


@dataclass(frozen=True)
class PageLine:
    """A line on a page (pages from 1); ``em`` is the size of its characters in points."""

    page: int
    segments: tuple[Segment, ...]
    y0: float
    y1: float
    em: float

    @property
    def text(self) -> str:
        return join(segment.text for segment in self.segments)

    @property
    def x0(self) -> float:
        return self.segments[0].x0

    @property
    def x1(self) -> float:
        return self.segments[-1].x1

    @property
    def middle(self) -> float:
        """How high its middle stands."""
        return (self.y0 + self.y1) / 2

    @property
    def chars(self) -> list[Char]:
        """All its characters from left to right, blanks left out."""
        return [char for segment in self.segments for char in segment.chars]

    def words(self, gap: float) -> Iterator[Segment]:
        """Yield what stands apart by more than ``gap`` ems."""
        yield from _segments(self.chars, self.em, gap)


@dataclass(frozen=True)
class PageSize:
    """How large a page is, in points."""

    width: float
    height: float


@dataclass(frozen=True)
class Margins:
    """Where the full lines of a text begin and end."""

    left: float
    right: float


def lines_of(chars: Iterable[Char], page: int) -> list[PageLine]:
    """Return a page's lines from top to bottom, each from left to right."""
    rows: dict[tuple[float, float], list[Char]] = defaultdict(list)
    for char in chars:
        rows[round(char.y0, 1), round(char.y1, 1)].append(char)
    bands: list[tuple[float, float, list[Char]]] = []
    for (low, high), row in sorted(rows.items(), key=lambda one: -_ink(one[1]) * (one[0][1] - one[0][0])):
        middle = (low + high) / 2
        band = next((band for band in bands if band[0] <= middle <= band[1]), None)
        if band:
            band[2].extend(row)
        else:
            bands.append((low, high, list(row)))
    lines = (_line(band[2], page, band[0], band[1]) for band in sorted(bands, key=lambda one: -one[1]))
    return [line for line in lines if line]


def _ink(row: Sequence[Char]) -> int:
    return 1 if any(char.text.strip() for char in row) else 0


def _line(chars: list[Char], page: int, y0: float, y1: float) -> PageLine | None:
    seen = [char for char in chars if char.text.strip()]
    if not seen:
        return None
    wide = [char.x1 - char.x0 for char in seen if char.text > "\u2e7f"]
    em = median(wide) if wide else (y1 - y0) * 0.8
    return PageLine(page, tuple(_segments(sorted(chars, key=lambda one: one.x0), em, COLUMN_GAP)), y0, y1, em)


def _segments(chars: Sequence[Char], em: float, gap: float) -> Iterator[Segment]:
    text, blank, held = "", "", list[Char]()
    for char in chars:
        if not char.text.strip():
            blank = blank or char.text
            continue
        if held and char.text == held[-1].text and char.x0 - held[-1].x0 < 0.2 * (held[-1].x1 - held[-1].x0):
            continue  # printed twice to look bold
        apart = _apart(held[-1], char, em) if held else 0.0
        if held and apart > gap * em and not (blank == "\u3000" and apart < (gap + 1) * em):
            yield Segment(text, tuple(held))
            text, held = "", []
        text += (_between(held[-1], char, blank, em) if held else "") + char.text
        held.append(char)
        blank = ""
    if held:
        yield Segment(text, tuple(held))


def _apart(left: Char, right: Char, em: float) -> float:
    """Return how far two characters are apart; of a full-width mark half the box is blank, and may hang over."""
    found = right.x0 - left.x1
    half = (left.text in CLOSING) + (right.text in OPENING)
    return found + half * em / 2 if found > HANGING * em else found


def _between(left: Char, right: Char, blank: str, em: float) -> str:
    """Return the blank between two characters of a line: Chinese text has none but full-width ones."""
    if blank == "\u3000":
        return blank
    apart = right.x0 - left.x1 > WORD_GAP * em or blank
    return " " if apart and left.text.isascii() and right.text.isascii() and (blank or left.text.isalpha()) else ""


# --- page furniture --------------------------------------------------------------------------------


def furniture(pages: Sequence[Sequence[PageLine]], sizes: Sequence[PageSize]) -> set[tuple[int, int]]:
    """Return which lines (page from 0, line from 0) are page numbers, running headers or footers."""
    at_edge: list[tuple[tuple[int, int], str, int]] = []  # place, words without digits, height
    found: set[tuple[int, int]] = set()
    for number, (lines, size) in enumerate(zip(pages, sizes, strict=True)):
        edge = size.height * PAGE_EDGE
        for at, line in enumerate(lines):
            if edge < line.y0 and line.y1 < size.height - edge:
                continue
            if PAGE_NUMBER.match(line.text):
                found.add((number, at))
            at_edge.append(((number, at), re.sub(r"\d+", "#", line.text), round(line.y0 / 4)))
    times = Counter((words, height) for _, words, height in at_edge)
    least = max(2, len(pages) // 3)
    return found | {place for place, words, height in at_edge if times[words, height] >= least and len(pages) > 1}


# --- paragraphs ------------------------------------------------------------------------------------


def margins(lines: Sequence[PageLine]) -> Margins:
    """Return where full lines begin and end: where most of the widest do."""
    widest = max(line.x1 - line.x0 for line in lines)
    full = [line for line in lines if line.x1 - line.x0 > 0.7 * widest]
    starts = Counter(round(line.x0 / 2) for line in full)
    left = min(2.0 * start for start, times in starts.items() if times >= RARE * len(full))
    right = sorted(line.x1 for line in full)[len(full) * 9 // 10]
    return Margins(left, right)


def goes_on(line: PageLine, following: PageLine, edges: Margins, pitch: float) -> bool:
    """Tell whether a paragraph goes on from one line to the following, on the same page or the next."""
    em = max(line.em, following.em)
    if abs(line.em - following.em) > 0.12 * em:
        return False
    if line.page == following.page and line.y0 - following.y0 > max(1.7 * pitch, 2.0 * em):
        return False
    if left_open(line.text, following.text):
        return True
    if _centred(following, edges) and _symmetric(line, edges) and not INNER.search(line.text):
        return not begins_paragraph(following.text)
    indented = following.x0 > edges.left + INDENT * em
    if _ended_short(line, following, edges, indented):
        return False
    if indented and following.x0 > line.x0 + 0.5 * em:
        return False
    return not (ends_sentence(line.text) and (indented or begins_paragraph(following.text)))


def usual_pitch(lines: Sequence[PageLine]) -> float:
    """Return how far most lines are below the one before."""
    steps = [a.y0 - b.y0 for a, b in pairwise(lines) if a.page == b.page and a.y0 > b.y0]
    return median(steps) if steps else 1000.0


def _centred(line: PageLine, edges: Margins) -> bool:
    """Does a line leave as much free on its left as on its right, and more than an indent?"""
    return line.x0 - edges.left > INDENT * line.em and _symmetric(line, edges)


def _symmetric(line: PageLine, edges: Margins) -> bool:
    left, right = line.x0 - edges.left, edges.right - line.x1
    return abs(left - right) < max(line.em, 0.1 * left)


def _ended_short(line: PageLine, following: PageLine, edges: Margins, indented: bool) -> bool:
    """Did a line end before the margin though what begins the following had room on it?

    In the middle of a sentence only a line that is much shorter did, or one before an indent.
    """
    if INNER.search(line.text) and not ends_sentence(line.text) and not indented:
        return line.x1 - edges.left < HALF * (edges.right - edges.left)
    first = UNBROKEN.match(following.text)
    word = first[0] if first else ""
    room = sum(0.55 if char.isascii() else 1.0 for char in word) * line.em
    return line.x1 + max(room, line.em) + SHORT * line.em < edges.right
