"""Every heading, table, picture, alert and number of a page has a name, which others can cite.

Sphinx numbers what has a Chinese heading (``id2``), so that a section that is added gives all
after it other addresses. Here a name comes from what is named alone (``tables.addresses``): a
heading's from its label, or from its words; a table's or picture's from its call (``place``), or
from how its caption begins, without numbers and without what is found in a picture. Where several on a page would be alike, each has its
whole caption, then the name of the section that it stands in. Alerts and numbers bring their names with them.

What an address was before (``notebooks/addresses.json``) goes on leading where it led: an empty
element stands there, which needs no script.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape, unescape
from itertools import chain, count
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform

from ..chapters import stamp
from ..present.markup import SUBJECT_CSS
from ..tables.addresses import ALERT, FIGURE, QUESTION, RECORD, caption_slugs, slug
from ..tables.data_errors import DataError
from ..tables.text_files import read_json

NAMES, FORMER = "names", "former"  # of a page, in the record
SHOWN = {"table": "表", "chart": "图"}  # what a figure's class says it is
SHOWN_FIGURE = re.compile(
    r'<figure class="sa-(table|chart)"(?: id="([^"]*)")?>(\s*<figcaption>(.*?)</figcaption>)?', re.S
)
SUBJECT = re.compile(rf'.*<span class="{SUBJECT_CSS}">(.*?)</span>', re.S)
MARKS = re.compile(
    r'<span class="sa-origin [^>]*>.*?</span>|<small class="sa-shared">.*?</small>|<a class="sa-from".*?</a>|<[^>]*>',
    re.S,
)
ID = re.compile(r'(?<=\s)id="([^"]*)"')
ENTRY = re.compile(rf'(<li id="((?:{FIGURE}|{QUESTION})-[^"]*)">)(.*?)(?=</p>|</li>)', re.S)
ALERT_TOLD = re.compile(rf'<span id="({ALERT}-[^"]*)">.*?</span>', re.S)
LINK = '<a class="headerlink" href="#{name}" aria-label="{told}">#</a>'  # the style sheet shows words beside it
TOLD = {"table": "引用本表", "chart": "引用本图", FIGURE: "引用这个数", QUESTION: "引用这个问题", ALERT: "引用这项预警"}


def link(name: str, kind: str) -> str:
    """Return the link by which a thing on a page is cited."""
    return LINK.format(name=escape(name), told=TOLD[kind])


@cache
def _read(path: Path, _changed: tuple[int, ...]) -> dict[str, Any]:
    try:
        found: dict[str, Any] = read_json(path)
        return {page: {NAMES: list(of[NAMES]), FORMER: dict(of[FORMER])} for page, of in found.items()}
    except (DataError, AttributeError, KeyError, TypeError, ValueError):
        raise ExtensionError(
            f"地址的记录{RECORD}读不懂。请从版本库里取回这个文件，再生成一次；书里的旧地址靠它才通。"
        ) from None


def record(root: Path) -> dict[str, Any]:
    """Return what is on record of a book's addresses, nothing for a book that keeps none: page ->
    its ``names``, and ``former`` address -> the name of what stands there now.

    Raises:
        ExtensionError: the record cannot be read.
    """
    path = root / RECORD
    return _read(path, stamp(path)) if path.is_file() else {}


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
        self._shown: dict[nodes.Element, list[str]] = {}
        self._name_sections(list(document.findall(nodes.section)), document)
        self._name_shown([n for n in document.findall(nodes.Element) if isinstance(n, (nodes.raw, nodes.table))])

    def _name_sections(self, sections: list[nodes.section], document: nodes.document) -> None:
        self.sections = {s: labels[0] for s in sections if (labels := _labels(document, s))}
        own = {s: _heading(s) for s in sections if s not in self.sections}
        for section, heading in own.items():
            above = self.sections.get(section.parent, "")
            self.sections[section] = self._free([heading, _joined(above, heading)], [Counter(own.values())])

    def _name_shown(self, holding: list[nodes.Element]) -> None:
        found = [
            (node, place, self._variants(node, kind, words)) for node in holding for kind, place, words in _shown(node)
        ]
        times = [Counter(names) for names in zip(*(names for _, place, names in found if not place), strict=True)]
        for node, place, names in found:
            self._shown.setdefault(node, []).append(place or self._free(names, times))
            if isinstance(node, nodes.table):
                node["ids"] = self._shown[node]

    def _variants(self, node: nodes.Element, kind: str, words: str) -> list[str]:
        """Return what a table or picture may be named, the shortest first."""
        section = node.parent
        while section is not None and not isinstance(section, nodes.section):
            section = section.parent
        short, whole = caption_slugs(words)
        return [_joined(kind, short), _joined(kind, whole), _joined(kind, self.sections.get(section, ""), whole)]

    def _free(self, names: list[str], times: list[Counter[str]]) -> str:
        """Return the first of the names that nothing else on the page has or would have."""
        alone = (n for n, all_ in zip(names, times, strict=False) if all_[n] == 1 and n not in self.all)
        numbered = (f"{names[-1]}-{number}" for number in count(2))
        name = next(n for n in chain(alone, names[-1:], numbered) if n not in self.all)
        self.all.add(name)
        return name

    def of(self, raw: nodes.raw) -> Iterator[str]:
        """Yield the names of the tables and pictures that a piece of HTML holds, in their order."""
        return iter(self._shown.get(raw, ()))


def _heading(section: nodes.section) -> str:
    title = next(iter(section.findall(nodes.title)), None)
    name = slug(title.astext()) if title else ""
    # A style sheet, and the theme's script, know no name that begins with a digit.
    return f"_{name}" if not name or name[0].isdigit() else name


def _shown(node: nodes.Element) -> Iterator[tuple[str, str, str]]:
    """Yield of each table and picture what it is, the name that it brings with it, and its caption."""
    if isinstance(node, nodes.table):
        words = node.next_node(nodes.title) or next(node.findall(nodes.thead), node)
        yield SHOWN["table"], "".join(node["ids"][:1]), words.astext()
    else:
        for shown in SHOWN_FIGURE.finditer(node.astext()):
            caption = SUBJECT.sub(r"\1", shown[4] or "")  # what is seen is numbers, which change
            yield SHOWN[shown[1]], unescape(shown[2] or ""), unescape(MARKS.sub("", caption))


def _joined(*words: str) -> str:
    return "-".join(filter(None, words))


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
        name = unescape(match[2])
        return match[1] + former(name) + match[3] + link(name, name.partition("-")[0])

    def once(match: re.Match[str]) -> str:
        if match[1] in seen:
            return ""
        seen.add(match[1])
        return match[0]

    html = SHOWN_FIGURE.sub(shown, html)
    html = ENTRY.sub(entry, html)
    html = ALERT_TOLD.sub(lambda m: m[0] + link(unescape(m[1]), ALERT), html)
    return ID.sub(once, html)
