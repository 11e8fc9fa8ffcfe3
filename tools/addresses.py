"""Keep the record of the book's addresses, so that none that was ever published leads nowhere.

    python -m tools.addresses

Needs a built book (make book). Says which names are new, and for each that is gone to what it
leads from now on: to what stands in its place, else to the section above. Look at these, and
correct them in notebooks/addresses.json where they are wrong; then build again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from lxml.html import HtmlElement, document_fromstring

from stateassets.book.anchors import FORMER, NAMES, SHOWN
from stateassets.tables import files
from stateassets.tables.addresses import RECORD

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
KINDS = {"sa-table", "sa-chart"}
Record = dict[str, Any]


def named(page: str) -> list[str]:
    """Return the names of the sections, tables and pictures of a page, in their order."""
    return [name for name, _ in _named(document_fromstring(page))]


def sections(page: str) -> set[str]:
    """Return those names that are sections'."""
    return {name for name, node in _named(document_fromstring(page)) if node.tag == "section"}


def _named(page: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    for node in page.iter("section", "figure"):
        if (node.tag == "section" or KINDS & {*node.classes}) and (name := node.get("id")):
            yield name, node


def gone(before: Sequence[str], now: Sequence[str], headings: set[str]) -> dict[str, str]:
    """Return each name that is no more -> where it leads: what stands in its place, if that is of
    the same kind, else the section before it, else the first of the page."""
    found: dict[str, str] = {}
    for what, a, b, c, d in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        left = [name for name in before[a:b] if name not in now]
        new = [name for name in now[c:d] if name not in before]
        above = next((name for name in reversed(now[:c]) if name in headings), now[0] if now else "")
        if what != "equal":
            pairs = new if [*map(_kind, new)] == [*map(_kind, left)] else [above] * len(left)
            found.update(zip(left, pairs, strict=True))
    return found


def _kind(name: str) -> str:
    """Return what a name says it is of: a table, a picture, or nothing."""
    return name[:2] if name.startswith(tuple(f"{word}-" for word in SHOWN.values())) else ""


def renewed(record: Mapping[str, Record], pages: Mapping[str, str]) -> tuple[dict[str, Record], list[str]]:
    """Return the record as it is to be for the built pages, and what to tell of it; a page that is no
    more keeps its entry."""
    made, told = dict(record), list[str]()
    for page, html in sorted(pages.items()):
        now, before = named(html), record.get(page, {})
        if not now:
            continue
        moved = gone(before.get(NAMES, ()), now, sections(html))
        former = {old: moved.get(new, new) for old, new in before.get(FORMER, {}).items()} | moved
        made[page] = {NAMES: now, FORMER: {old: new for old, new in former.items() if old not in now}}
        told += [f"{page}：{old}不再有，改到{new}" for old, new in moved.items()]
        told += [f"{page}：新的地址{name}" for name in now if before and name not in before[NAMES]]
    return made, told


def main() -> int:
    """Renew the record from the built book."""
    pages = {
        p.relative_to(SITE).with_suffix("").as_posix(): p.read_text("utf-8") for p in SITE.glob("notebooks/**/*.html")
    }
    if not pages:
        print("还没有生成书：请先运行make book。", file=sys.stderr)
        return 1
    path = ROOT / RECORD
    record = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    made, told = renewed(record, pages)
    files.write(path, json.dumps(made, ensure_ascii=False, indent=1, sort_keys=False) + "\n")
    print("\n".join(told or ["没有变化。"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
