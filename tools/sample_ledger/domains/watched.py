"""What two modules of the supervision platform look at: payments and leases, with planted events
for the warnings to find.
"""

from __future__ import annotations

from datetime import date, timedelta

from ..enterprises import in_year
from ..money import text
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


def tables(context: Context) -> dict[str, list[Row]]:
    """Return the tables of the modules."""
    return {
        "large_payments": _numbered("ZF", "paid_on", _payments(context)),
        "leases": _numbered("ZL", "title", _leases(context)),
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
