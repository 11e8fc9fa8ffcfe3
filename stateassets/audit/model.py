"""The claims of one region, year and scope as constraints that a solver (z3) decides.

Every claim stands for an interval. The formulas of the registry tie the claims together.
Assumed, and said on the page: a year's opening balance is last year's closing one, both per-head
figures use the same headcount, and what a formula divides by is positive. Of what may be negative
(a profit, an equity) the last is only assumed: ``possible_below_zero`` asks without it.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..measures.claims import Claim
from ..measures.measures import KINDS, Indicator, Kind, Measure, Quantity, inputs_of
from ..measures.registry import REGISTRY
from ..measures.units import Interval
from .comparable import GROWTH, base_is_positive, sign
from .rerounded import rerounded

TIME_LIMIT_MS = 20_000  # for one question to the solver; past it the answer is 未决
SEEN_DECIMALS = 30
OPEN = 10**6  # a bound a million times as far out as a value seen is no bound


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


class Unasked:
    """Stands for z3, its solver and every term of it where nobody asks them: only who uses what is looked at."""

    def _same(self, *_: Any, **__: Any) -> Unasked:
        return self

    Solver = Bool = Real = RealVal = BoolVal = And = Or = Implies = set = add = _same
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _same
    __le__ = __lt__ = __ge__ = __gt__ = _same

    def get_id(self) -> int:
        return 0


def _asked() -> Any:
    """Return z3, which takes long to import."""
    import z3

    return z3


def overdetermined(uses: Mapping[int, Collection[Hashable]]) -> set[int]:
    """Return the users among which there are more than the things that they use.

    The users are matched to things, each to one of its own; who cannot be matched, and whoever
    holds what they would need, is over-determined. (Dulmage and Mendelsohn, 1958.)
    """
    holder: dict[Hashable, int] = {}

    def matched(user: int, seen: set[Hashable]) -> bool:
        for thing in uses[user]:
            if thing not in seen:
                seen.add(thing)
                if thing not in holder or matched(holder[thing], seen):
                    holder[thing] = user
                    return True
        return False

    reached = {user for user in uses if not matched(user, set())}
    waiting = list(reached)
    while waiting:
        new = {holder[thing] for thing in uses[waiting.pop()] if thing in holder} - reached
        reached |= new
        waiting += new
    return reached


class Model:
    """The claims of one region, year and scope as constraints.

    A claim whose item the registry does not know is a variable of its own: its level, growth and
    change are still tied together. Claims that cannot be read as numbers of a kind are left out.

    A ``loose`` model grants changes what reckoning from rounded numbers may add (``rerounded``).

    A ``repeatable`` model finds the same bounds to the last digit, whatever the process has asked
    before; it pays for that with answers that others have already worked out.

    One that is not ``asked`` tells only what is ``tied`` and the ``core``, in a fraction of the time.
    """

    def __init__(
        self,
        claims: Sequence[Claim],
        time_limit_ms: int = TIME_LIMIT_MS,
        repeatable: bool = False,
        loose: bool = False,
        asked: bool = True,
    ) -> None:
        z3: Any = _asked() if asked else Unasked()
        self._z3 = z3
        self._context = z3.Context() if repeatable else None  # None: the process's one
        self.solver = z3.Solver(ctx=self._context)
        self.solver.set(timeout=time_limit_ms)
        self.claims = tuple(dict.fromkeys(c for c in claims if c.as_kind and not c.misfit))
        self._variables: dict[tuple[str, int], Any] = {}
        self._users: dict[tuple[str, int], set[int]] = {}
        self._nonnegative: set[tuple[str, int]] = set()
        self._positive: set[int] = set()
        self._assumed: list[Any] = []  # flags: what a formula divides by is positive
        bounded = [c for c in self.claims if c.bounded]
        self._levels = levels = {c.item: c for c in bounded if c.kind == "level"}
        self._amounts = {c.item: c for c in bounded if c.kind == "yoy_abs"}
        self._loose = loose
        self._grown = {
            c.indicator or c.item for c in self.claims if c.kind == GROWTH and base_is_positive(levels.get(c.item), c)
        }
        self.flags: dict[str, Claim] = {}
        self._flag_of: dict[Claim, Any] = {}
        for claim in self.claims:
            self.add(claim)
        self._relate()

    def add(self, claim: Claim) -> None:
        """Add a claim, which counts only where a question names it."""
        number = len(self.flags)
        self._user = number
        flag = self._flag_of[claim] = self._z3.Bool(f"claim{number}", self._context)
        self.flags[f"claim{number}"] = claim
        term = self.term_of(claim)
        interval = claim.interval
        if self._loose:
            interval = rerounded(claim, self._levels.get(claim.item), self._amounts.get(claim.item))
        inside = self._inside(term, interval)
        if self._unsure(claim.indicator or claim.item, claim.as_kind):
            inside = self._z3.Or(term.den <= 0, inside)  # a number that has no meaning says nothing
        self.solver.add(self._z3.Implies(flag, inside))

    def tied(self) -> tuple[Claim, ...]:
        """Return the claims that share something with another claim."""
        shared = set().union(*(users for users in self._users.values() if len(users) > 1))
        return tuple(c for number, c in enumerate(self.claims) if number in shared)

    def core(self) -> tuple[Claim, ...]:
        """Return the claims that others bear on: those that could be shown to be wrong.

        Claims of which each can have a quantity to itself hold whatever they say; where they are
        more than their quantities (``overdetermined``), or where a sign may be against them, not.
        """
        uses: dict[int, set[tuple[str, int]]] = {}
        for key, users in self._users.items():
            for user in users:
                uses.setdefault(user, set()).add(key)
        for key in self._slack(uses):
            self._user -= 1  # a user of its own: that it is not below nought
            uses[self._user] = {key}
        bound = overdetermined(uses)
        for number, claim in enumerate(self.claims):
            if claim.kind == "level" and claim.size < 0 and isinstance(claim.measure, Indicator):
                bound |= {user for key in uses.get(number, ()) for user in self._users[key]}
        return tuple(c for number, c in enumerate(self.claims) if number in bound)

    def _slack(self, uses: Mapping[int, set[tuple[str, int]]]) -> list[tuple[str, int]]:
        """Return what nobody prints and one sum alone uses, that cannot be below nought: it bounds the sum."""
        found = []
        for number, claim in enumerate(self.claims):
            keys = uses.get(number, set())
            free = [key for key in keys if len(self._users[key]) == 1]
            one_of_several = claim.kind == "level" and 1 == len(free) < len(keys)
            if one_of_several and free[0] in self._nonnegative and _is_one(self.term_of(claim).den):
                found.append(free[0])
        return found

    # --- building ------------------------------------------------------------------------

    def term_of(self, claim: Claim) -> Quotient:
        """Return what a claim is about as a solver term."""
        assert claim.as_kind is not None
        return self.term(claim.indicator or claim.item, 0, claim.as_kind)

    def term(self, name: str, offset: int, kind: Kind = KINDS[""]) -> Quotient:
        """Return a measure's value ``offset`` years from the report's year as a solver term."""
        now = self._level(name, offset)
        if kind.formula is not None:
            now = kind.formula(now, self._level(name, offset - 1))
        if not _is_one(now.den):
            self._require_positive(now.den, self._unsure(name, kind))
        return now

    def _unsure(self, name: str, kind: Kind | None) -> bool:
        """Can what a measure of a kind is divided by be zero or negative?"""
        return kind is not None and sign(name, kind).unsure and not (kind.suffix == "yoy" and name in self._grown)

    def _level(self, name: str, offset: int) -> Quotient:
        if name not in REGISTRY:
            return self._variable((name, offset))
        level: Quotient = REGISTRY.evaluate(name, lambda q: self._variable(self._key(q, offset), q.nonnegative))
        return level

    def _variable(self, key: tuple[str, int], nonnegative: bool = False) -> Quotient:
        if key not in self._variables:
            variable = self._z3.Real(f"{key[0]}@{key[1]}", self._context)
            self._variables[key] = Quotient(variable)
            if nonnegative:
                self._nonnegative.add(key)
                self.solver.add(variable >= 0)
        self._users.setdefault(key, set()).add(self._user)
        return self._variables[key]

    def _require_positive(self, den: Any, unsure: bool) -> None:
        if den.get_id() in self._positive:
            return
        self._positive.add(den.get_id())
        if unsure:
            self._assumed.append(self._z3.Bool(f"positive{len(self._assumed)}", self._context))
            self.solver.add(self._z3.Implies(self._assumed[-1], den > 0))
        else:
            self.solver.add(den > 0)

    def _inside(self, term: Quotient, interval: Interval) -> Any:
        parts = []
        if interval.low is not None:
            low = self._real(interval.low) * term.den
            parts.append(term.num >= low if interval.low_closed else term.num > low)
        if interval.high is not None:
            high = self._real(interval.high) * term.den
            parts.append(term.num <= high if interval.high_closed else term.num < high)
        return self._z3.And(parts) if parts else self._z3.BoolVal(True, self._context)

    def _relate(self) -> None:
        offsets = {offset for _, offset in self._variables}
        known = set(self._variables)
        self._user = 0
        for relation in REGISTRY.relations:
            names = inputs_of(relation)
            for offset in offsets:
                quantities = {q.name for name in names for q in REGISTRY.quantities_of(name)}
                if all((name, offset) in known for name in quantities):
                    self._user -= 1  # each is a user of its own, beside the claims from 0
                    self.solver.add(relation(**{n: self.term(n, offset) for n in names}))

    # --- asking --------------------------------------------------------------------------

    def decide(self, claims: Iterable[Claim] | None = None, *also: Any) -> Any:
        """Ask whether the claims (default: all) can stand together; z3's own answer."""
        chosen = self.claims if claims is None else claims
        return self._check(*[self._flag_of[c] for c in chosen], *self._assumed, *also)

    def _check(self, *assumed: Any) -> Any:
        """As the solver's own, which would look at the sort of each assumption every time anew."""
        z3, solver = self._z3, self.solver
        given = (z3.Ast * len(assumed))(*(one.as_ast() for one in assumed))
        return z3.CheckSatResult(z3.Z3_solver_check_assumptions(solver.ctx.ref(), solver.solver, len(given), given))

    def possible_below_zero(self, claims: Iterable[Claim]) -> bool:
        """Tell whether claims can stand together if what may be negative is divided by, and is."""
        return bool(self._assumed) and self._check(*[self._flag_of[c] for c in claims]) == self._z3.sat

    def smallest_conflict(self, claims: Iterable[Claim] | None = None) -> tuple[Claim, ...]:
        """Return a smallest set of the claims (default: all) that cannot stand together.

        By hitting sets: the smallest set of claims that meets every known way to make the rest
        possible; if that set is itself impossible, none smaller is. (Ignatiev and others, 2015.)
        """
        z3 = self._z3
        chosen_from = self.claims if claims is None else tuple(claims)
        flags = {f.decl().name(): f for f in (self._flag_of[c] for c in chosen_from)}
        names = list(flags)
        corrections: list[set[str]] = []
        while True:
            chooser = z3.Optimize(ctx=self._context)
            for correction in corrections:
                chooser.add(z3.Or([flags[name] for name in sorted(correction)]))
            chooser.minimize(z3.Sum([z3.If(flag, 1, 0) for flag in flags.values()]))
            chooser.check()
            model = chooser.model()
            chosen = [n for n in names if z3.is_true(model[flags[n]])]
            if self._check(*[flags[n] for n in chosen], *self._assumed) != z3.sat:
                return tuple(self.flags[n] for n in chosen)
            for name in names:  # grow to a largest possible set; the rest corrects the conflict
                grown = [*chosen, name]
                if name not in chosen and self._check(*[flags[n] for n in grown], *self._assumed) == z3.sat:
                    chosen = grown
            corrections.append(set(names) - set(chosen))

    def range_of(
        self, term: Quotient, step: Fraction, claims: Sequence[Claim] | None = None
    ) -> tuple[Fraction, Fraction] | None:
        """Return a term's tight range under the claims to ``step``, None where a side is open."""
        seen = self._seen(term, claims)
        if seen is None or any(self._open(term, seen, sign, claims) for sign in (1, -1)):
            return None
        low, high = (self._extreme(term, seen, step, sign, claims) for sign in (-1, 1))
        return None if low is None or high is None else (low, high)

    def _seen(self, term: Quotient, claims: Sequence[Claim] | None, *also: Any) -> Fraction | None:
        if self.decide(claims, *also) != self._z3.sat:
            return None
        model = self.solver.model()
        value = model.eval(term.num / term.den, model_completion=True)
        # An algebraic number, or a fraction of thousands of digits: so many decimals are enough.
        return Fraction(value.as_decimal(SEEN_DECIMALS).rstrip("?"))

    def _open(self, term: Quotient, seen: Fraction, sign: int, claims: Sequence[Claim] | None) -> bool:
        """Tell whether a term can lie as far out as to have no bound worth telling."""
        return bool(self.decide(claims, self.beyond(term, sign * OPEN * (1 + abs(seen)), sign)) == self._z3.sat)

    def _extreme(
        self, term: Quotient, seen: Fraction, step: Fraction, sign: int, claims: Sequence[Claim] | None
    ) -> Fraction | None:
        """Move the bound outwards from a value seen, halving the gap to what is impossible."""
        inside, jump = seen, max(abs(seen), Fraction(1)) / 8
        outside: Fraction | None = None
        while outside is None or abs(outside - inside) > step:
            trial = inside + sign * jump if outside is None else (inside + outside) / 2
            found = self._seen(term, claims, self.beyond(term, trial, sign))
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
        limit = self._real(bound) * term.den
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
        printed = {(c.indicator, 0) for c in self.claims if c.as_kind is not None and not c.as_kind.suffix}
        spoken_of = {c.indicator for c in self.claims}
        found = []
        for measure in REGISTRY.values():
            opening = isinstance(measure, Quantity) and measure.opening_of
            for offset in (0, -1):
                keys = {self._key(q, offset) for q in REGISTRY.quantities_of(measure.name)}
                known = opening or (measure.name, offset) in printed
                # A year that no growth reaches leaves wide bounds that are slow to find.
                far = measure.name not in spoken_of and any(year < -1 for _, year in keys)
                if not known and not far and keys <= set(self._variables):
                    found.append((measure, offset))
        return found

    @staticmethod
    def _key(quantity: Quantity, offset: int) -> tuple[str, int]:
        return (quantity.opening_of, offset - 1) if quantity.opening_of else (quantity.name, offset)

    def _real(self, value: Fraction) -> Any:
        return self._z3.RealVal(f"{value.numerator}/{value.denominator}", self._context)
