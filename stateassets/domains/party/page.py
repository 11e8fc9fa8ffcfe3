"""How party organisations stand: 四强四好 requirement by requirement, and the two lists on looking back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...present.columns import Column, coded, enterprise, table
from ...present.display import Table
from ...tables.periods import year_end

if TYPE_CHECKING:
    from ...report import Report

REQUIREMENTS, STANDING, REVIEWS = "party_requirements", "party_standing", "party_list_reviews"
ORGANISATIONS, RECTIFICATION = "party_organisations", "party_rectification"
LIST, MET = "list", "met"
SOUND, MENDED, LATE, MENDING, OVERDUE = "全部在运行", "按期补上", "逾期补上", "正在补", "逾期没有补上"


def asked(report: Report, caption: str) -> Table:
    """Return what 四强四好 and the two lists ask, and on what ground this book says so."""
    columns = (
        coded(report, REQUIREMENTS, "part", "部分"),
        Column("名称", "title"),
        Column("要求什么", "asks"),
        Column("看什么", "shown_by"),
        Column("依据", "basis"),
    )
    return table(
        report.text(caption), columns, report.ledger.frames[REQUIREMENTS], origin=report.origin_of(REQUIREMENTS)
    )


def by_requirement(report: Report) -> tuple[list[tuple[str, list[int]]], list[str]]:
    """Return (requirement, organisations in each standing), and what the standings are called."""
    frames, words = report.ledger.frames, report.package.tables[STANDING].labels["standing"]
    counts = pd.crosstab(_standing(report)["requirement_id"], _standing(report)["standing"])
    counts = counts.reindex(columns=list(words), fill_value=0)
    titles = frames[REQUIREMENTS].set_index("id")["title"]
    rows = [(title, [int(n) for n in counts.loc[key]]) for key, title in titles.items() if key in counts.index]
    return rows, list(words.values())


def by_organisation(report: Report, caption: str) -> Table:
    """Return how many requirements each organisation meets and what it lacks, the one furthest off first."""
    frames, words = report.ledger.frames, report.package.tables[STANDING].labels["standing"]
    titles = frames[REQUIREMENTS].set_index("id")["title"]
    rows = []
    for key, own in _standing(report).groupby("organisation_id", sort=False):
        open_ones = own[own["standing"] != MET].to_dict("records")
        lacking = [f"{titles[r['requirement_id']]}（{words[r['standing']]}）：{r['lacking']}" for r in open_ones]
        rows.append((key, len(own), len(own) - len(open_ones), "；".join(lacking) or "没有"))
    rows.sort(key=lambda row: row[2] - row[1])
    names = _names(report)
    columns = (
        Column("党组织", lambda row: names[row[0]]),
        Column("要求", 1, "项", 0),
        Column("达到", 2, "项", 0),
        Column("还差什么", 3),
    )
    return table(report.text(caption), columns, rows, origin=report.origin_of(STANDING), internal=True)


def looked_back(report: Report, caption: str) -> Table:
    """Return what looking back at the lists found and whether it was mended, the most pressing first."""
    titles, names = report.ledger.frames[REQUIREMENTS].set_index("id")["title"], _names(report)
    found = reviews(report)
    order = {state: i for i, state in enumerate((OVERDUE, MENDING, LATE, MENDED))}
    found = found[found["gap"] != ""].sort_values("state", key=lambda s: s.map(order), kind="stable")
    columns = (
        Column("党组织", lambda row: names[row["organisation_id"]]),
        Column("清单", lambda row: titles[row["requirement_id"]]),
        Column("清单事项", "items", "项", 0),
        Column("在运行的", "running", "项", 0),
        Column("发现的问题", "gap"),
        Column("回头看日期", "reviewed_on"),
        Column("整改期限", "due_on"),
        Column("整改完成", "closed_on"),
        Column("状态", "state", menu=tuple(order)),
    )
    return table(report.text(caption), columns, found, origin=report.origin_of(REVIEWS), internal=True)


def by_list(report: Report) -> tuple[list[tuple[str, list[int]]], list[str]]:
    """Return (list, organisations by what looking back found), and what the parts are called."""
    found, titles = reviews(report), report.ledger.frames[REQUIREMENTS].set_index("id")["title"]
    states = [SOUND, MENDED, LATE, MENDING, OVERDUE]
    counts = pd.crosstab(found["requirement_id"], found["state"]).reindex(columns=states, fill_value=0)
    return [(titles[key], [int(n) for n in row]) for key, row in counts.iterrows()], states


def reviews(report: Report) -> pd.DataFrame:
    """Return the year's reviews of lists, each with the ``state`` of what was found at the year's end."""
    found, end = report.ledger.frames[REVIEWS], year_end(report.year)
    found = found[found["year"] == report.year]
    return found.assign(state=[_state(row, end) for row in found.to_dict("records")])


def _state(row: dict, end: pd.Timestamp) -> str:
    if not row["gap"]:
        return SOUND
    if row["closed_on"] <= end:
        return LATE if row["closed_on"] > row["due_on"] else MENDED
    return OVERDUE if row["due_on"] < end else MENDING


def measures_of(report: Report, caption: str) -> Table:
    """Return the problems that the inspections found, with how many measures answer each, and who answers."""
    found = report.ledger.frames[RECTIFICATION]
    found = found[found["year"] == report.year]
    groups = found.groupby(["enterprise_id", "aspect", "problem"], sort=False)
    rows = groups.agg(
        measures=("title", "size"),
        done=("state", lambda states: states.isin(["closed", "late"]).sum()),
        departments=("department", lambda names: "、".join(dict.fromkeys(names))),
        until=("due_on", "max"),
    ).reset_index()
    columns = (
        enterprise(report),
        Column("方面", "aspect"),
        Column("问题", "problem"),
        Column("措施", "measures", "条", 0),
        Column("已完成", "done", "条", 0),
        Column("责任部门", "departments"),
        Column("最晚期限", "until"),
    )
    return table(report.text(caption), columns, rows, origin=report.origin_of(RECTIFICATION), internal=True)


def numbers(report: Report) -> dict[str, str]:
    """Return for sentences: organisations assessed, of these with all met, lists reviewed, with gaps, left."""
    met = (_standing(report)["standing"] == MET).groupby(_standing(report)["organisation_id"]).all()
    found = reviews(report)
    return {
        "assessed": f"{len(met)}个",
        "all_met": f"{met.sum()}个",
        "reviewed": f"{found['organisation_id'].nunique()}个",
        "gaps": f"{(found['state'] != SOUND).sum()}处",
        "left": f"{found['state'].isin([MENDING, OVERDUE]).sum()}处",
    }


def wording(report: Report) -> dict[str, str]:
    """Return for sentences: problems that the measures answer, and how many measures differ in wording."""
    found = report.ledger.frames[RECTIFICATION]
    found = found[found["year"] == report.year]
    return {"problems": f"{found['problem'].nunique()}个", "different": f"{found['title'].nunique()}条"}


def _standing(report: Report) -> pd.DataFrame:
    frame = report.ledger.frames[STANDING]
    return frame[frame["year"] == report.year]


def _names(report: Report) -> dict[str, str]:
    rows = report.ledger.frames[ORGANISATIONS]
    return dict(zip(rows["id"], rows["title"], strict=True))
