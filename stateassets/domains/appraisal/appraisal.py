"""A year's appraisal from a report's tables: readings, results, ranks, last year's beside them.

Both years are measured by the report year's scheme, weights and standards, so that what moved a
score is what the enterprise did and not the ruler.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ...tables.origins import Origin, weakest
from . import guards
from .certainty import Certainty, certainty
from .qualitative import concordance, trimmed_mean
from .result import IndicatorValue, Result, evaluate, ranked
from .scheme import ASSESSED, Scheme, ScoredIndicator, Subject, read
from .score_parts import ScoreStep, change, steps

if TYPE_CHECKING:
    from ...measures.ledger import Scope
    from ...report import Report

DEFAULT = "district"
SCORED_BY = tuple(
    f"evaluation_{what}"
    for what in ("schemes", "indicators", "weights", "shares", "standards", "grades", "guards", "scores", "events")
)
NO_DATA = "没有数据"


@dataclass(frozen=True)
class Appraisal:
    """Everybody's results by one scheme in one year; ``by`` is group or enterprise."""

    report: Report
    scheme: Scheme
    year: int
    by: str

    @classmethod
    def of(cls, report: Report, scheme: str = DEFAULT, year: int | None = None, by: str = "") -> Appraisal:
        """Return the appraisal by a scheme, default: of the report's year, as the scheme says.

        Raises:
            SchemeError: there is no such scheme.
        """
        found = read(report.ledger.frames, scheme)
        return cls(report, found, year or report.year, by or found.by)

    @cached_property
    def scopes(self) -> dict[str, Scope]:
        """The scopes of those who are evaluated, by id."""
        return {s.id: s for s in self.report.ledger.scopes(self.by, self.year)}

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Who is evaluated: those in scope to whom the table of subjects gives a class."""
        frame = self.report.ledger.frames["evaluation_subjects"]
        frame = frame[frame["year"] == self.report.year]
        return tuple(
            Subject(r["enterprise_id"], self.scopes[r["enterprise_id"]].name_zh, r["class"], r["industry"], r["scale"])
            for r in frame.to_dict("records")
            if r["enterprise_id"] in self.scopes
        )

    @cached_property
    def readings(self) -> dict[str, dict[str, IndicatorValue]]:
        """Subject -> indicator -> its value, or why it does not apply."""
        return {s.id: {i.id: self._read(i, s) for i in self.scheme.indicators} for s in self.subjects}

    def _read(self, indicator: ScoredIndicator, subject: Subject) -> IndicatorValue:
        if indicator.role == ASSESSED:
            mean = trimmed_mean(self.scores(indicator.id, subject.id))
            return IndicatorValue(mean, "" if mean is not None else "没有评委打分")
        return reading(self.report, indicator, self.scopes[subject.id], self.year)

    def scores(self, item: str, enterprise: str) -> list[float]:
        """Return what each assessor gave an enterprise on an item, in the order of assessors."""
        return self._scores.get((enterprise, item), [])

    @cached_property
    def _scores(self) -> dict[tuple[str, str], list[float]]:
        frame = self.report.ledger.frames.get("evaluation_scores")
        if frame is None:
            return {}
        found: dict[tuple[str, str], list[float]] = {}
        for row in frame[frame["year"] == self.year].sort_values("assessor").to_dict("records"):
            found.setdefault((row["enterprise_id"], row["item"]), []).append(float(row["score"]))
        return found

    @cached_property
    def targets(self) -> dict[tuple[str, str], float]:
        """Enterprise and measure -> the target of the year, in base units."""
        frame = self.report.ledger.frames.get("evaluation_targets")
        if frame is None:
            return {}
        own = frame[frame["year"] == self.year]
        keys = zip(own["enterprise_id"], own["indicator"], strict=True)
        return dict(zip(keys, map(float, own["target"]), strict=True))

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """Everybody's result, in the order of the table of subjects."""
        return tuple(
            evaluate(self.scheme, s, self.report.year, self.readings[s.id], self._penalties(s.id))
            for s in self.subjects
        )

    def _penalties(self, key: str) -> tuple[guards.Penalty, ...]:
        ledger = self.report.ledger
        table = self.report.package.tables.get("evaluation_guards")
        labels = dict(table.labels["kind"]) if table else {}
        whose = ledger.scope_of(self.by)
        own = [enterprise for enterprise, scope in whose.items() if scope == key]
        return guards.penalties(ledger.frames, labels, own, self.year)

    @cached_property
    def ranks(self) -> dict[str, int]:
        """Subject -> rank within its class."""
        return ranked(self.results)

    @cached_property
    def last(self) -> Appraisal:
        """The year before, measured by the same ruler."""
        return Appraisal(self.report, self.scheme, self.year - 1, self.by)

    def result(self, key: str) -> Result:
        """Return a subject's result.

        Raises:
            KeyError: nobody of that id is evaluated.
        """
        for result in self.results:
            if result.subject.id == key:
                return result
        raise KeyError(key)

    def before(self, key: str) -> Result | None:
        """Return a subject's result of the year before, None where there is nothing of it.

        The year before the ledger's first has no statements, only their opening balances.
        """
        known = self.year - 1 in self.report.ledger.years and key in self.last.scopes
        return self.last.result(key) if known else None

    def change(self, key: str) -> list[tuple[str, float]]:
        """Return what raised and lowered a subject's score, largest first; empty without last."""
        before = self.before(key)
        return change(self.result(key), before) if before else []

    def steps(self, key: str) -> list[ScoreStep]:
        """Return what one step up on each indicator would bring a subject."""
        return steps(self.result(key), self.readings[key])

    @cached_property
    def certainty(self) -> Certainty:
        """How sure the ranks are."""
        return certainty(self.scheme, self.results, self.readings)

    def agreement(self, item: str) -> float | None:
        """Return Kendall's W of the assessors on an item; None where some scored not everybody."""
        columns = [self.scores(item, s.id) for s in self.subjects]
        if len({len(c) for c in columns}) != 1:
            return None
        return concordance(list(zip(*columns, strict=True)))

    @property
    def origin(self) -> Origin:
        """Where what it rests on comes from: what is measured, and what it is scored by."""
        needed = [i.measure.partition(".")[0] for i in self.scheme.indicators if i.measure]
        return weakest((self.report.ledger.origin(needed), self.report.origin_of(*SCORED_BY)))


def reading(report: Report, indicator: ScoredIndicator, scope: Scope, year: int) -> IndicatorValue:
    """Return a measured indicator's value, or why it does not apply."""
    from ...measures.ledger import ScopeError

    if not indicator.measure:
        return IndicatorValue(None, NO_DATA)
    try:
        if indicator.denominator:
            under = report.figure(indicator.denominator, scope, year)
            if under.value is None:
                return IndicatorValue(None, f"没有{under.name_zh}")
            if under.value <= 0:
                return IndicatorValue(None, f"{under.name_zh}{'为负数' if under.value < 0 else '为零'}")
        value = report.figure(indicator.measure, scope, year).value
    except ScopeError:
        return IndicatorValue(None, "这一口径没有数据")
    return IndicatorValue(None, NO_DATA) if value is None else IndicatorValue(float(value))


def by_class(results: tuple[Result, ...]) -> Mapping[str, list[Result]]:
    """Return class -> its results, best rank first."""
    order = ranked(results)
    found: dict[str, list[Result]] = {}
    for result in sorted(results, key=lambda r: order[r.subject.id]):
        found.setdefault(result.subject.kind, []).append(result)
    return found
