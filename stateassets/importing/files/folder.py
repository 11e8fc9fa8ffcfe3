"""A folder as an enterprise group sends it: the files that may hold tables, each named by where it lies."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from .raw import READABLE, refusal, shown_name, visible

MOST_FILES = 2_000
LOCK = "~$"  # Excel's mark of a workbook that somebody has open: no file of its own


def listed(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each file with the name that messages call it; a folder gives the files in it.

    Raises:
        DataError: a folder holds no file, or too many.
    """
    for path in paths:
        if not is_folder(path):
            yield path, shown_name(path)
            continue
        found = sorted(_below(path))
        if not found or len(found) > MOST_FILES:
            raise refusal(
                shown_name(path), f"文件夹里有{len(found)}个文件", f"1至{MOST_FILES}个文件", "写出要导入的文件或文件夹"
            )
        for file in found:
            yield file, visible(file.relative_to(path).as_posix()).replace("\n", "").replace("\r", "")


def is_folder(path: Path) -> bool:
    """Tell whether a path is a folder; one that cannot be looked at is none."""
    return os.path.isdir(path)  # Path.is_dir raises for names that no file can have


def may_hold_tables(path: Path) -> bool:
    """Tell by a file's name whether it is worth opening."""
    return path.suffix.lower() in READABLE


def _below(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(here, name) for name in names if not name.startswith((".", LOCK)))
