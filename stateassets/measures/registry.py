"""The one registry, and the three ways to enter a measure in it.

``basis`` cites the rule by name and number; ``confidence`` says how sure we are of its wording
(A seen in the original, B second-hand, C common practice, shown as 待核 on the page).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from ..tables.periods import DONE, OVERDUE
from .measures import Measure, Quantity, Registry

Relation = TypeVar("Relation", bound=Callable[..., Any])


class DomainRegistry(Registry):
    """What the domains register when they are imported; to be read when all of them have been.

    ``relations`` are what always holds between measures: functions of their values, by name.

    Raises:
        RuntimeError: it is read before.
    """

    def __init__(self) -> None:
        super().__init__()
        self._relations: list[Callable[..., Any]] = []
        self._sealed = False

    def seal(self) -> None:
        """Note that all domains have been imported."""
        self._sealed = True

    def _complete(self) -> None:
        if not self._sealed:
            raise RuntimeError("各领域还没有登记指标：先要import stateassets.domains")

    def __getitem__(self, name: str) -> Measure:
        self._complete()
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        self._complete()
        return super().__iter__()

    def __len__(self) -> int:
        self._complete()
        return super().__len__()

    def by_name_zh(self, name_zh: str) -> Measure | None:
        """Return the measure that a report calls ``name_zh``, or None."""
        self._complete()
        return super().by_name_zh(name_zh)

    def relation(self, holds: Relation) -> Relation:
        """Register a decorated relation; its arguments are names of measures."""
        self._relations.append(holds)
        return holds

    @property
    def relations(self) -> tuple[Callable[..., Any], ...]:
        """All relations."""
        self._complete()
        return tuple(self._relations)


REGISTRY = DomainRegistry()
indicator, relation = REGISTRY.indicator, REGISTRY.relation


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
