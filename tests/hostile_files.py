"""Files that are no table of this book, and words of the message that each is told by."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable

from hostile import COLUMNS, ROWS, table, with_cell

from stateassets.tables.text_files import LARGEST_FILE, MOST_COLUMNS, MOST_ROWS

GOOD = table()
HEAD = ",".join(COLUMNS).encode() + b"\n"
ROW = ",".join(ROWS[0]).encode() + b"\n"


def zipped(name: str, size: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, bytes(size))
    return stream.getvalue()


# name: (content, words of the message)
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "表中没有数据"),
    "only a mark of order": (lambda: b"\xef\xbb\xbf", "表中没有数据"),
    "only line ends": (lambda: b"\n\r\n\r", "表中没有数据"),
    "only a header": (lambda: HEAD, "表中没有数据"),
    "only commas": (lambda: HEAD + b",,,,,,\n", "表中没有数据"),
    "another header": (lambda: b"a,b,c\n1,2,3\n", "没有这一列"),
    "a header without names": (lambda: b",,,,,,\n" + ROW, "没有这一列"),
    "the header twice": (lambda: HEAD.replace(b"owner", b"name") + ROW, "出现了两次"),
    "one cell too few": (lambda: HEAD + ROW.replace(b",a,", b","), "格数"),
    "one cell too many": (lambda: HEAD + ROW.replace(b",a,", b",a,a,"), "格数"),
    "semicolons": (lambda: GOOD.replace(b",", b";"), "没有这一列"),
    "tabs": (lambda: GOOD.replace(b",", b"\t"), "没有这一列"),
    "a quotation mark left open": (lambda: HEAD + b'n1,"a,1,2\n' + ROW * 3, "双引号"),
    "a quotation mark inside": (lambda: HEAD + b'n1,"a"b,1,2,,a,\n', "双引号"),
    "an empty row": (lambda: HEAD + b"\n" + ROW, "空白"),
    "NUL bytes": (lambda: GOOD.replace(b"n1", b"n\x001"), "文本文件"),
    "UTF-16": (lambda: GOOD.decode().encode("utf-16"), "文本文件"),
    "UTF-16 without its mark": (lambda: GOOD.decode().encode("utf-16-le"), "文本文件"),
    "UTF-32": (lambda: GOOD.decode().encode("utf-32"), "文本文件"),
    "no encoding at all": (lambda: GOOD + b"\xff\xff\xff", "文本文件"),
    "half a character": (lambda: GOOD.replace("甲".encode(), b"\xe7\xff"), "文本文件"),
    "a lone surrogate": (lambda: with_cell("name", "\ud800"), "文本文件"),
    "random bytes": (lambda: bytes(range(256)) * 40, "文本文件"),
    "a workbook": (lambda: zipped("xl/workbook.xml", 100), "Excel工作簿"),
    "a zip bomb": (lambda: zipped("bomb.csv", 32 * 1024**2), "压缩包"),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "旧版Excel"),
    "a PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "a gzip bomb": (lambda: gzip.compress(bytes(32 * 1024**2), 1), "压缩包"),
    "a web page": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "表中没有数据"),
    "JSON": (lambda: b'[{"id": "n1"},\n {"id": "n2"}]', "没有这一列"),
    "a program": (lambda: b"#!/bin/sh\nid\n", "没有这一列"),
    "ten million rows": (lambda: HEAD + b"1\n" * 10_000_000, f"超过{MOST_ROWS}行"),
    "ten million empty rows": (lambda: HEAD + b"\n" * 10_000_000, f"超过{MOST_ROWS}行"),
    "more bytes than a table has": (lambda: HEAD + b"0" * LARGEST_FILE, "不大于64MB"),
    "a row of a million cells": (lambda: HEAD + b"1," * 1_000_000, f"不多于{MOST_COLUMNS}格"),
    "a header of ten thousand columns": (lambda: b"a," * 10_000 + b"\n" + ROW, "不多于"),
    "a cell of a million characters": (lambda: HEAD + b"n1," + b"x" * 1_000_000, "太长"),
    "a quoted cell of a million lines": (lambda: HEAD + b'n1,"' + b"x\n" * 1_000_000, "太长"),
}
