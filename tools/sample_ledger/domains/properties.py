"""资产: properties, their leases, and what was sold.

Whatever stands in the registers of assets without title and of assets to be put to use is a
property here too, with that register's number. Rents come to a plausible share of revenue, book
values stay within the balance sheet. Some events are planted for the warnings to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ..enterprises import Profile, in_year
from ..money import WAN, text, units
from ..registers import YEAR, Context, numbered, working_day

STREAM = "assets"
AFTER = ("plans", "safety")
Row = dict[str, object]
PLACES = ("滨江片区", "老城片区", "园区北区", "园区南区", "新城片区")
# kind: (what it is called, market rent in yuan a square metre and month, 万元 a square metre)
KINDS = {
    "shop": ("商业街区", 45, 0.95),
    "factory": ("标准厂房", 16, 0.3),
    "parking": ("公共停车楼", 20, 0.32),
    "office": ("办公楼", 30, 0.62),
    "park": ("公园配套用房", 24, 0.42),
    "housing": ("保障房小区", 0, 0.3),
}
LETS = {
    "holder": ("office", "shop", "parking"),
    "fund": ("office",),
    "lessor": ("shop", "office", "factory", "parking"),
    "builder_head": ("shop", "office"),
    "builder": ("shop",),
    "operator": ("parking", "park", "shop"),
    "service": ("office", "shop"),
}
# How many are let, what share of revenue their rents are.
LETTING = {
    "holder": (5, 0.2),
    "fund": (2, 0.12),
    "lessor": (13, 0.62),
    "builder_head": (3, 0.03),
    "builder": (2, 0.02),
    "operator": (6, 0.22),
    "service": (1, 0.04),
}
MANY = ("holder", "lessor", "operator")  # who can have one stand empty
PARKS = "B"  # the group with an industrial park
HOUSING = {"C2": (6, 410_000), "C": (2, 120_000), "D": (2, 95_000)}  # social housing, square metres
OLD = {"A": 9200, "C": 15_400, "F": 3800}  # dilapidated, square metres
SIZE = 10  # areas are whole tens of square metres
TENANTS = ("商贸公司", "科技公司", "餐饮公司", "物流公司", "培训机构", "停车管理公司", "制造企业")
LETTERS = "甲乙丙丁戊己庚辛壬癸"
LISTED = {"house": "office", "shop": "shop", "plant": "factory", "parking": "parking"}
# What kind of thing an asset without title is, by a word in its name.
UNTITLED = (
    ("街道办公", "office", "admin_loan"),
    ("校舍", "office", "admin_loan"),
    ("社区配套", "office", "admin_loan"),
    ("宿舍", "housing", "dilapidated"),
    ("停车", "parking", "own"),
    ("车库", "parking", "own"),
    ("", "office", "own"),
)
BOOKS = ("inventories", "investment_property", "fixed_assets")

# Planted: an enterprise's lease at a third of the market, a block empty for two years, a property
# that earns a fifth of what others do, leases that nobody renewed, a sale outside the exchange.
CHEAP = ("A2", 0.33)
EMPTY = ("B1", date(YEAR - 2, 10, 18))
POOR = ("E", 0.2)
EXPIRED = {"A": date(YEAR, 9, 28), "F": date(YEAR, 12, 14)}
SALES = (
    ("A2", "临街小商铺", "building", 386, 420, 1.09, True),
    ("B1", "闲置生产线", "equipment", 212, 188, 1.0, True),
    ("C1", "项目部临时用房", "building", 735, 762, 1.0, False),
    ("D1", "沥青摊铺机", "equipment", 164, 131, 1.03, True),
    ("E1", "报废拖车", "vehicle", 22, 16, 1.12, False),
    ("F1", "旧清扫车", "vehicle", 48, 35, 1.06, False),
    ("F2", "旧物业办公家具", "other", 6, 3, 1.0, False),
    ("D", "工程检测设备", "equipment", 93, 71, 1.0, False),
)
OUTSIDE = "C1"
PLANTED = (CHEAP, EMPTY, POOR, EXPIRED, OUTSIDE)


def tables(context: Context) -> dict[str, list[Row]]:
    """Return the module's tables."""
    properties: list[Row] = []
    leases: list[Row] = []
    for p in in_year(YEAR):
        own = [*_rental(context, p), *_untitled(context, p), *_revived(context, p), *_others(p)]
        for row, let in own:
            key = f"FC{len(properties) + 1:03d}"
            properties.append({**row, "id": key})
            leases += [{**lease, "property_id": key} for lease in let]
    leases.sort(key=lambda lease: (str(lease["starts_on"]), str(lease["property_id"])))
    keys = numbered("ZL", len(leases))
    return {
        "properties": properties,
        "leases": [{**lease, "id": key} for key, lease in zip(keys, leases, strict=True)],
        "asset_disposals": list(_sales(context)),
    }


Let = tuple[Row, list[Row]]


def _property(p: Profile, title: str, kind: str, use: str, area: float, value: float, **more: object) -> Row:
    return {
        "year": YEAR,
        "id": "",
        "enterprise_id": p.enterprise_id,
        "title": title,
        "kind": kind,
        "use": use,
        "area": area,
        "book_value": text(units(value, WAN)),
        "market_rent": "",
        "lettable_since": "",
        "titleless_id": "",
        "idle_id": "",
        **more,
    }


# --- what is let ---------------------------------------------------------------------------------


def _rental(context: Context, p: Profile) -> Iterator[Let]:
    count, share = LETTING[p.role]
    kinds = ("factory",) * 3 + ("office",) if p.group == PARKS else LETS[p.role]
    revenue = context.sample.incomes[YEAR].rows[p.enterprise_id]["revenue"] / WAN
    weights = context.rng.lognormal(0, 0.5, count)
    if p.enterprise_id == EMPTY[0]:
        weights[0] = weights.min()
    for i, weight in enumerate(weights / weights.sum()):
        kind = kinds[i % len(kinds)]
        name, market, value = KINDS[kind]
        rent = round(market * context.rng.uniform(0.8, 1.2), 1)
        area = max(12, int(revenue * share * weight * 10_000 / 12 / rent / SIZE)) * SIZE
        value *= area * rent / market * context.rng.uniform(0.85, 1.15)
        since = context.day(date(p.start_year - (p.start_year < YEAR), 1, 10), date(p.start_year, 3, 30))
        if not i and p.enterprise_id == POOR[0]:
            value /= POOR[1]
        row = _property(
            p,
            f"{context.pick(PLACES)}{name}{i + 1}号",
            kind,
            "rental",
            area,
            value,
            market_rent=rent,
            lettable_since=since,
        )
        yield row, _leases(context, p, row, i)


def _leases(context: Context, p: Profile, row: Row, i: int) -> list[Row]:
    """Return a property's leases: mostly full, sometimes a part or (for a short time) all empty."""
    area, rent = int(str(row["area"])), float(str(row["market_rent"]))
    since = row["lettable_since"]
    assert isinstance(since, date)
    if not i and p.enterprise_id == EMPTY[0]:
        return [_lease(context, area, rent, since, EMPTY[1], EMPTY[1])]
    chance = context.rng.random()
    if chance < 0.06 and i > 1 and p.role in MANY:  # empty for some months
        left = context.day(date(YEAR, 7, 12), date(YEAR, 11, 28))
        return [_lease(context, area, rent, since, left, left)]
    used = area if chance < 0.74 else int(area * context.rng.uniform(0.7, 0.96)) // SIZE * SIZE
    parts = [used] if used < 2000 or i % 3 else [used // 2 // SIZE * SIZE]
    parts += [used - sum(parts)] if sum(parts) < used else []
    found = []
    for n, part in enumerate(parts):
        begun = since
        if context.rng.random() < 0.4 and since < date(YEAR - 1, 1, 1):  # a tenant before this one
            left = context.day(date(YEAR - 1, 2, 1), date(YEAR, 6, 30))
            found.append(_lease(context, part, rent, since, left, left))
            begun = working_day(left + timedelta(days=int(context.rng.integers(10, 90))))
        ends = context.day(date(YEAR + 1, 2, 1), date(YEAR + 4, 6, 30))
        if not i and not n:
            ends = EXPIRED.get(p.enterprise_id, ends)
        found.append(_lease(context, part, rent, begun, ends, None))
    if not i and p.enterprise_id == CHEAP[0]:
        found[-1]["yearly_rent"] = _rent(part, rent * CHEAP[1])
    return found


def _lease(context: Context, area: float, rent: float, starts: date, ends: date, ended: date | None) -> Row:
    return {
        "year": YEAR,
        "id": "",
        "property_id": "",
        "tenant": context.pick(TENANTS) + context.pick(LETTERS),
        "area": area,
        "yearly_rent": _rent(area, rent * context.rng.uniform(0.88, 1.08)),
        "starts_on": starts,
        "ends_on": ends,
        "ended_on": ended or "",
    }


def _rent(area: float, rent: float) -> str:
    return text(units(area * rent * 12 / 10_000, WAN))


# --- what other registers list -------------------------------------------------------------------


def _untitled(context: Context, p: Profile) -> Iterator[Let]:
    """What has no title; as much of it as the balance sheet has room for."""
    sheet = context.sample.sheets[2].individual[p.enterprise_id]
    room = sum(sheet.get(name, 0) for name in BOOKS) / WAN / 2
    for item in context.made["titleless_assets"]:
        if item["enterprise_id"] != p.enterprise_id:
            continue
        room -= float(str(item["book_value"]))
        if room < 0:
            return
        title = str(item["title"])
        kind, use = next((k, u) for word, k, u in UNTITLED if word in title)
        yield (
            _property(
                p, title, kind, use, float(str(item["area"])), float(str(item["book_value"])), titleless_id=item["id"]
            ),
            [],
        )


def _revived(context: Context, p: Profile) -> Iterator[Let]:
    """What is on the list of assets to be put to use, land excepted."""
    for item in context.made["idle_assets"]:
        if item["enterprise_id"] != p.enterprise_id or item["kind"] not in LISTED:
            continue
        kind, area = LISTED[str(item["kind"])], float(str(item["area"]))
        rent = round(KINDS[kind][1] * context.rng.uniform(0.8, 1.0), 1)
        since = context.day(date(YEAR - 3, 1, 10), date(YEAR - 2, 12, 20))
        row = _property(
            p,
            str(item["title"]),
            kind,
            "rental",
            area,
            float(str(item["book_value"])),
            market_rent=rent,
            lettable_since=since,
            idle_id=item["id"],
        )
        until = context.day(date(YEAR + 1, 3, 1), date(YEAR + 3, 6, 30))
        done = item["closed_on"]
        let = []
        if item["status"] == "low_yield":
            old = _lease(context, area, rent, since, done or until, done or None)  # type: ignore[arg-type]
            let.append({**old, "yearly_rent": item["yearly_rent"]})
            if not done:
                row["market_rent"] = _at_most(rent, float(str(item["yearly_rent"])), area)
        if done:
            rent = float(str(row["market_rent"]))
            let.append(_lease(context, area, rent, done, until, None))  # type: ignore[arg-type]
        yield row, let


def _at_most(rent: float, yearly: float, area: float) -> float:
    """Return a market rent that is little above what is paid: the place itself is poor."""
    return min(rent, round(yearly * 10_000 / 12 / area * 1.12, 1))


def _others(p: Profile) -> Iterator[Let]:
    """What is not there to be let: the own office, old buildings, social housing."""
    desks = max(6, int(p.staff[1])) * 16 // SIZE * SIZE
    value = KINDS["office"][2] * 0.5
    yield _property(p, f"{p.name_zh}本部办公用房", "office", "own", desks, desks * value), []
    count, area = HOUSING.get(p.enterprise_id, (0, 0))
    for i in range(count):
        part = area * (2 + i) // sum(range(2, count + 2)) // SIZE * SIZE
        title = f"{PLACES[i % len(PLACES)]}{KINDS['housing'][0]}{i + 1}期"
        yield _property(p, title, "housing", "social_housing", part, part * KINDS["housing"][2]), []
    if p.enterprise_id in OLD:
        area = OLD[p.enterprise_id]
        yield _property(p, "老城片区待拆旧厂区", "factory", "dilapidated", area, area * 0.05), []


def _sales(context: Context) -> Iterator[Row]:
    for key, (owner, title, kind, book, appraised, factor, listed) in zip(
        numbered("CZ", len(SALES)), SALES, strict=True
    ):
        valued = context.day(date(YEAR, 1, 10), date(YEAR, 7, 20))
        offered = working_day(valued + timedelta(days=int(context.rng.integers(20, 50))))
        sold = working_day(offered + timedelta(days=int(context.rng.integers(20, 80))))
        yield {
            "year": YEAR,
            "id": key,
            "enterprise_id": owner,
            "title": title,
            "kind": kind,
            "book_value": text(book * WAN),
            "appraised": text(appraised * WAN),
            "appraised_on": valued,
            "listed_on": offered if listed else "",
            "disposed_on": sold,
            "price": text(units(appraised * factor, WAN)),
        }
