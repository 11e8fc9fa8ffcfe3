"""Pay and appraisals: labour cost in three parts, grades of staff, pay of the groups' heads.

Labour cost is the compensation in value added, to the cent. Performance pay follows profit, the
rest does not: how far it follows differs from one company to the next.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..enterprises import GROUPS, YEARS, in_year
from ..money import WAN, apportion, text, units
from ..registers import YEAR, Context

Rows = list[dict[str, object]]
AFTER = ("appraisal",)  # whose scores pay follows

# What of pay depends on performance, and what of labour cost is no pay, by role.
PERFORMANCE = {
    "holder": 0.40,
    "fund": 0.48,
    "lessor": 0.36,
    "builder_head": 0.38,
    "builder": 0.42,
    "operator": 0.33,
    "service": 0.25,
}
OTHER = 0.27
FOLLOWS = 0.3  # part of a profit's growth that performance pay takes up at most
# Weights of the grades where appraisals tell people apart, and where they do not.
SPREAD, FLAT = (19, 52, 22, 5, 2), (24, 72, 4, 0, 0)
DEPUTY = 0.85  # pay of a deputy against the head's, set by the post


def payroll(context: Context) -> Iterator[dict[str, object]]:
    """Yield each company's labour cost of each year, in three parts that add up to it."""
    sample, rng = context.sample, context.rng
    share = {p.enterprise_id: PERFORMANCE[p.role] * rng.uniform(0.88, 1.12) for p in in_year(YEAR)}
    other = {e: OTHER * rng.uniform(0.92, 1.08) for e in share}
    for year in YEARS:
        for p in in_year(year):
            e = p.enterprise_id
            if year - 1 in sample.incomes and e in sample.incomes[year - 1].rows:
                now, before = (sample.incomes[y].rows[e]["total_profit"] for y in (year, year - 1))
                growth = max(-1.0, min(1.0, (now - before) / abs(before)))
                share[e] *= 1 + rng.uniform(0, FOLLOWS) * growth
                other[e] *= rng.uniform(0.93, 1.04)
            paid = 1 - other[e]
            cost = sample.added[year][e]["compensation"]
            weights = [paid * (1 - share[e]), paid * share[e], other[e]]
            parts = dict(
                zip(("basic_pay", "performance_pay", "other_pay"), map(text, apportion(cost, weights)), strict=True)
            )
            yield {"year": year, "enterprise_id": e, **parts, "total": text(cost)}


def appraisals(context: Context) -> Iterator[dict[str, object]]:
    """Yield how many of each company's staff got which grade; who is new is not appraised."""
    for p in in_year(YEAR):
        there = context.sample.people[YEAR, 12, p.enterprise_id]
        people = there - int(context.rng.integers(0, 1 + there // 12))
        weights = context.pick((SPREAD, FLAT), (0.7, 0.3))
        drawn = [weight * context.rng.uniform(0.7, 1.3) for weight in weights]
        for grade, number in zip("ABCDE", apportion(people, drawn), strict=True):
            yield {"year": YEAR, "enterprise_id": p.enterprise_id, "grade": grade, "people": number}


def executive_pay(context: Context) -> Iterator[dict[str, object]]:
    """Yield pay of the groups' heads and deputies: basic pay is one for all, the rest is not.

    Performance pay follows what the assessors gave the group in the yearly appraisal.
    """
    rng = context.rng
    basic = units(float(rng.uniform(15.5, 17)), WAN)
    given = _given(context)
    hard = {group: rng.uniform(1.38, 1.5) for group in GROUPS}  # how hard a group is to run
    for year in YEARS:
        for group in GROUPS:
            earned = basic * hard[group] * (given[year, group] / 90) ** 2 * rng.uniform(0.94, 1.06)
            term = (basic + earned) * rng.uniform(0.08, 0.16)
            for post, share in (("head", 1.0), ("deputy", DEPUTY)):
                base, bonus, incentive = (units(share * n) for n in (basic, earned, term))
                yield {
                    "year": year,
                    "enterprise_id": group,
                    "post": post,
                    "basic_pay": text(base),
                    "performance_pay": text(bonus),
                    "term_incentive": text(incentive),
                }
        basic = units(basic * 1.03)


def _given(context: Context) -> dict[tuple[object, object], float]:
    """Return the mean of the assessors' scores by year and group."""
    scores: dict[tuple[object, object], list[float]] = {}
    for row in context.made["evaluation_scores"]:
        scores.setdefault((row["year"], row["enterprise_id"]), []).append(float(str(row["score"])))
    return {key: sum(own) / len(own) for key, own in scores.items()}


def tables(context: Context) -> dict[str, Rows]:
    """Return the rows of the domain's tables."""
    made = {"payroll": payroll, "appraisals": appraisals, "executive_pay": executive_pay}
    return {name: list(rows(context)) for name, rows in made.items()}
