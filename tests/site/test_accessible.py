"""Answers and marks have no barrier, and each kind of barrier is noticed; every page: test_every_page.py."""

from __future__ import annotations

from pathlib import Path

import guards
import pytest
from barriers import CHAPTERS, barriers, barriers_at
from playwright.sync_api import Browser

GROUND = "<section style='color: light-dark(black, white); background: light-dark(white, black)'>{}</section>"
LINK = "<a href='#' style='color: {}; text-decoration: none'>增长</a>"
SENTENCE = GROUND.format(f"<p>全区国有企业资产总额比上年{LINK}了百分之五点一。</p>")
PALE_IN_DARK = "light-dark(#0b57d0, #eee)"  # as the words around it


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("search.html?q=资产总额", ".sa-answer"),
        ("notebooks/1_basics/2_assets_and_debt.html?mark=696.9亿元", ".sa-found"),
    ],
)
def test_neither_an_answer_nor_a_mark_is_a_barrier(browser: Browser, real_site: Path, page: str, shown: str) -> None:
    with guards.opened(browser, f"{real_site.as_uri()}/{page}") as (opened, _):
        opened.locator(shown).first.wait_for()
        assert barriers(opened, CHAPTERS) == []


@pytest.mark.parametrize(
    "body",
    [
        '<img src="data:,">',
        "<button></button>",
        '<p style="color: #999; background: #aaa">资产</p>',
        '<p style="color: light-dark(black, #222); background: light-dark(white, #111)">资产</p>',
        # Rows that look like others, but for one thing.
        "<article class='bd-article'><table><tbody><tr><th scope='row'>甲<td>资产</tr>"
        "<tr><th scope='row'>乙<td style='color: #999; background: #aaa'>负债</tr></tbody></table>",
        "<article class='bd-article'><ul><li><a href='#'>甲</a><li><a href='#'></a></ul>",
        # Words on what lies under them, though it has none itself.
        "<div style='position: relative'><div style='position: absolute; inset: 0; background: #aaa'></div>"
        "<p style='position: relative; color: #999'>资产</p></div>",
        # A link among words that looks like them, in light alone and in dark alone.
        SENTENCE.format("light-dark(#222, #39f)"),
        SENTENCE.format(PALE_IN_DARK),
    ],
)
def test_a_barrier_is_noticed(browser: Browser, tmp_path: Path, body: str) -> None:
    assert barriers_at(browser, written(tmp_path / "page.html", body))


def test_a_pale_word_is_noticed_on_a_page_that_is_not_the_first(browser: Browser, tmp_path: Path) -> None:
    seen = set[str]()
    assert not barriers_at(browser, written(tmp_path / "first.html", "<p>资产</p>"), seen=seen)
    assert not barriers_at(browser, written(tmp_path / "same.html", "<p>负债</p>"), seen=seen)
    pale = written(
        tmp_path / "pale.html", '<p>资产</p><section style="color: #999; background: #aaa"><p>资产</p></section>'
    )
    assert barriers_at(browser, pale, seen=seen)


def test_a_link_that_looks_like_the_words_around_it_is_noticed_where_others_stand_alone(
    browser: Browser, tmp_path: Path
) -> None:
    seen = set[str]()
    alone = GROUND.format(f"<p>{LINK}</p>").format(PALE_IN_DARK)
    assert not barriers_at(browser, written(tmp_path / "first.html", alone), seen=seen)
    among = written(tmp_path / "among.html", SENTENCE.format(PALE_IN_DARK))
    assert all(told.startswith("link-in-text-block") for told in barriers_at(browser, among, seen=seen) or [""])


def written(page: Path, body: str) -> str:
    """Write a page; return its address."""
    page.write_text(
        '<!doctype html><html lang="zh-CN" style="color-scheme: light dark"><meta charset="utf-8">'
        f"<title>资产</title><main>{body}</main>",
        "utf-8",
    )
    return page.as_uri()
