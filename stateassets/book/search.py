"""A literal search index of the book's sections, in place of Sphinx's.

Sphinx cuts text into words and Chinese has no spaces between them, so its search misses most of
what a reader types. Here the browser (static/finding.js) looks for what was typed in the text
itself, and for what has that name, sounds like it or is nearly written like it. The index is a
script, not data to fetch, so that it also works from a folder (file://).
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lxml.html import HtmlElement, document_fromstring

from ..cache import Store
from ..cache.store import sha
from ..notebooks import fingerprint as code

INDEX = "search-index.js"
KIND = "pages"  # in the cache: what was read of them
BEFORE, AFTER = "window.stateAssetsIndex = ", ";\n"
UNREAD = {"script", "style", "svg", "nav", "button", "noscript"}
UNREAD_CLASSES = {"cell_input", "above-input", "headerlink", "toctree-wrapper", "sa-from", "sa-origin", "sa-origins"}
INLINE = {
    "a",
    "abbr",
    "b",
    "cite",
    "code",
    "em",
    "i",
    "kbd",
    "mark",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
    "var",
}

CELLS, BETWEEN = {"td", "th"}, "｜"
HEADINGS = {f"h{level}" for level in range(1, 7)}
SPACES = re.compile(r"\s+")
# Words that readers use for what reports call otherwise; search looks for both.
EVERYDAY_WORDS = {"国企": "国有企业", "国资": "国有资本"}
LETTERS = re.compile(r"[^\w]")  # marks that no one types in pinyin


def read(node: HtmlElement) -> list[str]:
    """The text a reader sees in `node`, without nested sections; newlines part its blocks."""
    found: list[str] = []
    _read(node, found)
    return found


def inside(node: HtmlElement, without: HtmlElement | None = None) -> list[str]:
    """What is read between a node's beginning and end, but for one child; see ``read``."""
    found: list[str] = []
    _inside(node, found, without)
    return found


def _read(node: HtmlElement, found: list[str]) -> None:
    tag = node.tag
    if not isinstance(tag, str) or tag in UNREAD:
        return
    classes = node.get("class")
    if classes and not UNREAD_CLASSES.isdisjoint(classes.split()):
        return
    if tag == "math":
        found.append(SPACES.sub("", node.text_content()))
    elif tag in CELLS:  # a row of a table is one block, so that a cell is seen in it
        found.append("".join(inside(node)).replace("\n", " ").strip() + BETWEEN)
    elif tag in INLINE:
        _inside(node, found)
    else:
        found.append("\n")
        _inside(node, found)
        found.append("\n")


def _inside(node: HtmlElement, found: list[str], without: HtmlElement | None = None) -> None:
    if text := node.text:
        found.append(SPACES.sub(" ", text))
    for child in node:
        # A section inside a section has an entry of its own.
        if child.tag != "section" and child is not without:
            _read(child, found)
        if tail := child.tail:
            found.append(SPACES.sub(" ", tail))


def text_of(pieces: Iterable[str]) -> str:
    """Blocks of readable text, one a line; a row of a table is a block."""
    lines = "".join(pieces).split("\n")
    return "\n".join(filter(None, (line.strip(f"{BETWEEN} ") for line in lines)))


def sections(article: HtmlElement) -> list[dict[str, str]]:
    """The sections of a finished page: heading ``h``, anchor ``a``, text ``x``."""
    found = []
    for section in article.iter("section"):
        heading = next((child for child in section if child.tag in HEADINGS), None)
        title = "" if heading is None else text_of(read(heading))
        body = text_of(inside(section, without=heading))
        found.append({"h": title, "a": section.get("id", ""), "x": body})
    return found


def names(article: HtmlElement, page: str, sounds: dict[str, str]) -> list[dict[str, Any]]:
    """What a page says to have a name of its own (``display.named``), at the address ``page``.

    Kind ``k``, name ``n``, others ``o``, a line about it ``d``, address in the site ``u``, and how
    all its names sound ``p``.
    """
    found = []
    for tag in article.xpath(".//*[@data-kind]"):
        link = tag.get("href")
        place = posixpath.join(posixpath.dirname(page), link) if link else f"{page}#{tag.get('id')}"
        others = list(filter(None, tag.get("data-others", "").split("、")))
        entry = _name(
            tag.get("data-kind", ""),
            tag.text_content(),
            tag.get("data-told", ""),
            posixpath.normpath(place),
            sounds,
            others,
        )
        found.append(entry)
    return found


def _name(
    kind: str, name: str, told: str, address: str, sounds: dict[str, str], others: Sequence[str] = ()
) -> dict[str, Any]:
    heard = [_sound(one, sounds) for one in (name, *others)]
    return {"k": kind, "n": name, "o": list(others), "d": told, "u": address, "p": heard}


def _sound(name: str, sounds: dict[str, str]) -> str:
    if name not in sounds:
        from pypinyin import lazy_pinyin  # a large dictionary, and most names are known

        sounds[name] = " ".join(lazy_pinyin(LETTERS.sub("", name))).lower()
    return sounds[name]


def page_of(text: str, address: str, sounds: dict[str, str]) -> dict[str, Any]:
    """What a finished page gives to the index: ``page``, ``names``, and its ``headings`` as names.

    ``page`` has a title ``t``, an ``address`` in the site ``u`` and sections ``s``; None if there
    is nothing to find. ``sounds`` is how names sound that are known, to which others are added.
    """
    page = document_fromstring(text)
    article = next((node for node in page.iter("article") if "bd-article" in node.get("class", "").split()), None)
    found = [] if article is None else sections(article)
    if article is None or not found:
        return {"page": None, "names": [], "headings": []}
    title = found[0]["h"]
    headings = [
        _name("章节", one["h"], title if number else "", f"{address}#{one['a']}", sounds)
        for number, one in enumerate(found)
        if one["h"]
    ]
    page = {"t": title, "u": address, "s": found}
    return {"page": page, "names": names(article, address, sounds), "headings": headings}


def content(read_pages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The index: ``pages``, ``names`` and ``aliases``, which say a thing's own name."""
    read_pages = [one for one in read_pages if one["page"]]
    known = [name for one in read_pages for name in one["names"]]
    known = list({(name["k"], name["n"]): name for name in reversed(known)}.values())[::-1]
    # A section's heading is a name where no other chapter has the same.
    headings = [heading for one in read_pages for heading in one["headings"]]
    times = Counter(heading["n"] for heading in headings)
    taken = {name["n"] for name in known}
    known += [one for one in headings if times[one["n"]] == 1 and one["n"] not in taken]
    aliases = {other: name["n"] for name in known for other in name["o"]}
    pages = [one["page"] for one in read_pages]
    return {"pages": pages, "names": known, "aliases": aliases | EVERYDAY_WORDS}


def write(site: Path, pages: Iterable[Path], store: Store) -> None:
    """Write the index of the pages into the site, if it has become another.

    What was read of each page is kept, so that only pages that changed are read again.
    """
    by = code.sha(Path(__file__)) + "".join(code.installed(["lxml", "pypinyin"]))
    texts = {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in pages}
    found = {address: store.find(KIND, address, by, {address: sha(text)}) for address, text in texts.items()}
    known = {address: one[1] if one else store.last(KIND, address, by) for address, one in found.items()}
    read = {address: json.loads(one) for address, one in known.items() if one}
    entries = (entry for one in read.values() for entry in [*one["names"], *one["headings"]])
    sounds = {
        name: sound for entry in entries for name, sound in zip((entry["n"], *entry["o"]), entry["p"], strict=True)
    }
    for address in (address for address, one in found.items() if not one):
        read[address] = page_of(texts[address], address, sounds)
        kept = json.dumps(read[address], ensure_ascii=False)
        store.keep(KIND, address, by, {address: sha(texts[address])}, kept)
    text = json.dumps(content(read[address] for address in texts), ensure_ascii=False, separators=(",", ":"))
    # Older browsers end a line of a script at these, and any ends a script at its end tag.
    for mark, written in (("\u2028", "\\u2028"), ("\u2029", "\\u2029"), ("</", "<\\/")):
        text = text.replace(mark, written)
    script, index = BEFORE + text + AFTER, site / INDEX
    if not index.is_file() or index.read_text("utf-8") != script:
        index.write_text(script, "utf-8")
