"""What is said of a number, and what a clause or a row of scopes has said so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .phrases import Amount

LAST_YEAR = "上年"
RATIO = re.compile(r"(?:率|比重|占比|强度|比例|覆盖面|亏损面|贡献度|集中度)(?:（.*）)?$")
NO_RATIO = re.compile(r"(?:劳动生产率|周转率|生产率)$")
POINTS = ("个百分点", "百分点", "个点")
BEHIND = "behind"  # how a ref says that its noun stands behind its number: it is no topic of what follows
STATE_EQUITY = "国有资本及权益总额"
PLAN, STANDARD = "目标（力争）", "时段或标准"


@dataclass(frozen=True)
class Said:
    """What a number was found to be; ``scope`` ``""`` is the whole; ``why`` says that it is no claim or unplaced."""

    amount: Amount | None
    start: int
    end: int
    kind: str = ""
    scope: str = ""
    item: str = ""
    year: int = 0
    value: str = ""
    unit: str = ""
    base: str = ""
    of: str = ""
    why: str = ""
    claims: bool = True  # False: a number that states nothing
    waiting: bool = False  # its item is named by the next number (与2020年末的692.91亿元相比，资产总额增长16.9%)


@dataclass
class Group:
    """Scopes told one after the other, and the scope that they are parts of."""

    outer: str
    mid_sentence: bool = False
    scopes: list[str] = field(default_factory=list)
    items: set[str] = field(default_factory=set)
    inherited: bool = False  # its numbers have no item of their own (其中省属企业60亿元)


@dataclass
class Clause:
    """What the words of a clause have said so far."""

    before: str = ""  # words since the last number, up to 分别
    behind: str = ""  # and behind it
    respectively: bool = False
    rate: int = 0
    shares: bool = False
    origin: bool = False  # 由, 从: the number is where the change began
    compared: bool = False  # 与, 较: so is this, and its item may follow
    reached: bool = False  # 增加到
    dated: int = 0  # a year that holds for the next number only
    years: list[int] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)  # 较年初和上年同期分别增长
    total: bool = False
    periods: int = 0  # 一、二、三、四季度: so many numbers of one item
    average: str = ""  # 年均: the year that the average begins in, ? if none is told
    among: bool = False
    later: bool = False  # a number came before in this clause
    for_others: str = ""  # the verb of what the clause does for others (减免1130户小微企业房租5000万元)
    month: bool = False  # a change in one month, against the one before
