"""Excel workbooks: values as they are shown, never formulas, macros or links."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..tables import DataError, Fault
from .raw import MOST_BYTES, MOST_ROWS, Cell, Meter, Sheet, refusal

OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # also the envelope of a workbook with a password
LAST_ROW = 1_048_576  # of any sheet that Excel can write
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
CHUNK, OVERLAP = 2**20, 200


def read_workbook(path: Path, name: str) -> list[Sheet]:
    """Return the visible sheets of a workbook.

    Raises:
        DataError: it is damaged, locked, too large, or has formulas without results.
    """
    _look_into(path, name)
    import openpyxl

    try:
        # Damage shows anywhere: what is in the file decides which error the library meets.
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            meter = Meter(name)
            return [_sheet(book, sheet, path, name, meter) for sheet in book.worksheets
                    if sheet.sheet_state == "visible"]  # fmt: skip
        finally:
            book.close()
    except (DataError, MemoryError):
        raise
    except Exception:
        raise refusal(name, "工作簿读不出，可能已经损坏", "完整的Excel工作簿（.xlsx）",
                      "用Excel打开后另存为新的工作簿") from None  # fmt: skip


def _look_into(path: Path, name: str) -> None:
    """Look at the size and the kind of what is inside before anything is unpacked."""
    with path.open("rb") as file:
        if file.read(4) == OLD_EXCEL:
            raise refusal(name, "是旧版Excel文件，或者加了密码", "没有密码的Excel工作簿（.xlsx）",
                          "在Excel里去掉密码，另存为“Excel工作簿（.xlsx）”")  # fmt: skip
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
            if size > MOST_BYTES:
                raise refusal(name, f"展开后有{size // 2**20}MB", f"不超过{MOST_BYTES // 2**20}MB",
                              "删去多余的行和图片，或分成几个文件")  # fmt: skip
            for member in archive.infolist():
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        if b"<!" in part.read(CHUNK).replace(b"<!--", b"")[:4096]:
                            raise refusal(name, "含有工作簿里不该有的定义", "普通的Excel工作簿",
                                          "用Excel打开后另存为新的工作簿")  # fmt: skip
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        raise refusal(name, "不是Excel工作簿，或者已经损坏", "完整的Excel工作簿（.xlsx）",
                      "用Excel打开后另存为新的工作簿") from None  # fmt: skip


def _sheet(book: Any, sheet: Any, path: Path, name: str, meter: Meter) -> Sheet:
    sheet.reset_dimensions()  # what a file claims of its size is not believed
    merged, formulas = _marks(path, sheet)
    rows: list[tuple[Cell, ...]] = []
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if number > LAST_ROW:
            raise refusal(name, "行号超出Excel的范围", f"不超过{MOST_ROWS}行", "删去多余的行")
        rows.append(meter.row(number, tuple(_value(cell, book.epoch) for cell in cells)))
    while rows and not rows[-1]:
        rows.pop()
    found = Sheet(name, sheet.title, rows, merged)
    if formulas:
        faults = list(_without_result(path, found))
        if faults:
            raise DataError(faults)
    return found


def _value(cell: Any, epoch: datetime) -> Cell:
    value = cell.value
    if isinstance(value, float):
        return _number(value, cell.number_format)
    if isinstance(value, int) and not isinstance(value, bool):
        return _number(value, cell.number_format)
    if isinstance(value, timedelta):
        return str(value)
    if value is None or isinstance(value, str | bool | date | datetime | time):
        return value
    return str(value)


def _number(value: float, number_format: str) -> Cell:
    """Return a number as Excel shows it: 15 digits, at least the decimals of its format."""
    kind, decimals = _shown(number_format)
    try:
        exact = Decimal(format(value, ".15g") if isinstance(value, float) else value)
        if kind == "%":
            return f"{(exact * 100).normalize():f}%"
        if kind == "0" and exact == exact.to_integral_value():
            return format(int(exact), f"0{decimals}d")
        if exact == exact.to_integral_value() and abs(exact) < 10**15:
            exact = exact.quantize(Decimal(1))
        short = decimals + int(exact.as_tuple().exponent)
        return exact.quantize(Decimal(1).scaleb(-decimals)) if short > 0 else exact
    except (InvalidOperation, ValueError, TypeError, OverflowError):
        return str(value)


@lru_cache(maxsize=500)
def _shown(number_format: str) -> tuple[str, int]:
    """Return how a number is shown: as a percentage, with leading zeros, or with decimals."""
    first = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.', "", number_format or "").partition(";")[0]
    if "%" in first:
        return "%", 0
    if re.fullmatch(r"0{2,12}", first):
        return "0", len(first)
    match = re.search(r"0\.(0+)", first)
    return "", min(len(match[1]), 6) if match and "E" not in first else 0


def _marks(path: Path, sheet: Any) -> tuple[dict[tuple[int, int], tuple[int, int]], bool]:
    """Return the merged cells of a sheet, and whether it has formulas.

    A sheet that is streamed does not tell of either; its own text does.
    """
    from openpyxl.utils import column_index_from_string as index

    merged: dict[tuple[int, int], tuple[int, int]] = {}
    formulas, tail = False, b""
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as part:
        while chunk := part.read(CHUNK):
            text = tail + chunk
            formulas = formulas or bool(FORMULA.search(text))
            for match in MERGED.finditer(text):
                left, right = index(match[1].decode()), index(match[3].decode())
                top, bottom = int(match[2]), int(match[4])
                if (right - left + 1) * (bottom - top + 1) <= MOST_ROWS:
                    merged.update({
                        (row - 1, column - 1): (top - 1, left - 1)
                        for row in range(top, bottom + 1) for column in range(left, right + 1)
                    })  # fmt: skip
                if len(merged) > MOST_ROWS:
                    return {}, formulas
            tail = text[-OVERLAP:]
    return merged, formulas


def _without_result(path: Path, read: Sheet) -> Iterator[Fault]:
    """Find formulas whose result is not in the file, as programs other than Excel leave them."""
    import openpyxl
    from openpyxl.utils import get_column_letter

    book = openpyxl.load_workbook(path, read_only=True, keep_links=False)
    try:
        sheet = book[read.name]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_row=len(read.rows) or 1)):
            values = read.rows[number] if number < len(read.rows) else ()
            for at, cell in enumerate(cells):
                if cell.data_type == "f" and (at >= len(values) or values[at] is None):
                    yield Fault(read.place, number + 1, get_column_letter(at + 1),
                                "公式没有计算结果", "公式已经算出的数", "请在Excel里打开并重新保存")  # fmt: skip
                    return  # one tells what to do; the others are alike
    finally:
        book.close()
