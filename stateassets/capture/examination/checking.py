"""The returns of a delivery are checked by what is declared, then by what must agree between tables, then against the past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import pandas as pd

from ...importing.rows import Row
from ...tables.checking import Frames
from ...tables.data_errors import Fault
from ...tables.fast_schema import FIRST_ROW, errors
from ...tables.loading import MOST_FAULTS, in_chinese, typed
from ...tables.reading import ReadTable, read_numbers
from ...tables.text_files import odd_cells
from ..parts import Part
from .between import between_tables
from .delivery import Come, Delivery, title_of
from .past import doubts_of_the_past
from .rows import BEGIN


def check_rows(delivery: Delivery) -> None:
    """Check the rows by what is declared, then by what must agree between tables, then against the past."""
    frames: dict[str, pd.DataFrame] = {}
    origin: dict[str, list[tuple[Come, Row]]] = {}
    wrong = set()
    for name in dict.fromkeys(key[0] for key in delivery.come):
        table = delivery.standing.package.tables[name]
        mine = [one for key, one in delivery.come.items() if key[0] == name]
        origin[name] = [(one, row) for one in mine for row in one.rows]
        header = [c.name for c in table.columns]
        cells = [[texts.get(c, "") for c in header] for one in mine for texts in one.texts]
        sheet = ReadTable(table, header, cells)
        lacking = {f.column for f in delivery.faults if f.found == "没有这一列"}
        found = [
            *(
                sheet.fault(at, header[column], what, "看得见、长短合适的文字", advice)
                for at, column, what, advice in odd_cells([header, *cells])
            ),
            *read_numbers(sheet),
            *(in_chinese(sheet, e) for e in islice(errors(table.columns, table.key, cells), MOST_FAULTS)),
        ]
        for fault in found:
            title = title_of(table, fault)
            if fault.found == "空白" and (title in lacking or _told(delivery, origin[name], fault)):
                continue
            delivery.faults.append(
                delivery.here(table, fault, origin[name], fault.row - FIRST_ROW if fault.row else None)
            )
        if found:
            wrong.add(name)
        else:
            frames[name] = typed(sheet).set_axis(range(BEGIN, BEGIN + len(cells)))
    if wrong or any(_stops(fault) for fault in delivery.faults):
        return
    whole, changed = _put_in(delivery, frames)
    if lost := list(_lost(delivery, changed)):
        delivery.faults += lost
        return
    between_tables(delivery, whole, changed, origin)
    doubts_of_the_past(delivery, whole, changed, frames, origin)


def _stops(fault: Fault) -> bool:
    """Whether a fault leaves nothing to be checked further: rows or columns that are not there."""
    return fault.row is None and fault.found.startswith(("没有", "认不出"))


def _told(delivery: Delivery, rows: Sequence[tuple[Come, Row]], fault: Fault) -> bool:
    """Whether a blank cell was told of already: it could not be read."""
    if not fault.row:
        return False
    row = rows[fault.row - FIRST_ROW][1]
    return any((f.file, f.row) == (row.place, row.number) for f in delivery.faults)


def _put_in(delivery: Delivery, frames: Mapping[str, pd.DataFrame]) -> tuple[Part, dict[str, pd.DataFrame]]:
    """Return the rows of the groups that are concerned, and the tables with the new rows in place of the old."""
    named = delivery.standing.above.keys()
    concerned = {key[1] for key in delivery.come}
    concerned |= {t for one in delivery.come.values() for texts in one.texts for t in texts.values() if t in named}
    part = delivery.standing.part(concerned)
    changed = {}
    for name, new in frames.items():
        if name not in part:
            changed[name] = new
            continue
        timed = "year" in part[name]
        stays = part.without(name, {(key[1], key[2] if timed else "") for key in delivery.come if key[0] == name})
        changed[name] = pd.concat([stays, new]) if len(stays) else new
    return part, changed


def _lost(delivery: Delivery, changed: Frames) -> Iterator[Fault]:
    """Yield a fault for rows that are no longer there and to which rows of other tables point."""
    standing = delivery.standing
    for name, new in changed.items():
        table = standing.package.tables[name]
        if len(table.key) != 1 or name not in standing.frames:
            continue
        mine = [one for key, one in delivery.come.items() if key[0] == name]
        owners = {one.key[1] for one in mine}
        before = {row[table.key[0]] for owner in owners for row in standing.old(name, owner)}
        gone = before - set(new[table.key[0]])
        for other, key in standing.pointing(name) if gone else ():
            left = changed[other] if other in changed else standing.frames[other]
            if kept := gone & set(left[key]):
                said, title = "、".join(sorted(kept)[:3]), standing.package.tables[other].title
                place = mine[0].rows[0].place
                yield Fault(
                    place,
                    None,
                    None,
                    f"没有了{said}，{title}里还有它的行",
                    "其他表提到的行都在",
                    "补上这些行，或与改正后的那张表一起报送",
                )
