"""Key posts, the structure of the staff and the posts set for it, with planted events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..enterprises import FOUNDED, OPERATE, YEARS, Profile, in_year
from ..money import apportion
from ..registers import YEAR, Context, numbered, working_day

STREAM = "people"
Row = dict[str, object]
POSTS = ("财务负责人", "出纳", "采购主管", "工程主管", "资产管理主管")
# Shares of (management, technical, skilled, service) by what a company does.
KINDS = ("management", "technical", "skilled", "service")
OFFICE, WORKS, CREWS = (34, 46, 6, 14), (22, 52, 14, 12), (9, 14, 66, 11)
SHAPES = {
    "holder": OFFICE,
    "fund": OFFICE,
    "lessor": (22, 38, 22, 18),
    "builder_head": WORKS,
    "builder": WORKS,
    "operator": (18, 27, 42, 13),
    "service": OFFICE,
}
AGES = ("under_36", "under_46", "under_56", "over_55")
SCHOOLS = ("graduate", "bachelor", "college", "school")
YOUNG, OLD = (34, 36, 22, 8), (9, 23, 44, 24)
TAUGHT, UNTAUGHT = (16, 56, 22, 6), (1, 11, 28, 60)
# Planted: a cashier beyond the term of five years; a post that nobody has held for long;
# one vacant for so short that it is quiet; more people than posts; more posts than people.
TERM = ("B2", "出纳", date(YEAR - 7, 5, 9))
VACANT = ("D2", "财务负责人", date(YEAR, 4, 10))
SHORT = ("E1", "采购主管", date(YEAR, 11, 6))
REFILLED = ("C1", "工程主管", date(YEAR, 2, 13), date(YEAR, 6, 26))
CROWDED, THIN = ("E", 0.935), ("F1", 1.52)
PLANTED = (TERM, VACANT, SHORT, REFILLED, CROWDED, THIN)


def tables(context: Context) -> dict[str, list[Row]]:
    """Return key posts, the staff's structure and the posts that were set."""
    structure = list(_structure(context))
    return {
        "key_posts": _posts(context),
        "staff_structure": structure,
        "establishment": list(_establishment(context, structure)),
    }


def _posts(context: Context) -> list[Row]:
    rows = [
        _held(context, p, post)
        for p in in_year(YEAR)
        for post in POSTS[: 2 + 2 * (p.level == 1)]
        if (p.enterprise_id, post) not in (TERM[:2], VACANT[:2])
    ]
    rows += [
        _post(*TERM[:2], since=TERM[2]),
        _post(*VACANT[:2], vacant=VACANT[2]),
        _post(*SHORT[:2], vacant=SHORT[2]),
        _post(*REFILLED[:2], vacant=REFILLED[2], since=REFILLED[3]),
    ]
    rows.sort(key=lambda row: (str(row["since"] or row["vacant_since"]), str(row["enterprise_id"])))
    return [{**row, "id": key} for key, row in zip(numbered("GW", len(rows)), rows, strict=True)]


def _held(context: Context, p: Profile, post: str) -> Row:
    """Return a post held since some day of the last five years; the longest were rotated."""
    first = date(YEAR - 5, 6, 30) if p.start_year == FOUNDED else date(p.start_year, 3, 20)
    since = context.day(first, date(YEAR, 9, 28))
    rotated = working_day(date(YEAR, 6, 30)) if since.year == YEAR - 5 else None
    return _post(p.enterprise_id, post, since=since, rotated=rotated)


def _post(
    key: str, post: str, vacant: date | None = None, since: date | None = None, rotated: date | None = None
) -> Row:
    return {
        "year": YEAR,
        "id": "",
        "enterprise_id": key,
        "post": post,
        "vacant_since": vacant or "",
        "since": since or "",
        "rotated_on": rotated or "",
    }


def _structure(context: Context) -> Iterator[Row]:
    for year in YEARS:
        for p in in_year(year):
            people = context.sample.people[year, 12, p.enterprise_id]
            crew = p.role == "service" and p.class_zh == OPERATE
            field = crew or p.role == "operator"
            for aspect, bands, weights in (
                ("kind", KINDS, CREWS if crew else SHAPES[p.role]),
                ("age", AGES, OLD if field else YOUNG),
                ("education", SCHOOLS, UNTAUGHT if crew else TAUGHT),
            ):
                drawn = [weight * context.rng.uniform(0.85, 1.15) for weight in weights]
                for band, number in zip(bands, apportion(people, drawn), strict=True):
                    yield {
                        "year": year,
                        "enterprise_id": p.enterprise_id,
                        "aspect": aspect,
                        "band": band,
                        "people": number,
                    }


def _establishment(context: Context, structure: list[Row]) -> Iterator[Row]:
    """Yield a little more posts than people, kind by kind, but where it was planted otherwise."""
    for year in YEARS:
        for p in in_year(year):
            own = [
                row["people"]
                for row in structure
                if (row["year"], row["enterprise_id"], row["aspect"]) == (year, p.enterprise_id, "kind")
            ]
            factor = context.rng.uniform(1.02, 1.12)
            for planted, other in (CROWDED, THIN):
                if (year, p.enterprise_id) == (YEAR, planted):
                    factor = other
            people = [int(str(number)) for number in own]
            posts = apportion(max(1, round(sum(people) * factor)), people)
            for kind, number in zip(KINDS, posts, strict=True):
                yield {"year": year, "enterprise_id": p.enterprise_id, "kind": kind, "posts": number}
