"""Matters of 三重一大 as their chapter shows them: each step of procedure kept, broken or not due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...alerts import NONE, RULES, AlertContext, Rule, settings
from ...alerts.page import at_year_end
from ...present.columns import Column, coded, enterprise, table
from ...present.display import Cell, Table, state
from ...present.words import number, title_with_id
from ...tables.origins import Origin
from ...tables.periods import year_end

if TYPE_CHECKING:
    from ...report import Report

TABLE = "decisions"
# Step -> the rule whose first line it must not reach.
STEPS = {
    "开会决策": "decision_unmet",
    "先议后行": "decision_early",
    "到会": "decision_quorum",
    "表决": "decision_votes",
    "回避": "decision_recusal",
    "法律审核": "decision_unreviewed",
    "金额": "decision_beyond",
    "落实": "decision_stale",
}
DONE_AT_ONCE = ("decision_unreviewed", "decision_stale")


def origin(report: Report) -> Origin:
    """Return where the matters come from."""
    return report.origin_of(TABLE)


def procedure(report: Report) -> pd.DataFrame:
    """Return the matters with one column a step: True kept, False broken, None not (yet) due.

    A step is broken where the last value that its rule's view shows by the year's end reaches the
    rule's first line, so that the picture and the warnings cannot differ.
    """
    day, lines = year_end(report.year), settings(report.ledger.frames)
    context = at_year_end(report)
    rows = report.ledger.frames[TABLE]
    rows = rows[rows["year"] == report.year]
    held = rows["meeting_on"] <= day
    values = {rule: _values(RULES[rule], context).reindex(rows["id"]).set_axis(rows.index) for rule in STEPS.values()}
    for rule in DONE_AT_ONCE:  # whose view is silent on what was done before anyone could look
        values[rule] = values[rule].fillna(0.0).where(held)
    reviewed = rows["reviewed_on"] <= day
    due = {
        "decision_unmet": ~held,
        "decision_early": rows["executed_on"] <= day,
        "decision_votes": held,
        "decision_recusal": rows["to_recuse"] > 0,
        "decision_unreviewed": reviewed | (rows["amount"] > 0),
    }
    found = rows.copy()
    for step, rule in STEPS.items():
        seen = values[rule].where(due[rule]) if rule in due else values[rule]
        kept = lines[rule].levels(seen) == NONE
        found[step] = [None if pd.isna(value) else bool(is_kept) for value, is_kept in zip(seen, kept, strict=True)]
    steps = list(STEPS)
    return found.assign(broken=[sum(v is False for v in row) for row in found[steps].to_numpy()])


def _values(rule: Rule, context: AlertContext) -> pd.Series:
    """Return the last value that a rule's view shows of each matter, by the matter's id."""
    seen = rule.view(context)
    values = pd.Series(rule.values(seen), dtype=float)
    return values[np.isfinite(values)].groupby(seen["id"]).last()


def questioned(report: Report) -> pd.DataFrame:
    """Return the matters with a broken step, most broken first."""
    rows = procedure(report)
    rows = rows[rows["broken"] > 0]
    return rows.sort_values(["broken", "id"], ascending=[False, True], ignore_index=True)


def matrix_rows(report: Report) -> list[tuple[str, list[bool | None]]]:
    """Return (enterprise and matter, each step kept or broken) of the matters in question."""
    return [
        (f"{report.ledger.name_of(row['enterprise_id'])}：{row['title']}", [row[step] for step in STEPS])
        for row in questioned(report).to_dict("records")
    ]


def numbers(report: Report) -> dict[str, str]:
    """Return how many matters were held, executed, kept every step, or broke each step."""
    rows = procedure(report)
    day = year_end(report.year)
    bad = {f"bad_{rule.removeprefix('decision_')}": sum(v is False for v in rows[step]) for step, rule in STEPS.items()}
    counts = {
        "met": int((rows["meeting_on"] <= day).sum()),
        "begun": int((rows["executed_on"] <= day).sum()),
        "kept": int((rows["broken"] == 0).sum()),
        "broken": int((rows["broken"] > 0).sum()),
        **bad,
    }
    return {name: f"{count}项" for name, count in counts.items()}


def by_kind(report: Report) -> tuple[list[tuple[str, list[int]]], list[str]]:
    """Return (kind, matters in order and in question) and the two parts' names."""
    rows, words = procedure(report), report.package.tables[TABLE].labels["kind"]
    return [
        (word, [int((own["broken"] == 0).sum()), int((own["broken"] > 0).sum())])
        for code, word in words.items()
        for own in [rows[rows["kind"] == code]]
        if len(own)
    ], ["程序齐全", "程序有缺"]


def lines_table(report: Report, caption: str) -> Table:
    """Show from which amount each kind of matter needs a meeting."""
    columns = (
        coded(report, "decision_lines", "kind", "事项类别"),
        Column("达到多少万元要开会", lambda row: number(row["line"]) if row["line"] else "不论金额", numeric=True),
        Column("依据", "basis"),
    )
    rows = report.ledger.frames["decision_lines"]
    return table(report.text(caption), columns, rows, origin=report.origin_of("decision_lines"))


def listing(report: Report, caption: str) -> Table:
    """List every matter with its meeting, votes and execution, those in question first."""
    rows = procedure(report).sort_values(["broken", "id"], ascending=[False, True])
    columns = (
        enterprise(report),
        coded(report, TABLE, "kind", "事项类别"),
        Column("事项", title_with_id),
        Column("决策金额", "amount", "万元", 0),
        Column("会议", "meeting_on"),
        Column("应到／实到／赞成", _votes),
        Column("法律审核", "reviewed_on"),
        Column("开始执行", "executed_on"),
        Column("执行金额", "executed_amount", "万元", 0),
        Column("程序", _state),
    )
    return table(report.text(caption), columns, rows, origin=origin(report))


def _votes(row: dict[str, float]) -> str:
    names = ("members", "present", "in_favour")
    return "／".join(f"{row[name]:.0f}" for name in names) if row["members"] == row["members"] else ""


def _state(row: dict[str, object]) -> Cell:
    bad = [step for step in STEPS if row[step] is False]
    return state("、".join(bad) + "有缺", "sa-check-bad") if bad else state("齐全", "sa-check-ok")
