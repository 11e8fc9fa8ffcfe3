"""Every heading, table, picture, alert and number of a page has a name, which others can cite.

Sphinx numbers what has a Chinese heading (``id2``), so that a section that is added gives all
after it other addresses. Here a name comes from what is named alone (``tables.addresses``): a
heading's from its label, or from its words; a table's or picture's from its call (``place``), or
from its caption without the numbers in it. Of several alike on a page each has the name of the
section it stands in before its own. Alerts and numbers bring their names with them.

What an address was before (``notebooks/addresses.json``) goes on leading where it led: an empty
element stands there, which needs no script.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

from ..tables.addresses import ALERT, FIGURE, QUESTION, caption_slug, slug

RECORD = Path("notebooks") / "addresses.json"  # of all names, and of those that were, by page
NAMES, FORMER = "names", "former"  # of a page in it
SHOWN = {"table": "表", "chart": "图"}  # what a figure's class says it is
SHOWN_FIGURE = re.compile(r'<figure class="sa-(table|chart)"(?: id="([^"]*)")?>(\s*<figcaption>(.*?)</figcaption>)?', re.S)
MARKS = re.compile(r'<span class="sa-origin [^>]*>.*?</span>|<a class="sa-from".*?</a>|<[^>]*>', re.S)
ID = re.compile(r'(?<=\s)id="([^"]*)"')
ENTRY = re.compile(rf'<li id="((?:{FIGURE}|{QUESTION})-[^"]*)">')
ALERT_TOLD = re.compile(rf'<span id="({ALERT}-[^"]*)">.*?</span>', re.S)
LINK = '<a class="headerlink" href="#{name}" title="{told}" aria-label="{told}">#</a>'
TOLD = {"table": "本表的链接", "chart": "本图的链接", FIGURE: "这个数的链接", QUESTION: "这个问题的链接", ALERT: "这项预警的链接"}


def link(name: str, kind: str) -> str:
    """Return the link by which a thing on a page is cited."""
    return LINK.format(name=escape(name), told=TOLD[kind])


@cache
def _read(path: Path, _changed: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def record(root: Path) -> dict[str, Any]:
    """Return what is on record of a book's addresses, nothing for a book that keeps none: page ->
    its ``names``, and ``former`` address -> the name of what stands there now."""
    path = root / RECORD
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else {}


class Anchors(SphinxTransform):
    """Name what a document holds, before anything else looks at its sections."""

    default_priority = 270  # after labels have been handed on to the sections below them

    def apply(self, **_: Any) -> None:
        """Give names, then former addresses to what they led to."""
        document = self.document
        raws = [node for node in document.findall(nodes.raw) if node.get("format") == "html"]
        labelled = {id_ for section in document.findall(nodes.section) for id_ in _labels(document, section)}
        taken = labelled | {name for raw in raws for name in ID.findall(raw.astext())}
        named = _Names(document, taken)
        former = record(Path(self.env.srcdir)).get(self.env.docname, {}).get(FORMER, {})
        before: dict[str, list[str]] = {}
        for old, new in former.items():
            if old not in named.all:
                before.setdefault(new, []).append(old)
        for section in document.findall(nodes.section):
            name = named.sections[section]
            section["ids"] = _labels(document, section) or [name]
            section["ids"] += before.pop(name, [])
            _told_to(document, section)
        seen = {name for section in document.findall(nodes.section) for name in section["ids"]}
        for raw in raws:
            html = _placed(raw.astext(), named.of(raw), before, seen)
            raw.rawsource, raw[:] = html, [nodes.Text(html)]


def _labels(document: nodes.document, section: nodes.section) -> list[str]:
    """Return the labels that stand before a section."""
    given = {document.nameids.get(name) for name in section["names"] if document.nametypes.get(name)}
    return [id_ for id_ in section["ids"] if id_ in given]


def _told_to(document: nodes.document, section: nodes.section) -> None:
    """Have the document know a section by its ids."""
    document.ids.update(dict.fromkeys(section["ids"], section))
    for name in section["names"]:
        if not document.nametypes.get(name) and document.nameids.get(name):
            document.nameids[name] = section["ids"][0]


class _Names:
    """The names of a document's sections, tables and pictures, each once."""

    def __init__(self, document: nodes.document, taken: set[str]) -> None:
        self.sections: dict[nodes.section, str] = {}
        self.all = set(taken)
        self._shown: dict[nodes.raw, list[str]] = {}
        sections = list(document.findall(nodes.section))
        wanted = {s: (_labels(document, s) or [_heading(s)])[0] for s in sections}
        times = Counter(wanted.values())
        for section in sections:
            own = wanted[section]
            if own in taken:
                self.sections[section] = own
                continue
            above = self.sections.get(section.parent, "")
            self.sections[section] = self._free(own, f"{above}-{own}" if above else own, times[own] > 1)
        self._name_shown(document)

    def _free(self, own: str, longer: str, several: bool) -> str:
        """Return a name that nothing on the page has."""
        name = longer if several or own in self.all else own
        number = 2
        while name in self.all:
            name, number = f"{longer}-{number}", number + 1
        self.all.add(name)
        return name

    def _name_shown(self, document: nodes.document) -> None:
        found = [(raw, list(_captions(raw.astext()))) for raw in document.findall(nodes.raw)]
        times = Counter(own for _, names in found for own, given in names if not given)
        for raw, names in found:
            section = raw.parent
            while section is not None and not isinstance(section, nodes.section):
                section = section.parent
            above = self.sections.get(section, "")
            kept = self._shown[raw] = []
            for own, given in names:
                kind, _, rest = own.partition("-")
                longer = "-".join(filter(None, (kind, above, rest)))
                kept.append(own if given else self._free(own, longer, times[own] > 1))

    def of(self, raw: nodes.raw) -> Iterator[str]:
        """Yield the names of the tables and pictures that a piece of HTML holds, in their order."""
        return iter(self._shown[raw])


def _heading(section: nodes.section) -> str:
    title = next(iter(section.findall(nodes.title)), None)
    name = slug(title.astext()) if title else ""
    # A style sheet, and the theme's script, know no name that begins with a digit.
    return f"_{name}" if not name or name[0].isdigit() else name


def _captions(html: str) -> Iterator[tuple[str, bool]]:
    """Yield what each table and picture is to be named, and whether it brings the name with it."""
    for shown in SHOWN_FIGURE.finditer(html):
        if shown[2]:
            yield unescape(shown[2]), True
        else:
            words = unescape(MARKS.sub("", shown[4] or ""))
            yield "-".join(filter(None, (SHOWN[shown[1]], caption_slug(words)))), False


def _placed(html: str, names: Iterator[str], before: Mapping[str, list[str]], seen: set[str]) -> str:
    """Return HTML with its names, the links to cite them by, and the places that they had before.

    What is shown twice on a page has its name once.
    """

    def former(name: str) -> str:
        return "".join(f'<span id="{escape(old)}"></span>' for old in before.get(name, ()))

    def shown(match: re.Match[str]) -> str:
        name, caption = next(names), match[3] or ""
        caption = caption.replace("</figcaption>", f"{link(name, match[1])}</figcaption>")
        return f'{former(name)}<figure class="sa-{match[1]}" id="{escape(name)}">{caption}'

    def entry(match: re.Match[str]) -> str:
        name = unescape(match[1])
        return match[0] + former(name) + link(name, name.partition("-")[0])

    def once(match: re.Match[str]) -> str:
        if match[1] in seen:
            return ""
        seen.add(match[1])
        return match[0]

    html = SHOWN_FIGURE.sub(shown, html)
    html = ENTRY.sub(entry, html)
    html = ALERT_TOLD.sub(lambda m: m[0] + link(unescape(m[1]), ALERT), html)
    return ID.sub(once, html)
