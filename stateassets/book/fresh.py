"""A page never shows a number that today's tables and formulas would not give.

Sphinx rereads a notebook when the notebook changes. The numbers also come from the tables, the
package and the libraries, so the site carries a marker: hashes of all of these and of each
notebook. It is taken away when a build starts and put back only when one ends well. Whatever an
interrupted or failed build left behind is therefore built again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

MARKER = ".fresh.json"
PENDING = ".fresh.pending.json"
FOLDERS = ("data", "stateassets")
FILES = ("_toc.yml", "_config.yml", "requirements*.txt", "constraints*.txt", "pyproject.toml")
LIBRARIES = (
    "pandas", "numpy", "narwhals", "matplotlib", "z3-solver", "sympy",
    "sphinx", "myst-nb", "sphinx-book-theme", "pydata-sphinx-theme",
)  # fmt: skip


def inputs(root: Path) -> Iterator[Path]:
    """Every file, other than the documents, that a printed number or a page can depend on."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            inner = path.relative_to(root).parts
            if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in inner):
                yield path
    for pattern in FILES:
        yield from sorted(root.glob(pattern))


def digest(root: Path, paths: Iterable[Path], words: Iterable[str] = ()) -> str:
    """SHA-256 over names relative to `root`, contents, and any further words."""
    total = hashlib.sha256()
    for path in paths:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    total.update("\n".join(words).encode())
    return total.hexdigest()


def installed(names: Iterable[str] = LIBRARIES) -> list[str]:
    """``name==version`` of each library, or ``name==`` where it is not installed."""

    def one(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return ""

    return [f"{name}=={one(name)}" for name in names]


def fingerprint(root: Path, documents: Mapping[str, Path]) -> dict[str, Any]:
    """What the site is made of: one hash for the common inputs, one for each document."""
    return {
        "inputs": digest(root, inputs(root), installed()),
        "documents": {name: digest(root, [path]) for name, path in sorted(documents.items())},
    }


def outdated(now: Mapping[str, Any], marker: Path) -> set[str]:
    """Documents to execute and write again, given the marker of the last good build."""
    try:
        before = json.loads(marker.read_text("utf-8"))
        known = before["documents"] if before["inputs"] == now["inputs"] else {}
    except (OSError, ValueError, KeyError, TypeError):
        known = {}
    return {name for name, value in now["documents"].items() if known.get(name) != value}


def begin(site: Path, now: Mapping[str, Any]) -> set[str]:
    """Start a build: take the marker away and return the documents to build again."""
    found = outdated(now, site / MARKER)
    (site / MARKER).unlink(missing_ok=True)
    # Taken now: what changes while the build runs must not count as built.
    content = json.dumps(now, indent=1, sort_keys=True, ensure_ascii=False)
    (site / PENDING).write_text(content + "\n", "utf-8")
    return found


def end(site: Path) -> None:
    """Mark the site as what the inputs were when the build began."""
    (site / PENDING).replace(site / MARKER)


def remove_strangers(site: Path, expected: Iterable[Path]) -> list[Path]:
    """Delete pages of documents that are no longer in the book; returns what was deleted."""
    keep = set(expected)
    strangers = [path for path in pages(site) if path not in keep]
    for path in strangers:
        path.unlink()
    return strangers


def pages(site: Path) -> list[Path]:
    """The HTML pages of a built site, without what is under ``_static`` and ``data``."""
    inside = (p for p in site.rglob("*.html") if p.is_file())
    return sorted(p for p in inside if p.relative_to(site).parts[0] not in {"_static", "data"})
