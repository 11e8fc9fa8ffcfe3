"""Measures of part three: loss-making companies, idle assets, talent, supervision, plans."""

from __future__ import annotations

from ...measures.registry import counted, indicator, quantity, registered

TASK_RULE = "把报告的安排分解到企业的通行做法"
ASSET_RULE = "国有资产盘活的通行做法"
TALENT_RULE = "国有企业人才队伍建设的通行做法"
SUPERVISION_RULE = "国务院办公厅关于加强和改进企业国有资产监督防止国有资产流失的意见（国办发〔2015〕79号）"
MATTERS_RULE = "“三重一大”决策制度和重大事项报告制度"

counted("plans", "企业工作任务", "项", TASK_RULE, "plans", definition="企业为落实报告的安排列出的下一年任务")

# --- 点 ----------------------------------------------------------------------------------------

quantity(
    "own_profit",
    "单户利润总额",
    "万元",
    1,
    "企业会计准则第30号——财务报表列报",
    table="income_statement",
    column="total_profit",
    definition="利润总额，以万元计，用来看亏损和微利企业；单户取单户报表",
)
registered("revived_assets", "待盘活资产", "项", ASSET_RULE, "idle_assets", definition="列入盘活清单的房屋和土地")
for _name, _name_zh, _column, _unit, _where in (
    ("listed_area", "清单资产面积", "area", "平方米", {}),
    ("idle_area", "年末闲置面积", "area", "平方米", {"status": ("idle",), "state": ("open", "overdue")}),
    ("listed_book_value", "清单资产账面价值", "book_value", "万元", {}),
    ("low_yield_book_value", "低效资产账面价值", "book_value", "万元", {"status": ("low_yield",)}),
    ("low_yield_rent", "低效资产年租金", "yearly_rent", "万元", {"status": ("low_yield",)}),
):
    quantity(
        _name,
        _name_zh,
        _unit,
        0,
        ASSET_RULE,
        confidence="C",
        table="idle_assets",
        column=_column,
        where=_where,
        nonnegative=True,
        definition="闲置低效资产台账逐项相加；年末闲置只算还没有盘活的",
    )


@indicator("低效资产租金收益率", unit="%", decimals=2, basis=ASSET_RULE, confidence="C")
def low_yield_return(low_yield_rent, low_yield_book_value):
    """低效资产的年租金占账面价值的比重"""
    return low_yield_rent / low_yield_book_value * 100


# --- 线 ----------------------------------------------------------------------------------------

for _name, _name_zh, _column, _rungs in (
    ("talents", "人才梯队人数", "people", ("reserve", "backbone", "middle", "leading")),
    ("talents_young", "人才梯队中40岁以下人数", "of_which_under_40", ("reserve", "backbone", "middle", "leading")),
    ("talents_reserve", "后备人才人数", "people", ("reserve",)),
    ("talents_leading", "领军人才人数", "people", ("leading",)),
):
    quantity(
        _name,
        _name_zh,
        "人",
        0,
        TALENT_RULE,
        confidence="C",
        table="talents",
        column=_column,
        where={"rung": _rungs},
        nonnegative=True,
        definition="各一级企业的人才梯队相加",
    )


@indicator("人才梯队年轻化比例", unit="%", decimals=1, basis=TALENT_RULE, confidence="C")
def talents_young_share(talents_young, talents):
    """40岁以下的人占人才梯队人数的比重"""
    return talents_young / talents * 100


counted(
    "appointments",
    "管理人员任免",
    "人次",
    TALENT_RULE,
    "appointments",
    definition="一年里管理人员的聘任、晋升、退出和转岗",
)
counted(
    "appointments_down",
    "管理人员退出和转岗",
    "人次",
    TALENT_RULE,
    "appointments",
    where={"kind": ("exited", "demoted")},
    definition="一年里退出管理岗位或者转到其他岗位的人次",
)
for _way, _name_zh in (("competed", "竞争上岗"), ("lowest", "末等调整"), ("incapable", "不胜任退出")):
    counted(
        f"appointments_{_way}",
        f"{_name_zh}人次",
        "人次",
        TALENT_RULE,
        "appointments",
        where={"way": (_way,)},
        definition=f"一年里的管理人员任免中，方式登记为{_name_zh}的人次",
    )


@indicator("管理人员退出比例", unit="%", decimals=1, basis=TALENT_RULE, confidence="C")
def appointments_down_share(appointments_down, appointments):
    """退出和转岗占管理人员任免人次的比重，看能上能下做到几分"""
    return appointments_down / appointments * 100


# --- 网 ----------------------------------------------------------------------------------------

registered(
    "supervision_items",
    "监督事项",
    "项",
    SUPERVISION_RULE,
    "supervision_items",
    definition="监督发现、需要企业整改的事项",
)


@indicator("监督事项整改完成率", unit="%", decimals=1, basis=SUPERVISION_RULE, confidence="C")
def supervision_items_done_rate(supervision_items_done, supervision_items):
    """到年末已经整改完成的监督事项占全部监督事项的比重，未到期的也算在分母里"""
    return supervision_items_done / supervision_items * 100


counted("talks", "谈话", "次", SUPERVISION_RULE, "talks", definition="提醒谈话、约谈和诫勉谈话的次数")
registered(
    "major_matters", "重大事项报告", "项", MATTERS_RULE, "major_matters", definition="企业向出资人报告的重大事项"
)
counted(
    "major_matters_in_time",
    "重大事项按期答复数",
    "项",
    MATTERS_RULE,
    "major_matters",
    where={"state": ("closed",)},
    definition="答复日期不晚于答复期限的重大事项",
)


@indicator("重大事项按期答复率", unit="%", decimals=1, basis=MATTERS_RULE, confidence="C")
def major_matters_in_time_rate(major_matters_in_time, major_matters):
    """按期答复的重大事项占全部报告事项的比重，未到答复期限的也算在分母里"""
    return major_matters_in_time / major_matters * 100
