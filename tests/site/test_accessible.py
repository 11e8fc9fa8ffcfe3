"""Barriers for readers with a screen reader, a keyboard or weak eyes, found by axe."""

from __future__ import annotations

from pathlib import Path

import guards
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

GRAVE = {"serious", "critical"}
# Every page has the same list of chapters: read on the cover, left out after it.
CHAPTERS = [".bd-sidebar-primary"]


# A screen reader takes a picture with a role and words as one thing. Of the rows or items that
# differ in nothing but their words, one stands for all: axe would say the same of each.
CONDENSED = """() => {
  document.querySelectorAll("svg[role=img][aria-label]").forEach(svg => svg.replaceChildren());
  const kind = (e) => [e.tagName, !!e.textContent.trim(),
    ...[...e.attributes].map(a => /^(id|href|title|data-.*)$/.test(a.name) ? a.name
      : `${a.name}=${a.value}`), ...[...e.children].map(kind)].join(" ") + ";";
  document.querySelectorAll(".bd-article :is(tbody, ol, ul)").forEach(list => {
    const seen = new Set();
    [...list.children].forEach(item => {
      const known = kind(item);
      seen.has(known) ? item.remove() : seen.add(known);
    });
  });
}"""
AXE = Axe()


def barriers(page: Page, without: list[str] = (), rules: list[str] | None = None) -> list[str]:
    """Grave barriers of a page as ``rule: element``; ``rules`` limits what is looked for."""
    options = {"resultTypes": ["violations"], "preload": False}
    options |= {"runOnly": rules} if rules else {}
    context = {"exclude": [[name] for name in without]}
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.axe_script)
    run = "([context, options]) => axe.run(context, options).then(found => found.violations)"
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in page.evaluate(run, [context, options])
        for node in rule["nodes"]
        if node["impact"] in GRAVE
    ]


def in_both_modes(browser: Browser, url: str, without: list[str] = ()) -> list[str]:
    """Grave barriers of a page in light, and what only colours can add in dark."""
    with guards.opened(browser, url) as (page, _):
        guards.end_transitions(page)  # else a colour is measured on its way
        page.evaluate(CONDENSED)
        found = barriers(page, without)
        page.emulate_media(color_scheme="dark")
        # What the theme's own script does; this does not wait for it.
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        return found + barriers(page, without, ["color-contrast"])


def test_no_page_has_a_grave_barrier_in_light_or_dark(
    browser: Browser, real_site: Path, chosen_pages: list[Path]
) -> None:
    cover = real_site / "notebooks" / "index.html"
    tables = sorted((real_site / "data").glob("*.html"))[:1]
    found = {}
    for path in [*chosen_pages, *tables]:
        without = [] if path == cover else CHAPTERS
        found[path.name] = in_both_modes(browser, path.as_uri(), without)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


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
        guards.end_transitions(opened)
        opened.evaluate(CONDENSED)
        assert barriers(opened, CHAPTERS) == []
        opened.evaluate("document.documentElement.dataset.theme = 'dark'")
        assert barriers(opened, CHAPTERS, ["color-contrast"]) == []


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
    ],
)
def test_a_barrier_is_noticed(browser: Browser, tmp_path: Path, body: str) -> None:
    (page := tmp_path / "page.html").write_text(
        '<!doctype html><html lang="zh-CN" style="color-scheme: light dark"><meta charset="utf-8">'
        f"<title>资产</title><main>{body}</main>",
        "utf-8",
    )
    assert in_both_modes(browser, page.as_uri())
