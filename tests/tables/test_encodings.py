"""A text's encoding is told by all of it, and one that changes by the line where it does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateassets.tables.encodings import EncodingError, decode, decode_wide

NAMES = st.sampled_from(
    ["施工单位", "工程", "甲", "瑾恒创", "联通", "项目—一期", "（二）", "Ａ", "编号", "鑫源", "1,234.50"]
)
LINES = st.lists(st.lists(NAMES, min_size=1, max_size=5).map(",".join), min_size=1, max_size=6)


@given(LINES, st.sampled_from(["utf-8", "utf-8-sig", "gbk", "gb18030"]))
def test_a_text_in_one_encoding_is_read_in_it(lines: list[str], encoding: str) -> None:
    text = "编号,名称\n" + "\n".join(lines)
    assert decode(text.encode(encoding)) == text


@given(LINES, LINES, st.booleans())
def test_a_text_whose_encoding_changes_is_refused(one: list[str], two: list[str], turned: bool) -> None:
    encodings = ("gbk", "utf-8") if turned else ("utf-8", "gbk")
    first, second = "编号,名称\n" + "\n".join(one) + "\n", "\n".join(two) + "\n施工单位"
    with pytest.raises(EncodingError, match="编码前后不同") as told:
        decode(first.encode(encodings[0]) + second.encode(encodings[1]))
    assert told.value.row and told.value.row > 1


def test_the_line_is_told_where_the_encoding_changes() -> None:
    content = "编号\n甲\n乙\n".encode() + "施工单位\n".encode("gbk")
    with pytest.raises(EncodingError) as told:
        decode(content)
    assert (told.value.row, told.value.found) == (4, "编码前后不同：第1行是UTF-8，第4行是GBK")


def test_a_cell_in_another_encoding_than_the_rest_of_its_line_is_found() -> None:
    with pytest.raises(EncodingError) as told:
        decode("编号,名称\n甲,".encode("gbk") + "施工单位".encode())
    assert told.value.row == 2


def test_half_a_character_is_told_by_its_line() -> None:
    with pytest.raises(EncodingError) as told:
        decode("编号\n甲\n".encode() + b"a\xff\xfeb")
    assert told.value.row == 3


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["编号,名称\n1,甲\n", "一,二\n一,三\n", "年度\t金额\r\n2023\t1,234.50\r\n"])
def test_utf_16_is_known_with_its_mark_and_without(encoding: str, text: str) -> None:
    assert decode_wide(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "content", [b"a\0b", bytes(40), "a,b\n".encode("utf-32"), "编号".encode(), b"\xff\xfe\0", bytes(range(256))]
)
def test_what_is_no_utf_16_is_not_taken_for_it(content: bytes) -> None:
    assert decode_wide(content) is None
