"""A report's numbers, each with its item, scope, year, kind and base, as the talk around it says.

``Discourse`` is told of headings and paragraphs in the order of the text and answers with what each
number is. It knows language, not arithmetic: nothing is looked up or guessed from the numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .counting import Counting
from .nouns import BETWEEN, ITEM_HEAD, Ref, bare, is_name, is_scope, joined, read_phrase, scope_name
from .phrases import Amount, Figure, Figures, Part, parse
from .said import BEHIND, POINTS, RATIO, STANDARD, STATE_EQUITY, Clause, Group, Said
from .talk import COMPANY
from .tokens import Token, spoken_number
from .vocabulary import any_of, context_of, items_pattern, section_names, vocabulary

# Words before a number that is planned (年初预算2560万元), not spent from a budget of that name.
PLAN_AMOUNT = re.compile(
    "(?:预算|计划)数[为是]?$|(?<=收入|支出)预期[为是]?$|(?:年初|调整|全年|年度|当年)(?:的)?(?:预算|计划)$|(?<=收入|支出)(?:(?:年初|全年|年度|当年)?预算安排|预算|安排)$"
)
# Words before a number that is a share (占资产总额的比重为).
WORDS_OF_SHARES = re.compile(
    r"(?:占[^，。；]{0,16}的?(?:比重|比例|份额)"
    rf"|(?<![{vocabulary()['names_of_shares']}])占比|所?占?比重|份额)的?(?:仍|还|均|都|也|已|只|在|保持|高达|达到?|为)*$"
)
# How a clause begins that tells what was done of a plan.
DONE = re.compile("(?:全年|当年|年末|年内|截至目前|目前|现)*(?:实际|已经?(?=完成|实现|到位|支出|拨付|投入|收回))")
# How a clause begins that only tells why.
REASON = re.compile("(?:主要|原因)+(?:是|系|为|在于)|因(?!素)|由于")
# The most or the least of several.
EXTREME = re.compile(
    "(?P<by>.{2,8}?)?(?P<most>最[高低多少大小])(?:的|者)?(?:[一1][户家])?(?:已|仅|只有|高达|达到?|为|是)*"
)
# Of those told one by one, as many as it says (三家合计占…).
SEVERAL = re.compile("([两二三四五六七八九])(?:大)?[家户](?:企业|集团|公司|银行)?(?:合计|总计|共计|共)?")
# All of those told before, several of them: 三者合计; and some that are counted: 两户企业合计.
ALL_OF_THOSE = re.compile("[、，和]*(?:[二两三四]者|[两三四][项类])?(?:合计|总计|共计|加总)")
SOME_TOGETHER = re.compile("([两二三四五六])([类户家])(企业|公司|集团|单位)(?:合计|总计|共计)?")


class Discourse(Counting):
    """The talk and the numbers in it."""

    def read(self, found: Sequence[Token]) -> list[Said]:
        """Return what the numbers of a paragraph's tokens are, in order."""
        said: list[Said] = []
        clause: list[Token] = []
        held: list[tuple[str, str, bool, str]] = []
        for token in [*found, Token("END", "。", 0, 0)]:
            if token.kind not in ("END", "PARENTHESIS"):
                clause.append(token)
                continue
            said = _settled([*said, *self._read_clause(clause)])
            before_bracket, clause, self._noun_before = clause, [], ""
            if token.text == "（":
                self._noun_before = _noun_at_end(before_bracket)
                self._around = said[-1] if said else None
                held.append((self._scope, self._item, self._known, self._level))
                self._level = self._level_of(self._scope) or self._level
                before = "".join(one.text for one in found if one.end <= token.start and one.start > token.start - 12)
                if other := re.search(r"([^，。；的于不足到过]{1,6}平均)(?:水平|值|数)?$", before):
                    self._scope = other[1]  # 不足全省平均水平（2.9%）的一半
            elif token.text == "）" and held:
                self._around = None
                self._scope, self._item, self._known, self._level = held.pop()
            elif token.text in "。！？":
                self._take_sentence()
                said = [replace(one, why="读不出是什么的数") if one.waiting else one for one in said]
                self.begin_sentence()
            elif token.text == "；":
                self.begin_part()
        return said

    def _read_clause(self, clause: Sequence[Token]) -> list[Said]:
        """Return what the numbers of a clause are, in order."""
        said: list[Said] = []
        state = Clause(among=self._among, years=self._years_ahead)
        self._years_ahead = []
        self._among = False
        self._whole_item = self._item  # what a clause such as 由…两部分组成 tells the parts of
        parts = parse(clause)
        text = "".join(token.text for token in clause)
        if re.match(vocabulary()["told_among_plans"], text):
            self._told = True  # 五、下一步工作安排: 截至目前，已盘活32处
        if DONE.match(text):
            self._plan = False
            self._item = re.sub(
                "^(?:全年|年度|当年|年)?(?:计划|预计|拟)(?=..)", "", self._item
            )  # 年度计划投资76亿元，实际完成79.3亿元
        self._note_place(text)
        self._opening = self._opening if self._sentence else text
        self._go_on(text)
        self._sentence += text
        self._context = context_of(self.section + self._sentence)
        for index, part in enumerate(parts):
            if isinstance(part, Figures):
                said += self._figures(part, state, parts, index, text)
                for_others = state.for_others or self._for_others(part.figures[0], state.before)
                state = Clause(years=state.years if len(state.years) > 1 else [], later=True, for_others=for_others)
            else:
                said += self._modifier(part, state, text)
        only_years = not bare(state.before) or re.fullmatch("[年期]?间", state.before)
        if len(state.years) > 1 and not any(isinstance(part, Figures) for part in parts) and only_years:
            self._years_ahead = state.years  # 2022年、2023年，甲市净利润分别为…
        self._leftover(state)
        return said

    def _figures(self, part: Figures, state: Clause, parts: Sequence[Part], index: int, clause: str) -> list[Said]:
        """Return what the numbers of a row are."""
        figures = self._of_that([self._with_unit(one, state.before) for one in part.figures], state)
        self._sentence_figures += 1
        shares = WORDS_OF_SHARES.search(state.before)
        if figures[0].mark and "plan" in figures[0].mark.known:
            shares = None
        if shares:
            state.before = state.before[: shares.start()]
        if self._criterion(figures, parts, index):
            told = clause[: clause.find(figures[0].amount.number)] if figures[0].amount else ""
            names = items_pattern(self._context).findall(told)
            self._by_item = section_names(self._context)[names[-1]] if names else self._by_item
            return [Said(f.amount, *self._span(f), why=STANDARD, claims=False) for f in figures]
        refs = self._whose(state, len(figures))
        refs = self._of_shares(refs, state, figures, told=shares is not None)
        refs = self._made_plain(refs, state, figures)
        mark, amount = figures[0].mark, figures[0].amount
        of_plan = mark is not None and "plan" in mark.known and amount is not None and "元" in amount.unit
        planned = self._last_planned = of_plan or bool(PLAN_AMOUNT.search(state.before))
        refs = self._added(refs, state, figures, clause)
        if len(figures) > 1 and (state.respectively or len(refs) == len(figures) or self._alike(figures)):
            return self._list(figures, refs, state)
        if planned:
            return self._planned(figures, state)
        if not refs and not state.before and not state.later and figures[0].role == "level" and self._noun_before:
            refs = read_phrase(self._noun_before, self._context)[-1:]  # 用于新院区建设（5.7亿元）
        if not refs and (named := re.search("[^，。；、]*(?:金额|价值|面积|规模)$", state.before)):
            refs = [Ref(None, named.group())]
        if state.for_others and refs and refs[-1].item and not refs[-1].known:
            refs = [Ref(None, state.for_others + refs[-1].item)]
        said = []
        for figure in figures:
            ref = refs[-1] if refs else Ref(None, None)
            said.append(self._one(figure, ref, state, parts, index, clause))
            refs = []
        return said

    def _with_unit(self, figure: Figure, before: str) -> Figure:
        """Give a number without a unit the one that its words have (流动比率1.62), or all money of the report."""
        amount = figure.amount
        if amount is None or amount.unit:
            return figure
        before = before if before.endswith(tuple(vocabulary()["unitless"])) else bare(before) or before
        words = vocabulary()["unitless"]
        unit = next((unit for name, unit in words.items() if before.endswith(name)), "")
        unit = unit or ("倍" if re.search("(?:比率|债比|倍数)$", before) else "")
        if not unit and figure.role == "change" and not before:
            unit = self.money_unit
        if not unit and re.search("(?!.*(?:[比率]|系数|指数|强度)$)[\u4e00-\u9fff]$", before):
            unit = self.money_unit
        return replace(figure, amount=replace(amount, unit=unit)) if unit else figure

    def _of_that(self, figures: Sequence[Figure], state: Clause) -> Sequence[Figure]:
        """Read a number right behind an amount as what part of it another is (完成预算8500万元的101.7%)."""
        before, self._item_before = self._item_before, (self._item, self._known)
        amount = figures[0].amount
        of_that = len(figures) == 1 and state.later and state.before == "的" and amount is not None
        if (
            of_that
            and amount
            and amount.unit == "倍"
            and self._last
            and self._last.kind == "level"
            and self._last.year < self._now
        ):
            state.before = ""
            return [replace(figures[0], role="multiple", mark=Token("TIMES", f"{self._last.year}年", 0, 0))]
        if not of_that or not (amount and amount.unit in ("%", "成")):
            return figures
        planned = self._last_planned
        self._item, self._known = (self._item, self._known) if planned else before
        state.before = ""
        known = {"plan": "计划"} if planned else {}
        return [replace(figures[0], role="share", mark=Token("SHARE", "", 0, 0, known))]

    def _whose(self, state: Clause, count: int) -> list[Ref]:
        """Return what the words before some numbers name."""
        refs = self._topic(self._ranked(state), read_phrase(state.behind, self._context), count)
        refs = [self._of_told(ref) for ref in refs]
        if refs and (profit := re.fullmatch("(.*)(?:盈利|微利|获利)", refs[-1].item or "")):
            own = read_phrase(profit[1], self._context) if profit[1] else []
            if len(own) == 1 and own[0].known and "利润" in (own[0].item or ""):
                return own  # 利润总额由上年盈利2.63亿元转为…
            scope = scope_name(profit[1]) if is_scope(profit[1]) else refs[-1].scope
            item = None if "利润" in self._item else "利润总额"
            if scope is not None or not profit[1]:  # 净利润由亏损1.2亿元转为盈利0.5亿元
                refs = [Ref(scope, item, True)] if scope is not None or item else []
        if re.fullmatch("(?:剔除|扣除|不考虑)[^，。]{2,16}(?:后|影响)(?:为|达|是)?", state.before) and self._item:
            refs = []  # 资产负债率62.6%，剔除永续债后为64.1%
        if (
            re.fullmatch("按(?:[两三四五六七八九]年)?平均(?:计算|来看|看|口径)?[则也又还]?", state.before)
            and self._item
        ):
            refs = []  # 同比增速高于收入25.5个百分点，按两年平均则高4.4个百分点
        several = SEVERAL.fullmatch(state.before)
        told = list(dict.fromkeys(of.scope for of, _ in self._levels if of.scope)) if several else []
        if several and len(told) >= spoken_number(several[1]) and self._item:
            return [Ref("、".join(told[-spoken_number(several[1]) :]), None)]  # 三家合计占全市的61.2%
        if extreme := self._extreme(state.before):
            return extreme
        if ALL_OF_THOSE.fullmatch(state.before) and (together := self._shares_together(state.before)):
            refs = [Ref(None, together)]  # 公共基础设施、在建工程占47.8%和25.2%，合计超过七成
        elif ALL_OF_THOSE.fullmatch(state.before) and self._just_listed(state.before):
            refs = [Ref(None, state.before.strip("、，和"))]  # 固定资产…、在建工程…，三项合计占…
        elif ALL_OF_THOSE.fullmatch(state.before) and self._several_scopes():
            refs = [Ref(self._row_name or state.before.strip("、，和"), None)]
        return refs

    def _extreme(self, before: str) -> list[Ref]:
        """Return what words of an extreme name (亏损最多的达…; …资产负债率超过70%，最高的达…), nothing if they are none."""
        found = EXTREME.fullmatch(before)
        if not found:
            return []
        by = found["by"] or ""
        known = self._names_known(by) and before[found.end("most") :][:1] in ("的", "者")
        item = (
            "亏损额" if by == "亏损" else read_phrase(by, self._context)[-1].item if known else self._by_item * (not by)
        )
        return [Ref(f"{by}{found['most']}的企业", item, True)] if item else []

    def _ranked(self, state: Clause) -> list[Ref]:
        """Return what the words up to 分别 name; of those ranked by an item, that is the item (利润总额前三位的企业分别是…)."""
        first = read_phrase(state.before, self._context, apart=state.respectively)
        most = re.fullmatch("(.*?)最[高低多少大小快慢]的(.{2,8}?)(?:[为是仅达]|只有)*", state.before)
        if most and is_scope(most[2]):  # 资产总额最大的甲市为4218亿元，最小的乙市仅286亿元
            of = read_phrase(most[1], self._context) if most[1] else []
            return [Ref(scope_name(most[2]), of[0].item if of else None, bool(of and of[0].known))]
        if state.respectively and (first_of := re.fullmatch(f"(.+?)(?:{vocabulary()['ranked']})的", state.before)):
            by = read_phrase(first_of[1], self._context)
            if len(by) == 1 and by[0].known and by[0].scope is None and is_scope(bare(state.behind)):
                self._some, self._item, self._known = True, by[0].item or "", True
                return []  # 利润总额位居前列的分别是甲公司3.1亿元
        headed = re.fullmatch(f"(.+?)(?:{vocabulary()['ranked']})的(?:是|为|有)(.+)", state.before)
        if headed and is_scope(headed[2]):
            self._some = True  # 资产总额居前三位的是甲银行3193亿元
            of = read_phrase(headed[1], self._context)
            return [Ref(scope_name(headed[2]), of[0].item, of[0].known)] if len(of) == 1 and of[0].item else first
        ranked = re.fullmatch(
            "(.+?)(?:最[高多大]|居前|靠前|领先)?的(?:企业|公司|集团|单位|地区|板块|行业)", state.before
        )
        if not ranked or not state.respectively or not is_scope(bare(state.behind)):
            return first
        by = read_phrase(ranked[1], self._context)
        if len(by) != 1 or not by[0].known or by[0].scope is not None:
            return first
        self._item, self._known = by[0].item or "", True
        return []

    def _of_told(self, ref: Ref) -> Ref:
        """Return a ref whose words begin with whoever was told of before as that one's: a name once told is known."""
        if ref.scope is not None or ref.known or not ref.item:
            return ref
        told = {one for one in self._names_told if len(one) > 2 and (ref.item or "").startswith(one)}
        whose = max(told, key=len, default="")
        what = read_phrase(ref.item[len(whose) :], self._context) if whose else []
        return replace(what[0], scope=whose) if len(what) == 1 and what[0].scope is None else ref

    def _of_shares(self, refs: list[Ref], state: Clause, figures: Sequence[Figure], told: bool) -> list[Ref]:
        """Note of what numbers are shares; ``told`` if the words right before them say so (占比, 所占比重)."""
        those = list(dict.fromkeys(of.scope for of, _ in self._levels if of.scope is not None))[-2:]
        if refs and figures[0].role == "share" and refs[0].item in ("前者", "后者") and len(those) == 2:
            refs = [Ref(those[refs[0].item == "后者"], None)]  # 局本级2.19亿元，所属单位21.28亿元，后者占90.7%
        if refs and refs[-1].item in ("占比", "比重", "份额", "所占比重", "所占比例"):
            state.shares = True
            refs = [replace(refs[-1], item=None)] if refs[-1].scope is not None else []
            self._share_item = f"{self._item}占比"
        if told:
            whose = refs[0] if len(refs) == 1 and refs[0].item is None and refs[0].scope else None
            kind = bare(whose.printed or whose.scope or "") if whose else ""
            if kind and (not self._item or re.search(vocabulary()["status_scopes"], kind)):
                refs = [Ref(None, kind)]  # “小散弱”企业占比仍在两成以上
            item = refs[-1].item if refs and refs[-1].item else self._item
            self._share_item = f"{item}占比" if item else ""
            state.shares = figures[0].role == "level"
        return refs

    def _made_plain(self, refs: list[Ref], state: Clause, figures: Sequence[Figure]) -> list[Ref]:
        """Return what numbers are of where the words alone would name another thing, or nothing."""
        if len(figures) == 1 and len(refs) > 1 and not state.respectively and (both := joined(bare(state.before))):
            refs = [replace(refs[-1], scope=both)]  # 基础设施、房地产两个领域资产占72.4%
        counts = {one.amount.unit for one in figures if one.amount} <= {*vocabulary()["units"]["enterprises"], "个"}
        if (
            len(figures) == 1
            and len(refs) > 1
            and counts
            and not state.total
            and all(r.scope and not r.item and is_scope(bare(r.printed)) for r in refs)
        ):
            refs = [
                Ref(re.sub("[^、，]*?(?<=全[国省市区县州])(?:共有|现有|拥有)", "", bare(state.before)), None)
            ]  # 县级国有企业及国有成分企业241家: together
        if len(figures) == 1 and len(refs) > 1 and not any(ref.known or ref.scope is not None for ref in refs):
            whole = bare(state.before + state.behind)
            refs = (
                refs[-1:]
                if re.search("[、，和](?:完成|实现|新增|累计|带动|办理|收回|签订)", whole)
                else [Ref(None, whole)]
            )  # 土地、房屋及构筑物25.3亿元
        if state.among:  # 其中国有独资企业: a part, though it could name the whole
            parts_named = "独资|控股|子企业|法人"
            refs = [replace(r, scope=r.short) if r.scope == "" and re.search(parts_named, r.short) else r for r in refs]
        assets_told = bool(self._levels) and self._levels[-1][0].item == "资产总额" and self._sentence_figures > 1
        assets_told = assets_told and self._levels[-1][0].scope == self._scope
        own_part = assets_told or self._debt_told() or self.equity_meant
        if re.fullmatch("国有资产(?:总[额量])?", bare(state.before)) and own_part:
            refs = [Ref(None, STATE_EQUITY, True)]  # 资产总额88.6亿元，负债总额60.1亿元，国有资产28.5亿元
        if not refs and state.total and self._item == "户数" and self._several_scopes():
            refs = [Ref("", "户数", True)]  # 三级36户，四级15户，共78户
        if state.total and re.fullmatch("(?:[两二][项者])?", state.before) and (both := self._different_items(figures)):
            refs = [Ref(None, both)]  # 出租收入1862万元，处置收入644万元，合计2506万元
        elif state.total and (row := self._row_together(state.before)):
            refs = [Ref(None, row)]
        # where somebody's numbers are told the total is theirs
        companies = (
            not self._scope and len(self._refs) > 1 and all(COMPANY.search(one.scope or "") for one in self._refs)
        )
        told = self._group.scopes if self._group and self._scope in self._group.scopes else []
        if not refs and not state.before and state.total and len(told) > 1 and all(map(COMPANY.search, told)):
            together = "、".join(told) if self._some else "合计"
            refs, self._group = [Ref(together, None)], Group(self._group.outer if self._group else "", True)
        if not refs and not state.before and state.total and companies:  # 三大集团资产总额分别为…，合计232.2亿元
            refs, self._group = [Ref("合计", None)], Group(self._scope, True)
        return refs

    def _different_items(self, figures: Sequence[Figure]) -> str:
        """Return the last two items told in the sentence as what is added up, empty if they are one or not in this unit."""
        last = self._levels[-2:] if self._sentence_figures > 2 else []
        unit = figures[0].amount.unit if figures[0].amount else ""
        alike = len(last) == 2 and last[0][0].scope == last[1][0].scope and {one for _, one in last} == {unit}
        items = [ref.item or "" for ref, _ in last]
        return f"{items[0]}和{items[1]}合计" if alike and len(set(items)) == 2 else ""

    def _added(self, refs: list[Ref], state: Clause, figures: Sequence[Figure], clause: str) -> list[Ref]:
        """Return what the total of several scopes is of (两类企业合计, 行政单位和企业共300户)."""
        kinds = re.fullmatch("(.{2,}?)(?:包括|包含|分为|由).*[两三四五]类", state.before)
        if kinds and state.total and is_scope(bare(kinds[1])):
            return [Ref(scope_name(kinds[1]), None)]  # 区属国有企业包括直接监管与委托监管两类共21家企业
        several = len(refs) > 1 or re.search(r"[两三四五各]类", state.before)
        if several and (state.total or re.search("合计|总计", state.before)):
            units = {figure.amount.unit for figure in figures if figure.amount}
            return self._total(refs, clause, units <= set(vocabulary()["units"]["enterprises"]))
        some = SOME_TOGETHER.fullmatch(state.before)
        if some and (state.total or some.group()[-1] == "计"):
            return [Ref(self._sum_of(spoken_number(some[1]), f"{some[1]}{some[2]}{some[3]}"), None)]
        return refs

    def _planned(self, figures: Sequence[Figure], state: Clause) -> list[Said]:
        """Return numbers of a budget or a plan."""
        topic = read_phrase(PLAN_AMOUNT.sub("", state.before), self._context)
        if topic and topic[-1].item:
            self._item, self._known = topic[-1].item or "", topic[-1].known
            if topic[-1].scope:
                self._enter(self._placed(topic[-1]), state, topic[-1])
        return [self._target(figure, self._current(), self._now) for figure in figures]

    def _criterion(self, figures: Sequence[Figure], parts: Sequence[Part], index: int) -> bool:
        """Is a number only what some enterprises were counted by (12户利润增幅超过10%)?"""
        amount = figures[0].amount
        counts = [
            f.amount.unit for part in parts[:index] if isinstance(part, Figures) for f in part.figures if f.amount
        ]
        before = parts[index - 1] if index else None
        by = isinstance(before, Token) and re.search("率|增幅|增速|降幅|成本", before.text) is not None
        bare_noun = isinstance(before, Token) and re.fullmatch("的?(?:企业|公司|集团|单位)", before.text) is not None
        by = by or ((isinstance(before, Figures) or bare_noun) and "率" in self._sentence)  # 其中3户超过85%
        limit = amount is not None and amount.unit == "%" and amount.qualifier in ("over", "nearly")
        round_one = (
            amount is not None and amount.qualifier == "over" and re.fullmatch("[1-9]0+|1", amount.number) is not None
        )
        among = any(isinstance(part, Token) and part.kind == "AMONG" for part in parts[:index])
        round_one = round_one and among and amount is not None and "元" in amount.unit  # 其中6家公司市值超过百亿元
        of_enterprises = bool(counts) and counts[-1] in vocabulary()["units"]["enterprises"]
        return len(figures) == 1 and of_enterprises and ((limit and by) or round_one)

    @staticmethod
    def _for_others(figure: Figure, before: str) -> str:
        """Return the verb before a number of those it is done for (减免1130户小微企业房租), empty if there is none."""
        if figure.amount is None or figure.amount.unit.lstrip("万") not in ("户", "家", "个", "名", "人"):
            return ""
        verbs = [verb for verb in vocabulary()["verbs_for_others"] if len(verb) > 1]
        return next((verb for verb in verbs if before.endswith(verb)), "")

    def _sum_of(self, count: int, name: str) -> str:
        """Return the scope that some enterprises make together: the whole, unless as many were told before."""
        told = [ref.scope for ref, _ in self._levels[-count:]]
        companies = all(re.search("(?:公司|集团)$", one or "") for one in told)
        part = companies or (self._scope or self.section_scope) not in ("", *told)
        return name if len(set(told)) == count and part else ""

    def _debt_told(self) -> bool:
        """Were assets and debts of the scope that is told of told in this paragraph?"""
        return {"资产总额", "负债总额"} <= {ref.item for ref, _ in self._levels if ref.scope == self._scope}

    def _asided(self) -> str | None:
        """Return the amount before a rate of how far it is done (收益上缴5697万元，入库率100%，同比下降21.9%)."""
        if not re.fullmatch(vocabulary()["rates_aside"], self._item):
            return None
        return next((ref.item for ref, unit in reversed(self._levels) if "元" in unit), None)

    def _just_listed(self, words: str) -> bool:
        """Are the last numbers of as many items of one scope as words say (三项合计)?"""
        counted = re.search("([二两三四])项", words)
        last = [ref for ref, _ in self._levels[-spoken_number(counted[1]) :]] if counted else []
        items = {ref.item for ref in last}
        return bool(counted) and len(items) == len(last) > 1 and len({ref.scope for ref in last}) == 1

    def _shares_together(self, words: str) -> str:
        """Return what the items of one scope whose shares the sentence told have together, empty if they are no such row."""
        counted = re.search("([二两三四])[者项类]", words)
        told = self._shares_told[-spoken_number(counted[1]) :] if counted else self._shares_told
        items = [item.removesuffix("占比") for item, _ in told]
        row = len(items) > 1 and len(set(items)) == len(items) and len({scope for _, scope in told}) == 1
        row = row and self._last is not None and self._last.kind == "share"
        return "、".join(items) if row else ""

    def _row_together(self, words: str) -> str:
        """Return what a clause named to tell how much they are together (以…和…为主，两项合计…), empty if it named none."""
        counted = re.fullmatch("([二两三四])[者项类]", words)
        items = [ref.item for ref in self._row if ref.item and ref.scope is None]
        if not counted or len(items) != spoken_number(counted[1]):
            return ""
        return f"{'、'.join(items[:-1])}和{items[-1]}合计"

    def _several_scopes(self) -> bool:
        """Have the last numbers been of more than one scope?"""
        return len({ref.scope for ref, _ in self._levels[-6:]}) > 1

    @staticmethod
    def _alike(figures: Sequence[Figure]) -> bool:
        """Are the numbers of a row of one kind (19.8亿元、4.6亿元), so that each is of something else?"""
        units = {figure.amount.unit if figure.amount else "" for figure in figures}
        return len(units) == 1

    @staticmethod
    def _topic(first: list[Ref], second: list[Ref], count: int) -> list[Ref]:
        """Put together what stands before and behind 分别 (省属企业和市县企业分别实现营业收入…)."""
        if not first or not second:
            return first or second
        if len(second) == 1 and second[0].item:
            return [replace(ref, item=second[0].item, known=second[0].known) for ref in first]
        if len(second) == count:
            return [replace(ref, scope=ref.scope if ref.scope is not None else first[-1].scope) for ref in second]
        return first

    def _total(self, refs: list[Ref], clause: str, counted: bool) -> list[Ref]:
        """Several scopes added up are one: 合计, or what the report is about where no word adds them up (共300户)."""
        if counted and not self.whole and not re.search("合计|总计|加总|[两三各]类", clause):
            return [Ref("", "户数", True)]
        item = next((ref.item for ref in reversed(refs) if ref.known), None)
        several = [ref for ref in refs if ref.scope is not None or re.search("[两三四五各]类|类", ref.item or "")]
        if several or not refs:
            unlike = any(re.search("行政|事业|金融", ref.scope or "") for ref in refs) or self._scope == "合计"
            everything = re.fullmatch("全[国省市区县州]", self.section_scope)  # 一、全区总体情况
            # unlike assets have no other name together
            whole = "合计" if (not self.whole or unlike) and not everything else ""
            return [
                Ref(whole, item or ("资产总额" if "资产" in "".join(r.printed for r in refs) else None), bool(item))
            ]
        if len(refs) == 2 and all(ref.item and ref.known and ref.scope is None for ref in refs):
            return [Ref(None, f"{refs[0].item}和{refs[1].item}合计")]  # 应收账款和存货合计8927亿元
        return refs

    def _list(self, figures: Sequence[Figure], refs: list[Ref], state: Clause) -> list[Said]:
        """Read numbers in a row, each of its own item, scope or year."""
        count = len(figures)
        changes = state.rate or state.shares or any(one.role in ("change", "share") for one in figures)
        years = state.years if len(set(state.years)) == count else self._span_years
        if len(set(years)) == count and len(refs) <= 1:
            ref = self._placed(refs[0]) if refs else self._current()
            self._item, self._known = ref.item or "", ref.known
            return [self._claim(one, ref, state, year=y) for one, y in zip(figures, years, strict=True)]
        if state.periods == count and len(refs) <= 1:  # 一、二、三、四季度营业收入增速分别为…
            refs = [refs[0] if refs else Ref(None, None)] * count
            if not changes:
                return self._by_quarter(figures, self._placed(refs[0]), state)
            state.periods = 0
        elif len(state.bases) == count and len(refs) <= 1 and state.respectively:
            return self._against_bases(figures, self._placed(refs[0]) if refs else self._current(), state)
        if figures[0].role == "comparison" and not refs and len(self._refs) == count:
            refs = self._refs  # 收入、利润同比增长7.4%、9.8%，分别高于全市1.2个、2.3个百分点
        if figures[0].role == "comparison" and len(refs) <= 1:  # 两项增速分别跑赢全市国企6.3个百分点和0.9个百分点
            return [Said(f.amount, *self._span(f), why="不知道是哪几项的") for f in figures if f.amount]
        refs = self._others_than_excepted(state, count) or self._those_told(refs, state, count)
        if len(refs) == 1 and re.fullmatch("[二两三四五]者", refs[0].item or ""):
            refs = []  # 与2017年末相比，三者分别增长…
        if len(self._row) == count and not refs:
            refs = self._row
        elif len(self._row) == count and len(refs) == 1 and refs[0].scope is None:
            refs = [replace(one, item=self._longer(refs[0]).item, known=refs[0].known) for one in self._row]
        refs = self._parts_of_item(refs, figures, shares=bool(state.shares) or figures[0].role == "share")
        if len(refs) > count > 1:
            refs = self._held_apart(state, count) or refs
        if len(refs) != count and len(refs) <= 1:
            refs = self._recent(refs[0] if refs else None, count, bool(changes), figures)
        if len(refs) != count:
            why = f"{count}个数对着{len(refs)}个项目" if refs else "不知道是哪几项的"
            return [Said(f.amount, *self._span(f), why=why) for f in figures if f.amount]
        said = []
        enterprises = {one.amount.unit for one in figures if one.amount} <= set(vocabulary()["units"]["enterprises"])
        if enterprises and not changes:
            refs = [ref if ref.item else replace(ref, item="户数", known=True) for ref in refs]
        placed = [self._placed(ref) for ref in refs]
        for figure, ref in zip(_carried(_of_one_mark(figures)), placed, strict=True):
            if figure.role == "share":
                state.shares = True
            said.append(self._claim(figure, ref, state))
        if not changes:
            self._levels += [(ref, f.amount.unit if f.amount else "") for ref, f in zip(placed, figures, strict=True)]
        self._refs = placed
        self._item, self._known = placed[-1].item or "", True
        scopes = {ref.scope for ref in placed}
        if len(scopes) == 1:
            self._enter(placed[-1], state)
        wholes = {one.of for one in said if one.of}
        if figures[0].role == "share" and len(wholes) == 1:  # 分别占全省的28.4%、23.8%: each of that whole
            said = [replace(one, of=next(iter(wholes))) if one.kind == "share" else one for one in said]
        return said

    def _held_apart(self, state: Clause, count: int) -> list[Ref]:
        """Return what a row's words name with its first 和 inside names (水利和公共设施管理业、交通运输业、旅游业), if so many."""
        words = bare(state.before) + bare(state.behind)
        too_many = len(BETWEEN.split(words)) - count
        if "、" not in words or too_many < 1:
            return []
        held = re.sub("[和与及]", "·", words, count=too_many)
        refs = read_phrase(held, self._context)
        return (
            [
                replace(
                    ref,
                    scope=ref.scope and ref.scope.replace("·", "和"),
                    item=ref.item and ref.item.replace("·", "和"),
                    printed=ref.printed.replace("·", "和"),
                )
                for ref in refs
            ]
            if len(refs) == count
            else []
        )

    def _others_than_excepted(self, state: Clause, count: int) -> list[Ref]:
        """Return what was told before without the one that went another way (除…外，其余三项分别增长…), if so many."""
        rest = re.fullmatch("其[余他它](?:([两三四五六])[项个]|各项)?(?:指标)?", bare(state.before))
        unnamed = not bare(state.before) and state.rate != 0
        if not self._excepted or not (rest or unnamed) or (rest and rest[1] and spoken_number(rest[1]) != count):
            return []
        other = read_phrase(self._excepted, self._context)[-1].item
        told = {ref.item: ref for ref, _ in self._levels if ref.item != other and ref.scope == self._scope}
        return list(told.values())[-count:] if len(told) >= count else []

    def _those_told(self, refs: list[Ref], state: Clause, count: int) -> list[Ref]:
        """Return the scopes told before that a number of them stands for (三大板块毛利率分别为…), else the refs."""
        those = re.match("([两二三四五六七八九])大?个?(板块|集团|公司|企业|行业|领域)(.*)", bare(state.before))
        if not those or spoken_number(those[1]) != count or len(refs) != 1:
            return refs
        told = [one for one in dict.fromkeys(self._scopes_told[self._paragraph :]) if one.endswith(those[2])]
        item = read_phrase(those[3], self._context) if those[3] else []
        if len(told) < count or len(item) != 1 or not item[0].item:
            return refs
        return [replace(item[0], scope=one) for one in told[-count:]]

    def _parts_of_item(self, refs: list[Ref], figures: Sequence[Figure], *, shares: bool) -> list[Ref]:
        """Return names that nobody knows as whose numbers they are, where what they are parts of was told in their unit."""
        unit = figures[0].amount.unit if figures[0].amount else ""
        told = next((one for ref, one in reversed(self._levels) if ref.item == self._item), "")
        unknown = all(
            ref.item and not ref.known and ref.scope is None and not ITEM_HEAD.search(ref.item) for ref in refs
        )
        if len(refs) < 2 or not unknown or not (told == unit or (shares and told)):
            return refs
        return [Ref(ref.item, self._item, True) for ref in refs]

    def _by_quarter(self, figures: Sequence[Figure], ref: Ref, state: Clause) -> list[Said]:
        """Read levels of the quarters: each is of its part of the year."""
        self._item, self._known = ref.item or "", ref.known
        said = []
        for figure, quarter in zip(figures, "一二三四", strict=False):
            self._period = f"{quarter}季度"
            said.append(self._claim(figure, ref, state))
        self._period, state.periods = "", 0
        return said

    def _against_bases(self, figures: Sequence[Figure], ref: Ref, state: Clause) -> list[Said]:
        """Read changes of one item against several bases."""
        said = []
        for figure, base in zip(_carried(figures, sign=1), state.bases, strict=True):
            self._base = base
            said.append(self._claim(figure, ref, state))
        return said

    def _recent(self, ref: Ref | None, count: int, changes: bool, figures: Sequence[Figure]) -> list[Ref]:
        """Return what the last numbers were of, for a row that names nothing itself."""
        if ref and ref.scope is not None and not ref.item:
            if len(self._refs) == count:
                return [Ref(ref.scope, one.item, True) for one in self._refs]
            items = [one.item for one, _ in self._levels[-count:]]
            return [Ref(ref.scope, item, True) for item in items] if len(items) == count else []
        if ref is None and len(self._refs) == count:
            return self._refs
        if (
            ref
            and ref.item
            and ref.scope is None
            and len(self._refs) == count
            and len({r.scope for r in self._refs}) == count
        ):
            return [Ref(one.scope, ref.item, ref.known) for one in self._refs]
        levels = [one for one in self._levels if one[0].scope != "合计"]
        levels = levels if len(levels) >= count else self._levels
        if self._whole_row and len(levels) > count and changes:
            levels = [one for one in levels if one is not self._whole_row]
        if figures[0].amount and figures[0].amount.unit == "%" and changes and not ref:
            plain = [one for one in levels if one[1] not in ("%", *vocabulary()["units"]["enterprises"])]
            levels = plain if len(plain) >= count else levels
        known = [one for one in levels if one[0].known]
        beyond = self._parts_of is not None and len(self._levels) - self._parts_from > count
        if beyond and len(known) >= count and not levels[-count][0].known and levels[-1][0].known:
            levels = known  # 资产总额…，其中经营性资产…；负债总额…、净资产…，分别增长…
        levels = _each_once(levels, count)
        last = [one for one, _ in levels[-count:]] if len(levels) >= count else []
        rate = re.fullmatch("(.*)率", ref.item or "") if ref and not ref.known and ref.scope is None else None
        if rate and len({one.item for one in last}) == count and not any(one.known for one in last):
            return [Ref(one.scope, f"{(one.item or '').removeprefix(rate[1])}{rate.group()}") for one in last]  # 处置率
        if ref and ref.item and ref.scope is None and len({one.scope for one in last}) == count:
            return [replace(one, item=ref.item, known=ref.known) for one in last]  # of the scopes told before
        return last

    def _one(self, figure: Figure, ref: Ref, state: Clause, parts: Sequence[Part], index: int, clause: str) -> Said:
        """Read one number."""
        if figure.role == "level" and (grown := self._growth_behind(parts, index)):
            item, verb = grown
            ref = replace(item, scope=ref.scope) if item else ref
            figure = replace(figure, role="change", mark=verb)
            if not item and not self._item and state.before in ("", "以", "按"):  # 以8.2%的增速，收入达到…
                return replace(self._claim(figure, Ref(self._scope, "?"), state), waiting=True)
        amount = figure.amount
        if (
            amount
            and (figure.role == "level" or (figure.role == "share" and re.search("[以用凭靠]$", state.before)))
            and amount.unit in ("成", "%")
            and (part := self._part_of(state.before, parts, index))
        ):
            state.shares = True
            placed = self._placed(part)
            self._enter(placed, state, part)
            return self._claim(figure, placed, state)
        if ref.item and re.fullmatch("其[余他它]", ref.item) and self._known and figure.role == "level":
            ref = Ref(ref.item, None)
        ref = self._behind_money(figure, ref, state, parts, index)
        ref = self._of_what(figure, ref, state, parts, index)
        ref = self._in_full(figure, ref, clause)
        shares_told = self._last is not None and self._last.kind == "share" and amount and amount.unit == "%"
        if shares_told and figure.role == "level" and ref.scope and ref.item is None and not state.later:
            state.shares = True  # 基础设施资产占72.4%，先进制造业不到3%
        ref = self._unnamed(figure, ref)
        unit = amount.unit if amount else ""
        told = next((one for of, one in reversed(self._levels) if of.item == self._item), unit)
        unknown = ref.item and not ref.known and ref.scope is None and ref.printed != BEHIND
        before = self._levels[-1][0] if self._levels and self._sentence_figures > 1 else Ref(None, None)
        listed = before.item == self._item and not before.known  # 报废1.8亿元、无偿调拨1.1亿元: as the one before
        of_parts = state.among or self._parted or (self._group is not None and bool(self._group.scopes))
        named = (
            unknown
            and of_parts
            and not listed
            and is_name(ref.item or "")
            and ("元" in unit or (unit == "%" and state.among))
            and figure.role in ("level", "share")
        )
        if named and self._item and told == unit:
            ref = Ref(ref.item, None)  # 其中北岭矿业3.4亿元: whose, where the item was told in that unit
        parted = self._parted and self._known and ref.item and not ref.known and ref.printed != BEHIND
        if parted and figure.role == "level" and (ref.scope is None or ref.scope in vocabulary()["sectors"]):
            ref = Ref(f"{ref.scope or ''}{ref.item}", None)  # 分行业看，交通港航86.3亿元
        if ref.printed == BEHIND:
            self._back(ref)
        work = unknown and amount and self._is_count(amount) and amount.unit not in vocabulary()["units"]["enterprises"]
        if work and self._group and self._group.mid_sentence and self._group.items == {"户数"}:
            self._scope, self._group = self._group.outer, None  # 到8家单位调研，召开座谈会4次: nobody's in particular
        placed = self._placed(ref)
        measured = self._counted_item and re.search("(?:面积|里程|长度|容量|库容)$", placed.item or "")
        if amount and self._is_count(amount) and placed.item and (figure.role == "level" or ref.item) and not measured:
            self._counted_item = _without_kind(placed.item)
            self._last_counted = (self._counted_item, amount.unit)
        if ref.printed == BEHIND:
            self._follow_noun_behind(ref, placed, state, unit)
            return self._claim(figure, placed, state)
        if ref.scope and ref.item == "户数" and re.match(vocabulary()["not_subjects"], state.before):
            return self._claim(figure, placed, state)  # 指导巡察整改的企业2户: not whose numbers follow
        if ref.scope and REASON.match(state.before):
            return self._claim(figure, placed, state)  # 主要是某厂地块处置收入1486万元: not whose numbers follow
        if figure.role == "level" and not state.rate and not state.origin:
            self._enter(placed, state, ref)
            placed = self._placed(ref) if ref.scope is None else placed
        elif ref.scope is not None:
            self._enter(placed, state, ref)
            if figure.role == "share" and self._group and self._sentence_figures > 1:
                self._group.mid_sentence = True  # 负债23.1亿元，公立医院占96.4%。净资产…: of all again
        if state.compared and ref.item is None:
            return replace(self._claim(figure, replace(placed, item=placed.item or "?"), state), waiting=True)
        if ref.item and not (figure.role == "change" and re.search("(?:增速|降幅)$", ref.item)):
            self._item, self._known = placed.item or "", ref.known
            self._printed = ref.printed if ref.known else ""
            if self._section_item in ("", "户数"):  # breakdowns are of an amount sooner than of a number of units
                self._section_item = self._item if ref.known else self._section_item
        if figure.role == "level" and amount and not state.rate and not state.shares:
            if self._base_item and ref.item:  # 比全国平均快1.9个百分点；利润总额316亿元，增长5.7%: not against those
                self._base, self._base_item = "", ""
            self._levels.append((placed, amount.unit))
            self._refs = [placed]
            self._whole_row = self._levels[-1] if state.total else self._whole_row
        if figure.role == "share" and not placed.item and figure.mark:  # 约占总资产的56%
            whole = read_phrase(figure.mark.known.get("whole", ""), self._context)
            placed = replace(placed, item=whole[-1].item) if whole and whole[-1].known else placed
        if figure.role == "share" and not ref.item and self._of_those_counted(figure):
            placed = replace(placed, item=self._counted_item)
        if figure.role == "share" and not placed.item and self._behind_item:
            placed = replace(placed, item=self._behind_item)
        return self._claim(figure, placed, state)

    def _of_those_counted(self, figure: Figure) -> bool:
        """Is a share one of all things of the kind counted last (2140处房产未办证，占房产总数的18.5%)?"""
        whole = figure.mark.known.get("whole", "") if figure.mark else ""
        return bool(self._counted_item) and re.fullmatch(f"{re.escape(self._counted_item)}总[数量]", whole) is not None

    def _of_what(self, figure: Figure, ref: Ref, state: Clause, parts: Sequence[Part], index: int) -> Ref:
        """Return what a number is of by how it stands in its clause: counted, an average, a rate, per head."""
        amount = figure.amount
        if figure.role == "level" and state.before in ("平均", "全年平均") and self._item and not ref.item:
            ref = Ref(ref.scope, f"平均{self._item}", True)
        elif amount and figure.role in ("level", "change") and self._is_count(amount):
            ref = self._counted(amount, ref, parts, index, state, figure)
        if amount and amount.unit == "%" and figure.role == "level" and (paid := self._paid_by(state, parts, index)):
            return paid
        if amount and amount.unit == "%" and (ref.item or self._item) and self._covers(parts, index):
            ref = Ref(ref.scope, f"{ref.item or self._item}覆盖率", True)
        if figure.role == "change" and re.fullmatch("增速|增幅|降幅", ref.item or "") and self._item:
            ref = Ref(ref.scope, f"{self._item}{'降幅' if ref.item == '降幅' else '增速'}", False)
        elif figure.role == "level" and (self._item or self._averaged) and (per := self._per_one(state.before)):
            told = self._averaged if self._averaged.startswith(per[1]) else per[1] + self._divided(amount)
            ref = Ref(scope_name(per[0]) if per[0] else ref.scope, told, False)
        elif (
            figure.role == "change"
            and amount
            and amount.unit in POINTS
            and figure.mark
            and figure.mark.text in vocabulary()["verbs"]["of_rates"]
            and not ref.item
        ):
            ref = Ref(ref.scope, f"{self._item}增速", True)
        return ref

    @staticmethod
    def _paid_by(state: Clause, parts: Sequence[Part], index: int) -> Ref | None:
        """Return the rate that something is paid by (按税后利润的20%收缴, 按20%的比例上缴), None if a number is none."""
        after = parts[index + 1] if index + 1 < len(parts) else None
        words = after.text if isinstance(after, Token) and after.kind == "WORD" else ""
        by = re.fullmatch("(.*?)按照?[^，。；]{0,10}", state.before)
        paid = re.fullmatch("(?:的比例)?(?:予以|统一)?(收缴|上缴|收取|上交|计提|提取|征收)[^，。；]{0,6}", words)
        if not by or not paid:
            return None
        who = bare(by[1])
        kind = who if re.search("独资|控股", who) else ""  # a kind of enterprises, though it could name the whole
        return Ref((scope_name(who) or kind) if is_scope(who) else None, f"{paid[1]}比例")

    def _behind_money(self, figure: Figure, ref: Ref, state: Clause, parts: Sequence[Part], index: int) -> Ref:
        """Return the noun behind an amount of money where no other names it (造成5.3亿元损失, 29亿元贷款形成不良)."""
        after = parts[index + 1] if index + 1 < len(parts) else None
        next_one = parts[index + 2] if index + 2 < len(parts) else None
        plain = figure.role == "level" and figure.amount is not None and "元" in figure.amount.unit
        if not plain or state.later or isinstance(next_one, Figures) or not isinstance(after, Token):
            return ref
        if after.kind != "WORD" or not re.fullmatch(vocabulary()["before_nouns_behind"], state.before):
            return ref
        ends = f"{any_of(vocabulary()['after_nouns'])}|{vocabulary()['happens_to_money']}"
        words = re.split(f"(?<=..)(?:{ends})", after.text.removeprefix("的"))[0]
        told = [one for one in items_pattern(self._context).finditer(words) if one.start() == 0]
        noun = words if ITEM_HEAD.search(words) else ""
        names = section_names(self._context)
        alone = told and (told[0].group() == words or (not noun and words[told[0].end()] not in "或和与及、"))
        if told and not alone and not noun and len(words) <= 12:
            return Ref(None, words)  # 造成5.3亿元资产或损益不实
        if alone:
            return Ref(None, names[told[0].group()], True, told[0].group())
        if not 2 <= len(noun) <= 12 or noun in vocabulary()["bare_amounts"]:
            return ref
        return Ref(None, bare(noun) or None)

    @staticmethod
    def _per_one(before: str) -> tuple[str, str] | None:
        """Return whose number per head or year it is and the word for that (甲市户均), None if it is none."""
        found = re.fullmatch(f"(.*?)({vocabulary()['per_one']})", before)
        return (found[1], found[2]) if found and (not found[1] or is_scope(found[1])) else None

    def _in_full(self, figure: Figure, ref: Ref, clause: str) -> Ref:
        """Return a ref whose item is said in full where the words only add to what was told before."""
        if ref.item == "到期" and self._item and (due := re.search("[^，。；、中]{0,5}到期", clause)):
            ref = Ref(
                ref.scope, due.group() + (self._printed or self._item)
            )  # 带息负债52.7亿元，其中一年内到期14.38亿元
        if re.fullmatch("归属于?.{1,8}(?:股东|方|所有者)", ref.item or "") and "净" in self._item and not ref.known:
            ref = replace(ref, item=f"{ref.item}的净{'利润' if '利润' in self._item else '资产'}")  # 其中归属本区股东的
        money = figure.amount is not None and "元" in figure.amount.unit
        number = figure.amount.number if figure.amount else ""
        if (
            money
            and self._item
            and not ref.known
            and re.match("账龄|逾期", ref.item or "")
            and not (ref.item or "").endswith(self._item)
        ):
            ref = replace(ref, item=f"{ref.item}的{self._item}")  # 应收账款2.1亿元，其中账龄三年以上的0.9亿元
        if ref.item in ("国资预算收入", "国资预算支出") and re.search("(?:收入|支出)[总合]计", clause):
            ref = replace(ref, item=ref.item.replace("预算", "预算总"))  # 加上上年结转…，收入总计…
        if ref.item in vocabulary()["bare_amounts"] and ref.scope is None and self._known and self._item:
            ref = Ref(None, self._item, True)  # 应收账款较高，年末余额56.2亿元
        if money and not ref.item and re.search(f"涉及[^，。；]{{2,14}}[、和及]{re.escape(number)}", clause):
            ref = Ref(ref.scope, "涉及金额")  # 涉及12个项目、21.8亿元
        if per := re.fullmatch("(.{2,})([人户]均)", ref.item or ""):
            ref = replace(ref, item=per[2] + per[1], known=False)  # 预发年薪人均61.76万元
        counts = self._last is not None and self._last.unit.lstrip("万") in vocabulary()["units"]["counts"]
        if money and counts and ref.scope is None and self._counted_item and ref.item in vocabulary()["bare_values"]:
            ref = Ref(None, f"{self._counted_item}{ref.item}")  # 房屋2841万平方米，账面价值495亿元
        of_rate = self._rate and figure.role == "level" and figure.amount and figure.amount.unit == "%"
        if of_rate and ref.item and not ref.known and not RATIO.search(ref.item):
            ref = replace(ref, item=f"{ref.item}{self._rate}")  # 出租率，房产为91.2%，土地为84.1%
        if ref.item == "持股" and figure.amount and figure.amount.unit == "%":
            ref = replace(ref, item="持股比例")
        if ref.item in ("合", "即", "折", "折算"):
            ref = Ref(ref.scope, None)  # 耕地3268.9公顷，合4.9万亩
        return ref

    def _unnamed(self, figure: Figure, ref: Ref) -> Ref:
        """Return a ref without an item where the words before a change or a share are no name of one."""
        amount = figure.amount
        kind = bare(ref.printed or ref.scope or "")
        if figure.role == "share" and ref.scope and ref.item is None and re.search(vocabulary()["status_scopes"], kind):
            ref = Ref(None, kind)  # 混合所有制企业占比达到58%
        open_item = ref.item and not ref.known and ref.scope is None
        if open_item and figure.role != "level" and figure.role != "loss" and not self._names_item(ref):
            ref = Ref(None, None)
        if figure.role == "comparison" and re.fullmatch("增速|增幅|降幅", ref.item or ""):
            ref = Ref(ref.scope, f"{self._item}{'降幅' if ref.item == '降幅' else '增速'}", True)
        if figure.role == "change" and not ref.item and amount and amount.unit == "%" and (of := self._asided()):
            ref = Ref(ref.scope, of, True)
        return ref

    def _follow_noun_behind(self, ref: Ref, placed: Ref, state: Clause, unit: str) -> None:
        """Note whose numbers follow where the noun behind a number says it (20户省属监管企业实现利润总额…)."""
        self._behind_item = placed.item or ""
        self._counted_item = _without_kind(self._behind_item)
        self._last_counted = (self._counted_item, unit)
        some = self._singled_out(ref.scope or "") or re.search("涉及$|由原?$|(?<!国)原$", state.before)
        if ref.scope and ref.item == "户数" and not some and not self._object(state.before):
            outer = self._group.outer if self._group and self._group.mid_sentence else self._scope
            listed = len(read_phrase(state.before, self._context)) > 1  # 甲公司、乙公司两家: not the paragraph's own
            first = not self._levels and not self._topic_scope and self._sentence_figures == 1
            first = first and re.match("[一二三四五六七八九]是", self._sentence) is None
            first = first and not listed and not re.match(r"\d+[户家]企业", ref.scope)
            self._enter(placed, state, ref)  # 20户省属监管企业实现利润总额… to the sentence's end
            self._group = Group(outer, True, [self._scope])
            if first:  # the paragraph's own: 18家市管企业资产总额…；负债总额…。营业收入…
                self._topic_scope, self._group = self._scope, None
        elif ref.scope and ref.item != "户数":  # 行政事业单位尚有214宗土地、38.7万平方米房屋
            outer = self._scope
            self._enter(placed, state, ref)
            self._group = Group(outer, True, [self._scope])
        if ref.item == "户数" and self._by_item:
            self._item, self._known = self._by_item, True  # 营业收入过10亿元的企业有4户：甲集团31.5亿元

    def _divided(self, amount: Amount | None) -> str:
        """Return what is told per head or month: the last item, of money where the number is (用工3.85万人，人均12万元)."""
        money = bool(amount and "元" in amount.unit)
        told = [one.item or "" for one, unit in self._levels if ("元" in unit) == money]
        if not told and money and "元" in self._item_above[1]:
            return self._item_above[0]
        last = next((unit for one, unit in reversed(self._levels) if one.item == self._item), "元")
        return told[-1].removeprefix("职工") if told and ("元" in last) != money else self._printed or self._item

    @staticmethod
    def _object(before: str) -> bool:
        """Is what follows those that something is done for (减免1130户小微企业房租), not whose numbers are told?"""
        return bool(re.search(f"(?:{any_of(vocabulary()['verbs_for_others'])}|[对在向])$|[与同]$", before))

    def _growth_behind(self, parts: Sequence[Part], index: int) -> tuple[Ref | None, Token] | None:
        """Return what grew and the verb, told behind a number (营业收入实现5.1%的增长); None if nothing of it is."""
        after = parts[index + 1] if index + 1 < len(parts) else None
        words = after.text if isinstance(after, Token) and after.kind == "WORD" else ""
        told = re.fullmatch(
            "的([^，。；]*?)(?:正|较快|稳定|同比)?(增长|增幅|增速|涨幅|下降|降幅)(?:[快高慢低好优][于过][^，。；]*)?",
            words,
        )
        if not told:
            return None
        refs = read_phrase(told[1], self._context) if told[1] else []
        of = refs[0] if len(refs) == 1 and refs[0].known else None
        return of, Token("DOWN" if "降" in told[2] else "UP", told[2], 0, 0)

    def _part_of(self, before: str, parts: Sequence[Part], index: int) -> Ref | None:
        """Return what a number is a part of by the words behind it (以三成的资产创造了七成的税收, 九成以上的资产在市县)."""
        after = parts[index + 1] if index + 1 < len(parts) else None
        words = after.text if isinstance(after, Token) and after.kind == "WORD" else ""
        if lies := re.fullmatch(rf"的([^，。；]{{2,10}}?){vocabulary()['lies_with']}([^，。；]+)", words):
            item = read_phrase(lies[1], self._context) if is_scope(lies[2]) else []
            if item and item[-1].known:
                return replace(item[-1], scope=scope_name(lies[2]))
            return Ref(None, lies[1])  # 87%的国有资本集中在能源等领域
        known = items_pattern(self._context).match(words, 1) if words.startswith("的") else None
        if known and (RATIO.search(known.group()) or re.match("[增降升减规变]", words[known.end() :])):
            return None
        did = re.search(rf"(?:^|.)(?:{any_of(vocabulary()['verbs_of_parts'])})了?$", before)
        other = re.fullmatch("的([^，。；的]{2,8})", words) if did and not known else None
        if not known and not other:
            return None
        who = re.sub(rf"[以用凭靠]$|(?:{any_of(vocabulary()['verbs_of_parts'])})了?$", "", before)
        whose = read_phrase(who, self._context) if not did or is_scope(bare(who)) else []
        ref = replace(whose[0], item=None) if len(whose) == 1 else Ref(None, None)
        if other:
            return replace(ref, item=other[1], known=False)
        assert known is not None
        self._consumed = words[: known.end()]
        return replace(ref, item=section_names(self._context)[known.group()], known=True)

    @staticmethod
    def _names_item(ref: Ref) -> bool:
        """May an unknown phrase before a change be an item? (Not: 增势, 继续, 主要是…)"""
        return (
            bool(ref.item)
            and 2 <= len(ref.item or "") <= 14
            and not re.search(r"[，。是为因]|使(?!用)", ref.item or "")
        )


def _each_once(levels: list[tuple[Ref, str]], count: int) -> list[tuple[Ref, str]]:
    """Return what was told, of each the last only, where enough is left (资产由…增加到…，收入由…增加到…，年均增长…)."""
    once = {(ref.scope, ref.item): (ref, unit) for ref, unit in levels}
    return list(once.values()) if len(once) >= count else levels


def _without_kind(item: str) -> str:
    """Return what is counted without the noun that only says in what kinds (审议意见方面)."""
    return re.sub(f"(?<=..)(?:{any_of(vocabulary()['classifying_nouns'])})$", "", item)


def _noun_at_end(clause: Sequence[Token]) -> str:
    """Return the noun that a clause ends in behind its last number, empty if it ends in a number."""
    last = max((at for at, token in enumerate(clause) if token.kind in ("AMOUNT", "FLAT")), default=-1)
    words = "".join(token.text for token in clause[last + 1 :])
    noun = re.sub(".*(?:用于|主要是|主要有|包括|分别[是为]|其中)", "", words)
    return re.split("[、和及]", noun)[-1] if len(words) > 1 and "平均" not in words else ""


def _carried(figures: Sequence[Figure], sign: int = 0) -> Iterator[Figure]:
    """Yield numbers in a row, those without a verb as changes like the one before (增长3.1%、2.2%)."""
    for figure in figures:
        if figure.role == "change":
            sign = 1 if figure.rises else -1
        elif figure.role == "level" and sign:
            figure = replace(figure, role="change", mark=Token("UP" if sign > 0 else "DOWN", "", 0, 0))
        yield figure


def _of_one_mark(figures: Sequence[Figure]) -> list[Figure]:
    """Return numbers in a row, each against the same as the first (分别是上年的1.4倍、1.9倍; 高于全市1.2个、2.3个百分点)."""
    first = figures[0]
    alike = first.role in ("multiple", "comparison") and len({one.amount.unit for one in figures if one.amount}) == 1
    return [replace(one, role=first.role, mark=first.mark) if alike else one for one in figures]


def _settled(said: list[Said]) -> list[Said]:
    """Give numbers that wait for their item that of the next one."""
    for index in range(len(said) - 2, -1, -1):
        after = said[index + 1]
        if said[index].waiting and not after.waiting and after.item:
            said[index] = replace(said[index], item=after.item, scope=after.scope, waiting=False)
    return said
