"""What every picture is made of: a canvas in points, scales, wrapped text, SVG with words that are words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from html import escape
from itertools import combinations
from typing import Any, NamedTuple, ParamSpec, cast

from ...measures.figures import FigureNumber
from ...measures.units import Number, to_decimal, with_unit
from ...tables.origins import Origin
from ..markup import SUBJECT_CSS, badge, in_lines, marked
from ..style import (
    INK,
    LINE_HEIGHT,
    MUTED,
    NARROW,
    OUTLINE,
    PAGE,
    SMALL,
    TEXT,
    WIDTH,
    ChartError,
    UndrawableError,
    text_width,
)
from .drawing import Drawing, Point, short

Format = Callable[[Number], str]
Row = tuple[str, ...]

ORIGIN_CSS = "sa-drawn"  # of the word in the picture, for who takes it out of its page, which says it beside it
DATUM_CSS = "sa-datum"  # of what shows one value
TRUNCATED = "横轴不从0开始"
COLUMN = 0.34  # the widest column of row labels, of a picture's width; longer ones wrap
SHORT = 0.3  # of a narrow picture's width: what is longer stands above its row
BORDER = 1.5  # width of an outline
DASHES = (4, 3)
BAR = 17.0  # thickness
GAP = 6.0  # between a shape and its label
POLYGONS: dict[str, tuple[Point, ...]] = {
    "diamond": ((0, -5), (5, 0), (0, 5), (-5, 0)),
    "triangle": ((0, -4.5), (5, 4), (-5, 4)),
    "square": ((-4, -4), (4, -4), (4, 4), (-4, 4)),
}


@dataclass(frozen=True, repr=False)
class Chart:
    """A picture with what a reader needs who cannot see it, or wants its numbers.

    ``caption`` says what it is of and names it, ``finding`` what is seen in it. ``data`` holds the
    rows as printed, the header first. Shown as HTML in a notebook; as plain text it is its title and
    its alternative text. ``narrow`` is the drawing for a phone, if there is one.
    """

    svg: str
    alt: str
    caption: str
    data: tuple[Row, ...]
    origin: Origin | None
    finding: str = ""
    narrow: str = ""

    def _repr_html_(self) -> str:
        head, *body = self.data
        columns = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
        rows = "".join(
            f'<tr><th scope="row">{escape(first)}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in rest) + "</tr>"
            for first, *rest in body
        )
        return in_lines(
            f'<figure class="sa-chart"><figcaption>{badge(self.origin)}{self._title()}</figcaption>'
            f"{self._drawings}"
            "<details><summary>图中数据</summary><table>"
            f"<thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table></details></figure>"
        )

    def _title(self) -> str:
        """What is seen, then of what: a place is named after the latter (``book/anchors.py``), numbers change."""
        subject = f'<span class="{SUBJECT_CSS}">{escape(self.caption)}</span>'
        return f"{escape(self.finding)}：{subject}" if self.finding else escape(self.caption)

    @property
    def _drawings(self) -> str:
        """The picture, or the one for each width: the style sheet shows that which has room."""
        if not self.narrow:
            return self.svg
        both = {"sa-wide": self.svg, "sa-narrow": self.narrow}
        return "".join(svg.replace("<svg ", f'<svg class="{css}" ', 1) for css, svg in both.items())

    def __repr__(self) -> str:
        return f"{marked(self.origin)}{self.finding}{'：' if self.finding else ''}{self.caption}\n{self.alt}"


P = ParamSpec("P")


def both_widths(draw: Callable[P, Chart]) -> Callable[P, Chart]:
    """Have a chart drawn for a page and, if its texts find room there, for a phone."""

    @wraps(draw)
    def drawn(*args: P.args, **options: P.kwargs) -> Chart:
        wide = draw(*args, **options)
        try:
            narrow = cast(Callable[..., Chart], draw)(*args, **{**options, "width": NARROW})
        except ChartError:
            return wide
        return replace(wide, narrow=narrow.svg)

    return drawn


# ------------------------------------------------------------------------------------ numbers


def writer(decimals: int) -> Format:
    return lambda value: with_unit(value, "", decimals)


def signed(value: Number, write: Format) -> str:
    text = write(value)
    return f"+{text}" if value > 0 and text != write(0) else text


def between(low: Number | None, high: Number | None, write: Format) -> str:
    if low is None or high is None:
        return f"不高于{write(high)}" if high is not None else f"不低于{write(low or 0)}"
    return write(low) if write(low) == write(high) else f"{write(low)}至{write(high)}"


def columns(rows: Sequence[tuple[Any, ...]]) -> tuple[list[str], list[list[float]]]:
    """Return the labels and the columns of numbers as floats, which is enough to place them."""
    if not rows:
        raise UndrawableError("没有可画的数据")
    for label, *values in rows:
        if any(value is None or not to_decimal(value).is_finite() for value in values):
            raise UndrawableError(f"“{label}”的数值是空的或不是有限的数")
    labels, *columns = zip(*rows, strict=True)
    return list(labels), [[value if isinstance(value, float) else float(value) for value in c] for c in columns]


def need_row(highlight: str | None, labels: Iterable[str]) -> None:
    """Raise ChartError if the row that alone is to have a colour is not there."""
    if highlight is not None and highlight not in labels:
        raise ChartError(f"要突出显示的“{highlight}”不在数据里")


def domain(values: Sequence[float]) -> tuple[float, float, bool]:
    """Return the ends of the scale, and whether it leaves out zero.

    Zero is left out only where it would squeeze all values into less than half of the picture.
    """
    low, high = min(values), max(values)
    if low > high / 2 > 0 or high < low / 2 < 0:
        margin = (high - low) / 8 or abs(high) / 8
        return low - margin, high + margin, True
    return min(low, 0.0), max(high, 0.0), False


def scale(low: float, high: float, x0: float, x1: float) -> Callable[[float], float]:
    span = high - low or 1.0
    return lambda value: x0 + (x1 - x0) * (float(value) - low) / span


def spread(wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Move centres as little as needed so that boxes of these heights do not overlap."""
    placed = list(wanted)
    for index, height in enumerate(heights):
        above = placed[index - 1] + heights[index - 1] / 2 if index else top
        placed[index] = max(placed[index], above + height / 2)
    for index in reversed(range(len(placed))):
        below = placed[index + 1] - heights[index + 1] / 2 if index + 1 < len(placed) else bottom
        placed[index] = min(placed[index], below - heights[index] / 2)
    return placed


# --------------------------------------------------------------------------------------- text

# A number or Latin word is never broken; closing marks stay on their line, opening ones with
# what they open.
UNBREAKABLE = re.compile(r"[（《【]*(?:“[^“”]{1,6}”|[“]*(?:[A-Za-z0-9.%+-]+|.))[，。、；：）”》】！？]*")
SEAM = re.compile(r"(?<=：)(?!$)|(?<!^)(?=（)")  # between a whole and its part, before what is in brackets


def wrap(text: str, size: float, width: float) -> list[str]:
    """Break a text into lines of at most ``width`` points, as few as possible, at a seam or else evenly."""
    lines = _fill(text, size, width)
    for seam in SEAM.finditer(text) if len(lines) == 2 else ():
        halves = [text[: seam.start()], text[seam.start() :]]
        if all(text_width(half, size) <= width for half in halves):
            return halves
    while len(lines) > 1 and width > 0:
        width -= size / 2
        if len(tighter := _fill(text, size, width)) != len(lines):
            break
        lines = tighter
    return lines


def _fill(text: str, size: float, width: float) -> list[str]:
    lines = [""]
    for piece in UNBREAKABLE.findall(text):
        for part in [piece] if text_width(piece, size) <= width else list(piece):
            if lines[-1] and text_width(lines[-1] + part, size) > width:
                lines.append("")
            lines[-1] += part if lines[-1] else part.lstrip()
    return [line.rstrip() for line in lines]


def text_height(lines: Sequence[str], size: float) -> float:
    return len(lines) * LINE_HEIGHT * size


# ------------------------------------------------------------------------------------- canvas


class Words(NamedTuple):
    """A line of text and the room that it takes at most."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


class Canvas:
    """A picture in points, origin top left, that grows downwards; ``y`` is where it has got to."""

    def __init__(
        self,
        unit: str,
        origin: Origin | None,
        legend: Sequence[tuple[str, str, str]] = (),
        truncated: bool = False,
        *,
        width: float = WIDTH,
    ) -> None:
        self.unit, self.origin, self.width = unit, origin, width
        self.drawing = Drawing()
        self.words: list[Words] = []
        self.above = False  # whether labels stand above their rows
        self.rows: list[tuple[float, float]] = []  # where these begin, below such labels, and end
        self.y = 0.0
        edge = width - (text_width(origin.word, SMALL) + 4 * GAP if origin else 0)
        if origin:
            self.text(width - GAP, 9, origin.word, "right", MUTED, SMALL, css=ORIGIN_CSS)
        x, y = 0.0, 9.0
        notes = [("", INK, f"单位：{unit}")] * bool(unit) + [*legend]
        notes += [("", INK, TRUNCATED)] * truncated
        for kind, color, text in notes:
            lead = 14 if kind else 0
            if x and x + lead + text_width(text, SMALL) > edge:
                x, y = 0.0, y + 17
            if kind == "box":
                self.box(x, y - 5, x + 10, y + 5, color)
            elif kind:
                self.mark(kind, x + 5, y, color)
            self.text(x + lead, y, text, "left", MUTED, SMALL)
            x += lead + text_width(text, SMALL) + 14
        if notes or origin:
            self.y = y + 15

    def labels(self, labels: Iterable[str], above: bool | None = None) -> tuple[float, list[list[str]]]:
        """Return where the picture begins right of the rows' labels, and the labels' lines.

        In a narrow picture they may stand ``above`` their rows; by default they do where they are long.
        """
        labels = list(labels)
        longest = max(text_width(label, TEXT) for label in labels)
        self.above = self.width <= NARROW and (longest > SHORT * self.width if above is None else above)
        names = [wrap(label, TEXT, self.width if self.above else COLUMN * self.width) for label in labels]
        if self.above:
            return 0.0, names
        return max(text_width(line, TEXT) for name in names for line in name) + 2 * GAP, names

    def row(self, name: Sequence[str], least: float) -> float:
        """Write a row's label and return the row's middle."""
        if self.above:
            top = self.block(0, self.y + 4, name, TEXT, INK)
            self.y = top + least - 4
            self.rows.append((top, self.y))
            return top + (least - 4) / 2
        height = max(least, text_height(name, TEXT) + 8)
        middle = self.y + height / 2
        self.block(0, middle - text_height(name, TEXT) / 2, name, TEXT, INK)
        self.y += height
        return middle

    @contextmanager
    def datum(self, name: str, said: str, number: object = None) -> Iterator[None]:
        """Hold together what shows one value: who points at it is told ``name`` and what is ``said``.

        A ``number`` that knows its figure leads to where that comes from.
        """
        figure = number.figure if isinstance(number, FigureNumber) else None
        place = f' data-place="{escape(figure.place)}"' if figure else ""
        self.drawing.markup(f'<g class="{DATUM_CSS}"{place}><title>{escape(name)}：{escape(said + self.unit)}</title>')
        yield
        self.drawing.markup("</g>")

    def text(self, x: float, y: float, text: str, align: str, color: str, size: float, css: str = "") -> None:
        """Write one line whose characters' middle is at ``y``."""
        room = text_width(text, size)
        left = x - room * {"left": 0, "center": 0.5, "right": 1}[align]
        self.words.append(Words(text, left, y - size / 2, left + room, y + size / 2))
        baseline = y + 0.37 * size  # Chinese characters and digits share this middle
        look = _attributes(
            text_anchor={"left": "", "center": "middle", "right": "end"}[align],
            fill="" if color == INK else color,
            font_size="" if size == TEXT else short(size),
        ) + (f' class="{css}"' if css else "")
        self.drawing.text(x, baseline, text, look)

    def block(self, x: float, y: float, lines: Sequence[str], size: float, color: str, align: str = "left") -> float:
        """Write lines downwards from ``y`` and return where they end."""
        for number, line in enumerate(lines):
            self.text(x, y + (number + 0.5) * LINE_HEIGHT * size, line, align, color, size)
        return y + text_height(lines, size)

    def beside(self, x: float, y: float, text: str, side: int, color: str = INK, size: float = TEXT) -> None:
        """Write a value to the right (side 1) or left (-1) of a shape that ends at ``x``."""
        if text:
            x += side * GAP
            self.text(x, y, text, "left" if side > 0 else "right", color, size)

    def shape(self, points: Sequence[Point], color: str, edge: str | None = None) -> None:
        """Draw a closed shape; a pale one has the outline that makes it seen."""
        edge = edge or OUTLINE.get(color, "")
        self.drawing.polygon(points, color, edge, BORDER)

    def box(self, x0: float, y0: float, x1: float, y1: float, color: str, edge: str | None = None) -> None:
        """Draw an upright rectangle; its border stays inside."""
        x0, x1 = min(x0, x1), max(x0, x1)
        y0, y1 = min(y0, y1), max(y0, y1)
        if color in OUTLINE and min(x1 - x0, y1 - y0) < 1.5:  # all outline
            color = OUTLINE[color]
        edge = edge or OUTLINE.get(color, "")
        inset = BORDER / 2 if edge else 0
        across, down = max(0.0, x1 - x0 - 2 * inset), max(0.0, y1 - y0 - 2 * inset)
        self.drawing.rectangle(x0 + inset, y0 + inset, across, down, color, edge, BORDER)

    def arrow(self, x0: float, x1: float, y: float, color: str) -> None:
        """A bar with a point, so that its direction is seen without its colour."""
        half, way = BAR / 2, 1 if x1 >= x0 else -1
        neck = x1 - way * min(half, abs(x1 - x0))
        if x0 == x1:
            self.line([(x0, y - half), (x0, y + half)], MUTED, 2)
        else:
            self.shape([(x0, y - half), (neck, y - half), (x1, y), (neck, y + half), (x0, y + half)], color)

    def dot(self, x: float, y: float, color: str, hollow: bool = False, radius: float = 4.5) -> None:
        """A round mark."""
        self.drawing.circle(x, y, radius, PAGE if hollow else color, color if hollow else "", 2)

    def mark(self, kind: str, x: float, y: float, color: str) -> None:
        """A mark told apart by its shape as well: dot, hollow, cross, diamond, triangle, square."""
        if kind == "cross":
            for way in (-1, 1):
                self.line([(x - 4, y - 4 * way), (x + 4, y + 4 * way)], color, 2.4)
        elif kind in POLYGONS:
            self.shape([(x + dx, y + dy) for dx, dy in POLYGONS[kind]], color)
        else:
            self.dot(x, y, color, hollow=kind == "hollow")

    def line(self, points: Sequence[Point], color: str, width: float, dashed: bool = False) -> None:
        """Draw a line through points."""
        self.drawing.line(points, color, width, DASHES if dashed else ())

    def upright(self, x: float, top: float, color: str, width: float, dashed: bool = False) -> None:
        """Draw a line from ``top`` down to here; through no label that stands above its row."""
        spans = [(max(top, begin), end) for begin, end in self.rows if end > top] if self.above else [(top, self.y)]
        for begin, end in spans:
            self.line([(x, begin), (x, end)], color, width, dashed)

    def chart(self, data: Sequence[Row], caption: str, alt: str) -> Chart:
        """Close the picture. Raises ChartError if a text is cut or touches another."""
        if not caption.strip() or not alt.strip():
            raise ChartError("每张图都要有图题（caption）和文字说明（alt）")
        check_room(self.words, self.width, self.y)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {short(self.width)} {short(self.y)}" role="img" '
            f'aria-label="{escape(alt)}" font-size="{short(TEXT)}" fill="{INK}" stroke-linejoin="round">'
            f"{self.drawing.svg(self.width, self.y)}</svg>"
        )
        return Chart(svg, alt, caption, tuple(map(tuple, data)), self.origin)


def check_room(words: Sequence[Words], width: float, height: float) -> None:
    """Raise ChartError if a text leaves the picture or overlaps another one."""
    for one in words:
        if one.x0 < -1 or one.y0 < -1 or one.x1 > width + 1 or one.y1 > height + 1:
            raise ChartError(f"图中的“{one.text}”放不下，会被截断")
    for one, other in combinations(words, 2):
        across = min(one.x1, other.x1) - max(one.x0, other.x0)
        down = min(one.y1, other.y1) - max(one.y0, other.y0)
        if across > 1 and down > 1:
            raise ChartError(f"图中的“{one.text}”和“{other.text}”重叠")


# ---------------------------------------------------------------------------------------- svg


def _attributes(**values: str) -> str:
    """Write those that have a value."""
    return "".join(f' {name.replace("_", "-")}="{value}"' for name, value in values.items() if value)
