"""Do activities have an organisation to hold them, and does a measure stand only once?"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CheckedTable, Frames, check
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
