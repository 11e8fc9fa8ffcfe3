"""What the audit says: a verdict, the claims it rests on, what would be right, one sentence.

应为 is said only of what lies near what was printed (``near``); anything else that a computation
gives is said as 算得, since nobody knows which of the numbers is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..measures.claims import Claim

CONSISTENT, ROUNDING = "一致", "尾差"
CONFLICT, UNIT, DOUBT = "冲突", "单位误用", "存疑"
SCOPE, PARTIAL, INCOMPARABLE, OPEN = "口径提示", "列示不全", "不可比", "未决"
# What asks for a correction, what asks for a look, what is in order.
ALARMS, NOTICES, QUIET = (CONFLICT, UNIT, DOUBT), (SCOPE, PARTIAL, INCOMPARABLE, OPEN), (CONSISTENT, ROUNDING)
VERDICTS = {
    CONSISTENT: "由印出的数直接算得上",
    ROUNDING: "差额在四舍五入允许之内",
    CONFLICT: "没有一组真实值能四舍五入成这样",
    UNIT: "数没有错，单位或写法错了",
    DOUBT: "可以同时成立，但很可能有误",
    SCOPE: "口径变化或年初数调整可以解释，请说明",
    PARTIAL: "列出的各项不足合计，原文应有“等”",
    INCOMPARABLE: "上年数或分母不大于零，增速或比率没有通常的意义",
    OPEN: "在规定时间内没有判定",
}


@dataclass(frozen=True)
class Finding:
    """One thing that the audit found; ``expected`` is what would make it right (应为), or what the
    other numbers give (算得), or empty. ``members`` are the findings that one cause explains."""

    region: str
    year: int
    scope: str
    verdict: str
    subject: str
    claims: tuple[Claim, ...]
    expected: str
    message: str
    members: tuple[Finding, ...] = ()

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
            "members": [member.as_dict() for member in self.members],
        }


@dataclass(frozen=True)
class Unchecked:
    """A claim that nothing could be checked against, and why."""

    claim: Claim
    why: str


TELLING_DIGITS = 3


def digits(text: str) -> int:
    """Return how many digits a printed number is known by: noughts around them say only how large it is."""
    return len(text.replace(".", "").strip("+-0"))


def telling(text: str) -> bool:
    """Tell whether a number has enough digits to be known by them: of fewer any two are alike, or a misprint apart."""
    return digits(text) >= TELLING_DIGITS


def near(printed: str, other: str) -> bool:
    """Tell whether one number could have become the other by one digit or one swapped pair.

    Both are texts of numbers with as many decimals; a sign is no digit.
    """
    (sign, one), (other_sign, two) = ((t[:1] == "-", t.lstrip("+-")) for t in (printed, other))
    if sign != other_sign or len(one.partition(".")[2]) != len(two.partition(".")[2]):
        return False
    one, two = sorted((one, two), key=len)
    if len(one) < len(two):  # a digit left out
        return any(two[:i] + two[i + 1 :] == one for i in range(len(two)))
    one, two = one.replace(".", ""), two.replace(".", "")
    differ = [i for i, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
    swapped = len(differ) == 2 and differ[1] == differ[0] + 1 and one[differ[0]] == two[differ[1]]
    return len(differ) == 1 or (swapped and one[differ[1]] == two[differ[0]])
