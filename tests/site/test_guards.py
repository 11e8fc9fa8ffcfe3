"""Each guard, shown to fail on a page that is wrong."""

from __future__ import annotations

from pathlib import Path

import guards
import pytest
from playwright.sync_api import Browser


def page_with(folder: Path, body: str, head: str = "") -> str:
    """The address of a page that holds just this."""
    path = folder / "page.html"
    path.write_text(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", "utf-8")
    return path.as_uri()


STATE = """() => [localStorage.length, sessionStorage.length, innerWidth, scrollY,
  ...["(prefers-color-scheme: dark)", "print", "(prefers-reduced-motion)"].map(media => matchMedia(media).matches)]"""


def test_a_window_that_was_used_before_shows_nothing_of_that(browser: Browser, tmp_path: Path) -> None:
    leaves = "<script>addEventListener('pagehide', () => { sessionStorage.noted = 'where it was left'; });</script>"
    url = page_with(tmp_path, f"<p style='height: 3000px'>资产</p>{leaves}")
    with guards.opened(browser, url, 390, "dark") as (page, _):
        used = page
        page.emulate_media(media="print")
        page.evaluate("() => { localStorage.theme = sessionStorage.left = 'x'; scrollTo(0, 500); }")
        assert page.evaluate(STATE) == [1, 1, 390, 500, True, True, True]
    with guards.opened(browser, url) as (page, elsewhere):
        assert page == used and page.evaluate(STATE) == [0, 0, 1280, 0, False, False, True] and elsewhere == []


def test_a_window_in_which_a_test_failed_is_used_no_more(browser: Browser, tmp_path: Path) -> None:
    url = page_with(tmp_path, "<p>资产</p>")
    with pytest.raises(ZeroDivisionError), guards.opened(browser, url) as (failed, _):
        _ = 1 / 0
    with guards.opened(browser, url) as (page, _):
        assert page != failed and failed.is_closed()


def test_a_foreign_script_is_noticed_when_it_is_asked_for(browser: Browser, tmp_path: Path) -> None:
    script = "<script>new Image().src = 'https://cdn.example/one.png'</script>"
    with guards.opened(browser, page_with(tmp_path, script)) as (page, elsewhere):
        guards.wait_until(page, lambda: bool(elsewhere))
    assert elsewhere == ["https://cdn.example/one.png"]


@pytest.mark.parametrize(
    "head",
    [
        '<script src="https://cdn.example/a.js"></script>',
        '<script src="//cdn.example/a.js"></script>',
        '<link rel="stylesheet" href="https://cdn.example/a.css">',
        "<style>@import 'https://cdn.example/a.css';</style>",
        "<style>body { background: url(https://cdn.example/a.png) }</style>",
    ],
)
def test_a_foreign_load_is_noticed_in_the_page(tmp_path: Path, head: str) -> None:
    page_with(tmp_path, "", head)
    (found,) = guards.foreign_loads(tmp_path)
    assert "cdn.example" in found


def test_a_foreign_font_is_noticed_in_a_style_sheet(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("@font-face { src: url('https://cdn.example/f.woff') }")
    assert guards.foreign_loads(tmp_path) == ["a.css: https://cdn.example/f.woff"]


def test_a_link_to_a_source_is_no_foreign_load(tmp_path: Path) -> None:
    page_with(tmp_path, '<a href="https://www.gov.example/report">原文</a>')
    assert guards.foreign_loads(tmp_path) == []


@pytest.mark.parametrize("width", guards.WIDTHS)
def test_a_wide_table_outside_a_frame_is_noticed(browser: Browser, tmp_path: Path, width: int) -> None:
    wide = '<table style="width: 2000px"><tr><td>资产</td></tr></table>'
    with guards.opened(browser, page_with(tmp_path, wide), width) as (page, _):
        assert guards.overflowing(page)
    framed = f'<div style="overflow-x: auto">{wide}</div>'
    with guards.opened(browser, page_with(tmp_path, framed), width) as (page, _):
        assert guards.overflowing(page) == []


@pytest.mark.parametrize(
    "body",
    [
        "<p>Contents</p>",
        '<button title="Toggle primary sidebar"></button>',
        '<input placeholder="Search the docs ...">',
        '<nav aria-label="Main"></nav>',
        "<p>By the author</p>",
        '<div style="display: none">next</div>',
    ],
)
def test_an_english_word_of_the_theme_is_noticed(body: str) -> None:
    assert len(guards.english(f"<body>{body}</body>")) == 1


@pytest.mark.parametrize(
    "body",
    [
        "<kbd>Ctrl</kbd>+<kbd>K</kbd>",
        "<p>资产总额按pandas计算</p>",
        "<a>示例-balance_sheet.csv</a><a>balance_sheet.csv</a>",
        "<pre>import csv</pre>",
        "<p>CSV</p>",
    ],
)
def test_names_and_code_are_no_english_words_of_the_theme(body: str) -> None:
    assert guards.english(f"<body>{body}</body>") == []


def test_asterisks_that_are_meant_as_emphasis_are_noticed() -> None:
    assert guards.asterisks("<body><p>**资产总额：**截至年末</p></body>") == ["**资产总额：**截至年末"]
    assert guards.asterisks("<body><pre>2 ** 3</pre><p><strong>资产</strong></p></body>") == []


@pytest.mark.parametrize("href", ["gone.html", "page.html#gone", "#gone", "data/t.html#row-3", "../page.html"])
def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path, href: str) -> None:
    page_with(tmp_path, f'<p id="there">资产</p><a href="{href}">负债</a>')
    assert guards.dead_links(tmp_path) == [f"page.html: {href}"]


@pytest.mark.parametrize(
    "href",
    [
        "page.html",
        "#there",
        "page.html#there",
        "#",
        "data/%E8%A1%A8.csv",
        "data/%E8%A1%A8.html?rows=2#row-2",
        "https://a.example",
    ],
)
def test_a_link_that_leads_somewhere_is_none(tmp_path: Path, href: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "表.csv").write_text("", "utf-8")
    (tmp_path / "data" / "表.html").write_text('<tr id="row-2">', "utf-8")
    page_with(tmp_path, f'<p id="there">资产</p><a href="{href}">负债</a>')
    assert guards.dead_links(tmp_path) == []


@pytest.mark.parametrize(("width", "columns", "noticed"), [(390, 3, True), (1280, 8, True), (1280, 9, False)])
def test_a_table_that_scrolls_sideways_is_noticed(
    browser: Browser, tmp_path: Path, width: int, columns: int, noticed: bool
) -> None:
    row = "<tr>" + f"<td style='min-width: {2000 // columns}px'>资产</td>" * columns + "</tr>"
    body = (
        f'<article class="bd-article"><div class="sa-frame" style="overflow: auto"><table>{row}</table></div></article>'
    )
    with guards.opened(browser, page_with(tmp_path, body), width) as (page, _):
        assert bool(guards.cut_off(page)) == noticed


def test_a_deciding_column_out_of_sight_is_noticed(browser: Browser, tmp_path: Path) -> None:
    row = "<tr>" + "<td style='min-width: 900px'>逾期</td>" * 9 + "</tr>"
    table = f'<table class="sa-decided">{row}</table>'
    body = f'<article class="bd-article"><div class="sa-frame" style="overflow: auto">{table}</div></article>'
    with guards.opened(browser, page_with(tmp_path, body)) as (page, _):
        assert guards.cut_off(page)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("资产12345万元", ["12345"]),
        ("资产12,345万元，增加5697万元，2023年，渝国资〔2023〕12345号", []),
        ("增加5,697万元", ["5,697"]),
        ("增加-123456.78万元", ["-123456.78"]),
    ],
)
def test_a_number_grouped_otherwise_is_noticed(text: str, found: list[str]) -> None:
    assert guards.ungrouped(f"<article><p>{text}</p><code>12345</code></article>") == found
