"""How pictures look: the only place for colours, text sizes and the font.

Contrast ratios are WCAG 2 against white, measured; a test measures them again. Colours never
carry a meaning alone: a sign, a word, a shape or a position says the same.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import fontManager, get_font, ttfFontProperty
from matplotlib.ft2font import FT2Font

# Text needs 4.5 on white. White text stands on BLUE and ORANGE, so they need it as well.
INK = "#1f2933"  # 14.76 text
MUTED = "#52606d"  # 6.46 secondary text
BLUE = "#1b5e9e"  # 6.68 primary: this year, increases, equity
ORANGE = "#b85000"  # 5.02 accent: decreases, liabilities, what is new
RED = "#b3261e"  # 6.54 the worst level of a warning
# Shapes need 3.0 on white.
GREY = "#868e96"  # 3.32 last year, rows that are not highlighted
# Light fills: alone they would be lost on white, so each has the outline named in OUTLINE.
SKY = "#9cc3e6"  # 1.85 INK stands on it
SAND = "#e7b67c"  # 1.85 INK stands on it
YELLOW = "#f2c14e"  # 1.68 INK stands on it; the middle level of a warning
SILVER = "#c3cbd3"  # 1.64 INK stands on it
# Decoration only: nothing is lost if it is not seen.
LINE = "#cbd2d9"  # 1.53 guide lines, tile borders
TINT = "#eef1f4"  # 1.13 background of a link between two columns
WHITE = "#ffffff"  # 1.00 text on BLUE or ORANGE, the inside of a hollow dot

# What is filled with a light colour is drawn with an outline that reaches 3.0.
OUTLINE = {SKY: BLUE, SAND: ORANGE, YELLOW: ORANGE, SILVER: MUTED}

# (fill, colour of a number that stands on it); neighbours differ in lightness.
PALETTE = ((BLUE, WHITE), (SKY, INK), (ORANGE, WHITE), (SAND, INK), (MUTED, WHITE), (SILVER, INK))

# The levels of warnings, worst first; outputs.css has the same colours.
LEVEL_FILLS = {"红色": (RED, WHITE), "黄色": (YELLOW, INK), "蓝色": (BLUE, WHITE)}

# Readers who see red and green alike tell these two apart: they differ along blue-yellow.
GOOD, BAD = BLUE, ORANGE

# Points at the picture's own width. On a 375-pixel phone a point is some 0.75 pixels.
WIDTH = 460.8  # 6.4 inches
TEXT = 12.0
SMALL = 10.5
LINE_HEIGHT = 1.35  # of the text size

FONT = Path(__file__).parent / "fonts" / "NotoSansSC-subset.otf"
# A private name: a system font called Noto Sans CJK SC must never be taken instead of ours.
FAMILY = "stateassets Noto Sans SC"


class ChartError(ValueError):
    """A picture that cannot be drawn truthfully or readably; the message is for the author."""


class UndrawableError(ChartError):
    """Sound rows of which there is no such picture: none, nothing but noughts, none with a size."""


@cache
def _register_font() -> None:
    fontManager.addfont(FONT)
    fontManager.ttflist.append(replace(ttfFontProperty(get_font(FONT)), name=FAMILY))


@cache
def _measuring_font() -> FT2Font:
    font = FT2Font(str(FONT))
    font.set_size(1000, 72)
    return font


@cache
def _advance(char: str) -> float:
    font = _measuring_font()
    glyph = font.get_char_index(ord(char))  # 0, a box, if the font lacks it: house_style tells
    return font.load_glyph(glyph).linearHoriAdvance / 65536 / 1000


def text_width(text: str, size: float) -> float:
    """Return the width in points of one line of text in the house font."""
    return size * sum(_advance(char) for char in text)


@contextmanager
def house_style() -> Iterator[None]:
    """Draw matplotlib figures in the house style, also usable as a decorator.

    Raises ChartError on leaving if a character was drawn that the font does not have.
    """
    _register_font()
    params: dict[Any, Any] = {
        "font.family": [FAMILY],
        "font.size": TEXT,
        "text.color": INK,
        "text.parse_math": False,  # a $ is a $
        "text.hinting": "none",  # measured as it is drawn, as outlines
        "axes.unicode_minus": True,
        "axes.facecolor": "none",
        "figure.facecolor": "none",
        "savefig.facecolor": "none",
        "figure.dpi": 72,  # a pixel is a point
        "svg.fonttype": "path",  # looks the same everywhere, whatever fonts the reader has
        "svg.hashsalt": "stateassets",  # the same bytes each time
        **{f"axes.spines.{side}": False for side in ("left", "right", "top", "bottom")},
    }
    with mpl.rc_context(params), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    glyph = re.compile(r"Glyph (\d+) .*missing from font")
    found = [(note, glyph.match(str(note.message))) for note in caught]
    if missing := dict.fromkeys(chr(int(match[1])) for _, match in found if match):
        raise ChartError(
            f"图中用到了字体里没有的字：{'、'.join(missing)}。请改用常用字，或用tools/subset_font.py把它加进字体。"
        )
    for note, _ in found:
        warnings.warn_explicit(note.message, note.category, note.filename, note.lineno)
