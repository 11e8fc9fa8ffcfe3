"""Claimed improvements against the indicators that can show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...measures.figures import Figure
from ...present.columns import Column, coded, table
from ...present.display import Cell, Table, state
from ...present.words import NOTHING
from ...tables.origins import weakest

if TYPE_CHECKING:
    from ...report import Report

SHOWN, NOT_SHOWN, UNKNOWN = "是", "否", "上年没有数"
CSS = {SHOWN: "sa-check-ok", NOT_SHOWN: "sa-check-bad", UNKNOWN: "sa-check-none"}
SIGNS = {"up": 1, "down": -1}
ALL, SOME, NONE, NOT_JUDGED = (
    "可与上年比较的指标都朝所说方向变",
    "只有一部分指标朝所说方向变",
    "没有一项指标朝所说方向变",
    "没有上年的数，不能判断",
)


@dataclass(frozen=True)
class Evidence:
    """One indicator of one claimed improvement: now, a year before, and the change."""

    title: str
    direction: str
    now: Figure
    before: Figure
    change: Figure

    @property
    def verdict(self) -> str:
        """Did the indicator, as printed, move the way that the claim needs?"""
        if self.change.value is None:
            return UNKNOWN
        return SHOWN if self.change.sign == SIGNS[self.direction] else NOT_SHOWN


def evidence(report: Report, table: str = "benchmarking_improvements") -> tuple[Evidence, ...]:
    """Return every indicator that a table of claimed improvements names."""
    rows = report.ledger.frames[table]
    return tuple(
        Evidence(
            row["title"],
            row["direction"],
            *(report.figure(row["indicator"] + kind) for kind in ("", ".last", ".change")),
        )
        for row in rows[rows["year"] == report.year].to_dict("records")
    )


def standing(found: Sequence[Evidence]) -> dict[str, str]:
    """Return for each claimed improvement how many of its judged indicators show it.

    ``ALL``, ``SOME`` or ``NONE`` of them; ``NOT_JUDGED`` where last year is known of none.
    """
    verdicts: dict[str, list[str]] = {}
    for one in found:
        verdicts.setdefault(one.title, []).append(one.verdict)
    return {title: _standing(all_of) for title, all_of in verdicts.items()}


def _standing(verdicts: Sequence[str]) -> str:
    judged = [v for v in verdicts if v != UNKNOWN]
    if not judged:
        return NOT_JUDGED
    return ALL if set(judged) == {SHOWN} else SOME if SHOWN in judged else NONE


def summary(found: Sequence[Evidence]) -> str:
    """Return in words which claimed improvements the indicators show, and which not."""
    verdicts = standing(found)
    told = ((words, [t for t, v in verdicts.items() if v == words]) for words in (ALL, SOME, NONE, NOT_JUDGED))
    return "；".join("、".join(titles) + words for words, titles in told if titles)


def evidence_table(report: Report, caption: str) -> Table:
    """Show each claimed improvement with its indicators: now, a year before, as claimed or not."""
    found = evidence(report)
    columns = (
        Column("提升方面", "title"),
        Column("指标", lambda one: one.now.name_zh),
        Column(f"{report.year - 1}年", lambda one: _known(report, one.before), numeric=True),
        Column(f"{report.year}年", lambda one: report.part(one.now), numeric=True),
        Column("变动", lambda one: _known(report, one.change), numeric=True),
        coded(report, "benchmarking_improvements", "direction", "应当"),
        Column("是否朝这个方向变", lambda one: state(one.verdict, CSS[one.verdict])),
    )
    return table(report.text(caption), columns, found, origin=weakest(one.now.origin for one in found))


def _known(report: Report, figure: Figure) -> Cell:
    return report.part(figure, NOTHING if figure.value is None else figure.printed)
