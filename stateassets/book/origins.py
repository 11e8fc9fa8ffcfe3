"""Whether a book is already what it would become, known before Sphinx, pandas or anything else large is imported.

A build that has ended well leaves a note in the cache of what it was made from (the book's files, the
libraries, Python, the edition asked for), taken before anything was read, and which site came of it. The book
is good as long as all of that is the same and the site is as it was built.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..cache import Store
from ..cache import site as sites
from ..cache.store import sha
from ..editions import VARIABLE
from .own_files import OwnFiles

SITE = Path("_build") / "html"  # below the project
KIND, FILES = "books", "files"  # in the cache
CHECKED, BARE = "html", "jupyter-book"  # names of notes: by a build that checks all tables, and by Jupyter Book's own
LIBRARY = (".dist-info", ".egg-info")  # what tells by its name which version of a library is there


@dataclass(frozen=True)
class Origins:
    """What a book is made from, as hashes: its own ``files``, and what makes it besides (``by``)."""

    root: Path
    by: str
    files: str

    @classmethod
    def look(cls, root: Path) -> Origins:
        """Look at everything as it is now.

        Raises:
            OSError: a file cannot be read.
        """
        words = [sys.version, os.environ.get(VARIABLE, ""), *_libraries()]
        files = [f"{name} {what}" for name, what in sorted(OwnFiles(root).look().items())]
        return cls(root, sha("\n".join(words)), sha("\n".join(files)))

    def is_built(self, *notes: str) -> bool:
        """Whether the site is what a build would make of this, by one of these notes (none named: by any)."""
        site, store = self.root / SITE, Store(self.root)
        made = str(sites.marked(site).get(sites.MADE, ""))
        now = {FILES: self.files, sites.MADE: made}
        found = any(store.find(KIND, note, self.by, now) for note in notes or (CHECKED, BARE))
        return bool(made and found) and sites.is_as_built(site)

    def keep(self, note: str) -> None:
        """Note that the site is what a build has made of this.

        Raises:
            OSError: it cannot be written.
        """
        made = str(sites.marked(self.root / SITE).get(sites.MADE, ""))
        Store(self.root).keep(KIND, note, self.by, {FILES: self.files, sites.MADE: made}, "")


def _libraries() -> Iterator[str]:
    """Yield what every library that can be imported calls itself, with its version."""
    for folder in sys.path:
        with contextlib.suppress(OSError):
            yield from sorted(name for name in os.listdir(folder or ".") if name.endswith(LIBRARY))


def told_unchanged(root: Path) -> str:
    """Say that there was nothing to build, and where the book is."""
    return f"没有改动，书还是上一次生成的，用浏览器打开：{root / SITE / sites.REDIRECT}"
