"""How state capital moves from opening to closing: every cause on a row of its own.

The plan says which causes a group has and how large they are (亿元, free choices). Gains are then
scaled so that all objective causes together give the preservation rate that was printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from stateassets.domains.financial_statements.measures import INCREASES

from .enterprises import GROUPS
from .money import YI, Row, apportion, text, units


class Cause(NamedTuple):
    """A planned objective cause in one group."""

    group: str
    factor: str
    size: float
    note: str


PLAN = {
    2022: (
        Cause("A", "transfer_in", 1.62, "行政事业单位经营性房产无偿划入"),
        Cause("A", "capital_premium", 0.31, "参股企业增资溢价"),
        Cause("B", "transfer_out", 0.34, "园区配套道路移交管理单位"),
        Cause("C", "state_investment", 0.95, "项目资本金注入，含国有资本经营预算资本性支出"),
        Cause("C", "transfer_in", 2.88, "储备地块配套资产无偿划入"),
        Cause("C", "approved_write_off", 0.09, "多年无法收回的征收垫款经批准核销"),
        Cause("D", "state_investment", 0.52, "项目资本金注入，含国有资本经营预算资本性支出"),
        Cause("D", "transfer_in", 1.37, "市政管网资产无偿划入"),
        Cause("D", "force_majeure", 0.03, "暴雨损毁在建工程，扣除保险赔付"),
        Cause("E", "transfer_in", 0.61, "公共停车场资产无偿划入"),
        Cause("F", "state_investment", 0.16, "环卫车辆更新专项注资"),
    ),
    2023: (
        Cause("A", "state_investment", 1.45, "区财政注资"),
        Cause("A", "transfer_in", 4.62, "党政机关和事业单位经营性国有资产无偿划入"),
        Cause("B", "revaluation_gain", 0.58, "厂房作价出资评估增值"),
        Cause("B", "transfer_out", 1.36, "园区公共服务设施无偿移交"),
        Cause("C", "state_investment", 2.08, "项目资本金注入，含国有资本经营预算资本性支出"),
        Cause("C", "transfer_in", 5.87, "城市更新片区房屋和土地无偿划入"),
        Cause("C", "hidden_loss", 0.12, "消化以前年度挂账的前期费用"),
        Cause("D", "state_investment", 1.04, "项目资本金注入，含国有资本经营预算资本性支出"),
        Cause("D", "transfer_in", 3.31, "市政道路和管网资产无偿划入"),
        Cause("D", "census_gain", 0.14, "清产核资盘盈管网资产"),
        Cause("E", "transfer_in", 1.48, "公共停车位和公共空间经营权无偿划入"),
        Cause("E", "title_gain", 0.83, "权属不清的配套用房完成产权界定"),
        Cause("F", "accounting_gain", 0.05, "应收服务费收回，转回减值准备"),
        Cause("F", "transfer_out", 0.43, "道路清扫和物业服务板块资产随人员划出"),
        Cause("F", "approved_write_off", 0.04, "报废环卫车辆净损失经批准核销"),
    ),
}
# The column of equity that a cause moves; the rest move retained earnings.
COLUMNS = {
    "state_investment": "paid_in_capital",
    **dict.fromkeys(
        (
            "transfer_in",
            "transfer_out",
            "revaluation_gain",
            "revaluation_loss",
            "title_gain",
            "title_loss",
            "capital_premium",
            "share_discount",
            "other_objective_gain",
        ),
        "capital_reserve",
    ),
    "oci": "other_comprehensive_income",
}
# Fair values move with what a group holds.
FAIR_VALUE = {"A": 70.0, "B": 22.0, "C": 4.0, "D": 2.0, "E": 1.5, "F": 0.5}

Changes = dict[tuple[str, str], tuple[int, str]]  # (group, factor) -> (amount, note)


def sign(factor: str) -> int:
    """Return +1 for a cause that adds to state capital, -1 for one that takes away."""
    return 1 if factor in (*INCREASES, "net_profit_retained", "oci") else -1


def make(
    year: int,
    objective: int,
    profits: Mapping[str, int],
    handed: Mapping[str, int],
    fair_value: int,
    rng: np.random.Generator,
    plan: Sequence[Cause] = (),
) -> Changes:
    """Return a year's changes by group and factor.

    ``objective`` is the net sum of all objective causes, ``profits`` each group's net profit
    that belongs to the state, ``handed`` the profit handed over, ``fair_value`` the district's
    other comprehensive income; ``plan`` are the causes of a year that is not in ``PLAN``.
    """
    plan = plan or PLAN[year]
    gains = [cause for cause in plan if sign(cause.factor) > 0]
    losses = {c: units(c.size * rng.uniform(0.97, 1.03), YI) for c in plan if c not in gains}
    amount = objective + sum(losses.values()) + sum(handed.values())
    sizes = dict(zip(gains, apportion(amount, [c.size for c in gains]), strict=True)) | losses
    changes: Changes = {(c.group, c.factor): (sizes[c], c.note) for c in plan}
    for group, paid in handed.items():
        changes[group, "profit_handed_over"] = (paid, "上缴国有资本经营预算，与预算利润收入一致")
    for group, profit in profits.items():
        changes[group, "net_profit_retained"] = (profit, "合并净利润扣除非国有部分")
    held = apportion(abs(fair_value), list(FAIR_VALUE.values()))
    for group, part in zip(FAIR_VALUE, held, strict=True):
        moved = part if fair_value > 0 else -part
        changes[group, "oci"] = (moved, "其他权益工具投资公允价值变动")
    return changes


def movement(changes: Changes, group: str) -> Row:
    """Return what a group's causes do to each column of its equity."""
    moved: Row = {}
    for (of, factor), (amount, _) in changes.items():
        if of == group:
            column = COLUMNS.get(factor, "retained_earnings")
            moved[column] = moved.get(column, 0) + sign(factor) * amount
    return moved


def rows(by_year: Mapping[int, Changes]) -> Iterator[dict[str, object]]:
    """Yield the table's rows, group by group."""
    for year, changes in by_year.items():
        for group in GROUPS:
            for (of, factor), (amount, note) in changes.items():
                if of == group:
                    yield {"year": year, "enterprise_id": group, "factor": factor, "amount": text(amount), "note": note}
