"""People, posts and pay as the chapter on human resources shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from ...alerts.months import MONTH
from ...alerts.page import at_year_end
from ...measures.ledger import ENTERPRISE, GROUP
from ...measures.units import with_unit
from ...present.columns import Column, enterprise, table
from ...present.display import Cell, Table, state
from ...tables.origins import Origin
from ...tables.periods import year_end

if TYPE_CHECKING:
    from ...report import Report

STRUCTURE, POSTS, KEY = "staff_structure", "establishment", "key_posts"


def origin(report: Report) -> Origin:
    """Return where the structure of the staff comes from."""
    return report.origin_of(STRUCTURE)


def structure(report: Report, aspect: str, year: int | None = None) -> pd.Series:
    """Return the people of a year by band, in the declared order."""
    rows = report.ledger.frames[STRUCTURE]
    rows = rows[(rows["year"] == (year or report.year)) & (rows["aspect"] == aspect)]
    labels = report.package.tables[STRUCTURE].labels["band"]
    sums = rows.groupby("band")["people"].sum()
    return sums.reindex([band for band in labels if band in sums.index])


def bands(report: Report, aspect: str) -> tuple[list[tuple[str, list[float]]], list[str]]:
    """Return (this year and the last, people in each band) and the bands' names."""
    labels = report.package.tables[STRUCTURE].labels["band"]
    now = structure(report, aspect)
    years = [year for year in (report.year - 1, report.year) if len(structure(report, aspect, year))]
    return [
        (f"{year}年末", [float(n) for n in structure(report, aspect, year).reindex(now.index, fill_value=0)])
        for year in years
    ], [labels[band] for band in now.index]


def by_group(report: Report, aspect: str) -> tuple[list[tuple[str, list[float]]], list[str]]:
    """Return (group, people in each band) at the year's end, and the bands' names."""
    rows = report.ledger.frames[STRUCTURE]
    rows = rows[(rows["year"] == report.year) & (rows["aspect"] == aspect)]
    sums = rows.groupby([rows["enterprise_id"].map(report.ledger.root), "band"])["people"].sum()
    order = structure(report, aspect).index
    labels = report.package.tables[STRUCTURE].labels["band"]
    return [(s.name_zh, [float(sums.get((s.id, band), 0)) for band in order]) for s in report.ledger.scopes(GROUP)], [
        labels[band] for band in order
    ]


def structure_table(report: Report, caption: str) -> Table:
    """Return people by enterprise: in all, then by kind, age and education."""
    labels, rows = report.package.tables[STRUCTURE].labels["band"], report.ledger.frames[STRUCTURE]
    rows = rows[rows["year"] == report.year]
    wide = rows.pivot_table(index="enterprise_id", columns="band", values="people", aggfunc="sum")
    total = rows[rows["aspect"] == "kind"].groupby("enterprise_id")["people"].sum()
    columns = (
        enterprise(report),
        Column("年末职工", "total", "人", 0),
        *(Column(title, band, decimals=0) for band, title in labels.items() if band in wide),
    )
    known = [scope.id for scope in report.ledger.scopes(ENTERPRISE) if scope.id in wide.index]
    lines = wide.assign(total=total).loc[known].reset_index()
    return table(report.text(caption), columns, lines, origin=origin(report))


def posts_and_people(report: Report) -> list[tuple[str, float, float]]:
    """Return (enterprise, posts set, people at the year's end), most crowded first."""
    frames = report.ledger.frames
    posts = frames[POSTS][frames[POSTS]["year"] == report.year].groupby("enterprise_id")["posts"].sum()
    people = frames["headcount"].query("year == @report.year and month == 12")
    people = people.set_index("enterprise_id")["headcount"]
    ratio = (people / posts).dropna().sort_values(ascending=False, kind="stable")
    return [(report.ledger.name_of(str(key)), float(posts[key]), float(people[key])) for key in ratio.index]


def key_posts(report: Report) -> pd.DataFrame:
    """Return the key posts as they stand, those that need a hand first.

    ``vacant`` and ``beyond`` are months that a post is empty or held beyond its term, 0 if not.
    """
    day, rows = year_end(report.year), report.ledger.frames[KEY]
    ends = rows["since"] + pd.DateOffset(months=int(at_year_end(report).limit("post_months")))
    empty = (day - rows["vacant_since"]).dt.days.where(~(rows["since"] <= day), 0).fillna(0)
    stays = ~(rows["rotated_on"] <= day)
    over = (day - ends).dt.days.where(stays, 0).clip(lower=0).fillna(0)
    found = rows.assign(vacant=empty / MONTH, beyond=over / MONTH)
    return found.sort_values(["vacant", "beyond"], ascending=False, kind="stable")


def numbers(report: Report) -> dict[str, Callable[[], str]]:
    """Return how many key posts are vacant or beyond their term, and who has too many people, each when it is said."""
    return {
        "vacant": lambda: f"{int((key_posts(report)['vacant'] > 0).sum())}个",
        "beyond": lambda: f"{int((key_posts(report)['beyond'] >= 1).sum())}个",
        "crowded": lambda: f"{sum(people > posts for _, posts, people in posts_and_people(report))}户",
    }


def key_posts_table(report: Report, caption: str) -> Table:
    """List the key posts with how long they have been held, or empty."""
    columns = (
        enterprise(report),
        Column("岗位", lambda row: f"{row['post']}（{row['id']}）"),
        Column("空缺起始", "vacant_since"),
        Column("任职起始", "since"),
        Column("轮岗", "rotated_on"),
        Column("判断", _judged),
    )
    return table(report.text(caption), columns, key_posts(report), origin=origin(report))


def _judged(row: dict[str, float]) -> Cell:
    if row["vacant"] > 0:
        return state(f"空缺{with_unit(row['vacant'], '个月', 0)}", "sa-check-bad")
    if row["beyond"] >= 1:
        return state(f"超期{with_unit(row['beyond'], '个月', 0)}", "sa-check-bad")
    return state("任期以内" if pd.isna(row["rotated_on"]) else "已轮岗", "sa-check-ok")
