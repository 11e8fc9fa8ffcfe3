"""A build of its own, strict, as ``make book`` makes it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

from ..book.origins import SITE
from ..cache import site as sites
from ..tables.data_errors import DataError
from ..tables.troubles import trouble

STRICT = ("-W", "-n", "--keep-going")  # a warning fails the build


class NotBuiltError(Exception):
    """The book was not built; the message says why, in Chinese."""


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
