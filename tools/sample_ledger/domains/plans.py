"""Next year's tasks of enterprises and what they stand on: idle assets, talent, supervision, major matters.

A task's target is its baseline, recomputed here from the sample, and a step beyond it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pandas as pd

from stateassets.measures.measures import Quantity
from stateassets.measures.registry import REGISTRY
from stateassets.measures.units import half_up, in_unit
from stateassets.tables.periods import with_state, year_end

from ..enterprises import BY_ID, GROUPS, YEARS, in_year, members
from ..money import WAN, text
from ..registers import DEPARTMENTS, WORKING_DAYS, YEAR, Context, numbered

Rows = list[dict[str, object]]
NEXT = YEAR + 1
REGISTER = {"due": "due_on", "closed": "closed_on"}
FIRST, LAST = date(YEAR, 1, 9), date(YEAR, 11, 30)
OFFICE, FINANCE, INVEST, RISK, RUN, PARTY = DEPARTMENTS

# --- what is planned -----------------------------------------------------------------------------

# (commitment of the report, title, measure, scope, owner, department, direction, step in the
# printed unit, due); where a task is to reach a value, the step is that value.
PLANS = (
    (
        "D11",
        "二级企业F2压降物业成本、提高收费标准，实现扭亏为盈",
        "own_profit",
        "enterprise",
        "F2",
        RUN,
        "up",
        70,
        (12, 31),
    ),
    ("D11", "二级企业B2压降孵化场地运营成本，实现扭亏为盈", "own_profit", "enterprise", "B2", RUN, "up", 20, (12, 31)),
    (
        "D10",
        "二级企业D2收缩低毛利工程，提高微利业务的利润",
        "own_profit",
        "enterprise",
        "D2",
        FINANCE,
        "up",
        60,
        (12, 31),
    ),
    (
        "D07",
        "招商、改造、调剂并举，压减全区闲置房屋和土地",
        "idle_area",
        "district",
        "A",
        INVEST,
        "down",
        21000,
        (11, 30),
    ),
    ("D06", "一级企业B重新招租低效厂房，提高租金收益率", "low_yield_return", "group", "B", INVEST, "up", 0.4, (12, 20)),
    ("D10", "一级企业B扩大园区服务收入，扭转收入下滑", "revenue", "group", "B", RUN, "up", 0.2, (12, 31)),
    ("X07", "推动年轻骨干进入人才梯队", "talents_young_share", "district", "C", PARTY, "up", 3, (10, 31)),
    ("X07", "一级企业C引进和培养工程领域领军人才", "talents_leading", "group", "C", PARTY, "up", 2, (9, 30)),
    ("X07", "一级企业E充实停车和充电运营后备人才", "talents_reserve", "group", "E", PARTY, "up", 4, (6, 30)),
    ("X11", "考核认定不胜任的管理人员退出岗位", "appointments_incapable", "district", "F", PARTY, "up", 2, (12, 31)),
    ("X14", "一级企业D推行项目经理负责制，提高劳动生产率", "labour_productivity", "group", "D", RUN, "up", 6, (12, 31)),
    (
        "W10",
        "监督事项逐项销号，提高整改完成率",
        "supervision_items_done_rate",
        "district",
        "A",
        RISK,
        "up",
        8,
        (12, 15),
    ),
    ("W12", "逾期的监督事项全部清零", "supervision_items_overdue", "district", "D", RISK, "reach", 0, (6, 28)),
    ("W08", "重大事项全部按期答复", "major_matters_in_time_rate", "district", "B", OFFICE, "reach", 100, (12, 31)),
    ("W05", "一级企业A置换高成本债务，降低资产负债率", "debt_ratio", "group", "A", FINANCE, "down", 0.8, (12, 31)),
    ("W05", "控制全区带息负债规模，降低平均资产负债率", "debt_ratio", "district", "A", FINANCE, "down", 0.5, (12, 31)),
)

# --- idle assets ---------------------------------------------------------------------------------

# kind: (titles, range of area in 平方米, 万元 of book value for one 平方米)
ASSET_KINDS = {
    "house": (("滨江片区{n}号楼原办公用房", "老城片区原办事大厅{n}楼", "园区服务中心{n}层"), (400, 2600), 0.62),
    "shop": (("保障房小区底层商铺{n}号", "滨江步道{n}号商铺", "安置房配套商业{n}号"), (60, 900), 1.1),
    "plant": (("标准厂房{n}号楼", "建材仓库{n}号库", "孵化园中试车间{n}号"), (1500, 9000), 0.3),
    "parking": (("公共停车库{n}区车位", "换乘枢纽{n}区车位"), (800, 3600), 0.35),
    "land": (("滨江片区{n}号地块", "轨道站点旁{n}号地块", "储备用地{n}号"), (4000, 26000), 0.16),
}
ASSET_OWNERS = {
    "A": ("house", "land"),
    "A2": ("house", "shop", "shop"),
    "B": ("land",),
    "B1": ("plant", "plant", "house"),
    "C": ("land", "house"),
    "C1": ("land",),
    "C2": ("shop",),
    "D": ("land", "plant"),
    "E": ("parking", "shop"),
    "E1": ("parking",),
    "F": ("house",),
}
IDLE_SHARE = 0.55
LOW_RETURN = (0.003, 0.02)  # a low-yield asset's rent, as a share of its book value


def idle_assets(context: Context) -> Iterator[dict[str, object]]:
    """Yield what is on the list of assets to be put to use."""
    rng = context.rng
    listed = [(e, kind) for e, kinds in ASSET_OWNERS.items() for kind in kinds * 2]
    used: Counter[str] = Counter()
    for key, (e, kind) in zip(numbered("PH", len(listed)), listed, strict=True):
        titles, (least, most), price = ASSET_KINDS[kind]
        title = context.pick(titles)
        used[title] += 1
        area = round(float(rng.uniform(least, most)), 1)
        value = round(area * price * rng.uniform(0.75, 1.3) * WAN)
        status = "idle" if rng.random() < IDLE_SHARE else "low_yield"
        rent = 0 if status == "idle" else round(value * rng.uniform(*LOW_RETURN))
        yield {
            "year": YEAR,
            "id": key,
            "title": title.format(n=used[title]),
            "kind": kind,
            "enterprise_id": e,
            "area": area,
            "book_value": text(value),
            "yearly_rent": text(rent),
            "status": status,
            **context.life(FIRST, date(YEAR, 9, 29), (110, 420), late=0.2, unfinished=0.2),
        }


# --- talent --------------------------------------------------------------------------------------

# rung: (share of a group's people, share of them under forty)
RUNGS = {"reserve": (0.11, 0.93), "backbone": (0.17, 0.62), "middle": (0.10, 0.34), "leading": (0.02, 0.18)}
POSTS = (
    "副总经理",
    "总经理助理",
    "财务部部长",
    "工程管理部部长",
    "投资发展部副部长",
    "招商运营部部长",
    "审计法务部部长",
    "综合办公室主任",
    "资产管理部副部长",
    "项目公司负责人",
    "运营项目经理",
)
REASONS = {
    "appointed": ("竞聘上岗", "公开招聘", "任期制契约化聘任", "交流任职"),
    "promoted": ("年度考核优秀", "竞聘上岗", "后备人才培养期满"),
    "exited": ("任期届满未续聘", "到龄退出", "年度考核不称职", "本人辞职"),
    "demoted": ("连续两年考核靠后", "岗位撤并", "任期目标未完成"),
}
WAYS = {"竞聘上岗": "competed", "连续两年考核靠后": "lowest", "年度考核不称职": "incapable"}
APPOINTMENTS = 38


def talents(context: Context) -> Iterator[dict[str, object]]:
    """Yield each group's talent by rung, a little more of it from year to year."""
    rng = context.rng
    lean = {(g, r): rng.uniform(0.7, 1.35) for g in GROUPS for r in RUNGS}
    # The sanitation workers who left with the transfer were on no ladder.
    base = {g: sum(context.sample.people[YEAR, 12, p.enterprise_id] for p in members(g, YEAR)) for g in GROUPS}
    for year in YEARS:
        for group in GROUPS:
            for rung, (share, young) in RUNGS.items():
                grown = 1 + (year - YEARS[0]) * rng.uniform(-0.06, 0.16)
                people = round(base[group] * share * lean[group, rung] * grown)
                under = min(people, round(people * young * rng.uniform(0.85, 1.1)))
                yield {"year": year, "enterprise_id": group, "rung": rung, "people": people, "of_which_under_40": under}


def appointments(context: Context) -> Iterator[dict[str, object]]:
    """Yield who was appointed, promoted, moved or left, by post, in the order of the days."""
    days = sorted(context.day(FIRST, date(YEAR, 12, 22)) for _ in range(APPOINTMENTS))
    who = [p.enterprise_id for p in in_year(YEAR)]
    for key, day in zip(numbered("RM", APPOINTMENTS), days, strict=True):
        kind = context.pick(tuple(REASONS), (38, 30, 20, 12))
        owner, post, reason = (context.pick(choices) for choices in (who, POSTS, REASONS[kind]))
        yield {
            "year": YEAR,
            "id": key,
            "enterprise_id": owner,
            "post": post,
            "kind": kind,
            "way": WAYS.get(reason, ""),
            "effective_on": day,
            "reason": reason,
        }


# --- supervision ---------------------------------------------------------------------------------

# What supervision finds, by what it looks at; and where it looks, with who runs it.
ITEMS = {
    "before": {
        "works": ("{x}可行性研究不充分", "{x}招标文件设置不合理条件", "{x}立项材料缺少资金来源"),
        "services": ("{x}合同未经法律审核即签订", "{x}方式未按规定选择"),
        "rents": ("{x}底价未经评估", "{x}方案没有集体决策记录"),
    },
    "during": {
        "works": ("{x}变更未按程序报批", "{x}资金支付超过合同进度", "{x}预付款保函过期未更换", "{x}监理记录不完整"),
        "services": ("{x}付款早于验收", "{x}履约考核流于形式"),
        "rents": ("{x}履约保证金未按期收取", "{x}租户擅自转租未处置"),
    },
    "after": {
        "works": ("{x}竣工决算超期未办理", "{x}后评价没有开展", "{x}审计发现问题未销号"),
        "services": ("{x}违约金未按合同收取", "{x}验收资料不齐全"),
        "rents": ("{x}应收租金催收不力", "{x}到期未及时收回"),
    },
}
SUBJECTS = {
    "works": {
        "道路改造项目": "DD1",
        "老旧小区改造": "DCD3",
        "园区管网工程": "BD1",
        "停车楼建设": "EE1",
        "土地整治项目": "CC1",
        "保障房装修": "CC2",
        "生态治理工程": "DD2",
    },
    "services": {"绿化养护外包": "FF1", "物业服务外包": "FF2", "充电站设备采购": "EE2", "清扫车辆采购": "FF1"},
    "rents": {"标准厂房出租": "BB1", "商铺出租": "AA2", "停车场经营权出租": "EE1", "孵化场地出租": "BB2"},
}
SUPERVISED = {"before": 17, "during": 21, "after": 16}
TALKS = {
    "reminder": ("应收租金清收进展缓慢", "月度报表连续报送不及时", "安全隐患整改临近期限", "预算执行进度偏慢"),
    "interview": ("项目进度滞后", "监督事项逾期未整改", "大额资金支付未报备", "亏损治理方案落实不力"),
    "admonition": ("工程变更先实施后报批", "合同管理失察造成损失风险"),
}
TALK_COUNTS = {"reminder": 15, "interview": 8, "admonition": 2}
MATTERS = {
    "decision": ("年度投资计划调整", "主业目录调整方案", "子企业章程修订", "年度预算调整方案", "利润分配方案"),
    "personnel": ("财务负责人聘任", "子企业董事委派", "总法律顾问聘任", "经理层成员任期目标核定"),
    "funds": ("公司债券发行", "到期债务置换", "对子企业增资", "为子企业借款提供担保", "闲置资金存放方案"),
}
PROJECTS = {
    "A": "滨江片区{n}号物业改造",
    "B": "标准厂房{n}期建设",
    "C": "滨江片区{n}号地块开发",
    "D": "雨污管网改造{n}标段",
    "E": "停车楼{n}期建设",
    "F": "环卫停保场{n}期改造",
}
MATTER_COUNTS = {"decision": 14, "personnel": 11, "project": 18, "funds": 19}
ANSWER_DAYS = {"decision": 15, "personnel": 10, "project": 15, "funds": 10}  # working days


def supervision_items(context: Context) -> Iterator[dict[str, object]]:
    """Yield what supervision found, going round the kinds of business and those who run them."""
    looked = [
        (kind, x, re.findall("[A-Z][0-9]?", who)) for kind, places in SUBJECTS.items() for x, who in places.items()
    ]
    stages = [stage for stage, count in SUPERVISED.items() for _ in range(count)]
    for i, (key, stage) in enumerate(zip(numbered("JD", len(stages)), stages, strict=True)):
        kind, subject, who = looked[i % len(looked)]
        yield {
            "year": YEAR,
            "id": key,
            "stage": stage,
            "title": context.pick(ITEMS[stage][kind]).format(x=subject),
            "enterprise_id": who[i // len(looked) % len(who)],
            "department": context.pick(DEPARTMENTS),
            **context.life(FIRST, LAST, (30, 150), late=0.16, unfinished=0.12),
        }


def talks(context: Context) -> Iterator[dict[str, object]]:
    """Yield the talks held with managers, in the order of the days."""
    who = [p.enterprise_id for p in in_year(YEAR)]
    kinds = [kind for kind, count in TALK_COUNTS.items() for _ in range(count)]
    held = sorted((context.day(FIRST, LAST), str(kind)) for kind in context.rng.permutation(kinds))
    for key, (day, kind) in zip(numbered("TH", len(held)), held, strict=True):
        yield {
            "year": YEAR,
            "id": key,
            "held_on": day,
            "enterprise_id": context.pick(who),
            "kind": kind,
            "subject": context.pick(TALKS[kind]),
        }


def major_matters(context: Context) -> Iterator[dict[str, object]]:
    """Yield what the companies reported, and when they were answered."""
    rng = context.rng
    kinds = [str(k) for k in rng.permutation([k for k, n in MATTER_COUNTS.items() for _ in range(n)])]
    days = sorted(context.day(FIRST, date(YEAR, 12, 22)) for _ in kinds)
    for number, (key, kind, day) in enumerate(zip(numbered("ZD", len(kinds)), kinds, days, strict=True)):
        owner = GROUPS[number % len(GROUPS)]
        title = PROJECTS[owner] if kind == "project" else context.pick(MATTERS[kind])
        limit = ANSWER_DAYS[kind]
        answered = after(day, max(1, round(limit * rng.gamma(7, 0.11))))
        yield {
            "year": YEAR,
            "id": key,
            "enterprise_id": owner,
            "kind": kind,
            "title": title.format(n=1 + number % 5),
            "reported_on": day,
            "due_on": after(day, limit),
            "answered_on": answered if answered.year == YEAR else "",
        }


def after(day: date, working_days: int) -> date:
    """Return the day that many working days later."""
    return WORKING_DAYS.after(pd.Timestamp(day), working_days).date()


# --- plans ---------------------------------------------------------------------------------------


class Baselines:
    """This year's value of a measure for a plan's scope, from the sample and the registers."""

    def __init__(self, context: Context, registers: dict[str, Rows]) -> None:
        self.sample, self.registers = context.sample, registers

    def value(self, indicator: str, scope: str, owner: str) -> Decimal:
        """Return the value in the measure's printed unit, rounded as printed."""
        measure = REGISTRY[indicator]
        raw = REGISTRY.evaluate(indicator, lambda q: self._quantity(q, scope, owner))
        return half_up(in_unit(raw, measure.unit), measure.decimals)

    def _quantity(self, quantity: Quantity, scope: str, owner: str) -> float:
        if quantity.table in self.registers:
            return self._registered(quantity, scope, owner)
        sample, last = self.sample, len(YEARS)
        groups = GROUPS if scope == "district" else (owner,)
        people = [p.enterprise_id for g in groups for p in members(g, YEAR)]
        if quantity.table == "headcount":
            return sum(sample.people[YEAR, month, e] for month in range(1, 13) for e in people)
        if quantity.table == "value_added":
            return sum(sample.added[YEAR][e][quantity.column] for e in people) / WAN
        income, sheets = sample.incomes[YEAR], sample.sheets[last]
        if scope == "enterprise":
            return income.rows[owner][quantity.column] / WAN
        whose = income if quantity.table == "income_statement" else sheets
        return sum(whose.consolidated(g)[quantity.column] for g in groups) / WAN

    def _registered(self, quantity: Quantity, scope: str, owner: str) -> float:
        rows = pd.DataFrame(self.registers[quantity.table])
        if "due_on" in rows:
            closed = "answered_on" if "answered_on" in rows else "closed_on"
            for column in ("due_on", closed):
                rows[column] = pd.to_datetime(rows[column].replace("", None))
            rows = with_state(rows, {**REGISTER, "closed": closed}, year_end(YEAR))
        rows = rows[rows["year"] == YEAR]
        for column, values in quantity.where.items():
            rows = rows[rows[column].isin(values)]
        if scope == "group":
            rows = rows[rows["enterprise_id"].map(lambda e: BY_ID[e].group) == owner]
        return len(rows) if quantity.how == "count" else float(rows[quantity.column].astype(float).sum())


def beyond(now: Decimal, direction: str, step: Decimal) -> Decimal:
    """Return a target about a step away, as round as the step's first digit is."""
    if direction == "reach":
        return step
    quantum = Decimal(1).scaleb(step.adjusted())
    target = now + (step if direction == "up" else -step)
    return (target / quantum).quantize(Decimal(1)) * quantum


def plans(context: Context, registers: dict[str, Rows]) -> Iterator[dict[str, object]]:
    """Yield next year's plans, each with a target that today's figures do not meet."""
    baselines = Baselines(context, registers)
    opened = [context.day(date(YEAR, 12, 4), date(YEAR, 12, 29)) for _ in PLANS]
    for key, day, plan in zip(numbered("JH", len(PLANS)), opened, PLANS, strict=True):
        commitment, title, indicator, scope, owner, department, direction, step, due = plan
        now = baselines.value(indicator, scope, owner)
        target = beyond(now, direction, Decimal(str(step)))
        yield {
            "year": YEAR,
            "id": key,
            "commitment_id": commitment,
            "title": title,
            "enterprise_id": owner,
            "department": department,
            "indicator": indicator,
            "scope": scope,
            "direction": direction,
            "target": f"{target:f}",
            "opened_on": day,
            "due_on": date(NEXT, *due),
            "closed_on": "",
        }


def tables(context: Context) -> dict[str, Rows]:
    """Return the rows of the domain's tables."""
    made = {
        maker.__name__: list(maker(context))
        for maker in (idle_assets, talents, appointments, supervision_items, talks, major_matters)
    }
    return {**made, "plans": list(plans(context, made))}
