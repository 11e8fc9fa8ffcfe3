"""What a reader takes away: the report as a Word file and a PDF, its tables as a workbook."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from ...editions import edition as editions
from .. import standing

FOLDER = "downloads"  # below the site
WORD, PDF, WORKBOOK = "专项报告.docx", "专项报告.pdf", "全部数据表.xlsx"
MARKER = ".made"  # what the files were made from
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
    """Name the chapters of the report, from which the files are made."""
    from . import model

    return [name for _, names in model.chapters(_contents(root, edition)) for name in names]


def _contents(root: Path, edition: str) -> Any:
    return editions.contents(root, yaml.safe_load((root / "_toc.yml").read_text("utf-8")), edition)


def write(
    root: Path, site: Path, notebooks: Mapping[str, str], edition: str = editions.INTERNAL, kept: Path | None = None
) -> str:
    """Make the files again that would become others.

    ``notebooks`` are the executed notebooks by name; in the folder ``kept`` pictures are found
    again that were drawn before. Returns what the reader of the build's log should know: which
    font the PDF had to do without; empty if all is well.

    Raises:
        TakeawayError: a file cannot be made.
    """
    if not chapters(root, edition):
        return ""  # a book without a report has none to take away
    # Not before: a book without a report needs none of these libraries.
    from . import pdf

    lacking = pdf.missing_font()
    made_by = _makers(f"{edition} {lacking}")
    made_from, folder = _together(made_by, *_sources(root, notebooks)), site / FOLDER
    before = _made(folder)
    if before.get("all") == made_from and _there(folder, WORD, PDF, WORKBOOK):
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).unlink(missing_ok=True)
    from ...notebooks.memo import recall_tables
    from ...tables.validation import fingerprint, known
    from . import model, word, workbook

    try:
        title = json.loads((root / "data" / "datapackage.json").read_text("utf-8"))["title"]
        document = model.read(title, _contents(root, edition), notebooks)
        report = _together(made_by, repr(document))
        same = before.get("report") == report and _there(folder, WORD, PDF)
        with ThreadPoolExecutor(1) as beside:  # Typst holds nobody up
            pdf_file = None if same else beside.submit(pdf.write, document)
            if not same:
                (folder / WORD).write_bytes(word.write(document, kept))
            if not known(fingerprint(root / "data")):  # as after ``get_ready``
                recall_tables(root)
            tables = workbook.write(document, root / "data", edition)
        (folder / WORKBOOK).write_bytes(tables)
        if pdf_file:
            (folder / PDF).write_bytes(pdf_file.result())
    except OSError:
        raise
    except Exception as error:  # whatever it is, the build must say in one sentence what failed
        raise TakeawayError(f"没有做成可以带走的文件（Word、PDF、工作簿）：{error}") from error
    marker = {"all": made_from, "report": report}
    (folder / MARKER).write_text(json.dumps(marker), "utf-8")
    return f"没有找到字体{lacking}，PDF改用书里自带的字体，没有粗体" if lacking else ""


def _made(folder: Path) -> dict[str, str]:
    """Return what the files in a folder were made from, nothing if that is not sure."""
    try:
        return dict(json.loads((folder / MARKER).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _there(folder: Path, *names: str) -> bool:
    return all((folder / name).is_file() for name in names)


def _makers(words: str) -> str:
    """Return what makes the files: this package, its libraries and what else counts."""
    own = [Path(standing.__file__), *sorted(path for path in Path(__file__).parent.iterdir() if path.is_file())]
    versions = [f"{name}=={version(name)}" for name in LIBRARIES]
    return _together(words, *versions, *map(_hash, own))


def _sources(root: Path, notebooks: Mapping[str, str]) -> Iterator[str]:
    """Yield what the files are made from."""
    paths = [root / "_toc.yml", *sorted((root / "data").rglob("*.*"))]
    for path in filter(Path.is_file, paths):
        yield f"{path.name} {_hash(path)}"
    for name, text in sorted(notebooks.items()):
        yield f"{name} {hashlib.sha256(text.encode()).hexdigest()}"


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _together(*texts: str) -> str:
    found = hashlib.sha256()
    for text in texts:
        found.update(hashlib.sha256(text.encode()).digest())
    return found.hexdigest()
