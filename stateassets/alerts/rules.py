"""The warning rules: what each looks at and its formula, which is plain arithmetic.

A rule's parameters are columns of its ``view``, a table with one row for each enterprise, period
and (where it is about single items) subject. Its name, thresholds, whom it is for and why are in
the table ``warning_rules`` under the same id.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..measures.measures import inputs_of

Formula = Callable[..., Any]


LIMITS = "platform_limits"


@dataclass(frozen=True)
class Limit:
    """A number of ``platform_limits`` that rules read, and the least and most that makes sense."""

    id: str
    low: float
    high: float


@dataclass(frozen=True)
class AlertContext:
    """What the views of the rules read: the tables as known on a day, and the date of the day.

    The tables may hold the rows of some groups of enterprises only. A view therefore looks at
    nothing beyond a group, and asks ``covered`` for the years that the whole table has.
    ``shared`` keeps what several views need and one has worked out.
    """

    frames: Mapping[str, pd.DataFrame]
    as_of: pd.Timestamp
    years: Mapping[str, Collection[int]] = field(default_factory=dict)
    shared: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def covered(self, table: str) -> set[int]:
        """Return the years for which a table has rows, whichever enterprise's."""
        return set(self.years[table] if table in self.years else self.frames[table]["year"])

    def limit(self, name: str) -> float:
        """Return one of the ``platform_limits``."""
        limits = self.frames[LIMITS]
        return float(limits.loc[limits["id"] == name, "value"].iloc[0])


View = Callable[[AlertContext], pd.DataFrame]


@dataclass(frozen=True)
class Rule:
    """A warning rule.

    ``tables`` are those that its view reads; without them the rule says nothing. ``message`` says
    what happened, with ``{value}`` and, for a single item, ``{subject}``. ``limits`` are the
    ``platform_limits`` that its view reads. ``policy`` marks a rule that checks a district's own
    policy: another district has it only once it puts a row of its own into ``warning_rules``.
    """

    id: str
    module: str
    tables: tuple[str, ...]
    view: View
    decimals: int
    message: str
    formula: Formula
    limits: tuple[Limit, ...] = ()
    policy: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        """Go from process to process by name: a rule is the program's, not data."""
        return _registered, (self.id,)

    @property
    def looks_at(self) -> str:
        """What the rule looks at, in words."""
        return inspect.getdoc(self.formula) or ""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns that the formula needs."""
        return inputs_of(self.formula)

    def values(self, seen: pd.DataFrame) -> Any:
        """Return the rule's value for each row of its view."""
        return self.formula(**{name: seen[name] for name in self.inputs})


RULES: dict[str, Rule] = {}
# Modules of rules that are none of the platform's own (``platform_modules``): they look at how its data come in.
BESIDE: dict[str, str] = {}
# Large tables whose views take repeated texts also as categories, which are read and compared much faster.
NUMBERED: set[str] = set()


def limits() -> dict[str, Limit]:
    """Return every limit that a rule reads, by id."""
    return {limit.id: limit for rule in RULES.values() for limit in rule.limits}


def _registered(name: str) -> Rule:
    return RULES[name]


def warning(
    module: str,
    view: View,
    *tables: str,
    message: str,
    decimals: int = 0,
    name: str = "",
    limits: tuple[Limit, ...] = (),
    policy: bool = False,
) -> Callable[[Formula], Formula]:
    """Register the decorated formula under its own name (or ``name``).

    A rule with ``limits`` reads their table too.

    Raises:
        ValueError: the name is already taken.
    """

    def register(formula: Formula) -> Formula:
        rule = name or formula.__name__
        if rule in RULES:
            raise ValueError(f"预警规则重复：{rule}")
        read = (*tables, LIMITS) if limits and LIMITS not in tables else tables
        RULES[rule] = Rule(rule, module, read, view, decimals, message, formula, limits, policy)
        return formula

    return register
