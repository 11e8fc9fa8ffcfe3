"""What enterprises do to carry out the report's next steps: from where, how far, who, until when.

A task names the measure that will tell whether it was done, so its baseline is a figure like any
other: recomputed from the ledger for the task's scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...alerts import RULES
from ...alerts.page import MODULES
from ...measures.ledger import DISTRICT, ENTERPRISE, GROUP, Ledger, Scope, ScopeError
from ...measures.units import Number, to_decimal, with_unit
from ...present.columns import Column, table
from ...present.display import Part, Passage, Table
from ...tables.working_days import WorkingDays

if TYPE_CHECKING:
    from ...measures.figures import Figure
    from ...report import Report

UP, DOWN, REACH = "up", "down", "reach"
TARGET = {UP: "提高到", DOWN: "降到", REACH: "达到"}


def met(direction: str, value: Number, target: Number) -> bool:
    """Tell whether a printed value is at least (up), at most (down) or just (reach) the target."""
    now, wanted = to_decimal(value), to_decimal(target)
    return {UP: now >= wanted, DOWN: now <= wanted, REACH: now == wanted}[direction]


def scope_of(ledger: Ledger, by: str, owner: str) -> Scope:
    """Return the scope whose figure tells of a plan: the district, or its owner.

    Raises:
        ScopeError: the owner is not under supervision, or no first-level group where one is due.
    """
    for scope in ledger.scopes(by):
        if by == DISTRICT or scope.id == owner:
            return scope
    raise ScopeError(f"{owner}不在这个范围里")


@dataclass(frozen=True)
class WorkPlan:
    """One task of an enterprise, which carries out a ``commitment`` of the report (its id).

    ``now`` is its baseline, ``target`` is in the baseline's printed unit.
    """

    title: str
    commitment: str
    owner: str
    department: str
    now: Figure
    direction: str
    target: Decimal
    due: date

    @property
    def distance(self) -> Decimal:
        """What the target lies above (or, negative, below) today's printed number."""
        return self.target - to_decimal(self.now.number)

    @property
    def printed_target(self) -> str:
        """The target with its direction and unit, e.g. 降到57.1%."""
        return f"{TARGET[self.direction]}{with_unit(self.target, self.now.unit, self.now.decimals)}"

    @property
    def printed_distance(self) -> str:
        """The distance in words; the distance of a ratio is in percentage points."""
        unit = "个百分点" if self.now.unit == "%" else self.now.unit
        size = with_unit(abs(self.distance), unit, self.now.decimals)
        return f"{'增加' if self.distance > 0 else '减少'}{size}"


def plans(report: Report, section: str = "") -> tuple[WorkPlan, ...]:
    """Return the tasks of the report's year, each with its recomputed baseline.

    With a ``section``, those that carry out what the report commits to in it.
    """
    frame = report.ledger.frames["plans"]
    frame = frame[frame["year"] == report.year]
    if section:
        named = report.ledger.frames["commitments"]
        frame = frame[frame["commitment_id"].isin(named.loc[named["section"] == section, "id"])]
    return tuple(
        WorkPlan(
            row["title"],
            row["commitment_id"],
            row["enterprise_id"],
            row["department"],
            report.figure(row["indicator"], scope_of(report.ledger, row["scope"], row["enterprise_id"])),
            row["direction"],
            to_decimal(row["target"]),
            row["due_on"].date(),
        )
        for row in frame.to_dict("records")
    )


def plan_table(report: Report, caption: str) -> Table:
    """What enterprises do to carry out the section's commitments: baseline, target, who, until when."""
    chosen = sorted(plans(report, report.section), key=lambda plan: plan.due)
    named = report.ledger.frames["commitments"].set_index("id")["title"]
    columns = (
        Column("任务", "title"),
        Column("落实哪项安排", lambda plan: named[plan.commitment]),
        Column("判断指标（范围）", lambda plan: f"{plan.now.name_zh}（{plan.now.scope.name_zh}）"),
        Column("今年", lambda plan: report.part(plan.now, plan.now.exact), numeric=True),
        Column("目标", "printed_target", numeric=True),
        Column("还差", "printed_distance", numeric=True),
        Column("谁负责", lambda plan: f"{report.ledger.name_of(plan.owner)}，{plan.department}"),
        Column("完成期限", "due"),
    )
    return table(report.text(caption), columns, chosen, origin=report.origin_of("plans"), if_empty="没有这样的任务。")


# --- what the three chapters add -----------------------------------------------------------------


def losses(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Return those whose number is below zero, the largest loss first."""
    return tuple(sorted((f for f in figures if f.number < 0), key=lambda f: f.number))


def loss_table(report: Report, caption: str) -> Table:
    """Every company that loses money: profit now and the year before, and what is planned."""
    planned = {plan.now.scope.id: plan for plan in plans(report.aside()) if plan.now.scope.by == ENTERPRISE}

    def before(loss: Figure) -> Part:
        figure = report.figure("own_profit.last", loss.scope)
        return report.part(figure, figure.exact)

    columns = (
        Column("企业", lambda loss: report.enterprise(loss.scope.id)),
        Column("上年利润总额", before, numeric=True),
        Column("今年利润总额", lambda loss: report.part(loss, loss.exact), numeric=True),
        Column("下一年任务", lambda loss: planned[loss.scope.id].title if loss.scope.id in planned else "没有任务"),
        Column("目标", lambda loss: planned[loss.scope.id].printed_target if loss.scope.id in planned else ""),
    )
    origin = report.ledger.origin(["own_profit"])
    return table(report.text(caption), columns, losses(report.figures("own_profit", ENTERPRISE)), origin=origin)


def working_days(frame: pd.DataFrame, first: str, last: str, calendar: WorkingDays) -> pd.Series:
    """Return the working days after a first date up to a last; rows without the last date get NaN."""
    done = frame[frame[last].notna()]
    days = [calendar.between(*pair) for pair in zip(done[first], done[last], strict=True)]
    return pd.Series(days, index=done.index, dtype=float).reindex(frame.index)


def answer_table(report: Report, caption: str) -> Table:
    """How long each kind of major matter waited for its answer, in working days."""
    labels = report.package.tables["major_matters"].labels["kind"]
    frame = report.ledger.frames["major_matters"]
    frame = frame[frame["year"] == report.year]
    calendar = WorkingDays.of(report.ledger.frames)
    frame = frame.assign(
        days=working_days(frame, "reported_on", "answered_on", calendar),
        limit=working_days(frame, "reported_on", "due_on", calendar),
    )
    columns = (
        Column("事项类别", "kind"),
        Column("报告", "reported", decimals=0),
        Column("期限", "limit", "工作日", 0),
        Column("答复用时中位数", lambda row: f"{row['usual']:g}" if row["answered"] else "", "工作日"),
        Column("最长", "longest", "工作日", 0),
        Column("逾期答复", "late", decimals=0),
        Column("年末未答复", "waiting", decimals=0),
    )
    rows = [_answers(word, frame[frame["kind"] == code]) for code, word in labels.items()]
    return table(report.text(caption), columns, rows, origin=report.origin_of("major_matters"))


def _answers(kind: str, own: pd.DataFrame) -> dict[str, Any]:
    """Return how many matters of a kind were reported and answered, and after how many days."""
    answered, waiting = own["days"].dropna(), int(own["answered_on"].isna().sum())
    row = {"kind": kind, "reported": len(own), "answered": len(answered), "waiting": waiting}
    if answered.empty:
        return {**row, "limit": None, "longest": None, "late": None}
    late = int((own["state"] == "late").sum())
    return {**row, "limit": own["limit"].max(), "usual": answered.median(), "longest": answered.max(), "late": late}


def ladder(report: Report) -> tuple[list[tuple[str, list[int]]], list[str]]:
    """Return each group's people on each rung at the year's end, and the rungs' names."""
    labels = report.package.tables["talents"].labels["rung"]
    frame = report.ledger.frames["talents"]
    people = (
        frame[frame["year"] == report.year]
        .pivot_table(index="enterprise_id", columns="rung", values="people", aggfunc="sum")
        .reindex(columns=list(labels))
        .fillna(0)
    )
    rows = [
        (scope.name_zh, [int(n) for n in people.loc[scope.id]])
        for scope in report.ledger.scopes(GROUP)
        if scope.id in people.index
    ]
    return rows, list(labels.values())


def talk_days(report: Report) -> list[tuple[str, date, str]]:
    """Return (kind, day, kind) of each talk, the gravest kind last."""
    labels = report.package.tables["talks"].labels["kind"]
    frame = report.ledger.frames["talks"]
    frame = frame[frame["year"] == report.year]
    return [
        (word, row["held_on"].date(), word)
        for code, word in labels.items()
        for row in frame[frame["kind"] == code].to_dict("records")
    ]


def module_table(report: Report, caption: str) -> Table:
    """What each module of the supervision platform is fed with: its rules' ledgers, and from how many enterprises."""
    modules = report.ledger.frames[MODULES]
    modules = modules[modules["year"] == report.year]
    fed = {key: _fed(report, key) for key in modules["id"]}
    columns = (
        Column("监管模块", "title"),
        Column(
            "取数的底表", lambda row: "、".join(report.package.tables[name].title for name in fed[row["id"]]) or "无"
        ),
        Column("有数据的企业", lambda row: len(_with_rows(report, fed[row["id"]])), "户", 0),
    )
    origin = report.origin_of(*(name for names in fed.values() for name in names))
    return table(report.text(caption), columns, modules, origin=origin)


def _fed(report: Report, module: str) -> list[str]:
    """Return the tables that a module's rules read and whose rows are enterprises'."""
    read = dict.fromkeys(name for rule in RULES.values() if rule.module == module for name in rule.tables)
    frames = report.ledger.frames
    return [name for name in read if name in report.package.tables and {"year", "enterprise_id"} <= set(frames[name])]


def _with_rows(report: Report, names: Iterable[str]) -> set[str]:
    """Return the enterprises that have rows of the year in any of some tables."""
    frames = (report.ledger.frames[name] for name in names)
    return {owner for frame in frames for owner in frame.loc[frame["year"] == report.year, "enterprise_id"] if owner}


def term(report: Report, name: str) -> Passage:
    """Say what the glossary has of a name that the report only mentions; nothing where it has no such term."""
    terms = report.ledger.frames["terms"].set_index("term")["definition"]
    if name not in terms.index:
        return Passage(())
    return report.say(
        "“{name}”：{meaning}。见{page}。", name=name, meaning=terms[name], page=report.page("注释", "glossary")
    )
