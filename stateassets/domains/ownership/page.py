"""Ownership as its chapter shows it: the tree, the shares, registration, transfers, shells."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from ...alerts.page import at_year_end
from ...measures.ledger import GROUP
from ...present.columns import Column, coded, enterprise, table
from ...present.display import Cell, Table, state
from ...present.registers import STATE_CSS
from ...present.words import NOTHING, day, title_with_id
from ...tables.hierarchy import ENTERPRISE, WHOLE, chain, parents, through
from ...tables.origins import Origin
from ...tables.periods import DONE, LATE, OVERDUE, STATES, year_end
from .alerts import shells as years_empty
from .alerts import stakes as added_up

if TYPE_CHECKING:
    from ...report import Report

STAKES, AFFILIATES = "shareholdings", "affiliates"
LEVELS = "一二三四五六七八九"
NEAR = 0.01  # per cent


def origin(report: Report) -> Origin:
    """Return where the shares come from."""
    return report.origin_of(STAKES)


def persons(report: Report) -> pd.DataFrame:
    """Return each legal person in the order of the tree.

    Columns: ``id``, ``title``, ``enterprise_id``, ``level``, ``shares`` (added up), ``parent``
    (its id, empty at the top), ``share`` (the parent's), ``reach`` (what reaches the district, %),
    ``path`` (ids from the top), ``off`` (off the roster).
    """
    frames = report.ledger.frames
    known = frames[STAKES][frames[STAKES]["since"] <= year_end(report.year)]
    above, reach = parents(known), through(known)
    inside = known[known["holder_kind"] == ENTERPRISE]
    share = inside.groupby(["held_id", "holder_id"])["share"].sum()
    rows = added_up(at_year_end(report))[["id", "title", "enterprise_id", "level", "shares", "most"]]
    ids = list(rows["id"])
    rows = rows.assign(
        parent=[above.get(key, "") for key in ids],
        reach=[reach[key] for key in ids],
        share=[float(share.get((key, above.get(key, "")), float("nan"))) for key in ids],
        path=[tuple(reversed(chain(above, key))) for key in ids],
        off=rows["id"].isin(set(frames[AFFILIATES]["id"])),
    )
    order = sorted(rows.index, key=lambda i: rows.at[i, "path"])
    return rows.loc[order].reset_index(drop=True)


def numbers(report: Report) -> dict[str, str]:
    """Return what no measure counts, for a sentence.

    Names: deepest (level), allowed (levels), over (legal persons too deep), gaps (whose shares do
    not add up), shells, late (registrations of enterprises not done in time).
    """
    rows, register = persons(report), report.register("property_registration")
    return {
        "deepest": f"{int(rows['level'].max())}级",
        "allowed": f"{int(rows['most'].max())}级",
        "over": f"{int((rows['level'] > rows['most']).sum())}户",
        "gaps": f"{int((rows['shares'] < WHOLE - NEAR).sum())}户",
        "shells": f"{len(shells(report))}户",
        "late": f"{len(register.of(OVERDUE))}项",
    }


def tree(report: Report) -> list[tuple[str, str, list[str]]]:
    """Return (group, class, everybody below it with share and level) for the tree's picture."""
    rows, unregistered = persons(report), _unregistered(report)
    found = []
    for scope in report.ledger.scopes(GROUP):
        below = rows[[path[0] == scope.id and len(path) > 1 for path in rows["path"]]]
        names = [
            f"{r['title']} {r['share']:g}%{'（没有登记）' if r['id'] in unregistered else ''}"
            for r in below.sort_values("level", kind="stable").to_dict("records")
        ]
        found.append((scope.name_zh, _class(report, scope.id), names))
    return found


def _class(report: Report, enterprise_id: str) -> str:
    enterprises = report.ledger.frames["enterprises"].set_index("enterprise_id")
    return str(enterprises.at[enterprise_id, "class_zh"])


def _unregistered(report: Report) -> set[str]:
    """Return who has no registration that was ever done, whether it is late or not even asked for."""
    off = report.register(AFFILIATES).of(*DONE).frame["id"]
    on = report.register("property_registration").of(*DONE, kind="occupation").frame
    return set(persons(report)["id"]) - set(off) - set(on["enterprise_id"])


def persons_table(report: Report, caption: str) -> Table:
    """Name each legal person with who holds it, how deep it is, and what reaches the district."""
    rows, unregistered = persons(report), _unregistered(report)
    titles = dict(zip(rows["id"], rows["title"], strict=True))
    columns = (
        Column("法人", lambda row: row["title"] if row["off"] else report.enterprise(row["id"])),
        Column("层级", lambda row: f"{LEVELS[row['level'] - 1]}级"),
        Column("上级", lambda row: titles.get(row["parent"], "出资人机构")),
        Column("上级持股", lambda row: "" if pd.isna(row["share"]) else f"{row['share']:g}", "%"),
        Column("穿透持股", "reach", "%", 1),
        Column("各股东合计", lambda row: _total(row["shares"]), "%"),
        Column("产权登记", lambda row: _bad("没有登记") if row["id"] in unregistered else "已登记"),
    )
    return table(report.text(caption), columns, rows, origin=origin(report))


def _total(shares: float) -> Cell:
    return _bad(f"{shares:g}") if shares < WHOLE - NEAR else f"{shares:g}"


def _bad(text: str) -> Cell:
    return state(text, "sa-check-bad")


def shells(report: Report) -> pd.DataFrame:
    """Return the legal persons that had neither staff nor revenue in the report's year."""
    rows = years_empty(at_year_end(report))
    return rows[(rows["year"] == report.year) & (rows["years"] > 0)]


def activity_table(report: Report, caption: str) -> Table:
    """Show staff and revenue by year of each legal person off the roster, the emptiest first."""
    rows = years_empty(at_year_end(report))
    rows = rows[rows["id"].isin(set(report.ledger.frames[AFFILIATES]["id"]))]
    years = sorted(rows["year"].unique())
    now = rows[rows["year"] == report.year].sort_values("years", ascending=False, kind="stable")
    at = rows.set_index(["id", "year"])
    columns = (
        Column("法人", "title"),
        enterprise(report, "主管企业"),
        *(
            Column(f"{year}年{title}", _at(at[field], year), unit, 0, NOTHING)
            for year in years
            for title, field, unit in (("职工", "staff", "人"), ("收入", "revenue", "万元"))
        ),
        Column("连续无人无收入", lambda row: _bad(f"{int(row['years'])}年") if row["years"] else "没有"),
    )
    return table(report.text(caption), columns, now, origin=origin(report))


def _at(values: pd.Series, year: int) -> Callable[[dict], float | None]:
    return lambda row: values.get((row["id"], year))


def registration_days(report: Report) -> list[tuple[str, object, str]]:
    """Return (enterprise and event, the day it was due, state) of this year's registrations."""
    rows = report.register("property_registration").frame
    rows = rows[rows["due_on"].dt.year == report.year]
    return [
        (f"{report.ledger.name_of(r['enterprise_id'])}{r['title']}", r["due_on"].date(), STATES[r["state"]])
        for r in rows[rows["state"].isin([OVERDUE, LATE])].to_dict("records")
    ]


def changes_table(report: Report, caption: str) -> Table:
    """List this year's registrations and whatever is still not registered, overdue first."""
    register = report.register("property_registration")
    frame = register.frame
    kept = frame[(frame["opened_on"].dt.year == report.year) | (frame["state"] == OVERDUE)]
    columns = (
        enterprise(report),
        coded(report, "property_registration", "kind", "登记种类"),
        Column("事项", "title"),
        Column("发生", "opened_on"),
        Column("登记期限", "due_on"),
        Column("办结", "closed_on"),
        Column("状态", lambda row: state(STATES[row["state"]], STATE_CSS[row["state"]])),
    )
    return table(report.text(caption), columns, kept, origin=origin(report))


def transfers_table(report: Report, caption: str) -> Table:
    """Show for each transfer whether it was appraised and listed first, and price against value."""
    rows = report.ledger.frames["equity_transfers"]
    rows = rows[rows["year"] == report.year]
    price, appraised = rows["price"], rows["appraised"]
    rows = rows.assign(gap=(price / appraised.where(appraised > 0) - 1) * 100)
    columns = (
        enterprise(report),
        Column("标的", title_with_id),
        Column("评估值", "appraised", "万元", 0),
        Column("评估备案", lambda row: _before(row["appraised_on"], row["transferred_on"], "没有评估")),
        Column("进场挂牌", lambda row: _before(row["listed_on"], row["transferred_on"], "没有进场")),
        Column("转让日期", "transferred_on"),
        Column("成交价", "price", "万元", 0),
        Column("价差", "gap", "%", 1, NOTHING),
    )
    return table(report.text(caption), columns, rows, origin=origin(report))


def _before(on: pd.Timestamp, transferred: pd.Timestamp, missing: str) -> Cell:
    if pd.isna(on):
        return _bad(missing)
    return day(on) if on <= transferred else _bad(f"{day(on)}，在转让以后")
