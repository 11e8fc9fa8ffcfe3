"""What must hold for every page of a built book, as functions that list what is wrong.

An empty list means that the guard found nothing. None of them knows what the book is about.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary

from lxml.html import HtmlElement, document_fromstring
from playwright.sync_api import Browser, BrowserContext, Page, Request
from waiting import LONGEST, wait_for

from benchmarks import table_widths
from stateassets.tables.notation import grouped

WIDTHS = (375, 1280)
PHONE = 600  # pixels; narrower screens show rows as cards
UNPAGED = {"_static", "data"}
LEADS_ON = '<meta http-equiv="Refresh"'  # a browser that opens it is on its way to another page

UNREAD = ("script", "style", "code", "pre", "template", "math", "noscript")
SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-bs-title", "data-bs-original-title", "data-tooltip")
READ = f"//body//text()[not(ancestor::{' or ancestor::'.join(UNREAD)})]"
SAID = "|".join(f"//@{name}" for name in SPOKEN)
AHEAD = {"prev", "next", "index", "search"}  # rel of a link that names a page and loads nothing
CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
# Names of keys, formats and files, addresses: not the theme speaking.
ALLOWED = re.compile(r"Ctrl|[A-Z]{2,6}|\S+[./_]\S+|(?=\S*\d)\w+")

LOADED = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "embed": "src",
    "object": "data",
    "video": "src",
    "audio": "src",
}
IN_CSS = re.compile(r"""(?:url\(\s*|@import\s+)["']?((?:https?:)?//[^"')\s]+)""")


def pages(site: Path) -> list[Path]:
    """Every page of the built site that a reader can come to; one that only leads on is none."""
    inside = (p for p in site.rglob("*.html") if p.relative_to(site).parts[0] not in UNPAGED)
    return sorted(path for path in inside if not path.read_text("utf-8").startswith(LEADS_ON))


def read_strings(page: HtmlElement) -> Iterator[str]:
    """The pieces of text of a page, hidden ones too, without code and scripts."""
    for string in page.xpath(READ):
        yield " ".join(string.split())


def spoken_strings(page: HtmlElement) -> Iterator[str]:
    """What tooltips and screen readers say beside the text."""
    yield from map(str, page.xpath(SAID))


def english(html: str) -> list[str]:
    """Pieces of text or labels that are English: at least one English word and no Chinese."""

    def foreign(text: str) -> bool:
        words = [word for word in text.split() if ENGLISH.search(word)]
        return not CHINESE.search(text) and any(not ALLOWED.fullmatch(w.strip("()（）+,:")) for w in words)

    page = document_fromstring(html)
    return [text for text in (*spoken_strings(page), *read_strings(page)) if foreign(text)]


def asterisks(html: str) -> list[str]:
    """Text with ``**``: emphasis that Markdown did not understand."""
    if "**" not in html:
        return []
    return [text for text in read_strings(document_fromstring(html)) if "**" in text]


def foreign_loads(site: Path) -> list[str]:
    """Scripts, styles, pictures and fonts that pages or style sheets name on another host."""
    found = []
    for path in pages(site):
        page = document_fromstring(path.read_bytes())
        found += [f"{path.name}: {url}" for url in _loaded(page) if urlsplit(url).netloc]
        inner = [*page.xpath("//style/text()"), *page.xpath("//@style")]
        found += [f"{path.name}: {url}" for css in inner for url in IN_CSS.findall(css)]
    for path in sorted(site.rglob("*.css")):
        found += [f"{path.name}: {url}" for url in IN_CSS.findall(path.read_text("utf-8"))]
    return found


def context(browser: Browser, **options: Any) -> BrowserContext:
    """A browser's window in which nothing moves by itself, and a busy machine is no fault."""
    made = browser.new_context(**{"reduced_motion": "reduce"} | options)
    made.set_default_timeout(LONGEST * 1000)
    return made


def wait_until(page: Page, true: Callable[[], bool]) -> None:
    """Let the page go on until something is true of what it has done."""

    def now() -> bool:
        page.wait_for_timeout(20)  # in which what the page has done is heard of
        return true()

    wait_for(now)


def end_transitions(page: Page) -> None:
    """Put every colour and place where it is going, now and after later changes."""
    page.add_style_tag(content="*, *::before, *::after { transition: none !important; }")
    page.evaluate("document.getAnimations().filter(a => a instanceof CSSTransition).forEach(a => a.finish())")


# Opening a window takes longer than loading a page in it: those that a test is done with wait here for the next,
# by the options that they were opened with.
_WAITING: WeakKeyDictionary[Browser, dict[str, list[Page]]] = WeakKeyDictionary()
# What a page may have kept that another one, in the same window, would find.
# At once, and again when the page is left, after what the page itself then notes (where it was left).
FORGET = """() => {
  const forget = () => { try { localStorage.clear(); sessionStorage.clear(); } catch { /* some folders keep nothing */ } };
  forget();
  ["pagehide", "visibilitychange", "unload"].forEach(event => window.addEventListener(event, forget));
}"""


@contextmanager
def window(
    browser: Browser, width: int = 1280, height: int = 900, mode: Literal["light", "dark"] = "light", **options: Any
) -> Iterator[Page]:
    """An empty page of that size in that colour mode: of a window that was used before, in which nothing is left
    of that, if there is one. After a failure it is used no more."""
    waiting = _WAITING.setdefault(browser, {}).setdefault(repr(sorted(options.items())), [])
    page = waiting.pop() if waiting else context(browser, **options).new_page()
    try:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(media="null", color_scheme=mode)
        yield page
        page.evaluate(FORGET)
        page.mouse.move(-1, -1)
        page.goto("about:blank")
    except BaseException:
        page.context.close()
        raise
    waiting.append(page)


@contextmanager
def opened(
    browser: Browser, url: str, width: int = 1280, mode: Literal["light", "dark"] = "light"
) -> Iterator[tuple[Page, list[str]]]:
    """The page, loaded at that width in that colour mode, and the list of requests it makes to
    other hosts, which the browser does not let out (conftest.OPTIONS).
    """
    elsewhere: list[str] = []
    host = urlsplit(url).netloc

    def check(request: Request) -> None:
        to = urlsplit(request.url)
        if to.scheme in {"http", "https", "ws", "wss"} and to.netloc != host:
            elsewhere.append(request.url)

    with window(browser, width, mode=mode) as page:
        page.on("request", check)
        page.goto(url, wait_until="load")
        yield page, elsewhere
        page.remove_listener("request", check)


def overflowing(page: Page) -> list[str]:
    """What makes the page scroll sideways, as short descriptions of the elements."""
    return page.evaluate(
        """() => {
          const root = document.documentElement;
          if (root.scrollWidth <= root.clientWidth) return [];
          const framed = (e) => {
            for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
              if (getComputedStyle(p).overflowX !== "visible") return true;
            return false;
          };
          const wide = [...document.body.querySelectorAll("*")].filter(
            (e) => e.getBoundingClientRect().right > root.clientWidth + 0.5 && !framed(e));
          const name = (e) => `${e.tagName} ${e.className} ${e.textContent.slice(0, 30)}`;
          return wide.length ? wide.map(name) : [`页面宽${root.scrollWidth}`];
        }"""
    )


def cut_off(page: Page) -> list[str]:
    """Tables of which a reader misses something: on a laptop those that scroll though they have few columns,
    on any screen those whose deciding column is out of sight; a phone scrolls none."""
    phone, few = page.viewport_size["width"] < PHONE, table_widths.MOST_COLUMNS
    return [
        f"{table.name}：{table.columns}列，{table.hidden}像素在外"
        for table in table_widths.tables(page)
        if table.beyond or (table.scrolls and (phone or table.columns <= few))
    ]


NUMBERS_UNREAD = ("pre", "code", "script", "style", "select")
# No part of a name, an address, a date, a document's number; a year has four digits.
LONG_NUMBER = re.compile(
    r"(?<![\w.,/:：\-－〔（第])[+−-]?(\d{5,}|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?![\w,/\-－〕]*[号〕])", re.ASCII
)


def ungrouped(html: str) -> list[str]:
    """Numbers of a page that are not written as ``notation.grouped`` writes them: 12345, 5,697."""
    tree = document_fromstring(html)
    for unread in tree.xpath("|".join(f"//article//{name}" for name in NUMBERS_UNREAD)):
        unread.drop_tree()
    texts = (str(text) for text in tree.xpath("//article//text()"))
    found = (number[0] for text in texts for number in LONG_NUMBER.finditer(text))
    return [number for number in found if grouped(number.replace(",", "")) != number]


def dead_links(site: Path) -> list[str]:
    """Links of the site's pages to files that are not there, or to places that a page lacks."""
    places = {path.resolve(): _places(path) for path in site.rglob("*.html")}

    @cache  # a page leads to the same pages as its neighbours do
    def there(page: Path) -> tuple[bool, set[str]]:
        target = page.resolve()
        return target.is_file(), places.get(target, ((), {""}))[1]

    found = []
    for path in places.keys() & {path.resolve() for path in pages(site)}:
        for link in places[path][0]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            is_file, ids = there(path.parent / unquote(parts.path) if parts.path else path)
            if not is_file or unquote(parts.fragment) not in ids:
                found.append(f"{path.relative_to(site.resolve())}: {link}")
    return sorted(found)


def _places(path: Path) -> tuple[set[str], set[str]]:
    """Where a page's links lead, and the places in it that a link can name (``#`` is its top)."""
    tree = document_fromstring(path.read_text("utf-8"))
    return set(map(str, tree.xpath("//a/@href"))), {"", *map(str, tree.xpath("//@id"))}


def positional(html: str, former: Container[str] = ()) -> list[str]:
    """Places of a page that are named by a number alone, but for those that were published so."""
    places = map(str, document_fromstring(html).xpath("//@id"))
    return [
        place for place in places if re.fullmatch(r"(id|question-(real|sample)-)\d+", place) and place not in former
    ]


def doubled(html: str) -> list[str]:
    """Names that a page has for more than one place."""
    return [place for place, times in Counter(map(str, document_fromstring(html).xpath("//@id"))).items() if times > 1]


def nameless(html: str) -> list[str]:
    """What of a page nobody can cite: a heading, table, picture, number's origin or alert without a name,
    or without a link to itself."""
    found, links = [], dict[HtmlElement, set[str]]()
    for node in document_fromstring(html).xpath(
        "//article//section | //article//figure | //li[starts-with(@id, 'figure-')]"
        " | //article//*[starts-with(@id, 'alert-')]"
    ):
        above = node.getparent()
        if above not in links:
            links[above] = {unquote(str(link)) for link in above.xpath(".//a[contains(@class, 'headerlink')]/@href")}
        if f"#{node.get('id')}" not in links[above]:
            found.append(f"{node.tag} {node.get('id')} {node.text_content().strip()[:30]}")
    return found


def missed(page: Page) -> list[str]:
    """The list into which goes what the page asks for, from now on, and does not get."""
    found: list[str] = []
    page.on("requestfailed", lambda request: found.append(request.url))
    page.on("response", lambda response: found.append(response.url) if response.status >= 400 else None)
    return found


def weight(page: Path) -> dict[Path, int]:
    """What a first view loads, with the bytes that a host would send: compressed where it can be."""
    tree = document_fromstring(page.read_bytes())
    for later in tree.xpath("//script[@type = 'text/later']"):
        later.drop_tree()  # loaded by search.js, for who searches
    named = [url for url in _loaded(tree) if not url.startswith("data:")]
    local = {page, *(page.parent / unquote(urlsplit(url).path) for url in named)}
    return {p.resolve(): _compressed(p.resolve(), p.stat().st_mtime_ns) for p in local if p.is_file()}


@cache
def _compressed(path: Path, _written: int) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def _loaded(page: HtmlElement) -> list[str]:
    """Addresses that a browser loads with a page; a link to a neighbouring page loads nothing."""
    return [
        str(tag.get(attribute))
        for name, attribute in LOADED.items()
        for tag in page.iter(name)
        if tag.get(attribute) and not AHEAD & set(tag.get("rel", "").split())
    ]
