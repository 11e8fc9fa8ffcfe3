"""Values compared: before and after, ranked, bridged, what they are made of, how far they may lie."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ...measures.units import Number, half_up, to_decimal
from ...tables.origins import Origin
from ..style import (
    BAD,
    BLUE,
    BLUE_INK,
    GOOD,
    GREY,
    INK,
    LINE,
    MUTED,
    ON_DEEP,
    ORANGE,
    PAGE,
    SMALL,
    TEXT,
    WIDTH,
    WORDS_ON_PAGE,
    ChartError,
    UndrawableError,
    text_width,
)
from .base import (
    BAR,
    GAP,
    Canvas,
    Chart,
    Format,
    between,
    both_widths,
    columns,
    domain,
    need_row,
    scale,
    signed,
    wrap,
    writer,
)


@both_widths
def dumbbell(
    rows: Sequence[tuple[str, Number, Number]],
    before_label: str,
    after_label: str,
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    origin: Origin | None,
    whole: bool = False,
    fmt: Format | None = None,
    width: float = WIDTH,
) -> Chart:
    """Draw each row's value before and after as two joined dots, in the order given.

    With ``whole`` the first row is what the others are parts of; a line divides them.
    """
    write = fmt or writer(decimals)
    labels, (befores, afters) = columns(rows)
    texts = [(write(before), write(after)) for before, after in zip(befores, afters, strict=True)]
    low, high, truncated = domain(befores + afters)
    canvas = Canvas(unit, origin, [("hollow", GREY, before_label), ("dot", BLUE, after_label)], truncated, width=width)
    left, names = canvas.labels(labels)
    room = max(text_width(text, TEXT) for pair in texts for text in pair) + GAP + 5
    place = scale(low, high, left + room, width - room)
    for number, (row, name, before, after, (old, new)) in enumerate(
        zip(rows, names, befores, afters, texts, strict=True)
    ):
        if whole and number == 1:
            canvas.line([(0, canvas.y + 2), (width, canvas.y + 2)], LINE, 0.8)
            canvas.y += 4
        y = canvas.row(name, 30)
        start, end = place(before), place(after)
        side = 1 if end >= start else -1
        outer = min(start, end) - 5 - 2 * GAP - text_width(old if side > 0 else new, TEXT)
        if outer > left:
            canvas.line([(left, y), (outer, y)], LINE, 0.6)
        canvas.line([(start, y), (end, y)], GREY, 2.5)
        with canvas.datum(f"{row[0]}，{before_label}", old, row[1]):
            canvas.dot(start, y, GREY, hollow=True)
            canvas.beside(start - side * 5, y, old, -side, MUTED)
        with canvas.datum(f"{row[0]}，{after_label}", new, row[2]):
            canvas.dot(end, y, BLUE)
            canvas.beside(end + side * 5, y, new, side, BLUE_INK)
    data = [("项目", f"{before_label}（{unit}）", f"{after_label}（{unit}）")]
    data += [(label, *pair) for label, pair in zip(labels, texts, strict=True)]
    return canvas.chart(data, caption, alt)


@both_widths
def bars(
    rows: Sequence[tuple[str, Number]],
    highlight: str | None = None,
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    origin: Origin | None,
    ranked: bool = True,
    fmt: Format | None = None,
    width: float = WIDTH,
) -> Chart:
    """Draw horizontal bars from zero, largest first (or as given if not ``ranked``).

    With ``highlight`` only that row has a colour. Negative bars go left and are orange.
    """
    write = fmt or writer(decimals)
    labels, (values,) = columns(rows)
    need_row(highlight, labels)
    order = list(range(len(labels)))
    if ranked:
        order.sort(key=lambda index: -values[index])
    canvas = Canvas(unit, origin, width=width)
    left, names = canvas.labels(labels)
    texts = [write(value) for value in values]

    def room(side: int) -> float:
        on_side = [text for text, value in zip(texts, values, strict=True) if side * value >= 0]
        return max((text_width(text, TEXT) for text in on_side), default=0) + GAP

    place = scale(min(0, *values), max(0, *values), left + (room(-1) if min(values) < 0 else 0), width - room(1))
    top = canvas.y
    for index in order:
        y = canvas.row(names[index], 27)
        value = values[index]
        color = GOOD if value >= 0 else BAD
        color = color if highlight in (None, labels[index]) else GREY
        end = place(value)
        with canvas.datum(labels[index], texts[index], rows[index][1]):
            canvas.box(place(0), y - BAR / 2, end, y + BAR / 2, color)
            canvas.beside(end, y, texts[index], 1 if value >= 0 else -1)
    canvas.upright(place(0), top, MUTED, 0.8)
    data = [("项目", f"数值（{unit}）"), *((labels[index], texts[index]) for index in order)]
    return canvas.chart(data, caption, alt)


@both_widths
def waterfall(
    start: tuple[str, Number],
    steps: Sequence[tuple[str, Number]],
    end: tuple[str, Number],
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    origin: Origin | None,
    tolerance: Number | None = None,
    fmt: Format | None = None,
    width: float = WIDTH,
) -> Chart:
    """Draw the bridge from an opening to a closing value, top to bottom.

    Steps are arrows: blue to the right with a plus, orange to the left with a minus; the table
    below says what the printed numbers miss for having been rounded. Raises
    ChartError if start and steps miss the end by more than ``tolerance`` (by default half of
    the last printed decimal).
    """
    write = fmt or writer(decimals)
    labels, (values,) = columns([start, *steps, end])
    exact = [to_decimal(value) for _, value in (start, *steps, end)]
    gap = sum(exact[:-1]) - exact[-1]
    allowed = Decimal(5).scaleb(-decimals - 1) if tolerance is None else to_decimal(tolerance)
    if abs(gap) > allowed:
        raise ChartError(
            f"“{start[0]}”加各项变动后比“{end[0]}”{'多' if gap > 0 else '少'}"
            f"{abs(gap.normalize()):f}{unit}，不能画成变动图"
        )
    levels = [values[0]]
    for delta in values[1:-1]:
        levels.append(levels[-1] + delta)
    low, high, truncated = domain(levels)
    texts = [write(values[0]), *(signed(step, write) for _, step in steps), write(values[-1])]
    canvas = Canvas(unit, origin, truncated=truncated, width=width)
    left, names = canvas.labels(labels, above=False)  # else the lines between levels would cross them
    room = max(text_width(text, TEXT) for text in texts) + GAP + 4
    place = scale(low, high, left + 6, width - room)
    froms = [levels[0], *levels[:-1], levels[-1]]
    tos = [*levels, levels[-1]]
    last, above = len(labels) - 1, 0.0
    for index, (name, old, new) in enumerate(zip(names, froms, tos, strict=True)):
        y = canvas.row(name, 28)
        if index:
            canvas.line([(place(old), above), (place(old), y)], GREY, 0.8)
        above = y
        color = GOOD if new > old else BAD if new < old else MUTED
        level = index in (0, last)
        ends = (place(old), place(new), place(0) if level and not truncated else 0)
        with canvas.datum(labels[index], texts[index], [start, *steps, end][index][1]):
            if not level:
                canvas.arrow(place(old), place(new), y, color)
            elif truncated:  # a bar's length would lie, so a level is a mark
                canvas.box(place(new) - 2, y - BAR / 2, place(new) + 2, y + BAR / 2, INK)
            else:
                canvas.box(place(0), y - BAR / 2, place(new), y + BAR / 2, GREY)
            canvas.beside(max(ends) + 2, y, texts[index], 1, INK if level else WORDS_ON_PAGE.get(color, color))
    data = [("项目", f"数值（{unit}）"), *zip(labels, texts, strict=True), *_rounding(exact, decimals, write)]
    return canvas.chart(data, caption, alt)


def _rounding(exact: Sequence[Decimal], decimals: int, write: Format) -> list[tuple[str, str]]:
    """Return a row that says by how much the parts as printed miss their end as printed, if they do."""
    printed = [half_up(value, decimals) for value in exact]
    gap = printed[-1] - sum(printed[:-1])
    return [("四舍五入的差", signed(gap, write))] if gap else []


@both_widths
def balance(
    rows: Sequence[tuple[str, Number, Number]],
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    origin: Origin | None,
    equity_label: str = "权益",
    ratio_decimals: int = 1,
    fmt: Format | None = None,
    width: float = WIDTH,
) -> Chart:
    """Draw (label, liabilities, equity) as bars that together are the assets, with the ratio.

    Negative equity is drawn as the hollow part of liabilities that no assets stand against.
    """
    write, percent = fmt or writer(decimals), writer(ratio_decimals)
    labels, (debts, equities) = columns(rows)
    for label, debt, equity in zip(labels, debts, equities, strict=True):
        if debt < 0 or debt + equity <= 0:
            raise UndrawableError(f"“{label}”的负债小于0或资产不大于0，不能画成资产构成图")
    texts = [
        (
            write(to_decimal(debt) + to_decimal(equity)),
            write(debt),
            write(equity),
            percent(100 * to_decimal(debt) / (to_decimal(debt) + to_decimal(equity))) + "%",
        )
        for _, debt, equity in rows
    ]

    def parts(index: int, per_unit: float) -> tuple[list[str], str]:
        """The texts that fit into the parts of the bar, empty where one does not, and what is said beside it."""
        debt, equity = per_unit * debts[index], per_unit * equities[index]
        inside, outside = [], []
        owed = ("负债", texts[index][1], min(debt, debt + equity))
        owned = (equity_label, texts[index][2], equity)
        for word, number, length in (owed, owned):
            fits = (t for t in (word + number, number) if text_width(t, SMALL) + 8 <= length)
            inside.append(next(fits, ""))
            if not inside[-1]:
                outside.append(word + number)
        return inside, "，".join(outside)

    def overflow(per_unit: float) -> bool:
        return any(
            per_unit * max(debts[index], debts[index] + equities[index])
            + GAP
            + text_width(parts(index, per_unit)[1], SMALL)
            > width
            for index in range(len(labels))
        )

    # The widest scale at which all that does not fit into a bar fits beside it.
    per_unit = width / max(*debts, *(d + e for d, e in zip(debts, equities, strict=True)))
    while overflow(per_unit):
        per_unit *= 0.98
    canvas = Canvas(unit, origin, [("box", ORANGE, "负债"), ("box", BLUE, equity_label)], width=width)
    for index, label in enumerate(labels):
        assets, _, _, ratio = texts[index]
        summary = f"资产{assets}　资产负债率{ratio}"
        room = width - text_width(summary, SMALL) - 2 * GAP
        lines = wrap(label, TEXT, room)
        canvas.y += 4
        canvas.text(width, canvas.y + 9, summary, "right", MUTED, SMALL)
        canvas.y = canvas.block(0, canvas.y, lines, TEXT, INK)
        y0, y1 = canvas.y + 2, canvas.y + 2 + BAR + 2
        debt, total = (per_unit * v for v in (debts[index], debts[index] + equities[index]))
        middle = (y0 + y1) / 2
        (owed, owned), outside = parts(index, per_unit)
        with canvas.datum(f"{label}，负债", texts[index][1], rows[index][1]):
            canvas.box(0, y0, min(debt, total), y1, ORANGE)
            if owed:
                canvas.text(min(debt, total) / 2, middle, owed, "center", ON_DEEP, SMALL)
        with canvas.datum(f"{label}，{equity_label}", texts[index][2], rows[index][2]):
            if total > debt:
                canvas.box(debt, y0, total, y1, BLUE)
            elif total < debt:
                canvas.box(total, y0, debt, y1, PAGE, edge=ORANGE)
            if owned:
                canvas.text((debt + total) / 2, middle, owned, "center", ON_DEEP, SMALL)
        if min(debt, abs(total - debt)) > 4:
            canvas.line([(min(debt, total), y0), (min(debt, total), y1)], PAGE, 1.2)
        canvas.beside(max(debt, total), middle, outside, 1, MUTED, SMALL)
        canvas.y = y1 + 8
    names = ("资产", "负债", equity_label)
    data = [("项目", *(f"{name}（{unit}）" for name in names), "资产负债率")]
    data += [(label, *row) for label, row in zip(labels, texts, strict=True)]
    return canvas.chart(data, caption, alt)


@both_widths
def ranges(
    rows: Sequence[tuple[str, Number | None, Number | None]],
    highlight: str | None = None,
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    origin: Origin | None,
    fmt: Format | None = None,
    width: float = WIDTH,
) -> Chart:
    """Draw what each row may lie between, on one scale; ``None`` is an open end.

    With ``highlight`` only that row has a colour.
    """
    write = fmt or writer(decimals)
    labels = [label for label, *_ in rows]
    need_row(highlight, labels)
    for label, low, high in rows:
        if low is None and high is None:
            raise ChartError(f"“{label}”的上下限都是空的，画不出范围")
    _, (known,) = columns([(row[0], end) for row in rows for end in row[1:] if end is not None])
    for label, low, high in rows:
        if low is not None and high is not None and low > high:
            raise ChartError(f"“{label}”的下限大于上限")
    texts = [between(low, high, write) for _, low, high in rows]
    minimum, maximum, truncated = domain(known)
    canvas = Canvas(unit, origin, truncated=truncated, width=width)
    left, names = canvas.labels(labels)
    room = max(text_width(text, TEXT) for text in texts) + GAP + 2
    place = scale(minimum, maximum, left + 18, width - room - 18)
    for (label, low, high), name, text in zip(rows, names, texts, strict=True):
        y = canvas.row(name, 28)
        color = BLUE if highlight in (None, label) else GREY
        x0 = place(float(low)) if low is not None else left + 12
        x1 = place(float(high)) if high is not None else width - room - 12
        x1 = max(x1, x0 + 2)  # a point must still be seen
        canvas.line([(left, y), (x0, y)], LINE, 0.6)
        with canvas.datum(label, text):
            canvas.box(x0, y - 4, x1, y + 4, color)
            for x, end, outwards in ((x0, low, -1), (x1, high, 1)):
                if end is None:
                    canvas.shape([(x, y - 8), (x + outwards * 9, y), (x, y + 8)], color)
                else:
                    canvas.line([(x, y - 8), (x, y + 8)], color, 2)
            canvas.beside(x1 + (9 if high is None else 2), y, text, 1)
    data = [("项目", f"下限（{unit}）", f"上限（{unit}）")]
    for label, low, high in rows:
        bounds = [write(end) if end is not None else "—" for end in (low, high)]
        data.append((label, bounds[0], bounds[1]))
    return canvas.chart(data, caption, alt)
