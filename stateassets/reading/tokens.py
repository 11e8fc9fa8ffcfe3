"""A clause cut into tokens: numbers with their units, and the words that stand at numbers.

The order of the kinds in ``_patterns`` decides where two could begin at one place; a word of change
without a number behind it, and everything else, is plain words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from .vocabulary import any_of, item_names, units_pattern, vocabulary

SPOKEN = "一二三四五六七八九十百千两"
DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "〇": 0, "零": 0}
TENS = {"十": 10, "百": 100, "千": 1000}
BEHIND = "以上|以下|以内|左右|上下|有余|开外"
ENDS = "，。；：！？"
TENTHS = "[一二三四五六七八九两]成[一二三四五六七八九半]?(?![为立员本果都绩功长效套品交熟])"


@dataclass(frozen=True)
class Token:
    """Part of a clause: what kind, its text, its place in the plain text, what else is known of it."""

    kind: str
    text: str
    start: int
    end: int
    known: dict[str, str] = field(default_factory=dict, hash=False, compare=False)


def spoken_number(text: str) -> int:
    """Return what a number in characters is: 三 3, 十二 12, 三百五十 350, 千 1000."""
    total = current = 0
    for letter in text:
        if letter in DIGITS:
            current = DIGITS[letter]
        elif letter in TENS:
            total += (current or 1) * TENS[letter]
            current = 0
    return total + current


def plan_end(text: str) -> int:
    """Return the last year of a five-year plan (“十三五”末: 2020)."""
    return 2005 + 5 * DIGITS[text[text.index("十") + 1]]


@cache
def _spoken() -> str:
    """Return the pattern of a spoken number with its unit that can be a claim."""
    counts = any_of(vocabulary()["units"]["spoken_counts"])
    money = "万亿元|千万元|亿元|万元|万亿|亿"
    return rf"(?:[{SPOKEN}]+(?:余|多|几)?(?:{money}|{counts})|{TENTHS}|(?<=翻)[一两三]番|(?<=翻了)[一两三]番|百分之[{SPOKEN}零]+(?:点[{SPOKEN}零]+)?)"


@cache
def _ahead() -> str:
    """Return the pattern of what may stand between a word of change and its number, and the number."""
    hedges = any_of(word for words in vocabulary()["hedges"].values() for word in words)
    light = any_of(vocabulary()["verbs"]["light"])
    return rf"(?:{light}|{hedges})*(?:-?\d|{_spoken()})"


@cache
def _patterns() -> tuple[re.Pattern[str], tuple[str, ...]]:
    """Return the pattern of all tokens, and why a number of the n-th kind of no claim is none."""
    words = vocabulary()
    verbs = words["verbs"]
    ahead = f"(?={_ahead()})"
    up, down = any_of(verbs["up"]), any_of(verbs["down"])
    rate_up, rate_down = any_of(verbs["rate_up"]), any_of(verbs["rate_down"])
    behind_base = any_of([*verbs["up_after_base"], *verbs["down_after_base"]])
    hedges = any_of(word for many in words["hedges"].values() for word in many)
    year = r"(?:19|20)\d{2}"
    span = r"(?:年初|年末|年底|初|末|底|全年|上半年|下半年|前[一二三]季度|第?[一二三四1-4]季度|度)"
    day = r"(?:\d{1,2}[—至])?(?:\d{1,2}月(?:\d{1,2}日)?份?)?"
    plan = r"“?十[一二三四]五”?(?:时期|期)?末"  # the end of a five-year plan
    years = rf"{year}年?[—至到、和]{year}年(?!的?\d)"
    date = rf"(?:{years}|{plan}|{year}年{day}{span}*|{year}[—-]\d{{1,2}}[—-]\d{{1,2}}|{year}(?=[、和及与]{year}))"
    month = r"(?:第?[一二三四]季度末?|前[一二三]季度|(?<!年)[上下]半年|\d{1,2}[—至]\d{1,2}月(?:份|末|底)?|\d{1,2}月(?:\d{1,2}日)?(?:末|底|份|初)?|(?<!提)前\d{1,2}个月|\d{1,2}日)"
    last = (
        r"(?:(?<!加)上年|去年|上一年度?|前一年)(?:年?末|年?底|同期|同月|全年|度)?(?!结转|结余)|年初(?!结转|结余)|期初"
    )
    what = rf"(?:{date}|{last})(?:的|为|是)?"
    resp = any_of(words["respectively"])
    light = f"(?:{any_of(verbs['light'])})*"
    aside = r"(?:（[^（）\d]{1,10}）)?"  # 增长（下同）15.5%
    named = f"(?<![{words['names_of_shares']}])"
    shares = f"(?:{named}(?:{any_of(words['shares'])})|(?:(?<![\u4e00-\u9fff])|(?<=构成))比例(?=分别))"
    part_of = (
        named
        + r"占(?![用地压据比]|有(?!息|色))(?:到|了)?(?P<whole>[^，。；、\d（）由从较]{0,20}?)的?(?:比重|比例|份额|比)?的?"
    )
    # 上缴税费21.35亿元，不足营业收入的7.5%
    total = "(?:全[国省市区县州])?(?:总[量额数]|总规模)"
    whole = rf"(?P<whole_item>{any_of(item_names())}|{total})"
    of_item = (
        rf"(?:(?:不足|不到|接近|超过|约为|约占){whole}|(?:为|是|达到?|约为|仅为)(?P<whole_average>[^，。；、\d（）]{{1,10}}平均(?:水平|值|数)?)|(?:完成|实现|达到|占)了?(?P<whole_year>全年(?:总[量额])?)|(?:相当于|约占)(?P<whole_any>[^，。；、\d（）]{{2,12}}))"
        rf"的(?=(?:{hedges})*(?:[\d.]+%|{TENTHS}))"
    )
    signed = "(?<=[元%户家人点倍]（)|(?<=[同环]比)|(?<=[较比]上年)|(?<=[较比]年初)"  # 88.2亿元（+12.5%）, 同比-0.3%
    kinds: list[tuple[str, str]] = [
        *((f"NO{number}", pattern) for number, (_, pattern) in enumerate(words["no_claims"])),
        ("ASIDE", rf"（(?:(?![{SPOKEN}]+余?[户家]|[\d（）]).)*）"),
        (
            "TIMES",
            rf"(?:为|是|相当于|达到|达|约为|不足|不到)?(?:{last}|{year}年(?:末|底|同期)?|“?(?P<of_plan>十[一二三四]五)”?(?:时期|期间|期?末)?)的?(?=(?:{hedges})*[\d{SPOKEN}.]+[倍成])",
        ),
        (
            "TIMES_PART",
            rf"(?:恢复[至到]|仅?相当于|[仅只约]为|[仅只][有及]|不足|不到)(?:{last}|{year}年(?:末|底|同期)?)的?(?=(?:{hedges})*[\d.]+%)",
        ),
        ("TIMES_OF", rf"(?:相当于|等于|约为|为|是)(?P<of>[^，。；、\d（）]{{2,10}})的(?=(?:{hedges})*[\d.]+倍)"),
        (
            "FLAT",
            rf"(?P<flat_base>(?:{words['bases']['上年']}|{words['bases']['年初']})?)(?:{any_of(words['flat'])})(?!\d+[户家]|[稳衡均])",
        ),
        ("EXCEPT", words["left_out"]),
        (
            "FROM",
            rf"(?:由|从|与|较|比|同|和)(?={what}{_ahead()})|(?:由|从)(?={what}(?:盈利|亏损|{up}|{down}){_ahead()})|(?:由|从)(?={_ahead()}|{any_of(words['loss'])}\d)",
        ),
        (
            "PLANNED",
            rf"(?:完成|为|占|达到?|相当于)(?P<plan>(?:年度|全年|年初|调整|当年|年|收入|支出)*(?:计划|预算|预期|目标任务|目标|任务))(?:数|任务|总额|投资)*的?{ahead}",
        ),
        ("BASE_MONTH", r"(?:比|较)(?P<month>(?:1—)?\d{1,2}月(?:份|末)?|(?:一|二|三|四)季度|上半年|前三季度)"),
        (
            "BASE_YEAR",
            rf"(?:较|比|与|同|和|相较于?|对比)(?:[\u4e00-\u9fff]{{2,6}}的)?(?P<base_year>{year})年(?:\d{{1,2}}月)?(?P<opening>年初|初)?(?:末|底|同期|同月|度)*(?:的?水平)?(?:相比较?|比较)?",
        ),
        (
            "BASE_OTHER_DATED",
            rf"(?<!占)(?:比|较)(?P<other_dated>[^，。；、\d（）的]{{2,8}}{year}年(?:[末底])?)(?:的?水平)?(?=(?:{up}|{down}|{behind_base}){_ahead()})",
        ),
        (
            "BASE_SPAN",
            r"(?<![\d近连每十])(?P<span>[两三四五六七八九十])年(?:累计|间|实现)*(?=(?:增长|下降|增加|减少|翻|提高|抬高|上升|降低)(?:了)?[\d一两三四五六七八九])",
        ),
        (
            "BASE_BESIDE",
            r"[与同和](?P<beside>[^，。；、\d（）]{1,10}(?:平均|整体|总体|调查|普查|清查|评估|预算|目标|标准|指标)(?:水平|值|结果|数)?)(?:相比较?|比较)(?=，)",
        ),
        ("BASE_PLAN", rf"(?:较|比|与)(?P<base_plan>{plan})(?:相比较?|比较)?"),
        *((f"BASE_{number}", pattern) for number, pattern in enumerate(words["bases"].values())),
        ("BASE_ALIKE", rf"(?<!按)(?:同口径|可比口径)(?:比较|相比|计算)?(?=(?:{up}|{down}){_ahead()})"),
        (
            "BASE_PLAN_YEARS",
            r"“?(?P<plan_years>十[一二三四]五)(?!”?末)”?(?:时期|期间)?(?:以来)?，?"
            r"(?=[^。；]{0,80}?(?:年均|年平均|[由从][\d.]+[^，。；]{0,6}[增升提上下降减压扩]))",
        ),
        (
            "BASE_OTHER",
            rf"(?<!占)(?:比|较)(?![率值价重例快大好高低强为较]|小(?=[\d.])|多(?!年))(?P<other>[^，。；、\d（）]{{2,16}}?)(?:还|又|要|则|仍|(?<![平户人])均)*(?=(?:{up}|{down}|{behind_base}){_ahead()})",
        ),
        ("ABOVE_PLAN", rf"超(?:出|过)?(?P<over>(?:年度|全年|年初|调整|序时)*(?:计划|预算|目标))(?:数|任务)?{ahead}"),
        (
            "ABOVE",
            rf"(?<!或)(?:{any_of(verbs['above'])})(?!{words['prices']}|{total}的)(?P<above>[^，。；、\d（）]{{2,20}}?){ahead}",
        ),
        ("BELOW", rf"(?:{any_of(verbs['below'])})(?!{words['prices']})(?P<below>[^，。；、\d（）]{{2,20}}?){ahead}"),
        ("AVERAGE", words["averages"]),
        ("DATE", date),
        ("QUARTERS", r"(?:[一二三四](?:季度)?[、和与])+[一二三四]季度|四个季度"),
        ("MONTH", month),
        ("LAST", last),
        ("SHARES", rf"(?:{named}占[^，。；、\d（）]{{0,16}}?的?(?:比重|比例|份额)?|{shares})(?=(?:均)?(?:{resp}))"),
        ("SHARE", rf"(?:(?:{part_of}|{shares}){light}{ahead}|{of_item})"),
        ("RATE_UP", rf"(?:{rate_up})(?={_ahead()}|{resp})|(?:{up})(?=了?(?:{resp}))"),
        ("RATE_DOWN", rf"(?:{rate_down})(?={_ahead()}|{resp})|(?:{down})(?=了?(?:{resp}))"),
        ("RESPECTIVELY", rf"(?:{resp})"),
        ("TO", rf"(?:{any_of(verbs['to'])})(?:到了|到|至|为)(?=(?:{what}|(?:年末|年底|期末)的?)?{_ahead()}|盈利)"),
        (
            "UP_ITEM",
            rf"(?P<up_verb>{any_of(w for w, (_, d) in words['verbs_of_items'].items() if d == 'up')}){light}{ahead}",
        ),
        (
            "DOWN_ITEM",
            rf"(?P<down_verb>{any_of(w for w, (_, d) in words['verbs_of_items'].items() if d == 'down')}){light}{ahead}",
        ),
        ("UP_TIMES", r"翻了?(?=[一两三]番)"),
        ("UP", rf"(?:{up}){light}{aside}{ahead}"),
        ("DOWN", rf"(?:{down}){light}{aside}{ahead}"),
        ("UP_AFTER", rf"(?:{any_of(verbs['up_after_base'])}|多[^，。；、\d（）于达]{{1,2}}){ahead}"),
        ("DOWN_AFTER", rf"(?:{any_of(verbs['down_after_base'])}|少[^，。；、\d（）于]{{1,2}}){ahead}"),
        ("LOSS", rf"(?:{any_of(words['loss'])}){light}{ahead}(?!\d+[余多]?[户家])"),  # 亏损4户: so many that lose
        ("UP_SIGNED", rf"(?:{signed})[+↑](?=\d)"),
        ("DOWN_SIGNED", rf"(?:{signed})[-↓](?=\d)"),
        ("HEDGE", rf"(?<![节签违履])(?:{hedges})(?=(?:{hedges})*(?:-?\d|{_spoken()}))"),
        ("COMPOUND", rf"(?P<high>\d+|[{SPOKEN}]+)亿零?(?P<low>\d+|[{SPOKEN}]+?)(?P<step>[千百十]?万)元"),
        (
            "AMOUNT",
            rf"(?P<number>(?<![\d.])-?\d+(?:\.\d+)?(?:(?:(?:%|[万亿]*元)?[—-]|至)\d+(?:\.\d+)?(?={units_pattern()}))?)(?P<more>余|多|来)?(?P<unit>[万亿]{{1,2}}(?=大关)|{units_pattern()})?(?P<behind>{BEHIND}|多|余)?",
        ),
        ("SPOKEN", rf"{_spoken()}(?:{BEHIND})?"),
        ("AMONG", any_of(words["among"])),
        (
            "VIEW",
            r"(?:从|按|分|就|以)(?P<view>[^，。；：\d]{1,12}?)(?:来看|看|分|划分|排|统计|而言|区分)(?=[，：、])"
            r"|[按分](?P<sorted>级次|层级|层次|系统|行业|地区|区域|类别|类型|板块|领域|性质|单位性质|隶属关系)(?=[，：])",
        ),
        ("TOTAL", r"(?:合计|总计|共计|共)(?=(?:达到|达|为|有|逾|超过|约|近)*\d)"),
        ("SEPARATOR", r"以及|、|(?<![总饱])和(?!谐)|(?<!参)与|(?<![惠普涉])及"),
    ]
    reasons = tuple(why for why, _ in words["no_claims"])
    return re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in kinds)), reasons


def tokens(text: str) -> list[Token]:
    """Return the tokens of a plain text, in order; nothing of it is lost."""
    pattern, reasons = _patterns()
    found: list[Token] = []
    place = 0

    def words(until: int) -> None:
        nonlocal place
        for piece in re.finditer(rf"[{ENDS}（）]|[^{ENDS}（）]+", text[place:until]):
            kind = "END" if piece.group() in ENDS else "PARENTHESIS" if piece.group() in "（）" else "WORD"
            found.append(Token(kind, piece.group(), place + piece.start(), place + piece.end()))
        place = until

    at = 0
    while match := pattern.search(text, at):
        token = _token(match, text, reasons, found)
        if token is None or token.end == token.start:
            at = match.start() + 1
            continue
        words(token.start)
        found.append(token)
        place = at = token.end
    words(len(text))
    return _lists(found)


def _token(match: re.Match[str], text: str, reasons: tuple[str, ...], before: list[Token]) -> Token | None:
    """Return the token of a match, or None where it is no token at this place."""
    kind = str(match.lastgroup)
    kind = next((name for name, value in match.groupdict().items() if value is not None and name.isupper()), kind)
    start, end = match.span()
    known: dict[str, str] = {}
    named = {name: value for name, value in match.groupdict().items() if value and name.islower()}
    if re.fullmatch(r"NO\d+", kind):
        known["why"] = reasons[int(kind[2:])]
        kind = "SKIPPED"
        if text[start] == "第" and re.match("集团|公司", text[end:]):
            kind, known = "WORD", {}  # 第3集团 is a name
    elif kind in ("UP_AFTER", "DOWN_AFTER"):
        last = before[-1] if before else None
        adjacent = last is not None and last.kind == "BASE" and re.fullmatch(r"[还又要则仍均]*", text[last.end : start])
        beside = re.search("[则也还又却]$", text[:start]) and re.match(r"\d+(?:\.\d+)?个?百分点", text[end:])
        against = re.search("[与同和较比][^，。；]{2,12}(?:相比较?|比较)，[^。；]*$", text[:start])
        if not adjacent and not beside and not (against and match.group() in ("多", "少", "高", "低")):
            return None
        known = {} if adjacent or not beside else {"beside": "yes"}  # 是后者的3倍，负债率则高0.4个百分点
        kind = kind.split("_")[0]
    elif kind in ("UP_SIGNED", "DOWN_SIGNED"):
        kind = kind.split("_")[0]
    elif kind == "UP_TIMES":
        kind = "UP"
    elif kind in ("UP_ITEM", "DOWN_ITEM"):
        known["item"] = vocabulary()["verbs_of_items"][named.get("up_verb") or named["down_verb"]][0]
        kind = kind.split("_")[0]
    elif kind == "BASE_YEAR":
        kind, known = "BASE", {"base": named["base_year"], "opening": named.get("opening", "")}
    elif kind == "BASE_MONTH":
        kind, known = "BASE", {"other": named["month"]}
    elif kind == "BASE_PLAN":
        kind, known = "BASE", {"base": str(plan_end(named["base_plan"]))}
    elif kind == "BASE_ALIKE":
        kind, known = "BASE", {"other": "同口径"}
    elif kind == "BASE_PLAN_YEARS":
        end_year = plan_end(named["plan_years"])
        kind, known = "BASE", {"base": str(end_year - 5), "until": str(end_year)}
    elif kind == "BASE_SPAN":
        kind, known = "BASE", {"base": "", "years": named["span"]}
    elif kind == "PLANNED":
        kind, known = "SHARE", {"plan": named["plan"]}
    elif kind in ("BASE_OTHER", "BASE_OTHER_DATED", "BASE_BESIDE"):
        kind, known = "BASE", {"other": named.get("other") or named.get("other_dated") or named["beside"]}
    elif kind.startswith("BASE_"):
        known["base"] = list(vocabulary()["bases"])[int(kind[5:])]
        kind = "BASE"
    elif kind == "FLAT":
        known["base"] = "年初" if "年初" in named.get("flat_base", "") else "上年"
    elif kind == "ABOVE_PLAN":
        kind, known = "ABOVE", {"other": named["over"]}
    elif kind in ("ABOVE", "BELOW"):
        known["other"] = named[kind.lower()]
    elif kind == "TIMES_PART":
        kind = "TIMES"
    elif kind == "TIMES" and "of_plan" in named:
        ends = "末" in text[start:end]
        known["base"] = str(plan_end(named["of_plan"])) if ends else f"{named['of_plan']}时期"
    elif kind == "TIMES_OF":
        kind, known = "TIMES", {"of": named["of"]}
    elif kind == "SHARE":
        known["whole"] = (
            named.get("whole")
            or named.get("whole_item")
            or named.get("whole_year")
            or named.get("whole_any")
            or named.get("whole_average", "")
        )
    elif kind == "AVERAGE":
        known["years"] = named.get("years", "")
    elif kind == "VIEW":
        known["view"] = named.get("view") or named["sorted"]
    elif kind == "EXCEPT":
        known["part"] = named["part"]
    elif kind == "COMPOUND":
        kind, known = "AMOUNT", _compound(named["high"], named["low"], named["step"])
    elif kind == "AMOUNT":
        known = {name: named[name] for name in ("number", "more", "unit", "behind") if name in named}
        if "unit" not in known and known.pop("more", ""):
            end = match.start() + len(known["number"])
    elif kind == "SPOKEN":
        behind = re.search(f"(?:{BEHIND})$", match.group())
        spoken = _spoken_token(match.group()[: behind.start() if behind else None], text, start, end)
        if spoken is None:
            return None
        kind, known = "AMOUNT", spoken | ({"behind": behind.group()} if behind else {})
    return Token(kind, text[start:end], start, end, known)


def _compound(high: str, low: str, step: str) -> dict[str, str]:
    """Return number and unit of 5亿4千万元: 54千万元, as exact as it is printed."""
    numbers = [int(part) if part.isdigit() else spoken_number(part) for part in (high, low)]
    in_one = 10_000 // TENS.get(step[0], 1)
    return {"number": str(numbers[0] * in_one + numbers[1]), "unit": f"{step}元"}


def _spoken_token(printed: str, text: str, start: int, end: int) -> dict[str, str] | None:
    """Return number and unit of a spoken number, None where it is an ordinal, an idiom or points back."""
    words = vocabulary()
    before, after = text[max(0, start - 4) : start], text[end:]
    if printed.startswith("百分之"):
        whole, _, part = printed[3:].partition("点")
        return {
            "number": str(spoken_number(whole)) + ("." + "".join(str(DIGITS[c]) for c in part) if part else ""),
            "unit": "%",
        }
    if re.search(rf"[{SPOKEN}第]$", before):
        return None
    if tenths := re.fullmatch(r"(.)成(.)?", printed):
        half = 5 if tenths[2] == "半" else DIGITS.get(tenths[2] or "〇", 0)
        return {"number": str(DIGITS[tenths[1]]) + (f".{half}" if half else ""), "unit": "成"}
    if printed.endswith("番"):
        return {"number": str(DIGITS[printed[0]]), "unit": "番"}
    number = re.match(rf"[{SPOKEN}]+", printed)
    assert number is not None
    rest = printed[number.end() :]
    more = rest[0] if rest[0] in "余多几" else ""
    unit = rest[len(more) :]
    known = {"number": str(spoken_number(number.group())), "unit": unit, "spoken": "yes"}
    if more:
        known["more"] = more
    if "元" in unit or unit in ("亿", "万亿"):
        return known
    achieved = r"实现[^，。；]{0,60}“$"  # 实现……“五个明显提升”
    if unit == "个" and number.group() not in "一两" and re.search(achieved, text[max(0, start - 70) : start]):
        return known
    if re.search(words["spoken_no_claims"], before) or re.match(words["spoken_points_back"], after):
        return None
    if unit == "个月" and not before.endswith("提前"):
        return None
    if known["number"] == "1" and not re.search(r"(?:新增|增加|减少|净增|净减)$", before):
        return None
    ends = not after or after[0] in f"{ENDS}、（）"
    told = ends and re.search(r"[\u4e00-\u9fff]$", before) and not re.search(r"[等有是为这下]$", before)
    if unit == "个" or (unit == "项" and not told and not re.match(r"[\u4e00-\u9fff]{2}", after)):
        return None
    return known


def _lists(found: list[Token]) -> list[Token]:
    """Mark the separators between two numbers of one list as such, words between words as words."""
    changed = []
    for index, token in enumerate(found):
        if token.kind == "SEPARATOR":
            before = found[index - 1].kind if index else ""
            after = found[index + 1].kind if index + 1 < len(found) else ""
            starts = ("AMOUNT", "UP", "DOWN", "HEDGE", "LOSS", "FLAT")
            kind = "LIST" if before in ("AMOUNT", "FLAT") and after in starts else "WORD"
            token = Token(kind, token.text, token.start, token.end)
        changed.append(token)
    return changed
