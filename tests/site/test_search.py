"""What a reader types is found, from a folder as from a server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import guards
import pytest
from playwright.sync_api import Browser, Page, expect

QUOTED = re.compile(r'^["“](.*)["”]$')  # a query that is in quotation marks already
MARKS = re.compile(r"\?mark=[^#]*")  # words that the result's page marks


class Search:
    """The search page, kept open: each query is typed into its field."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def __call__(self, query: str) -> list[tuple[str, str]]:
        """(address, heading and snippet) of each section listed for the query."""
        self.page.locator(".bd-article input").fill(query)
        told = QUOTED.sub(r"\1", query).replace("“", "‘").replace("”", "’")
        expect(self.page.locator(".bd-article .sa-search-status")).to_contain_text(f"“{told}”")
        links = self.page.locator(".bd-article .sa-hit-page a.sa-hit").all()
        return [(MARKS.sub("", str(link.get_attribute("href"))), link.inner_text()) for link in links]


@pytest.fixture(scope="module")
def search(browser: Browser, address: str) -> Iterator[Search]:
    """The search of the small book, from a folder and from a server."""
    with guards.opened(browser, f"{address}/search.html") as (page, _):
        yield Search(page)


ASSETS, DEBT, INTRO = "notebooks/assets.html", "notebooks/assets.html#debt", "index.html"
ENTERPRISES = "notebooks/enterprises.html"


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("资产负债率", DEBT),
        ("保值增值率", ENTERPRISES),
        ("三重一大", INTRO),
        ("国有资本经营预算", INTRO),
        ("57.6", DEBT),
        ("57.6%", DEBT),
        ("５７．６％", DEBT),
        ("696.9亿元", ASSETS),
        ("696.9 亿元", ASSETS),
        ("1234567.8", ENTERPRISES),
        ("1,234,567.8", ENTERPRISES),
        ("-1234.5", ENTERPRISES),
        ("比上年末 资产负债率", DEBT),
    ],
)
def test_finds_what_the_page_says(search: Search, query: str, where: str) -> None:
    assert any(where in found for found, _ in search(query))


def test_an_everyday_name_finds_the_official_term(search: Search) -> None:
    found = search("净资产")
    assert any(ASSETS in where and "所有者权益为295.6亿元" in text for where, text in found)


@pytest.mark.parametrize("query", ["7.6", "57", "57.60", "96.9", "696", "234", "资产 没有这个词"])
def test_part_of_a_number_or_of_the_words_is_not_a_match(search: Search, query: str) -> None:
    assert search(query) == []


def test_a_number_is_not_found_inside_a_longer_one(search: Search) -> None:
    # 957.6 and 57.61 are on the same pages; only 57.6 itself may be listed or marked.
    found = search("57.6")
    assert [where.rsplit("/", 1)[1] for where, _ in found] == ["assets.html#debt"]
    (longer,) = search("957.6")
    assert "957.6亿元" in longer[1]
    assert search("57.6") and search.page.locator(".bd-article mark").all_inner_texts() == ["57.6"]


def test_all_words_count_where_no_page_has_the_string(search: Search) -> None:
    # 所有者权益 and 资产总额 stand in one sentence, the other way round.
    found = search("所有者权益资产总额")
    assert any(ASSETS in where for where, _ in found)
    status = search.page.locator(".bd-article .sa-search-status")
    assert "分开写成“所有者权益”“资产总额”的也在内" in status.inner_text()


def test_what_has_the_string_comes_before_what_has_only_its_words(search: Search) -> None:
    found = search("三重一大事项")
    assert INTRO in found[0][0]


def test_what_was_searched_stands_in_one_pair_of_quotation_marks(search: Search) -> None:
    status = search.page.locator(".bd-article .sa-search-status")
    for query, told in (("“天马行空”", "“天马行空”"), ('"天马行空"', "“天马行空”"), ("天马“行”空", "“天马‘行’空”")):
        search(query)
        assert status.inner_text().startswith(f"没有找到{told}。"), query


@pytest.mark.parametrize("query", ["“所有者权益资产总额”", '"所有者权益资产总额"', "“资产 总额为” “利润”"])
def test_quotation_marks_mean_the_string_as_it_is(search: Search, query: str) -> None:
    assert search(query) == []


def test_a_string_in_quotation_marks_is_found(search: Search) -> None:
    assert [where.split("#")[0].removeprefix("./") for where, _ in search("“所有者权益为295.6亿元”")] == [ASSETS]


def test_a_question_is_understood_without_the_words_that_ask(search: Search) -> None:
    assert any(ASSETS in where for where, _ in search("资产总额是多少"))


MARKED = "[...(CSS.highlights.get('sa-found') ?? [])].map(String)"


def test_a_hit_is_marked_where_it_lands_until_that_is_cleared(browser: Browser, address: str) -> None:
    with guards.opened(browser, f"{address}/search.html?q=57.6") as (page, _):
        page.locator("a.sa-hit").first.click()
        bar = page.get_by_role("region", name="搜索找到的地方")
        expect(bar.get_by_role("status")).to_have_text("“57.6”标出1处，这是第1处")
        assert page.evaluate(MARKED) == ["57.6"]  # neither 957.6 nor 57.61, which the page has, too
        expect(page.locator("#debt p").first).to_be_in_viewport()
        bar.get_by_role("button", name="清除标记").click()
        expect(bar).to_have_count(0)
        assert page.evaluate(MARKED) == [] and page.url.endswith("/notebooks/assets.html#debt")


def test_one_can_go_from_mark_to_mark_also_into_what_is_folded(browser: Browser, address: str) -> None:
    with guards.opened(browser, f"{address}/notebooks/enterprises.html?mark=城乡建设发展类") as (page, _):
        bar = page.get_by_role("region", name="搜索找到的地方")
        expect(bar).to_contain_text("标出2处，这是第1处")
        assert not page.locator("details:has-text('户数')").last.evaluate("node => node.open")
        bar.get_by_role("button", name="下一处").click()
        expect(bar).to_contain_text("这是第2处")
        expect(page.locator("details td", has_text="12")).to_be_in_viewport()
        bar.get_by_role("button", name="下一处").click()
        expect(bar).to_contain_text("这是第1处")


def test_a_page_opened_without_words_marks_nothing(browser: Browser, address: str) -> None:
    with guards.opened(browser, f"{address}/notebooks/enterprises.html?mark=没有这个词") as (page, _):
        expect(page.locator(".sa-found")).to_have_count(0)


def test_nonsense_finds_nothing_and_says_so(search: Search) -> None:
    assert search("天马行空") == []
    status = search.page.locator(".bd-article .sa-search-status")
    assert status.inner_text().startswith("没有找到“天马行空”")


def test_a_result_leads_to_its_section(browser: Browser, address: str) -> None:
    with guards.opened(browser, f"{address}/search.html?q=57.6") as (page, _):
        page.locator("a.sa-hit").first.click()
        page.wait_for_selector("section#debt")
        assert MARKS.sub("", page.url).endswith("/notebooks/assets.html#debt")


def test_results_come_as_one_types_in_the_dialog(browser: Browser, address: str) -> None:
    with guards.opened(browser, f"{address}/notebooks/enterprises.html") as (page, _):
        page.keyboard.press("Control+k")
        page.locator("#pst-search-dialog input").press_sequentially("三重一大")
        page.locator("#pst-search-dialog a.sa-hit").first.click()
        page.wait_for_url("**/index.html*")


NAMED = ".bd-article a.sa-hit-name"


@pytest.mark.parametrize("query", ["净资产", "所有者权益", "syzqy", "suoyouzhequanyi", "suoyouzequanyi", "所有者权意"])
def test_a_name_comes_first_however_it_is_typed(search: Search, query: str) -> None:
    search(query)
    first = search.page.locator(NAMED).first
    assert first.locator(".sa-hit-kind").inner_text() == "名词"
    assert first.locator(".sa-hit-heading").inner_text().startswith("所有者权益")


@pytest.mark.parametrize("query", ["xyz", "天马行空", "资产权益", "57.6"])
def test_what_is_like_no_name_names_nothing(search: Search, query: str) -> None:
    search(query)
    assert search.page.locator(NAMED).count() == 0


def test_the_keyboard_goes_from_the_box_through_the_results_and_back(browser: Browser, address: str) -> None:
    with guards.opened(browser, f"{address}/notebooks/enterprises.html") as (page, _):
        page.keyboard.press("Control+k")
        box = page.locator("#pst-search-dialog input")
        box.press_sequentially("资产")
        page.locator("#pst-search-dialog a").first.wait_for()
        page.keyboard.press("ArrowDown")
        expect(page.locator("#pst-search-dialog a").nth(0)).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.locator("#pst-search-dialog a").nth(1)).to_be_focused()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        expect(box).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(box).to_be_focused()


def test_enter_in_the_dialog_opens_the_first_result(browser: Browser, address: str) -> None:
    with guards.opened(browser, f"{address}/notebooks/enterprises.html") as (page, _):
        page.keyboard.press("Control+k")
        page.locator("#pst-search-dialog input").press_sequentially("三重一大")
        page.keyboard.press("Enter")
        page.wait_for_url("**/index.html*")


def test_pages_come_by_title_then_by_how_often_they_say_the_word(search: Search) -> None:
    # Only the assets page has it in its title; of the others, the first chapter has it once.
    found = [where.split("#")[0].removeprefix("./") for where, _ in search("资产")]
    assert list(dict.fromkeys(found)) == [ASSETS, ENTERPRISES, INTRO]


def test_text_is_shown_as_text_never_as_markup(search: Search) -> None:
    ((where, text),) = search("甲<i>")
    assert ENTERPRISES in where and "一级企业甲<i>" in text
    assert search.page.locator(".sa-search-results i").count() == 0


def test_code_is_not_searched(search: Search) -> None:
    assert search("DictReader") == []


def test_sphinx_makes_no_index_of_its_own(small_site: Path) -> None:
    assert not (small_site / "searchindex.js").exists()
    assert all("searchtools.js" not in p.read_text("utf-8") for p in guards.pages(small_site))
