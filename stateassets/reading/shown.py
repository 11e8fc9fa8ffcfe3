"""A marked report inside a notebook: from a file that somebody picks, or the sample that ships."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

from .. import domains  # noqa: F401  (they register what numbers are taken for)
from ..audit import examine
from ..present.display import Part, Passage
from ..tables.data_errors import DataError
from ..tables.origins import Origin
from .marked_page import page
from .marks import Marked
from .reports import Examine, mark, read_report

SAMPLE = Path(__file__).with_name("sample_report.txt")
SAMPLE_NAME = "某区专项报告（示例）.txt"
ACCEPTED = (".docx", ".pdf", ".html", ".htm", ".txt", ".md")
HEIGHT = "42rem"
LONGEST_NAME = 200  # bytes: file systems take little more
BY_PATH = '这里选不了文件。在make lab打开的JupyterLab里运行这一格，或在括号里写上报告的路径：pick("我的报告.docx")。'


@dataclass(frozen=True)
class MarkedReport:
    """A marked report that a notebook shows: the page in a frame of its own, which reaches nothing outside it."""

    marked: Marked
    origin: Origin | None = None

    @property
    def html(self) -> str:
        """The page as a file of its own."""
        return page(self.marked, sample=self.origin is Origin.SAMPLE)

    def __repr__(self) -> str:
        loud = [self.marked.findings[at] for at in self.marked.loud]
        told = [f"{finding.verdict}：{finding.message}{finding.expected}" for finding in loud]
        return "\n".join(told) or "没有发现需要更正或说明的地方。"

    def _repr_html_(self) -> str:
        names = "、".join(reading.document.name for reading in self.marked.readings)
        return (
            f'<iframe class="sa-report" title="标好的报告：{escape(names)}" sandbox="allow-scripts" loading="lazy" '
            f'style="width: 100%; height: {HEIGHT}; border: 1px solid var(--sa-line)" srcdoc="{escape(self.html)}"></iframe>'
        )


def marked_report(
    content: bytes,
    name: str,
    region: str | None = None,
    year: int | None = None,
    origin: Origin | None = None,
    examine: Examine = examine,
) -> MarkedReport:
    """Return a report, given as the bytes of its file and the file's name, marked.

    Raises:
        DataError: it cannot be read.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / _plain(name)
        path.write_bytes(content)
        return MarkedReport(mark([read_report(path, region, year)], examine), origin)


def sample() -> MarkedReport:
    """Return the sample that ships, marked: an invented report of an invented place, with faults put in."""
    return marked_report(SAMPLE.read_bytes(), SAMPLE_NAME, origin=Origin.SAMPLE)


def pick(path: str | Path | None = None) -> Any:
    """Let somebody pick a report in JupyterLab and see it marked; with ``path`` show that one at once.

    Raises:
        DataError: the report at ``path`` cannot be read.
    """
    if path is not None:
        return MarkedReport(mark([read_report(Path(path))], examine))
    try:
        import ipywidgets
    except ModuleNotFoundError:
        return Passage(((Part(BY_PATH),),))
    chosen = ipywidgets.FileUpload(accept=",".join(ACCEPTED), multiple=False, description="选一份报告")
    shown = ipywidgets.Output()
    chosen.observe(partial(_changed, shown, _display), names="value")
    return ipywidgets.VBox([chosen, shown])


def _changed(shown: Any, display: Callable[[object], None], change: Any) -> None:
    """Show what was picked, or what is wrong with it, where the last result stood."""
    shown.clear_output()
    with shown:
        for file in change["new"]:
            try:
                display(marked_report(bytes(file["content"]), file["name"]))
            except DataError as error:
                print(error, file=sys.stdout)


def _display(thing: object) -> None:
    from IPython.display import display

    display(thing)


def _plain(name: str) -> str:
    """Return a file's name without folders, short enough for any disk; its ending stays."""
    bare = PurePath(name.replace("\\", "/").replace("\0", "")).name
    if bare in ("", ".", ".."):
        return "报告"
    if len(bare.encode()) <= LONGEST_NAME:
        return bare
    return f"{PurePath(bare).stem[: LONGEST_NAME // 4]}{PurePath(bare).suffix[:10]}"
