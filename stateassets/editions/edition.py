"""Which edition of the book is made: the internal one with every row, or the public one.

``edition`` in ``data/datapackage.json`` says it for good, the environment for one build. Every
table is internal unless it is declared ``"access": "public"``. Neither edition has a chapter whose
tables (those that declare it under ``chapters``) the book leaves out altogether.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..chapters import contents as listed_in
from ..chapters import labelled, stamp
from ..tables.declaration import is_public
from . import VARIABLE

INTERNAL, PUBLIC = "internal", "public"
NAMES = {INTERNAL: "内部版", PUBLIC: "公开版"}
CODE_SHOWN = {"code": "shown"}  # in a notebook's metadata, below "stateassets": its code is what it is about
RELEASED = "stateassets_released"  # in an output's metadata: it has been looked through
LABEL = re.compile(r"^\(([^)]+)\)=", re.MULTILINE)
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")


NOT_HERE = "（本书没有这一章）"
KNOWN = "或".join(f"{key}（{name}）" for key, name in NAMES.items())


class EditionError(ValueError):
    """No such edition; the message says in Chinese what there is."""

    def __init__(self, found: object) -> None:
        self.found = found
        super().__init__(f"没有“{found}”这个版本：edition只能是{KNOWN}。请改正后重试。")


def chosen(root: Path) -> str:
    """Return the edition that is to be made of the report in ``root``.

    Raises:
        EditionError: there is none such.
    """
    edition = os.environ.get(VARIABLE)
    if not edition:
        try:
            edition = _read(root).edition
        except (OSError, ValueError):  # who reads the tables says what is wrong with it
            return INTERNAL
    if edition not in NAMES:
        raise EditionError(edition)
    return str(edition)


@dataclass(frozen=True)
class _Declared:
    """What the data package says of the edition, and of chapters: the titles of the tables that each
    is about and the book leaves out, where it leaves all of them out."""

    edition: Any
    untold: Mapping[str, tuple[str, ...]]


def _read(root: Path) -> _Declared:
    path = root / "data" / "datapackage.json"
    return _parsed(path, stamp(path))


@lru_cache(maxsize=1)  # each link in a chapter asks, of the largest file there is to parse
def _parsed(path: Path, changed: tuple[int, ...]) -> _Declared:
    package = json.loads(path.read_text("utf-8-sig"))
    tables: dict[str, list[Any]] = defaultdict(list)
    for table in package.get("resources", ()):
        for chapter in table.get("chapters", ()):
            tables[chapter].append(table)
    # A table in which nothing had to be entered is kept all the same: its chapter says so.
    untold = {c: tuple(t["title"] for t in every) for c, every in tables.items() if all(_gone(t) for t in every)}
    return _Declared(package.get("edition", INTERNAL), untold)


def _gone(table: Mapping[str, Any]) -> bool:
    return table.get("absent") is True


def untold(root: Path) -> Mapping[str, tuple[str, ...]]:
    """Return the chapters that a book leaves out because it has none of the tables that they are
    about, each with the titles of these."""
    try:
        return _read(root).untold
    except (OSError, ValueError, AttributeError, KeyError, TypeError):  # who reads the tables says what is wrong
        return {}


@contextmanager
def internal() -> Iterator[None]:
    """Compute the whole book inside, whatever edition was chosen: what is stored is all there is."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = INTERNAL
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def shown(resources: Iterable[Mapping[str, Any]], edition: str) -> list[Mapping[str, Any]]:
    """Return the tables whose rows an edition shows."""
    return [r for r in resources if edition == INTERNAL or is_public(r)]


def in_book(root: Path, notebook: Path, edition: str) -> bool:
    """Whether an edition of the book in ``root`` has a chapter, and the book something to say in it."""
    return bool(chapters_in(root, [notebook], edition))


def chapters_in(root: Path, notebooks: Iterable[Path], edition: str) -> list[Path]:
    """Return those of the notebooks that an edition of the book in ``root`` has, see ``in_book``."""
    listed = listed_in(root).listed
    left_out = {listed.get(name) for name in untold(root)}
    return [
        path
        for path in notebooks
        if path.relative_to(root).with_suffix("").as_posix() not in left_out and has_chapter(path, edition)
    ]


def has_chapter(notebook: Path, edition: str) -> bool:
    """Whether an edition has a chapter; the public one has none that is about single enterprises.

    Such a chapter says so in its notebook's metadata: ``"stateassets": {"access": "internal"}``.
    """
    return edition == INTERNAL or not notebook.is_file() or not _is_internal(notebook, stamp(notebook))


@lru_cache
def _is_internal(notebook: Path, changed: tuple[int, ...]) -> bool:
    try:
        metadata = json.loads(notebook.read_text("utf-8"))["metadata"]
        return bool(metadata.get("stateassets", {}).get("access", PUBLIC) != PUBLIC)
    except (ValueError, KeyError, AttributeError):  # not a notebook that can be read: not to be shown
        return True


def contents(root: Path, toc: Mapping[str, Any], edition: str) -> dict[str, Any]:
    """Return the contents of the book in ``root`` without the chapters that an edition or the book leaves out."""
    if edition == INTERNAL and not untold(root):
        return dict(toc)

    def kept(chapters: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        listed = [one for chapter in chapters for one in _listed(root, chapter)]
        return [c for c in listed if "file" not in c or in_book(root, root / f"{c['file']}.ipynb", edition)]

    parts = [{**part, "chapters": kept(part.get("chapters", ()))} for part in toc.get("parts", ())]
    found = {key: value for key, value in toc.items() if key not in ("parts", "chapters")}
    if "chapters" in toc:
        found["chapters"] = kept(toc["chapters"])
    if "parts" in toc:
        found["parts"] = [part for part in parts if part["chapters"]]
    return found


def _listed(root: Path, chapter: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a chapter, or each notebook that its pattern finds."""
    if "glob" not in chapter:
        yield chapter
        return
    for path in sorted(root.glob(f"{chapter['glob']}.ipynb")):
        yield {"file": path.relative_to(root).with_suffix("").as_posix()}


def labels(root: Path, edition: str) -> set[str]:
    """Return what links may name that an edition does not have: chapters' files and labels."""
    found = set()
    for path in sorted((root / "notebooks").rglob("*.ipynb")):
        if not in_book(root, path, edition):
            cells = json.loads(path.read_text("utf-8"))["cells"]
            text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
            found |= {path.name, *(f"#{label}" for label in LABEL.findall(labelled(text)))}
    return found


def unlinked(text: str, gone: set[str], told: str = "") -> str:
    """Return Markdown in which links to what is not there are plain words, followed by ``told``."""

    def word(link: re.Match[str]) -> str:
        target = link[2]
        return link[1] + told if target in gone or target.split("#")[0].split("/")[-1] in gone else link[0]

    return LINK.sub(word, text)


def without_links(notebook: Any, gone: set[str]) -> Any:
    """Return an executed notebook of the internal edition without links to chapters that are not there."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = unlinked(cell.source, gone, NOT_HERE)
    return notebook


def shows_code(metadata: Mapping[str, Any]) -> bool:
    """Whether a notebook says that it is about its code, which readers see in every edition."""
    return bool(CODE_SHOWN.items() <= metadata.get("stateassets", {}).items())


def cleaned(notebook: Any, gone: set[str]) -> Any:
    """Return an executed notebook as the public edition shows it.

    Without code (but where the chapter is about its code, which then tells of no enterprise), without
    outputs that have not been looked through, and without links to chapters that are not there.
    """
    told = shows_code(notebook.metadata)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if not told:
                cell.source = "#"  # the page shows no outputs of an empty cell
                cell.metadata["tags"] = ["remove-input"]
            cell.outputs = [o for o in cell.outputs if o.get("metadata", {}).pop(RELEASED, False)]
        elif cell.cell_type == "markdown":
            cell.source = unlinked(cell.source, gone)
    return notebook
