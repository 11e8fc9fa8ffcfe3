"""What a page says of itself to search engines: a Dataset of schema.org, as JSON-LD in its head."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

from .takeaway.files import FACTS, FOLDER

CONCLUSION = re.compile(r'<div class="sa-conclusion">(.*?)</div>', re.DOTALL)
ORIGIN = re.compile(r'<span class="sa-origin[^>]*>(.*?)</span>', re.DOTALL)
MARK = re.compile(r'<a class="sa-from".*?</a>|<[^>]*>', re.DOTALL)
NUMBER = re.compile(r'<li id="figure-[^"]*">(?:<span[^>]*>[^<]*</span>)?<strong>(.*?)</strong>', re.DOTALL)
ROWS = re.compile(r'href="[./]*data/(\w+)\.html')
LESS = r"\u003c"  # nothing in JSON may end the element
LONGEST = 300  # characters of a description


def of_page(title: str, body: str, package: Mapping[str, Any], to_site: str) -> str:
    """Return the element for a page's head.

    ``body`` is the page's HTML, ``package`` the data package, ``to_site`` the way from the page to the site's
    root (``../../``). Addresses stay relative: a book does not know where it will be put.
    """
    titles = {resource["name"]: resource["title"] for resource in package["resources"]}
    conclusion = CONCLUSION.search(body)
    tables = dict.fromkeys(ROWS.findall(body))
    sources = [
        {"@type": "CreativeWork", "name": s["title"], **({"url": s["path"]} if s.get("path") else {})}
        for s in package.get("sources", ())
    ]
    rows = [
        {"@type": "Dataset", "name": titles[name], "url": f"{to_site}data/{name}.html"}
        for name in tables
        if name in titles
    ]
    facts = {"@type": "DataDownload", "encodingFormat": "application/json", "contentUrl": f"{to_site}{FOLDER}/{FACTS}"}
    found = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": title,
        "description": (_words(conclusion[1]) if conclusion else title)[:LONGEST],
        "inLanguage": "zh-CN",
        "isPartOf": {"@type": "Dataset", "name": package["title"]},
        "spatialCoverage": package.get("region", ""),
        "temporalCoverage": str(package.get("year", "")),
        "isBasedOn": [*sources, *rows],
        "variableMeasured": _variables(body),
        "distribution": [facts],
    }
    text = json.dumps({key: value for key, value in found.items() if value}, ensure_ascii=False, separators=(",", ":"))
    return f'<script type="application/ld+json">{text.replace("<", LESS)}</script>'


def _variables(body: str) -> Sequence[str]:
    """Return the names of what the page has numbers of, each once, without whose and when."""
    return list(dict.fromkeys(_words(number).partition("，")[0] for number in NUMBER.findall(body)))


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(MARK.sub("", ORIGIN.sub(r"【\1】", html)))).strip()
