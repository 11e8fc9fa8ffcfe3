"""A build of its own, strict, and none where the book is already what it would become.

That is known before Sphinx, pandas or anything else large is imported. A build that has ended well leaves a
note in the cache of what it was made from (the book's files, the libraries, Python, the edition asked for),
taken before the tables were checked, and which site came of it. The book is good as long as all of that is
the same and the site is as it was built.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from ..cache import Store
from ..cache import site as sites
from ..cache.store import sha
from ..editions.edition import VARIABLE
from ..tables.data_errors import DataError
from ..tables.troubles import trouble
from .sources import Sources

STRICT = ("-W", "-n", "--keep-going")  # a warning fails the build
SITE = Path("_build") / "html"  # below the project
KIND, NAME, FILES = "books", "html", "files"  # in the cache
LIBRARY = (".dist-info", ".egg-info")  # what tells by its name which version of a library is there


class NotBuiltError(Exception):
    """The book was not built; the message says why, in Chinese."""


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
        files = [f"{name} {what}" for name, what in sorted(Sources(root).look().items())]
        return cls(root, sha("\n".join(words)), sha("\n".join(files)))

    def is_built(self) -> bool:
        """Whether the site is what a build would make of this."""
        site = self.root / SITE
        made = str(sites.marked(site).get(sites.MADE, ""))
        found = Store(self.root).find(KIND, NAME, self.by, {FILES: self.files, sites.MADE: made})
        return bool(made and found) and sites.is_as_built(site)

    def keep(self) -> None:
        """Note that the site is what a build has made of this.

        Raises:
            OSError: it cannot be written.
        """
        made = str(sites.marked(self.root / SITE).get(sites.MADE, ""))
        Store(self.root).keep(KIND, NAME, self.by, {FILES: self.files, sites.MADE: made}, "")


def _libraries() -> Iterator[str]:
    """Yield what every library that can be imported calls itself, with its version."""
    for folder in sys.path:
        with contextlib.suppress(OSError):
            yield from sorted(name for name in os.listdir(folder or ".") if name.endswith(LIBRARY))


def writable(root: Path) -> None:
    """Make sure that a book can be written.

    Raises:
        NotBuiltError: it cannot.
    """
    folder = (root / SITE).parent
    try:
        folder.mkdir(exist_ok=True)
        TemporaryFile(dir=folder).close()
    except OSError as error:
        raise NotBuiltError(f"书没有生成：不能写{folder}。{trouble(error)}。") from error


def build(root: Path) -> None:
    """Build the book, as ``jupyter-book build`` does; pages that were changed since they were built are made again.

    Raises:
        NotBuiltError: the reason has been told.
    """
    from jupyter_book.cli.main import main
    from sphinx.errors import SphinxError

    site = root / SITE
    if not sites.is_as_built(site):
        (site / sites.MARKER).unlink(missing_ok=True)
    try:
        with contextlib.chdir(root):
            main(["build", ".", *STRICT], standalone_mode=False)
    except RuntimeError as error:  # Jupyter Book's last word
        if not isinstance(error.__cause__, SphinxError):
            raise
        raise NotBuiltError("书没有生成，原因见上。") from error
    if not (site / sites.REDIRECT).is_file():
        raise NotBuiltError("书没有首页index.html，请运行make clean后重试。")


def read_tables(root: Path) -> None:
    """Read and check the tables that are not known from an earlier run, and keep them for the kernels.

    What is wrong in them is for ``check`` to tell.
    """
    from ..notebooks.memo import read_tables

    with contextlib.suppress(DataError):
        read_tables(root)


def own_package(root: Path) -> Path | None:
    """Return the package of a book that has one other than this, which must not compute it."""
    package, own = root / "stateassets", Path(__file__).parents[1]
    return None if not package.is_dir() or package.samefile(own) else package


def build_by_own_package(root: Path, *options: str) -> int:
    """Have a book built by its own package; return the exit code."""
    paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [sys.executable, "-m", "stateassets", "build", *options]
    return subprocess.run(command, cwd=root, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)}).returncode
