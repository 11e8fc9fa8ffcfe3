"""Files that are written whole or not at all."""

from __future__ import annotations

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
