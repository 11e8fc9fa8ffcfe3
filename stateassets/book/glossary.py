"""The first use of each term in a chapter's prose leads to its entry, and shows it in place.

The entries stand in the finished pages, where ``display.named`` marked them. A link holds what
its entry says, for static/explain.js; without scripts it leads to the entry.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml.html import document_fromstring

ENTRY = "data-mark"
# Prose is what stands in paragraphs of no special kind: of a chapter's text or of its sentences.
PARAGRAPH = re.compile(r"(?<=<p>).*?(?=</p>)", re.DOTALL)
TABLES = re.compile(r"<(figure|table)\b.*?</\1>", re.DOTALL)
PIECE = re.compile(r"<(/?)([a-z0-9]+)[^>]*>|[^<]+")
UNMARKED = {"a", "button", "code", "math", "svg"}
MARK = re.compile(r'<a class="sa-term"[^>]*>(.*?)</a>')
# 公布数 is not what 公布数字 begins with.
WHOLE = r"(?:(?<!数)|(?![字据目量额]))"
SHORTEST = 3  # a name of two characters, such as 户数, is part of too many other words


@dataclass(frozen=True)
class Entry:
    """A term or an indicator: its name, what it means, where it stands (page and place)."""

    name: str
    told: str
    page: Path
    place: str


@dataclass(frozen=True)
class Glossary:
    """Every name by which prose may call an entry, and names that have none (None)."""

    names: Mapping[str, Entry | None]

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds the longest name first."""
        longest = sorted(self.names, key=len, reverse=True)
        return re.compile(f"(?:{'|'.join(map(re.escape, longest))}){WHOLE}")

    @property
    def pages(self) -> set[Path]:
        """Where the entries stand."""
        return {entry.page for entry in self.names.values() if entry}


def read(pages: Iterable[Path]) -> Glossary:
    """Read the entries of finished pages; of two with the same name the first counts for both."""
    names: dict[str, Entry | None] = {}
    unmarked: list[str] = []
    for path in pages:
        text = path.read_text("utf-8")
        if f'{ENTRY}="' not in text:
            continue
        for tag in document_fromstring(text).iterfind(".//*[@data-kind][@id]"):
            name = tag.text_content()
            if ENTRY not in tag.attrib:
                unmarked.append(name)
                continue
            told, place = tag.get("data-told", ""), tag.get("id", "")
            entry = names.get(name) or Entry(name, told, path, place)
            for called in (name, *tag.get("data-others", "").split("、")):
                if len(called) >= SHORTEST:
                    names.setdefault(called, entry)
    return Glossary(names | {name: None for name in unmarked if name not in names})


def marked(page: str, glossary: Glossary, path: Path) -> str:
    """Return a finished page with its first uses marked, once however often this is done."""
    page = MARK.sub(r"\1", page)
    start = page.find('<article class="bd-article')
    if start < 0 or not glossary.names:
        return page
    pattern, seen = glossary.pattern, set[str]()
    out, end = [page[:start]], start
    # What lies between tables and pictures; a match is kept as it is.
    for skipped in [*TABLES.finditer(page, start), None]:
        stop = skipped.start() if skipped else len(page)
        prose = page[end:stop]
        out.append(PARAGRAPH.sub(lambda m: _paragraph(m[0], pattern, glossary, path, seen), prose))
        end = skipped.end() if skipped else stop
        out.append(skipped[0] if skipped else "")
    return "".join(out)


def _paragraph(text: str, pattern: re.Pattern[str], glossary: Glossary, path: Path, seen: set[str]) -> str:
    def link(match: re.Match[str]) -> str:
        entry = glossary.names[match[0]]
        if entry is None or entry.place in seen:
            return match[0]
        seen.add(entry.place)
        page = Path(os.path.relpath(entry.page, path.parent)).as_posix()
        facts = {"href": f"{page}#{entry.place}", "data-name": entry.name, "data-explain": entry.told}
        attributes = "".join(f' {key}="{html.escape(value)}"' for key, value in facts.items())
        return f'<a class="sa-term"{attributes}>{match[0]}</a>'

    within = 0  # how many elements deep in what is not prose
    out = []
    for piece in PIECE.finditer(text):
        if piece[2] in UNMARKED:
            within += -1 if piece[1] else 1
        plain = not piece[2] and not within
        out.append(pattern.sub(link, piece[0]) if plain else piece[0])
    return "".join(out)


def finish(pages: Sequence[Path], new: Container[Path]) -> None:
    """Mark the pages that are new, or all where an entry may be; write only those that change."""
    glossary = read(pages)
    renewed = any(path in new for path in glossary.pages)
    for path in pages if renewed else [path for path in pages if path in new]:
        before = path.read_text("utf-8")
        after = before if path in glossary.pages else marked(before, glossary, path)
        if after != before:
            path.write_text(after, "utf-8")
