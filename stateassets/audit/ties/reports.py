"""The claims of one region, found by scope, year and item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from ...measures.claims import Claim
from ...measures.registry import REGISTRY
from ..periods import of_other_periods
from ..scopes import Parts, without_everything
from ..span import span_of


class Reports:
    """All claims of one region, found by scope, year and item.

    ``claims`` are those that are numbers within bounds; ``all`` has those too of which the report
    says only that they are over or nearly a round one. ``retold`` are numbers of a year that a later
    report prints again, where the year's own report printed them: they stand beside it, not in it.
    """

    def __init__(self, claims: Sequence[Claim], time_limit_ms: int) -> None:
        self.other_periods = of_other_periods(tuple(dict.fromkeys(claims)))
        self.ambiguous = {(c.scope, c.year, c.item) for c in self.other_periods if c.kind == "level"}
        every = tuple(c for c in dict.fromkeys(claims) if c not in self.other_periods)
        self.region = every[0].region if every else ""
        self.retold = _retold(every)
        again = {later for later, _ in self.retold}
        self.all = tuple(c for c in every if c not in again)
        self.claims = tuple(c for c in self.all if c.bounded)
        self.time_limit_ms = time_limit_ms
        self.explained: set[Claim] = set()  # claims known to be wrong, or among which one is
        self.confirmed: set[Claim] = set()  # claims that others agree with
        self.made: list[tuple[int, Parts]] = []  # scopes that make up another in a year, as checks have found
        self._by: dict[tuple[str, int, str, str], Claim] = {}
        self._told: dict[tuple[str, str, int, str, str], Claim] = {}
        self.targets = {(c.scope, c.year, c.item): c for c in reversed(self.all) if c.kind == "target"}
        self._first_names = _names(self.claims)
        for claim in self.claims:
            self._by.setdefault((self.called(claim.scope, claim.year), claim.year, claim.item, claim.kind), claim)
        for claim in every:
            if claim.bounded:
                self._told.setdefault((claim.source, claim.scope, claim.year, claim.item, claim.kind), claim)

    def get(self, scope: str, year: int, name: str, kind: str = "level") -> Claim | None:
        """Return the printed number of an item, by its standard name."""
        return self._by.get((self.called(scope, year), year, standard(name), kind))

    def called(self, scope: str, year: int) -> str:
        """Return the name under which the numbers of a scope are found: the first of several that it has."""
        return self._first_names.get((scope, year), scope)

    def level_before(self, change: Claim, year: int) -> Claim | None:
        """Return an item's level in a year as the change's own report prints it, else as that year's does."""
        own = self._told.get((change.source, change.scope, year, change.item, "level"))
        return own or self.get(change.scope, year, change.item)

    @cached_property
    def _groups(self) -> dict[tuple[str, int], tuple[Claim, ...]]:
        found: dict[tuple[str, int], list[Claim]] = {}
        for claim in self.claims:
            found.setdefault((self.called(claim.scope, claim.year), claim.year), []).append(claim)
        return {where: tuple(claims) for where, claims in found.items()}

    def of(self, scope: str, year: int) -> tuple[Claim, ...]:
        """Return the claims of a scope and a year, in the order of the file."""
        return self._groups.get((self.called(scope, year), year), ())

    def groups(self) -> Iterator[tuple[str, int, tuple[Claim, ...]]]:
        """Yield (scope, year, claims) in the order of the file."""
        for (scope, year), claims in self._groups.items():
            yield scope, year, claims

    def units(self, claim: Claim) -> set[str]:
        """Return the units of the other numbers of a claim's own report."""
        return {c.unit for c in self.claims if c.year == claim.year and c is not claim}

    @cached_property
    def years(self) -> dict[int, list[str]]:
        """Year -> scopes, in the order of the file."""
        found: dict[int, list[str]] = {}
        for scope, year in self._groups:
            found.setdefault(year, []).append(scope)
        return found


def _names(claims: Sequence[Claim]) -> dict[tuple[str, int], str]:
    """Return for a scope and a year the first name of it, where one report calls it by several (全区国有企业, 企业国有资产).

    Two names are two scopes if the report prints an item under both with numbers that differ.
    """
    names: dict[tuple[str, int, str], dict[str, list[Claim]]] = {}
    for claim in claims:
        where = (claim.source, claim.year, without_everything(claim.scope))
        names.setdefault(where, {}).setdefault(claim.scope, []).append(claim)
    called = {}
    for (_, year, _), by_name in names.items():
        first, *others = by_name
        told = {(c.item, c.kind, c.base): c for c in by_name[first]}
        for name in others:
            both = [(c, told[key]) for c in by_name[name] if (key := (c.item, c.kind, c.base)) in told]
            if all(span_of(one).meets(span_of(other)) for one, other in both):
                called[name, year] = first
                told |= {(c.item, c.kind, c.base): c for c in by_name[name]}
    return called


def _retold(claims: Sequence[Claim]) -> tuple[tuple[Claim, Claim], ...]:
    """Return (number of an earlier year in a later report, the same in its own year's report)."""
    latest: dict[str, int] = {}
    for claim in claims:
        if claim.kind != "target":
            latest[claim.source] = max(claim.year, latest.get(claim.source, claim.year))
    own: dict[tuple[str, int, str, str], Claim] = {}
    for claim in claims:
        if latest.get(claim.source) == claim.year and claim.bounded:
            own.setdefault((claim.scope, claim.year, claim.item, claim.kind), claim)
    return tuple(
        (claim, first)
        for claim in claims
        if claim.bounded
        and claim.year < latest[claim.source]
        and (first := own.get((claim.scope, claim.year, claim.item, claim.kind)))
    )


def standard(name: str) -> str:
    """Return an item's standard name."""
    measure = REGISTRY.by_name_zh(name)
    return measure.name_zh if measure else name
