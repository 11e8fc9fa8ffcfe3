"""Projects' funds and grants, and what was settled before homes were delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...alerts.page import at_year_end
from ...measures.units import in_unit
from ...present.columns import Column, coded, enterprise, table
from ...present.display import Table
from ...present.words import percent, title_with_id
from ...tables.periods import year_end
from .alerts import FUNDS, INVESTED, PROJECTS, spending

if TYPE_CHECKING:
    from ...report import Report

GRANTS, DELIVERIES, PROBLEMS = "grants", "housing_deliveries", "housing_problems"
BEFORE, AFTER, LEFT = "交付前解决", "交付后解决", "没有解决"
SETTLED, OUTLASTED, UNSETTLED, WAITING = "交付前全部解决", "交付后才解决完", "交付后还没有解决完", "还没有交付"


# --- funds -----------------------------------------------------------------------------------


def funds_by_kind(report: Report) -> tuple[list[tuple[str, list[float]]], list[str]]:
    """Return (kind of project, planned funds in 亿元 by source), and what the sources are called."""
    frames, tables = report.ledger.frames, report.package.tables
    funds = frames[FUNDS]
    funds = funds[funds["year"] == report.year]
    kinds = funds["project_id"].map(frames[PROJECTS].set_index("id")["kind"])
    sums = funds.groupby([kinds, "source"])["planned"].sum().unstack(fill_value=0.0)
    sources = {code: word for code, word in tables[FUNDS].labels["source"].items() if code in sums}
    rows = [
        (word, [float(in_unit(float(sums.at[kind, source]), "亿元")) for source in sources])
        for kind, word in tables[PROJECTS].labels["kind"].items()
        if kind in sums.index
    ]
    return rows, list(sources.values())


def by_source(report: Report, caption: str) -> Table:
    """Return each source of funds: planned, secured, and how many projects draw on it."""
    frames, words = report.ledger.frames, report.package.tables[FUNDS].labels["source"]
    funds = frames[FUNDS]
    funds = funds[funds["year"] == report.year].groupby("source")
    sums = funds[["planned", "secured"]].sum().assign(projects=funds["project_id"].nunique())
    rows = sums.reindex([code for code in words if code in sums.index]).reset_index()
    columns = (
        coded(report, FUNDS, "source", "资金来源"),
        Column("项目", "projects", "个", 0),
        Column("计划金额", "planned", "万元", 0),
        Column("已落实", "secured", "万元", 0),
        Column("落实率", lambda row: percent(row["secured"], row["planned"]), "%"),
    )
    return table(report.text(caption), columns, rows, sample=report.is_sample(FUNDS))


def unfunded(report: Report, caption: str) -> Table:
    """Return the projects on which more has been spent than is secured, the largest gap first."""
    found = spending(at_year_end(report))
    found = found.assign(gap=found["invested"] - found["secured"]).sort_values("gap", ascending=False)
    columns = (
        enterprise(report),
        Column("项目", title_with_id),
        Column("计划总投资", "planned_investment", "万元", 0),
        Column("完成投资", "invested", "万元", 0),
        Column("已落实资金", "secured", "万元", 0),
        Column("没有落实的", "gap", "万元", 0),
    )
    return table(
        report.text(caption),
        columns,
        found[found["gap"] > 0],
        sample=report.is_sample(PROJECTS, FUNDS, INVESTED),
        if_empty="没有这样的项目。",
        internal=True,
    )


def granted(report: Report, caption: str) -> Table:
    """Return each grant with the project that it serves, its share of it, and its line of funds."""
    frames = report.ledger.frames
    projects, funds = frames[PROJECTS].set_index("id"), frames[FUNDS]
    lines = dict(zip(funds["grant_id"], funds["id"], strict=True))
    rows = frames[GRANTS]
    rows = rows[rows["year"] == report.year]
    rows = rows.assign(
        project=rows["project_id"].map(projects["title"]),
        planned=rows["project_id"].map(projects["planned_investment"]),
        line=rows["id"].map(lines),
    )
    columns = (
        Column("补助", title_with_id),
        Column(
            "项目",
            lambda row: f"{row['project']}（{row['project_id']}）" if row["project"] == row["project"] else None,
            missing="报告未载",
        ),
        Column("补助金额", "amount", "万元", 0, missing="报告未载"),
        Column("项目计划总投资", "planned", "万元", 0, missing="报告未载"),
        Column("占计划总投资", lambda row: percent(row["amount"], row["planned"]), "%"),
        Column("资金来源表", "line", missing="没有对应"),
    )
    return table(report.text(caption), columns, rows, sample=report.is_sample(GRANTS, FUNDS), internal=True)


def funding(report: Report) -> dict[str, str]:
    """Return for sentences: projects with and without sources of funds, and those that spent beyond them."""
    frames = report.ledger.frames
    projects = frames[PROJECTS][frames[PROJECTS]["year"] == report.year]
    known = projects["id"].isin(frames[FUNDS]["project_id"])
    found = spending(at_year_end(report))
    return {
        "known": f"{known.sum()}项",
        "unknown": f"{(~known).sum()}项",
        "unfunded": f"{(found['invested'] > found['secured']).sum()}项",
    }


# --- housing ---------------------------------------------------------------------------------


def settling(report: Report) -> pd.DataFrame:
    """Return the deliveries with their problems: how many, settled before and after, left, and how it ended.

    What was settled on the day of the delivery was settled before it.
    """
    frames, end = report.ledger.frames, year_end(report.year)
    deliveries = frames[DELIVERIES]
    deliveries = deliveries[deliveries["year"] == report.year]
    day = deliveries.set_index("id")["delivered_on"]
    day = day.where(day <= end)
    problems = frames[PROBLEMS]
    problems = problems.assign(delivered_on=problems["delivery_id"].map(day))
    done = problems["closed_on"] <= end
    late = done & (problems["closed_on"] > problems["delivered_on"])
    counts = pd.DataFrame({"before": done & ~late, "after": late, "left": ~done}).groupby(problems["delivery_id"]).sum()
    found = deliveries.assign(delivered_on=deliveries["id"].map(day))
    for column in counts:
        found[column] = found["id"].map(counts[column]).fillna(0).astype(int)
    return found.assign(ended=[_ended(row) for row in found.to_dict("records")])


def _ended(row: dict) -> str:
    if pd.isna(row["delivered_on"]):
        return WAITING
    return UNSETTLED if row["left"] else OUTLASTED if row["after"] else SETTLED


def problems_by_delivery(report: Report) -> tuple[list[tuple[str, list[int]]], list[str]]:
    """Return (delivery, its problems settled before, after, left), and what the three parts are called."""
    rows = settling(report)[["title", "before", "after", "left"]].to_numpy().tolist()
    return [(title, numbers) for title, *numbers in rows if sum(numbers)], [BEFORE, AFTER, LEFT]


def settled(report: Report, caption: str) -> Table:
    """Return each delivery from its problems to its signing off by the municipal department."""
    columns = (
        enterprise(report),
        Column("项目", title_with_id),
        Column("问题", lambda row: row["before"] + row["after"] + row["left"], "个", 0),
        Column(BEFORE, "before", "个", 0),
        Column(AFTER, "after", "个", 0),
        Column(LEFT, "left", "个", 0),
        Column("交付日期", "delivered_on"),
        Column("市级部门销号", "closed_on"),
        Column("结论", "ended", menu=(UNSETTLED, OUTLASTED, SETTLED, WAITING)),
    )
    sample = report.is_sample(DELIVERIES, PROBLEMS)
    return table(report.text(caption), columns, settling(report), sample=sample, internal=True)


def settlement(report: Report) -> dict[str, str]:
    """Return for sentences: how many deliveries had all settled before, and how many had not."""
    ended = settling(report)["ended"].value_counts()
    return {
        "before": f"{ended.get(SETTLED, 0)}个",
        "later": f"{ended.get(OUTLASTED, 0)}个",
        "unsettled": f"{ended.get(UNSETTLED, 0)}个",
    }
