"""Does the staff's structure add up to the headcount, and is every key post held or vacant?"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CheckedTable, Frames, check, each_row
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage

DECEMBER = 12
# How the staff is divided -> the bands that it is divided into.
BANDS = {
    "kind": ("management", "technical", "skilled", "service"),
    "age": ("under_36", "under_46", "under_56", "over_55"),
    "education": ("graduate", "bachelor", "college", "school"),
}


@check("staff_structure")
def bands_belong(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A band is one of those that its division has."""
    staff = CheckedTable(package, frames, "staff_structure")
    labels = staff.table.labels
    for index, row in each_row(staff.frame):
        if row["band"] not in BANDS[row["aspect"]]:
            allowed = "、".join(labels["band"][band] for band in BANDS[row["aspect"]])
            yield staff.fault(
                index, "band", labels["band"][row["band"]], f"按{labels['aspect'][row['aspect']]}分的：{allowed}"
            )


@check("staff_structure", "headcount")
def structure_adds_up(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Each way of dividing the staff comes to the headcount of December."""
    staff = CheckedTable(package, frames, "staff_structure")
    people = frames["headcount"].query("month == @DECEMBER")
    december = people.set_index(["year", "enterprise_id"])["headcount"]
    words = staff.table.labels["aspect"]
    groups = staff.frame.groupby(["year", "enterprise_id", "aspect"], sort=False)
    sums = groups["people"].agg(["sum", lambda values: values.index[0]])
    covered = set(staff.frame["year"])
    for (year, owner), number in december.items():
        if year not in covered:
            continue  # people are counted for longer than they are divided
        for aspect, word in words.items():
            if (year, owner, aspect) not in sums.index:
                yield staff.fault(
                    None,
                    "aspect",
                    f"{owner}，{year}年没有按{word}分的人数",
                    "每户企业每年按每种分法都有",
                    "补上这户企业的职工结构",
                )
                continue
            told, first = sums.loc[(year, owner, aspect)]
            if told != number:
                yield staff.fault(
                    int(first), "people", f"{owner}，{year}年按{word}分的人数合计{told}人", f"十二月职工人数{number}人"
                )


@check("key_posts")
def posts_held_or_vacant(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A key post has somebody, or the day since when it has nobody."""
    posts = CheckedTable(package, frames, "key_posts")
    for index, row in each_row(posts.frame):
        held, vacant, rotated = (row[name] == row[name] for name in ("since", "vacant_since", "rotated_on"))
        if not held and not vacant:
            yield posts.fault(index, "since", "空白", "任职起始日，或者填空缺起始日")
        if held and vacant and row["since"] < row["vacant_since"]:
            yield posts.fault(
                index, "since", f"{row['since']:%Y-%m-%d}", f"不早于空缺起始日{row['vacant_since']:%Y-%m-%d}"
            )
        if rotated and not row["rotated_on"] >= row["since"]:
            yield posts.fault(index, "rotated_on", f"{row['rotated_on']:%Y-%m-%d}", "不早于任职起始日")
