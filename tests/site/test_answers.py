"""The real book's search: what readers look up is found, and a question for a number gets it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import guards
import pytest
import yaml
from lxml.html import document_fromstring
from paths import ROOT
from playwright.sync_api import Browser, Page, expect

from stateassets.book import search

CASES = yaml.safe_load((ROOT / "tests/cases/searches.yaml").read_text("utf-8"))
# Types each query into the search page's field, and reads what is listed for it.
TYPE = """async (queries) => {
  const [input, box] = [document.querySelector(".bd-article input"), document.querySelector(".bd-article .sa-search-results")];
  const texts = (from, css) => [...from.querySelectorAll(css)].map((one) => one.innerText);
  const found = [];
  for (const query of queries) {
    input.value = query;
    input.dispatchEvent(new Event("input"));
    await new Promise((resolve) => { setTimeout(resolve); });
    found.push({
      status: texts(box, ".sa-search-status")[0],
      told: texts(box, ".sa-search-told")[0] ?? "",
      answers: texts(box, ".sa-answer"),
      names: texts(box, ".sa-hit-name .sa-hit-heading").map((name) => name.split("（")[0]),
      titles: texts(box, ".sa-hit-title"),
      sections: [...box.querySelectorAll(".sa-hit-page")].map((page) => texts(page, ".sa-hit-heading")[0]),
    });
  }
  return found;
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, real_site: Path) -> Iterator[Page]:
    """The search page of the real book, its index loaded."""
    with guards.opened(browser, f"{real_site.as_uri()}/search.html?q=资产") as (page, _):
        page.locator(".bd-article .sa-search-status").wait_for()
        yield page


def right(case: dict[str, Any], found: dict[str, Any]) -> bool:
    """Whether what is listed for a query is what the case says."""
    if "told" in case:
        return str(case["told"]) in found["told"] and not found["answers"]
    if "who" in case:
        wanted = case["who"]
        heads = [answer.split("\n")[0] for answer in found["answers"]]
        of = wanted["of"]
        right_year = all(str(wanted.get("year", "")) in answer for answer in found["answers"])
        return heads[: len(of)] == [f"{one}　{wanted['name']}" for one in of] and right_year
    if "answer" in case:
        wanted = case["answer"]
        first = found["answers"][0] if found["answers"] else ""
        of, name = first.split("\n")[0].split("　") if first else ("", "")
        growth, year = wanted.get("growth", ""), str(wanted.get("year", ""))
        said = all(text in first for text in (str(wanted.get("value", "")), growth, year, wanted.get("origin", "")))
        return said and (of, name) == (wanted.get("of", "全区"), wanted["name"])
    if "near" in case:
        near = [found[kind][:3] for kind in ("names", "titles", "sections")]
        return any(one.split("（平均")[0].startswith(case["near"]) for ones in near for one in ones)
    if "none" in case:
        return not found["answers"] and not found["titles"]
    if "name" in case:
        return found["names"][:1] == [case["name"].split("（")[0]]
    return any(title.startswith(case["page"]) for title in found["titles"])


@pytest.mark.slow
def test_what_readers_look_up_is_found(page: Page) -> None:
    assert len(CASES) >= 196
    found = page.evaluate(TYPE, [str(case["query"]) for case in CASES])
    assert [(case, one) for case, one in zip(CASES, found, strict=True) if not right(case, one)] == []


def test_a_wrong_number_or_scope_or_origin_is_noticed() -> None:
    answer = {
        "name": "资产总额",
        "value": "696.9亿元",
        "of": "全区",
        "year": 2023,
        "growth": "同比增长5.1%",
        "origin": "真实",
    }
    shown = "全区　资产总额\n\n真实\n696.9亿元 2023年末，同比增长5.1%"
    listed: dict[str, Any] = {"names": [], "titles": [], "sections": []}
    assert right({"answer": answer}, listed | {"answers": [shown]})
    for was, now in (("696.9", "696.8"), ("全区", "一级企业A"), ("真实", "示例"), ("2023", "2022"), ("增长", "下降")):
        assert not right({"answer": answer}, listed | {"answers": [shown.replace(was, now)]})
    assert not right({"answer": answer}, listed | {"answers": []})


def index_of(site: Path) -> dict[str, Any]:
    """The index that the search reads."""
    script = (site / search.INDEX).read_text("utf-8")
    return json.loads(script.removeprefix(search.BEFORE).removesuffix(search.AFTER))


def unprinted(site: Path, index: dict[str, Any]) -> list[str]:
    """Places of figures whose number is not the one that the page prints there, with its origin."""
    found = []
    pages: dict[str, dict[str, str]] = {}
    for identity, scope, year, value, _, origin, number, _, _ in index["answers"]["figures"]:
        address = index["pages"][number]["u"]
        if address not in pages:
            entries = document_fromstring((site / address).read_text("utf-8")).xpath(
                "//li[starts-with(@id, 'figure-')]"
            )
            pages[address] = {entry.get("id"): "".join(entry.itertext("span", "strong")) for entry in entries}
        place = "-".join(filter(None, ("figure", identity, scope, str(year))))
        told = pages[address].get(place, "")
        if not (told.startswith(origin) and f"，{year}年：{value}" in told):
            found.append(f"{address}#{place}: {value}")
    return found


def test_every_number_of_the_index_is_printed_where_it_leads(real_site: Path) -> None:
    index = index_of(real_site)
    assert len(index["answers"]["figures"]) > 700
    assert unprinted(real_site, index) == []
    first = index["answers"]["figures"][0]
    first[3] += "0"
    assert len(unprinted(real_site, index | {"answers": {"figures": [first]}})) == 1


def test_a_number_that_only_the_comparison_has_is_shown_where_its_answer_leads(
    browser: Browser, real_site: Path
) -> None:
    with guards.opened(browser, f"{real_site.as_uri()}/search.html?q=二级企业A1 2022年资产总额") as (page, _):
        card = page.get_by_role("region", name="数字").locator(".sa-answer")
        expect(card.get_by_role("heading")).to_have_text("二级企业A1　资产总额")
        value, _, _ = card.locator("strong").inner_text().partition("亿元")
        card.get_by_role("link", name="见“比一比”").click()
        rows = page.locator(".sa-compared tbody tr")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("二级企业A1")
        expect(rows).to_contain_text(value)


def test_every_everyday_word_leads_to_something_in_the_book(real_site: Path) -> None:
    index = index_of(real_site)
    said = "\n".join(s["h"] + s["x"] for page in index["pages"] for s in page["s"])
    words = {word: [t for t in terms if not t.isascii()] for word, terms in index["words"].items()}
    assert {word: terms for word, terms in words.items() if terms and not all(t in said for t in terms)} == {}


def test_an_answer_leads_to_the_number_on_its_page_and_to_where_it_comes_from(
    browser: Browser, real_site: Path
) -> None:
    with guards.opened(browser, f"{real_site.as_uri()}/search.html?q=资产总额") as (page, _):
        card = page.get_by_role("region", name="数字").locator(".sa-answer")
        expect(card).to_have_count(1)
        expect(card.get_by_role("heading")).to_have_text("全区　资产总额")
        expect(card).to_contain_text("真实696.9亿元 2023年末，同比增长5.1%")
        expect(card).not_to_contain_text("上年末")  # what only the sample has is not told under that mark
        card.get_by_role("link", name="一（二）资产负债情况").click()
        expect(page.get_by_role("region", name="搜索找到的地方")).to_contain_text("“696.9亿元”")
        marked = page.evaluate("[...CSS.highlights.get('sa-found')].map(String)")
        assert marked and set(marked) == {"696.9亿元"}
        page.go_back()
        page.get_by_role("link", name="全区资产总额的来历").click()
        expect(page.locator("[id='figure-total_assets-2023']")).to_be_in_viewport()
