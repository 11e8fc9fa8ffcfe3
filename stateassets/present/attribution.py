"""Words that say what the report states: they stand only before a statement of the table of statements.

What a page states in the report's name has the class ``CSS``; all else ``put_into_its_mouth`` finds.
"""

from __future__ import annotations

import re

REPORT = "报告"
STATES, PROPOSES, LISTS = "说", "提出", "列出"
VERBS = (STATES, PROPOSES, LISTS, "指出", "认为", "称", "所说", "要求", "写明", "明确", "强调", "规定", "表示")
BEFORE = ("按照", "根据", "依照")
ATTRIBUTED = re.compile(rf"(?:{'|'.join(BEFORE)}){REPORT}|{REPORT}(?:{'|'.join(VERBS)})(?!明)")  # 说明 is another word
CSS = "sa-said"


def put_into_its_mouth(html: str) -> list[str]:
    """Return the words by which HTML attributes something to the report that is not marked as stated."""
    if not ATTRIBUTED.search(html):
        return []
    from lxml.html import fragment_fromstring, tostring

    page = fragment_fromstring(html, "div")
    for node in page.find_class(CSS):
        node.drop_tree()
    return ATTRIBUTED.findall(tostring(page, encoding="unicode"))
