"""A site without what no page uses: the theme brings megabytes of maps, icons and languages.

Nor do its styles name the icon fonts that are left out: a browser would ask for them on every page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

STATIC = "_static"
# Icon fonts that the theme's styles name; icons.css draws what is needed.
ICON_FONT = re.compile(r"@font-face\s*\{[^}]*/vendor/[^}]*\}")
IN_PAGE = re.compile(rf'{STATIC}/[^"?#]+')  # what comes before it, a quotation mark begins
IN_STYLE = re.compile(r"""url\(\s*["']?([^"')?#:]+)|@import\s+["']([^"']+)""")


def remove_unused(site: Path, pages: Iterable[Path]) -> list[Path]:
    """Delete what lies under ``_static`` and no page or style sheet names; return what was."""
    for style in (site / STATIC).rglob("*.css"):
        before = style.read_text("utf-8")
        if (after := ICON_FONT.sub("", before)) != before:
            style.write_text(after, "utf-8")
    used = set(_used(site, pages))
    unused = [p for p in sorted((site / STATIC).rglob("*")) if p.is_file() and p not in used]
    for path in unused:
        path.unlink()
    for folder in sorted((site / STATIC).rglob("*/"), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    return unused


def _used(site: Path, pages: Iterable[Path]) -> Iterator[Path]:
    named = {
        os.path.normpath(page.parent / address)
        for page in {*pages, *site.glob("data/*.html")}
        for address in _addresses(page.read_text("utf-8"))
    }
    for path in named:
        yield from _with_imports(Path(path).resolve())


def _addresses(page: str) -> set[str]:
    """Return what a page may name below ``_static``; it is found by its end, which is quick."""
    ends = IN_PAGE.finditer(page)
    return {page[page.rfind('"', 0, end.start()) + 1 : end.end()] for end in ends}


def _with_imports(path: Path) -> Iterator[Path]:
    yield path
    if path.suffix == ".css" and path.is_file():
        for match in IN_STYLE.finditer(path.read_text("utf-8")):
            yield (path.parent / (match[1] or match[2])).resolve()
