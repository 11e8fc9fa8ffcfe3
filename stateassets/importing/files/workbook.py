"""Excel workbooks: values as they are shown, never formulas, macros or links."""

from __future__ import annotations

import lzma
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from pathlib import Path

from ...tables.archives import MOST_BYTES, MOST_MEMBERS, unpacked_sizes
from ...tables.text_files import LARGEST_FILE
from ..cells import LARGEST
from ..units import BY_NUMBER, displayed, says
from .parts import PartError, Reader, read_part
from .raw import MOST_CELLS, MOST_ROWS, SINCE_1900, SINCE_1904, Cell, Meter, Sheet, no_result, odd_rows, refusal

TRUE = ("1", "true", "on")
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of any sheet that Excel can write
MOST_STYLES, MOST_SHEETS = 65_536, 1_000  # Excel's own bound; more than anybody leafs through
BOOK, STYLES, STRINGS = "/officeDocument", "/styles", "/sharedStrings"
MERGED = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")
NUMBER = re.compile(r"-?(\d{1,400}(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Formats that a Chinese Excel knows by number and does not write out: dates such as 2023年5月8日.
CHINESE_DATES = {27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58}
WHOLE = ("完整的Excel工作簿（.xlsx）", "用Excel打开后另存为新的工作簿")
# What a damaged archive or part ends in.
DAMAGES = (
    PartError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    LookupError,
    ValueError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)


def read_workbook(path: Path, name: str) -> list[Sheet]:
    """Return the sheets of a workbook; of those that are hidden the name only.

    Raises:
        DataError: it is damaged, locked, too large, or has formulas without results.
    """
    look_into(path, name)
    try:
        with zipfile.ZipFile(path) as archive:
            book = _Book.read(archive)
            if not any(state == "visible" for _, state, _ in book.sheets):
                found = "工作表都隐藏了" if book.sheets else "没有工作表"
                raise refusal(
                    name, found, "至少有一张看得见的工作表", "在Excel里取消隐藏，或另存为“Excel工作簿（.xlsx）”"
                )
            meter = Meter(name)
            return [_sheet(archive, book, one, name, meter) for one in book.sheets]
    except PermissionError:
        raise
    except DAMAGES as error:
        why = f"（{error}）" if isinstance(error, PartError) else ""
        raise refusal(name, f"工作簿读不出，可能已经损坏{why}", *WHOLE) from None


def look_into(path: Path, name: str) -> None:
    """Look at the size and the kind of what is inside before anything is unpacked."""
    packed = path.stat().st_size
    if packed > LARGEST_FILE:
        raise refusal(
            name, f"文件有{packed // 2**20}MB", f"不大于{LARGEST_FILE // 2**20}MB", "删去多余的行和图片，或分成几个文件"
        )
    try:
        size = sum(unpacked_sizes(path).values())
    except zipfile.BadZipFile:
        raise refusal(name, "不是Excel工作簿，或者已经损坏", *WHOLE) from None
    if size > MOST_BYTES:
        raise refusal(
            name, f"展开后有{size // 2**20}MB", f"不超过{MOST_BYTES // 2**20}MB", "删去多余的行和图片，或分成几个文件"
        )


# --- the workbook as a whole -----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)  # told apart by what they are, not by what they say: faster
class _Style:
    """How the numbers of some cells are shown; ``date`` turns one into a point in time.

    ``code`` is the format if it has a unit or divides what it shows.
    """

    kind: str  # "%", "0" for leading zeros, or nothing
    decimals: int
    date: Callable[[float], Cell] | None
    code: str = ""


@dataclass(frozen=True)
class _Book:
    """What the sheets of a workbook need to know of it."""

    sheets: tuple[tuple[str, str, str], ...]  # name, state, part
    strings: list[str]
    styles: list[_Style]
    struck: frozenset[str]  # the numbers of styles that strike through
    since: date

    @classmethod
    def read(cls, archive: zipfile.ZipFile) -> _Book:
        """Read all parts but the sheets."""
        book = next((part for part, kind in _related(archive, "").values() if kind.endswith(BOOK)), "xl/workbook.xml")
        related = _related(archive, book)
        contents, styles, strings = _Contents(), _Styles(), _Strings()
        read_part(archive, book, contents)
        for part, kind in related.values():
            if kind.endswith(STYLES):
                read_part(archive, part, styles)
            elif kind.endswith(STRINGS):
                read_part(archive, part, strings)
        sheets = tuple(
            (title, state, related[key][0])
            for title, state, key in contents.sheets
            if key in related and related[key][1].endswith("/worksheet")
        )
        since = SINCE_1904 if contents.from_1904 else SINCE_1900
        return cls(sheets, strings.found, styles.found(contents.from_1904), styles.struck(), since)


def _related(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return key -> (part, kind) of the parts that a part names."""
    folder, name = posixpath.split(part)
    links = _Links()
    read_part(archive, posixpath.join(folder, "_rels", f"{name}.rels"), links)
    return {
        key: (posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"), kind)
        for key, target, kind in links.found
    }


class _Links(Reader):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        if len(self.found) > MOST_MEMBERS:
            raise PartError("各部分的联系太多")
        self.found.append(tuple(attributes.get(key, "") for key in ("Id", "Target", "Type")))  # type: ignore[arg-type]


class _Contents(Reader):
    """The names of the sheets in their order, and from when days are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, str]] = []
        self.from_1904 = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in TRUE
        elif name == "sheet":
            if len(self.sheets) >= MOST_SHEETS:
                raise PartError("工作表太多")
            key = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            state = attributes.get("state", "visible")
            self.sheets.append((attributes.get("name", ""), state, key))


class _Strings(Reader):
    """The texts that cells name by number; how they are to be spoken is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._spoken = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "si":
            if len(self.found) >= MOST_CELLS:
                raise PartError("文字太多")
            self.heard()
        elif name == "rPh":
            self._spoken = True
        elif name == "t" and not self._spoken:
            self.listen()

    def finish(self, name: str) -> None:
        if name == "t":
            self.pause()
        elif name == "rPh":
            self._spoken = False
        elif name == "si":
            self.found.append(_unescaped(self.heard()))


def _unescaped(text: str) -> str:
    """Return text with the characters that XML cannot hold: _x000D_ is a line break."""
    if "_x" not in text:
        return text
    return ESCAPED.sub(lambda m: m[0] if m[1][0] in "dD" and m[1][1] not in "01234567" else chr(int(m[1], 16)), text)


class _Styles(Reader):
    """The formats of numbers, by the number that cells give for their style."""

    def __init__(self) -> None:
        super().__init__()
        self.formats: dict[int, str] = {}
        self.used: list[int] = []
        self.lines: list[bool] = []  # of each font, whether it strikes through
        self.fonts: list[int] = []
        self._cells = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if max(len(self.used), len(self.formats), len(self.lines)) > MOST_STYLES:
            raise PartError("格式太多")
        if name == "numFmt" and not self._cells:
            self.formats[int(attributes.get("numFmtId", -1))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._cells = True
        elif name == "xf" and self._cells:
            self.used.append(int(attributes.get("numFmtId", 0)))
            self.fonts.append(int(attributes.get("fontId", 0)))
        elif name == "font" and not self._cells:
            self.lines.append(False)
        elif name == "strike" and self.lines and not self._cells:
            self.lines[-1] = attributes.get("val", "1") in TRUE

    def finish(self, name: str) -> None:
        if name == "cellXfs":
            self._cells = False

    def struck(self) -> frozenset[str]:
        """Return the numbers of the styles that strike through."""
        lines = {at for at, struck in enumerate(self.lines) if struck}
        return frozenset(str(at) for at, font in enumerate(self.fonts) if font in lines)

    def found(self, from_1904: bool) -> list[_Style]:
        """Return each style; a workbook without any shows numbers as they are."""
        known = {number: self._style(number, from_1904) for number in {0, *self.used}}
        return [known[number] for number in self.used] or [known[0]]

    def _style(self, number: int, from_1904: bool) -> _Style:
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

        written = self.formats.get(number, BY_NUMBER.get(number, BUILTIN_FORMATS.get(number, "")))
        if not written and number in CHINESE_DATES:
            written = 'yyyy"年"m"月"d"日"'
        kind, decimals = _shown(written)
        is_date = bool(written) and is_date_format(written)
        if is_date:
            return _Style(kind, decimals, _since(from_1904, is_timedelta_format(written)))
        return _Style(kind, decimals, None, written if says(written) else "")


def _moment(written: str) -> Cell:
    from openpyxl.utils.datetime import from_ISO8601

    found: datetime | date | time | timedelta = from_ISO8601(written)
    return str(found) if isinstance(found, timedelta) else found


def _since(from_1904: bool, lasts: bool) -> Callable[[float], Cell]:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900

    def moment(days: float) -> Cell:
        try:
            found: datetime | timedelta = from_excel(days, epoch, timedelta=lasts)
        except (OverflowError, ValueError):  # before Excel's first day, or after its last
            return "#VALUE!"
        return str(found) if isinstance(found, timedelta) else found

    return moment


# --- a sheet ---------------------------------------------------------------------------------------


def _sheet(archive: zipfile.ZipFile, book: _Book, one: tuple[str, str, str], name: str, meter: Meter) -> Sheet:
    title, state, part = one
    if state != "visible":
        return Sheet(name, title, [], hidden=True)
    cells = _Cells(book, meter)
    read_part(archive, part, cells)
    found = Sheet(
        name,
        title,
        cells.rows,
        cells.merged,
        odd_rows=odd_rows(cells.unseen, cells.struck),
        hidden_columns=frozenset(cells.unseen_columns),
        since=book.since,
    )
    if cells.unknown:
        row, letters = cells.unknown
        raise no_result(found.place, row, letters)
    return found


class _Cells(Reader):
    """The rows of a sheet, its merged cells, and the first formula whose result is not there."""

    def __init__(self, book: _Book, meter: Meter) -> None:
        super().__init__()
        self.book, self.meter = book, meter
        self.rows: list[tuple[Cell, ...]] = []
        self.merged: dict[tuple[int, int], tuple[int, int]] = {}
        self.unseen: set[int] = set()
        self.struck: set[int] = set()
        self.unseen_columns: set[int] = set()
        self.unknown: tuple[int, str] | None = None
        self._number = self._column = self._kept = self._joined = 0
        self._row: list[Cell] = []
        self._in_cell = self._formula = self._spoken = False
        self._has_value = False
        self._cell: Mapping[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take in a start tag; those of which there are most, cells and their values, at once."""
        if name == "c":
            self.deeper()
            self._cell, self._in_cell = attributes, True
            self._has_value = self._formula = False
        elif name == "v" and self._in_cell:
            self.deeper()
            self._has_value = self._listening = True
        else:
            super().start(name, attributes)

    def end(self, name: str) -> None:
        """Take in an end tag; those of which there are most at once."""
        if name == "v" and self._in_cell:
            self._depth -= 1
            self._listening = False
        elif name == "c":
            self._depth -= 1
            self._in_cell = False
            self._finish_cell()
        else:
            super().end(name)

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._cell, self._in_cell = attributes, True
            self._has_value = self._formula = False
        elif self._in_cell:
            if name == "v" or (name == "t" and not self._spoken):
                self._has_value = True
                self.listen()
            elif name == "f":
                self._formula = True
            elif name == "rPh":
                self._spoken = True
        elif name == "row":
            self._begin_row(attributes)
        elif name == "col" and attributes.get("hidden") in TRUE:
            first, last = int(attributes.get("min", 1)), int(attributes.get("max", 0))
            self.unseen_columns.update(range(first - 1, min(last, LAST_COLUMN)))
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def finish(self, name: str) -> None:
        if name == "c":
            self._in_cell = False
            self._finish_cell()
        elif self._in_cell:
            if name in ("v", "t"):
                self.pause()
            elif name == "rPh":
                self._spoken = False
        elif name == "row":
            self._finish_row()

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        number = int(attributes.get("r", self._number + 1))
        if not self._number < number:
            raise PartError("行的次序乱了")
        if number > LAST_ROW:
            raise refusal(self.meter.file, "行号超出Excel的范围", f"不超过{MOST_ROWS}行", "删去多余的行")
        self._number, self._column, self._row = number, 0, []
        if attributes.get("hidden") in TRUE:
            self.unseen.add(number - 1)

    def _finish_cell(self) -> None:
        place = self._cell.get("r")
        letters = place.rstrip("0123456789") if place else ""
        self._column = _column(letters) if letters else self._column + 1
        self._kept += 1
        if self._column > LAST_COLUMN or self._kept > MOST_CELLS:
            raise PartError("列号超出Excel的范围")
        said = self.heard()
        if said or (self._has_value and self._cell.get("t") == "str"):
            missing = self._column - len(self._row)
            if missing == 1:
                self._row.append(self._value(said))
            else:
                self._row += [None] * missing
                self._row[self._column - 1] = self._value(said)
            if self._cell.get("s") in self.book.struck:
                self.struck.add(self._number - 1)
        elif self._formula and self.unknown is None:
            self.unknown = self._number, letters or str(self._column)

    def _finish_row(self) -> None:
        self.meter.cells += max(0, self._kept - len(self._row))
        self._kept = 0
        cells = self.meter.row(self._number, tuple(self._row))
        if cells:
            self.meter.skip(self._number - 1 - len(self.rows))
            self.rows += [()] * (self._number - 1 - len(self.rows))
            self.rows.append(cells)

    def _merge(self, area: str) -> None:
        match = MERGED.fullmatch(area)
        if not match:
            raise PartError("合并的范围写法不对")
        left, right = _column(match[1]), _column(match[3])
        top, bottom = int(match[2]), int(match[4])
        self._joined += max(0, right - left + 1) * max(0, bottom - top + 1)
        if self._joined <= MOST_ROWS:
            self.merged.update(
                {
                    (row - 1, column - 1): (top - 1, left - 1)
                    for row in range(top, bottom + 1)
                    for column in range(left, right + 1)
                }
            )

    def _value(self, said: str) -> Cell:
        match self._cell.get("t", "n"):
            case "n":
                return _amount(said, self.book.styles[_index(self._cell.get("s", "0"))])
            case "s":
                return self.book.strings[_index(said)] if said.strip() else None
            case "b":
                return said.strip() in ("1", "true")
            case "d":
                return _moment(said.strip())
            case _:  # a formula's text, a text that stands in the cell, an error
                return _unescaped(said)


def _index(text: str) -> int:
    if (number := int(text)) < 0:
        raise PartError("文字或格式的编号不对")
    return number


@lru_cache(maxsize=20_000)
def _amount(written: str, style: _Style) -> Cell:
    said = written.strip()
    if not NUMBER.fullmatch(said):  # the cell's column will say what it wants
        return said
    value = int(said) if said.lstrip("-").isdigit() else float(said)
    if not isfinite(value):
        return said
    return style.date(value) if style.date else _number(value, style)


def _number(value: float, style: _Style) -> Cell:
    """Return a number as Excel shows it: 15 digits, at least the decimals of its format."""
    exact = Decimal(format(value, ".15g") if isinstance(value, float) else value)
    if style.kind == "%":
        return f"{(exact * 100).normalize():f}%"
    if style.kind == "0" and exact == exact.to_integral_value():
        return format(int(exact), f"0{style.decimals}d")
    if abs(exact) >= LARGEST:
        return exact
    if exact == exact.to_integral_value():
        exact = exact.quantize(Decimal(1))
    short = style.decimals + int(exact.as_tuple().exponent)
    shown = exact.quantize(Decimal(1).scaleb(-style.decimals)) if short > 0 else exact
    return displayed(shown, style.code) if style.code else shown


def _shown(number_format: str) -> tuple[str, int]:
    """Return how a number is shown: as a percentage, with leading zeros, or with decimals."""
    first = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.', "", number_format).partition(";")[0]
    if "%" in first:
        return "%", 0
    if re.fullmatch(r"0{2,12}", first):
        return "0", len(first)
    match = re.search(r"0\.(0+)", first)
    return "", min(len(match[1]), 6) if match and "E" not in first else 0


@lru_cache(maxsize=LAST_COLUMN)
def _column(letters: str) -> int:
    """Return which column, from 1, letters such as AB are."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    if not (letters.isascii() and letters.isupper() and 0 < number <= LAST_COLUMN):
        raise PartError("列号超出Excel的范围")
    return number


# --- what other kinds of workbooks share -----------------------------------------------------------

Style = _Style


def styles(formats: Mapping[int, str], used: Sequence[int], from_1904: bool) -> list[_Style]:
    """Return the styles of cells: ``used`` names the format of each, ``formats`` those that Excel does not know."""
    made = _Styles()
    made.formats.update(formats)
    made.used.extend(used)
    return made.found(from_1904)


def shown(value: float, style: _Style) -> Cell:
    """Return a number as its style shows it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST:
        value = int(value)
    return style.date(value) if style.date else _number(value, style)


def amount(written: str, style: _Style) -> Cell:
    """Return a number that is written as programs do as its style shows it."""
    return _amount(written, style)
