"""Matters that a meeting decides, with planted breaches of procedure for the warnings to find."""

from __future__ import annotations

from datetime import date, timedelta

from ..enterprises import in_year
from ..money import WAN, text
from ..registers import YEAR, Context, numbered, working_day

Row = dict[str, object]
FIRST, LAST = date(YEAR, 1, 9), date(YEAR, 12, 15)
MATTERS = (
    ("decision", "年度预算和投资计划", False),
    ("decision", "薪酬分配方案", False),
    ("appointment", "中层管理人员聘任", False),
    ("project", "项目施工招标方案", True),
    ("project", "资产改造项目立项", True),
    ("funds", "到期借款续贷", True),
    ("funds", "对下属企业借款", True),
)
SHARE = 0.002  # a usual amount is so much of the enterprise's assets
SEATS = {1: 7, 2: 5}


def _matter(
    key: str, kind: str, title: str, amount: int, held: date | None, executed: date | None, **other: object
) -> Row:
    """Return a matter decided by all and executed as decided, but for what ``other`` says."""
    seats: object = SEATS[len(key)] if held else ""
    return {
        "year": YEAR,
        "id": "",
        "enterprise_id": key,
        "kind": kind,
        "title": title,
        "amount": text(amount * WAN),
        "members": seats,
        "present": seats,
        "in_favour": seats,
        "to_recuse": 0 if held else "",
        "recused": 0 if held else "",
        "meeting_on": held or "",
        "reviewed_on": working_day((held or executed or LAST) - timedelta(days=7)),
        "executed_on": executed or "",
        "executed_amount": text(amount * WAN) if executed else "",
        **other,
    }


PLANTED = (
    # Executed before its meeting.
    _matter("C", "project", "拆迁安置周转用房采购", 2680, date(YEAR, 3, 22), date(YEAR, 3, 3)),
    # Above the line without a meeting; the nearest is below it and needs none.
    _matter("D2", "project", "河道清淤专项工程发包", 1240, None, date(YEAR, 10, 18)),
    _matter("B2", "project", "孵化场地电路改造", 46, None, date(YEAR, 5, 11)),
    # Less than two thirds there, though all of them, and so a majority, were for it.
    _matter(
        "F2",
        "decision",
        "物业项目退出方案",
        0,
        date(YEAR, 3, 13),
        date(YEAR, 4, 3),
        present=3,
        in_favour=3,
        executed_amount=text(0),
    ),
    # Enough were there, but no majority of all was for it; the nearest was not executed.
    _matter("A2", "project", "商铺整体招商改造", 960, date(YEAR, 7, 12), date(YEAR, 8, 2), present=4, in_favour=2),
    _matter("D1", "project", "搅拌站设备更新", 540, date(YEAR, 11, 9), None, present=4, in_favour=2),
    # Without a legal review.
    _matter("E1", "project", "立体停车设备采购", 1770, date(YEAR, 6, 1), date(YEAR, 6, 9), reviewed_on=""),
    # Executed for more than was decided.
    _matter(
        "C1", "project", "场平土石方工程", 3150, date(YEAR, 4, 19), date(YEAR, 5, 15), executed_amount=text(3591 * WAN)
    ),
    # Decided long ago and never executed; the nearest was decided lately.
    _matter("B", "project", "园区光伏屋顶建设", 1320, date(YEAR, 5, 10), None),
    _matter("A", "funds", "对下属企业增资", 4000, date(YEAR, 11, 22), None),
    # Somebody who should have left the room did not; the nearest did.
    _matter("D", "funds", "向参股企业提供借款", 1500, date(YEAR, 9, 14), date(YEAR, 9, 28), to_recuse=1, recused=0),
    _matter(
        "A1",
        "funds",
        "关联基金认缴出资",
        2000,
        date(YEAR, 8, 24),
        date(YEAR, 9, 6),
        in_favour=4,
        to_recuse=1,
        recused=1,
    ),
)


def tables(context: Context) -> dict[str, list[Row]]:
    """Return the decisions."""
    rows = [*_ordinary(context), *map(dict, PLANTED)]
    rows.sort(key=lambda row: (str(row["meeting_on"] or row["executed_on"]), str(row["enterprise_id"])))
    return {"decisions": [{**row, "id": key} for key, row in zip(numbered("JC", len(rows)), rows, strict=True)]}


def _ordinary(context: Context) -> list[Row]:
    rows: list[Row] = []
    for p in in_year(YEAR):
        assets = context.sample.sheets[2].individual[p.enterprise_id]["total_assets"] / WAN
        for i, (kind, title, money) in enumerate(MATTERS):
            if p.level > 1 and i % 2 == 0 and i:
                continue
            earliest = FIRST if p.start_year < YEAR else date(YEAR, 4, 3)
            held = context.day(earliest, LAST)
            present = SEATS[p.level] - int(context.rng.choice([0, 1], p=[0.7, 0.3]))
            executed = working_day(held + timedelta(days=int(context.rng.integers(3, 30))))
            size = min(assets * SHARE * float(context.rng.lognormal(0, 0.5)), 9000)
            amount = max(20, int(size) // 10 * 10) * money
            spent = amount * WAN * context.rng.integers(95, 101) // 100
            begun = executed <= date(YEAR, 12, 29)
            rows.append(
                _matter(
                    p.enterprise_id,
                    kind,
                    title,
                    amount,
                    held,
                    executed if begun else None,
                    present=present,
                    in_favour=present - int(context.rng.random() < 0.1),
                    reviewed_on=working_day(held - timedelta(days=int(context.rng.integers(2, 15)))),
                    executed_amount=text(int(spent)) if begun else "",
                )
            )
    return rows
