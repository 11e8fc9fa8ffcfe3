"""Old Excel (.xls, .et) and OpenDocument (.ods): read by what is inside; what is no ledger is told within bounds."""

from __future__ import annotations

import random
import struct
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hostile import bounded, is_clear, packed, parts, write
from many import every
from old_and_open import (
    CELLS,
    OPEN_ROWS,
    biff,
    biff_5,
    compound,
    content,
    label,
    open_cell,
    open_row,
    opened,
    record,
    text,
)
from paths import CASES

from stateassets.importing import Plan, plan
from stateassets.importing.files.raw import HIDDEN, SINCE_1904, STRUCK, Sheet, read_file
from stateassets.tables.data_errors import DataError

BASE = CASES / "imports" / "files" / "payments.xls"
DAMAGED, BROKEN = "旧版工作簿读不出，可能已经损坏", "工作簿读不出，可能已经损坏"
NUMBER = struct.pack("<HHHd", 1, 2, 0, 5.0)
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


def sheets(folder: Path, said: bytes, name: str) -> list[Sheet]:
    path = folder / name
    path.write_bytes(said)
    return read_file(path)


def imported(folder: Path, said: bytes, name: str) -> Plan:
    write(folder)
    path = folder / name
    path.write_bytes(said)
    return plan(folder, [path])


# name: (content, words of the message)
OLD = {
    "nothing but the mark": (lambda: b"\xd0\xcf\x11\xe0", DAMAGED),
    "half a file": (lambda: compound(biff())[:3000], DAMAGED),
    "a stream in a circle": (lambda: compound(biff(), table={3: 1}), DAMAGED),
    "a stream that ends nowhere": (lambda: compound(biff(), table={3: 9_999_999}), DAMAGED),
    "a directory in a circle": (lambda: compound(biff(), table={8: 8}), DAMAGED),
    "a directory that is not there": (lambda: compound(biff(), start=70_000), DAMAGED),
    "a table in a circle": (lambda: compound(biff(), more=1, mores=5), DAMAGED),
    "more tables than there is room for": (lambda: compound(biff(), tables=0xFFFFFFF0), ""),
    "short streams in a circle": (
        lambda: compound(struct.pack("<1024I", *[0] * 1024), small=0, smalls=8, root=0, root_size=4096, size=4000),
        DAMAGED,
    ),
    "a stream of four thousand million bytes": (lambda: compound(biff(), size=0xFFFFFFF0), ""),
    "no workbook": (lambda: compound(biff(), "Contents"), "里面没有工作簿"),
    "a Word file": (lambda: compound(biff(), "WordDocument"), "是Word文件"),
    "a workbook with a password": (lambda: compound(biff(), "EncryptedPackage"), "加了密码"),
    "an old workbook with a password": (lambda: compound(biff(front=record(0x2F, bytes(6)))), "加了密码"),
    "a workbook of Excel 2": (lambda: compound(record(0x09, bytes(4))), "是很旧的Excel文件"),
    "no sheet": (lambda: compound(biff(sheets=0)), "至少有一张看得见的工作表。在Excel里取消隐藏"),
    "a thousand sheets too many": (lambda: compound(biff(sheets=1001)), "（工作表太多，或者重叠）"),
    "a sheet without end": (lambda: compound(biff(end=b"")), "或者加了密码（不完整）"),
    "a text that is not there": (lambda: compound(biff(record(0xFD, struct.pack("<HHHI", 1, 1, 0, 7)))), DAMAGED),
    "a text longer than the file": (
        lambda: compound(biff(record(0x204, struct.pack("<HHHHB", 0, 0, 0, 65_000, 1)))),
        DAMAGED,
    ),
    "four thousand million texts": (
        lambda: compound(biff(front=record(0xFC, struct.pack("<II", 1, 0xFFFFFFFF)))),
        "（文字太多）",
    ),
    "texts that are not there": (lambda: compound(biff(front=record(0xFC, struct.pack("<II", 1, 100)))), DAMAGED),
    "a style that is not there": (lambda: compound(biff(record(0x203, struct.pack("<HHHd", 1, 2, 99, 5.0)))), DAMAGED),
    "a cell behind the last column": (
        lambda: compound(biff(record(0x203, struct.pack("<HHHd", 1, 256, 0, 5.0)))),
        "（格子太多）",
    ),
    "half a record": (lambda: compound(biff(record(0x203, b"\1\0"))), DAMAGED),
    "a cell in the last column of each row": (
        lambda: compound(
            biff(b"".join(record(0x203, struct.pack("<HHHd", row, 255, 0, 5.0)) for row in range(65_536)))
        ),
        "全部不超过",
    ),
    "a million merged areas over all": (
        lambda: compound(
            biff(CELLS + record(0xE5, struct.pack("<H", 1000) + struct.pack("<4H", 0, 65_535, 0, 255) * 1000) * 100)
        ),
        "",
    ),
    "an amount that is no number": (
        lambda: compound(biff(CELLS + record(0x203, struct.pack("<HHHd", 1, 2, 0, float("inf"))))),
        "应为：数字",
    ),
    "an error of a formula": (
        lambda: compound(biff(CELLS + record(0x205, struct.pack("<HHHBB", 1, 2, 0, 23, 1)))),
        "公式出错：#REF!",
    ),
    "a sum that was never worked out": (
        lambda: compound(
            biff(
                CELLS + record(0x06, struct.pack("<HHH", 1, 2, 0) + b"\3\0\0\0\0\0\xff\xff" + bytes(8) + b"\x22\2\4\0")
            )
        ),
        "公式没有计算结果",
    ),
}
OPEN = {
    "half a file": (lambda: opened()[:-30], "不是Excel工作簿，或者已经损坏"),
    "an archive without the sheets": (lambda: opened(b"<x/>"), "没有工作表"),
    "a text document": (lambda: opened(kind=b"application/vnd.oasis.opendocument.text"), "是别的OpenDocument文件"),
    "a workbook with a password": (
        lambda: opened(b"\1\2", **{"META-INF__manifest_xml": b"<manifest:encryption-data/>"}),
        "加了密码",
    ),
    "no XML": (lambda: opened(b"a,b\n1,2"), BROKEN),
    "entities that grow": (lambda: opened(BOMB + content()), "含有工作簿里不该有的定义"),
    "entities that grow, in the styles": (lambda: opened(styles_xml=f"{BOMB}<x>&b;</x>".encode()), "不该有的定义"),
    "cells nested a thousand deep": (lambda: opened(content("<a>" * 1000 + "</a>" * 1000)), "嵌套太深"),
    "a row a million times": (
        lambda: opened(content(OPEN_ROWS + open_row([open_cell("n9")], 'table:number-rows-repeated="1000000"'))),
        "每张表不超过",
    ),
    "a row a thousand million times": (
        lambda: opened(content(open_row([open_cell("n9")], 'table:number-rows-repeated="1000000000"'))),
        "（重复的次数不对）",
    ),
    "a row below nought times": (
        lambda: opened(content(open_row([open_cell("n9")], 'table:number-rows-repeated="-5"'))),
        "（重复的次数不对）",
    ),
    "a cell sixteen thousand times": (
        lambda: opened(content(open_row([open_cell("x", 'table:number-columns-repeated="16000"')]))),
        "有16000列",
    ),
    "a cell a million times": (
        lambda: opened(content(open_row([open_cell("x", 'table:number-columns-repeated="1000000"')]))),
        "（列号超出范围）",
    ),
    "a merged area over all": (
        lambda: opened(
            content(
                open_row(
                    [open_cell("编号", 'table:number-rows-spanned="1000000" table:number-columns-spanned="16000"')]
                )
                + OPEN_ROWS
            )
        ),
        "",
    ),
    "a cell of a million characters": (lambda: opened(content(open_row([open_cell("长" * 1_000_000)]))), "字太多"),
    "blanks a thousand million times": (
        lambda: opened(content(open_row([open_cell('<text:s text:c="1000000000"/>')]))),
        "",
    ),
    "styles that rest on each other": (
        lambda: opened(
            content(
                looks='<style:style style:name="a" style:family="table-cell" style:parent-style-name="a"/>',
                rows=OPEN_ROWS.replace(
                    "12.50",
                    '</text:p></table:table-cell><table:table-cell table:style-name="a" '
                    'office:value-type="float" office:value="1"><text:p>',
                ),
            )
        ),
        "",
    ),
    "only hidden sheets": (
        lambda: opened(
            content(
                looks='<style:style style:name="h"><style:table-properties table:display="false"/></style:style>',
                more='table:style-name="h"',
            )
        ),
        "工作表都隐藏了",
    ),
    "an error of a formula": (
        lambda: opened(
            content(
                OPEN_ROWS.replace(
                    'office:value-type="string" ><text:p>12.50',
                    'office:value-type="string" calcext:value-type="error" table:formula="of:=1/0"><text:p>#DIV/0!',
                )
            ).replace("xmlns:office", 'xmlns:calcext="c" xmlns:office', 1)
        ),
        "公式出错：#DIV/0!",
    ),
    "a formula without result": (
        lambda: opened(content(OPEN_ROWS + open_row(['<table:table-cell table:formula="of:=1+1"/>']))),
        "公式没有计算结果",
    ),
}
ALL = [(".xls", name) for name in OLD] + [(".ods", name) for name in OPEN]


@pytest.mark.slow
@every(("suffix", "name"), ALL)
def test_a_workbook_that_is_no_ledger_is_told_from_one_within_bounds(tmp_path, suffix, name):
    make, words = {".xls": OLD, ".ods": OPEN}[suffix][name]
    said = make()
    told = bounded(lambda: [str(fault) for fault in imported(tmp_path, said, f"台账{suffix}").refused])
    assert all(map(is_clear, told)) and all("台账" in one for one in told), told
    assert not words or any(words in one for one in told), told


@pytest.mark.parametrize("base", ["xls", "ods"])
def test_spoilt_bytes_end_in_a_message_or_in_cells_but_never_otherwise(tmp_path, base):
    """Four hundred workbooks with a few bytes changed, or cut off."""
    whole, made = (BASE.read_bytes() if base == "xls" else opened()), random.Random(21)

    def spoil() -> list[str]:
        told = []
        for _ in range(400):
            said = bytearray(whole)
            for _ in range(made.randint(1, 20)):
                said[made.randrange(len(said))] = made.choice([0, 1, 255, made.randrange(256)])
            if made.random() < 0.2:
                del said[made.randrange(len(said)) :]
            try:
                sheets(tmp_path, bytes(said), f"a.{base}")
            except DataError as error:
                told += map(str, error.faults)
        return sorted(set(told))[:20]

    told = bounded(spoil)
    assert told and all(map(is_clear, told)), told


# --- what is read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("台账.xls", compound(biff())),
        ("台账.et", compound(biff())),
        ("台账.xlsx", compound(biff())),
        ("台账.csv", compound(biff())),
        ("台账.ods", opened()),
        ("台账.xls", opened()),
        ("台账.et", packed(parts())),
        ("台账.ods", packed(parts())),
        ("台账.csv", packed(parts())),
        ("台账", packed(parts())),
    ],
)
def test_a_workbook_is_read_by_what_is_inside_whatever_its_name_says(tmp_path, name, said):
    made = imported(tmp_path, said, name)
    assert not made.refused and made.empty and made.changes[0].same >= 1


@every(
    ("said", "words"),
    [
        (packed({"xl/workbook.bin": b"x"}), "二进制工作簿（.xlsb）"),
        (packed({"word/document.xml": "<x/>"}), "是Word或PowerPoint文件"),
        (b"%PDF-1.7", "是PDF文件"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "是网页"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "是XML表格"),
        ("\ufeff<HTML>".encode("utf-16-le"), "是网页"),
        (b"\x89PNG\r\n", "是图片"),
    ],
)
@every("name", ["台账.xls", "台账.xlsx", "台账.csv"])
def test_what_is_no_workbook_is_called_by_what_it_is(tmp_path, said, words, name):
    (told,) = map(str, imported(tmp_path, said, name).refused)
    assert words in told and "另存为“Excel工作簿（.xlsx）”" in told and is_clear(told)


def old(*records: bytes, front: bytes = b"") -> bytes:
    return compound(biff(b"".join(records), front))


def formats(*codes: str) -> bytes:
    """Formats, and styles after the first that use them."""
    made = [record(0x41E, struct.pack("<H", 164 + at) + text(code)) for at, code in enumerate(codes)]
    return b"".join(made) + b"".join(
        record(0xE0, struct.pack("<HH", 0, 164 + at) + bytes(16)) for at in range(len(codes))
    )


def test_the_cells_of_an_old_workbook_are_what_excel_shows(tmp_path):
    """Numbers in each of their short forms, a text of a formula, a date, a percentage, a truth."""
    cells = [
        record(0x203, struct.pack("<HHHd", 0, 0, 0, 1.5)),
        record(0x27E, struct.pack("<HHHI", 0, 1, 0, (7 << 2) | 2)),  # 7 as a whole number
        record(0x27E, struct.pack("<HHHI", 0, 2, 0, (12_345 << 2) | 3)),  # 123.45 as hundredths
        record(0x27E, struct.pack("<HHHI", 0, 3, 0, ((-3 & 0x3FFFFFFF) << 2) | 2)),
        record(0x27E, struct.pack("<HHHI", 0, 4, 0, 0x3FF80000)),  # the front of 1.5
        record(0xBD, struct.pack("<HHHIHIH", 1, 0, 0, (1 << 2) | 2, 0, (2 << 2) | 2, 1)),
        record(0x06, struct.pack("<HHH", 1, 2, 0) + bytes(6) + b"\xff\xff" + bytes(8)) + record(0x207, text("甲")),
        record(0x203, struct.pack("<HHHd", 1, 3, 1, 45_054.0)),
        record(0x203, struct.pack("<HHHd", 1, 4, 2, 0.125)),
        record(0x205, struct.pack("<HHHBB", 1, 5, 0, 1, 0)),
    ]
    plain, day, share = 2, 0, 1  # the formats' styles stand before the plain one
    made = compound(biff(b"".join(_styled(cells, {0: plain, 1: day, 2: share})), formats("yyyy-mm-dd", "0.00%")))
    (sheet,) = sheets(tmp_path, made, "a.xls")
    assert sheet.rows == [
        (Decimal("1.5"), 7, Decimal("123.45"), -3, Decimal("1.5")),
        (1, 2, "甲", datetime(2023, 5, 8), "12.5%", True),
    ]


def _styled(cells: list[bytes], styles: dict[int, int]) -> list[bytes]:
    """The records with the numbers of other styles; those of many cells have one style for all."""
    made = []
    for one in cells:
        if one[:2] == struct.pack("<H", 0xBD):
            for at in (8, 14):
                one = one[:at] + struct.pack("<H", styles[0]) + one[at + 2 :]
        else:
            (style,) = struct.unpack_from("<H", one, 8)
            one = one[:8] + struct.pack("<H", styles[style]) + one[10:]
        made.append(one)
    return made


def test_a_text_that_goes_on_in_the_next_record_is_whole(tmp_path):
    """Where a text is parted its second half may be written in another width."""
    front = record(0xFC, struct.pack("<II", 2, 2) + struct.pack("<HB", 4, 1) + "甲乙".encode("utf-16-le"))
    front += record(0x3C, b"\0ab" + text("丙"))
    used = [record(0xFD, struct.pack("<HHHI", 0, at, 0, at)) for at in range(2)]
    (sheet,) = sheets(tmp_path, old(*used, front=front), "a.xls")
    assert sheet.rows == [("甲乙ab", "丙")]


def test_what_is_hidden_or_merged_in_an_old_workbook_is_known_and_its_date_system(tmp_path):
    more = record(0xE5, struct.pack("<H4H", 1, 1, 2, 0, 0))
    more += record(0x208, struct.pack("<HHHHHHI", 2, 0, 7, 0, 0, 0, 0x20))
    more += record(0x7D, struct.pack("<5H", 2, 3, 0, 0, 1))
    (sheet,) = sheets(tmp_path, old(CELLS, more, front=record(0x22, b"\1\0")), "a.xls")
    assert sheet.merged == {(1, 0): (1, 0), (2, 0): (1, 0)}
    assert (sheet.odd_rows, sheet.hidden_columns, sheet.since) == ({2: HIDDEN}, {2, 3}, SINCE_1904)


def test_rows_with_something_struck_through_are_known_in_an_old_workbook(tmp_path):
    fonts = [record(0x31, struct.pack("<HH", 200, 8 * struck)) for struck in (0, 0, 0, 0, 1)]  # the last is number 5
    front = b"".join(fonts) + record(0xE0, struct.pack("<HH", 0, 0) + bytes(16))
    front += record(0xE0, struct.pack("<HH", 5, 0) + bytes(16))
    struck = record(0x203, struct.pack("<HHHd", 3, 2, 1, 5.0))
    (sheet,) = sheets(tmp_path, old(CELLS, struck, front=front), "a.xls")
    assert sheet.odd_rows == {3: STRUCK}


def test_rows_with_something_struck_through_are_known_in_an_open_workbook(tmp_path):
    looks = (
        '<style:style style:name="gone" style:family="table-cell">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
        '<style:style style:name="child" style:family="table-cell" style:parent-style-name="gone"/>'
        '<style:style style:name="back" style:family="table-cell" style:parent-style-name="gone">'
        '<style:text-properties style:text-line-through-style="none"/></style:style>'
    )
    styles = ["", "gone", "child", "back"]
    rows = "".join(
        open_row([open_cell("甲"), open_cell("乙", f'table:style-name="{name}"' if name else "")]) for name in styles
    )
    (sheet,) = sheets(tmp_path, opened(content(rows, looks=looks)), "a.ods")
    assert sheet.odd_rows == {1: STRUCK, 2: STRUCK}


def test_a_workbook_of_excel_95_is_read_in_its_own_encoding(tmp_path):
    said = "施工单位".encode("gbk")
    cells = record(0x204, struct.pack("<HHHH", 0, 0, 0, len(said)) + said)
    cells += record(0x203, struct.pack("<HHHd", 0, 1, 0, 2.5))
    made = compound(biff_5(record(0x42, struct.pack("<H", 936)), cells), "Book")
    (sheet,) = sheets(tmp_path, made, "a.xls")
    assert (sheet.name, sheet.rows) == ("甲", [("施工单位", Decimal("2.5"))])


def test_a_chart_inside_a_sheet_adds_no_cells(tmp_path):
    chart = record(0x809, struct.pack("<HHHHII", 0x600, 0x20, 0, 0, 0, 0)) + label(0, 0, "图") + record(0x0A)
    (sheet,) = sheets(tmp_path, old(label(0, 0, "甲"), chart, label(0, 1, "乙")), "a.xls")
    assert sheet.rows == [("甲", "乙")]


def test_a_formula_that_gives_an_empty_text_is_an_empty_cell_of_an_old_workbook(tmp_path):
    """=IF(A1="","",1) ends in the choice, not in a sum."""
    formula = struct.pack("<HHH", 1, 6, 0) + b"\3\0\0\0\0\0\xff\xff" + bytes(8) + b"\x17\0\0\x42\3\1\0"
    made = imported(tmp_path, old(CELLS, record(0x06, formula)), "a.xls")
    assert made.empty and not made.refused


def number(value: str, style: str = "", kind: str = "float") -> str:
    named = f'table:style-name="{style}"' if style else ""
    return f'<table:table-cell {named} office:value-type="{kind}" office:value="{value}"><text:p>?</text:p></table:table-cell>'


def test_the_cells_of_an_open_workbook_are_what_is_shown(tmp_path):
    """Numbers by their format, repeated cells, blanks in texts, several lines, no comments, dates."""
    looks = (
        '<number:number-style style:name="N1"><number:number number:decimal-places="2" number:min-integer-digits="1"/>'
        '</number:number-style><number:number-style style:name="N2"><number:number number:min-integer-digits="4"/>'
        "</number:number-style>"
        '<style:style style:name="two" style:family="table-cell" style:data-style-name="N1"/>'
        '<style:style style:name="as two" style:family="table-cell" style:parent-style-name="two"/>'
        '<style:style style:name="four" style:family="table-cell" style:data-style-name="N2"/>'
    )
    note = "<office:annotation><text:p>批注</text:p></office:annotation>"
    rows = (
        open_row([number("5", "as two"), number("7", "four"), number("0.125", kind="percentage"), number("3")])
        + open_row(
            [open_cell("x", 'table:number-columns-repeated="2"'), "<table:table-cell/>", open_cell("甲<text:s/>乙")]
        )
        + open_row([], 'table:number-rows-repeated="2"')
        + open_row(
            [
                f'<table:table-cell office:value-type="string">{note}<text:p>一</text:p><text:p>二</text:p></table:table-cell>',
                '<table:table-cell office:value-type="date" office:date-value="2023-05-08"/>',
                '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>',
            ],
            'table:number-rows-repeated="2"',
        )
    )
    (sheet,) = sheets(tmp_path, opened(content(rows, looks=looks)), "a.ods")
    last = ("一\n二", date(2023, 5, 8), True)
    assert sheet.rows == [(Decimal("5.00"), "0007", "12.5%", 3), ("x", "x", None, "甲 乙"), (), (), last, last]


def test_a_column_says_how_its_cells_are_shown_where_they_do_not(tmp_path):
    looks = (
        '<number:number-style style:name="N1"><number:number number:decimal-places="2" number:min-integer-digits="1"/>'
        '</number:number-style><style:style style:name="two" style:family="table-cell" style:data-style-name="N1"/>'
    )
    columns = (
        '<table:table-column/><table:table-column table:default-cell-style-name="two" table:visibility="collapse"/>'
    )
    rows = columns + open_row([number("5"), number("5")])
    (sheet,) = sheets(tmp_path, opened(content(rows, looks=looks)), "a.ods")
    assert [str(cell) for cell in sheet.rows[0]] == ["5", "5.00"] and sheet.hidden_columns == {1}


@pytest.mark.parametrize(
    ("style", "inside", "code"),
    [
        (
            "number-style",
            '<number:number number:decimal-places="2" number:min-integer-digits="1" number:grouping="true"/>'
            "<number:text>万元</number:text>",
            '#,##0.00"万元"',
        ),
        (
            "number-style",
            '<number:number number:decimal-places="0" number:min-integer-digits="1" number:display-factor="1000"/>',
            "0,",
        ),
        (
            "number-style",
            '<number:number number:min-integer-digits="2" number:display-factor="1000"><number:embedded-text '
            'number:position="1">.</number:embedded-text></number:number>',
            '0"."0,',
        ),
        (
            "currency-style",
            "<number:currency-symbol>￥</number:currency-symbol>"
            '<number:number number:decimal-places="2" number:min-integer-digits="1"/>',
            '"￥"0.00',
        ),
        ("percentage-style", '<number:number number:decimal-places="1"/><number:text>%</number:text>', "0.0%"),
        (
            "date-style",
            '<number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/>',
            "yyyy-mm",
        ),
        (
            "number-style",
            '<number:text>-</number:text><number:number number:min-integer-digits="1"/>'
            '<style:map style:condition="value()&gt;=0" style:apply-style-name="N0"/>',
            '"亿元";"-"0',
        ),
    ],
)
def test_a_format_of_an_open_workbook_is_written_as_excel_writes_it(tmp_path, monkeypatch, style, inside, code):
    """So that what a format says of units is understood in one place for all workbooks."""
    from stateassets.importing.files import open_document

    seen = []
    real = open_document.styles
    monkeypatch.setattr(
        open_document, "styles", lambda formats, *more: seen.append(formats[1000]) or real(formats, *more)
    )
    looks = (
        '<number:number-style style:name="N0"><number:text>亿元</number:text></number:number-style>'
        f'<number:{style} style:name="N9">{inside}</number:{style}>'
        '<style:style style:name="c" style:family="table-cell" style:data-style-name="N9"/>'
    )
    sheets(tmp_path, opened(content(open_row([number("1.5", "c")]), looks=looks)), "a.ods")
    assert seen == [code]


def test_the_day_from_which_an_open_workbook_counts_is_its_own(tmp_path):
    front = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    (sheet,) = sheets(tmp_path, opened(content(front=front)), "a.ods")
    assert sheet.since == SINCE_1904
