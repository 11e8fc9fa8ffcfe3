"""A file that is no table of this book ends in a clear message, in bounded time and memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hostile import bounded, is_clear, table, write
from hostile_files import FILES, GOOD
from many import every

from stateassets.importing.claims import read_claims
from stateassets.measures.claims import REPORT_COLUMNS
from stateassets.tables.data_errors import DataError
from stateassets.tables.validation import check


@pytest.mark.slow
@every("name", FILES)
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
        bounded(lambda: [str(one) for one in iter(int, 1) if one], seconds=1)


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


def test_a_link_out_of_the_folder_is_told_though_what_it_leads_to_was_read_before(tmp_path):
    assert check(write(tmp_path / "before", GOOD)) == []
    data = write(tmp_path / "after")
    (data / "notes.csv").unlink()
    outside(data / "notes.csv")
    (fault,) = check(data)
    assert "不在data文件夹里" in str(fault)


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


@every("name", [n for n in FILES if "million" not in n])
def test_a_file_that_is_no_list_of_printed_figures_is_told_from_one(tmp_path, name):
    path = tmp_path / "notes.csv"
    path.write_bytes(FILES[name][0]())
    with pytest.raises(DataError) as refused:
        read_claims(path)
    assert all("notes.csv" in str(fault) for fault in refused.value.faults)
