"""What the report commits to for the next year, and what this book suggests to judge it by.

The report need not name an indicator or a date. Each suggestion names a measure, whose value of
today is computed like any other figure, or says what would have to be recorded. In the next
year's book the same suggestions are judged by that year's numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...measures.ledger import ENTERPRISE
from ...measures.registry import REGISTRY
from ...present.columns import Column, table
from ...present.display import Cell, Passage, Table
from ...present.words import NOTHING, day, number
from ...tables.declared import LackingError
from ...tables.origins import Origin, weakest
from .page import DOWN, REACH, UP, losses

if TYPE_CHECKING:
    from ...measures.figures import Figure
    from ...report import Report

TABLE, SUGGESTIONS = "commitments", "commitment_indicators"
VALUE, LASTING = "value", "lasting"  # what is taken of a measure, beside the number of those below zero
GOAL = "goal"
PROFIT = "own_profit"
PRINTED = "报告印出"
DONE, NOT_DONE, TO_READ, UNKNOWN = "做到", "没有做到", "看登记", "没有可比的数"
WHOSE = "安排和名称是报告的；判断的指标、方向和时间是本书建议；今年的数来自示例底表的，说明怎样算，不说明真实情况。"
Row = Mapping[str, Any]


# --- what there is -------------------------------------------------------------------------------


def commitments(report: Report, year: int | None = None) -> list[tuple[Row, list[Row]]]:
    """Return a year's commitments (default: the report's) in their order, each with its suggestions.

    Those of the chapter's section; all where it has none.

    Raises:
        NoTableError: the book has no such table.
    """
    rows = report.ledger.frames[TABLE].to_dict("records")
    suggested = report.ledger.frames[SUGGESTIONS].to_dict("records") if SUGGESTIONS in report.ledger.frames else []
    return [
        (row, [one for one in suggested if one["commitment_id"] == row["id"]])
        for row in rows
        if row["said_in"] == (year or report.year) and report.section in ("", row["section"])
    ]


@dataclass(frozen=True)
class Reading:
    """A suggestion's number in a year: None where there is none; ``printed`` by the report or reckoned."""

    number: float | None
    cell: Cell
    origin: Origin | None = None
    printed: bool = False

    @property
    def nature(self) -> str:
        """Where the number comes from, in words."""
        return PRINTED if self.printed else self.origin.word if self.origin else ""


def reading(report: Report, suggestion: Row, year: int | None = None) -> Reading:
    """Return a suggestion's number in a year, default: the report's, which is its baseline."""
    name, when = suggestion["indicator"], year or report.year
    try:
        if suggestion["counts"] == VALUE:
            figure = report.figure(name, year=when)
            value = None if figure.value is None else figure.number
            return Reading(value, report.part(figure), figure.origin, figure.claim is not None)
        found = below_zero(report, name, when, lasting=suggestion["counts"] == LASTING)
    except LackingError:
        return Reading(None, NOTHING)
    if found is None:
        return Reading(None, NOTHING)
    return Reading(len(found), f"{len(found)}户", report.ledger.origin([name]))


def below_zero(report: Report, name: str, year: int, *, lasting: bool = False) -> tuple[Figure, ...] | None:
    """Return a measure of each legal person where it is below zero in a year, the lowest first.

    With ``lasting``, only where it was below zero the year before as well. None where the tables
    do not cover the years.
    """
    if not {year, year - lasting} <= set(report.ledger.years):
        return None
    found = losses(report.figure(name, scope, year) for scope in report.ledger.scopes(ENTERPRISE, year))
    return tuple(f for f in found if not lasting or report.figure(f"{name}.last", f.scope, year).number < 0)


def lost(report: Report) -> dict[str, object]:
    """Return who loses money this year, how many did the year before and in both; None where nobody knows."""

    def count(found: tuple[Figure, ...] | None) -> int | None:
        return None if found is None else len(found)

    now = below_zero(report, PROFIT, report.year) or ()
    names = "、".join(f.scope.name_zh for f in now)
    return {
        "lost": f"亏损企业{len(now)}户：{names}" if now else "没有亏损企业",
        "before": count(below_zero(report, PROFIT, report.year - 1)),
        "long": count(below_zero(report, PROFIT, report.year, lasting=True)),
    }


def verdict(direction: str, before: float | None, now: float | None, target: float) -> str:
    """Return whether a suggestion is fulfilled: ``now`` beyond the year ``before``, or at the target."""
    if direction not in (UP, DOWN, REACH):
        return TO_READ
    if now is None or (before is None and direction != REACH):
        return UNKNOWN
    aim = target if direction == REACH else before
    assert aim is not None
    done = {UP: now > aim, DOWN: now < aim, REACH: now == aim}[direction]
    return DONE if done else NOT_DONE


# --- what chapters show --------------------------------------------------------------------------


def opening(report: Report) -> Passage:
    """Say how many commitments and goals there are and how many a measure fits; nothing without the table."""
    if TABLE not in report.ledger.frames:
        return Passage(())
    found = commitments(report)
    goals = sum(row["kind"] == GOAL for row, _ in found)
    fits = sum(any(one["indicator"] for one in suggested) for _, suggested in found)
    return report.conclusion(
        "报告在这一节的安排和目标共{listed}项，其中目标{goals}项（一条里写了几项的，分开数）。有指标可看的{fits}项，要先登记才能判断的{lacking}项；"
        "判断的指标和日期是本书建议，不是报告给出的。",
        listed=len(found),
        goals=goals,
        fits=fits,
        lacking=len(found) - fits,
    )


@dataclass(frozen=True)
class Line:
    """A line of a page's table: a commitment, one suggestion (None: nobody made any), today's number."""

    commitment: Row
    suggestion: Row | None
    now: Reading
    first: bool


def _lines(report: Report) -> Iterator[Line]:
    for row, suggested in commitments(report):
        made: list[Row | None] = [*suggested] or [None]
        for one in made:
            now = reading(report, one) if one and one["indicator"] else Reading(None, "")
            yield Line(row, one, now, one is made[0])


def commitment_table(report: Report, caption: str) -> Table:
    """What the report commits to, beside it this book's suggestion how to judge it next year."""
    lines = list(_lines(report))
    kinds = report.package.tables[TABLE].labels["kind"]
    columns = (
        Column("报告的安排", lambda line: line.commitment["title"]),
        Column("种类", lambda line: kinds[line.commitment["kind"]]),
        Column("报告没有写明", lambda line: line.commitment["left_open"] if line.first else ""),
        Column("判断指标（本书建议）", lambda line: _named(report, line.suggestion)),
        Column("今年", lambda line: line.now.cell, numeric=True),
        Column("今年的数来自", lambda line: line.now.nature),
        Column("怎样算做到（本书建议）", lambda line: _aim(report, line.suggestion)),
        Column("时间（本书建议）", lambda line: day(line.suggestion["due_on"]) if line.suggestion else ""),
        Column("进展见", lambda line: _progress(report, line.suggestion)),
    )
    origin = weakest(line.now.origin for line in lines if line.now.origin)
    return table(report.text(caption), columns, lines, origin=origin, note=WHOSE if lines else "报告的安排还没有录入。")


def _named(report: Report, suggestion: Row | None) -> str:
    if suggestion is None or not suggestion["indicator"]:
        return "没有合适的指标" if suggestion else "还没有建议"
    name, counts = REGISTRY[suggestion["indicator"]].name_zh, suggestion["counts"]
    return name if counts == VALUE else name + report.package.tables[SUGGESTIONS].labels["counts"][counts]


def _aim(report: Report, suggestion: Row | None) -> str:
    """Return in words what would tell that it is done, and what has to be recorded first."""
    if suggestion is None:
        return ""
    said = [_way(report, suggestion)] if suggestion["indicator"] else []
    if suggestion["lacking"]:
        said.append(f"要登记：{suggestion['lacking']}")
    return "；".join(said)


def _way(report: Report, suggestion: Row) -> str:
    way = report.package.tables[SUGGESTIONS].labels["direction"][suggestion["direction"]]
    if suggestion["direction"] != REACH:
        return way
    measure, plain = REGISTRY[suggestion["indicator"]], suggestion["counts"] == VALUE
    return way + number(suggestion["target"], measure.decimals if plain else 0) + (measure.unit if plain else "户")


def _progress(report: Report, suggestion: Row | None) -> Cell:
    """Return the table that shows progress, linked to the chapter that shows it."""
    if suggestion is None:
        return ""
    tables = report.package.tables
    if suggestion["progress"] not in tables:
        return str(tables.lacking(suggestion["progress"]))
    return report.page(tables[suggestion["progress"]].title, suggestion["chapter"])


def announced(report: Report, chapter: str) -> Passage:
    """Say which of the report's next steps will show their progress in a chapter, each with its section."""
    every = report.aside()
    every.section = ""
    asked = [row for row, suggested in commitments(every) if any(one["chapter"] == chapter for one in suggested)]
    named = "、".join(f"{row['title']}（{row['section']}）" for row in asked)
    return report.say("报告的下一步安排里，进展在本章看的有：{named}。", named=named or "无")


def kept(report: Report, caption: str) -> Table | Passage:
    """What the report of the year before committed to, by both years' numbers; nothing where none was entered."""
    before = report.year - 1
    pairs = [(row, one) for row, suggested in commitments(report, before) for one in suggested if one["indicator"]]
    if not pairs:
        return Passage(())
    read = [(row, one, reading(report, one, before), reading(report, one)) for row, one in pairs]
    columns = (
        Column("上一年的安排", lambda line: line[0]["title"]),
        Column("判断指标（本书建议）", lambda line: _named(report, line[1])),
        Column(report.text("{last_year}年"), lambda line: line[2].cell, numeric=True),
        Column(report.text("{year}年"), lambda line: line[3].cell, numeric=True),
        Column("怎样算做到（本书建议）", lambda line: _way(report, line[1])),
        Column("结果", lambda line: verdict(line[1]["direction"], line[2].number, line[3].number, line[1]["target"])),
    )
    origin = weakest(one.origin for *_, then, now in read for one in (then, now) if one.origin)
    return table(report.text(caption), columns, read, origin=origin)
