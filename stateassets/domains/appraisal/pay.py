"""What a result does to pay: how far the wage total may move, what the head's performance pay is.

国发〔2018〕16号 lets the wage total follow results and 企业负责人薪酬制度改革 ties performance pay
to the appraisal; factors and bounds are rows of ``evaluation_grades``, each place's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...measures.growth import rate, turn
from .scheme import FULL_MARKS, Grade


def wage_growth(profit_growth: float | None, grade: Grade) -> float:
    """Return the wage total's allowed growth in per cent.

    A rise of profit passes on the grade's factor of itself up to the grade's rise; a fall passes
    on in full down to the grade's fall. Where profit has no rate (a loss in either year) nothing
    moves.
    """
    if profit_growth is None:
        return 0.0
    if profit_growth >= 0:
        return min(profit_growth * grade.wage_factor, grade.wage_rise)
    return max(profit_growth, -grade.wage_fall)


def pay_multiple(score: float, grade: Grade, grades: Sequence[Grade]) -> float:
    """Return the head's performance pay as a multiple of basic pay.

    Within a grade it runs straight from ``pay_from`` to ``pay_to``; who was capped by a veto gets
    the grade's top at most. ``grades`` are best first.
    """
    at = [g.grade for g in grades].index(grade.grade)
    top = grades[at - 1].from_score if at else FULL_MARKS
    position = (score - grade.from_score) / (top - grade.from_score)
    return grade.pay_from + min(max(position, 0.0), 1.0) * (grade.pay_to - grade.pay_from)


@dataclass(frozen=True)
class Effect:
    """What a result would do: money in 万元, growth in per cent, None where data are missing.

    ``wage_base`` is last year's wage for each person times this year's people, so that staff who
    came or left with a transfer do not count as a rise or a fall of pay.
    """

    wage_growth: float
    wage_base: float | None
    wage_total: float | None
    multiple: float
    basic_pay: float | None
    performance_pay: float | None

    @property
    def wage_due(self) -> float | None:
        """The wage total that the result allows."""
        return None if self.wage_base is None else self.wage_base * (1 + self.wage_growth / 100)

    @property
    def pay_due(self) -> float | None:
        """The head's performance pay that the result gives."""
        return None if self.basic_pay is None else self.basic_pay * self.multiple


def effect(
    score: float,
    grade: Grade,
    grades: Sequence[Grade],
    profit: tuple[float | None, float | None],
    wages: tuple[float | None, float | None],
    head: tuple[float | None, float | None],
) -> Effect:
    """Return a result's effect.

    ``profit`` is last year's and this year's, ``wages`` the wage base and what was paid, ``head``
    the head's basic and performance pay as registered.
    """
    before, now = profit
    known = before is not None and now is not None and not turn(now, before)
    growth = rate(now, before) if known else None  # type: ignore[arg-type]
    return Effect(wage_growth(growth, grade), *wages, pay_multiple(score, grade, grades), *head)
