"""Measures of party building in the enterprises."""

from __future__ import annotations

from ...measures.registry import counted, indicator, quantity, registered

REPORT = "专项报告"
BRANCH_RULE = "中国共产党国有企业基层组织工作条例（试行）"
INSPECTION_RULE = "中国共产党巡视工作条例"

counted(
    "party_organisations",
    "党组织数",
    "个",
    BRANCH_RULE,
    "party_organisations",
    how="distinct",
    column="title",
    definition="企业党委、党总支、党支部和联合党支部的个数，几户企业联合建立的算一个",
)
counted(
    "party_covered_enterprises",
    "有党组织的企业",
    "户",
    BRANCH_RULE,
    "party_organisations",
    how="distinct",
    column="enterprise_id",
    definition="单独建立或联合建立党组织的企业户数",
)


@indicator("党组织覆盖率", unit="%", decimals=0, basis=BRANCH_RULE, confidence="C")
def party_coverage(party_covered_enterprises, enterprises):
    """有党组织的企业占全部企业的比重，联合建立的也算"""
    return party_covered_enterprises / enterprises * 100


quantity(
    "party_members",
    "党员人数",
    "人",
    0,
    BRANCH_RULE,
    table="party_organisations",
    column="members",
    confidence="C",
    nonnegative=True,
    definition="各党组织党员人数相加",
)
counted(
    "party_responsibility_lists", "责任清单", "个", REPORT, "responsibility_lists", definition="从严治党责任清单的个数"
)
counted(
    "party_reports_heard",
    "听取全面从严治党专题报告",
    "次",
    REPORT,
    "party_reports",
    definition="听取全面从严治党专题报告的次数",
)
counted(
    "party_inspected_enterprises",
    "指导巡察整改的企业",
    "户",
    INSPECTION_RULE,
    "party_rectification",
    how="distinct",
    column="enterprise_id",
    definition="有巡察反馈问题整改措施的企业户数",
)
registered(
    "party_rectification_measures",
    "巡察反馈问题整改措施",
    "条",
    INSPECTION_RULE,
    "party_rectification",
    definition="针对巡察反馈问题制定的整改措施",
)
counted(
    "party_training_courses",
    "培训班",
    "期",
    REPORT,
    "training_courses",
    definition="举办的党组织书记和党务工作者培训班期数",
)
counted(
    "party_learning_activities",
    "学习活动",
    "次",
    REPORT,
    "learning_activities",
    definition="各企业党组织开展的学习活动次数",
)
counted(
    "party_requirements_assessed",
    "四强四好认定项数",
    "项",
    REPORT,
    "party_standing",
    definition="党组织逐个对照四强四好各项要求认定的项数",
)
counted(
    "party_requirements_met",
    "四强四好达到项数",
    "项",
    REPORT,
    "party_standing",
    where={"standing": ("met",)},
    definition="党组织对照四强四好各项要求，认定为达到的项数",
)


@indicator("四强四好达到率", unit="%", decimals=1, basis=REPORT, confidence="C")
def party_requirements_met_rate(party_requirements_met, party_requirements_assessed):
    """认定为达到的项数占全部认定项数的比重"""
    return party_requirements_met / party_requirements_assessed * 100


for _column, _name, _name_zh in (
    ("items", "party_list_items", "清单事项"),
    ("running", "party_list_running", "在运行的清单事项"),
):
    quantity(
        _name,
        _name_zh,
        "项",
        0,
        REPORT,
        table="party_list_reviews",
        column=_column,
        confidence="C",
        nonnegative=True,
        definition=f"回头看时各党组织两个清单的{_name_zh}相加",
    )


@indicator("两个清单运行率", unit="%", decimals=1, basis=REPORT, confidence="C")
def party_list_running_rate(party_list_running, party_list_items):
    """回头看时在运行的清单事项占全部清单事项的比重"""
    return party_list_running / party_list_items * 100
