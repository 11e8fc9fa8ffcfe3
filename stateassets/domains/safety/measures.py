"""Measures of the lines of defence: titles, safety inspections, hazards, risk reviews."""

from __future__ import annotations

from ...measures.registry import counted, indicator, quantity, registered

REPORT = "专项报告"
SAFETY_LAW = "中华人民共和国安全生产法"
HAZARD_RULE = "安全生产事故隐患排查治理暂行规定（安监总局令第16号）"
TITLE_RULE = "不动产登记暂行条例（国务院令第656号）"

registered(
    "titleless_assets",
    "无证资产",
    "处",
    TITLE_RULE,
    "titleless_assets",
    confidence="C",
    definition="没有办理不动产登记的房屋和构筑物，逐处登记办证的原因和进度",
)
quantity(
    "titleless_value",
    "无证资产账面价值",
    "亿元",
    2,
    TITLE_RULE,
    table="titleless_assets",
    column="book_value",
    confidence="C",
    nonnegative=True,
    definition="无证资产逐处账面价值相加",
)
quantity(
    "titleless_value_done",
    "已办证资产账面价值",
    "亿元",
    2,
    TITLE_RULE,
    table="titleless_assets",
    column="book_value",
    where={"state": ("closed", "late")},
    confidence="C",
    nonnegative=True,
    definition="无证资产中到年末已经办证的账面价值",
)


@indicator("办证完成率", unit="%", decimals=1, basis=TITLE_RULE, confidence="C")
def titleless_done_rate(titleless_value_done, titleless_value):
    """到年末已经办证的账面价值占全部无证资产账面价值的比重"""
    return titleless_value_done / titleless_value * 100


counted("safety_inspections", "安全检查次数", "次", SAFETY_LAW, "safety_inspections", definition="安全检查表的次数")
counted(
    "safety_expert_inspections",
    "专家组检查次数",
    "次",
    SAFETY_LAW,
    "safety_inspections",
    where={"kind": ("expert",)},
    definition="安全检查中由专家组进行的次数",
)
counted("safety_risk_reviews", "风险研判次数", "次", REPORT, "risk_reviews", definition="风险研判表的次数")
registered(
    "safety_hazards", "安全隐患", "处", HAZARD_RULE, "hazards", definition="检查发现的安全隐患，逐处登记期限和销号日期"
)
counted(
    "safety_listed_hazards",
    "挂牌督办重大事故隐患",
    "条",
    HAZARD_RULE,
    "hazards",
    where={"level": ("listed",)},
    definition="隐患中挂牌督办的重大事故隐患",
)
counted(
    "safety_hazards_in_time",
    "按期整改的隐患",
    "处",
    HAZARD_RULE,
    "hazards",
    where={"state": ("closed",)},
    definition="在规定期限之内整改销号的隐患",
)


@indicator("隐患按期整改完成率", unit="%", decimals=0, basis=HAZARD_RULE, confidence="C")
def safety_hazards_closed_rate(safety_hazards_in_time, safety_hazards):
    """按期整改的隐患占全部隐患的比重"""
    return safety_hazards_in_time / safety_hazards * 100


counted(
    "safety_notices",
    "安全隐患整改通知单",
    "份",
    HAZARD_RULE,
    "safety_notices",
    definition="下达的安全隐患整改通知单份数",
)
counted(
    "safety_reinspections",
    "隐患复查次数",
    "次",
    HAZARD_RULE,
    "hazard_reinspections",
    definition="整改以后复查的次数，不合格再复查的另算一次",
)
counted(
    "safety_reinspections_failed",
    "复查不合格次数",
    "次",
    HAZARD_RULE,
    "hazard_reinspections",
    where={"result": ("failed",)},
    definition="整改以后复查而不合格的次数",
)
