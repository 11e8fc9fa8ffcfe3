"""Numbers as places on one axis, in groups that are not to be mixed, beside a line that means something."""

from __future__ import annotations

from collections.abc import Sequence

from ...measures.units import Number
from ...tables.origins import Origin
from ..style import BLUE, GREY, INK, LINE, MUTED, ORANGE, SMALL, TEXT, WIDTH, text_width
from .axes import places, ticks
from .base import GAP, Canvas, Chart, both_widths, columns, domain, need_row, scale, writer

Group = tuple[str, Sequence[tuple[str, Number]]]


@both_widths
def dots(
    groups: Sequence[Group],
    highlight: str | None = None,
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    origin: Origin | None,
    line: tuple[str, Number] | None = None,
    width: float = WIDTH,
) -> Chart:
    """Draw (heading, rows) one below the other, each row as a dot on one axis with numbers at its foot.

    A dot needs no nought, so the axis shows what tells the rows apart. With ``line`` (label, number) a line is drawn
    there, and each dot hangs on it by its distance. Rows stand as given. With ``highlight`` only that row has
    a colour.
    """
    rows = [row for _, of in groups for row in of]
    labels, (values,) = columns(rows)
    need_row(highlight, labels)
    write = writer(decimals)
    at = [float(line[1])] if line else []
    low, high, truncated = domain([*values, *at])
    marks = ticks(low, high)
    notes = [("", INK, f"竖虚线：{line[0]}")] if line else []
    canvas = Canvas(unit, origin, notes, truncated and marks[0] > 0, width=width)
    left, names = canvas.labels(labels)
    room = max(text_width(write(value), TEXT) for value in values) + GAP + 5
    hanging = room if line else 0  # a number stands on the side of the dot that is turned away from the line
    place = scale(marks[0], marks[-1], left + hanging, width - room)
    lines = iter(names)
    top = canvas.y
    spots: list[tuple[float, float, Number, str]] = []
    for heading, of in groups:
        if heading:
            canvas.text(0, canvas.y + 10, heading, "left", MUTED, SMALL)
            canvas.y += 20
        for label, value in of:
            y = canvas.row(next(lines), 25)
            spots.append((place(float(value)), y, value, label))
        canvas.y += 4
    for mark in marks:
        canvas.upright(place(mark), top, LINE, 0.6)
    for x in map(place, at):
        canvas.upright(x, top, ORANGE, 1.4, dashed=True)
    for x, y, value, label in spots:
        color = BLUE if highlight in (None, label) else GREY
        begin = place(at[0]) if at else left
        canvas.line([(begin, y), (x, y)], color if at else LINE, 2 if at else 0.6)
        side = -1 if at and x < begin else 1
        with canvas.datum(label, write(value), value):
            canvas.dot(x, y, color)
            canvas.beside(x + 5 * side, y, write(value), side)
    words = [writer(places(marks))(mark) for mark in marks]
    for mark, word in zip(marks, words, strict=True):
        canvas.text(max(place(mark), text_width(word, SMALL) / 2), canvas.y + 8, word, "center", MUTED, SMALL)
    canvas.y += 20
    data = [("项目", "组", f"数值（{unit}）"), *((label, g, write(value)) for g, of in groups for label, value in of)]
    return canvas.chart(data, caption, alt)
