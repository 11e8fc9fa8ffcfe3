"""The kinds of statements that enterprises send, and which line of each goes to which column.

They are declared in the domains' ``items.yml`` (the first one says how).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ...tables.text_files import read_yaml
from ..files.raw import folded
from ..headers import Names

DECLARED = "domains/*/items.yml"
PACKAGE = Path(__file__).parents[2]

EITHER = "±"  # a line that is added in one form and taken off in another
OF_WHICH, PLUS, MINUS = "其中", "加", "减"
CIRCLED = re.compile("[①-⑳㈠-㈩]")
LEADING = re.compile(
    r"\s*(?:[△☆▲★●◇◆※#*·\-—]+|[一二三四五六七八九十]{1,3}[、.]|\((?:[一二三四五六七八九十]{1,3}|\d{1,3})\)"
    r"|\d{1,3}(?:[、)]|\.(?!\d)|\s+(?=\D))|(?P<mark>其\s*中\s*[:：]?|[加减]\s*[:：]|[加减]\s{1,4}))\s*"
)
ASIDE = re.compile(r"\((?:或|亏损|净?损失|净?亏损|净?收益|减少|增加|以|包括|不?含|如|股东权益|若)[^()]*\)")
SIGNED = re.compile(r"以.{0,3}-.{0,3}号")


@dataclass(frozen=True)
class Item:
    """What a line is to its column: added (1) or taken off (-1); ``either`` where the line has to say which."""

    column: str
    sign: int = 1
    either: bool = False


@dataclass(frozen=True)
class Term:
    """A part of a total: a column or the name of another line, with its sign."""

    name: str
    sign: int
    optional: bool = False


@dataclass(frozen=True)
class Form:
    """One kind of statement. Names of lines are folded, as ``Label.name`` is."""

    name: str
    table: str
    monthly: str
    titles: tuple[str, ...]
    items: Mapping[str, Item]
    wholes: Mapping[str, frozenset[str]]  # a line -> the lines that hold it already
    beside: frozenset[str]  # of these, the lines that usually stand beside the whole
    totals: Mapping[str, tuple[Term, ...]]
    rest: Mapping[str, str]  # a total -> the column of what has none of its own
    lines: frozenset[str]

    def knows(self, name: str) -> bool:
        """Whether a line of this name belongs to such a statement."""
        return name in self.items or name in self.totals or name in self.lines or name in self.wholes

    def group(self, column: str) -> str:
        """Return the total with a rest that a column is summed in, or nothing."""
        return next((t for t in self.rest if any(term.name == column for term in self.totals[t])), "")


@dataclass(frozen=True)
class Label:
    """A line's words: the name by which it is known, and what stands before it (其中, 加, 减)."""

    text: str
    name: str
    mark: str = ""
    signed: bool = False  # says that losses stand as negative numbers


def label(text: str) -> Label:
    """Return the words of a line without number, marks and asides."""
    rest = unicodedata.normalize("NFKC", CIRCLED.sub("", text)).strip()
    mark = ""
    while (found := LEADING.match(rest)) and found.end() < len(rest):
        mark = mark or "".join((found["mark"] or "").split()).strip(":：")
        rest = rest[found.end() :]
    tight = re.sub(r"\s", "", rest)
    return Label(text.strip(), folded(ASIDE.sub("", tight)) or folded(tight), mark, bool(SIGNED.search(tight)))


def forms(names: Names) -> list[Form]:
    """Return the forms whose tables the book has; a book's own words for columns count too."""
    found = []
    for name, raw in declared().items():
        table = raw["table"]
        if table in names.package.tables or raw.get("monthly") in names.package.tables:
            found.append(_form(name, raw, names))
    return found


@cache
def declared() -> Mapping[str, Any]:
    """Return what all domains declare, by the form's name."""
    return {name: raw for path in sorted(PACKAGE.glob(DECLARED)) for name, raw in read_yaml(path).items()}


def _form(name: str, raw: Mapping[str, Any], names: Names) -> Form:
    items: dict[str, Item] = {}
    for column, words in raw["items"].items():
        for word in words:
            sign = -1 if word.startswith("-") else 1
            items.setdefault(label(word.lstrip("-" + EITHER)).name, Item(column, sign, word.startswith(EITHER)))
    wholes: dict[str, set[str]] = {}
    for whole, parts in raw.get("parts", {}).items():
        for part in parts:
            wholes.setdefault(label(part.lstrip("?")).name, set()).add(label(whole).name)
    totals = {label(total).name: tuple(_terms(said, raw["items"])) for total, said in raw.get("totals", {}).items()}
    rest = {label(total).name: column for total, column in raw.get("rest", {}).items()}
    lines = frozenset(label(line).name for line in raw.get("lines", ()))
    known = {*items, *wholes, *totals, *lines}
    for word, (column, _) in names.columns.get(raw["table"], {}).items():
        if column in raw["items"] and word not in known:
            items[word] = Item(column)
    return Form(
        name,
        raw["table"],
        raw.get("monthly", ""),
        tuple(raw["titles"]),
        items,
        {part: frozenset(found) for part, found in wholes.items()},
        frozenset(label(p[1:]).name for parts in raw.get("parts", {}).values() for p in parts if p.startswith("?")),
        totals,
        rest,
        lines,
    )


def _terms(said: str, columns: Mapping[str, Any]) -> Iterator[Term]:
    sign = 1
    for word in said.split():
        if word in "+-":
            sign = 1 if word == "+" else -1
        else:
            bare = word.lstrip("?")
            yield Term(bare if bare in columns or bare.isascii() else label(bare).name, sign, word != bare)
