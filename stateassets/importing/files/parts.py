"""A part of a workbook as a stream of elements, within bounds: what no Excel writes is refused."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from typing import NoReturn
from xml.parsers import expat

from .raw import MOST_CELLS

CHUNK = 2**16
DEEPEST = 64  # levels of elements
MOST_ELEMENTS = 3 * MOST_CELLS  # a cell has two or three
LONGEST_TAG = 2**20  # bytes
LONGEST_TEXT = 2**17  # characters of one cell; Excel holds a quarter


class PartError(Exception):
    """A part is damaged, or is none that a workbook can have; the message says how."""


class Reader:
    """Takes in the elements of one part; ``begin`` and ``finish`` get their names without prefix.

    Text is collected from ``listen`` to ``pause``, as often as there is some, until ``heard``.
    """

    def __init__(self) -> None:
        self._depth = self._seen = self._length = 0
        self._listening = False
        self._pieces: list[str] = []

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in where an element begins."""

    def finish(self, name: str) -> None:
        """Take in where an element ends."""

    def listen(self) -> None:
        """Collect text from here."""
        self._listening = True

    def pause(self) -> None:
        """Collect no more text for now."""
        self._listening = False

    def heard(self) -> str:
        """Return the text that was collected, and forget it."""
        if not self._pieces:
            return ""
        said = self._pieces[0] if len(self._pieces) == 1 else "".join(self._pieces)
        self._pieces, self._length = [], 0
        return said

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take in a start tag as it is written."""
        self.deeper()
        self.begin(name.rpartition(":")[2] if ":" in name else name, attributes)

    def deeper(self) -> None:
        """Count an element.

        Raises:
            PartError: it lies too deep, or there are too many.
        """
        self._depth += 1
        self._seen += 1
        if self._depth > DEEPEST or self._seen > MOST_ELEMENTS:
            raise PartError("内容嵌套太深或太多")

    def end(self, name: str) -> None:
        """Take in an end tag as it is written."""
        self._depth -= 1
        self.finish(name.rpartition(":")[2] if ":" in name else name)

    def text(self, piece: str) -> None:
        """Take in a piece of text."""
        if self._listening:
            self._length += len(piece)
            if self._length > LONGEST_TEXT:
                raise PartError("有一格的字太多")
            self._pieces.append(piece)


def read_part(archive: zipfile.ZipFile, name: str, reader: Reader) -> None:
    """Read a part through.

    Raises:
        PartError: it is not there, no XML, has definitions of its own, or is beyond the bounds.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _defines
    fed = 0
    try:
        with archive.open(name) as stream:
            while chunk := stream.read(CHUNK):
                parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > LONGEST_TAG:
                    raise PartError("有一个标记太长")
            parser.Parse(b"", True)
    except (expat.ExpatError, LookupError):
        raise PartError("有一部分缺失，或写法不对") from None


def _defines(*_: object) -> NoReturn:
    raise PartError("含有工作簿里不该有的定义")
