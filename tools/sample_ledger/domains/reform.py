"""Reform: where people went, and how capital moved between the groups.

Every movement is a step of the headcount, and every move of capital a row of the changes of
equity, so both tie exactly. A large fall is a trade that leaves; a company that is set up takes
its people from the others of its group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from ..enterprises import BY_ID, YEARS, in_year, members
from ..headcount import LAST, MONTHS
from ..money import apportion, text
from ..registers import YEAR, Context, numbered

Row = dict[str, object]
# Weights of (resignation, retirement, transfer, placement): where a trade leaves, and elsewhere.
KINDS = ("resignation", "retirement", "transfer", "placement")
TRADE = (0.04, 0.06, 0.62, 0.28)
USUAL = (0.5, 0.4, 0.04, 0.06)
LARGE = 8  # a fall of so many in a month is a trade that leaves
SUBJECTS = {
    "A": ("临街商铺和办公用房", "闲置校舍和原街道办公楼", "经营性仓储用房"),
    "C": ("城市更新片区房屋", "收储地块地上建筑物", "片区配套用地"),
    "D": ("市政道路附属设施", "雨污管网资产", "桥下空间附属设施"),
    "E": ("公共停车位经营权", "公园配套商业用房", "公共空间广告位"),
}
INVESTED = "项目资本金"
LEAVES = "道路清扫和物业服务板块资产"
BETWEEN = ("B", "E", "园区公共停车场和公共空间")  # from a park's investor to the operator


def tables(context: Context) -> dict[str, list[Row]]:
    """Return staff movements and moves of capital."""
    return {"staff_movements": list(_movements(context)), "capital_moves": _capital(context)}


def _movements(context: Context) -> Iterator[Row]:
    people = context.sample.people
    last = {p.enterprise_id: people[YEAR - 1, LAST, p.enterprise_id] for p in in_year(YEARS[0])}
    for month in MONTHS:
        now = {p.enterprise_id: people[YEAR, month, p.enterprise_id] for p in in_year(YEAR)}
        left = {key: last.get(key, 0) - number for key, number in now.items()}
        moved: Counter[tuple[str, str]] = Counter()
        for new in now.keys() - last.keys():
            # Who leaves the others of the group that month goes to the new company.
            for giver in (p.enterprise_id for p in members(BY_ID[new].group, YEAR) if p.enterprise_id in last):
                number = max(0, min(left[giver], -left[new]))
                moved[giver, "transfer"] += number
                moved[new, "moved_in"] += number
                left[giver] -= number
                left[new] += number
        for key, number in left.items():
            moved[key, "hired"] += max(0, -number)
            for kind, part in zip(KINDS, _split(context, number), strict=True):
                moved[key, kind] += part
        for (key, kind), number in sorted(moved.items()):
            if number:
                yield {"year": YEAR, "month": month, "enterprise_id": key, "kind": kind, "people": number}
        last = now


def _split(context: Context, left: int) -> list[int]:
    if left <= 0:
        return [0] * len(KINDS)
    if left >= LARGE:
        return apportion(left, [w * context.rng.uniform(0.8, 1.2) for w in TRADE])
    return [int(n) for n in context.rng.multinomial(left, [w / sum(USUAL) for w in USUAL])]


def _capital(context: Context) -> list[Row]:
    rows: list[Row] = []
    causes = {key: amount for key, (amount, _) in context.sample.changes[YEAR].items()}
    giver, taker, what = BETWEEN
    between = causes.pop((giver, "transfer_out"))
    rows.append(_move(context, giver, taker, "transfer", what, between))
    causes[taker, "transfer_in"] -= between
    for (group, factor), amount in causes.items():
        if factor == "transfer_out":
            rows.append(_move(context, group, "", "transfer", LEAVES, amount))
        elif factor == "state_investment":
            rows += (_move(context, "", group, "investment", INVESTED, part) for part in apportion(amount, [0.6, 0.4]))
        elif factor == "transfer_in":
            subjects = SUBJECTS[group]
            parts = apportion(amount, [context.rng.uniform(0.5, 1.5) for _ in subjects])
            rows += (
                _move(context, "", group, "transfer", subject, part)
                for subject, part in zip(subjects, parts, strict=True)
            )
    rows.sort(key=lambda row: str(row["moved_on"]))
    return [{**row, "id": key} for key, row in zip(numbered("ZB", len(rows)), rows, strict=True)]


def _move(context: Context, giver: str, taker: str, kind: str, subject: str, amount: int) -> Row:
    return {
        "year": YEAR,
        "id": "",
        "moved_on": context.day(date(YEAR, 2, 6), date(YEAR, 12, 22)),
        "from_enterprise_id": giver,
        "to_enterprise_id": taker,
        "kind": kind,
        "subject": subject,
        "amount": text(amount),
    }
