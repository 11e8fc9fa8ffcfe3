"""Do activities have an organisation to hold them, and does a measure stand only once?"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CheckedTable, Frames, check, each_row
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage

MEASURE = ["enterprise_id", "problem", "title"]


@check("learning_activities", "party_organisations")
def activities(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """No enterprise holds a party activity before it has a party organisation."""
    held = CheckedTable(package, frames, "learning_activities")
    founded = frames["party_organisations"].groupby("enterprise_id")["founded_on"].min()
    first = held.frame["enterprise_id"].map(founded)
    for index in held.frame.index[~(held.frame["held_on"] >= first)]:
        row = held.frame.loc[index]
        since = first[index]
        expected = (
            f"不早于{row['enterprise_id']}的党组织成立日期{since:%Y-%m-%d}"
            if since == since
            else f"{row['enterprise_id']}在党组织名录里有党组织"
        )
        yield held.fault(index, "held_on", f"{row['held_on']:%Y-%m-%d}", expected)


@check("party_rectification")
def measures(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """An enterprise answers a problem with each measure once."""
    table = CheckedTable(package, frames, "party_rectification")
    for index in table.frame.index[table.frame.duplicated(MEASURE)]:
        owner, problem, title = table.frame.loc[index, MEASURE]
        yield table.fault(
            index,
            "title",
            f"{owner}对“{problem}”的“{title}”与前面某一行重复",
            "同一问题的同一措施只写一行",
            "删去重复的一行，或写明不同之处",
        )


@check("party_standing", "party_requirements")
def standing(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Organisations are measured by 四强四好, and what is lacking is said exactly where something is."""
    table = CheckedTable(package, frames, "party_standing")
    words = table.table.labels["standing"]
    yield from _parts(table, package, frames, lists=False)
    for index, row in each_row(table.frame):
        if (row["standing"] == "met") == bool(row["lacking"]):
            yield table.fault(
                index,
                "lacking",
                f"{words[row['standing']]}，{'填了' if row['lacking'] else '空着'}",
                f"{words['met']}的空着，其他的填",
            )


@check("party_list_reviews", "party_requirements")
def reviews(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What runs is among a list's items; where not all does, a gap and its date are given, else neither."""
    table = CheckedTable(package, frames, "party_list_reviews")
    yield from _parts(table, package, frames, lists=True)
    for index, row in each_row(table.frame):
        if row["running"] > row["items"]:
            yield table.fault(index, "running", f"{row['running']}项", f"不多于清单事项{row['items']}项")
            continue
        found = row["running"] < row["items"]
        for column, given in (("gap", bool(row["gap"])), ("due_on", row["due_on"] == row["due_on"])):
            if given != found:
                yield table.fault(
                    index,
                    column,
                    f"{row['items']}项有{row['running']}项在运行，{'填了' if given else '空着'}",
                    "没有全部运行的填，全部运行的空着",
                )


def _parts(table: CheckedTable, package: DataPackage, frames: Frames, lists: bool) -> Iterator[Fault]:
    """Yield rows whose requirement is of the other kind: one of the lists, or one of 四强四好."""
    parts = frames["party_requirements"].set_index("id")["part"]
    words = package.tables["party_requirements"].labels["part"]
    wanted = [words["list"]] if lists else [word for code, word in words.items() if code != "list"]
    for index, key in table.frame["requirement_id"].items():
        if (parts[key] == "list") != lists:
            yield table.fault(index, "requirement_id", f"{key}属于{words[parts[key]]}", f"{'或'.join(wanted)}的编号")
