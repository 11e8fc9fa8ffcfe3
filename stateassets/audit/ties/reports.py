"""The claims of one region, found by scope, year and item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...measures.claims import Claim
from ...measures.registry import REGISTRY


class Reports:
    """All claims of one region, found by scope, year and item.

    ``claims`` are those that are numbers within bounds; ``all`` has those too of which the report
    says only that they are over or nearly a round one.
    """

    def __init__(self, claims: Sequence[Claim], time_limit_ms: int) -> None:
        self.all = tuple(dict.fromkeys(claims))
        self.claims = tuple(c for c in self.all if c.bounded)
        self.time_limit_ms = time_limit_ms
        self.explained: set[Claim] = set()  # claims known to be wrong, or among which one is
        self._by: dict[tuple[str, int, str, str], Claim] = {}
        for claim in self.claims:
            self._by.setdefault((claim.scope, claim.year, claim.item, claim.kind), claim)

    def get(self, scope: str, year: int, name: str, kind: str = "level") -> Claim | None:
        """Return the printed number of an item, by its standard name."""
        return self._by.get((scope, year, standard(name), kind))

    def groups(self) -> Iterator[tuple[str, int, tuple[Claim, ...]]]:
        """Yield (scope, year, claims) in the order of the file."""
        where = dict.fromkeys((c.scope, c.year) for c in self.claims)
        for scope, year in where:
            yield scope, year, tuple(c for c in self.claims if (c.scope, c.year) == (scope, year))

    def units(self, claim: Claim) -> set[str]:
        """Return the units of the other numbers of a claim's own report."""
        return {c.unit for c in self.claims if c.year == claim.year and c is not claim}

    def years(self) -> dict[int, list[str]]:
        """Return year -> scopes."""
        found: dict[int, list[str]] = {}
        for scope, year, _ in self.groups():
            found.setdefault(year, []).append(scope)
        return found


def standard(name: str) -> str:
    measure = REGISTRY.by_name_zh(name)
    return measure.name_zh if measure else name
