"""Web pages: the report's own text, not navigation, sidebars, footers, scripts or what is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from lxml import etree, html

from ...tables.data_errors import DataError
from ...tables.encodings import decode_wide
from ...tables.text_files import refuse
from ..model import Block, BlockKind, Document
from .bounds import LARGEST_PAGE, SHORTER, bounded
from .lines import Line, paragraphs
from .plain import text_of
from .shapes import told_by_form

CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.I)
DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
# Elements that a reader does not see as text, and those that say to be beside the text.
NO_TEXT = {"script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "select", "button"}
NO_TEXT |= {"input", "textarea", "video", "audio", "canvas", "map"}
BESIDE = {"nav", "aside", "footer", "dialog", "form"}
ASIDE = re.compile(
    r"(^|[-_ ])(nav\w*|menu\w*|breadcrumb\w*|crumbs?|sidebar\w*|side|aside|foot(er)?|header|top-?bar|toolbar|share\w*|"
    r"related\w*|recommend\w*|pagination|pager|copyright|banner|search\w*|login|comment\w*|advert\w*|ads?|"
    r"print-?only|qrcode|site-?map)(?=$|[-_ \d])",
    re.I,
)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)
INLINE = {
    "a",
    "abbr",
    "acronym",
    "b",
    "bdi",
    "bdo",
    "big",
    "cite",
    "code",
    "data",
    "del",
    "dfn",
    "em",
    "font",
    "i",
    "img",
}
INLINE |= {"ins", "kbd", "label", "mark", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup"}
INLINE |= {"time", "tt", "u", "var", "wbr", "nobr", "o:p", "center-inline"}
ANCHORS = ("#", "¶")  # links of a heading to itself
STRUCK = {"del", "s", "strike"}
HEADINGS = {f"h{level}": level for level in range(1, 7)}
SENTENCE = re.compile("[，。；]")
# What editors put round a report: when it was published, how often it was read, what comes next.
ROUND = re.compile(
    r"((发布|发文|成文)(时间|日期)|索引号|文号|来源|浏览(次数|量)|阅读(次数|量)?|点击(次数|量)|字号|字体|作者|编辑|打印|分享)\s*[：:]?"
)
ABOUT = re.compile(
    r"\s*(上一篇|下一篇|相关(阅读|链接|新闻)|扫一扫|当前位置|您(现在)?的位置|责任编辑|打印本页|关闭窗口)"
)
ENOUGH = 0.9  # of the page's sentences are in the part that is read
LONGEST_ROUND = 120
SHOWN_BROKEN = ("utf-8", "gb18030")
BLANKS = re.compile(r"[ \t\r\n\xa0\u2028]+")
BREAK = "\u2028"  # <br>; a line break in the source is none of the text's


def read_web(path: Path, name: str) -> Document:
    """Return a web page as a document.

    Raises:
        DataError: it is in no encoding, nested too deeply, too long, or has no text.
    """
    content = path.read_bytes()
    if len(content) > LARGEST_PAGE:
        refuse(name, f"网页有{len(content) // 2**20}MB", f"不超过{LARGEST_PAGE // 2**20}MB", SHORTER)
    reader = _Reader(_tree(content, name))
    blocks = tuple(bounded(told_by_form(reader.blocks()), name))
    if not blocks:
        refuse(name, "网页里没有文字", "有正文的网页", "在浏览器里打开，等正文显示出来再另存为网页")
    return Document(name, "html", blocks, tuple(reader.left_out()))


def _tree(content: bytes, name: str) -> etree._Element:
    text = DECLARED.sub("", _text(content, name))
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        refuse(name, "网页读不出", "完整的网页（.html）", "在浏览器里打开，另存为“网页，仅HTML”")
    if any("depth" in entry.message for entry in parser.error_log):
        refuse(name, "网页的标记嵌套太深", "报告的网页", "在浏览器里打开，把正文复制到Word里保存")
    return root


def _text(content: bytes, name: str) -> str:
    """Return a page's characters: by its mark, by what it says of itself, or by its bytes."""
    said = CHARSET.search(content[:4096])
    if not said or decode_wide(content) is not None:
        return text_of(content, name)
    encoding = said[1].decode().lower()
    encoding = {"gb2312": "gb18030", "gbk": "gb18030"}.get(encoding, encoding)
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except (LookupError, UnicodeDecodeError):
        pass  # it is not what it says, or has broken characters, which browsers show as such
    try:
        return text_of(content, name)
    except DataError:
        if encoding not in SHOWN_BROKEN:
            raise
        return content.decode(encoding, "replace")


class _Reader:
    """Walks the part of a page that holds its sentences."""

    def __init__(self, root: etree._Element) -> None:
        self.number = {element: at for at, element in enumerate(root.iter())}
        self.root = root
        self.aside: list[str] = []
        self.tables = count(1)
        _take_out(root, self.aside)
        self.main = _main(root)

    def blocks(self) -> Iterator[Block]:
        """Yield title and blocks in order."""
        if not any(_tag(x) == "h1" for x in self.main.iter()):
            yield from self._title()
        yield from self._container(self.main)

    def left_out(self) -> Iterator[str]:
        """Yield what of the page is not in the blocks, as a reader is told it."""
        if any(self.aside):
            yield "网页的导航、边栏、页脚和隐藏部分"

    def _title(self) -> Iterator[Block]:
        """The heading outside the part that is read, or none."""
        for element in self.root.iter("h1"):
            if text := _squeezed(_inline_text(element)).replace(BREAK, ""):
                yield Block(BlockKind.TITLE, text, self.number[element])
                return

    def _container(self, parent: etree._Element) -> Iterator[Block]:
        """Yield the blocks below an element; loose text between them is a paragraph too."""
        loose: list[str] = [parent.text or ""]
        for element in parent:
            tag = _tag(element)
            if tag == "br":
                loose.append(BREAK)
            elif tag in INLINE and not _holds_blocks(element):
                loose.append(_inline_text(element))
            else:
                yield from self._paragraphs("".join(loose), parent)
                loose = []
                yield from self._element(element)
            loose.append(element.tail or "")
        yield from self._paragraphs("".join(loose), parent)

    def _element(self, element: etree._Element) -> Iterator[Block]:
        tag = _tag(element)
        if tag in HEADINGS and not _holds_blocks(element):
            if text := _squeezed(_inline_text(element)).replace(BREAK, ""):
                level = HEADINGS[tag]
                kind = BlockKind.TITLE if level == 1 else BlockKind.HEADING
                yield Block(kind, text, self.number[element], level=level - 1)
        elif tag == "table":
            yield from self._table(element)
        elif tag == "pre":
            for line in paragraphs(
                Line(x, at) for at, x in enumerate(_inline_text(element).replace(BREAK, "\n").splitlines())
            ):
                yield Block(BlockKind.PARAGRAPH, line.text, self.number[element])
        else:
            yield from self._container(element)

    def _paragraphs(self, text: str, element: etree._Element) -> Iterator[Block]:
        for piece in text.split(BREAK):
            if (line := _squeezed(piece)) and not _round(line):
                yield Block(BlockKind.PARAGRAPH, line, self.number[element])
            elif line:
                self.aside.append(line)

    def _table(self, table: etree._Element) -> Iterator[Block]:
        cells = list(_cells(table))
        if len(cells) <= 1 or next(table.iterdescendants("table"), None) is not None:
            for cell, *_ in cells:  # a table that only lays out the page
                yield from self._container(cell)
            return
        number = next(self.tables)
        caption = next((x for x in table if _tag(x) == "caption"), None)
        if caption is not None and (text := _squeezed(_inline_text(caption)).replace(BREAK, "")):
            yield Block(BlockKind.PARAGRAPH, text, self.number[caption])
        for cell, row, column, rows, columns in cells:
            if text := _squeezed(_inline_text(cell)).replace(BREAK, "\n").strip():
                yield Block(
                    BlockKind.CELL,
                    text,
                    self.number[cell],
                    table=number,
                    row=row,
                    column=column,
                    rows=rows,
                    columns=columns,
                )


# --- elements ------------------------------------------------------------------------------------


def _tag(element: etree._Element) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _take_out(root: etree._Element, aside: list[str]) -> None:
    """Remove what is no text of the report, and keep the words of what was removed.

    What holds most of the page's sentences is the report, whatever it is called.
    """
    for element in list(root.iter()):
        if element is not root and _unseen(element):
            _drop(element, aside)
    marks = _marks(root)
    for element in list(root.iter()):
        if element is not root and 2 * marks[element] <= marks[root] and _beside(element):
            _drop(element, aside)


def _drop(element: etree._Element, aside: list[str]) -> None:
    if element.getparent() is None:
        return
    if _tag(element) not in ("script", "style", "head"):
        aside.append(_squeezed("".join(element.itertext()))[:20])
    element.drop_tree()


def _unseen(element: etree._Element) -> bool:
    """Is an element nothing that a reader sees as text: hidden, folded away, struck out, a script?"""
    tag = _tag(element)
    if tag in NO_TEXT or tag in STRUCK or (tag == "details" and element.get("open") is None):
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    anchor = tag == "a" and (element.text or "").strip() in ANCHORS
    return anchor or bool(HIDDEN.search(element.get("style", "")))


def _beside(element: etree._Element) -> bool:
    """Is an element beside the report: navigation, a footer, a list of links? A title never is."""
    tag = _tag(element)
    if tag in INLINE or tag in HEADINGS or tag in ("body", "p", "td", "th", "tr", "table", "tbody"):
        return False
    if tag in BESIDE or _links(element):
        return True
    called = any(ASIDE.search(element.get(key, "")) for key in ("class", "id", "role"))
    return called and next(element.iter("h1"), None) is None


def _links(element: etree._Element) -> bool:
    """Is an element a list of links? Lists only: a sentence may be one link."""
    if _tag(element) not in ("ul", "ol", "dl", "div"):
        return False
    whole = len(_squeezed("".join(element.itertext())))
    linked = [len(_squeezed("".join(x.itertext()))) for x in element.iter("a")]
    return len(linked) > 2 and sum(linked) > 0.7 * whole


def _marks(root: etree._Element) -> dict[etree._Element, int]:
    """Return how many marks of sentences each element holds."""
    inside: dict[etree._Element, int] = {}
    for element in reversed(list(root.iter())):
        own = len(SENTENCE.findall(element.text or ""))
        inside[element] = own + sum(inside[x] + len(SENTENCE.findall(x.tail or "")) for x in element)
    return inside


def _main(root: etree._Element) -> etree._Element:
    """Return what the page says is its main part, or else the smallest element that holds nearly all sentences."""
    inside = _marks(root)
    main, whole = root, inside[root]
    for element in root.iter("main", "article"):
        if inside[element] > whole / 2:
            return element
    while whole:
        nearer = next((x for x in main if inside[x] >= ENOUGH * whole), None)
        if nearer is None or _tag(nearer) in INLINE or _tag(nearer) in ("p", "table", "ul", "ol"):
            break
        main = nearer
    return main


def _holds_blocks(element: etree._Element) -> bool:
    return any(_tag(x) not in INLINE and _tag(x) != "br" for x in element.iterdescendants())


def _inline_text(element: etree._Element) -> str:
    """Return the text below an element; a line break in the source is none of the text's."""
    pieces: list[str] = []
    for event, x in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            pieces.append(BREAK if _tag(x) == "br" else x.text or "")
        elif x is not element:
            if _tag(x) in ("p", "div", "li"):
                pieces.append(BREAK)
            pieces.append(x.tail or "")
    return "".join(pieces)


def _squeezed(text: str) -> str:
    """Return text as a browser shows it: runs of blanks are one, none between Chinese characters."""
    return BLANKS.sub(_blank, text).strip(" \u3000")


def _blank(found: re.Match[str]) -> str:
    """Return what stands for a run of blanks: nothing where the source was broken between Chinese characters."""
    text, (start, end) = found.string, found.span()
    latin = start > 0 and end < len(text) and text[start - 1].isascii() and text[end].isascii()
    return BREAK if BREAK in found[0] else " " if latin or "\n" not in found[0] else ""


def _round(line: str) -> bool:
    """Is a line one that the site put round the report?"""
    return len(line) <= LONGEST_ROUND and (bool(ABOUT.match(line)) or len(set(ROUND.findall(line))) > 1)


def _cells(table: etree._Element) -> Iterator[tuple[etree._Element, int, int, int, int]]:
    """Yield each cell with row, column, how many rows and columns."""
    taken: dict[int, int] = {}  # column -> rows that a cell from above still takes
    rows = [x for x in table.iterdescendants("tr") if next(x.iterancestors("table")) is table]
    for row, element in enumerate(rows, 1):
        column, held = 1, dict(taken)
        for cell in (x for x in element if _tag(x) in ("td", "th")):
            while taken.get(column, 0):
                column += 1
            across, down = _span(cell, "colspan"), min(_span(cell, "rowspan"), len(rows) - row + 1)
            yield cell, row, column, down, across
            for at in range(column, column + across):
                taken[at] = down
                held.pop(at, None)
            column += across
        taken = {at: left - 1 for at, left in taken.items() if left > 1}


def _span(cell: etree._Element, key: str) -> int:
    value = cell.get(key, "1").strip()
    return min(max(1, int(value)), 1000) if value.isdecimal() and len(value) < 6 else 1
