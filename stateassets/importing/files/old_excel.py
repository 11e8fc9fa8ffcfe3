"""Old workbooks (.xls, and most .et): values as they are shown, never formulas, macros or links.

Read here, since calamine tells neither formats nor what is hidden or merged, and xlrd follows a
stream in a circle until there is no memory left. 200,000 cells take 0.4 s, by xlrd 0.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from pathlib import Path
from struct import unpack_from

from ...tables.compound import Compound, CompoundError
from ...tables.text_files import read_bytes
from .raw import (
    MOST_CELLS,
    MOST_ROWS,
    SINCE_1900,
    SINCE_1904,
    Cell,
    Meter,
    Sheet,
    letters,
    merged,
    no_result,
    odd_rows,
    refusal,
)
from .workbook import MOST_SHEETS, MOST_STYLES, Style, shown, styles

BIFF_8, BIFF_5 = 0x0600, 0x0500
BOF, EOF, CONTINUE = (0x0809,), 0x0A, 0x3C
FILEPASS, CODEPAGE, DATEMODE, FONT, FORMAT, XF, BOUNDSHEET, SST = 0x2F, 0x42, 0x22, 0x31, 0x41E, 0xE0, 0x85, 0xFC
STRIKES = 0x08  # a font
NO_FONT = 4  # a number that no font has
NUMBER, RK, MULRK, LABELSST, LABEL, RSTRING, BOOLERR = 0x203, 0x27E, 0xBD, 0xFD, 0x204, 0xD6, 0x205
FORMULAS, STRING = (0x06, 0x206, 0x406), 0x207
ROW, COLINFO, MERGEDCELLS = 0x208, 0x7D, 0xE5
MOST_OLD_CELLS = 2_000_000  # of one sheet
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
CODE_PAGES = {936: "gb18030", 950: "big5", 1200: "utf-16-le", 10008: "gb18030", 54936: "gb18030", 65001: "utf-8"}
LOCKED = ("加了密码", "没有密码的工作簿", "在Excel或WPS里打开，去掉密码后另存")
WHOLE = ("完整的Excel工作簿（.xls）", "用Excel或WPS打开后另存为“Excel工作簿（.xlsx）”")


class _BookError(Exception):
    """A workbook is damaged, or is none that Excel can have written."""


def read_old_workbook(path: Path, name: str) -> list[Sheet]:
    """Return the sheets of a workbook; of those that are hidden the name only.

    Raises:
        DataError: it is damaged, locked, too large, older than Excel 5, or no workbook.
    """
    content = read_bytes(path)
    try:
        envelope = Compound(content)
        if "encryptedpackage" in envelope.names:
            raise refusal(name, *LOCKED)
        stream = next((one for one in ("workbook", "book") if one in envelope.names), "")
        if not stream:
            found = "是Word文件" if "worddocument" in envelope.names else "里面没有工作簿"
            raise refusal(name, found, *WHOLE)
        book = _Book.read(envelope.stream(stream), name)
        if not any(one.shown for one in book.sheets):
            found = "工作表都隐藏了" if book.sheets else "没有工作表"
            raise refusal(name, found, "至少有一张看得见的工作表", "在Excel里取消隐藏，或另存为“Excel工作簿（.xlsx）”")
        meter = Meter(name)
        return [_sheet(book, one, name, meter) for one in book.sheets]
    except (CompoundError, _BookError, struct.error, LookupError, ValueError, OverflowError) as error:
        why = f"（{error}）" if isinstance(error, _BookError) and str(error) else ""
        raise refusal(name, f"旧版工作簿读不出，可能已经损坏，或者加了密码{why}", *WHOLE) from None


# --- records ---------------------------------------------------------------------------------------


def _records(stream: bytes, at: int) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the records of one part of the workbook: kind, and content with its continuations.

    What is embedded in the part, such as a chart, is left out.
    """
    depth, kind, pieces = 0, -1, [b""]
    while True:
        if at + 4 > len(stream):
            raise _BookError("不完整")
        found, size = unpack_from("<HH", stream, at)
        content = stream[at + 4 : at + 4 + size]
        at += 4 + size
        if found == CONTINUE:
            pieces.append(content)
            continue
        if kind >= 0 and depth == 1:
            yield kind, pieces
        kind, pieces = found, [content]
        depth += found in BOF
        if found == EOF:
            depth -= 1
            if depth <= 0:
                return


class _Text:
    """Reads texts that go on from piece to piece."""

    def __init__(self, pieces: Sequence[bytes], at: int = 0) -> None:
        self.pieces, self.piece, self.at = pieces, 0, at

    def take(self, size: int) -> bytes:
        """Return so many bytes."""
        found = b""
        while size:
            here = self.pieces[self.piece]
            part = here[self.at : self.at + size]
            if not part:
                self.piece, self.at = self.piece + 1, 0
                continue
            found += part
            size -= len(part)
            self.at += len(part)
        return found

    def skip(self, size: int) -> None:
        """Go so many bytes on."""
        while size:
            left = len(self.pieces[self.piece]) - self.at
            if size <= left:
                self.at += size
                return
            size -= left
            self.piece, self.at = self.piece + 1, 0

    def text(self, length_bytes: int = 2) -> str:
        """Return a text with its length before it; where a new piece begins, its width is said anew."""
        count = int.from_bytes(self.take(length_bytes), "little")
        flags = self.take(1)[0]
        runs = int.from_bytes(self.take(2), "little") if flags & 8 else 0
        spoken = int.from_bytes(self.take(4), "little") if flags & 4 else 0
        found, wide = [], flags & 1
        while count:
            width = 2 if wide else 1
            part = self.pieces[self.piece][self.at : self.at + count * width]
            part = part[: len(part) // width * width]
            found.append(part.decode("utf-16-le" if wide else "latin-1", "replace"))
            count -= len(part) // width
            self.at += len(part)
            if count:
                self.piece, self.at = self.piece + 1, 1
                wide = self.pieces[self.piece][0] & 1
        self.skip(4 * runs + spoken)
        return "".join(found)


# --- the workbook as a whole -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    name: str
    at: int
    shown: bool


@dataclass
class _Book:
    """What the sheets of a workbook need to know of it."""

    stream: bytes
    version: int = BIFF_8
    encoding: str = "gb18030"
    since: date = SINCE_1900
    sheets: list[_Part] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)
    struck: frozenset[int] = frozenset()  # the numbers of styles that strike through

    @classmethod
    def read(cls, stream: bytes, name: str) -> _Book:
        """Read all parts but the sheets."""
        kind, _, version = unpack_from("<HHH", stream)
        if kind not in BOF or version not in (BIFF_5, BIFF_8):
            raise refusal(name, "是很旧的Excel文件", *WHOLE)
        book = cls(stream, version)
        formats: dict[int, str] = {}
        used: list[tuple[int, int]] = []  # font and format of each style
        lines: list[bool] = []  # of each font, whether it strikes through
        parts: list[tuple[int, int, int, list[bytes]]] = []
        for kind, pieces in _records(stream, 0):
            content = pieces[0]
            if kind == FILEPASS:
                raise refusal(name, *LOCKED)
            if max(len(formats), len(used), len(parts), len(lines)) > MOST_STYLES:
                raise _BookError("格式太多")
            if kind == CODEPAGE:
                (page,) = unpack_from("<H", content)
                book.encoding = CODE_PAGES.get(page, f"cp{page}")
            elif kind == DATEMODE and content[:1] == b"\1":
                book.since = SINCE_1904
            elif kind == FORMAT:
                formats[unpack_from("<H", content)[0]] = book.text(pieces, 2, 2 if version == BIFF_8 else 1)
            elif kind == XF:
                used.append(unpack_from("<HH", content))
            elif kind == FONT:
                lines += [False] * (len(lines) == NO_FONT)
                lines.append(bool(unpack_from("<H", content, 2)[0] & STRIKES))
            elif kind == BOUNDSHEET:
                parts.append((*unpack_from("<IBB", content), pieces))
            elif kind == SST:
                book.strings = list(_strings(pieces))
        for at, hidden, sort, pieces in parts:
            if sort == 0:
                book.sheets.append(_Part(book.text(pieces, 6, 1), at, not hidden & 3))
        if len(book.sheets) > MOST_SHEETS or len({one.at for one in book.sheets}) < len(book.sheets):
            raise _BookError("工作表太多，或者重叠")
        struck = {at for at, line in enumerate(lines) if line}
        book.struck = frozenset(at for at, (font, _) in enumerate(used) if font in struck)
        book.styles = styles(formats, [shown_as for _, shown_as in used], book.since == SINCE_1904)
        return book

    def text(self, pieces: Sequence[bytes], at: int, length_bytes: int = 2) -> str:
        """Return a text of a record."""
        if self.version == BIFF_8:
            return _Text(pieces, at).text(length_bytes)
        content = b"".join(pieces)
        start = at + length_bytes
        return content[start : start + int.from_bytes(content[at:start], "little")].decode(self.encoding)


def _strings(pieces: Sequence[bytes]) -> Iterator[str]:
    """The texts that cells name by number."""
    (count,) = unpack_from("<I", pieces[0], 4)
    if count > MOST_CELLS:
        raise _BookError("文字太多")
    text = _Text(pieces, 8)
    for _ in range(count):
        yield text.text()


# --- a sheet ---------------------------------------------------------------------------------------


def _sheet(book: _Book, one: _Part, name: str, meter: Meter) -> Sheet:
    if not one.shown:
        return Sheet(name, one.name, [], hidden=True)
    cells = _Cells(book, meter)
    for kind, pieces in _records(book.stream, one.at):
        cells.take(kind, pieces)
    found = Sheet(
        name,
        one.name,
        cells.rows(),
        merged(cells.areas),
        odd_rows=odd_rows(cells.unseen, cells.struck),
        hidden_columns=frozenset(cells.unseen_columns),
        since=book.since,
    )
    if cells.unknown:
        row, column = cells.unknown
        raise no_result(found.place, row + 1, letters(column))
    return found


class _Cells:
    """The cells of a sheet by their places, from 0; the first formula whose result is not there."""

    def __init__(self, book: _Book, meter: Meter) -> None:
        self.book, self.meter = book, meter
        self.found: dict[int, list[Cell]] = {}
        self.areas: list[tuple[int, int, int, int]] = []
        self.unseen: set[int] = set()
        self.struck: set[int] = set()
        self.unseen_columns: set[int] = set()
        self.unknown: tuple[int, int] | None = None
        self._waiting: tuple[int, int, int] | None = None
        self._kept = 0

    def rows(self) -> list[tuple[Cell, ...]]:
        """Return the rows, as long as they have cells."""
        rows: list[tuple[Cell, ...]] = []
        for number in sorted(self.found):
            cells = self.meter.row(number + 1, tuple(self.found.pop(number)))
            if cells:
                self.meter.skip(number - len(rows))
                rows += [()] * (number - len(rows))
                rows.append(cells)
        return rows

    def take(self, kind: int, pieces: Sequence[bytes]) -> None:
        """Take in a record."""
        content = pieces[0]
        if kind == NUMBER:
            row, column, style, value = unpack_from("<HHHd", content)
            self._put(row, column, style, self._number(value, style))
        elif kind == RK:
            row, column, style, packed = unpack_from("<HHHI", content)
            self._put(row, column, style, self._number(_unpacked(packed), style))
        elif kind == MULRK:
            row, first = unpack_from("<HH", content)
            for at in range((len(content) - 6) // 6):
                style, packed = unpack_from("<HI", content, 4 + 6 * at)
                self._put(row, first + at, style, self._number(_unpacked(packed), style))
        elif kind == LABELSST:
            row, column, style, number = unpack_from("<HHHI", content)
            self._put(row, column, style, self.book.strings[number])
        elif kind in (LABEL, RSTRING):
            row, column, style = unpack_from("<HHH", content)
            self._put(row, column, style, self.book.text(pieces, 6))
        elif kind == BOOLERR:
            row, column, style, value, wrong = unpack_from("<HHHBB", content)
            self._put(row, column, style, ERRORS.get(value, "#N/A") if wrong else bool(value))
        elif kind in FORMULAS:
            self._formula(content)
        elif kind == STRING and self._waiting:
            self._put(*self._waiting, self.book.text(pieces, 0))
            self._waiting = None
        elif kind == ROW:
            if unpack_from("<I", content, 12)[0] & 0x20:
                self.unseen.add(unpack_from("<H", content)[0])
        elif kind == COLINFO:
            first, last, _, _, flags = unpack_from("<5H", content)
            if flags & 1:
                self.unseen_columns.update(range(first, min(last, 255) + 1))
        elif kind == MERGEDCELLS:
            for at in range(unpack_from("<H", content)[0]):
                top, bottom, left, right = unpack_from("<4H", content, 2 + 8 * at)
                if len(self.areas) < MOST_ROWS:
                    self.areas.append((top, left, bottom, right))

    def _put(self, row: int, column: int, style: int, value: Cell) -> None:
        self._kept += 1
        if self._kept > MOST_OLD_CELLS or column > 255:
            raise _BookError("格子太多")
        held = self.found.setdefault(row, [])
        held += [None] * (column + 1 - len(held))
        held[column] = value
        if style in self.book.struck:
            self.struck.add(row)

    def _number(self, value: float, style: int) -> Cell:
        return shown(value, self.book.styles[style]) if isfinite(value) else str(value)

    def _formula(self, content: bytes) -> None:
        row, column, style, result = unpack_from("<HHH8s", content)
        if result[6:] != b"\xff\xff":
            self._put(row, column, style, self._number(unpack_from("<d", result)[0], style))
        elif result[0] == 0:
            self._waiting = row, column, style
        elif result[0] == 1:
            self._put(row, column, style, bool(result[2]))
        elif result[0] == 2:
            self._put(row, column, style, ERRORS.get(result[2], "#N/A"))
        elif self.unknown is None and _gives_a_number(content[22:]):
            self.unknown = row, column


def _unpacked(packed: int) -> float:
    """Return a number out of its short form: 30 bits, whole or the front of a float, perhaps in hundredths."""
    if packed & 2:
        value: float = (packed >> 2) - (1 << 30 if packed & 0x80000000 else 0)
    else:
        value = unpack_from("<d", struct.pack("<II", 0, packed & 0xFFFFFFFC))[0]
    return value / 100 if packed & 1 else value


def _gives_a_number(formula: bytes) -> bool:
    """Does a formula end in a sum or an operation with numbers? Then it has not been worked out if its result is no text."""
    adds = formula[-4:-2] == b"\x19\x10" or (formula[-2:] == b"\4\0" and formula[-4:-3] in (b"\x22", b"\x42", b"\x62"))
    return adds or formula[-1:] in (b"\3", b"\4", b"\5", b"\6", b"\7")
