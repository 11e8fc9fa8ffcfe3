"""Measures of the reform of enterprises: systems, and the rule that headcount only falls."""

from __future__ import annotations

from ...measures.registry import counted, indicator, quantity
from ..staff.headcount import DEPARTURES

REPORT = "专项报告"
HEADCOUNT_RULE = "劳动工资统计报表制度"

counted(
    "reform_systems",
    "国有企业体系分类数",
    "大体系",
    REPORT,
    "roster",
    how="distinct",
    column="class_zh",
    definition="年末仍在监管范围内的企业分属几类",
)
quantity(
    "headcount_rises",
    "职工人数上升的月数",
    "个月",
    0,
    HEADCOUNT_RULE,
    table="headcount",
    column="headcount",
    how="rises",
    confidence="C",
    nonnegative=True,
    definition="一年里职工人数高于上个月的月份有几个，一月与上年十二月比",
)


@indicator("职工人数逐月不增", unit="", decimals=0, basis=REPORT, confidence="C", aliases=("职工人数只减不增",))
def headcount_only_decrease(headcount_rises):
    """一年里没有一个月的职工人数高于上个月"""
    return headcount_rises <= 0


for _name, _name_zh, _kinds in (
    ("staff_resigned", "辞职人数", ("resignation",)),
    ("staff_retired", "退休人数", ("retirement",)),
    ("staff_transferred", "划转人数", ("transfer",)),
    ("staff_placed", "分流安置人数", ("placement",)),
    ("staff_left", "离开职工人数", DEPARTURES),
    ("staff_hired", "招录人数", ("hired",)),
    ("staff_moved_in", "划入人数", ("moved_in",)),
):
    quantity(
        _name,
        _name_zh,
        "人",
        0,
        HEADCOUNT_RULE,
        table="staff_movements",
        column="people",
        where={"kind": _kinds},
        confidence="C",
        nonnegative=True,
        definition="职工变动表逐笔相加；一月的变动是与上年十二月相比的变动",
    )
