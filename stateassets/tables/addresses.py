"""Where tables are found: in the built site, to which chapters link, and what lies beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

SAMPLE_PREFIX = "示例-"
FOLDER = "data"  # below the site, and below the project
CORRECTIONS = "corrections.yml"  # beside the tables
DATA_PAGE = "data"  # the chapter that has the columns of every table


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
    return str(PurePosixPath(FOLDER) / path.with_name(name))


def table_page(name: str, rows: Sequence[int] = ()) -> str:
    """Where in the built site a table's rows are read; ``rows``, as Excel counts, stand out."""
    path = f"{FOLDER}/{name}.html"
    return f"{path}?rows={','.join(map(str, rows))}#row-{rows[0]}" if rows else path


def table_place(table: str) -> str:
    """Return what a link to a table's entry on the page of all tables names after ``#``."""
    return f"table-{table}"


def row_place(table: str, number: int) -> str:
    """Return what a link to a row, as Excel counts, names after ``#``."""
    return f"row-{table}-{number}"
