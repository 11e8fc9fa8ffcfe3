"""Tables on a page of a PDF: by their rules, or where lines leave the same gaps free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from .lines import join
from .pdf_lines import Char, PageLine, Segment, lines_of

NEAR = 3.0  # points within which two rules are at the same place
TOUCH = 1.0  # points within which they touch
LEAST_RULE = 8.0  # points; shorter ones are part of a picture
LEAST_WIDTH = 60.0  # points of a table without upright rules
GUTTER = 0.35  # ems that every row leaves free between two columns
CLOSE = 1.15  # times the least distance of lines: lines of one cell
CLOSE_STEP = 1.7  # ems from line to line in a cell, at most
MOST_STEP = 4.0  # ems from row to row of a table without rules, at most
MOST_RULES = 3_000  # of a page; more are a picture


class Rule(NamedTuple):
    """A straight line on a page, level or upright, in points."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def level(self) -> bool:
        return self.x1 - self.x0 >= self.y1 - self.y0

    @property
    def middle(self) -> float:
        """How high a level rule stands."""
        return (self.y0 + self.y1) / 2

    def holds(self, line: PageLine) -> bool:
        """Does a line begin and end where this level rule does, or between?"""
        return line.x0 > self.x0 - NEAR and line.x1 < self.x1 + NEAR


class Cell(NamedTuple):
    """A cell where it begins (from 1), and how far it reaches."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class PageTable:
    """A table on a page: where it is, where its columns begin, its cells row by row."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    edges: tuple[float, ...]
    cells: tuple[Cell, ...]

    @property
    def rows(self) -> int:
        return max(cell.row + cell.rows - 1 for cell in self.cells)


def tables_of(chars: Sequence[Char], rules: Sequence[Rule], page: int) -> tuple[list[PageTable], list[PageLine]]:
    """Return a page's tables, and the lines that are in none."""
    level, upright = _joined_rules(rules)
    tables: list[PageTable] = []
    rest = list(chars)
    alone: list[Rule] = []
    for levels, uprights in _components(level, upright):
        table = _grid(levels, uprights, rest, page) if uprights else None
        if table:
            tables.append(table)
            rest = [char for char in rest if not _inside(char, table)]
        elif not uprights:
            alone += levels
    lines = lines_of(rest, page)
    for group in _same_width(alone):
        found, lines = _between_rules(group, lines, page)
        tables += found
    more, lines = _aligned(lines, page)
    return tables + more, lines


def _inside(char: Char, table: PageTable) -> bool:
    x, y = (char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2
    return table.x0 <= x <= table.x1 and table.y0 <= y <= table.y1


# --- rules -----------------------------------------------------------------------------------------


def _joined_rules(rules: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Return level and upright rules, those that go on from one another as one."""
    if len(rules) > MOST_RULES:
        return [], []
    level = _chained([rule for rule in rules if rule.level])
    turned = [Rule(r.y0, r.x0, r.y1, r.x1) for r in rules if not r.level]
    upright = [Rule(r.y0, r.x0, r.y1, r.x1) for r in _chained(turned)]
    return level, upright


def _chained(rules: Sequence[Rule]) -> list[Rule]:
    rows: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda r: (r.y0 + r.y1) / 2):
        if rows and (rule.y0 + rule.y1) / 2 - (rows[-1][0].y0 + rows[-1][0].y1) / 2 <= NEAR * 0.6:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    found: list[Rule] = []
    for row in rows:
        chained: list[Rule] = []
        for rule in sorted(row):
            if chained and rule.x0 <= chained[-1].x1 + NEAR:
                last = chained[-1]
                chained[-1] = Rule(last.x0, min(last.y0, rule.y0), max(last.x1, rule.x1), max(last.y1, rule.y1))
            else:
                chained.append(rule)
        found += chained
    return [rule for rule in found if rule.x1 - rule.x0 >= LEAST_RULE]


def _components(level: Sequence[Rule], upright: Sequence[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Yield level and upright rules that touch one another, together."""
    left_level, left_upright = list(level), list(upright)
    while left_level:
        levels, uprights = [left_level.pop()], list[Rule]()
        grown = True
        while grown:
            more_upright = [u for u in left_upright if any(_touch(h, u) for h in levels)]
            left_upright = [u for u in left_upright if u not in more_upright]
            uprights += more_upright
            more_level = [h for h in left_level if any(_touch(h, u) for u in uprights)]
            left_level = [h for h in left_level if h not in more_level]
            levels += more_level
            grown = bool(more_upright or more_level)
        yield levels, uprights


def _touch(level: Rule, upright: Rule) -> bool:
    return (
        level.x0 - TOUCH <= upright.x1
        and upright.x0 <= level.x1 + TOUCH
        and upright.y0 - TOUCH <= level.y1
        and level.y0 <= upright.y1 + TOUCH
    )


# --- tables whose cells are ruled ------------------------------------------------------------------


def _grid(level: Sequence[Rule], upright: Sequence[Rule], chars: Sequence[Char], page: int) -> PageTable | None:
    """Return the table that rules make; its sides may be open. None where they make less than two cells."""
    xs = _places([*((u.x0 + u.x1) / 2 for u in upright), min(h.x0 for h in level), max(h.x1 for h in level)])
    ys = _places([*((h.y0 + h.y1) / 2 for h in level), min(u.y0 for u in upright), max(u.y1 for u in upright)])[::-1]
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) < 2:
        return None
    areas = _merged(xs, ys, level, upright)
    if len(areas) < 2:
        return None
    held: dict[tuple[int, int, int, int], list[Char]] = {area: [] for area in areas}
    at = {
        (row, column): area for area in areas for row in range(area[0], area[1]) for column in range(area[2], area[3])
    }
    for char in chars:
        x, y = (char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2
        row = next((i for i, (top, low) in enumerate(pairwise(ys)) if low <= y <= top), None)
        column = next((i for i, (left, right) in enumerate(pairwise(xs)) if left <= x <= right), None)
        if row is not None and column is not None:
            held[at[row, column]].append(char)
    cells = []
    for (top, bottom, left, right), inside in held.items():
        if text := join(line.text for line in lines_of(inside, page)):
            cells.append(Cell(text, top + 1, left + 1, bottom - top, right - left))
    if len(cells) < 2:
        return None
    return PageTable(page, xs[0], ys[-1], xs[-1], ys[0], tuple(xs), tuple(sorted(cells, key=lambda c: c[1:3])))


def _places(values: Sequence[float]) -> list[float]:
    """Return values in order, those that are near each other as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > NEAR:
            found.append(value)
    return found


def _merged(
    xs: Sequence[float], ys: Sequence[float], level: Sequence[Rule], upright: Sequence[Rule]
) -> list[tuple[int, int, int, int]]:
    """Return the cells (top, bottom, left, right; from 0, the ends not included) that rules part."""
    rows, columns = len(ys) - 1, len(xs) - 1
    group = {(row, column): (row, column) for row in range(rows) for column in range(columns)}

    def first(cell: tuple[int, int]) -> tuple[int, int]:
        while group[cell] != cell:
            cell = group[cell]
        return cell

    for row in range(rows):
        for column in range(columns):
            x, y = (xs[column] + xs[column + 1]) / 2, (ys[row] + ys[row + 1]) / 2
            if column + 1 < columns and not any(
                abs((u.x0 + u.x1) / 2 - xs[column + 1]) <= NEAR and u.y0 <= y <= u.y1 for u in upright
            ):
                group[first((row, column + 1))] = first((row, column))
            if row + 1 < rows and not any(
                abs((h.y0 + h.y1) / 2 - ys[row + 1]) <= NEAR and h.x0 <= x <= h.x1 for h in level
            ):
                group[first((row + 1, column))] = first((row, column))
    areas: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for cell in group:
        areas.setdefault(first(cell), []).append(cell)
    found = []
    for cells in areas.values():
        top, left = min(r for r, _ in cells), min(c for _, c in cells)
        bottom, right = max(r for r, _ in cells) + 1, max(c for _, c in cells) + 1
        if (bottom - top) * (right - left) == len(cells):
            found.append((top, bottom, left, right))
        else:  # no rectangle: its rules are not what they seem
            found += [(r, r + 1, c, c + 1) for r, c in cells]
    return found


# --- tables with level rules only, and with none ----------------------------------------------------


def _same_width(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Yield level rules of the same width from top to bottom, two or more."""
    left = sorted((r for r in rules if r.x1 - r.x0 >= LEAST_WIDTH), key=lambda r: -r.y0)
    while left:
        first = left[0]
        group = [r for r in left if abs(r.x0 - first.x0) <= NEAR and abs(r.x1 - first.x1) <= NEAR]
        left = [r for r in left if r not in group]
        if len(group) > 1:
            yield group


def _between_rules(group: Sequence[Rule], lines: list[PageLine], page: int) -> tuple[list[PageTable], list[PageLine]]:
    """Return the tables between level rules of one width, and the lines outside them.

    Text that leaves no gaps between two rules stands between two tables. Of a table that goes on
    overleaf only the header may be ruled: the lines below that keep to its columns are its rows.
    """
    tables: list[PageTable] = []
    held: list[PageLine] = []
    heights: list[float] = []

    def flush() -> None:
        nonlocal lines
        if len(heights) == 2:
            held.extend(_below(held, [line for line in lines if line.middle < heights[-1]]))
        table = _table(held, page, heights) if held else None
        if table:
            tables.append(table)
            lines = [line for line in lines if line not in held]
        held.clear()
        heights.clear()

    for top, bottom in pairwise(group):
        inside = [x for x in lines if bottom.middle < x.middle < top.middle and top.holds(x)]
        if len(_columns(inside, median(x.em for x in inside))) > 1 if inside else False:
            held.extend(inside)
            heights.extend([bottom.middle] if heights else [top.middle, bottom.middle])
        else:
            flush()
    flush()
    return tables, lines


def _below(header: Sequence[PageLine], lines: Sequence[PageLine]) -> list[PageLine]:
    """Return the lines below a header that leave the same gaps free."""
    kept: list[PageLine] = []
    em = median(line.em for line in header)
    least = len(_columns(header, em))
    for line in lines:
        last = kept[-1] if kept else header[-1]
        if last.middle - line.middle > MOST_STEP * em or len(_columns([*header, *kept, line], em)) < least:
            break
        kept.append(line)
    return kept


def _aligned(lines: Sequence[PageLine], page: int) -> tuple[list[PageTable], list[PageLine]]:
    """Return tables without rules, two or more lines of several parts, and the lines in none."""
    tables: list[PageTable] = []
    rest: list[PageLine] = []
    at = 0
    while at < len(lines):
        run = [lines[at]]
        if len(lines[at].segments) > 1:
            run += _below(run, lines[at + 1 :])
        while len(run) > 1 and len(run[-1].segments) == 1 and not _close(run[-2], run[-1]):
            run.pop()
        table = _table(run, page, []) if len(run) > 1 else None
        if table:
            tables.append(table)
        else:
            run = run[:1]
            rest += run
        at += len(run)
    return tables, rest


def _close(line: PageLine, following: PageLine) -> bool:
    """Are two lines as close as those of one cell?"""
    return line.middle - following.middle <= CLOSE_STEP * following.em


def _table(lines: Sequence[PageLine], page: int, rules: Sequence[float]) -> PageTable | None:
    """Return lines as a table by the gaps that all of its rows leave free; None where there are none."""
    if not lines:
        return None
    em = median(line.em for line in lines)
    header = rules[1] if len(rules) > 2 else float("inf")  # above it, cells may lie over several columns
    spans = _columns([line for line in lines if line.middle < header] or lines, em)
    whole = _columns(lines, em)
    spans = whole if len(whole) == len(spans) else spans
    if len(spans) < 2:
        return None
    cells: list[Cell] = []
    for row, together in enumerate(_rows(lines, rules), 1):
        parts: dict[tuple[int, int], list[str]] = {}
        for line in together:
            for word in line.words(GUTTER):
                parts.setdefault(_placed(word, spans), []).append(word.text)
        cells += [Cell(join(parts[at]), row, at[0], 1, at[1]) for at in sorted(parts)]
    filled = [len({c.column for c in cells if c.row == row}) for row in {c.row for c in cells}]
    if median(filled) < 2:
        return None
    edges = (spans[0][0], *((a[1] + b[0]) / 2 for a, b in pairwise(spans)), spans[-1][1])
    return PageTable(page, edges[0], lines[-1].y0, edges[-1], lines[0].y1, edges, tuple(cells))


def _columns(lines: Sequence[PageLine], em: float) -> list[tuple[float, float]]:
    """Return from where to where columns reach: what is parted by a gap that all lines leave free."""
    spans: list[tuple[float, float]] = []
    for word in sorted((word for line in lines for word in line.words(GUTTER)), key=lambda one: one.x0):
        if spans and word.x0 - spans[-1][1] < GUTTER * em:
            spans[-1] = spans[-1][0], max(spans[-1][1], word.x1)
        else:
            spans.append((word.x0, word.x1))
    return spans


def _placed(word: Segment, spans: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """Return in which column (from 1) a word begins, and over how many it lies."""
    covered = [at for at, (x0, x1) in enumerate(spans, 1) if word.x0 < x1 and x0 < word.x1]
    if covered:
        return covered[0], len(covered)
    return min(range(1, len(spans) + 1), key=lambda at: abs(spans[at - 1][0] - word.x0)), 1


def _rows(lines: Sequence[PageLine], rules: Sequence[float]) -> Iterator[list[PageLine]]:
    """Yield the lines of each row: closer ones are of one cell where distances are of two kinds."""
    steps = [a.middle - b.middle for a, b in pairwise(lines)]
    least = min(steps, default=0.0)
    two_kinds = bool(steps) and max(steps) > 1.3 * least
    row: list[PageLine] = []
    for line in lines:
        if row:
            ruled = any(line.middle < rule < row[-1].middle for rule in rules)
            close = two_kinds and row[-1].middle - line.middle <= CLOSE * least
            if ruled or not close:
                yield row
                row = []
        row.append(line)
    if row:
        yield row
