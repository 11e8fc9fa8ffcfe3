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
from colours import DARK, LIGHT, seen
from contrast import TO_XYZ, contrast, linear
from drawings import COMMON, LONG, MONEY, draw_all
from many import every
from matplotlib.font_manager import get_font
from paths import ROOT
from waiting import LONGEST

from stateassets.measures.figures import FigureNumber
from stateassets.measures.units import with_unit
from stateassets.present import charts, style
from stateassets.present.charts import Chart, base
from stateassets.present.style import ChartError
from stateassets.report import Report
from stateassets.tables.origins import Origin

SVG = "{http://www.w3.org/2000/svg}"
FONT = ROOT / "stateassets/present/fonts/NotoSansSC-subset.otf"  # of the files to take away
drawn = cache(draw_all)
KINDS = sorted(drawn())
each_kind = every("kind", KINDS)


def page(pictures: dict[str, Chart]) -> str:
    return "\n".join(pictures[kind]._repr_html_() for kind in KINDS)


# ------------------------------------------------------------------------------ same bytes


def test_the_same_numbers_give_the_same_bytes_in_one_process() -> None:
    assert page(draw_all()) == page(draw_all())


@pytest.mark.slow
def test_the_same_numbers_give_the_same_bytes_in_every_process_without_pyplot() -> None:
    code = (
        "import sys, test_charts as t; assert 'matplotlib.pyplot' not in sys.modules;"
        "sys.stdout.buffer.write(t.page(t.draw_all()).encode())"
    )

    def run(seed: str) -> bytes:
        path = os.pathsep.join([str(ROOT), str(ROOT / "tests"), str(ROOT / "tests/present")])
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": path}
        return subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, check=True, timeout=LONGEST
        ).stdout

    assert run("1") == run("2") == page(drawn()).encode()


# ---------------------------------------------------------------------------------- markup


DRAWINGS = ("svg", "narrow")
each_drawing = every("drawing", DRAWINGS)


@each_kind
@each_drawing
def test_a_picture_is_small_inline_svg_of_words_and_shapes_that_styles_nothing_else(kind: str, drawing: str) -> None:
    svg = getattr(drawn()[kind], drawing)
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {"svg", "g", "title", "text", "rect", "circle", "path"}
    assert "viewBox" in root.attrib
    assert not {"width", "height", "id"} & set(root.attrib)
    assert not re.search(r"<\?xml|<!DOCTYPE|<!--", svg)
    assert len(svg.encode()) < 30_000


@each_kind
@each_drawing
def test_a_picture_leaves_every_colour_to_the_style_sheet(kind: str, drawing: str) -> None:
    svg = getattr(drawn()[kind], drawing)
    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) - {"none"}
    assert used and all(seen(colour, mode) for colour in used for mode in (LIGHT, DARK))


@each_kind
def test_its_words_are_text_that_can_be_found(kind: str) -> None:
    told = "".join(ET.fromstring(drawn()[kind].svg).itertext())
    first = drawn()[kind].data[1][0]
    assert first in told


@each_kind
def test_a_picture_says_in_words_what_it_shows(kind: str) -> None:
    root = ET.fromstring(drawn(alt='甲<乙 & "丙"')[kind].svg)
    assert (root.get("role"), root.get("aria-label")) == ("img", '甲<乙 & "丙"')


@pytest.mark.parametrize("missing", ["alt", "caption"])
def test_a_picture_without_words_is_refused(missing: str) -> None:
    with pytest.raises(ChartError, match=missing):
        charts.bars([("甲", 1)], **MONEY | {missing: " "})


def test_pictures_of_one_page_share_no_ids() -> None:
    assert ' id="' not in page(drawn())


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
    said = [one.text for one in ET.fromstring(marked.svg).iter(f"{SVG}text") if one.get("class") == "sa-drawn"]
    assert said == [origin.word] and "sa-drawn" not in plain.svg


def test_the_numbers_of_a_picture_stand_below_it_rounded_half_up() -> None:
    chart = charts.bars([("甲", 0.25), ("乙", -1.35)], **MONEY)
    assert chart.data == (("项目", "数值（亿元）"), ("甲", "0.3"), ("乙", "-1.4"))
    assert '<th scope="row">乙</th><td>-1.4</td>' in chart._repr_html_()


def test_bars_are_ranked_unless_told_otherwise() -> None:
    rows = [("甲", 1), ("乙", 3), ("丙", 2)]
    assert [row[0] for row in charts.bars(rows, **MONEY).data[1:]] == ["乙", "丙", "甲"]
    as_given = charts.bars(rows, ranked=False, **MONEY)
    assert [row[0] for row in as_given.data[1:]] == ["甲", "乙", "丙"]


def test_assets_and_ratio_are_computed_from_liabilities_and_equity() -> None:
    chart = charts.balance([("甲", 30, 20)], **MONEY)
    assert chart.data[1] == ("甲", "50.0", "30.0", "20.0", "60.0%")


# ---------------------------------------------------------------------------------- layout


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]


def corners(shape: ET.Element) -> list[tuple[float, float]]:
    """Points between which a shape lies."""
    at = {name: float(value) for name, value in shape.attrib.items() if re.fullmatch(r"-?[\d.]+", value)}
    match shape.tag.removeprefix(SVG):
        case "rect":
            return [(at["x"], at["y"]), (at["x"] + at["width"], at["y"] + at["height"])]
        case "circle":
            return [(at["cx"] + way * at["r"], at["cy"] + way * at["r"]) for way in (-1, 1)]
        case "path":
            found = numbers(shape.attrib["d"])
            return list(zip(found[::2], found[1::2], strict=True))
    return []


@each_kind
@each_drawing
def test_nothing_is_cut(kind: str, drawing: str) -> None:
    root = ET.fromstring(getattr(drawn(origin=Origin.SAMPLE)[kind], drawing))
    width, height = numbers(root.attrib["viewBox"])[2:]
    assert width == (style.WIDTH if drawing == "svg" else style.NARROW)
    points = [point for shape in root.iter() for point in corners(shape)]
    assert points
    assert all(-1 <= x <= width + 1 and -1 <= y <= height + 1 for x, y in points)


def test_a_text_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(ChartError, match="放不下"):
        charts.bars([("甲", 1)], **MONEY | {"unit": "很长的单位" * 10})


def test_texts_that_touch_are_an_error() -> None:
    canvas = base.Canvas("", None)
    canvas.y = 30
    canvas.text(10, 15, "资产", "left", style.INK, 12)
    canvas.text(33, 15, "负债", "left", style.INK, 12)
    base.check_room(canvas.words, 100, 30)  # a point apart
    canvas.text(20, 15, "权益", "left", style.INK, 12)
    with pytest.raises(ChartError, match="“资产”和“权益”重叠"):
        canvas.chart([("项目",)], "图题", "说明")


def test_what_has_no_room_on_a_phone_is_drawn_for_the_page_alone() -> None:
    columns = [f"{n}月" for n in range(1, 39)]
    chart = charts.matrix([("甲", [True] * 38)], columns, **COMMON)
    assert chart.svg and not chart.narrow
    assert "sa-wide" not in chart._repr_html_() and chart._repr_html_().count("<svg") == 1


def test_both_drawings_stand_on_the_page_each_for_its_width() -> None:
    html = charts.bars([("甲", 1)], **MONEY)._repr_html_()
    assert re.findall(r'<svg class="(sa-\w+)"', html) == ["sa-wide", "sa-narrow"]


def test_long_names_stand_above_their_bars_on_a_phone_which_are_then_as_wide_as_it() -> None:
    def widest(chart: Chart) -> float:
        shapes = ET.fromstring(chart.narrow).iter(f"{SVG}rect")
        return max(float(shape.attrib["width"]) for shape in shapes)

    assert widest(charts.bars([(LONG, 1)], **MONEY)) > 0.85 * style.NARROW
    assert widest(charts.bars([("企业甲集团公司", 1)], **MONEY)) < 0.75 * style.NARROW  # beside it


def test_lines_break_between_characters_but_not_in_numbers_or_before_marks() -> None:
    width = style.text_width("资产总额比上年", 10)
    lines = base.wrap("资产总额比上年增长105.1%，其中：负债", 10, width)
    assert "".join(lines) == "资产总额比上年增长105.1%，其中：负债"
    assert any("105.1%，" in line for line in lines)
    assert all(style.text_width(line, 10) <= width for line in lines)


def test_a_label_of_two_lines_breaks_where_its_parts_meet() -> None:
    cases = {
        "二级企业F2：物业项目退出方案": ["二级企业F2：", "物业项目退出方案"],
        "园区北区标准厂房9号（ZL035）": ["园区北区标准厂房9号", "（ZL035）"],
        "国有企业“三重一大”决策监督办法": ["国有企业“三重一大”", "决策监督办法"],  # nor is what is quoted torn
        "没有缝的很长一句话从中间分开": ["没有缝的很长一", "句话从中间分开"],
        "短：一行": ["短：一行"],
    }
    broken = {text: base.wrap(text, 10, style.text_width("国有企业“三重一大”", 10)) for text in cases}
    assert broken == cases


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

    assert below(0.25, 0.25) == ("四舍五入的差", "-0.1")  # 1.0 + 0.3 + 0.3 is not 1.5
    assert below(0.2, 0.3) == ("末", "1.5")


def test_waterfall_steps_carry_their_sign() -> None:
    chart = charts.waterfall(("初", 9), [("增", 2), ("减", -3), ("平", 0)], ("末", 8), **MONEY)
    assert [row[1] for row in chart.data[1:]] == ["9.0", "+2.0", "-3.0", "0.0", "8.0"]


def test_a_direction_is_seen_without_colour() -> None:
    """An increase and a decrease of one size are different shapes, not only other colours."""

    def shapes(step: int) -> list[str]:
        steps = [("变", step)]
        svg = charts.waterfall(("初", 100), steps, ("末", 100 + step), **MONEY).svg
        return re.findall(r'<path d="([^"]+)" fill="var\(--sa-(?:blue|orange)\)"', svg)

    def offsets(path: str) -> list[float]:
        xs = numbers(path)[::2]
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
    hollow = f'fill="{style.PAGE}" stroke="{style.ORANGE}"'
    assert hollow in charts.balance([("甲", 8, -2)], **MONEY).svg
    assert hollow not in charts.balance([("甲", 8, 2)], **MONEY).svg


# ------------------------------------------------------------------------------------- font


def test_a_character_that_this_computer_has_no_font_for_can_be_drawn() -> None:
    """The reader's has: a rare character in a name is no reason to have no picture."""
    assert "笑😀䶮" in charts.bars([("笑😀䶮", 2)], **MONEY).svg


def test_a_text_is_given_the_room_that_it_takes_in_any_font() -> None:
    """Chinese characters are square everywhere; digits of the fonts that readers have are 0.54 to 0.62 em."""
    assert style.text_width("资产", 10) == 20
    assert style.text_width("12", 10) >= 12.4
    has = get_font(FONT)
    has.set_size(1000, 72)
    texts = ["663.1", "-2,561.2", "+104.6%", "3至5", "ABC（甲）", "www", "2023-12-31"]
    for text in texts:
        real = sum(has.load_char(ord(char)).linearHoriAdvance for char in text) / 65536 / 1000
        assert style.text_width(text, 1) >= real - 0.01, text


def test_the_font_has_every_character_of_gb2312_and_what_reports_use_beyond_it() -> None:
    hanzi = [bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)]
    wanted = "".join(hanzi) + "〇−–—…≤≥±×÷√∑①⑩⑳ⅠⅩ▲▼●■→（）：；，。、“”《》％"
    assert len("".join(hanzi)) == 6763
    has = get_font(FONT).get_charmap()
    assert not [char for char in wanted if ord(char) not in has]


def test_the_font_comes_with_its_licence() -> None:
    licence = (FONT.parent / "LICENSE").read_text(encoding="utf-8")
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
    tool.main([str(FONT), str(again)])
    assert again.read_bytes() == FONT.read_bytes()


def test_a_source_font_that_lacks_a_character_is_refused(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "EXTRAS", "😀")
    with pytest.raises(LookupError, match="缺少这些字符：😀"):
        tool.subset(tool.open_face(FONT))


# ---------------------------------------------------------------------------------- colours

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


each_mode = pytest.mark.parametrize("mode", [LIGHT, DARK], ids=["light", "dark"])


@each_mode
def test_texts_and_shapes_have_enough_contrast(mode: dict[str, str]) -> None:
    # numbers stand on the parts of a bar
    for fill, ink in (*style.PALETTE, *style.LEVEL_FILLS.values()):
        assert contrast(seen(fill, mode), seen(ink, mode)) >= 4.5
    for (one, _), (other, _) in pairwise(style.PALETTE):
        assert contrast(seen(one, mode), seen(other, mode)) >= 2
    for text in (style.INK, style.MUTED, *style.WORDS_ON_PAGE.values()):
        assert contrast(seen(text, mode), mode["sa-page"]) >= 4.5
    for shape in (style.GREY, *(style.OUTLINE.get(fill, fill) for fill, _ in style.PALETTE)):
        assert contrast(seen(shape, mode), mode["sa-page"]) >= 3.0
    assert contrast("#999999", "#ffffff") < 3.0  # the measure can fail


@each_mode
def test_colours_with_a_meaning_are_told_apart_by_colour_blind_readers(mode: dict[str, str]) -> None:
    levels = [fill for fill, _ in style.LEVEL_FILLS.values()]
    for group in ((style.BLUE, style.ORANGE, style.GREY), levels):
        assert all(told_apart(seen(one, mode), seen(other, mode)) for one, other in combinations(group, 2))
    assert {style.GOOD, style.BAD} == {style.BLUE, style.ORANGE}


def test_red_stays_red_and_yellow_yellow_in_the_dark() -> None:
    for name in ("sa-red", "sa-yellow", "sa-blue"):
        _, *light = lab(LIGHT[name], "normal")
        _, *dark = lab(DARK[name], "normal")
        cosine = np.dot(light, dark) / np.linalg.norm(light) / np.linalg.norm(dark)
        assert cosine > 0.97 and np.linalg.norm(dark) > 0.9 * np.linalg.norm(light), name  # hue, not paler
    pale = lab("#f2a09a", "normal")[1:]
    assert np.linalg.norm(pale) < 0.9 * np.linalg.norm(lab(LIGHT["sa-red"], "normal")[1:])  # the measure can fail


def test_a_picture_for_who_knows_no_style_sheet_has_the_colours_of_paper() -> None:
    alone = style.drawn_alone(charts.grid([("甲", ["红色"])], ["资金"], **COMMON).svg, "某字体")
    assert "var(" not in alone and 'font-family="某字体"' in alone
    assert LIGHT["sa-red"] in alone and DARK["sa-red"] not in alone


def test_the_check_of_colours_rejects_the_usual_green_and_red() -> None:
    assert np.linalg.norm(lab("#2ca02c", "normal") - lab("#d62728", "normal")) > ENOUGH
    assert not told_apart("#2ca02c", "#d62728")


def test_colours_stand_in_one_place_only() -> None:
    for path in (Path(style.__file__), *Path(charts.__file__).parent.glob("*.py")):
        assert not re.findall(r"#[0-9a-fA-F]{3,6}\b", path.read_text("utf-8")), path.name


# ---------------------------------------------------------------------------------- speaking


def told(svg: str) -> list[str]:
    return [str(mark.findtext(f"{SVG}title")) for mark in ET.fromstring(svg).iter(f"{SVG}g")]


SPEAKING = sorted(set(KINDS) - {"tree", "steps"})  # these two hold nothing but words


@every("kind", SPEAKING)
def test_every_value_of_the_table_is_told_by_a_mark_of_both_drawings(kind: str) -> None:
    chart = drawn()[kind]
    told_wide = told(chart.svg)
    assert told_wide == told(chart.narrow)
    values = {cell for row in chart.data[1:] for cell in row[1:] if re.search(r"[1-9]", cell)}
    values -= {row[-1] for row in chart.data if kind in ("stacked", "balance")}  # totals and ratios
    values -= {row[1] for row in chart.data if kind in ("balance", "small_multiples")}
    values -= {value for value in values if value.endswith("日")}
    missing = [value for value in values if not any(value in words for words in told_wide)]
    assert kind in ("flow", "ranges") or missing == []


def test_a_mark_says_what_it_is_of_its_value_and_the_unit() -> None:
    assert told(charts.bars([("甲", 0.25), ("乙", -1.35)], **MONEY).svg) == ["甲：0.3亿元", "乙：-1.4亿元"]
    pair = charts.dumbbell([("甲", 1, 2)], "年初", "年末", **MONEY)
    assert told(pair.svg) == ["甲，年初：1.0亿元", "甲，年末：2.0亿元"]
    share = charts.stacked([("甲", [1, 3])], ["一", "二"], share=True, **MONEY)
    assert told(share.svg) == ["甲，一，占25%：1.0亿元", "甲，二，占75%：3.0亿元"]
    assert told(charts.grid([("甲", ["红色"])], ["资金"], **COMMON).svg) == ["甲，资金：红色"]


def test_a_value_that_is_a_figures_leads_to_where_it_comes_from(report: Report) -> None:
    figure = report.figure("debt_ratio")
    chart = charts.bars([("全区", report.exact(figure)), ("别处", 50.0)], **COMMON, unit="%", decimals=1)
    assert re.findall(r'data-place="([^"]+)"', chart.svg) == [figure.place]
    assert FigureNumber(2, figure) + 1 == 3 and not isinstance(FigureNumber(2, figure) + 1, FigureNumber)


def test_what_a_chapter_draws_is_listed_with_its_numbers(report: Report) -> None:
    rows = report.pairs("debt_ratio", "group")
    chart = report.draw(charts.dumbbell, rows, "上年", "本年", unit="%", decimals=1, caption="图题", alt="说明")
    places = re.findall(r'data-place="([^"]+)"', chart.svg)
    assert len(places) == 2 * len(rows)
    entries = report.origins()._repr_html_()
    assert all(f'id="{place}"' in entries for place in places)


def test_in_another_unit_a_value_still_knows_its_figure(report: Report) -> None:
    small = FigureNumber(0.0123, report.figure("total_assets"))
    chart = report.draw(charts.bars, [("甲", small)], unit="亿元", decimals=1, caption="图题", alt="说明")
    assert "甲：123.0万元" in chart.svg or "甲：123万元" in chart.svg
    assert "data-place" in chart.svg


# ---------------------------------------------------------------------------- work over a year


def test_what_is_left_is_listed_month_by_month() -> None:
    chart = charts.burn_down([("1月", 5, 6), ("2月", 2, 4)], unit="项", **COMMON)
    assert chart.data == (("时点", "计划剩余（项）", "实际剩余（项）"), ("1月", "5", "6"), ("2月", "2", "4"))


def test_what_is_overdue_is_listed_beside_what_is_left() -> None:
    chart = charts.burn_down([("1月", 5, 6, 1), ("2月", 2, 4, 3)], unit="项", **COMMON)
    assert chart.data[0][-1] == "其中逾期（项）" and [row[-1] for row in chart.data[1:]] == ["1", "3"]
    assert "其中逾期3" in chart.svg


def test_a_sentence_a_table_and_a_picture_write_the_same_minus_sign() -> None:
    chart = charts.bars([("甲", -2.5)], **MONEY)
    written = with_unit(-2.5, "亿元", 1)
    assert written == "-2.5亿元" and f"{chart.data[1][1]}亿元" == written and f"甲：{written}" in chart.svg


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
