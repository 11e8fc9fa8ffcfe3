"""Matters of 三重一大 as their chapter shows them: each step of procedure kept, broken or not due."""

from __future__ import annotations

import pandas as pd

from ...alerts import Sight, settings
from ...measures.units import with_unit
from ...present.display import Cell, Table, state
from ...report import Report
from ...tables.periods import year_end
from .alerts import unmet

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


def sample(report: Report) -> bool:
    """Whether the matters are a sample."""
    return report.package.tables[TABLE].origin == "sample"


def procedure(report: Report) -> pd.DataFrame:
    """Return the matters with one column a step: True kept, False broken, None not (yet) due.

    A step is broken where its rule's first line is reached at the year's end, so that the picture
    and the warnings cannot differ.
    """
    day, rows = year_end(report.year), report.ledger.frames[TABLE]
    rows = rows[rows["year"] == report.year]
    held, begun = rows["meeting_on"] <= day, rows["executed_on"] <= day
    waited = (day - rows["meeting_on"]).dt.days.where(~begun)
    needed = unmet(Sight(report.ledger.frames, day))
    needed = needed[needed["period"] == day].set_index("id")["days"].reindex(rows["id"]).to_numpy()
    unread = ~(rows["reviewed_on"] <= day)
    line = settings(report.ledger.frames)
    spent = (rows["executed_amount"] / rows["amount"].where(rows["amount"] > 0) - 1) * 100
    values = {
        "decision_unmet": pd.Series(needed, index=rows.index),
        "decision_early": (rows["meeting_on"] - rows["executed_on"]).dt.days.where(held & begun),
        "decision_quorum": (rows["present"] / rows["members"] * 100).where(held),
        "decision_votes": (rows["in_favour"] / rows["members"] * 100).where(held & begun),
        "decision_recusal": (rows["to_recuse"] - rows["recused"]).where(rows["to_recuse"] > 0),
        "decision_unreviewed": rows["amount"].where(unread, 0.0).where(held & ~(unread & (rows["amount"] == 0))),
        "decision_beyond": spent.where(begun),
        "decision_stale": waited.fillna(0.0).where(held),
    }
    found = rows.copy()
    for step, rule in STEPS.items():
        broken = line[rule].levels(values[rule]) > 0
        found[step] = [None if v != v else not b for v, b in zip(values[rule], broken, strict=True)]
    steps = list(STEPS)
    return found.assign(broken=[sum(v is False for v in row) for row in found[steps].to_numpy()])


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
    rows = report.ledger.frames["decision_lines"]
    declared = report.package.tables["decision_lines"]
    words = declared.labels["kind"]
    lines = tuple(
        (words[r["kind"]], with_unit(r["line"], "", 0) if r["line"] else "不论金额", r["basis"])
        for r in rows.to_dict("records")
    )
    header = ("事项类别", "达到多少万元要开会", "依据")
    return Table(report.text(caption), header, lines, frozenset({1}), declared.origin == "sample")


def listing(report: Report, caption: str) -> Table:
    """List every matter with its meeting, votes and execution, those in question first."""
    words = report.package.tables[TABLE].labels["kind"]
    rows = procedure(report).sort_values(["broken", "id"], ascending=[False, True])
    header = (
        "企业",
        "事项类别",
        "事项",
        "决策金额（万元）",
        "会议",
        "应到／实到／赞成",
        "法律审核",
        "开始执行",
        "执行金额（万元）",
        "程序",
    )
    lines = tuple(
        (
            report.enterprise(r["enterprise_id"]),
            words[r["kind"]],
            f"{r['title']}（{r['id']}）",
            _money(r["amount"]),
            _day(r["meeting_on"]),
            _votes(r),
            _day(r["reviewed_on"]),
            _day(r["executed_on"]),
            _money(r["executed_amount"]),
            _state(r),
        )
        for r in rows.to_dict("records")
    )
    return Table(report.text(caption), header, lines, frozenset({3, 8}), sample(report))


def _votes(row: dict[str, float]) -> str:
    names = ("members", "present", "in_favour")
    return "／".join(f"{row[name]:.0f}" for name in names) if row["members"] == row["members"] else ""


def _money(value: float) -> str:
    return with_unit(value, "", 0) if value == value else ""


def _day(day: pd.Timestamp) -> str:
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"


def _state(row: dict[str, object]) -> Cell:
    bad = [step for step in STEPS if row[step] is False]
    return state("、".join(bad) + "有缺", "sa-check-bad") if bad else state("齐全", "sa-check-ok")
