"""What comes out of a reader's printer: pages as Chromium prints them, read again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import guards
import pdf_text
import pytest
from drawings import COMMON
from one_table import page_of
from playwright.sync_api import Browser, Page

from stateassets.present import charts
from stateassets.present.display import Table

# One with registers of many rows, one with the widest tables.
CHAPTERS = (
    pytest.param("notebooks/3_supervision/2_risks", marks=pytest.mark.slow),
    "notebooks/10_platform/4_investment",
)
SCREEN_WORDS = ("点任何一个", "点表头", "左右滑动", "放大", "下载", "在表中查找")
LEAST = 0.3  # of a page's height that is worth its paper


def printed(page: Page) -> bytes:
    """The page as it is printed."""
    return page.pdf(prefer_css_page_size=True)


def on_paper(page: Page) -> list[str]:
    """The text of each printed page."""
    return pdf_text.pages(printed(page))


def lost(page: Page, paper: list[str]) -> list[str]:
    """Headings of tables that do not stand on paper as often as their tables do, at least."""
    text = "".join("".join(paper).split())
    heads = page.locator(".bd-article .sa-table thead th").all_inner_texts()
    said = {"".join(head.split()).strip("↑↓↕") for head in heads}
    return [head for head in said if head not in text]


def thin(content: bytes) -> list[int]:
    """Pages, but for the last, that are all but blank."""
    return [number for number, ends in enumerate(pdf_text.ends(content)[:-1], 1) if ends < LEAST]


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_prints_whole_without_what_only_a_screen_can_do(browser: Browser, real_site: Path, name: str) -> None:
    with guards.opened(browser, f"{(real_site / name).as_uri()}.html") as (page, _):
        content = printed(page)
        paper = pdf_text.pages(content)
        assert [word for word in SCREEN_WORDS if word in "".join(paper)] == []
        assert lost(page, paper) == []
        assert thin(content) == []


def many(rows: int = 150, columns: int = 6) -> Table:
    header = ("企业", *(f"第{n}件事" for n in range(1, columns)))
    return Table("台账", header, tuple((f"企业{n}", *(f"{n}之{c}" for c in range(1, columns))) for n in range(rows)))


def test_the_headings_stand_on_each_page_that_a_table_goes_on_to(browser: Browser, tmp_path: Path) -> None:
    with guards.opened(browser, page_of(many(), tmp_path).as_uri()) as (page, _):
        paper = on_paper(page)
        assert len(paper) > 2 and all("第5件事" in text for text in paper)
        page.add_style_tag(content="@media print { .sa-frame thead button { display: none !important; } }")
        assert not all("第5件事" in text for text in on_paper(page))  # as a button's words were lost before


@pytest.mark.slow
def test_no_printed_page_has_a_single_row_of_a_table(browser: Browser, tmp_path: Path) -> None:
    def single(page: Page) -> Iterator[int]:
        """At which places of the page (pixels down) a table begins of which a page has one row."""
        for above in range(560, 960, 16):  # a row is higher
            page.evaluate("above => { document.querySelector('#above').style.height = `${above}px` }", above)
            if any(text.count("之1") == 1 for text in on_paper(page)):
                yield above

    with guards.opened(browser, page_of(many(12), tmp_path).as_uri()) as (page, _):
        page.evaluate("document.querySelector('article').insertAdjacentHTML('afterbegin', '<div id=above></div>')")
        assert list(single(page)) == []
        loose = "thead, tr { break-before: auto !important; break-after: auto !important; }"
        page.add_style_tag(content=f"@media print {{ {loose} }}")
        assert len(list(islice(single(page), 2))) == 2  # at its beginning and at its end


CHART = charts.bars([(f"企业{n}", n) for n in range(1, 23)], unit="户", decimals=0, **COMMON)
BELOW = '<p><span class="sa-screen">点任何一个数</span></p><div class="cell"><div class="text_html"><details class="sa-origins">来历</details></div></div>'


def test_a_tall_chart_leaves_room_on_the_page_for_what_stands_before_it(browser: Browser, tmp_path: Path) -> None:
    with guards.opened(browser, page_of(many(3), tmp_path).as_uri()) as (page, _):
        lead = "".join(f"<p>第{n}句结论。</p>" for n in range(11))
        page.evaluate("html => { document.querySelector('article').innerHTML = html }", lead + CHART._repr_html_())
        assert len(on_paper(page)) == 1
        page.add_style_tag(content="@media print { .sa-chart svg { max-height: 150mm !important; } }")
        assert len(on_paper(page)) == 2  # a page with some sentences and nothing else


def test_a_heading_below_which_nothing_is_printed_is_not_printed(browser: Browser, tmp_path: Path) -> None:
    sections = {
        "空的": BELOW,
        "有一句的": f"{BELOW}<p>另一句。</p>",
        "有表的": BELOW.replace("</details>", "</details><figure class='sa-table'></figure>"),
    }
    html = "".join(f"<section><h2>{name}</h2>{body}</section>" for name, body in sections.items())
    with guards.opened(browser, page_of(many(3), tmp_path).as_uri()) as (page, _):
        page.evaluate("html => { document.querySelector('article').innerHTML = html }", html)
        text = "".join(on_paper(page))
        assert [name for name in sections if name in text] == ["有一句的", "有表的"]
        page.add_style_tag(content="@media print { section { display: block !important; } }")
        assert "空的" in "".join(on_paper(page))


def test_a_table_wider_than_a_page_is_turned_and_nothing_of_it_is_cut_off(browser: Browser, tmp_path: Path) -> None:
    wide = many(20, 24)
    with guards.opened(browser, page_of(wide, tmp_path).as_uri()) as (page, _):
        paper = on_paper(page)
        assert lost(page, paper) == []
        page.add_style_tag(content="@media print { table { font-size: 30pt !important; } }")
        assert lost(page, on_paper(page))
