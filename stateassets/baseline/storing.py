"""Storing what was accepted: all of it, or nothing."""

from __future__ import annotations

from pathlib import Path

from ..tables.atomic import replace_all
from ..tables.data_errors import DataError
from ..tables.declared import DataPackage
from ..tables.validation import fingerprint
from .made_from import FILE
from .reviewing import Review
from .rows import BASELINE, contents

NOTE = "README.md"  # says what the folder is


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
    files = {found.name(c): c.text.encode() for c in changed} | _tables(found.root)
    if found.made_from:
        files[FILE.as_posix()] = found.made_from.encode()
    waiting = {name: new for name, new in files.items() if _stored(found.root / name) != new}
    try:
        replace_all(found.root, waiting)
    except DataError as error:
        raise StoreError("；".join(f"{fault.found}，{fault.advice}" for fault in error.faults)) from error
    _forget_others(found.root / BASELINE, {found.root / name for name in files})
    return len(changed)


def _stored(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _tables(root: Path) -> dict[str, bytes]:
    """Return the baseline's files."""
    found = contents(DataPackage.read(root / "data"))
    return {f"{BASELINE}/{name}": content for name, content in found.items()}


def _forget_others(folder: Path, kept: set[Path]) -> None:
    """Take away what the baseline no longer has; its note for readers stays."""
    kept = {*kept, folder / NOTE}
    for path in [p for p in folder.rglob("*") if p.is_file() and p not in kept]:
        path.unlink()
