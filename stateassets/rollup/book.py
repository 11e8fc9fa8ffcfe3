"""The book over many districts, made beside its place and moved there in one step."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..tables.data_errors import DataError, Fault, hidden
from ..tables.origins import Origin
from ..tables.troubles import trouble
from . import pages
from .rollup import DISTRICT_COLUMNS, DISTRICTS, Rollup, files

# A book holds the program that made it, so that its numbers can be made again in years to come.
COPIED = (
    "_config.yml", "pyproject.toml", "requirements.txt", "constraints.txt", "LICENSE", "LICENSE-text.md",
    "tools/bootstrap.sh", ".gitignore", "stateassets",
)  # fmt: skip
LEFT_BEHIND = ("__pycache__", ".ipynb_checkpoints")
LONGEST_TITLE = 100  # characters
MOST_SECTIONS = 200  # districts with a section of their own
TITLES = {
    "region": "地区",
    "scope": "口径",
    "title": "书名",
    "source": "读自",
    "unknown": "不认识的数",
    "ledger": "有底表",
    "enterprises": "有单个企业的数",
}
TITLES["classes"] = "企业类别"
Cells = list[tuple[str, str]]
BEGIN = """from stateassets.rollup import Rollup, pages

rollup = Rollup.open()
"""
END: Cells = [("markdown", "## 来历"), ("code", "pages.sources(rollup)")]


def write(rollup: Rollup, source: Path, folder: Path, title: str = "") -> str:
    """Make the book, whole or not at all; return its title.

    Raises:
        DataError: the folder holds something.
        OSError: it cannot be written.
    """
    look_at(source, folder, title)
    folder = folder.resolve()
    title = title or _title(rollup)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name[:20]}-", dir=folder.parent))
    try:
        _fill(rollup, source, beside, title)
        beside.chmod(0o755)
        if folder.is_dir():
            folder.rmdir()  # it is empty, or this fails and nothing has happened
        os.rename(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return title


def look_at(source: Path, folder: Path, title: str = "") -> None:
    """Refuse a place where no book can be written, before anything is read.

    Raises:
        DataError: it holds something, cannot be made, or ``source`` has no program, or a title is none.
    """
    if hidden(title) or len(title) > LONGEST_TITLE or set("<>\n\r") & set(title):
        advice = "请改--title"
        raise DataError([Fault("书名", None, None, "太长，或有换行和尖括号这样的字符", "一行书名", advice)])
    if not (source / COPIED[0]).is_file():
        advice = "在程序的文件夹里运行，或用--root写出它"
        raise DataError([Fault(str(source), None, None, f"没有{COPIED[0]}", "这个程序的文件夹", advice)])
    try:
        place = folder.resolve()
        taken = place.exists() and (not place.is_dir() or any(place.iterdir()))
        above = next(one for one in (place, *place.parents) if one.exists())
        if not taken and not above.is_dir():
            raise FileExistsError(errno.EEXIST, "", str(above))
        tempfile.TemporaryDirectory(dir=above.parent if taken else above).cleanup()  # can something be put there?
    except (OSError, RuntimeError) as error:
        long = getattr(error, "errno", None) == errno.ENAMETOOLONG
        advice = "请换一个短的名字" if long else f"请换一个文件夹。{trouble(error)}"
        raise DataError([Fault(str(folder), None, None, "写不进去", "可以写的新文件夹", advice)]) from None
    if taken:
        advice = "换一个文件夹，汇总不会覆盖已有的文件"
        raise DataError([Fault(str(folder), None, None, "已经有内容", "空的或还没有的文件夹", advice)])


def _title(rollup: Rollup) -> str:
    whole = rollup.wholes[0].region if len(rollup.wholes) == 1 else f"{len(rollup.parts)}个地区"
    sample = "（示例）" if pages.origin_of(rollup) is Origin.SAMPLE else ""
    return f"{whole}{rollup.year}年度企业国有资产汇总{sample}"


def _fill(rollup: Rollup, source: Path, folder: Path, title: str) -> None:
    for name in COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, folder / name, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
        elif (source / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, folder / name)
    for name, content in files(rollup).items():
        (folder / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "data" / name).write_bytes(content)
    package = json.dumps(_package(rollup, title), ensure_ascii=False, indent=2)
    (folder / "data" / "datapackage.json").write_text(package + "\n", "utf-8")
    chapters = _chapters(rollup, title)
    (folder / "notebooks").mkdir()
    for name, cells in chapters.items():
        (folder / "notebooks" / f"{name}.ipynb").write_text(_notebook(cells), "utf-8")
    listed = "".join(f"  - file: notebooks/{name}\n" for name in list(chapters)[1:])
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: notebooks/index\nchapters:\n{listed}", "utf-8")
    guide = f"# {title}\n\n生成网页：`jupyter-book build .`，用浏览器打开_build/html/index.html。\n"
    (folder / "README.md").write_text(guide, "utf-8")


def _package(rollup: Rollup, title: str) -> dict[str, Any]:
    fields = [{"name": name, "title": TITLES[name], "type": "string"} for name in (*DISTRICT_COLUMNS, "classes")]
    districts = {
        "name": "districts",
        "title": "在内的地区",
        "path": DISTRICTS,
        "origin": pages.origin_of(rollup).value,
        "access": "public",
        "sources": [{"title": "各区的书"}],
        "schema": {"fields": fields},
    }
    return {
        "name": f"state-assets-rollup-{rollup.year}",
        "title": title,
        "region": rollup.wholes[0].region if rollup.wholes else "",
        "year": rollup.year,
        "edition": "internal",
        "resources": [districts],
    }


def _chapters(rollup: Rollup, title: str) -> dict[str, Cells]:
    """Return the notebooks by name, each as its cells: (kind, source)."""
    return {
        "index": [
            ("markdown", f"# {title}"),
            ("code", f"{BEGIN}pages.opening(rollup)"),
            ("markdown", "## 合计"),
            ("code", "pages.sums(rollup)"),
            ("markdown", "## 谁在内，谁没有来"),
            ("code", "pages.who(rollup)"),
            ("markdown", "## 按归属，一户企业只计一次"),
            ("code", "pages.moved(rollup)"),
            *END,
        ],
        "1_possible": [
            ("markdown", "# 能否同时为真"),
            ("code", f"{BEGIN}pages.answered(rollup)"),
            ("markdown", "公布数是四舍五入的，各自代表一个区间。下面问的是：有没有一组真实值，既满足每个区自己的"
             "勾稽关系，各区又恰好合成上级的总数，并且每一个都印成公布的样子。"),
            ("markdown", "## 互相矛盾的数"),
            ("code", "pages.conflicts(rollup)"),
            ("markdown", "## 先查哪些数"),
            ("code", "pages.suspects(rollup)"),
            *END,
        ],
        "2_comparison": [
            ("markdown", "# 比较"),
            ("code", f"{BEGIN}pages.compared(rollup, \"debt_ratio\")"),
            *_compared(rollup),
            ("markdown", "## 全部数字"),
            ("code", "pages.all_figures(rollup)"),
            *END,
        ],
        "3_years": [
            ("markdown", "# 历年"),
            ("code", f"{BEGIN}pages.sums_over_years(rollup)"),
            *_over_years(rollup),
            *END,
        ],
        "4_districts": [
            ("markdown", "# 各区"),
            ("code", f"{BEGIN}pages.alerts(rollup)"),
            *_districts(rollup),
            *END,
        ],
    }  # fmt: skip


def _compared(rollup: Rollup) -> Iterator[tuple[str, str]]:
    for figure in pages.headlines(rollup):
        yield "markdown", f"## {rollup.figure_name(figure)}"
        if figure != "debt_ratio":
            yield "code", f'pages.compared(rollup, "{figure}")'
        for what in ("picture", "comparison", "by_class", "by_size"):
            yield "code", f'pages.{what}(rollup, "{figure}")'


def _over_years(rollup: Rollup) -> Iterator[tuple[str, str]]:
    for figure in pages.headlines(rollup):
        yield "markdown", f"## {rollup.figure_name(figure)}"
        for what in ("course", "over_years"):
            yield "code", f'pages.{what}(rollup, "{figure}")'


def _districts(rollup: Rollup) -> Iterator[tuple[str, str]]:
    came = [member for member in rollup.members if not member.missing]
    for member in came[:MOST_SECTIONS]:
        yield "markdown", f"## {member.region}"
        yield "code", f"pages.district(rollup, {member.region!r})"
    if len(came) > MOST_SECTIONS:
        yield "markdown", "其余地区的数见“比较”和“历年”。"


def _notebook(cells: Cells) -> str:
    made = []
    for number, (kind, source) in enumerate(cells):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number:03d}", "metadata": {}, "source": source}
        if kind == "code":
            cell |= {"metadata": {"tags": ["hide-input"]}, "execution_count": None, "outputs": []}
        made.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
