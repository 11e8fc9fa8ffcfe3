"""Investments, how they went by quarter, and a few planted events for the warnings to find."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from ..enterprises import BY_ID, FOUNDED, Profile, in_year
from ..money import WAN, text, units
from ..registers import YEAR, Context, numbered, working_day

Row = dict[str, object]
PLACES = ("滨江片区", "老城片区", "园区北区", "园区南区", "新城片区")
PROJECTS = {
    "资本投融资管理类": ("孵化楼", "科创园区扩建", "标准厂房改造"),
    "城乡建设发展类": ("道路改造", "雨污管网", "安置房"),
    "城市运营管理类": ("立体停车楼", "充电站", "公厕改造"),
}
QUARTERS = (date(YEAR, 3, 31), date(YEAR, 6, 30), date(YEAR, 9, 30), date(YEAR, 12, 31))
START, END = date(YEAR - 1, 12, 31), QUARTERS[-1]
OLD = 1  # the second project of each company is one of years ago
SHARE = 0.012  # a usual project is so much of its owner's assets

# Planted in works: over the approved total; three years without return; late; behind time; money
# ahead of the work; a year's plan overrun.
OVER, NO_RETURN, LATE = ("D1", 1.082), "B1", ("C1", date(YEAR, 7, 14))
SLOW, AHEAD, OVERRUN = "C2", "D2", ("E", 0.87)
# Planted outside works: (owner, kind, title, list, place, share, main, approved, 万元, started).
DEALS = (
    # Forbidden by the negative list.
    ("A1", "securities", "二级市场股票买卖", "J1", "home", 100, False, None, 860, date(YEAR, 5, 17)),
    # Abroad without an approval, and the nearest that is in order.
    ("A", "equity", "海外仓储公司股权", "", "abroad", 34, True, None, 1450, date(YEAR, 3, 22)),
    ("A", "equity", "境外园区运营公司股权", "", "abroad", 60, True, date(YEAR - 1, 11, 9), 2200, date(YEAR - 1, 12, 6)),
    # On the list or not controlled, but approved: quiet.
    ("A1", "fund", "产业引导子基金出资", "T1", "home", 25, True, date(YEAR, 1, 18), 9000, date(YEAR, 2, 15)),
    ("B", "equity", "检验检测公司增资", "", "home", 49, True, date(YEAR, 3, 30), 1960, date(YEAR, 4, 26)),
    (
        "D",
        "equity",
        "沥青材料公司股权收购",
        "T3",
        "home",
        51,
        True,
        date(YEAR - 1, 10, 12),
        3060,
        date(YEAR - 1, 11, 24),
    ),
    # Outside the main business: much of what this group does, and the nearest that is little.
    ("F", "fixed", "温泉民宿改造", "", "home", 100, False, None, 620, date(YEAR, 4, 6)),
    ("E", "fixed", "停车楼顶层餐饮装修", "", "home", 100, False, None, 180, date(YEAR, 6, 15)),
)
PLANTED = (OVER, NO_RETURN, LATE, SLOW, AHEAD, OVERRUN, DEALS)


def tables(context: Context) -> dict[str, list[Row]]:
    """Return investments and their quarters."""
    made = [*_works(context), *_deals(context)]
    made.sort(key=lambda pair: (str(pair[0]["started_on"]), str(pair[0]["enterprise_id"])))
    rows, quarters = [], []
    for key, (row, own) in zip(numbered("TZ", len(made)), made, strict=True):
        rows.append({**row, "id": key})
        quarters += [{**quarter, "investment_id": key} for quarter in own]
    return {"investments": rows, "investment_progress": quarters}


def _works(context: Context) -> list[tuple[Row, list[Row]]]:
    made = []
    for p in in_year(YEAR):
        for i, title in enumerate(PROJECTS[p.class_zh][: 2 + (p.level == 1)]):
            first = i == 0
            started, due, finished = _dates(context, p, i)
            assets = context.sample.sheets[2].individual[p.enterprise_id]["total_assets"] / WAN
            size = assets * SHARE * float(context.rng.lognormal(0, 0.5))
            planned = max(120, int(min(size, 30_000)) // 10 * 10) * WAN
            cost = context.rng.uniform(0.94, 1.01)
            if first and p.enterprise_id == OVER[0]:
                cost = OVER[1]
            expected = round(context.rng.uniform(3.5, 7.5), 1)
            earns = context.rng.uniform(0.7, 1.1)
            if first and p.enterprise_id == NO_RETURN:
                earns = 0
            row = _row(
                p.enterprise_id,
                f"{context.pick(PLACES)}{title}",
                planned,
                started,
                due,
                finished if finished <= END else None,
                expected,
            )
            made.append(_with_quarters(context, row, planned, cost, finished, earns, first))
    return made


def _dates(context: Context, p: Profile, i: int) -> tuple[date, date, date]:
    """Return when a project began, was to be finished, and was (or will be, after the year)."""
    first = i == 0
    if first and p.enterprise_id == NO_RETURN:
        return date(YEAR - 6, 6, 28), date(YEAR - 4, 6, 28), date(YEAR - 4, 6, 28)
    if first and p.enterprise_id == OVER[0]:
        return date(YEAR - 3, 5, 18), date(YEAR, 5, 12), date(YEAR, 6, 2)
    if first and p.enterprise_id == LATE[0]:
        return date(YEAR - 2, 4, 14), LATE[1], date(YEAR + 1, 1, 19)
    if first and p.enterprise_id == SLOW:
        return date(YEAR - 1, 3, 16), date(YEAR + 1, 3, 15), date(YEAR + 2, 6, 20)
    if first and p.enterprise_id == AHEAD:
        return date(YEAR - 1, 8, 10), date(YEAR + 1, 8, 9), date(YEAR + 1, 9, 4)
    span = date(YEAR - 2, 1, 6), date(YEAR, 6, 30)
    if p.start_year > FOUNDED:
        span = date(p.start_year, 4, 3), span[1]
    elif i == OLD:
        span = date(YEAR - 6, 9, 1), date(YEAR - 4, 3, 30)
    started = context.day(*span)
    due = working_day(started + timedelta(days=int(context.rng.integers(420, 1100))))
    return started, due, working_day(due + timedelta(days=int(context.rng.integers(-40, 21))))


def _deals(context: Context) -> list[tuple[Row, list[Row]]]:
    made = []
    for key, kind, title, listed, place, share, main, approved, amount, started in DEALS:
        due = working_day(started + timedelta(days=240 if kind != "fixed" else 420))
        finished = working_day(started + timedelta(days=225 if kind != "fixed" else 410))
        row = _row(key, title, amount * WAN, working_day(started), due, finished if finished <= END else None, 6.0)
        row |= {
            "kind": kind,
            "list_id": listed,
            "place": place,
            "share": share,
            "business": "main" if main else "non_main",
            "approved_on": approved or "",
        }
        made.append(_with_quarters(context, row, amount * WAN, 1.0, finished, 0.0, False))
    return made


def _row(key: str, title: str, planned: int, started: date, due: date, finished: date | None, expected: float) -> Row:
    return {
        "year": YEAR,
        "id": "",
        "enterprise_id": key,
        "title": title,
        "kind": "fixed",
        "business": "main",
        "place": "home",
        "share": 100,
        "list_id": "",
        "approved_on": "",
        "planned": text(planned),
        "started_on": started,
        "due_on": due,
        "finished_on": finished or "",
        "expected_return": expected,
    }


def _with_quarters(
    context: Context, row: Row, planned: int, cost: float, finished: date, earns: float, first: bool
) -> tuple[Row, list[Row]]:
    """Add what was put in before and in the year, and the return; give the year's quarters."""
    started, key = row["started_on"], str(row["enterprise_id"])
    assert isinstance(started, date)
    lead = 0.33 if first and key == AHEAD else 0.0
    days = [START, *QUARTERS]
    work = [_part(started, finished, day) for day in days]
    money = [units(planned * cost * min(1.0, part + lead * (part > 0))) for part in work]
    quarters: list[Row] = []
    for number, ((a, b), (before, after)) in enumerate(zip(pairwise(money), pairwise(work), strict=True), start=1):
        if before < 1 and after > 0:
            plan = (b - a) * context.rng.uniform(1.0, 1.1)
            if BY_ID[key].group == OVERRUN[0]:
                plan = (b - a) * OVERRUN[1]
            quarters.append(
                {
                    "year": YEAR,
                    "quarter": number,
                    "investment_id": "",
                    "planned_amount": text(units(plan)),
                    "amount": text(b - a),
                    "progress": round(100 * after, 1),
                }
            )
    earned = units(money[-1] * float(row["expected_return"]) / 100 * earns * (work[-1] >= 1))
    return {
        **row,
        "invested_before": text(money[0]),
        "invested": text(money[-1]),
        "yearly_return": text(earned),
    }, quarters


def _part(started: date, finished: date, day: date) -> float:
    """Return how much of a work's time has passed on a day."""
    return min(1.0, max(0.0, (day - started).days / (finished - started).days))
