"""What computes, as one hash: the package without what makes pages, its settings, the libraries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..cache import store
from ..tables.addresses import CORRECTIONS, KINDS
from ..tables.files import files_in

PACKAGE = "stateassets"
BOOK = "book"  # the part of the package that makes pages, not numbers
APART = (BOOK, "capture", "cli", "desk", "new_book", "serving")  # no chapter may use them: they change no number
# A correction may be of any table, so a changed one makes everything be computed again.
DATA = ("datapackage.json", KINDS, CORRECTIONS)
FILES = ("requirements*.txt", "constraints*.txt", "pyproject.toml", *(f"data/{name}" for name in DATA))
LIBRARIES = ("pandas", "numpy", "matplotlib", "z3-solver", "sympy", "ipykernel")


def sha(path: Path) -> str:
    """SHA-256 of a file's content."""
    return store.sha(path.read_bytes())


def versions(names: Iterable[str]) -> dict[str, str]:
    """The version of each library, empty where it is not installed."""
    return {name: _version(name) for name in names}


def installed(names: Iterable[str]) -> list[str]:
    """``name==version`` of each library, or ``name==`` where it is not installed."""
    return [f"{name}=={number}" for name, number in versions(names).items()]


@cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def together(root: Path, paths: Iterable[Path], patterns: Iterable[str], words: Iterable[str]) -> str:
    """One hash of files, of those in ``root`` that fit patterns, and of words."""
    named = [*paths, *(path for pattern in patterns for path in sorted(root.glob(pattern)))]
    lines = [f"{str(path).removeprefix(str(root))} {sha(path)}" for path in named]
    return store.sha("\n".join([*lines, *words]))


def computing(root: Path) -> list[Path]:
    """Every file of the book in ``root`` that computes, but for the tables."""
    package = root / PACKAGE
    own = [path for path in files_in(package) if path.parts[len(package.parts)] not in APART]
    return [*own, *(path for pattern in FILES for path in sorted(root.glob(pattern)))]


def of(root: Path, words: Iterable[str] = ()) -> str:
    """One hash of all that computes the book in ``root``, and of words."""
    return together(root, computing(root), (), [*installed(LIBRARIES), *words])
