"""How pictures look: colours by what they mean, sizes of text, how much room a text takes.

A colour here is the name that a style sheet gives it: what it is in light, in dark and on paper stands
in ``book/static/outputs.css`` alone, beside what it contrasts with, measured; badges take the same.
Colours never carry a meaning alone: a sign, a word, a shape or a position says the same.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path
from unicodedata import east_asian_width

SHEET = Path(__file__).parents[1] / "book" / "static" / "outputs.css"
COLOUR = re.compile(r"var\(--(sa-[a-z-]+)\)")

# Text.
INK = "var(--sa-ink)"
MUTED = "var(--sa-muted)"
BLUE_INK = "var(--sa-blue-ink)"  # this year, increases
ORANGE_INK = "var(--sa-orange-ink)"  # decreases, what is new
ON_DEEP = "var(--sa-on-deep)"  # a number on a deep fill
ON_PALE = "var(--sa-on-pale)"  # and on a pale one
# Deep fills: they are seen on the page, and ON_DEEP is read on them (not on GREY, on which nothing stands).
BLUE = "var(--sa-blue)"  # primary: this year, increases, equity
ORANGE = "var(--sa-orange)"  # accent: decreases, liabilities, what is new
RED = "var(--sa-red)"  # the worst level of a warning
SLATE = "var(--sa-slate)"
GREY = "var(--sa-grey)"  # last year, rows that are not highlighted
# Pale fills: alone they would be lost on white, so each has the outline named in OUTLINE.
SKY = "var(--sa-sky)"
SAND = "var(--sa-sand)"
YELLOW = "var(--sa-yellow)"  # the middle level of a warning
SILVER = "var(--sa-silver)"
# Decoration only: nothing is lost if it is not seen.
LINE = "var(--sa-line)"  # guide lines, tile borders
TINT = "var(--sa-tint)"  # background of a link between two columns
PAGE = "var(--sa-page)"  # between parts, the inside of a hollow dot

OUTLINE = {SKY: BLUE, SAND: ORANGE, YELLOW: ORANGE, SILVER: SLATE}

# (fill, colour of a number that stands on it); neighbours differ in lightness.
PALETTE = ((BLUE, ON_DEEP), (SKY, ON_PALE), (ORANGE, ON_DEEP), (SAND, ON_PALE), (SLATE, ON_DEEP), (SILVER, ON_PALE))

# The levels of warnings, worst first; their badges have these colours.
LEVEL_FILLS = {"红色": (RED, ON_DEEP), "黄色": (YELLOW, ON_PALE), "蓝色": (BLUE, ON_DEEP)}

# Readers who see red and green alike tell these two apart: they differ along blue-yellow.
GOOD, BAD = BLUE, ORANGE
WORDS_ON_PAGE = {BLUE: BLUE_INK, ORANGE: ORANGE_INK}  # a text in a fill's colour

# Points at the picture's own width. A page shows the narrow drawing where it has less room than for the wide
# one, so that on a phone, too, a point is a pixel or more.
WIDTH = 460.8
NARROW = 330.0
TEXT = 12.0
SMALL = 10.5
LINE_HEIGHT = 1.35  # of the text size

# The widest that a character is in the fonts that readers have, in ems: pictures are drawn with these fonts
# (``--sa-font``), and no two texts may touch in any of them. What is not listed is square.
NARROWER = {
    **dict.fromkeys("0123456789+=", 0.62),
    **dict.fromkeys("-/\\ ()[]*^", 0.42),
    **dict.fromkeys(".,:;'!|", 0.32),
    **dict.fromkeys("%MWmw@", 0.95),
}


class ChartError(ValueError):
    """A picture that cannot be drawn truthfully or readably; the message is for the author."""


class UndrawableError(ChartError):
    """Sound rows of which there is no such picture: none, nothing but noughts, none with a size."""


@cache
def _advance(char: str) -> float:
    if char in NARROWER:
        return NARROWER[char]
    if east_asian_width(char) not in ("Na", "N", "H"):
        return 1.0
    return 0.74 if char.isupper() else 0.62


def text_width(text: str, size: float) -> float:
    """Return the room in points that one line of text takes at most."""
    return size * sum(_advance(char) for char in text)


@cache
def on_paper() -> dict[str, str]:
    """Return what each colour is on white, by its name."""
    return _stated(r"html, \.sa-light")


@cache
def in_the_dark() -> dict[str, str]:
    """Return what each colour is on a dark screen, by its name."""
    return _stated(r'html\[data-theme="dark"\][^{]*')


def _stated(selector: str) -> dict[str, str]:
    rule = re.search(rf"^{selector} \{{\n(.*?)^\}}", SHEET.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert rule  # the sheet's first rules
    return dict(re.findall(r"--(sa-[a-z-]+): (#[0-9a-f]{6});", rule[1]))


def drawn_alone(svg: str, font: str) -> str:
    """Return a picture for who knows no style sheet: in the colours of paper, in a font of that name."""
    colours = on_paper()
    plain = COLOUR.sub(lambda found: colours[found[1]], svg)
    return plain.replace("<svg ", f'<svg font-family="{escape(font)}" ', 1)
