"""Codes in any width, merged cells, what stands beside a table, and the day that a file counts from."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hostile import write

from stateassets.importing import Plan, plan
from stateassets.importing.files.delimited import read_delimited
from stateassets.importing.files.raw import Origin, Sheet
from stateassets.importing.margins import longer_lines
from stateassets.importing.names.codes import Codes

HEADER = ["编号", "名称", "金额", "个数", "日期", "类别", "所属"]
FIRST = ["n1", "甲", 12.5, 3, "2023-05-08", "甲类", None]


def book(folder: Path, *rows: list[object], merge: tuple[str, ...] = (), header: list[object] = HEADER) -> Plan:
    """What importing a workbook of these rows into the small data folder would do."""
    write(folder)
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "记事"
    for row in (header, *rows):
        sheet.append(row)
    for area in merge:
        sheet.merge_cells(area)
    made.save(folder / "台账.xlsx")
    return plan(folder, [folder / "台账.xlsx"])


def text(folder: Path, *lines: str) -> Plan:
    write(folder)
    (folder / "记事.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return plan(folder, [folder / "记事.csv"])


def told(made: Plan) -> str:
    return "\n".join(map(str, [*made.refused, *made.notes]))


# --- codes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("QY0101", "QY0101"),
        ("ＱＹ０１０１", "QY0101"),
        ("qy0101", "QY0101"),
        ("ｑｙ０１０１", "QY0101"),
        (" QY0101 ", "QY0101"),
        ("QY-0101", ""),  # another mark is another code
        ("QY101", ""),
        ("ab", "ab"),
        ("AB", "AB"),
        ("aB", ""),  # two are registered that differ by case only
        ("ＡＢ", "AB"),
        ("甲", ""),
    ],
)
def test_a_code_is_the_registered_one_that_differs_in_width_or_case_only(text: str, found: str) -> None:
    assert Codes(["QY0101", "ab", "AB"]).find(text) == found


def test_a_row_with_its_code_in_full_width_letters_is_the_row_that_is_there(tmp_path: Path) -> None:
    made = book(tmp_path, ["Ｎ１", *FIRST[1:]])
    assert made.empty and not made.refused and "“Ｎ１”→“n1”" in told(made)


def test_a_reference_in_capital_letters_is_the_registered_code(tmp_path: Path) -> None:
    made = book(tmp_path, ["n3", *FIRST[1:6], "N2"])
    assert not made.refused and b"n3,\xe7\x94\xb2,12.5" in made.files["notes.csv"] and "“N2”→“n2”" in told(made)


def test_a_new_code_is_written_in_plain_letters_and_a_name_stays_as_it_is(tmp_path: Path) -> None:
    made = book(tmp_path, ["ｎ９", "Ａ项目（一）", *FIRST[2:]])
    assert "n9,Ａ项目（一）" in made.files["notes.csv"].decode()


# --- merged cells ----------------------------------------------------------------------------------


def test_an_amount_that_is_merged_over_rows_is_nobodys(tmp_path: Path) -> None:
    made = book(tmp_path, FIRST, ["n2", "乙", None, 0, "2023-06-30", "乙类", "n1"], merge=("C2:C3",))
    assert [(f.row, f.column) for f in made.refused] == [(3, "金额")] and "“12.5”与上面的行合并成一格" in told(made)


def test_a_name_a_date_and_a_code_that_are_merged_over_rows_hold_for_each(tmp_path: Path) -> None:
    rows = [["n7", "甲", 1, 1, "2023-05-08", "甲类", "n1"], ["n8", None, 2, 1, None, None, None]]
    made = book(tmp_path, *rows, merge=("B2:B3", "E2:E3", "F2:F3", "G2:G3"))
    assert not made.refused, told(made)
    assert "n8,甲,2.00,1,2023-05-08,a,n1" in made.files["notes.csv"].decode()


def test_a_row_that_is_all_merged_into_the_one_above_is_no_row(tmp_path: Path) -> None:
    made = book(tmp_path, FIRST, [None] * 7, merge=tuple(f"{c}2:{c}3" for c in "ABCDEFG"))
    assert made.empty and not made.refused


# --- beside the table ------------------------------------------------------------------------------


def test_a_number_under_no_header_is_refused_by_row_and_column(tmp_path: Path) -> None:
    made = book(tmp_path, [*FIRST, None, 88])
    assert [(f.row, f.column) for f in made.refused] == [(2, "I")] and "上面没有表头" in told(made)


def test_a_total_a_title_or_a_note_beside_the_table_is_no_number_under_no_header(tmp_path: Path) -> None:
    made = book(tmp_path, FIRST, ["合计", None, 12.5, 3, None, None, None, None, 99], ["注：略", None, None])
    assert made.empty and not made.refused


def test_a_column_that_counts_the_rows_needs_no_header(tmp_path: Path) -> None:
    made = book(tmp_path, [1, *FIRST], [2, "n5", *FIRST[1:]], header=[None, *HEADER])
    assert not made.refused and made.changes[0].new == 1


@pytest.mark.parametrize(
    "row", ["n1,甲,1,234.50,3,2023-05-08,a,", "n1,甲,12.50,3,2023-05-08,a,,多的", 'n1,甲,12.50,3,2023-05-08,a,"",7']
)
def test_a_line_that_is_longer_than_the_header_is_refused_by_its_number(tmp_path: Path, row: str) -> None:
    made = text(tmp_path, "id,name,amount,count,day,kind,owner", row)
    assert [f.row for f in made.refused] == [2] and "比表头多1格" in told(made) and "引号" in told(made)


@pytest.mark.parametrize(
    "row", ["n1,甲,12.50,3,2023-05-08,a,,", "n1,甲,12.50,3,2023-05-08,a,,,,", 'n1,甲,"12.50",3,2023-05-08,a']
)
def test_commas_at_the_end_of_a_line_and_cells_left_away_are_harmless(tmp_path: Path, row: str) -> None:
    made = text(tmp_path, "id,name,amount,count,day,kind,owner", row)
    assert not made.refused and made.empty


# --- separators ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ["a;b;c", "1,2;3;4", "5,6;7;8"],
        ["题目", "a\tb\tc", "1,2\t3\t4", "5,6\t7\t8"],
        ["a|b|c", "1,2|3|4", "5,6|7|8"],
        ["sep=;", "a;b;c", "1,2;3;4", "5,6;7;8"],
        ["a；b；c", "1,2；3；4", "5,6；7；8"],
    ],
)
def test_what_stands_between_cells_is_told_by_all_lines(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n".join(lines), "utf-8")
    assert read_delimited(path, "a.txt").rows[-2:] == [("1,2", "3", "4"), ("5,6", "7", "8")]


def test_a_semicolon_or_a_bar_inside_cells_is_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,说明\n1,甲；乙;丙\n2,丁|戊\n", "utf-8")
    assert read_delimited(path, "a.csv").rows[1:] == [("1", "甲；乙;丙"), ("2", "丁|戊")]


def unfolded(origins: list[int], widths: tuple[int, ...]) -> Sheet:
    return Sheet("a.csv", "", [()] * len(origins), origins=tuple(map(Origin, origins)), widths=widths)


def test_a_longer_line_of_a_form_with_months_across_is_refused(tmp_path: Path) -> None:
    """Each line below the header gives a row for each month: 1,234 without marks moves all that come after."""
    path = tmp_path / "a.csv"
    path.write_text("题目\n单位,1月,2月\n甲,1,234,5\n乙,1,2\n丙,1,2,\n", "utf-8")
    sheet = read_delimited(path, "a.csv")
    flat = unfolded([1, 2, 3, 3, 4, 4, 5, 5], sheet.widths)
    assert [(f.row, f.found) for f in longer_lines(sheet, [flat])] == [(3, "比表头多1格")]


def test_a_longer_line_of_a_statement_is_refused(tmp_path: Path) -> None:
    """Its rows come from the header, the lines below are its items."""
    path = tmp_path / "a.csv"
    path.write_text("编制单位：甲\n项目,期末,期初\n货币资金,1,2\n存货,1,234.50,5\n", "utf-8")
    sheet = read_delimited(path, "a.csv")
    flat = unfolded([1, 2, 2, 2], ())
    assert [(f.row, f.found) for f in longer_lines(sheet, [flat])] == [(4, "比表头多1格")]
    assert not list(longer_lines(sheet, [sheet]))


def test_rows_that_are_only_numbered_or_remarked_are_left_out_and_said(tmp_path: Path) -> None:
    made = book(
        tmp_path, [1, *FIRST, "略"], [2, *[None] * 7, "未发生"], [3, *[None] * 7], header=["序号", *HEADER, "备注"]
    )
    assert made.empty and not made.refused and "第3行：“2”" in told(made) and "第4行：“3”" in told(made)


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_lines_may_end_as_any_system_ends_them(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(end.join(["a\tb", "1,2\t3", "4,5\t6", ""]).encode())
    assert read_delimited(path, "a.txt").rows == [("a", "b"), ("1,2", "3"), ("4,5", "6")]
