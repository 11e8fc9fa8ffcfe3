"""Measures of staff: its structure at the year's end, posts, key posts."""

from __future__ import annotations

from ...measures.registry import counted, indicator, quantity

OWN = "本书自定"

quantity(
    "staff_at_year_end",
    "年末职工人数",
    "人",
    0,
    OWN,
    confidence="C",
    table="staff_structure",
    column="people",
    where={"aspect": ("kind",)},
    nonnegative=True,
    definition="职工结构表按岗位类别分的人数相加，等于十二月职工人数",
)
quantity(
    "staff_young",
    "年轻职工人数",
    "人",
    0,
    OWN,
    confidence="C",
    table="staff_structure",
    column="people",
    where={"band": ("under_36",)},
    nonnegative=True,
    definition="职工结构表里年龄最小的一组的人数",
)
quantity(
    "staff_graduates",
    "本科以上职工人数",
    "人",
    0,
    OWN,
    confidence="C",
    table="staff_structure",
    column="people",
    where={"band": ("graduate", "bachelor")},
    nonnegative=True,
    definition="职工结构表里研究生和大学本科两组的人数",
)
quantity(
    "staff_posts",
    "定员",
    "人",
    0,
    OWN,
    confidence="C",
    table="establishment",
    column="posts",
    nonnegative=True,
    definition="核定的定员，各岗位类别相加",
)
counted(
    "key_posts",
    "关键岗位任职",
    "人次",
    OWN,
    "key_posts",
    definition="关键岗位任职台账的行数，一个岗位一位任职者（或一次空缺）一行",
)


@indicator("定员使用率", unit="%", decimals=1, basis=OWN, confidence="C")
def posts_filled_rate(staff_at_year_end, staff_posts):
    """年末职工人数占定员的比重"""
    return staff_at_year_end / staff_posts * 100


@indicator("年轻职工占比", unit="%", decimals=1, basis=OWN, confidence="C")
def staff_young_share(staff_young, staff_at_year_end):
    """年龄最小的一组占年末职工的比重"""
    return staff_young / staff_at_year_end * 100


@indicator("本科以上职工占比", unit="%", decimals=1, basis=OWN, confidence="C")
def staff_graduates_share(staff_graduates, staff_at_year_end):
    """研究生和大学本科占年末职工的比重"""
    return staff_graduates / staff_at_year_end * 100
