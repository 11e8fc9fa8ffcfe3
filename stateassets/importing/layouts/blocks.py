"""Where on a sheet statements stand: their headers, their lines, and which kind each one is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from ..files.raw import Cell, Sheet, folded
from .forms import Form, label
from .heads import Roster, head, owner_stated, plain

FEWEST = 3  # lines by which a statement is known at least
SEARCHED, DEEPEST = 60, 3  # rows in which a statement begins; rows of a header
LONGEST = 3_000  # rows of a sheet of statements
HEADING = re.compile(
    r"(报表)?项目(名称)?|资产(项目)?|(会计)?科目(名称)?|(主要)?(财务)?指标(名称|项目)?|负债[和及].*权益.*|(负债)?(和|及)?(所有者|股东)权益(项目)?"
)
ABOUT = re.compile(r"单位\s*[:：]|日期\s*[:：]|会[企民]\d|企财\d")

named = lru_cache(maxsize=20_000)(label)


def may_hold(sheet: Sheet, known: Sequence[Form]) -> bool:
    """Do enough lines of a statement stand below each other near the top?"""
    if len(sheet.rows) > LONGEST:
        return False
    seen: dict[int, set[str]] = {}
    for cells in sheet.rows[:SEARCHED]:
        for at, cell in enumerate(cells):
            if isinstance(cell, str) and len(cell) < 60 and any(f.knows(named(cell).name) for f in known):
                seen.setdefault(at, set()).add(named(cell).name)
    return any(len(words) >= FEWEST for words in seen.values())


@dataclass(frozen=True)
class Block:
    """One statement of a sheet; rows and columns count from 0."""

    form: Form
    above: tuple[int, ...]  # the rows over it that say whose and of when it is
    top: int  # of its header
    body: int
    end: int
    items: tuple[int, ...]  # the columns with the names of its lines
    roof: tuple[tuple[Cell, ...], ...] = ()

    def rows(self, sheet: Sheet, known: Sequence[Form]) -> range:
        """The rows from its title to its last line: what they say holds for no other statement."""
        return range(min(self.above, default=self.top), _end(sheet, self.body, self.end, known))

    def after(self, before: Block) -> Block:
        """A statement below another one, of which nothing is said, is of the same enterprise and time."""
        return self if owner_stated(self.roof) else replace(self, above=(*before.above, *self.above))


def blocks(sheet: Sheet, known: Sequence[Form], roster: Roster, wanted: str) -> Iterator[Block]:
    tops = [r for r in range(len(sheet.rows)) if _is_header(sheet, r, roster)]
    if not tops:
        first = range(min(SEARCHED, len(sheet.rows)))
        tops = [r for r in first if _has_roles(sheet, r, roster) and not _names_line(sheet, r, known)][-1:]
    last = 0
    for n, top in enumerate(tops):
        end = tops[n + 1] if n + 1 < len(tops) else len(sheet.rows)
        body = next((r for r in range(top + 1, min(top + 1 + DEEPEST, end)) if _is_line(sheet, r, known)), top + 1)
        end = _end(sheet, body, end, known) if n + 1 < len(tops) else end
        above = tuple(range(last, top))
        roof = tuple(sheet.rows[r] for r in above)
        last = end
        found = _form(sheet, known, wanted, roof, body, end)
        if found:
            yield Block(found[0], above, top, body, end, found[1], roof)


def _is_header(sheet: Sheet, row: int, roster: Roster) -> bool:
    cells = sheet.rows[row]
    words = [c for c in cells if isinstance(c, str) and HEADING.fullmatch(named(c).name)]
    return bool(words) and any(_has_roles(sheet, r, roster) for r in range(row, min(row + 2, len(sheet.rows))))


def _has_roles(sheet: Sheet, row: int, roster: Roster) -> bool:
    cells = [c for c in sheet.rows[row] if c not in (None, "")]
    if any(isinstance(c, str) and ABOUT.search(c) for c in cells):
        return False
    return len(cells) > 1 and any(head([word_of(c)], roster).any for c in cells[1:])


def word_of(cell: Cell) -> str:
    """Return what a cell of a header says; a bare number is a year or nothing."""
    if not is_number(cell):
        return plain(cell)
    return f"{cell}年" if re.fullmatch(r"(19|20)\d\d", str(cell)) else ""


def is_number(cell: Cell) -> bool:
    return isinstance(cell, int | Decimal) or (isinstance(cell, str) and bool(re.fullmatch(r"[-+(]?[\d,.]+\)?", cell)))


def _is_line(sheet: Sheet, row: int, known: Sequence[Form]) -> bool:
    return _names_line(sheet, row, known) or any(map(is_number, sheet.rows[row]))


def _names_line(sheet: Sheet, row: int, known: Sequence[Form]) -> bool:
    """Does a row name a line of a statement: an amount of 2000 there is no year."""
    texts = [named(c).name for c in sheet.rows[row] if isinstance(c, str) and c.strip()]
    return any(form.knows(text) for form in known for text in texts)


def _end(sheet: Sheet, body: int, next_top: int, known: Sequence[Form]) -> int:
    """Return where the lines of a statement end that another one follows."""
    for row in range(next_top - 1, body, -1):
        if _names_line(sheet, row, known) and any(map(is_number, sheet.rows[row])):
            return row + 1
    return next_top


def _form(
    sheet: Sheet, known: Sequence[Form], wanted: str, roof: Sequence[Sequence[Cell]], body: int, end: int
) -> tuple[Form, tuple[int, ...]] | None:
    """Return which kind of statement the lines are of, and the columns in which their names stand."""
    titles = folded(f"{sheet.name} {' '.join(str(c) for row in roof for c in row if isinstance(c, str))} {sheet.file}")
    best: tuple[tuple[int, int], Form, tuple[int, ...]] | None = None
    for form in known:
        counts: dict[int, int] = {}
        seen: set[str] = set()
        items = 0
        for cells in sheet.rows[body:end]:
            for at, cell in enumerate(cells):
                if isinstance(cell, str) and form.knows(name := named(cell).name):
                    counts[at] = counts.get(at, 0) + 1
                    items += name in form.items
                    seen.add(name)
        titled = any(folded(title) in titles for title in form.titles)
        brief = not form.totals and form.table == form.monthly  # a return of a few lines has to say what it is
        fewest = min(FEWEST, len({item.column for item in form.items.values()}))
        if items < fewest or (brief and not (titled or wanted == form.table)):
            continue
        if sum(counts.values()) < FEWEST or 2 * len(seen) < sum(counts.values()):  # a list names one thing again
            continue
        score = (int(titled and brief), sum(counts.values()) + (5 if titled else 0))
        if best is None or score > best[0]:
            most = max(counts.values())
            best = score, form, tuple(sorted(at for at, count in counts.items() if count >= min(2, most)))
    return best[1:] if best else None
