"""What can be measured: quantities (summed from rows) and indicators (computed by a formula).

A formula is plain arithmetic in a plain function whose parameter names are the measures it
needs. Five readers call the same function: the ledger with columns of whole numbers, the audit
with solver variables, the page with symbols, the workbook with cells, a test with numbers. Therefore a formula holds
no ``if``, no rounding and no unit conversion: money is 万元, ratios are per cent.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

# How sure we are of a definition: seen in the original, second-hand, common practice.
CONFIDENCE = {"A": "已见原文", "B": "转引", "C": "通行做法，原文待核"}

# What is said of one report, and what a measure then rests on in another district's book.
OF_REPORT = re.compile(r"专项报告|本报告|报告[没只列写]")
COMMON_PRACTICE = "通行做法，本书选定"

Formula = Callable[..., Any]


def without(text: str, said: re.Pattern[str], otherwise: str) -> str:
    """Return what is said between semicolons without the parts that say such things."""
    return "；".join(part for part in text.split("；") if not said.search(part)) or otherwise


@dataclass(frozen=True)
class Measure:
    """A named, printable thing; ``unit`` and ``decimals`` are how it is printed."""

    name: str
    name_zh: str
    unit: str
    decimals: int
    basis: str
    confidence: str = "A"
    aliases: tuple[str, ...] = ()
    definition: str = ""

    def __post_init__(self) -> None:
        if not self.basis.strip():
            raise ValueError(f"{self.name}没有写明依据")
        if self.confidence not in CONFIDENCE:
            raise ValueError(f"{self.name}的把握程度应为A、B或C")

    def elsewhere(self) -> Measure:
        """Return the measure as the book of another district tells it: nothing rests on a report that is not its own."""
        basis = without(self.basis, OF_REPORT, COMMON_PRACTICE)
        confidence = "C" if basis == COMMON_PRACTICE else self.confidence
        definition = without(self.definition, OF_REPORT, "")
        aliases = () if basis == COMMON_PRACTICE else self.aliases  # the report's words for it
        return replace(self, basis=basis, confidence=confidence, definition=definition, aliases=aliases)


@dataclass(frozen=True)
class Quantity(Measure):
    """A measure taken from the rows of one table.

    ``how``: the ``sum`` of ``column`` (default), the ``count`` of rows, how many ``distinct``
    values ``column`` has, or in how many months its total ``rises`` over the month before.
    ``where`` keeps the rows whose column holds one of the values. ``opening_of`` names the
    quantity whose closing value a year earlier this one is. ``nonnegative`` is a fact about
    the thing (assets cannot be below zero), which the audit may use.
    """

    table: str = ""
    column: str = ""
    how: str = "sum"
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    opening_of: str | None = None
    nonnegative: bool = False


@cache
def inputs_of(formula: Callable[..., Any]) -> tuple[str, ...]:
    """Return what a formula or relation is given, by name, in its own order."""
    return tuple(inspect.signature(formula).parameters)


@dataclass(frozen=True)
class Indicator(Measure):
    """A measure computed from other measures by ``formula``."""

    formula: Formula = lambda: None

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The measures that the formula needs, in its own order."""
        return inputs_of(self.formula)


class Registry(Mapping[str, Measure]):
    """All measures by name, found by Chinese name or alias too."""

    def __init__(self) -> None:
        self._measures: dict[str, Measure] = {}
        self._names_zh: dict[str, str] = {}

    def __getitem__(self, name: str) -> Measure:
        return self._measures[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._measures)

    def __len__(self) -> int:
        return len(self._measures)

    def add(self, measure: Measure) -> None:
        """Add a measure.

        Raises:
            ValueError: its name, Chinese name or an alias is already taken, or an input of its
                formula is not yet registered (so a formula can never be circular).
        """
        names = (measure.name_zh, *measure.aliases)
        if measure.name in self._measures:
            raise ValueError(f"指标编号重复：{measure.name}")
        for name in names:
            if name in self._names_zh:
                raise ValueError(f"指标名称重复：{name}")
        for name in measure.inputs if isinstance(measure, Indicator) else ():
            if name not in self._measures:
                raise ValueError(
                    f"{measure.name}的公式用到未登记的{name}：请改正名字；在别的领域登记的，把本领域的ORDER改大"
                )
        self._measures[measure.name] = measure
        self._names_zh.update(dict.fromkeys(names, measure.name))

    def by_name_zh(self, name_zh: str) -> Measure | None:
        """Return the measure that a report calls ``name_zh``, or None."""
        name = self._names_zh.get(name_zh.strip())
        return None if name is None else self._measures[name]

    def indicator(self, name_zh: str, **facts: Any) -> Callable[[Formula], Formula]:
        """Register the decorated formula; its docstring is the definition that readers see."""

        def register(formula: Formula) -> Formula:
            definition = inspect.getdoc(formula) or ""
            name = getattr(formula, "__name__", "")
            self.add(Indicator(name, name_zh, definition=definition, formula=formula, **facts))
            return formula

        return register

    def quantities_of(self, name: str) -> tuple[Quantity, ...]:
        """Return the quantities that a measure finally rests on, each once."""
        measure = self[name]
        if isinstance(measure, Quantity):
            return (measure,)
        assert isinstance(measure, Indicator)
        found: dict[str, Quantity] = {}
        for part in measure.inputs:
            found.update((q.name, q) for q in self.quantities_of(part))
        return tuple(found.values())

    def evaluate(self, name: str, value_of: Callable[[Quantity], Any]) -> Any:
        """Return a measure's value for one reader, given that reader's values of quantities."""
        measure = self[name]
        if isinstance(measure, Quantity):
            return value_of(measure)
        assert isinstance(measure, Indicator)
        return measure.formula(**{part: self.evaluate(part, value_of) for part in measure.inputs})


# --- one year against the year before ---------------------------------------------------------


def _yoy(now: Any, before: Any) -> Any:
    return 100 * (now - before) / before


def _change(now: Any, before: Any) -> Any:
    return now - before


def _last(now: Any, before: Any) -> Any:
    return before


def moved(printed: str, growth: bool) -> str:
    """Return a growth or change, given as it is printed, with the word that says which way: 下降1.4个百分点."""
    if not re.search("[1-9]", printed):
        return "持平"
    points = printed.endswith("个百分点")
    ways = ("上升", "下降") if points else ("增长", "下降") if growth else ("增加", "减少")
    return f"{ways['-' in printed]}{printed.replace('-', '', 1)}"


@dataclass(frozen=True)
class Kind:
    """A way to look at a measure: its level, or one year against the year before."""

    suffix: str
    name_zh: str
    formula: Formula | None

    def told(self, printed: str) -> str:
        """Return a growth or change as a sentence says it, given as it is printed: 同比下降1.4个百分点 of -1.4个百分点."""
        if not re.search("[1-9]", printed):
            return "与上年持平"
        return f"同比{moved(printed, growth=self.suffix == 'yoy')}"

    def unit(self, measure: Measure) -> str:
        """Return the unit in which this kind of a measure is printed."""
        if self.suffix == "yoy":
            return "%"
        return "个百分点" if self.suffix == "change" and measure.unit == "%" else measure.unit

    def decimals(self, measure: Measure) -> int:
        """Return the decimals with which this kind of a measure is printed."""
        return 1 if self.suffix == "yoy" else measure.decimals

    def of(self, measure: Measure) -> Measure:
        """Return the measure as this kind prints it."""
        return replace(measure, unit=self.unit(measure), decimals=self.decimals(measure))


LEVEL = Kind("", "", None)
YOY = Kind("yoy", "同比增速", _yoy)
CHANGE = Kind("change", "同比增减", _change)
LAST = Kind("last", "上年数", _last)
KINDS = {kind.suffix: kind for kind in (LEVEL, YOY, CHANGE, LAST)}

# How files of printed figures call the kinds.
CLAIM_KINDS = {"level": LEVEL, "yoy_pct": YOY, "yoy_pp": CHANGE, "yoy_abs": CHANGE}
