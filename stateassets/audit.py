"""Can the printed numbers of one report all be true together, and what do they imply?

Every claim stands for an interval. The formulas of the registry tie the claims together. A
solver (z3) decides whether true values exist that print as all of them; if not, the smallest
set of claims that cannot stand together is named; if so, the ranges of what was not printed.

Assumed, and said on the page: a year's opening balance is last year's closing one, both
per-head figures use the same headcount, and what a formula divides by is positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from .catalogue import REGISTRY, RELATIONS
from .claims import Claim
from .measures import KINDS, Indicator, Kind, Measure, Quantity
from .printing import Interval, base_size

TIME_LIMIT_MS = 20_000  # for one question to the solver; past it the answer is 未决
# Implied ranges are found to this part of the last printed digit.
STEPS_PER_DIGIT = 100
POSSIBLE, IMPOSSIBLE, UNDECIDED = "可以同时成立", "不能同时成立", "未决"


@dataclass(frozen=True)
class Implied:
    """The range of a figure that was not printed, in base units, and what it rests on."""

    measure: Measure
    year: int
    low: float
    high: float
    rests_on: tuple[Claim, ...]


@dataclass(frozen=True)
class Verdict:
    """The audit of one region, year and scope."""

    region: str
    year: int
    scope: str
    state: str
    claims: tuple[Claim, ...]
    conflict: tuple[Claim, ...] = ()
    implied: tuple[Implied, ...] = ()
    unread: tuple[Claim, ...] = ()


class Quotient:
    """A fraction of solver terms, so that a division by a known sign stays linear."""

    __slots__ = ("den", "num")

    def __init__(self, num: Any, den: Any = 1) -> None:
        self.num, self.den = num, den

    @classmethod
    def _of(cls, other: Any) -> Quotient:
        return other if isinstance(other, Quotient) else cls(other)

    def __add__(self, other: Any) -> Quotient:
        o = self._of(other)
        if self.den is o.den:
            return Quotient(self.num + o.num, self.den)
        return Quotient(self.num * o.den + o.num * self.den, _times(self.den, o.den))

    def __mul__(self, other: Any) -> Quotient:
        o = self._of(other)
        return Quotient(_times(self.num, o.num), _times(self.den, o.den))

    def __truediv__(self, other: Any) -> Quotient:
        if isinstance(other, int):  # by a constant: no new denominator
            return Quotient(self.num / other, self.den)
        o = self._of(other)
        return Quotient(_times(self.num, o.den), _times(self.den, o.num))

    def __neg__(self) -> Quotient:
        return Quotient(-self.num, self.den)

    def __sub__(self, other: Any) -> Quotient:
        return self + -self._of(other)

    def __rsub__(self, other: Any) -> Quotient:
        return -self + other

    def __rtruediv__(self, other: Any) -> Quotient:
        return self._of(other) / self

    def __le__(self, other: Any) -> Any:
        o = self._of(other)
        return self.num * o.den <= o.num * self.den

    __radd__, __rmul__ = __add__, __mul__


def _is_one(term: Any) -> bool:
    return isinstance(term, int) and term == 1  # a solver term's == would be a constraint


def _times(a: Any, b: Any) -> Any:
    return b if _is_one(a) else a if _is_one(b) else a * b


class Model:
    """The claims of one region, year and scope as constraints."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        import z3

        self._z3 = z3
        self.solver = z3.Solver()
        self.solver.set(timeout=TIME_LIMIT_MS)
        self.claims = tuple(c for c in claims if c.measure is not None and c.as_kind is not None)
        self._variables: dict[tuple[str, int], Any] = {}
        self._positive: set[int] = set()
        self.flags: dict[str, Claim] = {}
        for number, claim in enumerate(self.claims):
            assert claim.indicator is not None and claim.as_kind is not None
            flag = z3.Bool(f"claim{number}")
            self.flags[flag.decl().name()] = claim
            term = self.term(claim.indicator, 0, claim.as_kind)
            self.solver.add(z3.Implies(flag, self._inside(term, claim.interval)))
        self._relate()

    # --- building ------------------------------------------------------------------------

    def term(self, name: str, offset: int, kind: Kind = KINDS[""]) -> Quotient:
        """Return a measure's value ``offset`` years from the report's year as a solver term."""
        now = REGISTRY.evaluate(name, lambda q: self._variable(q, offset))
        if kind.formula is not None:
            before = REGISTRY.evaluate(name, lambda q: self._variable(q, offset - 1))
            now = kind.formula(now, before)
        if not _is_one(now.den):
            self._require_positive(now.den)
        return now

    def _variable(self, quantity: Quantity, offset: int) -> Quotient:
        key = self._key(quantity, offset)
        if key not in self._variables:
            variable = self._z3.Real(f"{quantity.name}@{offset}")
            self._variables[key] = Quotient(variable)
            if quantity.nonnegative:
                self.solver.add(variable >= 0)
        return self._variables[key]

    def _require_positive(self, den: Any) -> None:
        if den.get_id() not in self._positive:
            self._positive.add(den.get_id())
            self.solver.add(den > 0)

    def _inside(self, term: Quotient, interval: Interval) -> Any:
        z3, parts = self._z3, []
        if interval.low is not None:
            low = _real(z3, interval.low) * term.den
            parts.append(term.num >= low if interval.low_closed else term.num > low)
        if interval.high is not None:
            high = _real(z3, interval.high) * term.den
            parts.append(term.num <= high if interval.high_closed else term.num < high)
        return z3.And(parts)

    def _relate(self) -> None:
        offsets = {offset for _, offset in self._variables}
        known = set(self._variables)
        for relation in RELATIONS:
            names = relation.__code__.co_varnames[: relation.__code__.co_argcount]
            for offset in offsets:
                quantities = {q.name for name in names for q in REGISTRY.quantities_of(name)}
                if all((name, offset) in known for name in quantities):
                    self.solver.add(relation(**{n: self.term(n, offset) for n in names}))

    # --- asking --------------------------------------------------------------------------

    def decide(self, claims: Iterable[Claim] | None = None, *also: Any) -> Any:
        """Ask whether the claims (default: all) can stand together; z3's own answer."""
        chosen = self.claims if claims is None else tuple(claims)
        flags = [self._z3.Bool(n) for n, c in self.flags.items() if c in chosen]
        return self.solver.check(*flags, *also)

    def smallest_conflict(self) -> tuple[Claim, ...]:
        """Return a smallest set of claims that cannot stand together.

        By hitting sets: the smallest set of claims that meets every known way to make the rest
        possible; if that set is itself impossible, none smaller is. (Ignatiev and others, 2015.)
        """
        z3 = self._z3
        corrections: list[set[str]] = []
        while True:
            chooser = z3.Optimize()
            for correction in corrections:
                chooser.add(z3.Or([z3.Bool(name) for name in sorted(correction)]))
            names = list(self.flags)
            chooser.minimize(z3.Sum([z3.If(z3.Bool(n), 1, 0) for n in names]))
            chooser.check()
            model = chooser.model()
            chosen = [n for n in names if z3.is_true(model[z3.Bool(n)])]
            if self.solver.check(*[z3.Bool(n) for n in chosen]) != z3.sat:
                return tuple(self.flags[n] for n in chosen)
            for name in names:  # grow to a largest possible set; the rest corrects the conflict
                grown = [*chosen, name]
                if name not in chosen and self.solver.check(*map(z3.Bool, grown)) == z3.sat:
                    chosen = grown
            corrections.append(set(names) - set(chosen))

    def range_of(self, name: str, offset: int, step: Fraction) -> tuple[Fraction, Fraction] | None:
        """Return the tight range of a measure to ``step``, None where a side is open."""
        term = self.term(name, offset)
        seen = self._seen(term)
        if seen is None:
            return None
        low, high = (self._extreme(term, seen, step, sign) for sign in (-1, 1))
        return None if low is None or high is None else (low, high)

    def _seen(self, term: Quotient, *also: Any) -> Fraction | None:
        if self.decide(None, *also) != self._z3.sat:
            return None
        model = self.solver.model()
        value = model.eval(term.num / term.den, model_completion=True)
        if not self._z3.is_rational_value(value):  # algebraic: an approximation is enough here
            value = value.approx(20)
        return Fraction(value.numerator_as_long(), value.denominator_as_long())

    def _extreme(
        self, term: Quotient, seen: Fraction, step: Fraction, sign: int
    ) -> Fraction | None:
        """Move the bound outwards from a value seen, halving the gap to what is impossible."""
        inside, jump = seen, max(abs(seen), Fraction(1)) / 8
        outside: Fraction | None = None
        while outside is None or abs(outside - inside) > step:
            trial = inside + sign * jump if outside is None else (inside + outside) / 2
            found = self._seen(term, self.beyond(term, trial, sign))
            if found is None:
                outside = trial
            else:
                inside = max(found, trial) if sign > 0 else min(found, trial)
                jump *= 4
                if outside is None and abs(inside) > OPEN * (1 + abs(seen)):
                    return None
        return inside

    def beyond(self, term: Quotient, bound: Fraction, sign: int) -> Any:
        """The constraint that a term lies at or beyond a bound, upwards or downwards."""
        limit = _real(self._z3, bound) * term.den
        return term.num >= limit if sign > 0 else term.num <= limit

    def reasons(self, *impossible: Any) -> set[Claim]:
        """Return claims that together rule a constraint out (none of them can be spared)."""
        needed: set[Claim] = set()
        for constraint in impossible:
            if self.decide(None, constraint) == self._z3.sat:
                continue
            names = [f.decl().name() for f in self.solver.unsat_core()]
            core = [self.flags[n] for n in names if n in self.flags]
            for claim in tuple(core):
                rest = [c for c in core if c is not claim]
                if self.decide(rest, constraint) == self._z3.unsat:
                    core = rest
            needed.update(core)
        return needed

    def unprinted(self) -> list[tuple[Measure, int]]:
        """Return the measures that the claims speak of without printing them, with year offset."""
        printed = {
            (c.indicator, 0) for c in self.claims if c.as_kind is not None and not c.as_kind.suffix
        }
        found = []
        for measure in REGISTRY.values():
            opening = isinstance(measure, Quantity) and measure.opening_of
            for offset in (0, -1):
                keys = {self._key(q, offset) for q in REGISTRY.quantities_of(measure.name)}
                known = opening or (measure.name, offset) in printed
                if not known and keys <= set(self._variables):
                    found.append((measure, offset))
        return found

    @staticmethod
    def _key(quantity: Quantity, offset: int) -> tuple[str, int]:
        return (quantity.opening_of, offset - 1) if quantity.opening_of else (quantity.name, offset)


OPEN = 10**6  # a bound a million times as far out as a value seen is no bound


def _real(z3: Any, value: Fraction) -> Any:
    return z3.RealVal(f"{value.numerator}/{value.denominator}")


def audit(claims: Iterable[Claim], implied: bool = True) -> list[Verdict]:
    """Audit printed numbers, each region, year and scope by itself.

    ``implied`` also works out the ranges of what was not printed, which takes longer.
    """

    def key(claim: Claim) -> tuple[str, int, str]:
        return claim.region, claim.year, claim.scope

    return [
        _audit_one(*where, tuple(group), implied)
        for where, group in groupby(sorted(claims, key=key), key)
    ]


def _audit_one(
    region: str, year: int, scope: str, claims: tuple[Claim, ...], implied: bool
) -> Verdict:
    model = Model(claims)
    unread = tuple(c for c in claims if c not in model.claims)
    answer = str(model.decide())
    if answer == "unsat":
        conflict = model.smallest_conflict()
        return Verdict(region, year, scope, IMPOSSIBLE, model.claims, conflict, unread=unread)
    if answer != "sat":
        return Verdict(region, year, scope, UNDECIDED, model.claims, unread=unread)
    ranges = tuple(_implied(model, year)) if implied else ()
    return Verdict(region, year, scope, POSSIBLE, model.claims, implied=ranges, unread=unread)


def _implied(model: Model, year: int) -> Iterable[Implied]:
    for measure, offset in model.unprinted():
        step = base_size(measure.unit) / 10**measure.decimals / STEPS_PER_DIGIT
        found = model.range_of(measure.name, offset, step)
        if found is None:
            continue
        low, high = found
        term = model.term(measure.name, offset)
        reasons = model.reasons(
            model.beyond(term, low - 2 * step, -1), model.beyond(term, high + 2 * step, 1)
        )
        rests_on = tuple(c for c in model.claims if c in reasons)
        if rests_on:  # else it holds of any report whatever, and tells nothing
            yield Implied(measure, year + offset, float(low), float(high), rests_on)


def rests_on_same_headcount(name: str) -> bool:
    """Tell whether a measure's formula uses the headcount that the per-head figures share."""
    measure = REGISTRY[name]
    return isinstance(measure, Indicator) and any(
        q.name == "person_months" for q in REGISTRY.quantities_of(name)
    )
