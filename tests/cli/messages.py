"""Every place in the package that tells somebody what is wrong, with the words it always says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from paths import ROOT

PACKAGE = ROOT / "stateassets"
TELLING = {"Fault", "fault", "_fault", "refuse", "_refuse"}
CHINESE = re.compile(r"[一-鿿“”]{2,}")
RUN = 3  # characters in a row that are hardly there by chance
# Raised for programs, and said to nobody: a page left out, the end, names that callers look up.
SILENT = {"SkipNode", "SystemExit", "KeyError", "AttributeError", "LookupError", "FileNotFoundError"}


@dataclass(frozen=True)
class Site:
    """A call that makes a message, and the pieces of text that stand in it as written."""

    place: str
    kind: str
    pieces: tuple[str, ...]


def sites(package: Path = PACKAGE) -> Iterator[Site]:
    """Yield each fault that is made, and each error that is raised with a message of its own."""
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        raised = [n.exc for n in ast.walk(tree) if isinstance(n, ast.Raise) and n.exc]
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in TELLING or (node in raised and name not in SILENT):
                place = f"{path.relative_to(package.parent).as_posix()}:{node.lineno}"
                yield Site(place, name, tuple(_pieces(node)))


def _pieces(call: ast.Call) -> Iterator[str]:
    for part in (*call.args, *(k.value for k in call.keywords)):
        for node in ast.walk(part):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def says_nothing_chinese(site: Site) -> bool:
    """Is a message's every fixed word in another language?"""
    words = [piece for piece in site.pieces if re.search(r"[A-Za-z]{2,} [a-z]{1,} ?[a-z]{2,}", piece)]
    return bool(words) and not any(CHINESE.search(piece) for piece in site.pieces)


def words_that_tests_hold() -> str:
    """All that tests ask for, as one text."""
    paths = [p for p in (ROOT / "tests").rglob("*.py") if p.name not in ("messages.py",)]
    paths += (ROOT / "tests" / "cases").rglob("*.yaml")
    return "\n".join(path.read_text("utf-8") for path in paths)


def asked_for(site: Site, words: str) -> bool:
    """Does a test ask for some of a message's own words?"""
    phrases = [found for piece in site.pieces for found in CHINESE.findall(piece)]
    runs = {p[i : i + RUN] for p in phrases for i in range(max(1, len(p) - RUN + 1))}
    return not runs or any(run in words for run in runs)
