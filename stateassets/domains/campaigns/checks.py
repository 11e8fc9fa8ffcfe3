"""Do the tables of compliance and of the other campaigns agree with each other?"""

from __future__ import annotations

from collections.abc import Iterator

from ...measures.measures import KINDS
from ...measures.registry import REGISTRY
from ...tables.checking import CheckedTable, Frames, check, childless, each_row, not_first_level, outsiders, too_early
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from .targets import PUBLISHED, table_of, value_of

COMPLIANCE = {"enterprises", "compliance_tasks", "compliance_problems", "compliance_measures"}


@check(*COMPLIANCE)
def compliance(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Each task has problems of first-level groups, each problem measures of its own group."""
    tasks, problems, measures = (
        CheckedTable(package, frames, f"compliance_{name}") for name in ("tasks", "problems", "measures")
    )
    yield from childless(problems, "task_id", tasks, "问题")
    yield from childless(measures, "problem_id", problems, "举措")
    yield from not_first_level(problems, frames)
    yield from outsiders(measures, "problem_id", problems, frames)
    yield from too_early(problems, "found_on", "task_id", tasks, "opened_on")
    yield from too_early(measures, "opened_on", "problem_id", problems, "found_on")
    yield from _finished_too_soon(tasks, problems, measures)


def _finished_too_soon(tasks: CheckedTable, problems: CheckedTable, measures: CheckedTable) -> Iterator[Fault]:
    """A task is finished once all measures of its problems are."""
    task_of = dict(problems.frame[["id", "task_id"]].itertuples(index=False))
    of_task = measures.frame.groupby(measures.frame["problem_id"].map(task_of))
    for index, task in each_row(tasks.frame):
        if task["id"] not in of_task.groups or task["closed_on"] != task["closed_on"]:
            continue
        own = of_task.get_group(task["id"])
        left = own[~(own["closed_on"] <= task["closed_on"])]
        if not left.empty:
            yield tasks.fault(
                index,
                "closed_on",
                f"{task['closed_on']:%Y-%m-%d}",
                f"任务的举措都已完成，而{'、'.join(left['id'])}还没有",
                "改正举措或任务的完成日期",
            )


@check("compliance_measures")
def evidence(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What is closed says by what; only what is closed was looked at again, and afterwards."""
    measures = CheckedTable(package, frames, "compliance_measures")
    for index, row in each_row(measures.frame):
        closed, checked = row["closed_on"], row["checked_on"]
        if closed == closed and not (row["evidence_kind"] and row["evidence"]):
            column = "evidence" if row["evidence_kind"] else "evidence_kind"
            yield measures.fault(
                index,
                column,
                f"{row['id']}填了完成日期，没有完成依据",
                "完成依据和依据编号",
                "补上依据，或留空完成日期",
            )
        if (checked == checked) != bool(row["effect"]):
            column, found = (
                ("effect", "有复查日期，没有复查结果")
                if checked == checked
                else ("checked_on", "有复查结果，没有复查日期")
            )
            yield measures.fault(index, column, f"{row['id']}{found}", "两样都填，或都留空")
        elif checked == checked and not checked >= closed:
            due = "先完成，再复查" if closed != closed else f"不早于完成日期{closed:%Y-%m-%d}"
            yield measures.fault(index, "checked_on", f"{checked:%Y-%m-%d}", due)


@check("enterprises", "compliance_teams")
def teams(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A working group is a first-level group's."""
    yield from not_first_level(CheckedTable(package, frames, "compliance_teams"), frames)


@check("enterprises", "benchmarking_goals")
def goals(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """The goals are of first-level groups."""
    yield from not_first_level(CheckedTable(package, frames, "benchmarking_goals"), frames)


@check("enterprises", "benchmarking_tasks")
def tasks(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """The tasks are of first-level groups."""
    yield from not_first_level(CheckedTable(package, frames, "benchmarking_tasks"), frames)


@check("benchmarking_improvements")
def improvements(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What is to show an improvement is a measure that this report knows."""
    yield from _unknown(CheckedTable(package, frames, "benchmarking_improvements"))


def _unknown(table: CheckedTable) -> Iterator[Fault]:
    """Yield a fault for each row whose indicator nobody has registered."""
    for index, name in table.frame["indicator"].items():
        measure, _, kind = name.partition(".")
        if measure not in REGISTRY or kind not in KINDS:
            yield table.fault(
                index, "indicator", f"“{name}”", "已登记的指标编号", "编号见“名词与口径”，或先登记这个指标"
            )


@check("benchmarking_targets")
def targets(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A target is of a known measure, and the figure that it stands for is in its table, if there is that."""
    table = CheckedTable(package, frames, "benchmarking_targets")
    yield from _unknown(table)
    for index, row in zip(table.frame.index, table.frame.to_dict("records"), strict=True):
        if table_of(row) in frames and value_of(row, frames) is None:
            where = "region" if row["source"] == PUBLISHED else "scheme"
            yield table.fault(
                index,
                where,
                f"{row['indicator']}的目标值在{table.table.labels['source'][row['source']]}里找不到",
                "能找到的公布数（地区、口径、年度、项目都相同）或标准值（办法、指标、档次）",
                "改正这一行，或删去它",
            )
