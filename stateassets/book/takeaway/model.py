"""The report as a document: what its executed chapters show, in order, without the page around it.

The chapters of the report's own parts (一、二、三 …) are read; what the book adds about peers,
enterprises and the platform is not. Numbering is the report's: 一、（一）1.（1）①.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from html import unescape
from pathlib import PurePosixPath
from typing import Any

from lxml.html import HtmlElement, HTMLParser, fragment_fromstring
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from ...present.markup import ORIGIN_CSS
from ...tables.origins import Origin
from .. import standing

# What the book adds to a chapter so that its numbers can be trusted; no part of the report.
APPARATUS = {"数字从哪里来", "与公布报告核对"}
CHECKS = "与公布报告逐项核对"  # how the caption of each table of checks begins
# The contents name the sections of this part, not the part itself.
PARTS = {"二": "企业国有资产管理情况"}
# A cell so tagged speaks of the page it stands on: where to click, where to type.
SCREEN_ONLY = standing.SCREEN_ONLY

CHINESE = "一二三四五六七八九十"
DIGITS, DEEPEST = 3, 5  # the level of headings numbered 1. 2., and the last that has a style
PLACE = re.compile(rf"([{CHINESE}]+)(?:、|（([{CHINESE}]+)）\s*(\d*))\s*(.+)")
LABEL = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
SPACES = re.compile(r"\s+")
CLICK = standing.CLICKED  # nobody can on paper
NARROW = re.compile(r'<svg class="sa-narrow".*?</svg>', re.DOTALL)  # a second drawing, for a phone
SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
# The badge is printed otherwise; the link leads nowhere on paper.
SCREEN_CSS = {ORIGIN_CSS, "sa-from", "sa-screen"}
OF_YEAR = re.compile(r"^\d{4}年末?的?")
SENTENCE = re.compile(r"(?<=。)")
# What the cover concludes: its passages, and the head of each finding.
CONCLUSION, FINDING = "sa-conclusion", "sa-finding"
SOURCES = standing.MEASURES  # the caption of each chapter's table of measures


@dataclass(frozen=True)
class Run:
    """Words of a paragraph; ``figure`` is the id of the figure that said them, ``to`` the chapter or
    label of the report that they lead to."""

    text: str
    figure: str = ""
    strong: bool = False
    to: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading with its number as printed; ``apparatus`` if the book, not the report, has it.

    ``names`` are the chapters and labels that begin here, by which others refer to it.
    """

    level: int
    text: str
    number: str = ""
    apparatus: bool = False
    names: tuple[str, ...] = ()

    @property
    def printed(self) -> str:
        """Number and text."""
        return self.number + self.text


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text."""

    runs: tuple[Run, ...]
    origin: Origin | None = None

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Table:
    """A table as printed; ``number`` is 0 for those that only the book has."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    origin: Origin | None = None
    note: str = ""
    number: int = 0
    section: str = ""

    @property
    def title(self) -> str:
        """Number and caption."""
        return f"表{self.number}　{self.caption}" if self.number else self.caption

    @property
    def sheet(self) -> str:
        """What its sheet in the workbook is called: number, caption and section, as far as Excel has room."""
        return sheet_name(f"表{self.number} {OF_YEAR.sub('', self.caption)} {self.section}".strip())


@dataclass(frozen=True)
class Picture:
    """A picture with the words for those who cannot see it."""

    caption: str
    alt: str
    svg: str
    origin: Origin | None = None
    number: int = 0

    @property
    def title(self) -> str:
        """Number and caption."""
        return f"图{self.number}　{self.caption}"

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points, as drawn."""
        box = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', self.svg)
        if box is None:
            raise ValueError(f"图“{self.caption}”没有写明大小")
        return float(box[1]), float(box[2])


Block = Heading | Paragraph | Table | Picture


def sheet_name(title: str) -> str:
    """A title as Excel allows it to name a sheet, with room for a number behind it."""
    return re.sub(r"[\[\]:*?/\\']", "", title)[:28].rstrip()


@dataclass(frozen=True)
class Letter:
    """From whom the report is and to whom it goes; empty where the book does not say it."""

    addressee: str = ""
    publisher: str = ""
    source: str = ""  # the address at which the printed report is found

    @classmethod
    def of(cls, package: Mapping[str, Any]) -> Letter:
        """Return what ``datapackage.json`` says of it."""
        people = package.get("contributors", ())
        publishers = [one.get("title", "") for one in people if one.get("role") == "publisher"]
        addresses = [source.get("path", "") for source in package.get("sources", ())]
        return cls(package.get("addressee", ""), next(iter(publishers), ""), next(iter(addresses), ""))


@dataclass(frozen=True)
class Document:
    """The whole report; ``summary`` are the book's conclusions, from its cover."""

    title: str
    blocks: tuple[Block, ...]
    summary: tuple[Paragraph, ...] = ()
    letter: Letter = Letter()

    @property
    def sample(self) -> bool:
        """Does anything that it shows rest on sample data? A table that it does not show counts for nothing."""
        shown = (*self.summary, *self.blocks)
        return any(not isinstance(b, Heading) and b.origin is Origin.SAMPLE for b in shown)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The report's own tables, numbered."""
        return tuple(b for b in self.blocks if isinstance(b, Table) and b.number)

    @property
    def checks(self) -> tuple[Table, ...]:
        """The printed figures against the recomputed ones, one table a section."""
        tables = (b for b in self.blocks if isinstance(b, Table) and not b.number)
        return tuple(t for t in tables if t.caption.startswith(CHECKS))

    @property
    def measures(self) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """Header and rows of the measures that its chapters tell, each once: name, definition, source, basis."""
        tables = [b for b in self.blocks if isinstance(b, Table) and b.caption == SOURCES]
        header = tables[0].header if tables else ()
        return header, tuple({row[0]: row for table in tables for row in table.rows}.values())

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures, in order."""
        return tuple(b for b in self.blocks if isinstance(b, Picture))

    def plain(self) -> Document:
        """The report without what the book adds to it."""
        kept: list[Block] = []
        leaving = 0  # the level of the heading under which nothing is kept
        for block in self.blocks:
            if isinstance(block, Heading) and (not leaving or block.level <= leaving):
                leaving = block.level if block.apparatus else 0
            if not leaving:
                kept.append(block)
        return replace(self, blocks=tuple(kept))


# ------------------------------------------------------------------------------------- contents


def chapters(contents: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """(heading, documents) of each part of the contents that belongs to the report itself."""
    return [
        (part["caption"], [c["file"] for c in part["chapters"] if "file" in c])
        for part in contents.get("parts", ())
        if PLACE.fullmatch(part.get("caption", ""))
    ]


def place(heading: str) -> tuple[tuple[str, ...], str]:
    """Where a heading stands and what it says: 二（一）2 专项行动 is ("二", "一", "2"), 专项行动.

    Raises:
        ValueError: the heading does not say where it stands.
    """
    found = PLACE.fullmatch(heading)
    if found is None:
        raise ValueError(f"标题“{heading}”没有报告的章节号")
    *numbers, text = found.groups()
    return tuple(filter(None, numbers)), text


def printed_number(level: int, number: str) -> str:
    """A heading's number as an official document prints it at a level from 1 to 5."""
    if level == 5:
        return chr(ord("①") + int(number) - 1)
    return ("{}、", "（{}）", "{}.", "（{}）")[level - 1].format(number)


# ---------------------------------------------------------------------------------------- reading


def read(
    title: str, contents: Mapping[str, Any], notebooks: Mapping[str, str], letter: Letter | None = None
) -> Document:
    """Return the report from its contents (``_toc.yml``) and its executed notebooks' texts, the cover's among them.

    Raises:
        ValueError: a chapter is missing, or a heading does not say where it stands.
    """
    parts = chapters(contents)
    names = [name for _, found in parts for name in found]
    if missing := [name for name in names if name not in notebooks]:
        raise ValueError(f"这些章节还没有运行：{'、'.join(missing)}")
    parsed = {name: standing.parsed(notebooks[name]) for name in names}
    labels = {label for found in parsed.values() for label in LABEL.findall(_sources(found))}
    reader = _Reader({*names}, labels)
    for caption, found in parts:
        reader.reach(*place(caption))
        for name in found:
            reader.chapter(name, parsed[name])
    cover = notebooks.get(contents.get("root", ""))
    concluded = tuple(summary(cover)) if cover else ()
    return Document(title, tuple(_without_empty(reader.blocks)), concluded, letter or Letter())


def summary(cover: str) -> Iterator[Paragraph]:
    """Yield what the executed cover concludes, without what leads to other pages."""
    for cell in standing.parsed(cover)["cells"]:
        for html in outputs(cell):
            if CONCLUSION not in html and FINDING not in html:
                continue
            shown = _fragment(SVG.sub("", html))
            for said in (*shown.xpath(f".//*[@class='{CONCLUSION}']//p"), *shown.find_class(FINDING)):
                runs = tuple(replace(run, to="") for run in _staying(_spoken(said), lambda _: True))
                if runs:
                    yield Paragraph(runs, _badge(said))


def _staying(runs: Iterable[Run], away: Callable[[str], bool]) -> Iterator[Run]:
    """Yield runs without the sentences that only lead elsewhere: those with a link away and without a number."""
    sentence: list[Run] = []
    for run in runs:
        linked = bool(run.to or run.figure)
        for text in (run.text,) if linked else filter(None, SENTENCE.split(run.text)):
            sentence.append(replace(run, text=text))
            if not linked and text.endswith("。"):
                yield from _unless_leading(sentence, away)
                sentence = []
    yield from _unless_leading(sentence, away)


def _unless_leading(sentence: Sequence[Run], away: Callable[[str], bool]) -> Sequence[Run]:
    leads = any(run.to and away(run.to) for run in sentence)
    return () if leads and not re.search(r"\d", "".join(run.text for run in sentence)) else sentence


def outputs(cell: Mapping[str, Any]) -> Iterator[str]:
    """Yield the HTML that a cell of an executed notebook shows."""
    for output in cell.get("outputs", ()):
        yield "".join(output.get("data", {}).get("text/html", ""))


def _sources(notebook: Mapping[str, Any]) -> str:
    prose = (cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    return "\n".join("".join(cell["source"]) for cell in prose)


def _without_empty(blocks: Sequence[Block]) -> Iterator[Block]:
    """Leave out headings under which nothing is left."""
    kept: list[Block] = []
    for block in reversed(blocks):
        below = kept[-1] if kept else None
        empty = below is None or (
            isinstance(below, Heading) and isinstance(block, Heading) and below.level <= block.level
        )
        if not (isinstance(block, Heading) and empty):
            kept.append(block)
    return reversed(kept)


@dataclass
class _Reader:
    """Reads chapters one after the other and counts headings, tables and pictures."""

    names: set[str]
    labels: set[str]
    blocks: list[Block] = field(default_factory=list)
    reached: set[tuple[str, ...]] = field(default_factory=set)
    told: set[tuple[str, ...]] = field(default_factory=set)  # the places of the chapters read
    depth: int = 0  # of the chapter
    counts: list[int] = field(default_factory=list)  # of the headings below it
    second: bool = False  # whether it is a further chapter of its place
    tables: int = 0
    pictures: int = 0
    section: str = ""
    apparatus: bool = False
    here: PurePosixPath = field(default_factory=PurePosixPath)
    waiting: tuple[str, ...] = ()  # the names of the heading that comes next

    def reach(self, path: tuple[str, ...], text: str) -> None:
        """Write the headings that lead to a place, each once, numbered without a gap."""
        for level in range(1, len(path) + 1):
            if path[:level] in self.reached:
                continue
            beside = sum(len(other) == level and other[:-1] == path[: level - 1] for other in self.reached)
            words = text if level == len(path) else PARTS.get(path[0], "")
            self.reached.add(path[:level])
            if words:
                number = str(beside + 1) if level == DIGITS else CHINESE[beside]
                self.head(Heading(level, words, printed_number(level, number)), level == len(path))

    def head(self, heading: Heading, last: bool = True) -> None:
        """Add a heading; the last of those that lead to a place has the place's names."""
        self.blocks.append(replace(heading, names=self.waiting if last else ()))
        if last:
            self.waiting = ()

    def chapter(self, name: str, notebook: Mapping[str, Any]) -> None:
        """Read one executed notebook."""
        self.here, self.apparatus, self.waiting = PurePosixPath(name), False, (name,)
        for cell in notebook["cells"]:
            if SCREEN_ONLY in cell["metadata"].get("tags", ()):
                continue
            if cell["cell_type"] == "markdown":
                self.markdown("".join(cell["source"]))
            for html in outputs(cell):
                self.output(html)

    # --- prose ---------------------------------------------------------------------------

    def markdown(self, source: str) -> None:
        """Read the author's own words."""
        self.waiting += tuple(LABEL.findall(source))
        tree = SyntaxTreeNode(_markdown().parse(CLICK.sub("", LABEL.sub("", source))))
        for node in tree.walk(include_self=False):
            if node.type == "heading":
                self.heading(int(node.tag[1]), _words(node))
            elif node.type == "paragraph" and not self.leads_away(node):
                if runs := tuple(self.resolved(_runs(node))):
                    self.blocks.append(Paragraph(runs))
            elif node.type == "fence":  # a note
                self.markdown(node.content)

    def heading(self, level: int, text: str) -> None:
        """Place a heading: the first says where its chapter stands, the others are counted."""
        if level == 1:
            path, words = place(text)
            self.section = text.removesuffix(words).strip()
            if path not in self.told:
                self.told.add(path)
                self.reach(path, words)
                self.depth, self.counts, self.second = len(path), [], False
                return
            # A further chapter of a place: it goes on below the first, with the next number there.
            self.depth, self.second = len(path), True
            self.counts = self.counts[:1]
        self.apparatus = text in APPARATUS
        below = level - 1 + self.second
        at = min(self.depth + below, DEEPEST)
        if self.apparatus:
            self.head(Heading(at, text, apparatus=True))
            return
        self.counts = [*self.counts, 0, 0][:below]
        self.counts[-1] += 1
        self.head(Heading(at, words if level == 1 else text, printed_number(at, str(self.counts[-1]))))

    def leads_away(self, node: SyntaxTreeNode) -> bool:
        """Does a paragraph lead to a page that is not in the document?"""
        return any(self.away(str(n.attrs["href"])) for n in node.walk() if n.type == "link")

    def away(self, address: str) -> bool:
        """Is an address one of the book, but not of the report?"""
        return "://" not in address and not self.target(address)

    def resolved(self, runs: Iterable[Run]) -> Iterator[Run]:
        """Yield runs that lead to a chapter or label of the report, or nowhere."""
        return (replace(run, to=self.target(run.to)) if run.to else run for run in runs)

    def target(self, address: str) -> str:
        """Return the chapter or label of the report to which an address leads, empty if to none."""
        if "://" in address:
            return ""
        if address.startswith("#"):
            return address[1:] if address[1:] in self.labels else ""
        target = (self.here.parent / address.partition("#")[0]).with_suffix("")
        parts: list[str] = []
        for part in target.parts:
            if part == "..":
                parts.pop()
            else:
                parts.append(part)
        name = "/".join(parts)
        return name if name in self.names else ""

    # --- results -------------------------------------------------------------------------

    def output(self, html: str) -> None:
        """Take what a cell showed; tables and pictures are counted."""
        for block in shown(html):
            if isinstance(block, Table):
                self.tables += not self.apparatus
                number = 0 if self.apparatus else self.tables
                self.blocks.append(replace(block, number=number, section=self.section))
            elif isinstance(block, Picture):
                self.pictures += 1
                self.blocks.append(replace(block, number=self.pictures))
            elif isinstance(block, Paragraph):
                kept = tuple(self.resolved(_staying(block.runs, self.away)))
                if kept:
                    self.blocks.append(replace(block, runs=kept))


@cache
def shown(html: str) -> tuple[Block, ...]:
    """Return what an output shows; it is not known yet where.

    Raises:
        ValueError: a picture is not drawn.
    """
    html = NARROW.sub("", html)
    # Drawings are kept as they are, the parser need not see them.
    drawings = iter(SVG.findall(html))
    return tuple(_blocks(_fragment(SVG.sub("<svg></svg>", html)), drawings))


def _fragment(html: str) -> HtmlElement:
    return fragment_fromstring(html, "div", parser=HTMLParser(remove_comments=True))


def _blocks(node: HtmlElement, drawings: Iterator[str]) -> Iterator[Block]:
    for child in node.iterchildren("*"):
        if child.tag == "p":
            yield Paragraph(tuple(_spoken(child)), _badge(child))
        elif "sa-table" in child.classes:
            yield _table(child)
        elif "sa-chart" in child.classes:
            yield _picture(child, next(drawings, ""))
        elif child.tag in ("script", "style") or "hidden" in child.attrib:
            continue
        elif child.tag != "details" or "sa-folded" in child.classes:  # what is folded is no less of the report
            yield from _blocks(child, drawings)


def _table(figure: HtmlElement) -> Table:
    head, *body = figure.iterfind(".//tr")
    numbers = {i for i, cell in enumerate(_cells(head)) if "sa-number" in cell.classes}
    note = next(iter(figure.find_class("sa-note")), None)
    return Table(
        caption=_caption(figure),
        header=tuple(map(_text, _cells(head))),
        rows=tuple(tuple(map(_text, _cells(row))) for row in body),
        numeric=frozenset(numbers),
        origin=_badge(figure),
        note=_text(note),
    )


def _picture(figure: HtmlElement, svg: str) -> Picture:
    if not svg:
        raise ValueError(f"图“{_caption(figure)}”里没有图形")
    alt = re.search(r'aria-label="([^"]*)"', svg)
    words = unescape(alt[1]) if alt else ""
    return Picture(_caption(figure), words, svg, _badge(figure))


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark")


def _words(node: SyntaxTreeNode) -> str:
    return "".join(run.text for run in _runs(node))


def _runs(node: SyntaxTreeNode, strong: bool = False, to: str = "") -> Iterator[Run]:
    if node.type in ("text", "code_inline"):
        yield Run(node.content, strong=strong, to=to)
    to = str(node.attrs["href"]) if node.type == "link" else to
    for child in node.children:
        yield from _runs(child, strong or child.type == "strong", to)


def _caption(figure: HtmlElement) -> str:
    return _text(figure.find(".//figcaption"))


def _badge(node: HtmlElement) -> Origin | None:
    marks = [mark.classes for mark in node.find_class(ORIGIN_CSS)]
    return next((origin for origin in Origin if any(f"sa-{origin}" in classes for classes in marks)), None)


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return list(row.iterchildren("th", "td"))


def _unseen(node: HtmlElement) -> bool:
    return (
        not SCREEN_CSS.isdisjoint(node.get("class", "").split())
        or node.tag in ("script", "style")
        or "hidden" in node.attrib
    )


def _spoken(node: HtmlElement) -> Iterator[Run]:
    """The words of a paragraph, figures marked as such."""
    yield from _plain(node.text)
    for child in node:
        if not _unseen(child):
            address = child.get("href", "")
            yield Run(_text(child), child.get("data-figure", ""), to="" if address.startswith("#") else address)
        yield from _plain(child.tail)


def _plain(text: str | None) -> Iterator[Run]:
    if text:
        yield Run(text)


def _text(node: HtmlElement | None) -> str:
    """The words of an element in one line, a formula written out."""
    if node is None or _unseen(node):
        return ""
    if node.tag == "ul":
        return "；".join(map(_text, node.iterchildren("li")))
    if node.tag == "mfrac":
        return "/".join(map(_factor, node))
    pieces = [node.text, *(piece for child in node for piece in (_text(child), child.tail))]
    return "".join(SPACES.sub(" ", piece) for piece in pieces if piece).strip()


def _factor(node: HtmlElement) -> str:
    text = _text(node)
    return f"（{text}）" if re.search(r"[-+×/]", text) else text
