"""What must agree between tables: what a check finds is told so that nobody learns what is not his."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from ...importing.rows import Row
from ...tables.checking import Frames, checks
from ...tables.data_errors import Fault, Gap
from ...tables.declared import DeclaredTable
from ...tables.fast_schema import FIRST_ROW
from ...tables.loading import yuan_faults
from ..arrivals import Finding, ReturnKey
from ..parts import ROSTER, Part
from ..schema import FAULT
from .delivery import Come, Delivery, title_of
from .rows import BEGIN, Given, run, where, whole_tables

GENERIC = "declared_checks"  # the module whose checks go through whatever tables they are given


def between_tables(
    delivery: Delivery, part: Part, changed: Frames, origin: Mapping[str, list[tuple[Come, Row]]]
) -> None:
    """Take what checks between tables find that they did not find before these returns."""
    touched = frozenset(changed)
    for name in touched:
        table = delivery.standing.package.tables[name]
        for fault in yuan_faults(table, changed[name]):
            if fault.row and fault.row - FIRST_ROW >= BEGIN:
                _say(delivery, table, fault, origin, part)
    present = frozenset({*part, *changed})
    for check in checks():
        generic = check.module.endswith(GENERIC) and check.tables <= {ROSTER}
        looks = delivery.standing.looked_at.get(check.name, check.tables) | check.tables
        if check.figures:
            looks = check.tables - {ROSTER}  # they are of the report: no fault of a return of other tables
        if not (generic or looks & touched) or not check.tables <= present:
            continue
        names = (touched | check.tables) & present if generic else present
        given = Given(part, changed, names)
        if check.figures:
            given = Given(delivery.standing.frames, whole_tables(delivery.standing, given), names)
        found = run(check, delivery.standing, given)
        if not found:
            continue
        rows = delivery.standing.part(delivery.standing.named) if check.figures else part
        before = Counter(delivery.book.faults_before(rows, check, names & frozenset(part)))
        for fault in found:
            if before[where(fault)] > 0:
                before[where(fault)] -= 1
            elif not isinstance(fault, Gap):
                _say(delivery, _table_at(delivery, fault.file), fault, origin, part)


def _table_at(delivery: Delivery, path: str) -> DeclaredTable | None:
    return next((t for t in delivery.standing.package.tables.values() if t.path == path), None)


def _say(
    delivery: Delivery,
    table: DeclaredTable | None,
    fault: Fault,
    origin: Mapping[str, list[tuple[Come, Row]]],
    part: Part,
) -> None:
    """Take a check's fault: of a row that came at its place, of others so that nobody learns what is not his."""
    at = fault.row - FIRST_ROW if fault.row else None
    rows = origin.get(table.name, []) if table else []
    new = at is not None and at >= BEGIN
    told = delivery.here(table, fault, rows, at - BEGIN if new and at is not None else None) if table else fault
    if not new and table:
        told = replace(
            told, file=rows[0][1].place if rows and at is None else table.title, column=title_of(table, fault)
        )
    if delivery.sender is None or (_own(delivery, table, at, new) and not _names_others(delivery, fault)):
        found = delivery.finding(FAULT, told)
        if found.key is None:
            found = replace(found, key=_key_for(delivery, table))
        delivery.found.append(found)
        return
    key = _key_for(delivery, table)
    delivery.beyond.append(Finding(FAULT, key, told))
    whose = Fault(
        delivery.file,
        told.row if new else None,
        told.column if new else None,
        "与其他企业已经报送的数对不上",
        "集团内和往来企业两边一致",
        "请与对方核对，或与国资监管机构联系",
    )
    delivery.found.append(
        replace(delivery.finding(FAULT, replace(whose, file=told.file if new else delivery.file)), key=key)
    )


def _own(delivery: Delivery, table: DeclaredTable | None, at: int | None, new: bool) -> bool:
    """Whether a row is the sender's, or a fault is about no row of anybody's."""
    if new or at is None or table is None:
        return True
    owners = delivery.standing.owners(table.name)
    return owners is not None and at in owners.index and owners.loc[at] == delivery.sender


def _names_others(delivery: Delivery, fault: Fault) -> bool:
    """Whether a fault's words name another enterprise than the sender, by id or by name."""
    said = f"{fault.found}{fault.expected}{fault.advice}"
    words = set(re.findall(r"[A-Za-z0-9]+", said))
    return any(
        other != delivery.sender and (other in words or (name and name in said))
        for other, name in delivery.standing.named.items()
    )


def _key_for(delivery: Delivery, table: DeclaredTable | None) -> ReturnKey | None:
    """Return the return that a fault of another row is told with: the table's own, else the first."""
    own = [key for key in delivery.come if table and key[0] == table.name]
    return (own or list(delivery.come))[0] if delivery.come else None
