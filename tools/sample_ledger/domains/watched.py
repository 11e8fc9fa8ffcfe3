"""What the supervision platform's other modules look at: payments, leases, investments,
transfers, key posts, decisions. Each has a few planted events for the warnings to find.
"""

from __future__ import annotations

from datetime import date, timedelta

from ..enterprises import in_year
from ..money import text, units
from ..registers import YEAR, Context, numbered, working_day

Row = dict[str, object]
FIRST, LAST = date(YEAR, 1, 6), date(YEAR, 12, 20)
PLACES = ("滨江片区", "老城片区", "园区北区", "园区南区", "新城片区")
PURPOSES = {"资本投融资管理类": ("项目资本金", "基金出资", "物业改造工程款", "咨询服务费"),
            "城乡建设发展类": ("工程进度款", "材料采购款", "征收补偿款", "设计勘察费"),
            "城市运营管理类": ("设备采购款", "设施维修款", "车辆更新款", "劳务外包费")}  # fmt: skip
PAYEES = ("施工单位", "材料供应商", "设备供应商", "设计单位", "劳务单位", "咨询机构")
LETTERS = "甲乙丙丁戊己庚辛"
APPROVAL = 1000  # 万元: the limit above which a payment is approved by a meeting
# Planted: one purchase paid in three parts, and a payment made without approval.
SPLIT = ("E1", "设备供应商庚", "设备采购款", date(YEAR, 9, 4), (640, 580, 610))
UNAPPROVED = ("C1", "施工单位辛", "工程进度款", date(YEAR, 11, 8), 1860)
PARTS = (("shop", "临街商铺", 45), ("factory", "标准厂房", 16), ("parking", "公共停车场", 20),
         ("office", "办公楼层", 30), ("park", "公园配套用房", 24))  # fmt: skip
LETTING = {"lessor": 9, "operator": 5, "holder": 3}
CHEAP = ("A2", 0.33)  # planted: one lease at a third of the market
PROJECTS = {
    "资本投融资管理类": ("孵化楼", "科创园区扩建", "标准厂房改造"),
    "城乡建设发展类": ("道路改造", "雨污管网", "安置房", "边坡治理"),
    "城市运营管理类": ("立体停车楼", "充电站", "公厕改造"),
}
# Planted: far over plan; three years without return.
OVER, IDLE = ("D1", 1.082), ("B1", 0.0)
TRANSFERS = (
    ("A", "所持参股企业股权", 2360, 1.04, True), ("B", "闲置厂房及土地", 1480, 1.0, True),
    ("C2", "零散商铺", 396, 1.11, True), ("E", "报废特种车辆", 58, 1.0, False),
    ("F", "旧办公用房", 512, 0.93, True),
)  # fmt: skip
POSTS = ("财务负责人", "出纳", "采购主管", "工程主管", "资产管理主管")
MATTERS = (
    ("decision", "年度预算和投资计划", False), ("decision", "薪酬分配方案", False),
    ("appointment", "中层管理人员聘任", False), ("project", "项目施工招标方案", True),
    ("project", "资产改造项目立项", True), ("funds", "到期借款续贷", True),
    ("funds", "对下属企业借款", True),
)  # fmt: skip
# Planted: a matter executed before its meeting, one without quorum, one without legal review.
EARLY, NO_QUORUM, UNREVIEWED = ("C", 19), "F2", "E1"


def tables(context: Context) -> dict[str, list[Row]]:
    """Return the tables of the modules."""
    return {
        "large_payments": _numbered("ZF", "paid_on", _payments(context)),
        "leases": _numbered("ZL", "title", _leases(context)),
        "investments": _numbered("TZ", "started_on", _investments(context)),
        "equity_transfers": _numbered("ZR", "transferred_on", _transfers(context)),
        "key_posts": _numbered("GW", "since", _posts(context)),
        "decisions": _numbered("JC", "meeting_on", _decisions(context)),
    }


def _numbered(prefix: str, order: str, rows: list[Row]) -> list[Row]:
    rows = sorted(rows, key=lambda row: (str(row[order]), str(row["enterprise_id"])))
    return [{**row, "id": key} for key, row in zip(numbered(prefix, len(rows)), rows, strict=True)]


def _payments(context: Context) -> list[Row]:
    rows = []
    for p in in_year(YEAR):
        for _ in range(3 + (p.level == 1) * 3):
            amount = int(context.rng.lognormal(6.3 if p.staff[1] > 10 else 5, 0.7) // 10 * 10)
            payee = context.pick(PAYEES) + context.pick(LETTERS[:6])
            paid = context.day(FIRST, LAST)
            rows.append(_paid(p.enterprise_id, payee, context.pick(PURPOSES[p.class_zh]), paid,
                              amount, int(context.rng.integers(2, 12))))  # fmt: skip
    key, payee, purpose, day, parts = SPLIT
    for i, amount in enumerate(parts):
        rows.append(_paid(key, payee, purpose, working_day(day + timedelta(days=4 * i)), amount, 0))
    rows.append(_paid(*UNAPPROVED, before=0))
    return rows


def _paid(key: str, payee: str, purpose: str, paid: date, amount: int, before: int) -> Row:
    """Return a payment, approved some days ``before`` it was made if it is large enough."""
    approved = amount >= APPROVAL and before
    return {
        "year": YEAR, "id": "", "enterprise_id": key, "paid_on": paid, "payee": payee,
        "purpose": purpose, "amount": text(amount * 100),
        "approved_on": working_day(paid - timedelta(days=before)) if approved else "",
    }  # fmt: skip


def _leases(context: Context) -> list[Row]:
    rows: list[Row] = []
    for p in in_year(YEAR):
        for i in range(LETTING.get(p.role, 1)):
            kind, words, market = PARTS[int(context.rng.integers(0, len(PARTS)))]
            area = int(context.rng.lognormal(6.6, 0.6) // 10 * 10)
            market = round(market * context.rng.uniform(0.8, 1.2), 1)
            empty = context.rng.random() < 0.1
            part = 0 if empty else area if context.rng.random() < 0.82 else area * 0.6 // 10 * 10
            factor = context.rng.uniform(0.86, 1.08)
            if not i and p.enterprise_id == CHEAP[0]:
                empty, part, factor = False, area, CHEAP[1]
            ends = context.day(date(YEAR + 1, 2, 1), date(YEAR + 4, 6, 30))
            if not empty and context.rng.random() < 0.05:
                ends = context.day(date(YEAR, 9, 1), date(YEAR, 12, 10))
            vacant = context.day(date(YEAR - 1, 6, 1), date(YEAR, 11, 30)) if part < area else ""
            rows.append({
                "year": YEAR, "id": "", "enterprise_id": p.enterprise_id,
                "title": f"{context.pick(PLACES)}{words}{i + 1}号", "kind": kind, "area": area,
                "let_area": int(part), "rent": "" if empty else f"{market * factor:.1f}",
                "market_rent": market, "ends_on": "" if empty else ends, "vacant_since": vacant,
            })  # fmt: skip
    return rows


def _investments(context: Context) -> list[Row]:
    rows: list[Row] = []
    for p in in_year(YEAR):
        for i, title in enumerate(PROJECTS[p.class_zh][: 2 + (p.level == 1)]):
            planned = int(context.rng.lognormal(8.3, 0.7) // 10 * 10)
            started = context.day(date(YEAR - 4, 2, 1), date(YEAR, 3, 31))
            due = working_day(started + timedelta(days=int(context.rng.integers(420, 1100))))
            late = int(context.rng.integers(-40, 30)) if context.rng.random() < 0.88 else 200
            finished = working_day(due + timedelta(days=late))
            if not i and p.enterprise_id == IDLE[0]:
                started, due, finished = (date(YEAR - y, 6, 28) for y in (6, 4, 4))
            done = finished <= date(YEAR, 12, 29)
            share = context.rng.uniform(0.93, 1.02) if done else context.rng.uniform(0.3, 0.9)
            if not i and p.enterprise_id == OVER[0]:
                share = OVER[1]
            expected = round(context.rng.uniform(3.5, 7.5), 1)
            earned = planned * share * expected / 100 * context.rng.uniform(0.7, 1.1) * done
            if not i and p.enterprise_id == IDLE[0]:
                earned = IDLE[1]
            rows.append({
                "year": YEAR, "id": "", "enterprise_id": p.enterprise_id,
                "title": f"{context.pick(PLACES)}{title}", "planned": text(planned * 100),
                "invested": text(units(planned * share, 100)), "started_on": started,
                "due_on": due, "finished_on": finished if done else "",
                "expected_return": expected, "yearly_return": text(units(earned, 100)),
            })  # fmt: skip
    return rows


def _transfers(context: Context) -> list[Row]:
    rows: list[Row] = []
    for key, title, value, factor, listed in TRANSFERS:
        appraised = context.day(date(YEAR, 1, 10), date(YEAR, 7, 20))
        offered = working_day(appraised + timedelta(days=int(context.rng.integers(20, 50))))
        made = working_day(offered + timedelta(days=int(context.rng.integers(25, 80))))
        rows.append({
            "year": YEAR, "id": "", "enterprise_id": key, "title": title,
            "appraised": text(value * 100), "appraised_on": appraised,
            "listed_on": offered if listed else "", "transferred_on": made,
            "price": text(units(value * factor, 100)),
        })  # fmt: skip
    return rows


def _posts(context: Context) -> list[Row]:
    return [
        {
            "year": YEAR, "id": "", "enterprise_id": p.enterprise_id, "post": post,
            "since": (since := context.day(date(YEAR - 5, 3, 1), date(YEAR, 9, 28))),
            "rotated_on": working_day(date(YEAR, 6, 30)) if since.year == YEAR - 5 else "",
        }
        for p in in_year(YEAR)
        for post in POSTS[: 2 + (p.level == 1) * 2]
    ] + [{"year": YEAR, "id": "", "enterprise_id": "B2", "post": "出纳",
          "since": date(YEAR - 7, 5, 8), "rotated_on": ""}]  # fmt: skip


def _decisions(context: Context) -> list[Row]:
    rows: list[Row] = []
    for p in in_year(YEAR):
        for i, (kind, title, money) in enumerate(MATTERS):
            if p.level > 1 and i % 2 == 0 and i:
                continue
            held = context.day(FIRST, LAST)
            members = 7 if p.level == 1 else 5
            present = members - int(context.rng.choice([0, 1], p=[0.7, 0.3]))
            reviewed = working_day(held - timedelta(days=int(context.rng.integers(2, 15))))
            executed = working_day(held + timedelta(days=int(context.rng.integers(3, 30))))
            if (p.enterprise_id, kind) == (EARLY[0], "project") and "招标" in title:
                executed = working_day(held - timedelta(days=EARLY[1]))
            if (p.enterprise_id, i) == (NO_QUORUM, 1):
                present = members // 2
            amount = int(context.rng.lognormal(6.8, 0.8) // 10 * 10)
            missing = p.enterprise_id == UNREVIEWED and money and i == 3
            rows.append({
                "year": YEAR, "id": "", "enterprise_id": p.enterprise_id, "kind": kind,
                "title": title, "amount": text(amount * 100 * money),
                "members": members, "present": present,
                "in_favour": present - int(context.rng.random() < 0.1), "meeting_on": held,
                "reviewed_on": "" if missing else reviewed,
                "executed_on": executed if executed <= date(YEAR, 12, 29) else "",
            })  # fmt: skip
    return rows
