"""A subject's result: points line by line, parts, score, grade, rank within its class.

How the parts become a score. Each basic indicator earns a share of its weight. In a scheme with
corrective indicators a part's basic points are multiplied by the part's coefficient, the weighted
mean of 1 + (share of the corrective indicator - share of the part's basic points), each kept
within bounds; the product never exceeds the part's weight. The quantitative and the assessed side
are then weighed against each other, and what the guard rails cost comes off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from . import guards
from .guards import Penalty
from .scheme import (
    ASSESSED,
    BASIC,
    CORRECTIVE,
    FULL,
    FULL_MARKS,
    NEUTRAL,
    REDISTRIBUTE,
    ZERO,
    Grade,
    Scheme,
    ScoredIndicator,
    Subject,
)
from .scoring import Standard, band, band_name, share

NO_STANDARD = "没有标准值"
HANDLED = {REDISTRIBUTE: "权重由同一部分的其他指标分担", FULL: "按满分计", ZERO: "按零分计", NEUTRAL: "不作修正"}


@dataclass(frozen=True)
class IndicatorValue:
    """An indicator's value in base units, or why it does not apply; an assessed item's mean."""

    value: float | None
    why: str = ""


@dataclass(frozen=True)
class Line:
    """An indicator's part in a result.

    ``share`` is what part of the weight it earns, None where it does not apply; ``weight`` is the
    table's, ``effective`` what it comes to when others do not apply.
    """

    indicator: ScoredIndicator
    reading: IndicatorValue
    standard: Standard | None
    weight: float
    share: float | None
    effective: float

    @property
    def points(self) -> float:
        """Points of the line's own side, of 100."""
        return self.effective * (self.share or 0.0)

    @property
    def applies(self) -> bool:
        """Has it a value that was scored?"""
        return self.reading.value is not None and not self.reading.why

    @property
    def band(self) -> str:
        """The band in words, blank for what is assessed or does not apply."""
        if not self.applies or self.standard is None or self.reading.value is None:
            return ""
        return band_name(band(self.reading.value, self.standard, self.indicator.direction))

    @property
    def why(self) -> str:
        """Why it does not apply and what becomes of its weight, blank where it does."""
        if self.applies:
            return ""
        return f"{self.reading.why}，{HANDLED[self.indicator.missing]}"


@dataclass(frozen=True)
class ScorePart:
    """A part of the quantitative side: its basic points, and the coefficient that corrects them."""

    name: str
    basic: float
    weight: float
    singles: Mapping[str, tuple[float, float]]  # corrective id -> (its weight's share, coefficient)

    @property
    def coefficient(self) -> float:
        """The part's coefficient; 1 where nothing corrects."""
        return sum(w * k for w, k in self.singles.values()) if self.singles else 1.0

    @property
    def points(self) -> float:
        """The corrected points, at most the part's weight."""
        return min(self.basic * self.coefficient, self.weight)


@dataclass(frozen=True)
class Result:
    """A subject's whole result of a year."""

    subject: Subject
    year: int
    scheme: Scheme
    lines: tuple[Line, ...]
    penalties: tuple[Penalty, ...] = ()

    def of(self, role: str) -> tuple[Line, ...]:
        """Return the lines of a role."""
        return tuple(line for line in self.lines if line.indicator.role == role)

    def line(self, indicator: str) -> Line:
        """Return an indicator's line."""
        return next(line for line in self.lines if line.indicator.id == indicator)

    @cached_property
    def parts(self) -> tuple[ScorePart, ...]:
        """The parts of the quantitative side."""
        return tuple(_part(self, name) for name in self.scheme.parts)

    @cached_property
    def quantitative(self) -> float | None:
        """Points of the quantitative side, of 100; None where no indicator applies."""
        return sum(p.points for p in self.parts) if any(p.weight for p in self.parts) else None

    @cached_property
    def qualitative(self) -> float | None:
        """Points of the assessed side, of 100; None where nobody assessed."""
        lines = self.of(ASSESSED)
        return sum(x.points for x in lines) if any(x.effective for x in lines) else None

    @cached_property
    def side_shares(self) -> tuple[float, float]:
        """How the two sides are weighed; a side without any result hands its share over."""
        if self.qualitative is None:
            return 1.0, 0.0
        if self.quantitative is None:
            return 0.0, 1.0
        quantitative = self.scheme.quantitative(self.subject)
        return quantitative, 1 - quantitative

    @cached_property
    def score(self) -> float:
        """The score, of 100, after what the guard rails take off; never below zero."""
        a, b = self.side_shares
        whole = a * (self.quantitative or 0.0) + b * (self.qualitative or 0.0)
        return max(0.0, whole - guards.deduction(self.penalties))

    @property
    def grade(self) -> Grade:
        """The grade, not above the cap of a veto."""
        return guards.grade(self.score, self.scheme.grades, self.penalties)

    @property
    def vetoed(self) -> bool:
        """Did a veto lower the grade's ceiling?"""
        return any(p.cap for p in self.penalties)


def _part(result: Result, name: str) -> ScorePart:
    basic = [x for x in result.of(BASIC) if x.indicator.part == name]
    points, weight = sum(x.points for x in basic), sum(x.effective for x in basic)
    bounds = result.scheme.correction
    if bounds is None or not weight:
        return ScorePart(name, points, weight, {})
    corrective = [x for x in result.of(CORRECTIVE) if x.indicator.part == name]
    whole = sum(x.effective for x in corrective)
    singles = {
        x.indicator.id: (x.effective / whole, _single(x, points / weight, bounds)) for x in corrective if x.effective
    }
    return ScorePart(name, points, weight, singles)


def _single(line: Line, analysis: float, bounds: tuple[float, float]) -> float:
    if line.share is None:
        return 1.0
    low, high = bounds
    return min(max(1 + line.share - analysis, low), high)


def evaluate(
    scheme: Scheme,
    subject: Subject,
    year: int,
    readings: Mapping[str, IndicatorValue],
    penalties: Iterable[Penalty] = (),
    weights: Mapping[str, float] | None = None,
    standards: Mapping[str, Standard | None] | None = None,
) -> Result:
    """Return a subject's result.

    ``weights`` and ``standards`` by indicator replace the scheme's own, to see what they change.

    Raises:
        SchemeError: the scheme has no weights for such a subject.
    """
    weights = scheme.weights(subject) if weights is None else weights
    if standards is None:
        standards = {i.id: scheme.standard(i, subject, year) for i in scheme.indicators if i.role != ASSESSED}
    lines = [
        _line(scheme, i, readings.get(i.id, IndicatorValue(None, "没有数据")), standards.get(i.id), weights[i.id])
        for i in scheme.indicators
        if i.id in weights
    ]
    return Result(subject, year, scheme, tuple(_handed_on(lines)), tuple(penalties))


def _line(
    scheme: Scheme, indicator: ScoredIndicator, reading: IndicatorValue, standard: Standard | None, weight: float
) -> Line:
    if reading.value is not None and indicator.role != ASSESSED and standard is None:
        reading = replace(reading, why=NO_STANDARD)
    if reading.value is None or reading.why:
        settled = {FULL: 1.0, ZERO: 0.0}.get(indicator.missing)
        kept = 0.0 if indicator.missing == REDISTRIBUTE else weight
        return Line(indicator, reading, standard, weight, settled, kept)
    if indicator.role == ASSESSED:
        return Line(indicator, reading, None, weight, reading.value / FULL_MARKS, weight)
    assert standard is not None
    earned = share(reading.value, standard, indicator.direction, scheme.coefficients)
    return Line(indicator, reading, standard, weight, earned, weight)


def _handed_on(lines: Sequence[Line]) -> list[Line]:
    """Hand the weight of what does not apply to its part, or where that is empty to its role."""
    extra = [0.0] * len(lines)
    for lost in (x for x in lines if not x.applies and x.indicator.missing == REDISTRIBUTE):
        role = [i for i, x in enumerate(lines) if x.applies and x.indicator.role == lost.indicator.role]
        heirs = [i for i in role if lines[i].indicator.part == lost.indicator.part] or role
        whole = sum(lines[i].weight for i in heirs)
        for i in heirs:
            extra[i] += lost.weight * lines[i].weight / whole if whole else 0.0
    return [replace(x, effective=x.effective + e) if e else x for x, e in zip(lines, extra, strict=True)]


def ranked(results: Iterable[Result]) -> dict[str, int]:
    """Return subject -> rank within its class: by grade first (a veto counts), then by score."""
    places = [(one.subject, _order(one)) for one in results]
    return {
        subject.id: 1 + sum(other < own for peer, other in places if peer.kind == subject.kind)
        for subject, own in places
    }


def _order(result: Result) -> tuple[int, float]:
    grades = [g.grade for g in result.scheme.grades]
    return grades.index(result.grade.grade), -result.score
