"""Does a project's investment stay within its plan and its time, and do grants go to projects?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ...tables.checking import CENT, CheckedTable, Frames, check
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage


@check("projects", "project_investment")
def investment(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Nobody invests before a project is begun, or more than its plan."""
    paid, projects = (CheckedTable(package, frames, name) for name in ("project_investment", "projects"))
    for index, row, project in paid.pairs("project_id", projects):
        begun = _quarter(project["opened_on"])
        if begun and (row["year"], row["quarter"]) < begun:
            yield paid.fault(
                index,
                "quarter",
                f"{row['year']}年第{row['quarter']}季度",
                f"不早于项目开始的{begun[0]}年第{begun[1]}季度",
            )
        ended = _quarter(project["closed_on"])
        if ended and (row["year"], row["quarter"]) > ended:
            yield paid.fault(
                index,
                "quarter",
                f"{row['year']}年第{row['quarter']}季度",
                f"不晚于项目完工的{ended[0]}年第{ended[1]}季度",
            )
    sums = paid.frame.groupby("project_id")["amount"].sum()
    for index, project in projects.frame.iterrows():
        done, plan = float(sums.get(project["id"], 0.0)), project["planned_investment"]
        if done > plan + CENT:
            yield projects.fault(
                index,
                "planned_investment",
                f"{plan:.2f}万元",
                f"不少于已完成的投资{done:.2f}万元",
                "调整计划，或核对投资额",
            )


def _quarter(day: pd.Timestamp) -> tuple[int, int] | None:
    return None if pd.isna(day) else (day.year, day.quarter)


@check("projects", "grants")
def grants(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A grant for renewal goes to a renewal project."""
    given, projects = (CheckedTable(package, frames, name) for name in ("grants", "projects"))
    words = projects.table.labels["kind"]
    for index, row, project in given.pairs("project_id", projects):
        if row["purpose"] == "renewal" and project["kind"] != "renewal":
            yield given.fault(
                index, "project_id", f"{row['project_id']}是{words[project['kind']]}项目", f"{words['renewal']}项目"
            )


@check("projects")
def stages(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A project is at the last stage exactly if it has a day on which it was finished."""
    if "stage" not in frames["projects"]:
        return
    projects = CheckedTable(package, frames, "projects")
    words = projects.table.labels["stage"]
    for index, row in projects.frame.iterrows():
        done = row["closed_on"] == row["closed_on"]
        if (row["stage"] == "finished") != done:
            yield projects.fault(
                index,
                "stage",
                words[row["stage"]],
                f"{words['finished']}，因为已填完工日期" if done else "没有完工的阶段，因为没有完工日期",
            )
