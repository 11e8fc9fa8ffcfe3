"""What an enterprise is called when not by its id: its name, a word learnt, or its name cut short.

城建公司 is 某区城市建设有限公司 if the characters of 城建 stand in its name in that order, and in no other
name of the register. A full legal name is nobody else's: it is never taken for part of a longer one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from ...tables.data_errors import Fault
from ...tables.declared import DeclaredTable
from ..files.raw import folded
from ..rows import Note, Row
from .learned import OPTION

LEGAL = re.compile(r"(?:股份有限公司|有限责任公司|有限公司)$")
FORM = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|公司)$")
CHINESE_ONLY = re.compile(r"[㐀-鿿]+")
CALLED_BY_ID = re.compile(r"编号|编码|代码|id", re.I)
CALLED_BY_NAME = re.compile(r"名称|简称|全称")
SHORT, LEARNT = "简称换成编号", "记住的说法换成编号"
# Who owns first-level enterprises; none of them is an enterprise of the register.
OWNERS = re.compile(
    r".*(?:国资委|国资局|国资中心|国资办|国有资产\S*(?:委员会|局|中心|办公室)|财政局|财政厅|人民政府|区政府|县政府|市政府|管委会)"
)


@dataclass(frozen=True)
class Called:
    """How enterprises are called: their names by id, words that the book has learnt, its region."""

    names: Mapping[str, str] = field(default_factory=dict)
    learned: Mapping[str, str] = field(default_factory=dict)
    region: str = ""

    def short(self, text: str, one: bool = False) -> list[str]:
        """Return the ids of the enterprises whose name may have been cut to ``text``.

        A single character says nothing; with ``one``, whose name begins with it: 丙公司.
        """
        told = folded(text)
        if LEGAL.search(told):
            return [key for key, name in self.names.items() if self._bare(folded(name)) == self._bare(told)]
        core = self._place_off(FORM.sub("", told))
        if not CHINESE_ONLY.fullmatch(core) or len(core) < 2 - one:
            return []
        return [key for key in self.names if _in_order(core, self.core(key)) and (core[1:] or self.begins(key, core))]

    def near(self, text: str) -> list[str]:
        """Return the name that was perhaps meant: alike in what is its own, not in region and legal form."""
        cores = {self.core(key): name for key, name in self.names.items()}
        return [cores[core] for core in get_close_matches(self._place_off(FORM.sub("", folded(text))), cores, 1, 0.6)]

    def core(self, key: str) -> str:
        """Return an enterprise's name without its region and its legal form."""
        return self._place_off(FORM.sub("", folded(self.names[key])))

    def begins(self, key: str, text: str) -> bool:
        """Whether an enterprise's name, with its region or without, begins with the first sign of ``text``."""
        return text[:1] in (self.core(key)[:1], folded(self.names[key])[:1])

    def _bare(self, name: str) -> str:
        return self._place_off(LEGAL.sub("", name))

    def _place_off(self, name: str) -> str:
        """A name without the region that it begins with, if something is left of it."""
        region = folded(self.region)
        parts = sorted({region, region.rpartition("省")[2], region.rpartition("市")[2]}, key=len, reverse=True)
        for place in filter(None, (*parts, *(part.rstrip("区县市") for part in parts))):
            if name.startswith(place) and len(name) - len(place) > 1:
                return name[len(place) :]
        return name


def _in_order(short: str, name: str) -> bool:
    rest = iter(name)
    return all(character in rest for character in short)


def meant(register: object, text: str, header: str, called: Called | None) -> tuple[set[str], str]:
    """Return the ids that ``text`` may be, and how it was understood if not as id or name.

    What is the id of one and the name of another is what the column's header says, or both.
    """
    from .references import Register

    assert isinstance(register, Register)
    by_name = register.names.get(folded(text), set())
    if text in register.ids and by_name and by_name != {text}:
        if CALLED_BY_ID.search(header) and not CALLED_BY_NAME.search(header):
            return {text}, ""
        if CALLED_BY_NAME.search(header) and not CALLED_BY_ID.search(header):
            return by_name, ""
        return {text} | by_name, ""
    found = register.find(text)
    if found or called is None:
        return found, ""
    if (learnt := called.learned.get(folded(text))) and (found := register.find(learnt)):
        return found, LEARNT
    return (set(called.short(text)), SHORT) if called.names else (set(), "")


def several(row: Row, column: str, text: str, ids: set[str], called: Called) -> Fault:
    """Return the fault of a short name that may be several enterprises'."""
    names = [called.names.get(one, one) for one in sorted(ids)]
    return row.fault(
        column,
        f"“{text}”可能是{'，也可能是'.join(names)}",
        "只有一户企业叫的名称",
        f'写全称或编号，或加上{OPTION} "{text}={names[0]}"这样的选项指明',
    )


def owner_above(table: DeclaredTable, row: Row, notes: list[Note]) -> bool:
    """Leave the parent of a first-level enterprise blank where its owner is named; say so."""
    tree = table.tree
    if not tree or row.texts.get(tree["level"]) != "1":
        return False
    text = row.texts.get(tree["parent"], "")
    if not OWNERS.fullmatch(text):
        return False
    notes.append(
        Note("出资人不是上级企业，上级空着", row.place, row.number, row.headers.get(tree["parent"], ""), text, "")
    )
    row.texts[tree["parent"]] = ""
    return True


def misread_ids(table: DeclaredTable, rows: Sequence[Row], known: set[str], called: Called) -> list[Fault]:
    """Find new ids that are none: a name, or 101 as a number where 0101 is registered."""
    if len(table.key) != 1 or table.column(table.key[0]).type != "string":
        return []
    key, names = table.key[0], {folded(name) for name in called.names.values()} if table.tree else set()
    faults = []
    for row in rows:
        text = row.texts.get(key, "")
        if text in known:
            continue
        if fault := cut(row, key, text, known):
            faults.append(fault)
        elif text and folded(text) in names:
            faults.append(row.fault(key, f"“{text}”是企业的名称", table.column(key).title, "改填编号，名称写在名称列"))
    return faults


def named_twice(table: DeclaredTable, rows: Sequence[Row], old: Sequence[Mapping[str, str]]) -> Iterator[Fault]:
    """Yield a fault for each new enterprise that is called as another is which has not ended: one, with two ids.

    ``old`` is the register as it stands.
    """
    if not table.tree:
        return
    (key,) = table.key
    known = {one[key] for one in old}
    called: dict[str, str] = {}
    for one in (*old, *(row.texts for row in rows)):
        if one.get("name_zh") and not one.get("end_year"):
            called.setdefault(folded(one["name_zh"]), one.get(key, ""))
    for row in rows:
        own, name = row.texts.get(key, ""), row.texts.get("name_zh", "")
        other = called.get(folded(name), own)
        if name and own not in known and other != own and not row.texts.get("end_year"):
            expected = "一户企业一个编号"
            advice = f"是同一户的，编号写成{other}；不是的，名称里写明区别；{other}已经退出的，先填它的退出监管年度"
            yield row.fault(key, f"{own}和{other}都叫“{name}”", expected, advice)


def cut(row: Row, column: str, text: str, known: set[str]) -> Fault | None:
    """Return the fault of a number that may be an id of which Excel has cut the noughts."""
    if column not in row.numbers or not text.isdigit():
        return None
    longer = sorted(one for one in known if one.isdigit() and one != text and one.lstrip("0") == text.lstrip("0"))
    if not longer:
        return None
    found = f"数字{text}可能是编号{'、'.join(longer)}去掉了前面的0"
    return row.fault(column, found, "与登记的一样的编号", "先把这一列设为“文本”，再把编号填全")
