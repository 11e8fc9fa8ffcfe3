"""What moved between two outputs: figures, sentences, alerts, cells of tables, pictures.

Taken from what the page shows, so that nothing that a reader sees can move unsaid: where the
outputs differ in a way that no item tells, that itself is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from bs4 import BeautifulSoup, Tag

from ..present.markup import ORIGIN_CSS, SUBJECT_CSS
from ..tables.addresses import of_runs

FIGURE, SENTENCE, ALERT, CELL, CARD = "数字", "句子", "预警", "表格", "卡片"
PICTURE, ORIGIN, MARK, OUTPUT = "图", "来历", "标记", "输出"
MARKED = ["p", "li", "td", "th", "figcaption", "div"]  # what stands under a mark of origin
ROWS_PAGE = re.compile(r"data/(\w+)\.html(?:\?rows=([\d,-]+))?")
DRAWN = re.compile(r"(<svg\b[^>]*>).*?(</svg>)", re.DOTALL)  # seen, but nothing to compare
ROW_PLACE = re.compile(r"#row-(\w+)-(\d+)$")
MOST_MOVES = 12  # listed for one cell that failed
Outputs = Sequence[Mapping[str, Any]]
Rows = Mapping[str, frozenset[int]]  # table -> rows, as Excel counts


@dataclass(frozen=True)
class Shown:
    """Something that a reader sees; ``name`` says what it is, ``place`` is a figure's."""

    kind: str
    name: str
    text: str
    place: str = ""
    rests_on: Rows = field(default_factory=dict, compare=False, hash=False)


@dataclass(frozen=True)
class Move:
    """Something that is not what it was: ``old`` or ``new`` is empty where it was not there.

    ``cell`` counts the code cells from 1; ``rests_on`` are the rows that the page says it is
    taken from.
    """

    kind: str
    name: str
    old: str
    new: str
    cell: int = 0
    place: str = ""
    rests_on: Rows = field(default_factory=dict, compare=False, hash=False)

    @property
    def unseen(self) -> bool:
        """Whether the page says what it said, only written otherwise."""
        return self.kind == OUTPUT and not (self.old or self.new)

    def __str__(self) -> str:
        name = f"{self.name}：" if self.name else ""
        if self.unseen:
            return f"{self.kind}　{self.name}"
        return f"{self.kind}　{name}{self.old or '（没有）'} → {self.new or '（没有了）'}"


# --- what a page shows -------------------------------------------------------------------------


def page_of(outputs: Outputs) -> BeautifulSoup:
    """Return the HTML of a cell's outputs, without what is inside its pictures."""
    html = "\n".join(_joined(o.get("data", {}).get("text/html", "")) for o in outputs)
    return BeautifulSoup(DRAWN.sub(r"\1\2", html), "html.parser")


def _joined(text: Any) -> str:
    return text if isinstance(text, str) else "".join(text)


def origins_in(page: BeautifulSoup) -> dict[str, Shown]:
    """Return every figure of a chapter by its place: name, printed value, rows it rests on."""
    found = {}
    for entry in page.select("li[id^=figure-]"):
        head = entry.find("strong")
        if head is not None:
            name, _, printed = _words(head).rpartition("：")
            place = str(entry["id"])
            found[place] = Shown(FIGURE, name, printed, place, _rows(entry, {}))
    return found


def titled(notebook: Mapping[str, Any]) -> str:
    """Return a notebook's first heading, empty if it has none."""
    text = "\n".join(_joined(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown")
    found = re.search(r"^# +(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else ""


def _words(tag: Tag) -> str:
    """Return what a tag says, without the badge that it is a sample."""
    found = (
        text
        for text in tag.find_all(string=True)
        if text.parent is None or not {ORIGIN_CSS, "sa-from"} & set(text.parent.get("class") or ())
    )
    return re.sub(r"\s+", " ", "".join(found)).strip()


def _rows(tag: Tag, figures: Mapping[str, Shown]) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for link in tag.select("a[href]"):
        address = str(link["href"])
        figure = figures.get(address.removeprefix("#"))
        pairs = dict(figure.rests_on) if figure else {}
        if match := ROWS_PAGE.search(address):
            pairs[match[1]] = frozenset(of_runs(match[2] or ""))
        elif match := ROW_PLACE.search(address):
            pairs[match[1]] = frozenset([int(match[2])])
        for table, rows in pairs.items():
            found[table] = found.get(table, frozenset()) | rows
    return found


def shown(outputs: Outputs, figures: Mapping[str, Shown]) -> list[Shown]:
    """Return everything that a cell's outputs show, in order; ``figures`` are the chapter's."""
    found: list[Shown] = []
    for output in outputs:
        data = output.get("data", {})
        if "text/html" in data:
            page = page_of([output])
            found += _figures(page, figures)
            found += _parts(page, figures)
        else:
            text = _joined(data.get("text/plain", output.get("text", output.get("evalue", ""))))
            found += [Shown(OUTPUT, "", line) for line in text.splitlines()]
    return found


def _figures(page: BeautifulSoup, figures: Mapping[str, Shown]) -> Iterator[Shown]:
    own = {**figures, **origins_in(page)}
    for link in page.select("a.sa-figure"):
        place = str(link.get("href", "")).removeprefix("#")
        known = own.get(place)
        name = known.name if known else str(link.get("data-figure", place))
        yield Shown(FIGURE, name, _words(link), place, known.rests_on if known else {})
    yield from origins_in(page).values()


def _parts(page: BeautifulSoup, figures: Mapping[str, Shown]) -> Iterator[Shown]:
    for tag in page.select("p, pre, figure.sa-table, figure.sa-chart, .sa-card, li[id^=figure-]"):
        rests_on = _rows(tag, figures)
        if tag.name == "li":
            name = _words(tag.find("strong") or tag).rpartition("：")[0]
            lines = [
                _words(BeautifulSoup(part, "html.parser")) for part in re.split(r"<br ?/?>", tag.decode_contents())[1:]
            ]
            yield from (Shown(ORIGIN, name, line, "", rests_on) for line in lines)
        elif tag.name == "pre":
            yield from (Shown(OUTPUT, "", line) for line in tag.get_text().splitlines())
        elif tag.name == "p":
            yield Shown(SENTENCE, "", _words(tag), "", rests_on)
        elif tag.name == "figure":
            _put_back(tag)
            caption = _words(tag.figcaption) if tag.figcaption else ""
            yield Shown(CELL, "题目", caption, "", rests_on)
            if svg := tag.find("svg"):
                subject = tag.select_one(f".{SUBJECT_CSS}")
                caption = _words(subject) if subject else caption
                yield Shown(PICTURE, caption, str(svg.get("aria-label", "")))
            yield from _cells(tag, caption, figures, PICTURE if svg else CELL)
        else:
            name = _words(tag.select(".sa-card-name")[0])
            yield Shown(CARD, name, _words(tag.select(".sa-card-note")[0]), "", rests_on)


def _put_back(tag: Tag) -> None:
    """Give each row of a table what its caption says of all: one row more may end that, and nothing else has moved."""
    for shared in tag.select(".sa-shared"):
        for said in reversed(shared.select("[data-column]")):
            for row in tag.select("tr"):
                cell = copy(said)
                cell.name = "td"
                if row.parent and row.parent.name == "thead":
                    cell.name, cell.string = "th", str(said["data-column"])
                if first := row.find(["th", "td"]):
                    first.insert_after(cell)
        shared.decompose()


def _cells(tag: Tag, caption: str, figures: Mapping[str, Shown], kind: str) -> Iterator[Shown]:
    """Yield a table's cells, and a row that shows an alert as one; cells of figures are known."""
    header = [_words(cell) for cell in tag.select("thead th")]
    for row in tag.select("tbody tr"):
        cells = row.find_all(["th", "td"], recursive=False)
        texts = [_words(cell) for cell in cells]
        rests_on = _rows(row, figures)
        if row.select(".sa-level"):
            yield Shown(ALERT, texts[0], "，".join(filter(None, texts[1:])), "", rests_on)
            continue
        for title, cell, text in zip(header[1:], cells[1:], texts[1:], strict=False):
            if text and not cell.select("a.sa-figure"):
                yield Shown(kind, f"{caption}·{texts[0]}·{title}", text, "", rests_on)


def _marks(outputs: Outputs) -> dict[str, str]:
    """Return the marks of origin (真实, 示例) by the text that stands under them, empty where it has none."""
    found: dict[str, str] = {}
    for tag in page_of(outputs).find_all(MARKED):
        own = [m.get_text().strip() for m in tag.select(f".{ORIGIN_CSS}") if m.find_parent(MARKED) is tag]
        found[_words(tag)] = "、".join(own)
    return found


# --- what moved --------------------------------------------------------------------------------


def output_moves(
    old: Outputs, new: Outputs, figures: Mapping[str, Shown], cell: int = 0, now: Mapping[str, Shown] | None = None
) -> list[Move]:
    """Return what moved between two outputs of a cell.

    ``figures`` are the chapter's as they were (see ``origins_in``), ``now`` as they are.
    """
    if _comparable(old) == _comparable(new):
        return []
    before, after = shown(old, figures), shown(new, now or figures)
    found: list[Move] = []
    for kind in dict.fromkeys(item.kind for item in [*before, *after]):
        pair = ([i for i in items if i.kind == kind] for items in (before, after))
        found += [replace(move, cell=cell) for move in _matched(*pair)]
    marks, marks_now = _marks(old), _marks(new)
    found += [
        Move(MARK, text, marks[text], marks_now[text], cell)
        for text in marks
        if marks[text] != marks_now.get(text, marks[text])
    ]
    if not found:
        found = [Move(OUTPUT, "看得见的内容没有变，只是网页或图形的写法变了", "", "", cell)]
    return found


def _comparable(outputs: Outputs) -> list[object]:
    """What counts of outputs: not the number of the run, not how the text is cut into pieces."""
    return [
        {kind: _joined(value) for kind, value in output.get("data", {}).items()}
        or _joined(output.get("text", ""))
        or (output.get("ename"), output.get("evalue"))
        for output in outputs
    ]


def _matched(old: list[Shown], new: list[Shown]) -> Iterator[Move]:
    """Pair what has the same name; what is the same in both is no move, wherever it stands."""
    both = Counter(map(_key, old)) & Counter(map(_key, new))
    left = [list(_without(items, both)) for items in (old, new)]
    names = dict.fromkeys(i.place or i.name for i in [*left[0], *left[1]])
    for name in names:
        before, after = ([i for i in items if (i.place or i.name) == name] for items in left)
        for one, other in _aligned(before, after):
            item = other or one
            assert item
            yield Move(
                item.kind,
                item.name,
                one.text if one else "",
                other.text if other else "",
                place=item.place,
                rests_on=_united(one, other),
            )


def _key(item: Shown) -> tuple[str, str, str]:
    return item.name, item.place, item.text


def _without(items: Iterable[Shown], taken: Counter[tuple[str, str, str]]) -> Iterator[Shown]:
    waiting = Counter(taken)
    for item in items:
        if waiting[_key(item)] > 0:
            waiting[_key(item)] -= 1
        else:
            yield item


def _aligned(old: list[Shown], new: list[Shown]) -> Iterator[tuple[Shown | None, Shown | None]]:
    """Pair what has one name by likeness: a new sentence must not push all others on."""
    if len(old) == len(new):
        yield from zip(old, new, strict=True)
        return
    free = list(new)
    for one in old:
        rated = [(SequenceMatcher(None, one.text, other.text).ratio(), -n) for n, other in enumerate(free)]
        best, place = max(rated, default=(0.0, 0))
        if best > 0.5:
            yield one, free.pop(-place)
        else:
            yield one, None
    yield from ((None, other) for other in free)


def _united(*items: Shown | None) -> Rows:
    """Return the rows of today; those of before only where there is nothing today."""
    last = [item for item in items if item][-1]
    return last.rests_on


def failure(title: str, path: str, cell: int, moves: Sequence[Move], most: int = MOST_MOVES) -> list[str]:
    """Say, as a failed nbval does, which cell of which chapter did not come out as stored, and what moved in it.

    ``cell`` counts the code cells from 1; of the moves only ``most`` are listed.
    """
    more = [f"  等{len(moves)}处"] if len(moves) > most else []
    head = f"{title}（{path}）第{cell}个代码格变动{len(moves)}处："
    return [head, *(f"  {move}" for move in moves[:most]), *more]


def figures_of(notebook: Mapping[str, Any]) -> dict[str, Shown]:
    """Return every figure of a notebook's stored outputs by its place."""
    found: dict[str, Shown] = {}
    for cell in code_cells(notebook):
        if "sa-origins" in str(cell["outputs"]):
            found |= origins_in(page_of(cell["outputs"]))
    return found


def code_cells(notebook: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return a notebook's cells of code."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def chapter_moves(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Move]:
    """Return what moved between a notebook as stored and as run, each once, in the page's order."""
    pairs = [(one["outputs"], other["outputs"]) for one, other in zip(code_cells(old), code_cells(new), strict=True)]
    if all(_comparable(one) == _comparable(other) for one, other in pairs):
        return []
    before, after = figures_of(old), figures_of(new)
    return once(
        move for number, (one, other) in enumerate(pairs, 1) for move in output_moves(one, other, before, number, after)
    )


def once(moves: Iterable[Move]) -> list[Move]:
    """Keep each figure once, as its entry prints it, and drop what was said before.

    Where a figure moved, the rest of its entry moved with it; that is told only of others.
    """
    found: dict[object, Move] = {}
    for move in moves:  # the list of origins comes last on a page, so its way of printing wins
        key = move.place if move.kind == FIGURE else move
        first = found.get(key)
        found[key] = replace(move, cell=first.cell) if first else move
    named = {move.name for move in found.values() if move.kind == FIGURE}
    return [m for m in found.values() if m.kind != ORIGIN or m.name not in named]
