"""Measures of investment: projects, the year's plan, what is no main business."""

from __future__ import annotations

from ...measures.registry import counted, indicator, quantity

INVESTMENT_RULE = "中央企业投资监督管理办法（国资委令第34号）的做法"

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
