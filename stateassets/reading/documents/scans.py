"""Pages that are pictures: their characters recognised by the optional package rapidocr."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ...tables.text_files import refuse
from ..model import Document
from .bounds import MOST_SCANNED_PAGES, SHORTER
from .pdf import Page, made, opened
from .pdf_lines import Char, PageSize
from .pdf_tables import tables_of

# A word that was recognised on a picture: its text, and left, top, right, bottom in pixels.
Word = tuple[str, float, float, float, float]
Recogniser = Callable[[Any], Sequence[Word]]
SCALE = 200 / 72  # dots of the picture for a point of the page
INSTALL = "安装可选的文字识别：pip install 'stateassets[scan]'，再读一次；或找出有文字的原件"


def can_recognise(pages: int, name: str) -> None:
    """Refuse a scan that nothing here recognises, or of too many pages.

    Raises:
        DataError: as above.
    """
    if find_spec("rapidocr") is None:
        refuse(name, "是扫描件，只有图片，没有文字", "有文字的PDF", INSTALL)
    if pages > MOST_SCANNED_PAGES:
        refuse(name, f"是扫描件，有{pages}页", f"扫描件不超过{MOST_SCANNED_PAGES}页", SHORTER)


def read_scan(path: Path, name: str, recogniser: Recogniser | None = None) -> Document:
    """Return a document whose characters were recognised; every number of it awaits a look.

    Raises:
        DataError: it cannot be opened, or there is no text on its pages.
    """
    recognise = recogniser or _rapidocr()
    pages, sizes = [], []
    with opened(path, name) as file:
        for number in range(len(file)):
            page = file[number]
            size = PageSize(*page.get_size())
            words = recognise(page.render(scale=SCALE).to_numpy())
            chars = [char for word in words for char in _spread(word, size.height)]
            tables, lines = tables_of(chars, [], number + 1)
            pages.append(Page(tuple(lines), tuple(tables)))
            sizes.append(size)
    document = made(name, pages, sizes, scanned=True)
    if not document.blocks:
        refuse(name, "只有图片，没有认出文字", "有文字的PDF", "找出有文字的原件")
    return document


def _spread(word: Word, height: float) -> list[Char]:
    """Return a word's characters, spread evenly over its box: wide ones take two parts, others one."""
    text, left, top, right, bottom = word
    parts = [1 if char.isascii() else 2 for char in text]
    step = (right - left) / SCALE / max(1, sum(parts))
    chars, x = [], left / SCALE
    for char, part in zip(text, parts, strict=True):
        chars.append(Char(char, x, height - bottom / SCALE, x + part * step, height - top / SCALE))
        x += part * step
    return chars


def _rapidocr() -> Recogniser:
    """Return the recogniser of rapidocr, whose wheel holds the models for Chinese."""
    from rapidocr import RapidOCR

    engine = RapidOCR()

    def recognise(picture: Any) -> list[Word]:
        found = engine(picture)
        boxes = found.boxes if found.boxes is not None else ()
        return [
            (text, min(x for x, _ in box), min(y for _, y in box), max(x for x, _ in box), max(y for _, y in box))
            for text, box in zip(found.txts or (), boxes, strict=True)
        ]

    return recognise
