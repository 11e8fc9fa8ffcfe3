"""The verdict of one document: can its numbers all be true, and what must its reader be told?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .examine import Examination
from .findings import CONFLICT, DOUBT, INCOMPARABLE, OPEN, SCOPE, UNIT, Finding

# What in one document cannot be explained by another report's other scope or base.
OF_ONE_DOCUMENT = ("两年之间", "部分大于整体")


class Judged(StrEnum):
    """What is said of a whole document, the gravest first."""

    CONFLICT = "CONFLICT"
    UNIT = "UNIT"
    NOTICE = "NOTICE"
    CLEAN = "CLEAN"

    @property
    def name_zh(self) -> str:
        """The verdict as readers are told it."""
        return WORDS[self][0]

    @property
    def meaning(self) -> str:
        """What it means, in one sentence's words."""
        return WORDS[self][1]


WORDS = {
    Judged.CONFLICT: ("有矛盾", "印出的数不可能都成立"),
    Judged.UNIT: ("单位有误", "数都可以成立，但有的单位或写法印错了"),
    Judged.NOTICE: ("需要说明", "没有发现矛盾，但有的地方应向读者说明"),
    Judged.CLEAN: ("没有发现问题", "能够互相核对的数都相符"),
}


@dataclass(frozen=True)
class DocumentVerdict:
    """The verdict of a document, and the findings that it rests on."""

    verdict: Judged
    reasons: tuple[Finding, ...]


def verdict_of_document(examination: Examination) -> DocumentVerdict:
    """Return the verdict of a document whose claims, and no others, have been examined."""
    by: dict[Judged, list[Finding]] = {}
    for finding in examination.findings:
        by.setdefault(_weight(finding), []).append(finding)
    worst = next((judged for judged in Judged if judged in by), Judged.CLEAN)
    return DocumentVerdict(worst, tuple(by.get(worst, ())) if worst is not Judged.CLEAN else ())


def _weight(finding: Finding) -> Judged:
    if finding.verdict == CONFLICT:
        return Judged.CONFLICT
    if finding.verdict == UNIT:
        return Judged.UNIT
    if finding.subject in OF_ONE_DOCUMENT and finding.verdict in (SCOPE, DOUBT) and _certain(finding):
        return Judged.CONFLICT
    # Parts that fall short are a list of some only: nothing to be told.
    return Judged.NOTICE if finding.verdict in (DOUBT, SCOPE, INCOMPARABLE, OPEN) else Judged.CLEAN


def _certain(finding: Finding) -> bool:
    """Does the one report contradict itself? What only sounds like a part of a whole may exceed it."""
    one = len({claim.source for claim in finding.claims}) == 1
    return one and (finding.verdict == DOUBT or finding.subject != "部分大于整体")
