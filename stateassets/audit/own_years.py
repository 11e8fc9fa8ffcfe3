"""One's own years against each other: what was printed of each, what the ledger closed and opened them with.

Three ties hold all years together: a year opens as the year before closed, or says why not; what a report printed of
a year is what the ledger has of it; and the reports' printed numbers go together, each year's growth with both
years' levels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..measures.claims import Claim, agrees
from ..measures.ledger import Ledger, Scope, ScopeError
from ..measures.registry import REGISTRY
from ..measures.restated import Restated, restated
from ..tables.declared import LackingError
from .examine import examine
from .findings import QUIET, Finding

SAME, TOLD, UNTOLD = "一致", "已说明", "没有说明"
AS_PRINTED, AS_RESTATED, OTHERWISE = "相符", "与调整后的数相符", "不符"


@dataclass(frozen=True)
class Turn:
    """What a measure closed a year with, and what the next one opened with."""

    name: str
    year: int
    closed: float
    change: Restated | None

    @property
    def opened(self) -> float:
        """What the year after opened with."""
        return self.change.after if self.change else self.closed

    @property
    def verdict(self) -> str:
        """Whether both are one number, or why not is told."""
        if self.change is None:
            return SAME
        return TOLD if self.change.why else UNTOLD


def turns(ledger: Ledger, scope: Scope, names: Iterable[str]) -> Iterator[Turn]:
    """Yield each measure at each turn of a year, the latest turn first."""
    for year in reversed(ledger.years[:-1]):
        for name in names if year + 1 in ledger.years else ():
            closed = ledger.value(name, scope, year)
            if closed is not None:
                yield Turn(name, year, closed, restated(ledger, name, scope, year + 1))


def past(collected: Iterable[Claim], region: str, scope: str, year: int) -> tuple[Claim, ...]:
    """Return what a district's own reports printed of the years before."""
    return tuple(c for c in collected if (c.region, c.scope) == (region, scope) and c.year < year)


def recomputed(claims: Iterable[Claim], ledger: Ledger, whole: Scope) -> Iterator[tuple[Claim, float, str]]:
    """Yield each claim that the ledger can answer, with the ledger's value and what is to be said of both."""
    for claim in claims:
        kind, name = claim.as_kind, claim.indicator or ""
        if kind is None or name not in REGISTRY or claim.year not in ledger.years:
            continue
        try:
            value = ledger.value(name, whole, claim.year, kind)
        except (ScopeError, LackingError):
            continue
        if value is not None:
            yield claim, value, _verdict(claim, value, ledger, whole)


def _verdict(claim: Claim, value: float, ledger: Ledger, whole: Scope) -> str:
    if agrees(claim, value):
        return AS_PRINTED
    later = restated(ledger, claim.indicator or "", whole, claim.year + 1) if claim.kind == "level" else None
    return AS_RESTATED if later and agrees(claim, later.after) else OTHERWISE


def between(own: Sequence[Claim], earlier: Sequence[Claim]) -> tuple[Finding, ...]:
    """Return what the audit finds amiss in all years' printed numbers together; nothing where one year was printed."""
    if not own or not earlier:
        return ()
    found = examine((*earlier, *own)).findings
    return tuple(f for f in found if f.verdict not in QUIET and len({c.year for c in f.claims}) > 1)
