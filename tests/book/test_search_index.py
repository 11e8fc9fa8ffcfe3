"""The search index says what the pages say now, and reads only those that changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stateassets.book import search
from stateassets.cache import Store

PAGE = '<article class="bd-article"><section id="{id}"><h1>{title}</h1><p>{text}</p></section></article>'


class Site:
    """A site of two pages and its index."""

    def __init__(self, root: Path) -> None:
        self.root, self.store = root, Store(root)
        self.pages = [root / "a.html", root / "b.html"]
        self.put(0, "资产", "资产总额")
        self.put(1, "负债", "负债总额")

    def put(self, number: int, title: str, text: str) -> None:
        page = PAGE.format(id=f"s{number}", title=title, text=text)
        self.pages[number].write_text(page, "utf-8")

    def index(self) -> dict[str, list[dict[str, object]]]:
        """Write the index and return it."""
        search.write(self.root, self.pages, self.store)
        script = (self.root / search.INDEX).read_text("utf-8")
        return json.loads(script.removeprefix(search.BEFORE).removesuffix(search.AFTER))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.index()
    return made


@pytest.fixture
def read(monkeypatch) -> list[str]:
    """The addresses of the pages that are read from now on."""
    found: list[str] = []
    whole = search.page_of
    monkeypatch.setattr(
        search, "page_of", lambda text, address, sounds: found.append(address) or whole(text, address, sounds)
    )
    return found


def test_only_pages_that_changed_are_read_again(site, read):
    site.put(1, "负债", "债务总额")
    assert site.index()["pages"][1]["s"][0]["x"] == "债务总额" and read == ["b.html"]


def test_nothing_is_written_when_nothing_changed(site, read):
    before, kept = (site.root / search.INDEX).stat().st_mtime_ns, list(site.store.every())
    site.index()
    assert not read and list(site.store.every()) == kept
    assert (site.root / search.INDEX).stat().st_mtime_ns == before


def test_the_index_does_not_depend_on_what_was_kept(site):
    site.put(0, "负债", "改了题目")  # the other page's heading is no name any more
    one = site.index()
    site.store.clear()
    assert site.index() == one and "负债" not in {name["n"] for name in one["names"]}


def test_a_page_that_is_gone_is_not_found_any_more(site):
    site.pages.pop()
    assert [page["u"] for page in site.index()["pages"]] == ["a.html"]


def test_how_a_name_sounds_is_known_where_its_page_changes(site, monkeypatch):
    import pypinyin

    asked: list[str] = []
    monkeypatch.setattr(pypinyin, "lazy_pinyin", lambda name: asked.append(name) or ["x"])
    site.put(1, "负债", "债务总额")
    assert [name["p"] for name in site.index()["names"]] == [["zi chan"], ["fu zhai"]]
    site.put(1, "权益", "权益总额")
    assert site.index()["names"][1]["p"] == ["x"] and asked == ["权益"]


def test_what_another_reader_kept_is_read_again(site, read, monkeypatch):
    whole = site.index()
    monkeypatch.setattr(search.code, "installed", lambda names: [f"{name}==0" for name in names])
    assert site.index() == whole and read == ["a.html", "b.html"]


def test_an_index_that_is_gone_is_written_again(site):
    (site.root / search.INDEX).unlink()
    assert len(site.index()["pages"]) == 2


ENTRY = (
    '<li id="figure-{place}"><span class="sa-origin sa-real">真实</span><strong>{head}</strong><br>\n'
    '取自：<a href="x">资产负债表</a>“资产总额”（时点为年末），2023年，第9行<br>\n依据：准则</li>'
)
TOTAL = ENTRY.format(place="total_assets-2023", head="资产总额，全区，2023年：696.9亿元")
GROWTH = ENTRY.format(place="total_assets.yoy-2023", head="资产总额同比增速，全区，2023年：5.1%")


def shown(place: str, text: str) -> str:
    """A number in a sentence."""
    return f'<a class="sa-figure" href="#figure-{place}">{text}</a>'


def test_a_number_is_in_the_index_as_its_page_prints_it(site):
    site.put(0, "资产", shown("total_assets-2023", "696.9亿元") + TOTAL)
    answers = site.index()["answers"]
    assert answers["measures"] == {"total_assets": "资产总额"} and answers["scopes"] == {"": "全区"}
    assert answers["figures"] == [["total_assets", "", 2023, "696.9亿元", "", "真实", 0, 0, 1]]


def test_a_fall_is_told_in_words_and_not_as_a_growth_with_a_minus(site):
    site.put(0, "资产", TOTAL + GROWTH.replace("：5.1%", "：-5.9%"))
    assert site.index()["answers"]["figures"][0][4] == "同比下降5.9%"
    site.put(0, "资产", TOTAL + GROWTH.replace("：5.1%", "：由盈转亏"))
    assert site.index()["answers"]["figures"][0][4] == "同比增速由盈转亏"


def test_growth_is_told_as_a_sentence_tells_it_else_as_it_is_listed(site):
    site.put(0, "资产", TOTAL + GROWTH)
    assert site.index()["answers"]["figures"][0][4] == "同比增长5.1%"
    site.put(1, "负债", shown("total_assets.yoy-2023", "同比增长5.1%") + GROWTH)
    assert site.index()["answers"]["figures"][0][4] == "同比增长5.1%"


def test_a_number_is_taken_from_the_page_that_shows_it_not_from_one_that_only_lists_it(site):
    site.put(0, "资产", TOTAL)
    site.put(1, "负债", shown("total_assets-2023", "696.9亿元") + TOTAL)
    assert [row[6] for row in site.index()["answers"]["figures"]] == [1]


def test_a_number_is_taken_from_the_page_that_concludes_with_it(site):
    total = shown("total_assets-2023", "696.9亿元")
    site.put(0, "资产", f"<table><tr><td>{total}</td></tr></table>{TOTAL}")
    site.put(1, "负债", f'<div class="sa-conclusion">{total}</div>{TOTAL}')
    assert [row[6] for row in site.index()["answers"]["figures"]] == [1]


def test_a_number_is_taken_from_the_page_about_whom_it_is_of(site):
    place = "total_assets-group-C-2023"
    told = shown(place, "202.8亿元") + ENTRY.format(place=place, head="资产总额，一级企业C，2023年：202.8亿元")
    site.put(0, "比", f'<div class="sa-conclusion">{told}</div>')
    site.put(1, "一级企业C", told)
    assert [row[6] for row in site.index()["answers"]["figures"]] == [1]


CARRIED = {
    "years": [2022, 2023],
    "units": {"亿元": 4},
    "small": ["万元", "亿元"],
    "rules": ["成立"],
    "origins": {"sample": "示例"},
    "scopes": [
        {"code": "district", "by": "district", "name": "全区"},
        {"code": "group:A", "by": "group", "name": "一级企业A"},
    ],
    "alike": [{"unit": "亿元", "decimals": 1, "origin": "sample"}, {"unit": "户", "origin": "sample"}],
    "measures": [
        {"code": "assets", "alike": 0, "values": {"district": "1;2", "group": "3;4"}},
        {"code": "whole", "alike": 1, "values": {"district": "1;2"}},
    ],
}


def test_numbers_that_the_comparison_carries_are_in_the_index_but_not_the_districts(site):
    site.put(1, "比一比", f'<script type="application/json" id="sa-compare-data">{json.dumps(CARRIED)}</script>')
    found = site.index()["answers"]["compared"]
    assert found["page"] == 1 and found["scopes"] == [["group:A", "group", "一级企业A"]]
    assert found["measures"] == {"assets": ["亿元", 1, "示例", {"group": "3;4"}]}


def test_a_page_that_tells_of_no_number_answers_none(site):
    assert site.index()["answers"] == {"measures": {}, "scopes": {}, "figures": []}


@pytest.mark.parametrize(("earlier", "later"), [("a/2_b/1.html", "a/10_b/1.html"), ("a/9_b/9.html", "a/index.html")])
def test_chapters_are_in_the_order_of_their_numbers_and_the_cover_is_the_last(earlier, later):
    assert sorted([later, earlier], key=search._in_order) == [earlier, later]
