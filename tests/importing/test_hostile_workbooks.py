"""A workbook that no ledger is ends in a clear message of ``import``, in bounded time and memory."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from hostile import (
    BOOK,
    FIRST,
    HEADER,
    KINDS,
    MAIN,
    ROWS,
    SHEET,
    STRINGS,
    STYLES,
    bounded,
    cases,
    is_clear,
    packed,
    parts,
    write,
    xml_cell,
    xml_row,
)
from hostile_files import FILES
from many import every

from stateassets.importing import Plan, plan
from stateassets.tables import archives
from stateassets.tables.declared import DataPackage
from stateassets.tables.loading import load
from stateassets.tables.text_files import MOST_ROWS

CELLS, TEXTS = cases("cells"), cases("texts")
MANY = 10_000_000
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'


def with_cells(*cells: str, after: str = "") -> bytes:
    """A workbook whose first cells of data are these; the others are as they should be."""
    row = [*cells, *map(xml_cell, ROWS[0][len(cells) :])]
    return packed(parts(HEADER + xml_row(row), after))


def part(name: str, content: str | bytes | Callable[[], str]) -> Callable[[], bytes]:
    """A workbook with a part of its own; one of millions of characters is made when it is asked for."""
    return lambda: packed({**parts(), name: content() if callable(content) else content})


def member(change: Callable[[zipfile.ZipInfo], None]) -> bytes:
    """A workbook whose list of members says something else of the sheet."""
    stream = io.BytesIO(packed(parts()))
    with zipfile.ZipFile(stream, "a") as file:
        change(file.getinfo(SHEET))
        file.writestr("docProps/app.xml", "<x/>")  # so that the list is written anew
    return stream.getvalue()


def wrong_sum() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, content in parts().items():
            file.writestr(name, content)
    return stream.getvalue().replace("甲</t>".encode(), "乙</t>".encode())


def listing_millions() -> bytes:
    """A list of members of 60 MB: each entry names the same bytes."""
    content = packed({"a": b""})
    start = content.index(b"PK\x01\x02")
    entry, end = content[start:-22], content[-22:]
    entries = entry * 1_200_000
    size = len(entries).to_bytes(4, "little")
    return content[:start] + entries + end[:8] + b"\xff" * 4 + size + end[16:]


def deep(tag: str, times: int) -> str:
    return f"<{tag}>" * times + f"</{tag}>" * times


DAMAGED = "工作簿读不出，可能已经损坏"
NO_BOOK = "不是Excel工作簿，或者已经损坏"
DEFINED = f"{DAMAGED}（含有工作簿里不该有的定义）"
GONE, MUCH = "（有一部分缺失，或写法不对）", "（内容嵌套太深或太多）"
LOCKED = "旧版工作簿读不出，可能已经损坏，或者加了密码"

# name: (content, words of the message)
WORKBOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "是空文件"),
    "random bytes": (lambda: bytes(range(256)) * 40, NO_BOOK),
    "a table of text": (FILES["another header"][0], "认不出是哪张表"),
    "a web page": (FILES["a web page"][0], "是网页"),
    "a PDF": (FILES["a PDF"][0], "是PDF文件"),
    "an old workbook": (FILES["an old workbook"][0], LOCKED),
    "a workbook with a password": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(4096),
        LOCKED,
    ),
    "an archive of something else": (lambda: packed({"a.txt": "x"}), GONE),
    "an archive without anything": (lambda: packed({}), GONE),
    "half a file": (lambda: packed(parts())[:700], NO_BOOK),
    "only the end of an archive": (lambda: b"PK\x05\x06" + bytes(18), GONE),
    "a list of a million members": (listing_millions, NO_BOOK),
    "a member with another sum": (wrong_sum, DAMAGED),
    "a member that is locked": (lambda: member(lambda m: setattr(m, "flag_bits", 1)), DAMAGED),
    "a member packed in no known way": (lambda: member(lambda m: setattr(m, "compress_type", 99)), DAMAGED),
    "a member longer than it is": (lambda: member(lambda m: setattr(m, "file_size", 10**6)), ""),
    "a zip bomb": (lambda: packed({**parts(), "xl/media/a.png": bytes(archives.MOST_BYTES)}), "展开后有"),
    "a zip bomb that hides its size": (lambda: member(lambda m: setattr(m, "file_size", 2**40)), "展开后有"),
    "a sheet of nothing but blanks": (lambda: packed(parts(HEADER + " " * 50 * 2**20)), ""),
    "entities that grow": (
        part(
            SHEET,
            f"<?xml version='1.0'?>{BOMB}<worksheet {MAIN}><sheetData>"
            f"<row><c t='str'><v>&i;</v></c></row></sheetData></worksheet>",
        ),
        DEFINED,
    ),
    "entities that grow, in the texts": (part(STRINGS, f"{BOMB}<sst {MAIN}><si><t>&i;</t></si></sst>"), DEFINED),
    "entities that grow, in the styles": (part(STYLES, f"{BOMB}<styleSheet>&i;</styleSheet>"), DEFINED),
    "an entity from a file, in the book": (part(BOOK, f"{OUTSIDE}<workbook>&i;</workbook>"), DEFINED),
    "a definition in another encoding": (part(SHEET, f"{BOMB}<worksheet>&i;</worksheet>".encode("utf-16")), DEFINED),
    "a definition far down": (part(SHEET, f"<!--{' ' * 2**20}-->{BOMB}<worksheet>&i;</worksheet>"), "工作簿"),
    "a sheet that is no XML": (part(SHEET, "甲,乙\n1,2\n"), GONE),
    "a sheet that ends in the middle": (part(SHEET, f"<worksheet {MAIN}><sheetData><row>"), GONE),
    "a sheet with control characters": (
        part(SHEET, f"<worksheet><sheetData><row><c t='str'><v>{chr(1)}</v></c></row></sheetData></worksheet>"),
        GONE,
    ),
    "a sheet in an unknown encoding": (part(SHEET, b"<?xml version='1.0' encoding='x-y'?><a/>"), GONE),
    "a sheet nested a million deep": (part(SHEET, lambda: deep("a", 1_000_000)), MUCH),
    "texts nested a million deep": (part(STRINGS, lambda: deep("si", 1_000_000)), MUCH),
    "styles nested a million deep": (part(STYLES, lambda: deep("xf", 1_000_000)), MUCH),
    "a tag of twenty million characters": (
        part(SHEET, lambda: f"<worksheet {'a' * 20_000_000}='1'>"),
        "（有一个标记太长）",
    ),
    "a tag of a million attributes": (
        part(SHEET, lambda: "<worksheet " + " ".join(f"a{n}='1'" for n in range(1_000_000)) + "/>"),
        "（有一个标记太长）",
    ),
    "five million texts": (part(STRINGS, lambda: f"<sst {MAIN}>{'<si/>' * (MANY // 2)}</sst>"), "（文字太多）"),
    "a text of fifty million characters": (
        part(STRINGS, lambda: f"<sst {MAIN}><si><t>{'x' * 50_000_000}</t></si></sst>"),
        "（有一格的字太多）",
    ),
    "a text in a million pieces": (
        part(STRINGS, lambda: f"<sst {MAIN}><si>{'<r><t>x</t></r>' * 1_000_000}</si></sst>"),
        "（有一格的字太多）",
    ),
    "a million styles": (
        part(STYLES, lambda: f"<styleSheet><cellXfs>{'<xf/>' * 1_000_000}</cellXfs></styleSheet>"),
        "（格式太多）",
    ),
    "a million formats": (
        part(
            STYLES,
            lambda: (
                "<styleSheet><numFmts>"
                + "".join(f"<numFmt numFmtId='{n}' formatCode='0'/>" for n in range(1_000_000))
                + "</numFmts></styleSheet>"
            ),
        ),
        "（格式太多）",
    ),
    "a million sheets": (lambda: packed(parts(sheets="<sheet name='a' r:id='rId1'/>" * 1_000_000)), "（工作表太多）"),
    "ten million rows": (
        lambda: packed(parts(HEADER + "<row><c><v>1</v></c></row>" * MANY)),
        f"每张表不超过{MOST_ROWS}行",
    ),
    "ten million empty rows": (lambda: packed(parts(HEADER + "<row/>" * MANY)), "行号超出Excel的范围"),
    "a row behind Excel's last": (lambda: packed(parts(HEADER + xml_row((), 1_048_577))), "行号超出Excel的范围"),
    "a row number of a hundred digits": (lambda: packed(parts(HEADER + xml_row((), 10**100))), "行号超出Excel的范围"),
    "a row number that is none": (lambda: packed(parts(HEADER + "<row r='x'/>")), DAMAGED),
    "rows that go back": (lambda: packed(parts(xml_row((), 5) + xml_row((), 3))), "（行的次序乱了）"),
    "a cell in Excel's last column": (
        lambda: packed(parts(HEADER + "<row><c r='XFD2'><v>1</v></c></row>")),
        "有16384列",
    ),
    "a cell behind Excel's last column": (
        lambda: packed(parts(HEADER + "<row><c r='XFE2'><v>1</v></c></row>")),
        "（列号超出Excel的范围）",
    ),
    "a cell in a place that is none": (
        lambda: packed(parts(HEADER + "<row><c r='../2'><v>1</v></c></row>")),
        "（列号超出Excel的范围）",
    ),
    "a million empty cells in a row": (
        lambda: packed(parts(HEADER + xml_row(["<c s='1'/>"] * 1_000_000))),
        "（列号超出Excel的范围）",
    ),
    "ten million empty cells": (lambda: packed(parts(HEADER + xml_row(["<c s='1'/>"] * 10_000) * 1_000)), "全部不超过"),
    "a text that is not there": (lambda: with_cells("<c t='s'><v>7</v></c>"), DAMAGED),
    "a text by a number below nought": (lambda: with_cells("<c t='s'><v>-1</v></c>"), "（文字或格式的编号不对）"),
    "a style that is not there": (lambda: with_cells("<c s='99'><v>7</v></c>"), DAMAGED),
    "a cell of a hundred thousand characters": (lambda: with_cells(xml_cell("长" * 100_000)), "有100000个字"),
    "a cell of a million characters": (lambda: with_cells(xml_cell("长" * 1_000_000)), "（有一格的字太多）"),
    "a formula without result": (lambda: with_cells("<c><f>1+1</f></c>"), "公式没有计算结果"),
    "a formula that starts a program": (lambda: with_cells(xml_cell("n1"), xml_cell("=cmd|'/c calc'!A1")), "像公式"),
    "a formula whose result starts one": (
        lambda: with_cells(xml_cell("n1"), "<c t='str'><f>A1</f><v>=cmd|'/c calc'!A1</v></c>"),
        "像公式",
    ),
    "an error of a formula": (
        lambda: with_cells(xml_cell("n1"), xml_cell("甲"), "<c t='e'><f>A1</f><v>#REF!</v></c>"),
        "公式出错：#REF!",
    ),
    "an error for a name": (lambda: with_cells(xml_cell("n1"), "<c t='e'><v>#NAME?</v></c>"), "公式出错：#NAME?"),
    **{
        f"{value[:9]} as an amount": (
            lambda value=value: with_cells(xml_cell("n1"), xml_cell("甲"), f"<c><v>{value}</v></c>"),
            told,
        )
        for value, told in [
            ("NaN", "“NaN”；应为：数字"),
            ("INF", "“INF”；应为：数字"),
            ("1e400", "“1e400”；应为：数字"),
            ("1e300", "“1E+300”；应为：数字"),
            ("²", "“²”；应为：数字"),
            ("1e16", "应为：不超过15位的数"),
            ("9" * 5000, "有5000个字"),
            ("1_000", "“1_000”；应为：数字"),
            ("٣", "“٣”；应为：数字"),
            ("0x10", "“0x10”；应为：数字"),
        ]
    },
    **{
        f"the day {value}": (
            lambda value=value: with_cells(*map(xml_cell, ROWS[0][:4]), f"<c s='1'><v>{value}</v></c>"),
            told,
        )
        for value, told in [
            ("-1", "1900至2200年"),
            ("0", "日期"),
            ("2958465", "1900至2200年"),
            ("99999999", "#VALUE!"),
            ("1e300", "#VALUE!"),
            ("-1e300", "#VALUE!"),
            ("59", ""),
        ]
    },
    "a day that is none": (lambda: with_cells(*map(xml_cell, ROWS[0][:4]), "<c t='d'><v>2023-02-30</v></c>"), DAMAGED),
    "an amount merged over all of the sheet": (
        lambda: with_cells(after="<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>"),
        "",
    ),
    "a hundred thousand merged areas": (
        lambda: with_cells(after="<mergeCells>" + "<mergeCell ref='A1:B9'/>" * 100_000 + "</mergeCells>"),
        "",
    ),
    "a large merged area a hundred thousand times": (
        lambda: with_cells(after="<mergeCells>" + "<mergeCell ref='A1:B50000'/>" * 100_000 + "</mergeCells>"),
        "",
    ),
    "a merged area that is none": (
        lambda: with_cells(after="<mergeCells><mergeCell ref='../x'/></mergeCells>"),
        "（合并的范围写法不对）",
    ),
    "twenty thousand links": (
        part("xl/_rels/workbook.xml.rels", f"<Relationships>{'<Relationship/>' * 20_002}</Relationships>"),
        "（各部分的联系太多）",
    ),
    "no sheet": (part(BOOK, f"<workbook {MAIN}><sheets/></workbook>"), "没有工作表"),
    "a sheet that leads to no part": (lambda: packed({n: c for n, c in parts().items() if n != SHEET}), GONE),
    "a sheet outside of the workbook": (
        lambda: packed(
            {
                **parts(),
                "xl/_rels/workbook.xml.rels": f"<Relationships><Relationship Id='rId1' "
                f"Type='{KINDS}/worksheet' Target='../../../etc/passwd'/></Relationships>",
            }
        ),
        GONE,
    ),
    "a sheet on another computer": (
        lambda: packed(
            {
                **parts(),
                "xl/_rels/workbook.xml.rels": f"<Relationships><Relationship Id='rId1' "
                f"Type='{KINDS}/worksheet' Target='http://x.invalid/' TargetMode='External'/>"
                "</Relationships>",
            }
        ),
        "没有工作表",
    ),
    "only hidden sheets": (
        lambda: packed(
            parts(
                sheets="<sheet name='甲' state='hidden' r:id='rId1'/><sheet name='乙' state='veryHidden' r:id='rId1'/>"
            )
        ),
        "工作表都隐藏了",
    ),
    "two sheets of one name that differ": (
        lambda: packed(
            {
                **parts(sheets="<sheet name='记事' r:id='rId1'/><sheet name='记事' r:id='rId9'/>"),
                "xl/_rels/workbook.xml.rels": str(parts()["xl/_rels/workbook.xml.rels"]).replace(
                    "</Rel", f"<Relationship Id='rId9' Type='{KINDS}/worksheet' Target='/xl/x.xml'/></Rel"
                ),
                "xl/x.xml": str(parts()[SHEET]).replace("12.50", "99"),
            }
        ),
        "重复而内容不同",
    ),
    "a sheet whose name is a path": (
        lambda: packed(parts(xml_row([xml_cell("甲")]), sheets="<sheet name='../../x' r:id='rId1'/>")),
        "认不出是哪张表",
    ),
    "a sheet whose name turns the line": (
        lambda: packed(
            parts(HEADER.replace("编号", "x") + FIRST, sheets="<sheet name='记\u202e事&#10;' r:id='rId1'/>")
        ),
        "〔U+202E〕",
    ),
}


# Text files that a table of the book cannot be, and that can be imported or have nothing to import.
READ_ALL_THE_SAME = {
    "only a header",
    "only commas",
    "the header twice",
    "tabs",
    "semicolons",
    "UTF-16",
    "UTF-16 without its mark",
    "an empty row",
    "ten million empty rows",
}


def imported(folder: Path, content: bytes, name: str = "台账.xlsx") -> Plan:
    """What importing a file into the small data folder would do."""
    if not (folder / "data").exists():
        write(folder)
    path = folder / name
    path.write_bytes(content)
    return plan(folder, [path])


def faults(folder: Path, content: bytes, name: str = "台账.xlsx") -> list[str]:
    return [str(fault) for fault in imported(folder, content, name).refused]


def test_the_workbook_that_cases_spoil_is_one(tmp_path):
    made = imported(tmp_path, packed(parts(HEADER + FIRST + xml_row(map(xml_cell, ROWS[1])))))
    assert made.empty and not made.refused and made.changes[0].same == len(ROWS)


def quick_or_slow(names: Iterable[str]) -> list[ParameterSet]:
    """Names of inputs; those of millions of parts take seconds each, and limits are tried with few."""
    marks = {True: [pytest.mark.slow], False: []}
    return [pytest.param(name, marks=marks["million" in name]) for name in names]


@pytest.mark.slow
@pytest.mark.parametrize("name", quick_or_slow(WORKBOOKS))
def test_a_workbook_that_is_no_ledger_is_told_from_one_within_bounds(tmp_path, name):
    make, words = WORKBOOKS[name]
    content = make()
    told = bounded(lambda: faults(tmp_path, content))
    assert all(map(is_clear, told)) and all("台账.xlsx" in one for one in told), told
    assert bool(told) == bool(words) and any(words in one for one in told or [""]), told


def test_a_part_of_more_elements_than_any_workbook_has_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("stateassets.importing.files.parts.MOST_ELEMENTS", 1000)
    for name in (SHEET, STRINGS, STYLES, BOOK):
        made = parts()
        content = packed({**made, name: str(made[name]).replace("</", "<a/>" * 1000 + "</", 1)})
        assert DAMAGED in "".join(faults(tmp_path, content)), name


@pytest.mark.parametrize("name", quick_or_slow(FILES))
def test_a_text_file_that_is_no_ledger_is_told_from_one_within_bounds(tmp_path, name):
    content = FILES[name][0]()
    told = bounded(lambda: faults(tmp_path, content, "记事.csv"))
    assert all(map(is_clear, told)) and all("记事" in one for one in told), told
    assert bool(told) != (name in READ_ALL_THE_SAME), told


# --- cells: what one door refuses, the other does not let in -------------------------------------


@pytest.mark.slow
@every("case", CELLS, ids=lambda c: ascii(f"{c['column']} {c['cell']}"))
@every("kind", ["xlsx", "csv"])
def test_a_cell_that_a_table_cannot_hold_is_refused_or_mended_on_import(tmp_path, case, kind):
    """What is mended in a way that can only be meant is told, and sound where it then stands."""
    from hostile import COLUMNS, with_cell

    if kind == "csv":
        content = with_cell(case["column"], case["cell"])
    else:
        row = list(ROWS[0])
        row[COLUMNS.index(case["column"])] = case["cell"]
        cells = [xml_cell(_as_excel_writes(cell)) for cell in row]
        content = packed(parts(HEADER + xml_row(cells) + xml_row(map(xml_cell, ROWS[1]))))
    made = imported(tmp_path, content, f"记事.{kind}")
    told = [str(fault) for fault in made.refused]
    assert all(map(is_clear, told)), told
    assert told or made.notes or made.empty or case["cell"] == "1.0", case
    if made.files:
        made.write()
        load(DataPackage.read(tmp_path / "data"))


def _as_excel_writes(text: str) -> str:
    return "".join(f"_x{ord(c):04X}_" if c < " " or c in "\ufffe\uffff" else c for c in text)


def test_texts_that_only_look_dangerous_come_through_both_doors_as_they_are(tmp_path):
    rows = [(f"x{n}", text, *ROWS[0][2:]) for n, text in enumerate(TEXTS)]
    for kind in ("xlsx", "csv"):
        folder = tmp_path / kind
        write(folder)
        if kind == "xlsx":
            content = packed(parts(HEADER + "".join(xml_row(map(xml_cell, row)) for row in rows)))
        else:
            from hostile import table

            content = table(rows)
        made = imported(folder, content, f"记事.{kind}")
        assert not made.refused, [str(fault) for fault in made.refused]
        made.write()
        frame = load(DataPackage.read(folder / "data")).frames["notes"]
        assert list(frame["name"])[len(ROWS) :] == TEXTS


# --- what is in a workbook besides cells ----------------------------------------------------------


def test_macros_links_and_pictures_of_a_workbook_are_not_looked_at(tmp_path):
    """A workbook with macros and links to another file imports its cells and nothing else."""
    more = {
        "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(9000),
        "xl/externalLinks/externalLink1.xml": f"{BOMB}<externalLink>&i;</externalLink>",
        "xl/externalLinks/_rels/externalLink1.xml.rels": "<Relationships><Relationship Id='rId1' "
        "Type='x/externalLinkPath' Target='file:///etc/passwd' TargetMode='External'/></Relationships>",
        "xl/worksheets/_rels/sheet1.xml.rels": "<Relationships><Relationship Id='rId1' "
        "Type='x/hyperlink' Target='http://x.invalid/' TargetMode='External'/></Relationships>",
        "docProps/core.xml": f"{OUTSIDE}<x>&i;</x>",
        "../../x.txt": "甲",
    }
    row = [*ROWS[0]]
    cells = [*map(xml_cell, row[:2]), "<c><f>[1]Sheet1!A1</f><v>77</v></c>", *map(xml_cell, row[3:])]
    content = packed({**parts(HEADER + xml_row(cells)), **more})
    for name in ("台账.xlsx", "台账.xlsm"):
        told = bounded(lambda name=name: [str(imported(tmp_path, content, name).changes[0].changed[0])])
        assert told == [f"n1：金额“12.50”→“77.00”（{name}“记事”表第2行）"]
    assert not (tmp_path.parent / "x.txt").exists()


def test_what_is_hidden_is_said(tmp_path):
    """A hidden row is a row, a hidden column one; a hidden sheet is a note and no ledger."""
    both = "<sheet name='记事' r:id='rId1'/><sheet name='旧表' state='hidden' r:id='rId1'/>"
    hidden = FIRST.replace("<row>", "<row hidden='1'>").replace("12.50", "13")
    found = parts(HEADER + hidden, sheets=both)
    sheet = found[SHEET]
    found[SHEET] = sheet.replace(
        "<sheetData>", "<cols><col min='3' max='3' hidden='1'/><col min='9' max='16384' hidden='1'/></cols><sheetData>"
    )
    made = imported(tmp_path, packed(found))
    assert [str(n) for n in made.notes if n.kind == "隐藏的列照样导入"] == ["台账.xlsx“记事”表第1行：“金额”"]
    assert made.ignored == ["台账.xlsx“旧表”表（隐藏的工作表）"]
    assert [str(n) for n in made.notes if n.kind == "隐藏的行照样导入"] == ["台账.xlsx“记事”表第2行：“n1”"]
    assert made.changes[0].changed[0].cells == (("金额", "12.50", "13.00"),)


def test_a_column_that_is_there_twice_is_said_and_read_once(tmp_path):
    twice = HEADER.replace("所属", "金额（万元）")
    cells = [*map(xml_cell, ROWS[0][:6]), "<c><v>99</v></c>"]
    made = imported(tmp_path, packed(parts(twice + xml_row(cells))))
    assert made.empty and made.routes[0].unused == ("金额（万元）（与另一列重复）",)


def test_a_notes_mark_behind_an_amount_is_no_digit_of_it(tmp_path):
    cells = [*map(xml_cell, ROWS[0][:2]), xml_cell("12²"), *map(xml_cell, ROWS[0][3:])]
    (told,) = faults(tmp_path, packed(parts(HEADER + xml_row(cells))))
    assert "第2行“金额”列：单位是“²”" in told and is_clear(told)


def test_a_formula_whose_result_is_no_text_at_all_is_an_empty_cell(tmp_path):
    """As =IF(A1="","",…) gives it; a formula that was never worked out is another thing."""
    cells = [*map(xml_cell, ROWS[0][:6]), '<c t="str"><f>""</f><v></v></c>']
    made = imported(tmp_path, packed(parts(HEADER + xml_row(cells))))
    assert made.empty and not made.refused


@pytest.mark.parametrize("number", [14, 27, 31, 57])
def test_a_date_in_a_format_that_excel_does_not_write_out_is_a_date(tmp_path, number):
    """A Chinese Excel knows 2023年5月8日 by its number only."""
    styles = f"<styleSheet><cellXfs><xf/><xf numFmtId='{number}'/></cellXfs></styleSheet>"
    cells = [*map(xml_cell, ROWS[0][:4]), "<c s='1'><v>45054</v></c>", *map(xml_cell, ROWS[0][5:])]
    made = imported(tmp_path, packed({**parts(HEADER + xml_row(cells)), STYLES: styles}))
    assert made.empty and not [n for n in made.notes if "日期" in n.kind]


# --- what is not a file ---------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (Path.mkdir, "文件夹里有0个文件"),
        (os.mkfifo, "不是普通文件（是管道或设备）"),
        (lambda p: p.symlink_to(p.name), "没有这个文件"),
        (lambda p: p.symlink_to("无"), "没有这个文件"),
        (lambda p: p.symlink_to("/dev/zero"), "不是普通文件（是管道或设备）"),
        (lambda p: None, "没有这个文件"),
    ],
)
def test_what_is_no_file_is_not_read_on_import(tmp_path, make, words, suffix):
    write(tmp_path)
    path = tmp_path / f"台账{suffix}"
    make(path)
    (told,) = bounded(lambda: [str(fault) for fault in plan(tmp_path, [path]).refused])
    assert words in told and f"台账{suffix}" in told and is_clear(told)


@pytest.mark.parametrize("name", ["长" * 300 + ".xlsx", "a\0b.xlsx", "台账.xlsx/x.xlsx"])
def test_a_name_that_no_file_can_have_is_told(tmp_path, name):
    imported(tmp_path, packed(parts()))
    (fault,) = plan(tmp_path, [tmp_path / name]).refused
    assert "没有这个文件" in str(fault) and is_clear(str(fault))


@pytest.mark.parametrize(
    "name", ["a\nb.xlsx", "a\"b'c.xlsx", "\u202exslx.xlsx", "$(touch x).xlsx", "-rf.xlsx", "<b>.xlsx", "a\x1b[2J.xlsx"]
)
def test_a_file_of_any_name_is_read_and_its_name_stays_on_one_line(tmp_path, name):
    assert imported(tmp_path, packed(parts())).routes[0].rows == 1
    told = faults(tmp_path, b"", name)
    assert told and all(map(is_clear, told))


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.csv"])
def test_a_file_that_may_not_be_read_is_named_on_import(tmp_path, monkeypatch, name):
    write(tmp_path)
    (tmp_path / name).write_bytes(packed(parts()))

    def refuse(self, *_):
        raise PermissionError(13, "Permission denied", str(self))

    real = Path.stat
    monkeypatch.setattr(Path, "stat", lambda self, **k: refuse(self) if self.name == name else real(self, **k))
    (fault,) = plan(tmp_path, [tmp_path / name]).refused
    assert f"{name}：没有权限读这个文件" in str(fault) and is_clear(str(fault))


@pytest.mark.parametrize("name", ["台账.doc", "台账.pptx", "台账"])
def test_a_file_of_another_kind_is_said_how_to_save(tmp_path, name):
    (told,) = faults(tmp_path, "甲,乙".encode(), name)
    assert "不认识的文件类型" in told and "另存为“Excel工作簿（.xlsx）”" in told and is_clear(told)
