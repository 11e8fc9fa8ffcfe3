"""Risks: assets without title, safety inspections, what they found, notices, reviews of safety risks.

Every hazard is closed in time, as the report says; assets without title are not so lucky.
"""

from __future__ import annotations

from datetime import date, timedelta

from ..enterprises import in_year, members
from ..money import text, units
from ..registers import DEPARTMENTS, YEAR, Context, numbered, working_day

Row = dict[str, object]
MORE_THAN_PRINTED = 0.08  # how far a number printed as 逾 lies above the round one
EVERYTHING = ("construction", "fire", "electric", "gas", "traffic", "structure")
# What is looked at in the course of the year, and which kinds of hazards it can find.
SUBJECTS = {
    "节前安全生产检查": EVERYTHING,
    "燃气使用场所检查": ("gas",),
    "停车场和充电设施消防检查": ("electric", "fire"),
    "在建工地汛期检查": ("construction",),
    "老旧厂房租户消防检查": ("fire",),
    "高温季节户外作业检查": ("construction", "traffic"),
    "环卫作业车辆检查": ("traffic",),
    "公共建筑结构和电气检查": ("structure", "electric"),
    "岁末年初综合检查": EVERYTHING,
}
# Where, and what was found: the first GRAVE of each kind are those that can be listed.
GRAVE = 2
HAZARDS = {
    "construction": (
        "滨江片区在建工地",
        (
            "塔吊限位器失灵没有停用",
            "脚手架连墙件拆除后没有恢复",
            "基坑临边防护缺失一段",
            "临时用电一闸多机",
            "高处作业没有系挂安全带",
            "深基坑监测频次不足",
        ),
    ),
    "fire": (
        "标准厂房出租区",
        (
            "消防水泵不能自动启动",
            "疏散楼梯被货物堵死",
            "防火卷帘故障没有维修",
            "灭火器过期没有更换",
            "消防控制室值班人员没有持证",
            "应急照明损坏",
        ),
    ),
    "electric": ("充电场站", ("充电桩接地电阻超标", "电缆沟积水浸泡接头", "配电箱没有锁闭", "充电车位没有设灭火器材")),
    "gas": (
        "商业裙楼餐饮租户",
        ("没有安装可燃气体报警装置", "燃气软管超过使用年限", "用气房间通风不良", "灶具没有熄火保护装置"),
    ),
    "traffic": (
        "环卫作业车队",
        ("作业车辆制动失效仍上路", "驾驶员连续作业超时", "夜间作业警示灯失效", "车载灭火器过期"),
    ),
    "structure": (
        "老旧办公楼",
        ("预制楼板开裂没有鉴定", "屋面广告牌锈蚀松动", "外墙瓷砖空鼓脱落", "雨棚排水堵塞积水超载"),
    ),
}
KINDS_OF = {
    "C": ("construction", "structure"),
    "D": ("construction", "structure"),
    "E": ("electric", "fire"),
    "F": ("traffic", "gas"),
    "A": ("fire", "structure", "gas"),
    "B": ("fire", "gas", "electric"),
}
REVIEWS = (
    ("节后复工和在建工地安全风险", "列出深基坑、高支模工地，复工前逐处核验"),
    ("汛期和高温季节安全风险", "确定易涝点和户外作业时段，备足防汛和防暑物资"),
    ("节前消防和燃气安全风险", "确定重点场所和重点时段，增加专家检查"),
)
# Cause -> what stands there without title.
TITLELESS = {
    "early_building": ("改制前自建库房", "原厂区宿舍楼", "老办公楼附属用房"),
    "missing_approval": ("临时建筑转固定用房", "加建设备用房", "停车楼夹层"),
    "transferred": ("划入的街道办公用房", "划入的校舍", "接收的社区配套用房"),
    "land_unsettled": ("土地性质没有变更的厂房", "边角地块上的管理用房"),
    "developer": ("开发企业没有办理分割的商业配套", "移交手续不全的车库"),
}
STEPS = ("survey", "planning", "fire_check", "filing", "registered")
PLACES = ("滨江片区", "老城片区", "园区北区", "园区南区", "新城片区")


def tables(context: Context) -> dict[str, list[Row]]:
    """Return assets without title, inspections, hazards, notices and risk reviews."""
    inspections = _inspections(context)
    hazards = _hazards(context, inspections)
    return {
        "titleless_assets": _titleless(context),
        "safety_inspections": inspections,
        "hazards": hazards,
        "safety_notices": _notices(context, hazards),
        "risk_reviews": _reviews(context),
    }


def _inspections(context: Context) -> list[Row]:
    number = context.counts["safety.inspections"]
    days = [
        working_day(date(YEAR, 1, 12) + timedelta(days=38 * i + int(context.rng.integers(0, 9)))) for i in range(number)
    ]
    experts = set(context.rng.permutation(number)[: context.counts["safety.expert_inspections"]])
    return [
        {
            "year": YEAR,
            "id": key,
            "inspected_on": day,
            "kind": "expert" if i in experts else context.pick(("joint", "routine")),
            "subject": tuple(SUBJECTS)[i % len(SUBJECTS)],
        }
        for i, (key, day) in enumerate(zip(numbered("AJ", number), days, strict=True))
    ]


def _hazards(context: Context, inspections: list[Row]) -> list[Row]:
    printed = context.counts["safety.hazards"]
    number = printed + max(1, round(MORE_THAN_PRINTED * printed))
    listed = set(context.rng.permutation(number)[: context.counts["safety.listed_hazards"]])
    rows: list[Row] = []
    for i in range(number):
        visit = inspections[i % len(inspections)]
        kind = context.pick(SUBJECTS[str(visit["subject"])])
        owner = context.pick([p for p in in_year(YEAR) if kind in KINDS_OF[p.group]])
        place, titles = HAZARDS[kind]
        opened = visit["inspected_on"]
        assert isinstance(opened, date)
        grave = i in listed
        due = working_day(opened + timedelta(days=30 if grave else int(context.rng.integers(7, 22))))
        due = min(due, date(YEAR, 12, 29))
        took = int((due - opened).days * context.rng.uniform(0.2, 1.0))
        rows.append(
            {
                "year": YEAR,
                "id": "",
                "inspection_id": visit["id"],
                "enterprise_id": owner.enterprise_id,
                "kind": kind,
                "level": "listed" if grave else "general",
                "place": place,
                "title": context.pick(titles[:GRAVE] if grave else titles[GRAVE:]),
                "department": context.pick(DEPARTMENTS),
                "opened_on": opened,
                "due_on": due,
                "closed_on": max(opened, working_day(opened + timedelta(days=took))),
            }
        )
    rows.sort(key=lambda row: (str(row["opened_on"]), str(row["enterprise_id"])))
    return [{**row, "id": key} for key, row in zip(numbered("YH", number), rows, strict=True)]


def _notices(context: Context, hazards: list[Row]) -> list[Row]:
    grave = [row for row in hazards if row["level"] == "listed"]
    chosen = grave[: context.counts["safety.notices"]]
    return [
        {
            "year": YEAR,
            "id": key,
            "hazard_id": row["id"],
            "enterprise_id": row["enterprise_id"],
            "issued_on": row["opened_on"],
        }
        for key, row in zip(numbered("TZ", len(chosen)), chosen, strict=True)
    ]


def _reviews(context: Context) -> list[Row]:
    number = context.counts["safety.risk_reviews"]
    return [
        {
            "year": YEAR,
            "id": key,
            "held_on": context.day(date(YEAR, 3 + 3 * i, 6), date(YEAR, 3 + 3 * i, 24)),
            "subject": REVIEWS[i % len(REVIEWS)][0],
            "outcome": REVIEWS[i % len(REVIEWS)][1],
        }
        for i, key in enumerate(numbered("YP", number))
    ]


def _titleless(context: Context) -> list[Row]:
    rows: list[Row] = []
    for group, share in (("A", 9), ("B", 7), ("C", 5), ("D", 4), ("E", 6), ("F", 3)):
        for _ in range(share):
            owner = context.pick(members(group, YEAR))
            cause = context.pick(tuple(TITLELESS), (4, 3, 5, 2, 2))
            area = int(context.rng.lognormal(7, 0.7) // 10 * 10)
            life = context.life(date(YEAR, 1, 9), date(YEAR, 6, 30), (90, 420), late=0.25)
            step = "registered" if life["closed_on"] else context.pick(STEPS[:-1], (4, 3, 2, 3))
            rows.append(
                {
                    "year": YEAR,
                    "id": "",
                    "enterprise_id": owner.enterprise_id,
                    "title": context.pick(PLACES) + context.pick(TITLELESS[cause]),
                    "cause": cause,
                    "step": step,
                    "area": area,
                    "book_value": text(units(area * context.rng.uniform(0.12, 0.5), 100)),
                    "department": context.pick(DEPARTMENTS),
                    **life,
                }
            )
    return [{**row, "id": key} for key, row in zip(numbered("WZ", len(rows)), rows, strict=True)]
