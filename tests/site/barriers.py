"""Barriers for readers with a screen reader, a keyboard or weak eyes, found by axe."""

from __future__ import annotations

from collections.abc import Sequence

import guards
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

GRAVE = {"serious", "critical"}
# Every page has the same list of chapters: read on the cover, left out after it.
CHAPTERS = (".bd-sidebar-primary",)
# The rules that depend on colours, in which a page is shown in two ways.
BY_COLOUR = ("color-contrast", "link-in-text-block")

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
# What can be read and is of a kind, by all that style sheets go by and by what has words of its own, that is not
# among those seen: measuring colours is most of what axe does, and it would measure the same on every page. Of words
# in pictures it cannot tell (tests/present/test_charts.py can). Since it looks at all that might lie under a word,
# what is not shown, and blocks that stand in their place and have nothing unseen, are emptied before.
UNSEEN = """([seen, without]) => {
  const known = new Set(seen), found = [], kinds = new Map([[null, ""]]);
  const worded = (e) => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  const one = (e) => (worded(e) ? "+" : "") + e.tagName + [...e.attributes].map(a =>
    /^(id|href|src|title|value|aria-label|data-.*)$/.test(a.name) ? a.name
      : `${a.name}=${a.value.replace(/'[^']*'/g, "")}`).sort().join(" ");
  const kind = (e) => {
    if (!kinds.has(e)) kinds.set(e, `${kind(e.parentElement)}>${one(e)}`);
    return kinds.get(e);
  };
  document.querySelectorAll("svg").forEach(svg => svg.replaceChildren());
  window.unseen = [...document.querySelectorAll("body *")].filter(e => {
    const read = e.matches("input, select, textarea") || worded(e) || e.matches("a[href]") && e.textContent.trim();
    if (!read || !e.checkVisibility() || without.some(name => e.closest(name)) || known.has(kind(e))) return false;
    known.add(kind(e));
    return found.push(kind(e));
  });
  const near = new Set(), told = new Set(window.unseen);
  for (const e of told) for (let at = e; at && !near.has(at); at = at.parentElement) near.add(at);
  const style = (e) => getComputedStyle(e), flows = (e) => ["static", "relative"].includes(style(e).position);
  const stays = (e) => flows(e) && style(e).float === "none" && !style(e).display.startsWith("inline")
    && [...e.querySelectorAll("*")].every(part => !["absolute", "fixed"].includes(style(part).position)
      || part.offsetParent === null || e.contains(part.offsetParent));
  [...near].filter(e => !told.has(e)).flatMap(e => [...e.children])
    .filter(e => !near.has(e) && (!e.checkVisibility() || stays(e))).forEach(e => {
      e.replaceChildren();
      e.style.setProperty("display", "none", "important");
    });
  return found;
}"""
# The rules of which none finds a grave barrier, and which take near half of axe's time.
MILD = "axe._audit.rules.filter(rule => ['minor', 'moderate'].includes(rule.impact)).map(rule => rule.id)"
AXE = Axe()


def barriers(page: Page, without: Sequence[str] = (), seen: set[str] | None = None) -> list[str]:
    """Grave barriers of a page as ``rule: element``, colours in light and in dark.

    Colours are measured of kinds of text that are not among those ``seen``, which then has them.
    The page is not as it was afterwards.
    """
    seen = set() if seen is None else seen
    guards.end_transitions(page)  # else a colour is measured on its way
    page.evaluate(CONDENSED)
    page.evaluate(AXE.axe_script)
    left_out = {name: {"enabled": False} for name in (*BY_COLOUR, *page.evaluate(MILD))}
    found = _asked(page, {"exclude": [[name] for name in without]}, {"rules": left_out})
    kinds = page.evaluate(UNSEEN, [sorted(seen), list(without)])
    seen.update(kinds)
    for scheme in ("light", "dark") if kinds else ():
        page.emulate_media(color_scheme=scheme)
        # What the theme's own script does; this does not wait for it.
        page.evaluate("scheme => { document.documentElement.dataset.theme = scheme; }", scheme)
        found += _asked(page, None, {"runOnly": list(BY_COLOUR)})
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


def barriers_at(browser: Browser, url: str, without: Sequence[str] = (), seen: set[str] | None = None) -> list[str]:
    """Grave barriers of the page at an address."""
    with guards.opened(browser, url) as (page, _):
        return barriers(page, without, seen)
