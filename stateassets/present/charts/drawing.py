"""What matplotlib draws, as the small SVG that stands in a page.

Everything is placed in points, origin top left. matplotlib's SVG renderer says where shapes lie; of its file only that
is kept, as short as it can be said, in the colours of the style sheet and grouped as whoever draws asks. No figure,
axes and artists are made for it: they settle looks, scales and fonts, which are the style sheet's and the reader's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from io import StringIO

from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

Point = tuple[float, float]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
DRAWN = re.compile(r'<path(?: d="([^"]*)")?')
BLACK = (0.0, 0.0, 0.0)
NO_FILE = {"Date": None, "Creator": None, "Format": None, "Type": None}


@dataclass(frozen=True)
class Shape:
    """A path, the element that says it (``path``, ``rect``, ``circle``), and how it looks; a line is not filled."""

    path: Path
    form: str
    fill: str
    edge: str
    width: float
    dashes: Sequence[float] = ()

    @property
    def look(self) -> dict[str, str]:
        """The attributes of its element that say how it looks."""
        found = {"fill": self.fill or "none"}
        if self.edge:
            found |= {"stroke": self.edge, "stroke-width": short(self.width)}
        return found | ({"stroke-dasharray": " ".join(map(short, self.dashes))} if self.dashes else {})


class Drawing:
    """Shapes and texts in the order in which they were added, and groups that hold some of them together."""

    def __init__(self) -> None:
        self._parts: list[str | Shape] = []  # texts and groups are markup

    def markup(self, html: str) -> None:
        """Put something around what follows, or end it."""
        self._parts.append(html)

    def text(self, x: float, baseline: float, text: str, look: str) -> None:
        """Write a line in the reader's own font: nothing is measured; ``look`` are the attributes that say how."""
        place = f'x="{short(f"{x:f}")}" y="{short(f"{baseline:f}")}"'  # as exactly as the renderer says places
        self._parts.append(f"<text {place}{look}>{escape(text)}</text>")

    def polygon(self, points: Sequence[Point], color: str, edge: str, width: float) -> None:
        """Draw a closed shape with an outline, if there is one."""
        self._parts.append(Shape(_closed(points), "path", color, edge, width))

    def rectangle(self, x: float, y: float, across: float, down: float, color: str, edge: str, width: float) -> None:
        """Draw an upright rectangle."""
        corners = ((x, y), (x + across, y), (x + across, y + down), (x, y + down))
        self._parts.append(Shape(_closed(corners), "rect", color, edge, width))

    def circle(self, x: float, y: float, radius: float, color: str, edge: str, width: float) -> None:
        """Draw a circle."""
        self._parts.append(Shape(Path.circle((x, y), radius), "circle", color, edge, width))

    def line(self, points: Sequence[Point], color: str, width: float, dashes: Sequence[float]) -> None:
        """Draw a line through points; ``dashes`` are lengths of marks and gaps."""
        path = Path(points)
        path.should_simplify = False
        self._parts.append(Shape(path, "path", "", color, width, dashes))

    def svg(self, width: float, height: float) -> str:
        """Return the elements of a picture of that size."""
        drawn = self._drawn(width, height)
        return "".join(part if isinstance(part, str) else _element(next(drawn), part) for part in self._parts)

    def _drawn(self, width: float, height: float) -> Iterator[str]:
        """Yield what matplotlib says of each shape: where it lies."""
        file, down = StringIO(), Affine2D().scale(1, -1).translate(0, height)  # it counts from below
        renderer = RendererSVG(width, height, file, metadata=NO_FILE)
        look = renderer.new_gc()
        for part in self._parts:
            if isinstance(part, Shape):
                # What is filled is drawn whole, a line as far as it is inside the picture.
                renderer.draw_path(look, part.path, down, BLACK if part.fill else None)
        renderer.finalize()
        return (found[1] or "" for found in DRAWN.finditer(file.getvalue()))


def _closed(points: Sequence[Point]) -> Path:
    end = [] if points[0] == points[-1] else [points[0]]
    return Path([*points, *end], closed=True)


def _element(drawn: str, shape: Shape) -> str:
    """Return a shape as an element."""
    told = "".join(f' {key}="{value}"' for key, value in (_geometry(drawn, shape.form) | shape.look).items())
    return f"<{shape.form}{told}/>"


def _geometry(path: str, form: str) -> dict[str, str]:
    """Return where a shape lies: what matplotlib says by a path, as the element for its form has it."""
    if form == "path":
        return {
            "d": re.sub(r"\s*([A-Za-z])\s*", lambda m: m[1].upper() if m[1] == "z" else m[1], _rounded(path).strip())
        }
    numbers = list(map(float, NUMBER.findall(path)))
    (x0, x1), (y0, y1) = ((min(side), max(side)) for side in (numbers[::2], numbers[1::2]))
    if form == "rect":
        return {"x": short(x0), "y": short(y0), "width": short(x1 - x0), "height": short(y1 - y0)}
    return {"cx": short((x0 + x1) / 2), "cy": short((y0 + y1) / 2), "r": short((x1 - x0) / 2)}


def _rounded(path: str) -> str:
    return NUMBER.sub(lambda found: short(found[0]), path)


def short(number: float | str) -> str:
    """Write a length in hundredths of a point."""
    return f"{round(float(number), 2) + 0:.10g}"
