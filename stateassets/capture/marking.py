"""The sender's own workbook back: cells with faults red, with doubts amber, each with a comment; a list in front.

Nothing of the file is carried out: formulas stay formulas with the results that the file had, macros are left
out. What is no .xlsx, or is too large to be taken apart, comes back as a new workbook of its values, or the list
alone.
"""

from __future__ import annotations

import io
import re
import tempfile
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import coordinate_to_tuple, get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from ..importing.files.raw import Sheet, read_file
from ..tables.data_errors import DataError, visible
from .arrivals import Finding
from .examination.reading import LIST, LIST_TITLE, is_list
from .schema import DOUBT, FAULT

AUTHOR = "报送台"
NOTHING = "没有发现问题"
HEADERS = ("序号", "类别", "工作表", "单元格", "列", "发现", "应为", "怎样改")
WIDTHS = (6, 8, 18, 10, 20, 60, 40, 60)
RED, AMBER = "FFFFC7CE", "FFFFD966"
LARGEST = 300_000  # cells of a workbook that is taken apart; beyond, the list goes back alone
SMALL = 20 * 2**20  # bytes, unpacked, of a workbook that is marked though the reader did not get through it
LONGEST = 2_000  # characters of a comment; Excel shows no more in one
EXACT = 15  # digits of a number that Excel keeps
NO_NAME = re.compile(r"[\[\]:*?/\\']")
KIND_WORDS = {FAULT: "错误", DOUBT: "疑点"}
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BOOK = "xl/workbook.xml"


def marked_name(name: str) -> str:
    """Return what the marked workbook of a file is called."""
    return f"{Path(name).stem}（已标注）.xlsx"


def marked(content: bytes, name: str, findings: Sequence[Finding]) -> bytes:
    """Return a delivery as a workbook (.xlsx) with its findings in place, and the list of them as its first sheet."""
    sheets = _read(content, name)
    cells = sum(len(row) for sheet in sheets or () for row in sheet.rows)
    book: Workbook | None = None
    results: dict[str, dict[str, Any]] = {}
    if cells <= LARGEST:
        try:
            book, results = _own(content) if sheets is not None else (None, {})
        except Exception:  # whatever a library says of what the reader could read: its values are known
            book = _of_values(sheets) if sheets else None
    if book is None:
        return _saved(_listed(Workbook(), findings, {}, empty=True), {})
    places = _places(book, sheets or ())
    _clear(book)
    _mark(places, findings)
    return _saved(_listed(book, findings, places), results)


def _read(content: bytes, name: str) -> list[Sheet] | None:
    """Return the sheets of a file by its reader, which keeps the bounds; None where there is no workbook to mark.

    One of which the reader only misses a cell, such as a formula's result, has no sheets and may yet be marked.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{Path(name).suffix.lower()[:6]}"
        path.write_bytes(content)
        try:
            return [sheet for sheet in read_file(path, visible(name)) if not (sheet.hidden or is_list(sheet))]
        except DataError as error:
            at_cells = all(fault.row and fault.column for fault in error.faults)
            return [] if at_cells and _unpacked(content) <= SMALL else None
        except (OSError, ValueError, ArithmeticError, LookupError):
            return None


def _unpacked(content: bytes) -> int:
    """Return how much a packed file holds, more than any bound where it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        return SMALL + 1


# --- the workbook that is marked --------------------------------------------------------------------


def _own(content: bytes) -> tuple[Workbook, dict[str, dict[str, Any]]]:
    """Return the sender's own workbook without macros, and the results of its formulas by sheet and cell.

    Raises:
        ValueError: it is none, or one that declares entities.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if BOOK not in archive.namelist():
            raise ValueError(BOOK)
        for member in archive.namelist():
            if member.endswith((".xml", ".rels", ".vml")) and b"<!DOCTYPE" in archive.read(member):
                raise ValueError(member)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that the library leaves out
        book = load_workbook(io.BytesIO(content), keep_vba=False)
        having = {ws.title for ws in book.worksheets if any(c.data_type == "f" for row in ws.iter_rows() for c in row)}
        if not having:
            return book, {}
        shown = load_workbook(io.BytesIO(content), keep_vba=False, data_only=True)
    results = {
        title: {
            cell.coordinate: shown[title][cell.coordinate].value
            for row in book[title].iter_rows()
            for cell in row
            if cell.data_type == "f"
        }
        for title in having
    }
    return book, results


def _of_values(sheets: Sequence[Sheet]) -> Workbook:
    """Return a new workbook that holds the values of sheets, text as text."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        ws = book.create_sheet(_title(book, sheet.name or Path(sheet.file).stem))
        for number, row in enumerate(sheet.rows, 1):
            for column, value in enumerate(row, 1):
                if value not in (None, ""):
                    _put(ws.cell(number, column), value)
    return book


def _title(book: Workbook, wanted: str) -> str:
    """Return a name that a new sheet may have: as wanted, or with a number behind it."""
    plain = NO_NAME.sub("", visible(wanted)).strip()[:28] or "数据"
    there = {title.casefold() for title in book.sheetnames}
    names = (plain, *(f"{plain}{number}" for number in range(2, 1000)))
    return next(name for name in names if name.casefold() not in there)


def _put(cell: Cell, value: object) -> None:
    """Write a value; text is text, whatever it begins with."""
    if isinstance(value, Decimal):
        exact = len(value.as_tuple().digits) <= EXACT
        value = (int(value) if value == value.to_integral_value() else float(value)) if exact else f"{value:f}"
    if isinstance(value, bool | int | float | datetime | date | time):
        cell.value = value
        return
    cell.value = "".join(c for c in visible(str(value), LONGEST) if c.isprintable())
    cell.data_type = "s"
    cell.quotePrefix = True


def _places(book: Workbook, sheets: Sequence[Sheet]) -> dict[str, Worksheet]:
    """Return the sheet of the workbook for each name by which a finding calls one."""
    found = {ws.title: ws for ws in book.worksheets}
    if len(sheets) == 1 and sheets[0].name not in found:
        found[sheets[0].name] = book.worksheets[0]
    for sheet, ws in zip(sheets, book.worksheets, strict=False):
        found.setdefault(sheet.name, ws)
    return found


# --- marks -------------------------------------------------------------------------------------------


def _clear(book: Workbook) -> None:
    """Take away what an earlier marking left: its comments, its colours, its list."""
    for ws in book.worksheets:
        for row in ws.iter_rows():
            for cell in row:
                if cell.comment and cell.comment.author == AUTHOR:
                    cell.comment = None
                    if cell.fill.fgColor.rgb in (RED, AMBER):
                        cell.fill = PatternFill()
    for ws in [ws for ws in book.worksheets if ws.title.startswith(LIST) and ws["A1"].value == LIST_TITLE]:
        if len(book.sheetnames) > 1:
            book.remove(ws)


def _mark(places: Mapping[str, Worksheet], findings: Iterable[Finding]) -> None:
    """Colour the cells of findings and say in a comment what is wrong with each and what to do."""
    told: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in findings:
        if one.sheet in places and (address := _address(places[one.sheet], one)):
            told[one.sheet, address].append(one)
    for (name, address), found in told.items():
        cell = places[name][address]
        worst = RED if any(one.kind == FAULT for one in found) else AMBER
        cell.fill = PatternFill("solid", fgColor=worst)
        said = "\n".join(_said(one) for one in found)
        if cell.comment:  # the sender's own stays
            said = f"{cell.comment.text}\n{said}"
        cell.comment = Comment(said[:LONGEST], AUTHOR, height=140, width=320)


def _said(one: Finding) -> str:
    fault = one.fault
    return f"{KIND_WORDS[one.kind]}：{visible(fault.found)}；应为：{visible(fault.expected, LONGEST)}。{visible(fault.advice, LONGEST)}。"


def _address(ws: Worksheet, one: Finding) -> str:
    """Return the cell that a finding is marked in: its own, or the first that says something in its row."""
    if one.cell:
        row, column = coordinate_to_tuple(one.cell)
    elif one.fault.row:
        row = one.fault.row
        filled = (at for at in range(1, ws.max_column + 1) if ws.cell(row, at).value not in (None, ""))
        column = next(filled, 1)
    else:
        return ""
    if isinstance(ws.cell(row, column), MergedCell):
        for area in ws.merged_cells.ranges:
            if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
                row, column = area.min_row, area.min_col
    return f"{get_column_letter(column)}{row}"


# --- the list -----------------------------------------------------------------------------------------


def _listed(
    book: Workbook, findings: Sequence[Finding], places: Mapping[str, Worksheet], empty: bool = False
) -> Workbook:
    """Put the list of findings in front of a workbook; of an ``empty`` one nothing else is kept."""
    if empty:
        book.remove(book.worksheets[0])
    ws = book.create_sheet(_title(book, LIST), 0)
    _put(ws["A1"], LIST_TITLE)
    ws["A1"].font = Font(bold=True, size=12)
    for column, (header, width) in enumerate(zip(HEADERS, WIDTHS, strict=True), 1):
        _put(ws.cell(2, column), header)
        ws.cell(2, column).font = Font(bold=True)
        ws.column_dimensions[get_column_letter(column)].width = width
    for number, one in enumerate(findings, 1):
        place = places.get(one.sheet)
        address = _address(place, one) if place is not None else ""
        fault = one.fault
        line = (
            number,
            KIND_WORDS[one.kind],
            place.title if place is not None else one.sheet,
            address,
            fault.column or "",
        )
        for column, text in enumerate((*line, fault.found, fault.expected, fault.advice), 1):
            cell = ws.cell(number + 2, column)
            _put(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        ws.cell(number + 2, 2).fill = PatternFill("solid", fgColor=RED if one.kind == FAULT else AMBER)
        if place is not None:
            _link(ws.cell(number + 2, 4), place.title, address)
    if not findings:
        _put(ws["A3"], NOTHING)
    ws.freeze_panes = "A3"
    book.active = 0
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is ws
    return book


def _link(cell: Cell, title: str, address: str) -> None:
    """Lead to a cell of the workbook."""
    quoted = title.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{address or 'A1'}")
    _put(cell, address or "A1")
    font = copy(cell.font)
    cell.font = Font(name=font.name, size=font.size, color="FF0563C1", underline="single")


# --- saving -------------------------------------------------------------------------------------------


def _saved(book: Workbook, results: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Return a workbook's file, in which formulas have the results that they had."""
    stream = io.BytesIO()
    book.save(stream)
    if not results:
        return stream.getvalue()
    parts = {f"xl/worksheets/sheet{at}.xml": results.get(ws.title, {}) for at, ws in enumerate(book.worksheets, 1)}
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as write:
        for member in read.infolist():
            content = read.read(member)
            write.writestr(member, _with_results(content, known) if (known := parts.get(member.filename)) else content)
    return out.getvalue()


def _with_results(content: bytes, known: Mapping[str, Any]) -> bytes:
    root = etree.fromstring(content)
    for cell in root.iter(f"{MAIN}c"):
        value = known.get(cell.get("r"))
        if cell.find(f"{MAIN}f") is None or value is None:
            continue
        held = cell.find(f"{MAIN}v")
        if held is None:
            held = etree.SubElement(cell, f"{MAIN}v")
        kind, held.text = _result(value)
        if kind:
            cell.set("t", kind)
        elif "t" in cell.attrib:
            del cell.attrib["t"]
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _result(value: Any) -> tuple[str, str]:
    """Return a result's kind as the format says it, and its text."""
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, int | float):
        return "", repr(value)
    if isinstance(value, datetime | date):
        return "d", value.isoformat()
    text = str(value)
    return ("e" if text.startswith("#") else "str"), text
