"""Sentences that choose their own words.

A template holds fields in braces. A field names a figure (``{total_assets.yoy}``) or a value
handed in by the chapter. After a colon stands how to say it:

- nothing: as sentences say it (同比增长5.1%, 与上年持平, 696.9亿元);
- ``abs``: the number without sign; ``signed``: the bare number with sign;
- ``up|down|same``: the word that fits the figure's sign;
- ``more|less|same:other_figure``: the word that fits the comparison with another figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter

from ..measures.figures import Figure
from ..tables.declared import LackingError
from .display import Markup, Part, Sentence

Lookup = Callable[[str], Figure]


class TemplateError(ValueError):
    """A sentence's template cannot be filled."""


def tell(template: str, figure: Lookup, named: Mapping[str, object]) -> Sentence:
    """Fill a template.

    Raises:
        TemplateError: a field is neither a figure nor handed in, or its spec is malformed.
    """
    parts: list[Part | Markup] = []
    for literal, field, spec, _ in Formatter().parse(template):
        if literal:
            parts.append(Part(literal))
        if field is not None:
            parts.append(_say(field, spec or "", figure, named))
    return tuple(parts)


def _say(field: str, spec: str, figure: Lookup, named: Mapping[str, object]) -> Part | Markup:
    found = named[field] if field in named else _look_up(field, figure)
    if isinstance(found, Markup):
        return found
    if not isinstance(found, Figure):
        return Part(str(found))
    return Part(_words(found, spec, figure, named), found)


def _look_up(field: str, figure: Lookup) -> Figure:
    try:
        return figure(field)
    except LackingError:
        raise
    except KeyError:
        raise TemplateError(f"句子里的“{{{field}}}”既不是登记的指标，也没有传入") from None


def _words(found: Figure, spec: str, figure: Lookup, named: Mapping[str, object]) -> str:
    if "|" in spec:
        words, _, other = spec.partition(":")
        choices = words.split("|")
        if len(choices) != 3:
            raise TemplateError(f"“{spec}”应当正好有三个词：正、负、零")
        if not other:
            return found.choose(*choices)
        against = named[other] if other in named else _look_up(other, figure)
        if not isinstance(against, Figure) or against.unit != found.unit:
            raise TemplateError(f"“{found.id}”与“{other}”不能比较")
        return choices[0 if found.number > against.number else 1 if found.number < against.number else 2]
    says = {"": found.phrase, "abs": found.magnitude, "signed": found.printed}
    if spec not in says:
        raise TemplateError(f"不认识的写法“{spec}”")
    return says[spec]
