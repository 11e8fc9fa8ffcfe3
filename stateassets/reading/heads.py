"""What the head of a table's row or column says: item, scope, year, kind of number, unit.

A head may stand in several cells, one under the other (资产总额／同比增长（%）); each is one part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .discourse import Discourse
from .nouns import bare, is_scope, read_phrase, scope_name
from .said import LAST_YEAR
from .tokens import spoken_number
from .vocabulary import context_of, section_names, units_pattern, vocabulary

UNDER = "／"  # between the cells of a head
TOTAL = re.compile(r"合计|总计|小计|总额合计|共计|总体|全部")
SERIAL = re.compile(r"序号|编号|行次|代码|栏次|排名|名次|电话")
NUMBERING = re.compile(r"(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.、]|其中[：，]?|[—-]+)+")
DATE = re.compile(r"(?!\d{4}年\d{1,2}—\d{1,2}月)\d{4}[-—./年]\d{1,2}(?:[-—./月]\d{1,2}日?)?月?")
YEAR = re.compile(r"(?<![比较])((?:19|20)\d{2})(?:年)?(?:度|末|底|初|年初|年末)*")
COMPARED = re.compile(r"(?:(?:19|20)\d{2}年(?:末|底)?)?[比较]((?:19|20)\d{2})年(?:末|底|同期)?")
LAST = re.compile(r"(?:上年|去年)(?:年?末|同期|数|末数)?|(?:年|期)初(?:数|余额)?")
THIS = re.compile(r"(?:本年|当年|今年|本期|期末|年末)(?:数|余额|累计)?|期末余额")
MONTHS = re.compile(r"(?:\d{1,2}—)?\d{1,2}月(?:份|末)?|前\d+个月|[一二三四]季度|上半年")
OF_PLAN = re.compile(
    r"(?:预算|计划|目标|任务)?(?:完成|执行)(?:率|进度|比例)%?|(?:完成|为|占)(?:年度|全年|年初)?(?:预算|计划|目标)(?:数|任务)?的?(?:比例|比重|%)*"
)
PLANNED = re.compile(r"(?:预算|计划|目标)数?$")
CHANGE = re.compile(
    r"(?:同比|[较比]上年末?|[较比]年初|环比|(?P<span>[两三四五六七八九])年(?:年均|平均|年平均|复合)|年均)?"
    r"(?:增速|增幅|增长率|增长|增减额|增减|增加额|增加(?!值)|变动|变化|下降|提高|上升|降幅|±|\+/-)+(?:情况|额|率|幅度?|%)*"
    r"|同比|环比|[较比]年初|[较比]上年"
)
SHARE = re.compile(r"占.*?(?:比重|比例|比|份额)|占比|比重|所占.*|构成比?")


@dataclass(frozen=True)
class Head:
    """What a head says; ``kind`` is one of change, amount (a change in units), cagr, share, or empty for a level."""

    item: str | None = None
    scope: str | None = None
    year: int = 0
    kind: str = ""
    base: str = ""
    falls: bool = False  # 下降: the numbers below are printed without a sign
    of_plan: bool = False  # a share of the plan (完成预算%), not of a whole
    of: str = ""  # what a share is of, as far as the head says
    unit: str = ""
    total: bool = False
    serial: bool = False
    planned: bool = False


def read_head(texts: Iterable[str], talk: Discourse) -> Head:
    """Return what the cells of a head say together."""
    parts = [text for text in dict.fromkeys(texts) if text]
    head = Head()
    for part in parts:
        head = _read_part(part, head, talk)
    return head


def _read_part(text: str, head: Head, talk: Discourse) -> Head:
    """Add what one cell says."""
    if SERIAL.fullmatch(text):
        return replace(head, serial=True)
    if DATE.fullmatch(text):
        return head
    if re.fullmatch(units_pattern(), text):
        return replace(head, unit=_unit(text))
    if unit := re.search(rf"（(?:单位：)?(?P<in>{units_pattern()})）|/(?P<after>{units_pattern()})$", text):
        head = replace(head, unit=_unit(unit["in"] or unit["after"]))
        text = text.replace(unit.group(), "")
    text = NUMBERING.sub("", text, count=1) if NUMBERING.match(text) else text
    text, head = _when(text, head, talk)
    if OF_PLAN.fullmatch(text):
        return replace(head, kind="share", of_plan=True, of="计划")
    text, head = _kind(text, head, talk)
    text = MONTHS.sub("", text).strip("：， ")
    if TOTAL.fullmatch(bare(text) or text):
        return replace(head, total=True)
    counts = (*vocabulary()["units"]["enterprises"], "个", "所")
    if head.unit in counts and re.fullmatch("(?:单位|企业|机构|公司)(?:数|户数|个数|数量)?", text):
        return replace(head, item="户数")  # 单位（个）
    plain = vocabulary()["plain_heads"]
    if not text or not bare(text) or text in plain or bare(text) in plain:
        return head
    if PLANNED.search(text):
        return replace(head, planned=True)
    return _noun(text, head, talk)


def _unit(text: str) -> str:
    return "个百分点" if text in ("百分点", "个百分点") else text


def _when(text: str, head: Head, talk: Discourse) -> tuple[str, Head]:
    """Take off the year that a head's numbers are of, or that they are compared with."""
    if compared := COMPARED.search(text):
        year = int(compared[1])
        head = replace(head, base=LAST_YEAR if year == talk.year - 1 else str(year))
        text = text.replace(compared.group(), "")
    elif year_of := YEAR.search(text):
        head = replace(head, year=int(year_of[1]) - ("初" in year_of.group()))
        text = text.replace(year_of.group(), "")
    elif (last := LAST.search(text)) and not re.search("[较比增]", text):
        head = replace(head, year=talk.year - 1)
        text = text.replace(last.group(), "")
    return THIS.sub("", text), head


def _kind(text: str, head: Head, talk: Discourse) -> tuple[str, Head]:
    """Take off the words that say that a head's numbers are changes or shares."""
    if change := CHANGE.search(text):
        words = change.group()
        base = "年初" if "年初" in words else "上月" if "环比" in words else head.base or LAST_YEAR
        relative = re.search("[%率幅速]", words)
        if change["span"]:
            base = str(talk.year - spoken_number(change["span"]))  # 两年平均增长
        kind = (
            "cagr"
            if "年均" in words or change["span"]
            else "amount"
            if re.search("额|减", words) and not relative
            else "change"
        )
        head = replace(head, kind=kind, base=base, falls=bool(re.search("降幅|下降", words)))
        return text.replace(words, ""), head
    if share := SHARE.search(text):
        of = re.search("占(?!比)(.+?)的?(?:比重|比例|比|份额)", share.group())
        return text.replace(share.group(), ""), replace(head, kind="share", of=of[1] if of else "")
    return text, head


def _of_level(before: str | None, scope: str) -> str:
    """Return a scope with the level that another cell of its head names (企业国有资产／市级: 市级企业国有资产)."""
    levels = f"{vocabulary()['levels']}|市县|区县|县区|乡镇"
    if before and re.fullmatch(levels, scope) and not re.fullmatch(levels, before):
        return scope + before
    return before + scope if before and re.fullmatch(levels, before) and scope != before else scope


def _noun(text: str, head: Head, talk: Discourse) -> Head:
    """Add the item or scope that a head names."""
    context = context_of(talk.section)
    names = section_names(context)
    plain = re.sub(r"（.*?）", "", text)
    if name := names.get(plain) or names.get(text):
        return replace(head, item=name)
    if plain.endswith("国有资产"):
        return replace(head, scope=_of_level(head.scope, text))
    if re.search("的(?:企业|单位|公司)$", text):
        return replace(head, item=text)  # 没有报送的企业: some of them, not whose assets
    if is_scope(text):
        return replace(head, scope=_of_level(head.scope, scope_name(text)))
    refs = read_phrase(text, context)
    if len(refs) != 1:
        return replace(head, item=text)
    ref = refs[0]
    if ref.scope in vocabulary()["sectors"] and ref.item and not ref.known:
        return replace(head, item=text)  # 交通物流: one name, not 物流 of the sector 交通
    if ref.item and not ref.known and head.item in names.values():
        ref = replace(ref, item=None)  # 资产负债率, 良好: the second cell says how it is, not what
    return replace(head, item=ref.item or head.item, scope=head.scope if ref.scope is None else ref.scope)
