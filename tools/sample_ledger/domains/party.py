"""Party building: organisations, reports, rectification after inspection, activities."""

from __future__ import annotations

from datetime import date

from ..enterprises import GROUPS, in_year, members
from ..registers import DEPARTMENTS, YEAR, Context, numbered

Row = dict[str, object]
MORE_THAN_PRINTED = 0.04  # how far a number printed as 逾 lies above the round one
LISTS = ("党委（党组）主体责任清单", "党组织书记第一责任人清单", "班子成员“一岗双责”清单")
HEARD = ("国有企业全面从严治党工作情况", "国有企业党风廉政建设和反腐败工作情况", "巡察整改工作情况")
INSPECTED = ("C", "F")  # the groups whose rectification is guided; how many is the report's
PROBLEMS = {
    "党的领导": ("重大事项前置研究清单不够具体", "理论学习中心组学习计划没有落实到位", "意识形态责任制检查流于形式"),
    "从严治党": ("廉洁风险点排查不全面", "谈心谈话记录过于简单", "公务用车管理有漏洞", "业务招待费审批不严"),
    "组织建设": ("支部换届不及时", "发展党员程序不规范", "组织生活会批评不够深入", "党费收缴台账不完整"),
    "整改落实": ("上轮审计问题没有全部销号", "整改责任没有分解到人", "长效机制没有建立"),
}
MEASURES = (
    "修订相关制度并印发执行",
    "开展专题学习研讨",
    "逐项清理并建立台账",
    "约谈责任人并书面检查",
    "组织专项自查并报告结果",
    "明确分管领导和完成时限",
    "纳入年度考核",
    "举一反三开展回头看",
)
ACTIVITIES = {
    "theory": ("理论学习中心组学习", "专题党课", "读书班"),
    "branch": ("支部主题党日", "支部党员大会", "组织生活会"),
    "practice": ("红色教育基地参观", "志愿服务", "案例警示教育"),
}
JOINT_BELOW = 20  # companies of one group with fewer people have one branch together


def tables(context: Context) -> dict[str, list[Row]]:
    """Return organisations, lists, reports, rectification and activities."""
    organisations = _organisations(context)
    return {
        "party_organisations": organisations,
        "responsibility_lists": _lists(context),
        "party_reports": _reports(context),
        "party_rectification": _rectification(context),
        "learning_activities": _activities(context, organisations),
    }


def _staff(context: Context, enterprise_id: str) -> int:
    return context.sample.people[YEAR, 12, enterprise_id]


def _organisations(context: Context) -> list[Row]:
    small = [p for p in in_year(YEAR) if p.level > 1 and _staff(context, p.enterprise_id) < JOINT_BELOW]
    heads = {p.group: p.name_zh for p in in_year(YEAR) if p.level == 1}
    rows: list[Row] = []
    for profile in in_year(YEAR):
        staff = _staff(context, profile.enterprise_id)
        first = date(profile.start_year, 3, 1)
        together = profile in small and sum(p.group == profile.group for p in small) > 1
        kind = "committee" if profile.level == 1 else "joint" if together else "branch"
        words = {"committee": "党委", "joint": "所属企业联合党支部", "branch": "党支部"}[kind]
        rows.append(
            {
                "year": YEAR,
                "id": "",
                "enterprise_id": profile.enterprise_id,
                "kind": kind,
                "title": f"{heads[profile.group] if kind == 'joint' else profile.name_zh}{words}",
                "founded_on": context.day(first, date(profile.start_year, 11, 30)),
                "members": max(1, round(staff * context.rng.uniform(0.3, 0.6))),
            }
        )
    return [{**row, "id": key} for key, row in zip(numbered("DZ", len(rows)), rows, strict=True)]


def _lists(context: Context) -> list[Row]:
    keys = numbered("ZR", context.counts["party.responsibility_lists"])
    return [
        {
            "year": YEAR,
            "id": key,
            "title": LISTS[i % len(LISTS)],
            "issued_on": context.day(date(YEAR, 2, 6), date(YEAR, 4, 14)),
        }
        for i, key in enumerate(keys)
    ]


def _reports(context: Context) -> list[Row]:
    keys = numbered("BG", context.counts["party.reports_heard"])
    return [
        {
            "year": YEAR,
            "id": key,
            "subject": HEARD[i % len(HEARD)],
            "heard_on": context.day(date(YEAR, 3 + 3 * i, 1), date(YEAR, 5 + 3 * i, 26)),
        }
        for i, key in enumerate(keys)
    ]


def _rectification(context: Context) -> list[Row]:
    printed = context.counts["party.rectification_measures"]
    number = printed + max(1, round(MORE_THAN_PRINTED * printed))
    groups = INSPECTED[: context.counts["party.inspected_enterprises"]]
    found = [(a, p, m) for a, problems in PROBLEMS.items() for p in problems for m in MEASURES]
    possible = [(group, *what) for what in found for group in groups]
    rows: list[Row] = []
    for i in context.rng.permutation(len(possible))[:number]:
        group, aspect, problem, measure = possible[i]
        life = context.life(date(YEAR, 3, 13), date(YEAR, 5, 31), (60, 240), 0.08, 0.06)
        rows.append(
            {
                "year": YEAR,
                "id": "",
                "enterprise_id": group,
                "aspect": aspect,
                "problem": problem,
                "title": measure,
                "department": context.pick(DEPARTMENTS),
                **life,
            }
        )
    rows.sort(key=lambda row: (str(row["enterprise_id"]), str(row["aspect"]), str(row["problem"])))
    return [{**row, "id": key} for key, row in zip(numbered("XC", number), rows, strict=True)]


def _activities(context: Context, organisations: list[Row]) -> list[Row]:
    founded = {row["enterprise_id"]: row["founded_on"] for row in organisations}
    printed = context.counts["party.learning_activities"]
    number = printed + max(1, round(MORE_THAN_PRINTED * printed))
    everybody = [p for group in GROUPS for p in members(group, YEAR)]
    rows: list[Row] = []
    for i in range(number):
        owner = everybody[i % len(everybody)]
        kind = context.pick(tuple(ACTIVITIES), (3, 5, 2))
        first = founded[owner.enterprise_id]
        assert isinstance(first, date)
        first = max(first, date(YEAR, 1, 9))
        staff = _staff(context, owner.enterprise_id)
        rows.append(
            {
                "year": YEAR,
                "id": "",
                "enterprise_id": owner.enterprise_id,
                "held_on": context.day(first, date(YEAR, 12, 22)),
                "kind": kind,
                "title": context.pick(ACTIVITIES[kind]),
                "people": max(3, round(staff * context.rng.uniform(0.2, 0.7))),
            }
        )
    rows.sort(key=lambda row: (str(row["held_on"]), str(row["enterprise_id"])))
    return [{**row, "id": key} for key, row in zip(numbered("HD", number), rows, strict=True)]
