"""Measures of four supervision modules: investment, ownership, people, decisions."""

from __future__ import annotations

from ...measures.registry import counted, indicator, quantity
from ...tables.periods import OVERDUE

OWN = "本书自定"
INVESTMENT_RULE = "中央企业投资监督管理办法（国资委令第34号）的做法"
REGISTRATION_RULE = "国家出资企业产权登记管理暂行办法（国资委令第29号）"
TRADE_RULE = "企业国有资产交易监督管理办法（国资委、财政部令第32号）"
DECISION_RULE = "“三重一大”决策制度"

counted("investments", "投资项目", "项", INVESTMENT_RULE, "investments", definition="本年在建和投后管理的投资项目")
for _name, _name_zh, _table, _column, _where in (
    ("investments_planned", "投资项目批准总投资", "investments", "planned", {}),
    ("investments_done", "投资项目累计完成投资", "investments", "invested", {}),
    ("investments_non_main", "非主业投资批准总额", "investments", "planned", {"business": ("non_main",)}),
    ("investment_year_plan", "投资项目本年计划投资", "investment_progress", "planned_amount", {}),
    ("investment_year_done", "投资项目本年完成投资", "investment_progress", "amount", {}),
):
    quantity(
        _name,
        _name_zh,
        "亿元",
        2,
        INVESTMENT_RULE,
        confidence="C",
        table=_table,
        column=_column,
        where=_where,
        nonnegative=True,
        definition="投资项目逐项相加，年内的按季度相加",
    )


@indicator("年度投资计划完成率", unit="%", decimals=1, basis=INVESTMENT_RULE, confidence="C")
def investment_year_rate(investment_year_done, investment_year_plan):
    """本年在建项目完成投资占计划投资的比重"""
    return investment_year_done / investment_year_plan * 100


@indicator("非主业投资占比", unit="%", decimals=1, basis=INVESTMENT_RULE, confidence="C")
def investments_non_main_share(investments_non_main, investments_planned):
    """非主业投资占全部投资项目批准总投资的比重"""
    return investments_non_main / investments_planned * 100


counted(
    "affiliates",
    "名录以外的法人",
    "户",
    REGISTRATION_RULE,
    "affiliates",
    definition="监管企业直接或间接出资、不在企业名录里的法人：参股、清算中和尚未纳入名录的",
)
counted(
    "affiliates_participated",
    "参股企业",
    "户",
    REGISTRATION_RULE,
    "affiliates",
    where={"kind": ("participated",)},
    definition="监管企业持股不过半的法人",
)
counted(
    "affiliates_unregistered",
    "名录以外法人逾期未登记",
    "户",
    REGISTRATION_RULE,
    "affiliates",
    where={"state": (OVERDUE,)},
    definition="名录以外的法人，到年末超过登记期限仍没有产权登记的",
)
counted("equity_transfers", "产权转让", "宗", TRADE_RULE, "equity_transfers", definition="本年的企业产权和重大资产转让")
quantity(
    "equity_transfers_price",
    "产权转让成交价",
    "万元",
    0,
    TRADE_RULE,
    confidence="C",
    table="equity_transfers",
    column="price",
    nonnegative=True,
    definition="本年各宗产权转让的成交价相加",
)

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


counted("decisions", "“三重一大”事项", "项", DECISION_RULE, "decisions", definition="应当提交会议集体决策的事项")
for _name, _name_zh, _column in (
    ("decisions_amount", "“三重一大”事项金额", "amount"),
    ("decisions_executed", "“三重一大”事项执行金额", "executed_amount"),
):
    quantity(
        _name,
        _name_zh,
        "亿元",
        2,
        DECISION_RULE,
        confidence="C",
        table="decisions",
        column=_column,
        nonnegative=True,
        definition="逐项相加，不涉及金额的为零",
    )
