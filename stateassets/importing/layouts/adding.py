"""The lines of one column of a statement, added up to a table's columns and checked against its own totals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import combinations, product

from ...tables.declared import Identity
from .forms import MINUS, OF_WHICH, PLUS, Form, Label, Term

MOST_DOUBTFUL = 10  # lines of which a total may have to decide whether they are added
MOST_TRIES = 3_000
FINE, ROUGH = Decimal("0.005"), Decimal("0.5")  # what rounding may do to an amount, and to one in whole 元
LARGE = 100_000  # whole amounts beyond it are in 元


@dataclass(frozen=True)
class Line:
    """A line of a statement: where it stands (from 0), its words, its amount, nothing where it is blank."""

    row: int
    label: Label
    amount: Decimal | None
    half: int = 0

    @property
    def value(self) -> Decimal:
        """The amount, nought where the line is blank."""
        return self.amount or Decimal(0)


@dataclass(frozen=True)
class Part:
    """A line that may count in a column, by one of several factors; the first is the usual one."""

    line: Line
    column: str
    factors: tuple[int, ...]
    why: str = ""  # it is in doubt
    unsure: bool = False  # without a total to decide it cannot be read


Check = tuple[Line, tuple[Term, ...]]


@dataclass(frozen=True)
class Wrong:
    """A total that is not the sum of its parts."""

    line: Line
    stated: Decimal
    due: Decimal


@dataclass
class Sums:
    """What a statement's column gives: amounts by the table's columns, and how each was made up."""

    amounts: dict[str, Decimal] = field(default_factory=dict)
    parts: dict[str, list[tuple[int, Line]]] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)
    unclear: list[Part] = field(default_factory=list)
    computed: list[str] = field(default_factory=list)  # total columns that the statement does not state
    absent: list[str] = field(default_factory=list)  # columns of which it has no line
    decided: list[Part] = field(default_factory=list)  # read otherwise than usual, as the totals demand
    left: list[Line] = field(default_factory=list)  # lines with an amount that no column takes
    inside: list[Line] = field(default_factory=list)  # what another line holds already
    checked: int = 0


def add_up(form: Form, identities: Sequence[Identity], lines: Sequence[Line], yuan: bool = True) -> Sums:
    """Return the columns of a statement's lines, as far as its own totals bear them out.

    ``yuan`` says that the amounts may be in 元, so that whole ones may have been rounded.
    """
    made = Sums()
    every, identities = identities, _at_hand(form, identities, lines)
    totals = {identity.total for identity in identities}
    parts = list(_parts(form, totals, lines, made))
    checks = list(_checks(form, identities, lines))
    usual = tuple(part.factors[0] for part in parts)

    def wrong(rounding: Decimal, factors: Sequence[int]) -> list[Wrong]:
        return _wrong(form, checks, identities, lines, parts, factors, rounding)

    chosen, found = usual, list[tuple[int, ...]]()
    for rounding in (FINE, ROUGH) if yuan and _whole(lines) else (FINE,):
        if not wrong(rounding, usual):
            break
        if found := _search(parts, partial(wrong, rounding)):
            chosen = found[0]
            break
    if len({tuple(sorted(_amounts(form, identities, parts, tried)[0].items())) for tried in found}) > 1:
        made.unclear += [p for n, p in enumerate(parts) if len({tried[n] for tried in found}) > 1]
    made.checked = len(checks)
    for part, factor, first in zip(parts, chosen, usual, strict=True):
        if factor:
            made.parts.setdefault(part.column, []).append((factor, part.line))
        elif part.line.value:
            (made.inside if part.why != "unknown" else made.left).append(part.line)
        if factor != first:
            made.decided.append(part)
        if part.unsure and part.line.value and not checks:
            made.unclear.append(part)
    made.amounts, made.computed = _amounts(form, identities, parts, chosen)
    for half in {i.total for i in every if i not in identities} & set(made.computed):
        made.computed.remove(half)
        del made.amounts[half]
    summed = dict.fromkeys(name for identity in identities for name, _ in identity.parts)
    made.absent = [column for column in summed if column not in made.amounts]
    made.amounts |= dict.fromkeys(made.absent, Decimal(0))
    made.wrong = wrong(rounding, chosen)
    return made


def _whole(lines: Sequence[Line]) -> bool:
    """Are the amounts whole 元, of which a sum may be off by some?"""
    return all(line.value == int(line.value) for line in lines) and any(abs(line.value) >= LARGE for line in lines)


def _at_hand(form: Form, identities: Sequence[Identity], lines: Sequence[Line]) -> list[Identity]:
    """Return the identities of which the lines hold anything: half a statement has half of them."""
    there = {form.items[line.label.name].column for line in lines if line.label.name in form.items}
    found: list[Identity] = []
    for identity in sorted(identities, key=lambda one: -len(one.parts)):
        if any(name in there for name, _ in identity.parts):
            there.add(identity.total)
            found.append(identity)
    return found


# --- which lines count ---------------------------------------------------------------------------


def _parts(form: Form, totals: Set[str], lines: Sequence[Line], made: Sums) -> Iterator[Part]:
    """Yield each line that may count in a column; of several that state one total, the first."""
    there = {line.label.name for line in lines if line.value}
    seen: set[str] = set()
    host: Line | None = None
    for at, line in enumerate(lines):
        name, mark = line.label.name, line.label.mark
        item = form.items.get(name)
        continued = host is not None and host.label.name in form.wholes.get(name, ())
        if mark != OF_WHICH and line.amount is not None and not continued:
            host = line
        if line.amount is None and item is None:
            continue
        inner = mark == OF_WHICH and host is not None and host is not line and host.half == line.half
        inner = inner and bool(host and host.value and host.label.name not in form.lines | form.totals.keys())
        if item is None:
            if name in form.totals or name in form.lines or not line.value:
                if line.value and name in form.lines:
                    made.left.append(line)
            elif name in form.wholes or inner:
                made.inside.append(line)
            else:
                column = _place(form, lines, at)
                yield Part(line, column, (0, 1) if column else (0,), "unknown")
        elif item.column in totals:
            if line.amount is not None and item.column not in seen:
                seen.add(item.column)
                yield Part(line, item.column, (1,))
        elif inner:
            yield Part(line, item.column, (0,), "inside")
        elif name in seen and line.value:
            yield Part(line, item.column, (0, item.sign), "again")
        elif form.wholes.get(name, frozenset()) & there - {name}:
            inside = (item.sign, 0) if name in form.beside else (0, item.sign)
            yield Part(line, item.column, inside, "inside")
        elif item.either:
            plus = mark == PLUS or (line.label.signed and mark != MINUS)
            factors = (1, -1) if plus or mark != MINUS else (-1, 1)
            yield Part(line, item.column, factors, "either", not (plus or mark == MINUS))
        else:
            yield Part(line, item.column, (item.sign,))
        if line.value:
            seen.add(name)


def _place(form: Form, lines: Sequence[Line], at: int) -> str:
    """Return the column for the rest in whose part of the statement a line stands that has no column."""
    half = [line for line in lines if line.half == lines[at].half]
    place = half.index(lines[at])
    for line in half[place + 1 :]:
        if line.label.name in form.rest:
            return form.rest[line.label.name]
        if line.label.name in form.totals:
            break
    around = []
    for near in (reversed(half[:place]), half[place + 1 :]):
        column = next((form.items[n.label.name].column for n in near if n.label.name in form.items), "")
        around.append(form.group(column))
    return form.rest[around[0]] if around[0] and around[0] == around[1] else ""


# --- what has to agree ---------------------------------------------------------------------------


def _checks(form: Form, identities: Sequence[Identity], lines: Sequence[Line]) -> Iterator[Check]:
    """Yield each line that states a total, with its parts."""
    stated = {line.label.name: line for line in reversed(lines) if line.amount is not None}
    for name, terms in form.totals.items():
        needed = [t.name for t in terms if not t.optional and not t.name.isascii()]
        if name in stated and all(n in stated for n in needed):
            yield stated[name], terms
    for identity in identities:
        for line in lines:
            item = form.items.get(line.label.name)
            if item and item.column == identity.total and line.amount is not None:
                yield line, tuple(Term(name, sign) for name, sign in identity.parts)


def _amounts(
    form: Form, identities: Sequence[Identity], parts: Sequence[Part], factors: Sequence[int]
) -> tuple[dict[str, Decimal], list[str]]:
    """Return each column's amount, and which totals had to be computed."""
    found: dict[str, Decimal] = {}
    for part, factor in zip(parts, factors, strict=True):
        if factor or not part.why:
            found[part.column] = found.get(part.column, Decimal(0)) + factor * part.line.value
    blank = {i.total for i in identities} - {p.column for p in parts if p.line.amount is not None}
    computed = []
    for identity in identities:
        if identity.total in blank and identity.total not in computed:
            found[identity.total] = sum(
                (sign * found.get(name, Decimal(0)) for name, sign in identity.parts), Decimal(0)
            )
            computed.append(identity.total)
    return found, computed


def _wrong(
    form: Form,
    checks: Sequence[Check],
    identities: Sequence[Identity],
    lines: Sequence[Line],
    parts: Sequence[Part],
    factors: Sequence[int],
    rounding: Decimal,
) -> list[Wrong]:
    found, _ = _amounts(form, identities, parts, factors)
    said = {line.label.name: line.value for line in reversed(lines)}
    wrong = []
    for line, terms in checks:
        values = [
            term.sign * (found.get(term.name, Decimal(0)) if term.name.isascii() else said.get(term.name, Decimal(0)))
            for term in terms
        ]
        due = sum(values, Decimal(0))
        count = sum(part.column in {t.name for t in terms} and bool(part.line.value) for part in parts)
        if abs(line.value - due) > rounding * (max(count, len(terms)) + 1):
            wrong.append(Wrong(line, line.value, due))
    return wrong


def _search(parts: Sequence[Part], wrong: Callable[[Sequence[int]], list[Wrong]]) -> list[tuple[int, ...]]:
    """Return the readings of doubtful lines by which all totals are right: the nearest to the usual one."""
    doubtful = [n for n, part in enumerate(parts) if len(part.factors) > 1 and part.line.value][: MOST_DOUBTFUL + 1]
    if len(doubtful) > MOST_DOUBTFUL:
        return []
    usual = [part.factors[0] for part in parts]
    tries = 0
    for size in range(1, len(doubtful) + 1):
        found = []
        for others in combinations(doubtful, size):
            for factors in product(*(parts[n].factors[1:] for n in others)):
                tries += 1
                if tries > MOST_TRIES:
                    return []
                tried = list(usual)
                for n, factor in zip(others, factors, strict=True):
                    tried[n] = factor
                if not wrong(tried):
                    found.append(tuple(tried))
        if found:
            return found
    return []
