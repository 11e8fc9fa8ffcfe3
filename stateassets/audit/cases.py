"""How well the audit does on cases that people have decided: right, missed, not covered.

A case and a finding belong together if they are about the same region and year and share the
case's numbers. The audit never sees the cases' verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .examine import Examination
from .findings import ALARMS, CONSISTENT, NOTICES, PARTIAL, QUIET, ROUNDING, SCOPE, Finding

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# What a person's verdict means in the audit's words.
MEANS = {
    "PASS": (CONSISTENT,),
    "ROUNDING": (ROUNDING,),
    "INCOMPLETE": (PARTIAL,),
    "FAIL": (*ALARMS, SCOPE),
    "EXPLAINED": (*QUIET, SCOPE),
}
TO_BE_FLAGGED = ("INCOMPLETE", "FAIL")


@dataclass(frozen=True)
class Judged:
    """A case beside what the audit says; ``said`` is empty where nothing in the data covers it."""

    case: Mapping[str, object]
    said: str
    right: bool | None


def judge(cases: Iterable[Mapping[str, object]], examination: Examination) -> tuple[Judged, ...]:
    """Compare the audit's findings with decided cases; those that decide nothing are left out."""
    return tuple(_judge(c, examination) for c in cases if c["verdict"] in MEANS)


def _judge(case: Mapping[str, object], examination: Examination) -> Judged:
    wanted = MEANS[str(case["verdict"])]
    every = [one for f in examination.findings for one in f.members or (f,)]
    near = [f for f in every if (f.region, f.year) == (case["region"], case["year"])]
    numbers = _numbers(case)
    if case["verdict"] == "EXPLAINED":  # right is to raise no alarm about any of its numbers
        alarms = [f.verdict for f in near if f.alarming and _shared(f, numbers)]
        return Judged(case, alarms[0] if alarms else CONSISTENT, not alarms)
    about = [f for f in near if _shared(f, numbers) >= min(2, len(numbers))]
    if not about:
        return Judged(case, "", None)
    # The finding that speaks of little else than the case is the one about it.
    closest = max(_shared(f, numbers) / len(f.claims) for f in about)
    said = {f.verdict: None for f in about if _shared(f, numbers) / len(f.claims) == closest}
    right = [verdict for verdict in said if verdict in wanted]
    return Judged(case, (right or list(said))[0], bool(right))


def _numbers(case: Mapping[str, object]) -> set[Fraction]:
    text = f"{case['expression']} {case['printed']} {case['why']}"
    return {abs(Fraction(found)) for found in NUMBER.findall(text)} - {Fraction(100)}


def _shared(finding: Finding, numbers: set[Fraction]) -> int:
    return len({abs(Fraction(claim.text)) for claim in finding.claims} & numbers)


@dataclass(frozen=True)
class Score:
    """How many cases are covered and right, and precision and recall of the flags raised."""

    cases: int
    covered: int
    right: int
    flagged: int
    rightly_flagged: int
    to_be_flagged: int


def score(judged: Iterable[Judged]) -> Score:
    """Count; a flag is any verdict other than 一致 and 尾差."""
    all_cases = tuple(judged)
    covered = [j for j in all_cases if j.right is not None]
    flagged = [j for j in covered if j.said in (*ALARMS, *NOTICES)]
    wanted = [j for j in covered if j.case["verdict"] in TO_BE_FLAGGED]
    return Score(
        len(all_cases),
        len(covered),
        sum(bool(j.right) for j in covered),
        len(flagged),
        sum(j in wanted for j in flagged),
        len(wanted),
    )
