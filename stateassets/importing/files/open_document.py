"""OpenDocument workbooks (.ods): values as they are shown, never formulas, macros or links."""

from __future__ import annotations

import re
import zipfile
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from ...tables.text_files import MOST_COLUMNS
from .parts import PartError, Reader, read_part
from .raw import MOST_CELLS, MOST_ROWS, SINCE_1900, Cell, Meter, Sheet, letters, merged, no_result, odd_rows, refusal
from .workbook import DAMAGES, LAST_COLUMN, LAST_ROW, MOST_SHEETS, MOST_STYLES, Style, amount, styles

KIND = b"application/vnd.oasis.opendocument.spreadsheet"
CONTENT, STYLES, MANIFEST, MIMETYPE = "content.xml", "styles.xml", "META-INF/manifest.xml", "mimetype"
OWN_MONEY = ("CNY", "RMB", "CNH", "¥", "￥")  # currencies of cells that are this country's
OWN = 1000  # the number of a workbook's first own format
DEEPEST_STYLE = 20
LINE = "style:text-line-through-style"
HIDDEN = ("collapse", "filter")
PARTS_OF_DATES = {"year": "yy", "month": "m", "day": "d", "hours": "h", "minutes": "m", "seconds": "s"}
CONDITION = re.compile(r"value\(\)([<>=!]+-?[\d.]+)")
USUAL = (">=0", ">0")  # the condition of a format's first part, where nothing else is said
WHOLE = ("完整的OpenDocument工作簿（.ods）", "在WPS或LibreOffice里打开，另存为“Excel工作簿（.xlsx）”")
LOCKED = ("加了密码", "没有密码的工作簿", "打开后去掉密码，再保存")


def read_open_document(path: Path, name: str) -> list[Sheet]:
    """Return the sheets of a workbook; of those that are hidden the name only.

    Raises:
        DataError: it is damaged, locked, too large, or has formulas without results.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            held = set(archive.namelist())
            kind = archive.open(MIMETYPE).read(len(KIND) + 20).strip() if MIMETYPE in held else KIND
            if kind not in (KIND, KIND + b"-template"):
                raise refusal(name, "是别的OpenDocument文件，不是表格", *WHOLE)
            if MANIFEST in held and b"encryption-data" in archive.open(MANIFEST).read(2**20):
                raise refusal(name, *LOCKED)
            looks = _Looks()
            if STYLES in held:
                read_part(archive, STYLES, looks)
            cells = _Cells(looks, Meter(name))
            read_part(archive, CONTENT, cells)
    except PermissionError:
        raise
    except DAMAGES as error:
        why = f"（{error}）" if isinstance(error, PartError) else ""
        raise refusal(name, f"工作簿读不出，可能已经损坏{why}", *WHOLE) from None
    found = [one.sheet(name, cells.since) for one in cells.sheets]
    if all(sheet.hidden for sheet in found):
        words = "工作表都隐藏了" if found else "没有工作表"
        raise refusal(name, words, "至少有一张看得见的工作表", "取消隐藏，或另存为“Excel工作簿（.xlsx）”")
    return found


# --- how numbers are shown -------------------------------------------------------------------------


class _Looks(Reader):
    """The formats of cells by the names of their styles, as Excel writes formats."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, str] = {}  # a format's own part
        self.maps: dict[str, list[tuple[str, str]]] = {}  # other parts: condition, name
        self.cells: dict[str, tuple[str, str]] = {}  # style of a cell -> format, style it rests on
        self.lines: dict[str, bool] = {}  # style of a cell -> whether it strikes through
        self.unseen: set[str] = set()  # styles of hidden sheets
        self.known: dict[str, Style] = {}
        self._format = self._kind = self._style = ""
        self._digits: tuple[str, str] | None = None
        self._inserted: list[tuple[int, str]] = []

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if max(len(self.cells), len(self.codes)) > MOST_STYLES:
            raise PartError("格式太多")
        if name == "style":
            self._style = attributes.get("style:name", "")
            if attributes.get("style:family") == "table-cell":
                self.cells[self._style] = (
                    attributes.get("style:data-style-name", ""),
                    attributes.get("style:parent-style-name", ""),
                )
        elif name == "table-properties" and attributes.get("table:display") == "false":
            self.unseen.add(self._style)
        elif name == "text-properties" and not self._format and LINE in attributes:
            self.lines[self._style] = attributes[LINE] != "none"
        elif name.endswith("-style") and "style:name" in attributes and not name.startswith("list"):
            self._format, self._kind = attributes["style:name"], name
            self.codes[self._format] = ""
        elif self._format:
            self._part(name, attributes)

    def finish(self, name: str) -> None:
        if not self._format:
            return
        if name in ("text", "currency-symbol"):
            self.pause()
            self._add(self._quoted(self.heard()))
        elif name == "embedded-text":
            self.pause()
            self._inserted[-1] = self._inserted[-1][0], self.heard()
        elif name == "number":
            self._add(self._number())
        elif name == self._kind:
            self._format = self._kind = ""

    def _part(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in ("text", "currency-symbol"):
            self.listen()
        elif name == "number":
            whole = min(int(attributes.get("number:min-integer-digits", 1)), 20)
            decimals = min(int(attributes.get("number:decimal-places", 0)), 20)
            times = round(float(attributes.get("number:display-factor", 1)))
            digits = "#,##0" if attributes.get("number:grouping") == "true" and whole < 2 else "0" * whole or "#"
            behind = ("." + "0" * decimals if decimals else "") + "," * ((len(str(times)) - 1) // 3)
            self._digits, self._inserted = (digits, behind), []
        elif name == "embedded-text":
            self._inserted.append((min(int(attributes.get("number:position", 0)), 20), ""))
            self.listen()
        elif name in PARTS_OF_DATES:
            self._add(PARTS_OF_DATES[name] * (2 if attributes.get("number:style") == "long" else 1))
        elif name == "text-content":
            self._add("@")
        elif name == "scientific-number":
            self._add("0.00E+00")
        elif name == "map":
            condition = CONDITION.fullmatch(attributes.get("style:condition", "").replace(" ", ""))
            if condition:
                maps = self.maps.setdefault(self._format, [])
                maps.append((condition[1], attributes.get("style:apply-style-name", "")))

    def _add(self, part: str) -> None:
        self.codes[self._format] += part
        if len(self.codes[self._format]) > 1000:
            raise PartError("格式太长")

    def _quoted(self, text: str) -> str:
        if self._kind == "percentage-style" and "%" in text:
            return "%"
        if self._kind in ("date-style", "time-style") and not text.strip("-/: .,"):
            return text
        return '"' + text.replace('"', "") + '"' if text else ""

    def _number(self) -> str:
        digits, behind = self._digits or ("0", "")
        for position, text in sorted(self._inserted):
            digits = digits.rjust(position + 1, "0")
            digits = f'{digits[: len(digits) - position]}"{text}"{digits[len(digits) - position :]}'
        return digits + behind

    def style(self, name: str, value_type: str, currency: str = "") -> Style:
        """Return how a cell of a style shows its number; ``currency`` is what the cell itself says."""
        key = f"{value_type} {name} {currency}"
        if key not in self.known:
            code = self._code(name) or {"percentage": "0.00%"}.get(value_type, "General")
            if currency and currency.upper() not in OWN_MONEY:
                code = f"[${currency[:10]}]0.00"  # whatever its style shows, it is other money
            (self.known[key],) = styles({OWN: code}, [OWN], False)
        return self.known[key]

    def strikes(self, name: str) -> bool:
        """Return whether a cell's style strikes through."""
        for _ in range(DEEPEST_STYLE if True in self.lines.values() else 0):
            if name in self.lines:
                return self.lines[name]
            name = self.cells.get(name, ("", ""))[1]
        return False

    def _code(self, name: str) -> str:
        for _ in range(DEEPEST_STYLE):
            own, above = self.cells.get(name, ("", ""))
            if own:
                parts = [
                    ("" if condition in USUAL else f"[{condition}]") + self.codes.get(other, "")
                    for condition, other in self.maps.get(own, ())[:3]
                ]
                return ";".join([*parts, self.codes.get(own, "")])
            if not above:
                break
            name = above
        return ""


# --- the sheets ------------------------------------------------------------------------------------


@dataclass
class _Found:
    """A sheet as it is read; columns and rows count from 0."""

    name: str
    hidden: bool
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    areas: list[tuple[int, int, int, int]] = field(default_factory=list)
    unseen: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    unseen_columns: set[int] = field(default_factory=set)
    ends: list[int] = field(default_factory=list)  # of columns of one style: the first one behind them
    column_styles: list[str] = field(default_factory=list)
    number: int = 0  # rows so far
    unknown: tuple[int, int] | None = None  # the first formula whose result is not there

    def sheet(self, file: str, since: date) -> Sheet:
        """Return the sheet.

        Raises:
            DataError: it has a formula without result.
        """
        if self.hidden:
            return Sheet(file, self.name, [], hidden=True)
        odd, columns = odd_rows(self.unseen, self.struck), frozenset(self.unseen_columns)
        made = Sheet(file, self.name, self.rows, merged(self.areas), "", False, odd, columns, since=since)
        if self.unknown:
            row, column = self.unknown
            raise no_result(made.place, row + 1, letters(column), "请打开并重新保存")
        return made

    def style(self, column: int) -> str:
        """Return the style of a column's cells."""
        at = bisect_right(self.ends, column)
        return self.column_styles[at] if at < len(self.ends) else ""


class _Cells(_Looks):
    """The sheets of a workbook, and the day from which it counts days."""

    def __init__(self, looks: _Looks, meter: Meter) -> None:
        super().__init__()
        self.codes, self.maps = dict(looks.codes), dict(looks.maps)
        self.cells, self.unseen, self.lines = dict(looks.cells), set(looks.unseen), dict(looks.lines)
        self.since = SINCE_1900
        self.sheets: list[_Found] = []
        self.meter = meter
        self._level = self._sheet_level = self._cell_level = self._kept = 0
        self._row: list[Cell] = []
        self._struck = False
        self._row_attributes: Mapping[str, str] = {}
        self._cell: Mapping[str, str] = {}
        self._column = 0
        self._lines: list[str] = []
        self._in_table = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "spreadsheet":
            self._sheet_level = self._depth + 1
        elif name == "null-date":
            self.since = date.fromisoformat(attributes.get("table:date-value", "1899-12-30")[:10])
        elif not self._sheet_level:
            super().begin(name, attributes)
        elif name == "table" and self._depth == self._sheet_level:
            if len(self.sheets) >= MOST_SHEETS:
                raise PartError("工作表太多")
            hidden = attributes.get("table:style-name") in self.unseen
            self.sheets.append(_Found(attributes.get("table:name", ""), hidden))
            self._in_table = True
        elif self._in_table and not self.sheets[-1].hidden:
            self._begin_in_table(name, attributes)

    def _begin_in_table(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._cell_level:
            if name == "p" and self._depth == self._cell_level + 1:
                self.listen()
            elif self._listening:
                if name == "s":
                    self.text(" " * min(int(attributes.get("text:c", 1)), 1000))
                elif name in ("tab", "line-break"):
                    self.text("\n" if name == "line-break" else " ")
        elif name in ("table-cell", "covered-table-cell"):
            self._cell, self._cell_level, self._lines = attributes, self._depth, []
        elif name == "table-row":
            self._row, self._column, self._row_attributes, self._struck = [], 0, attributes, False
        elif name == "table-column":
            self._begin_column(attributes)

    def finish(self, name: str) -> None:
        if not self._sheet_level:
            super().finish(name)
        elif name == "table" and self._depth == self._sheet_level - 1:
            self._in_table = False
        elif not self._in_table or self.sheets[-1].hidden:
            return
        elif self._cell_level:
            if name == "p" and self._depth == self._cell_level:
                self.pause()
                self._lines.append(self.heard())
            elif self._depth == self._cell_level - 1:
                self._finish_cell(name)
                self._cell_level = 0
        elif name == "table-row":
            self._finish_row()

    def _begin_column(self, attributes: Mapping[str, str]) -> None:
        sheet = self.sheets[-1]
        first = sheet.ends[-1] if sheet.ends else 0
        end = first + _times(attributes, "table:number-columns-repeated")
        if end > LAST_COLUMN:
            raise PartError("列号超出范围")
        sheet.ends.append(end)
        sheet.column_styles.append(attributes.get("table:default-cell-style-name", ""))
        if attributes.get("table:visibility") in HIDDEN:
            sheet.unseen_columns.update(range(first, min(end, MOST_COLUMNS)))

    def _finish_cell(self, name: str) -> None:
        sheet, times = self.sheets[-1], _times(self._cell, "table:number-columns-repeated")
        first, self._column = self._column, self._column + times
        if self._column > LAST_COLUMN:
            raise PartError("列号超出范围")
        if name != "table-cell":
            return  # covered by a merged one
        across = _times(self._cell, "table:number-columns-spanned")
        down = _times(self._cell, "table:number-rows-spanned")
        if (across > 1 or down > 1) and len(sheet.areas) < MOST_ROWS:
            sheet.areas.append((sheet.number, first, sheet.number + down - 1, first + across - 1))
        value = self._value(first)
        if value in (None, ""):
            if "table:formula" in self._cell and "office:value-type" not in self._cell and sheet.unknown is None:
                sheet.unknown = sheet.number, first
            return
        self._kept += times
        if self._kept > MOST_CELLS:
            raise PartError("格子太多")
        self._row += [None] * (first - len(self._row)) + [value] * times
        self._struck = self._struck or self.strikes(self._named(first))

    def _named(self, column: int) -> str:
        """Return the style of the cell."""
        own = self._cell.get("table:style-name") or self._row_attributes.get("table:default-cell-style-name")
        return own or self.sheets[-1].style(column)

    def _value(self, column: int) -> Cell:
        cell, said = self._cell, "\n".join(self._lines)
        kind = cell.get("office:value-type", "")
        if cell.get("calcext:value-type") == "error":
            return said if said.startswith("#") else "#VALUE!"
        match kind:
            case "float" | "percentage" | "currency":
                currency = cell.get("office:currency", "") if kind == "currency" else ""
                style = self.style(self._named(column), kind, currency)
                return amount(cell.get("office:value", ""), style)
            case "date":
                return _moment(cell.get("office:date-value", ""))
            case "boolean":
                return cell.get("office:boolean-value") == "true"
            case "":
                return None
            case _:  # a text, a time
                return cell.get("office:string-value") or said or None

    def _finish_row(self) -> None:
        sheet, times = self.sheets[-1], _times(self._row_attributes, "table:number-rows-repeated")
        if sheet.number + times > LAST_ROW:
            raise refusal(self.meter.file, "行号超出范围", f"不超过{MOST_ROWS}行", "删去多余的行")
        if self._row:
            here = range(sheet.number, min(sheet.number + times, MOST_ROWS))
            if self._row_attributes.get("table:visibility") in HIDDEN:
                sheet.unseen.update(here)
            if self._struck:
                sheet.struck.update(here)
            self.meter.skip(sheet.number - len(sheet.rows))
            sheet.rows += [()] * (sheet.number - len(sheet.rows))
            for at in range(times):
                sheet.rows.append(self.meter.row(sheet.number + at + 1, tuple(self._row)))
        sheet.number += times


def _times(attributes: Mapping[str, str], name: str) -> int:
    """Return how often something is there."""
    found = int(attributes.get(name, 1))
    if not 0 < found <= LAST_ROW:
        raise PartError("重复的次数不对")
    return found


def _moment(written: str) -> Cell:
    try:
        return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
    except ValueError:  # the cell's column will say what it wants
        return written
