"""A literal search index of the book's sections, in place of Sphinx's.

Sphinx cuts text into words and Chinese has no spaces between them, so its search misses most of
what a reader types. Here the browser looks for what was typed in the text itself. The index is a
script, not data to fetch, so that it also works from a folder (file://).
"""

from __future__ import annotations

import csv
import importlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, NavigableString, PageElement, Tag
from bs4.element import PreformattedString

INDEX = "search-index.js"
BEFORE, AFTER = "window.stateAssetsIndex = ", ";\n"
UNREAD = {"script", "style", "svg", "nav", "button", "noscript"}
UNREAD_CLASSES = {
    "cell_input",
    "above-input",
    "headerlink",
    "toctree-wrapper",
    "sa-from",
    "sa-origins",
}
INLINE = {
    "a", "abbr", "b", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "samp", "small", "span",
    "strong", "sub", "sup", "u", "var",
}  # fmt: skip


def read(node: PageElement) -> Iterator[str]:
    """The text a reader sees under `node`, without nested sections; newlines part its blocks."""
    if isinstance(node, NavigableString):
        if not isinstance(node, PreformattedString):
            yield re.sub(r"\s+", " ", node)
        return
    if not isinstance(node, Tag) or node.name in UNREAD:
        return
    if UNREAD_CLASSES & set(node.get("class") or ()):
        return
    if node.name == "math":
        yield re.sub(r"\s+", "", node.get_text())
        return
    edge = "" if node.name in INLINE else "\n"
    yield edge
    for child in node.children:
        if not nested(child):
            yield from read(child)
    yield edge


def nested(node: PageElement) -> bool:
    """True for a section inside a section: it has an entry of its own."""
    return isinstance(node, Tag) and node.name == "section"


def text_of(nodes: Iterable[PageElement]) -> str:
    """Blocks of readable text, one a line; table cells are blocks too."""
    lines = "".join(piece for node in nodes for piece in read(node)).split("\n")
    return "\n".join(filter(None, (line.strip() for line in lines)))


def sections(page: str) -> list[dict[str, str]]:
    """The sections of a finished page: heading ``h``, anchor ``a``, text ``x``."""
    article = BeautifulSoup(page, "html.parser").select_one("article.bd-article")
    found = []
    for section in article.find_all("section") if article else ():
        heading = section.find(re.compile("^h[1-6]$"), recursive=False)
        body = [child for child in section.children if child is not heading and not nested(child)]
        title = text_of([heading]) if heading else ""
        found.append({"h": title, "a": str(section.get("id") or ""), "x": text_of(body)})
    return found


def entries(site: Path, pages: Iterable[Path]) -> list[dict[str, Any]]:
    """One entry a page: title ``t``, address ``u`` relative to the site, sections ``s``."""
    made = []
    for path in pages:
        found = sections(path.read_text("utf-8"))
        if found:
            address = path.relative_to(site).as_posix()
            made.append({"t": found[0]["h"], "u": address, "s": found})
    return made


def aliases(root: Path) -> dict[str, str]:
    """Other names of terms: from the terms table, and from the indicator catalogue if there."""
    names: dict[str, str] = {}
    terms = root / "data" / "reference" / "terms.csv"
    if terms.exists():
        with terms.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for alias in filter(None, (row.get("aliases") or "").split("、")):
                    names[alias.strip()] = row["term"]
    try:
        catalogue = importlib.import_module("stateassets.catalogue")
    except ModuleNotFoundError:
        return names
    more: Mapping[str, str] = getattr(catalogue, "aliases", dict)()
    return names | dict(more)


def stale(site: Path, pages: Iterable[Path]) -> bool:
    """True if a page is newer than the index, or the index is of other pages or not there."""
    index = site / INDEX
    pages = list(pages)
    try:
        written = index.stat().st_mtime_ns
        stored = json.loads(index.read_text("utf-8").removeprefix(BEFORE).removesuffix(AFTER))
        known = {page["u"] for page in stored["pages"]}
    except (OSError, ValueError, KeyError):
        return True
    if known - {path.relative_to(site).as_posix() for path in pages}:
        return True
    return any(path.stat().st_mtime_ns > written for path in pages)


def write(root: Path, site: Path, pages: Iterable[Path]) -> None:
    """Write the index of `pages` into the site if it is stale."""
    pages = list(pages)
    if stale(site, pages):
        index = {"pages": entries(site, pages), "aliases": aliases(root)}
        content = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
        (site / INDEX).write_text(BEFORE + content + AFTER, "utf-8")
