"""Are a meeting's numbers possible, and is every kind of matter told when it needs one?"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CheckedTable, Frames, check, each_row
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.notation import ten_thousands

COUNTS = ("members", "present", "in_favour", "to_recuse", "recused")
# Never more of the one than of the other.
AT_MOST = (("present", "members"), ("in_favour", "present"), ("to_recuse", "members"), ("recused", "to_recuse"))


@check("decisions")
def meetings(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A meeting has its numbers, and nobody counts twice; where there was none there are none."""
    matters = CheckedTable(package, frames, "decisions")
    titles = {column.name: column.title for column in matters.table.columns}
    for index, row in each_row(matters.frame):
        held = row["meeting_on"] == row["meeting_on"]
        for name in COUNTS:
            given = row[name] == row[name]
            if given != held:
                yield matters.fault(
                    index,
                    name,
                    f"{row[name]:g}人" if given else "空白",
                    "会议上的人数" if held else "空白，因为没有会议日期",
                )
        for fewer, more in AT_MOST:
            if row[fewer] > row[more]:
                yield matters.fault(index, fewer, f"{row[fewer]:g}人", f"不多于{titles[more]}{row[more]:g}人")


@check("decisions")
def executions(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What was executed has a day and an amount; what was neither decided nor executed is none."""
    matters = CheckedTable(package, frames, "decisions")
    for index, row in each_row(matters.frame):
        begun, spent = (row[n] == row[n] for n in ("executed_on", "executed_amount"))
        if begun != spent:
            yield matters.fault(
                index,
                "executed_amount",
                f"{ten_thousands(row['executed_amount'])}" if spent else "空白",
                "执行了多少" if begun else "空白，因为没有开始执行日期",
            )
        if not begun and row["meeting_on"] != row["meeting_on"]:
            yield matters.fault(
                index, "meeting_on", "空白", "会议日期，或者填开始执行日期", "既没有开会也没有执行的，不登记"
            )


@check("decision_lines")
def lines(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Every kind of matter has its line."""
    told = CheckedTable(package, frames, "decision_lines")
    for kind, word in told.table.labels["kind"].items():
        if kind not in set(told.frame["kind"]):
            yield told.fault(None, "kind", f"没有{word}的标准", "每类事项一行", "补上这类事项的标准")
