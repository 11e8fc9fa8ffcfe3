"""Where a chapter lies: code knows its name, ``_toc.yml`` its place.

A chapter's name is its file's without the number: ``alerts`` for ``notebooks/10_platform/9_alerts``.
What a ``glob`` finds, such as the groups' pages, is named with its folder, ``profiles/A``, and so
are chapters that would share a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

CONTENTS = "_toc.yml"
PROFILES = "profiles"  # the folder with one page for each first-level group
NUMBER = re.compile(r"^\d+_")
# A chapter's label as a notebook has it: a comment of Markdown's, which Jupyter does not show.
COMMENT = re.compile(r"^\[//\]: # \(([^)\n]+)\)$", re.MULTILINE)


@dataclass(frozen=True)
class Contents:
    """The chapters that are listed, by name, and the folders with further ones; paths in the book."""

    listed: Mapping[str, str]
    folders: Mapping[str, str]

    def place(self, chapter: str) -> str:
        """Return a chapter's path without its ending; empty if it is not in the contents."""
        folder, _, name = chapter.rpartition("/")
        return self.listed.get(chapter) or (f"{self.folders[folder]}/{name}" if folder in self.folders else "")


def contents(root: Path) -> Contents:
    """Return the contents of the book in ``root``; a folder without ``_toc.yml`` has no chapters."""
    path = root / CONTENTS
    try:
        changed = stamp(path)
    except OSError:
        return Contents({}, {})
    return _read(path, changed)


def stamp(path: Path) -> tuple[int, ...]:
    """Return what is another as soon as a file is, even where its time and size are kept; it is not read.

    Raises:
        OSError: it is not there.
    """
    found = path.stat()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


@lru_cache
def _read(path: Path, changed: tuple[int, ...]) -> Contents:
    toc: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    parts = [toc, *toc.get("parts", ())]
    entries = [entry for part in parts for entry in part.get("chapters") or ()]
    files = [PurePosixPath(entry["file"]) for entry in entries if "file" in entry]
    folders = [PurePosixPath(entry["glob"]).parent for entry in entries if "glob" in entry]
    count = Counter(_bare(file.name) for file in files)
    return Contents(
        {
            _bare(f.name) if count[_bare(f.name)] == 1 else f"{_bare(f.parent.name)}/{_bare(f.name)}": str(f)
            for f in files
        },
        {_bare(folder.name): str(folder) for folder in folders},
    )


def _bare(name: str) -> str:
    return NUMBER.sub("", name)


def labelled(source: str) -> str:
    """Return a cell's Markdown with its label as MyST writes it, ``(data)=``."""
    return COMMENT.sub(r"(\1)=", source)
