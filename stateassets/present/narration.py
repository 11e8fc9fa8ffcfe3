"""Sentences that choose their own words.

A template holds fields in braces. A field names a figure (``{total_assets.yoy}``) or a value
handed in by the chapter. After a colon stands how to say it:

- nothing: as sentences say it (同比增长5.1%, 与上年持平, 696.9亿元);
- ``abs``: the number without sign; ``signed``: the bare number with sign;
- ``up|down|same``: the word that fits the figure's sign;
- ``more|less|same:other_figure``: the word that fits the comparison with another figure.

Growth from nothing, or from less, is told as a difference (同比增加5.0亿元). A clause that needs what
there is not (last year's number, a value handed in as None) is left out with its punctuation: a
sentence on a district's first year says nothing of growth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from string import Formatter

from ..measures.figures import Figure
from ..measures.measures import CHANGE, YOY
from ..tables.declared import LackingError
from .display import Markup, Part, Sentence

Lookup = Callable[[str], Figure]


class TemplateError(ValueError):
    """A sentence's template cannot be filled."""


ENDS = "，：；。"  # what a clause ends with, from the weakest to the strongest
OPENS, CLOSES = "（“《", "）”》"


class _NothingToSayError(Exception):
    """A clause needs a number that there is not."""


def tell(template: str, figure: Lookup, named: Mapping[str, object]) -> Sentence:
    """Fill a template; empty where nothing of it can be said.

    Raises:
        TemplateError: a field is neither a figure nor handed in, or its spec is malformed.
    """
    told: list[list[Part | Markup]] = []
    for clause in _clauses(template):
        try:
            parts = [p if isinstance(p, str) else _say(*p, figure, named) for p in clause]
        except _NothingToSayError:
            if told:
                _end(told[-1], clause[-1])
            continue
        told.append([Part(p) if isinstance(p, str) else p for p in parts])
    return tuple(part for clause in told for part in clause)


def _clauses(template: str) -> Iterator[list[str | tuple[str, str]]]:
    """Divide a template at its punctuation, but not within brackets: texts, and (field, how to say it)."""
    clause: list[str | tuple[str, str]] = []
    depth = 0
    for literal, field, spec, _ in Formatter().parse(template):
        begun = 0
        for place, sign in enumerate(literal, 1):
            depth += (sign in OPENS) - (sign in CLOSES)
            if sign in ENDS and not depth:
                yield [*clause, literal[begun:place]]
                clause, begun = [], place
        clause += [literal[begun:]] if literal[begun:] else []
        clause += [(field, spec or "")] if field is not None else []
    if clause:
        yield clause


def _end(before: list[Part | Markup], left_out: str | tuple[str, str]) -> None:
    """Let a clause end as one that is left out after it, if that ends more."""
    last = before[-1]
    if not isinstance(last, Part) or not isinstance(left_out, str) or not last.text:
        return
    if ENDS.find(left_out[-1]) > ENDS.find(last.text[-1]) >= 0:
        before[-1] = replace(last, text=last.text[:-1] + left_out[-1])


def _say(field: str, spec: str, figure: Lookup, named: Mapping[str, object]) -> Part | Markup:
    found = named[field] if field in named else _look_up(field, figure)
    if callable(found):  # what may be lacking is worked out by the sentence that says it
        found = found()
    if isinstance(found, Figure) and found.kind is YOY and found.value is None and not found.alone and not spec:
        found = figure(f"{found.measure.name}.{CHANGE.suffix}") if field not in named else found
    if found is None:
        raise _NothingToSayError
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
    if found.value is None and (found.alone or "|" in spec or (spec and found.kind is YOY)):
        raise _NothingToSayError
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
        if against.value is None:
            raise _NothingToSayError
        return choices[0 if found.number > against.number else 1 if found.number < against.number else 2]
    says = {"": found.phrase, "abs": found.magnitude, "signed": found.printed}
    if spec not in says:
        raise TemplateError(f"不认识的写法“{spec}”")
    return says[spec]
