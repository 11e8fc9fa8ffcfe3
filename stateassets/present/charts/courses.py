"""How several things went over the same time: one panel each, on one named axis, with their first and last numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from ...measures.units import Number
from ...tables.origins import Origin
from ..style import (
    BLUE,
    BLUE_INK,
    GREY,
    INK,
    LINE,
    MUTED,
    NARROW,
    ORANGE,
    ORANGE_INK,
    SMALL,
    TEXT,
    TINT,
    WIDTH,
    ChartError,
    UndrawableError,
    text_width,
)
from .axes import places, ticks
from .base import GAP, Canvas, Chart, Format, both_widths, columns, scale, text_height, wrap, writer
from .drawing import Point

Panel = tuple[str, Sequence[tuple[str, Number]]]
TALL, LOW = 104.0, 66.0  # height of the panel of the whole, and of the others
GUTTER = 16.0
APART = "各图纵轴不同"


@both_widths
def courses(
    panels: Sequence[Panel],
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    origin: Origin | None,
    whole: bool = False,
    span: tuple[str, str, str] | None = None,
    upright: bool = False,
    line: tuple[str, Number] | None = None,
    apart: bool = False,
    width: float = WIDTH,
) -> Chart:
    """Draw each panel's numbers over the times that all share, its first and last number beside its ends.

    All panels have one value axis; with ``whole`` the first is that of the whole, larger and with an axis of its
    own. With ``apart`` each has its own, as the picture says: for ways that one axis would make level. ``span``
    (from, to, words) shades a time in it and says what happened. ``upright`` draws bars, for numbers that belong
    to a time and not to its end; ``line`` (label, number) is drawn across. Raises ChartError if ``span`` names a
    time that is not drawn.
    """
    if not panels or not all(points for _, points in panels):
        raise UndrawableError("没有可画的数据")
    for panel, points in panels:
        columns([(f"{panel}，{tick}", value) for tick, value in points])  # says which panel is bad
    write = writer(decimals)
    times = list(dict.fromkeys(tick for _, points in _longest_first(panels) for tick, _ in points))
    for tick in (span or ())[:2]:
        if tick not in times:
            raise ChartError(f"要标出的“{tick}”不在图中的时间里")
    legend = [("", INK, f"横虚线：{line[0]}")] if line else []
    legend += [("", INK, APART)] * apart
    canvas = Canvas(unit, origin, legend, width=width)
    lines = [float(line[1])] if line else []
    drawing = _Drawing(canvas, times, writer(decimals), upright, lines)
    shared = [] if apart else _values(panels[1:] if whole else panels)
    rest = list(panels)
    if whole:
        drawing.row(rest[:1], 1, TALL, span)
        rest = rest[1:]
    elif span:
        raise ChartError("只有画出整体时才能标出一段时间")
    most = 3 if width > NARROW else 2
    across = next((n for n in range(most, 1, -1) if len(rest) >= n and drawing.fits(rest, n, shared)), 1)
    for at in range(0, len(rest), across):
        drawing.row(rest[at : at + across], across, LOW, None, shared)
    data = [("项目", "时点", f"数值（{unit}）")]
    data += [(panel, tick, write(value)) for panel, points in panels for tick, value in points]
    return canvas.chart(data, caption, alt)


def _values(panels: Sequence[Panel]) -> list[float]:
    return [float(value) for _, points in panels for _, value in points]


def _longest_first(panels: Sequence[Panel]) -> list[Panel]:
    return sorted(panels, key=lambda panel: -len(panel[1]))


class _Drawing:
    """Panels on a canvas; ``times`` are what their horizontal axis shows."""

    def __init__(
        self, canvas: Canvas, times: Sequence[str], write: Format, upright: bool, lines: Sequence[float]
    ) -> None:
        self.canvas, self.times, self.write, self.upright, self.lines = canvas, times, write, upright, lines

    def _axes(self, panels: Sequence[Panel], shared: Sequence[float]) -> list[list[tuple[float, str]]]:
        """For each panel its axis's numbers and their words; ``shared`` are the numbers of an axis that is all's."""
        axes = []
        for panel in panels:
            values = shared or _values([panel])
            marks = ticks(min(0.0, *values, *self.lines), max(0.0, *values, *self.lines), most=3)
            axes.append([(mark, writer(places(marks))(mark)) for mark in marks])
        return axes

    def _rooms(self, panels: Sequence[Panel], axes: list[list[tuple[float, str]]]) -> tuple[float, float]:
        """The room that words take left and right of a panel."""
        left = max(text_width(word, SMALL) for axis in axes for _, word in axis) + GAP
        last = max(text_width(self.write(points[-1][1]), SMALL) for _, points in panels)
        return left, last + GAP + 3

    def fits(self, panels: Sequence[Panel], across: int, shared: Sequence[float]) -> bool:
        """Whether so many panels find room beside each other with the words at their ends."""
        left, right = self._rooms(panels, self._axes(panels, shared))
        width = (self.canvas.width - GUTTER * (across - 1)) / across - left - right
        ends = text_width(self.times[0], SMALL) + text_width(self.times[-1], SMALL) + GAP
        return width >= max(ends - right, 56)

    def row(
        self,
        panels: Sequence[Panel],
        across: int,
        height: float,
        span: tuple[str, str, str] | None,
        shared: Sequence[float] = (),
    ) -> None:
        """Draw panels beside each other; ``shared`` are all numbers on one axis, without any each has its own."""
        axes = self._axes(panels, shared)
        left, right = self._rooms(panels, axes)
        width = (self.canvas.width - GUTTER * (across - 1)) / across
        titles = [wrap(title, TEXT, width) for title, _ in panels]
        top = self.canvas.y + max(text_height(title, TEXT) for title in titles) + 17
        for number, (title, axis, (name, points)) in enumerate(zip(titles, axes, panels, strict=True)):
            down = scale(axis[0][0], axis[-1][0], top + height, top)
            x0 = number * (width + GUTTER)
            self.canvas.block(x0, self.canvas.y, title, TEXT, INK)
            place = scale(-0.5, len(self.times) - 0.5, x0 + left, x0 + width - right)
            if span:
                self._shade(span, place, top, top + height)
            for mark, word in axis:
                self.canvas.line([(x0 + left, down(mark)), (x0 + width - right, down(mark))], LINE, 0.8)
                self.canvas.text(x0 + left - GAP, down(mark), word, "right", MUTED, SMALL)
            for across_at in self.lines:
                ends = [(x0 + left, down(across_at)), (x0 + width - right, down(across_at))]
                self.canvas.line(ends, MUTED, 1.2, dashed=True)
            self._course(name, points, place, down, top + height)
            y = top + height + 11
            self.canvas.text(x0 + left, y, self.times[0], "left", MUTED, SMALL)
            if len(self.times) > 1:
                self.canvas.text(x0 + width, y, self.times[-1], "right", MUTED, SMALL)
        self.canvas.y = top + height + 28

    def _shade(self, span: tuple[str, str, str], place: Callable[[float], float], top: float, bottom: float) -> None:
        begin, end = (place(self.times.index(tick)) for tick in span[:2])
        self.canvas.box(begin, top - 12, end, bottom, TINT)
        fits = begin + 3 + text_width(span[2], SMALL) <= self.canvas.width
        self.canvas.text(begin + 3 if fits else end, top - 5, span[2], "left" if fits else "right", ORANGE_INK, SMALL)

    def _course(
        self,
        name: str,
        points: Sequence[tuple[str, Number]],
        place: Callable[[float], float],
        down: Callable[[float], float],
        bottom: float,
    ) -> None:
        spots = [(place(self.times.index(tick)), down(float(value)), float(value)) for tick, value in points]
        if not self.upright:
            self.canvas.line([spot[:2] for spot in spots] if len(spots) > 1 else [spots[0][:2]] * 2, BLUE, 2)
        wide, last = max(1.5, 0.7 * (place(1) - place(0)) / 2), len(spots) - 1
        for number, ((tick, value), (x, y, signed)) in enumerate(zip(points, spots, strict=True)):
            with self.canvas.datum(f"{name}，{tick}", self.write(value), value):
                if self.upright:
                    self.canvas.box(x - wide, y, x + wide, down(0), BLUE if signed >= 0 else ORANGE)
                else:
                    begins = not number and last > 0
                    size = 4.5 if number in (0, last) else 1.6  # between the ends no more than the line
                    self.canvas.dot(x, y, GREY if begins else BLUE, hollow=begins, radius=size)
                if number == last:
                    self.canvas.beside(x + 3, y, self.write(value), 1, BLUE_INK, SMALL)
                elif not number:
                    word, path = self.write(value), [spot[:2] for spot in spots]
                    free = [way for way in (-11.0, 12.0) if not self._crossed(path, x - 4, y + way, word)]
                    below = free[:1] == [12.0] and y + 17 < bottom
                    self.canvas.text(x - 4, y + (12 if below else -11), word, "left", MUTED, SMALL)

    def _crossed(self, path: Sequence[Point], x: float, y: float, word: str) -> bool:
        """Whether the line goes through a word that begins at ``x``."""
        end = x + text_width(word, SMALL)
        for (x0, y0), (x1, y1) in () if self.upright else pairwise(path):
            within = [x0 + (x1 - x0) * step / 8 for step in range(9)]
            if any(one <= end and abs(scale(x0, x1, y0, y1)(one) - y) < SMALL / 2 for one in within):
                return True
        return False
