"""What a built site is marked with, and whether it is still as it was built."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .store import sha

MARKER = ".fresh.json"
MADE = "made"  # in it: the ``content`` of the site
REDIRECT = "index.html"  # at the top
REFRESH = b'<meta http-equiv="Refresh"'  # what it begins with where it is none of the pages: Jupyter Book writes it at the end


def text(path: Path) -> str:
    """Return a marker's text; empty where there is none, or it cannot be read."""
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def marked(site: Path) -> dict[str, Any]:
    """Return what a site is marked with; nothing where it is not, or not legibly."""
    try:
        return dict(json.loads(text(site / MARKER)))
    except (ValueError, TypeError):
        return {}


def content(site: Path) -> str:
    """Return one hash of all files of a site, but for the marker and a redirect.

    Raises:
        OSError: one cannot be read.
    """
    files = ((name, (site / name).read_bytes()) for name in _files(site) if name != MARKER)
    return sha("\n".join(f"{n} {sha(what)}" for n, what in files if n != REDIRECT or not what.startswith(REFRESH)))


def is_as_built(site: Path) -> bool:
    """Whether no file of a site was changed, added or removed since its build."""
    try:
        return bool(marked(site).get(MADE) == content(site)) and (site / REDIRECT).is_file()
    except OSError:
        return False


def _files(folder: Path) -> Iterator[str]:
    """Yield every file below a folder, by its path in there, in the order of their names."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(place, name).relative_to(folder).as_posix() for name in sorted(names))
