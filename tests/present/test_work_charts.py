"""What the pictures of work over a year draw, measured on what they put on the canvas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any

import pytest
from colours import DARK, LIGHT, seen
from contrast import contrast
from drawings import LONG
from hypothesis import given, settings
from hypothesis import strategies as st

from stateassets.present import charts, style
from stateassets.present.charts import Chart, ChartError, progress
from stateassets.present.charts.base import Canvas

COMMON: dict[str, Any] = {"caption": "图题", "alt": "文字说明", "origin": None}
COUNT: dict[str, Any] = {"unit": "项", "decimals": 0, **COMMON}
STATES = ("逾期未完成", "进行中", "逾期完成", "按期完成")


@dataclass
class Drawn:
    """What was asked of the canvas, each call as its arguments."""

    text: list[Any] = field(default_factory=list)
    box: list[Any] = field(default_factory=list)
    shape: list[Any] = field(default_factory=list)
    line: list[Any] = field(default_factory=list)
    mark: list[Any] = field(default_factory=list)

    def words(self) -> str:
        return "".join(call[2] for call in self.text)

    def bars(self, color: str) -> list[tuple[float, float, float, float]]:
        """The corners of the boxes of a colour, those of the legend left out."""
        return [tuple(c[:4]) for c in self.box if c[4] == color and c[2] - c[0] != 10]


@contextmanager
def watched() -> Iterator[Drawn]:
    drawn = Drawn()

    def watch(name: str) -> Callable[..., Any]:
        real = getattr(Canvas, name)

        def method(canvas: Canvas, *args: Any, **options: Any) -> Any:
            if canvas.width == style.WIDTH:  # not what is drawn for a phone
                getattr(drawn, name).append([*args, *options.values()])
            return real(canvas, *args, **options)

        return method

    with pytest.MonkeyPatch.context() as patch:
        for name in vars(drawn):
            patch.setattr(Canvas, name, watch(name))
        yield drawn


def proportional(sizes: list[float], values: list[float]) -> bool:
    biggest = max(map(abs, values))
    return sizes == pytest.approx([abs(v) / biggest * max(sizes) for v in values], abs=0.01)


def test_the_measure_of_proportion_can_fail() -> None:
    assert proportional([10, 20], [1, 2]) and not proportional([10, 20], [1, 3])


# ---------------------------------------------------------------------------- every kind

NAMES = [LONG, "新产业园区", "ＡＢ（甲）", "〇一二"]
DAY = date(2023, 5, 8)
PICTURES: dict[str, Callable[[], Chart]] = {
    "burn_down": lambda: charts.burn_down([("一季度末", 9, 9), ("全年", 2, 4)], unit="项", **COMMON),
    "calendar": lambda: charts.calendar([(n, DAY, "按期完成") for n in NAMES], year=2023, **COMMON),
    "stacked": lambda: charts.stacked([(n, [4, 5]) for n in NAMES], ["已结", "在办"], **COUNT),
    "small_multiples": lambda: charts.small_multiples([(n, [("年", 1)]) for n in NAMES], **COUNT),
    "matrix": lambda: charts.matrix([(n, [True]) for n in NAMES], [LONG], **COMMON),
    "grid": lambda: charts.grid([(n, ["红色"]) for n in NAMES], [LONG], **COMMON),
}
each_kind = pytest.mark.parametrize("kind", PICTURES)


@each_kind
def test_every_label_stands_in_the_picture_whole(kind: str) -> None:
    with watched() as drawn:
        PICTURES[kind]()
    labels = ["一季度末", "全年"] if kind == "burn_down" else NAMES
    assert all(label in drawn.words() for label in labels)


@each_kind
def test_no_text_is_smaller_than_what_a_phone_can_show(kind: str) -> None:
    """Where there is less than 30rem the book shows the narrow drawing, so that a point is a pixel or more."""
    with watched() as drawn:
        PICTURES[kind]()
    assert min(call[5] for call in drawn.text) >= style.SMALL >= 10


# ----------------------------------------------------------------------------- burn-down


def test_lines_stand_as_high_as_what_is_left_and_months_are_evenly_apart() -> None:
    planned, real = [80, 60, 30, 0], [80, 75, 50, 20]
    rows = list(zip(["1月", "2月", "3月", "4月"], planned, real, strict=True))
    with watched() as drawn:
        charts.burn_down(rows, unit="项", **COMMON)
    ((dashes, grey),) = [(c[0], c[1]) for c in drawn.line if c[3:] == [True]]
    ((path,),) = [c[:1] for c in drawn.line if c[1] == style.BLUE]
    floor = dashes[-1][1]  # nothing is left as planned
    assert grey == style.GREY
    for points, values in ((dashes, planned), (path, real)):
        assert proportional([floor - y for _, y in points], [float(v) for v in values])
    steps = [b[0] - a[0] for a, b in pairwise(path)]
    assert steps == pytest.approx([steps[0]] * 3)


def test_the_gap_between_plan_and_reality_is_shaded() -> None:
    with watched() as drawn:
        charts.burn_down([("1月", 9, 9), ("2月", 2, 6)], unit="项", **COMMON)
    (area,) = [call[0] for call in drawn.shape if call[1] == style.TINT]
    (dashes,) = [call[0] for call in drawn.line if call[3:] == [True]]
    (path,) = [call[0] for call in drawn.line if call[1] == style.BLUE]
    assert sorted(area) == sorted([*dashes, *path])


@pytest.mark.parametrize("ends", [(0, 0), (5, 5), (5, 6), (0, 90), (90, 0)])
def test_both_lines_are_named_at_their_ends_however_close(ends: tuple[int, int]) -> None:
    with watched() as drawn:
        charts.burn_down([("1月", 90, 90), ("2月", *ends)], unit="项", **COMMON)
    right = max(x for call in drawn.line for x, _ in call[0])
    named = {call[2]: call for call in drawn.text if "剩余" in call[2]}
    assert set(named) == {f"计划剩余{ends[0]}", f"实际剩余{ends[1]}"}
    assert all(call[0] > right for call in named.values())


def test_all_three_lines_are_named_at_their_ends_where_all_end_alike() -> None:
    with watched() as drawn:
        charts.burn_down([("1月", 90, 90, 0), ("2月", 5, 5, 5)], unit="项", **COMMON)
    heights = sorted(call[1] for call in drawn.text if call[2] in ("计划剩余5", "实际剩余5", "其中逾期5"))
    assert len(heights) == 3 and all(b - a >= style.SMALL for a, b in pairwise(heights))


# ------------------------------------------------------------------------------ calendar


def lanes(drawn: Drawn, rows: list[tuple[str, date, str]]) -> list[Any]:
    """The items' marks without the legend's."""
    return drawn.mark[len({word for *_, word in rows}) :]


def test_a_mark_stands_at_its_day() -> None:
    days = [date(2023, 1, 20), date(2023, 7, 2), date(2023, 12, 15)]
    rows = [("甲", day, "按期完成") for day in days]
    with watched() as drawn:
        charts.calendar(rows, year=2023, **COMMON)
    xs = [call[1] for call in lanes(drawn, rows)]
    numbers = [float(day.timetuple().tm_yday) for day in days]
    assert proportional([x - xs[0] for x in xs], [n - numbers[0] for n in numbers])


def test_the_four_states_differ_in_shape_as_well_as_in_colour() -> None:
    rows = [("甲", DAY, state) for state in STATES]
    with watched() as drawn:
        charts.calendar(rows, year=2023, **COMMON)
    assert len({call[0] for call in lanes(drawn, rows)}) == 4
    assert len({call[3] for call in lanes(drawn, rows)}) == 4


@pytest.mark.parametrize("words", [("谈话", "函询", "约谈", "通报", "移送", "其他"), (*STATES, "暂缓", "取消")])
def test_no_two_words_of_one_picture_share_a_shape(words: tuple[str, ...]) -> None:
    rows = [("甲", DAY, word) for word in words]
    with watched() as drawn:
        charts.calendar(rows, year=2023, **COMMON)
    assert len({call[0] for call in lanes(drawn, rows)}) == len(words)


def test_the_legend_names_the_states_that_occur_and_no_others() -> None:
    rows = [("甲", DAY, "按期完成"), ("甲", DAY, "逾期未完成")]
    with watched() as drawn:
        charts.calendar(rows, year=2023, **COMMON)
    assert [call[2] for call in drawn.text if call[2] in STATES] == ["逾期未完成", "按期完成"]
    assert len(drawn.mark) == 2 + len(rows)


DAYS = st.integers(0, 364).map(lambda n: date(2023, 1, 1) + timedelta(n))
ITEMS = st.lists(st.tuples(st.sampled_from(["甲", "乙"]), DAYS, st.sampled_from(STATES)), min_size=1)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(ITEMS)
def test_every_item_has_a_mark_and_no_mark_hides_another(rows: list[tuple[str, date, str]]) -> None:
    with watched() as drawn:
        charts.calendar(rows, year=2023, **COMMON)
    spots = [(call[1], call[2]) for call in lanes(drawn, rows)]
    assert len(spots) == len(rows)
    assert all(5 <= x <= style.WIDTH - 5 for x, _ in spots)
    for (x, y), (u, v) in combinations(spots, 2):
        assert max(abs(x - u), abs(y - v)) >= progress.MARK - 1e-6


def test_marks_at_the_edge_of_the_year_do_not_hide_each_other() -> None:
    rows = [("甲", date(2023, 1, day), "按期完成") for day in (1, 8, 11, 14)]
    rows += [("甲", date(2023, 12, day), "进行中") for day in (18, 21, 24, 31)]
    with watched() as drawn:
        charts.calendar(rows, year=2023, **COMMON)
    for (_, x, y, _), (_, u, v, _) in combinations(lanes(drawn, rows), 2):
        assert max(abs(x - u), abs(y - v)) >= progress.MARK - 1e-6


# ------------------------------------------------------------------------------- stacked


def test_parts_are_as_long_as_their_numbers_and_every_bar_begins_at_zero() -> None:
    rows = [("甲", [30, 10]), ("乙", [6, 24]), ("丙", [0, 12])]
    with watched() as drawn:
        charts.stacked(rows, ["一", "二"], **COUNT)
    first, second = drawn.bars(style.BLUE), drawn.bars(style.SKY)
    lengths = [x1 - x0 for x0, _, x1, _ in (*first, *second)]
    assert proportional(lengths, [30, 6, 10, 24, 12])
    zero = first[0][0]
    assert [first[1][0], second[2][0]] == pytest.approx([zero, zero])
    assert second[0][0] == pytest.approx(first[0][2])  # the second begins where the first ends


def test_shares_fill_the_whole_bar_and_say_percentages() -> None:
    with watched() as drawn:
        chart = charts.stacked([("甲", [1, 3]), ("乙", [50, 50])], ["一", "二"], share=True, **COUNT)
    ends = [x1 for _, _, x1, _ in drawn.bars(style.SKY)]
    assert ends == pytest.approx([ends[0]] * 2)
    assert proportional([x1 - x0 for x0, _, x1, _ in drawn.bars(style.BLUE)], [25, 50])
    assert {"25%", "75%", "50%", "4", "100"} <= {call[2] for call in drawn.text}
    assert "条内为占比" in drawn.words()
    assert chart.data[1] == ("甲", "1（25%）", "3（75%）", "4")


def test_a_number_stands_in_its_part_only_where_it_has_room() -> None:
    with watched() as drawn:
        chart = charts.stacked([("甲", [12345, 1, 300])], ["一", "二", "三"], **COUNT)
    said = [call[2] for call in drawn.text]
    assert "12,345" in said and "12,646" in said and "1" not in said
    assert chart.data[1] == ("甲", "12,345", "1", "300", "12,646")  # the table has them all


def test_the_thinnest_part_is_not_wiped_out_by_the_line_between_parts() -> None:
    with watched() as drawn:
        charts.stacked([("甲", [1000, 1, 1000])], ["一", "二", "三"], **COUNT)
    ((x0, _, x1, _),) = drawn.bars(style.SKY)
    after = [call[0][0][0] for call in drawn.line if call[1] == style.PAGE]
    assert 0 < x1 - x0 < 1 and x1 not in after and len(after) == 1


def test_what_is_filled_with_a_light_colour_has_an_outline_that_is_seen_on_the_page() -> None:
    fills = [fill for fill, _ in (*style.PALETTE, *progress.STATE_FILLS.values())]
    marks = [color for _, color in (*progress.STATE_MARKS.values(), *progress.OTHER_MARKS)]
    for color in (*fills, *marks):
        for mode in (LIGHT, DARK):
            assert contrast(seen(style.OUTLINE.get(color, color), mode), mode["sa-page"]) >= 3
    svg = charts.stacked([("甲", [1, 1])], ["一", "二"], **COUNT).svg
    assert f'fill="{style.SKY}" stroke="{style.BLUE}"' in svg
    assert contrast(seen(style.SKY, LIGHT), "#ffffff") < 3  # without it, it would not


# ----------------------------------------------------------------------- small multiples


def test_bars_of_all_panels_have_one_scale_from_zero() -> None:
    panels = [("甲", [("一", 10), ("二", 40)]), ("乙", [("一", 5), ("二", 20)])]
    with watched() as drawn:
        charts.small_multiples(panels, **COUNT)
    heights = [y1 - y0 for _, y0, _, y1 in drawn.bars(style.BLUE)]
    assert proportional(heights, [10, 40, 5, 20])


def test_a_negative_bar_hangs_below_the_line_in_another_colour() -> None:
    with watched() as drawn:
        charts.small_multiples([("甲", [("一", 10), ("二", -5)])], **COUNT)
    ((_, top, _, zero),), ((_, low, _, also_zero),) = (drawn.bars(style.BLUE), drawn.bars(style.ORANGE))
    assert zero == also_zero and low - zero == pytest.approx((zero - top) / 2)


def test_with_a_highlight_only_that_panel_has_a_colour() -> None:
    panels = [(name, [("一", 10), ("二", -5)]) for name in ("甲", "乙", "丙")]
    with watched() as drawn:
        charts.small_multiples(panels, highlight="乙", **COUNT)
    assert [len(drawn.bars(c)) for c in (style.BLUE, style.ORANGE, style.GREY)] == [1, 1, 4]


@pytest.mark.parametrize("last", [3.0, -3.0, 0.0, 123456.0, -1234567.0])
@pytest.mark.parametrize("before", [200000.0, -200000.0])
def test_where_numbers_have_no_room_the_last_stands_over_its_own_bar_only(last: float, before: float) -> None:
    series = [(f"{n}月", before) for n in range(1, 12)] + [("12月", last)]
    with watched() as drawn:
        charts.small_multiples([("甲", series), ("乙", series)], **COUNT)
    said = [call for call in drawn.text if call[2] == charts.base.writer(0)(last)]
    assert len(said) == 2 and len(drawn.text) == 2 + 2 + 4 + 1  # numbers, titles, ends, unit
    bars = [call[:4] for call in drawn.box]
    for (x, y, text, align, *_), own in zip(said, (bars[11], bars[23]), strict=True):
        assert align == "left" and x == own[0] and 5 < abs(y - own[1]) < 12
        for bar in bars:
            beside = bar[0] >= x + style.text_width(text, style.SMALL) or bar[2] <= x
            assert beside or bar == own


# -------------------------------------------------------------------------------- matrix


def test_a_cell_is_a_dot_a_cross_or_nothing() -> None:
    rows = [("甲", [True, False, None]), ("乙", [None, True, True])]
    with watched() as drawn:
        charts.matrix(rows, ["一", "二", "三"], **COMMON)
    shown = [(call[0], call[3]) for call in drawn.mark[2:]]  # the legend has one of each
    yes, no = ("dot", style.BLUE), ("cross", style.ORANGE)
    assert shown == [yes, no, yes, yes]
    columns = [call[1] for call in drawn.mark[2:]]
    assert columns[1] == columns[2] and columns[0] < columns[1] < columns[3]


def test_a_grid_of_twelve_long_columns_stays_within_the_picture() -> None:
    kinds = ["投资", "担保", "采购", "财务", "薪酬", "安全", "档案", "法律", "审计", "内控", "公开", "评价"]
    names = [f"{kind}管理办法" for kind in kinds]
    charts.matrix([(LONG, [True] * 12), ("乙", [False] * 12)], names, **COMMON)


def test_more_columns_than_can_be_read_are_refused() -> None:
    with pytest.raises(ChartError, match=r"重叠|放不下"):
        charts.matrix([("甲", [True] * 60)], [f"制度{n}" for n in range(60)], **COMMON)


# ---------------------------------------------------------------------------------- grid


def test_a_level_is_told_by_its_word_and_its_colour_and_nothing_is_left_empty() -> None:
    with watched() as drawn:
        chart = charts.grid([("甲", ["红色", ""]), ("乙", ["", "蓝色"])], ["资金", "资产"], **COMMON)
    cells = [call for call in drawn.text if call[2] in "红黄蓝"]
    assert [call[2] for call in cells] == ["红", "蓝"]
    assert cells[0][0] < cells[1][0] and cells[0][1] < cells[1][1]
    boxes = [call for call in drawn.box if call[2] - call[0] > 12]  # the legend's are ten wide
    assert [call[4] for call in boxes] == [style.RED, style.BLUE]
    assert chart.data == (("项目", "资金", "资产"), ("甲", "红色", "无"), ("乙", "无", "蓝色"))


def test_a_word_without_a_colour_is_refused() -> None:
    with pytest.raises(ChartError, match="没有给“紫色”定颜色"):
        charts.grid([("甲", ["紫色"])], ["资金"], **COMMON)


def test_a_row_with_too_few_cells_is_refused() -> None:
    with pytest.raises(ChartError, match="格数要与列数一致"):
        charts.grid([("甲", ["红色"])], ["资金", "资产"], **COMMON)


def test_a_grid_of_twelve_months_stays_within_the_picture() -> None:
    months = [f"{n}月" for n in range(1, 13)]
    charts.grid([(LONG, ["晚报又更正", "漏报"] * 6)], months, **COMMON)


def test_levels_have_their_own_colours_in_bars_too_whatever_their_order() -> None:
    with watched() as drawn:
        charts.stacked([("甲", [5, 5])], ["蓝色", "红色"], **COUNT)
    bars = [call[4] for call in drawn.box if call[2] - call[0] > 12]
    assert bars == [style.BLUE, style.RED]
