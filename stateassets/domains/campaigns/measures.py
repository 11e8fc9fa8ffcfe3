"""Measures of the campaigns: compliance and benchmarking."""

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


for _name, _name_zh, _unit, _column, _alias in (
    ("benchmarking_aspects", "对标工作方面", "个", "aspect", "聚焦重要工作方面"),
    ("benchmarking_categories", "对标重点任务类别", "类", "category", "重点任务类别"),
):
    counted(
        _name,
        _name_zh,
        _unit,
        BENCHMARKING,
        "benchmarking_tasks",
        how="distinct",
        column=_column,
        aliases=(_alias,),
        definition=f"对标重点任务分属的{_name_zh[2:]}，相同的只计一次",
    )
registered(
    "benchmarking_tasks",
    "对标重点任务",
    "项",
    BENCHMARKING,
    "benchmarking_tasks",
    aliases=("重点任务",),
    definition="对标行动本年的重点任务",
)
registered(
    "benchmarking_party_tasks",
    "党的建设方面的对标任务",
    "项",
    BENCHMARKING,
    "benchmarking_tasks",
    where={"aspect": ("party",)},
    definition="对标重点任务中属于党的建设方面的",
)
counted(
    "benchmarking_improvements",
    "对标明显提升方面",
    "个",
    BENCHMARKING,
    "benchmarking_improvements",
    how="distinct",
    column="title",
    aliases=("明显提升方面",),
    definition="行动要明显提升的方面；各方面用哪些指标来看，见本章",
)


@indicator("对标重点任务完成率", unit="%", decimals=1, basis=BASIS, confidence="C")
def benchmarking_tasks_rate(benchmarking_tasks_done, benchmarking_tasks):
    """到年末已完成的对标重点任务占全部重点任务的比重，逾期完成的也算完成"""
    return benchmarking_tasks_done / benchmarking_tasks * 100


@indicator("党的建设方面对标任务完成率", unit="%", decimals=1, basis=BASIS, confidence="C")
def benchmarking_party_rate(benchmarking_party_tasks_done, benchmarking_party_tasks):
    """党的建设方面的对标任务中，到年末已完成的比重"""
    return benchmarking_party_tasks_done / benchmarking_party_tasks * 100
