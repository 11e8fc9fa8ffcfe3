"""Pictures that show a story: time with its ends and axis, and places on an axis that tells them apart."""

from __future__ import annotations

import re
from typing import Any

import pytest
from drawings import LONG
from test_work_charts import watched

from stateassets.present import charts, style
from stateassets.present.charts import ChartError
from stateassets.present.charts.axes import places, ticks

COMMON: dict[str, Any] = {"caption": "图题", "alt": "文字说明", "origin": None}
PEOPLE: dict[str, Any] = {"unit": "人", "decimals": 0, **COMMON}
RATE: dict[str, Any] = {"unit": "%", "decimals": 1, **COMMON}
MONTHS = [f"{year}年{month}月" for year in (2022, 2023) for month in range(1, 13)]


def months(first: float, last: float) -> list[tuple[str, float]]:
    return [(month, first if month.startswith("2022") else last) for month in MONTHS]


FALL = [("全区", months(1085, 438)), ("甲", months(670, 43)), ("乙", months(79, 80)), ("丙", months(98, 91))]


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [(0, 1127, [0, 500, 1000, 1500]), (-3.7, 2.5, [-4, -2, 0, 2, 4]), (100, 107.9, [100, 102, 104, 106, 108])],
)
def test_an_axis_has_round_numbers_around_what_it_shows(low: float, high: float, marks: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(marks)


def test_labels_of_an_axis_have_the_decimals_that_tell_them_apart() -> None:
    assert [places(marks) for marks in ([0, 500], [0, 0.5, 1], [0.25, 0.5])] == [0, 1, 2]


def test_each_panel_has_its_first_and_last_number_and_the_axis_its_times() -> None:
    with watched() as drawn:
        charts.courses(FALL, **PEOPLE, whole=True)
    texts = [call[2] for call in drawn.text]
    for number in ("1085", "438", "670", "43", "79", "80", "98", "91"):
        assert number in texts
    assert texts.count(MONTHS[0]) == texts.count(MONTHS[-1]) == len(FALL)
    assert texts.count("0") == len(FALL)  # each panel's axis begins there


def test_the_panels_beside_each_other_share_one_axis() -> None:
    with watched() as drawn:
        charts.courses([("甲", [("一", 10.0), ("二", 20.0)]), ("乙", [("一", 40.0), ("二", 40.0)])], **PEOPLE)
    paths = [call[0] for call in drawn.line if call[1] == style.BLUE]
    (_, ten), (_, twenty) = paths[0]
    (_, forty), _ = paths[1]
    assert twenty - forty == pytest.approx(2 * (ten - twenty))


def test_a_time_can_be_marked_in_the_panel_of_the_whole() -> None:
    with watched() as drawn:
        charts.courses(FALL, **PEOPLE, whole=True, span=("2022年12月", "2023年12月", "一年减少647人"))
    assert "一年减少647人" in drawn.words()
    ((x0, _, x1, _),) = drawn.bars(style.TINT)
    assert x1 - x0 > style.WIDTH / 4  # a year of two


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"whole": True, "span": ("2021年12月", "2023年12月", "减少")}, "2021年12月.*不在图中"),
        ({"span": ("2022年12月", "2023年12月", "减少")}, "只有画出整体"),
    ],
)
def test_a_time_that_is_not_drawn_cannot_be_marked(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ChartError, match=message):
        charts.courses(FALL, **PEOPLE, **options)


def test_a_panel_that_begins_later_stands_at_its_own_time() -> None:
    with watched() as drawn:
        charts.courses([("甲", [("一", 1.0), ("二", 1.0), ("三", 1.0)]), ("乙", [("三", 1.0)])], **PEOPLE)
    whole, late = (call[0] for call in drawn.line if call[1] == style.BLUE)
    width = whole[1][0] - whole[0][0]
    assert late[0][0] - whole[2][0] == pytest.approx(style.WIDTH / 2 + 8, abs=width)  # the third place of its panel


UPS = [("甲", [("一", -1.0), ("二", 16.0), ("三", 17.0)]), ("乙", [("一", 300.0), ("二", -400.0), ("三", 20.0)])]


def test_panels_of_unlike_size_can_have_axes_of_their_own_and_say_so() -> None:
    def height_of_the_first(**options: bool) -> float:
        with watched() as drawn:
            charts.courses(UPS, **PEOPLE, **options)
        assert ("各图纵轴不同" in drawn.words()) == bool(options)
        first = next(call[0] for call in drawn.line if call[1] == style.BLUE)
        return max(y for _, y in first) - min(y for _, y in first)

    assert height_of_the_first(apart=True) > 20 > 5 > height_of_the_first()  # on one axis it is level


def test_the_first_number_stands_where_its_line_does_not_go() -> None:
    for second, below in ((16.0, True), (-30.0, False)):
        with watched() as drawn:
            charts.courses([("甲", [(f"{n}月", [-1.0, second, -30.0][min(n, 2)]) for n in range(30)])], **PEOPLE)
        line = next(call[0] for call in drawn.line if call[1] == style.BLUE)
        (y,) = [call[1] for call in drawn.text if call[2] == "-1"]
        assert (y > line[0][1]) == below, second


@pytest.mark.parametrize("panels", [FALL, [(LONG, [("一月", -5.0), ("二月", 5105.5)])] * 1, [("甲", [("一", 0.0)])]])
@pytest.mark.parametrize("upright", [True, False])
def test_courses_of_any_size_find_room(panels: list[Any], upright: bool) -> None:
    assert len(charts.courses(panels, **PEOPLE, upright=upright).data) == 1 + sum(len(p) for _, p in panels)


def test_nothing_to_draw_is_refused() -> None:
    for panels in ([], [("甲", [])]):
        with pytest.raises(ChartError, match="没有可画的数据"):
            charts.courses(panels, **PEOPLE)
    with pytest.raises(ChartError, match="没有可画的数据"):
        charts.dots([], **RATE)


PLACES = [("口径相同", [("甲", 107.9), ("乙", 101.5), ("丙", 100.5)])]


def test_rates_just_above_a_hundred_lie_far_apart_and_hang_on_the_line() -> None:
    with watched() as drawn:
        chart = charts.dots(PLACES, "乙", **RATE, line=("保值", 100.0))
    stems = [call[0] for call in drawn.line if call[2] == 2]
    lengths = [x1 - x0 for (x0, _), (x1, _) in stems]
    assert lengths == pytest.approx([lengths[0], lengths[0] * 1.5 / 7.9, lengths[0] * 0.5 / 7.9], abs=0.01)
    assert lengths[0] > style.WIDTH / 3  # from nought all three would look alike
    assert "竖虚线：保值" in drawn.words() and "横轴不从0开始" in drawn.words()
    assert chart.data[1] == ("甲", "口径相同", "107.9")


def test_groups_stand_below_their_headings_in_the_order_given() -> None:
    with watched() as drawn:
        chart = charts.dots([*PLACES, ("其他年度", [("丁", 99.0), (LONG, 103.0)])], **RATE, line=("保值", 100.0))
    texts = [call[2] for call in drawn.text]
    assert texts.index("口径相同") < texts.index("丙") < texts.index("其他年度") < texts.index("丁")
    assert [row[0] for row in chart.data[1:]] == ["甲", "乙", "丙", "丁", LONG]


def test_a_row_that_is_not_drawn_cannot_stand_out() -> None:
    with pytest.raises(ChartError, match="“戊”不在数据里"):
        charts.dots(PLACES, "戊", **RATE)


def test_parts_of_a_side_that_touch_have_different_colours() -> None:
    parts = [("利润收入", 50.0), ("股利", 30.0), ("产权转让", 20.0)]
    with watched() as drawn:
        charts.flow(parts, parts, unit="万元", decimals=0, **COMMON)
    fills = [call[4] for call in drawn.box]
    left, right = fills[:3], fills[3:6]
    for side in (left, right):
        assert side[0] != side[1] != side[2]
    assert not set(left) & set(right)


def test_on_a_phone_no_line_crosses_a_name_that_stands_above_its_row() -> None:
    narrow = charts.dots([("", [(LONG, 103.0), ("乙", 99.0)])], **RATE, line=("保值", 100.0)).narrow
    (label,) = (float(y) for y in re.findall(r'<text x="0" y="([\d.]+)"[^>]*>乙<', narrow))
    lines = re.findall(r'<path d="([^"]+)"[^>]*stroke="var\(--sa-orange\)"', narrow)
    spans = [[float(number) for number in re.findall(r"[\d.]+", path)][1::2] for path in lines]
    assert len(spans) == 2  # one a row
    assert not any(min(span) < label < max(span) for span in spans)
