"""Whose the rows of a delivery are; those of others than the sender are left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ...importing.names.codes import align
from ...importing.names.references import Register, resolve
from ...importing.names.shortened import misread_ids
from ...importing.rows import Row
from ...tables.data_errors import Fault
from ...tables.declared import DeclaredTable
from ..parts import NOBODY, ROSTER
from .delivery import Delivery

LEDGER = "ledger/"  # where the tables stand that come in; the others are the book's own
# What the platform itself writes is nobody's return.
WRITTEN = frozenset({"returns", "return_findings", "return_changes", "alert_notes"})


def attribute(delivery: Delivery) -> None:
    """Turn names into ids; rows of another enterprise than the sender, or of what it may not send, are left."""
    tables = {part.table.name: part.table for part in delivery.parts}
    barred = {name: why for name, table in tables.items() if (why := _barred(delivery, table))}
    for part in delivery.parts:
        if part.table.name in barred:
            found, expected, advice = barred[part.table.name]
            delivery.faults.append(Fault(part.sheet.place, None, None, found, expected, advice))
    delivery.parts = [part for part in delivery.parts if part.table.name not in barred]
    called = delivery.standing.called(delivery.sender)
    for part in delivery.parts:
        table = part.table
        old = old_rows(delivery, table)
        align(table, part.rows, old, delivery.notes)
        ids = {row.get(table.key[0], "") for row in old} if table.key else set()
        delivery.faults += misread_ids(table, part.rows, ids, called)
    coming = {name: [row for part in delivery.parts if part.table.name == name for row in part.rows] for name in tables}
    registers: dict[str, Register] = {}
    for part in delivery.parts:
        for key in part.table.foreign_keys:
            if key.table in delivery.standing.package.tables and key.table not in registers:
                registers[key.table] = _register(delivery, key.table, key.target, coming.get(key.table, []))
        elsewhere = delivery.standing.names.words.of(part.table.name).elsewhere
        delivery.faults += resolve(part.table, part.rows, registers, delivery.notes, called, elsewhere)
    _only_own(delivery)


def _barred(delivery: Delivery, table: DeclaredTable) -> tuple[str, str, str] | None:
    """Say why a table may not come from this sender."""
    title, ask = table.title, "删去这张表；有疑问的，请与国资监管机构联系"
    if table.name in WRITTEN:
        return f"{title}由报送台自己登记，不用报送", "要报送的表", ask
    if delivery.tables is not None and table.name not in delivery.tables:
        return f"{title}不在要报送的表里", "要报送的表", ask
    if delivery.sender is None:
        return None
    own = table.path.startswith(LEDGER) and table.name != ROSTER and delivery.standing.owned(table.name)
    return None if own else (f"{title}由国资监管机构填写，不由企业报送", "企业自己的表", ask)


def old_rows(delivery: Delivery, table: DeclaredTable) -> list[dict[str, str]]:
    """Return the rows of a table that the sender may be held against."""
    if not delivery.standing.owned(table.name):
        return delivery.standing.old(table.name, NOBODY)
    if delivery.sender is not None:
        return delivery.standing.old(table.name, delivery.sender)
    return [row for owner in delivery.standing.places(table.name) for row in delivery.standing.old(table.name, owner)]


def _register(delivery: Delivery, name: str, target: str, rows: Sequence[Row]) -> Register:
    made = delivery.standing.register(name, delivery.sender)
    if not rows:
        return made
    texts = [row.texts for row in rows]
    title = delivery.standing.package.tables[name].title
    sheet = delivery.standing.loaded.sheets.get(name)
    if delivery.sender is not None and delivery.standing.owned(name):
        return Register(title, target, [*delivery.standing.old(name, delivery.sender), *texts])
    old = [dict(zip(sheet.header, row, strict=False)) for row in sheet.rows] if sheet else []
    return Register(title, target, [*old, *texts])


def whose_rows(delivery: Delivery) -> dict[int, str]:
    """Return the owner of each row, by the row's identity."""
    found: dict[int, str] = {}
    coming: dict[str, dict[str, str]] = {}
    for _ in range(2):  # what a row points to may have come with it
        for part in delivery.parts:
            for row in part.rows:
                owner = delivery.standing.whose(part.table.name, row.texts, coming)
                found[id(row)] = owner
                if owner and len(part.table.key) == 1:
                    key = row.texts.get(part.table.key[0], "")
                    coming.setdefault(part.table.name, {}).setdefault(key, owner)
    return found


def _only_own(delivery: Delivery) -> None:
    """Leave out the rows of others than the sender, each other told of once; what is nobody's only staff sends."""
    whose = whose_rows(delivery)
    for part in delivery.parts:
        if not (column := delivery.standing.said_by(part.table.name)):
            continue
        strangers: dict[str, list[Row]] = defaultdict(list)
        kept = []
        for row in part.rows:
            owner = whose[id(row)]
            blank = not row.texts.get(column, "")
            if owner and delivery.sender in (None, owner):
                kept.append(row)
            elif owner:
                strangers[owner].append(row)
            elif blank and delivery.sender is None and not part.table.column(column).required:
                kept.append(row)
            elif blank:
                title = part.table.column(column).title
                delivery.faults.append(row.fault(column, "空白", f"{title}，说明是哪户企业的", "填上"))
        part.rows = kept  # whose owner is unknown was told of when its name was looked for
        for rows in strangers.values():
            delivery.faults.append(_stranger(delivery, rows, column))
        owners = {whose[id(row)] for row in kept}
        part.left = [row for row in part.left if delivery.standing.whose(part.table.name, row.texts, {}) in owners]
    delivery.parts = [part for part in delivery.parts if part.rows or not delivery.standing.owned(part.table.name)]


def _stranger(delivery: Delivery, rows: Sequence[Row], column: str) -> Fault:
    first, more = rows[0], f"，共{len(rows)}行" if len(rows) > 1 else ""
    said = first.texts.get(column, "")
    return first.fault(
        column,
        f"“{said}”不是本企业{more}，都没有读",
        f"本企业（{delivery.sender}）的行",
        "删去其他企业的行，由各企业自己报送",
    )
