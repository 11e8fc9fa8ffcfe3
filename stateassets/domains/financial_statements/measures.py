"""Measures of the statements: enterprises, balance sheets, preservation, budget, results."""

from __future__ import annotations

from typing import Any

from ...measures.registry import indicator, quantity, relation

CONSOLIDATED = "企业会计准则第33号——合并财务报表"
PRESERVATION_RULE = "企业国有资本保值增值结果确认暂行办法（国资委令第9号）"
BUDGET_RULE = "中华人民共和国预算法；国有资本经营预算收支科目"
REPORT_ANNEX = "专项报告附件"

INCREASES = (
    "state_investment",
    "transfer_in",
    "revaluation_gain",
    "census_gain",
    "title_gain",
    "capital_premium",
    "tax_refund",
    "accounting_gain",
    "other_objective_gain",
)
DECREASES = (
    "approved_write_off",
    "transfer_out",
    "revaluation_loss",
    "census_loss",
    "title_loss",
    "hidden_loss",
    "force_majeure",
    "profit_handed_over",
    "share_discount",
)


# --- 户数 ------------------------------------------------------------------------------------

ROSTER_RULE = "企业国有资产产权登记业务办理规则"
for _name, _name_zh, _unit, _levels in (
    ("first_level_enterprises", "一级企业户数", "家", (1,)),
    ("second_level_enterprises", "二级企业户数", "家", (2,)),
    ("lower_level_enterprises", "三级及以下企业户数", "家", tuple(range(3, 10))),
):
    quantity(
        _name,
        _name_zh,
        _unit,
        0,
        ROSTER_RULE,
        confidence="C",
        table="roster",
        column="one",
        where={"level": _levels},
        nonnegative=True,
        definition="年末仍在监管范围内的法人企业数，按管理层级分",
    )


@indicator(
    "企业户数", unit="户", decimals=0, basis=ROSTER_RULE, confidence="C", aliases=("户数", "监管全级次法人企业户数")
)
def enterprises(first_level_enterprises, second_level_enterprises, lower_level_enterprises):
    """年末仍在监管范围内的全部法人企业，各层级之和"""
    return first_level_enterprises + second_level_enterprises + lower_level_enterprises


# --- 资产、负债、权益 ---------------------------------------------------------------------------

for _name, _name_zh, _column, _aliases, _sign in (
    ("total_assets", "资产总额", "total_assets", ("总资产",), True),
    ("total_liabilities", "负债总额", "total_liabilities", ("总负债",), True),
    ("non_state_equity", "非国有权益", "non_state_equity", (), True),
):
    _facts: dict[str, Any] = {"table": "balance_sheet", "column": _column, "nonnegative": _sign}
    quantity(
        _name,
        _name_zh,
        "亿元",
        1,
        CONSOLIDATED,
        aliases=_aliases,
        **_facts,
        where={"moment": ("closing",)},
        definition="一级企业合并报表的年末数相加；内部往来和内部投资已抵销",
    )
    quantity(
        f"opening_{_name}",
        f"年初{_name_zh}",
        "亿元",
        1,
        CONSOLIDATED,
        **_facts,
        where={"moment": ("opening",)},
        opening_of=_name,
        definition="一级企业合并报表的年初数相加",
    )


@indicator(
    "所有者权益",
    unit="亿元",
    decimals=1,
    basis="企业会计准则——基本准则",
    aliases=("净资产", "所有者权益总额", "权益总额"),
)
def owners_equity(total_assets, total_liabilities):
    """资产扣除负债后归全体所有者的部分，通常也叫净资产"""
    return total_assets - total_liabilities


@indicator(
    "国有资本及权益总额", unit="亿元", decimals=1, basis=REPORT_ANNEX, aliases=("国有资本权益总额", "国有资本及权益")
)
def state_capital(owners_equity, non_state_equity):
    """企业所有者权益里的国有实收资本和它享有的权益份额，已剔除民营、外商等非国有成分"""
    return owners_equity - non_state_equity


@indicator("年初国有资本及权益总额", unit="亿元", decimals=1, basis=REPORT_ANNEX)
def opening_state_capital(opening_total_assets, opening_total_liabilities, opening_non_state_equity):
    """年初的国有资本及权益总额，是保值增值率的分母"""
    return opening_total_assets - opening_total_liabilities - opening_non_state_equity


@indicator(
    "资产负债率",
    unit="%",
    decimals=1,
    basis="国务院国资委《关于加强中央企业资产负债约束的指导意见》所用口径",
    confidence="C",
    aliases=("平均资产负债率", "年末平均资产负债率"),
)
def debt_ratio(total_liabilities, total_assets):
    """全部企业的负债之和除以资产之和；报告没有写怎样平均的，照这个口径核对"""
    return total_liabilities / total_assets * 100


# --- 保值增值 ----------------------------------------------------------------------------------

for _name, _name_zh, _factors in (
    ("objective_increase", "客观因素增加", INCREASES),
    ("objective_decrease", "客观因素减少", DECREASES),
):
    quantity(
        _name,
        _name_zh,
        "亿元",
        1,
        PRESERVATION_RULE,
        confidence="A" if _factors is INCREASES else "C",
        table="equity_changes",
        column="amount",
        where={"factor": _factors},
        nonnegative=True,
        definition="不是经营得来、计算保值增值率时要剔除的国有资本变动",
    )


@indicator("客观因素净增加", unit="亿元", decimals=1, basis=PRESERVATION_RULE)
def objective_net_increase(objective_increase, objective_decrease):
    """客观因素增加减去客观因素减少"""
    return objective_increase - objective_decrease


@indicator("国有资本保值增值率", unit="%", decimals=1, basis=PRESERVATION_RULE, aliases=("保值增值率",))
def preservation_rate(state_capital, objective_increase, objective_decrease, opening_state_capital):
    """扣除客观因素后的年末国有资本与年初国有资本之比，高于100%为增值"""
    return (state_capital - objective_increase + objective_decrease) / opening_state_capital * 100


# --- 国有资本经营预算 ----------------------------------------------------------------------------

for _name, _name_zh, _where, _aliases in (
    ("budget_revenue", "国有资本经营预算收入", {"side": ("revenue",)}, ("国资预算收入",)),
    ("budget_expenditure", "国有资本经营预算支出", {"side": ("expenditure",)}, ("国资预算支出",)),
    ("budget_transfer", "调入一般公共预算", {"category": ("transfer_to_general",)}, ()),
):
    quantity(
        _name,
        _name_zh,
        "万元",
        0,
        BUDGET_RULE,
        aliases=_aliases,
        table="budget",
        column="amount",
        where=_where,
        nonnegative=True,
        definition="国有资本经营预算表逐项相加；调入一般公共预算列在支出之内",
    )


@indicator("国有资本经营预算收支差额", unit="万元", decimals=0, basis=BUDGET_RULE)
def budget_balance(budget_revenue, budget_expenditure):
    """收入减去支出；国有资本经营预算不列赤字"""
    return budget_revenue - budget_expenditure


@indicator("国有资本经营预算直接支出", unit="万元", decimals=0, basis=BUDGET_RULE)
def budget_direct(budget_expenditure, budget_transfer):
    """支出中扣除调入一般公共预算后，直接用于企业和改革的部分；假定调入列在支出之内"""
    return budget_expenditure - budget_transfer


@indicator("调入一般公共预算占支出比重", unit="%", decimals=1, basis=BUDGET_RULE, aliases=("调入比例",))
def budget_transfer_share(budget_transfer, budget_expenditure):
    """调入一般公共预算的数额占国有资本经营预算支出的比重"""
    return budget_transfer / budget_expenditure * 100


# --- 经营成果与效率 -----------------------------------------------------------------------------

for _name, _name_zh, _column, _aliases, _sign in (
    ("revenue", "营业收入", "revenue", ("营业总收入",), True),
    ("total_profit", "利润总额", "total_profit", (), False),
    ("net_profit", "净利润", "net_profit", (), False),
):
    quantity(
        _name,
        _name_zh,
        "亿元",
        1,
        CONSOLIDATED,
        aliases=_aliases,
        table="income_statement",
        column=_column,
        nonnegative=_sign,
        definition="一级企业合并利润表相加",
    )

quantity(
    "value_added",
    "增加值",
    "亿元",
    2,
    "国家统计局收入法增加值核算",
    aliases=("劳动生产总值",),
    table="value_added",
    column="value_added",
    nonnegative=True,
    definition="劳动者报酬、生产税净额、固定资产折旧、营业盈余四项之和，全部法人企业相加",
)
quantity(
    "person_months",
    "职工人月数",
    "人",
    0,
    "劳动工资统计报表制度",
    confidence="C",
    table="headcount",
    column="headcount",
    nonnegative=True,
    definition="各户企业各月平均职工人数之和",
)


@indicator(
    "平均职工人数", unit="人", decimals=1, basis="劳动工资统计报表制度", confidence="C", aliases=("全年平均职工人数",)
)
def average_headcount(person_months):
    """全年十二个月平均职工人数的平均"""
    return person_months / 12


@indicator("全员劳动生产率", unit="万元/人", decimals=1, basis="国务院国资委“一利五率”指标口径", confidence="B")
def labour_productivity(value_added, average_headcount):
    """增加值除以平均职工人数"""
    return value_added / average_headcount


@indicator("人均创利", unit="万元", decimals=0, basis="通行做法", confidence="C", aliases=("人均利润",))
def profit_per_capita(total_profit, average_headcount):
    """利润总额除以平均职工人数；本书与全员劳动生产率使用同一个平均职工人数"""
    return total_profit / average_headcount


# --- 其他报表项目 ---------------------------------------------------------------------------------

for _name, _name_zh, _table, _column, _sign in (
    ("operating_cost", "营业成本", "income_statement", "operating_cost", True),
    ("taxes_and_surcharges", "税金及附加", "income_statement", "taxes_and_surcharges", True),
    ("period_expenses", "销售及管理费用", "income_statement", "period_expenses", True),
    ("interest_expense", "财务费用", "income_statement", "interest_expense", False),
    ("operating_cash_flow", "经营活动现金流量净额", "income_statement", "operating_cash_flow", False),
):
    quantity(
        _name,
        _name_zh,
        "亿元",
        2,
        CONSOLIDATED,
        table=_table,
        column=_column,
        nonnegative=_sign,
        definition="一级企业合并利润及现金流量表相加",
    )

for _name, _name_zh in (
    ("cash", "货币资金"),
    ("receivables", "应收账款"),
    ("inventories", "存货"),
    ("other_current_assets", "其他流动资产"),
    ("short_term_borrowings", "短期借款"),
    ("payables", "应付账款"),
    ("other_current_liabilities", "其他流动负债"),
    ("long_term_borrowings", "长期借款"),
    ("bonds_payable", "应付债券"),
    ("paid_in_capital", "实收资本"),
    ("capital_reserve", "资本公积"),
):
    for _prefix, _when, _moment in (("", "年末", "closing"), ("opening_", "年初", "opening")):
        quantity(
            f"{_prefix}{_name}",
            f"{_when}{_name_zh}",
            "亿元",
            2,
            CONSOLIDATED,
            table="balance_sheet",
            column=_name,
            where={"moment": (_moment,)},
            nonnegative=True,
            opening_of=_name if _prefix else None,
            definition=f"一级企业合并资产负债表的{_when}数相加",
        )


# --- what always holds (facts about the things, for the audit and for tests) ----------------------


@relation
def transfer_is_part_of_expenditure(budget_transfer, budget_expenditure):
    """调入一般公共预算不大于国有资本经营预算支出"""
    return budget_transfer <= budget_expenditure
