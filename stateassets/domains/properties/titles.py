"""Assets without title on their way: found, looked into, titled, and then ready to be disposed of or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ...measures.exact import exact_sums
from ...measures.units import amount_in
from ...present.columns import Column, coded, enterprise, table
from ...present.display import Table
from ...present.words import title_with_id
from ...tables.periods import year_end
from .alerts import PATHS, TITLES

if TYPE_CHECKING:
    from ...report import Report

TITLE, VALUATION, DISPUTE, ENCUMBRANCE, DECISION = "确权", "评估", "没有争议", "没有抵押和查封", "处置决策"
CONDITIONS = (TITLE, DISPUTE, ENCUMBRANCE, VALUATION, DECISION)
FOUND, UNFIT, TITLING, KEPT, LACKING, READY = (
    "已清查，没有研判",
    "研判不宜确权",
    "正在确权",
    "已确权，留用或出租",
    "已确权，处置条件不全",
    "处置条件齐全",
)
STAGES = (FOUND, TITLING, UNFIT, KEPT, LACKING, READY)


def missing(row: dict[str, Any], day: pd.Timestamp) -> list[str]:
    """Return the conditions of disposal that an asset does not meet on ``day``.

    ``row`` is one of the paths with ``closed_on``, the day of its title.
    """
    met = {
        TITLE: row["closed_on"] <= day,
        DISPUTE: row["dispute"] == "none",
        ENCUMBRANCE: row["encumbrance"] == "none",
        VALUATION: row["valued_on"] <= day,
        DECISION: row["approved_on"] <= day,
    }
    return [condition for condition in CONDITIONS if not met[condition]]


def stage(row: dict[str, Any], day: pd.Timestamp) -> str:
    """Return how far an asset has come on ``day``, one of ``STAGES``."""
    if row["closed_on"] <= day:
        return KEPT if row["aim"] == "keep" else LACKING if missing(row, day) else READY
    if not row["reviewed_on"] <= day:
        return FOUND
    return UNFIT if row["finding"] == "unfit" else TITLING


def paths(report: Report) -> pd.DataFrame:
    """Return the assets with a path, each with its ``stage`` and what is ``missing`` at the year's end."""
    frames, end = report.ledger.frames, year_end(report.year)
    assets = frames[TITLES][["id", "title", "book_value", "closed_on"]].rename(columns={"id": "titleless_id"})
    found = frames[PATHS]
    found = found[found["year"] == report.year].merge(assets, on="titleless_id")
    rows = found.to_dict("records")
    return found.assign(stage=[stage(row, end) for row in rows], missing=[missing(row, end) for row in rows])


def by_stage(report: Report) -> list[tuple[str, float]]:
    """Return (stage, book value in 亿元), in the order of the way; stages without assets left out."""
    sums = exact_sums(paths(report), "stage", "book_value")
    return [(name, amount_in(sums[name], "亿元")) for name in STAGES if name in sums]


def what_is_missing(report: Report) -> list[tuple[str, list[int]]]:
    """Return for each condition how many titled assets to be disposed of meet it and do not."""
    found = paths(report)
    found = found[found["stage"].isin([LACKING, READY])]
    without = [sum(name in row for row in found["missing"]) for name in CONDITIONS]
    return [
        (name, [len(found) - number, number]) for name, number in zip(CONDITIONS, without, strict=True) if name != TITLE
    ]


def register(report: Report, caption: str) -> Table:
    """Return every asset with its stage and what its disposal still needs, the nearest to it first."""
    found = paths(report)
    found = found.assign(
        order=found["stage"].map({READY: 0, LACKING: 1, TITLING: 2, FOUND: 3, UNFIT: 4, KEPT: 5}),
        count=found["missing"].map(len),
    ).sort_values(["order", "count"], kind="stable")
    findings = report.package.tables[PATHS].labels["finding"]
    columns = (
        enterprise(report),
        Column("资产", lambda row: title_with_id(row, "titleless_id")),
        Column("账面价值", "book_value", "万元", 0),
        Column("清查", "surveyed_on"),
        Column("分析研判", "reviewed_on"),
        Column("研判结论", lambda row: findings.get(row["finding"], "")),
        Column("确权", "closed_on"),
        coded(report, PATHS, "aim", "确权后去向"),
        Column("走到哪一步", "stage", menu=STAGES),
        Column("处置还缺", lambda row: "" if row["aim"] == "keep" else "、".join(row["missing"]) or "齐全"),
    )
    return table(report.text(caption), columns, found, origin=report.origin_of(PATHS, TITLES), internal=True)


def numbers(report: Report) -> dict[str, str]:
    """Return for sentences: assets surveyed, reviewed, titled, to be disposed of, of these ready and not."""
    found, end = paths(report), year_end(report.year)
    counts = found["stage"].value_counts()
    told = {
        "surveyed": len(found),
        "reviewed": int((found["reviewed_on"] <= end).sum()),
        "titled": int((found["closed_on"] <= end).sum()),
        "kept": int(counts.get(KEPT, 0)),
        "ready": int(counts.get(READY, 0)),
        "lacking": int(counts.get(LACKING, 0)),
    }
    return {name: f"{number}处" for name, number in told.items()}
