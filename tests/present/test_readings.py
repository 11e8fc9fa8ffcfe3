"""What a picture tells is made of the rows that it draws: examples worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from stateassets.present.charts import ChartError, bars, dumbbell, matrix
from stateassets.present.display import Passage
from stateassets.present.readings import FINDINGS, READ, readings

MONEY = {"unit": "亿元", "decimals": 1}
COUNT = {"unit": "项", "decimals": 0}


def tell(kind: str, *rows: Any, each: str = "户", **options: Any) -> dict[str, str | None]:
    """What is said of a picture, by field."""
    found = readings(kind, rows, options, each)
    assert found is not None
    return {name.removeprefix("drawn."): say() for name, say in found.items()}


def test_of_before_and_after_the_ways_and_the_largest_move() -> None:
    told = tell("dumbbell", [("甲", 54.7, 53.5), ("乙", 56.9, 54.7)], "上年", "本年", unit="%", decimals=1)
    assert told["ways"] == "2户均下降" and told["move"] == "降幅最大的是乙，由56.9%降至54.7%"


def test_of_the_whole_beside_its_parts_only_the_parts_are_counted() -> None:
    rows = [("全区", 59.0, 57.5), ("甲", 54.7, 53.5), ("乙", 56.9, 54.7)]
    told = tell("dumbbell", rows, "上年", "本年", unit="%", decimals=1, whole=True)
    assert told["whole"] == "全区由59.0%降至57.5%，下降1.5个百分点" and told["ways"] == "2户均下降"


def test_of_bars_who_has_most_and_how_much_of_all() -> None:
    assert tell("bars", [("甲", 30.0), ("乙", 10.0)], **MONEY)["share"] == "甲最多，30.0亿元，占75.0%"
    assert tell("bars", [("甲", 3.0), ("乙", -1.0)], **MONEY, each="类")["signs"] == "1类增加、1类减少"


def test_numbers_are_written_as_the_picture_writes_them() -> None:
    told = tell("bars", [("甲", 18.0), ("乙", 5.1)], unit="%", decimals=1, fmt="{:g}".format)
    assert told["most"] == "最高的是甲，18%"


def test_of_dots_only_what_can_be_compared_is_told() -> None:
    told = tell("dots", [("相同", [("甲", 101.5), ("乙", 100.5)]), ("不同", [("丙", 107.9)])], unit="%", decimals=1)
    assert told["most"] == "最高的是甲，101.5%"


def test_of_a_bridge_its_course_and_the_largest_steps() -> None:
    steps = [("无偿划入", 15.7), ("国家投资", 4.7), ("上缴", -0.4)]
    told = tell("waterfall", ("年初", 271.5), steps, ("年末", 291.5), **MONEY)
    assert told["course"] == "由271.5亿元增至291.5亿元，增加20.0亿元"
    assert (told["up"], told["down"]) == ("增加最多的是无偿划入，15.7亿元", "减少最多的是上缴，0.4亿元")
    assert tell("waterfall", ("年初", 1.0), [], ("年末", 1.0), **MONEY)["up"] is None


def test_of_assets_who_has_most_and_who_owes_most() -> None:
    told = tell("balance", [("甲", 60.0, 40.0), ("乙", 30.0, 70.0)], **MONEY)
    assert told["ratio"] == "资产负债率最高的是甲，60.0%；最低的是乙，30.0%"
    assert told["share"] == "资产都是100.0亿元"


def test_of_parts_the_totals_and_whose_part_is_largest() -> None:
    told = tell("stacked", [("甲", [1, 2]), ("乙", [3, 4])], ["逾期", "按期"], **COUNT)
    assert told["share"] == "乙最多，7项，占70.0%" and told["parts"] == "逾期4项、按期6项"
    assert told["first"] == "逾期最多的是乙，3项"


def test_of_two_compositions_the_share_that_moved_most() -> None:
    told = tell("stacked", [("上年", [30, 70]), ("本年", [50, 50])], ["青年", "其他"], **COUNT, share=True)
    assert told["shift"] == "青年占比由30%升至50%"


def test_of_a_time_the_course_of_the_whole_and_of_the_others() -> None:
    months = ("上年12月", "1月", "12月")
    panels = [
        (name, list(zip(months, n, strict=True)))
        for name, *n in [("全区", 749, 462, 123), ("甲", 670, 382, 43), ("乙", 79, 80, 80)]
    ]
    told = tell("courses", panels, unit="人", decimals=0, whole=True)
    assert told["whole"] == "全区由749人减至123人，减少626人"
    assert told["ways"] == "1户增加、1户减少" and told["move"] == "减少最多的是甲，由670人减至43人"
    assert told["drop"] == "减少最多的是12月，减少339人"
    assert told["least"] == "最少的是甲（12月），43人"


def test_of_what_is_left_how_it_stands_to_the_plan() -> None:
    assert tell("burn_down", [("1月", 9, 9), ("12月", 2, 5)], **COUNT)["gap"] == "12月末实际还剩5项，比计划多3项"
    assert tell("burn_down", [("年末", 0, 0)], **COUNT)["gap"] == "年末实际还剩0项，与计划一致"


def test_of_work_with_deadlines_what_is_overdue_is_told_even_where_less_is_left_than_planned() -> None:
    assert tell("burn_down", [("12月", 13, 12, 6)], **COUNT)["gap"] == "12月末还有12项没有完成，其中6项逾期"
    assert tell("burn_down", [("12月", 5, 2, 0)], **COUNT)["gap"] == "12月末还有2项没有完成，没有逾期的"
    assert tell("burn_down", [("12月", 5, 0, 0)], **COUNT)["gap"] == "12月末全部完成"


def test_of_days_the_states_and_the_busiest_month() -> None:
    days = [
        ("甲", date(2023, 3, 1), "按期完成"),
        ("乙", date(2023, 3, 9), "按期完成"),
        ("丙", date(2023, 5, 1), "进行中"),
    ]
    told = tell("calendar", days, each="项", year=2023)
    assert told["states"] == "共3项，按期完成2项、进行中1项" and told["busiest"] == "最多的是3月，2项"


def test_of_who_has_what_how_much_is_lacking_and_where() -> None:
    rows = [("制度一", [True, False, False]), ("制度二", [True, False, None])]
    told = tell("matrix", rows, ["甲", "乙", "丙"], each="处", no="未落地")
    assert told["lacking"] == "未落地的3处" and told["column"] == "最多的是乙，2处"
    assert told["most"] == "最多的是制度一，2处"
    assert tell("matrix", [("一", [True])], ["甲"], each="处", no="未落地")["lacking"] == "没有未落地的"


def test_of_words_in_cells_how_often_each_comes() -> None:
    told = tell("grid", [("甲", ["红色", "蓝色"]), ("乙", ["红色", ""])], ["资金", "资产"], each="格")
    assert told["words"] == "红色2格、蓝色1格" and told["most"] == "最多的是甲，2格"


def test_of_money_in_and_out_what_is_most_of_either() -> None:
    told = tell("flow", [("利润", 75.0), ("股利", 25.0)], [("调入", 90.0), ("资本性", 10.0)], **MONEY)
    assert told == {"left": "收入中利润最多，75.0亿元，占75.0%", "right": "支出中调入最多，90.0亿元，占90.0%"}


def test_each_kind_that_finds_something_by_itself_can_tell_it() -> None:
    assert set(FINDINGS) == set(READ)


@pytest.mark.parametrize("rows", [([],), ([("甲", None)],), ([("甲", float("nan"))],)])
def test_of_rows_that_cannot_be_drawn_nothing_is_told(rows: tuple[Any, ...]) -> None:
    assert readings("bars", rows, MONEY, "户") is None


# --- drawn by a report -----------------------------------------------------------------------------


def test_a_picture_says_what_is_seen_in_it_before_what_it_is_of(report) -> None:
    chart = report.draw(bars, [("甲", 30.0), ("乙", 10.0)], unit="项", decimals=0, caption="各家的项目", origin=None)
    assert chart.finding == "甲最多，30项，占75.0%" and chart.caption == "各家的项目"
    assert repr(chart) == "甲最多，30项，占75.0%：各家的项目\n甲最多，30项，占75.0%"
    assert '甲最多，30项，占75.0%：<span class="sa-subject">各家的项目</span></figcaption>' in chart._repr_html_()


def test_a_picture_of_rows_that_fell_cannot_say_that_some_rose(report) -> None:
    rows = report.pairs("debt_ratio", "group")
    fell = all(now < before for _, before, now in rows)
    chart = report.draw(
        dumbbell, rows, "上年末", "本年末", unit="%", decimals=1, caption="各一级企业资产负债率", finding="{drawn.ways}"
    )
    assert fell and chart.finding == f"{len(rows)}户均下降"


def test_a_title_that_tells_of_the_whole_district_needs_it_in_the_picture(report) -> None:
    def draw(whole: bool) -> Any:
        rows = report.pairs("debt_ratio", "group", whole=whole)
        return report.draw(
            dumbbell, rows, "上年末", "本年末", unit="%", decimals=1, whole=whole, caption="资产负债率",
            finding="{whole}{debt_ratio.change}",
        )  # fmt: skip

    assert draw(whole=True).finding.startswith("全区") and draw(whole=True).data[1][0] == "全区"
    with pytest.raises(ChartError, match="图里没有画"):
        draw(whole=False)


@pytest.mark.parametrize("place", ["caption", "finding", "alt"])
def test_a_typed_direction_stops_the_picture_and_says_what_to_write(report, place) -> None:
    texts = {"caption": "图题", "finding": "", "alt": "", place: "各企业有升有降"}
    with pytest.raises(ChartError, match="不是由数得出的"):
        report.draw(bars, [("甲", 1.0)], unit="项", decimals=0, **texts)


def test_a_clause_without_its_words_is_left_out_of_a_finding(report) -> None:
    chart = report.draw(
        bars, [("甲", 1.0)], unit="%", decimals=0, origin=None, caption="图题", finding="{drawn.most}；{drawn.signs}"
    )
    assert chart.finding == "增加" or chart.finding == "上升"


def test_rows_without_a_picture_still_say_so(report) -> None:
    assert isinstance(report.draw(bars, [], unit="项", decimals=0, caption="各家的项目"), Passage)
    assert isinstance(report.draw(matrix, [], [], caption="各家的制度"), Passage)
