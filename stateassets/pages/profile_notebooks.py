"""One page for each first-level group, all from one notebook.

``profile.ipynb`` beside this module is the page with the group's id and name left open, so that a district's
pages follow from its own table of enterprises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..chapters import PROFILES, contents, labelled
from ..measures.ledger import GROUP
from ..report import Report
from ..tables import files
from ..tables.data_errors import DataError, Fault

TEMPLATE = Path(__file__).with_name("profile.ipynb")
MARKUP = re.compile(r"([!-/:-@\[-`{-~])")  # every mark that Markdown may give a meaning


@dataclass(frozen=True)
class Changes:
    """What was done to the pages, by group; ``strangers`` are notebooks of other making."""

    written: tuple[str, ...]
    renewed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    strangers: tuple[str, ...]

    def __str__(self) -> str:
        told = [
            f"{words}{len(names)}页：{'、'.join(names)}。"
            for words, names in (
                ("新写", self.written),
                ("按模板更新", self.renewed),
                ("删去", self.removed),
                ("没有变化", self.unchanged),
            )
            if names
        ]
        if self.strangers:
            told.append(f"不是企业画像，没有动：{'、'.join(self.strangers)}。")
        if self.written or self.renewed:
            told.append("新的页还没有存档的结果：make book会算；要存档作比较，运行make outputs。")
        return "\n".join(told)


def page(enterprise_id: str, name_zh: str) -> dict[str, Any]:
    """Return the notebook of a group's page, not yet executed."""
    on_one_line = " ".join(name_zh.split())
    words = {"ENTERPRISE_ID": enterprise_id, "ENTERPRISE_NAME": MARKUP.sub(r"\\\1", on_one_line)}
    notebook: dict[str, Any] = json.loads(TEMPLATE.read_text("utf-8"))
    pattern = re.compile("|".join(words))
    for cell in notebook["cells"]:
        cell["source"] = [pattern.sub(lambda found: words[found.group()], line) for line in cell["source"]]
    return notebook


def sources_of(notebook: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """Return what of a notebook is not a result: the cells' kinds, ids, tags and sources, its access."""
    cells = [
        (cell["cell_type"], cell.get("id"), cell["metadata"], "".join(cell["source"])) for cell in notebook["cells"]
    ]
    return [*cells, (notebook["metadata"].get("stateassets"),)]


def refresh(report: Report) -> Changes:
    """Make the folder hold one page for each group: write, renew and remove; touch no other.

    Raises:
        DataError: an enterprise's id cannot name a file.
    """
    place = contents(report.root).folders.get(PROFILES)
    if not place:  # a book without such pages
        return Changes((), (), (), (), ())
    folder = report.root / place
    groups = {scope.id: scope.name_zh for scope in report.ledger.scopes(GROUP)}
    unfit = [key for key in groups if not re.fullmatch(r"[\w-]+", key)]
    if unfit:
        table = report.package.tables["enterprises"]
        raise DataError(
            Fault(table.path, None, "enterprise_id", key, "由汉字、字母、数字组成的编号", "编号要用作企业画像的文件名")
            for key in unfit
        )
    there = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    gone = [key for key, path in there.items() if key not in groups]
    own = [key for key in gone if _is_page(there[key])]
    for key in own:
        there[key].unlink()
    done: dict[bool, list[str]] = {True: [], False: []}
    unchanged = []
    for key, name_zh in groups.items():
        wanted = page(key, name_zh)
        if key in there and _read(there[key]) == sources_of(wanted):
            unchanged.append(key)
            continue
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(wanted, ensure_ascii=False, indent=1, sort_keys=True)
        files.write(folder / f"{key}.ipynb", text + "\n")
        done[key in there].append(key)
    strangers = tuple(there[key].name for key in gone if key not in own)
    return Changes(tuple(done[False]), tuple(done[True]), tuple(own), tuple(unchanged), strangers)


def _read(path: Path) -> list[tuple[object, ...]]:
    try:
        return sources_of(json.loads(path.read_text("utf-8")))
    except (ValueError, KeyError, TypeError):
        return []


def _is_page(path: Path) -> bool:
    cells = _read(path)
    return bool(cells) and labelled(str(cells[0][-1])).startswith(f"(profile-{path.stem})=")
