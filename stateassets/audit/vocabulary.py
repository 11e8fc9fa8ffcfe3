"""What words of any report mean for each other: parts and wholes, shares, who lies inside whom.

Words only: no region, no year, no figure. A report's own names come here by the registry's
aliases (``stateassets.domains``), so 净资产 and 所有者权益 are one item.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ENTERPRISES = "企业国有资产不含金融"


@dataclass(frozen=True)
class Composition:
    """A whole and its parts; ``closed`` if the parts named are all there can be."""

    whole: str
    parts: tuple[str, ...]
    closed: bool


def _by_unit(item: str) -> Composition:
    return Composition(item, (f"行政单位{item}", f"事业单位{item}"), closed=True)


# Items that add up to an item.
ITEMS = (
    Composition("资产总额", ("负债总额", "所有者权益"), closed=True),
    Composition("户数", ("一级企业户数", "二级企业户数", "三级企业户数", "四级企业户数"), closed=False),
    *map(_by_unit, ("资产总额", "负债总额", "净资产")),
    Composition(
        "资产总额",
        (
            "流动资产",
            "长期投资",
            "长期股权投资",
            "固定资产",
            "在建工程",
            "无形资产",
            "长期待摊费用",
            "其他非流动资产",
            "其他资产",
        ),
        closed=False,
    ),
    Composition("负债总额", ("流动负债", "长期负债", "非流动负债"), closed=False),
    Composition("实收资本", ("国有资本", "集体资本", "民营资本", "外商资本"), closed=False),
    Composition(
        "实收资本", ("实收资本-国有资本", "实收资本-集体资本", "实收资本-民营资本", "实收资本-外商资本"), closed=False
    ),
    Composition("国资预算总收入", ("国资预算总支出", "国资预算结转"), closed=True),
    Composition("企业国有资产评估价值总额", ("处置资产进场交易总额", "评估入账资产总额"), closed=True),
)

# What may be counted among the assets or stand beside them, as the report has it.
PERHAPS_AMONG = {"资产总额": ("公共基础设施", "政府储备物资", "保障性住房", "文物文化资产", "文物资源", "受托代理资产")}

# In the name of enterprises that are part of all enterprises, if nothing else is said.
WATCHED = ("国资委", "监管", "出资")

# In the name of what is counted on one day, not over a year.
AT_ONE_DAY = re.compile("资产(?!评估|处置)|负债|权益|资本(?!收益|经营)|余额|户数|家数|人数|土地|面积")

# What can be added up over scopes (a ratio cannot), and what can never be negative.
ADDITIVE_UNITS = ("元", "万元", "亿元", "万亿元", "户", "家", "个", "人", "万人", "万户")
COUNTS = ("户", "家", "个")  # of enterprises: as often of some of them as of all
NEVER_NEGATIVE = ("资产总额", "负债总额", "户数", "营业收入", "营业成本", "增加值", "工业总产值", "职工人数")
# Items that a rule makes equal, or that are equal where nobody else owns a share.
EQUAL_BY_RULE = (
    {"国有资本经营预算收入", "国有资本经营预算支出"},
    {"所有者权益", "国有资本及权益总额"},
    {"净利润", "归母净利润"},
    {"所有者权益", "归母净资产"},
)

# What a share is of: 货币资金占总资产, 资产总额占比, 营业收入占全市比重 (part, whole).
SHARE = re.compile(r"(?P<part>.+?)占(?P<whole>.*?)(?:的)?(?:比重|比例|比率|比|份额)?")
SHORT_ITEMS = {"资产": "资产总额", "负债": "负债总额", "权益": "所有者权益", "利润": "利润总额", "总资产": "资产总额"}

COMPANY = re.compile("(?:集团|公司)$")  # whose numbers are one company's, beside those of others

# How much of a plan was done.
PLAN = re.compile("预算|计划|目标")
OF_PLAN = re.compile(
    r"(?P<item>.+?)(?:完成|占)?(?:年初|年度|全年)?(?:预算|计划|目标)(?:数)?(?:完成)?(?:的)?(?:比例|率|比重)"
)

# Names that do not say of what: the same one twice, with two numbers, is of two things (收缴率, 项目).
UNSAID = re.compile(
    r"(?:完成|收缴|入库|到位|整改|处置|执行|使用|利用|出租|入住|签约|合格|达标|结案|上线|覆盖|追缴|空置|闲置|增长|中标|开工)率"
    r"|.{0,2}(?:项目|投资|资金|金额|面积|房屋|房产|土地|租金|价款|规模|问题|企业|单位|收入|支出|债券|贷款|设备|车辆|制度|建议)"
    r"|处置|整改|其他|其余|盘活|出租|出借|收回|新增|调剂|户均|人均|溢价率|成交价|费用|合同|人员|职工"
)

# Words for the whole of something that do not say whose.
ALL = re.compile("全部|全[国省市区县州]|总|合计|整体|同类|同口径")
# What is part of the assets: a share of it that does not say of what is one of all assets.
OF_ASSETS = re.compile(
    r"货币资金|存货|(?:其他)?应收.*|预付.*|固定资产(?:原值|净值|净额)?|在建工程|无形资产|长期(?:股权)?投资"
    r"|(?:其他)?(?:非)?流动资产|其他资产|投资性房地产|长期待摊费用"
)

# How far one growth is ahead of another.
AHEAD = re.compile(r"(.+?)增[速幅](?:与|高于|快于|低于|慢于)(.+?)增[速幅](?:之差)?")

# An amount a head, the amounts in all that it may be of, and who may be counted: the first is who should.
PER_HEAD = re.compile(
    r"(?:全体|在岗|从业)?(?:职工|人员|员工)?(?:年)?(?:人均|平均)(?P<of>[^(（]+?)(?:水平|总额|额)?(?:[(（].*)?"
)
OF_HEADS = {
    "工资": ("工资总额", "应发工资总额", "职工工资总额"),
    "薪酬": ("职工薪酬", "薪酬总额", "工资总额"),
    "利润": ("利润总额",),
    "创利": ("利润总额",),
    "净利润": ("净利润",),
    "营业收入": ("营业收入",),
    "创收": ("营业收入",),
    "上缴税费": ("上缴税费",),
    "创税": ("上缴税费",),
}
HEADS = ("平均职工人数", "平均从业人数", "职工人数", "从业人数", "职工总数", "从业人员", "在岗职工", "年末职工人数")

# Ratios of a year's sum to a balance, that reports make with its average, opening or closing: the sum,
# the balance, whose it is and what it is called.
RETURNS = {
    "净资产收益率": (("净利润", "所有者权益", "", "净资产"), ("归母净利润", "归母净资产", "归母", "净资产")),
    "总资产收益率": (("净利润", "资产总额", "", "总资产"),),
    "总资产周转率": (("营业收入", "资产总额", "", "总资产"),),
}
# A return that takes the sum without other shareholders and the balance with them: it can be told, but must be said.
MIXED_RETURNS = {"净资产收益率": ("归母净利润", "所有者权益")}
# Losses are printed as sizes: they grow and fall by what they are, though a loss is below zero.
SIZES = ("亏损额",)
