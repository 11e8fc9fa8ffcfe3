"""Go through a collection of reports: what agrees, what cannot be, what looks wrong.

The checks themselves are in ``ties``, one module a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby

from ..measures.claims import Claim
from .causes import by_cause
from .comparable import incomparable
from .findings import CONFLICT, DOUBT, INCOMPARABLE, OPEN, PARTIAL, QUIET, SCOPE, UNIT, Finding, Unchecked
from .model import TIME_LIMIT_MS
from .periods import WHY
from .ties import CHECKS
from .ties.possible import TOGETHER
from .ties.reports import Reports


@dataclass(frozen=True)
class Examination:
    """What was found, most alarming first within a region, and what could not be checked."""

    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]


def examine(
    claims: Iterable[Claim],
    workers: int = 1,
    time_limit_ms: int = TIME_LIMIT_MS,
    progress: Callable[[int, int], None] | None = None,
) -> Examination:
    """Examine printed numbers of any number of regions; ``progress`` hears (done, of)."""
    ordered = sorted(claims, key=lambda c: c.region)
    regions = [tuple(group) for _, group in groupby(ordered, key=lambda c: c.region)]
    done: list[Examination] = []
    for found in _run(regions, workers, time_limit_ms):
        done.append(found)
        if progress:
            progress(len(done), len(regions))
    return Examination(tuple(f for one in done for f in one.findings), tuple(u for one in done for u in one.unchecked))


def _run(regions: Sequence[tuple[Claim, ...]], workers: int, limit: int) -> Iterator[Examination]:
    if workers < 2 or len(regions) < 2:
        yield from (_examine_region(region, limit) for region in regions)
        return
    with ProcessPoolExecutor(workers) as pool:
        size = max(1, len(regions) // (8 * workers))
        yield from pool.map(_examine_region, regions, [limit] * len(regions), chunksize=size)


def _examine_region(claims: tuple[Claim, ...], limit: int) -> Examination:
    found: dict[tuple[str, bool, frozenset[Claim]], Finding] = {}
    for finding in incomparable(claims):
        found[finding.verdict, False, frozenset(finding.claims)] = finding
    meaningless = {finding.claims[-1] for finding in found.values()}
    report = Reports([c for c in claims if c not in meaningless], limit)
    for check in CHECKS:
        for finding in check(report):
            if finding.verdict in (CONFLICT, UNIT) and report.explained.intersection(finding.claims):
                continue  # one of them is known to be wrong
            if finding.verdict in QUIET:
                report.confirmed.update(finding.claims)
            key = (finding.verdict, finding.subject == TOGETHER, frozenset(finding.claims))
            found.setdefault(key, finding)
            report.explained.update(_wrong_by(finding))
    order = {name: i for i, name in enumerate((CONFLICT, UNIT, DOUBT, SCOPE, PARTIAL, INCOMPARABLE, OPEN))}
    findings = sorted(by_cause(found.values()), key=lambda f: (order.get(f.verdict, len(order)), f.year))
    seen = {claim for finding in findings for claim in finding.claims}
    left = tuple(
        Unchecked(c, WHY if c in report.other_periods else _why(c)) for c in dict.fromkeys(claims) if c not in seen
    )
    return Examination(tuple(findings), left)


def _wrong_by(finding: Finding) -> tuple[Claim, ...]:
    """The claims that a finding shows to be wrong: the last one, or any of a set."""
    if finding.verdict == UNIT or (finding.verdict == CONFLICT and finding.expected):
        return finding.claims[-1:]
    return finding.claims if finding.verdict == CONFLICT else ()


def _why(claim: Claim) -> str:
    if claim.misfit:
        return claim.misfit
    if claim.kind == "target":
        return "是目标，不是完成数"
    if claim.measure is None:
        return f"不认识的项目“{claim.name_zh}”，也没有可对照的数"
    return "没有可以对照的其他公布数"
