"""What a file is by what is inside: people rename files, and programs give them wrong names."""

from __future__ import annotations

import zipfile
from pathlib import Path

from .raw import BOOKS, TEXTS, Sheet, refusal, visible

OLD, ARCHIVE = b"\xd0\xcf\x11\xe0", (b"PK\x03\x04", b"PK\x05\x06")
# How files begin that hold no table, or hold it in a way that is not read here.
OTHERS = {
    b"%PDF": "PDF文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"\x1f\x8b": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"Rar!": "压缩包",
    b"{\\rtf": "RTF文件",
    b"SQLite format 3": "数据库文件",
}
KINDS = "Excel或WPS工作簿（.xlsx、.xls、.et、.ods）或CSV"
COLUMNS = 2  # of the narrowest text that is a table under a workbook's name
SAVE = "在Excel或WPS里打开，另存为“Excel工作簿（.xlsx）”"


def read(path: Path, name: str) -> list[Sheet]:
    """Return the sheets of a file.

    Raises:
        DataError: it is of no kind that is read, damaged, locked or too large.
    """
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n") and path.stat().st_size <= len(head):
        raise refusal(name, "是空文件，里面什么也没有", KINDS, "检查是不是选错了文件，或请填报单位重新发送")
    if head[:4] == OLD:
        from .old_excel import read_old_workbook

        return read_old_workbook(path, name)
    if head[:4] in ARCHIVE:
        return _archive(path, name)
    found = next((words for mark, words in OTHERS.items() if head.startswith(mark)), "") or _marked_up(head)
    if found:
        raise refusal(name, f"是{found}，不是工作簿", KINDS, SAVE)
    if suffix in TEXTS or (suffix in BOOKS and _like_text(head)):
        from .delimited import read_delimited

        sheet = read_delimited(path, name)
        if suffix in BOOKS and max(map(len, sheet.rows), default=0) < COLUMNS:
            raise refusal(name, "不是Excel工作簿，里面只是文字，没有分列", KINDS, SAVE)
        return [sheet]
    if suffix in BOOKS:
        from .workbook import read_workbook

        return read_workbook(path, name)  # says what is wrong with it
    raise refusal(name, f"不认识的文件类型{visible(path.suffix)}", KINDS, SAVE)


def _archive(path: Path, name: str) -> list[Sheet]:
    """Return the sheets of what is packed: an .xlsx, or an .ods."""
    from .open_document import read_open_document
    from .workbook import look_into, read_workbook

    look_into(path, name)
    with zipfile.ZipFile(path) as archive:
        held = set(archive.namelist())
        if "xl/workbook.bin" in held:
            raise refusal(name, "是二进制工作簿（.xlsb）", KINDS, SAVE)
        if "word/document.xml" in held or "ppt/presentation.xml" in held:
            raise refusal(name, "是Word或PowerPoint文件，不是工作簿", KINDS, SAVE)
        if "content.xml" in held and "xl/workbook.xml" not in held:
            return read_open_document(path, name)
    return read_workbook(path, name)


def _marked_up(head: bytes) -> str:
    """Say what a file of marked-up text is; systems that export tables call it .xls."""
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if not text.startswith(b"<"):
        return ""
    if b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        return "XML表格（2003年的格式）"
    if any(mark in text for mark in (b"<html", b"<table", b"<!doctype html", b"<meta", b"<head")):
        return "网页（有的系统导出时用了工作簿的名字）"
    return "XML文件" if text.startswith(b"<?xml") else ""


def _like_text(head: bytes) -> bool:
    """Could a file that is called a workbook be a table of text?"""
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    controls = sum(byte < 32 and byte not in b"\t\r\n" for byte in head)
    return bool(head.strip()) and (wide or not controls)
