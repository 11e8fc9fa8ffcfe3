"""Storing what was accepted: all of it, or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from ..corrections import FILE as CORRECTIONS
from ..soundness import fingerprint
from ..tables import DataPackage
from .reviewing import Review
from .rows import BASELINE


class StoreError(Exception):
    """Nothing was stored; the message says why, for a person."""


def store(found: Review) -> int:
    """Store the chapters' outputs and the tables that they come from; return how many chapters.

    Raises:
        StoreError: a notebook failed, data or notebooks have changed meanwhile, or they cannot be
            written; what is stored is then as it was.
    """
    if found.faults:
        raise StoreError("有的章没有算成")
    if fingerprint(found.root / "data") != found.data:
        raise StoreError("计算以后data里的文件又变了，请重新运行")
    changed = [chapter for chapter in found.chapters if chapter.changed]
    for chapter in changed:
        if chapter.path.read_text("utf-8") != chapter.before:
            raise StoreError(f"计算以后{found.name(chapter)}又变了，请重新运行")
    # The tables come last: if we are stopped in between, the next run still knows which rows.
    contents = {c.path: c.text.encode() for c in changed} | _tables(found.root)
    _write(contents)
    _forget_others(found.root / BASELINE, set(contents))
    return len(changed)


def _tables(root: Path) -> dict[Path, bytes]:
    """Return the baseline's files: the declaration, the corrections, the declared tables."""
    package = DataPackage.read(root / "data")
    names = ["datapackage.json", *(table.path for table in package.tables.values())]
    if (root / "data" / CORRECTIONS).exists():
        names.append(CORRECTIONS)
    return {root / BASELINE / name: (root / "data" / name).read_bytes() for name in names}


def _write(contents: Mapping[Path, bytes]) -> None:
    """Write files so that all are new or, on an error, all are old.

    Each is written in full beside its place first; only when all are, are they put in place.
    """
    waiting: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            if path.exists() and path.read_bytes() == content:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_name(f".{path.name}.{os.getpid()}")
            waiting[path] = half
            with half.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                shutil.copymode(path, half)
        for path, half in waiting.items():
            half.replace(path)
    except OSError as error:
        raise StoreError(f"写不进去：{error.strerror}（{error.filename or '磁盘'}）") from error
    finally:
        for half in waiting.values():
            half.unlink(missing_ok=True)


def _forget_others(folder: Path, kept: set[Path]) -> None:
    """Take away what the baseline no longer has."""
    for path in [p for p in folder.rglob("*") if p.is_file() and p not in kept]:
        path.unlink()
