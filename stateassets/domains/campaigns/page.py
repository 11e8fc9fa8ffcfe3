"""The campaigns one by one, who leads compliance, what its measures did, and goals with their indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...measures.figures import Figure
from ...present.columns import Column, coded, enterprise, table
from ...present.display import Cell, Passage, Table, state
from ...present.words import NOTHING
from ...tables.declared import NotPrintedError
from ...tables.origins import weakest

if TYPE_CHECKING:
    from ...report import Report

CAMPAIGNS, TERMS, TEAMS, PROBLEMS, MEASURES = (
    "campaigns",
    "terms",
    "compliance_teams",
    "compliance_problems",
    "compliance_measures",
)
GOALS = "benchmarking_improvements"
NOT_GIVEN, NOT_DEFINED = "没有填", "名词表里还没有"
SHOWN, NOT_SHOWN, UNKNOWN = "是", "否", "上年没有数"
CSS = {SHOWN: "sa-check-ok", NOT_SHOWN: "sa-check-bad", UNKNOWN: "sa-check-none"}
SIGNS = {"up": 1, "down": -1}
ALL, SOME, NONE, NOT_JUDGED = (
    "可与上年比较的指标都朝应当的方向变",
    "只有一部分指标朝应当的方向变",
    "没有一项指标朝应当的方向变",
    "没有上年的数，不能判断",
)
AS_ASKED, OTHERWISE = "是", "否"


# --- the campaigns -------------------------------------------------------------------------------


def _of_year(report: Report, table: str) -> pd.DataFrame:
    """Return what a table says of the report's year.

    Raises:
        NotPrintedError: nothing of that year has been entered.
    """
    rows = report.ledger.frames[table]
    rows = rows[rows["year"] == report.year]
    if rows.empty:
        raise NotPrintedError(f"“{report.package.tables[table].title}”里还没有录入{report.year}年的")
    return rows


def campaigns(report: Report) -> dict[str, object]:
    """Return how many campaigns there are and their names, for sentences."""
    names = list(_of_year(report, CAMPAIGNS)["title"])
    return {"number": len(names), "campaigns": "、".join(names)}


def campaign_table(report: Report, caption: str) -> Table:
    """Each campaign: what the annex defines it as, what else the report says of it."""
    terms = report.ledger.frames[TERMS].set_index("term")["definition"]
    columns = (
        Column("专项行动", "title"),
        Column("附件里的定义", lambda row: terms.get(row["title"], NOT_DEFINED)),
        Column("正文里说了什么", "stated"),
    )
    return table(report.text(caption), columns, _of_year(report, CAMPAIGNS), origin=report.origin_of(CAMPAIGNS))


# --- compliance ----------------------------------------------------------------------------------


def as_asked(convener: str, daily: str) -> bool:
    """Does the general manager convene a working group and a deputy do the daily work?"""
    return (convener, daily) == ("manager", "deputy")


def team_table(report: Report, caption: str) -> Table:
    """Each group's working group: who convenes it, since when, what it found and what is done."""
    frames = report.ledger.frames
    problems = frames[PROBLEMS][frames[PROBLEMS]["year"] == report.year]
    measures = frames[MEASURES].merge(
        problems[["id", "enterprise_id"]], left_on="problem_id", right_on="id", suffixes=("", "_of")
    )
    found = problems.groupby("enterprise_id").size()
    made, done = (rows.groupby("enterprise_id_of").size() for rows in (measures, measures.dropna(subset="closed_on")))
    columns = (
        enterprise(report, "一级企业"),
        coded(report, TEAMS, "convener", "召集人"),
        coded(report, TEAMS, "daily", "日常工作"),
        Column("总经理召集、副总经理负责日常", lambda row: _asked(row)),
        Column("成立日期", "formed_on"),
        Column("成立文件", lambda row: row["document"] or NOT_GIVEN),
        Column("成员", "members", "人", 0),
        Column("本年会议", "meetings", "次", 0),
        *(_counted(title, of) for title, of in (("查找问题", found), ("制定举措", made), ("完成举措", done))),
    )
    rows = frames[TEAMS][frames[TEAMS]["year"] == report.year]
    return table(report.text(caption), columns, rows, origin=report.origin_of(TEAMS), internal=True)


def _counted(title: str, of: pd.Series) -> Column:
    """Return the column with how many items an enterprise has."""
    return Column(title, lambda row: int(of.get(row["enterprise_id"], 0)), "项", 0)


def _asked(row: Any) -> Cell:
    yes = as_asked(row["convener"], row["daily"])
    return state(AS_ASKED if yes else OTHERWISE, CSS[SHOWN if yes else NOT_SHOWN])


def evidence_kinds(report: Report) -> list[tuple[str, int]]:
    """Return (kind of evidence, how many closed measures rest on it), most frequent first."""
    labels = report.package.tables[MEASURES].labels["evidence_kind"]
    closed = report.ledger.frames[MEASURES].dropna(subset="closed_on")
    return [(labels[kind], int(n)) for kind, n in closed["evidence_kind"].value_counts().items() if kind]


@dataclass(frozen=True)
class Effect:
    """What became of a group's (or everybody's) closed measures when they were looked at again."""

    enterprise_id: str
    closed: int
    held: int
    recurred: int

    @property
    def unchecked(self) -> int:
        """Closed and not looked at again."""
        return self.closed - self.held - self.recurred


def effects(report: Report) -> tuple[Effect, ...]:
    """Return each group's closed measures by what was found when they were looked at again."""
    frames = report.ledger.frames
    whose = dict(frames[PROBLEMS][["id", "enterprise_id"]].itertuples(index=False))
    closed = frames[MEASURES].dropna(subset="closed_on")
    closed = closed[closed["year"] == report.year]
    counts = pd.crosstab(closed["problem_id"].map(whose), closed["effect"])
    counts = counts.reindex(columns=["held", "recurred", ""], fill_value=0)
    return tuple(Effect(str(key), int(n.sum()), int(n["held"]), int(n["recurred"])) for key, n in counts.iterrows())


def effect_table(report: Report, caption: str) -> Table:
    """How many measures each group closed, how many of them were looked at again, with what result."""
    columns = (
        enterprise(report, "一级企业"),
        Column("已完成", "closed", "项", 0),
        Column("复查没有再发生", "held", "项", 0),
        Column("复查又发生", "recurred", "项", 0),
        Column("还没有复查", "unchecked", "项", 0),
    )
    return table(report.text(caption), columns, effects(report), origin=report.origin_of(MEASURES))


# --- what the campaigns are to achieve -----------------------------------------------------------


@dataclass(frozen=True)
class Evidence:
    """One indicator of one goal: now, a year before, and the change."""

    title: str
    direction: str
    now: Figure
    before: Figure
    change: Figure

    @property
    def verdict(self) -> str:
        """Did the indicator, as printed, move the way that the goal needs?"""
        if self.change.value is None:
            return UNKNOWN
        return SHOWN if self.change.sign == SIGNS[self.direction] else NOT_SHOWN


def evidence(report: Report, table: str = GOALS) -> tuple[Evidence, ...]:
    """Return every indicator that a table of goals names."""
    return tuple(
        Evidence(
            row["title"],
            row["direction"],
            *(report.figure(row["indicator"] + kind) for kind in ("", ".last", ".change")),
        )
        for row in _of_year(report, table).to_dict("records")
    )


def standing(found: Sequence[Evidence]) -> dict[str, str]:
    """Return for each goal how many of its judged indicators moved its way.

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


def improvements(report: Report, *templates: str) -> Passage:
    """Say as a conclusion what the indicators show; the templates know ``summary``. Its origin is the indicators'."""
    found = evidence(report)
    told = report.conclusion(*templates, summary=summary(found))
    return replace(told, origin=weakest(figure.origin for one in found for figure in (one.now, one.before)))


def summary(found: Sequence[Evidence]) -> str:
    """Return in words of which goals the indicators moved the right way, and of which not."""
    verdicts = standing(found)
    told = ((words, [t for t, v in verdicts.items() if v == words]) for words in (ALL, SOME, NONE, NOT_JUDGED))
    return "；".join("、".join(titles) + words for words, titles in told if titles)


def evidence_table(report: Report, caption: str) -> Table:
    """Show each goal with its indicators: now, a year before, moved as it should or not."""
    found = evidence(report)
    columns = (
        Column("要提升的方面", "title"),
        Column("本书选的指标", lambda one: one.now.name_zh),
        Column(f"{report.year - 1}年", lambda one: _known(report, one.before), numeric=True),
        Column(f"{report.year}年", lambda one: report.part(one.now), numeric=True),
        Column("变动", lambda one: _known(report, one.change), numeric=True),
        coded(report, GOALS, "direction", "应当"),
        Column("是否朝这个方向变", lambda one: state(one.verdict, CSS[one.verdict])),
    )
    return table(report.text(caption), columns, found, origin=weakest(one.now.origin for one in found))


def _known(report: Report, figure: Figure) -> Cell:
    return report.part(figure, NOTHING if figure.value is None else figure.printed)
