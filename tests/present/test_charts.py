"""What a reader of the pictures can rely on."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from contrast import TO_XYZ, contrast, linear
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from paths import ROOT

from stateassets.present import charts, style
from stateassets.present.charts import Chart, base
from stateassets.present.style import ChartError
from stateassets.tables.origins import Origin

SVG = "{http://www.w3.org/2000/svg}"
COMMON: dict[str, Any] = {"caption": "图题", "alt": "文字说明", "origin": None}
MONEY: dict[str, Any] = {"unit": "亿元", "decimals": 1, **COMMON}
LONG = "重庆市某某区某某某某城市建设投资开发经营集团有限责任公司（含托管企业）"


def draw_all(**changes: Any) -> dict[str, Chart]:
    """One picture of each kind, with long labels, tiny, negative and very unequal values."""
    money, plain = MONEY | changes, COMMON | changes
    return {
        "dumbbell": charts.dumbbell(
            [(LONG, 663.1, 696.9), ("降", 3, 2.9), ("平", 5, 5), ("负", 2.5, -120)], "2022年末", "2023年末", **money
        ),
        "bars": charts.bars([(LONG, 233.5), ("小", 0.01), ("零", 0), ("负", -2561.2)], **money),
        "waterfall": charts.waterfall(
            ("年初", 271.6), [(LONG, 24.1), ("减少", -0.5), ("不变", 0)], ("年末", 295.2), **money
        ),
        "balance": charts.balance(
            [("全区", 401.7, 295.2), (LONG, 300, 2), ("小", 0.1, 0.2), ("资不抵债", 8, -2)], **money
        ),
        "ranges": charts.ranges(
            [(LONG, 1083.1, 1128.8), ("点", 5, 5), ("下", 486.6, None), ("上", None, 502.7)], **money
        ),
        "tree": charts.tree(
            [
                ("一级企业A", "城市建设", [f"二级企业A{n}" for n in range(1, 12)]),
                (LONG, "产业投资", [LONG, "二级企业B1"]),
                ("一级企业C", "城市建设", []),
            ],
            new={"二级企业A2", LONG},
            **plain,
        ),
        "flow": charts.flow(
            [("利润收入", 5000), *((f"{LONG}{n}", 0.1) for n in range(5))],
            [("资本金注入", 1), ("其他国有资本经营预算支出", 1), ("调入一般公共预算", 4405)],
            **money,
        ),
        "burn_down": charts.burn_down(
            [(f"{month}月", 88 - 7 * month, 90 - 6 * month) for month in range(1, 13)], unit="项", **plain
        ),
        "calendar": charts.calendar(
            [(LONG, date(2023, 3, 31), "按期完成")] * 3
            + [
                (LONG, date(2023, 4, 2), "逾期完成"),
                ("乙", date(2023, 12, 31), "逾期未完成"),
                ("乙", date(2023, 1, 1), "进行中"),
                ("丙", date(2023, 6, 1), "研判"),
            ],
            year=2023,
            **plain,
        ),
        "stacked": charts.stacked(
            [(LONG, [100, 0.1, 20, 3]), ("小", [0.2, 0.1, 0, 0])], ["甲", "乙", "丙", "丁"], **money
        ),
        "small_multiples": charts.small_multiples(
            [
                (f"{LONG}{n}", [("一季度", 10 * n), ("二季度", -2), ("三季度", 35), ("四季度", 5105.5)])
                for n in range(4)
            ],
            **money,
        ),
        "matrix": charts.matrix(
            [(LONG, [True, False, None]), ("乙", [True, True, True])],
            ["投资管理办法", "违规经营投资责任追究办法", "担保"],
            **plain,
        ),
        "steps": charts.steps([("底表的行", LONG * 2), ("公式", "负债总额÷资产总额×100"), ("句子", "小")], **plain),
    }


drawn = cache(draw_all)
KINDS = sorted(drawn())
each_kind = pytest.mark.parametrize("kind", KINDS)


def page(pictures: dict[str, Chart]) -> str:
    return "\n".join(pictures[kind]._repr_html_() for kind in KINDS)


# ------------------------------------------------------------------------------ same bytes


def test_the_same_numbers_give_the_same_bytes_in_one_process() -> None:
    assert page(draw_all()) == page(draw_all())


def test_the_same_numbers_give_the_same_bytes_in_every_process_without_pyplot() -> None:
    code = (
        "import sys, test_charts as t; assert 'matplotlib.pyplot' not in sys.modules;"
        "sys.stdout.buffer.write(t.page(t.draw_all()).encode())"
    )

    def run(seed: str) -> bytes:
        path = os.pathsep.join([str(ROOT), str(ROOT / "tests"), str(ROOT / "tests/present")])
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": path}
        return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout

    assert run("1") == run("2") == page(drawn()).encode()


# ---------------------------------------------------------------------------------- markup


@each_kind
def test_a_picture_is_small_inline_svg_that_needs_no_font_and_styles_nothing_else(kind: str) -> None:
    svg = drawn()[kind].svg
    root = ET.fromstring(svg)
    tags = {element.tag for element in root.iter()}
    assert root.tag == f"{SVG}svg"
    assert not tags & {f"{SVG}text", f"{SVG}style", f"{SVG}metadata"}
    assert "viewBox" in root.attrib
    assert not {"width", "height"} & set(root.attrib)
    assert not re.search(r"<\?xml|<!DOCTYPE|<!--", svg)
    assert len(svg.encode()) < 60_000


@each_kind
def test_a_picture_says_in_words_what_it_shows(kind: str) -> None:
    root = ET.fromstring(drawn(alt='甲<乙 & "丙"')[kind].svg)
    assert (root.get("role"), root.get("aria-label")) == ("img", '甲<乙 & "丙"')


@pytest.mark.parametrize("missing", ["alt", "caption"])
def test_a_picture_without_words_is_refused(missing: str) -> None:
    with pytest.raises(ChartError, match=missing):
        charts.bars([("甲", 1)], **MONEY | {missing: " "})


def test_pictures_with_captions_of_their_own_share_no_ids_and_every_reference_is_met() -> None:
    def ids(chart: Chart) -> list[str]:
        found = re.findall(r' id="([^"]+)"', chart.svg)
        assert set(re.findall(r'href="#([^"]+)"', chart.svg)) == set(found)
        return found

    assert all(map(ids, drawn().values()))
    one, other = (ids(charts.bars([("甲", 1)], **MONEY | {"caption": c})) for c in ("一", "二"))
    everything = [*one, *other]
    assert everything and len(everything) == len(set(everything))


def test_text_is_escaped_in_the_page() -> None:
    chart = charts.bars([("<i>&", 1)], **MONEY | {"caption": "<b>", "unit": "<u>"})
    html = chart._repr_html_()
    assert "&lt;i&gt;&amp;" in html and "&lt;b&gt;" in html and "&lt;u&gt;" in html
    assert not re.search(r"<[ibu]>", html)


def test_a_regression_difference_begins_with_caption_and_words() -> None:
    assert repr(charts.bars([("甲", 1)], **MONEY)) == "图题\n文字说明"
    assert repr(charts.bars([("甲", 1)], **MONEY | {"origin": Origin.SAMPLE})) == "【示例】图题\n文字说明"


@each_kind
@pytest.mark.parametrize("origin", Origin)
def test_a_picture_says_where_its_numbers_come_from_beside_it_and_inside(kind: str, origin: Origin) -> None:
    plain, marked = drawn()[kind], drawn(origin=origin)[kind]
    badge = f'<span class="sa-origin sa-{origin}">{origin.word}</span>'
    assert badge in marked._repr_html_() and "sa-origin" not in plain._repr_html_()
    assert marked.svg.count("<use") == plain.svg.count("<use") + len(origin.word)


def test_the_numbers_of_a_picture_stand_below_it_rounded_half_up() -> None:
    chart = charts.bars([("甲", 0.25), ("乙", -1.35)], **MONEY)
    assert chart.data == (("项目", "数值（亿元）"), ("甲", "0.3"), ("乙", "−1.4"))
    assert '<th scope="row">乙</th><td>−1.4</td>' in chart._repr_html_()


def test_bars_are_ranked_unless_told_otherwise() -> None:
    rows = [("甲", 1), ("乙", 3), ("丙", 2)]
    assert [row[0] for row in charts.bars(rows, **MONEY).data[1:]] == ["乙", "丙", "甲"]
    as_given = charts.bars(rows, ranked=False, **MONEY)
    assert [row[0] for row in as_given.data[1:]] == ["甲", "乙", "丙"]


def test_assets_and_ratio_are_computed_from_liabilities_and_equity() -> None:
    chart = charts.balance([("甲", 30, 20)], **MONEY)
    assert chart.data[1] == ("甲", "50.0", "30.0", "20.0", "60.0%")


# ---------------------------------------------------------------------------------- layout


def test_nothing_is_cut_and_no_two_texts_touch(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []

    def check(figure: Figure) -> None:  # called when the picture is complete
        renderer = FigureCanvasAgg(figure).get_renderer()
        width, height = figure.bbox.size
        (axes,) = figure.axes
        texts = [text.get_window_extent(renderer) for text in axes.texts]
        for box in [*texts, *(patch.get_window_extent(renderer) for patch in axes.patches)]:
            assert box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
        for one, other in combinations(texts, 2):
            apart = max(one.x0 - other.x1, other.x0 - one.x1, one.y0 - other.y1, other.y0 - one.y1)
            assert apart > -1
        assert min(text.get_fontsize() for text in axes.texts) >= 9
        checked.append(figure)

    monkeypatch.setattr(base, "_check_texts", check)
    draw_all(origin=Origin.SAMPLE)
    assert len(checked) == len(KINDS)


def test_a_text_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(ChartError, match="放不下"):
        charts.bars([("甲", 1)], **MONEY | {"unit": "很长的单位" * 10})


def test_texts_that_touch_are_an_error() -> None:
    with style.house_style():
        figure = Figure(figsize=(3, 1))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.text(0.3, 0.5, "资产")
        axes.text(0.35, 0.5, "负债")
        with pytest.raises(ChartError, match="“资产”和“负债”重叠"):
            base._check_texts(figure)


def test_lines_break_between_characters_but_not_in_numbers_or_before_marks() -> None:
    width = style.text_width("资产总额比上年", 10)
    lines = base.wrap("资产总额比上年增长105.1%，其中：负债", 10, width)
    assert "".join(lines) == "资产总额比上年增长105.1%，其中：负债"
    assert any("105.1%，" in line for line in lines)
    assert all(style.text_width(line, 10) <= width for line in lines)


@pytest.mark.parametrize("width", [0, 5, 10, 14])
def test_a_column_narrower_than_a_character_takes_one_a_line(width: float) -> None:
    assert base.wrap("投资办法", 10, width) == ["投", "资", "办", "法"]


# ------------------------------------------------------------------------------ truthfulness


def test_a_waterfall_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ChartError, match=r"“年初”加各项变动后比“年末”少0\.5亿元，不能画成变动图"):
        charts.waterfall(("年初", 100), [("增", 5.5)], ("年末", 106), **MONEY)


def test_a_waterfall_may_miss_by_what_is_not_printed_or_as_allowed() -> None:
    charts.waterfall(("年初", 100), [("增", 5.96)], ("年末", 106), **MONEY)
    with pytest.raises(ChartError, match=r"少0\.06亿元"):
        charts.waterfall(("年初", 100), [("增", 5.94)], ("年末", 106), **MONEY)
    charts.waterfall(("年初", 100), [("增", 5.94)], ("年末", 106), **MONEY, tolerance=0.1)


def test_what_rounded_steps_miss_stands_below_the_waterfall() -> None:
    def below(*steps: float) -> tuple[str, ...]:
        chart = charts.waterfall(("初", 1), [(f"增{n}", step) for n, step in enumerate(steps)], ("末", 1.5), **MONEY)
        return tuple(chart.data[-1])

    assert below(0.25, 0.25) == ("四舍五入的差", "−0.1")  # 1.0 + 0.3 + 0.3 is not 1.5
    assert below(0.2, 0.3) == ("末", "1.5")


def test_waterfall_steps_carry_their_sign() -> None:
    chart = charts.waterfall(("初", 9), [("增", 2), ("减", -3), ("平", 0)], ("末", 8), **MONEY)
    assert [row[1] for row in chart.data[1:]] == ["9.0", "+2.0", "−3.0", "0.0", "8.0"]


def test_a_direction_is_seen_without_colour() -> None:
    """An increase and a decrease of one size are different shapes, not only other colours."""

    def shapes(step: int) -> list[str]:
        steps = [("变", step)]
        svg = charts.waterfall(("初", 100), steps, ("末", 100 + step), **MONEY).svg
        return re.findall(r'<path d="([^"]+)" style="fill: #(?:1b5e9e|b85000)"', svg)

    def offsets(path: str) -> list[float]:
        xs = [float(x) for x in re.findall(r"[ML] ?(\S+) \S+", path)]
        return sorted({round(x - min(xs)) for x in xs})

    (up,), (down,) = shapes(20), shapes(-20)
    assert len(offsets(up)) == 3  # tail, neck, point
    assert offsets(up) != offsets(down)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: charts.bars([], **MONEY), "没有可画的数据"),
        (lambda: charts.bars([("甲", float("nan"))], **MONEY), "“甲”的数值"),
        (lambda: charts.bars([("甲", None)], **MONEY), "“甲”的数值"),
        (lambda: charts.bars([("甲", 1)], "乙", **MONEY), "“乙”不在数据里"),
        (lambda: charts.ranges([("甲", 1, 2)], "乙", **MONEY), "“乙”不在数据里"),
        (lambda: charts.ranges([("甲", 2, 1)], **MONEY), "下限大于上限"),
        (lambda: charts.ranges([("甲", None, None)], **MONEY), "上下限都是空的"),
        (lambda: charts.balance([("甲", -1, 2)], **MONEY), "负债小于0"),
        (lambda: charts.balance([("甲", 1, -1)], **MONEY), "资产不大于0"),
        (lambda: charts.flow([("甲", -1)], [("乙", 1)], **MONEY), "不能小于0"),
        (lambda: charts.flow([("甲", 0)], [("乙", 1)], **MONEY), "合计都要大于0"),
        (lambda: charts.tree([], **COMMON), "没有可画的数据"),
        (lambda: charts.tree([("甲", "类", [])], {"乙"}, **COMMON), "“乙”不在企业名单里"),
    ],
)
def test_rows_that_cannot_be_drawn_truthfully_are_refused(draw: Callable[[], Chart], message: str) -> None:
    with pytest.raises(ChartError, match=message):
        draw()


def test_a_scale_that_leaves_out_zero_says_so() -> None:
    def notes(low: float, high: float) -> bool:
        return base.domain([low, high])[2]

    assert notes(271.6, 295.2) and notes(-8, -7)
    assert not notes(486.6, 1128.8) and not notes(-1, 5) and not notes(0, 0)


def test_a_shortfall_of_assets_is_a_hollow_part_of_the_liabilities() -> None:
    hollow = "fill: #ffffff; stroke: #b85000"
    assert hollow in charts.balance([("甲", 8, -2)], **MONEY).svg
    assert hollow not in charts.balance([("甲", 8, 2)], **MONEY).svg


# ------------------------------------------------------------------------------------- font


def test_characters_that_the_font_lacks_are_named_in_an_error() -> None:
    with pytest.raises(ChartError, match="没有的字：😀、☃") as error:
        charts.bars([("笑😀", 2), ("雪☃", 1)], **MONEY)
    assert "subset_font.py" in str(error.value)


def test_pictures_use_the_font_of_the_package_whatever_the_system_has() -> None:
    with style.house_style():
        assert Path(findfont(style.FAMILY)) == style.FONT


def test_the_font_has_every_character_of_gb2312_and_what_reports_use_beyond_it() -> None:
    hanzi = [bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)]
    wanted = "".join(hanzi) + "〇−–—…≤≥±×÷√∑①⑩⑳ⅠⅩ▲▼●■→（）：；，。、“”《》％"
    assert len("".join(hanzi)) == 6763
    has = get_font(style.FONT).get_charmap()
    assert not [char for char in wanted if ord(char) not in has]


def test_the_font_comes_with_its_licence() -> None:
    licence = (style.FONT.parent / "LICENSE").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1 - 26 February 2007" in licence
    assert "PERMISSION & CONDITIONS" in licence and "DISCLAIMER" in licence


@pytest.fixture(name="tool")
def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("subset_font", ROOT / "tools/subset_font.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_the_font_is_what_the_tool_makes(tool: ModuleType, tmp_path: Path) -> None:
    """Cutting the shipped font down again changes no byte: it holds the tool's selection."""
    again = tmp_path / "again.otf"
    tool.main([str(style.FONT), str(again)])
    assert again.read_bytes() == style.FONT.read_bytes()


def test_a_source_font_that_lacks_a_character_is_refused(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "EXTRAS", "😀")
    with pytest.raises(LookupError, match="缺少这些字符：😀"):
        tool.subset(tool.open_face(style.FONT))


# ---------------------------------------------------------------------------------- colours

DEFINED = re.findall(r'^([A-Z]+) = "(#[0-9a-f]{6})"  # ([\d.]+)', Path(style.__file__).read_text("utf-8"), re.MULTILINE)
# Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
ENOUGH = 30  # CIE 1976; 2 is just noticeable, so this is plain at a glance


def lab(color: str, vision: str) -> np.ndarray:
    seen = TO_XYZ @ np.clip(VISION[vision] @ linear(color), 0, 1) / [0.9505, 1.0, 1.089]
    x, y, z = np.where(seen > 0.008856, np.cbrt(seen), 7.787 * seen + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def told_apart(one: str, other: str) -> bool:
    """Whether two colours differ plainly for every kind of vision."""
    return all(np.linalg.norm(lab(one, v) - lab(other, v)) >= ENOUGH for v in VISION)


@pytest.mark.parametrize(("name", "color", "stated"), DEFINED)
def test_the_contrast_stated_beside_a_colour_is_the_measured_one(name: str, color: str, stated: str) -> None:
    assert getattr(style, name) == color
    assert contrast(color, "#ffffff") == pytest.approx(float(stated), abs=0.005)


def test_texts_and_shapes_have_enough_contrast() -> None:
    assert len(DEFINED) == 13
    # numbers stand on the parts of a bar
    for fill, ink in (*style.PALETTE, *style.LEVEL_FILLS.values()):
        assert contrast(fill, ink) >= 4.5
    for (one, _), (other, _) in pairwise(style.PALETTE):
        assert contrast(one, other) >= 2
    for text in (style.INK, style.MUTED, style.BLUE, style.ORANGE):  # white stands on the last two
        assert contrast(text, style.WHITE) >= 4.5
    assert contrast(style.GREY, style.WHITE) >= 3.0
    assert contrast("#999999", style.WHITE) < 3.0  # the measure can fail


def test_colours_with_a_meaning_are_told_apart_by_colour_blind_readers() -> None:
    levels = [fill for fill, _ in style.LEVEL_FILLS.values()]
    for group in ((style.BLUE, style.ORANGE, style.GREY), levels):
        assert all(told_apart(one, other) for one, other in combinations(group, 2))
    assert {style.GOOD, style.BAD} == {style.BLUE, style.ORANGE}


def test_the_check_of_colours_rejects_the_usual_green_and_red() -> None:
    assert np.linalg.norm(lab("#2ca02c", "normal") - lab("#d62728", "normal")) > ENOUGH
    assert not told_apart("#2ca02c", "#d62728")


def test_colours_stand_in_one_place_only() -> None:
    for path in Path(charts.__file__).parent.glob("*.py"):
        assert not re.findall(r"#[0-9a-fA-F]{3,6}\b", path.read_text("utf-8")), path.name


# ---------------------------------------------------------------------------- work over a year


def test_what_is_left_is_listed_month_by_month() -> None:
    chart = charts.burn_down([("1月", 5, 6), ("2月", 2, 4)], unit="项", **COMMON)
    assert chart.data == (("时点", "计划剩余（项）", "实际剩余（项）"), ("1月", "5", "6"), ("2月", "2", "4"))


def test_less_than_nothing_cannot_be_left() -> None:
    with pytest.raises(ChartError, match="不能小于0"):
        charts.burn_down([("1月", 5, -1)], unit="项", **COMMON)


def test_a_plan_with_nothing_left_from_the_start_can_be_drawn() -> None:
    chart = charts.burn_down([("1月", 0, 0), ("2月", 0, 0)], unit="项", **COMMON)
    assert chart.data[1:] == (("1月", "0", "0"), ("2月", "0", "0"))


def test_a_calendar_lists_its_items_by_date_with_their_state_in_words() -> None:
    rows = [("乙", date(2023, 5, 8), "进行中"), ("甲", date(2023, 1, 3), "按期完成")]
    chart = charts.calendar(rows, year=2023, **COMMON)
    assert chart.data[1:] == (("甲", "2023-01-03", "按期完成"), ("乙", "2023-05-08", "进行中"))


def test_marks_on_one_day_stand_above_each_other() -> None:
    one, three = (charts.calendar([("甲", date(2023, 5, 8), "进行中")] * n, year=2023, **COMMON) for n in (1, 3))
    heights = [float(re.findall(r'viewBox="0 0 [0-9.]+ ([0-9.]+)"', c.svg)[0]) for c in (one, three)]
    assert heights[1] > heights[0]


def test_a_date_outside_the_year_is_refused() -> None:
    with pytest.raises(ChartError, match="2022-12-31不在2023年"):
        charts.calendar([("甲", date(2022, 12, 31), "进行中")], year=2023, **COMMON)


@pytest.mark.parametrize("missing", [None, pd.NaT])
def test_an_item_without_a_date_is_refused(missing: Any) -> None:
    with pytest.raises(ChartError, match="“甲”的日期是空的"):
        charts.calendar([("甲", missing, "进行中")], year=2023, **COMMON)


def test_dates_may_come_from_pandas() -> None:
    days = [date(2023, 5, 8), pd.Timestamp(2023, 3, 1)]
    plain = charts.calendar([("甲", day, "进行中") for day in days], year=2023, **COMMON)
    assert [row[1] for row in plain.data[1:]] == ["2023-03-01", "2023-05-08"]


def test_more_states_than_can_be_told_apart_are_refused() -> None:
    rows = [("甲", date(2023, 5, 8), f"状态{n}") for n in "一二三四五六七"]
    with pytest.raises(ChartError, match="分不清"):
        charts.calendar(rows, year=2023, **COMMON)


def test_a_stacked_bar_says_its_total() -> None:
    chart = charts.stacked([("甲", [1, 2.5])], ["乙", "丙"], **MONEY)
    assert chart.data[1] == ("甲", "1.0", "2.5", "3.5")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("甲", [1, -1])], "不能小于0"),
        ([("甲", [0, 0])], "合计为0"),
        ([("甲", [1])], "各段的数"),
        ([], "没有可画的数据"),
    ],
)
def test_parts_that_cannot_be_stacked_are_refused(rows: Any, told: str) -> None:
    with pytest.raises(ChartError, match=told):
        charts.stacked(rows, ["乙", "丙"], **MONEY)


def test_more_parts_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ChartError, match="分不清"):
        charts.stacked([("甲", [1] * 9)], list("一二三四五六七八九"), **MONEY)


def test_a_bar_without_parts_is_refused() -> None:
    with pytest.raises(ChartError, match="没有可画的数据"):
        charts.stacked([("甲", [])], [], **MONEY)


@pytest.mark.parametrize(
    ("panels", "highlight", "told"),
    [
        ([("甲", [])], None, "没有可画的数据"),
        ([("甲", [("一季度", None)])], None, "“甲，一季度”的数值"),
        ([("甲", [("一季度", float("inf"))])], None, "“甲，一季度”的数值"),
        ([("甲", [("一季度", 1)])], "乙", "“乙”不在数据里"),
    ],
)
def test_panels_that_cannot_be_drawn_are_refused(panels: Any, highlight: Any, told: str) -> None:
    with pytest.raises(ChartError, match=told):
        charts.small_multiples(panels, highlight=highlight, **MONEY)


def test_small_panels_list_every_value() -> None:
    chart = charts.small_multiples([("甲", [("一季度", 1), ("二季度", 2)])], **MONEY)
    assert chart.data[1:] == (("甲", "一季度", "1.0"), ("甲", "二季度", "2.0"))


def test_a_grid_says_yes_no_or_nothing() -> None:
    chart = charts.matrix([("甲", [True, False, None])], ["一", "二", "三"], yes="已建", no="未建", **COMMON)
    assert chart.data[1] == ("甲", "已建", "未建", "—")


@pytest.mark.parametrize("cell", [float("nan"), pd.NA, "有"])
def test_a_grid_takes_nothing_but_yes_no_and_none(cell: Any) -> None:
    with pytest.raises(ChartError, match="“甲”的格子里只能是"):
        charts.matrix([("甲", [True, cell])], columns=["一", "二"], **COMMON)


def test_a_grid_with_a_ragged_row_is_refused() -> None:
    with pytest.raises(ChartError, match="格数"):
        charts.matrix([("甲", [True])], ["一", "二"], **COMMON)


@pytest.mark.parametrize("draw", [charts.small_multiples, charts.matrix])
def test_nothing_to_draw_is_refused(draw: Any) -> None:
    with pytest.raises(ChartError, match="没有可画的数据"):
        draw([], *([["一"]] if draw is charts.matrix else []), **(MONEY if draw is charts.small_multiples else COMMON))
