"""The smallest .xls and .ods, for a test to spoil."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable

from hostile import ROWS, TITLES

END, FREE = 0xFFFFFFFE, 0xFFFFFFFF


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def text(said: str, length: str = "<H") -> bytes:
    return struct.pack(length, len(said)) + b"\1" + said.encode("utf-16-le")


def label(row: int, column: int, said: str) -> bytes:
    return record(0x204, struct.pack("<HHH", row, column, 0) + text(said))


TOP = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
SHEET_TOP = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
CELLS = b"".join(label(r, c, said) for r, row in enumerate([TITLES, *ROWS]) for c, said in enumerate(row) if said)
STYLE = record(0xE0, bytes(20))


def biff(cells: bytes = CELLS, front: bytes = b"", sheets: int = 1, end: bytes = record(0x0A)) -> bytes:
    """Return the stream of a workbook: its sheets are ``cells``."""
    names = [f"记事{n or ''}" for n in range(sheets)]
    size = len(TOP + front + STYLE + record(0x0A)) + sum(len(record(0x85, bytes(6) + text(n, "<B"))) for n in names)
    body = SHEET_TOP + cells + end
    bounds = b"".join(
        record(0x85, struct.pack("<IBB", size + at * len(body), 0, 0) + text(name, "<B"))
        for at, name in enumerate(names)
    )
    return TOP + front + STYLE + bounds + record(0x0A) + body * sheets


def biff_5(front: bytes, cells: bytes) -> bytes:
    """Return the stream of a workbook of Excel 95, whose texts are bytes; its sheet is called 甲."""
    top = record(0x809, struct.pack("<HHHH", 0x500, 5, 0, 0))
    name = "甲".encode("gbk")
    bound = record(0x85, struct.pack("<IBB", 0, 0, 0) + bytes([len(name)]) + name)
    size = len(top + front + STYLE + bound + record(0x0A))
    bound = bound[:4] + struct.pack("<I", size) + bound[8:]
    sheet = record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0)) + cells + record(0x0A)
    return top + front + STYLE + bound + record(0x0A) + sheet


def entry(name: str, kind: int, start: int, size: int, below: int = FREE) -> bytes:
    said = name.encode("utf-16-le")
    return (
        said.ljust(64, b"\0")
        + struct.pack("<HBB3I", len(said) + 2, kind, 1, FREE, FREE, below)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def compound(stream: bytes, name: str = "Workbook", table: dict[int, int] | None = None, **said: int) -> bytes:
    """Return an envelope around a stream; ``table`` and ``said`` put other numbers in."""
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    tables = -(-(sectors + 2) // 126)
    chain = [*range(1, sectors), END, END, *[0xFFFFFFFD] * tables]
    for at, to in (table or {}).items():
        chain[at] = to
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(512 * tables, b"\xff")
    first = {"tables": tables, "start": sectors, "small": END, "smalls": 0, "more": END, "mores": 0, **said}
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<8I", first["tables"], first["start"], 0, first.get("least", 4096), *list(first.values())[2:6])
    places = [sectors + 1 + n for n in range(tables)][:109]
    head += struct.pack("<109I", *places, *[FREE] * (109 - len(places)))
    names = entry("Root Entry", 5, first.get("root", END), first.get("root_size", 0), 1)
    names += entry(name, 2, 0, first.get("size", len(stream)))
    return head + stream.ljust(sectors * 512, b"\0") + names.ljust(512, b"\0") + fat


NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office",
        "table": "table",
        "text": "text",
        "number": "datastyle",
        "style": "style",
    }.items()
)
SHEETS = b"application/vnd.oasis.opendocument.spreadsheet"


def open_cell(said: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{said}</text:p></table:table-cell>'


def open_row(cells: Iterable[str], more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


OPEN_ROWS = "".join(open_row(map(open_cell, row)) for row in [TITLES, *ROWS])


def content(rows: str = OPEN_ROWS, front: str = "", looks: str = "", more: str = "") -> str:
    return (
        f"<office:document-content {NAMESPACES}><office:automatic-styles>{looks}</office:automatic-styles><office:body>"
        f'<office:spreadsheet>{front}<table:table table:name="记事" {more}>{rows}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )


def opened(said: str | bytes = "", kind: bytes = SHEETS, **parts: bytes) -> bytes:
    """Return an .ods."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("mimetype", kind)
        file.writestr("content.xml", said or content())
        for name, more in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), more)
    return stream.getvalue()
