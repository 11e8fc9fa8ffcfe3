"""The five ways in on the cover."""

from __future__ import annotations

import re

import pytest
import yaml
from paths import ROOT

from stateassets import chapters
from stateassets.book.takeaway import model
from stateassets.pages import cover, reference
from stateassets.pages import figure_index as inventory
from stateassets.pages.questions import Question
from stateassets.report import Report
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


def test_the_cover_leads_with_what_the_printed_figures_imply_and_says_what_the_sample_proves(report):
    told, agrees = reference.opening(report), reference.agreement(report)
    assert "只看这些数字本身，它们可以同时成立" in told
    before, now = report.implied("average_headcount", report.year - 1), report.implied("average_headcount")
    assert f"平均职工人数由{before}降到{now}" in told
    assert "假定见“勾稽审计”" in told
    assert "重算" not in told and "示例是照着公布数做的" in agrees and "不证明报告属实" in agrees


def test_what_moved_most_comes_first_and_what_was_printed_is_no_news(report):
    moves = reference.unsaid_moves(report)
    sizes = [reference._moved(pair) for pair in moves]
    assert sizes == sorted(sizes, reverse=True) and moves[0][1].measure.name == "average_headcount"
    assert not {now.measure.name for _, now in moves} & {claim.figure_id for claim in report.claims}
    assert len({now.rests_on for _, now in moves}) == len(moves)


def test_a_printed_value_on_the_cover_is_real_and_one_that_was_not_is_a_sample(report):
    shown = repr(report.cards("total_assets", "owners_equity"))
    assert "【真实】资产总额：696.9亿元" in shown and "【示例】所有者权益" in shown
