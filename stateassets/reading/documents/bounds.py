"""How large a report may be: beyond it, a file is something else, or made to harm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...tables.text_files import refuse
from ..model import Block, Document

SECONDS = 60  # of the processor to open a file, whatever it is
PATIENCE = 5  # times as long by the clock: the machine may have other work
SECONDS_A_SCANNED_PAGE = 20
MEMORY = 2 * 2**30  # bytes of address space of the process that opens it
MEMORY_TO_RECOGNISE = 8 * 2**30  # models of characters are mapped into it
MOST_PAGES = 500
MOST_SCANNED_PAGES = 60
MOST_CHARACTERS = 2_000_000  # some 1,500 close pages
MOST_BLOCKS = 100_000
MOST_NUMBERS = 10_000  # runs of digits, dates too; a long report has some 2,000
LARGEST_PART = 64 * 2**20  # bytes of one part of a Word file, unpacked
LARGEST_PAGE = 16 * 2**20  # bytes of a web page, without its pictures
SHORTER = "分成几个文件，或只留下要核对的部分"


class ScannedPages(Exception):  # noqa: N818 - nothing is wrong with them
    """The pages of a file, ``pages`` of them, are pictures: to be recognised, not read."""

    def __init__(self, pages: int) -> None:
        super().__init__(pages)
        self.pages = pages


def few_enough(characters: int, name: str) -> None:
    """Refuse a text of more characters than a report has.

    Raises:
        DataError: as above.
    """
    if characters > MOST_CHARACTERS:
        refuse(name, f"文字超过{MOST_CHARACTERS // 10_000}万字", f"不超过{MOST_CHARACTERS // 10_000}万字", SHORTER)


def few_numbers(document: Document) -> None:
    """Refuse a document of more numbers than can be read and audited while somebody waits.

    Raises:
        DataError: as above.
    """
    numbers = sum(len(re.findall(r"\d[\d,.]*", block.text)) for block in document.blocks)
    if numbers > MOST_NUMBERS:
        refuse(document.name, f"有{numbers}个数", f"一份报告不超过{MOST_NUMBERS}个", SHORTER)


def bounded(blocks: Iterable[Block], name: str) -> Iterator[Block]:
    """Yield blocks as long as they are no more than a report has.

    Raises:
        DataError: there are more blocks or characters.
    """
    characters = 0
    for number, block in enumerate(blocks, 1):
        characters += len(block.text)
        few_enough(characters, name)
        if number > MOST_BLOCKS:
            refuse(
                name, f"段落和表格单元格超过{MOST_BLOCKS // 10_000}万个", f"不超过{MOST_BLOCKS // 10_000}万个", SHORTER
            )
        yield block
