"""What moved a figure: a change split over its factors so that the parts add up exactly.

Logarithmic mean Divisia index, additive form (Ang, "The LMDI approach to decomposition
analysis", Energy Policy 33, 2005): for V = the product of x**p, factor x accounts for
L(V now, V before) * p * ln(x now / x before), where L is the logarithmic mean. It leaves no rest
and does not depend on the order of the factors, which replacing one factor after another does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isclose, log
from typing import TYPE_CHECKING

from ..tables.declared import LackingError, NoFigureError
from .figures import Figure
from .ledger import Scope
from .registry import REGISTRY
from .units import amount_in

if TYPE_CHECKING:
    from ..report import Report


At = Callable[[str, "Scope | None"], Figure]


class DecompositionError(ValueError):
    """A change that is not made of the factors named; the message is for the author of a chapter."""


def log_mean(a: float, b: float) -> float:
    """Return the logarithmic mean of two positive numbers, which lies between them."""
    return a if isclose(a, b, rel_tol=1e-12) else (a - b) / log(a / b)


def contributions(before: Mapping[str, float], now: Mapping[str, float], powers: Mapping[str, int]) -> dict[str, float]:
    """Return each factor's share of the change of the product of its factors' powers.

    Raises:
        NoFigureError: a factor is not positive in one of the years.
    """
    for name in powers:
        if before[name] <= 0 or now[name] <= 0:
            raise NoFigureError(f"{REGISTRY[name].name_zh if name in REGISTRY else name}不是正数，增减不能按因素分解")
    was, is_ = (_product(values, powers) for values in (before, now))
    mean = log_mean(is_, was)
    return {name: mean * p * log(now[name] / before[name]) for name, p in powers.items()}


def _product(values: Mapping[str, float], powers: Mapping[str, int]) -> float:
    result = 1.0
    for name, power in powers.items():
        result *= values[name] ** power
    return result


def decompose(
    report: Report, name: str, scope: Scope | None = None, since: int = 0, until: int = 0, **powers: int
) -> list[tuple[str, float]]:
    """Return (factor, its contribution in the figure's printed unit), largest first.

    Between the years ``since`` and ``until``, which are last year and this one if nothing is said. ``powers`` say how the figure is made of measures, e.g. for profit per head
    ``total_profit=1, average_headcount=-1``.

    Raises:
        NoFigureError: a factor is not positive in both years.
        DecompositionError: the figure is no such product.
    """
    one, other = _ends(report, since, until)
    before, now = ({factor: _value(at(factor, scope)) for factor in powers} for at in (one, other))
    parts = contributions(before, now, powers)
    last = report.exact(one(name, scope))
    # A unit such as % is a constant factor of the product.
    size = last / _product(before, powers)
    if not isclose(sum(parts.values()) * size, report.exact(other(name, scope)) - last, rel_tol=1e-6, abs_tol=1e-9):
        raise DecompositionError(f"“{REGISTRY[name].name_zh}”不是这些因素的乘积")
    found = [(REGISTRY[factor].name_zh, part * size) for factor, part in parts.items()]
    return sorted(found, key=lambda pair: -abs(pair[1]))


def _ends(report: Report, since: int, until: int) -> tuple[At, At]:
    """Return what gives a measure's figure for a scope in either year."""
    last = not since and not until
    return (
        lambda name, scope: report.figure(f"{name}.last" if last else name, scope, None if last else since or None),
        lambda name, scope: report.figure(name, scope, until or None),
    )


def _value(figure: Figure) -> float:
    if figure.value is None:
        raise NoFigureError(f"没有{figure.name_zh}，增减不能分解")
    return float(figure.value)


def main_factor(report: Report, name: str, scope: Scope | None = None, **powers: int) -> str | None:
    """Return the factor that moved a figure most, None where that cannot be said."""
    try:
        return decompose(report, name, scope, **powers)[0][0]
    except LackingError:
        return None


def by_scope(report: Report, name: str, by: str, since: int = 0, until: int = 0) -> list[tuple[str, float]]:
    """Return each scope's part of the change of a total, in its printed unit, between years as of ``decompose``.

    One that has come since brings all it has, one that is gone takes all it had.
    """
    here, whose = report.here, report.ledger.scope_of(report.here.by) if report.here != report.whole else {}
    one, other = _ends(report, since, until)
    years = until or report.year, since or report.year - 1
    scopes = {s.id: s for when in years for s in report.ledger.scopes(by, when)}
    found = ((other(name, s), one(name, s)) for s in scopes.values())
    return [
        (now.scope.name_zh, amount_in((now.value or 0) - (before.value or 0), now.unit))
        for now, before in found
        if whose.get(now.scope.id, here.id) == here.id and (now.value is not None or before.value is not None)
    ]
