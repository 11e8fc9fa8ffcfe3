"""How printed numbers hang together: each check yields findings about one region; all stand in ``CHECKS``.

None of them knows a region, a year or a report: what words mean for each other is in
``audit.vocabulary``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..findings import Finding
from .bases import against_others, averages, since_a_year
from .conventions import returns
from .doubts import factors_not_deducted, same_value
from .growth import differences_of_growth, growths, openings_agree, ratios, told_in_times
from .per_head import per_head
from .possible import limits, possible
from .reports import Reports
from .shares import at_most_hundred, hundred, of_a_list, of_plans, one_whole, shares
from .sums import parts_of_items, parts_of_scopes, parts_told, parts_with_the_rest, parts_within_wholes
from .units import changes_of_ratios, magnitudes, parts_too_large, units
from .years import across_years, retold

CHECKS: tuple[Callable[[Reports], Iterator[Finding]], ...] = (
    units,
    magnitudes,
    parts_too_large,
    limits,
    possible,
    parts_of_items,
    parts_of_scopes,
    ratios,
    growths,
    told_in_times,
    differences_of_growth,
    openings_agree,
    shares,
    of_a_list,
    parts_with_the_rest,
    parts_told,
    hundred,
    at_most_hundred,
    one_whole,
    of_plans,
    per_head,
    returns,
    since_a_year,
    averages,
    against_others,
    across_years,
    retold,
    parts_within_wholes,
    factors_not_deducted,
    same_value,
    changes_of_ratios,
)
