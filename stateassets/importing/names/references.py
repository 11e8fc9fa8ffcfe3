"""Names where the table wants ids: 企业甲 becomes the id under which it is registered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from ...tables.data_errors import Fault
from ...tables.declared import DeclaredTable
from ..files.raw import folded
from ..rows import Note, Row
from .codes import AS_REGISTERED, Codes
from .learned import OPTION
from .shortened import SHORT, Called, cut, owner_above, several
from .shortened import meant as understood
from .words import ROSTER

MOST_NAMED = 8  # of those that are registered, said where none is like what was written
NAMED = ("name_zh", "title", "name")  # the columns that may hold what a row is called


class Register:
    """The ids and the names of one table's rows."""

    def __init__(self, title: str, key: str, rows: Sequence[Mapping[str, str]]) -> None:
        self.title = title
        self.ids = {row[key] for row in rows if row.get(key)}
        self.codes = Codes(self.ids)
        self.names: dict[str, set[str]] = {}
        self.said: dict[str, str] = {}
        for row in rows:
            for column in NAMED:
                if row.get(column) and row.get(key):
                    self.names.setdefault(folded(row[column]), set()).add(row[key])
                    self.said[folded(row[column])] = row[column]

    def find(self, text: str) -> set[str]:
        """Return the ids that ``text`` may mean."""
        code = self.codes.find(text)
        return {code} if code else self.names.get(folded(text), set())

    def near(self, text: str) -> list[str]:
        """Return what was perhaps meant."""
        return [self.said[word] for word in get_close_matches(folded(text), self.said, 1, 0.6)]


def resolve(
    table: DeclaredTable,
    rows: Sequence[Row],
    registers: Mapping[str, Register],
    notes: list[Note],
    called: Called | None = None,
    elsewhere: Mapping[str, str] | None = None,
) -> list[Fault]:
    """Replace names by ids in place; return the faults of names that are nobody's or several's.

    What refers to a table that the book leaves out stays as it is. ``called`` says how else
    enterprises are called, ``elsewhere`` into which column goes a name that is in no register.
    """
    faults = []
    for key in table.foreign_keys:
        column, register = key.column, registers.get(key.table)
        if register is None:
            continue
        words = called if called is None or key.table == ROSTER else replace(called, names={})
        for row in rows:
            texts = {f: t for f, t in row.texts.items() if f.partition("?")[0] == column and t}
            meant, hows = {}, {}
            if column in texts and (fault := cut(row, column, texts[column], register.ids)):
                faults.append(fault)
                continue
            for name, text in texts.items():
                found, how = understood(register, text, row.headers.get(name, ""), words)
                if len(found) == 1:
                    (meant[name],), hows[name] = found, how
                elif called and found and how == SHORT and name == column:
                    faults.append(several(row, column, text, found, called))
                elif name == column and (other := (elsewhere or {}).get(column)) and not register.near(text):
                    _move(row, column, other, table.column(other).title, notes)
                elif name == column and not owner_above(table, row, notes):
                    faults += _unknown(row, column, text, found, register, words)
            own = meant.get(column)
            if own and any(other != own for other in meant.values()):
                both = "、".join(texts.values())
                faults.append(row.fault(column, f"“{both}”不是同一个", "编号与名称一致"))
            elif own and own != texts[column]:
                as_registered = AS_REGISTERED if register.codes.find(texts[column]) else "名称换成编号"
                how = hows.get(column) or as_registered
                notes.append(Note(how, row.place, row.number, row.headers.get(column, column), texts[column], own))
                row.texts[column] = own
            elif column not in texts and meant:
                row.texts[column] = next(iter(meant.values()))
    return faults


def _move(row: Row, column: str, other: str, title: str, notes: list[Note]) -> None:
    """Put a name that is in no register where such names stand, unless one stands there already."""
    text, row.texts[column] = row.texts[column], ""
    row.texts[other] = row.texts.get(other) or text
    notes.append(Note(f"不在名录里，写到“{title}”", row.place, row.number, row.headers.get(column, column), text, ""))


def _unknown(
    row: Row, column: str, text: str, found: set[str], register: Register, called: Called | None
) -> list[Fault]:
    if found:
        return [
            row.fault(
                column,
                f"“{text}”在{register.title}里有{len(found)}个",
                "唯一的一个",
                f"改填编号：{'、'.join(sorted(found))}",
            )
        ]
    if not register.ids and text.isascii():
        return []  # looked up as soon as that table is filled
    first = "" if register.ids else f"先导入{register.title}，或与它一起导入。"
    short = [called.names[one] for one in called.short(text, one=True)] if called else []
    near = called.near(text) if called and called.names else register.near(text)
    advice = f"{first}{_perhaps(text, register, short or near)}先在{register.title}里登记，或改正这一格"
    return [row.fault(column, f"“{text}”在{register.title}里找不到", "已登记的编号或名称", advice)]


def _perhaps(text: str, register: Register, near: Sequence[str]) -> str:
    """Say what was perhaps meant, or what is registered."""
    if len(near) == 1:
        return f'是不是“{near[0]}”？是的话加上{OPTION} "{text}={near[0]}"；不是的话'
    if near:
        return f'是{"、".join(near)}中一个的，加上{OPTION} "{text}={near[0]}"这样的选项指明；都不是的，'
    names = list(register.said.values())
    if not names:
        return ""
    more = f"等{len(names)}个" if len(names) > MOST_NAMED else ""
    return f"{register.title}里只有{'、'.join(names[:MOST_NAMED])}{more}；"
