"""The five ways in on the cover."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
import yaml
from paths import ROOT

from stateassets import chapters
from stateassets.book.takeaway import model
from stateassets.pages import cover
from stateassets.pages import figure_index as inventory
from stateassets.pages.questions import Question
from stateassets.report import Report
from stateassets.tables.declared import Imprint
from stateassets.tables.origins import Origin

ASKED = (Question("conflicts", ("问？",), (), "企业"), Question("red_alerts", ("问？",), (), "企业", Origin.SAMPLE))


@pytest.fixture
def ways(report: Report, monkeypatch: pytest.MonkeyPatch) -> cover.Ways:
    monkeypatch.chdir(ROOT / "notebooks")
    return cover.ways(report, ASKED)


def test_there_are_five_ways_in_this_order(ways):
    assert "".join(way.sign for way in ways.ways) == "阅查比参议"


def test_each_way_leads_to_a_page_that_there_is(ways):
    for way in ways.ways:
        addresses = re.findall(r'href="([^"#]+)"', way.html())
        assert addresses, way.name
        for address in addresses:
            page = (ROOT / "notebooks" / address).resolve()
            assert page.name == "search.html" or page.with_suffix(".ipynb").is_file(), address


def test_the_counts_are_computed(report, ways):
    told = {way.sign: "".join(part.text for part in way.told) for way in ways.ways}
    counted = inventory.numbers(inventory.entries(report))
    assert f"{counted['all']}个数字" in told["查"] and f"印出的{counted['printed']}个" in told["查"]
    assert "2个问题" in told["议"] and "只依据真实数据的1个" in told["议"]
    assert f"共{len(inventory.chapter_paths(report))}章" in told["阅"]


def test_a_page_that_is_not_there_is_named_without_a_link(report, monkeypatch):
    for name in ("COMPARE", "PEERS"):
        monkeypatch.setattr(cover, name, "nowhere")
    way = cover.ways(report, ASKED).ways[2]
    assert "比一比" in way.html() and "nowhere" not in way.html()


def test_counting_adds_nothing_to_the_covers_own_numbers(monkeypatch):
    report = Report(root=ROOT)
    cover.ways(report, ASKED)
    assert not report._used and not report._shown


def test_the_report_to_take_away_is_without_the_books_own_pages():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    taken = [name for _, names in model.chapters(contents) for name in names]
    listed = [c["file"] for part in contents["parts"] for c in part["chapters"] if "file" in c]
    for page in (cover.FIGURES, cover.QUESTIONS):
        place = chapters.contents(ROOT).place(page)
        assert place in listed and place not in taken


def test_the_cover_opens_with_what_the_sample_proves(report):
    told = repr(cover.opening(report))
    assert f"报告印出{len(report.claims)}个数字，只看这些数字本身，它们可以同时成立" in told
    assert "示例是照着公布数做的" in told and "不证明报告属实" in told


def imprint(report, **said):
    view = report.aside()
    view.package = replace(report.package, imprint=Imprint(**said))
    return dict(cover.imprint(view).rows)


def test_the_cover_says_who_gave_the_book_out_when_and_what_is_new(report):
    said = {"publisher": "某区国资监管机构", "contact": "某科，010", "version": "1.2", "created": "2024-05-31"}
    rows = imprint(report, **said, changes=("改了一处",))
    assert [rows[name] for name in ("编制", "意见和更正请告", "版本", "制作日期")] == [
        "某区国资监管机构",
        "某科，010",
        "1.2",
        "2024年5月31日",
    ]
    assert rows["数据截至"] == "2023年12月31日" and rows["与上一版相比"].text == "改了一处"


def test_what_a_book_does_not_say_of_itself_is_not_on_the_cover_and_readers_see_whom_to_ask(report):
    rows = imprint(report, printed=("某区报告", "https://example.org/a.html"))
    assert not {"编制", "制作日期", "版本", "意见和更正请告"} & set(rows)
    assert rows["有疑问问谁"].text == "报告的发布机关：见某区报告" and "example.org" in rows["有疑问问谁"].html
    assert "有疑问问谁" not in imprint(report)
    assert "datapackage" not in "".join(getattr(cell, "text", cell) for cell in rows.values())


def test_the_long_tables_are_on_their_own_pages_to_which_the_cover_leads():
    def source(name):
        cells = json.loads((ROOT / f"{name}.ipynb").read_text("utf-8"))["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells)

    place = chapters.contents(ROOT).place
    for page, heading, call in (
        (cover.DATA, "## 真实、自定和示例", "honesty("),
        (cover.FIGURES, "## 核对到哪里了", "check_summary("),
    ):
        assert heading in source(place(page)) and call in source(place(page))
        assert heading in source("notebooks/index") and call not in source("notebooks/index")
    assert "report.sources()" not in source("notebooks/index")


def test_a_printed_value_on_the_cover_is_real_and_one_that_was_not_is_a_sample(report):
    shown = repr(report.cards("total_assets", "owners_equity"))
    assert "【真实】资产总额：696.9亿元" in shown and "【示例】所有者权益" in shown
