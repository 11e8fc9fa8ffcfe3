"""What the audit says of each number of the reports that were read: one mark a number.

The one place where a reading and an examination meet: the page, the comments, the command and the
JSON all show what is joined here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from ..audit import Examination, Finding
from ..audit.document import Judged, verdict_of_document
from ..audit.findings import CONFLICT, DOUBT, QUIET, SCOPE, UNIT
from ..measures.claims import Claim
from .model import Found, Place, Reading


class Mark(StrEnum):
    """What a number is marked, the gravest first."""

    WRONG = "有误"
    UNIT = "单位误用"
    DOUBT = "存疑"
    NOTICE = "提示"
    UNPLACED = "未识别"
    AGREES = "相符"
    NOTHING = "没有可核对的"
    NO_CLAIM = "不是公布数"


MEANINGS = {
    Mark.WRONG: "与其他公布数不能同时成立",
    Mark.UNIT: "数没有错，单位或写法错了",
    Mark.DOUBT: "可以成立但很可能有误，或者有误的数与它有关",
    Mark.NOTICE: "可以成立，但应当说明",
    Mark.UNPLACED: "没有读懂是什么数，没有猜",
    Mark.AGREES: "与其他公布数相符",
    Mark.NOTHING: "没有能直接核对它的其他公布数",
    Mark.NO_CLAIM: "日期、文号、目标等，不审核",
}
LOUD = (Mark.WRONG, Mark.UNIT, Mark.DOUBT, Mark.NOTICE)  # what a finding asks about
TOLD = (*LOUD, Mark.UNPLACED)  # what somebody should look at
PENDING = "待核"  # a finding on figures that nobody has looked at yet
# Of a finding's verdict: what is marked on the numbers that it says are wrong, and on those it rests on.
MARKS = {
    CONFLICT: (Mark.WRONG, Mark.DOUBT),
    UNIT: (Mark.UNIT, Mark.AGREES),
    DOUBT: (Mark.DOUBT, Mark.NOTICE),
    SCOPE: (Mark.NOTICE, Mark.NOTICE),
}


@dataclass(frozen=True)
class Number:
    """A number of a report, in any of the reading's three lists, with what is said of it.

    ``order`` counts all numbers of all reports from 1. ``findings`` are places in ``Marked.findings``;
    ``why`` says why nothing is said of it.
    """

    report: int
    place: Place
    text: str
    sentence: str
    mark: Mark
    why: str = ""
    found: Found | None = None
    findings: tuple[int, ...] = ()
    confirmed: bool = False
    order: int = 0


@dataclass(frozen=True)
class Marked:
    """Reports of one place, all their numbers, and the findings about them, the gravest first.

    ``confirmed`` are the places, by report, of the numbers that somebody has looked at and found rightly read.
    """

    readings: tuple[Reading, ...]
    examination: Examination
    confirmed: frozenset[tuple[int, Place]] = frozenset()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, quiet ones too."""
        return self.examination.findings

    @property
    def verdict(self) -> Judged | None:
        """What is said of the whole, of one report alone."""
        return verdict_of_document(self.examination).verdict if len(self.readings) == 1 else None

    @property
    def headline(self) -> str:
        """What a reader is told first, in one sentence; of several reports, of all of them together."""
        judged = verdict_of_document(self.examination).verdict
        if judged is Judged.CLEAN and not any(finding.verdict in QUIET for finding in self.findings):
            return "没有可以核对的：没有读到能够互相核对的数。"
        together = "几份报告合起来看，" if len(self.readings) > 1 else ""
        return f"{together}{judged.name_zh}：{judged.meaning}。"

    @property
    def loud(self) -> list[int]:
        """The findings that ask for a correction or a word, as places in ``findings``."""
        return [at for at, finding in enumerate(self.findings) if finding.verdict not in QUIET]

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Every number of every report, in the order of the text."""
        made = [number for at, reading in enumerate(self.readings) for number in self._of(at, reading)]
        made.sort(key=lambda n: (n.report, n.place.block, n.place.start))
        return tuple(replace(number, order=order) for order, number in enumerate(made, 1))

    def under(self, finding: int) -> tuple[Number, ...]:
        """Return the numbers that a finding rests on, in its own order."""
        wanted = [_same(claim) for claim in self.findings[finding].claims]
        resting = [n for n in self.numbers if finding in n.findings and n.found]
        return tuple(sorted(resting, key=lambda n: wanted.index(_same(n.found.claim)) if n.found else 0))

    def pending(self, finding: int) -> bool:
        """Does a finding rest on figures that nobody has confirmed? Of recognised pictures every one does."""
        return any(not n.confirmed or self.readings[n.report].document.scanned for n in self.under(finding))

    @cached_property
    def _about(self) -> dict[Claim, list[int]]:
        made: dict[Claim, list[int]] = {}
        for at, finding in enumerate(self.findings):
            for claim in dict.fromkeys(map(_same, finding.claims)):
                made.setdefault(claim, []).append(at)
        return made

    @cached_property
    def _unchecked(self) -> dict[Claim, str]:
        return {_same(one.claim): one.why for one in self.examination.unchecked}

    def _of(self, at: int, reading: Reading) -> Iterator[Number]:
        for found in reading.found:
            claim = _same(found.claim)
            findings = tuple(self._about.get(claim, ()))
            mark = min((_mark(self.findings[f], claim) for f in findings), key=ORDER.index, default=Mark.NOTHING)
            why = "" if findings else self._unchecked.get(claim, MEANINGS[Mark.NOTHING])
            confirmed = (at, found.place) in self.confirmed
            yield Number(at, found.place, found.text, found.sentence, mark, why, found, findings, confirmed)
        for unplaced in reading.unplaced:
            yield Number(at, unplaced.place, unplaced.text, unplaced.sentence, Mark.UNPLACED, unplaced.why)
        for other in reading.no_claims:
            yield Number(at, other.place, other.text, "", Mark.NO_CLAIM, other.why)


ORDER = tuple(Mark)


def examined(
    readings: Sequence[Reading],
    examine: Callable[[Iterable[Claim]], Examination],
    confirmed: frozenset[tuple[int, Place]] = frozenset(),
) -> Marked:
    """Return reports with what the audit says of all their claims together."""
    claims = [claim for reading in readings for claim in reading.claims]
    return Marked(tuple(readings), examine(claims), confirmed)


def accused(finding: Finding) -> tuple[Claim, ...]:
    """Return the claims that a finding would have changed: its last, or all where nobody knows which.

    One that stands for several has what each of them would.
    """
    if finding.members:
        return tuple(claim for member in finding.members for claim in accused(member))
    return finding.claims[-1:] if finding.expected or finding.verdict == UNIT else finding.claims


def _mark(finding: Finding, claim: Claim) -> Mark:
    if finding.verdict in QUIET:
        return Mark.AGREES
    itself, beside = MARKS.get(finding.verdict, (Mark.NOTICE, Mark.AGREES))
    return itself if claim in map(_same, accused(finding)) else beside


def _same(claim: Claim) -> Claim:
    """Return what is alike in a number that a report prints twice: all but its place."""
    return replace(claim, id="", section="", source="", url="")
