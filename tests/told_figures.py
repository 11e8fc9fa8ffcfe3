"""Which printed figures the book tells where, and whether a reader of its documents takes each for what it is.

The book marks every figure that it tells with the figure's id, so its own narration is a gold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import yaml
from paths import ROOT

from stateassets import Report
from stateassets.book.takeaway import model
from stateassets.measures.claims import Claim
from stateassets.measures.units import Interval
from stateassets.reading.model import Found
from stateassets.tables.origins import Origin

CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
NAMES = [*(name for _, names in model.chapters(CONTENTS) for name in names), CONTENTS["root"]]
COUNTERS = re.compile("(?:次数|月数|户数)$")  # 安全检查9次 is what 安全检查次数 counts
ORIGINS = "|".join(origin.word for origin in Origin)
BASES = ("", "上年")
# What a reading calls the enterprises that the report is about.
WHOLES = {"", "全区", "全区国有企业", "企业国有资产", "企业国有资产（不含金融企业）", "国有资本经营预算"}


@dataclass(frozen=True)
class Told:
    """A printed figure as the book's narration tells it."""

    claim: Claim
    paragraph: str

    def __str__(self) -> str:
        return f"{self.claim.id}（{self.claim.printed}）：{self.paragraph}"


@cache
def document() -> model.Document:
    """The report as its stored chapters tell it, from which Word file and PDF are made."""
    chapters = {name: (ROOT / f"{name}.ipynb").read_text("utf-8") for name in NAMES}
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    return model.read(package["title"], CONTENTS, chapters, model.Letter.of(package))


@cache
def claims() -> dict[str, Claim]:
    """The printed figures that are recomputed, by the id of the figure."""
    report = Report(root=ROOT)
    return {claim.figure_id: claim for claim in report.claims if claim.kind != "rule" and report.recomputed(claim)}


def told() -> Iterator[Told]:
    """Yield every place of the narration that prints a printed figure as a number (not: 上升, 快于)."""
    for block in (*document().summary, *document().blocks):
        if isinstance(block, model.Paragraph):
            for run in block.runs:
                claim = claims().get(run.figure)
                if claim and claim.text.removeprefix("-") in run.text:
                    yield Told(claim, block.text)


def squeezed(text: str) -> str:
    """A text without blanks, of which a PDF has others, and without the badge that a page begins it with."""
    return re.sub(f"^(?:{ORIGINS})+", "", re.sub(r"\s", "", text))


def fields(claim: Claim) -> tuple[object, ...]:
    """What must be the same however an item is called and a scope is worded; 大体系 counts like 个."""
    unit = "个" if claim.unit == "大体系" else claim.unit
    return claim.year, claim.kind, claim.text, unit, "" if claim.base in BASES else claim.base


def names(claim: Claim) -> set[str]:
    """The names of a claim's item, without what only says that it is counted."""
    return {COUNTERS.sub("", name.replace("的", "")) for name in (claim.item, claim.name_zh)}


def same_item(found: Claim, claim: Claim) -> bool:
    """Is it the same item of the same scope?

    A sentence may call it by its noun alone (整改通知单 for 安全隐患整改通知单), and say enterprises
    as a scope (一级企业6家 for 一级企业户数), which then is no scope of the whole.
    """
    if found.scope not in WHOLES:
        return found.item == "企业户数" and any(name.endswith(found.scope.replace("的", "")) for name in names(claim))
    return found.item == claim.item or any(
        name.endswith(said) for name in names(claim) for said in names(found) if len(said) > 1
    )


def read_right(one: Told, found: Iterable[Found]) -> bool:
    """Is the figure among the numbers that were found in its paragraph, right in all fields?

    Where a paragraph ends without a stop, a PDF does not tell it from the next.
    """
    paragraph = squeezed(one.paragraph)
    return any(
        fields(number.claim) == fields(one.claim)
        and same_item(number.claim, one.claim)
        and (squeezed(number.sentence) in paragraph or paragraph in squeezed(number.sentence))
        for number in found
    )


def can_be_equal(one: Interval, other: Interval) -> bool:
    """Have two intervals a value in common?"""
    lows = [end for end in (one.low, other.low) if end is not None]
    highs = [end for end in (one.high, other.high) if end is not None]
    return not lows or not highs or max(lows) <= min(highs)


def contradictions(found: Iterable[Found]) -> list[str]:
    """Numbers of the whole that say of a printed figure's item, year and kind what it cannot be."""
    return [
        f"{claim.id}（{claim.printed}）：{number.text}，{number.sentence}"
        for number in found
        for claim in claims().values()
        if number.claim.item == claim.item
        and number.claim.scope in WHOLES
        and fields(number.claim)[:2] == fields(claim)[:2]
        and number.claim.base in BASES
        and not can_be_equal(number.claim.interval, claim.interval)
    ]
