"""Formulas as people read them: the registry's functions, typeset as MathML.

MathML is drawn by the browser itself, so that a page needs no script and no network.
"""

from __future__ import annotations

from .catalogue import REGISTRY
from .display import Markup
from .measures import Indicator, Quantity


def formula(name: str) -> Markup:
    """Return the right-hand side of an indicator's formula, or what a quantity sums."""
    measure = REGISTRY[name]
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
