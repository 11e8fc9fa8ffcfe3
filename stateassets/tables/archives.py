"""What an archive (.zip and what is packed like it) says of its inside, before any of it is unpacked."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

MOST_MEMBERS = 20_000  # a workbook of thousands of pictures has fewer
MOST_BYTES = 300 * 2**20  # of one file, unpacked
ENTRY = 46  # bytes that the list of an archive takes for a member, at least


def unpacked_sizes(path: Path) -> dict[str, int]:
    """Return how many bytes each member says it has unpacked; reading one gives never more than that.

    Raises:
        zipfile.BadZipFile: it is no archive, damaged, or lists more members than a document has.
    """
    try:
        if _members(path) > MOST_MEMBERS:
            raise zipfile.BadZipFile
        with zipfile.ZipFile(path) as archive:
            return {member.filename: member.file_size for member in archive.infolist()}
    except (NotImplementedError, RuntimeError, OSError, ValueError):
        raise zipfile.BadZipFile from None


def _members(path: Path) -> int:
    """Return how many members an archive lists at most, before the list is read."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 22 - 2**16))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile
    (size,) = struct.unpack("<I", tail[at + 12 : at + 16])
    return int(size) // ENTRY
