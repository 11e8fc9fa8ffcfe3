"""The report as a Word file in the layout of official documents (GB/T 9704—2012).

What it looks like stands in ``report.docx`` beside this module, a template that is opened and
changed in Word: page, grid, fonts (named, not embedded), styles, header and page numbers. Here it
is filled, each block in the style that the template has for it: title, addressee, summary and
contents, the report, signature and date, and as annexes how its numbers are defined and checked.
What the book does not say, as to whom it goes, is left out; a date is left to be filled in by who signs.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import docx
from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.shape import CT_Inline
from docx.shared import Mm, Pt, Twips
from docx.text.paragraph import Paragraph as WordParagraph
from lxml.etree import SubElement

from ...cache import Store
from ...cache.store import sha
from ...measures.registry import REGISTRY
from ...tables.origins import Origin
from .files import WORKBOOK
from .model import Block, Document, Heading, Paragraph, Picture, Run, Table
from .pagination import Look, Pages
from .pdf import MARK, as_json, font_families
from .typesetting import typeset

KIND = "pictures"  # in the cache
TEMPLATE = Path(__file__).with_name("report.docx")
# GB/T 9704—2012, 5.2: a type area of 156 mm by 225 mm; lengths of tables are in twips (1/20 pt).
WIDTH, HEIGHT = Mm(156).twips, Mm(225).twips
# Longer ones stand in the workbook: nobody reads them in a meeting.
MOST_ROWS = 40
WORD = re.compile(r"[!-~]+")
CHARACTER = 210  # of a table's text
PICTURE = 0.85  # of the text's width
PPI = 200
DRAWN = b"""#for p in json(bytes(sys.inputs.pictures)) {
    page(width: p.width * 1pt, height: p.height * 1pt, margin: (x: 3pt, y: 1pt), fill: white,
         image(bytes(p.svg), format: "svg", width: 100%)) }"""
MOST_OF_A_PROPERTY = 255  # characters, in Word
RUN, TEXT = qn("w:r"), qn("w:t")
BODY = "Normal"  # the style of a paragraph that names none
LISTED = 3  # the levels of headings that the contents have
DATE = "　　　　年　　月　　日"  # filled in by hand by who signs
MEASURES, PRINTED = "文中数字的口径和来历", "公布数与重算数逐项核对"  # the annexes
WHOLE = 6  # rows up to which a table stays on one page
CELL = 120  # what is left free beside a cell's text
AFTER_UPDATE = ("w:hdrShapeDefaults", "w:footnotePr", "w:endnotePr", "w:compat")  # in the order of the settings
UNWRITABLE = re.compile(r"[\x00-\x08\x0a-\x1f\ud800-\udfff\ufffe\uffff]")  # by XML
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file knows


def write(document: Document, store: Store | None = None) -> bytes:
    """Return the Word file; the same report gives the same bytes. What is kept is not drawn again."""
    report, annexes = document.plain(), _annexes(document)
    filled = _Filled(report, annexes, _pictures(report.pictures, store))
    filled.file.core_properties.title = _clean(report.title)[:MOST_OF_A_PROPERTY]
    if report.sample:
        filled.file.sections[0].header.paragraphs[0].add_run(MARK)  # odd and even pages have one header
    filled.front()
    for block in report.blocks:
        filled.add(block)
    filled.back()
    filled.number()
    stream = io.BytesIO()
    filled.file.save(stream)
    return _same_bytes(stream)


def _annexes(document: Document) -> list[Table]:
    """Return what follows the signature: how the text's numbers are defined, and how they agree with those printed."""
    texts = (b for b in (*document.summary, *document.plain().blocks) if isinstance(b, Paragraph))
    told = {_measure(run.figure) for text in texts for run in text.runs}
    header, rows = document.measures
    measures = Table(MEASURES, header, tuple(row for row in rows if row[0] in told))
    checks = document.checks
    printed = tuple((table.section, *row) for table in checks for row in table.rows)
    header = ("章节", *checks[0].header) if checks else ()
    return [table for table in (measures, Table(PRINTED, header, printed, frozenset({2, 3}))) if table.rows]


def _measure(figure: str) -> str:
    """Return the Chinese name of the measure that a figure is of, empty if there is none."""
    name = figure.partition(".")[0]
    return REGISTRY[name].name_zh if name in REGISTRY else ""


def draw(document: Document, store: Store) -> None:
    """Draw the pictures that are not kept yet, and keep them."""
    _pictures(document.plain().pictures, store)


def _same_bytes(stream: io.BytesIO) -> bytes:
    """Return a zip file without the time at which it was made, the same on every system."""
    made = io.BytesIO()
    with zipfile.ZipFile(stream) as parts, zipfile.ZipFile(made, "w") as file:
        for name in parts.namelist():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            file.writestr(info, parts.read(name))
    return made.getvalue()


def _pictures(pictures: Sequence[Picture], store: Store | None) -> list[bytes]:
    """Return pictures as PNG; only those that are not kept are drawn."""
    by = sha(f"{version('typst')} {PPI} {DRAWN!r} {font_families()}")
    names = [sha(as_json([picture])) for picture in pictures]
    kept = {name: found[1] for name in names if store and (found := store.find(KIND, name, by, {}))}
    missing = {name: p for name, p in zip(names, pictures, strict=True) if name not in kept}
    for name, png in zip(missing, _drawn(list(missing.values())), strict=True):
        kept[name] = png
        if store:
            store.keep(KIND, name, by, {}, png)
    return [kept[name] for name in names]


def _drawn(pictures: Sequence[Picture]) -> list[bytes]:
    """Draw pictures as PNG: older Words show no SVG."""
    if not pictures:
        return []
    found = typeset(DRAWN, format="png", ppi=PPI, sys_inputs={"pictures": as_json(pictures)})
    return found if isinstance(found, list) else [bytes(found or b"")]


class _Filled:
    """The template as it is filled; ``pictures`` are the report's, drawn, in its order."""

    def __init__(self, report: Document, annexes: Sequence[Table], pictures: Sequence[bytes]) -> None:
        self.file: WordFile = docx.Document(str(TEMPLATE))
        self.report, self.annexes, self.drawn = report, annexes, iter(pictures)
        styles = {style.style_id: style for style in self.file.styles}
        self.three_lines = styles["ThreeLines"]
        normal = styles[BODY].element
        paragraphs = (name for name, style in styles.items() if style.type == WD_STYLE_TYPE.PARAGRAPH)
        self.looks = {name: _look(styles[name].element, normal) for name in paragraphs}
        # Where links lead: to the headings of chapters and labels, to the rows of measures.
        headings = [block for block in report.blocks if isinstance(block, Heading)]
        self.headings = [(h.level, h.printed) for h in headings] + [(1, table.caption) for table in annexes]
        self.next_heading, self.next_id, self.next_shape = count(), count(1), count(1)
        self.places = {name: _heading(i) for i, h in enumerate(headings) for name in h.names}
        measures = (row[0] for table in annexes if table.caption == MEASURES for row in table.rows)
        self.measures = {name: f"_Measure{i}" for i, name in enumerate(measures, 1)}
        self.pages = Pages(HEIGHT)
        self.apart = False  # whether what comes next begins a page, since the contents end here
        self.numbers: dict[str, Any] = {}  # the page numbers of the contents, by bookmark

    # --- before and after the report's own blocks ----------------------------------------------

    def front(self) -> None:
        """Add title, addressee, summary and contents."""
        self.paragraph("Title", self.report.title)
        if self.report.sample:
            self.paragraph("Mark", f"（{Origin.SAMPLE.word}）")
        if self.report.letter.addressee:
            self.paragraph("Addressee", f"{self.report.letter.addressee}：")
        if self.report.summary:
            self.paragraph("FrontTitle", "摘　要")
        for said in self.report.summary:
            self.paragraph(BODY, *said.runs)
        entries = [(_heading(i), level, text) for i, (level, text) in enumerate(self.headings) if level <= LISTED]
        if entries:
            self.contents(entries)

    def contents(self, entries: Sequence[tuple[str, int, str]]) -> None:
        """Add the table of contents (bookmark, level, heading): filled, and a field that Word brings up to date."""
        self.paragraph("ContentsTitle", "目　录")
        code = f'<w:r><w:instrText xml:space="preserve"> TOC \\o "1-{LISTED}" \\h \\z \\u </w:instrText></w:r>'
        before = f"{_field_char('begin')}{code}{_field_char('separate')}"
        for bookmark, level, text in entries:
            after = _field_char("end") if bookmark == entries[-1][0] else ""
            entry = parse_xml(
                f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="TOC{level}"/></w:pPr>{before}'
                f'<w:hyperlink w:anchor="{bookmark}" w:history="1"><w:r><w:t>{escape(_clean(text))}</w:t></w:r>'
                f"<w:r><w:tab/></w:r>{_field_char('begin')}"
                f'<w:r><w:instrText xml:space="preserve"> PAGEREF {bookmark} \\h </w:instrText></w:r>'
                f"{_field_char('separate')}<w:r><w:t/></w:r>{_field_char('end')}</w:hyperlink>{after}</w:p>"
            )
            before = ""
            self.file.element.body.insert_element_before(entry, "w:sectPr")
            self.numbers[bookmark] = entry.findall(f".//{qn('w:t')}")[-1]
            self.pages.paragraph(self.looks[f"TOC{level}"], text, WIDTH)
        self.apart = True

    def back(self) -> None:
        """Add the list of annexes, signature and date, then the annexes, each on a page of its own."""
        for i, table in enumerate(self.annexes, 1):
            self.paragraph("AnnexList", f"{'附件：' if i == 1 else '　　　'}{i}．{table.caption}")
        if self.report.letter.publisher:
            self.paragraph("Signature", self.report.letter.publisher)
            self.paragraph("Date", DATE)
        for i, table in enumerate(self.annexes, 1):
            self.paragraph("AnnexMark", f"附件{i}")
            self.heading("AnnexTitle", table.caption)
            self.rows(table)
            if table.caption == PRINTED and self.report.letter.source:
                note = self.paragraph("TableNote", "报告印出的数，见")
                self.link(note, Run(self.report.letter.source), self.outside(self.report.letter.source))

    def number(self) -> None:
        """Write the page numbers of the contents, as far as they can be known before Word has set the file."""
        self.pages.turn()
        for bookmark, number in self.numbers.items():
            number.text = str(self.pages.found[bookmark])
        asked = _style("w:updateFields", "true")  # these are reckoned: Word, which asks first, sets them right
        self.file.settings.element.insert_element_before(asked, *AFTER_UPDATE)

    # --- the report's own blocks ---------------------------------------------------------------

    def add(self, block: Block) -> None:
        """Add a block of the report."""
        match block:
            case Heading():
                self.heading(f"Heading{block.level}", block.printed)
            case Paragraph():
                self.paragraph(BODY, *block.runs)
            case Table():
                self.table(block)
            case Picture():
                self.picture(block)

    def paragraph(self, style: str, *content: Run | str) -> WordParagraph:
        """Add a paragraph of the template's style of that id."""
        made = self.file.add_paragraph()
        if style != BODY:
            made._p.style = style  # by its id: python-docx looks for it among all styles each time
        runs = [part if isinstance(part, Run) else Run(part) for part in content]
        for run in runs:
            place = self.places.get(run.to) or self.measures.get(_measure(run.figure))
            if place:
                self.link(made, run, place)
            else:
                made.add_run(_clean(run.text)).bold = True if run.strong else None
        look = self.looks[style]
        if self.apart:
            made.paragraph_format.page_break_before = True
        if look.first or self.apart:
            self.pages.turn()
        self.apart = False
        self.pages.paragraph(look, "".join(run.text for run in runs), WIDTH)
        return made

    def heading(self, style: str, text: str) -> None:
        """Add a heading to which the contents lead."""
        place = _heading(next(self.next_heading))
        self.pages.mark(place)
        self.bookmark(self.paragraph(style, text)._p, place)

    def bookmark(self, paragraph: Any, name: str) -> None:
        """Make a paragraph a place to which links lead."""
        number = str(next(self.next_id))
        begin, end = (OxmlElement(f"w:bookmark{which}") for which in ("Start", "End"))
        begin.set(qn("w:name"), name)
        for mark in (begin, end):
            mark.set(qn("w:id"), number)
        paragraph.insert_element_before(begin, "w:r", "w:hyperlink")
        paragraph.append(end)

    def link(self, paragraph: WordParagraph, run: Run, place: str) -> None:
        """Add words that lead to a bookmark, or out of the file where ``place`` is a relationship's id."""
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor" if place.startswith("_") else "r:id"), place)
        made = paragraph.add_run(_clean(run.text))
        made.bold = True if run.strong else None
        if not place.startswith("_"):
            made._r.get_or_add_rPr().insert(0, _style("w:rStyle", "Hyperlink"))
        link.append(made._r)
        paragraph._p.append(link)

    def outside(self, address: str) -> str:
        """Return the id of a relationship to what lies outside the file."""
        return str(self.file.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))

    def table(self, table: Table) -> None:
        """Add a table with its caption above and its note below; a long one is only named."""
        self.paragraph("TableCaption", table.title)
        if len(table.rows) <= MOST_ROWS:
            self.rows(table)
            return
        note = self.paragraph("TableNote", f"（共{len(table.rows)}行，列在随附工作簿的“")
        cell = f"'{table.sheet}'!A1"
        self.link(note, Run(f"表{table.number}"), self.outside(f"{quote(WORKBOOK)}#{quote(cell)}"))
        note.add_run("”里。）")

    def rows(self, table: Table) -> None:
        """Add a table's rows and its note."""
        made = self.file.add_table(3, len(table.header), self.three_lines)
        made.autofit = False
        named = OxmlElement("w:tblCaption")
        named.set(qn("w:val"), _clean(table.title))
        made._tbl.tblPr.append(named)
        widths = column_widths(table, WIDTH)
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Twips(width)
        styles = ("TableHead", "TableText", "TableTextKept")
        for row, style in zip(made.rows, styles, strict=True):
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for i, (cell, width) in enumerate(zip(row._tr.tc_lst, widths, strict=True)):
                cell.width = Twips(width)
                cell.p_lst[0].style = style
                if i in table.numeric:
                    cell.p_lst[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        head, loose, kept = (row._tr for row in made.rows)
        head.trPr.append(OxmlElement("w:tblHeader"))
        # Rows are copies of one: made cell by cell they would take seconds.
        for pattern in (loose, kept):
            made._tbl.remove(pattern)
        head_height = self.height(table.header, widths, "TableHead")
        self.pages.add(head_height, stays=True)
        staying = _staying(len(table.rows), bool(table.note))
        for i, texts in enumerate(table.rows):
            row = _row(deepcopy(kept if i in staying else loose), texts)
            made._tbl.append(row)
            if table.caption == MEASURES:
                self.bookmark(row.tc_lst[0].p_lst[0], self.measures[texts[0]])
            self.pages.add(self.height(texts, widths, "TableText"), i in staying, head_height)
        _row(head, table.header)
        self.paragraph("TableNote", table.note)

    def height(self, texts: Sequence[str], widths: Sequence[int], style: str) -> int:
        """Return how high a row becomes."""
        look = self.looks[style]
        most = max(look.lines(text, width - CELL) for text, width in zip(texts, widths, strict=True))
        return look.before + most * look.line + look.after

    def picture(self, picture: Picture) -> None:
        """Add a picture, with what it shows in words, and its caption."""
        width, height = picture.size
        scale = min(PICTURE * WIDTH / 20 / width, 0.6 * HEIGHT / 20 / height)
        self.pages.add(int(height * scale * 20) - self.looks["Picture"].line, stays=True)
        run = self.paragraph("Picture").add_run()
        relation, image = self.file.part.get_or_add_image(io.BytesIO(next(self.drawn)))
        # Not ``run.add_picture``, which looks through the whole file for the last number of a picture.
        room = (Pt(width * scale), Pt(height * scale))
        shown = CT_Inline.new_pic_inline(next(self.next_shape), relation, image.filename, *room)
        run._r.add_drawing(shown)
        properties = shown.docPr
        properties.set("name", f"图{picture.number}")
        properties.set("descr", _clean(picture.alt))
        self.paragraph("PictureCaption", picture.title)


def _heading(index: int) -> str:
    """Return the bookmark of a heading."""
    return f"_Toc{index}"


def _field_char(which: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{which}"/></w:r>'


def _style(tag: str, name: str) -> Any:
    made = OxmlElement(tag)
    made.set(qn("w:val"), name)
    return made


def _look(style: Any, normal: Any) -> Look:
    """Return what a style of the template makes of a text."""

    def find(path: str, name: str, otherwise: int = 0) -> int:
        for one in (style, normal):
            for element in one.iterfind("/".join(qn(f"w:{tag}") for tag in path.split("/"))):
                if (value := element.get(qn(f"w:{name}"))) is not None:
                    return int(value)
        return otherwise

    has = {child.tag for child in style.iterfind(f"{qn('w:pPr')}/*")}
    exact = find("pPr/spacing", "line")
    return Look(
        size=find("rPr/sz", "val") / 2,
        line=exact,
        before=find("pPr/spacing", "before"),
        after=find("pPr/spacing", "after"),
        indent=find("pPr/ind", "firstLine"),
        tight=-find("rPr/spacing", "val"),
        stays=qn("w:keepNext") in has,
        first=qn("w:pageBreakBefore") in has,
    )


def _staying(rows: int, noted: bool) -> set[int]:
    """Return which rows stay on the page of the next: no table leaves a single row behind or ahead."""
    kept = set(range(rows - 1)) if rows <= WHOLE else {0, rows - 2}
    return kept | {rows - 1} if noted else kept


def _row(row: Any, texts: Sequence[str]) -> Any:
    """Fill a row's empty cells."""
    for cell, text in zip(row.tc_lst, texts, strict=True):
        run, words = SubElement(cell.p_lst[0], RUN), _clean(text)
        if words and words == words.strip() and "\t" not in words:
            SubElement(run, TEXT).text = words
        else:
            run.text = words  # python-docx knows what else there is, and is slow
    return row


def _clean(text: str) -> str:
    """Return text without what XML cannot hold."""
    return UNWRITABLE.sub("", text)


def column_widths(table: Table, whole: int) -> list[int]:
    """Share a width among columns by how much they hold; a number or date is never broken."""
    least, wanted = [], []
    for i, name in enumerate(table.header):
        cells = [row[i] for row in table.rows]
        lengths = sorted(map(_length, cells)) or [0.0]
        usual = lengths[int(0.9 * (len(lengths) - 1))]
        unbroken = [_length(word) for cell in cells for word in WORD.findall(cell)]
        named = 6.0 if i == 0 else 3.0  # the first column says what a row is of
        least.append(max([2.0, min(lengths[-1], named), *unbroken]) + 1)
        wanted.append(max(least[-1], min(usual, 30.0) + 1, min(_length(name) / 2, 6.0) + 1))
    at_least, at_most = CHARACTER * sum(least), CHARACTER * sum(wanted)
    if at_least >= whole or at_most <= whole:  # all get more, or less, alike
        shares = least if at_least >= whole else wanted
        widths = [int(whole * share / sum(shares)) for share in shares]
    else:  # each its least, and what is left by what is still wanted
        part = (whole - at_least) / (at_most - at_least)
        pairs = zip(least, wanted, strict=True)
        widths = [int(CHARACTER * (low + part * (high - low))) for low, high in pairs]
    widths[-1] += whole - sum(widths)
    return widths


@cache  # names and words stand in many cells
def _length(text: str) -> float:
    """How many Chinese characters wide a text is."""
    return sum(0.5 if char < "\u2000" else 1.0 for char in text)
