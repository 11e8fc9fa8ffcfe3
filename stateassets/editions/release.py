"""What of a chapter may go out in the public edition: all that it shows passes through here.

Figures of the district stay. A row, a sentence or a picture that tells of an enterprise, or of
a class so small that its members know each other's numbers, is replaced by a sentence saying so.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from ..measures.ledger import CLASS, DISTRICT, GROUP
from ..measures.registry import REGISTRY
from ..present.blocks import Choice, Folded
from ..present.charts.base import Chart
from ..present.display import Cards, Items, Markup, Part, Passage, Sentence, Table, Together
from ..present.provenance import Origin, Origins

if TYPE_CHECKING:
    from ..measures.figures import Figure
    from ..report import Report

LEAST = 3  # what fewer enterprises share tells of each of them
LONG = 4  # characters from which a text can be told from a common word
SIGNIFICANT = 5  # digits from which a number can be told from a common one
WITHHELD = "公开版不列示企业明细"
SMALL = f"公开版不列示企业明细；有一类不足{LEAST}户企业集团，所以也不分类列示"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def distinctive(number: str) -> str:
    """Return a number written in one way; blank if it is too short to be told from others."""
    try:
        value = abs(Decimal(number.replace(",", "")))
    except InvalidOperation:
        return ""
    text = f"{value:f}"
    text = (text.rstrip("0").rstrip(".") if "." in text else text).lstrip("0.")
    return f"{value.normalize():f}" if len(text.replace(".", "").rstrip("0")) >= SIGNIFICANT else ""


@dataclass(frozen=True)
class Secrets:
    """The values in internal tables that tell of an enterprise: texts and numbers."""

    texts: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, report: Report) -> Secrets:
        """Collect them: what several enterprises share, or what is public anyway, is none."""
        tables, frames = report.package.tables, report.ledger.frames
        internal = [name for name, table in tables.items() if table.internal]
        names = {str(name) for name in frames["enterprises"]["name_zh"]} if "enterprises" in (internal) else set()
        texts, numbers = set[str](), set[str]()
        for name in internal:
            frame = frames[name]
            owner = next((c for c in frame if str(c).endswith("enterprise_id")), None)
            for column in tables[name].columns:
                values = frame[column.name]
                if column.type in ("number", "integer"):
                    numbers.update(distinctive(f"{v:.10g}") for v in values.dropna().unique())
                elif column.type == "string" and column.name not in tables[name].labels:
                    owners: dict[str, set[Any]] = defaultdict(set)
                    whose = frame[owner] if owner else range(len(frame))
                    for value, one in zip(values, whose, strict=True):
                        owners[str(value)].add(one)
                    texts |= {v for v, by in owners.items() if len(v) >= LONG and len(by) < LEAST}
        public = "\n".join(_public_words(report, internal))
        known = {distinctive(found) for found in NUMBER.findall(public)}
        open_texts = {text for text in texts - names if text in public}
        return cls(frozenset(texts - open_texts | names - {""}), frozenset(numbers - known - {""}))

    @cached_property
    def _by_start(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for text in self.texts:
            found[text[:LONG]].append(text)
        return found

    @cached_property
    def _short(self) -> list[str]:
        return [text for text in self.texts if len(text) < LONG]

    def told(self, text: str) -> Iterator[str]:
        """Yield the secrets that a text tells."""
        yield from (secret for secret in self._short if secret in text)
        for i in range(len(text) - LONG + 1):
            for secret in self._by_start.get(text[i : i + LONG], ()):
                if text.startswith(secret, i):
                    yield secret
        yield from (n for n in NUMBER.findall(text) if distinctive(n) in self.numbers)

    def in_any(self, texts: Iterable[str]) -> bool:
        """Whether any of some texts tells a secret."""
        return any(next(self.told(text), "") for text in texts)


def _public_words(report: Report, internal: Iterable[str]) -> Iterator[str]:
    """Everything that the public tables hold, and that the program says of itself."""
    tables, closed = report.package.tables, set(internal)
    yield from (report.package.title, report.package.region, report.package.scope)
    for measure in REGISTRY.values():
        yield from (measure.name, measure.name_zh, measure.definition, measure.basis)
        yield from measure.aliases
    for name, table in tables.items():
        yield from (name, table.title, table.description)
        for column in table.columns:
            yield from (column.name, column.title, column.description)
        for words in table.labels.values():
            yield from words.values()
        if name not in closed:
            frame = report.ledger.frames[name]
            for column in frame.columns:
                yield from map(str, frame[column].unique())


class Release:
    """What may go out of one report."""

    def __init__(self, report: Report) -> None:
        self.report = report
        frames = report.ledger.frames
        seen = dict(frames.seen)
        self.secrets = Secrets.of(report)
        frames.seen = seen  # the chapter itself has looked at none of them
        ledger = report.ledger
        groups = {scope.id for scope in ledger.scopes(GROUP)}
        of = ledger.scope_of(CLASS)
        members = Counter(of[group] for group in groups)
        # If one class is left out, the others and the whole would tell it: so all or none.
        small = any(count < LEAST for count in members.values())
        self.small = {scope.name_zh for scope in ledger.scopes(CLASS)} if small else set()

    def __call__(self, thing: Any) -> Any:
        """Return what of a thing may go out."""
        match thing:
            case Choice():
                parts = tuple(map(self, thing.parts))
                if parts == thing.parts and not self.secrets.in_any(thing.names):
                    return thing
                return self(Together(thing.parts))  # what is left needs no list
            case Folded():
                shown = self(thing.shown)
                return thing if shown == thing.shown else shown
            case Together():
                parts = tuple(map(self, thing.parts))
                once = {repr(part): part for part in parts}  # one notice says it for all
                return replace(thing, parts=tuple(once.values()))
            case Passage():
                return self._passage(thing)
            case Cards():
                cards = tuple(c for c in thing.cards if not self._tells(c))
                return replace(thing, cards=cards) if cards else _notice()
            case Table():
                return self._table(thing)
            case Chart():
                return self._chart(thing)
            case Origins():
                return self._origins(thing)
            case None:
                return None
        return _notice() if self.secrets.in_any([repr(thing)]) else thing

    def _open(self, figure: Figure) -> bool:
        by = figure.scope.by
        return by == DISTRICT or (by == CLASS and not self.small)

    def _tells(self, cells: Iterable[Any]) -> bool:
        """Do cells, or pieces of a sentence, tell of an enterprise or a small class?"""
        words = []
        for cell in _single(cells):
            figure = cell.figure if isinstance(cell, Part) else None
            if figure is None:
                words.append(cell if isinstance(cell, str) else cell.text)
            elif not self._open(figure):
                return True
        text = "\n".join(words)
        counted = bool(re.search(r"\d", text))
        return self.secrets.in_any([text]) or (counted and any(n in text for n in self.small))

    def _passage(self, passage: Passage) -> Passage:
        kept: tuple[Sentence, ...] = tuple(
            s
            for s in passage.sentences
            if not self._tells((*s, "".join(p.text for p in s if isinstance(p, Markup) or p.figure is None)))
        )
        if len(kept) == len(passage.sentences):
            return passage
        return replace(passage, sentences=(*kept, _notice().sentences[0]))

    def _table(self, table: Table) -> Table | Passage:
        caption = "" if self._tells([table.caption, table.note]) else table.caption
        if table.internal or not caption or self.secrets.in_any(table.header):
            return _notice(caption)
        kept = tuple(row for row in table.rows if not self._row_tells(row))
        if len(kept) == len(table.rows):
            return table
        totals = tuple(row for row in kept if any(isinstance(c, Part) and c.figure for c in row))
        if not totals:
            return _notice(caption)
        why = SMALL if any(self._of_small(row) for row in table.rows) else WITHHELD
        note = "。".join(filter(None, (table.note.rstrip("。"), why)))
        return replace(table, rows=totals, note=f"{note}。", filters={})

    def _row_tells(self, row: tuple[Any, ...]) -> bool:
        return self._of_small(row) or self._tells(row)

    def _of_small(self, row: tuple[Any, ...]) -> bool:
        return (row[0] if isinstance(row[0], str) else row[0].text) in self.small

    def _chart(self, chart: Chart) -> Chart | Passage:
        if self._tells([chart.caption, chart.finding, chart.alt]):
            return _notice()
        header, *rows = chart.data
        if any(row[0] in self.small for row in rows) or self.small & set(header):
            return _notice(chart.caption, SMALL)
        if self.secrets.in_any("\n".join(row) for row in chart.data):
            return _notice(chart.caption)
        return chart

    def _origins(self, origins: Origins) -> Origins:
        figures = tuple(
            Origin(o.figure, tuple(line for line in o.lines if not self._leads_inside(line)))
            for o in origins.figures
            if self._open(o.figure)
        )
        tables = tuple(Markup(t.text, escape(t.text)) if self._leads_inside(t) else t for t in origins.tables)
        return Origins(figures, tables)

    def _leads_inside(self, line: Markup) -> bool:
        """Whether a line links to an internal table's rows."""
        tables = self.report.package.tables
        linked = re.findall(r'href="[^"]*?data/([\w-]+)\.html', line.html)
        return any(name in tables and tables[name].internal for name in linked)


def _single(cells: Iterable[Any]) -> Iterator[Any]:
    """Yield cells, of one that holds several each of them."""
    for cell in cells:
        yield from cell.cells if isinstance(cell, Items) else (cell,)


def _notice(caption: str = "", why: str = WITHHELD) -> Passage:
    return Passage(((Part(f"{caption}：{why}。" if caption else f"{why}。"),),))
