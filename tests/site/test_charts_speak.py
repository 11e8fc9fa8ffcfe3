"""Charts in a real browser: they tell their values, keep their colours and can be taken away, on a phone too."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import guards
import pytest
from colours import DARK, LIGHT
from drawings import COMMON, draw_all
from paths import ROOT
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from stateassets.measures.figures import FigureNumber
from stateassets.present import charts
from stateassets.report import Report

STATIC = ROOT / "stateassets" / "book" / "static"
TIP, BOX = "#sa-tip", "#sa-explain"
SCRIPTS = ("taking", "explain", "enlarge", "charts")
PAGE = """<!DOCTYPE html><html lang="zh-CN" data-theme="{mode}"><head><meta charset="utf-8"><title>图 — 某区专项报告</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{links}</head><body style="margin: 0 16px">
<main class="bd-article"><span class="sa-level sa-level-red">红色</span>{charts}
<ol><li id="{place}">来历：由底表第2行算出</li></ol></main></body></html>"""


@pytest.fixture(scope="module")
def figure(report: Report) -> FigureNumber:
    """A number that a chapter would hand to a chart."""
    return report.exact(report.figure("debt_ratio"))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, figure: FigureNumber) -> Path:
    """A page with a chart of each kind, first one with a figure's number, in light and in dark."""
    folder = tmp_path_factory.mktemp("charts")
    links = "".join(f'<link rel="stylesheet" href="{(STATIC / f"{n}.css").as_uri()}">' for n in ("outputs", "book"))
    links += "".join(f'<script src="{(STATIC / f"{name}.js").as_uri()}" defer></script>' for name in SCRIPTS)
    rows = [("企业甲", figure), ("企业乙=1", -2561.25), ("企业丙", 0.5)]
    first = charts.bars(
        rows, unit="%", decimals=1, **COMMON | {"caption": "各企业的/比率", "origin": figure.figure.origin}
    )
    pictures = [first, *draw_all().values()]
    html = "".join(chart._repr_html_() for chart in pictures)
    for mode in ("light", "dark"):
        place = figure.figure.place
        (folder / f"{mode}.html").write_text(PAGE.format(mode=mode, links=links, charts=html, place=place), "utf-8")
    return folder


@contextmanager
def opened(browser: Browser, written: Path, mode: str = "light", width: int = 1280, **options: Any) -> Iterator[Page]:
    faults: list[Any] = []

    def hear(fault: Any) -> None:
        faults.append(fault)

    with guards.window(browser, width, **options) as page:
        page.on("pageerror", hear)  # no builtin is taken
        page.goto((written / f"{mode}.html").as_uri())
        yield page
        page.remove_listener("pageerror", hear)
    assert faults == []


def marks(page: Page, chart: int = 0) -> Any:
    return page.locator("figure.sa-chart").nth(chart).locator("svg:visible .sa-datum")


# ---------------------------------------------------------------------------------- values


def test_pointing_at_a_bar_tells_its_value_and_leaving_it_is_quiet(browser: Browser, written: Path) -> None:
    with opened(browser, written) as page:
        marks(page).nth(1).locator("text").hover()
        expect(page.locator(TIP)).to_have_text("企业丙：0.5%")
        marks(page).first.locator("rect").hover()
        expect(page.locator(TIP)).to_contain_text("点击看来历")
        page.mouse.move(5, 5)
        expect(page.locator(TIP)).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_tap_on_or_beside_a_bar_leads_where_the_number_in_a_sentence_leads(
    browser: Browser, written: Path, width: int
) -> None:
    with opened(browser, written, width=width, has_touch=True) as page:
        marks(page).first.locator("rect").tap()
        expect(page.locator(BOX)).to_contain_text("由底表第2行算出")
        page.keyboard.press("Escape")
        expect(page.locator(BOX)).to_be_hidden()
        at = marks(page).nth(1).locator("text").bounding_box()
        assert at
        page.touchscreen.tap(at["x"] + at["width"] + 8, at["y"] + at["height"] / 2)  # a finger's breadth away
        expect(page.locator(BOX)).to_have_text("企业丙：0.5%")  # no figure: no origin
        marks(page).first.locator("rect").tap()  # from one box to the next
        expect(page.locator(BOX)).to_contain_text("由底表第2行算出")


def test_a_chart_is_one_stop_of_the_tab_key_and_arrows_go_through_it(browser: Browser, written: Path) -> None:
    with opened(browser, written) as page:
        stops = page.locator("figure.sa-chart").first.locator("[tabindex='0']")
        assert stops.count() == 2  # one in each drawing, of which one is hidden
        marks(page).first.focus()
        page.keyboard.press("ArrowRight")
        expect(marks(page).nth(1)).to_be_focused()
        expect(page.locator(TIP)).to_have_text("企业丙：0.5%")
        page.keyboard.press("End")
        expect(page.locator(TIP)).to_have_text("企业乙=1：-2561.3%")
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
        expect(page.locator(BOX)).to_contain_text("由底表第2行算出")
        page.keyboard.press("Escape")
        expect(marks(page).first).to_be_focused()
        page.wait_for_timeout(20)  # in which the box gives the focus back
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "存为表格CSV"


def test_without_scripts_a_chart_is_one_picture_with_the_browsers_own_tips(browser: Browser, written: Path) -> None:
    with opened(browser, written, java_script_enabled=False) as page:
        first = page.get_by_role("img", name="文字说明").first
        expect(first).to_be_visible()
        assert first.locator("title").first.text_content() == "企业甲：57.6%"


def test_the_words_of_a_chart_can_be_found_and_selected(browser: Browser, written: Path) -> None:
    with opened(browser, written) as page:
        assert page.evaluate("window.find('企业乙=1') && getSelection().toString()") == "企业乙=1"
        assert page.evaluate("getSelection().anchorNode.parentElement.closest('svg') !== null")
        assert not page.evaluate("window.find('企业戊')")


# ---------------------------------------------------------------------------------- colours


def rgb(color: str) -> str:
    return f"rgb({', '.join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))})"


@pytest.mark.parametrize(
    ("mode", "media", "colours"), [("light", "screen", LIGHT), ("dark", "screen", DARK), ("dark", "print", LIGHT)]
)
def test_a_level_has_one_colour_in_badge_and_chart_in_each_mode(
    browser: Browser, written: Path, mode: str, media: Any, colours: dict[str, str]
) -> None:
    with opened(browser, written, mode) as page:
        page.emulate_media(media=media)
        cell = page.locator("svg:visible .sa-datum[aria-label$='：红色'] rect")
        assert cell.evaluate("e => getComputedStyle(e).fill") == rgb(colours["sa-red"])
        assert cell.evaluate("e => getComputedStyle(e.closest('svg')).filter") == "none"
        if media == "screen":
            badge = page.locator(".sa-level-red").evaluate("e => getComputedStyle(e).backgroundColor")
            assert badge == rgb(colours["sa-red"])


# ---------------------------------------------------------------------------------- layout

TOUCHING = """() => {
  const found = [];
  for (const svg of document.querySelectorAll("svg")) {
    if (!svg.checkVisibility()) continue;
    const all = [...svg.querySelectorAll("text:not(.sa-drawn)")].map((e) => [e.textContent, e.getBoundingClientRect()]);
    const frame = svg.getBoundingClientRect();
    all.forEach(([text, a], i) => {
      if (a.left < frame.left - 2 || a.right > frame.right + 2) found.push(`${text} leaves the picture`);
      for (const [other, b] of all.slice(i + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1 && down > Math.min(a.height, b.height) / 2) found.push(`${text} on ${other}`);
      }
    });
  }
  return found;
}"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll("svg text")].filter((e) => e.checkVisibility())
  .map((e) => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a))"""
SIDEWAYS = """() => [...document.querySelectorAll("figure.sa-chart")].filter((e) => e.scrollWidth > e.clientWidth
  || e.getBoundingClientRect().right > innerWidth).map((e) => e.querySelector("svg").getAttribute("aria-label"))"""


@pytest.mark.parametrize("width", [360, 390, 600, 1280])
def test_at_every_width_a_chart_fits_and_its_words_are_readable_and_apart(
    browser: Browser, written: Path, width: int
) -> None:
    with opened(browser, written, width=width) as page:
        assert page.evaluate(SIDEWAYS) == [] and guards.overflowing(page) == []
        assert page.evaluate(SMALLEST) >= 10
        assert page.evaluate(TOUCHING) == []
        assert page.locator("svg.sa-wide:visible").count() == (0 if width < 500 else page.locator("figure").count())
        content = page.locator("figcaption").first.evaluate("e => getComputedStyle(e, '::after').content")
        assert content == "none"  # nothing to swipe to


def test_words_that_touch_or_are_too_small_are_noticed(browser: Browser, written: Path) -> None:
    with opened(browser, written, width=390) as page:
        page.add_style_tag(content=".sa-wide { display: block !important } .sa-narrow { display: none !important }")
        assert page.evaluate(SMALLEST) < 9
        page.add_style_tag(content="svg { font-family: monospace } svg text { font-size: 20px }")
        assert page.evaluate(TOUCHING) != []


def test_a_chart_without_a_narrow_drawing_scrolls_in_its_frame_and_says_so(browser: Browser, written: Path) -> None:
    with opened(browser, written, width=390) as page:
        page.locator(".sa-narrow").evaluate_all("all => all.forEach((one) => one.remove())")
        page.locator(".sa-wide").evaluate_all("all => all.forEach((one) => one.removeAttribute('class'))")
        assert page.evaluate(SMALLEST) >= 10 and guards.overflowing(page) == []
        content = page.locator("figcaption").first.evaluate("e => getComputedStyle(e, '::after').content")
        assert "左右滑动" in content


# ---------------------------------------------------------------------------------- to take away


def saved(page: Page, words: str) -> tuple[str, bytes]:
    with page.expect_download() as found:
        page.locator("figure.sa-chart").first.get_by_role("button", name=words).click()
    return found.value.suggested_filename, Path(found.value.path()).read_bytes()


def test_its_table_is_saved_as_csv_that_a_spreadsheet_reads(browser: Browser, written: Path) -> None:
    with opened(browser, written) as page:
        name, content = saved(page, "存为表格CSV")
    assert name == "各企业的比率（真实）.csv" and content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == [["项目", "数值（%）"], ["企业甲", "57.6"], ["企业丙", "0.5"], ["企业乙=1", "-2561.3"]]


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_saved_as_a_picture_on_white_large_enough_to_print(
    browser: Browser, written: Path, mode: str, width: int
) -> None:
    with opened(browser, written, mode, width) as page:
        name, content = saved(page, "存为图片PNG")
    assert name == "各企业的比率（真实）.png"
    image = Image.open(io.BytesIO(content)).convert("RGB")
    assert image.width > 1400 and image.height > 400
    found = {color: count for count, color in image.getcolors(1 << 24)}
    assert max(found, key=lambda color: found[color]) == (255, 255, 255)
    for wanted in ("sa-blue", "sa-orange"):
        assert found.get(tuple(bytes.fromhex(LIGHT[wanted][1:])), 0) > 500
    ink = image.crop((0, 0, image.width, 100)).getcolors(1 << 24)
    assert len(ink) > 20  # the caption stands above


# ---------------------------------------------------------------------------------- the book's own


@pytest.mark.parametrize("name", ["notebooks/1_basics/2_assets_and_debt.html", "notebooks/10_platform/9_alerts.html"])
def test_charts_of_the_book_fit_a_phone_and_their_values_lead_to_entries_that_are_there(
    browser: Browser, real_site: Path, name: str
) -> None:
    with guards.opened(browser, f"{real_site.as_uri()}/{name}", 390) as (page, _):
        assert page.evaluate(SIDEWAYS) == [] and page.evaluate(TOUCHING) == []
        assert page.evaluate(SMALLEST) >= 10
        lost = """() => [...document.querySelectorAll(".sa-datum[data-place]")].map((e) => e.dataset.place)
          .filter((place) => !document.getElementById(place))"""
        assert page.evaluate(lost) == []
        if "assets" in name:
            page.locator("svg:visible .sa-datum[data-place]").first.click()
            expect(page.locator(BOX)).to_contain_text("取自")
