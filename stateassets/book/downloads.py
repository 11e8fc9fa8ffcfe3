"""The tables of the data package, offered for download beside the pages."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

SAMPLE_PREFIX = "示例-"


def download_path(table_path: str, origin: str) -> str:
    """Where in the built site a table of the data package is found.

    `table_path` is the resource's path inside ``data/`` and `origin` is ``sample`` or ``real``.
    A sample table says so in its file name, because a downloaded file loses the page around it.
    Raises ValueError for another origin, or for a path that leaves ``data/``.
    """
    path = PurePosixPath(table_path)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"数据表路径必须在data目录之内：{table_path}")
    if origin not in {"sample", "real"}:
        raise ValueError(f"数据表{table_path}的来源只能是sample或real，现为：{origin}")
    name = SAMPLE_PREFIX + path.name if origin == "sample" else path.name
    return str(PurePosixPath("data") / path.with_name(name))


def copy_tables(data: Path, site: Path, resources: Sequence[Mapping[str, Any]]) -> None:
    """Replace the site's ``data/`` by the tables that the package declares now."""
    shutil.rmtree(site / "data", ignore_errors=True)
    for resource in resources:
        target = site / download_path(resource["path"], resource["origin"])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data / resource["path"], target)
