"""Text in the encodings that offices save it in; one that changes within a file is told by its line."""

from __future__ import annotations

import re
from collections.abc import Iterator

UTF_8, GBK = "UTF-8", "GBK"
BROKEN = "broken"
APART = re.compile(rb"[,;\t\"\r]")  # never half of a GBK character
CJK = re.compile("[\u3000-\u9fff\uff00-\uffef]")
MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
PLAIN = re.compile(r"[\n\t,;|\d]", re.ASCII)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class EncodingError(Exception):
    """A content is no text; ``row`` is the line where that shows, if one does."""

    def __init__(self, found: str, row: int | None = None) -> None:
        super().__init__(found)
        self.found, self.row = found, row


def decode(content: bytes) -> str:
    """Return a text that is UTF-8 or GBK all through.

    Raises:
        EncodingError: it is neither, or one line is in this encoding and another in that.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    first: tuple[int, str] | None = None
    for row, encoding in _lines(content):
        if encoding == BROKEN:
            raise EncodingError("有读不出的字符，不是文本文件，或者不完整", row)
        if first and encoding != first[1]:
            raise EncodingError(f"编码前后不同：第{first[0]}行是{first[1]}，第{row}行是{encoding}", row)
        first = first or (row, encoding)
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        raise EncodingError("不是文本文件") from None


def decode_wide(content: bytes) -> str | None:
    """Return a UTF-16 text, with its mark or without, or None where the content is no such text."""
    if content[:4] == b"\xff\xfe\0\0":
        return None  # UTF-32
    marked = MARKS.get(content[:2])
    if not marked and b"\0" not in content:
        return None
    found = []
    for encoding in [marked] if marked else ["utf-16-le", "utf-16-be"]:
        try:
            text = content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if not CONTROL.search(text):
            found.append((len(PLAIN.findall(text)), text))
    return max(found)[1] if found and (marked or max(found)[0]) else None


def _lines(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield (line, encoding) of each piece between separators that can be in one encoding only."""
    for row, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.isascii():
            continue
        for piece in APART.split(line):
            if not piece.isascii() and (encoding := _encoding(piece)):
                yield row, encoding


def _encoding(piece: bytes) -> str:
    """Return what a piece must be, or nothing where it can be either."""
    utf_8, gbk = _text(piece, "utf-8"), _text(piece, "gb18030")
    if utf_8 is None:
        return GBK if gbk is not None else BROKEN
    if gbk is None:
        return UTF_8
    likely = bool(CJK.search(utf_8)) and _usual(utf_8), _usual(gbk)
    return {(True, False): UTF_8, (False, True): GBK}.get(likely, "")


def _text(piece: bytes, encoding: str) -> str | None:
    try:
        return piece.decode(encoding)
    except UnicodeDecodeError:
        return None


def _usual(text: str) -> bool:
    """Is a text made of the characters that Chinese is written with every day?"""
    return _text(text.encode("gb2312", "replace"), "gb2312") == text
