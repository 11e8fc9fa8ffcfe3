"""Properties as their chapter shows them: what is let, what stands empty, at what rent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...alerts.page import at_year_end
from ...measures.exact import Exact, exact_sums
from ...measures.ledger import GROUP
from ...measures.units import with_unit
from ...present.columns import Column, coded, enterprise, table
from ...present.display import Table
from ...present.words import title_with_id
from .alerts import LEASES, PROPERTIES, RENTAL, TITLES, VACANT_SHARE, earning, let, rental

if TYPE_CHECKING:
    from ...report import Report

MOST = 10
WAN = 10_000  # square metres in 万平方米


def kinds(report: Report) -> dict[str, str]:
    """Kind of property -> its Chinese word."""
    return dict(report.package.tables[PROPERTIES].labels["kind"])


def to_let(report: Report) -> pd.DataFrame:
    """Return what is there to be let, with how much of it is ``let`` and its rents of a year."""
    view = at_year_end(report)
    running = exact_sums(let(view), "property_id", ["area", "yearly_rent"])
    found = rental(view)
    areas, rents = (found["id"].map(running[column]).fillna(0.0) for column in ("area", "yearly_rent"))
    return found.assign(let=areas, yearly_rent=rents, vacant=found["area"] - areas)


def from_total_to_vacant(report: Report) -> tuple[tuple[str, float], list[tuple[str, float]], tuple[str, float]]:
    """Return start, steps and end of the way from all area to what stands empty, in 万平方米."""
    taken = ("own_use_area", "admin_loan_area", "dilapidated_area", "social_housing_area", "let_area")
    figures = [report.figure(name) for name in taken]
    steps = [(f.name_zh, -report.exact(f)) for f in figures]
    start, end = report.figure("property_area"), report.figure("vacant_area")
    return ("总面积", report.exact(start)), steps, ("空置面积", report.exact(end))


def by_kind(report: Report) -> tuple[list[tuple[str, list[float]]], list[str]]:
    """Return (kind, let and vacant area in 万平方米), and what the two parts are called."""
    sums = exact_sums(to_let(report), "kind", ["let", "vacant"])
    sums = sums.loc[sums.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    words = kinds(report)
    rows = [(words[str(kind)], [Exact(v) / WAN for v in row]) for kind, row in sums.iterrows()]
    return rows, ["已出租", "空置"]


def both_bases(report: Report) -> list[tuple[str, float, float]]:
    """Return (group, vacancy on all area, vacancy on what can be let), the emptiest first."""
    found = [
        (s.name_zh, report.figure("vacancy_rate_total", s), report.figure("vacancy_rate", s))
        for s in report.ledger.scopes(GROUP)
    ]
    rows = [(n, report.exact(a), report.exact(b)) for n, a, b in found if a.value is not None and b.value is not None]
    return sorted(rows, key=lambda row: -row[2])


def how_many_times(report: Report) -> str:
    """Return how many times the rate on what can be let is that on all area; — if there is none."""
    rates = [report.figure(name).value for name in ("vacancy_rate", "vacancy_rate_total")]
    return f"{with_unit(rates[0] / rates[1], '倍', 1)}" if rates[0] and rates[1] else "—"


def empty(report: Report, caption: str) -> Table:
    """Return what stands empty for the set share or more, the largest first."""
    view = at_year_end(report)
    found = to_let(report)
    share = view.limit(VACANT_SHARE.id) / 100
    found = found[found["vacant"] >= share * found["area"]].sort_values("vacant", ascending=False)
    ended = report.ledger.frames[LEASES]
    ended = ended[ended["ended_on"] <= view.as_of].groupby("property_id")["ended_on"].max()
    columns = (
        enterprise(report),
        Column("资产", title_with_id),
        coded(report, PROPERTIES, "kind", "种类"),
        Column("面积", "area", "平方米", 0),
        Column("空置面积", "vacant", "平方米", 0),
        Column("最近退租或可出租起始", lambda row: ended.get(row["id"], row["lettable_since"])),
        Column("盘活清单", lambda row: row["idle_id"] or "没有列入"),
    )
    return table(report.text(caption), columns, found, origin=report.origin_of(PROPERTIES, LEASES))


def against_market(report: Report, most: int = MOST) -> list[tuple[str, float, float]]:
    """Return (property, market rent, agreed rent) of the leases furthest below the market."""
    found = let(at_year_end(report))
    found = found.assign(gap=found["rent"] / found["market_rent"]).sort_values("gap").head(most)
    return [(title_with_id(row), float(row["market_rent"]), float(row["rent"])) for row in found.to_dict("records")]


def expiries(report: Report, years: int = 4) -> list[tuple[str, float]]:
    """Return the yearly rents in force by when their lease ends: 到期没有续签, then by half-year.

    In 万元; what ends later than ``years`` years on stands together.
    """
    found = let(at_year_end(report))
    half = found["ends_on"].dt.year * 2 + (found["ends_on"].dt.month > 6)
    first, last = (report.year + 1) * 2, (report.year + 1 + years) * 2
    sums = exact_sums(found, half.clip(first - 1, last), "yearly_rent")
    names = {first - 1: "已到期没有续签", last: f"{last // 2}年及以后"}
    return [
        (names.get(n, f"{n // 2}年{'下' if n % 2 else '上'}半年"), float(sums.get(n, 0.0)))
        for n in range(first - 1, last + 1)
        if n in sums
    ]


def yields(report: Report, caption: str, most: int = MOST) -> Table:
    """Return the let properties that earn least on their book value."""
    found = earning(at_year_end(report))
    found = found.assign(rate=found["yearly_rent"] / found["book_value"] * 100)
    columns = (
        enterprise(report),
        Column("资产", title_with_id),
        coded(report, PROPERTIES, "kind", "种类"),
        Column("账面价值", "book_value", "万元", 0),
        Column("在租年租金", "yearly_rent", "万元", 0),
        Column("租金收益率", "rate", "%", 1),
    )
    poorest = found.nsmallest(most, "rate")
    return table(report.text(caption), columns, poorest, origin=report.origin_of(PROPERTIES, LEASES))


def without_title(report: Report, caption: str) -> Table:
    """Return the properties of which something has no title yet, the largest book value first."""
    titles = report.ledger.frames.get(TITLES, pd.DataFrame({"id": [], "state": []}))
    waiting = titles[titles["state"].isin(["open", "overdue"])]["id"]
    found = report.ledger.frames[PROPERTIES]
    found = found[found["titleless_id"].isin(waiting)].sort_values("book_value", ascending=False)
    columns = (
        enterprise(report),
        Column("资产", title_with_id),
        coded(report, PROPERTIES, "use", "用途"),
        Column("面积", "area", "平方米", 0),
        Column("账面价值", "book_value", "万元", 0),
        Column("无证资产编号", "titleless_id"),
    )
    return table(report.text(caption), columns, found, origin=report.origin_of(PROPERTIES))


def numbers(report: Report) -> dict[str, str]:
    """Return for sentences: how many properties, to be let, leases, and the set share."""
    frames = report.ledger.frames
    return {
        "properties": f"{len(frames[PROPERTIES])}处",
        "rental": f"{(frames[PROPERTIES]['use'] == RENTAL).sum()}处",
        "leases": f"{len(let(at_year_end(report)))}份",
        "times": how_many_times(report),
        "share": f"{at_year_end(report).limit(VACANT_SHARE.id):g}%",
    }
