"""What a reader takes away: the report as a Word file and a PDF, its tables as a workbook."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import yaml

from ... import edition as editions

FOLDER = "downloads"  # below the site
WORD, PDF, WORKBOOK = "专项报告.docx", "专项报告.pdf", "全部数据表.xlsx"
MARKER = ".made"  # what the files were made from
LIBRARIES = ("typst", "XlsxWriter", "beautifulsoup4")


class TakeawayError(Exception):
    """The files cannot be made; the message says why, in Chinese."""


def get_ready() -> None:
    """Import what making the files needs, which takes a while."""
    with contextlib.suppress(ImportError):  # a book without a report needs none of it
        from . import pdf, word, workbook  # noqa: F401


def write(root: Path, site: Path, notebooks: Mapping[str, str],
          edition: str = editions.INTERNAL) -> str:  # fmt: skip
    """Make the files again if anything that they are made from has changed.

    ``notebooks`` are the executed notebooks by name. Returns what the reader of the build's log
    should know: which font the PDF had to do without; empty if all is well.

    Raises:
        TakeawayError: a file cannot be made.
    """
    contents = editions.contents(yaml.safe_load((root / "_toc.yml").read_text("utf-8")), edition)
    from . import model  # slow to import, and here it is beside the build

    if not model.chapters(contents):
        return ""  # a book without a report has none to take away
    # Not before: a book without a report needs none of these libraries.
    from . import pdf, word, workbook

    lacking = pdf.missing_font()
    made_from, folder = _fingerprint(root, notebooks, lacking, edition), site / FOLDER
    if _up_to_date(folder, made_from):
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).unlink(missing_ok=True)
    try:
        title = json.loads((root / "data" / "datapackage.json").read_text("utf-8"))["title"]
        document = model.read(title, contents, notebooks)
        (folder / WORD).write_bytes(word.write(document))
        (folder / PDF).write_bytes(pdf.write(document))
        (folder / WORKBOOK).write_bytes(workbook.write(document, root / "data", edition))
    except OSError:
        raise
    except Exception as error:  # whatever it is, the build must say in one sentence what failed
        raise TakeawayError(f"没有做成可以带走的文件（Word、PDF、工作簿）：{error}") from error
    (folder / MARKER).write_text(made_from, "utf-8")
    return f"没有找到字体{lacking}，PDF改用书里自带的字体，没有粗体" if lacking else ""


def _up_to_date(folder: Path, made_from: str) -> bool:
    marker = folder / MARKER
    known = marker.read_text("utf-8") if marker.is_file() else ""
    return known == made_from and all((folder / n).is_file() for n in (WORD, PDF, WORKBOOK))


def _fingerprint(root: Path, notebooks: Mapping[str, str], font: str, edition: str
                 ) -> str:  # fmt: skip
    """One hash of everything that the files are made from."""
    paths = [root / "_toc.yml", *sorted((root / "data").rglob("*.*"))]
    paths += sorted(p for p in Path(__file__).parent.iterdir() if p.is_file())
    found = hashlib.sha256()
    for path in filter(Path.is_file, paths):
        found.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    for name, text in sorted(notebooks.items()):
        found.update(name.encode() + hashlib.sha256(text.encode()).digest())
    found.update(f"{edition} {font} {[version(name) for name in LIBRARIES]}".encode())
    return found.hexdigest()
