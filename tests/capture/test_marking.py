"""A delivery comes back as a workbook with its findings in place; nothing in it is carried out, nothing else is lost."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import small_deliveries as made
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from paths import ROOT

from stateassets.capture import marking
from stateassets.capture.arrivals import Examination, Finding
from stateassets.capture.examining import Examiner
from stateassets.capture.marking import AMBER, RED, marked, marked_name
from stateassets.capture.schema import DOUBT, FAULT
from stateassets.tables.data_errors import Fault

LIST, NAME = "问题清单", "财务快报"
RESULT = b"<f>G3/2</f><v>814549.335</v>"


@pytest.fixture(scope="module")
def examiner() -> Examiner:
    """The sample's book, opened once."""
    return Examiner(ROOT)


@pytest.fixture(scope="module")
def sent() -> bytes:
    """A workbook as an enterprise has it: a title, a formula with its result, a style, a comment, another sheet."""
    book = Workbook()
    ws = book.worksheets[0]
    ws.title = NAME
    ws.append(["单位：万元"])
    headers = [
        "年度",
        "月份",
        "企业编号",
        "累计营业收入",
        "累计利润总额",
        "货币资金",
        "资产总额",
        "负债总额",
        "报送日期",
        "更正日期",
    ]
    ws.append(headers)
    ws.append([2023, 6, "A", 5000, "三百", 99, 1629098.67, "=G3/2", "2023-07-08"])
    ws["D3"].font = Font(bold=True)
    ws["E3"].comment = Comment("出纳填", "张三")
    ws.column_dimensions["D"].width = 33
    ws.merge_cells("A1:C1")
    book.create_sheet("附件")["B2"] = "别的内容"
    stream = io.BytesIO()
    book.save(stream)
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as read, zipfile.ZipFile(out, "w") as write:
        for member in read.infolist():  # as Excel saves it, with what the formula comes to
            content = read.read(member)
            write.writestr(member, content.replace(b"<f>G3/2</f><v />", RESULT).replace(b"<f>G3/2</f><v></v>", RESULT))
    return out.getvalue()


def examined(examiner: Examiner, content: bytes, folder: Path, name: str = "快报.xlsx") -> Examination:
    path = folder / name
    path.write_bytes(content)
    return examiner.examine(path, sender="A")


def finding(
    cell: str = "", sheet: str = NAME, kind: str = FAULT, row: int | None = None, found: str = "不对"
) -> Finding:
    return Finding(kind, None, Fault("快报.xlsx", row, "某列", found, "对的", "请改正"), "", sheet, cell)


def test_cells_are_coloured_and_commented_and_the_rest_stays(examiner: Examiner, sent: bytes, tmp_path: Path) -> None:
    found = examined(examiner, sent, tmp_path)
    assert [one.cell for one in found.faults] == ["E3"]
    content = marked(sent, "快报.xlsx", [*found.findings, finding("F3", kind=DOUBT)])
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == [LIST, NAME, "附件"] and book["附件"]["B2"].value == "别的内容"
    ws = book[NAME]
    assert ws["E3"].fill.fgColor.rgb == RED and ws["F3"].fill.fgColor.rgb == AMBER
    assert ws["D3"].fill.fgColor.rgb not in (RED, AMBER)
    assert ws["E3"].comment.text == "出纳填\n错误：“三百”；应为：数字。请改正后重试。"
    assert ws["F3"].comment.text == "疑点：不对；应为：对的。请改正。"
    assert ws["D3"].font.bold and ws.column_dimensions["D"].width == 33 and "A1:C1" in map(str, ws.merged_cells.ranges)
    assert ws["H3"].value == "=G3/2"
    assert load_workbook(io.BytesIO(content), data_only=True)[NAME]["H3"].value == 814549.335


def test_the_list_says_each_finding_and_leads_to_its_cell(sent: bytes) -> None:
    content = marked(sent, "快报.xlsx", [finding("E3"), finding("F3", kind=DOUBT), finding("", sheet="")])
    ws = load_workbook(io.BytesIO(content))[LIST]
    rows = [[cell.value for cell in row] for row in ws.iter_rows(min_row=3)]
    assert [row[:4] for row in rows] == [[1, "错误", NAME, "E3"], [2, "疑点", NAME, "F3"], [3, "错误", None, None]]
    assert rows[0][4:] == ["某列", "不对", "对的", "请改正"]
    assert ws["D3"].hyperlink.location == f"'{NAME}'!E3" and ws["D5"].hyperlink is None
    none = load_workbook(io.BytesIO(marked(sent, "快报.xlsx", [])))[LIST]
    assert none["A3"].value == "没有发现问题"


def test_a_workbook_that_comes_back_marked_is_examined_and_marked_as_the_first_one(
    examiner: Examiner, sent: bytes, tmp_path: Path
) -> None:
    first = examined(examiner, sent, tmp_path)
    once = marked(sent, "快报.xlsx", first.findings)
    again = examined(examiner, once, tmp_path)
    assert [(one.cell, one.fault) for one in again.findings] == [(one.cell, one.fault) for one in first.findings]
    book = load_workbook(io.BytesIO(once))
    book[NAME]["E3"] = 300
    stream = io.BytesIO()
    book.save(stream)
    twice = load_workbook(io.BytesIO(marked(stream.getvalue(), "快报.xlsx", [finding("F3", kind=DOUBT)])))
    assert twice.sheetnames == [LIST, NAME, "附件"]
    assert twice[NAME]["E3"].fill.fgColor.rgb not in (RED, AMBER), "改好了的格还是红的"
    assert twice[NAME]["F3"].fill.fgColor.rgb == AMBER


def test_texts_that_look_like_formulas_are_texts(examiner: Examiner, tmp_path: Path) -> None:
    hostile = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://x")', "\x01=1"]
    findings = [finding("", sheet="", found=word) for word in hostile]
    path = made.csv_file(tmp_path / "快报.csv", [("年度", "名称"), *(("2023", word) for word in hostile[:-1])])
    content = marked(path.read_bytes(), path.name, findings)
    book = load_workbook(io.BytesIO(content))
    cells = [cell for ws in book.worksheets for row in ws.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert {"=1+1", "@SUM(A1)"} <= {cell.value for cell in cells}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [n for n in archive.namelist() if n.startswith("xl/worksheets/") and b"<f>" in archive.read(n)]


def test_other_kinds_of_files_come_back_as_a_workbook_of_their_values(examiner: Examiner, tmp_path: Path) -> None:
    rows = made.grid(
        examiner.standing.package.tables["headcount"], made.own_rows(examiner.standing, "headcount", "A", "2023-06")
    )
    wrong = [rows[0], (*rows[1][:-1], "很多")]
    path = made.csv_file(tmp_path / "职工人数月报.csv", wrong)
    found = examiner.examine(path, sender="A")
    book = load_workbook(io.BytesIO(marked(path.read_bytes(), path.name, found.findings)))
    assert book.sheetnames == [LIST, "职工人数月报"]
    ws = book["职工人数月报"]
    assert (
        [cell.value for cell in ws[1]] == list(rows[0])
        and ws["D2"].value == "很多"
        and ws["D2"].fill.fgColor.rgb == RED
    )
    assert ws["D2"].comment and book[LIST]["D3"].hyperlink.location == "'职工人数月报'!D2"
    assert marked_name("2023/职工人数月报.csv") == "职工人数月报（已标注）.xlsx"


def test_macros_are_left_out(sent: bytes) -> None:
    stream = io.BytesIO(sent)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xcc\x61macro")
    content = marked(stream.getvalue(), "快报.xlsm", [finding("E3")])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        kinds = archive.read("[Content_Types].xml")
    assert not [name for name in names if "vba" in name.lower()] and b"macro" not in kinds.lower()
    assert load_workbook(io.BytesIO(content))[NAME]["E3"].fill.fgColor.rgb == RED


def test_a_row_whose_cell_is_unknown_is_marked_where_it_begins_and_a_merged_cell_where_it_stands(sent: bytes) -> None:
    ws = load_workbook(io.BytesIO(marked(sent, "快报.xlsx", [finding("", row=3), finding("B1")])))[NAME]
    assert ws["A3"].fill.fgColor.rgb == RED and ws["A1"].fill.fgColor.rgb == RED


def test_what_cannot_be_read_or_is_too_large_comes_back_as_the_list_alone(
    sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content, name in (
        (b"\x00\x01\x02", "a.xlsx"),
        (b"", "b.csv"),
        (b"%PDF-1.7", "c.xlsx"),
        (b"PK\x03\x04bad", "d.xlsx"),
    ):
        book = load_workbook(io.BytesIO(marked(content, name, [finding("", sheet="")])))
        assert book.sheetnames == [LIST] and book[LIST]["F3"].value == "不对", name
    monkeypatch.setattr(marking, "LARGEST", 10)
    assert load_workbook(io.BytesIO(marked(sent, "快报.xlsx", [finding("E3")]))).sheetnames == [LIST]


def test_a_workbook_that_declares_entities_is_not_taken_apart(sent: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sent)) as read, zipfile.ZipFile(out, "w") as write:
        for member in read.infolist():
            content = read.read(member)
            if member.filename == "docProps/core.xml":
                content = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
            write.writestr(member, content)
    content = marked(out.getvalue(), "快报.xlsx", [finding("E3")])
    ws = load_workbook(io.BytesIO(content))[NAME]
    assert ws["E3"].fill.fgColor.rgb == RED and b"root:" not in content
    assert ws["H3"].data_type != "f"  # made of its values
