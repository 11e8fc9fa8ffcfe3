"""What districts' own tables give, tried as the true values behind all that was printed.

Where they print as the reports did, there is nothing to be solved: true values were asked for, and these are some.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from ..audit.model import Quotient
from ..measures.claims import Claim
from ..measures.measures import LEVEL, Kind, Quantity, inputs_of
from ..measures.registry import REGISTRY
from .ties import Tie, added, disjoint, exactly


def is_quantity(name: str) -> bool:
    """Tell whether a figure is summed or counted, all others being reckoned from such."""
    return name in REGISTRY and isinstance(REGISTRY[name], Quantity)


class Tables:
    """Quantities of a year and the one before by (district, name, year), in base units, as tables give them.

    What a year opens with stands for last year's closing where that is not there.
    """

    def __init__(self, year: int, computed: Mapping[tuple[str, str, int], Fraction]) -> None:
        opened = {
            (region, opening, when - 1): value
            for (region, name, when), value in computed.items()
            if (opening := _closing_of(name))
        }
        self.year, self.computed = year, {**opened, **computed}

    def value(self, region: str, name: str, kind: Kind = LEVEL, back: int = 0) -> Fraction:
        """Return a measure of a district, of the year or so many years back, with the audit's terms.

        Raises:
            LookupError: the tables do not give it.
            ArithmeticError: they give what cannot be, or it is divided by what is not above nought.
        """
        term = self._term(region, name, self.year - back)
        if kind.formula is not None:
            term = kind.formula(term, self._term(region, name, self.year - back - 1))
        if term.den <= 0:
            raise ArithmeticError
        return Fraction(term.num) / term.den

    def print_as(self, claims: Sequence[Claim]) -> bool:
        """Tell whether the tables print as all of one district's claims, and keep to what always holds."""
        try:
            for claim in claims:
                if self.value(claim.region, claim.indicator or "", claim.as_kind or LEVEL) not in claim.interval:
                    return False
        except (LookupError, ArithmeticError):
            return False
        regions = dict.fromkeys(claim.region for claim in claims)
        return all(self._holds(relation, region) for relation in REGISTRY.relations for region in regions)

    def keep_to(self, tie: Tie) -> bool:
        """Tell whether the tables' own numbers of parts come to the whole's."""
        try:
            total = exactly(self.value(tie.whole, tie.name))
            parts = [exactly(self.value(part, tie.name)) for part in tie.parts]
        except (LookupError, ArithmeticError):
            return False
        return not disjoint(added([total, tie.off]), parts, tie.complete)

    def _term(self, region: str, name: str, when: int) -> Quotient:
        def of(quantity: Quantity) -> Quotient:
            closing = quantity.opening_of
            found = self.computed[(region, closing, when - 1) if closing else (region, quantity.name, when)]
            if quantity.nonnegative and found < 0:
                raise ArithmeticError
            return Quotient(found)

        term: Quotient = REGISTRY.evaluate(name, of)
        return term

    def _holds(self, relation: Callable[..., Any], region: str) -> bool:
        names = inputs_of(relation)
        for back in (1, 0):
            try:
                if not relation(**{name: self.value(region, name, back=back) for name in names}):
                    return False
            except LookupError:
                continue
            except ArithmeticError:
                return False
        return True


@lru_cache(maxsize=5_000)
def _closing_of(name: str) -> str:
    measure = REGISTRY[name]
    return (measure.opening_of or "") if isinstance(measure, Quantity) else ""
