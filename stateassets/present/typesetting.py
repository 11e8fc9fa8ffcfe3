"""Formulas as people read them: the registry's functions, typeset as MathML or written in a line.

MathML is drawn by the browser itself, so that a page needs no script and no network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..measures.measures import Indicator, Measure, Quantity
from ..measures.registry import REGISTRY
from .display import Markup


def formula(measure: Measure) -> Markup:
    """Return the right-hand side of an indicator's formula, or what a quantity sums."""
    if isinstance(measure, Quantity):
        return Markup(measure.definition, measure.definition)
    assert isinstance(measure, Indicator)
    import sympy
    from sympy.printing.mathml import mathml

    symbols = {part: sympy.Symbol(REGISTRY[part].name_zh) for part in measure.inputs}
    with sympy.evaluate(False):
        expression = measure.formula(**symbols)
    drawn = mathml(expression, printer="presentation", order="none")
    per_cent = _per_cent(drawn) if measure.unit == "%" else drawn
    plain = sympy.sstr(expression, order="none")
    return Markup(plain, f'<math class="sa-inline-formula"><mrow>{per_cent}</mrow></math>')


HUNDRED = "<mrow><mn>100</mn><mo>&InvisibleTimes;</mo>"
OPEN, CLOSE = "<mrow><mo>(</mo>", "<mo>)</mo></mrow>"


def _per_cent(drawn: str) -> str:
    """Write ``a / b * 100`` as the fraction × 100% that readers know."""
    if not drawn.startswith(HUNDRED):
        return drawn
    ratio = drawn.removeprefix(HUNDRED).removesuffix("</mrow>")
    if ratio.startswith(OPEN) and ratio.endswith(CLOSE):
        ratio = ratio.removeprefix(OPEN).removesuffix(CLOSE)
    return f"{ratio}<mo>×</mo><mn>100</mn><mo>%</mo>"


SUM, PRODUCT, ALONE = 1, 2, 3  # how tightly what was written last binds


@dataclass(frozen=True)
class Written:
    """A number in words that writes down what a formula does with it, in the formula's order."""

    text: str
    binds: int = ALONE

    def __add__(self, other: Any) -> Written:
        return _joined(self, "＋", other, SUM)

    def __radd__(self, other: Any) -> Written:
        return _joined(other, "＋", self, SUM)

    def __sub__(self, other: Any) -> Written:
        return _joined(self, "－", other, SUM)

    def __rsub__(self, other: Any) -> Written:
        return _joined(other, "－", self, SUM)

    def __mul__(self, other: Any) -> Written:
        return _joined(self, "×", other, PRODUCT)

    def __rmul__(self, other: Any) -> Written:
        return _joined(other, "×", self, PRODUCT)

    def __truediv__(self, other: Any) -> Written:
        return _joined(self, "÷", other, PRODUCT)

    def __rtruediv__(self, other: Any) -> Written:
        return _joined(other, "÷", self, PRODUCT)

    def __le__(self, other: Any) -> Written:
        return _joined(self, "≤", other, 0)

    def __ge__(self, other: Any) -> Written:
        return _joined(self, "≥", other, 0)

    def __lt__(self, other: Any) -> Written:
        return _joined(self, "＜", other, 0)

    def __gt__(self, other: Any) -> Written:
        return _joined(self, "＞", other, 0)


def _joined(left: Any, sign: str, right: Any, binds: int) -> Written:
    first, second = (x if isinstance(x, Written) else Written(f"{x:g}") for x in (left, right))
    # a－（b＋c）and a÷（b×c）need their brackets, a＋b＋c and a×b×c none
    loosest = binds + (sign in "－÷")
    texts = (_bracketed(first, binds), _bracketed(second, loosest))
    return Written(sign.join(texts), binds)


def _bracketed(number: Written, least: int) -> str:
    return number.text if number.binds >= least else f"（{number.text}）"


def written(formula: Any, words: Mapping[str, str]) -> str:
    """Return a formula in a line, each of its inputs said as ``words`` has it.

    ``formula`` is a registered indicator's or a kind's; ``words`` has one entry a parameter.
    """
    return str(formula(**{name: _input(text) for name, text in words.items()}).text)


def in_line(measure: Measure) -> str:
    """Return what ``formula`` draws as words in a line, which is broken where a column is narrow."""
    if isinstance(measure, Quantity):
        return measure.definition
    assert isinstance(measure, Indicator)
    return written(measure.formula, {part: REGISTRY[part].name_zh for part in measure.inputs})


def _input(text: str) -> Written:
    return Written(f"（{text}）" if text.startswith("-") else text)
