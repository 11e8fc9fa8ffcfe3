"""Where the money of projects comes from; a grant stands with its own number where it fits in.

A few projects have spent more than they have secured, for the warnings to find.
"""

from __future__ import annotations

from collections import defaultdict

from ..money import WAN, apportion, text, units
from ..registers import Context, numbered

AFTER = ("projects",)
Row = dict[str, object]
# Kind -> weights of own funds, loans, special bonds and private capital.
WEIGHTS = {
    "infrastructure": (25, 35, 40, 0),
    "industry": (25, 45, 20, 10),
    "renewal": (30, 40, 20, 10),
    "housing": (30, 50, 20, 0),
    "ecology": (45, 20, 35, 0),
    "services": (50, 30, 0, 20),
}
SOURCES = ("own", "loan", "special_bond", "social")
SECURED = {"planned": (0.0, 0.1), "preparing": (0.1, 0.4), "building": (0.35, 0.8), "finished": (1.0, 1.0)}
SHORT = 0.015  # how many have spent more than they have secured


def tables(context: Context) -> dict[str, list[Row]]:
    """Return each project's sources of funds, which add up to its planned investment."""
    invested: dict[object, int] = defaultdict(int)
    for row in context.made["project_investment"]:
        invested[row["project_id"]] += _amount(row["amount"])
    granted: dict[object, list[Row]] = defaultdict(list)
    for row in context.made.get("grant_projects", ()):
        if row["amount"] != "":
            granted[row["project_id"]].append(row)
    rows: list[Row] = []
    for project in context.made["projects"]:
        if project["planned_investment"] != "":
            rows += _of_project(context, project, invested[project["id"]], granted[project["id"]])
    return {"project_funds": [{**row, "id": key} for key, row in zip(numbered("ZJ", len(rows)), rows, strict=True)]}


def _of_project(context: Context, project: Row, invested: int, grants: list[Row]) -> list[Row]:
    plan = _amount(project["planned_investment"])
    given = sum(_amount(grant["amount"]) for grant in grants)
    weights = [w * context.rng.uniform(0.6, 1.4) for w in WEIGHTS[str(project["kind"])]]
    short = context.rng.random() < SHORT and project["stage"] == "building"
    share = context.rng.uniform(*SECURED[str(project["stage"])])
    factor = context.rng.uniform(0.75, 0.9) if short else context.rng.uniform(1.05, 1.3)
    parts = apportion(plan - given, weights)
    secured = min(plan - given, max(0, units(invested * factor) - given))
    if not short:
        secured = min(plan - given, max(secured, units((plan - given) * share)))
    got = (
        parts
        if secured == plan - given
        else [min(p, n) for p, n in zip(parts, apportion(secured, weights), strict=True)]
    )
    return [
        *(_row(project, "grant", _amount(g["amount"]), _amount(g["amount"]), g["grant_id"]) for g in grants),
        *(_row(project, s, p, n) for s, p, n in zip(SOURCES, parts, got, strict=True) if p),
    ]


def _row(project: Row, source: str, planned: int, secured: int, grant: object = "") -> Row:
    return {
        "year": project["year"],
        "id": "",
        "project_id": project["id"],
        "source": source,
        "planned": text(planned),
        "secured": text(secured),
        "grant_id": grant,
    }


def _amount(written: object) -> int:
    return units(float(str(written)), WAN)
