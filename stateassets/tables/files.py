"""Files that are written whole or not at all, which there are, and what is in them as a hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

LEAVINGS = (".", "__pycache__")  # what names begin with that editors and Python leave


def write(path: Path, content: str | bytes) -> None:
    """Write a file at once: whoever reads it sees the old content or the new, never a half.

    Raises:
        OSError: it cannot be written; the old content stays, and nothing beside it.
    """
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.write_bytes(content.encode() if isinstance(content, str) else content)
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def hash_of(path: Path) -> str:
    """Return a SHA-256 of what is in a file; empty if it cannot be read, which whoever needs it tells."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def files_in(folder: Path) -> Iterator[Path]:
    """Every file below a folder, but for editors' and Python's own leavings."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(LEAVINGS))
        yield from (Path(place, name) for name in sorted(names) if not name.startswith(LEAVINGS))


def lies_in(root: Path, place: Path) -> bool:
    """Tell whether a place lies below a folder, wherever links lead; one in a circle leads nowhere."""
    try:
        return place.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False
