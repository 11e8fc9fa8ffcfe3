"""Where values of different units stand among the same named bands, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from ...measures.units import Number
from ...tables.origins import Origin
from ..style import BLUE, BLUE_INK, GREY, LINE, MUTED, SMALL, TEXT, WIDTH, ChartError, UndrawableError, text_width
from .base import GAP, Canvas, Chart, both_widths, scale, text_height, wrap

Place = Number | None


@both_widths
def bands(
    rows: Sequence[tuple[str, Place, Place, str]],
    names: Sequence[str],
    before_label: str,
    now_label: str,
    *,
    caption: str,
    alt: str,
    origin: Origin | None,
    width: float = WIDTH,
) -> Chart:
    """Draw each row's place before (hollow) and now (full) among equally wide bands.

    A row is (label, place before, place now, the value as text); a place of 2.5 is the middle of
    the third of ``names``, None is no place.
    """
    if not rows:
        raise UndrawableError("没有数据，画不出图")
    for label, *places, _ in rows:
        if any(p is not None and not 0 <= p <= len(names) for p in places):
            raise ChartError(f"“{label}”的位置不在各档之内")
    canvas = Canvas("", origin, [("hollow", GREY, before_label), ("dot", BLUE, now_label)], width=width)
    left, labels = canvas.labels([row[0] for row in rows], above=True)
    room = max(text_width(row[3], TEXT) for row in rows) + 2 * GAP
    place = scale(0, len(names), left + GAP, width - room)
    heads = [wrap(name, SMALL, place(1) - place(0) - 4) for name in names]
    tall = max(text_height(head, SMALL) for head in heads)
    for number, head in enumerate(heads):
        canvas.block(place(number + 0.5), canvas.y + tall - text_height(head, SMALL), head, SMALL, MUTED, "center")
    canvas.y += tall + 4
    top = canvas.y
    dots = []
    for (label, before, now, text), wrapped in zip(rows, labels, strict=True):
        y = canvas.row(wrapped, 27)
        canvas.text(width - room + GAP, y, text, "left", BLUE_INK if now is not None else MUTED, TEXT)
        dots.append((label, y, before, now, text))
    for edge in range(len(names) + 1):
        canvas.upright(place(edge), top, LINE, 0.8)
    for label, y, before, now, text in dots:
        if before is not None and now is not None:
            canvas.line([(place(float(before)), y), (place(float(now)), y)], GREY, 2.5)
        if before is not None:
            with canvas.datum(f"{label}，{before_label}", _named(before, names)):
                canvas.dot(place(float(before)), y, GREY, hollow=True)
        if now is not None:
            with canvas.datum(f"{label}，{now_label}", f"{_named(now, names)}，{text}"):
                canvas.dot(place(float(now)), y, BLUE)
    data = [("项目", before_label, now_label, "数值")]
    data += [(label, _named(a, names), _named(b, names), text) for label, a, b, text in rows]
    return canvas.chart(data, caption, alt)


def _named(place: Place, names: Sequence[str]) -> str:
    return "—" if place is None else names[min(int(place), len(names) - 1)]
