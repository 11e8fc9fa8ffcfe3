"""What the report commits to for the next year, and what this book suggests to judge it by.

The report names neither indicator nor date. Each suggestion names a measure, whose value of today
is computed like any other figure, or says what would have to be recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...measures.ledger import ENTERPRISE
from ...measures.registry import REGISTRY
from ...present.columns import Column, table
from ...present.display import Cell, Passage, Table
from ...present.markup import SAMPLE
from ...present.words import day, number
from ...tables.declared import LackingError
from .page import losses

if TYPE_CHECKING:
    from ...measures.figures import Figure
    from ...report import Report

TABLE, SUGGESTIONS = "commitments", "commitment_indicators"
VALUE, NEGATIVE, LASTING = "value", "negative", "lasting"  # what is taken of a measure
REACH = "reach"
GOAL = "goal"
PRINTED, FILED = "报告印出", "底表"


@dataclass(frozen=True)
class Suggestion:
    """How one commitment could be judged: a row of the settings, with today's baseline.

    ``baseline`` is None where no measure fits or the book lacks its table; ``nature`` says where
    the baseline comes from: printed by the report, a sample, an own table.
    """

    row: Mapping[str, Any]
    baseline: Cell | None
    nature: str

    @property
    def measured(self) -> bool:
        """Whether a measure fits, so that next year's number can be put beside today's."""
        return bool(self.row["indicator"])

    @property
    def unit(self) -> str:
        """The unit of the baseline: the measure's, or companies where companies are counted."""
        return REGISTRY[self.row["indicator"]].unit if self.row["counts"] == VALUE else "户"


@dataclass(frozen=True)
class Commitment:
    """A row of what the report commits to, with what is suggested to judge it by."""

    row: Mapping[str, Any]
    suggestions: tuple[Suggestion, ...]


def commitments(report: Report, section: str | None = None) -> tuple[Commitment, ...]:
    """Return the year's commitments in the report's order, of a section (default: the chapter's; ""
    is all).

    Raises:
        NoTableError: the book has no such table.
    """
    return tuple(
        Commitment(row, tuple(_suggestion(report, one) for one in _suggested(report, row["id"])))
        for row in _rows(report, section)
    )


def _rows(report: Report, section: str | None) -> list[dict[str, Any]]:
    wanted = report.section if section is None else section
    rows = report.ledger.frames[TABLE].to_dict("records")
    return [row for row in rows if row["year"] == report.year and wanted in ("", row["section"])]


def _suggested(report: Report, commitment: str) -> list[dict[str, Any]]:
    frame = report.ledger.frames.get(SUGGESTIONS)
    return [] if frame is None else frame[frame["commitment_id"] == commitment].to_dict("records")


def _suggestion(report: Report, row: dict[str, Any]) -> Suggestion:
    if not row["indicator"]:
        return Suggestion(row, None, "")
    try:
        if row["counts"] == VALUE:
            figure = report.figure(row["indicator"])
            return Suggestion(row, report.part(figure), _nature(figure))
        found = below_zero(report, row["indicator"], lasting=row["counts"] == LASTING)
    except LackingError:
        return Suggestion(row, None, "")
    nature = SAMPLE if report.ledger.origin([row["indicator"]]) == "sample" else FILED
    return Suggestion(row, f"{len(found)}户", nature)


def _nature(figure: Figure) -> str:
    return PRINTED if figure.claim else SAMPLE if figure.sample else FILED


def below_zero(report: Report, name: str, *, lasting: bool = False) -> tuple[Figure, ...]:
    """Return a measure of each legal person where it is below zero, the lowest first.

    With ``lasting``, only where it was below zero the year before as well.
    """

    found = losses(report.figures(name, ENTERPRISE))
    return tuple(f for f in found if not lasting or report.figure(f"{name}.last", f.scope).number < 0)


# --- what chapters show --------------------------------------------------------------------------


def headline(report: Report) -> dict[str, str]:
    """Return for a sentence how many commitments and goals the section has, and how many a measure
    fits."""
    found = commitments(report)
    fits = sum(any(one.measured for one in c.suggestions) for c in found)
    counts = {
        "listed": len(found),
        "goals": sum(c.row["kind"] == GOAL for c in found),
        "measured": fits,
        "unmeasured": len(found) - fits,
    }
    return {name: f"{count}项" for name, count in counts.items()}


@dataclass(frozen=True)
class _Line:
    """A row of the page's table: a commitment and one suggestion; ``first`` of the commitment's."""

    commitment: Mapping[str, Any]
    suggestion: Suggestion | None
    first: bool


def commitment_table(report: Report, caption: str) -> Table:
    """What the report commits to, beside it this book's suggestion how to judge it next year."""
    found = commitments(report)
    lines = [
        _Line(c.row, suggestion, i == 0) for c in found for i, suggestion in enumerate(c.suggestions or (None,))
    ]
    kinds = report.package.tables[TABLE].labels["kind"]
    columns = (
        Column("报告的安排", lambda line: line.commitment["title"]),
        Column("种类", lambda line: kinds[line.commitment["kind"]]),
        Column("说的是什么", lambda line: line.commitment["says"] if line.first else "同上"),
        Column("判断指标（本书建议）", lambda line: _indicator(report, line.suggestion)),
        Column("今年", lambda line: _of(line.suggestion, "baseline"), numeric=True),
        Column("今年的数来自", lambda line: _of(line.suggestion, "nature")),
        Column("怎样算做到（本书建议）", lambda line: _goal(report, line.suggestion)),
        Column("时间（本书建议）", lambda line: day(line.suggestion.row["due_on"]) if line.suggestion else ""),
        Column("进展见", lambda line: _progress(report, line.suggestion)),
    )
    sample = any(line.suggestion and line.suggestion.nature == SAMPLE for line in lines)
    return table(report.text(caption), columns, lines, sample=sample)


def _of(suggestion: Suggestion | None, field: str) -> Cell:
    return (getattr(suggestion, field) if suggestion else "") or ""


def _indicator(report: Report, suggestion: Suggestion | None) -> str:
    if suggestion is None or not suggestion.measured:
        return "没有合适的指标" if suggestion else "还没有建议"
    name = REGISTRY[suggestion.row["indicator"]].name_zh
    counts = suggestion.row["counts"]
    if counts == VALUE:
        return name
    return f"{name}{report.package.tables[SUGGESTIONS].labels['counts'][counts]}"


def _goal(report: Report, suggestion: Suggestion | None) -> str:
    """Return in words what would tell that it is done, and what has to be recorded first."""
    if suggestion is None:
        return ""
    row, said = suggestion.row, []
    if suggestion.measured:
        way = report.package.tables[SUGGESTIONS].labels["direction"][row["direction"]]
        decimals = REGISTRY[row["indicator"]].decimals if row["counts"] == VALUE else 0
        said.append(f"{way}{number(row['target'], decimals)}{suggestion.unit}" if row["direction"] == REACH else way)
        if suggestion.baseline is None:
            said.append("本书没有今年的数")
    if row["lacking"]:
        said.append(f"还要登记：{row['lacking']}")
    return "；".join(said)


def _progress(report: Report, suggestion: Suggestion | None) -> Cell:
    """Return the table that shows progress, linked to the chapter that shows it."""
    if suggestion is None:
        return ""
    name = suggestion.row["progress"]
    known = report.package.tables.get(name) or report.package.tables.absent.get(name)
    return report.page(known.title, suggestion.row["chapter"]) if known else ""


def announced(report: Report, chapter: str) -> Passage:
    """Say which of the report's next steps will show their progress in a chapter, each with its section."""
    asked = [c for c in _rows(report, "") if any(s["chapter"] == chapter for s in _suggested(report, c["id"]))]
    named = "、".join(f"{c['title']}（{c['section']}）" for c in asked)
    return report.say("报告的下一步安排里，进展在本章看的有：{named}。", named=named or "无")
