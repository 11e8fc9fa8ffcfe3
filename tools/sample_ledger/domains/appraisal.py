"""The yearly appraisal: who is judged as what, targets, assessors' scores, guard-rail events.

Assessors are more or less strict, enterprises more or less good, and both keep their ways from one
year to the next; what is left is chance, so that assessors agree in part.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..enterprises import GROUPS, YEARS, Profile, in_year, members
from ..registers import YEAR, Context, working_day

STREAM = "evaluation"
Row = dict[str, object]
COMMERCIAL = frozenset("ABE")  # groups that live on the market; the others serve the public
INDUSTRY = {"资本投融资管理类": "投资运营", "城乡建设发展类": "工程建设", "城市运营管理类": "城市运营"}
LARGE, MIDDLE = 50, 10  # assets (weights of the profile) from which a company is large, middle
ASSESSORS = tuple(f"评委{n}" for n in range(1, 8))
ITEMS = (
    "tasks",
    "service",
    "reform",
    "control",
    "strategy",
    "innovation",
    "decision",
    "risk",
    "foundation",
    "people",
    "industry",
    "society",
)
# What the year's targets ask for, against the year before: factor, or points of a per cent.
ASKED = {"return_on_assets": 1.05, "labour_productivity": 1.04, "profit_per_capita": 1.05, "net_margin": 1.02}
EVENTS = (
    (YEARS[0], "D1", "env_minor", date(YEARS[0], 5, 17), "道路工地渣土未覆盖，被处罚款"),
    (YEARS[0], "F1", "safety_minor", date(YEARS[0], 8, 9), "清扫作业车辆碰撞，一名作业人员受伤"),
    (YEAR, "C1", "env_minor", date(YEAR, 4, 12), "整治地块夜间施工噪声超标，被处罚款"),
    (YEAR, "C2", "petition_minor", date(YEAR, 9, 20), "安置房交付延期引发集体访，三个月内未化解"),
    (YEAR, "E1", "safety_minor", date(YEAR, 7, 5), "停车楼改造脚手架局部坍塌，一名工人受伤"),
)


def subjects() -> Iterator[Row]:
    """Yield each enterprise's class, and the industry and scale of its standards, by year."""
    for year in YEARS:
        for p in in_year(year):
            kind = "commercial" if p.group in COMMERCIAL else "welfare"
            yield {
                "year": year,
                "enterprise_id": p.enterprise_id,
                "class": kind,
                "industry": INDUSTRY[p.class_zh],
                "scale": _scale(p),
            }


def _scale(p: Profile) -> str:
    return "大型" if p.assets >= LARGE else "中型" if p.assets >= MIDDLE else "小型"


def measured(context: Context, group: str, year: int) -> dict[str, float]:
    """Return some of a group's indicators in a year."""
    sample, moment = context.sample, YEARS.index(year) + 1
    income = sample.incomes[year].consolidated(group)
    before, after = (sample.sheets[m].consolidated(group) for m in (moment - 1, moment))
    own = {p.enterprise_id for p in members(group, year)}
    people = sum(n for (y, _, e), n in sample.people.items() if y == year and e in own) / 12
    added = sum(row["value_added"] for e, row in sample.added[year].items() if e in own)
    assets = (before["total_assets"] + after["total_assets"]) / 2
    return {
        "debt_ratio": after["total_liabilities"] / after["total_assets"] * 100,
        "return_on_assets": income["net_profit"] / assets * 100,
        "labour_productivity": added / people / 100,
        "net_margin": income["net_profit"] / income["revenue"] * 100,
        "profit_per_capita": income["total_profit"] / people / 100,
    }


def targets(context: Context) -> Iterator[Row]:
    """Yield the year's targets of each group: a little better than the year before."""
    for group in GROUPS:
        last = measured(context, group, YEARS[0])
        asked = {name: last[name] * factor for name, factor in ASKED.items()}
        asked["debt_ratio"] = last["debt_ratio"] - float(context.rng.integers(2, 5)) / 2
        for name, target in asked.items():
            digits = 2 if name == "return_on_assets" else 1
            yield {"year": YEAR, "enterprise_id": group, "indicator": name, "target": round(target, digits)}


def scores(context: Context) -> Iterator[Row]:
    """Yield what each assessor gave each group on each item."""
    rng = context.rng
    mild = {a: rng.uniform(-4, 3) for a in ASSESSORS}
    good = {(group, item): rng.uniform(72, 92) for group in GROUPS for item in ITEMS}
    for year in YEARS:
        for group in GROUPS:
            for item in ITEMS:
                for assessor in ASSESSORS:
                    given = good[group, item] + mild[assessor] + rng.normal(0, 3)
                    yield {
                        "year": year,
                        "assessor": assessor,
                        "enterprise_id": group,
                        "item": item,
                        "score": round(2 * min(max(given, 50), 100)) / 2,
                    }
        for key in good:
            good[key] += rng.uniform(-2, 4)


def events() -> Iterator[Row]:
    """Yield the events that cost points."""
    for number, (year, enterprise, rule, day, title) in enumerate(EVENTS, 1):
        yield {
            "year": year,
            "id": f"HX{number:03d}",
            "enterprise_id": enterprise,
            "guard_id": rule,
            "happened_on": working_day(day),
            "title": title,
        }


def tables(context: Context) -> dict[str, list[Row]]:
    """Return the rows of the domain's tables."""
    return {
        "evaluation_subjects": list(subjects()),
        "evaluation_targets": list(targets(context)),
        "evaluation_scores": list(scores(context)),
        "evaluation_events": list(events()),
    }
