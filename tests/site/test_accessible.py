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
# What can be read and is of a kind, by all that style sheets go by, that is not among those seen:
# measuring contrasts is most of what axe does, and it would measure the same on every page.
UNSEEN = """([seen, without]) => {
  const known = new Set(seen), found = [], kinds = new Map([[null, ""]]);
  const one = (e) => e.tagName + [...e.attributes].map(a => /^(id|href|src|title|value|aria-label|data-.*)$/.test(a.name)
    ? a.name : `${a.name}=${a.value}`).sort().join(" ");
  const kind = (e) => {
    if (!kinds.has(e)) kinds.set(e, `${kind(e.parentElement)}>${one(e)}`);
    return kinds.get(e);
  };
  window.unseen = [...document.querySelectorAll("body *")].filter(e => {
    const words = e.matches("input, select, textarea") || [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!words || !e.checkVisibility() || without.some(name => e.closest(name)) || known.has(kind(e))) return false;
    known.add(kind(e));
    return found.push(kind(e));
  });
  return found;
}"""
# The rules of which none finds a grave barrier, and which take near half of axe's time.
MILD = "axe._audit.rules.filter(rule => ['minor', 'moderate'].includes(rule.impact)).map(rule => rule.id)"
AXE = Axe()


def barriers(page: Page, without: list[str] = (), seen: set[str] | None = None) -> list[str]:
    """Grave barriers of a page as ``rule: element``, colours in light and in dark.

    Colours are measured of kinds of text that are not among those ``seen``, which then has them.
    """
    seen = set() if seen is None else seen
    guards.end_transitions(page)  # else a colour is measured on its way
    page.evaluate(CONDENSED)
    page.evaluate(AXE.axe_script)
    left_out = {name: {"enabled": False} for name in ("color-contrast", *page.evaluate(MILD))}
    found = _asked(page, {"exclude": [[name] for name in without]}, {"rules": left_out})
    kinds = page.evaluate(UNSEEN, [sorted(seen), without])
    seen.update(kinds)
    for scheme in ("light", "dark") if kinds else ():
        page.emulate_media(color_scheme=scheme)
        # What the theme's own script does; this does not wait for it.
        page.evaluate("scheme => { document.documentElement.dataset.theme = scheme; }", scheme)
        found += _asked(page, None, {"runOnly": ["color-contrast"]})
    return found


def _asked(page: Page, context: dict[str, object] | None, options: dict[str, object]) -> list[str]:
    """What axe finds in a part of a page, without one in what is unseen."""
    run = """([context, options]) => axe.run(context || {include: window.unseen}, options)
      .then(found => found.violations)"""
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in page.evaluate(run, [context, {"resultTypes": ["violations"], "preload": False} | options])
        for node in rule["nodes"]
        if node["impact"] in GRAVE
    ]


def barriers_at(browser: Browser, url: str, without: list[str] = (), seen: set[str] | None = None) -> list[str]:
    """Grave barriers of the page at an address."""
    with guards.opened(browser, url) as (page, _):
        return barriers(page, without, seen)


@pytest.mark.slow
def test_no_page_has_a_grave_barrier_in_light_or_dark(
    browser: Browser, real_site: Path, chosen_pages: list[Path]
) -> None:
    cover = real_site / "notebooks" / "index.html"
    tables = sorted((real_site / "data").glob("*.html"))[:1]
    found, seen = {}, set[str]()
    for path in [*chosen_pages, *tables]:
        without = [] if path == cover else CHAPTERS
        found[path.name] = barriers_at(browser, path.as_uri(), without, seen)
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


def written(page: Path, body: str) -> str:
    """Write a page; return its address."""
    page.write_text(
        '<!doctype html><html lang="zh-CN" style="color-scheme: light dark"><meta charset="utf-8">'
        f"<title>资产</title><main>{body}</main>",
        "utf-8",
    )
    return page.as_uri()
