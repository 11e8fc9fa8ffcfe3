"""The number phrases of a clause, parsed by the grammar in ``number_phrases.lark``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import lark
from lark.lexer import Lexer

from .tokens import Token
from .vocabulary import vocabulary

GRAMMAR = Path(__file__).with_name("number_phrases.lark")


@dataclass(frozen=True)
class Amount:
    """A printed number: its digits without separators, unit, how it is meant, its place in the plain text."""

    number: str
    unit: str
    qualifier: str  # an id of ``measures.units.HEDGES``, or empty
    start: int
    end: int

    @property
    def decimals(self) -> int:
        """How many digits stand behind the point."""
        return len(self.number.partition(".")[2])


@dataclass(frozen=True)
class Figure:
    """A number and what stands right at it: ``role`` is the rule of the grammar that it came by."""

    role: str
    amount: Amount | None  # None: 持平
    mark: Token | None = None  # the verb, or 占, 为上年的, 高于

    @property
    def rises(self) -> bool:
        """Does its verb say more?"""
        return self.mark is not None and self.mark.kind in ("UP", "ABOVE")


@dataclass(frozen=True)
class Figures:
    """Numbers in a row, such as behind 分别增长."""

    figures: tuple[Figure, ...]


Part = Figures | Token
# What is left of a clause that the grammar does not know when all its other words are plain ones.
_NUMBERS = ("AMOUNT", "UP", "DOWN", "BASE", "DATE", "SKIPPED", "WORD")


class _Handed(Lexer):
    """Hands the tokens of a clause to the parser; a number comes with its unit in several."""

    def __init__(self, conf: Any) -> None:
        """Take what the parser tells its lexers; nothing of it is needed."""

    def lex(self, clause: Sequence[Token]) -> Iterator[lark.Token]:  # type: ignore[override]
        """Yield what the grammar calls terminals, each with the place of its token in the clause."""
        for index, token in enumerate(clause):
            if token.kind != "AMOUNT":
                yield lark.Token(token.kind, token.text, start_pos=index)
                continue
            for kind in ("number", "more", "unit", "behind"):
                if token.known.get(kind):
                    yield lark.Token(kind.upper(), token.known[kind], start_pos=index)


class _Parts(lark.Transformer[Any, list[Part]]):
    """Makes parts of the parsed clause."""

    def __init__(self, clause: Sequence[Token]) -> None:
        super().__init__()
        self._clause = clause

    def _token(self, found: lark.Token) -> Token:
        return self._clause[found.start_pos or 0]

    def amount(self, found: list[lark.Token]) -> Amount:
        """Return the number with what hedges it."""
        words = vocabulary()
        hedges: dict[str, int] = {}
        for token in found:
            if token.type == "HEDGE":
                hedges |= {name: 1 for name, many in words["hedges"].items() if token in many}
            elif token.type == "BEHIND":
                hedges |= {name: 1 for name, many in words["hedges_behind"].items() if token in many}
        number = next(token for token in found if token.type == "NUMBER")
        unit = next((str(token) for token in found if token.type == "UNIT"), "")
        inside = any(token.type == "MORE" for token in found) or any(c in unit for c in "余多")
        unit = unit.replace("余", "").replace("多", "")
        own = self._token(number)
        start = own.start
        qualifier = "more" if inside else next((name for name in hedges), "")
        return Amount(str(number), unit, qualifier, start, own.end)

    def _marked(self, role: str, found: list[Any]) -> Figure:
        mark = self._token(found[0]) if isinstance(found[0], lark.Token) else None
        amount = found[-1] if isinstance(found[-1], Amount) else None
        if amount and not amount.qualifier and mark and mark.kind == "TIMES" and mark.text.startswith("约"):
            amount = replace(amount, qualifier="about")
        if amount and not amount.qualifier and mark and mark.kind == "TIMES" and mark.text.startswith("不"):
            amount = replace(amount, qualifier="nearly")
        return Figure(role, amount, mark)

    def __default__(self, data: Any, children: list[Any], meta: Any) -> Any:
        if data == "start":
            return [self._token(one) if isinstance(one, lark.Token) else one for one in children]
        if data == "figures":
            return Figures(_shared_units([one for one in children if isinstance(one, Figure)]))
        return self._marked(str(data), children)


def _shared_units(figures: list[Figure]) -> tuple[Figure, ...]:
    """Give a number without a unit that of the next in its list (1.2、3.4和5.6亿元)."""
    units = ""
    shared: list[Figure] = []
    for figure in reversed(figures):
        amount = figure.amount
        points = units.endswith("百分点")
        if amount and units and (not amount.unit or (amount.unit == "个" and points)):  # 0.9个和0.3个百分点
            figure = replace(figure, amount=replace(amount, unit=units))
            amount = figure.amount
        units = amount.unit or units if amount else units
        shared.append(figure)
    return tuple(reversed(shared))


@cache
def _parser() -> lark.Lark:
    return lark.Lark(GRAMMAR.read_text(encoding="utf-8"), parser="lalr", lexer=_Handed)


def parse(clause: Sequence[Token]) -> list[Part]:
    """Return the parts of a clause, its numbers as figures; left as tokens where the grammar knows no such phrase."""
    if not any(token.kind in ("AMOUNT", "FLAT") for token in clause):
        return list(clause)
    try:
        tree = _parser().parse(clause)
    except lark.UnexpectedInput:
        words = [replace(token, kind="WORD") if token.kind not in _NUMBERS else token for token in clause]
        return list(clause) if words == list(clause) else parse(words)
    return _Parts(clause).transform(tree)
