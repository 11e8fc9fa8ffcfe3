"""What the audit says: a verdict, the claims it rests on, what would be right, one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from ..measures.claims import Claim

CONSISTENT, ROUNDING = "一致", "尾差"
CONFLICT, UNIT, DOUBT = "冲突", "单位误用", "存疑"
SCOPE, PARTIAL, OPEN = "口径提示", "列示不全", "未决"
# What asks for a correction, what asks for a look, what is in order.
ALARMS, NOTICES, QUIET = (CONFLICT, UNIT, DOUBT), (SCOPE, PARTIAL, OPEN), (CONSISTENT, ROUNDING)
VERDICTS = {
    CONSISTENT: "由印出的数直接算得上",
    ROUNDING: "差额在四舍五入允许之内",
    CONFLICT: "没有一组真实值能四舍五入成这样",
    UNIT: "数没有错，单位或写法错了",
    DOUBT: "可以同时成立，但很可能有误",
    SCOPE: "口径变化或年初数调整可以解释，请说明",
    PARTIAL: "列出的各项不足合计，原文应有“等”",
    OPEN: "在规定时间内没有判定",
}


@dataclass(frozen=True)
class Finding:
    """One thing that the audit found; ``expected`` is what would make it right, or empty."""

    region: str
    year: int
    scope: str
    verdict: str
    subject: str
    claims: tuple[Claim, ...]
    expected: str
    message: str

    @property
    def alarming(self) -> bool:
        """Does it ask for a correction?"""
        return self.verdict in ALARMS

    def as_dict(self) -> dict[str, object]:
        """Return the finding for programs, claims as they are printed."""
        return {
            "region": self.region,
            "year": self.year,
            "scope": self.scope,
            "verdict": self.verdict,
            "subject": self.subject,
            "claims": [
                {"id": c.id, "claim": c.describe(), "year": c.year, "scope": c.scope, "source": c.source, "url": c.url}
                for c in self.claims
            ],
            "expected": self.expected,
            "message": self.message,
        }


@dataclass(frozen=True)
class Unchecked:
    """A claim that nothing could be checked against, and why."""

    claim: Claim
    why: str
