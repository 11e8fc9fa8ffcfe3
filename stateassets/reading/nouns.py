"""What a number is of and whose assets they are: the noun phrase before it, taken apart.

A phrase such as 市级行政单位资产、负债和净资产 is coordinates, each a scope, an item, or both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from .tokens import spoken_number
from .vocabulary import any_of, items_pattern, section_names, vocabulary, work_names

BETWEEN = re.compile(r"、|以及|(?<!监管)(?<!出资)(?<!托管)(?<!直管)[和与]|(?<![惠普涉])及(?!其他|其?以[上下])")
WATCHED = re.compile("(?:纳入)?所?(?:监管|出资|管理|汇总|合并)(?:范围)?的(?:国有)?(?:企业|单位|公司)")
# A place is whose assets are meant, whatever its name (甲原市, 乙山自治州, 五市州); what only ends like one is none.
PLACE = re.compile(
    r"(?!.*(?:[上超门都城股楼夜集菜闹债]市|[社园景小片灾库林厂矿街地辖校郊城牧湾护业展化管片属成盲误禁雷]区|[省市]州县|[城县市区投拨]乡))"
    r"(?:其[余他])?(?:[两三四五六七八九十]+个?(?:市州|市县|区县|县区|县市|市|县|区|州|乡镇|镇)"
    r"|[^的各全本我该其在和与及对按是新老用住、，。；（）]{1,5}(?:省|自治区|自治州|市|县|州|盟|旗|新区|开发区|高新区|区|镇|乡|街道)(?:本级)?)"
)
# What ends a noun that is an amount of something: a name without it, beside such a noun, is whose it is.
ITEM_HEAD = re.compile(
    r"(?:[费税款金额入出产债权息润值量率价资本数货房地线品车户人员次物备材具料用船桥案件]|面积|余额|项目|债券|债务|业务|补贴|预算|工程|捐赠|成本|[权收效]益"
    r"|补助|建设|更新|改造|维护|维修|修缮|报损|报废|划转|处置|出售|出让|转让|置换|出租|出借|购置|自建|新建|调入|调出|调拨|票房|码洋|存量|税收|损失|薪酬|租赁|捐赠"
    r"|结转|结余|合同|缺口|里程|规模|储备|占比|比重|贡献|负债|亏损|盈利|投资|融资|用地|土地|建筑|设备|设施|家具|图书|其他)$"
)
# Several that are counted behind their names (能源、交通两个板块…).
COUNTED_TOGETHER = re.compile(
    "(.+?)([两二三四五六七八九十])大?个?(板块|领域|行业|产业|集团|公司|系统|类企业)(?!合计)(.*)"
)
# How a heading begins that tells of each of several, nobody in particular (各集团情况).
EACH_OF_THEM = "各(?:大|家|户)?(?:集团|公司|企业|板块|行业|领域|[省市区县州镇乡]+)(?!级)"
# Who is counted, by what they were put into (纳入全区国有资产统计范围的企业).
COUNTED_IN = re.compile(
    "^.{0,4}(?:纳入|列入|属于)[^，。]{0,16}?(?:(?:统计|汇总|决算|报告|监管|编报|预算|合并)?(?:编制)?(?:范围|口径|名录)的?|(?:统计|汇总|报表)的)(?=.)"
    "|^.{0,4}(?:纳入|列入)[^，。的]{0,12}?(?:统计|汇总|决算|编报)的(?=(?:企业|单位)(?:（|$))"
)
# Enterprises, financial enterprises and administrative units listed: all state assets together, and what is told of them.
KIND_OF_ASSETS = (
    "(?:(?:地方|本级|非金融|国有|[省市区县州][属直级])*企业(?:国有资产)?(?:（[^）]*）)?"
    "|(?:地方|国有|[省市区县州][属直级])*金融(?:类)?(?:企业)?(?:国有资产)?(?:（[^）]*）)?"
    "|行政事业(?:性|单位)?(?:国有资产|资产)?(?:（[^）]*）)?)"
)
THREE_KINDS = re.compile(
    f"(?:全[国省市区县州])?(?P<kinds>{KIND_OF_ASSETS}(?:[、和与及]|以及){KIND_OF_ASSETS}(?:[、和与及]|以及){KIND_OF_ASSETS})"
    "等?(?:[三3]大?类)?(?P<item>.*)"
)
POST = "(?:董事长|总经理|党委书记|监事会主席|总会计师|副总经理|负责人|副职|正职|经理层)"
HELD = re.compile(r"（[^（）]*）")
ASIDE = re.compile(r"（(?![省市区县州、]+）)[^（）]*）")  # 县（市、区）企业 is one name


@dataclass(frozen=True)
class Ref:
    """What a number is of: ``scope`` and ``item`` as far as its phrase says; ``known`` items are the vocabulary's.

    A scope ``""`` is the whole that the section is about.
    """

    scope: str | None
    item: str | None
    known: bool = False
    printed: str = ""
    short: str = ""  # how a scope ``""`` was named (出资企业): it may be the short form of one told before


@cache
def _edges() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = vocabulary()
    year = r"(?:(?:19|20)\d{2}年)"
    return (
        re.compile(
            rf"(?:{any_of(words['lead_in'])}|{year}|(?:每?年)?可(?=节约|减少|降低|增加|新增|盘活|带动|实现)|[、和与及，：“”])"
        ),
        re.compile(
            rf"(?:(?<!以)(?<![之师](?=比$))(?<!公(?=共$))(?<![高初集](?=中$))(?<!签(?=约$))(?<![国自](?=有$))(?<![{words['names_of_shares']}]占(?=比$))(?:{any_of(words['trailing'])})|(?<![平户人月日年地生校床亩村镇班车台店站])均|[、和与，：]|(?<![惠普涉])及)$"
        ),
    )


@cache
def _scope() -> re.Pattern[str]:
    words = vocabulary()
    return re.compile(
        rf"(?:不含.*|.*(?:{any_of(words['scope_endings'])}|[省市区县州]属|[省市区县]直|{words['scope_endings_besides']}){words['scope_letters']}|(?:{any_of(words['scopes'])})+)(?:（.*）)?"
    )


@cache
def _scope_inside() -> re.Pattern[str]:
    """Return the pattern of the longest scope that a phrase begins with."""
    words = vocabulary()
    endings = words["scope_endings_inside"]
    letters = words["scope_letters"]
    return re.compile(
        rf"(.*(?:{any_of(endings)}){letters}(?![制化法章]|债(?![务权])|[A-Z]{{2}}|(?<=业)[务绩态])(?:（[^）]*）)?|(?:{any_of(words['scopes'])})+)(.+)"
    )


def _begins_whole(phrase: str) -> bool:
    """Does a phrase begin with a word that only looks as if it had a lead-in (对外担保, 每公里)?"""
    words = vocabulary()
    return phrase.startswith(tuple(words["whole_beginnings"])) or bool(re.match(words["per_one"], phrase))


@cache
def _befores() -> tuple[re.Pattern[str], ...]:
    """Return what may stand around a noun besides single words, one after the other: ways, reasons, where it was found."""
    prices = vocabulary()["prices"]
    done = "调剂|盘活|节约|收回|引进|筹集|处置|注入|转让|出售|划转|化解|回收|清收|募集|融资"
    return tuple(
        map(
            re.compile,
            (
                "^[^，。]{0,12}?(?<![定面导方意取流风])向[^，。]{2,10}?(?:企业|公司|集团|单位|机构|银行)(?=注资|增资|注入|拨付|划转|收取|投放|发放|派出|选派)",
                "^[两三四五六七八九十]年(?:[来间])?(?:共计?|累计)",
                "^[^，。]*(?:清查|普查|排查|摸底|摸排|盘点)(?:共|累计|已)*(?:登记|发现|查出|清出|摸清)(?=..)",
                "^[^，。的、]{2,8}资金(?=支持)",
                "^(?:上缴|上交|缴纳)(?:国家|财政|国库)(?=..)",
                "^(?:本|该)?(?:公司|集团)(?:下设|下辖)(?=..)",
                "^建议[^，。]{0,8}?(?:政府|部门|国资委|财政局|机关)[把将对]?(?=..)",
                "^覆盖(?=行政|事业|国有|全[省市区县]|企业)",
                "^按[^，。、]{2,8}(?:计算|测算)的?(?=..)",
                "^(?:报告|统计|监管|纳入|管理)范围(?=新增|增加|纳入)",
                "^[为向对][^，。]{2,10}?提供(?=.)",
                f"^[低高]于{prices}",
                "^(?:审核|审计|检查|清查|清理|核查|整改|执法|工作|过程|期间)中(?=..)",
                "^受[^，。]{2,16}?(?:影响|拖累|带动|拉动)",
                f"^通过[^，。的]{{2,8}}?(?={done})",
                "^[一二三四五六七八九十]+、(?![一二三四五]级)",  # the number of its paragraph
                "^.*(?:《[^》]*》(?:等|及)?|(?:披露|反映|列示|提出|交办|之外|以外)的)",
                "(?<=..面积|...[额入率])[两三四五]年$",
                "(?<=...)(?:建成|交付|竣工|投用|完工|投产)$",  # 标准厂房建成86万平方米
                "^[^，。]{2,16}原因(?:主要)?(?:是|系|为|在于)(?=..)",
                "^[^，。]{2,}(?:范围|对象)(?:主要)?[是为]?(?:主要)?(?:包括|包含)(?=..)",
                "^(?:纳入|列入|符合|享受)[^，。]{2,24}的(?=[^的]{2,12}$)",
                "^[年期]?间(?=合计|累计|共|多计|少计)",
                "^(?:根?据|按照?)[^，。]{2,16}?(?:认定|规定|要求|确定|核定)的(?=..)",
                "^(?:根?据|按照?)[^，。]{0,16}?(?:反映|显示|统计|介绍|表明|测算)，?(?=..)",
                "^[^，。、]{2,10}?(?:下降|增长|减少|增加|回落|上升|提高)(?:的)?(?:主要)?(?:原因)?(?:是|系)[因有]?(?=..)",
                "^(?:扣除|剔除)[^，。的]{1,8}?(?:因素|影响|事项|损益)(?:以?后|之后)(?:的)?(?=..)",
                "^[^，。]{2,}(?:[原净]值|总额|余额|价值)中(?=..)",  # 固定资产账面原值中房屋占58.7%
            ),
        )
    )


@lru_cache(maxsize=20_000)
def bare(phrase: str) -> str:
    """Return a phrase without the words around it that are not part of it."""
    lead, trail = _edges()
    protected = items_pattern("")
    for before in _befores():
        phrase = before.sub("", phrase)
    while phrase:
        found = None if _begins_whole(phrase) else lead.match(phrase)
        whole = protected.match(phrase)
        if found and phrase[found.end() :] in tuple("率费量额数价"):
            break  # 建成率
        if found and not (whole and whole.end() > found.end()) and found.end() <= len(phrase):
            phrase = phrase[found.end() :]
            continue
        found = trail.search(phrase)
        if (
            found
            and phrase not in section_names("")
            and not (found.group() == "金额" and (len(phrase) == 4 or re.search(AMOUNT_OF, phrase)))
        ):
            phrase = phrase[: found.start()]
            continue
        break
    return phrase


def _led(phrase: str) -> str:
    """Return a phrase without the words before it only."""
    lead, _ = _edges()
    while not _begins_whole(phrase) and (found := lead.match(phrase)):
        phrase = phrase[found.end() :]
    return phrase


def is_scope(phrase: str) -> bool:
    """Tell whether a phrase says whose assets are meant, and nothing else."""
    other = rf"[《》]|^共?[四五六七八九十\d]+大?类$|{vocabulary()['not_in_scopes']}"  # 共六类：流动资产…
    return (
        bool(phrase)
        and not re.search(other, phrase)
        and bool(_scope().fullmatch(phrase) or PLACE.fullmatch(phrase) or _organisation().fullmatch(phrase))
        and len(phrase) <= 40
    )


def _together(phrase: str) -> str:
    """Return the words that a phrase begins with and that are one, empty if there are none (服务业小微企业和个体工商户)."""
    found = re.match(f"(?:[\u4e00-\u9fff]{{0,4}}业)?(?:{any_of(vocabulary()['held_together'])})", phrase)
    return found.group() if found else ""


def scope_at_start(phrase: str) -> str:
    """Return the scope that a phrase begins with (民营企业出借资金), empty if it begins with none or is one."""
    together = _together(phrase)
    if together and not is_scope(phrase):
        return together if len(together) < len(phrase) else ""
    found = _scope_inside().fullmatch(phrase)
    if found and is_scope(found[1]):
        return found[1]
    who = _whose_at_start(phrase)
    return who[0] if who else ""


def _all_together(phrase: str) -> str:
    """Return the scope that enterprises and units of a place make together, empty if a phrase names another."""
    both = re.match("(全[国省市区县州]).*(?:单位[和与及、](?:国有)?企业|企业[和与及、](?:行政)?(?:事业)?单位)$", phrase)
    return f"{both[1]}国有资产" if both else ""


def scope_name(phrase: str) -> str:
    """Return the scope that a phrase names; ``""`` where it is only the enterprises that are reported on."""
    words = vocabulary()
    phrase = re.sub(r"^[^，、全各本]{1,5}([省市区县])(?=\1属)", "", bare(phrase))  # 癸市市属国企
    phrase = re.sub("(?<=全[国省市区县州])(?:共有|现有|拥有|实有|共)", "", phrase)
    phrase = re.sub(
        r"(?<=企业|集团|公司)(?:所属|下属|及其?所属)?各级(?:次)?(?:子企业|子公司|企业|全资控股企业)$", "", phrase
    )
    phrase = re.sub("(?<=企业|集团|公司|国企)(?:单户(?:企业|法人)?|法人企业)$", "", phrase)  # 国有企业单户企业135户
    phrase = re.sub(COUNTED_IN, "", phrase)
    phrase = re.sub("^[省市区县乡镇]{2,3}[两三]级(?=行政|事业)", "", phrase)
    counted = list(re.finditer(any_of(words["counted_as"]), phrase))
    if counted:
        phrase = bare(phrase[counted[-1].end() :])
    phrase = re.sub("国有(?:独资)?、?全资[、及和与](?:国有)?(?:相对)?控股(?=企业|公司)", "国有", phrase)
    phrase = re.sub("(?:直接)?(?:依法)?履行出资人职责的?(?=企业)", "出资", phrase)
    phrase = re.sub("(?<=委|局|厅|府)(?:直接)?(出资|监管)的(?=企业)", r"\1", phrase)
    phrase = phrase.replace("各级国有企业", "国有企业")
    if own := re.fullmatch("[我本]([省市区县州])", phrase):
        return f"全{own[1]}"
    if together := _all_together(phrase):
        return together
    plain = ASIDE.sub("", phrase)
    tail = plain.rpartition("的")[2]
    if tail != plain and is_scope(tail) and tail not in words["scope_endings"]:
        phrase = phrase[phrase.rindex(tail) :] if tail in phrase else tail
    plain = ASIDE.sub("", phrase)
    if re.fullmatch(words["whole_scopes"], plain) or re.fullmatch(WATCHED, plain):
        return ""
    for name, others in words["scope_names"].items():
        other = next((one for one in others if plain.endswith(one)), None)
        if other and not plain.endswith(name):
            phrase = plain[: -len(other)] + name
    phrase = re.sub("(?<=级)(及其?以[下上])$", r"\1企业", phrase)
    return phrase.strip("“”").replace("国资国企", "国企")


def coordinates(phrase: str, context: str) -> list[str]:
    """Cut a phrase at its 、和与及, but not inside the name of an item (国有资本及权益) or an aside."""
    together = re.compile(any_of(vocabulary()["held_together"]))
    held = [found.span() for found in together.finditer(phrase)]
    held += [found.span() for found in items_pattern(context).finditer(phrase)]
    held += [found.span() for found in HELD.finditer(phrase)]
    parts, start = [], 0
    for mark in BETWEEN.finditer(phrase):
        if not any(low <= mark.start() < high for low, high in held):
            parts.append(phrase[start : mark.start()])
            start = mark.end()
    parts.append(phrase[start:])
    return [part for part in map(bare, parts) if part]


# Nouns that 金额 makes an item of (查出问题金额).
AMOUNT_OF = "(?:问题|规范|违规|违纪|不实|风险|整改)金额$"
SUBJECT = re.compile(
    "(?P<who>[^的，。；、“”]{2,14}?)(?P<when>年末|年底|期末|月末|全年|当年|本年|共?实现|累计实现|累计完成|完成|拥有)(?P<what>.*)"
)


def _subject(phrase: str) -> str:
    """Return who stands before a time or a verb (市农商行年末…, 甲码头全年实现…), empty if nobody does.

    Nobody needs to know the name: what a sentence puts before its time or its verb is whose number it tells.
    """
    found = SUBJECT.fullmatch(bare(phrase) if SUBJECT.fullmatch(bare(phrase)) else phrase)
    who = bare(found["who"]) if found and not bare(found["what"]) else ""
    return who if len(who) > 1 and who not in section_names("") and not re.search(NO_SUBJECT, who) else ""


def is_name(phrase: str) -> bool:
    """May a phrase that no list knows be somebody's name? (Not: 新增, 本部平均, 处置房屋)"""
    other = rf"{vocabulary()['not_in_scopes']}|^(?:归属|应占|新增|处置|评估|抽查|涉及|带动|合并|增加|减少)|[均计的了等类]$|亏损|盈利|口径|因素$"
    return len(phrase) > 2 and not re.search(other, phrase) and not ITEM_HEAD.search(phrase)


NO_SUBJECT = (
    f"^(?:计划|预计|力争|拟|目标|确保|预算|建议)|{'|'.join('按从到以把将因由被受对为其这该每')}|[率额量值数费款金入出]$"
)


def resolve(phrase: str, context: str) -> Ref:
    """Return what one coordinate says."""
    words = vocabulary()
    names = section_names(context)
    holder = re.fullmatch("(.{2,8})(?:共有|现有|拥有)(.{2,})", phrase)  # 高新区现有区属国有企业
    if (
        holder
        and (PLACE.fullmatch(holder[1]) or holder[1][0] in "全我本" or holder[1].endswith("本级"))
        and is_scope(holder[2])
    ):
        phrase = holder[2] if not re.fullmatch("全[国省市区县州]", holder[1]) else phrase
    without = ASIDE.sub("", phrase)
    if re.fullmatch("[^的]{2,10}(?:园区|行业|领域|产业|板块)项目", without):
        return Ref(None, without, False, phrase)  # 产业园区项目: which projects, not whose
    other = next((verb for verb in words["verbs_for_others"] if phrase.startswith(verb)), "")
    scope = scope_at_start(phrase[len(other) :]) if other else ""
    if scope and not re.fullmatch(words["parts_of_names"], scope):
        done = phrase[len(other) + len(scope) :]
        if re.match("(?:完成|实现|新增|投入).{2}", done) and re.search("[带拉撬]动", other):
            return Ref(None, done, False, phrase)  # 带动企业完成项目投资
        return Ref(None, other + done, False, phrase)
    name = next((without[at:] for at in range(len(without)) if without[at:] in names), "")
    if name:
        before = re.sub(r".*口径(?:的|下|计算的?)?$", "", bare(without[: -len(name)]))
        if not before:
            return Ref(None, names[name], True, name)
        if name.startswith("企业") and re.search("[省市区县州][属管直级]$", before):
            before += "企业"  # 区属企业从业人员
        if re.fullmatch(words["levels"], before) and name.startswith("国有资本经营预算"):
            return Ref(f"{before}国有资本经营预算", names[name], True, name)
        if before in ("企业", "单位") and names[name] in ("职工人数", "平均职工人数", "职工人均工资"):
            return Ref(None, names[name], True, name)  # 企业职工人数: of those told of
        if name == "资产" and re.fullmatch(words["kinds_of_assets"], before):
            return Ref(None, before + name, False, name)  # 其中经营性资产…，公益性资产…
        if is_scope(before):
            if name == "国有净资产" and "行政事业" in before:
                return Ref(
                    scope_name(before), "净资产", True, name, before
                )  # assets less debts: nobody else has a part
            return Ref(scope_name(before), names[name], True, name, before)
        if re.fullmatch(r"(?:[全省市区县州][省市区县州级直]?|本级)*国有资本经营(?:预算|决算)", before):
            return Ref(None, names[name], True, name)
        if before in names and without[: -len(name)].endswith("中"):
            return Ref(None, names[name], True, name)  # 支出中调入一般公共预算
        inside = _scope_inside().fullmatch(before)
        if inside and inside[2].startswith("公物仓") and not inside[1].endswith("本级"):
            return Ref(f"{inside[1]}公物仓", bare(inside[2][3:]) + name, False, name)  # 县级公物仓收储资产
        at_start = _whose_at_start(before + name)
        if inside and is_scope(inside[1]) and not (at_start and len(at_start[0]) > len(inside[1])):
            return Ref(scope_name(inside[1]), bare(inside[2]) + name, False, name)
        if at_start:
            return Ref(scope_name(at_start[0]), bare(at_start[1]), False, at_start[1])
        if whose := _subject(without[: -len(name)]):
            return Ref(scope_name(whose), names[name], True, name, whose)
        if names[name] in words["money_items"] and (len(name) > 3 or name in ("净利润", "净资产")) and is_name(before):
            return Ref(scope_name(before), names[name], True, name, before)  # 北岭矿业资产总额
        own = _short(_led(without[: -len(name)]))
        return Ref(None, own + name if own else names[name], not own, name)
    works = work_names()
    work = next((without[at:] for at in range(len(without)) if without[at:] in works), "")
    if work:
        return Ref(None, works[work], True, work)
    verb = next((verb for verb in words["work_verbs"] if phrase.startswith(verb)), "")
    if verb:
        ref = resolve(phrase[len(verb) :], context) if len(phrase) > len(verb) else Ref(None, "")
        if ref.item is None:
            return Ref(None, phrase, False, phrase)
        return Ref(ref.scope, verb + (ref.item or ""), False, phrase)
    together = _together(phrase)
    if together.endswith("户"):  # 小微企业和个体工商户房租
        return Ref(together, _short(bare(phrase[len(together) :])) or None, False, phrase)
    if whole := words["scopes_alone"].get(phrase):
        return Ref(whole, None, False, phrase, phrase)
    if is_scope(phrase):
        return Ref(scope_name(phrase), None, False, phrase, phrase)
    if re.match(words["others"], phrase):  # 小微企业贷款: what is done for them
        return Ref(None, _short(without) or None, False, phrase)
    inside = _scope_inside().fullmatch(without)
    if inside and re.fullmatch(words["parts_of_names"], inside[1]) and inside[2][0] != "对":
        return Ref(None, _short(without) or None, False, phrase)  # 县级公物仓, 工业投资: which one, not whose
    at_start = _whose_at_start(without)
    longer = at_start and inside and len(at_start[0]) > len(inside[1])
    if inside and is_scope(inside[1]) and len(bare(inside[2])) > 1 and not longer:
        return Ref(scope_name(inside[1]), _short(bare(inside[2])) or None, False, phrase)
    who, _, what = without.rpartition("的")
    if len(what) > 1 and who and (_organisation().fullmatch(who) or PLACE.fullmatch(who)):
        return Ref(scope_name(who), what, False, phrase)
    if at_start:
        return Ref(scope_name(at_start[0]), _short(bare(at_start[1])) or None, False, phrase)
    subject = SUBJECT.fullmatch(without)
    if subject and is_scope(bare(subject["who"])) and len(bare(subject["what"])) > 1:
        return Ref(scope_name(subject["who"]), bare(subject["what"]), False, phrase)  # 市农商行年末各项贷款余额
    short = _short(without)
    return Ref(None, short or None, False, phrase)


@cache
def _organisation() -> re.Pattern[str]:
    """Return the pattern of an organisation: nobody knows its name, but it ends as organisations do."""
    words = vocabulary()
    letters = "".join(words["organisation_letters"])
    return re.compile(
        rf"(?!.*(?:市场|场所|[^一]方面|领域|流域|[督主承举交兴创查协催代]办|[大全格布开结时政变破新]局|(?:社|机|大|盛|协)会|部队|[用好益害长短]处|小区(?:燃气|热力|电力))$)"
        rf"[^的各、，。；（）]{{2,14}}(?:{any_of(words['organisation_endings'])}|(?<=..)[{letters}])"
    )


def is_generic(who: str) -> bool:
    """Is it a kind of institution without a name (公立医院, 公共图书馆)? What is counted there is nobody's in particular."""
    return bool(re.fullmatch(vocabulary()["generic_institutions"], who))


def is_organisation(name: str) -> bool:
    """Is it a name that ends as organisations' names do?"""
    return bool(_organisation().fullmatch(name))


def _ends_there(who: str, rest: str) -> bool:
    """Does the name end there, and not inside a word (社|会保障, 办|公用房)?"""
    return rest[0] not in vocabulary()["organisation_letters"].get(who[-1], "")


def _whose_at_start(phrase: str) -> tuple[str, str] | None:
    """Return the place or organisation that a phrase begins with and what follows it (其余三市州盈利面)."""
    if re.match(vocabulary()["per_one"], phrase):
        return None  # 人均公园绿地面积
    for end in range(min(len(phrase) - 2, 14), 1, -1):
        who, rest = phrase[:end], phrase[end:]
        if re.search("共有|现有|拥有", who) or is_generic(who) or re.match("承[担接]", who):
            continue
        if re.search("(?:集团|公司|企业)(?:燃气|电力|热力|水务|银行|公交|地铁|航空|港务|产业|渔业)$", who):
            continue  # 甲集团燃气售气量
        if who[-1] == "乡" and rest[0] == "村":
            continue  # 投入乡村振兴资金
        if rest[0] in "的级属直、和与及场区县州长内外化性型域道际" or who in ("国省", "省市", "市县"):
            continue
        place = re.search("(?:[省市县州镇乡]|..区|街道)$", who) and PLACE.fullmatch(who)
        if place or (_organisation().fullmatch(who) and _ends_there(who, rest)):
            return who, rest
    return None


def _short(phrase: str) -> str:
    """Return what is left of a phrase behind the last verb that leads to an item (通过公开招标累计节约资金)."""
    if _begins_whole(phrase):
        return phrase
    found = list(re.finditer(r"累计|共计|总计|达成|带动|拉动|出具|下发|(?<=.....)(?:实现|完成|取得)", phrase))
    return bare(phrase[found[-1].end() :]) if found else phrase


def read_phrase(phrase: str, context: str, *, apart: bool = False) -> list[Ref]:
    """Return what the coordinates of a phrase say, each made whole by its neighbours.

    省属企业、市县企业资产总额: both have the item; 企业资产、负债: both have the scope. ``apart``: each has a number
    of its own (分别), the three kinds of state assets too.
    """
    phrase = _several(re.sub('[“”"]', "", phrase))
    phrase = re.sub("^通过[^，。]{2,30}?方式$", "", phrase)  # 通过吸收合并等方式压减12家
    phrase = re.sub(
        "(?:^以|(?:^(?:已经?|现已|累计|均|共)*|(?<=企业|公司|集团|国企))(?:通过|采取|运用|利用|依托))[^，。]{2,30}?(?:方式|途径|形式|渠道|手段|措施)(?=.)",
        "",
        phrase,
    )
    if items := re.fullmatch(
        "(.{1,8}[和与、].{1,8}?)[两二三四]项(收入|支出|费用|资金|收益|税费)(?:合计|总计|共计|共)?", bare(phrase)
    ):
        return [Ref(None, items[1] + items[2], False, phrase)]  # 土地和矿业权两项收入合计
    if re.fullmatch("(?:共|实际)?占有、?使用国有资产(?:总[额量])?", phrase):
        return [Ref(None, "资产总额", True, phrase)]  # 247家单位占有使用国有资产186.5亿元
    plain = bare(phrase)
    whose, _, ratio = plain.rpartition("的") if is_scope(plain.rpartition("的")[0]) else ("", "", plain)
    if re.fullmatch("[^，。；、]{2,12}[与和][^，。；、]{2,12}之比", ratio) and ratio not in section_names(context):
        return [Ref(scope_name(whose) if whose else None, ratio, False, phrase)]  # 负责人平均薪酬与职工平均工资之比
    phrase = re.sub("([一二三四五])(?=[、和与][一二三四五]级)", r"\1级", phrase)  # 一、二级企业
    if together := _all_together(bare(phrase)):
        return [Ref(together, None, False, phrase)]
    phrase = re.sub(COUNTED_IN, "", phrase)
    counted = list(re.finditer(any_of(vocabulary()["counted_as"]), phrase))
    if counted and is_scope(scope_name(phrase[counted[-1].end() :]) or "企业"):
        phrase = phrase[counted[-1].end() :]
    own = counted and bare(phrase) == "预算单位"  # 厅系统纳入决算的预算单位48家
    if own or re.fullmatch(vocabulary()["whole_scopes"], ASIDE.sub("", bare(phrase))):
        return [Ref("", None, False, phrase, phrase.strip("、，和与及"))]
    if (
        not apart
        and (three := THREE_KINDS.fullmatch(bare(phrase)))
        and "金融" in (kinds := three["kinds"])
        and "行政事业" in kinds
    ):
        told = (
            "国有资产" * kinds.endswith("国有资产") + three["item"] if three["item"].startswith("总") else three["item"]
        )
        what = read_phrase(told, context) if told else []
        all_of_it = Ref(None, "资产总额", True) if "资产" in phrase else Ref(None, None)
        item = what[-1] if what and what[-1].known else all_of_it
        return [replace(item, scope="三类国有资产", short=phrase)]
    refs = [resolve(part, context) for part in coordinates(bare(phrase), context)]
    examples = re.fullmatch(r"[^、]+、.*等([\u4e00-\u9fff]{2,})", bare(phrase))
    examples = examples or re.fullmatch("[^、]{3,}等((?:客观|特殊|一次性|政策性|不可比)因素)", bare(phrase))
    if examples and is_scope(examples[1]):
        return [Ref(scope_name(examples[1]), None, False, examples[1], examples[1])]  # 担保、小贷等地方金融组织
    if examples and not any(ref.known or ref.scope is not None for ref in refs):
        return [Ref(None, examples[1], False, examples[1])]  # 投资监督、产权登记等制度
    listed = [ref.scope is not None and ref.item is None for ref in refs[:-1]]
    if any(listed) or (len(refs) > 1 and refs[-1].scope):  # beside scopes a name that nobody knows is one
        refs = [
            _as_scope(ref) if index < len(refs) - 1 or refs[-1].scope is None else ref for index, ref in enumerate(refs)
        ]
    for index in range(len(refs) - 2, -1, -1):
        if refs[index].item is None and refs[index].scope is not None:
            refs[index] = replace(refs[index], item=refs[index + 1].item, known=refs[index + 1].known)
    paid = re.fullmatch(f"({POST})(.+)", refs[-1].item or "") if len(refs) > 1 else None
    if paid:  # 董事长、总经理税前薪酬
        refs = [
            replace(ref, item=f"{ref.item}{paid[2]}") if re.fullmatch(f".{{0,4}}{POST}", ref.item or "") else ref
            for ref in refs
        ]
    for index in range(len(refs) - 2, -1, -1):  # 丙省、丁省省属企业利润总额
        place, after = refs[index], refs[index + 1]
        told = re.fullmatch("([^省市县州]{1,6}(?:省|自治区|市|县|州))(.+)", after.scope or "")
        named = place.scope or place.item or ""
        if told and re.fullmatch("[^省市县州]{1,6}(?:省|自治区|市|县|州)", named):
            refs[index] = Ref(f"{named}{told[2]}", after.item, after.known)
    for index in range(1, len(refs)):
        if refs[index].scope is None and refs[index - 1].scope is not None:
            refs[index] = replace(refs[index], scope=refs[index - 1].scope)
    return refs


def _as_scope(ref: Ref) -> Ref:
    """Return a name without a head of an item as a scope."""
    unknown = ref.item and not ref.known and ref.scope is None and len(ref.item) > 1 and not ITEM_HEAD.search(ref.item)
    return Ref(ref.item, None, False, ref.printed, ref.item or "") if unknown else ref


def _several(phrase: str) -> str:
    """Give each of several coordinates the noun that counts them (能源、交通、建设三大板块 …)."""
    phrase = re.sub("^[^、]*?(?:分布|集中)[在于](?=[^、]*、)", "", phrase)  # 资产主要分布在交通、能源两大行业
    found = COUNTED_TOGETHER.match(phrase)
    if not found:
        return phrase
    parts = BETWEEN.split(found[1])
    if len(parts) != spoken_number(found[2]):
        return phrase
    return "、".join(part + found[3] for part in parts) + found[4]


def joined(phrase: str) -> str:
    """Return the name that counted ones have together (基础设施、房地产两个领域资产), empty if a phrase counts none."""
    found = COUNTED_TOGETHER.match(phrase)
    if not found or len(BETWEEN.split(found[1])) != spoken_number(found[2]):
        return ""
    return found[1] + found[3]


def topic_at_start(phrase: str, context: str) -> Ref | None:
    """Return what a phrase begins with where it is more than a topic (资产总额首次迈上新台阶，市粮食集团扭亏为盈)."""
    known = next((found for found in items_pattern(context).finditer(phrase)), None)
    if known and (known.start() == 0 or is_scope(bare(phrase[: known.start()]))) and len(known.group()) > 2:
        return resolve(phrase[: known.end()], context)
    company = re.match(r"[^，。、“《]{1,6}(?:集团|公司)", phrase)
    if company and re.search(
        "支持|推动|督促|指导|完善|要求|通过|[由受对为向与将把给使]|企业|单位|机构", company.group()
    ):
        return None
    return Ref(scope_name(company.group()), None) if company else None


def heading_scope(heading: str) -> str | None:
    """Return the scope that a heading names (二、区属企业（不含金融企业）), or None."""
    plain = re.sub(
        r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}(?:[）)][、.．]?|[、.．]))?(?:其中)?[，：]?", "", heading.strip()
    )
    plain = re.sub("^附(?:件|表|注|录)?\\d*：", "", plain)
    plain = re.sub(r"^(?:19|20)\d{2}年(?:度|末|底)?的?(?=..)", "", plain)  # 三、2023年的行政事业性国有资产
    rest = re.compile(
        r"(?:国有资产)?(?:的)?(?:管理|基本|总体|运行|经营|监管|主要|资产|资产负债|财务|规模|总量|营运|效益|审计|整改|存在|发现|的|问题)*(?:情况|概况|状况|总账|汇总|总体|方面)?"
    )
    if plain.startswith(("被", "对", "关于")) or re.match(EACH_OF_THEM, plain):
        return None
    for end in range(len(plain), 0, -1):
        if is_scope(plain[:end]) and rest.fullmatch(plain[end:]):
            return None if re.search(r"[、和与，]", ASIDE.sub("", plain[:end])) else plain[:end]
    return None
