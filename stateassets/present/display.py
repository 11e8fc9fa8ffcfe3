"""What a chapter shows: passages, tables and cards, as HTML for the page and as plain text.

The plain text is what a person reads in a regression report and in a terminal. Everything that
comes from a table is escaped: names are data, never markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from itertools import groupby
from typing import Any

from ..measures.figures import Figure
from ..tables.origins import Origin
from . import arrangement
from .markup import badge, in_lines, marked

# The places, on every page with numbers, of the list of where they come from, and of the tables
# that the page has read.
ORIGINS, READ = "origins", "tables-read"
CORRECTIONS = "corrections"  # the place on it of the list of corrected cells
SCHEME = re.compile(r"\W*\w[\w+.\-\s]*:")  # javascript:, file: …
# A number in a sentence: no year, date, document's or row's number, no part of a name.
NUMBER = re.compile(
    r"(?<![\w.\-－〔（第])-?\d[\d,]*(?:\.\d+)?(?![\w.\-－〕]*[年月日号时〕]|[A-Za-z\d.\-])"
    r"(?:%|‰|个百分点|亿元|万元|元|户|家|人|项|个|倍|次)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Part:
    """A piece of a sentence: plain words, or words that a figure said."""

    text: str
    figure: Figure | None = None

    def html(self) -> str:
        """Return the piece as HTML, a figure marked with what it is."""
        if self.figure is None:
            return escape(self.text)
        f = self.figure
        return f'<a class="sa-figure" data-figure="{escape(f.id)}" href="#{escape(f.place)}">{escape(self.text)}</a>'


@dataclass(frozen=True)
class Markup:
    """Text that is HTML of this package's own making, with its plain text."""

    text: str
    html: str


class Gap(Markup):
    """The words that stand in the place of what is left out (``missing_data.gap``)."""


Sentence = tuple[Part | Markup, ...]


@dataclass(frozen=True)
class Passage:
    """Paragraphs with figures in them; ``origin`` is that of what they rest on, None if on nothing."""

    sentences: tuple[Sentence, ...]
    css: str = ""
    origin: Origin | None = None

    def __repr__(self) -> str:
        mark = marked(self.origin)
        return "\n".join(mark + "".join(p.text for p in s) for s in self.sentences)

    def _repr_html_(self) -> str:
        first = next((s for s in self.sentences if not all(isinstance(part, Gap) for part in s)), None)
        paragraphs = "".join(
            f"<p>{badge(self.origin) if s is first else ''}{sentence_html(s)}</p>" for s in self.sentences
        )
        return in_lines(f'<div class="{self.css}">{paragraphs}</div>' if self.css else paragraphs)


def _run_together(sentence: Sentence) -> Iterator[Part | Markup]:
    """Join plain neighbours, so that 2023 and 年 are seen to be a year."""
    for plain, group in groupby(sentence, lambda p: isinstance(p, Part) and p.figure is None):
        pieces = tuple(group)
        yield from (Part("".join(p.text for p in pieces)),) if plain else pieces


def sentence_html(sentence: Sentence) -> str:
    """Return a sentence; a number that no figure said leads to what was read for it."""
    return "".join(
        _html(part)
        if isinstance(part, Markup) or part.figure
        else NUMBER.sub(rf'<a class="sa-counted" href="#{READ}">\g<0></a>', escape(part.text))
        for part in _run_together(sentence)
    )


Cell = str | Part | Markup
# How a cell says what room its column needs.
CSS = {"short": ' class="sa-short"', "normal": "", "long": ' class="sa-long"'}


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.text


def _html(cell: Cell) -> str:
    if isinstance(cell, str):
        return escape(cell)
    return cell.html if isinstance(cell, Markup) else cell.html()


@dataclass(frozen=True)
class Table:
    """A table with a caption; ``numeric`` tells which columns hold numbers.

    ``place`` is what a link to the table names after ``#``. A column in ``filters`` gets a menu
    of its values where the table is long, in the order given, else by their spelling. A table is
    ``internal`` if it lists the rows of one that is.

    The column that ``decides`` what a row comes to is shown second, if not named the one whose title
    says that it does; what all rows have alike is said in the caption, unless the table is shown
    ``whole``. Both concern what is shown only: a chapter's own columns stay where it put them.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()
    origin: Origin | None = None
    note: str = ""
    place: str = ""
    filters: Mapping[int, Sequence[str]] = field(default_factory=dict)
    internal: bool = False
    decides: int | None = None
    whole: bool = False

    def __repr__(self) -> str:
        shown, shared = self._arranged
        mark = marked(self.origin)
        lines = [mark + self.caption + "".join(map(_text, shared)), "｜".join(shown.header)]
        lines += ["｜".join(map(_text, row)) for row in shown.rows]
        return "\n".join([*lines, self.note] if self.note else lines)

    def _repr_html_(self) -> str:
        shown, shared = self._arranged
        return shown._html("".join(map(_html, shared)))

    @property
    def _arranged(self) -> tuple[Table, tuple[Markup, ...]]:
        """The table as it is shown, and what its caption says beside of all its rows."""
        if self.whole:
            return self, ()
        kept = arrangement.order(self.header, self._texts, self.numeric, self.decides)
        told = [(self.header[i], self.rows[0][i]) for i in range(len(self.header)) if i not in kept]
        shown = with_columns(self, kept)
        shown = replace(shown, decides=arrangement.deciding(shown.header, shown.decides))
        if not told:
            return shown, ()
        alike = dict[str, tuple[Cell, list[str]]]()  # several columns of one value are told together
        for name, cell in told:
            alike.setdefault(_html(cell), (cell, []))[1].append(name)
        blank = "、".join(alike.pop("", ("", []))[1])
        said = [joined([f"{'、'.join(names)}均为", _of_all(names, cell)], "") for cell, names in alike.values()]
        said += [joined([blank, "均空着"], "")] if blank else []
        words = joined(["（", joined(said, "；"), "）"], "")
        return shown, (Markup(words.text, f'<small class="sa-shared">{words.html}</small>'),)

    def _html(self, shared: str) -> str:
        head = "".join(
            f'<th scope="col"{self._css(i)}{self._menu(i)}>{escape(name)}</th>' for i, name in enumerate(self.header)
        )
        body = "".join(f"<tr>{self._row(row)}</tr>" for row in self.rows)
        counted = f'<a class="sa-from" href="#{READ}">来历</a>' if self._counted else ""
        note = f'<p class="sa-note">{escape(self.note)}</p>' if self.note else ""
        place = f' id="{escape(self.place)}"' if self.place else ""
        return in_lines(
            f'<figure class="sa-table"{place}><figcaption>{badge(self.origin)}{escape(self.caption)}'
            f"{shared}{counted}</figcaption>"
            f'<div class="sa-frame" tabindex="0" role="region" aria-label="{escape(self.caption)}">'
            f"<table{self._layout}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
            f"{note}</figure>"
        )

    @property
    def _counted(self) -> bool:
        """Does it hold numbers that are no figures'?"""
        cells = (row[i] for row in self.rows for i in self.numeric)
        return any(re.search(r"\d", _text(cell)) and not (isinstance(cell, Part) and cell.figure) for cell in cells)

    def _row(self, row: Sequence[Cell]) -> str:
        first = f'<th scope="row"{self._css(0)}>{_html(row[0])}</th>'
        return first + "".join(f"<td{self._css(i)}>{_html(cell)}</td>" for i, cell in enumerate(row[1:], 1))

    def _css(self, column: int) -> str:
        if column in self.numeric:
            return ' class="sa-number"'
        return self._kinds[column]

    @cached_property
    def _texts(self) -> list[list[str]]:
        return [[_text(cell) for cell in row] for row in self.rows]

    @cached_property
    def _kinds(self) -> list[str]:
        """For each column how much room its cells need: that of a word or a date, a name, a sentence."""
        columns = zip(*self._texts, strict=True) if self.rows else ((),) * len(self.header)
        return [CSS[arrangement.kind(cells)] for cells in columns]

    @property
    def _layout(self) -> str:
        """How it fits a phone and a page: as cards that name their columns, in smaller print, turned."""
        formulas = {i for row in self.rows for i, cell in enumerate(row) if "<math" in _html(cell)}
        room = arrangement.room(self.header, self._texts, self.numeric | formulas)  # neither is broken
        css, style = [], []
        if room > arrangement.PHONE:
            css.append("sa-stack")
            coded = all(arrangement.is_code(row[0]) for row in self._texts)  # says nothing without its column's name
            style += [f"--c{i}:{_in_css(name)}" for i, name in enumerate(self.header, 1) if i > 1 or coded]
        if self.decides is not None:
            css.append("sa-decided")
        if room > arrangement.PAGE:
            css += ["sa-turned"] if room > arrangement.TURNED else []
            style.append(f"--room:{room:.0f}")
        told = {"class": " ".join(css), "style": ";".join(style)}
        return "".join(f' {name}="{escape(words)}"' for name, words in told.items() if words)

    def _menu(self, column: int) -> str:
        if column not in self.filters:
            return ""
        return f' data-filter="{escape("|".join(self.filters[column]))}"'


def without_blanks(table: Table) -> Table:
    """Return a table without the columns in which every cell is blank; the first stays."""
    kept = [i for i in range(len(table.header)) if not i or not table.rows or any(_text(r[i]) for r in table.rows)]
    return with_columns(table, kept)


def with_columns(table: Table, kept: Sequence[int]) -> Table:
    """Return a table with some of its columns, in the order given."""
    if list(kept) == list(range(len(table.header))):
        return table
    return replace(
        table,
        header=tuple(table.header[i] for i in kept),
        rows=tuple(tuple(row[i] for i in kept) for row in table.rows),
        numeric=frozenset(new for new, old in enumerate(kept) if old in table.numeric),
        filters={new: table.filters[old] for new, old in enumerate(kept) if old in table.filters},
        decides=kept.index(table.decides) if table.decides in kept else None,
    )


def _of_all(columns: Sequence[str], cell: Cell) -> Markup:
    """Return what all cells of some columns are, for a caption; who reads the page by program finds each column."""
    html = _html(cell)
    for column in reversed(columns):
        html = f'<span data-column="{escape(column)}">{html}</span>'
    return Markup(_text(cell), html)


def _in_css(text: str) -> str:
    """Return a text as a style sheet quotes it."""
    return "'{}'".format(re.sub(r"[\\'\s]", lambda char: f"\\{ord(char[0]):x} ", text))


@dataclass(frozen=True)
class Cards:
    """Headline figures, each with its name and a line about it, marked by the origin of its number."""

    cards: tuple[tuple[str, Part, str], ...]

    def __repr__(self) -> str:
        return "\n".join(f"{marked(_origin(part))}{name}：{part.text}（{note}）" for name, part, note in self.cards)

    def _repr_html_(self) -> str:
        cards = "".join(
            f'<div class="sa-card"><div class="sa-card-name">{badge(_origin(part))}{escape(name)}</div>'
            f'<div class="sa-card-value">{part.html()}</div>'
            f'<div class="sa-card-note">{escape(note)}</div></div>'
            for name, part, note in self.cards
        )
        return in_lines(f'<div class="sa-cards">{cards}</div>')


def _origin(part: Part) -> Origin | None:
    return part.figure.origin if part.figure else None


@dataclass(frozen=True)
class Together:
    """Several things that one cell shows, in order: passages, pictures, tables."""

    parts: tuple[Any, ...]

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.parts))

    def _repr_html_(self) -> str:
        return in_lines("".join(part._repr_html_() for part in self.parts))


@dataclass(frozen=True)
class Program:
    """Text that keeps its lines, as a program or a terminal has it; ``name`` says what it is."""

    text: str
    name: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        name, text = escape(self.name), escape(self.text)
        return f'<pre class="sa-program" tabindex="0" role="region" aria-label="{name}">{text}</pre>'


def link(text: str, address: str, download: str = "") -> Markup:
    """Return a link; ``download`` is the name under which the file is saved.

    An address from a table that is neither the web's nor the book's own leads nowhere.
    """
    if SCHEME.match(address) and not address.startswith(("http://", "https://")):
        return Markup(text, escape(text))
    saved = f' download="{escape(download)}"' if download else ""
    return Markup(text, f'<a href="{escape(address)}"{saved}>{escape(text)}</a>')


def named(
    kind: str, name: str, place: str, told: str = "", others: Iterable[str] = (), address: str = "", mark: bool = False
) -> Markup:
    """Return a name that the book's search puts before the text: a term, an indicator …

    ``place`` is what a link to it names after ``#``, ``told`` a line about it, ``others`` what it
    is also called; ``address`` is where a reader finds it, if not here. With ``mark`` each
    chapter explains it where it is first used (``book.glossary``).
    """
    facts = {
        "id": place,
        "data-kind": kind,
        "data-told": told,
        "data-others": "、".join(others),
        "href": address,
        "data-mark": "first" if mark else "",
    }
    attributes = "".join(f' {key}="{escape(text)}"' for key, text in facts.items() if text)
    tag = "a" if address else "span"
    return Markup(name, f"<{tag}{attributes}>{escape(name)}</{tag}>")


def joined(cells: Iterable[Cell], between: str = "、") -> Markup:
    """Return cells as one, a mark between them."""
    cells = tuple(cells)
    return Markup(between.join(map(_text, cells)), escape(between).join(map(_html, cells)))


@dataclass(frozen=True)
class Items(Markup):
    """Several things in a cell, one below the other; ``cells`` are what they are made of."""

    cells: tuple[Cell, ...] = ()


def items(lines: Iterable[Sequence[Cell]], origin: Origin | None = None) -> Items:
    """Return a cell with a line for each of ``lines``, marked with the origin of what they rest on."""
    lines = tuple(map(tuple, lines))
    text = "；".join("".join(map(_text, line)) for line in lines)
    html = "".join(f"<li>{''.join(map(_html, line))}</li>" for line in lines)
    cells = tuple(cell for line in lines for cell in line)
    return Items(marked(origin) + text, f'{badge(origin)}<ul class="sa-items">{html}</ul>', cells)


def code(name: str) -> Markup:
    """Return a name that a program goes by (a column, a measure), broken between its words only."""
    return Markup(name, f"<code>{escape(name).replace('_', '_<wbr>')}</code>")


def state(text: str, css: str) -> Markup:
    """Return a state (相符, 不符 …) that shows by words and by look."""
    return Markup(text, f'<span class="{css}">{escape(text)}</span>')
