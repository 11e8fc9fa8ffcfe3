"""Reports from file to marked numbers: opened, read, with what was decided about them, audited together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..audit import Examination
from ..importing.claims import UNSAID
from ..measures.claims import Claim
from ..tables.data_errors import DataError, Fault
from .confirming import Ask, Say, ask_about, nth_of, waiting
from .decisions import Decided, Decision, beside, decide, load, merged
from .documents import open_document
from .documents.bounds import few_numbers
from .marks import Marked, examined
from .model import Reading

Examine = Callable[[Iterable[Claim]], Examination]


@dataclass(frozen=True)
class Source:
    """A report's file, what the program read of it, and what somebody decided about that."""

    path: Path
    reading: Reading
    decisions: tuple[Decision, ...] = ()

    @property
    def decided(self) -> Decided:
        """The reading after the decisions."""
        return decide(self.reading, self.decisions)


def read_report(path: Path, region: str | None = None, year: int | None = None) -> Source:
    """Return a report with all its numbers.

    Raises:
        DataError: the report or what was decided about it cannot be read.
    """
    from .read import read_numbers

    decisions = load(beside(path))
    document = open_document(path)
    few_numbers(document)
    return Source(path, read_numbers(document, region, year), decisions)


def rounded_by(source: Source, rounding: str) -> Source:
    """Return a report whose numbers' last digits came about in one of ``measures.units.ROUNDINGS``."""
    found = tuple(replace(one, claim=replace(one.claim, rounding=rounding)) for one in source.reading.found)
    return replace(source, reading=replace(source.reading, found=found))


def of_one_place(sources: Sequence[Source]) -> None:
    """Refuse reports of several places: they would be audited as if each were alone.

    Raises:
        DataError: they are of several.
    """
    regions = list(dict.fromkeys(source.reading.region for source in sources))
    if len(regions) > 1:
        names, told = "、".join(source.path.name for source in sources), "、".join(r or UNSAID for r in regions)
        raise DataError(
            [Fault(names, None, None, f"像是{told}的报告", "一个地方的报告", "分开读，或用--region写明是哪里的")]
        )


def mark(sources: Sequence[Source], examine: Examine) -> Marked:
    """Return the reports, after what was decided about them, with what the audit says."""
    decided = [source.decided for source in sources]
    confirmed = frozenset((at, place) for at, one in enumerate(decided) for place in one.confirmed)
    return examined([one.reading for one in decided], examine, confirmed)


def confirm(
    sources: Sequence[Source], examine: Examine, ask: Ask, say: Say, keep: Callable[[Source], None]
) -> tuple[list[Source], Marked]:
    """Ask about every number that a finding rests on, until none is left or somebody has had enough.

    Each answer is kept at once. What it changes is audited again when all numbers of a round are
    through, and new findings are asked about in turn.
    """
    current, marked = list(sources), mark(sources, examine)
    nth, passed = nth_of([source.reading for source in sources]), set[tuple[int, object]]()
    while numbers := [n for n in waiting(marked) if (n.report, n.place) not in passed]:
        for count, number in enumerate(numbers, 1):
            passed.add((number.report, number.place))
            answer = ask_about(marked, number, nth(number), f"{count}/{len(numbers)}", ask, say)
            if answer.decision:
                source = current[number.report]
                source = replace(source, decisions=merged(source.decisions, [answer.decision]))
                current[number.report] = source
                keep(source)
            if answer.enough:
                return current, mark(current, examine)
        marked = mark(current, examine)
    return current, marked
