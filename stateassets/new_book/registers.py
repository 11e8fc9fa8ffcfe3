"""Which registers a district keeps: asked by kinds of work, for there are too many to go through one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..tables import declarations
from ..tables.data_errors import DataError, Fault, nearest
from ..tables.declaration import ESSENTIAL
from ..tables.declared import DataPackage, DeclaredTable
from .carry import LEDGER

OTHERS = "其他"
SPAN = re.compile(r"(\d+)(?:[-—–~至到](\d+))?")
BETWEEN = re.compile(r"[、，,；;\s]+")


@dataclass(frozen=True)
class Kind:
    """The registers of one domain, by the domain's Chinese name."""

    title: str
    tables: tuple[DeclaredTable, ...]


def kinds(package: DataPackage) -> list[Kind]:
    """Return the ledgers that a district may or may not keep, by domain; what every book needs is not among them."""
    declared = declarations.read()
    found: dict[str, list[DeclaredTable]] = {}
    for table in (*package.tables.values(), *package.tables.absent.values()):
        if table.path.startswith(LEDGER) and table.name not in ESSENTIAL:
            domain = declared[table.name].domain if table.name in declared else ""
            found.setdefault(domain or OTHERS, []).append(table)
    order = dict.fromkeys(one.domain for one in declared.values())
    return [Kind(title, tuple(found[title])) for title in (*order, OTHERS) if title in found]


def without(said: Iterable[str], package: DataPackage) -> tuple[str, ...]:
    """Return the tables that are called so, by name, by title or by what their domain is called.

    Raises:
        DataError: nothing is called so.
    """
    groups = kinds(package)
    known = {table.name: [table.name] for table in (*package.tables.values(), *package.tables.absent.values())}
    known |= {table.title: [table.name] for table in (*package.tables.values(), *package.tables.absent.values())}
    known |= {kind.title: [table.name for table in kind.tables] for kind in groups if kind.title not in known}
    if strange := [word for word in said if word not in known]:
        raise DataError(
            Fault(
                "datapackage.json",
                None,
                None,
                f"没有“{word}”这张表",
                f"一类（{'、'.join(kind.title for kind in groups)}）或一张表",
                f"{nearest(word, [name for name in known if not name.isascii()])}写一类台账的名称或表名，用顿号或逗号隔开",
            )
            for word in strange
        )
    return tuple(dict.fromkeys(name for word in said for name in known[word]))


def keeping(said: Iterable[str], package: DataPackage) -> tuple[str, ...]:
    """Return the ledgers that a district does without which keeps only what is called so.

    Raises:
        DataError: nothing is called so.
    """
    kept = set(without(said, package))
    return tuple(table.name for kind in kinds(package) for table in kind.tables if table.name not in kept)


def summed_up(names: Sequence[str], package: DataPackage) -> list[str]:
    """Return what some tables are called: a kind of which all are among them by its own name, with their number."""
    left = dict.fromkeys(names)
    found = []
    for kind in kinds(package):
        if len(kind.tables) > 1 and all(table.name in left for table in kind.tables):
            found.append(f"{kind.title}（{len(kind.tables)}张）")
            for table in kind.tables:
                del left[table.name]
    titles = {table.name: table.title for table in (*package.tables.values(), *package.tables.absent.values())}
    return found + [titles[name] for name in left]


def chosen(answer: str, groups: Sequence[Kind]) -> list[str] | None:
    """Return the kinds that an answer such as 1、3、5-8 or 债务、安全 names; None if it cannot be read."""
    titles = [kind.title for kind in groups]
    found: list[str] = []
    for word in filter(None, BETWEEN.split(answer)):
        if word in titles:
            found.append(word)
        elif (span := SPAN.fullmatch(word)) and 0 <= int(span[1]) <= int(span[2] or span[1]) <= len(titles):
            found += [titles[at - 1] for at in range(int(span[1]), int(span[2] or span[1]) + 1) if at]
        else:
            return None
    return list(dict.fromkeys(found))
