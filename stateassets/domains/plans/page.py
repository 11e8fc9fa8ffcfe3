"""What is planned for the next year, from where, how far, by whom, and until when.

A plan names the measure that will tell whether it was done, so its baseline is a figure like any
other: recomputed from the ledger for the plan's scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...measures.ledger import DISTRICT, ENTERPRISE, GROUP, Ledger, Scope, ScopeError
from ...measures.units import Number, half_up, to_decimal
from ...present.columns import Column, table
from ...present.display import Part, Table
from ...tables.origins import weakest

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
    """One plan; ``now`` is its baseline, ``target`` is in the baseline's printed unit."""

    title: str
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
        return f"{TARGET[self.direction]}{half_up(self.target, self.now.decimals)}{self.now.unit}"

    @property
    def printed_distance(self) -> str:
        """The distance in words; the distance of a ratio is in percentage points."""
        unit = "个百分点" if self.now.unit == "%" else self.now.unit
        size = half_up(abs(self.distance), self.now.decimals)
        return f"{'增加' if self.distance > 0 else '减少'}{size}{unit}"


def plans(report: Report, section: str) -> tuple[WorkPlan, ...]:
    """Return a section's plans of the report's year, each with its recomputed baseline."""
    frame = report.ledger.frames["plans"]
    chosen = frame[(frame["year"] == report.year) & (frame["section"] == section)]
    return tuple(
        WorkPlan(
            row["title"],
            row["enterprise_id"],
            row["department"],
            report.figure(row["indicator"], scope_of(report.ledger, row["scope"], row["enterprise_id"])),
            row["direction"],
            to_decimal(row["target"]),
            row["due_on"].date(),
        )
        for row in chosen.to_dict("records")
    )


def plan_table(report: Report, section: str, caption: str) -> Table:
    """What next year's report will be asked: baseline, target, distance, who, until when."""
    chosen = sorted(plans(report, section), key=lambda plan: plan.due)
    columns = (
        Column("安排", "title"),
        Column("判断指标（范围）", lambda plan: f"{plan.now.name_zh}（{plan.now.scope.name_zh}）"),
        Column("今年", lambda plan: report.part(plan.now, plan.now.exact), numeric=True),
        Column("目标", "printed_target", numeric=True),
        Column("还差", "printed_distance", numeric=True),
        Column("谁负责", lambda plan: f"{report.ledger.name_of(plan.owner)}，{plan.department}"),
        Column("完成期限", "due"),
    )
    return table(report.text(caption), columns, chosen, origin=weakest(plan.now.origin for plan in chosen))


# --- what the three chapters add -----------------------------------------------------------------


def losses(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Return those whose number is below zero, the largest loss first."""
    return tuple(sorted((f for f in figures if f.number < 0), key=lambda f: f.number))


def loss_table(report: Report, caption: str) -> Table:
    """Every company that loses money: profit now and the year before, and what is planned."""
    planned = {plan.now.scope.id: plan for plan in plans(report, "points") if plan.now.scope.by == ENTERPRISE}

    def before(loss: Figure) -> Part:
        figure = report.figure("own_profit.last", loss.scope)
        return report.part(figure, figure.exact)

    columns = (
        Column("企业", lambda loss: report.enterprise(loss.scope.id)),
        Column("上年利润总额", before, numeric=True),
        Column("今年利润总额", lambda loss: report.part(loss, loss.exact), numeric=True),
        Column("下一年安排", lambda loss: planned[loss.scope.id].title if loss.scope.id in planned else "没有安排"),
        Column("目标", lambda loss: planned[loss.scope.id].printed_target if loss.scope.id in planned else ""),
    )
    origin = report.ledger.origin(["own_profit"])
    return table(report.text(caption), columns, losses(report.figures("own_profit", ENTERPRISE)), origin=origin)


def working_days(frame: pd.DataFrame, first: str, last: str) -> pd.Series:
    """Return the working days (Monday to Friday, holidays not taken off) between two dates.

    Rows without the later date get NaN.
    """
    done = frame[frame[last].notna()]
    days = np.busday_count(done[first].to_numpy("datetime64[D]"), done[last].to_numpy("datetime64[D]"))
    return pd.Series(days, index=done.index).reindex(frame.index)


def answer_table(report: Report, caption: str) -> Table:
    """How long each kind of major matter waited for its answer, in working days."""
    labels = report.package.tables["major_matters"].labels["kind"]
    frame = report.ledger.frames["major_matters"]
    frame = frame[frame["year"] == report.year]
    frame = frame.assign(
        days=working_days(frame, "reported_on", "answered_on"), limit=working_days(frame, "reported_on", "due_on")
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
