"""Does a project's investment stay within its plan and its time, and a grant within its projects?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ...tables.checking import CENT, CheckedTable, Frames, check, childless, each_row, too_early
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.notation import ten_thousands


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
    for index, project in each_row(projects.frame):
        done, plan = float(sums.get(project["id"], 0.0)), project["planned_investment"]
        if done > plan + CENT:
            yield projects.fault(
                index,
                "planned_investment",
                f"{ten_thousands(plan)}",
                f"不少于已完成的投资{ten_thousands(done)}",
                "调整计划，或核对投资额",
            )


@check("project_funds", "projects")
def funds(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A project's sources of funds add up to its planned investment, and none is secured beyond its plan."""
    sources, projects = (CheckedTable(package, frames, name) for name in ("project_funds", "projects"))
    for index, row in each_row(sources.frame):
        if row["secured"] > row["planned"] + CENT:
            yield sources.fault(
                index, "secured", f"{ten_thousands(row['secured'])}", f"不大于计划金额{ten_thousands(row['planned'])}"
            )
    planned = sources.frame.groupby("project_id")["planned"].agg(["sum", "size"])
    sums = {project: (total, number) for project, total, number in planned.itertuples(name=None)}
    for index, project in each_row(projects.frame):
        if project["id"] not in sums:
            continue
        total, number = sums[project["id"]]
        plan = project["planned_investment"]
        if not abs(total - plan) <= CENT * number:
            yield projects.fault(
                index,
                "planned_investment",
                f"{ten_thousands(plan)}" if plan == plan else "空着",
                f"{project['id']}各项资金来源之和{ten_thousands(total)}",
                "改正资金来源，或计划总投资",
            )


@check("project_funds", "grant_projects")
def granted(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A grant among a project's funds goes to that project, and brings no more than its part."""
    sources, parts = (CheckedTable(package, frames, name) for name in ("project_funds", "grant_projects"))
    words = sources.table.labels["source"]
    known = {(row["grant_id"], row["project_id"]): row["amount"] for row in parts.frame.to_dict("records")}
    for index, row in each_row(sources.frame[sources.frame["grant_id"] != ""]):
        part = (row["grant_id"], row["project_id"])
        if row["source"] != "grant":
            yield sources.fault(index, "source", words[row["source"]], f"{words['grant']}，因为填了补助编号")
        if part not in known:
            yield sources.fault(index, "grant_id", row["grant_id"], f"{parts.table.title}里给{row['project_id']}的补助")
        elif row["planned"] > known[part] + CENT:
            yield sources.fault(
                index,
                "planned",
                f"{ten_thousands(row['planned'])}",
                f"不大于{row['grant_id']}分到的{ten_thousands(known[part])}",
            )


@check("housing_deliveries")
def deliveries(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Homes are delivered before their project is signed off."""
    if "delivered_on" not in frames["housing_deliveries"]:
        return
    table = CheckedTable(package, frames, "housing_deliveries")
    for index, row in each_row(table.frame):
        if row["delivered_on"] > row["closed_on"]:
            yield table.fault(
                index, "delivered_on", f"{row['delivered_on']:%Y-%m-%d}", f"不晚于销号日期{row['closed_on']:%Y-%m-%d}"
            )


@check("housing_problems", "housing_deliveries")
def problems(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A problem is raised once its project is on the list."""
    raised, listed = (CheckedTable(package, frames, name) for name in ("housing_problems", "housing_deliveries"))
    yield from too_early(raised, "opened_on", "delivery_id", listed, "opened_on")


def _quarter(day: pd.Timestamp) -> tuple[int, int] | None:
    return None if pd.isna(day) else (day.year, day.quarter)


@check("projects", "grants", "grant_projects")
def grants(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A grant goes to projects, its parts come to the whole, and no project gets more than it costs.

    Where the parts are not known the whole stays within what its projects cost together; what a
    project costs is not always known either.
    """
    given, parts, projects = (CheckedTable(package, frames, name) for name in ("grants", "grant_projects", "projects"))
    yield from childless(parts, "grant_id", given, "所用的项目")
    costs = projects.frame.set_index("id")["planned_investment"]
    told = parts.frame.assign(cost=parts.frame["project_id"].map(costs))
    by_grant = dict(iter(told.groupby("grant_id")))
    for index, row in each_row(given.frame):
        own = by_grant.get(row["id"])
        if own is None:
            continue
        stated, cost = own["amount"].sum(skipna=False), own["cost"].sum(skipna=False)
        if abs(stated - row["amount"]) > CENT:
            yield given.fault(
                index,
                "amount",
                f"{ten_thousands(row['amount'])}",
                f"各项目分到的金额合计{ten_thousands(stated)}",
                "改正金额或分配",
            )
        elif row["amount"] > cost + CENT:
            yield given.fault(
                index, "amount", f"{ten_thousands(row['amount'])}", f"不大于所用项目的计划总投资{ten_thousands(cost)}"
            )
    for project, own in told.groupby("project_id"):
        total, cost = own["amount"].sum(), own["cost"].iloc[0]
        if total > cost + CENT:
            yield parts.fault(
                own.index[0],
                "amount",
                f"{project}分到的补助合计{ten_thousands(total)}",
                f"不大于项目的计划总投资{ten_thousands(cost)}",
            )


@check("projects")
def stages(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A project is at the last stage exactly if it has a day on which it was finished, where its stage is known."""
    if "stage" not in frames["projects"]:
        return
    projects = CheckedTable(package, frames, "projects")
    words = projects.table.labels["stage"]
    for index, row in each_row(projects.frame[projects.frame["stage"] != ""]):
        done = row["closed_on"] == row["closed_on"]
        if (row["stage"] == "finished") != done:
            yield projects.fault(
                index,
                "stage",
                words[row["stage"]],
                f"{words['finished']}，因为已填完工日期" if done else "没有完工的阶段，因为没有完工日期",
            )
