"""The campaigns: what was found in the groups, what each does about it, goals and tasks.

A problem is a kind of problem at a group. A task is finished once every measure of its problems
is, and its due date lies after theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from ..enterprises import GROUPS, members
from ..registers import YEAR, Context, numbered, working_day

Row = dict[str, object]
OFFICES = ("政策法规科", "财务监督科", "产权管理科", "规划发展科", "考核分配科", "党群工作科")
# Lead office, task -> problem -> what can be done about it.
TASKS: dict[tuple[str, str], dict[str, tuple[str, str]]] = {
    ("政策法规科", "制定合规管理办法和实施细则"): {
        "合规管理仍沿用旧的法律事务办法，职责没有写清": (
            "印发合规管理办法，列明董事会、经理层和各部门的合规职责",
            "废止与新办法抵触的内部文件",
        ),
        "下属企业没有自己的合规制度": ("下属企业比照集团办法制定实施细则", "把合规条款写入下属企业章程"),
        "合规管理流程没有和业务流程接上": ("在业务审批单上增加合规审查环节", "编制合规审查操作手册"),
        "制度清单多年没有清理，重复和过时的并存": ("清理现行制度并公布有效目录", "建立制度两年一评估的办法"),
    },
    ("政策法规科", "健全合规管理组织体系"): {
        "没有设立合规委员会": ("设立合规委员会并明确议事规则", "每季度召开合规委员会例会"),
        "首席合规官空缺": ("聘任首席合规官并报备", "明确首席合规官列席决策会议的权限"),
        "业务部门没有合规管理员": ("各业务部门指定一名兼职合规管理员", "组织合规管理员上岗培训"),
        "合规、内控、风险三套人马各自报告": ("合并风险、内控、合规的报告渠道", "明确由风控法务部归口管理"),
    },
    ("政策法规科", "开展重大决策合法合规性审查"): {
        "部分重大决策没有经过法律审核就上会": ("把法律审核意见列为上会必备材料", "补做上年重大决策的法律审核"),
        "“三重一大”清单没有随业务更新": ("修订“三重一大”决策事项清单", "明确各类事项的金额标准"),
        "会议记录没有写明不同意见": ("统一决策会议记录格式", "对会议记录每半年抽查一次"),
        "决策后没有跟踪执行情况": ("建立决策事项督办台账", "每季度通报决策执行情况"),
    },
    ("政策法规科", "规范合同全过程管理"): {
        "先履行后补签合同": ("合同管理系统与付款系统联动，无合同不付款", "清查补签合同并追究责任"),
        "合同示范文本覆盖面不够": ("制定租赁、工程、采购三类示范文本", "示范文本每年修订一次"),
        "合同相对方资信没有核查": ("签约前核查相对方资信并留痕", "建立合同相对方黑名单"),
        "合同履行逾期没有预警": ("按履约节点设置到期提醒", "每月清理逾期未履行的合同"),
        "合同档案分散在经办人手中": ("合同原件统一归档", "补录历年合同电子档案"),
    },
    ("财务监督科", "规范财务核算和资金管理"): {
        "费用报销附件不全": ("修订费用报销办法并列明必备附件", "对上年大额报销补齐附件"),
        "往来款长期挂账没有清理": ("逐笔核对往来款并催收", "对无法收回的往来款按程序核销"),
        "银行账户数量过多，部分长期不用": ("清理并注销长期不用的账户", "新开账户报集团批准"),
        "大额资金支付没有分级授权": ("制定大额资金支付分级授权表", "资金支付系统按授权表设置权限"),
    },
    ("财务监督科", "加强融资和担保合规管理"): {
        "融资成本测算没有留存依据": ("融资方案附综合成本测算表", "每笔融资留存比选记录"),
        "对外担保台账不完整": ("补全担保台账并按月更新", "担保事项一律集中到集团审批"),
        "融资资金用途与合同约定不完全一致": ("逐笔核对融资资金流向", "用途变更履行内部审批并告知债权人"),
    },
    ("财务监督科", "完善内部审计监督"): {
        "内部审计没有独立部门": ("设立内部审计岗位，直接向董事会报告", "聘请中介机构补充审计力量"),
        "审计发现的问题反复出现": ("建立审计整改销号制度", "对屡审屡犯的问题约谈责任人"),
        "工程结算审核周期过长": ("限定结算审核时限", "引入结算审核中介机构库"),
    },
    ("产权管理科", "规范产权交易和资产处置"): {
        "资产处置没有进场交易": ("资产处置一律进入产权交易机构", "对已处置资产开展回头看"),
        "资产评估报告没有备案": ("补办评估备案手续", "处置申请必须附备案表"),
        "报废资产没有及时下账": ("每半年开展一次资产盘点", "报废资产当年完成核销"),
    },
    ("产权管理科", "规范国有房产土地出租"): {
        "部分出租房产没有公开招租": ("到期房产一律公开招租", "公开招租信息在官方网站发布"),
        "租金长期没有调整": ("委托评估机构评估市场租金", "续签合同按评估价确定租金"),
        "承租人擅自转租没有发现": ("每季度实地核查承租人", "合同增加转租违约条款"),
        "欠租催收没有时限": ("欠租满一个月发出催收函", "对长期欠租提起诉讼"),
    },
    ("产权管理科", "清理参股股权和低效投资"): {
        "对参股企业没有派出董事": ("向参股企业派出董事或监事", "建立派出人员履职报告制度"),
        "参股企业多年没有分红": ("提请参股企业股东会审议分红方案", "研究股权退出方案"),
        "参股企业的财务报表取得不及时": ("在股东协议中约定报表报送时间", "每季度收集参股企业报表"),
    },
    ("规划发展科", "规范投资项目全过程管理"): {
        "项目可行性研究深度不够": ("投资项目引入第三方论证", "可行性研究报告附敏感性分析"),
        "投资项目没有开展后评价": ("选取已完工项目开展后评价", "后评价结论用于下一轮项目论证"),
        "项目超概算没有重新决策": ("超概算项目重新履行决策程序", "按月跟踪项目概算执行"),
        "非主业投资没有事前报告": ("制定投资负面清单", "非主业投资事前报告出资人机构"),
    },
    ("规划发展科", "规范工程建设和招标采购"): {
        "小额工程拆分规避招标": ("制定限额以下工程采购办法", "合并同类工程打包招标"),
        "评标专家抽取没有留痕": ("专家抽取全程录像存档", "采购代理机构定期轮换"),
        "工程变更签证手续滞后": ("变更签证七日内办结", "大额变更由集团集体研究"),
        "供应商库多年没有更新": ("重新征集供应商入库", "建立供应商履约评价"),
        "采购需求由供应商代写": ("采购需求由使用部门编制并会签", "需求论证与代理机构分离"),
    },
    ("规划发展科", "防范安全生产和生态环保风险"): {
        "安全生产责任没有分解到岗位": ("逐岗签订安全生产责任书", "安全责任纳入岗位考核"),
        "施工现场扬尘管控不到位": ("工地安装扬尘在线监测", "每周巡查施工现场"),
        "外包单位安全资质审核不严": ("外包合同附安全资质审核表", "清退不合资质的外包单位"),
    },
    ("考核分配科", "规范薪酬分配和履职待遇"): {
        "津贴补贴项目没有制度依据": ("清理津贴补贴项目", "薪酬项目报出资人机构备案"),
        "公务用车使用登记不全": ("公务用车安装定位并逐次登记", "按月公示用车情况"),
        "绩效考核结果没有拉开差距": ("修订绩效考核办法，设定分档比例", "考核结果与薪酬、岗位挂钩"),
    },
    ("考核分配科", "规范劳动用工和招聘"): {
        "劳务派遣用工比例偏高": ("制定派遣用工压减计划", "辅助岗位改为业务外包"),
        "招聘公告没有统一发布": ("招聘公告在统一平台发布", "招聘全过程接受监督"),
        "亲属回避没有申报": ("开展亲属关系申报", "调整需要回避的岗位"),
    },
    ("政策法规科", "加强信息系统和数据合规"): {
        "停车收费系统收集的个人信息超出必要范围": ("删减不必要的信息字段", "公示个人信息处理规则"),
        "业务系统账号离职后没有注销": ("账号与人事系统联动", "每季度清理闲置账号"),
        "数据对外提供没有审批": ("制定数据对外提供审批流程", "与接收方签订保密协议"),
    },
    ("政策法规科", "妥善处理诉讼和历史遗留案件"): {
        "被诉案件没有及时上报": ("重大案件三日内上报", "建立案件管理台账"),
        "胜诉案件执行回款率低": ("成立清收专班", "委托律师查找可供执行的财产"),
        "案件暴露的管理漏洞没有整改": ("一案一分析，发出管理建议书", "每半年通报典型案例"),
    },
    ("党群工作科", "培育合规文化"): {
        "新员工入职没有合规培训": ("合规课程列入入职培训", "新员工签订合规承诺书"),
        "举报渠道没有公开": ("公布举报电话和邮箱", "制定举报人保护办法"),
        "管理人员合规学习流于形式": ("合规学习纳入中心组学习计划", "组织合规知识测试"),
        "合规宣传没有覆盖一线班组": ("到项目部和班组开展合规宣讲", "编印一线岗位合规手册"),
    },
    ("党群工作科", "防范关联交易和利益冲突"): {
        "管理人员兼职没有报备": ("开展兼职情况专项清理", "兼职事项每年申报一次"),
        "关联方名单没有维护": ("编制关联方名单并每季度更新", "关联交易单独审批"),
        "礼品礼金上交没有登记": ("设立礼品登记簿", "重要节日前发送廉洁提醒"),
    },
}
# Field of work -> category -> tasks.
BENCHMARKS: dict[str, dict[str, tuple[str, ...]]] = {
    "strategy": {
        "战略规划": ("完成十四五规划中期评估并调整目标", "建立年度经营计划与规划目标对照表"),
        "主业聚焦": ("提出主业目录并退出非主业小企业", "梳理同质化业务，提出整合方案"),
        "布局优化": ("编制闲置用地盘活三年方案", "提出充电与停车业务协同布局方案"),
        "资源整合": ("整合同类物业资产统一运营",),
    },
    "governance": {
        "董事会建设": ("落实外部董事占多数", "修订董事会授权管理制度"),
        "章程管理": ("完成下属企业章程修订", "把股东权利清单写入章程"),
        "授权放权": ("制定集团对下属企业的授权清单", "开展授权事项执行情况评估"),
        "法人层级": ("压减管理层级，撤并空壳企业",),
    },
    "operations": {
        "成本管控": ("开展运营成本定额管理", "能耗分项计量覆盖主要办公楼"),
        "采购管理": ("集中采购目录扩大到办公和养护物资", "采购全流程线上办理"),
        "工程管理": ("推行工程进度月度通报", "建立工程质量回访制度"),
        "资产运营": ("提高标准厂房出租率", "空置房产清单化招租"),
    },
    "finance": {
        "资金集中": ("建立资金归集账户体系", "按周编制资金滚动计划"),
        "预算管理": ("全面预算覆盖下属企业", "建立预算执行偏差分析"),
        "融资降本": ("置换高成本存量债务", "争取低息中长期贷款"),
        "司库与核算": ("统一会计科目和核算手册",),
    },
    "risk": {
        "合规管理": ("合规审查嵌入业务流程", "编制重点岗位合规清单"),
        "内部控制": ("开展内控评价并整改缺陷", "内控手册更新到业务末端"),
        "债务风险": ("建立债务到期预警表",),
    },
    "people": {
        "任期制契约化": ("经理层成员全部签订契约", "建立任期考核退出机制"),
        "市场化用工": ("推行管理人员竞争上岗", "推行末等调整和不胜任退出"),
        "人才培养": ("实施年轻骨干轮岗计划", "建立内训师队伍"),
    },
    "technology": {
        "数字化平台": ("建成国资监管数据直报接口", "智慧停车平台接入公共车位"),
        "技术应用": ("道路清扫机械化替代", "老旧管网检测采用机器人巡检"),
        "数据治理": ("统一资产编码和数据标准",),
    },
    "party": {
        "党建与业务融合": ("党支部结对重点项目", "设立项目党员责任岗"),
        "党组织建设": ("党建工作要求写入下属企业章程", "基层党支部标准化评定"),
        "廉洁建设": ("重点岗位廉洁风险排查", "开展招标采购领域廉洁约谈"),
    },
}
# Aspect -> what a group sets out to do in it: things done, none that another table's numbers would answer.
AIMS: dict[str, tuple[str, ...]] = {
    "strategy": ("主业以外的投资逐项论证去留", "规划目标分解到年度经营计划", "同类业务合并到一户企业经营"),
    "governance": ("董事会应建尽建、外部董事占多数", "授权清单覆盖全部下属企业", "压减法人层级和空壳企业"),
    "operations": ("经营性资产出租情况按季通报", "集中采购覆盖大宗物资", "在建工程按节点完成"),
    "finance": ("资产负债率管控线分解到下属企业", "综合融资成本按季测算", "全面预算覆盖全部下属企业"),
    "risk": ("重大决策合规审查全覆盖", "内控缺陷当年整改", "到期债务提前落实资金来源"),
    "people": ("经理层全部签订契约", "管理人员竞争上岗成为常态", "劳动生产率目标分解到下属企业"),
    "technology": ("主要业务系统接入监管平台", "资产台账数据标准统一", "一线作业推广机械化"),
    "party": ("党建工作要求写入全部企业章程", "重点项目设党员责任岗", "关键岗位廉洁风险排查到岗"),
}
# What shows that a measure is done, by words in its title; else the first and second turn about.
PROOFS = {
    "培训": "training",
    "宣讲": "training",
    "学习": "training",
    "测试": "training",
    "系统": "system",
    "平台": "system",
    "例会": "minutes",
    "约谈": "minutes",
    "通报": "minutes",
    "研究": "minutes",
    "清理": "ledger",
    "清查": "ledger",
    "台账": "ledger",
    "核对": "ledger",
    "盘点": "ledger",
    "排查": "ledger",
}
PAPERS = {"rule": "企制", "training": "培训", "minutes": "会纪", "system": "上线", "ledger": "台账"}
LOOKED_AT, RECURS = 0.75, 0.08  # shares of closed measures: looked at again, of no avail
LATER = (45, 100)  # days from the end of a measure to the second look
# Who in a company deals with what an office leads, or with an aspect.
DESKS = {
    "政策法规科": ("风控法务部", "综合办公室"),
    "财务监督科": ("财务部", "风控法务部"),
    "产权管理科": ("运营管理部", "财务部"),
    "规划发展科": ("投资发展部", "运营管理部"),
    "考核分配科": ("党群人事部",),
    "党群工作科": ("党群人事部", "综合办公室"),
    "strategy": ("投资发展部",),
    "governance": ("综合办公室", "风控法务部"),
    "operations": ("运营管理部", "投资发展部"),
    "finance": ("财务部",),
    "risk": ("风控法务部", "财务部"),
    "people": ("党群人事部",),
    "technology": ("运营管理部", "综合办公室"),
    "party": ("党群人事部",),
}
SMALL_FIRMS = 0.3  # share of measures that a group hands to one of its companies


def tables(context: Context) -> dict[str, list[Row]]:
    """Return the campaigns' registers, as many of each as the report counts.

    Raises:
        ValueError: the report counts more than there are subjects for.
    """
    problems = _problems(context)
    measures = _measures(context, problems)
    tasks, benchmarks = _tasks(context, problems, measures), _benchmarks(context)
    return {
        "compliance_tasks": tasks,
        "compliance_problems": problems,
        "compliance_measures": _proved(context, measures),
        "compliance_teams": _teams(context),
        "benchmarking_goals": _goals(context),
        "benchmarking_tasks": benchmarks,
    }


def _proved(context: Context, measures: Sequence[Row]) -> list[Row]:
    """Return the measures with what shows that they are done, and what a second look found."""
    found: list[Row] = []
    for row in measures:
        closed, title = row["closed_on"], str(row["title"])
        kind, paper, checked, effect = "", "", "", ""
        if closed:
            kind = next((kind for word, kind in PROOFS.items() if word in title), "rule")
            paper = f"{PAPERS[kind]}{_date(closed).year}-{int(context.rng.integers(1, 90)):03d}"
            again = working_day(_date(closed) + timedelta(days=int(context.rng.integers(*LATER))))
            recurred = context.rng.random() < RECURS
            if context.rng.random() < LOOKED_AT and again.year == YEAR:
                checked, effect = again, "recurred" if recurred else "held"
        found.append({**row, "evidence_kind": kind, "evidence": paper, "checked_on": checked, "effect": effect})
    return found


def _teams(context: Context) -> list[Row]:
    """One working group a group; in the last but one another head does the daily work (planted)."""
    return [
        {
            "year": YEAR,
            "enterprise_id": group,
            "convener": "manager",
            "daily": "other" if group == GROUPS[-2] else "deputy",
            "formed_on": context.day(date(YEAR, 2, 1), date(YEAR, 2, 17)),
            "document": f"{group}企发{YEAR}-{int(context.rng.integers(3, 15)):02d}",
            "members": int(context.rng.integers(7, 15)),
            "meetings": int(context.rng.integers(4, 13)),
        }
        for group in GROUPS
    ]


def _goals(context: Context) -> list[Row]:
    """Every group has one goal in every aspect."""
    aspects = list(AIMS)[: context.counts["benchmarking.aspects"]]
    places = [(group, aspect) for group in GROUPS for aspect in aspects]
    return [
        {
            "year": YEAR,
            "id": key,
            "aspect": aspect,
            "title": context.pick(AIMS[aspect]),
            "enterprise_id": group,
            "department": context.pick(DESKS[aspect]),
            **context.life(date(YEAR, 2, 6), date(YEAR, 3, 31), (180, 360), 0.1, 0.06),
        }
        for key, (group, aspect) in zip(numbered("BG", len(places)), places, strict=True)
    ]


def _shares(context: Context, count: int, parts: int) -> list[int]:
    """Split ``count`` into ``parts`` numbers above zero."""
    extra = context.rng.multinomial(count - parts, [1 / parts] * parts)
    return [1 + int(n) for n in extra]


def _chosen(context: Context, pool: Sequence[Row], count: int) -> list[Row]:
    """Return ``count`` of a pool in its order."""
    picked = context.rng.choice(len(pool), count, replace=False)
    return [pool[i] for i in sorted(int(i) for i in picked)]


def _problems(context: Context) -> list[Row]:
    """Every task has problems; none stands twice at one group."""
    tasks = list(TASKS)[: context.counts["compliance.tasks"]]
    if len(tasks) < context.counts["compliance.tasks"]:
        raise ValueError("合规任务的题目不够")
    total = context.counts["compliance.problems"]
    found: list[Row] = []
    for task_id, task, count in zip(
        numbered("CT", len(tasks)), tasks, _shares(context, total, len(tasks)), strict=True
    ):
        titles = context.rng.permutation(list(TASKS[task]))
        groups = context.rng.permutation(GROUPS)
        # Different problems first: the same one at several groups only where there are many.
        places = [
            {"title": str(title), "enterprise_id": str(groups[(turn + i) % len(groups)])}
            for turn in range(len(groups))
            for i, title in enumerate(titles)
        ]
        found += [
            {"year": YEAR, "task_id": task_id, **place, "found_on": context.day(date(YEAR, 2, 20), date(YEAR, 5, 26))}
            for place in places[:count]
        ]
    return [{"id": key, **row} for key, row in zip(numbered("CP", total), found, strict=True)]


def _measures(context: Context, problems: Sequence[Row]) -> list[Row]:
    total = context.counts["compliance.measures"]
    second = set(context.rng.choice(len(problems), total - len(problems), replace=False))
    ways = {title: way for titles in TASKS.values() for title, way in titles.items()}
    offices = {title: office for (office, _), titles in TASKS.items() for title in titles}
    found: list[Row] = []
    for i, problem in enumerate(problems):
        desks = DESKS[offices[str(problem["title"])]]
        for title in ways[str(problem["title"])][: 1 + (i in second)]:
            start = problem["found_on"]
            assert isinstance(start, date)
            found.append(
                {
                    "year": YEAR,
                    "problem_id": problem["id"],
                    "enterprise_id": _owner(context, str(problem["enterprise_id"])),
                    "title": title,
                    "department": context.pick(desks),
                    **context.life(start, start + timedelta(days=25), (40, 280), 0.1, 0.05),
                }
            )
    return [{"id": key, **row} for key, row in zip(numbered("CM", total), found, strict=True)]


def _owner(context: Context, group: str) -> str:
    firms = members(group, YEAR)
    weights = [1 - SMALL_FIRMS, *[SMALL_FIRMS / (len(firms) - 1)] * (len(firms) - 1)]
    return context.pick(firms, weights).enterprise_id


def _tasks(context: Context, problems: Sequence[Row], measures: Sequence[Row]) -> list[Row]:
    task_of = {p["id"]: p["task_id"] for p in problems}
    found: list[Row] = []
    ids = dict.fromkeys(task_of.values())
    for key, (office, title) in zip(ids, TASKS, strict=False):
        own = [m for m in measures if task_of[m["problem_id"]] == key]
        last = max(_date(m["due_on"]) for m in own)
        closings = [m["closed_on"] for m in own if m["closed_on"]]
        due = context.day(last + timedelta(days=5), last + timedelta(days=20))
        signed_off = context.day(*(max(map(_date, closings), default=due) + timedelta(days=n) for n in (2, 12)))
        done = len(closings) == len(own) and signed_off.year == YEAR
        found.append(
            {
                "year": YEAR,
                "id": key,
                "title": title,
                "department": office,
                "opened_on": context.day(date(YEAR, 2, 1), date(YEAR, 2, 17)),
                "due_on": due,
                "closed_on": signed_off if done else "",
            }
        )
    return found


def _date(value: object) -> date:
    assert isinstance(value, date)
    return value


def _benchmarks(context: Context) -> list[Row]:
    """Every field has a category, every category a task, every group a task."""
    total, aspects = context.counts["benchmarking.tasks"], list(BENCHMARKS)
    first = [{"aspect": a, "category": next(iter(BENCHMARKS[a]))} for a in aspects]
    others = [{"aspect": a, "category": c} for a in aspects for c in list(BENCHMARKS[a])[1:]]
    more = _chosen(context, others, context.counts["benchmarking.categories"] - len(first))
    places = [(row, BENCHMARKS[str(row["aspect"])][str(row["category"])]) for row in first + more]
    once = [{**row, "title": titles[0]} for row, titles in places]
    twice = [{**row, "title": title} for row, titles in places for title in titles[1:]]
    chosen = once + _chosen(context, twice, total - len(once))
    order = {(a, c): i for i, (a, c) in enumerate((a, c) for a in aspects for c in BENCHMARKS[a])}
    chosen.sort(key=lambda row: order[str(row["aspect"]), str(row["category"])])
    turns = [GROUPS[i % len(GROUPS)] for i in context.rng.permutation(total)]
    return [
        {
            "year": YEAR,
            "id": key,
            "category": row["category"],
            "title": row["title"],
            "enterprise_id": group,
            "department": context.pick(DESKS[str(row["aspect"])]),
            **context.life(date(YEAR, 1, 16), date(YEAR, 4, 14), (120, 360), 0.12, 0.06),
        }
        for key, row, group in zip(numbered("BT", total), chosen, turns, strict=True)
    ]
