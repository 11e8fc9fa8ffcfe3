"""Responsibility: projects with their investment, housing delivered, municipal grants, renewal.

Amounts printed as 逾 lie a few per cent above the round number. What the report names, such as the
central grant and the events, is among the real rows and not made here.
"""

from __future__ import annotations

from datetime import date, timedelta

from ..enterprises import BY_ID, in_year
from ..money import WAN, YI, apportion, text, units
from ..registers import YEAR, Context, numbered, working_day

Row = dict[str, object]
MORE_THAN_PRINTED = (0.02, 0.06)
QUARTERS = (0.16, 0.26, 0.29, 0.29)  # building is slow around the new year
PLACES = ("滨江片区", "老城片区", "园区北区", "园区南区", "新城片区", "沿河片区", "山前片区", "站前片区")
# Kind -> who manages such projects, how large they are beside each other, what they are called.
KINDS: dict[str, tuple[tuple[str, ...], float, tuple[str, ...]]] = {
    "infrastructure": (("D", "D1"), 1.6, ("市政道路", "雨污管网改造", "跨线桥", "综合管廊", "停车换乘场")),
    "industry": (("B", "B1", "B2", "A1"), 2.2, ("标准厂房", "产业园", "科创孵化楼", "仓储物流基地", "中试基地")),
    "renewal": (("C", "C1", "D3"), 1.1, ("老旧小区改造", "旧厂区更新", "街区更新", "棚户区改造")),
    "housing": (("C2", "C"), 1.5, ("保障性租赁住房", "安置房", "人才公寓")),
    "ecology": (("D2", "D"), 0.6, ("河道整治", "边坡复绿", "口袋公园", "山体公园")),
    "services": (("E", "E1", "E2", "F", "A2"), 0.4, ("公共停车场", "充电站", "环卫转运站", "社区服务用房")),
}
SHARES = (14, 20, 17, 9, 15, 25)  # how often each kind occurs
STAGES = ("planned", "preparing", "building", "finished")
HOMES = ("江岸家园", "园区人才苑", "滨河新居", "山前雅居", "站前嘉园", "新城和苑", "老城安居里", "沿河花园")
AREAS = ("老城片区一", "老城片区二", "沿河片区")
GRANTED, PART = 2, (0.01, 0.03)  # so many municipal grants, each such a part of what its projects cost


def tables(context: Context) -> dict[str, list[Row]]:
    """Return projects, their investment by quarter, deliveries, grants with their projects, renewal areas."""
    projects = _projects(context)
    investment, deliveries = _investment(context, projects), _deliveries(context)
    grants, grant_projects = _grants(context, projects)
    return {
        "projects": projects,
        "project_investment": investment,
        "housing_deliveries": deliveries,
        "grants": grants,
        "grant_projects": grant_projects,
        "renewal_areas": _areas(context),
    }


def _over(context: Context, claim: str, size: int = 1) -> int:
    """Return what lies a little above the number that the report printed as 逾."""
    return units(context.counts[claim] * (1 + context.rng.uniform(*MORE_THAN_PRINTED)), size)


def _projects(context: Context) -> list[Row]:
    number = _over(context, "projects.total")
    sizes, rows = [], []
    names: dict[str, int] = {}
    for _ in range(number):
        kind = context.pick(tuple(KINDS), SHARES)
        owners, size, words = KINDS[kind]
        owner = context.pick([o for o in owners if BY_ID[o] in in_year(YEAR)])
        name = context.pick(PLACES) + context.pick(words)
        names[name] = names.get(name, 0) + 1
        stage = context.pick(STAGES, (12, 14, 52, 22))
        rows.append(
            {
                "year": YEAR,
                "id": "",
                "enterprise_id": owner,
                "title": f"{name}{_ordinal(names[name])}",
                "kind": kind,
                "stage": stage,
                **_life(context, stage),
            }
        )
        sizes.append(size * context.rng.lognormal(0, 0.9))
    planned = apportion(_over(context, "projects.fixed_asset_investment", 3 * YI), sizes)
    wins = [s * context.rng.uniform(0.2, 1.8) if context.rng.random() < 0.3 else 0 for s in sizes]
    attracted = apportion(_over(context, "projects.investment_attracted", YI), wins)
    for row, plan, won in zip(rows, planned, attracted, strict=True):
        row.update(planned_investment=text(plan), attracted_investment=text(won))
    return [{**row, "id": key} for key, row in zip(numbered("XM", number), rows, strict=True)]


def _ordinal(count: int) -> str:
    return "" if count == 1 else f"{'一二三四五六七八九十'[min(count, 10) - 1]}期"


def _life(context: Context, stage: str) -> Row:
    opened = context.day(date(YEAR - 2, 3, 1), date(YEAR, 6, 30))
    if stage in ("planned", "preparing"):
        opened = context.day(date(YEAR, 2, 6), date(YEAR, 11, 30))
    due = working_day(opened + timedelta(days=int(context.rng.integers(400, 1100))))
    closed: object = ""
    if stage == "finished":
        closed = context.day(max(date(YEAR, 1, 9), opened + timedelta(days=90)), date(YEAR, 12, 22))
        due = working_day(closed + timedelta(days=int(context.rng.integers(-40, 120))))
        due = max(due, opened)
    return {"opened_on": opened, "due_on": due, "closed_on": closed}


def _investment(context: Context, projects: list[Row]) -> list[Row]:
    """Split the year's investment over the projects that have begun, and over quarters."""
    total = _over(context, "projects.fixed_asset_investment", YI)
    begun = [p for p in projects if p["stage"] in ("building", "finished")]
    plans = [float(str(p["planned_investment"])) * WAN for p in begun]
    pace = [context.rng.uniform(0.35, 1.0) for _ in begun]
    rows: list[Row] = []
    for project, amount in zip(begun, _capped(total, plans, pace), strict=True):
        first, last = _quarters(project)
        weights = [w * context.rng.uniform(0.6, 1.4) if first <= q <= last else 0.0 for q, w in enumerate(QUARTERS, 1)]
        for quarter, part in enumerate(apportion(amount, weights), 1):
            if part:
                rows.append({"year": YEAR, "quarter": quarter, "project_id": project["id"], "amount": text(part)})
    return rows


def _quarters(project: Row) -> tuple[int, int]:
    """Return the first and the last quarter of the year in which a project was being built."""
    opened, closed = project["opened_on"], project["closed_on"] or date(YEAR, 12, 31)
    assert isinstance(opened, date) and isinstance(closed, date)
    first = (opened.month + 2) // 3 if opened.year == YEAR else 1
    return first, (closed.month + 2) // 3


def _capped(total: int, plans: list[float], pace: list[float]) -> list[int]:
    """Split a total by plan and pace; no project gets more than nine tenths of its plan."""
    amounts = apportion(total, [plan * speed for plan, speed in zip(plans, pace, strict=True)])
    if any(amount > 0.9 * plan for amount, plan in zip(amounts, plans, strict=True)):
        raise RuntimeError("项目计划投资太小，装不下全年完成的投资")
    return amounts


def _deliveries(context: Context) -> list[Row]:
    number = context.counts["housing_delivery.projects"]
    rows: list[Row] = []
    for i in range(number):
        done = context.day(date(YEAR, 3, 6), date(YEAR, 12, 22))
        rows.append(
            {
                "year": YEAR,
                "id": "",
                "enterprise_id": context.pick(("C", "C2")),
                "title": HOMES[i % len(HOMES)],
                "homes": int(context.rng.integers(18, 130)) * 10,
                "opened_on": date(YEAR - 1, 9, 1),
                "due_on": working_day(done + timedelta(days=int(context.rng.integers(-12, 60)))),
                "closed_on": done,
            }
        )
    rows.sort(key=lambda row: str(row["closed_on"]))
    return [{**row, "id": key} for key, row in zip(numbered("BJ", number), rows, strict=True)]


def _grants(context: Context, projects: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return municipal grants and what of each goes to which project: a small part of what it costs."""
    renewed = [p for p in projects if p["kind"] == "renewal" and p["stage"] == "building"]
    grants, parts = [], []
    for key in numbered("BZS", GRANTED):
        own = context.rng.choice(len(renewed), 2, replace=False)
        shares = {
            str(renewed[i]["id"]): units(float(str(renewed[i]["planned_investment"])) * context.rng.uniform(*PART), 1)
            * WAN
            for i in sorted(own)
        }
        grants.append(
            {
                "year": YEAR,
                "id": key,
                "source": "municipal",
                "title": "城市更新市级补助",
                "granted_on": context.day(date(YEAR, 4, 3), date(YEAR, 9, 28)),
                "amount": text(sum(shares.values())),
            }
        )
        parts += [
            {"year": YEAR, "grant_id": key, "project_id": project, "amount": text(amount)}
            for project, amount in shares.items()
        ]
    return grants, parts


def _areas(context: Context) -> list[Row]:
    return [
        {
            "year": YEAR,
            "id": key,
            "enterprise_id": context.pick(("C", "D3")),
            "title": title,
            "areas": 1,
            "households": int(context.rng.integers(40, 260)) * 10,
            "commended": "no",
            "commended_by": "",
            "credit": "",
            "finished_on": context.day(date(YEAR, 3, 6), date(YEAR, 11, 30)),
        }
        for key, title in zip(numbered("PQ", len(AREAS)), AREAS, strict=True)
    ]
