"""Measures of pay and appraisals."""

from __future__ import annotations

from ...measures.registry import counted, indicator, quantity

PAY_RULE = "国务院关于改革国有企业工资决定机制的意见（国发〔2018〕16号）"
WAGE_STATISTICS = "劳动工资统计报表制度"
STAFF_RULE = "企业内部考核办法，通行做法"
HEADS_RULE = "国有企业负责人薪酬制度改革的通行做法"

for _name, _name_zh, _column, _definition in (
    ("labour_cost", "人工成本", "total", "全部法人企业的工资和其他人工成本之和，等于增加值中的劳动者报酬"),
    ("basic_pay", "基本工资", "basic_pay", "按岗位和年限固定发放的工资"),
    ("performance_pay", "绩效工资", "performance_pay", "随企业效益和个人考核发放的工资"),
):
    quantity(
        _name,
        _name_zh,
        "万元",
        0,
        WAGE_STATISTICS,
        confidence="C",
        table="payroll",
        column=_column,
        nonnegative=True,
        definition=_definition,
    )


@indicator("工资总额", unit="万元", decimals=0, basis=PAY_RULE, confidence="B")
def wage_total(basic_pay, performance_pay):
    """全年发放的基本工资和绩效工资，不含福利和社会保险"""
    return basic_pay + performance_pay


@indicator("基本工资占比", unit="%", decimals=1, basis=WAGE_STATISTICS, confidence="C")
def basic_share(basic_pay, wage_total):
    """基本工资占工资总额的比重"""
    return basic_pay / wage_total * 100


@indicator("绩效工资占比", unit="%", decimals=1, basis=WAGE_STATISTICS, confidence="C")
def performance_share(performance_pay, wage_total):
    """绩效工资占工资总额的比重"""
    return performance_pay / wage_total * 100


@indicator("职工平均工资", unit="万元/人", decimals=1, basis=WAGE_STATISTICS, confidence="C")
def average_wage(wage_total, average_headcount):
    """工资总额除以平均职工人数"""
    return wage_total / average_headcount


@indicator("人工成本占增加值比重", unit="%", decimals=1, basis=PAY_RULE, confidence="C")
def labour_share(labour_cost, value_added):
    """增加值中用于人工的部分"""
    return labour_cost / value_added * 100


for _name, _name_zh, _grades in (
    ("appraised", "参加考核人数", tuple("ABCDE")),
    ("appraised_top", "考核优秀人数", ("A",)),
    ("appraised_low", "考核基本称职和不称职人数", ("D", "E")),
):
    quantity(
        _name,
        _name_zh,
        "人",
        0,
        STAFF_RULE,
        confidence="C",
        table="appraisals",
        column="people",
        where={"grade": _grades},
        nonnegative=True,
        definition="年度考核结果，全部法人企业相加",
    )


@indicator("考核优秀比例", unit="%", decimals=1, basis=STAFF_RULE, confidence="C")
def appraised_top_share(appraised_top, appraised):
    """考核优秀人数占参加考核人数的比重"""
    return appraised_top / appraised * 100


@indicator("考核靠后比例", unit="%", decimals=1, basis=STAFF_RULE, confidence="C")
def appraised_low_share(appraised_low, appraised):
    """考核基本称职和不称职人数占参加考核人数的比重；为零说明考核没有拉开差距"""
    return appraised_low / appraised * 100


counted(
    "paid_heads",
    "企业正职人数",
    "人",
    HEADS_RULE,
    "executive_pay",
    where={"post": ("head",)},
    definition="领取年薪的一级企业正职人数",
)
for _name, _name_zh, _column in (
    ("heads_basic_pay", "企业正职基本年薪合计", "basic_pay"),
    ("heads_performance_pay", "企业正职绩效年薪合计", "performance_pay"),
    ("heads_term_incentive", "企业正职任期激励合计", "term_incentive"),
):
    quantity(
        _name,
        _name_zh,
        "万元",
        2,
        HEADS_RULE,
        confidence="C",
        table="executive_pay",
        column=_column,
        where={"post": ("head",)},
        nonnegative=True,
        definition="各一级企业相加，用来求平均",
    )


@indicator("企业正职平均薪酬", unit="万元", decimals=2, basis=HEADS_RULE, confidence="C")
def head_pay(heads_basic_pay, heads_performance_pay, heads_term_incentive, paid_heads):
    """基本年薪、绩效年薪和任期激励之和，按正职人数平均"""
    return (heads_basic_pay + heads_performance_pay + heads_term_incentive) / paid_heads
