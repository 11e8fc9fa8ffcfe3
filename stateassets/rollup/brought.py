"""A table that somebody brings beside the districts: the list of who is expected, the register of ownership."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..tables.data_errors import DataError, Fault
from ..tables.text_files import plain_file, read_rows

Row = tuple[int, dict[str, str]]  # its number as Excel counts, its cells by column


def read_brought(path: Path, columns: Sequence[str], needed: Sequence[str], what: str) -> list[Row]:
    """Return the rows of a CSV file; a column that is not there is an empty cell.

    Raises:
        DataError: there is no such file, a column is missing, unknown or there twice, a row has more cells than
            columns, or there is no row.
    """
    plain_file(path, path.name, f"{what}，CSV文件")
    header, *rows = read_rows(path) or [[]]
    expected = f"{'、'.join(columns)}这几列"
    lacking = [name for name in needed if name not in header]
    unknown = [name for name in header if name not in columns]
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    if lacking or unknown or twice:
        found = [
            f"{words}“{'、'.join(names)}”{'列' if words == '没有' else ''}"
            for words, names in (("没有", lacking), ("有", unknown), ("写了两次", twice))
            if names
        ]
        raise DataError([Fault(path.name, 1, None, "，".join(found), expected, "请改表头")])
    long = [number for number, cells in enumerate(rows, 2) if any(cells[len(header) :])]
    if long:
        advice = "单元格里有逗号的，请用英文双引号括起来"
        raise DataError([Fault(path.name, n, None, "比表头多出格子", f"{len(header)}格", advice) for n in long])
    if not rows:
        raise DataError([Fault(path.name, None, None, "只有表头，没有一行", f"{what}，一行一个", "请补上")])
    return [(number, dict(zip(header, cells, strict=False))) for number, cells in enumerate(rows, 2)]
