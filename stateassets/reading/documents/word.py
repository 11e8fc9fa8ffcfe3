"""Word files (.docx, .docm and templates): paragraphs and tables of the body in order, then the notes.

The parts are read by lxml from the archive rather than through python-docx, which opens neither a
file with macros nor one whose relations lead nowhere, as other programs write them. Nothing in a
file is run, followed or expanded.

``Block.source`` is the number, from 0, of the ``w:p`` element among all of the main part's in the
order of the document: with python-docx, ``list(document.element.iter(qn("w:p")))[source]``. A cell has
its first paragraph's. Notes stand in parts of their own: their numbers follow the last of the body.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import NoReturn

from lxml import etree

from ...tables.text_files import refuse
from ..model import Block, BlockKind, Document
from .bounds import LARGEST_PART, SHORTER, bounded
from .kinds import SPOILED, WORD
from .lines import Line, paragraphs
from .shapes import told_by_form

WHOLE = "完整的Word文件（.docx）"
# Word's names without namespaces: both the usual and the strict form of the format are read.
LEFT_OUT_INLINE = {"del", "moveFrom", "rPr", "pPr", "sdtPr", "Fallback", "instrText", "delText", "delInstrText"}
SIGNS = {"tab": "\t", "noBreakHyphen": "\u2011", "br": "\n", "cr": "\n", "ptab": "\t"}
PICTURES = {"drawing", "pict", "object"}
NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
CONTENTS = re.compile(r"(toc|目录)\b")  # names of styles
LONGEST_TOLD = 30  # characters of what was left out


def read_word(path: Path, name: str) -> Document:
    """Return a Word file as a document: insertions in, deletions and hidden text out.

    Raises:
        DataError: it is damaged, too large, has definitions of its own, or holds no text.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            reader = _Reader(_Parts(archive, name))
            blocks = tuple(bounded(told_by_form(reader.blocks()), name))
            left_out = tuple(reader.left_out())
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError, OSError):
        _damaged(name)
    if not blocks:
        found = "只有图片，没有文字" if reader.pictures else "没有文字"
        refuse(name, found, "有文字的报告", "找出文字的原件，或另存为PDF后识别")
    return Document(name, "docx", blocks, left_out)


def _damaged(name: str, why: str = "") -> NoReturn:
    refuse(name, f"读不出，可能已经损坏{why}", WHOLE, SPOILED)


class _Parts:
    """The parts of a file as trees of elements, read once, within bounds."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive, self.name = archive, name
        self.held = {member.filename: member.file_size for member in archive.infolist()}
        mains = sorted(part for part in self.held if WORD.fullmatch(part))
        if not mains:
            _damaged(name)
        self.main = mains[0]

    def tree(self, part: str) -> etree._Element | None:
        """Return a part's root element, None where the file has no such part."""
        if part not in self.held:
            return None
        if self.held[part] > LARGEST_PART:
            size, most = self.held[part] // 2**20, LARGEST_PART // 2**20
            refuse(self.name, f"正文展开后有{size}MB", f"不超过{most}MB", SHORTER)
        content = self.archive.read(part)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            _damaged(self.name, "（含有Word文件里不该有的定义）")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            return etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            _damaged(self.name, "（内容嵌套太深）" if "depth" in str(error) else "")

    def beside(self, kind: str) -> str:
        """Return the name of a part beside the main one, such as ``styles``."""
        return posixpath.join(posixpath.dirname(self.main), f"{kind}.xml")


@dataclass
class _Style:
    """What a paragraph's style says: its heading level (0 none, -1 the title), what it hides, what it lists."""

    level: int = 0
    hidden: bool = False
    contents: bool = False  # an entry of a table of contents


@dataclass
class _Paragraph:
    """A paragraph that is being read: its text, and text boxes that hang on it."""

    text: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)


class _Reader:
    """Walks the body; what it leaves out is counted."""

    def __init__(self, parts: _Parts) -> None:
        self.parts = parts
        self.styles = _styles(parts.tree(parts.beside("styles")))
        root = parts.tree(parts.main)
        body = next((child for child in root if _tag(child) == "body"), None) if root is not None else None
        if root is None or body is None:
            _damaged(parts.name)
        self.body = body
        self.number = {element: at for at, element in enumerate(x for x in root.iter() if _tag(x) == "p")}
        self.tables = count(1)
        self.notes: list[tuple[str, str]] = []  # (kind, id) in the order of their marks
        self.hidden: list[str] = []
        self.deleted: list[str] = []
        self.pictures = self.embedded = 0
        self.contents = False

    def blocks(self) -> Iterator[Block]:
        """Yield the body's blocks, then the notes'."""
        yield from self._container(self.body)
        yield from self._noted()

    def _container(self, parent: etree._Element) -> Iterator[Block]:
        for element in _content(parent):
            tag = _tag(element)
            if tag == "p":
                yield from self._paragraph(element)
            elif tag == "tbl":
                yield from self._table(element)
            elif tag == "altChunk":
                self.embedded += 1

    def _paragraph(self, element: etree._Element) -> Iterator[Block]:
        style = self.styles.get(_style_of(element, "pPr", "pStyle"), _Style())
        found = self._read(element)
        if style.contents or "".join(found.text).replace("\u3000", "").strip() == "目录":
            self.contents = True
            return
        source = self.number.get(element, len(self.number))
        level = self._level(element)
        for line in paragraphs(Line(text, source) for text in "".join(found.text).split("\n")):
            kind = BlockKind.TITLE if level < 0 else BlockKind.HEADING if level else BlockKind.PARAGRAPH
            yield Block(kind, line.text, source, level=max(level, 0))
        for box in found.boxes:
            yield from self._container(box)

    def _read(self, element: etree._Element) -> _Paragraph:
        found = _Paragraph()
        self._inline(element, found, self.styles.get(_style_of(element, "pPr", "pStyle"), _Style()).hidden, [])
        return found

    def _inline(self, parent: etree._Element, found: _Paragraph, hidden: bool, fields: list[bool]) -> None:
        """Take in the text below an element; ``fields`` says of each open field whether its result has begun."""
        for element in parent:
            tag = _tag(element)
            if tag in ("del", "moveFrom"):
                self.deleted.append("".join(x.text or "" for x in element.iter() if _tag(x) in ("delText", "t")))
            elif tag in LEFT_OUT_INLINE:
                continue
            elif tag == "r":
                self._inline(element, found, hidden or self._hides(element), fields)
            elif tag == "fldChar":
                _turn(fields, element)
            elif not all(fields):
                continue  # a field's instruction
            elif tag == "t":
                self._say(element.text or "", found, hidden)
            elif tag == "sym":
                self._say(_symbol(element), found, hidden)
            elif tag in SIGNS:
                self._say(SIGNS[tag] if _attribute(element, "type") not in ("page", "column") else "", found, hidden)
            elif tag in NOTES:
                self.notes.append((NOTES[tag], _attribute(element, "id")))
                self._say(f"[{len(self.notes)}]", found, hidden)
            elif tag in PICTURES:
                self._picture(element, found)
            else:
                self._inline(element, found, hidden, fields)

    def _say(self, text: str, found: _Paragraph, hidden: bool) -> None:
        (self.hidden if hidden else found.text).append(text)

    def _picture(self, element: etree._Element, found: _Paragraph) -> None:
        boxes = [x for x in element.iter() if _tag(x) == "txbxContent" and not _within_fallback(x, element)]
        found.boxes += boxes
        if not boxes:
            self.pictures += 1

    def _level(self, element: etree._Element) -> int:
        own = _outline(_child(element, "pPr"))
        return own if own else self.styles.get(_style_of(element, "pPr", "pStyle"), _Style()).level

    def _hides(self, run: etree._Element) -> bool:
        own = _hides(_child(run, "rPr"))
        return own if own is not None else self.styles.get(_style_of(run, "rPr", "rStyle"), _Style()).hidden

    # --- tables ----------------------------------------------------------------------------------

    def _table(self, element: etree._Element) -> Iterator[Block]:
        cells = list(_cells(element))
        if len(cells) == 1 and cells[0].rows == cells[0].columns == 1:
            yield from self._container(cells[0].element)  # a frame round text
            return
        table = next(self.tables)
        nested: list[etree._Element] = []
        for cell in cells:
            texts, source = [], len(self.number)
            for child in _content(cell.element):
                if _tag(child) == "p":
                    source = min(source, self.number.get(child, source))
                    found = self._read(child)
                    texts += ["".join(found.text).strip()]
                    nested += found.boxes
                elif _tag(child) == "tbl":
                    nested.append(child)
            if text := "\n".join(filter(None, texts)):
                yield Block(
                    BlockKind.CELL,
                    text,
                    source,
                    table=table,
                    row=cell.row,
                    column=cell.column,
                    rows=cell.rows,
                    columns=cell.columns,
                )
        for inner in nested:
            yield from self._table(inner) if _tag(inner) == "tbl" else self._container(inner)

    # --- notes, and what is left out ---------------------------------------------------------------

    def _noted(self) -> Iterator[Block]:
        trees = {kind: self.parts.tree(self.parts.beside(kind)) for kind in ("footnotes", "endnotes")}
        source = len(self.number)
        for at, (kind, note) in enumerate(list(self.notes), 1):
            tree = trees[kind]
            for element in tree if tree is not None else ():
                if _attribute(element, "id") == note:
                    texts = ["".join(self._read(x).text).strip() for x in element.iter() if _tag(x) == "p"]
                    if text := "".join(texts):
                        yield Block(BlockKind.PARAGRAPH, f"[{at}]{text}", source)
                        source += 1

    def left_out(self) -> Iterator[str]:
        """Yield what of the file is not in the blocks, as a reader is told it."""
        for what, pattern in (("页眉", r"word/header\d*\.xml"), ("页脚", r"word/footer\d*\.xml")):
            for part in sorted(x for x in self.parts.held if re.fullmatch(pattern, x)):
                tree = self.parts.tree(part)
                if tree is not None and (text := _plain(tree)):
                    yield f"{what}“{_short(text)}”"
        if text := "".join(self.hidden).strip():
            yield f"隐藏的文字“{_short(text)}”"
        if text := "".join(self.deleted).strip():
            yield f"修订中删去的文字“{_short(text)}”"
        if self.contents:
            yield "目录"
        if self.parts.beside("comments") in self.parts.held:
            yield "批注"
        if self.pictures:
            yield f"{self.pictures}张图片或图形（里面的文字没有读）"
        if self.embedded:
            yield f"{self.embedded}段嵌入的文件"
        if any(part.endswith("vbaProject.bin") for part in self.parts.held):
            yield "宏（没有运行）"


# --- elements ------------------------------------------------------------------------------------


def _tag(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _attribute(element: etree._Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _child(element: etree._Element | None, tag: str) -> etree._Element | None:
    return next((x for x in element if _tag(x) == tag), None) if element is not None else None


def _content(parent: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs, tables, rows or cells below an element, through whatever is wrapped round them."""
    for element in parent:
        tag = _tag(element)
        if tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice"):
            yield from _content(element)
        elif tag in ("p", "tbl", "tr", "tc", "altChunk"):
            yield element


def _style_of(element: etree._Element, properties: str, kind: str) -> str:
    found = _child(_child(element, properties), kind)
    return _attribute(found, "val") if found is not None else ""


def _on(element: etree._Element | None) -> bool | None:
    """Tell whether a switch such as ``w:vanish`` is on; None where it is not said."""
    return None if element is None else _attribute(element, "val") not in ("0", "false", "off")


def _hides(properties: etree._Element | None) -> bool | None:
    return _on(_child(properties, "vanish"))


def _outline(properties: etree._Element | None) -> int:
    level = _child(properties, "outlineLvl")
    value = _attribute(level, "val") if level is not None else ""
    return int(value) + 1 if value.isdecimal() and int(value) < 9 else 0


def _styles(tree: etree._Element | None) -> Mapping[str, _Style]:
    """What each style says, by its id; what it does not say it has from the style that it rests on."""
    elements = {_attribute(x, "styleId"): x for x in (tree if tree is not None else ()) if _tag(x) == "style"}
    return {style: _style(style, elements) for style in elements}


def _style(style: str, elements: Mapping[str, etree._Element]) -> _Style:
    level, hidden, contents, seen = 0, None, False, set[str]()
    while style in elements and style not in seen:
        seen.add(style)
        element = elements[style]
        level = level or _named_level(element) or _outline(_child(element, "pPr"))
        hidden = _hides(_child(element, "rPr")) if hidden is None else hidden
        contents = contents or bool(CONTENTS.match(_name(element)))
        rests_on = _child(element, "basedOn")
        style = _attribute(rests_on, "val") if rests_on is not None else ""
    return _Style(level, bool(hidden), contents)


def _name(style: etree._Element) -> str:
    element = _child(style, "name")
    return _attribute(element, "val").casefold() if element is not None else ""


def _named_level(style: etree._Element) -> int:
    name = _name(style)
    if name in ("title", "标题"):
        return -1
    found = re.fullmatch(r"(?:heading|标题) ?([1-9])", name)
    return int(found[1]) if found else 0


def _turn(fields: list[bool], element: etree._Element) -> None:
    """Follow where a field begins, where its result does, and where it ends."""
    kind = _attribute(element, "fldCharType")
    if kind == "begin":
        fields.append(False)
    elif kind == "separate" and fields:
        fields[-1] = True
    elif kind == "end" and fields:
        fields.pop()


def _symbol(element: etree._Element) -> str:
    code = _attribute(element, "char")
    try:
        character = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    return "" if "\ue000" <= character <= "\uf8ff" else character  # a place in a font, no character


def _within_fallback(element: etree._Element, top: etree._Element) -> bool:
    """Is an element in a copy for old programs, or in a text box inside this one's text box?"""
    for parent in element.iterancestors():
        if parent is top:
            return False
        if _tag(parent) in ("Fallback", "txbxContent"):
            return True
    return False


def _plain(tree: etree._Element) -> str:
    return "".join(x.text or "" for x in tree.iter() if _tag(x) == "t").strip()


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TOLD else f"{text[:LONGEST_TOLD]}……"


@dataclass(frozen=True)
class _Cell:
    """A cell where it begins (from 1), and how far it reaches."""

    element: etree._Element
    row: int
    column: int
    rows: int
    columns: int


def _cells(table: etree._Element) -> Iterator[_Cell]:
    """Yield a table's cells; one that is merged stands once, rows that a revision deleted not at all."""
    rows = [list(_row(x)) for x in _content(table) if _tag(x) == "tr" and not _deleted(x)]
    for at, row in enumerate(rows):
        for element, column, columns, merge in row:
            if merge != "continue":
                yield _Cell(element, at + 1, column, 1 + _reach(rows[at + 1 :], column, merge), columns)


def _reach(below: Sequence[Sequence[tuple[etree._Element, int, int, str]]], column: int, merge: str) -> int:
    """Return how many rows below a merged cell are part of it."""
    if merge != "restart":
        return 0
    reached = 0
    for row in below:
        if not any(start == column and way == "continue" for _, start, _, way in row):
            break
        reached += 1
    return reached


def _row(row: etree._Element) -> Iterator[tuple[etree._Element, int, int, str]]:
    """Yield cell, column from 1, how many columns, how it is merged downwards."""
    column = 1 + _number(_child(_child(row, "trPr"), "gridBefore"), 0)
    for cell in _content(row):
        if _tag(cell) != "tc":
            continue
        properties = _child(cell, "tcPr")
        columns = max(1, _number(_child(properties, "gridSpan"), 1))
        merged = _child(properties, "vMerge")
        merge = "" if merged is None else _attribute(merged, "val") or "continue"
        yield cell, column, columns, merge
        column += columns


def _number(element: etree._Element | None, otherwise: int) -> int:
    value = _attribute(element, "val") if element is not None else ""
    return min(int(value), 1000) if value.isdecimal() else otherwise


def _deleted(row: etree._Element) -> bool:
    return _child(_child(row, "trPr"), "del") is not None
