"""What every picture is made of: a canvas in points, scales, wrapped text, small clean SVG."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from io import BytesIO
from itertools import combinations
from typing import Any

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Polygon

from ...measures.units import Number, to_decimal, with_unit
from ...tables.origins import Origin
from ..markup import SUBJECT_CSS, badge, in_lines, marked
from ..style import INK, LINE_HEIGHT, MUTED, OUTLINE, SMALL, TEXT, WHITE, WIDTH, ChartError, UndrawableError, text_width

Format = Callable[[Number], str]
Row = tuple[str, ...]
Point = tuple[float, float]

ORIGIN_PLACE = "origin"  # of the word in the picture, for who takes it out of its page
TRUNCATED = "横轴不从0开始"
LABEL_LIMIT = 0.34 * WIDTH  # widest column of row labels; longer ones wrap
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
    its alternative text.
    """

    svg: str
    alt: str
    caption: str
    data: tuple[Row, ...]
    origin: Origin | None
    finding: str = ""

    def _repr_html_(self) -> str:
        head, *body = self.data
        columns = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
        rows = "".join(
            f'<tr><th scope="row">{escape(first)}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in rest) + "</tr>"
            for first, *rest in body
        )
        return in_lines(
            f'<figure class="sa-chart"><figcaption>{badge(self.origin)}{self._title()}</figcaption>'
            f"{self.svg}"
            "<details><summary>图中数据</summary><table>"
            f"<thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table></details></figure>"
        )

    def _title(self) -> str:
        """What is seen, then of what: a place is named after the latter (``book/anchors.py``), numbers change."""
        subject = f'<span class="{SUBJECT_CSS}">{escape(self.caption)}</span>'
        return f"{escape(self.finding)}：{subject}" if self.finding else escape(self.caption)

    def __repr__(self) -> str:
        return f"{marked(self.origin)}{self.finding}{'：' if self.finding else ''}{self.caption}\n{self.alt}"


# ------------------------------------------------------------------------------------ numbers


def writer(decimals: int) -> Format:
    return lambda value: with_unit(value, "", decimals).replace("-", "−")


def signed(value: Number, write: Format) -> str:
    size = write(abs(to_decimal(value)))
    return size if size == write(0) else f"{'+' if value > 0 else '−'}{size}"


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
    return list(labels), [[float(value) for value in column] for column in columns]


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
UNBREAKABLE = re.compile(r"[（“《【]*(?:[A-Za-z0-9.%−+-]+|.)[，。、；：）”》】！？]*")


def wrap(text: str, size: float, width: float) -> list[str]:
    """Break a text into lines of at most ``width`` points, as few and as even as possible."""
    lines = _fill(text, size, width)
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


def label_column(labels: Iterable[str]) -> tuple[float, list[list[str]]]:
    """Return where the picture begins right of the row labels, and the labels' lines."""
    names = [wrap(label, TEXT, LABEL_LIMIT) for label in labels]
    return max(text_width(line, TEXT) for name in names for line in name) + 2 * GAP, names


# ------------------------------------------------------------------------------------- canvas


class Canvas:
    """A picture in points, origin top left, that grows downwards; ``y`` is where it has got to."""

    def __init__(
        self, unit: str, origin: Origin | None, legend: Sequence[tuple[str, str, str]] = (), truncated: bool = False
    ) -> None:
        self.figure = Figure()
        self.figure.patch.set_visible(False)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.y = 0.0
        self.origin = origin
        edge = WIDTH - (text_width(origin.word, SMALL) + 4 * GAP if origin else 0)
        if origin:
            self.text(WIDTH - GAP, 9, origin.word, "right", MUTED, SMALL, place=ORIGIN_PLACE)
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

    def row(self, name: Sequence[str], least: float) -> float:
        """Write a row's label at the left and return the row's middle."""
        height = max(least, text_height(name, TEXT) + 8)
        middle = self.y + height / 2
        self.block(0, middle - text_height(name, TEXT) / 2, name, TEXT, INK)
        self.y += height
        return middle

    def text(
        self, x: float, y: float, text: str, align: str, color: str, size: float, place: str | None = None
    ) -> None:
        """Write one line whose characters' middle is at ``y``."""
        baseline = y + 0.37 * size  # Chinese characters and digits share this middle
        self.axes.text(x, baseline, text, size=size, color=color, ha=align, va="baseline", gid=place)

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
        edge = edge or OUTLINE.get(color)
        self._add(Polygon(points, closed=True, fc=color, ec=edge or "none", lw=1.5 if edge else 0))

    def box(self, x0: float, y0: float, x1: float, y1: float, color: str, edge: str | None = None) -> None:
        if color in OUTLINE and x1 - x0 < 1.5:  # all outline
            color = OUTLINE[color]
        edge = edge or OUTLINE.get(color)
        inset = 0.75 if edge else 0  # keep the border inside
        x0, x1, y0, y1 = x0 + inset, x1 - inset, y0 + inset, y1 - inset
        self.shape([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], color, edge)

    def arrow(self, x0: float, x1: float, y: float, color: str) -> None:
        """A bar with a point, so that its direction is seen without its colour."""
        half, way = BAR / 2, 1 if x1 >= x0 else -1
        neck = x1 - way * min(half, abs(x1 - x0))
        if x0 == x1:
            self.line([(x0, y - half), (x0, y + half)], MUTED, 2)
        else:
            self.shape([(x0, y - half), (neck, y - half), (x1, y), (neck, y + half), (x0, y + half)], color)

    def dot(self, x: float, y: float, color: str, hollow: bool = False) -> None:
        fill = WHITE if hollow else color
        self._add(Circle((x, y), 4.5, fc=fill, ec=color, lw=2 if hollow else 0))

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
        xs, ys = zip(*points, strict=True)
        style = (0, (4, 3)) if dashed else "-"
        # zorder of a patch: what is drawn later lies above
        self._add(Line2D(xs, ys, color=color, lw=width, ls=style, solid_capstyle="butt", zorder=1))

    def _add(self, shape: Artist) -> None:
        """Add a shape without what matplotlib's own ways do for axes that fit what they hold."""
        shape.set_clip_on(False)
        self.axes.add_artist(shape)

    def chart(self, data: Sequence[Row], caption: str, alt: str) -> Chart:
        """Close the picture. Raises ChartError if a text is cut or touches another."""
        if not caption.strip() or not alt.strip():
            raise ChartError("每张图都要有图题（caption）和文字说明（alt）")
        self.figure.set_size_inches(WIDTH / 72, self.y / 72)
        self.axes.set(xlim=(0, WIDTH), ylim=(self.y, 0))
        _check_texts(self.figure)
        stream = BytesIO()
        self.figure.savefig(
            stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
        svg = _inline(stream.getvalue().decode(), alt, caption)
        return Chart(svg, alt, caption, tuple(map(tuple, data)), self.origin)


def _check_texts(figure: Figure) -> None:
    """Raise ChartError if a text leaves the figure or overlaps another one."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    texts = [text for axes in figure.axes for text in axes.texts]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts]
    width, height = figure.bbox.size
    for text, box in boxes:
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1:
            raise ChartError(f"图中的“{text}”放不下，会被截断")
    for (text, box), (other, other_box) in combinations(boxes, 2):
        across = min(box.x1, other_box.x1) - max(box.x0, other_box.x0)
        down = min(box.y1, other_box.y1) - max(box.y0, other_box.y0)
        if across > 1 and down > 1:
            raise ChartError(f"图中的“{text}”和“{other}”重叠")


# ---------------------------------------------------------------------------------------- svg


def _inline(svg: str, alt: str, caption: str) -> str:
    """Turn matplotlib's SVG file into a small element that can stand in a page with others."""
    view = re.search(r'viewBox="[^"]*"', svg)
    assert view  # matplotlib always writes one
    body = svg[svg.index(">", svg.index("<svg")) + 1 :]
    # A style element would restyle the whole page; comments repeat the texts.
    for dropped in (r"<!--.*?-->", r"<metadata>.*?</metadata>", r"<style.*?</style>"):
        body = re.sub(dropped, "", body, flags=re.DOTALL)
    body = re.sub(r' d="([^"]*)"', lambda match: f' d="{_shorter(match[1])}"', body)
    body = re.sub(r"translate\([^)]*\)", lambda match: _rounded(match[0]), body)
    body = re.sub(r">\s+<", "><", body)
    body = re.sub(r"<defs>\s*</defs>|<defs ?/>", "", body).strip()
    # The page says it beside the picture and hides it inside.
    body = body.replace(f'id="{ORIGIN_PLACE}"', 'class="sa-drawn"')
    # Only ids that are used stay. They are made of the picture's caption and of what they name (a
    # character, a clip), so that pictures cannot collide and a changed number changes few of them.
    used = dict.fromkeys(re.findall(r'(?:href="|url\()#([^")]+)', body))
    names = {old: "c" + sha256(f"{caption} {old}".encode()).hexdigest()[:10] for old in used}
    body = re.sub(r' id="([^"]+)"', lambda m: f' id="{names[m[1]]}"' if m[1] in names else "", body)
    body = re.sub(r'(href="|url\()#([^")]+)', lambda m: f"{m[1]}#{names[m[2]]}", body)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{view[0]} role="img" aria-label="{escape(alt)}" stroke-linejoin="round" '
        f'style="display:block;width:100%;max-width:40rem;height:auto">{body}'
    )


def _rounded(text: str) -> str:
    """Round the numbers in a text to hundredths of a point."""
    return re.sub(r"-?\d+\.\d+", lambda match: f"{round(float(match[0]), 2) + 0:g}", text)


def _shorter(path: str) -> str:
    """Write a path of whole numbers (a character) in relative steps; round any other."""
    if "." in path:
        return " ".join(_rounded(path).split())
    out, here, begin = [], (0, 0), (0, 0)
    for command, numbers in re.findall(r"([MLCQz])([^MLCQz]*)", path):
        values = [int(number) for number in numbers.split()]
        points = list(zip(values[::2], values[1::2], strict=True))
        steps = [f"{x - here[0]} {y - here[1]}" for x, y in points]
        out.append("z" if command == "z" else command.lower() + " ".join(steps))
        here = points[-1] if points else begin
        begin = here if command == "M" else begin
    return "".join(out).replace(" -", "-")
