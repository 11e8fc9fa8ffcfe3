"""Ownership as its chapter shows it: the tree, the shares, registration, transfers, shells."""

from __future__ import annotations

import pandas as pd

from ...alerts import Sight
from ...measures.ledger import GROUP
from ...measures.units import with_unit
from ...present.display import Cell, Table, state
from ...present.registers import STATE_CSS
from ...report import Report
from ...tables.hierarchy import ENTERPRISE, WHOLE, chain, parents, through
from ...tables.periods import DONE, LATE, OVERDUE, STATES, year_end
from .alerts import shells as years_empty
from .alerts import stakes as added_up

STAKES, AFFILIATES = "shareholdings", "affiliates"
LEVELS = "一二三四五六七八九"
NEAR = 0.01  # per cent


def sample(report: Report) -> bool:
    """Whether the shares are a sample."""
    return report.package.tables[STAKES].origin == "sample"


def sight(report: Report) -> Sight:
    """Return what the warnings see at the year's end."""
    return Sight(report.ledger.frames, year_end(report.year))


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
    rows = added_up(sight(report))[["id", "title", "enterprise_id", "level", "shares", "most"]]
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
    roster = report.ledger.frames["enterprises"].set_index("enterprise_id")
    return str(roster.at[enterprise_id, "class_zh"])


def _unregistered(report: Report) -> set[str]:
    """Return who has no registration that was ever done, whether it is late or not even asked for."""
    off = report.register(AFFILIATES).of(*DONE).frame["id"]
    on = report.register("property_registration").of(*DONE, kind="occupation").frame
    return set(persons(report)["id"]) - set(off) - set(on["enterprise_id"])


def table(report: Report, caption: str) -> Table:
    """Name each legal person with who holds it, how deep it is, and what reaches the district."""
    rows, unregistered = persons(report), _unregistered(report)
    titles = dict(zip(rows["id"], rows["title"], strict=True))
    header = ("法人", "层级", "上级", "上级持股（%）", "穿透持股（%）", "各股东合计（%）", "产权登记")
    lines = tuple(
        (
            r["title"] if r["off"] else report.enterprise(r["id"]),
            f"{LEVELS[r['level'] - 1]}级",
            titles.get(r["parent"], "出资人机构"),
            "" if pd.isna(r["share"]) else f"{r['share']:g}",
            with_unit(r["reach"], "", 1),
            _total(r["shares"]),
            _mark("没有登记", True) if r["id"] in unregistered else "已登记",
        )
        for r in rows.to_dict("records")
    )
    return Table(report.text(caption), header, lines, frozenset({3, 4, 5}), sample(report))


def _total(shares: float) -> Cell:
    return _mark(f"{shares:g}", True) if shares < WHOLE - NEAR else f"{shares:g}"


def _mark(text: str, bad: bool) -> Cell:
    return state(text, "sa-check-bad" if bad else "sa-check-ok")


def shells(report: Report) -> pd.DataFrame:
    """Return the legal persons that had neither staff nor revenue in the report's year."""
    rows = years_empty(sight(report))
    return rows[(rows["year"] == report.year) & (rows["years"] > 0)]


def activity_table(report: Report, caption: str) -> Table:
    """Show staff and revenue by year of each legal person off the roster, the emptiest first."""
    rows = years_empty(sight(report))
    rows = rows[rows["id"].isin(set(report.ledger.frames[AFFILIATES]["id"]))]
    years = sorted(rows["year"].unique())
    now = rows[rows["year"] == report.year].sort_values("years", ascending=False, kind="stable")
    at = rows.set_index(["id", "year"])
    header = (
        "法人",
        "主管企业",
        *(f"{year}年{what}" for year in years for what in ("职工（人）", "收入（万元）")),
        "连续无人无收入",
    )
    lines = tuple(
        (
            r["title"],
            report.enterprise(r["enterprise_id"]),
            *(_amount(at, r["id"], year, what) for year in years for what in ("staff", "revenue")),
            _mark(f"{int(r['years'])}年", True) if r["years"] else "没有",
        )
        for r in now.to_dict("records")
    )
    return Table(report.text(caption), header, lines, frozenset(range(2, len(header) - 1)), sample(report))


def _amount(at: pd.DataFrame, key: str, year: int, column: str) -> str:
    return with_unit(float(at.at[(key, year), column]), "", 0) if (key, year) in at.index else "—"


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
    words = report.package.tables["property_registration"].labels["kind"]
    kept = frame[(frame["opened_on"].dt.year == report.year) | (frame["state"] == OVERDUE)]
    rows = tuple(
        (
            report.enterprise(r["enterprise_id"]),
            words[r["kind"]],
            r["title"],
            *("" if pd.isna(r[name]) else f"{r[name]:%Y-%m-%d}" for name in ("opened_on", "due_on", "closed_on")),
            state(STATES[r["state"]], STATE_CSS[r["state"]]),
        )
        for r in kept.to_dict("records")
    )
    header = ("企业", "登记种类", "事项", "发生", "登记期限", "办结", "状态")
    return Table(report.text(caption), header, rows, sample=sample(report))


def transfers_table(report: Report, caption: str) -> Table:
    """Show for each transfer whether it was appraised and listed first, and price against value."""
    rows = report.ledger.frames["equity_transfers"]
    rows = rows[rows["year"] == report.year]
    header = ("企业", "标的", "评估值（万元）", "评估备案", "进场挂牌", "转让日期", "成交价（万元）", "价差（%）")
    lines = tuple(
        (
            report.enterprise(r["enterprise_id"]),
            f"{r['title']}（{r['id']}）",
            with_unit(r["appraised"], "", 0) if r["appraised"] == r["appraised"] else "",
            _before(r["appraised_on"], r["transferred_on"], "没有评估"),
            _before(r["listed_on"], r["transferred_on"], "没有进场"),
            f"{r['transferred_on']:%Y-%m-%d}",
            with_unit(r["price"], "", 0),
            with_unit((r["price"] / r["appraised"] - 1) * 100, "", 1) if r["appraised"] > 0 else "—",
        )
        for r in rows.to_dict("records")
    )
    return Table(report.text(caption), header, lines, frozenset({2, 6, 7}), sample(report))


def _before(day: pd.Timestamp, transferred: pd.Timestamp, missing: str) -> Cell:
    if pd.isna(day):
        return _mark(missing, True)
    return f"{day:%Y-%m-%d}" if day <= transferred else _mark(f"{day:%Y-%m-%d}，在转让以后", True)
