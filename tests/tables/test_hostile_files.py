"""A file that is no table of this book ends in a clear message, in bounded time and memory."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import COLUMNS, ROWS, bounded, is_clear, table, with_cell, write

from stateassets.measures.claims import REPORT_COLUMNS, read_claims
from stateassets.tables.data_errors import DataError
from stateassets.tables.text_files import LARGEST_FILE, MOST_COLUMNS, MOST_ROWS
from stateassets.tables.validation import check

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


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_table_is_told_from_one_within_bounds(tmp_path, name):
    make, words = FILES[name]
    data = write(tmp_path, make())
    told = bounded(lambda: [str(fault) for fault in check(data)])
    assert told and all(map(is_clear, told)), told
    assert any(words in one for one in told) and all("notes.csv" in one for one in told)


def test_what_takes_too_much_does_not_pass_as_bounded():
    with pytest.raises(AssertionError, match="MemoryError"):
        bounded(lambda: [str(len(bytearray(600 * 2**20)))])
    with pytest.raises(AssertionError, match="ended by signal"):
        bounded(lambda: [str(one) for one in iter(int, 1)], seconds=1)


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_line_ends_of_any_system_are_read(tmp_path, end):
    assert check(write(tmp_path, GOOD.replace(b"\n", end))) == []


def test_mixed_line_ends_are_read(tmp_path):
    lines = GOOD.split(b"\n")
    assert check(write(tmp_path, lines[0] + b"\r\n" + lines[1] + b"\r" + lines[2] + b"\n")) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_the_usual_encodings_are_read(tmp_path, encoding):
    assert check(write(tmp_path, GOOD.decode().encode(encoding))) == []


# --- what is not a file ----------------------------------------------------------------------


def folder(place: Path) -> None:
    place.mkdir()


def pipe(place: Path) -> None:
    os.mkfifo(place)


def circle(place: Path) -> None:
    place.symlink_to(place.name)


def dangling(place: Path) -> None:
    place.symlink_to("nowhere.csv")


def outside(place: Path) -> None:
    secret = place.parents[1] / "secret.csv"
    secret.write_bytes(GOOD)
    place.symlink_to(secret)


def device(place: Path) -> None:
    place.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (folder, "没有这个文件"),
        (pipe, "不是普通文件"),
        (circle, "不在data文件夹里"),
        (dangling, "没有这个文件"),
        (outside, "不在data文件夹里"),
        (device, "不在data文件夹里"),
    ],
)
def test_what_is_not_a_file_of_the_folder_is_not_read(tmp_path, make, words):
    data = write(tmp_path)
    (data / "notes.csv").unlink()
    make(data / "notes.csv")
    (fault,) = check(data)
    assert words in str(fault) and is_clear(str(fault))


def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    data = write(tmp_path)

    def refuse(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (fault,) = check(data)
    assert "没有权限" in str(fault) and is_clear(str(fault))


def test_a_file_on_a_broken_disk_is_named(tmp_path, monkeypatch):
    data = write(tmp_path)

    def refuse(self):
        raise OSError(5, "Input/output error", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (fault,) = check(data)
    assert "读不出来" in str(fault)


# --- printed figures of other places -----------------------------------------------------------

PRINTED = ("某区", "2023", "全部企业", "资产总额", "level", "100.0", "亿元", "1", "报告", "")


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("value", "1/0", "value"),
        ("value", "1e999999999", "value"),
        ("value", "١٠٠", "value"),
        ("value", "9" * 400, "value"),
        ("value", "nan", "value"),
        ("year", "²⁰²³", "year"),
        ("year", "20231", "“year”列：20231；应为：四位年份"),
        ("decimals", "99999999", "decimals"),
        ("decimals", "¹", "decimals"),
        ("kind", "__class__", "kind"),
        ("region", "\u202e区", "U+202E"),
        ("unit", "=cmd", "公式"),
    ],
)
def test_a_printed_figure_that_is_none_is_named(tmp_path, column, cell, words):
    row = list(PRINTED)
    row[REPORT_COLUMNS.index(column)] = cell
    path = tmp_path / "报告.csv"
    path.write_bytes(table([row], REPORT_COLUMNS))
    with pytest.raises(DataError) as refused:
        read_claims(path)
    told = str(refused.value)
    assert "报告.csv第2行" in told and words in told and len(told) < 1000
    assert is_clear(told) and ("U+" not in words or "看得见、长短合适的文字" in told)


@pytest.mark.parametrize("name", [n for n in FILES if "million" not in n])
def test_a_file_that_is_no_list_of_printed_figures_is_told_from_one(tmp_path, name):
    path = tmp_path / "notes.csv"
    path.write_bytes(FILES[name][0]())
    with pytest.raises(DataError) as refused:
        read_claims(path)
    assert all("notes.csv" in str(fault) for fault in refused.value.faults)
