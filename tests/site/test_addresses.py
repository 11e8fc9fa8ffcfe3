"""Whatever stands on a page can be cited, and what was ever cited leads there still."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import guards
import pytest
from lxml.html import HtmlElement, document_fromstring
from many import every
from paths import ROOT
from playwright.sync_api import Browser

from stateassets.book import prune_assets
from stateassets.book.anchors import FORMER, NAMES
from stateassets.tables.addresses import RECORD
from tools import addresses

CHAPTER = "notebooks/1_basics/2_assets_and_debt"
# Of each kind of page one: the folder's own, search, cover, chapters, a profile, words, numbers, tables.
KINDS = (
    "index",
    "search",
    "notebooks/index",
    CHAPTER,
    "notebooks/10_platform/9_alerts",
    "notebooks/8_profiles/B",
    "notebooks/9_reference/2_glossary",
    "notebooks/9_reference/3_data",
    "notebooks/9_reference/4_figures",
    "notebooks/9_reference/5_questions",
    "data/enterprises",
)


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    """What is on record of the book's addresses."""
    return json.loads((ROOT / RECORD).read_text("utf-8"))


@pytest.fixture(scope="module")
def read(real_site: Path) -> dict[str, str]:
    """The text of every page of the book, by its name."""
    return {p.relative_to(real_site).with_suffix("").as_posix(): p.read_text("utf-8") for p in guards.pages(real_site)}


def leads_to(page: HtmlElement, place: str) -> str:
    """The name of what stands where an address leads: what has it, or the next that has a name."""
    node = page.get_element_by_id(place)
    if node.tag != "span":
        return place
    holder = node.getparent() if node.getnext() is None or node.getparent().tag in ("section", "li") else node.getnext()
    return holder.get("id", "")


@pytest.mark.slow
def test_no_place_has_a_number_for_a_name(read: dict[str, str], record: dict[str, Any]) -> None:
    found = {name: guards.positional(html, record.get(name, {}).get(FORMER, ())) for name, html in read.items()}
    assert {name: places for name, places in found.items() if places} == {}


def test_no_page_has_a_name_twice(read: dict[str, str]) -> None:
    assert {name: places for name, html in read.items() if (places := guards.doubled(html))} == {}


@pytest.mark.slow
def test_headings_tables_pictures_numbers_and_alerts_have_names_and_links_to_cite_them(read: dict[str, str]) -> None:
    unsearched = {name: html for name, html in read.items() if name != "search"}
    assert {name: parts for name, html in unsearched.items() if (parts := guards.nameless(html))} == {}


def test_every_alert_of_the_centre_has_a_name(read: dict[str, str]) -> None:
    page = document_fromstring(read["notebooks/10_platform/9_alerts"])
    table = page.get_element_by_id("表-查看期内的全部预警")
    rows, alerts = table.xpath(".//tbody/tr"), table.xpath(".//tbody//*[starts-with(@id, 'alert-')]")
    assert len(rows) == len(alerts) > 0


def test_every_address_on_record_is_there_and_former_ones_lead_where_they_led(
    read: dict[str, str], record: dict[str, Any]
) -> None:
    """After a heading or caption was changed: ``python -m tools.addresses`` (docs/writing-a-chapter.md)."""
    assert record.keys() <= read.keys()
    for name, known in record.items():
        page = document_fromstring(read[name])
        assert set(known[NAMES]) <= set(map(str, page.xpath("//@id"))), name
        assert {old: leads_to(page, old) for old in known[FORMER]} == known[FORMER], name


def test_search_leads_to_the_names_of_today(real_site: Path, record: dict[str, Any]) -> None:
    index = (real_site / "search-index.js").read_text("utf-8")
    content = json.loads(index[index.index("=") + 1 : index.rindex(";")])
    for page in content["pages"]:
        known = record.get(page["u"].removesuffix(".html"), {NAMES: ()})[NAMES]
        assert not known or known[0] == page["s"][0]["a"]
        assert not any(guards.positional(f'<i id="{section["a"]}"></i>') for section in page["s"])


def test_the_guards_notice(tmp_path: Path) -> None:
    assert guards.positional('<h2 id="id2"></h2><p id="sid2"></p>') == ["id2"]
    assert guards.positional('<h2 id="id2"></h2>', {"id2"}) == []
    assert guards.doubled('<p id="甲"></p><p id="甲"></p><p id="乙"></p>') == ["甲"]
    cited = '<a class="headerlink" href="#甲">#</a>'
    assert guards.nameless(f'<article><figure id="甲">{cited}</figure></article>') == []
    assert len(guards.nameless(f'<article><figure>{cited}</figure><li id="figure-a">1</li></article>')) == 2


# --- in the browser ---------------------------------------------------------------------------

# What links by which a place is cited say in words beside their sign.
WORDS = "links => links.map(link => getComputedStyle(link, '::after').content)"


def missed_at(browser: Browser, address: str) -> list[str]:
    """What a page asks for, and its search, that is not there."""
    window = guards.context(browser)
    page = window.new_page()
    missed = guards.missed(page)
    page.goto(address, wait_until="networkidle")
    page.keyboard.press("Control+k")
    page.wait_for_load_state("networkidle")
    window.close()
    return missed


@pytest.mark.slow
@every("name", KINDS)
def test_no_page_asks_for_what_is_not_there(browser: Browser, real_site: Path, name: str) -> None:
    assert missed_at(browser, f"{real_site.as_uri()}/{name}.html") == []


def test_nor_does_one_wherever_the_book_lies(browser: Browser, real_address: str) -> None:
    assert missed_at(browser, f"{real_address}/{CHAPTER}.html") == []


def test_a_missing_font_is_noticed(browser: Browser, real_site: Path, tmp_path: Path) -> None:
    shutil.copytree(real_site / "_static", tmp_path / "_static")
    shutil.copy(real_site / "data" / "enterprises.html", tmp_path / "page.html")
    style = tmp_path / "_static" / "book.css"
    (tmp_path / "data").mkdir()
    shutil.move(tmp_path / "page.html", tmp_path / "data" / "page.html")
    face = '@font-face { font-family: "Gone"; src: url("vendor/gone.woff2"); } h1 { font-family: "Gone"; }'
    style.write_text(style.read_text("utf-8") + face, "utf-8")
    window = guards.context(browser)
    page = window.new_page()
    missed = guards.missed(page)
    page.goto((tmp_path / "data" / "page.html").as_uri(), wait_until="networkidle")
    window.close()
    assert [address.rpartition("/")[2] for address in missed] == ["gone.woff2"]


def test_styles_name_no_icon_font_and_every_page_names_its_icon(real_site: Path) -> None:
    assert not any("/vendor/" in path.read_text("utf-8") for path in real_site.rglob("*.css"))
    for path in [*guards.pages(real_site), *real_site.glob("data/*.html")]:
        assert '<link rel="icon" href="' in path.read_text("utf-8"), path
    assert (real_site / "_static" / "icon.svg").is_file()


def test_the_icon_font_is_left_out_of_a_style_and_nothing_else(tmp_path: Path) -> None:
    style = tmp_path / "_static" / "a.css"
    style.parent.mkdir()
    kept = '@font-face{src:url("own.woff2")}a{color:red}'
    style.write_text("@font-face{font-family:X;src:url(../vendor/x.woff2)}" + kept, "utf-8")
    (tmp_path / "a.html").write_text('<link href="_static/a.css">', "utf-8")
    prune_assets.remove_unused(tmp_path, [tmp_path / "a.html"])
    assert style.read_text("utf-8") == kept


def test_a_former_address_shows_the_section_that_it_named(browser: Browser, real_site: Path) -> None:
    with guards.opened(browser, f"{(real_site / CHAPTER).as_uri()}.html#id4") as (page, _):
        heading = page.locator("h2", has_text="一年里的变化")
        guards.wait_until(page, lambda: 0 <= heading.bounding_box()["y"] < 200)


def test_a_link_is_reached_by_keyboard_shows_when_it_is_and_copies_the_address(
    browser: Browser, real_address: str
) -> None:
    with guards.window(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{real_address}/{CHAPTER}.html")
        link = page.locator("figure.sa-chart .headerlink").first
        seen = "link => getComputedStyle(link).opacity"
        guards.end_transitions(page)
        assert link.evaluate(seen) == "0"
        page.keyboard.press("Tab")  # from now on the keyboard leads
        link.focus()
        assert (
            link.evaluate(seen) == "1"
            and page.locator("figure.sa-chart .headerlink").evaluate_all(WORDS)[0] == '"引用这一处"'
        )
        page.keyboard.press("Enter")
        guards.wait_until(page, lambda: page.locator(".sa-copied").inner_text() == "已复制链接")
        name = page.locator("figure.sa-chart").first.get_attribute("id")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert unquote(copied) == f"{real_address}/{CHAPTER}.html#{name}" == unquote(page.url)
        page.emulate_media(media="print")
        assert not link.is_visible()


def test_what_is_cited_can_be_copied_as_a_citation_and_a_table_as_text(browser: Browser, real_address: str) -> None:
    with guards.window(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{real_address}/{CHAPTER}.html")
        table = page.locator("figure.sa-table:has(.headerlink)").first
        table.locator(".headerlink").focus()
        page.keyboard.press("Enter")
        box = page.get_by_role("dialog", name="引用这一处")
        box.get_by_role("button", name="复制引用").click()
        guards.wait_until(page, lambda: box.get_by_role("status").inner_text() == "已复制引用")
        copied = page.evaluate("navigator.clipboard.readText()")
        title, caption = page.title().split(" — "), table.locator("figcaption").inner_text().removesuffix("#").strip()
        assert copied.startswith(f"《{title[1]}》的可复算电子书，{title[0]}，“") and unquote(copied).endswith(
            f"#{table.get_attribute('id')}"
        )
        assert copied.split("“")[-1].split("”")[0] in caption
        box.get_by_role("button", name="复制表格").click()
        guards.wait_until(page, lambda: box.get_by_role("status").inner_text() == "已复制表格")
        lines = page.evaluate("navigator.clipboard.readText()").splitlines()
        assert len(lines) == 1 + table.locator("tr").count() and "\t" in lines[1]
        page.keyboard.press("Escape")
        assert not box.is_visible() and page.evaluate("document.activeElement.matches('.headerlink')")


def test_a_finger_finds_the_link_without_pointing(browser: Browser, real_site: Path) -> None:
    with guards.window(browser, 390, 800, has_touch=True, is_mobile=True) as page:
        page.goto(f"{(real_site / CHAPTER).as_uri()}.html")
        links = page.locator(":is(h2, figcaption) > .headerlink")
        assert set(links.evaluate_all("links => links.map(link => getComputedStyle(link).opacity)")) == {"1"}
        assert set(links.evaluate_all(WORDS)) == {'"引用"'}
        assert guards.overflowing(page) == []


# --- the record -------------------------------------------------------------------------------


def made(*parts: str) -> str:
    """A page with sections (``#`` before the name) and tables."""
    tags = (
        f'<section id="{p[1:]}"></section>' if p[0] == "#" else f'<figure class="sa-table" id="{p}"></figure>'
        for p in parts
    )
    return f"<html><body>{''.join(tags)}</body></html>"


def test_a_renamed_heading_keeps_its_former_addresses() -> None:
    before = {"p": {NAMES: ["章", "甲", "表-一", "乙"], FORMER: {"id2": "甲"}}}
    after, told = addresses.renewed(before, {"p": made("#章", "#甲二", "表-一", "#乙")})
    assert after["p"] == {NAMES: ["章", "甲二", "表-一", "乙"], FORMER: {"id2": "甲二", "甲": "甲二"}}
    assert "p：甲不再有，改到甲二" in told


def test_what_is_left_out_leads_to_the_section_above() -> None:
    before = {"p": {NAMES: ["章", "甲", "表-一", "乙"], FORMER: {"id3": "乙"}}}
    after, _ = addresses.renewed(before, {"p": made("#章", "#甲", "表-二", "表-三")})
    assert after["p"][FORMER] == {"id3": "甲", "表-一": "甲", "乙": "甲"}


def test_a_page_not_built_and_a_book_unchanged_keep_their_record() -> None:
    before = {"p": {NAMES: ["章"], FORMER: {"id1": "章"}}, "q": {NAMES: ["另"], FORMER: {}}}
    assert addresses.renewed(before, {"p": made("#章")}) == (before, [])
