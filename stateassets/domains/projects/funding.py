"""Where the money of projects comes from, and whether it is there when it is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...alerts.page import at_year_end
from ...measures.exact import exact_sums
from ...measures.units import amount_in
from ...present.columns import Column, coded, enterprise, table
from ...present.display import Table
from ...present.words import percent, title_with_id
from .alerts import FUNDS, INVESTED, PROJECTS, spending

if TYPE_CHECKING:
    from ...report import Report


def by_kind(report: Report) -> tuple[list[tuple[str, list[float]]], list[str]]:
    """Return (kind of project, planned funds in 亿元 by source), and what the sources are called."""
    frames, tables = report.ledger.frames, report.package.tables
    funds = frames[FUNDS]
    funds = funds[funds["year"] == report.year]
    kinds = funds["project_id"].map(frames[PROJECTS].set_index("id")["kind"])
    sums = exact_sums(funds, [kinds, "source"], "planned").unstack(fill_value=0.0)
    sources = {code: word for code, word in tables[FUNDS].labels["source"].items() if code in sums}
    rows = [
        (word, [amount_in(sums.at[kind, source], "亿元") for source in sources])
        for kind, word in tables[PROJECTS].labels["kind"].items()
        if kind in sums.index
    ]
    return rows, list(sources.values())


def by_source(report: Report, caption: str) -> Table:
    """Return each source of funds: planned, secured, and how many projects draw on it."""
    frames, words = report.ledger.frames, report.package.tables[FUNDS].labels["source"]
    funds = frames[FUNDS]
    funds = funds[funds["year"] == report.year]
    projects = funds.groupby("source")["project_id"].nunique()
    sums = exact_sums(funds, "source", ["planned", "secured"]).assign(projects=projects)
    rows = sums.reindex([code for code in words if code in sums.index]).reset_index()
    columns = (
        coded(report, FUNDS, "source", "资金来源"),
        Column("项目", "projects", "个", 0),
        Column("计划金额", "planned", "万元", 0),
        Column("已落实", "secured", "万元", 0),
        Column("落实率", lambda row: percent(row["secured"], row["planned"]), "%"),
    )
    return table(report.text(caption), columns, rows, origin=report.origin_of(FUNDS))


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
        origin=report.origin_of(PROJECTS, FUNDS, INVESTED),
        if_empty="没有这样的项目。",
        internal=True,
    )


def numbers(report: Report) -> dict[str, str]:
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
