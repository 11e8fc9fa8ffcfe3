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
