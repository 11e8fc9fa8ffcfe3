"""Can all districts' printed totals and the printed total of the whole be true together?

What the whole and its parts printed of a year is one question: each district's numbers are tied by the
registry's formulas, as in its own book, and the whole's are the sums of the parts'. Where no true values
print as all of it, the smallest sets that cannot stand are named, and, where one number alone would mend
everything, that number, with the digit that does.

Most of it is decided without a solver: by sums of intervals, and by the districts' own tables, which are tried
as true values. A solver is given the districts that do not print as their tables, and all only if it must be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from ..audit.comparable import GROWTH, base_is_positive, comparable, sign
from ..audit.model import TIME_LIMIT_MS, Model, Quotient
from ..audit.possibility import IMPOSSIBLE, POSSIBLE, UNDECIDED, Verdict, audit
from ..measures.claims import Claim
from ..measures.measures import Kind, inputs_of
from ..measures.registry import REGISTRY
from .own_tables import Tables
from .ties import Tie, added, broken, exactly, fewest, levels

OWN, SUM, JOINT = "本区自相矛盾", "各区合计与公布的总数对不上", "合在一起才看得出"
MOST_MENDS = 3  # ways to mend one number by one digit that are told


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

    def __init__(
        self, claims: Sequence[Claim], ties: Iterable[Tie] = (), repeatable: bool = False, loose: bool = False
    ) -> None:
        self._whose, self._user = "", 0
        levels = {(c.region, c.item): c for c in claims if c.bounded and c.kind == "level"}
        self._levels_of: dict[str, dict[str, Claim]] = {}
        for (region, item), claim in levels.items():
            self._levels_of.setdefault(region, {})[item] = claim
        self._own_grown = {
            (c.region, c.indicator or c.item)
            for c in claims
            if c.kind == GROWTH and c.bounded and base_is_positive(levels.get((c.region, c.item)), c)
        }
        super().__init__(claims, TIME_LIMIT_MS, repeatable, loose)
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
            names = inputs_of(relation)
            quantities = {q.name for name in names for q in REGISTRY.quantities_of(name)}
            for self._whose in regions:
                for offset in offsets:
                    if all((f"{self._whose}\n{name}", offset) in known for name in quantities):
                        self._user = min(0, self._user) - 1
                        self.solver.add(relation(**{n: self.term(n, offset) for n in names}))

    def _tie(self, tie: Tie) -> None:
        self._user = min(0, self._user) - 1
        over: list[Any] = []  # what the parts come to beyond the whole
        for self._whose in (tie.whole, *tie.parts):
            term = self.term(tie.name, 0).num
            over.append(term if over else -term)
        assert tie.off.low is not None and tie.off.high is not None
        total = self._z3.Sum(over)
        self.solver.add(total <= self._real(tie.off.high))
        if tie.complete:
            self.solver.add(total >= self._real(tie.off.low))


class Question:
    """Can all that a whole and its parts printed of a year be true? To be asked again with one number changed."""

    def __init__(self, claims: Iterable[Claim], ties: Sequence[Tie], tables: Tables) -> None:
        self.ties, self.tables = tuple(ties), tables
        self.of_region: dict[str, list[Claim]] = {}
        for claim in claims:
            if claim.as_kind and not claim.misfit:
                self.of_region.setdefault(claim.region, []).append(claim)
        self.fit = {region for region, some in self.of_region.items() if tables.print_as(some)}

    @property
    def claims(self) -> list[Claim]:
        """All claims that can be read."""
        return [claim for some in self.of_region.values() for claim in some]

    @cached_property
    def all_fits(self) -> bool:
        """Are the districts' own tables true values that print as all of it?"""
        return self.fit == self.of_region.keys() and all(map(self.tables.keep_to, self.ties))

    @cached_property
    def sums(self) -> tuple[Tie, ...]:
        """The ties that no values in the printed intervals keep to."""
        return tuple(tie for tie in self.ties if broken(tie, self.claims))

    @cached_property
    def core(self) -> tuple[Claim, ...]:
        """The claims that others bear on."""
        return Together(self._meaning, self.ties).core()

    @cached_property
    def _meaning(self) -> list[Claim]:
        return [claim for some in self.of_region.values() for claim in comparable(some)]

    def state(self, wrong: Claim | None = None, instead: Claim | None = None) -> str:
        """Return the answer, with one claim left out, or said otherwise, if there is a ``wrong`` one."""
        if wrong is None and self.all_fits:
            return POSSIBLE
        claims = [*(c for c in self._meaning if c is not wrong), *([instead] if instead else [])]
        touched = [tie for tie in self.ties if wrong and tie.holds(wrong)]
        if any(tie not in touched for tie in self.sums) or any(broken(tie, claims) for tie in touched):
            return IMPOSSIBLE
        free = (
            self.of_region.keys() - self.fit | {tie.whole for tie in self.ties} | ({wrong.region} if wrong else set())
        )
        if free != self.of_region.keys():
            some = [claim for claim in claims if claim.region in free]
            if state_of(some, [self._held(tie, free) for tie in self.ties]) == POSSIBLE:
                return POSSIBLE
            if state_of(some, [self._loosened(tie, free) for tie in self.ties]) == IMPOSSIBLE:
                return IMPOSSIBLE
        core = [*(c for c in self.core if c is not wrong), *([instead] if instead else [])]
        return state_of(core, self.ties)

    def _held(self, tie: Tie, free: set[str]) -> Tie:
        """Return the tie of those who are free, where the others are what their tables say."""
        others = [part for part in tie.parts if part not in free]
        return tie.without(others, exactly(sum((self.tables.value(part, tie.name) for part in others), Fraction(0))))

    def _loosened(self, tie: Tie, free: set[str]) -> Tie:
        """Return the tie of those who are free, where the others are anywhere in their printed intervals."""
        others = [part for part in tie.parts if part not in free]
        printed = levels(self.claims, tie.name)
        return tie.without(others, added(printed[part].interval for part in others))


def examine(
    whole: str, year: int, claims: Iterable[Claim], ties: Sequence[Tie], tables: Tables, why: str = ""
) -> Answer:
    """Decide, and name what cannot stand."""
    asked = Question(claims, ties, tables)
    count, kept = len(asked.claims), tuple(ties)
    state = asked.state()
    if state != IMPOSSIBLE:
        return Answer(whole, year, state, count, kept, why)
    conflicts = [*_own(asked), *_sums(asked)] or [
        Conflict(JOINT, Together(asked.core, ties, repeatable=True, loose=True).core_claims())
    ]
    conflicts.sort(key=lambda one: len(one.claims))
    return Answer(whole, year, state, count, kept, why, tuple(conflicts), tuple(_suspects(conflicts, asked)))


def state_of(claims: Sequence[Claim], ties: Sequence[Tie]) -> str:
    """Return what a solver answers."""
    answer = str(Together(claims, ties).decide())
    if answer == "unsat":  # perhaps only for those who reckon from rounded numbers
        answer = str(Together(claims, ties, loose=True).decide())
    return {"sat": POSSIBLE, "unsat": IMPOSSIBLE}.get(answer, UNDECIDED)


def _own(asked: Question) -> Iterator[Conflict]:
    for region, some in asked.of_region.items():
        if region not in asked.fit:
            yield from (Conflict(OWN, verdict.conflict) for verdict in _audited(some) if verdict.conflict)


def _audited(claims: Sequence[Claim]) -> list[Verdict]:
    """Return the audit's verdicts on one district; none if its numbers can be true, which is sooner asked."""
    return [] if state_of(comparable(claims), ()) == POSSIBLE else audit(claims, implied=False)


def _sums(asked: Question) -> Iterator[Conflict]:
    """Yield the sums that cannot be, each with the fewest numbers that show it."""
    for tie in asked.sums:
        yield Conflict(SUM, fewest(tie, asked.claims), tie)


def _suspects(conflicts: Sequence[Conflict], asked: Question) -> Iterator[Mend]:
    """Yield the numbers of which one alone may be wrong: without it all the rest can be true."""
    shared = [claim for claim in conflicts[0].claims if all(claim in one.claims for one in conflicts)]
    for claim in shared:
        if asked.state(claim) != POSSIBLE:
            continue
        tied = [tie for tie in asked.ties if tie.holds(claim)]
        alike = [other for other in asked.claims if other.indicator == claim.indicator]
        found = []
        for changed in one_digit_apart(claim):
            sums = [*(c for c in alike if c is not claim), changed]
            if any(broken(tie, sums) for tie in tied):
                continue  # seen without a solver
            own = [changed if other is claim else other for other in asked.of_region[claim.region]]
            if all(v.state == POSSIBLE for v in _audited(own)) and (
                claim.kind == "level" or asked.state(claim, changed) == POSSIBLE
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
