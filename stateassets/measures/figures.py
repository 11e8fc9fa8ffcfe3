"""A figure: the value of a measure for a scope and a year, and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from ..tables.addresses import FIGURE
from ..tables.origins import Origin
from .claims import Claim, agrees
from .exact import Exact, Number
from .ledger import DISTRICT, Scope
from .measures import Kind, Measure
from .units import factor, half_up, in_unit, with_unit

NOT_APPLICABLE = "不适用"
RULE_WORDS = {True: "成立", False: "不成立"}
AGREES, DIFFERS, NOT_RECOMPUTED = "相符", "不符", "尚未重算"


@dataclass(frozen=True)
class Figure:
    """``value`` is in base units (money: 万元); None where the ledger has no such value.

    A figure that a report printed is shown with the decimals of the claim, else of its measure.
    ``rests_on`` is the origin of the tables that it is reckoned from. ``told_in`` are the unit and
    the decimals in which words and tables tell it, where they are not its own (a small amount in 万元);
    ``turn`` are the words for a growth that no rate tells (由盈转亏), where no rate was printed. ``alone``
    says that it compares with a year of which there is no number, ``restated`` how and why its year opens
    otherwise than the year before closed, where it compares the two.
    """

    measure: Measure
    kind: Kind
    scope: Scope
    year: int
    value: float | None
    rests_on: Origin
    claim: Claim | None = None
    told_in: tuple[str, int] | None = None
    turn: str = ""
    alone: bool = False
    restated: str = ""

    @property
    def id(self) -> str:
        """Measure and kind, e.g. ``total_assets.yoy``."""
        return ".".join(part for part in (self.measure.name, self.kind.suffix) if part)

    @property
    def origin(self) -> Origin:
        """The origin of the number that a reader sees: what was printed is real, whatever reproduces it."""
        return Origin.REAL if self.state == AGREES else self.rests_on

    @property
    def place(self) -> str:
        """What a link to where it comes from names after ``#``; no two figures share one."""
        whose = () if self.scope.by == DISTRICT else (self.scope.by, self.scope.id)
        return "-".join((FIGURE, self.id, *whose, str(self.year)))

    @property
    def name_zh(self) -> str:
        """Chinese name with what is said of it, e.g. 资产总额同比增速."""
        return self.measure.name_zh + self.kind.name_zh

    @property
    def unit(self) -> str:
        """The unit in which it is printed."""
        return self.kind.unit(self.measure)

    @property
    def decimals(self) -> int:
        """Printed decimals."""
        return self.claim.decimals if self.claim else self.kind.decimals(self.measure)

    @property
    def told_unit(self) -> str:
        """The unit in which words and tables tell it."""
        return self.told_in[0] if self.told_in else self.unit

    @property
    def number(self) -> FigureNumber:
        """The value in its own unit, rounded as it is told; 0 where there is none."""
        if self.value is None:
            return FigureNumber(0, self)
        unit, decimals = self._told
        return FigureNumber(Fraction(half_up(in_unit(self.value, unit), decimals)) * factor(unit, self.unit), self)

    @property
    def _told(self) -> tuple[str, int]:
        return self.told_in or (self.unit, self.decimals)

    @property
    def sign(self) -> int:
        """-1, 0 or 1: the sign of the number as printed."""
        return (self.number > 0) - (self.number < 0)

    @property
    def printed(self) -> str:
        """The number with its unit, sign included."""
        if self.over:
            assert self.claim is not None
            return self.claim.printed
        return self.exact

    @property
    def over(self) -> bool:
        """Was it printed as more than a round number (逾250项, 40余处), and rightly so?"""
        return bool(self.claim and self.claim.over and self.state == AGREES)

    @property
    def exact(self) -> str:
        """The number itself, even where the report says only that it is over a round one."""
        if self.turn:
            return self.turn
        if self.value is None:
            return NOT_APPLICABLE
        return RULE_WORDS[bool(self.value)] if self.is_rule else self._print(self.value)

    @property
    def is_rule(self) -> bool:
        """Is it a rule, which holds or does not, rather than a number?"""
        return isinstance(self.value, bool)

    @property
    def comparable(self) -> bool:
        """Is there a number, and no turn that only words tell?"""
        return self.value is not None and not self.turn

    @property
    def magnitude(self) -> str:
        """The number with its unit, without a sign, for sentences whose words say which way."""
        return self.printed if self.turn or self.value is None or self.over else self._print(abs(self.value))

    @property
    def phrase(self) -> str:
        """The figure as a sentence says it: the words follow from the value."""
        if self.turn or self.kind.formula is None or self.kind.suffix == "last" or self.value is None:
            return self.printed
        return self.kind.told(self.printed)

    def choose(self, positive: str, negative: str, zero: str) -> str:
        """Return the word that fits the sign of the printed number."""
        return {1: positive, -1: negative, 0: zero}[self.sign]

    @property
    def state(self) -> str:
        """Does the value print as the report printed it? Empty where nothing was printed."""
        if self.claim is None:
            return ""
        return AGREES if agrees(self.claim, self.value) else DIFFERS

    def _print(self, value: float) -> str:
        unit, decimals = self._told
        return with_unit(in_unit(value, unit), unit, decimals)


class FigureNumber(Exact):
    """A figure's number, in whatever unit, that still knows its figure: a picture leads to where it comes from."""

    figure: Figure

    def __new__(cls, number: Number, figure: Figure) -> FigureNumber:
        """Make it of a number and its figure."""
        made = cast(FigureNumber, super().__new__(cls, number))
        made.figure = figure
        return made

    def __getnewargs__(self) -> tuple[Fraction, Figure]:  # type: ignore[override]  # float's own takes one
        """Let it be copied and kept."""
        return self.exact, self.figure
