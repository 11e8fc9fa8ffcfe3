"""A scheme of evaluation as data: indicators, weights, standards, grades.

Nothing here or in the scoring knows one scheme from another: the district's eight indicators and
the national 综合绩效评价 are rows in ``data/settings``. ``stateassets.domains.appraisal.checks`` checks the
rows when they are opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from .scoring import BANDS, Standard

BASIC, CORRECTIVE, ASSESSED = "basic", "corrective", "assessed"
ROLES = {BASIC: "定量（基本）", CORRECTIVE: "定量（修正）", ASSESSED: "定性"}
# What becomes of the weight of an indicator that does not apply.
REDISTRIBUTE, FULL, ZERO, NEUTRAL = "redistribute", "full", "zero", "neutral"
ALL = ""  # in a column of classes, industries or scales: whichever
FULL_MARKS = 100.0
Frames = Mapping[str, pd.DataFrame]


class SchemeError(ValueError):
    """No such scheme, or a part of it is missing; the message is for the reader."""


@dataclass(frozen=True)
class ScoredIndicator:
    """One row of a scheme; ``measure`` is a figure's id, blank where no table has the data.

    ``denominator`` is the figure that has to be above zero for the indicator to mean anything.
    """

    id: str
    title: str
    part: str
    role: str
    measure: str
    denominator: str
    direction: str
    missing: str
    grounds: str
    confidence: str


@dataclass(frozen=True)
class Subject:
    """Who is evaluated: a first-level group or a legal person, with its class and industry."""

    id: str
    name: str
    kind: str
    industry: str
    scale: str


@dataclass(frozen=True)
class Grade:
    """A grade from a score on; how the wage total may move (per cent), what the head's pay is.

    ``pay_from`` and ``pay_to`` are multiples of basic pay at the grade's two ends.
    """

    grade: str
    from_score: float
    wage_factor: float
    wage_rise: float
    wage_fall: float
    pay_from: float
    pay_to: float


@dataclass(frozen=True)
class Scheme:
    """A scheme of a year; ``rows`` are its tables, already cut down to it."""

    name: str
    title: str
    by: str
    coefficients: tuple[float, ...]
    correction: tuple[float, float] | None
    weights_vary: float
    standards_vary: float
    draws: int
    basis: str
    confidence: str
    indicators: tuple[ScoredIndicator, ...]
    grades: tuple[Grade, ...]
    rows: Mapping[str, tuple[Mapping[str, Any], ...]]

    def of(self, role: str) -> tuple[ScoredIndicator, ...]:
        """Return the indicators of a role, in the order of the table."""
        return tuple(i for i in self.indicators if i.role == role)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The parts of the quantitative side, in order."""
        return tuple(dict.fromkeys(i.part for i in self.indicators if i.role != ASSESSED))

    def weights(self, subject: Subject) -> dict[str, float]:
        """Return indicator -> weight: the enterprise's own, else its class's, else everybody's.

        Raises:
            SchemeError: nobody gave weights for such a subject.
        """
        found: dict[str, float] = {}
        for role in ROLES:
            ids = {i.id for i in self.of(role)}
            rows = [r for r in self.rows["weights"] if r["indicator"] in ids]
            keys = ((None, subject.id), (subject.kind, ""), (ALL, ""))
            for kind, enterprise in keys:
                own = {
                    r["indicator"]: float(r["weight"])
                    for r in rows
                    if r["enterprise_id"] == enterprise and kind in (None, r["class"])
                }
                if own:
                    found |= own
                    break
        if not any(i.id in found for i in self.of(BASIC)):
            raise SchemeError(f"{self.title}没有{subject.name}所属类别的权重")
        return found

    def quantitative(self, subject: Subject) -> float:
        """Return what part of the whole the quantitative side is, 0 to 1."""
        for kind in (subject.kind, ALL):
            for row in self.rows["shares"]:
                if row["class"] == kind:
                    return float(row["quantitative"]) / FULL_MARKS
        raise SchemeError(f"{self.title}没有写明{subject.name}所属类别的定量部分占比")

    def standard(self, indicator: ScoredIndicator, subject: Subject, year: int) -> Standard | None:
        """Return the standard values for a subject: its industry's and scale's, else wider ones.

        Of several years the newest up to ``year`` counts, where there is none the oldest.
        """
        rows = [r for r in self.rows["standards"] if r["indicator"] == indicator.id]
        places = ((subject.industry, subject.scale), (subject.industry, ALL), (ALL, ALL))
        for industry, scale in places:
            own = [r for r in rows if (r["industry"], r["scale"]) == (industry, scale)]
            if own:
                row = min(own, key=lambda r: (r["book_year"] > year, abs(r["book_year"] - year)))
                best = (row["best_from"], row["best_to"])
                source = f"{row['industry'] or '全行业'}{row['scale']}{row['book_year']}年"
                return Standard(tuple(float(row[band]) for band in BANDS), None if pd.isna(best[0]) else best, source)
        return None


def names(frames: Frames) -> dict[str, str]:
    """Return the schemes: name -> title."""
    rows = frames.get("evaluation_schemes", pd.DataFrame(columns=["scheme", "title"]))
    return dict(rows[["scheme", "title"]].itertuples(index=False))


def read(frames: Frames, name: str) -> Scheme:
    """Return a scheme from the tables.

    Raises:
        NoTableError: the book has no such tables.
        SchemeError: there is no such scheme.
    """
    known = dict(frames["evaluation_schemes"][["scheme", "title"]].itertuples(index=False))
    if name not in known:
        raise SchemeError(f"没有评价办法“{name}”；有：{'、'.join(known) or '无'}")

    def of(table: str) -> tuple[dict[str, Any], ...]:
        frame = frames[f"evaluation_{table}"]
        return tuple(frame[frame["scheme"] == name].to_dict("records"))

    row = of("schemes")[0]
    correction = (row["correction_from"], row["correction_to"])
    fields = tuple(ScoredIndicator.__dataclass_fields__)
    indicators = (ScoredIndicator(**{f: r[f] for f in fields}) for r in of("indicators"))
    grades = (Grade(**{f: r[f] for f in Grade.__dataclass_fields__}) for r in of("grades"))
    return Scheme(
        name,
        row["title"],
        row["by"],
        tuple(float(row[band]) for band in BANDS),
        None if pd.isna(correction[0]) else correction,
        float(row["weights_vary"]),
        float(row["standards_vary"]),
        int(row["draws"]),
        row["basis"],
        row["confidence"],
        tuple(indicators),
        tuple(sorted(grades, key=lambda g: -g.from_score)),
        {table: of(table) for table in ("weights", "shares", "standards")},
    )
