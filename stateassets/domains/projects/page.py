"""Grants with the projects that they go to, and projects that nobody is named for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...measures.units import with_unit
from ...present.columns import Column, coded, table
from ...present.display import Table
from ...present.words import number

if TYPE_CHECKING:
    from ...report import Report


def grants_table(report: Report, caption: str) -> Table:
    """Each grant of the year with its projects, and what of it goes to each where that is known."""
    frames = report.ledger.frames
    titles = frames["projects"].set_index("id")["title"]
    parts: dict[str, list[str]] = {}
    for part in frames["grant_projects"].to_dict("records"):
        known = part["amount"] == part["amount"]
        told = f"（{with_unit(part['amount'], '万元', 0)}）" if known else ""
        parts.setdefault(part["grant_id"], []).append(f"{titles[part['project_id']]}{told}")
    columns = (
        Column("名目", "title"),
        coded(report, "grants", "source", "资金来源"),
        Column("用到的项目", lambda row: "；".join(parts.get(row["id"], []))),
        Column("下达日期", "granted_on"),
        Column("金额", lambda row: number(row["amount"]), "万元"),
    )
    rows = frames["grants"]
    return table(report.text(caption), columns, rows[rows["year"] == report.year], origin=report.origin_of("grants"))


def without_enterprise(report: Report) -> str:
    """Say which of the year's projects name no enterprise, so that only the district's total has them."""
    rows = report.ledger.frames["projects"]
    rows = rows[(rows["year"] == report.year) & (rows["enterprise_id"] == "")]
    if rows.empty:
        return f"每个项目都写明了企业，各类企业相加等于{report.package.whole}的合计。"
    return f"没有写明企业的项目{len(rows)}项，只计入{report.package.whole}的合计：{'、'.join(rows['title'])}。"
