"""What a reader takes away: the report as a Word file and a PDF, its tables as a workbook, its numbers for programs."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ...cache import Store
from ...cache.store import sha
from ...editions import edition as editions
from ...notebooks import fingerprint as code
from ...notebooks import forks
from ...notebooks.fingerprint import installed
from ...tables.files import hash_of
from .. import standing
from .files import FACTS, FOLDER, PDF, TAXONOMY, WORD, WORKBOOK

if TYPE_CHECKING:
    from ...report import Report

KIND, DOCUMENT = "downloads", "document"  # in the cache: the files, and what Word and PDF say, as a hash
LIBRARIES = ("python-docx", "typst", "XlsxWriter", "lxml", "markdown-it-py")


class TakeawayError(Exception):
    """The files cannot be made; the message says why, in Chinese."""


def get_ready(root: Path, edition: str, notebooks: Iterable[str]) -> None:
    """Do what needs only these notebooks of the report, while the others are run.

    Whatever is wrong with them is told when the files are made.
    """
    with contextlib.suppress(Exception):
        from ...notebooks.memo import recall_tables
        from ...tables.validation import fingerprint
        from . import model, pdf, word, workbook  # noqa: F401

        pdf.font_families()
        for text in notebooks:
            for cell in json.loads(text)["cells"]:
                for html in model.outputs(cell):
                    model.shown(html)
        if recall_tables(root):
            workbook.declared(root / "data", fingerprint(root / "data"), edition)


def chapters(root: Path, edition: str) -> list[str]:
    """Name the chapters from which the files are made: the report's, and the cover with its conclusions."""
    from . import model

    contents = _contents(root, edition)
    found = [name for _, names in model.chapters(contents) for name in names]
    return [*found, contents["root"]] if found else []


def _contents(root: Path, edition: str) -> Any:
    return editions.contents(root, yaml.safe_load((root / "_toc.yml").read_text("utf-8")), edition)


def write(root: Path, site: Path, notebooks: Mapping[str, str], store: Store, edition: str = editions.INTERNAL) -> None:
    """Write the files into the site; only those that would become others are made again.

    ``notebooks`` are the executed notebooks by name.

    Raises:
        TakeawayError: a file cannot be made.
    """
    if not chapters(root, edition):
        return  # a book without a report has none to take away
    now, folder = _sources(root, notebooks), site / FOLDER
    by = dict.fromkeys((DOCUMENT, WORD, PDF, WORKBOOK), _makers(edition))
    # Those for programs are reckoned here, not taken from notebooks.
    by |= dict.fromkeys((FACTS, TAXONOMY), _makers(edition, code.of(root)))

    def kept(name: str) -> bytes | None:
        found = store.find(KIND, name, by[name], now)
        return found[1] if found else None

    def keep(name: str, content: bytes, *reads: str) -> bytes:
        tables = [read for read in reads if read.startswith("data/")]
        if moved := [table for table in tables if hash_of(root / table) != now[table]]:
            raise TakeawayError(f"做可以带走的文件时底表有改动（{'、'.join(moved)}），请再运行一次")
        store.keep(KIND, name, by[name], {read: now[read] for read in reads}, content, edition)
        return content

    sources = tuple(now)
    now[DOCUMENT] = (kept(DOCUMENT) or b"").decode()
    found = {name: kept(name) for name in (WORD, PDF, WORKBOOK, FACTS, TAXONOMY)}
    if None in found.values():
        from ...notebooks.memo import recall_tables
        from ...tables.validation import fingerprint, known

        # Not before: a book without a report needs none of these libraries.
        from . import facts, model, pdf, word, workbook
        from .typesetting import begun

        try:
            package = json.loads((root / "data" / "datapackage.json").read_text("utf-8"))
            letter = model.Letter.of(package)
            document = model.read(package["title"], _contents(root, edition), notebooks, letter)
            now[DOCUMENT] = sha(repr(document))
            keep(DOCUMENT, now[DOCUMENT].encode(), *sources)
            found = {name: kept(name) for name in found}
            reckoned = [name for name in (WORKBOOK, FACTS, TAXONOMY) if found[name] is None]

            def reckon() -> None:
                """Keep what is reckoned from the tables, not taken from the report alone."""
                if not known(fingerprint(root / "data")):  # as after ``get_ready``
                    recall_tables(root)
                report = _numbers(root)
                if WORKBOOK in reckoned:
                    keep(WORKBOOK, workbook.write(document, root / "data", edition, report), *sources)
                if {FACTS, TAXONOMY} & {*reckoned}:
                    tables = [name for name in sources if name.startswith("data/")]
                    keep(FACTS, facts.report_of(report, edition), *tables)
                    keep(TAXONOMY, facts.taxonomy())

            may_fork = forks.available() and not begun()
            ready = forks.begin(reckon) if reckoned and may_fork else None  # beside Word and PDF
            if found[WORD] is None and may_fork:
                forks.begin(partial(word.draw, document, store))()  # what memory it took is free again for the PDF
            with ThreadPoolExecutor(1) as beside:  # Typst holds nobody up
                pdf_file = beside.submit(pdf.write, document) if found[PDF] is None else None
                if found[WORD] is None:
                    found[WORD] = keep(WORD, word.write(document, store), DOCUMENT)
            if pdf_file:
                found[PDF] = keep(PDF, pdf_file.result(), DOCUMENT)
            if ready:
                ready()
            if None in [kept(name) for name in reckoned]:  # here, where what is wrong can be told
                reckon()
            found |= {name: kept(name) for name in reckoned}
        except (OSError, TakeawayError):
            raise
        except Exception as error:  # whatever it is, the build must say in one sentence what failed
            raise TakeawayError(f"没有做成可以带走的文件（Word、PDF、工作簿）：{error}") from error
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in found.items():
        if content is not None and not ((folder / name).is_file() and (folder / name).read_bytes() == content):
            (folder / name).write_bytes(content)


def _numbers(root: Path) -> Report:
    """Return the report with all that is known of its tables."""
    from ...notebooks.memo import recall
    from ...report import Report

    report = Report(root=root)
    recall(report.ledger, root)
    return report


def _makers(*words: str) -> str:
    """Return what makes the files: this package, its libraries and what else counts."""
    own = [Path(standing.__file__), *sorted(path for path in Path(__file__).parent.rglob("*.*") if path.is_file())]
    return sha("\n".join([*words, *installed(LIBRARIES), *(sha(path.read_bytes()) for path in own)]))


def _sources(root: Path, notebooks: Mapping[str, str]) -> dict[str, str]:
    """Return what the files are made from, by name, as hashes."""
    paths = (root / "_toc.yml", *sorted((root / "data").rglob("*.*")))
    files = {path.relative_to(root).as_posix(): sha(path.read_bytes()) for path in paths if path.is_file()}
    found = files | {name: sha(text) for name, text in notebooks.items()}
    return found | {"": sha("\n".join(sorted(found)))}  # which there are counts, too
