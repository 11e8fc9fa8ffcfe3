"""Appraisal of the groups' heads themselves, and whether their pay is what its grade allows.

A head's score is the weighted mean of the enterprise's own yearly score, as the appraisal computes
it, and of what the head was given on the other aspects; grades and what they pay are the scheme's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ...present.columns import Column, table
from ...present.display import Passage, Table, state
from ...present.words import NOTHING, number
from ...tables.origins import Origin, weakest
from ..appraisal.appraisal import Appraisal
from ..appraisal.guards import grade
from ..appraisal.scheme import FULL_MARKS, Grade
from .page import order

if TYPE_CHECKING:
    from ...report import Report

APPRAISALS, WEIGHTS, PAY = "head_appraisals", "head_appraisal_weights", "executive_pay"
ENTERPRISE = "enterprise"
WITHIN, ABOVE, UNDER, UNKNOWN = "在等级的区间里", "高于等级的区间", "低于等级的区间", "不能比较"
CSS = {WITHIN: "sa-check-ok", ABOVE: "sa-check-bad", UNDER: "sa-check-none", UNKNOWN: "sa-check-none"}


@dataclass(frozen=True)
class Head:
    """One head's year: scores by aspect, basic and performance pay in 万元, None where not known."""

    enterprise_id: str
    name: str
    scores: Mapping[str, float]
    score: float
    grade: Grade
    basic: float | None
    performance: float | None

    @property
    def multiple(self) -> float | None:
        """Performance pay as a multiple of basic pay."""
        return self.performance / self.basic if self.basic and self.performance is not None else None

    @property
    def verdict(self) -> str:
        """Is that multiple what the grade allows? Both to two decimals, as they are shown."""
        if self.multiple is None:
            return UNKNOWN
        paid = round(self.multiple, 2)
        return ABOVE if paid > self.grade.pay_to else UNDER if paid < self.grade.pay_from else WITHIN


def weighted(scores: Mapping[str, float], weights: Mapping[str, float]) -> float | None:
    """Return the weighted mean of scores, None where one is missing."""
    if not scores.keys() >= weights.keys():
        return None
    return sum(scores[aspect] * weight for aspect, weight in weights.items()) / FULL_MARKS


def heads(report: Report, year: int | None = None) -> tuple[Head, ...]:
    """Return the heads whose every aspect was scored, highest score first."""
    frames, year = report.ledger.frames, year or report.year
    rules = frames[WEIGHTS].to_dict("records")
    weights = {row["id"]: float(row["weight"]) for row in rules}
    own = [row["id"] for row in rules if row["source"] == ENTERPRISE]
    given = frames[APPRAISALS][frames[APPRAISALS]["year"] == year]
    appraisal = Appraisal.of(report, year=year)
    found = []
    for result in appraisal.results:
        key = result.subject.id
        rows = given[given["enterprise_id"] == key]
        scores = dict.fromkeys(own, result.score) | dict(zip(rows["aspect"], map(float, rows["score"]), strict=True))
        score = weighted(scores, weights)
        if score is not None:
            value = partial(_value, report, appraisal.scopes[key], year)
            pay = value("heads_basic_pay"), value("heads_performance_pay")
            reached = grade(score, appraisal.scheme.grades)
            found.append(Head(key, result.subject.name, scores, score, reached, *pay))
    return tuple(sorted(found, key=lambda head: -head.score))


def _value(report: Report, scope: Any, year: int, name: str) -> float | None:
    value = report.figure(name, scope, year).value
    return None if value is None else float(value)


def numbers(found: Sequence[Head]) -> dict[str, object]:
    """Return how many heads were appraised and paid within their grade, for sentences.

    ``pairs`` and ``agree`` say how often who scored higher had the higher multiple.
    """
    verdicts, grades = [head.verdict for head in found], [head.grade.grade for head in found]
    pairs = order([(head.name, head.score, head.multiple) for head in found if head.multiple is not None])
    return {
        "heads": len(found),
        "within": verdicts.count(WITHIN),
        "above": verdicts.count(ABOVE),
        "under": verdicts.count(UNDER),
        "grades": "、".join(f"{name}级{grades.count(name)}人" for name in dict.fromkeys(grades)),
        "pairs": pairs.pairs,
        "agree": pairs.agree,
    }


def origin(report: Report) -> Origin:
    """Return the origin of the heads' scores and pay."""
    return weakest([report.origin_of(APPRAISALS, PAY), Appraisal.of(report).origin])


def say(report: Report, found: Sequence[Head], *templates: str) -> Passage:
    """Paragraphs in which ``numbers`` are known by name."""
    return replace(report.say(*templates, **numbers(found)), origin=origin(report))


def head_table(report: Report, found: Sequence[Head], caption: str) -> Table:
    """Each head's score by aspect, last year's beside it, the grade, and the pay against it."""
    rules = report.ledger.frames[WEIGHTS].to_dict("records")
    year = report.year - 1
    last = {h.enterprise_id: h.score for h in heads(report, year)} if year in report.ledger.years else {}
    columns = (
        Column("企业正职", lambda head: report.enterprise(head.enterprise_id)),
        *(Column(f"{row['title']}（{row['weight']:g}%）", _score(row["id"]), decimals=1) for row in rules),
        Column("履职考核得分", "score", "分", 1),
        Column("上年得分", lambda head: last.get(head.enterprise_id), "分", 1, NOTHING),
        Column("等级", lambda head: head.grade.grade),
        Column("等级的绩效年薪倍数", lambda head: f"{head.grade.pay_from:g}至{head.grade.pay_to:g}", numeric=True),
        Column("实发倍数", lambda head: number(head.multiple, 2), numeric=True),
        Column("薪酬与等级", lambda head: state(head.verdict, CSS[head.verdict])),
    )
    note = "经营业绩一项是企业的年度考核得分，由考核评价一章算出；其余各项是履职测评的得分。"
    return table(report.text(caption), columns, found, origin=origin(report), note=note, internal=True)


def _score(aspect: str) -> Any:
    return lambda head: head.scores[aspect]
