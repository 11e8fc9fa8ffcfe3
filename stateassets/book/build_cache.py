"""A page never shows a number that today's tables and formulas would not give.

What a page depends on is known exactly: its own source; the tables (and, on a page that leads to
them, the chapters) that its notebook really read when it ran (``reads``); what computes
(``kernels.code``); and what makes pages (``looks``: templates, styles, configuration). The site
carries a marker with the hashes of all of these, and so do Sphinx's doctrees. Theirs is taken away
when a build begins to read and put back only when one ends well, so after one that was interrupted
or failed all is read again. An executed notebook is kept as long as all but the looks are the same, and is
not run again for nothing, nor for a change of its text alone; where it comes out as it did, its page is not
made again either.
"""

from __future__ import annotations

import json
import zlib
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from ..cache import Entry, Store, store
from ..cache import site as sites
from ..cache.site import MADE, MARKER, marked
from ..chapters import contents
from ..editions import edition
from ..notebooks import fingerprint as code
from ..notebooks.fingerprint import sha
from ..notebooks.run import MOST_SECONDS, Run, run
from ..present import sheet
from ..tables import files, table_parts
from ..tables.addresses import RECORD
from ..tables.files import files_in, hash_of
from .takeaway import LIBRARIES

CAME_OUT = "came_out"  # in a marker
MOVED = "计算的时候底表有改动"
KIND = "chapters"  # in the cache: notebooks that were run
PROGRAMS, LOOKS = "programs", "looks"  # likewise, and what they count by
SOURCE = "source"  # what a notebook is itself, among what it was made from
DATA = "data"
LOOKS_FILES = ("_toc.yml", "_config.yml", RECORD)
LOOKS_LIBRARIES = ("sphinx", "myst-nb", "sphinx-book-theme", "pydata-sphinx-theme", "pypinyin", *LIBRARIES)


Progress = Callable[[Path, float, int, int], None]  # as of run, but without what it gave
Clean = Callable[[NotebookNode], NotebookNode]


def looking(root: Path) -> list[Path]:
    """Every file of the book in ``root`` that its pages' looks come from."""
    return [*files_in(root / code.PACKAGE / code.BOOK), *(p for n in LOOKS_FILES for p in sorted(root.glob(n)))]


def same(notebook: NotebookNode) -> NotebookNode:
    """Leave a notebook as it is."""
    return notebook


class Contents(dict[str, str]):
    """Hashes of files by path below the project; of a part of a file (``table_parts``) when it is asked for."""

    def __init__(self, root: Path, files: Mapping[str, str]) -> None:
        super().__init__(files)
        self.root, self._parts = root, dict[str, str]()

    def __reduce__(self) -> tuple[Any, ...]:
        return Contents, (self.root, dict(self))

    def __contains__(self, path: object) -> bool:
        return super().__contains__(table_parts.file_of(str(path)))

    def __missing__(self, path: str) -> str:
        if not table_parts.is_part(path) or path not in self:
            raise KeyError(path)
        if path not in self._parts:
            self._parts[path] = store.sha(table_parts.content(self.root, path))
        return self._parts[path]

    def get(self, path: str, default: Any = None) -> Any:
        """Return a hash, the default where there is no such file."""
        try:
            return self[path]
        except KeyError:
            return default


@dataclass(frozen=True)
class Snapshot:
    """What everything was at one moment: later changes do not count as built.

    ``code`` and ``looks`` are one hash each, ``sources`` are those of the documents by name,
    ``data`` those of the tables and chapters, which a chapter may read, by path below the project.
    """

    code: str
    looks: str
    sources: Mapping[str, str]
    data: Mapping[str, str]

    @classmethod
    def take(cls, root: Path, documents: Mapping[str, Path]) -> Snapshot:
        """Look at the project now."""
        notebooks = [p for p in files_in(root / "notebooks") if p.suffix == ".ipynb"]
        chosen = edition.chosen(root)
        chapters = [p.relative_to(root).as_posix() for p in edition.chapters_in(root, notebooks, chosen)]
        places = [f"{name} {place}" for name, place in contents(root).listed.items()]
        files = {p.relative_to(root).as_posix(): sha(p) for p in [*files_in(root / DATA), *notebooks]}
        return cls(
            # Which pages there are counts: names in tables lead to them.
            code.of(root, [*chapters, *places, chosen]),
            code.together(root, looking(root), (), code.installed(LOOKS_LIBRARIES)),
            {name: sha(path) for name, path in sorted(documents.items())},
            Contents(root, files),
        )

    @property
    def tables(self) -> str:
        """One hash of all that lies in ``data/``: each table is in the site, too."""
        return store.sha(_json({path: content for path, content in self.data.items() if path.startswith(f"{DATA}/")}))

    def moved(self, root: Path, reads: Iterable[str]) -> list[str]:
        """Name the files among what was read that have become others since."""
        files = dict.fromkeys(map(table_parts.file_of, reads))
        return [name for name in files if name in self.data and self.data[name] != hash_of(root / name)]

    def state(self, name: str, reads: Iterable[str]) -> dict[str, Any]:
        """What a document depended on, given the tables that it read."""
        known = {path: self.data[path] for path in sorted(reads) if path in self.data}
        return {"source": self.sources[name], "reads": known}

    def confirms(self, name: str, state: Mapping[str, Any]) -> bool:
        """Whether a document made from that state would be made the same today."""
        same = all(self.data.get(path) == before for path, before in state["reads"].items())
        return same and self.sources.get(name) == state["source"]


@dataclass(frozen=True)
class Executed:
    """The notebooks that have been run, each with what it depended on."""

    root: Path

    @property
    def _store(self) -> Store:
        return Store(self.root)

    def _found(self, name: str, now: Snapshot) -> tuple[Entry, bytes] | None:
        """Return a notebook that was run as it is now; each edition's are apart, for ``code`` says which it is."""
        facts = ChainMap({SOURCE: now.sources.get(name, "")}, now.data)  # type: ignore[arg-type]  # nobody writes to it
        return self._store.find(KIND, name, now.code, facts)

    def holds(self, name: str, now: Snapshot) -> bool:
        """Whether a notebook need not be run."""
        return self._found(name, now) is not None

    def waiting(self, names: Iterable[str], now: Snapshot) -> list[str]:
        """Name those of the notebooks that have to be run."""
        return [name for name in names if not self.holds(name, now)]

    def find(self, name: str, now: Snapshot) -> str | None:
        """Return a notebook's text with its outputs in today's style, None if it has to be run."""
        found = self._found(name, now)
        return sheet.renewed(found[1].decode()) if found else None

    def keep(self, name: str, text: str, reads: Iterable[Path] | None, now: Snapshot) -> list[str]:
        """Keep a notebook that was run; without a record of what it read, everything counts.

        Returns:
            The files that have become others meanwhile: it is not kept then, for nobody knows what it read.
        """
        own = (p for p in reads or () if p.is_relative_to(self.root))
        paths = now.data if reads is None else [p.relative_to(self.root).as_posix() for p in own]
        if moved := now.moved(self.root, paths):
            return moved
        state = now.state(name, paths)
        facts = {**state["reads"], SOURCE: state["source"]}
        self._store.keep(KIND, name, now.code, facts, text, edition.chosen(self.root))
        return []

    def fill(
        self,
        paths: Mapping[str, Path],
        now: Snapshot,
        progress: Progress | None = None,
        timeout: int = MOST_SECONDS,
        clean: Clean = same,
    ) -> dict[str, str]:
        """Run those of the notebooks that have to be run, and keep each as ``clean`` leaves it.

        Returns:
            What went wrong, in Chinese, by the names of the notebooks that could not be run.
        """
        waiting = {paths[name]: name for name in self.waiting(paths, now)}
        moved: dict[str, str] = {}
        for path, name in list(waiting.items()):
            if found := self._with_results(name, path, now):
                entry, notebook = found
                reads = [self.root / read for read in entry.reads if read != SOURCE]
                if not self.keep(name, nbformat.writes(clean(notebook)), reads, now):
                    del waiting[path]

        def keep(result: Run, seconds: float, done: int, of: int) -> None:
            if not result.fault:
                text = nbformat.writes(clean(result.notebook))
                if files := self.keep(waiting[result.path], text, result.reads, now):
                    moved[waiting[result.path]] = f"{MOVED}（{'、'.join(files)}），请再运行一次"
            if progress:
                progress(result.path, seconds, done, of)

        results = run(waiting, timeout=timeout, progress=keep)
        self._store.trim()
        return moved | {waiting[result.path]: result.fault for result in results if result.fault}

    def _with_results(self, name: str, path: Path, now: Snapshot) -> tuple[Entry, NotebookNode] | None:
        """Return a notebook of which only the text has changed with the results that it had, and where these were.

        Not in the public edition: what is kept there has lost its code, and the marks of what was looked through.
        """
        if edition.chosen(self.root) == edition.PUBLIC:
            return None
        try:
            notebook = nbformat.read(path, as_version=4)
        except ValueError:  # told when it is run
            return None
        for entry in self._store.of(KIND, name):
            reads = {of: what for of, what in entry.reads.items() if of != SOURCE}
            content = entry.content() if replace(entry, reads=reads).holds(now.code, now.data) else None
            kept = nbformat.reads(content.decode(), as_version=4) if content else None
            if kept and _code(kept) == _code(notebook):
                for cell, ran in zip(_cells(notebook), _cells(kept), strict=True):
                    cell.update(outputs=ran.outputs, execution_count=ran.execution_count)
                notebook.metadata = kept.metadata
                return entry, notebook
        return None

    def surely_waiting(self) -> bool:
        """Whether some notebook has to be run, asked before it is known which the book has."""
        chosen = edition.chosen(self.root)
        names = {entry.name for entry in self._store.every(KIND) if entry.edition == chosen}
        if not names:
            return any((self.root / "notebooks").rglob("*.ipynb"))
        paths = {name: self.root / f"{name}.ipynb" for name in names}
        there = {name: path for name, path in paths.items() if path.is_file()}
        now = Snapshot.take(self.root, there)
        return not all(self.holds(name, now) or self._with_results(name, path, now) for name, path in there.items())

    def reads(self, name: str, now: Snapshot) -> list[str]:
        """Return the tables that a notebook read when it was run as it is now, none for a page."""
        found = self._found(name, now)
        return [path for path in found[0].reads if path != SOURCE] if found else []

    def came_out(self, name: str, now: Snapshot) -> str:
        """Return a hash of how a notebook came out when it was run, empty for a page."""
        found = self._found(name, now)
        return found[0].made if found else ""


def _cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _code(notebook: NotebookNode) -> tuple[Any, ...]:
    """What there is before a notebook is run, but for its text: what runs it, and its cells of code."""
    settings = {name: what for name, what in notebook.metadata.items() if name != "language_info"}
    return settings, [(cell.get("id"), cell.source, cell.metadata) for cell in _cells(notebook)]


def _json(content: Any) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def outdated(now: Snapshot, site: Path) -> dict[str, str]:
    """Documents to write again, given the last good site; see ``begin``."""
    try:
        before = marked(site)
        same = (before["code"], before["looks"]) == (now.code, now.looks)
        known = before["documents"] if same else {}
        again = [n for n in now.sources if n not in known or not now.confirms(n, known[n])]
        return {
            name: known[name][CAME_OUT] if name in known and known[name]["source"] == now.sources[name] else ""
            for name in again
        }
    except (KeyError, TypeError):
        return dict.fromkeys(now.sources, "")


def same_tables(site: Path, now: Snapshot) -> bool:
    """Whether a site was made with the tables that there are now."""
    return bool(marked(site).get("tables") == now.tables)


def begin(site: Path, doctrees: Path, now: Snapshot) -> dict[str, str]:
    """Return the documents to build again.

    All of them, unless the doctrees are those that the site was made from. Where nothing but what
    a notebook read has changed, its name leads to how it came out last: if it comes out the same,
    its page is made already. Else to nothing.
    """
    same = sites.text(site / MARKER) == sites.text(doctrees / MARKER) != ""
    return outdated(now, site) if same else dict.fromkeys(now.sources, "")


def looks_the_same(site: Path, now: Snapshot) -> bool:
    """Whether pages are made as those of a site were, whatever is on them."""
    return bool(marked(site).get("looks") == now.looks)


def distrust(doctrees: Path) -> None:
    """Take the doctrees' marker away: what stops the build now leaves them neither as they were nor whole."""
    (doctrees / MARKER).unlink(missing_ok=True)


def end(site: Path, now: Snapshot, executed: Executed, whole: bool = True) -> None:
    """Mark the site as made from what everything was when the build began.

    Not ``whole``: files to take away are still to come, see ``same_tables``.
    """
    documents = {
        name: {**now.state(name, executed.reads(name, now)), CAME_OUT: executed.came_out(name, now)}
        for name in now.sources
    }
    marker = {
        "code": now.code,
        "looks": now.looks,
        "tables": now.tables if whole else "",
        "documents": documents,
        MADE: sites.content(site),
    }
    files.write(site / MARKER, _json(marker))
    _keep_programs(executed.root, now)


def _keep_programs(root: Path, now: Snapshot) -> None:
    """Keep the program itself, so that it can be said later what in it has changed."""
    store, key = Store(root), (PROGRAMS, PROGRAMS, now.code, {LOOKS: now.looks})
    if not store.find(*key):
        store.keep(*key, zlib.compress(json.dumps(programs(root)).encode(), 1))


def programs(root: Path) -> dict[str, dict[str, str]]:
    """Return the ``texts`` of what computes or makes pages, by path below the project, and the ``versions`` of
    the libraries."""
    paths = dict.fromkeys([*code.computing(root), *looking(root)])
    texts = {p.relative_to(root).as_posix(): p.read_bytes().decode("utf-8", "replace") for p in paths}
    return {"texts": texts, "versions": code.versions([*code.LIBRARIES, *LOOKS_LIBRARIES])}


def programs_then(root: Path, site: Path) -> dict[str, dict[str, str]] | None:
    """Return what a site was made by, as ``programs``; None where that is not known any more."""
    try:
        marker = marked(site)
        found = Store(root).find(PROGRAMS, PROGRAMS, marker["code"], {LOOKS: marker["looks"]})
        kept = json.loads(zlib.decompress(found[1])) if found else {}
        return {"texts": kept["texts"], "versions": kept["versions"]}  # else it is of another form
    except (ValueError, KeyError, TypeError, zlib.error):
        return None


def confirm(site: Path, doctrees: Path) -> None:
    """Mark the doctrees as those that the site was made from."""
    files.write(doctrees / MARKER, sites.text(site / MARKER))


def remove_strangers(site: Path, expected: Iterable[Path]) -> list[Path]:
    """Delete pages of documents that are no longer in the book; returns what was deleted."""
    keep = set(expected)
    strangers = [path for path in pages(site) if path not in keep]
    for path in strangers:
        path.unlink()
    return strangers


def pages(site: Path) -> list[Path]:
    """The HTML pages of a built site, without what is under ``_static`` and ``data``."""
    # Not even looked into: the tables' pages are still being written.
    folders = [p for p in site.iterdir() if p.is_dir() and p.name not in {"_static", "data"}]
    found = [*site.glob("*.html"), *(page for p in folders for page in p.rglob("*.html"))]
    return sorted(p for p in found if p.is_file())
