"""Can all districts' printed totals and the printed total of the whole be true together?

One model of the audit holds what the whole and its parts printed of a year: each district's numbers are tied
by the registry's formulas, as in its own book, and the whole's are the sums of the parts'. Where no true values
print as all of it, the smallest sets that cannot stand are named, and, where one number alone would mend
everything, that number, with the digit that does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ..audit.comparable import GROWTH, base_is_positive, comparable, sign
from ..audit.model import TIME_LIMIT_MS, Model, Quotient
from ..audit.possibility import IMPOSSIBLE, POSSIBLE, UNDECIDED, audit
from ..measures.claims import Claim
from ..measures.measures import Kind, Quantity
from ..measures.registry import REGISTRY
from ..measures.units import Interval
from .coverage import additive

OWN, SUM, JOINT = "本区自相矛盾", "各区合计与公布的总数对不上", "合在一起才看得出"
MOST_MENDS = 3  # ways to mend one number by one digit that are told


@dataclass(frozen=True)
class Tie:
    """A measure of the whole is its parts' sum, or, where some part is not there, no less than that.

    ``off`` is what two parts count both, in base units, and the whole once.
    """

    whole: str
    parts: tuple[str, ...]
    name: str
    complete: bool = True
    off: Fraction = Fraction(0)


@dataclass(frozen=True)
class Mend:
    """A printed number that alone may be wrong: as it would print with one digit changed, where that mends all."""

    claim: Claim
    instead: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The number, and how it might have been meant."""
        told = f"{self.claim.region}的{self.claim.describe()}"
        return told + (f"（只差一位：是不是{'、'.join(self.instead)}？）" if self.instead else "")


@dataclass(frozen=True)
class Conflict:
    """Printed numbers that cannot all be true; none of them can be spared."""

    kind: str
    claims: tuple[Claim, ...]
    tie: Tie | None = None

    @property
    def regions(self) -> tuple[str, ...]:
        """Whose numbers they are."""
        return tuple(dict.fromkeys(claim.region for claim in self.claims))


@dataclass(frozen=True)
class Answer:
    """Whether a whole's and its parts' printed numbers of a year can be true together."""

    whole: str
    year: int
    state: str
    claims: int
    ties: tuple[Tie, ...]
    why: str = ""  # why some sums could not be looked at
    conflicts: tuple[Conflict, ...] = ()
    suspects: tuple[Mend, ...] = ()


class Together(Model):
    """The claims of a whole and of its parts, of one year, as one model: each district's quantities are its own."""

    def __init__(self, claims: Sequence[Claim], ties: Iterable[Tie] = (), loose: bool = False) -> None:
        self._whose = ""
        levels = {(c.region, c.item): c for c in claims if c.bounded and c.kind == "level"}
        self._levels_of: dict[str, dict[str, Claim]] = {}
        for (region, item), claim in levels.items():
            self._levels_of.setdefault(region, {})[item] = claim
        self._own_grown = {
            (c.region, c.indicator or c.item)
            for c in claims
            if c.kind == GROWTH and c.bounded and base_is_positive(levels.get((c.region, c.item)), c)
        }
        super().__init__(claims, TIME_LIMIT_MS, repeatable=True, loose=loose)
        for tie in ties:
            self._tie(tie)

    def term_of(self, claim: Claim) -> Quotient:
        """Return what a claim is about, as a term of its own district's."""
        self._whose = claim.region
        self._levels = self._levels_of.get(claim.region, {})
        return super().term_of(claim)

    def core_claims(self) -> tuple[Claim, ...]:
        """Return an irreducible set of claims that cannot stand together."""
        found = self.reasons(self._z3.BoolVal(True, self._context))
        return tuple(claim for claim in self.claims if claim in found)

    def _variable(self, key: tuple[str, int], nonnegative: bool = False) -> Quotient:
        return super()._variable((f"{self._whose}\n{key[0]}", key[1]), nonnegative)

    def _unsure(self, name: str, kind: Kind | None) -> bool:
        grown = kind is not None and kind.suffix == "yoy" and (self._whose, name) in self._own_grown
        return kind is not None and sign(name, kind).unsure and not grown

    def _relate(self) -> None:
        regions = dict.fromkeys(name.partition("\n")[0] for name, _ in self._variables)
        offsets = {offset for _, offset in self._variables}
        known = set(self._variables)
        for relation in REGISTRY.relations:
            names = relation.__code__.co_varnames[: relation.__code__.co_argcount]
            quantities = {q.name for name in names for q in REGISTRY.quantities_of(name)}
            for self._whose in regions:
                for offset in offsets:
                    if all((f"{self._whose}\n{name}", offset) in known for name in quantities):
                        self._user = min(0, self._user) - 1
                        self.solver.add(relation(**{n: self.term(n, offset) for n in names}))

    def _tie(self, tie: Tie) -> None:
        self._user = min(0, self._user) - 1
        terms = []
        for self._whose in (tie.whole, *tie.parts):
            terms.append(self.term(tie.name, 0))
        whole = terms[0].num + self._real(tie.off)
        total = self._z3.Sum([one.num for one in terms[1:]])
        self.solver.add(whole == total if tie.complete else whole >= total)


def ties_of(
    whole: str,
    parts: Sequence[str],
    claims: Sequence[Claim],
    missing: Iterable[str],
    off: Callable[[str], Fraction | None],
) -> tuple[Tie, ...]:
    """Return which printed numbers of a whole are sums of its parts' printed ones.

    Where a part has not come, or did not print the number, the others' sum is only a lower bound, and that
    only of what cannot be below nought. ``off`` tells what two parts count both; None if nobody knows.
    """
    printed: dict[str, set[str]] = {}
    for claim in claims:
        if claim.kind == "level" and claim.bounded and claim.indicator and additive(claim.indicator):
            printed.setdefault(claim.indicator, set()).add(claim.region)
    all_here = not list(missing)
    found = []
    for name, regions in printed.items():
        those = tuple(part for part in parts if part in regions)
        complete, twice = all_here and len(those) == len(parts), off(name)
        if whole in regions and those and twice is not None and (complete or _nonnegative(name)):
            found.append(Tie(whole, those, name, complete, twice))
    return tuple(found)


def _nonnegative(name: str) -> bool:
    measure = REGISTRY[name]
    return isinstance(measure, Quantity) and measure.nonnegative


def examine(
    whole: str,
    year: int,
    claims: Iterable[Claim],
    ties: Sequence[Tie],
    why: str = "",
    computed: Mapping[tuple[str, str, int], Fraction] | None = None,
) -> Answer:
    """Decide, and name what cannot stand.

    ``computed`` are quantities by (district, name, year) as the districts' own tables give them: where all that was
    printed is what these print, they are the true values that were asked for, and no solver is.
    """
    own = [claim for claim in claims if claim.as_kind and not claim.misfit]
    if computed and prints(computed, own, ties, year):
        return Answer(whole, year, POSSIBLE, len(own), tuple(ties), why)
    of_region: dict[str, list[Claim]] = {}
    for claim in own:
        of_region.setdefault(claim.region, []).append(claim)
    meaning = {claim for some in of_region.values() for claim in comparable(some)}
    read = Together([claim for claim in own if claim in meaning], ties)
    core = read.core()
    state = _state(core, ties)
    if state != IMPOSSIBLE:
        return Answer(whole, year, state, len(own), tuple(ties), why)
    conflicts = [*_own(of_region), *_sums(ties, own)]
    if not conflicts:
        conflicts = [Conflict(JOINT, Together(core, ties, loose=True).core_claims())]
    conflicts.sort(key=lambda one: len(one.claims))
    return Answer(
        whole,
        year,
        state,
        len(own),
        tuple(ties),
        why,
        tuple(conflicts),
        tuple(_suspects(conflicts, core, ties, of_region)),
    )


def prints(
    computed: Mapping[tuple[str, str, int], Fraction], claims: Sequence[Claim], ties: Iterable[Tie], year: int
) -> bool:
    """Tell whether these values print as all the claims, and keep to all that the model holds them to."""

    def value(region: str, name: str, when: int) -> Fraction:
        def of(quantity: Quantity) -> Fraction:
            closing = (region, quantity.opening_of, when - 1) if quantity.opening_of else (region, quantity.name, when)
            found = computed[closing]
            if quantity.nonnegative and found < 0:
                raise ArithmeticError
            return found

        return Fraction(REGISTRY.evaluate(name, of))

    def term(claim: Claim) -> Fraction:
        kind, name = claim.as_kind, claim.indicator or ""
        now = value(claim.region, name, year)
        if kind is None or kind.formula is None:
            return now
        before = value(claim.region, name, year - 1)
        if kind.suffix == "yoy" and before <= 0:
            raise ArithmeticError
        return Fraction(kind.formula(now, before))

    try:
        if not all(term(claim) in claim.interval for claim in claims):
            return False
        for tie in ties:
            total = sum((value(part, tie.name, year) for part in tie.parts), Fraction(0))
            whole = value(tie.whole, tie.name, year) + tie.off
            if whole < total or (tie.complete and whole != total):
                return False
    except (LookupError, ArithmeticError):
        return False
    return all(_holds(relation, value, region, year) for relation in REGISTRY.relations for region in _regions(claims))


def _regions(claims: Iterable[Claim]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(claim.region for claim in claims))


def _holds(relation: Callable[..., Any], value: Callable[[str, str, int], Fraction], region: str, year: int) -> bool:
    names = relation.__code__.co_varnames[: relation.__code__.co_argcount]
    for when in (year - 1, year):
        try:
            if not relation(**{name: value(region, name, when) for name in names}):
                return False
        except LookupError:
            continue
        except ArithmeticError:
            return False
    return True


def _state(claims: Sequence[Claim], ties: Sequence[Tie]) -> str:
    answer = str(Together(claims, ties).decide())
    if answer == "unsat":  # perhaps only for those who reckon from rounded numbers
        answer = str(Together(claims, ties, loose=True).decide())
    return {"sat": POSSIBLE, "unsat": IMPOSSIBLE}.get(answer, UNDECIDED)


def _own(of_region: Mapping[str, Sequence[Claim]]) -> Iterator[Conflict]:
    for some in of_region.values():
        for verdict in audit(some, implied=False):
            if verdict.conflict:
                yield Conflict(OWN, verdict.conflict)


def _levels(claims: Iterable[Claim], name: str) -> dict[str, Claim]:
    return {c.region: c for c in claims if c.indicator == name and c.kind == "level" and c.bounded}


def _sums(ties: Iterable[Tie], claims: Sequence[Claim]) -> Iterator[Conflict]:
    """Yield the sums that cannot be, each with the fewest numbers that show it."""
    for tie in ties:
        levels = _levels(claims, tie.name)
        parts = [levels[part] for part in tie.parts]
        total = levels[tie.whole]
        if disjoint(_raised(total.interval, tie.off), [part.interval for part in parts], tie.complete):
            yield Conflict(SUM, (*_fewest(total, parts, tie), total), tie)


def _fewest(total: Claim, parts: Sequence[Claim], tie: Tie) -> tuple[Claim, ...]:
    """Return as few parts as already exceed the whole, where none can be below nought; else all are needed."""
    if not _nonnegative(tie.name):
        return tuple(parts)
    largest = sorted(parts, key=lambda claim: claim.interval.low or 0, reverse=True)
    for count in range(1, len(largest) + 1):
        some = [claim.interval for claim in largest[:count]]
        if disjoint(_raised(total.interval, tie.off), some, complete=False):
            return tuple(claim for claim in parts if claim in largest[:count])
    return tuple(parts)


def _raised(interval: Interval, by: Fraction) -> Interval:
    low, high = (None if end is None else end + by for end in (interval.low, interval.high))
    return Interval(low, high, interval.low_closed, interval.high_closed)


def disjoint(total: Interval, parts: Sequence[Interval], complete: bool = True) -> bool:
    """Tell whether no values in some intervals come to one in another (or, if not ``complete``, to less)."""
    if total.high is not None and all(part.low is not None for part in parts):
        low = sum((part.low for part in parts if part.low is not None), start=0 * total.high)
        reached = total.high_closed and all(part.low_closed for part in parts)
        if low > total.high or (low == total.high and not reached):
            return True
    if complete and total.low is not None and all(part.high is not None for part in parts):
        high = sum((part.high for part in parts if part.high is not None), start=0 * total.low)
        reached = total.low_closed and all(part.high_closed for part in parts)
        return high < total.low or (high == total.low and not reached)
    return False


def _suspects(
    conflicts: Sequence[Conflict], core: Sequence[Claim], ties: Sequence[Tie], of_region: Mapping[str, Sequence[Claim]]
) -> Iterator[Mend]:
    """Yield the numbers of which one alone may be wrong: without it all the rest can be true."""
    shared = [claim for claim in conflicts[0].claims if all(claim in one.claims for one in conflicts)]
    for claim in shared:
        rest = [other for other in core if other is not claim]
        if _state(rest, ties) != POSSIBLE:
            continue
        tied = [tie for tie in ties if claim.indicator == tie.name and claim.region in (tie.whole, *tie.parts)]
        found = []
        for changed in one_digit_apart(claim):
            sums = [*(c for c in core if c is not claim and c.indicator == claim.indicator), changed]
            if claim.kind == "level" and any(_sums(tied, sums)):
                continue  # seen without a solver
            own = [changed if other is claim else other for other in of_region[claim.region]]
            if all(v.state == POSSIBLE for v in audit(own, implied=False)) and (
                claim.kind == "level" or _state([*rest, changed], ties) == POSSIBLE
            ):
                found.append(changed.printed)
        yield Mend(claim, tuple(found[:MOST_MENDS]))


def one_digit_apart(claim: Claim) -> Iterator[Claim]:
    """Yield the claim with each one of its digits replaced by another."""
    for place, old in enumerate(claim.text):
        if not old.isdigit():
            continue
        for new in "0123456789":
            first = place == 0 or (place == 1 and claim.text.startswith("-"))
            leading = first and new == "0" and len(claim.text.partition(".")[0].lstrip("-")) > 1
            if new != old and not leading:
                yield replace(claim, text=f"{claim.text[:place]}{new}{claim.text[place + 1 :]}")


def all_of(answers: Iterable[Answer]) -> dict[str, Any]:
    """Return for sentences how many wholes and years were looked at, and how they came out."""
    found = list(answers)
    return {
        "asked": len(found),
        "possible": sum(one.state == POSSIBLE for one in found),
        "impossible": sum(one.state == IMPOSSIBLE for one in found),
        "undecided": sum(one.state == UNDECIDED for one in found),
    }
