"""The rows of a delivery are cut into returns: one table of one enterprise for one period."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...importing.rows import Row
from ...tables.data_errors import Fault
from ..arrivals import Finding, ReturnKey
from ..parts import NOBODY, is_period, period_of
from ..schema import DOUBT
from .delivery import Come, Delivery
from .owners import whose_rows


def split(delivery: Delivery) -> None:
    """Cut the rows into returns: one table of one enterprise for one period."""
    whose = whose_rows(delivery)
    for name, merge in delivery.merges.items():
        table = merge.table
        timed = any(c.name == "year" for c in table.columns)
        for texts, row in zip(merge.made, merge.origins, strict=True):
            if row is None:
                continue
            period = period_of(texts) if timed else (str(delivery.year) if delivery.year else "")
            if not timed and not period:
                delivery.faults.append(
                    Fault(
                        row.place,
                        None,
                        None,
                        f"{table.title}没有写是哪一年的",
                        "报送时说明是哪一年的",
                        "在文件名里写上年度，如2023年，或在报送时选定期间",
                    )
                )
                break
            if not period:
                continue  # its year is a fault already
            if not is_period(period):
                delivery.faults.append(_no_period(texts, row))
                continue
            key = ReturnKey(name, whose.get(id(row), NOBODY), period)
            one = delivery.come.setdefault(key, Come(key))
            one.texts.append(texts)
            one.rows.append(row)
            delivery.keys[row.place, row.number] = key
    for one in delivery.come.values():
        _foreign_keys_taken(delivery, one)
        _shorter(delivery, one)
    _another_period(delivery)


def _another_period(delivery: Delivery) -> None:
    """Doubt a delivery that is said to be of a period of which it holds nothing, but holds others as long."""
    of_month = len(delivery.known) > len("2023")
    same = [key for key in delivery.come if len(key[2]) == len(delivery.known)] if of_month else []
    if same and not any(key[2] == delivery.known for key in same):
        found, place = "、".join(sorted({key[2] for key in same})[:3]), delivery.come[same[0]].rows[0].place
        fault = Fault(
            place,
            None,
            None,
            f"行里写的是{found}",
            f"{delivery.known}的行",
            "送错了文件的换成这一期的；补报或更正以前各期的，写明原因",
        )
        delivery.found.append(Finding(DOUBT, same[0], fault, "", delivery.sheet_named(place)))


def _foreign_keys_taken(delivery: Delivery, one: Come) -> None:
    """Refuse a key under which a row of somebody else, or of another period, stands."""
    name, owner, period = one.key
    table = delivery.standing.package.tables[name]
    if not table.key:
        return
    taken = delivery.standing.taken(name)
    for texts, row in zip(one.texts, one.rows, strict=True):
        key = tuple(texts.get(column, "") for column in table.key)
        there = taken.get(key)
        if there is None or there == (owner, period) or (there[0] == owner and not there[1]):
            continue
        said = "、".join(key)
        if there[0] != owner:
            fault = row.fault(table.key[-1], f"“{said}”已经是别处的编号", "没有用过的编号", "换一个编号")
        else:
            fault = row.fault(
                table.key[-1], f"“{said}”已经在{there[1]}的报送里", f"{period}的行", "换一个编号，或在那一期里更正"
            )
        delivery.faults.append(fault)


def _shorter(delivery: Delivery, one: Come) -> None:
    """Doubt a return that lacks rows which an earlier one of the same period has."""
    name, owner, period = one.key
    table = delivery.standing.package.tables[name]
    if not table.key:
        return
    timed = any(c.name == "year" for c in table.columns)
    own = {tuple(texts.get(c, "") for c in table.key) for texts in one.texts}
    before = [row for row in delivery.standing.old(name, owner) if not timed or period_of(row) == period]
    gone = [key for row in before if (key := tuple(row.get(c, "") for c in table.key)) not in own]
    if gone:
        said = "；".join("、".join(key) for key in gone[:3]) + ("等" if len(gone) > 3 else "")
        place = one.rows[0].place
        fault = Fault(
            place,
            None,
            None,
            f"比现有的少{len(gone)}行：{said}",
            f"{period}的全部行",
            "漏报的补上；确实没有了的，说明原因",
        )
        delivery.found.append(Finding(DOUBT, one.key, fault, "", delivery.sheet_named(place)))


def _no_period(texts: Mapping[str, str], row: Row) -> Fault:
    """Return the fault of a row whose year, quarter or month is none."""
    if re.fullmatch(r"\d{4}", texts["year"]):
        column, expected = ("month", "不小于1，不大于12") if texts.get("month") else ("quarter", "不小于1，不大于4")
    else:
        column, expected = "year", "四位数的年份，如2023"
    return row.fault(column, f"“{texts[column]}”", expected)
