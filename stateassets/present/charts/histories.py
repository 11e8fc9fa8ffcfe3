"""What a few figures came to year by year: a line each, on an axis of its own, with its numbers at the points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from ...measures.units import Number, with_unit
from ...tables.origins import Origin
from ..style import BLUE, BLUE_INK, GREY, INK, MUTED, NARROW, SMALL, TEXT, WIDTH, UndrawableError, text_width
from .base import GAP, Canvas, Chart, both_widths, columns, scale, text_height, wrap
from .drawing import Point

History = tuple[str, str, int, Sequence[tuple[str, Number]]]  # name, unit, decimals, (year, number)
PLOT, ROOM, GUTTER = 40.0, 17.0, 22.0  # a line's height, what words take above and below it, between two panels
OWN_AXES = "各图纵轴不同，不从0开始"


@both_widths
def histories(
    panels: Sequence[History], *, caption: str, alt: str, origin: Origin | None, width: float = WIDTH
) -> Chart:
    """Draw each figure's years as a line, its unit beside its name and its numbers at the points.

    Where there is no room for all numbers the first, the last, the highest and the lowest are written; all stand
    below the picture.
    """
    if not panels or not all(points for *_, points in panels):
        raise UndrawableError("没有可画的数据")
    for name, _, _, points in panels:
        columns([(f"{name}，{tick}", value) for tick, value in points])  # says which is bad
    canvas = Canvas("", origin, [("", INK, OWN_AXES)], width=width)
    across = 2 if width > NARROW and len(panels) > 1 and all(_fits(p, (width - GUTTER) / 2) for p in panels) else 1
    room = (width - GUTTER * (across - 1)) / across
    for at in range(0, len(panels), across):
        row = panels[at : at + across]
        titles = [wrap(f"{name}（{unit}）" if unit else name, TEXT, room) for name, unit, *_ in row]
        top = canvas.y + max(text_height(title, TEXT) for title in titles) + ROOM
        for number, (title, panel) in enumerate(zip(titles, row, strict=True)):
            x0 = number * (room + GUTTER)
            canvas.block(x0, canvas.y, title, TEXT, INK)
            _line(canvas, panel, x0, x0 + room, top)
        canvas.y = top + PLOT + ROOM + 20
    data = [("项目", "年度", "数值")]
    data += [(name, tick, with_unit(v, unit, places)) for name, unit, places, points in panels for tick, v in points]
    return canvas.chart(data, caption, alt)


def _words(panel: History) -> list[str]:
    return [with_unit(value, "", panel[2]) for _, value in panel[3]]


def _margin(panel: History) -> float:
    ticks = [tick for tick, _ in panel[3]]
    return max(text_width(word, SMALL) for word in (*_words(panel), ticks[0], ticks[-1])) / 2


def _fits(panel: History, room: float) -> bool:
    """Whether all numbers of a line find room beside each other."""
    words, margin = _words(panel), _margin(panel)
    step = (room - 2 * margin) / max(1, len(words) - 1)
    return max(text_width(word, SMALL) for word in words) + GAP <= step


def _line(canvas: Canvas, panel: History, x0: float, x1: float, top: float) -> None:
    name, unit, _, points = panel
    values, words, margin = [float(value) for _, value in points], _words(panel), _margin(panel)
    flat = max(values) == min(values)
    down = scale(min(values) - flat, max(values) + flat, top + PLOT, top)
    place = scale(0, max(1, len(points) - 1), x0 + margin, x1 - margin)
    spots = [(place(n), down(value)) for n, value in enumerate(values)]
    if len(spots) > 1:
        canvas.line(spots, BLUE, 2)
    written, last = _written(values, words, place, _fits(panel, x1 - x0)), len(points) - 1
    for n, ((tick, value), (x, y), word) in enumerate(zip(points, spots, words, strict=True)):
        with canvas.datum(f"{name}，{tick}", f"{word}{unit}", value):
            canvas.dot(x, y, GREY if n < last else BLUE, hollow=n < last, radius=4.5 if n in (0, last) else 3.2)
            if n in written:
                side = _side(spots, n, word)
                canvas.text(x, y + side, word, "center", BLUE_INK if n == last else MUTED, SMALL)
    wide = max(text_width(tick, SMALL) for tick, _ in points) + GAP > abs(place(1) - place(0))
    for n in {0, last} if wide else range(last + 1):
        canvas.text(spots[n][0], top + PLOT + ROOM + 9, points[n][0], "center", MUTED, SMALL)


def _written(values: list[float], words: list[str], place: Callable[[float], float], every: bool) -> set[int]:
    """Which numbers are written: all, or the ends and then the highest and the lowest where they keep clear."""
    last = len(values) - 1
    if every:
        return set(range(last + 1))
    found = {0, last}
    for n in (values.index(max(values)), values.index(min(values))):
        room = text_width(words[n], SMALL) + GAP
        if all(n == m or abs(place(n) - place(m)) >= room for m in found):
            found.add(n)
    return found


def _side(spots: Sequence[Point], n: int, word: str) -> float:
    """How far below a point (above: negative) its number stands, where the line does not go through it."""
    x, y = spots[n]
    half = text_width(word, SMALL) / 2
    for way in (-11.0, 12.0):
        near = [(a, b) for a, b in pairwise(spots) if min(a[0], b[0]) <= x + half and max(a[0], b[0]) >= x - half]
        heights = [
            scale(a[0], b[0], a[1], b[1])(at) for a, b in near for at in (max(a[0], x - half), min(b[0], x + half))
        ]
        if not any(abs(height - (y + way)) < SMALL / 2 for height in heights):
            return way
    return -11.0
