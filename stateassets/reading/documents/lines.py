"""Lines joined to paragraphs where a text was broken at a width, in the middle of its sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .shapes import INNER, begins_paragraph, ends_sentence, left_open, like_title

INDENTED = re.compile("(\u3000|\t|[ \u00a0]{2})")
LATIN = re.compile(r"[A-Za-z]")
FULL = 0.75  # of the usual width: a line that was broken there, not ended
HALF = 0.5  # the same in the middle of a sentence, where nobody ends a paragraph
LEAST_WIDTH = 40  # columns; nobody breaks text narrower


@dataclass(frozen=True)
class Line:
    """A line as it stands in a file, with its number from 1."""

    text: str
    number: int


def paragraphs(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield paragraphs, each with the number of its first line.

    A line goes on in the next one where it ends in the middle of a sentence, is about as wide as
    lines of this text get, and the next is neither indented nor numbered. An empty line ends one.
    """
    listed = list(lines)
    usual = usual_width([line.text for line in listed])
    held: list[Line] = []
    titled = False
    for line in listed:
        text = line.text.strip()
        joins = titled and held and goes_on(held[-1].text, line.text, usual)
        if held and not (text and (joins or left_open(held[-1].text, text))):
            yield _joined(held)
            held = []
            titled = True
        if text:
            held.append(line)
            titled = titled or not like_title(text)
    if held:
        yield _joined(held)


def goes_on(line: str, following: str, usual: int) -> bool:
    """Tell whether a paragraph goes on from one line to the following."""
    if INDENTED.match(following) or begins_paragraph(following) or ends_sentence(line):
        return False
    return width(line) >= (HALF if INNER.search(line) else FULL) * usual


def usual_width(texts: Sequence[str]) -> int:
    """Return how wide (columns) full lines of a text are: what one in ten is wider than."""
    widths = sorted(width(text) for text in texts if text.strip())
    return max(LEAST_WIDTH, widths[len(widths) * 9 // 10]) if widths else LEAST_WIDTH


def width(text: str) -> int:
    """Return how many columns a text takes: Chinese characters two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text.rstrip())


def join(pieces: Iterable[str]) -> str:
    """Return pieces of a broken text as one; only between Latin words a space was lost."""
    joined = ""
    for piece in pieces:
        piece = piece.strip()
        if joined and piece and LATIN.match(joined[-1]) and LATIN.match(piece[0]):
            joined += " "
        joined += piece
    return joined


def _joined(lines: Sequence[Line]) -> Line:
    return Line(join(line.text for line in lines), lines[0].number)
