"""How things hang together: who belongs to whom, where money comes from and goes to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise, zip_longest

from ...measures.units import Number, to_decimal
from ...tables.origins import Origin
from ..style import (
    BLUE,
    GREY,
    INK,
    LINE,
    LINE_HEIGHT,
    MUTED,
    NARROW,
    ON_DEEP,
    ORANGE,
    ORANGE_INK,
    PAGE,
    SAND,
    SKY,
    SMALL,
    TEXT,
    TINT,
    WIDTH,
    ChartError,
    UndrawableError,
    text_width,
)
from .base import GAP, Canvas, Chart, Format, both_widths, columns, spread, text_height, wrap, writer


@both_widths
def tree(
    groups: Sequence[tuple[str, str, Sequence[str]]],
    new: Collection[str] = frozenset(),
    *,
    caption: str,
    alt: str,
    origin: Origin | None,
    width: float = WIDTH,
) -> Chart:
    """Draw groups (name, class, second-level companies) as tiles by class; ``new`` are marked."""
    if not groups:
        raise UndrawableError("没有可画的数据")
    names = [name for group, _, members in groups for name in (group, *members)]
    if unknown := [name for name in new if name not in names]:
        raise ChartError(f"标为新增的“{'、'.join(sorted(unknown))}”不在企业名单里")
    mark = "（新增）"
    named = {name: name + mark * (name in new) for name in names}
    canvas = Canvas("", origin, width=width)
    side, pad, spine, first = (132.0, 6.0, 144.0, 156.0) if width > NARROW else (88.0, 6.0, 96.0, 104.0)
    for kind in dict.fromkeys(kind for _, kind, _ in groups):
        canvas.y += 4
        canvas.y = canvas.block(0, canvas.y, [kind], TEXT, MUTED) + 2
        canvas.line([(0, canvas.y), (width, canvas.y)], LINE, 0.8)
        canvas.y += 8
        for group, _, members in (entry for entry in groups if entry[1] == kind):
            top = canvas.y
            lines = wrap(named[group], TEXT, side - 2 * pad)
            bottom = top + text_height(lines, TEXT) + 2 * pad
            middle = (top + bottom) / 2 if not members else top + 15
            canvas.box(0, top, side, bottom, BLUE, edge=ORANGE if group in new else None)
            canvas.block(side / 2, top + pad, lines, TEXT, ON_DEEP, "center")
            if not members:
                canvas.text(first, middle, "无二级企业", "left", MUTED, SMALL)
            x, y, tallest, mids = first, top, 0.0, list[float]()
            for member in members:
                lines = wrap(named[member], SMALL, width - first - 2 * pad - 1)
                wide = max(text_width(line, SMALL) for line in lines) + 2 * pad
                height = text_height(lines, SMALL) + 2 * pad
                if x > first and x + wide > width - 1:
                    x, y, tallest = first, y + tallest + 6, 0.0
                if x == first:
                    mids.append(y + height / 2)
                is_new = member in new
                canvas.box(x, y, x + wide, y + height, PAGE, edge=ORANGE if is_new else GREY)
                canvas.block(x + wide / 2, y + pad, lines, SMALL, ORANGE_INK if is_new else INK, "center")
                x, tallest = x + wide + 6, max(tallest, height)
            if mids:
                canvas.line([(side, mids[0]), (spine, mids[0]), (spine, mids[-1])], GREY, 1)
                for mid in mids:
                    canvas.line([(spine, mid), (first, mid)], GREY, 1)
            canvas.y = max(bottom, y + tallest) + 10
    data = [("一级企业", "类别", "二级企业")]
    data += [
        (named[group], kind, "、".join(named[member] for member in members) or "—") for group, kind, members in groups
    ]
    return canvas.chart(data, caption, alt)


SIDES = ((BLUE, SKY), (ORANGE, SAND))  # of a side, by turns: neighbours differ


@both_widths
def flow(
    left: Sequence[tuple[str, Number]],
    right: Sequence[tuple[str, Number]],
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    origin: Origin | None,
    left_label: str = "收入",
    right_label: str = "支出",
    fmt: Format | None = None,
    width: float = WIDTH,
) -> Chart:
    """Draw where money comes from (left column) and goes to (right column), on one scale."""
    write = fmt or writer(decimals)
    sides = [columns(rows) for rows in (left, right)]
    if any(amount < 0 for _, (amounts,) in sides for amount in amounts):
        raise ChartError("收支构成图的金额不能小于0")
    totals = [sum(to_decimal(amount) for _, amount in rows) for rows in (left, right)]
    if not all(totals):
        raise ChartError("收支构成图两边的合计都要大于0")
    column, outer = (62.0, 150.0) if width > NARROW else (38.0, 100.0)
    edges = ((outer, outer + column), (width - outer - column, width - outer))
    names = [[wrap(label, SMALL, outer - 16) for label in labels] for labels, _ in sides]
    heights = [[text_height(name, SMALL) + LINE_HEIGHT * TEXT + GAP for name in side] for side in names]
    tall = max(190.0, *map(sum, heights))
    per_unit = tall / float(max(totals))
    canvas = Canvas(unit, origin, width=width)
    for (x0, x1), word, total in zip(edges, (left_label, right_label), totals, strict=True):
        canvas.text((x0 + x1) / 2, canvas.y + 10, f"{word}{write(total)}", "center", INK, TEXT)
    top = canvas.y + 24
    low_left, low_right = (top + per_unit * float(total) for total in totals)
    inner = (edges[0][1], edges[1][0])
    canvas.shape([(inner[0], top), (inner[1], top), (inner[1], low_right), (inner[0], low_left)], TINT)
    for side in (0, 1):
        x0, x1 = edges[side]
        starts = [top]
        for amount in sides[side][1][0]:
            starts.append(starts[-1] + per_unit * amount)
        for at, ((label, number), (begin, end)) in enumerate(zip((left, right)[side], pairwise(starts), strict=True)):
            with canvas.datum(f"{(left_label, right_label)[side]}，{label}", write(number), number):
                canvas.box(x0, begin, x1, end, SIDES[side][at % 2])
        for border in starts[1:-1]:
            canvas.line([(x0, border), (x1, border)], PAGE, 1.5)
        wanted = [(begin + end) / 2 for begin, end in pairwise(starts)]
        placed = spread(wanted, heights[side], top, top + tall)
        out, edge, align = ((-1, x0, "right"), (1, x1, "left"))[side]
        rows = zip(names[side], heights[side], (left, right)[side], wanted, placed, strict=True)
        for name, height, (_, value), aim, y in rows:
            canvas.line([(edge, aim), (edge + out * 10, y)], GREY, 0.8)
            x = edge + out * 14
            below = canvas.block(x, y - (height - GAP) / 2, name, SMALL, MUTED, align)
            canvas.block(x, below, [write(value)], TEXT, INK, align)
    canvas.y = top + tall + 6
    listed = [[(label, write(value)) for label, value in rows] for rows in (left, right)]
    for side in (0, 1):
        listed[side].append(("合计", write(totals[side])))
    data = [(left_label, f"金额（{unit}）", right_label, f"金额（{unit}）")]
    data += [(*a, *b) for a, b in zip_longest(*listed, fillvalue=("", ""))]
    return canvas.chart(data, caption, alt)


@both_widths
def steps(
    rows: Sequence[tuple[str, str]], *, caption: str, alt: str, origin: Origin | None, width: float = WIDTH
) -> Chart:
    """Draw what follows from what, downwards: each step's name in a box, beside it what it gives."""
    if not rows:
        raise UndrawableError("没有可画的数据")
    canvas = Canvas("", origin, width=width)
    pad, gap = 7.0, 14.0
    side = max(text_width(name, TEXT) for name, _ in rows) + 4 * pad
    for number, (name, told) in enumerate(rows):
        if number:
            x, top = side / 2, canvas.y
            canvas.line([(x, top), (x, top + gap - 5)], GREY, 1.5)
            canvas.shape([(x - 5, top + gap - 6), (x + 5, top + gap - 6), (x, top + gap)], GREY)
            canvas.y += gap
        lines = wrap(told, TEXT, width - side - 4 * pad)
        top, height = canvas.y, text_height(lines, TEXT) + 2 * pad
        canvas.box(0, top, width, top + height, PAGE, edge=LINE)
        canvas.box(0, top, side, top + height, BLUE)
        canvas.text(side / 2, top + height / 2, name, "center", ON_DEEP, TEXT)
        canvas.block(side + 2 * pad, top + pad, lines, TEXT, INK)
        canvas.y += height
    canvas.y += 2
    return canvas.chart([("步骤", "得到什么"), *rows], caption, alt)
