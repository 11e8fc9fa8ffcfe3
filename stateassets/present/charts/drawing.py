"""What matplotlib draws, as the small SVG that stands in a page.

Everything is placed in points, origin top left. matplotlib draws it; of its file only the elements are kept,
each as short as it can be said, in the colours of the style sheet and grouped as whoever draws asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from io import BytesIO
from xml.etree import ElementTree

from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch, Polygon, Rectangle

Point = tuple[float, float]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
KEPT = ("fill", "stroke", "stroke-width", "stroke-dasharray")
NO_FILE = {"Date": None, "Creator": None, "Format": None, "Type": None}


class Line(Artist):
    """A line of text in the reader's own font: nothing is measured, and no font is needed."""

    def __init__(self, x: float, baseline: float, text: str) -> None:
        super().__init__()
        self.x, self.baseline, self.text = x, baseline, text

    def draw(self, renderer: RendererBase) -> None:
        """Draw it, as matplotlib asks."""
        renderer.open_group("text", self.get_gid())
        renderer.draw_text(renderer.new_gc(), self.x, self.baseline, self.text, FontProperties(), 0)
        renderer.close_group("text")


class Drawing:
    """Shapes and texts in the order in which they were added, and groups that hold some of them together."""

    def __init__(self) -> None:
        self._figure = Figure()
        self._figure.patch.set_visible(False)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._parts: list[str | tuple[str, str, str]] = []  # markup, or an artist's id, its form and what is said of it
        self._paints: dict[str, str] = {}  # the style sheet's name of a colour -> what stands for it in the file

    def markup(self, html: str) -> None:
        """Put something around what follows, or end it."""
        self._parts.append(html)

    def text(self, x: float, baseline: float, text: str, look: str) -> None:
        """Write a line; ``look`` are the attributes that say how."""
        self._add(Line(x, baseline, text), "text", look)

    def polygon(self, points: Sequence[Point], color: str, edge: str, width: float) -> None:
        """Draw a closed shape with an outline, if there is one."""
        self._patch(Polygon(points, closed=True), "path", color, edge, width)

    def rectangle(self, x: float, y: float, across: float, down: float, color: str, edge: str, width: float) -> None:
        """Draw an upright rectangle."""
        self._patch(Rectangle((x, y), across, down), "rect", color, edge, width)

    def circle(self, x: float, y: float, radius: float, color: str, edge: str, width: float) -> None:
        """Draw a circle."""
        self._patch(Circle((x, y), radius), "circle", color, edge, width)

    def line(self, points: Sequence[Point], color: str, width: float, dashes: Sequence[float]) -> None:
        """Draw a line through points; ``dashes`` are lengths of marks and gaps."""
        style = (0, tuple(length / width for length in dashes)) if dashes else "-"  # matplotlib counts in widths
        self._add(Line2D(*zip(*points, strict=True), color=self._paint(color), lw=width, ls=style), "path", "")

    def _patch(self, patch: Patch, form: str, color: str, edge: str, width: float) -> None:
        patch.set(fc=self._paint(color), ec=self._paint(edge) if edge else "none", lw=width if edge else 0)
        self._add(patch, form, "")

    def _add(self, artist: Artist, form: str, more: str) -> None:
        name = f"n{len(self._parts)}"
        # What is added later lies above; and nothing of what axes do for what they shall fit.
        artist.set(gid=name, zorder=len(self._parts), clip_on=False)
        self._axes.add_artist(artist)
        self._parts.append((name, form, more))

    def _paint(self, color: str) -> str:
        return self._paints.setdefault(color, f"#{len(self._paints) + 1:06x}")

    def svg(self, width: float, height: float) -> str:
        """Return the elements of a picture of that size."""
        self._figure.set_size_inches(width / 72, height / 72)
        self._axes.set(xlim=(0, width), ylim=(height, 0))
        file = BytesIO()
        with rc_context({"svg.fonttype": "none", "path.simplify": False}):
            self._figure.savefig(file, format="svg", dpi=72, metadata=NO_FILE)
        names = {paint: color for color, paint in self._paints.items()}
        drawn = {group.get("id"): group for group in ElementTree.fromstring(file.getvalue()).iter() if group.get("id")}
        return "".join(
            part if isinstance(part, str) else _element(drawn[part[0]], part[1], part[2], names) for part in self._parts
        )


def _element(group: ElementTree.Element, form: str, more: str, names: dict[str, str]) -> str:
    """Return what an artist has drawn as one element."""
    shape = next((e for e in group.iter() if e.tag.rpartition("}")[2] in ("path", "text")), None)
    if shape is None:
        return ""  # nothing of it is inside the picture
    look = dict(pair.split(": ", 1) for pair in shape.get("style", "").split("; ") if ": " in pair)
    if form == "text":
        x, y = NUMBER.findall(shape.get("transform", ""))[:2]
        return f'<text x="{short(x)}" y="{short(y)}"{more}>{escape(shape.text or "")}</text>'
    kept = {key: names.get(look[key], look[key]) for key in KEPT if key in look}
    if "stroke-dasharray" in kept:
        kept["stroke-dasharray"] = " ".join(map(short, kept["stroke-dasharray"].split(",")))
    if "stroke" in kept:
        kept["stroke-width"] = short(kept.get("stroke-width", "1"))
    said = "".join(f' {key}="{value}"' for key, value in (_geometry(shape.get("d", ""), form) | kept).items())
    return f"<{form}{said}/>"


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
