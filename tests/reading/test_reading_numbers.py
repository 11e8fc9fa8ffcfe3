"""What holds of every reading: each number once, at its place, whatever its width, blanks and separators."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
import yaml
from many import every

import stateassets.domains  # noqa: F401  (fills the registry)
from stateassets.reading.model import Block, BlockKind, Document, Reading
from stateassets.reading.normalise import plain
from stateassets.reading.read import read_numbers
from stateassets.tables.data_errors import DataError

TITLE = "某区2023年度企业国有资产管理情况"
CASES = yaml.safe_load(Path(__file__).with_name("sentences.yml").read_text(encoding="utf-8"))
SENTENCES = [case[0] for group in CASES.values() for case in group if "|" not in case[0]]
TEXT = "\n".join(SENTENCES)


def document(*texts: str) -> Document:
    """Return a report of a title and paragraphs."""
    paragraphs = (Block(BlockKind.PARAGRAPH, text, number) for number, text in enumerate(texts, 1))
    return Document("某区.txt", "txt", (Block(BlockKind.TITLE, TITLE, 0), *paragraphs))


def table(rows: list[list[str]], *captions: str) -> Document:
    """Return a report of a title, captions and a table."""
    cells = [
        Block(BlockKind.CELL, text, 9, table=1, row=r, column=c)
        for r, row in enumerate(rows, 1)
        for c, text in enumerate(row, 1)
    ]
    before = document(*captions)
    return Document("某区.txt", "txt", (*before.blocks, *cells))


def told(reading: Reading) -> list[tuple[object, ...]]:
    """Return what was found, without places and texts as printed."""
    return [
        (
            one.claim.name_zh,
            one.claim.scope,
            one.claim.kind,
            one.claim.text,
            one.claim.unit,
            one.claim.base,
            one.claim.year,
        )
        for one in reading.found
    ]


def rows_of(reading: Reading) -> list[tuple[object, ...]]:
    """Return item, scope, kind, value and unit of what was found."""
    return [row[:5] for row in told(reading)]


def test_every_run_of_digits_is_found_or_unplaced_or_no_claim_and_only_once() -> None:
    reading = read_numbers(document(*SENTENCES))
    for number, block in enumerate(reading.document.blocks):
        held: list[tuple[int, int]] = [
            (one.place.start, one.place.end)
            for many in (reading.found, reading.unplaced, reading.no_claims)
            for one in many
            if one.place.block == number
        ]
        for run in re.finditer(r"\d+", block.text):
            times = sum(start <= run.start() and run.end() <= end for start, end in held)
            assert times == 1, (run.group(), block.text, times)


def test_a_number_is_marked_where_it_is_printed() -> None:
    reading = read_numbers(document(*SENTENCES))
    for many in (reading.found, reading.unplaced, reading.no_claims):
        for one in many:
            assert reading.document.blocks[one.place.block].text[one.place.start : one.place.end] == one.text
    for found in reading.found:
        assert found.text in found.sentence


def test_numbers_are_in_the_order_of_the_text() -> None:
    reading = read_numbers(document(*SENTENCES))
    for many in (reading.found, reading.unplaced, reading.no_claims):
        places = [(one.place.block, one.place.start) for one in many]
        assert places == sorted(places)


def test_reading_twice_finds_the_same() -> None:
    assert read_numbers(document(*SENTENCES)) == read_numbers(document(*SENTENCES))


def wide(text: str) -> str:
    """Write digits and signs in full width."""
    return text.translate(str.maketrans("0123456789.%", "０１２３４５６７８９．％"))


def grouped(text: str) -> str:
    """Write the whole part of amounts of money with separators of thousands."""
    return re.sub(r"(?<![\d.])\d{4,}(?=(?:\.\d+)?(?:亿元|万元))", lambda m: f"{int(m[0]):,}", text)


def spaced(text: str) -> str:
    """Put blanks between numbers and words."""
    return re.sub(r"(?<=\d)(?=[\u4e00-\u9fff%])|(?<=[\u4e00-\u9fff])(?=\d)", " ", text)


def broken(text: str) -> str:
    """Break lines inside sentences, as in a PDF."""
    return re.sub(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", lambda m: "\n" if m.start() % 7 == 0 else "", text)


@pytest.mark.slow
@pytest.mark.parametrize("write", [wide, grouped, spaced, broken])
def test_how_a_number_is_typed_changes_nothing(write: object) -> None:
    for text in SENTENCES:
        assert told(read_numbers(document(write(text)))) == told(read_numbers(document(text))), text  # type: ignore[operator]


def test_marks_of_notes_stand_apart_from_the_number() -> None:
    reading = read_numbers(document("资产总额①696.9亿元[1]，同比增长5.1%²。"))
    assert rows_of(reading) == [
        ("资产总额", "企业国有资产", "level", "696.9", "亿元"),
        ("资产总额", "企业国有资产", "yoy_pct", "5.1", "%"),
    ]
    assert [one.text for one in reading.no_claims if one.why == "脚注号"] == ["①", "[1]", "²"]


def test_plain_text_knows_the_way_back() -> None:
    text = plain("资产 １，２３４．５亿元")
    assert text.text == "资产1234.5亿元"
    start = text.text.index("1")
    assert text.printed[slice(*text.span(start, start + 6))] == "１，２３４．５"


def test_two_numbers_with_a_blank_between_stay_two() -> None:
    assert plain("1171 50.84").text == "1171 50.84"
    assert plain("1 171 500").text == "1171500"


def test_a_number_that_cannot_be_placed_is_said_to_be_so() -> None:
    reading = read_numbers(document("达到3.2亿元。"))
    assert not reading.found
    assert [(one.text, one.why) for one in reading.unplaced] == [("3.2亿元", "读不出是什么的数")]


def test_a_level_in_per_cent_of_an_amount_is_not_guessed_to_be_growth() -> None:
    reading = read_numbers(document("资产总额5.1%。"))
    assert not reading.found
    assert [one.why for one in reading.unplaced] == ["百分数前没有说明是增长还是占比"]


def test_a_row_of_numbers_without_as_many_items_is_unplaced() -> None:
    reading = read_numbers(document("资产总额100亿元，负债总额60亿元，分别增长5%、6%、7%。"))
    assert [one.text for one in reading.unplaced] == ["5%", "6%", "7%"]


def test_the_year_and_the_place_come_from_the_title_unless_given() -> None:
    reading = read_numbers(document("资产总额100亿元。"))
    assert (reading.region, reading.year) == ("某区", 2023)
    given = read_numbers(document("资产总额100亿元。"), region="某市", year=2022)
    assert (given.region, given.found[0].claim.region, given.found[0].claim.year) == ("某市", "某市", 2022)


def test_a_report_without_a_year_asks_for_it() -> None:
    text = Document("某区.txt", "txt", (Block(BlockKind.PARAGRAPH, "资产总额100亿元。", 1),))
    with pytest.raises(DataError, match="开头没有写明是哪一年的报告"):
        read_numbers(text)


def test_the_indicator_is_the_books_own_where_it_knows_the_item() -> None:
    found = read_numbers(document("资产总额100亿元，不良贷款率1.2%。")).found
    assert [one.claim.indicator for one in found] == ["total_assets", None]


def test_a_table_with_its_unit_above_is_read_by_rows_and_columns() -> None:
    reading = read_numbers(
        table(
            [
                ["类别", "资产总额", "负债总额"],
                ["行政单位", "30.1", "10.2"],
                ["事业单位", "60.5", "20"],
                ["合计", "90.6", "30.2"],
            ],
            "表1　资产负债情况",
            "单位：亿元",
        )
    )
    assert rows_of(reading) == [
        ("资产总额", "行政单位", "level", "30.1", "亿元"),
        ("负债总额", "行政单位", "level", "10.2", "亿元"),
        ("资产总额", "事业单位", "level", "60.5", "亿元"),
        ("负债总额", "事业单位", "level", "20", "亿元"),
        ("资产总额", "合计", "level", "90.6", "亿元"),
        ("负债总额", "合计", "level", "30.2", "亿元"),
    ]


@pytest.mark.parametrize("row", [["资产负债率（%）", "55.4", "54.2"], ["资产负债率", "55.4%", "54.2%"]])
def test_what_a_ratio_rose_by_is_in_points_in_a_column_of_amounts(row: list[str]) -> None:
    rows = [["指标", "2023年", "2022年", "增减额", "增长率"], ["资产总额", "210.4", "200.4", "10.0", "5.0%"]]
    found = told(read_numbers(table([*rows, [*row, "1.2", "—"]], "单位：亿元")))
    assert ("资产负债率", "企业国有资产", "yoy_pp", "1.2", "个百分点", "", 2023) in found
    assert ("资产总额", "企业国有资产", "yoy_abs", "10.0", "亿元", "", 2023) in found


def test_columns_of_shares_and_growth_are_of_the_column_before() -> None:
    reading = read_numbers(
        table(
            [
                ["项目", "资产总额（亿元）", "占比（%）", "同比增长（%）"],
                ["市属企业", "30.1", "60.2", "-5.1"],
                ["合计", "50", "100", "3"],
            ]
        )
    )
    assert rows_of(reading) == [
        ("资产总额", "市属企业", "level", "30.1", "亿元"),
        ("资产总额占比", "市属企业", "share", "60.2", "%"),
        ("资产总额", "市属企业", "yoy_pct", "-5.1", "%"),
        ("资产总额", "企业国有资产", "level", "50", "亿元"),
        ("资产总额", "企业国有资产", "yoy_pct", "3", "%"),
    ]


def test_rows_may_be_items_with_units_and_columns_years() -> None:
    reading = read_numbers(
        table(
            [
                ["指标", "计量单位", "2022年", "2023年", "比上年增减（%）"],
                ["资产总额", "亿元", "236.92", "251.48", "6.1"],
                ["资产负债率", "%", "58.1", "58.5", "0.4"],
                ["职工人数", "人", "2,406", "2,377", "(1.2)"],
            ]
        )
    )
    assert [(row[0], row[2], row[3], row[4], row[6]) for row in told(reading)] == [
        ("资产总额", "level", "236.92", "亿元", 2022),
        ("资产总额", "level", "251.48", "亿元", 2023),
        ("资产总额", "yoy_pct", "6.1", "%", 2023),
        ("资产负债率", "level", "58.1", "%", 2022),
        ("资产负债率", "level", "58.5", "%", 2023),
        ("资产负债率", "yoy_pp", "0.4", "%", 2023),
        ("职工人数", "level", "2406", "人", 2022),
        ("职工人数", "level", "2377", "人", 2023),
        ("职工人数", "yoy_pct", "-1.2", "%", 2023),
    ]


def test_how_far_a_plan_is_done_is_a_share_of_it_and_a_total_of_unlike_items_is_one() -> None:
    heads = ["项目", "2023年", "年度目标", "完成率%"]
    reading = read_numbers(
        table([heads, ["出租收入", "1846", "1800", "102.6"], ["合计", "3453", "3300", "104.6"]], "收益情况 单位：万元")
    )
    assert rows_of(reading) == [
        ("出租收入", "企业国有资产", "level", "1846", "万元"),
        ("出租收入", "企业国有资产", "target", "1800", "万元"),
        ("出租收入", "企业国有资产", "share", "102.6", "%"),
        ("合计", "企业国有资产", "level", "3453", "万元"),
        ("合计", "企业国有资产", "target", "3300", "万元"),
        ("合计", "企业国有资产", "share", "104.6", "%"),
    ]


def test_a_column_of_some_enterprises_is_of_them_in_the_row_of_the_whole_and_of_both_elsewhere() -> None:
    rows = [
        ["类别", "企业户数（户）", "一级企业户数（户）", "没有达标的企业（户）"],
        ["商业类", "6", "2", "1"],
        ["全区", "19", "5", "3"],
    ]
    assert rows_of(read_numbers(table(rows))) == [
        ("户数", "商业类", "level", "6", "户"),
        ("一级企业户数", "商业类", "level", "2", "户"),
        ("没有达标的企业", "商业类", "level", "1", "户"),
        ("户数", "全区", "level", "19", "户"),
        ("户数", "一级企业", "level", "5", "户"),
        ("没有达标的企业", "全区", "level", "3", "户"),
    ]


def test_columns_of_what_lies_below_a_level_are_of_it_and_so_are_their_changes() -> None:
    rows = [
        ["指标", "全省（亿元）", "同比增长（%）", "市州及以下（亿元）", "同比增长（%）"],
        ["营业收入", "154.1", "15.5", "102.7", "21.4"],
        ["利润总额", "8.3", "3.1", "6.6", "2.8"],
    ]
    assert rows_of(read_numbers(table(rows)))[2:4] == [
        ("营业收入", "市州及以下", "level", "102.7", "亿元"),
        ("营业收入", "市州及以下", "yoy_pct", "21.4", "%"),
    ]


def test_a_column_of_units_that_are_counted_is_their_number_beside_the_total_of_assets() -> None:
    rows = [["单位性质", "单位（个）", "资产总额（万元）"], ["行政单位", "96", "723.4"], ["合计", "314", "1864.1"]]
    assert rows_of(read_numbers(table(rows, "行政事业单位资产情况"))) == [
        ("户数", "行政单位", "level", "96", "个"),
        ("资产总额", "行政单位", "level", "723.4", "万元"),
        ("户数", "合计", "level", "314", "个"),
        ("资产总额", "合计", "level", "1864.1", "万元"),
    ]


def test_cells_that_the_heads_do_not_tell_apart_are_unplaced_and_so_are_changes_of_nothing() -> None:
    register = [
        ["编号", "企业", "党员人数（人）"],
        ["一", "甲公司", "13"],
        ["二", "甲公司", "16"],
        ["三", "乙公司", "7"],
    ]
    reading = read_numbers(table(register))
    assert rows_of(reading) == [("党员人数", "乙公司", "level", "7", "人")]
    assert [one.text for one in reading.unplaced] == ["13", "16"]
    signed = [["指标", "甲公司", "乙公司"], ["资产负债率", "+1.7", "-0.8"], ["利润总额（万元）", "5", "6"]]
    reading = read_numbers(table(signed))
    assert [one.text for one in reading.unplaced][:2] == ["1.7", "-0.8"]


def test_shares_beside_amounts_of_two_scopes_are_each_of_theirs() -> None:
    found = read_numbers(
        table(
            [
                ["资产类别", "全市（亿元）", "占比（%）", "市级（亿元）", "占比（%）"],
                ["流动资产", "612", "20.4", "188", "31.3"],
                ["在建工程", "244", "8.1", "51", "8.5"],
            ]
        )
    )
    assert [row[:4] for row in rows_of(found)] == [
        ("流动资产", "全市", "level", "612"),
        ("流动资产占比", "全市", "share", "20.4"),
        ("流动资产", "市级", "level", "188"),
        ("流动资产占比", "市级", "share", "31.3"),
        ("在建工程", "全市", "level", "244"),
        ("在建工程占比", "全市", "share", "8.1"),
        ("在建工程", "市级", "level", "51"),
        ("在建工程占比", "市级", "share", "8.5"),
    ]


def test_a_column_of_growth_over_two_years_is_not_one_of_growth_over_one() -> None:
    rows = [["类别", "营业收入", "同比增长", "两年平均增长"], ["中央企业", "3120.5", "18.2", "6.4"]]
    found = told(read_numbers(table(rows, "分类数字见下表（单位：亿元，%）。")))
    assert [(row[2], row[3], row[5]) for row in found] == [
        ("level", "3120.5", ""),
        ("yoy_pct", "18.2", ""),
        ("cagr", "6.4", "2021"),
    ]


@pytest.mark.parametrize(
    ("caption", "kind"),
    [("2023年末国有资产情况表（单位：亿元）", "level"), ("2024年国有资产收益目标表（单位：亿元）", "target")],
)
def test_a_table_among_plans_is_planned_unless_the_line_above_dates_it_in_a_year_told_of(caption, kind) -> None:
    rows = [["类别", "资产总额"], ["金融企业国有资产", "6.92"]]
    found = read_numbers(table(rows, "四、下一步工作安排", caption))
    assert [one.claim.kind for one in found.found] == [kind]


def test_a_table_with_items_down_and_names_across_is_of_those_names() -> None:
    rows = [["项目", "城投", "交投"], ["资产总额（亿元）", "30", "20"], ["利润总额（亿元）", "3", "2"]]
    assert rows_of(read_numbers(table(rows))) == [
        ("资产总额", "城投", "level", "30", "亿元"),
        ("资产总额", "交投", "level", "20", "亿元"),
        ("利润总额", "城投", "level", "3", "亿元"),
        ("利润总额", "交投", "level", "2", "亿元"),
    ]


def test_labels_beside_an_item_and_dates_are_neither_items_nor_scopes() -> None:
    rows = [
        ["指标", "档次", "日期", "2023年"],
        ["资产负债率", "良好", "2023-01-10", "63.7%"],
        ["营业收入（万元）", "平均", "2023-03-20", "5"],
    ]
    assert rows_of(read_numbers(table(rows))) == [
        ("资产负债率", "企业国有资产", "level", "63.7", "%"),
        ("营业收入", "企业国有资产", "level", "5", "万元"),
    ]


def test_a_column_of_organisations_is_no_column_of_units() -> None:
    for head in ("单位", "单位名称"):
        reading = read_numbers(table([[head, "资产总额"], ["甲集团", "30.1"], ["乙集团", "20.5"]], "单位：亿元"))
        assert rows_of(reading) == [
            ("资产总额", "甲集团", "level", "30.1", "亿元"),
            ("资产总额", "乙集团", "level", "20.5", "亿元"),
        ]


def test_a_column_of_the_states_own_assets_beside_assets_and_debts_is_equity() -> None:
    for head in ("国有资产", "国有资产（净资产）"):
        rows = [["类别", "资产总额", "负债总额", head], ["甲集团", "30.1", "10.2", "15.3"]]
        assert rows_of(read_numbers(table(rows, "单位：亿元")))[-1] == (
            "国有资本及权益总额",
            "甲集团",
            "level",
            "15.3",
            "亿元",
        )


def test_columns_of_the_year_before_are_of_that_year_be_it_of_months_or_its_end() -> None:
    for before, now in (("2022年1—8月", "2023年1—8月"), ("期初", "期末"), ("年初", "年末")):
        reading = read_numbers(table([["指标", before, now], ["营业收入", "30.1", "33.2"]], "单位：亿元"))
        assert [(one.claim.year, one.claim.text) for one in reading.found] == [(2022, "30.1"), (2023, "33.2")]


def test_a_table_of_one_company_is_of_it() -> None:
    rows = [["指标", "2023年", "2022年"], ["资产负债率", "63.7%", "65.7%"]]
    for caption in ("表3 甲公司的主要指标", "表3 2023年一级企业B的指标：与上年比"):
        scopes = {one.claim.scope for one in read_numbers(table(rows, caption)).found}
        assert scopes <= {"甲公司", "一级企业B"} and len(scopes) == 1
    assert {one.claim.scope for one in read_numbers(table(rows, "表3 主要指标")).found} == {"企业国有资产"}


def test_a_table_without_units_is_unplaced_and_serial_numbers_are_no_claims() -> None:
    reading = read_numbers(table([["序号", "企业", "资产总额"], ["1", "甲公司", "30.1"], ["2", "乙公司", "20.2"]]))
    assert not reading.found
    assert [(one.text, one.why) for one in reading.unplaced] == [("30.1", "表里没有写单位"), ("20.2", "表里没有写单位")]
    assert [one.text for one in reading.no_claims if one.why == "序号"] == ["1", "2"]


WORDS = [
    *(
        "资产总额",
        "、",
        "，",
        "。",
        "；",
        "（",
        "）",
        "696.9亿元",
        "5.1%",
        "同比",
        "增长",
        "下降",
        "分别",
        "为",
        "较年初",
        "由",
    ),
    *(
        "2020年末的",
        "增至",
        "占",
        "占比",
        "其中",
        "市属企业",
        "和",
        "上年",
        "的1.84倍",
        "持平",
        "三户",
        "十余项",
        "1",
        "12个月",
    ),
    *(
        "亏损",
        "减亏",
        "年均",
        "两年平均",
        "“",
        "”",
        "第",
        "号",
        "2023年",
        "到2025年",
        "-3.2亿元",
        "2成",
        "翻了",
        "一番",
        "近",
        "余",
    ),
    *(
        "户数",
        "12家",
        "企业",
        "平均",
        "1.2个百分点",
        "：",
        "恢复至",
        "“十三五”末",
        "从企业看，",
        "①",
        "[1]",
        " ",
        "\n",
        "增速",
    ),
    *(
        "20",
        "——",
        "万",
        "亿",
        "提前",
        "设备",
        "7大",
        "100%",
        "覆盖",
        "盈利",
        "转为",
        "（下同）",
        "一季度",
        "1—8月",
        "工作日",
    ),
]


@every("seed", range(40))
def test_any_mixture_of_words_and_numbers_is_read_each_number_once(seed: int) -> None:
    chance = random.Random(seed)
    texts = ["".join(chance.choices(WORDS, k=chance.randint(3, 40))) for _ in range(5)]
    reading = read_numbers(document(*texts))
    for number, block in enumerate(reading.document.blocks):
        many = (*reading.found, *reading.unplaced, *reading.no_claims)
        held = [(one.place.start, one.place.end) for one in many if one.place.block == number]
        for run in re.finditer(r"\d+", block.text):
            assert sum(start <= run.start() and run.end() <= end for start, end in held) == 1, block.text


def test_in_a_flash_report_the_end_of_last_year_is_not_the_same_day_of_last_year() -> None:
    title = Block(BlockKind.TITLE, "某市国有企业2023年上半年运行情况", 0)
    text = Block(BlockKind.PARAGRAPH, "资产总额100亿元，较上年末增长4.3%，同比增长9.8%。", 1)
    reading = read_numbers(Document("某市.txt", "txt", (title, text)))
    assert [(one.claim.kind, one.claim.base) for one in reading.found] == [
        ("level", ""),
        ("other_base", "年初"),
        ("yoy_pct", ""),
    ]
