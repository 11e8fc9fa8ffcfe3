"""Measures that the evaluation scores: the district's eight, the national scheme's financial ones.

The formulas of the national scheme are those of 国资发评价〔2006〕157号, annex 1. Where the sample
ledger has no column for a part of one, the choice that was made stands in the definition.
"""

from __future__ import annotations

from ...measures.registry import counted, indicator

NATIONAL = "中央企业综合绩效评价实施细则（国资发评价〔2006〕157号）附件"
DISTRICT = "指标名称出自专项报告，没有写公式的由本书选定口径"
STATEMENT = "企业会计准则第30号——财务报表列报"

counted(
    "evaluation_indicators",
    "考核评价指标数",
    "个",
    "专项报告",
    "evaluation_indicators",
    where={"scheme": ("district",), "role": ("basic",)},
    definition="区里的考核评价办法有几个定量指标，见评价指标表",
)

# --- 平均数和小计 ---------------------------------------------------------------------------------


@indicator("平均资产总额", unit="亿元", decimals=1, basis=NATIONAL)
def average_assets(total_assets, opening_total_assets):
    """年初和年末资产总额的平均"""
    return (total_assets + opening_total_assets) / 2


@indicator("平均净资产", unit="亿元", decimals=1, basis=NATIONAL)
def average_equity(owners_equity, opening_total_assets, opening_total_liabilities):
    """年初和年末所有者权益的平均"""
    return (owners_equity + opening_total_assets - opening_total_liabilities) / 2


@indicator("平均资本", unit="亿元", decimals=1, basis=NATIONAL)
def average_capital(paid_in_capital, capital_reserve, opening_paid_in_capital, opening_capital_reserve):
    """年初和年末实收资本与资本公积之和的平均"""
    return (paid_in_capital + capital_reserve + opening_paid_in_capital + opening_capital_reserve) / 2


@indicator("平均应收账款", unit="亿元", decimals=1, basis=NATIONAL, confidence="C")
def average_receivables(receivables, opening_receivables):
    """年初和年末应收账款的平均；细则要求加回坏账准备，报表只有净额，所以用净额"""
    return (receivables + opening_receivables) / 2


@indicator("年末流动资产", unit="亿元", decimals=1, basis=STATEMENT)
def current_assets(cash, receivables, inventories, other_current_assets):
    """货币资金、应收账款、存货和其他流动资产之和"""
    return cash + receivables + inventories + other_current_assets


@indicator("平均流动资产", unit="亿元", decimals=1, basis=NATIONAL)
def average_current_assets(
    current_assets, opening_cash, opening_receivables, opening_inventories, opening_other_current_assets
):
    """年初和年末流动资产的平均"""
    opening = opening_cash + opening_receivables + opening_inventories
    return (current_assets + opening + opening_other_current_assets) / 2


@indicator("年末流动负债", unit="亿元", decimals=1, basis=STATEMENT)
def current_liabilities(short_term_borrowings, payables, other_current_liabilities):
    """短期借款、应付账款和其他流动负债之和"""
    return short_term_borrowings + payables + other_current_liabilities


@indicator("主营业务利润", unit="亿元", decimals=2, basis=NATIONAL, confidence="C")
def operating_margin(revenue, operating_cost, taxes_and_surcharges):
    """营业收入减营业成本、税金及附加；报表不分主营和其他业务，所以用全部"""
    return revenue - operating_cost - taxes_and_surcharges


@indicator("成本费用总额", unit="亿元", decimals=1, basis=NATIONAL)
def total_costs(operating_cost, taxes_and_surcharges, period_expenses, interest_expense):
    """营业成本、税金及附加、销售及管理费用、财务费用之和"""
    return operating_cost + taxes_and_surcharges + period_expenses + interest_expense


# --- 区里的八个指标（资产负债率、全员劳动生产率、人均利润在别处已有） ---------------------------------


@indicator("资产增值率", unit="%", decimals=1, basis=DISTRICT, confidence="C", aliases=("总资产增长率",))
def asset_growth_rate(total_assets, opening_total_assets):
    """年末资产总额比年初增长的比例；借债也会使它上升，所以要与资产负债率一起看"""
    return (total_assets - opening_total_assets) / opening_total_assets * 100


@indicator("资产回报率", unit="%", decimals=2, basis=DISTRICT, confidence="C")
def return_on_assets(net_profit, average_assets):
    """净利润除以平均资产总额；平均是年初数与年末数的平均"""
    return net_profit / average_assets * 100


@indicator("营业现金比率", unit="%", decimals=1, basis="国务院国资委“一利五率”指标口径")
def operating_cash_ratio(operating_cash_flow, revenue):
    """经营活动现金流量净额除以营业收入"""
    return operating_cash_flow / revenue * 100


@indicator("净利润率", unit="%", decimals=1, basis="通行做法", confidence="C")
def net_margin(net_profit, revenue):
    """净利润除以营业收入"""
    return net_profit / revenue * 100


# --- 综合绩效评价的财务指标 ------------------------------------------------------------------------


@indicator("净资产收益率（平均净资产）", unit="%", decimals=2, basis=NATIONAL)
def return_on_equity(net_profit, average_equity):
    """净利润除以平均净资产；各地报告的分母不一，所以名称里写明"""
    return net_profit / average_equity * 100


@indicator("总资产报酬率", unit="%", decimals=2, basis=NATIONAL, confidence="C")
def return_on_total_assets(total_profit, interest_expense, average_assets):
    """利润总额与利息支出之和除以平均资产总额；报表没有单列利息支出，用财务费用代替"""
    return (total_profit + interest_expense) / average_assets * 100


@indicator("销售（营业）利润率", unit="%", decimals=1, basis=NATIONAL, confidence="C")
def sales_margin(operating_margin, revenue):
    """主营业务利润除以营业收入"""
    return operating_margin / revenue * 100


@indicator("盈余现金保障倍数", unit="倍", decimals=2, basis=NATIONAL)
def cash_cover(operating_cash_flow, net_profit):
    """经营活动现金流量净额除以净利润；合并净利润已含少数股东损益"""
    return operating_cash_flow / net_profit


@indicator("成本费用利润率", unit="%", decimals=1, basis=NATIONAL)
def cost_margin(total_profit, total_costs):
    """利润总额除以成本费用总额"""
    return total_profit / total_costs * 100


@indicator("资本收益率", unit="%", decimals=2, basis=NATIONAL)
def return_on_capital(net_profit, average_capital):
    """净利润除以平均资本，即实收资本与资本公积"""
    return net_profit / average_capital * 100


@indicator("总资产周转率", unit="次", decimals=3, basis=NATIONAL)
def asset_turnover(revenue, average_assets):
    """营业收入除以平均资产总额"""
    return revenue / average_assets


@indicator("应收账款周转率", unit="次", decimals=2, basis=NATIONAL, confidence="C")
def receivables_turnover(revenue, average_receivables):
    """营业收入除以平均应收账款"""
    return revenue / average_receivables


@indicator("流动资产周转率", unit="次", decimals=3, basis=NATIONAL)
def current_turnover(revenue, average_current_assets):
    """营业收入除以平均流动资产"""
    return revenue / average_current_assets


@indicator("资产现金回收率", unit="%", decimals=2, basis=NATIONAL)
def asset_cash_return(operating_cash_flow, average_assets):
    """经营活动现金流量净额除以平均资产总额"""
    return operating_cash_flow / average_assets * 100


@indicator("已获利息倍数", unit="倍", decimals=2, basis=NATIONAL, confidence="C")
def interest_cover(total_profit, interest_expense):
    """利润总额与利息支出之和除以利息支出；报表没有单列利息支出，用财务费用代替"""
    return (total_profit + interest_expense) / interest_expense


@indicator("速动比率", unit="%", decimals=1, basis=NATIONAL)
def quick_ratio(current_assets, inventories, current_liabilities):
    """流动资产减存货，除以流动负债"""
    return (current_assets - inventories) / current_liabilities * 100


@indicator("现金流动负债比率", unit="%", decimals=1, basis=NATIONAL)
def cash_debt_ratio(operating_cash_flow, current_liabilities):
    """经营活动现金流量净额除以年末流动负债"""
    return operating_cash_flow / current_liabilities * 100


@indicator("带息负债比率", unit="%", decimals=1, basis=NATIONAL, confidence="C")
def interest_bearing_ratio(interest_bearing_debt, total_liabilities):
    """短期借款、长期借款和应付债券之和除以负债总额"""
    return interest_bearing_debt / total_liabilities * 100
