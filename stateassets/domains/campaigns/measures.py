"""Measures of the campaigns: compliance, aspects, tasks and goals."""

from __future__ import annotations

from ...measures.registry import counted, indicator, registered

BASIS = "专项报告"
COMPLIANCE = "专项报告；中央企业合规管理办法（国资委令第42号），地方参照"
BENCHMARKING = "专项报告；国务院国资委关于开展对标世界一流企业价值创造行动的通知"

registered(
    "compliance_tasks",
    "合规体系建设任务",
    "项",
    COMPLIANCE,
    "compliance_tasks",
    definition="本年部署的合规体系建设任务",
)
counted(
    "compliance_enterprises",
    "合规体系建设覆盖的一级企业",
    "户",
    COMPLIANCE,
    "compliance_problems",
    how="distinct",
    column="enterprise_id",
    aliases=("直管一级企业",),
    definition="问题清单涉及的一级企业，同一企业只计一次",
)
counted(
    "compliance_problems",
    "合规查找问题",
    "项",
    COMPLIANCE,
    "compliance_problems",
    aliases=("查找问题",),
    definition="合规体系建设中在一级企业查找出的问题",
)
counted(
    "compliance_answered",
    "有举措的合规问题",
    "项",
    COMPLIANCE,
    "compliance_measures",
    how="distinct",
    column="problem_id",
    definition="至少有一项举措的问题",
)


@indicator("没有举措的合规问题", unit="项", decimals=0, basis=COMPLIANCE, confidence="C")
def compliance_unanswered(compliance_problems, compliance_answered):
    """查找出的问题中，一项举措也没有的"""
    return compliance_problems - compliance_answered


registered(
    "compliance_measures",
    "合规举措",
    "项",
    COMPLIANCE,
    "compliance_measures",
    aliases=("制定举措",),
    definition="针对查找出的问题制定的举措；一个问题至少有一项",
)


@indicator("合规举措完成率", unit="%", decimals=1, basis=BASIS, confidence="C")
def compliance_measures_rate(compliance_measures_done, compliance_measures):
    """到年末已完成的举措占全部举措的比重，逾期完成的也算完成"""
    return compliance_measures_done / compliance_measures * 100


counted(
    "compliance_measures_checked",
    "复查过的合规举措",
    "项",
    COMPLIANCE,
    "compliance_measures",
    where={"effect": ("held", "recurred")},
    definition="完成以后复查过的举措",
)
counted(
    "compliance_measures_recurred",
    "问题又发生的合规举措",
    "项",
    COMPLIANCE,
    "compliance_measures",
    where={"effect": ("recurred",)},
    definition="完成以后复查，问题又发生了的举措",
)


@indicator("合规问题复发率", unit="%", decimals=1, basis=BASIS, confidence="C")
def compliance_recurrence(compliance_measures_recurred, compliance_measures_checked):
    """复查过的举措中，问题又发生了的比重"""
    return compliance_measures_recurred / compliance_measures_checked * 100


counted(
    "compliance_teams",
    "合规体系建设工作专班",
    "个",
    COMPLIANCE,
    "compliance_teams",
    aliases=("工作专班",),
    definition="一级企业成立的合规体系建设工作专班",
)
counted(
    "compliance_teams_led",
    "总经理召集、副总经理负责日常工作的专班",
    "个",
    COMPLIANCE,
    "compliance_teams",
    where={"convener": ("manager",), "daily": ("deputy",)},
    definition="召集人是总经理、日常工作负责人是副总经理的专班",
)
counted(
    "benchmarking_aspects",
    "重要工作方面",
    "个",
    BENCHMARKING,
    "benchmarking_goals",
    how="distinct",
    column="aspect",
    aliases=("聚焦重要工作方面",),
    definition="一级企业的目标任务分属的重要工作方面，相同的只计一次",
)
registered(
    "benchmarking_goals",
    "重要工作目标任务",
    "项",
    BENCHMARKING,
    "benchmarking_goals",
    definition="一级企业在各重要工作方面的目标任务",
)
counted(
    "benchmarking_categories",
    "重点任务类别",
    "类",
    BASIS,
    "benchmarking_tasks",
    how="distinct",
    column="category",
    definition="重点任务分属的类别，相同的只计一次",
)
registered("benchmarking_tasks", "重点任务", "项", BASIS, "benchmarking_tasks", definition="专项行动梳理的本年重点任务")
counted(
    "benchmarking_improvements",
    "要实现明显提升的方面",
    "个",
    BASIS,
    "benchmarking_improvements",
    how="distinct",
    column="title",
    definition="专项行动要推动区属国有企业明显提升的方面；这是目标，不是结果",
)


@indicator("重点任务完成率", unit="%", decimals=1, basis=BASIS, confidence="C")
def benchmarking_tasks_rate(benchmarking_tasks_done, benchmarking_tasks):
    """到年末已完成的重点任务占全部重点任务的比重，逾期完成的也算完成"""
    return benchmarking_tasks_done / benchmarking_tasks * 100
