"""Words that say what the report states: they stand only before a statement of the table of statements.

A page says them through ``said`` alone; what says them otherwise is found by ``put_into_its_mouth``.
"""

from __future__ import annotations

import re
from html import escape

from .display import Markup

REPORT = "报告"
STATES, PROPOSES, LISTS = "说", "提出", "列出"
VERBS = (STATES, PROPOSES, LISTS, "指出", "认为", "称", "所说")
ATTRIBUTED = re.compile(rf"{REPORT}(?:{'|'.join(VERBS)})(?!明)")  # 报告说明 is another word
CSS = "sa-said"


def said(text: str, html: str = "", verb: str = "") -> Markup:
    """Return what the report states, marked as such, after the words that say so if there is a ``verb``."""
    before = f"{REPORT}{verb}：" if verb else ""
    return Markup(before + text, f'<span class="{CSS}">{before}{html or escape(text)}</span>')


def put_into_its_mouth(html: str) -> list[str]:
    """Return the words by which HTML attributes something to the report that is not marked as stated."""
    if not ATTRIBUTED.search(html):
        return []
    from lxml.html import fragment_fromstring, tostring

    page = fragment_fromstring(html, "div")
    for node in page.find_class(CSS):
        node.drop_tree()
    return ATTRIBUTED.findall(tostring(page, encoding="unicode"))
