"""Party building: organisations, reports, rectification after inspection, activities."""

from __future__ import annotations

from datetime import date

from ..enterprises import GROUPS, in_year, members
from ..registers import YEAR, Context, numbered

Row = dict[str, object]
MORE_THAN_PRINTED = 0.04  # how far a number printed as 逾 lies above the round one
NAMED = 1  # of the lists the report names so many: they are real rows
LISTS = ("党组织书记第一责任人清单", "班子成员“一岗双责”清单")
HEARD = ("全面从严治党工作情况：主体责任", "全面从严治党工作情况：监督执纪", "全面从严治党工作情况：组织建设")
INSPECTED = ("C", "F")  # the groups whose rectification is guided; how many is the report's
# Aspect -> problem -> (who answers for it, the rule, what it has to say, what is gone through, what
# shows that it was done).
PROBLEMS = {
    "党的领导": {
        "重大事项前置研究清单不够具体": (
            ("党群人事部", "综合办公室"),
            "前置研究事项清单",
            "每类事项的金额和程序",
            "上一年的决策事项",
            "逐项对照表",
        ),
        "理论学习中心组学习计划没有落实到位": (
            ("党群人事部", "综合办公室"),
            "中心组学习规则",
            "每季度的专题和发言人",
            "全年学习安排",
            "学习签到和发言记录",
        ),
        "意识形态责任制检查流于形式": (
            ("党群人事部", "综合办公室"),
            "意识形态责任制实施办法",
            "检查看哪几处阵地",
            "网站和宣传栏内容",
            "阵地检查记录",
        ),
    },
    "从严治党": {
        "廉洁风险点排查不全面": (
            ("风控法务部", "党群人事部"),
            "廉洁风险防控手册",
            "采购和工程岗位的风险点",
            "关键岗位的权限",
            "风险点清单",
        ),
        "谈心谈话记录过于简单": (
            ("党群人事部", "综合办公室"),
            "谈心谈话办法",
            "谈话要谈到的问题",
            "近一年的谈话记录",
            "谈话记录样式和补记",
        ),
        "公务用车管理有漏洞": (
            ("综合办公室", "运营管理部"),
            "公务用车管理办法",
            "派车审批和加油卡保管",
            "派车单和加油记录",
            "一车一册的用车台账",
        ),
        "业务招待费审批不严": (
            ("财务部", "综合办公室"),
            "业务招待费管理办法",
            "事前审批和陪餐人数",
            "近两年的招待费凭证",
            "超标退回凭据",
        ),
    },
    "组织建设": {
        "支部换届不及时": (
            ("党群人事部", "综合办公室"),
            "支部换届提醒办法",
            "届满前几个月提醒",
            "各支部的届满日期",
            "换届批复文件",
        ),
        "发展党员程序不规范": (
            ("党群人事部", "综合办公室"),
            "发展党员工作流程",
            "政审和公示的先后",
            "近三年的发展党员档案",
            "补正以后的档案目录",
        ),
        "组织生活会批评不够深入": (
            ("党群人事部", "运营管理部"),
            "组织生活会方案",
            "批评要有事例",
            "各支部的会议记录",
            "个人整改清单",
        ),
        "党费收缴台账不完整": (
            ("党群人事部", "财务部"),
            "党费收缴管理办法",
            "按月核对和公示",
            "近两年的收缴记录",
            "逐人核对的收缴台账",
        ),
    },
    "整改落实": {
        "上轮审计问题没有全部销号": (
            ("风控法务部", "财务部"),
            "审计整改销号办法",
            "销号要有的佐证材料",
            "没有销号的审计问题",
            "销号佐证材料",
        ),
        "整改责任没有分解到人": (
            ("综合办公室", "投资发展部"),
            "整改责任分解表",
            "每条措施的责任人和完成标志",
            "全部整改事项",
            "签字的责任书",
        ),
        "长效机制没有建立": (
            ("风控法务部", "运营管理部"),
            "内控制度评估办法",
            "每年评估一次制度",
            "已经整改的事项",
            "制度修订清单",
        ),
    },
}
# Each measure in words; which of them a problem gets is drawn.
MEASURES = (
    "修订{rule}，写明{point}",
    "组织学习{rule}，用本企业的例子讲清{point}",
    "逐项清理{scope}，形成{proof}",
    "就{scope}约谈经办人和分管负责人，写出书面检查",
    "自查{scope}，把结果报告党委",
    "由分管领导牵头，补齐{proof}",
    "把{point}列入部门年度考核",
    "整改以后再抽查{scope}，看有没有反复",
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
    ][NAMED:]


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


def _by(day: object) -> str:
    assert isinstance(day, date)
    return f"{'' if day.year == YEAR else f'{day.year}年'}{day.month}月{day.day}日前完成"


def _rectification(context: Context) -> list[Row]:
    printed = context.counts["party.rectification_measures"]
    number = printed + max(1, round(MORE_THAN_PRINTED * printed))
    groups = INSPECTED[: context.counts["party.inspected_enterprises"]]
    found = [(a, p, m, *of) for a, problems in PROBLEMS.items() for p, of in problems.items() for m in MEASURES]
    possible = [(group, *what) for what in found for group in groups]
    rows: list[Row] = []
    for i in context.rng.permutation(len(possible))[:number]:
        group, aspect, problem, measure, departments, rule, point, scope, proof = possible[i]
        life = context.life(date(YEAR, 3, 13), date(YEAR, 5, 31), (60, 240), 0.08, 0.06)
        rows.append(
            {
                "year": YEAR,
                "id": "",
                "enterprise_id": group,
                "aspect": aspect,
                "problem": problem,
                "title": f"{measure.format(rule=rule, point=point, scope=scope, proof=proof)}，{_by(life['due_on'])}",
                "department": context.pick(departments),
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
