"""Plain text and Markdown: hard-wrapped lines joined, tables of tabs or bars as rows of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from ...tables.encodings import EncodingError, decode, decode_wide
from ...tables.text_files import refuse
from ..model import Block, BlockKind, Document
from .bounds import bounded, few_enough
from .lines import Line, paragraphs
from .shapes import told_by_form

TEXT = "UTF-8或GBK编码的文本文件"
SAVE_TEXT = "在记事本里打开，看看有没有乱码，另存为UTF-8编码"
HEADED = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
BARS = re.compile(r"\s*\|.*\|\s*$")
RULED = re.compile(r"\s*\|?(\s*:?-{2,}:?\s*\|)+(\s*:?-{2,}:?\s*)?$")  # under a header of bars
RULE = re.compile(r"\s*([-*_=]\s*){3,}$")
MARKED = re.compile(r"(\*\*|__|`|(?<![\w*])\*(?!\*)|(?<!\w)_(?!_))(?=\S)(.+?)(?<=\S)\1(?!\w)", re.ASCII)
LISTED = re.compile(r"\s{0,6}[-*+]\s+(?=\S)")  # the mark of an item of a list
QUOTED = re.compile(r"\s{0,3}>\s?")
PAGE_FOOT = re.compile(r"\s*([—–-]+\s*\d{1,4}\s*[—–-]+|第\s*\d{1,4}\s*页([，,]?\s*共\s*\d{1,4}\s*页)?)\s*$")
FENCE = re.compile(r"\s*(```|~~~)")


def read_plain(path: Path, name: str) -> Document:
    """Return a text file as a document; Markdown is told by its marks.

    Raises:
        DataError: it is no text, or too long.
    """
    text = text_of(path.read_bytes(), name)
    few_enough(len(text), name)
    lines = [Line(line, number) for number, line in enumerate(text.splitlines(), 1)]
    marked = path.suffix.lower() in (".md", ".markdown") or any(
        HEADED.match(x.text) or RULED.match(x.text) for x in lines
    )
    text_lines = list(_without_page_numbers(lines))
    blocks = bounded(told_by_form(_blocks(_unmarked(text_lines) if marked else text_lines)), name)
    left_out = ("页码",) if any(PAGE_FOOT.match(line.text) for line in lines) else ()
    return Document(name, "md" if marked else "txt", tuple(blocks), left_out)


def text_of(content: bytes, name: str) -> str:
    """Return bytes as text: UTF-8, UTF-16 or GB18030.

    Raises:
        DataError: they are no text.
    """
    wide = decode_wide(content)
    if wide is not None:
        return wide
    if b"\0" in content:
        refuse(name, "不是文本，也不是认识的文件", TEXT, SAVE_TEXT)
    try:
        return decode(content)
    except EncodingError as error:
        refuse(name, error.found, TEXT, SAVE_TEXT, error.row)


def _without_page_numbers(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines but those of a printed page's foot, with the empty ones round it: a sentence may go on behind it."""
    blank: list[Line] = []
    turned = False
    for line in lines:
        if PAGE_FOOT.match(line.text):
            blank, turned = [], True
        elif not line.text.strip():
            blank.append(line)
        else:
            yield from () if turned else blank
            yield line
            blank, turned = [], False


def _unmarked(lines: Sequence[Line]) -> Iterator[Line]:
    """Lines without Markdown's marks of quotation, emphasis, rules and fences; headings keep theirs."""
    for line in lines:
        if FENCE.match(line.text) or (RULE.match(line.text) and not BARS.match(line.text)):
            yield Line("", line.number)
        else:
            if listed := LISTED.match(line.text):
                yield Line("", line.number)
            text = line.text[listed.end() :] if listed else line.text
            yield Line(MARKED.sub(r"\2", QUOTED.sub("", text)), line.number)


def _blocks(lines: Sequence[Line] | Iterator[Line]) -> Iterator[Block]:
    """Yield the blocks of lines: runs of rows are tables, headings stand alone, the rest is paragraphs."""
    table = 0
    for kind, group in groupby(lines, _kind):
        run = list(group)
        if kind == "row" and len(run) > 1:
            table += 1
            yield from _table(run, table)
        elif kind == "heading":
            yield from map(_heading, run)
        else:
            for line in paragraphs(run):
                yield Block(BlockKind.PARAGRAPH, line.text, line.number)


def _kind(line: Line) -> str:
    if HEADED.match(line.text):
        return "heading"
    inside = line.text.strip()
    return "row" if BARS.match(line.text) or RULED.match(line.text) or "\t" in inside else "text"


def _heading(line: Line) -> Block:
    found = HEADED.match(line.text)
    assert found
    level = len(found[1])
    return Block(BlockKind.TITLE if level == 1 else BlockKind.HEADING, found[2], line.number, level=level - 1)


def _table(lines: Sequence[Line], table: int) -> Iterator[Block]:
    rows = [line for line in lines if not RULED.match(line.text)]
    for row, line in enumerate(rows, 1):
        for column, cell in enumerate(_cells(line.text), 1):
            if cell:
                yield Block(BlockKind.CELL, cell, line.number, table=table, row=row, column=column)


def _cells(text: str) -> list[str]:
    if BARS.match(text):
        return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", text.strip()[1:-1])]
    return [cell.strip() for cell in text.strip("\r\n").split("\t")]
