"""Measures of supervision: rules taken over, inspections, registration of property rights."""

from __future__ import annotations

from ...measures.registry import counted, indicator, registered
from ...tables.periods import DONE, LATE
from ..financial_statements.measures import ROSTER_RULE

OWN = "本书自定"
REGISTRATION = f"企业国有资产产权登记管理办法（国务院令第192号）及其实施细则；{ROSTER_RULE}"

counted("rules", "监管制度", "项", OWN, "rules", definition="出资人机构本年新增和修订的监管制度")
for _change, _words in (("new", "新增"), ("revised", "修订")):
    counted(
        f"rules_{_change}",
        f"{_words}监管制度",
        "项",
        OWN,
        "rules",
        where={"change": (_change,)},
        definition=f"出资人机构本年{_words}的监管制度",
    )
counted(
    "rules_for_groups",
    "由企业落实的监管制度",
    "项",
    OWN,
    "rules",
    where={"applies_to": ("groups", "")},
    definition="出资人机构本年新增和修订的制度中，要求一级企业落实的；监管机构自身执行的不算",
)
counted(
    "rule_adoptions",
    "制度落地",
    "项次",
    OWN,
    "rule_adoptions",
    definition="一级企业按监管制度制定或修订了自己的制度，一户一项制度计一项次",
)


@indicator("监管制度落地覆盖率", unit="%", decimals=1, basis=OWN, confidence="C", aliases=("制度覆盖率",))
def rule_coverage(rule_adoptions, rules_for_groups, first_level_enterprises):
    """已落地的项次占应落地项次的比重，由企业落实的制度，每户一级企业都应落地"""
    return rule_adoptions / (rules_for_groups * first_level_enterprises) * 100


@indicator("监管制度尚未落地", unit="项次", decimals=0, basis=OWN, confidence="C")
def rule_gaps(rule_adoptions, rules_for_groups, first_level_enterprises):
    """由企业落实的制度，每户一级企业都应落地，应落地项次减去已落地项次"""
    return rules_for_groups * first_level_enterprises - rule_adoptions


counted(
    "inspections", "平台公司检查", "次", OWN, "inspections", definition="对平台公司的检查，一户企业的一项检查内容计一次"
)
counted(
    "inspected_enterprises",
    "被检查企业",
    "户",
    OWN,
    "inspections",
    how="distinct",
    column="enterprise_id",
    definition="本年接受过检查的企业，同一企业只计一次",
)
registered("inspection_findings", "检查发现问题", "项", OWN, "inspection_findings", definition="检查平台公司发现的问题")


@indicator("检查发现问题整改率", unit="%", decimals=1, basis=OWN, confidence="C")
def inspection_findings_rate(inspection_findings_done, inspection_findings):
    """到年末已整改的问题占检查发现问题的比重，逾期整改的也算已整改"""
    return inspection_findings_done / inspection_findings * 100


registered(
    "property_registrations",
    "产权登记事项",
    "项",
    REGISTRATION,
    "property_registration",
    definition="占有登记，加上本年的变动登记和注销登记事项",
)
counted(
    "property_registrations_late",
    "产权登记事项逾期办结数",
    "项",
    REGISTRATION,
    "property_registration",
    where={"state": (LATE,)},
    definition="产权登记事项中，办结了但晚于登记期限的数量",
)
counted(
    "registered_enterprises",
    "已办占有登记的企业",
    "户",
    REGISTRATION,
    "property_registration",
    how="distinct",
    column="enterprise_id",
    where={"kind": ("occupation",), "state": DONE},
    definition="到年末已办结占有登记的法人企业",
)


@indicator("产权登记覆盖率", unit="%", decimals=1, basis=REGISTRATION, confidence="C", aliases=("产权登记率",))
def registration_coverage(registered_enterprises, enterprises):
    """已办结占有登记的企业占全部法人企业的比重"""
    return registered_enterprises / enterprises * 100


@indicator("未办占有登记的企业", unit="户", decimals=0, basis=REGISTRATION, confidence="C")
def unregistered_enterprises(enterprises, registered_enterprises):
    """全部法人企业中，到年末还没有办结占有登记的"""
    return enterprises - registered_enterprises
