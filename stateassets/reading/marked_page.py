"""The marked report: reports' texts with every number underlined by what the audit says, as one file.

It asks no host for anything: styles and script stand inside, and its own policy lets nothing else
run, whatever the report says. The colours are the book's (``book/static/outputs.css``). A report is
hostile text: everything of it goes through ``lxml``, nothing is put together as a string.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from lxml import etree
from lxml.html import HtmlElement, tostring
from lxml.html import builder as tag

from ..audit.findings import CONFLICT, DOUBT, QUIET, UNIT, Finding
from ..importing.claims import UNSAID
from ..importing.printed import KINDS
from ..measures.claims import Claim
from ..measures.units import ROUNDINGS
from ..present.style import in_the_dark, on_paper
from ..tables.data_errors import hidden
from .marks import LOUD, MEANINGS, PENDING, TOLD, Mark, Marked, Number, accused
from .model import Block, BlockKind

STATIC = Path(__file__).with_name("static")
# The mark's class, by which the style sheet draws its line.
CLASSES = {
    Mark.WRONG: "wrong",
    Mark.UNIT: "unit",
    Mark.DOUBT: "doubt",
    Mark.NOTICE: "notice",
    Mark.UNPLACED: "unplaced",
    Mark.AGREES: "agrees",
    Mark.NOTHING: "nothing",
    Mark.NO_CLAIM: "no-claim",
}
OFF = (Mark.NO_CLAIM,)  # what is not underlined until somebody asks for it
BY_VERDICT = {CONFLICT: Mark.WRONG, UNIT: Mark.UNIT, DOUBT: Mark.DOUBT, **dict.fromkeys(QUIET, Mark.AGREES)}
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
DEEPEST = 6  # of HTML's headings
FIRST = 3  # the level of a report's highest heading: above it are the page's title and the report's


def page(marked: Marked, sample: bool = False) -> str:
    """Return the page; with ``sample`` it says 示例 beside its title."""
    names = "、".join(visible(r.document.name) for r in marked.readings)
    style, script = _style(), (STATIC / "marked.js").read_text("utf-8")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    head = tag.HEAD(
        tag.META(charset="utf-8"),
        tag.META({"http-equiv": "Content-Security-Policy", "content": policy}),
        tag.META(name="viewport", content="width=device-width, initial-scale=1"),
        tag.TITLE(f"{names}：读数和审核"),
        tag.STYLE(style),
    )
    title = [tag.SPAN(tag.CLASS("sample"), "示例"), " "] if sample else []
    body = tag.BODY(
        tag.MAIN(
            tag.H1(*title, f"{names}：读数和审核"),
            *_summary(marked),
            _findings(marked),
            _filter(marked),
            *(_report(marked, at) for at in range(len(marked.readings))),
            _notes(marked),
        ),
        tag.SCRIPT(script),
    )
    whole = tag.HTML({"lang": "zh-CN"}, head, body)
    return "<!doctype html>\n" + tostring(whole, encoding="unicode", method="html") + "\n"


def visible(text: str) -> str:
    """Return a report's text as it may be shown: what turns the direction of reading is named, what nobody sees is left out."""
    return "".join(f"〔U+{ord(c):04X}〕" if c in TURNING else "" if _unseen(c) else c for c in text)


def _unseen(c: str) -> bool:
    return c not in "\n\t" and not c.isprintable() and bool(hidden(c))


def claim_rows(claim: Claim) -> Iterator[tuple[str, str]]:
    """Say what a number was taken for: (what, how) by what a reader asks first."""
    yield "项目", claim.name_zh
    yield "口径", claim.scope or UNSAID
    yield "年度", f"{claim.year}年"
    yield "种类", KINDS[claim.kind][0] if KINDS.get(claim.kind) else claim.kind
    yield "读作", claim.printed
    if claim.base:
        yield "基期", claim.base
    if claim.of:
        yield "占比的整体" if claim.kind == "share" else "属于", claim.of
    if claim.kind != "rule":
        yield "代表", claim.stands_for


def resting(finding: Finding) -> str:
    """Say the numbers that a finding rests on, each with the true values that print as it."""
    return "；".join(f"{c.year}年{c.describe()}（{c.stands_for}）" for c in finding.claims)


def finding_mark(finding: Finding) -> Mark:
    """Return the mark that a finding puts on the numbers that it is about."""
    return BY_VERDICT.get(finding.verdict, Mark.NOTICE)


# --- parts of the page ---------------------------------------------------------------------------


def _summary(marked: Marked) -> Iterator[HtmlElement]:
    counts = {mark: sum(n.mark == mark for n in marked.numbers) for mark in Mark}
    read = sum(n.found is not None for n in marked.numbers)
    said = f"读出公布数{read}个，未识别{counts[Mark.UNPLACED]}个，不是公布数的{counts[Mark.NO_CLAIM]}个。"
    loud = marked.loud
    alarming = sum(marked.findings[at].alarming for at in loud)
    parts = (("需要更正的", alarming), ("需要说明的", len(loud) - alarming))
    told = "，".join(f"{what}{count}处" for what, count in parts if count) or "没有发现需要更正或说明的地方"
    waiting = any(marked.pending(at) for at in loud)
    pending = f"标着{PENDING}的结论依据的是程序读出的数，请先对照原句。" if waiting else ""
    yield tag.P(tag.CLASS("lead"), tag.STRONG(marked.headline), f"{told}。{said}")
    yield tag.P(tag.CLASS("small"), pending + _convention(marked))
    for reading in marked.readings:
        name = visible(reading.document.name)
        if reading.document.scanned:
            yield tag.P(tag.CLASS("small"), f"{name}是扫描件，文字是识别出来的，结论始终{PENDING}。")
        if reading.document.left_out:
            left = "；".join(visible(words) for words in reading.document.left_out)
            yield tag.P(tag.CLASS("small"), f"{name}里没有读的：{left}。")


def _convention(marked: Marked) -> str:
    """Say how the last digit of a printed number is taken to have come about, by the first one that has any."""
    claims = (claim for reading in marked.readings for claim in reading.claims)
    first = next((claim for claim in claims if claim.qualifier == "rounded"), None)
    if first is None:
        return ""
    return f"印出的数，末位按{ROUNDINGS[first.rounding]}看待：如{first.printed}代表的真实值{first.stands_for}。"


def _findings(marked: Marked) -> HtmlElement:
    loud = marked.loud
    quiet = [at for at in range(len(marked.findings)) if at not in loud]
    section = tag.SECTION({"aria-labelledby": "findings"}, tag.H2({"id": "findings"}, "发现的问题"))
    section.append(tag.OL(*(_finding(marked, at) for at in loud)) if loud else tag.P("没有。"))
    if quiet:
        agreeing = tag.OL(*(_finding(marked, at) for at in quiet))
        section.append(tag.DETAILS(tag.CLASS("agreeing"), tag.SUMMARY(f"核对相符的{len(quiet)}处"), agreeing))
    return section


def _finding(marked: Marked, at: int) -> HtmlElement:
    finding = marked.findings[at]
    mark = finding_mark(finding)
    item = tag.LI({"id": f"finding-{at + 1}", "class": "finding", "data-mark": CLASSES[mark], "tabindex": "-1"})
    head = tag.P(tag.CLASS("told"), _badge(mark, finding.verdict))
    if finding.verdict not in QUIET and marked.pending(at):
        head.append(tag.SPAN(tag.CLASS("pending"), PENDING))
    _text(head, f" {finding.year}年，{visible(finding.scope) or '口径' + UNSAID}：{visible(finding.message)}")
    if finding.expected:
        head.append(tag.STRONG(f"{visible(finding.expected)}。"))
    item.append(head)
    if finding.members:
        item.append(tag.UL(*(tag.LI(visible(member.message)) for member in finding.members)))
    if rests := _rests(marked, at):
        item.append(tag.UL(tag.CLASS("rests"), *rests))
    return item


def _rests(marked: Marked, at: int) -> list[HtmlElement]:
    """The sentences that a finding rests on, each with the way to its numbers."""
    by_sentence: dict[tuple[int, int], list[Number]] = {}
    for number in sorted(marked.under(at), key=lambda n: n.order):
        by_sentence.setdefault((number.report, number.place.sentence_no), []).append(number)
    items = []
    for (report, _), numbers in by_sentence.items():
        name = visible(marked.readings[report].document.name)
        item = tag.LI((f"《{name}》" if len(marked.readings) > 1 else "") + numbers[0].place.words)
        for between, number in zip(("：", *["、"] * len(numbers)), numbers, strict=False):
            _text(item, between)
            item.append(tag.A({"href": f"#n{number.order}"}, visible(number.text)))
        _text(item, f"　原句：{_short(visible(numbers[0].sentence))}")
        items.append(item)
    return items


def _filter(marked: Marked) -> HtmlElement:
    """Which marks are shown; it is the legend, too."""
    box = tag.FIELDSET({"id": "filter"}, tag.LEGEND("图例，可以选显示哪些数"))
    for mark in Mark:
        count = sum(number.mark == mark for number in marked.numbers)
        state = {} if mark in OFF else {"checked": "checked"}
        control = tag.INPUT({"type": "checkbox", "value": CLASSES[mark], "autocomplete": "off", **state})
        label = tag.LABEL({"title": MEANINGS[mark]}, control, " ", tag.SPAN(tag.CLASS(f"n {CLASSES[mark]}"), mark))
        _text(label, f" {count}")
        box.append(label)
    return box


def _report(marked: Marked, at: int) -> HtmlElement:
    reading = marked.readings[at]
    article = tag.ARTICLE({"aria-labelledby": f"report-{at + 1}"})
    article.append(tag.H2({"id": f"report-{at + 1}", "class": "name"}, f"原文：{visible(reading.document.name)}"))
    blocks = list(enumerate(reading.document.blocks))
    numbers = {block: list(group) for block, group in groupby(_of(marked, at), key=lambda n: n.place.block)}
    depth = FIRST - 1
    for table, group in groupby(blocks, key=lambda b: b[1].table if b[1].kind == BlockKind.CELL else 0):
        if table:
            article.append(_table(list(group), numbers))
            continue
        for number, block in group:
            words = _words(block, numbers.get(number, []))
            if block.kind == BlockKind.PARAGRAPH:
                article.append(tag.P(*words))
            else:
                depth = _depth(block, depth)
                article.append(etree.SubElement(article, f"h{depth}"))
                _fill(article[-1], words)
    return article


def _depth(block: Block, before: int) -> int:
    """Return the level of a heading on the page, which no heading passes over."""
    wanted = FIRST if block.kind == BlockKind.TITLE else FIRST + max(1, block.level) - 1
    return min(wanted, before + 1, DEEPEST)


def _table(cells: list[tuple[int, Block]], numbers: dict[int, list[Number]]) -> HtmlElement:
    body = tag.TBODY()
    for _, row in groupby(cells, key=lambda cell: cell[1].row):
        line = tag.TR()
        for number, block in row:
            spans = {name: str(n) for name, n in (("rowspan", block.rows), ("colspan", block.columns)) if n > 1}
            line.append(tag.TD(spans, *_words(block, numbers.get(number, []))))
        body.append(line)
    name = f"原文的表{cells[0][1].table}"
    return tag.DIV({"class": "frame", "tabindex": "0", "role": "region", "aria-label": name}, tag.TABLE(body))


def _words(block: Block, numbers: Iterable[Number]) -> list[HtmlElement | str]:
    """A block's text with its numbers marked."""
    words: list[HtmlElement | str] = []
    done = 0
    for number in numbers:
        words += [visible(block.text[done : number.place.start]), _link(number, block)]
        done = number.place.end
    return [*words, visible(block.text[done:])]


def _link(number: Number, block: Block) -> HtmlElement:
    text = visible(block.text[number.place.start : number.place.end])
    shown = {"data-note": str(number.order), "data-mark": CLASSES[number.mark]}
    return tag.A(
        {
            "id": f"n{number.order}",
            "class": f"n {CLASSES[number.mark]}",
            "href": f"#note-{number.order}",
            "aria-label": f"{text}，{number.mark}",
            **shown,
        },
        text,
    )


def _notes(marked: Marked) -> HtmlElement:
    """What is said of every number, by its own number: shown in a box, and on paper at the end."""
    notes = tag.DL(tag.CLASS("notes"))
    for number in marked.numbers:
        told = "" if number.mark in TOLD else " quiet"
        head = tag.DT(
            {"id": f"note-{number.order}", "class": f"note{told}", "data-mark": CLASSES[number.mark], "tabindex": "-1"}
        )
        head.append(tag.A({"class": "back", "href": f"#n{number.order}"}, f"{number.order}"))
        _text(head, " ")
        head.append(_badge(number.mark, number.mark))
        head.append(tag.STRONG(visible(number.text)))
        _text(head, f"　{number.place.words}")
        notes.append(head)
        notes.append(tag.DD({"class": f"note{told}"}, *_note(marked, number)))
    return tag.SECTION(
        {"id": "notes"}, tag.DETAILS(tag.SUMMARY(tag.H2(f"逐个数字的说明（{len(marked.numbers)}个）")), notes)
    )


def _note(marked: Marked, number: Number) -> Iterator[HtmlElement]:
    if number.found:
        taken = tag.TABLE(tag.CLASS("taken"))
        for what, how in claim_rows(number.found.claim):
            taken.append(tag.TR(tag.TH({"scope": "row"}, what), tag.TD(visible(how))))
        yield taken
    if number.why:
        yield tag.P(f"{visible(number.why)}。")
    told = [at for at in number.findings if marked.findings[at].verdict in QUIET]
    told = told if told and number.mark is Mark.AGREES else list(number.findings)  # what does not touch it is no news
    for at in sorted(told, key=lambda f: list(Mark).index(finding_mark(marked.findings[f]))):
        finding = marked.findings[at]
        said = tag.P(tag.A({"href": f"#finding-{at + 1}"}, finding.verdict))
        if finding.verdict not in QUIET and marked.pending(at):
            said.append(tag.SPAN(tag.CLASS("pending"), PENDING))
        _text(said, f" {visible(finding.message)}")
        if finding.expected:
            said.append(tag.STRONG(f"{visible(finding.expected)}。"))
        yield said
        if finding.verdict not in QUIET:
            right = "" if number.found and number.found.claim in accused(finding) else "这个数是依据之一。"
            yield tag.P(tag.CLASS("small"), f"{right}依据：{visible(resting(finding))}。")
    if number.found and any(finding_mark(marked.findings[f]) in LOUD for f in number.findings):
        yield tag.P(tag.CLASS("small"), "已有人对照原文核对过读数。" if number.confirmed else "读数还没有人核对。")


def _badge(mark: Mark, words: str) -> HtmlElement:
    return tag.SPAN(tag.CLASS(f"badge {CLASSES[mark]}"), words)


# --- small things --------------------------------------------------------------------------------


def _of(marked: Marked, report: int) -> list[Number]:
    return [number for number in marked.numbers if number.report == report]


def _short(sentence: str, most: int = 120) -> str:
    flat = " ".join(sentence.split())
    return flat if len(flat) <= most else f"{flat[:most]}……"


def _fill(element: HtmlElement, words: Iterable[HtmlElement | str]) -> None:
    for word in words:
        if isinstance(word, str):
            _text(element, word)
        else:
            element.append(word)


def _text(element: HtmlElement, words: str) -> None:
    """Put text behind what an element holds already."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + words
    else:
        element.text = (element.text or "") + words


@cache
def _style() -> str:
    light, dark = ("".join(f"--{name}: {value}; " for name, value in of().items()) for of in (on_paper, in_the_dark))
    sheet = (STATIC / "marked.css").read_text("utf-8")
    return f":root {{ {light}}}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark}}} }}\n{sheet}"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()
