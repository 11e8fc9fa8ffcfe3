"""Readings made by hand, so that what is built on a reading is tested without the reader.

A text says where its numbers are and what they are: ``{420.6亿元|资产总额|level}`` is a claim,
``{?12|说不清的数}`` one that was not placed, ``{!2023年|年份}`` no claim.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from stateassets.importing.printed import lookup
from stateassets.measures.claims import Claim, usual_qualifier
from stateassets.measures.printed import decimals_of
from stateassets.reading.model import Block, BlockKind, Document, Found, NoClaim, Place, Reading, Unplaced

NUMBER = re.compile(r"\{([?!]?)([^|{}]*)\|([^|{}]*)(?:\|([^|{}]*))?(?:\|([^|{}]*))?\}")
WRITTEN = re.compile(r"(\d+(?:\.\d+)?)(.*)", re.DOTALL)

# 某区's report: its parts do not add up, points are printed as per cent, and a number says nothing.
FAULTY = (
    Block(BlockKind.TITLE, "某区{!2023|年份}年度企业国有资产管理情况报告", 0, level=1),
    Block(BlockKind.HEADING, "一、总体情况", 1, level=1),
    Block(
        BlockKind.PARAGRAPH,
        "年末资产总额{420.6亿元|资产总额|level}，同比增长{5.1%|资产总额|yoy_pct}；负债总额{246.0亿元|负债总额|level}，"
        "所有者权益{184.6亿元|所有者权益|level}，在岗职工{1203人|在岗职工人数|level}，下降{0.4%|在岗职工人数|yoy_pct|-}。",
        2,
    ),
    Block(BlockKind.PARAGRAPH, "开展活动{?12次|没有认出项目}。利润总额{3.2亿元|利润总额|level}。", 3),
)
SOUND = (
    Block(BlockKind.TITLE, "某区{!2022|年份}年度企业国有资产管理情况报告", 0, level=1),
    Block(
        BlockKind.PARAGRAPH,
        "年末资产总额{400.2亿元|资产总额|level}，负债总额{235.8亿元|负债总额|level}，所有者权益{164.4亿元|所有者权益|level}。",
        1,
    ),
)


def reading(
    blocks: Sequence[Block] = FAULTY,
    year: int = 2023,
    name: str = "某区报告.txt",
    region: str = "某区",
    scanned: bool = False,
) -> Reading:
    """Return a reading of blocks whose texts hold numbers as above."""
    made: list[Block] = []
    found: list[Found] = []
    unplaced: list[Unplaced] = []
    no_claims: list[NoClaim] = []
    sentence_no = 0
    for at, block in enumerate(blocks):
        text, numbers = _plain(block.text)
        starts = [0, *(m.end() for m in re.finditer("[。；！？]", text) if m.end() < len(text))]
        for sign, start, end, first, second, base in numbers:
            nth = sum(begin <= start for begin in starts)
            begin = starts[nth - 1]
            sentence = text[begin : [*starts, len(text)][nth]]
            place = Place(at, start, end, sentence_no + nth)
            words = text[start:end]
            if sign == "!":
                no_claims.append(NoClaim(words, place, first))
            elif sign == "?":
                unplaced.append(Unplaced(words, sentence, place, first))
            else:
                claim = _claim(words, first, second, base, year, region, len(found))
                found.append(Found(claim, words, sentence, place))
        sentence_no += len(starts)
        made.append(Block(**{**vars(block), "text": text}))
    document = Document(name, name.rpartition(".")[2], tuple(made), scanned=scanned)
    return Reading(document, region, year, tuple(found), tuple(unplaced), tuple(no_claims))


def _plain(marked: str) -> tuple[str, list[tuple[str, int, int, str, str, str]]]:
    text, numbers, done = "", [], 0
    for m in NUMBER.finditer(marked):
        text += marked[done : m.start()]
        numbers.append((m[1], len(text), len(text) + len(m[2]), m[3], m[4] or "", m[5] or ""))
        text += m[2]
        done = m.end()
    return text + marked[done:], numbers


def _claim(words: str, name: str, kind: str, base: str, year: int, region: str, count: int) -> Claim:
    number, unit = WRITTEN.fullmatch(words).groups()
    measure = lookup(name)
    sign = "-" if base == "-" else ""
    return Claim(
        id=f"n{count + 1}",
        region=region,
        year=year,
        scope="企业国有资产不含金融",
        section="",
        indicator=measure.name if measure else None,
        name_zh=name,
        kind=kind,
        text=sign + number,
        unit=unit,
        decimals=decimals_of(number),
        qualifier=usual_qualifier(unit, kind),
        source="",
        base="" if sign else base,
    )
