"""A cell that cannot be right is refused with file, row and column; nothing of it gets further."""

from __future__ import annotations

import pytest
from hostile import COLUMNS, ROWS, cases, is_clear, table, with_cell, write
from many import every

from stateassets.tables.declared import DataPackage
from stateassets.tables.loading import MOST_FAULTS, load
from stateassets.tables.validation import check

CELLS = cases("cells")
TEXTS = cases("texts")


def test_the_table_that_cases_spoil_is_sound(tmp_path):
    assert check(write(tmp_path)) == []


@every("case", CELLS, ids=lambda c: ascii(f"{c['column']} {c['cell']}"))
def test_a_cell_that_cannot_be_right_is_named(tmp_path, case):
    faults = check(write(tmp_path, with_cell(case["column"], case["cell"])))
    told = [str(fault) for fault in faults]
    assert told and all(map(is_clear, told))
    assert any(case["told"] in words for words in told), told
    if "文本文件" not in case["told"]:
        place = "编号" if case["told"] == "重复" else f"（{case['column']}）"
        assert any("notes.csv第" in words and place in words for words in told)


def test_a_character_that_nobody_sees_is_told_with_its_place_and_what_to_do(tmp_path):
    (fault,) = check(write(tmp_path, with_cell("name", "甲\u200b公司", 1)))
    assert str(fault) == (
        "notes.csv第3行“名称（name）”列：含有看不见的字符U+200B；"
        "应为：看得见、长短合适的文字。删去这一格的内容，重新录入。"
    )


@every("text", TEXTS)
def test_a_text_that_only_looks_dangerous_is_a_text(tmp_path, text):
    data = write(tmp_path, with_cell("name", text))
    assert check(data) == []
    assert load(DataPackage.read(data)).frames["notes"]["name"][0] == text


@pytest.mark.parametrize("text", ["-5", "+5", "-1,234.50", "－12", "−12.00", "00012", "-0", "-0.00"])
def test_signed_numbers_are_numbers_and_no_formulas(tmp_path, text):
    assert check(write(tmp_path, with_cell("amount", text))) == []


@pytest.mark.parametrize("text", ["12²", "12①", "12₂"])
def test_a_notes_mark_behind_a_number_is_no_digit_of_it(tmp_path, text):
    (fault,) = check(write(tmp_path, with_cell("amount", text)))
    assert text in str(fault) and "数字" in str(fault)


def test_a_message_repeats_a_long_cell_in_part(tmp_path):
    (fault,) = check(write(tmp_path, with_cell("amount", "九" * 20_000)))
    assert len(str(fault)) < 400 and "共" in str(fault)


def test_a_cell_longer_than_excel_holds_is_named(tmp_path):
    (fault,) = check(write(tmp_path, with_cell("name", "九" * 40_000)))
    assert "40000个字符" in str(fault) and is_clear(str(fault))


def test_a_table_full_of_faults_tells_as_many_as_a_person_reads(tmp_path):
    rows = [(f"x{n}", "甲", "不是数", "1", "", "a", "") for n in range(3 * MOST_FAULTS)]
    faults = check(write(tmp_path, table(rows)))
    assert len(faults) == MOST_FAULTS + 1
    assert "没有列出" in str(faults[-1]) and is_clear(str(faults[-1]))


def test_line_breaks_and_tabs_may_stand_in_a_note(tmp_path):
    rows = [(ROWS[0][0], "一行\r\n二行\t三格", *ROWS[0][2:]), ROWS[1]]
    assert check(write(tmp_path, table(rows, COLUMNS))) == []
