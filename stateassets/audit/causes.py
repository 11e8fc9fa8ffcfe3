"""One cause, one finding: what the same thing explains is told once, with its members."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from .findings import PARTIAL, SCOPE, Finding
from .ties.sums import SUM_OF_SCOPES
from .ties.years import BETWEEN_YEARS, last_years

WITHIN = "部分大于整体"


def by_cause(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, those of one cause as one, in the order in which each cause is met."""
    groups: dict[Hashable, list[Finding]] = {}
    for number, finding in enumerate(findings):
        groups.setdefault(_cause(finding) or number, []).append(finding)
    return [found[0] if len(found) == 1 else _together(found) for found in groups.values()]


def _cause(finding: Finding) -> Hashable:
    """Return what explains a finding together with others, None where it stands for itself."""
    where = (finding.region, finding.year, finding.verdict, finding.subject)
    if finding.verdict == SCOPE and finding.subject == BETWEEN_YEARS:
        return where
    if (finding.verdict == PARTIAL and finding.subject == SUM_OF_SCOPES) or finding.subject == WITHIN:
        return (*where, tuple(c.scope for c in finding.claims))
    return None


def _together(found: list[Finding]) -> Finding:
    first = found[0]
    claims = tuple(dict.fromkeys(c for f in found for c in f.claims))
    whole = {
        BETWEEN_YEARS: f"的{'或'.join(dict.fromkeys(last_years(f.claims[-1].item) for f in found))}与上年报告所印不同，口径变化或追溯调整可以解释，请说明",
        SUM_OF_SCOPES: "列出的各部分不足合计，应有没有列出的其他部分",
    }.get(first.subject, "的部分大于整体，请核对两个口径的关系")
    scopes = {f.scope for f in found}
    each = [f"{f.scope if len(scopes) > 1 else ''}{f.claims[-1].describe()}（{_short(f)}）" for f in found]
    message = f"{len(found)}项{whole}：{'、'.join(each)}。"
    expected = "、".join(dict.fromkeys(f.expected for f in found)) if first.verdict == PARTIAL else "逐项说明"
    scope = first.scope if len(scopes) == 1 else "、".join(dict.fromkeys(f.scope for f in found))
    return Finding(
        first.region, first.year, scope, first.verdict, first.subject, claims, expected, message, tuple(found)
    )


def _short(finding: Finding) -> str:
    """Say in few words what a member says."""
    first = finding.claims[0].printed
    if finding.subject == WITHIN:
        return f"整体{first}"
    return f"{finding.expected}，上年印出{first}" if finding.subject == BETWEEN_YEARS else finding.expected
