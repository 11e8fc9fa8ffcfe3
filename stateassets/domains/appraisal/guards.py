"""Guard rails: 生态环保, 安全生产, 信访稳定. An event takes points off, or caps the grade."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .scheme import Frames, Grade

DEDUCT, VETO = "deduct", "veto"


@dataclass(frozen=True)
class Penalty:
    """What an event costs: points of the total score, or (a veto) a highest possible grade."""

    event: str
    enterprise_id: str
    kind: str
    rule: str
    title: str
    points: float
    cap: str

    @property
    def reason(self) -> str:
        """Why, in a sentence's words."""
        cost = f"等级最高为{self.cap}" if self.cap else f"扣{self.points:g}分"
        return f"{self.kind}：{self.title}（{self.rule}），{cost}"


def penalties(frames: Frames, labels: dict[str, str], enterprises: Iterable[str], year: int) -> tuple[Penalty, ...]:
    """Return what the events of some enterprises cost in a year; ``labels`` names the kinds."""
    if not {"evaluation_events", "evaluation_guards"} <= set(frames):
        return ()
    events, rules = frames["evaluation_events"], frames["evaluation_guards"]
    by_id = {row["id"]: row for row in rules.to_dict("records")}
    own = events[(events["year"] == year) & events["enterprise_id"].isin(list(enterprises))]
    found = []
    for event in own.to_dict("records"):
        rule = by_id[event["guard_id"]]
        veto = rule["action"] == VETO
        found.append(
            Penalty(
                event["id"],
                event["enterprise_id"],
                labels[rule["kind"]],
                rule["title"],
                event["title"],
                0.0 if veto else float(rule["points"]),
                rule["cap_grade"] if veto else "",
            )
        )
    return tuple(found)


def deduction(found: Iterable[Penalty]) -> float:
    """Return the points that come off."""
    return sum(p.points for p in found)


def grade(score: float, grades: Sequence[Grade], found: Iterable[Penalty] = ()) -> Grade:
    """Return the grade of a score, not above the lowest cap of a veto; ``grades`` best first."""
    order = [g.grade for g in grades]
    at = next(i for i, g in enumerate(grades) if score >= g.from_score or i == len(grades) - 1)
    return grades[max([at, *(order.index(p.cap) for p in found if p.cap)])]
