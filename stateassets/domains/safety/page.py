"""Hazards after they were found: listed under supervision, inspected again, and come back or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...present.columns import Column, coded, enterprise, table
from ...present.display import Table
from ...present.words import title_with_id
from ...tables.periods import CLOSED, year_end

if TYPE_CHECKING:
    from ...report import Report

HAZARDS, LISTINGS, REINSPECTIONS = "hazards", "hazard_listings", "hazard_reinspections"
PASSED = "passed"
LIFTED, TO_LIFT, FAILED, TO_INSPECT = "已摘牌", "复查合格，没有摘牌", "复查不合格", "没有复查"


def recurrences(hazards: pd.DataFrame) -> pd.DataFrame:
    """Return the hazards that came back: of a kind that the same enterprise had closed before.

    Each with ``before`` and ``closed_before``, the id and the closing day of the last such one.
    """
    closed = hazards[hazards["closed_on"].notna()].sort_values("closed_on", kind="stable")
    closed = closed[["enterprise_id", "kind", "id", "closed_on"]]
    closed = closed.rename(columns={"id": "before", "closed_on": "closed_before"})
    found = pd.merge_asof(
        hazards.sort_values("opened_on", kind="stable"),
        closed,
        left_on="opened_on",
        right_on="closed_before",
        by=["enterprise_id", "kind"],
        allow_exact_matches=False,
    )
    return found[found["before"].notna()]


def supervised(report: Report) -> pd.DataFrame:
    """Return the listed hazards with their last re-inspection and what has become of them."""
    frames, end = report.ledger.frames, year_end(report.year)
    hazards = frames[HAZARDS][["id", "title", "opened_on", "due_on", "closed_on"]]
    found = frames[LISTINGS].merge(hazards.rename(columns={"id": "hazard_id"}), on="hazard_id")
    seen = frames[REINSPECTIONS]
    last = seen[seen["inspected_on"] <= end].sort_values("inspected_on", kind="stable").groupby("hazard_id").last()
    found = found.merge(last[["inspected_on", "result"]], left_on="hazard_id", right_index=True, how="left")
    states = [_state(row, end) for row in found.to_dict("records")]
    return found.assign(stands=states).sort_values("listed_on", kind="stable")


def _state(row: dict, end: pd.Timestamp) -> str:
    if row["lifted_on"] <= end:
        return LIFTED
    if row["result"] != row["result"]:
        return TO_INSPECT
    return TO_LIFT if row["result"] == PASSED else FAILED


# --- tables ----------------------------------------------------------------------------------


def listed(report: Report, caption: str) -> Table:
    """Return who supervises each listed hazard, when it was inspected again and how it stands."""
    results = report.package.tables[REINSPECTIONS].labels["result"]
    columns = (
        enterprise(report),
        Column("隐患", lambda row: title_with_id(row, "hazard_id")),
        coded(report, LISTINGS, "level", "督办级别"),
        Column("督办单位", "supervisor"),
        Column("挂牌日期", "listed_on"),
        Column("整改期限", "due_on"),
        Column("最近复查", "inspected_on"),
        Column("复查结果", lambda row: results.get(row["result"], "")),
        Column("销号日期", "closed_on"),
        Column("摘牌日期", "lifted_on"),
        Column("督办状态", "stands"),
    )
    origin = report.origin_of(LISTINGS, REINSPECTIONS)
    return table(report.text(caption), columns, supervised(report), origin=origin, internal=True)


def failed(report: Report, caption: str) -> Table:
    """Return the re-inspections that were not passed, each with the day on which it was made good."""
    seen = report.ledger.frames[REINSPECTIONS]
    passed = seen[seen["result"] == PASSED].groupby("hazard_id")["inspected_on"].max()
    columns = (
        enterprise(report),
        Column("隐患编号", "hazard_id"),
        Column("复查日期", "inspected_on"),
        Column("复查单位", "inspector"),
        Column("还差什么", "remaining"),
        Column("后来复查合格", lambda row: passed.get(row["hazard_id"])),
    )
    rows = seen[(seen["result"] != PASSED) & (seen["year"] == report.year)]
    return table(
        report.text(caption),
        columns,
        rows,
        origin=report.origin_of(REINSPECTIONS),
        if_empty="没有不合格的复查。",
        internal=True,
    )


def came_back(report: Report, caption: str) -> Table:
    """Return the year's hazards that came back, each with the one before it."""
    found = recurrences(report.ledger.frames[HAZARDS])
    columns = (
        enterprise(report),
        coded(report, HAZARDS, "kind", "类型"),
        Column("隐患", title_with_id),
        Column("发现日期", "opened_on"),
        Column("前一处", "before"),
        Column("前一处销号日期", "closed_before"),
        Column("相隔天数", lambda row: (row["opened_on"] - row["closed_before"]).days, "天", 0),
    )
    rows = found[found["year"] == report.year]
    return table(
        report.text(caption),
        columns,
        rows,
        origin=report.origin_of(HAZARDS),
        if_empty="没有重复发生的隐患。",
        internal=True,
    )


# --- pictures and sentences ------------------------------------------------------------------


def by_kind(report: Report) -> tuple[list[tuple[str, list[int]]], list[str]]:
    """Return (kind, hazards for the first time and come back), and what the two parts are called."""
    frames, words = report.ledger.frames, report.package.tables[HAZARDS].labels["kind"]
    now = frames[HAZARDS]
    back = recurrences(now)
    back, now = (frame[frame["year"] == report.year]["kind"].value_counts() for frame in (back, now))
    rows = [
        (word, [int(now[kind] - back.get(kind, 0)), int(back.get(kind, 0))])
        for kind, word in words.items()
        if kind in now
    ]
    return rows, ["首次发现", "销号以后再次发生"]


def recurring(report: Report) -> dict[str, str]:
    """Return for sentences: how many came back, at how many enterprises, and how many closed in time."""
    hazards = report.ledger.frames[HAZARDS]
    hazards = hazards[hazards["year"] == report.year]
    found = recurrences(report.ledger.frames[HAZARDS])
    found = found[found["year"] == report.year]
    return {
        "hazards": f"{len(hazards)}处",
        "in_time": f"{(hazards['state'] == CLOSED).sum()}处",
        "again": f"{len(found)}处",
        "whose": f"{found['enterprise_id'].nunique()}户",
    }


def following(report: Report) -> dict[str, str]:
    """Return for sentences: listed hazards by how they stand, and closed ones that passed before."""
    found = supervised(report)
    hazards, seen = report.ledger.frames[HAZARDS], report.ledger.frames[REINSPECTIONS]
    closed = hazards[(hazards["closed_on"] <= year_end(report.year)) & (hazards["year"] == report.year)]
    passed = seen[seen["result"] == PASSED].groupby("hazard_id")["inspected_on"].min()
    tested = closed["id"].map(passed) <= closed["closed_on"]
    return {
        "listed": f"{len(found)}条",
        "lifted": f"{(found['stands'] == LIFTED).sum()}条",
        "closed": f"{len(closed)}处",
        "tested": f"{tested.sum()}处",
    }
