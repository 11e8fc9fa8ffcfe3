"""A literal search index of the book's sections, in place of Sphinx's.

Sphinx cuts text into words and Chinese has no spaces between them, so its search misses most of
what a reader types. Here the browser (static/finding.js) looks for what was typed in the text
itself, and for what has that name, sounds like it or is nearly written like it. Numbers whose
origin a page tells answer a question for one, in the words of that page. The index is a script,
not data to fetch, so that it also works from a folder (file://).
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from lxml.html import HtmlElement, document_fromstring

from ..cache import Store
from ..cache.store import sha
from ..measures.measures import KINDS
from ..notebooks import fingerprint as code
from ..tables.addresses import FIGURE

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
EVERYDAY_WORDS = Path(__file__).with_name("everyday_words.yml")
# The place of a figure (Figure.place), and the head of what its page tells of it (provenance.Origin).
PLACE = re.compile(rf"{FIGURE}-(\w+)(?:\.(\w+))?(?:-(.+))?-(\d{{4}})")
HEAD = re.compile(r"(.+)，([^，]+)，\d{4}年：(.+)")
TAKEN, AT_END = "取自", "（时点为年末）"
LAST = "last"  # kind of a figure: the number of the year before
CHANGES = ("yoy", "change")  # kinds that say how it grew, the better one first
GROWN = re.compile("同比|与上年")  # how a sentence says that
CARRIED = "sa-compare-data"  # what 比一比 carries (pages/comparing.py)
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


def figures(article: HtmlElement) -> list[dict[str, Any]]:
    """The numbers whose origin a finished page tells, as it prints them.

    Measure ``m``, kind ``k``, scope ``w`` (empty: the whole), year ``y``, their names ``n`` and
    ``s``, the number ``v``, how a sentence says its growth ``g``, origin ``o``, the section that
    shows it first ``a`` (None: it is only in the list of origins), whether a conclusion does ``c``,
    and whether it is of the year's end ``e``.
    """
    shown, grown = _shown(article)
    concluded = {
        link.get("href")[1:]
        for told in article.find_class("sa-conclusion")
        for link in told.iter("a")
        if link.get("href", "").startswith(f"#{FIGURE}-")
    }
    found = []
    for entry in article.xpath(f".//li[starts-with(@id, '{FIGURE}-')]"):
        place, head = PLACE.fullmatch(entry.get("id")), entry.find("strong")
        told = None if head is None else HEAD.fullmatch(head.text_content())
        if not place or not told:
            continue
        measure, kind, scope, year = place.groups(default="")
        name, whose, number = told.groups()
        badge = entry.find("span")
        lines = [line for line in entry.text_content().split("\n") if line.startswith(TAKEN)]
        found.append(
            {
                "m": measure,
                "k": kind,
                "w": scope,
                "y": int(year),
                "n": name,
                "s": whose,
                "v": number,
                "g": grown.get(place[0], ""),
                "o": "" if badge is None else badge.text_content(),
                "a": shown.get(place[0]),
                "c": place[0] in concluded,
                "e": bool(lines) and all(AT_END in line for line in lines),
            }
        )
    return found


def _shown(article: HtmlElement) -> tuple[dict[str, int], dict[str, str]]:
    """Place of a figure -> the number of the section that shows it first; -> its growth in words."""
    numbers = {section: number for number, section in enumerate(article.iter("section"))}
    shown: dict[str, int] = {}
    grown: dict[str, str] = {}
    for link in article.xpath(f".//a[starts-with(@href, '#{FIGURE}-')][contains(@class, 'sa-figure')]"):
        place, words = link.get("href")[1:], link.text_content()
        section = next((node for node in link.iterancestors("section")), None)
        if section is not None:
            shown.setdefault(place, numbers[section])
        if GROWN.match(words):
            grown.setdefault(place, words)
    return shown, grown


def compared(article: HtmlElement) -> dict[str, Any] | None:
    """The numbers that the page 比一比 carries, but for those of all together, which other pages print.

    ``years``, ``units``, ``small`` and ``rules`` as there; ``scopes`` (code, level, name); ``measures``:
    unit, decimals, mark of origin, and the values of each level. None on any other page.
    """
    carrying = article.xpath(f".//script[@id='{CARRIED}']")
    if not carrying:
        return None
    facts = json.loads(carrying[0].text)
    whole = {scope["by"] for scope in facts["scopes"] if ":" not in scope["code"]}
    measures = {}
    for one in facts["measures"]:
        one |= facts["alike"][one["alike"]]
        if values := {by: text for by, text in one.get("values", {}).items() if by not in whole}:
            origin = facts["origins"][one["origin"]]
            measures[one["code"]] = [one.get("unit", ""), one.get("decimals", 0), origin, values]
    return {
        **{key: facts[key] for key in ("years", "units", "small", "rules")},
        "scopes": [[one["code"], one["by"], one["name"]] for one in facts["scopes"] if one["by"] not in whole],
        "measures": measures,
    }


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
    """What a finished page gives to the index: ``page``, ``names``, ``figures``, and its ``headings`` as names.

    ``page`` has a title ``t``, an ``address`` in the site ``u`` and sections ``s``; None if there
    is nothing to find. ``sounds`` is how names sound that are known, to which others are added.
    """
    page = document_fromstring(text)
    article = next((node for node in page.iter("article") if "bd-article" in node.get("class", "").split()), None)
    found = [] if article is None else sections(article)
    if article is None or not found:
        return {"page": None, "names": [], "headings": [], "figures": [], "compared": None}
    title = found[0]["h"]
    headings = [
        _name("章节", one["h"], title if number else "", f"{address}#{one['a']}", sounds)
        for number, one in enumerate(found)
        if one["h"]
    ]
    page = {"t": title, "u": address, "s": found}
    return {
        "page": page,
        "names": names(article, address, sounds),
        "headings": headings,
        "figures": figures(article),
        "compared": compared(article),
    }


def content(read_pages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The index: ``pages``, ``names``, ``aliases``, which say a thing's own name, ``words`` that readers
    use for others, and ``answers``."""
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
    return {
        "pages": pages,
        "names": known,
        "aliases": aliases,
        "words": yaml.safe_load(EVERYDAY_WORDS.read_text("utf-8")),
        "answers": answers(read_pages),
    }


def answers(read_pages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Every number once: ``compared``, what 比一比 carries, with the number of its page; ``measures`` and ``scopes`` by their ids, and ``figures``, each a row of id
    (measure and kind), scope, year, number, growth, origin, page and section by number, and 1 if
    it is of the year's end.

    A number is taken from the page about whom it is of, else from one that concludes with it, else from
    the first that shows it.
    """
    best: dict[tuple[str, str, str, int], tuple[tuple[Any, ...], int, Mapping[str, Any]]] = {}
    for number, one in enumerate(read_pages):
        for figure in one["figures"]:
            key = (figure["m"], figure["k"], figure["w"], figure["y"])
            about = one["page"]["t"] == figure["s"]
            rank = (not about, not figure["c"], figure["a"] is None, bool(figure["a"]), _in_order(one["page"]["u"]))
            if key not in best or rank < best[key][0]:
                best[key] = (rank, number, figure)
    told: dict[tuple[str, str, str, int], str] = {}  # a growth may be a sentence on another page
    for figure in (figure for one in read_pages for figure in one["figures"] if figure["g"]):
        told.setdefault((figure["m"], figure["k"], figure["w"], figure["y"]), figure["g"])
    rows, measures, scopes = [], dict[str, str](), dict[str, str]()
    for (measure, kind, scope, year), (_, number, figure) in best.items():
        if kind not in {"", LAST}:
            continue
        if not kind:
            measures[measure] = figure["n"]
        scopes[scope] = figure["s"]
        growth = ""
        for change in () if kind else CHANGES:
            key = (measure, change, scope, year)
            if key in best and not growth:
                grown = best[key][2]
                growth = told.get(key) or _grown(change, grown["n"].removeprefix(figure["n"]), grown["v"])
        identity = f"{measure}.{kind}" if kind else measure
        section = figure["a"] or 0
        rows.append([identity, scope, year, figure["v"], growth, figure["o"], number, section, int(figure["e"])])
    found = {"measures": measures, "scopes": scopes, "figures": rows}
    carried = next(((at, one["compared"]) for at, one in enumerate(read_pages) if one["compared"]), None)
    return found | {"compared": {"page": carried[0], **carried[1]}} if carried else found


def _grown(kind: str, name: str, printed: str) -> str:
    """Return a growth or change in words; of what no number tells (由盈转亏, 不适用) its name before it."""
    return KINDS[kind].told(printed) if re.search("[0-9]", printed) else f"{name}{printed}"


def _in_order(address: str) -> list[tuple[int, str]]:
    """What sorts addresses as a reader counts: chapter 10 after chapter 9, the cover last."""
    return [(int(digits or 10**9), rest) for digits, rest in re.findall(r"(\d*)([^\d]+)", address)]


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
