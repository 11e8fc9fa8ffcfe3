"""Pictures of figures: deterministic inline SVG with a text alternative and the data beside it.

Every function takes plain sequences and returns a Chart. Layout is in points on a picture of
fixed width; labels stand beside what they name instead of in legends and axes, and a picture
whose texts would touch or be cut is refused. Numbers are drawn with ``fmt``, by default rounded
half up to ``decimals``. All amounts of one picture are in one ``unit`` on one scale.

Common parameters: ``caption`` and ``alt`` (what the picture shows, for those who do not see it)
must not be empty; ``sample`` says whether any row rests on sample data, and then the picture
says 示例. All functions raise ChartError, in Chinese, for rows that cannot be drawn truthfully.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from html import escape
from io import BytesIO
from itertools import combinations, pairwise, zip_longest
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon

from stateassets.printing import Number, half_up, to_decimal
from stateassets.style import (
    BAD,
    BLUE,
    GOOD,
    GREY,
    INK,
    LINE,
    LINE_HEIGHT,
    MUTED,
    ORANGE,
    SMALL,
    TEXT,
    TINT,
    WHITE,
    WIDTH,
    ChartError,
    house_style,
    text_width,
)

Format = Callable[[Number], str]
Row = tuple[str, ...]
Point = tuple[float, float]

SAMPLE = "示例"
TRUNCATED = "横轴不从0开始"
LABEL_LIMIT = 0.34 * WIDTH  # widest column of row labels; longer ones wrap
BAR = 17.0  # thickness
GAP = 6.0  # between a shape and its label


@dataclass(frozen=True, repr=False)
class Chart:
    """A picture with what a reader needs who cannot see it, or wants its numbers.

    ``data`` holds the rows as printed, the header first. Shown as HTML in a notebook; as plain
    text it is its caption and its alternative text.
    """

    svg: str
    alt: str
    caption: str
    data: tuple[Row, ...]
    sample: bool

    def _repr_html_(self) -> str:
        badge = f'<span class="sa-sample">{SAMPLE}</span>' if self.sample else ""
        head, *body = self.data
        columns = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
        rows = "".join(
            f'<tr><th scope="row">{escape(first)}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
            + "</tr>"
            for first, *rest in body
        )
        return (
            f'<figure class="sa-chart">{badge}{self.svg}'
            f"<figcaption>{escape(self.caption)}</figcaption>"
            "<details><summary>图中数据</summary><table>"
            f"<thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table></details></figure>"
        )

    def __repr__(self) -> str:
        return f"{f'【{SAMPLE}】' if self.sample else ''}{self.caption}\n{self.alt}"


# ---------------------------------------------------------------------------------- pictures


@house_style()
def dumbbell(
    rows: Sequence[tuple[str, Number, Number]],
    before_label: str,
    after_label: str,
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    sample: bool,
    fmt: Format | None = None,
) -> Chart:
    """Draw each row's value before and after as two joined dots, in the order given."""
    write = fmt or _writer(decimals)
    labels, (befores, afters) = _columns(rows)
    texts = [(write(before), write(after)) for before, after in zip(befores, afters, strict=True)]
    low, high, truncated = _domain(befores + afters)
    canvas = _Canvas(
        unit, sample, [("hollow", GREY, before_label), ("dot", BLUE, after_label)], truncated
    )
    left, names = _label_column(labels)
    room = max(text_width(text, TEXT) for pair in texts for text in pair) + GAP + 5
    place = _scale(low, high, left + room, WIDTH - room)
    for name, before, after, (old, new) in zip(names, befores, afters, texts, strict=True):
        y = canvas.row(name, 30)
        start, end = place(before), place(after)
        side = 1 if end >= start else -1
        outer = min(start, end) - 5 - 2 * GAP - text_width(old if side > 0 else new, TEXT)
        if outer > left:
            canvas.line([(left, y), (outer, y)], LINE, 0.6)
        canvas.line([(start, y), (end, y)], GREY, 2.5)
        canvas.dot(start, y, GREY, hollow=True)
        canvas.dot(end, y, BLUE)
        canvas.beside(end + side * 5, y, new, side, BLUE)
        canvas.beside(start - side * 5, y, old, -side, MUTED)
    data = [("项目", f"{before_label}（{unit}）", f"{after_label}（{unit}）")]
    data += [(label, *pair) for label, pair in zip(labels, texts, strict=True)]
    return canvas.chart(data, caption, alt)


@house_style()
def bars(
    rows: Sequence[tuple[str, Number]],
    highlight: str | None = None,
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    sample: bool,
    ranked: bool = True,
    fmt: Format | None = None,
) -> Chart:
    """Draw horizontal bars from zero, largest first (or as given if not ``ranked``).

    With ``highlight`` only that row has a colour. Negative bars go left and are orange.
    """
    write = fmt or _writer(decimals)
    labels, (values,) = _columns(rows)
    if highlight is not None and highlight not in labels:
        raise ChartError(f"要突出显示的“{highlight}”不在数据里")
    order = list(range(len(labels)))
    if ranked:
        order.sort(key=lambda index: -values[index])
    canvas = _Canvas(unit, sample)
    left, names = _label_column(labels)
    texts = [write(value) for value in values]

    def room(side: int) -> float:
        on_side = [text for text, value in zip(texts, values, strict=True) if side * value >= 0]
        return max((text_width(text, TEXT) for text in on_side), default=0) + GAP

    place = _scale(
        min(0, *values), max(0, *values), left + (room(-1) if min(values) < 0 else 0),
        WIDTH - room(1),
    )  # fmt: skip
    top = canvas.y
    for index in order:
        y = canvas.row(names[index], 27)
        value = values[index]
        color = GOOD if value >= 0 else BAD
        color = color if highlight in (None, labels[index]) else GREY
        end = place(value)
        canvas.box(place(0), y - BAR / 2, end, y + BAR / 2, color)
        canvas.beside(end, y, texts[index], 1 if value >= 0 else -1)
    canvas.line([(place(0), top), (place(0), canvas.y)], MUTED, 0.8)
    data = [("项目", f"数值（{unit}）"), *((labels[index], texts[index]) for index in order)]
    return canvas.chart(data, caption, alt)


@house_style()
def waterfall(
    start: tuple[str, Number],
    steps: Sequence[tuple[str, Number]],
    end: tuple[str, Number],
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    sample: bool,
    tolerance: Number | None = None,
    fmt: Format | None = None,
) -> Chart:
    """Draw the bridge from an opening to a closing value, top to bottom.

    Steps are arrows: blue to the right with a plus, orange to the left with a minus. Raises
    ChartError if start and steps miss the end by more than ``tolerance`` (by default half of
    the last printed decimal).
    """
    write = fmt or _writer(decimals)
    labels, (values,) = _columns([start, *steps, end])
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
    low, high, truncated = _domain(levels)
    texts = [write(values[0]), *(_signed(step, write) for _, step in steps), write(values[-1])]
    canvas = _Canvas(unit, sample, truncated=truncated)
    left, names = _label_column(labels)
    room = max(text_width(text, TEXT) for text in texts) + GAP + 4
    place = _scale(low, high, left + 6, WIDTH - room)
    froms = [levels[0], *levels[:-1], levels[-1]]
    tos = [*levels, levels[-1]]
    last, above = len(labels) - 1, 0.0
    for index, (name, old, new) in enumerate(zip(names, froms, tos, strict=True)):
        y = canvas.row(name, 28)
        if index:
            canvas.line([(place(old), above), (place(old), y)], GREY, 0.8)
        above = y
        color = GOOD if new > old else BAD if new < old else MUTED
        if index not in (0, last):
            canvas.arrow(place(old), place(new), y, color)
        elif truncated:  # a bar's length would lie, so a level is a mark
            canvas.box(place(new) - 2, y - BAR / 2, place(new) + 2, y + BAR / 2, INK)
        else:
            canvas.box(place(0), y - BAR / 2, place(new), y + BAR / 2, GREY)
        ends = (place(old), place(new), place(0) if index in (0, last) and not truncated else 0)
        level = index in (0, last)
        canvas.beside(max(ends) + 2, y, texts[index], 1, INK if level else color)
    data = [("项目", f"数值（{unit}）"), *zip(labels, texts, strict=True)]
    return canvas.chart(data, caption, alt)


@house_style()
def balance(
    rows: Sequence[tuple[str, Number, Number]],
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    sample: bool,
    equity_label: str = "权益",
    ratio_decimals: int = 1,
    fmt: Format | None = None,
) -> Chart:
    """Draw (label, liabilities, equity) as bars that together are the assets, with the ratio.

    Negative equity is drawn as the hollow part of liabilities that no assets stand against.
    """
    write, percent = fmt or _writer(decimals), _writer(ratio_decimals)
    labels, (debts, equities) = _columns(rows)
    for label, debt, equity in zip(labels, debts, equities, strict=True):
        if debt < 0 or debt + equity <= 0:
            raise ChartError(f"“{label}”的负债小于0或资产不大于0，不能画成资产构成图")
    texts = [
        (
            write(to_decimal(debt) + to_decimal(equity)), write(debt), write(equity),
            percent(100 * to_decimal(debt) / (to_decimal(debt) + to_decimal(equity))) + "%",
        )
        for _, debt, equity in rows
    ]  # fmt: skip

    def parts(index: int, per_unit: float) -> tuple[list[tuple[float, str]], str]:
        """The texts that fit into the bar (with their centres), and what is said beside it."""
        debt, equity = per_unit * debts[index], per_unit * equities[index]
        inside, outside = [], []
        owed = ("负债", texts[index][1], 0.0, min(debt, debt + equity))
        owned = (equity_label, texts[index][2], debt, equity)
        for word, number, begin, length in (owed, owned):
            fits = (t for t in (word + number, number) if text_width(t, SMALL) + 8 <= length)
            if text := next(fits, ""):
                inside.append((begin + length / 2, text))
            else:
                outside.append(word + number)
        return inside, "，".join(outside)

    def overflow(per_unit: float) -> bool:
        return any(
            per_unit * max(debts[index], debts[index] + equities[index])
            + GAP + text_width(parts(index, per_unit)[1], SMALL) > WIDTH
            for index in range(len(labels))
        )  # fmt: skip

    # The widest scale at which all that does not fit into a bar fits beside it.
    per_unit = WIDTH / max(*debts, *(d + e for d, e in zip(debts, equities, strict=True)))
    while overflow(per_unit):
        per_unit *= 0.98
    canvas = _Canvas(unit, sample, [("box", ORANGE, "负债"), ("box", BLUE, equity_label)])
    for index, label in enumerate(labels):
        assets, _, _, ratio = texts[index]
        summary = f"资产{assets}　资产负债率{ratio}"
        room = WIDTH - text_width(summary, SMALL) - 2 * GAP
        lines = _wrap(label, TEXT, room)
        canvas.y += 4
        canvas.text(WIDTH, canvas.y + 9, summary, "right", MUTED, SMALL)
        canvas.y = canvas.block(0, canvas.y, lines, TEXT, INK)
        y0, y1 = canvas.y + 2, canvas.y + 2 + BAR + 2
        debt, total = (per_unit * v for v in (debts[index], debts[index] + equities[index]))
        canvas.box(0, y0, min(debt, total), y1, ORANGE)
        if total > debt:
            canvas.box(debt, y0, total, y1, BLUE)
        elif total < debt:
            canvas.box(total, y0, debt, y1, WHITE, edge=ORANGE)
        if min(debt, abs(total - debt)) > 4:
            canvas.line([(min(debt, total), y0), (min(debt, total), y1)], WHITE, 1.2)
        inside, outside = parts(index, per_unit)
        for centre, text in inside:
            canvas.text(centre, (y0 + y1) / 2, text, "center", WHITE, SMALL)
        canvas.beside(max(debt, total), (y0 + y1) / 2, outside, 1, MUTED, SMALL)
        canvas.y = y1 + 8
    names = ("资产", "负债", equity_label)
    data = [("项目", *(f"{name}（{unit}）" for name in names), "资产负债率")]
    data += [(label, *row) for label, row in zip(labels, texts, strict=True)]
    return canvas.chart(data, caption, alt)


@house_style()
def ranges(
    rows: Sequence[tuple[str, Number | None, Number | None]],
    highlight: str | None = None,
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    sample: bool,
    fmt: Format | None = None,
) -> Chart:
    """Draw what each row may lie between, on one scale; ``None`` is an open end.

    With ``highlight`` only that row has a colour.
    """
    write = fmt or _writer(decimals)
    labels = [label for label, *_ in rows]
    if highlight is not None and highlight not in labels:
        raise ChartError(f"要突出显示的“{highlight}”不在数据里")
    for label, low, high in rows:
        if low is None and high is None:
            raise ChartError(f"“{label}”的上下限都是空的，画不出范围")
    _, (known,) = _columns([(row[0], end) for row in rows for end in row[1:] if end is not None])
    for label, low, high in rows:
        if low is not None and high is not None and low > high:
            raise ChartError(f"“{label}”的下限大于上限")
    texts = [_between(low, high, write) for _, low, high in rows]
    minimum, maximum, truncated = _domain(known)
    canvas = _Canvas(unit, sample, truncated=truncated)
    left, names = _label_column(labels)
    room = max(text_width(text, TEXT) for text in texts) + GAP + 2
    place = _scale(minimum, maximum, left + 18, WIDTH - room - 18)
    for (label, low, high), name, text in zip(rows, names, texts, strict=True):
        y = canvas.row(name, 28)
        color = BLUE if highlight in (None, label) else GREY
        x0 = place(float(low)) if low is not None else left + 12
        x1 = place(float(high)) if high is not None else WIDTH - room - 12
        x1 = max(x1, x0 + 2)  # a point must still be seen
        canvas.line([(left, y), (x0, y)], LINE, 0.6)
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


@house_style()
def tree(
    groups: Sequence[tuple[str, str, Sequence[str]]],
    new: Collection[str] = frozenset(),
    *,
    caption: str,
    alt: str,
    sample: bool,
) -> Chart:
    """Draw groups (name, class, second-level companies) as tiles by class; ``new`` are marked."""
    if not groups:
        raise ChartError("没有可画的数据")
    names = [name for group, _, members in groups for name in (group, *members)]
    if unknown := [name for name in new if name not in names]:
        raise ChartError(f"标为新增的“{'、'.join(sorted(unknown))}”不在企业名单里")
    mark = "（新增）"
    named = {name: name + mark * (name in new) for name in names}
    canvas = _Canvas("", sample)
    side, pad, spine, first = 132.0, 6.0, 144.0, 156.0
    for kind in dict.fromkeys(kind for _, kind, _ in groups):
        canvas.y += 4
        canvas.y = canvas.block(0, canvas.y, [kind], TEXT, MUTED) + 2
        canvas.line([(0, canvas.y), (WIDTH, canvas.y)], LINE, 0.8)
        canvas.y += 8
        for group, _, members in (entry for entry in groups if entry[1] == kind):
            top = canvas.y
            lines = _wrap(named[group], TEXT, side - 2 * pad)
            bottom = top + _height(lines, TEXT) + 2 * pad
            middle = (top + bottom) / 2 if not members else top + 15
            canvas.box(0, top, side, bottom, BLUE, edge=ORANGE if group in new else None)
            canvas.block(side / 2, top + pad, lines, TEXT, WHITE, "center")
            if not members:
                canvas.text(first, middle, "无二级企业", "left", MUTED, SMALL)
            x, y, tallest, mids = first, top, 0.0, list[float]()
            for member in members:
                lines = _wrap(named[member], SMALL, WIDTH - first - 2 * pad - 1)
                width = max(text_width(line, SMALL) for line in lines) + 2 * pad
                height = _height(lines, SMALL) + 2 * pad
                if x > first and x + width > WIDTH - 1:
                    x, y, tallest = first, y + tallest + 6, 0.0
                if x == first:
                    mids.append(y + height / 2)
                is_new = member in new
                canvas.box(x, y, x + width, y + height, WHITE, edge=ORANGE if is_new else GREY)
                canvas.block(
                    x + width / 2, y + pad, lines, SMALL, ORANGE if is_new else INK, "center"
                )
                x, tallest = x + width + 6, max(tallest, height)
            if mids:
                canvas.line([(side, mids[0]), (spine, mids[0]), (spine, mids[-1])], GREY, 1)
                for mid in mids:
                    canvas.line([(spine, mid), (first, mid)], GREY, 1)
            canvas.y = max(bottom, y + tallest) + 10
    data = [("一级企业", "类别", "二级企业")]
    data += [
        (named[group], kind, "、".join(named[member] for member in members) or "—")
        for group, kind, members in groups
    ]
    return canvas.chart(data, caption, alt)


@house_style()
def flow(
    left: Sequence[tuple[str, Number]],
    right: Sequence[tuple[str, Number]],
    *,
    unit: str,
    decimals: int,
    caption: str,
    alt: str,
    sample: bool,
    left_label: str = "收入",
    right_label: str = "支出",
    fmt: Format | None = None,
) -> Chart:
    """Draw where money comes from (left column) and goes to (right column), on one scale."""
    write = fmt or _writer(decimals)
    sides = [_columns(rows) for rows in (left, right)]
    if any(amount < 0 for _, (amounts,) in sides for amount in amounts):
        raise ChartError("收支构成图的金额不能小于0")
    totals = [sum(to_decimal(amount) for _, amount in rows) for rows in (left, right)]
    if not all(totals):
        raise ChartError("收支构成图两边的合计都要大于0")
    column, outer = 62.0, 150.0
    edges = ((outer, outer + column), (WIDTH - outer - column, WIDTH - outer))
    names = [[_wrap(label, SMALL, outer - 16) for label in labels] for labels, _ in sides]
    heights = [[_height(name, SMALL) + LINE_HEIGHT * TEXT + GAP for name in side] for side in names]
    tall = max(190.0, *map(sum, heights))
    per_unit = tall / float(max(totals))
    canvas = _Canvas(unit, sample)
    for (x0, x1), word, total in zip(edges, (left_label, right_label), totals, strict=True):
        canvas.text((x0 + x1) / 2, canvas.y + 10, f"{word}{write(total)}", "center", INK, TEXT)
    top = canvas.y + 24
    low_left, low_right = (top + per_unit * float(total) for total in totals)
    inner = (edges[0][1], edges[1][0])
    canvas.shape(
        [(inner[0], top), (inner[1], top), (inner[1], low_right), (inner[0], low_left)], TINT
    )
    for side in (0, 1):
        x0, x1 = edges[side]
        starts = [top]
        for amount in sides[side][1][0]:
            starts.append(starts[-1] + per_unit * amount)
        for begin, end in pairwise(starts):
            canvas.box(x0, begin, x1, end, (BLUE, ORANGE)[side])
        for border in starts[1:-1]:
            canvas.line([(x0, border), (x1, border)], WHITE, 1.5)
        wanted = [(begin + end) / 2 for begin, end in pairwise(starts)]
        placed = _spread(wanted, heights[side], top, top + tall)
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


# ------------------------------------------------------------------------------------ numbers


def _writer(decimals: int) -> Format:
    return lambda value: str(half_up(value, decimals)).replace("-", "−")


def _signed(value: Number, write: Format) -> str:
    size = write(abs(to_decimal(value)))
    return size if size == write(0) else f"{'+' if value > 0 else '−'}{size}"


def _between(low: Number | None, high: Number | None, write: Format) -> str:
    if low is None or high is None:
        return f"不高于{write(high)}" if high is not None else f"不低于{write(low or 0)}"
    return write(low) if write(low) == write(high) else f"{write(low)}至{write(high)}"


def _columns(rows: Sequence[tuple[Any, ...]]) -> tuple[list[str], list[list[float]]]:
    """Return the labels and the columns of numbers as floats, which is enough to place them."""
    if not rows:
        raise ChartError("没有可画的数据")
    for label, *values in rows:
        if any(value is None or not to_decimal(value).is_finite() for value in values):
            raise ChartError(f"“{label}”的数值是空的或不是有限的数")
    labels, *columns = zip(*rows, strict=True)
    return list(labels), [[float(value) for value in column] for column in columns]


def _domain(values: Sequence[float]) -> tuple[float, float, bool]:
    """Return the ends of the scale, and whether it leaves out zero.

    Zero is left out only where it would squeeze all values into less than half of the picture.
    """
    low, high = min(values), max(values)
    if low > high / 2 > 0 or high < low / 2 < 0:
        margin = (high - low) / 8 or abs(high) / 8
        return low - margin, high + margin, True
    return min(low, 0.0), max(high, 0.0), False


def _scale(low: float, high: float, x0: float, x1: float) -> Callable[[float], float]:
    span = high - low or 1.0
    return lambda value: x0 + (x1 - x0) * (float(value) - low) / span


def _spread(
    wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float
) -> list[float]:
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


def _wrap(text: str, size: float, width: float) -> list[str]:
    """Break a text into lines of at most ``width`` points, as few and as even as possible."""
    lines = _fill(text, size, width)
    while len(lines) > 1 and len(tighter := _fill(text, size, width - size / 2)) == len(lines):
        lines, width = tighter, width - size / 2
    return lines


def _fill(text: str, size: float, width: float) -> list[str]:
    lines = [""]
    for piece in UNBREAKABLE.findall(text):
        for part in [piece] if text_width(piece, size) <= width else list(piece):
            if lines[-1] and text_width(lines[-1] + part, size) > width:
                lines.append("")
            lines[-1] += part if lines[-1] else part.lstrip()
    return [line.rstrip() for line in lines]


def _height(lines: Sequence[str], size: float) -> float:
    return len(lines) * LINE_HEIGHT * size


def _label_column(labels: Iterable[str]) -> tuple[float, list[list[str]]]:
    """Return where the picture begins right of the row labels, and the labels' lines."""
    names = [_wrap(label, TEXT, LABEL_LIMIT) for label in labels]
    return max(text_width(line, TEXT) for name in names for line in name) + 2 * GAP, names


# ------------------------------------------------------------------------------------- canvas


class _Canvas:
    """A picture in points, origin top left, that grows downwards; ``y`` is where it has got to."""

    def __init__(
        self,
        unit: str,
        sample: bool,
        legend: Sequence[tuple[str, str, str]] = (),
        truncated: bool = False,
    ) -> None:
        self.figure = Figure()
        self.figure.patch.set_visible(False)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.y = 0.0
        self.sample = sample
        edge = WIDTH - (text_width(SAMPLE, SMALL) + 4 * GAP if sample else 0)
        if sample:
            self.text(WIDTH - GAP, 9, SAMPLE, "right", MUTED, SMALL)
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
                self.dot(x + 5, y, color, hollow=kind == "hollow")
            self.text(x + lead, y, text, "left", MUTED, SMALL)
            x += lead + text_width(text, SMALL) + 14
        if notes or sample:
            self.y = y + 15

    def row(self, name: Sequence[str], least: float) -> float:
        """Write a row's label at the left and return the row's middle."""
        height = max(least, _height(name, TEXT) + 8)
        middle = self.y + height / 2
        self.block(0, middle - _height(name, TEXT) / 2, name, TEXT, INK)
        self.y += height
        return middle

    def text(self, x: float, y: float, text: str, align: str, color: str, size: float) -> None:
        """Write one line whose characters' middle is at ``y``."""
        baseline = y + 0.37 * size  # Chinese characters and digits share this middle
        self.axes.text(x, baseline, text, size=size, color=color, ha=align, va="baseline")

    def block(
        self, x: float, y: float, lines: Sequence[str], size: float, color: str, align: str = "left"
    ) -> float:
        """Write lines downwards from ``y`` and return where they end."""
        for number, line in enumerate(lines):
            self.text(x, y + (number + 0.5) * LINE_HEIGHT * size, line, align, color, size)
        return y + _height(lines, size)

    def beside(
        self, x: float, y: float, text: str, side: int, color: str = INK, size: float = TEXT
    ) -> None:
        """Write a value to the right (side 1) or left (-1) of a shape that ends at ``x``."""
        if text:
            x += side * GAP
            self.text(x, y, text, "left" if side > 0 else "right", color, size)

    def shape(self, points: Sequence[Point], color: str, edge: str | None = None) -> None:
        self.axes.add_patch(
            Polygon(points, closed=True, fc=color, ec=edge or "none", lw=1.5 if edge else 0)
        )

    def box(
        self, x0: float, y0: float, x1: float, y1: float, color: str, edge: str | None = None
    ) -> None:
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
            self.shape([(x0, y - half), (neck, y - half), (x1, y), (neck, y + half),
                        (x0, y + half)], color)  # fmt: skip

    def dot(self, x: float, y: float, color: str, hollow: bool = False) -> None:
        fill = WHITE if hollow else color
        self.axes.add_patch(Circle((x, y), 4.5, fc=fill, ec=color, lw=2 if hollow else 0))

    def line(self, points: Sequence[Point], color: str, width: float) -> None:
        xs, ys = zip(*points, strict=True)
        self.axes.plot(  # zorder of a patch: what is drawn later lies above
            xs, ys, color=color, lw=width, solid_capstyle="butt", clip_on=False, zorder=1
        )

    def chart(self, data: Sequence[Row], caption: str, alt: str) -> Chart:
        """Close the picture. Raises ChartError if a text is cut or touches another."""
        if not caption.strip() or not alt.strip():
            raise ChartError("每张图都要有图题（caption）和文字说明（alt）")
        self.figure.set_size_inches(WIDTH / 72, self.y / 72)
        self.axes.set(xlim=(0, WIDTH), ylim=(self.y, 0))
        for patch in self.axes.patches:
            patch.set_clip_on(False)
        _check_texts(self.figure)
        stream = BytesIO()
        self.figure.savefig(
            stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None,
                                            "Type": None}
        )  # fmt: skip
        svg = _inline(stream.getvalue().decode(), alt)
        return Chart(svg, alt, caption, tuple(map(tuple, data)), self.sample)


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


def _inline(svg: str, alt: str) -> str:
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
    # Only ids that are used stay; they carry the picture's hash, so that pictures cannot collide.
    used = dict.fromkeys(re.findall(r'(?:href="|url\()#([^")]+)', body))
    prefix = "c" + sha256((alt + body).encode()).hexdigest()[:10]
    names = {old: f"{prefix}-{number}" for number, old in enumerate(used)}
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
