"""Does the audit find one wrong number? Spoil the collected reports one number at a time.

Run ``python -m benchmarks.audit_seeded [EVERY]`` (every so many figures, default 1). Each figure is
misprinted as people misprint: two digits swapped, one digit wrong, another unit, another sign. It is
**found** if a finding that asks for a correction or a word is about it and was not there before;
it has **nothing** to be checked against if the audit of the sound reports says so of it; else it is
**missed**. A number that was in such a finding before is left out.
"""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import stateassets.domains  # noqa: F401  (they register the measures)
from stateassets.audit import Examination, examine
from stateassets.audit.findings import QUIET, Finding
from stateassets.importing.claims import read_claims
from stateassets.measures.claims import Claim

COLLECTED = Path(__file__).parents[1] / "data" / "claims" / "published_reports.csv"
FOUND, MISSED, NOTHING = "found", "missed", "nothing"
SWAPPED, DIGIT, UNIT, SIGN = "digits swapped", "digit wrong", "unit", "sign"
OTHER_UNIT = {"亿元": "万元", "万元": "亿元", "万亿元": "亿元", "%": "个百分点", "个百分点": "%"}
CHANGES = ("yoy_pct", "yoy_pp", "yoy_abs", "other_base", "cagr")


@dataclass(frozen=True)
class Outcome:
    """What became of one misprint."""

    error: str
    sound: Claim
    printed: Claim
    outcome: str


def misprints(claim: Claim, chance: random.Random) -> Iterator[tuple[str, Claim]]:
    """Yield a number as it may be misprinted, one way each."""
    text = claim.text
    digits = [i for i, c in enumerate(text) if c.isdigit()]
    first = text.lstrip("-")[:1]
    pairs = [(a, b) for a, b in pairwise(digits) if text[a] != text[b]]
    swaps = [text[:a] + text[b] + text[a + 1 : b] + text[a] + text[b + 1 :] for a, b in pairs]
    if sound := [s for s in swaps if first == "0" or not s.lstrip("-").startswith("0")]:
        yield SWAPPED, replace(claim, text=chance.choice(sound))
    at = chance.choice(digits)
    other = chance.choice([d for d in "123456789" if d != text[at]])
    yield DIGIT, replace(claim, text=text[:at] + other + text[at + 1 :])
    if claim.unit in OTHER_UNIT and not (claim.kind == "level" and claim.unit == "%"):
        yield UNIT, replace(claim, unit=OTHER_UNIT[claim.unit])
    if claim.kind in CHANGES and claim.size:
        yield SIGN, replace(claim, text=text[1:] if text.startswith("-") else f"-{text}")


def _loud(examination: Examination) -> Iterator[Finding]:
    for finding in examination.findings:
        if finding.verdict not in QUIET:
            yield from finding.members or (finding,)


def _key(finding: Finding) -> tuple[str, str, frozenset[str]]:
    return finding.verdict, finding.subject, frozenset(c.id for c in finding.claims)


def spoil(claims: Iterable[Claim], every: int = 1, seed: int = 1) -> Iterator[Outcome]:
    """Yield what becomes of misprints in every so many figures of the reports."""
    regions: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        regions[claim.region].append(claim)
    for reports in regions.values():
        sound = examine(reports)
        before = {_key(f) for f in _loud(sound)}
        told = {c for f in _loud(sound) for c in f.claims}
        alone = {u.claim for u in sound.unchecked}
        for at in range(0, len(reports), every):
            claim = reports[at]
            if claim in told:
                continue
            for error, wrong in misprints(claim, random.Random(f"{seed}.{claim.id}")):
                found = examine([wrong if i == at else c for i, c in enumerate(reports)])
                new = any(wrong in f.claims and _key(f) not in before for f in _loud(found))
                yield Outcome(error, claim, wrong, FOUND if new else NOTHING if claim in alone else MISSED)


def main() -> None:
    """Print the table, and with ``--missed`` each miss."""
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    outcomes = list(spoil(read_claims(COLLECTED).claims, *numbers))
    counts = Counter((o.error, o.outcome) for o in outcomes)
    for error in (SWAPPED, DIGIT, UNIT, SIGN):
        found, missed, nothing = (counts[error, outcome] for outcome in (FOUND, MISSED, NOTHING))
        print(f"{error:15} found {found:4} of {found + missed:4}; {nothing:4} have nothing to be checked against")
    found, missed = (sum(counts[e, o] for e in (SWAPPED, DIGIT, UNIT, SIGN)) for o in (FOUND, MISSED))
    print(f"all: {100 * found / (found + missed):.1f} % of those that have anything to be checked against")
    if "--missed" in sys.argv:
        for o in outcomes:
            if o.outcome == MISSED:
                print(o.error, o.sound.region, o.sound.year, o.sound.scope, o.sound.describe(), "->", o.printed.printed)


if __name__ == "__main__":
    main()
