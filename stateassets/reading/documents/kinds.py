"""What a file is by its bytes, whatever its name says, and which module reads it."""

from __future__ import annotations

import re
import zipfile
from codecs import getincrementaldecoder
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ...tables.archives import MOST_BYTES, unpacked_sizes
from ...tables.compound import Compound, CompoundError
from ...tables.text_files import LARGEST_FILE, refuse
from ..model import Document
from .plain import text_of

Reader = Callable[[Path, str], Document]
OLD, ARCHIVE, PDF = b"\xd0\xcf\x11\xe0", (b"PK\x03\x04", b"PK\x05\x06"), b"%PDF-"
REPORTS = "Word文件（.docx）、PDF、网页（.html）或文本（.txt、.md）"
AS_WORD = "用Word或WPS打开，另存为.docx"
CHOOSE = "选报告本身的文件"
UNLOCK = "打开后去掉密码，再保存"
SPOILED = "请对方重新发送，或用Word打开后另存为.docx"
PHOTO = "把图片放进PDF，或找出报告的Word、PDF原件"
# How other files begin: what they are, and what to do.
OTHERS = {
    b"\x89PNG": ("图片", PHOTO),
    b"\xff\xd8\xff": ("图片", PHOTO),
    b"GIF8": ("图片", PHOTO),
    b"II*\0": ("图片", PHOTO),
    b"MM\0*": ("图片", PHOTO),
    b"BM": ("图片", PHOTO),
    b"RIFF": ("图片、声音或录像", PHOTO),
    b"\x1f\x8b": ("压缩包", "先解压缩，" + CHOOSE),
    b"7z\xbc\xaf": ("压缩包", "先解压缩，" + CHOOSE),
    b"Rar!": ("压缩包", "先解压缩，" + CHOOSE),
    b"{\\rtf": ("RTF文件", AS_WORD),
    b"SQLite format 3": ("数据库文件", CHOOSE),
    b"MZ": ("程序", CHOOSE),
    b"\x7fELF": ("程序", CHOOSE),
    b"MIME-Version:": ("单个文件网页（.mht）", "用浏览器打开，另存为“网页，仅HTML”"),
}
# What an archive holds by which it is told: what it is, and what to do.
PACKED = {
    "xl/workbook.xml": ("Excel工作簿", CHOOSE),
    "xl/workbook.bin": ("Excel工作簿", CHOOSE),
    "ppt/presentation.xml": ("演示文稿", AS_WORD),
    "OFD.xml": ("OFD版式文件", "用OFD阅读器打开，另存为或打印成PDF"),
    "content.xml": ("OpenDocument文件", AS_WORD),
    "META-INF/container.xml": ("电子书", CHOOSE),
}
# The streams of an old Office file by which it is told.
STREAMS = {
    "encryptedpackage": ("加了密码", UNLOCK),
    "worddocument": ("是旧版Word文件（.doc）", AS_WORD),
    "workbook": ("是旧版Excel工作簿", CHOOSE),
    "book": ("是旧版Excel工作簿", CHOOSE),
    "powerpoint document": ("是旧版演示文稿", AS_WORD),
}
WORD = re.compile(r"word/document\d*\.xml")  # the main part; some programs number it
WORD_2003 = re.compile(r"<\?mso-application\s+progid=\"Word|<w:wordDocument")
PAGE = re.compile(r"<(!doctype\s+html|html|head|body|meta|title|p|div|span|table|h[1-6]|article|br)[\s>/]", re.I)


class Format(NamedTuple):
    """A format that is read: its module and the function in it, loaded when such a file comes."""

    module: str
    function: str


FORMATS = {
    "docx": Format("word", "read_word"),
    "pdf": Format("pdf", "read_pdf"),
    "html": Format("web", "read_web"),
    "txt": Format("plain", "read_plain"),
}

# A text of such a name is what was to be one of these: a failed download, an error page.
CALLED = {".pdf": "PDF", ".docx": "Word文件"}


def kind_of(path: Path, name: str) -> str:
    """Return which of ``FORMATS`` a file is in.

    Raises:
        DataError: in none of them, locked, damaged, empty or too large.
    """
    size = path.stat().st_size
    if size > LARGEST_FILE:
        refuse(name, f"文件有{size // 2**20}MB", f"不大于{LARGEST_FILE // 2**20}MB", "压缩或删去图片，或分成几个文件")
    with path.open("rb") as file:
        head = file.read(4096)
    if size <= len(head) and not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        refuse(name, "是空文件，里面什么也没有", REPORTS, "检查是不是选错了文件，或请对方重新发送")
    if head[:4] == OLD:
        _refuse_old(path, name)
    if head[:4] in ARCHIVE:
        _look_into(path, name)
        return "docx"
    if PDF in head[:1024]:
        return "pdf"
    for mark, (what, advice) in OTHERS.items():
        # Two letters may also begin a text.
        if head.startswith(mark) and (len(mark) > 2 or not mark.isascii() or b"\0" in head):
            refuse(name, f"是{what}，不是报告的文字", REPORTS, advice)
    kind = _kind_of_text(head, name)
    if kind == "txt" and path.suffix.lower() in CALLED and _says_nothing(head):
        refuse(name, f"名字像{CALLED[path.suffix.lower()]}，里面不是", REPORTS, CHOOSE)
    return kind


def _says_nothing(head: bytes) -> bool:
    """Is it a plain text without a Chinese word? Else a report was only given another name."""
    try:
        text = getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return "\0" not in text and not re.search("[\u4e00-\u9fff]", text)


def _kind_of_text(head: bytes, name: str) -> str:
    text = head.decode("utf-16", "replace") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head.decode("latin-1")
    text = text.lstrip("\ufeffï»¿ \t\r\n")
    if not text.startswith("<"):
        return "txt"
    if WORD_2003.search(text):
        refuse(name, "是Word 2003的XML文件", REPORTS, AS_WORD)
    if PAGE.search(text):
        return "html"
    if text.startswith("<?xml"):
        refuse(name, "是XML文件，不是网页", REPORTS, CHOOSE)
    return "txt"


def _refuse_old(path: Path, name: str) -> None:
    try:
        held = Compound(path.read_bytes()).names
    except CompoundError:
        refuse(name, "是旧版Office文件，可能已经损坏", REPORTS, AS_WORD)
    for stream, (what, advice) in STREAMS.items():
        if stream in held:
            refuse(name, what, REPORTS, advice)
    refuse(name, "是旧版Office文件，里面没有文档", REPORTS, AS_WORD)


def _look_into(path: Path, name: str) -> None:
    """Refuse an archive that is no Word file, damaged, or larger inside than any report."""
    try:
        sizes = unpacked_sizes(path)
    except zipfile.BadZipFile:
        refuse(name, "读不出，可能已经损坏或不完整", REPORTS, SPOILED)
    if sum(sizes.values()) > MOST_BYTES:
        found, most = f"展开后有{sum(sizes.values()) // 2**20}MB", f"不超过{MOST_BYTES // 2**20}MB"
        refuse(name, found, most, "删去多余的图片，或分成几个文件")
    if any(map(WORD.fullmatch, sizes)):
        return
    for part, (what, advice) in PACKED.items():
        if part in sizes:
            refuse(name, f"是{what}，不是报告的文字", REPORTS, advice)
    refuse(name, "是压缩包，不是报告", REPORTS, "先解压缩，" + CHOOSE)


__all__ = ["FORMATS", "Format", "Reader", "kind_of", "text_of"]
