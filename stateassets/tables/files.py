"""Files that are written whole or not at all, and what is in them as a hash."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


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
