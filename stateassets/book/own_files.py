"""Which files a book is made from, with a hash of each."""

from __future__ import annotations

import re
from fnmatch import fnmatch, translate
from functools import lru_cache
from pathlib import Path

import yaml

from ..cache.store import sha
from ..chapters import stamp
from ..tables.files import files_in

ALWAYS = ("data", "stateassets")  # left out of Sphinx's documents, but not of what pages are made from
ROOT_FILES = (".yml", ".toml", ".txt", ".md", ".ipynb")
# What programs put beside a file while they save it: vim, Emacs, LibreOffice, Excel, downloads.
LEAVINGS = ("*~", "~*", "#*#", "4913", "*.tmp", "*.part", "*.bak", "*.orig", "*.swp", "*.lock", "*.pyc")
IS_LEAVING = re.compile("|".join(map(translate, LEAVINGS))).match


class OwnFiles:
    """A book's files with a hash of each; a file is read only when its ``stamp`` has changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.known: dict[Path, tuple[tuple[int, ...], str]] = {}

    def folders(self) -> list[Path]:
        """The folders that count."""
        return [path for path in sorted(self.root.iterdir()) if path.is_dir() and self.counts(path)]

    def counts(self, path: Path) -> bool:
        """Whether what lies at the top of the project may be part of the book."""
        if path.name.startswith((".", "_build", "__pycache__")):
            return False
        if path.name in ALWAYS:
            return True
        return not any(fnmatch(path.name, pattern) for pattern in self.left_out())

    def left_out(self) -> list[str]:
        """The patterns of what the book's settings leave out."""
        settings = self.root / "_config.yml"
        try:
            return _left_out(settings, stamp(settings))
        except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):  # told when the book is built
            return [".venv", ".venv-lab", ".venv-xbrl", "venv", "build", "dist", "tests", "docs"]

    def look(self) -> dict[str, str]:
        """Return a hash of every file by its path below the project, as it is now."""
        top = [p for p in self.root.iterdir() if p.suffix in ROOT_FILES and p.is_file() and self.counts(p)]
        found, here = {}, f"{self.root.as_posix()}/"
        for path in [*top, *(path for folder in self.folders() for path in files_in(folder))]:
            if IS_LEAVING(path.name):
                continue
            try:
                key = stamp(path)
                if self.known.get(path, ((), ""))[0] != key:
                    self.known[path] = key, sha(path.read_bytes())
            except OSError:  # gone meanwhile
                continue
            found[path.as_posix().removeprefix(here)] = self.known[path][1]
        return found


@lru_cache
def known(root: Path) -> OwnFiles:
    """Return the files of a book that this process, and whoever is forked from it, knows already."""
    return OwnFiles(root)


@lru_cache
def _left_out(settings: Path, changed: tuple[int, ...]) -> list[str]:
    found = yaml.safe_load(settings.read_text("utf-8"))
    return [str(pattern) for pattern in found["exclude_patterns"]]
