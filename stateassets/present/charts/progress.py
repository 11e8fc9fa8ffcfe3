"""Work and its parts over a year: what is left, when it is due, who has it, how it splits up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from ...measures.units import Number
from ...tables.origins import Origin
from ..style import (
    BLUE,
    BLUE_INK,
    GREY,
    INK,
    LEVEL_FILLS,
    LINE,
    LINE_HEIGHT,
    MUTED,
    NARROW,
    ON_DEEP,
    ON_PALE,
    ORANGE,
    ORANGE_INK,
    PAGE,
    PALETTE,
    SAND,
    SILVER,
    SKY,
    SMALL,
    TEXT,
    TINT,
    WIDTH,
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
    both_widths,
    columns,
    need_row,
    scale,
    spread,
    text_height,
    wrap,
    writer,
)

# What is known of a state is drawn the same everywhere: shape and colour.
STATE_MARKS = {
    "逾期未完成": ("cross", ORANGE),
    "进行中": ("hollow", GREY),
    "逾期完成": ("diamond", SAND),
    "按期完成": ("dot", BLUE),
}
STATE_FILLS = {
    **LEVEL_FILLS,
    "逾期未完成": (ORANGE, ON_DEEP),
    "进行中": (SILVER, ON_PALE),
    "逾期完成": (SAND, ON_PALE),
    "按期完成": (BLUE, ON_DEEP),
}
OTHER_MARKS = (
    ("dot", BLUE),
    ("cross", ORANGE),
    ("hollow", BLUE),
    ("square", GREY),
    ("triangle", ORANGE),
    ("diamond", SKY),
)
COURSES = ((GREY, MUTED), (BLUE, BLUE_INK), (ORANGE, ORANGE_INK))  # of what is left: a line and its words
PLOT = 150.0  # height of a plot with its own value axis
PANEL = 74.0  # height of a small one
MARK = 11.0  # room that a mark takes


@both_widths
def burn_down(
    rows: Sequence[tuple[str, Number, Number] | tuple[str, Number, Number, Number]],
    *,
    unit: str,
    decimals: int = 0,
    caption: str,
    alt: str,
    origin: Origin | None,
    planned_label: str = "计划剩余",
    real_label: str = "实际剩余",
    overdue_label: str = "其中逾期",
    fmt: Format | None = None,
    width: float = WIDTH,
) -> Chart:
    """Draw how much is left at the end of each period: as planned (dashed), really, and how much of it is overdue.

    What lies between the first two is shaded. A row has the third number only where there are deadlines: what is
    done early can hide behind the other two what is late.
    """
    write = fmt or writer(decimals)
    labels, series = columns(rows)
    planned, real = series[:2]
    if min(map(min, series)) < 0:
        raise UndrawableError("剩余数量不能小于0")
    canvas = Canvas(unit, origin, width=width)
    words = (planned_label, real_label, overdue_label)[: len(series)]
    ends = [f"{word}{write(values[-1])}" for word, values in zip(words, series, strict=True)]
    left = text_width(write(max(planned + real)), SMALL) + GAP
    right = width - max(text_width(text, SMALL) for text in ends) - 2 * GAP
    top, bottom = canvas.y + 8, canvas.y + 8 + PLOT
    across = scale(0, max(1, len(labels) - 1), left + 8, right)
    down = scale(0, max(*planned, *real, 1), bottom, top)
    for level in sorted({0, max(planned + real)}):
        canvas.line([(left, down(level)), (right, down(level))], LINE, 0.8)
        canvas.text(left - GAP, down(level), write(level), "right", MUTED, SMALL)
    paths = [[(across(i), down(v)) for i, v in enumerate(values)] for values in series]
    canvas.shape([*paths[0], *reversed(paths[1])], TINT)
    for which, points in enumerate(paths):
        canvas.line(points if len(points) > 1 else points * 2, COURSES[which][0], 2.2, dashed=not which)
    for number, (label, *values) in enumerate(rows):
        last = number == len(rows) - 1
        for which, (word, value) in enumerate(zip(words, values, strict=True)):
            with canvas.datum(f"{label}，{word}", write(value), value):
                at, color = paths[which][number], COURSES[which][0]
                canvas.dot(*at, color, hollow=last and not which, radius=4.5 if last else 2.5)
    aims = [down(values[-1]) for values in series]
    order = sorted(range(len(series)), key=lambda which: aims[which])
    heights = [LINE_HEIGHT * SMALL] * len(series)
    placed = spread([aims[which] for which in order], heights, top - 10, bottom + LINE_HEIGHT * SMALL)
    for which, y in zip(order, placed, strict=True):
        canvas.text(right + 2 * GAP, y, ends[which], "left", COURSES[which][1], SMALL)
    canvas.y = bottom + 4
    _ticks(canvas, labels, [across(i) for i in range(len(labels))])
    data = [("时点", *(f"{word}（{unit}）" for word in words))]
    data += [(label, *map(write, values)) for label, *values in zip(labels, *series, strict=True)]
    return canvas.chart(data, caption, alt)


def _ticks(canvas: Canvas, labels: Sequence[str], xs: Sequence[float]) -> None:
    """Write labels under a plot, as many as have room, the last one always."""
    edge = canvas.width
    for label, x in reversed(list(zip(labels, xs, strict=True))):
        half = text_width(label, SMALL) / 2
        if x + half <= edge:
            canvas.text(max(x, half), canvas.y + 8, label, "center", MUTED, SMALL)
            edge = x - half - GAP
    canvas.y += 20


@both_widths
def calendar(
    rows: Sequence[tuple[str, date, str]],
    *,
    year: int,
    caption: str,
    alt: str,
    origin: Origin | None,
    width: float = WIDTH,
) -> Chart:
    """Draw items on a year's strip of months: one lane a label, a mark an item, its state in words.

    Raises ChartError if a date is missing or lies outside the year.
    """
    if not rows:
        raise UndrawableError("没有可画的数据")
    for label, day, _ in rows:
        if day is None or day != day:  # pandas writes a missing date as NaT, unequal to itself
            raise ChartError(f"“{label}”的日期是空的")
        if day.year != year:
            raise ChartError(f"“{label}”的日期{day:%Y-%m-%d}不在{year}年")
    words = dict.fromkeys(word for *_, word in rows)
    unknown = [word for word in words if word not in STATE_MARKS]
    taken = {shape for word, (shape, _) in STATE_MARKS.items() if word in words}
    free = [mark for mark in OTHER_MARKS if mark[0] not in taken]
    if len(unknown) > len(free):
        raise ChartError(f"状态太多，分不清：{'、'.join(unknown)}")
    marks = STATE_MARKS | dict(zip(unknown, free, strict=False))
    ordered = [*(word for word in STATE_MARKS if word in words), *unknown]
    canvas = Canvas("", origin, [(*marks[word], word) for word in ordered], width=width)
    lanes = list(dict.fromkeys(label for label, *_ in rows))
    left, names = canvas.labels(lanes)
    start = date(year, 1, 1).toordinal()
    place = scale(0, date(year + 1, 1, 1).toordinal() - start, left, width - 1)
    months = [place(date(year, m, 1).toordinal() - start) for m in range(1, 13)] + [width - 1]
    for month, (begin, end) in enumerate(pairwise(months), 1):
        if end - begin >= text_width("12", SMALL) + 2:
            canvas.text((begin + end) / 2, canvas.y + 8, str(month), "center", MUTED, SMALL)
    if not canvas.above:
        canvas.text(0, canvas.y + 8, "月份", "left", MUTED, SMALL)
    canvas.y += 20
    above = canvas.y
    for lane, name in zip(lanes, names, strict=True):
        items = sorted(
            (min(max(place(d.toordinal() - start), left + 5), width - 6), word, f"{d:%Y-%m-%d}")
            for label, d, word in rows
            if label == lane
        )
        stacked_at: list[float] = []  # the last mark's place at each height
        spots = []
        for x, word, when in items:
            level = next((i for i, at in enumerate(stacked_at) if x - at >= MARK), len(stacked_at))
            stacked_at[level : level + 1] = [x]
            spots.append((x, level, word, when))
        y = canvas.row(name, MARK * len(stacked_at) + 10)
        highest = y - MARK * (len(stacked_at) - 1) / 2
        for x in months[1:-1]:
            canvas.line([(x, above), (x, canvas.y)], LINE, 0.4)
        above = canvas.y
        for x, level, word, when in spots:
            kind, color = marks[word]
            with canvas.datum(f"{lane}，{when}", word):
                canvas.mark(kind, x, highest + MARK * level, color)
        canvas.line([(0, canvas.y), (width, canvas.y)], LINE, 0.6)
    data = [("项目", "日期", "状态")]
    data += [(label, f"{day:%Y-%m-%d}", word) for label, day, word in sorted(rows, key=_by_day)]
    return canvas.chart(data, caption, alt)


def _by_day(row: tuple[str, date, str]) -> int:
    return row[1].toordinal()  # a date and a Timestamp cannot be compared


@both_widths
def stacked(
    rows: Sequence[tuple[str, Sequence[Number]]],
    parts: Sequence[str],
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    origin: Origin | None,
    share: bool = False,
    share_decimals: int = 0,
    fmt: Format | None = None,
    width: float = WIDTH,
) -> Chart:
    """Draw each row's parts side by side from zero; with ``share`` every bar is the whole row.

    A part's number, or with ``share`` its percentage, stands in it where there is room; the
    row's total stands at the end.
    """
    write, percent = fmt or writer(decimals), writer(share_decimals)
    if not parts:
        raise UndrawableError("没有可画的数据")
    if len(parts) > len(PALETTE):
        raise ChartError(f"一条里最多分{len(PALETTE)}段，太多了分不清")
    if any(len(values) != len(parts) for _, values in rows):
        raise ChartError("每一行都要有各段的数")
    labels, by_part = columns([(label, *values) for label, values in rows])
    if any(value < 0 for values in by_part for value in values):
        raise UndrawableError("分段条形图的数不能小于0")
    totals = [sum(values) for values in zip(*by_part, strict=True)]
    if not max(totals) or (share and not min(totals)):
        raise UndrawableError("合计为0，画不出分段条形图")
    fills = [STATE_FILLS.get(part, PALETTE[i]) for i, part in enumerate(parts)]
    legend = [("box", fill, part) for (fill, _), part in zip(fills, parts, strict=True)]
    legend += [("", INK, "条内为占比，条末为合计")] * share
    canvas = Canvas(unit, origin, legend, width=width)
    left, names = canvas.labels(labels)
    ends = [write(total) for total in totals]
    texts = [
        [f"{percent(100 * value / total)}%" for value, total in zip(values, totals, strict=True)]
        if share
        else [write(value) for value in values]
        for values in by_part
    ]
    room = max(text_width(text, TEXT) for text in ends) + GAP
    for i, name in enumerate(names):
        y = canvas.row(name, 28)
        place = scale(0, totals[i] if share else max(totals), left, width - room)
        at = 0.0
        for part, number, values, said, (fill, ink) in zip(parts, rows[i][1], by_part, texts, fills, strict=True):
            begin, end = place(at), place(at + values[i])
            at += values[i]
            if values[i]:
                of = f"{labels[i]}，{part}" + f"，占{said[i]}" * share
                with canvas.datum(of, write(values[i]), number):
                    canvas.box(begin, y - BAR / 2, end, y + BAR / 2, fill)
                    if end - begin > text_width(said[i], SMALL) + 4:
                        canvas.text((begin + end) / 2, y, said[i], "center", ink, SMALL)
            # A thinner part would be wiped out; sums of floats may miss the total by a breath.
            if end - begin > 2 and end < place(totals[i]) - 0.01:
                canvas.line([(end, y - BAR / 2), (end, y + BAR / 2)], PAGE, 1.2)
        canvas.beside(place(totals[i]), y, ends[i], 1)
    data = [("项目", *(f"{part}（{unit}）" for part in parts), "合计")]
    for i, label in enumerate(labels):
        pairs = zip(by_part, texts, strict=True)
        cells = [write(values[i]) + f"（{said[i]}）" * share for values, said in pairs]
        data.append((label, *cells, ends[i]))
    return canvas.chart(data, caption, alt)


@both_widths
def small_multiples(
    panels: Sequence[tuple[str, Sequence[tuple[str, Number]]]],
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    origin: Origin | None,
    highlight: str | None = None,
    fmt: Format | None = None,
    width: float = WIDTH,
) -> Chart:
    """Draw small panels of upright bars on one common scale, two or three beside each other.

    Every bar has its number if all have room, else the last bar of each panel has.
    With ``highlight`` only that panel has a colour. Raises ChartError if there is no such panel.
    """
    write = fmt or writer(decimals)
    if not panels:
        raise UndrawableError("没有可画的数据")
    need_row(highlight, [title for title, _ in panels])
    for panel, rows in panels:
        columns([(f"{panel}，{label}", value) for label, value in rows])  # says which panel is bad
    drawn = [(title, *columns(rows)) for title, rows in panels]
    values = [value for *_, (series,) in drawn for value in series]
    low, high = min(0.0, *values), max(0.0, *values)
    few = max(len(labels) for _, labels, _ in drawn) <= 6
    across = 3 if few and len(panels) > 2 and width > NARROW else 2
    gutter = 18.0
    wide = (width - gutter * (across - 1)) / across
    every = all(
        text_width(write(value), SMALL) <= wide / len(labels) - 1 for _, labels, (series,) in drawn for value in series
    )
    # A last number that is wider than its bar runs into free room at the right.
    widest = max(text_width(write(series[-1]), SMALL) for *_, (series,) in drawn)
    spare = 0 if every else max(0, widest - GAP)
    canvas = Canvas(unit, origin, width=width)
    for number in range(0, len(drawn), across):
        beside = drawn[number : number + across]
        titles = [wrap(title, TEXT, wide) for title, *_ in beside]
        top = canvas.y + max(text_height(title, TEXT) for title in titles) + 18
        down = scale(low, high, top + PANEL, top)
        for i, (title, (name, labels, (series,))) in enumerate(zip(titles, beside, strict=True)):
            x0 = i * (wide + gutter)
            canvas.block(x0, canvas.y, title, TEXT, INK)
            step = (wide - spare) / len(labels)
            bar = min(BAR, step * 0.7)
            for j, value in enumerate(series):
                x = x0 + step * (j + 0.5)
                color = (BLUE if value >= 0 else ORANGE) if highlight in (None, name) else GREY
                with canvas.datum(f"{name}，{labels[j]}", write(value), panels[number + i][1][j][1]):
                    canvas.box(x - bar / 2, down(value), x + bar / 2, down(0), color)
                    if every or j == len(series) - 1:
                        y = down(value) + (9 if value < 0 else -8)
                        at, align = (x, "center") if every else (x - bar / 2, "left")
                        canvas.text(at, y, write(value), align, INK, SMALL)
            canvas.line([(x0, down(0)), (x0 + wide - spare, down(0))], MUTED, 0.8)
            _panel_ticks(canvas, labels, x0, step, top + PANEL + (16 if low < 0 else 4))
        canvas.y = top + PANEL + (16 if low < 0 else 4) + 26
    data = [("项目", "时点", f"数值（{unit}）")]
    data += [
        (title, label, write(value))
        for title, labels, (series,) in drawn
        for label, value in zip(labels, series, strict=True)
    ]
    return canvas.chart(data, caption, alt)


def _panel_ticks(canvas: Canvas, labels: Sequence[str], x0: float, step: float, y: float) -> None:
    """Write the labels under a panel: all if they have room, else the first and the last."""
    every = all(text_width(label, SMALL) <= step - 1 for label in labels)
    for j in range(len(labels)) if every else (0, len(labels) - 1):
        half = text_width(labels[j], SMALL) / 2
        x = x0 + step * (j + 0.5)
        x = x if every else (x0 + half if not j else x0 + step * len(labels) - half)
        canvas.text(x, y + 8, labels[j], "center", MUTED, SMALL)
        if len(labels) == 1:
            break


@both_widths
def matrix(
    rows: Sequence[tuple[str, Sequence[bool | None]]],
    columns: Sequence[str],
    *,
    yes: str = "有",
    no: str = "没有",
    caption: str,
    alt: str,
    origin: Origin | None,
    width: float = WIDTH,
) -> Chart:
    """Draw who has what: a dot for yes, a cross for no, nothing where it does not apply."""
    if not rows or not columns:
        raise UndrawableError("没有可画的数据")
    if any(len(cells) != len(columns) for _, cells in rows):
        raise ChartError("每一行的格数要与列数一致")
    words = {True: yes, False: no, None: "—"}
    for row, cells in rows:
        if any(cell not in words for cell in cells):
            raise ChartError(f"“{row}”的格子里只能是True、False或None")
    canvas = Canvas("", origin, [("dot", BLUE, yes), ("cross", ORANGE, no)], width=width)
    left, labels = canvas.labels([label for label, _ in rows])
    step = (width - left) / len(columns)
    heads = [wrap(name, SMALL, step - 4) for name in columns]
    tall = max(text_height(head, SMALL) for head in heads)
    for i, head in enumerate(heads):
        middle = left + step * (i + 0.5)
        canvas.block(middle, canvas.y + tall - text_height(head, SMALL), head, SMALL, MUTED, "center")
    canvas.y += tall + 4
    for lines, (label, cells) in zip(labels, rows, strict=True):
        canvas.line([(0, canvas.y), (width, canvas.y)], LINE, 0.6)
        y = canvas.row(lines, 24)
        for i, cell in enumerate(cells):
            if cell is not None:
                kind, color = ("dot", BLUE) if cell else ("cross", ORANGE)
                with canvas.datum(f"{label}，{columns[i]}", words[cell]):
                    canvas.mark(kind, left + step * (i + 0.5), y, color)
    data = [("项目", *columns), *((label, *(words[c] for c in cells)) for label, cells in rows)]
    return canvas.chart(data, caption, alt)
