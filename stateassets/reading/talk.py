"""What a report is talking about: section, scope, item, year and base, carried from word to word."""

from __future__ import annotations

import re
from dataclasses import replace

from .nouns import (
    ITEM_HEAD,
    Ref,
    bare,
    coordinates,
    heading_scope,
    is_name,
    is_scope,
    joined,
    read_phrase,
    scope_at_start,
    scope_name,
    topic_at_start,
)
from .phrases import Amount
from .said import LAST_YEAR, Clause, Group, Said
from .tokens import Token, plan_end, spoken_number
from .vocabulary import any_of, item_names, vocabulary

# A heading's year is that of the numbers below it (2021年1—5月, 2022年情况), but not a rule's or a plan's.
YEAR_OF_HEADING = r"((?:19|20)\d{2})年(?!.*(?:文件|报告|办法|规划|计划|审议|审计|整改))"
# A heading that spans years (从2017年到2021年): what changed there began in the first.
SPAN_OF_HEADING = re.compile(r"((?:19|20)\d{2})年?(?:末|底)?(?:—|至|到)((?:19|20)\d{2})年")
# A heading that tells of the year before (二、上年情况), not of what was said or left then.
LAST_YEAR_OF_HEADING = re.compile(r"(?:上年|去年|上一年)度?(?!同期)[^，。审问意整反议]{0,10}(?:情况|概况|回顾)$")
# A sentence that begins with a year, or with the end of one, is of that year; so are those behind it.
BEGINS_WITH_YEAR = re.compile(r"(?:截[至止]到?)?((?:19|20)\d{2})年(?:[末底]|12月(?:31日|末|底)|(?:度|全年)?$)")
NOW = re.compile(
    "截[至止](?:目前|今)|目前|当前|现|今年|本年|当年"
)  # how a sentence comes back to the report's own year
# A sentence without a number that begins with a year tells when the next ones are (2021年，外部环境复杂严峻。).
LEADS_WITH_YEAR = r"(?:19|20)\d{2}年"

ENTERPRISES = re.compile(r"(?:企业|国企)(?:国有资产)?(?:（[^）]*）)?$")  # how a scope of enterprises ends

# Told behind the assets; parts told by kind or level after them are again of the assets.
OF_ASSETS = ("负债总额", "净资产", "所有者权益", "资产负债率")
COMPANY = re.compile("(?:集团|公司|银行)$")
OTHERS = "其[余他它]|剩余|另外"  # how the rest of several begins: it is not told of beyond its sentence
STANDARD_OF = "标准"  # why a number that others are counted by is no claim
MOST_YEARS = 6  # of a span whose years are told one by one
LONGEST_TOPIC = 36  # characters of a clause that is nothing but a topic


def _named_in_brackets(before: str, aside: str) -> str:
    """Return the names of several that a bracket lists (三大集团（城发、交旅、农投）), each whole; empty if it lists none."""
    counted = re.search("([两二三四五六七八九十])[大个家类]?(集团|公司|板块|行业|领域|企业|园区)$", before)
    names = aside.strip("（）").split("、")
    if not counted or spoken_number(counted[1]) != len(names):
        return ""
    return "、".join(name if name.endswith(counted[2]) else name + counted[2] for name in names)


class Talk:
    """The state of the talk: sections, paragraphs and sentences begin, words are noted.

    A heading may name a scope; a sentence may name another, whose parts may follow (其中). Where a
    part ends, the talk returns to what it is a part of.
    """

    def __init__(
        self, year: int, whole: str = "", title: str = "", part_of_year: bool = False, told_until: int = 0
    ) -> None:
        self.year = year
        self._told_until = max(year, told_until)  # what lies in later years is a plan
        self.whole = whole
        self.title = title
        self.report_title = ""
        self.part_of_year = part_of_year  # a flash report: 上年末 is not the same day of last year
        self._last_counted = ("", "")  # what was counted last, and in what unit: beyond its sentence too
        self._noun_before = ""  # the noun right before a bracket
        self.began = 0  # the year before a plan that the report is about
        self.equity_meant = False  # is 国有资产 the state's own part of the assets, as a note says?
        self._some = False  # are those told one after the other only the first of many (居前三位的是…)?
        self.money_unit = ""  # what money without a unit is printed in
        self._section_item = ""  # what the first number of the section is of: breakdowns are of it
        self._scopes_told: list[str] = []
        self._names_told: set[str] = set()  # the same, once each
        self._headings: list[tuple[int, str, str | None]] = []
        self._heading_years: list[tuple[int, int]] = []  # depth and year of the headings that name one
        self._heading_spans: list[tuple[int, int]] = []  # depth and first year of the headings that span years
        self._turned = False  # a section of what was found and what is to be done has come to the latter
        self._scope = ""
        self._item = ""
        self._known = False
        self._sentence_year = 0
        self._other_places: dict[str, str] = {}  # than the report's, the last of each level: 市 for what 该市 means
        self._levels: list[tuple[Ref, str]] = []
        self._item_above = ("", "")  # the last item of the paragraph before, and its unit
        self._dated: list[int] = []  # years of single numbers of the sentence
        self._default_base = LAST_YEAR
        self._whole_span: tuple[int, int] | None = None  # the years that the paragraph tells of
        self.begin_paragraph()

    def heading(self, depth: int, text: str) -> None:
        """Enter a section."""
        while self._headings and self._headings[-1][0] >= depth:
            self._headings.pop()
        self._heading_years = [one for one in self._heading_years if one[0] < depth]
        self._heading_spans = [one for one in self._heading_spans if one[0] < depth]
        self._turned = False
        text = text.rstrip("。：")
        years = set(re.findall(YEAR_OF_HEADING, text))
        if span := SPAN_OF_HEADING.search(text):
            self._heading_spans.append((depth, int(span[1])))
            years = {span[2]}
        if not years and LAST_YEAR_OF_HEADING.search(text):
            years = {str(self.year - 1)}
        if len(years) == 1:
            self._heading_years.append((depth, int(years.pop())))
        self._section_item = ""
        self._other_places = {}
        self._levels, self._item_above = [], ("", "")
        scope = heading_scope(text)
        name = scope_name(scope) or self._enterprises(scope) if scope else scope
        if name and not re.fullmatch("全[国省市区县州]", name):  # 全区总体情况 is of all that the report is about
            name = self._nested(name)
        self._headings.append((depth, text, name))
        self.begin_paragraph()
        if item := self._led_item():  # 利润总额。累计11.47亿元: what the paragraph that it leads is of
            self._item, self._known = item, True

    def _led_item(self) -> str:
        """Return the item that the nearest heading names and nothing else, empty if it names none."""
        text = self._headings[-1][1] if self._headings else ""
        return item_names().get(re.sub("^(?:[（(]?[一二三四五六七八九十\\d]+[）)、.．])", "", text), "")

    def _tells_only_how_many(self) -> bool:
        """Did the first sentence of the paragraph tell of one scope, and of it only how many they are?"""
        group = self._group
        alone = group is not None and group.scopes == [self._scope] and not group.mid_sentence
        first = self._sentence_figures == 1 and len(self._levels) == 1 and not self._topic_scope and not self._from_year
        return alone and first and re.match(vocabulary()["chosen"], self._scope) is None

    @property
    def section(self) -> str:
        """The headings above, outermost first."""
        return "／".join([self.title, *(text for _, text, _ in self._headings)])

    @property
    def section_scope(self) -> str:
        """The scope that the nearest heading names; empty for the whole."""
        return next((scope for _, _, scope in reversed(self._headings) if scope is not None), "")

    @property
    def section_year(self) -> int:
        """The year that the nearest heading names (第二期：2021年1—5月), 0 if none does or what it names is a plan."""
        year = self._heading_years[-1][1] if self._heading_years else 0
        return year if year <= self._told_until else 0

    def told_in_part(self, year: int) -> bool:
        """Does the title name a year only by a part of it (2018年1—9月、2021年1—5月)?"""
        return bool(re.search(rf"{year}年(?:度)?(?:\d{{1,2}}[—月]|[一二三四]季度|[上下]半年|前)", self.report_title))

    @property
    def scope(self) -> str:
        """Whose numbers are told at this place."""
        return self._scope

    @property
    def plans(self) -> bool:
        """Is the section about what is still to be done?"""
        words = vocabulary()
        planned = [text for _, text, _ in self._headings if re.search(words["plan_headings"], text)]
        return any(self._turned or not re.search(words["mixed_headings"], text) for text in planned)

    def tells_of(self, caption: str) -> bool:
        """Does the line above a table date it in a year that the report tells of, and not as a plan?"""
        years = re.findall(YEAR_OF_HEADING, caption)
        return bool(years) and int(years[-1]) <= self._told_until and not re.search("预算|目标|安排|预计", caption)

    def begin_paragraph(self) -> None:
        """Return to the scope of the section."""
        self._scope = self.section_scope
        self._group: Group | None = None
        told = [(ref.item, unit) for ref, unit in self._levels if ref.item and ref.known]
        self._item_above = told[-1] if told else self._item_above
        self._refs: list[Ref] = []
        self._levels = []
        self._item, self._known, self._printed = "", False, ""
        self._level = (
            ""  # the level that the paragraph's first sentence is of (市级行政事业性资产…): its parts are of it
        )
        self._whole_item = ""  # what a clause such as 由…两部分组成 tells the parts of
        self._topic_scope = ""  # whose numbers the paragraph tells, as its first sentence says without a number
        self._topic_year = self.section_year
        self._opening = ""  # the first clause of the sentence
        self._looks_back = ""  # the sentence of an earlier year that the paragraph goes on with
        self._sentence = ""
        self._paragraph = len(self._scopes_told)
        self._whole_span_before, self._whole_span = self._whole_span, None
        self.begin_sentence()
        self._last_years: list[int] = []

    def _look_back(self) -> None:
        """Note that a paragraph goes on with the year that its last sentence began with (2022年，…。负债…), if an earlier one.

        It does so until a sentence begins with another year, or says that it is of now.
        """
        began = BEGINS_WITH_YEAR.match(self._opening)
        first = not self._levels_before
        if began and self._sentence_figures and not self._origin and len(set(self._years_told)) == 1:
            earlier = int(began[1]) == self._years_told[0] < (self.section_year or self.year)
            sums = any(ref.known and "元" in unit for ref, unit in self._levels)  # no event of that year
            if (first and earlier and sums) or self._looks_back:
                self._topic_year, self._looks_back = int(began[1]), self._sentence

    def begin_sentence(self) -> None:
        """Forget what held for the last sentence only (。, not ；)."""
        if self._sentence:
            self._look_back()
        counted = self._group is not None and self._group.items == {"户数"}
        one = self._group is not None and self._group.scopes == [self._scope] and not counted
        self._level = self._level or self._level_of(self._scope)
        self._ended = self._scope if one else ""  # whose numbers the last sentence told, if nobody else's
        if counted and self._tells_only_how_many():
            self._topic_scope, self._group = self._scope, None  # 市直企业9户，主要从事…。资产总额…
        elif self._group and (self._group.mid_sentence or len(self._group.scopes) > 1 or counted):
            self._scope = self._group.outer
            self._group = None
        elif self._group and self._group.mid_sentence is False and not self._group.scopes:
            self._group = None
        if self._group and re.match(OTHERS, self._scope):
            self._scope, self._group = self._group.outer, None
        if led := self._led_item():
            self._item, self._known = led, True  # （二）营业成本。…其中财务费用…。中央企业…
        self._levels_before = len(self._levels)
        self._shares_told: list[tuple[str, str]] = []  # the sentence's, each with its scope
        self._averaged = ""  # what is told per head or enterprise, as a clause named it alone (户均资产方面，)
        self._excepted = ""  # the item that went another way than the others (除利润总额下降1.1%外)
        self._parts_from = 0  # how many levels were told before them
        self._parts_of: Said | None = None  # the amount whose parts are told (其中)
        self._some = False
        self._by_item = ""  # what enterprises of the sentence were counted by
        self._measured = ""  # what the last count was of: a number right behind it measures that again
        self._sector = ""  # 教育方面，: whose assets are told; what is counted there is nobody's in particular
        self._parted = False  # 分行业看: parts are named, each with a number
        self._last: Said | None = None
        told = [self._sentence_year, *self._dated] if self._sentence_year else self._dated
        self._last_years = sorted({year for year in told if year})
        self._sentence_year = 0
        self._years_ahead: list[int] = []  # years that a clause tells for the numbers of the next
        self._dated = []
        self._row_name = ""  # what those have together (教育、卫生行业)
        self._row: list[Ref] = []  # several told in a clause, whose numbers follow in the next
        self._period = ""  # the part of the year that is told of
        self._item_before = ("", False)  # the item before the last number, and whether it is known
        self._last_planned = False  # was the last number one of a plan or a budget
        self._years_told: list[int] = []
        self._span_years: list[int] = []  # years of a span, told one by one
        self._part_dated = False
        self._origin = 0  # the year that changes began in, where the last sentence named two
        self._base, self._base_item = "", ""
        self._beside = ""  # whose number the last one was a multiple of
        self._from_year = 0
        self._share_item = ""
        self._adjusted = False
        self._around: Said | None = None
        self._behind_item = ""
        self._counted_item = ""
        self._consumed = ""
        self._whole_row: tuple[Ref, str] | None = None
        self._among = False  # 其中： was all that the last clause said
        self._sentence = ""
        self._context = ""
        self._plan = False
        self._told = False  # does a sentence among plans tell how things stand?
        self._rate = ""  # a rate that a clause named alone: the next numbers are of it
        self._sentence_figures = 0
        self.begin_part()

    def begin_part(self) -> None:
        """Note a ；: what is said of one of several parts ends."""
        self._part_dated = False
        if self._group and self._group.mid_sentence and len(self._group.items) <= 1:
            self._group.inherited = True
        group = self._group
        several = group is not None and (group.mid_sentence or len(group.scopes) > 1 or self._from_year > 0)
        if group and group.items == {"户数"} and several:
            self._scope = group.outer

    def _modifier(self, token: Token, state: Clause, clause: str) -> list[Said]:
        """Take note of a word that stands by itself."""
        kind = token.kind
        if re.search(vocabulary()["targets"], token.text):
            self._plan = True
        if not clause.find(token.text) and re.search(vocabulary()["turns_to_plans"], clause):
            self._turned = self._plan = True
        if re.search(vocabulary()["adjusted"][0], token.text):
            self._adjusted = True
        if kind == "WORD":
            text = token.text
            if re.search(vocabulary()["put_together"], text):
                self._scope, self._group = "合计", None
            if self._consumed and not state.before and state.later and text.startswith(self._consumed):
                token = replace(token, text=text[len(self._consumed) :])
            elif self._consumed.startswith(text) and not state.before and state.later:
                self._consumed = self._consumed[len(text) :]
                return []
            self._consumed = ""
            text = self._of_place_beside(token.text) if not bare(state.before) and not state.later else token.text
            but = re.fullmatch("除了?(.{2,12}?)(?:[之以]?外)?", text) if clause.endswith("外") else None
            if but and not state.before and not state.later:
                text = self._excepted = but[1]  # 除利润总额下降1.1%外，其余三项分别增长…
            if state.later and not state.before:
                text = re.sub("^中(?=[已共有未尚仅])", "", text)  # 问题金额4.61亿元中已整改3.98亿元
            if state.respectively or state.rate:
                state.behind += text
            else:
                state.before += text
        elif kind == "ASIDE":
            if "下同" in token.text and self._base:
                self._default_base = self._base
            elif several := _named_in_brackets(state.before, token.text):
                state.before = several
            elif re.search(r"不含|含|除|口径|（[省市区县州、]+）", token.text) and state.before:
                state.before += token.text.replace("，下同", "")
        elif kind == "BASE":
            self._set_base(token)
            state.bases.append(self._base)
        elif kind == "AVERAGE":
            state.average = self._average_base(token)
        elif kind == "SKIPPED" and state.before and re.fullmatch(r"[一二三四五六七八九十\d]+年以[上内]", token.text):
            state.before += token.text  # 账龄三年以上的应收账款
        elif kind == "SKIPPED" and token.known["why"] == "名称" and re.fullmatch(r"[A-Z]+\d[\d.]*|\d[A-Z]", token.text):
            state.before += token.text  # PM2.5年均浓度, 5G基站
        elif (
            kind == "SKIPPED" and token.known["why"] == STANDARD_OF and (by := read_phrase(state.before, self._context))
        ):
            state.rate = 0  # 收入增幅超过10%的有46家: nothing grew by 46
            if "及以" in token.text:
                state.before = re.sub("[^，。]*(?:面积|长度|高度|容量|规模|金额|投资额?)$", "", state.before)
            self._by_item = (by[-1].item or "") if by[-1].known else ""  # 利润总额超过5亿元的2户，分别是…
        elif kind == "SKIPPED" and (span := re.match(r"近([两三四五六七八九十]|\d+)年", token.text)):
            self._from_year = self._now - (int(span[1]) if span[1].isdigit() else spoken_number(span[1]))
        elif kind == "RESPECTIVELY":
            state.respectively = True
        elif kind in ("RATE_UP", "RATE_DOWN"):
            state.rate = 1 if kind == "RATE_UP" else -1
        elif kind == "SHARES":
            state.shares = True
        elif kind == "FROM":
            state.origin = True
            state.compared = token.text not in ("由", "从")
        elif kind == "TO":
            state.reached = True
        elif kind == "TOTAL":
            state.total = True
        elif kind == "QUARTERS":
            state.periods = 4 if token.text == "四个季度" else len(re.findall("[一二三四]", token.text))
        elif kind == "AMONG":
            if not self._sentence_figures and not state.before and self._ended:
                self._scope = self._ended  # of what the last sentence told of
            state.among = True
            state.before = ""
            whole, self._parts_from = self._last, len(self._levels)
            self._parts_of = whole if whole and whole.kind == "level" and self._sentence_figures else None
        elif kind == "VIEW":
            self._take_view(token)
        elif kind == "EXCEPT":
            self._group = Group(self._scope, True)
            self._scope = f"{self._scope or self.whole}（不含{token.known['part']}）"
        elif kind == "MONTH":
            state.month = bool(re.fullmatch(r"\d{1,2}月份?", token.text))
            self._take_period(token.text, clause)
        elif kind in ("DATE", "LAST"):
            self._take_date(token, state, clause)
        elif kind == "AMOUNT":
            return [self._no_claim_or_unplaced(token)]
        return []

    def _no_claim_or_unplaced(self, token: Token) -> Said:
        amount = Amount(token.known.get("number", ""), token.known.get("unit", ""), "", token.start, token.end)
        return Said(amount, token.start, token.end, why="这种写法读不懂")

    def _set_base(self, token: Token) -> None:
        words = token.known
        if "other" in words:
            base = words["other"]
            for name, others in vocabulary()["other_bases"].items():
                base = name if base in others else base
            self._base = re.sub(
                r"(?:的?(?<![企单公]业平均)水平|(?<!多年)平均值|(?<=平均)值)$",
                "",
                (not base.endswith("平均") and bare(base)) or base,
            )
            self._base_item = "其他"
            return
        if years := words.get("years"):  # 两年增长22.3%
            span = int(years) if years.isdigit() else spoken_number(years)
            words = {"base": str(self._now - span)}
        if "until" in words:  # “十三五”期间年均
            self._sentence_year = int(words["until"])
            self._from_year = self._origin = int(words["base"])
            self._whole_span = (self._origin, self._sentence_year)
        base = words["base"]
        if token.text == "环比" and re.search("(?<!前)[一二三四]季度", self._sentence) and "当月" not in self._sentence:
            base = "上季度"
        if self.part_of_year and re.search("年[年]?[末底]", token.text) and base == LAST_YEAR:
            base = "年初"
        if base.isdigit():
            year = int(base) - (1 if words.get("opening") else 0)
            base = LAST_YEAR if year == self.year - 1 else str(year)
            if words.get("opening") and int(words["base"]) == self.year:
                base = "年初"
        self._base, self._base_item = base, ""

    def _average_base(self, token: Token) -> str:
        years = token.known.get("years", "")
        if years:
            return str(self._now - (int(years) if years.isdigit() else spoken_number(years)))
        if self._from_year:
            return str(self._from_year)
        if len(self._dated) > 1 and not self._base:
            return str(min(self._dated))
        if self._origin and not self._base:
            return str(self._origin)  # 五年来，营业收入年均增长6%
        if self._whole_span and not self._base and not self._sentence_year:
            return str(self._whole_span[0])
        return self._base if self._base.isdigit() else "?"

    @property
    def _now(self) -> int:
        """The year that is told of: the sentence's, else the paragraph's, else the report's."""
        told = max(self._dated) if len(self._dated) > 1 else 0
        return self._sentence_year or told or self._topic_year or self.year

    def _go_on(self, clause: str) -> None:
        """Take over the years of the last sentence where a clause goes on with them (其中…, 同期…)."""
        if re.match(r"(?:[一二三四五六七八九十]|首先|其次|再次)是|第[一二三四五六]，", clause):
            self._scope, self._group = self._topic_scope or self.section_scope, None
        if re.match("加上?|连同", clause) and not self._sentence and self._ended:
            self._scope = self._ended  # 市本级收入46亿元。加上上年结转0.1亿元，…
        if self._looks_back and not self._sentence and NOW.match(clause):
            self._topic_year, self._looks_back = self.section_year, ""
        if re.search("年末|年底|全年|期末", clause):
            self._period = ""
        if re.match(r"(?:当年|本年度?|当期|全年)|(?:19|20)\d{2}年一年", clause):
            self._base, self._base_item = "", ""  # 比2019年末增长35.2%；当年增速8.1%
        span = re.fullmatch(
            "(?:([两三四五六七八九十])年[间来]|(?:过去|最近)([两三四五六七八九十])年(?:间|来|里|中)?)", clause
        )
        if span and not self._sentence:
            told = len(self._last_years) > 1 and bool(span[1])
            self._origin = self._last_years[0] if told else self.year - spoken_number(span[1] or span[2])
        same = re.match(vocabulary()["same_years"], clause)
        if same and same.group() != "其中":
            self._whole_span = self._whole_span or self._whole_span_before
        if same and same.group() != "其中" and self._sentence and self._from_year:
            self._origin = self._from_year  # 与2021年末的…相比，资产…；同期负债由…增加到…
        if not same or self._sentence or not self._last_years:
            return
        self._sentence_year = self._last_years[-1]
        if same.group() != "其中" and len(self._last_years) == 2:
            self._origin = self._last_years[0]

    def _take_view(self, token: Token) -> None:
        view = bare(token.known["view"])
        assets = {"", *OF_ASSETS}
        self._parted = re.fullmatch("行业|板块|领域|业务(?:板块)?|产业", view) is not None
        self._group = None
        self._scope = self._topic_scope or self.section_scope
        refs = read_phrase(view, self._context)
        if len(refs) == 1 and refs[0].scope is not None and is_scope(view):
            self._scope = self._nested(refs[0].scope)
            self._note_told(self._scope)
            self._group = Group(self.section_scope, True, [self._scope])
        elif len(refs) == 1 and refs[0].known and refs[0].item:
            self._item, self._known = refs[0].item, True
        elif len(refs) == 1 and len(refs[0].item or "") > 3 and ITEM_HEAD.search(refs[0].item or ""):
            self._item, self._known = refs[0].item or "", True  # 从碳汇交易额看，甲市为…
        elif self._item in assets and self._levels and "元" in self._levels[0][1] and self._section_item in assets:
            self._item, self._known = (
                self._levels[0][0].item or "",
                True,
            )  # 账面净值215.9亿元，净资产…。分性质：行政单位…
        elif not self._item or (self._item in OF_ASSETS and self._section_item == "资产总额"):
            self._item, self._known = self._section_item, True

    def _take_period(self, text: str, clause: str) -> None:
        """Note the part of the year that a clause begins with (上半年，截至6月末): its numbers are not the year's."""
        part = re.search(vocabulary()["parts_of_year"], text)
        before = clause[: clause.find(text)]
        if part and not self.part_of_year and (not bare(before) or is_scope(bare(before))):
            self._period = part.group()

    def _take_date(self, token: Token, state: Clause, clause: str) -> None:
        at = clause.find(token.text)
        if clause[:at].count("《") > clause[:at].count("》"):
            return  # in a title: 《2019年财综18号》
        before, after = clause[:at], clause[at + len(token.text) :]
        if token.kind == "LAST" and re.match(vocabulary()["of_last_year"], after):
            return  # 上年度审议意见共14条: this year's number of what came then
        if re.search("(?:获悉|了解到)$", clause):
            return  # 记者从2024年工作会议上获悉
        if re.search("[自于]$|(?:结合|针对|根据|按照|落实|围绕|对照|依据)$", before) or re.match(
            r"(?:起|以来|以前|之前|开始|前|后|到期|印发|出台|成立|度?预算)", after
        ):
            later = [int(year) for year in re.findall(r"(?:19|20)\d{2}", token.text)]
            if re.match("之?前", after) and later and min(later) > self._told_until:
                self._plan = True  # 预计2025年底前办结50处
            since = plan_end(token.text) if "十" in token.text else int(next(iter(later), 0))
            if after.startswith("以来") and re.search("[末底]$", token.text) and 0 < since < self.year:
                self._origin = since  # “十三五”末以来，资产总额由…增至…
            return
        if token.kind == "LAST":
            if state.compared and re.match("[年期]初", token.text):
                self._base, self._base_item = "年初", ""  # 较年初的61.2%下降0.7个百分点
            state.dated = self.year - 1
            state.years.append(self.year - 1)
            return
        years = [int(year) for year in re.findall(r"(?:19|20)\d{2}", token.text)] or [plan_end(token.text)]
        if len(years) > 1:
            if not re.search("—|至|到", token.text):
                state.years += years
            elif years[0] < years[1] <= self._told_until and not bare(before):
                self._take_span(years[0], years[1], state)
            return
        year = years[-1]
        if re.search("初$", token.text):
            year -= 1
        if year > self._told_until:
            self._plan = True
        elif year <= self.year and re.match("，?已", after):
            self._told = True  # among plans: 2023年已压减企业12户
        elif year <= self.year and re.search("[末底]$", token.text) and not re.search("[到至]$", before):
            self._told = self._told or not re.match("之?前|力争|争取|要", after)  # 2023年末，资产负债率62.1%
        state.years.append(year)
        multiple = re.search("(?:是|为|相当于)$", before) and re.match(
            r"[\d.]+[万亿]*元的", after
        )  # 是2020年末300亿元的1.4倍
        if state.origin or state.reached or multiple or re.match(r"的|[为是](?=\d)", after):
            state.dated = year
            self._dated.append(year)
            last = self._last_years[-1] if self._last_years else 0
            if state.origin and not self._sentence_year and year < last < self.year:
                self._sentence_year = last  # 2017年底有企业9户。资产从2014年初的40亿元扩大到…
        else:
            self._sentence_year = year
            self._years_told.append(year)
            self._part_dated = True
            self._period = ""
        self._take_period(token.text, clause)

    def _take_span(self, first: int, last: int, state: Clause) -> None:
        """Note the years that a sentence tells of (2017—2021年，…由…增至…)."""
        self._origin = self._from_year = first
        self._whole_span = (first, last)
        self._sentence_year = last
        if last - first < MOST_YEARS:
            state.years += range(first, last + 1)  # …三年分别为…
            self._span_years = list(range(first, last + 1))

    def _current(self) -> Ref:
        return Ref(self._scope, self._item or None, self._known)

    @staticmethod
    def _level_of(scope: str) -> str:
        """Return the level that units are of (市级行政事业性国有资产, 中央行政事业单位), empty if it is not said."""
        level = re.match(f"(?:{vocabulary()['levels']}|中央|地方)(?=行政事业)", scope)
        return level.group() if level else ""

    def _nested(self, scope: str) -> str:
        """Return a scope with the level that it stands under (市级 + 行政单位)."""
        if re.match("全[省市区县州]", scope) and scope[2:] == self.section_scope:
            return self.section_scope
        words = vocabulary()
        outer = re.sub(r"（.*）|企业|单位|国有资产|行政事业性", "", self.section_scope) or self._level
        outer = self._level if self._level and not re.fullmatch(words["levels"], outer) else outer
        if scope in words["classes_of_levels"] and re.fullmatch(f"{words['levels']}|中央|地方", outer):
            return outer + scope
        return scope

    def _placed(self, ref: Ref) -> Ref:
        """Return a ref with scope and item, as far as the talk knows them."""
        if ref.scope and re.fullmatch("[该本]?(?:集团|公司)", ref.scope) and (company := self._that_company()):
            ref = replace(ref, scope=company)  # 一、市交通集团：集团合并资产总额…
        if self._sector and ref.scope is None and (ref.item or self._item) in vocabulary()["money_items"]:
            ref = replace(ref, scope=self._sector)
        everything = ref.item and not ref.known and re.fullmatch("全[省市区县州]", ref.scope or "")
        if everything and re.search("国有资产|自然资源|行政事业", self.section_scope or self.whole):
            ref = replace(ref, scope="")  # 二、行政事业性国有资产: 全市公办学校
        if ref.scope in ("板块", "该板块", "本板块") and self.section_scope:
            ref = replace(ref, scope=self.section_scope)
        if ref.scope is None or (ref.item == "亏损额" and ref.scope == "亏损企业"):
            scope = self._scope
            if ref.item in ("亏损面", "盈利面") and scope.endswith(("亏损企业", "盈利企业")):
                scope = self._scope = self._topic_scope or self.section_scope  # 其中亏损企业47户，亏损面30.1%: of all

        elif ref.scope == "":
            beside = self._others_than_enterprises(self._topic_scope or self.section_scope or self.whole)
            scope = (
                self._beside_headquarters(ref.short)
                or self._that_place(ref.short)
                or self._told_before(ref.short)
                or (beside and self._enterprises(ref.short))
                or self._topic_scope
                or self.section_scope
                or self._enterprises(ref.short)
            )
        else:
            scope = self._nested(ref.scope)
        if ref.item == "国资预算结转" and ref.scope is None:
            scope = self._budget_told() or scope
        ref = self._longer(ref)
        item = ref.item if ref.item is not None else self._item or None
        if item is None and ref.scope and not self._levels and self._item_above[0]:
            self._item, self._known = self._item_above[0], True  # the next paragraph goes on: 甲市、乙市分别为…
            return Ref(scope, self._item, True)
        return Ref(scope, item, ref.known if ref.item is not None else self._known)

    def _longer(self, ref: Ref) -> Ref:
        """Return a ref whose item is the one told before that it is short for (权益: 国有资本及权益总额)."""
        if ref.item in ("上缴", "上交") and not ref.known:
            before = [one.item for one, _ in reversed(self._levels) if (one.item or "").startswith(ref.item)]
            if self._item.startswith(ref.item):
                return replace(ref, item=self._item, known=self._known)  # 税费。累计上缴57.3亿元
            headed = re.search(f"{ref.item}(?:收益|利润|税费)", self.section)
            named = re.search("(?:国有资本)?(?:经营)?收益|利润|税[费金收]", self._sentence)
            item = before[0] if before else headed.group() if headed else ref.item
            return replace(ref, item=f"{item}{named.group()}" if item == ref.item and named else item)
        if ref.printed == "收入" and ref.known and (sold := re.search("处置|出让|转让|拍卖|出租|招租", self._sentence)):
            ways = set(re.findall("处置|出让|转让|拍卖|出租|招租|划转", self._sentence))
            how = "盘活" if "盘活" in self._sentence and len(ways) > 1 else sold.group()
            return replace(ref, item=f"{how}收入", known=False)  # 处置报废车辆86辆，收入412万元
        if ref.printed != "权益" or not ref.known:
            return ref
        told = next((one.item for one, _ in reversed(self._levels) if "权益" in (one.item or "")), None)
        return replace(ref, item=told or ref.item)

    def _enterprises(self, phrase: str) -> str:
        """Return the enterprises by the name they have, where the report is on more than them; else empty."""
        alone = "单位" not in phrase and re.search("(?:企业|国企)(?:国有资产)?$", phrase)
        told_of = self.section_scope or self.whole
        if not alone or (told_of and not self._others_than_enterprises(told_of)):
            return ""
        plain = re.fullmatch("(?:全[省市区县州])?(?:国有)?(?:企业|国企)(?:国有资产)?", phrase)
        told = (one for one in reversed(self._scopes_told) if ENTERPRISES.search(one))
        if plain and told_of:  # 行政事业性资产的规模是…。企业的流动资产…: those told of before
            return next(told, "企业国有资产")
        return "企业国有资产" if plain else re.sub("^全[省市区县州]", "", phrase)

    @staticmethod
    def _others_than_enterprises(scope: str) -> bool:
        return bool(re.search("行政|事业|自然资源|^[两三四]类(?:国有)?(?:资产)?$", scope)) and "企业" not in scope

    def _that_place(self, phrase: str) -> str:
        """Return the scope with a place that 该省 or 该市国有企业 stands for, empty if none was told in the paragraph."""
        told = self._scopes_told[self._paragraph :] if phrase.startswith("该") else []
        return next((one for one in reversed(told) if re.match("[^全各本我][省市区县州]", one)), "")

    def _beside_headquarters(self, phrase: str) -> str:
        """Return 所属单位 as a part where what the body itself has was told just before (局本级2.19亿元，所属单位…)."""
        told = self._scopes_told[-1] if self._scopes_told[self._paragraph :] else ""
        return (
            phrase
            if re.fullmatch("(?:所属|下属|直属)(?:事业)?单位", phrase) and re.search("(?:本级|机关|本部)$", told)
            else ""
        )

    def _budget_told(self) -> str:
        """Return the budget of a level whose sums were told last, where a sentence only sets them off (收支相抵)."""
        told = (one for one in reversed(self._scopes_told) if one.endswith("国有资本经营预算"))
        return next(told, "") if re.match("(?:以上)?收支(?:相抵|相减|轧差|互抵)", self._sentence) else ""

    def _note_place(self, clause: str) -> None:
        """Note another place than the report's that a clause names as one to be told of (据邻近的乙市同年度报告)."""
        found = re.search(vocabulary()["places_beside"], clause)
        place = (found["near"] or found["said"]) if found else ""
        if place and place not in self.report_title:
            self._other_places[place[-1]] = place

    def _note_told(self, scope: str) -> None:
        """Note the place of a scope that is told of (乙县国有企业): 该县 means it to the section's end."""
        place = re.match("[^的各全本我该其省市县区州]{1,5}(?:省|市|县|区|州)(?=$|国有|地方|行政|监管)", scope)
        if place and place.group() not in self.report_title:
            self._other_places[place.group()[-1]] = place.group()

    def _of_place_beside(self, words: str) -> str:
        """Return words without the other place that they begin with (该市森林面积): from here on its numbers are told."""
        that = re.match("(?:而|同期)?该([省市区县州])(?![属直管级域辖])", words)
        near = re.match(vocabulary()["places_beside"], words)
        found = near if near and near["near"] in self._other_places.values() else that
        place = self._other_places.get(found["near" if found is near else 1][-1], "") if found else ""
        if not place or not found:
            return words
        rest = re.sub("^(?:同年|同期|当年)(?!度)(?:共?有)?", "", words[found.end() :])
        if rest.startswith(f"{place[-1]}属"):
            return place + rest[1:]  # 该市市属企业: 乙市属企业, not the report's own
        if re.match("的|同|报告|年度", rest) or is_scope(bare(rest)) or scope_at_start(rest):
            return place + rest  # 该省国有企业资产总额
        if not self._scope.startswith(place):  # 乙市国有企业资产总额…，该市利润总额…
            self._scope = self._topic_scope = place
            self._group = None
        return rest

    def _that_company(self) -> str:
        """Return the company that 该集团 stands for: the last that the paragraph names, else the heading's, else empty."""
        named = (one for one in reversed(self._scopes_told[self._paragraph :]) if re.search("..(?:集团|公司)$", one))
        return next(named, self.section_scope if COMPANY.search(self.section_scope) else "")

    def _told_before(self, phrase: str) -> str:
        """Return the last scope that a short form (出资企业) stands for, empty if none was told."""
        short = re.search("(?:出资|监管|直管)企业$", phrase)
        return next((one for one in reversed(self._scopes_told) if short and one.endswith(short.group())), "")

    def _enter(self, placed: Ref, state: Clause, ref: Ref | None = None) -> None:
        """Note whose numbers follow; return to the outer scope where a part's numbers are told."""
        scope = placed.scope or ""
        self._scopes_told.append(scope)
        self._names_told.add(scope)
        self._note_told(scope)
        named = ref is None or ref.scope is not None
        group = self._group
        if not named:
            back = group is not None and group.mid_sentence and group.inherited and ref is not None and ref.item
            if back and group is not None and ref is not None and ref.item not in group.items:
                self._scope, self._group = group.outer, None
            elif group is not None and placed.item:
                group.items.add(placed.item)
            return
        if re.match(r"全[国省市区县州]", scope) or scope == self.section_scope:
            self._scope, self._group = scope, None
            return
        if group and state.among and not group.mid_sentence and group.scopes[-1:] == [self._scope]:
            group = self._group = Group(self._scope, True)  # parts of a part
        if group is None:
            mid = state.among and self._sentence_figures > 1
            mid = mid or bool(re.fullmatch(vocabulary()["levels"], scope)) or state.later
            group = self._group = Group(self._scope, mid)
        if scope not in group.scopes:
            group.scopes.append(scope)
        group.inherited = ref is not None and ref.item is None and group.mid_sentence
        if placed.item:
            group.items.add(placed.item)
        self._scope = scope

    def _back(self, ref: Ref) -> None:
        """Return to the outer scope where a ； ended a part and what follows is of something else."""
        group = self._group
        if group and group.mid_sentence and group.inherited and ref.scope is None and ref.item not in group.items:
            self._scope, self._group = group.outer, None

    def _leftover(self, state: Clause) -> None:
        """Take the topic of a clause without a number behind (负债方面，), if it is nothing but a topic."""
        if re.match(vocabulary()["added_up"], state.before):
            self._group, self._scope = Group(self._scope, True), "合计"
            return
        if re.match(vocabulary()["no_topics"], state.before):
            return
        if re.match(vocabulary()["not_subjects"], state.before):
            if re.match("部分|个别|一些|少数|有的|有些", state.before):  # nobody's in particular
                self._scope, self._group = self._topic_scope or self.section_scope, None
                some = scope_name(scope_at_start(re.sub("^(?:部分|个别|一些|少数|有的|有些)", "", state.before)))
                if some.endswith(("机构", "类", "业")):  # 部分担保机构代偿率偏高，有11户发生亏损: how many of those
                    self._scope, self._group = some, Group(self._scope, True, [some])
            return
        words = re.sub(vocabulary()["standing_out"], "", bare(re.sub(vocabulary()["alike"], "", state.before)))
        self._among = state.among and not words and not state.later
        if not words or len(words) > LONGEST_TOPIC or re.search(vocabulary()["put_together"], words):
            return
        if largest := re.fullmatch("(.{2,10}?)(?:占比|比重|规模|体量|面积|数量|总量)?[最较][高低多少大小]", words):
            alike = [ref for ref, _ in self._levels if largest[1] in (ref.item, ref.scope)]
            if alike:  # 林地面积最大，占52.1%
                self._item, self._known, self._scope = alike[-1].item or "", alike[-1].known, alike[-1].scope or ""
                return
        if several := re.fullmatch("(?:(.*)的)[是为有](.+)", words):
            who = read_phrase(several[2], self._context)
            if len(who) > 1 and all(one.scope and not one.item for one in who):
                self._row = [replace(one, item=self._item or None, known=self._known) for one in who]
                return  # 增速居前的是甲市和乙县，分别增长…
        if listed := re.fullmatch(r"(.+?)的(?:企业|公司|集团|单位)(?:依次|分别)?(?:是|为|有)(.+)", words):
            items, who = read_phrase(listed[1], self._context), read_phrase(listed[2], self._context)
            if len(items) == 1 and items[0].known and len(who) > 1 and all(one.scope and not one.item for one in who):
                self._row = [replace(one, item=items[0].item, known=True) for one in who]
                return  # 资产总额居前三位的企业是甲公司、乙公司和丙公司，分别为…
        if mostly := re.fullmatch(".*?以(.+[、和与及].+)为主", state.before):
            self._row = [Ref(None, one) for one in coordinates(mostly[1], self._context)]
            return  # 以低等地和中等地为主，占比分别为…
        what_it_is = re.fullmatch(vocabulary()["says_what_it_is"], state.before)
        if what_it_is and not re.search("最|其中|包括|主要|分别", what_it_is["who"]):
            whose = bare(what_it_is["who"])
            if is_scope(whose) and scope_name(whose):  # 甲公司为最大的企业，资产总额…
                self._enter(self._placed(Ref(scope_name(whose), None, short=whose)), state, Ref(scope_name(whose), ""))
                return
            if self._levels or COMPANY.search(self.whole):
                return
        if rate := re.fullmatch(vocabulary()["rate_named"], words):
            named = read_phrase(rate["rate"], self._context)
            if len(named) == 1 and named[0].item and named[0].scope is None and not named[0].known:
                self._item, self._known = named[0].item, True  # 营业收入利润率，国有企业为6.3%
                self._rate = named[0].item
                return
        if most := re.fullmatch(r"(?:(.*?)最[高低多少大小快慢]的?[是为](.+)|最[高低多少大小快慢])", words):
            self._superlative(bare(most[1] or ""), bare(most[2] or ""), state)
            return
        refs = read_phrase(words, self._context)
        moved = re.fullmatch(
            f"(.{{2,12}}?)(?:总体|整体|有所|略有|明显|持续|稳步|较快|小幅|大幅|继续|同比|出现|保持|实现)*"
            f"(?:{any_of([*vocabulary()['verbs']['up'], *vocabulary()['verbs']['down']])})",
            words,
        )
        if moved and (of := read_phrase(moved[1], self._context)) and len(of) == 1 and of[0].known:
            refs = of  # 利润有所回落，为9.64亿元
        unknown = bool(moved) and len(refs) == 1 and refs[0].scope is not None and bool(refs[0].item)
        of = read_phrase(moved[1], self._context) if moved and unknown else []
        if len(of) == 1 and of[0].item:
            self._take_topic(of[0], state)  # 甲市碳汇交易额保持增长，为…
            return
        topic = re.fullmatch("(?:在)?(.{2,14}?)(?:方面|上)", state.before)
        if topic and re.match(vocabulary()["per_one"], topic[1]):
            self._averaged = topic[1]
            return
        if topic and topic[1] in vocabulary()["sectors"]:
            if not ENTERPRISES.search(self._scope or self.whole):  # 科技方面，: what enterprises did in it
                self._sector = topic[1]
            return
        if topic and len(refs) == 1 and refs[0].item and refs[0].scope is None and not refs[0].known:
            self._item, self._known = refs[0].item, True  # 数据资产方面，甲市…，乙县…
            return
        if told := re.fullmatch(vocabulary()["told_of"], words):
            refs = [ref for ref in read_phrase(told["whose"], self._context) if ref.item is None]
            if len(refs) == 1 and refs[0].scope is not None:
                self._enter(self._placed(refs[0]), state, replace(refs[0], item=""))
                return
        if not refs or not all(ref.known or (ref.scope is not None and ref.item is None) for ref in refs):
            start = topic_at_start(words, self._context)
            refs = [start] if start else []
        if not refs or not all(ref.known or (ref.scope is not None and ref.item is None) for ref in refs):
            whose = scope_at_start(words)
            if not whose or not re.search(vocabulary()["standings"], words[len(whose) :]):
                return
            self._take_subject(whose, state)  # 市国资委出资企业主要效益指标有所回落。
            return
        if len(refs) > 1:
            self._row_name = joined(words)
            plain = all(ref.scope is not None for ref in refs) or all(ref.known for ref in refs)
            self._row = refs if plain else []  # 营收、利润“双增长”，分别完成…
            return
        ref = refs[0]
        self._take_topic(ref, state)

    def _take_sentence(self) -> None:
        """Take whom a sentence without numbers is about, if it says how they stand (…克服影响，经营总体平稳。)."""
        if self._sentence_figures or self._levels:
            return
        if self._sentence_year and re.match(LEADS_WITH_YEAR, self._sentence):
            self._topic_year = self._sentence_year
        if self._topic_scope:
            return
        subject = re.match("[^的对为把将]{0,14}?(?:企业|公司|集团|国企|单位|机构|系统)", self._sentence)
        told = subject.group() if subject and is_scope(subject.group()) else ""
        whose = bare(told) if is_scope(bare(told)) else ""  # 上半年，监管企业…
        rest = self._sentence[len(told) :]
        if not whose or re.match(vocabulary()["not_subjects"], self._sentence) or rest[:1] in "、和与及的":
            return
        if re.search(vocabulary()["standings_anywhere"], rest):
            self._take_subject(whose, Clause())

    def _take_subject(self, whose: str, state: Clause) -> None:
        """Take the scope and the year that a sentence without numbers is about."""
        placed = self._placed(Ref(scope_name(whose), None, short=whose))
        if not self._levels and not state.later and self._sentence.find(whose) <= 6:
            self._topic_scope = placed.scope or ""
            self._topic_year = state.years[0] if len(state.years) == 1 else self._topic_year
        self._enter(placed, state, Ref(placed.scope, ""))

    def _take_topic(self, ref: Ref, state: Clause) -> None:
        if ref.scope is not None and (len(ref.scope) <= 8 or re.match(vocabulary()["scope_beginnings"], ref.scope)):
            placed = self._placed(ref)
            self._enter(placed, state, Ref(ref.scope, ref.item or "", ref.known))
        if ref.item:
            self._item, self._known = ref.item, True

    def _superlative(self, item: str, who: str, state: Clause) -> None:
        """Note whose number comes next and what it is of (资产负债率最高的是甲公司，63.7%)."""
        if not is_scope(who) and not is_name(who):
            self._item, self._counted_item = "", ""  # 最多的是11月，3个: not what the last number was of
            return
        of = [ref for ref in read_phrase(item, self._context) if ref.item] if item else []
        if of and (of[-1].known or len(item) > 1):
            self._item, self._known = of[-1].item or "", True
        placed = self._placed(Ref(scope_name(who), None))
        self._enter(placed, state, Ref(placed.scope, placed.item or "", True))
