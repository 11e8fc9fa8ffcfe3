"""Do the tables of compliance and benchmarking agree with each other?"""

from __future__ import annotations

from collections.abc import Iterator

from ...measures.registry import REGISTRY
from ...tables.checking import CheckedTable, Frames, check, childless, not_first_level, outsiders, too_early
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage

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
    for index, task in tasks.frame.iterrows():
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


@check("enterprises", "benchmarking_tasks")
def categories(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A category of benchmarking belongs to one aspect; the tasks are of first-level groups."""
    tasks = CheckedTable(package, frames, "benchmarking_tasks")
    yield from not_first_level(tasks, frames)
    first: dict[str, str] = {}
    for index, row in tasks.frame.iterrows():
        aspect = first.setdefault(row["category"], row["aspect"])
        if aspect != row["aspect"]:
            words = tasks.table.labels["aspect"]
            yield tasks.fault(
                index,
                "category",
                f"“{row['category']}”列在“{words[row['aspect']]}”之下",
                f"与前面一样属于“{words[aspect]}”",
                "一个类别只属于一个方面",
            )


@check("benchmarking_improvements")
def improvements(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What is to show an improvement is a measure that this report knows."""
    claimed = CheckedTable(package, frames, "benchmarking_improvements")
    for index, name in claimed.frame["indicator"].items():
        if name not in REGISTRY:
            yield claimed.fault(
                index, "indicator", f"“{name}”", "已登记的指标编号", "编号见“名词与口径”，或先登记这个指标"
            )
