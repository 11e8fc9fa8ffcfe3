"""The marked report: one file that asks nobody for anything, runs nothing of the report's, and can be used by everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from contrast import contrast
from hand_made import FAULTY, SOUND, reading
from lxml import html
from pdf_text import pages
from playwright.sync_api import Browser, Page

from stateassets.audit import examine
from stateassets.present.style import in_the_dark, on_paper
from stateassets.reading.marked_page import CLASSES, STATIC, claim_rows, page, visible
from stateassets.reading.marks import LOUD, Mark, Marked, examined
from stateassets.reading.model import Block, BlockKind, Reading

TABLE = (
    Block(BlockKind.HEADING, "（一）分类情况", 10, level=3),
    Block(BlockKind.CELL, "项目", 11, table=1, row=1, column=1),
    Block(BlockKind.CELL, "本年（亿元）", 12, table=1, row=1, column=2, columns=2),
    Block(BlockKind.CELL, "净利润", 13, table=1, row=2, column=1),
    Block(BlockKind.CELL, "{2.1|净利润|level}", 14, table=1, row=2, column=2),
)
HOSTILE = (
    Block(BlockKind.TITLE, "<script>window.hacked=1</script>某区报告", 0),
    Block(
        BlockKind.PARAGRAPH,
        '<img src=x onerror="window.hacked=2"><a href="javascript:window.hacked=3">资产总额</a>{?9.9亿元|<b>}。',
        1,
    ),
    Block(
        BlockKind.PARAGRAPH,
        "</style></script><script src='http://example.com/x.js'></script>\x00\x0b\ud800{5.0亿元|资产总额|level}。",
        2,
    ),
    Block(BlockKind.PARAGRAPH, "\u202e元亿0.5额总产资\u2066\u200b&#x202e;&lt;script&gt;", 3),
)


def _marked(*readings: Reading) -> Marked:
    return examined(
        readings or [reading(SOUND, 2022, "2022.txt"), reading((*FAULTY, *TABLE), 2023, "2023.docx")], examine
    )


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Any]:
    """A function that opens a marked report in a window of a width, in light or dark."""
    contexts = []

    def open_page(marked: Marked | None = None, width: int = 1280, mode: str = "light") -> Page:
        (path := tmp_path / "标.html").write_text(page(marked or _marked()), "utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=mode, reduced_motion="reduce"
        )
        contexts.append(context)
        shown: Page = context.new_page()
        shown.faults = []  # type: ignore[attr-defined]
        shown.on("request", lambda r: shown.faults.append(r.url) if r.url != path.as_uri() else None)  # type: ignore[attr-defined]
        shown.on("console", lambda m: shown.faults.append(m.text))  # type: ignore[attr-defined]
        shown.on("pageerror", lambda e: shown.faults.append(str(e)))  # type: ignore[attr-defined]
        shown.goto(path.as_uri())
        return shown

    yield open_page
    for context in contexts:
        context.close()


# --- what stands in it ---------------------------------------------------------------------------


def test_every_number_is_marked_in_the_reports_own_text():
    marked = _marked()
    tree = html.document_fromstring(page(marked))
    links = tree.xpath("//a[contains(concat(' ', @class, ' '), ' n ')]")
    assert [link.text for link in links] == [number.text for number in marked.numbers]
    assert [link.get("class").split()[1] for link in links] == [CLASSES[number.mark] for number in marked.numbers]
    articles = tree.xpath("//article")
    for article, one in zip(articles, marked.readings, strict=True):
        shown = "".join(article.text_content().split())
        assert all("".join(block.text.split()) in shown for block in one.document.blocks)


def test_the_reports_structure_is_kept():
    tree = html.document_fromstring(page(_marked()))
    assert [h.text_content() for h in tree.xpath("//article[2]//h3")][-1].startswith("一、总体情况") or tree.xpath(
        "//h4"
    )
    rows = tree.xpath("//article//table//tr")
    assert [len(row) for row in rows] == [2, 2] and rows[0][1].get("colspan") == "2"
    levels = [
        int(h.tag[1])
        for h in tree.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]")
    ]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_note_says_what_a_number_was_taken_for_what_it_stands_for_and_the_arithmetic():
    marked = _marked()
    tree = html.document_fromstring(page(marked))
    wrong = next(n for n in marked.numbers if n.mark in LOUD)
    note = tree.get_element_by_id(f"note-{wrong.order}").getnext().text_content()
    for words in ("项目", "口径", "2023年", "种类", "数额", "不小于", "小于", "不能同时成立", "依据：", "还没有人核对"):
        assert words in note


def test_a_note_says_what_a_share_is_of_and_what_a_part_belongs_to():
    claim = _marked().readings[0].found[0].claim
    share = dict(claim_rows(replace(claim, kind="share", unit="%", of="总资产")))
    assert share["占比的整体"] == "总资产" and "属于" not in share
    assert dict(claim_rows(replace(claim, of="少计资产")))["属于"] == "少计资产"


def test_every_link_of_the_page_leads_to_a_place_on_it():
    tree = html.document_fromstring(page(_marked()))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in tree.xpath("//a/@href")} <= set(ids)


def test_whoever_confirmed_a_reading_is_believed_and_a_scan_never():
    marked = _marked(reading())
    sure = Marked(marked.readings, marked.examination, frozenset((0, n.place) for n in marked.numbers))
    assert "待核" in page(marked) and "待核" not in page(sure) and "已有人对照原文核对过读数" in page(sure)
    assert "是扫描件" in page(_marked(reading(scanned=True)))


def test_a_sample_says_so():
    assert "示例" in page(_marked(), sample=True) and "示例" not in page(_marked())


def test_the_page_is_the_same_every_time():
    assert page(_marked(reading(SOUND, 2022))) == page(_marked(reading(SOUND, 2022)))


# --- hostile reports -----------------------------------------------------------------------------


def test_a_reports_markup_is_text(opened):
    shown = opened(_marked(reading(HOSTILE, name="<script>alert(1)</script>.txt")))
    assert shown.evaluate("window.hacked") is None and shown.faults == []
    assert shown.locator("article script, article img, article a:not(.n)").count() == 0
    assert "<script>window.hacked=1</script>某区报告" in shown.locator("article").inner_text()
    assert shown.locator("script").count() == 1


def test_a_script_that_came_in_all_the_same_would_not_run(browser: Browser, tmp_path: Path):
    spoiled = page(_marked()).replace("<h1>", "<script>window.hacked = 1</script><h1>")
    (path := tmp_path / "标.html").write_text(spoiled, "utf-8")
    shown = browser.new_page()
    shown.goto(path.as_uri())
    assert shown.evaluate("window.hacked") is None
    shown.close()


def test_marks_that_turn_the_direction_of_reading_are_named_and_what_nobody_sees_is_left_out():
    assert visible("\u202e元\u2066\u200b\x00亿") == "〔U+202E〕元〔U+2066〕亿"
    text = page(_marked(reading(HOSTILE)))
    assert not set(text) & set("\u202e\u2066\u200b\x00\x0b\ud800") and "&amp;#x202e;" in text


def test_it_names_no_other_host():
    assert re.findall(r"(?:https?:)?//[a-z]", page(_marked())) == []


# --- in a browser --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_it_has_no_barrier_asks_for_nothing_and_fits(opened, width, mode):
    shown = opened(width=width, mode=mode)
    shown.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    shown.locator("a.n.wrong, a.n.doubt").first.click()
    shown.evaluate(Axe().axe_script)
    found = shown.evaluate("axe.run().then((all) => all.violations.map((v) => v.id + ': ' + v.nodes[0].html))")
    assert found == [] and shown.faults == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("colours", [on_paper(), in_the_dark()], ids=["light", "dark"])
def test_lines_and_words_stand_out_from_the_page(colours):
    used = set(re.findall(r"var\(--(sa-[a-z-]+)\)", (STATIC / "marked.css").read_text("utf-8")))
    inked = used & {"sa-ink", "sa-muted", "sa-accent", "sa-ok", "sa-bad", "sa-orange-ink", "sa-blue-ink"}
    assert len(inked) == 7
    for name in inked:
        assert min(contrast(colours[name], colours[paper]) for paper in ("sa-page", "sa-surface")) >= 4.5


def test_no_two_marks_have_the_same_line(opened):
    shown = opened()
    lines = shown.evaluate(
        """() => [...document.querySelectorAll("#filter .n")].map((n) => { const s = getComputedStyle(n);
        return [s.textDecorationStyle, s.textDecorationThickness, s.textDecorationLine, s.borderStyle].join(" "); })"""
    )
    assert len(set(lines)) == len(lines) == len(Mark)


def test_a_number_explains_itself_to_a_click_and_escape_goes_back_to_it(opened):
    shown = opened()
    number = shown.locator("a.n", has_text="184.6亿元")
    number.click()
    assert "所有者权益" in shown.locator("#box").inner_text() and number.get_attribute("aria-expanded") == "true"
    shown.keyboard.press("Escape")
    assert not shown.locator("#box").is_visible()
    assert shown.evaluate("document.activeElement.textContent") == "184.6亿元"


def test_a_number_explains_itself_to_the_pointer_and_to_the_keyboard(opened):
    shown = opened()
    shown.locator("a.n", has_text="184.6亿元").hover()
    shown.locator("#box").wait_for()
    shown.mouse.move(1, 1)
    shown.locator("#box").wait_for(state="hidden")
    shown.locator("#filter input").last.focus()
    shown.keyboard.press("Tab")
    shown.locator("#box").wait_for()
    assert "400.2亿元" in shown.locator("#box").inner_text()
    shown.keyboard.press("Tab")
    assert "235.8亿元" in shown.locator("#box").inner_text()


def test_a_finding_leads_to_its_numbers_and_a_number_back_to_its_finding(opened):
    shown = opened()
    shown.locator("#finding-1 a", has_text="184.6亿元").click()
    assert shown.evaluate("document.activeElement.textContent") == "184.6亿元"
    shown.locator("a.n", has_text="184.6亿元").click()
    shown.locator("#box a[href^='#finding']").first.click()
    assert shown.evaluate("document.activeElement.id") == "finding-1"
    assert not shown.locator("#box").is_visible()


def test_on_a_phone_every_box_stands_inside_the_window_and_an_agreeing_number_has_no_notice_in_its_own(opened):
    shown = opened()
    shown.set_viewport_size({"width": 390, "height": 420})
    for number in shown.locator("article a.n:not(.off)").all():
        number.click()
        box = shown.locator("#box").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] >= 0 and box["y"] + box["height"] <= 420
        if "agrees" in number.get_attribute("class").split():
            assert "口径提示" not in shown.locator("#box").inner_text()
        shown.keyboard.press("Escape")


def test_marks_can_be_left_out(opened):
    shown = opened()
    line = "(n) => getComputedStyle(n).textDecorationLine"
    agreeing = shown.locator("a.n.agrees").first
    assert agreeing.evaluate(line) == "underline"
    assert shown.locator("article a.n.no-claim").first.evaluate(line) == "none"
    shown.locator("#filter input[value=agrees]").uncheck()
    assert agreeing.evaluate(line) == "none" and agreeing.get_attribute("tabindex") == "-1"
    shown.locator("#filter input[value=no-claim]").check()
    assert shown.locator("article a.n.no-claim").first.evaluate(line) == "underline"
    wrong = shown.locator("#finding-1").get_attribute("data-mark")
    shown.locator(f"#filter input[value={wrong}]").uncheck()
    assert not shown.locator("#finding-1").is_visible()


def test_without_script_every_number_still_leads_to_its_note(browser: Browser, tmp_path: Path):
    (path := tmp_path / "标.html").write_text(page(_marked()), "utf-8")
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(path.as_uri())
    link = shown.locator("a.n", has_text="184.6亿元")
    link.click()
    assert shown.url.endswith(f"#note-{link.get_attribute('data-note')}")
    context.close()


def test_paper_has_marks_numbered_notes_and_the_list_at_the_end(opened):
    shown = opened()
    shown.locator("a.n", has_text="184.6亿元").click()  # an open box is not printed over the text
    text = "".join("".join(pages(shown.pdf(format="A4"))).split())
    number = next(n for n in _marked().numbers if n.text == "184.6亿元")
    assert f"184.6亿元〔{number.order}〕" in text
    assert text.index("逐个数字的说明") > text.index("原文：2023.docx")
    assert "项目：所有者权益" in text[text.index("逐个数字的说明") :]
    assert "核对相符的" not in text and "400.2亿元〔" not in text
