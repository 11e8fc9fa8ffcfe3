"""Reports that no reader can know: names that no list has, in every order of words, each number's meaning known.

A template says a sentence and, at each number, what it is: ``{v:level:S:I}`` is a level of scope ``S`` and item
``I``. What is put in for scopes and items is drawn with a seed, and so are the numbers, which fit each other.
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
]
# Name and unit; the first lot is money.
MONEY = [
    *("营业收入", "利润总额", "资产总额", "负债总额", "净利润"),
    *("碳汇交易额", "数据资产", "特许经营收入", "检验检测收入", "林下经济产值", "代储粮油货值", "冠名权收入", "应急物资储备"),
]
THINGS = [
    *(("冷库容量", "万吨"), ("码头吞吐量", "万吨"), ("充电桩", "台"), ("绿道里程", "公里"), ("托育床位", "张")),
    *(("光伏装机容量", "兆瓦"), ("停车泊位", "个"), ("供热面积", "万平方米"), ("苗圃面积", "亩"), ("污水处理量", "万吨")),
]
RATES = ["资产负债率", "泊位利用率", "管网漏损率", "仓容使用率", "贷款不良率", "林木成活率"]

# S, T, U: scopes; I, J: items of money; N: things with a unit; R: a rate.
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
    names = scopes | money | {"N": thing, "R": chance.choice(RATES)}
    units = {"I": "亿元", "J": "万元", "N": unit_of_things, "R": "%"}
    numbers: list[tuple[object, ...]] = []
    values: dict[str, float] = {}

    def slot(found: re.Match[str]) -> str:
        if found[2] is None:
            return names[found[1]]
        what, scope, item, base, year = (found[2].split(":") + ["", ""])[:5]
        text, value, unit = _number(found[1], units[item], values, chance)
        row = {"item": names[item], "scope": names[scope], "kind": what, "value": value, "unit": unit}
        row |= {"base": base, "year": int(year or YEAR)}
        numbers.append(tuple(row[field] for field in FIELDS))
        return text

    return Unseen(kind, SLOT.sub(slot, template), tuple(numbers))


def _number(which: str, unit: str, values: dict[str, float], chance: random.Random) -> tuple[str, str, str]:
    """Return a number as printed with its words, its signed value, its unit."""
    whole = unit in ("台", "张", "个")
    if which in "vxyw":
        value = str(chance.randrange(120, 9000)) if whole else f"{chance.uniform(3, 900):.2f}"
        return value + unit, value, unit
    if which == "r":
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
