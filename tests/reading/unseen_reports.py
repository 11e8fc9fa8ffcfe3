"""Reports that no reader can know: names that no list has, in every order of words, each number's meaning known.

A template says a sentence and, at each number, what it is: ``{v:level:S:I}`` is a level of scope ``S`` and item
``I``. What is put in for scopes and items is drawn with a seed, and so are the numbers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

YEAR = 2023
FIELDS = ("item", "scope", "kind", "value", "unit", "base", "year")
# Nobody's: places, organisations, trades; none of them is in the vocabulary.
SCOPES = [
    *("甲原市", "乙陵县", "丙浦州", "丁川自治县", "戊林新区"),
    *("云栖文旅集团", "青石码头公司", "县粮油供销社", "市砚池农商行", "丹霞种业公司", "市水文监测中心", "镜湖国有林场"),
    *("冷链板块", "新材料板块", "康养类企业", "市政环卫系统", "港航企业", "数据运营单位"),
    *("丁香湾港务局", "枫叶谷度假区公司", "临溪市", "白鹿原区", "仙桃镇", "区妇幼保健院", "县广电网络公司", "北岭矿业"),
    *(
        "市第二污水处理厂",
        "储备粮管理总公司",
        "新能源装备产业",
        "演艺院团",
        "县级平台公司",
        "河东片区指挥部",
        "鹭岛免税",
    ),
]
# Name and unit; the first lot is money.
MONEY = [
    *("营业收入", "利润总额", "资产总额", "负债总额", "净利润"),
    *(
        "碳汇交易额",
        "数据资产",
        "特许经营收入",
        "检验检测收入",
        "林下经济产值",
        "代储粮油货值",
        "冠名权收入",
        "应急物资储备",
    ),
    *(
        "专项债余额",
        "闲置土地估值",
        "财政拨款结余",
        "往来款项",
        "非税收入",
        "物业租金",
        "知识产权质押融资",
        "国有股权账面值",
    ),
]
THINGS = [
    *(("冷库容量", "万吨"), ("码头吞吐量", "万吨"), ("充电桩", "台"), ("绿道里程", "公里"), ("托育床位", "张")),
    *(
        ("光伏装机容量", "兆瓦"),
        ("停车泊位", "个"),
        ("供热面积", "万平方米"),
        ("苗圃面积", "亩"),
        ("污水处理量", "万吨"),
    ),
    *(("公租房", "套"), ("旅客发送量", "万人次"), ("专利", "件"), ("集装箱吞吐量", "万标箱"), ("在校学生", "人")),
]
RATES = ["资产负债率", "泊位利用率", "管网漏损率", "仓容使用率", "贷款不良率", "林木成活率", "医保结算率", "客座率"]

# S, T, U: scopes, W: all enterprises; I, J: items of money; N: things with a unit; R: a rate; Q: what is said of a share of I.
# At a number: which number : kind : scope : item [: base [: year]]; w is last year's level, d the change in units,
# g the growth, h another one, p points, s a share, m a multiple.
TEMPLATES = {
    "a level and its growth": "{S}{I}{v:level:S:I}，同比{g:yoy_pct:S:I}。",
    "told by a verb": "全年，{S}实现{I}{v:level:S:I}，比上年{g:yoy_pct:S:I}。",
    "a change in units": "{S}{I}为{v:level:S:I}，比上年{d:yoy_abs:S:I}，{g:yoy_pct:S:I}。",
    "things": "截至2023年末，{S}{N}达{v:level:S:N}，同比{g:yoy_pct:S:N}。",
    "things since the opening": "年末{S}{N}{v:level:S:N}，较年初{g:other_base:S:N:年初}。",
    "several scopes of one item": "{S}、{T}、{U}{I}分别为{v:level:S:I}、{x:level:T:I}和{y:level:U:I}。",
    "several scopes with growth": "{S}、{T}{I}分别为{v:level:S:I}和{x:level:T:I}，分别{g:yoy_pct:S:I}、{h:yoy_pct:T:I}。",
    "several items of one scope": "{S}{I}和{J}分别为{v:level:S:I}、{x:level:S:J}，同比分别{g:yoy_pct:S:I}、{h:yoy_pct:S:J}。",
    "item first": "{I}方面，{S}{v:level:S:I}，{g:yoy_pct:S:I}；{T}{x:level:T:I}，{h:yoy_pct:T:I}。",
    "from and to": "{S}{I}由上年的{w:level:S:I::2022}变为{v:level:S:I}，{g:yoy_pct:S:I}。",
    "last year beside": "{S}{I}{v:level:S:I}，上年为{w:level:S:I::2022}，同比{g:yoy_pct:S:I}。",
    "growth before its item": "{S}{I}同比{g:yoy_pct:S:I}，达到{v:level:S:I}。",
    "two years": "2022年、2023年，{S}{I}分别为{w:level:S:I::2022}、{v:level:S:I}。",
    "a rate": "{S}{R}{r:level:S:R}，较上年{p:yoy_pp:S:R}。",
    "a rate with a word": "年末，{S}{R}为{r:level:S:R}，同比{p:yoy_pp:S:R}。",
    "a subject over clauses": "{S}{I}{v:level:S:I}，{g:yoy_pct:S:I}；{J}{x:level:S:J}，{h:yoy_pct:S:J}；{R}{r:level:S:R}。",
    "a subject over sentences": "{S}{I}{v:level:S:I}。{J}{x:level:S:J}，同比{h:yoy_pct:S:J}。",
    "a reason before": "受市场波动影响，{S}{I}{v:level:S:I}，同比{g:yoy_pct:S:I}。",
    "a multiple": "{S}{I}{v:level:S:I}，是上年的{m:share:S:I:上年}。",
    "the best": "{I}最高的是{S}，为{v:level:S:I}，{g:yoy_pct:S:I}。",
    "an earlier year": "{S}{I}{v:level:S:I}，比2020年{k:other_base:S:I:2020}，年均{c:cagr:S:I:2020}。",
    "a topic clause": "{S}{I}保持增长，为{v:level:S:I}，同比{u:yoy_pct:S:I}。",
    "per clause other scopes": "{S}{I}{v:level:S:I}、{T}{I}{x:level:T:I}。",
    "a bracket": "{S}{I}{v:level:S:I}（同比{g:yoy_pct:S:I}）。",
    "a contrast": "{S}{I}{v:level:S:I}，{g:yoy_pct:S:I}，而{T}{I}只有{x:level:T:I}，{h:yoy_pct:T:I}。",
    "a help": "在新项目投产带动下，{S}{I}{v:level:S:I}，同比{g:yoy_pct:S:I}。",
    "a cause": "由于{T}停产检修，{S}{I}{v:level:S:I}，{g:yoy_pct:S:I}。",
    "a part": "全区国有企业{I}{v:level:W:I}，{g:yoy_pct:W:I}，其中{S}{x:level:S:I}，{h:yoy_pct:S:I}。",
    "two parts": "全区国有企业{I}{v:level:W:I}，其中{S}和{T}分别为{x:level:S:I}、{y:level:T:I}。",
    "a share": "{S}{I}{v:level:S:I}，占全区国有企业的{s:share:S:Q}，同比{p:yoy_pp:S:Q}。",
    "a noun of growth": "{S}{I}{v:level:S:I}，增幅{s:yoy_pct:S:I}。",
    "a genitive": "{S}的{I}为{v:level:S:I}，同比{g:yoy_pct:S:I}。",
    "there are": "{S}共有{N}{v:level:S:N}，比上年{d:yoy_abs:S:N}。",
    "a time inside": "{S}年末{I}{v:level:S:I}，比年初{g:other_base:S:I:年初}。",
    "a year in front": "2023年，{S}{I}{v:level:S:I}，2022年为{w:level:S:I::2022}。",
    "a view": "从{I}看，{S}为{v:level:S:I}，{T}为{x:level:T:I}。",
    "month on month": "{S}{I}{v:level:S:I}，同比{g:yoy_pct:S:I}，环比{h:other_base:S:I:上月}。",
    "only": "{S}{R}仅{r:level:S:R}，比上年{p:yoy_pp:S:R}。",
    "names before brackets": "{S}（{I}{v:level:S:I}）、{T}（{I}{x:level:T:I}）。",
    "a colon": "{S}：{I}{v:level:S:I}，{g:yoy_pct:S:I}；{R}{r:level:S:R}。",
    "points counted": "一是{S}{I}{v:level:S:I}。二是{T}{J}{x:level:T:J}，{h:yoy_pct:T:J}。",
    "as much as": "{S}{I}高达{v:level:S:I}，较2021年{k:other_base:S:I:2021}。",
    "growth alone": "{S}、{T}、{U}{I}分别{g:yoy_pct:S:I}、{h:yoy_pct:T:I}和{k:yoy_pct:U:I}。",
}
SLOT = re.compile(r"\{(\w)(?::([^}]*))?\}")


@dataclass(frozen=True)
class Unseen:
    """A sentence, the kind of template that it was made by, and its numbers in order, each a value for ``FIELDS``."""

    kind: str
    text: str
    numbers: tuple[tuple[object, ...], ...]


def unseen(seed: int, rounds: int) -> Iterator[Unseen]:
    """Yield sentences of all templates, several rounds of them, always the same for a seed."""
    chance = random.Random(seed)
    for _ in range(rounds):
        for kind, template in TEMPLATES.items():
            yield _made(kind, template, chance)


def _made(kind: str, template: str, chance: random.Random) -> Unseen:
    scopes = dict(zip("STU", chance.sample(SCOPES, 3), strict=True))
    money = dict(zip("IJ", chance.sample(MONEY, 2), strict=True))
    thing, unit_of_things = chance.choice(THINGS)
    names = scopes | money | {"N": thing, "R": chance.choice(RATES), "W": "全区国有企业", "Q": f"{money['I']}占比"}
    units = {"I": "亿元", "J": "万元", "N": unit_of_things, "R": "%", "Q": "%"}
    numbers: list[tuple[object, ...]] = []

    def slot(found: re.Match[str]) -> str:
        if found[2] is None:
            return names[found[1]]
        what, scope, item, base, year = [*found[2].split(":"), "", ""][:5]
        text, value, unit = _number(found[1], units[item], chance)
        row = {"item": names[item], "scope": names[scope], "kind": what, "value": value, "unit": unit}
        row |= {"base": base, "year": int(year or YEAR)}
        numbers.append(tuple(row[field] for field in FIELDS))
        return text

    return Unseen(kind, SLOT.sub(slot, template), tuple(numbers))


def _number(which: str, unit: str, chance: random.Random) -> tuple[str, str, str]:
    """Return a number as printed with its words, its signed value, its unit."""
    whole = unit in ("台", "张", "个", "套", "件", "人")
    if which in "vxyw":
        value = str(chance.randrange(120, 9000)) if whole else f"{chance.uniform(3, 900):.2f}"
        return value + unit, value, unit
    if which in "rs":
        value = f"{chance.uniform(20, 95):.1f}"
        return value + "%", value, "%"
    if which == "m":
        value = f"{chance.uniform(1.1, 3):.2f}"
        return value + "倍", value, "倍"
    unit = {"d": unit, "p": "个百分点"}.get(which, "%")
    value = str(chance.randrange(3, 90)) if whole and which == "d" else f"{chance.uniform(0.3, 19):.1f}"
    rises = which in "kcu" or chance.random() < 0.6
    verbs = {"p": ("上升", "下降"), "d": ("增加", "减少")}.get(which, ("增长", "下降"))
    return verbs[not rises] + value + unit, value if rises else f"-{value}", unit
