"""The envelope of old Office files: streams by name, within bounds; chains in a circle end."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator, Sequence
from struct import unpack_from

MOST_ENTRIES = 10_000  # of a directory; a workbook has a dozen
LAST_SECTOR = 0xFFFFFFFA  # of any chain; what is above marks its end
NOBODY = 0xFFFFFFFF


class CompoundError(Exception):
    """An envelope is damaged."""


class Compound:
    """The streams directly below the root, by their names in small letters.

    Raises:
        CompoundError: it is damaged.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            self._open()
        except (struct.error, IndexError):
            raise CompoundError from None

    def _open(self) -> None:
        content = self._content
        shift, small = unpack_from("<HH", content, 30)
        if shift not in (9, 12) or small != 6:
            raise CompoundError
        self._size, self._small = 1 << shift, 1 << small
        tables, start, _, self._least, self._small_start, _, more, count = unpack_from("<8I", content, 44)
        listed = [*unpack_from("<109I", content, 76), *(self._more(more) if count else ())][
            : min(tables, self._sectors)
        ]
        self._table = self._numbers(b"".join(self._sector(at) for at in listed if at <= LAST_SECTOR))
        self._entries = self._directory(self._chain(start))
        root = self._entries[0]
        self._small_table = self._numbers(self._chain(self._small_start))
        self._small_stream = self._chain(root[1])[: root[2]]
        self.names = {self._entries[at][0]: at for at in self._below(root[5])}

    @property
    def _sectors(self) -> int:
        return len(self._content) // self._size + 1

    def stream(self, name: str) -> bytes:
        """Return the content of a stream.

        Raises:
            CompoundError: it is damaged.
        """
        _, start, length, *_ = self._entries[self.names[name]]
        if length >= self._least:
            return self._chain(start)[:length]
        try:
            numbers = _walk(start, self._small_table, len(self._small_stream) // self._small + 1)
        except IndexError:
            raise CompoundError from None
        return b"".join(self._small_stream[at * self._small : (at + 1) * self._small] for at in numbers)[:length]

    def _sector(self, at: int) -> bytes:
        found = self._content[(at + 1) * self._size : (at + 2) * self._size]
        if not found:
            raise CompoundError
        return found

    def _numbers(self, content: bytes) -> array[int]:
        found = array("I", content[: len(content) // 4 * 4])
        if sys.byteorder == "big":
            found.byteswap()
        return found

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, _walk(start, self._table, self._sectors)))

    def _more(self, at: int) -> Iterator[int]:
        """The sectors of the table that the header has no room for."""
        for _ in range(self._sectors):
            if at > LAST_SECTOR:
                return
            *found, at = self._numbers(self._sector(at))
            yield from found
        raise CompoundError

    def _directory(self, content: bytes) -> list[tuple[str, int, int, int, int, int]]:
        """Return name, start, length, entry before, entry behind, entry below of each entry."""
        entries = []
        for at in range(0, min(len(content), MOST_ENTRIES * 128) - 127, 128):
            length, before, behind, below = unpack_from("<H2x3I", content, at + 64)
            start, size = unpack_from("<II", content, at + 116)
            name = content[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            entries.append((name.lower(), start, size, before, behind, below))
        return entries

    def _below(self, first: int) -> Iterator[int]:
        waiting, seen = [first], set()
        while waiting:
            at = waiting.pop()
            if at == NOBODY or at in seen:
                continue
            seen.add(at)
            yield at
            waiting += self._entries[at][3:5]


def _walk(start: int, table: Sequence[int], most: int) -> Iterator[int]:
    """Yield a chain of sectors."""
    for _ in range(most):
        if start > LAST_SECTOR:
            return
        yield start
        start = table[start]
    if start <= LAST_SECTOR:
        raise CompoundError
