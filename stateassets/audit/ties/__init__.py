"""How printed numbers hang together: each check yields findings about one region; all stand in ``CHECKS``.

None of them knows a region, a year or a report: what words mean for each other is in
``audit.vocabulary``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..findings import Finding
from .conventions import returns
from .doubts import factors_not_deducted, same_value
from .growth import growths, openings_agree, ratios
from .possible import possible
from .reports import Reports
from .shares import shares
from .sums import parts_of_items, parts_of_scopes, parts_within_wholes
from .units import units
from .years import across_years

CHECKS: tuple[Callable[[Reports], Iterator[Finding]], ...] = (
    units,
    possible,
    parts_of_items,
    parts_of_scopes,
    ratios,
    growths,
    openings_agree,
    shares,
    returns,
    across_years,
    parts_within_wholes,
    factors_not_deducted,
    same_value,
)
