"""Measures of responsibility: projects and investment, housing, grants, renewal, events."""

from __future__ import annotations

from ...measures.registry import counted, quantity, registered
from ...tables.periods import DONE

REPORT = "专项报告"
OWN = "本书自定"
INVESTMENT_RULE = "固定资产投资统计报表制度"

registered(
    "projects_total", "统筹推进项目", "项", REPORT, "projects", definition="全年统筹推进的项目，前期、在建和完工的都算"
)
quantity(
    "projects_fixed_asset_investment",
    "固定资产投资",
    "亿元",
    0,
    INVESTMENT_RULE,
    table="project_investment",
    column="amount",
    confidence="C",
    nonnegative=True,
    definition="各项目各季度完成的固定资产投资相加",
)
quantity(
    "projects_planned_investment",
    "项目计划总投资",
    "亿元",
    1,
    OWN,
    table="projects",
    column="planned_investment",
    confidence="C",
    nonnegative=True,
    definition="全部项目的计划总投资相加",
)
quantity(
    "projects_investment_attracted",
    "招商引资",
    "亿元",
    0,
    REPORT,
    table="projects",
    column="attracted_investment",
    confidence="C",
    nonnegative=True,
    definition="各项目引进的社会投资签约额相加",
)
counted("housing_deliveries", "保交楼项目", "个", OWN, "housing_deliveries", definition="列入台账的保交楼项目")
counted(
    "housing_delivery_projects",
    "已销号的保交楼项目",
    "个",
    REPORT,
    "housing_deliveries",
    where={"state": DONE},
    definition="到年末由市级部门销号的保交楼项目",
)
quantity(
    "housing_delivered_homes",
    "保交楼住房套数",
    "套",
    0,
    OWN,
    table="housing_deliveries",
    column="homes",
    where={"state": DONE},
    confidence="C",
    nonnegative=True,
    definition="已销号的保交楼项目交付的住房套数相加",
)
quantity(
    "renewal_central_grant",
    "中央补助资金",
    "万元",
    0,
    REPORT,
    table="grants",
    column="amount",
    where={"source": ("central",)},
    confidence="C",
    nonnegative=True,
    definition="争取到的中央补助资金相加",
)
quantity(
    "renewal_commended_areas",
    "受表彰的老旧小区片区",
    "个",
    0,
    REPORT,
    table="renewal_areas",
    column="areas",
    where={"commended": ("yes",)},
    confidence="C",
    nonnegative=True,
    definition="改造工作受到表彰的老旧小区片区个数相加",
)
counted("culture_events", "文旅活动", "个", REPORT, "events", definition="举办的文化旅游活动")
