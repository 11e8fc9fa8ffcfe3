"""The one registry, and the three ways to enter a measure in it.

``basis`` cites the rule by name and number; ``confidence`` says how sure we are of its wording
(A seen in the original, B second-hand, C common practice, shown as 待核 on the page).
"""

from __future__ import annotations

from typing import Any

from ..tables.periods import DONE, OVERDUE
from .measures import Quantity, Registry

REGISTRY = Registry()
indicator = REGISTRY.indicator


def quantity(name: str, name_zh: str, unit: str, decimals: int, basis: str, **facts: Any) -> None:
    """Enter a quantity; ``facts`` are the other fields of ``Quantity``."""
    REGISTRY.add(Quantity(name, name_zh, unit, decimals, basis, **facts))


def counted(name: str, name_zh: str, unit: str, basis: str, table: str, **facts: Any) -> None:
    """Enter a number of rows (or, with ``how="distinct"``, of different values of a column)."""
    facts = {"how": "count", "confidence": "C", "nonnegative": True, **facts}
    quantity(name, name_zh, unit, 0, basis, table=table, **facts)


def registered(name: str, name_zh: str, unit: str, basis: str, table: str, **facts: Any) -> None:
    """Enter a register's size, how much of it is done and how much is overdue at the year's end."""
    counted(name, name_zh, unit, basis, table, **facts)
    where = facts.pop("where", {})
    facts.pop("aliases", None)
    for suffix, words, states in (("done", "已完成", DONE), ("overdue", "逾期未完成", (OVERDUE,))):
        facts["definition"] = f"{name_zh}中，到年末{words}的数量"
        counted(
            f"{name}_{suffix}", f"{name_zh}{words}数", unit, basis, table, where={**where, "state": states}, **facts
        )
