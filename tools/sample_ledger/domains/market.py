"""Pay and appraisals: labour cost in three parts, grades of staff, pay of the groups' heads, posts.

Labour cost is the compensation in value added, to the cent. Performance pay follows profit, the
rest does not: how far it follows differs from one company to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ..enterprises import GROUPS, YEARS, in_year
from ..money import WAN, apportion, text, units
from ..registers import YEAR, Context, numbered

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
# Posts, lowest first: what each is worth a month in a group's head, 元.
POSTS = {"文员": 4600, "专员": 5600, "业务主管": 7000, "工程主管": 7300, "部门副经理": 8800, "部门经理": 11200}
LADDER = tuple(POSTS)
SMALLER, STEP = 0.88, 50  # what a lower-level company pays of it; pay is a multiple of so much
REASONS = {"competition": 0.42, "rotation": 0.28, "last": 0.2, "unfit": 0.1}
CHANGES = 38
# Planted: (enterprise, reason, from, to, day, days until it was paid or None, paid against the standard or None: as before).
KEPT = ("D1", "last", "部门副经理", "业务主管", date(YEAR, 5, 15), 17, None)
WAITING = ("B2", "competition", "专员", "业务主管", date(YEAR, 6, 12), None, 1.0)
LATE = ("F1", "rotation", "业务主管", "工程主管", date(YEAR, 3, 20), 73, 1.0)
SHORT = ("E1", "competition", "业务主管", "部门副经理", date(YEAR, 9, 4), 27, 0.97)
ASPECTS = ("politics", "duties", "conduct")  # of a head, scored by others


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


def post_grades(context: Context) -> Iterator[dict[str, object]]:
    """Yield what each post is worth in each company."""
    for p in in_year(YEAR):
        factor = (SMALLER if p.level > 1 else 1) * context.rng.uniform(0.95, 1.08)
        for grade, (post, pay) in enumerate(POSTS.items(), 1):
            worth = round(pay * factor / STEP) * STEP
            yield {"year": YEAR, "enterprise_id": p.enterprise_id, "post": post, "grade": grade, "pay": worth}


def post_changes(context: Context, grades: Rows) -> Rows:
    """Return who changed posts in the year, with the pay before and after."""
    worth = {(row["enterprise_id"], row["post"]): int(str(row["pay"])) for row in grades}
    planted = [KEPT, WAITING, LATE, SHORT]
    drawn = [_moved(context) for _ in range(CHANGES - len(planted))]
    rows: Rows = []
    for enterprise, reason, before, after, day, days, share in sorted(planted + drawn, key=lambda row: row[4]):
        old, new = worth[enterprise, before], worth[enterprise, after]
        paid = "" if days is None else day + timedelta(days=days)
        rows.append(
            {
                "year": YEAR,
                "enterprise_id": enterprise,
                "title": f"{before}到{after}",
                "reason": reason,
                "from_post": before,
                "to_post": after,
                "from_pay": old,
                "to_pay": "" if days is None else old if share is None else round(new * share),
                "moved_on": day,
                "paid_from": paid,
            }
        )
    return [{**row, "id": key} for key, row in zip(numbered("BD", len(rows)), rows, strict=True)]


def _moved(context: Context) -> tuple[str, str, str, str, date, int | None, float | None]:
    """Return a change of post that was paid from the next month on."""
    reason = context.pick(list(REASONS), list(REASONS.values()))
    way = {"competition": 1, "rotation": 0}.get(reason, -1)
    place = int(context.rng.integers(1, len(LADDER) - 1))
    before, after = LADDER[place], LADDER[place + way]
    if not way:
        before, after = context.pick((("业务主管", "工程主管"), ("工程主管", "业务主管")))
    day = context.day(date(YEAR, 1, 9), date(YEAR, 11, 24))
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return context.pick(in_year(YEAR)).enterprise_id, reason, before, after, day, (first - day).days, 1.0


def head_appraisals(context: Context) -> Iterator[dict[str, object]]:
    """Yield what the heads of the groups were given on each aspect."""
    good = {(group, aspect): context.rng.uniform(78, 93) for group in GROUPS for aspect in ASPECTS}
    for year in YEARS:
        for (group, aspect), base in good.items():
            score = round(min(base + context.rng.uniform(-2, 3), 99), 1)
            yield {"year": year, "enterprise_id": group, "aspect": aspect, "score": score}


def tables(context: Context) -> dict[str, Rows]:
    """Return the rows of the domain's tables."""
    made = {"payroll": payroll, "appraisals": appraisals, "executive_pay": executive_pay}
    rows = {name: list(rows(context)) for name, rows in made.items()}
    rows["post_grades"] = list(post_grades(context))
    rows["post_changes"] = post_changes(context, rows["post_grades"])
    rows["head_appraisals"] = list(head_appraisals(context))
    return rows
