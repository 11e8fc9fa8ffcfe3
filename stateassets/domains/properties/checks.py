"""Do leases fit their properties, and properties the other registers and the balance sheet?"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CENT, CheckedTable, Frames, check, each_row, on_the_books
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.periods import year_end
from .alerts import RENTAL

TO_LET = ("market_rent", "lettable_since")
LISTS = {"titleless_id": "titleless_assets", "idle_id": "idle_assets"}


@check("properties")
def lettable(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What is there to be let has a market rent and a first day; nothing else has."""
    properties = CheckedTable(package, frames, "properties")
    words = properties.table.labels["use"]
    for column in TO_LET:
        given = properties.frame[column].notna()
        wanted = properties.frame["use"] == RENTAL
        for index in properties.frame.index[given != wanted]:
            use = words[properties.frame.at[index, "use"]]
            yield properties.fault(
                index,
                column,
                f"用途是{use}，{'填了' if given[index] else '空着'}",
                f"用途是{words[RENTAL]}的填，其他空着",
            )


@check("properties", "leases")
def leases_fit(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Only what is there to be let is let, from its first day on, and never more than there is."""
    properties, leases = (CheckedTable(package, frames, name) for name in ("properties", "leases"))
    words = properties.table.labels["use"]
    last = year_end(package.year)
    for index, row, place in leases.pairs("property_id", properties):
        if place["use"] != RENTAL:
            yield leases.fault(
                index,
                "property_id",
                f"{place['id']}的用途是{words[place['use']]}",
                f"用途是{words[RENTAL]}的资产",
                "改正资产编号或用途",
            )
        elif row["starts_on"] < place["lettable_since"] or row["starts_on"] > last:
            yield leases.fault(
                index,
                "starts_on",
                f"{row['starts_on']:%Y-%m-%d}",
                f"可出租起始日{place['lettable_since']:%Y-%m-%d}以后、{last:%Y-%m-%d}以前",
            )
    area = properties.frame.set_index("id")["area"]
    for key, rows in leases.frame.groupby("property_id", sort=False):
        starts, ends, areas = (rows[c].to_numpy() for c in ("starts_on", "ended_on", "area"))
        for index, day, start in zip(rows.index, rows["starts_on"], starts, strict=True):
            let = float(areas[(starts <= start) & ~(ends <= start)].sum())
            if let > area[key] + CENT:
                yield leases.fault(
                    index,
                    "area",
                    f"{day:%Y-%m-%d}起{key}共出租{let:.12g}平方米",
                    f"不大于资产面积{area[key]:.12g}平方米",
                )


@check("properties")
def listed_elsewhere(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What another register lists of a property is its owner's, no larger, and not let if idle."""
    properties = CheckedTable(package, frames, "properties")
    for column, name in LISTS.items():
        if name not in frames:
            continue
        listed = CheckedTable(package, frames, name)
        items = {row["id"]: row for row in listed.frame.to_dict("records")}
        linked = properties.frame[properties.frame[column] != ""]
        for index, row in each_row(linked):
            item = items[row[column]]
            if item["enterprise_id"] != row["enterprise_id"]:
                yield properties.fault(
                    index, "enterprise_id", row["enterprise_id"], f"{item['enterprise_id']}（{item['id']}的企业）"
                )
        for key, rows in linked.groupby(column, sort=False):
            total = float(rows["area"].sum())
            if items[key]["area"] > total + CENT:
                yield properties.fault(
                    rows.index[0],
                    "area",
                    f"{key}所在的资产共{total:.12g}平方米",
                    f"不小于{listed.table.title}的{items[key]['area']:.12g}平方米",
                )
            yield from _idle_is_not_let(package, frames, items[key], set(rows["id"]), total)


def _idle_is_not_let(
    package: DataPackage, frames: Frames, item: dict, places: set[str], total: float
) -> Iterator[Fault]:
    last = year_end(package.year)
    if item.get("status") != "idle" or item["closed_on"] <= last or "leases" not in frames:
        return
    leases = CheckedTable(package, frames, "leases")
    own = leases.frame[leases.frame["property_id"].isin(places)]
    own = own[~(own["ended_on"] <= last)]
    if float(own["area"].sum()) + item["area"] > total + CENT:
        yield leases.fault(
            own.index[0],
            "property_id",
            f"盘活清单{item['id']}是闲置而在出租",
            "闲置的部分没有租约",
            "填退租日，或改正盘活清单",
        )


@check("properties", "balance_sheet")
def properties_are_on_the_books(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Nobody's properties are worth more than the balance sheet holds."""
    yield from on_the_books(CheckedTable(package, frames, "properties"), frames, "的房产和场地")


@check("asset_disposals")
def appraisals(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A disposal's appraisal has both a value and a date, or neither."""
    sold = CheckedTable(package, frames, "asset_disposals")
    value, day = sold.frame["appraised"].notna(), sold.frame["appraised_on"].notna()
    for index in sold.frame.index[value != day]:
        column = "appraised_on" if value[index] else "appraised"
        yield sold.fault(index, column, "空白", "评估值和评估备案日期都填，或者都空着")


@check("titleless_paths", "titleless_assets")
def paths(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What is found is looked into afterwards, with a finding; the decision to dispose of it follows the title."""
    table = CheckedTable(package, frames, "titleless_paths")
    titled = frames["titleless_assets"].set_index("id")["closed_on"]
    for index, row in each_row(table.frame):
        if row["reviewed_on"] < row["surveyed_on"]:
            yield table.fault(
                index, "reviewed_on", f"{row['reviewed_on']:%Y-%m-%d}", f"不早于清查日期{row['surveyed_on']:%Y-%m-%d}"
            )
        if (row["reviewed_on"] == row["reviewed_on"]) != bool(row["finding"]):
            yield table.fault(
                index,
                "finding",
                "填了" if row["finding"] else "空着",
                "有分析研判日期的填，没有的空着",
                "两格都填，或者都空着",
            )
        done = titled[row["titleless_id"]]
        if row["finding"] == "unfit" and done == done:
            yield table.fault(
                index,
                "finding",
                table.table.labels["finding"]["unfit"],
                f"可以确权的结论，因为{row['titleless_id']}已在{done:%Y-%m-%d}办证",
            )
        if row["approved_on"] == row["approved_on"] and not row["approved_on"] >= done:
            yield table.fault(
                index,
                "approved_on",
                f"{row['approved_on']:%Y-%m-%d}",
                f"不早于办结日期{done:%Y-%m-%d}" if done == done else "空着，因为还没有办证",
            )
