"""What a picture tells, made of the very rows that it draws.

A caption, a finding or an alternative text names these in braces, ``{drawn.ways}``; a field that the rows do
not give (nothing moved, nobody has most) leaves its clause out. A picture's own finding, unless its chapter
says another, stands in ``FINDINGS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import isfinite
from typing import Any

from .directions import Rows, Speech, commonest, is_rate, tally

Words = dict[str, Callable[[], str | None]]
PREFIX = "drawn."
MAY_LACK = ("matrix", "ranges", "bands", "tree")  # of which a cell may be empty
MOST_PARTS = 4  # that one sentence lists
FINDINGS = {
    "bars": "{drawn.share}",
    "dots": "{drawn.most}；{drawn.least}",
    "dumbbell": "{drawn.ways}；{drawn.move}",
    "waterfall": "{drawn.course}；{drawn.up}；{drawn.down}",
    "balance": "{drawn.share}；{drawn.ratio}",
    "stacked": "{drawn.share}；{drawn.parts}",
    "small_multiples": "{drawn.ways}；{drawn.move}",
    "courses": "{drawn.whole}；{drawn.ways}；{drawn.move}",
    "burn_down": "{drawn.gap}",
    "calendar": "{drawn.states}；{drawn.busiest}",
    "matrix": "{drawn.lacking}；{drawn.most}",
    "grid": "{drawn.words}；{drawn.most}",
    "flow": "{drawn.left}；{drawn.right}",
    "histories": "{drawn.first}",
}


def readings(kind: str, rows: Sequence[Any], options: Mapping[str, Any], each: str) -> Words | None:
    """Return what may be said of a picture, by field; ``rows`` and ``options`` as its chart is called with.

    ``each`` counts one row, e.g. 户. Of a kind that tells nothing by itself there is nothing; None where there
    are no rows or a number is missing, which the chart itself says.
    """
    if not rows or not rows[0] or not _sound(rows, may_lack=kind in MAY_LACK):
        return None
    found = READ[kind](*rows, _speech(options), each, options) if kind in READ else {}
    return {f"{PREFIX}{name}": lambda tell=tell: tell() or None for name, tell in found.items()}  # type: ignore[misc]


def _sound(rows: Any, may_lack: bool) -> bool:
    if isinstance(rows, list | tuple):
        return all(_sound(row, may_lack) for row in rows)
    return may_lack if rows is None else not isinstance(rows, float) or isfinite(rows)


def _speech(options: Mapping[str, Any]) -> Speech:
    return Speech(options.get("unit", ""), options.get("decimals", 0), options.get("fmt"))


def _bars(rows: Rows, *rest: Any) -> Words:
    """``share``: who has most, and how much of all; ``most``, ``least``; ``signs`` of changes."""
    *_, speech, each, _options = rest
    return {
        "share": lambda: speech.share(rows),
        "most": lambda: speech.most(rows),
        "least": lambda: speech.most(rows, least=True),
        "signs": lambda: speech.signs([value for _, value in rows], each),
    }


def _dots(groups: Sequence[tuple[str, Rows]], *rest: Any) -> Words:
    """What bars say, of the first group: others are not to be compared with it."""
    return _bars(groups[0][1], *rest)


def _dumbbell(
    rows: Sequence[tuple[str, Any, Any]], one: str, other: str, speech: Speech, each: str, options: Mapping[str, Any]
) -> Words:
    """``whole``: how the first row went, if it is what the others are parts of; of these ``ways``: how many rose and
    fell; ``move``: the largest; ``against``: how the second stands to the first."""
    told = options.get("whole") and rows[0]
    rows = rows[1:] if told else rows
    return {
        "whole": lambda: f"{told[0]}{speech.course(*told[1:])}" if told else "",
        "ways": lambda: speech.ways([(before, after) for _, before, after in rows], each) if len(rows) > 1 else "",
        "move": lambda: speech.largest_move(rows),
        "against": lambda: speech.against(rows, one, other, each),
    }


def _waterfall(
    start: tuple[str, Any], steps: Rows, end: tuple[str, Any], speech: Speech, _each: str, _: Mapping[str, Any]
) -> Words:
    """``course`` from the opening to the closing value; ``up``, ``down``: the largest step each way; ``raised``,
    ``lowered``: the same of steps that are no part of it but pull at it."""
    pulling = ("拉高", "拉低")
    rising, falling = pulling if is_rate(speech.unit) else speech.words.ways[:2]
    up = [(label, value) for label, value in steps if speech.sign(0, value) > 0]
    down = [(label, -value) for label, value in steps if speech.sign(0, value) < 0]

    def largest(of: Rows, words: str) -> str:
        label, value = max(of, key=lambda row: row[1])
        return f"{words}最多的是{label}，{speech.size(value)}"

    return {
        "course": lambda: speech.course(start[1], end[1]),
        "up": lambda: largest(up, rising) if up else "",
        "down": lambda: largest(down, falling) if down else "",
        "raised": lambda: largest(up, pulling[0]) if up else "",
        "lowered": lambda: largest(down, pulling[1]) if down else "",
    }


def _balance(rows: Sequence[tuple[str, Any, Any]], speech: Speech, _each: str, _: Mapping[str, Any]) -> Words:
    """``share``: whose assets are most; ``ratio``: whose debts are most of them."""
    ratios = [(label, 100 * debt / (debt + equity)) for label, debt, equity in rows if debt + equity > 0]
    return {
        "share": lambda: f"资产{told}" if (told := speech.share([(r[0], r[1] + r[2]) for r in rows])) else "",
        "ratio": lambda: f"资产负债率{told}" if (told := Speech("%", 1).range(ratios)) else "",
    }


def _stacked(
    rows: Sequence[tuple[str, Sequence[Any]]],
    parts: Sequence[str],
    speech: Speech,
    each: str,
    options: Mapping[str, Any],
) -> Words:
    """``share``: which row has most; ``parts``: what all come to, part by part; ``first``, ``last``: which row
    has most of a part; ``shift``: which part's share moved most from the first row to the last."""
    totals = [(label, sum(values)) for label, values in rows]
    sums = [(part, sum(column)) for part, column in zip(parts, zip(*(v for _, v in rows), strict=True), strict=True)]
    rates = Speech("%", options.get("share_decimals", 0))

    def of_part(place: int) -> str:
        told = speech.most([(label, values[place]) for label, values in rows])
        return f"{parts[place]}{'占比' * (speech.unit == '%')}{told}" if told else ""

    def shares(place: int) -> list[Any]:
        return [100 * value / (totals[place][1] or 1) for value in rows[place][1]]

    def shift() -> str:
        pairs = list(zip(parts, shares(0), shares(-1), strict=True))
        part, before, now = max(pairs, key=lambda row: abs(row[2] - row[1]))
        return f"{part}占比{rates.from_to(before, now)}" if rates.sign(before, now) else ""

    return {
        "share": lambda: speech.share(totals) if speech.unit != "%" and len(rows) > 1 else "",
        "parts": lambda: (
            "、".join(f"{part}{speech.say(value)}" for part, value in sums if value)
            if speech.unit != "%" and len(parts) <= MOST_PARTS
            else ""
        ),
        "first": lambda: of_part(0),
        "last": lambda: of_part(-1),
        "shift": shift,
    }


Panels = Sequence[tuple[str, Sequence[tuple[str, Any]]]]


def _panels(panels: Panels, speech: Speech, each: str, options: Mapping[str, Any]) -> Words:
    """``whole``: the course of the first panel; ``drop``: its largest fall from a point to the next; ``ways``,
    ``move``: all others' courses (all panels' without ``whole``); ``most``, ``least``: the outermost points;
    ``lead``: which panel has most of all."""
    first = panels[0]
    others = panels[1:] if options.get("whole") else panels
    ends = [(label, points[0][1], points[-1][1]) for label, points in others if len(points) > 1]
    points = [(f"{label}（{tick}）" if len(panels) > 1 else tick, value) for label, of in panels for tick, value in of]

    def drop() -> str:
        falls = [(tick, now - before) for (_, before), (tick, now) in pairwise(first[1])]
        tick, fall = min(falls, key=lambda row: row[1], default=("", 0))
        return f"{speech.words.moved[1]}的是{tick}，{speech.moved(0, fall)}" if speech.sign(0, fall) < 0 else ""

    return {
        "whole": lambda: (
            f"{first[0]}{speech.course(first[1][0][1], first[1][-1][1])}" if options.get("whole") and first[1] else ""
        ),
        "drop": drop,
        "ways": lambda: speech.ways([(before, after) for _, before, after in ends], each) if len(ends) > 1 else "",
        "move": lambda: speech.largest_move(ends),
        "most": lambda: speech.most(points),
        "least": lambda: speech.most(points, least=True),
        "lead": lambda: speech.share([(label, sum(value for _, value in of)) for label, of in panels]),
    }


def _burn_down(rows: Sequence[tuple[Any, ...]], speech: Speech, _each: str, _: Mapping[str, Any]) -> Words:
    """``gap``: what is left at the end and how much of it is overdue, beside the plan where there are no deadlines;
    ``peak``: when most was left."""
    when, planned, real, *overdue = rows[-1]

    def gap() -> str:
        if overdue:
            late = f"其中{speech.say(overdue[0])}逾期" if overdue[0] else "没有逾期的"
            return f"{when.removesuffix('末')}末" + (f"还有{speech.say(real)}没有完成，{late}" if real else "全部完成")
        difference = speech.gap(planned, real)
        than = f"比计划{'多' if difference > 0 else '少'}{speech.size(difference)}" if difference else "与计划一致"
        return f"{when.removesuffix('末')}末实际还剩{speech.say(real)}，{than}"

    return {"gap": gap, "peak": lambda: speech.most([(label, left) for label, _, left, *_ in rows])}


def _calendar(rows: Sequence[tuple[str, Any, str]], _speech: Speech, each: str, _: Mapping[str, Any]) -> Words:
    """``states``: how many are in which state; ``busiest``: the month with most."""
    return {
        "states": lambda: f"共{len(rows)}{each}，{tally((word for *_, word in rows), each)}",
        "busiest": lambda: commonest((f"{day.month}月" for _, day, _ in rows), each),
        "rows": lambda: commonest((label for label, *_ in rows), each),
    }


def _matrix(
    rows: Sequence[tuple[str, Sequence[bool | None]]],
    columns: Sequence[str],
    _speech: Speech,
    each: str,
    options: Mapping[str, Any],
) -> Words:
    """``lacking``: how many cells say no; ``most``: which row has most of these; ``column``: which column."""
    no = options.get("no", "没有")
    by_row = [(label, sum(cell is False for cell in cells)) for label, cells in rows]
    by_column = [(name, sum(cells[i] is False for _, cells in rows)) for i, name in enumerate(columns)]
    whole = sum(n for _, n in by_row)
    speech = Speech(each, 0)
    return {
        "lacking": lambda: f"{no}的{whole}{each}" if whole else f"没有{no}的",
        "most": lambda: speech.most(by_row) if whole else "",
        "column": lambda: speech.most(by_column) if whole else "",
    }


def _grid(
    rows: Sequence[tuple[str, Sequence[str]]], columns: Sequence[str], _speech: Speech, each: str, _: Mapping[str, Any]
) -> Words:
    """``words``: how often each comes; ``most``: which row has most of them; ``column``: which column."""
    speech = Speech(each, 0)
    return {
        "words": lambda: tally((word for _, cells in rows for word in cells if word), each),
        "most": lambda: speech.most([(label, sum(map(bool, cells))) for label, cells in rows]),
        "column": lambda: speech.most([(c, sum(bool(cells[i]) for _, cells in rows)) for i, c in enumerate(columns)]),
    }


def _flow(left: Rows, right: Rows, speech: Speech, _each: str, options: Mapping[str, Any]) -> Words:
    """``left``, ``right``: what is most of either side."""
    labels = options.get("left_label", "收入"), options.get("right_label", "支出")
    sides = [[row for row in rows if row[1]] for rows in (left, right)]
    return {
        side: lambda rows=rows, label=label: f"{label}中{speech.share(rows)}" if rows else ""  # type: ignore[misc]
        for side, rows, label in zip(("left", "right"), sides, labels, strict=True)
    }


def _histories(
    panels: Sequence[tuple[str, str, int, Rows]], _speech: Speech, _each: str, _: Mapping[str, Any]
) -> Words:
    """``first``: what the first figure came to from its first year to its last; ``others``: the same of the others."""

    def course(panel: tuple[str, str, int, Rows]) -> str:
        name, unit, decimals, points = panel
        return f"{name}{Speech(unit, decimals).course(points[0][1], points[-1][1])}" if len(points) > 1 else ""

    def first() -> str:
        points = panels[0][3]
        return f"{points[0][0]}到{points[-1][0]}，{told}" if (told := course(panels[0])) else ""

    return {"first": first, "others": lambda: "；".join(filter(None, map(course, panels[1:])))}


READ: dict[str, Callable[..., Words]] = {
    "bars": _bars,
    "dots": _dots,
    "dumbbell": _dumbbell,
    "waterfall": _waterfall,
    "balance": _balance,
    "stacked": _stacked,
    "small_multiples": _panels,
    "courses": _panels,
    "burn_down": _burn_down,
    "calendar": _calendar,
    "matrix": _matrix,
    "grid": _grid,
    "flow": _flow,
    "histories": _histories,
}
